/*
 * test_plan.c - what a course sends, and why the rest is not sent.
 */
#include <check.h>

#include "base/file.h"
#include "base/jsonx.h"
#include "base/when.h"
#include "conformance/canvas/plan.h"
#include "tests/unit/canvas/small.h"
#include "tests/unit/helpers.h"

#define NOW "2026-11-20T00:00:00Z"
#define GRADED "\"workflow_state\": \"graded\", \"score\": 8.5"
#define OWN(due) ", \"overrides\": [{\"student_ids\": [101], \"due_at\": " due "}]"
#define SECTION(id, due) "{\"course_section_id\": " id ", \"due_at\": " due "}"

/* clang-format off */
/* The bundled courses: how many lineItems and scores, and every reason that is
 * counted. The numbers were counted by another program. */
static const struct {
	const char *course, *members;
	const char *select[3];
	size_t items, scores;
	const char *filtered; /* JSON */
} bundled[] = {
	{ "algebra", "", { NULL }, 5, 100, "{}" },
	{ "english", "", { NULL }, 10, 199, "{\"submission_ungraded\": 1}" },
	{ "history-unpublished", "", { NULL }, 2, 16, "{}" },
	{ "biology", "", { NULL }, 30, 431,
	  "{\"section_without_sis_id\": 1, \"assignment_unpublished\": 1, \"assignment_not_marked\": 1, \"assignment_not_graded\": 1,"
	  "\"submission_of_filtered_assignment\": 33, \"submission_ungraded\": 35, \"submission_missing_without_score\": 1,"
	  "\"submission_score_null\": 1, \"student_inactive\": 2, \"submission_without_section\": 14, \"student_without_sis_id\": 15,"
	  "\"student_is_test_student\": 2, \"assignment_without_grades\": 1}" },
	{ "biology", "\"assign_to\": \"sections\", \"name_limit\": 30, \"require_due_date\": true", { NULL }, 26, 396,
	  "{\"section_without_sis_id\": 1, \"assignment_to_individuals\": 2, \"assignment_unpublished\": 1, \"assignment_not_marked\": 1,"
	  "\"assignment_not_graded\": 1, \"submission_of_filtered_assignment\": 68, \"submission_ungraded\": 35,"
	  "\"submission_missing_without_score\": 1, \"submission_score_null\": 1, \"student_has_own_due_date\": 2, \"student_inactive\": 2,"
	  "\"submission_without_section\": 13, \"student_without_sis_id\": 14, \"student_is_test_student\": 2, \"assignment_without_grades\": 1}" },
	{ "biology", "\"assign_to\": \"sections\", \"name_limit\": 30, \"require_due_date\": true, \"enforce_save_rules\": true", { NULL }, 20, 303,
	  "{\"section_without_sis_id\": 1, \"assignment_name_too_long\": 2, \"assignment_due_date_missing\": 2, \"assignment_to_individuals\": 1,"
	  "\"assignment_unpublished\": 1, \"assignment_not_marked\": 1, \"assignment_not_graded\": 1, \"submission_of_filtered_assignment\": 167,"
	  "\"submission_ungraded\": 35, \"submission_missing_without_score\": 1, \"submission_score_null\": 1, \"student_has_own_due_date\": 2,"
	  "\"student_inactive\": 2, \"submission_without_section\": 10, \"student_without_sis_id\": 11, \"student_is_test_student\": 2,"
	  "\"assignment_without_grades\": 1}" },
	{ "biology", "\"enforce_save_rules\": true, \"due_date_uniform\": \"off\"", { NULL }, 30, 431, NULL },
	{ "biology", "", { "10101", "10119" }, 4, 59,
	  "{\"section_without_sis_id\": 1, \"assignment_not_selected\": 14, \"assignment_unpublished\": 1, \"assignment_not_marked\": 1,"
	  "\"assignment_not_graded\": 1, \"submission_of_filtered_assignment\": 466, \"submission_missing_without_score\": 1,"
	  "\"submission_score_null\": 1, \"submission_ungraded\": 1, \"student_inactive\": 1, \"submission_without_section\": 2,"
	  "\"student_without_sis_id\": 2, \"student_is_test_student\": 1}" },
};

