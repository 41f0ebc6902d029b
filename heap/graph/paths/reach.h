// Reachability and distance: how many references every object is from a root.
//
// Distances are those of DevTools: those of a global object (of a native context) are 1, of what it
// refers to 2, and so on. What no global object leads to is counted anew from the other roots and
// lies in the system's tier. Properties and elements of an object count as its own references, not
// as those of the arrays they lie in (shortcuts.h). Weak references do not lead anywhere; the value
// of an ephemeron is reached when key and table are, and counts from the farther of the two.
//
// Breadth first, level by level: small levels one object after the other, large ones page by page
// in order of address on all workers.
#ifndef DUMPDIVE_HEAP_GRAPH_PATHS_REACH_H
#define DUMPDIVE_HEAP_GRAPH_PATHS_REACH_H

#include "heap/graph/edges/reverse.h"
#include "heap/graph/edges/shortcuts.h"
#include "heap/graph/roots/roots.h"

#define REACH_NONE UINT32_MAX     // not reached: garbage that was not collected yet
#define REACH_TIER 0x80000000u    // bit of levels in the system's tier
#define REACH_FIRST 1u            // level of global objects
#define REACH_FIRST_SYSTEM 3u     // of what other roots hold: below two synthetic nodes in DevTools
#define REACH_SYSTEM 100000000u   // added to distances in the system's tier, as in DevTools

struct reach {
    struct big_array levels; // of each object, `width` bytes; all ones: never reached
    unsigned width;          // 1, 2 or 4: as small as the deepest object allows
    uint32_t deepest;        // level without tier
    uint64_t reached;        // objects
};

// Finds the rest of the roots on its way (roots_find_rest). False: cancelled or out of memory.
bool reach_create(const struct shortcuts *shortcuts, const struct reverse *reverse,
                  struct roots *roots, struct job *job, struct pool *pool, uint64_t limit,
                  struct reach **ret);
// The way to one object as though others were gone: levels of it and of all that is nearer. `gone`
// has a bit of each object; their level is REACH_NONE. The roots are all found already: what only
// looks like a reference is one to what nothing certain held before.
bool reach_create_without(const struct shortcuts *shortcuts, const struct reverse *reverse,
                          const struct roots *roots, const uint64_t *gone, uint32_t object,
                          struct job *job, struct pool *pool, uint64_t limit, struct reach **ret);
void reach_destroy(struct reach *reach); // NULL is fine

// The level of an object: one more than that of the nearest object that refers to it, or that of
// the roots of its tier. Levels of the system's tier are greater than all others. REACH_NONE:
// unreachable.
static inline uint32_t reach_level(const struct reach *reach, uint32_t id)
{
    uint32_t level;
    switch (reach->width) {
    case 1:
        level = ((const uint8_t *)reach->levels.bytes)[id];
        return level == UINT8_MAX ? REACH_NONE : level + (level >> 7) * (REACH_TIER - (1u << 7));
    case 2:
        level = ((const uint16_t *)reach->levels.bytes)[id];
        return level == UINT16_MAX ? REACH_NONE
                                   : level + (level >> 15) * (REACH_TIER - (1u << 15));
    default:
        return ((const uint32_t *)reach->levels.bytes)[id];
    }
}

// As DevTools counts: REACH_SYSTEM and more for what no global object leads to; REACH_NONE.
static inline uint32_t reach_distance(const struct reach *reach, uint32_t id)
{
    uint32_t level = reach_level(reach, id);
    if (level == REACH_NONE || (level & REACH_TIER) == 0)
        return level;
    return REACH_SYSTEM + (level & ~REACH_TIER);
}

#endif
