/*
 * store.c - the file of a sandbox: its lock, its connections, its settings.
 */
#include "server/store/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file.h"
#include "base/jsonx.h"
#include "base/when.h"
#include "server/store/fence.h"
#include "server/store/hint.h"

#define QUICK_US 1000 /* nobody minds to wait so long */

struct store {
	char *path, *folder; /* folder: of a throw-away store, removed on close */
	int lock;            /* descriptor of PATH.lock, held by flock */
	struct conn *conn;
	struct checkpoint *checkpoint;
	pthread_mutex_t mutex; /* guards `readers` */
	struct conn *readers;
	atomic_llong commits;   /* see store_commits() */
	atomic_llong commit_us; /* that the last one took */
	int64_t quick_us;       /* QUICK_US, or what store_limit_quick() said */
	struct fences *fences;
	struct hints *hints; /* NULL: see store_open_served() */
	int64_t serial;
};

bool conn_failed(struct conn *conn, struct err *err)
{
	conn->code = sqlite3_extended_errcode(conn->db);
	if (conn->store)
		checkpoint_failed(conn->store->checkpoint, conn->code);
	return err_set(err, ERR_ENVIRONMENT, "the database failed: %s", sqlite3_errmsg(conn->db));
}

bool conn_failed_for_size(const struct conn *conn)
{
	int code = conn->code & 0xff;

	return code == SQLITE_FULL || code == SQLITE_TOOBIG || code == SQLITE_NOMEM;
}

bool conn_exec(struct conn *conn, const char *sql, struct err *err)
{
	return sqlite3_exec(conn->db, sql, NULL, NULL, NULL) == SQLITE_OK || conn_failed(conn, err);
}

#define WATCH_STEPS 1000

static int watch(void *payload)
{
	struct conn *conn = payload;

	conn->watch.steps += WATCH_STEPS;
	conn->watch.stopped = (conn->watch.most && conn->watch.steps > conn->watch.most) ||
			      (conn->watch.stop && conn->watch.stop(conn->watch.payload));
	return conn->watch.stopped;
}

void conn_watch(struct conn *conn, int64_t most, bool (*stop)(void *payload), void *payload)
{
	conn->watch.steps = 0;
	conn->watch.most = most;
	conn->watch.stop = stop;
	conn->watch.payload = payload;
	if (most || stop)
		conn->watch.stopped = false;
	sqlite3_progress_handler(conn->db, WATCH_STEPS, most || stop ? watch : NULL, conn);
}

bool conn_was_stopped(const struct conn *conn)
{
	return conn->watch.stopped;
}

int64_t conn_changes(struct conn *conn)
{
	return sqlite3_changes64(conn->db);
}

int64_t conn_last_row(struct conn *conn)
{
	return sqlite3_last_insert_rowid(conn->db);
}

void conn_forget(struct conn *conn)
{
	kept_forget(conn);
	for (size_t i = 0; i < conn->statement_count; i++) {
		sqlite3_finalize(conn->statements[i].stmt);
		free(conn->statements[i].sql);
	}
	conn->statement_count = 0;
}

void conn_close(struct conn *conn)
{
	if (!conn)
		return;
	conn_forget(conn);
	sqlite3_close(conn->db);
	tally_clear(conn);
	free(conn->changes.items);
	free(conn);
}

struct conn *conn_open(const char *path, bool write, struct err *err)
{
	static const char pragmas[] = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
				      "PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;"
				      "PRAGMA secure_delete = OFF; PRAGMA cache_size = -16000;"
				      "PRAGMA mmap_size = 2147483648;";
	/* what is sorted may be larger than the memory that there is for it */
	static const char for_reading[] = "PRAGMA query_only = ON; PRAGMA temp_store = FILE;";
	struct conn *conn = xcalloc(1, sizeof *conn);
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (write ? SQLITE_OPEN_CREATE : 0);
	struct err why = ERR_INIT;

	if (sqlite3_open_v2(path, &conn->db, flags, NULL) == SQLITE_OK) {
		sqlite3_busy_timeout(conn->db, BUSY_MS);
		/* first: already the change to a log would touch what is newer */
		if ((!write || schema_is_known(conn, &why)) && conn_exec(conn, pragmas, &why) &&
		    (write || (conn_exec(conn, for_reading, &why) && conn_add_collect(conn))))
			return conn;
	} else {
		conn_failed(conn, &why);
	}
	err_set(err, ERR_ENVIRONMENT, "%s: %s", path, why.text);
	conn_close(conn);
	return NULL;
}

