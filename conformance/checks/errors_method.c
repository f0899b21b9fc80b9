/*
 * errors_method.c - suite errors: methods that a path does not have, and what a refusal says.
 *
 * A provider may have more than the standard, so whatever is sent names an id that nobody has:
 * nothing of its own can be changed or deleted.
 */
#include "conformance/checks/refusal.h"

#include <stdlib.h>
#include <string.h>

#include "conformance/checks/writing.h"

#define ID "mocksis-no-such-id"

/* Sends what the row says; a thing that is made all the same is deleted at the end. */
static void send_row(struct judge *judge, const struct check *check)
{
	judge_call(judge, check->key, check->target, check->body);
	if (strcmp(check->key, "PUT") == 0 && answer_is_success(&judge->call))
		judge_wrote(judge, judge->call.target, ID);
}

/* 405, and Allow says what the path has; @key is the method. */
static void is_not_allowed(struct judge *judge, const struct check *check)
{
	char *allow;

	send_row(judge, check);
	if (!refusal_expect(judge, "405"))
		return;
	allow = call_header(&judge->call, "Allow");
	if (!allow || !strstr(allow, "GET") || strstr(allow, check->key))
		judge_fail(judge, "%s %s: expected Allow to name GET, and not %s; it is %s",
			   check->key, judge->call.target, check->key, allow ? allow : "absent");
	free(allow);
}

static void head_is_get(struct judge *judge, const struct check *check)
{
	judge_call(judge, "HEAD", check->target, NULL);
	judge_expect(judge, 200);
}

static void tells_options(struct judge *judge, const struct check *check)
{
	char *allow;

	judge_call(judge, "OPTIONS", check->target, NULL);
	if (!refusal_expect(judge, "200 204"))
		return;
	allow = call_header(&judge->call, "Allow");
	if (!allow || !strstr(allow, "GET"))
		judge_fail(judge, "OPTIONS %s: expected Allow to name GET; it is %s",
			   judge->call.target, allow ? allow : "absent");
	free(allow);
}

/* Provokes the refusal of the row. False when there was none, which other rows are about. */
static bool provoke(struct judge *judge, const struct check *check)
{
	send_row(judge, check);
	if (judge->blind)
		return false;
	if (judge->call.status < 400)
		judge_skip(judge, "%s %s is not refused but answered with HTTP %ld", check->key,
			   judge->call.target, judge->call.status);
	return !judge->skipped;
}

static void says_all(struct judge *judge, const struct check *check)
{
	if (provoke(judge, check))
		refusal_body(judge);
}

static void says_words(struct judge *judge, const struct check *check)
{
	if (provoke(judge, check))
		refusal_words(judge);
}

/* clang-format off */
#define HTTP "RFC 9110 section 15.5.6; traps C2"
#define METHOD(number, method, target, body, versions) \
	{ "ERR-METHOD-" number, SHOULD, C_WRITES, HTTP, method " " target " is 405, and Allow says what there is", is_not_allowed, target, method, body, .in = versions }

const struct check error_method_checks[] = {
	METHOD("001", "PUT", "/users/" ID, "{}", BOTH),
	METHOD("002", "POST", "/users", "{}", BOTH),
	METHOD("003", "DELETE", "/users/" ID, NULL, BOTH),
	METHOD("004", "PATCH", "/users/" ID, "{}", BOTH),
	METHOD("005", "PUT", "/classes/" ID, "{}", BOTH),
	METHOD("006", "DELETE", "/enrollments/" ID, NULL, BOTH),
	METHOD("007", "PUT", "/demographics/" ID, "{}", BOTH),
	METHOD("008", "PUT", "/resources/" ID, "{}", BOTH),
	METHOD("009", "POST", "/lineItems", "{}", BOTH),
	METHOD("010", "POST", "/results", "{}", BOTH),
	METHOD("011", "POST", "/categories", "{}", BOTH),
	METHOD("012", "PATCH", "/lineItems/" ID, "{}", BOTH),
	METHOD("013", "PUT", "/classes/" ID "/lineItems", "{}", BOTH),
	METHOD("014", "POST", "/classes/" ID "/lineItems", "{}", V11),
	METHOD("015", "POST", "/scoreScales", "{}", V12),
	{ "ERR-METHOD-016", SHOULD, 0, "RFC 9110 section 9.3.2; traps D10", "HEAD of a collection is answered like GET", head_is_get, "/orgs?limit=1" },
	{ "ERR-METHOD-017", MAY,    0, "RFC 9110 section 9.3.7; traps D10", "OPTIONS says what methods a path has", tells_options, "/orgs" },
	{ NULL },
};

