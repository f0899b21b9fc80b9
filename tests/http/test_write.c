/*
 * test_write.c - what is PUT and DELETEd over a socket, and how it comes back.
 */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "base/url.h"
#include "base/when.h"
#include "tests/http/harness.h"

static struct server shared;

static void start_shared(void)
{
	struct answer answer;

	server_start(&shared, NULL);
	api(&answer, &shared, "PUT", "/lineItems/item",
	    "{\"lineItem\":{\"title\":\"Item\",\"class\":{\"sourcedId\":\"class-bio-1\"}}}");
	ck_assert_int_eq(answer.status, 201);
	answer_release(&answer);
}

static void stop_shared(void)
{
	server_stop(&shared);
}

static void put(const char *target, const char *body, long status)
{
	struct answer answer;

	api(&answer, &shared, "PUT", target, body);
	ck_assert_msg(answer.status == status, "PUT %s %s: %ld %s", target, body, answer.status,
		      answer.body);
	answer_release(&answer);
}

static void expect(const char *method, const char *target, long status)
{
	struct answer answer;

	api(&answer, &shared, method, target, NULL);
	ck_assert_msg(answer.status == status, "%s %s: %ld %s", method, target, answer.status,
		      answer.body);
	answer_release(&answer);
}

/* The object at @target; json_decref(). */
static json_t *get(const char *target, const char *wrapper)
{
	struct answer answer;
	json_t *object;

	api(&answer, &shared, "GET", target, NULL);
	object = json_object_get(answer.json, wrapper);
	ck_assert_msg(answer.status == 200 && object, "GET %s: %ld %s", target, answer.status,
		      answer.body);
	json_incref(object);
	answer_release(&answer);
	return object;
}

#define LINE_ITEM(members) \
	"{\"lineItem\":{\"title\":\"T\",\"class\":{\"sourcedId\":\"class-bio-1\"}" members "}}"
#define RESULT(members)                                       \
	"{\"result\":{\"lineItem\":{\"sourcedId\":\"item\"}," \
	"\"student\":{\"sourcedId\":\"student-005\"}" members "}}"

START_TEST(life_of_an_object)
{
	static const struct {
		const char *target, *wrapper, *first, *second, *field, *value;
	} cases[] = {
		{ "/categories/life", "category", "{\"category\":{\"title\":\"One\"}}",
		  "{\"category\":{\"title\":\"Two\"}}", "title", "Two" },
		{ "/lineItems/life", "lineItem", LINE_ITEM(",\"description\":\"One\""),
		  LINE_ITEM(",\"description\":\"Two\""), "description", "Two" },
		{ "/results/life", "result", RESULT(",\"score\":1,\"comment\":\"One\""),
		  RESULT(",\"score\":2,\"comment\":\"Two\""), "comment", "Two" },
	};
	json_t *object;

	expect("GET", cases[_i].target, 404);
	expect("DELETE", cases[_i].target, 404);
	put(cases[_i].target, cases[_i].first, 201);
	put(cases[_i].target, cases[_i].second, 200);
	put(cases[_i].target, cases[_i].second, 200);
	object = get(cases[_i].target, cases[_i].wrapper);
	ck_assert_str_eq(json_string_value(json_object_get(object, cases[_i].field)),
			 cases[_i].value);
	json_decref(object);
	expect("DELETE", cases[_i].target, 204);
	expect("DELETE", cases[_i].target, 404);
	expect("GET", cases[_i].target, 404);
	put(cases[_i].target, cases[_i].first, 201);
	expect("DELETE", cases[_i].target, 204);
}
END_TEST

/* A PUT replaces: what is not in it any more is gone. */
START_TEST(put_replaces)
{
	json_t *object;

	put("/results/replaced", RESULT(",\"score\":5,\"comment\":\"well\""), 201);
	put("/results/replaced", RESULT(",\"score\":null,\"scoreStatus\":\"exempt\""), 200);
	object = get("/results/replaced", "result");
	ck_assert(!json_object_get(object, "score") ||
		  json_is_null(json_object_get(object, "score")));
	ck_assert_ptr_null(json_object_get(object, "comment"));
	ck_assert_str_eq(json_string_value(json_object_get(object, "scoreStatus")), "exempt");
	json_decref(object);
}
END_TEST

