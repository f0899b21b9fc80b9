/*
 * kept.c - the statements that every write of an object runs, prepared once for each
 * connection and entity.
 *
 * In all of them ?N is the field N - 1 of the entity: one loop binds an object to any.
 */
#include "server/store/internal.h"

/* What refers to another object is indexed. SQLite takes an index entry out and puts it in
 * again for each indexed column that SET names, changed or not: so references stand in WHERE
 * where they stay. */
static bool is_indexed(const struct field *field)
{
	return field->type == T_REF;
}

static void add_settings(struct str *out, const struct entity *entity, bool references)
{
	bool first = true;

	for (int i = 1; entity->fields[i].name; i++) {
		if (is_indexed(&entity->fields[i]) && !references)
			continue;
		str_format(out, "%s\"%s\" = ?%d", first ? "" : ", ", entity->fields[i].name, i + 1);
		first = false;
	}
}

static void text_of_change(struct str *out, const struct entity *entity)
{
	str_format(out, "UPDATE \"%s\" SET ", entity->plural);
	add_settings(out, entity, false);
	str_add(out, " WHERE sourcedId = ?1");
	for (int i = 1; entity->fields[i].name; i++)
		if (is_indexed(&entity->fields[i]))
			/* + : by sourcedId alone it is found */
			str_format(out, " AND +\"%s\" IS ?%d", entity->fields[i].name, i + 1);
}

static void text_of_replace(struct str *out, const struct entity *entity)
{
	str_format(out, "UPDATE \"%s\" SET ", entity->plural);
	add_settings(out, entity, true);
	str_add(out, " WHERE sourcedId = ?1");
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

static void (*const texts[KEPT_COUNT])(struct str *out, const struct entity *entity) = {
	[KEPT_CHANGE] = text_of_change,
	[KEPT_REPLACE] = text_of_replace,
	[KEPT_ADD] = text_of_add,
};

static sqlite3_stmt *prepare(struct conn *conn, enum kept kept, const struct entity *entity,
			     struct err *err)
{
	sqlite3_stmt **stmt = &conn->kept[entity_number(entity)][kept];
	struct str text = STR_INIT;

	if (*stmt)
		return *stmt;
	texts[kept](&text, entity);
	if (sqlite3_prepare_v3(conn->db, str_text(&text), -1, SQLITE_PREPARE_PERSISTENT, stmt,
			       NULL) != SQLITE_OK)
		conn_failed(conn, err);
	str_release(&text);
	return *stmt;
}

bool kept_run(struct conn *conn, enum kept kept, const struct record *record, int64_t row,
	      struct err *err)
{
	const struct field *fields = record->entity->fields;
	sqlite3_stmt *stmt = prepare(conn, kept, record->entity, err);
	struct value number = { row ? VALUE_INT : VALUE_NULL, .integer = row };
	bool good = stmt != NULL;
	int i = 0;

	for (; good && fields[i].name; i++)
		good = conn_bind(conn, stmt, i + 1, &record->values[i], err);
	if (good && kept == KEPT_ADD)
		good = conn_bind(conn, stmt, i + 1, &number, err);
	if (good && sqlite3_step(stmt) != SQLITE_DONE)
		good = conn_failed(conn, err);
	sqlite3_reset(stmt); /* the bindings are borrowed, and never read before the next ones */
	return good;
}

void kept_forget(struct conn *conn)
{
	for (size_t i = 0; i < ENTITY_COUNT; i++)
		for (int kept = 0; kept < KEPT_COUNT; kept++) {
			sqlite3_finalize(conn->kept[i][kept]);
			conn->kept[i][kept] = NULL;
		}
}
