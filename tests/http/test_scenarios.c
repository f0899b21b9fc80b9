/*
 * test_scenarios.c - runs the scenarios of conformance/suites through server and client.
 *
 * A scenario is data: profile, SIS state, course, connection, and per step what
 * is changed and what must come of it. conformance/suites/README.md explains the
 * members; nothing here knows a SIS.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/util.h"
#include "tests/http/harness.h"

#define FOLDER "conformance/suites"
#define SCENARIOS_MOST 64

static char *files[SCENARIOS_MOST];
static size_t file_count;

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void list_scenarios(void)
{
	DIR *dir = opendir(FOLDER);

	if (file_count || !dir)
		return;
	for (struct dirent *entry; (entry = readdir(dir)) && file_count < SCENARIOS_MOST;)
		if (ends_with(entry->d_name, ".json"))
			files[file_count++] = xformat(FOLDER "/%s", entry->d_name);
	closedir(dir);
	qsort(files, file_count, sizeof *files, by_name);
}

struct play {
	const char *file;
	const json_t *scenario;
	char *folder; /* course/, roster/, connection.json, state.db, trace */
	char *course;
	struct server server;
	size_t step;
};

static char *inside(const struct play *play, const char *name)
{
	return xformat("%s/%s", play->folder, name);
}

static void write_json(const char *folder, const char *name, const json_t *value)
{
	char *text = json_dumps(value, JSON_INDENT(1) | JSON_REAL_PRECISION(15));

	file_put(folder, name, text);
	free(text);
}

/* Whether an object has all members of @where. */
static bool fits(const json_t *object, const json_t *where)
{
	const char *key;
	const json_t *value;

	json_object_foreach ((json_t *)(uintptr_t)where, key, value)
		if (!json_equal(value, json_object_get(object, key)))
			return false;
	return true;
}

/* {"file", "where", "set"}: objects of a course file that fit get new members. */
static void edit(const struct play *play, const json_t *change)
{
	const char *name = jsonx_text(change, "file");
	char *path = xformat("%s/%s", play->course, name);
	json_t *file = json_load_file(path, 0, NULL), *object;
	size_t i, edited = 0;

	ck_assert_msg(file != NULL, "%s: %s cannot be read", play->file, path);
	if (json_is_object(file)) {
		json_object_update(file, json_object_get(change, "set"));
		edited++;
	}
	json_array_foreach (file, i, object)
		if (fits(object, json_object_get(change, "where"))) {
			json_object_update(object, json_object_get(change, "set"));
			edited++;
		}
	ck_assert_msg(edited > 0, "%s: nothing in %s fits", play->file, name);
	write_json(play->course, name, file);
	json_decref(file);
	free(path);
}

static void edit_all(const struct play *play, const json_t *changes)
{
	const json_t *change;
	size_t i;

	json_array_foreach (changes, i, change)
		edit(play, change);
}

/* Starts the server with what the SIS knows at this step. */
static void start(struct play *play, const json_t *sis_state)
{
	char *roster = inside(play, "roster"), *db = inside(play, "sis.db");
	const char *profile = jsonx_text(play->scenario, "profile");
	/* the ledger knows a SIS by its URL, so it must come back on its port */
	char *listen = xstrdup(*play->server.url ? play->server.url + strlen("http://")
						 : "127.0.0.1:0");

	if (sis_state)
		write_json(roster, "sis-state.json", sis_state);
	server_start_bare(&play->server,
			  (const char *[]){ "--listen", listen, "--db", db, "--load", roster,
					    "--profile", profile, "--credential", CREDENTIAL,
					    "--now", STORY_TIME, NULL });
	free(listen);
	free(roster);
	free(db);
}

static void set_up(struct play *play)
{
	const char *base = jsonx_text(play->scenario, "course");
	char *name = xformat("canvas/%s", base), *course = fixture(name);
	char *demo = fixture("roster/demo"), *roster, *command;

	play->folder = folder_make();
	play->course = inside(play, "course");
	roster = inside(play, "roster");
	command = xformat("mkdir '%s' '%s'", play->course, roster);
	ck_assert_int_eq(system(command), 0);
	folder_copy(course, play->course);
	folder_copy(demo, roster);
	write_json(play->folder, "connection.json", json_object_get(play->scenario, "connection"));
	edit_all(play, json_object_get(play->scenario, "edit"));
	start(play, json_object_get(play->scenario, "sis_state"));
	free(name);
	free(course);
	free(demo);
	free(roster);
	free(command);
}

