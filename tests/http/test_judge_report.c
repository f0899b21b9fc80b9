/*
 * test_judge_report.c - what the judge's reports look like.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/jsonx.h"
#include "base/str.h"
#include "conformance/checks/report.h"
#include "tests/http/harness.h"
#include "tests/http/rogue.h"
#include "tests/provider/provider.h"

#define REFUSES_PAST                                                                      \
	{                                                                                 \
		"GB-LI-024", FAULT_REFUSES, "PUT /lineItems/ID", "dueDate", "begins:2001" \
	}
#define NO_AUTH                                               \
	{                                                     \
		"GB-AUTH-001", FAULT_BEHAVES, NULL, "no-auth" \
	}

static void check(struct outcome *outcome, const char *url, const char *const args[])
{
	const char *all[24] = { "check", url, "--credential", PROVIDER_CREDENTIAL, "--seed", "7" };

	for (size_t i = 0; args && args[i]; i++)
		all[6 + i] = args[i];
	run_mocksis(outcome, 60, all);
}

static size_t occurrences(const char *text, const char *what)
{
	size_t count = 0;

	for (; (text = strstr(text, what)) != NULL; text += strlen(what))
		count++;
	return count;
}

/* A run against the provider that is wrong once, with all four reports in @folder. */
static void make_reports(struct outcome *outcome, const char *url, const char *folder,
			 const char *suite)
{
	static const char *const kinds[] = { "json", "junit", "tap", "html" };
	const char *args[16] = { "--suite", suite, "--timeout", "1" };
	char *options[ARRAY_SIZE(kinds)];

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		options[i] = xformat("%s=%s/%s", kinds[i], folder, kinds[i]);
		args[4 + 2 * i] = "--report";
		args[5 + 2 * i] = options[i];
	}
	check(outcome, url, args);
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		free(options[i]);
}

static char *report_get(const char *folder, const char *kind)
{
	char *path = xformat("%s/%s", folder, kind), *text = file_get(path);

	ck_assert_msg(*text, "%s is empty", path);
	free(path);
	return text;
}

/* Every element that is opened is closed, in order; void ones of HTML are never closed. */
static void assert_balanced(const char *text, const char *const empty[])
{
	char stack[64][32];
	size_t depth = 0;

	for (const char *at = text; (at = strchr(at, '<')) != NULL; at++) {
		size_t length = strcspn(at + 1, " />\n");
		const char *end = strchr(at, '>');
		bool skip = at[1] == '!' || at[1] == '?' || (end && end[-1] == '/');
		char name[32];

		ck_assert_ptr_nonnull(end);
		if (at[1] == '/') {
			length = strcspn(at + 2, ">");
			ck_assert_msg(depth && strlen(stack[depth - 1]) == length &&
					      strncmp(stack[depth - 1], at + 2, length) == 0,
				      "not closed: %s at %.80s",
				      depth ? stack[depth - 1] : "nothing", at);
			depth--;
			continue;
		}
		snprintf(name, sizeof name, "%.*s", (int)length, at + 1);
		for (size_t i = 0; empty[i]; i++)
			skip = skip || strcmp(empty[i], name) == 0;
		if (!skip) {
			ck_assert_uint_lt(depth, ARRAY_SIZE(stack));
			memcpy(stack[depth++], name, sizeof name);
		}
	}
	ck_assert_uint_eq(depth, 0);
}

static const char *const no_elements[] = { NULL };
static const char *const void_elements[] = { "meta", "br", NULL };

