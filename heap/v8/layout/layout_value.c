#include "heap/v8/layout/layout_value.h"

// Typed arrays in the order of their elements kinds, src/objects/elements-kind.h TYPED_ARRAYS;
// those on resizable buffers follow in the same order.
#define BASIC TYPED_UINT8, TYPED_INT8, TYPED_UINT16, TYPED_INT16, TYPED_UINT32, TYPED_INT32
#define ORDER_OLD BASIC, TYPED_FLOAT32, TYPED_FLOAT64, TYPED_UINT8_CLAMPED, TYPED_BIGUINT64, \
                  TYPED_BIGINT64
#define ORDER_NEW BASIC, TYPED_BIGUINT64, TYPED_BIGINT64, TYPED_UINT8_CLAMPED, TYPED_FLOAT32, \
                  TYPED_FLOAT64, TYPED_FLOAT16

static const uint8_t kinds_7[LAYOUT_TYPED_KINDS] = {ORDER_OLD};
static const uint8_t kinds_9[LAYOUT_TYPED_KINDS] = {ORDER_OLD, ORDER_OLD};
static const uint8_t kinds_13[LAYOUT_TYPED_KINDS] = {ORDER_NEW, ORDER_NEW};

#define REACTION_OLD \
    .reaction_next = 8, .reaction_reject = 16, .reaction_fulfill = 24, .reaction_promise = 32
#define REACTION_NEW \
    .reaction_next = 16, .reaction_reject = 24, .reaction_fulfill = 32, .reaction_promise = 40
#define WEAK_CELL_OLD \
    .weak_cell_target = 16, .weak_cell_holdings = 24, .weak_cell_token = 0, .weak_cell_next = 40
#define WEAK_CELL_9 \
    .weak_cell_target = 16, .weak_cell_token = 24, .weak_cell_holdings = 32, .weak_cell_next = 48
#define WEAK_CELL_14 \
    .weak_cell_holdings = 16, .weak_cell_target = 24, .weak_cell_token = 32, .weak_cell_next = 48
#define VIEW_7 .view_buffer = 24, .view_offset = 32, .view_length = 40, .typed_length = 48, \
               .typed_external = 56, .typed_base = 64
#define VIEW_10 .view_buffer = 24, .view_offset = 32, .view_length = 40, .view_flags = 48, \
                .typed_length = 56, .typed_external = 64, .typed_base = 72
#define VIEW_13 .view_buffer = 32, .view_flags = 40, .view_offset = 48, .view_length = 56, \
                .typed_external = 72, .typed_base = 80
#define GLOBAL_7 .global_buffer = 24, .global_tagged = 32, .global_offset = 40, .global_type = 48, \
                 .global_type_mask = 0xff, .global_types = {1, 2, 3, 4}
#define GLOBAL_9 .global_buffer = 32, .global_tagged = 40, .global_offset = 48, .global_type = 56, \
                 .global_type_mask = 0xffff, .global_types = {1, 2, 3, 4}
#define GLOBAL_13 .global_buffer = 32, .global_tagged = 40, .global_offset = 48, .global_type = 56, \
                  .global_type_mask = 0xffff, .global_types = {0x1610, 0x1710, 0x1810, 0x1910}
#define BUFFER_9 .buffer_length = 24, .buffer_max_length = 32, .buffer_store = 40, \
                 .buffer_extension = 48, .buffer_flags = 56
#define BUFFER_11 .buffer_length = 32, .buffer_max_length = 40, .buffer_store = 48, \
                  .buffer_extension = 56, .buffer_flags = 64
#define BUFFER_13 .buffer_length = 40, .buffer_max_length = 48, .buffer_store = 56, \
                  .buffer_extension = 64, .buffer_flags = 72

