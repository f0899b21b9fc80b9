/*
 * kept.c - the statements that are run for one object, prepared once for each connection and
 * entity.
 *
 * In those that write ?N is the field N - 1 of the entity, and the row comes behind the last
 * one: one loop binds an object to any.
 */
#include "server/store/internal.h"

#include <string.h>

/* What refers to another object is indexed. SQLite takes an index entry out and puts it in
 * again for each indexed column that SET names, changed or not: so references stand in WHERE
 * where they stay. */
static bool is_indexed(const struct field *field)
{
	return field->type == T_REF;
}

static void add_update(struct str *out, const struct entity *entity, bool references)
{
	int i = 1;

	str_format(out, "UPDATE \"%s\" SET ", entity->plural);
	for (bool first = true; entity->fields[i].name; i++) {
		if (is_indexed(&entity->fields[i]) && !references)
			continue;
		str_format(out, "%s\"%s\" = ?%d", first ? "" : ", ", entity->fields[i].name, i + 1);
		first = false;
	}
	/* + : by its row alone it is found */
	str_format(out, " WHERE id = ?%d AND +sourcedId = ?1", i + 1);
}

static void text_of_change(struct str *out, const struct entity *entity)
{
	add_update(out, entity, false);
	for (int i = 1; entity->fields[i].name; i++)
		if (is_indexed(&entity->fields[i]))
			str_format(out, " AND +\"%s\" IS ?%d", entity->fields[i].name, i + 1);
}

static void text_of_replace(struct str *out, const struct entity *entity)
{
	add_update(out, entity, true);
}

static void text_of_add(struct str *out, const struct entity *entity)
{
	int count = 0;

	str_format(out, "INSERT INTO \"%s\" (", entity->plural);
	for (; entity->fields[count].name; count++)
		str_format(out, "\"%s\", ", entity->fields[count].name);
	str_add(out, "id) VALUES (");
	for (int i = 0; i < count; i++)
		str_format(out, "?%d, ", i + 1);
	str_format(out, "?%d) ON CONFLICT (sourcedId) DO NOTHING", count + 1);
}

static void text_of_find(struct str *out, const struct entity *entity)
{
	str_format(out, "SELECT id FROM \"%s\" WHERE sourcedId = ?", entity->plural);
}

static void add_get(struct str *out, const struct entity *entity, const char *key)
{
	str_add(out, "SELECT ");
	for (const struct field *field = entity->fields; field->name; field++)
		str_format(out, "\"%s\", ", field->name);
	str_format(out, "id FROM \"%s\" WHERE %s = ?", entity->plural, key);
}

static void text_of_get(struct str *out, const struct entity *entity)
{
	add_get(out, entity, "sourcedId");
}

static void text_of_get_row(struct str *out, const struct entity *entity)
{
	add_get(out, entity, "id");
}

static void (*const texts[KEPT_COUNT])(struct str *out, const struct entity *entity) = {
	[KEPT_CHANGE] = text_of_change, [KEPT_REPLACE] = text_of_replace,
	[KEPT_ADD] = text_of_add,       [KEPT_FIND] = text_of_find,
	[KEPT_GET] = text_of_get,       [KEPT_GET_ROW] = text_of_get_row,
};

static bool prepare(struct conn *conn, const struct str *text, sqlite3_stmt **stmt, struct err *err)
{
	return sqlite3_prepare_v3(conn->db, str_text(text), -1, SQLITE_PREPARE_PERSISTENT, stmt,
				  NULL) == SQLITE_OK ||
	       conn_failed(conn, err);
}

sqlite3_stmt *kept_statement(struct conn *conn, enum kept kept, const struct entity *entity,
			     struct err *err)
{
	sqlite3_stmt **stmt = &conn->kept[entity_number(entity)][kept];
	sqlite3_stmt *ready = *stmt;
	struct str text = STR_INIT;

	if (ready)
		return ready;
	texts[kept](&text, entity);
	if (!prepare(conn, &text, stmt, err))
		*stmt = NULL;
	str_release(&text);
	return *stmt;
}

