/*
 * record.c - one object, checked and normalised.
 */
#include "oneroster/record.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/jsonx.h"
#include "base/url.h"
#include "base/when.h"

#define ID_MAX 255 /* CSV text: shorter than 256 */

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
	case T_ENUM:
	case T_DATE:
	case T_REF:
	case T_REFS:
	case T_TEXTS:
	case T_USERIDS:
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

/* A GUIDRef; clients often send nothing but the sourcedId. */
static const char *ref_id(const json_t *json, struct err *err)
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
	return check_id(json_string_value(id), err) ? json_string_value(id) : NULL;
}

static bool from_vocab(const struct vocab *vocab, const char *text, struct err *err)
{
	struct str values = STR_INIT;

	if (!vocab || vocab_has(vocab, text))
		return true;
	for (const char *const *at = vocab->values; *at; at++)
		str_format(&values, "%s%s", at == vocab->values ? "" : ", ", *at);
	err_set(err, ERR_INVALID, "\"%.80s\" is none of: %s", text, str_text(&values));
	str_release(&values);
	return false;
}

static bool set_dump(struct value *out, const json_t *json, struct arena *arena)
{
	char *text = jsonx_dump(json);

	set_text(out, arena_dup(arena, text));
	free(text);
	return true;
}

static bool refs_from_json(struct value *out, const json_t *json, struct arena *arena,
			   struct err *err)
{
	json_t *ids = json_array();
	const json_t *item;
	size_t i;
	bool good = json_is_array(json) || expected(err, "an array of references", json);

	if (good)
		json_array_foreach (json, i, item) {
			const char *id = ref_id(item, err);

			good = good && id;
			if (id)
				json_array_append_new(ids, json_string(id));
		}
	if (good)
		set_dump(out, ids, arena);
	json_decref(ids);
	return good;
}

static bool texts_from_json(struct value *out, const struct field *field, const json_t *json,
			    struct arena *arena, struct err *err)
{
	const json_t *item;
	size_t i;

	if (json_is_string(json)) { /* class.periods is a string in one copy of 1.1 */
		json_t *one = json_array();

		json_array_append_new(one, json_string(json_string_value(json)));
		set_dump(out, one, arena);
		json_decref(one);
		return from_vocab(field->vocab, json_string_value(json), err);
	}
	if (!json_is_array(json))
		return expected(err, "an array of strings", json);
	json_array_foreach (json, i, item) {
		if (!json_is_string(item))
			return expected(err, "only strings in the array", item);
		if (!from_vocab(field->vocab, json_string_value(item), err))
			return false;
	}
	return set_dump(out, json, arena);
}

static bool user_ids_from_json(struct value *out, const json_t *json, struct arena *arena,
			       struct err *err)
{
	const json_t *item;
	size_t i;

	if (!json_is_array(json))
		return expected(err, "an array of {\"type\", \"identifier\"}", json);
	json_array_foreach (json, i, item)
		if (!json_is_object(item) || !jsonx_text(item, "identifier"))
			return err_set(err, ERR_INVALID, "element %zu has no identifier", i);
	return set_dump(out, json, arena);
}

static bool bool_from_text(struct value *out, const char *text)
{
	if (strcasecmp(text, "true") == 0)
		return set_int(out, 1);
	if (strcasecmp(text, "false") == 0)
		return set_int(out, 0);
	return false;
}

static bool from_text(struct value *out, const struct field *field, const char *text,
		      struct arena *arena, struct err *err)
{
	char date[DATE_TEXT];
	int64_t when;

	switch (field->type) {
	case T_ID:
		return check_id(text, err) && set_text(out, text);
	case T_TEXT:
		return set_text(out, text);
	case T_ENUM:
		text = vocab_meaning(field->vocab, text);
		return from_vocab(field->vocab, text, err) && set_text(out, text);
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
	case T_USERIDS:
	case T_MAP:
		break;
	}
	BUG("type %d has no text form", (int)field->type);
}