/* One submission of user 101 (or another): what becomes of it. */
static const struct {
	const char *name, *members, *assignment, *user, *submission;
	const char *outcome; /* "status value due" per item, or "-reason" */
} singles[] = {
	/* states */
	{ "graded",               "", "", "101", GRADED, "fully graded 8.5 2026-11-16T17:00:00Z" },
	{ "graded 0",             "", "", "101", "\"workflow_state\": \"graded\", \"score\": 0", "fully graded 0 2026-11-16T17:00:00Z" },
	{ "negative",             "", "", "101", "\"workflow_state\": \"graded\", \"score\": -5", "fully graded -5 2026-11-16T17:00:00Z" },
	{ "over the maximum",     "", "", "101", "\"workflow_state\": \"graded\", \"score\": 11", "fully graded 11 2026-11-16T17:00:00Z" },
	{ "late is graded",       "", "", "101", GRADED ", \"late\": true", "fully graded 8.5 2026-11-16T17:00:00Z" },
	{ "graded without a score", "", "", "101", "\"workflow_state\": \"graded\", \"score\": null", "-submission_score_null" },
	{ "submitted",            "", "", "101", "\"workflow_state\": \"submitted\", \"score\": null", "-submission_ungraded" },
	{ "handed in again",      "", "", "101", "\"workflow_state\": \"pending_review\", \"score\": 3", "-submission_ungraded" },
	{ "unsubmitted",          "", "", "101", "\"workflow_state\": \"unsubmitted\"", "-submission_ungraded" },
	{ "missing with a score", "", "", "101", GRADED ", \"missing\": true", "not submitted 8.5 2026-11-16T17:00:00Z" },
	{ "missing without one",  "", "", "101", "\"workflow_state\": \"unsubmitted\", \"score\": null, \"missing\": true", "-submission_missing_without_score" },
	{ "missing, null is sent", "\"missing_null\": \"send\"", "", "101", "\"score\": null, \"missing\": true", "not submitted null 2026-11-16T17:00:00Z" },
	{ "excused",              "", "", "101", "\"workflow_state\": \"graded\", \"score\": null, \"excused\": true", "exempt null 2026-11-16T17:00:00Z" },
	{ "excused beats missing", "", "", "101", GRADED ", \"excused\": true, \"missing\": true", "exempt null 2026-11-16T17:00:00Z" },
	{ "excused as 0",         "\"exempt_score\": 0", "", "101", "\"score\": null, \"excused\": true", "exempt 0 2026-11-16T17:00:00Z" },
	/* people */
	{ "another section",      "", "", "102", GRADED, "fully graded 8.5 2026-11-16T17:00:00Z" },
	{ "two sections",         "", "", "103", GRADED, "fully graded 8.5 2026-11-16T17:00:00Z; fully graded 8.5 2026-11-16T17:00:00Z" },
	{ "inactive",             "", "", "104", GRADED, "-student_inactive" },
	{ "no SIS id",            "", "", "105", GRADED, "-student_without_sis_id" },
	{ "the test student",     "", "", "106", GRADED, "-student_is_test_student" },
	{ "a club",               "", "", "107", GRADED, "-submission_without_section" },
	/* assignments */
	{ "not published",        "", ", \"published\": false", "101", GRADED, "-assignment_unpublished" },
	{ "no due date",          "", ", \"due_at\": null", "101", GRADED, "fully graded 8.5 none" },
	{ "an empty due date",    "", ", \"due_at\": \"\"", "101", GRADED, "fully graded 8.5 none" },
	/* overrides */
	{ "that of the section",  "", ", \"overrides\": [" SECTION("11", "\"2026-11-01T00:00:00Z\"") "]", "101", GRADED, "fully graded 8.5 2026-11-01T00:00:00Z" },
	{ "that of another",      "", ", \"overrides\": [" SECTION("12", "\"2026-11-01T00:00:00Z\"") "]", "101", GRADED, "fully graded 8.5 2026-11-16T17:00:00Z" },
	{ "both sections",        "", ", \"overrides\": [" SECTION("11", "\"2026-11-01T00:00:00Z\"") "," SECTION("12", "\"2026-12-01T00:00:00Z\"") "]",
	                              "103", GRADED, "fully graded 8.5 2026-11-01T00:00:00Z; fully graded 8.5 2026-12-01T00:00:00Z" },
	{ "no date for a section", "", ", \"overrides\": [" SECTION("11", "null") "]", "101", GRADED, "fully graded 8.5 none" },
	{ "not assigned",         "", ", \"only_visible_to_overrides\": true, \"overrides\": [" SECTION("12", "null") "]", "101", GRADED, "-submission_not_assigned" },
	{ "assigned",             "", ", \"only_visible_to_overrides\": true, \"overrides\": [" SECTION("11", "null") "]", "101", GRADED, "fully graded 8.5 none" },
	{ "one student's own",    "", OWN("\"2026-11-30T00:00:00Z\""), "101", GRADED, "fully graded 8.5 2026-11-16T17:00:00Z" },
	{ "only that student",    "", ", \"only_visible_to_overrides\": true" OWN("\"2026-11-30T00:00:00Z\""), "101", GRADED, "fully graded 8.5 2026-11-30T00:00:00Z" },
	{ "and nobody else",      "", ", \"only_visible_to_overrides\": true" OWN("\"2026-11-30T00:00:00Z\""), "102", GRADED, "-submission_not_assigned" },
	/* assign_to: a SIS that knows only classes */
	{ "own date, sections",   "\"assign_to\": \"sections\"", OWN("\"2026-11-30T00:00:00Z\""), "101", GRADED, "-student_has_own_due_date" },
	{ "the others go on",     "\"assign_to\": \"sections\"", OWN("\"2026-11-30T00:00:00Z\""), "102", GRADED, "fully graded 8.5 2026-11-16T17:00:00Z" },
	{ "only individuals",     "\"assign_to\": \"sections\"", ", \"only_visible_to_overrides\": true" OWN("null"), "101", GRADED, "-assignment_to_individuals" },
	{ "only individuals, null section", "\"assign_to\": \"sections\"",
	  ", \"only_visible_to_overrides\": true, \"overrides\": [{\"student_ids\": [101], \"course_section_id\": null, \"group_id\": null}]", "101", GRADED, "-assignment_to_individuals" },
	{ "only sections",        "\"assign_to\": \"sections\"", ", \"only_visible_to_overrides\": true, \"overrides\": [" SECTION("11", "null") "]", "101", GRADED, "fully graded 8.5 none" },
	{ "a group",              "\"assign_to\": \"sections\"", ", \"overrides\": [{\"group_id\": 9, \"due_at\": null}]", "101", GRADED, "-assignment_to_individuals" },
	{ "a group, anyone",      "", ", \"overrides\": [{\"group_id\": 9, \"due_at\": null}]", "101", GRADED, "fully graded 8.5 2026-11-16T17:00:00Z" },
	/* save rules only warn until they are enforced */
	{ "a long name",          "\"name_limit\": 4", "", "101", GRADED, "fully graded 8.5 2026-11-16T17:00:00Z" },
	{ "a long name, enforced", "\"name_limit\": 4, \"enforce_save_rules\": true", "", "101", GRADED, "-assignment_name_too_long" },
	{ "a name at the limit",  "\"name_limit\": 5, \"enforce_save_rules\": true", "", "101", GRADED, "fully graded 8.5 2026-11-16T17:00:00Z" },
	{ "no name, enforced",    "\"enforce_save_rules\": true", ", \"name\": \"\"", "101", GRADED, "-assignment_name_missing" },
	{ "no date, enforced",    "\"require_due_date\": true, \"enforce_save_rules\": true", ", \"due_at\": null", "101", GRADED, "-assignment_due_date_missing" },
	{ "own date, enforced",   "\"enforce_save_rules\": true", OWN("\"2026-11-30T00:00:00Z\""), "101", GRADED, "-student_has_own_due_date" },
	{ "own but equal",        "\"enforce_save_rules\": true", OWN("\"2026-11-16T17:00:00Z\""), "101", GRADED, "fully graded 8.5 2026-11-16T17:00:00Z" },
	{ "a section's, uniform", "\"enforce_save_rules\": true, \"due_date_uniform\": \"course\"", ", \"overrides\": [" SECTION("11", "\"2026-11-01T00:00:00Z\"") "]", "101", GRADED, "-student_has_own_due_date" },
	{ "uniform is off",       "\"enforce_save_rules\": true, \"due_date_uniform\": \"off\"", OWN("\"2026-11-30T00:00:00Z\""), "101", GRADED, "fully graded 8.5 2026-11-16T17:00:00Z" },
	/* window_days */
	{ "old, no window",       "", "", "101", GRADED ", \"graded_at\": \"2020-01-01T00:00:00Z\"", "fully graded 8.5 2026-11-16T17:00:00Z" },
	{ "old",                  "\"window_days\": 30", "", "101", GRADED ", \"graded_at\": \"2026-10-20T23:59:59Z\"", "-submission_outside_window" },
	{ "just inside",          "\"window_days\": 30", "", "101", GRADED ", \"graded_at\": \"2026-10-21T00:00:00Z\"", "fully graded 8.5 2026-11-16T17:00:00Z" },
	{ "no date of grading",   "\"window_days\": 30", "", "101", GRADED, "fully graded 8.5 2026-11-16T17:00:00Z" },
};
/* clang-format on */

