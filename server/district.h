/*
 * district.h - what a sandbox's database says of the sandbox, beside its rows: profile,
 * clients, clock; and how a new one gets all that.
 */
#ifndef SERVER_DISTRICT_H
#define SERVER_DISTRICT_H

#include "server/registry.h"

/* What is asked of a sandbox when it is opened for the first time in a process. All
 * members may be NULL: then the database says, or the default holds. */
struct wish {
	const char *profile;       /* name or path; beats what is stored */
	const json_t *credentials; /* array of {"id", "secret"}, in place of the stored ones */
	bool keep_credentials;     /* they are stored */
	const struct clock *clock; /* beats what is stored */
	const json_t *load;        /* array of paths or names of bundled districts */
	int64_t now;               /* dateLastModified of what is loaded; 0: the clock's */
	bool empty;                /* without `load`: no demo district either */
};

/* Reads profile, clients and clock of @sandbox from its database, fills what is missing,
 * loads the data that an empty one is wished to have, and keeps it for a reset. */
bool district_open(struct registry *registry, struct sandbox *sandbox, struct store *store,
		   const struct wish *wish, struct err *err) MUST_USE;
/* The same for one that was opened before and asks for nothing. */
bool district_restore(struct registry *registry, struct sandbox *sandbox, struct store *store,
		      struct err *err) MUST_USE;

/* Changes that are stored before they are in force; false leaves all as it was. The
 * sandbox is pinned. @changes is borrowed and may be NULL. */
bool district_set_profile(struct registry *registry, struct sandbox *sandbox, const char *base,
			  const json_t *changes, struct err *err) MUST_USE;
bool district_set_clock(struct registry *registry, struct sandbox *sandbox,
			const struct clock *clock, struct err *err) MUST_USE;

/* Around the making of a sandbox with files of its own: what was begun and never done, because
 * the process died, is removed by district_find_all(). */
bool district_begin(const struct sandbox *sandbox, struct err *err) MUST_USE;
void district_done(const struct registry *registry, const struct sandbox *sandbox);

/* Registers what lies in registry->folder. */
bool district_find_all(struct registry *registry, struct err *err) MUST_USE;

#endif
