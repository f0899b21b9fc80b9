/*
 * switches.h - how a SIS deviates, one row per deviation.
 *
 * Each switch is read at exactly one seam. A row expands to a member of struct
 * quirks, to the key a profile sets, to its default (what the standard says) and
 * to its documentation.
 *
 *   X(member, "name", TYPE, default, "choices or NULL", "meaning")
 */
#ifndef QUIRK_SWITCHES_H
#define QUIRK_SWITCHES_H

/* clang-format off */
#define QUIRK_SWITCHES(X) \
	X(title_max,                "title.max",                INT,    0,        NULL, "longest lineItem title, in Unicode code points; 0 is no limit") \
	X(title_overflow,           "title.overflow",           CHOICE, "reject", "reject truncate accept", "what happens to a longer title") \
	X(due_date_required,        "due_date.required",        BOOL,   false,    NULL, "a lineItem without dueDate is refused") \
	X(due_date_in_open_period,  "due_date.in_open_period",  BOOL,   false,    NULL, "the dueDate must lie in a grading period that is open") \
	X(gradescale_default_required, "gradescale.default_required", BOOL, false, NULL, "the category must have a default grade scale in the SIS state") \
	X(grading_period_derive,    "grading_period.derive",    BOOL,   true,     NULL, "an absent gradingPeriod is derived from the dueDate") \
	X(comment_max,              "comment.max",              INT,    0,        NULL, "longest result comment, in Unicode code points; 0 is no limit") \
	X(comment_overflow,         "comment.overflow",         CHOICE, "reject", "reject truncate", "what happens to a longer comment") \
	X(category_class_endpoint,  "category.class_endpoint",  BOOL,   true,     NULL, "GET /classes/{id}/categories exists in 1.1") \
	X(category_filter_supported, "category.filter_supported", BOOL, true,     NULL, "filter=metadata.classId='...' works on categories") \
	X(sourcedid_mode,           "sourcedid.mode",           CHOICE, "client", "client server either", "who allocates the sourcedId on PUT; server answers with the object") \
	X(reference_check,          "reference.check",          CHOICE, "known",  "strict known none", "unknown class, lineItem, student (strict: also category, school, session) are refused") \
	X(limit_default,            "limit.default",            INT,    100,      NULL, "page size when the client names none") \
	X(limit_max,                "limit.max",                INT,    0,        NULL, "largest page size, larger ones are clamped; 0 is no limit") \
	X(auth_modes,               "auth.modes",               LIST,   "oauth1 oauth2", "oauth1 oauth2", "how clients may authenticate") \
	X(auth_token_ttl_s,         "auth.token_ttl_s",         INT,    3600,     NULL, "life of a bearer token, in seconds of the sandbox clock") \
	X(oauth1_past_s,            "oauth1.past_s",            INT,    600,      NULL, "accepted age of an OAuth 1.0a timestamp, in seconds") \
	X(oauth1_future_s,          "oauth1.future_s",          INT,    300,      NULL, "how far ahead an OAuth 1.0a timestamp may be, in seconds")
/* clang-format on */

#endif
