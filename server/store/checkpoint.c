/*
 * checkpoint.c - the write-ahead log goes into the database beside the writer, and what is
 * believed of a disk that failed.
 *
 * A commit is as long as its own pages: SQLite's automatic checkpoint, which makes one commit
 * in thousands wait for the whole log, is off. When the log has grown beyond LOG_SOFT, a thread
 * with a connection of its own copies it (PASSIVE: nobody waits) and syncs the database, again
 * and again until little remains of what was written meanwhile; then the writer, between two
 * transactions, copies the rest and begins the log anew (RESTART). PASSIVE alone never syncs
 * while there is writing, and RESTART without the sync before it would wait for all of it.
 *
 * When a sync fails, Linux marks the pages as clean: the next sync succeeds and proves nothing
 * of what the first one was for. So a failure is believed for good where a later success cannot
 * undo it:
 *  - A commit that fails leaves its frames behind the end of the log, all before them was
 *    synced by its own commit. Its requests are told; before the next transaction, a whole
 *    checkpoint must succeed: what the log has and the database has not is copied and synced, and
 *    the next commit begins the log anew or, where somebody still reads from it, is written over
 *    those frames, which breaks their chain of checksums. Until then each write is refused.
 *    (The process may die in between: then recovery can find such a transaction whole and keep
 *    it. It was answered with an error, which promises neither.)
 *  - A checkpoint that fails after pages were copied that no sync has confirmed, or where
 *    commits are not synced (DURABILITY_NORMAL), may have lost what SQLite believes to be in
 *    the database. The log still has it. So the log is neither begun anew nor deleted: there is
 *    no writing any more, and whoever opens the database next recovers it from the log.
 */
#include "server/store/internal.h"

#include <stdatomic.h>
#include <stdlib.h>

#define LOG_SOFT 20000 /* pages, 80 MB */
/* parts of it: */
#define LOG_STEP 10    /* until the thread is called again */
#define LOG_REST 50    /* little enough for the writer */
#define LOG_HARD 4     /* times it: from there on the writer copies, and waits for that */
#define PASSES_MOST 10 /* the writer may be as fast as we are: then it takes what remains */

enum health { SOUND, DOUBTFUL /* a commit failed */, LOST /* a checkpoint did, for good */ };

struct checkpoint {
	char *path;
	struct conn *writer; /* borrowed; only on the thread that writes */
	enum durability durability;
	int soft; /* LOG_SOFT, or what checkpoint_limit() said */
	int due;  /* pages at which the thread is called; the writer's alone */
	pthread_t thread;
	bool started;          /* the writer's alone */
	pthread_mutex_t mutex; /* guards `wanted` and `stopping` */
	pthread_cond_t wake;
	bool wanted, stopping;
	pthread_mutex_t pass; /* held while pages are copied: SQLite lets only one do it */
	atomic_int pages;     /* in the log, after the last commit */
	atomic_bool rest;     /* the writer may begin the log anew */
	atomic_bool unsynced; /* pages were copied and not synced since */
	atomic_int health;
};

static bool is_broken(int code)
{
	return (code & 0xff) == SQLITE_IOERR || (code & 0xff) == SQLITE_CORRUPT;
}

/* A checkpoint failed: for good, or until one succeeds. */
static void note_failure(struct checkpoint *checkpoint, int code)
{
	if (!is_broken(code))
		return;
	if (atomic_load(&checkpoint->unsynced) || checkpoint->durability == DURABILITY_NORMAL)
		atomic_store(&checkpoint->health, LOST);
	else if (atomic_load(&checkpoint->health) == SOUND)
		atomic_store(&checkpoint->health, DOUBTFUL);
}

/* Through SQLite's own descriptor: to open and close another one would drop its locks. */
static int sync_database(sqlite3 *db)
{
	sqlite3_file *file = NULL;
	int code = sqlite3_file_control(db, "main", SQLITE_FCNTL_FILE_POINTER, &file);

	if (code != SQLITE_OK || !file || !file->pMethods)
		return SQLITE_ERROR;
	return file->pMethods->xSync(file, SQLITE_SYNC_NORMAL);
}

/* One pass; *@copied pages of the log are in the database. What SQLite itself fails at, it
 * does again: it counts pages as copied when all went well. */
