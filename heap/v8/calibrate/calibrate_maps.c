#include "heap/v8/calibrate/calibrate_maps.h"

#include "heap/v8/layout/instance_type.h"
#include "heap/v8/object/object.h"
#include "heap/v8/space/areas.h"

#include <stdlib.h>
#include <string.h>

enum {
    MAP_SIZE_IN_WORDS = 8, // src/objects/map.h
    MAP_VISITOR = 11,
    MAP_INSTANCE_TYPE = 12,
    MAP_BYTES = 72,
    META_MAPS = 64,
    PAGES_MAX = 512,
    TABLE_START = 1 << 12,
    CHAIN = 4,          // objects in a row that make a start certain
    SAMPLES_A_PAGE = 6, // of one number, so that they come from many pages
};

struct reader {
    struct map_facts *facts;
    uint64_t metas[META_MAPS]; // map words of maps
    size_t meta_count;
    struct map_kind by_number[ITYPE_NUMBER_MAX];
    uint16_t on_page[ITYPE_NUMBER_MAX]; // samples taken of this page
    bool failed;
};

static uint64_t word_at(const struct v8_page *page, uint64_t at)
{
    uint64_t word;
    memcpy(&word, page->bytes + at, sizeof word);
    return word;
}

// --- map words -----------------------------------------------------------------------------------

static size_t slot_of(const struct map_facts *facts, uint64_t word)
{
    size_t at = (size_t)(word * 0x9e3779b97f4a7c15ull >> 32) & facts->mask;
    while (facts->words[at] != 0 && facts->words[at] != word)
        at = (at + 1) & facts->mask;
    return at;
}

static bool table_create(struct map_facts *facts, size_t size)
{
    facts->mask = size - 1;
    facts->words = calloc(size, sizeof *facts->words);
    facts->numbers = calloc(size, sizeof *facts->numbers);
    facts->sizes = calloc(size, sizeof *facts->sizes);
    return facts->words != NULL && facts->numbers != NULL && facts->sizes != NULL;
}

static void table_free(struct map_facts *facts)
{
    free(facts->words);
    free(facts->numbers);
    free(facts->sizes);
}

static bool grow(struct map_facts *facts)
{
    struct map_facts old = *facts;
    if (!table_create(facts, 2 * (old.mask + 1))) {
        table_free(facts);
        *facts = old;
        return false;
    }
    for (size_t i = 0; i <= old.mask; i++) {
        if (old.words[i] == 0)
            continue;
        size_t at = slot_of(facts, old.words[i]);
        facts->words[at] = old.words[i];
        facts->numbers[at] = old.numbers[i];
        facts->sizes[at] = old.sizes[i];
    }
    table_free(&old);
    return true;
}

static bool add_map(struct map_facts *facts, uint64_t word, uint16_t number, uint8_t size)
{
    if (2 * facts->map_count > facts->mask && !grow(facts))
        return false;
    size_t at = slot_of(facts, word);
    facts->map_count += facts->words[at] == 0;
    facts->words[at] = word;
    facts->numbers[at] = number;
    facts->sizes[at] = size;
    return true;
}

static bool is_map(const struct map_facts *facts, uint64_t word)
{
    return (word & V8_TAG_MASK) == V8_TAG && facts->words[slot_of(facts, word)] == word;
}

// --- maps ----------------------------------------------------------------------------------------

// A map that is its own map.
static void look_for_metas(struct reader *reader, const struct v8_page *page)
{
    for (uint64_t at = 0; at + MAP_BYTES <= page->readable; at += 8) {
        uint64_t self = (page->start + at) | V8_TAG;
        uint16_t number;
        if (word_at(page, at) != self || reader->meta_count == META_MAPS)
            continue;
        memcpy(&number, page->bytes + at + MAP_INSTANCE_TYPE, sizeof number);
        if (reader->meta_count > 0 && number != reader->facts->map_number)
            continue;
        reader->facts->map_number = number;
        reader->metas[reader->meta_count++] = self;
    }
}