static struct plan_options options_of(const struct connection *connection)
{
	struct plan_options options = { .connection = connection };

	ck_assert(when_parse(NOW, &options.now, NULL));
	return options;
}

static size_t score_count(const struct plan *plan)
{
	size_t count = 0;

	for (size_t i = 0; i < plan->count; i++)
		count += plan->items[i].count;
	return count;
}

#define SCORE(user)                                 \
	"{\"assignment_id\": 1, \"user_id\": " user \
	", \"workflow_state\": \"graded\", \"score\": 8}"

/* clang-format off */
static const struct {
	const char *name, *members, *assignments, *enrollments, *submissions;
	bool remaster;
	size_t scores, warnings;
} wholes[] = {
	{ "a page that comes twice", "", NULL, NULL, "[" SCORE("101") "," SCORE("102") "][" SCORE("101") "," SCORE("102") "]", false, 2, 0 },
	{ "two that differ", "", NULL, NULL, "[" SCORE("101") ", {\"assignment_id\": 1, \"user_id\": 101, \"workflow_state\": \"graded\", \"score\": 3}]", false, 1, 1 },
	{ "an enrollment that comes twice", "", NULL,
	  "[{\"user_id\": 101, \"course_section_id\": 11, \"type\": \"StudentEnrollment\", \"enrollment_state\": \"active\", \"sis_user_id\": \"u1\"},"
	  " {\"user_id\": 101, \"course_section_id\": 11, \"type\": \"StudentEnrollment\", \"enrollment_state\": \"completed\", \"sis_user_id\": \"u1\"}]",
	  "[" SCORE("101") "]", false, 1, 0 },
	{ "old grades and a window", "\"window_days\": 1", NULL, NULL, "[{\"assignment_id\": 1, \"user_id\": 101, \"workflow_state\": \"graded\", \"score\": 8, \"graded_at\": \"2020-01-01T00:00:00Z\"}]", false, 0, 0 },
	{ "a remaster has no window", "\"window_days\": 1", NULL, NULL, "[{\"assignment_id\": 1, \"user_id\": 101, \"workflow_state\": \"graded\", \"score\": 8, \"graded_at\": \"2020-01-01T00:00:00Z\"}]", true, 1, 0 },
	{ "two dates in one lineItem", "\"due_date_uniform\": \"off\"",
	  ASSIGNMENT(", \"only_visible_to_overrides\": true, \"overrides\": [{\"student_ids\": [101], \"due_at\": \"2026-10-01T00:00:00Z\"}, {\"student_ids\": [103], \"due_at\": \"2026-12-01T00:00:00Z\"}]"),
	  NULL, "[" SCORE("101") "," SCORE("103") "]", false, 3, 1 },
	{ "a score in the millions", "", NULL, NULL, "[{\"assignment_id\": 1, \"user_id\": 101, \"workflow_state\": \"graded\", \"score\": 19999999.02}]", false, 1, 1 },
};
/* clang-format on */

