/*
 * test_lab.c - mocksis lab by itself: what it refuses and how it says so, which lab is meant, what
 * a trainee is shown.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/jsonx.h"
#include "base/util.h"
#include "tests/http/course.h"
#include "tests/http/desk.h"

static struct server server;

static void server_up(void)
{
	server_start(&server, NULL);
}

static void server_down(void)
{
	ck_assert_int_eq(server_stop(&server), 0);
}

/* `lab WORDS` must end with @status, and say @said on the output that goes with it. */
static void expect(const struct desk *desk, const char *line, int status, const char *said)
{
	char *buffer = xstrdup(line);
	const char *words[DESK_WORDS];
	struct outcome outcome;

	desk_split(buffer, words);
	desk_lab(&outcome, desk, words);
	ck_assert_msg(outcome.status == status, "%s: exit %d: %s%s", line, outcome.status,
		      outcome.out, outcome.err);
	ck_assert_msg(
		strstr(status == 0 || strstr(outcome.out, said) ? outcome.out : outcome.err, said),
		"%s: \"%s\" is not said: %s%s", line, said, outcome.out, outcome.err);
	outcome_release(&outcome);
	free(buffer);
}

/* what is refused */

/* clang-format off */
static const struct {
	const char *line, *said;
} refused[] = {
	{ "nonsense", "there is no mocksis lab nonsense; there are: list, start" },
	{ "start", "usage: mocksis lab start ID|CODE" },
	{ "start T01 T02", "usage: mocksis lab start ID|CODE" },
	{ "start T01", "was started already: mocksis lab reset begins it again, mocksis lab end gives it up" },
	{ "start T0l", "did you mean T01" },
	{ "start asp02", "did you mean ASP-02" },
	{ "start T01 --mode silent", "--mode silent: verbatim or bare belongs here" },
	{ "start T01 --now yesterday", "--now yesterday: a time like" },
	{ "key T99", "there is no lab and no code T99" },
	{ "status --guides /nowhere/guides.json", "guides" },
	{ "check something", "something" },
	{ "fix mend-all", "this lab has no verb mend-all; there are: rename-assignment" },
	{ "fix set-sync 10301", "usage: mocksis lab fix set-sync ASSIGNMENT on|off" },
	{ "fix set-sync 10301 on off", "usage: mocksis lab fix set-sync" },
	{ "fix set-sync 10301 maybe", "maybe: one of these belongs here: on, off" },
	{ "fix set-sync Essay on", "there is no assignment \"Essay\"; there are: \"Linear Equations Set A\" (10301)" },
	{ "fix set-grade-scale Homework Letter", "\"Homework\" names 2 of them: \"Homework\" (cat-alg1-homework), \"Homework\" (cat-homework); give the id" },
	{ "fix change-score 10301 student-001 many", "many: a number belongs here" },
	{ "fix change-score 10301 Nobody 5", "there is no canvasStudent \"Nobody\"" },
	{ "fix change-due-date 10301 tomorrow", "tomorrow: a time like" },
	{ "fix set-connection colour red", "colour: there is no such setting" },
	{ "fix set-connection exempt_score 7", "/exempt_score: expected one of: null 0" },
	{ "fix type-score 'Linear Equations Set A' student-099 5", "of the results of the SIS fit" },
	{ "answer", "mocksis lab answer actor VALUE" },
	{ "answer actor", "usage: mocksis lab answer QUESTION VALUE" },
	{ "answer colour red", "there is no question colour; there are: area, managed_by" },
	{ "answer actor nobody", "nobody: one of these belongs here: teacher in Canvas" },
	{ "case --assignment 10301 --screenshot nowhere.png", "--screenshot nowhere.png: there is no such file" },
};
/* clang-format on */

START_TEST(refuses)
{
	struct desk desk = desk_make(&server, "T01");
	bool fine = strcmp(refused[_i].line, "answer") == 0; /* the questions */

	desk_start(&desk, NULL);
	expect(&desk, refused[_i].line, fine ? 0 : 2, refused[_i].said);
	/* nothing of it has harmed the lab */
	expect(&desk, "check", 1, "3 of 6 goals are met");
	expect(&desk, "end", 0, "T01 is over");
	desk_release(&desk);
}
END_TEST

/* Without a lab, or where somebody else's files lie. */
START_TEST(needs_a_lab)
{
	static const char *const lines[] = { "status", "hint", "check",        "fix",  "answer",
					     "case",   "end",  "check PSP-06", "reset" };
	struct desk desk = desk_make(&server, "T01");

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		expect(&desk, lines[i], 2, "holds no lab: mocksis lab start ID starts one");
	file_put(desk.folder, "connection.json", "{}");
	expect(&desk, "start T01", 2, "holds connection.json, which the lab would overwrite");
	file_put(desk.folder, "lab.json", "{}");
	expect(&desk, "check", 2, "is not what mocksis lab start wrote");
	file_put(desk.folder, "lab.json", "{\"lab\":");
	expect(&desk, "check", 2, "lab.json");
	desk_release(&desk);
}
END_TEST

