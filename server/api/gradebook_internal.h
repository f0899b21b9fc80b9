/*
 * gradebook_internal.h - the rules of gradebook.c's table, and what they share.
 *
 * A rule reads its own switch. It returns true when the write may go on, changed or not,
 * and false when it refused (refuse_write) or the database failed (check->err).
 */
#ifndef API_GRADEBOOK_INTERNAL_H
#define API_GRADEBOOK_INTERNAL_H

#include "server/api/gradebook.h"

const struct quirks *quirks_of(const struct write_check *check);

/* Refuses, with what every text about this object may name; always false. */
bool refuse_write(struct write_check *check, enum fault fault);
/* What the text may name besides; @name is a literal, @value lives as long as the request. */
void add_param(struct write_check *check, const char *name, const char *value);

/* False as well when the database failed. */
bool object_exists(struct write_check *check, const struct entity *entity, const char *id);

/* gradebook_reference.c */
bool references_known(struct write_check *check);
/* Whether reference.check looks at anything. */
bool references_are_checked(const struct write_check *check);
/* Whether what @field names is there, or need not be; refuses with @fault otherwise.
 * @only_strict: only under reference.check=strict, and where bodies are validated so. */
bool reference_known(struct write_check *check, const char *field, enum fault fault,
		     bool only_strict);

/* gradebook_text.c */
bool title_fits(struct write_check *check);
bool title_is_unique(struct write_check *check);
bool comment_fits(struct write_check *check);

/* gradebook_date.c */
bool due_date_there(struct write_check *check);
bool due_date_ahead(struct write_check *check);
bool due_date_in_term(struct write_check *check);
bool due_date_open(struct write_check *check);
bool assign_date_in_period(struct write_check *check);
/* The day on which an instant lies for this SIS, YYYY-MM-DD; as due_date.day_from has it. */
const char *day_of(struct write_check *check, int64_t when);

/* gradebook_period.c */
bool period_derived(struct write_check *check);
bool period_there(struct write_check *check);
bool period_unlocked(struct write_check *check); /* of a lineItem or a result */
/* The grading periods that hold the day of an instant: sourcedIds of the first and of the
 * first open one, NULL for none. False when the database failed. */
struct periods {
	const char *first, *open;
};
bool periods_of_day(struct write_check *check, int64_t when, struct periods *periods) MUST_USE;

/* gradebook_category.c */
bool category_dated(struct write_check *check);
bool category_settled(struct write_check *check);

/* gradebook_scale.c */
bool default_scale_there(struct write_check *check);
bool max_is_whole(struct write_check *check);
/* The default grade scale as the SIS state has it: that of the category where the state
 * says anything about it, else that of the class (either may be NULL). The value is NULL
 * where nothing is said, which is healthy, and json_null() where there is none; of whom it
 * says so are field and id. False when the database failed. */
struct scale {
	json_t *value; /* the caller's (json_decref) */
	const char *field, *id;
};
bool default_scale(struct write_check *check, const char *category, const char *class,
		   struct scale *out) MUST_USE;

#endif
