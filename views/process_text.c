#include "views/process_text.h"

#include "heap/dump/arguments.h"
#include "heap/heap.h"
#include "heap/v8/v8.h"

#include <stdio.h>
#include <string.h>

enum {
    ARGUMENTS_SHOWN = 16,
    ARGUMENT_MAX = 1024,
};

static const char *without_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}

static void append(char *buffer, size_t capacity, const char *more)
{
    size_t used = strlen(buffer);
    snprintf(buffer + used, capacity - used, "%s%s", used > 0 ? " " : "", more);
}

// As the kernel saved it: cut, and each argument ended by a blank.
static void saved_command(const struct dump_info *info, char *buffer, size_t capacity)
{
    const char *command = info->command != NULL ? info->command : "";
    size_t program = strcspn(command, " "), length = strlen(command);
    const char *start = command + program;
    while (start > command && start[-1] != '/')
        start--;
    while (length > 0 && command[length - 1] == ' ')
        length--;
    snprintf(buffer, capacity, "%.*s", (int)(command + length - start), start);
}

char *process_command(const struct heap *heap, char *buffer, size_t capacity)
{
    const struct dump *dump = heap_dump(heap);
    uint64_t arguments[ARGUMENTS_SHOWN];
    char text[ARGUMENT_MAX];
    size_t count = dump_arguments(dump, arguments, ARGUMENTS_SHOWN);
    buffer[0] = '\0';
    for (size_t i = 0; i < count && i < ARGUMENTS_SHOWN; i++)
        if (memory_read_string(dump_memory(dump), arguments[i], text, sizeof text) >= 0)
            append(buffer, capacity, i == 0 ? without_folder(text) : text);
    if (count == 0)
        saved_command(dump_info(dump), buffer, capacity);
    return buffer;
}

char *process_version(const struct heap *heap, char *buffer, size_t capacity)
{
    const struct v8 *v8 = heap_v8(heap);
    bool known = v8->node_version[0] != '\0';
    snprintf(buffer, capacity, "%s%s", known ? "v" : "", known ? v8->node_version : "");
    return buffer;
}

char *process_signal(const struct heap *heap, char *buffer, size_t capacity)
{
    int32_t number = dump_info(heap_dump(heap))->signal;
    const char *name = number > 0 ? sigabbrev_np(number) : NULL;
    if (number <= 0)
        buffer[0] = '\0';
    else if (name != NULL)
        snprintf(buffer, capacity, "SIG%s", name);
    else
        snprintf(buffer, capacity, "signal %d", (int)number);
    return buffer;
}
