/*
 * export.c - mocksis export.
 */
#include "cli/commands.h"

int export_main(const struct options *options)
{
	(void)options;
	return 3;
}