const struct layout_value layout_values[LAYOUT_LINES] = {
    { // 7.8
        .buffer_length = 24, .buffer_store = 32, .buffer_flags = 40, VIEW_7,
        .typed_first = 17, .typed_kinds = kinds_7, .namespace_module = 24, .api_header = 24, REACTION_OLD, WEAK_CELL_OLD,
        .bytecode_positions = 32,
        .shared_length = 40, .shared_anonymous_bit = 26,
        .sloppy_kind = 13, .sloppy_is_fixed_array = true,
        GLOBAL_7,
    },
    { // 8.4
        .buffer_length = 24, .buffer_store = 32, .buffer_extension = 40, .buffer_flags = 48, VIEW_7,
        .typed_first = 17, .typed_kinds = kinds_7, .namespace_module = 24, .api_header = 24, REACTION_OLD, WEAK_CELL_9,
        .positions_start = -1,
        .bytecode_positions = 32,
        .shared_length = 40, .shared_anonymous_bit = 26,
        .sloppy_kind = 13, .sloppy_is_fixed_array = true,
        GLOBAL_7,
    },
    { // 9.4
        BUFFER_9, VIEW_7, .typed_first = 17, .typed_kinds = kinds_9, .namespace_module = 24, .api_header = 24,
        REACTION_OLD, WEAK_CELL_9, .positions_start = -1,
        .bytecode_positions = 32,
        .shared_length = 40, .shared_anonymous_bit = 25,
        .sloppy_kind = 13,
        GLOBAL_9,
    },
    { // 10.2
        BUFFER_9, VIEW_10, .typed_first = 17, .typed_kinds = kinds_9, .namespace_module = 24, .api_header = 24,
        REACTION_OLD, WEAK_CELL_9, .positions_start = -1,
        .bytecode_positions = 32,
        .shared_length = 40, .shared_anonymous_bit = 25,
        .sloppy_kind = 13,
        GLOBAL_9,
    },
    { // 11.3
        BUFFER_11, VIEW_10, .typed_first = 18, .typed_kinds = kinds_9, .namespace_module = 24, .api_header = 24,
        REACTION_OLD, WEAK_CELL_9, .positions_start = -1,
        .bytecode_positions = 32,
        .shared_length = 40, .shared_anonymous_bit = 25,
        .sloppy_kind = 14,
        GLOBAL_9,
    },
    { // 12.4
        BUFFER_11, VIEW_10, .typed_first = 18, .typed_kinds = kinds_9, .namespace_module = 24, .api_header = 24,
        REACTION_NEW, WEAK_CELL_9, .positions_start = -1,
        .bytecode_positions = 24,
        .shared_length = 40, .shared_anonymous_bit = 25,
        .sloppy_kind = 14,
        GLOBAL_9,
    },
    { // 13.6
        BUFFER_13, VIEW_13, .typed_length = 64, .typed_first = 18, .typed_kinds = kinds_13,
        .namespace_module = 32, .api_header = 32, .date_is_raw = true, REACTION_NEW, WEAK_CELL_9, .positions_start = -1,
        .bytecode_positions = 24,
        .shared_length = 48, .shared_anonymous_bit = 25,
        .sloppy_kind = 14,
        GLOBAL_13,
    },
    { // 14.6
        BUFFER_13, VIEW_13, .typed_first = 18, .typed_kinds = kinds_13, .namespace_module = 32, .api_header = 32,
        .date_is_raw = true, REACTION_NEW, WEAK_CELL_14, .positions_start = -1,
        .bytecode_positions = 24, .positions_have_flags = true,
        .shared_length = 48, .shared_anonymous_bit = 25,
        .sloppy_kind = 14,
        GLOBAL_13, .temporal_is_native = true,
    },
};

const struct layout_frames layout_frames[LAYOUT_LINES] = {
    {.kind = FRAMES_INDIRECT, .unit = 8, .function = 8, .code = 16, .offset = 24},
    {.kind = FRAMES_INDIRECT, .unit = 8, .function = 8, .code = 16, .offset = 24},
    {.kind = FRAMES_OBJECTS, .unit = 8, .function = 16, .code = 24, .offset = 32},
    {.kind = FRAMES_OBJECTS, .unit = 8, .function = 16, .code = 24, .offset = 32},
    {.kind = FRAMES_OBJECTS, .unit = 8, .function = 16, .code = 24, .offset = 32},
    {.kind = FRAMES_OBJECTS, .unit = 8, .function = 24, .code = 8, .offset = 32,
     .stack_is_accessor = true},
    {.kind = FRAMES_OBJECTS, .unit = 8, .function = 24, .code = 8, .offset = 32,
     .stack_is_accessor = true},
    {.kind = FRAMES_FLAT, .unit = 48, .function = 16, .code = 0, .offset = 24,
     .stack_is_accessor = true},
};
