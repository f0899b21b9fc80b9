/*
 * test_verify.c - expectations that hold, and what is said when they do not.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/jsonx.h"
#include "tests/quoted.h"
#include "tests/unit/journal/exchanges.h"

#define LINE_ITEM(title) "{\"lineItem\": {\"title\": \"" title "\", \"resultValueMax\": 10.0}}"
#define RESULT(line_item, score) \
	"{\"result\": {\"lineItem\": {\"sourcedId\": \"" line_item "\"}, \"score\": " score "}}"

/* clang-format off */
/* A sync of two lineItems; the first result is refused once. */
static const struct {
	const char *method, *target, *operation;
	int status;
	const char *body;
} story[] = {
	{ "POST", "/oauth2/token",            "token",             200, NULL },
	{ "GET",  ROOT "/categories",         "getAllCategories",  200, NULL },
	{ "PUT",  ROOT "/lineItems/li-1",     "putLineItem",       201, LINE_ITEM("One") },
	{ "PUT",  ROOT "/lineItems/li-2",     "putLineItem",       201, LINE_ITEM("Two") },
	{ "PUT",  ROOT "/results/r%2D1",      "putResult",         503, RESULT("li-1", "8") },
	{ "PUT",  ROOT "/results/r-1",        "putResult",         201, RESULT("li-1", "8") },
	{ "PUT",  ROOT "/results/r-2?x=1",    "putResult",         201, RESULT("li-2", "9.5") },
};

