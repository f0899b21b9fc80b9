/*
 * test_str.c - the text buffer and its cap.
 */
#include <check.h>

#include "base/str.h"

/* clang-format off */
static const struct {
	const char *name;
	size_t cap;
	const char *parts[4];
	const char *text; /* what stays */
	bool full;
} caps[] = {
	{ "below",                    10, { "abc", "def" },          "abcdef", false },
	{ "exactly full is not over", 6,  { "abc", "def" },          "abcdef", false },
	{ "one over",                 5,  { "abc", "def" },          "abc",    true },
	{ "the first is too long",    2,  { "abc" },                 "",       true },
	{ "nothing after it is full", 5,  { "abc", "def", "x" },     "abc",    true },
	{ "nothing into a full one",  3,  { "abc", "", "" },         "abc",    false },
};
/* clang-format on */

START_TEST(keeps_its_cap)
{
	struct str str;

	str_init(&str, caps[_i].cap);
	for (size_t i = 0; i < 4 && caps[_i].parts[i]; i++)
		str_add(&str, caps[_i].parts[i]);
	ck_assert_msg(strcmp(str_text(&str), caps[_i].text) == 0 && str.full == caps[_i].full,
		      "%s: \"%s\", full %d", caps[_i].name, str_text(&str), str.full);
	ck_assert_msg(str.length == strlen(caps[_i].text), "%s: length %zu", caps[_i].name,
		      str.length);
	str_release(&str);
}
END_TEST

START_TEST(an_empty_one_has_a_text)
{
	struct str str = STR_INIT;
	size_t length = 7;

	ck_assert_str_eq(str_text(&str), "");

	char *text = str_take(&str, &length);

	ck_assert_str_eq(text, "");
	ck_assert_uint_eq(length, 0);
	free(text);
}
END_TEST

START_TEST(takes_hand_it_over)
{
	struct str str;
	size_t length;

	str_init(&str, 100);
	str_add(&str, "first");

	char *text = str_take(&str, &length);

	ck_assert_str_eq(text, "first");
	ck_assert_uint_eq(length, 5);
	ck_assert_uint_eq(str.cap, 100);
	str_add(&str, "second");
	ck_assert_str_eq(str_text(&str), "second");
	ck_assert_str_eq(text, "first");
	free(text);
	str_release(&str);
}
END_TEST

START_TEST(clearing_makes_room_again)
{
	struct str str;

	str_init(&str, 4);
	str_add(&str, "too long");
	ck_assert(str.full);
	str_clear(&str);
	ck_assert(!str.full);
	str_add(&str, "fits");
	ck_assert_str_eq(str_text(&str), "fits");
	str_release(&str);
}
END_TEST

START_TEST(formats_texts_of_any_length)
{
	struct str str = STR_INIT;
	char *long_text = xmalloc(5001);

	memset(long_text, 'x', 5000);
	long_text[5000] = '\0';
	str_format(&str, "%d-%s-%d", 1, long_text, 2);
	ck_assert_uint_eq(str.length, 5004);
	ck_assert(starts_with(str_text(&str), "1-xxx"));
	ck_assert(ends_with(str_text(&str), "xxx-2"));
	str_clear(&str);
	str_format(&str, "%s", "short");
	ck_assert_str_eq(str_text(&str), "short");
	free(long_text);
	str_release(&str);
}
END_TEST

START_TEST(bytes_may_hold_nul)
{
	struct str str = STR_INIT;

	str_add_bytes(&str, "a\0b", 3);
	str_add_char(&str, '\0');
	ck_assert_uint_eq(str.length, 4);
	ck_assert_mem_eq(str.text, "a\0b\0", 5);
	str_release(&str);
}
END_TEST

START_TEST(grows_byte_by_byte)
{
	struct str str = STR_INIT;

	for (int i = 0; i < 100000; i++)
		str_add_char(&str, (char)('a' + i % 26));
	ck_assert_uint_eq(str.length, 100000);
	for (int i = 0; i < 100000; i++)
		ck_assert_int_eq(str.text[i], 'a' + i % 26);
	str_release(&str);
}
END_TEST

Suite *str_suite(void);
Suite *str_suite(void)
{
	Suite *suite = suite_create("base/str");
	TCase *tc = tcase_create("str");

	tcase_add_loop_test(tc, keeps_its_cap, 0, ARRAY_SIZE(caps));
	tcase_add_test(tc, an_empty_one_has_a_text);
	tcase_add_test(tc, takes_hand_it_over);
	tcase_add_test(tc, clearing_makes_room_again);
	tcase_add_test(tc, formats_texts_of_any_length);
	tcase_add_test(tc, bytes_may_hold_nul);
	tcase_add_test(tc, grows_byte_by_byte);
	suite_add_tcase(suite, tc);
	return suite;
}
