/*
 * test_api.c - requests and answers of the standard's provider, without a socket.
 */
#include <check.h>

#include "base/jsonx.h"
#include "tests/unit/api/client.h"
#include "tests/unit/helpers.h"

#define ITEM(id, more)                                                     \
	"{\"lineItem\": {\"sourcedId\": \"" id "\", \"title\": \"Quiz\", " \
	"\"class\": {\"sourcedId\": \"class-bio-1\"}" more "}}"

#define V2 "/ims/oneroster/gradebook/v1p2"
#define POSTED                                                            \
	"{\"lineItems\": [{\"sourcedId\": \"tmp\", \"title\": \"Quiz\", " \
	"\"class\": {\"sourcedId\": \"class-bio-1\"}}]}"

/* clang-format off */
static const struct {
	const char *name, *method, *target, *body;
	int status;
	const char *minor; /* of the status body; NULL: none */
	const char *says;  /* in the body */
} cases[] = {
	/* reading */
	{ "one object",           "GET", V1 "/users/teacher-01", NULL, 200, NULL, "\"user\":{\"sourcedId\":\"teacher-01\"" },
	{ "HEAD is GET",          "HEAD", V1 "/users/teacher-01", NULL, 200, NULL, "teacher-01" },
	{ "a trailing slash",     "GET", V1 "/users/teacher-01/", NULL, 200, NULL, "teacher-01" },
	{ "an encoded id",        "GET", V1 "/users/teacher%2D01", NULL, 200, NULL, "teacher-01" },
	{ "a collection",         "GET", V1 "/orgs", NULL, 200, NULL, "{\"orgs\":[{\"sourcedId\":\"district-lakeside\"" },
	{ "a derived collection", "GET", V1 "/schools", NULL, 200, NULL, "{\"orgs\":[{\"sourcedId\":\"school-high\"" },
	{ "an empty one",         "GET", V1 "/results", NULL, 200, NULL, "{\"results\":[]}" },
	{ "a nested one",         "GET", V1 "/classes/class-bio-1/teachers", NULL, 200, NULL, "teacher-01" },
	{ "nothing below a parent", "GET", V1 "/classes/class-bio-1/lineItems", NULL, 200, NULL, "{\"lineItems\":[]}" },
	{ "beyond the end",       "GET", V1 "/users?offset=9223372036854775807", NULL, 200, NULL, "{\"users\":[]}" },
	{ "a filter",             "GET", V1 "/users?filter=role='teacher'%20AND%20familyName='Nwosu'", NULL, 200, NULL, "teacher-03" },
	{ "an empty filter",      "GET", V1 "/orgs?filter=", NULL, 200, NULL, "district-lakeside" },
	{ "a reference is whole", "GET", V1 "/classes/class-bio-1", NULL, 200, NULL,
	  "\"school\":{\"href\":\"http://sis.example.org/ims/oneroster/v1p1/orgs/school-high\",\"sourcedId\":\"school-high\",\"type\":\"org\"}" },
	{ "periods are a list",   "GET", V1 "/classes/class-bio-1", NULL, 200, NULL, "\"periods\":[\"1\"]" },
	{ "a sandbox by name",    "GET", "/sandboxes/default" V1 "/classes/class-bio-1", NULL, 200, NULL,
	  "http://sis.example.org/sandboxes/default/ims/oneroster/v1p1/orgs/school-high" },
	{ "a body of a GET",      "GET", V1 "/orgs", "client_id=x", 200, NULL, "orgs" },
	{ "health",               "GET", "/health", NULL, 200, NULL, "ok" },
	/* what is not there */
	{ "an unknown id",        "GET", V1 "/users/nobody", NULL, 404, "unknown object", "nobody" },
	{ "a district is no school", "GET", V1 "/schools/district-lakeside", NULL, 404, "unknown object", "district-lakeside" },
	{ "a teacher is no student", "GET", V1 "/students/teacher-01", NULL, 404, "unknown object", "teacher-01" },
	{ "an unknown parent",    "GET", V1 "/classes/nothing/lineItems", NULL, 404, "unknown object", "nothing" },
	{ "an unknown lineItem of a class", "GET", V1 "/classes/class-bio-1/lineItems/x/results", NULL, 404, "unknown object", "x" },
	{ "an unknown student of a class", "GET", V1 "/classes/class-bio-1/students/x/results", NULL, 404, "unknown object", "x" },
	{ "an unknown path",      "GET", V1 "/nothing", NULL, 404, "unknown object", "no such path" },
	{ "a path in another case", "GET", V1 "/lineitems", NULL, 404, "unknown object", "no such path" },
	{ "two slashes",          "GET", V1 "//users", NULL, 404, "unknown object", "no such path" },
	{ "a deep path",          "GET", "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r", NULL, 404, NULL, "no such path" },
	{ "another version",      "GET", "/ims/oneroster/v9/users", NULL, 404, "unknown object", "no such path" },
	{ "another sandbox",      "GET", "/sandboxes/none" V1 "/users", NULL, 404, NULL, "no such sandbox" },
	/* what is wrong */
	{ "a NUL in an id",       "GET", V1 "/users/a%00b", NULL, 400, "invalid data", "%00" },
	{ "a broken escape",      "GET", V1 "/users/%zz", NULL, 400, "invalid data", "%zz" },
	{ "a broken query",       "GET", V1 "/users?limit=%zz", NULL, 400, "invalid data", "%zz" },
	{ "limit 0",              "GET", V1 "/users?limit=0", NULL, 400, "invalid data", "limit" },
	{ "two offsets",          "GET", V1 "/users?offset=1&offset=2", NULL, 400, "invalid data", "offset" },
	{ "an unknown filter field", "GET", V1 "/users?filter=nickname='x'", NULL, 400, "invalid_filter_field", "nickname" },
	{ "a broken filter",      "GET", V1 "/users?filter=role", NULL, 400, "invalid_filter_field", "operator" },
	/* writing */
	{ "a category",           "PUT", V1 "/categories/c-9", "{\"category\": {\"sourcedId\": \"c-9\", \"title\": \"Labs\"}}", 201, NULL, "" },
	{ "a lineItem",           "PUT", V1 "/lineItems/l-1", ITEM("l-1", ""), 201, NULL, "" },
	{ "without an id in the body", "PUT", V1 "/lineItems/l-1", "{\"lineItem\": {\"title\": \"Q\", \"class\": {\"sourcedId\": \"class-bio-1\"}}}", 201, NULL, "" },
	{ "a null id in the body", "PUT", V1 "/lineItems/l-1", "{\"lineItem\": {\"sourcedId\": null, \"title\": \"Q\", \"class\": {\"sourcedId\": \"class-bio-1\"}}}", 201, NULL, "" },
	{ "an id with a slash",   "PUT", V1 "/lineItems/l%2F1", ITEM("l/1", ""), 201, NULL, "" },
	{ "another id in the body", "PUT", V1 "/lineItems/l-1", ITEM("l-2", ""), 400, "invalid data", "differs" },
	{ "an id that is no text", "PUT", V1 "/lineItems/l-1", "{\"lineItem\": {\"sourcedId\": 1, \"title\": \"Q\", \"class\": {\"sourcedId\": \"class-bio-1\"}}}", 400, "invalid data", "/lineItem/sourcedId" },
	{ "no wrapper",           "PUT", V1 "/lineItems/l-1", "{\"sourcedId\": \"l-1\", \"title\": \"Q\"}", 400, "invalid data", "/lineItem" },
	{ "the wrong wrapper",    "PUT", V1 "/lineItems/l-1", "{\"lineItems\": []}", 400, "invalid data", "/lineItem" },
	{ "a list in the wrapper", "PUT", V1 "/lineItems/l-1", "{\"lineItem\": []}", 400, "invalid data", "an array" },
	{ "no title",             "PUT", V1 "/lineItems/l-1", "{\"lineItem\": {\"class\": {\"sourcedId\": \"class-bio-1\"}}}", 400, "invalid data", "/lineItem/title" },
	{ "broken JSON",          "PUT", V1 "/lineItems/l-1", "{\"lineItem\": {", 400, "invalid data", "line 1" },
	{ "curled quotes",        "PUT", V1 "/lineItems/l-1", "{\xe2\x80\x9clineItem\xe2\x80\x9d: {}}", 400, "invalid data", "U+201C" },
	{ "not UTF-8",            "PUT", V1 "/lineItems/l-1", "{\"lineItem\": {\"title\": \"\xff\"}}", 400, "invalid data", "UTF-8" },
	{ "an empty body",        "PUT", V1 "/lineItems/l-1", NULL, 400, "invalid data", "not JSON" },
	{ "an unknown class",     "PUT", V1 "/lineItems/l-1", "{\"lineItem\": {\"title\": \"Q\", \"class\": {\"sourcedId\": \"nope\"}}}", 400, "invalid data", "nope" },
	{ "an unknown lineItem",  "PUT", V1 "/results/r-1", "{\"result\": {\"lineItem\": {\"sourcedId\": \"nope\"}, \"student\": {\"sourcedId\": \"student-005\"}}}", 400, "invalid data", "nope" },
	{ "deleting what is not there", "DELETE", V1 "/results/nope", NULL, 404, "unknown object", "nope" },
	{ "posting into an unknown class", "POST", V2 "/classes/nope/lineItems", POSTED, 404, "unknownobject", "nope" },
	{ "posting into another class", "POST", V2 "/classes/class-bio-2/lineItems", POSTED, 422, "invaliddata", "/lineItems/0/class" },
	{ "posting into its class", "POST", V2 "/classes/class-bio-1/lineItems", POSTED, 201, NULL, "sourcedIdPairs" },
	/* methods */
	{ "POST",                 "POST", V1 "/lineItems", "{}", 405, "invalid data", "supported are GET, HEAD, OPTIONS" },
	{ "PUT of a user",        "PUT", V1 "/users/teacher-01", "{}", 405, "invalid data", "PUT is not supported" },
	{ "DELETE of a collection", "DELETE", V1 "/results", NULL, 405, "invalid data", "DELETE" },
	{ "PATCH",                "PATCH", V1 "/results/r-1", "{}", 405, "invalid data", "GET, PUT, DELETE, HEAD, OPTIONS" },
	{ "OPTIONS",              "OPTIONS", V1 "/results/r-1", NULL, 204, NULL, "" },
	{ "OPTIONS of nothing",   "OPTIONS", V1 "/nothing", NULL, 404, "unknown object", "no such path" },
	{ "GET of the token path", "GET", "/oauth2/token", NULL, 405, NULL, "invalid_request" },
};

