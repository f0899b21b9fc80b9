/*
 * gpb_read.c - suite gpb-1.1: what a passback reads, page by page.
 */
#include "conformance/checks/check.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/url.h"

/* A collection is there, with its wrapper key and nothing but objects in it. */
static void reads(struct judge *judge, const struct check *check)
{
	json_t *list;
	const json_t *item;
	size_t i;

	judge_call(judge, "GET", check->target, NULL);
	list = judge_expect(judge, 200) ? judge_array(judge, check->key) : NULL;
	json_array_foreach (list, i, item)
		if (!json_is_object(item))
			judge_fail(judge, "GET %s: element %zu of %s is %s, not an object",
				   judge->call.target, i, check->key, jsonx_kind(item));
	json_decref(list);
}

/* Every object has this member, of type string and not empty. */
static void has_member(struct judge *judge, const struct check *check)
{
	json_t *list;
	const json_t *item;
	size_t i;

	judge_call(judge, "GET", check->target, NULL);
	list = judge_expect(judge, 200) ? judge_array(judge, "categories") : NULL;
	if (list && json_array_size(list) == 0)
		judge_skip(judge, "the provider lists no category");
	json_array_foreach (list, i, item)
		if (!jsonx_text(item, check->key) || !*jsonx_text(item, check->key))
			judge_fail(judge, "category %zu (%s): %s: expected a string, found %s", i,
				   jsonx_text(item, "sourcedId") ? jsonx_text(item, "sourcedId")
								 : "?",
				   check->key, jsonx_kind(json_object_get(item, check->key)));
	json_decref(list);
}

/* Every object refers to the class that was asked for. */
static void only_of_class(struct judge *judge, const struct check *check)
{
	json_t *list;
	const json_t *item;
	size_t i;

	judge_call(judge, "GET", check->target, NULL);
	list = judge_expect(judge, 200) ? judge_array(judge, check->key) : NULL;
	json_array_foreach (list, i, item) {
		const char *id = jsonx_text(json_object_get(item, "class"), "sourcedId");

		if (!same_text(id, judge->subject->class_id))
			judge_fail(judge, "lineItem %s belongs to class %s, but was listed for %s",
				   jsonx_text(item, "sourcedId"), id ? id : "(none)",
				   judge->subject->class_id);
	}
	json_decref(list);
}

static void is_json(struct judge *judge, const struct check *check)
{
	char *type;

	judge_call(judge, "GET", check->target, NULL);
	type = judge_expect(judge, 200) ? call_header(&judge->call, "Content-Type") : NULL;
	if (!judge->failed && (!type || !starts_with(type, "application/json")))
		judge_fail(judge, "Content-Type: expected application/json, found %s",
			   type ? type : "none");
	free(type);
}

static char *ids_of(const json_t *list)
{
	struct str ids = STR_INIT;
	const json_t *item;
	size_t i;

	json_array_foreach (list, i, item)
		str_format(&ids, "%s\n",
			   jsonx_text(item, "sourcedId") ? jsonx_text(item, "sourcedId") : "?");
	return str_take(&ids, NULL);
}

/* The first category whose title fits is used, so the order must not change. */
static void same_order(struct judge *judge, const struct check *check)
{
	char *ids[2] = { NULL, NULL };

	for (int i = 0; i < 2; i++) {
		json_t *list;

		judge_call(judge, "GET", check->target, NULL);
		list = judge_expect(judge, 200) ? judge_array(judge, check->key) : NULL;
		ids[i] = ids_of(list);
		json_decref(list);
	}
	if (!judge->failed && strcmp(ids[0], ids[1]) != 0)
		judge_fail(judge, "two reads of %s gave two orders", check->target);
	free(ids[0]);
	free(ids[1]);
}

/* The class that some category is bound to by metadata.classId. Borrowed. */
static const char *bound_class(struct judge *judge)
{
	const json_t *item;
	size_t i;

	json_array_foreach (judge_categories(judge), i, item) {
		const char *id = jsonx_text(json_object_get(item, "metadata"), "classId");

		if (id)
			return id;
	}
	return NULL;
}

