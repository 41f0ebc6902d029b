#include "tui/messages.h"

#include "views/view.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void messages_clear(struct messages *messages)
{
    free(messages->kept);
    *messages = (struct messages){.kept = NULL};
}

void messages_add(struct messages *messages, bool error, const char *format, ...)
{
    if (messages->kept == NULL)
        messages->kept = calloc(MESSAGES_MAX, sizeof *messages->kept);
    if (messages->kept == NULL)
        return;
    struct message *message = &messages->kept[messages->count++ % MESSAGES_MAX];
    message->error = error;
    va_list args;
    va_start(args, format);
    vsnprintf(message->text, sizeof message->text, format, args);
    va_end(args);
    messages->fresh = true;
}

const struct message *messages_last(const struct messages *messages)
{
    return messages->count > 0 ? &messages->kept[(messages->count - 1) % MESSAGES_MAX] : NULL;
}

// --- the view ------------------------------------------------------------------------------------

struct messages_view {
    struct view view;
    const struct messages *messages;
    uint64_t seen;
};

static const struct column columns[] = {
    {.name = "number", .flags = COLUMN_RIGHT},
    {.name = "message", .flags = COLUMN_GROW},
};

static const struct messages *of(const struct view *view)
{
    return ((const struct messages_view *)view)->messages;
}

static uint64_t first_kept(const struct messages *messages)
{
    return messages->count > MESSAGES_MAX ? messages->count - MESSAGES_MAX : 0;
}

static bool refresh(struct view *view)
{
    struct messages_view *self = (struct messages_view *)view;
    bool changed = self->seen != self->messages->count;
    self->seen = self->messages->count;
    return changed;
}

static uint64_t count(struct view *view, bool *exact)
{
    *exact = true;
    return of(view)->count - first_kept(of(view));
}

static uint64_t id(struct view *view, uint64_t index)
{
    return first_kept(of(view)) + index + 1;
}

static void fill(struct view *view, uint64_t index, struct row *row)
{
    const struct messages *messages = of(view);
    uint64_t number = first_kept(messages) + index;
    const struct message *message = &messages->kept[number % MESSAGES_MAX];
    row->id = number + 1;
    row_number(row, 0, number + 1);
    row_text(row, 1, message->error ? ROLE_ERROR : ROLE_MESSAGE, message->text);
}

static void status(struct view *view, struct view_status *ret)
{
    (void)view;
    snprintf(ret->title, sizeof ret->title, "messages");
}

static const struct view_ops ops = {
    .name = "messages",
    .columns = columns,
    .column_count = sizeof columns / sizeof *columns,
    .refresh = refresh,
    .count = count,
    .fill = fill,
    .id = id,
    .status = status,
};

struct view *messages_view(const struct messages *messages)
{
    struct messages_view *self = calloc(1, sizeof *self);
    if (self == NULL)
        return NULL;
    self->view.ops = &ops;
    self->messages = messages;
    return &self->view;
}
