/*
 * sync.c - mocksis sync.
 */
#include "cli/commands.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/jsonx.h"
#include "base/progress.h"
#include "base/random.h"
#include "conformance/canvas/report.h"
#include "conformance/canvas/rules.h"
#include "conformance/canvas/sync.h"

struct run {
	const struct options *options;
	struct connection connection;
	struct course course;
	struct ledger *ledger;
	struct transport *transport;
	struct dictionary *dictionary;
	const char **select;
	size_t select_count;
	json_t *select_texts; /* owns the ids */
	FILE *trace;
};

/* COURSE/.mocksis-state.db unless --state says otherwise. */
static struct ledger *open_ledger(const struct options *options, bool must_exist, struct err *err)
{
	const char *state = option_text(options, "state");
	char *path = state ? xstrdup(state) : path_join(options->arguments[0], ".mocksis-state.db");
	struct ledger *ledger = NULL;

	if (!must_exist || file_exists(path))
		ledger = ledger_open(path, err);
	if (ledger && !must_exist && !ledger_claim(ledger, path, err)) {
		ledger_close(ledger);
		ledger = NULL;
	}
	free(path);
	return ledger;
}

/* The history needs no more of a course than its id. */
static bool read_course_id(const char *folder, char out[static CANVAS_ID], struct err *err)
{
	char *path = path_join(folder, "course.json");
	json_t *course = jsonx_load_file(path, err);
	bool good = course && (jsonx_id(course, "id", out) ||
			       err_set(err, ERR_INVALID, "%s: the course has no id", path));

	json_decref(course);
	free(path);
	return good;
}

/* --no-explain: the errors say what the SIS says, and no more. Takes and returns an array of
 * reports. */
static json_t *as_wanted(const struct options *options, json_t *reports)
{
	json_t *plain = json_array(), *report;
	size_t i;

	if (!option_is_set(options, "no-explain")) {
		json_decref(plain);
		return reports;
	}
	json_array_foreach (reports, i, report)
		json_array_append_new(plain, report_unexplained(report));
	json_decref(reports);
	return plain;
}

static int print_history(const struct options *options)
{
	const char *text = option_text(options, "history");
	struct err err = ERR_INIT;
	int64_t id = 0;
	json_t *reports = NULL;
	char course[CANVAS_ID];
	const json_t *report;
	size_t i;

	if (*text && !number_parse(text, 1, INT64_MAX, &id))
		err_set(&err, ERR_INVALID, "--history %s: the number of a sync belongs here", text);
	if (!file_is_folder(options->arguments[0]))
		err_set(&err, ERR_INVALID, "%s: there is no such folder", options->arguments[0]);

	struct ledger *ledger = err.code == ERR_NONE ? open_ledger(options, true, &err) : NULL;

	if (ledger && read_course_id(options->arguments[0], course, &err))
		reports = ledger_syncs(ledger, course, id, &err);
	ledger_close(ledger);
	if (err.code == ERR_NONE && id && json_array_size(reports) == 0)
		err_set(&err, ERR_INVALID, "there is no sync %s in the history", text);
	if (err.code != ERR_NONE) {
		json_decref(reports);
		return fail(options, &err);
	}
	reports = as_wanted(options, reports);
	if (option_is_set(options, "json"))
		print_json(id ? json_array_get(reports, 0) : reports);
	else if (id)
		report_print(stdout, json_array_get(reports, 0), terminal_has_color(STDOUT_FILENO));
	else if (!reports || json_array_size(reports) == 0)
		puts("no sync of this course yet");
	else
		json_array_foreach (reports, i, report)
			report_line(stdout, report);
	json_decref(reports);
	return 0;
}

struct preflight {
	const struct assignment *assignment;
	json_t *found;
	bool json;
};

static void see_violation(const struct violation *violation, void *payload)
{
	struct preflight *preflight = payload;
	json_t *row = json_object();

	json_object_set_new(row, "assignment_id", json_string(preflight->assignment->id));
	json_object_set_new(row, "assignment", json_string(preflight->assignment->name));
	json_object_set_new(row, "code",
			    violation->code ? json_string(violation->code) : json_null());
	json_object_set_new(row, "text", json_string(str_text(&violation->text)));
	json_array_append_new(preflight->found, row);
	if (!preflight->json)
		printf("%s \"%s\": %s%s\n", preflight->assignment->id, preflight->assignment->name,
		       str_text(&violation->text),
		       violation->code ? "" : "  (our wording; Canvas's own was not seen)");
}

static int preflight(const struct run *run)
{
	struct preflight state = { .found = json_array(),
				   .json = option_is_set(run->options, "json") };
	size_t count;

	for (size_t i = 0; i < run->course.assignment_count; i++) {
		state.assignment = &run->course.assignments[i];
		rules_check(state.assignment, &run->connection, see_violation, &state);
	}
	count = json_array_size(state.found);
	if (state.json)
		print_json(state.found);
	else if (count == 0)
		puts("Canvas would save every assignment that is marked for sync");
	json_decref(state.found);
	return count ? 1 : 0;
}

