/*
 * registry.c - the sandboxes of a server: who is there, who is open.
 */
#include "server/registry.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/when.h"
#include "server/district.h"
#include "server/store/found.h"

bool sandbox_name_is_valid(const char *name)
{
	size_t length = strlen(name);

	return length >= 1 && length <= SANDBOX_NAME_MOST && *name != '-' && *name != '_' &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_") == length;
}

void registry_init(struct registry *registry)
{
	*registry = (struct registry){ 0 };
	pthread_mutex_init(&registry->mutex, NULL);
	pthread_cond_init(&registry->unpinned, NULL);
	registry->founds = founds_new(FOUND_BYTES);
}

void registry_release(struct registry *registry)
{
	/* `default` came first and goes last: a throw-away folder holds the rest */
	while (registry->count > 1)
		sandbox_free(registry->sandboxes[--registry->count]);
	if (registry->throw_away && registry->folder)
		folder_delete(registry->folder);
	if (registry->count)
		sandbox_free(registry->sandboxes[0]);
	founds_free(registry->founds);
	free(registry->sandboxes);
	free(registry->folder);
	pthread_mutex_destroy(&registry->mutex);
	pthread_cond_destroy(&registry->unpinned);
	*registry = (struct registry){ 0 };
}

/* With the mutex. */
static struct sandbox *find(const struct registry *registry, const char *name)
{
	for (size_t i = 0; i < registry->count; i++)
		if (strcmp(registry->sandboxes[i]->name, name) == 0)
			return registry->sandboxes[i];
	return NULL;
}

struct sandbox *registry_take(struct registry *registry, const char *name)
{
	pthread_mutex_lock(&registry->mutex);

	struct sandbox *sandbox = find(registry, name);

	if (sandbox)
		sandbox->references++;
	pthread_mutex_unlock(&registry->mutex);
	return sandbox;
}

void registry_give(struct registry *registry, struct sandbox *sandbox)
{
	if (!sandbox)
		return;
	pthread_mutex_lock(&registry->mutex);

	bool last = --sandbox->references == 0;

	pthread_mutex_unlock(&registry->mutex);
	if (last)
		sandbox_free(sandbox);
}

bool registry_add(struct registry *registry, struct sandbox *sandbox)
{
	pthread_mutex_lock(&registry->mutex);

	bool good = registry->count < SANDBOXES_MOST && !find(registry, sandbox->name);

	if (good) {
		if (registry->journal_size && !sandbox->journal)
			sandbox->journal = journal_new(registry->journal_size, &registry->journals);
		GROW(registry->sandboxes, registry->count, registry->room);
		registry->sandboxes[registry->count++] = sandbox;
		registry->open += sandbox->store != NULL;
		sandbox->used = when_monotonic_us() / 1000;
	}
	pthread_mutex_unlock(&registry->mutex);
	return good;
}

struct sandbox *registry_take_pinned(struct registry *registry, const char *name, bool *pinned)
{
	pthread_mutex_lock(&registry->mutex);

	struct sandbox *sandbox = find(registry, name);

	*pinned = sandbox && sandbox->store && !sandbox->gone;
	if (sandbox)
		sandbox->references++;
	if (*pinned)
		sandbox->pins++;
	pthread_mutex_unlock(&registry->mutex);
	return sandbox;
}

/* With the mutex. */
static void unpin(struct registry *registry, struct sandbox *sandbox)
{
	sandbox->used = when_monotonic_us() / 1000;
	if (--sandbox->pins == 0)
		pthread_cond_broadcast(&registry->unpinned);
}

void registry_give_pinned(struct registry *registry, struct sandbox *sandbox)
{
	pthread_mutex_lock(&registry->mutex);
	unpin(registry, sandbox);

	bool last = --sandbox->references == 0;

	pthread_mutex_unlock(&registry->mutex);
	if (last)
		sandbox_free(sandbox);
}

enum pinned registry_pin(struct registry *registry, struct sandbox *sandbox)
{
	enum pinned pinned = PINNED;

	pthread_mutex_lock(&registry->mutex);
	if (sandbox->gone)
		pinned = PIN_GONE;
	else if (!sandbox->store)
		pinned = PIN_CLOSED;
	else
		sandbox->pins++;
	pthread_mutex_unlock(&registry->mutex);
	return pinned;
}

void registry_unpin(struct registry *registry, struct sandbox *sandbox)
{
	pthread_mutex_lock(&registry->mutex);
	unpin(registry, sandbox);
	pthread_mutex_unlock(&registry->mutex);
}

