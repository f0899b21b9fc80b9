/*
 * test_page.c - limit, offset, and the Link header.
 */
#include <check.h>

#include "server/query/page.h"

/* clang-format off */
static const struct {
	const char *query;
	int64_t preset, most; /* limit.default, limit.max */
	int64_t limit, offset; /* limit 0: refused */
	const char *pointer;
} cases[] = {
	{ "",                            100, 0,    100,   0, "" },
	{ "limit=5",                     100, 0,    5,     0, "" },
	{ "limit=1&offset=0",            100, 0,    1,     0, "" },
	{ "offset=7",                    100, 0,    100,   7, "" },
	{ "limit=10000",                 100, 0,    10000, 0, "" },
	{ "limit=10000",                 100, 200,  200,   0, "" },
	{ "limit=200",                   100, 200,  200,   0, "" },
	{ "",                            300, 200,  200,   0, "" }, /* the default, too */
	{ "limit=9223372036854775807",   100, 0,    INT64_MAX, 0, "" },
	{ "offset=9223372036854775807",  100, 0,    100,   INT64_MAX, "" },
	{ "Limit=5&Offset=3",            100, 0,    100,   0, "" }, /* names are case-sensitive */
	{ "sort=limit&filter=offset",    100, 0,    100,   0, "" },
	{ "limit=0",                     100, 0,    0,     0, "limit" },
	{ "limit=-1",                    100, 0,    0,     0, "limit" },
	{ "limit=abc",                   100, 0,    0,     0, "limit" },
	{ "limit=1e3",                   100, 0,    0,     0, "limit" },
	{ "limit=1.0",                   100, 0,    0,     0, "limit" },
	{ "limit=",                      100, 0,    0,     0, "limit" },
	{ "limit",                       100, 0,    0,     0, "limit" },
	{ "limit=%205",                  100, 0,    0,     0, "limit" },
	{ "limit=5&limit=5",             100, 0,    0,     0, "limit" },
	{ "limit=9223372036854775808",   100, 0,    0,     0, "limit" },
	{ "offset=-1",                   100, 0,    0,     0, "offset" },
	{ "offset=x",                    100, 0,    0,     0, "offset" },
	{ "offset=9223372036854775808",  100, 0,    0,     0, "offset" },
	{ "offset=1&limit=5&offset=1",   100, 0,    0,     0, "offset" },
};

#define L(rel, limit, offset) "<http://h/x?limit=" #limit "&offset=" #offset ">; rel=\"" rel "\""

static const struct {
	int64_t total, limit, offset;
	const char *links;
} links[] = {
	{ 5,   2,   0, L("next", 2, 2) ", " L("first", 2, 0) ", " L("last", 2, 4) },
	{ 5,   2,   2, L("next", 2, 4) ", " L("prev", 2, 0) ", " L("first", 2, 0) ", " L("last", 2, 4) },
	{ 5,   2,   4, L("prev", 2, 2) ", " L("first", 2, 0) ", " L("last", 2, 4) },
	{ 4,   2,   2, L("prev", 2, 0) ", " L("first", 2, 0) ", " L("last", 2, 2) }, /* full, yet the last */
	{ 5,   2,   1, L("next", 2, 3) ", " L("prev", 2, 0) ", " L("first", 2, 0) ", " L("last", 2, 4) },
	{ 5,   100, 0, L("first", 100, 0) ", " L("last", 100, 0) },
	{ 1,   1,   0, L("first", 1, 0) ", " L("last", 1, 0) },
	{ 5,   2,   9, L("prev", 2, 4) ", " L("first", 2, 0) ", " L("last", 2, 4) }, /* beyond: back to what is there */
	{ 5,   2,   INT64_MAX, L("prev", 2, 4) ", " L("first", 2, 0) ", " L("last", 2, 4) },
	{ 5,   INT64_MAX, 0, L("first", 9223372036854775807, 0) ", " L("last", 9223372036854775807, 0) },
	{ 0,   2,   0, L("first", 2, 0) }, /* fact sheet 8.1: only first */
};
/* clang-format on */

START_TEST(reads_limit_and_offset)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct pairs query = { 0 };
	struct page page;

	ck_assert(query_parse(&arena, cases[_i].query, PLUS_IS_BLANK, &query, &err));

	struct page_rules rules = { cases[_i].preset, cases[_i].most, false, 0 };
	bool ok = page_parse(&page, &query, &rules, &err);

	ck_assert_msg(ok == (cases[_i].limit != 0), "%s: %d, %s", cases[_i].query, ok, err.text);
	ck_assert_msg(!ok || (page.limit == cases[_i].limit && page.offset == cases[_i].offset),
		      "%s: limit %lld, offset %lld", cases[_i].query, (long long)page.limit,
		      (long long)page.offset);
	ck_assert_msg(strcmp(err.pointer, cases[_i].pointer) == 0, "%s: %s", cases[_i].query,
		      err.pointer);
	arena_release(&arena);
}
END_TEST

