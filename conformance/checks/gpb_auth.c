/*
 * gpb_auth.c - suite gpb-1.1: who may ask.
 */
#include "conformance/checks/check.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/crypto.h"
#include "base/jsonx.h"
#include "base/oauth1.h"
#include "base/url.h"
#include "base/when.h"

#define READ_TARGET "/categories?limit=1"

static void refused_without(struct judge *judge, const struct check *check)
{
	(void)check;
	judge_call_as(judge, "GET", READ_TARGET, NULL, CALL_NO_AUTH, NULL);
	judge_expect(judge, 401);
}

static void refused_with_wrong_token(struct judge *judge, const struct check *check)
{
	(void)check;
	judge_call_as(judge, "GET", READ_TARGET, NULL, CALL_OWN_AUTH,
		      "Bearer this-token-was-never-issued");
	judge_expect(judge, 401);
}

static void says_why(struct judge *judge, const struct check *check)
{
	struct err err = ERR_INIT;
	json_t *body;

	(void)check;
	judge_call_as(judge, "GET", READ_TARGET, NULL, CALL_NO_AUTH, NULL);
	body = judge->failed ? NULL : answer_json(&judge->call, &err);
	if (!body && !judge->failed)
		judge_fail(judge, "expected a OneRoster status body with the refusal, got: %s",
			   err.text);
	json_decref(body);
}

/* Asks for a token with @secret in place of the right one (NULL: the right one). */
static const struct call *ask_token(struct judge *judge, const char *secret)
{
	const char *credential = judge->options->credential, *colon = strchr(credential, ':');
	char *id = xstrndup(credential, (size_t)(colon - credential));
	char *pair = xformat("%s:%s", id, secret ? secret : colon + 1);
	char *basic = base64_encode(pair, strlen(pair));
	char *header = xformat("Basic %s", basic);
	struct call call = { .method = "POST",
			     .auth = CALL_OWN_AUTH,
			     .authorization = header,
			     .content_type = "application/x-www-form-urlencoded" };

	call.target = xstrdup(transport_token_url(judge->options->transport));
	call.body = xstrdup("grant_type=client_credentials");
	judge_send(judge, &call);
	judge->call.authorization = NULL;
	free(id);
	free(pair);
	free(basic);
	free(header);
	return &judge->call;
}

/* A fresh token as a header value; NULL with a failure. Returns (free). */
static char *new_token(struct judge *judge)
{
	json_t *body;
	struct err err = ERR_INIT;
	char *header = NULL;

	ask_token(judge, NULL);
	body = judge_expect(judge, 200) ? answer_json(&judge->call, &err) : NULL;
	if (jsonx_text(body, "access_token"))
		header = xformat("Bearer %s", jsonx_text(body, "access_token"));
	else
		judge_fail(judge, "POST %s: expected {\"access_token\": ...}, got %s",
			   judge->call.target, body ? "JSON without it" : err.text);
	json_decref(body);
	return header;
}

static void gives_token(struct judge *judge, const struct check *check)
{
	char *header = new_token(judge);
	struct err err = ERR_INIT;
	json_t *body = header ? answer_json(&judge->call, &err) : NULL;
	const char *type = jsonx_text(body, "token_type");

	(void)check;
	if (header && (!type || (strcmp(type, "Bearer") != 0 && strcmp(type, "bearer") != 0)))
		judge_fail(judge, "token_type: expected \"Bearer\", found %s",
			   type ? type : jsonx_kind(json_object_get(body, "token_type")));
	if (header && !json_is_integer(json_object_get(body, "expires_in")))
		judge_fail(judge, "expires_in: expected a number of seconds, found %s",
			   jsonx_kind(json_object_get(body, "expires_in")));
	json_decref(body);
	free(header);
}

static void refuses_wrong_secret(struct judge *judge, const struct check *check)
{
	(void)check;
	ask_token(judge, "this-is-not-the-secret");
	judge_expect(judge, 0);
}

static void keeps_older_tokens(struct judge *judge, const struct check *check)
{
	char *first = new_token(judge), *second = first ? new_token(judge) : NULL;

	(void)check;
	if (second) {
		judge_call_as(judge, "GET", READ_TARGET, NULL, CALL_OWN_AUTH, first);
		if (!judge->failed && judge->call.status == 401)
			judge_fail(judge, "the first of two tokens stopped working when the second "
					  "was issued: expected HTTP 200, got 401");
		judge_expect(judge, 200);
		judge_call_as(judge, "GET", READ_TARGET, NULL, CALL_OWN_AUTH, second);
		judge_expect(judge, 200);
	}
	free(first);
	free(second);
}

