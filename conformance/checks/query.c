/*
 * query.c - suite query: filters that are wrong, parameters that nobody knows, and all of them
 * together.
 */
#include "conformance/checks/query.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/url.h"
#include "oneroster/vocab.h"

/* check->target: path and query. */
static void refuses(struct judge *judge, const struct check *check)
{
	judge_call(judge, "GET", check->target, NULL);
	if (check->key ? judge_expect(judge, 400) : collect_refused(judge, 400, 422))
		if (check->key && *check->key)
			collect_minor(judge, check->key);
}

static void passes_over(struct judge *judge, const struct check *check)
{
	json_t *list = collect_asked(judge, check->target, check->body, check->key);
	json_t *plain = list ? collect_asked(judge, check->target, "limit=3", check->key) : NULL;

	for (size_t i = 0; plain && i < json_array_size(plain); i++)
		if (strcmp(collect_id(plain, i), collect_id(list, i)) != 0)
			judge_fail(judge,
				   "GET %s?%s: object %zu is %s, without the unknown "
				   "parameter it is %s",
				   check->target, check->body, i + 1, collect_id(list, i),
				   collect_id(plain, i));
	json_decref(plain);
	json_decref(list);
}

static void empty_is_list(struct judge *judge, const struct check *check)
{
	json_t *list = collect_asked(judge, check->target, "filter=sourcedId%3D%27no-such-id%27",
				     check->key);

	if (list && json_array_size(list))
		judge_fail(judge, "GET %s: expected an empty list, got %zu objects",
			   judge->call.target, json_array_size(list));
	json_decref(list);
}

/* The first family name of the alphabet, so that a filter by >= leaves many. Returns (free). */
static char *some_name(const json_t *items)
{
	const char *least = NULL;
	const json_t *item;
	size_t i;

	json_array_foreach (items, i, item) {
		const char *name = jsonx_text(item, "familyName");

		if (name && !strpbrk(name, "',") && (!least || strcmp(name, least) < 0))
			least = name;
	}
	return xstrdup(least);
}

/* filter, sort and a page are what the page of the sorted list of the filtered is. */
static void all_together(struct judge *judge, const struct check *check)
{
	struct sample sample, whole;
	char *name = NULL, *query;
	struct str filter = STR_INIT;
	json_t *page;

	(void)check;
	if (collect_sample(judge, "/users", "users", &sample))
		name = some_name(sample.items);
	if (!name) {
		judge_skip(judge, "no user has a familyName");
		return;
	}
	str_add(&filter, "filter=familyName%3E%3D%27");
	pct_encode(&filter, name);
	str_add(&filter, "%27&sort=familyName&orderBy=desc");
	if (collect_read(judge, "/users", str_text(&filter), "users", &whole)) {
		if (json_array_size(whole.items) < 4)
			judge_skip(judge, "fewer than four users fit %s", str_text(&filter));
		query = xformat("%s&limit=2&offset=1&fields=sourcedId,familyName",
				str_text(&filter));
		page = judge->skipped ? NULL : collect_asked(judge, "/users", query, "users");
		for (size_t i = 0; page && i < 2; i++)
			if (strcmp(collect_id(page, i), collect_id(whole.items, i + 1)) != 0)
				judge_fail(judge, "GET %s: object %zu is %s, expected %s",
					   judge->call.target, i + 1, collect_id(page, i),
					   collect_id(whole.items, i + 1));
		if (page && json_object_get(json_array_get(page, 0), "givenName"))
			judge_fail(judge, "GET %s: givenName came, which was not asked for",
				   judge->call.target);
		json_decref(page);
		free(query);
		sample_release(&whole);
	}
	str_release(&filter);
	free(name);
}

#define SHEET "OneRoster 1.1 fact sheet 8.3; OneRoster 1.2 fact sheet 5.2"
/* A minor code of "" asks for the status 400 alone, NULL for 422 as well. */
#define WRONG(id, filter, title)                                                               \
	{                                                                                      \
		"QRY-ERR-" id, SHOULD, 0, SHEET, title " is refused with 400 or 422", refuses, \
			"/users?filter=" filter, .has = "/users"                               \
	}
#define EMPTY(id, path, array)                                                                   \
	{                                                                                        \
		"QRY-EMPTY-" id, MUST, 0,                                                        \
			"OneRoster 1.1 fact sheet 4; OneRoster 1.2 fact sheet 9",                \
			"no object of " path " fits: 200 with \"" array "\": []", empty_is_list, \
			path, array, .has = path                                                 \
	}

/* clang-format off */
const struct check query_checks[] = {
	{ "QRY-ERR-001", MUST, 0, SHEET, "a filter by a field that is not there is refused with 400", refuses, "/users?filter=noSuchField%3D%27x%27", "", .has = "/users" },
	{ "QRY-ERR-002", SHOULD, 0, "OneRoster 1.1 fact sheet 9; OneRoster 1.2 fact sheet 4", "the minor code of a filter by a field that is not there is invalid_filter_field", refuses, "/users?filter=noSuchField%3D%27x%27", "invalid_filter_field", .has = "/users" },
	{ "QRY-ERR-003", MUST, 0, SHEET, "a field that is not there is refused beside one that is", refuses, "/users?filter=status%3D%27active%27%20AND%20noSuchField%3D%27x%27", "", .has = "/users" },
	{ "QRY-ERR-004", MUST, 0, SHEET, "a field of another kind of object is refused, too", refuses, "/orgs?filter=familyName%3D%27x%27&limit=1", "", .has = "/orgs" },
	WRONG("005", "status%3Dactive", "a value without quotes"),
	WRONG("006", "status%3D%27active", "a quote that is never closed"),
	WRONG("007", "status", "a field alone"),
	WRONG("008", "%3D%27active%27", "a filter without a field"),
	WRONG("009", "status%3D%3D%27active%27", "an operator that is not there"),
	WRONG("010", "status%3D%27active%27%20AND", "AND with nothing behind it"),
	WRONG("011", "status%3D%27active%27%20XOR%20status%3D%27active%27", "a logical operator that is not there"),
	WRONG("012", "(status%3D%27active%27)", "a parenthesis"),
	EMPTY("001", "/users", "users"),
	EMPTY("002", "/orgs", "orgs"),
	EMPTY("003", "/academicSessions", "academicSessions"),
	EMPTY("004", "/enrollments", "enrollments"),
	EMPTY("005", "/categories", "categories"),
	EMPTY("006", "/demographics", "demographics"),
	EMPTY("007", "/teachers", "users"),
	EMPTY("008", "/terms", "academicSessions"),
	{ "QRY-ALL-001", MUST, 0, "OneRoster 1.1 fact sheet 8.5", "filter, sort, offset, limit and fields are applied in this order", all_together, .has = "/users" },
	{ "QRY-UNKNOWN-001", SHOULD, 0, "OneRoster 1.2 fact sheet 5.5: the text is silent, most ignore them", "a parameter that nobody knows is passed over", passes_over, "/users", "users", "limit=3&noSuchParameter=1", .has = "/users" },
	{ NULL },
};
/* clang-format on */