/* Each in quotes of its own: ' stands for ". */
static const struct {
	const char *request;
	const char *misses; /* pointers of the misses, "" when it holds */
	const char *why, *nearest; /* of the first miss: its text, and ids joined by blanks */
} cases[] = {
	{ "{'expect': []}", "", NULL, NULL },
	{ "{'expect': [{'operation': 'putLineItem'}]}", "", NULL, NULL },
	{ "{'expect': [{'method': 'put', 'operation': 'putLineItem', 'count': 2}]}", "", NULL, NULL },
	{ "{'expect': [{'operation': 'putLineItem', 'count': 3}]}", "/expect/0", "expected exactly 3, found 2", "7 6 5" },
	{ "{'expect': [{'operation': 'putLineItem', 'count': 1}]}", "/expect/0", "expected exactly 1, found 2", "4 3" },
	{ "{'expect': [{'operation': 'putLineItem', 'count': 0}]}", "/expect/0", "expected exactly 0, found 2", "4 3" },
	{ "{'expect': [{'operation': 'putCategory', 'count': 0}]}", "", NULL, NULL },
	{ "{'expect': [{'operation': 'putResult', 'at_least': 3}]}", "", NULL, NULL },
	{ "{'expect': [{'operation': 'putResult', 'at_least': 4}]}", "/expect/0", "expected at least 4, found 3", "4 3 2" },
	{ "{'expect': [{'operation': 'putResult', 'at_most': 2}]}", "/expect/0", "expected at most 2, found 3", "7 6 5" },
	{ "{'expect': [{'operation': 'putCategory', 'at_most': 2}]}", "", NULL, NULL },
	{ "{'expect': [{'operation': 'putResult', 'at_most': 2, 'at_least': 1}]}", "/expect/0", "expected 1 to 2, found 3", "7 6 5" },
	{ "{'expect': [{'operation': 'putResult', 'status': '2xx', 'count': 2}, {'status': 503, 'count': 1}]}", "", NULL, NULL },
	{ "{'expect': [{'path': '/results/r-*', 'count': 2}, {'path': '/lineItems', 'count': 2}]}", "", NULL, NULL },
	{ "{'expect': [{'client': 'canvas', 'count': 7}, {'client': 'other', 'count': 0}]}", "", NULL, NULL },
	{ "{'expect': [{'operation': 'putLineItem', 'body': {'/lineItem/title': 'Two'}, 'count': 1}]}", "", NULL, NULL },
	{ "{'expect': [{'body': {'/lineItem/resultValueMax': 10, '/lineItem/title': 'One'}, 'count': 1}]}", "", NULL, NULL },
	{ "{'expect': [{'operation': 'putResult', 'status': 201, 'body': {'/result/score': 8.0}, 'count': 1}]}", "", NULL, NULL },
	{ "{'expect': [{'operation': 'putResult', 'body': {'/result/comment': null}}]}", "/expect/0", "expected at least 1, found 0", "7 6 5" },
	{ "{'expect': [{'operation': 'putLineItem', 'body': {'/lineItem/title': 'Three'}}]}", "/expect/0", "expected at least 1, found 0", "4 3 7" },
	{ "{'expect': [{'method': 'PUT', 'operation': 'putResult', 'status': 200}]}", "/expect/0", "expected at least 1, found 0", "7 6 5" },
	{ "{'expect': [{'operation': 'putLineItem', 'status': 503}]}", "/expect/0", "expected at least 1, found 0", "4 3 5" },
	{ "{'expect': [{'method': 'PUT', 'operation': 'putResult', 'status': 503, 'path': '/lineItems'}]}", "/expect/0", "expected at least 1, found 0", "5 7 6" },

	{ "{'order': 'any', 'expect': [{'operation': 'putResult'}, {'operation': 'putLineItem'}]}", "", NULL, NULL },
	{ "{'order': 'strict', 'expect': [{'operation': 'token'}, {'operation': 'putLineItem', 'count': 2}, {'operation': 'putResult', 'count': 3}]}", "", NULL, NULL },
	{ "{'order': 'strict', 'expect': [{'operation': 'putResult'}, {'operation': 'putLineItem'}]}", "/expect/1", "exchange 3 is not after exchange 7, the last of /expect/0", "3" },
	{ "{'order': 'strict', 'expect': [{'method': 'PUT'}, {'operation': 'putResult'}]}", "/expect/1", "exchange 5 is not after exchange 7, the last of /expect/0", "5" },
	{ "{'order': 'strict', 'expect': [{'operation': 'putLineItem'}, {'operation': 'putCategory'}, {'operation': 'token'}]}", "/expect/1 /expect/2", "expected at least 1, found 0", "7 6 5" },
	{ "{'order': 'strict', 'expect': [{'operation': 'putLineItem'}, {'operation': 'putCategory', 'count': 0}, {'operation': 'putResult'}]}", "", NULL, NULL },

	{ "{'since': 3, 'expect': [{'operation': 'putLineItem', 'count': 1}]}", "", NULL, NULL },
	{ "{'since': '3', 'expect': [{'operation': 'putLineItem', 'count': 1}]}", "", NULL, NULL },
	{ "{'since': '2027-01-01', 'expect': [{'operation': 'putLineItem', 'count': 0}]}", "", NULL, NULL },

	{ "{'expect': [{'rule': 'lineItem_before_results'}, {'rule': 'one_put_per_result'}, {'rule': 'one_put_per_lineItem'}, {'rule': 'category_before_lineItems'}]}", "", NULL, NULL },
};

/* More of the story, and the rule that it breaks. */
static const struct {
	const char *rule;
	const char *method, *target, *operation;
	int status;
	const char *body;
	const char *why; /* NULL: none */
} breaches[] = {
	{ "one_put_per_result", "PUT", ROOT "/results/r-1", "putResult", 200, RESULT("li-1", "9"), "putResult of r-1 came again; exchange 6 was the first" },
	{ "one_put_per_result", "PUT", ROOT "/results/r%2D1/", "putResult", 200, RESULT("li-1", "9"), "putResult of r-1 came again; exchange 6 was the first" },
	{ "one_put_per_result", "PUT", ROOT "/results/r-1", "putResult", 422, RESULT("li-1", "9"), NULL },
	{ "one_put_per_result", "PUT", ROOT "/results/r-3", "putResult", 201, RESULT("li-1", "9"), NULL },
	{ "one_put_per_result", "PUT", ROOT "/lineItems/li-1", "putLineItem", 200, LINE_ITEM("One"), NULL },
	{ "one_put_per_lineItem", "PUT", ROOT "/lineItems/li-1", "putLineItem", 200, LINE_ITEM("One"), "putLineItem of li-1 came again; exchange 3 was the first" },
	/* a lineItem that is changed later was there before */
	{ "lineItem_before_results", "PUT", ROOT "/lineItems/li-1", "putLineItem", 200, LINE_ITEM("One"), NULL },
	/* one that the journal does not hold may have been */
	{ "lineItem_before_results", "PUT", ROOT "/results/r-3", "putResult", 201, RESULT("li-3", "9"), NULL },
	{ "lineItem_before_results", "PUT", ROOT "/results/r-3", "putResult", 201, "{\"result\": {", NULL },
};

