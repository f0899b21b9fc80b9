/*
 * rostering_enrollment.c - suite rostering-bulk: enrollments and classes agree with one another.
 */
#include "conformance/checks/district.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/when.h"
#include "oneroster/vocab.h"

static const char *ref_id(const json_t *object, const char *key)
{
	const char *id = jsonx_text(json_object_get(object, key), "sourcedId");

	return id ? id : "";
}

static bool is_true(const json_t *value)
{
	return json_is_true(value) || same_text(json_string_value(value), "true");
}

static bool date_or(const json_t *object, const char *key, int64_t preset, int64_t *out)
{
	const char *text = jsonx_text(object, key);

	*out = preset;
	return !text || when_parse(text, out, NULL);
}

/* First and last day of the terms of a class; false when none of them is shown with dates. */
static bool span_of(const json_t *class, const struct list *sessions, int64_t *from, int64_t *to)
{
	json_t *terms = refs_at(class, "terms"), *value;
	const char *id;
	bool any = false;

	json_object_foreach (terms, id, value) {
		const json_t *session = json_object_get(sessions->index, id);
		int64_t first, last;

		if (!session || !date_or(session, "startDate", INT64_MIN, &first) ||
		    !date_or(session, "endDate", INT64_MAX, &last))
			continue;
		*from = !any || first < *from ? first : *from;
		*to = !any || last > *to ? last : *to;
		any = true;
	}
	json_decref(terms);
	return any;
}

static void lies_in_terms(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, "/enrollments");
	struct list classes = district_list(judge, "/classes");
	struct list sessions = district_list(judge, "/academicSessions");
	struct names names = { STR_INIT, 0 };
	int64_t begin, end, from, to;
	const json_t *item;
	size_t i, count = 0;

	(void)check;
	if (!district_has_any(judge, &list, "/enrollments") || !classes.there || !sessions.there)
		return;
	json_array_foreach (list.items, i, item) {
		const json_t *class = json_object_get(classes.index, ref_id(item, "class"));

		if (!is_active(item) || !class || !span_of(class, &sessions, &from, &to) ||
		    !date_or(item, "beginDate", from, &begin) ||
		    !date_or(item, "endDate", to, &end))
			continue;
		count++;
		if (begin < from || end > to + WHEN_DAY)
			names_add(&names, "%s: %s to %s", id_text(item),
				  jsonx_text(item, "beginDate"), jsonx_text(item, "endDate"));
	}
	if (!count)
		judge_skip(judge, "no enrollment is in a class whose terms show their dates");
	names_tell(judge, &names, "these reach beyond the terms of their classes");
	district_note_part(judge, &list, "/enrollments");
}

static void comes_once(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, "/enrollments");
	struct names names = { STR_INIT, 0 };
	json_t *seen = json_object();
	const json_t *item;
	size_t i;

	(void)check;
	if (district_has_any(judge, &list, "/enrollments"))
		json_array_foreach (list.items, i, item) {
			char *key = xformat("%s %s %s", ref_id(item, "user"), ref_id(item, "class"),
					    jsonx_text(item, "role"));

			if (is_active(item) && json_object_get(seen, key))
				names_add(&names, "%s and %s", jsonx_text(seen, key),
					  id_text(item));
			if (is_active(item))
				json_object_set_new(seen, key, json_string(id_text(item)));
			free(key);
		}
	names_tell(judge, &names, "these enroll one user twice in one class and role");
	district_note_part(judge, &list, "/enrollments");
	json_decref(seen);
}

/* Periods of a class: one primary teacher for each. */
static size_t periods_of(const json_t *class)
{
	const json_t *periods = json_object_get(class, "periods");
	const char *text = json_string_value(periods);
	size_t count = json_is_array(periods) ? json_array_size(periods) : 1;

	for (const char *c = text; c && *c; c++)
		count += *c == ',';
	return count ? count : 1;
}