static bool is_meta(const struct reader *reader, uint64_t word)
{
    for (size_t i = 0; i < reader->meta_count; i++)
        if (reader->metas[i] == word)
            return true;
    return false;
}

static void look_for_maps(struct reader *reader, const struct v8_page *page)
{
    for (uint64_t at = 0; at + MAP_BYTES <= page->readable; at += 8) {
        uint64_t word = word_at(page, at);
        uint16_t number;
        if ((word & V8_TAG_MASK) != V8_TAG || !is_meta(reader, word))
            continue;
        memcpy(&number, page->bytes + at + MAP_INSTANCE_TYPE, sizeof number);
        uint8_t size = page->bytes[at + MAP_SIZE_IN_WORDS];
        if (!add_map(reader->facts, (page->start + at) | V8_TAG, number, size))
            reader->failed = true;
        if (number >= ITYPE_NUMBER_MAX)
            continue;
        struct map_kind *kind = &reader->by_number[number];
        if (size < kind->size)
            kind->size = size;
        kind->visitor = page->bytes[at + MAP_VISITOR];
        kind->outside |= page->kind != SPACE_READ_ONLY;
    }
}

// --- objects -------------------------------------------------------------------------------------

static bool is_area(const struct v8 *v8, uint64_t address)
{
    return area_at(v8->areas, v8->area_count, address) != NULL;
}

// Does something known begin at this offset, or the page end there?
static bool is_boundary(const struct map_facts *facts, const struct v8_page *page, uint64_t at)
{
    return at == page->end - page->start || is_area(facts->v8, page->start + at) ||
           (at + 8 <= page->readable && is_map(facts, word_at(page, at)));
}

// Not every word that points at a map begins an object; where the map tells the size, what follows
// tells too.
static bool is_object(const struct map_facts *facts, const struct v8_page *page, uint64_t at,
                      uint64_t size)
{
    return size == 0 || is_boundary(facts, page, at + size);
}

static void look_for_objects(struct reader *reader, const struct v8_page *page)
{
    struct map_facts *facts = reader->facts;
    if (page->kind == SPACE_NEW)
        return; // what lies behind its allocation area is stale
    memset(reader->on_page, 0, sizeof reader->on_page);
    for (uint64_t at = 0; at + 16 <= page->readable; at += 8) {
        uint64_t word = word_at(page, at);
        if ((word & V8_TAG_MASK) != V8_TAG)
            continue;
        size_t slot = slot_of(facts, word);
        uint16_t number = facts->numbers[slot];
        if (facts->words[slot] != word || number >= ITYPE_NUMBER_MAX ||
            reader->on_page[number] == SAMPLES_A_PAGE ||
            reader->by_number[number].samples == MAPS_SAMPLES ||
            !is_object(facts, page, at, 8u * facts->sizes[slot]))
            continue;
        struct map_kind *kind = &reader->by_number[number];
        reader->on_page[number]++;
        facts->samples[kind->first_sample + kind->samples++] =
            (struct map_sample){.page = page, .at = at, .size = 8u * facts->sizes[slot]};
    }
}

// --- their words ---------------------------------------------------------------------------------

bool map_facts_number(const struct map_facts *facts, uint64_t word, uint16_t *ret)
{
    uint64_t map;
    uint64_t at = word & ~(uint64_t)V8_TAG_MASK;
    const struct v8_page *page = v8_page_at(facts->v8, at);
    if ((at & 7) != 0 || page == NULL || at < page->start || at - page->start >= page->readable ||
        page->readable - (at - page->start) < sizeof map)
        return false;
    map = word_at(page, at - page->start);
    if (!is_map(facts, map))
        return false;
    *ret = facts->numbers[slot_of(facts, map)];
    return true;
}

static void count_target(struct map_word *word, uint16_t number)
{
    for (size_t i = 0; i < MAPS_TARGETS; i++) {
        if (word->targets[i].count == 0 || word->targets[i].number == number) {
            word->targets[i].number = number;
            word->targets[i].count++;
            return;
        }
    }
    word->others++;
}