/* Makes room for a statement: the newest one goes that is not in the middle of its
 * rows (a query may be asked while another one is read). */
static void forget_one(struct conn *conn)
{
	size_t i = conn->statement_count;

	while (i-- > 0 && sqlite3_stmt_busy(conn->statements[i].stmt))
		;
	if (i >= conn->statement_count)
		BUG("%d statements are busy at once", STATEMENTS);
	sqlite3_finalize(conn->statements[i].stmt);
	free(conn->statements[i].sql);
	conn->statements[i] = conn->statements[--conn->statement_count];
}

static bool is_statement(const struct statement *statement, uint64_t hash, const char *text)
{
	return statement->hash == hash && strcmp(statement->sql, text) == 0;
}

/* The one of that text, or NULL. */
static sqlite3_stmt *find_statement(struct conn *conn, uint64_t hash, const char *text)
{
	uint8_t *slot = &conn->slots[hash % STATEMENT_SLOTS];

	if (*slot < conn->statement_count && is_statement(&conn->statements[*slot], hash, text))
		return conn->statements[*slot].stmt;
	for (size_t i = 0; i < conn->statement_count; i++) {
		if (!is_statement(&conn->statements[i], hash, text))
			continue;
		*slot = (uint8_t)i;
		return conn->statements[i].stmt;
	}
	return NULL;
}

static sqlite3_stmt *prepare(struct conn *conn, const char *text, struct err *err)
{
	uint64_t hash = fnv1a(0, text, strlen(text));
	sqlite3_stmt *stmt = find_statement(conn, hash, text);

	if (stmt)
		return stmt;
	if (sqlite3_prepare_v3(conn->db, text, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL) !=
	    SQLITE_OK) {
		conn_failed(conn, err);
		return NULL;
	}
	if (conn->statement_count == STATEMENTS)
		forget_one(conn);
	conn->statements[conn->statement_count++] = (struct statement){ hash, xstrdup(text), stmt };
	return stmt;
}

bool conn_bind(struct conn *conn, sqlite3_stmt *stmt, int parameter, const struct value *value,
	       struct err *err)
{
	int code = SQLITE_OK;

	switch (value->kind) {
	case VALUE_NULL:
		code = sqlite3_bind_null(stmt, parameter);
		break;
	case VALUE_INT:
		code = sqlite3_bind_int64(stmt, parameter, value->integer);
		break;
	case VALUE_REAL:
		code = sqlite3_bind_double(stmt, parameter, value->real);
		break;
	case VALUE_TEXT:
		code = sqlite3_bind_text(stmt, parameter, value->text, -1, SQLITE_STATIC);
		break;
	}
	return code == SQLITE_OK || conn_failed(conn, err);
}

void conn_column(sqlite3_stmt *stmt, int i, struct value *out)
{
	*out = (struct value){ VALUE_NULL };
	switch (sqlite3_column_type(stmt, i)) {
	case SQLITE_INTEGER:
		out->kind = VALUE_INT;
		out->integer = sqlite3_column_int64(stmt, i);
		break;
	case SQLITE_FLOAT:
		out->kind = VALUE_REAL;
		out->real = sqlite3_column_double(stmt, i);
		break;
	case SQLITE_NULL:
		break;
	default:
		out->kind = VALUE_TEXT;
		out->text = (const char *)sqlite3_column_text(stmt, i);
	}
}

bool conn_ask(struct conn *conn, const char *text, const struct value *values, int value_count,
	      row_fn *row, void *payload, struct err *err)
{
	sqlite3_stmt *stmt = prepare(conn, text, err);
	int code;

	if (!stmt)
		return false;
	for (int i = 0; i < value_count; i++)
		if (!conn_bind(conn, stmt, i + 1, &values[i], err))
			return false;
	while ((code = sqlite3_step(stmt)) == SQLITE_ROW) {
		struct value columns[ENTITY_FIELDS_MAX];
		int count = sqlite3_column_count(stmt);

		if (count > ENTITY_FIELDS_MAX)
			BUG("%d columns", count);
		for (int i = 0; i < count; i++)
			conn_column(stmt, i, &columns[i]);
		if (row && !row(columns, count, payload)) {
			code = SQLITE_DONE;
			break;
		}
	}
	if (code != SQLITE_DONE)
		conn_failed(conn, err);
	sqlite3_reset(stmt);
	sqlite3_clear_bindings(stmt);
	return code == SQLITE_DONE;
}

