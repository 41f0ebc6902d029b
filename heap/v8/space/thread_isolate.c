#include "heap/v8/space/thread_isolate.h"

enum {
    STATIC_TLS = 4096,     // thread-local variables of the executable, below the thread pointer
    THREAD_CONTROL = 2304, // glibc's struct pthread, above it
};

size_t v8_thread_isolate(const struct v8 *v8, const struct dump_thread *thread)
{
    uint64_t tls = thread->registers.tls & ~7ull;
    for (uint64_t at = tls - STATIC_TLS; tls != 0 && at < tls + THREAD_CONTROL; at += 8) {
        uint64_t word;
        if (!memory_u64(v8->memory, at, &word) || word == 0)
            continue;
        for (size_t i = 0; i < v8->isolate_count; i++)
            if (v8->isolates[i].address == word)
                return i;
    }
    return SIZE_MAX;
}
