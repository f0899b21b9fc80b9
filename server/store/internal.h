/*
 * internal.h - what the files of store/ share.
 */
#ifndef STORE_INTERNAL_H
#define STORE_INTERNAL_H

#include <pthread.h>
#include <sqlite3.h>

#include "server/store/store.h"

#define STATEMENTS 128
#define SCHEMA_VERSION 4

struct statement {
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

struct conn {
	sqlite3 *db;
	struct store *store; /* of the connection that writes; NULL for readers */
	struct changes changes;
	struct statement statements[STATEMENTS];
	size_t statement_count;
	sqlite3_stmt *points[ENTITY_COUNT]; /* of rows_point(), by place in entities[] */
	sqlite3_stmt *by_row[ENTITY_COUNT]; /* of rows_numbered() */
	struct gather *gather;              /* what collect(id) fills; see found.c */
	struct {
		int64_t steps, most; /* of SQLite's machine; 0: as many as it takes */
		bool (*stop)(void *payload);
		void *payload;
		bool stopped;
	} watch;
	int64_t visible_at; /* of what the job writes; 0: at once */
	struct conn *next;  /* in the pool */
};

struct conn *conn_open(const char *path, bool write, struct err *err) MUST_USE;
void conn_close(struct conn *conn);
/* Makes the file @path where there is none: it will hold the clients' secrets, only its owner
 * may read it. */
void keep_private(const char *path);
/* Finalizes the prepared statements; none may be in use. */
void conn_forget(struct conn *conn);

/* Gives a connection the aggregate collect(id). */
bool conn_add_collect(struct conn *conn);
struct found;
struct found *found_take(struct found *found);
size_t found_size(const struct found *found);

/* One column of the row that a statement stands on. */
void conn_column(sqlite3_stmt *stmt, int i, struct value *out);
/* Its place in entities[]. */
size_t entity_number(const struct entity *entity);

/* "sourcedId", "status", ...: the columns of a record in order. */
void add_columns(struct sql *sql, const struct entity *entity);

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

/* Called after a commit that changed objects, before anybody is told. */
void store_committed(struct store *store, const struct changes *changes);

/* Creates what is missing; refuses a database that is newer than we are. */
bool schema_apply(struct conn *conn, struct err *err) MUST_USE;

#endif
