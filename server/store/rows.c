/*
 * rows.c - objects in and out of their tables, one loop over the fields each.
 */
#include "server/store/internal.h"

#include <string.h>

#include "server/store/fence.h"
#include "server/store/hint.h"

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

/* The one object that a statement reads. */
struct point {
	const struct entity *entity;
	const char *id; /* it is only told when it is that one; NULL: in any case */
	record_fn *row;
	void *payload;
	int64_t number; /* of its row; 0: nothing was told */
	bool more;      /* what row() said */
};

/* Runs it; what is bound stays bound, and is not looked at before the next. */
static bool read_point(struct conn *conn, sqlite3_stmt *stmt, struct point *point, struct err *err)
{
	int code = sqlite3_step(stmt);
	struct record record;

	point->number = 0;
	point->more = true;
	if (code == SQLITE_ROW) {
		conn_column(stmt, FIELD_SOURCED_ID, &record.values[FIELD_SOURCED_ID]);
		if (!point->id || same_text(record.values[FIELD_SOURCED_ID].text, point->id)) {
			int i = FIELD_SOURCED_ID + 1;

			record.entity = point->entity;
			for (; point->entity->fields[i].name; i++)
				conn_column(stmt, i, &record.values[i]);
			point->number = sqlite3_column_int64(stmt, i);
			point->more = point->row(&record, point->payload);
		}
	} else if (code != SQLITE_DONE) {
		conn_failed(conn, err);
	}
	sqlite3_reset(stmt);
	return code == SQLITE_ROW || code == SQLITE_DONE;
}

static bool read_row(struct conn *conn, int64_t row, struct point *point, struct err *err)
{
	sqlite3_stmt *stmt = kept_statement(conn, KEPT_GET_ROW, point->entity, err);

	return stmt && sqlite3_bind_int64(stmt, 1, row) == SQLITE_OK &&
	       read_point(conn, stmt, point, err);
}

/* Where it was seen last, if it still is there. */
static bool read_hinted(struct conn *conn, struct point *point, struct err *err)
{
	int64_t rows[HINT_WAYS];
	size_t count = conn->hints ? hints_find(conn->hints, point->entity, point->id, rows) : 0;
	bool good = true;

	for (size_t i = 0; i < count && good && !point->number; i++)
		good = read_row(conn, rows[i], point, err);
	return good;
}

bool rows_point(struct conn *conn, const struct entity *entity, const char *id, record_fn *row,
		void *payload, struct err *err)
{
	struct point point = { entity, id, row, payload, .number = 0 };
	sqlite3_stmt *stmt;

	if (!read_hinted(conn, &point, err))
		return false;
	if (point.number)
		return true;
	stmt = kept_statement(conn, KEPT_GET, entity, err);
	if (!stmt || sqlite3_bind_text(stmt, 1, id, -1, SQLITE_STATIC) != SQLITE_OK ||
	    !read_point(conn, stmt, &point, err))
		return false;
	if (point.number && conn->hints)
		hints_note(conn->hints, entity, id, point.number);
	return true;
}

bool rows_numbered(struct conn *conn, const struct entity *entity, const int64_t *rows,
		   size_t count, record_fn *row, void *payload, struct err *err)
{
	struct point point = { entity, NULL, row, payload, .more = true };
	bool good = true;

	for (size_t i = 0; i < count && good && point.more; i++)
		good = read_row(conn, rows[i], &point, err);
	return good;
}

bool rows_fenced(struct conn *conn, const struct entity *entity, const struct order *order,
		 const struct fence *fence, int64_t limit, record_fn *row, void *payload,
		 struct err *err)
{
	bool by_id = order && order->field, descending = by_id && order->descending;
	struct lister lister = { entity, row, payload };
	struct sql sql;

	sql_init(&sql);
	sql_add(&sql, "SELECT ");
	add_columns(&sql, entity);
	sql_format(&sql, " FROM \"%s\"", entity->plural);
	if (!by_id) {
		sql_add(&sql, " WHERE id >= ");
		sql_int(&sql, fence->row);
	} else if (fence->id) {
		sql_format(&sql, " WHERE sourcedId %s ", descending ? "<" : ">=");
		sql_text(&sql, fence->id);
	}
	sql_format(&sql, " ORDER BY %s%s LIMIT ", by_id ? "sourcedId" : "id",
		   descending ? " DESC" : "");
	sql_int(&sql, limit);
	sql_add(&sql, " OFFSET ");
	sql_int(&sql, fence->skip);

	bool good = conn_query(conn, &sql, list_row, &lister, err);

	sql_release(&sql);
	return good;
}

bool rows_exist(struct conn *conn, const struct entity *entity, const char *id, bool *found,
		struct err *err)
{
	int64_t row;
	bool good = kept_find(conn, entity, id, &row, err);

	*found = row > 0;
	return good;
}
