/*
 * fill.c - {PLACEHOLDERS} in the data of labs.
 */
#include "conformance/lab/fill.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/str.h"

#define ABSENT "" /* no member of a real value is called so */

static bool is_absent(const json_t *value)
{
	return json_object_get(value, ABSENT) != NULL;
}

void fill_absent(json_t *values, const char *name)
{
	json_object_set_new(values, name, json_pack("{sb}", ABSENT, 1));
}

bool fill_has(const json_t *values, const char *name)
{
	const json_t *value = json_object_get(values, name);

	return value && !is_absent(value);
}

/* The value of the placeholder that begins at @at; NULL: it is none. */
static const json_t *value_at(const char *at, const json_t *values, size_t *length)
{
	const char *end = *at == '{' ? strchr(at, '}') : NULL;
	char *name;
	const json_t *value;

	if (!end)
		return NULL;
	name = xstrndup(at + 1, (size_t)(end - at - 1));
	value = json_object_get(values, name);
	*length = (size_t)(end - at) + 1;
	free(name);
	return value;
}

static void add_value(struct str *out, const json_t *value)
{
	char *dumped;

	if (json_is_string(value)) {
		str_add(out, json_string_value(value));
	} else if (!is_absent(value)) {
		dumped = json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
		str_add(out, dumped);
		free(dumped);
	}
}

char *fill_text(const char *text, const json_t *values)
{
	struct str out = STR_INIT;

	for (const char *at = text; *at;) {
		size_t length;
		const json_t *value = value_at(at, values, &length);

		if (value) {
			add_value(&out, value);
			at += length;
		} else {
			str_add_char(&out, *at++);
		}
	}
	return str_take(&out, NULL);
}

static json_t *fill_string(const json_t *data, const json_t *values)
{
	const char *text = json_string_value(data);
	size_t length;
	const json_t *value = value_at(text, values, &length);
	char *filled;
	json_t *string;

	if (value && text[length] == '\0')
		return is_absent(value) ? NULL : json_deep_copy(value);
	filled = fill_text(text, values);
	string = json_string(filled);
	free(filled);
	return string;
}

json_t *fill(const json_t *data, const json_t *values)
{
	const char *key;
	const json_t *item;
	json_t *whole, *value;
	size_t i;

	if (json_is_string(data))
		return fill_string(data, values);
	if (json_is_array(data)) {
		whole = json_array();
		json_array_foreach (data, i, item)
			if ((value = fill(item, values)))
				json_array_append_new(whole, value);
		return whole;
	}
	if (!json_is_object(data))
		return json_deep_copy(data);
	whole = json_object();
	json_object_foreach ((json_t *)(uintptr_t)data, key, item) {
		char *name = fill_text(key, values);

		if ((value = fill(item, values)))
			json_object_set_new(whole, name, value);
		free(name);
	}
	return whole;
}
