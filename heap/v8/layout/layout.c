#include "heap/v8/layout/layout.h"

#include <stdlib.h>

// Space ids by AllocationSpace number, src/common/globals.h of each line.
#define IDS_7  {SPACE_READ_ONLY, SPACE_NEW, SPACE_OLD, SPACE_CODE, SPACE_MAP, SPACE_LARGE, \
                SPACE_CODE_LARGE, SPACE_NEW_LARGE}
#define IDS_9  {SPACE_READ_ONLY, SPACE_OLD, SPACE_CODE, SPACE_MAP, SPACE_LARGE, SPACE_CODE_LARGE, \
                SPACE_NEW_LARGE, SPACE_NEW}
#define IDS_10 {SPACE_READ_ONLY, SPACE_OLD, SPACE_CODE, SPACE_MAP, SPACE_SHARED, SPACE_NEW, \
                SPACE_LARGE, SPACE_CODE_LARGE, SPACE_NEW_LARGE, SPACE_SHARED_LARGE}
#define IDS_11 {SPACE_READ_ONLY, SPACE_NEW, SPACE_OLD, SPACE_CODE, SPACE_SHARED, SPACE_NEW_LARGE, \
                SPACE_LARGE, SPACE_CODE_LARGE, SPACE_SHARED_LARGE}
#define IDS_12 {SPACE_READ_ONLY, SPACE_NEW, SPACE_OLD, SPACE_CODE, SPACE_SHARED, SPACE_TRUSTED, \
                SPACE_NEW_LARGE, SPACE_LARGE, SPACE_CODE_LARGE, SPACE_SHARED_LARGE, \
                SPACE_TRUSTED_LARGE}
#define IDS_13 {SPACE_READ_ONLY, SPACE_NEW, SPACE_OLD, SPACE_CODE, SPACE_SHARED, SPACE_TRUSTED, \
                SPACE_SHARED_TRUSTED, SPACE_NEW_LARGE, SPACE_LARGE, SPACE_CODE_LARGE, \
                SPACE_SHARED_LARGE, SPACE_SHARED_TRUSTED_LARGE, SPACE_TRUSTED_LARGE}

#define CODE_10 {.constant_pool = 16, .handler_table = 24, .source_positions = 32, \
                 .deoptimization = 16, .position_table = 24, .relocation = 8, \
                 .feedback_slots = 48, .script_options = 120}
#define CODE_11 {.constant_pool = 16, .handler_table = 24, .source_positions = 32, \
                 .deoptimization = 16, .position_table = 24, .relocation = 8, .code_stream = 32, \
                 .feedback_slots = 56, .script_options = 128}
#define CODE_12 {.constant_pool = 40, .handler_table = 32, .source_positions = 24, \
                 .deoptimization = 8, .position_table = 16, .code_stream = 32, \
                 .stream_relocation = 16, .feedback_slots = 56, .script_options = 128}
#define CODE_13 {.constant_pool = 40, .handler_table = 32, .source_positions = 24, \
                 .deoptimization = 8, .position_table = 16, .code_stream = 32, \
                 .stream_relocation = 16, .feedback_slots = 48, .script_options = 128}
#define CODE_14 {.constant_pool = 40, .handler_table = 32, .source_positions = 24, \
                 .deoptimization = 8, .position_table = 16, .code_stream = 32, \
                 .stream_relocation = 16, .feedback_slots = 48, .script_options = 136}

