/*
 * value.c - what each type of field is in SQL, JSON and a filter.
 */
#include "oneroster/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/jsonx.h"
#include "base/when.h"
#include "oneroster/operations.h"

const char *sql_type(enum type type)
{
	switch (type) {
	case T_NUMBER:
		return "REAL";
	case T_BOOL:
	case T_TIME:
		return "INTEGER";
	case T_ID:
	case T_TEXT:
	case T_URI:
	case T_ENUM:
	case T_DATE:
	case T_REF:
	case T_REFS:
	case T_TEXTS:
	case T_OBJECTS:
	case T_MAP:
		return "TEXT";
	}
	BUG("type %d", (int)type);
}

static bool set_text(struct value *out, const char *text)
{
	*out = (struct value){ .kind = VALUE_TEXT, .text = text };
	return true;
}

static bool set_int(struct value *out, int64_t integer)
{
	*out = (struct value){ .kind = VALUE_INT, .integer = integer };
	return true;
}

static bool expected(struct err *err, const char *what, const json_t *json)
{
	return err_set(err, ERR_INVALID, "expected %s, found %s", what, jsonx_kind(json));
}

static bool check_id(const char *id, struct err *err)
{
	if (!*id)
		return err_set(err, ERR_INVALID, "a sourcedId must not be empty");
	if (strlen(id) > ID_MAX)
		return err_set(err, ERR_INVALID, "a sourcedId has at most %d bytes", ID_MAX);
	return true;
}

/* Whether a GUIDRef of this type may mean a @target: student for user, term for
 * academicSession (traps A25). */
static bool is_family(const char *type, const struct entity *target)
{
	char plural[64];
	const struct collection *collection;

	snprintf(plural, sizeof plural, "%ss", type);
	collection = collection_find(plural, strlen(plural));
	return strcmp(type, target->singular) == 0 || (collection && collection->entity == target);
}

/* A type that is there must fit in 1.2, which fixes it; clients of 1.1 send anything. */
static bool check_reference(const struct entity *target, unsigned version, const char *id,
			    const char *type, struct err *err)
{
	if (type && !(version & V11) && !is_family(type, target))
		return err_set(err, ERR_INVALID,
			       "a reference to %s %s is expected, found one of type %.40s",
			       strchr("aeiou", target->singular[0]) ? "an" : "a", target->singular,
			       type);
	return check_id(id, err);
}

/* A GUIDRef; clients often send nothing but the sourcedId. */
static const char *ref_id(const struct entity *target, unsigned version, const json_t *json,
			  struct err *err)
{
	const json_t *id = json_object_get(json, "sourcedId");

	if (!json_is_object(json)) {
		expected(err, "a reference {\"href\", \"sourcedId\", \"type\"}", json);
		return NULL;
	}
	if (!json_is_string(id)) {
		err_set(err, ERR_INVALID, "the reference has no sourcedId");
		return NULL;
	}
	return check_reference(target, version, json_string_value(id), jsonx_text(json, "type"),
			       err)
		       ? json_string_value(id)
		       : NULL;
}

/* The stored form of a value of a vocabulary; NULL with a sentence that lists it. */
static const char *from_vocab(const struct vocab *vocab, const char *text, unsigned version,
			      struct err *err)
{
	const char *stored = vocab ? vocab_read(vocab, text, version) : text;
	struct str values = STR_INIT;

	if (stored)
		return stored;
	vocab_list(vocab, version, &values);
	err_set(err, ERR_INVALID, "\"%.80s\" is none of: %s", text, str_text(&values));
	str_release(&values);
	return NULL;
}

static bool set_dump(struct value *out, const json_t *json, struct arena *arena)
{
	char *text = jsonx_dump(json);

	set_text(out, arena_dup(arena, text));
	free(text);
	return true;
}

static bool refs_from_json(struct value *out, const struct field *field, unsigned version,
			   const json_t *json, struct arena *arena, struct err *err)
{
	json_t *ids = json_array();
	const json_t *item;
	size_t i;
	bool good = json_is_array(json) || expected(err, "an array of references", json);

	if (good)
		json_array_foreach (json, i, item) {
			const char *id = ref_id(field->target, version, item, err);

			good = good && id;
			if (id)
				json_array_append_new(ids, json_string(id));
		}
	if (good)
		set_dump(out, ids, arena);
	json_decref(ids);
	return good;
}

