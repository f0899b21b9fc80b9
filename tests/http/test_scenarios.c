/*
 * test_scenarios.c - plays every scenario of conformance/suites.
 */
#include "tests/http/scenario.h"

START_TEST(plays)
{
	scenario_play(scenario_file((size_t)_i));
}
END_TEST

START_TEST(there_are_scenarios)
{
	ck_assert_uint_ge(scenario_count(), 8);
}
END_TEST

Suite *scenarios_suite(void);
Suite *scenarios_suite(void)
{
	Suite *suite = suite_create("scenarios");
	TCase *tc = tcase_create("scenarios");

	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, there_are_scenarios);
	tcase_add_loop_test(tc, plays, 0, (int)scenario_count());
	suite_add_tcase(suite, tc);
	return suite;
}
