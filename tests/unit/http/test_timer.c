/*
 * test_timer.c - the heap gives back what is due, the earliest first.
 */
#include <check.h>
#include <stdlib.h>

#include "base/random.h"
#include "server/http/timer.h"

#define MANY 5000

START_TEST(the_earliest_comes_first)
{
	static const int64_t dues[] = { 50, 10, 40, 10, 30, 20, 60, 0 };
	static const int64_t sorted[] = { 0, 10, 10, 20, 30, 40, 50, 60 };
	struct timers timers = { 0 };

	ck_assert_int_eq(timers_next(&timers), TIMER_NEVER);
	ck_assert_ptr_null(timers_take(&timers, TIMER_NEVER));
	for (size_t i = 0; i < ARRAY_SIZE(dues); i++)
		timers_add(&timers, dues[i], (void *)(uintptr_t)&dues[i]);
	for (size_t i = 0; i < ARRAY_SIZE(sorted); i++) {
		const int64_t *due;

		ck_assert_int_eq(timers_next(&timers), sorted[i]);
		ck_assert_ptr_null(timers_take(&timers, sorted[i] - 1));
		due = timers_take(&timers, sorted[i]);
		ck_assert_ptr_nonnull(due);
		ck_assert_int_eq(*due, sorted[i]);
	}
	ck_assert_int_eq(timers_next(&timers), TIMER_NEVER);
	timers_release(&timers);
}
END_TEST

/* Some come while others go: each is taken once, none before its time, none late. */
START_TEST(none_is_lost_among_many)
{
	static int64_t dues[MANY];
	static int taken[MANY];
	struct timers timers = { 0 };
	struct random random;
	size_t added = 0;
	int64_t *due;

	random_seed(&random, (uint64_t)_i);
	for (int64_t now = 0; added < MANY || timers.count > 0; now += 10) {
		for (int i = 0; i < 50 && added < MANY; i++, added++) {
			uint32_t number;

			random_bytes(&random, &number, sizeof number);
			dues[added] = now + (int64_t)(number % 1000);
			timers_add(&timers, dues[added], &dues[added]);
		}
		while ((due = timers_take(&timers, now))) {
			ck_assert_int_le(*due, now);
			ck_assert_int_gt(*due, now - 10);
			taken[due - dues]++;
		}
		ck_assert_int_gt(timers_next(&timers), now);
	}
	for (size_t i = 0; i < MANY; i++)
		ck_assert_msg(taken[i] == 1, "%zu was taken %d times", i, taken[i]);
	timers_release(&timers);
}
END_TEST

Suite *timer_suite(void);

Suite *timer_suite(void)
{
	Suite *suite = suite_create("http/timer");
	TCase *tcase = tcase_create("heap");

	tcase_add_test(tcase, the_earliest_comes_first);
	tcase_add_loop_test(tcase, none_is_lost_among_many, 0, 4);
	suite_add_tcase(suite, tcase);
	return suite;
}
