/*
 * test_answers.c - what a provider answers, held against the schema: the suite payloads,
 * and the note at the end of every other run.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "conformance/canvas/deviations.h"
#include "conformance/checks/judge.h"
#include "oneroster/vocab.h"
#include "tests/http/course.h"
#include "tests/http/harness.h"
#include "tests/provider/provider.h"

#define CATEGORIES "GET /categories"
#define LINE_ITEMS "GET /lineItems"
#define GET_ITEM "GET /lineItems/ID"

/* clang-format off */
/* One thing is wrong, and the check of its place says so; the others do not. */
static const struct {
	struct fault_row fault;
	const char *verdict, *says;
} faults[] = {
	{ { "PAY-categories", FAULT_EDIT, CATEGORIES, "categories/1/title" }, "fail", "/categories/*/title: error OR-REQUIRED: found nothing" },
	{ { "PAY-categories", FAULT_EDIT, CATEGORIES, "categories/1/status", "\"gone\"" }, "fail", "OR-ENUM: found \"gone\"" },
	{ { "PAY-categories", FAULT_EDIT, CATEGORIES, "categories/1/color", "\"red\"" }, "warning", "/categories/*/color: warning OR-MEMBER-UNKNOWN" },
	{ { "PAY-categories", FAULT_EDIT, CATEGORIES, "categories/1/dateLastModified", "\"2026-01-01T00:00:00Z\"" }, "warning", "OR-TIME-FORM" },
	{ { "PAY-classes", FAULT_BODY, "GET /classes", .text = "[]" }, "fail", "OR-WRAPPER: found an array, expected the one member \"classes\"" },
	{ { "PAY-classes", FAULT_BODY, "GET /classes", .text = "<html>" }, "fail", "OR-JSON: found line 1, column 1" },
	{ { "PAY-classes", FAULT_BODY, "GET /classes", .text = "" }, "fail", "OR-JSON: found an empty body" },
	{ { "PAY-classes", FAULT_STATUS, "GET /classes", .number = 400 }, "fail", "expected HTTP 200, got 400" },
	{ { "PAY-classes", FAULT_EDIT, "GET /classes", "classes/1/course/href", "\"/courses/k-1\"" }, "fail", "/classes/*/course/href: error OR-REF-HREF" },
	{ { "PAY-gradingPeriods", FAULT_BODY, "GET /gradingPeriods", .text = "{\"gradingPeriods\":[]}" }, "fail", "OR-WRAPPER-KEY: found gradingPeriods, expected the member to be called \"academicSessions\"" },
	{ { "PAY-lineItems", FAULT_EDIT, LINE_ITEMS, "lineItems/0/resultValueMax", "\"10\"" }, "fail", "OR-NUMBER: found \"10\", expected a number without quotes" },
	{ { "PAY-lineItems", FAULT_EDIT, LINE_ITEMS, "total", "1" }, "warning", "/total: warning OR-WRAPPER-MEMBER" },
	{ { "PAY-lineItems-id", FAULT_EDIT, GET_ITEM, "lineItem/dueDate", "\"2026-01-02T00:00:00\"" }, "fail", "getLineItem /lineItem/dueDate: error OR-TIME-ZONE" },
	{ { "PAY-lineItems-id", FAULT_EDIT, GET_ITEM, "lineItem", "[]" }, "fail", "OR-WRAPPER-KIND" },
	{ { "PAY-lineItems-id", FAULT_STATUS, GET_ITEM, .number = 403 }, "skipped", "HTTP 403" },
	{ { "PAY-lineItems-id", FAULT_EDIT, LINE_ITEMS, "lineItems", "[]" }, "skipped", "no object to ask for" },
	{ { "PAY-getStudentsForClass", FAULT_EDIT, "GET /classes/ID/students", "users/0/familyName" }, "fail", "/users/*/familyName: error OR-REQUIRED" },
	{ { "PAY-getStudentsForClass", FAULT_BODY, "GET /classes/ID/students", .text = "{\"students\":[]}" }, "fail", "OR-WRAPPER-KEY: found students" },
	{ { "PAY-getResultsForClass", FAULT_STATUS, "GET /classes/ID/results", .number = 404 }, "skipped", "HTTP 404" },
};
/* clang-format on */

