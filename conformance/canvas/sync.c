/*
 * sync.c - one grade sync from the snapshot to the report.
 */
#include "conformance/canvas/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/when.h"

/* That are told; a SIS that refuses everything could fill the memory with half a million. */
#define ERRORS_MOST 10000

/* What a sync that is killed may have sent without having it in the ledger. */
#define COMMIT_MS 50

const char *const sync_stage_names[SYNC_STAGES] = {
	"Fetch Snapshot",   "Prepare Assignments", "Post Assignments",
	"Post Submissions", "Update Sync Time",
};

void sync_error(struct sync *sync, const char *phase, long http, const char *text,
		const struct item *item, const struct student *student)
{
	const struct question question = {
		.text = text, .sis = sync->connection->sis_name, .http = http, .phase = phase
	};
	static const char *const known[] = { "code", "sis", "cause", "actor", "fix", "inferred" };
	struct match match;
	json_t *error;
	char *clean;

	if (json_array_size(sync->errors) == ERRORS_MOST) {
		sync->errors_left_out++;
		return;
	}
	error = json_object();
	clean = xstrdup(text);
	utf8_scrub(clean);
	json_object_set_new(error, "phase", json_string(phase));
	json_object_set_new(error, "code", json_null());
	json_object_set_new(error, "text", json_string(clean));
	json_object_set_new(error, "http", http ? json_integer(http) : json_null());
	json_object_set_new(error, "section",
			    item ? json_string(item->section->name) : json_null());
	json_object_set_new(error, "assignment",
			    item ? json_string(item->assignment->name) : json_null());
	json_object_set_new(error, "assignment_id",
			    item ? json_string(item->assignment->id) : json_null());
	json_object_set_new(error, "student", student ? json_string(student->name) : json_null());
	json_object_set_new(error, "actor", json_null());
	json_object_set_new(error, "fix", json_null());
	if (dictionary_find(sync->options->dictionary, &question, &match)) {
		for (size_t i = 0; i < ARRAY_SIZE(known); i++)
			json_object_set(error, known[i], json_object_get(match.entry, known[i]));
		json_object_set_new(error, "provenance", json_string(match.provenance));
		json_decref(match.fields);
	}
	json_array_append_new(sync->errors, error);
	free(clean);
}

void sync_fail(struct sync *sync, const char *phase, long http, const char *text)
{
	sync->failed = true;
	sync_error(sync, phase, http, text, NULL, NULL);
}

/* Whether a score goes out: its value differs from what was last sent. A change of
 * status alone does not re-arm it, nor does losing the score by being excused. */
static bool is_new(const struct sync *sync, const struct score *score,
		   const struct ledger_result *last)
{
	char now[32];

	if (sync->options->remaster || !last->score)
		return true;
	if (strcmp(sync->connection->resend, "event") == 0 &&
	    !same_text(score->submission->graded_at, last->graded_at))
		return true;
	score_text(score, now);
	return score->has_value && strcmp(score->status, "exempt") != 0 &&
	       strcmp(now, last->score) != 0;
}

/* The scores of an item by the place of their student, while they are compared. */
struct comparison {
	const struct sync *sync;
	struct score **by_student; /* as many as the course has; NULL: none */
};

static void compare_result(const struct ledger_result *last, void *payload)
{
	struct comparison *comparison = payload;
	int student = course_student(comparison->sync->options->course, last->user);
	struct score *score = student < 0 ? NULL : comparison->by_student[student];

	if (!score)
		return;
	score->send = is_new(comparison->sync, score, last);
	if (score->send)
		score->id = xstrdup(last->id);
}

static bool compare_item(struct comparison *comparison, struct item *item, struct err *err)
{
	for (size_t i = 0; i < item->count; i++) {
		struct score *score = &item->scores[i];

		score->send = true; /* unless the ledger knows better */
		comparison->by_student[score->submission->student] = score;
	}

	bool good = ledger_results(comparison->sync->options->ledger, item->section->class_id,
				   item->assignment->id, compare_result, comparison, err);

	for (size_t i = 0; i < item->count; i++) {
		item->to_send += item->scores[i].send;
		comparison->by_student[item->scores[i].submission->student] = NULL;
	}
	return good;
}

