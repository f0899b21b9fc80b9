/*
 * test_bodies.c - what is written in both versions: wrong bodies, whole replacement, odd
 * ids, and POST, which is all or nothing.
 */
#include <check.h>

#include "base/jsonx.h"
#include "base/url.h"
#include "tests/unit/api/client.h"
#include "tests/unit/helpers.h"

#define CLASS "\"class\": {\"sourcedId\": \"class-bio-1\"}"
#define ITEM(more) "{\"lineItem\": {\"title\": \"Quiz\", " CLASS more "}}"
#define RESULT(more)                                                          \
	"{\"result\": {\"lineItem\": {\"sourcedId\": \"l-0\"}, \"student\": " \
	"{\"sourcedId\": \"student-005\"}, \"scoreDate\": \"2026-11-16\"" more "}}"

static const char *const roots[] = { V1, GRADEBOOK_V2 };

static struct provider provider;

static void open_provider(void)
{
	provider_open(&provider, "", "");
	put_row(provider.sandbox->store, &ENTITY_LINE_ITEMS,
		"{\"sourcedId\": \"l-0\", \"title\": \"Old\", " CLASS "}");
}

static void close_provider(void)
{
	provider_close(&provider);
}

/* clang-format off */
/* Refused alike, but for the status; it names the place. */
static const struct {
	const char *name, *target, *body;
	int v1p1, v1p2;
	const char *says;
} wrong[] = {
	{ "a bare list",        "/lineItems/x", "[]", 400, 422, "/lineItem" },
	{ "a list of one",      "/lineItems/x", "[" ITEM("") "]", 400, 422, "/lineItem" },
	{ "a list in the wrapper", "/lineItems/x", "{\"lineItem\": [{\"title\": \"Q\"}]}", 400, 422, "an array" },
	{ "null in the wrapper", "/lineItems/x", "{\"lineItem\": null}", 400, 422, "null" },
	{ "the wrapper of a list", "/lineItems/x", "{\"lineItems\": [{\"title\": \"Q\"}]}", 400, 422, "/lineItem" },
	{ "two wrappers",       "/lineItems/x", "{\"lineItem\": {\"title\": \"Q\", " CLASS "}, \"result\": {}}", 400, 422, "/result" },
	{ "both wrappers",      "/lineItems/x", "{\"lineItem\": {\"title\": \"Q\", " CLASS "}, \"lineItems\": []}", 400, 422, "/lineItems" },
	{ "the wrong wrapper",  "/lineItems/x", "{\"category\": {\"title\": \"Q\"}}", 400, 422, "/category" },
	{ "a wrapper twice",    "/lineItems/x", "{\"lineItem\": {}, \"lineItem\": {}}", 400, 400, "duplicate" },
	{ "a list for a text",  "/lineItems/x", "{\"lineItem\": {\"title\": [\"Q\"], " CLASS "}}", 400, 422, "/lineItem/title" },
	{ "a list for a reference", "/lineItems/x", "{\"lineItem\": {\"title\": \"Q\", \"class\": [{\"sourcedId\": \"class-bio-1\"}]}}", 400, 422, "/lineItem/class" },
	{ "a text for a reference", "/lineItems/x", "{\"lineItem\": {\"title\": \"Q\", \"class\": \"class-bio-1\"}}", 400, 422, "/lineItem/class" },
	{ "a list for metadata", "/lineItems/x", ITEM(", \"metadata\": [1]"), 400, 422, "/lineItem/metadata" },
	{ "a number for metadata", "/lineItems/x", ITEM(", \"metadata\": 1"), 400, 422, "/lineItem/metadata" },
	{ "another id",         "/lineItems/x", ITEM(", \"sourcedId\": \"y\""), 400, 422, "/lineItem/sourcedId" },
	{ "an id in another case", "/lineItems/x", ITEM(", \"sourcedId\": \"X\""), 400, 422, "differs" },
	{ "an empty id",        "/lineItems/x", ITEM(", \"sourcedId\": \"\""), 400, 422, "/lineItem/sourcedId" },
	{ "1e400",              "/results/x", RESULT(", \"score\": 1e400"), 400, 400, "line 1" },
	{ "-1e400",             "/results/x", RESULT(", \"score\": -1e400"), 400, 400, "line 1" },
	{ "infinity",           "/results/x", RESULT(", \"score\": Infinity"), 400, 400, "line 1" },
	{ "20 digits",          "/results/x", RESULT(", \"score\": 99999999999999999999"), 400, 400, "line 1" },
	{ "a score in quotes",  "/results/x", RESULT(", \"score\": \"9\""), 400, 422, "/result/score" },
	{ "a score of true",    "/results/x", RESULT(", \"score\": true"), 400, 422, "/result/score" },
	{ "30 February",        "/lineItems/x", ITEM(", \"dueDate\": \"2026-02-30\""), 400, 422, "/lineItem/dueDate" },
	{ "30 February, 9:00",  "/lineItems/x", ITEM(", \"dueDate\": \"2026-02-30T09:00:00Z\""), 400, 422, "/lineItem/dueDate" },
	{ "29 February 2027",   "/lineItems/x", ITEM(", \"assignDate\": \"2027-02-29\""), 400, 422, "/lineItem/assignDate" },
	{ "month 13",           "/lineItems/x", ITEM(", \"dueDate\": \"2026-13-01T00:00:00Z\""), 400, 422, "/lineItem/dueDate" },
	{ "25 o'clock",         "/lineItems/x", ITEM(", \"dueDate\": \"2026-11-16T25:00:00Z\""), 400, 422, "/lineItem/dueDate" },
	{ "year 0",             "/lineItems/x", ITEM(", \"dueDate\": \"0000-01-01T00:00:00Z\""), 400, 422, "/lineItem/dueDate" },
	{ "a date of seconds",  "/lineItems/x", ITEM(", \"dueDate\": 1794848400"), 400, 422, "/lineItem/dueDate" },
	{ "an empty date",      "/lineItems/x", ITEM(", \"dueDate\": \"\""), 400, 422, "/lineItem/dueDate" },
	{ "a score on 31 June", "/results/x", "{\"result\": {\"lineItem\": {\"sourcedId\": \"l-0\"}, \"student\": {\"sourcedId\": \"student-005\"}, \"scoreDate\": \"2026-06-31\"}}", 400, 422, "/result/scoreDate" },
	{ "a student as class", "/lineItems/x", "{\"lineItem\": {\"title\": \"Q\", \"class\": {\"sourcedId\": \"student-005\"}}}", 400, 422, "student-005" },
	{ "a class as lineItem", "/results/x", "{\"result\": {\"lineItem\": {\"sourcedId\": \"class-bio-1\"}, \"student\": {\"sourcedId\": \"student-005\"}}}", 400, 422, "class-bio-1" },
	{ "a class as student", "/results/x", "{\"result\": {\"lineItem\": {\"sourcedId\": \"l-0\"}, \"student\": {\"sourcedId\": \"class-bio-1\"}}}", 400, 422, "class-bio-1" },
	{ "a status of its own", "/lineItems/x", ITEM(", \"status\": \"deleted\""), 400, 422, "/lineItem/status" },
	{ "a scoreStatus of its own", "/results/x", RESULT(", \"scoreStatus\": \"late\""), 400, 422, "/result/scoreStatus" },
};

