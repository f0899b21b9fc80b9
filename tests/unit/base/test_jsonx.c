/*
 * test_jsonx.c - JSON in: limits, and errors that point at the culprit.
 */
#include <check.h>

#include "base/jsonx.h"
#include "tests/unit/helpers.h"

/* clang-format off */
static const struct {
	const char *name, *text, *place, *says; /* says: NULL, whatever jansson says */
} broken[] = {
	{ "nothing at all",        "",                                "line 1, ",          NULL },
	{ "a comma too many",      "{\"a\": 1,}",                     "line 1, column 9",  NULL },
	{ "a colon missing",       "{\n  \"a\": 1,\n  \"b\" 2\n}",    "line 3, column 7",  "':' expected" },
	{ "columns are characters", "{\"\xc5\xbb\xc3\xb3\xc5\x82w\" 2}", "line 1, column 9", "':' expected" },
	{ "a scalar",              "42",                              "line 1, ",          NULL },
	{ "text after the end",    "{}\n{}",                          "line 2, column 1",  NULL },
	{ "a key twice",           "{\"a\": 1, \"a\": 2}",            "line 1, ",          "duplicate" },
	{ "U+0000",                "{\"a\": \"\\u0000\"}",            "line 1, ",          NULL },
	{ "not UTF-8",             "{\n \"a\": \"\xff\"}",            "line 2, column 8",  "0xff is not valid UTF-8" },
	{ "Latin-1",               "{\"a\": \"caf\xe9\"}",            "line 1, column 11", "0xe9 is not valid UTF-8" },
	{ "opening quotes curled", "{\n \xe2\x80\x9c" "a\xe2\x80\x9d: 1}", "line 2, column 2", "U+201C" },
	{ "a value curled",        "{\"a\": \xe2\x80\x9c" "b\xe2\x80\x9d}", "line 1, column 7", "U+201C" },
	{ "a closing quote curled", "{\n\"a\": \"Essay\xe2\x80\x9d,\n\"b\": 1\n}", "line 2, column 12", "U+201D" },
	{ "a low quote",           "{\"a\": \xe2\x80\x9e" "b\"}",     "line 1, column 7",  "U+201E" },
	{ "single quotes curled",  "{\xe2\x80\x98" "a\xe2\x80\x99: 1}", "line 1, column 2", "U+2018" },
	{ "a guillemet",           "{\"a\": \xc2\xab" "b\xc2\xbb}", "line 1, column 7",  "U+00AB" },
	{ "a comma missing",       "{\n\"a\": \"x\"\n  \"b\": 1}",   "line 2, column 9",  "a comma is missing here" },
	{ "between elements",      "[1 2]",                           "line 1, column 3",  "a comma is missing here" },
	{ "between objects",       "[{\"a\": [1, 2]}\n{}]",           "line 1, column 15", "a comma is missing here" },
	{ "a bracket missing",     "{\"a\": [1, 2}",                  "line 1, column 12", "']' expected" },
	{ "plain single quotes",   "{'a': 1}",                        "line 1, column 2",  NULL },
};

/* Texts with curled quotes whose fault is another one. */
static const char *const innocent[] = {
	"{\"a\": \"\xe2\x80\x9cquoted\xe2\x80\x9d\", }",
	"{\"a\": \"it\xe2\x80\x99s\" 1}",
};

static const struct {
	const char *token, *pointer;
} tokens[] = {
	{ "title",   "/title" },
	{ "a/b",     "/a~1b" },
	{ "a~b",     "/a~0b" },
	{ "~/",      "/~0~1" },
	{ "",        "/" },
	{ "quirks.title.max", "/quirks.title.max" },
};

static const struct {
	const char *json, *id; /* NULL: it is none */
} ids[] = {
	{ "{\"id\": 10101}",                      "10101" },
	{ "{\"id\": \"10101\"}",                  "10101" },
	{ "{\"id\": 9223372036854775807}",        "9223372036854775807" },
	{ "{\"id\": \"12345678901234567890123\"}", "12345678901234567890123" },
	{ "{\"id\": \"123456789012345678901234\"}", NULL },
	{ "{\"id\": \"\"}",                       NULL },
	{ "{\"id\": null}",                       NULL },
	{ "{\"id\": 1.5}",                        NULL },
	{ "{\"id\": [1]}",                        NULL },
	{ "{}",                                   NULL },
};

