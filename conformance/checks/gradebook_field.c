/*
 * gradebook_field.c - suites gradebook-1.1 and gradebook-1.2: every field that an object may have
 * is taken and reads back; values that it cannot have are refused.
 */
#include "conformance/checks/refusal.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "conformance/checks/writing.h"

/* The changed object is taken, and the members that were changed read back. */
static void is_kept(struct judge *judge, const struct check *check)
{
	char *sent, *id = own_put(judge, check->target, check->body, &sent);

	if (id && judge_expect_success(judge))
		own_kept(judge, check->target, id, sent, check->body);
	free(sent);
	free(id);
}

/* It is refused, and nothing of it is stored. */
static void is_refused(struct judge *judge, const struct check *check)
{
	char *id = own_put(judge, check->target, check->body, NULL);

	if (id && judge_expect(judge, 0)) {
		own_call(judge, "GET", check->target, id);
		if (judge->call.status == 200)
			judge_fail(judge, "GET %s: what was refused is stored all the same",
				   judge->call.target);
	}
	free(id);
}

/* It is refused, or what the member holds is not shown as if it were right. */
static void is_not_shown(struct judge *judge, const struct check *check)
{
	char *sent, *id = own_put(judge, check->target, check->body, &sent);
	const char *singular = kind_of(check->target)->singular;
	json_t *body = sent ? json_loads(sent, 0, NULL) : NULL, *found;
	const json_t *wrong = json_object_get(json_object_get(body, singular), check->key);

	if (id && judge->call.status < 400 && judge_expect_success(judge)) {
		own_call(judge, "GET", check->target, id);
		found = judge_expect(judge, 200) ? judge_object(judge, singular) : NULL;
		if (found && json_object_get(found, check->key) &&
		    judge_same(wrong, json_object_get(found, check->key)))
			judge_fail(judge,
				   "GET %s: %s was taken as it was sent and is shown, though it "
				   "cannot be",
				   judge->call.target, check->key);
		json_decref(found);
	} else if (id) {
		judge_expect(judge, 0);
	}
	json_decref(body);
	free(sent);
	free(id);
}

/* It is refused, or the provider fills the member in. */
static void is_filled_in(struct judge *judge, const struct check *check)
{
	char *changes = xformat("{\"%s\":\"omit\"}", check->key);
	char *id = own_put(judge, check->target, changes, NULL);
	const json_t *value;
	json_t *found;

	if (id && judge->call.status < 400 && judge_expect_success(judge)) {
		own_call(judge, "GET", check->target, id);
		found = judge_expect(judge, 200)
				? judge_object(judge, kind_of(check->target)->singular)
				: NULL;
		value = json_object_get(found, check->key);
		if (found && (!value || json_is_null(value)))
			judge_fail(judge,
				   "GET %s: %s belongs there; it was left out, taken, and is not "
				   "shown",
				   judge->call.target, check->key);
		json_decref(found);
	} else if (id) {
		judge_expect(judge, 0);
	}
	free(changes);
	free(id);
}

/* The object as it is shown after a PUT with the changes of the row, which may be refused. Returns
 * (json_decref); NULL where there is nothing to look at. */
static json_t *put_and_show(struct judge *judge, const struct check *check)
{
	char *id = own_put(judge, check->target, check->body, NULL);
	json_t *found = NULL;

	if (id && judge->call.status >= 400) {
		judge_expect(judge, 0);
	} else if (id && judge_expect_success(judge)) {
		own_call(judge, "GET", check->target, id);
		found = judge_expect(judge, 200)
				? judge_object(judge, kind_of(check->target)->singular)
				: NULL;
	}
	free(id);
	return found;
}

/* Refused, left out or kept, but not exchanged for another one: @key is the member. */
static void is_not_exchanged(struct judge *judge, const struct check *check)
{
	json_t *found = put_and_show(judge, check), *sent = json_loads(check->body, 0, NULL);
	const char *wanted = jsonx_text(json_object_get(sent, check->key), "sourcedId");
	const char *got = jsonx_text(json_object_get(found, check->key), "sourcedId");

	if (got && !same_text(got, wanted))
		judge_fail(judge, "GET %s: %s: %s was sent and taken; the object now has %s",
			   judge->call.target, check->key, wanted, got);
	json_decref(sent);
	json_decref(found);
}

