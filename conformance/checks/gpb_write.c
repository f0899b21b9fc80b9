/*
 * gpb_write.c - suite gpb-1.1: lineItems and results as Canvas writes them.
 *
 * Most rows are a change to the base object and what has to come of it.
 */
#include "conformance/checks/check.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/url.h"
#include "oneroster/vocab.h"

static bool is_result(const struct check *check)
{
	return check->needs & C_RESULT;
}

static const char *collection_of(const struct check *check)
{
	return is_result(check) ? "results" : "lineItems";
}

static const char *wrapper_of(const struct check *check)
{
	return is_result(check) ? "result" : "lineItem";
}

static char *body_of(struct judge *judge, const struct check *check, const char *id,
		     const char *changes)
{
	return is_result(check) ? judge_result(judge, id, changes)
				: judge_line_item(judge, id, changes);
}

static const struct call *get_object(struct judge *judge, const struct check *check, const char *id)
{
	struct str target = STR_INIT;
	const struct call *call;

	str_format(&target, "/%s/", collection_of(check));
	pct_encode(&target, id);
	call = judge_call(judge, "GET", str_text(&target), NULL);
	str_release(&target);
	return call;
}

/* What was sent must be what comes back, member by member of @wanted. */
static void compare(struct judge *judge, const struct check *check, const char *id,
		    const json_t *wanted)
{
	const char *key;
	json_t *value, *found;

	get_object(judge, check, id);
	found = judge_expect(judge, 200) ? judge_object(judge, wrapper_of(check)) : NULL;
	json_object_foreach ((json_t *)(uintptr_t)wanted, key, value) {
		const json_t *other = json_object_get(found, key);
		bool omitted = same_text(json_string_value(value), "omit");
		char *sent, *got;

		if (!found || judge_same(omitted ? NULL : value, other))
			continue;
		sent = jsonx_dump(value);
		got = jsonx_dump(other);
		judge_fail(judge, "%s: sent %s, expected the same back, found %s", key,
			   omitted ? "nothing" : sent, other ? got : "nothing");
		free(sent);
		free(got);
	}
	json_decref(found);
}

/* The changed object is taken. */
static void takes(struct judge *judge, const struct check *check)
{
	char *id = judge_new_id(judge), *body = body_of(judge, check, id, check->body);

	judge_put(judge, collection_of(check), id, body);
	judge_expect_success(judge);
	free(body);
	free(id);
}

/* The changed object is taken and read back as it was sent. */
static void keeps(struct judge *judge, const struct check *check)
{
	char *id = judge_new_id(judge), *body = body_of(judge, check, id, check->body);
	json_t *wanted = json_loads(check->body, 0, NULL);

	judge_put(judge, collection_of(check), id, body);
	if (judge_expect_success(judge))
		compare(judge, check, id, wanted);
	json_decref(wanted);
	free(body);
	free(id);
}

/* The changed object is refused, and nothing of it is stored. */
static void refuses(struct judge *judge, const struct check *check)
{
	char *id = judge_new_id(judge), *body = body_of(judge, check, id, check->body);

	judge_put(judge, collection_of(check), id, body);
	judge_expect(judge, check->status);
	if (!judge->failed) {
		get_object(judge, check, id);
		if (!judge->failed && judge->call.status != 404)
			judge_fail(judge,
				   "GET %s: expected 404 after the refusal, got %ld: the "
				   "refused object was stored",
				   judge->call.target, judge->call.status);
	}
	free(body);
	free(id);
}

/* A body as it is, whatever the base object: broken JSON. */
static void refuses_raw(struct judge *judge, const struct check *check)
{
	char *id = judge_new_id(judge);

	judge_put(judge, collection_of(check), id, check->body);
	judge_expect(judge, check->status);
	free(id);
}

static void creates_with_201(struct judge *judge, const struct check *check)
{
	char *id = judge_new_id(judge), *body = body_of(judge, check, id, NULL);

	judge_put(judge, collection_of(check), id, body);
	if (judge_expect_success(judge))
		judge_expect(judge, 201);
	free(body);
	free(id);
}

