/*
 * test_map.c - a hash table that holds no keys.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "base/map.h"

#define MANY 5000
#define WORD 32

static char words[MANY][WORD];

static bool same_word(const void *owner, size_t place, const void *key)
{
	const char *all = owner;

	return strcmp(all + place * WORD, key) == 0;
}

static size_t find(const struct map *map, uint32_t (*hash)(const char *key), const char *key)
{
	return map_find(map, hash(key), same_word, words, key);
}

static uint32_t usual(const char *key)
{
	return map_hash(0, key, strlen(key));
}

static uint32_t always_the_same(const char *key)
{
	(void)key;
	return 7;
}

static const struct {
	const char *name;
	uint32_t (*hash)(const char *key);
	size_t count;
} cases[] = {
	{ "nothing", usual, 0 },
	{ "one", usual, 1 },
	{ "many", usual, MANY },
	{ "many of one hash", always_the_same, 300 },
};

START_TEST(finds_what_was_added)
{
	struct map map = MAP_INIT;

	for (size_t i = 0; i < cases[_i].count; i++) {
		snprintf(words[i], sizeof words[i], "word %zu", i);
		ck_assert_msg(find(&map, cases[_i].hash, words[i]) == MAP_NONE, "%s: %zu",
			      cases[_i].name, i);
		map_add(&map, cases[_i].hash(words[i]), i);
	}
	for (size_t i = 0; i < cases[_i].count; i++)
		ck_assert_msg(find(&map, cases[_i].hash, words[i]) == i, "%s: %zu", cases[_i].name,
			      i);
	ck_assert(find(&map, cases[_i].hash, "another") == MAP_NONE);
	ck_assert_uint_eq(map.count, cases[_i].count);
	map_release(&map);
	ck_assert(find(&map, cases[_i].hash, "word 0") == MAP_NONE);
}
END_TEST

START_TEST(parts_of_a_key_are_told_apart)
{
	uint32_t ab = map_hash(map_hash(0, "a", 1), "b", 1);
	uint32_t ba = map_hash(map_hash(0, "b", 1), "a", 1);

	ck_assert_uint_ne(ab, ba);
	ck_assert_uint_eq(ab, map_hash(map_hash(0, "a", 1), "b", 1));
}
END_TEST

Suite *map_suite(void);
Suite *map_suite(void)
{
	Suite *suite = suite_create("base/map");
	TCase *tc = tcase_create("map");

	tcase_add_loop_test(tc, finds_what_was_added, 0, ARRAY_SIZE(cases));
	tcase_add_test(tc, parts_of_a_key_are_told_apart);
	suite_add_tcase(suite, tc);
	return suite;
}
