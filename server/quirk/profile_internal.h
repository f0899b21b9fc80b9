/*
 * profile_internal.h - what the files that load and check profiles share.
 */
#ifndef QUIRK_PROFILE_INTERNAL_H
#define QUIRK_PROFILE_INTERNAL_H

#include "server/quirk/profile.h"

/* Sets @err about SECTION/KEY of a profile, "" for none; always false. */
bool profile_fail(struct err *err, const char *file, const char *section, const char *key,
		  const char *format, ...) PRINTF(5, 6);

/* Unknown keys, wrong types, unknown switches, faults and operations. @file is what the
 * messages call it. */
bool profile_check_document(const char *file, const json_t *document, struct err *err) MUST_USE;

/* Two quirks that cannot both be meant. */
bool profile_check_quirks(const char *file, const struct quirks *quirks, struct err *err) MUST_USE;

#endif
