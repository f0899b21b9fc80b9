/*
 * test_switches.c - every switch of a profile, on and off, at its seam.
 *
 * gp-q1 is closed in the demo district's sis-state.json; cat-projects has no
 * default grade scale, cat-homework has one, the others say nothing.
 */
#include <check.h>

#include "base/jsonx.h"
#include "base/when.h"
#include "tests/unit/api/client.h"
#include "tests/unit/helpers.h"

#define TEN "\xc5\xbb\xc3\xb3\xc5\x82w \xf0\x9f\x8e\x93 abc" /* ten characters in 17 bytes */

#define ITEM(title, more)                     \
	"{\"lineItem\": {\"title\": \"" title \
	"\", \"class\": {\"sourcedId\": \"class-bio-1\"}" more "}}"
#define DUE(time) ", \"dueDate\": \"" time "\""
#define REF(name, id) ", \"" name "\": {\"sourcedId\": \"" id "\"}"
#define RESULT(more)                                                          \
	"{\"result\": {\"lineItem\": {\"sourcedId\": \"l-0\"}, \"student\": " \
	"{\"sourcedId\": \"student-005\"}, \"score\": 1" more "}}"

/* clang-format off */
/* A PUT under a profile; what was stored is read again. */
static const struct {
	const char *name, *quirks, *rest, *target, *body;
	int status;
	const char *says; /* in the refusal, or in the stored object */
} writes[] = {
	/* title.max, title.overflow */
	{ "no limit",               "",                     "", V1 "/lineItems/l-1", ITEM(TEN TEN TEN TEN TEN TEN, ""), 201, TEN TEN TEN },
	{ "a title at the limit",   "\"title.max\": 10",    "", V1 "/lineItems/l-1", ITEM(TEN, ""), 201, "\"title\":\"" TEN "\"" },
	{ "a title over it",        "\"title.max\": 10",    "", V1 "/lineItems/l-1", ITEM(TEN "x", ""), 400, "title has more than 10 characters: " TEN "x" },
	{ "reject by name",         "\"title.max\": 10, \"title.overflow\": \"reject\"", "", V1 "/lineItems/l-1", ITEM(TEN "x", ""), 400, "10" },
	{ "truncate",               "\"title.max\": 10, \"title.overflow\": \"truncate\"", "", V1 "/lineItems/l-1", ITEM(TEN "xyz", ""), 201, "\"title\":\"" TEN "\"" },
	{ "truncate within",        "\"title.max\": 6, \"title.overflow\": \"truncate\"", "", V1 "/lineItems/l-1", ITEM(TEN, ""), 201, "\"title\":\"\xc5\xbb\xc3\xb3\xc5\x82w \xf0\x9f\x8e\x93\"" },
	{ "accept",                 "\"title.max\": 10, \"title.overflow\": \"accept\"", "", V1 "/lineItems/l-1", ITEM(TEN "x", ""), 201, TEN "x" },
	{ "a category has no limit", "\"title.max\": 1",    "", V1 "/categories/c-1", "{\"category\": {\"title\": \"Long\"}}", 201, "Long" },
	{ "the profile's words",    "\"title.max\": 10",    "\"errors\": {\"title_too_long\": {\"status\": 422, \"minor\": \"x\", \"text\": \"{class}: {title} ({max})\"}}",
	                                                        V1 "/lineItems/l-1", ITEM(TEN "x", ""), 422, "class-bio-1: " TEN "x (10)" },
	/* due_date.required */
	{ "no due date",            "",                            "", V1 "/lineItems/l-1", ITEM("T", ""), 201, "\"T\"" },
	{ "a due date missing",     "\"due_date.required\": true", "", V1 "/lineItems/l-1", ITEM("T", ""), 400, "dueDate is required: T" },
	{ "a due date null",        "\"due_date.required\": true", "", V1 "/lineItems/l-1", ITEM("T", ", \"dueDate\": null"), 400, "dueDate is required: T" },
	{ "a due date there",       "\"due_date.required\": true", "", V1 "/lineItems/l-1", ITEM("T", DUE("2030-01-01T00:00:00Z")), 201, "2030-01-01T00:00:00.000Z" },
	/* due_date.in_open_period: gp-q1 is closed and ends on 2026-10-17, exclusively */
	{ "any date",               "",                                  "", V1 "/lineItems/l-1", ITEM("T", DUE("2026-09-01T12:00:00Z")), 201, "2026-09-01" },
	{ "in a closed period",     "\"due_date.in_open_period\": true", "", V1 "/lineItems/l-1", ITEM("T", DUE("2026-09-01T12:00:00Z")), 400, "dueDate 2026-09-01T12:00:00.000Z is not in an open grading period: T" },
	{ "on its last day",        "\"due_date.in_open_period\": true", "", V1 "/lineItems/l-1", ITEM("T", DUE("2026-10-16T23:59:59Z")), 400, "2026-10-16" },
	{ "on the first open day",  "\"due_date.in_open_period\": true", "", V1 "/lineItems/l-1", ITEM("T", DUE("2026-10-17T00:00:00Z")), 201, "2026-10-17" },
	{ "between periods",        "\"due_date.in_open_period\": true", "", V1 "/lineItems/l-1", ITEM("T", DUE("2026-12-25T00:00:00Z")), 400, "2026-12-25" },
	{ "on the last day of all", "\"due_date.in_open_period\": true", "", V1 "/lineItems/l-1", ITEM("T", DUE("2027-06-11T23:59:00Z")), 201, "2027-06-11" },
	{ "on the end date",        "\"due_date.in_open_period\": true", "", V1 "/lineItems/l-1", ITEM("T", DUE("2027-06-12T00:00:00Z")), 400, "2027-06-12" },
	{ "without a date",         "\"due_date.in_open_period\": true", "", V1 "/lineItems/l-1", ITEM("T", ""), 201, "\"T\"" },
	{ "23:59 in New York",      "\"due_date.in_open_period\": true", "\"timezone\": \"America/New_York\"", V1 "/lineItems/l-1", ITEM("T", DUE("2026-12-19T04:59:00Z")), 201, "2026-12-19T04:59" },
	{ "the same in UTC",        "\"due_date.in_open_period\": true", "", V1 "/lineItems/l-1", ITEM("T", DUE("2026-12-19T04:59:00Z")), 400, "2026-12-19" },
	{ "23:59 of the closed one", "\"due_date.in_open_period\": true", "\"timezone\": \"America/New_York\"", V1 "/lineItems/l-1", ITEM("T", DUE("2026-10-17T03:59:00Z")), 400, "2026-10-17" },
	/* grading_period.derive */
	{ "derived",                "",                                "", V1 "/lineItems/l-1", ITEM("T", DUE("2026-11-16T17:00:00Z")), 201, "academicSessions/gp-q2\"" },
	{ "derived, though closed", "",                                "", V1 "/lineItems/l-1", ITEM("T", DUE("2026-09-01T17:00:00Z")), 201, "academicSessions/gp-q1\"" },
	{ "given",                  "",                                "", V1 "/lineItems/l-1", ITEM("T", DUE("2026-11-16T17:00:00Z") REF("gradingPeriod", "gp-q4")), 201, "academicSessions/gp-q4\"" },
	{ "null is absent",         "",                                "", V1 "/lineItems/l-1", ITEM("T", DUE("2026-11-16T17:00:00Z") ", \"gradingPeriod\": null"), 201, "gp-q2" },
	{ "not derived",            "\"grading_period.derive\": false", "", V1 "/lineItems/l-1", ITEM("T", DUE("2026-11-16T17:00:00Z")), 201, "!gradingPeriod" },
	{ "nothing to derive from", "",                                "", V1 "/lineItems/l-1", ITEM("T", ""), 201, "!gradingPeriod" },
	{ "in no period",           "",                                "", V1 "/lineItems/l-1", ITEM("T", DUE("2030-01-01T00:00:00Z")), 201, "!gradingPeriod" },
	/* gradescale.default_required */
	{ "no scale, no matter",    "",                                      "", V1 "/lineItems/l-1", ITEM("T", REF("category", "cat-projects")), 201, "cat-projects" },
	{ "no scale",               "\"gradescale.default_required\": true", "", V1 "/lineItems/l-1", ITEM("T", REF("category", "cat-projects")), 400, "category cat-projects has no default grade scale" },
	{ "a scale",                "\"gradescale.default_required\": true", "", V1 "/lineItems/l-1", ITEM("T", REF("category", "cat-homework")), 201, "cat-homework" },
	{ "absent is healthy",      "\"gradescale.default_required\": true", "", V1 "/lineItems/l-1", ITEM("T", REF("category", "cat-tests")), 201, "cat-tests" },
	{ "no category",            "\"gradescale.default_required\": true", "", V1 "/lineItems/l-1", ITEM("T", ""), 201, "\"T\"" },
	/* categories of a class */
	{ "its own category",       "", "", V1 "/lineItems/l-1", ITEM("T", REF("category", "cat-bio1-labs")), 201, "cat-bio1-labs" },
	{ "that of another class",  "", "", V1 "/lineItems/l-1", ITEM("T", REF("category", "cat-bio2-labs")), 400, "category cat-bio2-labs does not belong to class class-bio-1" },
	/* comment.max, comment.overflow */
	{ "any comment",            "",                       "", V1 "/results/r-1", RESULT(", \"comment\": \"" TEN TEN "\""), 201, TEN TEN },
	{ "a comment at the limit", "\"comment.max\": 10",    "", V1 "/results/r-1", RESULT(", \"comment\": \"" TEN "\""), 201, TEN },
	{ "a comment over it",      "\"comment.max\": 10",    "", V1 "/results/r-1", RESULT(", \"comment\": \"" TEN "x\""), 400, "comment has more than 10 characters" },
	{ "a comment cut",          "\"comment.max\": 10, \"comment.overflow\": \"truncate\"", "", V1 "/results/r-1", RESULT(", \"comment\": \"" TEN "x\""), 201, "\"comment\":\"" TEN "\"" },
	{ "no comment",             "\"comment.max\": 10",    "", V1 "/results/r-1", RESULT(""), 201, "!comment" },
	/* reference.check */
	{ "known: a class",         "",                               "", V1 "/lineItems/l-1", "{\"lineItem\": {\"title\": \"T\", \"class\": {\"sourcedId\": \"x\"}}}", 400, "class x is not known" },
	{ "known: a category",      "",                               "", V1 "/lineItems/l-1", ITEM("T", REF("category", "x")), 201, "\"x\"" },
	{ "strict: a category",     "\"reference.check\": \"strict\"", "", V1 "/lineItems/l-1", ITEM("T", REF("category", "x")), 400, "category x is not known" },
	{ "strict: a period",       "\"reference.check\": \"strict\"", "", V1 "/lineItems/l-1", ITEM("T", REF("gradingPeriod", "x")), 400, "gradingPeriod x is not known" },
	{ "strict: all is there",   "\"reference.check\": \"strict\"", "", V1 "/lineItems/l-1", ITEM("T", REF("category", "cat-tests") REF("gradingPeriod", "gp-q2")), 201, "gp-q2" },
	{ "none: a class",          "\"reference.check\": \"none\"",  "", V1 "/lineItems/l-1", "{\"lineItem\": {\"title\": \"T\", \"class\": {\"sourcedId\": \"x\"}}}", 201, "classes/x\"" },
	{ "none: another's category", "\"reference.check\": \"none\"", "", V1 "/lineItems/l-1", ITEM("T", REF("category", "cat-bio2-labs")), 201, "cat-bio2-labs" },
	{ "known: a lineItem",      "",                               "", V1 "/results/r-1", "{\"result\": {\"lineItem\": {\"sourcedId\": \"x\"}, \"student\": {\"sourcedId\": \"student-005\"}}}", 400, "lineItem x is not known" },
	{ "known: a student",       "",                               "", V1 "/results/r-1", "{\"result\": {\"lineItem\": {\"sourcedId\": \"l-0\"}, \"student\": {\"sourcedId\": \"x\"}}}", 400, "student x is not known" },
	{ "none: a lineItem",       "\"reference.check\": \"none\"",  "", V1 "/results/r-1", "{\"result\": {\"lineItem\": {\"sourcedId\": \"x\"}, \"student\": {\"sourcedId\": \"y\"}}}", 201, "lineItems/x\"" },
};