static void filters_by_class(struct judge *judge, const struct check *check)
{
	const char *class_id = bound_class(judge);
	struct str target = STR_INIT;
	const json_t *item;
	json_t *list;
	size_t i;

	if (!class_id) {
		judge_skip(judge, "no category carries metadata.classId");
		return;
	}
	str_add(&target, check->target);
	str_add(&target, "?filter=metadata.classId%3D%27");
	pct_encode(&target, class_id);
	str_add(&target, "%27");
	judge_call(judge, "GET", str_text(&target), NULL);
	list = judge_expect(judge, 200) ? judge_array(judge, "categories") : NULL;
	if (list && json_array_size(list) == 0)
		judge_fail(judge, "expected the categories of class %s, got none", class_id);
	json_array_foreach (list, i, item)
		if (!same_text(jsonx_text(json_object_get(item, "metadata"), "classId"), class_id))
			judge_fail(judge, "category %s came although it is not bound to class %s",
				   jsonx_text(item, "sourcedId"), class_id);
	json_decref(list);
	str_release(&target);
}

static void class_endpoint(struct judge *judge, const struct check *check)
{
	const json_t *item;
	json_t *list;
	size_t i;

	judge_call(judge, "GET", check->target, NULL);
	if (judge->call.status == 404 || judge->call.status == 405) {
		judge_skip(judge, "the provider has no such endpoint, which 1.1 allows");
		return;
	}
	list = judge_expect(judge, 200) ? judge_array(judge, "categories") : NULL;
	json_array_foreach (list, i, item) {
		const char *id = jsonx_text(json_object_get(item, "metadata"), "classId");

		if (id && strcmp(id, judge->subject->class_id) != 0)
			judge_fail(judge, "category %s is bound to class %s, but was listed for %s",
				   jsonx_text(item, "sourcedId"), id, judge->subject->class_id);
	}
	json_decref(list);
}

/* clang-format off */
const struct check gpb_read_checks[] = {
	{ "GB-READ-001", MUST, 0, "canvas-client 2a; OneRoster 1.1 fact sheet 2.3", "GET /categories answers 200 with \"categories\"", reads, "/categories", "categories" },
	{ "GB-READ-002", MUST, 0, "canvas-client 2a", "GET /lineItems answers 200 with \"lineItems\"", reads, "/lineItems?limit=10", "lineItems" },
	{ "GB-READ-003", MUST, 0, "canvas-client 2a", "GET /classes/{id}/lineItems answers 200 with \"lineItems\"", reads, "/classes/{class}/lineItems", "lineItems" },
	{ "GB-READ-004", MUST, 0, "canvas-client 2a", "GET /classes/{id}/results answers 200 with \"results\"", reads, "/classes/{class}/results", "results" },
	{ "GB-READ-005", MUST, C_LINE_ITEM, "canvas-client 2a", "GET /classes/{id}/lineItems/{id}/results answers 200 with \"results\"", reads, "/classes/{class}/lineItems/{lineItem}/results", "results" },
	{ "GB-READ-006", MUST, 0, "canvas-client 2a", "GET /classes/{id}/students/{id}/results answers 200 with \"results\"", reads, "/classes/{class}/students/{student}/results", "results" },
	{ "GB-READ-007", MUST, 0, "OneRoster 1.1 fact sheet 5.0", "every category has a sourcedId", has_member, "/categories", "sourcedId" },
	{ "GB-READ-008", MUST, 0, "OneRoster 1.1 fact sheet 5.9; canvas-client 2b", "every category has a title", has_member, "/categories", "title" },
	{ "GB-READ-009", MUST, 0, "OneRoster 1.1 fact sheet 5.0", "every category has a status", has_member, "/categories", "status" },
	{ "GB-READ-010", SHOULD, 0, "OneRoster 1.1 fact sheet 5.0", "every category has a dateLastModified", has_member, "/categories", "dateLastModified" },
	{ "GB-READ-011", MUST, C_LINE_ITEM, "OneRoster 1.1 fact sheet 2.4", "the lineItems of a class are those of that class only", only_of_class, "/classes/{class}/lineItems", "lineItems" },
	{ "GB-READ-012", MUST, 0, "OneRoster 1.1 fact sheet 1", "answers are application/json", is_json, "/categories", NULL },
	{ "GB-READ-013", MUST, 0, "canvas-client 2b: the first match is used", "categories come in the same order every time", same_order, "/categories", "categories" },
	{ "GB-READ-014", SHOULD, 0, "founding document 003: include a filter query", "categories can be filtered by metadata.classId", filters_by_class, "/categories", NULL },
	{ "GB-READ-015", MAY, 0, "founding document 003: getCategoriesForClass", "GET /classes/{id}/categories lists no category of another class", class_endpoint, "/classes/{class}/categories", NULL },
	{ NULL },
};
/* clang-format on */
