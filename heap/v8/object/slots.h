// What the words of an object are: tagged or raw, and which tagged ones do not hold on to what
// they point to.
//
// The words that the garbage collector visits, as the BodyDescriptor of each type lists them
// (src/objects/objects-body-descriptors-inl.h and the generated descriptors of each line of V8).
// One row per instance type and line of V8; types without a row consist of tagged words. Checked
// on cores: no word called tagged holds anything but Smis and pointers to object starts.
#ifndef DUMPDIVE_HEAP_V8_OBJECT_SLOTS_H
#define DUMPDIVE_HEAP_V8_OBJECT_SLOTS_H

#include "heap/v8/object/shape.h"

enum slot_form {
    SLOTS_NONE,      // raw behind the map word
    SLOTS_TAGGED,    // every word
    SLOTS_MASKED,    // by `raw` and `weak`; words from 64 on by `raw_tail`
    SLOTS_EPHEMERON, // EphemeronHashTable: FixedArray header, three Smis, pairs of key and value
    SLOTS_CONTEXT,   // a native context: tagged, the last but one weak, the last raw
    SLOTS_CODE,      // tagged header by `raw`, then machine code with pointers in instructions
    SLOTS_PREPARSE,  // PreparseData: bytes, then tagged words
    SLOTS_FUNCTION,  // a JSFunction with a dispatch handle in word 3 (dispatch.h), else tagged
    SLOTS_SMALL_TABLE, // SmallOrderedHash*: header, tagged entries, then bytes
};

enum {
    SLOTS_WORDS = 64,           // of the masks
    SLOTS_EPHEMERONS_FIRST = 5, // word of the first key
    SLOTS_DISPATCH = 3,
};

// Bit n stands for word n of the object (byte 8 n). Word 0, the map, is tagged everywhere.
struct slot_plan {
    uint8_t form;      // enum slot_form
    bool raw_tail;     // SLOTS_MASKED: words from 64 on are raw
    uint8_t weak_last; // SLOTS_CONTEXT: words before the last that are weak by what they mean
    uint16_t code_at;  // SLOTS_CODE: byte where the instructions begin
    uint64_t raw;      // no tagged words
    uint64_t weak;     // tagged as strong, but weak by what they mean (WeakCell::target)
};

// The plan for all objects of a shape. Reads the map for what only it tells (7.8's layout
// descriptor: which double fields are raw).
void v8_slots(const struct v8 *v8, const struct v8_shape *shape, struct slot_plan *ret);

// Words [*first, *end) that are tagged in an object of a form whose bounds it tells itself
// (SLOTS_PREPARSE, SLOTS_SMALL_TABLE). `size` bytes of the object can be read.
void v8_slots_bounds(enum itype type, const uint8_t *object, uint64_t size, uint64_t *first,
                     uint64_t *end);

#endif