/* Without credentials: whoever asks learns nothing, not even what exists. */
static const struct {
	const char *method, *target;
	int status, with_token;
} strangers[] = {
	{ "GET",    V1 "/users/teacher-01", 401, 200 },
	{ "GET",    V1 "/users/nobody",     401, 404 },
	{ "GET",    V1 "/nothing",          401, 404 },
	{ "POST",   V1 "/users",            401, 405 },
	{ "GET",    V1 "/users?limit=0",    401, 400 },
	{ "PUT",    V1 "/lineItems/l-1",    401, 400 },
	{ "DELETE", V1 "/results/nope",     401, 404 },
	{ "GET",    "/health",              200, 200 },
	{ "GET",    "/nothing",             404, 404 },
};

static const char *const token_paths[] = {
	"/oauth2/token", "/token", "/oauth/token", V1 "/token", "/sandboxes/default/oauth2/token",
};
/* clang-format on */

static struct provider provider;

static void open_provider(void)
{
	provider_open(&provider, "", "");
}

static void close_provider(void)
{
	provider_close(&provider);
}

START_TEST(answers)
{
	struct answer answer = ask(&provider, cases[_i].method, cases[_i].target, cases[_i].body);

	ck_assert_msg(answer.status == cases[_i].status, "%s: %d %s", cases[_i].name, answer.status,
		      answer.text);
	ck_assert_msg(same_text(answer.minor, cases[_i].minor), "%s: %s", cases[_i].name,
		      answer.text);
	ck_assert_msg(strstr(answer.text, cases[_i].says) != NULL, "%s: %s", cases[_i].name,
		      answer.text);
	ck_assert_msg(answer.status < 400 || *answer.text, "%s: no reason", cases[_i].name);
	ck_assert_msg((answer.allow != NULL) == (answer.status == 405 ||
						 strcmp(cases[_i].method, "OPTIONS") == 0) ||
			      answer.status == 404,
		      "%s: Allow", cases[_i].name);
	answer_free(&answer);
}
END_TEST

