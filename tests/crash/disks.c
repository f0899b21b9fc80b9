/*
 * disks.c - disks that are full, fail, or may not be written.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "tests/crash/site.h"
#include "tests/crash/suites.h"
#include "tests/crash/verify.h"
#include "tests/crash/writers.h"

#define CAP_DAC_OVERRIDE 1
#define FULL_BYTES (3 << 20)
#define FILL_SECONDS 20

static long put(struct site *site, const char *id)
{
	char *target = xformat("/lineItems/%s", id);
	struct answer answer;
	long status;

	api(&answer, &site->server, "PUT", target,
	    "{\"lineItem\":{\"title\":\"x\",\"class\":{\"sourcedId\":\"class-bio-1\"},"
	    "\"resultValueMax\":100}}");
	status = answer.status;
	answer_release(&answer);
	free(target);
	return status;
}

static long get(struct site *site, const char *id)
{
	char *target = xformat("/lineItems/%s", id);
	struct answer answer;
	long status;

	api(&answer, &site->server, "GET", target, NULL);
	status = answer.status;
	answer_release(&answer);
	free(target);
	return status;
}

/* Three ways to run out of room. False: it cannot be played here, and why is said. */

static bool mount_small(struct site *site)
{
	if (mount("tmpfs", site->folder, "tmpfs", 0, "size=3m") == 0)
		return true;
	fprintf(stderr, "%s: not played, mount: %s\n", site->label, strerror(errno));
	return false;
}

static void mount_large(struct site *site)
{
	ck_assert_int_eq(mount("tmpfs", site->folder, "tmpfs", MS_REMOUNT, "size=64m"), 0);
}

static void unmount(struct site *site)
{
	ck_assert_int_eq(umount2(site->folder, MNT_DETACH), 0);
}

/* The server inherits it. */
static bool limit_files(struct site *site)
{
	struct rlimit limit = { FULL_BYTES, RLIM_INFINITY };

	(void)site;
	return setrlimit(RLIMIT_FSIZE, &limit) == 0;
}

static void free_files(struct site *site)
{
	struct rlimit limit = { RLIM_INFINITY, RLIM_INFINITY };

	ck_assert_int_eq(prlimit(site->server.pid, RLIMIT_FSIZE, &limit, NULL), 0);
	ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void fill_disk(struct site *site)
{
	site_disk(site, "fail -wal write 13 200 -1 short");
}

static void heal_disk(struct site *site)
{
	site_disk(site, "heal");
}

/* clang-format off */
static const struct {
	const char *label;
	bool on_disk;
	bool (*before)(struct site *site); /* before the server starts; NULL: nothing */
	void (*fill)(struct site *site);   /* while it runs */
	void (*heal)(struct site *site);
	void (*after)(struct site *site);
} rooms[] = {
	{ "a tmpfs of 3 MiB",       false, mount_small, NULL,      mount_large, unmount },
	{ "a limit for files",      false, limit_files, NULL,      free_files,  NULL },
	{ "a disk that says FULL",  true,  NULL,        fill_disk, heal_disk,   NULL },
};
/* clang-format on */

/* Writes until some are refused, and a while longer. */
static void write_until_full(struct site *site, struct ledger *ledger)
{
	long refused = 0;
	time_t until = time(NULL) + FILL_SECONDS;

	for (uint64_t i = 0; refused == 0 && time(NULL) < until; i++) {
		struct writers *writers = writers_start(&site->server, ledger, site->seed + i,
							true);

		usleep(300000);
		refused = writers_join(writers, true);
	}
	if (*ledger->trouble)
		site_fail(site, ledger->trouble);
	if (refused == 0)
		site_fail(site, "it never was full");
}

static void after_a_kill(struct site *site, struct ledger *ledger)
{
	struct str why = STR_INIT;

	site_kill(site, site->seed);
	site_keep(site);
	site_start(site);
	if (!verify_rows(site->db, ledger, &why) ||
	    !verify_served(&site->server, site->db, ledger, true, &why))
		site_fail(site, str_text(&why));
	str_release(&why);
}

START_TEST(a_full_disk_refuses_and_forgets_nothing)
{
	struct ledger *ledger = xmalloc(sizeof *ledger);
	struct site site;

	ledger_init(ledger);
	site_init(&site, rooms[_i].label, rooms[_i].on_disk, NULL);
	if (!rooms[_i].before || rooms[_i].before(&site)) {
		site_start(&site);
		ck_assert_int_eq(put(&site, COMMON_ITEM), 201);
		if (rooms[_i].fill)
			rooms[_i].fill(&site);
		write_until_full(&site, ledger);
		ck_assert_int_eq(get(&site, COMMON_ITEM), 200); /* it goes on reading */
		rooms[_i].heal(&site);
		ck_assert_int_eq(put(&site, COMMON_ITEM), 200);
		after_a_kill(&site, ledger);
		site_stop(&site);
		if (rooms[_i].after)
			rooms[_i].after(&site);
	}
	site_release(&site);
	ledger_release(ledger);
	free(ledger);
}
END_TEST

/* A reader may keep it waiting for a moment. */
static void put_again(struct site *site, const char *id)
{
	long status = 0;

	for (int i = 0; i < 200 && status != 201; i++) {
		status = put(site, id);
		if (status != 201)
			usleep(10000);
	}
	ck_assert_int_eq(status, 201);
}

/* A commit that could not be synced is no commit: the client is told, readers see nothing of it,
 * and a later one is sound. */
START_TEST(a_failed_sync_is_an_error)
{
	static const char *const orders[] = { "fail -wal sync 1034 1 1",
					      "fail -wal sync 1034 1 1 forgiven",
					      "fail -wal write 778 1 1",
					      "fail -wal write 778 1 1 short" };
	struct site site;

	site_init(&site, orders[_i], true, NULL);
	site_start(&site);
	ck_assert_int_eq(put(&site, "first"), 201);
	site_disk(&site, orders[_i]);
	ck_assert_int_eq(put(&site, "refused") / 100, 5);
	ck_assert_int_eq(get(&site, "refused"), 404);
	put_again(&site, "second");
	site_kill(&site, site.seed);
	site_start(&site);
	ck_assert_int_eq(get(&site, "first"), 200);
	ck_assert_int_eq(get(&site, "refused"), 404);
	ck_assert_int_eq(get(&site, "second"), 200);
	site_stop(&site);
	site_release(&site);
}
END_TEST

/* It never works again: everybody is told, and nothing that was acknowledged is lost. */
START_TEST(a_dead_disk_acknowledges_nothing)
{
	struct site site;

	site_init(&site, "a dead disk", true, NULL);
	site_start(&site);
	ck_assert_int_eq(put(&site, "first"), 201);
	site_disk(&site, "fail -wal sync 1034 1 -1");
	for (int i = 0; i < 20; i++) {
		ck_assert_int_eq(put(&site, "refused") / 100, 5);
		ck_assert_int_eq(get(&site, "refused"), 404);
		ck_assert_int_eq(get(&site, "first"), 200);
	}
	site_kill(&site, site.seed);
	site_start(&site);
	ck_assert_int_eq(get(&site, "first"), 200);
	ck_assert_int_eq(put(&site, "second"), 201);
	site_stop(&site);
	site_release(&site);
}
END_TEST

/* Root may do everything; without this capability it is asked like anybody else. */
static void be_like_anybody(void)
{
	if (geteuid() == 0)
		ck_assert_int_eq(prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0), 0);
}

