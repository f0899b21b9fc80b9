/*
 * test_labs.c - plays every lab three ways, as a trainee does: untouched it is red, each wrong
 * remedy leaves it red, the right one makes it green.
 *
 * One server serves all of them. What is to be done comes from `mocksis lab key ID --json`.
 */
#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/util.h"
#include "tests/http/desk.h"

#define LABS_MOST 400
#define LABS 20 /* that fixtures/labs holds */

/* Slow programs play all labs, and some of the codes, which are much alike. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define EACH 5
#else
#define EACH 1
#endif

static struct server server;
static char *ids[LABS_MOST];
static size_t lab_count, id_count;

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

/* Every code of the dictionary is a lab, too. */
static void read_codes(void)
{
	char *path = fixture("dictionary.json");
	json_t *file = json_load_file(path, 0, NULL);
	const json_t *entry;
	size_t i;

	json_array_foreach (json_object_get(file, "entries"), i, entry)
		if (id_count < LABS_MOST && i % EACH == 0)
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

/* The trainer's words, cut where a line may break. */
static void is_not_told(const struct desk *desk, const char *secret, const char *shown,
			const char *by)
{
	size_t length = secret && strlen(secret) > 40 ? 40 : secret ? strlen(secret) : 0;
	char *beginning = xstrndup(secret ? secret : "", length);

	ck_assert_msg(length == 0 || !strstr(shown, beginning), "%s: %s tells \"%s\": %s", desk->id,
		      by, beginning, shown);
	free(beginning);
}

/* What a trainee is shown without asking for a hint does not tell the cause. */
static void keeps_quiet(const struct desk *desk, const json_t *key)
{
	static const char *const members[] = { "cause", "remedy", "trap" };
	struct outcome status, sync;

	desk_lab(&status, desk, (const char *[]){ "status", "--json", NULL });
	run_mocksis(
		&sync, 60,
		(const char *[]){ "sync", desk->course, "--config", desk->config, "--json", NULL });
	for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
		const char *secret = jsonx_text(json_object_get(key, "key"), members[i]);

		is_not_told(desk, secret, status.out, "status");
		is_not_told(desk, secret, sync.out, "sync");
	}
	outcome_release(&status);
	outcome_release(&sync);
}

/* Answers replace one another: a lab that is only read need not begin again. */
static bool is_read(const json_t *key)
{
	return json_array_size(json_object_get(key, "verbs")) == 0 &&
	       json_object_get(key, "verbs") != NULL;
}

static void begin_again(const struct desk *desk, const json_t *key)
{
	if (!is_read(key))
		ck_assert_int_eq(desk_status(desk, (const char *[]){ "reset", NULL }), 0);
}

static void play_three_ways(const struct desk *desk, const json_t *key)
{
	const json_t *wrong;
	size_t i;

	keeps_quiet(desk, key);
	json_array_foreach (json_object_get(key, "wrong"), i, wrong) {
		begin_again(desk, key);
		desk_play(desk, json_object_get(wrong, "steps"));
		desk_check(desk, 1, jsonx_text(wrong, "why"));
	}
	ck_assert_msg(i > 0, "%s has no wrong remedy", desk->id);
	begin_again(desk, key);
	desk_play(desk, json_object_get(key, "right"));
	desk_check(desk, 0, "mended");
}

/* A code may stand for a lab, which is played for itself. */
START_TEST(plays)
{
	struct desk desk = desk_make(&server, ids[_i]);
	json_t *key = desk_key(&desk);

	desk_start(&desk, NULL);
	desk_check(&desk, 1, "untouched");
	if (same_text(jsonx_text(key, "id"), desk.id))
		play_three_ways(&desk, key);
	ck_assert_int_eq(desk_status(&desk, (const char *[]){ "end", NULL }), 0);
	json_decref(key);
	desk_release(&desk);
}
END_TEST

/* All of them and no others, in the order of their names; the list does not tell the cause. */
START_TEST(are_listed)
{
	struct outcome outcome;
	json_t *list;

	run_mocksis(&outcome, 60, (const char *[]){ "lab", "list", "--json", NULL });
	list = json_loads(outcome.out, 0, NULL);
	ck_assert_int_eq(outcome.status, 0);
	ck_assert_uint_eq(json_array_size(list), LABS);
	for (size_t i = 0; i < lab_count; i++) {
		struct desk desk = { &server, ids[i] };
		json_t *key = desk_key(&desk);

		ck_assert_str_eq(jsonx_text(json_array_get(list, i), "id"), ids[i]);
		is_not_told(&desk, jsonx_text(json_object_get(key, "key"), "cause"), outcome.out,
			    "list");
		json_decref(key);
	}
	json_decref(list);
	outcome_release(&outcome);
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
	tcase_add_test(tc, are_listed);
	suite_add_tcase(suite, tc);
	return suite;
}
