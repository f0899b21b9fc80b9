/*
 * rostering_session.c - suite rostering-bulk: school years, terms and grading periods, and that
 * what is shown is of now.
 */
#include "conformance/checks/district.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/when.h"

static const json_t *parent_in(const struct list *list, const json_t *session)
{
	const char *id = jsonx_text(json_object_get(session, "parent"), "sourcedId");

	return id ? json_object_get(list->index, id) : NULL;
}

static void lies_in_its_parent(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, check->target);
	struct names names = { STR_INIT, 0 };
	const json_t *item;
	int64_t from, to, first, last;
	size_t i, count = 0;

	if (!district_has_any(judge, &list, check->target))
		return;
	json_array_foreach (list.items, i, item) {
		const json_t *parent = parent_in(&list, item);

		if (!date_at(item, "startDate", &from) || !date_at(item, "endDate", &to) ||
		    !date_at(parent, "startDate", &first) || !date_at(parent, "endDate", &last))
			continue;
		count++;
		if (from < first || to > last)
			names_add(&names, "%s, %s to %s, in %s", id_text(item),
				  jsonx_text(item, "startDate"), jsonx_text(item, "endDate"),
				  id_text(parent));
	}
	if (!count)
		judge_skip(judge, "no academicSession names a parent that is shown");
	names_tell(judge, &names, "these reach beyond their parents");
}

/* A grading period hangs from a term, which /terms/{id}/gradingPeriods needs. */
static void has_parent(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, check->target);
	struct list all = district_list(judge, "/academicSessions");
	struct names names = { STR_INIT, 0 };
	const json_t *item;
	size_t i;

	if (!district_has_any(judge, &list, check->target))
		return;
	json_array_foreach (list.items, i, item) {
		const char *type = jsonx_text(parent_in(&all, item), "type");

		if (is_active(item) && (!type || !has_word(check->key, type)))
			names_add(&names, "%s, of %s", id_text(item), type ? type : "none");
	}
	names_tell(judge, &names, "the parent of these is none of the expected types");
}

/* YYYY as a string */
static void has_school_year(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, check->target);
	struct names names = { STR_INIT, 0 };
	const json_t *item;
	int64_t year;
	size_t i;

	if (!district_has_any(judge, &list, check->target))
		return;
	json_array_foreach (list.items, i, item) {
		const json_t *value = json_object_get(item, "schoolYear");
		const char *text = json_string_value(value);

		if (!text || strlen(text) != 4 || !number_parse(text, 1900, 2200, &year))
			names_add(&names, "%s of %s", text ? text : jsonx_kind(value),
				  id_text(item));
	}
	names_tell(judge, &names, "expected four digits as a string, found");
}

/* The year in which the school year ends. */
static void names_its_last_year(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, check->target);
	struct names names = { STR_INIT, 0 };
	const json_t *item;
	size_t i, count = 0;

	if (!district_has_any(judge, &list, check->target))
		return;
	json_array_foreach (list.items, i, item) {
		const char *end = jsonx_text(item, "endDate"),
			   *year = jsonx_text(item, "schoolYear");

		if (!same_text(jsonx_text(item, "type"), "schoolYear") || !end || !year)
			continue;
		count++;
		if (!starts_with(end, year))
			names_add(&names, "%s ends %s, but is of %s", id_text(item), end, year);
	}
	if (!count)
		judge_skip(judge, "no academicSession is of type schoolYear");
	names_tell(judge, &names, "these are named after another year");
}

/* Today lies in a session of one of the types in @key. */
static void is_now(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, check->target);
	char today[DATE_TEXT];
	const json_t *item;
	int64_t from, to;
	size_t i;

	if (!district_has_any(judge, &list, check->target))
		return;
	json_array_foreach (list.items, i, item)
		if (is_active(item) && date_at(item, "startDate", &from) &&
		    date_at(item, "endDate", &to) && from <= judge->options->now &&
		    judge->options->now < to + WHEN_DAY &&
		    has_word(check->key, jsonx_text(item, "type")))
			return;
	date_format(judge->options->now, today);
	judge_fail(judge, "no academicSession of type %s holds today, %s", check->key, today);
}

/* When the sessions began that hold today; false: none does. */
static bool present_began(const struct judge *judge, const struct list *sessions, int64_t *began)
{
	const json_t *item;
	int64_t from, to;
	bool any = false;
	size_t i;

	json_array_foreach (sessions->items, i, item) {
		if (!is_active(item) || !date_at(item, "startDate", &from) ||
		    !date_at(item, "endDate", &to) || from > judge->options->now ||
		    to + WHEN_DAY <= judge->options->now)
			continue;
		*began = !any || from < *began ? from : *began;
		any = true;
	}
	return any;
}

