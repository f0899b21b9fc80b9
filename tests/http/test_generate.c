/*
 * test_generate.c - mocksis generate --from: courses that fit a class, and what a sync of them
 * does.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/crypto.h"
#include "base/jsonx.h"
#include "base/util.h"
#include "conformance/canvas/course.h"
#include "tests/http/facts.h"
#include "tests/http/generated.h"
#include "tests/provider/provider.h"

static json_t *sync_course(const char *folder, const char *url, const char *credential,
			   const char *connection, int status)
{
	const char *args[] = { "sync",     folder,         "--sis",    url,
			       "--now",    STORY_TIME,     "--json",   "--credential",
			       credential, "--connection", connection, NULL };
	struct outcome outcome;
	json_t *report;

	run_mocksis(&outcome, 120, args);
	ck_assert_msg(outcome.status == status, "%s: exit status %d: %s%s", connection,
		      outcome.status, outcome.out, outcome.err);
	report = json_loads(outcome.out, 0, NULL);
	outcome_release(&outcome);
	return report;
}

/* score of each result of a SIS, by "title/student" */
static json_t *scores_of_sis(const char *root, const char *class_id, const char *bearer)
{
	static const char *const kinds[] = { "lineItems", "results" };
	json_t *titles = json_object(), *scores = json_object();
	const json_t *row;
	size_t i;

	for (size_t k = 0; k < ARRAY_SIZE(kinds); k++) {
		char *url = xformat("%s/classes/%s/%s?limit=1000", root, class_id, kinds[k]);
		struct answer answer;

		http(&answer, "GET", url, (const char *[]){ bearer, NULL }, NULL);
		ck_assert_msg(answer.status == 200, "%s: %ld", url, answer.status);
		json_array_foreach (json_object_get(answer.json, kinds[k]), i, row) {
			const json_t *item = json_object_get(row, "lineItem");
			const json_t *student = json_object_get(row, "student");
			char key[256];

			if (k == 0) {
				json_object_set(titles, jsonx_text(row, "sourcedId"),
						json_object_get(row, "title"));
				continue;
			}
			snprintf(key, sizeof key, "%s/%s",
				 json_string_value(
					 json_object_get(titles, jsonx_text(item, "sourcedId"))),
				 jsonx_text(student, "sourcedId"));
			json_object_set(scores, key, json_object_get(row, "score"));
		}
		answer_release(&answer);
		free(url);
	}
	json_decref(titles);
	return scores;
}

/* Every score of the course stands in the SIS. */
static void expect_scores(const char *folder, const json_t *scores, const char *name)
{
	struct connection connection;
	struct course course;
	struct err err = ERR_INIT;
	bool good = connection_load(&connection, "standard", &err) &&
		    course_load(&course, folder, &connection, &err);

	ck_assert_msg(good, "%s", err.text);
	ck_assert_msg(json_array_size(course.odd) == 0, "%s: odd", name);
	ck_assert_uint_gt(course.submission_count, 0);
	for (size_t i = 0; i < course.submission_count; i++) {
		const struct submission *s = &course.submissions[i];
		double found;
		char key[256];

		snprintf(key, sizeof key, "%s/%s", course.assignments[s->assignment].name,
			 course.students[s->student].sis_id);
		ck_assert(s->has_score);
		ck_assert_msg(jsonx_number(scores, key, &found) && found == s->score,
			      "%s: %s is not %g in the SIS", name, key, s->score);
	}
	course_release(&course);
	connection_release(&connection);
}

static const struct {
	const char *profile, *version;
} clean_rows[] = {
	{ "standard", "1.1" },        { "standard", "1.2" }, { "aspen", "1.1" },
	{ "aspen", "1.2" },           { "strict", "1.1" },   { "infinite-campus", "1.1" },
	{ "infinite-campus", "1.2" }, { "skyward", "1.1" },  { "powerschool", "1.1" },
};

