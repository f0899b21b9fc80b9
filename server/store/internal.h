/*
 * internal.h - what the files of store/ share.
 */
#ifndef STORE_INTERNAL_H
#define STORE_INTERNAL_H

#include <pthread.h>
#include <sqlite3.h>

#include "server/store/store.h"

#define STATEMENTS 128
#define SCHEMA_VERSION 2

struct statement {
	char *sql;
	sqlite3_stmt *stmt;
};

struct conn {
	sqlite3 *db;
	struct statement statements[STATEMENTS];
	size_t statement_count;
	struct conn *next; /* in the pool */
};

struct conn *conn_open(const char *path, bool write, struct err *err) MUST_USE;
void conn_close(struct conn *conn);
/* Finalizes the prepared statements; none may be in use. */
void conn_forget(struct conn *conn);

/* "sourcedId", "status", ...: the columns of a record in order. */
void add_columns(struct sql *sql, const struct entity *entity);

/* Creates what is missing; refuses a database that is newer than we are. */
bool schema_apply(struct conn *conn, struct err *err) MUST_USE;

#endif
