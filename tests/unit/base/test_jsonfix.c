/*
 * test_jsonfix.c - what people paste becomes sound JSON, and sound JSON stays as it is.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonfix.h"
#include "base/jsonx.h"
#include "base/str.h"

#define LQ "\xe2\x80\x9c" /* the typographic quotes of English */
#define RQ "\xe2\x80\x9d"
#define NBSP "\xc2\xa0"
#define DOTS "\xe2\x80\xa6"

/* clang-format off */
/* What is repaired: all of the text that comes out, and what the first repair says. */
static const struct {
	const char *name, *text, *out;
	size_t repairs;
	int line, column;
	const char *says;
} repaired[] = {
	{ "a value in typographic quotes", "{\"a\": " LQ "x" RQ "}", "{\"a\": \"x\"}", 2, 1, 7, "U+201C" },
	{ "keys too",           "{" LQ "a" RQ ":" LQ "x" RQ "}", "{\"a\":\"x\"}", 4, 1, 2, "U+201C" },
	{ "only the last quote", "{\"a\": \"active" RQ ",\n \"b\": \"x" RQ "\n}", "{\"a\": \"active\",\n \"b\": \"x\"\n}", 2, 1, 14, "U+201D" },
	{ "on one line",        "{\"a\": \"x" RQ ", \"b\": \"y" RQ "}", "{\"a\": \"x\", \"b\": \"y\"}", 2, 1, 9, "U+201D" },
	{ "only the first quote", "{\"type\": " LQ "class\"\n}", "{\"type\": \"class\"\n}", 1, 1, 10, "U+201C" },
	{ "an empty string",    "{\"a\": " LQ "\"\n}", "{\"a\": \"\"\n}", 1, 1, 7, "U+201C" },
	{ "low and high",       "{\"a\": \xe2\x80\x9ex" LQ "}", "{\"a\": \"x\"}", 2, 1, 7, "U+201E" },
	{ "guillemets",         "{\xc2\xab" "a\xc2\xbb: 1}", "{\"a\": 1}", 2, 1, 2, "U+00AB" },
	{ "a plain quote inside", "{\"a\": " LQ "5\" disk" RQ "}", "{\"a\": \"5\\\" disk\"}", 2, 1, 7, "U+201C" },
	{ "typographic quotes inside", "{\"a\": " LQ "say " LQ "hi" RQ " now" RQ "}", "{\"a\": \"say " LQ "hi" RQ " now\"}", 2, 1, 7, "U+201C" },
	{ "quoted words in a sound string beside", "{\"a\": \"say " LQ "hi" RQ " now\" \"b\": 1}", "{\"a\": \"say " LQ "hi" RQ " now\", \"b\": 1}", 1, 1, 21, "a comma was missing" },
	{ "single quotes",      "{'a': 'it\\'s \"so\"'}", "{\"a\": \"it's \\\"so\\\"\"}", 5, 1, 2, "single quote" },
	{ "an apostrophe",      "{'a': 'it's'}", "{\"a\": \"it's\"}", 4, 1, 2, "single quote" },
	{ "typographic single quotes", "[\xe2\x80\x98x\xe2\x80\x99]", "[\"x\"]", 2, 1, 2, "U+2018" },
	{ "a comma missing",    "{\n  \"a\": 1\n  \"b\": 2}", "{\n  \"a\": 1,\n  \"b\": 2}", 1, 2, 9, "a comma was missing" },
	{ "between elements",   "[1 2\t[3] {}]", "[1, 2,\t[3], {}]", 3, 1, 3, "a comma was missing" },
	{ "a last comma",       "{\"a\": [1, 2, ],\n}", "{\"a\": [1, 2 ]\n}", 2, 1, 12, "a comma too many" },
	{ "two commas",         "[1,, 2]", "[1, 2]", 1, 1, 4, "a comma too many" },
	{ "a first comma",      "[, 1]", "[ 1]", 1, 1, 2, "a comma too many" },
	{ "an open end",        "{\"a\": [1, {\"b\": 2\n", "{\"a\": [1, {\"b\": 2}]}\n", 3, 1, 18, "} was missing" },
	{ "an open end with a comma", "[1,\n", "[1]\n", 2, 1, 3, "a comma too many" },
	{ "an empty open end",  "[{", "[{}]", 2, 1, 3, "} was missing" },
	{ "a bracket missing within", "{\"a\": [1, 2}", "{\"a\": [1, 2]}", 1, 1, 12, "] was missing" },
	{ "a bracket too many", "{\"a\": 1}}\n", "{\"a\": 1}\n", 1, 1, 9, "a bracket too many" },
	{ "comments",           "{// one\n\"a\": /* two */ 1}", "{\n\"a\":  1}", 2, 1, 2, "comments" },
	{ "no comment in a string", "{\"a\": \"http://x\" // y\n}", "{\"a\": \"http://x\" \n}", 1, 1, 18, "comments" },
	{ "a byte order mark",  "\xef\xbb\xbf{}", "{}", 1, 1, 1, "byte order mark" },
	{ "no-break spaces",    "{" NBSP NBSP "\"a\":" NBSP "\"x" NBSP "\"}", "{  \"a\": \"x" NBSP "\"}", 2, 1, 2, "a blank" },
	{ "keys without quotes", "{a: 1, $b_2: 2}", "{\"a\": 1, \"$b_2\": 2}", 2, 1, 2, "no quotes" },
	{ "Python",             "{'a': True, 'b': None, 'c': [False]}", "{\"a\": true, \"b\": null, \"c\": [false]}", 9, 1, 2, "single quote" },
	{ "an ellipsis",        "[{\"a\": 1}" DOTS ", ...]", "[{\"a\": 1} ]", 3, 1, 10, "an ellipsis" },
	{ "a tab in a string",  "{\"a\": \"x\ty\"}", "{\"a\": \"x\\ty\"}", 1, 1, 9, "control character" },
	{ "mixed blanks",       "{" NBSP " " NBSP "\"a\": 1}", "{   \"a\": 1}", 1, 1, 2, "a blank" },
	{ "several values",     "{'a': 1},\n{'b': 2}", "{\"a\": 1}\n{\"b\": 2}", 5, 1, 2, "single quote" },
	{ "a line item out of an article",
	  "{\n  \"lineItem\": {\n    \"sourcedId\": \"799e2caf" RQ "\n\"status\": \"active" RQ ",\n    \"metadata\": {\n    \"vendorId\": " LQ "\"\n  },\n  \"class\": {\n    \"href\": \"~/ims/oneroster/v1p1/classes/1" RQ ",\n    \"type\": " LQ "class\"\n  },\n    \"gradingPeriod\": null\n  } \n}\n",
	  "{\n  \"lineItem\": {\n    \"sourcedId\": \"799e2caf\",\n\"status\": \"active\",\n    \"metadata\": {\n    \"vendorId\": \"\"\n  },\n  \"class\": {\n    \"href\": \"~/ims/oneroster/v1p1/classes/1\",\n    \"type\": \"class\"\n  },\n    \"gradingPeriod\": null\n  } \n}\n",
	  6, 3, 27, "U+201D" },
	{ "categories out of an article",
	  "{\n  \"categories\": [\n    {\n      \"title\": \"Assessments" RQ ",\n      " LQ "sourcedId\": \"guid" RQ ",\n      \"href\": \"URI to resource in SIS" RQ ",\n      \"metadata\": {\n        \"classId\": \"{class_id}" RQ "\n      },\n\n      \"dateLastModified\": null\n    }" DOTS "\n  ]\n}\n",
	  "{\n  \"categories\": [\n    {\n      \"title\": \"Assessments\",\n      \"sourcedId\": \"guid\",\n      \"href\": \"URI to resource in SIS\",\n      \"metadata\": {\n        \"classId\": \"{class_id}\"\n      },\n\n      \"dateLastModified\": null\n    }\n  ]\n}\n",
	  6, 4, 28, "U+201D" },
};