static json_t *judge(const struct fault_row *fault, const char *suite, unsigned version)
{
	struct provider *provider = provider_start(fault);
	struct transport_config config = { .sis = provider_url(provider),
					   .credential = PROVIDER_CREDENTIAL,
					   .timeout_s = 20,
					   .concurrency = 1 };
	json_t *suites = json_pack("[s]", suite), *report;
	struct judge_options options = { .credential = PROVIDER_CREDENTIAL,
					 .seed = 7,
					 .suites = suites,
					 .version = version,
					 .read_only = true,
					 .now = 1794848400000 };
	struct err err = ERR_INIT;

	options.transport = transport_new(&config, &err);
	ck_assert_msg(options.transport != NULL, "%s", err.text);
	report = judge_run(&options, &err);
	ck_assert_msg(report != NULL, "%s", err.text);
	transport_free(options.transport);
	provider_stop(provider);
	json_decref(suites);
	return report;
}

static const json_t *check_of(const json_t *report, const char *id)
{
	const json_t *check;
	size_t i;

	json_array_foreach (json_object_get(report, "checks"), i, check)
		if (strcmp(jsonx_text(check, "id"), id) == 0)
			return check;
	ck_abort_msg("there is no check %s", id);
	return NULL;
}

static void count(const json_t *report, long long pass, long long fail, long long warning,
		  long long skipped)
{
	const json_t *summary = json_object_get(report, "summary");

	ck_assert_int_eq(jsonx_int(summary, "pass"), pass);
	ck_assert_int_eq(jsonx_int(summary, "fail"), fail);
	ck_assert_int_eq(jsonx_int(summary, "warning"), warning);
	ck_assert_int_eq(jsonx_int(summary, "skipped"), skipped);
	ck_assert_int_eq(jsonx_int(summary, "error"), 0);
}

/* 1.1 has neither scoreScales nor the two of assessments, nor resources of users. */
START_TEST(a_right_provider_passes)
{
	static const unsigned versions[] = { V11, V12 };

	for (size_t v = 0; v < ARRAY_SIZE(versions); v++) {
		json_t *report = judge(NULL, "payloads", versions[v]);

		count(report, versions[v] == V11 ? 59 : 68, 0, 0, versions[v] == V11 ? 9 : 0);
		ck_assert_uint_eq(json_array_size(json_object_get(report, "answers")), 0);
		ck_assert_str_eq(jsonx_text(report, "class"), "c-1");
		json_decref(report);
	}
}
END_TEST

START_TEST(a_wrong_answer_is_caught)
{
	json_t *report = judge(&faults[_i].fault, "payloads", V11);
	const json_t *check = check_of(report, faults[_i].fault.check);
	const json_t *summary = json_object_get(report, "summary");
	const char *verdict = faults[_i].verdict;

	ck_assert_msg(strcmp(jsonx_text(check, "verdict"), verdict) == 0, "%s: %s: %s",
		      jsonx_text(check, "id"), jsonx_text(check, "verdict"),
		      jsonx_text(check, "message"));
	ck_assert_msg(strstr(jsonx_text(check, "message"), faults[_i].says) != NULL, "%s: %s",
		      jsonx_text(check, "id"), jsonx_text(check, "message"));
	/* without classes there is nothing to ask for below them */
	ck_assert_int_eq(jsonx_int(summary, "fail"), strcmp(verdict, "fail") == 0);
	ck_assert_int_eq(jsonx_int(summary, "warning"), strcmp(verdict, "warning") == 0);
	ck_assert_int_eq(jsonx_int(summary, "error"), 0);
	json_decref(report);
}
END_TEST

