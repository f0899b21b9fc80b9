/*
 * desk.c - a trainee's desk.
 */
#include "tests/http/desk.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/util.h"
#include "tests/http/course.h"

#define ARGS_MOST 48

struct desk desk_make(const struct server *server, const char *id)
{
	struct desk desk = { server, id, folder_make() };

	desk.course = xformat("%s/course", desk.folder);
	desk.config = xformat("%s/mocksis.json", desk.folder);
	return desk;
}

void desk_release(struct desk *desk)
{
	folder_remove(desk->folder);
	free(desk->course);
	free(desk->config);
}

void desk_lab(struct outcome *outcome, const struct desk *desk, const char *const args[])
{
	const char *all[ARGS_MOST] = { "lab",       "--url",    desk->server->url, "--admin-token",
				       ADMIN_TOKEN, "--folder", desk->folder };
	size_t n = 7;

	for (size_t i = 0; args[i]; i++) {
		ck_assert_uint_lt(n, ARGS_MOST - 1);
		all[n++] = args[i];
	}
	run_mocksis(outcome, 60, all);
}

int desk_status(const struct desk *desk, const char *const args[])
{
	struct outcome outcome;
	int status;

	desk_lab(&outcome, desk, args);
	status = outcome.status;
	outcome_release(&outcome);
	return status;
}

void desk_split(char *buffer, const char *words[static DESK_WORDS])
{
	size_t n = 0;

	for (char *at = buffer; *at && n < DESK_WORDS - 1;) {
		char end = *at == '\'' ? '\'' : ' ';

		at += end == '\'';
		words[n++] = at;
		at += strcspn(at, end == '\'' ? "'" : " ");
		if (*at)
			*at++ = '\0';
		at += strspn(at, " ");
	}
	words[n] = NULL;
}

void desk_start(const struct desk *desk, const char *mode)
{
	struct outcome outcome;

	desk_lab(&outcome, desk,
		 (const char *[]){ "start", desk->id, mode ? "--mode" : NULL, mode, NULL });
	ck_assert_msg(outcome.status == 0, "start %s: %s", desk->id, outcome.err);
	outcome_release(&outcome);
}

void desk_check(const struct desk *desk, int expected, const char *when)
{
	struct outcome outcome;

	desk_lab(&outcome, desk, (const char *[]){ "check", NULL });
	ck_assert_msg(outcome.status == expected, "%s, %s: expected %s: %s%s", desk->id, when,
		      expected ? "red" : "green", outcome.out, outcome.err);
	outcome_release(&outcome);
}

/* Exit 2 is a wrong flag of the lab, but for a credential that the lab made a wrong one. */
static void play_sync(const struct desk *desk, const json_t *flags)
{
	const char *args[ARGS_MOST] = { "sync", desk->course, "--config", desk->config };
	struct outcome outcome;
	const json_t *flag;
	size_t i, n = 4;

	json_array_foreach (flags, i, flag)
		args[n++] = json_string_value(flag);
	run_mocksis(&outcome, 60, args);
	ck_assert_msg(outcome.status != 2 || strstr(outcome.err, ": no token from "),
		      "%s: sync: %s", desk->id, outcome.err);
	outcome_release(&outcome);
}

/* `lab KIND WORDS`; a case may be refused where it lacks an example. */
static void play_words(const struct desk *desk, const char *kind, const json_t *words)
{
	const char *args[ARGS_MOST] = { kind };
	bool is_case = strcmp(kind, "case") == 0;
	struct outcome outcome;
	const json_t *word;
	size_t i, n = 1;

	if (!is_case)
		args[n++] = "--"; /* a word may begin with a hyphen */
	json_array_foreach (words, i, word)
		args[n++] = json_string_value(word);
	desk_lab(&outcome, desk, args);
	ck_assert_msg(outcome.status == 0 || (is_case && outcome.status == 1), "%s: %s %s: %s",
		      desk->id, kind, json_string_value(json_array_get(words, 0)), outcome.err);
	outcome_release(&outcome);
}

void desk_play(const struct desk *desk, const json_t *steps)
{
	static const char *const spoken[] = { "fix", "answer", "case" };
	const json_t *step, *edit;
	size_t i, k;

	json_array_foreach (steps, i, step) {
		if (json_object_get(step, "sync"))
			play_sync(desk, json_object_get(step, "sync"));
		json_array_foreach (json_object_get(step, "edit"), k, edit)
			course_edit(desk->course, edit, desk->id);
		for (k = 0; k < ARRAY_SIZE(spoken); k++)
			if (json_object_get(step, spoken[k]))
				play_words(desk, spoken[k], json_object_get(step, spoken[k]));
	}
}

json_t *desk_key(const struct desk *desk)
{
	struct outcome outcome;
	json_t *key;

	run_mocksis(&outcome, 60, (const char *[]){ "lab", "key", desk->id, "--json", NULL });
	key = json_loads(outcome.out, 0, NULL);
	ck_assert_msg(outcome.status == 0 && key, "%s: %s", desk->id, outcome.err);
	outcome_release(&outcome);
	return key;
}
