/*
 * auth.c - suite auth: who may ask, beyond what Canvas needs.
 */
#include "conformance/checks/check.h"

const struct check auth_checks[] = {
	{ NULL },
};
