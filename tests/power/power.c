/*
 * power.c - plays deviations against our server.
 */
#include "tests/power/power.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/jsonx.h"
#include "base/util.h"
#include "base/when.h"
#include "conformance/checks/judge.h"
#include "oneroster/entity.h"

#define TIMEOUT_S 3
#define LIMIT_MS 120000
#define ROWS_MOST 2000

static struct deviation rows[ROWS_MOST];
static size_t row_count;

static void load(const char *name)
{
	char *path = xformat(POWER_FOLDER "/%s.json", name);
	json_error_t why;
	json_t *file = json_load_file(path, JSON_REJECT_DUPLICATES, &why), *row;
	size_t i;

	ck_assert_msg(json_is_array(file), "%s:%d: %s", path, why.line, why.text);
	json_array_foreach (file, i, row) {
		ck_assert_msg(jsonx_text(row, "name") != NULL, "%s: row %zu has no name", path, i);
		ck_assert(row_count < ROWS_MOST);
		rows[row_count++] = (struct deviation){ path, json_incref(row) };
	}
	json_decref(file);
}

size_t power_count(void)
{
	char **names = row_count ? NULL : folder_names(POWER_FOLDER, ".json");

	for (char **name = names; name && *name; name++)
		load(*name);
	names_free(names);
	return row_count;
}

const struct deviation *power_row(size_t i)
{
	return &rows[i];
}

const char *power_name(size_t i)
{
	return jsonx_text(rows[i].row, "name");
}

const char *power_unseen(size_t i)
{
	return jsonx_text(rows[i].row, "unseen");
}

/* What the demo district lacks: objects of every kind of gradebook. */
static void fill(const struct server *server, const char *sandbox)
{
	json_t *file = json_load_file(POWER_FOLDER "/data/objects.json", 0, NULL), *object;
	const char *plural;
	const json_t *list;
	size_t i;

	ck_assert(json_is_object(file));
	json_object_foreach (file, plural, list)
		json_array_foreach (list, i, object) {
			const char *one = entity_by_plural(plural)->singular;
			json_t *wrapped = json_pack("{sO}", one, object);
			char *target = xformat("/sandboxes/%s/objects/%s/%s", sandbox, plural,
					       jsonx_text(object, "sourcedId"));
			char *body = jsonx_dump(wrapped);
			struct answer answer;

			admin(&answer, server, "PUT", target, body);
			ck_assert_msg(answer.status == 201, "%s: %s", target, answer.body);
			answer_release(&answer);
			json_decref(wrapped);
			free(target);
			free(body);
		}
	json_decref(file);
}

/* A sandbox; the object that the control API answers. Returns (json_decref). */
static json_t *sandbox_make(const struct server *server, const char *name, const char *profile)
{
	struct answer answer;
	char *body = xformat("{\"name\":\"%s\",\"profile\":\"%s\",\"load\":\"demo\"}", name,
			     profile);
	json_t *sandbox;

	admin(&answer, server, "POST", "/sandboxes", body);
	ck_assert_msg(answer.status == 201, "%s: %s", name, answer.body);
	sandbox = json_incref(answer.json);
	answer_release(&answer);
	free(body);
	fill(server, name);
	return sandbox;
}

static void set_part(const struct server *server, const char *sandbox, const char *part,
		     const char *method, const json_t *value, const char *row)
{
	char *target = xformat("/sandboxes/%s/%s", sandbox, part), *body = jsonx_dump(value);
	struct answer answer;

	admin(&answer, server, method, target, body);
	ck_assert_msg(answer.status == 200, "%s: %s: %s", row, part, answer.body);
	answer_release(&answer);
	free(body);
	free(target);
}

/* What only the SIS knows: [{"kind", "id", "set"}]. */
static void set_state(const struct server *server, const char *sandbox, const json_t *states)
{
	const json_t *state;
	size_t i;

	json_array_foreach (states, i, state) {
		char *part = xformat("sis/%s/%s", jsonx_text(state, "kind"),
				     jsonx_text(state, "id"));

		set_part(server, sandbox, part, "PATCH", json_object_get(state, "set"), part);
		free(part);
	}
}

