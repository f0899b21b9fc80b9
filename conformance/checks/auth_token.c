/*
 * auth_token.c - suite auth: the token endpoint (RFC 6749).
 */
#include "conformance/checks/auth.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/crypto.h"
#include "base/jsonx.h"
#include "base/url.h"
#include "conformance/checks/collect.h"
#include "oneroster/vocab.h"

#define GRANT "grant_type=client_credentials"
#define FORM "application/x-www-form-urlencoded"
#define SCOPES_11 "https://purl.imsglobal.org/spec/or/v1p1/scope/"
#define SCOPES_12 "https://purl.imsglobal.org/spec/or/v1p2/scope/"
#define LIFE_LEAST 60 /* seconds that a token must live to be of use */

/* Every character as an escape: what a form decoder reads back as it was. */
static void escape_all(struct str *out, const char *text)
{
	for (; *text; text++)
		str_format(out, "%%%02X", (unsigned)(unsigned char)*text);
}

static char *basic_header(const char *id, const char *secret, bool encoded)
{
	struct str pair = STR_INIT;
	char *basic, *header;

	if (encoded) {
		escape_all(&pair, id);
		str_add_char(&pair, ':');
		escape_all(&pair, secret);
	} else {
		str_format(&pair, "%s:%s", id, secret);
	}
	basic = base64_encode(str_text(&pair), pair.length);
	header = xformat("Basic %s", basic);
	free(basic);
	str_release(&pair);
	return header;
}

/* The form, with the credentials in it where they are to stand there. */
static char *form_body(const struct token_request *request, const char *id, const char *secret)
{
	struct str body = STR_INIT;

	str_add(&body, request->form ? request->form : GRANT);
	if (strcmp(request->by, "form") == 0) {
		str_add(&body, "&client_id=");
		pct_encode(&body, id);
		str_add(&body, "&client_secret=");
		pct_encode(&body, secret);
	}
	return str_take(&body, NULL);
}

const struct call *auth_ask_token(struct judge *judge, const struct token_request *request)
{
	const char *credential = judge->options->credential, *colon = strchr(credential, ':');
	char *own = xstrndup(credential, (size_t)(colon - credential));
	const char *id = request->id ? request->id : own;
	const char *secret = request->secret ? request->secret : colon + 1;
	bool basic = strcmp(request->by, "form") != 0 && strcmp(request->by, "none") != 0;
	bool get = strcmp(request->by, "get") == 0;
	char *header = basic ? basic_header(id, secret, strcmp(request->by, "encoded") == 0) : NULL;
	struct call call = { .method = get ? "GET" : "POST",
			     .auth = header ? CALL_OWN_AUTH : CALL_NO_AUTH,
			     .authorization = header,
			     .content_type = FORM };
	const char *url = transport_token_url(judge->options->transport);

	call.target = get ? xformat("%s?%s", url, GRANT) : xstrdup(url);
	call.body = get ? NULL : form_body(request, id, secret);
	judge_send(judge, &call);
	judge->call.authorization = NULL;
	free(header);
	free(own);
	return &judge->call;
}

/* "grant_type=...&scope=..." with the whole URIs of these suffixes. Returns (free). */
static char *scope_form(const struct judge *judge, const char *scopes)
{
	const char *prefix = judge->subject->version & V12 ? SCOPES_12 : SCOPES_11;
	struct str form = STR_INIT, list = STR_INIT;

	for (const char *at = scopes; *at;) {
		size_t length = strcspn(at, " ");

		str_format(&list, "%s%s%.*s", list.length ? " " : "", prefix, (int)length, at);
		at += length;
		at += strspn(at, " ");
	}
	str_add(&form, GRANT "&scope=");
	pct_encode(&form, str_text(&list));
	str_release(&list);
	return str_take(&form, NULL);
}

/* Whether each URI of @some is one of the form's @all. */
static bool within(const struct judge *judge, const char *some, const char *scopes)
{
	const char *prefix = judge->subject->version & V12 ? SCOPES_12 : SCOPES_11;

	for (const char *at = some; *at; at += strspn(at, " ")) {
		size_t length = strcspn(at, " ");
		char *uri = xstrndup(at, length);
		bool known = starts_with(uri, prefix) && has_word(scopes, uri + strlen(prefix));

		free(uri);
		if (!known)
			return false;
		at += length;
	}
	return true;
}

