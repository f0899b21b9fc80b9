/*
 * test_nonces.c - what was seen is known, until it has expired or too many came after it.
 */
#include <check.h>
#include <malloc.h>
#include <stdio.h>

#include "server/auth/nonces.h"

static bool add(struct nonces *nonces, int number, int64_t until, int64_t now)
{
	char key[64];

	snprintf(key, sizeof key, "canvas\n1794848400\nnonce-%d", number);
	return nonces_add(nonces, key, until, now);
}

static bool know(struct nonces *nonces, int number)
{
	char key[64];

	snprintf(key, sizeof key, "canvas\n1794848400\nnonce-%d", number);
	return nonces_know(nonces, key);
}

/* Through every growth, and round the ring. */
START_TEST(knows_the_last_ones)
{
	static const int mosts[] = { 1, 2, 1000, 1024, 1025, 5000 };
	int most = mosts[_i], count = 12000;
	struct nonces *nonces = nonces_new((size_t)most);

	ck_assert(!know(nonces, 0));
	for (int i = 0; i < count; i++) {
		ck_assert(add(nonces, i, 1000, 10));
		ck_assert(!add(nonces, i, 1000, 10));
	}
	for (int i = 0; i < count; i++)
		ck_assert_msg(know(nonces, i) == (i >= count - most), "%d of %d", i, most);
	nonces_free(nonces);
	nonces_free(NULL);
}
END_TEST

START_TEST(forgets_what_has_expired)
{
	struct nonces *nonces = nonces_new(5000);

	for (int i = 0; i < 3000; i++)
		ck_assert(add(nonces, i, 1000 + i, 0));
	ck_assert(!add(nonces, 999, 9000, 1999)); /* until 1999: not past it */
	ck_assert(add(nonces, 998, 9000, 1999));
	ck_assert(!add(nonces, 998, 9000, 1999));
	ck_assert(!know(nonces, 0));
	ck_assert(know(nonces, 2999));
	ck_assert(add(nonces, -1, 9000, 8000)); /* all others have */
	ck_assert(!know(nonces, 2999));
	ck_assert(know(nonces, 998));
	nonces_free(nonces);
}
END_TEST

/* A night of signed requests costs what one window of them may. */
START_TEST(half_a_million_cost_little)
{
	struct nonces *nonces = nonces_new(500000);
	struct mallinfo2 before = mallinfo2(), after;

	for (int i = 0; i < 600000; i++)
		ck_assert(add(nonces, i, INT64_MAX, 0));
	after = mallinfo2();
	ck_assert_uint_lt(after.uordblks + after.hblkhd - before.uordblks - before.hblkhd,
			  16000000);
	nonces_free(nonces);
}
END_TEST

Suite *nonces_suite(void);

Suite *nonces_suite(void)
{
	Suite *suite = suite_create("auth/nonces");
	TCase *tcase = tcase_create("nonces");

	tcase_set_timeout(tcase, 30);
	tcase_add_loop_test(tcase, knows_the_last_ones, 0, 6);
	tcase_add_test(tcase, forgets_what_has_expired);
	tcase_add_test(tcase, half_a_million_cost_little);
	suite_add_tcase(suite, tcase);
	return suite;
}
