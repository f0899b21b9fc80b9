/*
 * test_judge_expect.c - failures of a provider that are known beforehand: --expect.
 */
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "tests/http/harness.h"
#include "tests/provider/provider.h"

/* clang-format off */
#define REFUSES_PAST { "GB-LI-024", FAULT_REFUSES, "PUT /lineItems/ID", "dueDate", "begins:2001" }
#define NO_AUTH { "GB-AUTH-001", FAULT_BEHAVES, NULL, "no-auth" }
/* clang-format on */

static void check(struct outcome *outcome, const char *url, const char *const args[])
{
	const char *all[24] = { "check", url, "--credential", PROVIDER_CREDENTIAL, "--seed", "7" };

	for (size_t i = 0; args && args[i]; i++)
		all[6 + i] = args[i];
	run_mocksis(outcome, 60, all);
}

#define ONE(id, verdict) "{\"id\":\"" id "\",\"verdict\":\"" verdict "\",\"reason\":\"case 4711\"}"

/* The provider takes no due date of 2001 (should), or lets everybody in (must). */
static const struct {
	const char *name;
	struct fault_row fault;
	const char *expect;
	const char *args[4];
	int status;
	const char *says;
} runs[] = {
	{ "a failure", NO_AUTH, "", { NULL }, 1, "FAIL     GB-AUTH-001" },
	{ "an expected failure",
	  NO_AUTH,
	  ONE("GB-AUTH-001", "fail"),
	  { NULL },
	  0,
	  "because case 4711" },
	{ "counted",
	  NO_AUTH,
	  ONE("GB-AUTH-001", "fail"),
	  { NULL },
	  0,
	  "0 errors; 1 of them as expected" },
	{ "another verdict",
	  NO_AUTH,
	  ONE("GB-AUTH-001", "warning"),
	  { NULL },
	  1,
	  "GB-AUTH-001: expected warning: it is fail: " },
	{ "another check",
	  NO_AUTH,
	  ONE("GB-AUTH-002", "fail"),
	  { NULL },
	  1,
	  "stale expectations, which did not come true:\n  GB-AUTH-002: expected fail: it passes" },
	{ "of another suite",
	  NO_AUTH,
	  ONE("GB-AUTH-001", "fail") "," ONE("PAY-users", "fail"),
	  { NULL },
	  0,
	  "so not stale:\n  PAY-users: expected fail: it is not among the checks of this run" },
	{ "left out",
	  NO_AUTH,
	  ONE("GB-AUTH-001", "fail") "," ONE("GB-LI-001", "fail"),
	  { "--read-only" },
	  0,
	  "so not stale:\n  GB-LI-001: expected fail: it is skipped" },
	{ "with its version",
	  NO_AUTH,
	  "{\"id\":\"GB-AUTH-001\",\"version\":\"1.1\",\"verdict\":\"fail\",\"reason\":\"r\"}",
	  { NULL },
	  0,
	  "because r" },
	{ "another version",
	  NO_AUTH,
	  "{\"id\":\"GB-AUTH-001\",\"version\":\"1.2\",\"verdict\":\"fail\",\"reason\":\"r\"}",
	  { NULL },
	  1,
	  "GB-AUTH-001 in 1.2: expected fail: it is not among the checks of this run" },
	{ "a warning", REFUSES_PAST, "", { "--fail-on", "warning" }, 1, "warning  GB-LI-024" },
	{ "an expected warning",
	  REFUSES_PAST,
	  ONE("GB-LI-024", "warning"),
	  { "--fail-on", "warning" },
	  0,
	  "expected GB-LI-024" },
	{ "skipped is no failure",
	  REFUSES_PAST,
	  "",
	  { "--read-only", "--fail-on", "warning" },
	  0,
	  "0 warnings, 56 skipped, 0 errors" },
};

