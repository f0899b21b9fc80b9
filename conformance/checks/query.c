/*
 * query.c - suite query: filter, sort, orderBy and fields.
 */
#include "conformance/checks/check.h"

const struct check query_checks[] = {
	{ NULL },
};
