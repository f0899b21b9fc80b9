/*
 * fault.h - the ways a provider can refuse, by name.
 *
 * Code decides *that* a request is refused and names the fault; status, minor
 * code and text come from the profile's `errors`. Placeholders in the text are
 * filled from what the refusal carries.
 */
#ifndef QUIRK_FAULT_H
#define QUIRK_FAULT_H

#include "base/err.h"
#include "base/str.h"

/* clang-format off */
#define QUIRK_FAULTS(X) \
	X(TITLE_TOO_LONG,               "title_too_long") \
	X(TITLE_NOT_UNIQUE,             "title_not_unique") \
	X(DUE_DATE_MISSING,             "due_date_missing") \
	X(DUE_DATE_OUT_OF_TERM,         "due_date_out_of_term") \
	X(DUE_DATE_NOT_IN_OPEN_PERIOD,  "due_date_not_in_open_period") \
	X(DUE_DATE_PAST,                "due_date_past") \
	X(ASSIGN_DATE_OUT_OF_PERIOD,    "assign_date_out_of_period") \
	X(CATEGORY_MISSING,             "category_missing") \
	X(CATEGORY_UNKNOWN,             "category_unknown") \
	X(CATEGORY_NOT_OF_CLASS,        "category_not_of_class") \
	X(CATEGORY_FORBIDDEN,           "category_forbidden") \
	X(GRADESCALE_MISSING,           "gradescale_missing") \
	X(RESULT_SCALE_MISSING,         "result_scale_missing") \
	X(LETTER_SCALE,                 "letter_scale") \
	X(GRADING_PERIOD_MISSING,       "grading_period_missing") \
	X(GRADING_PERIOD_CLOSED,        "grading_period_closed") \
	X(MAX_NOT_INTEGER,              "max_not_integer") \
	X(SCORE_OVER,                   "score_over") \
	X(SCORE_UNDER,                  "score_under") \
	X(SCORE_NULL,                   "score_null") \
	X(SCORE_TEXT,                   "score_text") \
	X(STATUS_NOT_ALLOWED,           "status_not_allowed") \
	X(COMMENT_TOO_LONG,             "comment_too_long") \
	X(STUDENT_UNKNOWN,              "student_unknown") \
	X(STUDENT_NOT_ENROLLED,         "student_not_enrolled") \
	X(TEACHER_NOT_OWNER,            "teacher_not_owner") \
	X(GRADEBOOK_UNLINKED,           "gradebook_unlinked") \
	X(LINE_ITEM_UNKNOWN,            "line_item_unknown") \
	X(CLASS_UNKNOWN,                "class_unknown") \
	X(MANUAL_SCORE,                 "manual_score") \
	X(ID_NOT_UNIQUE,                "id_not_unique") \
	X(REFERENCE_UNKNOWN,            "reference_unknown") \
	X(VALIDATION_FAILED,            "validation_failed") \
	X(FILTER_INVALID,               "filter_invalid") \
	X(SELECTION_INVALID,            "selection_invalid") \
	X(SELECTION_BLANK,              "selection_blank") \
	X(QUERY_INVALID,                "query_invalid") \
	X(JSON_INVALID,                 "json_invalid") \
	X(UNAUTHORIZED,                 "unauthorized") \
	X(TOKEN_EXPIRED,                "token_expired") \
	X(FORBIDDEN_SCOPE,              "forbidden_scope") \
	X(RATE_LIMITED,                 "rate_limited") \
	X(NOT_FOUND,                    "not_found") \
	X(ROUTE_UNKNOWN,                "route_unknown") \
	X(METHOD_NOT_ALLOWED,           "method_not_allowed") \
	X(TOO_LARGE,                    "too_large") \
	X(SERVER_BUSY,                  "server_busy") \
	X(INTERNAL,                     "internal")
/* clang-format on */

enum fault {
#define X(NAME, name) FAULT_##NAME,
	QUIRK_FAULTS(X)
#undef X
		FAULT_COUNT
};

const char *fault_name(enum fault fault);
bool fault_parse(const char *name, enum fault *fault) MUST_USE;

/* A minor code of 1.1 as 1.2 spells it (fact sheet 1.1, section 9, and 1.2, section 4);
 * one that has no other spelling comes back as it is. */
const char *minor_in_v1p2(const char *minor);

/* What the text of a profile's error may name in braces. */
#define PLACEHOLDERS \
	"title max min due assigned category categories student class lineItem field reason"

#define REFUSAL_PARAMS 12

/* Why a request is refused. Texts are borrowed from the request's arena. */
struct refusal {
	bool set;
	enum fault fault;
	struct {
		const char *name, *value;
	} params[REFUSAL_PARAMS];
	int param_count;
	int status;        /* beats that of the profile's text; 0: does not */
	const char *where; /* JSON pointer to one of many objects; NULL: there is one only */
	const char *why;   /* for the log only: what the client need not know */
	const char *quirk; /* the switch that wants it so, where api/ does not say it; or NULL */
};

/* Notes the first refusal; always false. Follow with refusal_param(). */
bool refuse(struct refusal *refusal, enum fault fault);
void refusal_param(struct refusal *refusal, const char *name, const char *value);

/* Fills the {placeholders} of a profile's text; an unknown one stays as it is. */
void refusal_text(const struct refusal *refusal, const char *text, struct str *out);

#endif
