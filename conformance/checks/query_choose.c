/*
 * query_choose.c - fills the holes of a filter with values that a provider shows.
 */
#include "conformance/checks/query.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"

static char *whole(const json_t *value)
{
	char *text = collect_text(value);

	if (text && (!*text || strpbrk(text, "',"))) {
		free(text);
		return NULL;
	}
	return text;
}

/* The value without its first and last character. */
static char *part(const json_t *value)
{
	char *text = whole(value), *inner = NULL;

	if (text && strlen(text) >= 4 && utf8_length(text) == strlen(text))
		inner = xstrndup(text + 1, strlen(text) - 2);
	free(text);
	return inner;
}

static char *swapped(const json_t *value)
{
	char *text = whole(value);
	bool any = false;

	for (char *c = text; c && *c; c++) {
		any = any || isalpha((unsigned char)*c);
		*c = (char)(islower((unsigned char)*c) ? toupper(*c) : tolower(*c));
	}
	if (any)
		return text;
	free(text);
	return NULL;
}

/* A quote inside a value is doubled, as some do; the texts say nothing of it. */
static char *quoted(const json_t *value)
{
	const char *text = json_string_value(value);

	return text && strchr(text, '\'') ? xstrdup(text) : NULL;
}

static const struct hole {
	const char *name;
	char *(*fill)(const json_t *value);
	size_t ahead; /* which object: the candidate, or one behind it */
} holes[] = {
	{ "{value}", whole, 0 },     { "{other}", whole, 1 },   { "{part}", part, 0 },
	{ "{swapped}", swapped, 0 }, { "{quoted}", quoted, 0 },
};

/* metadata.*: the first member of the candidate's metadata that is a text. */
static bool fill_field(struct predicate *predicate, const json_t *object)
{
	const json_t *metadata = json_object_get(object, "metadata"), *value;
	const char *key;

	if (!strchr(predicate->field, '*'))
		return true;
	json_object_foreach ((json_t *)(uintptr_t)metadata, key, value)
		if (json_is_string(value) && *json_string_value(value)) {
			free(predicate->field);
			predicate->field = xformat("metadata.%s", key);
			return true;
		}
	return false;
}

/* "{two}" are the first two of many values. */
static char *first_two(const json_t *values)
{
	char *a = whole(json_array_get(values, 0)), *b = whole(json_array_get(values, 1));
	char *both = a && b ? xformat("%s,%s", a, b) : NULL;

	free(a);
	free(b);
	return both;
}

static char *fill_value(const char *hole, const json_t *items, size_t candidate, const char *field)
{
	size_t count = json_array_size(items);
	char *text = NULL;
	json_t *values;

	for (size_t i = 0; i < ARRAY_SIZE(holes) && !text; i++) {
		if (strcmp(holes[i].name, hole) != 0)
			continue;
		values = collect_values(json_array_get(items, (candidate + holes[i].ahead) % count),
					field, NULL);
		text = holes[i].fill(json_array_get(values, 0));
		json_decref(values);
	}
	if (!text) {
		values = collect_values(json_array_get(items, candidate), field, NULL);
		if (strcmp(hole, "{two}") == 0)
			text = first_two(values);
		else if (strcmp(hole, "{last}") == 0)
			text = whole(json_array_get(values, json_array_size(values) - 1));
		json_decref(values);
	}
	return text;
}

/* Fills the holes from this object; false where it has not what they ask for. */
static bool fill(struct condition *condition, const json_t *items, size_t candidate)
{
	for (size_t i = 0; i < condition->count; i++) {
		struct predicate *predicate = &condition->items[i];
		char *text;

		if (!fill_field(predicate, json_array_get(items, candidate)))
			return false;
		if (*predicate->value != '{')
			continue;
		text = fill_value(predicate->value, items, candidate, predicate->field);
		if (!text)
			return false;
		free(predicate->value);
		predicate->value = text;
	}
	return true;
}

/* Whether the filter tells the objects of the sample apart. */
static bool tells_apart(const struct condition *condition, const json_t *items, enum fits least)
{
	bool some = false, others = false;
	const json_t *item;
	size_t i;

	json_array_foreach (items, i, item) {
		enum fits fits = condition_fits(condition, item);

		some = some || fits >= least;
		others = others || fits == NO;
	}
	return some && others;
}

bool condition_choose(struct condition *condition, const char *text, const json_t *items,
		      enum fits least)
{
	size_t count = json_array_size(items);

	if (!strchr(text, '{')) {
		condition_parse(condition, text);
		return true;
	}
	for (size_t i = 0; i < count; i++) {
		condition_parse(condition, text);
		if (fill(condition, items, (i + 2) % count) && tells_apart(condition, items, least))
			return true;
		condition_release(condition);
	}
	return false;
}
