/*
 * founds.c - what was found lately, of all stores together.
 */
#include "server/store/found.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "server/store/internal.h"

#define KEPT_MOST 1024 /* lists, however small */

struct found_entry {
	char *name;
	size_t length, size;
	uint64_t hash;
	struct found *found;
	int64_t used; /* by the counter of its owner */
};

struct founds {
	pthread_mutex_t mutex; /* guards all */
	struct found_entry kept[KEPT_MOST];
	size_t count, bytes, most;
	int64_t counter;
};

struct founds *founds_new(size_t bytes)
{
	struct founds *founds = xcalloc(1, sizeof *founds);

	pthread_mutex_init(&founds->mutex, NULL);
	founds->most = bytes;
	return founds;
}

/* With the mutex, like all that follows. */
static void drop(struct founds *founds, size_t i)
{
	struct found_entry *kept = &founds->kept[i];

	founds->bytes -= kept->size;
	free(kept->name);
	found_put(kept->found);
	*kept = founds->kept[--founds->count];
}

void founds_free(struct founds *founds)
{
	if (!founds)
		return;
	while (founds->count)
		drop(founds, founds->count - 1);
	pthread_mutex_destroy(&founds->mutex);
	free(founds);
}

static size_t find(const struct founds *founds, const struct str *name, uint64_t hash)
{
	size_t i = 0;

	while (i < founds->count &&
	       (founds->kept[i].hash != hash || founds->kept[i].length != name->length ||
		memcmp(founds->kept[i].name, name->text, name->length) != 0))
		i++;
	return i;
}

static void add_bytes(struct str *out, const void *bytes, size_t length)
{
	uint64_t announced = length;

	str_add_bytes(out, &announced, sizeof announced);
	str_add_bytes(out, bytes, length);
}

void found_name(struct str *out, const struct store *store, int64_t commit,
		const struct entity *entity, const struct sql *condition, const struct order *order)
{
	str_format(out, "%lld %lld %s %s %d ", (long long)store_serial(store), (long long)commit,
		   entity->plural, order && order->field ? order->field->name : "",
		   order && order->field && order->descending);
	add_bytes(out, str_text(&condition->text), condition->text.length);
	for (int i = 0; i < condition->count; i++) {
		const struct value *value = &condition->values[i];

		str_add_bytes(out, &value->kind, sizeof value->kind);
		str_add_bytes(out, &value->integer, sizeof value->integer);
		str_add_bytes(out, &value->real, sizeof value->real);
		if (value->kind == VALUE_TEXT)
			add_bytes(out, value->text, strlen(value->text));
	}
}

struct found *founds_take(struct founds *founds, const struct str *name)
{
	uint64_t hash = fnv1a(0, name->text, name->length);
	struct found *found = NULL;

	pthread_mutex_lock(&founds->mutex);

	size_t i = find(founds, name, hash);

	if (i < founds->count) {
		founds->kept[i].used = ++founds->counter;
		found = found_take(founds->kept[i].found);
	}
	pthread_mutex_unlock(&founds->mutex);
	return found;
}

static void drop_oldest(struct founds *founds)
{
	size_t oldest = 0;

	for (size_t i = 1; i < founds->count; i++)
		if (founds->kept[i].used < founds->kept[oldest].used)
			oldest = i;
	drop(founds, oldest);
}

void founds_keep(struct founds *founds, const struct str *name, struct found *found)
{
	struct found_entry kept = { .length = name->length,
				    .hash = fnv1a(0, name->text, name->length),
				    .size = found_size(found) + name->length + sizeof kept };

	if (name->full || kept.size > founds->most)
		return;
	pthread_mutex_lock(&founds->mutex);

	size_t i = find(founds, name, kept.hash);

	if (i < founds->count)
		drop(founds, i);
	while (founds->count == KEPT_MOST || founds->bytes + kept.size > founds->most)
		drop_oldest(founds);
	kept.name = xmalloc(name->length);
	memcpy(kept.name, name->text, name->length);
	kept.found = found_take(found);
	kept.used = ++founds->counter;
	founds->bytes += kept.size;
	founds->kept[founds->count++] = kept;
	pthread_mutex_unlock(&founds->mutex);
}
