#include "conformance/checks/check.h"

const struct check paging_link_checks[] = {
	{ NULL },
};
