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

/* Names of headers are ASCII; what is not would not tell two of them apart in JSON. */
static char *header_name(const char *name)
{
	char *clean = xstrdup(name);

	for (char *c = clean; *c; c++)
		*c = (unsigned char)*c < 0x80 ? *c : '?';
	return clean;
}

/* A header that stands twice is one (RFC 9110, section 5.3). */
static void write_headers(struct jsonw *w, const struct journal_message *message)
{
	char **names = xcalloc(message->header_count, sizeof *names);

	for (size_t i = 0; i < message->header_count; i++)
		names[i] = header_name(message->headers[i].name);
	jsonw_object(w);
	for (size_t i = 0; i < message->header_count; i++) {
		struct str value = STR_INIT;

		for (size_t k = i; names[i] && k < message->header_count; k++) {
			if (!names[k] || strcasecmp(names[k], names[i]) != 0)
				continue;
			str_format(&value, "%s%s", k > i ? ", " : "", message->headers[k].value);
			if (k > i) {
				free(names[k]);
				names[k] = NULL;
			}
		}
		if (names[i])
			write_text(w, names[i], str_text(&value));
		str_release(&value);
		free(names[i]);
	}
	jsonw_object_end(w);
	free(names);
}

static void write_message(struct jsonw *w, const char *key, const struct journal_message *message)
{
	jsonw_key(w, key);
	jsonw_object(w);
	jsonw_key(w, "headers");
	write_headers(w, message);
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
	if (list->forgotten >= 0)
		jsonw_key_int(w, "forgotten", list->forgotten);
	jsonw_object_end(w);
}
