// An object opened for looking at: what it is, and its fields by number.
//
//     struct v8_inspection in;
//     struct v8_field field;
//     if (v8_inspect(v8, address, 0, &in))
//         for (uint64_t i = 0; i < in.count; i++)
//             v8_inspect_field(&in, i, &field);
//
// Fields come in the order a JavaScript person expects: what V8 keeps in slots of its own (the
// state of a promise), entries or elements, named properties in order of enumeration; then, when
// asked for, what JavaScript does not see. Nothing is allocated, and memory does not grow with the
// object. An array of ten million elements opens at once; what costs a pass over the object is said
// where it does: v8_properties_open, elements of plain objects (holes are no properties there), and
// jumping far in a collection of which entries were deleted.
#ifndef DUMPDIVE_HEAP_V8_DECODE_INSPECT_H
#define DUMPDIVE_HEAP_V8_DECODE_INSPECT_H

#include "heap/v8/value/properties.h"
#include "heap/v8/value/value.h"

enum {
    FIELD_NAME_MAX = 256,
    INSPECT_SECTIONS = 6,
    INSPECT_SLOTS = 32,
    INSPECT_WINDOW = 256,
    INSPECT_MARKS = 64,
};

enum field_kind {
    FIELD_PROPERTY,
    FIELD_ACCESSOR, // a property with getter or setter; the value is the pair
    FIELD_ELEMENT,
    FIELD_ENTRY,    // of a collection
    FIELD_VARIABLE, // of a scope
    FIELD_INTERNAL, // what V8 keeps in a slot: [[PromiseState]]
    FIELD_HIDDEN,   // what only shows when asked for: [map]
};

enum field_flag {
    FIELD_NOT_ENUMERABLE = 1,
    FIELD_READ_ONLY = 2,
    FIELD_WEAK = 4,
    FIELD_SYMBOL = 8,  // the name is a symbol (or "#private")
    FIELD_NAME_CUT = 16,
    FIELD_QUIET = 32,  // not in previews
    FIELD_ALONE = 64,  // in previews without its name
};

struct v8_field {
    enum field_kind kind;
    unsigned flags;         // set of field_flag
    struct v8_value value;
    struct v8_value key;    // of an entry, else VALUE_ABSENT
    uint64_t index;         // of an element
    uint64_t name_word;     // tagged name of a property; 0: none
    uint64_t slot;          // address of what holds the value; 0: none
    char name[FIELD_NAME_MAX];
};

enum inspect_flag {
    INSPECT_HIDDEN = 1, // fields of FIELD_HIDDEN too
};

struct v8_decoder;
struct v8_inspection;

// A part of the fields. Private to the decoders.
struct v8_section {
    uint64_t count;
    bool (*field)(struct v8_inspection *in, struct v8_section *section, uint64_t index,
                  struct v8_field *ret);
    // Of entries: what v8_inspect_key and v8_inspect_entry return. NULL: there are no keys; no hashes.
    bool (*key)(struct v8_inspection *in, struct v8_section *section, uint64_t index,
                struct v8_value *ret);
    bool (*entry)(struct v8_inspection *in, struct v8_section *section, int32_t key,
                  struct v8_field *ret);
    struct v8_object object; // whose bytes hold the fields
    uint64_t header, unit;   // where they begin and how long each is
    uint64_t slots;          // how many there are, used or not
    bool (*used)(struct v8_inspection *in, const struct v8_section *section, uint64_t slot);
    uint64_t row, slot;      // the row found last, and its slot
    uint64_t marks[INSPECT_MARKS]; // slots of rows at even distances; 0: not known yet
    unsigned detail;         // the decoder's
};

// A slot of its own that an object has. Private to the decoders.
struct v8_slot {
    const char *name; // static
    enum field_kind kind;
    unsigned flags;
    struct v8_value value;
    uint64_t slot;
};

struct v8_inspection {
    const struct v8 *v8;
    struct v8_object object;
    struct v8_object holder; // whose named properties are shown: the object, unless it is a proxy
    enum value_kind value_kind;
    const char *kind;    // family: "object", "array", "map", ...
    uint64_t count;      // of fields
    unsigned flags;
    const struct v8_decoder *decoder;
    size_t section_count, slot_count, hidden_count;
    struct v8_section sections[INSPECT_SECTIONS];
    struct v8_slot slots[INSPECT_SLOTS];   // visible ones
    struct v8_slot hidden[INSPECT_SLOTS];
    struct v8_properties properties;
    char text[256];                        // words of slots point here
    uint32_t window[INSPECT_WINDOW];       // of a dictionary of elements: slots in order of index
    uint64_t window_first, window_count, window_last;
};

// False when no object is at this (untagged) address.
bool v8_inspect(const struct v8 *v8, uint64_t address, unsigned flags, struct v8_inspection *ret);

// Field `index` (below count). False when it cannot be read: `ret` then says so as its value.
bool v8_inspect_field(struct v8_inspection *in, uint64_t index, struct v8_field *ret);

// The key alone of field `index`, without a name for it. False: it is no entry of a map, or not
// readable.
bool v8_inspect_key(struct v8_inspection *in, uint64_t index, struct v8_value *ret);

// The entry of a map whose key is this integer, by its hash. False: there is none, or it is kept in
// another way than is known.
bool v8_inspect_entry(struct v8_inspection *in, int32_t key, struct v8_field *ret);

// The number behind the last field of the part that field `index` (below count) belongs to: to go past
// all elements at once.
uint64_t v8_inspect_part_end(const struct v8_inspection *in, uint64_t index);

// The own field that JavaScript would find by this name: a property, or an element by its index in
// decimal. Costs one pass over the names.
bool v8_inspect_find(struct v8_inspection *in, const char *name, struct v8_field *ret);

const char *field_kind_name(enum field_kind kind); // as in JSON: "property", ...

#endif
