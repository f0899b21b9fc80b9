/*
 * recall.c - texts that are remembered until an instant.
 */
#include "server/auth/recall.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/jsonx.h"

#define SWEEP_LEAST 1024

struct recall {
	pthread_mutex_t mutex; /* guards everything below */
	json_t *entries;       /* key -> {"until", "note"} */
	size_t most, sweep_at;
	int64_t earliest; /* nothing has expired before */
};

struct recall *recall_new(size_t most)
{
	struct recall *recall = xcalloc(1, sizeof *recall);

	pthread_mutex_init(&recall->mutex, NULL);
	recall->entries = json_object();
	recall->most = most;
	recall->earliest = INT64_MAX;
	recall->sweep_at = most < SWEEP_LEAST ? most : SWEEP_LEAST;
	return recall;
}

void recall_free(struct recall *recall)
{
	if (!recall)
		return;
	json_decref(recall->entries);
	pthread_mutex_destroy(&recall->mutex);
	free(recall);
}

/* Drops what has expired; the next sweep comes when twice as much is there. */
static void sweep(struct recall *recall, int64_t now)
{
	const char *key;
	json_t *entry;
	void *next;

	json_object_foreach_safe (recall->entries, next, key, entry)
		if (jsonx_int(entry, "until") < now)
			json_object_del(recall->entries, key);
	recall->earliest = INT64_MAX;
	json_object_foreach (recall->entries, key, entry)
		if (jsonx_int(entry, "until") < recall->earliest)
			recall->earliest = jsonx_int(entry, "until");
	recall->sweep_at = json_object_size(recall->entries) * 2;
	if (recall->sweep_at < SWEEP_LEAST)
		recall->sweep_at = SWEEP_LEAST;
	if (recall->sweep_at > recall->most)
		recall->sweep_at = recall->most;
}

enum recall_result recall_add(struct recall *recall, const char *key, const char *note,
			      int64_t until, int64_t now)
{
	enum recall_result result = RECALL_ADDED;

	pthread_mutex_lock(&recall->mutex);
	/* a full one is not searched in vain for each that comes */
	if (json_object_size(recall->entries) >= recall->sweep_at && now > recall->earliest)
		sweep(recall, now);
	if (json_object_get(recall->entries, key)) {
		result = RECALL_KNOWN;
	} else if (json_object_size(recall->entries) >= recall->most) {
		result = RECALL_FULL;
	} else {
		json_t *entry = json_object();

		json_object_set_new(entry, "until", json_integer(until));
		if (note)
			json_object_set_new(entry, "note", json_string(note));
		json_object_set_new(recall->entries, key, entry);
		if (until < recall->earliest)
			recall->earliest = until;
	}
	pthread_mutex_unlock(&recall->mutex);
	return result;
}

bool recall_find(struct recall *recall, const char *key, int64_t *until, char **note)
{
	pthread_mutex_lock(&recall->mutex);

	const json_t *entry = json_object_get(recall->entries, key);

	if (entry) {
		*until = jsonx_int(entry, "until");
		*note = xstrdup(jsonx_text(entry, "note"));
	}
	pthread_mutex_unlock(&recall->mutex);
	return entry != NULL;
}

void recall_change(struct recall *recall, recall_edit *edit, void *payload)
{
	const char *key;
	json_t *entry;

	pthread_mutex_lock(&recall->mutex);
	json_object_foreach (recall->entries, key, entry) {
		char *note = edit(jsonx_text(entry, "note"), payload);

		if (note)
			json_object_set_new(entry, "note", json_string(note));
		free(note);
	}
	pthread_mutex_unlock(&recall->mutex);
}

void recall_expire(struct recall *recall, const char *key, int64_t until)
{
	pthread_mutex_lock(&recall->mutex);

	json_t *entry = json_object_get(recall->entries, key);

	if (entry && jsonx_int(entry, "until") > until)
		json_object_set_new(entry, "until", json_integer(until));
	if (entry && until < recall->earliest)
		recall->earliest = until;
	pthread_mutex_unlock(&recall->mutex);
}

void recall_forget(struct recall *recall, const char *key)
{
	pthread_mutex_lock(&recall->mutex);
	json_object_del(recall->entries, key);
	pthread_mutex_unlock(&recall->mutex);
}
