// Decoders of every kind of value on real heaps whose words have been changed at will: the cores named in
// FUZZ_CORES (separated by blanks; the sample core if unset), each walked once. Of every type there is
// (JavaScript's and V8's own) some objects are kept; they are what is changed, and what is looked at.
//
// Input: which core (u8), then changes of 8 bytes each: which kept object (u16), which word of it (u16), what
// to do with the word (u8), with what (u8), with which kept object (u16).
#include "heap/graph/edges/scope_list.h"
#include "heap/graph/index/walk.h"
#include "heap/v8/decode/path.h"
#include "heap/v8/decode/preview.h"
#include "heap/v8/function/function.h"
#include "heap/v8/function/script.h"
#include "heap/v8/function/source.h"
#include "heap/v8/naming/class_name.h"
#include "heap/v8/string/string.h"
#include "tests/support/fuzz.h"
#include "views/source_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum {
    CORES_MAX = 8,
    KEPT_OF_A_TYPE = 16,
    CHANGES_MAX = 16,
    FIELDS = 8, // looked at in each object, from both ends
    DEPTH = 2,
    OBJECTS = 24, // looked at for one input
    CHANGE = 8,
};

struct fuzz_core {
    struct dump *dump;
    struct v8 *v8;
    uint64_t *kept;
    size_t count;
};

static struct fuzz_core cores[CORES_MAX];
static size_t core_count;
static volatile uint64_t sink;

// --- cores ---------------------------------------------------------------------------------------

static void keep_objects(struct fuzz_core *core, const struct object_index *index)
{
    static uint8_t seen[1 << 16]; // by the number of the instance type
    struct v8_object object;
    memset(seen, 0, sizeof seen);
    core->kept = calloc(index->count, sizeof *core->kept);
    if (core->kept == NULL)
        abort();
    // A large odd step goes all over the heap, and comes by every object once.
    uint32_t id = 0, step = (uint32_t)(index->count * 0.618) | 1;
    for (uint32_t i = 0; i < index->count; i++, id = (id + step) % (uint32_t)index->count)
        if (v8_object_at(core->v8, index_address(index, id), &object) &&
            seen[object.shape.number] < KEPT_OF_A_TYPE) {
            seen[object.shape.number]++;
            core->kept[core->count++] = object.address;
        }
}

static void open_core(const char *path)
{
    struct fuzz_core *core = &cores[core_count];
    struct dump_options options = {0};
    struct error error;
    struct object_index *index;
    struct walk *walk;
    struct pool *pool;
    if (!dump_open(path, &options, &core->dump, &error) ||
        !v8_open(core->dump, NULL, &core->v8, &error) || !pool_create(0, &pool) ||
        !index_create(core->v8, &index) || !walk_create(core->v8, index, 1, &walk) ||
        !walk_run(walk, pool) || index->count == 0)
        abort();
    keep_objects(core, index);
    walk_destroy(walk);
    index_destroy(index);
    pool_destroy(pool);
    core_count++;
}

static void open_cores(void)
{
    const char *list = getenv("FUZZ_CORES");
    char *copy = strdup(list != NULL && *list != '\0' ? list : "tests/sample/sample.core.zst"), *rest = copy;
    for (char *path; core_count < CORES_MAX && (path = strsep(&rest, " ")) != NULL;)
        if (*path != '\0')
            open_core(path);
    free(copy);
}

// --- changes -------------------------------------------------------------------------------------

struct undo {
    uint64_t *at, word;
};

// A core is mapped privately: what is written here goes nowhere.
static uint64_t *writable(const struct v8_object *object, uint64_t word)
{
    uintptr_t at = (uintptr_t)object->bytes + 8 * word, page = at & ~(uintptr_t)4095;
    if (mprotect((void *)page, at + 8 - page, PROT_READ | PROT_WRITE) != 0)
        abort();
    return (uint64_t *)at;
}

