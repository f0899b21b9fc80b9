#include "conformance/checks/check.h"

const struct check query_fields_checks[] = {
	{ NULL },
};
