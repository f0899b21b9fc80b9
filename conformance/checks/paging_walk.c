/*
 * paging_walk.c - suite paging: from the first page to the last, and every collection in pages.
 */
#include "conformance/checks/paging.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "oneroster/vocab.h"

#define PAGES 4 /* of a walk; a large collection is not walked to its end */
#define LIMIT_MOST 100

/* What a walk saw. */
struct walk {
	json_t *all;   /* objects in the order they came */
	int64_t total; /* how many there are */
	int64_t limit;
	bool whole;     /* it came to the end */
	size_t shorter; /* pages that were short though not the last */
};

static void walk_release(struct walk *walk)
{
	json_decref(walk->all);
}

static bool walk_begin(struct judge *judge, struct walk *walk)
{
	int64_t total = paging_total(judge, PAGES + 1);

	*walk = (struct walk){ .all = json_array(), .total = total };
	walk->limit = (total + PAGES - 1) / PAGES;
	walk->limit = walk->limit > LIMIT_MOST ? LIMIT_MOST : walk->limit;
	return total >= 0;
}

static void take(struct walk *walk, const json_t *page)
{
	int64_t have;

	json_array_extend(walk->all, (json_t *)(uintptr_t)page);
	have = (int64_t)json_array_size(walk->all);
	walk->shorter += (int64_t)json_array_size(page) < walk->limit && have < walk->total;
	walk->whole = have >= walk->total;
}

static void walk_by_offset(struct judge *judge, struct walk *walk, const char *more)
{
	for (int i = 0; i < PAGES && !walk->whole; i++) {
		json_t *page = paging_page(judge, walk->limit, (int64_t)json_array_size(walk->all),
					   more);

		if (!page)
			return;
		take(walk, page);
		json_decref(page);
	}
}

static void walk_by_next(struct judge *judge, struct walk *walk)
{
	json_t *page = paging_page(judge, walk->limit, 0, NULL);

	for (int i = 1; page && i <= PAGES; i++) {
		char *link = paging_link(judge, "next");

		take(walk, page);
		json_decref(page);
		page = NULL;
		if (!link && i == 1)
			judge_skip(judge, "there is no Link with rel=\"next\"");
		else if (!link && !walk->whole)
			judge_fail(judge,
				   "page %d has no Link with rel=\"next\", though only %zu "
				   "of %lld objects came",
				   i, json_array_size(walk->all), (long long)walk->total);
		else if (link && i < PAGES)
			page = paging_follow(judge, "next", link);
		free(link);
	}
	json_decref(page);
}

/* No object twice, and all of them where the end was reached. */
static void look_for_gaps(struct judge *judge, const struct walk *walk)
{
	json_t *seen = json_object();
	size_t i;

	for (i = 0; i < json_array_size(walk->all); i++) {
		const char *id = collect_id(walk->all, i);

		if (json_object_get(seen, id))
			judge_fail(judge,
				   "in pages of %lld: %s came twice, the second time as "
				   "object %zu",
				   (long long)walk->limit, id, i + 1);
		json_object_set_new(seen, id, json_true());
	}
	if (walk->whole && (int64_t)json_object_size(seen) != walk->total)
		judge_fail(judge, "in pages of %lld: expected %lld objects, got %zu",
			   (long long)walk->limit, (long long)walk->total, json_object_size(seen));
	else if (!walk->whole && !walk->shorter && (int64_t)i < PAGES * walk->limit)
		judge_fail(judge, "%d pages of %lld: expected %lld objects, got %zu", PAGES,
			   (long long)walk->limit, (long long)(PAGES * walk->limit), i);
	json_decref(seen);
}

static void by_offset(struct judge *judge, const struct check *check)
{
	struct walk walk;

	if (walk_begin(judge, &walk))
		walk_by_offset(judge, &walk, check->body);
	if (!judge->failed && !judge->skipped && !judge->blind)
		look_for_gaps(judge, &walk);
	walk_release(&walk);
}

static void by_next(struct judge *judge, const struct check *check)
{
	struct walk walk;

	(void)check;
	if (walk_begin(judge, &walk))
		walk_by_next(judge, &walk);
	if (!judge->failed && !judge->skipped && !judge->blind)
		look_for_gaps(judge, &walk);
	walk_release(&walk);
}

