/*
 * gradebook.c - suites gradebook-1.1 and gradebook-1.2: what becomes of an object of any kind that
 * is written, replaced and deleted.
 *
 * The rows of a kind have the same numbers, see KIND; where the tables of gpb_write.c ask the same
 * of lineItems and results in 1.1, a row is about 1.2 only.
 */
#include "conformance/checks/refusal.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/jsonx.h"
#include "base/url.h"
#include "base/when.h"
#include "conformance/checks/writing.h"
#include "oneroster/payload.h"

#define WRITERS 4 /* at the same time */
#define PLAIN_TIME "2001-02-03T04:05:06.000Z"

/* All that was sent reads back. It is the row that says whether the kind is taken at all. */
static void is_taken(struct judge *judge, const struct check *check)
{
	const char *plural = check->target;
	char *id = judge_new_id(judge), *body;

	if ((strcmp(plural, "lineItems") == 0 || strcmp(plural, "results") == 0) &&
	    !judge->subject->class_id)
		judge_skip(judge, "there is no class to write for: %s",
			   judge->subject->why_no_class);
	else if (strcmp(plural, "results") == 0)
		own_needed(judge, "lineItems");
	body = judge->skipped ? NULL : own_body(judge, plural, id, NULL);
	if (!judge->skipped) {
		judge_put(judge, plural, id, body);
		if (!skip_not_offered(judge) && judge_expect_success(judge))
			own_kept(judge, plural, id, body, NULL);
	}
	free(body);
	free(id);
}

/* @key: the statuses of the answer to the first PUT. */
static void creates_with(struct judge *judge, const struct check *check)
{
	char *id = own_put(judge, check->target, NULL, NULL);

	if (id && judge_expect_success(judge))
		refusal_expect(judge, check->key);
	free(id);
}

/* PUTs the same once more. Returns the id (free), NULL where nothing came of it. */
static char *put_twice(struct judge *judge, const char *plural, const char *again)
{
	char *id = own_put(judge, plural, NULL, NULL), *body;

	if (!id || !judge_expect_success(judge)) {
		free(id);
		return NULL;
	}
	body = own_body(judge, plural, id, again);
	judge_put(judge, plural, id, body);
	free(body);
	return id;
}

static void replaces_with(struct judge *judge, const struct check *check)
{
	char *id = put_twice(judge, check->target, NULL);

	if (id && judge_expect_success(judge))
		refusal_expect(judge, check->key);
	free(id);
}

static void answers_nothing(struct judge *judge, const struct check *check)
{
	char *id = own_put(judge, check->target, NULL, NULL);

	if (id && judge_expect_success(judge) && judge->call.answer.length)
		judge_fail(judge, "PUT %s: expected no body, got %.120s", judge->call.target,
			   str_text(&judge->call.answer));
	free(id);
}

/* Whether a collection holds the object @times times. It is asked with a filter; where that does
 * not find it, as a whole, as far as is read of a whole. */
static void is_listed(struct judge *judge, const char *plural, const char *id, size_t times)
{
	char *path = xformat("/%s?filter=sourcedId%%3D%%27%s%%27", plural, id);
	json_t *list = list_read(judge, path, plural);
	size_t found = list_count(list, id);

	free(path);
	if (list && !found && times) {
		json_decref(list);
		path = xformat("/%s", plural);
		list = list_read(judge, path, plural);
		found = list_count(list, id);
		free(path);
		if (!found && json_array_size(list) >= LIST_READ)
			judge_skip(judge,
				   "GET /%s: the object is not among the first %d, and the "
				   "filter does not find it",
				   plural, LIST_READ);
	}
	if (list && found != times)
		judge_fail(judge, "GET /%s: expected %s %zu times, found it %zu times", plural, id,
			   times, found);
	json_decref(list);
}

static void is_in_collection(struct judge *judge, const struct check *check)
{
	char *id = own_put(judge, check->target, NULL, NULL);

	if (id && judge_expect_success(judge))
		is_listed(judge, check->target, id, 1);
	free(id);
}

static void is_idempotent(struct judge *judge, const struct check *check)
{
	char *id = put_twice(judge, check->target, NULL);

	if (id && judge_expect_success(judge))
		is_listed(judge, check->target, id, 1);
	free(id);
}

/* The second PUT, with the changes of the row, is what is read. */
static void is_replaced(struct judge *judge, const struct check *check)
{
	char *id = put_twice(judge, check->target, check->body), *body;

	if (id && judge_expect_success(judge)) {
		body = own_body(judge, check->target, id, check->body);
		own_kept(judge, check->target, id, body, check->body);
		free(body);
	}
	free(id);
}