/* The numbers of all kinds of reports are those of the run. */
START_TEST(reports_tell_the_same)
{
	static const struct fault_row fault = NO_AUTH;
	struct provider *provider = provider_start(&fault);
	char *folder = folder_make(), *text, *plan;
	struct outcome outcome;
	json_t *report;
	const json_t *row;
	size_t i, checks, cases;

	make_reports(&outcome, provider_url(provider), folder, "gpb-1.1");
	ck_assert_msg(outcome.status == 1, "%s", outcome.err);
	text = report_get(folder, "json");
	report = json_loads(text, 0, NULL);
	checks = json_array_size(json_object_get(report, "checks"));
	ck_assert_uint_gt(checks, 90);
	ck_assert_int_eq(jsonx_int(report, "seed"), 7);
	free(text);

	text = report_get(folder, "junit");
	assert_balanced(text, no_elements);
	cases = occurrences(text, "<testcase ");
	ck_assert_uint_eq(cases, checks);
	ck_assert_uint_eq(occurrences(text, "<failure "), 1);
	ck_assert_uint_eq(occurrences(text, "<testsuite name="), 2); /* and that of all answers */
	ck_assert_ptr_nonnull(strstr(text, "<testsuite name=\"gpb-1.1 (OneRoster 1.1)\" tests="));
	ck_assert_ptr_nonnull(strstr(text, "<property name=\"seed\" value=\"7\"/>"));
	ck_assert_ptr_nonnull(strstr(text, "repeat: curl -i -X GET "));
	free(text);

	text = report_get(folder, "tap");
	plan = xformat("TAP version 14\n1..%zu\n", checks);
	ck_assert_msg(starts_with(text, plan), "%.80s", text);
	ck_assert_uint_eq(occurrences(text, "\nok ") + occurrences(text, "\nnot ok "), checks);
	ck_assert_uint_eq(occurrences(text, "\nnot ok "), 1);
	ck_assert_uint_eq(occurrences(text, "\n  ---\n"), occurrences(text, "\n  ...\n"));
	ck_assert_ptr_nonnull(strstr(text, "  clause: \"OneRoster 1.1 fact sheet 3 and 11\"\n"));
	free(plan);
	free(text);

	text = report_get(folder, "html");
	assert_balanced(text, void_elements);
	ck_assert_uint_eq(occurrences(text, "<details "), checks);
	ck_assert_uint_eq(occurrences(text, " open><summary>"), 1);
	json_array_foreach (json_object_get(report, "checks"), i, row) {
		char *anchor = xformat(" id=\"%s\"", jsonx_text(row, "id"));

		ck_assert_msg(occurrences(text, anchor) == 1, "%s", anchor);
		free(anchor);
	}
	ck_assert_ptr_nonnull(strstr(text, "@media print"));
	free(text);
	json_decref(report);
	outcome_release(&outcome);
	provider_stop(provider);
	folder_remove(folder);
}
END_TEST

#define EVIL "</pre></system-out>]]><script>alert(1)</script><img src=x onerror=alert(2)>\\\"'"

static const struct rogue_row evil[] = {
	{ .head = "HTTP/1.1 500 Oops\r\nContent-Type: application/json\r\nConnection: close\r\n"
		  "Link: <x>; rel=\"" EVIL "\"\r\n\r\n",
	  .body = "{\"statusInfoSet\":[{\"imsx_description\":\"" EVIL "\\u0007\\u001b[31m\"}]}" },
	{ .head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n",
	  .body = EVIL "\x01\x1b[31m\nnot ok 1\nBail out!" },
	{ .head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n",
	  .body = "{\"classes\":[{\"sourcedId\":\"" EVIL "\"}],\"users\":[{\"sourcedId\":\"" EVIL
		  "\"},{\"sourcedId\":\"\xef\xbf\xbf\"}],\"orgs\":[{\"" EVIL "\":1}]}" },
};

/* Whatever a provider says stays text. */
START_TEST(a_provider_injects_nothing)
{
	static const char *const forbidden[] = { "<script", "<img", "<SCRIPT",     "src=x>",
						 "\x1b",    "\x01", "\xef\xbf\xbf" };
	static const char *const kinds[] = { "html", "junit" };
	struct rogue *rogue = rogue_start(&evil[_i], NULL);
	char *folder = folder_make(), *text;
	struct outcome outcome;

	make_reports(&outcome, rogue_url(rogue), folder, "payloads");
	ck_assert_msg(outcome.status == 1, "%s", outcome.err);
	for (size_t k = 0; k < ARRAY_SIZE(kinds); k++) {
		text = report_get(folder, kinds[k]);
		assert_balanced(text, k ? no_elements : void_elements);
		for (size_t i = 0; i < ARRAY_SIZE(forbidden); i++)
			ck_assert_msg(!strstr(text, forbidden[i]), "%s: %s", kinds[k],
				      forbidden[i]);
		ck_assert_ptr_nonnull(strstr(text, "&lt;script&gt;alert(1)"));
		free(text);
	}
	text = report_get(folder, "html");
	ck_assert_ptr_null(strstr(text, "url("));
	ck_assert_ptr_null(strstr(text, "<link"));
	ck_assert_uint_eq(occurrences(text, "href="), occurrences(text, "href=\"#"));
	free(text);
	ck_assert_ptr_null(strchr(outcome.out, '\x1b'));
	text = report_get(folder, "tap");
	ck_assert_ptr_null(strstr(text, "\nBail out!"));
	ck_assert_ptr_null(strstr(text, "\nnot ok 1\n"));
	free(text);
	outcome_release(&outcome);
	rogue_stop(rogue);
	folder_remove(folder);
}
END_TEST

