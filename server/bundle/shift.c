/*
 * shift.c - how far the demo district must move to be in session.
 */
#include "server/bundle/import.h"

#include "base/when.h"

struct search {
	int64_t now, anchor; /* the first open period's start, INT64_MIN: none */
	bool inside;
};

static bool see_period(const struct value *columns, int count, void *payload)
{
	struct search *search = payload;
	int64_t start, end;

	(void)count;
	if (!when_parse(columns[0].text, &start, NULL) || !when_parse(columns[1].text, &end, NULL))
		return true;
	if (search->anchor == INT64_MIN)
		search->anchor = start;
	search->inside = search->inside || (start <= search->now && search->now < end);
	return true;
}

bool import_shift(struct bundle *bundle, int64_t now, int64_t *shift, struct err *err)
{
	struct search search = { now, INT64_MIN, false };
	struct import import = { .now = now };
	struct store *store = store_open(":memory:", err);
	struct sql sql;

	*shift = 0;
	if (!store)
		return false;
	sql_init(&sql);
	sql_add(&sql, "SELECT startDate, endDate FROM academicSessions a WHERE type = "
		      "'gradingPeriod' AND NOT EXISTS (SELECT 1 FROM sis_state s WHERE s.kind = "
		      "'academicSessions' AND s.id = a.sourcedId AND s.key = 'state' AND "
		      "s.value = '\"closed\"') ORDER BY startDate");

	bool good = import_bundles(&import, store, &bundle, 1, err) &&
		    conn_query(store_conn(store), &sql, see_period, &search, err);

	if (good && !search.inside && search.anchor != INT64_MIN) {
		int64_t week = 7 * WHEN_DAY, away = now - search.anchor;

		*shift = (away >= 0 ? away / week : -((-away + week - 1) / week)) * week;
	}
	sql_release(&sql);
	store_close(store);
	return good;
}
