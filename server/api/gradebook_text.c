/*
 * gradebook_text.c - titles and comments.
 */
#include "server/api/gradebook_internal.h"

#include <string.h>

/* A text that is too long is refused, cut, or taken as it is. */
static bool length_fits(struct write_check *check, const char *field, int64_t most,
			const char *overflow, enum fault fault)
{
	const char *text = record_text(check->record, field);
	struct arena *arena = &check->context->request->arena;

	if (most == 0 || !text || utf8_length(text) <= (size_t)most ||
	    strcmp(overflow, "accept") == 0)
		return true;
	if (strcmp(overflow, "truncate") == 0) {
		quirk_fired(check->context,
			    fault == FAULT_TITLE_TOO_LONG ? "title.overflow" : "comment.overflow");
		record_set_text(check->record, field,
				arena_dup_n(arena, text, utf8_prefix(text, (size_t)most)));
		return true;
	}
	refuse_write(check, fault);
	add_param(check, "max", arena_format(arena, "%lld", (long long)most));
	add_param(check, "field", field);
	add_param(check, "reason",
		  arena_format(arena, "has more than %lld characters", (long long)most));
	return false;
}

bool title_fits(struct write_check *check)
{
	return length_fits(check, "title", quirks_of(check)->title_max,
			   quirks_of(check)->title_overflow, FAULT_TITLE_TOO_LONG);
}

struct twin {
	struct write_check *check;
	const char *title, *id;
};

static bool keep_twin(const struct value *columns, int count, void *payload)
{
	struct twin *twin = payload;
	struct arena *arena = &twin->check->context->request->arena;

	(void)count;
	twin->title = arena_dup(arena, columns[0].text);
	twin->id = arena_dup(arena, columns[1].text);
	return false;
}

/* Another active lineItem of that title in the class, one in the same letters first. Upper
 * and lower case are those of ASCII, as in filters. */
static bool find_twin(struct write_check *check, struct twin *twin)
{
	const struct record *record = check->record;
	struct sql sql;

	sql_init(&sql);
	sql_add(&sql, "SELECT title, sourcedId FROM lineItems WHERE status IS NOT 'tobedeleted' "
		      "AND class = ");
	sql_text(&sql, record_text(record, "class"));
	sql_add(&sql, " AND sourcedId <> ");
	sql_value(&sql, record->values[FIELD_SOURCED_ID]);
	sql_add(&sql, " AND title = ");
	sql_text(&sql, record_text(record, "title"));
	if (!quirks_of(check)->title_case_sensitive)
		sql_add(&sql, " COLLATE NOCASE");
	if (strcmp(quirks_of(check)->title_unique, "class_due") == 0) {
		sql_add(&sql, " AND dueDate IS ");
		sql_value(&sql, *record_value(record, "dueDate"));
	}
	sql_add(&sql, " ORDER BY title = ");
	sql_text(&sql, record_text(record, "title"));
	sql_add(&sql, " DESC, id LIMIT 1");

	bool good = conn_query(check->conn, &sql, keep_twin, twin, check->err);

	sql_release(&sql);
	return good;
}

bool title_is_unique(struct write_check *check)
{
	const char *title = record_text(check->record, "title");
	struct twin twin = { .check = check };

	if (strcmp(quirks_of(check)->title_unique, "none") == 0 ||
	    same_text(record_text(check->record, "status"), "tobedeleted"))
		return true;
	if (!find_twin(check, &twin) || !twin.id)
		return check->err->code == ERR_NONE;
	if (strcmp(twin.title, title) != 0)
		quirk_fired(check->context, "title.case_sensitive");
	refuse_write(check, FAULT_TITLE_NOT_UNIQUE);
	add_param(check, "field", "title");
	add_param(check, "reason", twin.id);
	return false;
}

bool comment_fits(struct write_check *check)
{
	return length_fits(check, "comment", quirks_of(check)->comment_max,
			   quirks_of(check)->comment_overflow, FAULT_COMMENT_TOO_LONG);
}
