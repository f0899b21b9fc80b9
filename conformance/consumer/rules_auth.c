/*
 * rules_auth.c - tokens, signatures and secrets.
 */
#include "conformance/consumer/rule.h"

#include <string.h>
#include <strings.h>

#include "base/jsonx.h"
#include "base/redact.h"

#define TOKENS_AT_ONCE 16 /* every thread of a client may ask for its own */
#define HUNGRY_MOST 3     /* tokens in succession that served one request each */
#define ANSWERS_401 2     /* to the same request: the second one comes after the renewal */
#define SIGNED_PAST_S 600 /* what providers are asked to take */
#define SIGNED_FUTURE_S 300

static bool is_bearer(const struct exchange *exchange)
{
	const char *header = exchange_header(exchange->request_headers, "Authorization");

	return header && strncasecmp(header, "Bearer", 6) == 0;
}

static bool is_token(const struct exchange *exchange)
{
	return exchange_is(exchange, "token");
}

static void token_comes_first(struct trial *trial)
{
	for (size_t i = 0; i < trial->count; i++) {
		const struct exchange *exchange = trial->items[i];

		if (is_token(exchange) && exchange_succeeded(exchange)) {
			trial_saw(trial);
			return;
		}
		if (is_token(exchange) || !is_bearer(exchange))
			continue;
		trial_breach(trial, exchange, "it carries a token before one was given");
		return;
	}
}

/* What a token request says of itself, in its form, its JSON or its query. */
static const char *token_says(struct trial *trial, const struct exchange *exchange,
			      const char *name)
{
	const char *text = jsonx_text(json_object_get(exchange->item, "request"), "body");
	const char *found = jsonx_text(exchange->body, name);
	struct pairs form = { 0 };
	struct err ignored = ERR_INIT;

	if (!found && text && query_parse(&trial->arena, text, PLUS_IS_BLANK, &form, &ignored))
		found = pairs_get(&form, name);
	return found ? found : pairs_get(&exchange->query, name);
}

static void asks_for_the_right_grant(struct trial *trial)
{
	for (size_t i = 0; i < trial->count; i++) {
		const struct exchange *exchange = trial->items[i];
		const char *grant = token_says(trial, exchange, "grant_type");

		if (!is_token(exchange) || exchange->body_cut)
			continue;
		trial_saw(trial);
		if (strcmp(exchange->method, "POST") != 0)
			trial_breach(trial, exchange, "a token is asked for with POST");
		else if (!grant)
			trial_breach(trial, exchange,
				     "it names no grant_type; client_credentials belongs there");
		else if (strcmp(grant, "client_credentials") != 0)
			trial_breach(trial, exchange,
				     "grant_type is %.60s; client_credentials belongs there",
				     grant);
	}
}

static void asks_with_a_form(struct trial *trial)
{
	for (size_t i = 0; i < trial->count; i++) {
		const struct exchange *exchange = trial->items[i];
		const char *type = exchange_header(exchange->request_headers, "Content-Type");
		static const char form[] = "application/x-www-form-urlencoded";

		if (!is_token(exchange) || strcmp(exchange->method, "POST") != 0)
			continue;
		trial_saw(trial);
		if (!type || strncasecmp(type, form, sizeof form - 1) != 0)
			trial_breach(trial, exchange, "its Content-Type is %.60s; %s is asked for",
				     type ? type : "absent", form);
	}
}

/* Tokens that were no renewals: too many at once, or one for hardly any request. */
static void no_storm(struct trial *trial)
{
	size_t used = 0, at_once = 0, hungry = 0;
	bool any = false;

	for (size_t i = 0; i < trial->count; i++) {
		const struct exchange *exchange = trial->items[i];

		if (!is_token(exchange)) {
			used++;
			continue;
		}
		if (!exchange_succeeded(exchange))
			continue;
		trial_saw(trial);
		at_once = used ? 1 : at_once + 1;
		if (!any || exchange->renewal || used > 1)
			hungry = 0;
		else if (used == 1)
			hungry++;
		if (at_once > TOKENS_AT_ONCE)
			trial_breach(trial, exchange,
				     "%zu tokens in succession, and none of them was used",
				     at_once);
		else if (used == 1 && hungry >= HUNGRY_MOST)
			trial_breach(trial, exchange,
				     "a new token, though the last %d were good and served one "
				     "request each: a token is to be used until it expires or is "
				     "refused",
				     HUNGRY_MOST);
		any = true;
		used = 0;
	}
}

/* What is remembered of a request that was answered with 401. */
struct refused {
	json_t *counts;  /* "METHOD target" -> 401s in succession */
	json_t *numbers; /* -> tokens that there were at the last of them */
	int64_t tokens, failed_tokens;
	unsigned run;
};

