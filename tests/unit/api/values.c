/*
 * values.c - values for any field, made from its type.
 */
#include "tests/unit/api/values.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/url.h"

#define TERMS 16

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The words that every version of the field has, ascending. */
static size_t terms_of(const struct field *field, const char *out[static TERMS])
{
	size_t count = 0;

	for (const struct term *term = field->vocab->terms; term->value; term++)
		if ((term->in & field->in) == field->in && count < TERMS)
			out[count++] = term->value;
	ck_assert_msg(count > 0, "%s has no words", field->vocab->name);
	qsort(out, count, sizeof *out, by_text);
	return count;
}

int value_rank(const struct field *field, int n)
{
	const char *terms[TERMS];

	if (field->type == T_BOOL)
		return n > 0;
	if (field->vocab) {
		int last = (int)terms_of(field, terms) - 1;

		return n < last ? n : last;
	}
	return n;
}

char *value_literal(const struct field *field, int n)
{
	const char *terms[TERMS];

	if (field->vocab) {
		terms_of(field, terms);
		return xstrdup(terms[value_rank(field, n)]);
	}
	switch (field->type) {
	case T_ID:
		return xformat("object-%d", n);
	case T_TEXTS: /* a comma would make two of it */
		return xformat("text %d", n);
	case T_TEXT:
	case T_MAP:
		return xformat("%s %d, l'\xc3\xa9t\xc3\xa9 & 100%%", field->name, n);
	case T_URI:
		return xformat("https://example.org/%d", n);
	case T_NUMBER:
		return xformat("%d.5", n);
	case T_BOOL:
		return xstrdup(n > 0 ? "true" : "false");
	case T_DATE:
		return xformat("2026-11-%02d", n + 1);
	case T_TIME:
		return xformat("2026-11-%02dT08:00:00.250Z", n + 1);
	case T_REF:
	case T_REFS:
		return xformat("%s-%d", field->target->singular, n);
	case T_ENUM:
	case T_OBJECTS:
		break;
	}
	ck_abort_msg("%s: no text says a value of type %d", field->name, (int)field->type);
	return NULL;
}

static json_t *ref(const struct field *field, unsigned version, const char *id, bool shown)
{
	const struct entity *target = field->target;
	json_t *out = json_object();

	if (shown) {
		char *href = xformat("%s%s/%s/%s", VALUE_BASE,
				     service_root(target->service, version), target->plural, id);

		json_object_set_new(out, "href", json_string(href));
		json_object_set_new(out, "type", json_string(target->singular));
		free(href);
	}
	json_object_set_new(out, "sourcedId", json_string(id));
	return out;
}

static json_t *value_of(const struct field *field, unsigned version, int n, bool shown);

static json_t *object_of(const struct field *field, unsigned version, int n, bool shown)
{
	json_t *out = json_object();

	for (const struct field *sub = field->sub; sub->name; sub++)
		if ((sub->in & version) && !(sub->flags & F_INTERNAL) &&
		    !(shown && (sub->flags & F_SECRET)))
			json_object_set_new(out, sub->name, value_of(sub, version, n, shown));
	if (field->flags & F_OPEN)
		json_object_set_new(out, "notInTheStandard", json_integer(n));
	return out;
}

static json_t *listed(json_t *item)
{
	json_t *list = json_array();

	json_array_append_new(list, item);
	return list;
}

static json_t *value_of(const struct field *field, unsigned version, int n, bool shown)
{
	char *text = field->type == T_OBJECTS ? NULL : value_literal(field, n);
	json_t *out = NULL;

	switch (field->type) {
	case T_ID:
	case T_TEXT:
	case T_URI:
	case T_ENUM:
	case T_DATE:
	case T_TIME:
		out = json_string(text);
		break;
	case T_NUMBER:
		out = json_real(n + 0.5);
		break;
	case T_BOOL: /* read in either form, written in one */
		out = !shown && n == 1 ? json_true() : json_string(text);
		break;
	case T_REF:
		out = ref(field, version, text, shown);
		break;
	case T_REFS:
		out = listed(ref(field, version, text, shown));
		break;
	case T_TEXTS:
		out = listed(json_string(text));
		break;
	case T_OBJECTS:
		out = listed(object_of(field, version, n, shown));
		break;
	case T_MAP:
		out = json_pack("{sss{s[ib]}}", VALUE_KEY, text, "deep", "list", n, 1);
	}
	free(text);
	return out;
}

json_t *value_sent(const struct field *field, unsigned version, int n)
{
	return value_of(field, version, n, false);
}

json_t *value_shown(const struct field *field, unsigned version, int n)
{
	return value_of(field, version, n, true);
}

/* clang-format off */
/* In a string, so that JSON of any kind can stand in a table. */
static const struct {
	unsigned types;
	const char *json; /* the only element of an array */
} wrongs[] = {
#define T(type) (1u << (type))
#define STRINGS (T(T_ID) | T(T_TEXT) | T(T_URI) | T(T_ENUM) | T(T_DATE) | T(T_TIME))
	{ STRINGS | T(T_BOOL) | T(T_REF) | T(T_REFS) | T(T_TEXTS) | T(T_OBJECTS) | T(T_MAP), "[7]" },
	{ STRINGS | T(T_NUMBER) | T(T_REF) | T(T_REFS) | T(T_TEXTS) | T(T_OBJECTS) | T(T_MAP), "[true]" },
	{ STRINGS | T(T_NUMBER) | T(T_BOOL) | T(T_REFS) | T(T_TEXTS) | T(T_OBJECTS), "[{}]" },
	{ STRINGS | T(T_NUMBER) | T(T_BOOL) | T(T_REF) | T(T_MAP), "[[]]" },
	{ T(T_NUMBER) | T(T_BOOL) | T(T_REF) | T(T_REFS) | T(T_OBJECTS) | T(T_MAP) | T(T_ENUM) | T(T_DATE) | T(T_TIME), "[\"No such thing\"]" },
	{ T(T_ID), "[\"\"]" },
	{ T(T_DATE) | T(T_TIME), "[\"2026-02-30\"]" },
	{ T(T_REF), "[{}]" },
	{ T(T_REF), "[{\"sourcedId\": 7}]" },
	{ T(T_REF), "[{\"sourcedId\": \"\"}]" },
	{ T(T_REFS) | T(T_OBJECTS), "[[\"text\"]]" },
	{ T(T_REFS), "[[{\"sourcedId\": null}]]" },
	{ T(T_TEXTS), "[[\"text\", 7]]" },
	{ T(T_OBJECTS) | T(T_TEXTS), "[[null]]" },
};
/* clang-format on */

json_t *value_wrong(const struct field *field, size_t k)
{
	for (size_t i = 0; i < ARRAY_SIZE(wrongs); i++) {
		if (!(wrongs[i].types & T(field->type)) || k-- > 0)
			continue;

		json_t *list = json_loads(wrongs[i].json, 0, NULL);
		json_t *out = json_incref(json_array_get(list, 0));

		ck_assert_ptr_nonnull(out);
		json_decref(list);
		return out;
	}
	return NULL;
}