/* A GET under a profile. */
static const struct {
	const char *name, *quirks, *rest, *method, *target;
	int status, rows; /* rows: -1, not counted */
	const char *key;
} reads[] = {
	{ "limit.default",          "\"limit.default\": 7",   "", "GET", V1 "/users", 200, 7, "users" },
	{ "the client's own",       "\"limit.default\": 7",   "", "GET", V1 "/users?limit=9", 200, 9, "users" },
	{ "limit.default is 100",   "",                       "", "GET", V1 "/users", 200, 100, "users" },
	{ "limit.max",              "\"limit.max\": 8",       "", "GET", V1 "/users?limit=5000", 200, 8, "users" },
	{ "limit.max, default",     "\"limit.max\": 8",       "", "GET", V1 "/users", 200, 8, "users" },
	{ "no limit.max",           "",                       "", "GET", V1 "/users?limit=5000", 200, 108, "users" },
	{ "categories of a class",  "",                       "", "GET", V1 "/classes/class-bio-1/categories", 200, 5, "categories" },
	{ "not at this SIS",        "\"category.class_endpoint\": false", "", "GET", V1 "/classes/class-bio-1/categories", 404, -1, NULL },
	{ "nor any other method",   "\"category.class_endpoint\": false", "", "PUT", V1 "/classes/class-bio-1/categories", 404, -1, NULL },
	{ "nor OPTIONS",            "\"category.class_endpoint\": false", "", "OPTIONS", V1 "/classes/class-bio-1/categories", 404, -1, NULL },
	{ "filter by class",        "",                       "", "GET", V1 "/categories?filter=metadata.classId='class-bio-1'", 200, 1, "categories" },
	{ "no filter by class",     "\"category.filter_supported\": false", "", "GET", V1 "/categories?filter=metadata.classId='class-bio-1'", 400, -1, NULL },
	{ "but other filters",      "\"category.filter_supported\": false", "", "GET", V1 "/categories?filter=title='Labs'", 200, 2, "categories" },
	{ "routes.hide",            "", "\"routes\": {\"hide\": [\"getAllTerms\"]}", "GET", V1 "/terms", 404, -1, NULL },
	{ "and nothing else",       "", "\"routes\": {\"hide\": [\"getAllTerms\"]}", "GET", V1 "/terms/term-fall", 200, -1, NULL },
};
/* clang-format on */

