/*
 * gpb_category_class.c - suite gpb-canvas: categories that metadata.classId binds to a class, and
 * those that a class is asked for.
 */
#include "conformance/checks/shared.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/jsonx.h"
#include "base/url.h"
#include "oneroster/vocab.h"

#define CLASSES_ASKED 3
#define CATEGORIES "/categories"
#define OF_CLASS "/classes/{class}/categories"

/* The categories of the judged class as its endpoint lists them; skips a provider of 1.1 that has
 * none, which 1.1 allows. */
static struct list of_class(struct judge *judge)
{
	struct list list = district_list(judge, OF_CLASS);
	bool lacking = list.status == 404 || list.status == 405 || list.status == 501;

	if (list.why) {
		judge_clear(judge);
		if (lacking && judge->subject->version & V11)
			judge_skip(judge, "the provider has no such endpoint, which 1.1 allows");
		else
			judge_fail(judge, "%s", list.why);
	}
	return list;
}

/* The classes that categories are bound to, as a set. Returns (json_decref). */
static json_t *bound_classes(struct judge *judge)
{
	struct list list = district_list(judge, CATEGORIES);
	json_t *set = json_object();
	const json_t *item;
	size_t i;

	json_array_foreach (list.items, i, item)
		if (category_class(item))
			json_object_set_new(set, category_class(item), json_true());
	if (list.there && !json_object_size(set))
		judge_skip(judge, "no category carries metadata.classId");
	return set;
}

static void bound_to_a_class(struct judge *judge, const struct check *check)
{
	json_t *set = bound_classes(judge);
	struct names names = { STR_INIT, 0 };
	const json_t *value;
	const char *id;
	size_t asked = 0;

	(void)check;
	json_object_foreach (set, id, value)
		if (asked++ < CLASSES_ASKED * 2 && !judge->blind &&
		    district_status(judge, "/classes", id) == 404)
			names_add(&names, "%s", id);
	names_tell(judge, &names, "categories are bound to classes that are not there");
	json_decref(set);
}

/* metadata.classId is a text, and not an empty one. */
static void bound_by_a_text(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, CATEGORIES);
	struct names names = { STR_INIT, 0 };
	const json_t *item;
	size_t i, count = 0;

	(void)check;
	json_array_foreach (list.items, i, item) {
		const json_t *value = member_at(json_object_get(item, "metadata"), "classId");

		count += value != NULL;
		if (value && (!json_is_string(value) || !*json_string_value(value)))
			names_add(&names, "%s has %s", id_text(item), jsonx_kind(value));
	}
	if (list.there && !count)
		judge_skip(judge, "no category carries metadata.classId");
	names_tell(judge, &names, "expected metadata.classId to be the sourcedId of a class");
}

/* Whether the check is about what filter=KEY='value' brings, for one value. */
static json_t *filtered(struct judge *judge, const char *key, const char *value)
{
	struct str target = STR_INIT;
	json_t *list;

	str_format(&target, CATEGORIES "?limit=%d&filter=%s%%3D%%27", LIST_PAGE, key);
	pct_encode(&target, value);
	str_add(&target, "%27");
	judge_call(judge, "GET", str_text(&target), NULL);
	list = judge_expect(judge, 200) ? judge_array(judge, "categories") : NULL;
	str_release(&target);
	return list;
}

static bool holds(const json_t *list, const char *id)
{
	const json_t *item;
	size_t i;

	json_array_foreach (list, i, item)
		if (same_text(id_text(item), id))
			return true;
	return false;
}

/* For each class that has categories of its own: exactly those. */
static void filters_exactly(struct judge *judge, const struct check *check)
{
	struct list all = district_list(judge, CATEGORIES);
	json_t *set = bound_classes(judge), *list;
	const json_t *item, *value;
	const char *id;
	size_t asked = 0, i;

	json_object_foreach (set, id, value) {
		if (asked++ >= CLASSES_ASKED || judge->failed || judge->blind)
			continue;
		list = filtered(judge, check->key, id);
		json_array_foreach (all.items, i, item)
			if (list && json_array_size(list) < LIST_PAGE &&
			    same_text(category_class(item), id) && !holds(list, id_text(item)))
				judge_fail(judge, "GET %s: %s is bound to it, but did not come",
					   judge->call.target, id_text(item));
		json_array_foreach (list, i, item)
			if (!same_text(category_class(item), id))
				judge_fail(judge, "GET %s: %s came, which is bound to %s",
					   judge->call.target, id_text(item),
					   category_class(item) ? category_class(item)
								: "no class");
		json_decref(list);
	}
	json_decref(set);
}

static void filters_to_nothing(struct judge *judge, const struct check *check)
{
	json_t *set = bound_classes(judge), *list = NULL;

	if (!judge->skipped && !judge->blind)
		list = filtered(judge, check->key, "no-such-class");
	if (list && json_array_size(list))
		judge_fail(judge, "GET %s: expected no category, got %zu", judge->call.target,
			   json_array_size(list));
	json_decref(list);
	json_decref(set);
}

static void filters_by_title(struct judge *judge, const struct check *check)
{
	struct list all = district_list(judge, CATEGORIES);
	const json_t *wanted = json_array_get(all.items, json_array_size(all.items) - 1), *item;
	json_t *list;
	size_t i;

	if (!district_has_any(judge, &all, CATEGORIES))
		return;
	if (!*category_title(wanted) || strchr(category_title(wanted), '\'')) {
		judge_skip(judge, "category %s has no title to filter by", id_text(wanted));
		return;
	}
	list = filtered(judge, check->key, category_title(wanted));
	if (list && !holds(list, id_text(wanted)) && json_array_size(list) < LIST_PAGE)
		judge_fail(judge, "GET %s: %s has that title, but did not come", judge->call.target,
			   id_text(wanted));
	json_array_foreach (list, i, item)
		if (strcasecmp(category_title(item), category_title(wanted)) != 0)
			judge_fail(judge, "GET %s: %s came, whose title is \"%s\"",
				   judge->call.target, id_text(item), category_title(item));
	json_decref(list);
}

