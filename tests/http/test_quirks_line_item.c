/*
 * test_quirks_line_item.c - the switches about lineItems, off and on, as a client meets
 * them: a profile in a file, a server, one PUT.
 */
#include <string.h>

#include "base/util.h"
#include "tests/http/harness.h"

#define ITEM(title, more)                     \
	"{\"lineItem\": {\"title\": \"" title \
	"\", \"class\": {\"sourcedId\": \"class-bio-1\"}" more "}}"
#define DUE(time) ", \"dueDate\": \"" time "\""
#define REF(name, id) ", \"" name "\": {\"sourcedId\": \"" id "\"}"
#define CAT(id) REF("category", id)
#define NEW_YORK "\"timezone\": \"America/New_York\""
#define LATE DUE("2026-12-19T04:59:00Z") /* 23:59 in New York on the last day of the term */

static const char state[] = "{\"academicSessions\": {\"gp-q1\": {\"state\": \"closed\"}},"
			    " \"categories\": {\"cat-projects\": {\"defaultGradeScale\": null}},"
			    " \"lineItems\": {\"moved\": {\"category\": \"cat-tests\"},"
			    " \"stale\": {\"linked\": false}}}";

/* A lineItem of before its grading period was closed. */
static const char line_items[] =
	"sourcedId,status,dateLastModified,title,description,assignDate,dueDate,classSourcedId,"
	"categorySourcedId,gradingPeriodSourcedId,resultValueMin,resultValueMax\n"
	"early,,,Early,,2026-09-01,2026-09-10,class-bio-1,cat-tests,gp-q1,0,10\n";

/* clang-format off */
#define STALE "{\"result\": {\"lineItem\": {\"sourcedId\": \"stale\"}, \"student\": {\"sourcedId\": \"student-005\"}, \"score\": 1}}"
#define RESULT "{\"result\": {\"lineItem\": {\"sourcedId\": \"early\"}, \"student\": {\"sourcedId\": \"student-005\"}, \"score\": 1}}"

