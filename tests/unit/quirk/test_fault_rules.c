/*
 * test_fault_rules.c - fault rules: what they may say, which requests they meet, how they
 * count and draw.
 */
#include <check.h>
#include <math.h>

#include "base/file.h"
#include "oneroster/vocab.h"
#include "server/quirk/rules.h"
#include "tests/quoted.h"
#include "tests/unit/helpers.h"

#define ITEM(when, todo) "{'items': [{'when': {" when "}, 'do': {" todo "}}]}"
#define WHEN(when) ITEM(when, "'status': 500")
#define DOES(todo) ITEM("'nth': 1", todo)
#define FIFTY(x)                                                                                  \
	x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x x \
		x x x x x
#define AAA FIFTY("aaaaaa") /* 300 bytes */

/* clang-format off */
static const struct {
	const char *json, *pointer, *says;
} refused[] = {
	{ "[]",                                      "",                        "expected" },
	{ "{}",                                      "/items",                  "an array" },
	{ "{'items': {}}",                           "/items",                  "an array" },
	{ "{'items': [], 'colour': 1}",              "/colour",                 "unknown key" },
	{ "{'items': [], 'seed': -1}",               "/seed",                   "at least 0" },
	{ "{'items': [], 'seed': '1'}",              "/seed",                   "whole number" },
	{ "{'items': [], 'seed': 1.5}",              "/seed",                   "whole number" },
	{ "{'items': [7]}",                          "/items/0",                "a number" },
	{ "{'items': [{'when': {'nth': 1}, 'do': {'status': 500}, 'colour': 1}]}", "/items/0/colour", "unknown key" },
	{ "{'items': [{'when': {'nth': 1}, 'do': {'status': 500}, 'name': 1}]}", "/items/0/name", "a string" },
	{ "{'items': [{'when': {'nth': 1}, 'do': {'status': 500}, 'name': ''}]}", "/items/0/name", "1 to 255" },
	{ "{'items': [{'when': {'nth': 1}, 'do': {'status': 500}, 'name': '" AAA "'}]}", "/items/0/name", "1 to 255" },
	{ "{'items': [{'when': {'nth': 1}, 'do': {'status': 500}}, {'when': {'nth': 0}, 'do': {'status': 500}}]}", "/items/1/when/nth", "from 1 to" },

	/* what meets everything */
	{ "{'items': [{'do': {'status': 500}}]}",    "/items/0/when",           "{\"path\": \"*\"}" },
	{ WHEN(""),                                  "/items/0/when",           "every request" },
	{ WHEN("'every': 1"),                        "/items/0/when",           "every request" },
	{ WHEN("'after': 0"),                        "/items/0/when",           "every request" },
	{ WHEN("'odds': 1"),                         "/items/0/when",           "every request" },
	{ WHEN("'odds': 1, 'every': 1, 'after': 0"), "/items/0/when",           "every request" },

	{ "{'items': [{'when': [], 'do': {'status': 500}}]}", "/items/0/when",  "an array" },
	{ WHEN("'colour': 'red'"),                   "/items/0/when/colour",    "known are: method, operation" },
	{ WHEN("'method': 'put'"),                   "/items/0/when/method",    "GET HEAD PUT" },
	{ WHEN("'method': 7"),                       "/items/0/when/method",    "GET HEAD PUT" },
	{ WHEN("'method': []"),                      "/items/0/when/method",    "empty" },
	{ WHEN("'method': ['GET', 'GIT']"),          "/items/0/when/method/1",  "GET HEAD PUT" },
	{ WHEN("'operation': 'putAtlantis'"),        "/items/0/when/operation", "no such operation" },
	{ WHEN("'operation': ['putResult', null]"),  "/items/0/when/operation/1", "no such operation" },
	{ WHEN("'operation': {}"),                   "/items/0/when/operation", "no such operation" },
	{ WHEN("'path': 'lineItems'"),               "/items/0/when/path",      "begins with /" },
	{ WHEN("'path': ''"),                        "/items/0/when/path",      "1 to 255" },
	{ WHEN("'path': '/" AAA "'"),                "/items/0/when/path",      "1 to 255" },
	{ WHEN("'path': '/x?limit=1'"),              "/items/0/when/path",      "query" },
	{ WHEN("'path': ['/x']"),                    "/items/0/when/path",      "an array" },
	{ WHEN("'version': '2.0'"),                  "/items/0/when/version",   "1.1 1.2" },
	{ WHEN("'version': 1.1"),                    "/items/0/when/version",   "1.1 1.2" },
	{ WHEN("'client': 1"),                       "/items/0/when/client",    "a number" },
	{ WHEN("'header': 'X'"),                     "/items/0/when/header",    "an object" },
	{ WHEN("'header': {}"),                      "/items/0/when/header",    "empty" },
	{ WHEN("'header': {'X': 1}"),                "/items/0/when/header/X",  "a string" },
	{ WHEN("'query': {'limit': 1}"),             "/items/0/when/query/limit", "a string" },
	{ WHEN("'field': {'title': 'x'}"),           "/items/0/when/field/title", "JSON pointer" },
	{ WHEN("'field': {'/a~': 'x'}"),             "/items/0/when/field/~1a~0", "JSON pointer" },
	{ WHEN("'nth': 0"),                          "/items/0/when/nth",       "from 1 to" },
	{ WHEN("'nth': 1.5"),                        "/items/0/when/nth",       "whole number" },
	{ WHEN("'nth': [1]"),                        "/items/0/when/nth",       "an array" },
	{ WHEN("'nth': 1000000001"),                 "/items/0/when/nth",       "outside" },
	{ WHEN("'nth': 3, 'every': 2"),              "/items/0/when/every",     "one request" },
	{ WHEN("'nth': 3, 'after': 2"),              "/items/0/when/after",     "one request" },
	{ WHEN("'nth': 3, 'times': 2"),              "/items/0/when/times",     "one request" },
	{ WHEN("'every': 0"),                        "/items/0/when/every",     "from 1 to" },
	{ WHEN("'after': -1"),                       "/items/0/when/after",     "from 0 to" },
	{ WHEN("'times': 0"),                        "/items/0/when/times",     "from 1 to" },
	{ WHEN("'odds': 1.01"),                      "/items/0/when/odds",      "from 0 to 1" },
	{ WHEN("'odds': -0.1"),                      "/items/0/when/odds",      "from 0 to 1" },
	{ WHEN("'odds': '50%'"),                     "/items/0/when/odds",      "a string" },
	{ WHEN("'for_s': 0"),                        "/items/0/when/for_s",     "from 1 to" },

	{ "{'items': [{'when': {'nth': 1}}]}",       "/items/0/do",             "nothing" },
	{ "{'items': [{'when': {'nth': 1}, 'do': 500}]}", "/items/0/do",        "a number" },
	{ DOES(""),                                  "/items/0/do",             "nothing" },
	{ DOES("'run': true"),                       "/items/0/do",             "nothing" },
	{ DOES("'html': false"),                     "/items/0/do",             "nothing" },
	{ DOES("'explode': true"),                   "/items/0/do/explode",     "known are: status, headers" },
	{ DOES("'status': 199"),                     "/items/0/do/status",      "from 200 to 599" },
	{ DOES("'status': 600"),                     "/items/0/do/status",      "from 200 to 599" },
	{ DOES("'status': '500'"),                   "/items/0/do/status",      "a string" },
	{ DOES("'headers': ['X']"),                  "/items/0/do/headers",     "an object" },
	{ DOES("'headers': {}"),                     "/items/0/do/headers",     "empty" },
	{ DOES("'headers': {'X Y': '1'}"),           "/items/0/do/headers/X Y", "no header" },
	{ DOES("'headers': {'': '1'}"),              "/items/0/do/headers/",    "no header" },
	{ DOES("'headers': {'X': 1}"),               "/items/0/do/headers/X",   "text" },
	{ DOES("'headers': {'X': 'a\\r\\nY: b'}"),   "/items/0/do/headers/X",   "line breaks" },
	{ DOES("'headers': {'content-length': '1'}"), "/items/0/do/headers/content-length", "length_off" },
	{ DOES("'headers': {'Transfer-Encoding': null}"), "/items/0/do/headers/Transfer-Encoding", "connection" },
	{ DOES("'headers': {'X': '" AAA AAA AAA AAA "'}"), "/items/0/do/headers/X", "at most 1000" },
	{ DOES("'content_type': 'a\\nb'"),           "/items/0/do/content_type", "line break" },
	{ DOES("'content_type': 1"),                 "/items/0/do/content_type", "a number" },
	{ DOES("'fault': 'atlantis'"),               "/items/0/do/fault",       "no such fault" },
	{ DOES("'fault': 500"),                      "/items/0/do/fault",       "no such fault" },
	{ DOES("'html': 'yes'"),                     "/items/0/do/html",        "true or false" },
	{ DOES("'empty': 1"),                        "/items/0/do/empty",       "true or false" },
	{ DOES("'malform': null"),                   "/items/0/do/malform",     "true or false" },
	{ DOES("'expire_token': 1"),                 "/items/0/do/expire_token", "true or false" },
	{ DOES("'revoke_token': 1"),                 "/items/0/do/revoke_token", "true or false" },
	{ DOES("'set': {'title': 1}"),               "/items/0/do/set/title",   "JSON pointer" },
	{ DOES("'set': {}"),                         "/items/0/do/set",         "empty" },
	{ DOES("'remove': '/a'"),                    "/items/0/do/remove",      "an array" },
	{ DOES("'remove': ['/a', 7]"),               "/items/0/do/remove/1",    "JSON pointer" },
	{ DOES("'remove': []"),                      "/items/0/do/remove",      "empty" },
	{ DOES("'retype': {'/a': 'text'}"),          "/items/0/do/retype/~1a",  "string number" },
	{ DOES("'retype': {'a': 'string'}"),         "/items/0/do/retype/a",    "JSON pointer" },
	{ DOES("'truncate': -1"),                    "/items/0/do/truncate",    "from 0 to" },
	{ DOES("'length_off': 0"),                   "/items/0/do/length_off",  "changes nothing" },
	{ DOES("'length_off': 'x'"),                 "/items/0/do/length_off",  "a string" },
	{ DOES("'skew_s': 0"),                       "/items/0/do/skew_s",      "changes nothing" },
	{ DOES("'drip': 10"),                        "/items/0/do/drip",        "bytes" },
	{ DOES("'drip': {'bytes': 10}"),             "/items/0/do/drip/ms",     "absent" },
	{ DOES("'drip': {'ms': 10}"),                "/items/0/do/drip/bytes",  "absent" },
	{ DOES("'drip': {'bytes': 0, 'ms': 10}"),    "/items/0/do/drip/bytes",  "from 1 to" },
	{ DOES("'drip': {'bytes': 1, 'ms': 600001}"), "/items/0/do/drip/ms",    "outside" },
	{ DOES("'drip': {'bytes': 1, 'ms': 1, 's': 1}"), "/items/0/do/drip/s",  "unknown key" },
	{ DOES("'delay': 0"),                        "/items/0/do/delay",       "from 1 to" },
	{ DOES("'delay': 600001"),                   "/items/0/do/delay",       "outside" },
	{ DOES("'delay': '1s'"),                     "/items/0/do/delay",       "a string" },
	{ DOES("'delay': {'spread': 'uniform'}"),    "/items/0/do/delay/ms",    "absent" },
	{ DOES("'delay': {'ms': 1, 'spread': 'x'}"), "/items/0/do/delay/spread", "fixed uniform lognormal" },
	{ DOES("'delay': {'ms': 1, 's': 1}"),        "/items/0/do/delay/s",     "unknown key" },
	{ DOES("'connection': 'cut'"),               "/items/0/do/connection",  "reset close half garbage" },
	{ DOES("'page': 2"),                         "/items/0/do/page",        "repeat skip" },
	{ DOES("'run': 'no'"),                       "/items/0/do/run",         "true or false" },

	/* contradictions */
	{ DOES("'body': 'x', 'empty': true"),        "/items/0/do/empty",       "one body" },
	{ DOES("'body': 'x', 'html': true"),         "/items/0/do/html",        "one body" },
	{ DOES("'body': 'x', 'fault': 'internal'"),  "/items/0/do/fault",       "one body" },
	{ DOES("'fault': 'internal', 'html': true"), "/items/0/do/html",        "one body" },
	{ DOES("'html': true, 'empty': true"),       "/items/0/do/empty",       "one body" },
	{ DOES("'body': {'a': 1}, 'set': {'/a': 2}"), "/items/0/do/set",        "of its own" },
	{ DOES("'html': true, 'malform': true"),     "/items/0/do/malform",     "of its own" },
	{ DOES("'status': 500, 'set': {'/a': 2}"),   "/items/0/do/set",         "\"run\": true" },
	{ DOES("'status': 500, 'connection': 'half'"), "/items/0/do/connection", "\"run\": true" },
	{ DOES("'empty': true, 'truncate': 7"),      "/items/0/do/truncate",    "no body" },
	{ DOES("'empty': true, 'connection': 'half'"), "/items/0/do/connection", "no body" },
	{ DOES("'status': 204, 'body': 'x'"),        "/items/0/do/body",        "no body" },
	{ DOES("'status': 304, 'html': true"),       "/items/0/do/html",        "no body" },
	{ DOES("'status': 500, 'page': 'skip'"),     "/items/0/do/page",        "\"run\": true" },
	{ DOES("'connection': 'reset', 'status': 500"), "/items/0/do/status",   "no answer leaves" },
	{ DOES("'connection': 'close', 'set': {'/a': 1}"), "/items/0/do/set",   "no answer leaves" },
	{ DOES("'connection': 'garbage', 'length_off': 1"), "/items/0/do/length_off", "no answer leaves" },
	{ DOES("'expire_token': true, 'revoke_token': true"), "/items/0/do/revoke_token", "revoked" },
	{ DOES("'run': false, 'delay': 7"),          "/items/0/do/run",         "needs an answer" },
};