/* POST to a class; nothing of what is refused is stored. */
#define POSTED(more) "{\"sourcedId\": \"t-1\", \"title\": \"Good\"}" more

static const struct {
	const char *name, *target, *body;
	int status;
	size_t pairs;
	const char *says;
} posts[] = {
	{ "one",               "/classes/class-bio-1/lineItems", "{\"lineItems\": [" POSTED("") "]}", 201, 1, "suppliedSourcedId" },
	{ "two",               "/classes/class-bio-1/lineItems", "{\"lineItems\": [" POSTED(", {\"sourcedId\": \"t-2\", \"title\": \"Other\"}") "]}", 201, 2, "t-2" },
	{ "none",              "/classes/class-bio-1/lineItems", "{\"lineItems\": []}", 201, 0, "\"sourcedIdPairs\":[]" },
	{ "with its class",    "/classes/class-bio-1/lineItems", "{\"lineItems\": [{\"sourcedId\": \"t-1\", \"title\": \"T\", " CLASS "}]}", 201, 1, "t-1" },
	{ "a bare list",       "/classes/class-bio-1/lineItems", "[" POSTED("") "]", 422, 0, "/lineItems" },
	{ "an object",         "/classes/class-bio-1/lineItems", "{\"lineItems\": {}}", 422, 0, "an object" },
	{ "the wrapper of one", "/classes/class-bio-1/lineItems", "{\"lineItem\": {}}", 422, 0, "/lineItem" },
	{ "not JSON",          "/classes/class-bio-1/lineItems", "lineItems", 400, 0, "not JSON" },
	{ "an id twice",       "/classes/class-bio-1/lineItems", "{\"lineItems\": [" POSTED(", {\"sourcedId\": \"t-1\", \"title\": \"Twin\"}") "]}", 422, 0, "/lineItems/1/sourcedId" },
	{ "no id",             "/classes/class-bio-1/lineItems", "{\"lineItems\": [{\"title\": \"T\"}]}", 422, 0, "/lineItems/0/sourcedId" },
	{ "a list in the list", "/classes/class-bio-1/lineItems", "{\"lineItems\": [[]]}", 422, 0, "/lineItems/0" },
	{ "the second is bad", "/classes/class-bio-1/lineItems", "{\"lineItems\": [" POSTED(", {\"sourcedId\": \"t-2\"}") "]}", 422, 0, "/lineItems/1/title" },
	{ "the third is bad",  "/classes/class-bio-1/lineItems", "{\"lineItems\": [" POSTED(", {\"sourcedId\": \"t-2\", \"title\": \"T\"}, {\"sourcedId\": \"t-3\", \"title\": \"T\", \"dueDate\": \"x\"}") "]}", 422, 0, "/lineItems/2/dueDate" },
	{ "another's category", "/classes/class-bio-1/lineItems", "{\"lineItems\": [" POSTED(", {\"sourcedId\": \"t-2\", \"title\": \"T\", \"category\": {\"sourcedId\": \"cat-bio2-labs\"}}") "]}", 422, 0, "class class-bio-1 (/lineItems/1)" },
	{ "another class",     "/classes/class-bio-1/lineItems", "{\"lineItems\": [" POSTED(", {\"sourcedId\": \"t-2\", \"title\": \"T\", \"class\": {\"sourcedId\": \"class-bio-2\"}}") "]}", 422, 0, "class-bio-2" },
	{ "an unknown class",  "/classes/nowhere/lineItems", "{\"lineItems\": [" POSTED("") "]}", 404, 0, "nowhere" },
	{ "to a school",       "/schools/school-high/lineItems", "{\"lineItems\": [{\"sourcedId\": \"t-1\", \"title\": \"T\", " CLASS "}]}", 201, 1, "t-1" },
	{ "to another school", "/schools/school-middle/lineItems", "{\"lineItems\": [{\"sourcedId\": \"t-1\", \"title\": \"T\", " CLASS "}]}", 422, 0, "class-bio-1" },
	{ "without a class",   "/schools/school-high/lineItems", "{\"lineItems\": [" POSTED("") "]}", 422, 0, "/lineItems/0/class" },
	{ "to a district",     "/schools/district-lakeside/lineItems", "{\"lineItems\": []}", 404, 0, "district-lakeside" },
};
/* clang-format on */