static bool holds_all(const struct judge *judge, const char *granted, const char *scopes)
{
	const char *prefix = judge->subject->version & V12 ? SCOPES_12 : SCOPES_11;

	for (const char *at = scopes; *at; at += strspn(at, " ")) {
		size_t length = strcspn(at, " ");
		char *uri = xformat("%s%.*s", prefix, (int)length, at);
		bool known = has_word(granted, uri);

		free(uri);
		if (!known)
			return false;
		at += length;
	}
	return true;
}

/* Skips where other scopes than these were granted. */
static void look_at_scope(struct judge *judge, const char *scopes, const char *granted)
{
	if (!granted || !scopes) /* none named: as it was asked for (RFC 6749, section 5.1) */
		return;
	if (!holds_all(judge, granted, scopes))
		judge_skip(judge, "the provider does not grant %s to this client, but %s", scopes,
			   *granted ? granted : "nothing");
	else if (!within(judge, granted, scopes))
		judge_skip(judge, "asked for %s the provider granted more: %.300s", scopes,
			   granted);
}

char *auth_bearer(struct judge *judge, const char *scopes, char **granted)
{
	char *form = scopes ? scope_form(judge, scopes) : NULL, *header = NULL;
	struct err err = ERR_INIT;
	json_t *body = NULL;
	const char *token;

	auth_ask_token(judge, &(struct token_request){ .by = "basic", .form = form });
	free(form);
	if (scopes && judge->call.status == 400)
		judge_skip(judge, "the provider gives no token for the scope %s alone", scopes);
	else if (judge_expect(judge, 200))
		body = answer_json(&judge->call, &err);
	token = jsonx_text(body, "access_token");
	if (granted)
		*granted = xstrdup(jsonx_text(body, "scope"));
	else
		look_at_scope(judge, scopes, jsonx_text(body, "scope"));
	if (token && !judge->skipped)
		header = xformat("Bearer %s", token);
	else
		judge_fail(judge, "POST %s: expected {\"access_token\": ...}, got %s",
			   judge->call.target, body ? "JSON without it" : err.text);
	json_decref(body);
	return header;
}

/* "error" of the last answer: one of the blank-separated @errors. */
static void expect_error(struct judge *judge, const char *errors)
{
	struct err err = ERR_INIT;
	json_t *body;
	const char *found;

	if (judge->failed || judge->blind)
		return;
	body = answer_json(&judge->call, &err);
	found = jsonx_text(body, "error");
	if (!found)
		judge_fail(judge, "POST %s: HTTP %ld: expected JSON with \"error\", got %s",
			   judge->call.target, judge->call.status,
			   body ? "JSON without it" : err.text);
	else if (!has_word(errors, found))
		judge_fail(judge, "POST %s: HTTP %ld: expected \"error\" to be %s, found %s",
			   judge->call.target, judge->call.status, errors, found);
	json_decref(body);
}

/* check->body: {"by", "id", "secret", "form"}. Returns (json_decref), which @out borrows. */
static json_t *read_request(const struct check *check, struct token_request *out)
{
	json_t *row = json_loads(check->body, 0, NULL);

	if (!row)
		BUG("%s: the request is not JSON", check->id);
	*out = (struct token_request){ jsonx_text(row, "by"), jsonx_text(row, "id"),
				       jsonx_text(row, "secret"), jsonx_text(row, "form") };
	out->by = out->by ? out->by : "basic";
	return row;
}

static bool is_token(const struct call *call)
{
	struct err ignored = ERR_INIT;
	json_t *body = call->status == 200 ? answer_json(call, &ignored) : NULL;
	bool good = jsonx_text(body, "access_token") != NULL;

	json_decref(body);
	return good;
}