static json_t *sync_course(struct play *play, const json_t *flags, int *status)
{
	char *url = xformat("%s/ims/oneroster", play->server.url);
	char *connection = inside(play, "connection.json"), *trace = inside(play, "trace");
	char *state = inside(play, "state.db");
	const char *args[24] = { "sync",     play->course,   "--sis",    url,       "--credential",
				 CREDENTIAL, "--connection", connection, "--state", state,
				 "--now",    STORY_TIME,     "--trace",  trace,     "--json" };
	size_t n = 15, i;
	const json_t *flag;
	struct outcome outcome;
	json_t *report;

	json_array_foreach (flags, i, flag)
		args[n++] = json_string_value(flag);
	run_mocksis(&outcome, 60, args);
	report = json_loads(outcome.out, 0, NULL);
	ck_assert_msg(report != NULL, "%s step %zu: %s", play->file, play->step, outcome.err);
	*status = outcome.status;
	outcome_release(&outcome);
	free(url);
	free(connection);
	free(trace);
	free(state);
	return report;
}

/* The PUTs of the trace as the scenario writes them: for a lineItem title, class
 * and status; for results how many of a lineItem had which status. Sorted. */
static json_t *read_puts(const struct play *play)
{
	char *path = inside(play, "trace"), *text = file_get(path), *save = NULL;
	json_t *puts = json_object(), *titles = json_object();

	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		json_t *exchange = json_loads(line, 0, NULL);
		const json_t *request = json_object_get(exchange, "request");
		const json_t *item = json_object_get(request, "lineItem");
		const json_t *result = json_object_get(request, "result");
		long status = (long)jsonx_int(exchange, "status");
		char *key = NULL;

		if (item) {
			const char *class_id = jsonx_text(json_object_get(item, "class"),
							  "sourcedId");

			key = xformat("lineItem %s of %s: %ld", jsonx_text(item, "title"), class_id,
				      status);
			json_object_set(titles, jsonx_text(item, "sourcedId"),
					json_object_get(item, "title"));
		} else if (result) {
			const char *of = jsonx_text(json_object_get(result, "lineItem"),
						    "sourcedId");
			const char *title = jsonx_text(titles, of);

			key = xformat("results of %s: %ld", title ? title : "a known lineItem",
				      status);
		}
		if (key)
			json_object_set_new(puts, key, json_integer(jsonx_int(puts, key) + 1));
		free(key);
		json_decref(exchange);
	}
	json_decref(titles);
	free(text);
	free(path);
	return puts;
}

static void compare(const struct play *play, const char *what, const json_t *expected,
		    const json_t *found)
{
	char *a, *b;

	if (!expected || json_equal(expected, found))
		return;
	a = json_dumps(expected, JSON_SORT_KEYS | JSON_INDENT(1));
	b = json_dumps(found, JSON_SORT_KEYS | JSON_INDENT(1) | JSON_ENCODE_ANY);
	ck_abort_msg("%s step %zu: %s: expected %s, found %s", play->file, play->step, what, a,
		     b ? b : "nothing");
}

/* Each expected error must be there: its members are compared, "count" says how often. */
static void compare_errors(const struct play *play, const json_t *expected, const json_t *found)
{
	const json_t *wanted, *error;
	size_t i, k, total = 0;

	json_array_foreach (expected, i, wanted) {
		size_t count = 0, expect = json_object_get(wanted, "count")
						   ? (size_t)jsonx_int(wanted, "count")
						   : 1;
		json_t *members = json_copy((json_t *)(uintptr_t)wanted);

		json_object_del(members, "count");
		json_array_foreach (found, k, error)
			count += fits(error, members);
		char *text = json_dumps(members, 0), *all = json_dumps(found, JSON_INDENT(1));

		ck_assert_msg(count == expect,
			      "%s step %zu: error %s: expected %zu times, found "
			      "%zu in %.1500s",
			      play->file, play->step, text, expect, count, all);
		total += count;
		free(text);
		free(all);
		json_decref(members);
	}
	ck_assert_msg(!expected || total == json_array_size(found),
		      "%s step %zu: %zu errors, expected %zu", play->file, play->step,
		      json_array_size(found), total);
}

/* As fits(), but a reference is told by its sourcedId. */
static bool fits_item(const json_t *item, const json_t *members)
{
	const char *key;
	const json_t *value;

	json_object_foreach ((json_t *)(uintptr_t)members, key, value) {
		const json_t *found = json_object_get(item, key);

		if (json_is_object(found) && json_is_string(value))
			found = json_object_get(found, "sourcedId");
		if (!json_equal(value, found))
			return false;
	}
	return true;
}

/* The gradebook: lineItems by title with the members that are named, and how many
 * results each has. */
