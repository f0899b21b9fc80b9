/*
 * schema.c - the tables, made from the entity tables.
 */
#include "server/store/internal.h"

#include "base/str.h"

/* Beside the entities. ref holds every element of every list of references. */
static const char own_tables[] =
	"CREATE TABLE ref (\n\tentity TEXT NOT NULL,\n\towner TEXT NOT NULL,\n"
	"\tpath TEXT NOT NULL,\n\tpos INTEGER NOT NULL,\n\ttarget TEXT NOT NULL,\n"
	"\tPRIMARY KEY (entity, path, target, owner, pos)\n) STRICT, WITHOUT ROWID;\n"
	"CREATE INDEX ref_owner ON ref (entity, owner);\n"
	"CREATE TABLE sis_state (\n\tkind TEXT NOT NULL,\n\tid TEXT NOT NULL,\n"
	"\tkey TEXT NOT NULL,\n\tvalue TEXT NOT NULL,\n"
	"\tPRIMARY KEY (kind, id, key)\n) STRICT, WITHOUT ROWID;\n"
	"CREATE TABLE setting (\n\tname TEXT PRIMARY KEY,\n\tvalue TEXT NOT NULL\n"
	") STRICT, WITHOUT ROWID;\n"
	"CREATE TABLE credential (\n\tid TEXT PRIMARY KEY,\n\tsecret TEXT NOT NULL\n"
	") STRICT, WITHOUT ROWID;\n";

/* Objects as they were before a write that cannot be read yet: an array of the row's
 * columns, NULL where there was none. Since version 3. */
static const char unpublished_table[] =
	"CREATE TABLE unpublished (\n\tid INTEGER PRIMARY KEY,\n\tentity TEXT NOT NULL,\n"
	"\tsourcedId TEXT NOT NULL,\n\tvisible_at INTEGER NOT NULL,\n\tbefore TEXT\n"
	") STRICT;\n";

/* How many objects there are, and what commit changed them last. Since version 4. */
static const char tally_table[] =
	"CREATE TABLE tally (\n\tentity TEXT PRIMARY KEY,\n\trows INTEGER NOT NULL,\n"
	"\tchanged INTEGER NOT NULL,\n\tmembers INTEGER NOT NULL\n) STRICT, WITHOUT ROWID;\n"
	"INSERT INTO tally VALUES ('', 0, 0, 0);\n";

static void add_tally(struct str *sql)
{
	str_add(sql, tally_table);
	for (size_t i = 0; i < ENTITY_COUNT; i++)
		str_format(sql, "INSERT INTO tally VALUES ('%s', 0, 0, 0);\n", entities[i]->plural);
}

static void add_table(struct str *sql, const struct entity *entity)
{
	str_format(sql, "CREATE TABLE \"%s\" (\n\tid INTEGER PRIMARY KEY", entity->plural);
	for (const struct field *field = entity->fields; field->name; field++)
		str_format(sql, ",\n\t\"%s\" %s%s", field->name, sql_type(field->type),
			   field == entity->fields ? " NOT NULL UNIQUE" : "");
	str_add(sql, "\n) STRICT;\n");
}

static void add_indexes(struct str *sql, const struct entity *entity)
{
	for (const struct field *field = entity->fields; field->name; field++)
		if (field->type == T_REF)
			str_format(sql,
				   "CREATE INDEX IF NOT EXISTS \"%s_%s\" ON \"%s\" (\"%s\");\n",
				   entity->plural, field->name, entity->plural, field->name);
}

static void add_version(struct str *sql)
{
	str_format(sql, "PRAGMA user_version = %d;\n", SCHEMA_VERSION);
}

void schema_text(struct str *out)
{
	str_add(out, own_tables);
	str_add(out, unpublished_table);
	add_tally(out);
	for (size_t i = 0; i < ENTITY_COUNT; i++) {
		add_table(out, entities[i]);
		add_indexes(out, entities[i]);
	}
	add_version(out);
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

struct columns {
	const struct entity *entity;
	bool there[ENTITY_FIELDS_MAX];
	bool any;
};

static bool see_column(const struct value *columns, int count, void *payload)
{
	struct columns *known = payload;
	int i = entity_field_index(known->entity, columns[0].text);

	(void)count;
	known->any = true;
	if (i >= 0)
		known->there[i] = true;
	return true;
}

/* What an older database lacks of an entity: the table, or some columns. */
static bool add_missing(struct conn *conn, const struct entity *entity, struct str *out,
			struct err *err)
{
	struct columns known = { .entity = entity };
	struct sql sql;

	sql_init(&sql);
	sql_add(&sql, "SELECT name FROM pragma_table_info(");
	sql_text(&sql, entity->plural);
	sql_add(&sql, ")");

	bool good = conn_query(conn, &sql, see_column, &known, err);

	sql_release(&sql);
	if (!known.any)
		add_table(out, entity);
	for (int i = 0; known.any && entity->fields[i].name; i++)
		if (!known.there[i])
			str_format(out, "ALTER TABLE \"%s\" ADD COLUMN \"%s\" %s;", entity->plural,
				   entity->fields[i].name, sql_type(entity->fields[i].type));
	add_indexes(out, entity);
	return good;
}

/* Version 1 knew nothing of 1.2: its users have no roles, its lineItems no school. */
static bool complete_all(struct conn *conn, int64_t version, struct err *err)
{
	return version != 1 || (rows_derive(conn, err) && rows_complete_users(conn, err));
}

bool schema_is_known(struct conn *conn, struct err *err)
{
	int64_t version;

	if (!read_version(conn, &version, err))
		return false;
	return version <= SCHEMA_VERSION ||
	       err_set(err, ERR_ENVIRONMENT,
		       "the database was made by a newer mocksis (schema %lld, this one knows "
		       "%d); it is left untouched",
		       (long long)version, SCHEMA_VERSION);
}

bool schema_apply(struct conn *conn, struct err *err)
{
	struct str sql = STR_INIT;
	int64_t version;

	if (!read_version(conn, &version, err))
		return false;
	if (version == SCHEMA_VERSION)
		return true;

	bool good = true;

	if (version == 0)
		str_add(&sql, own_tables);
	if (version < 3)
		str_add(&sql, unpublished_table);
	add_tally(&sql);
	for (size_t i = 0; i < ENTITY_COUNT && good; i++)
		good = add_missing(conn, entities[i], &sql, err);
	add_version(&sql);
	good = good && conn_begin(conn, true, err) && conn_exec(conn, str_text(&sql), err) &&
	       complete_all(conn, version, err) && tally_recount(conn, err) &&
	       conn_commit(conn, err);
	if (!good)
		conn_rollback(conn);
	str_release(&sql);
	return good;
}
