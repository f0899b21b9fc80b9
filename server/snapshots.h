/*
 * snapshots.h - copies of a sandbox's objects and SIS state, and the way back to them.
 *
 * They are files in FILE.d/NAME.snapshots/ID.db. The one called `loaded` is what a reset
 * goes back to: the data as they were when they were loaded, or as they were found when
 * the sandbox was first served.
 */
#ifndef SERVER_SNAPSHOTS_H
#define SERVER_SNAPSHOTS_H

#include "base/jsonw.h"
#include "server/registry.h"

#define SNAPSHOTS_MOST 100
#define SNAPSHOT_ID 24
#define SNAPSHOT_LOADED "loaded"

/* While the sandbox is opened: after loading, and for data that were there. What is larger
 * than 64 MiB is not copied without being asked. */
bool snapshot_keep_loaded(struct sandbox *sandbox, struct store *store, struct err *err) MUST_USE;
bool snapshot_keep_found(struct sandbox *sandbox, struct store *store, struct err *err) MUST_USE;
/* What was kept is not what the database @db (a path) holds any more: it was imported
 * into. */
void snapshot_forget_loaded(const char *db);

/* Of a pinned sandbox, on the control thread. ERR_INVALID when there are too many, or
 * none of that id. */
bool snapshot_take(struct sandbox *sandbox, char id[static SNAPSHOT_ID], struct err *err) MUST_USE;
bool snapshot_go_back(struct registry *registry, struct sandbox *sandbox, const char *id,
		      struct err *err) MUST_USE;
void snapshot_delete(struct sandbox *sandbox, const char *id);
/* {"items": [{"id", "at", "bytes"}]}, oldest first. */
void snapshot_write(const struct sandbox *sandbox, struct jsonw *w);
bool snapshot_exists(const struct sandbox *sandbox, const char *id) MUST_USE;

#endif
