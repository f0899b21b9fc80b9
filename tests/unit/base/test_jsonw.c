/*
 * test_jsonw.c - JSON out.
 */
#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/jsonw.h"
#include "base/random.h"

/* clang-format off */
static const struct {
	double value;
	const char *text;
} numbers[] = {
	{ 0,                   "0" },
	{ 100,                 "100" },
	{ -2,                  "-2" },
	{ 91.1,                "91.1" },
	{ 8.5,                 "8.5" },
	{ -0.25,               "-0.25" },
	{ 0.1,                 "0.1" },
	{ 0.1 + 0.2,           "0.30000000000000004" },
	{ 1.0 / 3,             "0.33333333333333331" },
	{ 123456789.125,       "123456789.125" },
	{ 999999999999999.0,   "999999999999999" },
	{ 1e15,                "1e+15" },
	{ 1e300,               "1e+300" },
	{ 1.7976931348623157e308, "1.7976931348623157e+308" },
	{ 5e-324,              "4.94065645841247e-324" },
	{ 1e-7,                "1e-07" },
};

static const struct {
	const char *name, *text, *json;
} texts[] = {
	{ "plain",            "abc",                "\"abc\"" },
	{ "empty",            "",                   "\"\"" },
	{ "quote, backslash", "a\"b\\c",            "\"a\\\"b\\\\c\"" },
	{ "breaks",           "a\nb\tc\rd",         "\"a\\nb\\tc\\rd\"" },
	{ "control",          "\x01\x1f\x7f\b\f",   "\"\\u0001\\u001f\\u007f\\u0008\\u000c\"" },
	{ "not ASCII stays",  "\xc5\xbb\xf0\x9f\x8e\x93", "\"\xc5\xbb\xf0\x9f\x8e\x93\"" },
	{ "slash stays",      "a/b",                "\"a/b\"" },
	{ "NULL is null",     NULL,                 "null" },
};

static const struct {
	int indent;
	const char *json;
} layouts[] = {
	{ 0, "{\"a\":[1,-2.5,true,null,\"x\"],\"b\":{},\"c\":[],\"d\":{\"e\":7},\"f\":[9]}" },
	{ 2, "{\n  \"a\": [\n    1,\n    -2.5,\n    true,\n    null,\n    \"x\"\n  ],\n  \"b\": {},\n"
	     "  \"c\": [],\n  \"d\": {\n    \"e\": 7\n  },\n  \"f\": [9]\n}" },
};
/* clang-format on */

START_TEST(numbers_look_as_they_were_written)
{
	struct str out = STR_INIT;
	struct jsonw w;

	jsonw_init(&w, &out, 0);
	jsonw_number(&w, numbers[_i].value);
	ck_assert_str_eq(str_text(&out), numbers[_i].text);
	str_release(&out);
}
END_TEST

START_TEST(numbers_read_back_the_same)
{
	char text[NUMBER_TEXT];

	number_format(numbers[_i].value, text);

	json_t *value = json_loads(text, JSON_DECODE_ANY, NULL);

	ck_assert_msg(json_is_number(value) && json_number_value(value) == numbers[_i].value, "%s",
		      text);
	json_decref(value);
}
END_TEST

static void expect_shortest(double value)
{
	char text[NUMBER_TEXT], wanted[NUMBER_TEXT];

	snprintf(wanted, sizeof wanted, "%.15g", value);
	if (strtod(wanted, NULL) != value)
		snprintf(wanted, sizeof wanted, "%.17g", value);
	number_format(value, text);
	ck_assert_str_eq(text, wanted);
}

/* Scores are written without printf, and as it would write them. */
START_TEST(decimals_are_those_of_printf)
{
	static const double scales[] = { 2, 10, 100, 1000, 10000, 100000, 3, 7 };
	struct random random;

	random_seed(&random, 1);
	for (int i = 0; i < 20000; i++) {
		double whole = floor(random_unit(&random) * (i % 2 ? 1e5 : 1e9)) - 1000;

		expect_shortest(whole / scales[i % 8]);
		expect_shortest(whole);
		expect_shortest(random_unit(&random) / 1e3);
	}
}
END_TEST

