/*
 * rules_repeat.c - what is sent again, and when.
 *
 * A run is what a client sends in one go: it ends with a pause, and where after a PUT a new
 * token is asked for or after the results something is read again (journal.h).
 */
#include "conformance/consumer/rule.h"

#include <string.h>

#include "base/jsonx.h"

#define ON_THE_WAY_MS 100  /* requests that were sent before the answer came, */
#define ON_THE_WAY_MOST 16 /* and how many of them there may be */
#define EARLY_MS 20        /* by which two clocks may differ */
#define BACK_OFF_MS 100    /* the least pause before the same request */

/* Objects of @rule->operation are put once in a run. */
static void puts_once(struct trial *trial)
{
	json_t *put = json_object();
	unsigned run = 0;

	for (size_t i = 0; i < trial->count; i++) {
		const struct exchange *exchange = trial->items[i];

		if (exchange->run != run)
			json_object_clear(put);
		run = exchange->run;
		if (!exchange_is(exchange, trial->rule->operation) || !exchange->id_count)
			continue;
		trial_saw(trial);
		if (json_object_get(put, exchange->ids[0]))
			trial_breach(trial, exchange, "exchange %lld wrote it in the same run",
				     (long long)jsonx_int(put, exchange->ids[0]));
		if (exchange_succeeded(exchange) && !exchange_may_come_again(exchange))
			json_object_set_new(put, exchange->ids[0], json_integer(exchange->id));
	}
	json_decref(put);
}

/* What a client has written, and what it wrote again without a change. */
struct written {
	json_t *classes; /* of lineItems */
	json_t *known;   /* class -> {target: {"body", "run"}} */
	json_t *runs;    /* [{class: {"before": n, "again": n, "same": [places]}}] */
	bool selects;    /* some run sent less than everything */
};

#define WHOLE(again, before) ((again)*4 >= (before)*3) /* students and assignments go */

static const char *class_of(const struct written *written, const struct exchange *exchange)
{
	const char *line_item = exchange_reference(exchange, "lineItem");
	const char *class_id = line_item ? jsonx_text(written->classes, line_item)
					 : exchange_reference(exchange, "class");

	return class_id ? class_id : "";
}

/* The row of a class in the current run; made with what was known before. */
static json_t *row_of(struct written *written, unsigned run, const char *class_id)
{
	json_t *rows, *row;

	while (json_array_size(written->runs) <= run)
		json_array_append_new(written->runs, json_object());
	rows = json_array_get(written->runs, run);
	row = json_object_get(rows, class_id);
	if (!row) {
		row = json_pack(
			"{sI,sI,s[]}", "before",
			(json_int_t)json_object_size(json_object_get(written->known, class_id)),
			"again", (json_int_t)0, "same");
		json_object_set_new(rows, class_id, row);
	}
	return row;
}

static void note_written(struct written *written, const struct exchange *exchange, size_t place)
{
	const char *class_id = class_of(written, exchange);
	json_t *row = row_of(written, exchange->run, class_id);
	json_t *known = json_object_get(written->known, class_id);
	const json_t *before;

	if (!known) {
		known = json_object();
		json_object_set_new(written->known, class_id, known);
	}
	before = json_object_get(known, exchange->target);
	if (before && jsonx_int(before, "run") != (int64_t)exchange->run) {
		json_object_set_new(row, "again", json_integer(jsonx_int(row, "again") + 1));
		if (json_equal(json_object_get(before, "body"), exchange->body))
			json_array_append_new(json_object_get(row, "same"),
					      json_integer((json_int_t)place));
	}
	if (exchange->body)
		json_object_set_new(known, exchange->target,
				    json_pack("{sO,sI}", "body", exchange->body, "run",
					      (json_int_t)exchange->run));
}

