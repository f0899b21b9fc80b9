/*
 * kinds.c - what else a crash can interrupt: each is there whole afterwards, or not at all.
 */
#include <pthread.h>
#include <stdarg.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/jsonx.h"
#include "base/random.h"
#include "tests/crash/site.h"
#include "tests/crash/suites.h"
#include "tests/crash/verify.h"

#define ITEMS 60
#define SNAPSHOTS 40
#define FIRST 30 /* of the numbers in a profile */

struct scene {
	struct site site;
	/* steps are numbered from 1 on over all rounds */
	atomic_int sent, acknowledged;
	int began;         /* the last step before this round */
	char said[512];    /* an answer that nobody should get */
	json_t *snapshots; /* {id: what the item's title was} */
	char base[2][24];  /* ids of the snapshots `a` and `b` */
	char left[24];     /* what the item's title was after the round before */
};

/* What is done again and again until the server is gone. */
struct kind {
	const char *label;
	void (*prepare)(struct scene *scene);        /* NULL: nothing */
	long (*step)(struct scene *scene, int step); /* the status; 0: the server is gone */
	void (*check)(struct scene *scene);
};

static long control(struct scene *scene, const char *method, const char *target, const char *body,
		    json_t **out)
{
	struct answer answer;
	long status;

	admin(&answer, &scene->site.server, method, target, body);
	status = answer.status;
	if (out)
		*out = json_incref(answer.json);
	if (status >= 400)
		snprintf(scene->said, sizeof scene->said, "%s %s: %ld %.300s", method, target,
			 status, answer.body);
	answer_release(&answer);
	return status;
}

static void fail_when(const struct scene *scene, bool wrong, const char *format, ...) PRINTF(3, 4);

static void fail_when(const struct scene *scene, bool wrong, const char *format, ...)
{
	char text[512];
	va_list list;

	if (!wrong)
		return;
	va_start(list, format);
	vsnprintf(text, sizeof text, format, list);
	va_end(list);
	site_fail(&scene->site, text);
}

/* Whether the step that is found is the last one that was acknowledged, or one behind it. */
static void check_step(struct scene *scene, int found)
{
	int told = atomic_load(&scene->acknowledged), sent = atomic_load(&scene->sent);

	fail_when(scene, found < told || found > sent,
		  "found what step %d left; the last one acknowledged was %d, the last one sent %d",
		  found, told, sent);
	atomic_store(&scene->acknowledged, found);
}

/* The profile: two settings that change together, by PATCH and by PUT in turn. */

static long profile_step(struct scene *scene, int step)
{
	bool puts = step % 2;
	char *body = xformat("{%s\"quirks\":{\"title.max\":%d,\"comment.max\":%d}}",
			     puts ? "\"name\":\"p\",\"extends\":\"standard\"," : "", FIRST + step,
			     1000 + step);
	long status = control(scene, puts ? "PUT" : "PATCH", "/sandboxes/default/profile", body,
			      NULL);

	free(body);
	return status;
}

static void profile_check(struct scene *scene)
{
	json_t *profile, *quirks;
	int title, comment;

	control(scene, "GET", "/sandboxes/default/profile", NULL, &profile);
	quirks = json_object_get(profile, "quirks");
	title = (int)json_integer_value(json_object_get(quirks, "title.max"));
	comment = (int)json_integer_value(json_object_get(quirks, "comment.max"));
	fail_when(scene, title - FIRST != comment - 1000, "title.max %d, comment.max %d: a mix",
		  title, comment);
	check_step(scene, title - FIRST);
	json_decref(profile);
}

/* The clock: the year says the step. */

static long clock_step(struct scene *scene, int step)
{
	char *body = xformat("{\"now\":\"2026-03-01T%02d:%02d:%02dZ\",\"frozen\":true}",
			     step / 3600 % 24, step / 60 % 60, step % 60);
	long status = control(scene, "PUT", "/sandboxes/default/clock", body, NULL);

	free(body);
	return status;
}

static void clock_check(struct scene *scene)
{
	int hours = 0, minutes = 0, seconds = 0;
	json_t *clock;

	control(scene, "GET", "/sandboxes/default/clock", NULL, &clock);
	fail_when(scene,
		  !jsonx_text(clock, "now") ||
			  sscanf(jsonx_text(clock, "now"), "2026-03-01T%d:%d:%d", &hours, &minutes,
				 &seconds) != 3,
		  "no clock");
	check_step(scene, hours * 3600 + minutes * 60 + seconds);
	json_decref(clock);
}

/* Sandboxes: step N makes sN; every third is deleted by the step behind it. */

static long sandbox_step(struct scene *scene, int step)
{
	bool deletes = step % 3 == 0;
	char *target = xformat("/sandboxes/s%d", step - 1);
	char *body = xformat("{\"name\":\"s%d\",\"load\":\"demo\"}", step);
	long status = deletes ? control(scene, "DELETE", target, NULL, NULL)
			      : control(scene, "POST", "/sandboxes", body, NULL);

	free(target);
	free(body);
	return deletes && status == 404 ? 204 : status; /* its making was interrupted */
}

