/*
 * errors_payload.c - suite errors: bodies that cannot be meant, on PUT of a lineItem.
 */
#include "conformance/checks/refusal.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/url.h"
#include "conformance/checks/writing.h"

/* The base lineItem with @changes; NULL, and the check is skipped, where no lineItem is taken at
 * all. Returns (free). */
static char *body_of(struct judge *judge, const char *id, const char *changes)
{
	return own_needed(judge, "lineItems") ? judge_line_item(judge, id, changes) : NULL;
}

/* PUTs @body under @id; false where there is none, or no answer. */
static bool put_body(struct judge *judge, const char *id, const char *body)
{
	if (!body || !own_needed(judge, "lineItems"))
		return false;
	judge_put(judge, "lineItems", id, body);
	return !judge->blind;
}

static void is_not_stored(struct judge *judge, const char *id)
{
	if (judge->failed)
		return;
	own_call(judge, "GET", "lineItems", id);
	if (judge->call.status == 200)
		judge_fail(judge, "GET %s: what was refused is stored all the same",
			   judge->call.target);
}

/* The body as it is. */
static void refuses_raw(struct judge *judge, const struct check *check)
{
	char *id = judge_new_id(judge);

	if (put_body(judge, id, check->body) && refusal_expect(judge, "400 422"))
		is_not_stored(judge, id);
	free(id);
}

/* A right lineItem in the wrong wrapper: %s is where it goes. */
static void refuses_wrapped(struct judge *judge, const struct check *check)
{
	char *id = judge_new_id(judge), *right = body_of(judge, id, NULL), *object, *text;
	const char *hole = strstr(check->body, "%s");
	json_t *body = right ? json_loads(right, 0, NULL) : NULL;

	if (!body) {
		free(id);
		return;
	}
	object = jsonx_dump(json_object_get(body, "lineItem"));
	text = xformat("%.*s%s%s", (int)(hole - check->body), check->body, object, hole + 2);
	if (put_body(judge, id, text) && refusal_expect(judge, "400 422"))
		is_not_stored(judge, id);
	json_decref(body);
	free(text);
	free(object);
	free(right);
	free(id);
}

/* A thousand arrays in one another: refused, not a crash. */
static void refuses_depth(struct judge *judge, const struct check *check)
{
	char *id = judge_new_id(judge);
	struct str body = STR_INIT;

	(void)check;
	for (int i = 0; i < 1000; i++)
		str_add(&body, "{\"lineItem\":[");
	if (put_body(judge, id, str_text(&body)))
		refusal_expect(judge, "400 413 422");
	str_release(&body);
	free(id);
}

/* The description is so many thousand characters; a provider may have its limit. */
static void stands_size(struct judge *judge, const struct check *check)
{
	char *id = judge_new_id(judge), *body;
	struct str changes = STR_INIT;

	str_add(&changes, "{\"description\":\"");
	for (long i = 0; i < check->status * 20; i++)
		str_add(&changes, "It is long, and it is all text. Who reads it to the");
	str_add(&changes, "\"}");
	body = body_of(judge, id, str_text(&changes));
	if (put_body(judge, id, body))
		refusal_expect(judge, "200 201 204 400 413 422");
	free(body);
	str_release(&changes);
	free(id);
}

/* A right body under the Content-Type @key. */
static void put_typed(struct judge *judge, const struct check *check, const char *statuses)
{
	char *id = judge_new_id(judge), *body = body_of(judge, id, NULL);
	struct call call = { .method = "PUT", .content_type = check->key };
	struct str path = STR_INIT;

	if (body) {
		str_add(&path, "/lineItems/");
		pct_encode(&path, id);
		call.target = judge_target(judge, str_text(&path));
		call.body = xstrdup(body);
		judge_wrote(judge, call.target, id);
		judge_send(judge, &call);
		refusal_expect(judge, statuses);
	}
	str_release(&path);
	free(body);
	free(id);
}

static void takes_type(struct judge *judge, const struct check *check)
{
	put_typed(judge, check, "200 201 204");
}

static void stands_type(struct judge *judge, const struct check *check)
{
	put_typed(judge, check, "200 201 204 400 415 422");
}

/* The id of the path is not that of the body. */
static void refuses_two_ids(struct judge *judge, const struct check *check)
{
	char *id = judge_new_id(judge), *other = judge_new_id(judge);
	char *body = body_of(judge, other, NULL);

	(void)check;
	if (body)
		own_note(judge, "lineItems", other); /* where the body's id wins */
	if (put_body(judge, id, body))
		refusal_expect(judge, "400 422");
	free(body);
	free(other);
	free(id);
}

/* Changes of the base lineItem that are well-formed and wrong. */
static void refuses_meaning(struct judge *judge, const struct check *check)
{
	char *id = judge_new_id(judge), *body = body_of(judge, id, check->body);

	if (put_body(judge, id, body))
		refusal_expect(judge, check->key);
	free(body);
	free(id);
}

/* Whether a refused lineItem says all that a status body has to. */
static void says_meaning(struct judge *judge, const struct check *check)
{
	char *id = judge_new_id(judge), *body = body_of(judge, id, check->body);

	if (put_body(judge, id, body) && judge_expect(judge, 0))
		refusal_body(judge);
	free(body);
	free(id);
}

