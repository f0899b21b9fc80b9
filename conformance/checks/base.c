/*
 * base.c - the lineItem and the result that most checks about writing begin with: as Canvas sends
 * them, or, to a provider that refuses that, as the schema wants them.
 */
#include "conformance/checks/writing.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/url.h"
#include "base/when.h"
#include "oneroster/vocab.h"

#define ATTEMPTS 40 /* at a lineItem that the provider takes */

json_t *judge_ref(const struct judge *judge, const char *collection, const char *id,
		  const char *type)
{
	struct str href = STR_INIT;
	json_t *object = json_object();
	char *path = xformat("/%s/", collection), *target = judge_target(judge, path);

	if (*target == '/')
		str_add(&href, transport_root(judge->options->transport));
	str_add(&href, target);
	pct_encode(&href, id);
	json_object_set_new(object, "href", json_string(str_text(&href)));
	json_object_set_new(object, "sourcedId", json_string(id));
	json_object_set_new(object, "type", json_string(type));
	str_release(&href);
	free(target);
	free(path);
	return object;
}

/* What "&place" stands for: a reference to what {place} stands for. */
static const struct {
	const char *place, *collection, *type;
} references[] = {
	{ "class", "classes", "class" },
	{ "course", "courses", "course" },
	{ "school", "orgs", "org" },
	{ "student", "users", "user" },
	{ "term", "academicSessions", "academicSession" },
	{ "gradingPeriod", "academicSessions", "academicSession" },
	{ "lineItem", "lineItems", "lineItem" },
	{ "ownCategory", "categories", "category" },
	{ "ownScoreScale", "scoreScales", "scoreScale" },
	{ "ownAssessmentLineItem", "assessmentLineItems", "assessmentLineItem" },
};

/* The id that it refers to: one of ours for "ownCategory", the period of the base lineItem for
 * "gradingPeriod". NULL, and the check is skipped, where there is none. Borrowed. */
static const char *referred(struct judge *judge, const char *place, const char *collection)
{
	const char *id, *why = NULL;

	if (strcmp(place, "gradingPeriod") == 0 && json_is_string(judge->subject->period))
		id = json_string_value(judge->subject->period);
	else if (starts_with(place, "own"))
		id = own_object(judge, collection, &why);
	else
		id = judge_id(judge, place);
	if (!id && why)
		judge_skip(judge, "%s", why);
	else if (!id)
		judge_skip(judge, "the provider shows no %s that could be referred to", place);
	return id;
}

/* Returns (json_decref). */
static json_t *reference_to(struct judge *judge, const char *place)
{
	for (size_t i = 0; i < ARRAY_SIZE(references); i++)
		if (strcmp(references[i].place, place) == 0) {
			const char *id = referred(judge, place, references[i].collection);

			return id ? judge_ref(judge, references[i].collection, id,
					      references[i].type)
				  : json_null();
		}
	BUG("&%s refers to nothing", place);
}

/* The instant @by later, as a dateTime of this zone: "Z" or "+02:00". Returns (json_decref). */
static json_t *shifted(const char *text, int64_t by, const char *zone)
{
	char moved[WHEN_TEXT];
	int64_t when;

	if (!when_parse(text, &when, NULL))
		BUG("%s is no dateTime", text);
	when_format(when + by + (*zone == 'Z' ? 0 : 2 * WHEN_DAY / 24), moved);
	return json_sprintf("%.23s%s", moved, zone);
}

/* A value with "{class}", "&class" and the like filled in. Returns (json_decref). */
static json_t *fill_value(struct judge *judge, const json_t *value)
{
	const struct subject *s = judge->subject;
	const char *text = json_string_value(value), *key;
	json_t *member, *object;

	if (same_text(text, "{class}"))
		return json_string(s->class_id);
	if (same_text(text, "{student}"))
		return json_string(s->student);
	if (same_text(text, "{zoneless}"))
		return json_stringn(s->due, strlen(s->due) - 1);
	if (same_text(text, "{offset}"))
		return shifted(s->due, 0, "+02:00");
	if (same_text(text, "{before}"))
		return shifted(s->due, -WHEN_DAY, "Z");
	if (text && *text == '&')
		return reference_to(judge, text + 1);
	if (!json_is_object(value))
		return json_deep_copy(value);
	object = json_object();
	json_object_foreach ((json_t *)(uintptr_t)value, key, member)
		json_object_set_new(object, key, fill_value(judge, member));
	return object;
}

