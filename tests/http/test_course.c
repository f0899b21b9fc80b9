/*
 * test_course.c - what is in a course: odd and wrong files, save rules, and what each
 * SIS takes of the bundled ones.
 */
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/util.h"
#include "tests/http/harness.h"

static char *copy_of(const char *course)
{
	char *name = xformat("canvas/%s", course), *from = fixture(name), *folder = folder_make();

	folder_copy(from, folder);
	free(from);
	free(name);
	return folder;
}

/* A provider and a copy of a course. */
struct lab {
	struct server server;
	char *course;
};

static void lab_start(struct lab *lab, const char *course, const char *profile)
{
	server_start(&lab->server, (const char *[]){ "--profile", profile, NULL });
	lab->course = copy_of(course);
}

static void lab_stop(struct lab *lab)
{
	server_stop(&lab->server);
	folder_remove(lab->course);
}

static void run_lab(struct outcome *outcome, const struct lab *lab, const char *connection,
		    const char *json)
{
	run_mocksis(outcome, 60,
		    (const char *[]){ "sync", lab->course, "--sis", lab->server.url, "--credential",
				      CREDENTIAL, "--now", STORY_TIME, "--connection", connection,
				      json, NULL });
}

/* The report of a sync that exits with @status; json_decref(). */
static json_t *report_of(const struct lab *lab, const char *name, const char *connection,
			 int status)
{
	struct outcome outcome;
	json_t *report;

	run_lab(&outcome, lab, connection, "--json");
	ck_assert_msg(outcome.status == status, "%s: exit status %d: %s%s", name, outcome.status,
		      outcome.out, outcome.err);
	report = json_loads(outcome.out, 0, NULL);
	ck_assert_msg(report != NULL, "%s: no JSON: %s", name, outcome.out);
	outcome_release(&outcome);
	return report;
}

static int sent(const json_t *report, const char *what)
{
	const json_t *counts = json_object_get(report, "counts");

	return (int)json_integer_value(json_object_get(json_object_get(counts, "sent"), what));
}

static int counted(const json_t *report, const char *what)
{
	return (int)json_integer_value(json_object_get(json_object_get(report, "counts"), what));
}

START_TEST(unpublished_course)
{
	struct lab lab;
	struct outcome outcome;

	lab_start(&lab, "history-unpublished", "standard");
	run_lab(&outcome, &lab, "standard", NULL);
	ck_assert_int_eq(outcome.status, 1);
	ck_assert_msg(
		strstr(outcome.out, "Grade data is not available for non-published courses") &&
			strstr(outcome.out, "CV-15") && strstr(outcome.out, "Failed"),
		"%s", outcome.out);
	outcome_release(&outcome);
	lab_stop(&lab);
}
END_TEST

/* What a SIS with rules of its own takes of the courses. */
/* clang-format off */
static const struct {
	const char *course, *profile;
	int status, line_items, results, failed, errors;
	const char *code, *text;
	int times;
} presets[] = {
	{ "english", "infinite-campus", 0, 10, 199, 0, 0, NULL, NULL, 0 },
	{ "english", "aspen", 0, 10, 199, 0, 0, NULL, NULL, 0 },
	{ "algebra", "standard", 0, 5, 100, 0, 0, NULL, NULL, 0 },
	{ "algebra", "infinite-campus", 0, 5, 100, 0, 0, NULL, NULL, 0 },
	{ "algebra", "aspen", 1, 3, 60, 2, 2, "ASP-02", "given GradebookColumnType does not have a default GradeScale", 2 },
	{ "biology", "standard", 1, 28, 400, 2, 2, "AER-01", "Grading category [Extra Credit] not found in OneRoster for [Biology - Period ", 2 },
	{ "biology", "aspen", 1, 26, 369, 4, 4, "ASP-02", "given GradebookColumnType", 2 },
	{ "biology", "infinite-campus", 1, 16, 241, 10, 10, "IC-01", "Assignment cannot be created", 4 },
	{ "biology", "infinite-campus", 1, 16, 241, 10, 10, "IC-06", "Could not determine class or grading period", 2 },
	{ "biology", "infinite-campus", 1, 16, 241, 10, 10, "IC-02", "Assignment dates error: ", 2 },
};
/* clang-format on */

