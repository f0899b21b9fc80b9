/*
 * test_consumer.c - mocksis check --consumer: our own client breaks no rule, whatever the SIS
 * does; and what cannot be judged is said.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/jsonx.h"
#include "tests/http/course.h"
#include "tests/http/script.h"

static char **names;
static int name_count;

static void list_names(void)
{
	struct err err = ERR_INIT;

	if (names)
		return;
	names = fixture_names("profiles", ".json", &err);
	while (names && names[name_count])
		name_count++;
}

/* A sandbox's journal judged; the report's JSON. Returns (json_decref). */
static json_t *judge(const struct server *server, const char *sandbox, const char *connection,
		     const char *name)
{
	struct outcome outcome;
	json_t *report;

	run_mocksis(&outcome, 60,
		    (const char *[]){ "check", "--consumer", server->url, "--admin-token",
				      ADMIN_TOKEN, "--sandbox", sandbox, "--connection", connection,
				      "--json", NULL });
	report = json_loads(outcome.out, 0, NULL);
	ck_assert_msg(report != NULL, "%s: %s%s", name, outcome.out, outcome.err);
	outcome_release(&outcome);
	return report;
}

/* No breach, and what @seen names was there to be seen. */
static void expect_clean(const json_t *report, const char *seen, const char *name)
{
	const json_t *check;
	size_t i;

	json_array_foreach (json_object_get(report, "checks"), i, check) {
		const char *verdict = jsonx_text(check, "verdict"), *id = jsonx_text(check, "id");
		bool pass = strcmp(verdict, "pass") == 0;

		ck_assert_msg(pass || strcmp(verdict, "skipped") == 0, "%s: %s is %s: %s", name, id,
			      verdict, jsonx_text(check, "message"));
		ck_assert_msg(pass || !has_word(seen, id), "%s: %s is skipped: %s", name, id,
			      jsonx_text(check, "message"));
	}
}

/* Every graded score of the course by one less; @most: of so many submissions. */
static void change_scores(json_t *value, int *most)
{
	double score = 0;
	const char *key;
	json_t *member;
	size_t i;

	if (*most > 0 && jsonx_number(value, "score", &score) &&
	    same_text(jsonx_text(value, "workflow_state"), "graded")) {
		json_object_set_new(value, "score", json_real(score - 1));
		(*most)--;
	}
	json_array_foreach (value, i, member)
		change_scores(member, most);
	json_object_foreach (value, key, member)
		change_scores(member, most);
}

static void change_course(const char *folder, int scores)
{
	char *path = xformat("%s/submissions.json", folder), *text;
	struct err err = ERR_INIT;
	json_t *file = jsonx_load_file(path, &err);

	change_scores(file, &scores);
	ck_assert_int_eq(scores, 0);
	text = jsonx_dump(file);
	file_put(folder, "submissions.json", text);
	free(text);
	json_decref(file);
	free(path);
}

static void sync_says(const struct server *server, const char *folder, const char *connection,
		      const char *flag, const char *says)
{
	struct outcome outcome;
	char *url = xformat("%s/ims/oneroster", server->url);

	run_mocksis(&outcome, 60,
		    (const char *[]){ "sync", folder, "--sis", url, "--credential", CREDENTIAL,
				      "--connection", connection, "--now", STORY_TIME, flag,
				      NULL });
	ck_assert_msg(outcome.status == 0 && strstr(outcome.out, says), "%s: exit %d: %s%s",
		      connection, outcome.status, outcome.out, outcome.err);
	outcome_release(&outcome);
	free(url);
}

#define ALWAYS_SEEN                                                                          \
	"CON-TOKEN-001 CON-TOKEN-002 CON-TOKEN-003 CON-TOKEN-004 CON-AUTH-001 CON-AUTH-002 " \
	"CON-AUTH-003 CON-AUTH-004 CON-ORDER-001 CON-ORDER-002 CON-ORDER-003 CON-ORDER-004 " \
	"CON-REF-001 CON-REF-002 CON-ID-001 CON-ID-002 CON-ID-003 CON-WRITE-001 "            \
	"CON-WRITE-003 CON-ONCE-001 CON-ONCE-002 CON-ONCE-003 CON-BODY-001 CON-BODY-002 "    \
	"CON-PAGE-001 CON-PAGE-002 CON-PAGE-003 CON-QUERY-001 CON-PROMISE-001 "              \
	"CON-PROMISE-002 CON-PROMISE-004 CON-PROMISE-006 CON-PROMISE-007 CON-PROMISE-010"

