/*
 * test_clients.c - scripted clients, each of which breaks one rule: mocksis check --consumer
 * names that rule and no other.
 */
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "tests/http/script.h"

static struct server shared;
static json_t *scripts;

static void start(void)
{
	server_start(&shared, NULL);
}

static void stop(void)
{
	server_stop(&shared);
}

static void read_scripts(void)
{
	char *path = fixture("../tests/clients/clients.json");
	struct err err = ERR_INIT;

	if (!scripts)
		scripts = jsonx_load_file(path, &err);
	if (!scripts)
		abort(); /* before any test: nothing could say it better */
	free(path);
}

/* What `mocksis check --consumer` says of a sandbox; @connection may be NULL. */
static void judge(struct outcome *outcome, const struct box *box, const char *connection)
{
	const char *args[16] = {
		"check",         "--consumer", shared.url,  "--sandbox", box->name,
		"--admin-token", ADMIN_TOKEN,  "--fail-on", "warning",   "--json"
	};

	if (connection) {
		args[10] = "--connection";
		args[11] = connection;
	}
	run_mocksis(outcome, 30, args);
}

static void expect_verdicts(const json_t *script, const json_t *report)
{
	const char *name = jsonx_text(script, "name"), *breaks = jsonx_text(script, "breaks");
	const json_t *check;
	bool found = breaks == NULL;
	size_t i;

	json_array_foreach (json_object_get(report, "checks"), i, check) {
		const char *verdict = jsonx_text(check, "verdict"), *id = jsonx_text(check, "id");
		const char *message = jsonx_text(check, "message");
		bool must = strcmp(jsonx_text(check, "level"), "must") == 0;
		const json_t *kept = json_object_get(check, "exchanges");
		const json_t *shown = json_array_get(kept, json_array_size(kept) - 1);
		char *first = xformat("exchange %lld, ", (long long)jsonx_int(shown, "journal"));

		if (!same_text(id, breaks)) {
			free(first);
			ck_assert_msg(strcmp(verdict, "pass") == 0 ||
					      strcmp(verdict, "skipped") == 0,
				      "%s: %s is %s: %s", name, id, verdict, message);
			continue;
		}
		found = true;
		ck_assert_msg(strcmp(verdict, must ? "fail" : "warning") == 0, "%s: %s is %s: %s",
			      name, id, verdict, message);
		ck_assert_msg(strstr(message, jsonx_text(script, "says")) != NULL, "%s: %s", name,
			      message);
		ck_assert_msg(starts_with(message, first) && jsonx_text(shown, "curl"), "%s: %s%s",
			      name, first, message);
		free(first);
	}
	ck_assert_msg(found, "%s: there is no rule %s", name, breaks);
}

START_TEST(each_breaks_its_rule)
{
	const json_t *script = json_array_get(scripts, (size_t)_i);
	const char *name = jsonx_text(script, "name");
	json_t *promised = json_object_get(script, "connection");
	char *folder = folder_make(), *path = xformat("%s/connection.json", folder);
	char *text = promised ? jsonx_dump(promised) : NULL, box_name[32];
	struct outcome outcome;
	struct box box;
	json_t *report;

	snprintf(box_name, sizeof box_name, "client-%d", _i);
	if (text)
		file_put(folder, "connection.json", text);
	box_make(&box, &shared, box_name);
	script_play(&box, script);
	judge(&outcome, &box, text ? path : NULL);
	report = json_loads(outcome.out, 0, NULL);
	ck_assert_msg(report != NULL, "%s: %s%s", name, outcome.out, outcome.err);
	expect_verdicts(script, report);
	ck_assert_msg(outcome.status == (jsonx_text(script, "breaks") ? 1 : 0), "%s: exit %d", name,
		      outcome.status);
	ck_assert_msg(json_is_true(json_object_get(report, "complete")), "%s", name);
	json_decref(report);
	outcome_release(&outcome);
	box_free(&box);
	free(text);
	free(path);
	folder_remove(folder);
}
END_TEST

START_TEST(each_rule_is_broken_by_somebody)
{
	struct outcome outcome;
	const json_t *rule, *script;
	json_t *list;
	size_t i, k;

	run_mocksis(&outcome, 30,
		    (const char *[]){ "check", "--list", "--consumer", "x", "--json", NULL });
	list = json_loads(outcome.out, 0, NULL);
	ck_assert_uint_ge(json_array_size(list), 40);
	json_array_foreach (list, i, rule) {
		bool broken = false;

		json_array_foreach (scripts, k, script)
			broken = broken ||
				 same_text(jsonx_text(script, "breaks"), jsonx_text(rule, "id"));
		ck_assert_msg(broken, "no client breaks %s", jsonx_text(rule, "id"));
		ck_assert_msg(*jsonx_text(rule, "clause") && *jsonx_text(rule, "title"), "%s",
			      jsonx_text(rule, "id"));
	}
	json_decref(list);
	outcome_release(&outcome);
}
END_TEST

Suite *clients_suite(void);
Suite *clients_suite(void)
{
	Suite *suite = suite_create("clients");
	TCase *tc = tcase_create("clients");

	read_scripts();
	tcase_set_timeout(tc, 60);
	tcase_add_unchecked_fixture(tc, start, stop);
	tcase_add_loop_test(tc, each_breaks_its_rule, 0, (int)json_array_size(scripts));
	tcase_add_test(tc, each_rule_is_broken_by_somebody);
	suite_add_tcase(suite, tc);
	return suite;
}
