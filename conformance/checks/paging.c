/*
 * paging.c - suite paging: pages of a collection, beyond what Canvas needs.
 */
#include "conformance/checks/check.h"

const struct check paging_checks[] = {
	{ NULL },
};