/* A reference of only a sourcedId is shown with href and type. */
static void is_completed(struct judge *judge, const struct check *check)
{
	json_t *found = put_and_show(judge, check);
	const json_t *ref = json_object_get(found, check->key);

	if (found && (!jsonx_text(ref, "href") || !jsonx_text(ref, "type")))
		judge_fail(judge, "GET %s: %s: expected a reference with href, sourcedId and type",
			   judge->call.target, check->key);
	json_decref(found);
}

/* A scoreDate with a time is shown as a date; @key is what is to be seen. */
static void is_dated(struct judge *judge, const struct check *check)
{
	json_t *found = put_and_show(judge, check);
	const char *text = jsonx_text(found, "scoreDate");

	if (found && !same_text(text, check->key))
		judge_fail(judge, "GET %s: scoreDate: expected \"%s\", found \"%s\"",
			   judge->call.target, check->key, text ? text : "nothing");
	json_decref(found);
}

/* clang-format off */
#define KEPT(number, level, clause, title, plural, body, versions) \
	{ number, level, C_OBJECTS, clause, title, is_kept, plural, NULL, body, .in = versions }
#define SHEET_CAT "OneRoster 1.1 fact sheet 5.9; 1.2 fact sheet 7.1"
#define SHEET_LI "OneRoster 1.1 fact sheet 5.10; 1.2 fact sheet 7.2"
#define SHEET_RES "OneRoster 1.1 fact sheet 5.11; 1.2 fact sheet 7.3"
#define TEN "123456789 "
#define TEXT_100 TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN
#define TEXT_255 TEXT_100 TEXT_100 TEN TEN TEN TEN TEN "12345"
#define UUID_A "6b3f2a52-5a0c-4f0e-9a55-0d9f6f5c1a01"
#define UUID_B "6b3f2a52-5a0c-4f0e-9a55-0d9f6f5c1a02"
#define OBJECTIVES "{\"learningObjectiveSet\":[{\"source\":\"case\",\"learningObjectiveIds\":[\"" UUID_A "\",\"" UUID_B "\"]},{\"source\":\"unknown\",\"learningObjectiveIds\":[\"M-17\"]}]}"
#define OBJECTIVE_SCORES "{\"learningObjectiveSet\":[{\"source\":\"case\",\"learningObjectiveResults\":[{\"learningObjectiveId\":\"" UUID_A "\",\"score\":1.5},{\"learningObjectiveId\":\"" UUID_B "\",\"textScore\":\"Good\"}]}]}"
#define FLAG(number, id_of, plural, noun, flag) \
	KEPT(id_of "-" number, MUST, "OneRoster 1.2 fact sheet 6 and 7", noun " that is " flag " says so with the text \"true\"", plural, "{\"" flag "\":\"true\"}", V12)
#define FLAGS(id_of, plural, noun) \
	FLAG("050", id_of, plural, noun, "inProgress"), \
	FLAG("051", id_of, plural, noun, "incomplete"), \
	FLAG("052", id_of, plural, noun, "late"), \
	FLAG("053", id_of, plural, noun, "missing"), \
	KEPT(id_of "-054", MUST, "OneRoster 1.2 fact sheet 6 and 7", noun " keeps its flags as the text \"false\"", plural, "{\"late\":\"false\",\"missing\":\"false\"}", V12), \
	KEPT(id_of "-055", MUST, "OneRoster 1.2 fact sheet 7", "the learningObjectiveSet of " noun " is kept", plural, OBJECTIVE_SCORES, V12), \
	KEPT(id_of "-056", MUST, "OneRoster 1.2 fact sheet 7", "the textScore of " noun " is kept", plural, "{\"textScore\":\"Good\"}", V12), \
	KEPT(id_of "-057", MUST, "OneRoster 1.2 fact sheet 7", "the scoreScale of " noun " is kept", plural, "{\"scoreScale\":\"&ownScoreScale\"}", V12), \
	KEPT(id_of "-058", SHOULD, "OneRoster 1.2 fact sheet 6: extensible vocabularies", "a scoreStatus that begins with ext: is taken", plural, "{\"scoreStatus\":\"ext:late-work\"}", V12), \
	KEPT(id_of "-059", MUST, "OneRoster 1.2 fact sheet 7", noun " needs no score", plural, "{\"score\":\"omit\",\"textScore\":\"Poor\"}", V12)