static struct provider provider;

START_TEST(writes_obey_the_switches)
{
	struct answer answer;
	const char *says = writes[_i].says;

	provider_open(&provider, writes[_i].quirks, writes[_i].rest);
	put_row(provider.sandbox->store, &ENTITY_LINE_ITEMS,
		"{\"sourcedId\": \"l-0\", \"title\": \"Old\", \"class\": {\"sourcedId\": "
		"\"class-bio-1\"}}");
	answer = ask(&provider, "PUT", writes[_i].target, writes[_i].body);
	ck_assert_msg(answer.status == writes[_i].status, "%s: %d %s", writes[_i].name,
		      answer.status, answer.text);
	if (answer.status >= 400) {
		ck_assert_msg(strstr(answer.description, says) != NULL, "%s: %s", writes[_i].name,
			      answer.description);
		answer_free(&answer);
		ck_assert_int_eq(ask_status(&provider, "GET", writes[_i].target, NULL), 404);
	} else {
		answer_free(&answer);
		answer = ask(&provider, "GET", writes[_i].target, NULL);
		ck_assert_msg((strstr(answer.text, says + (*says == '!')) != NULL) ==
				      (*says != '!'),
			      "%s: stored is %s", writes[_i].name, answer.text);
		answer_free(&answer);
	}
	provider_close(&provider);
}
END_TEST

