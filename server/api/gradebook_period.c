/*
 * gradebook_period.c - the grading period of a lineItem, and that it may be closed.
 */
#include "server/api/gradebook_internal.h"

struct search {
	struct write_check *check;
	struct periods *periods;
};

/* Absent in the SIS state means open. */
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
	struct search *search = payload;
	struct arena *arena = &search->check->context->request->arena;

	(void)count;
	if (!search->periods->first)
		search->periods->first = arena_dup(arena, columns[0].text);
	if (!search->periods->open && is_open(search->check, columns[0].text))
		search->periods->open = arena_dup(arena, columns[0].text);
	return true;
}

/* endDate is exclusive (traps A23). */
bool periods_of_day(struct write_check *check, int64_t when, struct periods *periods)
{
	struct search search = { check, periods };
	const char *day = day_of(check, when);
	struct sql sql;

	*periods = (struct periods){ NULL };
	sql_init(&sql);
	sql_add(&sql, "SELECT sourcedId FROM academicSessions WHERE type = 'gradingPeriod' AND "
		      "startDate <= ");
	sql_text(&sql, day);
	sql_add(&sql, " AND endDate > ");
	sql_text(&sql, day);
	sql_add(&sql, " ORDER BY id");

	bool good = conn_query(check->conn, &sql, add_period, &search, check->err);

	sql_release(&sql);
	return good && check->err->code == ERR_NONE;
}

/* What follows from the due date; NULL when nothing does. An open period goes before a
 * closed one. */
static bool derived_period(struct write_check *check, const struct record *item, const char **out)
{
	const struct value *due = record_value(item, "dueDate");
	struct periods periods;

	*out = NULL;
	if (!quirks_of(check)->grading_period_derive || due->kind == VALUE_NULL)
		return true;
	if (!periods_of_day(check, due->integer, &periods))
		return false;
	*out = periods.open ? periods.open : periods.first;
	return true;
}

/* A client of 1.2 may say the grading period as the academicSession. */
static bool session_is_period(struct write_check *check, const char *session)
{
	int64_t count = 0;
	struct sql sql;

	sql_init(&sql);
	sql_add(&sql, "type = 'gradingPeriod' AND sourcedId = ");
	sql_text(&sql, session);

	bool good = rows_count(check->conn, &ENTITY_ACADEMIC_SESSIONS, &sql, &count, check->err);

	sql_release(&sql);
	return good && count > 0;
}

bool period_derived(struct write_check *check)
{
	const char *session = record_text(check->record, "academicSession"), *period = NULL;

	if (record_text(check->record, "gradingPeriod"))
		return true;
	if (session && session_is_period(check, session)) {
		record_set_text(check->record, "gradingPeriod", session);
		return true;
	}
	if (check->err->code != ERR_NONE || !derived_period(check, check->record, &period))
		return false;
	record_set_text(check->record, "gradingPeriod", period);
	return true;
}

bool period_there(struct write_check *check)
{
	return !quirks_of(check)->grading_period_required ||
	       record_text(check->record, "gradingPeriod") ||
	       refuse_write(check, FAULT_GRADING_PERIOD_MISSING);
}

/* The grading period of what is written: its own, or that of the result's lineItem. */
static bool find_period(struct write_check *check, const char **period)
{
	struct record *item = check->record;
	struct record stored;
	bool found = true;

	*period = NULL;
	if (item->entity == &ENTITY_RESULTS) {
		item = &stored;
		if (!rows_get_id(check->conn, &ENTITY_LINE_ITEMS,
				 record_text(check->record, "lineItem"), item, &found,
				 &check->context->request->arena, check->err))
			return false;
	}
	if (found)
		*period = record_text(item, "gradingPeriod");
	return !found || *period || derived_period(check, item, period);
}

bool period_unlocked(struct write_check *check)
{
	const char *period;

	if (!quirks_of(check)->grading_period_lock)
		return true;
	if (!find_period(check, &period))
		return false;
	if (!period || is_open(check, period))
		return true;
	if (check->err->code != ERR_NONE)
		return false;
	refuse_write(check, FAULT_GRADING_PERIOD_CLOSED);
	add_param(check, "reason", period);
	return false;
}