#define STATUS(id_of, number, plural, value, versions) \
	KEPT(id_of "-" number, MUST, "OneRoster 1.1 fact sheet 5.12; 1.2 fact sheet 7.3", "the scoreStatus " value " is taken and kept", plural, "{\"scoreStatus\":\"" value "\"}", versions)
#define STATUSES(id_of, plural, more, rest) \
	STATUS(id_of, "060", plural, "exempt", more), \
	STATUS(id_of, "061", plural, "fully graded", more), \
	STATUS(id_of, "062", plural, "not submitted", more), \
	STATUS(id_of, "063", plural, "partially graded", rest), \
	STATUS(id_of, "064", plural, "submitted", rest)

const struct check gradebook_field_checks[] = {
	KEPT("GBK-CAT-030", MUST,   SHEET_CAT, "a title that is not ASCII is kept to the letter", "categories", "{\"title\":\"Pr\\u00fcfung \\u65e5\\u672c \\ud83c\\udf93\"}", BOTH),
	KEPT("GBK-CAT-031", SHOULD, SHEET_CAT "; 1.2 fact sheet 11: at least 255", "a title of 255 characters is kept", "categories", "{\"title\":\"" TEXT_255 "\"}", BOTH),
	KEPT("GBK-CAT-032", SHOULD, "OneRoster 1.1 fact sheet 7", "metadata of any depth is echoed", "categories", "{\"metadata\":{\"check.note\":\"a\",\"check.list\":[1,2,{\"three\":true}],\"check.number\":1.5}}", BOTH),
	KEPT("GBK-CAT-033", MUST,   "OneRoster 1.2 fact sheet 7.1", "the weight is kept", "categories", "{\"weight\":12.5}", V12),
	KEPT("GBK-CAT-034", MUST,   "OneRoster 1.2 fact sheet 7.1", "a weight of 0 is kept", "categories", "{\"weight\":0}", V12),

	KEPT("GBK-LI-030", SHOULD, SHEET_LI "; 1.2 fact sheet 11: at least 255", "a title of 255 characters is kept", "lineItems", "{\"title\":\"" TEXT_255 "\"}", BOTH),
	KEPT("GBK-LI-031", MUST,   SHEET_LI, "a title that is not ASCII is kept to the letter", "lineItems", "{\"title\":\"Pr\\u00fcfung \\u65e5\\u672c \\ud83c\\udf93\"}", V12),
	KEPT("GBK-LI-032", SHOULD, SHEET_LI, "a description of 1000 characters is kept", "lineItems", "{\"description\":\"" TEXT_100 TEXT_100 TEXT_100 TEXT_100 TEXT_100 TEXT_100 TEXT_100 TEXT_100 TEXT_100 TEXT_100 "\"}", BOTH),
	KEPT("GBK-LI-033", SHOULD, SHEET_LI, "the gradingPeriod is kept", "lineItems", "{\"gradingPeriod\":\"&gradingPeriod\"}", BOTH),
	KEPT("GBK-LI-034", MUST,   SHEET_LI, "a minimum other than 0 is kept", "lineItems", "{\"resultValueMin\":-5,\"resultValueMax\":100}", BOTH),
	KEPT("GBK-LI-035", SHOULD, "OneRoster 1.1 fact sheet 6", "a due date with an offset is the same instant", "lineItems", "{\"dueDate\":\"{offset}\"}", BOTH),
	KEPT("GBK-LI-036", MUST,   SHEET_LI, "an assignDate before the due date is kept", "lineItems", "{\"assignDate\":\"{before}\"}", BOTH),
	KEPT("GBK-LI-037", SHOULD, "OneRoster 1.1 fact sheet 7", "metadata of any depth is echoed", "lineItems", "{\"metadata\":{\"check.note\":\"a\",\"check.list\":[1,2,{\"three\":true}]}}", BOTH),
	KEPT("GBK-LI-038", MUST,   SHEET_LI, "points with decimals are kept", "lineItems", "{\"resultValueMax\":12.5}", V12),
	KEPT("GBK-LI-039", MUST,   "OneRoster 1.2 fact sheet 7.2", "a lineItem needs no minimum and maximum", "lineItems", "{\"resultValueMin\":\"omit\",\"resultValueMax\":\"omit\"}", V12),
	KEPT("GBK-LI-040", MUST,   "OneRoster 1.2 fact sheet 7.2", "the academicSession is kept", "lineItems", "{\"academicSession\":\"&term\"}", V12),
	KEPT("GBK-LI-041", MUST,   "OneRoster 1.2 fact sheet 7.2", "the scoreScale is kept", "lineItems", "{\"scoreScale\":\"&ownScoreScale\"}", V12),
	KEPT("GBK-LI-042", MUST,   "OneRoster 1.2 fact sheet 7.2", "the learningObjectiveSet is kept", "lineItems", OBJECTIVES, V12),
	KEPT("GBK-LI-043", SHOULD, SHEET_LI, "a category that was written just now can be used", "lineItems", "{\"category\":\"&ownCategory\"}", BOTH),

	KEPT("GBK-RES-030", MUST,   SHEET_RES, "the scoreDate is kept as a date", "results", "{\"scoreDate\":\"2026-01-05\"}", BOTH),
	KEPT("GBK-RES-031", MUST,   SHEET_RES, "a comment that is not ASCII is kept to the letter", "results", "{\"comment\":\"Tr\\u00e8s bien \\ud83d\\udc4d\"}", BOTH),
	KEPT("GBK-RES-032", SHOULD, SHEET_RES "; 1.2 fact sheet 11: at least 255", "a comment of 255 characters is kept", "results", "{\"comment\":\"" TEXT_255 "\"}", V12),
	KEPT("GBK-RES-033", MUST,   SHEET_RES, "a score of 0 is kept, and is no missing score", "results", "{\"score\":0}", BOTH),
	KEPT("GBK-RES-034", MUST,   SHEET_RES, "a score of many digits is kept", "results", "{\"score\":3.141592}", BOTH),
	KEPT("GBK-RES-035", MUST,   SHEET_RES, "a score above the maximum is kept", "results", "{\"score\":300}", V12),
	KEPT("GBK-RES-036", MUST,   SHEET_RES, "a negative score is kept", "results", "{\"score\":-2}", V12),
	KEPT("GBK-RES-037", SHOULD, "OneRoster 1.1 fact sheet 7", "metadata of any depth is echoed", "results", "{\"metadata\":{\"check.note\":\"a\",\"check.list\":[1,2,{\"three\":true}]}}", BOTH),
	KEPT("GBK-RES-038", MUST,   "OneRoster 1.2 fact sheet 7.3", "the class is kept", "results", "{\"class\":\"&class\"}", V12),
	STATUSES("GBK-RES", "results", V12, BOTH),
	FLAGS("GBK-RES", "results", "a result"),

	KEPT("GB12-SS-030", MUST,   "OneRoster 1.2 fact sheet 7.4", "the type is kept", "scoreScales", "{\"type\":\"Check of types\"}", V12),
	KEPT("GB12-SS-031", MUST,   "OneRoster 1.2 fact sheet 7.4", "the course is kept", "scoreScales", "{\"course\":\"&course\"}", V12),
	KEPT("GB12-SS-032", MUST,   "OneRoster 1.2 fact sheet 7.4", "a scoreScaleValue of single values is kept", "scoreScales", "{\"scoreScaleValue\":[{\"itemValueLHS\":\"Pass\",\"itemValueRHS\":\"50\"},{\"itemValueLHS\":\"Fail\",\"itemValueRHS\":\"0\"}]}", V12),
	KEPT("GB12-SS-033", MUST,   "OneRoster 1.2 fact sheet 7.4", "the class is kept", "scoreScales", "{\"class\":\"&class\"}", V12),
	KEPT("GB12-AL-030", MUST,   "OneRoster 1.2 fact sheet 7.5", "the description is kept", "assessmentLineItems", "{\"description\":\"Read twice, write once\"}", V12),
	KEPT("GB12-AL-031", MUST,   "OneRoster 1.2 fact sheet 7.5", "the class is kept", "assessmentLineItems", "{\"class\":\"&class\"}", V12),
	KEPT("GB12-AL-032", MUST,   "OneRoster 1.2 fact sheet 7.5", "the parentAssessmentLineItem is kept", "assessmentLineItems", "{\"parentAssessmentLineItem\":\"&ownAssessmentLineItem\"}", V12),
	KEPT("GB12-AL-033", MUST,   "OneRoster 1.2 fact sheet 7.5", "the scoreScale is kept", "assessmentLineItems", "{\"scoreScale\":\"&ownScoreScale\"}", V12),
	KEPT("GB12-AL-034", MUST,   "OneRoster 1.2 fact sheet 7.5", "minimum and maximum are kept", "assessmentLineItems", "{\"resultValueMin\":0.5,\"resultValueMax\":12.5}", V12),
	KEPT("GB12-AL-035", MUST,   "OneRoster 1.2 fact sheet 7.5", "the learningObjectiveSet is kept", "assessmentLineItems", OBJECTIVES, V12),
	KEPT("GB12-AR-030", MUST,   "OneRoster 1.2 fact sheet 7.6", "the scorePercentile is kept", "assessmentResults", "{\"scorePercentile\":87.5}", V12),
	KEPT("GB12-AR-031", MUST,   "OneRoster 1.2 fact sheet 7.6", "the comment is kept", "assessmentResults", "{\"comment\":\"Well done\"}", V12),
	KEPT("GB12-AR-032", MUST,   "OneRoster 1.2 fact sheet 7.6", "the scoreDate is kept as a date", "assessmentResults", "{\"scoreDate\":\"2026-01-05\"}", V12),
	STATUSES("GB12-AR", "assessmentResults", V12, V12),
	FLAGS("GB12-AR", "assessmentResults", "an assessmentResult"),
	{ NULL },
};