/* The same sayings where they do not contradict. */
static const char *const accepted[] = {
	"{'items': []}",
	"{'items': [], 'seed': 9223372036854775807}",
	WHEN("'path': '*'"),
	WHEN("'path': '/ims/*'"),
	WHEN("'times': 3"),
	WHEN("'for_s': 60"),
	WHEN("'odds': 0.5"),
	WHEN("'every': 2"),
	WHEN("'after': 1"),
	WHEN("'operation': 'token'"),
	WHEN("'operation': ['putResult', 'getAllLineItems'], 'method': ['GET', 'PUT']"),
	WHEN("'nth': 3, 'odds': 0.5, 'for_s': 5"),
	WHEN("'field': {'/lineItem/category': null, '/a/*/b': {'c': [1]}}"),
	DOES("'status': 503, 'headers': {'Retry-After': '2', 'ETag': null}"),
	DOES("'status': 500, 'set': {'/a': 2}, 'run': true"),
	DOES("'status': 500, 'page': 'skip', 'run': true"),
	DOES("'status': 204"),
	DOES("'status': 500, 'empty': true"),
	DOES("'fault': 'grading_period_closed', 'status': 409, 'set': {'/x': 1}"),
	DOES("'body': {'a': [null]}, 'status': 418, 'content_type': 'text/plain', 'truncate': 3"),
	DOES("'body': null"),
	DOES("'html': true, 'status': 200, 'content_type': 'application/json'"),
	DOES("'connection': 'half', 'drip': {'bytes': 1, 'ms': 1}"),
	DOES("'connection': 'reset', 'run': false, 'delay': {'ms': 5, 'spread': 'lognormal'}"),
	DOES("'malform': true, 'truncate': 0, 'length_off': -3"),
	DOES("'skew_s': -86400, 'expire_token': true"),
	DOES("'html': false, 'delay': 600000"),
	"{'items': [{'name': 'x', 'when': {'nth': 1}, 'do': {'delay': 1}, 'matched': 3, 'fired': 1}]}",
};
/* clang-format on */

