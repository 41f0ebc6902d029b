// From a place in bytecode to a place in the source.
//
// V8 keeps a table of (bytecode offset, source position) beside each BytecodeArray
// (src/codegen/source-position-table.h), or none when the function was compiled without: V8 makes
// it when an error's stack is formatted.
#ifndef DUMPDIVE_HEAP_V8_FUNCTION_SOURCE_POSITIONS_H
#define DUMPDIVE_HEAP_V8_FUNCTION_SOURCE_POSITIONS_H

#include "heap/v8/object/object.h"

// The bytecode of a definition (SharedFunctionInfo). False: it is not compiled, or not JavaScript.
bool v8_bytecode_of(const struct v8 *v8, const struct v8_object *shared, struct v8_object *ret);

// Bytes before the first bytecode.
uint32_t v8_bytecode_header(const struct v8 *v8);

// The position in the script of the bytecode at `offset` (from the first bytecode): that of the
// last entry at or before it. False: there is no table, or nothing in it.
bool v8_source_position(const struct v8 *v8, const struct v8_object *bytecode, uint32_t offset,
                        uint32_t *ret);

#endif
