/*
 * put.c - steps 5 to 8: lineItems one by one, then results one by one.
 *
 * Independent assignments go on after an error. What was accepted is in the ledger
 * at once, so that a sync that is cut off does not send it again.
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

static bool is_modified(const struct sync *sync)
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
					  item->assignment->id, id, item->hash, &sync->fatal))
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

/* Whether the scores of an item go out at all; those that do not are counted. */
static bool scores_go(const struct sync *sync, const struct item *item)
{
	return item->to_send && !item->blocked &&
	       (!item->failed || strcmp(sync->connection->cascade, "post_anyway") == 0);
}

/* Nothing of the class can be sent: said for every assignment whose scores wait. */
static void results_unread(struct sync *sync, const struct section *section, long http,
			   const char *text)
{
	for (size_t i = 0; i < sync->plan.count; i++) {
		struct item *item = &sync->plan.items[i];

		if (strcmp(item->section->class_id, section->class_id) != 0 ||
		    !scores_go(sync, item))
			continue;
		sync_error(sync, "P5", http, text, item, NULL);
		sync->failures++;
		item->blocked = true;
	}
}

/* Existing results of a class by student and lineItem: the ids to use again. */
static json_t *existing_results(struct sync *sync, const struct item *item)
{
	struct page_reader reader = { .transport = sync->options->transport,
				      .page_size = (int)sync->connection->page_size };
	struct err err = ERR_INIT;
	json_t *index = json_object(), *list;
	const json_t *result;
	struct str path = STR_INIT;
	size_t i;

	str_add(&path, "/classes/");
	pct_encode(&path, item->section->class_id);
	str_add(&path, "/results");
	list = read_collection(&reader, str_text(&path), "results", &err);
	if (!list) {
		results_unread(sync, item->section, reader.status,
			       reader.refusal ? reader.refusal : err.text);
		json_decref(index);
		index = NULL;
	}
	json_array_foreach (list, i, result) {
		const char *student = jsonx_text(json_object_get(result, "student"), "sourcedId");
		const char *of = jsonx_text(json_object_get(result, "lineItem"), "sourcedId");
		char *key = xformat("%s\n%s", student ? student : "", of ? of : "");

		if (jsonx_text(result, "sourcedId"))
			json_object_set(index, key, json_object_get(result, "sourcedId"));
		free(key);
	}
	json_decref(list);
	free(reader.refusal);
	str_release(&path);
	return index;
}

/* The result's id: the ledger's, that of the SIS, or a new one. */
static void choose_id(struct sync *sync, const struct item *item, struct score *score,
		      const json_t *index)
{
	char *key = xformat("%s\n%s", score->student->sis_id, item->id);
	const char *found = json_string_value(json_object_get(index, key));
	char uuid[UUID_TEXT];

	if (!score->id && found)
		score->id = xstrdup(found);
	if (!score->id) {
		random_uuid(sync->options->random, uuid);
		score->id = xstrdup(uuid);
	}
	free(key);
}

/* Ids for every score of the class of @first; a class whose results cannot be read
 * gets none. */
static void prepare_class(struct sync *sync, const struct item *first)
{
	const char *class_id = first->section->class_id;
	bool read = !connection_excludes(sync->connection, "getResultsForClass");
	json_t *index = read ? existing_results(sync, first) : NULL;

	for (size_t i = 0; i < sync->plan.count; i++) {
		struct item *item = &sync->plan.items[i];

		if (strcmp(item->section->class_id, class_id) != 0 || !scores_go(sync, item))
			continue;
		for (size_t k = 0; k < item->count; k++)
			if (item->scores[k].send)
				choose_id(sync, item, &item->scores[k], index);
	}
	json_decref(index);
}

static bool has_ids(const struct item *item)
{
	for (size_t k = 0; k < item->count; k++)
		if (item->scores[k].send && !item->scores[k].id)
			return false;
	return true;
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
			*call = (struct call){ .method = "PUT", .payload = score };
			call->target = put_target("results", score->id);
			call->body = result_body(sync, item, score);
			return true;
		}
	}
	return false;
}

static void score_done(struct call *call, void *payload)
{
	struct round *round = payload;
	struct sync *sync = round->sync;
	struct score *score = call->payload;
	const struct item *item = score->item;
	char *id = NULL, text[32];

	note_contact(sync, call);
	progress_step(&round->progress, ++round->done);
	if (!answer_is_success(call)) {
		refused(sync, call, "P6", item, score->student);
		return;
	}
	id = accepted_id(sync, call, "result", score->id);
	if (!id) {
		no_id(sync, call, "P6", item, score->student);
		return;
	}
	sync->sent_results++;
	sync->exempt += strcmp(score->status, "exempt") == 0;
	score_text(score, text);
	if (!ledger_put_result(sync->options->ledger, item->section->class_id, item->assignment->id,
			       score->student->id, id, text,
			       jsonx_text(score->submission, "graded_at"), &sync->fatal))
		sync->failed = true;
	free(id);
}

void put_results(struct sync *sync)
{
	struct plan *plan = &sync->plan;
	struct round round = { .sync = sync };
	struct call call;
	int64_t total = 0;

	for (size_t i = 0; i < plan->count; i++)
		if (scores_go(sync, &plan->items[i]) && !has_ids(&plan->items[i]))
			prepare_class(sync, &plan->items[i]);
	for (size_t i = 0; i < plan->count; i++) {
		const struct item *item = &plan->items[i];

		if (scores_go(sync, item))
			total += (int64_t)item->to_send;
		else
			plan_filter(plan, "submission_of_refused_assignment", item->to_send);
	}
	if (sync->options->dry_run) {
		while (next_score(&call, &round)) {
			dry_put(sync, call.target, call.body);
			call_release(&call);
		}
		return;
	}
	progress_start(&round.progress, "scores", total);
	transport_run(sync->options->transport, next_score, score_done, &round);
	progress_end(&round.progress);
}
