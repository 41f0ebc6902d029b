// The constructor's name of a JavaScript object: JSReceiver::GetConstructorName
// (src/objects/js-objects.cc).
//
// Where the map says that the object came from `new F()` itself, F's name. Otherwise the first
// string found as Symbol.toStringTag, or function found as `constructor`, on the prototype chain:
// up to V8 9.4 each looked up as a property is, the tag first; later level by level, passing over
// constructors without a name or called Object. Otherwise what kind of object it is: "Array", ...,
// "Object". Accessors are never called, proxies end the chain. In V8 14 a string that is a
// function's own property "name" counts as its name, and global objects are marked as such.
//
// Not followed: remote objects, whose map's constructor is an embedder's FunctionTemplateInfo (Node
// has none).
//
// All of this follows from the map but for two things: an own Symbol.toStringTag (prototypes,
// module namespaces, few others), and the kind of primitive in a wrapper without a prototype.
#ifndef DUMPDIVE_HEAP_V8_NAMING_CONSTRUCTOR_NAME_H
#define DUMPDIVE_HEAP_V8_NAMING_CONSTRUCTOR_NAME_H

#include "heap/v8/object/object.h"

// Name of objects of a shape that is a JSObject's: UTF-8 text that may come from the dump. One that
// does not fit ends in "…#" and a hash of all of it (`capacity` is at least 32). Returns true when objects of this shape may be named differently: then the name is that of
// `object`; with `object` NULL, of those that have no own Symbol.toStringTag.
bool v8_constructor_name(const struct v8 *v8, const struct v8_shape *shape,
                         const struct v8_object *object, char *buffer, size_t capacity);

// The name of the function that the object's very prototype has as its "constructor": what
// util.inspect calls it, where V8 speaks of what made it: Buffer, not Uint8Array. False when the
// prototype has none, or one without a name or called Object.
bool v8_prototype_name(const struct v8 *v8, const struct v8_shape *shape, char *buffer,
                       size_t capacity);

// Can v8_constructor_name return true? A look at the map alone.
bool v8_constructor_may_vary(const struct v8 *v8, const struct v8_shape *shape);

#endif