static void replaces_with_200(struct judge *judge, const struct check *check)
{
	char *id = judge_new_id(judge), *body = body_of(judge, check, id, NULL);

	judge_put(judge, collection_of(check), id, body);
	if (judge_expect_success(judge)) {
		judge_put(judge, collection_of(check), id, body);
		if (judge_expect_success(judge))
			judge_expect(judge, 200);
	}
	free(body);
	free(id);
}

static size_t count_id(const json_t *list, const char *id)
{
	const json_t *item;
	size_t i, count = 0;

	json_array_foreach (list, i, item)
		count += same_text(jsonx_text(item, "sourcedId"), id);
	return count;
}

/* All pages of a collection of the class. */
static json_t *whole_list(struct judge *judge, const char *target, const char *key)
{
	struct page_reader reader = judge_reader(judge);
	struct err err = ERR_INIT;
	json_t *list;

	judge_call(judge, "GET", target, NULL); /* kept as the exchange */
	list = judge->failed || judge->blind
		       ? NULL
		       : read_collection(&reader, judge->call.target, key, &err);
	if (!list && err.code == ERR_UNREACHABLE)
		judge_blind(judge, "not seen: %s", err.text);
	if (!list)
		judge_fail(judge, "%s", err.text);
	free(reader.refusal);
	return list;
}

/* The base object stands exactly once in a collection. */
static void is_listed(struct judge *judge, const struct check *check)
{
	const char *id = is_result(check) ? judge->subject->result : judge->subject->line_item;
	json_t *list = whole_list(judge, check->target, check->key);

	if (list && count_id(list, id) != 1)
		judge_fail(judge, "%s %s was written, but GET %s lists it %zu times",
			   wrapper_of(check), id, judge->call.target, count_id(list, id));
	json_decref(list);
}

/* The same PUT twice makes one object. */
static void is_idempotent(struct judge *judge, const struct check *check)
{
	char *id = judge_new_id(judge), *body = body_of(judge, check, id, NULL);
	json_t *list;

	for (int i = 0; i < 2; i++) {
		judge_put(judge, collection_of(check), id, body);
		judge_expect_success(judge);
	}
	list = judge->failed ? NULL : whole_list(judge, check->target, check->key);
	if (list && count_id(list, id) != 1)
		judge_fail(judge, "the same PUT twice: expected one object %s in GET %s, found %zu",
			   id, check->target, count_id(list, id));
	json_decref(list);
	free(body);
	free(id);
}

/* A second PUT with changes is what is read afterwards. */
static void replaces(struct judge *judge, const struct check *check)
{
	char *id = judge_new_id(judge), *first = body_of(judge, check, id, NULL);
	char *second = body_of(judge, check, id, check->body);
	json_t *wanted = json_loads(check->body, 0, NULL);

	judge_put(judge, collection_of(check), id, first);
	if (judge_expect_success(judge)) {
		judge_put(judge, collection_of(check), id, second);
		if (judge_expect_success(judge))
			compare(judge, check, id, wanted);
	}
	json_decref(wanted);
	free(first);
	free(second);
	free(id);
}

/* The base object as Canvas sends it by default comes back. */
static void reads_back(struct judge *judge, const struct check *check)
{
	const char *id = is_result(check) ? judge->subject->result : judge->subject->line_item;
	char *body = body_of(judge, check, id, NULL);
	json_t *sent = json_loads(body, 0, NULL), *wanted = json_object();
	const json_t *object = json_object_get(sent, wrapper_of(check));

	json_object_set(wanted, check->key, json_object_get(object, check->key));
	compare(judge, check, id, wanted);
	json_decref(wanted);
	json_decref(sent);
	free(body);
}

static bool serves_class(const json_t *category, const char *class_id)
{
	const char *bound = jsonx_text(json_object_get(category, "metadata"), "classId");

	return !bound || strcmp(bound, class_id) == 0;
}

