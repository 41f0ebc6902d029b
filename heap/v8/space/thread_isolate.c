#include "heap/v8/space/thread_isolate.h"

enum {
    STATIC_TLS = 4096,     // thread-local variables below the thread pointer, where their size is
                           // not known
    THREAD_CONTROL = 2304, // glibc's struct pthread, above it
};

// What lies below the thread pointer: the blocks of all objects that have one. Below these a thread's
// stack begins, with leftovers of all kinds.
static uint64_t static_tls(const struct v8 *v8)
{
    uint64_t all = 0, size, align;
    for (size_t i = 0; i < dump_object_count(v8->dump); i++)
        if (dump_tls(v8->dump, i, &size, &align) && size < STATIC_TLS && align <= STATIC_TLS)
            all += align > 1 ? (size + align - 1) / align * align : size;
    return all > 0 && all < STATIC_TLS ? (all + 7) & ~7ull : STATIC_TLS;
}

size_t v8_thread_isolate(const struct v8 *v8, const struct dump_thread *thread)
{
    uint64_t tls = thread->registers.tls & ~7ull;
    for (uint64_t at = tls - static_tls(v8); tls != 0 && at < tls + THREAD_CONTROL; at += 8) {
        uint64_t word;
        if (!memory_u64(v8->memory, at, &word) || word == 0)
            continue;
        for (size_t i = 0; i < v8->isolate_count; i++)
            if (v8->isolates[i].address == word)
                return i;
    }
    return SIZE_MAX;
}