START_TEST(reads_obey_the_switches)
{
	struct answer answer;

	provider_open(&provider, reads[_i].quirks, reads[_i].rest);
	answer = ask(&provider, reads[_i].method, reads[_i].target, NULL);
	ck_assert_msg(answer.status == reads[_i].status, "%s: %d %s", reads[_i].name, answer.status,
		      answer.allow ? answer.allow : "");
	if (reads[_i].rows >= 0)
		ck_assert_msg((int)json_array_size(json_object_get(answer.json, reads[_i].key)) ==
				      reads[_i].rows,
			      "%s: %s", reads[_i].name, answer.text);
	answer_free(&answer);
	provider_close(&provider);
}
END_TEST

/* A hidden operation is not offered beside others of the same path either. */
START_TEST(a_hidden_method_is_not_allowed)
{
	struct answer answer;

	provider_open(&provider, "", "\"routes\": {\"hide\": [\"deleteResult\"]}");
	answer = ask(&provider, "OPTIONS", V1 "/results/r-1", NULL);
	ck_assert_msg(!strstr(answer.allow, "DELETE"), "%s", answer.allow);
	answer_free(&answer);
	ck_assert_int_ge(ask_status(&provider, "DELETE", V1 "/results/r-1", NULL), 404);
	provider_close(&provider);
}
END_TEST

