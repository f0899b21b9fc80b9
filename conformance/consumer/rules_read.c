/*
 * rules_read.c - pages and queries.
 */
#include "conformance/consumer/rule.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/jsonx.h"

#define PAGE_PRESET 100
#define PREDICATES_MOST 2

/* Path and parameters without those of paging, in one order. */
static const char *collection_key(struct trial *trial, const struct exchange *exchange)
{
	json_t *parameters = json_object();
	const char *key;
	char *text;

	for (size_t i = 0; i < exchange->query.count; i++) {
		const struct pair *pair = &exchange->query.items[i];

		if (strcmp(pair->name, "limit") != 0 && strcmp(pair->name, "offset") != 0)
			json_object_set_new(parameters, pair->name, json_string(pair->value));
	}
	text = json_dumps(parameters, JSON_SORT_KEYS | JSON_COMPACT);
	key = arena_format(&trial->arena, "%.*s %s", (int)strcspn(exchange->target, "?"),
			   exchange->target, text);
	free(text);
	json_decref(parameters);
	return key;
}

static int64_t parameter(const struct exchange *exchange, const char *name, int64_t preset)
{
	const char *text = pairs_get(&exchange->query, name);
	int64_t number = preset;

	return text && number_parse(text, 0, INT64_MAX / 2, &number) ? number : preset;
}

static bool is_page(const struct exchange *exchange)
{
	return exchange->row && exchange->row->action == READ_MANY &&
	       exchange->row->method == GET && strcmp(exchange->method, "GET") == 0 &&
	       exchange_succeeded(exchange);
}

/* X-Total-Count; -1: absent. */
static int64_t total_of(const struct exchange *exchange)
{
	const char *text = exchange_header(exchange->response_headers, "X-Total-Count");
	int64_t total = -1;

	return text && number_parse(text, 0, INT64_MAX, &total) ? total : -1;
}

static bool says_next(const struct exchange *exchange)
{
	const char *link = exchange_header(exchange->response_headers, "Link");

	return link && (strstr(link, "rel=\"next\"") || strstr(link, "rel=next"));
}

/* How far a page goes: the offset of what comes behind it. */
static int64_t end_of(const struct exchange *exchange)
{
	int64_t offset = parameter(exchange, "offset", 0);

	if (exchange->objects)
		return offset + (int64_t)json_array_size(exchange->objects);
	return offset + parameter(exchange, "limit", PAGE_PRESET);
}

static bool has_more(const struct exchange *exchange)
{
	return says_next(exchange) || total_of(exchange) > end_of(exchange);
}

/* {key: [offsets that were asked for]} */
static json_t *offsets_of(struct trial *trial)
{
	json_t *offsets = json_object();

	for (size_t i = 0; i < trial->count; i++) {
		const struct exchange *exchange = trial->items[i];
		const char *key;

		if (!exchange->row || exchange->row->action != READ_MANY)
			continue;
		key = collection_key(trial, exchange);
		if (!json_object_get(offsets, key))
			json_object_set_new(offsets, key, json_array());
		json_array_append_new(json_object_get(offsets, key),
				      json_integer(parameter(exchange, "offset", 0)));
	}
	return offsets;
}

/* The nearest page that was asked for behind @offset, -1: none. */
static int64_t next_asked(const json_t *asked, int64_t offset)
{
	int64_t best = -1;
	const json_t *item;
	size_t i;

	json_array_foreach (asked, i, item) {
		int64_t at = json_integer_value(item);

		if (at > offset && (best < 0 || at < best))
			best = at;
	}
	return best;
}

static void reads_to_the_end(struct trial *trial)
{
	json_t *offsets = offsets_of(trial);

	for (size_t i = 0; i < trial->count; i++) {
		const struct exchange *exchange = trial->items[i];
		int64_t offset, next;

		/* limit=1 asks how many there are, or whether anybody is there */
		if (!is_page(exchange) || parameter(exchange, "limit", PAGE_PRESET) <= 1)
			continue;
		trial_saw(trial);
		if (!has_more(exchange))
			continue;
		offset = parameter(exchange, "offset", 0);
		next = next_asked(json_object_get(offsets, collection_key(trial, exchange)),
				  offset);
		if (next < 0)
			trial_breach(trial, exchange,
				     "it is not the last page (%lld of %lld), and the next one was "
				     "never asked for",
				     (long long)end_of(exchange), (long long)total_of(exchange));
		else if (next > end_of(exchange))
			trial_breach(trial, exchange,
				     "it ends before %lld, and the next one begins at %lld",
				     (long long)end_of(exchange), (long long)next);
	}
	json_decref(offsets);
}

