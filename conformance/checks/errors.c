/*
 * errors.c - suite errors: refusals, their status and their body.
 */
#include "conformance/checks/check.h"

const struct check error_checks[] = {
	{ NULL },
};
