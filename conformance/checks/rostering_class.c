/*
 * rostering_class.c - suites rostering-bulk and rostering-school: collections below an object hold
 * what belongs to it, by the references of the objects and by the enrollments.
 */
#include "conformance/checks/district.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/url.h"
#include "base/when.h"

#define PARENTS_ASKED 3

/* Objects of @base whose references at @member lead to the parent. */
struct nested {
	const char *parents, *base, *member;
};

/* Objects that an enrollment with the role ties to the parent. */
struct tied {
	const char *parents, *parent, *child; /* members of the enrollment */
	const char *role;                     /* NULL: any */
};

/* What must be in a collection below a parent, and what may be; both are sets of ids. */
struct expected {
	json_t *certain, *possible;
	bool bounded; /* `possible` holds all that may be there */
};

static bool is_lacking(long status)
{
	return status == 403 || status == 404 || status == 405 || status == 501;
}

/* @pattern with the id in place of %s, and the school of the class in place of {of}. NULL when the
 * class shows no school. Returns (free). */
static char *path_of(const char *pattern, const json_t *parent)
{
	struct str path = STR_INIT;
	const char *school = jsonx_text(json_object_get(parent, "school"), "sourcedId");

	if (!school && strstr(pattern, "{of}"))
		return NULL;
	while (*pattern) {
		if (starts_with(pattern, "%s"))
			pct_encode(&path, id_text(parent));
		else if (starts_with(pattern, "{of}"))
			pct_encode(&path, school);
		else
			str_add_char(&path, *pattern);
		pattern += starts_with(pattern, "%s") ? 2 : starts_with(pattern, "{of}") ? 4 : 1;
	}
	return str_take(&path, NULL);
}

/* The collection below the parent. A provider that has none of the kind is one that need not have
 * them, unless @needed: `lacks` counts those. */
static struct list below(struct judge *judge, const char *path, bool needed, size_t *lacks)
{
	struct list list = district_list(judge, path);

	if (!list.why)
		return list;
	judge_clear(judge); /* of what it is about a check is not blind, it fails */
	if (!needed && is_lacking(list.status))
		++*lacks;
	else
		judge_fail(judge, "%s", list.why);
	return list;
}

static void compare(struct judge *judge, const char *path, const struct list *list,
		    const struct expected *expected)
{
	struct names names = { STR_INIT, 0 };
	const json_t *item, *value;
	const char *id;
	char *what;
	size_t i;

	json_array_foreach (list->items, i, item)
		if (expected->bounded && !json_object_get(expected->possible, id_text(item)))
			names_add(&names, "%s", id_text(item));
	what = xformat("GET %s: these do not belong there", path);
	names_tell(judge, &names, what);
	free(what);
	json_object_foreach (expected->certain, id, value)
		if (list->whole && !json_object_get(list->index, id))
			names_add(&names, "%s", id);
	what = xformat("GET %s: these belong there, but did not come", path);
	names_tell(judge, &names, what);
	free(what);
}

static void expected_init(struct expected *expected)
{
	*expected = (struct expected){ json_object(), json_object(), true };
}

static void expected_release(struct expected *expected)
{
	json_decref(expected->certain);
	json_decref(expected->possible);
}

/* What comes back is asked for its reference itself, so that nothing else need be known. */
static void expect_nested(const struct nested *nested, const struct list *base,
			  const struct list *list, const char *id, struct expected *out)
{
	const json_t *item;
	size_t i;

	json_array_foreach (base->items, i, item)
		if (is_active(item) && refers_to(item, nested->member, id))
			json_object_set_new(out->certain, id_text(item), json_true());
	json_array_foreach (list->items, i, item)
		if (refers_to(item, nested->member, id))
			json_object_set_new(out->possible, id_text(item), json_true());
}

static void conclude(struct judge *judge, const char *pattern, size_t asked, size_t lacks,
		     size_t known)
{
	if (asked && asked == lacks)
		judge_skip(judge, "the provider has no %s", pattern);
	else if (!asked || !known)
		judge_skip(judge, "nothing is known to belong to any %s that was asked", pattern);
}