static void look_at_401(struct trial *trial, struct refused *refused,
			const struct exchange *exchange)
{
	const char *key = arena_format(&trial->arena, "%s %s", exchange->method, exchange->target);
	int64_t before = jsonx_int(refused->counts, key);
	int64_t then = jsonx_int(refused->numbers, key);

	if (before && is_bearer(exchange) && then == refused->tokens)
		trial_breach(trial, exchange,
			     "it was refused with 401 before and came again without a new token");
	else if (before >= ANSWERS_401)
		trial_breach(trial, exchange,
			     "it was refused with 401 %lld times before; one renewal is enough",
			     (long long)before);
	if (exchange->status != 401) {
		json_object_del(refused->counts, key);
		return;
	}
	trial_saw(trial);
	json_object_set_new(refused->counts, key, json_integer(before + 1));
	json_object_set_new(refused->numbers, key, json_integer(refused->tokens));
}

static void look_at_token(struct trial *trial, struct refused *refused,
			  const struct exchange *exchange)
{
	bool refusal = exchange->status >= 400 && exchange->status < 500 &&
		       exchange->status != 429 && exchange->status != 408;

	refused->tokens += exchange_succeeded(exchange);
	refused->failed_tokens = refusal ? refused->failed_tokens + 1 : 0;
	if (!refusal)
		return;
	trial_saw(trial);
	if (refused->failed_tokens > ANSWERS_401)
		trial_breach(trial, exchange,
			     "a token was refused %lld times in succession; the credential does "
			     "not become right",
			     (long long)refused->failed_tokens);
}

static void renews_once(struct trial *trial)
{
	struct refused refused = { json_object(), json_object(), 0, 0, 0 };

	for (size_t i = 0; i < trial->count; i++) {
		const struct exchange *exchange = trial->items[i];

		if (exchange->run != refused.run) {
			refused.run = exchange->run;
			refused.failed_tokens = 0;
			json_object_clear(refused.counts);
		}
		if (is_token(exchange))
			look_at_token(trial, &refused, exchange);
		else
			look_at_401(trial, &refused, exchange);
	}
	json_decref(refused.counts);
	json_decref(refused.numbers);
}

static void carries_credentials(struct trial *trial)
{
	for (size_t i = 0; i < trial->count; i++) {
		const struct exchange *exchange = trial->items[i];
		bool any = exchange_header(exchange->request_headers, "Authorization") != NULL;

		if (is_token(exchange) || (!any && exchange->status != 401))
			continue; /* a sandbox may let everybody in */
		trial_saw(trial);
		if (!any)
			trial_breach(trial, exchange,
				     "it has no Authorization header, and was refused");
	}
}

/* A token that is alive, and is refused: what came was not what was given. */
static void sends_the_token_as_given(struct trial *trial)
{
	const struct exchange *token = NULL;
	int64_t life = 0;

	for (size_t i = 0; i < trial->count; i++) {
		const struct exchange *exchange = trial->items[i];

		if (is_token(exchange) && exchange_succeeded(exchange)) {
			token = exchange;
			life = token_life(token);
		}
		if (is_token(exchange) || !token ||
		    !exchange_header(exchange->request_headers, "Authorization") ||
		    exchange->oauth1)
			continue;
		trial_saw(trial);
		if (exchange->status == 401 && !exchange->disturbed &&
		    !(exchange->refusal && starts_with(exchange->refusal, "token_expired")) &&
		    exchange->at < token->at + life && exchange->began < token->began + life)
			trial_breach(trial, exchange,
				     "refused, though exchange %lld gave a token that still "
				     "lives: Authorization must be \"Bearer \" and the token",
				     (long long)token->id);
	}
}

static void keeps_secrets_out_of_urls(struct trial *trial)
{
	for (size_t i = 0; i < trial->count; i++) {
		const struct exchange *exchange = trial->items[i];

		trial_saw(trial);
		for (size_t k = 0; k < exchange->query.count; k++) {
			const struct pair *pair = &exchange->query.items[k];

			if (strcmp(pair->value, REDACTED) != 0 || starts_with(pair->name, "oauth_"))
				continue;
			trial_breach(trial, exchange, "the secret %.60s stands in the URL",
				     pair->name);
			break;
		}
	}
}

static void has_the_scopes(struct trial *trial)
{
	for (size_t i = 0; i < trial->count; i++) {
		const struct exchange *exchange = trial->items[i];

		if (!exchange->row)
			continue;
		trial_saw(trial);
		if (exchange->status == 403 && exchange->refusal &&
		    starts_with(exchange->refusal, "forbidden_scope"))
			trial_breach(trial, exchange,
				     "the token has not the scope for it; it is to be asked for "
				     "with the token");
	}
}

static void never_repeats_a_nonce(struct trial *trial)
{
	json_t *used = json_object();

	for (size_t i = 0; i < trial->count; i++) {
		const struct oauth1 *oauth1 = trial->items[i]->oauth1;
		const char *key;

		if (!oauth1)
			continue;
		trial_saw(trial);
		key = arena_format(&trial->arena, "%s %s",
				   oauth1->timestamp ? oauth1->timestamp : "",
				   oauth1->nonce ? oauth1->nonce : "");
		if (!oauth1->nonce || !*oauth1->nonce)
			trial_breach(trial, trial->items[i], "it has no oauth_nonce");
		else if (set_has(used, key))
			trial_breach(trial, trial->items[i],
				     "its oauth_nonce was used with this oauth_timestamp before");
		set_add(used, key);
	}
	json_decref(used);
}