static void judge_run_of_class(struct trial *trial, const struct written *written,
			       const json_t *row)
{
	int64_t again = jsonx_int(row, "again"), before = jsonx_int(row, "before");
	bool whole = WHOLE(again, before);
	const json_t *place;
	size_t i;

	if (whole && written->selects)
		return; /* a remaster, by a client that can send less */
	json_array_foreach (json_object_get(row, "same"), i, place)
		trial_breach(trial, trial->items[json_integer_value(place)],
			     whole ? "nothing of it has changed since it was last taken, and every "
				     "run sends everything again; only a remaster may, which "
				     "cannot be told from outside"
				   : "nothing of it has changed since it was last taken");
}

static void sends_changes_only(struct trial *trial)
{
	struct written written = { trial_classes(trial), json_object(), json_array(), false };
	const char *class_id;
	json_t *rows, *row;
	size_t i;

	for (i = 0; i < trial->count; i++) {
		const struct exchange *exchange = trial->items[i];

		if (exchange_object(exchange) && exchange_succeeded(exchange) &&
		    !exchange->disturbed)
			note_written(&written, exchange, i);
	}
	json_array_foreach (written.runs, i, rows)
		json_object_foreach (rows, class_id, row) {
			int64_t before = jsonx_int(row, "before");

			if (!before)
				continue;
			trial_saw(trial);
			if (!WHOLE(jsonx_int(row, "again"), before))
				written.selects = true;
		}
	json_array_foreach (written.runs, i, rows)
		json_object_foreach (rows, class_id, row)
			judge_run_of_class(trial, &written, row);
	json_decref(written.classes);
	json_decref(written.known);
	json_decref(written.runs);
}

static const char *body_text(const struct exchange *exchange)
{
	const char *text = jsonx_text(json_object_get(exchange->item, "request"), "body");

	return text ? text : "";
}

static const char *request_key(struct trial *trial, const struct exchange *exchange)
{
	return arena_format(&trial->arena, "%s %s\n%s", exchange->method, exchange->target,
			    body_text(exchange));
}

static bool is_same_request(const struct exchange *a, const struct exchange *b)
{
	return same_text(a->method, b->method) && same_text(a->target, b->target) &&
	       same_text(body_text(a), body_text(b));
}

static bool is_final_refusal(const struct exchange *exchange)
{
	return exchange->status >= 400 && exchange->status < 500 &&
	       !exchange_may_come_again(exchange);
}

/* Whether something was written between two places that may have mended the cause: for a
 * PUT what it refers to, for a GET anything. */
static bool is_mended(const struct trial *trial, size_t from, size_t to)
{
	const struct exchange *again = trial->items[to];
	const char *line_item = exchange_reference(again, "lineItem");
	const char *category = exchange_reference(again, "category");

	for (size_t i = from + 1; i < to; i++) {
		const struct exchange *between = trial->items[i];

		if (!exchange_object(between) || !exchange_succeeded(between))
			continue;
		if (!exchange_object(again) || same_text(exchange_object_id(between), line_item) ||
		    same_text(exchange_object_id(between), category))
			return true;
	}
	return false;
}

static void heeds_refusals(struct trial *trial)
{
	json_t *refused = json_object();
	unsigned run = 0;

	for (size_t i = 0; i < trial->count; i++) {
		const struct exchange *exchange = trial->items[i];
		const char *key = request_key(trial, exchange);
		int64_t before;

		if (exchange->run != run)
			json_object_clear(refused);
		run = exchange->run;
		if (exchange_is(exchange, "token") || exchange->body_cut)
			continue;
		before = jsonx_int(refused, key);
		if (before && !is_mended(trial, (size_t)before - 1, i))
			trial_breach(trial, exchange,
				     "exchange %lld was refused with %d, and it came again as it "
				     "was",
				     (long long)trial->items[before - 1]->id,
				     trial->items[before - 1]->status);
		if (!is_final_refusal(exchange))
			continue;
		trial_saw(trial);
		json_object_set_new(refused, key, json_integer((json_int_t)i + 1));
	}
	json_decref(refused);
}

