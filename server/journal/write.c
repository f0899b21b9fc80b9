/*
 * write.c - exchanges as JSON, and as lines for a shell.
 */
#include "server/journal/journal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/redact.h"
#include "base/when.h"

void journal_write_bytes(struct jsonw *w, const char *bytes, size_t length)
{
	if (!bytes) {
		jsonw_null(w);
	} else if (!memchr(bytes, '\0', length) && utf8_valid(bytes, length, NULL)) {
		jsonw_text_n(w, bytes, length);
	} else {
		char *clean = xmalloc(length + 1);

		for (size_t i = 0; i < length; i++)
			clean[i] = bytes[i] ? bytes[i] : '?';
		clean[length] = '\0';
		utf8_scrub(clean);
		jsonw_text_n(w, clean, length);
		free(clean);
	}
}

static void write_text(struct jsonw *w, const char *key, const char *text)
{
	jsonw_key(w, key);
	journal_write_bytes(w, text, text ? strlen(text) : 0);
}

static bool stood_before(const struct journal_message *message, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (strcasecmp(message->headers[i].name, message->headers[index].name) == 0)
			return true;
	return false;
}

/* A header that stands twice is one (RFC 9110, section 5.3). */
static void write_header(struct jsonw *w, const struct journal_message *message, size_t index)
{
	const char *name = message->headers[index].name;
	struct str value = STR_INIT;
	char *clean = xstrdup(name);

	utf8_scrub(clean);
	for (size_t i = index; i < message->header_count; i++)
		if (strcasecmp(message->headers[i].name, name) == 0)
			str_format(&value, "%s%s", i > index ? ", " : "",
				   message->headers[i].value);
	write_text(w, clean, str_text(&value));
	str_release(&value);
	free(clean);
}

static void write_message(struct jsonw *w, const char *key, const struct journal_message *message)
{
	jsonw_key(w, key);
	jsonw_object(w);
	jsonw_key(w, "headers");
	jsonw_object(w);
	for (size_t i = 0; i < message->header_count; i++)
		if (!stood_before(message, i))
			write_header(w, message, i);
	jsonw_object_end(w);
	jsonw_key(w, "body");
	journal_write_bytes(w, message->body, message->length);
	if (message->size > message->length) {
		jsonw_key(w, "truncated");
		jsonw_bool(w, true);
	}
	jsonw_object_end(w);
}

static void write_words(struct jsonw *w, const char *key, const struct journal_words *words,
			bool raw)
{
	jsonw_key(w, key);
	jsonw_array(w);
	for (size_t i = 0; i < words->count; i++)
		if (raw)
			jsonw_raw(w, words->items[i], strlen(words->items[i]));
		else
			journal_write_bytes(w, words->items[i], strlen(words->items[i]));
	jsonw_array_end(w);
}

static void write_time(struct jsonw *w, const char *key, int64_t when)
{
	char text[WHEN_TEXT];

	when_format(when, text);
	jsonw_key_text(w, key, text);
}

void journal_write_exchange(const struct journal_exchange *exchange, struct jsonw *w)
{
	struct str curl = STR_INIT;

	jsonw_object(w);
	jsonw_key_int(w, "id", exchange->id);
	write_time(w, "at", exchange->at);
	write_time(w, "real_at", exchange->real_at);
	write_text(w, "sandbox", exchange->sandbox);
	write_text(w, "method", exchange->method);
	write_text(w, "target", exchange->target);
	write_text(w, "operation", exchange->operation);
	jsonw_key_int(w, "status", exchange->status);
	jsonw_key(w, "ms");
	jsonw_number(w, (double)exchange->us / 1000);
	write_text(w, "client", exchange->client);
	write_message(w, "request", &exchange->request);
	write_message(w, "response", &exchange->response);
	write_words(w, "quirks", &exchange->quirks, false);
	write_words(w, "faults", &exchange->faults, false);
	write_words(w, "diagnostics", &exchange->diagnostics, true);
	write_text(w, "refusal", exchange->refusal);
	write_text(w, "curl", journal_curl(exchange, &curl) ? str_text(&curl) : NULL);
	jsonw_object_end(w);
	str_release(&curl);
}

void journal_write(const struct journal_list *list, struct jsonw *w)
{
	size_t i = 0;

	jsonw_object(w);
	jsonw_key(w, "items");
	jsonw_array(w);
	while (i < list->count && w->out->length < JOURNAL_ANSWER)
		journal_write_exchange(list->items[i++], w);
	jsonw_array_end(w);
	if (i && (list->more || i < list->count))
		jsonw_key_int(w, "next", list->items[i - 1]->id);
	jsonw_object_end(w);
}
