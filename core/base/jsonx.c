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

/* Word processors turn " and ' into these; jansson only says "invalid token". */
/* clang-format off */
static const struct {
	const char *bytes, *name;
	char plain;
} typographic[] = {
	{ "\xe2\x80\x9c", "U+201C", '"' },  { "\xe2\x80\x9d", "U+201D", '"' },
	{ "\xe2\x80\x9e", "U+201E", '"' },  { "\xe2\x80\x9f", "U+201F", '"' },
	{ "\xc2\xab",     "U+00AB", '"' },  { "\xc2\xbb",     "U+00BB", '"' },
	{ "\xef\xbc\x82", "U+FF02", '"' },
	{ "\xe2\x80\x98", "U+2018", '\'' }, { "\xe2\x80\x99", "U+2019", '\'' },
	{ "\xe2\x80\x9a", "U+201A", '\'' }, { "\xe2\x80\x9b", "U+201B", '\'' },
	{ "\xe2\x80\xb9", "U+2039", '\'' }, { "\xe2\x80\xba", "U+203A", '\'' },
};
/* clang-format on */

const char *jsonx_typographic(const char *at, size_t left, size_t *length, char *plain)
{
	for (size_t i = 0; i < ARRAY_SIZE(typographic); i++) {
		size_t size = strlen(typographic[i].bytes);

		if (left < size || memcmp(at, typographic[i].bytes, size) != 0)
			continue;
		*length = size;
		*plain = typographic[i].plain;
		return typographic[i].name;
	}
	return NULL;
}

static const char *typographic_at(const char *at, size_t left)
{
	size_t length;
	char plain;

	return jsonx_typographic(at, left, &length, &plain);
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

/* jansson allows 2048 levels; we refuse earlier and before it recurses. What stands
 * behind the first value is none of its business. */
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
		else if (!in_string && (text[i] == '}' || text[i] == ']') && depth && --depth == 0)
			return false;
		if (depth > JSONX_DEPTH) {
			*where = i;
			return true;
		}
	}
	return false;
}

/* Where a token ends that begins at @at: a string, a bracket, or a run of anything else. */
static size_t token_end(const char *text, size_t length, size_t at)
{
	static const char ends[] = " \t\r\n,:{}[]\"";
	size_t i = at + 1;

	if (text[at] == '"') {
		for (; i < length && text[i] != '"'; i++)
			i += text[i] == '\\';
		return i < length ? i + 1 : length;
	}
	if (!strchr(ends, text[at]))
		while (i < length && !strchr(ends, text[i]))
			i++;
	return i;
}

/* Whether the parser stopped at @stop because a comma is missing between two values;
 * *@where is the end of the first. */
static bool comma_missing(const char *text, size_t length, size_t stop, size_t *where)
{
	size_t end = 0, before = 0;
	char first = '\0', last = '\0';

	for (size_t at = 0; at < length && end < stop; at = end) {
		at += strspn(text + at, " \t\r\n");
		if (at >= length)
			break;
		before = end;
		last = first;
		first = text[at];
		end = token_end(text, length, at);
	}
	*where = before;
	return first && last && !strchr(",:]}", first) && !strchr(",:[{", last);
}

static void say(const char *text, size_t where, struct err *err, const char *format, ...)
	PRINTF(4, 5);

/* A sentence that begins with the line and column of an offset. */
static void say(const char *text, size_t where, struct err *err, const char *format, ...)
{
	struct str sentence = STR_INIT;
	char place[64];
	int line, column;
	va_list args;

	line_and_column(text, where, &line, &column);
	snprintf(place, sizeof place, "line %d, column %d", line, column);
	va_start(args, format);
	str_vformat(&sentence, format, args);
	va_end(args);
	err_at(err, ERR_INVALID, place, "%s: %s", place, str_text(&sentence));
	str_release(&sentence);
}

/* What is sound JSON, but more than is kept here, in words of ours. */
static const char *limit_of_ours(const char *why)
{
	static const struct {
		const char *theirs, *ours;
	} rows[] = {
		{ "too big integer", "a whole number beyond 64 bits is not supported here" },
		{ "too big negative integer",
		  "a whole number beyond 64 bits is not supported here" },
		{ "real number overflow", "a number beyond 1.8e308 is not supported here" },
		{ "\\u0000 is not allowed", "U+0000 is not supported in a text here" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (starts_with(why, rows[i].theirs))
			return rows[i].ours;
	return why;
}

/* Says what is wrong with the value that begins at @from, by lines of the whole. */
static void explain(const char *text, size_t length, size_t from, const json_error_t *why,
		    struct err *err)
{
	size_t where = 0;
	int line, column;
	char pointer[64];
	const char *quote;

	if (!utf8_valid(text + from, length - from, &where)) {
		say(text, from + where, err, "byte 0x%02x is not valid UTF-8",
		    (unsigned char)text[from + where]);
		return;
	}
	quote = find_typographic(text + from, length - from, &where);
	if (quote) {
		char mark[8] = "";
		size_t size = 0;
		char plain;

		jsonx_typographic(text + from + where, length - from - where, &size, &plain);
		snprintf(mark, sizeof mark, "%.*s", (int)size, text + from + where);
		say(text, from + where, err,
		    "a typographic quote %s (%s) stands where JSON needs a plain \"", mark, quote);
		return;
	}
	if ((starts_with(why->text, "'}' expected") || starts_with(why->text, "']' expected")) &&
	    comma_missing(text + from, length - from, (size_t)why->position, &where)) {
		say(text, from + where, err, "a comma is missing here");
		return;
	}
	line_and_column(text, from, &line, &column);
	column = why->line > 1 ? why->column : column - 1 + why->column;
	line += why->line - 1;
	snprintf(pointer, sizeof pointer, "line %d, column %d", line, column);
	err_at(err, ERR_INVALID, pointer, "%s: %s", pointer, limit_of_ours(why->text));
}

static json_t *load_at(const char *text, size_t length, size_t *at, size_t flags, struct err *err)
{
	json_error_t why;
	size_t where, from = *at;

	if (too_deep(text + from, length - from, &where)) {
		say(text, from + where, err, "nested deeper than %d levels", JSONX_DEPTH);
		return NULL;
	}

	json_t *value = json_loadb(text + from, length - from, JSON_REJECT_DUPLICATES | flags,
				   &why);

	if (!value) {
		explain(text, length, from, &why, err);
		return NULL;
	}
	*at = from + (size_t)why.position;
	while (*at < length && memchr(" \t\r\n", text[*at], 4))
		(*at)++; /* nobody promised a NUL behind it */
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
