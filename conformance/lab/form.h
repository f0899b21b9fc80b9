/*
 * form.h - the forms that the files of fixtures/labs have.
 *
 * A table says which members an object may have, which it must, and what each is; the check
 * ends at the first member that does not fit, with a JSON pointer to it.
 */
#ifndef LAB_FORM_H
#define LAB_FORM_H

#include <jansson.h>
#include "base/err.h"

/* Whether @value is an object of the form @name ("lab", "code", "verbs", "guides"). @file is for
 * the message. ERR_INVALID names the member, and what belongs there. */
bool form_check(const char *name, const json_t *value, const char *file, struct err *err) MUST_USE;

#endif
