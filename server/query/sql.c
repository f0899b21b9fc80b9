/*
 * sql.c - SQL text with its bound values.
 */
#include "server/query/sql.h"

void sql_init(struct sql *sql)
{
	sql->count = 0;
	str_init(&sql->text, 1u << 20);
}

void sql_release(struct sql *sql)
{
	str_release(&sql->text);
}

void sql_add(struct sql *sql, const char *text)
{
	str_add(&sql->text, text);
}

void sql_format(struct sql *sql, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	str_vformat(&sql->text, format, args);
	va_end(args);
}

void sql_value(struct sql *sql, struct value value)
{
	if (sql->count == SQL_VALUES)
		BUG("more than %d values in one statement", SQL_VALUES);
	sql->values[sql->count++] = value;
	str_add_char(&sql->text, '?');
}

void sql_text(struct sql *sql, const char *text)
{
	sql_value(sql, (struct value){ .kind = text ? VALUE_TEXT : VALUE_NULL, .text = text });
}

void sql_int(struct sql *sql, int64_t integer)
{
	sql_value(sql, (struct value){ .kind = VALUE_INT, .integer = integer });
}

void sql_append(struct sql *sql, const struct sql *more)
{
	str_add(&sql->text, str_text(&more->text));
	for (int i = 0; i < more->count; i++) {
		if (sql->count == SQL_VALUES)
			BUG("more than %d values in one statement", SQL_VALUES);
		sql->values[sql->count++] = more->values[i];
	}
}
