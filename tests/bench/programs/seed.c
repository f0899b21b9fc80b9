/*
 * seed.c - makes what is measured.
 *
 *   seed db FILE ROWS      a district with so many results
 *   seed people FILE ROWS  the same district without any result
 *   seed csv FOLDER ROWS   its results as a bundle for mocksis import
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "server/store/internal.h"
#include "tests/bench/data/rows.h"

#define BATCH 200000

/* Nothing has to survive while the file is made; whoever opens it next sets these anew. */
static const char fast[] = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;"
			   "PRAGMA cache_size = -1000000;";
static const char plain[] = "PRAGMA journal_mode = WAL;";

/* The secondary indexes of results, as they were made. */
static bool collect_indexes(struct conn *conn, struct str *drop, struct str *create,
			    struct err *err)
{
	sqlite3_stmt *stmt;

	if (sqlite3_prepare_v2(conn->db,
			       "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND "
			       "tbl_name = 'results' AND sql IS NOT NULL",
			       -1, &stmt, NULL) != SQLITE_OK)
		return err_set(err, ERR_ENVIRONMENT, "%s", sqlite3_errmsg(conn->db));
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		str_format(drop, "DROP INDEX \"%s\";", sqlite3_column_text(stmt, 0));
		str_format(create, "%s;", sqlite3_column_text(stmt, 1));
	}
	sqlite3_finalize(stmt);
	return true;
}

static bool fill(struct store *store, const struct shape *shape, struct err *err)
{
	struct conn *conn = store_conn(store);
	struct str drop = STR_INIT, create = STR_INIT;
	bool good = collect_indexes(conn, &drop, &create, err) &&
		    conn_exec(conn, str_text(&drop), err) &&
		    rows_insert(conn->db, shape, RESULT, 0, shape->results, BATCH, err) &&
		    conn_exec(conn, str_text(&create), err) && conn_begin(conn, true, err) &&
		    tally_recount(conn, err) && conn_commit(conn, err);

	str_release(&drop);
	str_release(&create);
	return good;
}

/* Under another name first: a file that is there is whole. */
static bool make_db(const char *path, const struct shape *shape, bool results, struct err *err)
{
	char *unfinished = xformat("%s.unfinished", path);
	struct store *store;
	bool good = false;

	store_remove(unfinished);
	store = store_open(unfinished, err);
	if (store)
		good = conn_exec(store_conn(store), fast, err) && rows_people(store, shape, err) &&
		       (!results || fill(store, shape, err)) &&
		       conn_exec(store_conn(store), plain, err);
	store_close(store);
	if (good && rename(unfinished, path) != 0)
		good = err_set(err, ERR_ENVIRONMENT, "%s cannot be written", path);
	store_remove(unfinished);
	free(unfinished);
	return good;
}

static const char manifest[] =
	"propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\n"
	"file.academicSessions,absent\nfile.categories,absent\nfile.classes,absent\n"
	"file.classResources,absent\nfile.courses,absent\nfile.courseResources,absent\n"
	"file.demographics,absent\nfile.enrollments,absent\nfile.lineItems,absent\n"
	"file.orgs,absent\nfile.resources,absent\nfile.results,bulk\nfile.users,absent\n";

static void write_results(FILE *out, const struct shape *shape)
{
	fputs("sourcedId,status,dateLastModified,lineItemSourcedId,studentSourcedId,scoreStatus,"
	      "score,scoreDate,comment\n",
	      out);
	for (int64_t i = 0; i < shape->results; i++) {
		struct result_row row;

		row_result(shape, i, &row);
		fprintf(out, "%s,,,%s,%s,%s,%.1f,%s,%s\n", row.id, row.line_item, row.student,
			SCORE_STATUS, row.score, SCORE_DATE, row.comment ? row.comment : "");
	}
}

static bool make_csv(const char *folder, const struct shape *shape, struct err *err)
{
	char *list = path_join(folder, "manifest.csv"), *results = path_join(folder, "results.csv");
	bool good = folder_create(folder, err);
	FILE *out = good ? fopen(results, "w") : NULL;

	if (out) {
		write_results(out, shape);
		good = fclose(out) == 0 || err_set(err, ERR_ENVIRONMENT, "%s: no room", results);
	} else if (good) {
		good = err_set(err, ERR_ENVIRONMENT, "%s cannot be written", results);
	}
	/* last: a bundle with a manifest is whole */
	good = good && file_write(list, manifest, sizeof manifest - 1, err);
	free(list);
	free(results);
	return good;
}

int main(int argc, char **argv)
{
	struct err err = ERR_INIT;
	struct shape shape;
	int64_t rows;

	if (argc != 4 || !has_word("db people csv", argv[1]) ||
	    !number_parse(argv[3], 1, INT32_MAX, &rows)) {
		fputs("usage: seed db|people FILE ROWS, or seed csv FOLDER ROWS\n", stderr);
		return 2;
	}
	shape_of(&shape, rows);
	if (strcmp(argv[1], "csv") == 0 ? !make_csv(argv[2], &shape, &err)
					: !make_db(argv[2], &shape, argv[1][0] == 'd', &err)) {
		fprintf(stderr, "seed: %s\n", err.text);
		return err_exit_status(&err);
	}
	return 0;
}
