/*
 * rows.c - objects in and out of their tables, one loop over the fields each.
 */
#include "server/store/internal.h"

#include <string.h>

void add_columns(struct sql *sql, const struct entity *entity)
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
	       const struct order *order, int64_t limit, int64_t offset, record_fn *row,
	       void *payload, struct err *err)
{
	struct lister lister = { entity, row, payload };
	struct sql sql;

	sql_init(&sql);
	sql_add(&sql, "SELECT ");
	add_columns(&sql, entity);
	sql_format(&sql, " FROM \"%s\" WHERE ", entity->plural);
	sql_append(&sql, condition);
	if (order && order->field)
		sql_format(&sql, " ORDER BY \"%s\" %s, sourcedId LIMIT ", order->field->name,
			   order->descending ? "DESC" : "ASC");
	else
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
	bool good = rows_list(conn, entity, condition, NULL, 1, 0, keep_row, &getter, err);

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
	return kept_find(conn, entity, id, found, err);
}
