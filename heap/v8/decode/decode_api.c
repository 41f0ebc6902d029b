// Objects that C++ made: internal fields, in which Node.js keeps pointers to its own classes.
//
// They lie between the object's header and its in-object properties, and are aligned pointers,
// Smis or tagged values (src/objects/embedder-data-slot.h). Node's BaseObject has a vtable, by whose
// symbol its class is known.
#include "heap/v8/decode/decode.h"
#include "heap/v8/layout/layout_value.h"

#include <inttypes.h>
#include <stdio.h>

enum { MAP_INOBJECT_START = 9 }; // src/objects/map.h

// "_ZTVN4node7TCPWrapE" → "node::TCPWrap"; false for what is not that simple (templates).
static bool class_of_vtable(const char *symbol, struct print *out)
{
    if (strncmp(symbol, "_ZTV", 4) != 0)
        return false;
    const char *at = symbol + 4;
    bool nested = *at == 'N', first = true;
    for (at += nested; *at >= '0' && *at <= '9'; first = false) {
        size_t length = 0, left = strlen(at);
        for (; *at >= '0' && *at <= '9' && length <= left; at++)
            length = length * 10 + (size_t)(*at - '0');
        if (length > strlen(at))
            return false;
        print_text(out, first ? "" : "::");
        print_bytes(out, at, length);
        at += length;
    }
    return !first && (nested ? *at == 'E' : *at == '\0');
}

// The C++ class of the object at an address, by its vtable.
static bool class_at(const struct v8 *v8, uint64_t address, struct print *out)
{
    struct dump_symbol symbol;
    uint64_t vtable;
    return v8->dump != NULL && memory_u64(v8->memory, address, &vtable) && vtable > 16 &&
           dump_symbol_at(v8->dump, vtable - 16, &symbol) && class_of_vtable(symbol.name, out);
}

static bool internal_field(struct v8_inspection *in, struct v8_section *section, uint64_t row,
                           struct v8_field *ret)
{
    uint64_t offset = section->header + 8 * row, word = v8_word(&section->object, offset);
    struct v8_what what;
    struct print out;
    ret->kind = FIELD_INTERNAL;
    ret->index = row;
    ret->flags = FIELD_QUIET;
    ret->slot = section->object.address + offset;
    ret->value = v8_tagged(word);
    snprintf(ret->name, sizeof ret->name, "[[InternalField %" PRIu64 "]]", row);
    v8_word_what(in->v8, word, &what);
    if (what.kind != KIND_ADDRESS && what.kind != KIND_UNKNOWN)
        return true;
    ret->value = (struct v8_value){.form = VALUE_ADDRESS, .word = word};
    print_begin(&out, in->text, sizeof in->text);
    if (class_at(in->v8, word, &out))
        ret->value.text = in->text;
    return true;
}

void decode_internal_fields(struct v8_inspection *in)
{
    struct v8_object map;
    uint64_t header = layout_values[in->v8->line].api_header;
    if (!v8_object_at(in->v8, in->object.shape.map, &map))
        return;
    uint64_t end = 8 * (uint64_t)v8_u8(&map, MAP_INOBJECT_START);
    if (end <= header)
        return;
    struct v8_section *section =
        decode_section(in, &in->object, header, 8, (end - header) / 8);
    section->field = internal_field;
}

static void open_api(struct v8_inspection *in)
{
    decode_internal_fields(in);
    decode_elements(in, UINT64_MAX);
}

const struct v8_decoder decoder_api = {.kind = "api object", .open = open_api};
