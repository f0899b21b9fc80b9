/*
 * glob.c - patterns in which `*` stands for any text.
 */
#include "base/glob.h"

bool glob_fits(const char *pattern, const char *text)
{
	const char *star = NULL, *from = text; /* where the last star began, and its text */

	while (*text) {
		if (*pattern == '*') {
			star = ++pattern;
			from = text;
		} else if (*pattern == *text) {
			pattern++;
			text++;
		} else if (star) { /* the star takes one character more */
			pattern = star;
			text = ++from;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return *pattern == '\0';
}
