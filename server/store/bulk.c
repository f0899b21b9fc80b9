/*
 * bulk.c - many rows into a table that is empty.
 */
#include "server/store/bulk.h"

#include <stdlib.h>
#include <string.h>

#include "server/store/internal.h"

#define SLOTS 16384   /* answers that are remembered per question; a power of two */
#define REMEMBERED 47 /* bytes of an id that is */
#define INDEXES 16

/* What was answered: that an id is there, or what follows from it. That it is not there is
 * not kept, since a later row may bring it. */
struct slot {
	char id[REMEMBERED + 1], answer[REMEMBERED + 1]; /* id empty: free */
};

/* One question about the value of a field. */
struct question {
	sqlite3_stmt *stmt;
	int from;  /* the field whose value is asked about */
	int field; /* the field that follows from it; -1: only whether it is there */
	struct slot *slots;
};

struct bulk {
	struct conn *conn;
	const struct entity *entity;
	sqlite3_stmt *insert;
	struct question questions[ENTITY_FIELDS_MAX];
	int question_count;
	char *indexes[INDEXES]; /* that were dropped: the statements that make them */
	int index_count;
	struct arena arena; /* of one row */
};

static bool failed(struct bulk *bulk, struct err *err)
{
	return conn_failed(bulk->conn, err);
}

static bool prepare(struct bulk *bulk, const struct sql *sql, sqlite3_stmt **out, struct err *err)
{
	return sqlite3_prepare_v3(bulk->conn->db, str_text(&sql->text), -1,
				  SQLITE_PREPARE_PERSISTENT, out, NULL) == SQLITE_OK ||
	       failed(bulk, err);
}

static bool ask_about(struct bulk *bulk, int from, int field, const struct sql *sql,
		      struct err *err)
{
	struct question *question = &bulk->questions[bulk->question_count++];

	*question = (struct question){ .from = from, .field = field };
	question->slots = xcalloc(SLOTS, sizeof *question->slots);
	return prepare(bulk, sql, &question->stmt, err);
}

/* A derivation is written over the entity's table; here that is one row with the one column
 * from which the field follows. */
static bool prepare_derivations(struct bulk *bulk, struct err *err)
{
	bool good = true;

	for (size_t i = 0; i < DERIVATIONS && good; i++) {
		const struct derivation *derived = &derivations[i];
		struct sql sql;

		if (derived->entity != bulk->entity)
			continue;
		sql_init(&sql);
		sql_format(&sql, "SELECT %s FROM (SELECT ? AS \"%s\") AS \"%s\"", derived->sql,
			   derived->from, bulk->entity->plural);
		good = ask_about(bulk, entity_field_index(bulk->entity, derived->from),
				 entity_field_index(bulk->entity, derived->field), &sql, err);
		sql_release(&sql);
	}
	return good;
}

static bool prepare_references(struct bulk *bulk, struct err *err)
{
	const struct field *fields = bulk->entity->fields;
	bool good = true;

	for (int i = 0; fields[i].name && good; i++) {
		struct sql sql;

		if (fields[i].type != T_REF)
			continue;
		sql_init(&sql);
		sql_format(&sql, "SELECT '' FROM \"%s\" WHERE sourcedId = ?",
			   fields[i].target->plural);
		good = ask_about(bulk, i, -1, &sql, err);
		sql_release(&sql);
	}
	return good;
}

static bool prepare_insert(struct bulk *bulk, struct err *err)
{
	struct sql sql;

	sql_init(&sql);
	sql_format(&sql, "INSERT INTO \"%s\" (", bulk->entity->plural);
	add_columns(&sql, bulk->entity);
	sql_add(&sql, ") VALUES (");
	for (int i = 0; bulk->entity->fields[i].name; i++)
		sql_add(&sql, i ? ", ?" : "?");
	sql_add(&sql, ")");

	bool good = prepare(bulk, &sql, &bulk->insert, err);

	sql_release(&sql);
	return good;
}

