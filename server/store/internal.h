/*
 * internal.h - what the files of store/ share.
 */
#ifndef STORE_INTERNAL_H
#define STORE_INTERNAL_H

#include <pthread.h>
#include <sqlite3.h>

#include "server/store/store.h"

#define STATEMENTS 128
#define SCHEMA_VERSION 3

struct statement {
	char *sql;
	sqlite3_stmt *stmt;
};

struct conn {
	sqlite3 *db;
	struct statement statements[STATEMENTS];
	size_t statement_count;
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

/* "sourcedId", "status", ...: the columns of a record in order. */
void add_columns(struct sql *sql, const struct entity *entity);

/* Keeps an object as it is before it changes, where the job is published later. */
bool unpublished_keep(struct conn *conn, const struct entity *entity, const char *id,
		      struct err *err) MUST_USE;
/* Inserts an object that was there before, with its row number where that is still free. */
bool row_restore(struct conn *conn, const struct record *record, int64_t row,
		 struct err *err) MUST_USE;

/* Creates what is missing; refuses a database that is newer than we are. */
bool schema_apply(struct conn *conn, struct err *err) MUST_USE;

#endif
