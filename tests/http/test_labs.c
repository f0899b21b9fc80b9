/*
 * test_labs.c - plays every lab three ways, as a trainee does: untouched it is red, each wrong
 * remedy leaves it red, the right one makes it green.
 *
 * One server serves all of them. What is to be done comes from `mocksis lab key ID --json`.
 */
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/jsonx.h"
#include "base/util.h"
#include "tests/http/course.h"
#include "tests/http/harness.h"

#define LABS_MOST 400
#define ARGS_MOST 40
#define LABS 8 /* that fixtures/labs holds */

static struct server server;
static char *ids[LABS_MOST];
static size_t lab_count, id_count;

/* The ids of fixtures/labs, then all codes of the dictionary. */
static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void read_labs(void)
{
	char *folder = fixture("labs");
	DIR *dir = opendir(folder);

	for (struct dirent *entry; dir && (entry = readdir(dir)) && lab_count < LABS_MOST;)
		if (isupper((unsigned char)entry->d_name[0]) && ends_with(entry->d_name, ".json"))
			ids[lab_count++] = xstrndup(entry->d_name, strlen(entry->d_name) - 5);
	if (dir)
		closedir(dir);
	free(folder);
	qsort(ids, lab_count, sizeof *ids, by_name);
	id_count = lab_count;
}

static void read_codes(void)
{
	char *path = fixture("dictionary.json");
	json_t *file = json_load_file(path, 0, NULL);
	const json_t *entry;
	size_t i;

	json_array_foreach (json_object_get(file, "entries"), i, entry)
		if (id_count < LABS_MOST)
			ids[id_count++] = xstrdup(jsonx_text(entry, "code"));
	json_decref(file);
	free(path);
}

static void server_up(void)
{
	server_start(&server, NULL);
}

static void server_down(void)
{
	ck_assert_int_eq(server_stop(&server), 0);
}

/* the command line */

/* `mocksis lab ARGS` (NULL-terminated) on the server. */
static void lab(struct outcome *outcome, const char *const args[])
{
	const char *all[ARGS_MOST] = { "lab" };
	size_t n = 1;

	for (size_t i = 0; args[i]; i++)
		all[n++] = args[i];
	ck_assert_uint_lt(n, ARGS_MOST - 5);
	all[n++] = "--url";
	all[n++] = server.url;
	all[n++] = "--admin-token";
	all[n++] = ADMIN_TOKEN;
	run_mocksis(outcome, 60, all);
}

/* The same where only the exit status counts. */
static int lab_status(const char *const args[])
{
	struct outcome outcome;
	int status;

	lab(&outcome, args);
	status = outcome.status;
	outcome_release(&outcome);
	return status;
}

static json_t *key_of(const char *id)
{
	struct outcome outcome;
	json_t *key;

	lab(&outcome, (const char *[]){ "key", id, "--json", NULL });
	key = json_loads(outcome.out, 0, NULL);
	ck_assert_msg(outcome.status == 0 && key, "%s: %s", id, outcome.err);
	outcome_release(&outcome);
	return key;
}

/* What a trainee is in. */
struct desk {
	const char *id;
	char *folder, *course, *config;
};

static struct desk desk_make(const char *id)
{
	struct desk desk = { id, folder_make() };

	desk.course = xformat("%s/course", desk.folder);
	desk.config = xformat("%s/mocksis.json", desk.folder);
	return desk;
}

static void desk_release(struct desk *desk)
{
	folder_remove(desk->folder);
	free(desk->course);
	free(desk->config);
}

static void start(const struct desk *desk, const char *mode)
{
	struct outcome outcome;

	lab(&outcome,
	    (const char *[]){ "start", desk->id, "--folder", desk->folder, "--mode", mode, NULL });
	ck_assert_msg(outcome.status == 0, "start %s: %s", desk->id, outcome.err);
	outcome_release(&outcome);
}

static void reset(const struct desk *desk)
{
	ck_assert_msg(lab_status((const char *[]){ "reset", "--folder", desk->folder, NULL }) == 0,
		      "%s: reset", desk->id);
}

