/*
 * runner.c - runs the checks, cleans up, reports.
 */
#include "conformance/checks/check.h"

#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/jsonx.h"
#include "base/progress.h"
#include "base/when.h"
#include "oneroster/vocab.h"

#define ANSWER_MOST (8UL << 20) /* bytes */
#define VALUES_MOST 500000
#define CLEAN_UP_MS 10000      /* without an answer */
#define CLEAN_UP_MOST_MS 60000 /* whatever is answered */

/* Why a check cannot run here; NULL when it can. */
static const char *unfit(struct judge *judge, const struct check *check)
{
	const struct subject *s = judge->subject;
	const char *why = NULL;

	if (s->why_not)
		return s->why_not;
	why = check_left_out(judge->options, check);
	if (why)
		return why;
	if ((check->needs & C_OAUTH1) && !s->oauth1)
		return "the provider does not take OAuth 1.0a with this credential";
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
	judge_may_ask(judge); /* blind, where that is why */
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

/* What a check concludes from answers that did not come because the run ended is no verdict. */
static void perform(struct judge *judge, const struct check *check)
{
	const char *why;
	char *so_far;

	judge->unheard = false;
	check->run(judge, check);
	why = judge->unheard ? judge_ended(judge) : NULL;
	judge->ended = judge->ended ? judge->ended : why;
	if (!why || judge->blind || !judge->verdict_text)
		return;
	so_far = xstrdup(judge->verdict_text);
	judge_clear(judge);
	judge_blind(judge, "not seen to its end: %s; so far: %s", why, so_far);
	free(so_far);
}

static void run_check(struct running *running, const struct planned *planned)
{
	struct judge *judge = running->judge;
	const struct check *check = planned->check;
	const char *why;
	bool over; /* what was found out before the end may be half of it */
	json_t *row = planned_describe(planned);

	judge->exchanges = json_array();
	judge->left_out = 0;
	judge_clear(judge);
	deviations_init(&judge->current, judge->ours);
	over = judge->subject->unseen || (judge->ended && !(check->needs & C_LOOKS));
	why = over ? check_left_out(judge->options, check) : unfit(judge, check);
	if (why)
		judge_skip(judge, "%s", why);
	else if (over)
		judge_blind(judge, "not seen: %s", judge->ended);
	else if (!lacks_object(judge, check))
		perform(judge, check);
	json_object_set_new(row, "verdict", json_string(verdict(judge, check)));
	json_object_set_new(row, "message",
			    json_string(judge->verdict_text ? judge->verdict_text : check->title));
	if (why && check_left_out(judge->options, check))
		json_object_set_new(row, "left_out", json_true());
	if (judge->kinds)
		json_object_set_new(row, "answers", judge->kinds);
	judge->kinds = NULL;
	json_object_set_new(row, "exchanges", judge->exchanges);
	if (judge->left_out)
		json_object_set_new(row, "exchanges_left_out",
				    json_integer((json_int_t)judge->left_out));
	json_array_append_new(running->results, row);
	deviations_release(&judge->current);
	judge_clear(judge);
	judge->exchanges = NULL;
	progress_step(&running->progress, (int64_t)json_array_size(running->results));
}

/* Deletes what was written, results before lineItems; notes what stays. A run that was broken
 * off cleans up, too; a provider that goes on answering gets more time for it than one that lets
 * us wait. */
static void clean_up(struct judge *judge)
{
	struct transport *transport = judge->options->transport;
	int64_t most = when_now() + CLEAN_UP_MOST_MS;

	judge->cleaning = true;
	judge->end = when_now() + CLEAN_UP_MS;
	judge->gone = false; /* it may be back */
	judge->unanswered = judge->ended ? UNANSWERED_MOST : 0;
	for (size_t i = json_array_size(judge->written); i-- > 0;) {
		json_t *target = json_array_get(judge->written, i);
		const struct call *call;

		judge_clear(judge);
		transport_limit(transport, judge->end, NULL);
		call = judge_call(judge, "DELETE", json_string_value(target), NULL);
		if (call->answered && judge->end < most)
			judge->end = when_now() + CLEAN_UP_MS < most ? when_now() + CLEAN_UP_MS
								     : most;
		/* what was refused is deleted all the same, but is not left where there is no
		 * DELETE */
		if (!answer_is_success(call) && call->status != 404 &&
		    !json_object_get(judge->refused, json_string_value(target)))
			json_array_append(judge->left, target);
	}
	transport_limit(transport, 0, NULL);
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
	json_decref(judge->secrets);
	judge_clear(judge);
	for (size_t i = 0; i < ARRAY_SIZE(judge->subjects); i++)
		subject_release(&judge->subjects[i]);
}

/* Every answer is held against the schema, whoever asked for it. */
static void look_at(const struct call *call, void *payload)
{
	struct judge *judge = payload;

	judge->unheard = judge->unheard || !call->answered;
	deviations_take(&judge->subject->answers, judge->options->transport, call);
	if (judge->current.kinds)
		deviations_take(&judge->current, judge->options->transport, call);
}

/* What the report says beside the checks. */
static json_t *make_report(const struct judge *judge, json_t *checks)
{
	const struct judge_options *options = judge->options;
	const char *class_id = NULL;
	char at[WHEN_TEXT];
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
	when_format(options->now, at);
	json_object_set_new(report, "at", json_string(at));
	json_object_set_new(report, "ended",
			    judge->ended ? json_string(judge->ended) : json_null());
	json_object_set_new(report, "class", class_id ? json_string(class_id) : json_null());
	json_object_set_new(report, "summary", summary(checks, NULL));
	json_object_set_new(report, "suites", summary_of_suites(checks));
	json_object_set_new(report, "capabilities", capabilities);
	json_object_set(report, "checks", checks);
	json_object_set_new(report, "answers", answers);
	return report;
}

/* Turns to the version of a check. A provider that was there when the run began may be gone by
 * now: what it did not show any more is not seen, the rest stays told. So it is when the run ends
 * while things are looked for: half of them would say something else than all. */
static bool turn(struct running *running, unsigned version, struct err *err)
{
	struct judge *judge = running->judge;
	bool known = judge->subjects[version & V12 ? 1 : 0].asked;
	struct err why = ERR_INIT;

	if (!judge_turn(judge, version, &why)) {
		if (why.code != ERR_UNREACHABLE || !json_array_size(running->results))
			return err_set(err, why.code, "%s", why.text);
		judge->gone = true;
	}
	if (known || !judge_ended(judge))
		return true;
	judge->subject->unseen = true;
	judge->ended = judge_ended(judge);
	return true;
}

/* The version in which suites of both are run where nobody chose one. */
static bool choose_version(struct running *running, unsigned *version, struct err *err)
{
	struct judge *judge = running->judge;
	unsigned wanted = judge->options->version;

	*version = wanted ? wanted : V11;
	if (!turn(running, *version, err))
		return false;
	if (wanted || !judge->subject->why_not)
		return true;
	if (!turn(running, V12, err))
		return false;
	*version = judge->subject->why_not ? V11 : V12;
	return true;
}

static bool run_all(struct running *running, const struct agenda *agenda, struct err *err)
{
	for (size_t i = 0; i < agenda->count; i++) {
		if (!turn(running, agenda->items[i].version, err))
			return false;
		run_check(running, &agenda->items[i]);
	}
	return true;
}

/* What the run has for itself from the start. */
static void begin(struct judge *judge)
{
	static const struct answer_limits limits = { ANSWER_MOST, VALUES_MOST };
	const struct judge_options *options = judge->options;
	const char *colon = options->credential ? strchr(options->credential, ':') : NULL;
	char *basic = NULL;

	if (options->seed)
		random_seed(&judge->random, options->seed);
	if (options->time_limit_ms)
		judge->end = when_now() + options->time_limit_ms;
	subject_init(&judge->subjects[0], V11, judge->ours);
	subject_init(&judge->subjects[1], V12, judge->ours);
	judge->subject = &judge->subjects[0];
	judge_secret(judge, colon ? colon + 1 : NULL);
	if (options->credential)
		basic = base64_encode(options->credential, strlen(options->credential));
	judge_secret(judge, basic);
	free(basic);
	transport_observe(options->transport, look_at, judge);
	transport_limit(options->transport, judge->end, options->stopped);
	transport_limit_answers(options->transport, &limits);
}

json_t *judge_run(const struct judge_options *options, struct err *err)
{
	struct judge judge = { .options = options,
			       .written = json_array(),
			       .left = json_array(),
			       .refused = json_object(),
			       .ours = json_object(),
			       .secrets = json_object() };
	struct running running = { .judge = &judge, .results = json_array() };
	struct agenda agenda = { NULL };
	json_t *report = NULL;
	unsigned version = V11;
	bool good;

	begin(&judge);
	/* a suite that is not there is told before anybody is asked */
	good = agenda_make(&agenda, options, V11, err);
	for (size_t i = 0; i < agenda.count; i++)
		judge.needs |= agenda.items[i].check->needs;
	if (good && transport_connect(options->transport, err) &&
	    choose_version(&running, &version, err)) {
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
	if (report) {
		json_object_set(report, "left_behind", judge.left);
		judge_hide(&judge, report);
	}
	agenda_release(&agenda);
	json_decref(running.results);
	release(&judge);
	return report;
}