/* Every category that the provider offers for the class works. */
static void takes_categories(struct judge *judge, const struct check *check)
{
	const json_t *category;
	size_t i;

	json_array_foreach (judge_categories(judge), i, category) {
		const char *category_id = jsonx_text(category, "sourcedId");
		char *id, *body;
		json_t *changes;

		if (judge->failed) /* its exchange is to be the last one */
			return;
		if (!category_id || !serves_class(category, judge->subject->class_id))
			continue;
		changes = json_pack("{so}", "category",
				    judge_ref(judge, "categories", category_id, "category"));
		char *text = jsonx_dump(changes);

		id = judge_new_id(judge);
		body = body_of(judge, check, id, text);
		judge_put(judge, "lineItems", id, body);
		if (!judge->failed && !answer_is_success(&judge->call)) {
			char *why = answer_text(&judge->call);

			judge_fail(judge,
				   "category %s (%s) is offered for the class, but a lineItem "
				   "in it is refused with HTTP %ld: %s",
				   category_id, jsonx_text(category, "title"), judge->call.status,
				   why);
			free(why);
		}
		json_decref(changes);
		free(text);
		free(body);
		free(id);
	}
}

#define LONG_TITLE                                                                             \
	"A title that is exactly one hundred characters long, because another suite asks for " \
	"that as we do ok"
#define TEN "0123456789"
#define LONG_COMMENT                                                                            \
	TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN \
		TEN TEN TEN "01234"

/* clang-format off */
const struct check gpb_line_item_checks[] = {
	{ "GB-LI-001", MUST,   C_LINE_ITEM, "canvas-client 2c", "the title of a lineItem reads back as it was sent", reads_back, NULL, "title" },
	{ "GB-LI-002", MUST,   C_LINE_ITEM, "canvas-client 2c and step 4", "the due date of a lineItem reads back as the same instant", reads_back, NULL, "dueDate" },
	{ "GB-LI-003", MUST,   C_LINE_ITEM, "canvas-client 2c", "the class of a lineItem reads back", reads_back, NULL, "class" },
	{ "GB-LI-004", MUST,   C_LINE_ITEM, "canvas-client 2c", "the category of a lineItem reads back", reads_back, NULL, "category" },
	{ "GB-LI-005", MUST,   C_LINE_ITEM, "canvas-client 2a: Standard mode", "the sourcedId that the client chose is kept", reads_back, NULL, "sourcedId" },
	{ "GB-LI-006", MUST,   C_LINE_ITEM, "canvas-client step 3", "a written lineItem stands in the list of its class", is_listed, "/classes/{class}/lineItems", "lineItems" },
	{ "GB-LI-007", MUST,   C_LINE_ITEM, "OneRoster 1.1 fact sheet 10: idempotent", "the same PUT twice makes one lineItem", is_idempotent, "/classes/{class}/lineItems", "lineItems" },
	{ "GB-LI-008", MUST,   C_LINE_ITEM, "OneRoster 1.1 fact sheet 10", "a second PUT changes the title", replaces, NULL, NULL, "{\"title\":\"Check, renamed\"}" },
	{ "GB-LI-009", SHOULD, C_LINE_ITEM, "OneRoster 1.1 fact sheet 10: full replace", "a member that the second PUT leaves out is gone", replaces, NULL, NULL, "{\"description\":\"omit\"}" },
	{ "GB-LI-010", SHOULD, C_LINE_ITEM, "OneRoster 1.1 fact sheet 3", "a PUT that creates answers 201", creates_with_201 },
	{ "GB-LI-011", SHOULD, C_LINE_ITEM, "OneRoster 1.1 fact sheet 3", "a PUT that replaces answers 200", replaces_with_200 },
	{ "GB-LI-012", MUST,   C_LINE_ITEM, "canvas-client 2c: points_possible", "points with decimals are kept", keeps, NULL, NULL, "{\"resultValueMax\":12.5}" },
	{ "GB-LI-013", MUST,   C_LINE_ITEM, "canvas-client 2c: blank points are 0", "a maximum of 0 is taken", keeps, NULL, NULL, "{\"resultValueMax\":0}" },
	{ "GB-LI-014", SHOULD, C_LINE_ITEM, "canvas-client 2c", "the description is kept", reads_back, NULL, "description" },
	{ "GB-LI-015", MUST,   C_LINE_ITEM | C_LENIENT, "canvas-client 2c: gradingPeriod may be omitted", "a lineItem without gradingPeriod is taken", takes, NULL, NULL, "{\"gradingPeriod\":\"omit\"}" },
	{ "GB-LI-016", SHOULD, C_LINE_ITEM, "canvas-client 2c: metadata.vendorId", "metadata is echoed as it came", keeps, NULL, NULL, "{\"metadata\":{\"vendorId\":\"canvas\"}}" },
	{ "GB-LI-017", MUST,   C_LINE_ITEM | C_LENIENT, "canvas-client 2c: zone-less dates in the samples", "a due date without a zone is taken", takes, NULL, NULL, "{\"dueDate\":\"{zoneless}\"}" },
	{ "GB-LI-018", SHOULD, C_LINE_ITEM | C_LENIENT, "canvas-client 2c: category or null", "category null is taken", takes, NULL, NULL, "{\"category\":null}" },
	{ "GB-LI-019", SHOULD, C_LINE_ITEM | C_LENIENT, "canvas-client 2b: not sending a category", "a lineItem without category is taken", takes, NULL, NULL, "{\"category\":\"omit\"}" },
	{ "GB-LI-020", MUST,   C_LINE_ITEM, "canvas-client 2b", "every category that is offered for the class can be used", takes_categories },
	{ "GB-LI-021", MUST,   C_LINE_ITEM, "OneRoster 1.1 fact sheet 5.10: title is a string", "a title of 100 characters is taken and kept", keeps, NULL, NULL, "{\"title\":\"" LONG_TITLE "\"}" },
	{ "GB-LI-022", MUST,   C_LINE_ITEM, "OneRoster 1.1 fact sheet 5.10", "a title that is not ASCII is kept to the letter", keeps, NULL, NULL, "{\"title\":\"Pr\\u00fcfung \\u65e5\\u672c \\ud83c\\udf93\"}" },
	{ "GB-LI-023", SHOULD, C_LINE_ITEM | C_LENIENT, "OneRoster 1.1 fact sheet 5.10: dueDate is optional", "a lineItem without due date is taken", takes, NULL, NULL, "{\"dueDate\":null}", .in = V11 },
	{ "GB-LI-024", SHOULD, C_LINE_ITEM, "OneRoster 1.1 fact sheet 5.10: dueDate is any dateTime", "a due date outside every grading period is taken", takes, NULL, NULL, "{\"assignDate\":\"2001-01-01T00:00:00Z\",\"dueDate\":\"2001-01-02T00:00:00Z\"}" },
	{ "GB-LI-025", MUST,   C_LINE_ITEM, "OneRoster 1.1 fact sheet 10", "a lineItem of an unknown class is refused and not stored", refuses, NULL, NULL, "{\"class\":{\"sourcedId\":\"no-such-class\",\"type\":\"class\"}}" },
	{ "GB-LI-026", MUST,   C_LINE_ITEM, "OneRoster 1.1 fact sheet 3", "a title that is no string is refused and not stored", refuses, NULL, NULL, "{\"title\":17}" },
	{ "GB-LI-027", MUST,   C_LINE_ITEM, "OneRoster 1.1 fact sheet 3; traps A10", "a body that is no JSON is refused with 400", refuses_raw, NULL, NULL, "{\"lineItem\": {\"title\": \"broken\xe2\x80\x9d", 400 },
	{ "GB-LI-028", MUST,   C_LINE_ITEM | C_LENIENT, "OneRoster 1.1 fact sheet 5.0: href and type are the provider's to know", "a class reference of only a sourcedId is taken", takes, NULL, NULL, "{\"class\":{\"sourcedId\":\"{class}\"}}" },
	{ NULL },
};