/* 0 is green, 1 is red. */
static void check(const struct desk *desk, int expected, const char *when)
{
	struct outcome outcome;

	lab(&outcome, (const char *[]){ "check", "--folder", desk->folder, NULL });
	ck_assert_msg(outcome.status == expected, "%s, %s: expected %s: %s%s", desk->id, when,
		      expected ? "red" : "green", outcome.out, outcome.err);
	outcome_release(&outcome);
}

/* the steps */

static void play_sync(const struct desk *desk, const json_t *flags)
{
	const char *args[ARGS_MOST] = { "sync", desk->course, "--config", desk->config };
	struct outcome outcome;
	const json_t *flag;
	size_t i, n = 4;

	json_array_foreach (flags, i, flag)
		args[n++] = json_string_value(flag);
	run_mocksis(&outcome, 60, args);
	ck_assert_msg(outcome.status != 2, "%s: sync: %s", desk->id, outcome.err);
	outcome_release(&outcome);
}

/* `mocksis lab KIND WORDS --folder DIR`; a case may be refused where it lacks an example. */
static void play_words(const struct desk *desk, const char *kind, const json_t *words)
{
	const char *args[ARGS_MOST] = { kind, "--folder", desk->folder };
	bool is_case = strcmp(kind, "case") == 0;
	struct outcome outcome;
	const json_t *word;
	size_t i, n = 3;

	if (!is_case)
		args[n++] = "--"; /* a word may begin with a hyphen */
	json_array_foreach (words, i, word)
		args[n++] = json_string_value(word);
	const char *all[ARGS_MOST] = { "lab", "--url", server.url, "--admin-token", ADMIN_TOKEN };

	for (i = 0; i < n; i++)
		all[5 + i] = args[i];
	run_mocksis(&outcome, 60, all);
	ck_assert_msg(outcome.status == 0 || (is_case && outcome.status == 1), "%s: %s %s: %s",
		      desk->id, kind, json_string_value(json_array_get(words, 0)), outcome.err);
	outcome_release(&outcome);
}

static void play_edits(const struct desk *desk, const json_t *edits)
{
	const json_t *edit;
	size_t i;

	json_array_foreach (edits, i, edit)
		course_edit(desk->course, edit, desk->id);
}

static void play(const struct desk *desk, const json_t *steps)
{
	static const char *const spoken[] = { "fix", "answer", "case" };
	const json_t *step;
	size_t i;

	json_array_foreach (steps, i, step) {
		if (json_object_get(step, "sync"))
			play_sync(desk, json_object_get(step, "sync"));
		play_edits(desk, json_object_get(step, "edit"));
		for (size_t k = 0; k < ARRAY_SIZE(spoken); k++)
			if (json_object_get(step, spoken[k]))
				play_words(desk, spoken[k], json_object_get(step, spoken[k]));
	}
}

/* A code may stand for a lab, which is played for itself. */
START_TEST(plays)
{
	struct desk desk = desk_make(ids[_i]);
	json_t *key = key_of(desk.id);
	const json_t *wrong;
	size_t i;

	start(&desk, "verbatim");
	check(&desk, 1, "untouched");
	if (same_text(jsonx_text(key, "id"), desk.id)) {
		json_array_foreach (json_object_get(key, "wrong"), i, wrong) {
			reset(&desk);
			play(&desk, json_object_get(wrong, "steps"));
			check(&desk, 1, jsonx_text(wrong, "why"));
		}
		ck_assert_msg(i > 0, "%s has no wrong remedy", desk.id);
		reset(&desk);
		play(&desk, json_object_get(key, "right"));
		check(&desk, 0, "mended");
	}
	ck_assert_int_eq(lab_status((const char *[]){ "end", "--folder", desk.folder, NULL }), 0);
	json_decref(key);
	desk_release(&desk);
}
END_TEST

START_TEST(all_are_there)
{
	ck_assert_uint_eq(lab_count, LABS);
}
END_TEST

Suite *labs_suite(void);
Suite *labs_suite(void)
{
	Suite *suite = suite_create("labs");
	TCase *tc = tcase_create("labs");

	read_labs();
	read_codes();
	tcase_set_timeout(tc, 120);
	tcase_add_unchecked_fixture(tc, server_up, server_down);
	tcase_add_loop_test(tc, plays, 0, (int)id_count);
	tcase_add_test(tc, all_are_there);
	suite_add_tcase(suite, tc);
	return suite;
}
