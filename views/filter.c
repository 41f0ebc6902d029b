#include "views/filter.h"

#include <stdlib.h>
#include <string.h>

size_t column_find(const struct view_ops *ops, const char *name, size_t length)
{
    for (size_t i = 0; i < ops->column_count; i++)
        if (strlen(ops->columns[i].name) == length &&
            strncmp(ops->columns[i].name, name, length) == 0)
            return i;
    return SIZE_MAX;
}

// Take "!" and "COLUMN:" off the front. A colon behind anything but the name of a column belongs
// to the pattern, so that "node:fs" finds what it says.
static const char *parse(const struct view_ops *ops, const char *text, struct filter *ret)
{
    *ret = (struct filter){.column = SIZE_MAX};
    if (*text == '!') {
        ret->invert = true;
        text++;
    }
    const char *colon = strchr(text, ':');
    if (colon == NULL)
        return text;
    ret->column = column_find(ops, text, (size_t)(colon - text));
    return ret->column == SIZE_MAX ? text : colon + 1;
}

static bool append_text(struct filter_set *set, const char *text)
{
    size_t used = set->text != NULL ? strlen(set->text) + 1 : 0;
    char *joined = realloc(set->text, used + strlen(text) + 1);
    if (joined == NULL)
        return false;
    if (used > 0)
        joined[used - 1] = '\n';
    strcpy(joined + used, text);
    set->text = joined;
    return true;
}

bool filter_add(struct filter_set *set, struct view *view, const char *text, struct error *error)
{
    const struct view_ops *ops = view->ops;
    if (set->count == FILTERS_MAX)
        return error_set(error, ERROR_USAGE, "more than %d filters", FILTERS_MAX);
    struct filter filter;
    const char *pattern = parse(ops, text, &filter);
    if (!view_match_create(pattern, &filter.match, error))
        return false;
    if (!append_text(set, text)) {
        view_match_destroy(filter.match);
        return error_set(error, ERROR_MEMORY, "out of memory");
    }
    if (ops->take_filter != NULL &&
        ops->take_filter(view, filter.column, pattern, filter.invert))
        view_match_destroy(filter.match);
    else
        set->items[set->count++] = filter;
    return true;
}

void filter_clear(struct filter_set *set)
{
    for (size_t i = 0; i < set->count; i++)
        view_match_destroy(set->items[i].match);
    free(set->text);
    *set = (struct filter_set){0};
}

enum match_result filter_row(const struct filter_set *set, const struct view_ops *ops,
                             const struct row *row)
{
    enum match_result all = row->state == ROW_PENDING ? MATCH_UNDECIDED : MATCH_YES;
    for (size_t i = 0; i < set->count; i++) {
        const struct filter *filter = &set->items[i];
        enum match_result one = match_row(filter->match, ops, row, filter->column);
        if (one == MATCH_UNDECIDED)
            all = MATCH_UNDECIDED;
        else if ((one == MATCH_YES) == filter->invert)
            return MATCH_NO;
    }
    return all;
}

uint32_t filter_columns(const struct filter_set *set, const struct view_ops *ops)
{
    uint32_t wanted = 0;
    for (size_t i = 0; i < set->count; i++)
        wanted |= match_columns(ops, set->items[i].column);
    return wanted;
}
