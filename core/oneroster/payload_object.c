/*
 * payload_object.c - the members of an object, one by one, against the table of its
 * entity.
 */
#include "oneroster/payload_internal.h"

#include <stdio.h>
#include <string.h>

#include "base/jsonx.h"
#include "oneroster/operations.h"

static bool is_in_payload(const struct field *field, unsigned version)
{
	return (field->in & version) && !(field->flags & F_INTERNAL);
}

/* Whether some source of the version writes the member under another name. */
static bool is_replaced(const struct checker *c, const struct entity *entity,
			const struct field *field, const json_t *object)
{
	char class[CLASS_NAME] = "";
	const char *name;

	if (!entity)
		return false;
	class_of_entity(entity, c->version, class);
	name = listed_name(class, field->name);
	return name != field->name &&
	       alternative(entity, c->version, name, json_object_get(object, name));
}

static void absent(struct checker *c, const struct field *field)
{
	char words[WORDS_SIZE];

	field_words(field, c->version, words);
	if (field->required & c->version)
		note(c, R_REQUIRED, field->name, NULL, words);
	else if ((c->version & V11) && (field->required & T11))
		note(c, R_REQUIRED_TEXT, field->name, NULL, words);
}

static void check_member(struct checker *c, const struct entity *entity, const struct field *field,
			 const json_t *object, unsigned flags)
{
	const json_t *value = json_object_get(object, field->name);
	const struct field *other = alternative(entity, c->version, field->name, value);
	char words[WORDS_SIZE];

	if (!value) {
		if (!(flags & PAYLOAD_PARTIAL) && !is_replaced(c, entity, field, object))
			absent(c, field);
	} else if (json_is_null(value)) {
		note(c, field->required & c->version ? R_NULL : R_NULL_OPTIONAL, field->name, value,
		     field_words(field, c->version, words));
	} else {
		check_value(c, other ? other : field, value);
	}
}

/* A member that is none of the version's. */
static void check_stranger(struct checker *c, const struct entity *entity,
			   const struct field *fields, const char *name, const json_t *value)
{
	const struct field *field = sub_field(fields, name);
	const struct field *other = alternative(entity, c->version, name, value);

	if (other)
		check_value(c, other, value);
	else if (field && is_in_payload(field, BOTH & ~c->version))
		note(c, R_MEMBER_VERSION, name, value, c->version & V12 ? "1.1" : "1.2");
	else
		note(c, R_MEMBER_UNKNOWN, name, value, NULL);
}

void check_members(struct checker *c, const struct entity *entity, const struct field *fields,
		   const json_t *object, bool open, unsigned flags)
{
	const char *name;
	const json_t *value;

	for (const struct field *field = fields; field->name; field++)
		if (is_in_payload(field, c->version))
			check_member(c, entity, field, object, flags);
	json_object_foreach ((json_t *)(uintptr_t)object, name, value) {
		const struct field *field = sub_field(fields, name);

		if (!open && !(field && is_in_payload(field, c->version)))
			check_stranger(c, entity, fields, name, value);
	}
	check_together(c, entity, object);
}

static void check_object(struct checker *c, const struct entity *entity, const json_t *object,
			 unsigned flags)
{
	char outer[CLASS_NAME];

	memcpy(outer, c->class, sizeof outer);
	class_of_entity(entity, c->version, c->class);
	if (json_is_object(object))
		check_members(c, entity, entity->fields, object, false, flags);
	else
		note(c, R_OBJECT, NULL, object, NULL);
	memcpy(c->class, outer, sizeof outer);
}

void payload_check_object(struct findings *findings, const struct entity *entity, unsigned version,
			  const json_t *object, const char *prefix, unsigned flags)
{
	struct checker c;

	checker_init(&c, findings, version, prefix);
	check_object(&c, entity, object, flags);
	checker_release(&c);
}

/* The wrapper. */

/* What stands in it, whether one object or many. */
static void check_data(struct checker *c, const struct entity *entity, const json_t *data,
		       unsigned flags)
{
	const json_t *item;
	size_t i, mark;

	if (!json_is_array(data)) {
		check_object(c, entity, data, flags);
		return;
	}
	json_array_foreach (data, i, item) {
		mark = checker_down_index(c, i);
		check_object(c, entity, item, flags);
		checker_up(c, mark);
	}
}

