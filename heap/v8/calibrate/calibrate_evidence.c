#include "heap/v8/calibrate/calibrate_evidence.h"

#include "heap/v8/layout/layout.h"
#include "heap/v8/layout/size_rules.h"

#include <stdlib.h>
#include <string.h>

enum {
    // What a word is, in most objects of a type; other values are an enum itype.
    WORD_SMI = ITYPE_COUNT,
    WORD_RAW,
    WORD_ANY,
    WORD_END,
    WORD_STRING,
    WORD_OBJECT,
    WORD_CONTEXT,
    FIRST_OBJECT_NUMBER = 1024, // JS_SPECIAL_API_OBJECT and all behind it, in every line
    AGREES = 1,
    POINTS_THERE = 2,
    CONTRADICTS = -4,
    TOO_LONG = -1,
    FIXED_WORDS = 3, // of objects that end themselves: what follows are elements of a kind,
    VARIES = -1,     // whose places change
    OBJECT_WORDS = 2, // properties and elements
    RULE_FITS = 4,
    RULE_FAILS = -12,
};

#define ITYPE_SMI WORD_SMI
#define ITYPE_RAW WORD_RAW
#define ITYPE_ANY WORD_ANY
#define ITYPE_END WORD_END
#define ITYPE_STRING WORD_STRING
#define ITYPE_OBJECT WORD_OBJECT
#define ITYPE_CONTEXT WORD_CONTEXT