START_TEST(links_only_what_exists)
{
	struct page page = { links[_i].limit, links[_i].offset };
	struct pairs none = { 0 };
	struct str out = STR_INIT;

	page_links(&out, &page, links[_i].total, "http://h/x", &none);
	ck_assert_str_eq(str_text(&out), links[_i].links);
	str_release(&out);
}
END_TEST

START_TEST(links_repeat_the_other_parameters)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct page page = { 10, 0 };
	struct pairs query = { 0 };
	struct str out = STR_INIT;

	ck_assert(query_parse(&arena,
			      "limit=10&filter=title='a+b%26c'%20AND%20x>'1'&offset=0&sort=title&y",
			      PLUS_IS_BLANK, &query, &err));
	page_links(&out, &page, 5, "http://h/x", &query);
	ck_assert_str_eq(
		str_text(&out),
		"<http://h/x?filter=title%3D%27a%20b%26c%27%20AND%20x%3E%271%27&sort=title&y=&"
		"limit=10&offset=0>; rel=\"first\", "
		"<http://h/x?filter=title%3D%27a%20b%26c%27%20AND%20x%3E%271%27&sort=title&y=&"
		"limit=10&offset=0>; rel=\"last\"");
	str_release(&out);
	arena_release(&arena);
}
END_TEST

/* Following next visits every row once and ends. */
START_TEST(next_walks_through)
{
	int64_t total = 23, seen = 0;
	struct page page = { _i, 0 };
	struct pairs none = { 0 };

	for (int steps = 0; steps < 100; steps++) {
		struct str out = STR_INIT;
		const char *next;

		seen += total - page.offset < page.limit ? total - page.offset : page.limit;
		page_links(&out, &page, total, "http://h/x", &none);
		next = strstr(str_text(&out), "rel=\"next\"") ? strstr(str_text(&out), "offset=")
							      : NULL;
		if (next)
			page.offset = strtoll(next + 7, NULL, 10);
		str_release(&out);
		if (!next)
			break;
	}
	ck_assert_msg(seen == total, "limit %d: %lld", _i, (long long)seen);
}
END_TEST

/* A filter of thousands of bytes: what fits is there and whole, the next page first. */
START_TEST(links_have_a_limit)
{
	static const struct {
		size_t length;
		int relations;
	} sizes[] = { { 500, 4 }, { 1400, 4 }, { 1900, 3 }, { 3000, 2 }, { 6000, 1 }, { 6200, 0 } };
	static const char *const names[] = { "next", "prev", "first", "last" };
	struct page page = { .limit = 2, .offset = 2 };
	struct arena arena = ARENA_INIT;
	struct str value = STR_INIT, out = STR_INIT;
	struct pairs query = { 0 };
	int found = 0;

	for (size_t i = 0; i < sizes[_i].length; i++)
		str_add_char(&value, 'x');
	pairs_add(&query, &arena, "filter", str_text(&value));
	page_links(&out, &page, 9, "http://h/x", &query);
	ck_assert_uint_le(out.length, LINKS_CAP);
	ck_assert(!out.length || ends_with(str_text(&out), "\""));
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		char *rel = xformat("rel=\"%s\"", names[i]);

		found += strstr(str_text(&out), rel) != NULL;
		ck_assert_msg(!found || strstr(str_text(&out), "rel=\"next\""), "no next");
		free(rel);
	}
	ck_assert_msg(found == sizes[_i].relations, "%zu bytes: %d relations", sizes[_i].length,
		      found);
	str_release(&out);
	str_release(&value);
	arena_release(&arena);
}
END_TEST

Suite *page_suite(void);
Suite *page_suite(void)
{
	Suite *suite = suite_create("query/page");
	TCase *tc = tcase_create("page");

	tcase_add_loop_test(tc, reads_limit_and_offset, 0, ARRAY_SIZE(cases));
	tcase_add_loop_test(tc, links_only_what_exists, 0, ARRAY_SIZE(links));
	tcase_add_test(tc, links_repeat_the_other_parameters);
	tcase_add_loop_test(tc, next_walks_through, 1, 30);
	tcase_add_loop_test(tc, links_have_a_limit, 0, 6);
	suite_add_tcase(suite, tc);
	return suite;
}
