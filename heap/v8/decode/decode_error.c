// Errors, and whatever else Error.captureStackTrace made a stack for.
//
// The stack is kept under a private symbol: as text once somebody asked for it, until then as the
// frames that were captured (src/objects/call-site-info.h; stack-frame-info.h and frame-array.h in
// older lines). Until V8 12 the property `stack` is computed natively, later it is an accessor.
#include "heap/v8/decode/decode_error.h"

#include "heap/v8/decode/decode.h"
#include "heap/v8/function/function.h"
#include "heap/v8/function/script.h"
#include "heap/v8/function/source_lines.h"
#include "heap/v8/function/source_positions.h"
#include "heap/v8/layout/layout_value.h"
#include "heap/v8/string/string.h"

#include <inttypes.h>
#include <stdio.h>

enum {
    FIXED_LENGTH = 8,
    FIXED_DATA = 16,
    SYMBOL_DESCRIPTION = 16,
    STACK_DATA_FRAMES = 8,   // src/objects/call-site-info.tq ErrorStackData, or what is formatted
    TRACE_FRAMES = 8,        // StackTraceFrame: its FrameArray and its number there
    TRACE_INDEX = 16,
    FRAME_ARRAY_FIRST = 24,  // behind length and count
    FRAME_ARRAY_UNIT = 48,
    MESSAGE_TEXT = 256,
};

static const struct layout_frames *layout_of(const struct v8 *v8)
{
    return &layout_frames[v8->line];
}

// --- the stack -----------------------------------------------------------------------------------

// The symbols of V8 itself have no description; the one for the stack is the first that an object
// gets (error_stack_symbol; error_message_symbol follows it from V8 13 on).
static bool find_stack(const struct v8 *v8, const struct v8_object *object, struct v8_what *ret)
{
    struct v8_properties list;
    struct v8_property property;
    struct v8_object name;
    struct v8_string description;
    char text[16];
    if (!v8_properties_open(v8, object, &list))
        return false;
    for (uint32_t i = 0; i < list.count; i++) {
        if (!v8_properties_at(&list, i, &property) ||
            !v8_object_of(v8, property.name, &name) || name.shape.type != ITYPE_SYMBOL ||
            v8_property_name(v8, property.name, text, sizeof text) != PROPERTY_PRIVATE ||
            (v8_string_of(v8, v8_word(&name, SYMBOL_DESCRIPTION), &description) &&
             description.length > 0))
            continue;
        v8_word_what(v8, property.value, ret);
        if (ret->object.shape.type == ITYPE_ERROR_STACK_DATA)
            v8_word_what(v8, v8_word(&ret->object, STACK_DATA_FRAMES), ret);
        return true;
    }
    return false;
}

bool decode_stack(const struct v8 *v8, const struct v8_object *object, struct v8_value *ret)
{
    struct v8_what stack;
    if (!find_stack(v8, object, &stack))
        return false;
    *ret = stack.object.address == 0 ? v8_unknown("damaged")
           : stack.object.shape.type == ITYPE_FIXED_ARRAY
               ? v8_words("captured, not formatted yet")
               : v8_tagged(stack.object.address | V8_TAG);
    return true;
}

// --- captured frames -----------------------------------------------------------------------------

struct frame {
    uint64_t function, code;
    int32_t offset;
};

// The words of frame `index` in what the stack consists of.
static bool read_frame(const struct v8 *v8, const struct v8_object *frames, uint64_t index,
                       struct frame *ret)
{
    const struct layout_frames *layout = layout_of(v8);
    struct v8_object object = *frames;
    uint64_t at = FIXED_DATA + layout->unit * index;
    if (layout->kind != FRAMES_FLAT) {
        if (!v8_object_of(v8, v8_word(frames, at), &object))
            return false;
        at = 0;
    }
    if (layout->kind == FRAMES_INDIRECT) {
        int32_t number = v8_smi(v8_word(&object, TRACE_INDEX));
        if (object.shape.type != ITYPE_STACK_TRACE_FRAME || number < 0 ||
            !v8_object_of(v8, v8_word(&object, TRACE_FRAMES), &object))
            return false;
        at = FRAME_ARRAY_FIRST + FRAME_ARRAY_UNIT * (uint64_t)number;
    }
    ret->function = v8_word(&object, at + layout->function);
    ret->code = v8_word(&object, at + layout->code);
    ret->offset = v8_smi(v8_word(&object, at + layout->offset));
    return true;
}

