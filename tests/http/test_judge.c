/*
 * test_judge.c - every check is shown to fail.
 *
 * A scripted provider is wrong in exactly one respect; the check of that row must
 * say so, and the others must not, except where they cannot help it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/util.h"
#include "conformance/checks/judge.h"
#include "conformance/checks/report.h"
#include "tests/http/harness.h"
#include "tests/provider/provider.h"

#define TOKEN "POST /oauth2/token"
#define CATEGORIES "GET /categories"
#define CLASS_ITEMS "GET /classes/ID/lineItems"
#define CLASS_RESULTS "GET /classes/ID/results"
#define ITEM_RESULTS "GET /classes/ID/lineItems/ID/results"
#define STUDENT_RESULTS "GET /classes/ID/students/ID/results"
#define GET_ITEM "GET /lineItems/ID"
#define GET_RESULT "GET /results/ID"
#define PUT_ITEM "PUT /lineItems/ID"
#define PUT_RESULT "PUT /results/ID"

/* clang-format off */
static const struct fault_row faults[] = {
	{ "GB-AUTH-001", FAULT_BEHAVES, NULL, "no-auth" },
	{ "GB-AUTH-002", FAULT_BEHAVES, NULL, "any-token" },
	{ "GB-AUTH-003", FAULT_BODY, CATEGORIES, .text = "", .number = 401 },
	{ "GB-AUTH-004", FAULT_EDIT, TOKEN, "expires_in" },
	{ "GB-AUTH-005", FAULT_BEHAVES, NULL, "any-secret" },
	{ "GB-AUTH-006", FAULT_BEHAVES, NULL, "revokes" },
	{ "GB-AUTH-007", FAULT_BEHAVES, NULL, "no-sha1" },
	{ "GB-AUTH-008", FAULT_BEHAVES, NULL, "no-sha256", .also = 2 },
	{ "GB-AUTH-009", FAULT_BEHAVES, NULL, "window-past" },
	{ "GB-AUTH-010", FAULT_BEHAVES, NULL, "window-future" },
	{ "GB-AUTH-011", FAULT_BEHAVES, NULL, "window-open" },
	{ "GB-AUTH-012", FAULT_BEHAVES, NULL, "no-nonces" },
	{ "GB-READ-001", FAULT_BODY, CATEGORIES, .text = "{\"items\":[]}", .number = 200, .also = -1 },
	{ "GB-READ-002", FAULT_BODY, "GET /lineItems", .text = "[]" },
	{ "GB-READ-003", FAULT_STATUS, CLASS_ITEMS, .number = 500, .also = -1 },
	{ "GB-READ-004", FAULT_STATUS, CLASS_RESULTS, .number = 501, .also = -1 },
	{ "GB-READ-005", FAULT_STATUS, ITEM_RESULTS, .number = 404, .also = -1 },
	{ "GB-READ-006", FAULT_STATUS, STUDENT_RESULTS, .number = 403, .also = -1 },
	{ "GB-READ-007", FAULT_EDIT, CATEGORIES, "categories/1/sourcedId", .also = 0 },
	{ "GB-READ-008", FAULT_EDIT, CATEGORIES, "categories/1/title" },
	{ "GB-READ-009", FAULT_EDIT, CATEGORIES, "categories/0/status" },
	{ "GB-READ-010", FAULT_EDIT, CATEGORIES, "categories/0/dateLastModified" },
	{ "GB-READ-011", FAULT_BEHAVES, NULL, "all-line-items" },
	{ "GB-READ-012", FAULT_HEADER, CATEGORIES, "Content-Type", "text/html" },
	{ "GB-READ-013", FAULT_BEHAVES, NULL, "shuffles", .also = -1 },
	{ "GB-READ-014", FAULT_BEHAVES, NULL, "no-filter" },
	{ "GB-READ-015", FAULT_BEHAVES, NULL, "all-categories" },
	{ "GB-PAGE-001", FAULT_BEHAVES, NULL, "no-limit", .also = -1 },
	{ "GB-PAGE-002", FAULT_BEHAVES, NULL, "no-offset", .also = -1 },
	{ "GB-PAGE-003", FAULT_BEHAVES, NULL, "past-404" },
	{ "GB-PAGE-004", FAULT_BEHAVES, NULL, "limit-400", .also = 2 },
	{ "GB-PAGE-005", FAULT_HEADER, NULL, "X-Total-Count" },
	{ "GB-PAGE-006", FAULT_HEADER, NULL, "Link" },
	{ "GB-PAGE-007", FAULT_BEHAVES, NULL, "next-always", .also = -1 },
	{ "GB-LI-001", FAULT_EDIT, GET_ITEM, "lineItem/title", "\"Another title\"", .also = -1 },
	{ "GB-LI-002", FAULT_EDIT, GET_ITEM, "lineItem/dueDate", "\"2020-01-01T00:00:00Z\"" },
	{ "GB-LI-003", FAULT_EDIT, GET_ITEM, "lineItem/class", "{\"sourcedId\":\"c-2\"}" },
	{ "GB-LI-004", FAULT_EDIT, GET_ITEM, "lineItem/category", "{\"sourcedId\":\"cat-2\"}" },
	{ "GB-LI-005", FAULT_EDIT, GET_ITEM, "lineItem/sourcedId", "\"chosen-by-the-sis\"" },
	{ "GB-LI-006", FAULT_EDIT, CLASS_ITEMS, "lineItems", "[]", .also = 1 },
	{ "GB-LI-007", FAULT_BEHAVES, NULL, "duplicates-lineItems", .also = -1 },
	{ "GB-LI-008", FAULT_BEHAVES, NULL, "frozen-lineItems", .also = 1 },
	{ "GB-LI-009", FAULT_BEHAVES, NULL, "merges" },
	{ "GB-LI-010", FAULT_STATUS, PUT_ITEM, .number = 200, .also = -1 },
	{ "GB-LI-011", FAULT_STATUS, PUT_ITEM, .number = 201, .also = -1 },
	{ "GB-LI-012", FAULT_BEHAVES, NULL, "rounds" },
	{ "GB-LI-013", FAULT_REFUSES, PUT_ITEM, "resultValueMax", "equals:0" },
	{ "GB-LI-014", FAULT_EDIT, GET_ITEM, "lineItem/description" },
	{ "GB-LI-015", FAULT_REFUSES, PUT_ITEM, "gradingPeriod", "absent" },
	{ "GB-LI-016", FAULT_EDIT, GET_ITEM, "lineItem/metadata" },
	{ "GB-LI-017", FAULT_REFUSES, PUT_ITEM, "dueDate", "zoneless" },
	{ "GB-LI-018", FAULT_REFUSES, PUT_ITEM, "category", "null" },
	{ "GB-LI-019", FAULT_REFUSES, PUT_ITEM, "category", "absent" },
	{ "GB-LI-020", FAULT_REFUSES, PUT_ITEM, "category", "id:cat-2" },
	{ "GB-LI-021", FAULT_REFUSES, PUT_ITEM, "title", "longer:50" },
	{ "GB-LI-022", FAULT_REFUSES, PUT_ITEM, "title", "not-ascii" },
	{ "GB-LI-023", FAULT_REFUSES, PUT_ITEM, "dueDate", "null" },
	{ "GB-LI-024", FAULT_REFUSES, PUT_ITEM, "dueDate", "begins:2001" },
	{ "GB-LI-025", FAULT_BEHAVES, NULL, "any-class", .also = 1 },
	{ "GB-LI-026", FAULT_BEHAVES, NULL, "any-type" },
	{ "GB-LI-027", FAULT_BEHAVES, NULL, "broken-json-500" },
	{ "GB-LI-028", FAULT_REFUSES, PUT_ITEM, "class", "no-href" },
	{ "GB-RES-001", FAULT_EDIT, GET_RESULT, "result/score", "7", .also = -1 },
	{ "GB-RES-002", FAULT_EDIT, GET_RESULT, "result/scoreStatus", "\"submitted\"", .also = -1 },
	{ "GB-RES-003", FAULT_EDIT, GET_RESULT, "result/student", "{\"sourcedId\":\"s-3\"}" },
	{ "GB-RES-004", FAULT_EDIT, GET_RESULT, "result/lineItem", "{\"sourcedId\":\"li-other\"}" },
	{ "GB-RES-005", FAULT_EDIT, GET_RESULT, "result/sourcedId", "\"chosen-by-the-sis\"" },
	{ "GB-RES-006", FAULT_EDIT, CLASS_RESULTS, "results", "[]", .also = 1 },
	{ "GB-RES-007", FAULT_EDIT, ITEM_RESULTS, "results", "[]" },
	{ "GB-RES-008", FAULT_EDIT, STUDENT_RESULTS, "results", "[]" },
	{ "GB-RES-009", FAULT_BEHAVES, NULL, "duplicates-results", .also = -1 },
	{ "GB-RES-010", FAULT_BEHAVES, NULL, "frozen-results" },
	{ "GB-RES-011", FAULT_STATUS, PUT_RESULT, .number = 200, .also = -1 },
	{ "GB-RES-012", FAULT_STATUS, PUT_RESULT, .number = 201, .also = -1 },
	{ "GB-RES-013", FAULT_REFUSES, PUT_RESULT, "score", "equals:91.1" },
	{ "GB-RES-014", FAULT_REFUSES, PUT_RESULT, "score", "below:0" },
	{ "GB-RES-015", FAULT_REFUSES, PUT_RESULT, "score", "above:100" },
	{ "GB-RES-016", FAULT_REFUSES, PUT_RESULT, "score", "null-as:exempt" },
	{ "GB-RES-017", FAULT_REFUSES, PUT_RESULT, "score", "number-as:exempt" },
	{ "GB-RES-018", FAULT_REFUSES, PUT_RESULT, "score", "number-as:not submitted" },
	{ "GB-RES-019", FAULT_REFUSES, PUT_RESULT, "score", "null-as:not submitted" },
	{ "GB-RES-020", FAULT_REFUSES, PUT_RESULT, "comment", "longer:100" },
	{ "GB-RES-021", FAULT_REFUSES, PUT_RESULT, "scoreDate", "with-time" },
	{ "GB-RES-022", FAULT_BEHAVES, NULL, "any-line-item" },
	{ "GB-RES-023", FAULT_BEHAVES, NULL, "any-student" },
	{ "GB-RES-024", FAULT_REFUSES, PUT_RESULT, "student", "type:user" },
	{ "GB-ERR-001", FAULT_STATUS, "GET /lineItems/no-such-lineItem", .number = 200, .also = 1 },
	{ "GB-ERR-002", FAULT_STATUS, "GET /results/no-such-result", .number = 400 },
	{ "GB-ERR-003", FAULT_STATUS, "GET /classes/no-such-class/lineItems", .number = 200 },
	{ "GB-ERR-004", FAULT_STATUS, "GET /classes/no-such-class/results", .number = 500 },
	{ "GB-ERR-005", FAULT_STATUS, "GET /classes/ID/students/no-such-student/results", .number = 200 },
	{ "GB-ERR-006", FAULT_BODY, "GET /lineItems/no-such-lineItem", .text = "{\"statusInfoSet\":[{\"imsx_codeMajor\":\"failure\"}]}" },
	{ "GB-ERR-007", FAULT_BODY, PUT_ITEM, .text = "{}", .number = 400 },
	{ "GB-ERR-008", FAULT_STATUS, "GET /noSuchCollection", .number = 200 },
	{ "GB-ERR-009", FAULT_STATUS, "PUT /lineItems", .number = 200 },
	{ "PAY-ANSWERS", FAULT_EDIT, CATEGORIES, "categories/0/dateLastModified", "\"yesterday\"" },
};
/* clang-format on */