static uint64_t changed(uint64_t word, uint8_t how, uint8_t with, const struct v8_object *self,
                        const struct v8_object *other)
{
    uint64_t other_map;
    memcpy(&other_map, other->bytes, sizeof other_map);
    switch (how % 9) {
    case 0:
        return other->address | 1;
    case 1:
        return self->address | 1; // a circle
    case 2:
        return (uint64_t)(int64_t)(int8_t)with << 32; // a small Smi
    case 3:
        return (uint64_t)(INT32_MAX - with) << 32; // a length that is too large
    case 4:
        return word ^ 1ull << with % 64;
    case 5:
        return other_map; // a map, as the first word: another kind of object
    case 6:
        return other->address | 3; // weak
    case 7:
        return ~0ull << with % 64;
    default:
        return (other->address + 8ull * with) | 1; // in the middle of something
    }
}

static uint16_t u16_of(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] | bytes[1] << 8);
}

static bool change(const struct fuzz_core *core, const uint8_t *bytes, struct undo *undo)
{
    struct v8_object self, other;
    if (!v8_object_at(core->v8, core->kept[u16_of(bytes) % core->count], &self) ||
        !v8_object_at(core->v8, core->kept[u16_of(bytes + 6) % core->count], &other) || self.size < 8)
        return false;
    uint64_t word = u16_of(bytes + 2) % (self.size / 8);
    undo->at = writable(&self, word);
    undo->word = *undo->at;
    *undo->at = changed(undo->word, bytes[4], bytes[5], &self, &other);
    return true;
}

// --- looking -------------------------------------------------------------------------------------

struct visit {
    const struct v8 *v8;
    uint64_t left[OBJECTS];
    uint8_t depth[OBJECTS];
    size_t count;
};

static void visit_later(struct visit *visit, uint64_t address, unsigned depth)
{
    if (address == 0 || depth > DEPTH || visit->count == OBJECTS)
        return;
    for (size_t i = 0; i < visit->count; i++)
        if (visit->left[i] == address)
            return;
    visit->left[visit->count] = address;
    visit->depth[visit->count++] = (uint8_t)depth;
}

static void use_value(struct visit *visit, const struct v8_value *value, unsigned depth)
{
    char text[PREVIEW_TEXT], type[CLASS_NAME_MAX];
    struct print out;
    struct v8_what what;
    print_begin(&out, text, sizeof text);
    v8_preview(visit->v8, value, true, &out);
    if (strlen(text) >= sizeof text)
        abort();
    v8_type_text(visit->v8, value, type);
    v8_value_what(visit->v8, value, &what);
    visit_later(visit, what.object.address, depth + 1);
}

static void use_fields(struct visit *visit, uint64_t address, unsigned flags, unsigned depth)
{
    static struct v8_inspection in;
    struct v8_field field, again;
    if (!v8_inspect(visit->v8, address, flags, &in))
        return;
    for (uint64_t i = 0; i < in.count && i < 2 * FIELDS; i++) {
        uint64_t n = i < FIELDS ? i : in.count - 1 - (i - FIELDS);
        if (!v8_inspect_field(&in, n, &field))
            continue;
        if (memchr(field.name, '\0', sizeof field.name) == NULL)
            abort();
        if (i % 8 == 0)
            v8_inspect_find(&in, field.name, &again);
        use_value(visit, &field.value, depth);
        if (field.key.form != VALUE_ABSENT)
            use_value(visit, &field.key, depth);
    }
}

static bool see_name(void *context, const char *text)
{
    size_t *left = context;
    sink += strlen(text);
    return --*left > 0;
}

static void use_paths(const struct v8 *v8, uint64_t address)
{
    static const char *const paths[] = {"", ".a", ".length", "[0]", "[1000000]", ".constructor.name",
                                        "[\"k\"]", "[[Scope]]", "[map].x", ".__proto__.y"};
    struct v8_value value;
    struct error error;
    size_t from, left = 20;
    uint64_t slot;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        sink += v8_path_resolve(v8, address, paths[i], &value, &slot, &error);
    sink += v8_path_complete(v8, address, ".", &from, see_name, &left);
}

