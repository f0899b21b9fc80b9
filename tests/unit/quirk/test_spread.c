/*
 * test_spread.c - delays that are drawn, and the draws behind them, with fixed seeds.
 */
#include <check.h>
#include <math.h>

#include "server/quirk/spread.h"

#define DRAWS 20000

static const struct {
	const char *name;
	int64_t ms;
	double mean, deviation;       /* expected, in milliseconds */
	double least, most;           /* of all draws */
	double twentieth, half, rest; /* the 5th, 50th and 95th of a hundred */
} spreads[] = {
	{ "fixed", 200, 200, 0, 200, 200, 200, 200, 200 },
	{ "uniform", 200, 200, 115.5, 0, 400, 20, 200, 380 },
	/* exp(sigma^2 / 2) = 1.1331; times sqrt(exp(sigma^2) - 1) = 0.6039 */
	{ "lognormal", 200, 226.6, 120.8, 10, 2000, 87.9, 200, 455.1 },
	{ "lognormal", 1, 1.1331, 0.6039, 0.05, 10, 0.4394, 1, 2.276 },
};

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static bool near(double found, double wanted)
{
	return fabs(found - wanted) <= 0.03 * wanted + 0.002;
}

START_TEST(delays_have_their_distribution)
{
	static double draws[DRAWS];
	struct random random;
	enum spread spread;
	double sum = 0, squares = 0;

	random_seed(&random, 1);
	ck_assert(spread_parse(spreads[_i].name, &spread));
	for (int i = 0; i < DRAWS; i++) {
		draws[i] = (double)spread_us(spread, spreads[_i].ms, &random) / 1000;
		sum += draws[i];
		squares += draws[i] * draws[i];
	}
	qsort(draws, DRAWS, sizeof *draws, by_size);

	double mean = sum / DRAWS, variance = squares / DRAWS - mean * mean;

	ck_assert_msg(near(mean, spreads[_i].mean), "%s: mean %g", spreads[_i].name, mean);
	ck_assert_msg(near(sqrt(fmax(variance, 0)), spreads[_i].deviation), "%s: deviation %g",
		      spreads[_i].name, sqrt(variance));
	ck_assert_msg(draws[0] >= spreads[_i].least && draws[DRAWS - 1] <= spreads[_i].most,
		      "%s: from %g to %g", spreads[_i].name, draws[0], draws[DRAWS - 1]);
	ck_assert_msg(near(draws[DRAWS / 20], spreads[_i].twentieth), "%s: 5%% below %g",
		      spreads[_i].name, draws[DRAWS / 20]);
	ck_assert_msg(near(draws[DRAWS / 2], spreads[_i].half), "%s: median %g", spreads[_i].name,
		      draws[DRAWS / 2]);
	ck_assert_msg(near(draws[DRAWS * 19 / 20], spreads[_i].rest), "%s: 95%% below %g",
		      spreads[_i].name, draws[DRAWS * 19 / 20]);
}
END_TEST

START_TEST(no_delay_is_beyond_ten_minutes)
{
	struct random random;

	random_seed(&random, 1);
	for (int i = 0; i < 1000; i++)
		ck_assert_int_le(spread_us(SPREAD_LOGNORMAL, DELAY_MOST_MS, &random),
				 INT64_C(600000000));
	ck_assert_int_eq(spread_us(SPREAD_FIXED, 1000000000, &random), INT64_C(600000000));
}
END_TEST

START_TEST(a_seed_repeats_its_delays)
{
	struct random a, b, c;
	int differ = 0;

	random_seed(&a, 7);
	random_seed(&b, 7);
	random_seed(&c, 8);
	for (int i = 0; i < 100; i++) {
		int64_t us = spread_us(SPREAD_LOGNORMAL, 100, &a);

		ck_assert_int_eq(us, spread_us(SPREAD_LOGNORMAL, 100, &b));
		differ += us != spread_us(SPREAD_LOGNORMAL, 100, &c);
	}
	ck_assert_int_gt(differ, 90);
}
END_TEST

START_TEST(unknown_names_are_refused)
{
	enum spread spread;

	ck_assert(!spread_parse("Fixed", &spread));
	ck_assert(!spread_parse("", &spread));
	for (const char *at = SPREAD_CHOICES; *at;
	     at += strcspn(at, " ") + (strchr(at, ' ') != 0)) {
		char name[16];

		snprintf(name, sizeof name, "%.*s", (int)strcspn(at, " "), at);
		ck_assert_msg(spread_parse(name, &spread), "%s", name);
	}
}
END_TEST

Suite *spread_suite(void);
Suite *spread_suite(void)
{
	Suite *suite = suite_create("quirk/spread");
	TCase *tc = tcase_create("spread");

	tcase_add_loop_test(tc, delays_have_their_distribution, 0, ARRAY_SIZE(spreads));
	tcase_add_test(tc, no_delay_is_beyond_ten_minutes);
	tcase_add_test(tc, a_seed_repeats_its_delays);
	tcase_add_test(tc, unknown_names_are_refused);
	suite_add_tcase(suite, tc);
	return suite;
}