/* [request, JSON pointer of the culprit] */
static const struct {
	const char *request, *pointer;
} bad[] = {
	{ "[]",                                                       "" },
	{ "{}",                                                       "/expect" },
	{ "{'expect': {}}",                                           "/expect" },
	{ "{'expect': [], 'orders': 'any'}",                          "/orders" },
	{ "{'expect': [], 'order': 'sorted'}",                        "/order" },
	{ "{'expect': [], 'order': 1}",                               "/order" },
	{ "{'expect': [], 'since': 'today'}",                         "/since" },
	{ "{'expect': [], 'since': -1}",                              "/since" },
	{ "{'expect': [], 'since': null}",                            "/since" },
	{ "{'expect': [7]}",                                          "/expect/0" },
	{ "{'expect': [{}]}",                                         "/expect/0" },
	{ "{'expect': [{'method': 'PUT'}, {'methods': 'PUT'}]}",      "/expect/1/methods" },
	{ "{'expect': [{'a/b': 1}]}",                                 "/expect/0/a~1b" },
	{ "{'expect': [{'method': 1}]}",                              "/expect/0/method" },
	{ "{'expect': [{'operation': 'putLineitem'}]}",               "/expect/0/operation" },
	{ "{'expect': [{'operation': null}]}",                        "/expect/0/operation" },
	{ "{'expect': [{'status': '6xx'}]}",                          "/expect/0/status" },
	{ "{'expect': [{'status': 20}]}",                             "/expect/0/status" },
	{ "{'expect': [{'status': 200.5}]}",                          "/expect/0/status" },
	{ "{'expect': [{'path': 7}]}",                                "/expect/0/path" },
	{ "{'expect': [{'client': []}]}",                             "/expect/0/client" },
	{ "{'expect': [{'body': []}]}",                               "/expect/0/body" },
	{ "{'expect': [{'body': {'title': 1}}]}",                     "/expect/0/body" },
	{ "{'expect': [{'method': 'PUT', 'count': -1}]}",             "/expect/0/count" },
	{ "{'expect': [{'method': 'PUT', 'count': '2'}]}",            "/expect/0/count" },
	{ "{'expect': [{'method': 'PUT', 'count': 1.5}]}",            "/expect/0/count" },
	{ "{'expect': [{'method': 'PUT', 'count': 1, 'at_most': 2}]}", "/expect/0" },
	{ "{'expect': [{'method': 'PUT', 'at_least': 3, 'at_most': 2}]}", "/expect/0" },
	{ "{'expect': [{'rule': 'be_nice'}]}",                        "/expect/0/rule" },
	{ "{'expect': [{'rule': 7}]}",                                "/expect/0/rule" },
	{ "{'expect': [{'rule': 'one_put_per_result', 'count': 1}]}", "/expect/0" },
};
/* clang-format on */

static struct journal *journal;

static void tell_story(void)
{
	journal = journal_new(100, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(story); i++)
		add_exchange(journal, story[i].method, story[i].target, story[i].operation,
			     story[i].status, story[i].body);
}

static void forget_story(void)
{
	journal_free(journal);
}

/* What is said of the request. Returns (json_decref). */
static json_t *verify(const char *request)
{
	json_t *json = json_quoted(request), *answer;
	struct str text = STR_INIT;
	struct err err = ERR_INIT;
	struct jsonw w;

	jsonw_init(&w, &text, 0);
	ck_assert_msg(journal_verify(journal, json, &w, &err), "%s: %s", request, err.text);
	answer = jsonx_load(str_text(&text), text.length, &err);
	ck_assert_msg(answer != NULL, "%s: %s", err.text, str_text(&text));
	str_release(&text);
	json_decref(json);
	return answer;
}

