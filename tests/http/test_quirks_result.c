/*
 * test_quirks_result.c - the switches about results and about PUT, on and off, as a client
 * meets them: a profile, what the SIS state says, one PUT, and what a GET shows.
 *
 * l-0 is a lineItem of class-bio-2 from 2 to 10 in cat-tests, r-0 a result of it. student-021
 * is in the class, student-052 was until 1 October, student-005 is in another one; teacher-01
 * teaches it.
 */
#include <stdio.h>
#include <string.h>

#include "base/util.h"
#include "oneroster/vocab.h"
#include "tests/http/harness.h"
#include "tests/http/wire.h"

#define BODY(student, more)                                                   \
	"{\"result\": {\"lineItem\": {\"sourcedId\": \"l-0\"}, \"student\": " \
	"{\"sourcedId\": \"" student "\"}" more "}}"
#define RESULT(more) BODY("student-021", more)
#define SCORE(n) ", \"score\": " n
#define STATUS(word) ", \"scoreStatus\": \"" word "\""
#define ITEM "{\"lineItem\": {\"title\": \"T\", \"class\": {\"sourcedId\": \"class-bio-2\"}}}"
#define CLASS(members) "{\"classes\": {\"class-bio-2\": {" members "}}}"
#define CATEGORY(members) "{\"categories\": {\"cat-tests\": {" members "}}}"
#define LINK "{\"lineItems\": {\"l-0\": {\"linked\": false}}}"
#define TYPED "{\"results\": {\"r-0\": {\"manualScore\": 8}}}"