static char *listing(const struct site *site)
{
	char *line = xformat("cd '%s' && ls -A && sha256sum sis.db", site->folder);
	FILE *pipe = popen(line, "r");
	char text[1024] = "";
	size_t got = pipe ? fread(text, 1, sizeof text - 1, pipe) : 0;

	text[got] = '\0';
	ck_assert(pipe && pclose(pipe) == 0);
	free(line);
	return xstrdup(text);
}

/* clang-format off */
static const struct {
	const char *label;
	mode_t file, folder;
	const char *const args[4];
} read_only[] = {
	{ "a file, serve",    0444, 0755, { "serve", "--listen", "127.0.0.1:0" } },
	{ "a folder, serve",  0644, 0555, { "serve", "--listen", "127.0.0.1:0" } },
	{ "both, serve",      0444, 0555, { "serve", "--listen", "127.0.0.1:0" } },
	{ "a file, import",   0444, 0755, { "import", "fixtures/roster/demo" } },
	{ "a folder, import", 0644, 0555, { "import", "fixtures/roster/demo" } },
};
/* clang-format on */

START_TEST(what_may_not_be_written_is_said)
{
	const char *args[8] = { NULL };
	struct outcome outcome;
	struct site site;
	char *before, *after, *lock;
	size_t count = 0;

	site_init(&site, read_only[_i].label, false, NULL);
	site_start(&site);
	site_stop(&site);
	lock = xformat("%s.lock", site.db);
	unlink(lock);
	ck_assert_int_eq(chmod(site.db, read_only[_i].file), 0);
	ck_assert_int_eq(chmod(site.folder, read_only[_i].folder), 0);
	before = listing(&site);
	be_like_anybody();
	while (read_only[_i].args[count]) {
		args[count] = read_only[_i].args[count];
		count++;
	}
	args[count++] = "--db";
	args[count] = site.db;
	run_mocksis(&outcome, 20, args);
	unlink(lock); /* that one was allowed */
	after = listing(&site);
	ck_assert_msg(outcome.status == 3 && strstr(outcome.err, site.db) &&
			      strstr(outcome.err, "denied"),
		      "%s: %d: %s", read_only[_i].label, outcome.status, outcome.err);
	ck_assert_msg(strcmp(before, after) == 0, "%s:\n%s\nbecame\n%s", read_only[_i].label,
		      before, after);
	ck_assert_int_eq(chmod(site.folder, 0755), 0);
	outcome_release(&outcome);
	free(before);
	free(after);
	free(lock);
	site_release(&site);
}
END_TEST

void disks_add(Suite *suite)
{
	TCase *tc = tcase_create("disks");

	tcase_set_timeout(tc, 300);
	tcase_add_loop_test(tc, a_full_disk_refuses_and_forgets_nothing, 0, (int)ARRAY_SIZE(rooms));
	tcase_add_loop_test(tc, a_failed_sync_is_an_error, 0, 4);
	tcase_add_test(tc, a_dead_disk_acknowledges_nothing);
	tcase_add_loop_test(tc, what_may_not_be_written_is_said, 0, (int)ARRAY_SIZE(read_only));
	suite_add_tcase(suite, tc);
}
