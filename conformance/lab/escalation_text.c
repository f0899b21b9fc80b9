/*
 * escalation_text.c - the case file as Markdown.
 */
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/str.h"
#include "conformance/lab/escalation.h"

/* A value as text; "-" for none. Returns (free). */
static char *text_of(const json_t *value)
{
	if (json_is_string(value))
		return xstrdup(*json_string_value(value) ? json_string_value(value) : "(blank)");
	if (json_is_boolean(value))
		return xstrdup(json_is_true(value) ? "yes" : "no");
	if (!value || json_is_null(value))
		return xstrdup("-");
	return json_dumps(value, JSON_ENCODE_ANY | JSON_REAL_PRECISION(15));
}

/* "- label: value" */
static void line(struct str *out, const char *label, const json_t *value)
{
	char *text = text_of(value);

	str_format(out, "- %s: %s\n", label, text);
	free(text);
}

struct field {
	const char *key, *label;
};

static void lines(struct str *out, const json_t *object, const struct field *fields, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (json_object_get(object, fields[i].key))
			line(out, fields[i].label, json_object_get(object, fields[i].key));
}

#define LINES(out, object, fields) lines(out, object, fields, ARRAY_SIZE(fields))

static void add_head(struct str *out, const json_t *e)
{
	static const struct field head[] = {
		{ "requester", "Requester" },
		{ "institution", "Institution" },
		{ "sis", "SIS" },
		{ "profile", "SIS profile" },
		{ "provisioning_tool", "Account SIS Provisioning Tool" },
		{ "complaint", "Complaint" },
	};
	static const struct field course[] = { { "name", "Course" },
					       { "url", "Course URL" },
					       { "sis_course_id", "Course SIS id" } };
	static const struct field section[] = { { "name", "Section" },
						{ "sis_section_id", "Section SIS id" } };
	static const struct field assignment[] = { { "name", "Assignment" },
						   { "url", "Assignment URL" },
						   { "id", "Assignment id" } };
	static const struct field student[] = { { "name", "Student" },
						{ "sis_id", "Student SIS id" } };
	const json_t *affected = json_object_get(e, "affected"), *name;
	size_t i;

	str_format(out, "# Escalation: %s, %s\n\n", jsonx_text(e, "sis"),
		   jsonx_text(e, "institution"));
	LINES(out, e, head);
	str_add(out, "\n## Example\n\n");
	LINES(out, json_object_get(e, "course"), course);
	LINES(out, json_object_get(e, "section"), section);
	json_array_foreach (json_object_get(affected, "teachers"), i, name)
		line(out, "Teacher", name);
	LINES(out, json_object_get(affected, "student"), student);
	LINES(out, json_object_get(e, "assignment"), assignment);
}

/* Each line of the text quoted, word for word. */
static void quote(struct str *out, const char *text)
{
	for (const char *at = text; at && *at;) {
		size_t length = strcspn(at, "\n");

		str_format(out, "  > %.*s\n", (int)length, at);
		at += length + (at[length] == '\n');
	}
}

static void add_errors(struct str *out, const json_t *e)
{
	static const struct field scope[] = { { "stated", "Scope as reported" },
					      { "sections", "Sections with this error" },
					      { "assignments", "Assignments with this error" },
					      { "students", "Students with this error" } };
	const json_t *sync = json_object_get(e, "sync"), *error;
	size_t i;

	str_add(out, "\n## Grade Sync\n\n");
	if (!json_is_object(sync))
		str_add(out, "- No sync of this course is in the history\n");
	else
		str_format(out, "- Sync %lld: %s to %s (UTC), stage %lld of 5 (%s), %s, %s\n",
			   (long long)jsonx_int(sync, "id"), jsonx_text(sync, "started"),
			   jsonx_text(sync, "finished"), (long long)jsonx_int(sync, "stage"),
			   jsonx_text(sync, "stage_name"), jsonx_text(sync, "mode"),
			   jsonx_text(sync, "status"));
	if (json_object_get(e, "first_seen"))
		line(out, "First seen", json_object_get(e, "first_seen"));
	if (json_array_size(json_object_get(e, "errors")))
		LINES(out, json_object_get(e, "scope"), scope);
	if (json_array_size(json_object_get(e, "errors")) == 0)
		str_add(out, "- No error about this example\n");
	json_array_foreach (json_object_get(e, "errors"), i, error) {
		char *http = text_of(json_object_get(error, "http"));

		str_format(out, "- Phase %s, HTTP %s, %lld times (wording %s):\n",
			   jsonx_text(error, "phase"), http, (long long)jsonx_int(error, "count"),
			   jsonx_text(error, "wording"));
		quote(out, jsonx_text(error, "text"));
		free(http);
	}
}

