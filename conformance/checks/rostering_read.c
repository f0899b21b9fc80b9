/*
 * rostering_read.c - suite rostering-bulk: what there is to read, and that it is of its kind.
 */
#include "conformance/checks/shared.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/url.h"
#include "oneroster/operations.h"

/* A collection that is a part of another: what makes an object belong to it. */
struct part {
	const char *whole, *member, *value; /* member NULL: the users that have the role */
	const char *tolerated;              /* value that some sources allow, too */
};

static bool is_part(const json_t *object, const char *member, const char *value)
{
	return member ? same_text(jsonx_text(object, member), value) : user_is(object, value);
}

static const char *what_it_is(const json_t *object, const struct part *part)
{
	const char *text = jsonx_text(object, part->member ? part->member : "role");

	return text ? text : "something else";
}

/* The collection is there, with its wrapper key and objects in it. */
void run_lists(struct judge *judge, const struct check *check)
{
	char *target = xformat("%s?limit=%d", check->target, LIST_PAGE);
	const json_t *item;
	json_t *list;
	size_t i;

	judge_call(judge, "GET", target, NULL);
	list = judge_expect(judge, 200) ? judge_array(judge, district_key(check->target)) : NULL;
	if (list && json_array_size(list) == 0)
		judge_skip(judge, "the provider shows nothing at %s", check->target);
	json_array_foreach (list, i, item)
		if (!jsonx_text(item, "sourcedId"))
			judge_fail(judge,
				   "GET %s: element %zu of %s: expected an object with a "
				   "sourcedId, found %s",
				   check->target, i, district_key(check->target),
				   json_is_object(item) ? "none in it" : jsonx_kind(item));
	json_decref(list);
	free(target);
}

static json_t *one_of(struct judge *judge, const char *collection, const char *id)
{
	size_t length = strlen(collection) - 1;
	const struct collection *row = collection_find(collection + 1, length);
	struct str target = STR_INIT;
	json_t *object;

	str_format(&target, "%s/", collection);
	pct_encode(&target, id);
	judge_call(judge, "GET", str_text(&target), NULL);
	object = judge_expect(judge, 200) ? judge_object(judge, row->entity->singular) : NULL;
	str_release(&target);
	return object;
}

/* The first object of the collection can be read by itself. */
void run_one(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, check->target);
	const char *id = jsonx_text(json_array_get(list.items, 0), "sourcedId");
	json_t *object;

	if (!district_has_any(judge, &list, check->target) || !id)
		return;
	object = one_of(judge, check->target, id);
	if (object && !same_text(jsonx_text(object, "sourcedId"), id))
		judge_fail(judge, "GET %s: expected the object %s, got %s", judge->call.target, id,
			   id_text(object));
	json_decref(object);
}

/* And is what the collection showed. */
void run_same(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, check->target);
	const json_t *shown = json_array_get(list.items, json_array_size(list.items) / 2), *value;
	struct names names = { STR_INIT, 0 };
	json_t *object;
	const char *key;

	if (!district_has_any(judge, &list, check->target) || !jsonx_text(shown, "sourcedId"))
		return;
	object = one_of(judge, check->target, jsonx_text(shown, "sourcedId"));
	json_object_foreach ((json_t *)(uintptr_t)shown, key, value) {
		if (object && !json_equal(value, json_object_get(object, key)))
			names_add(&names, "%s", key);
	}
	names_tell(judge, &names,
		   "these members of the object are others by itself than in its collection");
	json_decref(object);
}

/* Only objects of the kind. */
static void shows_only(struct judge *judge, const struct check *check)
{
	const struct part *part = check->data;
	struct list list = district_list(judge, check->target);
	struct names names = { STR_INIT, 0 }, tolerated = { STR_INIT, 0 };
	const json_t *item;
	size_t i;

	if (!district_has_any(judge, &list, check->target))
		return;
	json_array_foreach (list.items, i, item) {
		bool known = part->tolerated && is_part(item, part->member, part->tolerated);

		if (!is_part(item, part->member, part->value))
			names_add(known ? &tolerated : &names, "%s is %s", id_text(item),
				  what_it_is(item, part));
	}
	names_tell(judge, &names, "these do not belong there");
	if (tolerated.count)
		judge_warn(judge, "%s: not all readers expect these there: %s", check->target,
			   str_text(&tolerated.text));
	str_release(&tolerated.text);
	district_note_part(judge, &list, check->target);
}

