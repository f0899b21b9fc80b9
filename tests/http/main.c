/*
 * main.c - runs every HTTP suite. A suite is one row of suites.h.
 */
#include <check.h>
#include <signal.h>
#include <stdlib.h>

#include "base/util.h"

#define SUITE(name) Suite *name##_suite(void);
#include "tests/http/suites.h"
#undef SUITE

int main(void)
{
	static Suite *(*const suites[])(void) = {
#define SUITE(name) name##_suite,
#include "tests/http/suites.h"
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
