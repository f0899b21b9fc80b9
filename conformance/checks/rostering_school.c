/*
 * rostering_school.c - suite rostering-school: the service by school that a consumer asks for one
 * school at a time.
 */
#include "conformance/checks/shared.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/url.h"
#include "oneroster/vocab.h"

#define SCHOOLS_ASKED 3
#define SCHOOLS_JOINED 5

/* The collection below some school is there, with its wrapper key. */
static void lists(struct judge *judge, const struct check *check)
{
	struct list schools = district_list(judge, "/schools");
	const json_t *school, *item;
	size_t i, k, found = 0;

	if (!district_has_any(judge, &schools, "/schools"))
		return;
	json_array_foreach (schools.items, i, school) {
		struct str target = STR_INIT;
		json_t *list = NULL;

		if (i < SCHOOLS_ASKED && !found && !judge->failed && !judge->blind) {
			str_add(&target, "/schools/");
			pct_encode(&target, id_text(school));
			str_format(&target, "%s?limit=%d", check->target, LIST_PAGE);
			judge_call(judge, "GET", str_text(&target), NULL);
			list = judge_expect(judge, 200)
				       ? judge_array(judge, district_key(check->target))
				       : NULL;
		}
		json_array_foreach (list, k, item)
			if (!jsonx_text(item, "sourcedId"))
				judge_fail(judge, "GET %s: element %zu has no sourcedId",
					   judge->call.target, k);
		found += json_array_size(list);
		json_decref(list);
		str_release(&target);
	}
	if (!found)
		judge_skip(judge, "the first %d schools have nothing there", SCHOOLS_ASKED);
}

/* An org that is no school has no such collection. */
static void other_org(struct judge *judge, const struct check *check)
{
	struct list orgs = district_list(judge, "/orgs");
	const json_t *org, *other = NULL;
	struct str target = STR_INIT;
	size_t i;

	json_array_foreach (orgs.items, i, org)
		if (!other && !same_text(jsonx_text(org, "type"), "school"))
			other = org;
	if (orgs.there && !other)
		judge_skip(judge, "all orgs are schools");
	if (other) {
		str_add(&target, "/schools/");
		pct_encode(&target, id_text(other));
		str_add(&target, check->target);
		judge_call(judge, "GET", str_text(&target), NULL);
		judge_expect(judge, 404);
	}
	str_release(&target);
}

/* The users that some enrollment ties to the school. Returns (json_decref). */
static json_t *enrolled_at(const struct list *enrollments, const char *school, const char *role)
{
	json_t *set = json_object();
	const json_t *item;
	size_t i;

	json_array_foreach (enrollments->items, i, item)
		if (refers_to(item, "school", school) && same_text(jsonx_text(item, "role"), role))
			json_object_update_new(set, refs_at(item, "user"));
	return set;
}

static bool belongs(const struct judge *judge, const json_t *user, const char *school)
{
	return refers_to(user, judge->subject->version & V12 ? "roles.org" : "orgs", school);
}

/* Whether a school's people are those whose orgs hold it or those who are enrolled there is not
 * said: both together must be there, and nobody else may. */
static void people_of(struct judge *judge, const struct check *check, const json_t *school,
		      size_t *found)
{
	struct list users = district_list(judge, "/users");
	struct list enrollments = district_list(judge, "/enrollments");
	struct list list = district_list_of(judge, check->target, id_text(school));
	json_t *enrolled = enrolled_at(&enrollments, id_text(school), check->key);
	struct names names = { STR_INIT, 0 };
	const json_t *user;
	size_t i;

	*found += json_array_size(list.items);
	json_array_foreach (list.items, i, user) {
		bool here = belongs(judge, user, id_text(school)) || !enrollments.whole ||
			    json_object_get(enrolled, id_text(user));

		if (!user_is(user, check->key) || !here)
			names_add(&names, "%s", id_text(user));
	}
	names_tell(judge, &names, "these are no such users of the school");
	json_array_foreach (users.items, i, user)
		if (list.whole && list.there && is_active(user) && user_is(user, check->key) &&
		    belongs(judge, user, id_text(school)) &&
		    json_object_get(enrolled, id_text(user)) &&
		    !json_object_get(list.index, id_text(user)))
			names_add(&names, "%s", id_text(user));
	names_tell(judge, &names, "these belong to the school, but did not come");
	json_decref(enrolled);
}

