/*
 * rostering_refs.c - suite rostering-bulk: references lead somewhere, links hold both ways.
 */
#include "conformance/checks/shared.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/url.h"
#include "oneroster/vocab.h"

#define LOOKED_UP 10 /* ids that no page showed, asked for one by one */
#define DEEPEST 20

static bool is_lacking(long status)
{
	return status == 404 || status == 410;
}

/* Those that no page shows are asked for: more may be there than was read. */
static void look_up(struct judge *judge, const struct reference *reference, json_t *unknown)
{
	struct names names = { STR_INIT, 0 };
	const json_t *user_of;
	const char *id;
	size_t asked = 0;

	json_object_foreach (unknown, id, user_of) {
		if (judge->blind || asked++ >= LOOKED_UP)
			continue;
		if (is_lacking(district_status(judge, reference->to, id)))
			names_add(&names, "%s of %s", id, json_string_value(user_of));
	}
	if (names.count) {
		char *what = xformat("%s leads to what is not at %s", reference->member,
				     reference->to);

		names_tell(judge, &names, what);
		free(what);
	}
	if (asked > LOOKED_UP)
		judge_note(judge,
			   "%zu ids were on no page that was read; the first %d of them "
			   "are there",
			   asked, LOOKED_UP);
}

void run_leads(struct judge *judge, const struct check *check)
{
	const struct reference *reference = check->data;
	struct list list = district_list(judge, check->target);
	struct list to = district_list(judge, reference->to);
	json_t *unknown = json_object(), *refs, *value;
	const json_t *item;
	const char *id;
	size_t i, count = 0;

	if (!district_has_any(judge, &list, check->target) || !to.there) {
		json_decref(unknown);
		return;
	}
	json_array_foreach (list.items, i, item) {
		refs = is_active(item) ? refs_at(item, reference->member) : json_object();
		count += json_object_size(refs);
		json_object_foreach (refs, id, value)
			if (!json_object_get(to.index, id) && !json_object_get(unknown, id))
				json_object_set_new(unknown, id, json_string(id_text(item)));
		json_decref(refs);
	}
	if (!count)
		judge_skip(judge, "no object of %s has %s", check->target, reference->member);
	look_up(judge, reference, unknown);
	district_note_part(judge, &list, check->target);
	json_decref(unknown);
}

/* The first reference at the member, wherever it is in arrays. Borrowed. */
static const json_t *first_ref(const json_t *value, const char *path)
{
	size_t length = strcspn(path, "."), i;
	const json_t *item, *found = NULL;
	char *step;

	if (json_is_array(value)) {
		json_array_foreach (value, i, item)
			found = found ? found : first_ref(item, path);
		return found;
	}
	if (!*path)
		return jsonx_text(value, "sourcedId") ? value : NULL;
	step = xstrndup(path, length);
	found = first_ref(json_object_get(value, step), path + length + (path[length] == '.'));
	free(step);
	return found;
}

static void follow(struct judge *judge, const struct reference *reference, const json_t *ref)
{
	const char *href = jsonx_text(ref, "href");
	json_t *object;

	if (!href) {
		judge_fail(judge, "the reference %s to %s has no href", reference->member,
			   id_text(ref));
	} else if (!starts_with(href, "http://") && !starts_with(href, "https://")) {
		judge_fail(judge, "href of %s: expected an absolute URL, found %s",
			   reference->member, href);
	} else if (!starts_with(href, transport_base(judge->options->transport))) {
		/* credentials do not go to other hosts */
		judge_skip(judge, "href leads to %s, not to the URL that was asked", href);
	} else {
		judge_call(judge, "GET", href, NULL);
		object = judge_expect(judge, 200) ? judge_object(judge, reference->singular) : NULL;
		if (object && !same_text(jsonx_text(object, "sourcedId"), id_text(ref)))
			judge_fail(judge, "%s leads to %s, expected %s", href, id_text(object),
				   id_text(ref));
		json_decref(object);
	}
}

