/*
 * switches.h - how a SIS deviates, one row per deviation.
 *
 * Each switch is read at exactly one seam. A row expands to a member of struct
 * quirks, to the key a profile sets, to its default (what the standard says) and
 * to its documentation.
 *
 *   X(member, "name", TYPE, default, "choices or NULL", "meaning")
 *
 * Choices of an INT are the numbers that it may be; a choice that ends in a colon takes
 * any text behind it. The items of a LIST and the words of an OBJECT, which says one
 * word for another, are joined by commas. Only a SIGNED number may be below 0.
 */
#ifndef QUIRK_SWITCHES_H
#define QUIRK_SWITCHES_H

/* clang-format off */
#define QUIRK_SWITCHES(X) \
	X(title_max,                     "title.max",                     INT,    0,         NULL, "longest lineItem title, in Unicode code points; 0 is no limit") \
	X(title_overflow,                "title.overflow",                CHOICE, "reject",  "reject truncate accept", "what happens to a longer title") \
	X(title_unique,                  "title.unique",                  CHOICE, "none",    "none class class_due", "a second active lineItem of the same title in the class (class_due: and with the same dueDate) is refused") \
	X(title_case_sensitive,          "title.case_sensitive",          BOOL,   true,      NULL, "whether title.unique tells upper from lower case, of ASCII") \
	X(due_date_required,             "due_date.required",             BOOL,   false,     NULL, "a lineItem without dueDate is refused") \
	X(due_date_in_term,              "due_date.in_term",              BOOL,   false,     NULL, "the dueDate must lie in one of the terms that the class lists, of whatever type; a class that lists none passes") \
	X(due_date_in_open_period,       "due_date.in_open_period",       BOOL,   false,     NULL, "the dueDate must lie in a grading period that is open") \
	X(due_date_must_be_future,       "due_date.must_be_future",       BOOL,   false,     NULL, "the dueDate must lie ahead of the sandbox clock") \
	X(due_date_day_from,             "due_date.day_from",             CHOICE, "local",   "local utc", "whose day a dueDate or assignDate lies on: that of the profile's timezone, or UTC's, which takes 23:59 local for the next day") \
	X(assign_date_in_period,         "assign_date.in_period",         BOOL,   false,     NULL, "the assignDate must lie in the grading period of the lineItem; of one without, in any that is open") \
	X(date_zone_required,            "date.zone_required",            BOOL,   false,     NULL, "a dateTime without a zone in a body is refused") \
	X(category_required,             "category.required",             BOOL,   false,     NULL, "a lineItem that is sent without category is refused, whatever category.fallback says") \
	X(category_scope,                "category.scope",                CHOICE, "both",    "global metadata both", "which categories carry metadata.classId and are bound by it: none, every one, or those that have it") \
	X(category_filter_supported,     "category.filter_supported",     BOOL,   true,      NULL, "filter=metadata.classId='...' works on categories") \
	X(category_class_endpoint,       "category.class_endpoint",       BOOL,   true,      NULL, "GET /classes/{id}/categories exists in 1.1") \
	X(category_fallback,             "category.fallback",             CHOICE, "null",    "error null uncategorized id:", "where a lineItem whose category is absent, unknown, too new or of another class goes: it is refused (error), keeps what it has as far as reference.check lets it (null), goes to the category titled Uncategorized, or to none when there is none, or to the one with that sourcedId") \
	X(category_sticky,               "category.sticky",               BOOL,   true,      NULL, "a category that the teacher gave a lineItem in the SIS survives a later PUT; else that PUT ends it") \
	X(category_forbidden_id,         "category.forbidden_id",         TEXT,   "",        NULL, "the category of this sourcedId is refused") \
	X(category_fixed_id,             "category.fixed_id",             TEXT,   "",        NULL, "the category of this sourcedId is accepted though none such exists") \
	X(category_lag_s,                "category.lag_s",                INT,    0,         NULL, "seconds until a category that a client created can be used") \
	X(gradescale_default_required,   "gradescale.default_required",   BOOL,   false,     NULL, "the category or the class must have a default grade scale in the SIS state; where that says nothing of either, they have one") \
	X(gradescale_result_required,    "gradescale.result_required",    BOOL,   false,     NULL, "a result needs a grade scale: a scoreScale of its lineItem, or a default one of the category or the class in the SIS state") \
	X(gradescale_letter_refuses,     "gradescale.letter_refuses",     BOOL,   false,     NULL, "a lineItem on a letter scale refuses every result; it is one whose scoreScale is of the type Letter, or else whose category or class has a default one of that name") \
	X(grading_period_required,       "grading_period.required",       BOOL,   false,     NULL, "a lineItem whose gradingPeriod is neither given nor derived is refused") \
	X(grading_period_derive,         "grading_period.derive",         BOOL,   true,      NULL, "an absent gradingPeriod is derived from the dueDate") \
	X(grading_period_lock,           "grading_period.lock",           BOOL,   false,     NULL, "lineItems of a closed grading period are refused, and results of such lineItems") \
	X(max_integer_only,              "max.integer_only",              BOOL,   false,     NULL, "resultValueMax must be a whole number") \
	X(score_over_policy,             "score.over_policy",             CHOICE, "accept",  "accept reject clip", "what happens to a score above resultValueMax") \
	X(score_under_policy,            "score.under_policy",            CHOICE, "accept",  "accept reject clip", "what happens to a score below resultValueMin") \
	X(score_null_policy,             "score.null_policy",             CHOICE, "accept",  "accept reject only_exempt only_missing", "which results may have neither score nor textScore: all, none, exempt ones, those whose scoreStatus is not submitted") \
	X(score_exempt_zero,             "score.exempt_zero",             BOOL,   false,     NULL, "an exempt result is stored with a score of 0, whatever was sent") \
	X(score_text_policy,             "score.text_policy",             CHOICE, "reject",  "reject accept", "what happens to a text in place of a number: taken, digits are that number and letters a textScore, which 1.1 has no word for") \
	X(score_round,                   "score.round",                   INT,    -1,        "-1 0 1 2 3 4 5 6", "decimals of a score that are shown; -1 shows all; what is stored keeps them") \
	X(status_allowed,                "status.allowed",                LIST,   "exempt,fully graded,not submitted,partially graded,submitted", "exempt,fully graded,not submitted,partially graded,submitted", "scoreStatus values of the standard that are taken; extensions are") \
	X(status_remap,                  "status.remap",                  OBJECT, NULL,      "exempt,fully graded,not submitted,partially graded,submitted", "a scoreStatus, and the one that is stored in its place") \
	X(comment_max,                   "comment.max",                   INT,    0,         NULL, "longest result comment, in Unicode code points; 0 is no limit") \
	X(comment_overflow,              "comment.overflow",              CHOICE, "reject",  "reject truncate", "what happens to a longer comment") \
	X(student_must_be_enrolled,      "student.must_be_enrolled",      BOOL,   false,     NULL, "the student of a result must be enrolled in the class of its lineItem, by the sandbox clock") \
	X(student_grace_days,            "student.grace_days",            INT,    0,         NULL, "days after the end of a student's enrollment on which it still counts") \
	X(teacher_must_own,              "teacher.must_own",              BOOL,   false,     NULL, "the class's teacher in the SIS state must be enrolled in it as a teacher") \
	X(link_check,                    "link.check",                    BOOL,   true,      NULL, "a class whose gradebook the SIS state marks as unlinked refuses writes; so does a single lineItem, for itself and its results, also when it was deleted since") \
	X(manual_score_wins,             "manual_score.wins",             BOOL,   false,     NULL, "a score that was typed in the SIS blocks later writes of that result; else a write makes it forgotten") \
	X(delete_mode,                   "delete.mode",                   CHOICE, "hard",    "hard soft unsupported", "soft leaves the object as tobedeleted; unsupported has no DELETE") \
	X(sourcedid_mode,                "sourcedid.mode",                CHOICE, "client",  "client server either", "who allocates the sourcedId on PUT; server answers with the object") \
	X(sourcedid_global_unique,       "sourcedid.global_unique",       BOOL,   false,     NULL, "a sourcedId is used once among all kinds of objects") \
	X(reference_check,               "reference.check",               CHOICE, "known",   "strict known none", "unknown class, lineItem, student (strict: also category, school, session) are refused") \
	X(put_replace_status,            "put.replace_status",            INT,    200,       "200 201", "status of a PUT that replaces") \
	X(put_returns_object,            "put.returns_object",            BOOL,   false,     NULL, "a PUT answers with the object that it stored") \
	X(put_creates,                   "put.creates",                   BOOL,   true,      NULL, "a PUT of an unknown sourcedId creates; else it is 404") \
	X(put_stores,                    "put.stores",                    BOOL,   true,      NULL, "a PUT stores; else it is judged, answered with 200 and not kept") \
	X(validation_mode,               "validation.mode",               CHOICE, "lenient", "lenient strict report", "what bodies are taken: what real clients send, what the schema demands, or all with a note of what the schema says") \
	X(json_boolean,                  "json.boolean",                  CHOICE, "string",  "string json", "how 1.1 writes booleans") \
	X(json_null_for_missing,         "json.null_for_missing",         BOOL,   false,     NULL, "absent fields are written as null") \
	X(json_collection_key,           "json.collection_key",           CHOICE, "type",    "type path", "the key of a collection: of its type, or of its path (terms, students)") \
	X(json_status_in_success,        "json.status_in_success",        BOOL,   false,     NULL, "a status object stands beside the data of a success") \
	X(href_form,                     "href.form",                     CHOICE, "absolute", "absolute relative none", "how references are linked") \
	X(limit_default,                 "limit.default",                 INT,    100,       NULL, "page size when the client names none") \
	X(limit_max,                     "limit.max",                     INT,    0,         NULL, "largest page size; 0 is no limit") \
	X(limit_over,                    "limit.over",                    CHOICE, "clamp",   "clamp reject", "what happens to a larger one") \
	X(page_total_header,             "page.total_header",             BOOL,   true,      NULL, "collections carry X-Total-Count") \
	X(page_link_header,              "page.link_header",              BOOL,   true,      NULL, "collections carry Link") \
	X(page_offset_base,              "page.offset_base",              INT,    0,         "0 1", "the offset of the first object") \
	X(filter_supported,              "filter.supported",              BOOL,   true,      NULL, "collections can be filtered; else filter is passed over") \
	X(filter_max_predicates,         "filter.max_predicates",         INT,    2,         NULL, "most predicates in a filter, at most 20") \
	X(filter_case_sensitive,         "filter.case_sensitive",         BOOL,   false,     NULL, "names and string values are compared exactly; ids always are") \
	X(sort_supported,                "sort.supported",                BOOL,   true,      NULL, "collections can be sorted; else sort is passed over") \
	X(fields_supported,              "fields.supported",              BOOL,   true,      NULL, "fields can be selected; else fields is passed over") \
	X(auth_modes,                    "auth.modes",                    LIST,   "oauth1,oauth2", "oauth1,oauth2", "how clients may authenticate") \
	X(auth_vendor_header,            "auth.vendor_header",            TEXT,   "",        NULL, "a header of this name must hold KEY:SECRET of a credential, beside what auth.modes asks for") \
	X(auth_scopes,                   "auth.scopes",                   CHOICE, "enforce", "enforce ignore", "whether a token is good only for its scopes") \
	X(auth_token_ttl_s,              "auth.token_ttl_s",              INT,    3600,      NULL, "life of a bearer token, in seconds of the sandbox clock") \
	X(auth_invalidate_previous_token, "auth.invalidate_previous_token", BOOL,   false,     NULL, "a new token ends the client's earlier ones, which clients with several threads do not survive") \
	X(oauth1_past_s,                 "oauth1.past_s",                 INT,    600,       NULL, "accepted age of an OAuth 1.0a timestamp, in seconds") \
	X(oauth1_future_s,               "oauth1.future_s",               INT,    300,       NULL, "how far ahead an OAuth 1.0a timestamp may be, in seconds") \
	X(oauth1_skew_s,                 "oauth1.skew_s",                 SIGNED, 0,         NULL, "the provider's clock is ahead by this many seconds where it looks at OAuth 1.0a timestamps") \
	X(rate_limit,                    "rate.limit",                    INT,    0,         NULL, "requests that a client may make in a window; 0 is no limit") \
	X(rate_window_s,                 "rate.window_s",                 INT,    60,        NULL, "length of that window, in seconds") \
	X(rate_status,                   "rate.status",                   INT,    429,       "429 403", "status of a request beyond the limit, whatever errors.rate_limited says") \
	X(latency_ms,                    "latency.ms",                    INT,    0,         NULL, "milliseconds before every answer, of the median where they are spread") \
	X(latency_spread,                "latency.spread",                CHOICE, "fixed",   "fixed uniform lognormal", "how latency.ms is spread: always so, from 0 to twice as much, or log-normal") \
	X(publish_lag_s,                 "publish.lag_s",                 INT,    0,         NULL, "seconds until a write can be read") \
	X(error_envelope,                "error.envelope",                CHOICE, "version", "version v11 v10 v12 bare empty", "the form of refusals: that of the version, or shape A, B or C of the fact sheets, without a description, or nothing") \
	X(error_prefix,                  "error.prefix",                  TEXT,   "",        NULL, "begins every imsx_description")
/* clang-format on */

#endif
