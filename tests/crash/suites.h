/*
 * suites.h - the tests of crashes.
 */
#ifndef TESTS_CRASH_SUITES_H
#define TESTS_CRASH_SUITES_H

#include <check.h>

void rounds_add(Suite *suite);
void kinds_add(Suite *suite);
void disks_add(Suite *suite);
void versions_add(Suite *suite);
void imports_add(Suite *suite);

#endif
