/*
 * test_export.c - mocksis export, and what import makes of it: the whole program.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "tests/http/harness.h"

static void run(struct outcome *outcome, int status, const char *const args[])
{
	run_mocksis(outcome, 30, args);
	ck_assert_msg(outcome->status == status, "%s %s: exit status %d instead of %d: %s%s",
		      args[0], args[1], outcome->status, status, outcome->out, outcome->err);
}

#define RUN(outcome, status, ...) run(outcome, status, (const char *const[]){ __VA_ARGS__, NULL })

/* A folder with the database of tests/bundles/v1p2 as x.db. */
static char *make_database(char **db)
{
	char *folder = folder_make(), *bundle = fixture("../tests/bundles/v1p2");
	struct outcome outcome;

	*db = xformat("%s/x.db", folder);
	RUN(&outcome, 0, "import", bundle, "--db", *db);
	outcome_release(&outcome);
	free(bundle);
	return folder;
}

/* A zip goes out, comes in, and is served on start. */
START_TEST(there_and_back)
{
	char *db, *folder = make_database(&db), *zip = xformat("%s/out.zip", folder);
	char *other = xformat("%s/y.db", folder), *url;
	struct outcome outcome;
	struct server server;
	struct answer answer;

	RUN(&outcome, 0, "export", zip, "--db", db, "--json");
	json_t *report = json_loads(outcome.out, 0, NULL);

	ck_assert_int_eq(
		json_integer_value(json_object_get(json_object_get(report, "rows"), "roles")), 4);
	ck_assert_uint_eq(json_array_size(json_object_get(report, "lost")), 0);
	json_decref(report);
	outcome_release(&outcome);
	RUN(&outcome, 0, "import", zip, "--db", other, "--strict");
	ck_assert_ptr_nonnull(strstr(outcome.out, "0 errors, 0 warnings"));
	outcome_release(&outcome);
	server_start_bare(&server, (const char *[]){ "--db", ":memory:", "--auth", "none", "--load",
						     zip, NULL });
	url = xformat("%s/users/u1", server.root);
	http(&answer, "GET", url, NULL, NULL);
	ck_assert_msg(answer.status == 200 && strstr(answer.body, "\"Night\""), "%s", answer.body);
	answer_release(&answer);
	server_stop(&server);
	free(url);
	free(other);
	free(zip);
	free(db);
	folder_remove(folder);
}
END_TEST

/* What 1.1 cannot say is told on standard error, and is no failure. */
START_TEST(losses_are_told)
{
	char *db, *folder = make_database(&db), *out = xformat("%s/out", folder);
	struct outcome outcome;

	RUN(&outcome, 0, "export", out, "--db", db, "--bulk", "--version", "1.1");
	ck_assert_msg(strstr(outcome.err, "users: pronouns: 2 lost: 1.1 has no column for it"),
		      "%s", outcome.err);
	ck_assert_ptr_null(strstr(outcome.out, "kept in"));
	outcome_release(&outcome);
	RUN(&outcome, 2, "export", out, "--db", db);
	ck_assert_msg(strstr(outcome.err, "is there already"), "%s", outcome.err);
	outcome_release(&outcome);
	free(out);
	out = xformat("%s/out11", folder);
	RUN(&outcome, 0, "export", out, "--db", db, "--version", "1.1");
	ck_assert_str_eq(outcome.err, "");
	ck_assert_msg(strstr(outcome.out, "users: pronouns: 2 kept in metadata.mocksis.pronouns"),
		      "%s", outcome.out);
	outcome_release(&outcome);
	free(out);
	free(db);
	folder_remove(folder);
}
END_TEST

static const struct {
	const char *flag, *value, *sentence;
} wrong[] = {
	{ "--version", "1.3", "--version 1.3: 1.1, 1.2 or 1.2.1 belongs here" },
	{ "--since", "yesterday", "--since yesterday" },
	{ "--db", "/nonexistent/x.db", "/nonexistent/x.db: there is no such database" },
};

START_TEST(wrong_commands)
{
	char *db, *folder = make_database(&db), *out = xformat("%s/out", folder);
	struct outcome outcome;

	RUN(&outcome, 2, "export", out, "--db", db, wrong[_i].flag, wrong[_i].value);
	ck_assert_msg(strstr(outcome.err, wrong[_i].sentence), "%s", outcome.err);
	outcome_release(&outcome);
	ck_assert_int_ne(access(out, F_OK), 0);
	free(out);
	free(db);
	folder_remove(folder);
}
END_TEST

