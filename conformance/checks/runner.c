/*
 * runner.c - finds out about the provider, runs the checks, cleans up.
 */
#include "conformance/checks/check.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/jsonx.h"
#include "base/oauth1.h"
#include "base/progress.h"
#include "base/url.h"
#include "base/when.h"
#include "oneroster/vocab.h"

#define CLASSES_TRIED 50
#define ATTEMPTS 40 /* at a lineItem that the provider takes */

/* A whole collection, quietly. NULL when it cannot be read. */
static json_t *list_of(struct judge *judge, const char *path, const char *key, struct err *err)
{
	struct page_reader reader = { .transport = judge->options->transport, .page_size = 100 };
	json_t *list = read_collection(&reader, path, key, err);

	free(reader.refusal);
	return list;
}

/* The class, if it has two students. */
static bool try_class(struct judge *judge, const char *id, struct err *err)
{
	struct str path = STR_INIT;
	json_t *students;
	bool good;

	str_add(&path, "/classes/");
	pct_encode(&path, id);
	str_add(&path, "/students");
	students = list_of(judge, str_text(&path), "users", err);
	good = json_array_size(students) >= 2 &&
	       jsonx_text(json_array_get(students, 0), "sourcedId") &&
	       jsonx_text(json_array_get(students, 1), "sourcedId");
	if (good) {
		judge->subject.class_id = xstrdup(id);
		judge->subject.student = xstrdup(
			jsonx_text(json_array_get(students, 0), "sourcedId"));
	}
	json_decref(students);
	str_release(&path);
	return good;
}

static bool find_class(struct judge *judge, struct err *err)
{
	const char *named = judge->options->class_id;
	json_t *classes;
	const json_t *item;
	size_t i;
	struct err ignored = ERR_INIT;
	bool found = false;

	if (named)
		return try_class(judge, named, err) || err_set(err, ERR_INVALID,
							       "--class %s: it has fewer than "
							       "two students",
							       named);
	classes = list_of(judge, "/classes", "classes", err);
	json_array_foreach (classes, i, item)
		if (!found && i < CLASSES_TRIED && jsonx_text(item, "sourcedId"))
			found = try_class(judge, jsonx_text(item, "sourcedId"), &ignored);
	json_decref(classes);
	if (!found && err->code == ERR_NONE)
		err_set(err, ERR_INVALID,
			"none of the first %d classes has two students; name one "
			"with --class",
			CLASSES_TRIED);
	return found;
}

/* Noon of the last day of each grading period, that of now first. Returns
 * (json_decref). */
static json_t *due_candidates(struct judge *judge)
{
	struct err ignored = ERR_INIT;
	json_t *periods = list_of(judge, "/gradingPeriods", "academicSessions", &ignored);
	json_t *dues = json_array();
	const json_t *period;
	char text[WHEN_TEXT];
	int64_t start, end, now = judge->options->now;
	size_t i;

	json_array_foreach (periods, i, period) {
		const char *from = jsonx_text(period, "startDate"),
			   *to = jsonx_text(period, "endDate");

		if (!from || !to || !when_parse(from, &start, NULL) ||
		    !when_parse(to, &end, NULL) || end - start < 2 * WHEN_DAY)
			continue;
		when_format(start + WHEN_DAY + WHEN_DAY / 2, text);
		if (start <= now && now < end)
			json_array_insert_new(dues, 0, json_string(text));
		else
			json_array_append_new(dues, json_string(text));
	}
	when_format(now - now % WHEN_DAY + 8 * WHEN_DAY, text);
	json_array_append_new(dues, json_string(text));
	json_decref(periods);
	return dues;
}

/* null, then every category that may serve the class. Returns (json_decref). */
static json_t *category_candidates(struct judge *judge)
{
	json_t *list = json_array();
	const json_t *category;
	size_t i;

	json_array_foreach (judge->subject.categories, i, category) {
		const char *bound = jsonx_text(json_object_get(category, "metadata"), "classId");
		const char *id = jsonx_text(category, "sourcedId");

		if (id && (!bound || strcmp(bound, judge->subject.class_id) == 0))
			json_array_append_new(
				list, json_pack("{ss,ss}", "sourcedId", id, "type", "category"));
	}
	json_array_append_new(list, json_null());
	return list;
}

static bool try_line_item(struct judge *judge, const json_t *due, json_t *category)
{
	struct subject *s = &judge->subject;
	char *id = judge_new_id(judge), *body;
	bool good;

	free(s->due);
	s->due = xstrdup(json_string_value(due));
	json_decref(s->category);
	s->category = json_incref(category);
	body = judge_line_item(judge, id, NULL);
	judge_put(judge, "lineItems", id, body);
	good = answer_is_success(&judge->call);
	free(s->why_no_line_item);
	s->why_no_line_item = good ? NULL : answer_text(&judge->call);
	s->line_item = good ? id : NULL;
	if (!good)
		free(id);
	free(body);
	return good;
}