static struct rules *parse(const char *quoted, uint64_t seed, struct err *err)
{
	json_t *document = json_quoted(quoted);
	struct rules *rules = rules_parse(document, seed, 1000000, err);

	json_decref(document);
	return rules;
}

START_TEST(bad_documents_are_refused)
{
	struct err err = ERR_INIT;

	ck_assert_msg(!parse(refused[_i].json, 1, &err), "%s", refused[_i].json);
	ck_assert_int_eq(err.code, ERR_INVALID);
	ck_assert_msg(strcmp(err.pointer, refused[_i].pointer) == 0, "%s: %s", refused[_i].json,
		      err.pointer);
	ck_assert_msg(strstr(err.text, refused[_i].says) != NULL, "%s: %s", refused[_i].json,
		      err.text);
}
END_TEST

START_TEST(good_documents_are_taken)
{
	struct err err = ERR_INIT;
	struct rules *rules = parse(accepted[_i], 1, &err);

	ck_assert_msg(rules != NULL, "%s: %s", accepted[_i], err.text);
	rules_put(rules);
}
END_TEST

static json_t *many(int rules)
{
	json_t *document = json_object(), *items = json_array();

	for (int i = 0; i < rules; i++)
		json_array_append_new(items,
				      json_quoted("{'when': {'nth': 1}, 'do': {'delay': 1}}"));
	json_object_set_new(document, "items", items);
	return document;
}