static json_t *judge(const struct fault_row *fault, bool read_only)
{
	struct provider *provider = provider_start(fault);
	struct transport_config config = { .sis = provider_url(provider),
					   .credential = PROVIDER_CREDENTIAL,
					   .timeout_s = 20,
					   .concurrency = 1 };
	json_t *suites = json_pack("[s]", "gpb-1.1");
	struct judge_options options = { .credential = PROVIDER_CREDENTIAL,
					 .suites = suites,
					 .seed = 7,
					 .read_only = read_only,
					 .now = 1794848400000 };
	struct err err = ERR_INIT;
	json_t *report;

	options.transport = transport_new(&config, &err);
	ck_assert_msg(options.transport != NULL, "%s", err.text);
	report = judge_run(&options, &err);
	ck_assert_msg(report != NULL, "%s", err.text);
	transport_free(options.transport);
	provider_stop(provider);
	json_decref(suites);
	return report;
}

/* The ids whose verdict is neither pass nor skipped, but for @except: "A B". Most faults
 * make some answer depart from the schema too, which is not told again. */
static size_t others(const json_t *report, const char *except, char *out, size_t size)
{
	const json_t *check;
	size_t i, count = 0;

	*out = '\0';
	json_array_foreach (json_object_get(report, "checks"), i, check) {
		const char *verdict = jsonx_text(check, "verdict"), *id = jsonx_text(check, "id");
		size_t length = strlen(out);

		if (strcmp(verdict, "pass") == 0 || strcmp(verdict, "skipped") == 0 ||
		    strcmp(id, except) == 0 || (*except && strcmp(id, "PAY-ANSWERS") == 0))
			continue;
		snprintf(out + length, size - length, "%s (%s) ", id, jsonx_text(check, "message"));
		count++;
	}
	return count;
}