static void gives(struct judge *judge, const struct check *check)
{
	struct token_request request;
	json_t *row = read_request(check, &request);

	auth_ask_token(judge, &request);
	if (judge_expect(judge, 200) && !is_token(&judge->call))
		judge_fail(judge, "POST %s: HTTP 200 without an access_token", judge->call.target);
	json_decref(row);
}

static void gives_none(struct judge *judge, const struct check *check)
{
	struct token_request request;
	json_t *row = read_request(check, &request);

	auth_ask_token(judge, &request);
	if (check->status)
		judge_expect(judge, check->status);
	else if (!judge->blind && is_token(&judge->call))
		judge_fail(judge, "%s %s: a token came, expected none", judge->call.method,
			   judge->call.target);
	if (check->key)
		expect_error(judge, check->key);
	json_decref(row);
}

/* Many clients leave it out, so a token is no fault either (traps E3). */
static void lacks_grant_type(struct judge *judge, const struct check *check)
{
	auth_ask_token(judge, &(struct token_request){ .by = "basic", .form = "x=1" });
	if (judge->blind || is_token(&judge->call))
		return;
	judge_expect(judge, 400);
	expect_error(judge, check->key);
}

static void challenges_client(struct judge *judge, const struct check *check)
{
	char *text;

	auth_ask_token(judge, &(struct token_request){ .by = "basic", .secret = "not-the-secret" });
	if (!judge_expect(judge, 401))
		return;
	text = call_header(&judge->call, "WWW-Authenticate");
	if (!text || strncasecmp(text, "Basic", 5) != 0)
		judge_fail(judge,
			   "POST %s: HTTP 401: expected WWW-Authenticate: Basic ..., found %s",
			   judge->call.target, text ? text : "none");
	(void)check;
	free(text);
}

/* A header of the answer with a token, and what it must hold. */
static void has_header(struct judge *judge, const struct check *check)
{
	char *text;

	auth_ask_token(judge, &(struct token_request){ .by = "basic" });
	if (!judge_expect(judge, 200))
		return;
	text = call_header(&judge->call, check->target);
	if (!text || !strstr(text, check->key))
		judge_fail(judge, "POST %s: expected %s: %s with the token, found %s",
			   judge->call.target, check->target, check->key, text ? text : "none");
	free(text);
}

static void lives(struct judge *judge, const struct check *check)
{
	struct err err = ERR_INIT;
	json_t *body;

	auth_ask_token(judge, &(struct token_request){ .by = "basic" });
	body = judge_expect(judge, 200) ? answer_json(&judge->call, &err) : NULL;
	if (body && jsonx_int(body, "expires_in") < LIFE_LEAST)
		judge_fail(judge, "expires_in: expected at least %d seconds, found %lld",
			   LIFE_LEAST, (long long)jsonx_int(body, "expires_in"));
	if (json_object_get(body, "refresh_token"))
		judge_fail(judge, "a refresh_token came with a client's own token");
	(void)check;
	json_decref(body);
}

/* What was granted is named where it is not what was asked for. */
static void names_scope(struct judge *judge, const struct check *check)
{
	char *granted = NULL, *header = auth_bearer(judge, check->key, &granted);

	if (header && granted && !within(judge, granted, check->key))
		judge_fail(judge, "asked for the scope %s, the provider granted %.300s", check->key,
			   *granted ? granted : "nothing");
	free(granted);
	free(header);
}

static void unknown_scope(struct judge *judge, const struct check *check)
{
	struct err ignored = ERR_INIT;
	const char *scope;
	json_t *body;

	(void)check;
	auth_ask_token(judge, &(struct token_request){ .by = "basic",
						       .form = GRANT "&scope=no-such-scope" });
	if (!judge->blind && judge->call.status == 400) {
		expect_error(judge, "invalid_scope");
		return;
	}
	if (!judge_expect(judge, 200))
		return;
	body = answer_json(&judge->call, &ignored);
	scope = jsonx_text(body, "scope");
	if (!scope || has_word(scope, "no-such-scope"))
		judge_fail(
			judge,
			"a token came for the scope no-such-scope and \"scope\" %s: expected 400 "
			"invalid_scope, or what was granted in its place",
			scope ? "names it" : "is not there");
	json_decref(body);
}

