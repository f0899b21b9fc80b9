/*
 * test_start.c - how a program begins: flags, their twins, what is taken.
 */
#include <stdlib.h>
#include <string.h>

#include "base/util.h"
#include "tests/http/harness.h"

/* Exit status 2 and a text that names the culprit. */
/* clang-format off */
static const struct {
	const char *args[8];
	const char *needle;
} wrong_lines[] = {
	{ { "serv" }, "serv" },
	{ { "--frobnicate" }, "--frobnicate" },
	{ { "serve", "--frobnicate" }, "--frobnicate" },
	{ { "serve", "--frobnicate=1" }, "--frobnicate" },
	{ { "serve", "-x" }, "-x" },
	{ { "serve", "extra" }, "extra" },
	{ { "serve", "--db", ":memory:", "--listen" }, "--listen" },
	{ { "serve", "--listen", "8080" }, "--listen 8080" },
	{ { "serve", "--listen", "127.0.0.1" }, "--listen 127.0.0.1" },
	{ { "serve", "--listen", "127.0.0.1:http" }, "127.0.0.1:http" },
	{ { "serve", "--listen", "127.0.0.1:65536" }, "65536" },
	{ { "serve", "--listen", "127.0.0.1:-1" }, "127.0.0.1:-1" },
	{ { "serve", "--listen", ":0" }, "--listen :0" },
	{ { "serve", "--listen", "::1:0" }, "::1:0" },
	{ { "serve", "--listen", "" }, "--listen" },
	{ { "serve", "--auth", "basic" }, "--auth basic" },
	{ { "serve", "--durability", "off" }, "--durability off" },
	{ { "serve", "--profile", "nonesuch" }, "nonesuch" },
	{ { "serve", "--profile", "/nonexistent/profile.json" }, "/nonexistent/profile.json" },
	{ { "serve", "--now", "yesterday" }, "--now yesterday" },
	{ { "serve", "--now", "2026-02-30T00:00:00Z" }, "2026-02-30" },
	{ { "serve", "--credential", "nocolon" }, "--credential" },
	{ { "serve", "--credential", ":secret" }, "--credential" },
	{ { "serve", "--credential", "id:" }, "--credential" },
	{ { "serve", "--public-url", "sis.example.org" }, "sis.example.org" },
	{ { "serve", "--public-url", "ftp://sis.example.org" }, "ftp://" },
	{ { "serve", "--public-url", "http://sis:99999" }, "port" },
	{ { "serve", "--load", "/nonexistent/folder" }, "/nonexistent/folder" },
	{ { "serve", "--load", "nonesuch" }, "nonesuch" },
	{ { "serve", "--log-level", "loud" }, "--log-level loud" },
	{ { "serve", "--trust-proxy=yes" }, "--trust-proxy" },
	{ { "serve", "--config", "/nonexistent/config.json" }, "/nonexistent/config.json" },
	{ { "serve", "--db" }, "--db" },
	{ { "serve", "--public-url", "http://\xff" }, "UTF-8" },
	{ { "help", "nonesuch" }, "nonesuch" },
	{ { "describe" }, "usage" },
	{ { "describe", "yaml" }, "yaml: openapi, json-schema, markdown, csv or sql" },
	{ { "describe", "openapi", "--version", "1.0" }, "--version 1.0: 1.1 or 1.2" },
	{ { "describe", "csv", "--service", "grades" }, "--service grades: rostering, gradebook or resources" },
	{ { "describe", "sql", "--version", "1.2" }, "sql" },
	{ { "import" }, "usage" },
	{ { "sync" }, "usage" },
	{ { "version", "extra" }, "extra" },
};
/* clang-format on */

START_TEST(wrong_line)
{
	struct outcome outcome;
	const char *args[12] = { NULL };
	char *name = xstrdup("mocksis");
	size_t n = 0;

	for (; wrong_lines[_i].args[n]; n++) {
		char *longer = xformat("%s %s", name, wrong_lines[_i].args[n]);

		free(name);
		name = longer;
		args[n] = wrong_lines[_i].args[n];
	}
	if (strcmp(args[0], "serve") == 0 && !strstr(name, "--db")) {
		args[n++] = "--db";
		args[n++] = ":memory:";
	}
	setenv("MOCKSIS_LISTEN", "127.0.0.1:0", 1); /* if it should start after all */
	run_mocksis(&outcome, 4, args);
	ck_assert_msg(outcome.status == 2, "%s: exit status %d: %s%s", name, outcome.status,
		      outcome.err, outcome.out);
	ck_assert_msg(strstr(outcome.err, wrong_lines[_i].needle), "%s: \"%s\"", name, outcome.err);
	ck_assert_msg(!*outcome.out, "%s: on standard output: %s", name, outcome.out);
	outcome_release(&outcome);
	free(name);
}
END_TEST

