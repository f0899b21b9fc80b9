/*
 * references.c - references of objects that lead nowhere.
 *
 * Asked once all files are loaded: a parent may stand below its child.
 */
#include "server/bundle/internal.h"

struct dangling {
	struct import *import;
	const struct table *table;
	int column;
};

static bool report(const struct value *columns, int count, void *payload)
{
	const struct dangling *d = payload;

	(void)count;
	flaw_report(d->import, d->table->name, (int)columns[1].integer, d->column, FLAW_REF_UNKNOWN,
		    FLAW_WARNING, "%s: %s is in no row; the reference is kept",
		    d->table->columns[d->column - 1].name, columns[0].text);
	return true;
}

static bool check_field(struct loading *loading, const struct table *table, int i, struct err *err)
{
	const struct field *field = &table->file->entity->fields[i];
	const char *plural = table->file->name;
	struct dangling dangling = { loading->import, table, table->place[i] };
	struct sql sql;

	sql_init(&sql);
	if (field->type == T_REF)
		sql_format(&sql,
			   "SELECT t.\"%s\", r.line FROM temp.import_row r CROSS JOIN \"%s\" t "
			   "ON r.kind = '%s' AND r.id = t.sourcedId WHERE t.\"%s\" IS NOT NULL "
			   "AND NOT EXISTS (SELECT 1 FROM \"%s\" o WHERE o.sourcedId = t.\"%s\") ",
			   field->name, plural, plural, field->name, field->target->plural,
			   field->name);
	else
		sql_format(&sql,
			   "SELECT f.target, r.line FROM temp.import_row r CROSS JOIN ref f "
			   "ON r.kind = '%s' AND r.id = f.owner WHERE f.entity = '%s' AND "
			   "f.path = '%s' AND NOT EXISTS (SELECT 1 FROM \"%s\" o WHERE "
			   "o.sourcedId = f.target) ",
			   plural, plural, field->name, field->target->plural);
	sql_add(&sql, "AND r.bundle = ");
	sql_int(&sql, (int64_t)loading->number);
	sql_add(&sql, field->type == T_REF ? " ORDER BY r.line" : " ORDER BY r.line, f.pos");

	bool good = conn_query(loading->conn, &sql, report, &dangling, err);

	sql_release(&sql);
	return good;
}

bool references_check(struct loading *loading, struct err *err)
{
	for (size_t n = 0; n < CSV_FILES; n++) {
		const struct table *table = &loading->tables[n];

		if (!table->count || table->file->field)
			continue;
		for (int i = 0; table->file->entity->fields[i].name; i++) {
			enum type type = table->file->entity->fields[i].type;

			if ((type == T_REF || type == T_REFS) && table->place[i] &&
			    !check_field(loading, table, i, err))
				return false;
		}
	}
	return true;
}