/* In the window of the real clock, or of the sandbox's: which of them counts is a switch. */
static bool in_window(const struct exchange *exchange, int64_t stamp)
{
	int64_t clocks[] = { exchange->began / 1000, exchange->at / 1000 };

	for (size_t i = 0; i < ARRAY_SIZE(clocks); i++)
		if (stamp >= clocks[i] - SIGNED_PAST_S && stamp <= clocks[i] + SIGNED_FUTURE_S)
			return true;
	return false;
}

static void signs_with_the_time(struct trial *trial)
{
	for (size_t i = 0; i < trial->count; i++) {
		const struct oauth1 *oauth1 = trial->items[i]->oauth1;
		int64_t stamp = 0;

		if (!oauth1)
			continue;
		trial_saw(trial);
		if (!oauth1->timestamp || !number_parse(oauth1->timestamp, 0, INT64_MAX, &stamp))
			trial_breach(trial, trial->items[i],
				     "its oauth_timestamp is not a number of seconds");
		else if (!in_window(trial->items[i], stamp))
			trial_breach(trial, trial->items[i],
				     "its oauth_timestamp is outside the window of 10 minutes "
				     "back and 5 minutes ahead");
	}
}

/* Refused for no other reason that shows. */
static void signs_rightly(struct trial *trial)
{
	json_t *used = json_object();

	for (size_t i = 0; i < trial->count; i++) {
		const struct exchange *exchange = trial->items[i];
		const struct oauth1 *oauth1 = exchange->oauth1;
		int64_t stamp = 0;
		const char *key;

		if (!oauth1)
			continue;
		trial_saw(trial);
		key = arena_format(&trial->arena, "%s %s",
				   oauth1->timestamp ? oauth1->timestamp : "",
				   oauth1->nonce ? oauth1->nonce : "");
		if (exchange->status == 401 && !exchange->disturbed && !set_has(used, key) &&
		    oauth1->timestamp && number_parse(oauth1->timestamp, 0, INT64_MAX, &stamp) &&
		    in_window(exchange, stamp))
			trial_breach(trial, exchange,
				     "the signature was refused: key, secret, method and base "
				     "string must be those of RFC 5849");
		set_add(used, key);
	}
	json_decref(used);
}

/* clang-format off */
const struct rule auth_rules[] = {
	{ "CON-TOKEN-001", RULE_MUST,   NEEDS_START, "RFC 6749 section 4.4; canvas-client 2f", "a token is asked for before the first request that carries one", "no request carried a bearer token", token_comes_first },
	{ "CON-TOKEN-002", RULE_MUST,   0, "RFC 6749 section 4.4.2", "a token is asked for with POST and grant_type=client_credentials", "no token was asked for", asks_for_the_right_grant },
	{ "CON-TOKEN-003", RULE_SHOULD, 0, "RFC 6749 section 4.4.2; traps E3: some providers read JSON, too", "a token request is a form", "no token was asked for", asks_with_a_form },
	{ "CON-TOKEN-004", RULE_SHOULD, 0, "RFC 6749 section 5.1: expires_in; canvas-client 2f: one for each thread", "a token is used until it expires or is refused", "no token was given", no_storm },
	{ "CON-TOKEN-005", RULE_MUST,   0, "canvas-client 2f; traps D16", "a 401 is answered by one new token and one more try at most", "nothing was refused with 401", renews_once },
	{ "CON-AUTH-001",  RULE_MUST,   0, "OneRoster 1.1 fact sheet 11", "every request carries its credentials", "the sandbox let everybody in", carries_credentials },
	{ "CON-AUTH-002",  RULE_MUST,   0, "RFC 6750 section 2.1", "the token is sent as it was given", "no request carried a token that was given", sends_the_token_as_given },
	{ "CON-AUTH-003",  RULE_MUST,   0, "RFC 6749 section 2.3.1; RFC 6750 section 5.3", "no secret and no token stands in a URL", "there was no request", keeps_secrets_out_of_urls },
	{ "CON-AUTH-004",  RULE_MUST,   0, "OneRoster 1.1 fact sheet 11.2; RFC 6749 section 3.3", "the token has the scopes of what is asked with it", "no operation of OneRoster was asked for", has_the_scopes },
	{ "CON-OAUTH-001", RULE_MUST,   0, "RFC 5849 section 3.3", "an oauth_nonce is never used twice with the same oauth_timestamp", "nothing was signed with OAuth 1.0a", never_repeats_a_nonce },
	{ "CON-OAUTH-002", RULE_MUST,   0, "OneRoster 1.1 fact sheet 11.1; canvas-client 2f", "an oauth_timestamp is at most 10 minutes old and 5 minutes ahead", "nothing was signed with OAuth 1.0a", signs_with_the_time },
	{ "CON-OAUTH-003", RULE_MUST,   0, "RFC 5849 section 3.4", "the signature fits the request", "nothing was signed with OAuth 1.0a", signs_rightly },
	{ NULL },
};
/* clang-format on */
