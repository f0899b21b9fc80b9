/*
 * cell.c - CSV cells to JSON, stored values to CSV cells.
 */
#include "oneroster/cell.h"

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
			err_set(err, ERR_INVALID,
				"\"%.40s\" is not of the form {one:other},{one:other}", cell);
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

static bool list_to_cell(struct str *out, const struct field *field, const json_t *list,
			 unsigned version)
{
	struct arena arena = ARENA_INIT;
	const json_t *item;
	bool exact = json_array_size(list) > 0; /* an empty list reads back as none at all */
	size_t i;

	json_array_foreach (list, i, item) {
		const char *text = json_string_value(item);
		const char *said = field->vocab ? vocab_say(field->vocab, text, version, &arena)
						: text;

		exact = exact && said && strcmp(said, text) == 0 && *text && !strchr(text, ',') &&
			text[0] != ' ' && text[strlen(text) - 1] != ' ';
		if (said)
			str_format(out, "%s%s", i ? "," : "", said);
	}
	arena_release(&arena);
	return exact;
}

static bool pairs_to_cell(struct str *out, const struct field *field, const json_t *list)
{
	bool exact = json_array_size(list) > 0;
	const json_t *item;
	size_t i;

	json_array_foreach (list, i, item) {
		const char *one = jsonx_text(item, field->sub[0].name);
		const char *other = jsonx_text(item, field->sub[1].name);

		exact = exact && one && other && !strpbrk(one, ":}") && !strpbrk(other, "}");
		str_format(out, "%s{%s:%s}", i ? "," : "", one ? one : "", other ? other : "");
	}
	return exact;
}

/* dateTimes of the binding are dates, but for dateLastModified (traps A16). */
static bool time_to_cell(struct str *out, const struct field *field, int64_t when)
{
	char text[WHEN_TEXT];

	when_format(when, text);
	if (!(field->flags & F_SERVER))
		text[DATE_TEXT - 1] = '\0';
	str_add(out, text);
	return (field->flags & F_SERVER) || when % WHEN_DAY == 0;
}

bool cell_from_value(struct str *out, const struct field *field, const struct value *value,
		     unsigned version)
{
	struct arena arena = ARENA_INIT;
	char number[NUMBER_TEXT];
	json_t *list = NULL;
	const char *said;
	bool exact = true;

	if (value->kind == VALUE_NULL)
		return true;
	switch (field->type) {
	case T_ID:
	case T_TEXT:
	case T_URI:
	case T_DATE:
	case T_REF:
		str_add(out, value->text);
		return *value->text != '\0';
	case T_ENUM:
		said = vocab_say(field->vocab, value->text, version, &arena);
		exact = said && strcmp(said, value->text) == 0;
		str_add(out, said ? said : "");
		arena_release(&arena);
		return exact;
	case T_NUMBER:
		number_format(value->real, number);
		str_add(out, number);
		return true;
	case T_BOOL:
		str_add(out, value->integer ? "true" : "false");
		return true;
	case T_TIME:
		return time_to_cell(out, field, value->integer);
	case T_REFS:
	case T_TEXTS:
	case T_OBJECTS:
		list = json_loads(value->text, 0, NULL);
		exact = field->type == T_OBJECTS ? pairs_to_cell(out, field, list)
						 : list_to_cell(out, field, list, version);
		json_decref(list);
		return exact;
	case T_MAP:
		return false;
	}
	BUG("type %d", (int)field->type);
}
