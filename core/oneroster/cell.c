/*
 * cell.c - CSV cells to JSON, stored values to CSV cells.
 */
#include "oneroster/cell.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/when.h"

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

/* {LDAP:jd1},{LTI:77}: the two members of each object; what is left of the first colon
 * is the first one. */
static json_t *pairs_from_cell(const struct field *field, const char *cell, struct err *err)
{
	json_t *list = json_array();

	for (const char *at = cell; *at;) {
		const char *close = strchr(at, '}'), *colon = strchr(at, ':');

		if (*at != '{' || !close || !colon || colon > close) {
			err_set(err, ERR_INVALID, "\"%.40s\" is not of the form {%s:%s},{%s:%s}",
				cell, field->sub[0].name, field->sub[1].name, field->sub[0].name,
				field->sub[1].name);
			json_decref(list);
			return NULL;
		}
		json_t *item = json_object();

		json_object_set_new(item, field->sub[0].name,
				    json_stringn(at + 1, (size_t)(colon - at) - 1));
		json_object_set_new(item, field->sub[1].name,
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
		if (!decimal_parse(cell, &number)) {
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
	case T_OBJECTS:
		return pairs_from_cell(field, cell, err);
	case T_ID:
	case T_TEXT:
	case T_URI:
	case T_ENUM:
	case T_BOOL:
	case T_DATE:
	case T_TIME:
	case T_MAP:
		return json_string(cell);
	}
	BUG("type %d", (int)field->type);
}

unsigned cell_version(const struct field *field, unsigned version)
{
	return field->in & version ? version : field->in;
}

/* Most cells hold one text, and need not become JSON on their way: there are millions. */
static bool is_list(const struct field *field)
{
	return field->type == T_REFS || field->type == T_TEXTS || field->type == T_OBJECTS ||
	       field->type == T_MAP;
}

bool value_from_cell(struct value *out, const struct field *field, const char *cell,
		     unsigned version, struct arena *arena, struct err *err)
{
	if (!*cell) {
		*out = (struct value){ VALUE_NULL };
		return true;
	}
	if (!is_list(field))
		return value_from_text(out, field, cell_version(field, version), cell, arena, err);

	struct err why = ERR_INIT;
	json_t *json = json_from_cell(field, cell, &why);
	bool good = why.code == ERR_NONE &&
		    value_from_json(out, field, cell_version(field, version), json, arena, &why);

	json_decref(json);
	return good || err_at(err, ERR_INVALID, why.pointer, "%s", why.text);
}

static const char *say(const struct field *field, const char *text, unsigned version,
		       struct arena *arena)
{
	const char *said = field->vocab ? vocab_say(field->vocab, text, version, arena) : text;

	return said ? said : "";
}

/* What an element cannot hold, as nothing quotes it there, leaves that element out. */
static void list_to_cell(struct str *out, const struct field *field, const json_t *list,
			 unsigned version)
{
	struct arena arena = ARENA_INIT;
	const char *between = "";
	const json_t *item;
	size_t i;

	json_array_foreach (list, i, item) {
		const char *text = json_string_value(item);
		const char *said = say(field, text ? text : "", version, &arena);

		if (!*said || strchr(said, ','))
			continue;
		str_format(out, "%s%s", between, said);
		between = ",";
	}
	arena_release(&arena);
}

static void pairs_to_cell(struct str *out, const struct field *field, const json_t *list)
{
	const char *between = "";
	const json_t *item;
	size_t i;

	json_array_foreach (list, i, item) {
		const char *one = jsonx_text(item, field->sub[0].name);
		const char *other = jsonx_text(item, field->sub[1].name);

		if ((one && strpbrk(one, ":}")) || (other && strchr(other, '}')))
			continue;
		str_format(out, "%s{%s:%s}", between, one ? one : "", other ? other : "");
		between = ",";
	}
}

/* dateTimes of the binding are dates, but for dateLastModified (traps A16). */
static void time_to_cell(struct str *out, const struct field *field, int64_t when)
{
	char text[WHEN_TEXT];

	when_format(when, text);
	if (!(field->flags & F_SERVER))
		text[DATE_TEXT - 1] = '\0';
	str_add(out, text);
}

void cell_flatten(char *text)
{
	for (; *text; text++)
		if (*text == '\n' || *text == '\r')
			*text = ' ';
}

static void value_to_cell(struct str *out, const struct field *field, const struct value *value,
			  unsigned version)
{
	struct arena arena = ARENA_INIT;
	char number[NUMBER_TEXT];
	json_t *list = NULL;

	switch (field->type) {
	case T_ID:
	case T_TEXT:
	case T_URI:
	case T_DATE:
	case T_REF:
		str_add(out, value->text);
		break;
	case T_ENUM:
		str_add(out, say(field, value->text, version, &arena));
		break;
	case T_NUMBER:
		number_format(value->real, number);
		str_add(out, number);
		break;
	case T_BOOL:
		str_add(out, value->integer ? "true" : "false");
		break;
	case T_TIME:
		time_to_cell(out, field, value->integer);
		break;
	case T_REFS:
	case T_TEXTS:
		list = value_json(field, value);
		list_to_cell(out, field, list, version);
		break;
	case T_OBJECTS:
		list = value_json(field, value);
		pairs_to_cell(out, field, list);
		break;
	case T_MAP: /* columns of its own */
		break;
	}
	json_decref(list);
	arena_release(&arena);
}

void cell_from_value(struct str *out, const struct field *field, const struct value *value,
		     unsigned version)
{
	size_t from = out->length;

	if (value->kind == VALUE_NULL)
		return;
	value_to_cell(out, field, value, cell_version(field, version));
	if (out->length > from)
		cell_flatten(out->text + from);
}

bool value_same(const struct value *a, const struct value *b)
{
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case VALUE_NULL:
		return true;
	case VALUE_INT:
		return a->integer == b->integer;
	case VALUE_REAL: /* bit by bit would call -0 another number, which SQL does not keep */
		return !(a->real < b->real) && !(a->real > b->real);
	case VALUE_TEXT:
		return strcmp(a->text, b->text) == 0;
	}
	BUG("kind %d", (int)a->kind);
}

static bool is_word(const struct field *field, const char *text)
{
	return !field->vocab || same_text(vocab_read(field->vocab, text, BOTH), text);
}

static bool is_stored_text(const struct field *field, const char *text)
{
	char date[DATE_TEXT];

	if (field->type == T_ID || field->type == T_REF)
		return *text && strlen(text) < 256;
	if (field->type == T_DATE)
		return date_parse(text, date) && strcmp(date, text) == 0;
	return is_word(field, text);
}

static bool is_stored(const struct field *field, const json_t *json);

/* Every element of a list; members of an object that the table names. */
static bool are_stored(const struct field *field, const json_t *list)
{
	const json_t *item;
	size_t i;

	json_array_foreach (list, i, item) {
		if (field->type != T_OBJECTS) {
			if (!json_is_string(item) || !is_word(field, json_string_value(item)))
				return false;
			continue;
		}
		if (!json_is_object(item))
			return false;
		for (const struct field *sub = field->sub; sub->name; sub++) {
			const json_t *member = json_object_get(item, sub->name);

			if (member ? !is_stored(sub, member) : (sub->flags & F_NEEDED) != 0)
				return false;
		}
	}
	return true;
}

static bool is_stored(const struct field *field, const json_t *json)
{
	switch (field->type) {
	case T_ID:
	case T_TEXT:
	case T_URI:
	case T_ENUM:
	case T_DATE:
	case T_REF:
		return json_is_string(json) && is_stored_text(field, json_string_value(json));
	case T_NUMBER:
		return json_is_number(json);
	case T_BOOL:
		return json_is_boolean(json);
	case T_TIME:
		return json_is_integer(json);
	case T_REFS:
	case T_TEXTS:
	case T_OBJECTS:
		return json_is_array(json) && are_stored(field, json);
	case T_MAP:
		return json_is_object(json);
	}
	BUG("type %d", (int)field->type);
}

bool value_from_stored(struct value *out, const struct field *field, const json_t *json,
		       struct arena *arena, struct err *err)
{
	char *text;

	*out = (struct value){ VALUE_NULL };
	if (json_is_null(json))
		return true;
	if (!is_stored(field, json))
		return err_set(err, ERR_INVALID, "this JSON is no stored value of %s", field->name);
	if (json_is_array(json) || json_is_object(json)) {
		text = jsonx_dump(json);
		*out = (struct value){ .kind = VALUE_TEXT, .text = arena_dup(arena, text) };
		free(text);
	} else if (json_is_string(json)) {
		*out = (struct value){ .kind = VALUE_TEXT,
				       .text = arena_dup(arena, json_string_value(json)) };
	} else if (field->type == T_NUMBER) {
		*out = (struct value){ .kind = VALUE_REAL, .real = json_number_value(json) };
	} else {
		*out = (struct value){ .kind = VALUE_INT,
				       .integer = json_is_boolean(json)
							  ? json_is_true(json)
							  : json_integer_value(json) };
	}
	return true;
}
