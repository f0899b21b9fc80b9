/*
 * imports.c - mocksis import dies: the database is as before, or as after.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/random.h"
#include "tests/crash/site.h"
#include "tests/crash/suites.h"
#include "tests/crash/verify.h"

#define USERS 3000
#define ROUNDS 8
#define PART 5 /* of the rounds that are asked for */

/* A district whose users are all called @name. */
static void put_bundle(const struct site *site, const char *bundle, const char *name)
{
	struct str text = STR_INIT;
	char *folder = xformat("%s/%s", site->folder, bundle), *demo = fixture("roster/demo");
	char *line = xformat("mkdir '%s' && cp '%s/orgs.csv' '%s'", folder, demo, folder);

	ck_assert_int_eq(system(line), 0);
	str_add(&text, "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,"
		       "userIds,givenName,familyName,middleName,identifier,email,sms,phone,"
		       "agentSourcedIds,grades,password\n");
	for (int i = 0; i < USERS; i++)
		str_format(&text, "u-%d,,,true,school-high,student,u%d,,A,%s,,,,,,,,\n", i, i,
			   name);
	file_put(folder, "users.csv", str_text(&text));
	str_release(&text);
	free(line);
	free(demo);
	free(folder);
}

static pid_t begin(const struct site *site, const char *bundle, FILE *out)
{
	char *path = xformat("%s/%s", site->folder, bundle);
	pid_t pid = mocksis_begin(fileno(out),
				  (const char *[]){ "import", path, "--db", site->db, NULL });

	free(path);
	return pid;
}

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static long count_of(const struct site *site, const char *name)
{
	char *sql = xformat("SELECT count(*) FROM users WHERE familyName = '%s'", name);
	long count = sql_number(site->db, sql);

	free(sql);
	return count;
}

static void check(struct site *site, const char *before, const char *after, bool was_done)
{
	long old = count_of(site, before), new = count_of(site, after);
	char text[128];

	snprintf(text, sizeof text, "%ld users as before, %ld as after%s", old, new,
		 was_done ? ", and it had said that all is stored" : "");
	if (old + new != USERS || (old && new) || (was_done && old))
		site_fail(site, text);
	if (sql_number(site->db, "SELECT count(*) FROM pragma_integrity_check "
				 "WHERE integrity_check <> 'ok'") != 0)
		site_fail(site, "integrity_check");
	if (sql_number(site->db, "SELECT rows - (SELECT count(*) FROM users) FROM tally "
				 "WHERE entity = 'users'") != 0)
		site_fail(site, "the stored tally is not that of the rows");
}

START_TEST(an_import_is_stored_whole_or_not_at_all)
{
	int asked = crash_rounds(0), count = asked ? asked / PART + 1 : ROUNDS, done = 0;
	static const char *const names[] = { "Before", "After" };
	FILE *out = tmpfile();
	struct random random;
	struct site site;
	double began, takes;
	int now = 0;

	site_init(&site, _i ? "import, power cut" : "import, SIGKILL", _i, NULL);
	random_seed(&random, site.seed);
	put_bundle(&site, names[0], names[0]);
	put_bundle(&site, names[1], names[1]);
	began = seconds();
	ck_assert_int_le(mocksis_end(begin(&site, names[0], out), 0), 1); /* 1: with flaws */
	takes = seconds() - began;
	for (int i = 1; i <= count; i++) {
		site_round(&site, i);
		site.server.pid = begin(&site, names[!now], out);
		usleep((useconds_t)(random_unit(&random) * takes * 2e6));
		int status = site_cut(&site, site.seed + (uint64_t)i);

		site_keep(&site);
		check(&site, names[now], names[!now], status <= 1);
		now = count_of(&site, names[!now]) ? !now : now;
		done += status <= 1;
		takes *= status <= 1 ? 0.6 : 1.1; /* the machine may be busier or less */
	}
	crash_progress("%s: %d rounds, %d came to their end\n", site.label, count, done);
	if (done == count)
		site_fail(&site, "none was interrupted");
	fclose(out);
	site_release(&site);
}
END_TEST

void imports_add(Suite *suite)
{
	TCase *tc = tcase_create("imports");

	tcase_set_timeout(tc, 24 * 3600);
	tcase_add_loop_test(tc, an_import_is_stored_whole_or_not_at_all, 0, 2);
	suite_add_tcase(suite, tc);
}
