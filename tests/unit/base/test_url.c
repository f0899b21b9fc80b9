/*
 * test_url.c - percent-encoding, query strings, URLs.
 */
#include <check.h>

#include "base/url.h"

/* clang-format off */
static const struct {
	const char *text;
	enum plus plus;
	const char *decoded; /* NULL: refused */
} escapes[] = {
	{ "abc",             PLUS_IS_PLUS,  "abc" },
	{ "",                PLUS_IS_PLUS,  "" },
	{ "a%20b",           PLUS_IS_PLUS,  "a b" },
	{ "li%2F1%40x",      PLUS_IS_PLUS,  "li/1@x" },
	{ "%c5%BB",          PLUS_IS_PLUS,  "\xc5\xbb" },
	{ "100%25",          PLUS_IS_PLUS,  "100%" },
	{ "%2541",           PLUS_IS_PLUS,  "%41" },
	{ "a+b",             PLUS_IS_PLUS,  "a+b" },
	{ "a+b",             PLUS_IS_BLANK, "a b" },
	{ "a%2Bb",           PLUS_IS_BLANK, "a+b" },
	{ "%",               PLUS_IS_PLUS,  NULL },
	{ "%4",              PLUS_IS_PLUS,  NULL },
	{ "%zz",             PLUS_IS_PLUS,  NULL },
	{ "100%",            PLUS_IS_PLUS,  NULL },
	{ "%-1",             PLUS_IS_PLUS,  NULL },
	{ "%00",             PLUS_IS_PLUS,  NULL },
	{ "a%00b",           PLUS_IS_PLUS,  NULL },
	{ "%ff",             PLUS_IS_PLUS,  NULL },
	{ "%c3",             PLUS_IS_PLUS,  NULL },
	{ "%ed%a0%80",       PLUS_IS_PLUS,  NULL },
	{ "\xe9",            PLUS_IS_PLUS,  NULL },
	/* zones in quoted values keep their plus (traps D1) */
	{ "x>'2026-01-01T00:00:00+01:00'",         PLUS_IS_BLANK, "x>'2026-01-01T00:00:00+01:00'" },
	{ "x>'2026-01-01T00:00:00+0100'",          PLUS_IS_BLANK, "x>'2026-01-01T00:00:00+0100'" },
	{ "x%3E%272026-01-01T00%3A00%3A00+01%3A00%27", PLUS_IS_BLANK, "x>'2026-01-01T00:00:00+01:00'" },
	{ "x>'2026-01-01T00:00:00.000+00:00'+AND+y='a+b'", PLUS_IS_BLANK, "x>'2026-01-01T00:00:00.000+00:00' AND y='a b'" },
	{ "title='War+AND+Peace'",                 PLUS_IS_BLANK, "title='War AND Peace'" },
	{ "title='Quiz+12'",                       PLUS_IS_BLANK, "title='Quiz 12'" },
	{ "title='7+b'",                           PLUS_IS_BLANK, "title='7 b'" },
	{ "title='+01:00'",                        PLUS_IS_BLANK, "title=' 01:00'" },
	/* a value without quotes holds no zone: form bodies */
	{ "secret9+1234",                          PLUS_IS_BLANK, "secret9 1234" },
	{ "+",                                     PLUS_IS_BLANK, " " },
	{ "1+",                                    PLUS_IS_BLANK, "1 " },
};