START_TEST(a_clean_course_is_taken_whole)
{
	const char *profile = clean_rows[_i].profile;
	char *out = folder_make();
	struct server server;
	json_t *report, *sync, *scores;

	server_start(&server, (const char *[]){ "--profile", profile, NULL });
	report = generated(out, server.url, CREDENTIAL,
			   (const char *[]){ "--class", DEMO_CLASS, "--clean", "--connection",
					     profile, "--version", clean_rows[_i].version, NULL });
	ck_assert_uint_eq(json_array_size(json_object_get(report, "courses")), 1);
	ck_assert_uint_eq(json_array_size(json_object_get(report, "notes")), 0);
	sync = sync_course(folder_of(report, 0), server.url, CREDENTIAL, profile, 0);
	ck_assert_str_eq(jsonx_text(sync, "status"), "completed");
	scores = scores_of_sis(server.root, DEMO_CLASS, server.bearer);
	ck_assert_uint_eq(json_object_size(scores), 60);
	expect_scores(folder_of(report, 0), scores, profile);
	json_decref(scores);
	json_decref(sync);
	json_decref(report);
	server_stop(&server);
	folder_remove(out);
}
END_TEST

/* What a sync of the whole course says under each profile: the assignments of the errors, and
 * nothing else. In the class are 20 students. */
static const struct {
	const char *profile;
	const char *refused[12]; /* names of the rows */
} edge_rows[] = {
	{ "standard", { "group_without_category" } },
	/* the demo's fourth category has no default grade scale */
	{ "aspen", { "group_without_category", "fourth_category", "same_name_second" } },
	{ "infinite-campus",
	  { "group_without_category", "title_31_characters", "title_50_characters",
	    "title_100_characters", "same_name_second", "due_date_missing",
	    "override_without_due_date", "due_before_open_period" } },
	/* an exempt result has no score, which the schema demands */
	{ "strict",
	  { "group_without_category", "due_date_missing", "override_without_due_date",
	    "submission_states" } },
};

/* What the client keeps back, with the connection `standard`. */
static const struct {
	const char *reason;
	int count;
} kept_back[] = {
	{ "section_without_sis_id", 1 },
	{ "assignment_unpublished", 1 },
	{ "assignment_not_marked", 1 },
	{ "assignment_not_graded", 1 },
	{ "assignment_without_grades", 1 },
	{ "submission_of_filtered_assignment", 24 }, /* everybody's of the one not marked */
	{ "submission_ungraded", 26 },               /* no_grade_yet 22, and 4 states */
	{ "submission_missing_without_score", 1 },
	{ "submission_score_null", 1 },
	{ "student_without_sis_id", 28 },
	{ "student_is_test_student", 28 },
	{ "student_inactive", 27 },
	{ "submission_without_section", 27 },
	{ "submission_of_refused_assignment", 20 },
};

static void expect_refused(const char *folder, const json_t *sync, size_t row)
{
	json_t *assignments = course_file(folder, "assignments.json"), *wanted = json_object();
	const json_t *error;
	const char *title;
	size_t i;

	for (i = 0; i < 12 && edge_rows[row].refused[i]; i++)
		json_object_set_new(
			wanted,
			jsonx_text(assignment_of(assignments, edge_rows[row].refused[i]), "name"),
			json_true());
	json_array_foreach (json_object_get(sync, "errors"), i, error) {
		title = jsonx_text(error, "assignment");
		ck_assert_msg(json_object_get(wanted, title), "%s: \"%s\" was refused: %s",
			      edge_rows[row].profile, title, jsonx_text(error, "text"));
		json_object_set_new(wanted, title, json_false());
	}
	json_t *open;

	json_object_foreach (wanted, title, open)
		ck_assert_msg(json_is_false(open), "%s: nothing was said of \"%s\"",
			      edge_rows[row].profile, title);
	json_decref(wanted);
	json_decref(assignments);
}

static void expect_kept_back(const json_t *sync)
{
	const json_t *filtered = json_object_get(json_object_get(sync, "counts"), "filtered");

	for (size_t i = 0; i < ARRAY_SIZE(kept_back); i++)
		ck_assert_msg(jsonx_int(filtered, kept_back[i].reason) == kept_back[i].count,
			      "%s: %d instead of %d", kept_back[i].reason,
			      (int)jsonx_int(filtered, kept_back[i].reason), kept_back[i].count);
	ck_assert_uint_eq(json_object_size(filtered), ARRAY_SIZE(kept_back));
}