START_TEST(texts_are_escaped)
{
	struct str out = STR_INIT;
	struct jsonw w;

	jsonw_init(&w, &out, 0);
	jsonw_text(&w, texts[_i].text);
	ck_assert_msg(strcmp(str_text(&out), texts[_i].json) == 0, "%s: %s", texts[_i].name,
		      str_text(&out));
	if (texts[_i].text) {
		json_t *value = json_loads(str_text(&out), JSON_DECODE_ANY, NULL);

		ck_assert_msg(value && strcmp(json_string_value(value), texts[_i].text) == 0,
			      "%s: does not read back", texts[_i].name);
		json_decref(value);
	}
	str_release(&out);
}
END_TEST

START_TEST(a_text_with_nul_reads_back)
{
	struct str out = STR_INIT;
	struct jsonw w;

	jsonw_init(&w, &out, 0);
	jsonw_text_n(&w, "a\0b", 3);
	ck_assert_str_eq(str_text(&out), "\"a\\u0000b\"");
	str_release(&out);
}
END_TEST

START_TEST(lays_out)
{
	struct str out = STR_INIT;
	struct jsonw w;

	jsonw_init(&w, &out, layouts[_i].indent);
	jsonw_object(&w);
	jsonw_key(&w, "a");
	jsonw_array(&w);
	jsonw_int(&w, 1);
	jsonw_number(&w, -2.5);
	jsonw_bool(&w, true);
	jsonw_null(&w);
	jsonw_text(&w, "x");
	jsonw_array_end(&w);
	jsonw_key(&w, "b");
	jsonw_object(&w);
	jsonw_object_end(&w);
	jsonw_key(&w, "c");
	jsonw_array(&w);
	jsonw_array_end(&w);
	jsonw_key(&w, "d");
	jsonw_object(&w);
	jsonw_key_int(&w, "e", 7);
	jsonw_object_end(&w);
	jsonw_key(&w, "f");
	jsonw_raw(&w, "[9]", 3);
	jsonw_object_end(&w);
	ck_assert_str_eq(str_text(&out), layouts[_i].json);
	str_release(&out);
}
END_TEST

START_TEST(keys_are_escaped)
{
	struct str out = STR_INIT;
	struct jsonw w;

	jsonw_init(&w, &out, 0);
	jsonw_object(&w);
	jsonw_key_text(&w, "a\"b", NULL);
	jsonw_key(&w, "c");
	jsonw_bool(&w, false);
	jsonw_key(&w, "d");
	jsonw_value(&w, NULL);
	jsonw_object_end(&w);
	ck_assert_str_eq(str_text(&out), "{\"a\\\"b\":null,\"c\":false,\"d\":null}");
	str_release(&out);
}
END_TEST

START_TEST(the_largest_integers_survive)
{
	struct str out = STR_INIT;
	struct jsonw w;

	jsonw_init(&w, &out, 0);
	jsonw_array(&w);
	jsonw_int(&w, INT64_MAX);
	jsonw_int(&w, INT64_MIN);
	jsonw_array_end(&w);
	ck_assert_str_eq(str_text(&out), "[9223372036854775807,-9223372036854775808]");
	str_release(&out);
}
END_TEST

Suite *jsonw_suite(void);
Suite *jsonw_suite(void)
{
	Suite *suite = suite_create("base/jsonw");
	TCase *tc = tcase_create("jsonw");

	tcase_add_loop_test(tc, numbers_look_as_they_were_written, 0, ARRAY_SIZE(numbers));
	tcase_add_loop_test(tc, numbers_read_back_the_same, 0, ARRAY_SIZE(numbers));
	tcase_add_test(tc, decimals_are_those_of_printf);
	tcase_add_loop_test(tc, texts_are_escaped, 0, ARRAY_SIZE(texts));
	tcase_add_test(tc, a_text_with_nul_reads_back);
	tcase_add_loop_test(tc, lays_out, 0, ARRAY_SIZE(layouts));
	tcase_add_test(tc, keys_are_escaped);
	tcase_add_test(tc, the_largest_integers_survive);
	suite_add_tcase(suite, tc);
	return suite;
}
