/*
 * test_jsonscan.c - the members of a JSON object where they stand in a text.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonscan.h"
#include "base/jsonx.h"

/* clang-format off */
static const struct {
	const char *name, *text;
	enum jsonscan what;
	const char *members; /* "key=value" each, ';' between them */
} cases[] = {
	{ "an empty object",      "{}",                               JSONSCAN_DONE,   "" },
	{ "members",              "{\"a\": 1, \"b\":\"x\"}",          JSONSCAN_DONE,   "a=1;b=\"x\"" },
	{ "blanks",               " \r\n\t{ \"a\" :\t1 } ",           JSONSCAN_DONE,   "a=1" },
	{ "words",                "{\"a\":true,\"b\":false,\"c\":null}", JSONSCAN_DONE, "a=true;b=false;c=null" },
	{ "numbers",              "{\"a\":-0.5,\"b\":0,\"c\":12345678901234567}", JSONSCAN_DONE, "a=-0.5;b=0;c=12345678901234567" },
	{ "values within",        "{\"a\":[1,{\"a\":[]}],\"b\":{\"b\":{}}}", JSONSCAN_DONE, "a=[1,{\"a\":[]}];b={\"b\":{}}" },
	{ "escapes in a value",   "{\"a\":\"\\\"\\\\\\n\\u00e9\"}",   JSONSCAN_DONE,   "a=\"\\\"\\\\\\n\\u00e9\"" },
	{ "an escape at the end", "{\"a\":\"\\\"\"}",                JSONSCAN_DONE,   "a=\"\\\"\"" },
	{ "UTF-8",                "{\"\xc5\xbb\":\"\xf0\x9f\x8e\x93\"}", JSONSCAN_DONE, "\xc5\xbb=\"\xf0\x9f\x8e\x93\"" },
	{ "something behind",     "{\"a\":1},{",                      JSONSCAN_DONE,   "a=1" },
	{ "a scalar",             "7 ",                               JSONSCAN_DONE,   "" },
	{ "an array",             "[{\"a\":1}]",                      JSONSCAN_DONE,   "" },
	{ "the same key deeper",  "{\"a\":{\"a\":1},\"b\":{\"a\":2}}", JSONSCAN_DONE,  "a={\"a\":1};b={\"a\":2}" },

	{ "an exponent",          "{\"a\":1e3}",                      JSONSCAN_UNSURE, NULL },
	{ "a long number",        "{\"a\":123456789012345678901}",    JSONSCAN_UNSURE, NULL },
	{ "a leading zero",       "{\"a\":01}",                       JSONSCAN_UNSURE, NULL },
	{ "a plus",               "{\"a\":+1}",                       JSONSCAN_UNSURE, NULL },
	{ "no decimals",          "{\"a\":1.}",                       JSONSCAN_UNSURE, NULL },
	{ "no digits",            "{\"a\":-}",                        JSONSCAN_UNSURE, NULL },
	{ "two points",           "{\"a\":1.2.3}",                    JSONSCAN_UNSURE, NULL },
	{ "a key twice",          "{\"a\":1,\"b\":2,\"a\":3}",        JSONSCAN_UNSURE, NULL },
	{ "a key twice, deeper",  "{\"x\":[{\"a\":1,\"a\":1}]}",      JSONSCAN_UNSURE, NULL },
	{ "an escape in a key",   "{\"\\u0061\":1}",                  JSONSCAN_UNSURE, NULL },
	{ "U+0000",               "{\"a\":\"\\u0000\"}",              JSONSCAN_UNSURE, NULL },
	{ "a surrogate",          "{\"a\":\"\\uD83C\\uDF93\"}",       JSONSCAN_UNSURE, NULL },
	{ "an unknown escape",    "{\"a\":\"\\x4141\"}",              JSONSCAN_UNSURE, NULL },
	{ "bad hexadecimals",     "{\"a\":\"\\u00zz\"}",              JSONSCAN_UNSURE, NULL },
	{ "a line in a string",   "{\"a\":\"\n\"}",                   JSONSCAN_UNSURE, NULL },
	{ "no UTF-8",             "{\"a\":\"\xff\"}",                 JSONSCAN_UNSURE, NULL },
	{ "Latin-1",              "{\"a\":\"caf\xe9\"}",              JSONSCAN_UNSURE, NULL },
	{ "another word",         "{\"a\":True }",                    JSONSCAN_UNSURE, NULL },
	{ "a word goes on",       "{\"a\":nullx}",                    JSONSCAN_UNSURE, NULL },
	{ "a comma too many",     "{\"a\":1,}",                       JSONSCAN_UNSURE, NULL },
	{ "a comma missing",      "{\"a\":1 \"b\":2}",                JSONSCAN_UNSURE, NULL },
	{ "a colon missing",      "{\"a\" 1}",                        JSONSCAN_UNSURE, NULL },
	{ "the wrong bracket",    "{\"a\":[1}",                       JSONSCAN_UNSURE, NULL },
	{ "no key",               "{1:2}",                            JSONSCAN_UNSURE, NULL },

	{ "nothing",              "",                                 JSONSCAN_MORE,   NULL },
	{ "blanks only",          " \n",                              JSONSCAN_MORE,   NULL },
	{ "cut in a key",         "{\"a",                             JSONSCAN_MORE,   NULL },
	{ "cut behind a key",     "{\"a\"",                           JSONSCAN_MORE,   NULL },
	{ "cut in a number",      "{\"a\":1",                         JSONSCAN_MORE,   NULL },
	{ "cut in a word",        "{\"a\":tru",                       JSONSCAN_MORE,   NULL },
	{ "cut in an escape",     "{\"a\":\"\\u00",                   JSONSCAN_MORE,   NULL },
	{ "cut behind a comma",   "{\"a\":1,",                        JSONSCAN_MORE,   NULL },
	{ "cut in an array",      "[1,",                              JSONSCAN_MORE,   NULL },
};

