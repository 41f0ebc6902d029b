// Size rules of a V8 without a table, by trial: a rule is that of a number when its objects end where
// the next ones begin.
#include "heap/v8/calibrate/calibrate.h"

#include <stdlib.h>

enum {
    RULES_MAX = 256,
    ENOUGH = 90, // percent of what seem to be objects; some only look so
    NEARLY = 97,
    SOME = 3,    // objects that a rule of another type has to fit
    MANY = 8,    // objects that a rule of no type has to fit
    HEADER_MIN = 8,
    HEADER_MAX = 96,
};

struct rules {
    const struct size_rule *items[RULES_MAX];
    size_t count;
};

static void add(struct rules *rules, const struct size_rule *rule)
{
    for (size_t i = 0; i < rules->count; i++)
        if (size_rule_equals(rules->items[i], rule))
            return;
    if (rules->count < RULES_MAX)
        rules->items[rules->count++] = rule;
}

static void collect_lines(struct rules *rules, const struct v8 *v8, enum itype type)
{
    for (size_t line = 0; line < LAYOUT_LINES; line++) {
        const struct size_rule *rule = size_rule_of(type, line);
        if (rule != NULL && line != v8->without)
            add(rules, rule);
    }
}

// The rules of a type (ITYPE_UNKNOWN: of all), its own line's first.
static void collect(struct rules *rules, const struct v8 *v8, enum itype type)
{
    const struct size_rule *rule = size_rule_of(type, v8->line);
    enum itype other;
    if (rule != NULL && v8->line != v8->without)
        add(rules, rule);
    for (unsigned i = type; i < (type == ITYPE_UNKNOWN ? ITYPE_COUNT : type + 1u); i++)
        collect_lines(rules, v8, (enum itype)i);
    for (size_t i = 0; (rule = size_rule_other(i, &other)) != NULL; i++)
        if (type == ITYPE_UNKNOWN || other == type ||
            (itype_is_context_type(type) && other == ITYPE_FUNCTION_CONTEXT))
            add(rules, rule);
}

// Objects of a number; where there are few, of all numbers that share its visitor, as their sizes
// are mostly found alike.
static void try_rule(const struct map_facts *facts, const struct map_kind *kind,
                     const struct size_rule *rule, unsigned *fits, unsigned *all)
{
    *fits = map_facts_try(facts, kind, rule);
    *all = kind->samples;
    for (size_t i = 0; i < facts->kind_count && kind->samples < SOME; i++) {
        const struct map_kind *other = &facts->kinds[i];
        if (other->size != 0 || other->visitor != kind->visitor || other == kind)
            continue;
        *fits += map_facts_try(facts, other, rule);
        *all += other->samples;
    }
}

static const struct size_rule *best_of(const struct map_facts *facts, const struct map_kind *kind,
                                       const struct rules *rules, unsigned least)
{
    const struct size_rule *best = NULL;
    unsigned most = 0;
    for (size_t i = 0; i < rules->count; i++) {
        unsigned fits, all;
        try_rule(facts, kind, rules->items[i], &fits, &all);
        if (fits > most && fits >= least && 100 * fits >= ENOUGH * all) {
            most = fits;
            best = rules->items[i];
        }
    }
    return best;
}

// --- rules that no line has ----------------------------------------------------------------------

// Of headers that fit alike, V8 has the one that its fields are aligned to.
static bool is_rounder(uint32_t a, uint32_t b)
{
    return (a & -a) > (b & -b);
}

static void try_headers(const struct map_facts *facts, const struct map_kind *kind, struct size_rule rule,
                        struct size_rule *best)
{
    uint32_t step = rule.unit < 8 ? 1 : 8;
    for (rule.header = HEADER_MIN; rule.header <= HEADER_MAX; rule.header += step) {
        unsigned fits, all;
        try_rule(facts, kind, &rule, &fits, &all);
        if (fits < MANY || 100 * fits < NEARLY * all)
            continue;
        if (best->kind == SIZE_UNKNOWN || is_rounder(rule.header, best->header))
            *best = rule;
    }
}

