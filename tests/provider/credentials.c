/*
 * credentials.c - tokens by RFC 6749 and RFC 6750, signatures by RFC 5849.
 */
#include "tests/provider/internal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/crypto.h"
#include "base/oauth1.h"

#define LIFE 3600

/* Signatures: two-legged, 1.1 only. */

/* Either reading of '+' in the query may be what the client signed. */
static bool signature_fits(struct exchange *e, const struct oauth1 *oauth, enum hash hash,
			   enum plus plus)
{
	struct err err = ERR_INIT;
	struct pairs query = { 0 };
	struct url url;
	char *base;

	if (!url_parse(&e->arena, arena_format(&e->arena, "%s%s", e->p->url, e->target), &url,
		       &err) ||
	    !query_parse(&e->arena, url.query ? url.query : "", plus, &query, &err))
		return false;
	base = oauth1_base_string(&e->arena, e->method, &url, &oauth->parameters, &query);
	return same_secret(oauth1_signature(&e->arena, hash, base, SECRET, NULL), oauth->signature);
}

/* 10 minutes back, 5 ahead, each nonce once a timestamp (RFC 5849, section 3.3). */
static bool is_fresh(struct exchange *e, const struct oauth1 *oauth)
{
	long age = (long)time(NULL) - strtol(oauth->timestamp, NULL, 10);
	long past = vendor_behaves(e, "window-past") ? 300 : 600;
	long ahead = vendor_behaves(e, "window-future") ? 60 : 300;
	const char *spent;

	if (!vendor_behaves(e, "window-open") && (age > past || age < -ahead))
		return false;
	if (vendor_behaves(e, "no-nonces"))
		return true;
	spent = arena_format(&e->arena, "%s %s", oauth->timestamp, oauth->nonce);
	if (json_object_get(e->p->nonces, spent))
		return false;
	json_object_set_new(e->p->nonces, spent, json_true());
	return true;
}

static bool signature_is_right(struct exchange *e, const char *header)
{
	struct err err = ERR_INIT;
	struct oauth1 oauth;
	enum hash hash;

	if (!oauth1_parse(&e->arena, header, &oauth, &err) ||
	    !oauth1_method(oauth.signature_method, &hash))
		return false;
	if (vendor_behaves(e, "any-signature"))
		return true;
	if (strcmp(oauth.consumer_key, KEY) != 0)
		return false;
	if ((vendor_behaves(e, "no-sha1") && hash == HASH_SHA1) ||
	    (vendor_behaves(e, "no-sha256") && hash == HASH_SHA256))
		return false;
	return (signature_fits(e, &oauth, hash, PLUS_IS_PLUS) ||
		signature_fits(e, &oauth, hash, PLUS_IS_BLANK)) &&
	       is_fresh(e, &oauth);
}

/* Every scope: for those whom no token limits. */
static const json_t *all_scopes(struct exchange *e)
{
	json_t *all = json_object_get(e->p->tokens, "");

	if (!all)
		json_object_set_new(e->p->tokens, "", vendor_scopes_all());
	return json_object_get(e->p->tokens, "");
}

static const json_t *refuse_credentials(struct exchange *e, const char *challenge, const char *text)
{
	vendor_refuse(e, NO_CREDENTIALS, "%s", text);
	vendor_set_header(e, "WWW-Authenticate", xstrdup(challenge));
	return NULL;
}

const json_t *vendor_authenticate(struct exchange *e)
{
	const char *header = vendor_request_header(e, "Authorization");
	bool signs = header && strncasecmp(header, "OAuth ", 6) == 0;
	const json_t *scopes;

	if (!header && vendor_behaves(e, "no-auth"))
		return all_scopes(e);
	if (!header) /* RFC 6750 section 3: nothing was sent, so there is no error to name */
		return refuse_credentials(e, "Bearer realm=\"oneroster\"",
					  "credentials are missing");
	if (signs && (e->version == V11 || vendor_behaves(e, "oauth1-in-1.2"))) {
		if (signature_is_right(e, header))
			return all_scopes(e);
		return refuse_credentials(e, "OAuth realm=\"oneroster\"",
					  "the signature is not right");
	}
	if (strncasecmp(header, "Bearer ", 7) == 0) {
		scopes = vendor_behaves(e, "any-token")
				 ? all_scopes(e)
				 : json_object_get(e->p->tokens, header[7] ? header + 7 : "?");
		if (scopes)
			return scopes;
	}
	return refuse_credentials(e, "Bearer realm=\"oneroster\", error=\"invalid_token\"",
				  "the token is unknown or has expired");
}

/* The token endpoint. */

static void refuse_token(struct exchange *e, int status, const char *error, const char *text)
{
	e->status = status;
	e->json = json_pack("{ss,ss}", "error", error, "error_description", text);
	if (status == 401)
		vendor_set_header(e, "WWW-Authenticate", xstrdup("Basic realm=\"oneroster\""));
}

static bool is_client(const struct exchange *e, const char *id, const char *secret)
{
	return id && secret && strcmp(id, KEY) == 0 &&
	       (same_secret(secret, SECRET) || vendor_behaves(e, "any-secret"));
}

