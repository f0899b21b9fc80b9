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

/* What a body is made of. */
struct source {
	const struct sync *sync;
	const struct item *item;
	const struct score *score; /* of a result */
	const json_t *values;      /* what templates see */
};

static void write_reference(struct jsonw *w, const struct sync *sync, const char *collection,
			    const char *id, const char *type)
{
	struct str href = STR_INIT;

	str_add(&href, transport_root(sync->options->transport));
	str_add_char(&href, '/');
	str_add(&href, collection);
	str_add_char(&href, '/');
	pct_encode(&href, id);
	jsonw_object(w);
	jsonw_key_text(w, "href", str_text(&href));
	jsonw_key_text(w, "sourcedId", id);
	jsonw_key_text(w, "type", type);
	jsonw_object_end(w);
	str_release(&href);
}

json_t *reference(const struct sync *sync, const char *collection, const char *id, const char *type)
{
	struct str text = STR_INIT;
	struct jsonw w;
	json_t *ref;

	jsonw_init(&w, &text, 0);
	write_reference(&w, sync, collection, id, type);
	ref = json_loads(str_text(&text), 0, NULL);
	str_release(&text);
	return ref;
}

static void write_zero(struct jsonw *w, const struct source *source)
{
	(void)source;
	jsonw_int(w, 0);
}

static void write_metadata(struct jsonw *w, const struct source *source)
{
	(void)source;
	jsonw_object(w);
	jsonw_key_text(w, "vendorId", "");
	jsonw_object_end(w);
}

static void write_id(struct jsonw *w, const struct source *source)
{
	jsonw_text(w, source->score->id);
}

static void write_line_item(struct jsonw *w, const struct source *source)
{
	write_reference(w, source->sync, "lineItems", source->item->id, "lineItem");
}

static void write_student(struct jsonw *w, const struct source *source)
{
	write_reference(w, source->sync, "students", source->score->student->sis_id, "student");
}

static void write_status(struct jsonw *w, const struct source *source)
{
	jsonw_text(w, source->score->status);
}

static void write_score(struct jsonw *w, const struct source *source)
{
	if (source->score->has_value)
		jsonw_number(w, source->score->value);
	else
		jsonw_null(w);
}

/* clang-format off */
static const struct payload_field {
	const char *name;
	const char *preset; /* a template, or NULL: */
	void (*write)(struct jsonw *w, const struct source *source);
} line_item_fields[] = {
	{ "sourcedId",      "{sourcedId}", NULL },
	{ "status",         "active", NULL },
	{ "title",          "{assignment.name}", NULL },
	{ "description",    "Imported from Canvas: {canvas_url}/courses/{course_id}/assignments/{assignment_id}", NULL },
	{ "resultValueMax", "{assignment.points_possible}", NULL },
	{ "resultValueMin", NULL, write_zero },
	{ "assignDate",     "{assignment.unlock_at|assignment.due_at}", NULL },
	{ "dueDate",        "{assignment.due_at}", NULL },
	{ "metadata",       NULL, write_metadata },
	{ "class",          "{class}", NULL },
	{ "category",       "{category}", NULL },
	{ "gradingPeriod",  "{gradingPeriod}", NULL },
	{ NULL, NULL, NULL },
}, result_fields[] = { /* there are many results: none of these asks for the values */
	{ "sourcedId",   NULL, write_id },
	{ "lineItem",    NULL, write_line_item },
	{ "student",     NULL, write_student },
	{ "scoreStatus", NULL, write_status },
	{ "score",       NULL, write_score },
	{ NULL, NULL, NULL },
};
/* clang-format on */

/* A template value: a text is filled, an object or array member by member. */
static void fill(struct jsonw *w, const json_t *template, const json_t *values)
{
	const char *key;
	const json_t *member;
	size_t i;

	if (same_text(json_string_value(template), "null")) { /* a word of its own, as omit is */
		jsonw_null(w);
	} else if (json_is_string(template)) {
		template_write(w, json_string_value(template), values);
	} else if (json_is_array(template)) {
		jsonw_array(w);
		json_array_foreach (template, i, member)
			fill(w, member, values);
		jsonw_array_end(w);
	} else if (json_is_object(template)) {
		jsonw_object(w);
		json_object_foreach ((json_t *)(uintptr_t) template, key, member) {
			jsonw_key(w, key);
			fill(w, member, values);
		}
		jsonw_object_end(w);
	} else {
		jsonw_value(w, template);
	}
}

static bool is_omit(const json_t *template)
{
	return same_text(json_string_value(template), "omit");
}

static void write_default(struct jsonw *w, const struct payload_field *field,
			  const struct source *source)
{
	jsonw_key(w, field->name);
	if (field->write)
		field->write(w, source);
	else
		template_write(w, field->preset, source->values);
}

static bool is_field(const struct payload_field *fields, const char *name)
{
	while (fields->name && strcmp(fields->name, name) != 0)
		fields++;
	return fields->name != NULL;
}