/* What is sound stays, to the last blank. */
static const char *const sound[] = {
	"{}", " [ ] \n", "{\"a\": \"" LQ "x" RQ ", b\"}", "{\"a\": \"// no /* comment */ ... True\"}",
	"{\"a\": \"it's, 'so'\"}", "[\"\xc2\xab\", \"\xc2\xbb\"]", "{\"a\": \"x\"}\n{\"b\": 1}\n[2]\n",
	"{\"a\":\t1e5}", "{\"a\": \"" NBSP "\"}", "[\"x" RQ "\",\"" RQ ",\"]",
};

/* What cannot be known: where it says so. */
static const struct {
	const char *text, *says;
} hopeless[] = {
	{ "", "no JSON" }, { "  \n", "no JSON" }, { "// only a comment", "no JSON" },
	{ "hello", "line 1" }, { "42", "line 1" },
	{ "{\"a\" 1}", "line 1, column 6: a colon is missing" },
	{ "{\"a\": }", "line 1, column 7: the value of a member is missing" },
	{ "{\"a\":", "the value of a member is missing" },
	{ "{\"a\": , \"b\": 1}", "line 1, column 7" },
	{ "{1: 2}", "line 1, column 2: a key belongs here" },
	{ "{\"a\": \"x\n\"}", "line 1, column 7: the string that begins here" },
	{ "{" LQ "a: 1}", "line 1, column 2: the string that begins here" },
	{ "[1}", "line 1, column 3: this bracket closes none" },
	{ "{\"a\": 1, 'a': 2}", "duplicate" },
	{ "[<b>]", "line 1, column 2" },
	{ "\"a\": 1", "line 1, column 4: a colon" },
	{ "[.5]", "line 1" }, { "['\\x41']", "line 1" },
};
/* clang-format on */

