/*
 * test_power.c - that the judge judges: every deviation is seen, and every check sees one.
 */
#include "tests/power/power.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/util.h"
#include "conformance/checks/judge.h"
#include "oneroster/vocab.h"
#include "server/quirk/fault.h"

#define SHARDS 16

/* Slow programs play some of the rows, which are much alike. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define EACH 25
#else
#define EACH 1
#endif

/* What a row demands and the judge did not give. */
static void compare(size_t i, const json_t *caught, struct str *misses)
{
	const json_t *wanted = json_object_get(power_row(i)->row, "catches"), *id;
	size_t k;

	if (power_unseen(i))
		return;
	if (!wanted && !json_object_size(caught))
		str_format(misses, "%s: \"%s\" is seen by no check\n", power_row(i)->file,
			   power_name(i));
	json_array_foreach (wanted, k, id) {
		const char *verdict = jsonx_text(caught, json_string_value(id));

		if (!verdict || same_text(verdict, "error"))
			str_format(misses, "%s: \"%s\": %s gives %s\n", power_row(i)->file,
				   power_name(i), json_string_value(id),
				   verdict ? verdict : "no failure");
	}
}

START_TEST(each_deviation_is_seen)
{
	struct str misses = STR_INIT;
	struct server server;

	server_start(&server, NULL);
	for (size_t i = (size_t)_i; i < power_count(); i += SHARDS * EACH) {
		json_t *report, *caught;

		if (power_unseen(i))
			continue;
		report = power_play(&server, i, false);
		caught = power_caught(report);
		compare(i, caught, &misses);
		json_decref(caught);
		json_decref(report);
	}
	ck_assert_msg(misses.length == 0, "%s", str_text(&misses));
	ck_assert_int_eq(server_stop(&server), 0);
	str_release(&misses);
}
END_TEST

static const struct {
	const char *profile, *version;
} clean[] = {
	{ "standard", NULL }, { "standard", "1.2" }, { "strict", NULL }, { "strict", "1.2" }
};

START_TEST(a_right_provider_is_left_alone)
{
	struct str found = STR_INIT;
	struct server server;
	const json_t *verdict;
	json_t *report, *caught;
	const char *id;

	server_start(&server, NULL);
	report = power_clean(&server, clean[_i].profile, clean[_i].version);
	caught = power_caught(report);
	json_object_foreach (caught, id, verdict)
		str_format(&found, "%s (%s) ", id, json_string_value(verdict));
	ck_assert_msg(found.length == 0, "%s %s: %s", clean[_i].profile,
		      clean[_i].version ? clean[_i].version : "", str_text(&found));
	json_decref(caught);
	json_decref(report);
	str_release(&found);
	ck_assert_int_eq(server_stop(&server), 0);
}
END_TEST

/* The ids that the rows promise to catch. */
static json_t *promised(void)
{
	json_t *set = json_object();
	const json_t *id;
	size_t k;

	for (size_t i = 0; i < power_count(); i++)
		json_array_foreach (json_object_get(power_row(i)->row, "catches"), k, id)
			json_object_set_new(set, json_string_value(id), json_true());
	return set;
}

static void check_listed(unsigned version, json_t *known, const json_t *set, struct str *lacking)
{
	struct err err = ERR_INIT;
	json_t *list = judge_list(&(struct judge_options){ .version = version }, &err);
	const json_t *check;
	size_t i;

	ck_assert_msg(list != NULL, "%s", err.text);
	json_array_foreach (list, i, check) {
		const char *id = jsonx_text(check, "id");

		if (!json_object_get(set, id) && !json_object_get(known, id))
			str_format(lacking, "%s ", id);
		json_object_set_new(known, id, json_true());
	}
	json_decref(list);
}

START_TEST(each_check_sees_something)
{
	json_t *set = promised(), *known = json_object();
	struct str lacking = STR_INIT;
	const json_t *value;
	const char *id;

	check_listed(V11, known, set, &lacking);
	check_listed(V12, known, set, &lacking);
	ck_assert_msg(lacking.length == 0, "no deviation is there for: %s", str_text(&lacking));
	json_object_foreach (set, id, value)
		ck_assert_msg(json_object_get(known, id) != NULL, "%s is no check", id);
	json_decref(set);
	json_decref(known);
	str_release(&lacking);
}
END_TEST

START_TEST(names_differ)
{
	json_t *names = json_object();

	for (size_t i = 0; i < power_count(); i++) {
		ck_assert_msg(!json_object_get(names, power_name(i)), "\"%s\" stands twice",
			      power_name(i));
		json_object_set_new(names, power_name(i), json_true());
		ck_assert_msg(!power_unseen(i) || !json_object_get(power_row(i)->row, "catches"),
			      "\"%s\" is unseen and caught", power_name(i));
		ck_assert_msg(
			!json_object_get(power_row(i)->row, "catches") ||
				json_array_size(json_object_get(power_row(i)->row, "catches")),
			"\"%s\" promises to catch nothing", power_name(i));
	}
	json_decref(names);
}
END_TEST