static bool texts_from_json(struct value *out, const struct field *field, unsigned version,
			    const json_t *json, struct arena *arena, struct err *err)
{
	json_t *list = json_array();
	const json_t *item;
	size_t i;
	bool good = true;

	if (json_is_string(json)) { /* class.periods is a string in one copy of 1.1 */
		const char *text = from_vocab(field->vocab, json_string_value(json), version, err);

		good = text != NULL;
		json_array_append_new(list, json_string(text ? text : ""));
	} else if (!json_is_array(json)) {
		good = expected(err, "an array of strings", json);
	}
	json_array_foreach (json, i, item) {
		const char *text = NULL;

		if (!json_is_string(item))
			expected(err, "only strings in the array", item);
		else
			text = from_vocab(field->vocab, json_string_value(item), version, err);
		good = good && text;
		json_array_append_new(list, json_string(text ? text : ""));
	}
	if (good)
		set_dump(out, list, arena);
	json_decref(list);
	return good;
}

static bool at_below(struct err *err, size_t index, const char *name, const struct err *why)
{
	struct str pointer = STR_INIT;

	str_format(&pointer, "/%zu", index);
	if (name)
		jsonx_pointer_add(&pointer, name);
	str_add(&pointer, why->pointer);
	err_at(err, ERR_INVALID, str_text(&pointer), "%s", why->text);
	str_release(&pointer);
	return false;
}

json_t *value_json(const struct field *field, const struct value *value)
{
	switch (value->kind) {
	case VALUE_INT:
		return field->type == T_BOOL ? json_boolean(value->integer)
					     : json_integer(value->integer);
	case VALUE_REAL:
		return json_real(value->real);
	case VALUE_NULL:
		break;
	case VALUE_TEXT:
		if (field->type == T_TEXTS || field->type == T_REFS || field->type == T_OBJECTS ||
		    field->type == T_MAP)
			return json_loads(value->text, 0, NULL);
		return json_string(value->text);
	}
	return NULL;
}

/* One sub-object: known members normalised, others kept only where that is allowed. */
static json_t *object_from_json(const struct field *field, unsigned version, const json_t *json,
				size_t index, struct arena *arena, struct err *err)
{
	json_t *out = json_object();
	const char *key;
	const json_t *member;

	for (const struct field *sub = field->sub; sub->name; sub++) {
		const json_t *found = json_object_get(json, sub->name);
		struct value value = { VALUE_NULL };
		struct err why = ERR_INIT;

		if (!(sub->in & version) || (sub->flags & F_INTERNAL))
			continue;
		if ((sub->flags & F_NEEDED) && (!found || json_is_null(found)))
			err_set(&why, ERR_INVALID, "required, but it is %s", jsonx_kind(found));
		else if (value_from_json(&value, sub, version, found, arena, &why)) {
			if (value.kind != VALUE_NULL)
				json_object_set_new(out, sub->name, value_json(sub, &value));
			continue;
		}
		at_below(err, index, sub->name, &why);
	}
	if (field->flags & F_OPEN)
		json_object_foreach ((json_t *)(uintptr_t)json, key, member)
			if (!sub_field(field->sub, key))
				json_object_set_new(out, key, json_deep_copy(member));
	if (err->code == ERR_NONE)
		return out;
	json_decref(out);
	return NULL;
}

static bool objects_from_json(struct value *out, const struct field *field, unsigned version,
			      const json_t *json, struct arena *arena, struct err *err)
{
	json_t *list = json_array();
	const json_t *item;
	size_t i;
	bool good = json_is_array(json) || expected(err, "an array of objects", json);

	json_array_foreach (json, i, item) {
		struct err why = ERR_INIT;
		json_t *object = NULL;

		if (good && !json_is_object(item)) {
			expected(&why, "an object", item);
			good = at_below(err, i, NULL, &why);
		}
		if (good)
			object = object_from_json(field, version, item, i, arena, err);
		good = good && object;
		json_array_append_new(list, object ? object : json_null());
	}
	if (good)
		set_dump(out, list, arena);
	json_decref(list);
	return good;
}

static bool bool_from_text(struct value *out, const char *text)
{
	if (strcasecmp(text, "true") == 0)
		return set_int(out, 1);
	if (strcasecmp(text, "false") == 0)
		return set_int(out, 0);
	return false;
}