static int stored_items(void)
{
	struct answer answer = ask(&provider, "GET", V1 "/lineItems?limit=1", NULL);
	int64_t total = -1;

	ck_assert(number_parse(answer.total, 0, 100000, &total));
	answer_free(&answer);
	return (int)total;
}

START_TEST(both_versions_refuse)
{
	for (size_t v = 0; v < ARRAY_SIZE(roots); v++) {
		char *target = xformat("%s%s", roots[v], wrong[_i].target);
		struct answer answer = ask(&provider, "PUT", target, wrong[_i].body);

		ck_assert_msg(answer.status == (v ? wrong[_i].v1p2 : wrong[_i].v1p1),
			      "%s: %s: %d %s", wrong[_i].name, target, answer.status, answer.text);
		ck_assert_msg(strstr(answer.text, wrong[_i].says) != NULL, "%s: %s", wrong[_i].name,
			      answer.text);
		answer_free(&answer);
		ck_assert_int_eq(ask_status(&provider, "GET", target, NULL), 404);
		free(target);
	}
	ck_assert_int_eq(stored_items(), 1);
}
END_TEST

START_TEST(post_is_all_or_nothing)
{
	char *target = xformat("%s%s", GRADEBOOK_V2, posts[_i].target);
	struct answer answer = ask(&provider, "POST", target, posts[_i].body);
	const json_t *pairs = json_object_get(answer.json, "sourcedIdPairs"), *pair;
	size_t i;

	ck_assert_msg(answer.status == posts[_i].status, "%s: %d %s", posts[_i].name, answer.status,
		      answer.text);
	ck_assert_msg(strstr(answer.text, posts[_i].says) != NULL, "%s: %s", posts[_i].name,
		      answer.text);
	ck_assert_uint_eq(json_array_size(pairs), posts[_i].pairs);
	json_array_foreach (pairs, i, pair) {
		char *there = xformat("%s/lineItems/%s", V1,
				      jsonx_text(pair, "allocatedSourcedId"));

		ck_assert_msg(ask_status(&provider, "GET", there, NULL) == 200, "%s: %s",
			      posts[_i].name, there);
		free(there);
	}
	answer_free(&answer);
	ck_assert_int_eq(stored_items(), 1 + (int)posts[_i].pairs);
	ck_assert_int_eq(ask_status(&provider, "GET", V1 "/lineItems/t-1", NULL), 404);
	free(target);
}
END_TEST

