/*
 * paging.c - suite paging: limit, offset and X-Total-Count.
 */
#include "conformance/checks/paging.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/jsonx.h"
#include "base/url.h"
#include "oneroster/vocab.h"

#define DEFAULT 100

json_t *paging_page(struct judge *judge, int64_t limit, int64_t offset, const char *more)
{
	char *query = xformat("limit=%lld&offset=%lld%s%s", (long long)limit, (long long)offset,
			      more ? "&" : "", more ? more : "");
	json_t *list = collect_asked(judge, PAGED, query, PAGED_KEY);

	free(query);
	return list;
}

/* X-Total-Count, else by reading as much as a sample holds. */
int64_t paging_total(struct judge *judge, int64_t least)
{
	json_t *one = paging_page(judge, 1, 0, NULL);
	int64_t total = one ? collect_total(judge) : -1;
	struct sample sample;

	if (one && total < 0 && collect_sample(judge, PAGED, PAGED_KEY, &sample)) {
		total = (int64_t)json_array_size(sample.items);
		if (!sample.whole)
			judge_skip(judge,
				   "how many users there are is not told, and they are more "
				   "than %d",
				   SAMPLE_MOST);
	}
	if (one && total >= 0 && total < least)
		judge_skip(judge, "the provider shows %lld users, this needs %lld",
			   (long long)total, (long long)least);
	json_decref(one);
	return judge->skipped || judge->failed || judge->blind ? -1 : total;
}

char *paging_link(struct judge *judge, const char *rel)
{
	char *header = call_header(&judge->call, "Link"), *found = NULL;
	char *quoted = xformat("rel=\"%s\"", rel), *bare = xformat("rel=%s", rel);

	for (const char *at = header; at && !found && (at = strchr(at, '<'));) {
		size_t length = strcspn(at, ">"), rest = strcspn(at + length, "<");
		char *parameters = xstrndup(at + length, rest);

		if (strstr(parameters, quoted) || strstr(parameters, bare))
			found = xstrndup(at + 1, length - 1);
		free(parameters);
		at += length;
	}
	free(bare);
	free(quoted);
	free(header);
	return found;
}

json_t *paging_follow(struct judge *judge, const char *rel, const char *link)
{
	if (!starts_with(link, transport_base(judge->options->transport))) {
		judge_skip(judge, "rel=\"%s\" leads to %s, not to the URL that was asked", rel,
			   link);
		return NULL;
	}
	judge_call(judge, "GET", link, NULL);
	return judge_expect(judge, 200) ? judge_array(judge, PAGED_KEY) : NULL;
}

void paging_same(struct judge *judge, const char *what, const json_t *found, const json_t *wanted,
		 size_t from)
{
	for (size_t i = 0; i < json_array_size(found) || from + i < json_array_size(wanted); i++)
		if (strcmp(collect_id(found, i), collect_id(wanted, from + i)) != 0)
			judge_fail(judge, "%s: object %zu is %s, expected %s", what, i + 1,
				   *collect_id(found, i) ? collect_id(found, i) : "missing",
				   *collect_id(wanted, from + i) ? collect_id(wanted, from + i)
								 : "none");
}

/* Users, or where they are too few enrollments. */
static void default_page(struct judge *judge, const struct check *check)
{
	static const char *const lists[][2] = { { "/users", "users" },
						{ "/enrollments", "enrollments" } };

	(void)check;
	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		json_t *page = collect_asked(judge, lists[i][0], NULL, lists[i][1]), *more = NULL;
		size_t size = json_array_size(page);

		if (size > DEFAULT)
			judge_fail(judge, "GET %s: expected %d objects without a limit, got %zu",
				   judge->call.target, DEFAULT, size);
		if (page && size < DEFAULT) {
			char *query = xformat("limit=1&offset=%zu", size);

			more = collect_asked(judge, lists[i][0], query, lists[i][1]);
			if (json_array_size(more))
				judge_fail(judge,
					   "GET %s: expected %d objects without a limit, got %zu "
					   "of more",
					   lists[i][0], DEFAULT, size);
			free(query);
		}
		json_decref(more);
		json_decref(page);
		if (!page || size >= DEFAULT)
			return;
	}
	judge_skip(judge, "the provider has no %d users or enrollments", DEFAULT);
}

static void limits(struct judge *judge, const struct check *check)
{
	json_t *page = paging_total(judge, 4) >= 0 ? paging_page(judge, 3, 0, NULL) : NULL;

	(void)check;
	if (page && json_array_size(page) != 3)
		judge_fail(judge, "limit=3: expected 3 objects, got %zu", json_array_size(page));
	json_decref(page);
}

/* Pages of another size hold the same objects in the same order. */
static void offsets(struct judge *judge, const struct check *check)
{
	json_t *five = paging_total(judge, 5) >= 0 ? paging_page(judge, 5, 0, NULL) : NULL;
	json_t *two = five ? paging_page(judge, 2, 3, NULL) : NULL;

	(void)check;
	if (two)
		paging_same(judge, "limit=2&offset=3", two, five, 3);
	json_decref(two);
	json_decref(five);
}

