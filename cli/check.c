/*
 * check.c - mocksis check.
 */
#include "cli/check.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "base/when.h"
#include "conformance/canvas/connection.h"
#include "conformance/checks/judge.h"
#include "conformance/consumer/consumer.h"
#include "oneroster/vocab.h"

#define TIME_LIMIT_S 1800
#define TIME_LIMIT_MOST_S 86400
#define TIMEOUT_MOST_S 3600

/* The first signal ends the run, which then cleans up; the second ends us. */
static volatile sig_atomic_t interrupted;

static void interrupt(int number)
{
	(void)number;
	interrupted = 1;
}

static bool was_interrupted(void)
{
	return interrupted;
}

static void catch_signals(void)
{
	struct sigaction action = { .sa_handler = interrupt, .sa_flags = (int)SA_RESETHAND };

	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
}

/* Whole seconds; *@out stays as it is where the flag is not given. */
static bool read_seconds(const struct options *options, const char *name, int64_t most,
			 int64_t *out, struct err *err)
{
	const char *text = option_text(options, name);

	return !text || number_parse(text, 1, most, out) ||
	       err_set(err, ERR_INVALID, "--%s %s: whole seconds from 1 to %lld belong here", name,
		       text, (long long)most);
}

static bool read_judge(const struct options *options, struct judge_options *judge, struct err *err)
{
	const char *auth = option_text(options, "auth"), *seed = option_text(options, "seed");
	const char *version = option_text(options, "version");
	struct random kernel = RANDOM_KERNEL;
	int64_t number = 0, limit = TIME_LIMIT_S;
	uint32_t drawn;

	if (version && strcmp(version, "1.1") != 0 && strcmp(version, "1.2") != 0)
		return err_set(err, ERR_INVALID, "--version %s: 1.1 or 1.2", version);
	judge->version = !version ? 0 : same_text(version, "1.2") ? V12 : V11;
	judge->suites = option_list(options, "suite");
	judge->checks = option_list(options, "check");
	judge->class_id = option_text(options, "class");
	judge->read_only = option_is_set(options, "read-only");
	judge->credential = option_text(options, "credential");
	judge->auth = same_text(auth, "oauth1") ? TRANSPORT_OAUTH1
		      : same_text(auth, "none") ? TRANSPORT_NONE
						: TRANSPORT_OAUTH2;
	judge->now = when_now();
	judge->stopped = was_interrupted;
	if (seed && !number_parse(seed, 1, INT64_MAX, &number))
		return err_set(err, ERR_INVALID, "--seed %s: a whole number of at least 1", seed);
	random_bytes(&kernel, &drawn, sizeof drawn);
	judge->seed = seed ? (uint64_t)number : (uint64_t)drawn + 1;
	if (!read_seconds(options, "time-limit", TIME_LIMIT_MOST_S, &limit, err))
		return false;
	judge->time_limit_ms = limit * 1000;
	return true;
}

/* Flags that say something about a file only. */
static bool needs_payload(const struct options *options, struct err *err)
{
	static const char *const names[] = { "type", "repair" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (option_is_set(options, names[i]))
			return !err_set(err, ERR_INVALID, "--%s goes with --payload FILE",
					names[i]);
	return false;
}

/* Asks the provider; NULL with @err, or where it was interrupted before there was anything. */
static json_t *ask(const struct options *options, struct judge_options *judge, struct err *err)
{
	const char *name = option_text(options, "connection");
	struct connection connection = { 0 };
	json_t *report = NULL;

	if (connection_load(&connection, name ? name : "standard", err) &&
	    read_seconds(options, "timeout", TIMEOUT_MOST_S, &connection.timeout, err))
		judge->transport = option_transport(options, options->arguments[0], &connection, 0,
						    NULL, err);
	if (judge->transport) {
		catch_signals();
		report = judge_run(judge, err);
	}
	transport_free(judge->transport);
	connection_release(&connection);
	return report;
}

static bool is_listing(const struct options *options)
{
	return option_is_set(options, "list") || option_is_set(options, "dry-run");
}

/* The exit status of what came of it all. Takes @report over. */
static int conclude(const struct options *options, json_t *report,
		    const struct check_output *output, const struct err *err)
{
	int status = report ? check_finish(options, report, output) : fail(options, err);

	json_decref(report);
	return status;
}

static int judge_consumer(const struct options *options)
{
	struct check_output output = { false, NULL };
	struct err err = ERR_INIT;
	json_t *known = consumer_list(), *report = NULL;
	bool good = check_output_read(&output, options, known, &err);
	int status;

	if (good && is_listing(options)) {
		status = check_list(options, known);
	} else {
		if (good)
			report = consumer_report(options, &err);
		status = conclude(options, report, &output, &err);
	}
	json_decref(known);
	check_output_release(&output);
	return status;
}

static int judge_provider(const struct options *options)
{
	struct judge_options judge = { 0 };
	struct check_output output = { false, NULL };
	struct err err = ERR_INIT;
	json_t *known = judge_catalogue(), *report = NULL, *list = NULL;
	bool good = check_output_read(&output, options, known, &err) &&
		    read_judge(options, &judge, &err);
	int status;

	if (good && is_listing(options))
		list = judge_list(&judge, &err);
	else if (good && options->argument_count == 0)
		err_set(&err, ERR_INVALID, "the provider is missing; usage: mocksis check %s",
			options->command->usage);
	else if (good)
		report = ask(options, &judge, &err);
	status = list ? check_list(options, list) : conclude(options, report, &output, &err);
	json_decref(list);
	json_decref(known);
	check_output_release(&output);
	return interrupted ? 1 : status;
}

int check_main(const struct options *options)
{
	bool fail_on_warnings = false;
	struct err err = ERR_INIT;

	if (option_is_set(options, "consumer"))
		return judge_consumer(options);
	if (option_is_set(options, "payload") && !is_listing(options))
		return check_fail_on(options, &fail_on_warnings, &err)
			       ? payload_main(options, fail_on_warnings)
			       : fail(options, &err);
	if (needs_payload(options, &err))
		return fail(options, &err);
	return judge_provider(options);
}
