// What speaks for an instance type number being that of a type, whatever the order of the types:
// where objects of the number end, what they hold, and what points at them.
#ifndef DUMPDIVE_HEAP_V8_CALIBRATE_CALIBRATE_EVIDENCE_H
#define DUMPDIVE_HEAP_V8_CALIBRATE_CALIBRATE_EVIDENCE_H

#include "heap/v8/calibrate/calibrate_maps.h"
#include "heap/v8/layout/instance_type.h"

struct evidence {
    const struct map_facts *facts;
    int8_t *rules;    // by type and kind: do objects end where a rule of the type says?
    int16_t *content; // by type and kind; above 0: objects agree with what any line says of the type
    int16_t *fields;  // the same without properties and elements, alike in all JavaScript objects
};

bool evidence_create(const struct map_facts *facts, struct evidence *ret);
void evidence_free(struct evidence *evidence);

// Look at the objects. `types` tells what they point at, as far as it knows: the more it knows, the
// more they say.
void evidence_read(struct evidence *evidence, const struct itype_map *types);

static inline int evidence_of(const int16_t *table, const struct evidence *evidence, unsigned type,
                              size_t kind)
{
    return table[type * evidence->facts->kind_count + kind];
}

static inline int evidence_rules(const struct evidence *evidence, unsigned type, size_t kind)
{
    return evidence->rules[type * evidence->facts->kind_count + kind];
}

#endif