struct names {
	struct bulk *bulk;
	struct str drop;
};

static bool see_index(const struct value *columns, int count, void *payload)
{
	struct names *names = payload;

	(void)count;
	if (names->bulk->index_count == INDEXES)
		BUG("more than %d indexes", INDEXES);
	str_format(&names->drop, "DROP INDEX \"%s\";", columns[0].text);
	names->bulk->indexes[names->bulk->index_count++] = xstrdup(columns[1].text);
	return true;
}

/* But for that of the sourcedIds, which says what is there twice. */
static bool drop_indexes(struct bulk *bulk, struct err *err)
{
	struct names names = { bulk, STR_INIT };
	struct sql sql;

	sql_init(&sql);
	sql_add(&sql, "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT "
		      "NULL AND tbl_name = ");
	sql_text(&sql, bulk->entity->plural);

	bool good = conn_query(bulk->conn, &sql, see_index, &names, err) &&
		    conn_exec(bulk->conn, str_text(&names.drop), err);

	sql_release(&sql);
	str_release(&names.drop);
	return good;
}

static bool is_empty(struct conn *conn, const struct entity *entity, bool *out, struct err *err)
{
	int64_t there = 0;
	struct sql sql;

	sql_init(&sql);
	sql_format(&sql, "SELECT EXISTS (SELECT 1 FROM \"%s\")", entity->plural);

	bool good = conn_integer(conn, &sql, &there, err);

	*out = there == 0;
	sql_release(&sql);
	return good;
}

bool bulk_open(struct conn *conn, const struct entity *entity, bool large, struct bulk **out,
	       struct err *err)
{
	struct bulk *bulk;
	bool empty;

	*out = NULL;
	if (conn->visible_at)
		return true;
	if (!is_empty(conn, entity, &empty, err))
		return false;
	if (!empty)
		return true;
	bulk = xcalloc(1, sizeof *bulk);
	bulk->conn = conn;
	bulk->entity = entity;
	if ((!large || drop_indexes(bulk, err)) && prepare_insert(bulk, err) &&
	    prepare_derivations(bulk, err) && prepare_references(bulk, err)) {
		*out = bulk;
		return true;
	}
	bulk_abort(bulk);
	return false;
}

static struct slot *slot_of(const struct question *question, const char *id)
{
	uint64_t hash = fnv1a(0, id, strlen(id));

	return &question->slots[(hash ^ hash >> 32) & (SLOTS - 1)];
}

/* *@answer is NULL when there is none. */
static bool ask(struct bulk *bulk, struct question *question, const char *id, const char **answer,
		struct err *err)
{
	struct slot *slot = slot_of(question, id);
	int code;

	*answer = slot->answer;
	if (strcmp(slot->id, id) == 0)
		return true;
	*answer = NULL;
	sqlite3_bind_text(question->stmt, 1, id, -1, SQLITE_STATIC);
	code = sqlite3_step(question->stmt);
	if (code == SQLITE_ROW)
		*answer = arena_dup(&bulk->arena,
				    (const char *)sqlite3_column_text(question->stmt, 0));
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		failed(bulk, err);
	sqlite3_reset(question->stmt);
	if (*answer && *id && strlen(id) <= REMEMBERED && strlen(*answer) <= REMEMBERED) {
		memcpy(slot->id, id, strlen(id) + 1);
		memcpy(slot->answer, *answer, strlen(*answer) + 1);
	}
	return err->code == ERR_NONE;
}

static bool derive(struct bulk *bulk, struct record *record, struct err *err)
{
	for (int i = 0; i < bulk->question_count; i++) {
		struct question *question = &bulk->questions[i];
		const struct value *from = &record->values[question->from];
		const char *answer;

		if (question->field < 0 || from->kind != VALUE_TEXT ||
		    record->values[question->field].kind != VALUE_NULL)
			continue;
		if (!ask(bulk, question, from->text, &answer, err))
			return false;
		if (answer)
			record->values[question->field] = (struct value){ .kind = VALUE_TEXT,
									  .text = answer };
	}
	return true;
}

