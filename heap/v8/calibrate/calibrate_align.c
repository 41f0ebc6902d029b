#include "heap/v8/calibrate/calibrate_align.h"

#include <limits.h>
#include <stdlib.h>

enum { WORST = INT_MIN / 4 };

bool alignment_create(struct alignment *a, size_t rows, size_t columns)
{
    *a = (struct alignment){.rows = rows, .columns = columns};
    size_t cells = (rows + 1) * (columns + 1);
    a->pairs = calloc(cells, sizeof *a->pairs);
    a->head = calloc(cells, sizeof *a->head);
    a->tail = calloc(cells, sizeof *a->tail);
    a->row_gaps = calloc(rows + 1, sizeof *a->row_gaps);
    return a->pairs != NULL && a->head != NULL && a->tail != NULL && a->row_gaps != NULL;
}

void alignment_free(struct alignment *a)
{
    free(a->pairs);
    free(a->head);
    free(a->tail);
    free(a->row_gaps);
    *a = (struct alignment){0};
}

static int *head(const struct alignment *a, size_t i, size_t j)
{
    return &a->head[i * (a->columns + 1) + j];
}

static int *tail(const struct alignment *a, size_t i, size_t j)
{
    return &a->tail[i * (a->columns + 1) + j];
}

static int pair(const struct alignment *a, size_t i, size_t j)
{
    return a->pairs[i * a->columns + j];
}

static int most(int a, int b, int c)
{
    int best = a > b ? a : b;
    return best > c ? best : c;
}

void alignment_find(struct alignment *a)
{
    for (size_t i = 0; i <= a->rows; i++) {
        for (size_t j = 0; j <= a->columns; j++) {
            int row = i > 0 ? *head(a, i - 1, j) + a->row_gaps[i - 1] : WORST;
            int column = j > 0 ? *head(a, i, j - 1) + a->column_gap : WORST;
            int both = i > 0 && j > 0 ? *head(a, i - 1, j - 1) + pair(a, i - 1, j - 1) : WORST;
            *head(a, i, j) = i + j == 0 ? 0 : most(row, column, both);
        }
    }
    for (size_t i = a->rows + 1; i-- > 0;) {
        for (size_t j = a->columns + 1; j-- > 0;) {
            bool rows = i < a->rows, columns = j < a->columns;
            int row = rows ? *tail(a, i + 1, j) + a->row_gaps[i] : WORST;
            int column = columns ? *tail(a, i, j + 1) + a->column_gap : WORST;
            int both = rows && columns ? *tail(a, i + 1, j + 1) + pair(a, i, j) : WORST;
            *tail(a, i, j) = rows || columns ? most(row, column, both) : 0;
        }
    }
    a->score = *head(a, a->rows, a->columns);
}

size_t alignment_pair(const struct alignment *a, size_t row, int margin)
{
    size_t best = a->columns;
    int first = WORST, second = WORST;
    for (size_t j = 0; j <= a->columns; j++) {
        int without = *head(a, row, j) + a->row_gaps[row] + *tail(a, row + 1, j);
        second = without > second ? without : second;
        if (j == a->columns)
            break;
        int with = *head(a, row, j) + pair(a, row, j) + *tail(a, row + 1, j + 1);
        if (with > first) {
            second = first > second ? first : second;
            first = with;
            best = j;
        } else if (with > second) {
            second = with;
        }
    }
    return first == a->score && first - second >= margin ? best : a->columns;
}
