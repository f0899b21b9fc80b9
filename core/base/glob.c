/*
 * glob.c - patterns in which `*` stands for any text.
 */
#include "base/glob.h"

#include <string.h>

bool glob_fits_n(const char *pattern, const char *text, size_t length)
{
	const char *end = text + length;
	const char *star = NULL, *from = text; /* where the last star began, and its text */

	while (text < end) {
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

bool glob_fits(const char *pattern, const char *text)
{
	return glob_fits_n(pattern, text, strlen(text));
}
