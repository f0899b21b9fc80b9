/*
 * payload.c - the bodies of PUT, from Canvas's defaults and the connection.
 *
 * Defaults: canvas-client.md 2c and 2d. A field whose template is "omit" is left
 * out; null is sent as null.
 */
#include "conformance/canvas/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonw.h"
#include "base/jsonx.h"
#include "base/url.h"
#include "base/when.h"
#include "conformance/canvas/rules.h"
#include "conformance/canvas/template.h"

/* clang-format off */
static const struct payload_field {
	const char *name, *preset;
} line_item_fields[] = {
	{ "sourcedId",      "{sourcedId}" },
	{ "status",         "active" },
	{ "title",          "{assignment.name}" },
	{ "description",    "Imported from Canvas: {canvas_url}/courses/{course_id}/assignments/{assignment_id}" },
	{ "resultValueMax", "{assignment.points_possible}" },
	{ "resultValueMin", "0" },
	{ "assignDate",     "{assignment.unlock_at|assignment.due_at}" },
	{ "dueDate",        "{assignment.due_at}" },
	{ "metadata",       NULL },
	{ "class",          "{class}" },
	{ "category",       "{category}" },
	{ "gradingPeriod",  "{gradingPeriod}" },
	{ NULL, NULL },
}, result_fields[] = {
	{ "sourcedId",   "{sourcedId}" },
	{ "lineItem",    "{lineItem}" },
	{ "student",     "{student}" },
	{ "scoreStatus", "{scoreStatus}" },
	{ "score",       "{submission.score}" },
	{ NULL, NULL },
};
/* clang-format on */

json_t *reference(const struct sync *sync, const char *collection, const char *id, const char *type)
{
	struct str href = STR_INIT;
	json_t *ref = json_object();

	str_format(&href, "%s/%s/", transport_root(sync->options->transport), collection);
	pct_encode(&href, id);
	json_object_set_new(ref, "href", json_string(str_text(&href)));
	json_object_set_new(ref, "sourcedId", json_string(id));
	json_object_set_new(ref, "type", json_string(type));
	str_release(&href);
	return ref;
}

/* A template value: a text is filled, an object or array member by member. */
static json_t *fill(const json_t *template, const json_t *values)
{
	const char *key;
	json_t *member, *object;
	size_t i;

	if (same_text(json_string_value(template), "null")) /* a word of its own, as omit is */
		return json_null();
	if (json_is_string(template))
		return template_fill(json_string_value(template), values);
	if (json_is_array(template)) {
		object = json_array();
		json_array_foreach (template, i, member)
			json_array_append_new(object, fill(member, values));
		return object;
	}
	if (!json_is_object(template))
		return json_deep_copy(template);
	object = json_object();
	json_object_foreach ((json_t *)(uintptr_t) template, key, member)
		json_object_set_new(object, key, fill(member, values));
	return object;
}

static bool is_omit(const json_t *template)
{
	return same_text(json_string_value(template), "omit");
}

static void set_default(json_t *object, const struct payload_field *field, const json_t *values)
{
	json_t *value;

	if (strcmp(field->name, "metadata") == 0) {
		value = json_object();
		json_object_set_new(value, "vendorId", json_string(""));
	} else if (strcmp(field->name, "resultValueMin") == 0) {
		value = json_integer(0);
	} else {
		value = template_fill(field->preset, values);
	}
	json_object_set_new(object, field->name, value);
}

/* {wrapper: {...}} from defaults, overridden by @templates, further fields behind. */
static char *body(const char *wrapper, const struct payload_field *fields, const json_t *templates,
		  const json_t *values, const json_t *leave_out)
{
	json_t *object = json_object(), *whole = json_object();
	const char *key;
	const json_t *template;
	char *text;

	for (const struct payload_field *field = fields; field->name; field++) {
		template = json_object_get(templates, field->name);
		if (json_object_get(leave_out, field->name) || is_omit(template))
			continue;
		if (template)
			json_object_set_new(object, field->name, fill(template, values));
		else
			set_default(object, field, values);
	}
	json_object_foreach ((json_t *)(uintptr_t)templates, key, template)
		if (!is_omit(template) && !json_object_get(leave_out, key) &&
		    !json_object_get(object, key))
			json_object_set_new(object, key, fill(template, values));
	json_object_set_new(whole, wrapper, object);
	text = jsonx_dump(whole);
	json_decref(whole);
	return text;
}

