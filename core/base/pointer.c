/*
 * pointer.c - the places that a JSON pointer names.
 */
#include "base/pointer.h"

#include <string.h>

bool pointer_is_sound(const char *text)
{
	size_t tokens = 0;

	if (*text != '/' || strlen(text) > POINTER_LENGTH)
		return false;
	for (; *text; text++) {
		tokens += *text == '/';
		if (*text == '~' && text[1] != '0' && text[1] != '1')
			return false;
	}
	return tokens <= POINTER_TOKENS;
}

void place_set(const struct place *place, json_t *value)
{
	int failed = place->key ? json_object_set_new(place->parent, place->key, value)
				: json_array_set_new(place->parent, place->index, value);

	if (failed)
		BUG("a place that cannot be set");
}

void place_remove(const struct place *place)
{
	if (place->key)
		json_object_del(place->parent, place->key);
	else
		json_array_remove(place->parent, place->index);
}

struct walk {
	place_fn *visit;
	void *payload;
};

/* The token after the slash at @text, unescaped; returns what follows it. */
static const char *read_token(const char *text, char token[static POINTER_LENGTH + 1])
{
	size_t length = 0;

	for (text++; *text && *text != '/'; text++) {
		if (*text == '~')
			token[length++] = *++text == '0' ? '~' : '/';
		else
			token[length++] = *text;
	}
	token[length] = '\0';
	return text;
}

const json_t *pointer_find(const json_t *value, const char *text)
{
	char token[POINTER_LENGTH + 1];
	int64_t index;

	if (*text && !pointer_is_sound(text))
		return NULL;
	while (value && *text) {
		text = read_token(text, token);
		if (!json_is_array(value))
			value = json_object_get(value, token);
		else if (number_parse(token, 0, INT32_MAX, &index) && (*token != '0' || !token[1]))
			value = json_array_get(value, (size_t)index);
		else
			value = NULL;
	}
	return value;
}

static bool walk_value(const struct walk *walk, json_t *value, const char *rest);

/* @rest is what follows the token that named @place. */
static bool arrive(const struct walk *walk, const struct place *place, const char *rest)
{
	if (!*rest)
		return walk->visit(place, walk->payload);
	return !place->value || walk_value(walk, place->value, rest);
}

/* From the end, so that a visit may remove the element. */
static bool walk_array(const struct walk *walk, json_t *array, const char *token, const char *rest)
{
	bool every = strcmp(token, "*") == 0;
	int64_t wanted = 0;

	if (!every && !number_parse(token, 0, INT64_MAX, &wanted))
		return true;
	for (size_t i = json_array_size(array); i-- > 0;) {
		struct place place = { array, NULL, i, json_array_get(array, i) };

		if ((every || i == (uint64_t)wanted) && !arrive(walk, &place, rest))
			return false;
	}
	return true;
}

static bool walk_object(const struct walk *walk, json_t *object, const char *token,
			const char *rest)
{
	const char *key;
	json_t *value;
	void *next;

	if (strcmp(token, "*") != 0) {
		struct place place = { object, token, 0, json_object_get(object, token) };

		return arrive(walk, &place, rest);
	}
	json_object_foreach_safe (object, next, key, value) {
		struct place place = { object, key, 0, value };

		if (!arrive(walk, &place, rest))
			return false;
	}
	return true;
}

/* As deep as a pointer has tokens. */
static bool walk_value(const struct walk *walk, json_t *value, const char *rest)
{
	char token[POINTER_LENGTH + 1];

	rest = read_token(rest, token);
	if (json_is_array(value))
		return walk_array(walk, value, token, rest);
	if (json_is_object(value))
		return walk_object(walk, value, token, rest);
	return true;
}

void pointer_visit(json_t *root, const char *text, place_fn *visit, void *payload)
{
	const struct walk walk = { visit, payload };

	if (!pointer_is_sound(text))
		BUG("a pointer that was not checked: %s", text);
	walk_value(&walk, root, text);
}