/* First sync, nothing new, one score, a remaster: with the connection of each profile. */
START_TEST(our_client_breaks_no_rule)
{
	char *district = folder_make(), *demo = fixture("roster/demo");
	char *folder = course_make("algebra", NULL);
	struct server server;
	json_t *report;

	folder_copy(demo, district);
	file_put(district, "sis-state.json", "{}");
	server_start_bare(&server, (const char *[]){ "--db", ":memory:", "--load", district,
						     "--credential", CREDENTIAL, "--now",
						     STORY_TIME, "--profile", names[_i], NULL });
	sync_says(&server, folder, names[_i], NULL, "5 assignments, 100 scores");
	sync_says(&server, folder, names[_i], NULL, "0 assignments, 0 scores");
	change_course(folder, 1);
	sync_says(&server, folder, names[_i], NULL, "0 assignments, 1 scores");
	sync_says(&server, folder, names[_i], "--remaster", "5 assignments, 100 scores");
	report = judge(&server, "default", names[_i], names[_i]);
	expect_clean(report, ALWAYS_SEEN, names[_i]);
	ck_assert_int_gt(jsonx_int(report, "exchanges"), 200);
	json_decref(report);
	server_stop(&server);
	folder_remove(folder);
	folder_remove(district);
	free(demo);
}
END_TEST

#define RULE(when, act) "{\"items\":[{\"when\":{" when "},\"do\":{" act "}}]}"

/* clang-format off */
static const struct {
	const char *name, *faults, *quirks, *connection;
	const char *flags[3];
	const char *seen; /* rules that are not skipped here */
} troubles[] = {
	{ "a token that expires", RULE("\"operation\":\"putResult\",\"nth\":5", "\"fault\":\"token_expired\""), NULL, "{}", { NULL }, "CON-TOKEN-005 CON-ONCE-002" },
	{ "Retry-After with 503", RULE("\"operation\":\"putResult\",\"nth\":3", "\"status\":503,\"headers\":{\"Retry-After\":\"1\"}"), NULL, "{}", { NULL }, "CON-RETRY-002" },
	{ "Retry-After with 429", RULE("\"operation\":\"getAllCategories\",\"nth\":1", "\"status\":429,\"headers\":{\"Retry-After\":\"1\"}"), NULL, "{}", { NULL }, "CON-RETRY-002" },
	{ "Retry-After for an hour", RULE("\"operation\":\"putResult\",\"nth\":20", "\"status\":429,\"headers\":{\"Retry-After\":\"3600\"}"), NULL, "{}", { NULL }, "CON-RETRY-002" },
	{ "500 now and then", RULE("\"operation\":\"putResult\",\"every\":9", "\"status\":500"), NULL, "{}", { NULL }, "CON-RETRY-003 CON-ONCE-002" },
	{ "connections that break", RULE("\"operation\":\"putResult\",\"every\":9", "\"connection\":\"reset\""), NULL, "{}", { NULL }, "CON-ONCE-002" },
	{ "refused assignments", NULL, "{\"title.max\":20,\"title.overflow\":\"reject\"}", "{}", { NULL }, "CON-WRITE-002 CON-RETRY-001" },
	{ "a cascade", NULL, "{\"title.max\":20,\"title.overflow\":\"reject\"}", "{\"cascade\":\"post_anyway\"}", { NULL }, "CON-RETRY-001" },
	{ "OAuth 1.0a", NULL, NULL, "{}", { "--auth", "oauth1" }, "CON-OAUTH-001 CON-OAUTH-002 CON-OAUTH-003" },
	{ "small pages", NULL, NULL, "{\"page_size\":2}", { NULL }, "CON-PAGE-001 CON-PROMISE-010" },
	{ "categories by a filter", NULL, NULL, "{\"category_source\":\"filter\",\"category\":\"default:null\"}", { NULL }, "CON-QUERY-001 CON-QUERY-002" },
	{ "the Modified mode", NULL, "{\"sourcedid.mode\":\"server\",\"put.returns_object\":true}", "{\"id_mode\":\"modified\"}", { NULL }, "CON-PROMISE-006 CON-ORDER-004" },
	{ "201 for everything", NULL, "{\"put.replace_status\":201}", "{}", { NULL }, "CON-ORDER-002" },
	{ "scopes", NULL, "{\"auth.scopes\":\"enforce\"}", "{\"scopes\":\"https://purl.imsglobal.org/spec/or/v1p1/scope/gradebook.readonly https://purl.imsglobal.org/spec/or/v1p1/scope/gradebook.createput\"}", { NULL }, "CON-AUTH-004 CON-PROMISE-007" },
	{ "a connection with wishes", NULL, NULL, "{\"headers\":{\"X-District\":\"7\"},\"exempt_score\":0,\"exclude_endpoints\":[\"getResultsForClass\"],\"name_limit\":40,\"enforce_save_rules\":true,\"line_item\":{\"description\":\"omit\",\"metadata\":{\"a\":\"b\"}},\"result\":{\"comment\":\"{submission.comment}\"}}", { NULL }, "CON-PROMISE-004 CON-PROMISE-005 CON-PROMISE-008 CON-PROMISE-009" },
	{ "no categories", NULL, NULL, "{\"category\":\"null\",\"grading_period\":\"omit\"}", { NULL }, "CON-PROMISE-001 CON-PROMISE-002" },
};
/* clang-format on */

