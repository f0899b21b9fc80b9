/*
 * test_explain.c - mocksis explain: what somebody who pastes an error sees.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/str.h"
#include "tests/http/harness.h"

/* clang-format off */
static const struct {
	const char *name;
	const char *args[6];
	int status;
	const char *says[4]; /* parts of standard output, in order */
	const char *errs;    /* part of standard error, NULL: nothing there */
} cases[] = {
	{ "a code",           { "asp-02" }, 0, { "ASP-02  Given Gradebook Column Type  (Aspen)\n", "(verified: seen in a source)", "HTTP 400", "status is inferred" }, NULL },
	{ "a text",           { "GIVEN gradebookcolumntype\ndoes not have a default GradeScale." }, 0, { "ASP-02", "P4: writing an assignment, PUT /lineItems/{id}", "who    teacher in SIS", "fix    In Aspen, set a default grade scale" }, NULL },
	{ "words",            { "Gradebook", "number", "does", "not", "match" }, 0, { "AER-02", "HTTP 400" }, NULL },
	{ "a label",          { "ASP-L5" }, 0, { "No GradeTermDates", "(lab: that Aspen says it so was not seen)" }, NULL },
	{ "placeholders",     { "Student [Ana Ruiz] does not belong to gradebook [Bio 1]." }, 0, { "AER-06", "(lab: that Aeries says it so was not seen)", "filled {student} = Ana Ruiz", "filled {class} = Bio 1" }, NULL },
	{ "several lines",    { "AER-01" }, 0, { "text   Grading category [{category}] not found", "\n         Please ensure", "\n         Available grading" }, NULL },
	{ "several texts",    { "CV-06" }, 0, { "text   Due Date is required!\n  or     Please add a due date\n", "none is known" }, NULL },
	{ "two SISs",         { "Cannot find due date" }, 0, { "FOC-04", "The same may be\n  PIN-01  Pinnacle" }, NULL },
	{ "one of two",       { "Cannot find due date", "--sis", "pinnacle" }, 0, { "PIN-01  " }, NULL },
	{ "sources disagree", { "PSP-12" }, 0, { "but    What must be unique: the name in the class, or the pair" }, NULL },
	{ "unknown",          { "given GradebookColumTyp has no GradeScal" }, 1, { "Nothing in the dictionary fits this text.\n\nDid you mean\n  ASP-02", "at least one concrete example", "no passwords" }, NULL },
	{ "far from all",     { "lorem ipsum" }, 1, { "fits this text.\n\nNever guess: hand it to support, with\n" }, NULL },
	{ "no chapter",       { "anything", "--sis", "Synergy" }, 1, { "Nothing in the dictionary of Synergy fits", "No chapter of the public dictionary was found" }, NULL },
	{ "the list",         { 0 }, 0, { "Aeries\n  AER-01  verified Grading Category Not Found\n", "\nPowerSchool\n  PSP-01  lab      400 Error", "\nmocksis\n" }, NULL },
	{ "a list of one",    { "--list", "--sis", "powerschool" }, 0, { "PowerSchool\n  PSP-01", "PSP-13", "The public list goes on after PSP-13" }, NULL },
	{ "JSON",             { "Invalid due date", "--json" }, 0, { "\"found\": true", "\"code\": \"FOC-02\"", "\"others\": [", "\"PIN-02\"" }, NULL },
	{ "JSON of nothing",  { "lorem ipsum", "--json" }, 1, { "\"found\": false", "\"nearest\": []", "\"support\": [" }, NULL },
	{ "JSON list",        { "--json", "--sis", "Skyward" }, 0, { "[\n", "\"code\": \"SKY-01\"" }, NULL },

	{ "an empty text",    { "" }, 2, { "" }, "mocksis explain: the text is empty" },
	{ "blanks",           { " \n\t" }, 2, { "" }, "the text is empty" },
	{ "an unknown SIS",   { "x", "--sis", "nobody" }, 2, { "" }, "--sis nobody: the dictionary has Aeries, Aspen, " },
	{ "an unknown flag",  { "x", "--sisi", "Aspen" }, 2, { "" }, "there is no flag --sisi" },
};
/* clang-format on */