START_TEST(a_database_in_use)
{
	char *db, *folder = make_database(&db), *out = xformat("%s/out", folder);
	struct outcome outcome;
	struct server server;

	server_start_bare(&server, (const char *[]){ "--db", db, NULL });
	RUN(&outcome, 3, "export", out, "--db", db);
	ck_assert_msg(strstr(outcome.err, "in use"), "%s", outcome.err);
	outcome_release(&outcome);
	server_stop(&server);
	ck_assert_int_ne(access(out, F_OK), 0);
	free(out);
	free(db);
	folder_remove(folder);
}
END_TEST

/* --strict and --dry-run say that they stored nothing; --rules needs no bundle. */
START_TEST(import_says_what_it_did)
{
	char *db, *folder = make_database(&db), *bundle = fixture("../tests/bundles/v1p2");
	struct outcome outcome;

	file_put(folder, "orgs.csv",
		 "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\n"
		 "n1,,,New,School,,\n");
	RUN(&outcome, 1, "import", folder, "--db", db, "--strict");
	ck_assert_msg(strstr(outcome.out, "nothing was stored: --strict"), "%s", outcome.out);
	outcome_release(&outcome);
	RUN(&outcome, 0, "import", bundle, "--db", db, "--dry-run");
	ck_assert_msg(strstr(outcome.out, "nothing was stored: --dry-run"), "%s", outcome.out);
	outcome_release(&outcome);
	/* and no empty database is left, which the next serve would fill with the demo */
	char *fresh = xformat("%s/fresh.db", folder);

	RUN(&outcome, 1, "import", folder, "--db", fresh, "--strict");
	outcome_release(&outcome);
	ck_assert_int_ne(access(fresh, F_OK), 0);
	RUN(&outcome, 0, "import", bundle, "--db", fresh, "--dry-run");
	outcome_release(&outcome);
	ck_assert_int_ne(access(fresh, F_OK), 0);
	free(fresh);
	RUN(&outcome, 0, "import", "--rules");
	ck_assert_msg(strstr(outcome.out, "CSV-BULK-BROKEN"), "%s", outcome.out);
	outcome_release(&outcome);
	RUN(&outcome, 2, "import");
	ck_assert_msg(strstr(outcome.err, "something is missing"), "%s", outcome.err);
	outcome_release(&outcome);
	free(bundle);
	free(db);
	folder_remove(folder);
}
END_TEST

/* A wrong path is no bundle with a flaw, and a name in other case is told. */
START_TEST(import_looks_at_the_names)
{
	char *folder = folder_make(), *db = xformat("%s/x.db", folder);
	struct outcome outcome;

	RUN(&outcome, 2, "import", folder, "--db", db);
	ck_assert_msg(strstr(outcome.err, "no CSV file"), "%s", outcome.err);
	outcome_release(&outcome);
	ck_assert_int_ne(access(db, F_OK), 0);
	file_put(folder, "academicsessions.csv", "sourcedId\n");
	RUN(&outcome, 1, "import", folder, "--db", db);
	ck_assert_msg(strstr(outcome.out, "names are case-sensitive"), "%s", outcome.out);
	outcome_release(&outcome);
	free(db);
	folder_remove(folder);
}
END_TEST

/* What a bulk bundle no longer has is counted. */
START_TEST(a_sweep_is_counted)
{
	char *db, *folder = make_database(&db);
	struct outcome outcome;
	json_t *report;

	file_put(folder, "manifest.csv",
		 "propertyName,value\noneroster.version,1.2\nfile.orgs,bulk\n");
	file_put(folder, "orgs.csv",
		 "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\n"
		 "d1,,,Harbor District,district,D1,\n");
	RUN(&outcome, 0, "import", folder, "--db", db, "--json");
	report = json_loads(outcome.out, 0, NULL);
	ck_assert_int_eq(
		json_integer_value(json_object_get(json_object_get(report, "deleted"), "orgs")), 2);
	ck_assert(json_is_true(json_object_get(report, "stored")));
	json_decref(report);
	outcome_release(&outcome);
	free(db);
	folder_remove(folder);
}
END_TEST

Suite *export_suite(void);
Suite *export_suite(void)
{
	Suite *suite = suite_create("export");
	TCase *tc = tcase_create("export");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, there_and_back);
	tcase_add_test(tc, losses_are_told);
	tcase_add_loop_test(tc, wrong_commands, 0, ARRAY_SIZE(wrong));
	tcase_add_test(tc, a_database_in_use);
	tcase_add_test(tc, import_says_what_it_did);
	tcase_add_test(tc, import_looks_at_the_names);
	tcase_add_test(tc, a_sweep_is_counted);
	suite_add_tcase(suite, tc);
	return suite;
}