static void has_one_primary(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, "/enrollments");
	struct list classes = district_list(judge, "/classes");
	struct names names = { STR_INIT, 0 };
	json_t *counts = json_object();
	const json_t *item, *value;
	const char *id;
	size_t i;

	(void)check;
	json_array_foreach (list.items, i, item)
		if (is_active(item) && is_true(json_object_get(item, "primary")))
			json_object_set_new(
				counts, ref_id(item, "class"),
				json_integer(jsonx_int(counts, ref_id(item, "class")) + 1));
	if (list.there && !json_object_size(counts))
		judge_skip(judge, "no enrollment is primary");
	json_object_foreach (counts, id, value)
		if ((size_t)json_integer_value(value) >
		    periods_of(json_object_get(classes.index, id)))
			names_add(&names, "%s has %d", id, (int)json_integer_value(value));
	names_tell(judge, &names, "these classes have more primary teachers than periods");
	district_note_part(judge, &list, "/enrollments");
	json_decref(counts);
}

static void only_teachers_are_primary(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, "/enrollments");
	struct names names = { STR_INIT, 0 };
	const json_t *item;
	size_t i, count = 0;

	(void)check;
	json_array_foreach (list.items, i, item) {
		if (!is_true(json_object_get(item, "primary")))
			continue;
		count++;
		if (!same_text(jsonx_text(item, "role"), "teacher"))
			names_add(&names, "%s is a %s", id_text(item),
				  jsonx_text(item, "role") ? jsonx_text(item, "role") : "?");
	}
	if (list.there && !count)
		judge_skip(judge, "no enrollment is primary");
	names_tell(judge, &names, "these are primary, but no teachers");
	district_note_part(judge, &list, "/enrollments");
}

/* Who is enrolled as @key has that role. */
static void has_the_role(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, "/enrollments");
	struct list users = district_list(judge, "/users");
	struct names names = { STR_INIT, 0 };
	const json_t *item;
	size_t i, count = 0;

	json_array_foreach (list.items, i, item) {
		const json_t *user = json_object_get(users.index, ref_id(item, "user"));

		if (!user || !is_active(item) || !same_text(jsonx_text(item, "role"), check->key))
			continue;
		count++;
		if (!user_is(user, check->key))
			names_add(&names, "%s of %s", id_text(item), id_text(user));
	}
	if (list.there && users.there && !count)
		judge_skip(judge, "no user that was read is enrolled as %s", check->key);
	names_tell(judge, &names, "enrolled so, but the users have other roles");
	district_note_part(judge, &list, "/enrollments");
}

static void is_in_the_school_of_its_class(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, "/enrollments");
	struct list classes = district_list(judge, "/classes");
	struct names names = { STR_INIT, 0 };
	const json_t *item;
	size_t i, count = 0;

	(void)check;
	json_array_foreach (list.items, i, item) {
		const json_t *class = json_object_get(classes.index, ref_id(item, "class"));

		if (!class || !*ref_id(class, "school"))
			continue;
		count++;
		if (!same_text(ref_id(item, "school"), ref_id(class, "school")))
			names_add(&names, "%s in %s, the class in %s", id_text(item),
				  ref_id(item, "school"), ref_id(class, "school"));
	}
	if (list.there && classes.there && !count)
		judge_skip(judge, "no enrollment is in a class that was read");
	names_tell(judge, &names, "these are in another school than their class");
	district_note_part(judge, &list, "/enrollments");
}

/* The class has what its readers need; @key names the member. */
static void has_ref(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, check->target);
	struct names names = { STR_INIT, 0 };
	const json_t *item;
	size_t i;

	if (!district_has_any(judge, &list, check->target))
		return;
	json_array_foreach (list.items, i, item) {
		json_t *refs = refs_at(item, check->key);

		if (is_active(item) && !json_object_size(refs))
			names_add(&names, "%s", id_text(item));
		json_decref(refs);
	}
	names_tell(judge, &names, "these lack it");
	district_note_part(judge, &list, check->target);
}

/* CEDS, "Entry Grade Level" and its kin. */
static void has_known_grades(struct judge *judge, const struct check *check)
{
	static const char codes[] = "IT PR PK TK KG 01 02 03 04 05 06 07 08 09 10 11 12 13 PS UG "
				    "Other";
	struct list list = district_list(judge, check->target);
	struct names names = { STR_INIT, 0 };
	const json_t *item, *grade;
	size_t i, k, count = 0;

	if (!district_has_any(judge, &list, check->target))
		return;
	json_array_foreach (list.items, i, item)
		json_array_foreach (json_object_get(item, "grades"), k, grade) {
			const char *code = json_string_value(grade);

			count++;
			if (!code || !has_word(codes, code))
				names_add(&names, "%s of %s", code ? code : jsonx_kind(grade),
					  id_text(item));
		}
	if (!count)
		judge_skip(judge, "no object of %s has grades", check->target);
	names_tell(judge, &names, "no CEDS grade levels (KG, 01 to 13, ...)");
}

