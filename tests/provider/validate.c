/*
 * validate.c - what a client sends becomes a record, or is refused by the field.
 *
 * What follows from the rest is completed: href and type of references, the dates' form.
 * Members that the version does not have are left out of the record.
 */
#include "tests/provider/internal.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/when.h"

static json_t *accept_fields(struct exchange *e, const struct field *fields, const json_t *object,
			     const char *where);

/* 1.2: ext: and letters, digits, '.', '-' or '_'; learning objectives name other sources
 * by a lower-case word. */
static bool is_extension(const struct field *field, const char *text)
{
	bool source = strcmp(field->name, "source") == 0, ext = starts_with(text, "ext:");

	if (!ext && !source)
		return false;
	text += ext ? 4 : 0;
	if (!*text)
		return false;
	for (; *text; text++)
		if (ext ? !isalnum((unsigned char)*text) && !strchr(".-_", *text)
			: !islower((unsigned char)*text) && !isdigit((unsigned char)*text))
			return false;
	return true;
}

static bool is_word(const struct exchange *e, const struct field *field, const char *text)
{
	size_t length = strlen(text);

	if (vendor_behaves(e, "any-word"))
		return true;
	for (const char *word = field->words; word; word = strchr(word, '|')) {
		word += *word == '|';
		if (strcspn(word, "|") == length && strncmp(word, text, length) == 0)
			return true;
	}
	return field->open && e->version == V12 && is_extension(field, text);
}

static json_t *accept_time(const char *text, bool date)
{
	char day[DATE_TEXT], whole[WHEN_TEXT];
	int64_t when;

	if (!text || strlen(text) < 10 || !when_parse(text, &when, NULL))
		return NULL;
	if (date)
		return date_parse(text, day) ? json_string(day) : NULL;
	when_format(when, whole);
	return json_string(whole);
}

static json_t *accept_flag(const json_t *value)
{
	const char *text = json_string_value(value);

	if (json_is_boolean(value))
		return json_string(json_is_true(value) ? "true" : "false");
	return text && (strcmp(text, "true") == 0 || strcmp(text, "false") == 0) ? json_string(text)
										 : NULL;
}

static json_t *accept_texts(const json_t *value)
{
	const json_t *item;
	size_t i;

	if (!json_is_array(value))
		return NULL;
	json_array_foreach (value, i, item)
		if (!json_is_string(item))
			return NULL;
	return json_deep_copy(value);
}

/* "any-class", "any-line-item": references of this name may lead nowhere. */
static bool may_dangle(const struct exchange *e, const char *name)
{
	struct str out = STR_INIT;
	bool dangles;

	str_add(&out, "any-");
	for (; *name; name++) {
		if (isupper((unsigned char)*name))
			str_add_char(&out, '-');
		str_add_char(&out, (char)tolower((unsigned char)*name));
	}
	dangles = vendor_behaves(e, str_text(&out));
	str_release(&out);
	return dangles;
}

static json_t *accept_reference(struct exchange *e, const struct field *field, const json_t *value)
{
	const char *id = json_string_value(json_object_get(value, "sourcedId"));

	if (!id || !*id)
		return NULL;
	if (vendor_find(e->p->rows[field->target], id) || may_dangle(e, field->name))
		return json_string(id);
	vendor_refuse(e, BAD_DATA, "%s: there is no %s %s", field->name,
		      vendor_entities[field->target].singular, id);
	return NULL;
}

static json_t *accept_parts(struct exchange *e, const struct field *field, const json_t *value)
{
	json_t *list, *item, *part;
	size_t i;

	if (!json_is_array(value))
		return NULL;
	list = json_array();
	json_array_foreach (value, i, item) {
		part = json_is_object(item) ? accept_fields(e, field->parts, item, field->name)
					    : NULL;
		if (!part) {
			json_decref(list);
			return NULL;
		}
		json_array_append_new(list, part);
	}
	return list;
}

/* NULL: it is of the wrong kind. */
static json_t *accept_value(struct exchange *e, const struct field *field, json_t *value)
{
	const char *text = json_string_value(value);

	switch (field->kind) {
	case TEXT:
	case ID:
		return text || vendor_behaves(e, "any-type") ? json_incref(value) : NULL;
	case NUMBER:
		return json_is_number(value) || vendor_behaves(e, "any-number") ? json_incref(value)
										: NULL;
	case DATE:
		return accept_time(text, true);
	case TIME:
		return vendor_behaves(e, "any-date") ? json_incref(value)
						     : accept_time(text, false);
	case FLAG:
		return accept_flag(value);
	case WORD:
		return text && is_word(e, field, text) ? json_incref(value) : NULL;
	case TEXTS:
		return accept_texts(value);
	case REF:
		return accept_reference(e, field, value);
	case REFS:
		return NULL; /* clients write none */
	case PARTS:
		return accept_parts(e, field, value);
	case OBJECT:
		return json_is_object(value) ? json_deep_copy(value) : NULL;
	}
	return NULL;
}