/* clang-format off */
static const struct {
	const char *name, *file, *needle;
} wrong_files[] = {
	{ "config",  "{", "config.json: line 1" },
	{ "config",  "[]", "config.json" },
	{ "config",  "{\"serve\":[]}", "/serve" },
	{ "config",  "{\"serve\":{\"listen\":\"127.0.0.1:0\",\"frobnicate\":1}}", "/serve/frobnicate" },
	{ "config",  "{\"serve\":{\"listen\":true}}", "/serve/listen" },
	{ "config",  "{\"serve\":{\"listen\":[\"a\"]}}", "/serve/listen" },
	{ "config",  "{\"serve\":{\"insecure\":\"yes\"}}", "/serve/insecure" },
	{ "config",  "{\"serve\":{\"credential\":[1,{}]}}", "/serve/credential" },
	{ "config",  "{\"serve\":{\"listen\":\"nowhere\"}}", "nowhere" },
	{ "config",  "{\"serve\":{\"auth\":\"a\",\"auth\":\"b\"}}", "duplicate" },
	{ "profile", "{", "profile.json: line 1" },
	{ "profile", "{\"name\":\"x\"}", "errors" },
	{ "profile", "{\"extends\":\"standard\",\"name\":5}", "/name" },
	{ "profile", "{\"name\":\"x\",\"extends\":\"standard\",\"quirk\":{}}", "/quirk" },
	{ "profile", "{\"name\":\"x\",\"extends\":\"standard\",\"quirks\":{\"title.maximum\":3}}", "/quirks/title.maximum" },
	{ "profile", "{\"name\":\"x\",\"extends\":\"standard\",\"quirks\":{\"title.max\":\"3\"}}", "/quirks/title.max" },
	{ "profile", "{\"name\":\"x\",\"extends\":\"standard\",\"quirks\":{\"title.max\":-3}}", "/quirks/title.max" },
	{ "profile", "{\"name\":\"x\",\"extends\":\"standard\",\"quirks\":{\"title.overflow\":\"cut\"}}", "/quirks/title.overflow" },
	{ "profile", "{\"name\":\"x\",\"extends\":\"standard\",\"errors\":{\"nonesuch\":{}}}", "/errors/nonesuch" },
	{ "profile", "{\"name\":\"x\",\"extends\":\"standard\",\"errors\":{\"internal\":{\"status\":42}}}", "/errors/internal" },
	{ "profile", "{\"name\":\"x\",\"extends\":\"nonesuch\"}", "nonesuch" },
	{ "profile", "{\"name\":\"x\",\"extends\":\"standard\",\"timezone\":\"Mars/Olympus\"}", "Mars/Olympus" },
};
/* clang-format on */

START_TEST(wrong_file)
{
	struct outcome outcome;
	char *folder = folder_make(), *path = xformat("%s/%s.json", folder, wrong_files[_i].name);
	char *flag = xformat("--%s=%s", wrong_files[_i].name, path);

	file_put(folder, strrchr(path, '/') + 1, wrong_files[_i].file);
	if (!strstr(wrong_files[_i].file, "listen"))
		setenv("MOCKSIS_LISTEN", "127.0.0.1:0", 1); /* if it should start after all */
	run_mocksis(&outcome, 4, (const char *[]){ "serve", "--db", ":memory:", flag, NULL });
	ck_assert_msg(outcome.status == 2, "%s: exit status %d: %s", wrong_files[_i].file,
		      outcome.status, outcome.err);
	ck_assert_msg(strstr(outcome.err, wrong_files[_i].needle), "%s: \"%s\"",
		      wrong_files[_i].file, outcome.err);
	outcome_release(&outcome);
	free(flag);
	free(path);
	folder_remove(folder);
}
END_TEST

START_TEST(profile_that_extends_itself)
{
	struct outcome outcome;
	char *folder = folder_make(), *a = xformat("%s/a.json", folder);
	char *b = xformat("%s/b.json", folder), *text;

	text = xformat("{\"name\":\"a\",\"extends\":\"%s\"}", b);
	file_put(folder, "a.json", text);
	free(text);
	text = xformat("{\"name\":\"b\",\"extends\":\"%s\"}", a);
	file_put(folder, "b.json", text);
	free(text);
	run_mocksis(&outcome, 20,
		    (const char *[]){ "serve", "--db", ":memory:", "--profile", a, NULL });
	ck_assert_msg(outcome.status == 2 && strstr(outcome.err, "cycle"), "%d %s", outcome.status,
		      outcome.err);
	outcome_release(&outcome);
	free(a);
	free(b);
	folder_remove(folder);
}
END_TEST

