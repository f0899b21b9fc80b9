/*
 * verify.c - what is stored, compared with what was acknowledged.
 */
#include "tests/crash/verify.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"

#define PAGE 1000
#define SAMPLE 40
#define REASONS 600 /* bytes of them */

static void reason(struct str *why, const char *what, const char *id, const char *text)
{
	if (why->length < REASONS)
		str_format(why, "%s%s: %s", why->length ? "; " : "", id, what);
	if (why->length < REASONS && text)
		str_format(why, " (%s)", text);
}

static sqlite3 *open_db(const char *db, struct str *why)
{
	sqlite3 *out = NULL;

	if (sqlite3_open_v2(db, &out, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK) {
		sqlite3_busy_timeout(out, 5000);
		return out;
	}
	reason(why, "cannot be opened", db, sqlite3_errmsg(out));
	sqlite3_close(out);
	return NULL;
}

typedef void row_fn(sqlite3_stmt *row, void *payload);

static bool each(sqlite3 *db, const char *sql, row_fn *row, void *payload, struct str *why)
{
	sqlite3_stmt *stmt = NULL;
	int code = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);

	while (code == SQLITE_OK || code == SQLITE_ROW) {
		code = sqlite3_step(stmt);
		if (code == SQLITE_ROW)
			row(stmt, payload);
	}
	if (code != SQLITE_DONE)
		reason(why, sqlite3_errmsg(db), "SQL", sql);
	sqlite3_finalize(stmt);
	return code == SQLITE_DONE;
}

static const char *text(sqlite3_stmt *row, int column)
{
	const unsigned char *found = sqlite3_column_text(row, column);

	return found ? (const char *)found : "";
}

struct reading {
	struct ledger *ledger;
	struct str *why;
};

/* "ID vN" is what version N wrote; -1 when it is not. */
static int version_in(const char *id, const char *said)
{
	size_t length = strlen(id);
	int64_t version = -1;

	if (strncmp(said, id, length) != 0 || strncmp(said + length, " v", 2) != 0 ||
	    !number_parse(said + length + 2, 1, INT32_MAX, &version))
		return -1;
	return (int)version;
}

/* id, the text that says the version, and a second witness of it. */
static void read_key(sqlite3_stmt *row, void *payload)
{
	struct reading *reading = payload;
	const char *id = text(row, 0), *said = text(row, 1);
	struct key *key = ledger_find(reading->ledger, id);
	int version = version_in(id, said), number;
	bool agrees;

	if (!key) {
		reason(reading->why, "nobody wrote it", id, said);
		return;
	}
	if (key->is_item)
		agrees = strcmp(said, text(row, 2)) == 0;
	else
		agrees = sqlite3_column_int(row, 2) == version;
	if (version < 0 || !agrees)
		reason(reading->why, "half of one write and half of another", id, said);
	number = version < 0 ? ABSENT : version;
	if (key->found != ABSENT)
		reason(reading->why, "stands twice", id, said);
	key->found = number;
}

static void read_bulk(sqlite3_stmt *row, void *payload)
{
	struct reading *reading = payload;
	int64_t number = -1;

	if (number_parse(text(row, 0) + strlen("bulk "), 0, (int64_t)reading->ledger->count - 1,
			 &number))
		reading->ledger->bulks[number].found = sqlite3_column_int(row, 1);
	else
		reason(reading->why, "nobody posted it", text(row, 0), NULL);
}

static void judge_keys(struct ledger *ledger, struct str *why)
{
	for (int i = 0; i < KEYS; i++) {
		struct key *key = &ledger->keys[i];
		char said[96];

		snprintf(said, sizeof said,
			 "acknowledged: version %d; found: %d; in flight: %d to %d%s", key->version,
			 key->found, key->first, key->last,
			 key->is_deleted ? " and a deletion" : "");
		if (!key_may_be(key, key->found) && ledger->may_lose)
			ledger->lost++;
		else if (!key_may_be(key, key->found))
			reason(why, key->found == ABSENT ? "lost" : "not what was acknowledged",
			       key->id, said);
		key_settle(key, key->found);
	}
}

