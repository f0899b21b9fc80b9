/*
 * test_journal.c - what is kept, how much of it, and who gets it.
 */
#include <check.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "tests/unit/journal/exchanges.h"

static const struct journal_query everything = { 0 };

/* "3 4 5" */
static char *ids_of(const json_t *journal)
{
	struct str text = STR_INIT;
	const json_t *item;
	size_t i;

	json_array_foreach (json_object_get(journal, "items"), i, item)
		str_format(&text, "%s%lld", i ? " " : "", (long long)jsonx_int(item, "id"));
	return str_take(&text, NULL);
}

static void expect_ids(struct journal *journal, const char *parameters, const char *expected,
		       int64_t next)
{
	struct journal_query query;
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct pairs pairs = { 0 };

	ck_assert(query_parse(&arena, parameters, PLUS_IS_BLANK, &pairs, &err));
	ck_assert_msg(journal_query_parse(&query, &pairs, &err), "%s: %s", parameters, err.text);

	json_t *json = journal_json(journal, &query);
	char *ids = ids_of(json);

	ck_assert_msg(strcmp(ids, expected) == 0, "%s: %s", parameters, ids);
	ck_assert_msg(jsonx_int(json, "next") == next, "%s: next %lld", parameters,
		      (long long)jsonx_int(json, "next"));
	free(ids);
	json_decref(json);
	arena_release(&arena);
}

START_TEST(keeps_an_exchange_as_it_was)
{
	static const struct pair headers[] = { { "Content-Type", "application/json" },
					       { "X-Trace", "1" },
					       { "x-trace", "\xff" },
					       { "X-\xff", "a" },
					       { "X-\xfe", "b" } };
	static const char *const quirks[] = { "title.max" }, *const faults[] = { "slow", "late" };
	static const char *const diagnostics[] = { "{\"rule\":\"OR-TYPE\"}" };
	struct journal *journal = journal_new(10, NULL);
	struct journal_exchange exchange = exchange_of("PUT", ROOT "/lineItems/a?x=1",
						       "putLineItem", 422, "{\"lineItem\": {}}\n");
	char body[] = "no";

	exchange.request.headers = headers;
	exchange.request.header_count = ARRAY_SIZE(headers);
	exchange.response = (struct journal_message){ .body = body, .length = 2, .size = 2 };
	exchange.quirks = (struct journal_words){ quirks, 1 };
	exchange.faults = (struct journal_words){ faults, 2 };
	exchange.diagnostics = (struct journal_words){ diagnostics, 1 };
	exchange.refusal = "title_too_long: too long";
	journal_add(journal, &exchange);
	memset(body, 'x', 2); /* it was copied */

	json_t *json = journal_json(journal, &everything);
	const json_t *item = json_array_get(json_object_get(json, "items"), 0);
	json_t *expected = json_pack(
		"{si,ss,ss,ss,ss,ss,ss,si,sf,ss,s{s{ss,ss,ss},ss},s{s{},ss},s[s],s[ss],s[{ss}],ss}",
		"id", 1, "at", "2026-11-16T17:00:00.000Z", "real_at", "2026-11-16T17:00:00.000Z",
		"sandbox", "default", "method", "PUT", "target", ROOT "/lineItems/a?x=1",
		"operation", "putLineItem", "status", 422, "ms", 1.5, "client", "canvas", "request",
		"headers", "Content-Type", "application/json", "X-Trace", "1, ?", "X-?", "a, b",
		"body", "{\"lineItem\": {}}\n", "response", "headers", "body", "no", "quirks",
		"title.max", "faults", "slow", "late", "diagnostics", "rule", "OR-TYPE", "refusal",
		"title_too_long: too long");

	ck_assert_ptr_nonnull(expected);
	ck_assert(json_is_string(json_object_get(item, "curl")));
	json_object_del((json_t *)(uintptr_t)item, "curl");
	ck_assert_msg(json_equal(item, expected), "%s", json_dumps(item, 0));
	json_decref(expected);
	json_decref(json);
	journal_free(journal);
}
END_TEST

START_TEST(forgets_the_oldest)
{
	struct journal *journal = journal_new(3, NULL);

	for (int i = 0; i < 7; i++)
		add_exchange(journal, "GET", "/x", NULL, 200, NULL);
	expect_ids(journal, "", "5 6 7", 0);
	expect_ids(journal, "since=2", "5 6 7", 0);
	journal_clear(journal);
	expect_ids(journal, "", "", 0);
	add_exchange(journal, "GET", "/x", NULL, 200, NULL);
	expect_ids(journal, "", "8", 0);
	journal_free(journal);
}
END_TEST

