/*
 * sandbox.c - one isolated mock district, and the registry of them.
 */
#include "server/sandbox.h"

#include <stdlib.h>
#include <string.h>

#include "base/when.h"

#define DIAGNOSTICS_MOST 10000

struct sandbox *sandbox_new(const char *name, struct store *store, struct profile *profile)
{
	struct sandbox *sandbox = xcalloc(1, sizeof *sandbox);

	sandbox->name = xstrdup(name);
	sandbox->store = store;
	sandbox->profile = profile;
	pthread_mutex_init(&sandbox->mutex, NULL);
	auth_init(&sandbox->auth);
	sandbox->diagnostics = diagnostics_new(DIAGNOSTICS_MOST);
	return sandbox;
}

void sandbox_free(struct sandbox *sandbox)
{
	if (!sandbox)
		return;
	store_close(sandbox->store);
	profile_put(sandbox->profile);
	auth_release(&sandbox->auth);
	diagnostics_free(sandbox->diagnostics);
	journal_free(sandbox->journal);
	pthread_mutex_destroy(&sandbox->mutex);
	free(sandbox->name);
	free(sandbox);
}

struct profile *sandbox_profile(struct sandbox *sandbox)
{
	pthread_mutex_lock(&sandbox->mutex);

	struct profile *profile = profile_take(sandbox->profile);

	pthread_mutex_unlock(&sandbox->mutex);
	return profile;
}

void sandbox_set_profile(struct sandbox *sandbox, struct profile *profile)
{
	pthread_mutex_lock(&sandbox->mutex);

	struct profile *old = sandbox->profile;

	sandbox->profile = profile;
	pthread_mutex_unlock(&sandbox->mutex);
	profile_put(old);
}

int64_t sandbox_now(const struct sandbox *sandbox)
{
	return when_now() + sandbox->clock_offset;
}

struct sandbox *registry_find(const struct registry *registry, const char *name, size_t length)
{
	for (size_t i = 0; i < registry->count; i++)
		if (strlen(registry->sandboxes[i]->name) == length &&
		    strncmp(registry->sandboxes[i]->name, name, length) == 0)
			return registry->sandboxes[i];
	return NULL;
}

void registry_add(struct registry *registry, struct sandbox *sandbox)
{
	if (registry->journal_size && !sandbox->journal)
		sandbox->journal = journal_new(registry->journal_size, &registry->journals);
	GROW(registry->sandboxes, registry->count, registry->room);
	registry->sandboxes[registry->count++] = sandbox;
}

void registry_release(struct registry *registry)
{
	for (size_t i = 0; i < registry->count; i++)
		sandbox_free(registry->sandboxes[i]);
	free(registry->sandboxes);
	*registry = (struct registry){ 0 };
}