/* One member of an object, written and read: the text of its JSON. */
/* clang-format off */
static const struct {
	const char *name, *target, *wrapper, *body, *field, *json;
} members[] = {
	{ "no status",             "/lineItems/m", "lineItem", LINE_ITEM(""), "status", "\"active\"" },
	{ "status stays",          "/lineItems/m", "lineItem", LINE_ITEM(",\"status\":\"tobedeleted\""), "status", "\"tobedeleted\"" },
	{ "offset",                "/lineItems/m", "lineItem", LINE_ITEM(",\"dueDate\":\"2026-10-21T23:59:00-04:00\""), "dueDate", "\"2026-10-22T03:59:00.000Z\"" },
	{ "zone-less",             "/lineItems/m", "lineItem", LINE_ITEM(",\"dueDate\":\"2026-10-21T23:59:59\""), "dueDate", "\"2026-10-21T23:59:59.000Z\"" },
	{ "only a day",            "/lineItems/m", "lineItem", LINE_ITEM(",\"assignDate\":\"2026-10-01\""), "assignDate", "\"2026-10-01T00:00:00.000Z\"" },
	{ "derived period",        "/lineItems/m", "lineItem", LINE_ITEM(",\"dueDate\":\"2026-11-02T03:59:00Z\""), "gradingPeriod", "gp-q2" },
	{ "null period",           "/lineItems/m", "lineItem", LINE_ITEM(",\"dueDate\":\"2026-11-02T03:59:00Z\",\"gradingPeriod\":null"), "gradingPeriod", "gp-q2" },
	{ "period of the client",  "/lineItems/m", "lineItem", LINE_ITEM(",\"dueDate\":\"2026-11-02T03:59:00Z\",\"gradingPeriod\":{\"sourcedId\":\"gp-q3\"}"), "gradingPeriod", "gp-q3" },
	{ "class reference",       "/lineItems/m", "lineItem", LINE_ITEM(""), "class", "class-bio-1" },
	{ "reference with a wrong href", "/lineItems/m", "lineItem", LINE_ITEM(",\"category\":{\"href\":\"http://nowhere/x\",\"sourcedId\":\"cat-tests\",\"type\":\"thing\"}"), "category", "cat-tests" },
	{ "whole maximum",         "/lineItems/m", "lineItem", LINE_ITEM(",\"resultValueMax\":100"), "resultValueMax", "100" },
	{ "broken maximum",        "/lineItems/m", "lineItem", LINE_ITEM(",\"resultValueMax\":8.5"), "resultValueMax", "8.5" },
	{ "metadata",              "/lineItems/m", "lineItem", LINE_ITEM(",\"metadata\":{\"vendorId\":\"\",\"deep\":{\"a\":[1,2.5,null,true]}}"), "metadata", "{\"vendorId\":\"\",\"deep\":{\"a\":[1,2.5,null,true]}}" },
	{ "no metadata",           "/lineItems/m", "lineItem", LINE_ITEM(",\"metadata\":{}"), "metadata", "{}" },
	{ "unknown member",        "/lineItems/m", "lineItem", LINE_ITEM(",\"colour\":\"red\""), "title", "\"T\"" },
	{ "Unicode",               "/lineItems/m", "lineItem", "{\"lineItem\":{\"title\":\"\\u017b\\u00f3\\u0142w \\ud83d\\ude00\",\"class\":{\"sourcedId\":\"class-bio-1\"}}}", "title", "\"Żółw 😀\"" },
	{ "line break",            "/lineItems/m", "lineItem", LINE_ITEM(",\"description\":\"a\\n\\\"b\\\"\\\\\\t\""), "description", "\"a\\n\\\"b\\\"\\\\\\t\"" },
	{ "score date as dateTime", "/results/m", "result", RESULT(",\"score\":1,\"scoreDate\":\"2026-10-25T12:19:00Z\""), "scoreDate", "\"2026-10-25\"" },
	{ "no score date",         "/results/m", "result", RESULT(",\"score\":1"), "scoreDate", "\"2026-11-16\"" },
	{ "91.1",                  "/results/m", "result", RESULT(",\"score\":91.1"), "score", "91.1" },
	{ "negative",              "/results/m", "result", RESULT(",\"score\":-5"), "score", "-5" },
	{ "above the maximum",     "/results/m", "result", RESULT(",\"score\":300"), "score", "300" },
	{ "millions",              "/results/m", "result", RESULT(",\"score\":19999999.02"), "score", "19999999.02" },
	{ "zero",                  "/results/m", "result", RESULT(",\"score\":0"), "score", "0" },
	{ "empty comment",         "/results/m", "result", RESULT(",\"comment\":\"\""), "comment", "\"\"" },
	{ "line item reference",   "/results/m", "result", RESULT(""), "lineItem", "item" },
	{ "student reference",     "/results/m", "result", RESULT(""), "student", "student-005" },
	{ "final grade of Infinite Campus", "/results/m", "result", RESULT(",\"metadata\":{\"ext_infiniteCampus_scoreGrade\":\"B+\"}"), "metadata", "{\"ext_infiniteCampus_scoreGrade\":\"B+\"}" },
};
/* clang-format on */

