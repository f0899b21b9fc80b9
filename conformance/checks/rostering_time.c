/*
 * rostering_time.c - suite rostering-bulk: dates, and what changed since when.
 */
#include "conformance/checks/district.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/url.h"
#include "base/when.h"
#include "oneroster/vocab.h"

/* A date is a day, without a time. */
static void is_plain_date(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, check->target);
	struct names names = { STR_INIT, 0 };
	const json_t *item;
	char date[DATE_TEXT];
	size_t i, count = 0;

	if (!district_has_any(judge, &list, check->target))
		return;
	json_array_foreach (list.items, i, item) {
		const json_t *value = member_at(item, check->key);
		const char *text = json_string_value(value);

		if (!value)
			continue;
		count++;
		if (!text || strlen(text) != DATE_TEXT - 1 || !date_parse(text, date))
			names_add(&names, "%s of %s", text ? text : jsonx_kind(value),
				  id_text(item));
	}
	if (!count)
		judge_skip(judge, "no object of %s has %s", check->target, check->key);
	names_tell(judge, &names, "expected dates as YYYY-MM-DD, found");
}

/* YYYY-MM-DDTHH:MM:SS.sssZ */
static void is_full_time(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, check->target);
	struct names names = { STR_INIT, 0 };
	char text[WHEN_TEXT];
	const json_t *item;
	int64_t when;
	size_t i;

	if (!district_has_any(judge, &list, check->target))
		return;
	json_array_foreach (list.items, i, item) {
		const char *found = jsonx_text(item, check->key);
		bool good = found && when_parse(found, &when, NULL);

		if (good)
			when_format(when, text);
		if (!good || strcmp(found, text) != 0)
			names_add(&names, "%s of %s", found ? found : "none", id_text(item));
	}
	names_tell(judge, &names, "expected UTC with milliseconds and a Z, found");
}

/* The two dates are there. */
static void has_date(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, check->target);
	struct names names = { STR_INIT, 0 };
	const json_t *item;
	size_t i;

	if (!district_has_any(judge, &list, check->target))
		return;
	json_array_foreach (list.items, i, item)
		if (is_active(item) && !jsonx_text(item, check->key))
			names_add(&names, "%s", id_text(item));
	names_tell(judge, &names, "these lack it");
	district_note_part(judge, &list, check->target);
}

/* From @key to @body; 1.2 says of ends that they are exclusive, 1.1 is silent. */
static void begins_before_it_ends(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, check->target);
	struct names names = { STR_INIT, 0 };
	const json_t *item;
	int64_t from, to;
	size_t i, count = 0;
	bool strict = judge->subject->version & V12;

	if (!district_has_any(judge, &list, check->target))
		return;
	json_array_foreach (list.items, i, item) {
		if (!date_at(item, check->key, &from) || !date_at(item, check->body, &to))
			continue;
		count++;
		if (strict ? from >= to : from > to)
			names_add(&names, "%s: %s to %s", id_text(item),
				  jsonx_text(item, check->key), jsonx_text(item, check->body));
	}
	if (!count)
		judge_skip(judge, "no object of %s has both dates", check->target);
	names_tell(judge, &names, "these end before they begin");
	district_note_part(judge, &list, check->target);
}

/* The newest dateLastModified of the collection. */
static const char *newest(const struct list *list, int64_t *out)
{
	const char *text = NULL;
	const json_t *item;
	int64_t when;
	size_t i;

	json_array_foreach (list->items, i, item)
		if (date_at(item, "dateLastModified", &when) && (!text || when > *out)) {
			*out = when;
			text = jsonx_text(item, "dateLastModified");
		}
	return text;
}

static json_t *since(struct judge *judge, const char *path, int64_t when)
{
	struct str target = STR_INIT;
	char text[WHEN_TEXT];
	json_t *list;

	when_format(when, text);
	str_format(&target, "%s?limit=%d&filter=dateLastModified%%3E%%3D%%27", path, LIST_PAGE);
	pct_encode(&target, text);
	str_add(&target, "%27");
	judge_call(judge, "GET", str_text(&target), NULL);
	list = judge_expect(judge, 200) ? judge_array(judge, district_key(path)) : NULL;
	str_release(&target);
	return list;
}

