// The name under which DevTools' heap snapshot view groups an object.
//
// For JavaScript objects it is the constructor's name (constructor_name.h); for everything else a
// group such as "(string)", "(closure)", "(array)", "(system)" by node type (node_type.h).
//
// A name is worked out once per shape. Two kinds of objects differ from others of their shape, and
// who counts by name sets them right (graph/renamed.h):
//   - shapes for which v8_class_name returns true: name each of their objects by itself
//   - objects that V8 files under what refers to them (retype.h)
#ifndef DUMPDIVE_HEAP_V8_NAMING_CLASS_NAME_H
#define DUMPDIVE_HEAP_V8_NAMING_CLASS_NAME_H

#include "heap/v8/naming/node_type.h"

enum { CLASS_NAME_MAX = 256 };

// Name of the objects of a shape; `example` is one of them (untagged), 0: none at hand.
// `buffer` holds CLASS_NAME_MAX bytes and receives UTF-8 text that may come from the dump.
// Returns true when objects of this shape may be named differently: then the name is the
// example's, or without one that of most.
bool v8_class_name(const struct v8 *v8, const struct v8_shape *shape, uint64_t example,
                   char *buffer);

// Would v8_class_name return true? Without working the name out, where it can be told.
bool v8_class_varies(const struct v8 *v8, const struct v8_shape *shape);

#endif