bool value_from_json(struct value *out, const struct field *field, const json_t *json,
		     struct arena *arena, struct err *err)
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
		return from_text(out, field, json_string_value(json), arena, err);
	case T_ID:
	case T_TEXT:
	case T_ENUM:
	case T_DATE:
	case T_TIME:
		if (!json_is_string(json))
			return expected(err, "a string", json);
		return from_text(out, field, arena_dup(arena, json_string_value(json)), arena, err);
	case T_NUMBER:
		if (!json_is_number(json))
			return expected(err, "a number", json);
		*out = (struct value){ .kind = VALUE_REAL, .real = json_number_value(json) };
		return true;
	case T_REF: {
		const char *id = ref_id(json, err);

		return id && set_text(out, arena_dup(arena, id));
	}
	case T_REFS:
		return refs_from_json(out, json, arena, err);
	case T_TEXTS:
		return texts_from_json(out, field, json, arena, err);
	case T_USERIDS:
		return user_ids_from_json(out, json, arena, err);
	case T_MAP:
		if (!json_is_object(json))
			return expected(err, "an object", json);
		return set_dump(out, json, arena);
	}
	BUG("type %d", (int)field->type);
}

/* A decimal number, finite, with nothing around it: strtod() alone would also take
 * "0x1F", "nan" and blanks. */
static bool number_from_text(const char *text, double *out)
{
	char *end;

	*out = strtod(text, &end);
	return *text && !text[strspn(text, "0123456789+-.eE")] && !*end && isfinite(*out);
}

bool value_from_literal(struct value *out, const struct field *field, const char *text,
			struct arena *arena, struct err *err)
{
	switch (field->type) {
	case T_NUMBER:
		*out = (struct value){ .kind = VALUE_REAL };
		if (!number_from_text(text, &out->real))
			return err_set(err, ERR_INVALID, "\"%.40s\" is not a number", text);
		return true;
	case T_TIME:
	case T_DATE:
	case T_BOOL:
		return from_text(out, field, text, arena, err);
	case T_ID:
	case T_TEXT:
	case T_ENUM: /* any text may be compared with a vocabulary */
	case T_REF:
	case T_REFS:
	case T_TEXTS:
	case T_USERIDS:
	case T_MAP:
		return set_text(out, text);
	}
	BUG("type %d", (int)field->type);
}

static bool fail_at(struct err *err, const char *prefix, const char *name, const struct err *why)
{
	struct str pointer = STR_INIT;

	str_add(&pointer, prefix);
	jsonx_pointer_add(&pointer, name);
	err_at(err, ERR_INVALID, str_text(&pointer), "%s: %s", str_text(&pointer), why->text);
	str_release(&pointer);
	return false;
}

bool record_from_json(struct record *record, const struct entity *entity, const json_t *object,
		      const char *prefix, struct arena *arena, struct err *err)
{
	record->entity = entity;
	if (!json_is_object(object))
		return err_at(err, ERR_INVALID, prefix, "expected an object, found %s",
			      jsonx_kind(object));
	for (int i = 0; entity->fields[i].name; i++) {
		const struct field *field = &entity->fields[i];
		const json_t *json = json_object_get(object, field->name);
		struct err why = ERR_INIT;

		if (field->flags & F_SERVER) {
			record->values[i] = (struct value){ VALUE_NULL };
			continue;
		}
		if ((field->flags & F_NEEDED) && (!json || json_is_null(json)))
			err_set(&why, ERR_INVALID, "required, but it is %s", jsonx_kind(json));
		else if (value_from_json(&record->values[i], field, json, arena, &why))
			continue;
		return fail_at(err, prefix, field->name, &why);
	}
	return true;
}

/* a,b,c -> ["a","b","c"]; blanks around an element are dropped. */
static json_t *list_from_cell(const char *cell, bool refs)
{
	json_t *list = json_array();

	while (*cell) {
		size_t length = strcspn(cell, ","), from = 0, to = length;

		while (from < to && cell[from] == ' ')
			from++;
		while (to > from && cell[to - 1] == ' ')
			to--;
		if (to > from) {
			json_t *text = json_stringn(cell + from, to - from);

			if (refs) {
				json_t *ref = json_object();

				json_object_set_new(ref, "sourcedId", text);
				text = ref;
			}
			json_array_append_new(list, text);
		}
		cell += length + (cell[length] == ',');
	}
	return list;
}

/* {LDAP:jd1},{LTI:77} */
static json_t *user_ids_from_cell(const char *cell, struct err *err)
{
	json_t *list = json_array();

	for (const char *at = cell; *at;) {
		const char *close = strchr(at, '}'), *colon = strchr(at, ':');

		if (*at != '{' || !close || !colon || colon > close) {
			err_set(err, ERR_INVALID,
				"\"%.40s\" is not of the form {Type:Id},{Type:Id}", cell);
			json_decref(list);
			return NULL;
		}
		json_t *item = json_object();

		json_object_set_new(item, "type", json_stringn(at + 1, (size_t)(colon - at) - 1));
		json_object_set_new(item, "identifier",
				    json_stringn(colon + 1, (size_t)(close - colon) - 1));
		json_array_append_new(list, item);
		at = close + 1;
		at += strspn(at, ", ");
	}
	return list;
}