/* References come back whole, and their href leads to the object. */
static void check_reference(const char *name, const json_t *value, const char *id)
{
	const char *href = json_string_value(json_object_get(value, "href"));
	const char *type = json_string_value(json_object_get(value, "type"));
	struct answer answer;

	ck_assert_msg(href && type &&
			      same_text(json_string_value(json_object_get(value, "sourcedId")), id),
		      "%s: not a whole reference to %s", name, id);
	http(&answer, "GET", href, (const char *[]){ shared.bearer, NULL }, NULL);
	ck_assert_msg(answer.status == 200 && json_object_get(answer.json, type),
		      "%s: %s: %ld %.100s", name, href, answer.status, answer.body);
	answer_release(&answer);
}

START_TEST(member_comes_back)
{
	struct answer answer;
	json_t *object;
	const json_t *value;
	char *text;

	api(&answer, &shared, "PUT", members[_i].target, members[_i].body);
	ck_assert_msg(answer.status == 200 || answer.status == 201, "%s: %ld %s", members[_i].name,
		      answer.status, answer.body);
	answer_release(&answer);
	object = get(members[_i].target, members[_i].wrapper);
	value = json_object_get(object, members[_i].field);
	ck_assert_msg(value != NULL, "%s: %s is absent", members[_i].name, members[_i].field);
	if (json_object_get(value, "sourcedId")) {
		check_reference(members[_i].name, value, members[_i].json);
	} else {
		api(&answer, &shared, "GET", members[_i].target, NULL);
		text = xformat("\"%s\":%s", members[_i].field, members[_i].json);
		ck_assert_msg(strstr(answer.body, text), "%s: %s, not %s", members[_i].name,
			      answer.body, text);
		free(text);
		answer_release(&answer);
	}
	json_decref(object);
}
END_TEST