START_TEST(preset)
{
	struct lab lab;
	json_t *report;
	const json_t *error, *reason;
	const char *key;
	char *name = xformat("%s at %s", presets[_i].course, presets[_i].profile);
	int times = 0, accounted = 0;
	size_t i;

	lab_start(&lab, presets[_i].course, presets[_i].profile);
	report = report_of(&lab, name, presets[_i].profile, presets[_i].status);
	ck_assert_msg(sent(report, "lineItems") == presets[_i].line_items &&
			      sent(report, "results") == presets[_i].results &&
			      counted(report, "failed") == presets[_i].failed,
		      "%s: %d lineItems, %d results, %d failed", name, sent(report, "lineItems"),
		      sent(report, "results"), counted(report, "failed"));
	ck_assert_msg((int)json_array_size(json_object_get(report, "errors")) == presets[_i].errors,
		      "%s: %zu errors", name, json_array_size(json_object_get(report, "errors")));
	json_array_foreach (json_object_get(report, "errors"), i, error) {
		const char *code = json_string_value(json_object_get(error, "code"));
		const char *text = json_string_value(json_object_get(error, "text"));

		ck_assert_msg(json_string_value(json_object_get(error, "actor")) &&
				      json_string_value(json_object_get(error, "fix")),
			      "%s: nobody can fix %s", name, text);
		times += presets[_i].code && same_text(code, presets[_i].code) &&
			 starts_with(text, presets[_i].text);
	}
	ck_assert_msg(times == presets[_i].times, "%s: %d times %s", name, times, presets[_i].code);

	/* every submission is sent or accounted for */
	json_object_foreach (json_object_get(json_object_get(report, "counts"), "filtered"), key,
			     reason)
		accounted += strncmp(key, "assignment", 10) && strncmp(key, "section", 7)
				     ? (int)json_integer_value(reason)
				     : 0;
	accounted += sent(report, "results");
	ck_assert_msg(accounted == json_integer_value(json_object_get(
					   json_object_get(json_object_get(report, "counts"),
							   "extracted"),
					   "submissions")),
		      "%s: %d submissions are accounted for", name, accounted);
	json_decref(report);

	/* a second sync tries again what failed, and nothing else */
	report = report_of(&lab, name, presets[_i].profile, presets[_i].status);
	ck_assert_msg(sent(report, "lineItems") + sent(report, "results") == 0 &&
			      counted(report, "failed") == presets[_i].failed,
		      "%s again: %d lineItems, %d results, %d failed", name,
		      sent(report, "lineItems"), sent(report, "results"),
		      counted(report, "failed"));
	json_decref(report);
	free(name);
	lab_stop(&lab);
}
END_TEST

/* A file of the course that is not what Canvas answers: 2, naming it. */
START_TEST(wrong_course_file)
{
	static const char *const files[] = {
		"course.json",      "sections.json",    "assignment_groups.json",
		"assignments.json", "enrollments.json", "submissions.json"
	};
	static const struct {
		const char *text, *needle; /* text NULL: missing */
	} cases[] = {
		{ NULL, "No such file" },
		{ "", "empty" },
		{ " \n", "empty" },
		{ "{", "line 1" },
		{ "[{\"id\":1},]", "line 1" },
		{ "\"text\"", "" },
		{ "{\"errors\":[{\"message\":\"Invalid access token.\"}]}", "" },
		{ "<html>", "line 1" },
		{ "[{\"id\":1,\"id\":2}]", "" },
	};
	const char *file = files[_i / 9];
	char *folder = copy_of("english"), *path = xformat("%s/%s", folder, file);
	struct outcome outcome;

	if (cases[_i % 9].text)
		file_put(folder, file, cases[_i % 9].text);
	else
		unlink(path);
	run_mocksis(&outcome, 20,
		    (const char *[]){ "sync", folder, "--sis", "http://127.0.0.1:1", "--auth",
				      "none", NULL });
	ck_assert_msg(outcome.status == 2, "%s of %s: exit status %d: %s%s", cases[_i % 9].text,
		      file, outcome.status, outcome.out, outcome.err);
	ck_assert_msg(strstr(outcome.err, file), "%s of %s: \"%s\"", cases[_i % 9].text, file,
		      outcome.err);
	ck_assert_msg(strstr(outcome.err, cases[_i % 9].needle), "%s of %s: \"%s\"",
		      cases[_i % 9].text, file, outcome.err);
	outcome_release(&outcome);
	free(path);
	folder_remove(folder);
}
END_TEST