/* clang-format off */
const struct check auth_token_checks[] = {
	{ "AUTH-TOKEN-001", SHOULD, C_OAUTH2, "RFC 6749 section 2.3.1; traps D15", "Basic credentials are form-decoded", gives, .body = "{\"by\":\"encoded\"}" },
	{ "AUTH-TOKEN-002", MAY, C_OAUTH2, "RFC 6749 section 2.3.1; traps E3", "the credentials may stand in the form", gives, .body = "{\"by\":\"form\"}" },
	{ "AUTH-TOKEN-003", MUST, C_OAUTH2, "RFC 6749 section 5.2; traps E3", "without grant_type the answer is 400 invalid_request, or leniently a token", lacks_grant_type, .key = "invalid_request unsupported_grant_type" },
	{ "AUTH-TOKEN-004", MUST, C_OAUTH2, "RFC 6749 section 5.2", "another grant_type is 400 unsupported_grant_type", gives_none, .body = "{\"form\":\"grant_type=no-such-grant\"}", .status = 400, .key = "unsupported_grant_type" },
	{ "AUTH-TOKEN-005", MUST, C_OAUTH2, "RFC 6749 section 5.2", "a wrong secret is 401 invalid_client", gives_none, .body = "{\"secret\":\"not-the-secret\"}", .status = 401, .key = "invalid_client" },
	{ "AUTH-TOKEN-006", MUST, C_OAUTH2, "RFC 6749 section 5.2", "an unknown client is 401 invalid_client", gives_none, .body = "{\"id\":\"no-such-client\",\"secret\":\"x\"}", .status = 401, .key = "invalid_client" },
	{ "AUTH-TOKEN-007", MUST, C_OAUTH2, "RFC 6749 section 5.2", "a refused Basic client is told WWW-Authenticate: Basic", challenges_client },
	{ "AUTH-TOKEN-008", MUST, C_OAUTH2, "RFC 6749 section 4.4", "without credentials there is no token", gives_none, .body = "{\"by\":\"none\"}" },
	{ "AUTH-TOKEN-009", MUST, C_OAUTH2, "RFC 6749 section 5.2", "a wrong secret in the form gives no token", gives_none, .body = "{\"by\":\"form\",\"secret\":\"not-the-secret\"}" },
	{ "AUTH-TOKEN-010", SHOULD, C_OAUTH2, "RFC 6749 section 3.2 and 5.2", "a parameter that stands twice is 400 invalid_request", gives_none, .body = "{\"form\":\"grant_type=client_credentials&grant_type=client_credentials\"}", .status = 400, .key = "invalid_request" },
	{ "AUTH-TOKEN-011", SHOULD, C_OAUTH2, "RFC 6749 section 3.2: the client must use POST", "GET gives no token", gives_none, .body = "{\"by\":\"get\"}" },
	{ "AUTH-TOKEN-012", MUST, C_OAUTH2, "RFC 6749 section 5.1", "a token is not to be stored: Cache-Control: no-store", has_header, "Cache-Control", "no-store" },
	{ "AUTH-TOKEN-013", SHOULD, C_OAUTH2, "RFC 6749 section 5.1", "Pragma: no-cache stands beside it", has_header, "Pragma", "no-cache" },
	{ "AUTH-TOKEN-014", MUST, C_OAUTH2, "RFC 6749 section 5.1", "a token comes as application/json", has_header, "Content-Type", "application/json" },
	{ "AUTH-TOKEN-015", SHOULD, C_OAUTH2, "RFC 6749 section 4.4.3 and 5.1", "a token lives a minute at least and has no refresh token", lives },
	{ "AUTH-TOKEN-016", SHOULD, C_OAUTH2, "RFC 6749 section 5.1; OneRoster 1.2 fact sheet 3.2", "no more scopes are granted than were asked for", names_scope, .key = "gradebook.readonly" },
	{ "AUTH-TOKEN-017", SHOULD, C_OAUTH2, "RFC 6749 section 3.3 and 5.2", "an unknown scope is 400 invalid_scope, or the token says what it is good for", unknown_scope },
	{ NULL },
};
/* clang-format on */
