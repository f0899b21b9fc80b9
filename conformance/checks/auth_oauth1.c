/*
 * auth_oauth1.c - suite auth: OAuth 1.0a signatures (RFC 5849), where the provider takes them.
 *
 * What is signed and what is sent are two things: a row says how they differ.
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
#include "oneroster/vocab.h"

/* How a signature departs from the plain one; members of check->body, as JSON. */
struct signing {
	const char *method;      /* that is signed; GET */
	const char *query;       /* that is signed; NULL: the one that is sent */
	const char *path;        /* that is signed; NULL: the one that is sent */
	const char *id, *secret; /* NULL: of the credential */
	const char *scheme;      /* "OAuth" */
	const char *realm;       /* NULL: none */
	const char *version;     /* "1.0"; "" leaves it out */
	const char *token;       /* NULL: no oauth_token */
	const char *name;        /* oauth_signature_method */
	const char *lacks;       /* a parameter that is not sent, though it was signed */
	const char *nonce;       /* NULL: a new one */
	bool backwards;          /* parameters in the header */
	int64_t age;             /* seconds */
};

static json_t *read_signing(const struct check *check, struct signing *out)
{
	json_t *row = json_loads(check->body ? check->body : "{}", 0, NULL);

	if (!row)
		BUG("%s: the signing is not JSON", check->id);
	*out = (struct signing){
		.method = jsonx_text(row, "method"),
		.query = jsonx_text(row, "query"),
		.path = jsonx_text(row, "path"),
		.id = jsonx_text(row, "id"),
		.secret = jsonx_text(row, "secret"),
		.scheme = jsonx_text(row, "scheme"),
		.realm = jsonx_text(row, "realm"),
		.version = jsonx_text(row, "version"),
		.token = jsonx_text(row, "token"),
		.name = jsonx_text(row, "name"),
		.lacks = jsonx_text(row, "lacks"),
		.nonce = jsonx_text(row, "nonce"),
		.backwards = jsonx_true(row, "backwards"),
		.age = jsonx_int(row, "age"),
	};
	return row;
}

static void add_parameter(struct str *out, const struct pair *pair, const char *lacks)
{
	if (same_text(pair->name, lacks))
		return;
	str_format(out, "%s%s=\"", ends_with(str_text(out), " ") ? "" : ", ", pair->name);
	pct_encode(out, pair->value);
	str_add_char(out, '"');
}

static char *header_text(struct arena *arena, const struct signing *how,
			 const struct pairs *parameters)
{
	struct str out = STR_INIT;
	char *header;

	str_format(&out, "%s ", how->scheme ? how->scheme : "OAuth");
	if (how->realm)
		str_format(&out, "realm=\"%s\"", how->realm);
	for (size_t i = 0; i < parameters->count; i++)
		add_parameter(&out,
			      &parameters->items[how->backwards ? parameters->count - 1 - i : i],
			      how->lacks);
	header = arena_dup(arena, str_text(&out));
	str_release(&out);
	return header;
}

/* The parameters without the signature. */
static void fill_parameters(struct judge *judge, struct arena *arena, const struct signing *how,
			    struct pairs *out)
{
	const char *credential = judge->options->credential, *colon = strchr(credential, ':');
	char nonce[17];

	random_token(&judge->random, nonce, 16);
	pairs_add(out, arena, "oauth_consumer_key",
		  how->id ? how->id : arena_dup_n(arena, credential, (size_t)(colon - credential)));
	pairs_add(out, arena, "oauth_nonce", how->nonce ? how->nonce : arena_dup(arena, nonce));
	pairs_add(out, arena, "oauth_signature_method", how->name ? how->name : "HMAC-SHA256");
	pairs_add(out, arena, "oauth_timestamp",
		  arena_format(arena, "%lld", (long long)(when_now() / 1000 - how->age)));
	if (how->token)
		pairs_add(out, arena, "oauth_token", how->token);
	if (!how->version || *how->version)
		pairs_add(out, arena, "oauth_version", how->version ? how->version : "1.0");
}