static void look_at_words(const struct map_facts *facts, struct map_kind *kind)
{
    for (size_t i = 0; i < kind->samples; i++) {
        const struct map_sample *sample = &facts->samples[kind->first_sample + i];
        for (size_t k = 0; k < MAPS_WORDS; k++) {
            uint64_t at = sample->at + 8 * (k + 1);
            uint16_t number;
            if (at + 8 > sample->page->readable ||
                (sample->size != 0 && at + 8 > sample->at + sample->size))
                break;
            uint64_t word = word_at(sample->page, at);
            if ((word & 1) == 0)
                *((word & UINT32_MAX) == 0 ? &kind->words[k].smi : &kind->words[k].raw) += 1;
            else if (map_facts_number(facts, word, &number))
                count_target(&kind->words[k], number);
            else
                kind->words[k].raw++;
        }
    }
}

// Read-only pages first: their maps are made by V8 itself.
static void for_pages(struct reader *reader, void (*look)(struct reader *, const struct v8_page *))
{
    const struct v8 *v8 = reader->facts->v8;
    size_t seen = 0;
    for (int rest = 0; rest < 2; rest++) {
        for (size_t i = 0; i < v8->page_count && seen < PAGES_MAX; i++) {
            const struct v8_page *page = &v8->pages[i];
            if (page->state == PAGE_FREE || page->large || page->bytes == NULL ||
                (page->kind != SPACE_READ_ONLY) != (rest == 1))
                continue;
            look(reader, page);
            seen++;
        }
    }
}

static bool make_room(struct reader *reader)
{
    uint32_t wanted = 0;
    for (size_t i = 0; i < ITYPE_NUMBER_MAX; i++) {
        if (reader->by_number[i].size != MAPS_NONE) {
            reader->by_number[i].first_sample = wanted;
            wanted += MAPS_SAMPLES;
        }
    }
    reader->facts->samples = calloc(wanted + 1, sizeof *reader->facts->samples);
    return reader->facts->samples != NULL;
}

static bool list_kinds(struct reader *reader)
{
    struct map_facts *facts = reader->facts;
    facts->kinds = calloc(ITYPE_NUMBER_MAX, sizeof *facts->kinds);
    if (facts->kinds == NULL)
        return false;
    for (size_t i = 0; i < ITYPE_NUMBER_MAX; i++) {
        if (reader->by_number[i].size != MAPS_NONE) {
            look_at_words(facts, &reader->by_number[i]);
            facts->kinds[facts->kind_count++] = reader->by_number[i];
        }
    }
    return true;
}

static bool read_all(struct reader *reader)
{
    if (!table_create(reader->facts, TABLE_START))
        return false;
    for (size_t i = 0; i < ITYPE_NUMBER_MAX; i++)
        reader->by_number[i] = (struct map_kind){.number = (uint16_t)i, .size = MAPS_NONE};
    for_pages(reader, look_for_metas);
    if (reader->meta_count == 0)
        return true;
    for_pages(reader, look_for_maps);
    if (reader->failed || !make_room(reader))
        return false;
    for_pages(reader, look_for_objects);
    return list_kinds(reader);
}

bool map_facts_read(const struct v8 *v8, struct map_facts *ret)
{
    struct reader *reader = calloc(1, sizeof *reader);
    *ret = (struct map_facts){.v8 = v8};
    if (reader == NULL)
        return false;
    reader->facts = ret;
    bool done = read_all(reader);
    free(reader);
    if (!done)
        map_facts_free(ret);
    return done;
}

// --- objects again -------------------------------------------------------------------------------

struct walk {
    struct map_facts *facts;
    struct map_kind *by_number[ITYPE_NUMBER_MAX];
    uint8_t on_page[ITYPE_NUMBER_MAX];
};

static void take_object(struct walk *walk, const struct v8_page *page, uint64_t at, uint64_t size,
                        uint16_t number)
{
    struct map_kind *kind = number < ITYPE_NUMBER_MAX ? walk->by_number[number] : NULL;
    if (kind == NULL || kind->samples == MAPS_SAMPLES || walk->on_page[number] == SAMPLES_A_PAGE)
        return;
    walk->on_page[number]++;
    walk->facts->samples[kind->first_sample + kind->samples++] =
        (struct map_sample){.page = page, .at = at, .size = size};
}