static const json_t *check_of(const json_t *report, const char *id)
{
	const json_t *check;
	size_t i;

	json_array_foreach (json_object_get(report, "checks"), i, check)
		if (strcmp(jsonx_text(check, "id"), id) == 0)
			return check;
	return NULL;
}

START_TEST(a_right_provider_passes)
{
	json_t *report = judge(NULL, false);
	char list[4096];

	ck_assert_msg(others(report, "", list, sizeof list) == 0, "%s", list);
	ck_assert_int_eq(jsonx_int(json_object_get(report, "summary"), "skipped"), 0);
	ck_assert_uint_eq(json_array_size(json_object_get(report, "checks")), ARRAY_SIZE(faults));
	json_decref(report);
}
END_TEST

START_TEST(a_wrong_provider_is_caught)
{
	const struct fault_row *fault = &faults[_i];
	json_t *report;
	const json_t *check;
	const char *verdict;
	char list[8192];
	size_t count;

	report = judge(fault, false);
	check = check_of(report, fault->check);
	ck_assert_msg(check != NULL, "%s is no check", fault->check);
	verdict = jsonx_text(check, "verdict");
	ck_assert_msg(strcmp(verdict, strcmp(jsonx_text(check, "level"), "must") == 0
					      ? "fail"
					      : "warning") == 0,
		      "%s: the provider is wrong, but the verdict is %s: %s", fault->check, verdict,
		      jsonx_text(check, "message"));
	ck_assert_msg(json_array_size(json_object_get(check, "exchanges")) > 0 ||
			      json_array_size(json_object_get(check, "answers")) > 0,
		      "%s shows no exchange", fault->check);
	count = others(report, fault->check, list, sizeof list);
	ck_assert_msg(fault->also < 0 || (size_t)fault->also == count, "%s: %zu others saw it: %s",
		      fault->check, count, list);
	json_decref(report);
}
END_TEST

