/*
 * test_payload.c - mocksis check --payload: files judged and repaired.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/util.h"
#include "tests/http/harness.h"

#define LQ "\xe2\x80\x9c"
#define RQ "\xe2\x80\x9d"

/* clang-format off */
#define BASE "'sourcedId': 'x-1', 'status': 'active', 'dateLastModified': '2026-11-16T17:00:00.000Z'"
#define REF(type) "{'href': 'https://sis.example/x/1', 'sourcedId': 'x-1', 'type': '" type "'}"
#define CATEGORY "{" BASE ", 'title': 'Tests'}"
#define RESULT "{" BASE ", 'lineItem': " REF("lineItem") ", 'student': " REF("user") ", 'scoreStatus': 'fully graded', 'score': 9.5, 'scoreDate': '2026-11-16'}"
#define SESSION "{" BASE ", 'title': 'Fall', 'type': 'term', 'startDate': '2026-08-01', 'endDate': '2026-12-01', 'schoolYear': '2027'}"

/* @text is the file FILE of the command line; ' stands for ". */
static const struct {
	const char *name, *text;
	const char *args[8];
	int status;
	const char *says; /* part of standard output, or "" for exactly nothing there */
	const char *errs; /* part of standard error, NULL: nothing there */
} cases[] = {
	{ "one, wrapped",       "{'category': " CATEGORY "}", { 0 }, 0, "0 errors, 0 warnings", NULL },
	{ "many, wrapped",      "{'categories': [" CATEGORY ", " CATEGORY "]}", { 0 }, 0, "0 errors", NULL },
	{ "one, bare",          CATEGORY, { "--type", "category" }, 0, "0 errors", NULL },
	{ "many, bare",         "[" CATEGORY "]", { "--type", "categories" }, 0, "0 errors", NULL },
	{ "values in lines",    "{'category': " CATEGORY "}\n{'result': " RESULT "}\n", { 0 }, 0, "0 errors", NULL },
	{ "the other version",  "{'result': " RESULT "}", { "--version", "1.2" }, 0, "0 errors", NULL },
	{ "a wrong value",      "{'result': {" BASE ", 'lineItem': " REF("lineItem") ", 'student': " REF("user") ", 'scoreStatus': 'late', 'score': 9.5, 'scoreDate': '2026-11-16'}}", { 0 }, 1, "FILE: /result/scoreStatus: error OR-ENUM: found \"late\", expected a string: exempt, fully graded, not submitted, partially graded, submitted [fields-1.1: Result_Type_allOf.scoreStatus]\n", NULL },
	{ "in the second line", "{'category': " CATEGORY "}\n\n{'category': 7}\n", { "--type", "category" }, 1, "FILE:3: /category: error OR-WRAPPER-KIND: found 7", NULL },
	{ "a wrong wrapper",    "{'terms': [" SESSION "]}", { 0 }, 1, "FILE: /terms: error OR-WRAPPER-KEY: found terms, expected the member to be called \"academicSessions\" [fact sheet 1.1, section 4]", NULL },
	{ "a strange wrapper",  "{'data': [" SESSION "]}", { "--type", "academicSession" }, 1, "OR-WRAPPER-KEY", NULL },
	{ "only a warning",     "{'category': {" BASE ", 'title': 'Tests', 'weight': 10}}", { 0 }, 0, "/category/weight: warning OR-MEMBER-VERSION", NULL },
	{ "a warning counts",   "{'category': {" BASE ", 'title': 'Tests', 'weight': 10}}", { "--fail-on", "warning" }, 1, "0 errors, 1 warning\n", NULL },
	{ "a refusal",          "{'statusInfoSet': [{'imsx_codeMajor': 'failure', 'imsx_severity': 'error', 'imsx_codeMinor': 'unknown object', 'imsx_description': 'x'}]}", { 0 }, 0, "0 errors, 0 warnings", NULL },
	{ "a refusal by type",  "{'message': 'no'}", { "--type", "status", "--version", "1.2" }, 1, "error OR-STATUS:", NULL },
	{ "pairs",              "{'sourcedIdPairs': [{'suppliedSourcedId': 'a'}]}", { "--version", "1.2" }, 1, "/sourcedIdPairs/0/allocatedSourcedId: error OR-REQUIRED", NULL },
	{ "a typographic quote", "{'category': {\n 'title': 'Tests" RQ "}}", { 0 }, 1, "FILE:2:17: error: a typographic quote " RQ " (U+201D) stands where JSON needs a plain \"\n1 error, 0 warnings; --repair can make sound JSON of it (1 repair)", NULL },
	{ "a missing comma",    "{'category': {\n 'title': 'Tests'\n 'status': 'active'}}", { 0 }, 1, "FILE:2:18: error: a comma is missing here", NULL },
	{ "hopeless",           "{'category': ", { 0 }, 1, "FILE:1:14: error: ", NULL },
	{ "nothing",            "", { 0 }, 1, "FILE: error: there is no JSON in it", NULL },
	{ "as JSON",            "{'category': " CATEGORY "}", { "--json" }, 0, "\"type\": \"category\"", NULL },

	{ "repair of a text",   "{'category': {\n" BASE ", 'title': " LQ "Tests" RQ ",}}\n", { "--repair" }, 1, "{\"category\": {\n", "FILE:2:98: repaired: the typographic quote U+201C stood for \"\n" },
	{ "repair of nothing",  "{ 'category':  " CATEGORY "}", { "--repair" }, 0, "{ \"category\":  {", "0 errors, 0 warnings; 0 repaired" },
	{ "repair of values",   "{'result': {" BASE ", 'lineItem': {'href': 'http://h/1', 'sourcedId': 'l'}, 'student': " REF("user") ", 'scoreStatus': 'exempt', 'score': '0', 'scoreDate': '2026-11-16T00:00:00Z', 'comment': null}}", { "--repair" }, 1, "\"score\": 0,\n    \"scoreDate\": \"2026-11-16\"\n", "FILE: /result/score: repaired OR-NUMBER: \"0\" is now 0\n" },
	{ "what stays wrong",   "{'category': {" BASE ", 'title': 7}}", { "--repair" }, 1, "\"title\": 7", "FILE: /category/title: error OR-TYPE" },
	{ "hopeless repair",    "{'category': {'title' 'x'}}", { "--repair" }, 1, "", "FILE:1:23: error: a colon is missing" },
	{ "lines stay lines",   "{'category': {" BASE ", 'title': 'a', 'metadata': null}}\n{'category': {" BASE ", 'title': 'b'}}\n", { "--repair" }, 1, ",\"title\":\"a\"}}\n{\"category\":{", "FILE:1: /category/metadata: repaired OR-NULL-OPTIONAL: null is gone" },
	{ "a report of a repair", "{'category': {" BASE ", 'title': 'a', 'metadata': null}}", { "--repair", "--json" }, 1, "\"title\": \"a\"", "\"now\": \"nothing\"" },

	{ "no type can be told", CATEGORY, { 0 }, 2, "", "--type" },
	{ "no such type",       "{}", { "--type", "grade" }, 2, "", "--type grade: one of org, academicSession" },
	{ "not in 1.1",         "{}", { "--type", "scoreScale" }, 2, "", "OneRoster 1.1 has no scoreScale" },
	{ "no such version",    "{}", { "--version", "2.0" }, 2, "", "--version 2.0" },
	{ "a provider too",     "{}", { "http://127.0.0.1:1" }, 2, "", "one of the two" },
	{ "bad fail-on",        "{}", { "--fail-on", "never" }, 2, "", "--fail-on never" },
};

