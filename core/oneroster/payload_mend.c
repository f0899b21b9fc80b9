/*
 * payload_mend.c - what can be put right without a guess.
 *
 * Each type has one function that returns the value as it should be, or NULL where the
 * value is right already or where nobody can know.
 */
#include "oneroster/payload_internal.h"

#include <string.h>
#include <strings.h>

#include "base/jsonx.h"
#include "base/when.h"

/* The day of a dateTime is written in it, whatever its zone. */
static json_t *mend_date(const json_t *value, unsigned version)
{
	const char *text = json_string_value(value);
	char date[DATE_TEXT];

	(void)version;
	return text && strlen(text) >= DATE_TEXT && date_parse(text, date) ? json_string(date)
									   : NULL;
}

/* Without a zone the instant is not known. */
static json_t *mend_time(const json_t *value, unsigned version)
{
	const char *text = json_string_value(value);
	char exact[WHEN_TEXT];
	int64_t when;
	bool zone = false;

	(void)version;
	if (!text || !when_parse(text, &when, &zone) || !zone)
		return NULL;
	when_format(when, exact);
	return strcmp(exact, text) == 0 ? NULL : json_string(exact);
}

static json_t *mend_boolean(const json_t *value, unsigned version)
{
	static const char *const words[] = { "false", "true" };
	const char *text = json_string_value(value);

	if (json_is_boolean(value) && (version & V12))
		return json_string(words[json_is_true(value)]);
	for (size_t i = 0; text && i < ARRAY_SIZE(words); i++)
		if (strcasecmp(text, words[i]) == 0 && strcmp(text, words[i]) != 0)
			return json_string(words[i]);
	return NULL;
}

static json_t *mend_number(const json_t *value, unsigned version)
{
	const char *text = json_string_value(value);
	double number;

	(void)version;
	return text && decimal_parse(text, &number) ? json_real(number) : NULL;
}

static const struct {
	enum type type;
	enum rule rule; /* that the old value broke */
	json_t *(*mend)(const json_t *value, unsigned version);
} menders[] = {
	{ T_DATE, R_DATE, mend_date },
	{ T_TIME, R_TIME_FORM, mend_time },
	{ T_BOOL, R_BOOLEAN, mend_boolean },
	{ T_NUMBER, R_NUMBER, mend_number },
};

static void note_mended(struct checker *c, enum rule rule, const char *member, const json_t *old,
			const json_t *new)
{
	struct findings *list = c->findings;
	size_t before = list->count;
	char text[SHOWN_SIZE];

	note(c, rule, member, old, NULL);
	if (list->count > before)
		list->items[before].expected = arena_dup(&list->arena,
							 new ? shown(new, text) : "nothing");
}

/* The type of a reference follows from the field; one that names another family may be
 * the only right thing in it. */
static void mend_reference(struct checker *c, const struct field *field, const char *member,
			   json_t *reference)
{
	const json_t *type = json_object_get(reference, "type");
	const char *right = field->target->singular;
	bool is_missing = !type || json_is_null(type), is_variant = false;
	json_t *new;
	size_t mark = c->path.length;

	if (json_is_string(type) && (c->version & V12) &&
	    strcmp(json_string_value(type), right) != 0)
		is_variant = reference_family(json_string_value(type)) == field->target;
	if (!json_is_object(reference) || !(is_missing || is_variant))
		return;
	if (member)
		checker_down(c, member);
	new = json_string(right);
	note_mended(c, R_REF_TYPE, "type", type, new);
	json_object_set_new(reference, "type", new);
	checker_up(c, mark);
}

static void mend_members(struct checker *c, const struct field *fields, json_t *object);

static void mend_array(struct checker *c, const struct field *field, json_t *array)
{
	size_t mark = checker_down(c, field->name), element, i;
	json_t *item;

	json_array_foreach (array, i, item) {
		element = checker_down_index(c, i);
		if (field->type == T_REFS)
			mend_reference(c, field, NULL, item);
		else if (field->type == T_OBJECTS)
			mend_members(c, field->sub, item);
		checker_up(c, element);
	}
	checker_up(c, mark);
}

static void mend_member(struct checker *c, const struct field *field, json_t *object)
{
	json_t *value = json_object_get(object, field->name), *new;

	if (!value || !(field->in & c->version))
		return;
	if (json_is_null(value)) {
		if (field->required & c->version)
			return;
		note_mended(c, R_NULL_OPTIONAL, field->name, value, NULL);
		json_object_del(object, field->name);
		return;
	}
	if (field->type == T_REF)
		mend_reference(c, field, field->name, value);
	else if (json_is_array(value))
		mend_array(c, field, value);
	for (size_t i = 0; i < ARRAY_SIZE(menders); i++) {
		new = menders[i].type == field->type ? menders[i].mend(value, c->version) : NULL;
		if (!new)
			continue;
		note_mended(c, menders[i].rule, field->name, value, new);
		json_object_set_new(object, field->name, new);
		return;
	}
}

static void mend_members(struct checker *c, const struct field *fields, json_t *object)
{
	for (const struct field *field = fields; field->name; field++)
		mend_member(c, field, object);
}

void payload_mend_object(struct findings *mended, const struct entity *entity, unsigned version,
			 json_t *object, const char *prefix)
{
	struct checker c;

	checker_init(&c, mended, version, prefix);
	class_of_entity(entity, version, c.class);
	mend_members(&c, entity->fields, object);
	checker_release(&c);
}