char *judge_wrap(struct judge *judge, const char *wrapper, json_t *object, const char *changes)
{
	json_t *patch = changes ? json_loads(changes, 0, NULL) : NULL, *value;
	json_t *whole = json_object();
	const char *key;
	char *text;

	if (changes && !patch)
		BUG("the changes of a check are not JSON: %s", changes);
	json_object_foreach (patch, key, value) {
		if (same_text(json_string_value(value), "omit"))
			json_object_del(object, key);
		else
			json_object_set_new(object, key, fill_value(judge, value));
	}
	json_object_set_new(whole, wrapper, object);
	text = jsonx_dump(whole);
	json_decref(whole);
	json_decref(patch);
	return text;
}

/* What 1.2 demands beyond what Canvas sends to a provider of 1.1 (fact sheet 1.2, 7.2). */
static void add_school(const struct judge *judge, json_t *object)
{
	const json_t *school = json_object_get(judge->subject->class, "school");
	const char *id = jsonx_text(school, "sourcedId");

	if (judge->subject->version & V12 && id)
		json_object_set_new(object, "school", judge_ref(judge, "orgs", id, "org"));
}

static json_t *category_ref(const struct judge *judge)
{
	const char *id = jsonx_text(judge->subject->category, "sourcedId");

	return id ? judge_ref(judge, "categories", id, "category") : json_null();
}

/* As Canvas sends it by default (canvas-client.md 2c). */
char *judge_line_item(struct judge *judge, const char *id, const char *changes)
{
	const struct subject *s = judge->subject;
	json_t *object = json_object(), *metadata = json_object();
	char title[40];

	/* short, and unlike any other: some providers demand both */
	snprintf(title, sizeof title, "Check %.8s", id);
	json_object_set_new(metadata, "vendorId", json_string(""));
	json_object_set_new(object, "sourcedId", json_string(id));
	json_object_set_new(object, "status", json_string("active"));
	json_object_set_new(object, "title", json_string(title));
	json_object_set_new(object, "description", json_string("Written by a conformance check"));
	json_object_set_new(object, "resultValueMax", json_integer(10));
	json_object_set_new(object, "resultValueMin", json_integer(0));
	json_object_set_new(object, "assignDate", json_string(s->due));
	json_object_set_new(object, "dueDate", json_string(s->due));
	json_object_set_new(object, "metadata", metadata);
	json_object_set_new(object, "class", judge_ref(judge, "classes", s->class_id, "class"));
	json_object_set_new(object, "category", category_ref(judge));
	add_school(judge, object);
	if (s->version & V11)
		json_object_set_new(object, "gradingPeriod", json_null());
	if (s->form != BASE_CANVAS && json_is_string(s->period))
		json_object_set_new(object, "gradingPeriod",
				    judge_ref(judge, "academicSessions",
					      json_string_value(s->period), "academicSession"));
	if (s->form == BASE_EXACT) {
		json_object_set_new(object, "dateLastModified", json_string(s->due));
		if (!json_is_string(s->period))
			json_object_del(object, "gradingPeriod");
	}
	return judge_wrap(judge, "lineItem", object, changes);
}

/* canvas-client.md 2d; 1.2 demands a scoreDate and knows students as users (fact sheet 7.3) */
char *judge_result(struct judge *judge, const char *id, const char *changes)
{
	const struct subject *s = judge->subject;
	json_t *object = json_object();
	bool later = s->version & V12 || s->form == BASE_EXACT;

	json_object_set_new(object, "sourcedId", json_string(id));
	json_object_set_new(object, "lineItem",
			    judge_ref(judge, "lineItems", s->line_item, "lineItem"));
	json_object_set_new(object, "student",
			    later ? judge_ref(judge, "users", s->student, "user")
				  : judge_ref(judge, "students", s->student, "student"));
	if (later)
		json_object_set_new(object, "scoreDate", json_stringn(s->due, 10));
	json_object_set_new(object, "scoreStatus", json_string("fully graded"));
	json_object_set_new(object, "score", json_real(8.5));
	if (s->form == BASE_EXACT) {
		json_object_set_new(object, "status", json_string("active"));
		json_object_set_new(object, "dateLastModified", json_string(s->due));
	}
	return judge_wrap(judge, "result", object, changes);
}

/* Noon of the second day of each grading period, that of now first, with the period's id:
 * [due, id]. Returns (json_decref). */
