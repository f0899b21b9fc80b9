/*
 * test_glob.c - patterns in which `*` stands for any text.
 */
#include <check.h>

#include "base/glob.h"

static const struct {
	const char *pattern, *text;
	bool fits;
} cases[] = {
	{ "", "", true },
	{ "", "a", false },
	{ "*", "", true },
	{ "*", "anything/at all", true },
	{ "**", "a", true },
	{ "abc", "abc", true },
	{ "abc", "abcd", false },
	{ "abc", "ab", false },
	{ "abc", "ABC", false },
	{ "a*", "a", true },
	{ "a*", "ba", false },
	{ "*c", "abc", true },
	{ "*c", "cab", false },
	{ "a*c", "ac", true },
	{ "a*c", "abcbc", true },
	{ "a*c", "abcb", false },
	{ "*ab*", "xaab", true },
	{ "*/lineItems/*", "/ims/oneroster/v1p1/lineItems/li-1", true },
	{ "*/lineItems/*", "/ims/oneroster/v1p1/lineItems", false },
	{ "a*b*c", "a-b-b-c-c", true },
	{ "a*b*c", "a-c-b", false },
	{ "*aab", "aaaab", true },
	{ "a?c", "abc", false },
	{ "[ab]", "a", false },
};

START_TEST(globs)
{
	ck_assert_msg(glob_fits(cases[_i].pattern, cases[_i].text) == cases[_i].fits,
		      "\"%s\" and \"%s\"", cases[_i].pattern, cases[_i].text);
}
END_TEST

Suite *glob_suite(void);
Suite *glob_suite(void)
{
	Suite *suite = suite_create("base/glob");
	TCase *tc = tcase_create("glob");

	tcase_add_loop_test(tc, globs, 0, ARRAY_SIZE(cases));
	suite_add_tcase(suite, tc);
	return suite;
}
