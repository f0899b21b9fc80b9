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

/* What is asked again and again is prepared once. ?1 is always the SIS. */
enum question {
	LINE_ITEM,
	PUT_LINE_ITEM,
	RESULTS,
	PUT_RESULT,
	CHOOSE_ID,
	CLEAR_ITEMS,
	CLEAR_RESULTS,
	PUT_SYNC
};

static const char *const questions[] = {
	[LINE_ITEM] = "SELECT id, hash FROM line_item WHERE sis = ?1 AND class = ?2 AND "
		      "assignment = ?3",
	[PUT_LINE_ITEM] = "INSERT OR REPLACE INTO line_item (sis, class, assignment, id, hash) "
			  "VALUES (?1, ?2, ?3, ?4, ?5)",
	[RESULTS] = "SELECT user, id, score, graded_at FROM result WHERE sis = ?1 AND class = ?2 "
		    "AND assignment = ?3",
	[PUT_RESULT] = "INSERT OR REPLACE INTO result (sis, class, assignment, user, id, score, "
		       "graded_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
	[CHOOSE_ID] = "INSERT INTO result (sis, class, assignment, user, id) "
		      "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET id = excluded.id",
	[CLEAR_ITEMS] = "UPDATE line_item SET id = NULL, hash = NULL WHERE sis = ?1 AND class = ?2 "
			"AND id IS NOT NULL",
	[CLEAR_RESULTS] = "UPDATE result SET id = NULL WHERE sis = ?1 AND class = ?2 AND id IS NOT "
			  "NULL",
	[PUT_SYNC] = "INSERT INTO sync (report) SELECT ?2 WHERE ?1 IS NOT NULL",
};

struct ledger {
	sqlite3 *db;
	sqlite3_stmt *prepared[ARRAY_SIZE(questions)];
	char *sis;
	int claim;    /* descriptor of PATH.lock, held by flock; -1: not claimed */
	bool forgets; /* a rehearsal: nothing is ever committed */
};

/* Every accepted PUT is noted in a transaction that is committed every few milliseconds,
 * and must survive our own death from then on, not the machine's: what a kill or a power
 * cut loses is matched again by name and id. */
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
	ledger->forgets = true;
	return execute(ledger, "BEGIN IMMEDIATE", err);
}

bool ledger_commit(struct ledger *ledger, struct err *err)
{
	return ledger->forgets || sqlite3_get_autocommit(ledger->db) ||
	       execute(ledger, "COMMIT", err);
}