static void deviate(const struct server *server, const char *sandbox, const json_t *row)
{
	static const char *const parts[] = { "quirks", "errors", "routes" };
	json_t *patch = json_object(), *faults = json_object_get(row, "faults"), *rules;

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (json_object_get(row, parts[i]))
			json_object_set(patch, parts[i], json_object_get(row, parts[i]));
	if (json_object_size(patch))
		set_part(server, sandbox, "profile", "PATCH", patch, jsonx_text(row, "name"));
	if (faults) {
		rules = json_pack("{si,sO}", "seed", 1, "items", faults);
		set_part(server, sandbox, "faults", "PUT", rules, jsonx_text(row, "name"));
		json_decref(rules);
	}
	json_decref(patch);
	set_state(server, sandbox, json_object_get(row, "sis"));
}

static json_t *run(const json_t *sandbox, const json_t *suites, const json_t *checks,
		   const char *version, const json_t *row)
{
	const json_t *client = json_array_get(json_object_get(sandbox, "credentials"), 0);
	char *credential = xformat("%s:%s", jsonx_text(client, "id"), jsonx_text(client, "secret"));
	struct transport_config config = {
		.sis = jsonx_text(json_object_get(sandbox, "urls"), "v1p1"),
		.credential = credential,
		.timeout_s = TIMEOUT_S,
		.concurrency = 1,
	};
	struct judge_options options = { .credential = credential,
					 .suites = suites,
					 .checks = checks,
					 .version = same_text(version, "1.2")   ? V12
						    : same_text(version, "1.1") ? V11
										: 0,
					 .time_limit_ms = LIMIT_MS,
					 .seed = 7 };
	struct err err = ERR_INIT;
	json_t *report = NULL;

	ck_assert(when_parse(STORY_TIME, &options.now, NULL));
	if (same_text(jsonx_text(row, "auth"), "oauth1"))
		config.auth = options.auth = TRANSPORT_OAUTH1;
	options.transport = transport_new(&config, &err);
	ck_assert_msg(options.transport != NULL, "%s", err.text);
	report = judge_run(&options, &err);
	if (!report) /* nothing works at all: that is seen, too */
		report = json_pack("{s[{ss,ss,ss}]}", "checks", "id", "(the run)", "verdict",
				   "error", "message", err.text);
	transport_free(options.transport);
	free(credential);
	return report;
}

static void sandbox_remove(const struct server *server, const char *name)
{
	char *target = xformat("/sandboxes/%s", name);

	ck_assert_int_eq(admin_status(server, "DELETE", target, NULL), 204);
	free(target);
}

json_t *power_play(const struct server *server, size_t i, bool whole)
{
	const json_t *row = rows[i].row, *suites = json_object_get(row, "suites"), *checks = NULL;
	const char *base = jsonx_text(row, "base");
	char *name = xformat("power-%zu", i);
	json_t *sandbox = sandbox_make(server, name, base ? base : "standard"), *report;

	deviate(server, name, row);
	if (!whole && !jsonx_true(row, "whole"))
		checks = json_object_get(row, "catches");
	report = run(sandbox, suites, checks, jsonx_text(row, "version"), row);
	sandbox_remove(server, name);
	json_decref(sandbox);
	free(name);
	return report;
}

json_t *power_clean(const struct server *server, const char *profile, const char *version)
{
	json_t *sandbox = sandbox_make(server, "power-clean", profile);
	json_t *report = run(sandbox, NULL, NULL, version, NULL);

	sandbox_remove(server, "power-clean");
	json_decref(sandbox);
	return report;
}

json_t *power_caught(const json_t *report)
{
	json_t *caught = json_object();
	const json_t *check;
	size_t i;

	json_array_foreach (json_object_get(report, "checks"), i, check) {
		const char *verdict = jsonx_text(check, "verdict"), *id = jsonx_text(check, "id");
		bool wrong = same_text(verdict, "fail") || same_text(verdict, "warning");

		if (wrong || (same_text(verdict, "error") && !json_object_get(caught, id)))
			json_object_set_new(caught, id, json_string(verdict));
	}
	return caught;
}