/* In 1.1 a status body is advice, in 1.2 it is the schema. */
#define BODY(number, has_collection, clause_11, clause_12, title, method, target, body) \
	{ "ERR-BODY-" number, SHOULD, C_WRITES, clause_11, title, says_all, target, method, body, .has = has_collection, .in = V11 }, \
	{ "ERR-BODY-" number, MUST,   C_WRITES, clause_12, title, says_all, target, method, body, .has = has_collection, .in = V12 }
#define SHEET_11 "OneRoster 1.1 fact sheet 9"
#define SHEET_12 "OneRoster 1.2 fact sheet 4"
#define BROKEN "{\"lineItem\":{\"sourcedId\":\"" ID "\",\"title\":"
#define WORDS(number, title, method, target, body) \
	{ "ERR-WORDS-" number, SHOULD, C_WRITES, SHEET_11 "; 1.2 fact sheet 4; canvas-client 2", title, says_words, target, method, body }

const struct check error_body_checks[] = {
	BODY("001", "/users", SHEET_11, SHEET_12, "an unknown user: the status body says failure, error, unknown object", "GET", "/users/" ID, NULL),
	BODY("002", "/lineItems", SHEET_11, SHEET_12, "an unknown lineItem: the status body says failure, error, unknown object", "GET", "/lineItems/" ID, NULL),
	BODY("003", "/resources", SHEET_11, SHEET_12, "an unknown resource: the status body says failure, error, unknown object", "GET", "/resources/" ID, NULL),
	BODY("004", "/classes", SHEET_11, SHEET_12 "; traps A9", "the students of an unknown class: the status body says unknown object", "GET", "/classes/" ID "/students", NULL),
	BODY("005", "/lineItems", SHEET_11, SHEET_12, "the lineItems of an unknown class: the status body says unknown object", "GET", "/classes/" ID "/lineItems", NULL),
	BODY("006", NULL, SHEET_11, SHEET_12, "an unknown path: the status body says unknown object", "GET", "/noSuchCollection", NULL),
	BODY("007", "/users", SHEET_11, SHEET_12 "; traps C2", "a method that a path does not have: the refusal has a status body", "PUT", "/users/" ID, "{}"),
	BODY("008", "/lineItems", SHEET_11, SHEET_12, "a body that is no JSON: the status body says invalid data", "PUT", "/lineItems/" ID, BROKEN),
	BODY("009", "/lineItems", SHEET_11, SHEET_12, "a lineItem that lacks everything: the status body says invalid data", "PUT", "/lineItems/" ID, "{\"lineItem\":{}}"),
	BODY("010", "/lineItems", SHEET_11, SHEET_12, "DELETE of an unknown lineItem: the status body says unknown object", "DELETE", "/lineItems/" ID, NULL),
	WORDS("001", "an unknown id is told in words and as JSON, without a stack trace", "GET", "/users/" ID, NULL),
	WORDS("002", "an unknown path is told in words and as JSON, without a stack trace", "GET", "/noSuchCollection", NULL),
	WORDS("003", "a body that is no JSON is told in words and as JSON, without a stack trace", "PUT", "/lineItems/" ID, BROKEN),
	WORDS("004", "a wrong method is told in words and as JSON, without a stack trace", "PUT", "/users/" ID, "{}"),
	WORDS("005", "an id that holds quotes is told in words and as JSON, without a stack trace", "GET", "/users/x'%22%3B--", NULL),
	{ NULL },
};
/* clang-format on */
