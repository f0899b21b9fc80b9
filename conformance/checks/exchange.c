/*
 * exchange.c - what a report keeps of a request and its answer, and what it must not tell.
 */
#include "conformance/checks/check.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonw.h"
#include "base/jsonx.h"
#include "base/redact.h"

#define SHOWN 4000        /* bytes of a body that a report keeps */
#define HEADER_SHOWN 1000 /* of a header */
#define EXCHANGES_MOST 24 /* of a check: half of them the first, half the last */
#define SECRET_LEAST 8    /* characters */
#define SECRETS_MOST 500

/* The headers of an answer that OneRoster, OAuth or a client's manners depend on. */
static const char *const headers[] = { "Content-Type",  "Link",
				       "X-Total-Count", "WWW-Authenticate",
				       "Retry-After",   "Location",
				       "Allow" };

void judge_secret(struct judge *judge, const char *text)
{
	if (text && strlen(text) >= SECRET_LEAST && json_object_size(judge->secrets) < SECRETS_MOST)
		json_object_set_new(judge->secrets, text, json_true());
}

static bool hide(const json_t *secrets, char *text)
{
	const char *secret;
	const json_t *unused;
	bool any = false;

	json_object_foreach ((json_t *)(uintptr_t)secrets, secret, unused) {
		(void)unused;
		for (char *at = text; (at = strstr(at, secret)) != NULL; any = true) {
			memset(at, '*', strlen(secret));
			at += strlen(secret); /* it may be made of asterisks itself */
		}
	}
	return any;
}

static void hide_in(const json_t *secrets, json_t *value)
{
	const char *key;
	json_t *item;
	size_t i;

	json_array_foreach (value, i, item)
		hide_in(secrets, item);
	json_object_foreach (value, key, item)
		hide_in(secrets, item);
	if (json_is_string(value)) {
		char *copy = xstrdup(json_string_value(value));

		if (hide(secrets, copy))
			json_string_set(value, copy);
		free(copy);
	}
}

void judge_hide(const struct judge *judge, json_t *value)
{
	hide_in(judge->secrets, value);
}

/* Without members that are called a secret. What is no JSON has none: a sentence may well say
 * "token". */
static const char *without_secrets(struct str *clean, const char *text)
{
	const char *start = text + strspn(text, " \t\r\n");

	return (*start == '{' || *start == '[') &&
			       redact_body(clean, text, strlen(text), REDACT_NAMED)
		       ? str_text(clean)
		       : text;
}

/* The first bytes of a text, and how many there are in all where some are left out. */
static void add_shown(struct jsonw *w, const char *key, const char *text)
{
	size_t length = strlen(text);
	struct str clean = STR_INIT;
	char *cut, *name;

	text = without_secrets(&clean, text);
	cut = xstrndup(text, SHOWN);
	utf8_scrub(cut);
	jsonw_key_text(w, key, cut);
	if (length > SHOWN) {
		name = xformat("%s_bytes", key);
		jsonw_key_int(w, name, (int64_t)length);
		free(name);
	}
	free(cut);
	str_release(&clean);
}

static void add_headers(struct jsonw *w, const struct call *call)
{
	struct str lines = STR_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(headers); i++) {
		char *value = call_header(call, headers[i]);

		if (value)
			str_format(&lines, "%s%s: %.*s", lines.length ? "\n" : "", headers[i],
				   HEADER_SHOWN, value);
		free(value);
	}
	if (lines.length) {
		utf8_scrub(lines.text);
		jsonw_key_text(w, "headers", lines.text);
	}
	str_release(&lines);
}

/* A token that nobody gave is no secret, and the point of the request. */
static bool is_made_up(const struct judge *judge, const struct call *call)
{
	const char *own = call->auth == CALL_OWN_AUTH ? call->authorization : NULL;

	return own && starts_with(own, "Bearer ") && strlen(own) < HEADER_SHOWN &&
	       !strpbrk(own, "\"$`\\") && !json_object_get(judge->secrets, own + strlen("Bearer "));
}