static void sync_box(const struct box *box, const char *folder, const char *connection,
		     const char *const flags[])
{
	char *url = xformat("%s/sandboxes/%s/ims/oneroster", box->server->url, box->name);
	char *credential = xformat("%s:%s", box->id, box->secret);
	const char *args[16] = { "sync",     folder,         "--sis",    url,     "--credential",
				 credential, "--connection", connection, "--now", STORY_TIME };
	struct outcome outcome;

	for (size_t i = 0; flags[i]; i++)
		args[10 + i] = flags[i];
	run_mocksis(&outcome, 60, args);
	ck_assert_msg(outcome.status <= 1, "%s", outcome.err);
	outcome_release(&outcome);
	free(credential);
	free(url);
}

START_TEST(our_client_keeps_the_rules_in_trouble)
{
	const char *name = troubles[_i].name;
	char *folder = course_make("english", troubles[_i].connection);
	char *connection = xformat("%s/connection.json", folder);
	struct server server;
	struct box box;
	json_t *report, *set_up = json_object();

	server_start(&server, NULL);
	box_make(&box, &server, "trouble");
	if (troubles[_i].faults)
		json_object_set_new(set_up, "faults", json_loads(troubles[_i].faults, 0, NULL));
	if (troubles[_i].quirks)
		json_object_set_new(set_up, "quirks", json_loads(troubles[_i].quirks, 0, NULL));
	script_play(&box, set_up);
	sync_box(&box, folder, connection, troubles[_i].flags);
	report = judge(&server, box.name, connection, name);
	expect_clean(report, troubles[_i].seen, name);
	json_decref(report);
	json_decref(set_up);
	server_stop(&server);
	free(connection);
	folder_remove(folder);
}
END_TEST

/* clang-format off */
static const struct {
	const char *args[10]; /* URL stands for that of the server */
	int status;
	const char *says;
} bad[] = {
	{ { "--consumer", "URL", "--admin-token", ADMIN_TOKEN, "--sandbox", "empty" }, 2, "the journal of sandbox empty is empty: let the client run against http://" },
	{ { "--consumer", "URL/sandboxes/empty/ims/oneroster/v1p1", "--admin-token", ADMIN_TOKEN }, 2, "the journal of sandbox empty is empty" },
	{ { "--consumer", "URL", "--admin-token", ADMIN_TOKEN, "--sandbox", "nobody" }, 2, "there is no sandbox nobody" },
	{ { "--consumer", "URL", "--admin-token", "wrong" }, 2, "does not take this admin token" },
	{ { "--consumer", "URL" }, 2, "--admin-token TOKEN or MOCKSIS_ADMIN_TOKEN is needed" },
	{ { "--consumer", "http://127.0.0.1:1", "--admin-token", "x" }, 3, "http://127.0.0.1:1: " },
	{ { "--consumer", "ftp://x", "--admin-token", "x" }, 2, "ftp://x" },
	{ { "--consumer", "URL", "--admin-token", ADMIN_TOKEN, "--client", "someone" }, 2, "holds nothing of this client, only of: test-client" },
	{ { "--consumer", "URL", "--admin-token", ADMIN_TOKEN, "--connection", "nothing" }, 2, "there is no nothing in connections" },
	{ { "--consumer", "URL", "--admin-token", ADMIN_TOKEN, "--suite", "payloads" }, 2, "--suite does not go with --consumer" },
	{ { "--consumer", "URL", "--admin-token", ADMIN_TOKEN, "--payload", "x" }, 2, "--payload does not go with --consumer" },
	{ { "--consumer", "URL", "--admin-token", ADMIN_TOKEN, "http://sis" }, 2, "the provider http://sis is one argument too many" },
	{ { "--consumer" }, 2, "--consumer needs a value" },
};
/* clang-format on */