/* What a client may not say: exit 400 with a text that names the place. */
/* clang-format off */
static const struct {
	const char *name, *target, *body, *needle;
} refused[] = {
	{ "other id",           "/lineItems/r", LINE_ITEM(",\"sourcedId\":\"other\""), "\"other\" in the body differs from \"r\" in the path" },
	{ "id of another case", "/lineItems/r", LINE_ITEM(",\"sourcedId\":\"R\""), "differs" },
	{ "id is a number",     "/lineItems/r", LINE_ITEM(",\"sourcedId\":5"), "/lineItem/sourcedId" },
	{ "no title",           "/lineItems/r", "{\"lineItem\":{\"class\":{\"sourcedId\":\"class-bio-1\"}}}", "/lineItem/title" },
	{ "null title",         "/lineItems/r", "{\"lineItem\":{\"title\":null,\"class\":{\"sourcedId\":\"class-bio-1\"}}}", "/lineItem/title" },
	{ "title is a number",  "/lineItems/r", "{\"lineItem\":{\"title\":5,\"class\":{\"sourcedId\":\"class-bio-1\"}}}", "/lineItem/title" },
	{ "no class",           "/lineItems/r", "{\"lineItem\":{\"title\":\"T\"}}", "/lineItem/class" },
	{ "class is a text",    "/lineItems/r", "{\"lineItem\":{\"title\":\"T\",\"class\":\"class-bio-1\"}}", "/lineItem/class" },
	{ "empty reference",    "/lineItems/r", "{\"lineItem\":{\"title\":\"T\",\"class\":{}}}", "/lineItem/class" },
	{ "blank reference",    "/lineItems/r", "{\"lineItem\":{\"title\":\"T\",\"class\":{\"sourcedId\":\"\"}}}", "/lineItem/class" },
	{ "unknown class",      "/lineItems/r", "{\"lineItem\":{\"title\":\"T\",\"class\":{\"sourcedId\":\"class-x\"}}}", "class-x" },
	{ "category of another class", "/lineItems/r", LINE_ITEM(",\"category\":{\"sourcedId\":\"cat-bio2-labs\"}"), "cat-bio2-labs" },
	{ "no date",            "/lineItems/r", LINE_ITEM(",\"dueDate\":\"tomorrow\""), "/lineItem/dueDate" },
	{ "30 February",        "/lineItems/r", LINE_ITEM(",\"dueDate\":\"2026-02-30T00:00:00Z\""), "/lineItem/dueDate" },
	{ "maximum as text",    "/lineItems/r", LINE_ITEM(",\"resultValueMax\":\"100\""), "/lineItem/resultValueMax" },
	{ "status",             "/lineItems/r", LINE_ITEM(",\"status\":\"deleted\""), "deleted" },
	{ "metadata list",      "/lineItems/r", LINE_ITEM(",\"metadata\":[]"), "/lineItem/metadata" },
	{ "unknown lineItem",   "/results/r", "{\"result\":{\"lineItem\":{\"sourcedId\":\"gone\"},\"student\":{\"sourcedId\":\"student-005\"},\"score\":1}}", "gone" },
	{ "unknown student",    "/results/r", "{\"result\":{\"lineItem\":{\"sourcedId\":\"item\"},\"student\":{\"sourcedId\":\"ghost\"},\"score\":1}}", "ghost" },
	{ "no student",         "/results/r", "{\"result\":{\"lineItem\":{\"sourcedId\":\"item\"},\"score\":1}}", "/result/student" },
	{ "score as text",      "/results/r", RESULT(",\"score\":\"A\""), "/result/score" },
	{ "scoreStatus",        "/results/r", RESULT(",\"score\":1,\"scoreStatus\":\"late\""), "late" },
	{ "wrong wrapper",      "/results/r", "{\"lineItem\":{}}", "\"result\"" },
	{ "wrapper of a list",  "/results/r", "{\"results\":[]}", "\"result\"" },
	{ "no wrapper",         "/categories/r", "{\"title\":\"x\"}", "\"category\"" },
	{ "wrapper is a list",  "/categories/r", "{\"category\":[{\"title\":\"x\"}]}", "an array" },
	{ "wrapper is null",    "/categories/r", "{\"category\":null}", "null" },
};
/* clang-format on */

START_TEST(refusal_names_the_place)
{
	struct answer answer;

	api(&answer, &shared, "PUT", refused[_i].target, refused[_i].body);
	ck_assert_msg(answer.status == 400, "%s: %ld %s", refused[_i].name, answer.status,
		      answer.body);
	ck_assert_msg(strstr(answer_description(&answer), refused[_i].needle), "%s: \"%s\"",
		      refused[_i].name, answer_description(&answer));
	answer_release(&answer);
	expect("GET", refused[_i].target, 404);
}
END_TEST