/* A body of many tiny elements must not become a hundred times its size in memory. */
START_TEST(a_post_has_a_limit)
{
	struct str body = STR_INIT;
	struct answer answer;

	str_add(&body, "{\"lineItems\": [0");
	for (int i = 0; i < 400000; i++)
		str_add(&body, ",0");
	str_add(&body, "]}");
	answer = ask(&provider, "POST", GRADEBOOK_V2 "/classes/class-bio-1/lineItems",
		     str_text(&body));
	ck_assert_msg(answer.status == 413 && strstr(answer.text, "at most 5000"), "%d %s",
		      answer.status, answer.text);
	answer_free(&answer);
	str_release(&body);
}
END_TEST

/* A page that is too large ends where it is full, and Link goes on from there. */
START_TEST(a_page_ends_where_it_is_full)
{
	char *large = xmalloc((1u << 20) + 1), *json;
	struct answer answer;
	size_t count;

	memset(large, 'x', 1u << 20);
	large[1u << 20] = '\0';
	for (int i = 0; i < 40; i++) {
		json = xformat("{\"sourcedId\": \"large-%02d\", \"title\": \"T\", "
			       "\"description\": \"%s\", " CLASS "}",
			       i, large);
		put_row(provider.sandbox->store, &ENTITY_LINE_ITEMS, json);
		free(json);
	}
	answer = ask(&provider, "GET", V1 "/lineItems?limit=1000000000&sort=sourcedId", NULL);
	ck_assert_int_eq(answer.status, 200);
	ck_assert_str_eq(answer.total, "41");
	count = json_array_size(json_object_get(answer.json, "lineItems"));
	ck_assert_uint_gt(count, 30);
	ck_assert_uint_lt(count, 41);
	json = xformat("limit=%zu&offset=%zu>; rel=\"next\"", count, count);
	ck_assert_msg(strstr(answer.link, json) != NULL, "%s", answer.link);
	free(json);
	answer_free(&answer);
	json = xformat("%s?sort=sourcedId&limit=%zu&offset=%zu", V1 "/lineItems", count, count);
	answer = ask(&provider, "GET", json, NULL);
	ck_assert_uint_eq(json_array_size(json_object_get(answer.json, "lineItems")), 41 - count);
	answer_free(&answer);
	free(json);
	free(large);
}
END_TEST