START_TEST(sandbox_is_gone)
{
	static const char *const lines[] = { "status", "hint", "check", "fix", "answer", "case" };
	struct desk desk = desk_make(&server, "T01");
	char *path = xformat("%s/lab.json", desk.folder), *target;
	json_t *state;

	desk_start(&desk, NULL);
	state = json_load_file(path, 0, NULL);
	target = xformat("/admin/sandboxes/%s", jsonx_text(state, "sandbox"));
	ck_assert_int_eq(admin_status(&server, "DELETE", target + strlen("/admin"), NULL), 204);
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		expect(&desk, lines[i], 2, "is not at http://127.0.0.1:");
	expect(&desk, "check", 2, "mocksis lab reset T01 makes it anew");
	expect(&desk, "reset", 0, "Grades do not post to Aspen");
	desk_check(&desk, 1, "after the reset");
	ck_assert_int_eq(admin_status(&server, "DELETE", target + strlen("/admin"), NULL), 204);
	expect(&desk, "end", 0, "T01 is over");
	free(target);
	free(path);
	json_decref(state);
	desk_release(&desk);
}
END_TEST

START_TEST(server_is_away)
{
	struct outcome outcome;
	char *folder = folder_make();

	run_mocksis(&outcome, 30,
		    (const char *[]){ "lab", "start", "T01", "--folder", folder, "--url",
				      "http://127.0.0.1:1", "--admin-token", "x", NULL });
	ck_assert_int_eq(outcome.status, 3);
	ck_assert_msg(strstr(outcome.err, "start one with: mocksis serve"), "%s", outcome.err);
	outcome_release(&outcome);
	run_mocksis(&outcome, 30,
		    (const char *[]){ "lab", "start", "T01", "--folder", folder, "--url",
				      server.url, "--admin-token", "wrong", NULL });
	ck_assert_int_eq(outcome.status, 2);
	ck_assert_msg(strstr(outcome.err, "does not take this admin token"), "%s", outcome.err);
	outcome_release(&outcome);
	run_mocksis(&outcome, 30,
		    (const char *[]){ "lab", "start", "T01", "--folder", folder, "--url",
				      server.url, NULL });
	ck_assert_int_eq(outcome.status, 2);
	ck_assert_msg(strstr(outcome.err, "MOCKSIS_ADMIN_TOKEN is needed"), "%s", outcome.err);
	outcome_release(&outcome);
	folder_remove(folder);
}
END_TEST