START_TEST(an_edge_course_is_refused_where_it_says)
{
	const char *profile = edge_rows[_i].profile;
	char *out = folder_make();
	struct server server;
	json_t *report, *sync;

	server_start(&server, (const char *[]){ "--profile", profile, NULL });
	report = generated(
		out, server.url, CREDENTIAL,
		(const char *[]){ "--class", DEMO_CLASS, "--connection", profile, NULL });
	sync = sync_course(folder_of(report, 0), server.url, CREDENTIAL, profile, 1);
	ck_assert_str_eq(jsonx_text(sync, "status"), "completed_with_errors");
	expect_refused(folder_of(report, 0), sync, (size_t)_i);
	if (_i == 0)
		expect_kept_back(sync);
	json_decref(sync);
	sync = sync_course(folder_of(report, 1), server.url, CREDENTIAL, profile, 1);
	ck_assert_str_eq(jsonx_text(sync, "status"), "failed"); /* not published */
	json_decref(sync);
	json_decref(report);
	server_stop(&server);
	folder_remove(out);
}
END_TEST

/* It takes credentials in the header alone. */
static void provider_bearer(const char *url, char out[static BEARER])
{
	char *basic = base64_encode(PROVIDER_CREDENTIAL, strlen(PROVIDER_CREDENTIAL));
	char *header = xformat("Authorization: Basic %s", basic);
	struct answer answer;

	http(&answer, "POST", url,
	     (const char *[]){ header, "Content-Type: application/x-www-form-urlencoded", NULL },
	     "grant_type=client_credentials");
	ck_assert_int_eq(answer.status, 200);
	snprintf(out, BEARER, "Authorization: Bearer %s", jsonx_text(answer.json, "access_token"));
	answer_release(&answer);
	free(header);
	free(basic);
}

/* A provider that has only what passback needs, three students, and no sessions to speak of:
 * one assignment does not hold all states. */
START_TEST(another_provider)
{
	struct provider *provider = provider_start(NULL);
	char *out = folder_make(), bearer[BEARER], *token, *root;
	json_t *report, *sync, *scores;

	token = xformat("%s/oauth2/token", provider_url(provider));
	root = xformat("%s/ims/oneroster/v1p1", provider_url(provider));
	report = generated(out, provider_url(provider), PROVIDER_CREDENTIAL,
			   (const char *[]){ "--class", "c-1", NULL });
	expect_cases(folder_of(report, 0), 3);
	json_decref(report);
	report = generated(out, provider_url(provider), PROVIDER_CREDENTIAL,
			   (const char *[]){ "--class", "c-1", "--clean", NULL });
	sync = sync_course(folder_of(report, 0), provider_url(provider), PROVIDER_CREDENTIAL,
			   "standard", 0);
	ck_assert_str_eq(jsonx_text(sync, "status"), "completed");
	provider_bearer(token, bearer);
	scores = scores_of_sis(root, "c-1", bearer);
	expect_scores(folder_of(report, 0), scores, "the other provider");
	json_decref(scores);
	json_decref(sync);
	json_decref(report);
	free(root);
	free(token);
	provider_stop(provider);
	folder_remove(out);
}
END_TEST

/* What a provider may do wrong; nothing is written then. */
static const struct {
	struct fault_row fault;
	int status;
	const char *needle;
} failing[] = {
	{ { NULL, FAULT_BODY, "GET /classes/ID/students", .text = "{\"users\":{}}" },
	  2,
	  "no array \"users\"" },
	{ { NULL, FAULT_BODY, "GET /classes/ID/students", .text = "<html>" }, 2, "not JSON" },
	{ { NULL, FAULT_STATUS, "POST /oauth2/token", .number = 503 }, 3, "HTTP 503" },
	{ { NULL, FAULT_STATUS, "GET /classes/ID/students", .number = 403 }, 2, "--credential" },
	{ { NULL, FAULT_BODY, "GET /categories", .text = "{\"categories\":\"none\"}" },
	  2,
	  "no array \"categories\"" },
	{ { NULL, FAULT_STATUS, "POST /oauth2/token", .number = 401 }, 2, "no token" },
};