/* A member that the first PUT has and the second has not. */
static void is_cleared(struct judge *judge, const struct check *check)
{
	const char *singular = kind_of(check->target)->singular, *key;
	char *id = own_put(judge, check->target, check->body, NULL), *body;
	json_t *names = json_loads(check->body, 0, NULL), *value, *found;

	if (id && judge_expect_success(judge)) {
		body = own_body(judge, check->target, id, NULL);
		judge_put(judge, check->target, id, body);
		free(body);
		judge_expect_success(judge);
		own_call(judge, "GET", check->target, id);
		found = judge_expect(judge, 200) ? judge_object(judge, singular) : NULL;
		json_object_foreach (names, key, value)
			if (json_object_get(found, key) &&
			    !json_is_null(json_object_get(found, key)))
				judge_fail(judge,
					   "GET %s: %s was left out of the second PUT, which "
					   "replaces the whole object, but is still there",
					   judge->call.target, key);
		json_decref(found);
	}
	json_decref(names);
	free(id);
}

/* The object as the provider shows it, held against the schema. */
static void fits_schema(struct judge *judge, const struct check *check)
{
	struct findings findings = FINDINGS_INIT;
	struct err err = ERR_INIT;
	char *id = own_put(judge, check->target, NULL, NULL);
	json_t *body = NULL;

	if (id && judge_expect_success(judge)) {
		own_call(judge, "GET", check->target, id);
		body = judge_expect(judge, 200) ? answer_json(&judge->call, &err) : NULL;
		if (!body)
			judge_fail(judge, "GET %s: %s", judge->call.target, err.text);
		payload_check_body(&findings, kind_of(check->target), judge->subject->version,
				   false, body, 0);
	}
	for (size_t i = 0; body && i < findings.count; i++) {
		const struct finding *finding = &findings.items[i];

		/* what the base object lacks is ours */
		if (finding->severity == FINDING_ERROR &&
		    !starts_with(finding->rule, "OR-REQUIRED"))
			judge_fail(judge, "GET %s: %s: expected %s, found %s (%s, %s)",
				   judge->call.target, finding->pointer, finding->expected,
				   finding->found, finding->rule, finding->source);
	}
	findings_release(&findings);
	json_decref(body);
	free(id);
}

/* dateLastModified as GET shows it; false where there is none. */
static bool read_modified(struct judge *judge, const char *plural, const char *id, int64_t *when)
{
	json_t *found;
	const char *text;
	bool good;

	own_call(judge, "GET", plural, id);
	found = judge_expect(judge, 200) ? judge_object(judge, kind_of(plural)->singular) : NULL;
	text = jsonx_text(found, "dateLastModified");
	good = text && when_parse(text, when, NULL);
	if (found && !good)
		judge_fail(judge, "GET %s: dateLastModified is no dateTime: %s", judge->call.target,
			   text ? text : "it is not there");
	json_decref(found);
	return good;
}

static void dates_itself(struct judge *judge, const struct check *check)
{
	char *id = own_put(judge, check->target, "{\"dateLastModified\":\"" PLAIN_TIME "\"}", NULL);
	int64_t when, sent;

	if (!id || !judge_expect_success(judge) ||
	    !read_modified(judge, check->target, id, &when) ||
	    !when_parse(PLAIN_TIME, &sent, NULL)) {
		free(id);
		return;
	}
	if (when == sent)
		judge_fail(judge,
			   "GET %s: dateLastModified is the " PLAIN_TIME " that was sent; it is "
			   "the provider's to say when the object changed",
			   judge->call.target);
	free(id);
}

/* Clocks of a second's precision are given that second. */
static void moves_on(struct judge *judge, const struct check *check)
{
	static const struct timespec pauses[] = { { .tv_nsec = 20000000 },
						  { .tv_sec = 1, .tv_nsec = 50000000 } };
	char *id = own_put(judge, check->target, NULL, NULL), *body = NULL;
	int64_t before, after;

	if (!id || !judge_expect_success(judge) ||
	    !read_modified(judge, check->target, id, &before)) {
		free(id);
		return;
	}
	body = own_body(judge, check->target, id, check->body);
	for (size_t i = 0; i <= ARRAY_SIZE(pauses); i++) {
		judge_put(judge, check->target, id, body);
		if (!judge_expect_success(judge) ||
		    !read_modified(judge, check->target, id, &after) || after > before)
			break;
		if (i == ARRAY_SIZE(pauses))
			judge_fail(judge, "GET %s: dateLastModified did not move on with the PUT",
				   judge->call.target);
		else
			nanosleep(&pauses[i], NULL);
	}
	free(body);
	free(id);
}

