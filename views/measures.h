// Retained size and distance of objects, for the views that have such columns.
//
// Nothing is known before the stages that find them out are through: the cells then stay empty.
#ifndef DUMPDIVE_VIEWS_MEASURES_H
#define DUMPDIVE_VIEWS_MEASURES_H

#include "heap/graph/dominators/function_retained.h"
#include "views/view.h"

#define MEASURE_UNKNOWN UINT64_MAX

// Bytes that would be free without the object at `address`; 0: it is garbage itself.
uint64_t measure_retained(const struct heap *heap, uint64_t address);
// References from a global object, that one counted (DevTools' distance); UINT32_MAX: no root leads
// to the object.
uint64_t measure_distance(const struct heap *heap, uint64_t address);

void row_retained(struct row *row, size_t column, const struct heap *heap, uint64_t address);
void row_distance(struct row *row, size_t column, const struct heap *heap, uint64_t address);

// " · retains 104 B · distance 5", as far as it is known, for titles. Returns `buffer`.
char *measures_text(const struct heap *heap, uint64_t address, char *buffer, size_t capacity);

// Sort keys of such columns, for view_ops.key: what is not known comes last.
bool measure_retained_key(const struct heap *heap, uint64_t address, uint64_t *ret);
bool measure_distance_key(const struct heap *heap, uint64_t address, uint64_t *ret);

// What the closures of all functions and scripts retain together, once it is known, else NULL: asked for
// as soon as it can be found out, and held in `*held` (NULL at first), which the view lets go of in the
// end (measure_closures_free).
const struct function_retained *measure_closures(struct heap *heap, struct functions *functions,
                                                 struct function_retained **held);
// Is it being found out?
bool measure_closures_pending(struct heap *heap, struct functions *functions,
                              struct function_retained **held);
void measure_closures_free(struct function_retained *held); // NULL is fine
// The job that finds it out, while it runs; NULL: none does.
struct job *measure_closures_job(struct function_retained *held);

// Changes when more is known: compare to know whether rows changed.
unsigned measures_known(const struct heap *heap);

#endif