START_TEST(every_check_has_its_row)
{
	struct err err = ERR_INIT;
	json_t *suites = json_pack("[s]", "gpb-1.1");
	json_t *list = judge_list(&(struct judge_options){ .suites = suites }, &err);
	const json_t *check;
	size_t i;

	json_array_foreach (list, i, check) {
		bool found = false;

		for (size_t k = 0; k < ARRAY_SIZE(faults); k++)
			found = found || strcmp(faults[k].check, jsonx_text(check, "id")) == 0;
		ck_assert_msg(found, "%s is never shown to fail", jsonx_text(check, "id"));
		for (size_t k = 0; k < i; k++)
			ck_assert_str_ne(jsonx_text(json_array_get(list, k), "id"),
					 jsonx_text(check, "id"));
	}
	json_decref(list);
	json_decref(suites);
}
END_TEST

START_TEST(read_only_writes_nothing)
{
	json_t *report = judge(NULL, true);
	const json_t *check, *exchange;
	char list[4096];
	size_t i, k;

	ck_assert_msg(others(report, "", list, sizeof list) == 0, "%s", list);
	ck_assert_int_gt(jsonx_int(json_object_get(report, "summary"), "skipped"), 40);
	json_array_foreach (json_object_get(report, "checks"), i, check)
		json_array_foreach (json_object_get(check, "exchanges"), k, exchange)
			ck_assert_str_ne(jsonx_text(exchange, "method"), "PUT");
	json_decref(report);
}
END_TEST

START_TEST(what_stays_is_told)
{
	static const struct fault_row keeps = { "none", FAULT_STATUS, "DELETE /lineItems/ID",
						.number = 405 };
	json_t *report = judge(&keeps, false), *left = json_object_get(report, "left_behind");

	ck_assert_uint_gt(json_array_size(left), 10);
	ck_assert(starts_with(json_string_value(json_array_get(left, 0)), "/lineItems/"));
	json_decref(report);
	report = judge(NULL, false);
	ck_assert_uint_eq(json_array_size(json_object_get(report, "left_behind")), 0);
	json_decref(report);
}
END_TEST

START_TEST(junit_tells_what_failed)
{
	json_t *report = judge(&faults[1], false);
	char *xml = checks_junit(report);

	ck_assert_ptr_nonnull(strstr(xml, "failures=\"1\""));
	ck_assert_ptr_nonnull(
		strstr(xml, "<failure message=\"GET /categories?limit=1: expected HTTP 401"));
	free(xml);
	json_decref(report);
}
END_TEST

