// Line tables of the scripts looked at last, so that a list of functions costs little a row and the
// memory for it is bounded. Not thread-safe: one for each view.
#ifndef DUMPDIVE_HEAP_V8_FUNCTION_LINE_CACHE_H
#define DUMPDIVE_HEAP_V8_FUNCTION_LINE_CACHE_H

#include "heap/v8/function/source_lines.h"

enum {
    LINE_CACHE_SCRIPTS = 64,
    LINE_CACHE_BYTES = 16 << 20, // kept between calls; one table alone may be larger
};

struct line_cache {
    const struct v8 *v8;
    uint64_t turn;
    struct {
        uint64_t script; // address; 0: free
        uint64_t used;   // turn of the last use
        struct source_lines *lines;
    } entries[LINE_CACHE_SCRIPTS];
};

void line_cache_init(struct line_cache *cache, const struct v8 *v8);
void line_cache_deinit(struct line_cache *cache);

// The lines of a script; valid until the next call. NULL: it has no source, or out of memory.
struct source_lines *line_cache_get(struct line_cache *cache, const struct v8_script *script);

#endif
