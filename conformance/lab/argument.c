/*
 * argument.c - what a trainee names: things by id or name, and plain values.
 */
#include "conformance/lab/argument.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/str.h"
#include "base/when.h"
#include "conformance/lab/edit.h"
#include "conformance/lab/fill.h"
#include "conformance/lab/fit.h"
#include "conformance/lab/sis.h"

#define LISTED 560 /* characters of what there is, in a message */

/* things that have names */

/* Where the things of a kind are: in the SIS or in the course. */
static const struct things {
	const char *kind, *collection, *file, *where, *id, *name, *alias;
} things[] = {
	{ "category", "categories", NULL, NULL, "sourcedId" },
	{ "class", "classes", NULL, NULL, "sourcedId" },
	{ "student", "users", NULL, "{\"/roles/0/role\": \"student\"}", "sourcedId" },
	{ "teacher", "users", NULL, "{\"/roles/0/role\": \"teacher\"}", "sourcedId" },
	{ "lineItem", "lineItems", NULL, NULL, "sourcedId" },
	{ "gradingPeriod", "academicSessions", NULL, "{\"type\": \"gradingPeriod\"}", "sourcedId" },
	{ "assignment", NULL, "assignments.json", NULL, "id", "name" },
	{ "group", NULL, "assignment_groups.json", NULL, "id", "name" },
	{ "section", NULL, "sections.json", NULL, "id", "name", "sis_section_id" },
	{ "canvasStudent", NULL, "enrollments.json", "{\"type\": \"StudentEnrollment\"}", "user_id",
	  "/user/name", "sis_user_id" },
};

static json_t *list_things(struct lab *lab, const struct things *row, struct err *err)
{
	json_t *where = row->where ? json_loads(row->where, 0, NULL) : NULL, *file, *list = NULL;

	if (row->collection) {
		list = sis_list(lab, row->collection, where, err);
	} else {
		file = edit_read(lab, row->file, err);
		list = file ? fit_list(file, where) : NULL;
		json_decref(file);
	}
	json_decref(where);
	return list;
}

/* An id, as a text. */
static void id_text(const json_t *thing, const struct things *row, char out[static 64])
{
	const json_t *id = json_object_get(thing, row->id);

	if (json_is_integer(id))
		snprintf(out, 64, "%lld", (long long)json_integer_value(id));
	else
		snprintf(out, 64, "%s", json_is_string(id) ? json_string_value(id) : "");
}

/* Returns (free). */
static char *name_of(const json_t *thing, const struct things *row)
{
	return row->name ? xstrdup(json_string_value(fit_member(thing, row->name)))
			 : sis_name(thing);
}

static bool is_named(const json_t *thing, const struct things *row, const char *text)
{
	char id[64], *name = name_of(thing, row);
	const char *alias = row->alias ? json_string_value(fit_member(thing, row->alias)) : NULL;
	bool named;

	id_text(thing, row, id);
	named = strcmp(id, text) == 0 || same_text(name, text) || same_text(alias, text);
	free(name);
	return named;
}

static bool has_id(const json_t *list, const struct things *row, const char *id)
{
	const json_t *thing;
	char own[64];
	size_t i;

	json_array_foreach (list, i, thing) {
		id_text(thing, row, own);
		if (strcmp(own, id) == 0)
			return true;
	}
	return false;
}

/* Those that @text names, each once: a student in two sections is one. An id beats names. */
static json_t *named_things(const json_t *list, const struct things *row, const char *text)
{
	json_t *found = json_array(), *thing;
	char id[64];
	size_t i;

	json_array_foreach (list, i, thing) {
		id_text(thing, row, id);
		if (!is_named(thing, row, text) || has_id(found, row, id))
			continue;
		if (strcmp(id, text) == 0)
			json_array_clear(found);
		json_array_append(found, thing);
		if (strcmp(id, text) == 0)
			break;
	}
	return found;
}

/* "Homework" (cat-homework), ... */
static void describe(const json_t *list, const struct things *row, struct str *out)
{
	const json_t *thing;
	size_t i;
	char id[64];

	json_array_foreach (list, i, thing) {
		char *name = name_of(thing, row);

		id_text(thing, row, id);
		if (out->length > LISTED) {
			str_format(out, " and %zu more", json_array_size(list) - i);
			free(name);
			return;
		}
		str_format(out, "%s\"%s\" (%s)", i ? ", " : "", name ? name : "", id);
		free(name);
	}
}

static bool wrong_name(const struct things *row, const char *text, const json_t *found,
		       const json_t *all, struct err *err)
{
	struct str names = STR_INIT;
	size_t count = json_array_size(found);

	describe(count ? found : all, row, &names);
	if (count)
		err_set(err, ERR_INVALID, "\"%s\" names %zu of them: %s; give the id", text, count,
			str_text(&names));
	else
		err_set(err, ERR_INVALID, "there is no %s \"%s\"%s%s", row->kind, text,
			names.length ? "; there are: " : ", nor any other", str_text(&names));
	str_release(&names);
	return false;
}