START_TEST(judges)
{
	json_t *answer = verify(cases[_i].request);
	const json_t *misses = json_object_get(answer, "misses"), *item;
	const json_t *first = json_array_get(misses, 0);
	struct str text = STR_INIT;
	size_t i;

	json_array_foreach (misses, i, item)
		str_format(&text, "%s%s", i ? " " : "", jsonx_text(item, "pointer"));
	ck_assert_msg(strcmp(str_text(&text), cases[_i].misses) == 0, "%s: %s", cases[_i].request,
		      json_dumps(answer, 0));
	ck_assert(jsonx_true(answer, "holds") == !*cases[_i].misses);
	if (first) {
		ck_assert_msg(same_text(jsonx_text(first, "why"), cases[_i].why), "%s: %s",
			      cases[_i].request, jsonx_text(first, "why"));
		str_clear(&text);
		json_array_foreach (json_object_get(first, "nearest"), i, item)
			str_format(&text, "%s%lld", i ? " " : "", (long long)jsonx_int(item, "id"));
		ck_assert_msg(strcmp(str_text(&text), cases[_i].nearest) == 0, "%s: nearest %s",
			      cases[_i].request, str_text(&text));
	}
	str_release(&text);
	json_decref(answer);
}
END_TEST

/* A miss repeats what was expected and names each member that differs. */
START_TEST(explains)
{
	json_t *answer = verify("{'expect': [{'operation': 'putResult', 'status': 503, 'path': "
				"'*/r-2', 'body': {'/result/score': 9, '/result/comment': 'x'}}]}");
	json_t *expected = json_quoted(
		"{'holds': false, 'exchanges': 7, 'misses': [{'pointer': '/expect/0', 'expected': "
		"{'operation': 'putResult', 'status': 503, 'path': '*/r-2', 'body': "
		"{'/result/score': 9, '/result/comment': 'x'}}, 'found': 0, 'why': 'expected at "
		"least 1, found 0', 'nearest': [{'id': 7, 'method': 'PUT', 'target': '" ROOT
		"/results/r-2?x=1', 'operation': 'putResult', 'status': 201, 'client': 'canvas', "
		"'refusal': null, 'differs': [{'member': 'status', 'expected': 503, 'found': 201}, "
		"{'member': 'body/result/score', 'expected': 9, 'found': 9.5}, {'member': "
		"'body/result/comment', 'expected': 'x', 'found': null}]}]}]}");
	json_t *nearest = json_object_get(json_array_get(json_object_get(answer, "misses"), 0),
					  "nearest");

	while (json_array_size(nearest) > 1)
		json_array_remove(nearest, 1);
	ck_assert_msg(json_equal(answer, expected), "%s", json_dumps(answer, 0));
	json_decref(expected);
	json_decref(answer);
}
END_TEST

START_TEST(keeps_rules)
{
	char *request = xformat("{'expect': [{'rule': '%s'}]}", breaches[_i].rule);
	json_t *answer;
	const json_t *miss;

	add_exchange(journal, breaches[_i].method, breaches[_i].target, breaches[_i].operation,
		     breaches[_i].status, breaches[_i].body);
	answer = verify(request);
	miss = json_array_get(json_object_get(answer, "misses"), 0);
	ck_assert_msg(same_text(jsonx_text(miss, "why"), breaches[_i].why), "%s: %s", request,
		      json_dumps(answer, 0));
	if (breaches[_i].why)
		ck_assert_int_eq(
			jsonx_int(json_array_get(json_object_get(miss, "nearest"), 0), "id"),
			ARRAY_SIZE(story) + 1);
	json_decref(answer);
	free(request);
}
END_TEST

/* A lineItem that comes when its results are there. */
START_TEST(sees_a_late_line_item)
{
	json_t *answer;

	add_exchange(journal, "PUT", ROOT "/results/r-3", "putResult", 201, RESULT("li-3", "1"));
	add_exchange(journal, "PUT", ROOT "/results/r-4", "putResult", 201, RESULT("li-3", "1"));
	add_exchange(journal, "PUT", ROOT "/lineItems/li-3", "putLineItem", 201, LINE_ITEM("T"));
	add_exchange(journal, "PUT", ROOT "/results/r-5", "putResult", 201, RESULT("li-3", "1"));
	add_exchange(journal, "PUT", ROOT "/lineItems/li-3", "putLineItem", 200, LINE_ITEM("T"));
	answer = verify("{'expect': [{'rule': 'lineItem_before_results'}]}");

	const json_t *miss = json_array_get(json_object_get(answer, "misses"), 0);

	ck_assert_str_eq(jsonx_text(miss, "why"),
			 "putLineItem of li-3 came after the putResult of exchange 8, which refers "
			 "to it");
	ck_assert_int_eq(jsonx_int(miss, "found"), 1);
	json_decref(answer);
}
END_TEST

