/*
 * snapshot.c - a copy of a store's objects in a file of its own, and the way back.
 *
 * Profile, clients and clock are not part of it: who goes back to yesterday's data still
 * has the credentials that he has today.
 */
#include "server/store/internal.h"

#include <stdio.h>
#include <string.h>

bool store_snapshot(struct store *store, const char *path, struct err *err)
{
	struct conn *conn;
	struct sql sql;

	if (!keep_private(path, err)) /* an empty file is as good as none */
		return false;
	conn = store_take_reader(store, err);
	if (!conn)
		return false;
	sql_init(&sql);
	sql_add(&sql, "VACUUM INTO ");
	sql_text(&sql, path);

	/* the file is new: nothing of this store is written */
	bool good = conn_exec(conn, "PRAGMA query_only = OFF", err) &&
		    conn_query(conn, &sql, NULL, NULL, err);
	struct err ignored = ERR_INIT;

	good = conn_exec(conn, "PRAGMA query_only = ON", good ? err : &ignored) && good;

	sql_release(&sql);
	store_put_reader(store, conn);
	return good;
}

static bool add_name(const struct value *columns, int count, void *payload)
{
	struct str *names = payload;

	(void)count;
	str_format(names, "%s\"%s\"", names->length ? ", " : "", columns[0].text);
	return true;
}

/* A copy that an older program made may lack columns of today. */
static bool copy_table(struct conn *conn, const char *table, struct err *err)
{
	struct str columns = STR_INIT, text = STR_INIT;
	struct sql sql;

	sql_init(&sql);
	sql_add(&sql, "SELECT m.name FROM pragma_table_info(");
	sql_text(&sql, table);
	sql_add(&sql, ", 'main') m JOIN pragma_table_info(");
	sql_text(&sql, table);
	sql_add(&sql, ", 'snapshot') s ON s.name = m.name");

	bool good = conn_query(conn, &sql, add_name, &columns, err);

	str_format(&text, "DELETE FROM main.\"%s\";", table);
	if (columns.length)
		str_format(&text, "INSERT INTO main.\"%s\" (%s) SELECT %s FROM snapshot.\"%s\";",
			   table, str_text(&columns), str_text(&columns), table);
	good = good && conn_exec(conn, str_text(&text), err);
	sql_release(&sql);
	str_release(&columns);
	str_release(&text);
	return good;
}

#define TABLES_MOST 64

struct tables {
	char names[TABLES_MOST][64];
	size_t count;
};

static bool add_table(const struct value *columns, int count, void *payload)
{
	struct tables *tables = payload;

	(void)count;
	if (tables->count == TABLES_MOST)
		BUG("more than %d tables", TABLES_MOST);
	snprintf(tables->names[tables->count++], sizeof tables->names[0], "%s", columns[0].text);
	return true;
}

static bool copy_back(struct conn *conn, struct err *err)
{
	struct tables tables = { .count = 0 };
	struct sql sql;

	sql_init(&sql);
	sql_add(&sql, "SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT IN "
		      "('setting', 'credential', 'tally')");

	bool good = conn_query(conn, &sql, add_table, &tables, err);

	sql_release(&sql);
	for (size_t i = 0; i < tables.count && good; i++)
		good = copy_table(conn, tables.names[i], err);
	return good;
}

bool snapshot_restore(struct conn *conn, const char *path, struct err *err)
{
	struct err ignored = ERR_INIT;
	struct sql sql;

	sql_init(&sql);
	sql_add(&sql, "ATTACH ");
	sql_text(&sql, path);
	sql_add(&sql, " AS snapshot");

	bool good = conn_query(conn, &sql, NULL, NULL, err);

	sql_release(&sql);
	if (!good)
		return false;
	good = conn_begin(conn, true, err) && copy_back(conn, err) && tally_recount(conn, err) &&
	       conn_commit(conn, err);
	if (!good)
		conn_rollback(conn);
	/* statements that were prepared over the attached file would keep it busy */
	conn_forget(conn);
	return conn_exec(conn, "DETACH snapshot", &ignored) && good;
}