// Header and count as in other objects, in combinations that no known one has. All objects have to
// fit, but for a few that only look like some, and there have to be many.
static bool search_counted(const struct map_facts *facts, const struct map_kind *kind,
                           struct size_rule *ret)
{
    static const uint8_t units[] = {1, 2, 4, 8, 16, 24};
    static const struct {
        uint8_t at;
        uint32_t mask;
    } counts[] = {{12, UINT32_MAX}, {8, UINT32_MAX}, {8, 0xffff}, {12, 0x3ff}, {12, 0x3fffffff}};
    *ret = (struct size_rule){.kind = SIZE_UNKNOWN};
    for (size_t i = 0; i < sizeof units && ret->kind == SIZE_UNKNOWN; i++)
        for (size_t k = 0; k < sizeof counts / sizeof *counts && ret->kind == SIZE_UNKNOWN; k++)
            try_headers(facts, kind,
                        (struct size_rule){.kind = SIZE_COUNTED, .unit = units[i],
                                           .at = counts[k].at, .mask = counts[k].mask, .align = 8},
                        ret);
    return ret->kind != SIZE_UNKNOWN;
}

static bool fits_all(const struct map_facts *facts, const struct map_kind *kind,
                     const struct size_rule *rule)
{
    unsigned fits, all;
    try_rule(facts, kind, rule, &fits, &all);
    return fits >= MANY && 100 * fits >= NEARLY * all;
}

// Machine code: of one or two parts.
static bool search_code(const struct map_facts *facts, const struct map_kind *kind,
                        struct size_rule *ret)
{
    static const uint8_t kinds[] = {SIZE_SUM, SIZE_COUNTED};
    for (size_t i = 0; i < sizeof kinds; i++)
        for (uint8_t at = 32; at <= 64; at += 8)
            for (uint16_t align = 32; align <= 64; align *= 2)
                for (uint32_t header = 32; header <= 256; header += 32) {
                    *ret = (struct size_rule){.kind = kinds[i], .header = header, .at = at,
                                              .align = align, .unit = 1, .mask = UINT32_MAX};
                    if (fits_all(facts, kind, ret))
                        return true;
                }
    return false;
}

static bool search_scope(const struct map_facts *facts, const struct map_kind *kind,
                         struct size_rule *ret)
{
    for (uint32_t parts = 0; parts < SCOPE_PARTS; parts++) {
        *ret = (struct size_rule){.kind = SIZE_SCOPE, .mask = parts};
        if (fits_all(facts, kind, ret))
            return true;
    }
    return false;
}

static bool search(const struct map_facts *facts, const struct map_kind *kind,
                   struct size_rule *ret)
{
    return kind->samples >= MANY &&
           (search_counted(facts, kind, ret) || search_scope(facts, kind, ret) ||
            search_code(facts, kind, ret));
}

// --- all of it -----------------------------------------------------------------------------------

static bool find_rule(const struct map_facts *facts, const struct rules *every,
                      const struct map_kind *kind, struct size_rule *ret)
{
    enum itype type = itype_of(&facts->v8->types, kind->number);
    struct rules own = {.count = 0};
    if (type != ITYPE_UNKNOWN)
        collect(&own, facts->v8, type);
    const struct size_rule *rule = best_of(facts, kind, &own, 1);
    if (rule == NULL)
        rule = best_of(facts, kind, every, SOME);
    if (rule != NULL)
        *ret = *rule;
    return rule != NULL || search(facts, kind, ret);
}

bool calibrate_sizes(struct size_rules *ret, const struct map_facts *facts)
{
    struct rules *every = calloc(1, sizeof *every);
    if (ret->by_number == NULL)
        ret->by_number = calloc(ITYPE_NUMBER_MAX, sizeof *ret->by_number);
    bool done = every != NULL && ret->by_number != NULL;
    if (done) {
        collect(every, facts->v8, ITYPE_UNKNOWN);
        for (size_t i = 0; i < facts->kind_count; i++) {
            const struct map_kind *kind = &facts->kinds[i];
            struct size_rule rule;
            if (kind->size == 0 && kind->number < ITYPE_NUMBER_MAX &&
                find_rule(facts, every, kind, &rule))
                ret->by_number[kind->number] = rule;
        }
    }
    free(every);
    return done;
}
