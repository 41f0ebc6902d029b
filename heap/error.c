#include "heap/error.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void format_text(struct error *error, enum error_code code, const char *format, va_list args)
{
    error->code = code;
    error->address = 0;
    vsnprintf(error->text, sizeof error->text, format, args);
}

bool error_set(struct error *error, enum error_code code, const char *format, ...)
{
    if (error == NULL)
        return false;
    va_list args;
    va_start(args, format);
    format_text(error, code, format, args);
    va_end(args);
    return false;
}

bool error_set_errno(struct error *error, int errnum, const char *format, ...)
{
    if (error == NULL)
        return false;
    va_list args;
    va_start(args, format);
    format_text(error, ERROR_IO, format, args);
    va_end(args);
    char buffer[96];
    const char *reason = strerror_r(errnum, buffer, sizeof buffer); // the GNU one returns a text
    size_t used = strlen(error->text);
    snprintf(error->text + used, sizeof error->text - used, ": %s", reason);
    return false;
}

bool error_set_fault(struct error *error, uint64_t address, const char *what)
{
    if (error == NULL)
        return false;
    error_set(error, ERROR_FAULT, "%s at 0x%" PRIx64 " is not in the dump", what, address);
    error->address = address;
    return false;
}