static void add_exchanges(struct str *out, const json_t *e)
{
	const char *what;
	const json_t *exchange;

	json_object_foreach (json_object_get(e, "exchanges"), what, exchange) {
		const char *message = jsonx_text(exchange, "message_id");
		const char *description = jsonx_text(exchange, "description");

		str_format(out, "- %s %s: %s %s at %s, HTTP %lld%s%s\n", what,
			   jsonx_text(exchange, "sourcedId") ? jsonx_text(exchange, "sourcedId")
							     : "without a sourcedId",
			   jsonx_text(exchange, "method"), jsonx_text(exchange, "target"),
			   jsonx_text(exchange, "at"), (long long)jsonx_int(exchange, "status"),
			   message ? ", message " : "", message ? message : "");
		if (jsonx_int(exchange, "status") >= 400)
			quote(out, description);
	}
}

static void add_ends(struct str *out, const json_t *e)
{
	static const struct field canvas[] = {
		{ "due_at", "Due date" },        { "group", "Group" },
		{ "points_possible", "Points" }, { "sync_to_sis", "Sync to SIS" },
		{ "published", "Published" },    { "score", "Score" },
		{ "status", "Status" },          { "graded_at", "Graded at" },
	};
	static const struct field item[] = { { "sourcedId", "lineItem" },
					     { "dueDate", "Due date" },
					     { "category", "Category" },
					     { "scores", "Scores in it" } };
	static const struct field result[] = { { "sourcedId", "result" },
					       { "score", "Score" },
					       { "scoreStatus", "Status" },
					       { "scoreDate", "Score date" } };
	const json_t *row;
	size_t i;

	if (json_object_size(json_object_get(e, "canvas")))
		str_add(out, "\n## In Canvas\n\n");
	LINES(out, json_object_get(e, "canvas"), canvas);
	str_add(out, "\n## In the SIS\n\n");
	if (json_array_size(json_object_get(e, "in_sis")) == 0)
		str_add(out, "- Nothing of it is there\n");
	json_array_foreach (json_object_get(e, "in_sis"), i, row) {
		line(out, "Title", json_object_get(row, "title"));
		LINES(out, row, item);
		LINES(out, json_object_get(row, "result"), result);
	}
	add_exchanges(out, e);
}

static void add_list(struct str *out, const char *title, const json_t *list)
{
	const json_t *item;
	size_t i;

	if (json_array_size(list))
		str_format(out, "\n## %s\n\n", title);
	json_array_foreach (list, i, item)
		str_format(out, "- %s\n", json_string_value(item));
}

char *escalation_markdown(const json_t *e)
{
	struct str out = STR_INIT;
	static const struct field story[] = { { "expected", "Expected" }, { "actual", "Actual" } };

	add_head(&out, e);
	add_errors(&out, e);
	add_ends(&out, e);
	str_add(&out, "\n## Expected and actual\n\n");
	LINES(&out, e, story);
	add_list(&out, "Tried", json_object_get(e, "tried"));
	add_list(&out, "Done, in this order", json_object_get(e, "done"));
	add_list(&out, "Screenshots", json_object_get(e, "screenshots"));
	add_list(&out, "Not there yet", json_object_get(e, "missing"));
	return str_take(&out, NULL);
}
