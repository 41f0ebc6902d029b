#include "tui/notes.h"

#include "heap/array.h"

#include <stdlib.h>
#include <string.h>

// Index of the first note that is not before the address.
static size_t place_of(const struct notes *notes, uint64_t address)
{
    size_t low = 0, high = notes->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (notes->items[middle].address < address)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool is_at(const struct notes *notes, size_t at, uint64_t address)
{
    return at < notes->count && notes->items[at].address == address;
}

static void forget(struct notes *notes, size_t at)
{
    free(notes->items[at].text);
    notes->count--;
    memmove(notes->items + at, notes->items + at + 1,
            (notes->count - at) * sizeof *notes->items);
}

static bool reserve(struct notes *notes)
{
    return array_reserve(&notes->items, notes->count, &notes->capacity, sizeof *notes->items);
}

bool notes_set(struct notes *notes, uint64_t address, const char *text)
{
    size_t at = place_of(notes, address);
    if (is_at(notes, at, address))
        forget(notes, at);
    if (*text == '\0')
        return true;
    char *copy = strdup(text);
    if (copy == NULL || !reserve(notes)) {
        free(copy);
        return false;
    }
    memmove(notes->items + at + 1, notes->items + at, (notes->count - at) * sizeof *notes->items);
    notes->items[at] = (struct note){.address = address, .text = copy};
    notes->count++;
    return true;
}

const char *notes_get(const struct notes *notes, uint64_t address)
{
    size_t at = place_of(notes, address);
    return is_at(notes, at, address) ? notes->items[at].text : NULL;
}

void notes_clear(struct notes *notes)
{
    for (size_t i = 0; i < notes->count; i++)
        free(notes->items[i].text);
    free(notes->items);
    *notes = (struct notes){.count = 0};
}
