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
/* The default grade scale as the SIS state has it: that of the category, else that of the
 * class; either id may be NULL. Where nobody says anything, all is well. False when the
 * database failed. */
struct scale {
	const char *name;    /* NULL: nobody names one */
	const char *lacking; /* "category" or "class": the state says that it has none */
	const char *id;      /* of that one */
};
bool default_scale(struct write_check *check, const char *category, const char *class,
		   struct scale *out) MUST_USE;
bool scale_is_there(const struct scale *scale);

/* Of a lineItem or a result: the class whose gradebook it is written into, for a result that
 * of its lineItem, which is also filled into a result that says none. NULL when nobody knows it,
 * or with check->err. */
const char *class_of(struct write_check *check);
/* The lineItem of a result, as it is stored; false when there is none, or with check->err. */
bool line_item_of(struct write_check *check, struct record *out) MUST_USE;

/* gradebook_class.c, gradebook_result.c */
bool class_is_linked(struct write_check *check);     /* link.check */
bool line_item_is_linked(struct write_check *check); /* link.check, of one lineItem */
bool teacher_owns_class(struct write_check *check);  /* teacher.must_own */
bool student_is_enrolled(struct write_check *check); /* student.must_be_enrolled, grace_days */
bool result_has_scale(struct write_check *check);    /* gradescale.result_required */
bool scale_takes_results(struct write_check *check); /* gradescale.letter_refuses */
bool no_manual_score(struct write_check *check);     /* manual_score.wins; else it is forgotten */
bool score_is_number(struct write_check *check);     /* score.text_policy */
bool status_is_allowed(struct write_check *check);   /* status.allowed */
bool exempt_is_zero(struct write_check *check);      /* score.exempt_zero */
bool score_is_there(struct write_check *check);      /* score.null_policy */
bool score_is_not_over(struct write_check *check);   /* score.over_policy */
bool score_is_not_under(struct write_check *check);  /* score.under_policy */
bool status_is_mapped(struct write_check *check);    /* status.remap */

#endif