/* Compares every score with the ledger; what is unchanged is counted. */
static bool compare(struct sync *sync)
{
	struct comparison comparison = { sync, xcalloc(sync->options->course->student_count + 1,
						       sizeof(struct score *)) };
	bool good = true;

	for (size_t i = 0; i < sync->plan.count && good; i++) {
		struct item *item = &sync->plan.items[i];

		good = compare_item(&comparison, item, &sync->fatal);
		sync->unchanged += item->count - item->to_send;
	}
	free(comparison.by_student);
	return good;
}

static bool clear_ids(struct sync *sync)
{
	const struct course *course = sync->options->course;
	int64_t line_items = 0, results = 0;

	for (size_t i = 0; i < course->section_count; i++)
		if (course->sections[i].class_id &&
		    !ledger_clear(sync->options->ledger, course->sections[i].class_id, &line_items,
				  &results, &sync->fatal))
			return false;
	plan_warn(&sync->plan, "integration_cleared", course->id,
		  "forgot the ids of %lld assignments and %lld scores; they are matched again by "
		  "name and due date",
		  (long long)line_items, (long long)results);
	return true;
}

static bool fetch_snapshot(struct sync *sync)
{
	const struct sync_options *options = sync->options;
	struct plan_options plan = { options->connection, options->select, options->select_count,
				     options->now, options->remaster };

	sync->stage = 1;
	plan_make(&sync->plan, options->course, &plan);
	if (!course_is_published(options->course)) { /* CV-15 */
		sync_fail(sync, "P1", 400, "Grade data is not available for non-published courses");
		return false;
	}
	if (options->clear_integration && !clear_ids(sync))
		return false;
	return compare(sync);
}

static bool anything_to_send(const struct sync *sync)
{
	for (size_t i = 0; i < sync->plan.count; i++)
		if (sync->plan.items[i].to_send)
			return true;
	return false;
}

static void run_stages(struct sync *sync)
{
	if (!fetch_snapshot(sync))
		return;
	if (anything_to_send(sync)) {
		sync->stage = 2;
		if (!transport_connect(sync->options->transport, &sync->fatal))
			return;
		prepare_items(sync);
		if (sync->fatal.code != ERR_NONE)
			return;
		sync->stage = 3;
		put_items(sync);
		if (sync->fatal.code != ERR_NONE)
			return;
		sync->stage = 4;
		put_results(sync);
	}
	sync->stage = 5;
}

static json_t *counts(const struct sync *sync)
{
	const struct course *course = sync->options->course;
	json_t *counts = json_object(), *extracted = json_object(), *sent = json_object();

	json_object_set_new(extracted, "sections", json_integer((json_int_t)course->section_count));
	json_object_set_new(extracted, "assignments",
			    json_integer((json_int_t)course->assignment_count));
	json_object_set_new(extracted, "submissions",
			    json_integer((json_int_t)course->submissions_seen));
	json_object_set_new(sent, "lineItems", json_integer((json_int_t)sync->sent_line_items));
	json_object_set_new(sent, "results", json_integer((json_int_t)sync->sent_results));
	json_object_set_new(counts, "extracted", extracted);
	json_object_set(counts, "filtered", sync->plan.filtered);
	json_object_set_new(counts, "sent", sent);
	json_object_set_new(counts, "unchanged", json_integer((json_int_t)sync->unchanged));
	json_object_set_new(counts, "failed", json_integer((json_int_t)sync->failures));
	return counts;
}

