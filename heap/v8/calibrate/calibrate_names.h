// Instance types of JavaScript objects by the names of the built-in functions that make them: a map
// whose constructor is the built-in "Map" is that of JS_MAP objects, whatever its number.
#ifndef DUMPDIVE_HEAP_V8_CALIBRATE_CALIBRATE_NAMES_H
#define DUMPDIVE_HEAP_V8_CALIBRATE_CALIBRATE_NAMES_H

#include "heap/v8/calibrate/calibrate_maps.h"
#include "heap/v8/layout/instance_type.h"

// For each type, the number that its constructors' names give to it, or ITYPE_NO_NUMBER. Needs the
// numbers of strings and of SHARED_FUNCTION_INFO in `types`.
void type_numbers_by_name(const struct map_facts *facts, const struct itype_map *types,
                          uint16_t ret[ITYPE_COUNT]);

#endif
