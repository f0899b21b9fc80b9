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
	random_seed(&sandbox->random, fnv1a(0, name, strlen(name)));
	sandbox->rate = rate_new();
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
	rules_put(sandbox->rules);
	rate_free(sandbox->rate);
	auth_release(&sandbox->auth);
	diagnostics_free(sandbox->diagnostics);
	journal_free(sandbox->journal);
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

struct rules *sandbox_rules(struct sandbox *sandbox)
{
	pthread_mutex_lock(&sandbox->mutex);

	struct rules *rules = rules_take(sandbox->rules);

	pthread_mutex_unlock(&sandbox->mutex);
	return rules;
}

void sandbox_set_rules(struct sandbox *sandbox, struct rules *rules)
{
	pthread_mutex_lock(&sandbox->mutex);

	struct rules *old = sandbox->rules;

	sandbox->rules = rules;
	pthread_mutex_unlock(&sandbox->mutex);
	rules_put(old);
}

int64_t sandbox_delay_us(struct sandbox *sandbox, enum spread spread, int64_t ms)
{
	pthread_mutex_lock(&sandbox->mutex);

	int64_t us = spread_us(spread, ms, &sandbox->random);

	pthread_mutex_unlock(&sandbox->mutex);
	return us;
}

struct clock sandbox_clock(struct sandbox *sandbox)
{
	pthread_mutex_lock(&sandbox->mutex);

	struct clock clock = sandbox->clock;

	pthread_mutex_unlock(&sandbox->mutex);
	return clock;
}

static int64_t time_of(const struct clock *clock)
{
	return clock->frozen ? clock->at : when_now() + clock->offset;
}

int64_t sandbox_now(struct sandbox *sandbox)
{
	struct clock clock = sandbox_clock(sandbox);

	return time_of(&clock);
}

int64_t sandbox_begin(struct sandbox *sandbox, struct profile **profile)
{
	struct clock clock;

	pthread_mutex_lock(&sandbox->mutex);
	*profile = profile_take(sandbox->profile);
	clock = sandbox->clock;
	pthread_mutex_unlock(&sandbox->mutex);
	return time_of(&clock);
}

void sandbox_set_clock(struct sandbox *sandbox, const struct clock *clock)
{
	pthread_mutex_lock(&sandbox->mutex);
	sandbox->clock = *clock;
	pthread_mutex_unlock(&sandbox->mutex);
}
