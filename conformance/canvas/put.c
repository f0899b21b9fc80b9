/*
 * put.c - steps 5 to 8: lineItems one by one, then results one by one.
 *
 * Independent assignments go on after an error. What was accepted is in the ledger
 * moments later, so that a sync that is cut off sends little of it again, and then
 * with the same ids: a lineItem is noted at once, a result is found among those of the
 * SIS; where those may not be read its id is noted before it is sent.
 */
#include "conformance/canvas/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/progress.h"
#include "base/url.h"

/* Where a round of PUTs stands. */
struct round {
	struct sync *sync;
	struct result_bodies bodies;
	size_t item, score;
	struct progress progress;
	int64_t done;
};

static char *put_target(const char *collection, const char *id)
{
	struct str path = STR_INIT;

	str_format(&path, "/%s/", collection);
	pct_encode(&path, id);
	return str_take(&path, NULL);
}

bool is_modified(const struct sync *sync)
{
	return strcmp(sync->connection->id_mode, "modified") == 0;
}

static void note_contact(struct sync *sync, const struct call *call)
{
	if (call->answered) {
		sync->contacted = true;
		return;
	}
	if (!sync->contacted && sync->fatal.code == ERR_NONE)
		err_set(&sync->fatal, ERR_UNREACHABLE, "%s: %s",
			transport_base(sync->options->transport), call->error);
}

static void dry_put(struct sync *sync, const char *target, const char *body)
{
	json_t *put = json_object();

	json_object_set_new(put, "method", json_string("PUT"));
	json_object_set_new(put, "target", json_string(target));
	json_object_set_new(put, "body", json_loads(body, 0, NULL));
	json_array_append_new(sync->puts, put);
}

/* The id under which the SIS keeps it: in Modified mode the one it answers with. */
static char *accepted_id(const struct sync *sync, const struct call *call, const char *wrapper,
			 const char *sent)
{
	struct err ignored = ERR_INIT;
	json_t *body;
	const char *id;
	char *copy;

	if (!is_modified(sync))
		return xstrdup(sent);
	body = answer_json(call, &ignored);
	id = jsonx_text(json_object_get(body, wrapper), "sourcedId");
	copy = xstrdup(id ? id : jsonx_text(body, "sourcedId"));
	json_decref(body);
	return copy;
}

static void refused(struct sync *sync, const struct call *call, const char *phase,
		    const struct item *item, const struct student *student)
{
	char *text = answer_text(call);

	sync->failures++;
	sync_error(sync, phase, call->status, text, item, student);
	free(text);
}

static void no_id(struct sync *sync, const struct call *call, const char *phase,
		  const struct item *item, const struct student *student)
{
	sync->failures++;
	sync_error(sync, phase, call->status,
		   "the SIS was to answer with the sourcedId that it "
		   "chose (id_mode modified), and did not",
		   item, student);
}

static bool next_item(struct call *call, void *payload)
{
	struct round *round = payload;
	struct plan *plan = &round->sync->plan;

	for (; round->item < plan->count; round->item++) {
		struct item *item = &plan->items[round->item];

		if (item->to_send == 0 || item->blocked || !item->put)
			continue;
		*call = (struct call){ .method = "PUT", .payload = item };
		call->target = put_target("lineItems", item->id);
		call->body = xstrdup(item->body);
		round->item++;
		return true;
	}
	return false;
}

static void item_done(struct call *call, void *payload)
{
	struct round *round = payload;
	struct sync *sync = round->sync;
	struct item *item = call->payload;
	char *id = NULL;

	note_contact(sync, call);
	progress_step(&round->progress, ++round->done);
	if (answer_is_success(call))
		id = accepted_id(sync, call, "lineItem", item->id);
	if (id) {
		free(item->id);
		item->id = id;
		sync->sent_line_items++;
		if (!ledger_put_line_item(sync->options->ledger, item->section->class_id,
					  item->assignment->id, id, item->hash, &sync->fatal) ||
		    !ledger_commit(sync->options->ledger, &sync->fatal))
			sync->failed = true;
		return;
	}
	item->failed = true;
	if (answer_is_success(call))
		no_id(sync, call, "P4", item, NULL);
	else
		refused(sync, call, "P4", item, NULL);
}

static int64_t count_items(const struct plan *plan)
{
	int64_t count = 0;

	for (size_t i = 0; i < plan->count; i++)
		count += plan->items[i].to_send && !plan->items[i].blocked && plan->items[i].put;
	return count;
}

void put_items(struct sync *sync)
{
	struct round round = { .sync = sync };
	struct call call;

	if (sync->options->dry_run) {
		while (next_item(&call, &round)) {
			dry_put(sync, call.target, call.body);
			call_release(&call);
		}
		return;
	}
	progress_start(&round.progress, "assignments", count_items(&sync->plan));
	transport_run(sync->options->transport, next_item, item_done, &round);
	progress_end(&round.progress);
}

static bool next_score(struct call *call, void *payload)
{
	struct round *round = payload;
	struct sync *sync = round->sync;
	struct plan *plan = &sync->plan;

	for (; round->item < plan->count; round->item++, round->score = 0) {
		struct item *item = &plan->items[round->item];

		while (scores_go(sync, item) && round->score < item->count) {
			struct score *score = &item->scores[round->score++];

			if (!score->send)
				continue;
			score->item = item;
			if (!score->id)
				new_id(sync, score);
			*call = (struct call){ .method = "PUT", .payload = score };
			call->target = put_target("results", score->id);
			call->body = result_body(&round->bodies, item, score);
			return true;
		}
	}
	return false;
}

/* Notes what was accepted under @id. */
static void note_result(struct sync *sync, const struct score *score, const char *id)
{
	const struct item *item = score->item;
	char text[32];
	const struct ledger_result result = { score->student->id, id, text,
					      score->submission->graded_at };

	sync->sent_results++;
	sync->exempt += strcmp(score->status, "exempt") == 0;
	score_text(score, text);
	if (!ledger_put_result(sync->options->ledger, item->section->class_id, item->assignment->id,
			       &result, &sync->fatal))
		sync->failed = true;
}

static void score_done(struct call *call, void *payload)
{
	struct round *round = payload;
	struct sync *sync = round->sync;
	struct score *score = call->payload;
	char *id = NULL;

	note_contact(sync, call);
	progress_step(&round->progress, ++round->done);
	if (!answer_is_success(call))
		refused(sync, call, "P6", score->item, score->student);
	else if (!(id = accepted_id(sync, call, "result", score->id)))
		no_id(sync, call, "P6", score->item, score->student);
	else
		note_result(sync, score, id);
	free(id);
	free(score->id);
	score->id = NULL;
}

void put_results(struct sync *sync)
{
	struct plan *plan = &sync->plan;
	struct round round = { .sync = sync };
	struct call call;
	int64_t total = 0;

	match_results(sync);
	for (size_t i = 0; i < plan->count; i++) {
		const struct item *item = &plan->items[i];

		if (scores_go(sync, item))
			total += (int64_t)item->to_send;
		else
			plan_filter(plan, "submission_of_refused_assignment", item->to_send);
	}
	result_bodies_init(&round.bodies, sync);
	if (sync->options->dry_run) {
		while (next_score(&call, &round)) {
			dry_put(sync, call.target, call.body);
			call_release(&call);
		}
	} else {
		progress_start(&round.progress, "scores", total);
		transport_run(sync->options->transport, next_score, score_done, &round);
		progress_end(&round.progress);
	}
	result_bodies_release(&round.bodies);
}