/* Who left a class this year is told by the end of the enrollment; last year is over. */
static void is_of_this_year(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, check->target);
	struct list sessions = district_list(judge, "/academicSessions");
	struct names names = { STR_INIT, 0 };
	const json_t *item;
	int64_t to, began = 0;
	size_t i, count = 0;

	if (!district_has_any(judge, &list, check->target))
		return;
	if (!present_began(judge, &sessions, &began)) {
		judge_skip(judge, "no academicSession holds today");
		return;
	}
	json_array_foreach (list.items, i, item) {
		if (!is_active(item) || !date_at(item, "endDate", &to))
			continue;
		count++;
		if (to < began)
			names_add(&names, "%s, %s", id_text(item), jsonx_text(item, "endDate"));
	}
	if (!count)
		judge_skip(judge, "no active object of %s has an endDate", check->target);
	names_tell(judge, &names, "these are active, but ended before the present sessions began");
	district_note_part(judge, &list, check->target);
}

/* Some term of each class lies ahead or holds today. */
static void is_of_now(struct judge *judge, const struct check *check)
{
	struct list classes = district_list(judge, "/classes");
	struct list sessions = district_list(judge, "/academicSessions");
	struct names names = { STR_INIT, 0 };
	const json_t *item, *value;
	const char *id;
	int64_t to;
	size_t i;

	(void)check;
	if (!district_has_any(judge, &classes, "/classes") || !sessions.there)
		return;
	json_array_foreach (classes.items, i, item) {
		json_t *terms = refs_at(item, "terms");
		bool ended = json_object_size(terms) > 0;

		json_object_foreach (terms, id, value)
			if (!date_at(json_object_get(sessions.index, id), "endDate", &to) ||
			    to + WHEN_DAY > judge->options->now)
				ended = false;
		if (ended && is_active(item))
			names_add(&names, "%s", id_text(item));
		json_decref(terms);
	}
	names_tell(judge, &names, "all terms of these active classes have ended");
	district_note_part(judge, &classes, "/classes");
}

/* Two terms of one title and the same dates are one term under two ids. */
static void is_one_term(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, check->target);
	struct names names = { STR_INIT, 0 };
	json_t *seen = json_object();
	const json_t *item;
	size_t i;

	if (district_has_any(judge, &list, check->target))
		json_array_foreach (list.items, i, item) {
			char *key = xformat("%s %s %s", jsonx_text(item, "title"),
					    jsonx_text(item, "startDate"),
					    jsonx_text(item, "endDate"));

			if (is_active(item) && json_object_get(seen, key))
				names_add(&names, "%s and %s", jsonx_text(seen, key),
					  id_text(item));
			json_object_set_new(seen, key, json_string(id_text(item)));
			free(key);
		}
	names_tell(judge, &names, "these terms have one title and the same dates");
	json_decref(seen);
}

/* Some id is among the terms of every class. */
static void is_common(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, check->target);
	json_t *common = NULL;
	const json_t *item, *value;
	const char *id;
	void *next;
	size_t i;

	if (!district_has_any(judge, &list, check->target))
		return;
	json_array_foreach (list.items, i, item) {
		if (!is_active(item))
			continue;
		if (!common)
			common = refs_at(item, "terms");
		json_object_foreach_safe (common, next, id, value)
			if (!refers_to(item, "terms", id))
				json_object_del(common, id);
	}
	if (common && json_object_size(common) == 0)
		judge_fail(judge, "no term is common to all classes of %s that were read",
			   check->target);
	json_decref(common);
	district_note_part(judge, &list, check->target);
}

/* clang-format off */
#define SESSION "OneRoster fact sheets 1.1 (5.1) and 1.2 (8)"
#define BEST "Rostering Configuration Best Practices; canvas-client 5"
const struct check rostering_session_checks[] = {
	{ "RB-SESS-002", SHOULD, 0, SESSION, "an academicSession lies within its parent", lies_in_its_parent, "/academicSessions" },
	{ "RB-SESS-003", MUST, 0, SESSION, "schoolYear is four digits in a string", has_school_year, "/academicSessions" },
	{ "RB-SESS-004", SHOULD, 0, SESSION, "schoolYear is the year in which the school year ends", names_its_last_year, "/academicSessions" },
	{ "RB-SESS-005", SHOULD, 0, "OneRoster fact sheets 1.1 (2.4) and 1.2 (2.5)", "the parent of a gradingPeriod is a term (or a semester)", has_parent, "/gradingPeriods", "term semester" },
	{ "RB-SESS-006", SHOULD, 0, SESSION, "the parent of a term is a schoolYear (or a semester)", has_parent, "/terms", "schoolYear semester" },
	{ "RB-SESS-007", SHOULD, 0, BEST, "some schoolYear or term holds today", is_now, "/academicSessions", "schoolYear term semester" },
	{ "RB-SESS-008", SHOULD, 0, BEST, "an active class is in a term that has not ended", is_of_now, "/classes" },
	{ "RB-SESS-009", SHOULD, 0, BEST ": a common term id", "a term has one id for all schools", is_one_term, "/terms" },
	{ "RB-SESS-010", MAY, 0, BEST ": a common term id, UNVERIFIED which", "all classes share a term id", is_common, "/classes" },
	{ "RB-ENR-004", SHOULD, 0, BEST ": current-year data", "no active enrollment ended before this school year", is_of_this_year, "/enrollments" },
	{ NULL },
};
/* clang-format on */