static bool one_pass(struct checkpoint *checkpoint, sqlite3 *db, int *copied)
{
	int code;

	pthread_mutex_lock(&checkpoint->pass);
	code = sqlite3_wal_checkpoint_v2(db, "main", SQLITE_CHECKPOINT_PASSIVE, NULL, copied);
	if (code == SQLITE_OK) {
		atomic_store(&checkpoint->unsynced, true);
		code = sync_database(db);
	}
	if (code == SQLITE_OK)
		atomic_store(&checkpoint->unsynced, false);
	else
		note_failure(checkpoint, code); /* before anybody begins the log anew */
	pthread_mutex_unlock(&checkpoint->pass);
	return code == SQLITE_OK;
}

static bool is_too_long(const struct checkpoint *checkpoint)
{
	return atomic_load(&checkpoint->pages) / LOG_HARD >= checkpoint->soft;
}

/* Ends early where a reader keeps a snapshot, which must not be copied over: the writer calls
 * again. */
static void copy_log(struct checkpoint *checkpoint, sqlite3 *db)
{
	const int rest = checkpoint->soft / LOG_REST;
	int remaining = rest, copied = 0, before = -1;

	for (int i = 0; i < PASSES_MOST && remaining >= rest && copied > before; i++) {
		before = copied;
		if (!one_pass(checkpoint, db, &copied))
			return;
		remaining = atomic_load(&checkpoint->pages) - copied;
		if (is_too_long(checkpoint))
			break;
	}
	if (remaining < rest || copied > before)
		atomic_store(&checkpoint->rest, true);
}

static void *work(void *payload)
{
	struct checkpoint *checkpoint = payload;
	struct conn *conn = NULL;
	struct err ignored = ERR_INIT; /* without a connection the log only grows */

	pthread_mutex_lock(&checkpoint->mutex);
	while (!checkpoint->stopping) {
		if (!checkpoint->wanted) {
			pthread_cond_wait(&checkpoint->wake, &checkpoint->mutex);
			continue;
		}
		checkpoint->wanted = false;
		pthread_mutex_unlock(&checkpoint->mutex);
		if (!conn)
			conn = conn_open(checkpoint->path, false, &ignored);
		if (conn && atomic_load(&checkpoint->health) == SOUND)
			copy_log(checkpoint, conn->db);
		pthread_mutex_lock(&checkpoint->mutex);
	}
	pthread_mutex_unlock(&checkpoint->mutex);
	conn_close(conn);
	return NULL;
}

static void call_thread(struct checkpoint *checkpoint)
{
	if (!checkpoint->started)
		checkpoint->started = pthread_create(&checkpoint->thread, NULL, work, checkpoint) ==
				      0;
	pthread_mutex_lock(&checkpoint->mutex);
	checkpoint->wanted = true;
	pthread_cond_signal(&checkpoint->wake);
	pthread_mutex_unlock(&checkpoint->mutex);
}

/* SQLite calls it after each commit: @pages are in the log. */
static int committed(void *payload, sqlite3 *db, const char *name, int pages)
{
	struct checkpoint *checkpoint = payload;

	(void)db;
	(void)name;
	atomic_store(&checkpoint->pages, pages);
	if (pages < checkpoint->soft) {
		checkpoint->due = checkpoint->soft;
	} else if (pages >= checkpoint->due) {
		checkpoint->due = pages + checkpoint->soft / LOG_STEP;
		if (is_too_long(checkpoint)) /* the thread has no time, or no connection */
			atomic_store(&checkpoint->rest, true);
		else
			call_thread(checkpoint);
	}
	return SQLITE_OK;
}

/* Copies all, unless a reader keeps a snapshot, and lets the next commit begin the log anew,
 * unless somebody reads from it just now. Waits for nobody. */
