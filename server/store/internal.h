/*
 * internal.h - what the files of store/ share.
 */
#ifndef STORE_INTERNAL_H
#define STORE_INTERNAL_H

#include <pthread.h>
#include <sqlite3.h>

#include "server/store/store.h"

#define STATEMENTS 128
#define STATEMENT_SLOTS 512 /* a power of two */
#define BUSY_MS 5000        /* how long a connection waits for a lock */
#define SCHEMA_VERSION 4

struct statement {
	uint64_t hash; /* of the text */
	char *sql;
	sqlite3_stmt *stmt;
};

/* What the transaction that runs has changed. */
enum change_kind { CHANGE_INSERT, CHANGE_UPDATE, CHANGE_DELETE };

struct change { /* of who is there; updates are only told by entity */
	const struct entity *entity;
	enum change_kind kind;
	int64_t row;
	char *id; /* sourcedId; owned */
};

struct changes {
	struct change *items;
	size_t count, room;
	bool overflow; /* more than are kept: everything may have changed */
	unsigned touched,
		members; /* bits by place in entities[]: changed at all; in who is there */
	int64_t rows[ENTITY_COUNT]; /* more or fewer than before */
	int64_t commit;             /* the number that this transaction gets */
};

/* Where a job began, for when it is rolled back alone. */
struct changes_mark {
	size_t count;
	bool overflow;
	int64_t rows[ENTITY_COUNT];
};

/* Statements that are run for one object each; see kept.c. */
enum kept {
	KEPT_CHANGE,  /* all of an object but its references, where those stay as they are */
	KEPT_REPLACE, /* all of it */
	KEPT_ADD,     /* a new one; nothing happens where it is there */
	KEPT_FIND,    /* the row of a sourcedId */
	KEPT_GET,     /* all columns and the row, by sourcedId */
	KEPT_GET_ROW, /* the same by row */
	KEPT_COUNT
};

struct checkpoint;
struct hints;

struct conn {
	sqlite3 *db;
	struct store *store; /* of the connection that writes; NULL for readers */
	int code;            /* of SQLite, when something failed last */
	struct changes changes;
	struct statement statements[STATEMENTS];
	size_t statement_count;
	uint8_t slots[STATEMENT_SLOTS]; /* by hash: where it was last, to be verified */
	sqlite3_stmt *kept[ENTITY_COUNT][KEPT_COUNT];
	struct hints *hints;   /* of the store; NULL: none are kept */
	struct gather *gather; /* what collect(id) fills; see found.c */
	struct {
		int64_t steps, most; /* of SQLite's machine; 0: as many as it takes */
		bool (*stop)(void *payload);
		void *payload;
		bool stopped;
	} watch;
	sqlite3_stmt *derivations[DERIVATIONS];
	int64_t visible_at; /* of what the job writes; 0: at once */
	struct conn *next;  /* in the pool */
};

struct conn *conn_open(const char *path, bool write, struct err *err) MUST_USE;
void conn_close(struct conn *conn);
/* Makes the file @path where there is none: it will hold the clients' secrets, only its owner
 * may read it. */
bool keep_private(const char *path, struct err *err) MUST_USE;
/* Finalizes the prepared statements; none may be in use. */
void conn_forget(struct conn *conn);
/* What SQLite says went wrong last; always false. */
bool conn_failed(struct conn *conn, struct err *err);
/* Whether that was for the size of what was written, which another write need not have. */
bool conn_failed_for_size(const struct conn *conn);
/* A statement of few words that returns nothing and is kept prepared: BEGIN, COMMIT. */
bool conn_run(struct conn *conn, const char *text, struct err *err) MUST_USE;
/* conn_query() of a text that is a literal. */
bool conn_ask(struct conn *conn, const char *text, const struct value *values, int value_count,
	      row_fn *row, void *payload, struct err *err) MUST_USE;
/* The text of @value is borrowed until the parameter is bound again. */
bool conn_bind(struct conn *conn, sqlite3_stmt *stmt, int parameter, const struct value *value,
	       struct err *err) MUST_USE;

/* Place of an entity in entities[]. */
size_t entity_number(const struct entity *entity);

/* The statement, made once for a connection; NULL with @err. Who steps it resets it. */
sqlite3_stmt *kept_statement(struct conn *conn, enum kept kept, const struct entity *entity,
			     struct err *err) MUST_USE;
/* Runs one that writes over @record; how many rows it changed is conn_changes(). @row: which one
 * changes, if it is that of this sourcedId; or the number that a new one gets, 0 for the next. */
bool kept_run(struct conn *conn, enum kept kept, const struct record *record, int64_t row,
	      struct err *err) MUST_USE;
/* The row of the object of that sourcedId; 0: there is none. */
bool kept_find(struct conn *conn, const struct entity *entity, const char *id, int64_t *row,
	       struct err *err) MUST_USE;
void kept_forget(struct conn *conn);

/* Gives a connection the aggregate collect(id). */
bool conn_add_collect(struct conn *conn);
struct found;
struct found *found_take(struct found *found);
size_t found_size(const struct found *found);

/* One column of the row that a statement stands on. */
void conn_column(sqlite3_stmt *stmt, int i, struct value *out);

/* "sourcedId", "status", ...: the columns of a record in order. */
void add_columns(struct sql *sql, const struct entity *entity);

/* Writes what the table ref holds of an object, in place of what it held. */
bool put_refs(struct conn *conn, const struct record *record, struct err *err) MUST_USE;

/* Keeps an object as it is before it changes, where the job is published later. */
bool unpublished_keep(struct conn *conn, const struct entity *entity, const char *id,
		      struct err *err) MUST_USE;
/* Inserts an object that was there before, with its row number where that is still free. */
bool row_restore(struct conn *conn, const struct record *record, int64_t row,
		 struct err *err) MUST_USE;

/* Notes a change of one object in the transaction that runs; @id is copied. */
void tally_note(struct conn *conn, const struct entity *entity, enum change_kind kind, int64_t row,
		const char *id);
void tally_mark(struct conn *conn, struct changes_mark *mark);
void tally_back(struct conn *conn, const struct changes_mark *mark); /* the job left nothing */
void tally_clear(struct conn *conn);
/* Writes what was noted into the table; conn_commit() does it. */
bool tally_write(struct conn *conn, struct err *err) MUST_USE;

/* The checkpoints of a store; see checkpoint.c. @writer is borrowed, and is closed after
 * checkpoint_free(), which waits for a checkpoint that runs. */
struct checkpoint *checkpoint_new(const char *path, struct conn *writer,
				  enum durability durability) MUST_USE;
void checkpoint_free(struct checkpoint *checkpoint); /* NULL is fine */
void checkpoint_limit(struct checkpoint *checkpoint, int pages);
/* Before each transaction that writes, on its thread. False when the disk has failed so that
 * nothing may be written. */
bool checkpoint_before(struct checkpoint *checkpoint, struct err *err) MUST_USE;
/* Whether that has something to do. */
bool checkpoint_is_due(const struct checkpoint *checkpoint);
/* Something failed on the writing connection, with this code of SQLite. */
void checkpoint_failed(struct checkpoint *checkpoint, int code);

/* Called after a commit that changed objects, before anybody is told. */
void store_committed(struct store *store, const struct changes *changes);

/* Reads only: false where the database is newer than we are. */
bool schema_is_known(struct conn *conn, struct err *err) MUST_USE;
/* Creates what is missing of a database that is known. */
bool schema_apply(struct conn *conn, struct err *err) MUST_USE;

#endif
