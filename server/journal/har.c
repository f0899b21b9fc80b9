/*
 * har.c - exchanges as an HTTP Archive 1.2.
 *
 * Every member that the format demands is there, with its own word for "unknown" where we
 * know nothing: -1 for sizes of heads, empty lists for cookies, which are secrets. What the
 * format has no member for begins with an underscore.
 */
#include "server/journal/journal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/reason.h"
#include "base/version.h"
#include "base/when.h"

static void write_text(struct jsonw *w, const char *key, const char *text)
{
	jsonw_key(w, key);
	journal_write_bytes(w, text ? text : "", text ? strlen(text) : 0);
}

static void write_pair(struct jsonw *w, const char *name, const char *value)
{
	jsonw_object(w);
	write_text(w, "name", name);
	write_text(w, "value", value);
	jsonw_object_end(w);
}

static void write_list(struct jsonw *w, const char *key, const struct pair *items, size_t count)
{
	jsonw_key(w, key);
	jsonw_array(w);
	for (size_t i = 0; i < count; i++)
		write_pair(w, items[i].name, items[i].value);
	jsonw_array_end(w);
}

static const char *header_of(const struct journal_message *message, const char *name)
{
	for (size_t i = 0; i < message->header_count; i++)
		if (strcasecmp(message->headers[i].name, name) == 0)
			return message->headers[i].value;
	return "";
}

/* Decoded, as the tools show it; raw where it cannot be. */
static void write_query(struct jsonw *w, const char *target)
{
	const char *query = strchr(target, '?');
	struct arena arena = ARENA_INIT;
	struct err ignored = ERR_INIT;
	struct pairs pairs = { 0 };

	if (query && !query_parse(&arena, query + 1, PLUS_IS_BLANK, &pairs, &ignored)) {
		pairs.count = 0;
		pairs_add(&pairs, &arena, query + 1, "");
	}
	write_list(w, "queryString", pairs.items, pairs.count);
	arena_release(&arena);
}

/* What both sides have. */
static void write_head(struct jsonw *w, const struct journal_message *message)
{
	jsonw_key_text(w, "httpVersion", "HTTP/1.1");
	write_list(w, "cookies", NULL, 0);
	write_list(w, "headers", message->headers, message->header_count);
	jsonw_key_int(w, "headersSize", -1);
	jsonw_key_int(w, "bodySize", (int64_t)message->size);
}

static void write_body(struct jsonw *w, const char *key, const struct journal_message *message)
{
	jsonw_key(w, key);
	journal_write_bytes(w, message->body ? message->body : "", message->length);
	if (message->size > message->length)
		jsonw_key_text(w, "comment", "cut: the journal keeps the beginning only");
}

static void write_request(struct jsonw *w, const struct journal_exchange *exchange)
{
	const struct journal_message *request = &exchange->request;
	char *url = xformat("%s%s", exchange->base_url ? exchange->base_url : "", exchange->target);

	jsonw_key(w, "request");
	jsonw_object(w);
	write_text(w, "method", exchange->method);
	write_text(w, "url", url);
	write_head(w, request);
	write_query(w, exchange->target);
	if (request->body) {
		jsonw_key(w, "postData");
		jsonw_object(w);
		write_text(w, "mimeType", header_of(request, "Content-Type"));
		write_list(w, "params", NULL, 0);
		write_body(w, "text", request);
		jsonw_object_end(w);
	}
	jsonw_object_end(w);
	free(url);
}

static void write_response(struct jsonw *w, const struct journal_exchange *exchange)
{
	const struct journal_message *response = &exchange->response;
	const char *type = header_of(response, "Content-Type");

	jsonw_key(w, "response");
	jsonw_object(w);
	jsonw_key_int(w, "status", exchange->status);
	jsonw_key_text(w, "statusText", http_reason(exchange->status));
	write_head(w, response);
	write_text(w, "redirectURL", header_of(response, "Location"));
	jsonw_key(w, "content");
	jsonw_object(w);
	jsonw_key_int(w, "size", (int64_t)response->size);
	write_text(w, "mimeType", *type ? type : "x-unknown");
	write_body(w, "text", response);
	jsonw_object_end(w);
	jsonw_object_end(w);
}

static void write_words(struct jsonw *w, const char *key, const struct journal_words *words)
{
	if (!words->count)
		return;
	jsonw_key(w, key);
	jsonw_array(w);
	for (size_t i = 0; i < words->count; i++)
		journal_write_bytes(w, words->items[i], strlen(words->items[i]));
	jsonw_array_end(w);
}

/* All of the time is ours: sending and receiving happen elsewhere. */
static void write_timings(struct jsonw *w, double ms)
{
	jsonw_key(w, "cache");
	jsonw_object(w);
	jsonw_object_end(w);
	jsonw_key(w, "timings");
	jsonw_object(w);
	jsonw_key_int(w, "send", 0);
	jsonw_key(w, "wait");
	jsonw_number(w, ms);
	jsonw_key_int(w, "receive", 0);
	jsonw_object_end(w);
}

static void write_entry(struct jsonw *w, const struct journal_exchange *exchange)
{
	double ms = (double)exchange->us / 1000;
	char began[WHEN_TEXT];

	when_format(exchange->real_at, began);
	jsonw_object(w);
	jsonw_key_text(w, "startedDateTime", began);
	jsonw_key(w, "time");
	jsonw_number(w, ms);
	write_request(w, exchange);
	write_response(w, exchange);
	write_timings(w, ms);
	if (exchange->refusal)
		write_text(w, "comment", exchange->refusal);
	jsonw_key_int(w, "_id", exchange->id);
	write_text(w, "_operation", exchange->operation);
	write_text(w, "_client", exchange->client);
	write_words(w, "_quirks", &exchange->quirks);
	write_words(w, "_faults", &exchange->faults);
	jsonw_object_end(w);
}

void journal_write_har(const struct journal_list *list, struct jsonw *w)
{
	size_t i = 0;

	jsonw_object(w);
	jsonw_key(w, "log");
	jsonw_object(w);
	jsonw_key_text(w, "version", "1.2");
	jsonw_key(w, "creator");
	jsonw_object(w);
	jsonw_key_text(w, "name", "mocksis");
	jsonw_key_text(w, "version", MOCKSIS_VERSION);
	jsonw_object_end(w);
	jsonw_key(w, "entries");
	jsonw_array(w);
	while (i < list->count && w->out->length < JOURNAL_ANSWER)
		write_entry(w, list->items[i++]);
	jsonw_array_end(w);
	if (list->more || i < list->count)
		jsonw_key_text(w, "comment", "there is more: limit and since select it");
	jsonw_object_end(w);
	jsonw_object_end(w);
}
