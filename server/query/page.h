/*
 * page.h - limit, offset, and the Link header (fact sheet 1.1, section 8.1).
 */
#ifndef QUERY_PAGE_H
#define QUERY_PAGE_H

#include "base/err.h"
#include "base/str.h"
#include "base/url.h"

struct page {
	int64_t limit, offset; /* offset from 0, however the provider counts */
	int64_t base;
};

struct page_rules {
	int64_t preset, most; /* limit where none is named; largest one, 0: none */
	bool refuse;          /* a larger limit; else it is clamped */
	int64_t base;         /* what the first object's offset is called */
};

/* Reads `limit` and `offset`; each at most once, whole numbers, limit at least 1.
 * err->pointer names the parameter. */
bool page_parse(struct page *page, const struct pairs *query, const struct page_rules *rules,
		struct err *err) MUST_USE;

#define LINKS_CAP 6144 /* a response has room for no more: httpd.c, CONNECTION_MEMORY */

/* The RFC 8288 list: next, prev, first, last, each only where it exists, and where it
 * fits into LINKS_CAP. @url is the request's own, without a query; every other parameter
 * is repeated. */
void page_links(struct str *out, const struct page *page, int64_t total, const char *url,
		const struct pairs *query);

#endif