/* The same request at two servers. What is stored is read again: !: it is not there. */
static const struct {
	const char *name;
	const char *base;        /* switches of both */
	const char *quirks;      /* of the second only */
	const char *first;       /* a lineItem or category of this id is put before; NULL: none */
	const char *first_body;
	const char *target, *body;
	long off;
	const char *off_says;
	long on;
	const char *on_says;
} rows[] = {
	{ "title.unique", "", "\"title.unique\": \"class\"", "/lineItems/first", ITEM("Essay", ""),
	  "/lineItems/l", ITEM("Essay", DUE("2026-11-20T12:00:00Z")), 201, "Essay", 400, "a lineItem with the title Essay is already in class class-bio-1" },
	{ "title.unique and date", "", "\"title.unique\": \"class_due\"", "/lineItems/first", ITEM("Essay", DUE("2026-11-20T12:00:00Z")),
	  "/lineItems/l", ITEM("Essay", DUE("2026-11-20T12:00:00Z")), 201, "Essay", 400, "Essay is already in class" },
	{ "title.case_sensitive", "\"title.unique\": \"class\"", "\"title.case_sensitive\": false", "/lineItems/first", ITEM("Essay", ""),
	  "/lineItems/l", ITEM("ESSAY", ""), 201, "ESSAY", 400, "ESSAY is already in class" },
	{ "due_date.in_term", "", "\"due_date.in_term\": true", NULL, NULL,
	  "/lineItems/l", ITEM("T", DUE("2026-12-25T12:00:00Z")), 201, "2026-12-25", 400, "dueDate 2026-12-25T12:00:00.000Z is not in a term of class class-bio-1: T" },
	{ "due_date.must_be_future", "", "\"due_date.must_be_future\": true", NULL, NULL,
	  "/lineItems/l", ITEM("T", DUE("2026-11-16T16:00:00Z")), 201, "2026-11-16T16", 400, "dueDate 2026-11-16T16:00:00.000Z has passed: T" },
	{ "due_date.day_from", "\"due_date.in_term\": true", "\"due_date.day_from\": \"utc\"", NULL, NULL,
	  "/lineItems/l", ITEM("T", LATE), 201, "2026-12-19T04:59", 400, "dueDate 2026-12-19T04:59:00.000Z is not in a term" },
	{ "assign_date.in_period", "", "\"assign_date.in_period\": true", NULL, NULL,
	  "/lineItems/l", ITEM("T", REF("gradingPeriod", "gp-q3") ", \"assignDate\": \"2026-11-16T12:00:00Z\""), 201, "gp-q3", 400, "assignDate 2026-11-16T12:00:00.000Z is not in the grading period of T" },
	{ "date.zone_required", "", "\"date.zone_required\": true", NULL, NULL,
	  "/lineItems/l", ITEM("T", DUE("2026-11-20T23:59:59")), 201, "2026-11-20T23:59:59.000Z", 400, "/lineItem/dueDate: \"2026-11-20T23:59:59\" has no time zone" },
	{ "category.required", "", "\"category.required\": true", NULL, NULL,
	  "/lineItems/l", ITEM("T", ""), 201, "!category", 400, "category is required: T" },
	{ "category.scope global", "", "\"category.scope\": \"global\"", NULL, NULL,
	  "/lineItems/l", ITEM("T", CAT("cat-bio2-labs")), 400, "category cat-bio2-labs does not belong to class class-bio-1", 201, "cat-bio2-labs" },
	{ "category.scope metadata", "", "\"category.scope\": \"metadata\"", NULL, NULL,
	  "/lineItems/l", ITEM("T", CAT("cat-tests")), 201, "cat-tests", 400, "category cat-tests does not belong to class class-bio-1" },
	{ "category.fallback error", "", "\"category.fallback\": \"error\"", NULL, NULL,
	  "/lineItems/l", ITEM("T", CAT("x")), 201, "\"x\"", 400, "category x is not known" },
	{ "category.fallback id", "", "\"category.fallback\": \"id:cat-tests\"", NULL, NULL,
	  "/lineItems/l", ITEM("T", CAT("x")), 201, "\"x\"", 201, "cat-tests" },
	{ "category.fallback uncategorized", "", "\"category.fallback\": \"uncategorized\"", "/categories/u", "{\"category\": {\"title\": \"Uncategorized\"}}",
	  "/lineItems/l", ITEM("T", ""), 201, "!category", 201, "\"u\"" },
	{ "category.sticky", "", "\"category.sticky\": false", NULL, NULL,
	  "/lineItems/moved", ITEM("T", CAT("cat-quizzes")), 201, "cat-tests", 201, "cat-quizzes" },
	{ "category.forbidden_id", "", "\"category.forbidden_id\": \"cat-tests\"", NULL, NULL,
	  "/lineItems/l", ITEM("T", CAT("cat-tests")), 201, "cat-tests", 400, "category cat-tests cannot be used" },
	{ "category.fixed_id", "\"reference.check\": \"strict\"", "\"category.fixed_id\": \"x\"", NULL, NULL,
	  "/lineItems/l", ITEM("T", CAT("x")), 400, "category x is not known", 201, "\"x\"" },
	{ "category.lag_s", "", "\"category.lag_s\": 86400", "/categories/u", "{\"category\": {\"title\": \"New\"}}",
	  "/lineItems/l", ITEM("T", CAT("u")), 201, "\"u\"", 400, "category u is not known" },
	{ "gradescale.default_required", "", "\"gradescale.default_required\": true", NULL, NULL,
	  "/lineItems/l", ITEM("T", CAT("cat-projects")), 201, "cat-projects", 400, "category cat-projects has no default grade scale" },
	{ "grading_period.required", "", "\"grading_period.required\": true", NULL, NULL,
	  "/lineItems/l", ITEM("T", ""), 201, "!gradingPeriod", 400, "gradingPeriod is required: T" },
	{ "grading_period.derive", "", "\"grading_period.derive\": false", NULL, NULL,
	  "/lineItems/l", ITEM("T", DUE("2026-11-20T12:00:00Z")), 201, "gp-q2", 201, "!gradingPeriod" },
	{ "grading_period.lock", "", "\"grading_period.lock\": true", NULL, NULL,
	  "/lineItems/l", ITEM("T", DUE("2026-09-01T12:00:00Z")), 201, "gp-q1", 400, "the grading period of l is closed" },
	{ "grading_period.lock, a result", "", "\"grading_period.lock\": true", NULL, NULL,
	  "/results/r", RESULT, 201, "early", 400, "the grading period of early is closed" },
	{ "link.check, a lineItem that is gone", "", "\"link.check\": false", NULL, NULL,
	  "/lineItems/stale", ITEM("T", ""), 400, "the gradebook of class class-bio-1 is not linked", 201, "\"T\"" },
	{ "link.check, a result of it", "", "\"link.check\": false", NULL, NULL,
	  "/results/r", STALE, 400, "the gradebook of class (that of lineItem stale) is not linked", 400, "lineItem stale is not known" },
	{ "link.check, the same title under a new sourcedId", "", "\"link.check\": false", NULL, NULL,
	  "/lineItems/l", ITEM("T", ""), 201, "\"T\"", 201, "\"T\"" },
	{ "link.check, a result of another", "", "\"link.check\": false", NULL, NULL,
	  "/results/r", RESULT, 201, "early", 201, "early" },
	{ "max.integer_only", "", "\"max.integer_only\": true", NULL, NULL,
	  "/lineItems/l", ITEM("T", ", \"resultValueMax\": 10.5"), 201, "10.5", 400, "resultValueMax must be a whole number: 10.5" },
};
/* clang-format on */