static bool is_anchored(struct bulk *bulk, const struct record *record, bool *out, struct err *err)
{
	const char *answer;

	*out = true;
	for (int i = 0; i < bulk->question_count && *out; i++) {
		struct question *question = &bulk->questions[i];
		const struct value *from = &record->values[question->from];

		if (question->field >= 0 || from->kind != VALUE_TEXT)
			continue;
		if (!ask(bulk, question, from->text, &answer, err))
			return false;
		*out = answer != NULL;
	}
	for (int i = 0; bulk->entity->fields[i].name && *out; i++)
		*out = bulk->entity->fields[i].type != T_REFS ||
		       record->values[i].kind == VALUE_NULL;
	return true;
}

static void bind(sqlite3_stmt *stmt, int at, const struct value *value)
{
	switch (value->kind) {
	case VALUE_NULL:
		sqlite3_bind_null(stmt, at);
		break;
	case VALUE_INT:
		sqlite3_bind_int64(stmt, at, value->integer);
		break;
	case VALUE_REAL:
		sqlite3_bind_double(stmt, at, value->real);
		break;
	case VALUE_TEXT:
		sqlite3_bind_text(stmt, at, value->text, -1, SQLITE_STATIC);
		break;
	}
}

static bool insert(struct bulk *bulk, const struct record *record, bool *stored, struct err *err)
{
	sqlite3 *db = bulk->conn->db;
	int code;

	for (int i = 0; record->entity->fields[i].name; i++)
		bind(bulk->insert, i + 1, &record->values[i]);
	code = sqlite3_step(bulk->insert);
	*stored = code == SQLITE_DONE;
	if (code != SQLITE_DONE && sqlite3_extended_errcode(db) != SQLITE_CONSTRAINT_UNIQUE)
		failed(bulk, err);
	sqlite3_reset(bulk->insert);
	if (*stored)
		tally_note(bulk->conn, record->entity, CHANGE_INSERT, sqlite3_last_insert_rowid(db),
			   record->values[FIELD_SOURCED_ID].text);
	return err->code == ERR_NONE;
}

/* Whether there may be rows of the table ref for it. */
static bool has_list(const struct record *record)
{
	for (int i = 0; record->entity->fields[i].name; i++)
		if ((record->entity->fields[i].type == T_REFS || record->entity->fields[i].sub) &&
		    record->values[i].kind == VALUE_TEXT)
			return true;
	return false;
}

bool bulk_put(struct bulk *bulk, const struct record *object, struct bulk_row *out, struct err *err)
{
	struct record record = *object;
	bool good;

	*out = (struct bulk_row){ false, false };
	record_complete(&record, &bulk->arena);
	good = derive(bulk, &record, err) && insert(bulk, &record, &out->stored, err);
	if (good && out->stored)
		good = is_anchored(bulk, &record, &out->anchored, err) &&
		       (!has_list(&record) || put_refs(bulk->conn, &record, err));
	arena_release(&bulk->arena);
	return good;
}

bool bulk_close(struct bulk *bulk, bulk_step *step, void *payload, struct err *err)
{
	bool good = true;

	for (int i = 0; i < bulk->index_count && good; i++) {
		if (step)
			step(i, bulk->index_count, payload);
		good = conn_exec(bulk->conn, bulk->indexes[i], err);
	}
	bulk_abort(bulk);
	return good;
}

void bulk_abort(struct bulk *bulk)
{
	if (!bulk)
		return;
	sqlite3_finalize(bulk->insert);
	for (int i = 0; i < bulk->question_count; i++) {
		sqlite3_finalize(bulk->questions[i].stmt);
		free(bulk->questions[i].slots);
	}
	for (int i = 0; i < bulk->index_count; i++)
		free(bulk->indexes[i]);
	arena_release(&bulk->arena);
	free(bulk);
}
