/*
 * glob.h - patterns in which `*` stands for any text, the empty one too.
 */
#ifndef BASE_GLOB_H
#define BASE_GLOB_H

#include "base/util.h"

/* Whether the whole of @text fits @pattern. Nothing but `*` is special. */
bool glob_fits(const char *pattern, const char *text);

#endif
