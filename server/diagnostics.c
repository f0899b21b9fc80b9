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

void diagnostic_write(const struct diagnostic *diagnostic, struct jsonw *w)
{
	char at[WHEN_TEXT];

	when_format(diagnostic->at, at);
	jsonw_object(w);
	jsonw_key_text(w, "at", at);
	jsonw_key_text(w, "object", diagnostic->object);
	jsonw_key_text(w, "pointer", diagnostic->pointer);
	jsonw_key_text(w, "rule", diagnostic->rule);
	jsonw_key_text(w, "severity", diagnostic->severity);
	jsonw_key_text(w, "source", diagnostic->source);
	jsonw_key_text(w, "found", diagnostic->found);
	jsonw_key_text(w, "expected", diagnostic->expected);
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