/* Results under a lineItem take it over from the path; the pairs are in order. */
START_TEST(post_of_results)
{
	struct answer answer = ask(
		&provider, "POST", GRADEBOOK_V2 "/lineItems/l-0/results",
		"{\"results\": [{\"sourcedId\": \"a\", \"student\": {\"sourcedId\": "
		"\"student-005\"}, \"scoreStatus\": \"fully graded\"}, {\"sourcedId\": \"b\", "
		"\"student\": {\"sourcedId\": \"student-006\"}, \"score\": 1}]}");
	const json_t *pairs = json_object_get(answer.json, "sourcedIdPairs");

	ck_assert_msg(answer.status == 201, "%s", answer.text);
	ck_assert_str_eq(jsonx_text(json_array_get(pairs, 1), "suppliedSourcedId"), "b");
	answer_free(&answer);
	answer = ask(&provider, "GET", V1 "/classes/class-bio-1/lineItems/l-0/results", NULL);
	ck_assert_str_eq(answer.total, "2");
	answer_free(&answer);
	ck_assert_int_eq(ask_status(&provider, "POST", V1 "/lineItems/l-0/results", "{}"), 404);
}
END_TEST

/* More members than anybody needs: passed over, and quickly. */
START_TEST(ten_thousand_members)
{
	struct str body = STR_INIT;

	str_add(&body, "{\"lineItem\": {");
	for (int i = 0; i < 10000; i++)
		str_format(&body, "\"unknown%d\": [%d], ", i, i);
	str_add(&body, "\"title\": \"T\", " CLASS "}}");
	for (size_t v = 0; v < ARRAY_SIZE(roots); v++) {
		char *target = xformat("%s/lineItems/many", roots[v]);
		struct answer answer;

		ck_assert_int_eq(ask_status(&provider, "PUT", target, str_text(&body)),
				 v ? 200 : 201);
		answer = ask(&provider, "GET", target, NULL);
		ck_assert_msg(!strstr(answer.text, "unknown"), "%.300s", answer.text);
		answer_free(&answer);
		free(target);
	}
	str_release(&body);
}
END_TEST

/* clang-format off */
/* A PUT in one version over what another wrote: what it does not say is gone. */
static const struct {
	size_t first, second, reader;
	const char *there, *absent;
} replacements[] = {
	{ 0, 0, 0, "\"score\":1", "comment" },
	{ 1, 1, 1, "\"score\":1", "comment" },
	{ 1, 1, 1, "\"score\":1", "late" },
	{ 1, 1, 1, "\"score\":1", "textScore" },
	{ 1, 1, 1, "\"score\":1", "learningObjectiveSet" },
	{ 1, 1, 1, "\"class\":{", "metadata" }, /* derived again */
	{ 1, 0, 1, "\"score\":1", "late" },
	{ 1, 0, 1, "\"score\":1", "learningObjectiveSet" },
	{ 0, 1, 0, "\"score\":1", "comment" },
};
/* clang-format on */

START_TEST(put_replaces_the_whole)
{
	static const char rich[] = RESULT(
		", \"score\": 9, \"comment\": \"c\", \"scoreStatus\": \"exempt\", \"late\": true, "
		"\"textScore\": \"A\", \"metadata\": {\"k\": 1}, \"learningObjectiveSet\": "
		"[{\"source\": \"case\", \"learningObjectiveResults\": [{\"learningObjectiveId\": "
		"\"lo\"}]}]");
	char *first = xformat("%s/results/r", roots[replacements[_i].first]);
	char *second = xformat("%s/results/r", roots[replacements[_i].second]);
	char *reader = xformat("%s/results/r", roots[replacements[_i].reader]);
	struct answer answer;

	ck_assert_int_eq(ask_status(&provider, "PUT", first, rich), 201);
	ck_assert_int_eq(ask_status(&provider, "PUT", second, RESULT(", \"score\": 1")), 200);
	answer = ask(&provider, "GET", reader, NULL);
	ck_assert_msg(strstr(answer.text, replacements[_i].there) != NULL, "%s", answer.text);
	ck_assert_msg(!strstr(answer.text, replacements[_i].absent), "%s is still there: %s",
		      replacements[_i].absent, answer.text);
	answer_free(&answer);
	free(first);
	free(second);
	free(reader);
}
END_TEST

