// What the maps in a dump say before any instance type is known: their numbers, sizes and visitor
// ids, and where objects of each number are. V8's layout of Map itself is the same from 7.8 to 14.6.
#ifndef DUMPDIVE_HEAP_V8_CALIBRATE_CALIBRATE_MAPS_H
#define DUMPDIVE_HEAP_V8_CALIBRATE_CALIBRATE_MAPS_H

#include "heap/v8/object/shape.h"

enum {
    MAPS_NONE = 0xff, // size of a number that no map has
    MAPS_SAMPLES = 64,
    MAPS_WORDS = 8,   // of an object behind its map that are looked at
    MAPS_TARGETS = 6,
};

// What one word of the objects of a number holds.
struct map_word {
    uint8_t smi, raw; // how often a Smi, or neither a Smi nor a pointer to an object
    struct {
        uint16_t number; // instance type number of what is pointed at
        uint8_t count;
    } targets[MAPS_TARGETS];
    uint8_t others;      // pointers to objects of further numbers
};

// All maps of one instance type number.
struct map_kind {
    uint16_t number;
    uint8_t size;      // smallest instance size in words; 0: the objects tell
    uint8_t visitor;
    bool outside;      // some lie outside read-only space, as those of JavaScript objects do
    uint16_t samples;  // objects seen
    uint32_t first_sample;
    struct map_word words[MAPS_WORDS]; // of these
};

// A word that points at a map: mostly the first of an object.
struct map_sample {
    const struct v8_page *page;
    uint64_t at;       // offset from page->start
    uint64_t size;     // in bytes; 0: not known yet
};

struct map_facts {
    const struct v8 *v8;
    uint16_t map_number;       // instance type of maps
    struct map_kind *kinds;    // of numbers that have maps, by number
    size_t kind_count;
    uint64_t *words;           // hash set of map words
    uint16_t *numbers;         // parallel: their instance types
    uint8_t *sizes;            // parallel: their instance sizes in words
    size_t mask, map_count;
    struct map_sample *samples;
    bool walked;               // the samples are known to be objects
};

// Look at the maps, and at some objects of each number, in the first 128 MB of heap.
// `ret->kind_count` is 0 when there are no maps. False: out of memory.
bool map_facts_read(const struct v8 *v8, struct map_facts *ret);
// Look at the objects again, now that v8 knows where each one ends: only at their true beginnings.
void map_facts_walk(struct map_facts *facts);
void map_facts_free(struct map_facts *facts);

// The maps of a number, or NULL.
const struct map_kind *map_facts_kind(const struct map_facts *facts, uint16_t number);

// The instance type number of the object that a tagged word points at; false when it points at none.
bool map_facts_number(const struct map_facts *facts, uint64_t word, uint16_t *ret);

// With this rule, how many of the objects seen end where another object, or the page, begins or
// ends?
uint16_t map_facts_try(const struct map_facts *facts, const struct map_kind *kind,
                       const struct size_rule *rule);

#endif