/* clang-format off */
static const struct {
	const char *quirk, *state, *target, *body;
	long status;
	const char *says; /* the refusal, or what a GET in 1.2 shows; "!": what it does not */
} cases[] = {
	{ "\"link.check\": true", CLASS("\"linked\": false"), "/results/r", RESULT(SCORE("9")), 400, "the gradebook of class class-bio-2 is not linked" },
	{ "\"link.check\": true", CLASS("\"linked\": false"), "/lineItems/l-0", ITEM, 400, "the gradebook of class class-bio-2 is not linked" },
	{ "\"link.check\": false", CLASS("\"linked\": false"), "/results/r", RESULT(SCORE("9")), 201, "\"score\":9," },
	{ "\"link.check\": false", CLASS("\"linked\": false"), "/lineItems/l-0", ITEM, 200, "\"title\":\"T\"" },
	{ "\"link.check\": true", LINK, "/lineItems/l-0", ITEM, 400, "the gradebook of class class-bio-2 is not linked" },
	{ "\"link.check\": true", LINK, "/results/r-0", RESULT(SCORE("9")), 400, "the gradebook of class class-bio-2 is not linked" },
	{ "\"link.check\": true", LINK, "/lineItems/l-1", ITEM, 201, "\"title\":\"T\"" },
	{ "\"link.check\": false", LINK, "/lineItems/l-0", ITEM, 200, "\"title\":\"T\"" },
	{ "\"link.check\": false", LINK, "/results/r-0", RESULT(SCORE("9")), 200, "\"score\":9," },
	{ "\"teacher.must_own\": true", CLASS("\"teacher\": \"teacher-02\""), "/results/r", RESULT(SCORE("9")), 400, "the teacher of class class-bio-2 is not enrolled in it" },
	{ "\"teacher.must_own\": true", CLASS("\"teacher\": \"teacher-02\""), "/lineItems/l-0", ITEM, 400, "the teacher of class class-bio-2 is not enrolled in it" },
	{ "\"teacher.must_own\": true", CLASS("\"teacher\": \"teacher-01\""), "/results/r", RESULT(SCORE("9")), 201, "\"score\":9," },
	{ "\"teacher.must_own\": false", CLASS("\"teacher\": \"teacher-02\""), "/results/r", RESULT(SCORE("9")), 201, "\"score\":9," },
	{ "\"student.must_be_enrolled\": true", "{}", "/results/r", BODY("student-005", SCORE("9")), 400, "student student-005 is not enrolled in class class-bio-2" },
	{ "\"student.must_be_enrolled\": true", "{}", "/results/r", RESULT(SCORE("9")), 201, "\"score\":9," },
	{ "\"student.must_be_enrolled\": false", "{}", "/results/r", BODY("student-005", SCORE("9")), 201, "\"score\":9," },
	{ "\"student.must_be_enrolled\": true, \"student.grace_days\": 46", "{}", "/results/r", BODY("student-052", SCORE("9")), 400, "student student-052 is not enrolled in class class-bio-2" },
	{ "\"student.must_be_enrolled\": true, \"student.grace_days\": 47", "{}", "/results/r", BODY("student-052", SCORE("9")), 201, "\"score\":9," },
	{ "\"gradescale.result_required\": true", CATEGORY("\"defaultGradeScale\": null"), "/results/r", RESULT(SCORE("9")), 400, "lineItem l-0 has no grade scale for a result" },
	{ "\"gradescale.result_required\": false", CATEGORY("\"defaultGradeScale\": null"), "/results/r", RESULT(SCORE("9")), 201, "\"score\":9," },
	{ "\"gradescale.letter_refuses\": true", CATEGORY("\"defaultGradeScale\": \"Letter\""), "/results/r", RESULT(SCORE("9")), 400, "lineItem l-0 is on a letter scale and takes no result" },
	{ "\"gradescale.letter_refuses\": false", CATEGORY("\"defaultGradeScale\": \"Letter\""), "/results/r", RESULT(SCORE("9")), 201, "\"score\":9," },
	{ "\"manual_score.wins\": true", TYPED, "/results/r-0", RESULT(SCORE("9")), 400, "the result of student student-021 holds a score that was typed in the SIS" },
	{ "\"manual_score.wins\": false", TYPED, "/results/r-0", RESULT(SCORE("9")), 200, "\"score\":9," },
	{ "\"score.text_policy\": \"reject\"", "{}", "/results/r", RESULT(SCORE("\"A\"")), 400, "/result/score: expected a number, found the text \"A\"" },
	{ "\"score.text_policy\": \"accept\"", "{}", "/results/r", RESULT(SCORE("\"A\"")), 201, "\"textScore\":\"A\"" },
	{ "\"score.text_policy\": \"accept\"", "{}", "/results/r", RESULT(SCORE("\"85\"")), 201, "\"score\":85," },
	{ "\"status.allowed\": [\"fully graded\"]", "{}", "/results/r", RESULT(STATUS("submitted")), 400, "scoreStatus submitted is not taken" },
	{ "\"status.allowed\": [\"submitted\"]", "{}", "/results/r", RESULT(STATUS("submitted")), 201, "\"scoreStatus\":\"submitted\"" },
	{ "\"status.remap\": {\"submitted\": \"fully graded\"}", "{}", "/results/r", RESULT(STATUS("submitted")), 201, "\"scoreStatus\":\"fully graded\"" },
	{ "\"status.remap\": {}", "{}", "/results/r", RESULT(STATUS("submitted")), 201, "\"scoreStatus\":\"submitted\"" },
	{ "\"score.exempt_zero\": true", "{}", "/results/r", RESULT(STATUS("exempt")), 201, "\"score\":0," },
	{ "\"score.exempt_zero\": false", "{}", "/results/r", RESULT(STATUS("exempt")), 201, "!\"score\":" },
	{ "\"score.null_policy\": \"reject\"", "{}", "/results/r", RESULT(STATUS("exempt")), 400, "a result of this scoreStatus needs a score: lineItem l-0, student student-021" },
	{ "\"score.null_policy\": \"only_exempt\"", "{}", "/results/r", RESULT(STATUS("exempt")), 201, "!\"score\":" },
	{ "\"score.null_policy\": \"only_missing\"", "{}", "/results/r", RESULT(STATUS("exempt")), 400, "a result of this scoreStatus needs a score: lineItem l-0, student student-021" },
	{ "\"score.null_policy\": \"accept\"", "{}", "/results/r", RESULT(STATUS("fully graded")), 201, "!\"score\":" },
	{ "\"score.over_policy\": \"reject\"", "{}", "/results/r", RESULT(SCORE("300")), 400, "score 300 is above 10, the resultValueMax of lineItem l-0" },
	{ "\"score.over_policy\": \"clip\"", "{}", "/results/r", RESULT(SCORE("300")), 201, "\"score\":10," },
	{ "\"score.over_policy\": \"accept\"", "{}", "/results/r", RESULT(SCORE("300")), 201, "\"score\":300," },
	{ "\"score.under_policy\": \"reject\"", "{}", "/results/r", RESULT(SCORE("-5")), 400, "score -5 is below 2, the resultValueMin of lineItem l-0" },
	{ "\"score.under_policy\": \"clip\"", "{}", "/results/r", RESULT(SCORE("-5")), 201, "\"score\":2," },
	{ "\"score.under_policy\": \"accept\"", "{}", "/results/r", RESULT(SCORE("-5")), 201, "\"score\":-5," },
	{ "\"score.round\": 1", "{}", "/results/r", RESULT(SCORE("9.125")), 201, "\"score\":9.1," },
	{ "\"score.round\": -1", "{}", "/results/r", RESULT(SCORE("9.125")), 201, "\"score\":9.125," },
	{ "\"sourcedid.global_unique\": true", "{}", "/results/l-0", RESULT(SCORE("9")), 400, "sourcedId l-0 is in use for another kind of object: lineItem" },
	{ "\"sourcedid.global_unique\": true", "{}", "/results/r-0", RESULT(SCORE("9")), 200, "\"score\":9," },
	{ "\"sourcedid.global_unique\": false", "{}", "/results/l-0", RESULT(SCORE("9")), 201, "\"score\":9," },
	{ "\"put.creates\": false", "{}", "/results/r", RESULT(SCORE("9")), 404, "Unknown Object: result r is not known" },
	{ "\"put.creates\": false", "{}", "/results/r-0", RESULT(SCORE("9")), 200, "\"score\":9," },
	{ "\"put.creates\": true", "{}", "/results/r", RESULT(SCORE("9")), 201, "\"score\":9," },
	{ "\"put.stores\": false", "{}", "/results/r-0", RESULT(SCORE("9")), 200, "\"score\":5," },
	{ "\"put.stores\": false", "{}", "/results/r", RESULT(SCORE("9")), 200, NULL },
	{ "\"put.stores\": false", "{}", "/results/r", BODY("nobody", SCORE("9")), 400, "student nobody is not known" },
	{ "\"put.stores\": true", "{}", "/results/r-0", RESULT(SCORE("9")), 200, "\"score\":9," },
};
/* clang-format on */

