/*
 * evidence.c - what can be seen of one example.
 */
#include "conformance/lab/evidence.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "conformance/canvas/course.h"
#include "conformance/lab/edit.h"
#include "conformance/lab/fit.h"
#include "conformance/lab/sis.h"
#include "conformance/lab/view.h"

static const char *student_name(const struct example *example)
{
	return jsonx_text(json_object_get(example->enrollment, "user"), "name");
}

/* the sync */

/* Whether an error of a report is about the example. */
static bool is_about(const struct example *example, const json_t *error)
{
	const char *student = jsonx_text(error, "student");
	const char *assignment = jsonx_text(error, "assignment_id");
	char id[CANVAS_ID] = "";

	if (example->assignment && assignment && jsonx_id(example->assignment, "id", id) &&
	    strcmp(id, assignment) != 0)
		return false;
	return !example->enrollment || !student || same_text(student, student_name(example));
}

static bool same_error(const json_t *a, const json_t *b)
{
	return same_text(jsonx_text(a, "phase"), jsonx_text(b, "phase")) &&
	       same_text(jsonx_text(a, "text"), jsonx_text(b, "text")) &&
	       jsonx_int(a, "http") == jsonx_int(b, "http");
}

/* The errors of a report about the example, each kind once with how often it came. */
static json_t *errors_about(const struct example *example, const json_t *report)
{
	json_t *kinds = json_array(), *kind, *found;
	const json_t *error;
	size_t i, k;

	json_array_foreach (json_object_get(report, "errors"), i, error) {
		bool seen = same_text(jsonx_text(error, "provenance"), "verified");

		if (!is_about(example, error))
			continue;
		found = NULL;
		json_array_foreach (kinds, k, kind)
			found = found ? found : same_error(kind, error) ? kind : NULL;
		if (!found) {
			found = json_pack("{sO,sO,sO,ss,si}", "phase",
					  json_object_get(error, "phase"), "http",
					  json_object_get(error, "http"), "text",
					  json_object_get(error, "text"), "wording",
					  seen ? "as the vendor has it"
					       : "of mocksis, the vendor's was not seen",
					  "count", 0);
			json_array_append_new(kinds, found);
		}
		json_object_set_new(found, "count", json_integer(jsonx_int(found, "count") + 1));
	}
	return kinds;
}

/* The newest sync with an error about the example; without any the newest. */
static const json_t *telling_sync(const struct evidence *evidence)
{
	const json_t *report, *error;
	size_t i, k;

	json_array_foreach (evidence->syncs, i, report)
		json_array_foreach (json_object_get(report, "errors"), k, error)
			if (is_about(evidence->example, error))
				return report;
	return json_array_get(evidence->syncs, 0);
}

static void add_sync(const struct evidence *evidence, const json_t *report, json_t *out)
{
	static const char *const shown[] = { "id",         "started", "finished", "stage",
					     "stage_name", "status",  "mode",     "counts" };
	const json_t *older, *first;
	json_t *sync = json_object(), *errors = errors_about(evidence->example, report), *kinds;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(shown) && report; i++)
		json_object_set(sync, shown[i], json_object_get(report, shown[i]));
	json_object_set_new(sync, "times", json_string("UTC"));
	json_object_set_new(out, "sync", report ? sync : json_null());
	if (!report)
		json_decref(sync);
	if (evidence->since)
		json_object_set_new(out, "first_seen", json_string(evidence->since));
	first = json_array_get(errors, 0);
	json_array_foreach (evidence->syncs, i, older) {
		kinds = errors_about(evidence->example, older);
		if (!evidence->since && first && json_array_size(kinds) &&
		    same_error(first, json_array_get(kinds, 0)))
			json_object_set(out, "first_seen", json_object_get(older, "started"));
		json_decref(kinds);
	}
	json_object_set_new(out, "errors", errors);
}

/* How far it reaches: what else of that sync failed with one of these texts. */
static void add_scope(const struct evidence *evidence, const json_t *report, json_t *out)
{
	static const char *const counted[] = { "assignment", "section", "student" };
	json_t *seen[ARRAY_SIZE(counted)], *scope = json_object();
	const json_t *error, *kind;
	size_t i, k;

	for (i = 0; i < ARRAY_SIZE(counted); i++)
		seen[i] = json_object();
	json_array_foreach (json_object_get(report, "errors"), i, error) {
		bool same = false;

		json_array_foreach (json_object_get(out, "errors"), k, kind)
			same = same || same_error(kind, error);
		for (k = 0; k < ARRAY_SIZE(counted) && same; k++)
			if (jsonx_text(error, counted[k]))
				json_object_set_new(seen[k], jsonx_text(error, counted[k]),
						    json_true());
	}
	if (evidence->scope)
		json_object_set_new(scope, "stated", json_string(evidence->scope));
	for (i = 0; i < ARRAY_SIZE(counted); i++) {
		char *key = xformat("%ss", counted[i]);

		json_object_set_new(scope, key,
				    json_integer((json_int_t)json_object_size(seen[i])));
		json_decref(seen[i]);
		free(key);
	}
	json_object_set_new(out, "scope", scope);
}