static const struct {
	const char *mode, *body;
	bool allocated;
} modes[] = {
	{ "server", ITEM("T", ", \"sourcedId\": \"l-1\""), true },
	{ "server", ITEM("T", ""), true },
	{ "either", ITEM("T", ""), true },
	{ "either", ITEM("T", ", \"sourcedId\": \"l-1\""), false },
	{ "client", ITEM("T", ""), false },
};

/* sourcedid.mode: who allocates; asking again for the same URL makes no second one. */
START_TEST(ids_are_allocated)
{
	char *quirks = xformat("\"sourcedid.mode\": \"%s\"", modes[_i].mode), *id;
	struct answer answer;

	provider_open(&provider, quirks, "");
	answer = ask(&provider, "PUT", V1 "/lineItems/l-1", modes[_i].body);
	ck_assert_int_eq(answer.status, 201);
	if (modes[_i].allocated) {
		id = xstrdup(jsonx_text(json_object_get(answer.json, "lineItem"), "sourcedId"));
		ck_assert_msg(id && strcmp(id, "l-1") != 0, "%s: %s", modes[_i].mode, answer.text);
	} else {
		id = xstrdup("l-1");
		ck_assert_msg(!*answer.text, "%s: %s", modes[_i].mode, answer.text);
	}
	answer_free(&answer);

	ck_assert_int_eq(ask_status(&provider, "PUT", V1 "/lineItems/l-1", modes[_i].body), 200);
	answer = ask(&provider, "GET", V1 "/lineItems", NULL);
	ck_assert_str_eq(answer.total, "1");
	answer_free(&answer);

	char *target = xformat(V1 "/lineItems/%s", id);

	ck_assert_int_eq(ask_status(&provider, "GET", target, NULL), 200);
	ck_assert_int_eq(ask_status(&provider, "PUT", target, ITEM("T", "")), 200);
	answer = ask(&provider, "GET", V1 "/lineItems", NULL);
	ck_assert_str_eq(answer.total, "1"); /* the client came back with the id it was given */
	answer_free(&answer);
	free(target);
	free(id);
	free(quirks);
	provider_close(&provider);
}
END_TEST

/* What a PUT may do at all: the status of a new object, of one that is there, and of an
 * id that an object of another kind has. */
static const struct {
	const char *quirks;
	int created, replaced, taken;
	const char *title, *says; /* stored in the end; of the first refusal, NULL: none */
} attempts[] = {
	{ "", 201, 200, 201, "New", NULL },
	{ "\"put.creates\": false", 404, 200, 404, "New", "lineItem l-1 is not known" },
	{ "\"put.creates\": false, \"sourcedid.mode\": \"either\"", 404, 200, 404, "New",
	  "is not known" },
	{ "\"put.stores\": false", 200, 200, 200, "Old", NULL },
	{ "\"put.stores\": false, \"put.replace_status\": 201", 200, 200, 200, "Old", NULL },
	{ "\"put.stores\": false, \"title.max\": 2", 400, 400, 400, "Old", "title has more" },
	{ "\"sourcedid.global_unique\": true", 201, 200, 400, "New",
	  "sourcedId teacher-01 is in use for another kind of object: user" },
};

START_TEST(puts_obey_the_switches)
{
	static const char *const ids[] = { "l-1", "l-0", "teacher-01" };
	const int statuses[] = { attempts[_i].created, attempts[_i].replaced, attempts[_i].taken };
	const char *says = attempts[_i].says;
	struct answer answer;

	provider_open(&provider, attempts[_i].quirks, "");
	put_row(provider.sandbox->store, &ENTITY_LINE_ITEMS,
		"{\"sourcedId\": \"l-0\", \"title\": \"Old\", \"class\": {\"sourcedId\": "
		"\"class-bio-1\"}}");
	for (size_t i = 0; i < ARRAY_SIZE(ids); i++) {
		char *target = xformat(V1 "/lineItems/%s", ids[i]);
		char *body = xformat("{\"lineItem\": {\"sourcedId\": \"%s\", \"title\": \"New\", "
				     "\"class\": {\"sourcedId\": \"class-bio-1\"}}}",
				     ids[i]);
		bool stored = statuses[i] == 201 || i == 1;

		answer = ask(&provider, "PUT", target, body);
		ck_assert_msg(answer.status == statuses[i], "%s, %s: %d %s", attempts[_i].quirks,
			      ids[i], answer.status, answer.text);
		if (answer.status >= 400 && says) {
			ck_assert_msg(strstr(answer.description, says) != NULL, "%s",
				      answer.description);
			says = NULL;
		}
		answer_free(&answer);
		ck_assert_msg(ask_status(&provider, "GET", target, NULL) == (stored ? 200 : 404),
			      "%s: %s", attempts[_i].quirks, ids[i]);
		free(body);
		free(target);
	}
	ck_assert_msg(!says, "%s: nothing says %s", attempts[_i].quirks, says);
	answer = ask(&provider, "GET", V1 "/lineItems/l-0", NULL);
	ck_assert_str_eq(jsonx_text(json_object_get(answer.json, "lineItem"), "title"),
			 attempts[_i].title);
	answer_free(&answer);
	provider_close(&provider);
}
END_TEST

