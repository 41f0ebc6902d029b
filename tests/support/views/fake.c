#include "tests/support/views/fake.h"

#include <inttypes.h>
#include <stdlib.h>

static const struct column columns[] = {
    [FAKE_NAME] = {.name = "name", .flags = COLUMN_GROW},
    [FAKE_COUNT] = {.name = "count", .flags = COLUMN_RIGHT | COLUMN_DESCENDING},
    [FAKE_SIZE] = {.name = "size", .flags = COLUMN_RIGHT | COLUMN_DESCENDING},
    [FAKE_ADDRESS] = {.name = "address", .flags = COLUMN_RIGHT},
    [FAKE_SHARE] = {.name = "share", .flags = COLUMN_RIGHT | COLUMN_DESCENDING},
    [FAKE_DELTA] = {.name = "delta", .flags = COLUMN_RIGHT},
    [FAKE_TAGS] = {.name = "tags", .flags = COLUMN_HIDDEN | COLUMN_UNSORTED},
};

static struct fake *fake_of(struct view *view)
{
    return (struct fake *)view;
}

uint64_t fake_number(uint64_t index)
{
    return index * 7919 % 1000;
}

static bool is_empty(const struct fake *fake, uint64_t index)
{
    return fake->empty_every != 0 && index % fake->empty_every == 0;
}

static bool fake_refresh(struct view *view)
{
    struct fake *fake = fake_of(view);
    bool changed = fake->count != fake->published;
    fake->count = fake->published;
    return changed;
}

static uint64_t fake_count(struct view *view, bool *exact)
{
    *exact = fake_of(view)->exact;
    return fake_of(view)->count;
}

static void fake_fill(struct view *view, uint64_t index, struct row *row)
{
    struct fake *fake = fake_of(view);
    uint64_t number = fake_number(index);
    fake->fills++;
    fake->wanted = row->wanted;
    row->id = row->target = 0x1000 + index;
    if (fake->texts != NULL)
        row_text(row, FAKE_NAME, ROLE_NAME, fake->texts[index]);
    else
        row_format(row, FAKE_NAME, ROLE_NAME, "row-%06" PRIu64, index);
    row->depth = fake->depths != NULL ? fake->depths[index] : 0;
    row_address(row, FAKE_ADDRESS, 0x1000 + index);
    row_list_add(row, FAKE_TAGS, ROLE_TEXT, "even");
    row_list_add(row, FAKE_TAGS, ROLE_TEXT, "a, b");
    if (is_empty(fake, index))
        return;
    row_number(row, FAKE_COUNT, number);
    row_size(row, FAKE_SIZE, number * 100000);
    row_share(row, FAKE_SHARE, (double)number / 1000);
    row_signed(row, FAKE_DELTA, (int64_t)number - 500);
}

static uint64_t fake_id(struct view *view, uint64_t index)
{
    (void)view;
    return 0x1000 + index;
}

static bool fake_find(struct view *view, uint64_t id, uint64_t *index)
{
    *index = id - 0x1000;
    return id >= 0x1000 && *index < fake_of(view)->count;
}

static bool fake_key(struct view *view, uint64_t index, size_t column, uint64_t *ret)
{
    if (column != FAKE_COUNT || is_empty(fake_of(view), index))
        return false;
    *ret = fake_number(index);
    return true;
}

struct fake *fake_new(uint64_t count, const char *const *texts, const unsigned *depths)
{
    struct fake *fake = calloc(1, sizeof *fake);
    if (fake == NULL)
        abort();
    *fake = (struct fake){
        .count = count,
        .published = count,
        .exact = true,
        .texts = texts,
        .depths = depths,
        .ops = {.name = "fake",
                .columns = columns,
                .column_count = FAKE_COLUMNS,
                .append_only = true,
                .refresh = fake_refresh,
                .count = fake_count,
                .fill = fake_fill,
                .id = fake_id,
                .find = fake_find,
                .key = fake_key},
    };
    fake->view.ops = &fake->ops;
    return fake;
}
