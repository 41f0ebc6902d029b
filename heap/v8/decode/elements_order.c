#include "heap/v8/decode/elements_order.h"

#include <stdlib.h>

enum {
    HEAP_NUMBER_VALUE = 8, // src/objects/heap-number.h
    DIGIT_BITS = 8,        // an index is found digit by digit
    DIGITS = 1 << DIGIT_BITS,
};

bool elements_order_index(const struct v8_section *section, uint64_t slot, uint32_t *ret,
                          const struct v8 *v8)
{
    uint64_t key = v8_word(&section->object, section->header + section->unit * slot), bits;
    struct v8_object number;
    double value;
    if (v8_is_smi(key)) {
        *ret = (uint32_t)v8_smi(key);
        return v8_smi(key) >= 0;
    }
    // Indexes from 2^31 on are HeapNumbers; undefined and the hole say that the slot is free.
    if (!v8_object_of(v8, key, &number) || number.shape.type != ITYPE_HEAP_NUMBER)
        return false;
    bits = v8_word(&number, HEAP_NUMBER_VALUE);
    memcpy(&value, &bits, sizeof value);
    if (!(value >= 0 && value < UINT32_MAX))
        return false;
    *ret = (uint32_t)value;
    return true;
}

uint64_t elements_order_count(const struct v8_section *section, const struct v8 *v8)
{
    uint64_t count = 0;
    uint32_t index;
    for (uint64_t slot = 0; slot < section->slots; slot++)
        count += elements_order_index(section, slot, &index, v8);
    return count;
}

// The key by which rows are ordered; slots break ties, which only a damaged table has.
static bool key_of(const struct v8_section *section, const struct v8 *v8, uint64_t slot,
                   uint64_t *ret)
{
    uint32_t index;
    if (!elements_order_index(section, slot, &index, v8))
        return false;
    *ret = (uint64_t)index << 32 | slot;
    return true;
}

// The key of row `row`, from its highest digit to its lowest.
static uint64_t key_of_row(const struct v8_section *section, const struct v8 *v8, uint64_t row)
{
    uint64_t prefix = 0, key;
    for (int shift = 64 - DIGIT_BITS; shift >= 0; shift -= DIGIT_BITS) {
        uint64_t histogram[DIGITS] = {0}, digit = 0;
        for (uint64_t slot = 0; slot < section->slots; slot++)
            if (key_of(section, v8, slot, &key) &&
                (shift == 64 - DIGIT_BITS || key >> (shift + DIGIT_BITS) == prefix))
                histogram[key >> shift & (DIGITS - 1)]++;
        while (digit + 1 < DIGITS && row >= histogram[digit])
            row -= histogram[digit++];
        prefix = prefix << DIGIT_BITS | digit;
    }
    return prefix;
}

// Keep the largest of `count` keys at the root.
static void sift(uint64_t *keys, size_t count, size_t at)
{
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        if (child + 1 < count && keys[child + 1] > keys[child])
            child++;
        if (keys[at] >= keys[child])
            return;
        uint64_t key = keys[at];
        keys[at] = keys[child];
        keys[child] = key;
    }
}

static int compare(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

// The smallest keys from `least` on become the window.
static void collect(struct v8_inspection *in, const struct v8_section *section, uint64_t least)
{
    uint64_t keys[INSPECT_WINDOW] = {0}, key;
    size_t count = 0;
    for (uint64_t slot = 0; slot < section->slots; slot++) {
        if (!key_of(section, in->v8, slot, &key) || key < least)
            continue;
        if (count < INSPECT_WINDOW) {
            keys[count++] = key;
            for (size_t i = count == INSPECT_WINDOW ? count / 2 : 0; i-- > 0;)
                sift(keys, count, i);
        } else if (key < keys[0]) {
            keys[0] = key;
            sift(keys, count, 0);
        }
    }
    qsort(keys, count, sizeof *keys, compare);
    for (size_t i = 0; i < count; i++)
        in->window[i] = (uint32_t)keys[i];
    in->window_count = count;
    in->window_last = count > 0 ? keys[count - 1] : 0;
}

bool elements_order_slot(struct v8_inspection *in, const struct v8_section *section, uint64_t row,
                         uint64_t *ret)
{
    if (row >= section->count || section->slots > UINT32_MAX)
        return false;
    if (row - in->window_first >= in->window_count) {
        bool next = in->window_count > 0 && row == in->window_first + in->window_count;
        uint64_t first = next ? row : row < INSPECT_WINDOW ? 0 : row - INSPECT_WINDOW / 4;
        collect(in, section, next ? in->window_last + 1
                             : first == 0 ? 0
                                          : key_of_row(section, in->v8, first));
        in->window_first = first;
        if (row - first >= in->window_count)
            return false;
    }
    *ret = in->window[row - in->window_first];
    return true;
}
