// Where the lines of a source begin, found as far as somebody asks.
//
// A line ends at LF, CR, CR LF, U+2028 or U+2029, as V8 has it (String::CalculateLineEnds,
// IsLineTerminatorSequence in src/strings/char-predicates.h). Of every SOURCE_BLOCK code units the
// number of the line at its start and where that line begins are kept: 8 bytes for 8,192 units, made
// in order up to the place asked for; the rest is found by looking at one block again. Where V8 has
// computed its own table of line ends and nothing contradicts it, that one answers.
#ifndef DUMPDIVE_HEAP_V8_FUNCTION_SOURCE_LINES_H
#define DUMPDIVE_HEAP_V8_FUNCTION_SOURCE_LINES_H

#include "heap/v8/function/script.h"

enum { SOURCE_BLOCK = 8192 };

struct source_lines;

// For one script, which must have its source. Costs nothing yet. False: out of memory, or no source.
bool source_lines_create(const struct v8 *v8, const struct v8_script *script,
                         struct source_lines **ret);
void source_lines_destroy(struct source_lines *lines); // NULL is fine
size_t source_lines_memory(const struct source_lines *lines); // bytes it takes by now

// The line of a position (at most the source's length), both from 0, and where that line begins.
// False: the source cannot be read up to there, or out of memory.
bool source_lines_find(struct source_lines *lines, uint32_t position, uint32_t *line,
                       uint32_t *start);

// The line that begins at `start`: where its text ends, and where the next line begins. `*last` is
// set when there is none. False: it cannot be read.
bool source_lines_end(struct source_lines *lines, uint32_t start, uint32_t *end, uint32_t *next,
                      bool *last);

// Where a line (from 0) begins. False: there is no such line, or it cannot be read.
bool source_lines_start(struct source_lines *lines, uint32_t line, uint32_t *start);

// How many lines there are: at least one. Costs a look at what was not looked at yet. 0: cannot be
// read to its end.
uint32_t source_lines_count(struct source_lines *lines);

// Line and column for people, from 1, with the script's offsets; a column offset shifts the first
// line only (Script::GetPositionInfo). False as source_lines_find.
bool source_lines_place(struct source_lines *lines, uint32_t position, int64_t *line,
                        int64_t *column);

#endif
