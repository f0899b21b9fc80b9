/*
 * check.c - mocksis check.
 */
#include "cli/commands.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/jsonx.h"
#include "base/progress.h"
#include "base/random.h"
#include "base/when.h"
#include "conformance/canvas/connection.h"
#include "conformance/checks/judge.h"
#include "conformance/checks/report.h"
#include "conformance/consumer/consumer.h"
#include "oneroster/vocab.h"

/* KIND=FILE */
static const struct {
	const char *kind;
	char *(*make)(const json_t *report);
} reports[] = {
	{ "json", jsonx_pretty },
	{ "junit", checks_junit },
};

/* The row of reports[] and the file that a --report names; -1 with @err. */
static int report_kind(const char *text, const char **file, struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(reports); i++) {
		size_t length = strlen(reports[i].kind);

		if (strncmp(text, reports[i].kind, length) == 0 && text[length] == '=' &&
		    text[length + 1]) {
			*file = text + length + 1;
			return (int)i;
		}
	}
	err_set(err, ERR_INVALID, "--report %s: junit=FILE or json=FILE belongs here", text);
	return -1;
}

static bool check_reports(const struct options *options, struct err *err)
{
	const json_t *item;
	const char *file;
	size_t i;

	json_array_foreach (option_list(options, "report"), i, item)
		if (report_kind(json_string_value(item), &file, err) < 0)
			return false;
	return true;
}

static bool write_reports(const struct options *options, const json_t *report, struct err *err)
{
	const json_t *item;
	const char *file = NULL;
	size_t i;

	json_array_foreach (option_list(options, "report"), i, item) {
		int kind = report_kind(json_string_value(item), &file, err);
		char *text = reports[kind].make(report);
		bool good = file_write(file, text, strlen(text), err);

		free(text);
		if (!good)
			return false;
	}
	return true;
}

/* error (the preset) or warning. */
static bool read_fail_on(const struct options *options, bool *warnings, struct err *err)
{
	const char *level = option_text(options, "fail-on");

	*warnings = same_text(level, "warning");
	return !level || *warnings || strcmp(level, "error") == 0 ||
	       err_set(err, ERR_INVALID, "--fail-on %s: error or warning", level);
}

static bool read_judge(const struct options *options, struct judge_options *judge, struct err *err)
{
	const char *auth = option_text(options, "auth"), *seed = option_text(options, "seed");
	const char *version = option_text(options, "version");
	struct random kernel = RANDOM_KERNEL;
	int64_t number = 0;
	uint32_t drawn;

	if (version && strcmp(version, "1.1") != 0 && strcmp(version, "1.2") != 0)
		return err_set(err, ERR_INVALID, "--version %s: 1.1 or 1.2", version);
	judge->version = !version ? 0 : same_text(version, "1.2") ? V12 : V11;
	judge->suites = option_list(options, "suite");
	judge->class_id = option_text(options, "class");
	judge->read_only = option_is_set(options, "read-only");
	judge->credential = option_text(options, "credential");
	judge->auth = same_text(auth, "oauth1") ? TRANSPORT_OAUTH1
		      : same_text(auth, "none") ? TRANSPORT_NONE
						: TRANSPORT_OAUTH2;
	judge->now = when_now();
	if (seed && !number_parse(seed, 1, INT64_MAX, &number))
		return err_set(err, ERR_INVALID, "--seed %s: a whole number of at least 1", seed);
	random_bytes(&kernel, &drawn, sizeof drawn);
	judge->seed = seed ? (uint64_t)number : (uint64_t)drawn + 1;
	return true;
}

static int print_list(const struct options *options)
{
	struct judge_options judge = { 0 };
	struct err err = ERR_INIT;
	const json_t *row;
	json_t *list;
	size_t i;

	if (option_is_set(options, "consumer"))
		list = consumer_list();
	else
		list = read_judge(options, &judge, &err) ? judge_list(&judge, &err) : NULL;
	if (!list)
		return fail(options, &err);
	if (option_is_set(options, "json")) {
		print_json(list);
	} else {
		json_array_foreach (list, i, row)
			printf("%-*s %-6s %-6s %s  [%s]\n", checks_id_width(list),
			       jsonx_text(row, "id"), jsonx_text(row, "level"),
			       jsonx_true(row, "writes") ? "writes" : "reads",
			       jsonx_text(row, "title"), jsonx_text(row, "clause"));
		printf("%zu checks\n", json_array_size(list));
	}
	json_decref(list);
	return 0;
}

static int finish(const struct options *options, const json_t *report, bool fail_on_warnings)
{
	const json_t *summary = json_object_get(report, "summary");
	struct err err = ERR_INIT;
	bool bad = jsonx_int(summary, "fail") || jsonx_int(summary, "error") ||
		   (fail_on_warnings && jsonx_int(summary, "warning"));

	if (option_is_set(options, "json")) {
		print_json(report);
	} else {
		checks_print(stdout, report, terminal_has_color(STDOUT_FILENO));
	}
	if (!write_reports(options, report, &err))
		return fail(options, &err);
	return bad ? 1 : 0;
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

int check_main(const struct options *options)
{
	const char *name = option_text(options, "connection");
	struct connection connection = { 0 };
	struct judge_options judge = { 0 };
	struct err err = ERR_INIT;
	json_t *report = NULL;
	bool fail_on_warnings = false;
	int status = 2;

	if (option_is_set(options, "list") || option_is_set(options, "dry-run"))
		return print_list(options);
	if (option_is_set(options, "payload") && !option_is_set(options, "consumer"))
		return read_fail_on(options, &fail_on_warnings, &err)
			       ? payload_main(options, fail_on_warnings)
			       : fail(options, &err);
	if (needs_payload(options, &err))
		return fail(options, &err);
	if (option_is_set(options, "consumer")) {
		if (check_reports(options, &err) && read_fail_on(options, &fail_on_warnings, &err))
			report = consumer_report(options, &err);
	} else if (options->argument_count == 0)
		err_set(&err, ERR_INVALID, "the provider is missing; usage: mocksis check %s",
			options->command->usage);
	else if (check_reports(options, &err) && read_fail_on(options, &fail_on_warnings, &err) &&
		 read_judge(options, &judge, &err) &&
		 connection_load(&connection, name ? name : "standard", &err))
		judge.transport = option_transport(options, options->arguments[0], &connection, 0,
						   NULL, &err);
	if (judge.transport)
		report = judge_run(&judge, &err);
	if (report)
		status = finish(options, report, fail_on_warnings);
	json_decref(report);
	transport_free(judge.transport);
	connection_release(&connection);
	return err.code == ERR_NONE ? status : fail(options, &err);
}
