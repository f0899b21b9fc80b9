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
#include "server/journal/journal.h"
#include "server/quirk/profile.h"
#include "server/store/store.h"

struct sandbox {
	char *name;
	struct store *store; /* owned */
	struct auth auth;
	struct diagnostics *diagnostics;
	struct journal *journal; /* owned; NULL: nothing is recorded */
	const char *validation;  /* beats the profile's validation.mode; borrowed, may be NULL */
	int64_t clock_offset;    /* sandbox time minus real time, milliseconds */
	pthread_mutex_t mutex;   /* guards `profile` */
	struct profile *profile;
};

/* Takes @store and @profile over. */
struct sandbox *sandbox_new(const char *name, struct store *store,
			    struct profile *profile) MUST_USE;
void sandbox_free(struct sandbox *sandbox);

/* The profile in force now; the caller has a reference (profile_put). */
struct profile *sandbox_profile(struct sandbox *sandbox) MUST_USE;
void sandbox_set_profile(struct sandbox *sandbox, struct profile *profile); /* takes it */

int64_t sandbox_now(const struct sandbox *sandbox);

/* The sandboxes of a server, and the writer that they share. */
struct registry {
	struct sandbox **sandboxes;
	size_t count, room;
	struct writer *writer;
	const char *admin_token; /* guards /admin; borrowed */
	size_t journal_size;     /* exchanges that each sandbox keeps; 0: no journals */
	struct journal_budget journals;
};

struct sandbox *registry_find(const struct registry *registry, const char *name, size_t length);
/* Takes it, and gives it a journal. */
void registry_add(struct registry *registry, struct sandbox *sandbox);
void registry_release(struct registry *registry);

#endif
