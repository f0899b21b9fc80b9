/*
 * wording.c - the sentence for each value of each switch.
 */
#include "server/quirk/wording.h"

#include <string.h>

#include "base/jsonx.h"

#define ANY NULL

/* clang-format off */
/* The first row of a switch whose value fits is taken; * stands for the value. */
static const struct {
	const char *name, *value; /* as value_words() writes it; ANY: every other */
	const char *sentence;
} rules[] = {
	{ "title.max",                   "0",          "The title of a lineItem may have any length." },
	{ "title.max",                   ANY,          "The title of a lineItem may have at most * characters." },
	{ "title.overflow",              "reject",     "A title that is too long is refused." },
	{ "title.overflow",              "truncate",   "A title that is too long is cut." },
	{ "title.overflow",              "accept",     "A title that is too long is taken as it is." },
	{ "title.unique",                "none",       "Several lineItems of a class may have the same title." },
	{ "title.unique",                "class",      "A title can be used once in a class; a second lineItem of that title is refused." },
	{ "title.unique",                "class_due",  "A title can be used once in a class for each due date." },
	{ "title.case_sensitive",        "true",        "Titles that differ only in upper and lower case are two titles." },
	{ "title.case_sensitive",        "false",         "Titles that differ only in upper and lower case are the same title." },
	{ "due_date.required",           "true",        "A lineItem needs a due date." },
	{ "due_date.required",           "false",         "A lineItem may have no due date." },
	{ "due_date.in_term",            "true",        "The due date must lie in a term of the class." },
	{ "due_date.in_term",            "false",         "The due date may lie outside of the terms of the class." },
	{ "due_date.in_open_period",     "true",        "The due date must lie in a grading period that is open." },
	{ "due_date.in_open_period",     "false",         "The due date may lie in a closed grading period, or in none." },
	{ "due_date.must_be_future",     "true",        "The due date must lie in the future." },
	{ "due_date.must_be_future",     "false",         "The due date may lie in the past." },
	{ "due_date.day_from",           "local",      "A due date counts for the day that it is in the profile's time zone." },
	{ "due_date.day_from",           "utc",        "A due date counts for the day that it is in UTC: 23:59 local time is the next day. This is a fault of the SIS." },
	{ "assign_date.in_period",       "true",        "The assign date must lie in the grading period of the lineItem." },
	{ "assign_date.in_period",       "false",         "The assign date may lie outside of the grading period." },
	{ "date.zone_required",          "true",        "A dateTime without a time zone is refused." },
	{ "date.zone_required",          "false",         "A dateTime without a time zone is taken for UTC." },
	{ "category.required",           "true",        "A lineItem needs a category." },
	{ "category.required",           "false",         "A lineItem may have no category." },
	{ "category.scope",              "global",     "Every category can be used in every class." },
	{ "category.scope",              "metadata",   "Every category names its class in metadata.classId and can be used only there." },
	{ "category.scope",              "both",       "A category that names a class in metadata.classId can be used only there, every other one anywhere." },
	{ "category.filter_supported",   "true",        "Categories can be filtered by metadata.classId." },
	{ "category.filter_supported",   "false",         "Categories cannot be filtered by metadata.classId." },
	{ "category.class_endpoint",     "true",        "GET /classes/{id}/categories is there in OneRoster 1.1 too." },
	{ "category.class_endpoint",     "false",         "GET /classes/{id}/categories is not there in OneRoster 1.1." },
	{ "category.fallback",           "error",      "A lineItem without a usable category is refused." },
	{ "category.fallback",           "null",       "A lineItem without a usable category is stored as it came." },
	{ "category.fallback",           "uncategorized", "A lineItem without a usable category lands in the category Uncategorized." },
	{ "category.fallback",           ANY,          "A lineItem without a usable category lands in the category *." },
	{ "category.sticky",             "true",        "A category that the teacher chose in the SIS survives later syncs." },
	{ "category.sticky",             "false",         "A later sync undoes the category that the teacher chose in the SIS." },
	{ "category.forbidden_id",       "nothing",    "No category is forbidden." },
	{ "category.forbidden_id",       ANY,          "The category * is refused." },
	{ "category.fixed_id",           "nothing",    "A category is accepted only if it exists." },
	{ "category.fixed_id",           ANY,          "The category * is always accepted, though no such category exists." },
	{ "category.lag_s",              "0",          "A new category can be used at once." },
	{ "category.lag_s",              ANY,          "A new category can be used only after * seconds." },
	{ "gradescale.default_required", "true",        "The category or the class needs a default grade scale in the SIS." },
	{ "gradescale.default_required", "false",         "Categories need no default grade scale." },
	{ "gradescale.result_required",  "true",        "A result needs a grade scale, that of the category or class of its lineItem." },
	{ "gradescale.result_required",  "false",         "A result needs no grade scale." },
	{ "gradescale.letter_refuses",   "true",        "A lineItem on a letter scale refuses every result." },
	{ "gradescale.letter_refuses",   "false",         "A lineItem on a letter scale takes results." },
	{ "grading_period.required",     "true",        "A lineItem needs a grading period." },
	{ "grading_period.required",     "false",         "A lineItem may have no grading period." },
	{ "grading_period.derive",       "true",        "The grading period is derived from the due date when none is given." },
	{ "grading_period.derive",       "false",         "The grading period is not derived from the due date." },
	{ "grading_period.lock",         "true",        "Nothing can be written into a closed grading period." },
	{ "grading_period.lock",         "false",         "A closed grading period can still be written into." },
	{ "max.integer_only",            "true",        "The maximum of a lineItem must be a whole number." },
	{ "max.integer_only",            "false",         "The maximum of a lineItem may have decimals." },
	{ "score.over_policy",           "accept",     "A score above the maximum is kept." },
	{ "score.over_policy",           "reject",     "A score above the maximum is refused." },
	{ "score.over_policy",           "clip",       "A score above the maximum is stored as the maximum." },
	{ "score.under_policy",          "accept",     "A score below the minimum is kept." },
	{ "score.under_policy",          "reject",     "A score below the minimum is refused." },
	{ "score.under_policy",          "clip",       "A score below the minimum is stored as the minimum." },
	{ "score.null_policy",           "accept",     "A result may have no score." },
	{ "score.null_policy",           "reject",     "A result needs a score." },
	{ "score.null_policy",           "only_exempt", "A result needs a score, unless it is exempt." },
	{ "score.null_policy",           "only_missing", "A result needs a score, unless it was not submitted." },
	{ "score.exempt_zero",           "true",        "An exempt result is stored with a score of 0." },
	{ "score.exempt_zero",           "false",         "An exempt result keeps the score that was sent, or none." },
	{ "score.text_policy",           "reject",     "A score must be a number; letters are refused." },
	{ "score.text_policy",           "accept",     "A score may be letters." },
	{ "score.round",                 "-1",         "Scores are shown with all of their decimals." },
	{ "score.round",                 "0",          "Scores are shown without decimals." },
	{ "score.round",                 ANY,          "Decimals of a score that are shown: *." },
	{ "status.allowed",              ANY,          "These scoreStatus values are taken: *." },
	{ "status.remap",                "nothing",    "The scoreStatus is stored as it was sent." },
	{ "status.remap",                ANY,          "The scoreStatus is stored as another: *." },
	{ "comment.max",                 "0",          "A comment may have any length." },
	{ "comment.max",                 ANY,          "A comment may have at most * characters." },
	{ "comment.overflow",            "reject",     "A result whose comment is too long is refused." },
	{ "comment.overflow",            "truncate",   "A comment that is too long is cut." },
	{ "student.must_be_enrolled",    "true",        "The student of a result must be enrolled in the class." },
	{ "student.must_be_enrolled",    "false",         "The student of a result need not be enrolled in the class." },
	{ "student.grace_days",          "0",          "An enrolment counts until it ends." },
	{ "student.grace_days",          ANY,          "Days that an enrolment counts beyond its end: *." },
	{ "teacher.must_own",            "true",        "The teacher of record must be enrolled in the class as a teacher." },
	{ "teacher.must_own",            "false",         "It does not matter who teaches the class." },
	{ "link.check",                  "true",        "A class whose gradebook has lost its link refuses writes, and so does a lineItem that has." },
	{ "link.check",                  "false",         "A class whose gradebook has lost its link, or a lineItem that has, takes writes all the same." },
	{ "manual_score.wins",           "true",        "A score that was typed in the SIS blocks later writes of that result." },
	{ "manual_score.wins",           "false",         "A later write replaces a score that was typed in the SIS." },
	{ "delete.mode",                 "hard",       "What is deleted is gone." },
	{ "delete.mode",                 "soft",       "What is deleted stays, with the status tobedeleted." },
	{ "delete.mode",                 "unsupported", "DELETE is not supported: nothing can be deleted." },
	{ "sourcedid.mode",              "client",     "The client chooses the sourcedId." },
	{ "sourcedid.mode",              "server",     "The SIS chooses the sourcedId and answers a PUT with the object." },
	{ "sourcedid.mode",              "either",     "The client chooses the sourcedId; where it sends none, the SIS does." },
	{ "sourcedid.global_unique",     "true",        "A sourcedId can be used once among all kinds of objects." },
	{ "sourcedid.global_unique",     "false",         "Objects of different kinds may have the same sourcedId." },
	{ "reference.check",             "known",      "An unknown class, lineItem or student is refused." },
	{ "reference.check",             "strict",     "Everything that an object refers to must be known: class, lineItem, student, category, school, session." },
	{ "reference.check",             "none",       "References to unknown objects are taken." },
	{ "put.replace_status",          ANY,          "A PUT that replaces answers *." },
	{ "put.returns_object",          "true",        "A PUT answers with the object that was stored." },
	{ "put.returns_object",          "false",         "A PUT answers without a body." },
	{ "put.creates",                 "true",        "A PUT of an unknown sourcedId creates the object." },
	{ "put.creates",                 "false",         "A PUT of an unknown sourcedId is not found." },
	{ "put.stores",                  "true",        "What is PUT is stored." },
	{ "put.stores",                  "false",         "A PUT answers 200 and stores nothing. This is a fault of the SIS." },
	{ "validation.mode",             "lenient",    "Bodies are taken as real clients send them, where they can be understood." },
	{ "validation.mode",             "strict",     "Bodies are refused that the schema of the standard does not allow." },
	{ "validation.mode",             "report",     "Bodies are taken as with lenient, and what the schema does not allow is noted." },
	{ "json.boolean",                "string",     "OneRoster 1.1 writes booleans as the words \"true\" and \"false\"." },
	{ "json.boolean",                "json",       "OneRoster 1.1 writes booleans as JSON's true and false." },
	{ "json.null_for_missing",       "true",        "Absent fields are written as null." },
	{ "json.null_for_missing",       "false",         "Absent fields are left out." },
	{ "json.collection_key",         "type",       "The key of a collection is the name of its type: academicSessions, users." },
	{ "json.collection_key",         "path",       "The key of a collection is that of its path: terms, students." },
	{ "json.status_in_success",      "true",        "A status object stands beside the data of a success." },
	{ "json.status_in_success",      "false",         "A success carries no status object." },
	{ "href.form",                   "absolute",   "References are linked by whole addresses." },
	{ "href.form",                   "relative",   "References are linked by paths without a host." },
	{ "href.form",                   "none",       "References are not linked." },
	{ "limit.default",               ANY,          "A page holds * objects when the client names no limit." },
	{ "limit.max",                   "0",          "A page may be of any size." },
	{ "limit.max",                   ANY,          "A page holds at most * objects." },
	{ "limit.over",                  "clamp",      "A limit that is too large is lowered." },
	{ "limit.over",                  "reject",     "A limit that is too large is refused." },
	{ "page.total_header",           "true",        "Collections carry X-Total-Count." },
	{ "page.total_header",           "false",         "Collections carry no X-Total-Count." },
	{ "page.link_header",            "true",        "Collections carry Link." },
	{ "page.link_header",            "false",         "Collections carry no Link." },
	{ "page.offset_base",            ANY,          "The offset of the first object is *." },
	{ "filter.supported",            "true",        "Collections can be filtered." },
	{ "filter.supported",            "false",         "A filter is passed over." },
	{ "filter.max_predicates",       ANY,          "A filter may hold at most * predicates." },
	{ "filter.case_sensitive",       "true",        "Filters tell upper from lower case." },
	{ "filter.case_sensitive",       "false",         "Filters do not tell upper from lower case, except in ids." },
	{ "sort.supported",              "true",        "Collections can be sorted." },
	{ "sort.supported",              "false",         "A sort order is passed over." },
	{ "fields.supported",            "true",        "Fields can be selected." },
	{ "fields.supported",            "false",         "A selection of fields is passed over." },
	{ "auth.modes",                  ANY,          "Clients may authenticate by: *." },
	{ "auth.vendor_header",          "nothing",    "No header is needed beside Authorization." },
	{ "auth.vendor_header",          ANY,          "Every request must carry the header * with KEY:SECRET of a credential." },
	{ "auth.scopes",                 "enforce",    "A token is good only for its scopes." },
	{ "auth.scopes",                 "ignore",     "A token is good for everything, whatever its scopes." },
	{ "auth.token_ttl_s",            ANY,          "A token lives for * seconds." },
	{ "auth.invalidate_previous_token", "true",     "A new token ends the client's earlier ones. This is a fault of the SIS: clients ask for several at once." },
	{ "auth.invalidate_previous_token", "false",      "A new token leaves the client's earlier ones alive." },
	{ "oauth1.past_s",               ANY,          "An OAuth 1.0a timestamp may be * seconds old." },
	{ "oauth1.future_s",             ANY,          "An OAuth 1.0a timestamp may lie * seconds ahead." },
	{ "oauth1.skew_s",               "0",          "The clock of the SIS is right." },
	{ "oauth1.skew_s",               ANY,          "The clock of the SIS is ahead, in seconds, by *. This is a fault of the SIS." },
	{ "rate.limit",                  "0",          "A client may make any number of requests." },
	{ "rate.limit",                  ANY,          "A client may make * requests in a window of time." },
	{ "rate.window_s",               ANY,          "The window in which requests are counted lasts * seconds." },
	{ "rate.status",                 ANY,          "A client that makes too many requests gets a *." },
	{ "latency.ms",                  "0",          "Answers come at once." },
	{ "latency.ms",                  ANY,          "Answers take * milliseconds." },
	{ "latency.spread",              "fixed",      "The delay is the same for every answer." },
	{ "latency.spread",              "uniform",    "The delay lies between none and twice as much." },
	{ "latency.spread",              "lognormal",  "The delay is log-normal: mostly near, now and then very long." },
	{ "publish.lag_s",               "0",          "What was written can be read at once." },
	{ "publish.lag_s",               ANY,          "What was written can be read only after * seconds." },
	{ "error.envelope",              "version",    "Refusals have the form of the version that was asked." },
	{ "error.envelope",              "v11",        "Refusals have the form of OneRoster 1.1: statusInfoSet." },
	{ "error.envelope",              "v10",        "Refusals have the form of OneRoster 1.0: errors." },
	{ "error.envelope",              "v12",        "Refusals have the form of OneRoster 1.2: imsx_CodeMinor." },
	{ "error.envelope",              "bare",       "Refusals carry no description." },
	{ "error.envelope",              "empty",      "Refusals carry no body." },
	{ "error.prefix",                "nothing",    "Texts of refusals begin with nothing in particular." },
	{ "error.prefix",                ANY,          "Texts of refusals begin with \"*\"." },
};
/* clang-format on */