START_TEST(reads_the_whole_course)
{
	struct small small = { .assignments = wholes[_i].assignments,
			       .enrollments = wholes[_i].enrollments,
			       .submissions = wholes[_i].submissions };
	struct connection connection;
	struct plan_options options;
	struct course course;
	struct plan plan;

	small_connection(&connection, wholes[_i].members);
	small_load(&course, &small, &connection);
	options = options_of(&connection);
	options.remaster = wholes[_i].remaster;
	plan_make(&plan, &course, &options);
	ck_assert_msg(score_count(&plan) == wholes[_i].scores, "%s: %zu scores", wholes[_i].name,
		      score_count(&plan));
	ck_assert_msg(json_array_size(plan.warnings) == wholes[_i].warnings, "%s: %zu warnings",
		      wholes[_i].name, json_array_size(plan.warnings));
	plan_release(&plan);
	course_release(&course);
	connection_release(&connection);
}
END_TEST

START_TEST(plans_the_bundled_courses)
{
	struct err err = ERR_INIT;
	struct connection connection;
	struct course course;
	struct plan plan;
	char *folder = fixture_path("canvas", bundled[_i].course, "", &err), *text;
	json_t *wanted = bundled[_i].filtered ? json_loads(bundled[_i].filtered, 0, NULL) : NULL;

	small_connection(&connection, bundled[_i].members);
	ck_assert_msg(folder && course_load(&course, folder, &connection, &err), "%s", err.text);

	struct plan_options options = options_of(&connection);

	if (bundled[_i].select[0])
		options.select = bundled[_i].select;
	while (options.select && options.select[options.select_count])
		options.select_count++;
	plan_make(&plan, &course, &options);
	text = jsonx_dump(plan.filtered);
	ck_assert_msg(plan.count == bundled[_i].items, "%s %s: %zu items", bundled[_i].course,
		      bundled[_i].members, plan.count);
	ck_assert_msg(score_count(&plan) == bundled[_i].scores, "%s %s: %zu scores",
		      bundled[_i].course, bundled[_i].members, score_count(&plan));
	ck_assert_msg(!wanted || json_equal(plan.filtered, wanted), "%s %s: %s", bundled[_i].course,
		      bundled[_i].members, text);
	free(text);
	json_decref(wanted);
	plan_release(&plan);
	course_release(&course);
	connection_release(&connection);
	free(folder);
}
END_TEST

