/*
 * test_judge_query.c - the suites auth, paging and query as a user runs them: what a provider
 * lawfully lacks is skipped, nothing is written that must not be, no secret gets into a report.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/str.h"
#include "base/util.h"
#include "tests/http/harness.h"

#define EXCHANGES_MOST 700 /* of all three suites: they run over the internet */
#define OF_A_CHECK 12

/* clang-format off */
/* What may be seen though nothing is wrong: verdict and the beginning of an id. */
static const struct {
	const char *name, *serve[8], *check[4], *version;
	const char *skipped, *errors; /* blank-separated beginnings */
	bool writes;
} runs[] = {
	{ "all, 1.1", { NULL }, { NULL }, "1.1", "PAGE-ALL- QRY-FILTER-027 QRY-DELTA-001 QRY-SORT-009", "", true },
	{ "all, 1.2", { NULL }, { NULL }, "1.2", "PAGE-ALL- QRY-FILTER-027 QRY-DELTA-001 QRY-SORT-009 GB-AUTH-", "", true },
	{ "strict, 1.1", { "--profile", "strict" }, { NULL }, "1.1", "PAGE-ALL- QRY-FILTER-027 QRY-DELTA-001 QRY-SORT-009", "", true },
	{ "strict, 1.2", { "--profile", "strict" }, { NULL }, "1.2", "PAGE-ALL- QRY-FILTER-027 QRY-DELTA-001 QRY-SORT-009 GB-AUTH-", "", true },
	{ "without writing, 1.1", { NULL }, { "--read-only" }, "1.1", "AUTH-WRITE AUTH-SCOPE AUTH-OA1-010 PAGE- QRY-", "", false },
	{ "without writing, 1.2", { NULL }, { "--read-only" }, "1.2", "AUTH-WRITE AUTH-SCOPE PAGE- QRY- GB-AUTH-", "", false },
	{ "signed", { NULL }, { "--auth", "oauth1" }, "1.1", "AUTH- GB-AUTH- PAGE- QRY-", "", true },
	{ "without credentials", { "--auth", "none" }, { "--auth", "none" }, "1.2", "AUTH- GB-AUTH- PAGE- QRY-", "", true },
	{ "nothing there, 1.1", { "--empty", "--db", ":memory:", "--credential", CREDENTIAL }, { NULL }, "1.1", "AUTH- PAGE- QRY-", "AUTH-WRITE AUTH-SCOPE AUTH-OA1-010 GB-PAGE PAGE-WRITE QRY-FILTER-03 QRY-FILTER-04 QRY-SORT-01", false },
	{ "nothing there, 1.2", { "--empty", "--db", ":memory:", "--credential", CREDENTIAL }, { NULL }, "1.2", "AUTH- PAGE- QRY- GB-AUTH-", "AUTH-WRITE AUTH-SCOPE GB-PAGE PAGE-WRITE QRY-FILTER-03 QRY-FILTER-04 QRY-SORT-01", false },
};
/* clang-format on */

/* Whether @id begins like one of the words of @list. */
static bool is_listed(const char *list, const char *id)
{
	for (const char *at = list; *at; at += strspn(at, " ")) {
		size_t length = strcspn(at, " ");

		if (length && strncmp(at, id, length) == 0)
			return true;
		at += length;
	}
	return false;
}

static void look_at_check(const json_t *check, int run, struct str *found)
{
	const char *verdict = jsonx_text(check, "verdict"), *id = jsonx_text(check, "id");
	const json_t *exchanges = json_object_get(check, "exchanges"), *exchange;
	size_t i;

	if (strcmp(verdict, "pass") != 0 &&
	    !(strcmp(verdict, "skipped") == 0 && is_listed(runs[run].skipped, id)) &&
	    !(strcmp(verdict, "error") == 0 && is_listed(runs[run].errors, id)))
		str_format(found, "%s %s: %s\n", verdict, id, jsonx_text(check, "message"));
	if (strcmp(verdict, "pass") == 0 && !json_array_size(exchanges) &&
	    strcmp(id, "PAY-ANSWERS") != 0)
		str_format(found, "%s passes, and nothing was asked\n", id);
	if (json_array_size(exchanges) > OF_A_CHECK)
		str_format(found, "%s asks %zu times\n", id, json_array_size(exchanges));
	json_array_foreach (exchanges, i, exchange) {
		const char *method = jsonx_text(exchange, "method");

		if (!runs[run].writes &&
		    (strcmp(method, "PUT") == 0 || strcmp(method, "DELETE") == 0))
			str_format(found, "%s writes: %s\n", id, jsonx_text(exchange, "target"));
	}
}

static void run_check(struct outcome *outcome, const struct server *server, int run)
{
	char *url = xformat("%s/ims/oneroster", server->url);
	const char *args[24] = { "check",   url,       "--credential", CREDENTIAL, "--version",
				 NULL,      "--suite", "auth",         "--suite",  "paging",
				 "--suite", "query",   "--json",       "--seed",   "7" };
	size_t n = 15;

	args[5] = runs[run].version;
	for (size_t i = 0; runs[run].check[i]; i++)
		args[n++] = runs[run].check[i];
	run_mocksis(outcome, 120, args);
	free(url);
}

START_TEST(suites_are_fair)
{
	struct str found = STR_INIT;
	struct outcome outcome;
	struct server server;
	const json_t *check;
	size_t i, exchanges = 0;
	json_t *report;

	if (same_text(runs[_i].serve[0], "--empty"))
		server_start_bare(&server, runs[_i].serve);
	else
		server_start(&server, runs[_i].serve[0] ? runs[_i].serve : NULL);
	run_check(&outcome, &server, _i);
	report = json_loads(outcome.out, 0, NULL);
	ck_assert_msg(report != NULL, "%s: %s", runs[_i].name, outcome.err);
	json_array_foreach (json_object_get(report, "checks"), i, check) {
		look_at_check(check, _i, &found);
		exchanges += json_array_size(json_object_get(check, "exchanges"));
	}
	ck_assert_msg(!found.length, "%s:\n%s", runs[_i].name, str_text(&found));
	ck_assert_msg(exchanges > 200 && exchanges < EXCHANGES_MOST, "%s: %zu exchanges",
		      runs[_i].name, exchanges);
	ck_assert_uint_eq(json_array_size(json_object_get(report, "left_behind")), 0);
	ck_assert_msg(!strstr(outcome.out, "test-secret"), "%s: the secret is in the report",
		      runs[_i].name);
	json_decref(report);
	outcome_release(&outcome);
	str_release(&found);
	ck_assert_int_eq(server_stop(&server), 0);
}
END_TEST

Suite *judge_query_suite(void);
Suite *judge_query_suite(void)
{
	Suite *suite = suite_create("judge_query");
	TCase *tc = tcase_create("judge_query");

	tcase_set_timeout(tc, 150);
	tcase_add_loop_test(tc, suites_are_fair, 0, ARRAY_SIZE(runs));
	suite_add_tcase(suite, tc);
	return suite;
}