/* What is noted from here on waits for ledger_commit(). */
static bool open_transaction(struct ledger *ledger, struct err *err)
{
	return !sqlite3_get_autocommit(ledger->db) || execute(ledger, "BEGIN IMMEDIATE", err);
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
	struct err ignored = ERR_INIT;

	if (!ledger)
		return;
	for (size_t i = 0; i < ARRAY_SIZE(questions); i++)
		sqlite3_finalize(ledger->prepared[i]);
	if (ledger->db)
		(void)!ledger_commit(ledger, &ignored);
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

/* The statement with ?1 bound to the SIS and the following texts to ?2...; NULL with @err.
 * Give it back with sqlite3_reset(). */
static sqlite3_stmt *ask(struct ledger *ledger, enum question question, const char *const *texts,
			 int count, struct err *err)
{
	sqlite3_stmt **stmt = &ledger->prepared[question];
	bool good = *stmt || sqlite3_prepare_v3(ledger->db, questions[question], -1,
						SQLITE_PREPARE_PERSISTENT, stmt, NULL) == SQLITE_OK;

	good = good && sqlite3_bind_text(*stmt, 1, ledger->sis, -1, SQLITE_STATIC) == SQLITE_OK;
	for (int i = 0; good && i < count; i++)
		good = sqlite3_bind_text(*stmt, i + 2, texts[i], -1, SQLITE_STATIC) == SQLITE_OK;
	if (good)
		return *stmt;
	failed(ledger, err);
	return NULL;
}

/* Writes something, in the open transaction. */
static bool tell(struct ledger *ledger, enum question question, const char *const *texts, int count,
		 struct err *err)
{
	sqlite3_stmt *stmt;
	bool good;

	if (!open_transaction(ledger, err) || !(stmt = ask(ledger, question, texts, count, err)))
		return false;
	good = sqlite3_step(stmt) == SQLITE_DONE || failed(ledger, err);
	sqlite3_reset(stmt);
	return good;
}

static const char *column(sqlite3_stmt *stmt, int number)
{
	return (const char *)sqlite3_column_text(stmt, number);
}

bool ledger_line_item(struct ledger *ledger, const char *class_id, const char *assignment,
		      char **id, char **hash, struct err *err)
{
	const char *texts[] = { class_id, assignment };
	sqlite3_stmt *stmt = ask(ledger, LINE_ITEM, texts, 2, err);
	int code = stmt ? sqlite3_step(stmt) : SQLITE_ERROR;
	bool found = code == SQLITE_ROW;

	*id = found ? xstrdup(column(stmt, 0)) : NULL;
	*hash = found ? xstrdup(column(stmt, 1)) : NULL;
	if (stmt && !found && code != SQLITE_DONE)
		failed(ledger, err);
	sqlite3_reset(stmt);
	return found || code == SQLITE_DONE;
}

bool ledger_put_line_item(struct ledger *ledger, const char *class_id, const char *assignment,
			  const char *id, const char *hash, struct err *err)
{
	const char *texts[] = { class_id, assignment, id, hash };

	return tell(ledger, PUT_LINE_ITEM, texts, 4, err);
}

bool ledger_results(struct ledger *ledger, const char *class_id, const char *assignment,
		    void (*see)(const struct ledger_result *result, void *payload), void *payload,
		    struct err *err)
{
	const char *texts[] = { class_id, assignment };
	sqlite3_stmt *stmt = ask(ledger, RESULTS, texts, 2, err);
	int code;

	if (!stmt)
		return false;
	while ((code = sqlite3_step(stmt)) == SQLITE_ROW) {
		const struct ledger_result result = { column(stmt, 0), column(stmt, 1),
						      column(stmt, 2), column(stmt, 3) };

		see(&result, payload);
	}
	if (code != SQLITE_DONE)
		failed(ledger, err);
	sqlite3_reset(stmt);
	return code == SQLITE_DONE;
}

bool ledger_put_result(struct ledger *ledger, const char *class_id, const char *assignment,
		       const struct ledger_result *result, struct err *err)
{
	const char *texts[] = { class_id,   assignment,    result->user,
				result->id, result->score, result->graded_at };

	return tell(ledger, PUT_RESULT, texts, 6, err);
}

bool ledger_choose_id(struct ledger *ledger, const char *class_id, const char *assignment,
		      const char *user, const char *id, struct err *err)
{
	const char *texts[] = { class_id, assignment, user, id };

	return tell(ledger, CHOOSE_ID, texts, 4, err);
}

bool ledger_clear(struct ledger *ledger, const char *class_id, int64_t *line_items,
		  int64_t *results, struct err *err)
{
	if (!tell(ledger, CLEAR_ITEMS, &class_id, 1, err))
		return false;
	*line_items += sqlite3_changes(ledger->db);
	if (!tell(ledger, CLEAR_RESULTS, &class_id, 1, err))
		return false;
	*results += sqlite3_changes(ledger->db);
	return true;
}

bool ledger_put_sync(struct ledger *ledger, const json_t *report, int64_t *id, struct err *err)
{
	char *text = jsonx_dump(report);
	const char *texts[] = { text };
	bool good = tell(ledger, PUT_SYNC, texts, 1, err);

	*id = sqlite3_last_insert_rowid(ledger->db);
	free(text);
	return good && ledger_commit(ledger, err);
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
