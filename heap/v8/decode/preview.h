// A value in one line, in the manner of util.inspect and DevTools:
//
//     "text"   42   -0   123n   undefined   Symbol(x)   /a+/g
//     Keyring {issuer: "colonel-mustard", keys: Array(3)}
//     {a: 1, b: {…}}      Array(1,000) [0, 1, <2 empty items>, …]      Map(2) {"a" => 1, …}
//
// Text may come from the dump: quotes, backslashes and C0 controls in strings are escaped as in
// JavaScript, the rest is for whoever writes it to a terminal (views/text.h).
#ifndef DUMPDIVE_HEAP_V8_DECODE_PREVIEW_H
#define DUMPDIVE_HEAP_V8_DECODE_PREVIEW_H

#include "heap/v8/decode/inspect.h"
#include "heap/v8/string/print.h"

enum {
    PREVIEW_TEXT = 512, // bytes that a preview takes at most when the caller has no other idea
};

// With `body`, some of an object's fields too. Cut to fit `out`; "…" stands for what is left out.
void v8_preview(const struct v8 *v8, const struct v8_value *value, bool body, struct print *out);

// The same for the object at an address.
void v8_preview_object(const struct v8 *v8, uint64_t address, bool body, struct print *out);

// A string in quotes, of which at most `units` code units are shown.
void v8_preview_string(const struct v8 *v8, const struct v8_object *string, uint32_t units,
                       struct print *out);

// What stands for the value of an accessor: "[Getter/Setter]".
void v8_preview_accessor(const struct v8 *v8, const struct v8_value *value, struct print *out);

// What a value is in one word: "number", "function", or a class's or internal type's name.
// `buffer` holds CLASS_NAME_MAX bytes (heap/v8/naming/class_name.h).
void v8_type_text(const struct v8 *v8, const struct v8_value *value, char *buffer);

#endif