/* What came in is what goes out or is counted, once. */
START_TEST(loses_nothing)
{
	struct err err = ERR_INIT;
	struct connection connection;
	struct course course;
	struct plan plan;
	char *folder = fixture_path("canvas", bundled[_i].course, "", &err);
	size_t counted = 0;
	const char *reason;
	json_t *count;

	small_connection(&connection, bundled[_i].members);
	ck_assert(course_load(&course, folder, &connection, &err));

	struct plan_options options = options_of(&connection);

	plan_make(&plan, &course, &options);
	json_object_foreach (plan.filtered, reason, count) {
		if (starts_with(reason, "submission_") || starts_with(reason, "student_"))
			counted += (size_t)json_integer_value(count);
		ck_assert_msg(strcmp(reason_text(reason), reason) != 0, "%s has no words", reason);
	}
	ck_assert_uint_eq(counted + score_count(&plan), course.submissions_seen);
	plan_release(&plan);
	course_release(&course);
	connection_release(&connection);
	free(folder);
}
END_TEST

/* "fully graded 8.5 2026-…" of every score, or the first reason of this object. */
static void outcome(const struct plan *plan, struct str *out)
{
	const char *reason;
	json_t *count;

	for (size_t i = 0; i < plan->count; i++)
		for (size_t k = 0; k < plan->items[i].count; k++) {
			const struct score *score = &plan->items[i].scores[k];

			str_format(out, "%s%s ", out->length ? "; " : "", score->status);
			if (score->has_value)
				str_format(out, "%g", score->value);
			else
				str_add(out, "null");
			str_format(out, " %s",
				   plan->items[i].due_at ? plan->items[i].due_at : "none");
		}
	json_object_foreach (plan->filtered, reason, count)
		if (strcmp(reason, "section_without_sis_id") != 0 &&
		    strcmp(reason, "submission_of_filtered_assignment") != 0 &&
		    strcmp(reason, "assignment_without_grades") != 0)
			str_format(out, "-%s", reason);
}