static const struct {
	const char *array, *elements;
} arrays[] = {
	{ "[]", "" },
	{ "[ ]", "" },
	{ "[1]", "1;" },
	{ "[\"\\\"\",null]", "\"\\\"\";null;" },
	{ "[\"\\\"\"]", "\"\\\"\";" },
	{ "[{\"a\":\"\\n\"}]", "{\"a\":\"\\n\"};" },
	{ "[ 1 , \"a,]\" ,[2,3],{\"x\":[]} ]", "1;\"a,]\";[2,3];{\"x\":[]};" },
};
/* clang-format on */

static void see(const struct jsonslice *key, const struct jsonslice *value, void *payload)
{
	struct str *out = payload;

	str_format(out, "%s%.*s=%.*s", out->length ? ";" : "", (int)key->length, key->text,
		   (int)value->length, value->text);
}

/* A copy that ends where the text does: valgrind and ASan see who reads on. */
static enum jsonscan scan(const char *text, size_t length, size_t *used, struct str *out)
{
	char *copy = xmalloc(length + !length);
	enum jsonscan what;

	memcpy(copy, text, length);
	what = jsonscan_value(copy, length, used, see, out);
	free(copy);
	return what;
}

START_TEST(takes_what_it_is_sure_of)
{
	struct str out = STR_INIT;
	size_t used;
	enum jsonscan what = scan(cases[_i].text, strlen(cases[_i].text), &used, &out);

	ck_assert_msg(what == cases[_i].what, "%s: %d", cases[_i].name, (int)what);
	if (cases[_i].members)
		ck_assert_msg(strcmp(str_text(&out), cases[_i].members) == 0, "%s: %s",
			      cases[_i].name, str_text(&out));
	str_release(&out);
}
END_TEST

/* Wherever a text is cut, more of it is asked for. */
START_TEST(asks_for_more)
{
	const char *text = cases[_i].text;
	struct str out = STR_INIT;
	size_t used, whole;

	if (cases[_i].what != JSONSCAN_DONE || *text == '7')
		return;
	ck_assert_int_eq(scan(text, strlen(text), &whole, &out), JSONSCAN_DONE);
	for (size_t length = 0; length < whole; length++)
		ck_assert_msg(scan(text, length, &used, &out) == JSONSCAN_MORE, "%s: cut at %zu",
			      cases[_i].name, length);
	str_release(&out);
}
END_TEST

/* What it takes, jsonx_load() takes too. */
START_TEST(is_no_laxer_than_the_parser)
{
	const char *text = cases[_i].text;
	struct err err = ERR_INIT;
	struct str out = STR_INIT;
	size_t used;
	json_t *value;

	if (scan(text, strlen(text), &used, &out) == JSONSCAN_DONE && *text != '7') {
		value = jsonx_load(text, used, &err);
		ck_assert_msg(value != NULL, "%s: %s", cases[_i].name, err.text);
		ck_assert_msg(scan(text, used, &used, &out) == JSONSCAN_DONE, "%s: cut behind it",
			      cases[_i].name);
		json_decref(value);
	}
	str_release(&out);
}
END_TEST

START_TEST(has_a_limit_of_depth)
{
	char text[2 * JSONX_DEPTH + 1];
	struct str out = STR_INIT;
	size_t used;

	for (int depth = JSONX_DEPTH - 2; depth <= JSONX_DEPTH; depth++) {
		memset(text, '[', (size_t)depth);
		memset(text + depth, ']', (size_t)depth);
		ck_assert_int_eq(scan(text, 2 * (size_t)depth, &used, &out),
				 depth < JSONX_DEPTH ? JSONSCAN_DONE : JSONSCAN_UNSURE);
	}
	str_release(&out);
}
END_TEST

START_TEST(steps_through_arrays)
{
	const struct jsonslice array = { arrays[_i].array, strlen(arrays[_i].array) };
	struct str out = STR_INIT;
	struct jsonslice element;
	size_t at = 0;

	while (jsonscan_element(&array, &at, &element, NULL, NULL))
		str_format(&out, "%.*s;", (int)element.length, element.text);
	ck_assert_str_eq(str_text(&out), arrays[_i].elements);
	str_release(&out);
}
END_TEST

Suite *jsonscan_suite(void);
Suite *jsonscan_suite(void)
{
	Suite *suite = suite_create("base/jsonscan");
	TCase *tc = tcase_create("jsonscan");

	tcase_add_loop_test(tc, takes_what_it_is_sure_of, 0, ARRAY_SIZE(cases));
	tcase_add_loop_test(tc, asks_for_more, 0, ARRAY_SIZE(cases));
	tcase_add_loop_test(tc, is_no_laxer_than_the_parser, 0, ARRAY_SIZE(cases));
	tcase_add_test(tc, has_a_limit_of_depth);
	tcase_add_loop_test(tc, steps_through_arrays, 0, ARRAY_SIZE(arrays));
	suite_add_tcase(suite, tc);
	return suite;
}