static void judge_bulks(struct ledger *ledger, struct str *why)
{
	for (size_t i = 0; i < ledger->count; i++) {
		struct bulk *bulk = &ledger->bulks[i];
		char id[32], said[64];

		snprintf(id, sizeof id, "bulk %zu", i);
		snprintf(said, sizeof said, "%d of %d rows", bulk->found, bulk->size);
		if (bulk->found != bulk->size && bulk->found != 0)
			reason(why, "a part of it is stored", id, said);
		else if (bulk->is_told && bulk->found == 0 && !ledger->may_lose)
			reason(why, "lost", id, said);
		ledger->lost += bulk->is_told && bulk->found == 0;
		bulk->is_told = bulk->found > 0;
		bulk->size = bulk->found; /* what did not come does not come later */
	}
}

static void read_integrity(sqlite3_stmt *row, void *payload)
{
	struct reading *reading = payload;

	if (strcmp(text(row, 0), "ok") != 0)
		reason(reading->why, "integrity_check", "database", text(row, 0));
}

struct number {
	long value;
};

static void read_number(sqlite3_stmt *row, void *payload)
{
	((struct number *)payload)->value = (long)sqlite3_column_int64(row, 0);
}

struct tallies {
	sqlite3 *db;
	struct str *why;
	int count;
};

static void read_tally(sqlite3_stmt *row, void *payload)
{
	struct tallies *tallies = payload;
	struct number number = { -1 };
	char *sql = xformat("SELECT count(*) FROM \"%s\"", text(row, 0));

	if (each(tallies->db, sql, read_number, &number, tallies->why) &&
	    number.value != (long)sqlite3_column_int64(row, 1))
		reason(tallies->why, "the stored tally is not that of the rows", text(row, 0),
		       text(row, 1));
	tallies->count++;
	free(sql);
}

/* What is stored of how many there are. */
static bool compare_tallies(sqlite3 *db, struct str *why)
{
	struct tallies tallies = { db, why, 0 };

	if (!each(db, "SELECT entity, rows FROM tally WHERE entity <> ''", read_tally, &tallies,
		  why))
		return false;
	if (tallies.count < 10)
		reason(why, "most rows are not there", "tally", NULL);
	return true;
}

bool verify_rows(const char *path, struct ledger *ledger, struct str *why)
{
	struct reading reading = { ledger, why };
	size_t before = why->length;
	sqlite3 *db = open_db(path, why);
	bool good;

	for (int i = 0; i < KEYS; i++)
		ledger->keys[i].found = ABSENT;
	for (size_t i = 0; i < ledger->count; i++)
		ledger->bulks[i].found = 0;
	good = db && each(db, "PRAGMA integrity_check", read_integrity, &reading, why) &&
	       each(db,
		    "SELECT sourcedId, comment, score FROM results WHERE comment NOT LIKE 'bulk %'",
		    read_key, &reading, why) &&
	       each(db,
		    "SELECT sourcedId, title, description FROM lineItems WHERE sourcedId <> "
		    "'common'",
		    read_key, &reading, why) &&
	       each(db,
		    "SELECT comment, count(*) FROM results WHERE comment LIKE 'bulk %' "
		    "GROUP BY comment",
		    read_bulk, &reading, why) &&
	       compare_tallies(db, why);
	sqlite3_close(db);
	if (!good)
		return false;
	judge_keys(ledger, why);
	judge_bulks(ledger, why);
	return why->length == before;
}

long sql_number(const char *path, const char *sql)
{
	struct number number = { -1 };
	struct str why = STR_INIT;
	sqlite3 *db = open_db(path, &why);

	if (!db || !each(db, sql, read_number, &number, &why))
		fprintf(stderr, "%s\n", str_text(&why));
	sqlite3_close(db);
	str_release(&why);
	return number.value;
}

struct ids {
	char **ids;
	size_t count, room;
};

static void add_id(struct ids *ids, const char *id)
{
	GROW(ids->ids, ids->count, ids->room);
	ids->ids[ids->count++] = xstrdup(id);
}

static void release_ids(struct ids *ids)
{
	for (size_t i = 0; i < ids->count; i++)
		free(ids->ids[i]);
	free(ids->ids);
}