/* The href of a reference is the URL of the object. */
static void can_be_followed(struct judge *judge, const struct check *check)
{
	const struct reference *reference = check->data;
	struct list list = district_list(judge, check->target);
	const json_t *item;
	size_t i, followed = 0;

	if (!district_has_any(judge, &list, check->target))
		return;
	json_array_foreach (list.items, i, item) {
		const json_t *ref = first_ref(item, reference->member);

		if (ref && !followed && !judge->blind) {
			follow(judge, reference, ref);
			followed++;
		}
	}
	if (!followed)
		judge_skip(judge, "no object of %s has %s", check->target, reference->member);
}

/* The type of a reference is that of what it leads to; 1.1 has other words for some. */
static void is_typed(struct judge *judge, const struct check *check)
{
	const struct reference *reference = check->data;
	struct list list = district_list(judge, check->target);
	struct names names = { STR_INIT, 0 };
	const json_t *item;
	size_t i, count = 0;

	if (!district_has_any(judge, &list, check->target))
		return;
	json_array_foreach (list.items, i, item) {
		const json_t *ref = first_ref(item, reference->member);
		const char *type = jsonx_text(ref, "type");

		count += ref != NULL;
		if (ref && (!type || !has_word(reference->singular, type)))
			names_add(&names, "%s of %s", type ? type : "none", id_text(item));
	}
	if (!count)
		judge_skip(judge, "no object of %s has %s", check->target, reference->member);
	names_tell(judge, &names, "references of an unexpected type");
}

/* A link that both ends show: who is named as a child names that parent, and the other way. Rows
 * have the member that names one's parents in target's key, its counterpart in body. */
static void holds_both_ways(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, check->target);
	struct names names = { STR_INIT, 0 };
	const json_t *item, *other, *value;
	const char *id;
	size_t i, links = 0;

	if (!district_has_any(judge, &list, check->target))
		return;
	json_array_foreach (list.items, i, item) {
		json_t *refs = refs_at(item, check->key);

		json_object_foreach (refs, id, value) {
			other = json_object_get(list.index, id);
			/* an end that shows no such member need not have it */
			if (!other || !member_at(other, check->body))
				continue;
			links++;
			if (!refers_to(other, check->body, id_text(item)))
				names_add(&names, "%s names %s, but not the other way",
					  id_text(item), id);
		}
		json_decref(refs);
	}
	if (!links)
		judge_skip(judge, "no link is shown from both ends, by %s and %s", check->key,
			   check->body);
	names_tell(judge, &names, "links that hold one way only");
}

static const char *parent_of(const json_t *object)
{
	return jsonx_text(json_object_get(object, "parent"), "sourcedId");
}

/* Following parents ends, at an object without one. */
static void has_no_ring(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, check->target);
	struct names names = { STR_INIT, 0 };
	const json_t *item;
	size_t i, parents = 0;

	if (!district_has_any(judge, &list, check->target))
		return;
	json_array_foreach (list.items, i, item) {
		const json_t *at = item;
		size_t depth = 0;

		parents += parent_of(item) != NULL;
		while (at && parent_of(at) && depth++ < DEEPEST)
			at = json_object_get(list.index, parent_of(at));
		if (depth >= DEEPEST)
			names_add(&names, "%s", id_text(item));
	}
	if (!parents)
		judge_skip(judge, "no object of %s has a parent", check->target);
	names_tell(judge, &names, "the parents of these go in a ring");
}

/* All orgs belong to one district. */
static void has_one_root(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, check->target);
	struct names names = { STR_INIT, 0 };
	const json_t *item, *root = NULL;
	size_t i, roots = 0;

	if (!district_has_any(judge, &list, check->target))
		return;
	if (!list.whole)
		judge_skip(judge, "there are more than the %zu orgs that were read",
			   json_array_size(list.items));
	json_array_foreach (list.items, i, item)
		if (is_active(item) && !parent_of(item)) {
			root = item;
			roots++;
			names_add(&names, "%s (%s)", id_text(item),
				  jsonx_text(item, "type") ? jsonx_text(item, "type") : "?");
		}
	if (roots != 1)
		judge_fail(judge, "expected one org without a parent, found %zu: %s", roots,
			   str_text(&names.text));
	else if (!same_text(jsonx_text(root, "type"), check->key))
		judge_fail(judge, "expected the org without a parent to be a %s, found %s",
			   check->key, str_text(&names.text));
	str_release(&names.text);
}

