/*
 * sandbox.c - one isolated mock district, and the registry of them.
 */
#include "server/sandbox.h"

#include <stdlib.h>
#include <string.h>

#include "base/when.h"

#define DIAGNOSTICS_MOST 10000

/* FNV-1a: any number that follows from the name will do. */
static uint64_t seed_of(const char *name)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * UINT64_C(0x100000001b3);
	return hash;
}

struct sandbox *sandbox_new(const char *name, struct store *store, struct profile *profile)
{
	struct sandbox *sandbox = xcalloc(1, sizeof *sandbox);

	sandbox->name = xstrdup(name);
	sandbox->store = store;
	sandbox->profile = profile;
	pthread_mutex_init(&sandbox->mutex, NULL);
	auth_init(&sandbox->auth);
	random_seed(&sandbox->random, seed_of(name));
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
	rules_put(sandbox->rules);
	rate_free(sandbox->rate);
	auth_release(&sandbox->auth);
	diagnostics_free(sandbox->diagnostics);
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