START_TEST(a_provider_fails)
{
	struct provider *provider = provider_start(&failing[_i].fault);
	char *out = folder_make(), *canvas = xformat("%s/canvas", out);
	struct outcome outcome;

	generate(&outcome, out, provider_url(provider), PROVIDER_CREDENTIAL,
		 (const char *[]){ "--class", "c-1", "--connection", "standard", NULL });
	ck_assert_msg(outcome.status == failing[_i].status, "row %d: exit status %d: %s", _i,
		      outcome.status, outcome.err);
	ck_assert_msg(strstr(outcome.err, failing[_i].needle), "row %d: %s", _i, outcome.err);
	ck_assert_ptr_null(strstr(outcome.err, "vendor-secret"));
	ck_assert_msg(access(canvas, F_OK) != 0, "row %d: something was written", _i);
	outcome_release(&outcome);
	free(canvas);
	provider_stop(provider);
	folder_remove(out);
}
END_TEST

/* What it may lack: another way to ask is found, or the report says what follows. */
static const struct {
	struct fault_row fault;
	const char *needle; /* in the report */
	size_t categories;
} lacking[] = {
	{ { NULL, FAULT_BODY, "GET /categories", .text = "{\"categories\":[]}" },
	  "\"categories_asked\":\"/classes/c-1/categories\"",
	  3 },
	{ { NULL, FAULT_STATUS, "GET /classes/ID/categories", .number = 404 },
	  "\"categories_asked\":\"/categories\"",
	  3 },
	{ { NULL, FAULT_STATUS, "GET /categories", .number = 500 },
	  "\"categories_asked\":\"/classes/c-1/categories\"",
	  3 },
	{ { NULL, FAULT_STATUS, "GET /gradingPeriods", .number = 404 },
	  "\"title\":\"Second quarter\"", /* those of the term */
	  3 },
};

START_TEST(a_provider_lacks_something)
{
	struct provider *provider = provider_start(&lacking[_i].fault);
	char *out = folder_make(), *text;
	json_t *report;

	report = generated(out, provider_url(provider), PROVIDER_CREDENTIAL,
			   (const char *[]){ "--class", "c-1", NULL });
	text = jsonx_dump(report);
	ck_assert_msg(strstr(text, lacking[_i].needle), "row %d: %.1500s", _i, text);
	expect_cases(folder_of(report, 0), lacking[_i].categories);
	free(text);
	json_decref(report);
	provider_stop(provider);
	folder_remove(out);
}
END_TEST

START_TEST(no_categories)
{
	char *out = folder_make(), *text;
	struct server server;
	struct answer list, deleted;
	const json_t *category;
	json_t *report;
	size_t i;

	server_start(&server, NULL);
	api(&list, &server, "GET", "/categories", NULL);
	json_array_foreach (json_object_get(list.json, "categories"), i, category) {
		char *target = xformat("/categories/%s", jsonx_text(category, "sourcedId"));

		api(&deleted, &server, "DELETE", target, NULL);
		ck_assert_int_eq(deleted.status, 204);
		answer_release(&deleted);
		free(target);
	}
	answer_release(&list);
	report = generated(out, server.url, CREDENTIAL,
			   (const char *[]){ "--class", DEMO_CLASS, "--clean", NULL });
	text = jsonx_dump(json_object_get(report, "notes"));
	ck_assert_msg(strstr(text, "names no category for class " DEMO_CLASS), "%s", text);
	json_decref(sync_course(folder_of(report, 0), server.url, CREDENTIAL, "standard", 1));
	free(text);
	json_decref(report);
	server_stop(&server);
	folder_remove(out);
}
END_TEST

/* clang-format off */
static const struct {
	const char *args[6];
	int status;
	const char *needle;
} wrong[] = {
	{ { "--from", "", "--class", DEMO_CLASS }, 2, "" },
	{ { "--class", "nonesuch" }, 2, "there are class-" },
	{ { "--class", "" }, 2, "sourcedId of a class" },
	{ { "--class", DEMO_CLASS, "--class", DEMO_CLASS }, 2, "twice" },
	{ { "--class", DEMO_CLASS, "--credential", "test-client:wrong-one" }, 2, "no token" },
	{ { "--class", DEMO_CLASS, "--from", "http://127.0.0.1:1" }, 3, "127.0.0.1:1" },
	{ { "--class", DEMO_CLASS, "--timezone", "Atlantis/Capital" }, 2, "Atlantis/Capital" },
	{ { "--class", DEMO_CLASS, "--version", "1.3" }, 2, "--version 1.3" },
	{ { "--class", DEMO_CLASS, "--seed", "0" }, 2, "--seed 0" },
	{ { "--class", DEMO_CLASS, "--now", "soon" }, 2, "--now soon" },
	{ { "--class", DEMO_CLASS, "--connection", "nonesuch" }, 2, "nonesuch" },
	{ { "--class", DEMO_CLASS, "--students", "5" }, 2, "--students" },
	{ { NULL }, 2, "--class ID is needed" },
};
/* clang-format on */

