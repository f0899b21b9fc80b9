/*
 * payload_value.c - what a value of each type must look like.
 */
#include "oneroster/payload_internal.h"

#include <stdio.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/when.h"

#define DIGITS "0123456789"
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

/* scheme ":" and something of the characters that RFC 3986 has. */
bool is_uri(const char *text)
{
	static const char others[] = LETTERS DIGITS "-._~:/?#[]@!$&'()*+,;=%";
	size_t scheme = strspn(text, LETTERS DIGITS "+-.");

	return scheme && strchr(LETTERS, *text) && text[scheme] == ':' && text[scheme + 1] &&
	       !text[strspn(text, others)];
}

/* How much of @text a pattern takes, in which 0 is any digit; 0: it does not fit. */
static size_t follows(const char *text, const char *pattern)
{
	size_t i = 0;

	for (; pattern[i]; i++)
		if (pattern[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != pattern[i])
			return 0;
	return i;
}

static bool is_like(const char *text, const char *pattern)
{
	return strlen(text) == strlen(pattern) && follows(text, pattern);
}

/* RFC 3339 with a zone: what string(date-time) of the OpenAPI files means. */
static bool is_rfc3339(const char *text)
{
	size_t length = follows(text, "0000-00-00T00:00:00");

	text += length;
	if (*text == '.')
		text += 1 + strspn(text + 1, DIGITS);
	return length && (is_like(text, "Z") || is_like(text, "+00:00") || is_like(text, "-00:00"));
}

static void check_time(struct checker *c, const char *member, const json_t *value)
{
	const char *text = json_string_value(value);
	int64_t when;
	bool zone = false, is_time = when_parse(text, &when, &zone) && strlen(text) > DATE_TEXT;

	if (is_time && !zone)
		note(c, R_TIME_ZONE, member, value, NULL);
	else if (!is_time || !is_rfc3339(text))
		note(c, R_TIME, member, value, NULL);
	else if (!is_like(text, "0000-00-00T00:00:00.000Z"))
		note(c, R_TIME_FORM, member, value, NULL);
}

static void check_id(struct checker *c, const char *member, const json_t *value)
{
	const char *id = json_string_value(value);

	if (!*id || strlen(id) > ID_MAX)
		note(c, R_ID, member, value, NULL);
	else if (!id_is_plain(id))
		note(c, R_ID_CHARACTERS, member, value, NULL);
}

/* A value that must be a string, of whichever type; @member NULL: an element. */
static void check_text(struct checker *c, const struct field *field, const char *member,
		       const json_t *value)
{
	const char *text = json_string_value(value);
	char words[WORDS_SIZE], date[DATE_TEXT];

	field_words(field, c->version, words);
	if (!text)
		note(c, R_TYPE, member, value, words);
	else if (field->vocab && !vocab_allows(field->vocab, text, c->version))
		note(c, c->vocabulary, member, value, words);
	else if (field->type == T_ID)
		check_id(c, member, value);
	else if (field->type == T_URI && !is_uri(text))
		note(c, R_URI, member, value, NULL);
	else if (field->type == T_DATE && (strlen(text) >= DATE_TEXT || !date_parse(text, date)))
		note(c, R_DATE, member, value, NULL);
	else if (field->type == T_TIME)
		check_time(c, member, value);
}

static void check_number(struct checker *c, const struct field *field, const json_t *value)
{
	const char *text = json_string_value(value);
	char words[WORDS_SIZE];
	double number;

	if (text && decimal_parse(text, &number))
		note(c, R_NUMBER, field->name, value, NULL);
	else if (!json_is_number(value))
		note(c, R_TYPE, field->name, value, field_words(field, c->version, words));
}

/* 1.1 has booleans and strings in its sources, 1.2 an enumeration of strings (traps A12). */
static void check_boolean(struct checker *c, const struct field *field, const json_t *value)
{
	const char *text = json_string_value(value);
	char words[WORDS_SIZE];
	bool good = text ? strcmp(text, "true") == 0 || strcmp(text, "false") == 0
			 : json_is_boolean(value) && (c->version & V11);

	if (!good)
		note(c, R_BOOLEAN, field->name, value, field_words(field, c->version, words));
}

static void check_reference_type(struct checker *c, const struct entity *target,
				 const json_t *value)
{
	const char *type = json_string_value(value);
	const struct entity *named = type ? reference_family(type) : NULL;
	char words[WORDS_SIZE];

	snprintf(words, sizeof words, "the type \"%s\"", target->singular);
	if (!type || ((c->version & V12) && strcmp(type, target->singular) != 0) ||
	    ((c->version & V11) && !named))
		note(c, R_REF_TYPE, "type", value, words);
	else if ((c->version & V11) && named != target)
		note(c, R_REF_FAMILY, "type", value, words);
}

/* The members of a GUIDRef; the pointer is at it. */
static void check_reference_members(struct checker *c, const struct entity *target,
				    const json_t *reference)
{
	const json_t *id = json_object_get(reference, "sourcedId"), *value;
	const json_t *href = json_object_get(reference, "href");
	const char *name;

	if (json_is_string(id))
		check_id(c, "sourcedId", id);
	else
		note(c, R_REF, "sourcedId", id, "the sourcedId of the object that is meant");
	if (!json_is_string(href) || !is_uri(json_string_value(href)))
		note(c, R_REF_HREF, "href", href, NULL);
	check_reference_type(c, target, json_object_get(reference, "type"));
	json_object_foreach ((json_t *)(uintptr_t)reference, name, value)
		if (!has_word("href sourcedId type", name))
			note(c, R_MEMBER_UNKNOWN, name, value, NULL);
}

static void check_reference(struct checker *c, const struct field *field, const char *member,
			    const json_t *value)
{
	char words[WORDS_SIZE], outer[CLASS_NAME];
	struct field one = *field;
	size_t mark = c->path.length;

	if (!json_is_object(value)) {
		one.type = T_REF;
		note(c, R_REF, member, value, field_words(&one, c->version, words));
		return;
	}
	memcpy(outer, c->class, sizeof outer);
	class_of_reference(field->target, c->version, c->class);
	if (member)
		checker_down(c, member);
	check_reference_members(c, field->target, value);
	checker_up(c, mark);
	memcpy(c->class, outer, sizeof outer);
}

static void check_part(struct checker *c, const struct field *field, const json_t *value)
{
	char outer[CLASS_NAME];

	memcpy(outer, c->class, sizeof outer);
	class_of_parts(field, c->version, c->class);
	if (json_is_object(value))
		check_members(c, NULL, field->sub, value, field->flags & F_OPEN, 0);
	else
		note(c, R_OBJECT, NULL, value, NULL);
	memcpy(c->class, outer, sizeof outer);
}

static void check_element(struct checker *c, const struct field *field, const json_t *value)
{
	struct field one = *field;

	if (field->type == T_REFS) {
		check_reference(c, field, NULL, value);
	} else if (field->type == T_OBJECTS) {
		check_part(c, field, value);
	} else {
		one.type = field->vocab ? T_ENUM : T_TEXT;
		check_text(c, &one, NULL, value);
	}
}

static void check_array(struct checker *c, const struct field *field, const json_t *value)
{
	char words[WORDS_SIZE];
	const char *outer = c->member;
	const json_t *item;
	size_t i, mark, element;

	if (!json_is_array(value)) {
		note(c, R_TYPE, field->name, value, field_words(field, c->version, words));
		return;
	}
	if ((field->flags & F_SOME) && json_array_size(value) == 0)
		note(c, field->required & c->version ? R_EMPTY : R_EMPTY_TEXT, field->name, value,
		     NULL);
	mark = checker_down(c, field->name);
	json_array_foreach (value, i, item) {
		element = checker_down_index(c, i);
		c->member = field->type == T_TEXTS || !json_is_object(item) ? field->name : NULL;
		check_element(c, field, item);
		checker_up(c, element);
	}
	c->member = outer;
	checker_up(c, mark);
}

void check_value(struct checker *c, const struct field *field, const json_t *value)
{
	char words[WORDS_SIZE];

	switch (field->type) {
	case T_ID:
	case T_TEXT:
	case T_URI:
	case T_ENUM:
	case T_DATE:
	case T_TIME:
		check_text(c, field, field->name, value);
		return;
	case T_NUMBER:
		check_number(c, field, value);
		return;
	case T_BOOL:
		check_boolean(c, field, value);
		return;
	case T_REF:
		check_reference(c, field, field->name, value);
		return;
	case T_REFS:
	case T_TEXTS:
	case T_OBJECTS:
		check_array(c, field, value);
		return;
	case T_MAP:
		if (!json_is_object(value))
			note(c, R_TYPE, field->name, value, field_words(field, c->version, words));
		return;
	}
	BUG("type %d", (int)field->type);
}
