// What a family of objects has to tell about itself. Private to the decoders (decode_*.c), which
// fill an inspection with sections and slots, and to inspect.c and preview.c, which use them.
#ifndef DUMPDIVE_HEAP_V8_DECODE_DECODE_H
#define DUMPDIVE_HEAP_V8_DECODE_DECODE_H

#include "heap/v8/decode/inspect.h"
#include "heap/v8/string/print.h"

enum decoder_flag {
    DECODER_LIST = 1,    // shown as [a, b]: elements without their indexes
    DECODER_WHOLE = 2,   // the title says it all; a body only when there are own properties
};

struct v8_decoder {
    const char *kind;
    unsigned flags;
    // Add slots and sections, but for named properties and hidden fields.
    void (*open)(struct v8_inspection *in);
    // What stands before the body: "Array(3)". `name` is the class's. NULL: the name.
    void (*title)(const struct v8 *v8, const struct v8_object *object, const char *name,
                  struct print *out);
    // What a property that V8 computes natively (AccessorInfo) reads. False: not known.
    bool (*native)(struct v8_inspection *in, const char *name, struct v8_value *ret);
};

const struct v8_decoder *v8_decoder_of(const struct v8 *v8, const struct v8_object *object,
                                       enum value_kind kind);

extern const struct v8_decoder decoder_api, decoder_arguments, decoder_array, decoder_array_buffer,
    decoder_bigint, decoder_bound, decoder_collection_iterator, decoder_context, decoder_data_view, decoder_date,
    decoder_disposable,
    decoder_error, decoder_function, decoder_generator, decoder_global_proxy, decoder_internal, decoder_map, decoder_namespace, decoder_number,
    decoder_object, decoder_oddball, decoder_promise, decoder_proxy, decoder_regexp,
    decoder_registry, decoder_set, decoder_string, decoder_symbol, decoder_typed_array,
    decoder_temporal, decoder_wasm_global, decoder_weak_map, decoder_weak_ref, decoder_weak_set,
    decoder_wrapped, decoder_wrapper;

// --- for decoders --------------------------------------------------------------------------------

// A slot that JavaScript people know, such as [[PromiseState]].
void decode_slot(struct v8_inspection *in, const char *name, struct v8_value value, uint64_t slot,
                 unsigned flags);
// The same for the tagged word at `offset` of the object.
void decode_word(struct v8_inspection *in, const char *name, uint64_t offset);
void decode_hidden(struct v8_inspection *in, const char *name, struct v8_value value,
                   uint64_t slot);

// A section whose rows are `slots` units of `unit` bytes behind `header` bytes of an object, as far
// as they lie within it. All of them count unless `used` says which do: then `count` has to be set,
// or v8_section_count called.
struct v8_section *decode_section(struct v8_inspection *in, const struct v8_object *object,
                                  uint64_t header, uint64_t unit, uint64_t slots);
void v8_section_count(struct v8_inspection *in, struct v8_section *section);
// The slot of a row, when `used` leaves some out.
bool v8_section_slot(struct v8_inspection *in, struct v8_section *section, uint64_t row,
                     uint64_t *slot);

// A section whose rows are the objects of a list, linked by the word at `next` of each, the last by
// what is no such object. One that is a circle is counted once around. The section remembers where
// it was, so that going on costs one step.
struct v8_section *decode_list(struct v8_inspection *in, const struct v8_object *first,
                               uint64_t next);
bool decode_list_find(struct v8_inspection *in, struct v8_section *section, uint64_t row,
                      struct v8_object *ret);

// The elements of a JSObject, by what holds them (decode_array.c). `length`: rows to show, holes
// included; UINT64_MAX: only those that are there.
void decode_elements(struct v8_inspection *in, uint64_t length);
// The same for an elements object at hand.
void decode_store(struct v8_inspection *in, const struct v8_object *store, uint64_t length);

// Fields of a receiver's type that no decoder of its own tells about, as slots.
void decode_own_fields(struct v8_inspection *in);

// The object word by word.
void decode_words(struct v8_inspection *in);

// Internal fields of an object that C++ made (decode_api.c).
void decode_internal_fields(struct v8_inspection *in);

// A context's slot may hold a cell that has the value (V8 14): replace it by what is in it.
void decode_context_cell(const struct v8 *v8, struct v8_value *value, uint64_t *slot);

// Name an entry by its key.
void decode_entry_name(const struct v8 *v8, const struct v8_value *key, struct v8_field *ret);

// Hidden fields of an object that the table of fields knows: [properties], [elements], ...
void decode_table_fields(struct v8_inspection *in);

static inline uint64_t decode_slot_address(const struct v8_object *object, uint64_t offset)
{
    return offset + 8 <= object->size ? object->address + offset : 0;
}

#endif
