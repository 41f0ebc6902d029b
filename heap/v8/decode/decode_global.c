// The global object behind its proxy, and module namespaces.
#include "heap/v8/decode/decode.h"
#include "heap/v8/layout/layout_value.h"
#include "heap/v8/string/string.h"

enum {
    MAP_PROTOTYPE = 24, // src/objects/map.h
    CELL_VALUE = 8,     // src/objects/cell.h
    HASH_CAPACITY = 32, // src/objects/hash-table.h ObjectHashTable
    HASH_ENTRIES = 40,
    HASH_ENTRY = 16,
};

// What scripts see as `globalThis` is a proxy, so that a page can be left and the object behind it
// be replaced; that one is its prototype.
static bool behind(const struct v8 *v8, const struct v8_object *proxy, struct v8_object *ret)
{
    struct v8_object map;
    return v8_object_at(v8, proxy->shape.map, &map) &&
           v8_object_of(v8, v8_word(&map, MAP_PROTOTYPE), ret) &&
           ret->shape.type == ITYPE_JS_GLOBAL_OBJECT;
}

static void open_proxy(struct v8_inspection *in)
{
    struct v8_object global;
    if (!behind(in->v8, &in->object, &global))
        return;
    decode_slot(in, "[[Global]]", v8_tagged(global.address | V8_TAG), 0, FIELD_QUIET);
    in->holder = global;
}

const struct v8_decoder decoder_global_proxy = {.kind = "global proxy", .open = open_proxy};

// --- module namespaces ---------------------------------------------------------------------------

static void open_namespace(struct v8_inspection *in)
{
    uint64_t at = layout_values[in->v8->line].namespace_module;
    decode_slot(in, "[[Module]]", v8_tagged(v8_word(&in->object, at)),
                decode_slot_address(&in->object, at), FIELD_QUIET);
}

// Module::exports maps names to the cells that hold the values, src/objects/module.h.
static bool export_named(struct v8_inspection *in, const char *name, struct v8_value *ret)
{
    struct v8_object module, table, cell;
    char text[FIELD_NAME_MAX];
    uint64_t at = layout_values[in->v8->line].namespace_module;
    if (!v8_object_of(in->v8, v8_word(&in->object, at), &module) ||
        !v8_object_of(in->v8, v8_word(&module, MODULE_EXPORTS), &table) ||
        table.shape.type != ITYPE_HASH_TABLE)
        return false;
    int32_t capacity = v8_smi(v8_word(&table, HASH_CAPACITY));
    for (int32_t i = 0; i < capacity; i++) {
        at = HASH_ENTRIES + HASH_ENTRY * (uint64_t)i;
        if (at >= table.size)
            break;
        if (!v8_string_short(in->v8, v8_word(&table, at), text, sizeof text) ||
            strcmp(text, name) != 0)
            continue;
        if (!v8_object_of(in->v8, v8_word(&table, at + 8), &cell) ||
            cell.shape.type != ITYPE_CELL)
            return false;
        *ret = v8_tagged(v8_word(&cell, CELL_VALUE));
        return true;
    }
    return false;
}

static void title_of_namespace(const struct v8 *v8, const struct v8_object *object,
                               const char *name, struct print *out)
{
    (void)v8, (void)object, (void)name;
    print_text(out, "Module");
}

const struct v8_decoder decoder_namespace = {.kind = "module namespace", .open = open_namespace,
                                             .title = title_of_namespace, .native = export_named};