START_TEST(points_at_what_is_wrong)
{
	json_t *json = json_quoted(bad[_i].request);
	struct str text = STR_INIT;
	struct err err = ERR_INIT;
	struct jsonw w;

	jsonw_init(&w, &text, 0);
	ck_assert_msg(!journal_verify(journal, json, &w, &err), "%s", bad[_i].request);
	ck_assert_msg(err.code == ERR_INVALID && strcmp(err.pointer, bad[_i].pointer) == 0,
		      "%s: %s: %s", bad[_i].request, err.pointer, err.text);
	ck_assert_uint_eq(text.length, 0);
	json_decref(json);
}
END_TEST

START_TEST(many_expectations_have_a_limit)
{
	json_t *json = json_pack("{s[]}", "expect");
	json_t *list = json_object_get(json, "expect");
	struct str text = STR_INIT;
	struct err err = ERR_INIT;
	struct jsonw w;

	for (int i = 0; i < 101; i++)
		json_array_append_new(list, json_pack("{ss}", "method", "PUT"));
	jsonw_init(&w, &text, 0);
	ck_assert(!journal_verify(journal, json, &w, &err));
	ck_assert_str_eq(err.pointer, "/expect");
	json_decref(json);
}
END_TEST

/* The control API does nothing else meanwhile: a body is parsed once, whoever asks for it.
 * Once for each expectation, this took half a minute. */
START_TEST(many_expectations_of_bodies_are_quick)
{
	struct journal *many = journal_new(3000, NULL);
	json_t *json = json_pack("{s[]}", "expect"), *list = json_object_get(json, "expect");
	struct journal_exchange exchange = { .method = "PUT", .target = "/x", .status = 200 };
	struct str body = STR_INIT, text = STR_INIT;
	struct err err = ERR_INIT;
	struct jsonw w;

	str_add(&body, "{\"n\": 7");
	for (int i = 0; i < 150; i++)
		str_format(&body, ", \"member %d\": \"text\"", i);
	str_add(&body, "}");
	exchange.request.body = str_text(&body);
	exchange.request.length = body.length;
	for (int i = 0; i < 3000; i++)
		journal_add(many, &exchange);
	for (int i = 0; i < 100; i++)
		json_array_append_new(
			list, json_pack("{s{si}si}", "body", "/n", i, "count", i == 7 ? 3000 : 0));

	clock_t began = clock();

	jsonw_init(&w, &text, 0);
	ck_assert_msg(journal_verify(many, json, &w, &err), "%s", err.text);
	ck_assert_msg((clock() - began) / CLOCKS_PER_SEC < 3, "%ld s",
		      (long)((clock() - began) / CLOCKS_PER_SEC));
	ck_assert_msg(starts_with(str_text(&text), "{\"holds\":true"), "%.200s", str_text(&text));
	str_release(&body);
	str_release(&text);
	json_decref(json);
	journal_free(many);
}
END_TEST

Suite *verify_suite(void);
Suite *verify_suite(void)
{
	Suite *suite = suite_create("journal/verify");
	TCase *tc = tcase_create("all");

	tcase_add_checked_fixture(tc, tell_story, forget_story);
	tcase_add_loop_test(tc, judges, 0, ARRAY_SIZE(cases));
	tcase_add_test(tc, explains);
	tcase_add_loop_test(tc, keeps_rules, 0, ARRAY_SIZE(breaches));
	tcase_add_test(tc, sees_a_late_line_item);
	tcase_add_loop_test(tc, points_at_what_is_wrong, 0, ARRAY_SIZE(bad));
	tcase_add_test(tc, many_expectations_have_a_limit);
	tcase_add_test(tc, many_expectations_of_bodies_are_quick);
	suite_add_tcase(suite, tc);
	return suite;
}