/* Nothing is asked for that lies behind the known end. */
static void stops_at_the_end(struct trial *trial)
{
	json_t *totals = json_object(); /* key -> total + 1 */

	for (size_t i = 0; i < trial->count; i++) {
		const struct exchange *exchange = trial->items[i];
		int64_t offset = parameter(exchange, "offset", 0), known;
		const char *key;

		if (!is_page(exchange))
			continue;
		key = collection_key(trial, exchange);
		known = jsonx_int(totals, key) - 1;
		trial_saw(trial);
		if (offset > 0 && known >= 0 && offset >= known)
			trial_breach(trial, exchange,
				     "there are only %lld, as an earlier page said",
				     (long long)known);
		if (total_of(exchange) >= 0)
			json_object_set_new(totals, key, json_integer(total_of(exchange) + 1));
	}
	json_decref(totals);
}

static void reads_each_page_once(struct trial *trial)
{
	json_t *read = json_object();
	unsigned run = 0;

	for (size_t i = 0; i < trial->count; i++) {
		const struct exchange *exchange = trial->items[i];
		int64_t before = jsonx_int(read, exchange->target);

		if (exchange->run != run ||
		    (strcmp(exchange->method, "GET") != 0 && !exchange_is(exchange, "token")))
			json_object_clear(read); /* something may have changed */
		run = exchange->run;
		if (!is_page(exchange))
			continue;
		trial_saw(trial);
		if (before && json_object_get(read, exchange->target))
			trial_breach(trial, exchange,
				     "exchange %lld has read this page, and nothing was written "
				     "since",
				     (long long)before);
		if (!exchange_may_come_again(exchange))
			json_object_set_new(read, exchange->target, json_integer(exchange->id));
	}
	json_decref(read);
}

/* What may not stand in a URL as it is; @more: in a query neither. */
static const char *raw_character(const char *text, size_t length, const char *more)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c <= ' ' || c >= 0x7f || strchr("\"<>\\^`{|}", c) || strchr(more, c))
			return text + i;
		if (c == '%' && (!isxdigit((unsigned char)text[i + 1]) ||
				 !isxdigit((unsigned char)text[i + 2])))
			return text + i;
	}
	return NULL;
}

static void encodes_urls(struct trial *trial)
{
	for (size_t i = 0; i < trial->count; i++) {
		const struct exchange *exchange = trial->items[i];
		size_t path = strcspn(exchange->target, "?");
		const char *query = exchange->target + path;
		const char *raw = raw_character(exchange->target, path, "");

		if (*query || raw || strchr(exchange->target, '%'))
			trial_saw(trial);
		raw = raw ? raw : raw_character(query, strlen(query), "'");
		if (raw)
			trial_breach(trial, exchange,
				     "%s stands in the URL as it is; it belongs there as %%%02X",
				     *raw == '%' ? "a % that begins no escape"
						 : arena_format(&trial->arena, "\"%c\"",
								*raw > ' ' ? *raw : ' '),
				     (unsigned char)*raw);
	}
}

/* Predicates of a filter: words AND and OR outside of quotes join them. */
static int count_predicates(const char *filter)
{
	bool quoted = false;
	int count = 1;

	for (const char *at = filter; *at; at++) {
		if (*at == '\'')
			quoted = !quoted;
		if (!quoted &&
		    (strncasecmp(at, " AND ", 5) == 0 || strncasecmp(at, " OR ", 4) == 0))
			count++;
	}
	return count;
}

static void filters_with_two(struct trial *trial)
{
	for (size_t i = 0; i < trial->count; i++) {
		const char *filter = pairs_get(&trial->items[i]->query, "filter");

		if (!filter || !trial->items[i]->row)
			continue;
		trial_saw(trial);
		if (count_predicates(filter) > PREDICATES_MOST)
			trial_breach(trial, trial->items[i],
				     "the filter has %d predicates; OneRoster knows at most two",
				     count_predicates(filter));
	}
}

/* clang-format off */
const struct rule read_rules[] = {
	{ "CON-PAGE-001",  RULE_MUST,   0, "OneRoster 1.1 fact sheet 8.1", "a collection is read to its end", "no collection was read", reads_to_the_end },
	{ "CON-PAGE-002",  RULE_SHOULD, 0, "OneRoster 1.1 fact sheet 8.1; traps B14", "nothing is asked for behind the end of a collection", "no collection was read", stops_at_the_end },
	{ "CON-PAGE-003",  RULE_SHOULD, 0, "OneRoster 1.1 fact sheet 8.1", "no page is asked for twice without need", "no collection was read", reads_each_page_once },
	{ "CON-QUERY-001", RULE_MUST,   0, "OneRoster 1.1 fact sheet 8.3; RFC 3986 section 2.1", "what stands in a URL is percent-encoded", "no URL had anything to encode", encodes_urls },
	{ "CON-QUERY-002", RULE_MUST,   0, "OneRoster 1.1 fact sheet 8.3", "a filter has at most two predicates", "nothing was filtered", filters_with_two },
	{ NULL },
};
/* clang-format on */