/* A body that nobody wants to read to its end is cut, and the cut is told. */
START_TEST(large_bodies_are_cut)
{
	static const struct rogue_row large = {
		.head = "HTTP/1.1 500 Oops\r\nConnection: close\r\n\r\n",
		.filler = "0123456789",
		.times = 10000
	};
	struct rogue *rogue = rogue_start(&large, NULL);
	char *folder = folder_make(), *text;
	struct outcome outcome;

	make_reports(&outcome, rogue_url(rogue), folder, "errors");
	text = report_get(folder, "html");
	ck_assert_ptr_nonnull(strstr(text, "body; the first 4000 of 100000 bytes"));
	free(text);
	text = report_get(folder, "junit");
	ck_assert_ptr_nonnull(strstr(text, "HTTP 500; the first 4000 of 100000 bytes"));
	free(text);
	text = report_get(folder, "tap");
	ck_assert_ptr_nonnull(strstr(text, "note: \"the first 4000 of 100000 bytes\""));
	free(text);
	outcome_release(&outcome);
	rogue_stop(rogue);
	folder_remove(folder);
}
END_TEST

/* One that falls silent: TAP bails out behind what was seen, the other reports hold all checks. */
START_TEST(a_broken_off_run_is_told)
{
	static const struct rogue_row silent = { .hold = true, .sound_first = 12 };
	struct rogue *rogue = rogue_start(&silent, NULL);
	char *folder = folder_make(), *text;
	struct outcome outcome;

	make_reports(&outcome, rogue_url(rogue), folder, "gpb-1.1");
	ck_assert_int_eq(outcome.status, 1);
	text = report_get(folder, "tap");
	ck_assert_msg(strstr(text, "\nBail out! the provider does not answer any more\n") != NULL,
		      "%.3000s", text);
	free(text);
	text = report_get(folder, "junit");
	assert_balanced(text, no_elements);
	ck_assert_ptr_nonnull(strstr(text,
				     "<error message=\"not seen: the provider does not answer "
				     "any more"));
	free(text);
	ck_assert_ptr_nonnull(
		strstr(outcome.out, "broken off: the provider does not answer any more"));
	outcome_release(&outcome);
	rogue_stop(rogue);
	folder_remove(folder);
}
END_TEST

/* A report that cannot be written does not take the others, nor the result, with it. */
START_TEST(a_report_that_cannot_be_written)
{
	struct provider *provider = provider_start(NULL);
	char *folder = folder_make(), *bad = xformat("html=%s/no/such/folder/x", folder);
	char *good = xformat("tap=%s/tap", folder), *text;
	struct outcome outcome;

	check(&outcome, provider_url(provider),
	      (const char *[]){ "--suite", "errors", "--report", bad, "--report", good, NULL });
	ck_assert_int_eq(outcome.status, 3);
	ck_assert_msg(strstr(outcome.err, "/no/such/folder/x: it cannot be written") != NULL,
		      "%.3000s", outcome.err);
	ck_assert_msg(strstr(outcome.out, " checks: ") != NULL, "%s", outcome.out);
	text = report_get(folder, "tap");
	free(text);
	outcome_release(&outcome);
	provider_stop(provider);
	folder_remove(folder);
	free(good);
	free(bad);
}
END_TEST

