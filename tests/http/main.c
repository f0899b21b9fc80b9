/*
 * main.c - runs every HTTP suite.
 */
#define SUITES "tests/http/suites.h"
#include "tests/run.h"

/* The scripted provider runs in threads of libmicrohttpd; a test is a fork of the program, in which
 * those threads are not there and what they had allocated looks lost. mocksis itself is another
 * program, and checked without this. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libmicrohttpd\n";
}
