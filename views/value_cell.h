// A value as cells of a row: what it reads, what it is, and where.
#ifndef DUMPDIVE_VIEWS_VALUE_CELL_H
#define DUMPDIVE_VIEWS_VALUE_CELL_H

#include "heap/v8/value/value.h"
#include "views/view.h"

enum role value_role(enum value_kind kind);

// The columns of a view that say a value. The preview is left out when nobody wants to see it.
struct value_columns {
    size_t value, type, address;
};

// With `body`, an object's preview shows some of its fields. The address is that of the object the
// value refers to; values that are no objects have none.
void row_value(struct row *row, const struct value_columns *columns, const struct v8 *v8,
               const struct v8_value *value, bool body);
// A property with getter or setter; `value` is the pair.
void row_accessor(struct row *row, const struct value_columns *columns, const struct v8 *v8,
                  const struct v8_value *value);

#endif