/* The header for a request of @target (path and query below the service root). */
static const char *make_header(struct judge *judge, struct arena *arena, const struct signing *how,
			       const char *target)
{
	const char *credential = judge->options->credential, *query = strchr(target, '?');
	const char *secret = how->secret ? how->secret : strchr(credential, ':') + 1;
	const char *path = how->path ? how->path
			   : query   ? arena_dup_n(arena, target, (size_t)(query - target))
				     : target;
	struct pairs parameters = { 0 }, pairs = { 0 };
	struct err err = ERR_INIT;
	struct url url;

	query = how->query ? how->query : query ? query + 1 : NULL;
	if (!url_parse(arena,
		       arena_format(arena, "%s%s", transport_root(judge->options->transport), path),
		       &url, &err) ||
	    (query && !query_parse(arena, query, PLUS_IS_PLUS, &pairs, &err))) {
		judge_blind(judge, "%s", err.text);
		return NULL;
	}
	fill_parameters(judge, arena, how, &parameters);
	if (same_text(how->name, "PLAINTEXT"))
		pairs_add(&parameters, arena, "oauth_signature",
			  arena_format(arena, "%s&", pct_encoded(arena, secret)));
	else
		pairs_add(&parameters, arena, "oauth_signature",
			  oauth1_signature(
				  arena,
				  same_text(how->name, "HMAC-SHA1") ? HASH_SHA1 : HASH_SHA256,
				  oauth1_base_string(arena, how->method ? how->method : "GET", &url,
						     &parameters, &pairs),
				  secret, NULL));
	return header_text(arena, how, &parameters);
}

static void send_signed(struct judge *judge, const struct signing *how, const char *method,
			const char *target, const char *body)
{
	struct arena arena = ARENA_INIT;
	const char *header = make_header(judge, &arena, how, target);

	if (header)
		judge_call_as(judge, method, target, body, CALL_OWN_AUTH, header);
	judge->call.authorization = NULL;
	arena_release(&arena);
}

/* Taken: whatever the answer is, it is no refusal of the signature. */
static void takes(struct judge *judge, const struct check *check)
{
	struct signing how;
	json_t *row = read_signing(check, &how);
	char *text;

	send_signed(judge, &how, "GET", check->target, NULL);
	if (!judge->blind && (judge->call.status == 401 || judge->call.status == 403)) {
		text = answer_text(&judge->call);
		judge_fail(judge,
			   "GET %s: the signature is right, but was refused with HTTP %ld: %s",
			   judge->call.target, judge->call.status, text);
		free(text);
	}
	json_decref(row);
}

/* 400 is for what cannot be read, 401 for what is wrong (RFC 5849, section 3.2). */
static void refuses(struct judge *judge, const struct check *check)
{
	struct signing how;
	json_t *row = read_signing(check, &how);
	long status;

	send_signed(judge, &how, "GET", check->target, NULL);
	status = judge->call.status;
	if (!judge->blind && status != 401 && !(status == 400 && check->status == 0))
		judge_fail(judge, "GET %s: expected to be refused with HTTP 401, got %ld",
			   judge->call.target, status);
	json_decref(row);
}

/* A nonce is spent for one timestamp only. */
static void same_nonce_later(struct judge *judge, const struct check *check)
{
	char nonce[17];
	struct signing how = { .nonce = nonce };

	random_token(&judge->random, nonce, 16);
	for (how.age = 20; how.age >= 0 && !judge->blind && !judge->failed; how.age -= 20) {
		send_signed(judge, &how, "GET", check->target, NULL);
		if (judge->call.status == 401)
			judge_fail(judge,
				   "GET %s: a nonce that was used with another timestamp was "
				   "refused with HTTP 401",
				   judge->call.target);
	}
}