/* Clients stop at a short page (traps B14). */
static void pages_are_full(struct judge *judge, const struct check *check)
{
	struct walk walk;

	(void)check;
	if (walk_begin(judge, &walk))
		walk_by_offset(judge, &walk, NULL);
	if (walk.shorter)
		judge_fail(judge, "in pages of %lld: %zu pages before the last were shorter",
			   (long long)walk.limit, walk.shorter);
	walk_release(&walk);
}

static void two_ways(struct judge *judge, const struct check *check)
{
	struct walk next, offset;

	(void)check;
	if (walk_begin(judge, &next)) {
		walk_by_next(judge, &next);
		offset = (struct walk){ .all = json_array(),
					.total = next.total,
					.limit = next.limit };
		walk_by_offset(judge, &offset, NULL);
		if (!judge->failed && !judge->skipped && !judge->blind)
			paging_same(judge, "by rel=\"next\" against by offset", next.all,
				    offset.all, 0);
		walk_release(&offset);
	}
	walk_release(&next);
}

/* Without a sort the order is the provider's own, but always that. */
static void same_order(struct judge *judge, const struct check *check)
{
	json_t *first = collect_page(judge, check->target, check->body, check->key);
	json_t *again = first ? collect_asked(judge, check->target, check->body, check->key) : NULL;

	if (first && json_array_size(first) < 2)
		judge_skip(judge, "%s has fewer than two objects", check->target);
	if (again)
		paging_same(judge, "the second of two reads", again, first, 0);
	json_decref(again);
	json_decref(first);
}

/* The second object by itself, and nothing past the end. */
static void second_page(struct judge *judge, const struct check *check, const json_t *first,
			int64_t total)
{
	json_t *second = collect_asked(judge, check->target, "limit=1&offset=1", check->key), *past;
	char *query = NULL;

	if (second && json_array_size(second) > 1)
		judge_fail(judge, "GET %s: limit=1: expected one object, got %zu",
			   judge->call.target, json_array_size(second));
	else if (second && !json_array_size(second) && total < 0)
		judge_skip(judge, "%s has fewer than two objects", check->target);
	else if (second && !json_array_size(second))
		judge_fail(judge, "GET %s: expected the second of %lld objects, got none",
			   judge->call.target, (long long)total);
	else if (second && strcmp(collect_id(first, 0), collect_id(second, 0)) == 0)
		judge_fail(judge, "GET %s: offset=1 gives %s, as offset=0 did", judge->call.target,
			   collect_id(second, 0));
	query = xformat("limit=1&offset=%lld", total >= 0 ? (long long)total : 1000000LL);
	past = second ? collect_asked(judge, check->target, query, check->key) : NULL;
	if (json_array_size(past))
		judge_fail(judge, "GET %s: expected nothing past the end, got %zu objects",
			   judge->call.target, json_array_size(past));
	json_decref(past);
	json_decref(second);
	free(query);
}

static void comes_in_pages(struct judge *judge, const struct check *check)
{
	json_t *first = collect_page(judge, check->target, "limit=1", check->key);
	int64_t total = first ? collect_total(judge) : -1;

	if (first && json_array_size(first) > 1)
		judge_fail(judge, "GET %s: limit=1: expected one object, got %zu",
			   judge->call.target, json_array_size(first));
	else if (first && (json_array_size(first) == 0 || total == 1 || total == 0))
		judge_skip(judge, "%s has fewer than two objects", check->target);
	else if (first)
		second_page(judge, check, first, total);
	json_decref(first);
}

/* With two lineItems of ours at least. */
static void written_in_pages(struct judge *judge, const struct check *check)
{
	if (collect_second_line_item(judge))
		comes_in_pages(judge, check);
}

#define SHEET "OneRoster 1.1 fact sheet 8.1; OneRoster 1.2 fact sheet 5.1"
#define ROW_IN(id, path, array, versions)                                                     \
	{                                                                                     \
		"PAGE-ALL-" id, MUST, 0, SHEET, path " comes in pages", comes_in_pages, path, \
			array, .in = versions                                                 \
	}