static json_t *due_candidates(struct judge *judge)
{
	struct err ignored = ERR_INIT;
	json_t *periods = judge_list_of(judge, "/gradingPeriods", "academicSessions", &ignored);
	json_t *dues = json_array(), *item;
	const json_t *period;
	char text[WHEN_TEXT];
	int64_t start, end, now = judge->options->now;
	size_t i;

	json_array_foreach (periods, i, period) {
		const char *from = jsonx_text(period, "startDate"),
			   *to = jsonx_text(period, "endDate");

		if (!from || !to || !when_parse(from, &start, NULL) ||
		    !when_parse(to, &end, NULL) || end - start < 2 * WHEN_DAY)
			continue;
		when_format(start + WHEN_DAY + WHEN_DAY / 2, text);
		item = json_pack("[s,s?]", text, jsonx_text(period, "sourcedId"));
		if (start <= now && now < end)
			json_array_insert_new(dues, 0, item);
		else
			json_array_append_new(dues, item);
	}
	when_format(now - now % WHEN_DAY + 8 * WHEN_DAY, text);
	json_array_append_new(dues, json_pack("[s,n]", text));
	json_decref(periods);
	return dues;
}

/* null, then every category that may serve the class. Returns (json_decref). */
static json_t *category_candidates(struct judge *judge)
{
	json_t *list = json_array();
	const json_t *category;
	size_t i;

	json_array_foreach (judge_categories(judge), i, category) {
		const char *bound = jsonx_text(json_object_get(category, "metadata"), "classId");
		const char *id = jsonx_text(category, "sourcedId");

		if (id && (!bound || strcmp(bound, judge->subject->class_id) == 0))
			json_array_append_new(
				list, json_pack("{ss,ss}", "sourcedId", id, "type", "category"));
	}
	json_array_append_new(list, json_null());
	return list;
}

static bool try_form(struct judge *judge, const json_t *due, json_t *category, enum base_form form)
{
	struct subject *s = judge->subject;
	char *id = judge_new_id(judge), *body;
	bool good;

	free(s->due);
	s->due = xstrdup(json_string_value(json_array_get(due, 0)));
	json_decref(s->period);
	s->period = json_incref(json_array_get(due, 1));
	json_decref(s->category);
	s->category = json_incref(category);
	s->form = form;
	body = judge_line_item(judge, id, NULL);
	judge_put(judge, "lineItems", id, body);
	good = answer_is_success(&judge->call);
	if (form == BASE_CANVAS) { /* what Canvas is told counts */
		free(s->why_no_line_item);
		s->why_no_line_item = good ? NULL : answer_text(&judge->call);
	}
	s->line_item = good ? id : NULL;
	if (!good)
		free(id);
	free(body);
	return good;
}

/* As Canvas sends it; else as Canvas can be told to send it, or as the schema wants it, to the
 * letter, where there is something to fill in. */
static bool try_line_item(struct judge *judge, const json_t *due, json_t *category)
{
	struct subject *s = judge->subject;
	bool period = json_is_string(json_array_get(due, 1));

	if (try_form(judge, due, category, BASE_CANVAS) ||
	    (period && try_form(judge, due, category, BASE_PERIOD)))
		return true;
	if (json_is_null(category) || !try_form(judge, due, category, BASE_EXACT)) {
		s->form = BASE_CANVAS;
		return false;
	}
	s->strict = xformat(
		"the provider takes only what the schema allows, so this is not asked of "
		"it; to a lineItem as Canvas sends it by default it answered: %s",
		s->why_no_line_item);
	return true;
}

/* A due date and a category that the provider takes, and objects made with them. */
void base_make(struct judge *judge)
{
	struct subject *s = judge->subject;
	json_t *due, *category, *dues, *categories;
	size_t i, k;
	int attempts = 0;
	char *body;

	judge_need_class(judge);
	if (!s->class_id)
		return;
	dues = due_candidates(judge);
	categories = category_candidates(judge);

	json_array_foreach (dues, i, due)
		json_array_foreach (categories, k, category)
			if (!s->line_item && attempts++ < ATTEMPTS)
				try_line_item(judge, due, category);
	if (s->line_item) {
		s->result = judge_new_id(judge);
		body = judge_result(judge, s->result, NULL);
		judge_put(judge, "results", s->result, body);
		if (!answer_is_success(&judge->call)) {
			free(s->result);
			s->result = NULL;
			s->why_no_line_item = answer_text(&judge->call);
		}
		free(body);
	}
	json_decref(dues);
	json_decref(categories);
}
