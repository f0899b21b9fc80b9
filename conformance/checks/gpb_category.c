/*
 * gpb_category.c - suite gpb-canvas: categories in all their forms.
 */
#include "conformance/checks/check.h"

const struct check gpb_category_checks[] = {
	{ NULL },
};
