/*
 * resources.c - suite resources: a service that need not be there.
 */
#include "conformance/checks/shared.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/url.h"
#include "oneroster/vocab.h"

#define PARENTS_ASKED 3

static bool is_lacking(long status)
{
	return status == 403 || status == 404 || status == 405 || status == 501;
}

/* One parent: what it refers to is listed for it, and what is listed is a resource. */
static void compare(struct judge *judge, const json_t *parent, const struct list *list,
		    const struct list *all)
{
	json_t *refs = refs_at(parent, "resources"), *value;
	struct names lacking = { STR_INIT, 0 }, strange = { STR_INIT, 0 };
	const json_t *item;
	const char *id;
	size_t i;

	json_object_foreach (refs, id, value)
		if (list->whole && !json_object_get(list->index, id))
			names_add(&lacking, "%s of %s", id, id_text(parent));
	names_tell(judge, &lacking, "these are referred to, but not listed");
	json_array_foreach (list->items, i, item)
		if (all->whole && !json_object_get(all->index, id_text(item)))
			names_add(&strange, "%s of %s", id_text(item), id_text(parent));
	names_tell(judge, &strange, "these do not stand in /resources");
	json_decref(refs);
}

/* Those parents first that refer to resources; the first of all where none does. */
static void is_listed_below(struct judge *judge, const struct check *check)
{
	struct list parents = district_list(judge, check->key);
	struct list all = district_list(judge, "/resources");
	size_t i, asked = 0, lacks = 0, seen = 0;
	const json_t *parent;

	if (!district_has_any(judge, &parents, check->key) || !all.there)
		return;
	json_array_foreach (parents.items, i, parent) {
		bool refers = json_array_size(json_object_get(parent, "resources")) > 0;
		struct list list;

		if (asked >= PARENTS_ASKED || judge->failed || judge->blind ||
		    (!refers && i + 1 < json_array_size(parents.items)))
			continue;
		asked++;
		list = district_list_of(judge, check->target, id_text(parent));
		if (list.why) {
			judge_clear(judge);
			lacks += is_lacking(list.status);
			if (!is_lacking(list.status))
				judge_fail(judge, "%s", list.why);
		}
		seen += json_array_size(list.items);
		compare(judge, parent, &list, &all);
	}
	if (lacks && lacks < asked)
		judge_fail(judge, "%zu of %zu %s were refused", lacks, asked, check->target);
	else if (asked == lacks)
		judge_skip(judge, "the provider has no %s", check->target);
	else if (!seen)
		judge_skip(judge, "nothing is listed, and nothing referred to");
}

static bool is_role(const json_t *value, bool extensible)
{
	static const char roles[] = "administrator aide guardian parent proctor relative student "
				    "teacher";
	const char *text = json_string_value(value);

	return text && (has_word(roles, text) || (extensible && starts_with(text, "ext:")));
}

/* The text of 1.1 and 1.2 have an array, the OpenAPI copy of 1.1 one role. */
static void has_roles(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, check->target);
	bool later = judge->subject->version & V12;
	struct names names = { STR_INIT, 0 };
	const json_t *item, *role;
	size_t i, k, count = 0;

	if (!district_has_any(judge, &list, check->target))
		return;
	json_array_foreach (list.items, i, item) {
		const json_t *roles = member_at(item, "roles"), *single = member_at(item, "role");
		bool wrong = (later && single) || (roles && !json_is_array(roles)) ||
			     (single && !is_role(single, false));

		json_array_foreach (roles, k, role)
			wrong = wrong || !is_role(role, later);
		count += roles || single;
		if (wrong)
			names_add(&names, "%s", id_text(item));
	}
	if (!count)
		judge_skip(judge, "no resource has roles");
	names_tell(judge, &names, "roles are no array of the vocabulary");
}

static void has_importance(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, check->target);
	struct names names = { STR_INIT, 0 };
	const json_t *item;
	size_t i, count = 0;

	if (!district_has_any(judge, &list, check->target))
		return;
	json_array_foreach (list.items, i, item) {
		const json_t *value = member_at(item, check->key);
		const char *text = json_string_value(value);

		if (!value)
			continue;
		count++;
		if (!same_text(text, "primary") && !same_text(text, "secondary"))
			names_add(&names, "%s of %s", text ? text : jsonx_kind(value),
				  id_text(item));
	}
	if (!count)
		judge_skip(judge, "no resource has an importance");
	names_tell(judge, &names, "expected primary or secondary, found");
}