START_TEST(there_are_limits)
{
	json_t *document = many(RULES_MOST);
	struct err err = ERR_INIT;
	struct rules *rules = rules_parse(document, 1, 0, &err);
	static char large[70000];

	ck_assert_msg(rules != NULL, "%s", err.text);
	rules_put(rules);
	json_decref(document);

	document = many(RULES_MOST + 1);
	ck_assert_ptr_null(rules_parse(document, 1, 0, &err));
	ck_assert_str_eq(err.pointer, "/items");
	json_decref(document);

	document = many(1);
	memset(large, 'x', sizeof large - 1);
	json_object_set_new(
		json_object_get(json_array_get(json_object_get(document, "items"), 0), "do"),
		"body", json_string(large));
	err = (struct err)ERR_INIT;
	ck_assert_ptr_null(rules_parse(document, 1, 0, &err));
	ck_assert_str_eq(err.pointer, "/items/0/do/body");
	json_decref(document);
}
END_TEST

#define LINE_ITEM                                                                       \
	"{\"lineItem\": {\"title\": \"Essay 3\", \"class\": {\"sourcedId\": \"c-1\"}, " \
	"\"resultValueMax\": 10.0, \"notes\": null, \"tags\": [\"a\", \"b\"], \"ok\": true}}"

/* One request, asked about in many ways. */
static struct pairs request_headers;
static struct rule_facts request(const struct str *body)
{
	static struct pair headers[] = { { "User-Agent", "Canvas/1.0" },
					 { "X-Thing", "one" },
					 { "x-thing", "two" } };

