#include "conformance/checks/check.h"

const struct check query_filter_checks[] = {
	{ NULL },
};
