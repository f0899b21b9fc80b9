/*
 * fuzz_query.c - query strings: both readings of '+', paging, and back again.
 */
#include "server/query/page.h"
#include "tests/fuzz/fuzz.h"

static void check_pair(struct arena *arena, const struct pair *pair)
{
	const char *texts[] = { pair->name, pair->value };
	struct err err = ERR_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		char *encoded = pct_encoded(arena, texts[i]);
		char *again = pct_decode(arena, encoded, strlen(encoded), PLUS_IS_BLANK, &err);

		FUZZ_HOLDS(utf8_valid(texts[i], strlen(texts[i]), NULL));
		FUZZ_HOLDS(same_text(again, texts[i]));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum plus readings[] = { PLUS_IS_PLUS, PLUS_IS_BLANK };
	static const struct page_rules rules = { 100, 0, false, 0 };
	char *text = fuzz_text(data, size);

	for (size_t i = 0; i < ARRAY_SIZE(readings); i++) {
		struct arena arena = ARENA_INIT;
		struct err err = ERR_INIT;
		struct pairs pairs = { 0 };
		struct page page;
		struct str links = STR_INIT;

		if (query_parse(&arena, text, readings[i], &pairs, &err)) {
			for (size_t k = 0; k < pairs.count; k++)
				check_pair(&arena, &pairs.items[k]);
			if (page_parse(&page, &pairs, &rules, &err)) {
				FUZZ_HOLDS(page.limit >= 1 && page.offset >= 0);
				page_links(&links, &page, 1000, "http://h/x", &pairs);
				FUZZ_HOLDS(links.length > 0);
			}
		}
		str_release(&links);
		arena_release(&arena);
	}
	free(text);
	return 0;
}
