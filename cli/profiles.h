/*
 * profiles.h - what the files of `mocksis profiles` share.
 */
#ifndef CLI_PROFILES_H
#define CLI_PROFILES_H

#include <stdio.h>

struct profile;

/* What a person needs to know about a SIS: its rules in words, who says so, what it answers.
 * @standard is what it is compared with; NULL when @profile is that itself. */
void profile_page(FILE *out, const struct profile *profile, const struct profile *standard);

#endif
