/*
 * switches.h - how a SIS deviates, one row per deviation.
 *
 * Each switch is read at exactly one seam. A row expands to a member of struct
 * quirks, to the key a profile sets, to its default (what the standard says) and
 * to its documentation.
 *
 *   X(member, "name", TYPE, default, "choices or NULL", "meaning")
 *
 * Choices of an INT are the numbers that it may be.
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
	X(delete_mode,              "delete.mode",              CHOICE, "hard",   "hard soft unsupported", "soft leaves the object as tobedeleted; unsupported has no DELETE") \
	X(put_replace_status,       "put.replace_status",       INT,    200,      "200 201", "status of a PUT that replaces") \
	X(put_returns_object,       "put.returns_object",       BOOL,   false,    NULL, "a PUT answers with the object that it stored") \
	X(reference_check,          "reference.check",          CHOICE, "known",  "strict known none", "unknown class, lineItem, student (strict: also category, school, session) are refused") \
	X(validation_mode,          "validation.mode",          CHOICE, "lenient", "lenient strict report", "what bodies are taken: what real clients send, what the schema demands, or all with a note of what the schema says") \
	X(json_boolean,             "json.boolean",             CHOICE, "string", "string json", "how 1.1 writes booleans") \
	X(json_null_for_missing,    "json.null_for_missing",    BOOL,   false,    NULL, "absent fields are written as null") \
	X(json_collection_key,      "json.collection_key",      CHOICE, "type",   "type path", "the key of a collection: of its type, or of its path (terms, students)") \
	X(json_status_in_success,   "json.status_in_success",   BOOL,   false,    NULL, "a status object stands beside the data of a success") \
	X(href_form,                "href.form",                CHOICE, "absolute", "absolute relative none", "how references are linked") \
	X(limit_default,            "limit.default",            INT,    100,      NULL, "page size when the client names none") \
	X(limit_max,                "limit.max",                INT,    0,        NULL, "largest page size; 0 is no limit") \
	X(limit_over,               "limit.over",               CHOICE, "clamp",  "clamp reject", "what happens to a larger one") \
	X(page_total_header,        "page.total_header",        BOOL,   true,     NULL, "collections carry X-Total-Count") \
	X(page_link_header,         "page.link_header",         BOOL,   true,     NULL, "collections carry Link") \
	X(page_offset_base,         "page.offset_base",         INT,    0,        "0 1", "the offset of the first object") \
	X(filter_supported,         "filter.supported",         BOOL,   true,     NULL, "collections can be filtered; else filter is passed over") \
	X(filter_max_predicates,    "filter.max_predicates",    INT,    2,        NULL, "most predicates in a filter, at most 20") \
	X(filter_case_sensitive,    "filter.case_sensitive",    BOOL,   false,    NULL, "names and string values are compared exactly; ids always are") \
	X(sort_supported,           "sort.supported",           BOOL,   true,     NULL, "collections can be sorted; else sort is passed over") \
	X(fields_supported,         "fields.supported",         BOOL,   true,     NULL, "fields can be selected; else fields is passed over") \
	X(auth_modes,               "auth.modes",               LIST,   "oauth1 oauth2", "oauth1 oauth2", "how clients may authenticate") \
	X(auth_scopes,              "auth.scopes",              CHOICE, "enforce", "enforce ignore", "whether a token is good only for its scopes") \
	X(auth_token_ttl_s,         "auth.token_ttl_s",         INT,    3600,     NULL, "life of a bearer token, in seconds of the sandbox clock") \
	X(oauth1_past_s,            "oauth1.past_s",            INT,    600,      NULL, "accepted age of an OAuth 1.0a timestamp, in seconds") \
	X(oauth1_future_s,          "oauth1.future_s",          INT,    300,      NULL, "how far ahead an OAuth 1.0a timestamp may be, in seconds") \
	X(error_envelope,           "error.envelope",           CHOICE, "version", "version v11 v10 v12 bare empty", "the form of refusals: that of the version, or shape A, B or C of the fact sheets, without a description, or nothing") \
	X(error_prefix,             "error.prefix",             TEXT,   "",       NULL, "begins every imsx_description")
/* clang-format on */

#endif
