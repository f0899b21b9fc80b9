/*
 * test_rule_documents.c - fault rules: what they may say, and where that is written down.
 */
#include <check.h>

#include "base/file.h"
#include "tests/unit/helpers.h"
#include "tests/quoted.h"
#include "tests/unit/quirk/documents.h"

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

START_TEST(bad_documents_are_refused)
{
	struct err err = ERR_INIT;

	ck_assert_msg(!rules_read(refused[_i].json, 1, &err), "%s", refused[_i].json);
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
	struct rules *rules = rules_read(accepted[_i], 1, &err);

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

Suite *rule_documents_suite(void);
Suite *rule_documents_suite(void)
{
	Suite *suite = suite_create("quirk/rule_documents");
	TCase *tc = tcase_create("rule_documents");

	tcase_add_loop_test(tc, bad_documents_are_refused, 0, ARRAY_SIZE(refused));
	tcase_add_loop_test(tc, good_documents_are_taken, 0, ARRAY_SIZE(accepted));
	tcase_add_test(tc, there_are_limits);
	tcase_add_test(tc, every_key_is_documented);
	suite_add_tcase(suite, tc);
	return suite;
}
