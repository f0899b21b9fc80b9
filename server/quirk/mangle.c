/*
 * mangle.c - what a fault rule does to a body that is on its way out.
 */
#include "server/quirk/mangle.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/pointer.h"

#define EXACT 9007199254740992.0 /* 2^53: beyond it a double is no whole number for sure */

/* A copy for each place, so that a later edit of one leaves the others alone. */
static bool set_place(const struct place *place, void *payload)
{
	place_set(place, json_deep_copy(payload));
	return true;
}

static bool remove_place(const struct place *place, void *payload)
{
	(void)payload;
	if (place->value)
		place_remove(place);
	return true;
}

static json_t *as_string(const json_t *value)
{
	char *text = jsonx_dump(value);
	json_t *string = json_string(text);

	free(text);
	return string;
}

static json_t *as_number(const json_t *value)
{
	double number = 0;

	if (json_is_string(value) && !decimal_parse(json_string_value(value), &number))
		number = 0;
	if (json_is_array(value))
		number = (double)json_array_size(value);
	if (json_is_object(value))
		number = (double)json_object_size(value);
	if (json_is_true(value))
		number = 1;
	return number == floor(number) && fabs(number) < EXACT ? json_integer((json_int_t)number)
							       : json_real(number);
}

/* What a text or a number says: "false" and 0 are false. */
static json_t *as_boolean(const json_t *value)
{
	const char *text = json_string_value(value);

	return json_boolean(!json_is_null(value) &&
			    !(json_is_number(value) && json_number_value(value) == 0) &&
			    !(text && (!*text || strcmp(text, "false") == 0)));
}

static json_t *as_null(const json_t *value)
{
	(void)value;
	return json_null();
}

static json_t *as_object(const json_t *value)
{
	json_t *object = json_object();

	json_object_set_new(object, "value", json_deep_copy(value));
	return object;
}

static json_t *as_array(const json_t *value)
{
	json_t *array = json_array();

	json_array_append_new(array, json_deep_copy(value));
	return array;
}

static const struct type {
	const char *name;
	json_t *(*convert)(const json_t *value);
} types[] = {
	{ "string", as_string }, { "number", as_number }, { "boolean", as_boolean },
	{ "null", as_null },     { "object", as_object }, { "array", as_array },
};

static bool is_of(const char *type, const json_t *value)
{
	return ends_with(jsonx_kind(value), type);
}

static bool retype_place(const struct place *place, void *payload)
{
	const struct type *type = payload;

	if (place->value && !is_of(type->name, place->value))
		place_set(place, type->convert(place->value));
	return true;
}

static void retype(json_t *root, const char *pointer, const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		struct type type = types[i];

		if (strcmp(type.name, name) == 0)
			pointer_visit(root, pointer, retype_place, &type);
	}
}

static void edit(json_t *root, const struct deed *deed)
{
	const char *pointer;
	const json_t *value;
	size_t i;

	json_object_foreach ((json_t *)(uintptr_t)deed->set, pointer, value)
		pointer_visit(root, pointer, set_place, (json_t *)(uintptr_t)value);
	json_object_foreach ((json_t *)(uintptr_t)deed->retype, pointer, value)
		retype(root, pointer, json_string_value(value));
	json_array_foreach (deed->remove, i, value)
		pointer_visit(root, json_string_value(value), remove_place, NULL);
}

void mangle_fields(struct str *body, const struct effects *effects)
{
	struct err ignored = ERR_INIT;
	struct str out = STR_INIT;
	struct jsonw w;
	json_t *root = NULL;

	if (effects_deed(effects, DO_SET) || effects_deed(effects, DO_RETYPE) ||
	    effects_deed(effects, DO_REMOVE))
		root = jsonx_load(str_text(body), body->length, &ignored);
	if (!root)
		return;
	for (size_t i = 0; i < effects->count; i++)
		edit(root, effects->deeds[i]);
	jsonw_init(&w, &out, 0);
	jsonw_value(&w, root);
	if (!out.full) {
		str_clear(body);
		str_add_bytes(body, out.text, out.length);
	}
	str_release(&out);
	json_decref(root);
}

/* Without the quote that ends it, the number of quotes is odd. */
void mangle_syntax(struct str *body)
{
	const char *text = str_text(body), *quote = strchr(text, '"');
	struct str out = STR_INIT;
	size_t end;

	if (!quote) {
		str_add_char(&out, '{');
		str_add_bytes(&out, text, body->length);
	} else {
		end = (size_t)(quote - text) + 1;
		while (end < body->length && text[end] != '"')
			end += text[end] == '\\' ? 2 : 1;
		if (end < body->length) {
			str_add_bytes(&out, text, end);
			str_add_bytes(&out, text + end + 1, body->length - end - 1);
		}
	}
	str_clear(body);
	str_add_bytes(body, str_text(&out), out.length);
	str_release(&out);
}
