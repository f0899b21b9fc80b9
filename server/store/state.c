/*
 * state.c - what a database holds beside the objects: SIS state and settings.
 */
#include "server/store/internal.h"

#include <stdlib.h>

#include "base/jsonx.h"

static void add_place(struct sql *sql, const char *kind, const char *id, const char *key)
{
	sql_add(sql, " WHERE kind = ");
	sql_text(sql, kind);
	sql_add(sql, " AND id = ");
	sql_text(sql, id);
	if (key) {
		sql_add(sql, " AND key = ");
		sql_text(sql, key);
	}
}

static bool take_json(const struct value *columns, int count, void *payload)
{
	(void)count;
	*(json_t **)payload = json_loads(columns[0].text, JSON_DECODE_ANY, NULL);
	return false;
}

bool sis_state_get(struct conn *conn, const char *kind, const char *id, const char *key,
		   json_t **out, struct err *err)
{
	const struct value values[] = {
		{ VALUE_TEXT, .text = kind },
		{ VALUE_TEXT, .text = id },
		{ VALUE_TEXT, .text = key },
	};

	*out = NULL;
	return conn_ask(conn, "SELECT value FROM sis_state WHERE kind = ? AND id = ? AND key = ?",
			values, ARRAY_SIZE(values), take_json, out, err);
}

bool sis_state_put(struct conn *conn, const char *kind, const char *id, const char *key,
		   const json_t *value, struct err *err)
{
	char *text = jsonx_dump(value);
	struct sql sql;

	sql_init(&sql);
	sql_add(&sql, "INSERT OR REPLACE INTO sis_state (kind, id, key, value) VALUES (");
	sql_text(&sql, kind);
	sql_add(&sql, ", ");
	sql_text(&sql, id);
	sql_add(&sql, ", ");
	sql_text(&sql, key);
	sql_add(&sql, ", ");
	sql_text(&sql, text);
	sql_add(&sql, ")");

	bool good = conn_query(conn, &sql, NULL, NULL, err);

	sql_release(&sql);
	free(text);
	return good;
}

bool sis_state_delete(struct conn *conn, const char *kind, const char *id, const char *key,
		      struct err *err)
{
	struct sql sql;

	sql_init(&sql);
	sql_add(&sql, "DELETE FROM sis_state");
	add_place(&sql, kind, id, key);

	bool good = conn_query(conn, &sql, NULL, NULL, err);

	sql_release(&sql);
	return good;
}

bool setting_get(struct conn *conn, const char *name, char **out, struct err *err)
{
	struct sql sql;

	sql_init(&sql);
	sql_add(&sql, "SELECT value FROM setting WHERE name = ");
	sql_text(&sql, name);

	bool good = conn_text(conn, &sql, NULL, out, err);

	sql_release(&sql);
	return good;
}

bool setting_put(struct conn *conn, const char *name, const char *value, struct err *err)
{
	struct sql sql;

	sql_init(&sql);
	sql_add(&sql, "INSERT OR REPLACE INTO setting (name, value) VALUES (");
	sql_text(&sql, name);
	sql_add(&sql, ", ");
	sql_text(&sql, value);
	sql_add(&sql, ")");

	bool good = conn_query(conn, &sql, NULL, NULL, err);

	sql_release(&sql);
	return good;
}