START_TEST(what_cannot_be_judged_is_said)
{
	struct server server;

	server_start(&server, NULL);
	ck_assert_int_eq(admin_status(&server, "POST", "/sandboxes", "{\"name\":\"empty\"}"), 201);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		const char *args[12] = { "check" };
		struct outcome outcome;
		char *url = NULL;

		for (size_t k = 0; bad[i].args[k]; k++) {
			const char *arg = bad[i].args[k];

			if (starts_with(arg, "URL"))
				arg = url = xformat("%s%s", server.url, arg + 3);
			args[k + 1] = arg;
		}
		run_mocksis(&outcome, 30, args);
		ck_assert_msg(outcome.status == bad[i].status && strstr(outcome.err, bad[i].says),
			      "%s: exit %d: %s%s", bad[i].says, outcome.status, outcome.out,
			      outcome.err);
		outcome_release(&outcome);
		free(url);
	}
	server_stop(&server);
}
END_TEST

/* Rules that need the beginning are skipped, the others are not, and the report begins so. */
START_TEST(a_journal_without_its_beginning)
{
	char *folder = course_make("algebra", NULL), *junit = xformat("%s/junit.xml", folder);
	char *report_to = xformat("junit=%s", junit), *text;
	struct outcome outcome;
	struct server server;
	json_t *report;

	server_start(&server, (const char *[]){ "--journal-size", "50", NULL });
	course_sync(&outcome, &server, folder, NULL);
	outcome_release(&outcome);
	report = judge(&server, "default", "standard", "cut");
	ck_assert(json_is_false(json_object_get(report, "complete")));
	expect_clean(report, "CON-ONCE-002 CON-BODY-001 CON-PROMISE-004", "cut");
	ck_assert_str_eq(
		jsonx_text(json_array_get(json_object_get(report, "checks"), 0), "verdict"),
		"skipped");
	json_decref(report);
	run_mocksis(&outcome, 30,
		    (const char *[]){ "check", "--consumer", server.url, "--admin-token",
				      ADMIN_TOKEN, "--report", report_to, NULL });
	ck_assert_int_eq(outcome.status, 0);
	ck_assert_ptr_nonnull(strstr(outcome.out, "Checked client test-client by 50 exchanges of "
						  "sandbox default at http://"));
	ck_assert_ptr_nonnull(strstr(outcome.out, "\nNot the whole story: the journal begins with "
						  "exchange "));
	text = file_get(junit);
	ck_assert_ptr_nonnull(strstr(text, "name=\"CON-ONCE-002 a result is put once in a run\""));
	free(text);
	outcome_release(&outcome);
	server_stop(&server);
	free(report_to);
	free(junit);
	folder_remove(folder);
}
END_TEST

Suite *consumer_suite(void);
Suite *consumer_suite(void)
{
	Suite *suite = suite_create("consumer");
	TCase *tc = tcase_create("consumer");

	list_names();
	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, our_client_breaks_no_rule, 0, name_count);
	tcase_add_loop_test(tc, our_client_keeps_the_rules_in_trouble, 0, ARRAY_SIZE(troubles));
	tcase_add_test(tc, what_cannot_be_judged_is_said);
	tcase_add_test(tc, a_journal_without_its_beginning);
	suite_add_tcase(suite, tc);
	return suite;
}
