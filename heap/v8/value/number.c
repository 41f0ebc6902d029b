#include "heap/v8/value/number.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

// --- numbers -------------------------------------------------------------------------------------

struct decimal {
    char digits[20]; // without trailing zeros
    int count;
    int point;       // value = 0.digits * 10^point
};

// Rounded to `precision` digits, does it read back the same?
static bool try_precision(double number, int precision, struct decimal *ret)
{
    char text[40];
    snprintf(text, sizeof text, "%.*e", precision - 1, number);
    if (strtod(text, NULL) != number)
        return false;
    ret->count = 0;
    const char *at = text;
    for (; *at != 'e'; at++)
        if (*at != '.')
            ret->digits[ret->count++] = *at;
    ret->point = atoi(at + 1) + 1;
    while (ret->count > 1 && ret->digits[ret->count - 1] == '0')
        ret->count--;
    return true;
}

// At powers of two the nearest of 16 digits may be off while its neighbour, on the wider side of
// the number, reads back.
static bool try_neighbours(double number, struct decimal *ret)
{
    char nearest[40], text[40];
    snprintf(nearest, sizeof nearest, "%.15e", number);
    long long digits = nearest[0] - '0';
    for (int i = 2; i < 17; i++)
        digits = digits * 10 + (nearest[i] - '0');
    int exponent = atoi(strchr(nearest, 'e') + 1);
    for (int step = -1; step <= 1; step += 2) {
        snprintf(text, sizeof text, "%llde%d", digits + step, exponent - 15);
        if (strtod(text, NULL) != number)
            continue;
        ret->count = snprintf(ret->digits, sizeof ret->digits, "%lld", digits + step);
        ret->point = exponent + 1 + (ret->count - 16);
        return true;
    }
    return false;
}

static void shortest(double number, struct decimal *ret)
{
    int first = number < 2.3e-308 ? 1 : 15; // denormals have fewer digits to tell
    for (int precision = first; precision <= 16; precision++)
        if (try_precision(number, precision, ret))
            return;
    if (!try_neighbours(number, ret) && !try_precision(number, 17, ret))
        ret->count = 0;
}

#define EXACT 9007199254740992.0 // 2^53

void v8_number_text(double number, char buffer[NUMBER_TEXT])
{
    struct decimal d;
    char *out = buffer;
    if (isnan(number) || isinf(number) || number == 0) {
        const char *name = isnan(number) ? "NaN" : number == 0 ? "0" : "Infinity";
        snprintf(buffer, NUMBER_TEXT, "%s%s", signbit(number) && !isnan(number) ? "-" : "", name);
        return;
    }
    if (fabs(number) < EXACT && number == (double)(int64_t)number) {
        snprintf(buffer, NUMBER_TEXT, "%" PRId64, (int64_t)number); // most numbers, and much faster
        return;
    }
    if (number < 0)
        *out++ = '-';
    size_t room = NUMBER_TEXT - 1;
    shortest(fabs(number), &d);
    d.digits[d.count] = '\0';
    if (d.count <= d.point && d.point <= 21)
        snprintf(out, room, "%s%.*s", d.digits, d.point - d.count, "000000000000000000000");
    else if (0 < d.point && d.point < d.count)
        snprintf(out, room, "%.*s.%s", d.point, d.digits, d.digits + d.point);
    else if (-6 < d.point && d.point <= 0)
        snprintf(out, room, "0.%.*s%s", -d.point, "000000", d.digits);
    else
        snprintf(out, room, "%c%s%se%+d", d.digits[0], d.count > 1 ? "." : "", d.digits + 1,
                 d.point - 1);
}

// --- BigInts -------------------------------------------------------------------------------------

enum { // src/objects/bigint.h
    BIGINT_BITS = 8,
    BIGINT_LENGTH_MASK = 0x3fffffff, // after the sign bit
    BIGINT_DIGITS = 16,
};

struct bigint {
    uint64_t words[BIGINT_WORDS_MAX];
    size_t count;
};

// Divide by 10^19 in place; returns the remainder.
static uint64_t divide(struct bigint *number)
{
    const uint64_t divisor = 10000000000000000000u;
    unsigned __int128 rest = 0;
    for (size_t i = number->count; i-- > 0;) {
        rest = rest << 64 | number->words[i];
        number->words[i] = (uint64_t)(rest / divisor);
        rest %= divisor;
    }
    while (number->count > 0 && number->words[number->count - 1] == 0)
        number->count--;
    return (uint64_t)rest;
}

