// Dates and times of Temporal, as their toString() gives them in the ISO calendar.
//
// Up to V8 13 an object holds its parts in bit fields (src/objects/js-temporal-objects.tq, behind a
// flag). From V8 14 it holds a Foreign whose address is that of a ManagedPtrDestructor
// (src/objects/managed.h), which points to a std::shared_ptr of what the library temporal_rs keeps.
// How the library lays that out was read off cores of Node 26.10.0 on x86-64 (programs/values/
// temporal.js); parts that make no date or time are not shown.
#include "heap/v8/decode/decode.h"
#include "heap/v8/layout/layout_value.h"
#include "heap/v8/value/number.h"

#include <inttypes.h>
#include <stdio.h>

enum {
    OBJECT_FIRST = 24,
    FOREIGN_ADDRESS = 8,
    MANAGED_SHARED = 24,
    BIGINT_BITS = 8,
    BIGINT_DIGITS = 16,
    NATIVE_MAX = 96,
    NANOSECONDS = 1000000000,
    NONE = 0xff,
};

__extension__ typedef __int128 int128;

struct moment {
    int32_t year;
    uint32_t month, day, hour, minute, second, nanosecond;
    int128 epoch; // nanoseconds since 1970
    int64_t offset;
    int sign; // of a duration
    uint64_t years, months, weeks, days, hours, minutes;
    int128 seconds; // and the rest, in nanoseconds
};

enum part { DATE = 1, TIME = 2, EPOCH = 4, OFFSET = 8, DURATION = 16 };

static const struct temporal_type {
    enum itype type;
    uint8_t parts;                            // set of enum part
    uint8_t old_date, old_time, old_epoch;    // offsets in the object
    uint8_t date, time, epoch, offset;        // in what the library keeps
    const char *format;                       // parts of the date that are shown
} types[] = {
    {ITYPE_JS_TEMPORAL_DURATION, DURATION, NONE, NONE, NONE, NONE, NONE, NONE, NONE, NULL},
    {ITYPE_JS_TEMPORAL_INSTANT, EPOCH, NONE, NONE, 24, NONE, NONE, 0, NONE, NULL},
    {ITYPE_JS_TEMPORAL_PLAIN_DATE, DATE, 24, NONE, NONE, 8, NONE, NONE, NONE, "ymd"},
    {ITYPE_JS_TEMPORAL_PLAIN_DATE_TIME, DATE | TIME, 24, 32, NONE, 8, 16, NONE, NONE, "ymd"},
    {ITYPE_JS_TEMPORAL_PLAIN_MONTH_DAY, DATE, 24, NONE, NONE, 8, NONE, NONE, NONE, "md"},
    {ITYPE_JS_TEMPORAL_PLAIN_TIME, TIME, NONE, 24, NONE, NONE, 0, NONE, NONE, NULL},
    {ITYPE_JS_TEMPORAL_PLAIN_YEAR_MONTH, DATE, 24, NONE, NONE, 8, NONE, NONE, NONE, "ym"},
    {ITYPE_JS_TEMPORAL_ZONED_DATE_TIME, EPOCH | OFFSET, NONE, NONE, 24, NONE, NONE, 0, 48, NULL},
};

static const struct temporal_type *type_of(const struct v8_object *object)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if ((enum itype)object->shape.type == types[i].type)
            return &types[i];
    return NULL;
}

// --- what the library keeps ----------------------------------------------------------------------

static bool read_native(const struct v8 *v8, const struct v8_object *object, uint8_t bytes[NATIVE_MAX])
{
    struct v8_object foreign;
    uint64_t shared, element;
    return v8_object_of(v8, v8_word(object, OBJECT_FIRST), &foreign) &&
           foreign.shape.type == ITYPE_FOREIGN &&
           memory_u64(v8->memory, v8_word(&foreign, FOREIGN_ADDRESS) + MANAGED_SHARED, &shared) &&
           memory_u64(v8->memory, shared, &element) &&
           memory_read(v8->memory, element, bytes, NATIVE_MAX, NULL) == MEM_OK;
}

static uint32_t native_u16(const uint8_t *at)
{
    return at[0] | (uint32_t)at[1] << 8;
}

static void native_duration(const uint8_t *bytes, struct moment *ret)
{
    int128 microseconds, nanoseconds;
    uint64_t words[5]; // days, hours, minutes, seconds, milliseconds
    uint32_t whole[3]; // years, months, weeks
    memcpy(&microseconds, bytes, sizeof microseconds);
    memcpy(&nanoseconds, bytes + 16, sizeof nanoseconds);
    memcpy(words, bytes + 32, sizeof words);
    memcpy(whole, bytes + 72, sizeof whole);
    ret->sign = (int8_t)bytes[84];
    ret->years = whole[0], ret->months = whole[1], ret->weeks = whole[2];
    ret->days = words[0], ret->hours = words[1], ret->minutes = words[2];
    // What overflows is no duration that the language allows.
    ret->seconds = (int128)((unsigned __int128)words[3] * NANOSECONDS +
                            (unsigned __int128)words[4] * 1000000 +
                            (unsigned __int128)microseconds * 1000 + (unsigned __int128)nanoseconds);
}

