/*
 * gpb_category.c - suite gpb-canvas: categories in all their forms: global ones, those that
 * metadata.classId binds to a class, and those that a class is asked for.
 */
#include "conformance/checks/shared.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/jsonx.h"
#include "base/url.h"
#include "oneroster/vocab.h"

#define PAGES 5
#define CLASSES_ASKED 3
#define CATEGORIES "/categories"
#define OF_CLASS "/classes/{class}/categories"

static const char *bound_to(const json_t *category)
{
	return jsonx_text(json_object_get(category, "metadata"), "classId");
}

static bool serves(const json_t *category, const char *class_id)
{
	return !bound_to(category) || same_text(bound_to(category), class_id);
}

static const char *title_of(const json_t *category)
{
	const char *title = jsonx_text(category, "title");

	return title ? title : "";
}

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

/* What Canvas chooses among: what the class endpoint lists, or those of all categories that are
 * global or of the class. An array; returns (json_decref). */
static json_t *candidates(struct judge *judge)
{
	struct list all = district_list(judge, CATEGORIES);
	const char *class_id = judge_id(judge, "class");
	json_t *list = json_array();
	const json_t *item;
	size_t i;

	if (!class_id)
		judge_blind(judge, "not seen: %s", judge->subject->why_no_class);
	json_array_foreach (all.items, i, item)
		if (class_id && serves(item, class_id) && is_active(item))
			json_array_append(list, (json_t *)(uintptr_t)item);
	if (!json_array_size(list))
		judge_skip(judge, "no category is there for the class");
	return list;
}

/* Pages that are joined: all ids in their order. Returns (json_decref), NULL with a failure. */
static json_t *joined(struct judge *judge, const struct list *list)
{
	size_t count = json_array_size(list->items), size = count / (PAGES - 1), i;
	json_t *ids = json_array(), *page;
	const json_t *item;

	size = size ? size : 1;
	for (size_t offset = 0; offset < count && ids; offset += size) {
		char *target = offset ? xformat(CATEGORIES "?limit=%zu&offset=%zu", size, offset)
				      : xformat(CATEGORIES "?limit=%zu", size);

		judge_call(judge, "GET", target, NULL);
		free(target);
		page = judge_expect(judge, 200) ? judge_array(judge, "categories") : NULL;
		if (!page) {
			json_decref(ids);
			ids = NULL;
		}
		json_array_foreach (page, i, item)
			json_array_append_new(ids, json_string(id_text(item)));
		json_decref(page);
	}
	return ids;
}

/* The categories of many pages are those of one read, each once. */
static void pages_hold_each_once(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, CATEGORIES);
	struct names twice = { STR_INIT, 0 }, lost = { STR_INIT, 0 };
	json_t *ids = NULL, *seen = json_object();
	const json_t *item;
	size_t i;

	(void)check;
	if (list.there && json_array_size(list.items) < 2)
		judge_skip(judge, "the provider lists fewer than two categories");
	else if (list.there && list.whole)
		ids = joined(judge, &list);
	else if (list.there)
		judge_skip(judge, "there are more than the %d that were read", LIST_MOST);
	json_array_foreach (ids, i, item) {
		if (json_object_get(seen, json_string_value(item)))
			names_add(&twice, "%s", json_string_value(item));
		json_object_set_new(seen, json_string_value(item), json_true());
	}
	names_tell(judge, &twice, "these came on more than one page");
	json_array_foreach (list.items, i, item)
		if (ids && !json_object_get(seen, id_text(item)))
			names_add(&lost, "%s", id_text(item));
	names_tell(judge, &lost, "these came on no page");
	json_decref(ids);
	json_decref(seen);
}

/* The first match is used, so pages have to go on where the last one ended. */
static void pages_keep_the_order(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, CATEGORIES);
	json_t *ids = NULL;
	const json_t *item;
	size_t i;

	(void)check;
	if (list.there && json_array_size(list.items) < 2)
		judge_skip(judge, "the provider lists fewer than two categories");
	else if (list.there && list.whole)
		ids = joined(judge, &list);
	else if (list.there)
		judge_skip(judge, "there are more than the %d that were read", LIST_MOST);
	json_array_foreach (ids, i, item)
		if (i < json_array_size(list.items) &&
		    strcmp(json_string_value(item), id_text(json_array_get(list.items, i))) != 0)
			judge_fail(judge, "in pages the %zuth category is %s, in one read %s",
				   i + 1, json_string_value(item),
				   id_text(json_array_get(list.items, i)));
	json_decref(ids);
}

