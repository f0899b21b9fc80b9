/*
 * sandbox.c - one isolated mock district.
 */
#include "server/sandbox.h"

#include <stdlib.h>

#include "base/when.h"

#define DIAGNOSTICS_MOST 10000

struct sandbox *sandbox_new(const char *name, struct store *store, struct profile *profile)
{
	struct sandbox *sandbox = xcalloc(1, sizeof *sandbox);

	sandbox->name = xstrdup(name);
	sandbox->store = store;
	sandbox->loaded = store != NULL;
	sandbox->profile = profile;
	sandbox->references = 1;
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
	json_decref(sandbox->changes);
	auth_release(&sandbox->auth);
	diagnostics_free(sandbox->diagnostics);
	pthread_mutex_destroy(&sandbox->mutex);
	free(sandbox->base);
	free(sandbox->path);
	free(sandbox->snapshots);
	free(sandbox->name);
	free(sandbox);
}

void sandbox_set_path(struct sandbox *sandbox, const char *folder, const char *path)
{
	sandbox->path = path ? xstrdup(path) : xformat("%s/%s.db", folder, sandbox->name);
	sandbox->snapshots = xformat("%s/%s.snapshots", folder, sandbox->name);
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

struct clock sandbox_clock(struct sandbox *sandbox)
{
	pthread_mutex_lock(&sandbox->mutex);

	struct clock clock = sandbox->clock;

	pthread_mutex_unlock(&sandbox->mutex);
	return clock;
}

int64_t sandbox_now(struct sandbox *sandbox)
{
	struct clock clock = sandbox_clock(sandbox);

	return clock.frozen ? clock.at : when_now() + clock.offset;
}

void sandbox_set_clock(struct sandbox *sandbox, const struct clock *clock)
{
	pthread_mutex_lock(&sandbox->mutex);
	sandbox->clock = *clock;
	pthread_mutex_unlock(&sandbox->mutex);
}
