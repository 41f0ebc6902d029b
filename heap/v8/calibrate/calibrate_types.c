// Instance types of a V8 without a table: which number means what.
//
// Almost every type has a map before a program runs. The sizes and visitor ids of the maps, in the
// order of the type numbers, are a sequence that changes little from version to version; it is
// aligned with that of each line (type_signatures.def). Where objects of a number end, and what they
// point at, speaks for or against a pair, too. A pair counts where every other alignment is worse
// and nothing speaks against it; what lies between two pairs that moved by the same amount moved
// with them. All other numbers stay unknown.
#include "heap/v8/calibrate/calibrate.h"
#include "heap/v8/calibrate/calibrate_align.h"
#include "heap/v8/calibrate/calibrate_names.h"

#include <stdlib.h>
#include <string.h>

enum {
    NONE = MAPS_NONE,
    SHARED_STRING = 96, // strings have no numbers from 64 to here
    SAME_SIZE = 4,
    OTHER_SIZE = -3,
    OTHER_OBJECT_SIZE = -1, // of JavaScript objects: fields come and go
    SAME_VISITOR = 4,
    OTHER_VISITOR = -4,
    UNMATCHED = -2,
    CERTAIN = 20,   // a symbol or a name says so
    MARGIN = 2,     // a pair counts when any other costs so much
    CLEARLY = 3,    // the same without the order
    VISITORS = 256,
};

#define NO NONE
static const uint8_t signatures[ITYPE_COUNT][2 * LAYOUT_LINES] = {
#define X(name, ...) [ITYPE_##name] = {__VA_ARGS__},
#include "heap/v8/calibrate/type_signatures.def"
#undef X
};
#undef NO

struct wanted {
    uint16_t type, number;
    uint8_t size, visitor; // NONE: no map in that line either
    uint16_t certain;      // number that a symbol or a name gives to it, or ITYPE_NO_NUMBER
    bool is_object;
};

// Which visitor found is which of the line, and the other way round; NONE: not known.
struct visitors {
    uint16_t found[VISITORS], wanted[VISITORS];
};

// One line's types beside the numbers found.
struct beside {
    const struct map_facts *facts;
    const struct evidence *evidence;
    const struct itype_map *types; // what is known before: symbols, and an earlier result
    uint16_t named[ITYPE_COUNT];   // numbers that test themselves, whatever the order
    size_t strings;                // kinds that are strings: the first ones
    size_t found_count;            // kinds that are none
    size_t line;
    struct wanted wanted[ITYPE_COUNT];
    size_t wanted_count;
    struct alignment alignment;
    struct visitors visitors;
};

// --- what speaks for a pair ----------------------------------------------------------------------

static int size_score(const struct wanted *wanted, const struct map_kind *found)
{
    if (wanted->size == found->size)
        return SAME_SIZE;
    return wanted->is_object && found->outside ? OTHER_OBJECT_SIZE : OTHER_SIZE;
}

static const struct map_kind *found_at(const struct beside *beside, size_t j)
{
    return &beside->facts->kinds[beside->strings + j];
}

static int pair_score(const struct beside *beside, const struct wanted *wanted, size_t j)
{
    const struct map_kind *found = found_at(beside, j);
    const struct evidence *evidence = beside->evidence;
    if (wanted->certain != ITYPE_NO_NUMBER)
        return wanted->certain == found->number ? CERTAIN : -CERTAIN;
    if (wanted->size == NONE)
        return -1; // nothing speaks for it
    return size_score(wanted, found) +
           (wanted->size == 0 ? evidence_rules(evidence, wanted->type, beside->strings + j) : 0) +
           evidence_of(evidence->content, evidence, wanted->type, beside->strings + j);
}

static int *pair_at(struct beside *beside, size_t i, size_t j)
{
    return &beside->alignment.pairs[i * beside->found_count + j];
}

static void score_pairs(struct beside *beside)
{
    for (size_t i = 0; i < beside->wanted_count; i++) {
        beside->alignment.row_gaps[i] = beside->wanted[i].size == NONE ? 0 : UNMATCHED;
        for (size_t j = 0; j < beside->found_count; j++)
            *pair_at(beside, i, j) = pair_score(beside, &beside->wanted[i], j);
    }
    beside->alignment.column_gap = UNMATCHED;
}