/* What is active does not refer to what is deleted. */
static void leads_to_active(struct judge *judge, const struct check *check)
{
	const struct reference *reference = check->data;
	struct list list = district_list(judge, check->target);
	struct list to = district_list(judge, reference->to);
	struct names names = { STR_INIT, 0 };
	const json_t *item, *value;
	const char *id;
	size_t i;

	if (!district_has_any(judge, &list, check->target))
		return;
	json_array_foreach (list.items, i, item) {
		json_t *refs = is_active(item) ? refs_at(item, reference->member) : json_object();

		json_object_foreach (refs, id, value)
			if (json_object_get(to.index, id) &&
			    !is_active(json_object_get(to.index, id)))
				names_add(&names, "%s refers to %s", id_text(item), id);
		json_decref(refs);
	}
	names_tell(judge, &names, "active objects refer to what is tobedeleted");
	district_note_part(judge, &list, check->target);
}

/* clang-format off */
#define REF(...) (&(const struct reference){ __VA_ARGS__ })
#define GUIDREF "OneRoster fact sheets 1.1 (5.0) and 1.2 (6)"
#define ENROLLMENT "OneRoster fact sheets 1.1 (5.5) and 1.2 (8)"
#define CLASS "OneRoster fact sheets 1.1 (5.2) and 1.2 (8)"
#define ORG "OneRoster fact sheets 1.1 (5.6) and 1.2 (8)"
#define SESSION "OneRoster fact sheets 1.1 (5.1) and 1.2 (8)"
#define USER "OneRoster fact sheets 1.1 (5.8) and 1.2 (8)"
const struct check rostering_ref_checks[] = {
	{ "RB-REF-001", MUST, 0, ENROLLMENT, "the user of an enrollment can be read", run_leads, "/enrollments", .data = REF("user", "/users", "user") },
	{ "RB-REF-002", MUST, 0, ENROLLMENT, "the class of an enrollment can be read", run_leads, "/enrollments", .data = REF("class", "/classes", "class") },
	{ "RB-REF-003", MUST, 0, ENROLLMENT, "the school of an enrollment can be read", run_leads, "/enrollments", .data = REF("school", "/orgs", "org") },
	{ "RB-REF-004", MUST, 0, CLASS, "the course of a class can be read", run_leads, "/classes", .data = REF("course", "/courses", "course") },
	{ "RB-REF-005", MUST, 0, CLASS, "the school of a class can be read, as a school", run_leads, "/classes", .data = REF("school", "/schools", "org") },
	{ "RB-REF-006", MUST, 0, CLASS, "the terms of a class can be read", run_leads, "/classes", .data = REF("terms", "/academicSessions", "academicSession") },
	{ "RB-REF-007", SHOULD, 0, "OneRoster fact sheets 1.1 (5.3) and 1.2 (8)", "the org of a course can be read", run_leads, "/courses", .data = REF("org", "/orgs", "org") },
	{ "RB-REF-008", SHOULD, 0, "OneRoster fact sheets 1.1 (5.3) and 1.2 (8)", "the schoolYear of a course can be read", run_leads, "/courses", .data = REF("schoolYear", "/academicSessions", "academicSession") },
	{ "RB-REF-009", MUST, 0, USER, "the orgs of a user can be read", run_leads, "/users", .in = V11, .data = REF("orgs", "/orgs", "org") },
	{ "RB-REF-010", MUST, 0, USER, "the orgs of a user's roles can be read", run_leads, "/users", .in = V12, .data = REF("roles.org", "/orgs", "org") },
	{ "RB-REF-011", SHOULD, 0, USER, "the agents of a user can be read", run_leads, "/users", .data = REF("agents", "/users", "user") },
	{ "RB-REF-012", SHOULD, 0, SESSION, "the parent of an academicSession can be read", run_leads, "/academicSessions", .data = REF("parent", "/academicSessions", "academicSession") },
	{ "RB-REF-013", SHOULD, 0, SESSION, "the children of an academicSession can be read", run_leads, "/academicSessions", .data = REF("children", "/academicSessions", "academicSession") },
	{ "RB-REF-014", SHOULD, 0, ORG, "the parent of an org can be read", run_leads, "/orgs", .data = REF("parent", "/orgs", "org") },
	{ "RB-REF-015", SHOULD, 0, ORG, "the children of an org can be read", run_leads, "/orgs", .data = REF("children", "/orgs", "org") },
	{ "RB-HREF-001", MUST, 0, GUIDREF, "the href of an enrollment's user is its URL", can_be_followed, "/enrollments", .data = REF("user", "/users", "user") },
	{ "RB-HREF-002", MUST, 0, GUIDREF, "the href of an enrollment's class is its URL", can_be_followed, "/enrollments", .data = REF("class", "/classes", "class") },
	{ "RB-HREF-003", MUST, 0, GUIDREF, "the href of a class's school is its URL", can_be_followed, "/classes", .data = REF("school", "/orgs", "org") },
	{ "RB-HREF-004", MUST, 0, GUIDREF, "the href of a class's term is its URL", can_be_followed, "/classes", .data = REF("terms", "/academicSessions", "academicSession") },
	{ "RB-TYPE-001", SHOULD, 0, GUIDREF ", traps A25", "a reference to a user is of type user (student and teacher are words of 1.1)", is_typed, "/enrollments", .in = V11, .data = REF("user", NULL, "user student teacher") },
	{ "RB-TYPE-002", MUST, 0, GUIDREF, "a reference to a user is of type user", is_typed, "/enrollments", .in = V12, .data = REF("user", NULL, "user") },
	{ "RB-TYPE-003", SHOULD, 0, GUIDREF ", traps A25", "a reference to a term is of type academicSession (term is a word of 1.1)", is_typed, "/classes", .in = V11, .data = REF("terms", NULL, "academicSession term gradingPeriod") },
	{ "RB-TYPE-004", MUST, 0, GUIDREF, "a reference to a term is of type academicSession", is_typed, "/classes", .in = V12, .data = REF("terms", NULL, "academicSession") },
	{ "RB-TYPE-005", MUST, 0, GUIDREF, "a reference to a school is of type org", is_typed, "/classes", .data = REF("school", NULL, "org") },
	{ "RB-LINK-001", SHOULD, 0, ORG, "the children of an org name it as their parent", holds_both_ways, "/orgs", "children", "parent" },
	{ "RB-LINK-002", SHOULD, 0, ORG, "the parent of an org names it among its children", holds_both_ways, "/orgs", "parent", "children" },
	{ "RB-LINK-003", SHOULD, 0, SESSION, "the children of an academicSession name it as their parent", holds_both_ways, "/academicSessions", "children", "parent" },
	{ "RB-LINK-004", SHOULD, 0, SESSION, "the parent of an academicSession names it among its children", holds_both_ways, "/academicSessions", "parent", "children" },
	{ "RB-LINK-005", SHOULD, 0, USER, "the agents of a user name it among theirs, where they have any", holds_both_ways, "/users", "agents", "agents" },
	{ "RB-TREE-001", MUST, 0, ORG, "the parents of orgs do not go in a ring", has_no_ring, "/orgs" },
	{ "RB-TREE-002", MUST, 0, SESSION, "the parents of academicSessions do not go in a ring", has_no_ring, "/academicSessions" },
	{ "RB-TREE-003", SHOULD, 0, ORG, "all orgs hang from one district", has_one_root, "/orgs", "district" },
	{ "RB-GONE-001", SHOULD, 0, "OneRoster fact sheet 1.2, section 6: record states", "an active enrollment is of an active user", leads_to_active, "/enrollments", .data = REF("user", "/users", "user") },
	{ "RB-GONE-002", SHOULD, 0, "OneRoster fact sheet 1.2, section 6: record states", "an active enrollment is in an active class", leads_to_active, "/enrollments", .data = REF("class", "/classes", "class") },
	{ "RB-GONE-003", SHOULD, 0, "OneRoster fact sheet 1.2, section 6: record states", "an active class is of an active course", leads_to_active, "/classes", .data = REF("course", "/courses", "course") },
	{ NULL },
};
/* clang-format on */
