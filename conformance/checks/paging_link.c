/*
 * paging_link.c - suite paging: the Link header.
 */
#include "conformance/checks/paging.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/jsonx.h"
#include "base/url.h"

/* A page that has others before and behind it. */
static json_t *middle_page(struct judge *judge, int64_t *total)
{
	*total = paging_total(judge, 6);
	return *total >= 0 ? paging_page(judge, 2, 2, NULL) : NULL;
}

static void has_link(struct judge *judge, const struct check *check)
{
	int64_t total;
	json_t *page = middle_page(judge, &total);
	char *link = page ? paging_link(judge, check->key) : NULL;

	if (page && !link)
		judge_fail(judge, "GET %s: the second of several pages has no Link with rel=\"%s\"",
			   judge->call.target, check->key);
	else if (page && !starts_with(link, "http://") && !starts_with(link, "https://"))
		judge_fail(judge, "GET %s: rel=\"%s\" is %s, expected an absolute URL",
			   judge->call.target, check->key, link);
	free(link);
	json_decref(page);
}

/* Where the links of the page at offset 2 of 2 objects lead. */
static int64_t offset_of(const char *rel, int64_t total)
{
	if (strcmp(rel, "next") == 0)
		return 4;
	if (strcmp(rel, "last") == 0)
		return (total - 1) / 2 * 2;
	return 0; /* prev and first */
}

static void link_leads(struct judge *judge, const struct check *check)
{
	int64_t total;
	json_t *page = middle_page(judge, &total), *found = NULL, *wanted = NULL;
	char *link = page ? paging_link(judge, check->key) : NULL, *what;

	if (page && !link)
		judge_skip(judge, "there is no Link with rel=\"%s\"", check->key);
	if (link)
		found = paging_follow(judge, check->key, link);
	if (found)
		wanted = paging_page(judge, 2, offset_of(check->key, total), NULL);
	if (wanted) {
		what = xformat("rel=\"%s\" of offset=2&limit=2", check->key);
		paging_same(judge, what, found, wanted, 0);
		free(what);
	}
	json_decref(wanted);
	json_decref(found);
	json_decref(page);
	free(link);
}

/* A page that must not lead on, or back. */
static void lacks_link(struct judge *judge, const struct check *check)
{
	int64_t total = paging_total(judge, 4), offset;
	json_t *page;
	char *link;

	if (total < 0)
		return;
	offset = check->status == 0 ? 0 : check->status == 1 ? total - 2 : total + 10;
	page = paging_page(judge, 2, offset, NULL);
	link = page ? paging_link(judge, check->key) : NULL;
	if (link)
		judge_fail(judge, "GET %s: of %lld objects: rel=\"%s\" is there: %s",
			   judge->call.target, (long long)total, check->key, link);
	free(link);
	json_decref(page);
}

/* The decoded value of a parameter of a URL; NULL: none. From @arena. */
static const char *parameter(struct arena *arena, const char *url, const char *name)
{
	struct err ignored = ERR_INIT;
	struct pairs pairs = { 0 };
	const char *query = strchr(url, '?');

	if (!query || !query_parse(arena, query + 1, PLUS_IS_BLANK, &pairs, &ignored))
		return NULL;
	return pairs_get(&pairs, name);
}

/* The parameter check->key of the request is in rel="next" as it was. */
static void keeps(struct judge *judge, const struct check *check)
{
	struct arena arena = ARENA_INIT;
	const char *wanted, *found;
	json_t *page = paging_total(judge, 4) >= 0
			       ? collect_asked(judge, PAGED, check->target, PAGED_KEY)
			       : NULL;
	int64_t total = page ? collect_total(judge) : -1;
	char *link = page ? paging_link(judge, "next") : NULL;

	if (page && !link && total >= 0 && total <= (int64_t)json_array_size(page))
		judge_skip(judge, "%s fits on one page", check->target);
	else if (page && !link)
		judge_skip(judge, "there is no Link with rel=\"next\"");
	wanted = parameter(&arena, judge->call.target ? judge->call.target : "", check->key);
	found = link ? parameter(&arena, link, check->key) : NULL;
	if (link && !same_text(wanted, found))
		judge_fail(judge, "GET %s: rel=\"next\" has %s=%s, expected %s", judge->call.target,
			   check->key, found ? found : "(none)", wanted ? wanted : "(none)");
	free(link);
	json_decref(page);
	arena_release(&arena);
}

#define SHEET "OneRoster 1.1 fact sheet 8.1; OneRoster 1.2 fact sheet 5.1"
#define HAS(id, rel)                                                                             \
	{                                                                                        \
		id, SHOULD, 0, SHEET "; traps E4",                                               \
			"a page with others on both sides has an absolute Link rel=\"" rel "\"", \
			has_link, .key = rel, .has = PAGED                                       \
	}
#define LEADS(id, rel, where)                                                           \
	{                                                                               \
		id, MUST, 0, SHEET, "Link rel=\"" rel "\" leads to the " where " page", \
			link_leads, .key = rel, .has = PAGED                            \
	}
#define KEEPS(id, name, query)                                                           \
	{                                                                                \
		id, MUST, 0, SHEET "; traps D8", "Link rel=\"next\" keeps " name, keeps, \
			"limit=2&" query, name, .has = PAGED                             \
	}

/* clang-format off */
const struct check paging_link_checks[] = {
	HAS("PAGE-LINK-001", "next"),
	HAS("PAGE-LINK-002", "prev"),
	HAS("PAGE-LINK-003", "first"),
	HAS("PAGE-LINK-004", "last"),
	LEADS("PAGE-LINK-005", "next", "next"),
	LEADS("PAGE-LINK-006", "prev", "previous"),
	LEADS("PAGE-LINK-007", "first", "first"),
	LEADS("PAGE-LINK-008", "last", "last"),
	{ "PAGE-LINK-009", SHOULD, 0, SHEET, "the first page has no Link rel=\"prev\"", lacks_link, .key = "prev", .status = 0, .has = PAGED },
	{ "PAGE-LINK-010", MUST, 0, SHEET, "the last of several pages has no Link rel=\"next\", also when it is full", lacks_link, .key = "next", .status = 1, .has = PAGED },
	{ "PAGE-LINK-011", MUST, 0, SHEET, "a page past the end has no Link rel=\"next\"", lacks_link, .key = "next", .status = 2, .has = PAGED },
	KEEPS("PAGE-LINK-012", "limit", "offset=0"),
	KEEPS("PAGE-LINK-013", "filter", FILTER_ALL),
	KEEPS("PAGE-LINK-014", "sort", "sort=familyName&orderBy=desc"),
	KEEPS("PAGE-LINK-015", "orderBy", "sort=familyName&orderBy=desc"),
	KEEPS("PAGE-LINK-016", "fields", "fields=sourcedId,familyName"),
	{ NULL },
};
/* clang-format on */
