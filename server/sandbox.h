/*
 * sandbox.h - one isolated mock district.
 *
 * Store, profile, clients, clock, faults and journal hang from the sandbox; a request
 * finds its sandbox first. There is no global state of a district anywhere. The store
 * may be closed while nobody asks; all else stays in memory (registry.h).
 */
#ifndef SERVER_SANDBOX_H
#define SERVER_SANDBOX_H

#include <pthread.h>

#include "server/auth/auth.h"
#include "server/diagnostics.h"
#include "server/quirk/profile.h"
#include "server/store/store.h"

/* A sandbox's time: it runs beside real time, or stands still. */
struct clock {
	int64_t offset; /* sandbox time minus real time, milliseconds */
	bool frozen;
	int64_t at; /* where it stands while frozen */
};

struct sandbox {
	char *name, *path;   /* of the database; NULL without a registry's folder */
	char *snapshots;     /* folder */
	struct store *store; /* owned; NULL while closed */
	bool loaded;         /* profile, clients and clock were read from the database */
	struct auth auth;
	struct diagnostics *diagnostics;
	const char *validation; /* beats the profile's validation.mode; borrowed, may be NULL */

	pthread_mutex_t mutex; /* guards what follows */
	struct clock clock;
	struct profile *profile;
	char *base;      /* the profile as it was named: bundled, or a path */
	json_t *changes; /* what the control API changed of it; NULL: nothing */

	/* of the registry, under its mutex */
	int references, pins;
	bool gone;
	int64_t used; /* monotonic, milliseconds */
};

/* Takes @store and @profile over; both may be NULL until it is opened. One reference. */
struct sandbox *sandbox_new(const char *name, struct store *store,
			    struct profile *profile) MUST_USE;
void sandbox_free(struct sandbox *sandbox);
/* Where its files lie: @path, or FOLDER/NAME.db when it is NULL. */
void sandbox_set_path(struct sandbox *sandbox, const char *folder, const char *path);

/* The profile in force now; the caller has a reference (profile_put). */
struct profile *sandbox_profile(struct sandbox *sandbox) MUST_USE;
void sandbox_set_profile(struct sandbox *sandbox, struct profile *profile); /* takes it */

int64_t sandbox_now(struct sandbox *sandbox);
struct clock sandbox_clock(struct sandbox *sandbox);
void sandbox_set_clock(struct sandbox *sandbox, const struct clock *clock);

#endif