/* A JSON body is no part of what is signed. */
static void puts_signed(struct judge *judge, const struct check *check)
{
	char *id = judge_new_id(judge), *body = judge_line_item(judge, id, NULL);
	char *target = xformat("/lineItems/%s", id);

	judge_wrote(judge, target, id);
	send_signed(judge, &(struct signing){ .method = "PUT" }, "PUT", target, body);
	judge_expect_success(judge);
	(void)check;
	free(target);
	free(body);
	free(id);
}

#define READ "/categories?limit=1"
#define FILTER                                                                                   \
	"/categories?limit=2&offset=0&filter=status%3D%27active%27%20AND%20dateLastModified%3E%" \
	"272001-01-01T00%3A00%3A00.000Z%27"
#define SHEET "OneRoster 1.1 fact sheet 11.1"
#define OA(number, level, title, run, ...)                                                     \
	{                                                                                      \
		"AUTH-OA1-" number, level, C_OAUTH1, SHEET "; RFC 5849 section 3", title, run, \
			__VA_ARGS__, .in = V11                                                 \
	}

/* clang-format off */
const struct check auth_oauth1_checks[] = {
	OA("001", MUST, "a query with an encoded filter is signed decoded and encoded again", takes, FILTER),
	OA("002", MUST, "lower-case escapes in the URL change nothing in the signature", takes, "/categories?limit=1&filter=status%3d%27active%27"),
	OA("003", MUST, "raw quotes in the URL are signed as if they were encoded", takes, "/categories?limit=1&filter=status='active'"),
	OA("004", MUST, "the order of the parameters in the header is free", takes, READ, .body = "{\"backwards\":true}"),
	OA("005", MUST, "realm is no part of the signature", takes, READ, .body = "{\"realm\":\"OneRoster\"}"),
	OA("006", MUST, "oauth_version may be left out", takes, READ, .body = "{\"version\":\"\"}"),
	OA("007", SHOULD, "the scheme may be written in lower case", takes, READ, .body = "{\"scheme\":\"oauth\"}"),
	OA("008", SHOULD, "an empty oauth_token is as good as none", takes, READ, .body = "{\"token\":\"\"}"),
	OA("009", SHOULD, "a nonce may be used again with another timestamp", same_nonce_later, READ),
	{ "AUTH-OA1-010", MUST, C_OAUTH1 | C_LINE_ITEM, SHEET, "a PUT is taken without its JSON body being signed", puts_signed, .in = V11 },
	OA("101", MUST, "a wrong secret is refused with 401", refuses, READ, .body = "{\"secret\":\"not-the-secret\"}", .status = 401),
	OA("102", MUST, "an unknown key is refused with 401", refuses, READ, .body = "{\"id\":\"no-such-client\"}", .status = 401),
	OA("103", MUST, "a query that was altered on the way is refused with 401", refuses, READ, .body = "{\"query\":\"limit=2\"}", .status = 401),
	OA("104", MUST, "a query that was added on the way is refused with 401", refuses, READ, .body = "{\"query\":\"\"}", .status = 401),
	OA("105", MUST, "a path that was altered on the way is refused with 401", refuses, READ, .body = "{\"path\":\"/lineItems\"}", .status = 401),
	OA("106", MUST, "a signature of another method is refused with 401", refuses, READ, .body = "{\"method\":\"PUT\"}", .status = 401),
	OA("107", MUST, "a signature a day ahead is refused with 401", refuses, READ, .body = "{\"age\":-86400}", .status = 401),
	OA("108", MUST, "a request without oauth_nonce is refused", refuses, READ, .body = "{\"lacks\":\"oauth_nonce\"}"),
	OA("109", MUST, "a request without oauth_signature is refused", refuses, READ, .body = "{\"lacks\":\"oauth_signature\"}"),
	OA("110", MUST, "a request without oauth_timestamp is refused", refuses, READ, .body = "{\"lacks\":\"oauth_timestamp\"}"),
	OA("111", SHOULD, "PLAINTEXT, which sends the secret, is refused", refuses, READ, .body = "{\"name\":\"PLAINTEXT\"}"),
	{ NULL },
};
/* clang-format on */