/* And all of them that the whole collection shows. */
static void shows_all(struct judge *judge, const struct check *check)
{
	const struct part *part = check->data;
	struct list list = district_list(judge, check->target);
	struct list whole = district_list(judge, part->whole);
	struct names names = { STR_INIT, 0 };
	const json_t *item;
	size_t i, of_kind = 0;

	if (list.there && !list.whole)
		judge_skip(judge, "there are more than the %zu of %s that were read",
			   json_array_size(list.items), check->target);
	if (!list.there || !list.whole || !whole.there)
		return;
	json_array_foreach (whole.items, i, item) {
		if (!is_active(item) || !is_part(item, part->member, part->value))
			continue;
		of_kind++;
		if (!json_object_get(list.index, id_text(item)))
			names_add(&names, "%s", id_text(item));
	}
	if (!of_kind)
		judge_skip(judge, "%s shows none", part->whole);
	names_tell(judge, &names, "these stand in the whole collection only");
	district_note_part(judge, &whole, part->whole);
}

/* An object of the whole that is no part is not there under the name of the part. */
static void hides_others(struct judge *judge, const struct check *check)
{
	const struct part *part = check->data;
	struct list whole = district_list(judge, part->whole);
	const json_t *item, *other = NULL;
	struct str target = STR_INIT;
	size_t i;

	json_array_foreach (whole.items, i, item)
		if (!other && jsonx_text(item, "sourcedId") &&
		    !is_part(item, part->member, part->value) &&
		    !(part->tolerated && is_part(item, part->member, part->tolerated)))
			other = item;
	if (whole.there && !other)
		judge_skip(judge, "all that %s shows belongs to %s", part->whole, check->target);
	if (other) {
		str_format(&target, "%s/", check->target);
		pct_encode(&target, jsonx_text(other, "sourcedId"));
		judge_call(judge, "GET", str_text(&target), NULL);
		judge_expect(judge, 404);
	}
	str_release(&target);
}

void run_unknown(struct judge *judge, const struct check *check)
{
	judge_call(judge, "GET", check->target, NULL);
	judge_expect(judge, 404);
}

void run_unique_ids(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, check->target);
	struct names names = { STR_INIT, 0 };
	json_t *seen = json_object();
	const json_t *item;
	size_t i;

	if (district_has_any(judge, &list, check->target))
		json_array_foreach (list.items, i, item) {
			if (json_object_get(seen, id_text(item)))
				names_add(&names, "%s", id_text(item));
			json_object_set_new(seen, id_text(item), json_true());
		}
	names_tell(judge, &names, "these sourcedIds come more than once over all pages");
	district_note_part(judge, &list, check->target);
	json_decref(seen);
}

/* Characters of the CSV binding: what moves between systems survives only so. */
static void ids_are_plain(struct judge *judge, const struct check *check)
{
	static const char letters[] = "0123456789abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ.-_/@";
	struct list list = district_list(judge, check->target);
	struct names names = { STR_INIT, 0 };
	const json_t *item;
	size_t i;

	if (district_has_any(judge, &list, check->target))
		json_array_foreach (list.items, i, item) {
			const char *id = id_text(item);

			if (jsonx_text(item, "sourcedId") &&
			    (id[strspn(id, letters)] || strlen(id) > 255))
				names_add(&names, "%.60s", id);
		}
	names_tell(judge, &names,
		   "these sourcedIds have other characters than 0-9 A-Z a-z . - _ / @, or more "
		   "than 255");
	district_note_part(judge, &list, check->target);
}

/* The first page again: its objects are the same ones. */
static void ids_are_stable(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, check->target);
	char *target = xformat("%s?limit=%d", check->target, LIST_PAGE);
	struct names names = { STR_INIT, 0 };
	json_t *again = NULL, *item;
	size_t i;

	if (district_has_any(judge, &list, check->target)) {
		judge_call(judge, "GET", target, NULL);
		again = judge_expect(judge, 200) ? judge_array(judge, district_key(check->target))
						 : NULL;
	}
	json_array_foreach (again, i, item)
		if (!json_object_get(list.index, id_text(item)))
			names_add(&names, "%s", id_text(item));
	if (list.whole || json_array_size(again) < LIST_PAGE)
		names_tell(judge, &names, "these were not there at the first read");
	else if (names.count) /* a page of many may hold others: its order is not promised */
		judge_warn(judge, "a page of %s held others at the second read: %s", check->target,
			   str_text(&names.text));
	str_release(&names.text);
	json_decref(again);
	free(target);
}