static void people(struct judge *judge, const struct check *check)
{
	struct list schools = district_list(judge, "/schools");
	const json_t *school;
	size_t i, found = 0;

	if (!district_has_any(judge, &schools, "/schools"))
		return;
	json_array_foreach (schools.items, i, school)
		if (i < SCHOOLS_ASKED && !judge->failed && !judge->blind)
			people_of(judge, check, school, &found);
	if (!found)
		judge_skip(judge, "the first %d schools have none", SCHOOLS_ASKED);
}

/* The terms that the classes of the school name, as far as they are terms. */
static void terms(struct judge *judge, const struct check *check)
{
	struct list schools = district_list(judge, "/schools");
	struct list classes = district_list(judge, "/classes");
	struct list known = district_list(judge, "/terms");
	struct names names = { STR_INIT, 0 };
	const json_t *school, *item, *value;
	const char *id;
	size_t i, k, named = 0;

	json_array_foreach (schools.items, i, school) {
		struct list list = { NULL };
		json_t *wanted = json_object();

		if (i < SCHOOLS_ASKED && !judge->failed && !judge->blind)
			list = district_list_of(judge, check->target, id_text(school));
		json_array_foreach (classes.items, k, item)
			if (is_active(item) && refers_to(item, "school", id_text(school)))
				json_object_update_new(wanted, refs_at(item, "terms"));
		json_object_foreach (wanted, id, value) {
			if (!list.there || !list.whole || !json_object_get(known.index, id))
				continue;
			named++;
			if (!json_object_get(list.index, id))
				names_add(&names, "%s of %s", id, id_text(school));
		}
		json_decref(wanted);
	}
	if (!named)
		judge_skip(judge, "no class of the first %d schools names a term", SCHOOLS_ASKED);
	names_tell(judge, &names, "classes of the school are in these terms, which did not come");
}

/* Nothing but terms. */
static void only_terms(struct judge *judge, const struct check *check)
{
	struct list schools = district_list(judge, "/schools");
	struct names names = { STR_INIT, 0 };
	const json_t *school, *item;
	size_t i, k, found = 0;

	json_array_foreach (schools.items, i, school) {
		struct list list = { NULL };

		if (i < SCHOOLS_ASKED && !judge->failed && !judge->blind)
			list = district_list_of(judge, check->target, id_text(school));
		json_array_foreach (list.items, k, item) {
			const char *type = jsonx_text(item, "type");

			found++;
			if (!same_text(type, "term") && !same_text(type, "semester"))
				names_add(&names, "%s is a %s", id_text(item), type ? type : "?");
		}
	}
	if (!found)
		judge_skip(judge, "the first %d schools have no terms", SCHOOLS_ASKED);
	names_tell(judge, &names, "these are no terms");
}

/* The parts by school make the whole that the bulk service shows. */
static void together(struct judge *judge, const struct check *check)
{
	struct list schools = district_list(judge, "/schools");
	struct list whole = district_list(judge, check->key);
	json_t *joined = json_object();
	struct names names = { STR_INIT, 0 };
	const json_t *school, *item;
	size_t i;

	if (schools.there && (!schools.whole || json_array_size(schools.items) > SCHOOLS_JOINED))
		judge_skip(judge, "there are more than %d schools", SCHOOLS_JOINED);
	json_array_foreach (schools.items, i, school) {
		struct list list = { NULL };

		if (!judge->failed && !judge->blind && !judge->skipped)
			list = district_list_of(judge, check->target, id_text(school));
		if (list.there && !list.whole)
			judge_skip(judge, "school %s has more than was read", id_text(school));
		json_object_update(joined, (json_t *)(uintptr_t)list.index);
	}
	json_array_foreach (whole.items, i, item)
		if (is_active(item) && !json_object_get(joined, id_text(item)))
			names_add(&names, "%s", id_text(item));
	names_tell(judge, &names, "these are of no school");
	json_decref(joined);
}