	request_headers = (struct pairs){ headers, ARRAY_SIZE(headers), 0 };
	return (struct rule_facts){
		.method = "PUT",
		.operation = "putLineItem",
		.path = "/ims/oneroster/v1p1/lineItems/li-1",
		.version = V11,
		.credential = "canvas",
		.address = "192.0.2.1",
		.headers = &request_headers,
		.query = "limit=10&filter=status%3D'active'&a+b=c+d",
		.body = body,
		.now = 1000000,
	};
}

static const struct {
	const char *when;
	bool fits;
} conditions[] = {
	{ "'method': 'PUT'", true },
	{ "'method': 'GET'", false },
	{ "'method': ['GET', 'PUT']", true },
	{ "'operation': 'putLineItem'", true },
	{ "'operation': 'putResult'", false },
	{ "'operation': ['putResult', 'putLineItem']", true },
	{ "'path': '*'", true },
	{ "'path': '/lineItems/*'", true },
	{ "'path': '/lineItems'", false },
	{ "'path': '/ims/oneroster/v1p1/lineItems/*'", true },
	{ "'path': '*/lineItems/li-1'", true },
	{ "'path': '/ims/oneroster/v1p1/lineItems'", false },
	{ "'path': '/sandboxes/*'", false },
	{ "'version': '1.1'", true },
	{ "'version': '1.2'", false },
	{ "'client': 'canvas'", true },
	{ "'client': '192.0.2.1'", true },
	{ "'client': 'canvas2'", false },
	{ "'header': {'user-agent': 'Canvas*'}", true },
	{ "'header': {'user-agent': 'canvas*'}", false },
	{ "'header': {'X-Thing': 'two'}", true },
	{ "'header': {'X-Thing': 't*', 'User-Agent': '*'}", true },
	{ "'header': {'X-Thing': 't*', 'Accept': '*'}", false },
	{ "'query': {'limit': '10'}", true },
	{ "'query': {'limit': '1'}", false },
	{ "'query': {'filter': 'status=*'}", true },
	{ "'query': {'a b': 'c d'}", true },
	{ "'query': {'offset': '*'}", false },
	{ "'field': {'/lineItem/title': 'Essay 3'}", true },
	{ "'field': {'/lineItem/title': 'Essay*'}", true },
	{ "'field': {'/lineItem/title': 'Quiz*'}", false },
	{ "'field': {'/lineItem/class/sourcedId': 'c-1'}", true },
	{ "'field': {'/*/class/sourcedId': 'c-1'}", true },
	{ "'field': {'/lineItem/resultValueMax': 10}", true },
	{ "'field': {'/lineItem/resultValueMax': '10'}", false },
	{ "'field': {'/lineItem/resultValueMax': 11}", false },
	{ "'field': {'/lineItem/notes': null}", true },
	{ "'field': {'/lineItem/absent': null}", false },
	{ "'field': {'/lineItem/ok': true}", true },
	{ "'field': {'/lineItem/ok': false}", false },
	{ "'field': {'/lineItem/tags/1': 'b'}", true },
	{ "'field': {'/lineItem/tags/*': 'b'}", true },
	{ "'field': {'/lineItem/tags': ['a', 'b']}", true },
	{ "'field': {'/lineItem/tags': ['a']}", false },
	{ "'field': {'/lineItem/title': '*', '/lineItem/absent': '*'}", false },
	{ "'method': 'PUT', 'path': '*', 'client': 'canvas', 'version': '1.1'", true },
	{ "'method': 'PUT', 'path': '*', 'client': 'other', 'version': '1.1'", false },
};

static bool meets(struct rules *rules, const struct rule_facts *facts)
{
	struct arena arena = ARENA_INIT;
	struct effects effects;

	rules_match(rules, facts, &arena, &effects);

	bool fired = effects.count > 0;

	ck_assert((effects.rules != NULL) == fired);
	effects_put(&effects);
	arena_release(&arena);
	return fired;
}

START_TEST(conditions_narrow)
{
	char *text = xformat("{'items': [{'when': {%s}, 'do': {'delay': 1}}]}",
			     conditions[_i].when);
	struct err err = ERR_INIT;
	struct rules *rules = parse(text, 1, &err);
	struct str body = STR_INIT;
	struct rule_facts facts = request(&body);

	ck_assert_msg(rules != NULL, "%s", err.text);
	str_add(&body, LINE_ITEM);
	ck_assert_msg(meets(rules, &facts) == conditions[_i].fits, "%s", conditions[_i].when);
	str_release(&body);
	rules_put(rules);
	free(text);
}
END_TEST