static void read_id(sqlite3_stmt *row, void *payload)
{
	add_id(payload, text(row, 0));
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* X-Total-Count of a GET; its ids go to @ids unless that is NULL. */
static long get_page(const struct server *server, const char *target, struct ids *ids)
{
	struct answer answer;
	long total = -1;
	const json_t *item;
	size_t i;

	api(&answer, server, "GET", target, NULL);

	char *said = answer_header(&answer, "X-Total-Count");

	if (said)
		total = strtol(said, NULL, 10);
	free(said);
	json_array_foreach (json_object_get(answer.json, "results"), i, item)
		if (ids)
			add_id(ids, jsonx_text(item, "sourcedId"));
	answer_release(&answer);
	return total;
}

static void walk(const struct server *server, const char *order, const struct ids *stored,
		 struct str *why)
{
	struct ids ids = { NULL, 0, 0 };
	char target[160], said[96];
	long total = 0;

	for (size_t offset = 0; offset < stored->count + PAGE; offset += PAGE) {
		snprintf(target, sizeof target, "/results?fields=sourcedId&limit=%d&offset=%zu%s",
			 PAGE, offset, order);
		total = get_page(server, target, &ids);
	}
	snprintf(said, sizeof said, "%zu stored, %zu on the pages, X-Total-Count %ld",
		 stored->count, ids.count, total);
	if (ids.count)
		qsort(ids.ids, ids.count, sizeof *ids.ids, by_text);

	bool same = ids.count == stored->count && total == (long)stored->count;

	for (size_t i = 0; i < ids.count && same; i++)
		same = strcmp(ids.ids[i], stored->ids[i]) == 0;
	if (!same)
		reason(why, "the pages are not the rows", *order ? order : "default order", said);
	release_ids(&ids);
}

static void compare_totals(const struct server *server, const char *db, struct str *why)
{
	static const struct {
		const char *target, *sql;
	} rows[] = {
		{ "/results?limit=1", "SELECT count(*) FROM results" },
		{ "/lineItems?limit=1", "SELECT count(*) FROM lineItems" },
		{ "/users?limit=1", "SELECT count(*) FROM users" },
		{ "/results?limit=1&filter=status='active'",
		  "SELECT count(*) FROM results WHERE status = 'active'" },
		{ "/results?limit=1&filter=score%3E'20'",
		  "SELECT count(*) FROM results WHERE score > 20" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		long said = get_page(server, rows[i].target, NULL);
		long is = sql_number(db, rows[i].sql);
		char both[64];

		snprintf(both, sizeof both, "X-Total-Count %ld, rows %ld", said, is);
		if (said != is)
			reason(why, "the total is not that of the rows", rows[i].target, both);
	}
}

static void compare_some(const struct server *server, const struct ledger *ledger, struct str *why)
{
	for (int i = 0; i < KEYS; i += KEYS / SAMPLE) {
		const struct key *key = &ledger->keys[i];
		char *target = xformat("/%s/%s", key->is_item ? "lineItems" : "results", key->id);
		char said[48];
		struct answer answer;

		api(&answer, server, "GET", target, NULL);
		snprintf(said, sizeof said, "%s v%d", key->id, key->version);
		if (answer.status != (key->version == ABSENT ? 404 : 200) ||
		    (key->version != ABSENT && !strstr(answer.body, said)))
			reason(why, "is answered otherwise than stored", target, answer.body);
		answer_release(&answer);
		free(target);
	}
}

bool verify_served(const struct server *server, const char *path, const struct ledger *ledger,
		   bool walks, struct str *why)
{
	struct ids stored = { NULL, 0, 0 };
	size_t before = why->length;
	sqlite3 *db = open_db(path, why);

	if (walks && db &&
	    each(db, "SELECT sourcedId FROM results ORDER BY sourcedId", read_id, &stored, why)) {
		walk(server, "", &stored, why);
		walk(server, "&sort=sourcedId", &stored, why);
	}
	sqlite3_close(db);
	release_ids(&stored);
	compare_totals(server, path, why);
	compare_some(server, ledger, why);
	return why->length == before;
}