START_TEST(every_check_can_fail)
{
	static const struct fault_row bare = { "all", FAULT_BEHAVES, NULL, "bare-objects" };
	static const unsigned versions[] = { V11, V12 };

	for (size_t v = 0; v < ARRAY_SIZE(versions); v++) {
		json_t *report = judge(&bare, "payloads", versions[v]);
		const json_t *check;
		size_t i;

		json_array_foreach (json_object_get(report, "checks"), i, check)
			ck_assert_msg(!same_text(jsonx_text(check, "verdict"), "pass"), "%s",
				      jsonx_text(check, "id"));
		/* 1.1 has neither scoreScales nor the two of assessments, nor resources of users */
		count(report, 0, versions[v] == V11 ? 59 : 68, 0, versions[v] == V11 ? 9 : 0);
		json_array_foreach (json_object_get(report, "checks"), i, check)
			ck_assert_msg(same_text(jsonx_text(check, "verdict"), "skipped") ||
					      strstr(jsonx_text(check, "message"), "OR-REQUIRED") ||
					      strstr(jsonx_text(check, "message"), "OR-WRAPPER") ||
					      strstr(jsonx_text(check, "message"), "HTTP 404"),
				      "%s", jsonx_text(check, "message"));
		json_decref(report);
	}
}
END_TEST

/* Kinds are counted, with their indices left open. */
START_TEST(departures_are_summed_up)
{
	static const struct fault_row bad = {
		"none", FAULT_BODY, CATEGORIES,
		.text = "{\"categories\":[{\"title\":1},{\"title\":2}]}"
	};
	json_t *report = judge(&bad, "payloads", V11), *kind;
	const json_t *check = check_of(report, "PAY-categories");
	size_t i, titles = 0;

	ck_assert_uint_eq(json_array_size(json_object_get(check, "answers")), 4);
	json_array_foreach (json_object_get(check, "answers"), i, kind) {
		ck_assert_str_eq(jsonx_text(kind, "operation"), "getAllCategories");
		ck_assert_str_eq(jsonx_text(kind, "severity"), "error");
		ck_assert_int_eq(jsonx_int(kind, "count"), 2);
		titles += same_text(jsonx_text(kind, "pointer"), "/categories/*/title") &&
			  same_text(jsonx_text(kind, "rule"), "OR-TYPE") &&
			  same_text(jsonx_text(kind, "found"), "1");
	}
	ck_assert_uint_eq(titles, 1);
	json_decref(report);
}
END_TEST

/* Refusals are answers too; that nobody has the suite payloads asked for them matters
 * not. */
START_TEST(a_run_of_another_suite_tells_too)
{
	static const struct fault_row refusal = { "none", FAULT_BODY,
						  "GET /lineItems/no-such-lineItem",
						  .text = "{\"error\":\"no\"}" };
	json_t *report = judge(&refusal, "gpb-1.1", V11);
	const json_t *check = check_of(report, "PAY-ANSWERS");

	ck_assert_str_eq(jsonx_text(check, "verdict"), "warning");
	ck_assert_msg(strstr(jsonx_text(check, "message"), "getLineItem: warning OR-STATUS") !=
			      NULL,
		      "%s", jsonx_text(check, "message"));
	ck_assert_uint_eq(json_array_size(json_object_get(report, "answers")), 1);
	json_decref(report);
}
END_TEST

/* Our own provider, as it comes. */
START_TEST(our_provider_fits)
{
	static const char *const versions[] = { "1.1", "1.2" };
	struct server server;
	char *url;

	server_start(&server, NULL);
	url = xformat("%s/ims/oneroster", server.url);
	for (size_t v = 0; v < ARRAY_SIZE(versions); v++) {
		struct outcome outcome;

		run_mocksis(&outcome, 60,
			    (const char *[]){ "check", url, "--credential", CREDENTIAL, "--suite",
					      "payloads", "--read-only", "--version", versions[v],
					      "--all", NULL });
		ck_assert_msg(outcome.status == 0, "%s%s", outcome.out, outcome.err);
		ck_assert_msg(strstr(outcome.out, "pass     PAY-demographics-id") != NULL, "%s",
			      outcome.out);
		ck_assert_msg(strstr(outcome.out, versions[v]) != NULL, "%s", outcome.out);
		outcome_release(&outcome);
	}
	free(url);
	ck_assert_int_eq(server_stop(&server), 0);
}
END_TEST