static const char *const odd_ids[] = {
	"a/b",
	"/",
	"user@school.org",
	"v1.2.3",
	"100%",
	"a%2Fb",
	"two words",
	" edge ",
	"a+b",
	"\xc5\xbb\xc3\xb3\xc5\x82w-\xe6\x97\xa5",
	"\xf0\x9f\x8e\x93",
	"a?b#c",
	"it's",
	"\"q\"",
	"a&b=c",
	"..",
	"a;b",
	"<b>",
	"{x}",
	"discovery",
	"results",
};

static void check_odd_id(struct arena *arena, const char *root, const char *id)
{
	const char *encoded = pct_encoded(arena, id);
	const char *item = arena_format(arena, "%s/lineItems/%s", root, encoded);
	const char *result = arena_format(arena, "%s/results/of-%s", root, encoded);
	const char *nested = arena_format(arena, "%s/classes/class-bio-1/lineItems/%s/results",
					  root, encoded);
	json_t *body = json_pack("{s{sssss{ss}}}", "lineItem", "sourcedId", id, "title", id,
				 "class", "sourcedId", "class-bio-1");
	char *text = json_dumps(body, 0);
	struct answer answer;

	ck_assert_msg(ask_status(&provider, "PUT", item, text) == 201, "PUT %s", item);
	free(text);
	json_decref(body);
	body = json_pack("{s{s{ss}s{ss}sf}}", "result", "lineItem", "sourcedId", id, "student",
			 "sourcedId", "student-005", "score", 1.5);
	text = json_dumps(body, 0);
	ck_assert_msg(ask_status(&provider, "PUT", result, text) == 201, "PUT %s", result);
	free(text);
	json_decref(body);
	answer = ask(&provider, "GET", nested, NULL);
	const json_t *ref = json_object_get(
		json_array_get(json_object_get(answer.json, "results"), 0), "lineItem");

	ck_assert_msg(same_text(jsonx_text(ref, "sourcedId"), id), "%s: %s", nested, answer.text);
	ck_assert_str_eq(jsonx_text(ref, "href"),
			 arena_format(arena, "http://sis.example.org%s", item));
	answer_free(&answer);
	ck_assert_int_eq(ask_status(&provider, "DELETE", result, NULL), 204);
	ck_assert_int_eq(ask_status(&provider, "DELETE", item, NULL), 204);
	ck_assert_int_eq(ask_status(&provider, "DELETE", item, NULL), 404);
}

START_TEST(odd_ids_go_round)
{
	struct arena arena = ARENA_INIT;

	for (size_t v = 0; v < ARRAY_SIZE(roots); v++)
		check_odd_id(&arena, roots[v], odd_ids[_i]);
	arena_release(&arena);
}
END_TEST

Suite *bodies_suite(void);
Suite *bodies_suite(void)
{
	Suite *suite = suite_create("api/bodies");
	TCase *tc = tcase_create("bodies");

	tcase_add_checked_fixture(tc, open_provider, close_provider);
	tcase_add_loop_test(tc, both_versions_refuse, 0, ARRAY_SIZE(wrong));
	tcase_add_loop_test(tc, post_is_all_or_nothing, 0, ARRAY_SIZE(posts));
	tcase_add_test(tc, a_post_has_a_limit);
	tcase_add_test(tc, a_page_ends_where_it_is_full);
	tcase_add_test(tc, post_of_results);
	tcase_add_test(tc, ten_thousand_members);
	tcase_add_loop_test(tc, put_replaces_the_whole, 0, ARRAY_SIZE(replacements));
	tcase_add_loop_test(tc, odd_ids_go_round, 0, ARRAY_SIZE(odd_ids));
	suite_add_tcase(suite, tc);
	return suite;
}
