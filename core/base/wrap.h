/*
 * wrap.h - long sentences in narrow columns.
 */
#ifndef BASE_WRAP_H
#define BASE_WRAP_H

#include <stdio.h>

#define WRAP_LABEL 7    /* columns of a label */
#define WRAP_COLUMNS 76 /* of the text beside it */

/* Prints @label after @indent blanks and @text beside it, wrapped; line breaks of the text stay.
 * Nothing when @text is NULL. */
void wrap_field(FILE *out, int indent, const char *label, const char *text);

#endif