/* What a request does not have, or has broken, meets no rule that asks for it. */
START_TEST(what_is_not_there_does_not_fit)
{
	static const char *const rules_of[] = {
		"'operation': 'putLineItem'", "'client': 'canvas'",
		"'query': {'limit': '*'}",    "'field': {'/lineItem/title': '*'}",
		"'version': '1.1'",           "'header': {'X': '*'}"
	};
	static const char *const bodies[] = { "", "{\"lineItem\": {\"title\"", "[]", "<html>" };
	struct pairs none = { 0 };
	struct rule_facts facts = { .method = "PUT",
				    .path = "/",
				    .address = "::1",
				    .headers = &none,
				    .query = "limit=%zz" };

	for (size_t i = 0; i < ARRAY_SIZE(rules_of) * ARRAY_SIZE(bodies); i++) {
		char *text = xformat("{'items': [{'when': {%s}, 'do': {'delay': 1}}]}",
				     rules_of[i / ARRAY_SIZE(bodies)]);
		struct err err = ERR_INIT;
		struct rules *rules = parse(text, 1, &err);
		struct str body = STR_INIT;

		str_add(&body, bodies[i % ARRAY_SIZE(bodies)]);
		facts.body = &body;
		ck_assert_msg(!meets(rules, &facts), "%s: %s", text, str_text(&body));
		str_release(&body);
		rules_put(rules);
		free(text);
	}
}
END_TEST

/* Which of twelve requests, one each second, a rule fires at. */
static const struct {
	const char *when, *fired;
} counts[] = {
	{ "'path': '*'", "xxxxxxxxxxxx" },
	{ "'nth': 1", "x..........." },
	{ "'nth': 3", "..x........." },
	{ "'nth': 13", "............" },
	{ "'every': 3", "..x..x..x..x" },
	{ "'after': 10", "..........xx" },
	{ "'times': 2", "xx.........." },
	{ "'after': 2, 'every': 4", ".....x...x.." },
	{ "'after': 2, 'times': 3", "..xxx......." },
	{ "'every': 2, 'times': 2", ".x.x........" },
	{ "'odds': 1, 'times': 1", "x..........." },
	{ "'odds': 0", "............" },
	{ "'for_s': 4", "xxxx........" },
	{ "'for_s': 1", "x..........." },
	{ "'for_s': 60", "xxxxxxxxxxxx" },
	{ "'for_s': 6, 'every': 2", ".x.x.x......" },
	{ "'for_s': 6, 'nth': 7", "............" },
};

static void pattern(struct rules *rules, int length, char *out)
{
	struct rule_facts facts = request(NULL);

	for (int i = 0; i < length; i++, facts.now += 1000)
		out[i] = meets(rules, &facts) ? 'x' : '.';
	out[length] = '\0';
}

START_TEST(rules_count)
{
	char *text = xformat("{'items': [{'when': {%s}, 'do': {'delay': 1}}]}", counts[_i].when);
	struct err err = ERR_INIT;
	struct rules *rules = parse(text, 1, &err);
	char fired[13];

	ck_assert_msg(rules != NULL, "%s", err.text);
	pattern(rules, 12, fired);
	ck_assert_msg(strcmp(fired, counts[_i].fired) == 0, "%s: %s", counts[_i].when, fired);
	rules_put(rules);
	free(text);
}
END_TEST

/* Only requests that fit are counted. */
START_TEST(others_are_not_counted)
{
	struct err err = ERR_INIT;
	struct rules *rules = parse(WHEN("'method': 'PUT', 'nth': 2"), 1, &err);
	struct rule_facts put = request(NULL), get = put;

	get.method = "GET";
	ck_assert(!meets(rules, &get));
	ck_assert(!meets(rules, &put));
	ck_assert(!meets(rules, &get));
	ck_assert(meets(rules, &put));
	rules_put(rules);
}
END_TEST

#define RUN 2000

static void run(const char *document, uint64_t seed, char *out)
{
	struct err err = ERR_INIT;
	struct rules *rules = parse(document, seed, &err);

	ck_assert_msg(rules != NULL, "%s", err.text);
	pattern(rules, RUN, out);
	rules_put(rules);
}

START_TEST(a_seed_repeats_a_run)
{
	static char one[RUN + 1], again[RUN + 1], other[RUN + 1], written[RUN + 1];

	run(WHEN("'odds': 0.5"), 1, one);
	run(WHEN("'odds': 0.5"), 1, again);
	run(WHEN("'odds': 0.5"), 2, other);
	run("{'seed': 1, 'items': [{'when': {'odds': 0.5}, 'do': {'status': 500}}]}", 77, written);
	ck_assert_str_eq(one, again);
	ck_assert_str_ne(one, other);
	ck_assert_str_eq(one, written);
}
END_TEST

