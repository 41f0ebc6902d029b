// References for people: what one is called, of what kind it is, and whose it is.
//
// A reference is a word of an object. Where that object is but a store that another one keeps its
// properties, elements or entries in, the reference is shown as that one's: a Map's entry and not
// word 4711 of a hash table. Names and kinds are those of DevTools, as far as it has them.
#ifndef DUMPDIVE_HEAP_GRAPH_EDGES_EDGE_NAME_H
#define DUMPDIVE_HEAP_GRAPH_EDGES_EDGE_NAME_H

#include "heap/graph/graph.h"
#include "heap/v8/object/object.h"

enum { EDGE_NAME_MAX = 256 };

enum edge_kind {
    EDGE_KIND_PROPERTY,
    EDGE_KIND_ELEMENT,
    EDGE_KIND_ENTRY,    // of a Map, Set, WeakMap or WeakSet
    EDGE_KIND_VARIABLE, // of a scope
    EDGE_KIND_ACCESSOR, // getter or setter of a property
    EDGE_KIND_INTERNAL, // a field of V8's own
    EDGE_KIND_HIDDEN,   // one without a name
    EDGE_KIND_WEAK,     // does not retain
    EDGE_KIND_COUNT
};

// What an object is a store of.
enum store_role {
    STORE_NONE,
    STORE_PROPERTIES, // PropertyArray or dictionary
    STORE_ELEMENTS,
    STORE_TABLE,      // of a collection
    STORE_CELL,       // PropertyCell of a global object's property
};

// `reverse` is NULL until the graph is known: then stores have no owners.
struct edge_namer {
    const struct v8 *v8;
    const struct edges *edges;
    const struct reverse *reverse;
};

struct edge_name {
    uint64_t from;       // address of the object whose reference it is shown as
    enum edge_kind kind;
    bool numbered;       // an element or entry: `text` is one of many alike
    char text[EDGE_NAME_MAX];
};

// Are objects of this type what properties, elements or variables of another are kept in?
bool edge_is_property_store(enum itype type);
// What `source` keeps at `store`.
enum store_role edge_store_role(const struct edge_namer *namer, const struct v8_object *source,
                                const struct v8_object *store);
// The one object that this one is a store of. 0: it is none, or of several, or of nobody known.
uint64_t edge_owner(const struct edge_namer *namer, const struct v8_object *store,
                    enum store_role *role);

// Name word `word` of the object `source`, which holds `value` (a tagged word). With `owners`,
// stores give way to their owners.
void edge_name(const struct edge_namer *namer, const struct v8_object *source, uint64_t word,
               uint64_t value, bool owners, struct edge_name *ret);

// The same when role and owner of the source are known already (STORE_NONE: none).
void edge_name_in(const struct edge_namer *namer, const struct v8_object *source, uint64_t word,
                  uint64_t value, enum store_role role, uint64_t owner, struct edge_name *ret);

const char *edge_kind_name(enum edge_kind kind); // as in JSON: "property"

#endif