static void below_by_reference(struct judge *judge, const struct check *check)
{
	const struct nested *nested = check->data;
	struct list parents = district_list(judge, nested->parents);
	struct list base = district_list(judge, nested->base);
	size_t asked = 0, lacks = 0, known = 0, i;
	const json_t *parent;

	if (!parents.there || !base.there)
		return;
	json_array_foreach (parents.items, i, parent) {
		struct expected expected;
		struct list list;
		char *path = path_of(check->target, parent);

		if (path && is_active(parent) && asked < PARENTS_ASKED && !judge->failed &&
		    !judge->blind) {
			asked++;
			expected_init(&expected);
			list = below(judge, path, check->status == 200, &lacks);
			expect_nested(nested, &base, &list, id_text(parent), &expected);
			known += json_object_size(expected.certain) + json_array_size(list.items);
			if (list.there)
				compare(judge, path, &list, &expected);
			expected_release(&expected);
		}
		free(path);
	}
	conclude(judge, check->target, asked, lacks, known);
}

/* Whether the enrollment holds today, as far as its dates say. */
static bool is_current(const struct judge *judge, const json_t *enrollment)
{
	const char *begin = jsonx_text(enrollment, "beginDate"),
		   *end = jsonx_text(enrollment, "endDate");
	int64_t from, to;

	return (!begin || (when_parse(begin, &from, NULL) && from <= judge->options->now)) &&
	       (!end || (when_parse(end, &to, NULL) && to > judge->options->now));
}

/* Users and classes that are known to be deleted, or not to be there, need not be listed. */
static bool is_known(const struct list *children, const char *id)
{
	const json_t *child = json_object_get(children->index, id);

	return child && is_active(child);
}

static void expect_tied(const struct judge *judge, const struct tied *tied,
			const struct list *enrollments, const struct list *children,
			const char *parent, struct expected *out)
{
	const json_t *item;
	size_t i;

	out->bounded = enrollments->whole;
	json_array_foreach (enrollments->items, i, item) {
		const char *id = jsonx_text(json_object_get(item, tied->child), "sourcedId");

		if (!id || !refers_to(item, tied->parent, parent) ||
		    (tied->role && !same_text(jsonx_text(item, "role"), tied->role)))
			continue;
		json_object_set_new(out->possible, id, json_true());
		if (is_active(item) && is_current(judge, item) && is_known(children, id))
			json_object_set_new(out->certain, id, json_true());
	}
}

/* The parents that the enrollments name, in their order; and whether any was not asked. */
static void below_by_enrollment(struct judge *judge, const struct check *check)
{
	const struct tied *tied = check->data;
	struct list parents = district_list(judge, tied->parents);
	struct list enrollments = district_list(judge, "/enrollments");
	struct list children = district_list(judge, same_text(tied->child, "class") ? "/classes"
										    : "/users");
	size_t asked = 0, lacks = 0, known = 0, i;
	const json_t *parent;

	if (!parents.there || !enrollments.there || !children.there)
		return;
	json_array_foreach (parents.items, i, parent) {
		struct expected expected;
		struct list list;
		char *path = path_of(check->target, parent);

		expected_init(&expected);
		if (path && is_active(parent) && asked < PARENTS_ASKED && !judge->failed &&
		    !judge->blind) {
			expect_tied(judge, tied, &enrollments, &children, id_text(parent),
				    &expected);
			if (json_object_size(expected.possible)) {
				asked++;
				known += json_object_size(expected.certain);
				list = below(judge, path, check->status == 200, &lacks);
				if (list.there)
					compare(judge, path, &list, &expected);
			}
		}
		expected_release(&expected);
		free(path);
	}
	conclude(judge, check->target, asked, lacks, known);
	district_note_part(judge, &enrollments, "/enrollments");
}

/* A class of another school is not found below this one. */
static void other_school(struct judge *judge, const struct check *check)
{
	struct list schools = district_list(judge, "/schools");
	struct list classes = district_list(judge, "/classes");
	const json_t *school, *item;
	size_t i, k;

	if (!schools.there || !classes.there)
		return;
	json_array_foreach (classes.items, i, item)
		json_array_foreach (schools.items, k, school) {
			struct str path = STR_INIT;

			if (refers_to(item, "school", id_text(school)) ||
			    !json_object_get(item, "school"))
				continue;
			str_add(&path, "/schools/");
			pct_encode(&path, id_text(school));
			str_add(&path, "/classes/");
			pct_encode(&path, id_text(item));
			str_add(&path, check->target);
			judge_call(judge, "GET", str_text(&path), NULL);
			judge_expect(judge, 404);
			str_release(&path);
			return;
		}
	judge_skip(judge, "no class is shown that belongs to another of the schools");
}

