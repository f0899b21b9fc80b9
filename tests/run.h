/*
 * run.h - the main of a test program: runs every suite of the file SUITES, in which
 * a suite is a row.
 */
#ifndef TESTS_RUN_H
#define TESTS_RUN_H

#include <check.h>
#include <signal.h>
#include <stdlib.h>

#include "base/util.h"

#define SUITE(name) Suite *name##_suite(void);
#include SUITES
#undef SUITE

int main(void)
{
	static Suite *(*const suites[])(void) = {
#define SUITE(name) name##_suite,
#include SUITES
#undef SUITE
	};
	SRunner *runner = srunner_create(NULL);
	int failed;

	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < ARRAY_SIZE(suites); i++)
		srunner_add_suite(runner, suites[i]());
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
