/*
 * test_pointer.c - the places that a JSON pointer names.
 */
#include <check.h>

#include "base/pointer.h"
#include "base/str.h"
#include "tests/quoted.h"

#define FOUR "/1/2/3/4"

static const struct {
	const char *text;
	bool sound;
} soundness[] = {
	{ "/a", true },
	{ "/", true },
	{ "/a/0/*", true },
	{ "/a~0b~1c", true },
	{ "", false },
	{ "a", false },
	{ "#/a", false },
	{ "/a~", false },
	{ "/a~2", false },
	{ FOUR FOUR FOUR FOUR, true },
	{ FOUR FOUR FOUR FOUR "/17", false },
};

START_TEST(soundness_is_told)
{
	ck_assert_msg(pointer_is_sound(soundness[_i].text) == soundness[_i].sound, "%s",
		      soundness[_i].text);
}
END_TEST

START_TEST(a_long_one_is_not_sound)
{
	char text[POINTER_LENGTH + 2] = "/";

	memset(text + 1, 'a', POINTER_LENGTH - 1);
	ck_assert(pointer_is_sound(text));
	text[POINTER_LENGTH] = 'a';
	ck_assert(!pointer_is_sound(text));
}
END_TEST

/* Set to 0, or removed. */
static const struct {
	const char *json, *pointer;
	char what;
	const char *becomes;
} visits[] = {
	{ "{'a': 1, 'b': 2}", "/a", 's', "{'a': 0, 'b': 2}" },
	{ "{'a': 1}", "/c", 's', "{'a': 1, 'c': 0}" },
	{ "{'a': {'b': [1, 2]}}", "/a/b/1", 's', "{'a': {'b': [1, 0]}}" },
	{ "{'a': {'b': [1, 2]}}", "/a/b/2", 's', "{'a': {'b': [1, 2]}}" },
	{ "{'a': [{'b': 1}, {'b': 2}, 7]}", "/a/*/b", 's', "{'a': [{'b': 0}, {'b': 0}, 7]}" },
	{ "{'x': {'b': 1}, 'y': {'c': 2}}", "/*/b", 's', "{'x': {'b': 0}, 'y': {'c': 2, 'b': 0}}" },
	{ "{'a': 1}", "/a/b", 's', "{'a': 1}" },
	{ "{'a': 1}", "/b/c", 's', "{'a': 1}" },
	{ "{'a/b~': 1}", "/a~1b~0", 's', "{'a/b~': 0}" },
	{ "{'a': [1]}", "/a/x", 's', "{'a': [1]}" },
	{ "{'a': [1]}", "/a/-", 's', "{'a': [1]}" },
	{ "{'a': 1, 'b': 2}", "/a", 'r', "{'b': 2}" },
	{ "{'a': [1, 2, 3]}", "/a/*", 'r', "{'a': []}" },
	{ "{'a': [1, 2, 3]}", "/a/1", 'r', "{'a': [1, 3]}" },
	{ "{'a': 1, 'b': 2}", "/*", 'r', "{}" },
	{ "{'a': [{'b': 1, 'c': 1}]}", "/a/*/b", 'r', "{'a': [{'c': 1}]}" },
	{ "{'a': 1}", "/b", 'r', "{'a': 1}" },
};

static bool visit(const struct place *place, void *payload)
{
	if (*(const char *)payload == 's')
		place_set(place, json_integer(0));
	else if (place->value)
		place_remove(place);
	return true;
}

START_TEST(places_are_found)
{
	json_t *json = json_quoted(visits[_i].json), *becomes = json_quoted(visits[_i].becomes);
	char what = visits[_i].what;

	pointer_visit(json, visits[_i].pointer, visit, &what);

	char *text = jsonx_dump(json);

	ck_assert_msg(json_equal(json, becomes), "%s in %s: %s", visits[_i].pointer,
		      visits[_i].json, text);
	free(text);
	json_decref(json);
	json_decref(becomes);
}
END_TEST

static bool first_only(const struct place *place, void *payload)
{
	(void)place;
	++*(int *)payload;
	return false;
}

START_TEST(a_walk_can_be_ended)
{
	json_t *json = json_quoted("{'a': [[1, 2], [3, 4]], 'b': [[5]]}");
	int count = 0;

	pointer_visit(json, "/*/*/*", first_only, &count);
	ck_assert_int_eq(count, 1);
	json_decref(json);
}
END_TEST

/* In {"a": {"b/c": [1, {"d~": null}]}, "": 7}. */
static const struct {
	const char *pointer, *value; /* NULL: nothing is there */
} places[] = {
	{ "", "{\"a\":{\"b/c\":[1,{\"d~\":null}]},\"\":7}" },
	{ "/", "7" },
	{ "/a/b~1c/0", "1" },
	{ "/a/b~1c/1/d~0", "null" },
	{ "/a/b~1c/2", NULL },
	{ "/a/b~1c/00", NULL },
	{ "/a/b~1c/-", NULL },
	{ "/a/b/c", NULL },
	{ "/a/b~1c/0/x", NULL },
	{ "a", NULL },
};

START_TEST(a_pointer_finds_one_place)
{
	json_t *json = json_loads(places[0].value, 0, NULL);
	const json_t *found = pointer_find(json, places[_i].pointer);
	char *text = found ? json_dumps(found, JSON_COMPACT | JSON_ENCODE_ANY) : NULL;

	ck_assert_msg(same_text(text, places[_i].value), "%s: %s", places[_i].pointer,
		      text ? text : "nothing");
	free(text);
	json_decref(json);
}
END_TEST

Suite *pointer_suite(void);
Suite *pointer_suite(void)
{
	Suite *suite = suite_create("base/pointer");
	TCase *tc = tcase_create("pointer");

	tcase_add_loop_test(tc, soundness_is_told, 0, ARRAY_SIZE(soundness));
	tcase_add_test(tc, a_long_one_is_not_sound);
	tcase_add_loop_test(tc, places_are_found, 0, ARRAY_SIZE(visits));
	tcase_add_test(tc, a_walk_can_be_ended);
	tcase_add_loop_test(tc, a_pointer_finds_one_place, 0, ARRAY_SIZE(places));
	suite_add_tcase(suite, tc);
	return suite;
}
