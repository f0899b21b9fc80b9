/*
 * gradebook_delete.c - suites gradebook-1.1 and gradebook-1.2: DELETE.
 *
 * Whether an object vanishes or stays as tobedeleted is left open (traps A29): one of them must
 * hold, by its id as in the lists. A provider without DELETE is not asked.
 */
#include "conformance/checks/refusal.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "conformance/checks/writing.h"

/* An object that was PUT and then deleted. Returns its id (free); NULL where it came to nothing. */
static char *put_and_delete(struct judge *judge, const char *plural)
{
	char *id = own_put(judge, plural, NULL, NULL);

	if (id && judge_expect_success(judge)) {
		own_call(judge, "DELETE", plural, id);
		if (!skip_not_offered(judge) && judge_expect_success(judge))
			return id;
	}
	free(id);
	return NULL;
}

static void answers_204(struct judge *judge, const struct check *check)
{
	char *id = put_and_delete(judge, check->target);

	if (id && refusal_expect(judge, "204") && judge->call.answer.length)
		judge_fail(judge, "DELETE %s: expected no body, got %.120s", judge->call.target,
			   str_text(&judge->call.answer));
	free(id);
}

static bool is_going(const json_t *object)
{
	return same_text(jsonx_text(object, "status"), "tobedeleted");
}

/* 404, or 200 with the status tobedeleted. */
static void is_gone(struct judge *judge, const struct check *check)
{
	char *id = put_and_delete(judge, check->target);
	json_t *found;

	if (!id)
		return;
	own_call(judge, "GET", check->target, id);
	if (judge->call.status == 200) {
		found = judge_object(judge, kind_of(check->target)->singular);
		if (found && !is_going(found))
			judge_fail(judge,
				   "GET %s: expected 404 or the status tobedeleted after DELETE, "
				   "got the object with the status %s",
				   judge->call.target,
				   jsonx_text(found, "status") ? jsonx_text(found, "status")
							       : "(none)");
		json_decref(found);
	} else {
		refusal_expect(judge, "404");
	}
	free(id);
}

/* The object as a list shows it after its DELETE, in *@shown: NULL where it does not (borrowed from
 * the list). Returns the list (json_decref). */
static json_t *list_after_delete(struct judge *judge, const struct check *check,
				 const json_t **shown)
{
	char *id = put_and_delete(judge, check->target), *path;
	json_t *list = NULL, *item;
	size_t i;

	*shown = NULL;
	if (!id)
		return NULL;
	path = path_filled(check->key, id);
	list = list_read(judge, path, check->target);
	json_array_foreach (list, i, item)
		if (same_text(jsonx_text(item, "sourcedId"), id))
			*shown = item;
	free(path);
	free(id);
	return list;
}

static void is_gone_from_list(struct judge *judge, const struct check *check)
{
	const json_t *shown;
	json_t *list = list_after_delete(judge, check, &shown);

	if (shown && !is_going(shown))
		judge_fail(judge, "GET %s: %s was deleted, but is listed without being tobedeleted",
			   judge->call.target, jsonx_text(shown, "sourcedId"));
	json_decref(list);
}

static void is_out_of_list(struct judge *judge, const struct check *check)
{
	const json_t *shown;
	json_t *list = list_after_delete(judge, check, &shown);

	if (shown)
		judge_fail(judge, "GET %s: %s was deleted, but is still listed", judge->call.target,
			   jsonx_text(shown, "sourcedId"));
	json_decref(list);
}

static void deletes_once(struct judge *judge, const struct check *check)
{
	char *id = put_and_delete(judge, check->target);

	if (id) {
		own_call(judge, "DELETE", check->target, id);
		refusal_expect(judge, "404");
	}
	free(id);
}

