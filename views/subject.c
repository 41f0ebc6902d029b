#include "views/subject.h"

#include "heap/graph/index/renamed.h"
#include "heap/heap.h"
#include "heap/v8/decode/path.h"
#include "views/command.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { ADDRESS_TEXT = 48 };

static bool parse(const char *text, uint64_t *address, const char **path, struct error *error)
{
    char number[ADDRESS_TEXT];
    size_t length = strcspn(text, ".[");
    if (length >= sizeof number)
        length = sizeof number - 1;
    memcpy(number, text, length);
    number[length] = '\0';
    *path = text + length;
    return command_address(number, "ADDR", address, error);
}

bool subject_address(struct heap *heap, const char *text, uint64_t *ret, struct error *error)
{
    const struct v8 *v8 = heap_v8(heap);
    const char *path;
    uint64_t address;
    struct v8_value value;
    struct v8_what what;
    struct v8_object object;
    if (!parse(text, &address, &path, error))
        return false;
    if (!v8_object_of(v8, v8_untag(address) | V8_TAG, &object))
        return error_set(error, ERROR_USAGE, "no object begins at 0x%" PRIx64, address);
    *ret = object.address;
    if (*path == '\0')
        return true;
    if (!v8_path_resolve(v8, object.address, path, &value, NULL, error))
        return false;
    v8_value_what(v8, &value, &what);
    if (what.object.address == 0)
        return error_set(error, ERROR_USAGE, "%s leads to no object", text);
    *ret = what.object.address;
    return true;
}

void subject_text(struct heap *heap, uint64_t address, char *buffer, size_t capacity)
{
    struct v8_object object;
    const char *type = "?";
    struct type_names *names = heap_type_names(heap);
    if (v8_object_at(heap_v8(heap), address, &object))
        type = type_names_text(
            names, type_name_of_object(heap_v8(heap), names, heap_renamed(heap), &object));
    snprintf(buffer, capacity, "%s @%" PRIx64, type, address);
}
