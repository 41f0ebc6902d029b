// The named properties of an object, and the property names of a shape.
//
// V8 keeps them in one of three ways (src/objects/js-objects.h, property-details.h, dictionary.h):
// described by the map's descriptors and stored in the object or in its PropertyArray; in a
// NameDictionary of its own; or, for global objects, in a GlobalDictionary of PropertyCells.
// Elements (integer keys) are not named properties and are not here.
//
// Rows come in the order of enumeration, which is that of creation. Nothing is allocated, and memory
// does not grow with the object: a dictionary is read in windows of its enumeration order.
#ifndef DUMPDIVE_HEAP_V8_VALUE_PROPERTIES_H
#define DUMPDIVE_HEAP_V8_VALUE_PROPERTIES_H

#include "heap/v8/object/object.h"

enum { PROPERTY_WINDOW = 512 }; // rows of a dictionary whose order is known at a time

enum property_place {
    PROPERTY_NOWHERE, // asked of a shape without an object, or damaged
    PROPERTY_IN_OBJECT,
    PROPERTY_IN_ARRAY,      // the object's PropertyArray
    PROPERTY_IN_DESCRIPTOR, // the same for all objects of the shape
    PROPERTY_IN_DICTIONARY,
    PROPERTY_IN_CELL, // PropertyCell of a global object
};

enum property_attribute { // src/objects/property-details.h PropertyAttributes
    PROPERTY_READ_ONLY = 1,
    PROPERTY_DONT_ENUM = 2,
    PROPERTY_DONT_DELETE = 4,
};

enum property_representation { // src/objects/property-details.h Representation
    PROPERTY_ANY = 0,          // not told (dictionaries), or none yet
    PROPERTY_SMI = 1,
    PROPERTY_DOUBLE = 2, // a HeapNumber, unless `raw_double`
    PROPERTY_HEAP_OBJECT = 3,
    PROPERTY_TAGGED = 4,
};

enum property_name_kind {
    PROPERTY_STRING,
    PROPERTY_SYMBOL,
    PROPERTY_PRIVATE_NAME, // "#x" of a class
    PROPERTY_PRIVATE,      // V8's and Node's own private symbols
    PROPERTY_BAD_NAME,     // not a name: damaged
};

struct v8_property {
    uint64_t name;          // tagged String or Symbol
    bool accessor;          // `value` is an AccessorPair (getter 8, setter 16) or an AccessorInfo
    bool raw_double;        // `value` is the bits of a double, not a tagged word (7.8 only)
    uint8_t attributes;     // set of property_attribute
    uint8_t representation; // enum property_representation
    uint8_t place;          // enum property_place
    uint64_t value;         // tagged; 0 when place is PROPERTY_NOWHERE
    uint64_t slot;          // address of the word that holds `value`; 0 when there is none
};

enum property_store {
    PROPERTIES_NONE, // no receiver, or damaged
    PROPERTIES_DESCRIPTORS,
    PROPERTIES_DICTIONARY,
    PROPERTIES_GLOBAL,
};

// An open property list. Copies are independent; the parts are private.
struct v8_properties {
    uint32_t count; // of properties
    enum property_store store;
    const struct v8 *v8;
    struct v8_object object;        // address 0: of a shape alone
    struct v8_object table;         // descriptors or dictionary
    struct v8_object array;         // PropertyArray; size 0: none
    uint32_t entries;               // of `table`, used or not
    uint32_t first_entry;           // offset in `table`
    uint32_t inobject, inobject_at; // slots in the object, and where they begin
    uint64_t layout_descriptor;     // tagged, 7.8: which fields are raw doubles
    uint32_t window_first, window_count;
    uint64_t window_last; // key of its last row
    uint32_t window[PROPERTY_WINDOW];
};

// The properties of a JSReceiver. False when the object is none (count is 0 then). Costs one pass
// over the entries of a dictionary.
bool v8_properties_open(const struct v8 *v8, const struct v8_object *object,
                        struct v8_properties *ret);

// The properties that a map describes, without an object: names, attributes and representations.
// Shapes in dictionary mode describe none (`store` is PROPERTIES_DICTIONARY).
bool v8_properties_open_shape(const struct v8 *v8, uint64_t map, struct v8_properties *ret);

// Property `index` (below count) in order of enumeration. Near the last one asked for it costs
// nothing; a far jump in a dictionary costs three passes over it.
bool v8_properties_at(struct v8_properties *properties, uint32_t index, struct v8_property *ret);

// The next property in the order of storage, for those who want all of them and no order. Begin
// with `*cursor` 0. False when there are no more.
bool v8_properties_next(const struct v8_properties *properties, uint32_t *cursor,
                        struct v8_property *ret);

// The own property with this very name (a tagged internalized string or symbol). A dictionary is
// probed by the name's hash.
bool v8_property_find(const struct v8 *v8, const struct v8_object *object, uint64_t name,
                      struct v8_property *ret);

// The same among what a map describes. False too for shapes in dictionary mode.
bool v8_shape_property_find(const struct v8 *v8, uint64_t map, uint64_t name,
                            struct v8_property *ret);

// The own property whose name is this ASCII string, or, with `symbol`, a symbol of this
// description. Compares with every name of the object, without decoding it.
bool v8_property_find_text(const struct v8 *v8, const struct v8_object *object, const char *text,
                           bool symbol, struct v8_property *ret);

// Text of a property's name, cut to fit: "x", "Symbol(x)", "#x". Always terminates `buffer`.
enum property_name_kind v8_property_name(const struct v8 *v8, uint64_t name, char *buffer,
                                         size_t capacity);

#endif