/* A due date and a category that the provider takes, and objects made with them. */
static void make_objects(struct judge *judge)
{
	json_t *dues = due_candidates(judge), *categories = category_candidates(judge);
	struct subject *s = &judge->subject;
	json_t *due, *category;
	size_t i, k;
	int attempts = 0;
	char *body;

	json_array_foreach (dues, i, due)
		json_array_foreach (categories, k, category)
			if (!s->line_item && attempts++ < ATTEMPTS)
				try_line_item(judge, due, category);
	if (s->line_item) {
		s->result = judge_new_id(judge);
		body = judge_result(judge, s->result, NULL);
		judge_put(judge, "results", s->result, body);
		if (!answer_is_success(&judge->call)) {
			free(s->result);
			s->result = NULL;
			s->why_no_line_item = answer_text(&judge->call);
		}
		free(body);
	}
	json_decref(dues);
	json_decref(categories);
}

static bool signature_taken(struct judge *judge, enum hash hash)
{
	const char *credential = judge->options->credential, *colon = strchr(credential, ':');
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	char nonce[17];
	struct url url;
	const char *header = NULL;

	random_token(&judge->random, nonce, 16);
	if (url_parse(&arena,
		      arena_format(&arena, "%s/categories?limit=1",
				   transport_root(judge->options->transport)),
		      &url, &err))
		header = oauth1_header(
			&arena, "GET", &url,
			arena_dup_n(&arena, credential, (size_t)(colon - credential)), colon + 1,
			hash, nonce, when_now() / 1000, &err);
	if (header)
		judge_call_as(judge, "GET", "/categories?limit=1", NULL, CALL_OWN_AUTH, header);
	judge->call.authorization = NULL;
	arena_release(&arena);
	return header && judge->call.status == 200;
}

/* With either hash: that both are taken is for the checks to see. */
static bool oauth1_works(struct judge *judge)
{
	return signature_taken(judge, HASH_SHA256) || signature_taken(judge, HASH_SHA1);
}

/* What the checks stand on. False when the provider cannot be judged at all. */
static bool find_out(struct judge *judge, struct err *err)
{
	struct err ignored = ERR_INIT;

	if (!transport_connect(judge->options->transport, err))
		return false;
	if (!suites_need_subject(judge->options))
		return true;
	if (!find_class(judge, err))
		return false;
	judge->subject.categories = list_of(judge, "/categories", "categories", &ignored);
	judge->subject.oauth2 = judge->options->auth == TRANSPORT_OAUTH2;
	judge->subject.oauth1 = judge->options->auth == TRANSPORT_OAUTH1 ||
				(judge->options->auth == TRANSPORT_OAUTH2 && oauth1_works(judge));
	if (!judge->options->read_only)
		make_objects(judge);
	/* a failure while finding out belongs to no check */
	judge->failed = judge->warned = judge->skipped = false;
	free(judge->verdict_text);
	judge->verdict_text = NULL;
	return true;
}

/* Why a check cannot run here; NULL when it can. */
static const char *unfit(const struct judge *judge, const struct check *check)
{
	const struct subject *s = &judge->subject;
	unsigned writes = C_WRITES | C_LINE_ITEM | C_RESULT;

	if ((check->needs & writes) && judge->options->read_only)
		return "it writes, and --read-only was given";
	if ((check->needs & (C_AUTH | C_OAUTH1 | C_OAUTH2)) &&
	    judge->options->auth == TRANSPORT_NONE)
		return "no credentials are used (--auth none)";
	if ((check->needs & C_OAUTH1) && !s->oauth1)
		return "the provider does not take OAuth 1.0a with this credential";
	if ((check->needs & C_OAUTH2) && !s->oauth2)
		return "tokens are not used (--auth oauth1)";
	return NULL;
}

/* Without a lineItem or result that the provider takes, what needs one fails. */
static bool lacks_object(struct judge *judge, const struct check *check)
{
	const struct subject *s = &judge->subject;
	bool line_item = (check->needs & (C_LINE_ITEM | C_RESULT)) && !s->line_item;
	bool result = (check->needs & C_RESULT) && !s->result;

	if (!line_item && !result)
		return false;
	judge_fail(judge,
		   "the provider took no %s as Canvas sends it by default, so this cannot be "
		   "seen; it answered: %s",
		   line_item ? "lineItem" : "result",
		   s->why_no_line_item ? s->why_no_line_item : "nothing");
	return true;
}

struct running {
	struct judge *judge;
	json_t *results;
	struct progress progress;
	int64_t done;
};