#define MANIFEST                                                                         \
	"propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\n"              \
	"file.academicSessions,absent\nfile.categories,absent\nfile.classes,absent\n"    \
	"file.classResources,absent\nfile.courses,absent\nfile.courseResources,absent\n" \
	"file.demographics,absent\nfile.enrollments,absent\nfile.lineItems,bulk\n"       \
	"file.orgs,absent\nfile.resources,absent\nfile.results,bulk\nfile.users,absent\n"
#define LINE_ITEMS                                                                \
	"sourcedId,status,dateLastModified,title,description,assignDate,dueDate," \
	"classSourcedId,categorySourcedId,gradingPeriodSourcedId,resultValueMin," \
	"resultValueMax\n"                                                        \
	"l-0,,,Quiz,,2026-09-01,2026-09-08,class-bio-2,cat-tests,gp-q1,2,10\n"
#define RESULTS                                                                 \
	"sourcedId,status,dateLastModified,lineItemSourcedId,studentSourcedId," \
	"scoreStatus,score,scoreDate,comment\n"                                 \
	"r-0,,,l-0,student-021,fully graded,5,2026-09-09,\n"

/* The demo district with a lineItem and a result; "" where there is no such file. */
static void start(struct server *server, const char *folder, const char *quirks, const char *state)
{
	char *path = xformat("%s/profile.json", folder);
	char *profile = xformat("{\"name\": \"test\", \"extends\": \"standard\", \"quirks\": {%s}}",
				quirks);

	file_put(folder, "profile.json", profile);
	file_put(folder, "manifest.csv", MANIFEST);
	file_put(folder, "lineItems.csv", LINE_ITEMS);
	file_put(folder, "results.csv", RESULTS);
	file_put(folder, "sis-state.json", state);
	server_start(server, (const char *[]){ "--load", folder, "--profile", path, NULL });
	free(profile);
	free(path);
}

/* 1.2 shows what 1.1 has no word for. */
static void expect_shown(const struct server *server, const char *target, const char *says)
{
	char *pattern = xformat("G%s", target), *there = wire_target(V12, pattern);
	struct reply reply;
	bool absent = says && *says == '!';

	wire_send(&reply, server, "GET", there, "", NULL);
	ck_assert_msg(reply.status == (says ? 200 : 404), "%s: %s", there, reply.raw);
	if (says)
		ck_assert_msg((strstr(reply.body, says + absent) != NULL) != absent, "%s: %s",
			      there, reply.body);
	reply_release(&reply);
	free(there);
	free(pattern);
}

START_TEST(writes)
{
	char *folder = folder_make();
	struct server server;
	struct answer answer;

	start(&server, folder, cases[_i].quirk, cases[_i].state);
	api(&answer, &server, "PUT", cases[_i].target, cases[_i].body);
	ck_assert_msg(answer.status == cases[_i].status, "%s: %ld %s", cases[_i].quirk,
		      answer.status, answer.body);
	if (answer.status >= 400)
		ck_assert_msg(strcmp(answer_description(&answer), cases[_i].says) == 0, "%s: %s",
			      cases[_i].quirk, answer.body);
	else
		expect_shown(&server, cases[_i].target, cases[_i].says);
	answer_release(&answer);
	server_stop(&server);
	folder_remove(folder);
}
END_TEST

Suite *quirks_result_suite(void);
Suite *quirks_result_suite(void)
{
	Suite *suite = suite_create("quirks_result");
	TCase *tc = tcase_create("results");

	tcase_set_timeout(tc, 30);
	tcase_add_loop_test(tc, writes, 0, ARRAY_SIZE(cases));
	suite_add_tcase(suite, tc);
	return suite;
}