/* Whether one title is the other but for what a person does not see. */
static bool nearly_same(const char *a, const char *b)
{
	return strcmp(a, b) != 0 && strcasecmp(a, b) == 0;
}

static void titles_differ(struct judge *judge, const struct check *check)
{
	json_t *list = candidates(judge);
	struct names names = { STR_INIT, 0 };
	const json_t *item, *other;
	bool nearly = same_text(check->key, "nearly");
	size_t i, k;

	json_array_foreach (list, i, item)
		json_array_foreach (list, k, other) {
			const char *a = title_of(item), *b = title_of(other);

			if (k < i && (nearly ? nearly_same(a, b) : strcmp(a, b) == 0))
				names_add(&names, "\"%s\" of %s and %s", a, id_text(other),
					  id_text(item));
		}
	names_tell(
		judge, &names,
		nearly ? "these titles differ only in upper and lower case"
		       : "the class has these titles more than once, and only the first is used");
	json_decref(list);
}

static void titles_are_trimmed(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, CATEGORIES);
	struct names names = { STR_INIT, 0 };
	const json_t *item;
	size_t i;

	(void)check;
	if (!district_has_any(judge, &list, CATEGORIES))
		return;
	json_array_foreach (list.items, i, item) {
		const char *title = title_of(item);
		size_t length = strlen(title);

		if (length && (title[0] == ' ' || title[length - 1] == ' ' || strstr(title, "  ")))
			names_add(&names, "\"%s\" (%s)", title, id_text(item));
	}
	names_tell(judge, &names, "no name of an assignment group will match these blanks");
	district_note_part(judge, &list, CATEGORIES);
}

static void are_active(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, CATEGORIES);
	struct names names = { STR_INIT, 0 };
	const json_t *item;
	size_t i;

	(void)check;
	if (!district_has_any(judge, &list, CATEGORIES))
		return;
	json_array_foreach (list.items, i, item)
		if (!is_active(item))
			names_add(&names, "%s", id_text(item));
	names_tell(judge, &names, "a client that matches titles may choose these deleted ones");
}

/* The classes that categories are bound to, as a set. Returns (json_decref). */
static json_t *bound_classes(struct judge *judge)
{
	struct list list = district_list(judge, CATEGORIES);
	json_t *set = json_object();
	const json_t *item;
	size_t i;

	json_array_foreach (list.items, i, item)
		if (bound_to(item))
			json_object_set_new(set, bound_to(item), json_true());
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
			    same_text(bound_to(item), id) && !holds(list, id_text(item)))
				judge_fail(judge, "GET %s: %s is bound to it, but did not come",
					   judge->call.target, id_text(item));
		json_array_foreach (list, i, item)
			if (!same_text(bound_to(item), id))
				judge_fail(judge, "GET %s: %s came, which is bound to %s",
					   judge->call.target, id_text(item),
					   bound_to(item) ? bound_to(item) : "no class");
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
	if (!*title_of(wanted) || strchr(title_of(wanted), '\'')) {
		judge_skip(judge, "category %s has no title to filter by", id_text(wanted));
		return;
	}
	list = filtered(judge, check->key, title_of(wanted));
	if (list && !holds(list, id_text(wanted)) && json_array_size(list) < LIST_PAGE)
		judge_fail(judge, "GET %s: %s has that title, but did not come", judge->call.target,
			   id_text(wanted));
	json_array_foreach (list, i, item)
		if (strcasecmp(title_of(item), title_of(wanted)) != 0)
			judge_fail(judge, "GET %s: %s came, whose title is \"%s\"",
				   judge->call.target, id_text(item), title_of(item));
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
	json_t *wanted = list.there ? candidates(judge) : json_array();
	struct names names = { STR_INIT, 0 };
	const json_t *item;
	size_t i;

	(void)check;
	json_array_foreach (wanted, i, item)
		if (list.whole && !json_object_get(list.index, id_text(item)))
			names_add(&names, "%s (%s)", id_text(item), title_of(item));
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
		    (known && strcmp(title_of(known), title_of(item)) != 0))
			names_add(&names, "%s (%s)", id_text(item), title_of(item));
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
			if (!serves(item, id))
				names_add(&names, "%s of class %s in %s", id_text(item),
					  bound_to(item), id);
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

