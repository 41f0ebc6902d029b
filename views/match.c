#include "views/match.h"

#include "views/format.h"
#include "views/text.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <stdlib.h>
#include <string.h>
#include <wctype.h>

enum {
    PATTERN_MAX = 4096,    // bytes
    MATCH_LIMIT = 100000,  // steps of one match: about a millisecond
    DEPTH_LIMIT = 5000,    // nested backtracks
    HEAP_LIMIT_KIB = 4096, // memory for them
    JIT_STACK_START = 32768,
    JIT_STACK_MAX = 1048576,
};

struct view_match {
    pcre2_code *code;
    pcre2_match_data *data;
    pcre2_match_context *context;
    pcre2_jit_stack *stack; // NULL: compiled code is not used
};

// --- compiling -----------------------------------------------------------------------------------

static bool is_upper(uint32_t code)
{
    return code < 0x80 ? code >= 'A' && code <= 'Z' : iswupper((wint_t)code) != 0;
}

// Smart case: a pattern with an upper-case letter means what it says. What follows a backslash is
// a class (\S, \W, \P{Lu}), not a letter.
static bool has_upper_case(const char *pattern)
{
    size_t length = strlen(pattern);
    struct text_point point;
    bool escaped = false;
    while (text_decode(pattern, length, &point)) {
        if (!escaped && is_upper(point.code))
            return true;
        bool property = escaped && (point.code == 'p' || point.code == 'P');
        escaped = !escaped && point.code == '\\';
        pattern += point.length;
        length -= point.length;
        const char *close = property && *pattern == '{' ? strchr(pattern, '}') : NULL;
        if (close != NULL) {
            length -= (size_t)(close - pattern);
            pattern = close;
        }
    }
    return false;
}

// An invalid UTF-8 pattern is refused by PCRE2 with a text of its own.
static pcre2_code *compile(const char *pattern, struct error *error)
{
    uint32_t options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_NEVER_BACKSLASH_C;
    if (!has_upper_case(pattern))
        options |= PCRE2_CASELESS;
    if (strlen(pattern) > PATTERN_MAX) {
        error_set(error, ERROR_USAGE, "pattern is longer than %d bytes", PATTERN_MAX);
        return NULL;
    }
    int number;
    PCRE2_SIZE offset;
    pcre2_code *code =
        pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED, options, &number, &offset, NULL);
    if (code == NULL) {
        PCRE2_UCHAR text[160];
        pcre2_get_error_message(number, text, sizeof text);
        error_set(error, ERROR_USAGE, "pattern, at character %zu: %s", (size_t)offset + 1,
                  (const char *)text);
    }
    return code;
}

// Compiled to machine code where possible: a few times faster. Without it matching works as well.
static void compile_more(struct view_match *match)
{
    if (pcre2_jit_compile(match->code, PCRE2_JIT_COMPLETE) != 0)
        return;
    match->stack = pcre2_jit_stack_create(JIT_STACK_START, JIT_STACK_MAX, NULL);
    if (match->stack != NULL)
        pcre2_jit_stack_assign(match->context, NULL, match->stack);
}

bool view_match_create(const char *pattern, struct view_match **ret, struct error *error)
{
    pcre2_code *code = compile(pattern, error);
    if (code == NULL)
        return false;
    struct view_match *match = calloc(1, sizeof *match);
    if (match == NULL) {
        pcre2_code_free(code);
        return error_set(error, ERROR_MEMORY, "out of memory");
    }
    match->code = code;
    match->data = pcre2_match_data_create(1, NULL);
    match->context = pcre2_match_context_create(NULL);
    if (match->data == NULL || match->context == NULL) {
        view_match_destroy(match);
        return error_set(error, ERROR_MEMORY, "out of memory");
    }
    pcre2_set_match_limit(match->context, MATCH_LIMIT);
    pcre2_set_depth_limit(match->context, DEPTH_LIMIT);
    pcre2_set_heap_limit(match->context, HEAP_LIMIT_KIB);
    compile_more(match);
    *ret = match;
    return true;
}

void view_match_destroy(struct view_match *match)
{
    if (match == NULL)
        return;
    pcre2_jit_stack_free(match->stack);
    pcre2_match_context_free(match->context);
    pcre2_match_data_free(match->data);
    pcre2_code_free(match->code);
    free(match);
}

// --- matching ------------------------------------------------------------------------------------

enum match_result match_text(const struct view_match *match, const char *text, size_t length,
                             size_t from, size_t *start, size_t *end)
{
    if (from > length)
        return MATCH_NO;
    int result =
        pcre2_match(match->code, (PCRE2_SPTR)text, length, from, 0, match->data, match->context);
    if (result == PCRE2_ERROR_NOMATCH)
        return MATCH_NO;
    if (result < 0)
        return MATCH_UNDECIDED;
    const PCRE2_SIZE *where = pcre2_get_ovector_pointer(match->data);
    // \K in a lookahead can put the start behind the end.
    if (start != NULL)
        *start = where[0] < where[1] ? where[0] : where[1];
    if (end != NULL)
        *end = where[1];
    return MATCH_YES;
}

bool view_match_text(const struct view_match *match, const char *text, size_t length, size_t *start,
                     size_t *end)
{
    return match_text(match, text, length, *start, start, end) == MATCH_YES;
}

static enum match_result match_cell(const struct view_match *match, const struct cell *cell)
{
    char buffer[CELL_TEXT_MAX];
    size_t length;
    const char *text = cell_text(cell, CELL_PLAIN, buffer, &length);
    enum match_result result = match_text(match, text, length, 0, NULL, NULL);
    if (result == MATCH_NO && cell_has_forms(cell->kind)) {
        text = cell_text(cell, CELL_SCREEN, buffer, &length);
        result = match_text(match, text, length, 0, NULL, NULL);
    }
    return result;
}

static bool is_shown(const struct column *column)
{
    return (column->flags & (COLUMN_HIDDEN | COLUMN_SCREEN)) == 0;
}

enum match_result match_row(const struct view_match *match, const struct view_ops *ops,
                            const struct row *row, size_t column)
{
    if (column != SIZE_MAX)
        return match_cell(match, &row->cells[column]);
    enum match_result result = MATCH_NO;
    for (size_t i = 0; i < ops->column_count && result != MATCH_YES; i++) {
        if (!is_shown(&ops->columns[i]))
            continue;
        enum match_result one = match_cell(match, &row->cells[i]);
        if (one != MATCH_NO)
            result = one;
    }
    return result;
}

uint32_t match_columns(const struct view_ops *ops, size_t column)
{
    if (column != SIZE_MAX)
        return UINT32_C(1) << column;
    uint32_t wanted = 0;
    for (size_t i = 0; i < ops->column_count; i++)
        if (is_shown(&ops->columns[i]))
            wanted |= UINT32_C(1) << i;
    return wanted;
}
