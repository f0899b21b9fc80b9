/*
 * relation.c - which rows a collection holds.
 *
 * A nested collection is one row here; `?1`, `?2` stand for the ids of the path.
 */
#include "server/query/relation.h"

#include <string.h>

#define ENROLLED(ROLE) \
	"sourcedId IN (SELECT \"user\" FROM enrollments WHERE class = ?1 AND role = '" ROLE "')"
#define CLASSES_OF(ROLE) \
	"sourcedId IN (SELECT class FROM enrollments WHERE \"user\" = ?1 AND role = '" ROLE "')"
#define ITEM_OF_CLASS "lineItem IN (SELECT sourcedId FROM lineItems WHERE class = ?1)"

static const struct {
	const char *operation, *condition;
} relations[] = {
	{ "getStudentsForClass", ENROLLED("student") },
	{ "getTeachersForClass", ENROLLED("teacher") },
	{ "getClassesForStudent", CLASSES_OF("student") },
	{ "getClassesForTeacher", CLASSES_OF("teacher") },
	{ "getLineItemsForClass", "class = ?1" },
	{ "getResultsForClass", ITEM_OF_CLASS },
	/* a lineItem of another class is 404 before this runs */
	{ "getResultsForLineItemForClass", "lineItem = ?2 AND " ITEM_OF_CLASS },
	{ "getResultsForStudentForClass", "student = ?2 AND " ITEM_OF_CLASS },
	/* its own categories and the global ones (traps A30) */
	{ "getCategoriesForClass", "(json_extract(metadata, '$.classId') IS NULL OR "
				   "json_extract(metadata, '$.classId') = ?1)" },
};

/* Appends @condition; each ?N becomes a bound id. */
static void expand(const char *condition, const char *const *ids, struct sql *sql)
{
	for (const char *at = condition; *at; at++) {
		if (*at == '?') {
			at++;
			sql_text(sql, ids[*at - '1']);
		} else {
			str_add_char(&sql->text, *at);
		}
	}
}

/* The collection that the last literal segment of a path names. */
static const struct collection *collection_of(const char *path)
{
	const char *last = strrchr(path, '/') + 1;
	const struct collection *collection = collection_find(last, strlen(last));

	if (!collection)
		BUG("%s ends in no collection", path);
	return collection;
}

void relation_sql(const struct operation *operation, const char *const *ids, struct sql *sql)
{
	const struct collection *collection = collection_of(operation->path);

	for (size_t i = 0; i < ARRAY_SIZE(relations); i++) {
		if (strcmp(relations[i].operation, operation->name) == 0) {
			expand(relations[i].condition, ids, sql);
			return;
		}
	}
	if (strchr(operation->path, '{'))
		BUG("%s has no relation", operation->name);
	if (!collection->field) {
		sql_add(sql, "1");
		return;
	}
	sql_format(sql, "\"%s\" = ", collection->field);
	sql_text(sql, collection->value);
}

void member_sql(const struct collection *collection, const char *id, struct sql *sql)
{
	sql_add(sql, "sourcedId = ");
	sql_text(sql, id);
	if (collection->field) {
		sql_format(sql, " AND \"%s\" = ", collection->field);
		sql_text(sql, collection->value);
	}
}
