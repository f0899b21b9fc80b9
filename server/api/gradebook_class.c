/*
 * gradebook_class.c - whose gradebook is written into: whether the SIS takes writes for the
 * class at all, and for this teacher and this student.
 *
 * What the SIS state does not mention is healthy.
 */
#include "server/api/gradebook_internal.h"

#define GRACE_MOST 36500 /* days; dates do not reach further */

bool line_item_of(struct write_check *check, struct record *out)
{
	const char *id = record_text(check->record, "lineItem");
	bool found;

	return rows_get_id(check->conn, &ENTITY_LINE_ITEMS, id, out, &found,
			   &check->context->request->arena, check->err) &&
	       found;
}

const char *class_of(struct write_check *check)
{
	const char *said = record_text(check->record, "class"), *class;
	struct record result = *check->record;

	if (check->record->entity == &ENTITY_LINE_ITEMS)
		return said;
	record_set_text(&result, "class", NULL); /* that of the lineItem counts */
	if (!rows_follow(check->conn, &result, &check->context->request->arena, check->err))
		return said;
	class = record_text(&result, "class");
	if (!said) /* whoever stores it need not look again */
		record_set_text(check->record, "class", class);
	return class ? class : said;
}

/* Refuses where the SIS state says that the object has lost its link; @id may be NULL. */
static bool is_linked(struct write_check *check, const struct entity *entity, const char *id)
{
	json_t *linked = NULL;

	if (!id || !quirks_of(check)->link_check)
		return true;

	bool good = sis_state_get(check->conn, entity->plural, id, "linked", &linked, check->err);
	bool unlinked = json_is_false(linked);

	json_decref(linked);
	return good && (!unlinked || refuse_write(check, FAULT_GRADEBOOK_UNLINKED));
}

bool class_is_linked(struct write_check *check)
{
	return !quirks_of(check)->link_check || is_linked(check, &ENTITY_CLASSES, class_of(check));
}

/* Whether or not the lineItem is there: its sourcedId is what the stale link knows. */
bool line_item_is_linked(struct write_check *check)
{
	const struct record *record = check->record;
	const char *id = record->entity == &ENTITY_LINE_ITEMS
				 ? record->values[FIELD_SOURCED_ID].text
				 : record_text(record, "lineItem");

	if (is_linked(check, &ENTITY_LINE_ITEMS, id))
		return true;
	if (check->context->response->refusal.set) /* where nobody knows the class */
		add_param(check, "class",
			  arena_format(&check->context->request->arena, "(that of lineItem %.*s)",
				       (int)utf8_prefix(id, 80), id));
	return false;
}

/* Who is in a class as what. */
struct membership {
	const char *class, *user, *role;
};

static const char *day_before(struct write_check *check, int64_t days)
{
	char *day = arena_alloc(&check->context->request->arena, DATE_TEXT);

	zone_day(check->context->profile->zone, check->context->now - days * WHEN_DAY, day);
	return day;
}

/* By the sandbox's clock; endDate is exclusive (traps A23). @grace: days after the end on
 * which the enrollment still counts. False, too, with check->err. */
static bool is_enrolled(struct write_check *check, const struct membership *who, int64_t grace)
{
	int64_t count = 0;
	struct sql sql;

	sql_init(&sql);
	sql_add(&sql, "SELECT count(*) FROM enrollments WHERE class = ");
	sql_text(&sql, who->class);
	sql_add(&sql, " AND user = ");
	sql_text(&sql, who->user);
	sql_add(&sql, " AND role = ");
	sql_text(&sql, who->role);
	sql_add(&sql, " AND status IS NOT 'tobedeleted' AND (beginDate IS NULL OR beginDate <= ");
	sql_text(&sql, day_before(check, 0));
	sql_add(&sql, ") AND (endDate IS NULL OR endDate > ");
	sql_text(&sql, day_before(check, grace));
	sql_add(&sql, ")");

	bool good = conn_integer(check->conn, &sql, &count, check->err);

	sql_release(&sql);
	return good && count > 0;
}

bool teacher_owns_class(struct write_check *check)
{
	const char *class = quirks_of(check)->teacher_must_own ? class_of(check) : NULL;
	json_t *teacher = NULL;

	if (!class || !sis_state_get(check->conn, ENTITY_CLASSES.plural, class, "teacher", &teacher,
				     check->err))
		return check->err->code == ERR_NONE;

	struct membership who = { class, json_string_value(teacher), "teacher" };
	bool owned = !who.user || is_enrolled(check, &who, 0);

	json_decref(teacher);
	return owned || refuse_write(check, FAULT_TEACHER_NOT_OWNER);
}

bool student_is_enrolled(struct write_check *check)
{
	const struct quirks *quirks = quirks_of(check);
	int64_t grace = quirks->student_grace_days;
	struct membership who = { .user = record_text(check->record, "student"),
				  .role = "student" };

	if (quirks->student_must_be_enrolled)
		who.class = class_of(check);
	if (!who.class || is_enrolled(check, &who, 0))
		return true;
	if (!grace || !is_enrolled(check, &who, grace < GRACE_MOST ? grace : GRACE_MOST))
		return refuse_write(check, FAULT_STUDENT_NOT_ENROLLED);
	quirk_fired(check->context, "student.grace_days");
	return true;
}