static const struct {
	const char *json, *kind;
} kinds[] = {
	{ "{}", "an object" }, { "[]", "an array" }, { "\"\"", "a string" }, { "1", "a number" },
	{ "1.5", "a number" }, { "true", "a boolean" }, { "false", "a boolean" }, { "null", "null" },
};
/* clang-format on */

START_TEST(points_at_the_culprit)
{
	struct err err = ERR_INIT;
	json_t *value = jsonx_load(broken[_i].text, strlen(broken[_i].text), &err);

	ck_assert_msg(!value && err.code == ERR_INVALID, "%s: taken", broken[_i].name);
	ck_assert_msg(starts_with(err.text, broken[_i].place), "%s: %s", broken[_i].name, err.text);
	ck_assert_msg(!broken[_i].says || strstr(err.text, broken[_i].says), "%s: %s",
		      broken[_i].name, err.text);
	ck_assert_msg(utf8_valid(err.text, strlen(err.text), NULL), "%s: the sentence is broken",
		      broken[_i].name);
}
END_TEST

START_TEST(does_not_blame_an_innocent_quote)
{
	struct err err = ERR_INIT;

	ck_assert_ptr_null(jsonx_load(innocent[_i], strlen(innocent[_i]), &err));
	ck_assert_msg(!strstr(err.text, "typographic"), "%s: %s", innocent[_i], err.text);
}
END_TEST

/* @depth arrays in one another. */
static char *nest(size_t depth)
{
	char *text = xmalloc(2 * depth + 1);

	memset(text, '[', depth);
	memset(text + depth, ']', depth);
	text[2 * depth] = '\0';
	return text;
}

START_TEST(depth_has_a_limit)
{
	struct err err = ERR_INIT;
	char *fits = nest(JSONX_DEPTH), *deep = nest(JSONX_DEPTH + 1), *abyss = nest(100000);
	json_t *value = jsonx_load(fits, strlen(fits), &err);

	ck_assert_msg(value != NULL, "%s", err.text);
	json_decref(value);
	ck_assert_ptr_null(jsonx_load(deep, strlen(deep), &err));
	ck_assert_msg(strstr(err.text, "line 1, column 33") && strstr(err.text, "32"), "%s",
		      err.text);
	err = (struct err)ERR_INIT;
	ck_assert_ptr_null(jsonx_load(abyss, strlen(abyss), &err));
	free(fits);
	free(deep);
	free(abyss);
}
END_TEST

START_TEST(brackets_in_strings_are_not_depth)
{
	static const char text[] = "{\"a\": \"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[[\"}";
	struct err err = ERR_INIT;
	json_t *value = jsonx_load(text, strlen(text), &err);

	ck_assert_msg(value != NULL, "%s", err.text);
	json_decref(value);
}
END_TEST

START_TEST(a_file_error_begins_with_the_path)
{
	struct err err = ERR_INIT;
	char *folder = scratch_new(), *path = scratch_write(folder, "bad.json", "{\n\"a\" 1}");

	ck_assert_ptr_null(jsonx_load_file(path, &err));
	ck_assert_msg(starts_with(err.text, path) && strstr(err.text, ": line 2, column 5"), "%s",
		      err.text);
	free(path);
	err = (struct err)ERR_INIT;
	path = xformat("%s/none.json", folder);
	ck_assert_ptr_null(jsonx_load_file(path, &err));
	ck_assert_msg(starts_with(err.text, path), "%s", err.text);
	free(path);
	scratch_free(folder);
}
END_TEST

START_TEST(pointer_tokens_are_escaped)
{
	struct str pointer = STR_INIT;

	jsonx_pointer_add(&pointer, tokens[_i].token);
	ck_assert_str_eq(str_text(&pointer), tokens[_i].pointer);
	str_release(&pointer);
}
END_TEST