// Where in the source a frame is; where its function begins when V8 has not said yet.
static bool position_of(const struct v8 *v8, const struct v8_function *function,
                        const struct frame *frame, uint32_t *position)
{
    struct v8_object code;
    uint64_t bytecode = frame->code;
    if (v8_object_of(v8, bytecode, &code) && code.shape.type == ITYPE_BYTECODE_WRAPPER)
        bytecode = v8_word(&code, 8);
    *position = function->start < 0 ? 0 : (uint32_t)function->start;
    return v8_object_of(v8, bytecode, &code) && code.shape.type == ITYPE_BYTECODE_ARRAY &&
           frame->offset >= 0 && v8_source_position(v8, &code, (uint32_t)frame->offset, position);
}

void decode_place(const struct v8 *v8, const struct v8_function *function, uint32_t position,
                  struct print *out)
{
    char name[SCRIPT_NAME_MAX];
    struct v8_script script;
    struct source_lines *lines;
    int64_t line, column;
    if (!v8_script_of(v8, function->script, &script))
        return;
    v8_script_name(v8, &script, name, sizeof name);
    print_text(out, name);
    if (!script.has_source || !source_lines_create(v8, &script, &lines))
        return;
    if (source_lines_place(lines, position, &line, &column))
        print_format(out, ":%" PRId64 ":%" PRId64, line, column);
    source_lines_destroy(lines);
}

// "thrower (/app/errors.js:7:26)"
static void print_frame(const struct v8 *v8, const struct frame *frame, struct print *out)
{
    char name[FUNCTION_NAME_MAX];
    struct v8_object closure;
    struct v8_function function;
    uint32_t position;
    if (!v8_object_of(v8, frame->function, &closure) ||
        !v8_function_of(v8, &closure, NULL, &function)) {
        print_text(out, "unknown function");
        return;
    }
    v8_function_name(v8, &function, name, sizeof name);
    print_text(out, name);
    if (function.script == 0)
        return;
    print_text(out, " (");
    bool exact = position_of(v8, &function, frame, &position);
    decode_place(v8, &function, position, out);
    print_text(out, exact ? ")" : ", its beginning)");
}

static bool frame_field(struct v8_inspection *in, struct v8_section *section, uint64_t row,
                        struct v8_field *ret)
{
    struct frame frame;
    struct print out;
    if (!read_frame(in->v8, &section->object, row, &frame))
        return false;
    print_begin(&out, in->text, sizeof in->text);
    print_frame(in->v8, &frame, &out);
    ret->kind = FIELD_INTERNAL;
    ret->index = row;
    ret->flags = FIELD_QUIET;
    ret->value = v8_words(in->text);
    snprintf(ret->name, sizeof ret->name, "[[Frame %" PRIu64 "]]", row);
    return true;
}

// --- the decoder ---------------------------------------------------------------------------------

static void open_error(struct v8_inspection *in)
{
    struct v8_value stack;
    struct v8_what frames;
    decode_elements(in, UINT64_MAX);
    if (!decode_stack(in->v8, &in->object, &stack))
        return;
    if (layout_of(in->v8)->stack_is_accessor)
        decode_slot(in, "[[Stack]]", stack, 0, FIELD_QUIET);
    if (!find_stack(in->v8, &in->object, &frames) ||
        frames.object.shape.type != ITYPE_FIXED_ARRAY)
        return;
    struct v8_section *section = decode_section(in, &frames.object, FIXED_DATA,
                                                layout_of(in->v8)->unit, UINT64_MAX);
    uint64_t words = (uint64_t)(uint32_t)v8_smi(v8_word(&frames.object, FIXED_LENGTH));
    if (words / (layout_of(in->v8)->unit / 8) < section->count)
        section->count = words / (layout_of(in->v8)->unit / 8);
    section->field = frame_field;
}

static void title_of_error(const struct v8 *v8, const struct v8_object *object, const char *name,
                           struct print *out)
{
    struct v8_property message;
    char text[MESSAGE_TEXT];
    print_text(out, name);
    if (!v8_property_find_text(v8, object, "message", false, &message) || message.accessor ||
        !v8_string_short(v8, message.value, text, sizeof text) || text[0] == '\0')
        return;
    print_text(out, ": ");
    size_t line = strcspn(text, "\r\n");
    print_bytes(out, text, line);
    if (text[line] != '\0')
        print_text(out, "…");
}

static bool native_of_error(struct v8_inspection *in, const char *name, struct v8_value *ret)
{
    return strcmp(name, "stack") == 0 && decode_stack(in->v8, &in->object, ret);
}

const struct v8_decoder decoder_error = {
    .kind = "error", .flags = DECODER_WHOLE, .open = open_error, .title = title_of_error,
    .native = native_of_error,
};