/* {wrapper: {...}} from defaults, overridden by @templates, further fields behind. */
static char *body(const char *wrapper, const struct payload_field *fields, const json_t *templates,
		  const struct source *source, const json_t *leave_out)
{
	struct str out = STR_INIT;
	struct jsonw w;
	const char *key;
	const json_t *template;

	jsonw_init(&w, &out, 0);
	jsonw_object(&w);
	jsonw_key(&w, wrapper);
	jsonw_object(&w);
	for (const struct payload_field *field = fields; field->name; field++) {
		template = json_object_get(templates, field->name);
		if (json_object_get(leave_out, field->name) || is_omit(template))
			continue;
		if (template) {
			jsonw_key(&w, field->name);
			fill(&w, template, source->values);
		} else {
			write_default(&w, field, source);
		}
	}
	json_object_foreach ((json_t *)(uintptr_t)templates, key, template) {
		if (is_omit(template) || json_object_get(leave_out, key) || is_field(fields, key))
			continue;
		jsonw_key(&w, key);
		fill(&w, template, source->values);
	}
	jsonw_object_end(&w);
	jsonw_object_end(&w);
	return str_take(&out, NULL);
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
	const struct source source = { .sync = sync, .item = item, .values = values };

	text = body("lineItem", line_item_fields, sync->connection->line_item, &source, without);
	json_decref(values);
	json_decref(without);
	return text;
}

/* submission.* with the score that goes out, the last comment as text, and graded_at
 * without its time, which is what a scoreDate is. */
static json_t *submission_values(const struct result_bodies *bodies, const struct score *score)
{
	const char *graded = score->submission->graded_at;
	json_t *values = bodies->whole ? course_submission(bodies->sync->options->course,
							   score->submission)
				       : NULL;
	const json_t *comments = json_object_get(values, "submission_comments");
	const char *comment = jsonx_text(json_array_get(comments, json_array_size(comments) - 1),
					 "comment");
	json_t *said = comment ? json_string(comment) : NULL;
	char day[DATE_TEXT];

	values = values ? values : json_object();
	if (score->has_value)
		json_object_set_new(values, "score", json_real(score->value));
	else
		json_object_del(values, "score");
	if (said)
		json_object_set_new(values, "comment", said);
	else
		json_object_del(values, "comment");
	if (graded)
		json_object_set_new(values, "graded_at", json_string(graded));
	if (graded && date_parse(graded, day))
		json_object_set_new(values, "graded_day", json_string(day));
	else
		json_object_del(values, "graded_day");
	return values;
}

/* Whether a template asks for what is only in the file. */
static bool asks_whole(const json_t *template)
{
	static const char known[] = "score graded_at graded_day";
	const char *key;
	const json_t *member;
	size_t i;

	if (json_is_string(template))
		return template_asks(json_string_value(template), "submission", known);
	json_array_foreach (template, i, member)
		if (asks_whole(member))
			return true;
	json_object_foreach ((json_t *)(uintptr_t) template, key, member)
		if (asks_whole(member))
			return true;
	return false;
}

void result_bodies_init(struct result_bodies *bodies, const struct sync *sync)
{
	*bodies = (struct result_bodies){
		.sync = sync,
		.without = left_out(sync),
		.whole = asks_whole(sync->connection->result),
	};
}

void result_bodies_release(struct result_bodies *bodies)
{
	json_decref(bodies->values);
	json_decref(bodies->without);
}

/* What the templates of a connection see of a score. */
static const json_t *result_values(struct result_bodies *bodies, const struct item *item,
				   const struct score *score)
{
	const struct sync *sync = bodies->sync;
	const char *student = score->student->sis_id;

	if (bodies->item != item) {
		json_decref(bodies->values);
		bodies->values = common_values(sync, item);
		bodies->item = item;
		json_object_set_new(bodies->values, "lineItem",
				    reference(sync, "lineItems", item->id, "lineItem"));
	}
	json_object_set_new(bodies->values, "sourcedId", json_string(score->id));
	json_object_set_new(bodies->values, "user_id", json_string(student));
	json_object_set_new(bodies->values, "student",
			    reference(sync, "students", student, "student"));
	json_object_set_new(bodies->values, "scoreStatus", json_string(score->status));
	json_object_set_new(bodies->values, "submission", submission_values(bodies, score));
	return bodies->values;
}

char *result_body(struct result_bodies *bodies, const struct item *item, const struct score *score)
{
	const json_t *templates = bodies->sync->connection->result;
	struct source source = { .sync = bodies->sync, .item = item, .score = score };

	if (json_object_size(templates))
		source.values = result_values(bodies, item, score);
	return body("result", result_fields, templates, &source, bodies->without);
}

void score_text(const struct score *score, char out[static 32])
{
	if (score->has_value)
		number_format(score->value, out);
	else
		snprintf(out, 32, "null");
}