bool kept_run(struct conn *conn, enum kept kept, const struct record *record, int64_t row,
	      struct err *err)
{
	const struct field *fields = record->entity->fields;
	sqlite3_stmt *stmt = kept_statement(conn, kept, record->entity, err);
	struct value number = { row ? VALUE_INT : VALUE_NULL, .integer = row };
	bool good = stmt != NULL;
	int i = 0;

	for (; good && fields[i].name; i++)
		good = conn_bind(conn, stmt, i + 1, &record->values[i], err);
	if (good)
		good = conn_bind(conn, stmt, i + 1, &number, err);
	if (good && sqlite3_step(stmt) != SQLITE_DONE)
		good = conn_failed(conn, err);
	sqlite3_reset(stmt); /* the bindings are borrowed, and never read before the next ones */
	return good;
}

/* The first column of the one row, where there is one; from @arena. */
static bool step(struct conn *conn, sqlite3_stmt *stmt, struct arena *arena, char **text,
		 struct err *err)
{
	int code = sqlite3_step(stmt);

	if (code == SQLITE_ROW)
		*text = arena_dup(arena, (const char *)sqlite3_column_text(stmt, 0));
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		conn_failed(conn, err);
	sqlite3_reset(stmt);
	return code == SQLITE_ROW || code == SQLITE_DONE;
}

bool kept_find(struct conn *conn, const struct entity *entity, const char *id, int64_t *row,
	       struct err *err)
{
	sqlite3_stmt *stmt = kept_statement(conn, KEPT_FIND, entity, err);
	struct value value = { id ? VALUE_TEXT : VALUE_NULL, .text = id };
	int code;

	*row = 0; /* rows are counted from 1 */
	if (!stmt || !conn_bind(conn, stmt, 1, &value, err))
		return false;
	code = sqlite3_step(stmt);
	if (code == SQLITE_ROW)
		*row = sqlite3_column_int64(stmt, 0);
	else if (code != SQLITE_DONE)
		conn_failed(conn, err);
	sqlite3_reset(stmt);
	return code == SQLITE_ROW || code == SQLITE_DONE;
}

/* The derivation looks at its field in a table of one row, which it takes for the entity's. */
static sqlite3_stmt *derivation(struct conn *conn, size_t number, struct err *err)
{
	const struct derivation *derived = &derivations[number];
	sqlite3_stmt **stmt = &conn->derivations[number];
	sqlite3_stmt *ready = *stmt;
	struct str text = STR_INIT;

	if (ready)
		return ready;
	str_format(&text, "SELECT %s FROM (SELECT ?1 AS \"%s\") AS \"%s\"", derived->sql,
		   derived->from, derived->entity->plural);
	if (!prepare(conn, &text, stmt, err))
		*stmt = NULL;
	str_release(&text);
	return *stmt;
}

bool rows_follow(struct conn *conn, struct record *record, struct arena *arena, struct err *err)
{
	for (size_t i = 0; i < DERIVATIONS; i++) {
		const struct derivation *derived = &derivations[i];
		const struct value *from;
		sqlite3_stmt *stmt;
		char *text = NULL;

		if (record->entity != derived->entity || record_text(record, derived->field))
			continue;
		from = record_value(record, derived->from);
		if (from->kind != VALUE_TEXT)
			continue;
		stmt = derivation(conn, i, err);
		if (!stmt || !conn_bind(conn, stmt, 1, from, err) ||
		    !step(conn, stmt, arena, &text, err))
			return false;
		if (text)
			record_set_text(record, derived->field, text);
	}
	return true;
}

void kept_forget(struct conn *conn)
{
	for (size_t i = 0; i < ENTITY_COUNT; i++)
		for (int kept = 0; kept < KEPT_COUNT; kept++)
			sqlite3_finalize(conn->kept[i][kept]);
	for (size_t i = 0; i < DERIVATIONS; i++)
		sqlite3_finalize(conn->derivations[i]);
	memset(conn->kept, 0, sizeof conn->kept);
	memset(conn->derivations, 0, sizeof conn->derivations);
}
