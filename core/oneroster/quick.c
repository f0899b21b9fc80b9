/*
 * quick.c - an object that a client sent, from its text.
 *
 * An ordinary body becomes a record without a tree. Whatever is not ordinary, errors
 * included, is left to record_from_json(); what a value means stands in value.c alone.
 */
#include "oneroster/record.h"

#include <string.h>

#include "base/jsonscan.h"

struct reading {
	struct record *record;
	unsigned version;
	struct arena *arena;
	bool sure;
	struct err err; /* for nobody */
};

/* The members of a reference that count; texts are NULL where they are absent. */
struct reference {
	struct jsonslice id, type;
};

static void see_part(const struct jsonslice *key, const struct jsonslice *value, void *payload)
{
	struct reference *reference = payload;

	if (jsonslice_is(key, "sourcedId"))
		reference->id = *value;
	else if (jsonslice_is(key, "type"))
		reference->type = *value;
}

static const char *text_of(struct reading *reading, const struct jsonslice *value)
{
	struct jsonslice text;

	return value->text && jsonslice_text(value, &text)
		       ? arena_dup_n(reading->arena, text.text, text.length)
		       : NULL;
}

static bool take_reference(struct reading *reading, struct value *out, const struct field *field,
			   const struct jsonslice *value)
{
	struct reference reference = { { NULL, 0 }, { NULL, 0 } };
	size_t used;
	const char *id, *type;

	if (*value->text != '{' || jsonscan_value(value->text, value->length, &used, see_part,
						  &reference) != JSONSCAN_DONE)
		return false;
	id = text_of(reading, &reference.id);
	type = text_of(reading, &reference.type);
	return id && (type || !reference.type.text) &&
	       value_from_reference(out, field, reading->version, id, type, &reading->err);
}

/* A value that is not null. */
static bool take_value(struct reading *reading, struct value *out, const struct field *field,
		       const struct jsonslice *value)
{
	const char *text;

	switch (field->type) {
	case T_BOOL:
	case T_ID:
	case T_TEXT:
	case T_URI:
	case T_ENUM:
	case T_DATE:
	case T_TIME:
		text = text_of(reading, value);
		if (!text && field->type == T_BOOL)
			text = jsonslice_is(value, "true")    ? "true"
			       : jsonslice_is(value, "false") ? "false"
							      : NULL;
		return text && value_from_text(out, field, reading->version, text, reading->arena,
					       &reading->err);
	case T_NUMBER:
		out->kind = VALUE_REAL;
		return jsonslice_number(value, &out->real);
	case T_REF:
		return take_reference(reading, out, field, value);
	case T_REFS:
	case T_TEXTS:
	case T_OBJECTS:
	case T_MAP:
		return false;
	}
	BUG("type %d", (int)field->type);
}

/* The place of the field that has this name, or -1. */
static int place_of(const struct field *fields, const struct jsonslice *key)
{
	for (int i = 0; fields[i].name; i++)
		if (*fields[i].name == *key->text && jsonslice_is(key, fields[i].name))
			return i;
	return -1;
}

static void see_member(const struct jsonslice *key, const struct jsonslice *value, void *payload)
{
	struct reading *reading = payload;
	const struct field *fields = reading->record->entity->fields;
	int i = reading->sure ? place_of(fields, key) : -1;

	if (i >= 0 && field_is_read(&fields[i], reading->version) && !jsonslice_is(value, "null"))
		reading->sure = take_value(reading, &reading->record->values[i], &fields[i], value);
}

static bool has_what_it_needs(const struct record *record, unsigned version)
{
	const struct field *fields = record->entity->fields;

	for (int i = 0; fields[i].name; i++)
		if ((fields[i].flags & F_NEEDED) && field_is_read(&fields[i], version) &&
		    record->values[i].kind == VALUE_NULL)
			return false;
	return true;
}

bool record_from_text(struct record *record, const struct entity *entity, unsigned version,
		      const char *text, size_t length, struct arena *arena)
{
	struct reading reading = { record, version, arena, true, ERR_INIT };

	*record = (struct record){ .entity = entity };
	return jsonscan_only(text, length, entity->singular, see_member, &reading) &&
	       reading.sure && has_what_it_needs(record, version);
}