static void object_words(struct str *out, const json_t *value)
{
	const char *key;
	const json_t *word;
	size_t before = out->length;

	json_object_foreach ((json_t *)(uintptr_t)value, key, word)
		str_format(out, "%s%s as %s", out->length > before ? ", " : "", key,
			   json_string_value(word));
}

static void list_words(struct str *out, const json_t *value)
{
	const json_t *item;
	size_t i;

	json_array_foreach (value, i, item)
		str_format(out, "%s%s", i ? ", " : "", json_string_value(item));
}

void value_words(struct str *out, const struct quirk_switch *row, const json_t *value)
{
	size_t before = out->length;

	switch (row->type) {
	case SWITCH_INT:
	case SWITCH_SIGNED:
		str_format(out, "%lld", (long long)json_integer_value(value));
		break;
	case SWITCH_BOOL:
		str_add(out, json_is_true(value) ? "true" : "false");
		break;
	case SWITCH_CHOICE:
	case SWITCH_TEXT:
		str_add(out, json_string_value(value));
		break;
	case SWITCH_LIST:
		list_words(out, value);
		break;
	case SWITCH_OBJECT:
		object_words(out, value);
		break;
	}
	if (out->length == before)
		str_add(out, "nothing");
}

static const char *sentence_of(const struct quirk_switch *row, const char *words)
{
	for (size_t i = 0; i < ARRAY_SIZE(rules); i++)
		if (strcmp(rules[i].name, row->name) == 0 &&
		    (!rules[i].value || strcmp(rules[i].value, words) == 0))
			return rules[i].sentence;
	BUG("%s has no words for %s", row->name, words);
}

void rule_words(struct str *out, const struct quirk_switch *row, const json_t *value)
{
	struct str words = STR_INIT;
	const char *sentence, *star;

	value_words(&words, row, value);
	sentence = sentence_of(row, str_text(&words));
	star = strchr(sentence, '*');
	if (star) {
		str_add_bytes(out, sentence, (size_t)(star - sentence));
		str_add(out, str_text(&words));
		sentence = star + 1;
	}
	str_add(out, sentence);
	str_release(&words);
}
