/*
 * cell.h - values as the CSV binding writes them (fact sheet 1.2, section 11).
 */
#ifndef ONEROSTER_CELL_H
#define ONEROSTER_CELL_H

#include "oneroster/record.h"

/* The JSON form of a CSV cell; an empty cell is NULL without an error.
 * Returns (json_decref). */
json_t *json_from_cell(const struct field *field, const char *cell, struct err *err) MUST_USE;

/* The version whose words hold for a field in a bundle of @version: that, or the only one
 * that has the field. */
unsigned cell_version(const struct field *field, unsigned version);

/* The value that a cell holds, in a bundle of @version; NULL for an empty one. Its text is
 * borrowed from @cell, or lives in @arena. */
bool value_from_cell(struct value *out, const struct field *field, const char *cell,
		     unsigned version, struct arena *arena, struct err *err) MUST_USE;

/* Appends the cell that says a stored value in @version, as well as the binding can:
 * no times of day, no line breaks, no words of the other version; nothing for NULL. */
void cell_from_value(struct str *out, const struct field *field, const struct value *value,
		     unsigned version);
/* Replaces what must not stand inside a cell, line breaks, by blanks. */
void cell_flatten(char *text);

/* A stored value from the JSON of value_json(), checked: what a bundle of our own keeps
 * of values that the binding has no form for. JSON null is NULL. */
bool value_from_stored(struct value *out, const struct field *field, const json_t *json,
		       struct arena *arena, struct err *err) MUST_USE;

bool value_same(const struct value *a, const struct value *b);

#endif