static const struct {
	const char *query, *pairs; /* name=[value] joined by blanks; NULL: refused */
} queries[] = {
	{ "",                               "" },
	{ "a=1&b=2",                        "a=[1] b=[2]" },
	{ "filter=status='active'",         "filter=[status='active']" },
	{ "filter=score>=%2780%27&limit=5", "filter=[score>='80'] limit=[5]" },
	{ "a==b",                           "a=[=b]" },
	{ "a",                              "a=[]" },
	{ "a=",                             "a=[]" },
	{ "=b",                             "=[b]" },
	{ "a=1&a=2",                        "a=[1] a=[2]" },
	{ "&&a=1&&b=2&",                    "a=[1] b=[2]" },
	{ "a=1;b=2",                        "a=[1;b=2]" },
	{ "a%3Db=c",                        "a=b=[c]" },
	{ "a=b%26c",                        "a=[b&c]" },
	{ "a=x+y",                          "a=[x y]" },
	{ "a=%zz",                          NULL },
	{ "a=1&%=2",                        NULL },
	{ "a=%00",                          NULL },
};

static const struct {
	const char *text, *scheme, *host;
	int port;
	const char *path, *query;
	bool is_default;
} urls[] = {
	{ "http://h",                          "http",  "h", 80, "", NULL, true },
	{ "HTTPS://SIS.Example.ORG/Ims/x",     "https", "sis.example.org", 443, "/Ims/x", NULL, true },
	{ "http://h:8080/a/b?c=d&e=f#g",       "http",  "h", 8080, "/a/b", "c=d&e=f", false },
	{ "http://h:80",                       "http",  "h", 80, "", NULL, true },
	{ "https://h:80/",                     "https", "h", 80, "/", NULL, false },
	{ "http://h:/x",                       "http",  "h", 80, "/x", NULL, true },
	{ "http://h?x=1",                      "http",  "h", 80, "", "x=1", true },
	{ "http://h/a%2Fb?",                   "http",  "h", 80, "/a%2Fb", "", true },
	{ "http://[::1]:8080/ims/oneroster",   "http",  "[::1]", 8080, "/ims/oneroster", NULL, false },
	{ "https://[2001:DB8::1]",             "https", "[2001:db8::1]", 443, "", NULL, true },
	{ "http://h/a?u=http://x/y",           "http",  "h", 80, "/a", "u=http://x/y", true },
};

static const char *const not_urls[] = {
	"", "h", "//h/x", "ftp://h/x", "http:/h", "http://", "http:///x", "http://:8080/",
	"http://user@h/", "http://id:secret@h/", "http://h:0/", "http://h:65536/", "http://h:x/",
	"http://h:-1/", "http://h: 80/", "http://[::1/", "http://[::1", "http://::1/",
	"http://[::1]x/", "http://h h/", "://h",
};
/* clang-format on */

START_TEST(decodes)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	char *text = pct_decode(&arena, escapes[_i].text, strlen(escapes[_i].text),
				escapes[_i].plus, &err);

	ck_assert_msg(same_text(text, escapes[_i].decoded), "%s: got %s (%s)", escapes[_i].text,
		      text ? text : "a refusal", err.text);
	ck_assert_msg((text != NULL) == (err.code == ERR_NONE), "%s: %s", escapes[_i].text,
		      err.text);
	arena_release(&arena);
}
END_TEST

START_TEST(encodes_what_it_decodes)
{
	static const char every[] = " !\"#$%&'()*+,/:;<=>?@[\\]^`{|}~-._azAZ09\x7f\xc5\xbb\n";
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	char *encoded = pct_encoded(&arena, every);

	ck_assert_str_eq(encoded, "%20%21%22%23%24%25%26%27%28%29%2A%2B%2C%2F%3A%3B%3C%3D%3E%3F%40"
				  "%5B%5C%5D%5E%60%7B%7C%7D~-._azAZ09%7F%C5%BB%0A");
	ck_assert_str_eq(pct_decode(&arena, encoded, strlen(encoded), PLUS_IS_BLANK, &err), every);
	arena_release(&arena);
}
END_TEST