#define ROW(id, path, array) ROW_IN(id, path, array, 0)
#define ORDER(id, path, array)                                                                  \
	{                                                                                       \
		"PAGE-ORDER-" id, SHOULD, 0, SHEET, path " comes in the same order every time", \
			same_order, path, array, "limit=20"                                     \
	}

/* clang-format off */
const struct check paging_walk_checks[] = {
	{ "PAGE-WALK-001", MUST, 0, SHEET, "by offset every object comes once", by_offset, .has = PAGED },
	{ "PAGE-WALK-002", MUST, 0, SHEET, "by rel=\"next\" every object comes once", by_next, .has = PAGED },
	{ "PAGE-WALK-003", MUST, 0, SHEET, "by rel=\"next\" and by offset the same objects come in the same order", two_ways, .has = PAGED },
	{ "PAGE-WALK-004", SHOULD, 0, SHEET "; traps B14", "only the last page is shorter than the limit", pages_are_full, .has = PAGED },
	{ "PAGE-WALK-005", SHOULD, 0, SHEET "; traps D9", "sorted by what many share every object comes once", by_offset, .body = "sort=status", .has = PAGED },
	ORDER("001", PAGED, PAGED_KEY),
	ORDER("002", "/enrollments", "enrollments"),
	ORDER("003", "/classes/{class}/students", "users"),
	ORDER("004", "/categories", "categories"),
	ROW("001", "/orgs", "orgs"),
	ROW("002", "/schools", "orgs"),
	ROW("003", "/academicSessions", "academicSessions"),
	ROW("004", "/terms", "academicSessions"),
	ROW("005", "/gradingPeriods", "academicSessions"),
	ROW("006", "/courses", "courses"),
	ROW("007", "/classes", "classes"),
	ROW("008", "/enrollments", "enrollments"),
	ROW("009", "/users", "users"),
	ROW("010", "/students", "users"),
	ROW("011", "/teachers", "users"),
	ROW("012", "/demographics", "demographics"),
	ROW("013", "/resources", "resources"),
	ROW("014", "/categories", "categories"),
	ROW("015", "/lineItems", "lineItems"),
	ROW("016", "/results", "results"),
	ROW_IN("017", "/scoreScales", "scoreScales", V12),
	ROW_IN("018", "/assessmentLineItems", "assessmentLineItems", V12),
	ROW_IN("019", "/assessmentResults", "assessmentResults", V12),
	ROW("101", "/schools/{school}/courses", "courses"),
	ROW("102", "/schools/{school}/classes", "classes"),
	ROW("103", "/schools/{school}/enrollments", "enrollments"),
	ROW("104", "/schools/{school}/students", "users"),
	ROW("105", "/schools/{school}/teachers", "users"),
	ROW("106", "/schools/{school}/terms", "academicSessions"),
	ROW("107", "/schools/{school}/classes/{class}/enrollments", "enrollments"),
	ROW("108", "/schools/{school}/classes/{class}/students", "users"),
	ROW("109", "/schools/{school}/classes/{class}/teachers", "users"),
	ROW("110", "/terms/{term}/classes", "classes"),
	ROW("111", "/terms/{term}/gradingPeriods", "academicSessions"),
	ROW("112", "/courses/{course}/classes", "classes"),
	ROW("113", "/students/{student}/classes", "classes"),
	ROW("114", "/teachers/{teacher}/classes", "classes"),
	ROW("115", "/users/{student}/classes", "classes"),
	ROW("116", "/classes/{class}/students", "users"),
	ROW("117", "/classes/{class}/teachers", "users"),
	ROW("118", "/classes/{class}/resources", "resources"),
	ROW("119", "/courses/{course}/resources", "resources"),
	ROW("120", "/classes/{class}/lineItems", "lineItems"),
	ROW("121", "/classes/{class}/results", "results"),
	ROW("122", "/classes/{class}/students/{student}/results", "results"),
	ROW("123", "/classes/{class}/categories", "categories"),
	ROW_IN("124", "/classes/{class}/scoreScales", "scoreScales", V12),
	ROW_IN("125", "/schools/{school}/scoreScales", "scoreScales", V12),
	{ "PAGE-WRITE-001", MUST, C_LINE_ITEM, SHEET, "the lineItems of a class come in pages, those that were put too", written_in_pages, "/classes/{class}/lineItems", "lineItems" },
	{ NULL },
};
/* clang-format on */