static bool starts_chain(const struct v8 *v8, const struct v8_page *page, uint64_t at)
{
    struct v8_object object;
    for (int i = 0; i < CHAIN && at + 8 <= page->readable; i++) {
        if (!v8_object_at(v8, page->start + at, &object))
            return false;
        at += object.size;
    }
    return true;
}

// Where the next object begins: behind one whose size is not known, and where its rule is wrong.
static uint64_t resume(const struct v8 *v8, const struct v8_page *page, uint64_t at)
{
    do
        at += 8;
    while (at + 8 <= page->readable && !starts_chain(v8, page, at));
    return at;
}

static void walk_page(struct walk *walk, const struct v8_page *page)
{
    const struct v8 *v8 = walk->facts->v8;
    memset(walk->on_page, 0, sizeof walk->on_page);
    for (uint64_t at = 0; at + 8 <= page->readable;) {
        const struct v8_area *area = area_at(v8->areas, v8->area_count, page->start + at);
        struct v8_object object;
        struct v8_shape shape;
        uint64_t word = word_at(page, at);
        if (area != NULL) {
            at = area->limit - page->start;
        } else if (v8_object_at(v8, page->start + at, &object)) {
            take_object(walk, page, at, object.size, object.shape.number);
            at += object.size;
        } else {
            if ((word & V8_TAG_MASK) == V8_TAG &&
                v8_shape_read(v8, word - V8_TAG, &shape))
                take_object(walk, page, at, 0, shape.number);
            at = resume(v8, page, at);
        }
    }
}

void map_facts_walk(struct map_facts *facts)
{
    struct walk *walk = calloc(1, sizeof *walk);
    if (walk == NULL)
        return;
    walk->facts = facts;
    facts->walked = true;
    for (size_t i = 0; i < facts->kind_count; i++) {
        facts->kinds[i].samples = 0;
        memset(facts->kinds[i].words, 0, sizeof facts->kinds[i].words);
        walk->by_number[facts->kinds[i].number] = &facts->kinds[i];
    }
    size_t seen = 0;
    for (size_t i = 0; i < facts->v8->page_count && seen < PAGES_MAX; i++) {
        const struct v8_page *page = &facts->v8->pages[i];
        if (page->state != PAGE_FREE && !page->large && page->bytes != NULL) {
            walk_page(walk, page);
            seen++;
        }
    }
    for (size_t i = 0; i < facts->kind_count; i++)
        look_at_words(facts, &facts->kinds[i]);
    free(walk);
}

void map_facts_free(struct map_facts *facts)
{
    table_free(facts);
    free(facts->kinds);
    free(facts->samples);
    *facts = (struct map_facts){0};
}

const struct map_kind *map_facts_kind(const struct map_facts *facts, uint16_t number)
{
    for (size_t i = 0; i < facts->kind_count; i++)
        if (facts->kinds[i].number == number)
            return &facts->kinds[i];
    return NULL;
}

// --- trying a rule -------------------------------------------------------------------------------

static bool ends_well(const struct map_facts *facts, const struct map_sample *sample,
                      const struct v8_shape *shape)
{
    const struct v8_page *page = sample->page;
    uint64_t end = page->end - page->start, limit = page->readable < end ? page->readable : end;
    uint64_t size = v8_object_size(facts->v8, shape, page->bytes + sample->at, limit - sample->at);
    return size >= 8 && is_boundary(facts, page, sample->at + size);
}

uint16_t map_facts_try(const struct map_facts *facts, const struct map_kind *kind,
                       const struct size_rule *rule)
{
    struct v8_shape shape = {.rule = *rule};
    uint16_t fits = 0;
    for (size_t i = 0; i < kind->samples; i++)
        fits += ends_well(facts, &facts->samples[kind->first_sample + i], &shape);
    return fits;
}