/* The demo district with what this SIS knows besides. Returns (folder_remove). */
static char *make_roster(void)
{
	static const char absent[] = "file.lineItems,absent";
	char *folder = folder_make(), *demo = fixture("roster/demo"), *path, *manifest, *changed;
	const char *at;

	folder_copy(demo, folder);
	path = xformat("%s/manifest.csv", folder);
	manifest = file_get(path);
	at = strstr(manifest, absent);
	ck_assert_ptr_nonnull(at);
	changed = xformat("%.*sfile.lineItems,bulk%s", (int)(at - manifest), manifest,
			  at + strlen(absent));
	file_put(folder, "manifest.csv", changed);
	file_put(folder, "lineItems.csv", line_items);
	file_put(folder, "sis-state.json", state);
	free(changed);
	free(manifest);
	free(path);
	free(demo);
	return folder;
}

static void start(struct server *server, const char *base, const char *quirks)
{
	char *folder = folder_make(), *roster = make_roster(), *profile;
	char *text = xformat("{\"name\": \"quirk\", \"extends\": \"standard\", " NEW_YORK
			     ", \"quirks\": {%s%s%s}}",
			     base, *base && *quirks ? ", " : "", quirks);

	file_put(folder, "quirk.json", text);
	profile = xformat("%s/quirk.json", folder);
	server_start_bare(server,
			  (const char *[]){ "--db", ":memory:", "--load", roster, "--auth", "none",
					    "--profile", profile, "--now", STORY_TIME, NULL });
	folder_remove(roster);
	folder_remove(folder);
	free(profile);
	free(text);
}

static void put(const struct server *server, size_t i, long status, const char *says)
{
	struct answer answer;

	if (rows[i].first) {
		api(&answer, server, "PUT", rows[i].first, rows[i].first_body);
		ck_assert_msg(answer.status == 201, "%s: %s", rows[i].name, answer.body);
		answer_release(&answer);
	}
	api(&answer, server, "PUT", rows[i].target, rows[i].body);
	ck_assert_msg(answer.status == status, "%s: %ld %s", rows[i].name, answer.status,
		      answer.body);
	if (status >= 400)
		ck_assert_msg(strstr(answer_description(&answer), says) != NULL, "%s: %s",
			      rows[i].name, answer.body);
	answer_release(&answer);
	api(&answer, server, "GET", rows[i].target, NULL);
	if (status >= 400)
		ck_assert_msg(answer.status == 404, "%s: stored: %s", rows[i].name, answer.body);
	else
		ck_assert_msg((strstr(answer.body, says + (*says == '!')) != NULL) ==
				      (*says != '!'),
			      "%s: stored: %s", rows[i].name, answer.body);
	answer_release(&answer);
}

START_TEST(off)
{
	struct server server;

	start(&server, rows[_i].base, "");
	put(&server, (size_t)_i, rows[_i].off, rows[_i].off_says);
	ck_assert_int_eq(server_stop(&server), 0);
}
END_TEST

START_TEST(on)
{
	struct server server;

	start(&server, rows[_i].base, rows[_i].quirks);
	put(&server, (size_t)_i, rows[_i].on, rows[_i].on_says);
	ck_assert_int_eq(server_stop(&server), 0);
}
END_TEST

Suite *quirks_line_item_suite(void);
Suite *quirks_line_item_suite(void)
{
	Suite *suite = suite_create("quirks_line_item");
	TCase *tc = tcase_create("quirks_line_item");

	tcase_set_timeout(tc, 30);
	tcase_add_loop_test(tc, off, 0, ARRAY_SIZE(rows));
	tcase_add_loop_test(tc, on, 0, ARRAY_SIZE(rows));
	suite_add_tcase(suite, tc);
	return suite;
}
