/*
 * ledger.c - what was sent where. One of the two users of SQLite.
 */
#include "conformance/canvas/ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/jsonx.h"

struct ledger {
	sqlite3 *db;
	char *sis;
	int claim; /* descriptor of PATH.lock, held by flock; -1: not claimed */
};

/* Every accepted PUT is noted at once and must survive our own death, not the
 * machine's: what a power cut loses is matched again by name and id. */
static const char schema[] =
	"PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
	"CREATE TABLE IF NOT EXISTS line_item (sis TEXT, class TEXT, assignment TEXT, id TEXT,"
	" hash TEXT, PRIMARY KEY (sis, class, assignment)) WITHOUT ROWID;"
	"CREATE TABLE IF NOT EXISTS result (sis TEXT, class TEXT, assignment TEXT, user TEXT,"
	" id TEXT, score TEXT, graded_at TEXT, PRIMARY KEY (sis, class, assignment, user))"
	" WITHOUT ROWID;"
	"CREATE TABLE IF NOT EXISTS sync (id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" report TEXT NOT NULL);";

static bool failed(struct ledger *ledger, struct err *err)
{
	return err_set(err, ERR_ENVIRONMENT, "the ledger failed: %s", sqlite3_errmsg(ledger->db));
}

static bool execute(struct ledger *ledger, const char *sql, struct err *err)
{
	return sqlite3_exec(ledger->db, sql, NULL, NULL, NULL) == SQLITE_OK || failed(ledger, err);
}

bool ledger_begin(struct ledger *ledger, struct err *err)
{
	return execute(ledger, "BEGIN IMMEDIATE", err);
}

struct ledger *ledger_open(const char *path, struct err *err)
{
	struct ledger *ledger = xcalloc(1, sizeof *ledger);
	struct err why = ERR_INIT;
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;

	ledger->sis = xstrdup("");
	ledger->claim = -1;
	if (sqlite3_open_v2(path ? path : ":memory:", &ledger->db, flags, NULL) != SQLITE_OK)
		failed(ledger, &why);
	else if (sqlite3_busy_timeout(ledger->db, 5000), execute(ledger, schema, &why))
		return ledger;
	err_set(err, ERR_INVALID, "%s cannot be the ledger (%s); name another file with --state",
		path ? path : "memory", why.text);
	ledger_close(ledger);
	return NULL;
}

bool ledger_claim(struct ledger *ledger, const char *path, struct err *err)
{
	char *lock = xformat("%s.lock", path);

	ledger->claim = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (ledger->claim < 0)
		err_set(err, ERR_INVALID, "%s: %s; name another file with --state", lock,
			strerror(errno));
	else if (flock(ledger->claim, LOCK_EX | LOCK_NB) != 0)
		err_set(err, ERR_ENVIRONMENT,
			"another sync works with %s (lock %s): wait for it, or it and this one "
			"would "
			"send the same twice",
			path, lock);
	free(lock);
	return err->code == ERR_NONE;
}

void ledger_close(struct ledger *ledger)
{
	if (!ledger)
		return;
	sqlite3_close(ledger->db);
	if (ledger->claim >= 0)
		close(ledger->claim);
	free(ledger->sis);
	free(ledger);
}

void ledger_use(struct ledger *ledger, const char *sis)
{
	free(ledger->sis);
	ledger->sis = xstrdup(sis);
}

/* Binds ?1 to the SIS and the following texts to ?2...; NULL ends them only after
 * @count. Up to three text columns of the first row go to @out (free). */
static bool query(struct ledger *ledger, const char *sql, const char *const *texts, int count,
		  char **out, int columns, struct err *err)
{
	sqlite3_stmt *stmt;
	bool good = sqlite3_prepare_v2(ledger->db, sql, -1, &stmt, NULL) == SQLITE_OK;
	int code = SQLITE_ERROR;

	for (int i = 0; i < columns; i++)
		out[i] = NULL;
	good = good && sqlite3_bind_text(stmt, 1, ledger->sis, -1, SQLITE_STATIC) == SQLITE_OK;
	for (int i = 0; good && i < count; i++)
		good = sqlite3_bind_text(stmt, i + 2, texts[i], -1, SQLITE_STATIC) == SQLITE_OK;
	if (good)
		code = sqlite3_step(stmt);
	for (int i = 0; code == SQLITE_ROW && i < columns; i++)
		out[i] = xstrdup((const char *)sqlite3_column_text(stmt, i));
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		good = failed(ledger, err);
	sqlite3_finalize(stmt);
	return good;
}

