/*
 * runner.c - runs the checks, cleans up, reports.
 */
#include "conformance/checks/check.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/progress.h"
#include "base/when.h"
#include "oneroster/vocab.h"

/* Why a check cannot run here; NULL when it can. */
static const char *unfit(struct judge *judge, const struct check *check)
{
	const struct subject *s = judge->subject;
	const char *why = NULL;

	if (s->why_not)
		return s->why_not;
	if ((check->needs & C_WRITING) && judge->options->read_only)
		return "it writes, and --read-only was given";
	if ((check->needs & (C_AUTH | C_OAUTH1 | C_OAUTH2)) &&
	    judge->options->auth == TRANSPORT_NONE)
		return "no credentials are used (--auth none)";
	if ((check->needs & C_OAUTH1) && !s->oauth1)
		return "the provider does not take OAuth 1.0a with this credential";
	if ((check->needs & C_OAUTH2) && !s->oauth2)
		return "tokens are not used (--auth oauth1)";
	if ((check->needs & C_LENIENT) && s->strict)
		return s->strict;
	if (check->has)
		judge_has(judge, check->has, &why);
	return why;
}

/* Without a lineItem or result that the provider takes, what needs one fails; without a class it
 * cannot be seen. */
static bool lacks_object(struct judge *judge, const struct check *check)
{
	const struct subject *s = judge->subject;
	bool line_item = (check->needs & (C_LINE_ITEM | C_RESULT)) && !s->line_item;
	bool result = (check->needs & C_RESULT) && !s->result;

	if (!line_item && !result)
		return false;
	if (!s->class_id)
		judge_blind(judge, "not seen: there is no class to write into: %s",
			    s->why_no_class ? s->why_no_class : "none was found");
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
};

static const char *verdict(const struct judge *judge, const struct check *check)
{
	if (judge->skipped)
		return "skipped";
	if (judge->blind)
		return "error";
	if (judge->warned)
		return "warning";
	if (!judge->failed)
		return "pass";
	return check->level == MUST ? "fail" : "warning";
}

static void run_check(struct running *running, const struct planned *planned)
{
	struct judge *judge = running->judge;
	const struct check *check = planned->check;
	const char *why;
	json_t *row = planned_describe(planned);

	judge->exchanges = json_array();
	judge_clear(judge);
	deviations_init(&judge->current, judge->ours);
	why = unfit(judge, check);
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
	judge_clear(judge);
	judge->exchanges = NULL;
	progress_step(&running->progress, (int64_t)json_array_size(running->results));
}

/* Deletes what was written, results before lineItems; notes what stays. */
static void clean_up(struct judge *judge)
{
	judge->end = 0; /* a run that was broken off must clean up, too */
	for (size_t i = json_array_size(judge->written); i-- > 0;) {
		json_t *target = json_array_get(judge->written, i);
		const struct call *call;

		judge_clear(judge);
		call = judge_call(judge, "DELETE", json_string_value(target), NULL);
		/* what was refused is deleted all the same, but is not left where there is no
		 * DELETE */
		if (!answer_is_success(call) && call->status != 404 &&
		    !json_object_get(judge->refused, json_string_value(target)))
			json_array_append(judge->left, target);
	}
}

/* How many of the checks have which verdict; @suite NULL: of all. */
static json_t *summary(const json_t *checks, const char *suite)
{
	static const char *const verdicts[] = { "pass", "fail", "warning", "skipped", "error" };
	json_t *summary = json_object();
	const json_t *row;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(verdicts); i++)
		json_object_set_new(summary, verdicts[i], json_integer(0));
	json_array_foreach (checks, i, row) {
		const char *name = jsonx_text(row, "verdict");

		if (!suite || same_text(suite, jsonx_text(row, "suite")))
			json_object_set_new(summary, name,
					    json_integer(jsonx_int(summary, name) + 1));
	}
	return summary;
}

/* [{"suite", "version", "summary"}], in the order of the checks. */
static json_t *summary_of_suites(const json_t *checks)
{
	json_t *list = json_array();
	const char *last = NULL;
	const json_t *row;
	size_t i;

	json_array_foreach (checks, i, row) {
		const char *suite = jsonx_text(row, "suite");
		json_t *item;

		if (same_text(suite, last))
			continue;
		last = suite;
		item = json_object();
		json_object_set_new(item, "suite", json_string(suite));
		json_object_set(item, "version", json_object_get(row, "version"));
		json_object_set_new(item, "summary", summary(checks, suite));
		json_array_append_new(list, item);
	}
	return list;
}

