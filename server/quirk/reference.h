/*
 * reference.h - every switch and every fault, printed from their tables.
 */
#ifndef QUIRK_REFERENCE_H
#define QUIRK_REFERENCE_H

#include "base/str.h"
#include "server/quirk/profile.h"

/* Statuses and texts of the faults are those of @standard. */
void reference_text(struct str *out, const struct profile *standard);
void reference_markdown(struct str *out, const struct profile *standard);
json_t *reference_json(const struct profile *standard) MUST_USE; /* returns (json_decref) */

#endif