static void no_offset_is_none(struct judge *judge, const struct check *check)
{
	json_t *zero = paging_total(judge, 3) >= 0 ? paging_page(judge, 3, 0, NULL) : NULL;
	json_t *none = zero ? collect_asked(judge, PAGED, "limit=3", PAGED_KEY) : NULL;

	(void)check;
	if (none)
		paging_same(judge, "limit=3 without offset", none, zero, 0);
	json_decref(none);
	json_decref(zero);
}

static void refuses(struct judge *judge, const struct check *check)
{
	char *target = xformat(PAGED "?%s", check->target);

	judge_call(judge, "GET", target, NULL);
	collect_refused(judge, 400, 422);
	free(target);
}

static void is_empty(struct judge *judge, const struct check *check)
{
	json_t *list = collect_asked(judge, PAGED, check->target, PAGED_KEY);

	if (list && json_array_size(list))
		judge_fail(judge, "%s: expected an empty list, got %zu objects", check->target,
			   json_array_size(list));
	json_decref(list);
}

/* A limit that is larger than any page may be taken or clamped. */
static void takes(struct judge *judge, const struct check *check)
{
	json_t *list = paging_total(judge, 1) >= 0
			       ? collect_asked(judge, PAGED, check->target, PAGED_KEY)
			       : NULL;

	if (list && json_array_size(list) < 1)
		judge_fail(judge, "%s: expected users, got none", check->target);
	json_decref(list);
}

/* Out of any range: refused or clamped, but the provider does not fail over it. */
static void survives(struct judge *judge, const struct check *check)
{
	char *target = xformat(PAGED "?%s", check->target);

	judge_call(judge, "GET", target, NULL);
	if (!judge->blind && judge->call.status != 200)
		collect_refused(judge, 400, 422);
	free(target);
}

/* X-Total-Count of a collection is there and the number of objects that a walk finds. */
static void counts(struct judge *judge, const struct check *check)
{
	struct sample sample;
	int64_t total;
	json_t *page;
	char *text;

	if (!collect_sample(judge, check->target, check->key, &sample))
		return;
	page = collect_page(judge, check->target, check->body ? check->body : "limit=2",
			    check->key);
	text = page ? call_header(&judge->call, "X-Total-Count") : NULL;
	total = collect_total(judge);
	if (page && (!text || total < 0))
		judge_fail(judge, "GET %s: X-Total-Count: expected a number, found %s",
			   judge->call.target, text ? text : "no such header");
	else if (page && sample.whole && total != (int64_t)json_array_size(sample.items))
		judge_fail(judge, "GET %s: X-Total-Count is %lld, but there are %zu objects",
			   judge->call.target, (long long)total, json_array_size(sample.items));
	else if (page && !sample.whole && total < (int64_t)json_array_size(sample.items))
		judge_fail(judge,
			   "GET %s: X-Total-Count is %lld, but there are more than %zu objects",
			   judge->call.target, (long long)total, json_array_size(sample.items));
	free(text);
	json_decref(page);
}

/* On the first page, one within, the last and one past the end. */
static void counts_the_same(struct judge *judge, const struct check *check)
{
	int64_t total = paging_total(judge, 3);
	const int64_t at[] = { 1, total - 1, total + 100 };

	(void)check;
	for (size_t i = 0; total >= 0 && i < ARRAY_SIZE(at); i++) {
		json_t *page = paging_page(judge, 1, at[i], NULL);
		int64_t found = page ? collect_total(judge) : total;

		if (found != total)
			judge_fail(judge, "X-Total-Count was %lld, and at offset %lld it is %lld",
				   (long long)total, (long long)at[i], (long long)found);
		json_decref(page);
	}
}

/* The filter is one that the sample says the answer to: an id. */
static void counts_after_filter(struct judge *judge, const struct check *check)
{
	int64_t total = paging_total(judge, 2), found;
	json_t *one = total > 0 ? paging_page(judge, 1, 0, NULL) : NULL, *page;
	struct str query = STR_INIT;

	(void)check;
	str_add(&query, "limit=1&filter=sourcedId%3D%27");
	pct_encode(&query, collect_id(one, 0));
	str_add(&query, "%27");
	page = one ? collect_asked(judge, PAGED, str_text(&query), PAGED_KEY) : NULL;
	found = page ? collect_total(judge) : 1;
	if (found != 1)
		judge_fail(judge,
			   "GET %s: X-Total-Count: expected 1, the number of objects that fit the "
			   "filter, found %lld",
			   judge->call.target, (long long)found);
	json_decref(page);
	json_decref(one);
	str_release(&query);
}