static json_t *make_report(const struct sync *sync, int64_t started)
{
	const struct sync_options *options = sync->options;
	json_t *report = json_object();
	char start[WHEN_TEXT], end[WHEN_TEXT];
	bool errors = json_array_size(sync->errors) > 0;

	when_format(options->now, start);
	when_format(options->now + (when_now() - started), end);
	json_object_set_new(report, "id", json_null());
	json_object_set_new(report, "status",
			    json_string(sync->failed ? "failed"
					: errors     ? "completed_with_errors"
						     : "completed"));
	json_object_set_new(report, "stage", json_integer(sync->stage));
	json_object_set_new(report, "stage_name", json_string(sync_stage_names[sync->stage - 1]));
	json_object_set_new(report, "started", json_string(start));
	json_object_set_new(report, "finished", json_string(end));
	json_object_set_new(report, "course",
			    json_string(jsonx_text(options->course->json, "name")
						? jsonx_text(options->course->json, "name")
						: options->course->id));
	json_object_set_new(report, "course_id", json_string(options->course->id));
	json_object_set_new(report, "sis", json_string(transport_base(options->transport)));
	json_object_set_new(report, "mode",
			    json_string(options->dry_run    ? "dry run"
					: options->remaster ? "remaster"
							    : "changes"));
	json_object_set_new(report, "counts", counts(sync));
	json_object_set(report, "warnings", sync->plan.warnings);
	json_object_set(report, "errors", sync->errors);
	json_object_set_new(report, "answers", deviations_list(&sync->answers));
	if (options->dry_run)
		json_object_set(report, "puts", sync->puts);
	return report;
}

/* Every answer is held against the schema; the sync goes on all the same. */
static void look_at(const struct call *call, void *payload)
{
	struct sync *sync = payload;

	deviations_take(&sync->answers, sync->options->transport, call);
}

static void note_in_time(void *payload)
{
	struct sync *sync = payload;

	if (!ledger_commit(sync->options->ledger, &sync->fatal))
		sync->failed = true;
}

/* The SIS never answered: nothing happened, the caller says so. */
static bool never_answered(const struct sync *sync)
{
	return sync->fatal.code != ERR_NONE && !sync->contacted;
}

bool sync_run(const struct sync_options *options, json_t **report, struct err *err)
{
	struct sync sync = { .options = options,
			     .connection = options->connection,
			     .errors = json_array(),
			     .puts = json_array() };
	int64_t started = when_now(), id = 0;

	*report = NULL;
	deviations_init(&sync.answers, NULL);
	transport_observe(options->transport, look_at, &sync);
	transport_tick(options->transport, COMMIT_MS, note_in_time, &sync);
	ledger_use(options->ledger, transport_base(options->transport));
	/* a dry run's transaction is never committed */
	if (!options->dry_run || ledger_begin(options->ledger, &sync.fatal))
		run_stages(&sync);
	if (sync.exempt)
		plan_warn(&sync.plan, "exempt_score", options->course->id,
			  "%zu exempt scores went out as %s (exempt_score of the connection)",
			  sync.exempt, options->connection->exempt_score);
	if (sync.errors_left_out)
		plan_warn(&sync.plan, "more_errors", options->course->id,
			  "%zu more errors are not listed", sync.errors_left_out);
	if (sync.fatal.code == ERR_NONE || !never_answered(&sync)) {
		if (sync.fatal.code != ERR_NONE)
			sync_fail(&sync, "P1", 0, sync.fatal.text);
		sync.fatal = (struct err)ERR_INIT;
		*report = make_report(&sync, started);
		if (!options->dry_run &&
		    ledger_put_sync(options->ledger, *report, &id, &sync.fatal))
			json_object_set_new(*report, "id", json_integer(id));
	}
	if (sync.fatal.code != ERR_NONE)
		*err = sync.fatal;
	transport_observe(options->transport, NULL, NULL);
	transport_tick(options->transport, 0, NULL, NULL);
	deviations_release(&sync.answers);
	plan_release(&sync.plan);
	json_decref(sync.errors);
	json_decref(sync.puts);
	return err->code == ERR_NONE;
}