static void has_a_code_for_each_subject(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, check->target);
	struct names names = { STR_INIT, 0 };
	const json_t *item;
	size_t i, count = 0;

	if (!district_has_any(judge, &list, check->target))
		return;
	json_array_foreach (list.items, i, item) {
		size_t subjects = json_array_size(json_object_get(item, "subjects")),
		       codes = json_array_size(json_object_get(item, "subjectCodes"));

		count += codes > 0;
		if (codes && codes != subjects)
			names_add(&names, "%s has %zu subjects and %zu codes", id_text(item),
				  subjects, codes);
	}
	if (!count)
		judge_skip(judge, "no object of %s has subjectCodes", check->target);
	names_tell(judge, &names, "subjects and subjectCodes do not go together");
}

/* clang-format off */
#define ENROLLMENT "OneRoster fact sheets 1.1 (5.5) and 1.2 (8)"
#define BEST "Rostering Configuration Best Practices; canvas-client 5"
const struct check rostering_enrollment_checks[] = {
	{ "RB-ENR-005", SHOULD, 0, "OneRoster fact sheet 1.2, section 8: both inside the class's session", "an enrollment lies within the terms of its class", lies_in_terms },
	{ "RB-ENR-006", SHOULD, 0, BEST ": only the current enrollment", "a user is enrolled once in a class and role", comes_once },
	{ "RB-ENR-007", MUST, 0, ENROLLMENT, "a class has one primary teacher a period at most", has_one_primary },
	{ "RB-ENR-008", MUST, 0, ENROLLMENT, "only teachers are primary", only_teachers_are_primary },
	{ "RB-ENR-009", SHOULD, 0, ENROLLMENT, "who is enrolled as a student has that role", has_the_role, NULL, "student" },
	{ "RB-ENR-010", SHOULD, 0, ENROLLMENT, "who is enrolled as a teacher has that role", has_the_role, NULL, "teacher" },
	{ "RB-ENR-011", SHOULD, 0, ENROLLMENT, "an enrollment is in the school of its class", is_in_the_school_of_its_class },
	{ "RB-CLASS-007", MUST, 0, "OneRoster fact sheets 1.1 (5.2) and 1.2 (8); traps B4", "an active class has a school", has_ref, "/classes", "school" },
	{ "RB-CLASS-008", SHOULD, 0, "OneRoster 1.1 fact sheet 5.2, text; traps B4", "an active class has a course", has_ref, "/classes", "course", .in = V11 },
	{ "RB-CLASS-009", SHOULD, 0, "OneRoster 1.1 fact sheet 5.2, text; traps B4", "an active class has a term", has_ref, "/classes", "terms", .in = V11 },
	{ "RB-CLASS-010", MUST, 0, "OneRoster 1.2 fact sheet 8; traps B4", "an active class has a course", has_ref, "/classes", "course", .in = V12 },
	{ "RB-CLASS-011", MUST, 0, "OneRoster 1.2 fact sheet 8; traps B4", "an active class has a term", has_ref, "/classes", "terms", .in = V12 },
	{ "RB-CLASS-012", SHOULD, 0, "OneRoster 1.1 fact sheet 5.2", "the grades of a class are CEDS codes", has_known_grades, "/classes" },
	{ "RB-CLASS-013", SHOULD, 0, "OneRoster 1.1 fact sheet 5.2", "subjectCodes of a class go with its subjects", has_a_code_for_each_subject, "/classes" },
	{ "RB-COURSE-001", SHOULD, 0, "OneRoster 1.1 fact sheet 5.2", "the grades of a course are CEDS codes", has_known_grades, "/courses" },
	{ "RB-COURSE-002", SHOULD, 0, "OneRoster 1.1 fact sheet 5.2", "subjectCodes of a course go with its subjects", has_a_code_for_each_subject, "/courses" },
	{ "RB-USER-001", SHOULD, 0, "OneRoster 1.1 fact sheet 5.2", "the grades of a user are CEDS codes", has_known_grades, "/users" },
	{ NULL },
};
/* clang-format on */