/* The header for the shell, its secret left to the reader. */
static void add_authorization(struct str *line, const struct judge *judge, const struct call *call)
{
	static const struct {
		const char *scheme, *header;
	} schemes[] = {
		{ "Bearer ", "Bearer $TOKEN" },
		{ "Basic ", "Basic $BASIC" },
		{ "OAuth ", "OAuth $SIGNATURE" },
	};
	const char *own = call->auth == CALL_OWN_AUTH ? call->authorization : NULL;

	if (call->auth == CALL_AUTH && judge->options->auth == TRANSPORT_OAUTH2)
		own = "Bearer ";
	else if (call->auth == CALL_AUTH && judge->options->auth == TRANSPORT_OAUTH1)
		own = "OAuth ";
	if (own && is_made_up(judge, call))
		str_format(line, " -H \"Authorization: %s\"", own);
	for (size_t i = 0; own && !is_made_up(judge, call) && i < ARRAY_SIZE(schemes); i++)
		if (starts_with(own, schemes[i].scheme))
			str_format(line, " -H \"Authorization: %s\"", schemes[i].header);
}

static void add_quoted(struct str *line, const char *text)
{
	str_add_char(line, '\'');
	for (const char *c = text; *c; c++)
		str_add(line, *c == '\'' ? "'\\''" : (char[]){ *c, '\0' });
	str_add_char(line, '\'');
}

/* A line for the shell that repeats the request. */
static void add_curl(struct jsonw *w, const struct judge *judge, const struct call *call)
{
	struct str line = STR_INIT, body = STR_INIT, url = STR_INIT;

	str_format(&line, "curl -i -X %s", call->method);
	add_authorization(&line, judge, call);
	if (call->body && strlen(call->body) < SHOWN) {
		str_format(&line, " -H 'Content-Type: %s' -d ",
			   call->content_type ? call->content_type : "application/json");
		add_quoted(&line, strstr(call->body, "client_secret")
					  ? "grant_type=client_credentials&..."
					  : without_secrets(&body, call->body));
	}
	str_format(&url, "%s%s",
		   *call->target == '/' ? transport_root(judge->options->transport) : "",
		   call->target);
	str_add_char(&line, ' ');
	add_quoted(&line, str_text(&url));
	utf8_scrub(line.text);
	jsonw_key_text(w, "curl", str_text(&line));
	str_release(&line);
	str_release(&body);
	str_release(&url);
}

static void add_target(struct jsonw *w, const char *target)
{
	struct str clean = STR_INIT;
	char *text = xstrdup(redact_target(&clean, target, REDACT_NAMED) ? str_text(&clean)
									 : target);

	utf8_scrub(text);
	jsonw_key_text(w, "target", text);
	free(text);
	str_release(&clean);
}

/* A token that a check got for itself. */
static void learn_token(struct judge *judge, const struct call *call)
{
	struct err ignored = ERR_INIT;
	json_t *body;

	if (call->answer.length > SHOWN || !strstr(str_text(&call->answer), "access_token"))
		return;
	body = jsonx_load(call->answer.text, call->answer.length, &ignored);
	judge_secret(judge, jsonx_text(body, "access_token"));
	json_decref(body);
}

/* A check that asks without end keeps its first and its last exchanges. */
static void append(struct judge *judge, json_t *exchange)
{
	json_array_append_new(judge->exchanges, exchange);
	if (json_array_size(judge->exchanges) <= EXCHANGES_MOST)
		return;
	json_array_remove(judge->exchanges, EXCHANGES_MOST / 2);
	judge->left_out++;
}

void judge_keep(struct judge *judge)
{
	const struct call *call = &judge->call;
	struct str text = STR_INIT;
	struct jsonw w;

	learn_token(judge, call);
	judge_secret(judge, transport_token(judge->options->transport));
	if (!judge->exchanges)
		return;
	jsonw_init(&w, &text, 0);
	jsonw_object(&w);
	jsonw_key_text(&w, "method", call->method);
	add_target(&w, call->target);
	if (call->body && strstr(call->body, "client_secret"))
		jsonw_key_text(&w, "request", "(credentials)");
	else if (call->body)
		add_shown(&w, "request", call->body);
	jsonw_key_int(&w, "status", call->status);
	if (!call->answered)
		jsonw_key_text(&w, "error", call->error);
	else if (strstr(str_text(&call->answer), "access_token"))
		jsonw_key_text(&w, "response", "(a token)");
	else
		add_shown(&w, "response", str_text(&call->answer));
	add_headers(&w, call);
	jsonw_key_int(&w, "ms", (int64_t)call->ms);
	add_curl(&w, judge, call);
	jsonw_object_end(&w);
	append(judge, json_loads(str_text(&text), 0, NULL));
	str_release(&text);
}
