// Stacks of errors, for other decoders: Error.captureStackTrace gives any object one.
#ifndef DUMPDIVE_HEAP_V8_DECODE_DECODE_ERROR_H
#define DUMPDIVE_HEAP_V8_DECODE_DECODE_ERROR_H

#include "heap/v8/function/function.h"
#include "heap/v8/string/print.h"
#include "heap/v8/value/value.h"

// The stack that was captured for an object: its text, or words when nobody asked for it yet.
bool decode_stack(const struct v8 *v8, const struct v8_object *object, struct v8_value *ret);

// "server.js:20:12": a position in the script of a function.
void decode_place(const struct v8 *v8, const struct v8_function *function, uint32_t position,
                  struct print *out);

#endif