/* A vendor's id names one of its resources. */
static void is_one_of_its_vendor(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, check->target);
	struct names names = { STR_INIT, 0 };
	json_t *seen = json_object();
	const json_t *item;
	size_t i;

	if (district_has_any(judge, &list, check->target))
		json_array_foreach (list.items, i, item) {
			const char *vendor = jsonx_text(item, "vendorId"),
				   *id = jsonx_text(item, "vendorResourceId");
			char *key = xformat("%s %s", vendor ? vendor : "", id ? id : "");

			if (id && is_active(item) && json_object_get(seen, key))
				names_add(&names, "%s of %s and %s", id, jsonx_text(seen, key),
					  id_text(item));
			if (is_active(item))
				json_object_set_new(seen, key, json_string(id_text(item)));
			free(key);
		}
	names_tell(judge, &names, "more than one has it");
	json_decref(seen);
}

/* The last resource that has the member, and no quote in it. */
static const json_t *last_with(const struct list *list, const char *key)
{
	for (size_t i = json_array_size(list->items); i-- > 0;) {
		const json_t *item = json_array_get(list->items, i);
		const char *value = jsonx_text(item, key);

		if (value && !strchr(value, '\''))
			return item;
	}
	return NULL;
}

/* filter=KEY='what some resource has' brings it, and only such as have the same. */
static void is_filtered(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, check->target);
	const json_t *wanted = last_with(&list, check->key), *item;
	const char *value = jsonx_text(wanted, check->key);
	struct names names = { STR_INIT, 0 };
	struct str target = STR_INIT;
	json_t *found = NULL;
	bool came = false;
	size_t i;

	if (!district_has_any(judge, &list, check->target))
		return;
	if (!value) {
		judge_skip(judge, "no resource has %s", check->key);
		return;
	}
	str_format(&target, "%s?limit=%d&filter=%s%%3D%%27", check->target, LIST_PAGE, check->key);
	pct_encode(&target, value);
	str_add(&target, "%27");
	judge_call(judge, "GET", str_text(&target), NULL);
	found = judge_expect(judge, 200) ? judge_array(judge, "resources") : NULL;
	json_array_foreach (found, i, item) {
		came = came || same_text(id_text(item), id_text(wanted));
		if (!same_text(jsonx_text(item, check->key), value))
			names_add(&names, "%s", id_text(item));
	}
	if (found && !came && json_array_size(found) < LIST_PAGE)
		judge_fail(judge, "GET %s: %s has that value, but did not come", judge->call.target,
			   id_text(wanted));
	names_tell(judge, &names, "these have another value");
	json_decref(found);
	str_release(&target);
}

/* fields=KEY leaves the others out. */
static void is_selected(struct judge *judge, const struct check *check)
{
	char *target = xformat("%s?limit=1&fields=%s", check->target, check->key);
	const json_t *item, *value;
	json_t *list;
	const char *name;

	judge_call(judge, "GET", target, NULL);
	list = judge_expect(judge, 200) ? judge_array(judge, "resources") : NULL;
	item = json_array_get(list, 0);
	if (list && !item)
		judge_skip(judge, "the provider shows no resource");
	if (item && !json_object_get(item, check->key))
		judge_fail(judge, "GET %s: %s was asked for, but is not there", judge->call.target,
			   check->key);
	json_object_foreach ((json_t *)(uintptr_t)item, name, value)
		if (strcmp(name, check->key) != 0 && strcmp(name, "sourcedId") != 0)
			judge_fail(judge, "GET %s: %s was not asked for, but came",
				   judge->call.target, name);
	json_decref(list);
	free(target);
}

