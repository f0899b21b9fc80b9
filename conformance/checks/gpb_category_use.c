/*
 * gpb_category_use.c - suite gpb-canvas: lineItems in categories, and in none.
 */
#include "conformance/checks/shared.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/url.h"
#include "base/when.h"

#define USED 10 /* categories that are tried, each with a lineItem of its own */

/* {"category": a reference to @id}, as the changes of a lineItem. Returns (free). */
static char *in_category(struct judge *judge, const char *id)
{
	json_t *changes = json_pack("{so}", "category",
				    judge_ref(judge, "categories", id, "category"));
	char *text = jsonx_dump(changes);

	json_decref(changes);
	return text;
}

static bool put(struct judge *judge, const char *id, const char *changes)
{
	char *body = judge_line_item(judge, id, changes);

	judge_put(judge, "lineItems", id, body);
	free(body);
	return !judge->blind && answer_is_success(&judge->call);
}

/* The lineItem as it reads back. Returns (json_decref). */
static json_t *stored(struct judge *judge, const char *id)
{
	struct str target = STR_INIT;
	json_t *item;

	str_add(&target, "/lineItems/");
	pct_encode(&target, id);
	judge_call(judge, "GET", str_text(&target), NULL);
	item = judge_expect(judge, 200) ? judge_object(judge, "lineItem") : NULL;
	str_release(&target);
	return item;
}

/* A provider that files such lineItems somewhere says where, and that place is there. */
static void is_filed_where_it_says(struct judge *judge, const struct check *check)
{
	char *id = judge_new_id(judge), *why;
	json_t *item = NULL;
	const char *category;

	if (put(judge, id, check->body)) {
		item = stored(judge, id);
	} else if (judge->call.answered) {
		why = answer_text(&judge->call);
		judge_skip(judge, "it is refused, which another check tells: HTTP %ld, %.200s",
			   judge->call.status, why);
		free(why);
	}
	category = jsonx_text(json_object_get(item, "category"), "sourcedId");
	if (category && district_status(judge, "/categories", category) == 404)
		judge_fail(judge, "the lineItem reads back in category %s, which is not there",
			   category);
	else if (category)
		judge_note(judge, "the provider files such a lineItem in category %s", category);
	json_decref(item);
	free(id);
}

/* What the class endpoint lists, but for those that another check tries: all that are global or
 * bound to the class. */
static void can_be_used(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, check->target);
	size_t i, tried = 0;
	const json_t *item;

	if (list.why) {
		judge_clear(judge);
		judge_skip(judge, "the provider lists no categories of a class: %s", list.why);
	}
	if (!district_has_any(judge, &list, check->target))
		return;
	json_array_foreach (list.items, i, item) {
		char *id, *changes, *why;

		if (tried >= USED || judge->failed || judge->blind || !is_active(item))
			continue;
		tried++;
		id = judge_new_id(judge);
		changes = in_category(judge, id_text(item));
		if (!put(judge, id, changes) && judge->call.answered) {
			why = answer_text(&judge->call);
			judge_fail(judge,
				   "category %s (%s) is listed for the class, but a lineItem in it "
				   "is refused with HTTP %ld: %s",
				   id_text(item), jsonx_text(item, "title"), judge->call.status,
				   why);
			free(why);
		}
		free(changes);
		free(id);
	}
	if (tried == USED)
		judge_note(judge, "the first %d categories of the class were tried", USED);
}

/* Two categories that a lineItem of the class can be in: that of the base lineItem, and another. */
static const char *another(struct judge *judge)
{
	const char *first = jsonx_text(judge->subject->category, "sourcedId");
	struct list list = district_list(judge, "/categories");
	const char *found = NULL;
	const json_t *item;
	size_t i;

	json_array_foreach (list.items, i, item) {
		if (!found && is_active(item) && !same_text(id_text(item), first) &&
		    category_serves(item, judge->subject->class_id))
			found = id_text(item);
	}
	return found;
}

/* An assignment that moves to another group moves to another category. */
static void can_be_changed(struct judge *judge, const struct check *check)
{
	const char *to = another(judge), *found;
	char *id = judge_new_id(judge), *changes = to ? in_category(judge, to) : NULL;
	json_t *item = NULL;

	(void)check;
	if (!to)
		judge_skip(judge, "no second category is there for the class");
	else if (!put(judge, id, NULL))
		judge_expect_success(judge);
	else if (!put(judge, id, changes))
		judge_expect_success(judge);
	else
		item = stored(judge, id);
	found = jsonx_text(json_object_get(item, "category"), "sourcedId");
	if (item && !same_text(found, to))
		judge_fail(judge, "the lineItem was moved to category %s, but reads back in %s", to,
			   found ? found : "none");
	json_decref(item);
	free(changes);
	free(id);
}