/* A refused write leaves nothing behind. */
START_TEST(a_refusal_stores_nothing)
{
	if (strcmp(cases[_i].method, "PUT") != 0 || cases[_i].status < 400)
		return;
	ck_assert_int_ge(ask_status(&provider, "PUT", cases[_i].target, cases[_i].body), 400);

	struct answer answer = ask(&provider, "GET", V1 "/lineItems", NULL);

	ck_assert_msg(strcmp(answer.text, "{\"lineItems\":[]}") == 0, "%s: %s", cases[_i].name,
		      answer.text);
	answer_free(&answer);
	ck_assert_int_eq(ask_status(&provider, "GET", V1 "/results/r-1", NULL), 404);
}
END_TEST

START_TEST(put_creates_replaces_and_delete_ends)
{
	struct answer answer;
	const json_t *item;

	ck_assert_int_eq(
		ask_status(&provider, "PUT", V1 "/lineItems/l-1",
			   ITEM("l-1", ", \"description\": \"old\", \"metadata\": {\"v\": \"\"}")),
		201);
	ck_assert_int_eq(ask_status(&provider, "PUT", V1 "/lineItems/l-1",
				    ITEM("l-1", ", \"dueDate\": \"2026-11-16T17:00:00\"")),
			 200);
	answer = ask(&provider, "GET", V1 "/lineItems/l-1", NULL);
	item = json_object_get(answer.json, "lineItem");
	ck_assert_str_eq(jsonx_text(item, "sourcedId"), "l-1");
	ck_assert_str_eq(jsonx_text(item, "status"), "active"); /* ours to add */
	ck_assert_uint_eq(strlen(jsonx_text(item, "dateLastModified")), 24);
	ck_assert_str_eq(jsonx_text(item, "dueDate"), "2026-11-16T17:00:00.000Z");
	ck_assert_ptr_null(json_object_get(item, "description")); /* replaced whole */
	ck_assert_ptr_null(json_object_get(item, "metadata"));
	answer_free(&answer);
	ck_assert_int_eq(ask_status(&provider, "DELETE", V1 "/lineItems/l-1", NULL), 204);
	ck_assert_int_eq(ask_status(&provider, "GET", V1 "/lineItems/l-1", NULL), 404);
	ck_assert_int_eq(ask_status(&provider, "DELETE", V1 "/lineItems/l-1", NULL), 404);
	ck_assert_int_eq(ask_status(&provider, "PUT", V1 "/lineItems/l-1", ITEM("l-1", "")), 201);
}
END_TEST