static bool native_parts(const struct v8 *v8, const struct v8_object *object,
                         const struct temporal_type *type, struct moment *ret)
{
    uint8_t bytes[NATIVE_MAX];
    if (!read_native(v8, object, bytes))
        return false;
    if ((type->parts & DURATION) != 0)
        native_duration(bytes, ret);
    if (type->date != NONE) {
        memcpy(&ret->year, bytes + type->date, sizeof ret->year);
        ret->month = bytes[type->date + 4];
        ret->day = bytes[type->date + 5];
    }
    if (type->time != NONE) {
        const uint8_t *at = bytes + type->time;
        ret->nanosecond = native_u16(at) * 1000000 + native_u16(at + 2) * 1000 + native_u16(at + 4);
        ret->hour = at[6], ret->minute = at[7], ret->second = at[8];
    }
    if (type->epoch != NONE)
        memcpy(&ret->epoch, bytes + type->epoch, sizeof ret->epoch);
    if (type->offset != NONE)
        memcpy(&ret->offset, bytes + type->offset, sizeof ret->offset);
    return true;
}

// --- bit fields ----------------------------------------------------------------------------------

static bool bigint_of(const struct v8 *v8, uint64_t word, int128 *ret)
{
    struct v8_object object;
    if (!v8_object_of(v8, word, &object) || object.shape.type != ITYPE_BIG_INT_BASE)
        return false;
    uint32_t bits = v8_u32(&object, BIGINT_BITS), digits = (bits & INT32_MAX) >> 1;
    unsigned __int128 value = digits > 0 ? v8_word(&object, BIGINT_DIGITS) : 0;
    if (digits > 1)
        value |= (unsigned __int128)(v8_word(&object, BIGINT_DIGITS + 8) >> 1) << 64;
    *ret = (bits & 1) != 0 ? -(int128)value : (int128)value;
    return digits <= 2;
}

static void old_time(const struct v8_object *object, uint64_t at, struct moment *ret)
{
    uint32_t time = (uint32_t)v8_smi(v8_word(object, at));
    uint32_t parts = (uint32_t)v8_smi(v8_word(object, at + 8));
    ret->hour = time & 31, ret->minute = time >> 5 & 63, ret->second = time >> 11 & 63;
    ret->nanosecond = (parts & 1023) * 1000000 + (parts >> 10 & 1023) * 1000 + (parts >> 20 & 1023);
}

static bool old_duration(const struct v8 *v8, const struct v8_object *object, struct moment *ret)
{
    double numbers[10]; // years ... nanoseconds, all of one sign
    struct v8_what what;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        v8_word_what(v8, v8_word(object, OBJECT_FIRST + 8 * i), &what);
        if (what.kind != KIND_NUMBER || !(what.number > -1e15 && what.number < 1e15))
            return false;
        if (what.number != 0)
            ret->sign = what.number < 0 ? -1 : 1;
        numbers[i] = what.number < 0 ? -what.number : what.number;
    }
    ret->years = (uint64_t)numbers[0], ret->months = (uint64_t)numbers[1];
    ret->weeks = (uint64_t)numbers[2], ret->days = (uint64_t)numbers[3];
    ret->hours = (uint64_t)numbers[4], ret->minutes = (uint64_t)numbers[5];
    ret->seconds = (int128)numbers[6] * NANOSECONDS + (int128)numbers[7] * 1000000 +
                   (int128)numbers[8] * 1000 + (int128)numbers[9];
    return true;
}

static bool old_parts(const struct v8 *v8, const struct v8_object *object,
                      const struct temporal_type *type, struct moment *ret)
{
    if ((type->parts & DURATION) != 0)
        return old_duration(v8, object, ret);
    if (type->old_date != NONE) {
        uint32_t date = (uint32_t)v8_smi(v8_word(object, type->old_date));
        ret->year = (int32_t)(date << 12) >> 12;
        ret->month = date >> 20 & 15, ret->day = date >> 24 & 31;
    }
    if (type->old_time != NONE)
        old_time(object, type->old_time, ret);
    return type->old_epoch == NONE || bigint_of(v8, v8_word(object, type->old_epoch), &ret->epoch);
}

// --- as text -------------------------------------------------------------------------------------

