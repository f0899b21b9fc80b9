/*
 * auth_scope.c - suite auth: a token is good for its scopes and for nothing else.
 *
 * Many providers of 1.1 pass scopes over (fact sheet 1.1, 11.2), so what 1.2 demands is only
 * recommended there.
 */
#include "conformance/checks/auth.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/jsonx.h"
#include "conformance/checks/collect.h"
#include "oneroster/vocab.h"

/* A call with a token of check->key alone. False with a verdict where there is no such token. */
static bool call_with(struct judge *judge, const struct check *check, const char *method,
		      const char *target, const char *body)
{
	char *header = collect_can(judge, target) ? auth_bearer(judge, check->key, NULL) : NULL;

	if (header)
		judge_call_as(judge, method, target, body, CALL_OWN_AUTH, header);
	free(header);
	return !judge->skipped && !judge->blind && !judge->failed;
}

static void opens(struct judge *judge, const struct check *check)
{
	if (call_with(judge, check, "GET", check->target, NULL))
		judge_expect(judge, 200);
}

static void closes(struct judge *judge, const struct check *check)
{
	if (call_with(judge, check, "GET", check->target, NULL))
		judge_expect(judge, 403);
}

/* A lineItem that would be taken with the right scope. */
static void put_line_item(struct judge *judge, const struct check *check, long status)
{
	char *id = judge_new_id(judge), *body = judge_line_item(judge, id, NULL);
	char *target = xformat("/lineItems/%s", id);

	if (call_with(judge, check, "PUT", target, body)) {
		judge_wrote(judge, target, id);
		if (status)
			judge_expect(judge, status);
		else
			judge_expect_success(judge);
	}
	free(target);
	free(body);
	free(id);
}

static void lets_put(struct judge *judge, const struct check *check)
{
	put_line_item(judge, check, 0);
}

static void lets_not_put(struct judge *judge, const struct check *check)
{
	put_line_item(judge, check, 403);
}

static void lets_not_delete(struct judge *judge, const struct check *check)
{
	char *target = xformat("/lineItems/%s", judge->subject->line_item);

	if (call_with(judge, check, "DELETE", target, NULL))
		judge_expect(judge, 403);
	free(target);
}

static void says_forbidden(struct judge *judge, const struct check *check)
{
	if (call_with(judge, check, "GET", check->target, NULL) && judge_expect(judge, 403))
		collect_minor(judge, "forbidden");
}

static void challenges_scope(struct judge *judge, const struct check *check)
{
	char *text;

	if (!call_with(judge, check, "GET", check->target, NULL) || !judge_expect(judge, 403))
		return;
	text = call_header(&judge->call, "WWW-Authenticate");
	if (!text || !strstr(text, "insufficient_scope"))
		judge_fail(judge,
			   "GET %s: HTTP 403: expected WWW-Authenticate to hold "
			   "insufficient_scope, found %s",
			   judge->call.target, text ? text : "none");
	free(text);
}

#define SHEET "OneRoster 1.1 fact sheet 2 and 11.2; OneRoster 1.2 fact sheet 3.1"
/* The same demand twice: as advice to a provider of 1.1, as a rule of 1.2. */
#define TWICE(id, needs, title, run, target, ...)                                       \
	{ "AUTH-SCOPE-1" id, SHOULD,   C_OAUTH2 | (needs), SHEET, title, run, target,   \
	  __VA_ARGS__,       .in = V11 },                                               \
	{                                                                               \
		"AUTH-SCOPE-2" id, MUST, C_OAUTH2 | (needs), SHEET, title, run, target, \
			__VA_ARGS__, .in = V12                                          \
	}