START_TEST(wrong_command_lines)
{
	char *out = folder_make(), *canvas = xformat("%s/canvas", out);
	struct server server;
	struct outcome outcome;

	server_start(&server, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		generate(&outcome, out, server.url, CREDENTIAL, wrong[i].args);
		ck_assert_msg(outcome.status == wrong[i].status, "row %zu: exit status %d: %s", i,
			      outcome.status, outcome.err);
		ck_assert_msg(strstr(outcome.err, wrong[i].needle), "row %zu: %s", i, outcome.err);
		ck_assert_msg(access(canvas, F_OK) != 0, "row %zu: something was written", i);
		outcome_release(&outcome);
	}
	run_mocksis(&outcome, 20, (const char *[]){ "generate", out, "--class", DEMO_CLASS, NULL });
	ck_assert_int_eq(outcome.status, 2);
	ck_assert_ptr_nonnull(strstr(outcome.err, "--from URL is needed"));
	outcome_release(&outcome);
	free(canvas);
	server_stop(&server);
	folder_remove(out);
}
END_TEST

START_TEST(nothing_is_overwritten)
{
	char *out = folder_make(), *name, *text;
	struct server server;
	struct outcome outcome;
	json_t *report;

	server_start(&server, NULL);
	report = generated(out, server.url, CREDENTIAL,
			   (const char *[]){ "--class", DEMO_CLASS, NULL });
	file_put(folder_of(report, 0), "course.json", "mine");
	name = xformat("%s/course.json", folder_of(report, 0));
	generate(&outcome, out, server.url, CREDENTIAL,
		 (const char *[]){ "--class", DEMO_CLASS, NULL });
	ck_assert_int_eq(outcome.status, 2);
	ck_assert_msg(strstr(outcome.err, folder_of(report, 0)) && strstr(outcome.err, "--force"),
		      "%s", outcome.err);
	outcome_release(&outcome);
	text = file_get(name);
	ck_assert_str_eq(text, "mine");
	free(text);
	generate(&outcome, out, server.url, CREDENTIAL,
		 (const char *[]){ "--class", DEMO_CLASS, "--force", NULL });
	ck_assert_int_eq(outcome.status, 0);
	ck_assert_msg(strstr(outcome.out, "20 students") && strstr(outcome.out, "4 categories") &&
			      strstr(outcome.out, "Quarter 2, 2026-10-17 to 2026-12-19") &&
			      strstr(outcome.out, "--credential ID:SECRET --now") &&
			      strstr(outcome.out, "--dry-run") &&
			      !strstr(outcome.out, "test-secret"),
		      "%s", outcome.out);
	text = file_get(name);
	ck_assert_str_ne(text, "mine");
	outcome_release(&outcome);
	free(text);
	free(name);
	json_decref(report);
	server_stop(&server);
	folder_remove(out);
}
END_TEST

Suite *generate_suite(void);
Suite *generate_suite(void)
{
	Suite *suite = suite_create("generate");
	TCase *tc = tcase_create("generate");

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, a_clean_course_is_taken_whole, 0, ARRAY_SIZE(clean_rows));
	tcase_add_loop_test(tc, an_edge_course_is_refused_where_it_says, 0, ARRAY_SIZE(edge_rows));
	tcase_add_test(tc, another_provider);
	tcase_add_loop_test(tc, a_provider_fails, 0, ARRAY_SIZE(failing));
	tcase_add_loop_test(tc, a_provider_lacks_something, 0, ARRAY_SIZE(lacking));
	tcase_add_test(tc, no_categories);
	tcase_add_test(tc, wrong_command_lines);
	tcase_add_test(tc, nothing_is_overwritten);
	suite_add_tcase(suite, tc);
	return suite;
}