// What most of the votes in a row (or in a column) are for.
static uint16_t majority(uint16_t (*votes)[VISITORS], unsigned of, bool column)
{
    unsigned all = 0, best = 0, most = 0;
    for (unsigned i = 0; i < VISITORS; i++) {
        unsigned count = column ? votes[i][of] : votes[of][i];
        all += count;
        if (count > most) {
            most = count;
            best = i;
        }
    }
    return all > 1 && 3 * most >= 2 * all ? (uint16_t)best : NONE;
}

// The pairs found without visitors vote.
static void learn_visitors(const struct beside *beside, struct visitors *ret)
{
    uint16_t(*votes)[VISITORS] = calloc(VISITORS, sizeof *votes);
    for (size_t i = 0; i < beside->wanted_count && votes != NULL; i++) {
        size_t j = alignment_pair(&beside->alignment, i, MARGIN);
        if (j < beside->found_count && beside->wanted[i].size != NONE)
            votes[beside->wanted[i].visitor][found_at(beside, j)->visitor]++;
    }
    for (unsigned i = 0; i < VISITORS; i++) {
        ret->found[i] = votes != NULL ? majority(votes, i, false) : NONE;
        ret->wanted[i] = votes != NULL ? majority(votes, i, true) : NONE;
    }
    free(votes);
}

static int visitor_score(const struct visitors *visitors, uint8_t wanted, uint8_t found)
{
    if (visitors->found[wanted] == NONE && visitors->wanted[found] == NONE)
        return 0;
    return visitors->found[wanted] == found || visitors->wanted[found] == wanted ? SAME_VISITOR
                                                                                : OTHER_VISITOR;
}

static void score_visitors(struct beside *beside)
{
    learn_visitors(beside, &beside->visitors);
    for (size_t i = 0; i < beside->wanted_count; i++) {
        const struct wanted *wanted = &beside->wanted[i];
        for (size_t j = 0; j < beside->found_count; j++)
            if (wanted->size != NONE && wanted->certain == ITYPE_NO_NUMBER)
                *pair_at(beside, i, j) +=
                    visitor_score(&beside->visitors, wanted->visitor, found_at(beside, j)->visitor);
    }
}

// --- a line --------------------------------------------------------------------------------------

static int by_number(const void *a, const void *b)
{
    return ((const struct wanted *)a)->number - ((const struct wanted *)b)->number;
}

static uint16_t certain_number(const struct beside *beside, unsigned type)
{
    return beside->types->source[type] == ITYPE_FROM_SYMBOL ? beside->types->number[type]
                                                            : beside->named[type];
}

static void take_line(struct beside *beside, size_t line)
{
    struct itype_map table;
    itype_map_init(&table, line);
    beside->line = line;
    beside->wanted_count = 0;
    for (unsigned type = 1; type < ITYPE_COUNT; type++) {
        if (table.number[type] >= ITYPE_NUMBER_MAX || table.number[type] < table.first_nonstring)
            continue;
        beside->wanted[beside->wanted_count++] = (struct wanted){
            .type = (uint16_t)type, .number = table.number[type],
            .size = signatures[type][2 * line], .visitor = signatures[type][2 * line + 1],
            .certain = certain_number(beside, type),
            .is_object = table.number[type] >= table.first_js_receiver};
    }
    qsort(beside->wanted, beside->wanted_count, sizeof *beside->wanted, by_number);
}

static bool align(struct beside *beside, size_t line)
{
    take_line(beside, line);
    if (!alignment_create(&beside->alignment, beside->wanted_count, beside->found_count))
        return false;
    score_pairs(beside);
    alignment_find(&beside->alignment);
    score_visitors(beside);
    alignment_find(&beside->alignment);
    return true;
}

// The two lines whose sequences are most like the one found. `second->line` is LAYOUT_LINES when
// there is only one.
static bool best_lines(struct beside *best, struct beside *second)
{
    bool any = false;
    second->line = LAYOUT_LINES;
    for (size_t line = 0; line < LAYOUT_LINES; line++) {
        struct beside beside = *best;
        if (line == best->facts->v8->without)
            continue;
        beside.alignment = (struct alignment){0};
        if (!align(&beside, line)) {
            alignment_free(&beside.alignment);
            return false;
        }
        if (!any || beside.alignment.score > best->alignment.score) {
            struct beside before = *best;
            *best = beside;
            beside = before;
        }
        if (any && (second->line == LAYOUT_LINES ||
                    beside.alignment.score > second->alignment.score)) {
            struct beside before = *second;
            *second = beside;
            beside = before;
        }
        alignment_free(&beside.alignment);
        any = true;
    }
    return any;
}