/* A lineItem without dates and an exempt result without a score are what Canvas writes;
 * 1.1 has no way to say them. A second sync reads them back. */
START_TEST(a_sync_tells_what_does_not_fit)
{
	struct server server;
	struct outcome first, second, person;
	char *folder = course_make("biology", NULL);
	json_t *report, *kind;
	bool told = false;
	size_t i;

	server_start(&server, NULL);
	course_sync(&first, &server, folder, (const char *[]){ "--json", NULL });
	report = course_report(&first, "first");
	ck_assert_uint_eq(json_array_size(json_object_get(report, "answers")), 0);
	json_decref(report);
	course_sync(&second, &server, folder,
		    (const char *[]){ "--json", "--remaster", "--clear-integration", NULL });
	report = course_report(&second, "second");
	json_array_foreach (json_object_get(report, "answers"), i, kind)
		told = told || (same_text(jsonx_text(kind, "operation"), "getResultsForClass") &&
				same_text(jsonx_text(kind, "pointer"), "/results/*/score") &&
				same_text(jsonx_text(kind, "rule"), "OR-REQUIRED"));
	ck_assert_msg(told, "%s", second.out);
	ck_assert_int_eq(second.status, first.status);
	course_sync(&person, &server, folder,
		    (const char *[]){ "--remaster", "--clear-integration", NULL });
	ck_assert_msg(strstr(person.out, "Answers of the SIS that do not fit the schema (") != NULL,
		      "%s", person.out);
	json_decref(report);
	outcome_release(&first);
	outcome_release(&second);
	outcome_release(&person);
	server_stop(&server);
	folder_remove(folder);
}
END_TEST

static const struct {
	const char *args[12];
	const char *says;
} usages[] = {
	{ { "check", "http://127.0.0.1:1", "--credential", "a:b", "--version", "1.3" },
	  "--version 1.3" },
	{ { "check", "--list", "--suite", "payload" },
	  "there are: auth, paging, query, errors, payloads" },
};

START_TEST(usage_is_told)
{
	struct outcome outcome;

	run_mocksis(&outcome, 30, usages[_i].args);
	ck_assert_int_eq(outcome.status, 2);
	ck_assert_msg(strstr(outcome.err, usages[_i].says) != NULL, "%s", outcome.err);
	outcome_release(&outcome);
}
END_TEST

START_TEST(a_suite_judges_only_its_versions)
{
	struct provider *provider = provider_start(NULL);
	struct outcome outcome;

	run_mocksis(&outcome, 30,
		    (const char *[]){ "check", provider_url(provider), "--credential",
				      PROVIDER_CREDENTIAL, "--version", "1.2", "--suite", "gpb-1.1",
				      NULL });
	ck_assert_int_eq(outcome.status, 2);
	ck_assert_msg(strstr(outcome.err, "the suite gpb-1.1 judges only 1.1") != NULL, "%s",
		      outcome.err);
	outcome_release(&outcome);
	provider_stop(provider);
}
END_TEST

Suite *answers_suite(void);
Suite *answers_suite(void)
{
	Suite *suite = suite_create("answers");
	TCase *tc = tcase_create("answers");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, a_right_provider_passes);
	tcase_add_loop_test(tc, a_wrong_answer_is_caught, 0, ARRAY_SIZE(faults));
	tcase_add_test(tc, every_check_can_fail);
	tcase_add_test(tc, departures_are_summed_up);
	tcase_add_test(tc, a_run_of_another_suite_tells_too);
	tcase_add_test(tc, our_provider_fits);
	tcase_add_test(tc, a_sync_tells_what_does_not_fit);
	tcase_add_loop_test(tc, usage_is_told, 0, ARRAY_SIZE(usages));
	tcase_add_test(tc, a_suite_judges_only_its_versions);
	suite_add_tcase(suite, tc);
	return suite;
}
