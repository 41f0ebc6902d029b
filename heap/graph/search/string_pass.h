// A pass over all strings of the heap, on the workers of a pool: finding them among the objects of
// a page is the same for every question.
#ifndef DUMPDIVE_HEAP_GRAPH_SEARCH_STRING_PASS_H
#define DUMPDIVE_HEAP_GRAPH_SEARCH_STRING_PASS_H

#include "heap/graph/index/index.h"
#include "heap/v8/string/string.h"

enum { STRING_PASS_MAPS = 256 }; // power of two

// What one worker knows of the maps it met. All zeros at first.
struct string_pass {
    struct {
        uint64_t map;           // tagged; 0: none
        bool string;
        struct v8_shape shape;  // of strings
    } maps[STRING_PASS_MAPS];
};

// Visit the strings on a page in order of address. `visit` returns false to stop, which is passed on.
bool string_pass_page(struct string_pass *pass, const struct v8 *v8,
                      const struct object_index *index, size_t page,
                      bool (*visit)(void *context, const struct v8_string *string), void *context);

#endif