static const double odds[] = { 0.01, 0.1, 0.5, 0.9 };

/* Within four deviations; and a firing says nothing about the next. */
START_TEST(odds_are_kept)
{
	char *text = xformat("{'items': [{'when': {'odds': %g}, 'do': {'delay': 1}}]}", odds[_i]);
	static char fired[RUN + 1];
	double count = 0, pairs = 0, p = odds[_i];

	run(text, 3, fired);
	for (int i = 0; i < RUN; i++) {
		count += fired[i] == 'x';
		pairs += i > 0 && fired[i] == 'x' && fired[i - 1] == 'x';
	}
	ck_assert_msg(fabs(count - RUN * p) < 4 * sqrt(RUN * p * (1 - p)), "%g: %g of %d", p, count,
		      RUN);
	ck_assert_msg(fabs(pairs - RUN * p * p) < 4 * sqrt(RUN * p * p) + 1, "%g: %g pairs", p,
		      pairs);
	free(text);
}
END_TEST

/* Each rule draws for itself: another one changes nothing, nor follows it. */
START_TEST(rules_draw_apart)
{
	struct err err = ERR_INIT;
	struct rules *alone = parse("{'items': [{'when': {'odds': 0.5}, 'do': {'delay': 1}}]}", 1,
				    &err);
	struct rules *both = parse("{'items': [{'when': {'odds': 0.5}, 'do': {'delay': 1}}, "
				   "{'when': {'odds': 0.5}, 'do': {'delay': 1}}]}",
				   1, &err);
	struct rule_facts facts = request(NULL);
	int same = 0;

	for (int i = 0; i < RUN; i++) {
		struct arena arena = ARENA_INIT;
		struct effects effects;
		bool first = false, second = false;

		rules_match(both, &facts, &arena, &effects);
		for (size_t k = 0; k < effects.count; k++) {
			first = first || strcmp(effects.names[k], "rule 1") == 0;
			second = second || strcmp(effects.names[k], "rule 2") == 0;
		}
		ck_assert(meets(alone, &facts) == first);
		same += first == second;
		effects_put(&effects);
		arena_release(&arena);
	}
	ck_assert_msg(abs(same - RUN / 2) < 4 * sqrt(RUN) / 2, "%d of %d are the same", same, RUN);
	rules_put(alone);
	rules_put(both);
}
END_TEST

/* Where two rules fire, the first that says a thing counts. */
START_TEST(the_first_rule_counts)
{
	struct err err = ERR_INIT;
	struct rules *rules = parse(
		"{'items': [{'name': 'a', 'when': {'path': '*'}, 'do': {'delay': 30}}, "
		"{'when': {'method': 'GET'}, 'do': {'delay': 90, 'status': 400}}, "
		"{'name': 'c', 'when': {'path': '*'}, 'do': {'delay': 60, 'status': 503}}]}",
		1, &err);
	struct rule_facts facts = request(NULL);
	struct arena arena = ARENA_INIT;
	struct effects effects;

	rules_match(rules, &facts, &arena, &effects);
	rules_put(rules); /* the effects hold them */
	ck_assert_uint_eq(effects.count, 2);
	ck_assert_str_eq(effects.names[0], "a");
	ck_assert_str_eq(effects.names[1], "c");
	ck_assert_int_eq(effects.delay_us, 30000);
	ck_assert_int_eq(effects_deed(&effects, DO_STATUS)->status, 503);
	ck_assert_ptr_null(effects_deed(&effects, DO_HTML));
	effects_put(&effects);
	effects_put(&effects); /* harmless */
	arena_release(&arena);
}
END_TEST

static const struct {
	const char *todo;
	bool run;
} carried[] = {
	{ "'delay': 1", true },
	{ "'set': {'/a': 1}", true },
	{ "'empty': true", true },
	{ "'connection': 'reset'", true },
	{ "'connection': 'reset', 'run': false", false },
	{ "'status': 500", false },
	{ "'fault': 'internal'", false },
	{ "'html': true", false },
	{ "'body': 'x'", false },
	{ "'status': 500, 'run': true", true },
	{ "'body': 'x', 'run': true", true },
};

START_TEST(a_rule_says_whether_the_request_is_carried_out)
{
	char *text = xformat("{'items': [{'when': {'nth': 1}, 'do': {%s}}]}", carried[_i].todo);
	struct err err = ERR_INIT;
	struct rules *rules = parse(text, 1, &err);
	struct rule_facts facts = request(NULL);
	struct arena arena = ARENA_INIT;
	struct effects effects;

	ck_assert_msg(rules != NULL, "%s", err.text);
	rules_match(rules, &facts, &arena, &effects);
	ck_assert_msg(effects_run(&effects) == carried[_i].run, "%s", carried[_i].todo);
	effects_put(&effects);
	rules_put(rules);
	arena_release(&arena);
	free(text);
}
END_TEST