/* clang-format off */
#define NESTED(...) (&(const struct nested){ __VA_ARGS__ })
#define TIED(...) (&(const struct tied){ __VA_ARGS__ })
#define DERIVED "OneRoster fact sheets 1.1 (2.4) and 1.2 (2.5)"
const struct check rostering_class_checks[] = {
	{ "RB-TERM-001", MUST, 0, DERIVED, "the gradingPeriods of a term are those whose parent it is", below_by_reference, "/terms/%s/gradingPeriods", .data = NESTED("/terms", "/gradingPeriods", "parent") },
	{ "RB-TERM-002", MUST, 0, DERIVED, "the classes of a term are those that name it among their terms", below_by_reference, "/terms/%s/classes", .data = NESTED("/terms", "/classes", "terms") },
	{ "RB-CLASS-001", MUST, 0, DERIVED, "the classes of a course are those that refer to it", below_by_reference, "/courses/%s/classes", .data = NESTED("/courses", "/classes", "course") },
	{ "RB-CLASS-002", MUST, 0, DERIVED, "the students of a class are those that are enrolled in it as such", below_by_enrollment, "/classes/%s/students", .data = TIED("/classes", "class", "user", "student") },
	{ "RB-CLASS-003", MUST, 0, DERIVED, "the teachers of a class are those that are enrolled in it as such", below_by_enrollment, "/classes/%s/teachers", .data = TIED("/classes", "class", "user", "teacher") },
	{ "RB-CLASS-004", MUST, 0, DERIVED, "the classes of a student are those in which it is enrolled as such", below_by_enrollment, "/students/%s/classes", .data = TIED("/students", "user", "class", "student") },
	{ "RB-CLASS-005", MUST, 0, DERIVED, "the classes of a teacher are those in which it is enrolled as such", below_by_enrollment, "/teachers/%s/classes", .data = TIED("/teachers", "user", "class", "teacher") },
	{ "RB-CLASS-006", MUST, 0, DERIVED, "the classes of a user are those in which it is enrolled", below_by_enrollment, "/users/%s/classes", .data = TIED("/users", "user", "class") },
	{ NULL },
};

const struct check rostering_school_class_checks[] = {
	{ "RS-CLASS-001", MUST, 0, DERIVED, "the classes of a school are those that refer to it", below_by_reference, "/schools/%s/classes", .data = NESTED("/schools", "/classes", "school") },
	{ "RS-CLASS-002", MUST, 0, DERIVED, "the enrollments of a class in its school are those of the class", below_by_reference, "/schools/{of}/classes/%s/enrollments", .data = NESTED("/classes", "/enrollments", "class") },
	{ "RS-CLASS-003", MUST, 0, DERIVED, "the students of a class in its school are those that are enrolled in it as such", below_by_enrollment, "/schools/{of}/classes/%s/students", .data = TIED("/classes", "class", "user", "student") },
	{ "RS-CLASS-004", MUST, 0, DERIVED, "the teachers of a class in its school are those that are enrolled in it as such", below_by_enrollment, "/schools/{of}/classes/%s/teachers", .data = TIED("/classes", "class", "user", "teacher") },
	{ "RS-CLASS-005", MUST, 0, DERIVED, "the students of a class are not found below another school", other_school, "/students" },
	{ "RS-CLASS-006", MUST, 0, DERIVED, "the teachers of a class are not found below another school", other_school, "/teachers" },
	{ "RS-CLASS-007", MUST, 0, DERIVED, "the enrollments of a class are not found below another school", other_school, "/enrollments" },
	{ "RS-COURSE-001", MUST, 0, DERIVED, "the courses of a school are those whose org it is", below_by_reference, "/schools/%s/courses", .status = 200, .data = NESTED("/schools", "/courses", "org") },
	{ "RS-ENROLL-001", MUST, 0, DERIVED, "the enrollments of a school are those that refer to it", below_by_reference, "/schools/%s/enrollments", .status = 200, .data = NESTED("/schools", "/enrollments", "school") },
	{ NULL },
};
/* clang-format on */
