/*
 * gradebook_date.c - when a lineItem is due, and the grading period that it lies in.
 */
#include "server/api/gradebook_internal.h"

#include <string.h>

#include "base/when.h"

bool due_date_there(struct write_check *check)
{
	if (!quirks_of(check)->due_date_required ||
	    record_value(check->record, "dueDate")->kind != VALUE_NULL)
		return true;
	return refuse_write(check, FAULT_DUE_DATE_MISSING);
}

/* The grading periods that hold a day, in the order of the table. */
struct period_search {
	struct write_check *check;
	char *first, *open; /* sourcedIds, in the request's arena */
};

static bool is_open(struct write_check *check, const char *id)
{
	json_t *state = NULL;
	bool open = sis_state_get(check->conn, ENTITY_ACADEMIC_SESSIONS.plural, id, "state", &state,
				  check->err) &&
		    !same_text(json_string_value(state), "closed");

	json_decref(state);
	return open;
}

static bool add_period(const struct value *columns, int count, void *payload)
{
	struct period_search *search = payload;
	struct arena *arena = &search->check->context->request->arena;

	(void)count;
	if (!search->first)
		search->first = arena_dup(arena, columns[0].text);
	if (!search->open && is_open(search->check, columns[0].text))
		search->open = arena_dup(arena, columns[0].text);
	return true;
}

/* endDate is exclusive (traps A23); the day is that of the profile's time zone. */
static bool find_periods(struct write_check *check, int64_t due, struct period_search *search)
{
	char *local = arena_alloc(&check->context->request->arena, DATE_TEXT);
	struct sql sql;

	zone_day(check->context->profile->zone, due, local);
	*search = (struct period_search){ .check = check };
	sql_init(&sql);
	sql_add(&sql, "SELECT sourcedId FROM academicSessions WHERE type = 'gradingPeriod' AND "
		      "startDate <= ");
	sql_text(&sql, local);
	sql_add(&sql, " AND endDate > ");
	sql_text(&sql, local);
	sql_add(&sql, " ORDER BY id");

	bool good = conn_query(check->conn, &sql, add_period, search, check->err);

	sql_release(&sql);
	return good && check->err->code == ERR_NONE;
}

static const char *time_text(struct write_check *check, const char *field)
{
	const struct value *value = record_value(check->record, field);
	char *text = arena_alloc(&check->context->request->arena, WHEN_TEXT);

	if (value->kind == VALUE_INT)
		when_format(value->integer, text);
	return text;
}

bool due_date_open(struct write_check *check)
{
	const struct value *due = record_value(check->record, "dueDate");
	struct period_search search;

	if (!quirks_of(check)->due_date_in_open_period || due->kind == VALUE_NULL)
		return true;
	if (!find_periods(check, due->integer, &search))
		return false;
	if (search.open)
		return true;
	refuse_write(check, FAULT_DUE_DATE_NOT_IN_OPEN_PERIOD);
	add_param(check, "due", time_text(check, "dueDate"));
	add_param(check, "assigned", time_text(check, "assignDate"));
	return false;
}

bool derive_period(struct write_check *check)
{
	const struct value *due = record_value(check->record, "dueDate");
	struct period_search search;

	if (!quirks_of(check)->grading_period_derive || due->kind == VALUE_NULL ||
	    record_value(check->record, "gradingPeriod")->kind != VALUE_NULL)
		return true;
	if (!find_periods(check, due->integer, &search))
		return false;
	record_set_text(check->record, "gradingPeriod", search.open ? search.open : search.first);
	return true;
}
