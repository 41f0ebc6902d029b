// The name under which DevTools' heap snapshot view groups an object.
//
// For JavaScript objects it is the constructor's name as JSReceiver::GetConstructorName finds it
// (src/objects/js-objects.cc); for everything else a group such as "(string)", "(closure)",
// "(array)", "(system)" by the node type that V8HeapExplorer::AddEntry gives it
// (src/profiler/heap-snapshot-generator.cc of the dumped V8's version).
#ifndef DUMPDIVE_HEAP_V8_CLASS_NAME_H
#define DUMPDIVE_HEAP_V8_CLASS_NAME_H

#include "heap/v8/object.h"

enum { CLASS_NAME_MAX = 256 };

// Node types of a heap snapshot, src/../include/v8-profiler.h HeapGraphNode::Type.
enum node_type {
    NODE_HIDDEN, NODE_ARRAY, NODE_STRING, NODE_OBJECT, NODE_CODE, NODE_CLOSURE, NODE_REGEXP,
    NODE_HEAP_NUMBER, NODE_NATIVE, NODE_SYNTHETIC, NODE_CONS_STRING, NODE_SLICED_STRING,
    NODE_SYMBOL, NODE_BIGINT, NODE_OBJECT_SHAPE,
};

// Name of all objects of a shape; `example` is one of them (untagged), 0: none at hand.
// `buffer` holds CLASS_NAME_MAX bytes and receives UTF-8 text that may come from the dump.
void v8_class_name(const struct v8 *v8, const struct v8_shape *shape, uint64_t example,
                   char *buffer);
enum node_type v8_node_type(const struct v8 *v8, const struct v8_shape *shape);

#endif
