/*
 * curl.c - the line for a shell that repeats an exchange.
 *
 * POSIX quoting only: what came over the wire stands between single quotes, where nothing
 * but the single quote means anything.
 */
#include "server/journal/journal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/redact.h"

#define SECRET "\"$SECRET\""

/* Where the reader's own secret belongs, by the scheme that was used. An OAuth 1.0a
 * signature is good for one request: who repeats it needs another, or a token. */
static const struct {
	const char *scheme, *argument;
} schemes[] = {
	{ "Bearer ", " -H \"Authorization: Bearer $TOKEN\"" },
	{ "Basic ", " -u \"$CLIENT_ID:$CLIENT_SECRET\"" },
	{ "OAuth ", " -H \"Authorization: Bearer $TOKEN\"" },
	{ "", " -H \"Authorization: $AUTHORIZATION\"" },
};

/* What curl writes itself, or what belongs to the connection. */
static const char *const left_out[] = {
	"Host",       "Content-Length", "Connection", "Accept-Encoding", "Transfer-Encoding",
	"User-Agent", "Expect",
};

static bool is_left_out(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(left_out); i++)
		if (strcasecmp(left_out[i], name) == 0)
			return true;
	return false;
}

/* What stands between single quotes; with @secrets each REDACTED becomes the variable. */
static void add_inside(struct str *out, const char *text, size_t length, bool secrets)
{
	const size_t size = strlen(REDACTED);

	for (size_t i = 0; i < length; i++) {
		if (secrets && length - i >= size && memcmp(text + i, REDACTED, size) == 0) {
			str_add(out, "'" SECRET "'");
			i += size - 1;
		} else if (text[i] == '\'') {
			str_add(out, "'\\''");
		} else {
			str_add_char(out, text[i]);
		}
	}
}

static void add_quoted(struct str *out, const char *text, size_t length, bool secrets)
{
	str_add_char(out, '\'');
	add_inside(out, text, length, secrets);
	str_add_char(out, '\'');
}

static void add_method(struct str *out, const struct journal_exchange *exchange)
{
	if (strcmp(exchange->method, "HEAD") == 0) {
		str_add(out, " -I"); /* -X HEAD waits for a body */
	} else if (strcmp(exchange->method, "GET") != 0 || exchange->request.body) {
		bool plain =
			!exchange->method[strspn(exchange->method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")];

		str_add(out, " -X ");
		if (plain)
			str_add(out, exchange->method);
		else
			add_quoted(out, exchange->method, strlen(exchange->method), false);
	}
}

static void add_header(struct str *out, const struct pair *header)
{
	if (is_left_out(header->name) ||
	    (strcasecmp(header->name, "Accept") == 0 && strcmp(header->value, "*/*") == 0))
		return;
	if (strcasecmp(header->name, "Authorization") == 0) {
		for (size_t i = 0; i < ARRAY_SIZE(schemes); i++) {
			if (starts_with(header->value, schemes[i].scheme)) {
				str_add(out, schemes[i].argument);
				return;
			}
		}
	}
	str_add(out, " -H '");
	add_inside(out, header->name, strlen(header->name), false);
	if (!*header->value) {
		str_add(out, ";'"); /* as curl wants a header without a value */
		return;
	}
	str_add(out, ": ");
	add_inside(out, header->value, strlen(header->value), strcmp(header->value, REDACTED) == 0);
	str_add_char(out, '\'');
}

static bool has_header(const struct journal_message *message, const char *name)
{
	for (size_t i = 0; i < message->header_count; i++)
		if (strcasecmp(message->headers[i].name, name) == 0)
			return true;
	return false;
}

static void add_body(struct str *out, const struct journal_exchange *exchange)
{
	const struct journal_message *request = &exchange->request;

	if (!request->body)
		return;
	if (!has_header(request, "Content-Type"))
		str_add(out, " -H 'Content-Type:'"); /* curl would say that it is a form */
	str_add(out, " --data-raw ");
	add_quoted(out, request->body, request->length, exchange->redacted_body);
}

/* A body that was cut, or that a shell cannot hold, cannot be repeated. */
static bool is_whole(const struct journal_message *message)
{
	return message->size <= message->length &&
	       (!message->body || (!memchr(message->body, '\0', message->length) &&
				   utf8_valid(message->body, message->length, NULL)));
}

bool journal_curl(const struct journal_exchange *exchange, struct str *out)
{
	char *url;

	if (!is_whole(&exchange->request) || !exchange->base_url)
		return false;
	str_add(out, "curl -g -i");
	if (strstr(exchange->target, "/."))
		str_add(out, " --path-as-is");
	add_method(out, exchange);
	for (size_t i = 0; i < exchange->request.header_count; i++)
		add_header(out, &exchange->request.headers[i]);
	add_body(out, exchange);
	url = xformat("%s%s", exchange->base_url, exchange->target);
	str_add_char(out, ' ');
	add_quoted(out, url, strlen(url), exchange->redacted_target);
	free(url);
	return true;
}