/* The clock of the server says when something was changed, whatever a client says. */
START_TEST(server_owns_date_last_modified)
{
	static const char body[] = LINE_ITEM(",\"dateLastModified\":\"1999-01-01T00:00:00.000Z\"");
	static const char wrong[] = LINE_ITEM(",\"dateLastModified\":17");
	int64_t first, second, story;
	json_t *object;

	ck_assert(when_parse(STORY_TIME, &story, NULL));
	put("/lineItems/mine", body, 201);
	object = get("/lineItems/mine", "lineItem");
	ck_assert(when_parse(json_string_value(json_object_get(object, "dateLastModified")), &first,
			     NULL));
	json_decref(object);
	ck_assert_msg(first >= story && first < story + 600000, "%lld", (long long)first);
	put("/lineItems/mine", wrong, 200);
	object = get("/lineItems/mine", "lineItem");
	ck_assert(when_parse(json_string_value(json_object_get(object, "dateLastModified")),
			     &second, NULL));
	json_decref(object);
	ck_assert_int_ge(second, first);
}
END_TEST

/* sourcedIds as they occur: encoded once in the path, as they are in the body. */
START_TEST(odd_id)
{
	static const char *const ids[] = {
		"a/b",         "user@school.org",
		"v1.2.3",      "two words",
		"Żółw-日本語", "100%",
		"a%2Fb",       "a+b",
		"a?b#c",       "'quoted'",
		"semi;colon",  "a&b=c",
		"{brace}",     "back\\slash",
		"..",          "-",
		"0",           "é",
		"\"double\"",  "<tag>",
		"filter=x'y",  "name:port",
		"UPPER",       "trailing ",
		"*",
	};
	const char *id = ids[_i];
	struct arena arena = ARENA_INIT;
	char *encoded = pct_encoded(&arena, id);
	char *target = arena_format(&arena, "/lineItems/%s", encoded);
	char *result = arena_format(&arena, "/results/of-%s", encoded);
	json_t *body, *object;
	char *text;

	body = json_pack("{s{sssss{ss}}}", "lineItem", "sourcedId", id, "title", id, "class",
			 "sourcedId", "class-eng-1");
	text = json_dumps(body, 0);
	put(target, text, 201);
	free(text);
	json_decref(body);
	object = get(target, "lineItem");
	ck_assert_str_eq(json_string_value(json_object_get(object, "sourcedId")), id);
	json_decref(object);
	body = json_pack("{s{s{ss}s{ss}si}}", "result", "lineItem", "sourcedId", id, "student",
			 "sourcedId", "student-001", "score", 1);
	text = json_dumps(body, 0);
	put(result, text, 201);
	free(text);
	json_decref(body);
	object = get(result, "result");
	check_reference(id, json_object_get(object, "lineItem"), id);
	json_decref(object);
	object = get(arena_format(&arena, "/classes/class-eng-1%s/results", target), "results");
	ck_assert_msg(json_array_size(object) == 1, "%s: %zu results", id, json_array_size(object));
	json_decref(object);
	expect("DELETE", target, 204);
	expect("GET", target, 404);
	arena_release(&arena);
}
END_TEST

START_TEST(length_of_an_id)
{
	static const struct {
		size_t length;
		long status;
	} cases[] = { { 255, 201 }, { 256, 400 }, { 2000, 400 } };
	struct str target = STR_INIT;

	str_add(&target, "/lineItems/");
	for (size_t i = 0; i < cases[_i].length; i++)
		str_add(&target, "x");
	put(str_text(&target), LINE_ITEM(""), cases[_i].status);
	if (cases[_i].status == 201)
		expect("DELETE", str_text(&target), 204);
	str_release(&target);
}
END_TEST

/* A slash behind names the same object for writing too. */
START_TEST(slash_behind_a_write)
{
	put("/lineItems/slash/", LINE_ITEM(""), 201);
	put("/lineItems/slash", LINE_ITEM(""), 200);
	expect("GET", "/lineItems/slash/", 200);
	expect("DELETE", "/lineItems/slash/", 204);
	expect("GET", "/lineItems/slash", 404);
}
END_TEST

/* The content type is not asked for, and a Content-Type of form data does no harm. */
START_TEST(content_type_does_not_matter)
{
	static const char *const types[] = {
		"Content-Type:",
		"Content-Type: text/plain",
		"Content-Type: application/json; charset=utf-8",
		"Content-Type: application/x-www-form-urlencoded",
		"Content-Type: nonsense",
	};
	char *url = xformat("%s/lineItems/type-%d", shared.root, _i);
	struct answer answer;

	http(&answer, "PUT", url, (const char *[]){ shared.bearer, types[_i], NULL },
	     LINE_ITEM(""));
	ck_assert_msg(answer.status == 201, "%s: %ld %s", types[_i], answer.status, answer.body);
	answer_release(&answer);
	free(url);
}
END_TEST