/* What was written incompletely comes back complete (traps E5). */
START_TEST(a_result_comes_back_complete)
{
	struct answer answer;
	const json_t *result;
	double score = 0;

	ck_assert_int_eq(ask_status(&provider, "PUT", V1 "/lineItems/l-1", ITEM("l-1", "")), 201);
	ck_assert_int_eq(
		ask_status(&provider, "PUT", V1 "/results/r-1",
			   "{\"result\": {\"lineItem\": {\"sourcedId\": \"l-1\"}, \"student\": "
			   "{\"sourcedId\": \"student-005\"}, \"scoreStatus\": \"fully graded\", "
			   "\"score\": 91.1, \"comment\": \"\"}}"),
		201);
	answer = ask(&provider, "GET", V1 "/classes/class-bio-1/lineItems/l-1/results", NULL);
	result = json_array_get(json_object_get(answer.json, "results"), 0);
	ck_assert_str_eq(jsonx_text(json_object_get(result, "student"), "type"), "user");
	ck_assert_str_eq(jsonx_text(json_object_get(result, "student"), "href"),
			 "http://sis.example.org" V1 "/users/student-005");
	ck_assert(jsonx_number(result, "score", &score) && score == 91.1);
	ck_assert_ptr_nonnull(strstr(answer.text, "\"score\":91.1,"));
	ck_assert_uint_eq(strlen(jsonx_text(result, "scoreDate")), 10); /* 1.1 demands one */
	ck_assert_str_eq(jsonx_text(result, "comment"), "");
	answer_free(&answer);
	ck_assert_int_eq(
		ask_status(&provider, "GET", V1 "/classes/class-bio-2/lineItems/l-1/results", NULL),
		404);
}
END_TEST

