#include "views/measures.h"

#include "heap/graph/dominators/dominators.h"
#include "heap/graph/graph.h"
#include "heap/heap.h"
#include "views/format.h"

#include <stdio.h>

static uint32_t id_of(const struct heap *heap, uint64_t address)
{
    const struct object_index *index = heap_index(heap);
    return index == NULL ? INDEX_NONE : index_id(index, address);
}

uint64_t measure_retained(const struct heap *heap, uint64_t address)
{
    const struct dominators *dominators = heap_dominators(heap);
    uint32_t id = dominators == NULL ? INDEX_NONE : id_of(heap, address);
    if (id == INDEX_NONE)
        return MEASURE_UNKNOWN;
    return dominators_of(dominators, id) == DOMINATOR_NONE ? 0
                                                           : dominators_retained(dominators, id);
}

uint64_t measure_distance(const struct heap *heap, uint64_t address)
{
    const struct reach *reach = graph_reach(heap_graph(heap));
    uint32_t id = reach == NULL ? INDEX_NONE : id_of(heap, address);
    return id == INDEX_NONE ? MEASURE_UNKNOWN : reach_distance(reach, id);
}

void row_retained(struct row *row, size_t column, const struct heap *heap, uint64_t address)
{
    uint64_t retained = measure_retained(heap, address);
    if (retained != MEASURE_UNKNOWN)
        row_size(row, column, retained);
}

void row_distance(struct row *row, size_t column, const struct heap *heap, uint64_t address)
{
    uint64_t distance = measure_distance(heap, address);
    if (distance != MEASURE_UNKNOWN && distance != REACH_NONE)
        row_number(row, column, distance);
}

char *measures_text(const struct heap *heap, uint64_t address, char *buffer, size_t capacity)
{
    uint64_t retained = measure_retained(heap, address);
    uint64_t distance = measure_distance(heap, address);
    char size[FORMAT_MAX], way[64] = "";
    if (distance == REACH_NONE)
        snprintf(way, sizeof way, " · garbage");
    else if (distance != MEASURE_UNKNOWN && distance < REACH_SYSTEM)
        snprintf(way, sizeof way, " · distance %llu", (unsigned long long)distance);
    else if (distance != MEASURE_UNKNOWN)
        snprintf(way, sizeof way, " · held by roots alone");
    if (retained != MEASURE_UNKNOWN && distance != REACH_NONE)
        snprintf(buffer, capacity, " · retains %s%s", format_size(size, retained), way);
    else
        snprintf(buffer, capacity, "%s", way);
    return buffer;
}

bool measure_retained_key(const struct heap *heap, uint64_t address, uint64_t *ret)
{
    *ret = measure_retained(heap, address);
    return *ret != MEASURE_UNKNOWN;
}

bool measure_distance_key(const struct heap *heap, uint64_t address, uint64_t *ret)
{
    *ret = measure_distance(heap, address);
    return *ret != MEASURE_UNKNOWN && *ret != REACH_NONE;
}

unsigned measures_known(const struct heap *heap)
{
    return (graph_reach(heap_graph(heap)) != NULL ? 1 : 0) +
           (heap_dominators(heap) != NULL ? 1 : 0);
}

const struct function_retained *measure_closures(struct heap *heap, struct functions *functions,
                                                 struct function_retained **held)
{
    if (*held == NULL && functions != NULL && job_state(&functions->job) == JOB_DONE)
        *held = heap_function_retained(heap, functions);
    return *held != NULL && job_state(&(*held)->job) == JOB_DONE ? *held : NULL;
}

bool measure_closures_pending(struct heap *heap, struct functions *functions,
                              struct function_retained **held)
{
    return measure_closures(heap, functions, held) == NULL && measure_closures_job(*held) != NULL;
}

void measure_closures_free(struct function_retained *held)
{
    if (held != NULL)
        job_release(&held->job);
}

struct job *measure_closures_job(struct function_retained *held)
{
    return held != NULL && !job_ended(&held->job) ? &held->job : NULL;
}