const struct layout layouts[LAYOUT_LINES] = {
    {
        .name = "7.8", .major = 7, .minor = 8, .node = "12",
        .chunk = {.metadata = -1, .flags = 0x08, .size = 0x00, .heap = 0x18, .area_start = 0x28,
                  .area_end = 0x30, .owner = 0x50, .allocated = -1, .high_water = -1, .next = 0xe0,
                  .flag_read_only = 1 << 21, .flag_large = 1 << 5, .flag_from = 8, .flag_to = 16,
                  .flag_evacuated = 1 << 6, .flag_executable = 1},
        .space = {.heap = 0x40, .id = 0x48, .first_page = 0x20, .current_page = 0x90,
                  .semi_id = -1, .kind_of_id = IDS_7},
        .isolate = {.heap = 0x92d8, .heap_isolate = 0x40, .roots = 0x38, .c_entry_fp = 0x3110,
                    .handler = 0x3138, .handle_scope = 0xa080, .global_handles = 0xa0c0,
                    .new_area = 0x92d8 - 0xdef0, .old_area = -1, .roots_ordered = true},
        .areas = {.pair = true, .space = 0x68, .space_late = -1},
        .descriptors_header = 24, .context_header = 4,
        .elements_kind_mask = 248, .elements_kind_shift = 3,
        .prop_attributes_shift = 3, .prop_location_shift = 1, .unboxed_doubles = true,
        .sfi_data = 8, .sfi_name = 16, .sfi_script = 32,
        .function_shared = 24, .function_context = 32,
        .elements_dictionary = 12,
        .name_dictionary_prefix = 2,
        .name_hash_shift = 2, .symbol_private_mask = 1, .hole_is_oddball = true,
    },
    {
        .name = "8.4", .major = 8, .minor = 4, .node = "14",
        .chunk = {.metadata = -1, .flags = 0x08, .size = 0x00, .heap = 0x18, .area_start = 0x20,
                  .area_end = 0x28, .owner = 0x58, .allocated = -1, .high_water = -1, .next = 0xe0,
                  .flag_read_only = 1 << 21, .flag_large = 1 << 5, .flag_from = 8, .flag_to = 16,
                  .flag_evacuated = 1 << 6, .flag_executable = 1},
        .space = {.heap = 0x40, .id = 0x48, .first_page = 0x20, .current_page = 0x90,
                  .semi_id = -1, .kind_of_id = IDS_7},
        .isolate = {.heap = 0x9548, .heap_isolate = 0x40, .roots = 0x80, .c_entry_fp = 0x32f0,
                    .handler = 0x3318, .handle_scope = 0xa428, .global_handles = 0xa468,
                    .new_area = -1, .old_area = -1, .roots_ordered = true},
        .areas = {.pair = true, .space = 0x68, .space_late = -1},
        .descriptors_header = 24, .context_header = 2,
        .elements_kind_mask = 248, .elements_kind_shift = 3,
        .prop_attributes_shift = 3, .prop_location_shift = 1,
        .sfi_data = 8, .sfi_name = 16, .sfi_script = 32,
        .function_shared = 24, .function_context = 32,
        .elements_dictionary = 12,
        .name_dictionary_prefix = 2,
        .name_hash_shift = 2, .symbol_private_mask = 1, .hole_is_oddball = true,
    },
    {
        .name = "9.4", .major = 9, .minor = 4, .node = "16",
        .chunk = {.metadata = -1, .flags = 0x08, .size = 0x00, .heap = 0x10, .area_start = 0x18,
                  .area_end = 0x20, .owner = 0x40, .allocated = 0x28, .high_water = 0x38,
                  .next = 0xd8, .flag_read_only = 1 << 21, .flag_large = 1 << 5, .flag_from = 8,
                  .flag_to = 16, .flag_evacuated = 1 << 6, .flag_executable = 1},
        .space = {.heap = 8, .id = 0x10, .first_page = 0xb8, .current_page = 0x108,
                  .semi_id = -1, .kind_of_id = IDS_9},
        .isolate = {.heap = 0xa300, .heap_isolate = 0x50, .roots = 0x70, .c_entry_fp = 0x36b8,
                    .handler = 0x36e0, .handle_scope = 0xb3b8, .global_handles = 0xb3f8,
                    .new_area = -1, .old_area = -1, .roots_ordered = true},
        .areas = {.space = 0xd8, .space_late = -1},
        .descriptors_header = 24, .context_header = 2,
        .elements_kind_mask = 252, .elements_kind_shift = 2,
        .prop_attributes_shift = 3, .prop_location_shift = 1,
        .sfi_data = 8, .sfi_name = 16, .sfi_script = 32,
        .function_shared = 24, .function_context = 32,
        .elements_dictionary = 12,
        .name_dictionary_prefix = 2,
        .name_hash_shift = 2, .symbol_private_mask = 1, .hole_is_oddball = true, .area_is_used = true,
    },
    {
        .name = "10.2", .major = 10, .minor = 2, .node = "18",
        .chunk = {.metadata = -1, .flags = 0x08, .size = 0x00, .heap = 0x10, .area_start = 0x18,
                  .area_end = 0x20, .owner = 0x40, .allocated = 0x28, .high_water = 0x38,
                  .next = 0xe8, .flag_read_only = 1 << 20, .flag_large = 1 << 5, .flag_from = 8,
                  .flag_to = 16, .flag_evacuated = 1 << 6, .flag_executable = 1},
        .space = {.heap = 8, .id = 0x10, .first_page = 0xa8, .current_page = 0x100,
                  .semi_id = -1, .kind_of_id = IDS_9},
        .isolate = {.heap = 0xc638, .heap_isolate = 0x50, .roots = 0x120, .c_entry_fp = 0x4538,
                    .handler = 0x4558, .handle_scope = 0xd768, .global_handles = 0xd7a8,
                    .new_area = 0xc5e8, .old_area = 0xc600, .roots_ordered = true},
        .areas = {.space = -1, .space_late = 0x190},
        .descriptors_header = 24, .context_header = 2,
        .elements_kind_mask = 252, .elements_kind_shift = 2,
        .prop_attributes_shift = 2, .prop_location_shift = 5,
        .sfi_data = 8, .sfi_name = 16, .sfi_script = 32,
        .function_shared = 24, .function_context = 32,
        .elements_dictionary = 12, .naming = {.by_level = true},
        .code = CODE_10, .name_dictionary_prefix = 2,
        .name_hash_shift = 2, .symbol_private_mask = 1, .hole_is_oddball = true, .area_is_used = true,
    },
    {
        .name = "11.3", .major = 11, .minor = 3, .node = "20",
        .chunk = {.metadata = -1, .flags = 0x08, .size = 0x00, .heap = 0x10, .area_start = 0x18,
                  .area_end = 0x20, .owner = 0x40, .allocated = 0x28, .high_water = 0x38,
                  .next = 0x108, .flag_read_only = 1 << 6, .flag_large = 1 << 7, .flag_from = 8,
                  .flag_to = 16, .flag_evacuated = 1 << 8, .flag_executable = 1},
        .space = {.heap = 8, .id = 0x10, .first_page = 0x28, .current_page = 0x88,
                  .semi_id = -1, .kind_of_id = IDS_11},
        .isolate = {.heap = 0xd2c0, .heap_isolate = 0x50, .roots = 0x1f0, .c_entry_fp = 0x180,
                    .handler = 0x1a0, .handle_scope = 0xe390, .global_handles = 0xe3d0,
                    .new_area = 0xb8, .old_area = 0xd0, .roots_ordered = true},
        .areas = {.space = -1, .space_late = 0x198},
        .descriptors_header = 24, .context_header = 2,
        .elements_kind_mask = 252, .elements_kind_shift = 2,
        .prop_attributes_shift = 2, .prop_location_shift = 5,
        .sfi_data = 8, .sfi_name = 16, .sfi_script = 32,
        .function_shared = 24, .function_context = 32,
        .elements_dictionary = 13, .naming = {.by_level = true},
        .code = CODE_11, .name_dictionary_prefix = 3,
        .name_hash_shift = 2, .symbol_private_mask = 1, .hole_is_oddball = true, .area_is_used = true,
    },
    {
        .name = "12.4", .major = 12, .minor = 4, .node = "22",
        .chunk = {.metadata = 8, .flags = 0x00, .size = 0x10, .heap = 0x18, .area_start = 0x20,
                  .area_end = 0x28, .owner = 0x48, .allocated = 0x30, .high_water = 0x40,
                  .next = 0x108, .flag_read_only = 1 << 6, .flag_large = 1 << 7, .flag_from = 8,
                  .flag_to = 16, .flag_evacuated = 1 << 8, .flag_executable = 1},
        .space = {.heap = 8, .id = 0x10, .first_page = 0x28, .current_page = 0x88,
                  .semi_id = -1, .kind_of_id = IDS_12},
        .isolate = {.heap = 0xdea0, .heap_isolate = 0x18, .roots = 0x250, .c_entry_fp = 0x110,
                    .handler = 0x1a8, .handle_scope = 0x200, .global_handles = 0xedd8,
                    .new_area = 0xc0, .old_area = 0xd8, .roots_ordered = true},
        .areas = {.space = -1, .space_late = -1},
        .descriptors_header = 24, .context_header = 2,
        .elements_kind_mask = 252, .elements_kind_shift = 2,
        .prop_attributes_shift = 2, .prop_location_shift = 5,
        .sfi_data = 8, .sfi_name = 16, .sfi_script = 32,
        .function_shared = 32, .function_context = 40,
        .elements_dictionary = 13, .naming = {.by_level = true},
        .code = CODE_12, .name_dictionary_prefix = 3,
        .name_hash_shift = 2, .symbol_private_mask = 1,
    },
    {
        .name = "13.6", .major = 13, .minor = 6, .node = "24",
        .chunk = {.metadata = 8, .flags = 0x00, .size = 0x30, .heap = 0x40, .area_start = 0x48,
                  .area_end = 0x38, .owner = 0x50, .allocated = 0x18, .high_water = 0x28,
                  .next = 0x108, .flag_read_only = 1 << 6, .flag_large = 1 << 10, .flag_from = 8,
                  .flag_to = 16, .flag_evacuated = 1 << 8, .flag_executable = 1},
        .space = {.heap = 8, .id = 0x10, .first_page = 0x28, .current_page = 0x70,
                  .semi_id = -1, .kind_of_id = IDS_13},
        .isolate = {.heap = 0xeff8, .heap_isolate = 0x18, .roots = 0x280, .c_entry_fp = 0x140,
                    .handler = 0x1d8, .handle_scope = 0x230, .global_handles = 0xfd10,
                    .new_area = 0xc8, .old_area = 0xe0, .roots_ordered = true},
        .areas = {.space = -1, .space_late = -1},
        .descriptors_header = 24, .context_header = 2,
        .elements_kind_mask = 252, .elements_kind_shift = 2,
        .prop_attributes_shift = 2, .prop_location_shift = 5,
        .sfi_data = 8, .sfi_untrusted_data = 16, .sfi_name = 24, .sfi_script = 40,
        .function_shared = 32, .function_context = 40,
        .elements_dictionary = 13, .typed_bigint_early = true,
        .naming = {.by_level = true},
        .code = CODE_13, .name_dictionary_prefix = 3,
        .name_hash_shift = 2, .symbol_private_mask = 1,
    },
    {
        .name = "14.6", .major = 14, .minor = 6, .node = "26",
        .chunk = {.metadata = 8, .flags = 0x00, .size = 0x30, .heap = 0x40, .area_start = 0x48,
                  .area_end = 0x38, .owner = 0x50, .allocated = 0x18, .high_water = 0x28,
                  .next = 0x100, .flag_read_only = 1 << 10, .flag_large = 1 << 7, .flag_from = 8,
                  .flag_to = 16, .flag_evacuated = 1 << 8, .flag_executable = 1},
        .space = {.heap = 8, .id = 0x10, .first_page = 0x28, .current_page = 0x60,
                  .semi_id = -1, .kind_of_id = IDS_13},
        .isolate = {.heap = 0xf3c0, .heap_isolate = 8, .roots = 0x2a8, .c_entry_fp = 0x148,
                    .handler = 0x1e0, .handle_scope = 0x230, .global_handles = 0x100d0,
                    .new_area = 0xc8, .old_area = 0xe0, .roots_ordered = false},
        .areas = {.space = -1, .space_late = -1},
        .descriptors_header = 32, .context_header = 2,
        .elements_kind_mask = 252, .elements_kind_shift = 2,
        .prop_attributes_shift = 2, .prop_location_shift = 5,
        .sfi_data = 8, .sfi_untrusted_data = 16, .sfi_name = 24, .sfi_script = 40,
        .function_shared = 32, .function_context = 40,
        .elements_dictionary = 13, .typed_bigint_early = true,
        .naming = {.by_level = true, .own_function_name = true, .marks_globals = true},
        .code = CODE_14, .name_dictionary_prefix = 3,
        .name_hash_shift = 2, .symbol_private_mask = 3,
    },
};

