/*
 * mangle.h - what a fault rule does to a body that is on its way out.
 */
#ifndef QUIRK_MANGLE_H
#define QUIRK_MANGLE_H

#include "server/quirk/rules.h"

/* set, retype and remove, in this order, of one rule after the other. A body that is not
 * JSON, and one that would grow beyond STR_CAP, stays as it is. */
void mangle_fields(struct str *body, const struct effects *effects);

/* Makes a body that no JSON parser takes: the first string never ends. */
void mangle_syntax(struct str *body);

#endif