START_TEST(splits_before_it_decodes)
{
	struct arena arena = ARENA_INIT;
	struct str out = STR_INIT;
	struct pairs pairs = { 0 };
	struct err err = ERR_INIT;
	bool good = query_parse(&arena, queries[_i].query, PLUS_IS_BLANK, &pairs, &err);

	for (size_t i = 0; i < pairs.count; i++)
		str_format(&out, "%s%s=[%s]", i ? " " : "", pairs.items[i].name,
			   pairs.items[i].value);
	ck_assert_msg(good == (queries[_i].pairs != NULL), "%s: %d, %s", queries[_i].query, good,
		      err.text);
	ck_assert_msg(!good || strcmp(str_text(&out), queries[_i].pairs) == 0, "%s: got %s",
		      queries[_i].query, str_text(&out));
	ck_assert_msg(good || *err.text, "%s: no reason given", queries[_i].query);
	str_release(&out);
	arena_release(&arena);
}
END_TEST

START_TEST(a_long_query_is_read_whole)
{
	struct arena arena = ARENA_INIT;
	struct str query = STR_INIT;
	struct pairs pairs = { 0 };
	struct err err = ERR_INIT;

	for (int i = 0; i < 300; i++)
		str_format(&query, "&k%d=v%d", i, i);
	ck_assert(query_parse(&arena, str_text(&query), PLUS_IS_PLUS, &pairs, &err));
	ck_assert_uint_eq(pairs.count, 300);
	ck_assert_str_eq(pairs_get(&pairs, "k0"), "v0");
	ck_assert_str_eq(pairs_get(&pairs, "k299"), "v299");
	ck_assert_ptr_null(pairs_get(&pairs, "K299"));
	ck_assert_str_eq(pairs_get_nocase(&pairs, "K299"), "v299");
	ck_assert_ptr_null(pairs_get(&pairs, "k300"));
	str_release(&query);
	arena_release(&arena);
}
END_TEST

START_TEST(takes_urls_apart)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct url url;

	ck_assert_msg(url_parse(&arena, urls[_i].text, &url, &err), "%s", err.text);
	ck_assert_msg(strcmp(url.scheme, urls[_i].scheme) == 0 &&
			      strcmp(url.host, urls[_i].host) == 0 && url.port == urls[_i].port &&
			      strcmp(url.path, urls[_i].path) == 0 &&
			      same_text(url.query, urls[_i].query),
		      "%s: got %s, %s, %d, %s, %s", urls[_i].text, url.scheme, url.host, url.port,
		      url.path, url.query ? url.query : "no query");
	ck_assert_int_eq(url_port_is_default(&url), urls[_i].is_default);
	arena_release(&arena);
}
END_TEST

START_TEST(refuses_what_is_no_url)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct url url;

	ck_assert_msg(!url_parse(&arena, not_urls[_i], &url, &err), "%s: taken, host %s, port %d",
		      not_urls[_i], url.host, url.port);
	ck_assert_int_eq(err.code, ERR_INVALID);
	arena_release(&arena);
}
END_TEST

START_TEST(a_user_name_is_not_repeated)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct url url;

	ck_assert(!url_parse(&arena, "http://id:hunter2@h/", &url, &err));
	ck_assert_msg(!strstr(err.text, "hunter2"), "%s", err.text);
	arena_release(&arena);
}
END_TEST

Suite *url_suite(void);
Suite *url_suite(void)
{
	Suite *suite = suite_create("base/url");
	TCase *tc = tcase_create("url");

	tcase_add_loop_test(tc, decodes, 0, ARRAY_SIZE(escapes));
	tcase_add_test(tc, encodes_what_it_decodes);
	tcase_add_loop_test(tc, splits_before_it_decodes, 0, ARRAY_SIZE(queries));
	tcase_add_test(tc, a_long_query_is_read_whole);
	tcase_add_loop_test(tc, takes_urls_apart, 0, ARRAY_SIZE(urls));
	tcase_add_loop_test(tc, refuses_what_is_no_url, 0, ARRAY_SIZE(not_urls));
	tcase_add_test(tc, a_user_name_is_not_repeated);
	suite_add_tcase(suite, tc);
	return suite;
}
