#include "conformance/checks/check.h"

const struct check query_sort_checks[] = {
	{ NULL },
};
