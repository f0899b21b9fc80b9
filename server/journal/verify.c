/*
 * verify.c - whether a client did what was expected of it.
 */
#include "server/journal/expect.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"

#define EXPECTATIONS_MOST 100
#define NEAREST 3

struct near {
	const struct journal_exchange *exchange; /* NULL: none */
	size_t distance;
};

/* What was seen of an expectation. */
struct tally {
	size_t found;
	const struct journal_exchange *first, *last; /* that fit */
	/* The exchanges that differ least, of equals the latest, for that is what somebody
	 * looks at; [1] those that fit. */
	struct near near[2][NEAREST];
};

struct verification {
	struct expectation *items;
	struct tally *tallies; /* of each */
	size_t count;
	bool strict; /* in this order */
	struct journal_list list;
	struct jsonw *w; /* inside "misses" */
	size_t misses;
	/* of what was looked at so far, under `strict` */
	const struct journal_exchange *last;
	size_t last_by; /* whose last exchange that is */
};

static bool read_order(const json_t *value, bool *strict, struct err *err)
{
	const char *order = value ? json_string_value(value) : "any";

	*strict = same_text(order, "strict");
	return *strict || same_text(order, "any") ||
	       err_at(err, ERR_INVALID, "/order", "/order: \"strict\" or \"any\" belongs here");
}

static bool read_since(const json_t *value, struct journal_query *query, struct err *err)
{
	struct pair pair = { "since", json_string_value(value) };
	struct pairs pairs = { &pair, 1, 1 };
	struct err why = ERR_INIT;
	bool good = true;

	*query = (struct journal_query){ 0 };
	if (json_is_integer(value)) {
		query->since_id = json_integer_value(value);
		query->has_since_id = good = query->since_id >= 0;
	} else if (value) {
		good = pair.value && journal_query_parse(query, &pairs, &why);
	}
	return good || err_at(err, ERR_INVALID, "/since",
			      "/since: the id of an exchange or a time belongs here");
}

static bool read_members(const json_t *request, struct err *err)
{
	const char *key;
	const json_t *value;

	if (!json_is_object(request))
		return err_at(err, ERR_INVALID, "", "the body must be {\"expect\": [...]}");
	json_object_foreach ((json_t *)(uintptr_t)request, key, value)
		if (!has_word("expect order since", key)) {
			struct str place = STR_INIT;

			jsonx_pointer_add(&place, key);
			err_at(err, ERR_INVALID, str_text(&place), "%s: there is no such member",
			       str_text(&place));
			str_release(&place);
			return false;
		}
	return true;
}

static bool read_expectations(struct verification *v, const json_t *list, struct err *err)
{
	const json_t *item;
	size_t i;

	if (!json_is_array(list) || json_array_size(list) > EXPECTATIONS_MOST)
		return err_at(err, ERR_INVALID, "/expect",
			      "/expect: a list of at most %d expectations belongs here",
			      EXPECTATIONS_MOST);
	v->items = xcalloc(json_array_size(list), sizeof *v->items);
	json_array_foreach (list, i, item) {
		char *pointer = xformat("/expect/%zu", i);
		bool good = expectation_read(&v->items[v->count++], item, pointer, err);

		free(pointer);
		if (!good)
			return false;
	}
	return true;
}

static void miss_begin(struct verification *v, size_t index, size_t found, const char *why)
{
	struct jsonw *w = v->w;
	char pointer[32];

	snprintf(pointer, sizeof pointer, "/expect/%zu", index);
	v->misses++;
	jsonw_object(w);
	jsonw_key_text(w, "pointer", pointer);
	jsonw_key(w, "expected");
	jsonw_value(w, v->items[index].json);
	jsonw_key_int(w, "found", (int64_t)found);
	jsonw_key_text(w, "why", why);
	jsonw_key(w, "nearest");
	jsonw_array(w);
}

static void miss_end(struct verification *v)
{
	jsonw_array_end(v->w);
	jsonw_object_end(v->w);
}

static void write_text(struct jsonw *w, const char *key, const char *text)
{
	jsonw_key(w, key);
	journal_write_bytes(w, text, text ? strlen(text) : 0);
}

static void write_near(struct verification *v, size_t index,
		       const struct journal_exchange *exchange, const char *why)
{
	struct jsonw *w = v->w;

	jsonw_object(w);
	jsonw_key_int(w, "id", exchange->id);
	write_text(w, "method", exchange->method);
	write_text(w, "target", exchange->target);
	write_text(w, "operation", exchange->operation);
	jsonw_key_int(w, "status", exchange->status);
	write_text(w, "client", exchange->client);
	write_text(w, "refusal", exchange->refusal);
	if (why)
		jsonw_key_text(w, "why", why);
	jsonw_key(w, "differs");
	expectation_differences(&v->items[index], exchange, w);
	jsonw_object_end(w);
}

/* With @fitting those that fit. In the order of the journal. */
static void write_nearest(struct verification *v, size_t index, bool fitting)
{
	const struct near *best = v->tallies[index].near[fitting];

	for (size_t i = 0; i < NEAREST && best[i].exchange; i++)
		write_near(v, index, best[i].exchange, NULL);
}

