/*
 * view.c - what a trainee sees of a lab.
 */
#include "conformance/lab/view.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "conformance/canvas/course.h"
#include "conformance/canvas/report.h"
#include "conformance/lab/client.h"
#include "conformance/lab/edit.h"
#include "conformance/lab/fill.h"
#include "conformance/lab/fit.h"
#include "conformance/lab/history.h"
#include "conformance/lab/sis.h"

char *view_sync_line(const struct lab *lab)
{
	return xformat("mocksis sync %s/" LAB_COURSE " --config %s/" LAB_CLIENT, lab->folder,
		       lab->folder);
}

char *view_journal_line(const struct lab *lab)
{
	return xformat("mocksis journal --url %s --sandbox %s", control_base(lab->control),
		       control_sandbox(lab->control));
}

const json_t *view_tool(const struct library *library, const char *value)
{
	return list_find(json_object_get(library->guides, "provisioning_tools"), "value", value);
}

char *view_course_url(const struct lab *lab, const json_t *course, struct err *err)
{
	struct connection connection = { 0 };
	char id[CANVAS_ID] = "?", *url = NULL;

	jsonx_id(course, "id", id);
	if (client_connection(lab, &connection, err))
		url = xformat("%s/courses/%s", connection.canvas_url, id);
	connection_release(&connection);
	return url;
}

/* "No source confirms A, B and C." */
static json_t *inferred_sentence(const json_t *names)
{
	struct str out = STR_INIT;
	const json_t *name;
	size_t i, count = json_array_size(names);

	str_add(&out, "No source confirms ");
	json_array_foreach (names, i, name)
		str_format(&out, "%s%s",
			   i == 0           ? ""
			   : i + 1 == count ? " and "
					    : ", ",
			   json_string_value(name));
	str_add_char(&out, '.');

	json_t *sentence = json_string(str_text(&out));

	str_release(&out);
	return sentence;
}

static bool has_text(const json_t *list, const char *text)
{
	const json_t *item;
	size_t i;

	json_array_foreach (list, i, item)
		if (same_text(json_string_value(item), text))
			return true;
	return false;
}

/* The wordings in the extract that nobody has seen, each once, then what else the lab
 * infers. A text that the dictionary does not know is one of ours, too. */
static json_t *not_confirmed(const struct lab *lab, const json_t *report)
{
	const json_t *names = json_object_get(lab->document, "inferred"), *error;
	json_t *sentences = json_array();
	size_t i;

	json_array_foreach (json_object_get(report, "errors"), i, error) {
		char *sentence = xformat("The wording of \"%s\" is ours: no source confirms what "
					 "%s says.",
					 jsonx_text(error, "text"),
					 jsonx_text(lab->document, "sis"));

		if (!same_text(jsonx_text(error, "provenance"), "verified") &&
		    !has_text(sentences, sentence))
			json_array_append_new(sentences, json_string(sentence));
		free(sentence);
	}
	if (json_array_size(names))
		json_array_append_new(sentences, inferred_sentence(names));
	return sentences;
}

json_t *view_card(struct lab *lab, struct err *err)
{
	static const char *const of_lab[] = { "id", "title", "goal", "sis" };
	static const char *const of_case[] = { "requester", "institution", "provisioning_tool",
					       "complaint", "details" };
	const json_t *given = json_object_get(lab->document, "case");
	json_t *card = json_object(), *course = edit_read(lab, "course.json", err);
	json_t *syncs = course ? history_syncs(lab, err) : NULL, *report;
	char *url = syncs ? view_course_url(lab, course, err) : NULL;
	const json_t *tool = view_tool(lab->library, jsonx_text(given, "provisioning_tool"));

	for (size_t i = 0; i < ARRAY_SIZE(of_lab); i++)
		json_object_set(card, of_lab[i], json_object_get(lab->document, of_lab[i]));
	for (size_t i = 0; i < ARRAY_SIZE(of_case); i++)
		json_object_set(card, of_case[i], json_object_get(given, of_case[i]));
	json_object_set(card, "guide", json_object_get(tool, "guide"));
	json_object_set(card, "channels", json_object_get(lab->library->guides, "channels"));
	if (url)
		json_object_set_new(card, "course_url", json_string(url));
	report = json_array_get(syncs, 0);
	json_object_set_new(card, "grade_sync", report ? report_unexplained(report) : json_null());
	json_object_set_new(card, "not_confirmed", not_confirmed(lab, report));
	free(url);
	json_decref(syncs);
	json_decref(course);
	if (err->code == ERR_NONE)
		return card;
	json_decref(card);
	return NULL;
}