/* clang-format off */
#define REF(...) (&(const struct reference){ __VA_ARGS__ })
#define RESOURCES "OneRoster fact sheets 1.1 (2.2) and 1.2 (2.3)"
#define RESOURCE "OneRoster fact sheets 1.1 (5.7) and 1.2 (8)"
#define SCOPE_11 "OneRoster 1.1 fact sheet 11.2"
#define SCOPE_12 "OneRoster 1.2 fact sheet 3.1"
#define HAS .has = "/resources"
const struct check resource_checks[] = {
	{ "RSC-LIST-001", MUST, 0, RESOURCES, "GET /resources answers with \"resources\"", run_lists, "/resources", HAS },
	{ "RSC-ONE-001", MUST, 0, RESOURCES, "a resource can be read by itself", run_one, "/resources", HAS },
	{ "RSC-ONE-002", SHOULD, 0, RESOURCES, "a resource is by itself what the collection shows", run_same, "/resources", HAS },
	{ "RSC-ONE-003", MUST, 0, "OneRoster fact sheets 1.1 (2.4) and 1.2 (2.3)", "an unknown resource is 404", run_unknown, "/resources/no-such-resource", HAS },
	{ "RSC-ID-001", MUST, 0, "OneRoster fact sheets 1.1 (5.0) and 1.2 (6)", "a sourcedId names one resource", run_unique_ids, "/resources", HAS },
	{ "RSC-FIELD-001", MUST, 0, RESOURCE, "a resource has a vendorResourceId", run_text, "/resources", "vendorResourceId", HAS },
	{ "RSC-FIELD-002", MUST, 0, RESOURCE, "the roles of a resource are an array of the vocabulary", has_roles, "/resources", HAS, .in = V12 },
	{ "RSC-FIELD-003", SHOULD, 0, RESOURCE "; traps A24", "the roles of a resource are of the vocabulary, in an array (or one role)", has_roles, "/resources", HAS, .in = V11 },
	{ "RSC-FIELD-004", MUST, 0, RESOURCE, "the importance of a resource is primary or secondary", has_importance, "/resources", "importance", HAS },
	{ "RSC-FIELD-005", MAY, 0, RESOURCE, "a vendorResourceId names one resource of its vendor", is_one_of_its_vendor, "/resources", HAS },
	{ "RSC-REF-001", SHOULD, 0, "OneRoster fact sheets 1.1 (5.2) and 1.2 (8)", "the resources of a class can be read", run_leads, "/classes", HAS, .data = REF("resources", "/resources", "resource") },
	{ "RSC-REF-002", SHOULD, 0, "OneRoster fact sheets 1.1 (5.3) and 1.2 (8)", "the resources of a course can be read", run_leads, "/courses", HAS, .data = REF("resources", "/resources", "resource") },
	{ "RSC-REF-003", SHOULD, 0, "OneRoster 1.2 fact sheet 8", "the resources of a user can be read", run_leads, "/users", HAS, .in = V12, .data = REF("resources", "/resources", "resource") },
	{ "RSC-CLASS-001", MUST, 0, RESOURCES, "the resources that a class refers to are listed for it", is_listed_below, "/classes/%s/resources", "/classes", HAS },
	{ "RSC-CLASS-002", MUST, 0, RESOURCES, "the resources of an unknown class are 404", run_unknown, "/classes/no-such-class/resources", HAS },
	{ "RSC-COURSE-001", MUST, 0, RESOURCES, "the resources that a course refers to are listed for it", is_listed_below, "/courses/%s/resources", "/courses", HAS },
	{ "RSC-COURSE-002", MUST, 0, RESOURCES, "the resources of an unknown course are 404", run_unknown, "/courses/no-such-course/resources", HAS },
	{ "RSC-USER-001", MUST, 0, "OneRoster 1.2 fact sheet 2.3", "the resources that a user refers to are listed for it", is_listed_below, "/users/%s/resources", "/users", HAS, .in = V12 },
	{ "RSC-USER-002", MUST, 0, "OneRoster 1.2 fact sheet 2.3", "the resources of an unknown user are 404", run_unknown, "/users/no-such-user/resources", HAS, .in = V12 },
	{ "RSC-QUERY-001", MUST, 0, "OneRoster fact sheets 1.1 (8.3) and 1.2 (5.2, 12)", "resources can be filtered by their vendorResourceId", is_filtered, "/resources", "vendorResourceId", HAS },
	{ "RSC-QUERY-002", MUST, 0, "OneRoster fact sheets 1.1 (8.3) and 1.2 (5.2, 12)", "resources can be filtered by their importance", is_filtered, "/resources", "importance", HAS },
	{ "RSC-QUERY-003", MUST, 0, "OneRoster fact sheets 1.1 (8.4) and 1.2 (5.4, 12)", "one field of resources can be asked for", is_selected, "/resources", "vendorResourceId", HAS },
	{ "RSC-SCOPE-001", MUST, C_OAUTH2, SCOPE_12, "resources are open to resource.readonly", run_scope, "/resources?limit=1", "resource.readonly", NULL, 200, "/resources", V12 },
	{ "RSC-SCOPE-002", MUST, C_OAUTH2, SCOPE_12, "resources are open to resource-core.readonly", run_scope, "/resources?limit=1", "resource-core.readonly", NULL, 200, "/resources", V12 },
	{ "RSC-SCOPE-003", MUST, C_OAUTH2, SCOPE_12, "resources are not open to roster.readonly", run_scope, "/resources?limit=1", "roster.readonly", NULL, 403, "/resources", V12 },
	{ "RSC-SCOPE-004", SHOULD, C_OAUTH2, SCOPE_11, "resources are not open to roster.readonly", run_scope, "/resources?limit=1", "roster.readonly", NULL, 403, "/resources", V11 },
	{ NULL },
};
/* clang-format on */
