/*
 * payload_together.c - what several members say together.
 */
#include "oneroster/payload_internal.h"

#include <stdio.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/when.h"

#define UUID "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"

/* A date of the object that is well written; NULL when there is none. */
static const char *date_of(const json_t *object, const char *member)
{
	const char *text = jsonx_text(object, member);
	char date[DATE_TEXT];

	return text && strlen(text) < DATE_TEXT && date_parse(text, date) ? text : NULL;
}

/* One day may both begin and end: only 1.2 says that the end is exclusive (traps A23). */
static void dates_in_order(struct checker *c, const json_t *object)
{
	static const char *const begins[] = { "startDate", "beginDate" };
	const char *end = date_of(object, "endDate");

	for (size_t i = 0; end && i < ARRAY_SIZE(begins); i++) {
		const char *begin = date_of(object, begins[i]);
		char words[64];

		if (!begin || strcmp(end, begin) >= 0)
			continue;
		snprintf(words, sizeof words, "%s, %s", begins[i], begin);
		note(c, R_DATE_ORDER, "endDate", json_object_get(object, "endDate"), words);
	}
}

static bool is_uuid(const char *text)
{
	size_t i = 0;

	for (; UUID[i]; i++)
		if (UUID[i] == '-' ? text[i] != '-'
				   : !text[i] || !strchr("0123456789abcdefABCDEF", text[i]))
			return false;
	return !text[i];
}

static void objective_is_uuid(struct checker *c, const json_t *id)
{
	if (json_is_string(id) && !is_uuid(json_string_value(id)))
		note(c, R_OBJECTIVE, NULL, id, NULL);
}

/* The ids of CASE (1EdTech's standard for learning objectives) are UUIDs. */
static void objectives_fit_source(struct checker *c, const json_t *object)
{
	static const char *const lists[] = { "learningObjectiveIds", "learningObjectiveResults" };
	const json_t *item;
	size_t i, mark, element;

	if (!same_text(jsonx_text(object, "source"), "case"))
		return;
	for (size_t k = 0; k < ARRAY_SIZE(lists); k++) {
		mark = checker_down(c, lists[k]);
		json_array_foreach (json_object_get(object, lists[k]), i, item) {
			element = checker_down_index(c, i);
			objective_is_uuid(c, item);
			if (json_is_object(item)) {
				checker_down(c, "learningObjectiveId");
				objective_is_uuid(c, json_object_get(item, "learningObjectiveId"));
			}
			checker_up(c, element);
		}
		checker_up(c, mark);
	}
}

/* The schema has only a string; its texts want a year of four digits. */
static void year_is_one(struct checker *c, const json_t *object)
{
	const char *year = jsonx_text(object, "schoolYear");

	if (year && (strlen(year) != 4 || year[strspn(year, "0123456789")]))
		note(c, R_YEAR, "schoolYear", json_object_get(object, "schoolYear"), NULL);
}

static void codes_match_subjects(struct checker *c, const json_t *object)
{
	const json_t *subjects = json_object_get(object, "subjects");
	const json_t *codes = json_object_get(object, "subjectCodes");
	char found[40], expected[40];

	if (!json_is_array(subjects) || !json_is_array(codes) ||
	    json_array_size(subjects) == json_array_size(codes))
		return;
	snprintf(found, sizeof found, "%zu codes", json_array_size(codes));
	snprintf(expected, sizeof expected, "%zu", json_array_size(subjects));
	note_text(c, R_SUBJECT_CODES, "subjectCodes", found, expected);
}

static void minimum_below_maximum(struct checker *c, const json_t *object)
{
	const json_t *least = json_object_get(object, "resultValueMin");
	const json_t *most = json_object_get(object, "resultValueMax");
	char text[SHOWN_SIZE];

	if (json_is_number(least) && json_is_number(most) &&
	    json_number_value(least) > json_number_value(most))
		note(c, R_RESULT_VALUES, "resultValueMax", most, shown(least, text));
}

static void one_primary_role(struct checker *c, const json_t *object)
{
	const json_t *role, *roles = json_object_get(object, "roles");
	json_t *counts = json_object(), *count;
	const char *org;
	size_t i;

	json_array_foreach (roles, i, role) {
		org = jsonx_text(json_object_get(role, "org"), "sourcedId");
		if (org)
			json_object_set_new(
				counts, org,
				json_integer(jsonx_int(counts, org) +
					     same_text(jsonx_text(role, "roleType"), "primary")));
	}
	json_object_foreach (counts, org, count) {
		char found[SHOWN_SIZE];

		if (json_integer_value(count) == 1)
			continue;
		snprintf(found, sizeof found, "%lld in org \"%.100s\"",
			 (long long)json_integer_value(count), org);
		utf8_scrub(found);
		note_text(c, R_PRIMARY_ROLE, "roles", found, NULL);
	}
	json_decref(counts);
}

/* clang-format off */
static const struct {
	const struct entity *entity;
	unsigned in;
	void (*check)(struct checker *c, const json_t *object);
} checks[] = {
	{ &ENTITY_ACADEMIC_SESSIONS,     BOTH, year_is_one },
	{ &ENTITY_COURSES,               BOTH, codes_match_subjects },
	{ &ENTITY_CLASSES,               BOTH, codes_match_subjects },
	{ &ENTITY_LINE_ITEMS,            BOTH, minimum_below_maximum },
	{ &ENTITY_ASSESSMENT_LINE_ITEMS, V12,  minimum_below_maximum },
	{ &ENTITY_USERS,                 V12,  one_primary_role },
};
/* clang-format on */

void check_together(struct checker *c, const struct entity *entity, const json_t *object)
{
	dates_in_order(c, object);
	if (!entity && (c->version & V12))
		objectives_fit_source(c, object);
	for (size_t i = 0; i < ARRAY_SIZE(checks); i++)
		if (checks[i].entity == entity && (checks[i].in & c->version))
			checks[i].check(c, object);
}
