/*
 * main.c - what is acknowledged stays, whatever dies and when.
 */
#include <signal.h>
#include <stdlib.h>

#include "tests/crash/site.h"
#include "tests/crash/suites.h"

int main(void)
{
	Suite *suite = suite_create("crash");
	SRunner *runner = srunner_create(suite);
	int failed;

	signal(SIGPIPE, SIG_IGN);
	crash_begin();
	rounds_add(suite);
	kinds_add(suite);
	disks_add(suite);
	versions_add(suite);
	imports_add(suite);
	srunner_run_all(runner, CK_ENV);
	crash_end();
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