// --- from an alignment to numbers ----------------------------------------------------------------

static void set(struct itype_map *types, unsigned type, uint16_t number, enum itype_source source)
{
    types->number[type] = number;
    types->source[type] = (uint8_t)source;
}

static bool is_taken(const struct itype_map *types, uint16_t number)
{
    for (unsigned type = 1; type < ITYPE_COUNT; type++)
        if (types->number[type] == number)
            return true;
    return false;
}

// A string's number consists of bits that have meant the same since 7.8.
static void take_strings_of(struct itype_map *types, const struct map_facts *facts, size_t line,
                            uint16_t first_nonstring)
{
    struct itype_map table;
    itype_map_init(&table, line);
    for (unsigned type = 1; type < ITYPE_COUNT; type++) {
        uint16_t number = table.number[type];
        if (number >= table.first_nonstring || types->number[type] != ITYPE_NO_NUMBER)
            continue;
        const struct map_kind *kind = map_facts_kind(facts, number);
        if (kind != NULL && number < first_nonstring && kind->size == signatures[type][2 * line])
            set(types, type, number, ITYPE_FROM_MAPS);
    }
}

static void take_strings(struct itype_map *types, const struct map_facts *facts,
                         uint16_t first_nonstring)
{
    for (size_t line = 0; line < LAYOUT_LINES; line++)
        if (line != facts->v8->without)
            take_strings_of(types, facts, line, first_nonstring);
}

static bool may_be(const struct beside *beside, size_t i, uint16_t number)
{
    const struct wanted *wanted = &beside->wanted[i];
    const struct map_kind *found = map_facts_kind(beside->facts, number);
    if (found == NULL || wanted->size == NONE)
        return true;
    return (wanted->size == found->size || (wanted->is_object && found->outside)) &&
           evidence_of(beside->evidence->content, beside->evidence, wanted->type,
                       (size_t)(found - beside->facts->kinds)) >= 0;
}

// Between two certain pairs that moved alike, all moved.
static void fill_between(struct itype_map *types, const struct beside *beside, size_t before,
                         size_t behind)
{
    const struct wanted *wanted = beside->wanted;
    int moved = types->number[wanted[before].type] - wanted[before].number;
    bool same = moved == types->number[wanted[behind].type] - wanted[behind].number;
    for (size_t i = before + 1; i < behind && same; i++)
        same = may_be(beside, i, (uint16_t)(wanted[i].number + moved));
    for (size_t i = before + 1; i < behind && same; i++)
        if (types->number[wanted[i].type] == ITYPE_NO_NUMBER &&
            !is_taken(types, (uint16_t)(wanted[i].number + moved)))
            set(types, wanted[i].type, (uint16_t)(wanted[i].number + moved), ITYPE_FROM_ORDER);
}

// A pair whose place in the order is certain has to be confirmed by what objects hold, if there are
// any. JavaScript objects are too much alike to go by the order alone.
static bool is_confirmed(const struct beside *beside, const struct wanted *wanted, size_t j)
{
    const struct evidence *evidence = beside->evidence;
    if (!beside->facts->walked)
        return true;
    if (found_at(beside, j)->samples == 0)
        return !wanted->is_object && evidence_of(evidence->content, evidence, wanted->type,
                                                 beside->strings + j) >= 0;
    return evidence_of(wanted->is_object ? evidence->fields : evidence->content, evidence,
                       wanted->type, beside->strings + j) > 0;
}

static bool take_pair(struct itype_map *types, const struct beside *beside, size_t i)
{
    const struct wanted *wanted = &beside->wanted[i];
    if (types->number[wanted->type] != ITYPE_NO_NUMBER)
        return true; // by what came before
    if (wanted->certain != ITYPE_NO_NUMBER) {
        if (types->source[wanted->type] != ITYPE_FROM_SYMBOL)
            set(types, wanted->type, wanted->certain, ITYPE_FROM_MAPS);
        return true;
    }
    size_t j = alignment_pair(&beside->alignment, i, MARGIN);
    if (j == beside->found_count || !is_confirmed(beside, wanted, j) ||
        is_taken(types, found_at(beside, j)->number))
        return false;
    set(types, wanted->type, found_at(beside, j)->number, ITYPE_FROM_MAPS);
    return true;
}