json_t *json_from_cell(const struct field *field, const char *cell, struct err *err)
{
	double number;

	if (!*cell)
		return NULL;
	switch (field->type) {
	case T_NUMBER:
		if (!number_from_text(cell, &number)) {
			err_set(err, ERR_INVALID, "\"%.40s\" is not a number", cell);
			return NULL;
		}
		return json_real(number);
	case T_REF: {
		json_t *ref = json_object();

		json_object_set_new(ref, "sourcedId", json_string(cell));
		return ref;
	}
	case T_REFS:
	case T_TEXTS:
		return list_from_cell(cell, field->type == T_REFS);
	case T_USERIDS:
		return user_ids_from_cell(cell, err);
	case T_ID:
	case T_TEXT:
	case T_ENUM:
	case T_BOOL:
	case T_DATE:
	case T_TIME:
	case T_MAP:
		return json_string(cell);
	}
	BUG("type %d", (int)field->type);
}

const struct value *record_value(const struct record *record, const char *name)
{
	int i = entity_field_index(record->entity, name);

	if (i >= 0)
		return &record->values[i];
	BUG("%s has no %s", record->entity->singular, name);
}

const char *record_text(const struct record *record, const char *name)
{
	const struct value *value = record_value(record, name);

	return value->kind == VALUE_TEXT ? value->text : NULL;
}

static struct value *slot(struct record *record, const char *name)
{
	return &record->values[record_value(record, name) - record->values];
}

void record_set_text(struct record *record, const char *name, const char *text)
{
	struct value *value = slot(record, name);

	*value = (struct value){ .kind = text ? VALUE_TEXT : VALUE_NULL, .text = text };
}

void record_set_int(struct record *record, const char *name, int64_t integer)
{
	set_int(slot(record, name), integer);
}

static void emit_ref(struct jsonw *w, const struct entity *target, const char *id, const char *base)
{
	struct str href = STR_INIT;

	str_format(&href, "%s/%s/", base, target->plural);
	pct_encode(&href, id);
	jsonw_object(w);
	jsonw_key_text(w, "href", str_text(&href));
	jsonw_key_text(w, "sourcedId", id);
	jsonw_key_text(w, "type", target->singular);
	jsonw_object_end(w);
	str_release(&href);
}

static void emit_refs(struct jsonw *w, const struct entity *target, const char *ids,
		      const char *base)
{
	json_t *list = json_loads(ids, 0, NULL);
	const json_t *id;
	size_t i;

	jsonw_array(w);
	json_array_foreach (list, i, id)
		emit_ref(w, target, json_string_value(id), base);
	jsonw_array_end(w);
	json_decref(list);
}

static void emit_value(struct jsonw *w, const struct field *field, const struct value *value,
		       const char *base)
{
	char time[WHEN_TEXT];

	switch (field->type) {
	case T_ID:
	case T_TEXT:
	case T_ENUM:
	case T_DATE:
		jsonw_text(w, value->text);
		break;
	case T_NUMBER:
		jsonw_number(w, value->real);
		break;
	case T_BOOL:
		jsonw_text(w, value->integer ? "true" : "false");
		break;
	case T_TIME:
		when_format(value->integer, time);
		jsonw_text(w, time);
		break;
	case T_REF:
		emit_ref(w, field->target, value->text, base);
		break;
	case T_REFS:
		emit_refs(w, field->target, value->text, base);
		break;
	case T_TEXTS:
	case T_USERIDS:
	case T_MAP:
		jsonw_raw(w, value->text, strlen(value->text));
		break;
	}
}

void record_emit(struct jsonw *w, const struct record *record, const char *base)
{
	jsonw_object(w);
	for (int i = 0; record->entity->fields[i].name; i++) {
		const struct field *field = &record->entity->fields[i];

		if (record->values[i].kind == VALUE_NULL || (field->flags & F_SECRET))
			continue;
		jsonw_key(w, field->name);
		emit_value(w, field, &record->values[i], base);
	}
	jsonw_object_end(w);
}