/* A key that wraps some kind of object, right or not: `users`, `terms`, `demographic`. */
static bool is_wrapper(const char *key, const json_t *value)
{
	static const char mistaken[] = "demographic student teacher term gradingPeriod school";

	return (json_is_object(value) || json_is_array(value)) &&
	       (collection_find(key, strlen(key)) || entity_by_singular(key) ||
		has_word(mistaken, key));
}

static bool is_status_member(const char *key)
{
	static const char members[] = "statusInfoSet errors imsx_StatusInfo imsx_statusInfo "
				      "imsx_codeMajor imsx_severity imsx_CodeMinor imsx_codeMinor "
				      "imsx_description imsx_messageRefIdentifier "
				      "imsx_operationRefIdentifier";

	return has_word(members, key);
}

/* What stands beside the data, which is @data_key. */
static void check_beside(struct checker *c, const json_t *body, const char *data_key,
			 const char *quoted)
{
	const char *key;
	const json_t *value;

	json_object_foreach ((json_t *)(uintptr_t)body, key, value) {
		if (strcmp(key, data_key) == 0)
			continue;
		if ((c->version & V11) && strcmp(key, "statusInfoSet") == 0)
			check_status_set(c, value);
		else if (is_status_member(key))
			note(c, R_WRAPPER_STATUS, key, value, NULL);
		else if (is_wrapper(key, value))
			note(c, R_WRAPPER_TWO, key, value, quoted);
		else
			note(c, R_WRAPPER_MEMBER, key, value, quoted);
	}
}

/* The key under which the data stands: the right one, else what looks like a wrapper. */
static const char *data_key(const json_t *body, const char *right, const char *other)
{
	const char *key;
	const json_t *value;

	if (json_object_get(body, right))
		return right;
	if (json_object_get(body, other))
		return other;
	json_object_foreach ((json_t *)(uintptr_t)body, key, value)
		if (is_wrapper(key, value))
			return key;
	json_object_foreach ((json_t *)(uintptr_t)body, key, value)
		if (!is_status_member(key) && (json_is_object(value) || json_is_array(value)))
			return key;
	return NULL;
}

static void check_wrapped(struct checker *c, const struct entity *entity, bool many,
			  const json_t *body, unsigned flags)
{
	const char *right = many ? entity->plural : entity->singular;
	const char *key = data_key(body, right, many ? entity->singular : entity->plural);
	const json_t *data = key ? json_object_get(body, key) : NULL;
	bool bare = json_object_get(body, "sourcedId") != NULL;
	char quoted[80], kind[100];
	size_t mark;

	snprintf(quoted, sizeof quoted, "\"%s\"", right);
	if (bare || !key) {
		note(c, many && !bare && json_object_size(body) == 0 ? R_WRAPPER_NONE : R_WRAPPER,
		     NULL, body, quoted);
		if (bare)
			check_object(c, entity, body, flags);
		return;
	}
	if (strcmp(key, right) != 0)
		note_text(c, R_WRAPPER_KEY, key, key, quoted);
	snprintf(kind, sizeof kind, "%s in \"%s\"", many ? "an array" : "one object", right);
	if (many ? !json_is_array(data) : !json_is_object(data))
		note(c, R_WRAPPER_KIND, key, data, kind);
	mark = checker_down(c, key);
	if (json_is_array(data) || json_is_object(data))
		check_data(c, entity, data, flags);
	checker_up(c, mark);
	check_beside(c, body, key, quoted);
}

void payload_check_body(struct findings *findings, const struct entity *entity, unsigned version,
			bool many, const json_t *body, unsigned flags)
{
	struct checker c;
	char quoted[80];

	checker_init(&c, findings, version, "");
	class_of_wrapper(entity, version, many, c.class);
	snprintf(quoted, sizeof quoted, "\"%s\"", many ? entity->plural : entity->singular);
	if (json_is_object(body)) {
		check_wrapped(&c, entity, many, body, flags);
	} else {
		note(&c, R_WRAPPER, NULL, body, quoted);
		if (json_is_array(body))
			check_data(&c, entity, body, flags);
	}
	checker_release(&c);
}
