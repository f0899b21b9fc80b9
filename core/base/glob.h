/*
 * glob.h - patterns in which `*` stands for any text, the empty one too.
 */
#ifndef BASE_GLOB_H
#define BASE_GLOB_H

#include "base/util.h"

/* Whether the whole of @text fits @pattern. Nothing but `*` is special. Costs at most the
 * length of the one times that of the other. */
bool glob_fits(const char *pattern, const char *text);
/* The same for the first @length bytes of @text. */
bool glob_fits_n(const char *pattern, const char *text, size_t length);

#endif