static bool plausible(const struct temporal_type *type, const struct moment *moment)
{
    const int128 last = (int128)86400 * 100000001 * NANOSECONDS; // a day more than dates have
    if ((type->parts & DATE) != 0 && (moment->month < 1 || moment->month > 12 || moment->day < 1 ||
                                      moment->day > 31 || moment->year < -271821 || moment->year > 275760))
        return false;
    if ((type->parts & TIME) != 0 && (moment->hour > 23 || moment->minute > 59 ||
                                      moment->second > 59 || moment->nanosecond >= NANOSECONDS))
        return false;
    if ((type->parts & DURATION) != 0 && (moment->sign < -1 || moment->sign > 1 || moment->seconds < 0))
        return false;
    return moment->epoch >= -last && moment->epoch <= last &&
           moment->offset > -86400ll * NANOSECONDS && moment->offset < 86400ll * NANOSECONDS;
}

static void print_fraction(uint32_t nanosecond, struct print *out)
{
    char digits[16];
    snprintf(digits, sizeof digits, ".%09u", nanosecond);
    size_t length = 10;
    while (digits[length - 1] == '0')
        length--;
    if (nanosecond != 0)
        print_bytes(out, digits, length);
}

static void print_date(const struct temporal_type *type, const struct moment *moment, struct print *out)
{
    int32_t year = moment->year;
    if (type->format[0] == 'y')
        print_format(out, year < 0 ? "-%06d-" : year > 9999 ? "+%06d-" : "%04d-",
                     year < 0 ? -year : year);
    print_format(out, "%02u", moment->month);
    if (type->format[strlen(type->format) - 1] == 'd')
        print_format(out, "-%02u", moment->day);
}

static void print_time(const struct moment *moment, struct print *out)
{
    print_format(out, "%02u:%02u:%02u", moment->hour, moment->minute, moment->second);
    print_fraction(moment->nanosecond, out);
}

static void print_epoch(const struct moment *moment, bool local, struct print *out)
{
    char text[NUMBER_TEXT];
    int128 at = moment->epoch + (local ? moment->offset : 0);
    int128 seconds = at / NANOSECONDS - (at % NANOSECONDS < 0);
    if (!v8_date_text((double)seconds * 1000, text))
        return;
    print_bytes(out, text, strcspn(text, ".Z"));
    print_fraction((uint32_t)(at - seconds * NANOSECONDS), out);
    if (!local) {
        print_text(out, "Z");
        return;
    }
    int64_t minutes = (moment->offset < 0 ? -moment->offset : moment->offset) / NANOSECONDS / 60;
    print_format(out, "%c%02" PRId64 ":%02" PRId64, moment->offset < 0 ? '-' : '+', minutes / 60,
                 minutes % 60);
}

static void print_duration(const struct moment *moment, struct print *out)
{
    const struct { uint64_t count; char unit; } days[] = {
        {moment->years, 'Y'}, {moment->months, 'M'}, {moment->weeks, 'W'}, {moment->days, 'D'}};
    const struct { uint64_t count; char unit; } hours[] = {
        {moment->hours, 'H'}, {moment->minutes, 'M'}};
    bool any = false;
    print_text(out, moment->sign < 0 ? "-P" : "P");
    for (size_t i = 0; i < sizeof days / sizeof *days; any |= days[i++].count != 0)
        if (days[i].count != 0)
            print_format(out, "%" PRIu64 "%c", days[i].count, days[i].unit);
    if (moment->hours != 0 || moment->minutes != 0 || moment->seconds != 0 || !any)
        print_text(out, "T");
    for (size_t i = 0; i < sizeof hours / sizeof *hours; any |= hours[i++].count != 0)
        if (hours[i].count != 0)
            print_format(out, "%" PRIu64 "%c", hours[i].count, hours[i].unit);
    if (any && moment->seconds == 0)
        return;
    print_format(out, "%" PRIu64, (uint64_t)(moment->seconds / NANOSECONDS));
    print_fraction((uint32_t)(moment->seconds % NANOSECONDS), out);
    print_text(out, "S");
}

// --- the decoder ---------------------------------------------------------------------------------

static void title_of_temporal(const struct v8 *v8, const struct v8_object *object, const char *name,
                              struct print *out)
{
    const struct temporal_type *type = type_of(object);
    struct moment moment = {0};
    bool native = layout_values[v8->line].temporal_is_native;
    print_text(out, name);
    if (type == NULL || !(native ? native_parts : old_parts)(v8, object, type, &moment) ||
        !plausible(type, &moment))
        return;
    print_text(out, " ");
    if ((type->parts & DATE) != 0)
        print_date(type, &moment, out);
    if ((type->parts & TIME) != 0) {
        print_text(out, (type->parts & DATE) != 0 ? "T" : "");
        print_time(&moment, out);
    }
    if ((type->parts & EPOCH) != 0)
        print_epoch(&moment, native && (type->parts & OFFSET) != 0, out);
    if ((type->parts & DURATION) != 0)
        print_duration(&moment, out);
}

static void open_temporal(struct v8_inspection *in)
{
    decode_own_fields(in);
    decode_elements(in, UINT64_MAX);
}

const struct v8_decoder decoder_temporal = {.kind = "temporal", .flags = DECODER_WHOLE,
                                            .open = open_temporal, .title = title_of_temporal};