/* The id may be used again. */
static void comes_back(struct judge *judge, const struct check *check)
{
	char *id = put_and_delete(judge, check->target), *body;
	json_t *found;

	if (!id)
		return;
	body = own_body(judge, check->target, id, NULL);
	judge_put(judge, check->target, id, body);
	if (judge_expect_success(judge)) {
		own_call(judge, "GET", check->target, id);
		found = judge_expect(judge, 200)
				? judge_object(judge, kind_of(check->target)->singular)
				: NULL;
		if (found && is_going(found))
			judge_fail(judge, "GET %s: it was PUT again, but is still tobedeleted",
				   judge->call.target);
		json_decref(found);
	}
	free(body);
	free(id);
}

/* Whether there is DELETE at all. */
static void offers_delete(struct judge *judge, const struct check *check)
{
	char *id = own_put(judge, check->target, NULL, NULL);

	if (id && judge_expect_success(judge)) {
		own_call(judge, "DELETE", check->target, id);
		if (is_not_offered(judge->call.status))
			judge_fail(judge, "DELETE %s: HTTP %ld: the provider has no DELETE",
				   judge->call.target, judge->call.status);
	}
	free(id);
}

/* clang-format off */
#define GONE "OneRoster 1.1 fact sheet 3 and 10; 1.2 fact sheet 4 and 6; traps A29"
#define BY_ID "?filter=sourcedId%3D%27%s%27"
#define KIND(id_of, versions, plural, noun) \
	{ id_of "-020", MAY,    C_OBJECTS, "OneRoster 1.1 fact sheet 2.3; 1.2 fact sheet 2.1", noun " can be deleted", offers_delete, plural, .in = versions }, \
	{ id_of "-021", MUST,   C_OBJECTS, "OneRoster 1.1 fact sheet 3; 1.2 fact sheet 4", "DELETE of " noun " answers 204 without a body", answers_204, plural, .in = versions }, \
	{ id_of "-022", MUST,   C_OBJECTS, GONE, noun " that was deleted is 404, or tobedeleted", is_gone, plural, .in = versions }, \
	{ id_of "-023", MUST,   C_OBJECTS, GONE, noun " that was deleted is not listed, or as tobedeleted", is_gone_from_list, plural, "/" plural BY_ID, .in = versions }, \
	{ id_of "-024", SHOULD, C_OBJECTS, "OneRoster 1.1 fact sheet 10", "a second DELETE of " noun " is 404", deletes_once, plural, .in = versions }, \
	{ id_of "-025", SHOULD, C_OBJECTS, "OneRoster 1.1 fact sheet 10: PUT creates", noun " that was deleted can be PUT again", comes_back, plural, .in = versions }

const struct check gradebook_delete_checks[] = {
	KIND("GBK-CAT", BOTH, "categories", "a category"),
	KIND("GBK-LI",  BOTH, "lineItems",  "a lineItem"),
	KIND("GBK-RES", BOTH, "results",    "a result"),
	KIND("GB12-SS", V12,  "scoreScales", "a scoreScale"),
	KIND("GB12-AL", V12,  "assessmentLineItems", "an assessmentLineItem"),
	KIND("GB12-AR", V12,  "assessmentResults", "an assessmentResult"),
	{ "GBK-LI-026",  MUST, C_OBJECTS, GONE, "a lineItem that was deleted is not in the list of its class, or as tobedeleted", is_gone_from_list, "lineItems", "/classes/{class}/lineItems" BY_ID },
	{ "GBK-RES-026", MUST, C_OBJECTS, GONE, "a result that was deleted is not in the results of its class, or as tobedeleted", is_gone_from_list, "results", "/classes/{class}/results" BY_ID },
	{ "GBK-LI-027",  MAY,  C_OBJECTS, "traps B2", "a lineItem that was deleted is out of the list of its class", is_out_of_list, "lineItems", "/classes/{class}/lineItems" BY_ID },
	{ "GBK-RES-027", MAY,  C_OBJECTS, "traps B2", "a result that was deleted is out of the results of its lineItem", is_out_of_list, "results", "/classes/{class}/lineItems/{lineItem}/results" BY_ID },
	{ NULL },
};
/* clang-format on */
