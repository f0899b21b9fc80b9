/*
 * test_modes.c - settings of a connection whose effect is seen in the gradebook.
 */
#include <string.h>

#include "base/util.h"
#include "tests/http/course.h"
#include "tests/http/harness.h"

/* Excused: null unless the connection says 0; the report tells which went out. */
START_TEST(exempt_score)
{
	static const char *const settings[] = { "{}", "{\"exempt_score\":\"0\"}",
						"{\"exempt_score\":0}" };
	char *folder = course_make("biology", settings[_i]), *target;
	struct server server;
	struct outcome outcome;
	struct answer answer;
	const json_t *result, *score = NULL;
	json_t *report;
	size_t i;

	server_start(&server, NULL);
	course_sync(&outcome, &server, folder,
		    (const char *[]){ "--json", "--select", "10101", NULL });
	report = course_report(&outcome, settings[_i]);
	ck_assert_int_eq(outcome.status, 0);
	ck_assert_msg(strstr(outcome.out, _i ? "1 exempt scores went out as 0"
					     : "1 exempt scores went out as null"),
		      "%s", outcome.out);
	target = xstrdup("/classes/class-bio-1/students/student-005/results");
	api(&answer, &server, "GET", target, NULL);
	json_array_foreach (json_object_get(answer.json, "results"), i, result)
		if (same_text(json_string_value(json_object_get(result, "scoreStatus")), "exempt"))
			score = result;
	ck_assert_msg(score != NULL, "%s", answer.body);
	ck_assert_msg(json_is_number(json_object_get(score, "score")) == (_i > 0), "%s",
		      answer.body);
	answer_release(&answer);
	free(target);
	json_decref(report);
	outcome_release(&outcome);
	server_stop(&server);
	folder_remove(folder);
}
END_TEST

/* Modified mode: the provider chooses the ids, and nothing is doubled. */
START_TEST(ids_of_the_provider)
{
	static const struct {
		const char *name, *a, *b;
		int line_items, results;
	} steps[] = {
		{ "first", NULL, NULL, 10, 199 },
		{ "again", NULL, NULL, 0, 0 },
		{ "remaster", "--remaster", NULL, 10, 199 },
		{ "clear and remaster", "--remaster", "--clear-integration", 10, 199 },
	};
	char *folder = course_make("english", "{\"id_mode\":\"modified\"}"), *profile;
	struct server server;
	struct answer answer;

	file_put(folder, "profile.json",
		 "{\"name\":\"allocating\",\"extends\":\"standard\","
		 "\"quirks\":{\"sourcedid.mode\":\"server\"}}");
	profile = xformat("%s/profile.json", folder);
	server_start(&server, (const char *[]){ "--profile", profile, NULL });
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		struct outcome outcome;
		json_t *report;
		const json_t *sent;

		course_sync(&outcome, &server, folder,
			    (const char *[]){ "--json", steps[i].a, steps[i].b, NULL });
		report = course_report(&outcome, steps[i].name);
		sent = json_object_get(json_object_get(report, "counts"), "sent");
		ck_assert_msg(outcome.status == 0, "%s: %d %s", steps[i].name, outcome.status,
			      outcome.out);
		ck_assert_int_eq(json_integer_value(json_object_get(sent, "lineItems")),
				 steps[i].line_items);
		ck_assert_int_eq(json_integer_value(json_object_get(sent, "results")),
				 steps[i].results);
		json_decref(report);
		outcome_release(&outcome);
		api(&answer, &server, "GET", "/lineItems?limit=1", NULL);
		ck_assert_msg(strstr(answer.headers, "X-Total-Count: 10\r"), "%s: %s",
			      steps[i].name, answer.headers);
		answer_release(&answer);
		api(&answer, &server, "GET", "/results?limit=1", NULL);
		ck_assert_msg(strstr(answer.headers, "X-Total-Count: 199\r"), "%s: %s",
			      steps[i].name, answer.headers);
		answer_release(&answer);
	}
	free(profile);
	server_stop(&server);
	folder_remove(folder);
}
END_TEST

/* A provider that does not answer with an id is told apart from one that refuses. */
START_TEST(no_id_came_back)
{
	char *folder = course_make("english", "{\"id_mode\":\"modified\"}");
	struct server server;
	struct outcome outcome;

	server_start(&server, NULL);
	course_sync(&outcome, &server, folder, (const char *[]){ "--select", "10201", NULL });
	ck_assert_int_eq(outcome.status, 1);
	ck_assert_msg(strstr(outcome.out, "sourcedId") && strstr(outcome.out, "modified"), "%s",
		      outcome.out);
	outcome_release(&outcome);
	server_stop(&server);
	folder_remove(folder);
}
END_TEST