/* How many users a sandbox has; -1: there is no such sandbox. */
static long users_of(struct scene *scene, const char *name)
{
	char *target = xformat("/sandboxes/%s/objects/users?limit=1000", name);
	struct answer answer;
	long count = -1;

	admin(&answer, &scene->site.server, "GET", target, NULL);
	if (answer.status != 404)
		count = (long)json_array_size(json_object_get(answer.json, "items"));
	fail_when(scene, answer.status != 200 && answer.status != 404, "%s: %ld %.200s", target,
		  answer.status, answer.body);
	answer_release(&answer);
	free(target);
	return count;
}

static void sandbox_check(struct scene *scene)
{
	int told = atomic_load(&scene->acknowledged), sent = atomic_load(&scene->sent);
	long whole = users_of(scene, "default");
	char name[24];

	for (int step = scene->began + 1; step <= sent; step++) {
		bool begun = step <= told, goes = step % 3 == 2 && step < sent;

		if (step % 3 == 0)
			continue;
		snprintf(name, sizeof name, "s%d", step);

		long users = users_of(scene, name);

		fail_when(scene, users >= 0 && users != whole, "%s has %ld of %ld users", name,
			  users, whole);
		fail_when(scene, users < 0 && begun && !goes, "%s is lost", name);
		fail_when(scene, users >= 0 && goes && step < told, "%s is back", name);
	}
	atomic_store(&scene->acknowledged, sent);
}

/* Snapshots: each holds what the item's title was. */

static long put_item(struct scene *scene, int i, const char *title)
{
	char *target = xformat("/lineItems/item-%d", i);
	char *body = xformat("{\"lineItem\":{\"title\":\"%s\",\"class\":{\"sourcedId\":"
			     "\"class-bio-1\"},\"resultValueMax\":100}}",
			     title);
	struct answer answer;
	long status;

	api(&answer, &scene->site.server, "PUT", target, body);
	status = answer.status;
	answer_release(&answer);
	free(body);
	free(target);
	return status;
}

static void title_of(struct scene *scene, int i, char out[static 24])
{
	char *target = xformat("/lineItems/item-%d", i);
	struct answer answer;
	const char *title;

	api(&answer, &scene->site.server, "GET", target, NULL);
	title = jsonx_text(json_object_get(answer.json, "lineItem"), "title");
	snprintf(out, 24, "%s", title ? title : "");
	answer_release(&answer);
	free(target);
}

static void snapshot_prepare(struct scene *scene)
{
	scene->snapshots = json_object();
}

static long snapshot_step(struct scene *scene, int step)
{
	char title[16];
	json_t *made;
	long status;

	if (json_object_size(scene->snapshots) >= SNAPSHOTS) {
		usleep(1000);
		return put_item(scene, 1, "not a snapshot");
	}
	snprintf(title, sizeof title, "%d", step);
	status = put_item(scene, 0, title);
	if (status / 100 != 2)
		return status;
	status = control(scene, "POST", "/sandboxes/default/snapshots", "", &made);
	if (status == 201)
		json_object_set_new(scene->snapshots, jsonx_text(made, "id"), json_string(title));
	json_decref(made);
	return status;
}

static void restore(struct scene *scene, const char *id)
{
	char *target = xformat("/sandboxes/default/snapshots/%s/restore", id);
	long status = control(scene, "POST", target, "", NULL);

	fail_when(scene, status / 100 != 2, "%s", scene->said);
	free(target);
}

static void snapshot_check(struct scene *scene)
{
	const json_t *title, *item;
	json_t *list;
	const char *id;
	char found[24];
	size_t i;

	json_object_foreach (scene->snapshots, id, title) {
		restore(scene, id);
		title_of(scene, 0, found);
		fail_when(scene, strcmp(found, json_string_value(title)) != 0,
			  "snapshot %s holds \"%s\", not \"%s\"", id, found,
			  json_string_value(title));
	}
	control(scene, "GET", "/sandboxes/default/snapshots", NULL, &list);
	json_array_foreach (json_object_get(list, "items"), i, item)
		restore(scene, jsonx_text(item, "id"));
	json_decref(list);
}

/* Restore and reset: many items that are all of one kind, or not there. */

static void take(struct scene *scene, int which)
{
	json_t *made;

	for (int i = 0; i < ITEMS; i++)
		fail_when(scene, put_item(scene, i, which ? "b" : "a") / 100 != 2, "PUT");
	fail_when(scene, control(scene, "POST", "/sandboxes/default/snapshots", "", &made) != 201,
		  "%s", scene->said);
	snprintf(scene->base[which], sizeof scene->base[which], "%s", jsonx_text(made, "id"));
	json_decref(made);
}

static void restore_prepare(struct scene *scene)
{
	take(scene, 0);
	take(scene, 1);
	snprintf(scene->left, sizeof scene->left, "b");
}

