/*
 * test_util.c - numbers, texts, UTF-8.
 */
#include <check.h>

#include "base/util.h"

/* clang-format off */
static const struct {
	const char *name, *bytes;
	size_t length;
	bool valid;
	size_t where;         /* of the first bad byte */
	const char *scrubbed;
} utf8[] = {
	{ "nothing",               "",                     0, true,  0, "" },
	{ "ASCII",                 "abc",                  3, true,  0, "abc" },
	{ "two bytes",             "\xc3\xa9",             2, true,  0, "\xc3\xa9" },
	{ "U+0800, first of three", "\xe0\xa0\x80",        3, true,  0, "\xe0\xa0\x80" },
	{ "U+D7FF, last before the surrogates", "\xed\x9f\xbf", 3, true, 0, "\xed\x9f\xbf" },
	{ "U+E000, first behind them", "\xee\x80\x80",     3, true,  0, "\xee\x80\x80" },
	{ "U+10000",               "\xf0\x90\x80\x80",     4, true,  0, "\xf0\x90\x80\x80" },
	{ "U+10FFFF, the last",    "\xf4\x8f\xbf\xbf",     4, true,  0, "\xf4\x8f\xbf\xbf" },
	{ "overlong slash",        "\xc0\xaf",             2, false, 0, "??" },
	{ "overlong in three",     "\xe0\x9f\xbf",         3, false, 0, "???" },
	{ "overlong in four",      "\xf0\x8f\xbf\xbf",     4, false, 0, "????" },
	{ "surrogate",             "\xed\xa0\x80",         3, false, 0, "???" },
	{ "beyond U+10FFFF",       "\xf4\x90\x80\x80",     4, false, 0, "????" },
	{ "byte that begins none", "a\xff",                2, false, 1, "a?" },
	{ "lone continuation",     "a\x80z",               3, false, 1, "a?z" },
	{ "cut at the end",        "ab\xe2\x82",           4, false, 2, "ab??" },
	{ "cut before a letter",   "\xc3z",                2, false, 0, "?z" },
	{ "good, bad, good",       "\xc3\xa9\xff\xc3\xa9", 5, false, 2, "\xc3\xa9?\xc3\xa9" },
};

static const struct {
	const char *text;
	size_t points, ask, bytes; /* the first @ask code points take @bytes */
} lengths[] = {
	{ "",                             0, 3, 0 },
	{ "abc",                          3, 2, 2 },
	{ "abc",                          3, 0, 0 },
	{ "abc",                          3, 9, 3 },
	{ "\xc5\xbb\xc3\xb3\xc5\x82w",    4, 2, 4 },  /* Żółw */
	{ "\xc5\xbb\xc3\xb3\xc5\x82w",    4, 4, 7 },
	{ "a\xf0\x9f\x8e\x93z",           3, 2, 5 },  /* a graduation cap */
};

static const struct {
	const char *text;
	int64_t least, most;
	bool ok;
	int64_t value;
} numbers[] = {
	{ "0",                    0,         10,        true,  0 },
	{ "10",                   0,         10,        true,  10 },
	{ "11",                   0,         10,        false, 0 },
	{ "-1",                   -5,        5,         true,  -1 },
	{ "-1",                   0,         5,         false, 0 },
	{ "9223372036854775807",  0,         INT64_MAX, true,  INT64_MAX },
	{ "9223372036854775808",  0,         INT64_MAX, false, 0 },
	{ "-9223372036854775808", INT64_MIN, 0,         true,  INT64_MIN },
	{ "-9223372036854775809", INT64_MIN, 0,         false, 0 },
	{ "99999999999999999999999", 0,      INT64_MAX, false, 0 },
	{ "",                     0,         10,        false, 0 },
	{ "-",                    -5,        5,         false, 0 },
	{ "--1",                  -5,        5,         false, 0 },
	{ "+1",                   0,         10,        false, 0 },
	{ " 1",                   0,         10,        false, 0 },
	{ "1 ",                   0,         10,        false, 0 },
	{ "1e3",                  0,         1000,      false, 0 },
	{ "1.0",                  0,         10,        false, 0 },
	{ "0x1",                  0,         10,        false, 0 },
	{ "abc",                  0,         10,        false, 0 },
};