static void use_source(const struct v8 *v8, uint64_t address)
{
    struct v8_source source;
    struct source_rows *rows;
    struct source_piece piece;
    if (v8_source_at(v8, address, &source) != SOURCE_FOUND)
        return;
    if (source.first > source.end || source.end > source.script.source.length)
        abort();
    if (!source_rows_create(v8, &source, 1, FIELDS, &rows))
        return;
    for (uint64_t n = 0; n < rows->rows && n < FIELDS; n++)
        if (source_rows_at(rows, n, &piece) && piece.first > piece.end)
            abort();
    job_release(&rows->job);
}

static void use_function(const struct v8 *v8, uint64_t address)
{
    struct v8_function function;
    struct v8_script script;
    struct v8_object object;
    struct scope_list *list;
    char name[64];
    if (v8_function_at(v8, address, &function))
        sink += v8_function_name(v8, &function, name, sizeof name);
    if (v8_script_at(v8, address, &script))
        sink += v8_script_name(v8, &script, name, sizeof name);
    use_source(v8, address);
    if (v8_object_at(v8, address, &object) && v8_context_of(v8, &object) != 0 &&
        scope_list_create(v8, v8_context_of(v8, &object), 1000, &list))
        job_release(&list->job);
}

static void use_string(const struct v8 *v8, uint64_t address)
{
    struct v8_string string, same;
    char text[256];
    uint64_t hash;
    uint32_t next;
    bool damaged;
    if (!v8_string_at(v8, address, &string))
        return;
    sink += v8_string_utf8(v8, &string, 0, text, sizeof text, &next, &damaged);
    sink += v8_string_utf8(v8, &string, string.length / 2, text, sizeof text, &next, &damaged);
    sink += v8_string_utf8(v8, &string, string.length - 1, text, sizeof text, &next, &damaged);
    if (string.length < 1 << 20 && v8_string_hash(v8, &string, &hash) && v8_string_at(v8, address, &same))
        sink += hash + v8_string_same(v8, &string, &same);
}

static void use_all(struct visit *visit)
{
    for (size_t i = 0; i < visit->count; i++) {
        uint64_t address = visit->left[i];
        use_fields(visit, address, i % 2 == 0 ? INSPECT_HIDDEN : 0, visit->depth[i]);
        if (visit->depth[i] > 1)
            continue;
        use_paths(visit->v8, address);
        use_function(visit->v8, address);
        use_string(visit->v8, address);
    }
}

// --- the target ----------------------------------------------------------------------------------

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct undo undo[CHANGES_MAX];
    struct visit visit = {0};
    size_t changes = 0;
    if (size < 1 + CHANGE)
        return 0;
    const struct fuzz_core *core = &cores[bytes[0] % core_count];
    visit.v8 = core->v8;
    for (size_t at = 1; at + CHANGE <= size && changes < CHANGES_MAX; at += CHANGE) {
        visit_later(&visit, core->kept[u16_of(bytes + at) % core->count], 0);
        changes += change(core, bytes + at, &undo[changes]);
    }
    use_all(&visit);
    while (changes-- > 0) // what was changed twice gets its first word back
        *undo[changes].at = undo[changes].word;
    return 0;
}

// Every kept object of every core, each with one change.
static void write_seeds(const char *folder)
{
    char name[32];
    for (size_t core = 0; core < core_count; core++)
        for (size_t i = 0; i < cores[core].count; i += KEPT_OF_A_TYPE / 4) {
            uint8_t seed[1 + CHANGE] = {(uint8_t)core, (uint8_t)i, (uint8_t)(i >> 8), (uint8_t)(i / 4), 0,
                                        (uint8_t)(i / 16), (uint8_t)i, (uint8_t)(i * 7), (uint8_t)(i >> 6)};
            snprintf(name, sizeof name, "seed-%zu-%zu", core, i);
            fuzz_seed(folder, name, seed, sizeof seed);
        }
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    open_cores();
    fuzz_main(*argc, *argv, write_seeds);
    return 0;
}
