#include "tui/complete.h"

#include "heap/graph/index/types.h"
#include "heap/heap.h"
#include "heap/v8/decode/path.h"
#include "views/command.h"

#include <stdio.h>
#include <string.h>

void complete_offer(struct completions *ret, const char *line, size_t cursor, const char *word)
{
    size_t length = cursor - ret->start;
    if (strlen(word) > length && strncmp(word, line + ret->start, length) == 0)
        completions_add(ret, word);
}

struct offering {
    struct completions *ret;
    const char *line;
    size_t begin; // of what the candidates replace; the word before it stays
};

static bool offer_property(void *context, const char *text)
{
    struct offering *offering = context;
    char word[PROMPT_MAX];
    snprintf(word, sizeof word, "%.*s%s", (int)(offering->begin - offering->ret->start),
             offering->line + offering->ret->start, text);
    return completions_add(offering->ret, word);
}

// "0x2f3a.ke": properties of the object there.
void complete_properties(struct heap *heap, const char *line, size_t cursor,
                         struct completions *ret)
{
    char word[PROMPT_MAX];
    uint64_t address;
    size_t from;
    int length = (int)(cursor - ret->start);
    snprintf(word, sizeof word, "%.*s", length, line + ret->start);
    size_t number = strcspn(word, ".[");
    if (word[number] == '\0' || heap == NULL)
        return;
    const char *path = line + ret->start + number;
    char beginning[PROMPT_MAX];
    snprintf(beginning, sizeof beginning, "%.*s", (int)(line + cursor - path), path);
    word[number] = '\0';
    if (!command_address(word, "ADDR", &address, NULL))
        return;
    // The first call only finds where the part to be replaced begins.
    struct offering offering = {.ret = ret, .line = line};
    struct completions none = {.count = COMPLETIONS_MAX};
    struct offering probe = {.ret = &none, .line = line};
    v8_path_complete(heap_v8(heap), address, beginning, &from, offer_property, &probe);
    ret->joined = true;
    offering.begin = ret->start + number + from;
    v8_path_complete(heap_v8(heap), address, beginning, &from, offer_property, &offering);
}

// Names of types, quoted where they have to be.
void complete_types(struct heap *heap, const char *line, size_t cursor, struct completions *ret)
{
    struct type_table *types = heap != NULL ? heap_types(heap) : NULL;
    char word[PROMPT_MAX];
    for (size_t i = 0; types != NULL && i < types->constructors; i++) {
        const char *name = types->by_constructor[i].name;
        if (command_quote(name, strlen(name), word, sizeof word))
            complete_offer(ret, line, cursor, word);
    }
    if (types != NULL)
        type_table_release(types);
}
