/*
 * bare_sqlite.c - the yardstick of the database: SQLite and nothing else, one thread, the
 * product's schema and the product's way of opening a connection.
 *
 *   bare_sqlite update DB ROWS BATCH random|gradebook MS SALT
 *       results get another score and dateLastModified, BATCH to a durable transaction
 *   bare_sqlite insert DB ROWS BATCH MS SALT
 *       results that are not there yet, BATCH to a durable transaction
 *   bare_sqlite bulk DB ROWS
 *       ROWS results into a new database
 *   bare_sqlite select DB COUNT SQL
 *       runs a SELECT COUNT times, %d in it another number each time; a ';' parts several
 *
 * Prints "COUNT SECONDS CPU_SECONDS".
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/when.h"
#include "server/store/internal.h"
#include "tests/bench/data/rows.h"

#define BULK_BATCH 100000

/* As durable as the product has to be; checkpoints seldom, for they would stop the only
 * thread there is. */
static const char durable[] = "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 20000;"
			      "PRAGMA journal_size_limit = 268435456;";

/* The columns that a new score changes: what is indexed stays untouched. */
static const char update[] = "UPDATE results SET status = 'active', dateLastModified = ?, "
			     "scoreStatus = 'fully graded', score = ?, scoreDate = ?, "
			     "comment = ? WHERE sourcedId = ?";

struct yard {
	struct conn *conn;
	struct shape shape;
	int64_t batch, until, salt, done;
	bool random;
};

static bool sqlite_failed(struct conn *conn, struct err *err)
{
	return err_set(err, ERR_ENVIRONMENT, "%s", sqlite3_errmsg(conn->db));
}

static bool update_one(struct yard *yard, sqlite3_stmt *stmt, struct err *err)
{
	int64_t number = yard->done + yard->salt * 1000003;
	int64_t row = (yard->random ? (int64_t)(row_hash((uint64_t)number) >> 1) : number) %
		      yard->shape.results;
	char id[UUID_TEXT];

	row_id(RESULT, row, id);
	sqlite3_bind_int64(stmt, 1, when_now() + number);
	sqlite3_bind_double(stmt, 2, (double)(10000 + number % 90000) / 1000);
	sqlite3_bind_text(stmt, 3, SCORE_DATE, -1, SQLITE_STATIC);
	sqlite3_bind_null(stmt, 4);
	sqlite3_bind_text(stmt, 5, id, -1, SQLITE_STATIC);

	bool good = sqlite3_step(stmt) == SQLITE_DONE && sqlite3_changes(yard->conn->db) == 1;

	sqlite3_reset(stmt);
	yard->done++;
	return good || err_set(err, ERR_ENVIRONMENT, "row %lld was not updated: %s", (long long)row,
			       sqlite3_errmsg(yard->conn->db));
}

static bool run_updates(struct yard *yard, struct err *err)
{
	sqlite3_stmt *stmt;
	bool good = true;

	if (sqlite3_prepare_v3(yard->conn->db, update, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL))
		return sqlite_failed(yard->conn, err);
	while (good && when_monotonic_us() < yard->until) {
		good = conn_begin(yard->conn, true, err);
		for (int64_t i = 0; i < yard->batch && good; i++)
			good = update_one(yard, stmt, err);
		good = good && conn_commit(yard->conn, err);
	}
	sqlite3_finalize(stmt);
	return good;
}

static bool run_inserts(struct yard *yard, struct err *err)
{
	int64_t from = yard->salt * 100000000;
	bool good = true;

	while (good && when_monotonic_us() < yard->until) {
		good = rows_insert(yard->conn->db, &yard->shape, NEW_RESULT, from + yard->done,
				   from + yard->done + yard->batch, yard->batch, err);
		yard->done += yard->batch;
	}
	return good;
}

static bool run_bulk(struct yard *yard, struct err *err)
{
	yard->done = yard->shape.results;
	return rows_insert(yard->conn->db, &yard->shape, RESULT, 0, yard->shape.results, BULK_BATCH,
			   err);
}

