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
#include "conformance/wording.h"
#include "tests/http/desk.h"

#define LABS_MOST 400
#define LABS 30 /* that fixtures/labs holds */

/* Slow programs play some of the labs and codes, which are much alike. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define EACH 7
#else
#define EACH 1
#endif

static struct server server;
static char *ids[LABS_MOST];
static size_t lab_count, id_count;
static json_t *entries; /* of the dictionary */

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

	entries = json_incref(json_object_get(file, "entries"));
	json_array_foreach (entries, i, entry)
		if (id_count < LABS_MOST)
			ids[id_count++] = xstrdup(jsonx_text(entry, "code"));
	json_decref(file);
	free(path);
}

/* Of the dictionary; NULL: the id of a lab. */
static const json_t *entry_of(const char *code)
{
	const json_t *entry;
	size_t i;

	json_array_foreach (entries, i, entry)
		if (same_text(jsonx_text(entry, "code"), code))
			return entry;
	return NULL;
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

/* the error of a code */

static bool says(const json_t *entry, const struct wording *wording)
{
	struct pattern *pattern = pattern_new(jsonx_text(entry, "text"), false);
	bool fits = pattern_fits(pattern, wording, NULL);

	pattern_free(pattern);
	return fits;
}

/* Whether the words are those of the entry, or others that it has. */
static bool is_worded(const json_t *entry, const char *text)
{
	struct wording *wording = wording_new(text);
	bool fits = says(entry, wording);
	const json_t *other;
	size_t i;

	json_array_foreach (json_object_get(entry, "texts"), i, other)
		fits = fits || says(other, wording);
	wording_free(wording);
	return fits;
}

/* An error has the code, a warning only the words. */
static bool is_in_history(const struct desk *desk, const json_t *entry)
{
	static const char *const kinds[] = { "errors", "warnings" };
	struct outcome outcome;
	json_t *history, *report, *line;
	size_t i, k;
	bool found = false;

	run_mocksis(&outcome, 60,
		    (const char *[]){ "sync", desk->course, "--history", "--json", NULL });
	history = json_loads(outcome.out, JSON_DECODE_ANY, NULL);
	json_array_foreach (history, i, report)
		for (size_t kind = 0; kind < ARRAY_SIZE(kinds); kind++)
			json_array_foreach (json_object_get(report, kinds[kind]), k, line)
				found = found || same_text(jsonx_text(line, "code"), desk->id) ||
					is_worded(entry, jsonx_text(line, "text"));
	json_decref(history);
	outcome_release(&outcome);
	return found;
}

/* Of a sync that ends before it begins. */
static bool is_on_screen(const struct desk *desk, const json_t *entry)
{
	struct outcome outcome;
	bool found;

	run_mocksis(&outcome, 60,
		    (const char *[]){ "sync", desk->course, "--config", desk->config, NULL });
	found = is_worded(entry, outcome.err);
	outcome_release(&outcome);
	return found;
}

/* A lab of a code must be about this error and no other. Reading labs have nothing to show. */
static void shows_error(const struct desk *desk, const json_t *key, const json_t *entry)
{
	ck_assert_msg(is_read(key) || is_in_history(desk, entry) || is_on_screen(desk, entry),
		      "%s: its error is not to be seen", desk->id);
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
	struct desk desk = desk_make(&server, ids[_i * EACH]);
	const json_t *entry = entry_of(desk.id);
	json_t *key = desk_key(&desk);

	desk_start(&desk, NULL);
	desk_check(&desk, 1, "untouched");
	if (same_text(jsonx_text(key, "id"), desk.id)) {
		if (entry)
			shows_error(&desk, key, entry);
		play_three_ways(&desk, key);
	}
	ck_assert_int_eq(desk_status(&desk, (const char *[]){ "end", NULL }), 0);
	json_decref(key);
	desk_release(&desk);
}
END_TEST

/* What cannot be shown is said to be so, with the reason that the table of scenarios gives. */
START_TEST(reading_is_explained)
{
	char *path = fixture("scenarios/not-reproducible.json");
	json_t *reasons = json_load_file(path, 0, NULL);
	const json_t *why;
	const char *code;

	ck_assert_uint_gt(json_object_size(reasons), 0);
	json_object_foreach (reasons, code, why) {
		struct desk desk = desk_make(&server, code);
		struct outcome outcome;

		desk_lab(&outcome, &desk, (const char *[]){ "start", code, "--json", NULL });
		ck_assert_msg(strstr(outcome.out, "Nothing fails in this lab") &&
				      strstr(outcome.out, json_string_value(why)),
			      "%s is not explained: %s%s", code, outcome.out, outcome.err);
		ck_assert_int_eq(desk_status(&desk, (const char *[]){ "end", NULL }), 0);
		outcome_release(&outcome);
		desk_release(&desk);
	}
	json_decref(reasons);
	free(path);
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

	tcase_set_tags(tc, "long");
	read_labs();
	read_codes();
	tcase_set_timeout(tc, 120);
	tcase_add_unchecked_fixture(tc, server_up, server_down);
	tcase_add_loop_test(tc, plays, 0, (int)(id_count + EACH - 1) / EACH);
	tcase_add_test(tc, reading_is_explained);
	tcase_add_test(tc, are_listed);
	suite_add_tcase(suite, tc);
	return suite;
}
