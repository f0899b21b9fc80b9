/*
 * auth.c - suite auth: nobody gets anything without credentials, and is told why.
 */
#include "conformance/checks/auth.h"
#include "conformance/checks/collect.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/crypto.h"
#include "base/jsonx.h"
#include "base/url.h"
#include "oneroster/vocab.h"

#define READ "/orgs?limit=1"

/* A path of the service to read that the provider surely has, for what holds of any. */
static const char *any_read(struct judge *judge)
{
	const char *ignored;

	return judge_has(judge, "/orgs", &ignored) ? READ : "/categories?limit=1";
}

static void open_to_nobody(struct judge *judge, const struct check *check)
{
	if (!collect_can(judge, check->target))
		return;
	judge_call_as(judge, "GET", check->target, NULL, CALL_NO_AUTH, NULL);
	judge_expect(judge, check->status);
}

/* HEAD is not described: a provider may not have it. */
static void head_to_nobody(struct judge *judge, const struct check *check)
{
	judge_call_as(judge, "HEAD", check->target, NULL, CALL_NO_AUTH, NULL);
	collect_refused(judge, 401, 405);
}

/* A body that would be taken, so that it is the credentials that are missing. */
static void writes_without(struct judge *judge, const struct check *check)
{
	char *id = judge_new_id(judge), *target = xformat("%s%s", check->target, id);
	char *body = strcmp(check->key, "result") == 0 ? judge_result(judge, id, NULL)
						       : judge_line_item(judge, id, NULL);

	judge_wrote(judge, target, id);
	judge_call_as(judge, "PUT", target, body, CALL_NO_AUTH, NULL);
	judge_expect(judge, 401);
	free(body);
	free(target);
	free(id);
}

static void deletes_without(struct judge *judge, const struct check *check)
{
	char *target = xformat("/lineItems/%s", judge->subject->line_item);

	judge_call_as(judge, "DELETE", target, NULL, CALL_NO_AUTH, NULL);
	if (judge_expect(judge, 401)) {
		judge_call(judge, "GET", target, NULL);
		judge_expect(judge, 200);
	}
	(void)check;
	free(target);
}

/* The provider answers with the sourcedIds it chose where it stores what nobody may post. */
static void note_posted(struct judge *judge, const char *collection)
{
	struct err ignored = ERR_INIT;
	json_t *body = answer_is_success(&judge->call) ? answer_json(&judge->call, &ignored) : NULL;
	const json_t *pair;
	size_t i;

	json_array_foreach (json_object_get(body, "sourcedIdPairs"), i, pair) {
		const char *id = jsonx_text(pair, "allocatedSourcedId");
		struct str target = STR_INIT;

		str_format(&target, "/%s/", collection);
		if (id) {
			pct_encode(&target, id);
			judge_wrote(judge, str_text(&target), id);
		}
		str_release(&target);
	}
	json_decref(body);
}

static void posts_without(struct judge *judge, const struct check *check)
{
	struct err ignored = ERR_INIT;
	char *id = judge_new_id(judge), *one = judge_line_item(judge, id, NULL), *body;
	json_t *object = jsonx_load(one, strlen(one), &ignored);
	json_t *many = json_pack("{s[O]}", "lineItems", json_object_get(object, "lineItem"));

	body = jsonx_dump(many);
	judge_call_as(judge, "POST", check->target, body, CALL_NO_AUTH, NULL);
	note_posted(judge, "lineItems");
	judge_expect(judge, 401);
	json_decref(many);
	json_decref(object);
	free(body);
	free(one);
	free(id);
}

/* The token that the provider gives us now, as "Bearer ..."; NULL with a verdict. */
static char *fresh_bearer(struct judge *judge)
{
	return auth_bearer(judge, NULL, NULL);
}

/* The header that a row describes: {token}, {basic} and {cut} are filled in. */
static char *fill_header(struct judge *judge, const char *text)
{
	const char *hole = strchr(text, '{');
	char *bearer, *inner = NULL, *header = NULL;

	if (!hole)
		return xstrdup(text);
	if (starts_with(hole, "{basic}")) {
		inner = base64_encode(judge->options->credential,
				      strlen(judge->options->credential));
	} else {
		bearer = fresh_bearer(judge);
		inner = bearer ? xstrdup(bearer + strlen("Bearer ")) : NULL;
		if (inner && starts_with(hole, "{cut}"))
			inner[strlen(inner) - 1] = '\0';
		free(bearer);
	}
	if (inner)
		header = xformat("%.*s%s%s", (int)(hole - text), text, inner,
				 strchr(hole, '}') + 1);
	free(inner);
	return header;
}