/* A read that is signed @age seconds ago with @hash; twice the same when asked. */
static void signed_read(struct judge *judge, enum hash hash, int64_t age, int times)
{
	const char *credential = judge->options->credential, *colon = strchr(credential, ':');
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	char nonce[17];
	struct url url;
	const char *id = arena_dup_n(&arena, credential, (size_t)(colon - credential));
	const char *header = NULL;

	random_token(&judge->random, nonce, 16);
	if (url_parse(&arena,
		      arena_format(&arena, "%s" READ_TARGET,
				   transport_root(judge->options->transport)),
		      &url, &err))
		header = oauth1_header(&arena, "GET", &url, id, colon + 1, hash, nonce,
				       when_now() / 1000 - age, &err);
	if (!header)
		judge_fail(judge, "%s", err.text);
	for (int i = 0; header && i < times; i++)
		judge_call_as(judge, "GET", READ_TARGET, NULL, CALL_OWN_AUTH, header);
	judge->call.authorization = NULL;
	arena_release(&arena);
}

static void takes_sha1(struct judge *judge, const struct check *check)
{
	(void)check;
	signed_read(judge, HASH_SHA1, 0, 1);
	judge_expect(judge, 200);
}

static void takes_sha256(struct judge *judge, const struct check *check)
{
	(void)check;
	signed_read(judge, HASH_SHA256, 0, 1);
	judge_expect(judge, 200);
}

static void takes_nine_minutes_old(struct judge *judge, const struct check *check)
{
	(void)check;
	signed_read(judge, HASH_SHA256, 9 * 60, 1);
	judge_expect(judge, 200);
}

static void takes_four_minutes_ahead(struct judge *judge, const struct check *check)
{
	(void)check;
	signed_read(judge, HASH_SHA256, -4 * 60, 1);
	judge_expect(judge, 200);
}

static void refuses_old(struct judge *judge, const struct check *check)
{
	(void)check;
	signed_read(judge, HASH_SHA256, 24 * 3600, 1);
	judge_expect(judge, 401);
}

static void refuses_replay(struct judge *judge, const struct check *check)
{
	(void)check;
	signed_read(judge, HASH_SHA256, 0, 2);
	judge_expect(judge, 401);
}

/* clang-format off */
const struct check gpb_auth_checks[] = {
	{ "GB-AUTH-001", MUST, C_AUTH, "OneRoster 1.1 fact sheet 3 and 11", "a request without credentials is refused with 401", refused_without },
	{ "GB-AUTH-002", MUST, C_AUTH, "OneRoster 1.1 fact sheet 3 and 11", "a token that was never issued is refused with 401", refused_with_wrong_token },
	{ "GB-AUTH-003", SHOULD, C_AUTH, "OneRoster 1.1 fact sheet 9", "a 401 carries a JSON body that says why", says_why },
	{ "GB-AUTH-004", MUST, C_OAUTH2, "RFC 6749 section 4.4.3; canvas-client 2f", "client credentials give a bearer token with its life", gives_token },
	{ "GB-AUTH-005", MUST, C_OAUTH2, "RFC 6749 section 5.2", "a wrong secret gives no token", refuses_wrong_secret },
	{ "GB-AUTH-006", MUST, C_OAUTH2, "canvas-client 2f: every concurrent thread asks for its own token", "a new token does not revoke an earlier one", keeps_older_tokens },
	{ "GB-AUTH-007", MUST, C_OAUTH1, "OneRoster 1.1 fact sheet 11.1", "OAuth 1.0a with HMAC-SHA1 is taken", takes_sha1 },
	{ "GB-AUTH-008", MUST, C_OAUTH1, "OneRoster 1.1 fact sheet 11.1", "OAuth 1.0a with HMAC-SHA256 is taken", takes_sha256 },
	{ "GB-AUTH-009", MUST, C_OAUTH1, "canvas-client 2f: timestamps from 10 min past", "a signature nine minutes old is taken", takes_nine_minutes_old },
	{ "GB-AUTH-010", MUST, C_OAUTH1, "canvas-client 2f: to 5 min ahead", "a signature four minutes ahead is taken", takes_four_minutes_ahead },
	{ "GB-AUTH-011", MUST, C_OAUTH1, "OneRoster 1.1 fact sheet 11.1", "a signature a day old is refused with 401", refuses_old },
	{ "GB-AUTH-012", MUST, C_OAUTH1, "RFC 5849 section 3.3", "a repeated nonce is refused with 401", refuses_replay },
	{ NULL },
};
/* clang-format on */
