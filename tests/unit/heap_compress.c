// Compressed cores: every format, cut off and damaged streams, holes, progress, no room.
#include "heap/dump/codecs.h"
#include "heap/dump/unpack.h"
#include "tests/support/mkcore.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <lz4frame.h>
#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

struct bytes {
    uint8_t *data;
    size_t size;
};

static struct bytes room(size_t size)
{
    struct bytes bytes = {malloc(size), size};
    assert_non_null(bytes.data);
    return bytes;
}

static struct bytes pack_zstd(struct bytes in)
{
    struct bytes out = room(ZSTD_compressBound(in.size));
    ZSTD_CCtx *context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    out.size = ZSTD_compress2(context, out.data, out.size, in.data, in.size);
    ZSTD_freeCCtx(context);
    return out;
}

static struct bytes pack_gzip(struct bytes in)
{
    struct bytes out = room(compressBound(in.size) + 64);
    z_stream stream = {.next_in = in.data,
                       .avail_in = (uInt)in.size,
                       .next_out = out.data,
                       .avail_out = (uInt)out.size};
    assert_int_equal(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    out.size = stream.total_out;
    deflateEnd(&stream);
    return out;
}

static struct bytes pack_xz(struct bytes in)
{
    struct bytes out = room(lzma_stream_buffer_bound(in.size));
    size_t used = 0;
    assert_int_equal(lzma_easy_buffer_encode(1, LZMA_CHECK_CRC64, NULL, in.data, in.size, out.data,
                                             &used, out.size),
                     LZMA_OK);
    out.size = used;
    return out;
}

static struct bytes pack_lz4(struct bytes in)
{
    LZ4F_preferences_t preferences = {
        .frameInfo = {.contentChecksumFlag = LZ4F_contentChecksumEnabled}};
    struct bytes out = room(LZ4F_compressFrameBound(in.size, &preferences));
    out.size = LZ4F_compressFrame(out.data, out.size, in.data, in.size, &preferences);
    return out;
}

static const struct {
    const char *name;
    struct bytes (*pack)(struct bytes in);
} formats[] = {
    {"zstd", pack_zstd},
    {"gzip", pack_gzip},
    {"xz", pack_xz},
    {"lz4", pack_lz4},
};
enum { FORMATS = sizeof formats / sizeof *formats };

enum { NOISE = 0x60000, ZEROS = 0x800000 };

// Some noise, 8 MB of zeros, some noise: several chunks long.
static struct mkcore *big_core(void)
{
    struct mkcore *core = mkcore_new();
    mkcore_thread(core, 9, 6, NULL);
    mkcore_fill(mkcore_segment(core, 0x1000000, NOISE, PF_R, NOISE), NOISE, 1);
    mkcore_segment(core, 0x2000000, ZEROS, PF_R, ZEROS);
    mkcore_fill(mkcore_segment(core, 0x8000000, NOISE, PF_R, NOISE), NOISE, 2);
    return core;
}

static struct bytes image_of(const struct mkcore *core)
{
    struct bytes image;
    image.data = mkcore_image(core, &image.size);
    return image;
}

static struct dump *open_bytes(struct bytes bytes, const struct dump_options *options)
{
    char *path = mkcore_write_bytes(bytes.data, bytes.size);
    struct dump *dump = NULL;
    struct error error = {0};
    if (!dump_open(path, options, &dump, &error))
        fail_msg("%s", error.text);
    mkcore_remove(path);
    return dump;
}

static void check_same(const struct dump *dump, const struct mkcore *core, uint64_t address)
{
    uint64_t size;
    const uint8_t *bytes = memory_view(dump_memory(dump), address, &size);
    assert_non_null(bytes);
    assert_memory_equal(bytes, mkcore_at((struct mkcore *)(uintptr_t)core, address), size);
}

static void test_every_format(void **state)
{
    (void)state;
    struct mkcore *core = big_core();
    struct bytes image = image_of(core);
    for (size_t i = 0; i < FORMATS; i++) {
        struct bytes packed = formats[i].pack(image);
        struct dump *dump = open_bytes(packed, NULL);
        assert_int_equal(dump_info(dump)->problems, 0);
        assert_int_equal(dump_info(dump)->file_size, image.size);
        for (size_t j = 0; j < 3; j++)
            check_same(dump, core, dump_memory(dump)->segments[j].start);
        dump_close(dump);
        free(packed.data);
    }
    free(image.data);
    mkcore_free(core);
}

// As pigz, pzstd or cat make them; gzip files on tape are padded with zeros.
static void test_several_frames(void **state)
{
    (void)state;
    struct mkcore *core = big_core();
    struct bytes image = image_of(core);
    for (size_t i = 0; i < FORMATS; i++) {
        size_t half = image.size / 2 + 77;
        struct bytes first = formats[i].pack((struct bytes){image.data, half});
        struct bytes second = formats[i].pack((struct bytes){image.data + half, image.size - half});
        struct bytes both = room(first.size + second.size + 512);
        memset(both.data, 0, both.size);
        memcpy(both.data, first.data, first.size);
        memcpy(both.data + first.size, second.data, second.size);
        struct dump *dump = open_bytes(both, NULL);
        assert_int_equal(dump_info(dump)->problems, 0);
        assert_int_equal(dump_info(dump)->file_size, image.size);
        check_same(dump, core, 0x8000000);
        dump_close(dump);
        free(first.data);
        free(second.data);
        free(both.data);
    }
    free(image.data);
    mkcore_free(core);
}

static void test_cut_off(void **state)
{
    (void)state;
    struct mkcore *core = big_core();
    struct bytes image = image_of(core);
    for (size_t i = 0; i < FORMATS; i++) {
        struct bytes packed = formats[i].pack(image);
        for (size_t part = 5; part < 20; part += 4) {
            struct bytes cut = {packed.data, packed.size * part / 20};
            struct dump *dump = open_bytes(cut, NULL);
            const struct dump_info *info = dump_info(dump);
            assert_int_equal(info->problems, DUMP_TRUNCATED);
            assert_true(info->file_size < image.size);
            assert_true(part < 6 || info->saved_bytes > 0);
            assert_int_equal(info->saved_bytes + info->missing_bytes, 2 * NOISE + ZEROS);
            dump_close(dump);
        }
        free(packed.data);
    }
    free(image.data);
    mkcore_free(core);
}

static void test_damaged(void **state)
{
    (void)state;
    struct mkcore *core = big_core();
    struct bytes image = image_of(core);
    for (size_t i = 0; i < FORMATS; i++) {
        struct bytes packed = formats[i].pack(image);
        memset(packed.data + packed.size / 4 * 3, 0xa5, packed.size / 8);
        struct dump *dump = open_bytes(packed, NULL);
        assert_int_equal(dump_info(dump)->problems, DUMP_TRUNCATED | DUMP_DAMAGED);
        assert_true(dump_info(dump)->saved_bytes > 0);
        dump_close(dump);
        free(packed.data);
    }
    free(image.data);
    mkcore_free(core);
}

static void check_refused(struct bytes bytes, const struct dump_options *options, const char *text,
                          enum error_code code)
{
    char *path = mkcore_write_bytes(bytes.data, bytes.size);
    struct dump *dump = NULL;
    struct error error = {0};
    assert_false(dump_open(path, options, &dump, &error));
    if (strstr(error.text + strlen(path), text) == NULL)
        fail_msg("%s", error.text);
    assert_int_equal(error.code, code);
    mkcore_remove(path);
}

static void test_not_a_core(void **state)
{
    (void)state;
    static uint8_t text[3000000];
    memset(text, 'x', sizeof text);
    for (size_t i = 0; i < FORMATS; i++) {
        struct bytes packed = formats[i].pack((struct bytes){text, sizeof text});
        check_refused(packed, NULL, ": not an ELF file", ERROR_FORMAT);
        packed.size = 6;
        check_refused(packed, NULL, " data that is ", ERROR_FORMAT);
        free(packed.data);
        packed = formats[i].pack((struct bytes){text, 0});
        check_refused(packed, NULL, " data that is empty or cut off", ERROR_FORMAT);
        free(packed.data);
    }
}

static struct bytes holes(struct mkcore **core)
{
    *core = mkcore_new();
    mkcore_segment(*core, 0x1000000, 64 << 20, PF_R, 64 << 20);
    return image_of(*core);
}

// Zeros become holes, and the file has no name that could be left behind.
static void test_holes_take_no_room(void **state)
{
    (void)state;
    struct mkcore *core;
    struct bytes image = holes(&core), packed = pack_zstd(image);
    char folder[] = "/tmp/dumpdive-test-XXXXXX";
    assert_non_null(mkdtemp(folder));
    setenv("TMPDIR", folder, 1);
    struct unpacked unpacked;
    assert_true(unpack(&unpacked, codec_find(packed.data, packed.size), packed.data, packed.size,
                       "core.zst", &(struct dump_progress){0}, NULL));
    unsetenv("TMPDIR");
    assert_int_equal(rmdir(folder), 0);
    struct stat status;
    assert_int_equal(fstat(unpacked.fd, &status), 0);
    assert_int_equal(status.st_size, image.size);
    assert_true(status.st_blocks * 512 < 1 << 20);
    close(unpacked.fd);
    free(packed.data);
    free(image.data);
    mkcore_free(core);
}

static void test_no_room(void **state)
{
    (void)state;
    struct mkcore *core = big_core();
    struct bytes image = image_of(core), packed = pack_zstd(image);
    struct rlimit before, small;
    struct unpacked unpacked;
    struct error error = {0};
    const struct codec *codec = codec_find(packed.data, packed.size);
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    small = before;
    small.rlim_cur = 4 << 20;
    setrlimit(RLIMIT_FSIZE, &small);
    unsetenv("TMPDIR");
    assert_false(unpack(&unpacked, codec, packed.data, packed.size, "core.zst",
                        &(struct dump_progress){0}, &error));
    setrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, handler);
    assert_string_equal(error.text, "core.zst: cannot unpack to /var/tmp (TMPDIR): File too large");