/* Where nothing is named it is the lab that was started last. */
START_TEST(last_one_is_meant)
{
	char *program = realpath(getenv("MOCKSIS_BIN") ? getenv("MOCKSIS_BIN") : "build/mocksis",
				 NULL);
	char *before = getcwd(NULL, 0), *folder = folder_make();
	struct outcome outcome;

	setenv("MOCKSIS_BIN", program, 1);
	setenv("MOCKSIS_LAB_URL", server.url, 1);
	setenv("MOCKSIS_ADMIN_TOKEN", ADMIN_TOKEN, 1);
	ck_assert_int_eq(chdir(folder), 0);
	static const struct {
		const char *words[4];
		int status;
		const char *said;
	} rows[] = {
		{ { "lab", "check" }, 2, "no lab was started here" },
		{ { "lab", "start", "t10" },
		  0,
		  "mocksis sync lab-t10/course --config lab-t10/mocksis.json" },
		{ { "lab", "start", "asp-02" }, 0, "T01  Grades do not post to Aspen" },
		{ { "lab", "check" }, 1, "T01 is not mended yet" },
		{ { "lab", "check", "T10" }, 1, "T10 is not mended yet" },
		{ { "lab", "check", "ASP-02" }, 1, "T01 is not mended yet" },
		{ { "lab", "check", "T02" }, 2, "lab-t02 holds no lab" },
		{ { "lab", "end" }, 2, "several labs were started here" },
		{ { "lab", "end", "T01" }, 0, "T01 is over" },
		{ { "lab", "end" }, 0, "T10 is over" }, /* the only one */
		{ { "lab", "end" }, 2, "no lab was started here" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		run_mocksis(&outcome, 30, rows[i].words);
		ck_assert_msg(
			outcome.status == rows[i].status && (strstr(outcome.out, rows[i].said) ||
							     strstr(outcome.err, rows[i].said)),
			"row %zu: exit %d: %s%s", i, outcome.status, outcome.out, outcome.err);
		outcome_release(&outcome);
	}
	ck_assert_int_eq(chdir(before), 0);
	unsetenv("MOCKSIS_LAB_URL");
	unsetenv("MOCKSIS_ADMIN_TOKEN");
	folder_remove(folder);
	free(before);
	free(program);
}
END_TEST

/* Two desks of one lab have a sandbox each. */
START_TEST(desks_are_apart)
{
	struct desk one = desk_make(&server, "T10"), two = desk_make(&server, "T10");

	desk_start(&one, NULL);
	desk_start(&two, NULL);
	expect(&one, "fix change-score 10302 student-001 17", 0,
	       "has 17 for Graphing Inequalities");
	json_t *sync = json_pack("[{s[]}]", "sync");

	desk_play(&one, sync);
	desk_check(&one, 0, "mended");
	desk_check(&two, 1, "the other one");
	expect(&one, "end", 0, "over");
	desk_check(&two, 1, "after the other one's end");
	expect(&two, "end", 0, "over");
	json_decref(sync);
	desk_release(&one);
	desk_release(&two);
}
END_TEST

START_TEST(bare_says_nothing)
{
	struct desk desk = desk_make(&server, "T01");
	struct outcome outcome;

	desk_lab(&outcome, &desk, (const char *[]){ "start", "T01", "--mode", "bare", NULL });
	ck_assert_int_eq(outcome.status, 0);
	ck_assert(strstr(outcome.out, "HTTP 400 without a description") != NULL);
	ck_assert(strstr(outcome.out, "GradebookColumn") == NULL);
	outcome_release(&outcome);
	expect(&desk, "reset", 0, "HTTP 400 without a description");
	desk_release(&desk);
}
END_TEST

START_TEST(hints_come_one_by_one)
{
	struct desk desk = desk_make(&server, "T10");

	desk_start(&desk, NULL);
	expect(&desk, "status", 0, "Hints used: 0 of 3");
	expect(&desk, "hint", 0, "Hint 1 of 3");
	expect(&desk, "hint", 0, "Hint 2 of 3");
	expect(&desk, "status", 0, "Hints used: 2 of 3");
	expect(&desk, "hint", 0, "That was the last one.");
	expect(&desk, "hint", 0, "There are no more hints");
	desk_release(&desk);
}
END_TEST

/* Both ends have the same time. */
START_TEST(clocks_go_together)
{
	struct desk desk = desk_make(&server, "T19");
	struct outcome outcome;
	char *config;

	desk_lab(&outcome, &desk,
		 (const char *[]){ "start", "T19", "--now", "2026-11-20T08:00:00Z", NULL });
	ck_assert_int_eq(outcome.status, 0);
	outcome_release(&outcome);
	expect(&desk, "fix wait 90", 0, "90 minutes have passed.");
	config = file_get(desk.config);
	ck_assert_msg(strstr(config, "2026-11-20T09:30:00.000Z"), "%s", config);
	free(config);
	json_t *sync = json_pack("[{s[]}]", "sync");

	desk_play(&desk, sync);
	expect(&desk, "status", 0, "2026-11-20T09:30:00Z");
	json_decref(sync);
	desk_release(&desk);
}
END_TEST

START_TEST(guides_are_data)
{
	struct desk desk = desk_make(&server, "T01");
	char *path = xformat("%s/own.json", desk.folder);
	struct outcome outcome;

	file_put(desk.folder, "own.json",
		 "{\"institution\":\"Elsewhere\",\"unknown\":\"ask\",\"provisioning_tools\":["
		 "{\"value\":\"SIS Platform - Canvas Managed (Both)\",\"managed_by\":\"Canvas\","
		 "\"guide\":\"https://guides.example/7\",\"advice\":\"read\"}],"
		 "\"channels\":[{\"name\":\"#help\",\"for\":\"all\"}]}");
	desk_lab(&outcome, &desk, (const char *[]){ "start", "T01", "--guides", path, NULL });
	ck_assert_msg(outcome.status == 0 && strstr(outcome.out, "https://guides.example/7") &&
			      strstr(outcome.out, "#help (all)") &&
			      strstr(outcome.out, "Elsewhere"),
		      "%s%s", outcome.out, outcome.err);
	outcome_release(&outcome);
	free(path);
	desk_release(&desk);
}
END_TEST

/* documents of labs, by what is wrong with them */

#define SOUND                                                                                     \
	"{\"id\":\"X1\",\"title\":\"t\",\"goal\":\"g\",\"sis\":\"s\",\"case\":{\"requester\":"    \
	"\"r\","                                                                                  \
	"\"complaint\":\"c\"},\"hints\":[],\"done\":{},\"key\":{\"cause\":\"c\",\"actor\":\"a\"," \
	"\"remedy\":\"r\"},\"right\":[],\"wrong\":[]}"

/* clang-format off */
static const struct {
	const char *pointer, *value, *said; /* value NULL: the member goes */
} documents[] = {
	{ "/title", "\"other\"", NULL },
	{ "/title", NULL, "/title is missing" },
	{ "/title", "7", "/title: expected a text, found a number" },
	{ "/colour", "1", "/colour: there is no such member; there are: id, title" },
	{ "/case/complaint", NULL, "/case/complaint is missing" },
	{ "/case/provisioning_tool", "[]", "/case/provisioning_tool: expected a text or null, found an array" },
	{ "/steps", "-1", "/steps: expected a whole number, found a number" },
	{ "/hints", "[\"a\",1]", "/hints: expected only texts in it, found a number" },
	{ "/id", "\"X 1\"", "/id: 1 to 40 letters, digits and hyphens belong here" },
	{ "/now", "\"soon\"", "/now: a time like" },
	{ "/scenario", "\"nothing\"", "there is no nothing in scenarios" },
	{ "/verbs", "[\"mend\"]", "/verbs/0: there is no verb mend" },
	{ "/right", "[{}]", "/right/0: a step is one of sync, fix, answer, case, edit" },
	{ "/right", "[{\"sync\":[],\"fix\":[]}]", "/right/0: a step is one of" },
	{ "/right", "[{\"fix\":[\"mend\"]}]", "/right/0/fix: this lab has no verb mend" },
	{ "/right", "[{\"down\":true}]", "/right/0/down: there is no such member" },
	{ "/wrong", "[{\"why\":\"w\",\"steps\":[{}]}]", "/wrong/0/steps/0: a step is one of" },
	{ "/vendor", "[{\"vendor\":true}]", "/vendor/0: what the vendor does cannot be to ask the vendor" },
	{ "/vendor", "[{\"course\":{}}]", "/vendor/0/course/file is missing" },
	{ "/done/grades", "{\"assignments\":[true]}", "/done/grades/assignments: expected only ids in it" },
	{ "/done/objects", "[{\"collection\":\"users\"}]", "/done/objects/0/says is missing" },
	{ "/done/case", "1", "/done/case: expected true or false, found a number" },
	{ "/before", "{}", "/before: expected an array, found an object" },
};
/* clang-format on */

START_TEST(document_is_read)
{
	struct desk desk = desk_make(&server, "X1");
	char *path = xformat("%s/X1.json", desk.folder);
	json_t *document = json_loads(SOUND, 0, NULL), *parent = document, *value;
	const char *name = documents[_i].pointer + 1, *slash = strchr(name, '/');
	struct outcome outcome;

	if (slash) {
		char *first = xstrndup(name, (size_t)(slash - name));

		parent = json_object_get(document, first);
		name = slash + 1;
		free(first);
	}
	value = documents[_i].value ? json_loads(documents[_i].value, JSON_DECODE_ANY, NULL) : NULL;
	if (value)
		json_object_set_new(parent, name, value);
	else
		json_object_del(parent, name);
	write_json(desk.folder, "X1.json", document);
	run_mocksis(&outcome, 30, (const char *[]){ "lab", "key", path, NULL });
	if (documents[_i].said)
		ck_assert_msg(outcome.status == 2 && strstr(outcome.err, documents[_i].said),
			      "%s = %s: exit %d: %s", documents[_i].pointer, documents[_i].value,
			      outcome.status, outcome.err);
	else
		ck_assert_msg(outcome.status == 0, "%s", outcome.err);
	outcome_release(&outcome);
	json_decref(document);
	free(path);
	desk_release(&desk);
}
END_TEST

Suite *lab_suite(void);
Suite *lab_suite(void)
{
	Suite *suite = suite_create("lab");
	TCase *tc = tcase_create("lab");

	tcase_set_timeout(tc, 60);
	tcase_add_unchecked_fixture(tc, server_up, server_down);
	tcase_add_loop_test(tc, refuses, 0, ARRAY_SIZE(refused));
	tcase_add_loop_test(tc, document_is_read, 0, ARRAY_SIZE(documents));
	tcase_add_test(tc, needs_a_lab);
	tcase_add_test(tc, sandbox_is_gone);
	tcase_add_test(tc, server_is_away);
	tcase_add_test(tc, last_one_is_meant);
	tcase_add_test(tc, desks_are_apart);
	tcase_add_test(tc, bare_says_nothing);
	tcase_add_test(tc, hints_come_one_by_one);
	tcase_add_test(tc, clocks_go_together);
	tcase_add_test(tc, guides_are_data);
	suite_add_tcase(suite, tc);
	return suite;
}
