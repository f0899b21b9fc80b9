/*
 * gradebook_date.c - when a lineItem is assigned and due.
 */
#include "server/api/gradebook_internal.h"

#include <string.h>

#include "base/when.h"

const char *day_of(struct write_check *check, int64_t when)
{
	const struct profile *profile = check->context->profile;
	char *local = arena_alloc(&check->context->request->arena, DATE_TEXT);
	char utc[DATE_TEXT];

	zone_day(profile->zone, when, local);
	if (strcmp(quirks_of(check)->due_date_day_from, "utc") != 0)
		return local;
	zone_day(NULL, when, utc);
	if (strcmp(utc, local) != 0)
		quirk_fired(check->context, "due_date.day_from");
	return arena_dup(&check->context->request->arena, utc);
}

/* Where a day lies, seen from some sessions. */
struct place {
	bool known, inside; /* there are such sessions; one of them holds the day */
};

static bool add_session(const struct value *columns, int count, void *payload)
{
	struct place *place = payload;

	(void)count;
	place->known = true;
	place->inside = place->inside || columns[0].integer;
	return true;
}

/* @which is trusted SQL that ends where @id is bound. endDate is exclusive (traps A23). */
static bool find_place(struct write_check *check, int64_t when, const char *which, const char *id,
		       struct place *place)
{
	const char *day = day_of(check, when);
	struct sql sql;

	*place = (struct place){ .known = false };
	sql_init(&sql);
	sql_add(&sql, "SELECT startDate <= ");
	sql_text(&sql, day);
	sql_add(&sql, " AND endDate > ");
	sql_text(&sql, day);
	sql_add(&sql, " FROM academicSessions WHERE sourcedId IN (");
	sql_add(&sql, which);
	sql_text(&sql, id);
	sql_add(&sql, ")");

	bool good = conn_query(check->conn, &sql, add_session, place, check->err);

	sql_release(&sql);
	return good;
}

bool due_date_there(struct write_check *check)
{
	if (!quirks_of(check)->due_date_required ||
	    record_value(check->record, "dueDate")->kind != VALUE_NULL)
		return true;
	return refuse_write(check, FAULT_DUE_DATE_MISSING);
}

bool due_date_ahead(struct write_check *check)
{
	const struct value *due = record_value(check->record, "dueDate");

	if (!quirks_of(check)->due_date_must_be_future || due->kind == VALUE_NULL ||
	    due->integer > check->context->now)
		return true;
	return refuse_write(check, FAULT_DUE_DATE_PAST);
}

/* What the class lists as its terms counts, be it a term, a semester or the year. A class
 * whose terms are not known has none to be outside of. */
bool due_date_in_term(struct write_check *check)
{
	const struct value *due = record_value(check->record, "dueDate");
	struct place place;

	if (!quirks_of(check)->due_date_in_term || due->kind == VALUE_NULL)
		return true;
	if (!find_place(check, due->integer,
			"SELECT target FROM ref WHERE entity = 'classes' AND path = 'terms' AND "
			"owner = ",
			record_text(check->record, "class"), &place))
		return false;
	return !place.known || place.inside || refuse_write(check, FAULT_DUE_DATE_OUT_OF_TERM);
}

bool due_date_open(struct write_check *check)
{
	const struct value *due = record_value(check->record, "dueDate");
	struct periods periods;

	if (!quirks_of(check)->due_date_in_open_period || due->kind == VALUE_NULL)
		return true;
	if (!periods_of_day(check, due->integer, &periods))
		return false;
	return periods.open || refuse_write(check, FAULT_DUE_DATE_NOT_IN_OPEN_PERIOD);
}

/* In the grading period of the lineItem; where that has none, in any that is open. */
bool assign_date_in_period(struct write_check *check)
{
	const struct value *assigned = record_value(check->record, "assignDate");
	const char *period = record_text(check->record, "gradingPeriod");
	struct place place = { .known = false };
	struct periods periods;

	if (!quirks_of(check)->assign_date_in_period || assigned->kind == VALUE_NULL)
		return true;
	if (period && !find_place(check, assigned->integer, "", period, &place))
		return false;
	if (!place.known) {
		if (!periods_of_day(check, assigned->integer, &periods))
			return false;
		place.inside = periods.open != NULL;
	}
	return place.inside || refuse_write(check, FAULT_ASSIGN_DATE_OUT_OF_PERIOD);
}