    setenv("TMPDIR", "/nonexistent", 1);
    assert_false(unpack(&unpacked, codec, packed.data, packed.size, "core.zst",
                        &(struct dump_progress){0}, &error));
    unsetenv("TMPDIR");
    assert_string_equal(
        error.text, "core.zst: cannot unpack to /nonexistent (TMPDIR): No such file or directory");
    free(packed.data);
    free(image.data);
    mkcore_free(core);
}

struct watched {
    size_t calls;
    uint64_t done, total, written;
    size_t stop_after;
};

static bool watch(void *context, uint64_t done, uint64_t total, uint64_t written)
{
    struct watched *watched = context;
    watched->calls++;
    assert_true(done >= watched->done && done <= total && written >= watched->written);
    watched->done = done;
    watched->total = total;
    watched->written = written;
    return watched->calls != watched->stop_after;
}

static void test_progress_and_cancel(void **state)
{
    (void)state;
    struct mkcore *core = big_core();
    struct bytes image = image_of(core), packed = pack_xz(image);
    struct watched watched = {0};
    struct dump_options options = {.progress = {.context = &watched, .report = watch}};
    dump_close(open_bytes(packed, &options));
    assert_true(watched.calls > 5);
    assert_int_equal(watched.done, packed.size);
    assert_int_equal(watched.total, packed.size);
    assert_int_equal(watched.written, image.size);
    watched = (struct watched){.stop_after = 3};
    check_refused(packed, &options, ": unpacking was stopped", ERROR_CANCELLED);
    assert_int_equal(watched.calls, 3);
    free(packed.data);
    free(image.data);
    mkcore_free(core);
}

