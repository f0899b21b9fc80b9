/*
 * record.h - one object, checked and normalised, as values in the order of its
 * entity's fields.
 *
 * JSON and CSV become records through the same checks; SQL rows are records;
 * what leaves the provider is printed from a record. Instants are integer
 * milliseconds, booleans 0 or 1, references sourcedIds, lists and objects JSON in
 * which references are plain sourcedIds. One record serves both versions.
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

/* Checks @object and takes over what @version has, leniently: references may hold only
 * a sourcedId, dates may be dateTimes, booleans either form, what is absent or
 * null stays NULL unless the entity cannot exist without it. Members that the
 * entity does not have are passed over. ERR_INVALID with a JSON pointer
 * (below @prefix) at the first wrong member. Texts live in @arena. */
bool record_from_json(struct record *record, const struct entity *entity, unsigned version,
		      const json_t *object, const char *prefix, struct arena *arena,
		      struct err *err) MUST_USE;

/* The same of {@entity->singular: {...}} as it stands in @text, without a tree. Takes the
 * ordinary and is sure of it; false says no more than that record_from_json() must look, and
 * leaves @record as it may be. */
bool record_from_text(struct record *record, const struct entity *entity, unsigned version,
		      const char *text, size_t length, struct arena *arena) MUST_USE;

/* Whether @version has the field and what a client says of it counts. */
bool field_is_read(const struct field *field, unsigned version);

/* One value of a field from its JSON; the step that record_from_json() repeats.
 * err->pointer is that of a culprit below the value, else empty. */
bool value_from_json(struct value *out, const struct field *field, unsigned version,
		     const json_t *json, struct arena *arena, struct err *err) MUST_USE;

/* The same from the text of a field that is neither a list nor an object. The value's text
 * is borrowed from @text, or lives in @arena. */
bool value_from_text(struct value *out, const struct field *field, unsigned version,
		     const char *text, struct arena *arena, struct err *err) MUST_USE;

/* The same from the members of a reference; @type is NULL where it has none. Borrows @id. */
bool value_from_reference(struct value *out, const struct field *field, unsigned version,
			  const char *id, const char *type, struct err *err) MUST_USE;

/* A stored value as JSON: lists and objects parsed, references plain sourcedIds; NULL
 * for none. Returns (json_decref). */
json_t *value_json(const struct field *field, const struct value *value) MUST_USE;

/* A field's value from a filter literal ('…' without its quotes). */
bool value_from_literal(struct value *out, const struct field *field, const char *text,
			struct arena *arena, struct err *err) MUST_USE;

/* Fills what follows from other values of the object: role and orgs of a user from its
 * roles, or roles from role and orgs (where both are there and disagree, role and orgs
 * count: only a 1.1 writer sends them). */
void record_complete(struct record *record, struct arena *arena);

/* Values by field name; NULL text when the value is NULL. */
const struct value *record_value(const struct record *record, const char *name);
const char *record_text(const struct record *record, const char *name);
void record_set_text(struct record *record, const char *name, const char *text);
void record_set_int(struct record *record, const char *name, int64_t value);
void record_set_number(struct record *record, const char *name, double number);

/* How a provider writes objects. */
enum href_form { HREF_ABSOLUTE, HREF_RELATIVE, HREF_NONE };

struct form {
	unsigned version;
	const char *base; /* scheme://host[/prefix]; the paths of the services follow */
	uint64_t fields;  /* bit i: the field i is written; see FORM_ALL */
	enum href_form href;
	bool json_booleans; /* true, false; else "true", "false" */
	bool nulls;         /* what is absent is written as null */
	bool rounds;        /* scores are written with at most @decimals, 0 to 6 */
	int decimals;
	/* Told when a score was written other than it is kept. May be NULL. */
	void (*rounded)(void *payload);
	void *payload;
};

#define FORM_ALL UINT64_MAX

/* Writes the object as @form says: fields of the version in table order, values that
 * the version cannot say and secrets left out. */
void record_emit(struct jsonw *w, const struct record *record, const struct form *form);
/* One value, not NULL, as it stands in a payload. False when the version has no word
 * for it; nothing is written then. */
bool value_emit(struct jsonw *w, const struct field *field, const struct value *value,
		const struct form *form);

#endif
