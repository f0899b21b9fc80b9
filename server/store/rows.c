/*
 * rows.c - objects in and out of their tables, one loop over the fields each.
 */
#include "server/store/internal.h"

#include <string.h>

#include "base/jsonx.h"

static void add_columns(struct sql *sql, const struct entity *entity)
{
	for (const struct field *field = entity->fields; field->name; field++)
		sql_format(sql, "%s\"%s\"", field == entity->fields ? "" : ", ", field->name);
}

struct lister {
	const struct entity *entity;
	record_fn *row;
	void *payload;
};

static bool list_row(const struct value *columns, int count, void *payload)
{
	struct lister *lister = payload;
	struct record record = { .entity = lister->entity };

	memcpy(record.values, columns, (size_t)count * sizeof *columns);
	return lister->row(&record, lister->payload);
}

bool rows_list(struct conn *conn, const struct entity *entity, const struct sql *condition,
	       int64_t limit, int64_t offset, record_fn *row, void *payload, struct err *err)
{
	struct lister lister = { entity, row, payload };
	struct sql sql;

	sql_init(&sql);
	sql_add(&sql, "SELECT ");
	add_columns(&sql, entity);
	sql_format(&sql, " FROM \"%s\" WHERE ", entity->plural);
	sql_append(&sql, condition);
	sql_add(&sql, " ORDER BY id LIMIT ");
	sql_int(&sql, limit);
	sql_add(&sql, " OFFSET ");
	sql_int(&sql, offset);

	bool good = conn_query(conn, &sql, list_row, &lister, err);

	sql_release(&sql);
	return good;
}

bool rows_count(struct conn *conn, const struct entity *entity, const struct sql *condition,
		int64_t *out, struct err *err)
{
	struct sql sql;

	sql_init(&sql);
	sql_format(&sql, "SELECT count(*) FROM \"%s\" WHERE ", entity->plural);
	sql_append(&sql, condition);

	bool good = conn_integer(conn, &sql, out, err);

	sql_release(&sql);
	return good;
}

struct getter {
	struct record *out;
	struct arena *arena;
	bool found;
};

static bool keep_row(const struct record *record, void *payload)
{
	struct getter *getter = payload;

	*getter->out = *record;
	getter->found = true;
	for (int i = 0; record->entity->fields[i].name; i++)
		if (record->values[i].kind == VALUE_TEXT)
			getter->out->values[i].text = arena_dup(getter->arena,
								record->values[i].text);
	return false;
}

bool rows_get(struct conn *conn, const struct entity *entity, const struct sql *condition,
	      struct record *out, bool *found, struct arena *arena, struct err *err)
{
	struct getter getter = { out, arena, false };
	bool good = rows_list(conn, entity, condition, 1, 0, keep_row, &getter, err);

	*found = getter.found;
	return good;
}

static void by_id(struct sql *sql, const char *id)
{
	sql_init(sql);
	sql_add(sql, "sourcedId = ");
	sql_text(sql, id);
}

bool rows_get_id(struct conn *conn, const struct entity *entity, const char *id, struct record *out,
		 bool *found, struct arena *arena, struct err *err)
{
	struct sql condition;

	by_id(&condition, id);

	bool good = rows_get(conn, entity, &condition, out, found, arena, err);

	sql_release(&condition);
	return good;
}

bool rows_exist(struct conn *conn, const struct entity *entity, const char *id, bool *found,
		struct err *err)
{
	struct sql condition;
	int64_t count;

	by_id(&condition, id);

	bool good = rows_count(conn, entity, &condition, &count, err);

	*found = good && count > 0;
	sql_release(&condition);
	return good;
}

static bool delete_refs(struct conn *conn, const struct entity *entity, const char *id,
			struct err *err)
{
	struct sql sql;

	sql_init(&sql);
	sql_add(&sql, "DELETE FROM ref WHERE entity = ");
	sql_text(&sql, entity->plural);
	sql_add(&sql, " AND owner = ");
	sql_text(&sql, id);

	bool good = conn_query(conn, &sql, NULL, NULL, err);

	sql_release(&sql);
	return good;
}