static void test_magic(void **state)
{
    (void)state;
    static const uint8_t pzstd[] = {0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4};
    assert_string_equal(codec_find(pzstd, sizeof pzstd)->name, "zstd");
    assert_null(codec_find(pzstd, 3));
    assert_null(codec_find((const uint8_t *)"\177ELF", 4));
    struct mkcore *core = big_core();
    struct bytes image = image_of(core), packed = pack_zstd(image);
    struct bytes both = room(sizeof pzstd + packed.size);
    memcpy(both.data, pzstd, sizeof pzstd);
    memcpy(both.data + sizeof pzstd, packed.data, packed.size);
    struct dump *dump = open_bytes(both, NULL);
    assert_int_equal(dump_info(dump)->file_size, image.size);
    dump_close(dump);
    free(both.data);
    free(packed.data);
    free(image.data);
    mkcore_free(core);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_format), cmocka_unit_test(test_several_frames),
        cmocka_unit_test(test_cut_off),      cmocka_unit_test(test_damaged),
        cmocka_unit_test(test_not_a_core),   cmocka_unit_test(test_holes_take_no_room),
        cmocka_unit_test(test_no_room),      cmocka_unit_test(test_progress_and_cancel),
        cmocka_unit_test(test_magic),
    };
    return cmocka_run_group_tests_name("compress", tests, NULL, NULL);
}