/* HEAD is not described: a provider may not have it. */
static void heads(struct judge *judge, const struct check *check)
{
	int64_t total = paging_total(judge, 1), found;

	(void)check;
	if (total < 0)
		return;
	judge_call(judge, "HEAD", PAGED "?limit=1", NULL);
	if (judge->call.status == 404 || judge->call.status == 405 || judge->call.status == 501)
		judge_skip(judge, "the provider has no HEAD: HTTP %ld", judge->call.status);
	found = collect_total(judge);
	if (judge_expect(judge, 200) && found != total)
		judge_fail(judge,
			   "HEAD " PAGED "?limit=1: X-Total-Count: expected %lld as with GET, "
			   "found %lld",
			   (long long)total, (long long)found);
}

#define SHEET "OneRoster 1.1 fact sheet 8.1; OneRoster 1.2 fact sheet 5.1"
#define BAD(id, query)                                                                           \
	{                                                                                        \
		id, SHOULD, 0, SHEET "; traps E4", query " is refused with 400 or 422", refuses, \
			query, .has = PAGED                                                      \
	}
#define COUNT(id, path, array)                                                              \
	{                                                                                   \
		id, SHOULD, 0, SHEET, "X-Total-Count of " path " is the number of objects", \
			counts, path, array, .has = path                                    \
	}

/* clang-format off */
const struct check paging_checks[] = {
	{ "PAGE-LIMIT-001", MUST, 0, SHEET, "without a limit a page has 100 objects", default_page, .has = PAGED },
	{ "PAGE-LIMIT-002", MUST, 0, SHEET, "a page has as many objects as the limit says", limits, .has = PAGED },
	{ "PAGE-LIMIT-003", SHOULD, 0, SHEET "; traps B12", "limit=5000 is taken or clamped", takes, "limit=5000", .has = PAGED },
	{ "PAGE-LIMIT-004", SHOULD, 0, SHEET ": there is no maximum", "limit=2147483647 is taken or clamped", takes, "limit=2147483647", .has = PAGED },
	{ "PAGE-LIMIT-005", MUST, 0, SHEET, "a limit of 20 digits does not make the provider fail", survives, "limit=99999999999999999999", .has = PAGED },
	BAD("PAGE-LIMIT-006", "limit=0"),
	BAD("PAGE-LIMIT-007", "limit=-1"),
	BAD("PAGE-LIMIT-008", "limit=abc"),
	BAD("PAGE-LIMIT-009", "limit=1e3"),
	BAD("PAGE-LIMIT-010", "limit=1&limit=2"),
	{ "PAGE-OFFSET-001", MUST, 0, SHEET, "an offset counts objects from zero, whatever the limit", offsets, .has = PAGED },
	{ "PAGE-OFFSET-002", MUST, 0, SHEET, "no offset is offset 0", no_offset_is_none, .has = PAGED },
	{ "PAGE-OFFSET-003", MUST, 0, SHEET, "the largest offset of 32 bits is 200 with an empty list", is_empty, "limit=10&offset=2147483647", .has = PAGED },
	{ "PAGE-OFFSET-004", MAY, 0, "traps E4", "the largest offset of 64 bits is 200 with an empty list", is_empty, "limit=10&offset=9223372036854775807", .has = PAGED },
	{ "PAGE-OFFSET-005", MUST, 0, SHEET, "an offset of 20 digits does not make the provider fail", survives, "limit=1&offset=99999999999999999999", .has = PAGED },
	BAD("PAGE-OFFSET-006", "offset=-1"),
	BAD("PAGE-OFFSET-007", "offset=abc"),
	BAD("PAGE-OFFSET-008", "offset=1e3"),
	BAD("PAGE-OFFSET-009", "offset=1&offset=2"),
	COUNT("PAGE-COUNT-001", "/users", "users"),
	COUNT("PAGE-COUNT-002", "/orgs", "orgs"),
	COUNT("PAGE-COUNT-003", "/academicSessions", "academicSessions"),
	COUNT("PAGE-COUNT-004", "/classes", "classes"),
	COUNT("PAGE-COUNT-005", "/categories", "categories"),
	COUNT("PAGE-COUNT-006", "/resources", "resources"),
	{ "PAGE-COUNT-007", SHOULD, 0, SHEET, "X-Total-Count of the students of a class is their number", counts, "/classes/{class}/students", "users", "limit=1", .has = "/classes" },
	{ "PAGE-COUNT-008", SHOULD, 0, SHEET, "X-Total-Count is the same on every page", counts_the_same, .has = PAGED },
	{ "PAGE-COUNT-009", SHOULD, 0, SHEET "; traps D8", "X-Total-Count counts what fits the filter", counts_after_filter, .has = PAGED },
	{ "PAGE-HEAD-001", MAY, 0, "traps D10", "HEAD tells what GET tells, without the body", heads, .has = PAGED },
	{ NULL },
};
/* clang-format on */
