/*
 * page.c - limit, offset, and the Link header.
 */
#include "server/query/page.h"

#include "server/query/select.h"

#include <string.h>

static bool read_number(const struct pairs *query, const char *name, int64_t least, int64_t *out,
			struct err *err)
{
	const char *text;

	if (!query_once(query, name, &text, err))
		return false;
	return !text || number_parse(text, least, INT64_MAX, out) ||
	       err_at(err, ERR_INVALID, name,
		      "%s=%.40s: a whole number of at least %lld belongs here", name, text,
		      (long long)least);
}

bool page_parse(struct page *page, const struct pairs *query, const struct page_rules *rules,
		struct err *err)
{
	int64_t offset = rules->base;

	*page = (struct page){ .limit = rules->preset, .base = rules->base };
	if (!read_number(query, "limit", 1, &page->limit, err) ||
	    !read_number(query, "offset", rules->base, &offset, err))
		return false;
	page->offset = offset - rules->base;
	if (rules->most > 0 && page->limit > rules->most) {
		if (rules->refuse)
			return err_at(err, ERR_INVALID, "limit",
				      "limit=%lld: at most %lld objects stand on a page",
				      (long long)page->limit, (long long)rules->most);
		page->limit = rules->most;
	}
	return true;
}

static void link(struct str *out, const char *rel, int64_t offset, const struct page *page,
		 const char *url, const struct pairs *query)
{
	struct str text = STR_INIT;

	str_format(&text, "%s<%s?", out->length ? ", " : "", url);
	for (size_t i = 0; i < query->count; i++) {
		const struct pair *pair = &query->items[i];

		if (strcmp(pair->name, "limit") == 0 || strcmp(pair->name, "offset") == 0)
			continue;
		pct_encode(&text, pair->name);
		str_add_char(&text, '=');
		pct_encode(&text, pair->value);
		str_add_char(&text, '&');
	}
	str_format(&text, "limit=%lld&offset=%lld>; rel=\"%s\"", (long long)page->limit,
		   (long long)(offset + page->base), rel);
	if (out->length + text.length <= LINKS_CAP)
		str_add_bytes(out, str_text(&text), text.length);
	str_release(&text);
}

void page_links(struct str *out, const struct page *page, int64_t total, const char *url,
		const struct pairs *query)
{
	int64_t last = total > 0 ? (total - 1) / page->limit * page->limit : 0;

	if (page->offset < total && total - page->offset > page->limit)
		link(out, "next", page->offset + page->limit, page, url, query);
	if (page->offset > 0) {
		int64_t back = page->offset < total ? page->offset - page->limit : last;

		link(out, "prev", back > 0 ? back : 0, page, url, query);
	}
	link(out, "first", 0, page, url, query);
	if (total > 0)
		link(out, "last", last, page, url, query);
}