/* the wire */

struct search {
	const struct evidence *evidence;
	json_t *line_item, *result; /* the last exchange about each; owned */
};

static json_t *body_of(const json_t *item, const char *side)
{
	const char *text = jsonx_text(json_object_get(item, side), "body");

	return text ? json_loads(text, 0, NULL) : NULL;
}

/* What those who look for it need: which request, when, and what came back, word for word. */
static json_t *exchange_row(const json_t *item)
{
	static const char *const shown[] = { "id", "at", "method", "operation", "status" };
	json_t *row = json_object(), *answer = body_of(item, "response");
	const json_t *info = json_object_get(answer, "statusInfoSet");
	const char *target = jsonx_text(item, "target");

	info = json_is_array(info) ? json_array_get(info, 0) : answer;
	for (size_t i = 0; i < ARRAY_SIZE(shown); i++)
		json_object_set(row, shown[i], json_object_get(item, shown[i]));
	json_object_set_new(row, "target", json_stringn(target, strcspn(target, "?")));
	json_object_set(row, "message_id", json_object_get(info, "imsx_messageRefIdentifier"));
	json_object_set(row, "description", json_object_get(info, "imsx_description"));
	json_decref(answer);
	return row;
}

static void keep(json_t **place, const json_t *item, const json_t *object)
{
	json_decref(*place);
	*place = exchange_row(item);
	json_object_set(*place, "sourcedId", json_object_get(object, "sourcedId"));
}

static bool look_at(const json_t *item, void *payload)
{
	struct search *search = payload;
	const struct example *example = search->evidence->example;
	const char *title = jsonx_text(example->assignment, "name");
	const char *student = jsonx_text(example->enrollment, "sis_user_id");
	json_t *body = body_of(item, "request");
	const json_t *line_item = json_object_get(body, "lineItem");
	const json_t *result = json_object_get(body, "result");
	const char *known = jsonx_text(search->line_item, "sourcedId");

	if (title && same_text(jsonx_text(line_item, "title"), title) &&
	    same_text(fit_reference(line_item, "class"),
		      jsonx_text(example->section, "sis_section_id")))
		keep(&search->line_item, item, line_item);
	if (student && same_text(fit_reference(result, "student"), student) &&
	    (!title || !known || same_text(fit_reference(result, "lineItem"), known)))
		keep(&search->result, item, result);
	json_decref(body);
	return true;
}

static bool add_exchanges(const struct evidence *evidence, json_t *out, struct err *err)
{
	struct search search = { .evidence = evidence };
	json_t *exchanges = json_object();
	bool good = control_journal(evidence->lab->control, "method=PUT", look_at, &search, err);

	if (search.line_item)
		json_object_set_new(exchanges, "lineItem", search.line_item);
	if (search.result)
		json_object_set_new(exchanges, "result", search.result);
	json_object_set_new(out, "exchanges", exchanges);
	return good;
}

/* both ends */

static void set_member(json_t *out, const char *name, const json_t *from, const char *key)
{
	const json_t *value = json_object_get(from, key);

	json_object_set_new(out, name, value ? json_deep_copy(value) : json_null());
}

static json_t *find_submission(const struct evidence *evidence, struct err *err)
{
	json_t *where, *found;

	if (!evidence->example->assignment || !evidence->example->enrollment)
		return NULL;
	where = json_pack("{sO,sO}", "assignment_id",
			  json_object_get(evidence->example->assignment, "id"), "user_id",
			  json_object_get(evidence->example->enrollment, "user_id"));
	found = example_first(evidence->lab, "submissions.json", where, err);
	json_decref(where);
	return found;
}

static const char *status_of(const json_t *submission)
{
	return jsonx_true(submission, "excused")   ? "excused"
	       : jsonx_true(submission, "missing") ? "missing"
						   : jsonx_text(submission, "workflow_state");
}

