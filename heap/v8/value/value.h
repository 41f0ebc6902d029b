// One value, as the heap holds it and as JavaScript sees it.
#ifndef DUMPDIVE_HEAP_V8_VALUE_VALUE_H
#define DUMPDIVE_HEAP_V8_VALUE_VALUE_H

#include "heap/v8/object/object.h"

// How a value is held.
enum value_form {
    VALUE_ABSENT,   // there is none: a hole, a getter that was not called
    VALUE_TAGGED,   // `word`
    VALUE_DOUBLE,   // `number`, raw
    VALUE_INTEGER,  // `integer`, a raw int64
    VALUE_UNSIGNED, // `word`, a raw uint64
    VALUE_BIGINT,   // `integer`, an element of a BigInt64Array
    VALUE_BIGUINT,  // `word`, of a BigUint64Array
    VALUE_ADDRESS,  // `word`, an address of the process that is no heap object's
    VALUE_STRING,   // `text`: a string that JavaScript would compute
    VALUE_WORDS,    // `text`: the engine's or V8's words, not a JavaScript value: "pending"
    VALUE_UNKNOWN,  // `text` says why
};

struct v8_value {
    enum value_form form;
    union {
        uint64_t word;
        int64_t integer;
        double number;
    };
    const char *text; // static, or in the inspection that the value is from
};

// What a value is.
enum value_kind {
    KIND_UNKNOWN, // unreadable
    KIND_UNDEFINED,
    KIND_NULL,
    KIND_BOOLEAN,
    KIND_NUMBER,
    KIND_STRING,
    KIND_SYMBOL,
    KIND_BIGINT,
    KIND_FUNCTION,
    KIND_OBJECT,   // every other JSReceiver
    KIND_HOLE,     // no value: a hole of an array, a variable before its declaration ran
    KIND_INTERNAL, // an object that JavaScript cannot reach
    KIND_CLEARED,  // a weak reference whose target died
    KIND_ADDRESS,
    KIND_WORDS,
};

struct v8_what {
    enum value_kind kind;
    bool weak;
    bool truth;              // KIND_BOOLEAN
    double number;           // KIND_NUMBER
    struct v8_object object; // address 0: none. A hole has an address and a size of 0.
};

// Decode a value far enough to tell what it is.
void v8_value_what(const struct v8 *v8, const struct v8_value *value, struct v8_what *ret);
void v8_word_what(const struct v8 *v8, uint64_t tagged, struct v8_what *ret);

// The same for the object at an address. False when no object is there.
bool v8_object_what(const struct v8 *v8, uint64_t address, struct v8_what *ret);

static inline struct v8_value v8_tagged(uint64_t word)
{
    return (struct v8_value){.form = VALUE_TAGGED, .word = word};
}

static inline struct v8_value v8_words(const char *text)
{
    return (struct v8_value){.form = VALUE_WORDS, .text = text};
}

static inline struct v8_value v8_string_value(const char *text)
{
    return (struct v8_value){.form = VALUE_STRING, .text = text};
}

static inline struct v8_value v8_unknown(const char *why)
{
    return (struct v8_value){.form = VALUE_UNKNOWN, .text = why};
}

static inline struct v8_value v8_number(double number)
{
    return (struct v8_value){.form = VALUE_DOUBLE, .number = number};
}

// What typeof says, for the column "type" of primitives; "" for objects and internals.
const char *value_kind_name(enum value_kind kind);

// Is this word the hole, of any version? Cheap: for skipping deleted entries.
bool v8_is_hole(const struct v8 *v8, uint64_t word);
bool v8_is_undefined(const struct v8 *v8, uint64_t word);

#endif