START_TEST(expectations_are_met)
{
	struct provider *provider = provider_start(&runs[_i].fault);
	char *folder = folder_make(), *path = xformat("%s/expect.json", folder);
	char *file = xformat("{\"expect\":[%s]}", runs[_i].expect);
	const char *args[12] = { "--suite", "gpb-1.1", "--expect", path };
	struct outcome outcome;

	file_put(folder, "expect.json", file);
	for (size_t i = 0; i < ARRAY_SIZE(runs[_i].args) && runs[_i].args[i]; i++)
		args[4 + i] = runs[_i].args[i];
	check(&outcome, provider_url(provider), args);
	ck_assert_msg(outcome.status == runs[_i].status, "%s: exit %d: %s%s", runs[_i].name,
		      outcome.status, outcome.out, outcome.err);
	ck_assert_msg(strstr(outcome.out, runs[_i].says) != NULL, "%s: %s", runs[_i].name,
		      outcome.out);
	outcome_release(&outcome);
	provider_stop(provider);
	folder_remove(folder);
	free(path);
	free(file);
}
END_TEST

/* clang-format off */
static const struct {
	const char *file, *says;
} flaws[] = {
	{ "{\"expect\":[{\"id\":\"GB-LI-21\",\"verdict\":\"fail\",\"reason\":\"r\"}]}", "/expect/0/id: there is no check \"GB-LI-21\"; is GB-LI-021 meant?" },
	{ "{\"expect\":[{\"id\":\"something else\",\"verdict\":\"fail\",\"reason\":\"r\"}]}", "/expect/0/id: there is no check \"something else\"; --list names them" },
	{ "{\"expect\":[" ONE("GB-LI-021", "fail") "," ONE("GB-LI-021", "warning") "]}", "/expect/1: /expect/0 says already what is expected of GB-LI-021" },
	{ "{\"expect\":[" ONE("GB-LI-021", "pass") "]}", "/expect/0/verdict: fail, warning, error or skipped belongs here" },
	{ "{\"expect\":[{\"id\":\"GB-LI-021\",\"verdict\":\"fail\"}]}", "/expect/0/reason is missing" },
	{ "{\"expect\":[{\"id\":\"GB-LI-021\",\"verdict\":\"fail\",\"reason\":\"\"}]}", "/expect/0/reason: expected a text that is not empty" },
	{ "{\"expect\":[{\"id\":7,\"verdict\":\"fail\",\"reason\":\"r\"}]}", "/expect/0/id: expected a text" },
	{ "{\"expect\":[{\"id\":\"GB-LI-021\",\"version\":\"1.3\",\"verdict\":\"fail\",\"reason\":\"r\"}]}", "/expect/0/version: there is no check GB-LI-021 in version 1.3" },
	{ "{\"expect\":[{\"id\":\"GB-LI-021\",\"verdict\":\"fail\",\"reason\":\"r\",\"since\":\"x\"}]}", "/expect/0/since: there is no such key" },
	{ "{\"expect\":[\"GB-LI-021\"]}", "/expect/0: expected an object, found" },
	{ "{\"expect\":{}}", "/expect: expected" },
	{ "[]", "/expect: expected" },
	{ "{\"expect\":[],\"more\":1}", "/more: there is no such key" },
	{ "{\"expect\":[}", "line 1" },
};
/* clang-format on */

/* Before anybody is asked, and by --dry-run as well. */
START_TEST(a_flaw_of_expectations_is_told)
{
	char *folder = folder_make(), *path = xformat("%s/expect.json", folder);
	struct outcome outcome, dry;

	file_put(folder, "expect.json", flaws[_i].file);
	check(&outcome, "http://127.0.0.1:1", (const char *[]){ "--expect", path, NULL });
	ck_assert_msg(outcome.status == 2, "%s: exit %d", flaws[_i].file, outcome.status);
	ck_assert_msg(strstr(outcome.err, flaws[_i].says) != NULL, "%s", outcome.err);
	run_mocksis(&dry, 30, (const char *[]){ "check", "--dry-run", "--expect", path, NULL });
	ck_assert_int_eq(dry.status, 2);
	ck_assert_str_eq(dry.err, outcome.err);
	outcome_release(&outcome);
	outcome_release(&dry);
	folder_remove(folder);
	free(path);
}
END_TEST

Suite *judge_expect_suite(void);
Suite *judge_expect_suite(void)
{
	Suite *suite = suite_create("judge_expect");
	TCase *tc = tcase_create("judge_expect");

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, expectations_are_met, 0, ARRAY_SIZE(runs));
	tcase_add_loop_test(tc, a_flaw_of_expectations_is_told, 0, ARRAY_SIZE(flaws));
	suite_add_tcase(suite, tc);
	return suite;
}