static void fills_in(struct judge *judge, const struct check *check)
{
	char *id = own_put(judge, check->target,
			   "{\"status\":\"omit\",\"dateLastModified\":\"omit\"}", NULL);
	const char *singular = kind_of(check->target)->singular;
	json_t *found;
	int64_t when;

	if (id && judge_expect_success(judge) && read_modified(judge, check->target, id, &when)) {
		found = judge_object(judge, singular);
		if (found && !same_text(jsonx_text(found, "status"), "active"))
			judge_fail(judge, "GET %s: expected the status active, found %s",
				   judge->call.target,
				   jsonx_text(found, "status") ? jsonx_text(found, "status")
							       : "none");
		json_decref(found);
	}
	free(id);
}

static void takes_id_of_path(struct judge *judge, const struct check *check)
{
	char *id = own_put(judge, check->target, "{\"sourcedId\":\"omit\"}", NULL);

	if (id && judge_expect_success(judge)) {
		own_call(judge, "GET", check->target, id);
		judge_expect(judge, 200);
	}
	free(id);
}

/* Under an id of its own making: @key is what stands behind a new one. */
static void takes_id(struct judge *judge, const struct check *check)
{
	char *plain = judge_new_id(judge), *id = xformat("%s%s", plain, check->key), *body;

	if (own_needed(judge, check->target)) {
		body = own_body(judge, check->target, id, NULL);
		judge_put(judge, check->target, id, body);
		if (judge_expect_success(judge))
			own_kept(judge, check->target, id, body, "{\"sourcedId\":\"\"}");
		free(body);
	}
	free(id);
	free(plain);
}

/* WRITERS clients write one object at the same time. */
static void stands_rush(struct judge *judge, const struct check *check)
{
	char *id = own_put(judge, check->target, NULL, NULL);
	struct call *calls;

	if (!id || !judge_expect_success(judge)) {
		free(id);
		return;
	}
	calls = xcalloc(WRITERS, sizeof *calls);
	for (size_t i = 0; i < WRITERS; i++) {
		struct str path = STR_INIT;
		char *changes = xformat("{\"metadata\":{\"writer\":%zu}}", i);

		str_format(&path, "/%s/", check->target);
		pct_encode(&path, id);
		calls[i].method = "PUT";
		calls[i].target = judge_target(judge, str_text(&path));
		calls[i].body = own_body(judge, check->target, id, changes);
		str_release(&path);
		free(changes);
	}
	judge_send_all(judge, calls, WRITERS);
	free(calls);
	if (!judge->failed && !judge->blind)
		is_listed(judge, check->target, id, 1);
	free(id);
}

/* clang-format off */
#define PUT_11 "OneRoster 1.1 fact sheet 3 and 10"
#define PUT_12 "OneRoster 1.2 fact sheet 4 and 7.7; traps A1"
#define BOTH_PUT PUT_11 "; 1.2 fact sheet 7.7"
#define NOWHERE 8u /* a version that there is not: the row of a kind that gpb_write.c has in 1.1 */
/* id_of: GBK-CAT; in_all: versions of the kind; in_more: those in which gpb_write.c does not ask;
 * in_extra: those in which the base object lacks the member @extra */