static int restart(struct checkpoint *checkpoint, bool *all)
{
	sqlite3 *db = checkpoint->writer->db;
	int pages = 0, copied = -1, code;

	sqlite3_busy_timeout(db, 0);
	code = sqlite3_wal_checkpoint_v2(db, "main", SQLITE_CHECKPOINT_RESTART, &pages, &copied);
	sqlite3_busy_timeout(db, BUSY_MS);
	*all = pages >= 0 && pages == copied;
	/* up to a reader's snapshot it copies without a sync, and counts that as done; when it
	 * has copied all, it has synced the whole file */
	if (code == SQLITE_OK || (code & 0xff) == SQLITE_BUSY)
		atomic_store(&checkpoint->unsynced, !*all);
	return code;
}

/* False: the thread is at it, and there is time. */
static bool begin_pass(struct checkpoint *checkpoint)
{
	if (pthread_mutex_trylock(&checkpoint->pass) == 0)
		return true;
	if (atomic_load(&checkpoint->health) == SOUND && !is_too_long(checkpoint)) {
		atomic_store(&checkpoint->rest, true); /* another time */
		return false;
	}
	pthread_mutex_lock(&checkpoint->pass);
	return true;
}

/* With the pass: the log into the database, and begun anew. False: no writing. */
static bool try_restart(struct checkpoint *checkpoint)
{
	bool all;
	int code;

	if (atomic_load(&checkpoint->health) == LOST)
		return false;
	code = restart(checkpoint, &all);
	note_failure(checkpoint, code);
	if (is_broken(code))
		return false;
	if (all && atomic_load(&checkpoint->health) == DOUBTFUL)
		atomic_store(&checkpoint->health, SOUND); /* what a failed commit left is gone */
	return atomic_load(&checkpoint->health) == SOUND;
}

bool checkpoint_is_due(const struct checkpoint *checkpoint)
{
	return atomic_load(&checkpoint->health) != SOUND || atomic_load(&checkpoint->rest);
}

bool checkpoint_before(struct checkpoint *checkpoint, struct err *err)
{
	bool good;

	if (!checkpoint_is_due(checkpoint))
		return true;
	atomic_store(&checkpoint->rest, false);
	if (!begin_pass(checkpoint))
		return true;
	good = try_restart(checkpoint);
	pthread_mutex_unlock(&checkpoint->pass);
	return good ||
	       err_set(err, ERR_ENVIRONMENT,
		       "the disk failed to keep what was written: there is no writing until %s",
		       atomic_load(&checkpoint->health) == LOST ? "the database is opened again"
								: "it keeps a checkpoint");
}

void checkpoint_failed(struct checkpoint *checkpoint, int code)
{
	if (is_broken(code) && atomic_load(&checkpoint->health) == SOUND)
		atomic_store(&checkpoint->health, DOUBTFUL);
}

struct checkpoint *checkpoint_new(const char *path, struct conn *writer, enum durability durability)
{
	struct checkpoint *checkpoint = xcalloc(1, sizeof *checkpoint);

	checkpoint->path = xstrdup(path);
	checkpoint->writer = writer;
	checkpoint->durability = durability;
	checkpoint->soft = checkpoint->due = LOG_SOFT;
	pthread_mutex_init(&checkpoint->mutex, NULL);
	pthread_mutex_init(&checkpoint->pass, NULL);
	pthread_cond_init(&checkpoint->wake, NULL);
	sqlite3_wal_hook(writer->db, committed, checkpoint);
	return checkpoint;
}

void checkpoint_limit(struct checkpoint *checkpoint, int pages)
{
	checkpoint->soft = checkpoint->due = pages;
}

void checkpoint_free(struct checkpoint *checkpoint)
{
	if (!checkpoint)
		return;
	if (checkpoint->started) {
		pthread_mutex_lock(&checkpoint->mutex);
		checkpoint->stopping = true;
		pthread_cond_signal(&checkpoint->wake);
		pthread_mutex_unlock(&checkpoint->mutex);
		pthread_join(checkpoint->thread, NULL);
	}
	/* the last connection that is closed would copy the log and delete it */
	if (atomic_load(&checkpoint->health) != SOUND)
		sqlite3_db_config(checkpoint->writer->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1,
				  NULL);
	sqlite3_wal_hook(checkpoint->writer->db, NULL, NULL);
	pthread_mutex_destroy(&checkpoint->mutex);
	pthread_mutex_destroy(&checkpoint->pass);
	pthread_cond_destroy(&checkpoint->wake);
	free(checkpoint->path);
	free(checkpoint);
}