START_TEST(ids_are_numbers_or_texts)
{
	char id[24] = "";
	json_t *object = json_loads(ids[_i].json, 0, NULL);
	bool found = jsonx_id(object, "id", id);

	ck_assert_msg(found == (ids[_i].id != NULL), "%s", ids[_i].json);
	ck_assert_msg(!found || strcmp(id, ids[_i].id) == 0, "%s: %s", ids[_i].json, id);
	json_decref(object);
}
END_TEST

START_TEST(kinds_have_names)
{
	json_t *value = json_loads(kinds[_i].json, JSON_DECODE_ANY, NULL);

	ck_assert_str_eq(jsonx_kind(value), kinds[_i].kind);
	json_decref(value);
}
END_TEST

START_TEST(members_of_another_type_are_absent)
{
	json_t *object = json_loads(
		"{\"t\": \"x\", \"n\": 7, \"r\": 1.5, \"b\": true, \"z\": null}", 0, NULL);
	double number = 0;

	ck_assert_str_eq(jsonx_text(object, "t"), "x");
	ck_assert_ptr_null(jsonx_text(object, "n"));
	ck_assert_ptr_null(jsonx_text(object, "z"));
	ck_assert_ptr_null(jsonx_text(NULL, "t"));
	ck_assert_int_eq(jsonx_int(object, "n"), 7);
	ck_assert_int_eq(jsonx_int(object, "t"), 0);
	ck_assert(jsonx_true(object, "b"));
	ck_assert(!jsonx_true(object, "t"));
	ck_assert(jsonx_number(object, "r", &number) && number == 1.5);
	ck_assert(jsonx_number(object, "n", &number) && number == 7);
	ck_assert(!jsonx_number(object, "t", &number));
	ck_assert_str_eq(jsonx_kind(json_object_get(object, "none")), "absent");
	json_decref(object);
}
END_TEST

START_TEST(dumps_what_it_read)
{
	static const char text[] = "{\"a\":[1,2.5,\"\xc3\xa9\",true,null,{\"b\":{}}],\"c\":91.1}";
	struct err err = ERR_INIT;
	json_t *value = jsonx_load(text, strlen(text), &err);
	char *again = jsonx_dump(value);

	ck_assert_str_eq(again, text);
	free(again);
	json_decref(value);
}
END_TEST

/* Bodies and parts of files end where they end: a sanitizer sees who looks behind. */
START_TEST(does_not_look_behind_the_end)
{
	static const char text[] = "{\"a\": 1} ";
	char *copy = xmalloc(sizeof text - 1);
	struct err err = ERR_INIT;
	size_t at = 0;
	json_t *json;

	memcpy(copy, text, sizeof text - 1);
	json = jsonx_load(copy, sizeof text - 1, &err);
	ck_assert_msg(json != NULL, "%s", err.text);
	json_decref(json);
	json = jsonx_load_next(copy, sizeof text - 1, &at, &err);
	ck_assert_msg(json != NULL, "%s", err.text);
	ck_assert_uint_eq(at, sizeof text - 1);
	json_decref(json);
	free(copy);
}
END_TEST

Suite *jsonx_suite(void);
Suite *jsonx_suite(void)
{
	Suite *suite = suite_create("base/jsonx");
	TCase *tc = tcase_create("jsonx");

	tcase_add_loop_test(tc, points_at_the_culprit, 0, ARRAY_SIZE(broken));
	tcase_add_loop_test(tc, does_not_blame_an_innocent_quote, 0, ARRAY_SIZE(innocent));
	tcase_add_test(tc, does_not_look_behind_the_end);
	tcase_add_test(tc, depth_has_a_limit);
	tcase_add_test(tc, brackets_in_strings_are_not_depth);
	tcase_add_test(tc, a_file_error_begins_with_the_path);
	tcase_add_loop_test(tc, pointer_tokens_are_escaped, 0, ARRAY_SIZE(tokens));
	tcase_add_loop_test(tc, ids_are_numbers_or_texts, 0, ARRAY_SIZE(ids));
	tcase_add_loop_test(tc, kinds_have_names, 0, ARRAY_SIZE(kinds));
	tcase_add_test(tc, members_of_another_type_are_absent);
	tcase_add_test(tc, dumps_what_it_read);
	suite_add_tcase(suite, tc);
	return suite;
}
