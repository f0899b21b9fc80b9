#include "conformance/checks/check.h"

const struct check paging_walk_checks[] = {
	{ NULL },
};
