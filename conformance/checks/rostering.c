/*
 * rostering.c - suites rostering-bulk and rostering-school.
 */
#include "conformance/checks/check.h"

const struct check rostering_bulk_checks[] = {
	{ NULL },
};

const struct check rostering_school_checks[] = {
	{ NULL },
};