/* clang-format off */
const struct check auth_scope_checks[] = {
	{ "AUTH-SCOPE-001", MUST, C_OAUTH2, SHEET, "roster-core.readonly opens the collections of rostering", opens, "/users?limit=1", "roster-core.readonly", .has = "/users" },
	{ "AUTH-SCOPE-002", MUST, C_OAUTH2, SHEET, "roster-core.readonly opens single objects", opens, "/classes/{class}", "roster-core.readonly", .has = "/classes" },
	{ "AUTH-SCOPE-003", MUST, C_OAUTH2, SHEET, "roster.readonly opens nested collections", opens, "/classes/{class}/students?limit=1", "roster.readonly", .has = "/classes" },
	{ "AUTH-SCOPE-004", MUST, C_OAUTH2, "OneRoster 1.2 fact sheet 2.2: either scope will do", "roster.readonly opens the collections of rostering, too", opens, "/users?limit=1", "roster.readonly", .has = "/users", .in = V12 },
	{ "AUTH-SCOPE-005", MUST, C_OAUTH2, SHEET, "roster-demographics.readonly opens demographics", opens, "/demographics?limit=1", "roster-demographics.readonly", .has = "/demographics" },
	{ "AUTH-SCOPE-006", MUST, C_OAUTH2, SHEET, "gradebook.readonly opens the gradebook", opens, "/categories?limit=1", "gradebook.readonly", .has = "/categories" },
	{ "AUTH-SCOPE-007", MUST, C_OAUTH2, "OneRoster 1.2 fact sheet 2.1: either scope will do", "gradebook-core.readonly opens the collections of the gradebook", opens, "/categories?limit=1", "gradebook-core.readonly", .has = "/categories", .in = V12 },
	{ "AUTH-SCOPE-008", MUST, C_OAUTH2, SHEET, "resource.readonly opens resources", opens, "/resources?limit=1", "resource.readonly", .has = "/resources" },
	{ "AUTH-SCOPE-009", MUST, C_OAUTH2, "OneRoster 1.2 fact sheet 2.3: either scope will do", "resource-core.readonly opens resources", opens, "/resources?limit=1", "resource-core.readonly", .has = "/resources", .in = V12 },
	{ "AUTH-SCOPE-010", MUST, C_OAUTH2 | C_LINE_ITEM, SHEET, "gradebook.createput is enough to put a lineItem", lets_put, NULL, "gradebook.createput" },
	{ "AUTH-SCOPE-011", MUST, C_OAUTH2, SHEET, "two scopes open what each of them opens", opens, "/categories?limit=1", "roster-core.readonly gradebook.readonly", .has = "/categories" },
	{ "AUTH-SCOPE-012", MUST, C_OAUTH2, "OneRoster 1.2 fact sheet 3.1", "assessment.readonly opens assessment results", opens, "/assessmentResults?limit=1", "assessment.readonly", .has = "/assessmentResults", .in = V12 },
	TWICE("01", C_LINE_ITEM, "a token that may only read may not put a lineItem", lets_not_put, NULL, "gradebook.readonly"),
	TWICE("02", 0, "roster.readonly does not open demographics", closes, "/demographics?limit=1", "roster.readonly", .has = "/demographics"),
	TWICE("03", 0, "a scope of the gradebook does not open rostering", closes, "/users?limit=1", "gradebook.readonly", .has = "/users"),
	TWICE("04", 0, "a scope of rostering does not open the gradebook", closes, "/categories?limit=1", "roster.readonly", .has = "/categories"),
	TWICE("05", 0, "roster-core.readonly does not open nested collections", closes, "/classes/{class}/students?limit=1", "roster-core.readonly", .has = "/classes"),
	TWICE("06", C_LINE_ITEM, "a token that may put may not delete", lets_not_delete, NULL, "gradebook.createput"),
	TWICE("07", 0, "a token that may put may not read", closes, "/lineItems?limit=1", "gradebook.createput", .has = "/lineItems"),
	TWICE("08", 0, "roster-demographics.readonly opens nothing else", closes, "/users?limit=1", "roster-demographics.readonly", .has = "/demographics"),
	TWICE("09", 0, "a scope of rostering does not open resources", closes, "/resources?limit=1", "roster.readonly", .has = "/resources"),
	{ "AUTH-SCOPE-301", MUST, C_OAUTH2, "OneRoster 1.2 fact sheet 3.1", "gradebook-core.readonly does not open nested collections", closes, "/classes/{class}/lineItems?limit=1", "gradebook-core.readonly", .has = "/lineItems", .in = V12 },
	{ "AUTH-SCOPE-302", MUST, C_OAUTH2, "OneRoster 1.2 fact sheet 3.1", "gradebook.readonly does not open assessment results", closes, "/assessmentResults?limit=1", "gradebook.readonly", .has = "/assessmentResults", .in = V12 },
	{ "AUTH-SCOPE-303", SHOULD, C_OAUTH2, "traps D13", "what a token does not open is 403 even where there is nothing", closes, "/demographics/no-such-user", "roster.readonly", .has = "/demographics" },
	{ "AUTH-SCOPE-304", SHOULD, C_OAUTH2, "OneRoster 1.1 fact sheet 9; OneRoster 1.2 fact sheet 4", "a 403 has the minor code forbidden", says_forbidden, "/demographics?limit=1", "roster.readonly", .has = "/demographics" },
	{ "AUTH-SCOPE-305", SHOULD, C_OAUTH2, "RFC 6750 section 3.1", "a 403 for want of a scope is told as insufficient_scope", challenges_scope, "/demographics?limit=1", "roster.readonly", .has = "/demographics" },
	{ NULL },
};
/* clang-format on */
