/*
 * tally.c - how many objects there are, and the number of the last commit.
 *
 * The table is written in the transaction that it counts: whoever reads it in a
 * transaction of his own sees the numbers of exactly the rows that he sees, after
 * a crash, too. What a transaction changes is noted while it runs, so that what is
 * kept in memory about the order of rows can follow without reading them again.
 */
#include "server/store/internal.h"

#include <stdlib.h>
#include <string.h>

#define CHANGES_MOST 65536 /* noted one by one; beyond, memory is told to forget */

size_t entity_number(const struct entity *entity)
{
	size_t i = 0;

	while (entities[i] != entity)
		i++;
	return i;
}

void tally_note(struct conn *conn, const struct entity *entity, enum change_kind kind, int64_t row,
		const char *id)
{
	struct changes *changes = &conn->changes;
	size_t number = entity_number(entity);

	changes->touched |= 1u << number;
	if (kind == CHANGE_UPDATE)
		return;
	changes->members |= 1u << number;
	changes->rows[number] += kind == CHANGE_INSERT ? 1 : -1;
	if (changes->count == CHANGES_MOST) {
		changes->overflow = true;
		return;
	}
	if (changes->count == changes->room) {
		changes->room = changes->room ? 2 * changes->room : 64;
		changes->items = xrealloc(changes->items, changes->room * sizeof *changes->items);
	}
	changes->items[changes->count++] = (struct change){ entity, kind, row, xstrdup(id) };
}

void tally_mark(struct conn *conn, struct changes_mark *mark)
{
	const struct changes *changes = &conn->changes;

	mark->count = changes->count;
	mark->overflow = changes->overflow;
	memcpy(mark->rows, changes->rows, sizeof mark->rows);
}

static void drop_items(struct changes *changes, size_t keep)
{
	while (changes->count > keep)
		free(changes->items[--changes->count].id);
}

/* What was touched stays so: to say too much costs a reader a look, to say too little
 * would show him what is not there. */
void tally_back(struct conn *conn, const struct changes_mark *mark)
{
	struct changes *changes = &conn->changes;

	drop_items(changes, mark->count);
	changes->overflow = mark->overflow;
	memcpy(changes->rows, mark->rows, sizeof mark->rows);
}

void tally_clear(struct conn *conn)
{
	struct changes *changes = &conn->changes;

	drop_items(changes, 0);
	changes->touched = changes->members = 0;
	changes->overflow = false;
	memset(changes->rows, 0, sizeof changes->rows);
}

static bool run(struct conn *conn, struct sql *sql, struct err *err)
{
	bool good = conn_query(conn, sql, NULL, NULL, err);

	sql_release(sql);
	return good;
}

static bool write_entity(struct conn *conn, size_t i, int64_t commit, struct err *err)
{
	bool members = conn->changes.members & (1u << i);
	struct sql sql;

	sql_init(&sql);
	sql_add(&sql, "UPDATE tally SET rows = rows + ");
	sql_int(&sql, conn->changes.rows[i]);
	sql_add(&sql, ", changed = ");
	sql_int(&sql, commit);
	sql_add(&sql, ", members = max(members, ");
	sql_int(&sql, members ? commit : 0);
	sql_add(&sql, ") WHERE entity = ");
	sql_text(&sql, entities[i]->plural);
	return run(conn, &sql, err);
}

static bool ask(struct conn *conn, const char *text, int64_t *out, struct err *err)
{
	struct sql sql;

	sql_init(&sql);
	sql_add(&sql, text);

	bool good = conn_integer(conn, &sql, out, err);

	sql_release(&sql);
	return good;
}

bool tally_commits(struct conn *conn, int64_t *out, struct err *err)
{
	return ask(conn, "SELECT changed FROM tally WHERE entity = ''", out, err);
}

bool tally_total(struct conn *conn, int64_t *out, struct err *err)
{
	return ask(conn, "SELECT sum(rows) FROM tally", out, err);
}

bool tally_write(struct conn *conn, struct err *err)
{
	struct changes *changes = &conn->changes;
	struct sql sql;

	if (!changes->touched)
		return true;
	if (!tally_commits(conn, &changes->commit, err))
		return false;
	changes->commit++;
	for (size_t i = 0; i < ENTITY_COUNT; i++)
		if ((changes->touched & (1u << i)) && !write_entity(conn, i, changes->commit, err))
			return false;
	sql_init(&sql);
	sql_add(&sql, "UPDATE tally SET changed = ");
	sql_int(&sql, changes->commit);
	sql_add(&sql, " WHERE entity = ''");
	return run(conn, &sql, err);
}

bool tally_recount(struct conn *conn, struct err *err)
{
	int64_t commit;
	struct sql sql;

	if (!tally_commits(conn, &commit, err))
		return false;
	commit++;
	for (size_t i = 0; i < ENTITY_COUNT; i++) {
		sql_init(&sql);
		sql_add(&sql, "INSERT OR REPLACE INTO tally (entity, rows, changed, members) "
			      "SELECT ");
		sql_text(&sql, entities[i]->plural);
		sql_add(&sql, ", count(*), ");
		sql_int(&sql, commit);
		sql_add(&sql, ", ");
		sql_int(&sql, commit);
		sql_format(&sql, " FROM \"%s\"", entities[i]->plural);
		if (!run(conn, &sql, err))
			return false;
	}
	sql_init(&sql);
	sql_add(&sql, "INSERT OR REPLACE INTO tally (entity, rows, changed, members) "
		      "VALUES ('', 0, ");
	sql_int(&sql, commit);
	sql_add(&sql, ", 0)");
	if (!run(conn, &sql, err))
		return false;
	tally_clear(conn); /* what was noted is counted */
	conn->changes.touched = (1u << ENTITY_COUNT) - 1;
	conn->changes.members = conn->changes.touched;
	conn->changes.overflow = true;
	conn->changes.commit = commit;
	return true;
}

static bool take_tally(const struct value *columns, int count, void *payload)
{
	struct tally *out = payload;

	(void)count;
	*out = (struct tally){ columns[0].integer, columns[1].integer, columns[2].integer };
	return false;
}

bool tally_read(struct conn *conn, const struct entity *entity, struct tally *out, struct err *err)
{
	struct sql sql;

	*out = (struct tally){ 0 };
	sql_init(&sql);
	sql_add(&sql, "SELECT rows, changed, members FROM tally WHERE entity = ");
	sql_text(&sql, entity->plural);

	bool good = conn_query(conn, &sql, take_tally, out, err);

	sql_release(&sql);
	return good;
}
