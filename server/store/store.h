/*
 * store.h - the rows of one sandbox: a SQLite file, readers, and one write queue.
 *
 * Rows live in columns with integer rowids and a unique sourcedId. Reads take a
 * connection of their own. Writes are jobs that a writer thread runs many to a
 * transaction; each job is told its outcome only after the commit.
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/err.h"
#include "oneroster/record.h"
#include "server/query/select.h"
#include "server/query/sql.h"

struct store;
struct conn; /* one SQLite connection with its prepared statements */
struct writer;

/* Opens or creates @path and takes its lock; ":memory:" is a throw-away file that
 * store_close() removes. ERR_ENVIRONMENT when another process has it, or when
 * its schema is newer than ours. */
struct store *store_open(const char *path, struct err *err) MUST_USE;

/* What a commit waits for. store_open() takes DURABILITY_FULL. */
enum durability {
	DURABILITY_FULL,   /* the disk has it: it survives a power cut */
	DURABILITY_NORMAL, /* the kernel has it: it survives the death of the process */
};

struct store *store_open_as(const char *path, enum durability durability, struct err *err) MUST_USE;
/* For who reads and writes objects one by one for long: it is kept in memory where they lie, at
 * most HINT_BYTES of it; see hint.h. */
struct store *store_open_served(const char *path, enum durability durability,
				struct err *err) MUST_USE;
/* The log is copied into the database when it has so many pages, not 20000; before anything is
 * written. For tests. */
void store_limit_log(struct store *store, int pages);
/* A commit was quick when it took at most so many microseconds, not 1000; before it is used.
 * For tests, whose machine may be busy. */
void store_limit_quick(struct store *store, int64_t us);
void store_close(struct store *store); /* the writer must be idle; NULL is fine */

/* Appends the statements that make an empty database what store_open() leaves. */
void schema_text(struct str *out);

/* The same, and its files are gone: for one that was made for nothing. */
void store_discard(struct store *store);

/* Removes the files of a database that is closed. */
void store_remove(const char *path);
/* Where the database lies; borrowed. */
const char *store_path(const struct store *store);

/* Copies everything as it stands now into the new file @path. Beside readers and writer. */
bool store_snapshot(struct store *store, const char *path, struct err *err) MUST_USE;
/* Puts the objects of such a copy in the place of all that there are; settings and
 * credentials stay. In one transaction of its own: for a job that runs alone. */
bool snapshot_restore(struct conn *conn, const char *path, struct err *err) MUST_USE;

/* Connections for reading; a taken one is one thread's until it is put back. */
struct conn *store_take_reader(struct store *store, struct err *err) MUST_USE;
void store_put_reader(struct store *store, struct conn *conn);

/* The connection that writes: for loading before requests are served, and for
 * the writer. Not to be used beside a running writer. */
struct conn *store_conn(struct store *store);
bool conn_begin(struct conn *conn, bool write, struct err *err) MUST_USE;
bool conn_commit(struct conn *conn, struct err *err) MUST_USE;
void conn_rollback(struct conn *conn);
bool conn_exec(struct conn *conn, const char *sql, struct err *err) MUST_USE;

/* One statement of our own making. @row (may be NULL) is called for each row
 * with its columns; returning false ends it early. */
typedef bool row_fn(const struct value *columns, int count, void *payload);
bool conn_query(struct conn *conn, const struct sql *sql, row_fn *row, void *payload,
		struct err *err) MUST_USE;
/* The first column of the first row as an integer or a text (from @arena); 0 or
 * NULL when there is none. */
bool conn_integer(struct conn *conn, const struct sql *sql, int64_t *out, struct err *err) MUST_USE;
bool conn_text(struct conn *conn, const struct sql *sql, struct arena *arena, char **out,
	       struct err *err) MUST_USE;
/* Ends what the connection reads, with an error, after about @most steps of SQLite's machine (0:
 * any number), or as soon as @stop (may be NULL) says so, which is asked every thousand. */