#define WRONG(number, level, clause, title, plural, body, versions) \
	{ number, level, C_OBJECTS, clause, title, is_refused, plural, NULL, body, .in = versions }
#define BAD "OneRoster 1.1 fact sheet 9; 1.2 fact sheet 4"
#define CLOSED_SET "OneRoster 1.1 fact sheet 5.12 and 9; 1.2 fact sheet 4 and 6"
#define NO_SUCH "OneRoster 1.1 fact sheet 10; 1.2 fact sheet 4"

const struct check gradebook_wrong_checks[] = {
	WRONG("GBK-CAT-070", SHOULD, BAD, "a category without title is refused", "categories", "{\"title\":\"omit\"}", BOTH),
	WRONG("GBK-CAT-071", MUST,   BAD, "a title that is a number is refused", "categories", "{\"title\":17}", BOTH),
	WRONG("GBK-CAT-072", MUST,   CLOSED_SET, "a status that is none is refused", "categories", "{\"status\":\"gone\"}", BOTH),
	WRONG("GBK-CAT-073", MUST,   BAD, "a weight that is a word is refused", "categories", "{\"weight\":\"heavy\"}", V12),
	WRONG("GBK-CAT-074", MUST,   BAD, "metadata that are a text are refused", "categories", "{\"metadata\":\"vendor\"}", BOTH),
	WRONG("GBK-LI-070",  SHOULD, BAD, "a lineItem without title is refused", "lineItems", "{\"title\":\"omit\"}", BOTH),
	WRONG("GBK-LI-071",  SHOULD, BAD, "a lineItem without class is refused", "lineItems", "{\"class\":\"omit\"}", BOTH),
	WRONG("GBK-LI-072",  MUST,   BAD, "a title that is an object is refused", "lineItems", "{\"title\":{\"en\":\"Quiz\"}}", BOTH),
	WRONG("GBK-LI-073",  MUST,   BAD, "a due date that is a word is refused", "lineItems", "{\"dueDate\":\"tomorrow\"}", BOTH),
	WRONG("GBK-LI-074",  MUST,   BAD, "a due date that no calendar has is refused", "lineItems", "{\"dueDate\":\"2026-02-30T10:00:00.000Z\"}", BOTH),
	WRONG("GBK-LI-075",  MUST,   BAD, "a due date that is a number is refused", "lineItems", "{\"dueDate\":1794848400000}", BOTH),
	WRONG("GBK-LI-076",  MUST,   BAD, "a maximum that is a word is refused", "lineItems", "{\"resultValueMax\":\"ten\"}", BOTH),
	WRONG("GBK-LI-077",  MUST,   BAD, "a class that is a text in place of a reference is refused", "lineItems", "{\"class\":\"{class}\"}", BOTH),
	WRONG("GBK-LI-078",  MUST,   CLOSED_SET, "a status that is none is refused", "lineItems", "{\"status\":\"gone\"}", BOTH),
	WRONG("GBK-LI-079",  MUST,   NO_SUCH, "a lineItem of an unknown class is refused", "lineItems", "{\"class\":{\"href\":\"https://sis.example.org/classes/no-such-class\",\"sourcedId\":\"no-such-class\",\"type\":\"class\"}}", V12),
	WRONG("GBK-LI-080",  MUST,   BAD, "a learningObjectiveSet that is no array is refused", "lineItems", "{\"learningObjectiveSet\":\"M-17\"}", V12),
	WRONG("GBK-RES-070", SHOULD, BAD, "a result without lineItem is refused", "results", "{\"lineItem\":\"omit\"}", BOTH),
	WRONG("GBK-RES-071", SHOULD, BAD, "a result without student is refused", "results", "{\"student\":\"omit\"}", BOTH),
	WRONG("GBK-RES-072", MUST,   BAD, "a score that is a word is refused", "results", "{\"score\":\"B plus\"}", BOTH),
	WRONG("GBK-RES-073", MUST,   BAD, "a score that is an array is refused", "results", "{\"score\":[8.5]}", BOTH),
	WRONG("GBK-RES-074", MUST,   CLOSED_SET, "a scoreStatus that is none is refused", "results", "{\"scoreStatus\":\"graded\"}", BOTH),
	WRONG("GBK-RES-075", MUST,   CLOSED_SET "; traps A13", "late is no scoreStatus", "results", "{\"scoreStatus\":\"late\"}", BOTH),
	WRONG("GBK-RES-076", MUST,   "OneRoster 1.1 fact sheet 5.12: not extensible", "an ext: scoreStatus is refused in 1.1", "results", "{\"scoreStatus\":\"ext:late-work\"}", V11),
	WRONG("GBK-RES-077", MUST,   BAD, "a scoreDate that is a word is refused", "results", "{\"scoreDate\":\"yesterday\"}", BOTH),
	WRONG("GBK-RES-078", MUST,   BAD, "a comment that is a number is refused", "results", "{\"comment\":17}", BOTH),
	WRONG("GBK-RES-079", MUST,   NO_SUCH, "a result of an unknown lineItem is refused", "results", "{\"lineItem\":{\"href\":\"https://sis.example.org/lineItems/no-such-lineItem\",\"sourcedId\":\"no-such-lineItem\",\"type\":\"lineItem\"}}", V12),
	WRONG("GBK-RES-080", MUST,   NO_SUCH, "a result of an unknown student is refused", "results", "{\"student\":{\"href\":\"https://sis.example.org/users/no-such-student\",\"sourcedId\":\"no-such-student\",\"type\":\"user\"}}", V12),
	WRONG("GBK-RES-081", MUST,   "OneRoster 1.2 fact sheet 6", "a flag that is neither true nor false is refused", "results", "{\"late\":\"perhaps\"}", V12),
	{ "GBK-LI-081", MUST,   C_OBJECTS, "OneRoster 1.2 fact sheet 6: closed classes", "a member that the schema does not have is refused, or not shown", is_not_shown, "lineItems", "mocksisColour", "{\"mocksisColour\":\"red\"}", .in = V12 },
	{ "GBK-RES-083", MUST,  C_OBJECTS, "OneRoster 1.2 fact sheet 6: closed classes", "a member that the schema does not have is refused, or not shown", is_not_shown, "results", "mocksisColour", "{\"mocksisColour\":\"red\"}", .in = V12 },
	{ "GBK-RES-082", SHOULD, C_OBJECTS, "traps E5; OneRoster 1.1 fact sheet 5.11", "a result without scoreDate is refused, or gets one", is_filled_in, "results", "scoreDate" },
	{ "GBK-LI-082",  SHOULD, C_OBJECTS, NO_SUCH, "a category that is not there is refused, left out or kept, but not exchanged for another", is_not_exchanged, "lineItems", "category", "{\"category\":{\"href\":\"https://sis.example.org/categories/no-such-category\",\"sourcedId\":\"no-such-category\",\"type\":\"category\"}}" },
	{ "GBK-LI-083",  SHOULD, C_OBJECTS | C_LENIENT, "traps E5; OneRoster 1.1 fact sheet 5.0", "a class reference of only a sourcedId is shown with href and type", is_completed, "lineItems", "class", "{\"class\":{\"sourcedId\":\"{class}\"}}" },
	{ "GBK-RES-084", SHOULD, C_OBJECTS | C_LENIENT, "traps E5; OneRoster 1.1 fact sheet 5.11", "a scoreDate with a time is shown as a date", is_dated, "results", "2026-01-05", "{\"scoreDate\":\"2026-01-05T10:00:00Z\"}" },
	WRONG("GB12-SS-070", SHOULD, BAD, "a scoreScale without title is refused", "scoreScales", "{\"title\":\"omit\"}", V12),
	WRONG("GB12-SS-071", MUST,   BAD, "a scoreScaleValue that is no array is refused", "scoreScales", "{\"scoreScaleValue\":\"A\"}", V12),
	WRONG("GB12-SS-072", SHOULD, NO_SUCH, "a scoreScale of an unknown class is refused", "scoreScales", "{\"class\":{\"href\":\"https://sis.example.org/classes/no-such-class\",\"sourcedId\":\"no-such-class\",\"type\":\"class\"}}", V12),
	WRONG("GB12-AL-070", SHOULD, BAD, "an assessmentLineItem without title is refused", "assessmentLineItems", "{\"title\":\"omit\"}", V12),
	WRONG("GB12-AL-071", MUST,   BAD, "a maximum that is a word is refused", "assessmentLineItems", "{\"resultValueMax\":\"ten\"}", V12),
	WRONG("GB12-AR-070", SHOULD, BAD, "an assessmentResult without assessmentLineItem is refused", "assessmentResults", "{\"assessmentLineItem\":\"omit\"}", V12),
	WRONG("GB12-AR-071", SHOULD, BAD, "an assessmentResult without student is refused", "assessmentResults", "{\"student\":\"omit\"}", V12),
	WRONG("GB12-AR-072", MUST,   CLOSED_SET, "a scoreStatus that is none is refused", "assessmentResults", "{\"scoreStatus\":\"graded\"}", V12),
	WRONG("GB12-AR-073", SHOULD, NO_SUCH, "an assessmentResult of an unknown assessmentLineItem is refused", "assessmentResults", "{\"assessmentLineItem\":{\"href\":\"https://sis.example.org/assessmentLineItems/no-such\",\"sourcedId\":\"no-such\",\"type\":\"assessmentLineItem\"}}", V12),
	{ NULL },
};
/* clang-format on */