START_TEST(a_journal_of_nothing)
{
	struct journal *off = journal_new(0, NULL);

	add_exchange(off, "GET", "/x", NULL, 200, NULL);
	add_exchange(NULL, "GET", "/x", NULL, 200, NULL);
	expect_ids(off, "", "", 0);
	expect_ids(NULL, "", "", 0);
	journal_clear(NULL);
	journal_free(NULL);
	journal_free(off);
}
END_TEST

/* Bodies that do not fit, and such as are no text. */
START_TEST(bodies_are_cut_and_cleaned)
{
	static const struct {
		const char *tail;
		size_t length; /* of a body that ends in it at the limit; 0: as it is */
		size_t kept;
		const char *end;
	} rows[] = {
		{ "x", JOURNAL_BODY, JOURNAL_BODY, "x" },
		{ "xy", JOURNAL_BODY + 1, JOURNAL_BODY, "x" },
		{ "\xc5\xbb", JOURNAL_BODY + 1, JOURNAL_BODY - 1, " " },
		{ "\xe2\x80\x9c", JOURNAL_BODY + 1, JOURNAL_BODY - 2, " " },
		{ "\xff\xfe", JOURNAL_BODY, JOURNAL_BODY, "??" },
	};
	const size_t size = strlen(rows[_i].tail);
	char *text = xcalloc(1, rows[_i].length + 1);
	struct journal *journal = journal_new(1, NULL);

	memset(text, ' ', rows[_i].length);
	memcpy(text + rows[_i].length - size, rows[_i].tail, size);
	add_exchange(journal, "PUT", "/x", NULL, 200, text);

	json_t *json = journal_json(journal, &everything);
	const json_t *item = json_array_get(json_object_get(json, "items"), 0);
	const json_t *request = json_object_get(item, "request");
	const char *body = jsonx_text(request, "body");
	bool whole = rows[_i].length <= JOURNAL_BODY;

	ck_assert_uint_eq(strlen(body), rows[_i].kept);
	ck_assert_str_eq(body + rows[_i].kept - strlen(rows[_i].end), rows[_i].end);
	ck_assert_int_eq(jsonx_true(request, "truncated"), !whole);
	ck_assert_int_eq(json_is_null(json_object_get(item, "curl")),
			 !whole || *rows[_i].end == '?');
	json_decref(json);
	journal_free(journal);
	free(text);
}
END_TEST

START_TEST(nul_is_no_text)
{
	struct journal *journal = journal_new(1, NULL);
	struct journal_exchange exchange = exchange_of("PUT", "/x", NULL, 200, NULL);

	exchange.request = (struct journal_message){ .body = "a\0b", .length = 3, .size = 3 };
	journal_add(journal, &exchange);

	json_t *json = journal_json(journal, &everything);
	const json_t *item = json_array_get(json_object_get(json, "items"), 0);

	ck_assert_str_eq(jsonx_text(json_object_get(item, "request"), "body"), "a?b");
	json_decref(json);
	journal_free(journal);
}
END_TEST

static size_t count_of(struct journal *journal)
{
	struct journal_list list;
	size_t count;

	journal_take(journal, &everything, &list);
	count = list.count;
	journal_list_release(&list);
	return count;
}

/* 64 KiB each: 32 MiB hold fewer than 512. */
START_TEST(bytes_have_a_limit)
{
	char *text = xcalloc(1, JOURNAL_BODY + 1);
	struct journal_budget budget = { .used = 0 };
	struct journal *journal = journal_new(10000, &budget);

	memset(text, 'x', JOURNAL_BODY);
	for (int i = 0; i < 600; i++)
		add_exchange(journal, "PUT", "/x", NULL, 200, text);
	ck_assert_uint_gt(count_of(journal), 500);
	ck_assert_uint_lt(count_of(journal), 512);
	ck_assert_uint_le(atomic_load(&budget.used), JOURNAL_BYTES);
	journal_free(journal);
	ck_assert_uint_eq(atomic_load(&budget.used), 0);
	free(text);
}
END_TEST

/* Beyond the budget who holds more than a share gives way, not who comes late. */
START_TEST(journals_share_a_budget)
{
	char text[1001] = "";
	struct journal_budget budget = { .most = 20000 };
	struct journal *first = journal_new(100, &budget), *late = journal_new(100, &budget);

	memset(text, 'x', 1000);
	for (int i = 0; i < 50; i++)
		add_exchange(first, "PUT", "/x", NULL, 200, text);
	ck_assert_uint_le(atomic_load(&budget.used), 20000);
	ck_assert_uint_gt(count_of(first), 10);
	for (int i = 0; i < 50; i++)
		add_exchange(late, "PUT", "/x", NULL, 200, text);
	ck_assert_uint_ge(count_of(late), 5);
	ck_assert_uint_lt(count_of(late), 12);
	add_exchange(first, "PUT", "/x", NULL, 200, text);
	ck_assert_uint_lt(count_of(first), 12);
	ck_assert_uint_le(atomic_load(&budget.used), 20000);
	journal_free(late);
	for (int i = 0; i < 50; i++)
		add_exchange(first, "PUT", "/x", NULL, 200, text);
	ck_assert_uint_gt(count_of(first), 10);
	journal_free(first);
	ck_assert_uint_eq(atomic_load(&budget.used), 0);
}
END_TEST