bool conn_query(struct conn *conn, const struct sql *sql, row_fn *row, void *payload,
		struct err *err)
{
	return conn_ask(conn, str_text(&sql->text), sql->values, sql->count, row, payload, err);
}

bool conn_run(struct conn *conn, const char *text, struct err *err)
{
	sqlite3_stmt *stmt = prepare(conn, text, err);
	bool good = stmt && (sqlite3_step(stmt) == SQLITE_DONE || conn_failed(conn, err));

	sqlite3_reset(stmt);
	return good;
}

bool conn_begin(struct conn *conn, bool write, struct err *err)
{
	if (write && conn->store && !checkpoint_before(conn->store->checkpoint, err))
		return false;
	return conn_run(conn, write ? "BEGIN IMMEDIATE" : "BEGIN", err);
}

bool conn_commit(struct conn *conn, struct err *err)
{
	bool writes = conn->store && conn->changes.touched;
	int64_t began = writes ? when_monotonic_us() : 0;

	if (!tally_write(conn, err) || !conn_run(conn, "COMMIT", err))
		return false;
	if (writes) {
		atomic_store(&conn->store->commit_us, when_monotonic_us() - began);
		store_committed(conn->store, &conn->changes);
	}
	tally_clear(conn);
	return true;
}

void conn_rollback(struct conn *conn)
{
	tally_clear(conn);
	if (!sqlite3_get_autocommit(conn->db))
		sqlite3_exec(conn->db, "ROLLBACK", NULL, NULL, NULL);
}

static bool take_integer(const struct value *columns, int count, void *payload)
{
	int64_t *out = payload;

	(void)count;
	*out = columns[0].integer;
	return false;
}

bool conn_integer(struct conn *conn, const struct sql *sql, int64_t *out, struct err *err)
{
	*out = 0;
	return conn_query(conn, sql, take_integer, out, err);
}

struct text_slot {
	struct arena *arena; /* NULL: the heap */
	char *text;
};

static bool take_text(const struct value *columns, int count, void *payload)
{
	struct text_slot *slot = payload;
	const char *text = columns[0].kind == VALUE_TEXT ? columns[0].text : NULL;

	(void)count;
	slot->text = slot->arena ? arena_dup(slot->arena, text) : xstrdup(text);
	return false;
}

bool conn_text(struct conn *conn, const struct sql *sql, struct arena *arena, char **out,
	       struct err *err)
{
	struct text_slot slot = { arena, NULL };
	bool good = conn_query(conn, sql, take_text, &slot, err);

	*out = slot.text;
	return good;
}

/* A throw-away store is a real file in a folder of its own: a shared-cache
 * in-memory database would answer SQLITE_LOCKED at once under load. */
static char *throw_away_folder(struct err *err)
{
	const char *parent = getenv("TMPDIR");
	char *folder;

	if (file_is_folder("/dev/shm"))
		parent = "/dev/shm";
	folder = xformat("%s/mocksis-XXXXXX", parent && *parent ? parent : "/tmp");
	if (mkdtemp(folder))
		return folder;
	err_set(err, ERR_ENVIRONMENT, "%s: %s", folder, strerror(errno));
	free(folder);
	return NULL;
}

static bool take_lock(struct store *store, struct err *err)
{
	char *path = xformat("%s.lock", store->path);

	store->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (store->lock < 0)
		err_set(err, ERR_ENVIRONMENT, "%s: %s", path, strerror(errno));
	else if (flock(store->lock, LOCK_EX | LOCK_NB) != 0)
		err_set(err, ERR_ENVIRONMENT, "%s is in use by another mocksis (lock %s)",
			store->path, path);
	free(path);
	return err->code == ERR_NONE;
}

/* Made before SQLite opens it, since closing another descriptor of it drops SQLite's locks. */
bool keep_private(const char *path, struct err *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0)
		return err_set(err, ERR_ENVIRONMENT,
			       "%s: %s; a database is written to: allow it, or name a copy", path,
			       strerror(errno));
	close(fd);
	return true;
}

/* The log shrinks again after a transaction that was large. */
static bool prepare_writing(struct conn *conn, enum durability durability, struct err *err)
{
	return conn_exec(conn, "PRAGMA journal_size_limit = 268435456", err) &&
	       (durability == DURABILITY_FULL ||
		conn_exec(conn, "PRAGMA synchronous = NORMAL", err));
}

