/*
 * jsonx.c - JSON in, with limits and with errors that point at the culprit.
 */
#include "base/jsonx.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/jsonw.h"

#define FILE_CAP ((size_t)1 << 30)

/* Word processors turn " into these; jansson only says "invalid token". */
static const struct {
	const char *bytes, *name;
} typographic[] = {
	{ "\xe2\x80\x9c", "U+201C" }, { "\xe2\x80\x9d", "U+201D" }, { "\xe2\x80\x9e", "U+201E" },
	{ "\xe2\x80\x98", "U+2018" }, { "\xe2\x80\x99", "U+2019" },
};

static const char *typographic_at(const char *at, size_t left)
{
	for (size_t i = 0; left >= 3 && i < ARRAY_SIZE(typographic); i++)
		if (memcmp(at, typographic[i].bytes, 3) == 0)
			return typographic[i].name;
	return NULL;
}

/* The typographic quote that broke the text: one outside any string, or the
 * last one in a string that runs into the end of its line. NULL if none did. */
static const char *find_typographic(const char *text, size_t length, size_t *where)
{
	const char *inside = NULL;
	bool in_string = false;

	for (size_t i = 0; i < length; i++) {
		const char *name = typographic_at(text + i, length - i);

		if (name) {
			*where = i;
			if (!in_string)
				return name;
			inside = name;
		} else if (in_string && text[i] == '\\') {
			i++;
		} else if (text[i] == '"') {
			in_string = !in_string;
			inside = NULL;
		} else if (in_string && text[i] == '\n') {
			return inside;
		}
	}
	return in_string ? inside : NULL;
}

static void line_and_column(const char *text, size_t offset, int *line, int *column)
{
	*line = *column = 1;
	for (size_t i = 0; i < offset; i++) {
		if (text[i] == '\n') {
			(*line)++;
			*column = 1;
		} else if (((unsigned char)text[i] & 0xc0) != 0x80) {
			(*column)++;
		}
	}
}

/* jansson allows 2048 levels; we refuse earlier and before it recurses. */
static bool too_deep(const char *text, size_t length, size_t *where)
{
	size_t depth = 0;
	bool in_string = false;

	for (size_t i = 0; i < length; i++) {
		if (in_string && text[i] == '\\')
			i++;
		else if (text[i] == '"')
			in_string = !in_string;
		else if (!in_string && (text[i] == '{' || text[i] == '['))
			depth++;
		else if (!in_string && (text[i] == '}' || text[i] == ']') && depth)
			depth--;
		if (depth > JSONX_DEPTH) {
			*where = i;
			return true;
		}
	}
	return false;
}

/* Says what is wrong with the value that begins at @from, by lines of the whole. */
static void explain(const char *text, size_t length, size_t from, const json_error_t *why,
		    struct err *err)
{
	size_t where = 0;
	int line, column;
	char pointer[64];
	const char *quote;

	line_and_column(text, from, &line, &column);
	column = why->line > 1 ? why->column : column - 1 + why->column;
	line += why->line - 1;
	if (!utf8_valid(text + from, length - from, &where)) {
		line_and_column(text, from + where, &line, &column);
		snprintf(pointer, sizeof pointer, "line %d, column %d", line, column);
		err_at(err, ERR_INVALID, pointer,
		       "line %d, column %d: byte 0x%02x is not valid UTF-8", line, column,
		       (unsigned char)text[from + where]);
		return;
	}
	quote = find_typographic(text + from, length - from, &where);
	if (quote)
		line_and_column(text, from + where, &line, &column);
	snprintf(pointer, sizeof pointer, "line %d, column %d", line, column);
	if (quote)
		err_at(err, ERR_INVALID, pointer,
		       "line %d, column %d: a typographic quote %.3s (%s) stands where JSON needs "
		       "a plain \"",
		       line, column, text + from + where, quote);
	else
		err_at(err, ERR_INVALID, pointer, "line %d, column %d: %s", line, column,
		       why->text);
}

static json_t *load_at(const char *text, size_t length, size_t *at, size_t flags, struct err *err)
{
	json_error_t why;
	size_t where, from = *at;

	if (too_deep(text + from, length - from, &where)) {
		int line, column;

		line_and_column(text, from + where, &line, &column);
		err_set(err, ERR_INVALID, "line %d, column %d: nested deeper than %d levels", line,
			column, JSONX_DEPTH);
		return NULL;
	}

	json_t *value = json_loadb(text + from, length - from, JSON_REJECT_DUPLICATES | flags,
				   &why);

	if (!value) {
		explain(text, length, from, &why, err);
		return NULL;
	}
	*at = from + (size_t)why.position;
	*at += strspn(text + *at, " \t\r\n");
	return value;
}

json_t *jsonx_load(const char *text, size_t length, struct err *err)
{
	size_t at = 0;

	return load_at(text, length, &at, 0, err);
}

json_t *jsonx_load_next(const char *text, size_t length, size_t *at, struct err *err)
{
	return load_at(text, length, at, JSON_DISABLE_EOF_CHECK, err);
}

json_t *jsonx_load_file(const char *path, struct err *err)
{
	size_t length;
	struct err why = ERR_INIT;
	char *text = file_read(path, FILE_CAP, &length, err);

	if (!text)
		return NULL;

	json_t *value = jsonx_load(text, length, &why);

	if (!value)
		err_at(err, ERR_INVALID, why.pointer, "%s: %s", path, why.text);
	free(text);
	return value;
}

const char *jsonx_text(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

int64_t jsonx_int(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

bool jsonx_true(const json_t *object, const char *key)
{
	return json_is_true(json_object_get(object, key));
}

bool jsonx_number(const json_t *object, const char *key, double *out)
{
	const json_t *value = json_object_get(object, key);

	if (!json_is_number(value))
		return false;
	*out = json_number_value(value);
	return true;
}

bool jsonx_id(const json_t *object, const char *key, char out[static 24])
{
	const json_t *value = json_object_get(object, key);

	if (json_is_integer(value)) {
		snprintf(out, 24, "%lld", (long long)json_integer_value(value));
		return true;
	}
	if (json_is_string(value) && json_string_length(value) > 0 &&
	    json_string_length(value) < 24) {
		snprintf(out, 24, "%s", json_string_value(value));
		return true;
	}
	return false;
}

char *jsonx_dump(const json_t *value)
{
	struct str out = STR_INIT;
	struct jsonw w;

	jsonw_init(&w, &out, 0);
	jsonw_value(&w, value);
	return str_take(&out, NULL);
}

char *jsonx_pretty(const json_t *value)
{
	struct str out = STR_INIT;
	struct jsonw w;

	jsonw_init(&w, &out, 2);
	jsonw_value(&w, value);
	str_add_char(&out, '\n');
	return str_take(&out, NULL);
}

const char *jsonx_kind(const json_t *value)
{
	static const char *const kinds[] = {
		[JSON_OBJECT] = "an object", [JSON_ARRAY] = "an array", [JSON_STRING] = "a string",
		[JSON_INTEGER] = "a number", [JSON_REAL] = "a number",  [JSON_TRUE] = "a boolean",
		[JSON_FALSE] = "a boolean",  [JSON_NULL] = "null",
	};

	return value ? kinds[json_typeof(value)] : "absent";
}

void jsonx_pointer_add(struct str *pointer, const char *token)
{
	str_add_char(pointer, '/');
	for (; *token; token++) {
		if (*token == '~')
			str_add(pointer, "~0");
		else if (*token == '/')
			str_add(pointer, "~1");
		else
			str_add_char(pointer, *token);
	}
}