void registry_count(struct registry *registry, int64_t *count, int64_t *open)
{
	pthread_mutex_lock(&registry->mutex);
	*count = (int64_t)registry->count;
	*open = (int64_t)registry->open;
	pthread_mutex_unlock(&registry->mutex);
}

/* The open one that was not used for longest, `default` never; NULL when all are pinned.
 * With the mutex. */
static struct sandbox *oldest(const struct registry *registry)
{
	struct sandbox *found = NULL;

	for (size_t i = 0; i < registry->count; i++) {
		struct sandbox *sandbox = registry->sandboxes[i];

		if (sandbox->store && !sandbox->pins &&
		    strcmp(sandbox->name, SANDBOX_DEFAULT) != 0 &&
		    (!found || sandbox->used < found->used))
			found = sandbox;
	}
	return found;
}

/* Closes a database that nobody pins; the mutex is given up meanwhile. */
static void close_one(struct registry *registry, struct sandbox *sandbox)
{
	struct store *store = sandbox->store;

	sandbox->store = NULL;
	registry->open--;
	pthread_mutex_unlock(&registry->mutex);
	store_close(store);
	pthread_mutex_lock(&registry->mutex);
}

/* With the mutex. */
static void make_room(struct registry *registry)
{
	while (registry->open >= SANDBOXES_OPEN) {
		struct sandbox *other = oldest(registry);

		if (other)
			close_one(registry, other);
		else
			pthread_cond_wait(&registry->unpinned, &registry->mutex);
	}
}

void registry_make_room(struct registry *registry)
{
	pthread_mutex_lock(&registry->mutex);
	make_room(registry);
	pthread_mutex_unlock(&registry->mutex);
}

bool registry_open(struct registry *registry, struct sandbox *sandbox, struct err *err)
{
	struct store *store;

	pthread_mutex_lock(&registry->mutex);

	bool there = sandbox->store != NULL, gone = sandbox->gone;

	if (there)
		sandbox->pins++;
	else if (!gone)
		make_room(registry);
	pthread_mutex_unlock(&registry->mutex);
	if (there)
		return true;
	if (gone) /* its files must not come back */
		return err_set(err, ERR_INVALID, "there is no sandbox %s any more", sandbox->name);
	store = store_open_served(sandbox->path, registry->durability, err);
	if (!store)
		return false;
	if (!sandbox->loaded && !district_restore(registry, sandbox, store, err)) {
		store_close(store);
		return false;
	}
	pthread_mutex_lock(&registry->mutex);
	sandbox->store = store;
	sandbox->pins++;
	registry->open++;
	pthread_mutex_unlock(&registry->mutex);
	return true;
}

void registry_delete(struct registry *registry, struct sandbox *sandbox)
{
	pthread_mutex_lock(&registry->mutex);
	sandbox->gone = true;
	for (size_t i = 0; i < registry->count; i++)
		if (registry->sandboxes[i] == sandbox)
			registry->sandboxes[i] = registry->sandboxes[--registry->count];
	while (sandbox->pins)
		pthread_cond_wait(&registry->unpinned, &registry->mutex);
	if (sandbox->store)
		close_one(registry, sandbox);
	pthread_mutex_unlock(&registry->mutex);
	store_remove(sandbox->path);
	folder_delete(sandbox->snapshots);
	registry_give(registry, sandbox); /* the list's own reference */
}

void registry_close_idle(struct registry *registry, int64_t idle_ms)
{
	int64_t before = when_monotonic_us() / 1000 - idle_ms;

	pthread_mutex_lock(&registry->mutex);
	for (struct sandbox *sandbox; (sandbox = oldest(registry)) && sandbox->used <= before;)
		close_one(registry, sandbox);
	pthread_mutex_unlock(&registry->mutex);
}

static int by_name(const void *a, const void *b)
{
	return strcmp((*(struct sandbox *const *)a)->name, (*(struct sandbox *const *)b)->name);
}

struct sandbox **registry_list(struct registry *registry, size_t *count)
{
	pthread_mutex_lock(&registry->mutex);

	struct sandbox **list = xcalloc(registry->count + 1, sizeof(struct sandbox *));

	*count = registry->count;
	for (size_t i = 0; i < *count; i++) {
		list[i] = registry->sandboxes[i];
		list[i]->references++;
	}
	pthread_mutex_unlock(&registry->mutex);
	qsort(list, *count, sizeof(struct sandbox *), by_name);
	return list;
}