static const struct {
	const char *text, *part;
	bool starts, ends;
} parts[] = {
	{ "result",  "",         true,  true },
	{ "result",  "re",       true,  false },
	{ "result",  "lt",       false, true },
	{ "result",  "result",   true,  true },
	{ "result",  "a result", false, false },
	{ "",        "x",        false, false },
	{ "a.b.csv", ".csv",     false, true },
};
/* clang-format on */

START_TEST(tells_valid_utf8)
{
	size_t where = 0;
	bool valid = utf8_valid(utf8[_i].bytes, utf8[_i].length, &where);

	ck_assert_msg(valid == utf8[_i].valid && where == utf8[_i].where, "%s: got %d at %zu",
		      utf8[_i].name, valid, where);
	ck_assert_msg(utf8_valid(utf8[_i].bytes, utf8[_i].length, NULL) == valid, "%s: no place",
		      utf8[_i].name);
}
END_TEST

START_TEST(scrubs_only_what_is_broken)
{
	char *text = xstrdup(utf8[_i].bytes);

	utf8_scrub(text);
	ck_assert_msg(strcmp(text, utf8[_i].scrubbed) == 0, "%s: got \"%s\"", utf8[_i].name, text);
	free(text);
}
END_TEST

START_TEST(a_nul_inside_is_valid)
{
	ck_assert(utf8_valid("a\0b", 3, NULL));
}
END_TEST

START_TEST(counts_code_points)
{
	ck_assert_msg(utf8_length(lengths[_i].text) == lengths[_i].points, "%s: %zu points",
		      lengths[_i].text, utf8_length(lengths[_i].text));
	ck_assert_msg(utf8_prefix(lengths[_i].text, lengths[_i].ask) == lengths[_i].bytes,
		      "%s: the first %zu take %zu bytes", lengths[_i].text, lengths[_i].ask,
		      utf8_prefix(lengths[_i].text, lengths[_i].ask));
}
END_TEST

START_TEST(reads_whole_numbers)
{
	int64_t value = 0;
	bool ok = number_parse(numbers[_i].text, numbers[_i].least, numbers[_i].most, &value);

	ck_assert_msg(ok == numbers[_i].ok && value == numbers[_i].value, "\"%s\": got %d, %lld",
		      numbers[_i].text, ok, (long long)value);
}
END_TEST

START_TEST(compares_ends)
{
	ck_assert_msg(starts_with(parts[_i].text, parts[_i].part) == parts[_i].starts,
		      "%s begins %s", parts[_i].text, parts[_i].part);
	ck_assert_msg(ends_with(parts[_i].text, parts[_i].part) == parts[_i].ends, "%s ends %s",
		      parts[_i].text, parts[_i].part);
}
END_TEST

START_TEST(null_equals_only_null)
{
	ck_assert(same_text(NULL, NULL));
	ck_assert(!same_text(NULL, ""));
	ck_assert(!same_text("", NULL));
	ck_assert(same_text("a", "a"));
	ck_assert(!same_text("a", "A"));
}
END_TEST

START_TEST(arrays_grow)
{
	int *array = NULL;
	size_t count = 0, room = 0;

	for (int i = 0; i < 1000; i++) {
		GROW(array, count, room);
		array[count++] = i;
	}
	for (int i = 0; i < 1000; i++)
		ck_assert_int_eq(array[i], i);
	free(array);
}
END_TEST

Suite *util_suite(void);
Suite *util_suite(void)
{
	Suite *suite = suite_create("base/util");
	TCase *tc = tcase_create("util");

	tcase_add_loop_test(tc, tells_valid_utf8, 0, ARRAY_SIZE(utf8));
	tcase_add_loop_test(tc, scrubs_only_what_is_broken, 0, ARRAY_SIZE(utf8));
	tcase_add_test(tc, a_nul_inside_is_valid);
	tcase_add_loop_test(tc, counts_code_points, 0, ARRAY_SIZE(lengths));
	tcase_add_loop_test(tc, reads_whole_numbers, 0, ARRAY_SIZE(numbers));
	tcase_add_loop_test(tc, compares_ends, 0, ARRAY_SIZE(parts));
	tcase_add_test(tc, null_equals_only_null);
	tcase_add_test(tc, arrays_grow);
	suite_add_tcase(suite, tc);
	return suite;
}