/* assignment.* as the templates see it: dates are those of the section, and blank
 * points are 0 as in Canvas. */
static json_t *assignment_values(const struct item *item)
{
	static const char *const dates[] = { "unlock_at", "lock_at" };
	json_t *values = json_copy((json_t *)(uintptr_t)item->assignment->json);
	const json_t *override = section_override(item->assignment, item->section->id);

	json_object_set_new(values, "due_at",
			    item->due_at ? json_string(item->due_at) : json_null());
	for (size_t i = 0; i < ARRAY_SIZE(dates); i++)
		if (json_object_get(override, dates[i]))
			json_object_set(values, dates[i], json_object_get(override, dates[i]));
	if (!json_is_number(json_object_get(values, "points_possible")))
		json_object_set_new(values, "points_possible", json_integer(0));
	return values;
}

static json_t *common_values(const struct sync *sync, const struct item *item)
{
	const struct course *course = sync->options->course;
	json_t *values = json_object();

	json_object_set_new(values, "course_id", json_string(course->id));
	json_object_set_new(values, "assignment_id", json_string(item->assignment->id));
	json_object_set_new(values, "section_id", json_string(item->section->id));
	json_object_set_new(values, "class_id", json_string(item->section->class_id));
	json_object_set_new(values, "canvas_url", json_string(sync->connection->canvas_url));
	json_object_set(values, "course", (json_t *)(uintptr_t)course->json);
	json_object_set(values, "section", (json_t *)(uintptr_t)item->section->json);
	json_object_set_new(values, "assignment", assignment_values(item));
	json_object_set_new(values, "class",
			    reference(sync, "classes", item->section->class_id, "class"));
	return values;
}

static json_t *left_out(const struct sync *sync)
{
	json_t *names = json_object();

	if (strcmp(sync->connection->id_mode, "modified") == 0)
		json_object_set_new(names, "sourcedId", json_true());
	return names;
}

char *line_item_body(const struct sync *sync, const struct item *item)
{
	json_t *values = common_values(sync, item), *without = left_out(sync);
	char *text;

	json_object_set_new(values, "sourcedId", json_string(item->id));
	json_object_set(values, "category", item->category);
	json_object_set(values, "gradingPeriod", item->period);
	if (!item->category)
		json_object_set_new(without, "category", json_true());
	if (!item->period)
		json_object_set_new(without, "gradingPeriod", json_true());
	text = body("lineItem", line_item_fields, sync->connection->line_item, values, without);
	json_decref(values);
	json_decref(without);
	return text;
}

/* submission.* with the score that goes out, the last comment as text, and graded_at
 * without its time, which is what a scoreDate is. */
static json_t *submission_values(const struct score *score)
{
	json_t *values = json_copy((json_t *)(uintptr_t)score->submission);
	const json_t *comments = json_object_get(score->submission, "submission_comments");
	const char *comment = jsonx_text(json_array_get(comments, json_array_size(comments) - 1),
					 "comment");
	const char *graded = jsonx_text(score->submission, "graded_at");
	char day[DATE_TEXT];

	json_object_set_new(values, "score",
			    score->has_value ? json_real(score->value) : json_null());
	json_object_set_new(values, "comment", comment ? json_string(comment) : json_null());
	json_object_set_new(values, "graded_day",
			    graded && date_parse(graded, day) ? json_string(day) : json_null());
	return values;
}

char *result_body(const struct sync *sync, const struct item *item, const struct score *score)
{
	json_t *values = common_values(sync, item), *without = left_out(sync);
	char *text;

	json_object_set_new(values, "sourcedId", json_string(score->id));
	json_object_set_new(values, "user_id", json_string(score->student->sis_id));
	json_object_set_new(values, "lineItem", reference(sync, "lineItems", item->id, "lineItem"));
	json_object_set_new(values, "student",
			    reference(sync, "students", score->student->sis_id, "student"));
	json_object_set_new(values, "scoreStatus", json_string(score->status));
	json_object_set_new(values, "submission", submission_values(score));
	text = body("result", result_fields, sync->connection->result, values, without);
	json_decref(values);
	json_decref(without);
	return text;
}

void score_text(const struct score *score, char out[static 32])
{
	if (score->has_value)
		number_format(score->value, out);
	else
		snprintf(out, 32, "null");
}