/* Returns (free). */
static char *count_text(const struct expectation *e, size_t found)
{
	long long least = (long long)e->least, most = (long long)e->most;

	if (least == most)
		return xformat("expected exactly %lld, found %zu", least, found);
	if (!e->most_said)
		return xformat("expected at least %lld, found %zu", least, found);
	if (!least)
		return xformat("expected at most %lld, found %zu", most, found);
	return xformat("expected %lld to %lld, found %zu", least, most, found);
}

static void check_count(struct verification *v, size_t index, size_t found)
{
	const struct expectation *e = &v->items[index];
	char *why;

	if ((int64_t)found >= e->least && (int64_t)found <= e->most)
		return;
	why = count_text(e, found);
	miss_begin(v, index, found, why);
	write_nearest(v, index, (int64_t)found > e->most);
	miss_end(v);
	free(why);
}

/* The first that fits must come after the last that fitted an expectation before it. */
static void check_order(struct verification *v, size_t index, size_t found,
			const struct journal_exchange *first, const struct journal_exchange *last)
{
	char *why;

	if (!v->strict || !found)
		return;
	if (v->last && first->id <= v->last->id) {
		why = xformat("exchange %lld is not after exchange %lld, the last of /expect/%zu",
			      (long long)first->id, (long long)v->last->id, v->last_by);
		miss_begin(v, index, found, why);
		write_near(v, index, first, NULL);
		miss_end(v);
		free(why);
	}
	if (!v->last || last->id > v->last->id) {
		v->last = last;
		v->last_by = index;
	}
}

static void note_near(struct near best[NEAREST], const struct journal_exchange *exchange,
		      size_t distance)
{
	size_t at = NEAREST;

	while (at && (!best[at - 1].exchange || best[at - 1].distance >= distance))
		at--;
	for (size_t k = NEAREST - 1; k > at; k--)
		best[k] = best[k - 1];
	if (at < NEAREST)
		best[at] = (struct near){ exchange, distance };
}

static void tally(struct tally *tally, const struct journal_exchange *exchange, size_t distance)
{
	note_near(tally->near[distance == 0], exchange, distance);
	if (distance)
		return;
	tally->last = exchange;
	if (!tally->first)
		tally->first = exchange;
	tally->found++;
}

/* Exchange by exchange: each body is read once, however many ask for it. */
static void tally_all(struct verification *v)
{
	for (size_t i = 0; i < v->list.count; i++) {
		struct journal_body body = { .exchange = v->list.items[i] };

		for (size_t k = 0; k < v->count; k++)
			if (!v->items[k].rule)
				tally(&v->tallies[k], body.exchange,
				      expectation_distance(&v->items[k], &body));
		json_decref(body.json);
	}
}

static void check_exchanges(struct verification *v, size_t index)
{
	const struct tally *tally = &v->tallies[index];

	check_count(v, index, tally->found);
	check_order(v, index, tally->found, tally->first, tally->last);
}

struct violations {
	const struct journal_exchange *exchanges[NEAREST];
	char *texts[NEAREST];
	size_t count;
};

static void keep_violation(const struct journal_exchange *exchange, const char *why, void *payload)
{
	struct violations *violations = payload;

	if (violations->count < NEAREST) {
		violations->exchanges[violations->count] = exchange;
		violations->texts[violations->count] = xstrdup(why);
	}
	violations->count++;
}

static void check_rule(struct verification *v, size_t index)
{
	struct violations violations = { .count = 0 };

	rule_check(v->items[index].rule, &v->list, keep_violation, &violations);
	if (!violations.count)
		return;
	miss_begin(v, index, violations.count, violations.texts[0]);
	for (size_t i = 0; i < violations.count && i < NEAREST; i++) {
		write_near(v, index, violations.exchanges[i], violations.texts[i]);
		free(violations.texts[i]);
	}
	miss_end(v);
}

static void check_all(struct verification *v, struct jsonw *w)
{
	struct str misses = STR_INIT;
	struct jsonw inner;

	jsonw_init(&inner, &misses, 0);
	/* cppcheck-suppress autoVariables ; nobody looks at it after this function */
	v->w = &inner;
	v->tallies = xcalloc(v->count, sizeof *v->tallies);
	tally_all(v);
	jsonw_array(&inner);
	for (size_t i = 0; i < v->count; i++)
		if (v->items[i].rule)
			check_rule(v, i);
		else
			check_exchanges(v, i);
	jsonw_array_end(&inner);

	jsonw_object(w);
	jsonw_key(w, "holds");
	jsonw_bool(w, v->misses == 0);
	jsonw_key_int(w, "exchanges", (int64_t)v->list.count);
	jsonw_key(w, "misses");
	jsonw_raw(w, str_text(&misses), misses.length);
	jsonw_object_end(w);
	str_release(&misses);
}

bool journal_verify(struct journal *journal, const json_t *request, struct jsonw *w,
		    struct err *err)
{
	struct verification v = { .strict = false };
	struct journal_query query;
	bool good = read_members(request, err) &&
		    read_order(json_object_get(request, "order"), &v.strict, err) &&
		    read_since(json_object_get(request, "since"), &query, err) &&
		    read_expectations(&v, json_object_get(request, "expect"), err);

	if (good) {
		journal_take(journal, &query, &v.list);
		check_all(&v, w);
		journal_list_release(&v.list);
	}
	free(v.items);
	free(v.tallies);
	return good;
}
