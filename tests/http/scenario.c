/*
 * scenario.c - a scenario's world and what happens in it.
 */
#include "tests/http/scenario.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/jsonx.h"
#include "base/util.h"
#include "tests/http/course.h"

#define SCENARIOS_MOST 200
#define ADMIN_HEADER "Authorization: Bearer " ADMIN_TOKEN
#define ARGS_MOST 32

static char *files[SCENARIOS_MOST];
static size_t file_count;

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

size_t scenario_count(void)
{
	DIR *dir = file_count ? NULL : opendir(SCENARIO_FOLDER);

	if (!dir)
		return file_count;
	for (struct dirent *entry; (entry = readdir(dir)) && file_count < SCENARIOS_MOST;)
		if (ends_with(entry->d_name, ".json") &&
		    strcmp(entry->d_name, "not-reproducible.json") != 0)
			files[file_count++] = xformat(SCENARIO_FOLDER "/%s", entry->d_name);
	closedir(dir);
	qsort(files, file_count, sizeof *files, by_name);
	return file_count;
}

const char *scenario_file(size_t i)
{
	return files[i];
}

json_t *scenario_load(const char *file)
{
	json_error_t why;
	json_t *scenario = json_load_file(file, JSON_REJECT_DUPLICATES, &why);

	ck_assert_msg(scenario != NULL, "%s:%d: %s", file, why.line, why.text);
	return scenario;
}

static char *inside(const struct play *play, const char *name)
{
	return xformat("%s/%s", play->folder, name);
}

/* the course */

static void edit_all(const struct play *play, const json_t *changes)
{
	const json_t *change;
	size_t i;

	json_array_foreach (changes, i, change)
		course_edit(play->course, change, play->file);
}

/* the SIS */

/* The profile's name, or a file that changes it. Returns (free). */
static char *profile_of(const struct play *play)
{
	const char *name = jsonx_text(play->scenario, "profile");
	const json_t *changes = json_object_get(play->scenario, "changes");
	json_t *own;

	if (!changes)
		return xstrdup(name);
	own = json_copy((json_t *)(uintptr_t)changes);
	json_object_set_new(own, "name", json_string("profile"));
	json_object_set_new(own, "extends", json_string(name));
	write_json(play->folder, "profile.json", own);
	json_decref(own);
	return inside(play, "profile.json");
}

/* Starts the server; it comes back on its port, since the ledger knows a SIS by its URL. */
static void start(struct play *play)
{
	char *roster = inside(play, "roster"), *db = inside(play, "sis.db");
	char *profile = profile_of(play);
	char *listen = xstrdup(*play->server.url ? play->server.url + strlen("http://")
						 : "127.0.0.1:0");

	server_start_bare(&play->server,
			  (const char *[]){ "--listen", listen, "--db", db, "--load", roster,
					    "--profile", profile, "--credential", CREDENTIAL,
					    "--now", STORY_TIME, NULL });
	play->up = true;
	free(listen);
	free(profile);
	free(roster);
	free(db);
}

static void stop(struct play *play)
{
	if (play->up)
		ck_assert_int_eq(server_stop(&play->server), 0);
	play->up = false;
}

static void set_state(const struct play *play, const json_t *state)
{
	char *roster = inside(play, "roster");

	write_json(roster, "sis-state.json", state);
	free(roster);
}

static void import(const struct play *play)
{
	char *db = inside(play, "sis.db"), *roster = inside(play, "roster");
	struct outcome outcome;

	run_mocksis(&outcome, 30, (const char *[]){ "import", roster, "--db", db, NULL });
	ck_assert_msg(outcome.status == 0, "%s: %s%s", play->file, outcome.out, outcome.err);
	outcome_release(&outcome);
	free(db);
	free(roster);
}

/* What a person changes in the SIS, or a new year does: it is loaded anew, with what grades
 * it has or, `fresh`, without any. */
static void restart(struct play *play, const json_t *state, bool fresh)
{
	char *command = xformat("rm -rf '%s/sis.db' '%s/sis.db-'* '%s/sis.db.'*", play->folder,
				play->folder, play->folder);

	stop(play);
	if (state)
		set_state(play, state);
	if (fresh)
		ck_assert_int_eq(system(command), 0);
	else
		import(play);
	start(play);
	free(command);
}

static void ask(const struct play *play, const char *method, const char *url, const char *header,
		const json_t *body)
{
	char *text = body ? json_dumps(body, 0) : NULL;
	struct answer answer;

	http(&answer, method, url,
	     (const char *[]){ "Content-Type: application/json", header, NULL }, text);
	ck_assert_msg(answer.status >= 200 && answer.status < 300, "%s step %zu: %s %s: %ld %s",
		      play->file, play->step, method, url, answer.status, answer.body);
	answer_release(&answer);
	free(text);
}