/* Canvas's own words for what it would refuse; no provider is needed. */
START_TEST(preflight)
{
	static const struct {
		const char *course, *connection;
		int status;
		const char *needles[4];
	} cases[] = {
		{ "biology",
		  "infinite-campus",
		  1,
		  { "10102 \"Photosynthesis and Cellular Respiration Lab Report\": Name is too "
		    "long, must "
		    "be under 31 characters",
		    "10105 \"Field Notes\": cannot be blank when Post to Sis is checked", "10104",
		    "10107" } },
		{ "biology", "standard", 1, { "10107", "10108" } },
		{ "english", "infinite-campus", 0, { "Canvas would save every assignment" } },
		{ "algebra", "aspen", 0, { "Canvas would save every assignment" } },
	};
	char *name = xformat("canvas/%s", cases[_i].course), *folder = fixture(name);
	struct outcome outcome;

	run_mocksis(&outcome, 20,
		    (const char *[]){ "sync", folder, "--preflight", "--connection",
				      cases[_i].connection, NULL });
	ck_assert_msg(outcome.status == cases[_i].status, "%s: %d %s", name, outcome.status,
		      outcome.err);
	for (size_t i = 0; i < 4 && cases[_i].needles[i]; i++)
		ck_assert_msg(strstr(outcome.out, cases[_i].needles[i]), "%s: no \"%s\" in:\n%s",
			      name, cases[_i].needles[i], outcome.out);
	outcome_release(&outcome);
	run_mocksis(&outcome, 20,
		    (const char *[]){ "sync", folder, "--preflight", "--json", "--connection",
				      cases[_i].connection, NULL });
	json_t *list = json_loads(outcome.out, 0, NULL);

	ck_assert_msg((json_array_size(list) > 0) == (cases[_i].status == 1), "%s", outcome.out);
	if (_i == 0)
		ck_assert(strstr(outcome.out, "\"CV-05\"") && strstr(outcome.out, "\"CV-01\""));
	json_decref(list);
	outcome_release(&outcome);
	free(folder);
	free(name);
}
END_TEST

/* Things that a recorded course holds: nothing of it stops the sync. */
static const char *const odd_course[][2] = {
	{ "course.json", "{\"id\": \"900\", \"workflow_state\": \"available\"}" },
	{ "sections.json",
	  "[{\"id\":1,\"name\":\"One\",\"sis_section_id\":\"class-bio-1\"},"
	  "{\"id\":2,\"name\":null,\"sis_section_id\":\"\"},{\"name\":\"no id\"}]" },
	{ "assignment_groups.json", "[{\"id\":5,\"name\":\"Homework\"}]" },
	{ "assignments.json",
	  "[{\"id\":11,\"name\":\"Millions\",\"post_to_sis\":true,\"published\":true,"
	  "\"assignment_group_id\":5,\"points_possible\":null,\"due_at\":\"\",\"description\":null}"
	  ","
	  "{\"id\":12,\"name\":\"Not marked\",\"published\":true,\"assignment_group_id\":5},"
	  "{\"id\":13,\"name\":\"No group\",\"post_to_sis\":true,\"published\":true},"
	  "{\"id\":11,\"name\":\"Twice\"},{\"name\":\"no id\"}]\n"
	  "[{\"id\":\"14\",\"name\":\"Next page\",\"post_to_sis\":true,\"published\":true,"
	  "\"assignment_group_id\":\"5\",\"due_at\":\"2026-11-02T05:00:00Z\","
	  "\"points_possible\":10,\"unknown_member\":{\"a\":[1]}}]" },
	{ "enrollments.json",
	  "[{\"type\":\"StudentEnrollment\",\"user_id\":21,\"course_section_id\":1,\"sis_user_id\":"
	  "\"student-005\",\"user\":{\"name\":\"A\"}},"
	  "{\"type\":\"StudentEnrollment\",\"user_id\":\"22\",\"course_section_id\":\"1\",\"user\":"
	  "{\"name\":\"B\",\"sis_user_id\":\"student-006\"}},"
	  "{\"type\":\"StudentEnrollment\",\"user_id\":23,\"course_section_id\":7},"
	  "{\"type\":\"ObserverEnrollment\",\"user_id\":24,\"course_section_id\":1},"
	  "{\"type\":\"StudentEnrollment\",\"course_section_id\":1}]" },
	{ "submissions.json",
	  "[{\"assignment_id\":11,\"user_id\":21,\"score\":19999999.02,\"workflow_state\":"
	  "\"graded\"},"
	  "{\"assignment_id\":11,\"user_id\":22,\"score\":-0.5,\"workflow_state\":\"graded\"},"
	  "{\"assignment_id\":12,\"user_id\":21,\"score\":5,\"workflow_state\":\"graded\"},"
	  "{\"assignment_id\":13,\"user_id\":21,\"score\":5,\"workflow_state\":\"graded\"},"
	  "{\"assignment_id\":999,\"user_id\":21,\"score\":5,\"workflow_state\":\"graded\"},"
	  "{\"assignment_id\":11,\"user_id\":888,\"score\":5,\"workflow_state\":\"graded\"},"
	  "{\"user_id\":21,\"score\":5},{}]"
	  "[{\"user_id\":21,\"submissions\":[{\"assignment_id\":14,\"score\":9.99,\"workflow_"
	  "state\":"
	  "\"graded\"}]},{\"user_id\":22,\"submissions\":[]}]" },
};