/* The seconds that an answer asks to wait; -1: it does not. */
static int64_t retry_after(const struct exchange *exchange)
{
	const char *text = exchange_header(exchange->response_headers, "Retry-After");
	int64_t seconds = -1;

	if (!text ||
	    (exchange->status != 429 && exchange->status != 503 && exchange->status != 403))
		return -1;
	return number_parse(text, 0, 86400, &seconds) ? seconds : -1;
}

static void look_at_pause(struct trial *trial, size_t place, int64_t seconds)
{
	const struct exchange *busy = trial->items[place];
	int64_t until = busy->ended + seconds * 1000 - EARLY_MS;
	int on_the_way = 0;

	for (size_t i = 0; i < trial->count; i++) {
		const struct exchange *next = trial->items[i];

		if (next->id <= busy->id || next->began >= until)
			continue;
		if (next->began <= busy->ended + ON_THE_WAY_MS && !is_same_request(busy, next) &&
		    (next->began <= busy->ended || on_the_way++ < ON_THE_WAY_MOST))
			continue;
		trial_breach(trial, next,
			     "exchange %lld was answered with %d and Retry-After: %lld; this came "
			     "after %lld ms",
			     (long long)busy->id, busy->status, (long long)seconds,
			     (long long)(next->began - busy->ended));
		return;
	}
}

static void waits_as_told(struct trial *trial)
{
	for (size_t i = 0; i < trial->count; i++) {
		int64_t seconds = retry_after(trial->items[i]);

		if (seconds < 0)
			continue;
		trial_saw(trial);
		look_at_pause(trial, i, seconds);
	}
}

/* A connection that broke is no such thing: libraries send a PUT again at once, as RFC 9112
 * section 9.3.1 lets them. */
static bool is_busy(const struct exchange *exchange)
{
	return exchange->status == 408 || exchange->status == 429 || exchange->status >= 500;
}

static void backs_off(struct trial *trial)
{
	json_t *busy = json_object();

	for (size_t i = 0; i < trial->count; i++) {
		const struct exchange *exchange = trial->items[i];
		const char *key = request_key(trial, exchange);
		int64_t before = jsonx_int(busy, key);

		if (before && exchange->began - trial->items[before - 1]->ended < BACK_OFF_MS)
			trial_breach(trial, exchange,
				     "exchange %lld got no good answer, and it came again at once",
				     (long long)trial->items[before - 1]->id);
		json_object_del(busy, key);
		if (!is_busy(exchange) || retry_after(exchange) >= 0)
			continue;
		trial_saw(trial);
		json_object_set_new(busy, key, json_integer((json_int_t)i + 1));
	}
	json_decref(busy);
}

/* clang-format off */
const struct rule repeat_rules[] = {
	{ "CON-ONCE-001",  RULE_MUST,   0, "canvas-client step 5", "a lineItem is put once in a run", "no lineItem was written", puts_once, "putLineItem" },
	{ "CON-ONCE-002",  RULE_MUST,   0, "canvas-client 2e: each score is sent once", "a result is put once in a run", "no result was written", puts_once, "putResult" },
	{ "CON-ONCE-003",  RULE_SHOULD, 0, "canvas-client 2e; a remaster cannot be told from outside", "what has not changed is not sent again", "nothing was written after the first run", sends_changes_only },
	{ "CON-RETRY-001", RULE_MUST,   0, "canvas-client 2f: no automatic retry of 4xx", "what was refused does not come again unchanged in the same run", "nothing was refused", heeds_refusals },
	{ "CON-RETRY-002", RULE_MUST,   0, "RFC 6585 section 4; RFC 9110 section 10.2.3; traps D16", "nothing is asked before Retry-After is over", "no answer asked to wait", waits_as_told },
	{ "CON-RETRY-003", RULE_SHOULD, 0, "canvas-client 2f: back-off; traps D16", "what failed for now does not come again at once", "no answer failed for now", backs_off },
	{ NULL },
};
/* clang-format on */
