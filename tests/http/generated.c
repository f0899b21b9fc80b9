/*
 * generated.c - courses that mocksis generate wrote, and the edge cases in them.
 */
#include "tests/http/generated.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/util.h"
#include "conformance/generate/cases.h"
#include "tests/http/facts.h"

void generate(struct outcome *outcome, const char *out, const char *url, const char *credential,
	      const char *const more[])
{
	const char *args[32] = { "generate", out,     "--from",   url, "--credential",
				 credential, "--now", STORY_TIME, NULL };
	size_t n = 8;

	for (size_t i = 0; more[i]; i++)
		args[n++] = more[i];
	args[n] = NULL;
	run_mocksis(outcome, 60, args);
}

json_t *generated(const char *out, const char *url, const char *credential,
		  const char *const more[])
{
	const char *args[32] = { "--json" };
	struct outcome outcome;
	json_t *report;
	size_t n = 1;

	for (size_t i = 0; more[i]; i++)
		args[n++] = more[i];
	generate(&outcome, out, url, credential, args);
	ck_assert_msg(outcome.status == 0, "exit status %d: %s%s", outcome.status, outcome.out,
		      outcome.err);
	report = json_loads(outcome.out, 0, NULL);
	ck_assert_ptr_nonnull(report);
	outcome_release(&outcome);
	return report;
}

const char *folder_of(const json_t *report, size_t course)
{
	return jsonx_text(json_array_get(json_object_get(report, "courses"), course), "folder");
}

const json_t *assignment_of(const json_t *assignments, const char *name)
{
	const json_t *assignment = NULL;
	char *needle = xformat(" %s: ", name);
	size_t i;

	json_array_foreach (assignments, i, assignment)
		if (strstr(jsonx_text(assignment, "description"), needle))
			break;
	ck_assert_msg(i < json_array_size(assignments), "no assignment is %s", name);
	free(needle);
	return assignment;
}

/* What has to be seen of each row in the files; a row of cases.c without one here fails. */
static const struct {
	const char *name, *fact;
} visible[] = {
	{ "ordinary_homework", "type online_upload" },
	{ "ordinary_quiz", "type on_paper" },
	{ "ordinary_test", "type on_paper" },
	{ "fourth_category", "due_at set" },
	{ "fifth_category", "due_at set" },
	{ "submission_states", "due_at set" },
	{ "score_values", "due_at set" },
	{ "title_unicode", "title beyond ASCII" },
	{ "title_30_characters", "title of 30" },
	{ "title_31_characters", "title of 31" },
	{ "title_50_characters", "title of 50" },
	{ "title_100_characters", "title of 100" },
	{ "same_name_first", "due_at set" },
	{ "same_name_second", "due_at set" },
	{ "unlock_date", "unlock_at set" },
	{ "due_date_missing", "due_at null" },
	{ "due_last_day_of_period", "due_at set" },
	{ "due_before_open_period", "due_at set" },
	{ "due_date_per_section", "override by course_section_id" },
	{ "override_without_due_date", "override without a due date" },
	{ "due_date_of_students", "override by student_ids" },
	{ "due_date_of_group", "override by group_id" },
	{ "only_some_students", "only_visible_to_overrides true" },
	{ "group_without_category", "due_at set" },
	{ "points_zero", "points zero" },
	{ "points_blank", "points blank" },
	{ "quiz", "type online_quiz" },
	{ "discussion", "type discussion_topic" },
	{ "grades_hidden", "graded score, attempt first" },
	{ "not_published", "published false" },
	{ "not_marked", "post_to_sis false" },
	{ "not_graded", "grading not_graded" },
	{ "no_grade_yet", "submitted, attempt first" },

	{ "excused", "graded excused posted, attempt none" },
	{ "missing_with_score", "graded score missing policy missing posted, attempt none" },
	{ "missing_without_score", "unsubmitted missing, attempt none" },
	{ "late_with_deduction", "deducted points" },
	{ "late_without_deduction", "deducted nothing" },
	{ "graded_without_score", "graded posted, attempt none" },
	{ "never_submitted", "unsubmitted, attempt none" },
	{ "submitted_ungraded", "submitted, attempt first" },
	{ "pending_review", "pending_review score, attempt first" },
	{ "resubmitted", "submitted score outdated posted, attempt later" },
	{ "score_zero", "score zero" },
	{ "score_negative", "score negative" },
	{ "score_above_maximum", "score above the maximum" },
	{ "score_maximum", "score the maximum" },
	{ "score_one_decimal", "score with one decimal" },
	{ "score_two_decimals", "score with decimals" },

	{ "student_without_sis_id", "StudentEnrollment active, no SIS id, section with one" },
	{ "student_is_test_student", "StudentViewEnrollment active, no SIS id, section with one" },
	{ "student_inactive", "StudentEnrollment inactive, SIS id, section with one" },
	{ "student_outside", "StudentEnrollment active, SIS id, section without" },
};