/* Our own profiles: what each reports, by id. */
static const struct {
	const char *profile, *deviations;
	int status;
} profiles[] = {
	{ "standard", "", 0 },
	{ "infinite-campus", "GB-LI-021 GB-LI-023 GB-LI-024 ", 1 },
	{ "aspen", "GB-LI-020 GB-LI-024 GB-RES-020 ", 1 },
};

START_TEST(our_profiles_deviate_as_they_say)
{
	struct server server;
	struct outcome outcome;
	char found[1024] = "", *url;
	const json_t *check;
	json_t *report;
	size_t i;

	server_start(&server, (const char *[]){ "--profile", profiles[_i].profile, NULL });
	url = xformat("%s/ims/oneroster", server.url);
	run_mocksis(&outcome, 60,
		    (const char *[]){ "check", url, "--suite", "gpb-1.1", "--credential",
				      CREDENTIAL, "--json", NULL });
	report = json_loads(outcome.out, 0, NULL);
	ck_assert_msg(report != NULL, "%s", outcome.err);
	json_array_foreach (json_object_get(report, "checks"), i, check)
		if (strcmp(jsonx_text(check, "verdict"), "pass") != 0)
			snprintf(found + strlen(found), sizeof found - strlen(found), "%s ",
				 jsonx_text(check, "id"));
	ck_assert_str_eq(found, profiles[_i].deviations);
	ck_assert_int_eq(outcome.status, profiles[_i].status);

	/* it has cleaned up what it wrote */
	struct answer answer;

	api(&answer, &server, "GET", "/lineItems", NULL);
	ck_assert_uint_eq(json_array_size(json_object_get(answer.json, "lineItems")), 0);
	answer_release(&answer);
	api(&answer, &server, "GET", "/results", NULL);
	ck_assert_uint_eq(json_array_size(json_object_get(answer.json, "results")), 0);
	answer_release(&answer);
	json_decref(report);
	outcome_release(&outcome);
	free(url);
	ck_assert_int_eq(server_stop(&server), 0);
}
END_TEST

static const struct {
	const char *name;
	const char *args[8];
	int status;
	const char *says;
} usages[] = {
	{ "list", { "check", "--list" }, 0, "GB-LI-021" },
	{ "no URL", { "check" }, 2, "the provider is missing" },
	{ "no credential", { "check", "http://127.0.0.1:1" }, 2, "--credential" },
	{ "unknown suite", { "check", "--list", "--suite", "gpb-9" }, 2, "gpb-9" },
	{ "bad report",
	  { "check", "http://127.0.0.1:1", "--credential", "a:b", "--report", "pdf=x" },
	  2,
	  "--report pdf=x" },
	{ "bad fail-on",
	  { "check", "http://127.0.0.1:1", "--credential", "a:b", "--fail-on", "x" },
	  2,
	  "--fail-on x" },
	{ "bad URL", { "check", "ftp://127.0.0.1", "--credential", "a:b" }, 2, "http or https" },
	{ "nobody there",
	  { "check", "http://127.0.0.1:1", "--credential", "a:b" },
	  3,
	  "127.0.0.1:1" },
	{ "nobody there, oauth1",
	  { "check", "http://127.0.0.1:1", "--auth", "oauth1", "--credential", "a:b" },
	  3,
	  "127.0.0.1" },
};

START_TEST(usage_is_told)
{
	struct outcome outcome;
	char *text;

	run_mocksis(&outcome, 30, usages[_i].args);
	text = xformat("%s%s", outcome.out, outcome.err);
	ck_assert_msg(outcome.status == usages[_i].status, "%s: exit %d: %s", usages[_i].name,
		      outcome.status, text);
	ck_assert_msg(strstr(text, usages[_i].says) != NULL, "%s: %s", usages[_i].name, text);
	free(text);
	outcome_release(&outcome);
}
END_TEST

Suite *judge_suite(void);
Suite *judge_suite(void)
{
	Suite *suite = suite_create("judge");
	TCase *tc = tcase_create("judge");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, a_right_provider_passes);
	tcase_add_loop_test(tc, a_wrong_provider_is_caught, 0, ARRAY_SIZE(faults));
	tcase_add_test(tc, every_check_has_its_row);
	tcase_add_test(tc, read_only_writes_nothing);
	tcase_add_test(tc, what_stays_is_told);
	tcase_add_test(tc, junit_tells_what_failed);
	tcase_add_loop_test(tc, our_profiles_deviate_as_they_say, 0, ARRAY_SIZE(profiles));
	tcase_add_loop_test(tc, usage_is_told, 0, ARRAY_SIZE(usages));
	suite_add_tcase(suite, tc);
	return suite;
}