/* clang-format off */
#define PART(...) (&(const struct part){ __VA_ARGS__ })
#define SCHOOLS PART("/orgs", "type", "school")
#define TERMS PART("/academicSessions", "type", "term", "semester")
#define PERIODS PART("/academicSessions", "type", "gradingPeriod")
#define STUDENTS PART("/users", NULL, "student")
#define TEACHERS PART("/users", NULL, "teacher")
#define BULK "canvas-client 5: bulk service; OneRoster fact sheets 1.1 (2.1) and 1.2 (2.2, 12)"
#define DERIVED "OneRoster fact sheets 1.1 (2.4) and 1.2 (2.5)"
#define IDS "OneRoster fact sheets 1.1 (5.0) and 1.2 (6)"
const struct check rostering_read_checks[] = {
	{ "RB-LIST-001", MUST, 0, BULK, "GET /academicSessions answers with \"academicSessions\"", run_lists, "/academicSessions" },
	{ "RB-LIST-002", MUST, 0, BULK, "GET /classes answers with \"classes\"", run_lists, "/classes" },
	{ "RB-LIST-003", MUST, 0, BULK, "GET /courses answers with \"courses\"", run_lists, "/courses" },
	{ "RB-LIST-004", MUST, 0, BULK, "GET /enrollments answers with \"enrollments\"", run_lists, "/enrollments" },
	{ "RB-LIST-005", MUST, 0, BULK, "GET /gradingPeriods answers with \"academicSessions\"", run_lists, "/gradingPeriods" },
	{ "RB-LIST-006", MUST, 0, BULK, "GET /orgs answers with \"orgs\"", run_lists, "/orgs" },
	{ "RB-LIST-007", MUST, 0, BULK, "GET /schools answers with \"orgs\"", run_lists, "/schools" },
	{ "RB-LIST-008", MUST, 0, BULK, "GET /students answers with \"users\"", run_lists, "/students" },
	{ "RB-LIST-009", MUST, 0, BULK, "GET /teachers answers with \"users\"", run_lists, "/teachers" },
	{ "RB-LIST-010", MUST, 0, BULK, "GET /terms answers with \"academicSessions\"", run_lists, "/terms" },
	{ "RB-LIST-011", MUST, 0, BULK, "GET /users answers with \"users\"", run_lists, "/users" },
	{ "RB-ONE-001", MUST, 0, BULK, "an academicSession can be read by itself", run_one, "/academicSessions" },
	{ "RB-ONE-002", MUST, 0, BULK, "a class can be read by itself", run_one, "/classes" },
	{ "RB-ONE-003", MUST, 0, BULK, "a course can be read by itself", run_one, "/courses" },
	{ "RB-ONE-004", MUST, 0, BULK, "an enrollment can be read by itself", run_one, "/enrollments" },
	{ "RB-ONE-005", MUST, 0, BULK, "a gradingPeriod can be read by itself, as \"academicSession\"", run_one, "/gradingPeriods" },
	{ "RB-ONE-006", MUST, 0, BULK, "an org can be read by itself", run_one, "/orgs" },
	{ "RB-ONE-007", MUST, 0, BULK, "a school can be read by itself, as \"org\"", run_one, "/schools" },
	{ "RB-ONE-008", MUST, 0, BULK, "a student can be read by itself, as \"user\"", run_one, "/students" },
	{ "RB-ONE-009", MUST, 0, BULK, "a teacher can be read by itself, as \"user\"", run_one, "/teachers" },
	{ "RB-ONE-010", MUST, 0, BULK, "a term can be read by itself, as \"academicSession\"", run_one, "/terms" },
	{ "RB-ONE-011", MUST, 0, BULK, "a user can be read by itself", run_one, "/users" },
	{ "RB-SAME-001", SHOULD, 0, BULK, "a class is by itself what the collection shows", run_same, "/classes" },
	{ "RB-SAME-002", SHOULD, 0, BULK, "an enrollment is by itself what the collection shows", run_same, "/enrollments" },
	{ "RB-SAME-003", SHOULD, 0, BULK, "a user is by itself what the collection shows", run_same, "/users" },
	{ "RB-PART-001", MUST, 0, DERIVED, "/schools shows only orgs of type school", shows_only, "/schools", .data = SCHOOLS },
	{ "RB-PART-002", MUST, 0, DERIVED, "/schools shows all orgs of type school", shows_all, "/schools", .data = SCHOOLS },
	{ "RB-PART-003", MUST, 0, DERIVED, "another org is not found below /schools", hides_others, "/schools", .data = SCHOOLS },
	{ "RB-PART-004", MUST, 0, DERIVED, "/terms shows only academicSessions of type term (some providers show semesters, too)", shows_only, "/terms", .data = TERMS },
	{ "RB-PART-005", MUST, 0, DERIVED, "/terms shows all academicSessions of type term", shows_all, "/terms", .data = TERMS },
	{ "RB-PART-006", MUST, 0, DERIVED, "another academicSession is not found below /terms", hides_others, "/terms", .data = TERMS },
	{ "RB-PART-007", MUST, 0, DERIVED, "/gradingPeriods shows only academicSessions of type gradingPeriod", shows_only, "/gradingPeriods", .data = PERIODS },
	{ "RB-PART-008", MUST, 0, DERIVED, "/gradingPeriods shows all academicSessions of type gradingPeriod", shows_all, "/gradingPeriods", .data = PERIODS },
	{ "RB-PART-009", MUST, 0, DERIVED, "another academicSession is not found below /gradingPeriods", hides_others, "/gradingPeriods", .data = PERIODS },
	{ "RB-PART-010", MUST, 0, DERIVED, "/students shows only users with the role student", shows_only, "/students", .data = STUDENTS },
	{ "RB-PART-011", MUST, 0, DERIVED, "/students shows all users with the role student", shows_all, "/students", .data = STUDENTS },
	{ "RB-PART-012", MUST, 0, DERIVED, "another user is not found below /students", hides_others, "/students", .data = STUDENTS },
	{ "RB-PART-013", MUST, 0, DERIVED, "/teachers shows only users with the role teacher", shows_only, "/teachers", .data = TEACHERS },
	{ "RB-PART-014", MUST, 0, DERIVED, "/teachers shows all users with the role teacher", shows_all, "/teachers", .data = TEACHERS },
	{ "RB-PART-015", MUST, 0, DERIVED, "another user is not found below /teachers", hides_others, "/teachers", .data = TEACHERS },
	{ "RB-NONE-001", MUST, 0, DERIVED, "an unknown user is 404", run_unknown, "/users/no-such-user" },
	{ "RB-NONE-002", MUST, 0, DERIVED, "an unknown class is 404", run_unknown, "/classes/no-such-class" },
	{ "RB-NONE-003", MUST, 0, DERIVED, "an unknown enrollment is 404", run_unknown, "/enrollments/no-such-enrollment" },
	{ "RB-ID-001", MUST, 0, IDS, "a sourcedId names one user", run_unique_ids, "/users" },
	{ "RB-ID-002", MUST, 0, IDS, "a sourcedId names one class", run_unique_ids, "/classes" },
	{ "RB-ID-003", MUST, 0, IDS, "a sourcedId names one enrollment", run_unique_ids, "/enrollments" },
	{ "RB-ID-004", MUST, 0, IDS, "a sourcedId names one org", run_unique_ids, "/orgs" },
	{ "RB-ID-005", MUST, 0, IDS, "a sourcedId names one academicSession", run_unique_ids, "/academicSessions" },
	{ "RB-ID-006", MUST, 0, IDS, "a sourcedId names one course", run_unique_ids, "/courses" },
	{ "RB-ID-007", SHOULD, 0, IDS, "sourcedIds of users have the characters of the CSV binding", ids_are_plain, "/users" },
	{ "RB-ID-008", SHOULD, 0, IDS, "sourcedIds of classes have the characters of the CSV binding", ids_are_plain, "/classes" },
	{ "RB-ID-009", SHOULD, 0, IDS, "sourcedIds of enrollments have the characters of the CSV binding", ids_are_plain, "/enrollments" },
	{ "RB-ID-010", MUST, 0, "canvas-client 5: passback dies where ids change", "users keep their sourcedIds from one read to the next", ids_are_stable, "/users" },
	{ "RB-ID-011", MUST, 0, "canvas-client 5: passback dies where ids change", "classes keep their sourcedIds from one read to the next", ids_are_stable, "/classes" },
	{ "RB-ID-012", SHOULD, 0, "canvas-client 5", "enrollments keep their sourcedIds from one read to the next", ids_are_stable, "/enrollments" },
	{ NULL },
};
/* clang-format on */
