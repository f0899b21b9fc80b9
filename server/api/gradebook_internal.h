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

/* Of a lineItem or a result: the class whose gradebook it is written into, for a result that
 * of its lineItem. NULL when nobody knows it, or with check->err. */
const char *class_of(struct write_check *check);
/* The lineItem of a result, as it is stored; false when there is none, or with check->err. */
bool line_item_of(struct write_check *check, struct record *out) MUST_USE;

/* Rules: rows of the table in gradebook.c. False with a refusal or with check->err. */
bool class_is_linked(struct write_check *check);     /* link.check */
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