/* To count every allocation takes a lock that all threads share. */
static void configure_sqlite(void)
{
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

struct store *store_open_as(const char *path, enum durability durability, struct err *err)
{
	struct store *store = xcalloc(1, sizeof *store);
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	static atomic_llong serials;
	int64_t commits;

	pthread_once(&once, configure_sqlite);
	store->lock = -1;
	store->quick_us = QUICK_US;
	store->serial = atomic_fetch_add(&serials, 1);
	store->fences = fences_new();
	pthread_mutex_init(&store->mutex, NULL);
	if (strcmp(path, ":memory:") == 0) {
		store->folder = throw_away_folder(err);
		store->path = store->folder ? path_join(store->folder, "mocksis.db") : NULL;
	} else {
		store->path = xstrdup(path);
	}
	if (store->path && take_lock(store, err)) {
		if (keep_private(store->path, err))
			store->conn = conn_open(store->path, true, err);
		if (store->conn && prepare_writing(store->conn, durability, err) &&
		    schema_apply(store->conn, err) && tally_commits(store->conn, &commits, err)) {
			atomic_init(&store->commits, commits);
			store->checkpoint = checkpoint_new(store->path, store->conn, durability);
			store->conn->store = store;
			return store;
		}
	}
	store_close(store);
	return NULL;
}

struct store *store_open(const char *path, struct err *err)
{
	return store_open_as(path, DURABILITY_FULL, err);
}

void store_limit_quick(struct store *store, int64_t us)
{
	store->quick_us = us;
}

void store_limit_log(struct store *store, int pages)
{
	checkpoint_limit(store->checkpoint, pages);
}

void store_remove(const char *path)
{
	static const char *const suffixes[] = { "", "-wal", "-shm", "-journal", ".lock" };

	for (size_t i = 0; i < ARRAY_SIZE(suffixes); i++) {
		char *file = xformat("%s%s", path, suffixes[i]);

		unlink(file);
		free(file);
	}
}

static void end(struct store *store, bool discard)
{
	hints_free(store->hints); /* first: who warms them has a connection, too */
	while (store->readers) {
		struct conn *conn = store->readers;

		store->readers = conn->next;
		conn_close(conn);
	}
	checkpoint_free(store->checkpoint);
	conn_close(store->conn); /* the last one: copies what the log still has */
	fences_free(store->fences);
	if (discard && store->path)
		store_remove(store->path);
	if (store->folder)
		rmdir(store->folder);
	if (store->lock >= 0)
		close(store->lock);
	pthread_mutex_destroy(&store->mutex);
	free(store->folder);
	free(store->path);
	free(store);
}

void store_close(struct store *store)
{
	if (store)
		end(store, store->folder != NULL);
}

void store_discard(struct store *store)
{
	if (store)
		end(store, true);
}

const char *store_path(const struct store *store)
{
	return store->path;
}

bool store_is_quick(const struct store *store)
{
	return atomic_load(&store->commit_us) <= store->quick_us &&
	       !checkpoint_is_due(store->checkpoint);
}

int64_t store_commits(const struct store *store)
{
	return atomic_load(&store->commits);
}

void store_committed(struct store *store, const struct changes *changes)
{
	fences_follow(store->fences, changes);
	atomic_store(&store->commits, changes->commit);
}

struct fences *store_fences(const struct store *store)
{
	return store->fences;
}

#define WARM_LEAST 100000 /* objects; of fewer the index lies in the processor's cache */

struct store *store_open_served(const char *path, enum durability durability, struct err *err)
{
	struct store *store = store_open_as(path, durability, err);
	int64_t rows;

	if (!store)
		return NULL;
	if (!tally_total(store->conn, &rows, err)) {
		store_close(store);
		return NULL;
	}
	store->hints = hints_new(rows);
	store->conn->hints = store->hints;
	if (rows >= WARM_LEAST)
		hints_warm(store->hints, store->path);
	return store;
}

int64_t store_serial(const struct store *store)
{
	return store->serial;
}

struct conn *store_conn(struct store *store)
{
	return store->conn;
}

struct conn *store_take_reader(struct store *store, struct err *err)
{
	pthread_mutex_lock(&store->mutex);

	struct conn *conn = store->readers;

	if (conn)
		store->readers = conn->next;
	pthread_mutex_unlock(&store->mutex);
	if (!conn)
		conn = conn_open(store->path, false, err);
	if (conn)
		conn->hints = store->hints;
	return conn;
}

void store_put_reader(struct store *store, struct conn *conn)
{
	pthread_mutex_lock(&store->mutex);
	conn->next = store->readers;
	store->readers = conn;
	pthread_mutex_unlock(&store->mutex);
}