/* What is shown can be set again, and goes on from 0. */
START_TEST(rules_are_shown_with_their_counts)
{
	static const char *const wanted =
		"{'seed':5,'items':[{'name':'slow','when':{'method':'PUT','every':2},"
		"'do':{'delay':{'ms':20,'spread':'uniform'}},'matched':3,'fired':1},"
		"{'name':'rule 2','when':{'nth':9},'do':{'html':true},'matched':3,'fired':0}]}";
	struct err err = ERR_INIT;
	struct rules *rules = parse(
		"{'items': [{'name': 'slow', 'when': {'method': 'PUT', 'every': 2}, "
		"'do': {'delay': {'ms': 20, 'spread': 'uniform'}}}, "
		"{'when': {'nth': 9}, 'do': {'html': true}}]}",
		5, &err);
	char fired[4];
	struct str text = STR_INIT;
	struct jsonw w;

	ck_assert_msg(rules != NULL, "%s", err.text);
	ck_assert_uint_eq(rules_seed(rules), 5);
	pattern(rules, 3, fired);
	ck_assert_str_eq(fired, ".x.");
	jsonw_init(&w, &text, 0);
	rules_write(rules, &w);
	rules_put(rules);

	json_t *document = json_quoted(wanted), *shown = json_quoted(text.text);

	ck_assert_msg(json_equal(shown, document), "%s", text.text);
	rules = rules_parse(shown, 99, 0, &err);
	ck_assert_msg(rules != NULL, "%s", err.text);
	ck_assert_uint_eq(rules_seed(rules), 5);
	rules_put(rules);
	json_decref(document);
	json_decref(shown);
	str_release(&text);
}
END_TEST

/* docs/faults.md has a row of a table for each key, and no other. */
static void expect_rows(const char *text, const char *from, const char *to,
			const char *(*key)(size_t i))
{
	const char *begin = strstr(text, from), *end = begin ? strstr(begin, to) : NULL;
	size_t rows = 0, keys = 0;

	ck_assert_msg(begin && end, "%s ... %s", from, to);
	for (; key(keys); keys++) {
		char *row = xformat("\n| `%s` |", key(keys));
		const char *at = strstr(begin, row);

		ck_assert_msg(at && at < end, "docs/faults.md: no row for %s", key(keys));
		free(row);
	}
	for (const char *at = begin; (at = strstr(at, "\n| `")) && at < end; at++)
		rows++;
	ck_assert_msg(rows == keys, "docs/faults.md: %zu rows, %zu keys in %s", rows, keys, from);
}

START_TEST(every_key_is_documented)
{
	struct err err = ERR_INIT;
	char *path = source_path("docs/faults.md"), *text;
	size_t length;

	text = file_read(path, 1 << 20, &length, &err);
	ck_assert_msg(text != NULL, "%s", err.text);
	expect_rows(text, "## when", "\n## do", rules_when_key);
	expect_rows(text, "## do", "\n## ", rules_do_key);
	free(text);
	free(path);
}
END_TEST

Suite *fault_rules_suite(void);
Suite *fault_rules_suite(void)
{
	Suite *suite = suite_create("quirk/rules");
	TCase *tc = tcase_create("rules");

	tcase_add_loop_test(tc, bad_documents_are_refused, 0, ARRAY_SIZE(refused));
	tcase_add_loop_test(tc, good_documents_are_taken, 0, ARRAY_SIZE(accepted));
	tcase_add_test(tc, there_are_limits);
	tcase_add_loop_test(tc, conditions_narrow, 0, ARRAY_SIZE(conditions));
	tcase_add_test(tc, what_is_not_there_does_not_fit);
	tcase_add_loop_test(tc, rules_count, 0, ARRAY_SIZE(counts));
	tcase_add_test(tc, others_are_not_counted);
	tcase_add_test(tc, a_seed_repeats_a_run);
	tcase_add_loop_test(tc, odds_are_kept, 0, ARRAY_SIZE(odds));
	tcase_add_test(tc, rules_draw_apart);
	tcase_add_test(tc, the_first_rule_counts);
	tcase_add_loop_test(tc, a_rule_says_whether_the_request_is_carried_out, 0,
			    ARRAY_SIZE(carried));
	tcase_add_test(tc, rules_are_shown_with_their_counts);
	tcase_add_test(tc, every_key_is_documented);
	suite_add_tcase(suite, tc);
	return suite;
}
