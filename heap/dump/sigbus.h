// Survive a mapped file that becomes shorter, or that the disk refuses to deliver.
// Internal to heap/dump.
//
// Touching a page that the file no longer has raises SIGBUS. While any mapping is guarded, a
// process-wide handler puts a page of zeros there, so that the reader goes on, and notes the loss
// in the watch of the mapping's owner. A SIGBUS elsewhere goes to the handler that was installed
// before. A signal handler has no argument to find the dump by, hence the one global list here.
#ifndef DUMPDIVE_HEAP_DUMP_SIGBUS_H
#define DUMPDIVE_HEAP_DUMP_SIGBUS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// One for each dump; what its mappings lost.
struct sigbus_watch {
    _Atomic uint64_t lost_bytes;
};

struct sigbus_guard;

// Guard the page-aligned read-only mapping [start, start + size). NULL when out of memory.
// The watch must outlive the guard.
struct sigbus_guard *sigbus_guard(const void *start, size_t size, struct sigbus_watch *watch);

// Stop guarding; nobody may be reading the mapping any more. NULL is fine.
void sigbus_unguard(struct sigbus_guard *guard);

bool sigbus_overlaps_loss(const void *start, size_t size);

// Were bytes of [start, start + size) lost? Ask after having read them.
static inline bool sigbus_lost(const struct sigbus_watch *watch, const void *start, size_t size)
{
    if (__builtin_expect(atomic_load_explicit(&watch->lost_bytes, memory_order_relaxed) == 0, 1))
        return false;
    return sigbus_overlaps_loss(start, size);
}

#endif