static bool read_selection(struct run *run, struct err *err)
{
	const json_t *list = option_list(run->options, "select"), *item;
	size_t i, room = 0;

	run->select_texts = json_array();
	json_array_foreach (list, i, item) {
		for (const char *at = json_string_value(item); *at;) {
			size_t length = strcspn(at, ",");

			if (length)
				json_array_append_new(run->select_texts, json_stringn(at, length));
			at += length + (at[length] == ',');
		}
	}
	json_array_foreach (run->select_texts, i, item) {
		GROW(run->select, run->select_count, room);
		run->select[run->select_count++] = json_string_value(item);
		if (course_assignment(&run->course, json_string_value(item)) < 0)
			return err_set(err, ERR_INVALID,
				       "--select %s: the course has no such "
				       "assignment",
				       json_string_value(item));
	}
	if (list && run->select_count == 0)
		return err_set(err, ERR_INVALID, "--select: ids of assignments belong here");
	if (list && option_is_set(run->options, "remaster"))
		return err_set(err, ERR_INVALID,
			       "--select and --remaster exclude one another: a "
			       "remaster sends everything");
	return true;
}

static bool read_auth(const struct options *options, enum transport_auth *auth, struct err *err)
{
	static const struct {
		const char *name;
		enum transport_auth auth;
	} modes[] = { { "oauth2", TRANSPORT_OAUTH2 },
		      { "oauth1", TRANSPORT_OAUTH1 },
		      { "none", TRANSPORT_NONE } };
	const char *text = option_text(options, "auth");

	*auth = TRANSPORT_OAUTH2;
	for (size_t i = 0; text && i < ARRAY_SIZE(modes); i++) {
		if (strcmp(modes[i].name, text) == 0) {
			*auth = modes[i].auth;
			return true;
		}
	}
	return !text || err_set(err, ERR_INVALID, "--auth %s: oauth1, oauth2 or none", text);
}

struct transport *option_transport(const struct options *options, const char *sis,
				   const struct connection *connection, int retries, FILE *trace,
				   struct err *err)
{
	struct transport_config config = {
		.sis = sis,
		.credential = option_text(options, "credential"),
		.token_url = option_text(options, "token-url"),
		.scopes = connection->scopes,
		.headers = connection->headers,
		.timeout_s = (int)connection->timeout,
		.concurrency = (int)connection->concurrency,
		.retries = retries,
		.trace = trace,
	};

	if (!read_auth(options, &config.auth, err))
		return NULL;
	return transport_new(&config, err);
}

static bool prepare(struct run *run, struct err *err)
{
	const struct options *options = run->options;
	const char *sis = option_text(options, "sis"), *trace = option_text(options, "trace");

	if (!read_selection(run, err))
		return false;
	if (!sis)
		return err_set(err, ERR_INVALID,
			       "--sis URL is needed: the provider, up to "
			       "/ims/oneroster");
	if (trace && !(run->trace = fopen(trace, "w")))
		return err_set(err, ERR_INVALID, "--trace %s cannot be written", trace);
	run->dictionary = dictionary_load(err);
	run->transport = run->dictionary
				 ? option_transport(options, sis, &run->connection,
						    (int)run->connection.retries, run->trace, err)
				 : NULL;
	run->ledger = run->transport ? open_ledger(options, false, err) : NULL;
	return run->ledger != NULL;
}

static int run_sync(struct run *run, struct err *err)
{
	const struct options *options = run->options;
	struct random random = RANDOM_KERNEL;
	struct sync_options sync = {
		.connection = &run->connection,
		.course = &run->course,
		.dictionary = run->dictionary,
		.ledger = run->ledger,
		.transport = run->transport,
		.select = run->select,
		.select_count = run->select_count,
		.remaster = option_is_set(options, "remaster"),
		.clear_integration = option_is_set(options, "clear-integration"),
		.dry_run = option_is_set(options, "dry-run"),
		.random = &random,
	};
	json_t *report = NULL, *reports;
	int status = 1;

	if (!option_now(options, &sync.now, err))
		return 2;
	if (sync_run(&sync, &report, err)) {
		reports = as_wanted(options, json_pack("[O]", report));
		if (option_is_set(options, "json"))
			print_json(json_array_get(reports, 0));
		else
			report_print(stdout, json_array_get(reports, 0),
				     terminal_has_color(STDOUT_FILENO));
		status = same_text(jsonx_text(report, "status"), "completed") ? 0 : 1;
		json_decref(reports);
	}
	json_decref(report);
	return status;
}

static void release(struct run *run)
{
	if (run->trace)
		fclose(run->trace);
	ledger_close(run->ledger);
	transport_free(run->transport);
	dictionary_free(run->dictionary);
	free(run->select);
	json_decref(run->select_texts);
	course_release(&run->course);
	connection_release(&run->connection);
}

int sync_main(const struct options *options)
{
	struct run run = { .options = options };
	const char *name = option_text(options, "connection");
	struct err err = ERR_INIT;
	int status = 2;

	if (option_is_set(options, "history"))
		return print_history(options);
	if (connection_load(&run.connection, name ? name : "standard", &err) &&
	    course_load(&run.course, options->arguments[0], &run.connection, &err)) {
		if (option_is_set(options, "preflight"))
			status = preflight(&run);
		else if (prepare(&run, &err))
			status = run_sync(&run, &err);
	}
	release(&run);
	return err.code == ERR_NONE ? status : fail(options, &err);
}