static int64_t forgotten_of(struct journal *journal)
{
	json_t *json = journal_json(journal, &everything);
	const json_t *forgotten = json_object_get(json, "forgotten");
	int64_t count = json_is_integer(forgotten) ? json_integer_value(forgotten) : -1;

	json_decref(json);
	return count;
}

/* Who gave way to others is counted, by number and by size; who was deleted is not. */
START_TEST(says_what_it_forgot)
{
	struct journal_budget budget = { .most = 20000 };
	struct journal *journal = journal_new(3, NULL), *small = journal_new(100, &budget);
	char text[1001] = "";

	ck_assert_int_eq(forgotten_of(NULL), -1); /* it does not say */
	ck_assert_int_eq(forgotten_of(journal), 0);
	for (int i = 0; i < 3; i++)
		add_exchange(journal, "GET", "/x", NULL, 200, NULL);
	ck_assert_int_eq(forgotten_of(journal), 0);
	for (int i = 0; i < 2; i++)
		add_exchange(journal, "GET", "/x", NULL, 200, NULL);
	ck_assert_int_eq(forgotten_of(journal), 2);
	journal_clear(journal);
	ck_assert_int_eq(forgotten_of(journal), 0);
	add_exchange(journal, "GET", "/x", NULL, 200, NULL);
	ck_assert_int_eq(forgotten_of(journal), 0);
	memset(text, 'x', 1000);
	for (int i = 0; i < 50; i++)
		add_exchange(small, "PUT", "/x", NULL, 200, text);
	ck_assert_int_gt(forgotten_of(small), 0);
	ck_assert_int_eq(forgotten_of(small) + (int64_t)count_of(small), 50);
	journal_free(small);
	journal_free(journal);
}
END_TEST

START_TEST(a_list_outlives_its_journal)
{
	struct journal *journal = journal_new(2, NULL);
	struct journal_list list;

	add_exchange(journal, "GET", "/first", NULL, 200, NULL);
	journal_take(journal, &everything, &list);
	add_exchange(journal, "GET", "/x", NULL, 200, NULL);
	add_exchange(journal, "GET", "/x", NULL, 200, NULL);
	journal_free(journal);
	ck_assert_uint_eq(list.count, 1);
	ck_assert_str_eq(list.items[0]->target, "/first");
	journal_list_release(&list);
}
END_TEST

/* clang-format off */
static const struct {
	const char *parameters, *ids;
	int64_t next;
} queries[] = {
	{ "",                              "1 2 3 4 5 6", 0 },
	{ "method=put",                    "3 4 6", 0 },
	{ "method=PUT&status=4xx",         "4", 0 },
	{ "status=200",                    "1 2 6", 0 },
	{ "status=2xx",                    "1 2 3 6", 0 },
	{ "status=404",                    "5", 0 },
	{ "operation=putLineItem",         "3 4", 0 },
	{ "operation=token",               "1", 0 },
	{ "client=canvas",                 "1 2 3 4 5 6", 0 },
	{ "client=other",                  "", 0 },
	{ "path=" ROOT "/lineItems",       "3 4", 0 },
	{ "path=/lineItems/",              "3 4", 0 },
	{ "path=/classes",                 "2", 0 },
	{ "path=/classes?",                "", 0 }, /* ? stands for a character */
	{ "path=/lineItems/*",             "3 4", 0 },
	{ "path=*/lineItems/b",            "4", 0 },
	{ "path=*/results/*",              "6", 0 },
	{ "path=/results/*",               "6", 0 },
	{ "path=*limit*",                  "", 0 }, /* the query is no path */
	{ "path=/oauth2/token",            "1", 0 },
	{ "since=4",                       "5 6", 0 },
	{ "since=6",                       "", 0 },
	{ "since=99",                      "", 0 },
	{ "since=0",                       "1 2 3 4 5 6", 0 },
	{ "since=2026-11-16T17:00:03Z",    "4 5 6", 0 },
	{ "since=2027-01-01",              "", 0 },
	{ "limit=2",                       "5 6", 0 },
	{ "limit=6",                       "1 2 3 4 5 6", 0 },
	{ "limit=2&since=0",               "1 2", 2 },
	{ "limit=2&since=2&method=PUT",    "3 4", 4 },
	{ "limit=2&since=4",               "5 6", 0 },
	{ "limit=1&since=2026-11-16",      "1", 1 },
	{ "limit=1&status=4xx",            "5", 0 },
	{ "method=&status=404",            "5", 0 },
};