void conn_watch(struct conn *conn, int64_t most, bool (*stop)(void *payload), void *payload);
/* Whether that happened under the last watch; 0 and NULL end one. */
bool conn_was_stopped(const struct conn *conn);
int64_t conn_changes(struct conn *conn);
int64_t conn_last_row(struct conn *conn); /* number of the row that was inserted last */

/* Objects. @condition is the WHERE expression. */
typedef bool record_fn(const struct record *record, void *payload);
/* @order may be NULL: the order of creation. */
bool rows_list(struct conn *conn, const struct entity *entity, const struct sql *condition,
	       const struct order *order, int64_t limit, int64_t offset, record_fn *row,
	       void *payload, struct err *err) MUST_USE;
bool rows_count(struct conn *conn, const struct entity *entity, const struct sql *condition,
		int64_t *out, struct err *err) MUST_USE;
/* *@found false when no row fits; the record's texts live in @arena. */
bool rows_get(struct conn *conn, const struct entity *entity, const struct sql *condition,
	      struct record *out, bool *found, struct arena *arena, struct err *err) MUST_USE;
bool rows_get_id(struct conn *conn, const struct entity *entity, const char *id, struct record *out,
		 bool *found, struct arena *arena, struct err *err) MUST_USE;
/* The objects with these row numbers, in this order. */
bool rows_numbered(struct conn *conn, const struct entity *entity, const int64_t *rows,
		   size_t count, record_fn *row, void *payload, struct err *err) MUST_USE;
/* A page of the whole collection, by row or by sourcedId, that begins at a fence. */
struct fence;
bool rows_fenced(struct conn *conn, const struct entity *entity, const struct order *order,
		 const struct fence *fence, int64_t limit, record_fn *row, void *payload,
		 struct err *err) MUST_USE;
/* Calls @row with the object, whose texts live no longer; not at all where there is none. */
bool rows_point(struct conn *conn, const struct entity *entity, const char *id, record_fn *row,
		void *payload, struct err *err) MUST_USE;
bool rows_exist(struct conn *conn, const struct entity *entity, const char *id, bool *found,
		struct err *err) MUST_USE;
/* Inserts or replaces the whole object, with what follows from it: role and orgs or
 * roles of a user, school and session of a lineItem, class of a result. */
bool rows_put(struct conn *conn, const struct record *record, bool *created,
	      struct err *err) MUST_USE;
/* The same, of an object that nobody can know yet: its sourcedId was just allocated. */
bool rows_add(struct conn *conn, const struct record *record, struct err *err) MUST_USE;
bool rows_delete(struct conn *conn, const struct entity *entity, const char *id, bool *found,
		 struct err *err) MUST_USE;

/* Says that a statement of the caller's own changed rows, in the transaction that runs. */
void rows_changed(struct conn *conn, const struct entity *entity);

/* A field that follows, where nobody said it, from another field of the same object:
 * which one, and how, as SQL over the entity's table. */
struct derivation {
	const struct entity *entity;
	const char *field, *from, *sql;
};

#define DERIVATIONS 5
extern const struct derivation derivations[DERIVATIONS];

/* Fills what follows from other objects into one that need not be stored yet, where nobody said
 * it; texts in @arena. rows_put() does it for its own. */
bool rows_follow(struct conn *conn, struct record *record, struct arena *arena,
		 struct err *err) MUST_USE;
/* The same for all objects that are stored. */
bool rows_derive(struct conn *conn, struct err *err) MUST_USE;
/* role, orgs and roles of every user. */
bool rows_complete_users(struct conn *conn, struct err *err) MUST_USE;

/* What only the SIS knows (sis-state.json): a JSON value by kind, id and key.
 * *@out is NULL when absent. Returns (json_decref). */
bool sis_state_get(struct conn *conn, const char *kind, const char *id, const char *key,
		   json_t **out, struct err *err) MUST_USE;
bool sis_state_put(struct conn *conn, const char *kind, const char *id, const char *key,
		   const json_t *value, struct err *err) MUST_USE;
/* Nothing is said any more, which means healthy; of no key at all when @key is NULL. */
bool sis_state_delete(struct conn *conn, const char *kind, const char *id, const char *key,
		      struct err *err) MUST_USE;

