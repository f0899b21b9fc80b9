/*
 * sql.h - SQL text with its bound values.
 *
 * Identifiers come only from the tables in core/oneroster, values only as bound
 * parameters: no SQL text is ever built from input.
 */
#ifndef QUERY_SQL_H
#define QUERY_SQL_H

#include "base/str.h"
#include "oneroster/record.h"

#define SQL_VALUES 384 /* a filter of 20 predicates over lists of 16 words, and more */

struct sql {
	struct str text;
	struct value values[SQL_VALUES]; /* texts are borrowed */
	int count;
};

void sql_init(struct sql *sql);
void sql_release(struct sql *sql);
void sql_add(struct sql *sql, const char *text);                        /* trusted text only */
void sql_format(struct sql *sql, const char *format, ...) PRINTF(2, 3); /* trusted parts only */
void sql_value(struct sql *sql, struct value value);                    /* appends '?' and binds */
void sql_text(struct sql *sql, const char *text);
void sql_int(struct sql *sql, int64_t integer);
void sql_append(struct sql *sql, const struct sql *more);

#endif