const struct check gpb_result_checks[] = {
	{ "GB-RES-001", MUST,   C_RESULT, "canvas-client 2d", "the score of a result reads back", reads_back, NULL, "score" },
	{ "GB-RES-002", MUST,   C_RESULT, "canvas-client 2d", "the scoreStatus of a result reads back", reads_back, NULL, "scoreStatus" },
	{ "GB-RES-003", MUST,   C_RESULT, "canvas-client 2d", "the student of a result reads back", reads_back, NULL, "student" },
	{ "GB-RES-004", MUST,   C_RESULT, "canvas-client step 7", "the lineItem of a result reads back", reads_back, NULL, "lineItem" },
	{ "GB-RES-005", MUST,   C_RESULT, "canvas-client 2a: Standard mode", "the sourcedId that the client chose is kept", reads_back, NULL, "sourcedId" },
	{ "GB-RES-006", MUST,   C_RESULT, "canvas-client step 6", "a written result stands in the results of its class", is_listed, "/classes/{class}/results", "results" },
	{ "GB-RES-007", MUST,   C_RESULT, "canvas-client 2a", "a written result stands in the results of its lineItem", is_listed, "/classes/{class}/lineItems/{lineItem}/results", "results" },
	{ "GB-RES-008", MUST,   C_RESULT, "canvas-client 2a", "a written result stands in the results of its student", is_listed, "/classes/{class}/students/{student}/results", "results" },
	{ "GB-RES-009", MUST,   C_RESULT, "OneRoster 1.1 fact sheet 10: idempotent", "the same PUT twice makes one result", is_idempotent, "/classes/{class}/results", "results" },
	{ "GB-RES-010", MUST,   C_RESULT, "canvas-client 2e: remaster", "a second PUT changes the score", replaces, NULL, NULL, "{\"score\":3.25}" },
	{ "GB-RES-011", SHOULD, C_RESULT, "OneRoster 1.1 fact sheet 3", "a PUT that creates answers 201", creates_with_201 },
	{ "GB-RES-012", SHOULD, C_RESULT, "OneRoster 1.1 fact sheet 3", "a PUT that replaces answers 200", replaces_with_200 },
	{ "GB-RES-013", MUST,   C_RESULT, "OneRoster 1.1 fact sheet 5.11: a JSON number", "a score like 91.1 is kept to the digit", keeps, NULL, NULL, "{\"score\":91.1}" },
	{ "GB-RES-014", MUST,   C_RESULT, "canvas-client 2d: negative scores untouched", "a negative score is kept", keeps, NULL, NULL, "{\"score\":-2}" },
	{ "GB-RES-015", MUST,   C_RESULT, "canvas-client 2d: scores above the maximum untouched", "a score above the maximum is kept", keeps, NULL, NULL, "{\"score\":300}" },
	{ "GB-RES-016", MUST,   C_RESULT | C_LENIENT, "canvas-client 2d: exempt", "exempt with score null is taken", keeps, NULL, NULL, "{\"scoreStatus\":\"exempt\",\"score\":null}" },
	{ "GB-RES-017", MUST,   C_RESULT, "canvas-client 2d: exempt", "exempt with score 0 stays exempt", keeps, NULL, NULL, "{\"scoreStatus\":\"exempt\",\"score\":0}" },
	{ "GB-RES-018", MUST,   C_RESULT, "canvas-client 2d: not submitted", "not submitted with a score is kept", keeps, NULL, NULL, "{\"scoreStatus\":\"not submitted\",\"score\":1.5}" },
	{ "GB-RES-019", MUST,   C_RESULT | C_LENIENT, "canvas-client 2d: not submitted", "not submitted with score null is taken", takes, NULL, NULL, "{\"scoreStatus\":\"not submitted\",\"score\":null}" },
	{ "GB-RES-020", SHOULD, C_RESULT, "OneRoster 1.1 fact sheet 5.11: comment", "a comment of 255 characters is taken and kept", keeps, NULL, NULL, "{\"comment\":\"" LONG_COMMENT "\"}" },
	{ "GB-RES-021", SHOULD, C_RESULT | C_LENIENT, "OneRoster 1.1 fact sheet 5.11; traps B1", "a scoreDate with a time is taken", takes, NULL, NULL, "{\"scoreDate\":\"2026-01-05T10:00:00Z\"}" },
	{ "GB-RES-022", MUST,   C_RESULT, "OneRoster 1.1 fact sheet 10", "a result of an unknown lineItem is refused and not stored", refuses, NULL, NULL, "{\"lineItem\":{\"sourcedId\":\"no-such-lineItem\",\"type\":\"lineItem\"}}" },
	{ "GB-RES-023", MUST,   C_RESULT, "OneRoster 1.1 fact sheet 10", "a result of an unknown student is refused and not stored", refuses, NULL, NULL, "{\"student\":{\"sourcedId\":\"no-such-student\",\"type\":\"user\"}}" },
	{ "GB-RES-024", SHOULD, C_RESULT | C_LENIENT, "OneRoster 1.1 fact sheet 5.0; traps A25", "a student reference of type user is taken like one of type student", takes, NULL, NULL, "{\"student\":{\"sourcedId\":\"{student}\",\"type\":\"user\"}}" },
	{ NULL },
};
/* clang-format on */