/* RFC 6749 2.3.1: both halves are form-encoded; many clients skip that. */
static bool basic_is_right(struct exchange *e, const char *header)
{
	struct err err = ERR_INIT;
	size_t length;
	char *pair = base64_decode(header + 6, &length), *colon = pair ? strchr(pair, ':') : NULL;
	bool good = false;

	if (colon) {
		*colon = '\0';
		good = is_client(e, pair, colon + 1) ||
		       is_client(e, pct_decode(&e->arena, pair, strlen(pair), PLUS_IS_BLANK, &err),
				 pct_decode(&e->arena, colon + 1, strlen(colon + 1), PLUS_IS_BLANK,
					    &err));
	}
	free(pair);
	return good;
}

static bool client_is_right(struct exchange *e, const struct pairs *form)
{
	const char *header = vendor_request_header(e, "Authorization");

	if (header && strncasecmp(header, "Basic ", 6) == 0)
		return basic_is_right(e, header);
	return !header &&
	       is_client(e, pairs_get(form, "client_id"), pairs_get(form, "client_secret"));
}

/* The parameters of a token request; a GET has them in its query. */
static bool read_form(struct exchange *e, struct pairs *form)
{
	const char *type = vendor_request_header(e, "Content-Type");
	const char *mark = strchr(e->target, '?'), *text = e->body ? e->body : "";
	struct err err = ERR_INIT;
	bool good, post = strcmp(e->method, "POST") == 0;

	if (!post)
		text = mark ? mark + 1 : "";
	good = query_parse(&e->arena, text, PLUS_IS_BLANK, form, &err);
	if (post)
		good = good && type &&
		       strncasecmp(type, "application/x-www-form-urlencoded", 33) == 0;
	for (size_t i = 0; i < form->count; i++)
		for (size_t k = 0; k < i; k++)
			good = good && strcmp(form->items[i].name, form->items[k].name) != 0;
	if (!good && !vendor_behaves(e, "any-form"))
		refuse_token(e, 400, "invalid_request",
			     "expected a body of type application/x-www-form-urlencoded, with each "
			     "parameter once");
	return e->status < 400;
}

/* Those of @asked that there are; all where none is asked for. Returns (json_decref). */
static json_t *granted(const struct exchange *e, const char *asked)
{
	json_t *all = vendor_scopes_all(), *set;

	if (!asked || vendor_behaves(e, "grants-everything"))
		return all;
	set = json_object();
	while (*asked) {
		size_t length = strcspn(asked, " ");
		char *uri = xstrndup(asked, length);

		if (json_object_get(all, uri) || (*uri && vendor_behaves(e, "grants-unknown")))
			json_object_set_new(set, uri, json_true());
		free(uri);
		asked += length + (asked[length] == ' ');
	}
	json_decref(all);
	return set;
}

static void issue(struct exchange *e, json_t *scopes)
{
	struct provider *p = e->p;
	struct str list = STR_INIT;
	char token[32];
	const char *uri;
	json_t *value;

	if (vendor_behaves(e, "revokes"))
		json_object_clear(p->tokens);
	snprintf(token, sizeof token, "token-%d", ++p->token_count);
	json_object_set_new(p->tokens, token, scopes);
	json_object_foreach (scopes, uri, value)
		str_format(&list, "%s%s", list.length ? " " : "", uri);
	e->json = json_pack("{ss,ss,si,ss}", "access_token", token, "token_type", "Bearer",
			    "expires_in", LIFE, "scope", str_text(&list));
	str_release(&list);
}

void vendor_give_token(struct exchange *e)
{
	struct pairs form = { 0 };
	const char *grant;
	json_t *scopes;

	vendor_set_header(e, "Cache-Control", xstrdup("no-store"));
	vendor_set_header(e, "Pragma", xstrdup("no-cache"));
	if (strcmp(e->method, "POST") != 0 && !vendor_behaves(e, "token-by-get")) {
		refuse_token(e, 405, "invalid_request", "expected POST");
		vendor_set_header(e, "Allow", xstrdup("POST"));
		return;
	}
	if (!read_form(e, &form))
		return;
	if (!client_is_right(e, &form)) {
		refuse_token(e, 401, "invalid_client",
			     "the client is unknown, or its secret wrong");
		return;
	}
	grant = pairs_get(&form, "grant_type");
	if (!grant && !vendor_behaves(e, "any-grant")) {
		refuse_token(e, 400, "invalid_request", "grant_type is missing");
		return;
	}
	if (!same_text(grant, "client_credentials") && !vendor_behaves(e, "any-grant")) {
		refuse_token(e, 400, "unsupported_grant_type", "expected client_credentials");
		return;
	}
	scopes = granted(e, pairs_get(&form, "scope"));
	if (json_object_size(scopes)) {
		issue(e, scopes);
		return;
	}
	json_decref(scopes);
	refuse_token(e, 400, "invalid_scope", "none of these scopes exists here");
}