/* The assignment and its address; what Canvas has of it goes to @canvas. */
static void add_assignment(const struct evidence *evidence, json_t *out, json_t *canvas,
			   struct err *err)
{
	static const char *const shown[] = { "due_at", "points_possible", "published" };
	const json_t *assignment = evidence->example->assignment;
	json_t *course = edit_read(evidence->lab, "course.json", err), *row = json_object();
	char *base = course ? view_course_url(evidence->lab, course, err) : NULL;
	char id[CANVAS_ID] = "", *url;
	json_t *where = json_pack("{sO}", "id", json_object_get(assignment, "assignment_group_id"));
	json_t *group = example_first(evidence->lab, "assignment_groups.json", where, err);

	jsonx_id(assignment, "id", id);
	url = xformat("%s/assignments/%s", base ? base : "", id);
	set_member(row, "name", assignment, "name");
	set_member(row, "id", assignment, "id");
	json_object_set_new(row, "url", json_string(url));
	json_object_set_new(out, "assignment", row);
	for (size_t i = 0; i < ARRAY_SIZE(shown); i++)
		set_member(canvas, shown[i], assignment, shown[i]);
	set_member(canvas, "sync_to_sis", assignment, "post_to_sis");
	set_member(canvas, "group", group, "name");
	json_decref(group);
	json_decref(where);
	json_decref(course);
	free(base);
	free(url);
}

static bool add_canvas(const struct evidence *evidence, json_t *out, struct err *err)
{
	json_t *canvas = json_object(), *submission = find_submission(evidence, err);

	if (evidence->example->assignment)
		add_assignment(evidence, out, canvas, err);
	if (submission) {
		const char *status = status_of(submission);

		set_member(canvas, "score", submission, "score");
		json_object_set_new(canvas, "status", status ? json_string(status) : json_null());
		set_member(canvas, "graded_at", submission, "graded_at");
	}
	json_decref(submission);
	json_object_set_new(out, "canvas", canvas);
	return err->code == ERR_NONE;
}

/* How many scores a lineItem has, and which one is that of the example's student. */
static void add_scores(const struct evidence *evidence, const json_t *results, json_t *row)
{
	static const char *const shown[] = { "sourcedId", "score", "scoreStatus", "scoreDate" };
	const char *student = jsonx_text(evidence->example->enrollment, "sis_user_id");
	const json_t *result;
	size_t i, k, count = 0;

	json_array_foreach (results, i, result) {
		if (!same_text(fit_reference(result, "lineItem"), jsonx_text(row, "sourcedId")))
			continue;
		count++;
		if (!student || !same_text(fit_reference(result, "student"), student))
			continue;
		json_object_set_new(row, "result", json_object());
		for (k = 0; k < ARRAY_SIZE(shown); k++)
			set_member(json_object_get(row, "result"), shown[k], result, shown[k]);
	}
	json_object_set_new(row, "scores", json_integer((json_int_t)count));
}

/* The lineItems of that title in the class of the example. */
static bool add_sis(const struct evidence *evidence, json_t *out, struct err *err)
{
	static const char *const shown[] = { "sourcedId", "title", "dueDate" };
	const struct example *example = evidence->example;
	json_t *where = json_object(), *rows = json_array(), *items, *results, *row;
	const json_t *item;
	size_t i, k;

	json_object_set(where, "class", json_object_get(example->section, "sis_section_id"));
	if (example->assignment)
		json_object_set(where, "title", json_object_get(example->assignment, "name"));
	items = sis_list(evidence->lab, "lineItems", where, err);
	results = items ? sis_list(evidence->lab, "results", NULL, err) : NULL;
	json_array_foreach (items, i, item) {
		row = json_object();
		for (k = 0; k < ARRAY_SIZE(shown); k++)
			set_member(row, shown[k], item, shown[k]);
		set_member(row, "category", json_object_get(item, "category"), "sourcedId");
		add_scores(evidence, results, row);
		json_array_append_new(rows, row);
	}
	json_object_set_new(out, "in_sis", rows);
	json_decref(items);
	json_decref(results);
	json_decref(where);
	return err->code == ERR_NONE;
}

bool evidence_add(const struct evidence *evidence, json_t *out, struct err *err)
{
	const json_t *report = telling_sync(evidence);
	json_t *section = json_object();

	set_member(section, "name", evidence->example->section, "name");
	set_member(section, "sis_section_id", evidence->example->section, "sis_section_id");
	json_object_set_new(out, "section", section);
	add_sync(evidence, report, out);
	add_scope(evidence, report, out);
	return add_canvas(evidence, out, err) && add_exchanges(evidence, out, err) &&
	       add_sis(evidence, out, err);
}