/* clang-format off */
#define PARSE "OneRoster 1.1 fact sheet 3 and 9; 1.2 fact sheet 4; traps A10"
#define WRAP "OneRoster 1.1 fact sheet 4; 1.2 fact sheet 9"
#define TITLE "{\"title\":17}"

const struct check error_payload_checks[] = {
	{ "ERR-JSON-001", MUST,   C_OBJECTS, PARSE, "JSON that breaks off is refused with 400 or 422", refuses_raw, .body = "{\"lineItem\":{\"title\":\"broken" },
	{ "ERR-JSON-002", MUST,   C_OBJECTS, PARSE, "an empty body is refused with 400 or 422", refuses_raw, .body = "" },
	{ "ERR-JSON-003", MUST,   C_OBJECTS, PARSE, "an array in place of an object is refused with 400 or 422", refuses_raw, .body = "[]" },
	{ "ERR-JSON-004", MUST,   C_OBJECTS, PARSE, "null in place of an object is refused with 400 or 422", refuses_raw, .body = "null" },
	{ "ERR-JSON-005", MUST,   C_OBJECTS, PARSE, "a form in place of JSON is refused with 400 or 422", refuses_raw, .body = "title=Quiz&status=active" },
	{ "ERR-JSON-006", MUST,   C_OBJECTS, PARSE, "a body that is not UTF-8 is refused with 400 or 422", refuses_raw, .body = "{\"lineItem\":{\"title\":\"Pr\xfc" "fung\"}}" },
	{ "ERR-JSON-007", MUST,   C_OBJECTS, PARSE, "a thousand levels of nesting are refused, and nothing falls over", refuses_depth },
	{ "ERR-WRAP-001", MUST,   C_OBJECTS, WRAP, "a lineItem called result is refused with 400 or 422", refuses_wrapped, .body = "{\"result\":%s}" },
	{ "ERR-WRAP-002", MUST,   C_OBJECTS, WRAP, "a list in place of one lineItem is refused with 400 or 422", refuses_wrapped, .body = "{\"lineItems\":[%s]}" },
	{ "ERR-WRAP-003", MUST,   C_OBJECTS, WRAP, "an array below lineItem is refused with 400 or 422", refuses_wrapped, .body = "{\"lineItem\":[%s]}" },
	{ "ERR-WRAP-004", SHOULD, C_OBJECTS, WRAP, "a lineItem without its wrapper is refused with 400 or 422", refuses_wrapped, .body = "%s" },
	{ "ERR-WRAP-005", MUST,   C_OBJECTS, WRAP, "lineItem null is refused with 400 or 422", refuses_raw, .body = "{\"lineItem\":null}" },
	{ "ERR-WRAP-006", MUST,   C_OBJECTS, WRAP, "an empty lineItem is refused with 400 or 422", refuses_raw, .body = "{\"lineItem\":{}}" },
	{ "ERR-DATA-001", SHOULD, C_OBJECTS, "OneRoster 1.1 fact sheet 10", "an id in the body that is not that of the path is refused", refuses_two_ids },
	{ "ERR-DATA-002", MUST,   C_OBJECTS, "OneRoster 1.1 fact sheet 3 and 9", "a wrong meaning is refused with 400 or 422", refuses_meaning, NULL, "400 422", TITLE, .in = V11 },
	{ "ERR-DATA-002", SHOULD, C_OBJECTS, "OneRoster 1.2 fact sheet 4; traps A10", "a wrong meaning is refused with 422", refuses_meaning, NULL, "422", TITLE, .in = V12 },
	{ "ERR-DATA-003", SHOULD, C_OBJECTS, "OneRoster 1.1 fact sheet 9", "a wrong meaning: the status body says invalid data", says_meaning, .body = TITLE, .in = V11 },
	{ "ERR-DATA-003", MUST,   C_OBJECTS, "OneRoster 1.2 fact sheet 4", "a wrong meaning: the status body says invaliddata", says_meaning, .body = TITLE, .in = V12 },
	{ "ERR-SIZE-001", SHOULD, C_OBJECTS, "OneRoster 1.1 fact sheet 5.10", "a description of 20 kB is taken or refused, and nothing falls over", stands_size, .status = 20 },
	{ "ERR-SIZE-002", SHOULD, C_OBJECTS, "RFC 9110 section 15.5.14", "a body of 2 MB is taken or refused, and nothing falls over", stands_size, .status = 2000 },
	{ "ERR-TYPE-001", MUST,   C_OBJECTS, "OneRoster 1.1 fact sheet 1; RFC 9110 section 8.3.1", "Content-Type application/json; charset=utf-8 is taken", takes_type, .key = "application/json; charset=utf-8" },
	{ "ERR-TYPE-002", SHOULD, C_OBJECTS, "OneRoster 1.1 fact sheet 1; RFC 9110 section 15.5.16", "JSON that is called text/plain is taken or refused with 415", stands_type, .key = "text/plain" },
	{ NULL },
};
/* clang-format on */
