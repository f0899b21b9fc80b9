/*
 * query_sort.c - suite query: sort and orderBy.
 */
#include "conformance/checks/query.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "oneroster/vocab.h"

/* The value that an object is sorted by; NULL: it has none. Returns (json_decref). */
static json_t *sort_value(const json_t *object, const char *field)
{
	json_t *values = collect_values(object, field, NULL);
	json_t *value = json_incref(json_array_get(values, 0));

	json_decref(values);
	return value;
}

/* Fails at the first two neighbours that stand the wrong way round; how many pairs could be
 * told. @exact: by code point and nothing else, and only those that a reader may see otherwise. */
static size_t look_at_order(struct judge *judge, const json_t *list, const char *field, bool down,
			    bool exact)
{
	size_t told = 0;

	for (size_t i = 1; i < json_array_size(list); i++) {
		json_t *a = sort_value(json_array_get(list, i - 1), field);
		json_t *b = sort_value(json_array_get(list, i), field);
		bool sure = false;
		int order = a && b ? query_order(a, b, &sure) : 0;

		if (a && b && order != 0 && (exact ? !sure : sure)) {
			told++;
			if ((order > 0) != down) {
				char *x = collect_text(a), *y = collect_text(b);

				judge_fail(judge, "GET %s: %s comes before %s", judge->call.target,
					   x ? x : "?", y ? y : "?");
				free(x);
				free(y);
			}
		}
		json_decref(a);
		json_decref(b);
	}
	return told;
}

/* check->body: "familyName", "familyName asc", "familyName desc". */
static void run_sort(struct judge *judge, const struct check *check, bool exact)
{
	size_t length = strcspn(check->body, " ");
	char *field = xstrndup(check->body, length), *query;
	const char *way = check->body[length] ? check->body + length + 1 : NULL;
	bool down = way && strcmp(way, "desc") == 0;
	json_t *list;

	query = xformat("sort=%s%s%s&limit=100", field, way ? "&orderBy=" : "", way ? way : "");
	list = collect_asked(judge, check->target, query, check->key);
	if (list && !look_at_order(judge, list, field, down, exact))
		judge_skip(judge,
			   exact ? "no two neighbours by %s are such that a language sorts them "
				   "unlike their code points"
				 : "no two objects differ by %s",
			   field);
	json_decref(list);
	free(query);
	free(field);
}

static void sorts(struct judge *judge, const struct check *check)
{
	run_sort(judge, check, false);
}

static void sorts_by_code_point(struct judge *judge, const struct check *check)
{
	run_sort(judge, check, true);
}

/* 9 comes before 10. */
static void sorts_numbers(struct judge *judge, const struct check *check)
{
	const char *second = collect_second_line_item(judge);
	bool down = check->body != NULL;
	struct sample list;
	int nine, ten;

	if (!second || !collect_read(judge, "/classes/{class}/lineItems",
				     down ? "sort=resultValueMax&orderBy=desc"
					  : "sort=resultValueMax&orderBy=asc",
				     "lineItems", &list))
		return;
	nine = collect_find(list.items, second);
	ten = collect_find(list.items, judge->subject->line_item);
	if (list.whole && (nine < 0 || ten < 0))
		judge_fail(judge, "GET %s: a lineItem that was put is not there",
			   judge->call.target);
	else if (nine >= 0 && ten >= 0 && (nine < ten) == down)
		judge_fail(judge, "GET %s: the lineItem with resultValueMax %s comes first",
			   judge->call.target, down ? "9" : "10");
	sample_release(&list);
}

/* What is equal comes in the same order every time. */
static void ties(struct judge *judge, const struct check *check)
{
	json_t *first = collect_asked(judge, check->target, check->body, check->key);
	json_t *again = first ? collect_asked(judge, check->target, check->body, check->key) : NULL;

	for (size_t i = 0; again && i < json_array_size(first); i++)
		if (strcmp(collect_id(first, i), collect_id(again, i)) != 0)
			judge_fail(judge, "GET %s: object %zu was %s at first and %s then",
				   judge->call.target, i + 1, collect_id(first, i),
				   collect_id(again, i));
	json_decref(again);
	json_decref(first);
}

