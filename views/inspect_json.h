// An inspected object as JSON, nested.
#ifndef DUMPDIVE_VIEWS_INSPECT_JSON_H
#define DUMPDIVE_VIEWS_INSPECT_JSON_H

#include "heap/v8/decode/inspect.h"
#include "views/json.h"

struct heap;

enum {
    INSPECT_DEPTH_MAX = 64,
};

struct inspect_json {
    const struct v8 *v8;
    const struct heap *heap; // for retained sizes and distances; NULL: they are not known
    unsigned flags;    // enum inspect_flag
    unsigned depth;    // levels of fields: 1 is the subject's own
    uint64_t fields;   // at most so many of each object
    struct json_writer *writer;
};

// One value with its fields:
//   {"address", "type", "kind", "instance_type", "shape", "shallow", "retained", "distance",
//    "value", "length", "fields": [{"name", "kind", "type", "value", "address", "fields"}, ...]}
// `value` is a JSON value where there is one (a string's text, a finite number, a boolean, null)
// and the preview otherwise; `type` tells them apart. `address` is that of the object the value
// refers to, null for what is none. `slot` is where the value itself is held.
void inspect_json_write(const struct inspect_json *json, const struct v8_value *value);

#endif
