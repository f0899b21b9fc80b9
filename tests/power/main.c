/*
 * main.c - make judge-power: the deviations against the suites, as a matrix.
 *
 * Runs as one test without forks of the library's, so that the harness of the socket tests can be
 * used; its own workers share the rows.
 */
#include "tests/power/power.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/jsonx.h"
#include "base/util.h"
#include "conformance/checks/judge.h"
#include "oneroster/vocab.h"

#define WORKERS 4
#define COLUMN 6

/* What a worker found goes to a file: a line of JSON for each row, [i, {id: verdict}].
 */
static void work(int worker, FILE *out)
{
	struct server server;

	server_start(&server, NULL);
	for (size_t i = (size_t)worker; i < power_count(); i += WORKERS) {
		json_t *report = power_play(&server, i, true);
		json_t *line = json_pack("[I,o]", (json_int_t)i, power_caught(report));
		char *text = json_dumps(line, JSON_COMPACT);

		fprintf(out, "%s\n", text);
		fflush(out);
		fprintf(stderr, "%zu of %zu: %s\n", i + 1, power_count(), power_name(i));
		free(text);
		json_decref(line);
		json_decref(report);
	}
	server_stop(&server);
}

/* All lines of a worker into @found, an array by row. */
static void collect(FILE *file, json_t *found)
{
	char *line = NULL;
	size_t size = 0;

	rewind(file);
	while (getline(&line, &size, file) > 0) {
		json_t *pair = json_loads(line, 0, NULL);

		json_array_set(found, (size_t)json_integer_value(json_array_get(pair, 0)),
			       json_array_get(pair, 1));
		json_decref(pair);
	}
	free(line);
	fclose(file);
}

static json_t *play_all(void)
{
	json_t *found = json_array();
	FILE *files[WORKERS];
	pid_t pids[WORKERS];

	for (size_t i = 0; i < power_count(); i++)
		json_array_append_new(found, json_object());
	for (int i = 0; i < WORKERS; i++) {
		files[i] = tmpfile();
		ck_assert_ptr_nonnull(files[i]);
		pids[i] = fork();
		if (pids[i] == 0) {
			work(i, files[i]);
			_exit(0);
		}
	}
	for (int i = 0; i < WORKERS; i++) {
		int status;

		waitpid(pids[i], &status, 0);
		ck_assert_msg(status == 0, "a worker failed");
		collect(files[i], found);
	}
	return found;
}

/* All checks of both versions: {id: {"suite", "level", "saw"}}, and the suites in order. */
static json_t *all_checks(json_t *suites)
{
	json_t *all = json_object();

	for (unsigned version = V11; version <= V12; version++) {
		struct err err = ERR_INIT;
		json_t *list = judge_list(&(struct judge_options){ .version = version }, &err);
		json_t *check;
		size_t i, k;

		json_array_foreach (list, i, check) {
			const char *suite = jsonx_text(check, "suite");
			bool known = false;

			for (k = 0; k < json_array_size(suites); k++)
				known = known ||
					same_text(json_string_value(json_array_get(suites, k)),
						  suite);
			if (!known)
				json_array_append_new(suites, json_string(suite));
			json_object_set(all, jsonx_text(check, "id"), check);
		}
		json_decref(list);
	}
	return all;
}

static size_t caught_in(const json_t *caught, const json_t *all, const char *suite)
{
	const json_t *verdict;
	const char *id;
	size_t count = 0;

	json_object_foreach ((json_t *)(uintptr_t)caught, id, verdict)
		count += same_text(jsonx_text(json_object_get(all, id), "suite"), suite);
	return count;
}

/* Whether the row asks the suite. */
static bool is_asked(size_t i, const char *suite)
{
	const json_t *suites = json_object_get(power_row(i)->row, "suites"), *name;
	bool asked = suites == NULL;
	size_t k;

	json_array_foreach (suites, k, name)
		asked = asked || same_text(json_string_value(name), suite);
	return asked;
}

static void print_matrix(const json_t *found, const json_t *all, const json_t *suites)
{
	const json_t *suite;
	size_t k;

	printf("%-72s", "deviation \\ checks that see it, by suite");
	json_array_foreach (suites, k, suite)
		printf(" %*.*s", COLUMN, COLUMN, json_string_value(suite));
	puts("");
	for (size_t i = 0; i < power_count(); i++) {
		const json_t *caught = json_array_get(found, i);

		printf("%-72.72s", power_name(i));
		json_array_foreach (suites, k, suite) {
			size_t count = caught_in(caught, all, json_string_value(suite));

			if (count)
				printf(" %*zu", COLUMN, count);
			else
				printf(" %*s", COLUMN,
				       is_asked(i, json_string_value(suite)) ? "." : "");
		}
		puts(power_unseen(i) ? "  (cannot be seen)" : "");
	}
}

static void print_unseen(const json_t *found)
{
	puts("\nWhat no client can see:");
	for (size_t i = 0; i < power_count(); i++)
		if (power_unseen(i))
			printf("  %s: %s%s\n", power_name(i), power_unseen(i),
			       json_object_size(json_array_get(found, i))
				       ? " - YET A CHECK SAW SOMETHING"
				       : "");
}

/* Prints what is left open and the two figures; whether nothing is open. */
static bool print_figures(const json_t *found, const json_t *all)
{
	size_t visible = 0, seen = 0, checks = json_object_size(all), useful = 0;
	const json_t *check, *caught;
	const char *id;
	size_t i;

	puts("");
	for (i = 0; i < power_count(); i++) {
		bool any = json_object_size(json_array_get(found, i)) > 0;

		visible += !power_unseen(i);
		seen += !power_unseen(i) && any;
		if (!power_unseen(i) && !any)
			printf("NOT SEEN: %s (%s)\n", power_name(i), power_row(i)->file);
	}
	json_object_foreach ((json_t *)(uintptr_t)all, id, check) {
		bool any = false;

		json_array_foreach (found, i, caught) {
			const char *verdict = jsonx_text(caught, id);

			any = any || same_text(verdict, "fail") || same_text(verdict, "warning");
		}
		useful += any;
		if (!any)
			printf("SEES NOTHING: %s\n", id);
	}
	printf("%zu of %zu visible deviations are seen by at least one check: %.1f %%\n", seen,
	       visible, visible ? 100.0 * (double)seen / (double)visible : 0);
	printf("%zu of %zu checks see at least one deviation: %.1f %%\n", useful, checks,
	       checks ? 100.0 * (double)useful / (double)checks : 0);
	return seen == visible && useful == checks;
}

START_TEST(matrix)
{
	json_t *suites = json_array(), *all = all_checks(suites), *found = play_all();

	print_matrix(found, all, suites);
	ck_assert_int_eq(json_dump_file(found, "build/judge-power.json", JSON_INDENT(1)), 0);
	print_unseen(found);
	ck_assert_msg(print_figures(found, all), "the judge is not as strong as it should be");
	json_decref(found);
	json_decref(all);
	json_decref(suites);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("judge-power");
	TCase *tc = tcase_create("matrix");
	SRunner *runner = srunner_create(suite);
	int failed;

	tcase_add_test(tc, matrix);
	suite_add_tcase(suite, tc);
	srunner_set_fork_status(runner, CK_NOFORK);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