#define KIND(id_of, in_all, in_more, in_extra, plural, noun, change, extra) \
	{ id_of "-001", MUST,   C_OBJECTS, BOTH_PUT, noun " is taken, and all that was sent reads back", is_taken, plural, .in = in_more }, \
	{ id_of "-002", SHOULD, C_OBJECTS, PUT_11, "a PUT that creates " noun " answers 201", creates_with, plural, "201", .in = (in_more) & V11 ? V11 : NOWHERE }, \
	{ id_of "-002", MUST,   C_OBJECTS, PUT_12, "a PUT that creates " noun " answers 201", creates_with, plural, "201", .in = V12 }, \
	{ id_of "-003", SHOULD, C_OBJECTS, PUT_11, "a PUT that replaces " noun " answers 200", replaces_with, plural, "200", .in = (in_more) & V11 ? V11 : NOWHERE }, \
	{ id_of "-003", MUST,   C_OBJECTS, PUT_12, "a PUT that replaces " noun " answers 201 or 200", replaces_with, plural, "200 201", .in = V12 }, \
	{ id_of "-004", MAY,    C_OBJECTS, "OneRoster 1.1 fact sheet 4; 1.2 fact sheet 7.7", "a PUT of " noun " is answered without a body", answers_nothing, plural, .in = in_all }, \
	{ id_of "-005", MUST,   C_OBJECTS, BOTH_PUT, noun " that was written stands in its collection", is_in_collection, plural, .in = in_all }, \
	{ id_of "-006", MUST,   C_OBJECTS, BOTH_PUT, "the same PUT twice makes " noun " once", is_idempotent, plural, .in = in_more }, \
	{ id_of "-007", MUST,   C_OBJECTS, BOTH_PUT, "a second PUT changes " noun, is_replaced, plural, .body = change, .in = in_more }, \
	{ id_of "-008", SHOULD, C_OBJECTS, BOTH_PUT, "what the second PUT of " noun " leaves out is gone", is_cleared, plural, .body = extra, .in = in_extra }, \
	{ id_of "-009", MUST,   C_OBJECTS, "OneRoster 1.1 fact sheet 4 to 6; 1.2 fact sheet 6, 7 and 9", noun " is shown as the schema has it", fits_schema, plural, .in = in_all }, \
	{ id_of "-010", SHOULD, C_OBJECTS, "OneRoster 1.1 fact sheet 5.0 and 10", "dateLastModified of " noun " is set by the provider", dates_itself, plural, .in = in_all }, \
	{ id_of "-011", SHOULD, C_OBJECTS, "OneRoster 1.1 fact sheet 5.0 and 8.3: delta", "dateLastModified of " noun " moves on with a PUT", moves_on, plural, .body = change, .in = in_all }, \
	{ id_of "-012", SHOULD, C_OBJECTS | C_LENIENT, "OneRoster 1.1 fact sheet 10; traps B1", noun " without status and dateLastModified is active, and dated", fills_in, plural, .in = in_all }, \
	{ id_of "-013", SHOULD, C_OBJECTS | C_LENIENT, "OneRoster 1.1 fact sheet 10", noun " without sourcedId gets that of the path", takes_id_of_path, plural, .in = in_all }, \
	{ id_of "-014", SHOULD, C_OBJECTS, "OneRoster 1.1 fact sheet 5.0; traps D3", noun " may have an id with / @ . - and _", takes_id, plural, "/a@b.c-d_e", .in = in_all }, \
	{ id_of "-015", SHOULD, C_OBJECTS, "OneRoster 1.1 fact sheet 5.0: shorter than 256", noun " may have an id of 255 characters", takes_id, plural, LONG_TAIL, .in = in_all }, \
	{ id_of "-016", MUST,   C_OBJECTS, BOTH_PUT, "four PUTs of " noun " at the same time leave it once", stands_rush, plural, .in = in_all }

#define TEN "-123456789"
#define LONG_TAIL TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN "-12345678"
#define RENAMED "{\"title\":\"Check, renamed\"}"
#define EXTRA "{\"metadata\":{\"vendorId\":\"check\"}}"
#define NOTED "{\"description\":\"Gone with the second PUT\"}"
#define REMARK "{\"comment\":\"Gone with the second PUT\"}"

const struct check gradebook_checks[] = {
	KIND("GBK-CAT", BOTH, BOTH, BOTH, "categories", "a category", RENAMED, EXTRA),
	KIND("GBK-LI",  BOTH, V12,  V12,  "lineItems",  "a lineItem", "{\"description\":\"Changed\"}", "{\"learningObjectiveSet\":[{\"source\":\"unknown\",\"learningObjectiveIds\":[\"M-17\"]}]}"),
	KIND("GBK-RES", BOTH, V12,  BOTH, "results",    "a result",   "{\"score\":3.25}", REMARK),
	{ NULL },
};

const struct check gradebook_12_checks[] = {
	KIND("GB12-SS", V12, V12, V12, "scoreScales", "a scoreScale", RENAMED, EXTRA),
	KIND("GB12-AL", V12, V12, V12, "assessmentLineItems", "an assessmentLineItem", RENAMED, NOTED),
	KIND("GB12-AR", V12, V12, V12, "assessmentResults", "an assessmentResult", "{\"score\":3.25}", REMARK),
	{ NULL },
};
/* clang-format on */