/* What a terminal shows: what did not pass; with --all everything. */
START_TEST(only_news_are_printed)
{
	static const struct fault_row fault = REFUSES_PAST;
	struct provider *provider = provider_start(&fault);
	struct outcome brief, all;

	check(&brief, provider_url(provider), (const char *[]){ "--suite", "gpb-1.1", NULL });
	check(&all, provider_url(provider),
	      (const char *[]){ "--suite", "gpb-1.1", "--all", NULL });
	ck_assert_ptr_null(strstr(brief.out, "GB-READ-001"));
	ck_assert_ptr_nonnull(strstr(all.out, "pass     GB-READ-001"));
	ck_assert_ptr_nonnull(strstr(brief.out, "warning  GB-LI-024"));
	ck_assert_ptr_nonnull(strstr(brief.out,
				     "\ngpb-1.1 (OneRoster 1.1), 95 checks: 94 passed, 1 "
				     "warning\n"));
	ck_assert_ptr_null(strstr(brief.out, "\033"));
	ck_assert_int_eq(brief.status, 0);
	outcome_release(&brief);
	outcome_release(&all);

	/* what was skipped for the same reason is told once */
	check(&brief, provider_url(provider),
	      (const char *[]){ "--suite", "gpb-1.1", "--read-only", NULL });
	ck_assert_uint_eq(occurrences(brief.out, "--read-only was given"), 1);
	ck_assert_ptr_nonnull(strstr(brief.out, "GB-RES-024"));
	outcome_release(&brief);
	provider_stop(provider);
}
END_TEST

/* An expected failure breaks no build; a stale expectation does. */
START_TEST(build_servers_know_expectations)
{
	json_t *report = json_loads(
		"{\"url\":\"u\",\"checks\":[{\"id\":\"A\",\"level\":\"must\",\"verdict\":\"fail\","
		"\"clause\":\"c\",\"title\":\"t "
		"#1\",\"message\":\"m\",\"expected\":true,\"reason\":"
		"\"why\"},{\"id\":\"C\",\"level\":\"should\",\"verdict\":\"warning\",\"clause\":"
		"\"c\","
		"\"title\":\"t\",\"message\":\"m\",\"expected\":true,\"reason\":\"why\"}],"
		"\"stale\":[{\"id\":\"B\",\"verdict\":\"fail\",\"found\":\"it "
		"passes\"}]}",
		0, NULL);
	char *junit = checks_junit(report), *tap = checks_tap(report), *html = checks_html(report);

	ck_assert_ptr_nonnull(
		strstr(junit, "tests=\"3\" failures=\"1\" errors=\"0\" skipped=\"1\""));
	ck_assert_ptr_nonnull(
		strstr(junit, "<skipped message=\"expected fail, because why: m [c]\"/>"));
	ck_assert_ptr_nonnull(strstr(tap, "1..3\n"));
	ck_assert_ptr_nonnull(strstr(tap, "not ok 1 - A must: t \\#1 # TODO expected: why\n"));
	ck_assert_ptr_nonnull(
		strstr(tap, "not ok 3 - stale expectation: B is expected to be fail"));
	ck_assert_ptr_nonnull(strstr(tap, "\nok 2 - C should: t\n"));
	ck_assert_ptr_nonnull(strstr(junit, "<system-out>expected warning: m [c]"));
	ck_assert_ptr_nonnull(strstr(html, "<dt>foreseen</dt><dd>why</dd>"));
	assert_balanced(junit, no_elements);
	assert_balanced(html, void_elements);
	ck_assert(checks_bad(report, false));
	json_object_del(report, "stale");
	ck_assert(!checks_bad(report, true));
	free(junit);
	free(tap);
	free(html);
	json_decref(report);
}
END_TEST

/* A report that is not about a provider: no suites, no exchanges, facts of its own. */
START_TEST(reports_of_other_judges_are_told)
{
	json_t *report = json_loads(
		"{\"url\":\"http://"
		"h\",\"sandbox\":\"lab1\",\"clients\":[\"a\",\"b\"],\"exchanges\":12,"
		"\"checks\":[{\"id\":\"CL-1\",\"level\":\"must\",\"verdict\":\"skipped\","
		"\"clause\":"
		"\"c\",\"title\":\"t\",\"message\":\"m\"}]}",
		0, NULL);
	char *texts[] = { checks_junit(report), checks_tap(report), checks_html(report), NULL };
	char *folder = folder_make(), *path = xformat("%s/out", folder);
	FILE *out = fopen(path, "w");

	ck_assert_ptr_nonnull(out);
	checks_print(out, report, false, false);
	fclose(out);
	texts[3] = file_get(path);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		ck_assert_msg(strstr(texts[i], "CL-1") && strstr(texts[i], "lab1") &&
				      strstr(texts[i], "a, b"),
			      "%s", texts[i]);
		ck_assert_msg(!strstr(texts[i], "(null)"), "%s", texts[i]);
		free(texts[i]);
	}
	folder_remove(folder);
	free(path);
	json_decref(report);
}
END_TEST