/* The control API: {"profile": changes} is a PATCH, {"faults": document} a PUT. */
static void control(const struct play *play, const char *method, const char *what,
		    const json_t *body)
{
	char *url = xformat("%s/admin/sandboxes/default/%s", play->server.url, what);

	if (body)
		ask(play, method, url, ADMIN_HEADER, body);
	free(url);
}

/* What others have written into the SIS: {"method", "target", "body"}. */
static void request_all(const struct play *play, const json_t *requests)
{
	const json_t *request;
	size_t i;

	json_array_foreach (requests, i, request) {
		char *url = xformat("%s%s", play->server.root, jsonx_text(request, "target"));

		ask(play, jsonx_text(request, "method"), url, play->server.bearer,
		    json_object_get(request, "body"));
		free(url);
	}
}

static void set_up(struct play *play)
{
	char *name = xformat("canvas/%s", jsonx_text(play->scenario, "course"));
	char *course = fixture(name), *demo = fixture("roster/demo"), *roster, *command;

	play->folder = folder_make();
	play->course = inside(play, "course");
	roster = inside(play, "roster");
	command = xformat("mkdir '%s' '%s'", play->course, roster);
	ck_assert_int_eq(system(command), 0);
	folder_copy(course, play->course);
	folder_copy(demo, roster);
	edit_all(play, json_object_get(play->scenario, "edit"));
	if (json_object_get(play->scenario, "sis_state"))
		set_state(play, json_object_get(play->scenario, "sis_state"));
	start(play);
	free(name);
	free(course);
	free(demo);
	free(roster);
	free(command);
}

/* the client */

/* The settings of the client connection: a preset's name, or an object, which is written. */
static const json_t *connection_of(const struct play *play, const json_t *step)
{
	const json_t *own = json_object_get(step, "connection");
	const json_t *connection = own ? own : json_object_get(play->scenario, "connection");

	if (json_is_object(connection))
		write_json(play->folder, "connection.json", connection);
	return connection;
}

/* `mocksis sync`; "run": "preflight" asks what Canvas would refuse. */
static void run_client(const struct play *play, const json_t *step, struct run *run)
{
	const json_t *connection = connection_of(play, step), *flag;
	char *url = xformat("%s/ims/oneroster", play->server.url);
	char *own = inside(play, "connection.json"), *trace = inside(play, "trace");
	char *state = inside(play, "state.db");
	const char *args[ARGS_MOST] = {
		"sync",         play->course,
		"--sis",        url,
		"--credential", CREDENTIAL,
		"--state",      state,
		"--connection", json_is_string(connection) ? json_string_value(connection) : own,
		"--now",        STORY_TIME,
		"--trace",      trace,
		"--json"
	};
	size_t n = 15, i;
	struct outcome outcome;

	if (same_text(jsonx_text(step, "run"), "preflight"))
		args[n++] = "--preflight";
	json_array_foreach (json_object_get(step, "flags"), i, flag)
		args[n++] = json_string_value(flag);
	ck_assert_uint_lt(n, ARGS_MOST);
	unlink(trace);
	run_mocksis(&outcome, 60, args);
	run->status = outcome.status;
	run->report = json_loads(outcome.out, 0, NULL);
	run->said = xstrdup(outcome.err);
	outcome_release(&outcome);
	free(url);
	free(own);
	free(trace);
	free(state);
}

static void play_step(struct play *play, const json_t *step)
{
	const json_t *state = json_object_get(step, "sis_state");
	struct run run;

	edit_all(play, json_object_get(step, "edit"));
	if (state || jsonx_true(step, "fresh"))
		restart(play, state, jsonx_true(step, "fresh"));
	control(play, "PATCH", "profile", json_object_get(step, "changes"));
	request_all(play, json_object_get(step, "requests"));
	control(play, "PUT", "faults", json_object_get(step, "faults"));
	if (jsonx_true(step, "down"))
		stop(play);
	run_client(play, step, &run);
	scenario_compare(play, json_object_get(step, "expect"), &run);
	json_decref(run.report);
	free(run.said);
}

void scenario_play(const char *file)
{
	json_t *scenario = scenario_load(file);
	struct play play = { .file = file, .scenario = scenario };
	const json_t *step;

	set_up(&play);
	json_array_foreach (json_object_get(scenario, "steps"), play.step, step)
		play_step(&play, step);
	ck_assert_msg(play.step > 0, "%s has no steps", file);
	stop(&play);
	folder_remove(play.folder);
	free(play.course);
	json_decref(scenario);
}