static void class_lists(struct judge *judge, const struct check *check)
{
	struct list list = of_class(judge);

	(void)check;
	if (!list.there)
		return;
	judge_call(judge, "GET", OF_CLASS "?limit=1", NULL);
	json_decref(judge_expect(judge, 200) ? judge_array(judge, "categories") : NULL);
}

/* Global categories can be used in all classes, and bound ones in theirs. */
static void class_lists_all(struct judge *judge, const struct check *check)
{
	struct list list = of_class(judge);
	json_t *wanted = list.there ? category_candidates(judge) : json_array();
	struct names names = { STR_INIT, 0 };
	const json_t *item;
	size_t i;

	(void)check;
	json_array_foreach (wanted, i, item)
		if (list.whole && !json_object_get(list.index, id_text(item)))
			names_add(&names, "%s (%s)", id_text(item), category_title(item));
	names_tell(judge, &names, "global or bound to the class, but not listed for it");
	json_decref(wanted);
}

static void class_lists_known(struct judge *judge, const struct check *check)
{
	struct list list = of_class(judge);
	struct list all = district_list(judge, CATEGORIES);
	struct names names = { STR_INIT, 0 };
	const json_t *item, *known;
	size_t i;

	(void)check;
	if (!district_has_any(judge, &list, OF_CLASS))
		return;
	json_array_foreach (list.items, i, item) {
		known = json_object_get(all.index, id_text(item));
		if ((!known && all.whole) ||
		    (known && strcmp(category_title(known), category_title(item)) != 0))
			names_add(&names, "%s (%s)", id_text(item), category_title(item));
	}
	names_tell(judge, &names, "listed for the class, but not so among all categories");
}

/* What is bound to one class is not offered to another. */
static void classes_differ(struct judge *judge, const struct check *check)
{
	struct list own = of_class(judge);
	json_t *set = own.there ? bound_classes(judge) : json_object();
	struct names names = { STR_INIT, 0 };
	const json_t *item, *value;
	size_t asked = 0, i;
	const char *id;

	json_object_foreach (set, id, value) {
		struct list list = { NULL };

		if (asked++ < CLASSES_ASKED && !judge->blind && !judge->failed)
			list = district_list_of(judge, check->target, id);
		if (list.why) /* such a class is not there, which another check tells */
			judge_clear(judge);
		json_array_foreach (list.items, i, item)
			if (!category_serves(item, id))
				names_add(&names, "%s of class %s in %s", id_text(item),
					  category_class(item), id);
	}
	names_tell(judge, &names, "offered to classes that they are not bound to");
	json_decref(set);
}

/* 404 where there is such an endpoint at all. */
static void unknown_class(struct judge *judge, const struct check *check)
{
	struct list list = of_class(judge);

	if (list.there) {
		judge_call(judge, "GET", check->target, NULL);
		judge_expect(judge, 404);
	}
}

/* clang-format off */
#define FOUNDING "Grade Passback Integration Considerations: metadata.classId"
#define CLASS_ENDPOINT "Grade Passback Integration Considerations: getCategoriesForClass"
const struct check gpb_category_class_checks[] = {
	{ "GPC-BOUND-001", SHOULD, 0, FOUNDING, "metadata.classId is the sourcedId of a class that is there", bound_to_a_class },
	{ "GPC-BOUND-002", SHOULD, 0, FOUNDING, "metadata.classId is a text", bound_by_a_text },
	{ "GPC-FILTER-001", SHOULD, 0, FOUNDING, "a filter by metadata.classId brings the categories of the class, and no others", filters_exactly, NULL, "metadata.classId" },
	{ "GPC-FILTER-002", SHOULD, 0, FOUNDING, "a filter by the metadata.classId of no class brings nothing", filters_to_nothing, NULL, "metadata.classId" },
	{ "GPC-FILTER-003", SHOULD, 0, "OneRoster fact sheets 1.1 (8.3) and 1.2 (5.2)", "categories can be filtered by title", filters_by_title, NULL, "title" },
	{ "GPC-CLASS-001", MUST, 0, "OneRoster 1.2 fact sheet 2.1; " CLASS_ENDPOINT, "a class can be asked for its categories", class_lists, .in = V12 },
	{ "GPC-CLASS-002", SHOULD, 0, CLASS_ENDPOINT "; OneRoster 1.2 fact sheet 2.5", "a class lists the global categories and its own", class_lists_all },
	{ "GPC-CLASS-003", SHOULD, 0, CLASS_ENDPOINT, "what a class lists stands among all categories, under the same title", class_lists_known },
	{ "GPC-CLASS-004", SHOULD, 0, CLASS_ENDPOINT, "what is bound to one class is not listed for another", classes_differ, "/classes/%s/categories" },
	{ "GPC-CLASS-005", MUST, 0, "OneRoster 1.2 fact sheets 2.1 and 4", "the categories of an unknown class are 404", unknown_class, "/classes/no-such-class/categories", .in = V12 },
	{ "GPC-CLASS-006", SHOULD, 0, "OneRoster 1.1 fact sheet 2.4", "the categories of an unknown class are 404, where a class can be asked for them", unknown_class, "/classes/no-such-class/categories", .in = V11 },
	{ NULL },
};
/* clang-format on */