/* Delta reads: all that is as new as the newest, and nothing that is older. */
static void tells_changes(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, check->target);
	struct names names = { STR_INIT, 0 };
	int64_t last = 0, when;
	json_t *found;
	const json_t *item;
	size_t i;

	if (!district_has_any(judge, &list, check->target))
		return;
	if (!newest(&list, &last)) {
		judge_skip(judge, "no object of %s has a dateLastModified", check->target);
		return;
	}
	found = since(judge, check->target, last);
	if (found && json_array_size(found) == 0)
		judge_fail(judge, "GET %s: an object was changed at that time, but none came",
			   judge->call.target);
	json_array_foreach (found, i, item)
		if (date_at(item, "dateLastModified", &when) && when < last)
			names_add(&names, "%s, %s", id_text(item),
				  jsonx_text(item, "dateLastModified"));
	names_tell(judge, &names, "these were not changed since");
	json_decref(found);
	if (!list.whole || judge->failed)
		return;
	/* a district that is in use changes while it is read, but not in the future */
	when = last > judge->options->now ? last : judge->options->now;
	found = since(judge, check->target, when + WHEN_DAY);
	if (found && json_array_size(found))
		judge_fail(judge, "GET %s: that time is to come, but %zu objects came",
			   judge->call.target, json_array_size(found));
	json_decref(found);
}

/* clang-format off */
#define DATE "OneRoster fact sheets 1.1 (6) and 1.2 (6)"
#define TIME "OneRoster 1.1 fact sheet 5.0 and 6"
#define SESSION "OneRoster fact sheets 1.1 (5.1) and 1.2 (8)"
#define BEST "Rostering Configuration Best Practices; canvas-client 5"
#define DELTA "OneRoster 1.1 fact sheet 8.1 and 8.3; traps B11"
const struct check rostering_time_checks[] = {
	{ "RB-DATE-001", MUST, 0, DATE, "the startDate of an academicSession is a date", is_plain_date, "/academicSessions", "startDate" },
	{ "RB-DATE-002", MUST, 0, DATE, "the endDate of an academicSession is a date", is_plain_date, "/academicSessions", "endDate" },
	{ "RB-DATE-003", MUST, 0, DATE, "the beginDate of an enrollment is a date", is_plain_date, "/enrollments", "beginDate" },
	{ "RB-DATE-004", MUST, 0, DATE, "the endDate of an enrollment is a date", is_plain_date, "/enrollments", "endDate" },
	{ "RB-DATE-005", SHOULD, 0, TIME, "the dateLastModified of a user is in UTC with milliseconds", is_full_time, "/users", "dateLastModified" },
	{ "RB-DATE-006", SHOULD, 0, TIME, "the dateLastModified of a class is in UTC with milliseconds", is_full_time, "/classes", "dateLastModified" },
	{ "RB-DATE-007", SHOULD, 0, TIME, "the dateLastModified of an enrollment is in UTC with milliseconds", is_full_time, "/enrollments", "dateLastModified" },
	{ "RB-SESS-001", MUST, 0, SESSION, "an academicSession begins before it ends", begins_before_it_ends, "/academicSessions", "startDate", "endDate" },
	{ "RB-ENR-001", SHOULD, 0, BEST ", traps B8", "every active enrollment has a beginDate", has_date, "/enrollments", "beginDate" },
	{ "RB-ENR-002", SHOULD, 0, BEST ", traps B8", "every active enrollment has an endDate", has_date, "/enrollments", "endDate" },
	{ "RB-ENR-003", MUST, 0, "OneRoster fact sheet 1.2, section 8: beginDate inclusive, endDate exclusive", "an enrollment begins before it ends", begins_before_it_ends, "/enrollments", "beginDate", "endDate" },
	{ "RB-DELTA-001", MUST, 0, DELTA, "changed users can be asked for by dateLastModified", tells_changes, "/users" },
	{ "RB-DELTA-002", MUST, 0, DELTA, "changed classes can be asked for by dateLastModified", tells_changes, "/classes" },
	{ "RB-DELTA-003", MUST, 0, DELTA, "changed enrollments can be asked for by dateLastModified", tells_changes, "/enrollments" },
	{ "RB-DELTA-004", MUST, 0, DELTA, "changed courses can be asked for by dateLastModified", tells_changes, "/courses" },
	{ "RB-DELTA-005", MUST, 0, DELTA, "changed orgs can be asked for by dateLastModified", tells_changes, "/orgs" },
	{ "RB-DELTA-006", MUST, 0, DELTA, "changed academicSessions can be asked for by dateLastModified", tells_changes, "/academicSessions" },
	{ NULL },
};
/* clang-format on */