static const struct words {
    uint8_t lines; // set of lines
    uint16_t type;
    uint16_t words[MAPS_WORDS];
} words[] = {
#define W(lines_, type_, a, b, c, d, e, f, g, h)                                                   \
    {lines_, ITYPE_##type_, {ITYPE_##a, ITYPE_##b, ITYPE_##c, ITYPE_##d, ITYPE_##e, ITYPE_##f,     \
                             ITYPE_##g, ITYPE_##h}},
#include "heap/v8/calibrate/type_words.def"
#undef W
};

// WORD_ANY: the type is not known.
static uint16_t group_of(const struct itype_map *types, uint16_t number)
{
    enum itype type = itype_of(types, number);
    if (number < types->first_nonstring)
        return WORD_STRING;
    if (type == ITYPE_JS_GLOBAL_OBJECT || type == ITYPE_JS_GLOBAL_PROXY)
        return (uint16_t)type;
    if (number >= FIRST_OBJECT_NUMBER || type == ITYPE_JS_PROXY ||
        type == ITYPE_JS_MODULE_NAMESPACE)
        return WORD_OBJECT;
    if (type == ITYPE_UNKNOWN)
        return WORD_ANY;
    return itype_is_context_type(type) ? WORD_CONTEXT : (uint16_t)type;
}

struct votes {
    unsigned all, wanted, unknown;
};

static struct votes count(const struct map_word *word, uint16_t wanted,
                          const struct itype_map *types)
{
    struct votes votes = {.all = word->smi + word->raw + word->others,
                          .unknown = word->others};
    votes.wanted = wanted == WORD_SMI ? word->smi : wanted == WORD_RAW ? word->raw : 0;
    for (size_t i = 0; i < MAPS_TARGETS && word->targets[i].count > 0; i++) {
        uint16_t group = group_of(types, word->targets[i].number);
        votes.all += word->targets[i].count;
        votes.wanted += group == wanted ? word->targets[i].count : 0;
        votes.unknown += group == WORD_ANY ? word->targets[i].count : 0;
    }
    return votes;
}

static int word_score(const struct map_kind *kind, size_t at, uint16_t wanted,
                      const struct itype_map *types)
{
    if (wanted == WORD_ANY)
        return 0;
    struct votes votes = count(&kind->words[at], wanted, types);
    if (wanted == WORD_END) // objects that end themselves vary; those whose maps say so grow
        return kind->size == 0 && 2 * votes.all > kind->samples ? TOO_LONG : 0;
    if (votes.all == 0)
        return 0;
    if (2 * votes.wanted >= votes.all)
        return wanted == WORD_SMI || wanted == WORD_RAW ? AGREES : POINTS_THERE;
    if (4 * (votes.wanted + votes.unknown) > votes.all)
        return 0;
    return kind->size == 0 && at >= FIXED_WORDS ? VARIES : CONTRADICTS;
}

static int row_score(const struct words *row, const struct map_kind *kind, size_t first,
                     const struct itype_map *types)
{
    int score = 0;
    for (size_t i = first; i < MAPS_WORDS; i++)
        score += word_score(kind, i, row->words[i], types);
    return score;
}

// Lines that are not to be used have no rows.
static bool is_used(const struct words *row, const struct map_facts *facts)
{
    return (row->lines & ~(1u << facts->v8->without)) != 0;
}

static int16_t *cell(const struct evidence *evidence, int16_t *table, unsigned type, size_t kind)
{
    return &table[type * evidence->facts->kind_count + kind];
}

// Of the rows of a type, which follow each other, the one that agrees most counts.
static void read_words(struct evidence *evidence, const struct itype_map *types)
{
    const struct map_facts *facts = evidence->facts;
    for (size_t j = 0; j < facts->kind_count; j++) {
        const struct map_kind *kind = &facts->kinds[j];
        unsigned before = ITYPE_UNKNOWN;
        for (size_t i = 0; i < sizeof words / sizeof *words && kind->samples > 0; i++) {
            if (!is_used(&words[i], facts))
                continue;
            int all = row_score(&words[i], kind, 0, types);
            int fields = row_score(&words[i], kind, OBJECT_WORDS, types);
            int16_t *content = cell(evidence, evidence->content, words[i].type, j);
            if (words[i].type == before && all <= *content)
                continue;
            *content = (int16_t)all;
            *cell(evidence, evidence->fields, words[i].type, j) = (int16_t)fields;
            before = words[i].type;
        }
    }
}

// --- who points at a type ------------------------------------------------------------------------

static int pointer_score(const struct map_word *word, uint16_t number)
{
    unsigned all = word->smi + word->raw + word->others, there = 0;
    for (size_t i = 0; i < MAPS_TARGETS; i++) {
        all += word->targets[i].count;
        if (word->targets[i].count > 0 && word->targets[i].number == number)
            there += word->targets[i].count;
    }
    return all == 0               ? 0
           : 2 * there >= all     ? POINTS_THERE
           : 10 * there <= all    ? CONTRADICTS
                                  : 0;
}

// Words of one type of which a row says that they point at another type.
struct pointers {
    unsigned from, to;
    uint8_t words; // set
};

static void score_pointers(struct evidence *evidence, const struct map_kind *from,
                           const struct pointers *pointers)
{
    const struct map_facts *facts = evidence->facts;
    if (pointers->from == pointers->to)
        return;
    for (size_t j = 0; j < facts->kind_count; j++) {
        int best = CONTRADICTS;
        for (size_t k = 0; k < MAPS_WORDS; k++) {
            if ((pointers->words >> k & 1) == 0)
                continue;
            int score = pointer_score(&from->words[k], facts->kinds[j].number);
            best = score > best ? score : best;
        }
        *cell(evidence, evidence->content, pointers->to, j) += (int16_t)best;
        *cell(evidence, evidence->fields, pointers->to, j) += (int16_t)best;
    }
}

static uint8_t words_to(const struct words *row, unsigned to)
{
    uint8_t set = 0;
    for (size_t k = 0; k < MAPS_WORDS; k++)
        set |= (uint8_t)((row->words[k] == to) << k);
    return set;
}

// What the rows of a type that agree most with its objects say.
static void read_pointers_of(struct evidence *evidence, const struct itype_map *types,
                             size_t first, size_t end)
{
    const struct map_facts *facts = evidence->facts;
    // cppcheck-suppress arrayIndexOutOfBounds ; there is a row between first and end
    const struct map_kind *from = map_facts_kind(facts, types->number[words[first].type]);
    if (from == NULL || from->samples == 0)
        return;
    size_t best = end;
    for (size_t i = first; i < end; i++)
        if (is_used(&words[i], facts) &&
            (best == end || row_score(&words[i], from, 0, types) >
                                row_score(&words[best], from, 0, types)))
            best = i;
    for (unsigned to = 1; to < ITYPE_COUNT && best < end; to++) {
        struct pointers pointers = {.from = words[first].type, .to = to,
                                    .words = words_to(&words[best], to)};
        if (pointers.words != 0)
            score_pointers(evidence, from, &pointers);
    }
}

static void read_pointers(struct evidence *evidence, const struct itype_map *types)
{
    size_t count = sizeof words / sizeof *words, first = 0;
    for (size_t i = 1; i <= count; i++) {
        if (i < count && words[i].type == words[first].type)
            continue;
        read_pointers_of(evidence, types, first, i);
        first = i;
    }
}

void evidence_read(struct evidence *evidence, const struct itype_map *types)
{
    size_t bytes = ITYPE_COUNT * evidence->facts->kind_count * sizeof *evidence->content;
    memset(evidence->content, 0, bytes);
    memset(evidence->fields, 0, bytes);
    read_words(evidence, types);
    read_pointers(evidence, types);
}

// --- size rules ----------------------------------------------------------------------------------

static int8_t try_rules(const struct map_facts *facts, const struct map_kind *kind, unsigned type)
{
    const struct size_rule *tried[LAYOUT_LINES];
    size_t count = 0;
    int8_t score = 0;
    for (size_t line = 0; line < LAYOUT_LINES; line++) {
        const struct size_rule *rule = size_rule_of((enum itype)type, line);
        bool known = rule == NULL || line == facts->v8->without;
        for (size_t i = 0; i < count && !known; i++)
            known = size_rule_equals(tried[i], rule);
        if (known)
            continue;
        tried[count++] = rule;
        if (10 * map_facts_try(facts, kind, rule) >= 9 * kind->samples)
            return RULE_FITS;
        score = RULE_FAILS;
    }
    return score;
}

static void read_rules(struct evidence *evidence)
{
    const struct map_facts *facts = evidence->facts;
    for (unsigned type = 1; type < ITYPE_COUNT; type++)
        for (size_t j = 0; j < facts->kind_count; j++)
            if (facts->kinds[j].size == 0 && facts->kinds[j].samples > 0)
                evidence->rules[type * facts->kind_count + j] =
                    try_rules(facts, &facts->kinds[j], type);
}

bool evidence_create(const struct map_facts *facts, struct evidence *ret)
{
    size_t cells = ITYPE_COUNT * facts->kind_count + 1;
    *ret = (struct evidence){.facts = facts};
    ret->rules = calloc(cells, sizeof *ret->rules);
    ret->content = calloc(cells, sizeof *ret->content);
    ret->fields = calloc(cells, sizeof *ret->fields);
    if (ret->rules == NULL || ret->content == NULL || ret->fields == NULL) {
        evidence_free(ret);
        return false;
    }
    read_rules(ret);
    return true;
}

void evidence_free(struct evidence *evidence)
{
    free(evidence->rules);
    free(evidence->content);
    free(evidence->fields);
    *evidence = (struct evidence){0};
}