/* Every statement of @text to its last row. */
static bool run_text(struct conn *conn, const char *text, struct err *err)
{
	while (*text) {
		sqlite3_stmt *stmt;
		int code;

		if (sqlite3_prepare_v2(conn->db, text, -1, &stmt, &text) != SQLITE_OK)
			return sqlite_failed(conn, err);
		while ((code = sqlite3_step(stmt)) == SQLITE_ROW)
			for (int i = 0; i < sqlite3_column_count(stmt); i++)
				(void)sqlite3_column_text(stmt, i);
		sqlite3_finalize(stmt);
		if (code != SQLITE_DONE)
			return sqlite_failed(conn, err);
	}
	return true;
}

static bool run_selects(struct yard *yard, const char *sql, struct err *err)
{
	bool good = true;

	for (; yard->done < yard->batch && good; yard->done++) {
		struct str text = STR_INIT;

		for (const char *at = sql; *at; at++) {
			if (at[0] == '%' && at[1] == 'd') {
				str_format(&text, "%lld", (long long)yard->done);
				at++;
			} else {
				str_add_char(&text, *at);
			}
		}
		good = run_text(yard->conn, str_text(&text), err);
		str_release(&text);
	}
	return good;
}

static double cpu_seconds(void)
{
	struct rusage use;

	getrusage(RUSAGE_SELF, &use);
	return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
	       (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
}

static bool number_at(char **argv, int argc, int i, int64_t *out)
{
	return i < argc && number_parse(argv[i], 0, INT64_MAX, out);
}

static bool open_db(struct yard *yard, const char *path, bool fresh, struct err *err)
{
	struct str schema = STR_INIT;
	bool good;

	if (fresh)
		store_remove(path);
	yard->conn = conn_open(path, true, err);
	schema_text(&schema);
	good = yard->conn && conn_exec(yard->conn, durable, err) &&
	       (!fresh || conn_exec(yard->conn, str_text(&schema), err));
	str_release(&schema);
	return good;
}

static bool run(struct yard *yard, int argc, char **argv, struct err *err)
{
	const char *mode = argc > 2 ? argv[1] : "";
	int64_t rows = 0, ms = 0;
	bool selects = strcmp(mode, "select") == 0, bulk = strcmp(mode, "bulk") == 0;
	bool updates = strcmp(mode, "update") == 0 && number_at(argv, argc, 3, &rows) &&
		       number_at(argv, argc, 4, &yard->batch) && number_at(argv, argc, 6, &ms) &&
		       number_at(argv, argc, 7, &yard->salt);
	bool inserts = strcmp(mode, "insert") == 0 && number_at(argv, argc, 3, &rows) &&
		       number_at(argv, argc, 4, &yard->batch) && number_at(argv, argc, 5, &ms) &&
		       number_at(argv, argc, 6, &yard->salt);

	if (!updates && !inserts && !(bulk && number_at(argv, argc, 3, &rows)) &&
	    !(selects && argc == 5 && number_at(argv, argc, 3, &yard->batch)))
		return err_set(err, ERR_INVALID, "usage: see the head of bare_sqlite.c");
	yard->random = updates && strcmp(argv[5], "random") == 0;
	shape_of(&yard->shape, rows);
	if (!open_db(yard, argv[2], bulk, err))
		return false;
	/* what lies before the clock starts is warm: the schema is read */
	if (!run_text(yard->conn, "SELECT count(*) FROM orgs", err))
		return false;

	int64_t begin = when_monotonic_us();
	double cpu = cpu_seconds();

	yard->until = begin + ms * 1000;

	bool good = updates   ? run_updates(yard, err)
		    : inserts ? run_inserts(yard, err)
		    : bulk    ? run_bulk(yard, err)
			      : run_selects(yard, argv[4], err);

	if (good)
		printf("%lld %.6f %.6f\n", (long long)yard->done,
		       (double)(when_monotonic_us() - begin) / 1e6, cpu_seconds() - cpu);
	return good;
}

int main(int argc, char **argv)
{
	struct err err = ERR_INIT;
	struct yard yard = { 0 };

	run(&yard, argc, argv, &err);
	conn_close(yard.conn);
	if (err.code == ERR_NONE)
		return 0;
	fprintf(stderr, "bare_sqlite: %s\n", err.text);
	return err_exit_status(&err);
}