static const struct {
	const char *args[8];
	const char *says;
} usages[] = {
	{ { "check", "--payload", "/no/such/file" }, "/no/such/file: No such file" },
	{ { "check", "--payload", "/" }, "it is a folder" },
	{ { "check", "--payload" }, "--payload needs a value" },
	{ { "check", "--repair", "http://127.0.0.1:1" }, "--repair goes with --payload" },
	{ { "check", "--type", "user", "http://127.0.0.1:1" }, "--type goes with --payload" },
};
/* clang-format on */

/* ' becomes ", FILE the path. Returns (free). */
static char *text_of(const char *text, const char *path)
{
	char *copy = xstrdup(text), *at, *out;

	for (char *c = copy; *c; c++)
		*c = *c == '\'' ? '"' : *c;
	at = strstr(copy, "FILE");
	if (!at || !path)
		return copy;
	out = xformat("%.*s%s%s", (int)(at - copy), copy, path, at + 4);
	free(copy);
	return out;
}

START_TEST(files_are_judged)
{
	const char *args[12] = { "check", "--payload" };
	char *folder = folder_make(), *path = xformat("%s/p.json", folder);
	char *text = text_of(cases[_i].text, NULL), *says, *errs;
	struct outcome outcome;

	file_put(folder, "p.json", text);
	args[2] = path;
	for (size_t i = 0; cases[_i].args[i]; i++)
		args[3 + i] = cases[_i].args[i];
	run_mocksis(&outcome, 30, args);
	says = text_of(cases[_i].says, path);
	errs = text_of(cases[_i].errs ? cases[_i].errs : "", path);
	ck_assert_msg(outcome.status == cases[_i].status, "%s: exit %d: %s%s", cases[_i].name,
		      outcome.status, outcome.out, outcome.err);
	ck_assert_msg(*says ? strstr(outcome.out, says) != NULL : !*outcome.out, "%s: %s",
		      cases[_i].name, outcome.out);
	ck_assert_msg(*errs ? strstr(outcome.err, errs) != NULL : !*outcome.err, "%s: %s",
		      cases[_i].name, outcome.err);
	outcome_release(&outcome);
	free(says);
	free(errs);
	free(text);
	free(path);
	folder_remove(folder);
}
END_TEST

