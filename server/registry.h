/*
 * registry.h - the sandboxes of a server, by the hundred.
 *
 * `default` has the database of the command line, the others FOLDER/NAME.db. A request
 * takes a reference to its sandbox, so that it stays while the request lives, and pins it
 * while it needs the database: at most SANDBOXES_OPEN databases are open, one that nobody
 * pins is closed for another or after a while without use. Opening is done by the control
 * thread only.
 */
#ifndef SERVER_REGISTRY_H
#define SERVER_REGISTRY_H

#include <stdatomic.h>

#include "server/control.h"
#include "server/scan.h"
#include "server/sandbox.h"

#define SANDBOXES_MOST 1000
#define SANDBOXES_OPEN 32
#define SANDBOX_NAME_MOST 64
#define SANDBOX_DEFAULT "default"

struct registry {
	pthread_mutex_t mutex; /* guards the list, and pins and references in it */
	pthread_cond_t unpinned;
	struct sandbox **sandboxes;
	size_t count, room;
	size_t open;     /* databases */
	char *folder;    /* of the other sandboxes' databases; NULL: there can be none */
	bool throw_away; /* the folder goes at the end */

	struct writer *writer;
	struct control *control;
	struct scans *scans;   /* NULL: what takes long is read at once */
	struct founds *founds; /* what filters found */
	atomic_bool stopping;  /* no new requests are wanted any more */
	atomic_bool halted;    /* the loops end: nobody goes on with what is opened for him */

	struct journal_budget journals;

	/* what the command line says of every sandbox; borrowed */
	size_t journal_size;     /* exchanges that each keeps; 0: no journals */
	const char *admin_token; /* guards /admin */
	const char *validation;
	enum durability durability;
	bool auth_open;
	const char *auth_only;
	struct clock clock; /* of new ones, and of all where the command line sets it */
	bool clock_set;
};

/* A name is 1 to 64 of a-z, 0-9, '-' and '_', and begins with a letter or a digit. */
bool sandbox_name_is_valid(const char *name);

void registry_init(struct registry *registry);
void registry_release(struct registry *registry);

/* A reference (registry_give), or NULL. */
struct sandbox *registry_take(struct registry *registry, const char *name) MUST_USE;
void registry_give(struct registry *registry, struct sandbox *sandbox);
/* Takes it over, and gives it a journal. False when the name is there already, or there are too
 * many. */
bool registry_add(struct registry *registry, struct sandbox *sandbox) MUST_USE;

enum pinned { PINNED, PIN_CLOSED /* registry_open() first */, PIN_GONE };

/* Both at once, for a request: registry_take() and, where the database is open,
 * registry_pin(); and the way back. */
struct sandbox *registry_take_pinned(struct registry *registry, const char *name,
				     bool *pinned) MUST_USE;
void registry_give_pinned(struct registry *registry, struct sandbox *sandbox);

enum pinned registry_pin(struct registry *registry, struct sandbox *sandbox) MUST_USE;
void registry_unpin(struct registry *registry, struct sandbox *sandbox);

/* How many there are, and how many of their databases are open. */
void registry_count(struct registry *registry, int64_t *count, int64_t *open);

/* The rest on the control thread only. */

/* Opens the database, closing another one for it, and pins it. */
bool registry_open(struct registry *registry, struct sandbox *sandbox, struct err *err) MUST_USE;
/* Closes another database unless there is room for one more. */
void registry_make_room(struct registry *registry);
/* Takes it off the list, waits until no request uses it, and removes its files. */
void registry_delete(struct registry *registry, struct sandbox *sandbox);
/* Closes what was not used for @idle_ms. */
void registry_close_idle(struct registry *registry, int64_t idle_ms);
/* References to all, sorted by name; *@count of them. Returns (free). */
struct sandbox **registry_list(struct registry *registry, size_t *count) MUST_USE;

#endif