START_TEST(repairs_and_says_so)
{
	struct repairs repairs = REPAIRS_INIT;
	struct err err = ERR_INIT;
	const char *text = repaired[_i].text, *name = repaired[_i].name;
	char *out = json_repair(text, strlen(text), &repairs, &err);

	ck_assert_msg(out != NULL, "%s: %s", name, err.text);
	ck_assert_msg(strcmp(out, repaired[_i].out) == 0, "%s: %s", name, out);
	ck_assert_msg(repairs.total == repaired[_i].repairs, "%s: %zu repairs", name,
		      repairs.total);
	ck_assert_msg(repairs.items[0].line == repaired[_i].line &&
			      repairs.items[0].column == repaired[_i].column,
		      "%s: line %d, column %d", name, repairs.items[0].line,
		      repairs.items[0].column);
	ck_assert_msg(strstr(repairs.items[0].what, repaired[_i].says) != NULL, "%s: %s", name,
		      repairs.items[0].what);
	free(out);
	repairs_release(&repairs);
}
END_TEST

START_TEST(what_is_sound_stays)
{
	struct repairs repairs = REPAIRS_INIT;
	struct err err = ERR_INIT;
	char *out = json_repair(sound[_i], strlen(sound[_i]), &repairs, &err);

	ck_assert_msg(out != NULL, "%s: %s", sound[_i], err.text);
	ck_assert_str_eq(out, sound[_i]);
	ck_assert_uint_eq(repairs.total, 0);
	free(out);
}
END_TEST

START_TEST(what_cannot_be_known_is_refused)
{
	struct repairs repairs = REPAIRS_INIT;
	struct err err = ERR_INIT;
	const char *text = hopeless[_i].text;

	ck_assert_msg(!json_repair(text, strlen(text), &repairs, &err), "%s", text);
	ck_assert_msg(strstr(err.text, hopeless[_i].says) != NULL, "%s: %s", text, err.text);
	repairs_release(&repairs);
}
END_TEST

START_TEST(bytes_that_are_no_text_are_refused)
{
	struct repairs repairs = REPAIRS_INIT;
	struct err err = ERR_INIT;

	ck_assert_ptr_null(json_repair("[\"\xff\"]", 5, &repairs, &err));
	ck_assert_ptr_null(json_repair("[\0]", 3, &repairs, &err));
}
END_TEST

START_TEST(nesting_has_a_limit)
{
	struct repairs repairs = REPAIRS_INIT;
	struct err err = ERR_INIT;
	char open[JSONX_DEPTH + 2], *out;

	memset(open, '[', sizeof open);
	open[JSONX_DEPTH] = '\0';
	out = json_repair(open, JSONX_DEPTH, &repairs, &err);
	ck_assert_msg(out != NULL, "%s", err.text);
	ck_assert_uint_eq(strlen(out), 2 * JSONX_DEPTH);
	free(out);
	open[JSONX_DEPTH] = '[';
	open[JSONX_DEPTH + 1] = '\0';
	ck_assert_ptr_null(json_repair(open, JSONX_DEPTH + 1, &repairs, &err));
	repairs_release(&repairs);
}
END_TEST

/* Texts that would take for ever if anything were looked at again and again. */
static const struct {
	const char *before, *unit, *after;
} large[] = {
	{ "[", "\"x" RQ ", ", "1]" },
	{ "[", LQ "x" RQ " y, ", "]" },
	{ "[", "1 ", "]" },
	{ "[", "1,,,, ", "]" },
	{ "", "{'a': 1}\n", "" },
	{ "[\"", RQ "      ", "\"]" },
	{ "[" LQ, RQ "      ", RQ "]" },
	{ "[1", "    ", "" },
	{ "[", "'x' 'y' ", "]" },
	{ "", "[[[[ ", "" },
	{ "[1", "/* ", "" },
	{ "[1, ", NBSP, "" },
};

START_TEST(time_grows_with_the_length)
{
	struct repairs repairs = REPAIRS_INIT;
	struct err err = ERR_INIT;
	struct str text = STR_INIT;
	char *out;

	str_add(&text, large[_i].before);
	while (text.length < 1 << 20)
		str_add(&text, large[_i].unit);
	str_add(&text, large[_i].after);
	out = json_repair(str_text(&text), text.length, &repairs, &err);
	ck_assert_uint_le(repairs.count, REPAIRS_MOST);
	free(out);
	repairs_release(&repairs);
	str_release(&text);
}
END_TEST

Suite *jsonfix_suite(void);
Suite *jsonfix_suite(void)
{
	Suite *suite = suite_create("base/jsonfix");
	TCase *tc = tcase_create("jsonfix");

	tcase_add_loop_test(tc, repairs_and_says_so, 0, ARRAY_SIZE(repaired));
	tcase_add_loop_test(tc, what_is_sound_stays, 0, ARRAY_SIZE(sound));
	tcase_add_loop_test(tc, what_cannot_be_known_is_refused, 0, ARRAY_SIZE(hopeless));
	tcase_add_test(tc, bytes_that_are_no_text_are_refused);
	tcase_add_test(tc, nesting_has_a_limit);
	tcase_add_loop_test(tc, time_grows_with_the_length, 0, ARRAY_SIZE(large));
	suite_add_tcase(suite, tc);
	return suite;
}
