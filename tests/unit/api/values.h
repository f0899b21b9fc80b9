/*
 * values.h - values for any field, made from its type: a new field needs no new test.
 *
 * The values 0, 1, ... of a field ascend; where a type or vocabulary has fewer, the last
 * one repeats.
 */
#ifndef UNIT_API_VALUES_H
#define UNIT_API_VALUES_H

#include <jansson.h>
#include "oneroster/entity.h"

#define VALUE_BASE "http://sis.example.org" /* what a href begins with */

/* What a client of @version may send. Returns (json_decref). */
json_t *value_sent(const struct field *field, unsigned version, int n);
/* How the provider says it in @version; secrets are not there. Returns (json_decref). */
json_t *value_shown(const struct field *field, unsigned version, int n);
/* What a filter compares it with, of a scalar or the only element of a list; for T_MAP
 * that of the member VALUE_KEY. Returns (free). */
char *value_literal(const struct field *field, int n);
#define VALUE_KEY "key"
/* The place in the ascending order: equal values have the same. */
int value_rank(const struct field *field, int n);

/* The @k-th thing that no value of the field is, NULL after the last. Members of
 * sub-objects are left alone. Returns (json_decref). */
json_t *value_wrong(const struct field *field, size_t k);

#endif
