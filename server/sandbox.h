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
#include "server/journal/journal.h"
#include "server/quirk/profile.h"
#include "server/quirk/rules.h"
#include "server/rate.h"
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
	struct journal *journal; /* owned; NULL: nothing is recorded */
	const char *validation;  /* beats the profile's validation.mode; borrowed, may be NULL */
	struct rate *rate;       /* requests per client; owned */

	pthread_mutex_t mutex; /* guards what follows */
	struct clock clock;
	struct profile *profile;
	char *base;           /* the profile as it was named: bundled, or a path */
	json_t *changes;      /* what the control API changed of it; NULL: nothing */
	struct rules *rules;  /* fault rules; NULL: none */
	struct random random; /* of delays, seeded with the name: the same in each run */

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

/* The same, and its time. */
int64_t sandbox_begin(struct sandbox *sandbox, struct profile **profile);

/* The fault rules in force now, NULL for none; the caller has a reference (rules_put). */
struct rules *sandbox_rules(struct sandbox *sandbox) MUST_USE;
void sandbox_set_rules(struct sandbox *sandbox, struct rules *rules); /* takes it */

/* A delay of the sandbox's own, in microseconds; see spread_us(). */
int64_t sandbox_delay_us(struct sandbox *sandbox, enum spread spread, int64_t ms);

int64_t sandbox_now(struct sandbox *sandbox);
struct clock sandbox_clock(struct sandbox *sandbox);
void sandbox_set_clock(struct sandbox *sandbox, const struct clock *clock);

#endif
