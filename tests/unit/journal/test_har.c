/*
 * test_har.c - exchanges as an HTTP Archive 1.2, as the format wants it.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/pointer.h"
#include "base/when.h"
#include "tests/unit/journal/exchanges.h"

/* clang-format off */
/* The members of HAR 1.2 that must be there, and their types. [] is every element. */
static const struct {
	const char *object, *member;
	json_type type;
} members[] = {
	{ "/log",                                "version",         JSON_STRING },
	{ "/log",                                "creator",         JSON_OBJECT },
	{ "/log",                                "entries",         JSON_ARRAY },
	{ "/log/creator",                        "name",            JSON_STRING },
	{ "/log/creator",                        "version",         JSON_STRING },
	{ "/log/entries/[]",                     "startedDateTime", JSON_STRING },
	{ "/log/entries/[]",                     "time",            JSON_REAL },
	{ "/log/entries/[]",                     "request",         JSON_OBJECT },
	{ "/log/entries/[]",                     "response",        JSON_OBJECT },
	{ "/log/entries/[]",                     "cache",           JSON_OBJECT },
	{ "/log/entries/[]",                     "timings",         JSON_OBJECT },
	{ "/log/entries/[]/request",             "method",          JSON_STRING },
	{ "/log/entries/[]/request",             "url",             JSON_STRING },
	{ "/log/entries/[]/request",             "httpVersion",     JSON_STRING },
	{ "/log/entries/[]/request",             "cookies",         JSON_ARRAY },
	{ "/log/entries/[]/request",             "headers",         JSON_ARRAY },
	{ "/log/entries/[]/request",             "queryString",     JSON_ARRAY },
	{ "/log/entries/[]/request",             "headersSize",     JSON_INTEGER },
	{ "/log/entries/[]/request",             "bodySize",        JSON_INTEGER },
	{ "/log/entries/[]/request/headers/[]",  "name",            JSON_STRING },
	{ "/log/entries/[]/request/headers/[]",  "value",           JSON_STRING },
	{ "/log/entries/[]/request/queryString/[]", "name",         JSON_STRING },
	{ "/log/entries/[]/request/queryString/[]", "value",        JSON_STRING },
	{ "/log/entries/[]/request/postData",    "mimeType",        JSON_STRING },
	{ "/log/entries/[]/request/postData",    "params",          JSON_ARRAY },
	{ "/log/entries/[]/request/postData",    "text",            JSON_STRING },
	{ "/log/entries/[]/response",            "status",          JSON_INTEGER },
	{ "/log/entries/[]/response",            "statusText",      JSON_STRING },
	{ "/log/entries/[]/response",            "httpVersion",     JSON_STRING },
	{ "/log/entries/[]/response",            "cookies",         JSON_ARRAY },
	{ "/log/entries/[]/response",            "headers",         JSON_ARRAY },
	{ "/log/entries/[]/response",            "content",         JSON_OBJECT },
	{ "/log/entries/[]/response",            "redirectURL",     JSON_STRING },
	{ "/log/entries/[]/response",            "headersSize",     JSON_INTEGER },
	{ "/log/entries/[]/response",            "bodySize",        JSON_INTEGER },
	{ "/log/entries/[]/response/headers/[]", "name",            JSON_STRING },
	{ "/log/entries/[]/response/headers/[]", "value",           JSON_STRING },
	{ "/log/entries/[]/response/content",    "size",            JSON_INTEGER },
	{ "/log/entries/[]/response/content",    "mimeType",        JSON_STRING },
	{ "/log/entries/[]/timings",             "send",            JSON_INTEGER },
	{ "/log/entries/[]/timings",             "wait",            JSON_REAL },
	{ "/log/entries/[]/timings",             "receive",         JSON_INTEGER },
};
/* clang-format on */

static json_t *har;

static void make_archive(void)
{
	static const struct pair request_headers[] = { { "Content-Type", "application/json" } };
	static const struct pair response_headers[] = { { "Location", "/elsewhere" },
							{ "Content-Type", "text/html" } };
	struct journal *journal = journal_new(10, NULL);
	struct journal_exchange put = exchange_of("PUT", ROOT "/lineItems/a", "putLineItem", 422,
						  "{\"lineItem\": {}}");
	struct journal_query query = { 0 };
	struct journal_list list;
	struct str text = STR_INIT;
	struct err err = ERR_INIT;
	struct jsonw w;

	put.request.headers = request_headers;
	put.request.header_count = 1;
	put.response = (struct journal_message){ response_headers, 2, "<p>", 3, 70000 };
	put.refusal = "why";
	journal_add(journal, &put);
	add_exchange(journal, "GET", ROOT "/orgs?filter=a%3D%27b%27&x=%zz", NULL, 400, NULL);
	add_exchange(journal, "GET", ROOT "/orgs?filter=a%3D%27b%27&limit=1", NULL, 200, NULL);
	journal_take(journal, &query, &list);
	jsonw_init(&w, &text, 0);
	journal_write_har(&list, &w);
	journal_list_release(&list);
	journal_free(journal);
	har = jsonx_load(str_text(&text), text.length, &err);
	ck_assert_msg(har != NULL, "%s: %s", err.text, str_text(&text));
	str_release(&text);
}

