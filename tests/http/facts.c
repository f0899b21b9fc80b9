/*
 * facts.c - what is remarkable about a Canvas course, as words.
 */
#include "tests/http/facts.h"

#include <check.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/util.h"

static void note(json_t *facts, const char *where, const char *format, ...) PRINTF(3, 4);

static void note(json_t *facts, const char *where, const char *format, ...)
{
	char fact[128];
	va_list args;

	va_start(args, format);
	vsnprintf(fact, sizeof fact, format, args);
	va_end(args);
	json_object_set_new(facts, fact, json_string(where ? where : "?"));
}

static bool is_set(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return value && !json_is_null(value);
}

static void title_facts(const char *title, json_t *facts)
{
	static const size_t lengths[] = { 30, 31, 50, 100 };
	size_t length = utf8_length(title);

	for (size_t i = 0; i < ARRAY_SIZE(lengths); i++)
		if (length == lengths[i])
			note(facts, title, "title of %zu", length);
	if (length != strlen(title))
		note(facts, title, "title beyond ASCII");
}

static void override_facts(const json_t *assignment, const char *title, json_t *facts)
{
	static const char *const targets[] = { "student_ids", "group_id", "course_section_id" };
	const json_t *override;
	size_t i;

	json_array_foreach (json_object_get(assignment, "overrides"), i, override) {
		for (size_t k = 0; k < ARRAY_SIZE(targets); k++)
			if (is_set(override, targets[k]))
				note(facts, title, "override by %s", targets[k]);
		if (json_object_get(override, "due_at") && !is_set(override, "due_at"))
			note(facts, title, "override without a due date");
	}
}

void assignment_facts(const json_t *assignment, json_t *facts)
{
	static const char *const switches[] = { "published", "post_to_sis",
						"only_visible_to_overrides", "is_quiz_assignment" };
	static const char *const dates[] = { "due_at", "unlock_at" };
	const char *title = jsonx_text(assignment, "name");
	double points;

	title_facts(title, facts);
	for (size_t i = 0; i < ARRAY_SIZE(switches); i++)
		note(facts, title, "%s %s", switches[i],
		     jsonx_true(assignment, switches[i]) ? "true" : "false");
	for (size_t i = 0; i < ARRAY_SIZE(dates); i++)
		note(facts, title, "%s %s", dates[i],
		     is_set(assignment, dates[i]) ? "set" : "null");
	note(facts, title, "type %s",
	     json_string_value(json_array_get(json_object_get(assignment, "submission_types"), 0)));
	note(facts, title, "grading %s", jsonx_text(assignment, "grading_type"));
	if (!jsonx_number(assignment, "points_possible", &points))
		note(facts, title, "points blank");
	else if (points == 0)
		note(facts, title, "points zero");
	override_facts(assignment, title, facts);
}

static void score_facts(double score, const json_t *assignment, const char *title, json_t *facts)
{
	double most;

	if (!jsonx_number(assignment, "points_possible", &most))
		most = 0;
	note(facts, title, "score %s",
	     score < 0       ? "negative"
	     : score == 0    ? "zero"
	     : score > most  ? "above the maximum"
	     : score == most ? "the maximum"
			     : "ordinary");
	if (score != floor(score))
		note(facts, title, "score with %s",
		     fabs(score * 10 - round(score * 10)) < 1e-9 ? "one decimal" : "decimals");
}

