/*
 * gpb_paging.c - suite gpb-1.1: pages of a collection, and errors.
 */
#include "conformance/checks/check.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"

#define PAGED "/classes/{class}/students"
#define KEY "users"

/* One page; NULL with a failure. Returns (json_decref). */
static json_t *page(struct judge *judge, const char *query)
{
	char *target = xformat(PAGED "?%s", query);
	json_t *list;

	judge_call(judge, "GET", target, NULL);
	list = judge_expect(judge, 200) ? judge_array(judge, KEY) : NULL;
	free(target);
	return list;
}

static const char *id_at(const json_t *list, size_t i)
{
	const char *id = jsonx_text(json_array_get(list, i), "sourcedId");

	return id ? id : "";
}

static void honours_limit(struct judge *judge, const struct check *check)
{
	json_t *list = page(judge, "limit=1");

	(void)check;
	if (list && json_array_size(list) != 1)
		judge_fail(judge, "limit=1: expected one object, got %zu", json_array_size(list));
	json_decref(list);
}

static void honours_offset(struct judge *judge, const struct check *check)
{
	json_t *both = page(judge, "limit=2"),
	       *second = both ? page(judge, "limit=1&offset=1") : NULL;

	(void)check;
	if (second && strcmp(id_at(both, 1), id_at(second, 0)) != 0)
		judge_fail(judge, "offset=1: expected the second object %s, got %s", id_at(both, 1),
			   id_at(second, 0));
	json_decref(both);
	json_decref(second);
}

static void past_the_end(struct judge *judge, const struct check *check)
{
	json_t *list = page(judge, "limit=10&offset=1000000");

	(void)check;
	if (list && json_array_size(list) != 0)
		judge_fail(judge, "offset=1000000: expected an empty list, got %zu objects",
			   json_array_size(list));
	json_decref(list);
}

static void takes_large_limit(struct judge *judge, const struct check *check)
{
	json_t *list = page(judge, "limit=10000");

	(void)check;
	if (list && json_array_size(list) < 2)
		judge_fail(judge, "limit=10000: expected the students of the class, got %zu",
			   json_array_size(list));
	json_decref(list);
}

static void counts(struct judge *judge, const struct check *check)
{
	json_t *all = page(judge, "limit=10000"), *one = all ? page(judge, "limit=1") : NULL;
	char *text = one ? call_header(&judge->call, "X-Total-Count") : NULL;
	int64_t total;

	(void)check;
	if (one && !text)
		judge_fail(judge, "the header X-Total-Count is missing");
	else if (one && (!number_parse(text, 0, INT64_MAX, &total) ||
			 total != (int64_t)json_array_size(all)))
		judge_fail(judge, "X-Total-Count is %s, but the class has %zu students", text,
			   json_array_size(all));
	json_decref(all);
	json_decref(one);
	free(text);
}

/* The target of rel="next" below the service root. Returns (free), NULL: none. */
static char *next_link(struct judge *judge)
{
	char *header = call_header(&judge->call, "Link");
	char *end = header ? strstr(header, ">; rel=\"next\"") : NULL, *start = end, *link = NULL;

	while (start && start > header && *start != '<')
		start--;
	if (start && *start == '<')
		link = xstrndup(start + 1, (size_t)(end - start - 1));
	free(header);
	return link;
}

static void links(struct judge *judge, const struct check *check)
{
	json_t *both = page(judge, "limit=2"), *one = both ? page(judge, "limit=1") : NULL;
	char *link = one ? next_link(judge) : NULL;
	json_t *second = NULL;

	(void)check;
	if (one && !link)
		judge_fail(judge, "the first of several pages has no Link with rel=\"next\"");
	if (link && !starts_with(link, transport_base(judge->options->transport)))
		judge_skip(judge, "rel=\"next\" leads to %s, not to the URL that was asked", link);
	if (link && !judge->skipped) {
		judge_call(judge, "GET", link, NULL);
		second = judge_expect(judge, 200) ? judge_array(judge, KEY) : NULL;
	}
	if (second && strcmp(id_at(second, 0), id_at(both, 1)) != 0)
		judge_fail(judge, "rel=\"next\" leads to %s, expected %s", id_at(second, 0),
			   id_at(both, 1));
	json_decref(both);
	json_decref(one);
	json_decref(second);
	free(link);
}

/* The last page must not lead on: clients loop while there is a next one. */
static void ends(struct judge *judge, const struct check *check)
{
	json_t *list = page(judge, "limit=10000");
	char *link = list ? next_link(judge) : NULL;

	(void)check;
	if (link)
		judge_fail(judge, "the only page has a Link with rel=\"next\": %s", link);
	json_decref(list);
	free(link);
}

