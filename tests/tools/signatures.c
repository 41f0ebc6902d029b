// signatures CORE: what the maps and objects of each instance type look like in a core of a supported
// V8, one type a line: name, smallest map size in words, visitor id, objects looked at, and the words
// of these. signatures.mjs makes heap/v8/calibrate/type_signatures.def and type_words.def of it.
#include "heap/v8/calibrate/calibrate.h"

#include <stdio.h>

enum { MOSTLY = 66 }; // percent of the objects

static const char *name_of_number(const struct v8 *v8, uint16_t number)
{
    if (number < v8->types.first_nonstring)
        return "STRING";
    if (itype_of(&v8->types, number) == ITYPE_JS_GLOBAL_OBJECT ||
        itype_of(&v8->types, number) == ITYPE_JS_GLOBAL_PROXY)
        return itype_name(itype_of(&v8->types, number));
    if (number >= v8->types.first_js_receiver)
        return "OBJECT";
    return itype_is_context(&v8->types, number) ? "CONTEXT" : itype_name(itype_of(&v8->types, number));
}

// What the word is in most objects.
static const char *word_name(const struct v8 *v8, const struct map_word *word)
{
    struct {
        const char *name;
        unsigned count;
    } votes[MAPS_TARGETS + 2] = {{"SMI", word->smi}, {"RAW", word->raw}};
    unsigned all = word->smi + word->raw + word->others, best = 0;
    for (size_t i = 0; i < MAPS_TARGETS && word->targets[i].count > 0; i++) {
        const char *name = name_of_number(v8, word->targets[i].number);
        size_t slot = 2;
        while (votes[slot].name != NULL && strcmp(votes[slot].name, name) != 0)
            slot++;
        votes[slot].name = name;
        votes[slot].count += word->targets[i].count;
        all += word->targets[i].count;
    }
    for (unsigned i = 1; i < MAPS_TARGETS + 2; i++)
        if (votes[i].count > votes[best].count)
            best = i;
    return all == 0 ? "END" : 100 * votes[best].count >= MOSTLY * all ? votes[best].name : "ANY";
}

int main(int argc, char **argv)
{
    struct dump *dump;
    struct v8 *v8;
    struct map_facts facts;
    struct error error;
    struct dump_options options = {.no_executable = true};
    if (argc != 2 || !dump_open(argv[1], &options, &dump, &error) ||
        !v8_open(dump, NULL, &v8, &error) || !map_facts_read(v8, &facts)) {
        fprintf(stderr, "usage: signatures CORE\n");
        return 1;
    }
    map_facts_walk(&facts);
    printf("line %s\n", v8->layout->name);
    for (size_t i = 0; i < facts.kind_count; i++) {
        const struct map_kind *kind = &facts.kinds[i];
        enum itype type = itype_of(&v8->types, kind->number);
        if (type == ITYPE_UNKNOWN)
            continue;
        printf("%s %u %u %u", itype_name(type), kind->size, kind->visitor, kind->samples);
        for (size_t k = 0; k < MAPS_WORDS; k++)
            printf(" %s", word_name(v8, &kind->words[k]));
        printf("\n");
    }
    map_facts_free(&facts);
    v8_close(v8);
    dump_close(dump);
    return 0;
}