/* clang-format off */
#define SERVICE "canvas-client 5: school-scoped service; OneRoster fact sheets 1.1 (2.1) and 1.2 (2.2)"
#define DERIVED "OneRoster fact sheets 1.1 (2.4) and 1.2 (2.5)"
const struct check rostering_school_checks[] = {
	{ "RS-LIST-001", MUST, 0, SERVICE, "GET /schools/{id}/courses answers with \"courses\"", lists, "/courses" },
	{ "RS-LIST-002", MUST, 0, SERVICE, "GET /schools/{id}/enrollments answers with \"enrollments\"", lists, "/enrollments" },
	{ "RS-LIST-003", MUST, 0, SERVICE, "GET /schools/{id}/students answers with \"users\"", lists, "/students" },
	{ "RS-LIST-004", MUST, 0, SERVICE, "GET /schools/{id}/teachers answers with \"users\"", lists, "/teachers" },
	{ "RS-LIST-005", MUST, 0, SERVICE, "GET /schools/{id}/terms answers with \"academicSessions\"", lists, "/terms" },
	{ "RS-NONE-001", MUST, 0, DERIVED, "the courses of an unknown school are 404", run_unknown, "/schools/no-such-school/courses" },
	{ "RS-NONE-002", MUST, 0, DERIVED, "the enrollments of an unknown school are 404", run_unknown, "/schools/no-such-school/enrollments" },
	{ "RS-NONE-003", MUST, 0, DERIVED, "the students of an unknown school are 404", run_unknown, "/schools/no-such-school/students" },
	{ "RS-NONE-004", MUST, 0, DERIVED, "the teachers of an unknown school are 404", run_unknown, "/schools/no-such-school/teachers" },
	{ "RS-NONE-005", MUST, 0, DERIVED, "the terms of an unknown school are 404", run_unknown, "/schools/no-such-school/terms" },
	{ "RS-NONE-006", MUST, 0, DERIVED, "the classes of an unknown school are 404", run_unknown, "/schools/no-such-school/classes" },
	{ "RS-NONE-007", SHOULD, 0, DERIVED, "an org that is no school has no classes as a school", other_org, "/classes" },
	{ "RS-NONE-008", SHOULD, 0, DERIVED, "an org that is no school has no students as a school", other_org, "/students" },
	{ "RS-USER-001", MUST, 0, DERIVED, "the students of a school are those that belong to it or are enrolled there", people, "/schools/%s/students", "student" },
	{ "RS-USER-002", MUST, 0, DERIVED, "the teachers of a school are those that belong to it or are enrolled there", people, "/schools/%s/teachers", "teacher" },
	{ "RS-TERM-001", MUST, 0, DERIVED, "the terms of a school are terms", only_terms, "/schools/%s/terms" },
	{ "RS-TERM-002", SHOULD, 0, DERIVED ", UNVERIFIED which", "the terms of a school are those that its classes name", terms, "/schools/%s/terms" },
	{ "RS-SUM-001", SHOULD, 0, DERIVED, "the classes of all schools are all classes", together, "/schools/%s/classes", "/classes" },
	{ "RS-SUM-002", SHOULD, 0, DERIVED, "the enrollments of all schools are all enrollments", together, "/schools/%s/enrollments", "/enrollments" },
	{ "RS-SUM-003", SHOULD, 0, DERIVED, "the students of all schools are all students", together, "/schools/%s/students", "/students" },
	{ "RS-SUM-004", SHOULD, 0, DERIVED, "the teachers of all schools are all teachers", together, "/schools/%s/teachers", "/teachers" },
	{ NULL },
};
/* clang-format on */