/* A category that is not there is the client's mistake, not the provider's. */
static void is_no_server_error(struct judge *judge, const struct check *check)
{
	char *id = judge_new_id(judge), *changes = in_category(judge, check->key), *why;

	if (put(judge, id, changes)) {
		put(judge, id, NULL); /* a provider that does not delete keeps no such reference */
	} else if (judge->call.answered && judge->call.status >= 500) {
		why = answer_text(&judge->call);
		judge_fail(judge, "expected a refusal (HTTP 4xx) or success, got HTTP %ld: %s",
			   judge->call.status, why);
		free(why);
	}
	free(changes);
	free(id);
}

/* Canvas needs no putCategory; where it works, what it made is there at once. */
static void can_be_used_at_once(struct judge *judge, const struct check *check)
{
	char *category = judge_new_id(judge), *id = judge_new_id(judge), *changes, *why;
	char now[WHEN_TEXT], *body;

	(void)check;
	when_format(judge->options->now, now);
	body = xformat("{\"category\":{\"sourcedId\":\"%s\",\"status\":\"active\","
		       "\"dateLastModified\":\"%s\",\"title\":\"Check %.8s\"}}",
		       category, now, category);
	judge_put(judge, "categories", category, body);
	changes = in_category(judge, category);
	if (!judge->blind && !answer_is_success(&judge->call)) {
		judge_skip(judge, "the provider takes no category of a client: HTTP %ld",
			   judge->call.status);
	} else if (!judge->blind && !put(judge, id, changes) && judge->call.answered) {
		why = answer_text(&judge->call);
		judge_fail(judge,
			   "the category %s was taken, but a lineItem in it is refused with HTTP "
			   "%ld: %s",
			   category, judge->call.status, why);
		free(why);
	}
	free(changes);
	free(body);
	free(id);
	free(category);
}

/* The lineItems that are there refer to categories that are there, too. */
static void are_there(struct judge *judge, const struct check *check)
{
	struct list list = district_list(judge, check->target);
	struct list all = district_list(judge, "/categories");
	struct names names = { STR_INIT, 0 };
	const json_t *item;
	size_t i, asked = 0, count = 0;

	if (!district_has_any(judge, &list, check->target))
		return;
	json_array_foreach (list.items, i, item) {
		const char *id = jsonx_text(json_object_get(item, "category"), "sourcedId");

		/* what this run wrote is no data of the provider's */
		if (!id || json_object_get(judge->ours, id_text(item)))
			continue;
		count++;
		if (!json_object_get(all.index, id) && asked++ < USED &&
		    district_status(judge, "/categories", id) == 404)
			names_add(&names, "%s of %s", id, id_text(item));
	}
	if (!count)
		judge_skip(judge, "no lineItem of the class had a category before this run");
	names_tell(judge, &names, "these categories of lineItems are not there");
}

/* clang-format off */
#define USE "canvas-client 2b and 2c"
const struct check gpb_category_use_checks[] = {
	{ "GPC-USE-001", MUST, C_LINE_ITEM | C_LENIENT, USE ": category null", "a lineItem with category null is in none, or in one that is there", is_filed_where_it_says, NULL, NULL, "{\"category\":null}" },
	{ "GPC-USE-002", MUST, C_LINE_ITEM | C_LENIENT, USE ": category omitted", "a lineItem without a category is in none, or in one that is there", is_filed_where_it_says, NULL, NULL, "{\"category\":\"omit\"}" },
	{ "GPC-USE-003", MUST, C_LINE_ITEM, USE, "every category that a class lists can be used", can_be_used, "/classes/{class}/categories" },
	{ "GPC-USE-004", MUST, C_LINE_ITEM, USE "; OneRoster fact sheets 1.1 (10) and 1.2 (7.7)", "a PUT with another category moves the lineItem", can_be_changed },
	{ "GPC-USE-005", SHOULD, C_LINE_ITEM, "OneRoster 1.1 fact sheet 10; OneRoster 1.2 fact sheet 4", "an unknown category is refused or taken, without a server error", is_no_server_error, NULL, "no-such-category" },
	{ "GPC-USE-006", SHOULD, 0, "OneRoster fact sheets 1.1 (5.10) and 1.2 (7.2)", "the categories of the lineItems of a class are there", are_there, "/classes/{class}/lineItems" },
	{ "GPC-USE-007", SHOULD, C_LINE_ITEM, "OneRoster fact sheets 1.1 (2.3, 10) and 1.2 (2.1, 7.7)", "a category that a client made can be used at once", can_be_used_at_once },
	{ NULL },
};
/* clang-format on */