bool ledger_line_item(struct ledger *ledger, const char *class_id, const char *assignment,
		      char **id, char **hash, struct err *err)
{
	const char *texts[] = { class_id, assignment };
	char *out[2];
	bool good = query(ledger,
			  "SELECT id, hash FROM line_item WHERE sis = ?1 AND class = ?2 AND "
			  "assignment = ?3",
			  texts, 2, out, 2, err);

	*id = out[0];
	*hash = out[1];
	return good;
}

bool ledger_put_line_item(struct ledger *ledger, const char *class_id, const char *assignment,
			  const char *id, const char *hash, struct err *err)
{
	const char *texts[] = { class_id, assignment, id, hash };

	return query(ledger,
		     "INSERT OR REPLACE INTO line_item (sis, class, assignment, id, hash) "
		     "VALUES (?1, ?2, ?3, ?4, ?5)",
		     texts, 4, NULL, 0, err);
}

bool ledger_result(struct ledger *ledger, const char *class_id, const char *assignment,
		   const char *user, char **id, char **score, char **graded_at, struct err *err)
{
	const char *texts[] = { class_id, assignment, user };
	char *out[3];
	bool good = query(ledger,
			  "SELECT id, score, graded_at FROM result WHERE sis = ?1 AND "
			  "class = ?2 AND assignment = ?3 AND user = ?4",
			  texts, 3, out, 3, err);

	*id = out[0];
	*score = out[1];
	*graded_at = out[2];
	return good;
}

bool ledger_put_result(struct ledger *ledger, const char *class_id, const char *assignment,
		       const char *user, const char *id, const char *score, const char *graded_at,
		       struct err *err)
{
	const char *texts[] = { class_id, assignment, user, id, score, graded_at };

	return query(ledger,
		     "INSERT OR REPLACE INTO result (sis, class, assignment, user, id, "
		     "score, graded_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
		     texts, 6, NULL, 0, err);
}

bool ledger_clear(struct ledger *ledger, const char *class_id, int64_t *line_items,
		  int64_t *results, struct err *err)
{
	if (!query(ledger,
		   "UPDATE line_item SET id = NULL, hash = NULL WHERE sis = ?1 AND class = "
		   "?2 AND id IS NOT NULL",
		   &class_id, 1, NULL, 0, err))
		return false;
	*line_items += sqlite3_changes(ledger->db);
	if (!query(ledger,
		   "UPDATE result SET id = NULL WHERE sis = ?1 AND class = ?2 AND id IS NOT "
		   "NULL",
		   &class_id, 1, NULL, 0, err))
		return false;
	*results += sqlite3_changes(ledger->db);
	return true;
}

bool ledger_put_sync(struct ledger *ledger, const json_t *report, int64_t *id, struct err *err)
{
	char *text = jsonx_dump(report);
	const char *texts[] = { text };
	bool good = query(ledger, "INSERT INTO sync (report) SELECT ?2 WHERE ?1 IS NOT NULL", texts,
			  1, NULL, 0, err);

	*id = sqlite3_last_insert_rowid(ledger->db);
	free(text);
	return good;
}

json_t *ledger_syncs(struct ledger *ledger, const char *course, int64_t id, struct err *err)
{
	json_t *list = json_array();
	sqlite3_stmt *stmt;
	int code;

	if (sqlite3_prepare_v2(ledger->db,
			       "SELECT id, report FROM sync WHERE (?1 = 0 OR id = ?1) AND "
			       "json_extract(report, '$.course_id') = ?2 "
			       "ORDER BY id DESC",
			       -1, &stmt, NULL) != SQLITE_OK) {
		failed(ledger, err);
		json_decref(list);
		return NULL;
	}
	sqlite3_bind_int64(stmt, 1, id);
	sqlite3_bind_text(stmt, 2, course, -1, SQLITE_STATIC);
	while ((code = sqlite3_step(stmt)) == SQLITE_ROW) {
		json_t *report = json_loads((const char *)sqlite3_column_text(stmt, 1), 0, NULL);

		json_object_set_new(report, "id", json_integer(sqlite3_column_int64(stmt, 0)));
		json_array_append_new(list, report);
	}
	if (code != SQLITE_DONE)
		failed(ledger, err);
	sqlite3_finalize(stmt);
	return list;
}