/* The scores of a refused lineItem: kept back, or sent into their own errors. */
START_TEST(cascade)
{
	char *folder = course_make("algebra",
				   _i ? "{\"cascade\":\"post_anyway\",\"sis_name\":\"Aspen\"}"
				      : "{\"sis_name\":\"Aspen\"}");
	struct server server;
	struct outcome outcome;
	json_t *report;
	const json_t *error, *counts;
	size_t i, refused = 0;

	server_start(&server, (const char *[]){ "--profile", "aspen", NULL });
	course_sync(&outcome, &server, folder, (const char *[]){ "--json", NULL });
	ck_assert_int_eq(outcome.status, 1);
	report = course_report(&outcome, "cascade");
	counts = json_object_get(report, "counts");
	ck_assert_int_eq(
		json_integer_value(json_object_get(json_object_get(counts, "sent"), "results")),
		60);
	ck_assert_int_eq(json_integer_value(json_object_get(counts, "failed")), _i ? 42 : 2);
	json_array_foreach (json_object_get(report, "errors"), i, error)
		if (same_text(json_string_value(json_object_get(error, "text")),
			      "No GradebookColumnDefinition found") &&
		    json_string_value(json_object_get(error, "student")))
			refused++;
	ck_assert_uint_eq(refused, _i ? 40 : 0);
	json_decref(report);
	outcome_release(&outcome);
	server_stop(&server);
	folder_remove(folder);
}
END_TEST

/* resend=event: a score is sent again when it was graded again. */
START_TEST(resend)
{
	char *folder = course_make("english", _i ? "{\"resend\":\"event\"}" : "{}"), *path, *text;
	struct server server;
	struct outcome outcome;
	json_t *list;

	server_start(&server, NULL);
	course_sync(&outcome, &server, folder, NULL);
	ck_assert_int_eq(outcome.status, 0);
	outcome_release(&outcome);
	path = xformat("%s/submissions.json", folder);
	list = json_load_file(path, 0, NULL);
	json_object_set_new(json_array_get(list, 0), "graded_at",
			    json_string("2026-11-16T12:00:00Z"));
	text = json_dumps(list, 0);
	file_put(folder, "submissions.json", text);
	course_sync(&outcome, &server, folder, NULL);
	ck_assert_msg(strstr(outcome.out, _i ? "Sent        0 assignments, 1 scores"
					     : "Sent        0 assignments, 0 scores"),
		      "%s", outcome.out);
	outcome_release(&outcome);
	json_decref(list);
	free(text);
	free(path);
	server_stop(&server);
	folder_remove(folder);
}
END_TEST

/* What a sync needs, and nothing besides. */
#define SCOPE "https://purl.imsglobal.org/spec/or/v1p1/scope/"
#define SCOPES                                                         \
	SCOPE "gradebook.readonly " SCOPE "gradebook.createput " SCOPE \
	      "roster-core.readonly " SCOPE "roster.readonly"

/* A sync with each way to prove who it is. */
START_TEST(authentication)
{
	static const char *const modes[] = { "--auth=oauth2", "--auth=oauth1", "--auth=none" };
	static const char *const at_server[] = { "oauth2", "oauth1", "none" };
	char *folder = course_make("english", "{\"scopes\":\"a " SCOPES "\"}"), *token_url;
	struct server server;
	struct outcome outcome;

	server_start(&server, (const char *[]){ "--auth", at_server[_i], NULL });
	token_url = xformat("--token-url=%s/token", server.url);
	course_sync(&outcome, &server, folder, (const char *[]){ modes[_i], token_url, NULL });
	ck_assert_msg(outcome.status == 0 && strstr(outcome.out, "199 scores"), "%s: %d %s%s",
		      modes[_i], outcome.status, outcome.out, outcome.err);
	outcome_release(&outcome);
	free(token_url);
	server_stop(&server);
	folder_remove(folder);
}
END_TEST

Suite *modes_suite(void);
Suite *modes_suite(void)
{
	Suite *suite = suite_create("modes");
	TCase *own = tcase_create("modes");

	tcase_set_timeout(own, 60);
	tcase_add_loop_test(own, exempt_score, 0, 3);
	tcase_add_test(own, ids_of_the_provider);
	tcase_add_test(own, no_id_came_back);
	tcase_add_loop_test(own, cascade, 0, 2);
	tcase_add_loop_test(own, resend, 0, 2);
	tcase_add_loop_test(own, authentication, 0, 3);
	suite_add_tcase(suite, own);
	return suite;
}
