// Node types of a heap snapshot: the kind of thing DevTools takes an object for.
#ifndef DUMPDIVE_HEAP_V8_NAMING_NODE_TYPE_H
#define DUMPDIVE_HEAP_V8_NAMING_NODE_TYPE_H

#include "heap/v8/object/object.h"

// include/v8-profiler.h HeapGraphNode::Type
enum node_type {
    NODE_HIDDEN,
    NODE_ARRAY,
    NODE_STRING,
    NODE_OBJECT,
    NODE_CODE,
    NODE_CLOSURE,
    NODE_REGEXP,
    NODE_HEAP_NUMBER,
    NODE_NATIVE,
    NODE_SYNTHETIC,
    NODE_CONS_STRING,
    NODE_SLICED_STRING,
    NODE_SYMBOL,
    NODE_BIGINT,
    NODE_OBJECT_SHAPE,
    NODE_UNKNOWN, // not V8's: of an instance type that is not known in this version
};

// The type of objects of a shape, as V8HeapExplorer::AddEntry and GetSystemEntryType
// (src/profiler/heap-snapshot-generator.cc) of the dumped V8's version give it. Sets `*by_object`
// when single objects of the shape may have another: then v8_node_type_of tells.
enum node_type v8_node_type(const struct v8 *v8, const struct v8_shape *shape, bool *by_object);
enum node_type v8_node_type_of(const struct v8 *v8, const struct v8_object *object);

// DevTools' group: "(string)". NULL for NODE_OBJECT and NODE_NATIVE, which go by their own names.
const char *node_type_group(enum node_type type);

#endif