static const struct {
	const char *quirks;
	int64_t offset_s;
	int status;
} windows[] = {
	{ "\"oauth1.past_s\": 60, \"oauth1.future_s\": 30", -50, 200 },
	{ "\"oauth1.past_s\": 60, \"oauth1.future_s\": 30", -70, 401 },
	{ "\"oauth1.past_s\": 60, \"oauth1.future_s\": 30", 20, 200 },
	{ "\"oauth1.past_s\": 60, \"oauth1.future_s\": 30", 40, 401 },
	{ "\"oauth1.past_s\": 4000", -3000, 200 },
	{ "", -500, 200 },
	{ "", -700, 401 },
	{ "\"auth.modes\": [\"oauth2\"]", 0, 401 },
	{ "\"auth.modes\": [\"oauth1\"]", 0, 200 },
};

/* Real time rules OAuth 1.0a, whatever the sandbox's clock says. */
START_TEST(signatures_have_a_window)
{
	struct request signer;

	provider_open(&provider, windows[_i].quirks, "");
	provider.sandbox->auth.open = false;
	provider.sandbox->clock.offset = -400 * WHEN_DAY;
	request_make(&signer, "GET", V1 "/orgs");
	provider.authorization = oauth1_sign(&signer, "canvas", "s3cret", "n",
					     when_now() / 1000 + windows[_i].offset_s);
	ck_assert_msg(ask_status(&provider, "GET", V1 "/orgs", NULL) == windows[_i].status,
		      "%s: %lld s", windows[_i].quirks, (long long)windows[_i].offset_s);
	request_free(&signer);
	provider_close(&provider);
}
END_TEST

/* auth.token_ttl_s counts on the sandbox's clock. */
START_TEST(tokens_have_a_life)
{
	struct answer answer;
	char *authorization;

	provider_open(&provider, "\"auth.token_ttl_s\": 120", "");
	provider.sandbox->auth.open = false;
	answer = ask(&provider, "POST", "/oauth2/token?client_id=canvas&client_secret=s3cret",
		     NULL);
	ck_assert_int_eq(jsonx_int(answer.json, "expires_in"), 120);
	authorization = xformat("Bearer %s", jsonx_text(answer.json, "access_token"));
	answer_free(&answer);
	provider.authorization = authorization;
	ck_assert_int_eq(ask_status(&provider, "GET", V1 "/orgs", NULL), 200);
	provider.sandbox->clock.offset = 100 * 1000;
	ck_assert_int_eq(ask_status(&provider, "GET", V1 "/orgs", NULL), 200);
	provider.sandbox->clock.offset = 121 * 1000;
	answer = ask(&provider, "GET", V1 "/orgs", NULL);
	ck_assert_int_eq(answer.status, 401);
	ck_assert_str_eq(answer.description, "the access token has expired");
	answer_free(&answer);
	free(authorization);
	provider_close(&provider);
}
END_TEST

Suite *switches_suite(void);
Suite *switches_suite(void)
{
	Suite *suite = suite_create("api/switches");
	TCase *tc = tcase_create("switches");

	tcase_add_loop_test(tc, writes_obey_the_switches, 0, ARRAY_SIZE(writes));
	tcase_add_loop_test(tc, reads_obey_the_switches, 0, ARRAY_SIZE(reads));
	tcase_add_test(tc, a_hidden_method_is_not_allowed);
	tcase_add_loop_test(tc, puts_obey_the_switches, 0, ARRAY_SIZE(attempts));
	tcase_add_loop_test(tc, ids_are_allocated, 0, ARRAY_SIZE(modes));
	tcase_add_loop_test(tc, signatures_have_a_window, 0, ARRAY_SIZE(windows));
	tcase_add_test(tc, tokens_have_a_life);
	suite_add_tcase(suite, tc);
	return suite;
}
