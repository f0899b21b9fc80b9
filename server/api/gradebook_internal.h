/*
 * gradebook_internal.h - what the files of rules for writes share.
 */
#ifndef API_GRADEBOOK_INTERNAL_H
#define API_GRADEBOOK_INTERNAL_H

#include "server/api/gradebook.h"

const struct quirks *quirks_of(const struct write_check *check);

/* Refuses, with what every text about this object may name. Always false. */
bool refuse_write(struct write_check *check, enum fault fault);
/* What one more placeholder of the fault's text is; both are borrowed. */
void add_param(struct write_check *check, const char *name, const char *value);

/* Whether there is an object of that sourcedId; false, too, with check->err. */
bool object_exists(struct write_check *check, const struct entity *entity, const char *id);

#endif