/* "127.0.0.1:PORT" of a running server. */
static const char *address_of(const struct server *server)
{
	return server->url + strlen("http://");
}

START_TEST(port_taken)
{
	struct server server;
	struct outcome outcome;

	server_start(&server, NULL);
	run_mocksis(&outcome, 20,
		    (const char *[]){ "serve", "--db", ":memory:", "--listen", address_of(&server),
				      NULL });
	ck_assert_msg(outcome.status == 3, "%d %s", outcome.status, outcome.err);
	ck_assert_msg(strstr(outcome.err, strrchr(server.url, ':') + 1), "%s", outcome.err);
	ck_assert_str_eq(outcome.out, "");
	outcome_release(&outcome);
	ck_assert_int_eq(server_stop(&server), 0);
}
END_TEST

/* A database has one user at a time, be it serve or import. */
START_TEST(database_in_use)
{
	static const char *const commands[] = { "serve", "import" };
	char *folder = folder_make(), *db = xformat("%s/sis.db", folder);
	char *demo = fixture("roster/demo");
	struct server server;
	struct outcome outcome;

	server_start(&server, (const char *[]){ "--db", db, NULL });
	run_mocksis(&outcome, 20,
		    _i ? (const char *[]){ "import", demo, "--db", db, NULL }
		       : (const char *[]){ "serve", "--db", db, "--listen", "127.0.0.1:0", NULL });
	ck_assert_msg(outcome.status == 3, "%s: %d %s", commands[_i], outcome.status, outcome.err);
	ck_assert_msg(strstr(outcome.err, db), "%s: %s", commands[_i], outcome.err);
	outcome_release(&outcome);
	ck_assert_int_eq(server_stop(&server), 0);
	run_mocksis(&outcome, 20, (const char *[]){ "import", demo, "--db", db, NULL });
	ck_assert_msg(outcome.status == 0 || outcome.status == 1, "afterwards: %d %s",
		      outcome.status, outcome.err);
	outcome_release(&outcome);
	free(demo);
	free(db);
	folder_remove(folder);
}
END_TEST

START_TEST(database_cannot_be)
{
	static const char *const paths[] = { "/nonexistent/folder/sis.db", "/dev/null/sis.db",
					     "/tmp" };
	struct outcome outcome;

	run_mocksis(
		&outcome, 20,
		(const char *[]){ "serve", "--db", paths[_i], "--listen", "127.0.0.1:0", NULL });
	ck_assert_msg(outcome.status == 3 || outcome.status == 2, "%s: %d", paths[_i],
		      outcome.status);
	ck_assert_msg(strstr(outcome.err, paths[_i]), "%s", outcome.err);
	outcome_release(&outcome);
}
END_TEST

/* A file that is no database is left as it is. */
START_TEST(not_a_database)
{
	char *folder = folder_make(), *db = xformat("%s/notes.txt", folder), *text;
	struct outcome outcome;

	file_put(folder, "notes.txt", "These are my notes, and no database at all. Keep them.\n");
	run_mocksis(&outcome, 20,
		    (const char *[]){ "serve", "--db", db, "--listen", "127.0.0.1:0", NULL });
	ck_assert_msg(outcome.status == 2 || outcome.status == 3, "%d", outcome.status);
	ck_assert_msg(strstr(outcome.err, "notes.txt"), "%s", outcome.err);
	text = file_get(db);
	ck_assert_str_eq(text, "These are my notes, and no database at all. Keep them.\n");
	outcome_release(&outcome);
	free(text);
	free(db);
	folder_remove(folder);
}
END_TEST

/*
 * Which source wins. The listening address cannot be seen without starting, so
 * every address is that of a running server: exit status 3 names the one taken.
 */