static bool from_text(struct value *out, const struct field *field, unsigned version,
		      const char *text, struct arena *arena, struct err *err)
{
	char date[DATE_TEXT];
	int64_t when;

	switch (field->type) {
	case T_ID:
		return check_id(text, err) && set_text(out, text);
	case T_TEXT:
	case T_URI:
		return set_text(out, text);
	case T_ENUM:
		text = from_vocab(field->vocab, text, version, err);
		return text && set_text(out, text);
	case T_DATE:
		if (!date_parse(text, date))
			return err_set(err, ERR_INVALID, "\"%.40s\" is not a date YYYY-MM-DD",
				       text);
		return set_text(out, arena_dup(arena, date));
	case T_TIME:
		if (!when_parse(text, &when, NULL))
			return err_set(err, ERR_INVALID,
				       "\"%.40s\" is not a dateTime YYYY-MM-DDTHH:MM:SS.sssZ",
				       text);
		return set_int(out, when);
	case T_BOOL:
		return bool_from_text(out, text) ||
		       err_set(err, ERR_INVALID, "\"%.40s\" is neither true nor false", text);
	case T_NUMBER:
	case T_REF:
	case T_REFS:
	case T_TEXTS:
	case T_OBJECTS:
	case T_MAP:
		break;
	}
	BUG("type %d has no text form", (int)field->type);
}

bool value_from_json(struct value *out, const struct field *field, unsigned version,
		     const json_t *json, struct arena *arena, struct err *err)
{
	*out = (struct value){ VALUE_NULL };
	if (!json || json_is_null(json))
		return true;

	switch (field->type) {
	case T_BOOL:
		if (json_is_boolean(json))
			return set_int(out, json_is_true(json));
		if (!json_is_string(json))
			return expected(err, "\"true\" or \"false\"", json);
		return from_text(out, field, version, json_string_value(json), arena, err);
	case T_ID:
	case T_TEXT:
	case T_URI:
	case T_ENUM:
	case T_DATE:
	case T_TIME:
		if (!json_is_string(json))
			return expected(err, "a string", json);
		return from_text(out, field, version, arena_dup(arena, json_string_value(json)),
				 arena, err);
	case T_NUMBER:
		if (!json_is_number(json))
			return expected(err, "a number", json);
		*out = (struct value){ .kind = VALUE_REAL, .real = json_number_value(json) };
		return true;
	case T_REF: {
		const char *id = ref_id(field->target, version, json, err);

		return id && set_text(out, arena_dup(arena, id));
	}
	case T_REFS:
		return refs_from_json(out, field, version, json, arena, err);
	case T_TEXTS:
		return texts_from_json(out, field, version, json, arena, err);
	case T_OBJECTS:
		return objects_from_json(out, field, version, json, arena, err);
	case T_MAP:
		if (!json_is_object(json))
			return expected(err, "an object", json);
		return set_dump(out, json, arena);
	}
	BUG("type %d", (int)field->type);
}

bool value_from_text(struct value *out, const struct field *field, unsigned version,
		     const char *text, struct arena *arena, struct err *err)
{
	*out = (struct value){ VALUE_NULL };
	switch (field->type) {
	case T_NUMBER:
		*out = (struct value){ .kind = VALUE_REAL };
		return decimal_parse(text, &out->real) ||
		       err_set(err, ERR_INVALID, "\"%.40s\" is not a number", text);
	case T_REF:
		return check_id(text, err) && set_text(out, text);
	case T_ID:
	case T_TEXT:
	case T_URI:
	case T_ENUM:
	case T_DATE:
	case T_TIME:
	case T_BOOL:
		return from_text(out, field, version, text, arena, err);
	case T_REFS:
	case T_TEXTS:
	case T_OBJECTS:
	case T_MAP:
		break;
	}
	BUG("type %d has no text form", (int)field->type);
}

bool value_from_reference(struct value *out, const struct field *field, unsigned version,
			  const char *id, const char *type, struct err *err)
{
	return check_reference(field->target, version, id, type, err) && set_text(out, id);
}

bool value_from_literal(struct value *out, const struct field *field, const char *text,
			struct arena *arena, struct err *err)
{
	switch (field->type) {
	case T_NUMBER:
		*out = (struct value){ .kind = VALUE_REAL };
		if (!decimal_parse(text, &out->real))
			return err_set(err, ERR_INVALID, "\"%.40s\" is not a number", text);
		return true;
	case T_TIME:
	case T_DATE:
	case T_BOOL:
		return from_text(out, field, BOTH, text, arena, err);
	case T_ENUM: { /* any text may be compared with a vocabulary */
		const char *stored = vocab_read(field->vocab, text, BOTH);

		return set_text(out, stored ? stored : text);
	}
	case T_ID:
	case T_TEXT:
	case T_URI:
	case T_REF:
	case T_REFS:
	case T_TEXTS:
	case T_OBJECTS:
	case T_MAP:
		return set_text(out, text);
	}
	BUG("type %d", (int)field->type);
}