START_TEST(explains)
{
	const char *args[8] = { "explain" };
	struct outcome outcome;
	const char *at;

	for (size_t i = 0; i < ARRAY_SIZE(cases[_i].args); i++)
		args[i + 1] = cases[_i].args[i];
	run_mocksis(&outcome, 10, args);
	ck_assert_msg(outcome.status == cases[_i].status, "%s: exit %d: %s%s", cases[_i].name,
		      outcome.status, outcome.out, outcome.err);
	at = outcome.out;
	for (size_t i = 0; i < ARRAY_SIZE(cases[_i].says) && cases[_i].says[i]; i++) {
		const char *found = strstr(at, cases[_i].says[i]);

		ck_assert_msg(found, "%s: \"%s\" is missing in %s", cases[_i].name,
			      cases[_i].says[i], outcome.out);
		at = found + strlen(cases[_i].says[i]);
	}
	ck_assert_msg(cases[_i].errs ? strstr(outcome.err, cases[_i].errs) != NULL : !*outcome.err,
		      "%s: %s", cases[_i].name, outcome.err);
	outcome_release(&outcome);
}
END_TEST

/* Runs `mocksis explain -` on a file with @text; its standard output, free(). */
static char *explain_input(const char *text, size_t length, int *status)
{
	char *folder = folder_make(), *path = xformat("%s/in", folder);
	char *out = xformat("%s/out", folder), *command, *said;
	const char *program = getenv("MOCKSIS_BIN");
	FILE *file = fopen(path, "wb");

	ck_assert(file && fwrite(text, 1, length, file) == length && fclose(file) == 0);
	command = xformat("%s explain - <'%s' >'%s' 2>&1", program ? program : "build/mocksis",
			  path, out);
	*status = WEXITSTATUS(system(command));
	said = file_get(out);
	free(command);
	free(path);
	free(out);
	folder_remove(folder);
	return said;
}

static const char a_log[] =
	"2026-11-16 18:00:01 PUT /ims/oneroster/v1p1/lineItems/77\r\n"
	"HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\n\r\n"
	"{\"statusInfoSet\": [{\"imsx_codeMajor\": \"failure\", \"imsx_severity\": \"error\",\r\n"
	"  \"imsx_description\": \"Aspen: given GradebookColumnType does not have a default\\n"
	"GradeScale\"}]}\r\n\xff latin-1 \xe4\r\n";

START_TEST(reads_standard_input)
{
	struct str big = STR_INIT;
	int status;
	char *said = explain_input(a_log, sizeof a_log - 1, &status);

	ck_assert_msg(status == 0 && starts_with(said, "ASP-02  "), "%d: %s", status, said);
	free(said);

	for (int i = 0; i < 65536; i++)
		str_add_char(&big, i % 10 ? 'x' : ' ');
	said = explain_input(str_text(&big), big.length, &status);
	ck_assert_msg(status == 1, "64 KiB: %d: %.200s", status, said);
	free(said);
	str_add_char(&big, 'x');
	said = explain_input(str_text(&big), big.length, &status);
	ck_assert_msg(status == 2 && strstr(said, "larger than 65536 bytes"), "%d: %.200s", status,
		      said);
	free(said);
	str_release(&big);

	said = explain_input("a\0b", 3, &status);
	ck_assert_msg(status == 2 && strstr(said, "NUL bytes"), "%d: %s", status, said);
	free(said);
	said = explain_input("", 0, &status);
	ck_assert_msg(status == 2 && strstr(said, "the text is empty"), "%d: %s", status, said);
	free(said);
}
END_TEST

Suite *explain_suite(void);
Suite *explain_suite(void)
{
	Suite *suite = suite_create("explain");
	TCase *tc = tcase_create("explain");

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, explains, 0, ARRAY_SIZE(cases));
	tcase_add_test(tc, reads_standard_input);
	suite_add_tcase(suite, tc);
	return suite;
}