/* clang-format off */
const struct check gpb_paging_checks[] = {
	{ "GB-PAGE-001", MUST,   0, "OneRoster 1.1 fact sheet 8.1", "limit=1 gives one object", honours_limit },
	{ "GB-PAGE-002", MUST,   0, "OneRoster 1.1 fact sheet 8.1", "offset=1 begins with the second object", honours_offset },
	{ "GB-PAGE-003", MUST,   0, "OneRoster 1.1 fact sheet 8.1", "an offset past the end is 200 with an empty list", past_the_end },
	{ "GB-PAGE-004", MUST,   0, "traps B2 and E4", "limit=10000 is answered", takes_large_limit },
	{ "GB-PAGE-005", SHOULD, 0, "OneRoster 1.1 fact sheet 8.1", "X-Total-Count is the number of objects", counts },
	{ "GB-PAGE-006", SHOULD, 0, "OneRoster 1.1 fact sheet 8.1", "Link rel=\"next\" leads to the next page", links },
	{ "GB-PAGE-007", MUST,   0, "OneRoster 1.1 fact sheet 8.1", "the last page has no Link rel=\"next\"", ends },
	{ NULL },
};
/* clang-format on */

static void answers_status(struct judge *judge, const struct check *check)
{
	judge_call(judge, "GET", check->target, NULL);
	judge_expect(judge, check->status);
}

/* The sentence that Canvas shows to the teacher. */
static void describes(struct judge *judge, const struct check *check)
{
	struct err err = ERR_INIT;
	json_t *body;
	const json_t *status;
	const char *text;

	judge_call(judge, "GET", check->target, NULL);
	body = judge_expect(judge, check->status) ? answer_json(&judge->call, &err) : NULL;
	status = json_array_get(json_object_get(body, "statusInfoSet"), 0);
	status = status ? status : json_array_get(json_object_get(body, "errors"), 0);
	status = status ? status : body;
	text = jsonx_text(status, "imsx_description");
	text = text ? text : jsonx_text(status, "description");
	if (!judge->failed && (!text || !*text))
		judge_fail(judge, "expected a status body with imsx_description, got %s",
			   body ? "JSON without it" : err.text);
	json_decref(body);
}

static void describes_refused_write(struct judge *judge, const struct check *check)
{
	char *id = judge_new_id(judge);
	char *body = judge_line_item(judge, id, check->body), *text;

	judge_put(judge, "lineItems", id, body);
	if (judge_expect(judge, 0)) {
		text = answer_text(&judge->call);
		if (starts_with(text, "HTTP "))
			judge_fail(judge, "the refusal of a lineItem does not say why: %s", text);
		free(text);
	}
	free(body);
	free(id);
}

static void wrong_method(struct judge *judge, const struct check *check)
{
	judge_call(judge, "PUT", check->target, "{}");
	judge_expect(judge, check->status);
}

/* clang-format off */
const struct check gpb_error_checks[] = {
	{ "GB-ERR-001", MUST,   0, "OneRoster 1.1 fact sheet 3", "an unknown lineItem is 404", answers_status, "/lineItems/no-such-lineItem", NULL, NULL, 404 },
	{ "GB-ERR-002", MUST,   0, "OneRoster 1.1 fact sheet 3", "an unknown result is 404", answers_status, "/results/no-such-result", NULL, NULL, 404 },
	{ "GB-ERR-003", MUST,   0, "OneRoster 1.1 fact sheet 2.4", "the lineItems of an unknown class are 404", answers_status, "/classes/no-such-class/lineItems", NULL, NULL, 404 },
	{ "GB-ERR-004", MUST,   0, "OneRoster 1.1 fact sheet 2.4", "the results of an unknown class are 404", answers_status, "/classes/no-such-class/results", NULL, NULL, 404 },
	{ "GB-ERR-005", MUST,   0, "OneRoster 1.1 fact sheet 2.4", "the results of an unknown student are 404", answers_status, "/classes/{class}/students/no-such-student/results", NULL, NULL, 404 },
	{ "GB-ERR-006", SHOULD, 0, "OneRoster 1.1 fact sheet 9; canvas-client 2", "a 404 carries a status body with a description", describes, "/lineItems/no-such-lineItem", NULL, NULL, 404 },
	{ "GB-ERR-007", SHOULD, C_LINE_ITEM, "canvas-client step 5: the error is logged for the Canvas user", "a refused lineItem says why", describes_refused_write, NULL, NULL, "{\"class\":{\"sourcedId\":\"no-such-class\",\"type\":\"class\"}}" },
	{ "GB-ERR-008", MUST,   0, "OneRoster 1.1 fact sheet 3", "an unknown path is 404", answers_status, "/noSuchCollection", NULL, NULL, 404 },
	{ "GB-ERR-009", SHOULD, C_WRITES, "RFC 9110 section 15.5.6", "PUT on a collection is 405", wrong_method, "/lineItems", NULL, NULL, 405 },
	{ NULL },
};
/* clang-format on */