static const char *fact_of(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(visible); i++)
		if (strcmp(visible[i].name, name) == 0)
			return visible[i].fact;
	ck_abort_msg("%s of cases.c has no row here", name);
	return NULL;
}

static void expect_fact(const json_t *facts, const char *name)
{
	ck_assert_msg(json_object_get(facts, fact_of(name)), "%s: not \"%s\"", name, fact_of(name));
}

/* The Canvas id of the student whom a description names behind a case. */
static int64_t student_of(const json_t *assignments, const json_t *enrollments, const char *name,
			  const json_t **assignment)
{
	char *needle = xformat("<li>%s: ", name);
	const json_t *row, *enrollment;
	int64_t id = 0;
	size_t i, k;

	json_array_foreach (assignments, i, row) {
		const char *at = strstr(jsonx_text(row, "description"), needle);

		if (!at)
			continue;
		at = strchr(at, '(') + 1;
		*assignment = row;
		json_array_foreach (enrollments, k, enrollment) {
			const char *sis_id = jsonx_text(enrollment, "sis_user_id");

			if (sis_id && starts_with(at, sis_id) && at[strlen(sis_id)] == ')')
				id = jsonx_int(enrollment, "user_id");
		}
	}
	ck_assert_msg(id, "no description names the student of %s", name);
	free(needle);
	return id;
}

static json_t *facts_of_assignment(const json_t *assignment, const json_t *submissions,
				   int64_t student)
{
	json_t *facts = json_object();
	const json_t *row;
	size_t i;

	if (!student)
		assignment_facts(assignment, facts);
	json_array_foreach (submissions, i, row)
		if (jsonx_int(row, "assignment_id") == jsonx_int(assignment, "id") &&
		    (!student || jsonx_int(row, "user_id") == student))
			submission_facts(row, assignment, facts);
	return facts;
}

void expect_cases(const char *folder, size_t categories)
{
	json_t *assignments = course_file(folder, "assignments.json");
	json_t *enrollments = course_file(folder, "enrollments.json");
	json_t *submissions = course_submissions(folder), *all = json_object(), *facts;

	for (size_t i = 0; i < assignment_case_count; i++) {
		const struct assignment_case *row = &assignment_cases[i];

		if (row->flags & OWN_CATEGORY && (size_t)row->category >= categories)
			continue;
		facts = facts_of_assignment(assignment_of(assignments, row->name), submissions, 0);
		expect_fact(facts, row->name);
		json_decref(facts);
	}
	for (size_t i = 0; i < submission_case_count; i++) {
		const json_t *assignment = NULL;
		int64_t student = student_of(assignments, enrollments, submission_cases[i].name,
					     &assignment);

		facts = facts_of_assignment(assignment, submissions, student);
		expect_fact(facts, submission_cases[i].name);
		json_decref(facts);
	}
	course_facts(folder, DEMO_CATEGORIES, all);
	for (size_t i = 0; i < person_case_count; i++)
		expect_fact(all, person_cases[i].name);
	json_decref(all);
	json_decref(assignments);
	json_decref(enrollments);
	json_decref(submissions);
}
