/*
 * resources.c - suite resources.
 */
#include "conformance/checks/check.h"

const struct check resource_checks[] = {
	{ NULL },
};