static void take_pairs(struct itype_map *types, const struct beside *beside)
{
    size_t before = beside->wanted_count;
    for (size_t i = 0; i < beside->wanted_count; i++) {
        if (!take_pair(types, beside, i))
            continue;
        if (before < beside->wanted_count)
            fill_between(types, beside, before, i);
        before = i;
    }
}

// --- whatever the order --------------------------------------------------------------------------

// What speaks for a pair apart from its place in the order.
static int unordered_score(const struct beside *beside, const struct wanted *wanted, size_t j)
{
    const struct map_kind *found = found_at(beside, j);
    if (wanted->certain != ITYPE_NO_NUMBER)
        return wanted->certain == found->number ? CERTAIN : -CERTAIN;
    return evidence_of(beside->evidence->content, beside->evidence, wanted->type,
                       beside->strings + j) +
           (wanted->size == 0 && found->size == 0
                ? evidence_rules(beside->evidence, wanted->type, beside->strings + j)
                : 0) +
           (wanted->size == NONE
                ? 0
                : size_score(wanted, found) +
                      visitor_score(&beside->visitors, wanted->visitor, found->visitor));
}

// The type that most speaks for, and by how much more than for any other.
static size_t best_type(const struct beside *beside, size_t j, int *margin, int *score)
{
    size_t best = 0;
    int first = -CERTAIN * CERTAIN, second = first;
    for (size_t i = 0; i < beside->wanted_count; i++) {
        int now = unordered_score(beside, &beside->wanted[i], j);
        if (now > first) {
            second = first;
            first = now;
            best = i;
        } else if (now > second) {
            second = now;
        }
    }
    *margin = first - second;
    *score = first;
    return best;
}

static bool is_best_number(const struct beside *beside, size_t i, size_t j, int score)
{
    for (size_t k = 0; k < beside->found_count; k++)
        if (k != j && unordered_score(beside, &beside->wanted[i], k) + CLEARLY > score)
            return false;
    return true;
}

static const struct wanted *wanted_of(const struct beside *beside, unsigned type)
{
    for (size_t i = 0; i < beside->wanted_count; i++)
        if (beside->wanted[i].type == type)
            return &beside->wanted[i];
    return NULL;
}

// Objects of this number speak for another type than its place in the order does.
static void drop_outdone(struct itype_map *types, const struct beside *beside, size_t j)
{
    int margin, score;
    uint16_t number = found_at(beside, j)->number;
    best_type(beside, j, &margin, &score);
    for (unsigned type = 1; type < ITYPE_COUNT; type++) {
        const struct wanted *wanted = types->number[type] == number ? wanted_of(beside, type) : NULL;
        if (wanted != NULL && wanted->certain == ITYPE_NO_NUMBER &&
            unordered_score(beside, wanted, j) + CLEARLY <= score)
            set(types, type, ITYPE_NO_NUMBER, ITYPE_FROM_NOWHERE);
    }
}

// Types move, too: what objects hold can be enough.
static void take_unordered(struct itype_map *types, const struct beside *beside, size_t j)
{
    int margin, score;
    size_t i = best_type(beside, j, &margin, &score);
    const struct wanted *wanted = &beside->wanted[i];
    if (types->number[wanted->type] == ITYPE_NO_NUMBER &&
        !is_taken(types, found_at(beside, j)->number) && margin >= CLEARLY &&
        is_confirmed(beside, wanted, j) && is_best_number(beside, i, j, score))
        set(types, wanted->type, found_at(beside, j)->number, ITYPE_FROM_MAPS);
}

static void settle(struct itype_map *types, const struct beside *beside)
{
    for (size_t j = 0; j < beside->found_count && beside->facts->walked; j++)
        if (found_at(beside, j)->samples > 0)
            drop_outdone(types, beside, j);
    for (size_t j = 0; j < beside->found_count && beside->facts->walked; j++)
        if (found_at(beside, j)->samples > 0)
            take_unordered(types, beside, j);
}

// --- contexts ------------------------------------------------------------------------------------

