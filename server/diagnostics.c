/*
 * diagnostics.c - a ring of notes.
 */
#include "server/diagnostics.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/when.h"

struct diagnostics {
	pthread_mutex_t mutex; /* guards everything below */
	struct str *lines;     /* JSON objects */
	size_t most, count, next;
};

struct diagnostics *diagnostics_new(size_t most)
{
	struct diagnostics *diagnostics = xcalloc(1, sizeof *diagnostics);

	pthread_mutex_init(&diagnostics->mutex, NULL);
	diagnostics->lines = xcalloc(most, sizeof *diagnostics->lines);
	diagnostics->most = most;
	return diagnostics;
}

void diagnostics_free(struct diagnostics *diagnostics)
{
	if (!diagnostics)
		return;
	for (size_t i = 0; i < diagnostics->most; i++)
		str_release(&diagnostics->lines[i]);
	pthread_mutex_destroy(&diagnostics->mutex);
	free(diagnostics->lines);
	free(diagnostics);
}

/* Names of members and values are the client's, and may be as long as its body. */
static void write_text(struct jsonw *w, const char *key, const char *text)
{
	jsonw_key(w, key);
	if (text)
		jsonw_text_n(w, text, utf8_prefix(text, DIAGNOSTIC_TEXT));
	else
		jsonw_null(w);
}

void diagnostic_write(const struct diagnostic *diagnostic, struct jsonw *w)
{
	char at[WHEN_TEXT];

	when_format(diagnostic->at, at);
	jsonw_object(w);
	jsonw_key_text(w, "at", at);
	write_text(w, "object", diagnostic->object);
	write_text(w, "pointer", diagnostic->pointer);
	write_text(w, "rule", diagnostic->rule);
	write_text(w, "severity", diagnostic->severity);
	write_text(w, "source", diagnostic->source);
	write_text(w, "found", diagnostic->found);
	write_text(w, "expected", diagnostic->expected);
	jsonw_object_end(w);
}

void diagnostics_add(struct diagnostics *diagnostics, const struct diagnostic *diagnostic)
{
	struct str line = STR_INIT;
	struct jsonw w;

	jsonw_init(&w, &line, 0);
	diagnostic_write(diagnostic, &w);
	pthread_mutex_lock(&diagnostics->mutex);
	str_release(&diagnostics->lines[diagnostics->next]);
	diagnostics->lines[diagnostics->next] = line;
	diagnostics->next = (diagnostics->next + 1) % diagnostics->most;
	diagnostics->count += diagnostics->count < diagnostics->most;
	pthread_mutex_unlock(&diagnostics->mutex);
}

void diagnostics_write(struct diagnostics *diagnostics, struct jsonw *w)
{
	jsonw_object(w);
	jsonw_key(w, "items");
	jsonw_array(w);
	pthread_mutex_lock(&diagnostics->mutex);
	for (size_t i = 0; i < diagnostics->count; i++) {
		size_t at = diagnostics->next + diagnostics->most - diagnostics->count + i;
		const struct str *line = &diagnostics->lines[at % diagnostics->most];

		jsonw_raw(w, str_text(line), line->length);
	}
	pthread_mutex_unlock(&diagnostics->mutex);
	jsonw_array_end(w);
	jsonw_object_end(w);
}