/* The state as a whole, and the parts that any state may have. */
void submission_facts(const json_t *submission, const json_t *assignment, json_t *facts)
{
	const char *title = jsonx_text(assignment, "name"), *type, *policy;
	double score, deducted;
	bool scored = jsonx_number(submission, "score", &score);
	int64_t attempt = jsonx_int(submission, "attempt");

	policy = jsonx_text(submission, "late_policy_status");
	note(facts, title, "%s%s%s%s%s%s%s%s%s, attempt %s",
	     jsonx_text(submission, "workflow_state"), scored ? " score" : "",
	     jsonx_true(submission, "excused") ? " excused" : "",
	     jsonx_true(submission, "late") ? " late" : "",
	     jsonx_true(submission, "missing") ? " missing" : "", policy ? " policy " : "",
	     policy ? policy : "",
	     jsonx_true(submission, "grade_matches_current_submission") ? "" : " outdated",
	     is_set(submission, "posted_at") ? " posted" : "",
	     attempt == 0   ? "none"
	     : attempt == 1 ? "first"
			    : "later");
	if (jsonx_number(submission, "points_deducted", &deducted))
		note(facts, title, "deducted %s", deducted > 0 ? "points" : "nothing");
	type = jsonx_text(submission, "submission_type");
	note(facts, title, "submitted as %s", type ? type : "nothing");
	if (scored)
		score_facts(score, assignment, title, facts);
}

json_t *course_file(const char *folder, const char *name)
{
	char *path = xformat("%s/%s", folder, name);
	json_t *json = json_load_file(path, 0, NULL);

	ck_assert_msg(json != NULL, "%s cannot be read", path);
	free(path);
	return json;
}

json_t *course_submissions(const char *folder)
{
	json_t *file = course_file(folder, "submissions.json"), *flat = json_array(), *row;
	size_t i;

	json_array_foreach (file, i, row) {
		json_t *group = json_object_get(row, "submissions");

		if (group)
			json_array_extend(flat, group);
		else
			json_array_append(flat, row);
	}
	json_decref(file);
	return flat;
}

static void people_facts(const char *folder, json_t *facts)
{
	json_t *list = course_file(folder, "enrollments.json");
	const json_t *row;
	size_t i;

	json_array_foreach (list, i, row)
		if (!same_text(jsonx_text(row, "type"), "TeacherEnrollment"))
			note(facts, folder, "%s %s, %s, section %s", jsonx_text(row, "type"),
			     jsonx_text(row, "enrollment_state"),
			     is_set(row, "sis_user_id") ? "SIS id" : "no SIS id",
			     is_set(row, "sis_section_id") ? "with one" : "without");
	json_decref(list);
}

static void section_facts(const char *folder, json_t *facts)
{
	json_t *list = course_file(folder, "sections.json");
	const json_t *row;
	size_t i, linked = 0;

	json_array_foreach (list, i, row)
		linked += is_set(row, "sis_section_id");
	note(facts, folder, "%s linked section%s", linked == 1 ? "one" : "several",
	     linked == json_array_size(list) ? "" : ", and others");
	json_decref(list);
}

static void group_facts(const char *folder, const char *categories, json_t *facts)
{
	json_t *list = course_file(folder, "assignment_groups.json");
	const json_t *row;
	size_t i;

	json_array_foreach (list, i, row)
		if (!has_word(categories, jsonx_text(row, "name")))
			note(facts, folder, "group without a category");
	json_decref(list);
}

void course_facts(const char *folder, const char *categories, json_t *facts)
{
	json_t *course = course_file(folder, "course.json");
	json_t *assignments = course_file(folder, "assignments.json");
	json_t *submissions = course_submissions(folder), *raw, *by_id = json_object();
	const json_t *row;
	char id[24];
	size_t i;

	note(facts, folder, "course %s", jsonx_text(course, "workflow_state"));
	json_array_foreach (assignments, i, row) {
		assignment_facts(row, facts);
		ck_assert(jsonx_id(row, "id", id));
		json_object_set(by_id, id, json_array_get(assignments, i));
	}
	json_array_foreach (submissions, i, row) {
		ck_assert(jsonx_id(row, "assignment_id", id));
		submission_facts(row, json_object_get(by_id, id), facts);
	}
	raw = course_file(folder, "submissions.json");
	note(facts, folder, "submissions %s",
	     json_object_get(json_array_get(raw, 0), "submissions") ? "grouped" : "flat");
	people_facts(folder, facts);
	section_facts(folder, facts);
	group_facts(folder, categories, facts);
	json_decref(raw);
	json_decref(by_id);
	json_decref(course);
	json_decref(assignments);
	json_decref(submissions);
}
