/*
 * sandbox.h - one isolated mock district, and the registry of them.
 *
 * Store, profile, clients and clock hang from the sandbox; a request finds its
 * sandbox first. There is no global state of a district anywhere.
 */
#ifndef SERVER_SANDBOX_H
#define SERVER_SANDBOX_H

#include <pthread.h>

#include "server/auth/auth.h"
#include "server/diagnostics.h"
#include "server/quirk/profile.h"
#include "server/quirk/rules.h"
#include "server/rate.h"
#include "server/store/store.h"

struct sandbox {
	char *name;
	struct store *store; /* owned */
	struct auth auth;
	struct diagnostics *diagnostics;
	const char *validation; /* beats the profile's validation.mode; borrowed, may be NULL */
	int64_t clock_offset;   /* sandbox time minus real time, milliseconds */
	struct rate *rate;      /* requests per client; owned */
	pthread_mutex_t mutex;  /* guards what follows */
	struct profile *profile;
	struct rules *rules;  /* fault rules; NULL: none */
	struct random random; /* of delays, seeded with the name: the same in each run */
};

/* Takes @store and @profile over. */
struct sandbox *sandbox_new(const char *name, struct store *store,
			    struct profile *profile) MUST_USE;
void sandbox_free(struct sandbox *sandbox);

/* The profile in force now; the caller has a reference (profile_put). */
struct profile *sandbox_profile(struct sandbox *sandbox) MUST_USE;
void sandbox_set_profile(struct sandbox *sandbox, struct profile *profile); /* takes it */

/* The fault rules in force now, NULL for none; the caller has a reference (rules_put). */
struct rules *sandbox_rules(struct sandbox *sandbox) MUST_USE;
void sandbox_set_rules(struct sandbox *sandbox, struct rules *rules); /* takes it */

/* A delay of the sandbox's own, in microseconds; see spread_us(). */
int64_t sandbox_delay_us(struct sandbox *sandbox, enum spread spread, int64_t ms);

int64_t sandbox_now(const struct sandbox *sandbox);

/* The sandboxes of a server, and the writer that they share. */
struct registry {
	struct sandbox **sandboxes;
	size_t count, room;
	struct writer *writer;
	const char *admin_token; /* guards /admin; borrowed */
};

struct sandbox *registry_find(const struct registry *registry, const char *name, size_t length);
void registry_add(struct registry *registry, struct sandbox *sandbox); /* takes it */
void registry_release(struct registry *registry);

#endif
