// `strings`: all strings of the heap, or those whose text matches; `strings --duplicates` opens the
// texts that are there more than once (duplicates.c).
#include "heap/graph/edges/members.h"
#include "heap/graph/index/types.h"
#include "heap/graph/search/string_search.h"
#include "heap/heap.h"
#include "heap/v8/string/string.h"
#include "views/commands.h"
#include "views/duplicates.h"
#include "views/format.h"
#include "views/match.h"
#include "views/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum strings_column {
    STRINGS_ADDRESS,
    STRINGS_LENGTH,
    STRINGS_ENCODING,
    STRINGS_KIND,
    STRINGS_SHALLOW,
    STRINGS_VALUE,
    STRINGS_COLUMNS,
};

enum { PATTERNS_MAX = 16 };

struct pattern {
    char *text;
    bool invert;
};

// Either all strings (members) or those found (search), both in order of address.
struct strings_view {
    struct view view;
    struct members *members;
    struct members_cursor cursor;
    struct string_search *search;
    struct pattern patterns[PATTERNS_MAX];
    size_t pattern_count;
    int64_t isolate;
};

static const struct column columns[] = {
    [STRINGS_ADDRESS] = {.name = "address", .flags = COLUMN_RIGHT},
    [STRINGS_LENGTH] = {.name = "length", .flags = COLUMN_RIGHT | COLUMN_DESCENDING},
    [STRINGS_ENCODING] = {.name = "encoding", .flags = COLUMN_OPTIONAL},
    [STRINGS_KIND] = {.name = "kind", .flags = COLUMN_OPTIONAL},
    [STRINGS_SHALLOW] = {.name = "shallow", .flags = COLUMN_RIGHT | COLUMN_DESCENDING},
    [STRINGS_VALUE] = {.name = "value", .flags = COLUMN_GROW, .min_width = 16},
};

static struct strings_view *strings_of(struct view *view)
{
    return (struct strings_view *)view;
}

// --- what strings are asked ----------------------------------------------------------------------

// Each worker has patterns of its own: matching keeps state in them.
struct question {
    struct search_question base;
    struct pattern patterns[PATTERNS_MAX];
    size_t count, workers;
    struct view_match **matches; // [worker * count + pattern]
};

static enum search_answer ask(struct search_question *base, size_t worker, const char *text,
                              size_t length)
{
    const struct question *question = (const struct question *)base;
    enum search_answer answer = SEARCH_YES;
    for (size_t i = 0; i < question->count; i++) {
        const struct view_match *match = question->matches[worker * question->count + i];
        enum match_result result = match_text(match, text, length, 0, NULL, NULL);
        if (result == MATCH_UNDECIDED)
            answer = SEARCH_UNDECIDED;
        else if ((result == MATCH_YES) == question->patterns[i].invert)
            return SEARCH_NO;
    }
    return answer;
}

static bool prepare(struct search_question *base, size_t workers)
{
    struct question *question = (struct question *)base;
    question->matches = calloc(workers * question->count + 1, sizeof(struct view_match *));
    if (question->matches == NULL)
        return false;
    question->workers = workers;
    for (size_t i = 0; i < workers * question->count; i++)
        if (!view_match_create(question->patterns[i % question->count].text,
                               &question->matches[i], NULL))
            return false;
    return true;
}

static void destroy_question(struct search_question *base)
{
    struct question *question = (struct question *)base;
    for (size_t i = 0; question->matches != NULL && i < question->workers * question->count; i++)
        view_match_destroy(question->matches[i]);
    for (size_t i = 0; i < question->count; i++)
        free(question->patterns[i].text);
    free(question->matches);
    free(question);
}

static struct question *create_question(const struct strings_view *strings)
{
    struct question *question = calloc(1, sizeof *question);
    if (question == NULL)
        return NULL;
    question->base = (struct search_question){ask, prepare, destroy_question};
    for (; question->count < strings->pattern_count; question->count++) {
        struct pattern *pattern = &question->patterns[question->count];
        pattern->invert = strings->patterns[question->count].invert;
        pattern->text = strdup(strings->patterns[question->count].text);
        if (pattern->text == NULL) {
            destroy_question(&question->base);
            return NULL;
        }
    }
    return question;
}

// --- finding the strings -------------------------------------------------------------------------

static void start_search(struct strings_view *strings)
{
    struct heap *heap = strings->view.heap;
    struct question *question = create_question(strings);
    if (question != NULL && string_search_create(heap_v8(heap), heap_index(heap), &question->base,
                                                 strings->isolate, &strings->search))
        heap_submit(heap, &strings->search->job);
}