static bool put_ref(struct conn *conn, const struct record *record, const struct field *field,
		    size_t pos, const char *target, struct err *err)
{
	struct sql sql;

	sql_init(&sql);
	sql_add(&sql, "INSERT INTO ref (entity, owner, path, pos, target) VALUES (");
	sql_text(&sql, record->entity->plural);
	sql_add(&sql, ", ");
	sql_text(&sql, record->values[FIELD_SOURCED_ID].text);
	sql_add(&sql, ", ");
	sql_text(&sql, field->name);
	sql_add(&sql, ", ");
	sql_int(&sql, (int64_t)pos);
	sql_add(&sql, ", ");
	sql_text(&sql, target);
	sql_add(&sql, ")");

	bool good = conn_query(conn, &sql, NULL, NULL, err);

	sql_release(&sql);
	return good;
}

static bool put_refs(struct conn *conn, const struct record *record, struct err *err)
{
	const struct field *fields = record->entity->fields;
	bool good = true, cleared = false;

	for (int i = 0; fields[i].name && good; i++) {
		if (fields[i].type != T_REFS)
			continue;
		if (!cleared)
			good = delete_refs(conn, record->entity, record->values[0].text, err);
		cleared = true;
		if (record->values[i].kind != VALUE_TEXT)
			continue;

		json_t *ids = json_loads(record->values[i].text, 0, NULL);
		const json_t *id;
		size_t pos;

		json_array_foreach (ids, pos, id)
			good = good &&
			       put_ref(conn, record, &fields[i], pos, json_string_value(id), err);
		json_decref(ids);
	}
	return good;
}

static bool update(struct conn *conn, const struct record *record, bool *changed, struct err *err)
{
	struct sql sql;
	const struct field *fields = record->entity->fields;

	sql_init(&sql);
	sql_format(&sql, "UPDATE \"%s\" SET ", record->entity->plural);
	for (int i = 1; fields[i].name; i++) {
		sql_format(&sql, "%s\"%s\" = ", i > 1 ? ", " : "", fields[i].name);
		sql_value(&sql, record->values[i]);
	}
	sql_add(&sql, " WHERE sourcedId = ");
	sql_value(&sql, record->values[FIELD_SOURCED_ID]);

	bool good = conn_query(conn, &sql, NULL, NULL, err);

	*changed = conn_changes(conn) > 0;
	sql_release(&sql);
	return good;
}

static bool insert(struct conn *conn, const struct record *record, struct err *err)
{
	struct sql sql;

	sql_init(&sql);
	sql_format(&sql, "INSERT INTO \"%s\" (", record->entity->plural);
	add_columns(&sql, record->entity);
	sql_add(&sql, ") VALUES (");
	for (int i = 0; record->entity->fields[i].name; i++) {
		sql_add(&sql, i ? ", " : "");
		sql_value(&sql, record->values[i]);
	}
	sql_add(&sql, ")");

	bool good = conn_query(conn, &sql, NULL, NULL, err);

	sql_release(&sql);
	return good;
}

bool rows_put(struct conn *conn, const struct record *record, bool *created, struct err *err)
{
	bool changed;

	if (!update(conn, record, &changed, err))
		return false;
	*created = !changed;
	return (changed || insert(conn, record, err)) && put_refs(conn, record, err);
}

bool rows_delete(struct conn *conn, const struct entity *entity, const char *id, bool *found,
		 struct err *err)
{
	struct sql sql;

	sql_init(&sql);
	sql_format(&sql, "DELETE FROM \"%s\" WHERE sourcedId = ", entity->plural);
	sql_text(&sql, id);

	bool good = conn_query(conn, &sql, NULL, NULL, err);

	*found = conn_changes(conn) > 0;
	sql_release(&sql);
	return good && delete_refs(conn, entity, id, err);
}

bool sis_state_get(struct conn *conn, const char *kind, const char *id, const char *key,
		   json_t **out, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct sql sql;
	char *text;

	sql_init(&sql);
	sql_add(&sql, "SELECT value FROM sis_state WHERE kind = ");
	sql_text(&sql, kind);
	sql_add(&sql, " AND id = ");
	sql_text(&sql, id);
	sql_add(&sql, " AND key = ");
	sql_text(&sql, key);

	bool good = conn_text(conn, &sql, &arena, &text, err);

	*out = text ? json_loads(text, JSON_DECODE_ANY, NULL) : NULL;
	sql_release(&sql);
	arena_release(&arena);
	return good;
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