/* Duplicate keys are refused, so what @more sets replaces the preset. */
static char *assignment_json(const char *more)
{
	json_t *list = json_loads(ASSIGNMENT(""), 0, NULL);
	char *object = xformat("{%s}", *more ? more + 1 : ""), *text;
	json_t *extra = json_loads(object, 0, NULL);

	ck_assert_msg(extra != NULL, "%s", object);
	json_object_update(json_array_get(list, 0), extra);
	text = jsonx_dump(list);
	json_decref(extra);
	json_decref(list);
	free(object);
	return text;
}

START_TEST(decides_about_a_submission)
{
	char *assignments = assignment_json(singles[_i].assignment);
	char *submissions = xformat("[{\"assignment_id\": 1, \"user_id\": %s, %s}]",
				    singles[_i].user, singles[_i].submission);
	struct small small = { .assignments = assignments, .submissions = submissions };
	struct str out = STR_INIT;
	struct connection connection;
	struct course course;
	struct plan plan;

	small_connection(&connection, singles[_i].members);
	small_load(&course, &small, &connection);

	struct plan_options options = options_of(&connection);

	plan_make(&plan, &course, &options);
	outcome(&plan, &out);
	ck_assert_msg(strcmp(str_text(&out), singles[_i].outcome) == 0, "%s: %s", singles[_i].name,
		      str_text(&out));
	str_release(&out);
	plan_release(&plan);
	course_release(&course);
	connection_release(&connection);
	free(assignments);
	free(submissions);
}
END_TEST

START_TEST(an_ungraded_assignment_sends_nothing)
{
	struct small small = { .submissions = "[]" };
	const char *select[] = { "1" };
	struct connection connection;
	struct course course;
	struct plan plan;

	small_connection(&connection, "");
	small_load(&course, &small, &connection);

	struct plan_options options = options_of(&connection);

	options.select = select;
	options.select_count = 1;
	plan_make(&plan, &course, &options);
	ck_assert_uint_eq(plan.count, 0);
	ck_assert_uint_eq(plan.candidates, 1);
	ck_assert_int_eq(jsonx_int(plan.filtered, "assignment_without_grades"), 1);
	plan_release(&plan);
	course_release(&course);
	connection_release(&connection);
}
END_TEST

START_TEST(odd_records_are_warnings)
{
	struct small small = { .submissions = "[{\"assignment_id\": 99, \"user_id\": 101}]" };
	struct connection connection;
	struct course course;
	struct plan plan;

	small_connection(&connection, "\"name_limit\": 4");
	small_load(&course, &small, &connection);

	struct plan_options options = options_of(&connection);

	plan_make(&plan, &course, &options);
	ck_assert_uint_eq(json_array_size(plan.warnings), 2);
	ck_assert_str_eq(jsonx_text(json_array_get(plan.warnings, 0), "code"),
			 "assignment_unknown");
	ck_assert_str_eq(jsonx_text(json_array_get(plan.warnings, 1), "code"), "CV-05");
	ck_assert_str_eq(jsonx_text(json_array_get(plan.warnings, 1), "object"), "Essay");
	ck_assert_int_eq(jsonx_int(plan.filtered, "submission_of_unknown_object"), 1);
	plan_release(&plan);
	course_release(&course);
	connection_release(&connection);
}
END_TEST

Suite *plan_suite(void);
Suite *plan_suite(void)
{
	Suite *suite = suite_create("canvas/plan");
	TCase *tc = tcase_create("plan");

	tcase_add_loop_test(tc, reads_the_whole_course, 0, ARRAY_SIZE(wholes));
	tcase_add_loop_test(tc, plans_the_bundled_courses, 0, ARRAY_SIZE(bundled));
	tcase_add_loop_test(tc, loses_nothing, 0, ARRAY_SIZE(bundled));
	tcase_add_loop_test(tc, decides_about_a_submission, 0, ARRAY_SIZE(singles));
	tcase_add_test(tc, an_ungraded_assignment_sends_nothing);
	tcase_add_test(tc, odd_records_are_warnings);
	suite_add_tcase(suite, tc);
	return suite;
}
