/*
 * test_recall.c - what is remembered, for how long, and how much of it.
 */
#include <check.h>

#include "server/auth/recall.h"

START_TEST(remembers_until_told)
{
	struct recall *recall = recall_new(10);
	int64_t until = 0;
	char *note = NULL;

	ck_assert_int_eq(recall_add(recall, "a", "client", 500, 100), RECALL_ADDED);
	ck_assert(recall_find(recall, "a", &until, &note));
	ck_assert_int_eq(until, 500);
	ck_assert_str_eq(note, "client");
	free(note);
	ck_assert(!recall_find(recall, "b", &until, &note));
	ck_assert(!recall_find(recall, "A", &until, &note));
	recall_free(recall);
}
END_TEST

START_TEST(a_note_may_be_absent)
{
	struct recall *recall = recall_new(10);
	int64_t until;
	char *note;

	ck_assert_int_eq(recall_add(recall, "a", NULL, 500, 100), RECALL_ADDED);
	ck_assert(recall_find(recall, "a", &until, &note));
	ck_assert_ptr_null(note);
	recall_free(recall);
	recall_free(NULL);
}
END_TEST

START_TEST(knows_a_repetition)
{
	struct recall *recall = recall_new(10);
	int64_t until;
	char *note;

	ck_assert_int_eq(recall_add(recall, "a", "first", 500, 100), RECALL_ADDED);
	ck_assert_int_eq(recall_add(recall, "a", "second", 900, 200), RECALL_KNOWN);
	ck_assert(recall_find(recall, "a", &until, &note));
	ck_assert_int_eq(until, 500);
	ck_assert_str_eq(note, "first");
	free(note);
	ck_assert_int_eq(recall_add(recall, "b", NULL, 500, 200), RECALL_ADDED);
	recall_free(recall);
}
END_TEST

static const size_t sizes[] = { 1, 2, 100, 1023, 1024, 1025, 1500, 3000 };

/* Adds keys until nothing more is taken; returns how many were. */
static size_t fill(struct recall *recall, const char *prefix, int64_t until, int64_t now)
{
	for (size_t n = 0; n < 10000; n++) {
		char key[32];

		snprintf(key, sizeof key, "%s%zu", prefix, n);
		if (recall_add(recall, key, NULL, until, now) != RECALL_ADDED)
			return n;
	}
	return 10000;
}

START_TEST(a_full_memory_takes_nothing_new)
{
	struct recall *recall = recall_new(sizes[_i]);

	ck_assert_uint_eq(fill(recall, "a", 1000, 0), sizes[_i]);
	ck_assert_int_eq(recall_add(recall, "more", NULL, 1000, 0), RECALL_FULL);
	ck_assert_int_eq(recall_add(recall, "a0", NULL, 1000, 0), RECALL_KNOWN);
	recall_free(recall);
}
END_TEST

START_TEST(what_has_expired_makes_room)
{
	struct recall *recall = recall_new(sizes[_i]);
	int64_t until;
	char *note;

	ck_assert_uint_eq(fill(recall, "a", 1000, 0), sizes[_i]);
	ck_assert_msg(fill(recall, "b", 3000, 2000) == sizes[_i], "room for %zu", sizes[_i]);
	ck_assert(!recall_find(recall, "a0", &until, &note));
	ck_assert(recall_find(recall, "b0", &until, &note));
	recall_free(recall);
}
END_TEST

START_TEST(what_is_alive_stays)
{
	struct recall *recall = recall_new(2000);
	int64_t until;
	char *note;

	ck_assert_int_eq(recall_add(recall, "alive", NULL, 9000, 0), RECALL_ADDED);
	ck_assert_uint_eq(fill(recall, "a", 1000, 0), 1999);
	ck_assert_uint_eq(fill(recall, "b", 9000, 2000), 1999);
	ck_assert(recall_find(recall, "alive", &until, &note));
	recall_free(recall);
}
END_TEST

Suite *recall_suite(void);
Suite *recall_suite(void)
{
	Suite *suite = suite_create("auth/recall");
	TCase *tc = tcase_create("recall");

	tcase_add_test(tc, remembers_until_told);
	tcase_add_test(tc, a_note_may_be_absent);
	tcase_add_test(tc, knows_a_repetition);
	tcase_add_loop_test(tc, a_full_memory_takes_nothing_new, 0, ARRAY_SIZE(sizes));
	tcase_add_loop_test(tc, what_has_expired_makes_room, 0, ARRAY_SIZE(sizes));
	tcase_add_test(tc, what_is_alive_stays);
	suite_add_tcase(suite, tc);
	return suite;
}