/* Whether a row sets @key below @part to @value; NULL: to anything. */
static bool is_set(const char *part, const char *key, const json_t *value)
{
	for (size_t i = 0; i < power_count(); i++) {
		const json_t *found = json_object_get(json_object_get(power_row(i)->row, part),
						      key);

		if (found && (!value || json_equal(found, value)))
			return true;
	}
	return false;
}

/* The values that a switch of few values can have, but for its default; NULL: any will do. */
static json_t *values_of(const json_t *row)
{
	const json_t *preset = json_object_get(row, "default");
	const char *choice = jsonx_text(row, "choices");
	json_t *values;

	if (json_is_boolean(preset))
		return json_pack("[b]", !json_is_true(preset));
	if (!same_text(jsonx_text(row, "type"), "choice"))
		return NULL;
	values = json_array();
	while (choice && *choice) { /* "a, b, id:" */
		size_t length = strcspn(choice, ",");
		char *value = xstrndup(choice, length);

		if (!same_text(value, json_string_value(preset)) && !strchr(value, ':'))
			json_array_append_new(values, json_string(value));
		free(value);
		choice += length;
		choice += strspn(choice, ", ");
	}
	return values;
}

START_TEST(every_switch_has_its_rows)
{
	struct outcome outcome;
	struct str lacking = STR_INIT;
	const json_t *row, *value;
	json_t *reference;
	size_t i, k;

	run_mocksis(&outcome, 30, (const char *[]){ "profiles", "--switches", "--json", NULL });
	reference = json_loads(outcome.out, 0, NULL);
	ck_assert_msg(json_array_size(json_object_get(reference, "switches")) > 80, "%.300s",
		      outcome.out);
	json_array_foreach (json_object_get(reference, "switches"), i, row) {
		const char *name = jsonx_text(row, "name");
		json_t *values = values_of(row);

		if (!values && !is_set("quirks", name, NULL))
			str_format(&lacking, "%s ", name);
		json_array_foreach (values, k, value) {
			char *text = jsonx_dump(value);

			if (!is_set("quirks", name, value))
				str_format(&lacking, "%s=%s ", name, text);
			free(text);
		}
		json_decref(values);
	}
	ck_assert_msg(lacking.length == 0, "no row for: %s", str_text(&lacking));
	str_release(&lacking);
	json_decref(reference);
	outcome_release(&outcome);
}
END_TEST

/* Whether a fault rule has @key in its `do`, with the text @value (NULL: anything). */
static bool is_done(const char *key, const char *value)
{
	const json_t *rule;
	size_t k;

	for (size_t i = 0; i < power_count(); i++)
		json_array_foreach (json_object_get(power_row(i)->row, "faults"), k, rule) {
			const json_t *found = json_object_get(json_object_get(rule, "do"), key);

			if (found && (!value || same_text(json_string_value(found), value)))
				return true;
		}
	return false;
}

START_TEST(every_fault_has_its_row)
{
	struct str lacking = STR_INIT;
	char *page = file_get("docs/faults.md"), *line;

	for (enum fault fault = 0; fault < FAULT_COUNT; fault++)
		if (!is_done("fault", fault_name(fault)))
			str_format(&lacking, "fault %s ", fault_name(fault));
	line = strstr(page, "\n## do");
	ck_assert_ptr_nonnull(line);
	while ((line = strstr(line, "\n| `"))) { /* | `status` | ... */
		char *name = xstrndup(line + 4, strcspn(line + 4, "`"));

		if (!is_done(name, NULL))
			str_format(&lacking, "effect %s ", name);
		free(name);
		line++;
	}
	ck_assert_msg(lacking.length == 0, "no row for: %s", str_text(&lacking));
	str_release(&lacking);
	free(page);
}
END_TEST

Suite *power_suite(void);
Suite *power_suite(void)
{
	Suite *suite = suite_create("power");
	TCase *tc = tcase_create("power");

	tcase_set_tags(tc, "long");
	tcase_set_timeout(tc, 300);
	tcase_add_loop_test(tc, each_deviation_is_seen, 0, SHARDS);
	tcase_add_loop_test(tc, a_right_provider_is_left_alone, 0, ARRAY_SIZE(clean));
	tcase_add_test(tc, each_check_sees_something);
	tcase_add_test(tc, names_differ);
	tcase_add_test(tc, every_switch_has_its_rows);
	tcase_add_test(tc, every_fault_has_its_row);
	suite_add_tcase(suite, tc);
	return suite;
}