static void set_value(json_t *values, const char *name, const char *suffix, json_t *value)
{
	char *key = xformat("%s%s", name, suffix);

	json_object_set_new(values, key, value);
	free(key);
}

/* {CLASS.school}: what it refers to. */
static void set_references(json_t *values, const char *name, const json_t *thing)
{
	const char *key;
	const json_t *value;

	json_object_foreach ((json_t *)(uintptr_t)thing, key, value) {
		const char *id = jsonx_text(value, "sourcedId");
		char *suffix = xformat(".%s", key);

		if (id)
			set_value(values, name, suffix, json_string(id));
		free(suffix);
	}
}

static bool take_thing(struct lab *lab, const struct things *row, const char *name,
		       const char *text, json_t *values, struct err *err)
{
	json_t *all = list_things(lab, row, err);
	json_t *found = all ? named_things(all, row, text) : NULL;
	const json_t *thing = json_array_get(found, 0);
	bool good = all && (json_array_size(found) == 1 || wrong_name(row, text, found, all, err));

	if (good) {
		char *called = name_of(thing, row);

		set_value(values, name, "", json_incref(json_object_get(thing, row->id)));
		set_value(values, name, ".name", json_string(called ? called : ""));
		set_references(values, name, thing);
		free(called);
	}
	json_decref(found);
	json_decref(all);
	return good;
}

/* plain values */

static bool take_text(const char *text, json_t **value, struct err *err)
{
	(void)err;
	*value = json_string(text);
	return true;
}

static bool take_number(const char *text, json_t **value, struct err *err)
{
	int64_t whole;
	double number;

	if (number_parse(text, INT64_MIN, INT64_MAX, &whole))
		*value = json_integer(whole);
	else if (decimal_parse(text, &number))
		*value = json_real(number);
	return *value || err_set(err, ERR_INVALID, "%s: a number belongs here", text);
}

/* As Canvas writes it; "none" is null. */
static bool take_time(const char *text, json_t **value, struct err *err)
{
	char formatted[WHEN_TEXT];
	int64_t when;

	if (strcmp(text, "none") == 0) {
		*value = json_null();
		return true;
	}
	if (!when_parse(text, &when, NULL))
		return err_set(err, ERR_INVALID,
			       "%s: a time like 2026-11-20T04:59:00Z belongs here, or none", text);
	when_format(when, formatted);
	snprintf(formatted + strlen("2026-11-16T17:00:00"), 2, "Z");
	*value = json_string(formatted);
	return true;
}

/* JSON where it is JSON, else the text. */
static bool take_value(const char *text, json_t **value, struct err *err)
{
	(void)err;
	*value = json_loads(text, JSON_DECODE_ANY, NULL);
	if (!*value)
		*value = json_string(text);
	return true;
}

static const struct plain {
	const char *kind;
	bool (*take)(const char *text, json_t **value, struct err *err);
} plains[] = {
	{ "text", take_text },   { "number", take_number }, { "time", take_time },
	{ "choice", take_text }, { "value", take_value },
};

static bool is_choice(const json_t *argument, const char *text, struct err *err)
{
	const json_t *values = json_object_get(argument, "values"), *value;
	struct str words = STR_INIT;
	bool found = !values;
	size_t i;

	json_array_foreach (values, i, value) {
		found = found || same_text(json_string_value(value), text);
		str_format(&words, "%s%s", i ? ", " : "", json_string_value(value));
	}
	if (!found)
		err_set(err, ERR_INVALID, "%s: one of these belongs here: %s", text,
			str_text(&words));
	str_release(&words);
	return found;
}

bool argument_take(struct lab *lab, const json_t *argument, const char *text, json_t *values,
		   struct err *err)
{
	const char *name = jsonx_text(argument, "name"), *kind = jsonx_text(argument, "kind");
	json_t *value = NULL;

	set_value(values, name, ".text", json_string(text));
	for (size_t i = 0; i < ARRAY_SIZE(things); i++)
		if (strcmp(things[i].kind, kind) == 0)
			return take_thing(lab, &things[i], name, text, values, err);
	for (size_t i = 0; i < ARRAY_SIZE(plains); i++)
		if (strcmp(plains[i].kind, kind) == 0) {
			if (!is_choice(argument, text, err) || !plains[i].take(text, &value, err))
				return false;
			set_value(values, name, "", value);
			set_value(values, name, ".name", json_string(text));
			return true;
		}
	return err_set(err, ERR_INVALID, "verbs.json: %s: there is no kind %s", name, kind);
}

void argument_leave_out(const json_t *argument, json_t *values)
{
	static const char *const suffixes[] = { "", ".name", ".text" };

	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		char *key = xformat("%s%s", jsonx_text(argument, "name"), suffixes[i]);

		fill_absent(values, key);
		free(key);
	}
}