static json_t *accept_fields(struct exchange *e, const struct field *fields, const json_t *object,
			     const char *where)
{
	json_t *record = json_object();

	for (const struct field *field = fields; field->name && e->status < 400; field++) {
		json_t *value = json_object_get(object, field->name), *taken;
		bool given = value && !json_is_null(value);
		bool empty = field->kind == PARTS && given && !json_array_size(value);

		if (!(field->in & e->version))
			continue;
		if ((!given || empty) && (field->required & e->version) &&
		    !vendor_behaves(e, "any-lack")) {
			vendor_refuse(e, BAD_DATA, "%s%s%s: it is required", where,
				      *where ? "." : "", field->name);
		} else if (given) {
			taken = accept_value(e, field, value);
			if (taken)
				json_object_set_new(record, field->name, taken);
			else if (e->status < 400)
				vendor_refuse(e, BAD_DATA, "%s%s%s: the value is not of its kind",
					      where, *where ? "." : "", field->name);
		}
	}
	if (e->status < 400)
		return record;
	json_decref(record);
	return NULL;
}

/* The newest write is the newest object, also within a millisecond. */
static void stamp(const struct exchange *e, json_t *record)
{
	struct provider *p = e->p;
	int64_t now = when_now();
	char text[WHEN_TEXT];

	p->modified = now > p->modified ? now : p->modified + 1;
	when_format(vendor_behaves(e, "stale-time") ? 0 : p->modified, text);
	json_object_set_new(record, "dateLastModified", json_string(text));
}

/* The first category that serves every class, for a lineItem without one. */
static void complete_line_item(const struct provider *p, json_t *record)
{
	const json_t *item, *class = vendor_find(p->rows[CLASS], vendor_text_of(record, "class"));
	size_t i;

	if (class && !json_object_get(record, "school"))
		json_object_set(record, "school", json_object_get(class, "school"));
	json_array_foreach (p->rows[CATEGORY], i, item)
		if (!json_object_get(record, "category") &&
		    !*vendor_text_of(json_object_get(item, "metadata"), "classId"))
			json_object_set(record, "category", json_object_get(item, "sourcedId"));
}

static void complete(const struct provider *p, enum entity_id entity, json_t *record)
{
	char today[DATE_TEXT];

	if (!json_object_get(record, "status"))
		json_object_set_new(record, "status", json_string("active"));
	if (entity == LINE_ITEM)
		complete_line_item(p, record);
	if ((entity == RESULT || entity == ASSESSMENT_RESULT) &&
	    !json_object_get(record, "scoreDate")) {
		date_format(when_now(), today);
		json_object_set_new(record, "scoreDate", json_string(today));
	}
}

/* 1.2 fact sheet 7.3: a textScore is one of its scoreScale, where it names one. */
static bool text_score_fits(struct exchange *e, const json_t *record)
{
	const json_t *scale = vendor_find(e->p->rows[SCORE_SCALE],
					  vendor_text_of(record, "scoreScale"));
	const char *text = vendor_text_of(record, "textScore");
	const json_t *value;
	size_t i;

	if (!scale || !*text || vendor_behaves(e, "any-text-score"))
		return true;
	json_array_foreach (json_object_get(scale, "scoreScaleValue"), i, value)
		if (strcmp(vendor_text_of(value, "itemValueLHS"), text) == 0 ||
		    strcmp(vendor_text_of(value, "itemValueRHS"), text) == 0)
			return true;
	vendor_refuse(e, BAD_DATA, "textScore: %.60s is not of scoreScale %s", text,
		      vendor_text_of(scale, "sourcedId"));
	return false;
}

json_t *vendor_accept_object(struct exchange *e, enum entity_id entity, const json_t *object)
{
	json_t *record = accept_fields(e, vendor_base_fields, object, "");
	json_t *own = record ? accept_fields(e, vendor_entities[entity].fields, object, "") : NULL;
	const char *id = vendor_text_of(record, "sourcedId");

	if (own)
		json_object_update(record, own);
	json_decref(own);
	if (own && strlen(id) > 255)
		vendor_refuse(e, BAD_DATA, "sourcedId: at most 255 bytes");
	if (!own || e->status >= 400 || !text_score_fits(e, record)) {
		json_decref(record);
		return NULL;
	}
	complete(e->p, entity, record);
	stamp(e, record);
	return record;
}