/* Nothing is lost over a field that is not there. */
static void unknown_field(struct judge *judge, const struct check *check)
{
	json_t *plain = collect_page(judge, "/users", "limit=5", "users");
	json_t *list = plain ? collect_asked(judge, "/users", "limit=5&sort=noSuchField", "users")
			     : NULL;

	(void)check;
	if (list && json_array_size(list) != json_array_size(plain))
		judge_fail(judge, "GET %s: expected %zu users, got %zu", judge->call.target,
			   json_array_size(plain), json_array_size(list));
	json_decref(list);
	json_decref(plain);
}

static void warns(struct judge *judge, const struct check *check)
{
	judge_call(judge, "GET", check->target, NULL);
	if (judge_expect(judge, 200))
		collect_minor(judge, check->key);
}

#define SHEET "OneRoster 1.1 fact sheet 8.2; OneRoster 1.2 fact sheet 5.3"
#define SORT(id, level, path, array, by, title)                                             \
	{                                                                                   \
		"QRY-SORT-" id, level, 0, SHEET, title, sorts, path, array, by, .has = path \
	}

/* clang-format off */
const struct check query_sort_checks[] = {
	SORT("001", MUST, "/users", "users", "familyName asc", "users are sorted by a text, upwards"),
	SORT("002", MUST, "/users", "users", "familyName desc", "users are sorted by a text, downwards"),
	SORT("003", SHOULD, "/users", "users", "familyName", "upwards is what is meant where nothing is said"),
	SORT("004", SHOULD, "/users", "users", "sourcedId desc", "users are sorted by sourcedId"),
	SORT("005", MUST, "/academicSessions", "academicSessions", "startDate asc", "academicSessions are sorted by a date, upwards"),
	SORT("006", MUST, "/academicSessions", "academicSessions", "startDate desc", "academicSessions are sorted by a date, downwards"),
	SORT("007", MUST, "/classes", "classes", "title desc", "classes are sorted by their title"),
	SORT("008", MUST, "/orgs", "orgs", "name desc", "orgs are sorted by their name"),
	SORT("009", MUST, "/users", "users", "dateLastModified asc", "users are sorted by dateLastModified, as instants"),
	{ "QRY-SORT-010", MUST, C_LINE_ITEM, SHEET, "lineItems are sorted by a number, upwards: 9 before 10", sorts_numbers },
	{ "QRY-SORT-011", MUST, C_LINE_ITEM, SHEET, "lineItems are sorted by a number, downwards: 10 before 9", sorts_numbers, .body = "desc" },
	{ "QRY-SORT-012", MUST, 0, SHEET, "the students of a class are sorted", sorts, "/classes/{class}/students", "users", "familyName desc", .has = "/classes" },
	{ "QRY-SORT-013", SHOULD, 0, SHEET ": Unicode order", "texts are sorted by Unicode code point", sorts_by_code_point, "/users", "users", "familyName asc", .has = "/users" },
	{ "QRY-SORT-014", SHOULD, 0, SHEET "; traps D9", "what is equal comes in the same order every time", ties, "/enrollments", "enrollments", "sort=role&limit=50", .has = "/enrollments" },
	{ "QRY-SORT-015", SHOULD, 0, SHEET "; traps A7", "a sort by a field that is not there is 200 with the data", unknown_field, .has = "/users" },
	{ "QRY-SORT-016", SHOULD, 0, "OneRoster 1.1 fact sheet 8.2 and 9", "a sort by a field that is not there comes with the warning invalid_sort_field", warns, "/users?limit=1&sort=noSuchField", "invalid_sort_field", .has = "/users", .in = V11 },
	{ NULL },
};
/* clang-format on */