static const struct {
	const char *parameters, *pointer;
} bad[] = {
	{ "status=abc",  "status" },
	{ "status=6xx",  "status" },
	{ "status=42",   "status" },
	{ "status=2000", "status" },
	{ "since=-1",    "since" },
	{ "since=today", "since" },
	{ "limit=0",     "limit" },
	{ "limit=1e3",   "limit" },
	{ "limit=99999999999", "limit" },
	{ "verb=PUT",    "" },
};
/* clang-format on */

START_TEST(finds)
{
	static const struct {
		const char *method, *target, *operation;
		int status;
	} rows[] = {
		{ "POST", "/oauth2/token", "token", 200 },
		{ "GET", ROOT "/classes?limit=10", "getAllClasses", 200 },
		{ "PUT", ROOT "/lineItems/a", "putLineItem", 201 },
		{ "PUT", ROOT "/lineItems/b", "putLineItem", 422 },
		{ "GET", ROOT "/nothing", NULL, 404 },
		{ "PUT", "/sandboxes/x/ims/oneroster/gradebook/v1p2/results/a", "putResult", 200 },
	};
	struct journal *journal = journal_new(10, NULL);

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct journal_exchange exchange = exchange_of(
			rows[i].method, rows[i].target, rows[i].operation, rows[i].status, NULL);

		exchange.at += (int64_t)i * 1000;
		journal_add(journal, &exchange);
	}
	expect_ids(journal, queries[_i].parameters, queries[_i].ids, queries[_i].next);
	journal_free(journal);
}
END_TEST

START_TEST(refuses_what_it_cannot_look_for)
{
	struct journal_query query;
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct pairs pairs = { 0 };

	ck_assert(query_parse(&arena, bad[_i].parameters, PLUS_IS_BLANK, &pairs, &err));
	ck_assert_msg(!journal_query_parse(&query, &pairs, &err), "%s", bad[_i].parameters);
	ck_assert_str_eq(err.pointer, bad[_i].pointer);
	ck_assert_int_eq(err.code, ERR_INVALID);
	arena_release(&arena);
}
END_TEST

/* A pattern of many stars costs no more than its length times the text's. */
START_TEST(patterns_end)
{
	char pattern[401], text[4001];

	for (size_t i = 0; i < 400; i += 2)
		memcpy(pattern + i, "*a", 2);
	memset(text, 'a', 4000);
	text[0] = '/';
	pattern[399] = 'b';
	pattern[400] = text[4000] = '\0';
	ck_assert(!journal_path_matches(pattern, text));
}
END_TEST

#define THREADS 4
#define EACH 2000

static void *add_many(void *payload)
{
	for (int i = 0; i < EACH; i++) {
		add_exchange(payload, "PUT", "/x", "putResult", 200, "{}");
		if (i % 500 == 0) {
			struct journal_query query = { .limit = 10 };
			json_t *json = journal_json(payload, &query);

			ck_assert(json_array_size(json_object_get(json, "items")) > 0);
			json_decref(json);
		}
	}
	return NULL;
}

START_TEST(threads_share_it)
{
	struct journal *journal = journal_new(100, NULL);
	pthread_t threads[THREADS];
	struct journal_list list;

	for (size_t i = 0; i < THREADS; i++)
		ck_assert(pthread_create(&threads[i], NULL, add_many, journal) == 0);
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	journal_take(journal, &everything, &list);
	ck_assert_uint_eq(list.count, 100);
	for (size_t i = 0; i < list.count; i++)
		ck_assert_int_eq(list.items[i]->id, THREADS * EACH - 99 + (int64_t)i);
	journal_list_release(&list);
	journal_free(journal);
}
END_TEST

Suite *journal_suite(void);
Suite *journal_suite(void)
{
	Suite *suite = suite_create("journal/journal");
	TCase *tc = tcase_create("all");

	tcase_add_test(tc, keeps_an_exchange_as_it_was);
	tcase_add_test(tc, forgets_the_oldest);
	tcase_add_test(tc, a_journal_of_nothing);
	tcase_add_loop_test(tc, bodies_are_cut_and_cleaned, 0, 5);
	tcase_add_test(tc, nul_is_no_text);
	tcase_add_test(tc, bytes_have_a_limit);
	tcase_add_test(tc, journals_share_a_budget);
	tcase_add_test(tc, says_what_it_forgot);
	tcase_add_test(tc, a_list_outlives_its_journal);
	tcase_add_loop_test(tc, finds, 0, ARRAY_SIZE(queries));
	tcase_add_loop_test(tc, refuses_what_it_cannot_look_for, 0, ARRAY_SIZE(bad));
	tcase_add_test(tc, patterns_end);
	tcase_add_test(tc, threads_share_it);
	suite_add_tcase(suite, tc);
	return suite;
}
