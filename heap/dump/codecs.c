#include "heap/dump/codecs.h"

#include <lz4frame.h>
#include <lzma.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

// The input says how much memory unpacking it takes. zstd --long=31 takes 2 GB and is in use for
// big files; xz -9 takes 65 MB. More than this is refused.
enum { ZSTD_WINDOW_LOG = 31 };
static const uint64_t xz_memory = (uint64_t)2 << 30;

static size_t at_most(size_t size, size_t limit)
{
    return size < limit ? size : limit;
}

static void advance(struct codec_buffers *buffers, size_t consumed, size_t produced)
{
    buffers->in += consumed;
    buffers->in_size -= consumed;
    buffers->out += produced;
    buffers->out_size -= produced;
}

static void *zstd_create(void)
{
    ZSTD_DCtx *context = ZSTD_createDCtx();
    if (context != NULL)
        ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG);
    return context;
}

static enum codec_status zstd_step(void *state, struct codec_buffers *buffers)
{
    ZSTD_inBuffer in = {.src = buffers->in, .size = buffers->in_size};
    ZSTD_outBuffer out = {.dst = buffers->out, .size = buffers->out_size};
    size_t result = ZSTD_decompressStream(state, &out, &in);
    advance(buffers, in.pos, out.pos);
    if (!ZSTD_isError(result))
        return result == 0 ? CODEC_END : CODEC_MORE;
    ZSTD_ErrorCode code = ZSTD_getErrorCode(result);
    return code == ZSTD_error_memory_allocation || code == ZSTD_error_frameParameter_windowTooLarge
               ? CODEC_MEMORY
               : CODEC_CORRUPT;
}

static void zstd_destroy(void *state)
{
    ZSTD_freeDCtx(state);
}

struct gzip {
    z_stream stream;
    bool ended;
};

static void *gzip_create(void)
{
    struct gzip *gzip = calloc(1, sizeof *gzip);
    enum { GZIP_ONLY = 16 }; // see inflateInit2 in zlib.h
    if (gzip != NULL && inflateInit2(&gzip->stream, MAX_WBITS + GZIP_ONLY) != Z_OK) {
        free(gzip);
        return NULL;
    }
    return gzip;
}

static enum codec_status gzip_step(void *state, struct codec_buffers *buffers)
{
    struct gzip *gzip = state;
    if (gzip->ended && inflateReset(&gzip->stream) != Z_OK)
        return CODEC_CORRUPT;
    size_t in_size = at_most(buffers->in_size, 1 << 30);
    size_t out_size = at_most(buffers->out_size, 1 << 30);
    gzip->stream.next_in = (Bytef *)(uintptr_t)buffers->in; // not written to
    gzip->stream.avail_in = (uInt)in_size;
    gzip->stream.next_out = buffers->out;
    gzip->stream.avail_out = (uInt)out_size;
    int result = inflate(&gzip->stream, Z_NO_FLUSH);
    advance(buffers, in_size - gzip->stream.avail_in, out_size - gzip->stream.avail_out);
    gzip->ended = result == Z_STREAM_END;
    if (gzip->ended)
        return CODEC_END;
    if (result == Z_MEM_ERROR)
        return CODEC_MEMORY;
    return result == Z_OK || result == Z_BUF_ERROR ? CODEC_MORE : CODEC_CORRUPT;
}

static void gzip_destroy(void *state)
{
    struct gzip *gzip = state;
    if (gzip != NULL)
        inflateEnd(&gzip->stream);
    free(gzip);
}

struct xz {
    lzma_stream stream;
    bool running;
};

static void *xz_create(void)
{
    struct xz *xz = calloc(1, sizeof *xz);
    if (xz != NULL)
        xz->stream = (lzma_stream)LZMA_STREAM_INIT;
    return xz;
}

static enum codec_status xz_step(void *state, struct codec_buffers *buffers)
{
    struct xz *xz = state;
    if (!xz->running && lzma_stream_decoder(&xz->stream, xz_memory, 0) != LZMA_OK)
        return CODEC_MEMORY;
    xz->running = true;
    xz->stream.next_in = buffers->in;
    xz->stream.avail_in = buffers->in_size;
    xz->stream.next_out = buffers->out;
    xz->stream.avail_out = buffers->out_size;
    lzma_ret result = lzma_code(&xz->stream, LZMA_RUN);
    advance(buffers, buffers->in_size - xz->stream.avail_in,
            buffers->out_size - xz->stream.avail_out);
    xz->running = result != LZMA_STREAM_END;
    if (!xz->running)
        return CODEC_END;
    if (result == LZMA_MEM_ERROR || result == LZMA_MEMLIMIT_ERROR)
        return CODEC_MEMORY;
    return result == LZMA_OK || result == LZMA_BUF_ERROR ? CODEC_MORE : CODEC_CORRUPT;
}

static void xz_destroy(void *state)
{
    struct xz *xz = state;
    if (xz != NULL)
        lzma_end(&xz->stream);
    free(xz);
}

static void *lz4_create(void)
{
    LZ4F_dctx *context;
    return LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION)) ? NULL : context;
}

static enum codec_status lz4_step(void *state, struct codec_buffers *buffers)
{
    size_t in_size = buffers->in_size, out_size = buffers->out_size;
    size_t result = LZ4F_decompress(state, buffers->out, &out_size, buffers->in, &in_size, NULL);
    if (LZ4F_isError(result))
        return CODEC_CORRUPT;
    advance(buffers, in_size, out_size);
    return result == 0 ? CODEC_END : CODEC_MORE;
}

static void lz4_destroy(void *state)
{
    LZ4F_freeDecompressionContext(state);
}

static const struct codec codecs[] = {
    {"zstd", {0x28, 0xb5, 0x2f, 0xfd}, 4, zstd_create, zstd_step, zstd_destroy},
    // The skippable frame that pzstd begins with.
    {"zstd", {0x50, 0x2a, 0x4d, 0x18}, 4, zstd_create, zstd_step, zstd_destroy},
    {"gzip", {0x1f, 0x8b}, 2, gzip_create, gzip_step, gzip_destroy},
    {"xz", {0xfd, '7', 'z', 'X', 'Z', 0}, 6, xz_create, xz_step, xz_destroy},
    {"lz4", {0x04, 0x22, 0x4d, 0x18}, 4, lz4_create, lz4_step, lz4_destroy},
};

const struct codec *codec_find(const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < sizeof codecs / sizeof *codecs; i++) {
        if (size >= codecs[i].magic_size &&
            memcmp(bytes, codecs[i].magic, codecs[i].magic_size) == 0)
            return &codecs[i];
    }
    return NULL;
}