static void compare_gradebook(const struct play *play, const json_t *expected)
{
	struct answer items;
	const char *title;
	const json_t *wanted, *item;
	size_t i, seen = 0;

	api(&items, &play->server, "GET", "/lineItems?limit=1000", NULL);
	ck_assert_int_eq(items.status, 200);
	json_object_foreach ((json_t *)(uintptr_t)expected, title, wanted) {
		json_t *members = json_copy((json_t *)(uintptr_t)wanted);
		const char *of = strstr(title, " of class-");
		char *base = of ? xstrndup(title, (size_t)(of - title)) : xstrdup(title);
		bool found = false;

		json_object_del(members, "results");
		if (of)
			json_object_set_new(members, "class", json_string(of + 4));
		json_array_foreach (json_object_get(items.json, "lineItems"), i, item) {
			struct answer results;
			char *target;

			if (!same_text(jsonx_text(item, "title"), base) ||
			    !fits_item(item, members))
				continue;
			found = true;
			seen++;
			target = xformat("/classes/%s/lineItems/%s/results?limit=1000",
					 jsonx_text(json_object_get(item, "class"), "sourcedId"),
					 jsonx_text(item, "sourcedId"));
			api(&results, &play->server, "GET", target, NULL);
			ck_assert_msg(json_array_size(json_object_get(results.json, "results")) ==
					      (size_t)jsonx_int(wanted, "results"),
				      "%s step %zu: %s has %zu results", play->file, play->step,
				      title,
				      json_array_size(json_object_get(results.json, "results")));
			answer_release(&results);
			free(target);
		}
		ck_assert_msg(found,
			      "%s step %zu: the gradebook has no such lineItem: %s in %.1500s",
			      play->file, play->step, title, items.body);
		json_decref(members);
		free(base);
	}
	ck_assert_msg(seen == json_array_size(json_object_get(items.json, "lineItems")),
		      "%s step %zu: the gradebook has other lineItems, too: %.1500s", play->file,
		      play->step, items.body);
	answer_release(&items);
}

static void play_step(struct play *play, const json_t *step)
{
	const json_t *expect = json_object_get(step, "expect");
	const json_t *state = json_object_get(step, "sis_state");
	json_t *report, *puts;
	int status;

	edit_all(play, json_object_get(step, "edit"));
	if (state) { /* what a person changes in the SIS; it is loaded anew */
		char *db = inside(play, "sis.db"), *roster = inside(play, "roster");
		struct outcome outcome;

		ck_assert_int_eq(server_stop(&play->server), 0);
		write_json(roster, "sis-state.json", state);
		run_mocksis(&outcome, 30, (const char *[]){ "import", roster, "--db", db, NULL });
		ck_assert_msg(outcome.status == 0, "%s: %s%s", play->file, outcome.out,
			      outcome.err);
		outcome_release(&outcome);
		free(db);
		free(roster);
		start(play, NULL);
	}
	report = sync_course(play, json_object_get(step, "flags"), &status);
	ck_assert_msg(status == (int)jsonx_int(expect, "exit"), "%s step %zu: exit %d", play->file,
		      play->step, status);
	compare(play, "status", json_object_get(expect, "status"),
		json_object_get(report, "status"));
	compare(play, "sent", json_object_get(expect, "sent"),
		json_object_get(json_object_get(report, "counts"), "sent"));
	compare(play, "unchanged", json_object_get(expect, "unchanged"),
		json_object_get(json_object_get(report, "counts"), "unchanged"));
	compare(play, "filtered", json_object_get(expect, "filtered"),
		json_object_get(json_object_get(report, "counts"), "filtered"));
	compare_errors(play, json_object_get(expect, "errors"), json_object_get(report, "errors"));
	puts = read_puts(play);
	compare(play, "puts", json_object_get(expect, "puts"), puts);
	if (json_object_get(expect, "gradebook"))
		compare_gradebook(play, json_object_get(expect, "gradebook"));
	json_decref(puts);
	json_decref(report);
}

START_TEST(plays)
{
	struct play play = { .file = files[_i] };
	json_error_t why;
	json_t *scenario = json_load_file(files[_i], JSON_REJECT_DUPLICATES, &why);
	const json_t *step;

	ck_assert_msg(scenario != NULL, "%s:%d: %s", files[_i], why.line, why.text);
	play.scenario = scenario;
	set_up(&play);
	json_array_foreach (json_object_get(scenario, "steps"), play.step, step)
		play_step(&play, step);
	ck_assert_uint_gt(json_array_size(json_object_get(scenario, "steps")), 0);
	ck_assert_int_eq(server_stop(&play.server), 0);
	folder_remove(play.folder);
	free(play.course);
	json_decref(scenario);
}
END_TEST

START_TEST(there_are_scenarios)
{
	ck_assert_uint_ge(file_count, 8);
}
END_TEST

Suite *scenarios_suite(void);
Suite *scenarios_suite(void)
{
	Suite *suite = suite_create("scenarios");
	TCase *tc = tcase_create("scenarios");

	list_scenarios();
	tcase_set_timeout(tc, 120);
	tcase_add_test(tc, there_are_scenarios);
	tcase_add_loop_test(tc, plays, 0, (int)file_count);
	suite_add_tcase(suite, tc);
	return suite;
}
