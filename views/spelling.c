#include "views/spelling.h"

#include <string.h>

enum {
    NAME_MAX_LENGTH = 40, // longer names are not compared
};

static size_t least(size_t a, size_t b, size_t c)
{
    size_t ab = a < b ? a : b;
    return ab < c ? ab : c;
}

// Insertions, deletions and replacements that lead from one to the other.
static size_t edit_distance(const char *a, const char *b)
{
    size_t a_length = strlen(a), b_length = strlen(b);
    if (a_length > NAME_MAX_LENGTH || b_length > NAME_MAX_LENGTH)
        return NAME_MAX_LENGTH;
    size_t row[NAME_MAX_LENGTH + 1];
    for (size_t j = 0; j <= b_length; j++)
        row[j] = j;
    for (size_t i = 1; i <= a_length; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b_length; j++) {
            size_t replace = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = least(replace, row[j] + 1, row[j - 1] + 1);
        }
    }
    return row[b_length];
}

void spelling_begin(struct spelling *spelling, const char *wanted)
{
    *spelling = (struct spelling){.wanted = wanted, .distance = 1 + strlen(wanted) / 3};
}

void spelling_offer(struct spelling *spelling, const char *candidate)
{
    size_t distance = edit_distance(spelling->wanted, candidate);
    size_t limit = spelling->nearest == NULL ? spelling->distance + 1 : spelling->distance;
    if (distance >= limit)
        return;
    spelling->nearest = candidate;
    spelling->distance = distance;
}