/* Step N leaves: 1 `a`, 2 `b`, 3 nothing, and so on. */
static long restore_step(struct scene *scene, int step)
{
	char *target = step % 3 == 0 ? xstrdup("/sandboxes/default/reset")
				     : xformat("/sandboxes/default/snapshots/%s/restore",
					       scene->base[step % 3 - 1]);
	long status = control(scene, "POST", target, "", NULL);

	free(target);
	return status;
}

static void restore_check(struct scene *scene)
{
	static const char *const left[] = { "", "a", "b" };
	int told = atomic_load(&scene->acknowledged), sent = atomic_load(&scene->sent);
	char found[24];
	bool fits = false;

	title_of(scene, 0, found);
	for (int step = told; step <= sent; step++)
		fits = fits ||
		       strcmp(step == scene->began ? scene->left : left[step % 3], found) == 0;
	fail_when(scene, !fits, "found \"%s\" after step %d of %d", found, told, sent);
	for (int i = 1; i < ITEMS; i++) {
		char other[24];

		title_of(scene, i, other);
		fail_when(scene, strcmp(found, other) != 0, "a mix of \"%s\" and \"%s\"", found,
			  other);
	}
	snprintf(scene->left, sizeof scene->left, "%s", found);
	atomic_store(&scene->acknowledged, sent);
}

/* clang-format off */
static const struct kind kinds[] = {
	{ "change of the profile", NULL,             profile_step,  profile_check },
	{ "change of the clock",   NULL,             clock_step,    clock_check },
	{ "making of a sandbox",   NULL,             sandbox_step,  sandbox_check },
	{ "snapshot",              snapshot_prepare, snapshot_step, snapshot_check },
	{ "restore and reset",     restore_prepare,  restore_step,  restore_check },
};
/* clang-format on */

#define ROUNDS 2
#define PART 20 /* of the rounds that are asked for */

struct acting {
	const struct kind *kind;
	struct scene *scene;
};

static void *act(void *payload)
{
	struct acting *acting = payload;
	struct scene *scene = acting->scene;

	for (;;) {
		int step = atomic_fetch_add(&scene->sent, 1) + 1;
		long status = acting->kind->step(scene, step);

		if (status == 0)
			return NULL;
		if (status >= 300)
			return scene;
		atomic_store(&scene->acknowledged, step);
	}
}

static void wait_for_a_step(const struct scene *scene)
{
	for (int i = 0; i < 20000 && scene->acknowledged <= scene->began && !*scene->said; i++)
		usleep(1000);
	fail_when(scene, scene->acknowledged <= scene->began, "no step was done: %s", scene->said);
}

static void play(const struct kind *kind, struct scene *scene, struct random *random)
{
	struct acting acting = { kind, scene };
	pthread_t thread;
	void *trouble;

	scene->began = atomic_load(&scene->sent);
	ck_assert_int_eq(pthread_create(&thread, NULL, act, &acting), 0);
	wait_for_a_step(scene);
	usleep((useconds_t)(random_unit(random) * 150000));
	site_kill(&scene->site, scene->site.seed + (uint64_t)scene->site.round);
	pthread_join(thread, &trouble);
	site_keep(&scene->site);
	fail_when(scene, trouble != NULL, "%s", scene->said);
	site_start(&scene->site);
	kind->check(scene);
	fail_when(scene,
		  sql_number(scene->site.db, "SELECT count(*) FROM pragma_integrity_check "
					     "WHERE integrity_check <> 'ok'") != 0,
		  "integrity_check");
}

/* Each with SIGKILL and with a power cut. */
START_TEST(an_interrupted_one_is_whole_or_not_there)
{
	const struct kind *kind = &kinds[_i / 2];
	int asked = crash_rounds(0), count = asked ? asked / PART + 1 : ROUNDS;
	struct scene *scene = xcalloc(1, sizeof *scene);
	char *label = xformat("%s, %s", kind->label, _i % 2 ? "power cut" : "SIGKILL");
	struct random random;

	site_init(&scene->site, label, _i % 2, NULL);
	random_seed(&random, scene->site.seed + (uint64_t)_i);
	site_start(&scene->site);
	for (int i = 1; i <= count; i++) {
		site_round(&scene->site, i);
		if (kind->prepare && i == 1)
			kind->prepare(scene);
		play(kind, scene, &random);
	}
	crash_progress("%s: %d rounds, %d steps\n", label, count, atomic_load(&scene->sent));
	site_stop(&scene->site);
	site_release(&scene->site);
	json_decref(scene->snapshots);
	free(label);
	free(scene);
}
END_TEST

void kinds_add(Suite *suite)
{
	TCase *tc = tcase_create("kinds");

	tcase_set_timeout(tc, 24 * 3600);
	tcase_add_loop_test(tc, an_interrupted_one_is_whole_or_not_there, 0,
			    2 * (int)ARRAY_SIZE(kinds));
	suite_add_tcase(suite, tc);
}