START_TEST(usage_is_told)
{
	struct outcome outcome;

	run_mocksis(&outcome, 30, usages[_i].args);
	ck_assert_int_eq(outcome.status, 2);
	ck_assert_msg(strstr(outcome.err, usages[_i].says) != NULL, "%s", outcome.err);
	outcome_release(&outcome);
}
END_TEST

START_TEST(the_report_is_json)
{
	char *folder = folder_make(), *path = xformat("%s/p.json", folder);
	struct outcome outcome;
	json_t *report;
	const json_t *finding;

	file_put(folder, "p.json", "{\"lineItems\": [{\"sourcedId\": \"li 1\"}]}\n[7]");
	run_mocksis(&outcome, 30,
		    (const char *[]){ "check", "--payload", path, "--json", "--type", "lineItem",
				      "--version", "1.2", NULL });
	ck_assert_int_eq(outcome.status, 1);
	report = json_loads(outcome.out, 0, NULL);
	ck_assert_str_eq(json_string_value(json_object_get(report, "version")), "1.2");
	ck_assert_str_eq(json_string_value(json_object_get(report, "file")), path);
	ck_assert_int_eq(json_integer_value(json_object_get(report, "warnings")), 1);
	ck_assert_int_eq(json_integer_value(json_object_get(report, "errors")), 9);
	ck_assert_uint_eq(json_array_size(json_object_get(report, "findings")), 10);
	finding = json_array_get(json_object_get(report, "findings"), 0);
	ck_assert_str_eq(json_string_value(json_object_get(finding, "pointer")),
			 "/lineItems/0/sourcedId");
	ck_assert_str_eq(json_string_value(json_object_get(finding, "rule")), "OR-ID-CHARACTERS");
	ck_assert_str_eq(json_string_value(json_object_get(finding, "severity")), "warning");
	ck_assert_int_eq(json_integer_value(json_object_get(finding, "line")), 1);
	finding = json_array_get(json_object_get(report, "findings"), 9);
	ck_assert_str_eq(json_string_value(json_object_get(finding, "pointer")), "/0");
	ck_assert_int_eq(json_integer_value(json_object_get(finding, "line")), 2);
	json_decref(report);
	outcome_release(&outcome);
	free(path);
	folder_remove(folder);
}
END_TEST

START_TEST(standard_input_is_a_file)
{
	char *folder = folder_make(), *path = xformat("%s/p.json", folder);
	const char *program = getenv("MOCKSIS_BIN");
	char *line = xformat("%s check --payload - <%s", program ? program : "build/mocksis", path);
	char first[200] = "";
	FILE *out;

	file_put(folder, "p.json", "{\"orgs\": {}}");
	out = popen(line, "r");
	ck_assert(out && fgets(first, sizeof first, out));
	ck_assert_int_eq(WEXITSTATUS(pclose(out)), 1);
	ck_assert_msg(starts_with(first, "-: /orgs"), "%s", first);
	free(line);
	free(path);
	folder_remove(folder);
}
END_TEST

/* What comes out of a repair needs none. */
START_TEST(a_repair_is_final)
{
	char *folder = folder_make(), *path = xformat("%s/p.json", folder);
	char *text = text_of("{'result': {" BASE
			     ", 'lineItem': " REF("lineItem") ", 'student': " REF(
				     "user") ", 'scoreStatus': 'exempt' 'score': '0', // none\n"
					     "'scoreDate': '2026-11-16T00:00:00Z',}",
			     NULL);
	struct outcome outcome;

	file_put(folder, "p.json", text);
	run_mocksis(&outcome, 30, (const char *[]){ "check", "--payload", path, "--repair", NULL });
	ck_assert_int_eq(outcome.status, 1);
	file_put(folder, "p.json", outcome.out);
	outcome_release(&outcome);
	run_mocksis(&outcome, 30, (const char *[]){ "check", "--payload", path, NULL });
	ck_assert_msg(outcome.status == 0, "%s", outcome.out);
	outcome_release(&outcome);
	free(text);
	free(path);
	folder_remove(folder);
}
END_TEST

Suite *payload_suite(void);
Suite *payload_suite(void)
{
	Suite *suite = suite_create("payload");
	TCase *tc = tcase_create("payload");

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, files_are_judged, 0, ARRAY_SIZE(cases));
	tcase_add_loop_test(tc, usage_is_told, 0, ARRAY_SIZE(usages));
	tcase_add_test(tc, the_report_is_json);
	tcase_add_test(tc, standard_input_is_a_file);
	tcase_add_test(tc, a_repair_is_final);
	suite_add_tcase(suite, tc);
	return suite;
}
