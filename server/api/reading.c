/*
 * reading.c - one read transaction for all that a loop reads in one pass.
 */
#include "server/api/reading.h"

#define KEPT 4 /* sandboxes that are read in one pass; of more, the first gives way */

struct reading {
	struct registry *registry;
	struct sandbox *sandbox; /* pinned */
	struct conn *conn;
	int64_t commits; /* that it sees at least */
};

static _Thread_local struct {
	struct reading readings[KEPT];
	size_t count;
	bool is_passing;
} kept;

static void finish(struct sandbox *sandbox, struct conn *conn)
{
	struct err ignored = ERR_INIT;

	if (!conn_commit(conn, &ignored))
		conn_rollback(conn);
	store_put_reader(sandbox->store, conn);
}

static void drop(size_t i)
{
	struct reading reading = kept.readings[i];

	kept.readings[i] = kept.readings[--kept.count];
	finish(reading.sandbox, reading.conn);
	registry_unpin(reading.registry, reading.sandbox);
}

void reading_pass_begin(void)
{
	kept.is_passing = true;
}

void reading_pass_end(void)
{
	while (kept.count)
		drop(kept.count - 1);
	kept.is_passing = false;
}

static size_t find(const struct sandbox *sandbox)
{
	size_t i = 0;

	while (i < kept.count && kept.readings[i].sandbox != sandbox)
		i++;
	return i;
}

/* What was committed since is to be seen. */
static bool renew(struct reading *reading, struct err *err)
{
	int64_t commits = store_commits(reading->sandbox->store);

	if (commits == reading->commits)
		return true;
	reading->commits = commits; /* read first: the transaction sees that or more */
	return conn_commit(reading->conn, err) && conn_begin(reading->conn, false, err);
}

static void keep(struct registry *registry, struct sandbox *sandbox, struct conn *conn,
		 int64_t commits)
{
	if (!kept.is_passing || registry_pin(registry, sandbox) != PINNED)
		return;
	if (kept.count == KEPT)
		drop(0);
	kept.readings[kept.count++] = (struct reading){ registry, sandbox, conn, commits };
}

struct conn *reading_begin(struct registry *registry, struct sandbox *sandbox, struct err *err)
{
	size_t i = find(sandbox);

	if (i < kept.count) {
		if (renew(&kept.readings[i], err))
			return kept.readings[i].conn;
		drop(i);
		return NULL;
	}

	int64_t commits = store_commits(sandbox->store);
	struct conn *conn = store_take_reader(sandbox->store, err);

	if (!conn)
		return NULL;
	if (!conn_begin(conn, false, err)) {
		store_put_reader(sandbox->store, conn);
		return NULL;
	}
	keep(registry, sandbox, conn, commits);
	return conn;
}

void reading_end(struct sandbox *sandbox, struct conn *conn, bool good)
{
	size_t i = find(sandbox);

	if (i == kept.count)
		finish(sandbox, conn);
	else if (!good)
		drop(i);
}