static const struct {
	const char *args[10];
	int status;
	const char *says;
} usages[] = {
	{ { "check", "--list", "--suite", "gpb-1.1" }, 0, "GB-LI-021    must   writes  " },
	{ { "check", "--list", "--suite", "gpb-1.1" },
	  0,
	  "gpb-1.1                OneRoster 1.1     " },
	{ { "check", "--dry-run", "--suite", "gpb-1.1", "--read-only" },
	  0,
	  " would be skipped: it writes, and --read-only was given" },
	{ { "check", "--dry-run", "--suite", "gpb-1.1", "--auth", "none" },
	  0,
	  "12 would be skipped: no credentials are used (--auth none)" },
	{ { "check", "http://127.0.0.1:1", "--timeout", "0" },
	  2,
	  "--timeout 0: whole seconds from 1 to 3600 belong here" },
	{ { "check", "http://127.0.0.1:1", "--time-limit", "1.5" },
	  2,
	  "--time-limit 1.5: whole seconds from 1 to 86400 belong here" },
	{ { "check", "--list", "--expect", "/no/such/file" }, 2, "/no/such/file: No such file" },
	{ { "check", "--help" }, 0, "\"reason\": \"ticket 4711\"" },
};

START_TEST(usage_is_told)
{
	struct outcome outcome;
	char *text;

	run_mocksis(&outcome, 30, usages[_i].args);
	text = xformat("%s%s", outcome.out, outcome.err);
	ck_assert_msg(outcome.status == usages[_i].status, "exit %d: %.3000s", outcome.status,
		      text);
	ck_assert_msg(strstr(text, usages[_i].says) != NULL, "%.3000s", text);
	free(text);
	outcome_release(&outcome);
}
END_TEST

/* Not in the report, its exchanges or curl lines, even where the provider says them. */
START_TEST(secrets_are_not_told)
{
	static const struct rogue_row echo = {
		.head = "HTTP/1.1 403 No\r\nContent-Type: application/json\r\nConnection: close\r\n"
			"WWW-Authenticate: Bearer " ROGUE_TOKEN "\r\n\r\n",
		.body = "{\"imsx_description\":\"the token " ROGUE_TOKEN
			" and the secret vendor-secret\",\"password\":\"hunter2\"}"
	};
	static const char *const kinds[] = { "json", "junit", "tap", "html" };
	static const char *const secrets[] = { ROGUE_TOKEN, "vendor-secret", "hunter2" };
	struct rogue *rogue = rogue_start(&echo, NULL);
	char *folder = folder_make();
	struct outcome outcome;

	make_reports(&outcome, rogue_url(rogue), folder, "gpb-1.1");
	for (size_t k = 0; k <= ARRAY_SIZE(kinds); k++) {
		char *text = k < ARRAY_SIZE(kinds) ? report_get(folder, kinds[k])
						   : xstrdup(outcome.out);

		ck_assert_ptr_nonnull(strstr(text, "and the secret *"));
		for (size_t i = 0; i < ARRAY_SIZE(secrets); i++)
			ck_assert_msg(!strstr(text, secrets[i]), "%zu tells %s", k, secrets[i]);
		free(text);
	}
	outcome_release(&outcome);
	rogue_stop(rogue);
	folder_remove(folder);
}
END_TEST

Suite *judge_report_suite(void);
Suite *judge_report_suite(void)
{
	Suite *suite = suite_create("judge_report");
	TCase *tc = tcase_create("judge_report");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, reports_tell_the_same);
	tcase_add_loop_test(tc, a_provider_injects_nothing, 0, ARRAY_SIZE(evil));
	tcase_add_test(tc, large_bodies_are_cut);
	tcase_add_test(tc, a_broken_off_run_is_told);
	tcase_add_test(tc, a_report_that_cannot_be_written);
	tcase_add_test(tc, only_news_are_printed);
	tcase_add_test(tc, build_servers_know_expectations);
	tcase_add_test(tc, reports_of_other_judges_are_told);
	tcase_add_loop_test(tc, usage_is_told, 0, ARRAY_SIZE(usages));
	tcase_add_test(tc, secrets_are_not_told);
	suite_add_tcase(suite, tc);
	return suite;
}
