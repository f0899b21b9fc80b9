/*
 * match.c - step 6: the ids under which the SIS has the results already.
 *
 * A result is known by its student and lineItem. The pages are looked through one by one
 * and only what the course has scores for is kept: a class may have half a million.
 */
#include "conformance/canvas/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/map.h"
#include "base/url.h"

/* Whether the scores of an item go out at all; those that do not are counted. */
bool scores_go(const struct sync *sync, const struct item *item)
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

/* The scores of a class that wait for an id, by student and lineItem. Made when the SIS
 * turns out to have a result at all. */
struct waiting {
	struct sync *sync;
	const char *class_id;
	struct score **scores;
	size_t count, room;
	struct map map;
};

/* What a score is known by in the SIS. */
struct score_key {
	const char *student, *line_item;
};

static bool same_score(const void *owner, size_t place, const void *key)
{
	const struct score *score = ((const struct waiting *)owner)->scores[place];
	const struct score_key *wanted = key;

	return strcmp(score->student->sis_id, wanted->student) == 0 &&
	       strcmp(score->item->id, wanted->line_item) == 0;
}

static struct score *find_waiting(const struct waiting *waiting, const struct score_key *key,
				  uint32_t *hash)
{
	size_t place;

	*hash = map_hash(0, key->line_item, strlen(key->line_item));
	*hash = map_hash(*hash, key->student, strlen(key->student));
	place = map_find(&waiting->map, *hash, same_score, waiting, key);
	return place == MAP_NONE ? NULL : waiting->scores[place];
}

/* Calls @see for every score of the class that is sent and has no id yet. */
static void each_without_id(struct waiting *waiting,
			    void (*see)(struct waiting *waiting, struct score *score))
{
	struct plan *plan = &waiting->sync->plan;

	for (size_t i = 0; i < plan->count; i++) {
		struct item *item = &plan->items[i];

		if (strcmp(item->section->class_id, waiting->class_id) != 0 ||
		    !scores_go(waiting->sync, item))
			continue;
		for (size_t k = 0; k < item->count; k++) {
			struct score *score = &item->scores[k];

			score->item = item;
			if (score->send && !score->id)
				see(waiting, score);
		}
	}
}

static void wait_for_id(struct waiting *waiting, struct score *score)
{
	const struct score_key key = { score->student->sis_id, score->item->id };
	uint32_t hash;

	if (find_waiting(waiting, &key, &hash))
		return;
	GROW(waiting->scores, waiting->count, waiting->room);
	map_add(&waiting->map, hash, waiting->count);
	waiting->scores[waiting->count++] = score;
}

/* Two users may have one SIS id. */
static void share_id(struct waiting *waiting, struct score *score)
{
	const struct score_key key = { score->student->sis_id, score->item->id };
	uint32_t hash;
	const struct score *twin = find_waiting(waiting, &key, &hash);

	if (twin)
		score->id = xstrdup(twin->id);
}

static void see_result(const json_t *result, void *payload)
{
	struct waiting *waiting = payload;
	const char *id = jsonx_text(result, "sourcedId");
	const char *student = jsonx_text(json_object_get(result, "student"), "sourcedId");
	const char *of = jsonx_text(json_object_get(result, "lineItem"), "sourcedId");
	const struct score_key key = { student ? student : "", of ? of : "" };
	struct score *score;
	uint32_t hash;

	if (waiting->count == 0)
		each_without_id(waiting, wait_for_id);
	score = id ? find_waiting(waiting, &key, &hash) : NULL;
	if (!score)
		return;
	free(score->id); /* of two results the later one counts */
	score->id = xstrdup(id);
}

/* Existing results of a class: the ids to use again. */
static void read_results(struct waiting *waiting, const struct section *section)
{
	struct sync *sync = waiting->sync;
	struct page_reader reader = { .transport = sync->options->transport,
				      .page_size = (int)sync->connection->page_size };
	struct err err = ERR_INIT;
	struct str path = STR_INIT;

	str_add(&path, "/classes/");
	pct_encode(&path, section->class_id);
	str_add(&path, "/results");
	if (!read_objects(&reader, str_text(&path), "results", see_result, waiting, &err))
		results_unread(sync, section, reader.status,
			       reader.refusal ? reader.refusal : err.text);
	if (waiting->count)
		each_without_id(waiting, share_id);
	free(reader.refusal);
	str_release(&path);
}

void new_id(const struct sync *sync, struct score *score)
{
	char uuid[UUID_TEXT];

	random_uuid(sync->options->random, uuid);
	score->id = xstrdup(uuid);
}

/* The SIS will not say what it has: the id must be known before the result is there. */
static void settle_id(struct waiting *waiting, struct score *score)
{
	struct sync *sync = waiting->sync;

	new_id(sync, score);
	if (!is_modified(sync) &&
	    !ledger_choose_id(sync->options->ledger, waiting->class_id, score->item->assignment->id,
			      score->student->id, score->id, &sync->fatal))
		sync->failed = true;
}

/* The ids of a class's results, as far as they are known; the others get a new one when
 * they are sent. A class whose results cannot be read is blocked. */
static void match_class(struct sync *sync, const struct section *section)
{
	struct waiting waiting = { .sync = sync, .class_id = section->class_id };

	if (connection_excludes(sync->connection, "getResultsForClass"))
		each_without_id(&waiting, settle_id);
	else
		read_results(&waiting, section);
	if (!ledger_commit(sync->options->ledger, &sync->fatal))
		sync->failed = true;
	for (size_t i = 0; i < sync->plan.count; i++)
		if (strcmp(sync->plan.items[i].section->class_id, section->class_id) == 0)
			sync->plan.items[i].matched = true;
	free(waiting.scores);
	map_release(&waiting.map);
}

static bool has_ids(const struct item *item)
{
	for (size_t k = 0; k < item->count; k++)
		if (item->scores[k].send && !item->scores[k].id)
			return false;
	return true;
}

void match_results(struct sync *sync)
{
	for (size_t i = 0; i < sync->plan.count; i++) {
		const struct item *item = &sync->plan.items[i];

		if (!item->matched && scores_go(sync, item) && !has_ids(item))
			match_class(sync, item->section);
	}
}