START_TEST(precedence)
{
	static const struct {
		const char *name;
		bool flag, own, common, file;
		int winner; /* 0 flag, 1 own variable, 2 common variable, 3 file */
	} cases[] = {
		{ "flag", true, true, true, true, 0 },
		{ "MOCKSIS_SERVE_LISTEN", false, true, true, true, 1 },
		{ "MOCKSIS_LISTEN", false, false, true, true, 2 },
		{ "file", false, false, false, true, 3 },
	};
	char *folder = folder_make(), *config = xformat("%s/config.json", folder), *text;
	struct server servers[4];
	struct outcome outcome;

	for (size_t i = 0; i < ARRAY_SIZE(servers); i++)
		server_start(&servers[i], (const char *[]){ "--empty", NULL });
	text = xformat("{\"serve\":{\"listen\":\"%s\",\"db\":\":memory:\"}}",
		       address_of(&servers[3]));
	file_put(folder, "config.json", text);
	free(text);
	if (cases[_i].own)
		setenv("MOCKSIS_SERVE_LISTEN", address_of(&servers[1]), 1);
	if (cases[_i].common)
		setenv("MOCKSIS_LISTEN", address_of(&servers[2]), 1);
	setenv("MOCKSIS_CONFIG", config, 1);
	run_mocksis(&outcome, 20,
		    (const char *[]){ "serve", cases[_i].flag ? "--listen" : NULL,
				      address_of(&servers[0]), NULL });
	ck_assert_msg(outcome.status == 3, "%s: %d %s", cases[_i].name, outcome.status,
		      outcome.err);
	ck_assert_msg(strstr(outcome.err, strrchr(servers[cases[_i].winner].url, ':') + 1),
		      "%s: %s", cases[_i].name, outcome.err);
	outcome_release(&outcome);
	for (size_t i = 0; i < ARRAY_SIZE(servers); i++)
		server_stop(&servers[i]);
	free(config);
	folder_remove(folder);
}
END_TEST

static long token_status(const struct server *server, const char *id)
{
	char *url = xformat("%s/oauth2/token?client_id=%s&client_secret=secret", server->url, id);
	struct answer answer;
	long status;

	http(&answer, "POST", url, NULL, "");
	status = answer.status;
	answer_release(&answer);
	free(url);
	return status;
}

START_TEST(config_file)
{
	char *folder = folder_make(), *config = xformat("%s/config.json", folder);
	char *url;
	struct server server;
	struct answer answer;

	file_put(folder, "config.json",
		 "{\"serve\": {\"db\": \":memory:\", \"credential\": [\"one:secret\", "
		 "\"two:secret\"],\n"
		 " \"public-url\": \"https://sis.example.org\", \"empty\": true, \"insecure\": "
		 "false,\n"
		 " \"log-level\": \"debug\"}, \"sync\": {\"remaster\": true}}");
	server_start_bare(&server, (const char *[]){ "--config", config, NULL });
	ck_assert_int_eq(token_status(&server, "one"), 200);
	ck_assert_int_eq(token_status(&server, "two"), 200);
	ck_assert_int_eq(token_status(&server, "three"), 401);
	url = xformat("%s/oauth2/token?client_id=one&client_secret=secret", server.url);
	http(&answer, "POST", url, NULL, "");
	free(url);

	char *bearer = xformat("Authorization: Bearer %s",
			       json_string_value(json_object_get(answer.json, "access_token")));

	answer_release(&answer);
	url = xformat("%s/users", server.root);
	http(&answer, "GET", url, (const char *[]){ bearer, NULL }, NULL);
	ck_assert_msg(strcmp(answer.body, "{\"users\":[]}") == 0, "%s", answer.body);
	ck_assert_msg(strstr(answer.headers, "<https://sis.example.org/"), "%s", answer.headers);
	answer_release(&answer);
	free(bearer);
	free(url);
	free(config);
	server_stop(&server);
	folder_remove(folder);
}
END_TEST

/* Repeatable ones split at newlines; switches understand what people write. */
START_TEST(environment)
{
	struct server server;

	setenv("MOCKSIS_DB", ":memory:", 1);
	setenv("MOCKSIS_SERVE_CREDENTIAL", "one:secret\ntwo:secret\n", 1);
	setenv("MOCKSIS_CREDENTIAL", "three:secret", 1);
	setenv("MOCKSIS_EMPTY", "1", 1);
	setenv("MOCKSIS_SERVE_INSECURE", "false", 1);
	server_start_bare(&server, NULL);
	ck_assert_int_eq(token_status(&server, "one"), 200);
	ck_assert_int_eq(token_status(&server, "two"), 200);
	ck_assert_int_eq(token_status(&server, "three"), 401);
	server_stop(&server);
}
END_TEST