/* the status */

static json_t *plain_history(const struct lab *lab, struct err *err)
{
	json_t *syncs = history_syncs(lab, err), *plain = json_array(), *report;
	size_t i;

	json_array_foreach (syncs, i, report)
		json_array_append_new(plain, report_unexplained(report));
	json_decref(syncs);
	return plain;
}

/* The members of an assignment that a teacher sees in the list, and how many are graded. */
static json_t *assignment_row(const json_t *assignment, const json_t *groups,
			      const json_t *submissions)
{
	static const char *const shown[] = { "id",          "name",     "due_at", "points_possible",
					     "post_to_sis", "published" };
	json_t *row = json_object(), *where, *found;
	const json_t *submission;
	size_t i, graded = 0;

	for (i = 0; i < ARRAY_SIZE(shown); i++)
		json_object_set(row, shown[i], json_object_get(assignment, shown[i]));
	where = json_pack("{sO}", "id", json_object_get(assignment, "assignment_group_id"));
	found = fit_list(groups, where);
	json_object_set(row, "group", json_object_get(json_array_get(found, 0), "name"));
	json_decref(found);
	json_decref(where);
	json_object_set_new(row, "overrides",
			    json_integer((json_int_t)json_array_size(
				    json_object_get(assignment, "overrides"))));
	where = json_pack("{sO}", "assignment_id", json_object_get(assignment, "id"));
	found = fit_list(submissions, where);
	json_array_foreach (found, i, submission)
		graded += jsonx_true(submission, "excused") ||
			  same_text(jsonx_text(submission, "workflow_state"), "graded");
	json_object_set_new(row, "graded", json_integer((json_int_t)graded));
	json_decref(found);
	json_decref(where);
	return row;
}

static json_t *assignments(const struct lab *lab, struct err *err)
{
	json_t *files[3] = { 0 }, *rows = json_array(), *assignment;
	size_t i;

	files[0] = edit_read(lab, "assignments.json", err);
	files[1] = files[0] ? edit_read(lab, "assignment_groups.json", err) : NULL;
	files[2] = files[1] ? edit_read(lab, "submissions.json", err) : NULL;
	if (files[2])
		json_array_foreach (files[0], i, assignment)
			json_array_append_new(rows, assignment_row(assignment, files[1], files[2]));
	for (i = 0; i < ARRAY_SIZE(files); i++)
		json_decref(files[i]);
	return rows;
}

static json_t *line_item_row(const json_t *line_item, const json_t *categories,
			     const json_t *results)
{
	const json_t *category = list_find(categories, "sourcedId",
					   fit_reference(line_item, "category"));
	json_t *row = json_object(), *result;
	size_t i, count = 0;

	json_object_set(row, "sourcedId", json_object_get(line_item, "sourcedId"));
	json_object_set(row, "title", json_object_get(line_item, "title"));
	json_object_set(row, "dueDate", json_object_get(line_item, "dueDate"));
	json_object_set(row, "category", json_object_get(category, "title"));
	json_array_foreach (results, i, result)
		count += same_text(fit_reference(result, "lineItem"),
				   jsonx_text(line_item, "sourcedId"));
	json_object_set_new(row, "results", json_integer((json_int_t)count));
	return row;
}

