/*
 * gradebook.c - suites gradebook-1.1 and gradebook-1.2.
 */
#include "conformance/checks/check.h"

const struct check gradebook_checks[] = {
	{ NULL },
};

const struct check gradebook_11_checks[] = {
	{ NULL },
};

const struct check gradebook_12_checks[] = {
	{ NULL },
};