static void refuses_header(struct judge *judge, const struct check *check)
{
	char *header = fill_header(judge, check->key);

	if (header) {
		judge_call_as(judge, "GET", any_read(judge), NULL, CALL_OWN_AUTH, header);
		if (!judge->blind && judge->call.status != 400 && judge->call.status != 401)
			judge_fail(judge,
				   "GET %s with \"Authorization: %s\": expected to be refused with "
				   "HTTP 401 or 400, got %ld",
				   judge->call.target, check->key, judge->call.status);
	}
	free(header);
}

static void takes_header(struct judge *judge, const struct check *check)
{
	char *header = fill_header(judge, check->key);

	if (header) {
		judge_call_as(judge, "GET", any_read(judge), NULL, CALL_OWN_AUTH, header);
		judge_expect(judge, 200);
	}
	free(header);
}

static void challenges(struct judge *judge, const struct check *check)
{
	const char *authorization = check->body;
	char *text;

	judge_call_as(judge, "GET", any_read(judge), NULL,
		      authorization ? CALL_OWN_AUTH : CALL_NO_AUTH, authorization);
	if (!judge_expect(judge, 401))
		return;
	text = call_header(&judge->call, "WWW-Authenticate");
	if (!text || !*text)
		judge_fail(judge, "GET %s: HTTP 401 without the header WWW-Authenticate",
			   judge->call.target);
	else if (check->key && !strstr(text, check->key))
		judge_fail(judge, "GET %s: expected WWW-Authenticate to hold %s, found %s",
			   judge->call.target, check->key, text);
	free(text);
}

/* imsx_codeMajor, imsx_severity and where it is told imsx_CodeMinor, at the top (1.2). */
static void status_of_v1p2(struct judge *judge, const json_t *body)
{
	const char *major = jsonx_text(body, "imsx_codeMajor");
	const char *severity = jsonx_text(body, "imsx_severity");

	if (!same_text(major, "failure") || !same_text(severity, "error"))
		judge_fail(judge,
			   "GET %s: HTTP %ld: expected a status body with imsx_codeMajor "
			   "\"failure\" and imsx_severity \"error\" at the top, found %s and %s",
			   judge->call.target, judge->call.status, major ? major : "none",
			   severity ? severity : "none");
}

static void status_body(struct judge *judge, const struct check *check)
{
	struct err err = ERR_INIT;
	json_t *body;

	judge_call_as(judge, "GET", any_read(judge), NULL, CALL_NO_AUTH, NULL);
	body = judge_expect(judge, 401) ? answer_json(&judge->call, &err) : NULL;
	if (!body && !judge->failed)
		judge_fail(judge, "expected a status body with the refusal, got: %s", err.text);
	if (body && judge->subject->version & V12)
		status_of_v1p2(judge, body);
	if (check->key)
		collect_minor(judge, check->key);
	json_decref(body);
}

/* What an unknown thing is to somebody without credentials, and to somebody with them. */
static void credentials_first(struct judge *judge, const struct check *check)
{
	judge_call_as(judge, "GET", check->target, NULL, CALL_NO_AUTH, NULL);
	if (judge_expect(judge, 401)) {
		judge_call(judge, "GET", check->target, NULL);
		judge_expect(judge, 404);
	}
}

#define CERT "OneRoster 1.1 fact sheet 3; OneRoster 1.2 fact sheet 3: every endpoint needs a token"
#define OPEN(id, path, ...)                                                          \
	{                                                                            \
		id, MUST, C_AUTH, CERT, "nobody reads " path " without credentials", \
			open_to_nobody, path "?limit=1", .status = 401, __VA_ARGS__  \
	}