/* Publication with a lag. From here to the end of its job, what the job writes can be read
 * only from @visible_at on; @now drops what may be read by now. */
bool unpublished_begin(struct conn *conn, int64_t now, int64_t visible_at,
		       struct err *err) MUST_USE;
/* Whether something that was written may not be read yet. */
bool unpublished_exists(struct conn *conn, int64_t now, bool *out, struct err *err) MUST_USE;
/* Forgets how the object was: as it is now, and as the job leaves it, it can be read at
 * once. */
bool unpublished_forget(struct conn *conn, const struct entity *entity, const char *id,
			struct err *err) MUST_USE;
/* Puts everything back as it can be read at @now; for a job that is rolled back. */
bool unpublished_undo(struct conn *conn, int64_t now, struct err *err) MUST_USE;

/* What the transaction that a connection reads in sees of an entity: exact, and kept with
 * the rows. Commits are counted over all entities, from 0 on, and only go up. */
struct tally {
	int64_t rows;
	int64_t changed; /* number of the last commit that wrote one of them */
	int64_t members; /* and of the last that added or removed one */
};

bool tally_read(struct conn *conn, const struct entity *entity, struct tally *out,
		struct err *err) MUST_USE;
/* How many objects of all kinds this transaction sees. */
bool tally_total(struct conn *conn, int64_t *out, struct err *err) MUST_USE;
/* The number of the last commit that this transaction sees. */
bool tally_commits(struct conn *conn, int64_t *out, struct err *err) MUST_USE;
/* Counts again, in the transaction that runs: for who writes rows past rows_put(). */
bool tally_recount(struct conn *conn, struct err *err) MUST_USE;
/* Whether a transaction can be expected to take a moment only: the last commit did, and no pages
 * are to be copied. */
bool store_is_quick(const struct store *store);
/* The number of the last commit: moved after the commit, before any of its jobs is told. */
int64_t store_commits(const struct store *store);

/* Where far pages begin; see fence.h. */
struct fences *store_fences(const struct store *store);
/* A number that no other store of this process has or had. */
int64_t store_serial(const struct store *store);

/* Settings that survive a restart. Returns (free). */
bool setting_get(struct conn *conn, const char *name, char **out, struct err *err) MUST_USE;
bool setting_put(struct conn *conn, const char *name, const char *value, struct err *err) MUST_USE;

/* A write. @run does it on the writer's connection and may be rolled back alone
 * (false = nothing of it stays); @done is called on the writer's thread after the
 * commit. @err tells @done about a commit that failed. */
struct job {
	struct store *store;
	bool (*run)(struct conn *conn, struct job *job);
	void (*done)(struct job *job);
	/* run() can be run again after all that it did was rolled back, as if for the first
	 * time: such jobs cost less, and where a commit fails they get another try. */
	bool again;
	bool large;     /* worth a transaction of its own: it writes hundreds of rows */
	bool alone;     /* outside of any transaction: run() begins and commits its own */
	bool ran;       /* what run() returned */
	struct err err; /* ERR_ENVIRONMENT: the database failed, nothing is stored */
	void *waits;    /* of writer_wait() */
	struct job *next;
};

struct writer *writer_start(void) MUST_USE;
void writer_submit(struct writer *writer, struct job *job); /* borrows @job until done() */
/* Runs it on this thread, which is two turns of threads less, where nothing else waits for its
 * store and the last commit was quick; done() is not called. False: it was not run. */
bool writer_try(struct writer *writer, struct job *job) MUST_USE;
/* Hands it over and waits for it; done() is not called. What run() returned. */
bool writer_wait(struct writer *writer, struct job *job) MUST_USE;
void writer_stop(struct writer *writer); /* runs what is queued, then ends */

struct writer_stats {
	int64_t waiting;      /* jobs that were handed over and are not done */
	int64_t transactions; /* that were run, committed or not */
	int64_t jobs;         /* that ran in them */
};

void writer_stats(const struct writer *writer, struct writer_stats *out);

#endif