static void start_members(struct strings_view *strings, const struct type_table *table)
{
    struct heap *heap = strings->view.heap;
    const struct v8 *v8 = heap_v8(heap);
    struct members_filter filter = {.isolate = strings->isolate};
    struct members_shape *shapes = calloc(table->shapes + 1, sizeof *shapes);
    struct v8_shape shape;
    for (size_t i = 0; shapes != NULL && i < table->shapes; i++)
        if (v8_shape_read(v8, table->by_shape[i].map, &shape) &&
            itype_is_string(&v8->types, shape.number))
            shapes[filter.shape_count++] =
                (struct members_shape){.map = table->by_shape[i].map, .named = true};
    filter.shapes = shapes;
    if (shapes != NULL && members_create(v8, heap_index(heap), &filter, &strings->members))
        heap_submit(heap, &strings->members->job);
    free(shapes);
}

static void start_when_walked(struct strings_view *strings)
{
    struct type_table *table = heap_types(strings->view.heap);
    if (table != NULL && table->complete && heap_index(strings->view.heap) != NULL) {
        if (strings->pattern_count > 0)
            start_search(strings);
        else
            start_members(strings, table);
    }
    type_table_release(table);
}

static void stop(struct strings_view *strings)
{
    if (strings->members != NULL) {
        job_cancel(&strings->members->job);
        job_release(&strings->members->job);
    }
    if (strings->search != NULL) {
        job_cancel(&strings->search->job);
        job_release(&strings->search->job);
    }
    members_cursor_free(&strings->cursor);
    strings->cursor = (struct members_cursor){0};
    strings->members = NULL;
    strings->search = NULL;
}

static struct job *strings_job(struct view *view)
{
    struct strings_view *strings = strings_of(view);
    if (strings->search == NULL && strings->members == NULL)
        start_when_walked(strings);
    return strings->search != NULL    ? &strings->search->job
           : strings->members != NULL ? &strings->members->job
                                      : NULL;
}

static bool is_ready(struct strings_view *strings)
{
    struct job *job = strings_job(&strings->view);
    return job != NULL && job_state(job) == JOB_DONE;
}

static bool strings_refresh(struct view *view)
{
    struct strings_view *strings = strings_of(view);
    bool before = is_ready(strings);
    strings_job(view);
    return is_ready(strings) != before || !before;
}

// Filters on the text are what the search is for.
static bool strings_take_filter(struct view *view, size_t column, const char *pattern, bool invert)
{
    struct strings_view *strings = strings_of(view);
    char *copy = NULL;
    if ((column != STRINGS_VALUE && column != SIZE_MAX) ||
        strings->pattern_count == PATTERNS_MAX || (copy = strdup(pattern)) == NULL)
        return false;
    stop(strings);
    struct pattern *added = &strings->patterns[strings->pattern_count++];
    added->text = copy;
    added->invert = invert;
    start_when_walked(strings);
    return true;
}

static void strings_drop_filters(struct view *view)
{
    struct strings_view *strings = strings_of(view);
    if (strings->pattern_count == 0)
        return;
    stop(strings);
    while (strings->pattern_count > 0)
        free(strings->patterns[--strings->pattern_count].text);
    start_when_walked(strings);
}

// --- rows ----------------------------------------------------------------------------------------

static uint64_t strings_count(struct view *view, bool *exact)
{
    struct strings_view *strings = strings_of(view);
    *exact = is_ready(strings);
    if (!*exact)
        return 0;
    return strings->search != NULL ? strings->search->total : strings->members->total;
}

static uint64_t address_of(struct view *view, uint64_t index)
{
    struct strings_view *strings = strings_of(view);
    return strings->search != NULL
               ? string_search_address(strings->search, index)
               : members_address(strings->members, &strings->cursor, index);
}

static void strings_fill(struct view *view, uint64_t index, struct row *row)
{
    const struct v8 *v8 = heap_v8(view->heap);
    struct v8_string string;
    char text[VIEW_ROW_TEXT];
    bool damaged = false;
    row->id = row->target = address_of(view, index);
    row_address(row, STRINGS_ADDRESS, row->id);
    if (!v8_string_at(v8, row->id, &string)) {
        row->state = ROW_BAD;
        row_text(row, STRINGS_VALUE, ROLE_BAD, "not readable");
        return;
    }
    row_number(row, STRINGS_LENGTH, string.length);
    row_text(row, STRINGS_ENCODING, ROLE_TEXT, string.two_byte ? "two-byte" : "one-byte");
    row_format(row, STRINGS_KIND, ROLE_TEXT, "%s%s%s", string.shared ? "shared " : "",
               string.internalized ? "internalized " : "", v8_string_kind_name(&string));
    row_size(row, STRINGS_SHALLOW, string.object.size);
    if ((row->wanted & 1u << STRINGS_VALUE) == 0)
        return;
    size_t length = v8_string_utf8(v8, &string, 0, text, sizeof text, NULL, &damaged);
    row_text_n(row, STRINGS_VALUE, damaged ? ROLE_BAD : ROLE_STRING, text, length);
}