static void drop_archive(void)
{
	json_decref(har);
}

/* A number of any kind will do where one is wanted. */
static bool is_of_type(const json_t *value, json_type type)
{
	return value && (json_typeof(value) == type ||
			 ((type == JSON_REAL || type == JSON_INTEGER) && json_is_number(value)));
}

static size_t look(const json_t *value, const char *path, const char *member, json_type type)
{
	size_t count = 0, length;
	const json_t *item;
	char *token;
	size_t i;

	if (!value)
		return 0;
	if (!*path) {
		ck_assert_msg(is_of_type(json_object_get(value, member), type), "%s", member);
		return 1;
	}
	length = strcspn(++path, "/");
	if (strncmp(path, "[]", length) == 0) {
		json_array_foreach (value, i, item)
			count += look(item, path + length, member, type);
		return count;
	}
	token = xstrndup(path, length);
	count = look(json_object_get(value, token), path + length, member, type);
	free(token);
	return count;
}

START_TEST(has_the_member)
{
	ck_assert_msg(look(har, members[_i].object, members[_i].member, members[_i].type) > 0,
		      "there is no %s", members[_i].object);
}
END_TEST

START_TEST(says_what_was)
{
	static const struct {
		const char *pointer, *value;
	} rows[] = {
		{ "/log/version", "\"1.2\"" },
		{ "/log/creator/name", "\"mocksis\"" },
		{ "/log/entries/0/startedDateTime", "\"2026-11-16T17:00:00.000Z\"" },
		{ "/log/entries/0/time", "1.5" },
		{ "/log/entries/0/request/url", "\"http://sis.example.org" ROOT "/lineItems/a\"" },
		{ "/log/entries/0/request/postData/mimeType", "\"application/json\"" },
		{ "/log/entries/0/request/postData/text", "\"{\\\"lineItem\\\": {}}\"" },
		{ "/log/entries/0/response/redirectURL", "\"/elsewhere\"" },
		{ "/log/entries/0/response/statusText", "\"Unprocessable Content\"" },
		{ "/log/entries/0/response/content/mimeType", "\"text/html\"" },
		{ "/log/entries/0/response/content/size", "70000" },
		{ "/log/entries/0/response/content/text", "\"<p>\"" },
		{ "/log/entries/0/comment", "\"why\"" },
		{ "/log/entries/1/request/postData", NULL },
		{ "/log/entries/1/request/queryString/0/name", "\"filter=a%3D%27b%27&x=%zz\"" },
		{ "/log/entries/1/response/redirectURL", "\"\"" },
		{ "/log/entries/2/request/queryString/0/value", "\"a='b'\"" },
		{ "/log/entries/2/request/queryString/1/value", "\"1\"" },
		{ "/log/entries/3", NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const json_t *found = pointer_find(har, rows[i].pointer);
		char *text = found ? json_dumps(found, JSON_ENCODE_ANY) : NULL;

		ck_assert_msg(same_text(text, rows[i].value), "%s: %s", rows[i].pointer,
			      text ? text : "nothing");
		free(text);
	}
}
END_TEST

/* time is the sum of the timings, and no member is of our own but behind an underscore. */
START_TEST(is_in_order)
{
	static const char known[] = "startedDateTime time request response cache timings comment";
	const json_t *entry, *value;
	const char *key;
	size_t i;

	json_array_foreach (pointer_find(har, "/log/entries"), i, entry) {
		double sum = 0, time = 0, part = 0;

		json_object_foreach (json_object_get(entry, "timings"), key, value) {
			ck_assert(jsonx_number(json_object_get(entry, "timings"), key, &part));
			sum += part;
		}
		ck_assert(jsonx_number(entry, "time", &time));
		ck_assert_double_eq_tol(sum, time, 1e-9);
		json_object_foreach ((json_t *)(uintptr_t)entry, key, value)
			ck_assert_msg(*key == '_' || has_word(known, key), "%s", key);
	}
}
END_TEST

Suite *har_suite(void);
Suite *har_suite(void)
{
	Suite *suite = suite_create("journal/har");
	TCase *tc = tcase_create("all");

	tcase_add_checked_fixture(tc, make_archive, drop_archive);
	tcase_add_loop_test(tc, has_the_member, 0, ARRAY_SIZE(members));
	tcase_add_test(tc, says_what_was);
	tcase_add_test(tc, is_in_order);
	suite_add_tcase(suite, tc);
	return suite;
}
