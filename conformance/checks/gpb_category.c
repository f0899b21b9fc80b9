/*
 * gpb_category.c - suite gpb-canvas: categories, their pages, titles and weights.
 */
#include "conformance/checks/shared.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/jsonx.h"
#include "base/url.h"
#include "oneroster/vocab.h"

#define PAGES 5
#define CATEGORIES "/categories"

const char *category_class(const json_t *category)
{
	return jsonx_text(json_object_get(category, "metadata"), "classId");
}

bool category_serves(const json_t *category, const char *class_id)
{
	return !category_class(category) || same_text(category_class(category), class_id);
}

const char *category_title(const json_t *category)
{
	const char *title = jsonx_text(category, "title");

	return title ? title : "";
}

json_t *category_candidates(struct judge *judge)
{
	struct list all = district_list(judge, CATEGORIES);
	const char *class_id = judge_id(judge, "class");
	json_t *list = json_array();
	const json_t *item;
	size_t i;

	if (!class_id)
		judge_blind(judge, "not seen: %s", judge->subject->why_no_class);
	json_array_foreach (all.items, i, item)
		if (class_id && category_serves(item, class_id) && is_active(item))
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
	json_t *list = category_candidates(judge);
	struct names names = { STR_INIT, 0 };
	const json_t *item, *other;
	bool nearly = same_text(check->key, "nearly");
	size_t i, k;

	json_array_foreach (list, i, item)
		json_array_foreach (list, k, other) {
			const char *a = category_title(item), *b = category_title(other);

			/* what a check wrote is not the provider's doing */
			if (json_object_get(judge->ours, id_text(item)) ||
			    json_object_get(judge->ours, id_text(other)))
				continue;
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
		const char *title = category_title(item);
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
	json_t *list = category_candidates(judge);
	const json_t *item;
	double sum = 0, weight;
	size_t i, count = 0;

	json_array_foreach (list, i, item)
		if (!json_object_get(judge->ours, id_text(item)) &&
		    jsonx_number(item, check->key, &weight)) {
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
	{ "GPC-WEIGHT-001", SHOULD, 0, "OneRoster 1.2 fact sheet 7.1; traps A15", "a weight is a number from 0 to 100", weighs, NULL, "weight", .in = V12 },
	{ "GPC-WEIGHT-002", MAY, 0, "OneRoster 1.2 fact sheet 7.1; traps A15", "the weights of a class make no more than the whole", weighs_together, NULL, "weight", .in = V12 },
	{ NULL },
};
/* clang-format on */