START_TEST(pages_say_where_they_are)
{
	struct answer answer = ask(&provider, "GET",
				   "/sandboxes/default" V1 "/students?limit=10&offset=20&"
				   "filter=grades='09'",
				   NULL);

	ck_assert_uint_eq(json_array_size(json_object_get(answer.json, "users")), 10);
	ck_assert_str_eq(answer.total, "40");
	ck_assert_msg(starts_with(answer.link,
				  "<http://sis.example.org/sandboxes/default" V1
				  "/students?filter=grades%3D%2709%27&limit=10&offset=30>; "
				  "rel=\"next\", <"),
		      "%s", answer.link);
	answer_free(&answer);
}
END_TEST

START_TEST(credentials_come_first)
{
	struct answer answer;
	char *authorization;

	provider.sandbox->auth.open = false;
	answer = ask(&provider, strangers[_i].method, strangers[_i].target, NULL);
	ck_assert_msg(answer.status == strangers[_i].status, "%s: %d", strangers[_i].target,
		      answer.status);
	if (answer.status == 401)
		ck_assert_str_eq(answer.minor, "unauthorized");
	answer_free(&answer);

	answer = ask(&provider, "POST", "/oauth2/token?client_id=canvas&client_secret=s3cret",
		     NULL);
	authorization = xformat("Bearer %s", jsonx_text(answer.json, "access_token"));
	provider.authorization = authorization;
	answer_free(&answer);
	ck_assert_msg(ask_status(&provider, strangers[_i].method, strangers[_i].target, NULL) ==
			      strangers[_i].with_token,
		      "%s with a token", strangers[_i].target);
	free(authorization);
}
END_TEST

START_TEST(tokens_are_given_at_every_path)
{
	struct answer answer = ask(&provider, "POST", token_paths[_i],
				   "client_id=canvas&client_secret=s3cret");

	ck_assert_msg(answer.status == 200 && jsonx_text(answer.json, "access_token"), "%s: %d",
		      token_paths[_i], answer.status);
	answer_free(&answer);
}
END_TEST

Suite *api_suite(void);
Suite *api_suite(void)
{
	Suite *suite = suite_create("api/api");
	TCase *tc = tcase_create("api");

	tcase_add_checked_fixture(tc, open_provider, close_provider);
	tcase_add_loop_test(tc, answers, 0, ARRAY_SIZE(cases));
	tcase_add_loop_test(tc, a_refusal_stores_nothing, 0, ARRAY_SIZE(cases));
	tcase_add_test(tc, put_creates_replaces_and_delete_ends);
	tcase_add_test(tc, a_result_comes_back_complete);
	tcase_add_test(tc, pages_say_where_they_are);
	tcase_add_loop_test(tc, credentials_come_first, 0, ARRAY_SIZE(strangers));
	tcase_add_loop_test(tc, tokens_are_given_at_every_path, 0, ARRAY_SIZE(token_paths));
	suite_add_tcase(suite, tc);
	return suite;
}