START_TEST(oddities)
{
	static const char *const scores[] = { "\"score\":19999999.02,", "\"score\":-0.5,",
					      "\"score\":9.99," };
	char *folder = folder_make(), *sis;
	struct server server;
	struct outcome outcome;
	struct answer results;
	json_t *report;
	const json_t *counts, *left;

	for (size_t i = 0; i < ARRAY_SIZE(odd_course); i++)
		file_put(folder, odd_course[i][0], odd_course[i][1]);
	server_start(&server, NULL);
	sis = xformat("%s/", server.url);
	run_mocksis(&outcome, 20,
		    (const char *[]){ "sync", folder, "--sis", sis, "--credential", CREDENTIAL,
				      "--json", NULL });
	report = json_loads(outcome.out, 0, NULL);
	ck_assert_msg(outcome.status == 1 && report, "%d %s%s", outcome.status, outcome.out,
		      outcome.err);
	counts = json_object_get(report, "counts");
	left = json_object_get(counts, "filtered");
	ck_assert_int_eq(
		json_integer_value(json_object_get(json_object_get(counts, "sent"), "results")), 3);
	ck_assert_int_eq(
		json_integer_value(json_object_get(json_object_get(counts, "sent"), "lineItems")),
		2);
	ck_assert_int_eq(json_integer_value(json_object_get(left, "submission_of_unknown_object")),
			 4);
	ck_assert_int_eq(json_integer_value(json_object_get(left, "assignment_not_marked")), 1);
	ck_assert_int_eq(json_integer_value(json_object_get(left, "section_without_sis_id")), 1);
	/* the assignment without a group has no category to match */
	ck_assert_uint_eq(json_array_size(json_object_get(report, "errors")), 1);
	ck_assert_msg(strstr(outcome.out, "Grading category [] not found"), "%s", outcome.out);
	ck_assert_msg(strstr(outcome.out, "assignment 999") && strstr(outcome.out, "user 888") &&
			      strstr(outcome.out, "assignment 11 stands twice"),
		      "%s", outcome.out);
	api(&results, &server, "GET", "/results", NULL);
	for (size_t i = 0; i < ARRAY_SIZE(scores); i++)
		ck_assert_msg(strstr(results.body, scores[i]), "no %s in %s", scores[i],
			      results.body);
	answer_release(&results);
	json_decref(report);
	outcome_release(&outcome);
	free(sis);
	server_stop(&server);
	folder_remove(folder);
}
END_TEST

/* Two at once with one ledger would each send what the other has not noted yet. */
START_TEST(one_sync_at_a_time)
{
	struct server server;
	struct outcome outcome;
	char *folder = folder_make(), *state = xformat("%s/state.db", folder);
	char *lock = xformat("%s.lock", state), *course = fixture("canvas/algebra");
	int fd = open(lock, O_RDWR | O_CREAT, 0600);
	const char *args[] = { "sync",     course,    "--sis", NULL, "--credential",
			       CREDENTIAL, "--state", state,   NULL };

	ck_assert(fd >= 0 && flock(fd, LOCK_EX) == 0);
	server_start(&server, NULL);
	args[3] = server.root;
	run_mocksis(&outcome, 30, args);
	ck_assert_int_eq(outcome.status, 3);
	ck_assert_ptr_nonnull(strstr(outcome.err, "another sync works with"));
	outcome_release(&outcome);
	close(fd);
	run_mocksis(&outcome, 30, args);
	ck_assert_int_eq(outcome.status, 0);
	outcome_release(&outcome);
	ck_assert_int_eq(server_stop(&server), 0);
	free(lock);
	free(state);
	free(course);
	folder_remove(folder);
}
END_TEST

Suite *course_suite(void);
Suite *course_suite(void)
{
	Suite *suite = suite_create("course");
	TCase *tc = tcase_create("course");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, one_sync_at_a_time);
	tcase_add_test(tc, unpublished_course);
	tcase_add_loop_test(tc, preset, 0, ARRAY_SIZE(presets));
	tcase_add_loop_test(tc, wrong_course_file, 0, 54);
	tcase_add_loop_test(tc, preflight, 0, 4);
	tcase_add_test(tc, oddities);
	suite_add_tcase(suite, tc);
	return suite;
}
