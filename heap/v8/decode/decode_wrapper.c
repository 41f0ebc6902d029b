// Objects around one value: boxed primitives, dates, regular expressions, proxies, bound functions.
#include "heap/v8/decode/decode.h"
#include "heap/v8/decode/preview.h"
#include "heap/v8/layout/layout_value.h"
#include "heap/v8/string/string.h"
#include "heap/v8/value/number.h"

#include <stdio.h>

// --- boxed primitives ----------------------------------------------------------------------------

static void open_wrapper(struct v8_inspection *in)
{
    decode_slot(in, "[[PrimitiveValue]]", v8_tagged(v8_word(&in->object, WRAPPER_VALUE)),
                decode_slot_address(&in->object, WRAPPER_VALUE), FIELD_QUIET);
    decode_elements(in, UINT64_MAX);
}

// "[Number: 5]"
static void title_of_wrapper(const struct v8 *v8, const struct v8_object *object, const char *name,
                             struct print *out)
{
    struct v8_value value = v8_tagged(v8_word(object, WRAPPER_VALUE));
    struct v8_what what;
    v8_value_what(v8, &value, &what);
    print_text(out, "[");
    print_text(out, name);
    print_text(out, ": ");
    if (what.kind == KIND_OBJECT || what.kind == KIND_FUNCTION || what.kind == KIND_INTERNAL)
        print_text(out, "…"); // damaged: it may be its own value
    else
        v8_preview(v8, &value, false, out);
    print_text(out, "]");
}

static bool native_of_wrapper(struct v8_inspection *in, const char *name,
                              struct v8_value *ret)
{
    struct v8_string string;
    if (strcmp(name, "length") != 0 ||
        !v8_string_of(in->v8, v8_word(&in->object, WRAPPER_VALUE), &string))
        return false;
    *ret = (struct v8_value){.form = VALUE_UNSIGNED, .word = string.length};
    return true;
}

const struct v8_decoder decoder_wrapper = {
    .kind = "primitive wrapper", .flags = DECODER_WHOLE, .open = open_wrapper,
    .title = title_of_wrapper, .native = native_of_wrapper,
};

// --- dates ---------------------------------------------------------------------------------------

static struct v8_value date_value(const struct v8 *v8, const struct v8_object *object)
{
    uint64_t word = v8_word(object, DATE_VALUE);
    struct v8_value value = v8_tagged(word);
    if (layout_values[v8->line].date_is_raw) {
        value.form = VALUE_DOUBLE;
        memcpy(&value.number, &word, sizeof word);
    }
    return value;
}

static void open_date(struct v8_inspection *in)
{
    decode_slot(in, "[[DateValue]]", date_value(in->v8, &in->object),
                decode_slot_address(&in->object, DATE_VALUE), FIELD_QUIET);
    decode_elements(in, UINT64_MAX);
}

static void title_of_date(const struct v8 *v8, const struct v8_object *object, const char *name,
                          struct print *out)
{
    struct v8_value value = date_value(v8, object);
    struct v8_what what;
    char text[NUMBER_TEXT];
    v8_value_what(v8, &value, &what);
    print_text(out, name);
    print_text(out, " ");
    print_text(out, what.kind == KIND_NUMBER && v8_date_text(what.number, text) ? text
                                                                               : "(invalid)");
}

const struct v8_decoder decoder_date = {.kind = "date", .flags = DECODER_WHOLE, .open = open_date,
                                        .title = title_of_date};

// --- regular expressions -------------------------------------------------------------------------

// JSRegExp::Flags in the order of RegExp.prototype.flags.
static void regexp_flags(const struct v8_object *object, char buffer[12])
{
    static const struct {
        char letter;
        uint8_t bit;
    } flags[] = {{'d', 7}, {'g', 0}, {'i', 1}, {'l', 6}, {'m', 2},
                 {'s', 5}, {'u', 4}, {'v', 8}, {'y', 3}};
    uint32_t bits = (uint32_t)v8_smi(v8_word(object, REGEXP_FLAGS));
    size_t used = 0;
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
        if ((bits >> flags[i].bit & 1) != 0)
            buffer[used++] = flags[i].letter;
    buffer[used] = '\0';
}

static void open_regexp(struct v8_inspection *in)
{
    decode_slot(in, "[[Source]]", v8_tagged(v8_word(&in->object, REGEXP_SOURCE)),
                decode_slot_address(&in->object, REGEXP_SOURCE), FIELD_QUIET);
    regexp_flags(&in->object, in->text);
    decode_slot(in, "[[Flags]]", v8_words(in->text),
                decode_slot_address(&in->object, REGEXP_FLAGS), FIELD_QUIET);
    decode_elements(in, UINT64_MAX);
}

static void title_of_regexp(const struct v8 *v8, const struct v8_object *object, const char *name,
                            struct print *out)
{
    char text[256], flags[12];
    struct v8_string source;
    uint32_t next = 0;
    regexp_flags(object, flags);
    if (strcmp(name, "RegExp") != 0) {
        print_text(out, name);
        print_text(out, " ");
    }
    print_text(out, "/");
    if (v8_string_of(v8, v8_word(object, REGEXP_SOURCE), &source)) {
        v8_string_utf8(v8, &source, 0, text, sizeof text, &next, NULL);
        print_text(out, text);
        if (next < source.length)
            print_text(out, "…");
    }
    print_text(out, "/");
    print_text(out, flags);
}

const struct v8_decoder decoder_regexp = {.kind = "regexp", .flags = DECODER_WHOLE,
                                          .open = open_regexp, .title = title_of_regexp};

// --- proxies -------------------------------------------------------------------------------------

static bool is_revoked(const struct v8 *v8, const struct v8_object *object)
{
    struct v8_what what;
    v8_word_what(v8, v8_word(object, PROXY_HANDLER), &what);
    return what.kind == KIND_NULL;
}

static void open_proxy(struct v8_inspection *in)
{
    decode_word(in, "[[Target]]", PROXY_TARGET);
    decode_word(in, "[[Handler]]", PROXY_HANDLER);
}

enum { PROXY_MAX = 4 }; // proxies of proxies that are told: a damaged one may be its own target

static void title_of_proxy(const struct v8 *v8, const struct v8_object *object, const char *name,
                           struct print *out)
{
    struct v8_object at = *object, next;
    unsigned depth = 1;
    (void)name;
    while (depth <= PROXY_MAX && v8_object_of(v8, v8_word(&at, PROXY_TARGET), &next) &&
           next.shape.type == ITYPE_JS_PROXY) {
        at = next;
        depth++;
    }
    struct v8_value target = v8_tagged(v8_word(&at, PROXY_TARGET));
    for (unsigned i = 0; i < depth; i++)
        print_text(out, "Proxy(");
    if (depth > PROXY_MAX)
        print_text(out, "…");
    else if (is_revoked(v8, &at))
        print_text(out, "revoked");
    else
        v8_preview(v8, &target, false, out);
    for (unsigned i = 0; i < depth; i++)
        print_text(out, ")");
}

const struct v8_decoder decoder_proxy = {.kind = "proxy", .flags = DECODER_WHOLE,
                                         .open = open_proxy, .title = title_of_proxy};