/* Neither loaded again nor touched. */
START_TEST(data_survives_a_restart)
{
	char *folder = folder_make(), *db = xformat("%s/sis.db", folder);
	struct server server;
	struct answer before, after;

	server_start(&server, (const char *[]){ "--db", db, NULL });
	api(&before, &server, "PUT", "/lineItems/kept", LINE_ITEM(",\"dueDate\":\"2026-11-02\""));
	ck_assert_int_eq(before.status, 201);
	answer_release(&before);
	api(&before, &server, "GET", "/lineItems/kept", NULL);
	ck_assert_int_eq(server_stop(&server), 0);
	server_start(&server, (const char *[]){ "--db", db, NULL });
	api(&after, &server, "GET", "/lineItems/kept", NULL);
	ck_assert_int_eq(after.status, 200);
	ck_assert_str_eq(json_string_value(json_object_get(json_object_get(before.json, "lineItem"),
							   "dateLastModified")),
			 json_string_value(json_object_get(json_object_get(after.json, "lineItem"),
							   "dateLastModified")));
	answer_release(&before);
	answer_release(&after);
	api(&after, &server, "GET", "/users?limit=1", NULL);
	ck_assert_msg(strstr(after.headers, "X-Total-Count: 108"), "loaded twice: %s",
		      after.headers);
	answer_release(&after);
	server_stop(&server);
	free(db);
	folder_remove(folder);
}
END_TEST

/* An acknowledged write survives the death of the process. */
START_TEST(acknowledged_is_stored)
{
	char *folder = folder_make(), *db = xformat("%s/sis.db", folder);
	struct server server;
	struct answer answer;

	server_start(&server, (const char *[]){ "--db", db, NULL });
	for (int i = 0; i < 20; i++) {
		char *target = xformat("/lineItems/kept-%d", i);

		api(&answer, &server, "PUT", target, LINE_ITEM(""));
		ck_assert_int_eq(answer.status, 201);
		answer_release(&answer);
		free(target);
	}
	char *kill_line = xformat("kill -9 %d", (int)server.pid);

	ck_assert_int_eq(system(kill_line), 0);
	free(kill_line);
	server_stop(&server);
	server_start(&server, (const char *[]){ "--db", db, NULL });
	api(&answer, &server, "GET", "/lineItems?limit=1", NULL);
	ck_assert_msg(strstr(answer.headers, "X-Total-Count: 20"), "%s", answer.headers);
	answer_release(&answer);
	server_stop(&server);
	free(db);
	folder_remove(folder);
}
END_TEST

Suite *write_suite(void);
Suite *write_suite(void)
{
	Suite *suite = suite_create("write");
	TCase *tc = tcase_create("write"), *own = tcase_create("restart");

	tcase_set_timeout(tc, 30);
	tcase_add_unchecked_fixture(tc, start_shared, stop_shared);
	tcase_add_loop_test(tc, life_of_an_object, 0, 3);
	tcase_add_test(tc, put_replaces);
	tcase_add_loop_test(tc, member_comes_back, 0, ARRAY_SIZE(members));
	tcase_add_loop_test(tc, refusal_names_the_place, 0, ARRAY_SIZE(refused));
	tcase_add_test(tc, server_owns_date_last_modified);
	tcase_add_loop_test(tc, odd_id, 0, 25);
	tcase_add_loop_test(tc, length_of_an_id, 0, 3);
	tcase_add_test(tc, slash_behind_a_write);
	tcase_add_loop_test(tc, content_type_does_not_matter, 0, 5);
	suite_add_tcase(suite, tc);

	tcase_set_timeout(own, 60);
	tcase_add_test(own, data_survives_a_restart);
	tcase_add_test(own, acknowledged_is_stored);
	suite_add_tcase(suite, own);
	return suite;
}