/* clang-format off */
const struct check auth_checks[] = {
	OPEN("AUTH-OPEN-001", "/orgs", .has = "/orgs"),
	OPEN("AUTH-OPEN-002", "/users", .has = "/users"),
	OPEN("AUTH-OPEN-003", "/classes", .has = "/classes"),
	OPEN("AUTH-OPEN-004", "/enrollments", .has = "/enrollments"),
	OPEN("AUTH-OPEN-005", "/demographics", .has = "/demographics"),
	OPEN("AUTH-OPEN-006", "/academicSessions", .has = "/academicSessions"),
	OPEN("AUTH-OPEN-007", "/classes/{class}/students", .has = "/classes"),
	OPEN("AUTH-OPEN-008", "/lineItems", .has = "/lineItems"),
	OPEN("AUTH-OPEN-009", "/results", .has = "/results"),
	OPEN("AUTH-OPEN-010", "/classes/{class}/lineItems", .has = "/lineItems"),
	OPEN("AUTH-OPEN-011", "/resources", .has = "/resources"),
	OPEN("AUTH-OPEN-012", "/scoreScales", .has = "/scoreScales", .in = V12),
	OPEN("AUTH-OPEN-013", "/assessmentLineItems", .has = "/assessmentLineItems", .in = V12),
	OPEN("AUTH-OPEN-014", "/assessmentResults", .has = "/assessmentResults", .in = V12),
	OPEN("AUTH-OPEN-015", "/classes/{class}", .has = "/classes"),
	{ "AUTH-WRITE-001", MUST, C_AUTH | C_LINE_ITEM, CERT, "nobody puts a lineItem without credentials", writes_without, "/lineItems/", "lineItem" },
	{ "AUTH-WRITE-002", MUST, C_AUTH | C_LINE_ITEM, CERT, "nobody puts a result without credentials", writes_without, "/results/", "result" },
	{ "AUTH-WRITE-003", MUST, C_AUTH | C_LINE_ITEM, CERT, "nobody deletes a lineItem without credentials, and it stays", deletes_without },
	{ "AUTH-WRITE-004", MUST, C_AUTH | C_LINE_ITEM, CERT, "nobody posts lineItems without credentials", posts_without, "/classes/{class}/lineItems", .in = V12 },
	{ "AUTH-BEARER-001", MUST, C_OAUTH2, "RFC 6750 section 2.1", "a header that says Bearer and no more is refused", refuses_header, .key = "Bearer" },
	{ "AUTH-BEARER-002", MUST, C_OAUTH2, "RFC 6750 section 2.1", "a token whose last character is missing is refused", refuses_header, .key = "Bearer {cut}" },
	{ "AUTH-BEARER-003", MUST, C_OAUTH2, "RFC 6750 section 2.1", "a token with something behind it is refused", refuses_header, .key = "Bearer {token}x" },
	{ "AUTH-BEARER-004", MUST, C_OAUTH2, "OneRoster 1.1 fact sheet 11; OneRoster 1.2 fact sheet 3", "client id and secret as Basic credentials open no resource", refuses_header, .key = "Basic {basic}" },
	{ "AUTH-BEARER-005", MUST, C_OAUTH2, "RFC 6750 section 2.1", "a token under another scheme is refused", refuses_header, .key = "Token {token}" },
	{ "AUTH-BEARER-006", SHOULD, C_OAUTH2, "RFC 9110 section 11.1: the scheme is case-insensitive", "bearer may be written in lower case", takes_header, .key = "bearer {token}" },
	{ "AUTH-401-001", MUST, C_AUTH, "RFC 9110 section 11.6.1; RFC 6750 section 3", "a 401 carries WWW-Authenticate", challenges },
	{ "AUTH-401-002", SHOULD, C_OAUTH2, "RFC 6750 section 3", "the challenge names the scheme Bearer", challenges, .key = "Bearer", .in = V12 },
	{ "AUTH-401-003", SHOULD, C_OAUTH2, "RFC 6750 section 3.1; OneRoster 1.2 fact sheet 3.2", "an unknown token is told as invalid_token", challenges, .key = "invalid_token", .body = "Bearer this-token-was-never-issued" },
	{ "AUTH-401-004", SHOULD, C_AUTH, "OneRoster 1.1 fact sheet 9", "a 401 has the minor code unauthorized", status_body, .key = "unauthorized", .in = V11 },
	{ "AUTH-401-005", MUST, C_AUTH, "OneRoster 1.2 fact sheet 4", "a 401 has the status body of 1.2", status_body, .in = V12 },
	{ "AUTH-401-006", SHOULD, C_AUTH, "OneRoster 1.2 fact sheet 4", "a 401 has the minor code unauthorisedrequest", status_body, .key = "unauthorisedrequest", .in = V12 },
	{ "AUTH-FIRST-001", SHOULD, C_AUTH, "traps D12", "an unknown path is 401 without credentials and 404 with them", credentials_first, "/noSuchCollection" },
	{ "AUTH-FIRST-002", MUST, C_AUTH, CERT, "an unknown class is 401 without credentials and 404 with them", credentials_first, "/classes/no-such-class", .has = "/classes" },
	{ "AUTH-FIRST-003", SHOULD, C_AUTH, "traps D12", "a wrong query is 401 without credentials", open_to_nobody, "/classes?limit=1&filter=no'filter", .status = 401, .has = "/classes" },
	{ "AUTH-FIRST-004", MUST, C_AUTH, CERT, "nobody learns by HEAD what GET would not tell without credentials", head_to_nobody, "/classes?limit=1", .has = "/classes" },
	{ NULL },
};
/* clang-format on */
