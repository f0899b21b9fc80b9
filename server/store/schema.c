/*
 * schema.c - the tables, made from the entity tables.
 */
#include "server/store/internal.h"

#include "base/str.h"

/* Beside the entities. ref holds every element of every list of references. */
static const char own_tables[] =
	"CREATE TABLE ref (entity TEXT NOT NULL, owner TEXT NOT NULL, path TEXT NOT NULL,"
	" pos INTEGER NOT NULL, target TEXT NOT NULL,"
	" PRIMARY KEY (entity, path, target, owner, pos)) STRICT, WITHOUT ROWID;"
	"CREATE INDEX ref_owner ON ref (entity, owner);"
	"CREATE TABLE sis_state (kind TEXT NOT NULL, id TEXT NOT NULL, key TEXT NOT NULL,"
	" value TEXT NOT NULL, PRIMARY KEY (kind, id, key)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;"
	"CREATE TABLE credential (id TEXT PRIMARY KEY, secret TEXT NOT NULL) STRICT, WITHOUT "
	"ROWID;";

static void entity_table(struct str *sql, const struct entity *entity)
{
	str_format(sql, "CREATE TABLE \"%s\" (id INTEGER PRIMARY KEY", entity->plural);
	for (const struct field *field = entity->fields; field->name; field++)
		str_format(sql, ", \"%s\" %s%s", field->name, sql_type(field->type),
			   field == entity->fields ? " NOT NULL UNIQUE" : "");
	str_add(sql, ") STRICT;");
	for (const struct field *field = entity->fields; field->name; field++)
		if (field->type == T_REF)
			str_format(sql, "CREATE INDEX \"%s_%s\" ON \"%s\" (\"%s\");",
				   entity->plural, field->name, entity->plural, field->name);
}

static bool read_version(struct conn *conn, int64_t *version, struct err *err)
{
	struct sql sql;

	sql_init(&sql);
	sql_add(&sql, "PRAGMA user_version");

	bool good = conn_integer(conn, &sql, version, err);

	sql_release(&sql);
	return good;
}

bool schema_apply(struct conn *conn, struct err *err)
{
	struct str sql = STR_INIT;
	int64_t version;

	if (!read_version(conn, &version, err))
		return false;
	if (version > SCHEMA_VERSION)
		return err_set(
			err, ERR_ENVIRONMENT,
			"the database was made by a newer mocksis (schema %lld, this one knows "
			"%d); it is left untouched",
			(long long)version, SCHEMA_VERSION);
	if (version == SCHEMA_VERSION)
		return true;

	str_add(&sql, own_tables);
	for (size_t i = 0; i < ENTITY_COUNT; i++)
		entity_table(&sql, entities[i]);
	str_format(&sql, "PRAGMA user_version = %d;", SCHEMA_VERSION);

	bool good = conn_begin(conn, true, err) && conn_exec(conn, str_text(&sql), err) &&
		    conn_commit(conn, err);

	if (!good)
		conn_rollback(conn);
	str_release(&sql);
	return good;
}
