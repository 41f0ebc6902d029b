// Any bytes, escaped, hold nothing that steers a terminal, and units cover the input exactly.
#include "tests/support/fuzz.h"
#include "views/text.h"

#include <locale.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void write_seeds(const char *folder)
{
    static const char *const seeds[] = {
        "\x05plain",
        "\x40\x1b[2J\x07\x7f",
        "\x20\xc2\x9b\xe2\x80\xae\xf3\xa0\x81\x81",
        "\x10z\xcc\x81\xe6\xbc\xa2\xed\xa0\xbd",
        "\x30\xff\xc0\xaf\xf4\x90\x80\x80",
    };
    for (size_t i = 0; i < sizeof seeds / sizeof *seeds; i++)
        fuzz_seed(folder, (char[]){'a' + (char)i, '\0'}, seeds[i], strlen(seeds[i]));
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    fuzz_main(*argc, *argv, write_seeds);
    if (setlocale(LC_CTYPE, "C.UTF-8") == NULL)
        abort();
    return 0;
}

static void require(bool condition)
{
    if (!condition)
        abort();
}

// What came out must be plain all the way through.
static void check_safe(const char *bytes, size_t length, enum text_charset charset)
{
    struct text_point point;
    while (text_decode(bytes, length, &point)) {
        require(point.class == TEXT_PLAIN);
        require(charset == TEXT_UTF8 || point.code < 0x80);
        bytes += point.length;
        length -= point.length;
    }
}

static void check_units(const char *text, size_t length, enum text_charset charset)
{
    size_t columns = 0, total = text_columns(text, length, charset), left = length;
    const char *next = text;
    struct text_unit unit;
    while (text_unit(next, left, charset, &unit)) {
        require(unit.consumed >= 1 && unit.consumed <= left);
        require(unit.columns >= 1 && unit.length >= 1 && unit.length < TEXT_UNIT_MAX);
        require(strlen(unit.bytes) == unit.length);
        check_safe(unit.bytes, unit.length, charset);
        columns += unit.columns;
        next += unit.consumed;
        left -= unit.consumed;
    }
    require(left == 0 && columns == total);
}

static void check_fit(const char *text, size_t length, enum text_charset charset, size_t columns)
{
    char buffer[100];
    size_t capacity = columns % sizeof buffer;
    if (capacity == 0)
        return;
    size_t used = text_fit(text, length, charset, columns, buffer, capacity);
    require(used <= columns && strlen(buffer) < capacity);
    require(used == text_columns(buffer, strlen(buffer), charset));
    check_safe(buffer, strlen(buffer), charset);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    const char *text = (const char *)data + 1;
    for (int charset = TEXT_UTF8; charset <= TEXT_ASCII; charset++) {
        check_units(text, size - 1, (enum text_charset)charset);
        check_fit(text, size - 1, (enum text_charset)charset, data[0]);
    }
    return 0;
}
