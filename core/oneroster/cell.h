/*
 * cell.h - values as the CSV binding writes them (fact sheet 1.2, section 11).
 */
#ifndef ONEROSTER_CELL_H
#define ONEROSTER_CELL_H

#include "oneroster/record.h"

/* The JSON form of a CSV cell; an empty cell is NULL without an error.
 * Returns (json_decref). */
json_t *json_from_cell(const struct field *field, const char *cell, struct err *err) MUST_USE;

/* Appends the cell that says a stored value in @version; nothing for NULL. False when
 * the cell says less than the value: the time of a dateTime, a comma in a list, a word
 * that the version does not have. */
bool cell_from_value(struct str *out, const struct field *field, const struct value *value,
		     unsigned version);

#endif