/* By class: what a teacher sees in the SIS. */
static json_t *gradebook(struct lab *lab, struct err *err)
{
	json_t *sections = edit_read(lab, "sections.json", err), *classes = json_array();
	json_t *items = sections ? sis_list(lab, "lineItems", NULL, err) : NULL;
	json_t *results = items ? sis_list(lab, "results", NULL, err) : NULL;
	json_t *categories = results ? sis_list(lab, "categories", NULL, err) : NULL;
	const json_t *section, *item;
	size_t i, k;

	if (categories)
		json_array_foreach (sections, i, section) {
			const char *id = jsonx_text(section, "sis_section_id");
			json_t *rows = json_array();

			json_array_foreach (items, k, item)
				if (id && same_text(fit_reference(item, "class"), id))
					json_array_append_new(
						rows, line_item_row(item, categories, results));
			json_array_append_new(classes,
					      json_pack("{sO?,sO?,so}", "class",
							json_object_get(section, "sis_section_id"),
							"name", json_object_get(section, "name"),
							"lineItems", rows));
		}
	json_decref(sections);
	json_decref(items);
	json_decref(results);
	json_decref(categories);
	return classes;
}

/* Only where the lab shows them. */
static bool shows(const struct lab *lab, const char *what)
{
	const json_t *name;
	size_t i;

	json_array_foreach (json_object_get(lab->document, "shows"), i, name)
		if (same_text(json_string_value(name), what))
			return true;
	return false;
}

static json_t *periods(struct lab *lab, struct err *err)
{
	json_t *where = json_pack("{ss}", "type", "gradingPeriod"), *rows = json_array(), *period;
	json_t *list = sis_list(lab, "academicSessions", where, err);
	size_t i;

	json_array_foreach (list, i, period) {
		json_t *state = sis_state(lab, "academicSessions", jsonx_text(period, "sourcedId"),
					  err);
		const char *said = jsonx_text(state, "state");

		json_array_append_new(rows, json_pack("{sO,sO,sO,ss}", "title",
						      json_object_get(period, "title"), "startDate",
						      json_object_get(period, "startDate"),
						      "endDate", json_object_get(period, "endDate"),
						      "state", said ? said : "open"));
		json_decref(state);
	}
	json_decref(list);
	json_decref(where);
	return rows;
}

json_t *view_status(struct lab *lab, struct err *err)
{
	json_t *status = json_object();

	json_object_set(status, "lab", json_object_get(lab->document, "id"));
	json_object_set(status, "title", json_object_get(lab->document, "title"));
	json_object_set_new(status, "history", plain_history(lab, err));
	json_object_set_new(status, "assignments", assignments(lab, err));
	json_object_set_new(status, "gradebook", gradebook(lab, err));
	if (shows(lab, "periods"))
		json_object_set_new(status, "periods", periods(lab, err));
	json_object_set(status, "answers", json_object_get(lab->state, "answers"));
	json_object_set(status, "hints_used", json_object_get(lab->state, "hints"));
	json_object_set_new(
		status, "hints",
		json_integer((json_int_t)json_array_size(json_object_get(lab->document, "hints"))));
	if (err->code == ERR_NONE)
		return status;
	json_decref(status);
	return NULL;
}

/* A hint may name the commands of this lab. */
static json_t *hint_text(const struct lab *lab, const char *hint)
{
	char *sync = view_sync_line(lab), *journal = view_journal_line(lab), *text;
	json_t *values = json_pack("{ss,ss,ss}", "SYNC", sync, "JOURNAL", journal, "FOLDER",
				   lab->folder);
	json_t *filled;

	text = fill_text(hint, values);
	filled = json_string(text);
	free(text);
	free(sync);
	free(journal);
	json_decref(values);
	return filled;
}

json_t *view_hint(struct lab *lab, struct err *err)
{
	const json_t *hints = json_object_get(lab->document, "hints");
	size_t given = (size_t)jsonx_int(lab->state, "hints"), count = json_array_size(hints);
	const char *hint = json_string_value(json_array_get(hints, given));
	json_t *text = hint ? hint_text(lab, hint) : json_null();
	char did[32];

	if (hint) {
		given++;
		json_object_set_new(lab->state, "hints", json_integer((json_int_t)given));
		snprintf(did, sizeof did, "hint %zu of %zu", given, count);
	}
	if (hint && !history_note(lab, "hint", did, err)) {
		json_decref(text);
		return NULL;
	}
	return json_pack("{sI,sI,so}", "hint", (json_int_t)given, "of", (json_int_t)count, "text",
			 text);
}
