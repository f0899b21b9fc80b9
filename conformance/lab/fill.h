/*
 * fill.h - {PLACEHOLDERS} in the data of labs.
 *
 * A text that is one placeholder becomes its value, whatever its type; amid other text it
 * becomes text. A member whose lone placeholder has no value is left out, so that an argument
 * may be missing. A name that nobody gave stays as it stands.
 */
#ifndef LAB_FILL_H
#define LAB_FILL_H

#include <jansson.h>
#include "base/util.h"

/* @values: name -> value; null is a value. Returns (json_decref); NULL when @data is a lone
 * placeholder that fill_absent() declared. */
json_t *fill(const json_t *data, const json_t *values) MUST_USE;

/* The same of a text. Returns (free). */
char *fill_text(const char *text, const json_t *values) MUST_USE;

/* Declares that @name has no value. */
void fill_absent(json_t *values, const char *name);

/* Whether @name has a value. */
bool fill_has(const json_t *values, const char *name);

#endif