struct cut_text {
    char *buffer;
    size_t capacity, length; // length: of the whole
};

static void put_text(struct cut_text *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (out->length + 1 < out->capacity)
            out->buffer[out->length] = *text;
        out->length++;
    }
}

static void put_decimal(const struct v8_object *object, size_t count, struct cut_text *out)
{
    uint64_t parts[BIGINT_WORDS_MAX + BIGINT_WORDS_MAX / 16 + 2];
    struct bigint number = {.count = count};
    char text[24];
    size_t used = 0;
    for (size_t i = 0; i < count; i++)
        number.words[i] = v8_word(object, BIGINT_DIGITS + 8 * i);
    while (number.count > 0 && number.words[number.count - 1] == 0)
        number.count--;
    do {
        parts[used++] = divide(&number);
    } while (number.count > 0);
    snprintf(text, sizeof text, "%llu", (unsigned long long)parts[used - 1]);
    put_text(out, text);
    while (--used > 0) {
        snprintf(text, sizeof text, "%019llu", (unsigned long long)parts[used - 1]);
        put_text(out, text);
    }
}

static void put_hexadecimal(const struct v8_object *object, size_t count, struct cut_text *out)
{
    char text[24];
    snprintf(text, sizeof text, "0x%llx",
             (unsigned long long)v8_word(object, BIGINT_DIGITS + 8 * (count - 1)));
    put_text(out, text);
    // Only what fits is written: the rest of its digits is only counted.
    size_t i = count - 1;
    for (; i > 0 && out->length < out->capacity; i--) {
        snprintf(text, sizeof text, "%016llx",
                 (unsigned long long)v8_word(object, BIGINT_DIGITS + 8 * (i - 1)));
        put_text(out, text);
    }
    out->length += 16 * i;
}

size_t v8_bigint_text(const struct v8_object *object, char *buffer, size_t capacity,
                      size_t *length)
{
    struct cut_text out = {.buffer = buffer, .capacity = capacity};
    uint32_t bits = v8_u32(object, BIGINT_BITS);
    size_t count = bits >> 1 & BIGINT_LENGTH_MASK;
    size_t room = object->size > BIGINT_DIGITS ? (object->size - BIGINT_DIGITS) / 8 : 0;
    if (count > room)
        count = room;
    if ((bits & 1) != 0)
        put_text(&out, "-");
    if (count <= BIGINT_WORDS_MAX)
        put_decimal(object, count, &out);
    else
        put_hexadecimal(object, count, &out);
    size_t written = out.length < capacity ? out.length : capacity > 0 ? capacity - 1 : 0;
    if (capacity > 0)
        buffer[written] = '\0';
    if (length != NULL)
        *length = out.length;
    return written;
}

// --- dates ---------------------------------------------------------------------------------------

// Days since 1970-01-01 to year, month and day of the proleptic Gregorian calendar: years are
// counted from March in eras of 400 years.
static void civil_date(int64_t days, int64_t *year, int *month, int *day)
{
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t of_era = days - era * 146097;
    int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t from_march = (5 * of_year + 2) / 153;
    *day = (int)(of_year - (153 * from_march + 2) / 5 + 1);
    *month = (int)(from_march < 10 ? from_march + 3 : from_march - 9);
    *year = year_of_era + era * 400 + (*month <= 2);
}

bool v8_date_text(double milliseconds, char buffer[NUMBER_TEXT])
{
    int64_t year;
    int month, day;
    if (!(fabs(milliseconds) <= 8.64e15)) // the range of times, ECMA-262
        return false;
    int64_t time = (int64_t)milliseconds, days = time / 86400000;
    if (time < 0 && time % 86400000 != 0)
        days--;
    int of_day = (int)(time - days * 86400000);
    civil_date(days, &year, &month, &day);
    if (year >= 0 && year <= 9999)
        snprintf(buffer, NUMBER_TEXT, "%04d", (int)year);
    else
        snprintf(buffer, NUMBER_TEXT, "%c%06d", year < 0 ? '-' : '+', abs((int)year));
    size_t used = strlen(buffer);
    snprintf(buffer + used, NUMBER_TEXT - used, "-%02u-%02uT%02u:%02u:%02u.%03uZ",
             (unsigned)month % 100, (unsigned)day % 100, (unsigned)(of_day / 3600000) % 100,
             (unsigned)(of_day / 60000 % 60), (unsigned)(of_day / 1000 % 60),
             (unsigned)(of_day % 1000));
    return true;
}
