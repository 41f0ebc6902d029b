// Two sequences beside each other, as two texts are compared: the pairs, in order in both, that
// score most together.
#ifndef DUMPDIVE_HEAP_V8_CALIBRATE_CALIBRATE_ALIGN_H
#define DUMPDIVE_HEAP_V8_CALIBRATE_CALIBRATE_ALIGN_H

#include <stdbool.h>
#include <stddef.h>

struct alignment {
    size_t rows, columns;
    int *pairs;         // score of each pair, rows x columns; filled by the caller
    int *row_gaps;      // what it costs (at most 0) to leave a row without a pair
    int column_gap;     // the same for any column
    int score;          // of the best alignment; set by alignment_find
    int *head, *tail;   // best scores of what is before and behind
};

// Room for `rows` x `columns` scores, all 0. False: out of memory. Free in any case.
bool alignment_create(struct alignment *alignment, size_t rows, size_t columns);
void alignment_free(struct alignment *alignment);

// Find the best alignment; again after scores changed.
void alignment_find(struct alignment *alignment);

// The column that the best alignment pairs with a row, if every alignment that does not is worse by
// `margin`; `columns`: none.
size_t alignment_pair(const struct alignment *alignment, size_t row, int margin);

#endif
