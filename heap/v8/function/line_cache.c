#include "heap/v8/function/line_cache.h"

void line_cache_init(struct line_cache *cache, const struct v8 *v8)
{
    *cache = (struct line_cache){.v8 = v8};
}

static void drop(struct line_cache *cache, size_t i)
{
    source_lines_destroy(cache->entries[i].lines);
    cache->entries[i].lines = NULL;
    cache->entries[i].script = 0;
}

void line_cache_deinit(struct line_cache *cache)
{
    for (size_t i = 0; i < LINE_CACHE_SCRIPTS; i++)
        drop(cache, i);
}

// The entry in use that was used least lately; LINE_CACHE_SCRIPTS: none is.
static size_t oldest_entry(const struct line_cache *cache)
{
    size_t oldest = LINE_CACHE_SCRIPTS;
    for (size_t i = 0; i < LINE_CACHE_SCRIPTS; i++)
        if (cache->entries[i].script != 0 &&
            (oldest == LINE_CACHE_SCRIPTS || cache->entries[i].used < cache->entries[oldest].used))
            oldest = i;
    return oldest;
}

// Tables grow behind our back while they are used: give up the oldest until they fit again.
static void shrink(struct line_cache *cache)
{
    size_t bytes = 0, oldest;
    for (size_t i = 0; i < LINE_CACHE_SCRIPTS; i++)
        bytes += cache->entries[i].script != 0 ? source_lines_memory(cache->entries[i].lines) : 0;
    while (bytes > LINE_CACHE_BYTES && (oldest = oldest_entry(cache)) < LINE_CACHE_SCRIPTS) {
        bytes -= source_lines_memory(cache->entries[oldest].lines);
        drop(cache, oldest);
    }
}

struct source_lines *line_cache_get(struct line_cache *cache, const struct v8_script *script)
{
    size_t oldest = 0;
    cache->turn++;
    for (size_t i = 0; i < LINE_CACHE_SCRIPTS; i++) {
        if (cache->entries[i].script == script->object.address) {
            cache->entries[i].used = cache->turn;
            return cache->entries[i].lines;
        }
        if (cache->entries[i].script == 0 || cache->entries[i].used < cache->entries[oldest].used)
            oldest = i;
    }
    shrink(cache);
    if (cache->entries[oldest].script != 0)
        drop(cache, oldest);
    struct source_lines *lines;
    if (!source_lines_create(cache->v8, script, &lines))
        return NULL;
    cache->entries[oldest].script = script->object.address;
    cache->entries[oldest].used = cache->turn;
    cache->entries[oldest].lines = lines;
    return lines;
}