static void release(struct judge *judge)
{
	call_release(&judge->call);
	json_decref(judge->written);
	json_decref(judge->left);
	json_decref(judge->refused);
	json_decref(judge->ours);
	judge_clear(judge);
	for (size_t i = 0; i < ARRAY_SIZE(judge->subjects); i++)
		subject_release(&judge->subjects[i]);
}

/* Every answer is held against the schema, whoever asked for it. */
static void look_at(const struct call *call, void *payload)
{
	struct judge *judge = payload;

	deviations_take(&judge->subject->answers, judge->options->transport, call);
	if (judge->current.kinds)
		deviations_take(&judge->current, judge->options->transport, call);
}

/* What the report says beside the checks. */
static json_t *make_report(const struct judge *judge, json_t *checks)
{
	const struct judge_options *options = judge->options;
	const char *class_id = NULL;
	json_t *report = json_object(), *answers = json_array(), *capabilities = json_object();

	for (size_t i = 0; i < ARRAY_SIZE(judge->subjects); i++) {
		const struct subject *s = &judge->subjects[i];
		json_t *list = deviations_list(&s->answers);

		class_id = class_id ? class_id : s->class_id;
		json_array_extend(answers, list);
		json_decref(list);
		if (s->asked)
			json_object_set(capabilities, s->version & V12 ? "1.2" : "1.1",
					s->capabilities);
	}
	json_object_set_new(report, "url", json_string(transport_base(options->transport)));
	json_object_set_new(report, "seed", json_integer((json_int_t)options->seed));
	json_object_set_new(report, "class", class_id ? json_string(class_id) : json_null());
	json_object_set_new(report, "summary", summary(checks, NULL));
	json_object_set_new(report, "suites", summary_of_suites(checks));
	json_object_set_new(report, "capabilities", capabilities);
	json_object_set(report, "checks", checks);
	json_object_set_new(report, "answers", answers);
	return report;
}

/* The version in which suites of both are run where nobody chose one. */
static bool choose_version(struct judge *judge, unsigned *version, struct err *err)
{
	unsigned wanted = judge->options->version;

	*version = wanted ? wanted : V11;
	if (!judge_turn(judge, *version, err))
		return false;
	if (wanted || !judge->subject->why_not)
		return true;
	if (!judge_turn(judge, V12, err))
		return false;
	*version = judge->subject->why_not ? V11 : V12;
	return true;
}

static bool run_all(struct running *running, const struct agenda *agenda, struct err *err)
{
	for (size_t i = 0; i < agenda->count; i++) {
		if (!judge_turn(running->judge, agenda->items[i].version, err))
			return false;
		run_check(running, &agenda->items[i]);
	}
	return true;
}

json_t *judge_run(const struct judge_options *options, struct err *err)
{
	struct judge judge = { .options = options,
			       .written = json_array(),
			       .left = json_array(),
			       .refused = json_object(),
			       .ours = json_object() };
	struct running running = { .judge = &judge, .results = json_array() };
	struct agenda agenda = { NULL };
	json_t *report = NULL;
	unsigned version = V11;
	bool good;

	if (options->seed)
		random_seed(&judge.random, options->seed);
	if (options->time_limit_ms)
		judge.end = when_now() + options->time_limit_ms;
	subject_init(&judge.subjects[0], V11, judge.ours);
	subject_init(&judge.subjects[1], V12, judge.ours);
	judge.subject = &judge.subjects[0];
	transport_observe(options->transport, look_at, &judge);
	/* a suite that is not there is told before anybody is asked */
	good = agenda_make(&agenda, options, V11, err);
	for (size_t i = 0; i < agenda.count; i++)
		judge.needs |= agenda.items[i].check->needs;
	if (good && transport_connect(options->transport, err) &&
	    choose_version(&judge, &version, err)) {
		agenda_release(&agenda);
		if (!agenda_make(&agenda, options, version, err))
			BUG("an agenda that could be made cannot be made again");
		progress_start(&running.progress, "checks", (int64_t)agenda.count);
		if (run_all(&running, &agenda, err))
			report = make_report(&judge, running.results);
		progress_end(&running.progress);
	}
	clean_up(&judge);
	transport_observe(options->transport, NULL, NULL);
	if (report)
		json_object_set(report, "left_behind", judge.left);
	agenda_release(&agenda);
	json_decref(running.results);
	release(&judge);
	return report;
}