const struct layout_space_order layout_space_orders[LAYOUT_SPACE_ORDERS] = {
    {.since = 78, .kind_of_id = IDS_7},  {.since = 90, .kind_of_id = IDS_9},
    {.since = 105, .kind_of_id = IDS_10}, {.since = 110, .kind_of_id = IDS_11},
    {.since = 120, .kind_of_id = IDS_12}, {.since = 125, .kind_of_id = IDS_13},
};

static const struct {
    const char *name, *v8_name;
} space_names[SPACE_KIND_COUNT] = {
    [SPACE_NONE] = {"unknown-space", "unknown"},
    [SPACE_READ_ONLY] = {"read-only-space", "read_only_space"},
    [SPACE_NEW] = {"new-space", "new_space"},
    [SPACE_OLD] = {"old-space", "old_space"},
    [SPACE_CODE] = {"code-space", "code_space"},
    [SPACE_MAP] = {"map-space", "map_space"},
    [SPACE_SHARED] = {"shared-space", "shared_space"},
    [SPACE_TRUSTED] = {"trusted-space", "trusted_space"},
    [SPACE_SHARED_TRUSTED] = {"shared-trusted-space", "shared_trusted_space"},
    [SPACE_NEW_LARGE] = {"new-large-object-space", "new_large_object_space"},
    [SPACE_LARGE] = {"large-object-space", "large_object_space"},
    [SPACE_CODE_LARGE] = {"code-large-object-space", "code_large_object_space"},
    [SPACE_SHARED_LARGE] = {"shared-large-object-space", "shared_large_object_space"},
    [SPACE_TRUSTED_LARGE] = {"trusted-large-object-space", "trusted_large_object_space"},
    [SPACE_SHARED_TRUSTED_LARGE] = {"shared-trusted-large-object-space",
                                    "shared_trusted_large_object_space"},
};

const char *space_kind_name(enum space_kind kind)
{
    return space_names[kind < SPACE_KIND_COUNT ? kind : SPACE_NONE].name;
}

const char *space_v8_name(enum space_kind kind)
{
    return space_names[kind < SPACE_KIND_COUNT ? kind : SPACE_NONE].v8_name;
}

size_t layout_line(unsigned version)
{
    for (size_t i = 0; i < LAYOUT_LINES; i++)
        if (version_number(layouts[i].major, layouts[i].minor) == version)
            return i;
    return LAYOUT_LINES;
}

size_t layout_nearest(unsigned version, const bool excluded[LAYOUT_LINES])
{
    size_t best = 0;
    int least = 1 << 30;
    for (size_t i = 0; i < LAYOUT_LINES; i++) {
        int distance = abs((int)version_number(layouts[i].major, layouts[i].minor) - (int)version);
        if (!excluded[i] && distance < least) {
            least = distance;
            best = i;
        }
    }
    return best;
}