START_TEST(switch_in_the_environment)
{
	static const struct {
		const char *value;
		int status; /* of serve on an address that is taken: 3 got that far, 2 was refused
			     */
	} cases[] = { { "1", 3 },     { "true", 3 }, { "yes", 3 }, { "0", 2 },
		      { "false", 2 }, { "no", 2 },   { "", 2 } };
	struct server server;
	struct outcome outcome;
	char *listen;

	server_start(&server, (const char *[]){ "--listen", "0.0.0.0:0", NULL });
	listen = xformat("0.0.0.0:%s", strrchr(server.url, ':') + 1);
	setenv("MOCKSIS_INSECURE", cases[_i].value, 1);
	run_mocksis(&outcome, 20,
		    (const char *[]){ "serve", "--db", ":memory:", "--auth", "none", "--listen",
				      listen, NULL });
	ck_assert_msg(outcome.status == cases[_i].status, "MOCKSIS_INSECURE=%s: %d %s",
		      cases[_i].value, outcome.status, outcome.err);
	outcome_release(&outcome);
	free(listen);
	server_stop(&server);
}
END_TEST

/* clang-format off */
static const struct {
	const char *args[7];
	const char *begins, *has;
} descriptions[] = {
	{ { "describe", "openapi" }, "{\n", "\"/ims/oneroster/gradebook/v1p2/lineItems\"" },
	{ { "describe", "openapi", "--service", "gradebook" }, "{\n", "\"/lineItems\"" },
	{ { "describe", "openapi", "--version", "1.1" }, "{\n", "http://127.0.0.1:8080/ims/oneroster/v1p1" },
	{ { "describe", "json-schema" }, "{\n", "\"scoreScales-body\"" },
	{ { "describe", "markdown" }, "# OneRoster 1.1 and 1.2\n", "## Operations of 1.1\n" },
	{ { "describe", "markdown", "--version", "1.2" }, "# OneRoster 1.2\n", "## scoreScale\n" },
	{ { "describe", "csv", "--version", "1.1", "--service", "gradebook" }, "OneRoster 1.1", "lineItems.csv\n" },
	{ { "describe", "sql" }, "CREATE TABLE", "CREATE TABLE \"lineItems\" (" },
};
/* clang-format on */

START_TEST(describes)
{
	struct outcome outcome;

	run_mocksis(&outcome, 20, descriptions[_i].args);
	ck_assert_msg(outcome.status == 0 && !*outcome.err, "%d %s", outcome.status, outcome.err);
	ck_assert_msg(starts_with(outcome.out, descriptions[_i].begins), "%.200s", outcome.out);
	ck_assert_msg(strstr(outcome.out, descriptions[_i].has) != NULL, "there is no %s",
		      descriptions[_i].has);
	outcome_release(&outcome);
}
END_TEST

START_TEST(help_of_a_command)
{
	static const char *const commands[] = { "serve",    "sync", "import",
						"describe", "help", "version" };
	struct outcome outcome;

	run_mocksis(&outcome, 20, (const char *[]){ commands[_i], "--help", NULL });
	ck_assert_msg(outcome.status == 0 && strstr(outcome.out, "usage: mocksis"), "%s: %d %s",
		      commands[_i], outcome.status, outcome.err);
	outcome_release(&outcome);
	run_mocksis(&outcome, 20, (const char *[]){ "help", commands[_i], "--man", NULL });
	ck_assert_msg(outcome.status == 0 && starts_with(outcome.out, ".TH"), "%s: %d %s",
		      commands[_i], outcome.status, outcome.err);
	outcome_release(&outcome);
}
END_TEST

Suite *start_suite(void);
Suite *start_suite(void)
{
	Suite *suite = suite_create("start");
	TCase *tc = tcase_create("start");

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, wrong_line, 0, ARRAY_SIZE(wrong_lines));
	tcase_add_loop_test(tc, wrong_file, 0, ARRAY_SIZE(wrong_files));
	tcase_add_test(tc, profile_that_extends_itself);
	tcase_add_test(tc, port_taken);
	tcase_add_loop_test(tc, database_in_use, 0, 2);
	tcase_add_loop_test(tc, database_cannot_be, 0, 3);
	tcase_add_test(tc, not_a_database);
	tcase_add_loop_test(tc, precedence, 0, 4);
	tcase_add_test(tc, config_file);
	tcase_add_test(tc, environment);
	tcase_add_loop_test(tc, switch_in_the_environment, 0, 7);
	tcase_add_loop_test(tc, help_of_a_command, 0, 6);
	tcase_add_loop_test(tc, describes, 0, ARRAY_SIZE(descriptions));
	suite_add_tcase(suite, tc);
	return suite;
}
