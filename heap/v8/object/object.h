// One object on the heap, read with every bound checked, and the tagged words in it.
#ifndef DUMPDIVE_HEAP_V8_OBJECT_OBJECT_H
#define DUMPDIVE_HEAP_V8_OBJECT_OBJECT_H

#include "heap/v8/object/shape.h"
#include "heap/v8/v8.h"

#include <string.h>

// `bytes` stays valid as long as the heap is open. Decoders read through v8_word and its like,
// which give 0 beyond the object: a hostile length can mislead, never overrun.
struct v8_object {
    uint64_t address;      // untagged
    uint64_t size;         // bytes, by map and size rule; fits its page
    const uint8_t *bytes;
    struct v8_shape shape;
};

// The object at an untagged address. False when no valid map word, or no plausible size, is there.
// It does not prove that an object starts there: the object index does (graph/index.h).
bool v8_object_at(const struct v8 *v8, uint64_t address, struct v8_object *ret);
// The same for a tagged word, strong or weak; a forwarded object is followed to its copy.
bool v8_object_of(const struct v8 *v8, uint64_t tagged, struct v8_object *ret);

static inline uint64_t v8_word(const struct v8_object *object, uint64_t offset)
{
    uint64_t word = 0;
    if (object->size >= 8 && offset <= object->size - 8)
        memcpy(&word, object->bytes + offset, sizeof word);
    return word;
}

static inline uint32_t v8_u32(const struct v8_object *object, uint64_t offset)
{
    uint32_t word = 0;
    if (object->size >= 4 && offset <= object->size - 4)
        memcpy(&word, object->bytes + offset, sizeof word);
    return word;
}

static inline uint16_t v8_u16(const struct v8_object *object, uint64_t offset)
{
    return (uint16_t)(object->size >= 2 && offset <= object->size - 2
                          ? object->bytes[offset] | object->bytes[offset + 1] << 8
                          : 0);
}

static inline uint8_t v8_u8(const struct v8_object *object, uint64_t offset)
{
    return offset < object->size ? object->bytes[offset] : 0;
}

// --- tagged words: src/include/v8-internal.h, src/objects/tagged-impl.h (31-bit Smis in the upper
// half of the word, no pointer compression) ------------------------------------------------------

static inline bool v8_is_smi(uint64_t word)
{
    return (word & 1) == 0;
}

static inline int32_t v8_smi(uint64_t word)
{
    return (int32_t)(word >> 32);
}

static inline bool v8_is_strong(uint64_t word)
{
    return (word & V8_TAG_MASK) == V8_TAG;
}

static inline bool v8_is_weak(uint64_t word)
{
    return (word & V8_TAG_MASK) == V8_WEAK_TAG && (uint32_t)word != V8_CLEARED_WEAK;
}

static inline bool v8_is_cleared(uint64_t word)
{
    return (uint32_t)word == V8_CLEARED_WEAK;
}

// Strong or weak pointer → untagged address.
static inline uint64_t v8_untag(uint64_t word)
{
    return word & ~(uint64_t)V8_TAG_MASK;
}

#endif