static uint64_t strings_id(struct view *view, uint64_t index)
{
    return address_of(view, index);
}

static bool strings_find(struct view *view, uint64_t id, uint64_t *index)
{
    struct strings_view *strings = strings_of(view);
    if (!is_ready(strings))
        return false;
    return strings->search != NULL ? string_search_find(strings->search, id, index)
                                   : members_find(strings->members, id, index);
}

static bool strings_key(struct view *view, uint64_t index, size_t column, uint64_t *ret)
{
    struct v8_string string;
    uint64_t address = address_of(view, index);
    if (column == STRINGS_ADDRESS) {
        *ret = address;
        return true;
    }
    if ((column != STRINGS_LENGTH && column != STRINGS_SHALLOW) ||
        !v8_string_at(heap_v8(view->heap), address, &string))
        return false;
    *ret = column == STRINGS_LENGTH ? string.length : string.object.size;
    return true;
}

static bool strings_follow(struct view *view, const struct row *row, char *command,
                           size_t capacity)
{
    (void)view;
    int length = snprintf(command, capacity, "inspect 0x%" PRIx64, row->target);
    return length > 0 && (size_t)length < capacity;
}

// --- status --------------------------------------------------------------------------------------

static void describe_missing(const struct string_search *search, struct view_status *status)
{
    char count[FORMAT_MAX], more[FORMAT_MAX], size[FORMAT_MAX];
    uint64_t undecided = atomic_load(&search->undecided), cut = atomic_load(&search->cut);
    size_t used = 0;
    if (undecided > 0)
        used = (size_t)snprintf(status->missing, sizeof status->missing,
                                "%s strings were too costly to match and are kept%s",
                                format_count(count, undecided), cut > 0 ? "; " : "");
    if (cut > 0 && used < sizeof status->missing)
        snprintf(status->missing + used, sizeof status->missing - used,
                 "%s strings were searched in their first %s only", format_count(more, cut),
                 format_size(size, SEARCH_TEXT));
}

static void strings_status(struct view *view, struct view_status *status)
{
    struct strings_view *strings = strings_of(view);
    struct stage_progress walk;
    struct job *job = strings_job(view);
    char count[FORMAT_MAX];
    bool exact;
    heap_progress(view->heap, STAGE_WALK, &walk);
    status->complete = is_ready(strings);
    uint64_t done = job != NULL ? atomic_load(&job->done) : walk.done;
    uint64_t total = job != NULL ? atomic_load(&job->total) : walk.total;
    status->progress = total > 0 ? (double)done / (double)total : 0;
    snprintf(status->title, sizeof status->title, "strings");
    if (status->complete)
        snprintf(status->detail, sizeof status->detail, "%s strings",
                 format_count(count, strings_count(view, &exact)));
    else
        snprintf(status->detail, sizeof status->detail, "%s",
                 strings->pattern_count > 0 ? "searching" : "counting");
    if (status->complete && strings->search != NULL)
        describe_missing(strings->search, status);
}

static void strings_destroy(struct view *view)
{
    struct strings_view *strings = strings_of(view);
    stop(strings);
    while (strings->pattern_count > 0)
        free(strings->patterns[--strings->pattern_count].text);
}

static const struct view_ops strings_ops = {
    .name = "strings",
    .columns = columns,
    .column_count = STRINGS_COLUMNS,
    .whole_heap = true,
    .refresh = strings_refresh,
    .job = strings_job,
    .count = strings_count,
    .fill = strings_fill,
    .id = strings_id,
    .find = strings_find,
    .key = strings_key,
    .take_filter = strings_take_filter,
    .drop_filters = strings_drop_filters,
    .follow = strings_follow,
    .status = strings_status,
    .destroy = strings_destroy,
};

// --- command -------------------------------------------------------------------------------------

static struct view *strings_open(struct heap *heap, const struct command_args *args,
                                 struct error *error)
{
    if (args->option(args, "--duplicates") != NULL)
        return duplicates_open(heap, args->common->isolate, error);
    struct strings_view *strings = calloc(1, sizeof *strings);
    if (strings == NULL) {
        error_set(error, ERROR_MEMORY, "out of memory");
        return NULL;
    }
    strings->view = (struct view){.ops = &strings_ops, .heap = heap};
    strings->isolate = args->common->isolate;
    return &strings->view;
}

const struct command command_strings = {
    .name = "strings",
    .options =
        (const struct command_option[]){
            {"--duplicates", NULL, NULL, "texts that are there more than once, and what that wastes"},
            {0},
        },
    .stages = 1u << STAGE_WALK,
    .help = "All strings; --filter REGEX searches their texts.",
    .rows = &strings_ops,
    .open = strings_open,
};