/* A share of the final score, in percent or as a fraction. */
static void weighs(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, CATEGORIES);
	struct names names = { STR_INIT, 0 };
	const json_t *item;
	size_t i, count = 0;

	if (!district_has_any(judge, &list, CATEGORIES))
		return;
	json_array_foreach (list.items, i, item) {
		const json_t *value = member_at(item, check->key);

		count += value != NULL;
		if (value && (!json_is_number(value) || json_number_value(value) < 0 ||
			      json_number_value(value) > 100))
			names_add(&names, "%s", id_text(item));
	}
	if (!count)
		judge_skip(judge, "no category has a %s", check->key);
	names_tell(judge, &names, "expected a number from 0 to 100");
}

/* The weights that count in one class are not more than the whole. */
static void weighs_together(struct judge *judge, const struct check *check)
{
	json_t *list = candidates(judge);
	const json_t *item;
	double sum = 0, weight;
	size_t i, count = 0;

	json_array_foreach (list, i, item)
		if (jsonx_number(item, check->key, &weight)) {
			sum += weight;
			count++;
		}
	if (!count)
		judge_skip(judge, "no category of the class has a %s", check->key);
	else if (sum > 100.001)
		judge_fail(judge, "the weights of the class's categories make %.2f", sum);
	json_decref(list);
}

/* clang-format off */
#define MATCHING "canvas-client 2b"
#define FOUNDING "Grade Passback Integration Considerations: metadata.classId"
#define CLASS_ENDPOINT "Grade Passback Integration Considerations: getCategoriesForClass"
const struct check gpb_category_checks[] = {
	{ "GPC-PAGE-001", MUST, 0, MATCHING ": all pages are read", "pages of categories hold each of them once", pages_hold_each_once },
	{ "GPC-PAGE-002", MUST, 0, MATCHING ": the first match is used", "pages of categories keep the order of one read", pages_keep_the_order },
	{ "GPC-ONE-001", MUST, 0, "OneRoster fact sheets 1.1 (2.3) and 1.2 (2.1)", "a category can be read by itself", run_one, CATEGORIES },
	{ "GPC-ONE-002", SHOULD, 0, "OneRoster fact sheets 1.1 (2.3) and 1.2 (2.1)", "a category is by itself what the collection shows", run_same, CATEGORIES },
	{ "GPC-ONE-003", MUST, 0, "OneRoster fact sheets 1.1 (2.4) and 1.2 (4)", "an unknown category is 404", run_unknown, "/categories/no-such-category" },
	{ "GPC-ID-001", MUST, 0, "OneRoster fact sheets 1.1 (5.0) and 1.2 (6)", "a sourcedId names one category", run_unique_ids, CATEGORIES },
	{ "GPC-TITLE-001", SHOULD, 0, MATCHING ": the first match is used", "a class has a title once", titles_differ },
	{ "GPC-TITLE-002", SHOULD, 0, MATCHING ": exact compare", "titles differ in more than upper and lower case", titles_differ, NULL, "nearly" },
	{ "GPC-TITLE-003", SHOULD, 0, MATCHING ": exact compare", "titles have no blanks that nobody sees", titles_are_trimmed },
	{ "GPC-TITLE-004", MAY, 0, MATCHING, "no deleted category is among those to match", are_active },
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
	{ "GPC-WEIGHT-001", SHOULD, 0, "OneRoster 1.2 fact sheet 7.1; traps A15", "a weight is a number from 0 to 100", weighs, NULL, "weight", .in = V12 },
	{ "GPC-WEIGHT-002", MAY, 0, "OneRoster 1.2 fact sheet 7.1; traps A15", "the weights of a class make no more than the whole", weighs_together, NULL, "weight", .in = V12 },
	{ NULL },
};
/* clang-format on */
