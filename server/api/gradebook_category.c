/*
 * gradebook_category.c - which categories a lineItem may be put in.
 */
#include "server/api/gradebook_internal.h"

#include <string.h>

/* metadata.classId binds a category to a class (canvas-client 2b). */
bool category_of_class(struct write_check *check)
{
	const char *category = record_text(check->record, "category");
	const char *class = record_text(check->record, "class");
	char *bound = NULL;
	struct sql sql;

	if (!category || strcmp(quirks_of(check)->reference_check, "none") == 0)
		return true;
	sql_init(&sql);
	sql_add(&sql, "SELECT json_extract(metadata, '$.classId') FROM categories WHERE "
		      "sourcedId = ");
	sql_text(&sql, category);

	bool good = conn_text(check->conn, &sql, &check->context->request->arena, &bound,
			      check->err);

	sql_release(&sql);
	if (!good || !bound || strcmp(bound, class) == 0)
		return good;
	return refuse_write(check, FAULT_CATEGORY_NOT_OF_CLASS);
}
