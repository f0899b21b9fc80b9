/*
 * versions.c - databases that another version of the program has made.
 */
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/random.h"
#include "tests/crash/site.h"
#include "tests/crash/suites.h"
#include "tests/crash/verify.h"

#define ROWS 2000

static void run_sql(const char *db, const char *sql)
{
	sqlite3 *out = NULL;
	char *why = NULL;
	int code = sqlite3_open_v2(db, &out, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_exec(out, sql, NULL, NULL, &why);
	ck_assert_msg(code == SQLITE_OK, "%.60s: %s", sql, why ? why : "");
	sqlite3_close(out);
}

static const char *const rows =
	"INSERT INTO orgs (sourcedId, status, name, type) "
	"VALUES ('school', 'active', 'School', 'school');"
	"INSERT INTO classes (sourcedId, status, title, school) "
	"VALUES ('class', 'active', 'Class', 'school');"
	"INSERT INTO users (sourcedId, status, givenName, familyName) "
	"VALUES ('student', 'active', 'A', 'B');"
	"INSERT INTO lineItems (sourcedId, status, title, class) "
	"VALUES ('item', 'active', 'Item', 'class');"
	"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) "
	"INSERT INTO results (sourcedId, status, lineItem, student, score, comment) "
	"SELECT 'r-' || i, 'active', 'item', 'student', i, 'kept ' || i FROM n;"
	"INSERT INTO setting VALUES ('profile', 'aspen');";

/* In a WAL, as the program leaves it, or not. */
static void make_old(struct site *site, int version)
{
	char *path = xformat("tests/crash/schema/%d.sql", version), *schema = file_get(path);

	ck_assert_msg(*schema, "%s is not there", path);
	run_sql(site->db, schema);
	run_sql(site->db, rows);
	run_sql(site->db, "PRAGMA journal_mode = WAL");
	free(schema);
	free(path);
}

static void kill_starts(struct site *site)
{
	struct random random;

	random_seed(&random, site->seed);
	for (int i = 0; i < 6; i++) {
		FILE *out = tmpfile();
		pid_t pid = mocksis_begin(fileno(out),
					  (const char *[]){ "serve", "--listen", "127.0.0.1:0",
							    "--db", site->db, NULL });

		usleep((useconds_t)(random_unit(&random) * 40000));
		mocksis_end(pid, SIGKILL);
		fclose(out);
		if (sql_number(site->db, "SELECT count(*) FROM results WHERE comment = 'kept ' || "
					 "CAST(score AS INTEGER)") != ROWS)
			site_fail(site, "rows are lost");
	}
}

/* Rows are kept and can be used, also when the migration dies a few times on its way. */
START_TEST(an_older_database_is_migrated)
{
	struct answer answer;
	struct site site;
	char *total, label[32];

	snprintf(label, sizeof label, "schema %d", _i);
	site_init(&site, label, false, NULL);
	make_old(&site, _i);
	kill_starts(&site);
	site_start(&site);
	api(&answer, &site.server, "GET", "/results?limit=3&sort=score&orderBy=desc", NULL);
	total = answer_header(&answer, "X-Total-Count");
	ck_assert_msg(answer.status == 200 && total && strcmp(total, "2000") == 0 &&
			      strstr(answer.body, "kept 2000") && strstr(answer.body, "kept 1998"),
		      "%s, %.300s", total, answer.body);
	free(total);
	answer_release(&answer);
	admin(&answer, &site.server, "GET", "/sandboxes/default", NULL);
	ck_assert_msg(strstr(answer.body, "\"profile\":\"aspen\"") ||
			      strstr(answer.body, "\"profile\": \"aspen\""),
		      "%s", answer.body);
	answer_release(&answer);
	api(&answer, &site.server, "DELETE", "/results/r-7", NULL);
	ck_assert_int_eq(answer.status, 204);
	answer_release(&answer);
	site_stop(&site);
	ck_assert_int_eq(sql_number(site.db, "SELECT count(*) FROM results"), ROWS - 1);
	ck_assert_int_gt(sql_number(site.db, "PRAGMA user_version"), _i);
	site_release(&site);
}
END_TEST

static char *hash(const struct site *site)
{
	char *line = xformat("cd '%s' && ls && sha256sum sis.db && stat -c '%%Y %%s' sis.db",
			     site->folder);
	FILE *pipe = popen(line, "r");
	char text[512] = "";
	size_t got = pipe ? fread(text, 1, sizeof text - 1, pipe) : 0;

	text[got] = '\0';
	ck_assert(pipe && pclose(pipe) == 0);
	free(line);
	return xstrdup(text);
}

/* clang-format off */
static const struct {
	const char *journal;
	const char *const args[4];
} newer[] = {
	{ "WAL",    { "serve", "--listen", "127.0.0.1:0" } },
	{ "DELETE", { "serve", "--listen", "127.0.0.1:0" } },
	{ "DELETE", { "import", "fixtures/roster/demo" } },
	{ "DELETE", { "export", "build/never" } },
};
/* clang-format on */

START_TEST(a_newer_database_is_not_touched)
{
	const char *args[8] = { NULL };
	struct outcome outcome;
	struct site site;
	char *before, *after, *sql;
	size_t count = 0;

	site_init(&site, "newer schema", false, NULL);
	make_old(&site, 3);
	sql = xformat("PRAGMA user_version = 99; PRAGMA journal_mode = %s", newer[_i].journal);
	run_sql(site.db, sql);
	file_put(site.folder, "sis.db.lock", ""); /* that one is ours */
	before = hash(&site);
	while (newer[_i].args[count]) {
		args[count] = newer[_i].args[count];
		count++;
	}
	args[count++] = "--db";
	args[count] = site.db;
	run_mocksis(&outcome, 20, args);
	after = hash(&site);
	ck_assert_msg(outcome.status == 3 && strstr(outcome.err, "newer"), "%d: %s", outcome.status,
		      outcome.err);
	ck_assert_msg(strcmp(before, after) == 0, "%s:\n%s\nbecame\n%s", newer[_i].journal, before,
		      after);
	outcome_release(&outcome);
	free(before);
	free(after);
	free(sql);
	site_release(&site);
}
END_TEST

void versions_add(Suite *suite)
{
	TCase *tc = tcase_create("versions");

	tcase_set_timeout(tc, 300);
	tcase_add_loop_test(tc, an_older_database_is_migrated, 1, 4);
	tcase_add_loop_test(tc, a_newer_database_is_not_touched, 0, (int)ARRAY_SIZE(newer));
	suite_add_tcase(suite, tc);
}