static const char *verdict(const struct judge *judge, const struct check *check)
{
	if (judge->skipped)
		return "skipped";
	if (judge->warned)
		return "warning";
	if (!judge->failed)
		return "pass";
	if (!judge->call.answered && judge->call.target)
		return "error";
	return check->level == MUST ? "fail" : "warning";
}

static void run_check(const struct check *check, void *payload)
{
	struct running *running = payload;
	struct judge *judge = running->judge;
	const char *why = unfit(judge, check);
	json_t *row = check_describe(check);

	judge->exchanges = json_array();
	judge->failed = judge->warned = judge->skipped = false;
	judge->verdict_text = NULL;
	deviations_init(&judge->current, judge->ours);
	if (why)
		judge_skip(judge, "%s", why);
	else if (!lacks_object(judge, check))
		check->run(judge, check);
	json_object_set_new(row, "verdict", json_string(verdict(judge, check)));
	json_object_set_new(row, "message",
			    json_string(judge->verdict_text ? judge->verdict_text : check->title));
	if (judge->kinds)
		json_object_set_new(row, "answers", judge->kinds);
	judge->kinds = NULL;
	json_object_set_new(row, "exchanges", judge->exchanges);
	json_array_append_new(running->results, row);
	deviations_release(&judge->current);
	free(judge->verdict_text);
	judge->verdict_text = NULL;
	judge->exchanges = NULL;
	progress_step(&running->progress, ++running->done);
}

/* Deletes what was written, results before lineItems; notes what stays. */
static void clean_up(struct judge *judge)
{
	for (size_t i = json_array_size(judge->written); i-- > 0;) {
		json_t *target = json_array_get(judge->written, i);
		const struct call *call = judge_call(judge, "DELETE", json_string_value(target),
						     NULL);

		if (!answer_is_success(call) && call->status != 404)
			json_array_append(judge->left, target);
	}
}

static json_t *summary(const json_t *checks)
{
	static const char *const verdicts[] = { "pass", "fail", "warning", "skipped", "error" };
	json_t *summary = json_object();
	const json_t *row;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(verdicts); i++)
		json_object_set_new(summary, verdicts[i], json_integer(0));
	json_array_foreach (checks, i, row) {
		const char *name = jsonx_text(row, "verdict");

		json_object_set_new(summary, name, json_integer(jsonx_int(summary, name) + 1));
	}
	return summary;
}

static void release(struct judge *judge)
{
	struct subject *s = &judge->subject;

	call_release(&judge->call);
	json_decref(judge->written);
	json_decref(judge->left);
	json_decref(judge->ours);
	deviations_release(&judge->answers);
	json_decref(s->categories);
	json_decref(s->category);
	free(judge->verdict_text);
	free(s->class_id);
	free(s->student);
	free(s->due);
	free(s->line_item);
	free(s->result);
	free(s->why_no_line_item);
}

static void count_check(const struct check *check, void *payload)
{
	int64_t *count = payload;

	(void)check;
	(*count)++;
}

/* Every answer is held against the schema, whoever asked for it. */
static void look_at(const struct call *call, void *payload)
{
	struct judge *judge = payload;

	deviations_take(&judge->answers, judge->options->transport, call);
	if (judge->current.kinds)
		deviations_take(&judge->current, judge->options->transport, call);
}

json_t *judge_run(const struct judge_options *options, struct err *err)
{
	struct judge judge = { .options = options,
			       .written = json_array(),
			       .left = json_array(),
			       .ours = json_object() };
	struct running running = { .judge = &judge, .results = json_array() };
	json_t *report = NULL;
	int64_t total = 0;

	if (options->seed)
		random_seed(&judge.random, options->seed);
	deviations_init(&judge.answers, judge.ours);
	transport_observe(options->transport, look_at, &judge);
	if (suites_known(options->suites, err) && suites_have_version(options, err) &&
	    find_out(&judge, err)) {
		suites_each_check(options->suites, count_check, &total);
		progress_start(&running.progress, "checks", total);
		suites_each_check(options->suites, run_check, &running);
		progress_end(&running.progress);
		report = json_object();
		json_object_set_new(report, "url",
				    json_string(options->version & V12
							? transport_base(options->transport)
							: transport_root(options->transport)));
		json_object_set_new(report, "version",
				    json_string(options->version & V12 ? "1.2" : "1.1"));
		json_object_set_new(report, "seed", json_integer((json_int_t)options->seed));
		json_object_set_new(report, "class",
				    judge.subject.class_id ? json_string(judge.subject.class_id)
							   : json_null());
		json_object_set_new(report, "summary", summary(running.results));
		json_object_set(report, "checks", running.results);
		json_object_set_new(report, "answers", deviations_list(&judge.answers));
	}
	clean_up(&judge);
	transport_observe(options->transport, NULL, NULL);
	if (report)
		json_object_set(report, "left_behind", judge.left);
	json_decref(running.results);
	release(&judge);
	return report;
}