// Contexts are alike but for the native context, which has a visitor of its own; their order has
// been the same since 7.8.
static bool are_contexts(const struct map_facts *facts, size_t first)
{
    enum { COUNT = ITYPE_WITH_CONTEXT - ITYPE_AWAIT_CONTEXT + 1 };
    const struct map_kind *kinds = &facts->kinds[first];
    if (first + COUNT > facts->kind_count)
        return false;
    for (size_t i = 0; i < COUNT; i++) {
        bool native = ITYPE_AWAIT_CONTEXT + i == ITYPE_NATIVE_CONTEXT;
        if (kinds[i].size != 0 || kinds[i].number != kinds[0].number + i ||
            (kinds[i].visitor == kinds[0].visitor) == native)
            return false;
    }
    return first + COUNT == facts->kind_count || kinds[COUNT].visitor != kinds[0].visitor;
}

static void find_contexts(const struct map_facts *facts, uint16_t named[ITYPE_COUNT])
{
    size_t found = 0, at = 0;
    for (size_t i = 0; i < facts->kind_count; i++) {
        if (are_contexts(facts, i)) {
            found++;
            at = i;
        }
    }
    for (unsigned type = ITYPE_AWAIT_CONTEXT; type <= ITYPE_WITH_CONTEXT && found == 1; type++)
        named[type] = (uint16_t)(facts->kinds[at].number + (type - ITYPE_AWAIT_CONTEXT));
}

// Only fillers can be one word long: V8 fills the smallest gap with one.
static void find_filler(const struct map_facts *facts, uint16_t named[ITYPE_COUNT])
{
    size_t found = 0;
    for (size_t i = 0; i < facts->kind_count; i++) {
        if (facts->walked && facts->kinds[i].size == 1 && facts->kinds[i].samples > 0) {
            found++;
            named[ITYPE_FILLER] = facts->kinds[i].number;
        }
    }
    if (found != 1)
        named[ITYPE_FILLER] = ITYPE_NO_NUMBER;
}

// Two types cannot have one number.
static void drop_doubles(struct itype_map *types)
{
    for (unsigned type = 1; type < ITYPE_COUNT; type++)
        for (unsigned other = 1; other < ITYPE_COUNT; other++)
            if (other != type && types->number[type] == types->number[other] &&
                types->source[other] == ITYPE_FROM_ORDER &&
                types->number[other] != ITYPE_NO_NUMBER)
                set(types, other, ITYPE_NO_NUMBER, ITYPE_FROM_NOWHERE);
}

static void forget(struct itype_map *types)
{
    for (unsigned type = 1; type < ITYPE_COUNT; type++)
        if (types->source[type] != ITYPE_FROM_SYMBOL)
            set(types, type, ITYPE_NO_NUMBER, ITYPE_FROM_NOWHERE);
}

static uint16_t first_nonstring(const struct map_facts *facts)
{
    for (size_t i = 0; i < facts->kind_count; i++)
        if (facts->kinds[i].number >= 64 && facts->kinds[i].number < SHARED_STRING)
            return 64;
    return 128;
}

static void take(struct itype_map *types, const struct beside *best, const struct beside *second,
                 uint16_t nonstring)
{
    struct itype_map found = *types;
    forget(&found);
    take_strings(&found, best->facts, nonstring);
    take_pairs(&found, best);
    settle(&found, best);
    if (second->line < LAYOUT_LINES) {
        take_pairs(&found, second);
        settle(&found, second);
    }
    drop_doubles(&found);
    itype_map_finish(&found);
    *types = found;
}

bool calibrate_types(struct itype_map *types, const struct evidence *evidence, size_t *line)
{
    const struct map_facts *facts = evidence->facts;
    struct beside *beside = calloc(2, sizeof *beside);
    if (beside == NULL)
        return false;
    struct beside *best = beside, *second = beside + 1;
    uint16_t nonstring = first_nonstring(facts);
    *best = (struct beside){.facts = facts, .evidence = evidence, .types = types};
    while (best->strings < facts->kind_count && facts->kinds[best->strings].number < nonstring)
        best->strings++;
    best->found_count = facts->kind_count - best->strings;
    type_numbers_by_name(facts, types, best->named);
    best->named[ITYPE_MAP] = facts->map_number;
    find_contexts(facts, best->named);
    find_filler(facts, best->named);
    bool done = facts->kind_count == 0 || best_lines(best, second);
    if (done && facts->kind_count > 0) {
        *line = best->line;
        take(types, best, second, nonstring);
    }
    alignment_free(&best->alignment);
    alignment_free(&second->alignment);
    free(beside);
    return done;
}
