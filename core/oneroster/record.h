/*
 * record.h - one object, checked and normalised, as values in the order of its
 * entity's fields.
 *
 * JSON and CSV become records through the same checks; SQL rows are records;
 * what leaves the provider is printed from a record. Instants are integer
 * milliseconds, booleans 0 or 1, references sourcedIds, lists and objects JSON.
 */
#ifndef ONEROSTER_RECORD_H
#define ONEROSTER_RECORD_H

#include <jansson.h>
#include "base/arena.h"
#include "base/err.h"
#include "base/jsonw.h"
#include "oneroster/entity.h"

enum value_kind { VALUE_NULL, VALUE_INT, VALUE_REAL, VALUE_TEXT };

struct value {
	enum value_kind kind;
	int64_t integer;
	double real;
	const char *text; /* NUL-terminated, borrowed or from an arena */
};

struct record {
	const struct entity *entity;
	struct value values[ENTITY_FIELDS_MAX];
};

const char *sql_type(enum type type); /* TEXT, INTEGER or REAL */

/* Checks @object and takes its values over, leniently: references may hold only
 * a sourcedId, dates may be dateTimes, booleans either form, what is absent or
 * null stays NULL unless the entity cannot exist without it. Members that the
 * entity does not have are passed over. ERR_INVALID with a JSON pointer
 * (below @prefix) at the first wrong member. Texts live in @arena. */
bool record_from_json(struct record *record, const struct entity *entity, const json_t *object,
		      const char *prefix, struct arena *arena, struct err *err) MUST_USE;

/* One value of a field from its JSON; the step that record_from_json() repeats.
 * err->pointer stays empty. */
bool value_from_json(struct value *out, const struct field *field, const json_t *json,
		     struct arena *arena, struct err *err) MUST_USE;

/* A field's value from a filter literal ('…' without its quotes). */
bool value_from_literal(struct value *out, const struct field *field, const char *text,
			struct arena *arena, struct err *err) MUST_USE;

/* The JSON form of a CSV cell; an empty cell is NULL without an error.
 * Returns (json_decref). */
json_t *json_from_cell(const struct field *field, const char *cell, struct err *err) MUST_USE;

/* Values by field name; NULL text or false when the value is NULL. */
const struct value *record_value(const struct record *record, const char *name);
const char *record_text(const struct record *record, const char *name);
void record_set_text(struct record *record, const char *name, const char *text);
void record_set_int(struct record *record, const char *name, int64_t value);

/* Writes the object. @base is the service root that hrefs begin with. */
void record_emit(struct jsonw *w, const struct record *record, const char *base);

#endif
