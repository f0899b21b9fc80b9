/*
 * test_sandboxes.c - districts beside one another: what is made, what is apart, what
 * stays, what goes.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/jsonx.h"
#include "base/oauth1.h"
#include "base/util.h"
#include "tests/http/harness.h"

/* A sandbox that was made over the control API, with a client of its own. */
struct made {
	char root[256];  /* .../sandboxes/NAME/ims/oneroster/v1p1 */
	char token[256]; /* URL */
	char id[64], secret[64], bearer[BEARER];
};

static void make(struct made *made, const struct server *server, const char *name,
		 const char *profile)
{
	char *body = xformat("{\"name\":\"%s\",\"profile\":\"%s\",\"load\":\"demo\"}", name,
			     profile);
	struct answer answer;

	admin(&answer, server, "POST", "/sandboxes", body);
	ck_assert_msg(answer.status == 201, "%s: %ld %s", name, answer.status, answer.body);

	const json_t *urls = json_object_get(answer.json, "urls");
	const json_t *client = json_array_get(json_object_get(answer.json, "credentials"), 0);

	snprintf(made->root, sizeof made->root, "%s", jsonx_text(urls, "v1p1"));
	snprintf(made->token, sizeof made->token, "%s", jsonx_text(urls, "token"));
	snprintf(made->id, sizeof made->id, "%s", jsonx_text(client, "id"));
	snprintf(made->secret, sizeof made->secret, "%s", jsonx_text(client, "secret"));
	ck_assert_str_eq(jsonx_text(answer.json, "name"), name);
	ck_assert_str_eq(jsonx_text(answer.json, "profile"), profile);
	bearer_get(made->token, made->id, made->secret, made->bearer);
	ck_assert(*made->bearer);
	answer_release(&answer);
	free(body);
}

static void ask(struct answer *answer, const struct made *made, const char *bearer,
		const char *method, const char *target, const char *body)
{
	char *url = xformat("%s%s", made->root, target);

	http(answer, method, url,
	     (const char *[]){ "Content-Type: application/json", bearer, NULL }, body);
	free(url);
}

static int ask_status(const struct made *made, const char *bearer, const char *method,
		      const char *target, const char *body)
{
	struct answer answer;

	ask(&answer, made, bearer, method, target, body);

	int status = (int)answer.status;

	answer_release(&answer);
	return status;
}

#define ITEM                                                                   \
	"{\"lineItem\":{\"title\":\"A title of more than thirty characters\"," \
	"\"class\":{\"sourcedId\":\"class-alg-1\"},\"dueDate\":\"2026-11-20T12:00:00Z\"}}"

START_TEST(stand_apart)
{
	struct server server;
	struct made one, two;
	struct answer answer;

	server_start(&server, NULL);
	make(&one, &server, "one", "standard");
	make(&two, &server, "two", "infinite-campus");
	/* each its own profile, rows and ids */
	ck_assert_int_eq(ask_status(&one, one.bearer, "PUT", "/lineItems/li-1", ITEM), 201);
	ck_assert_int_eq(ask_status(&two, two.bearer, "PUT", "/lineItems/li-1", ITEM), 400);
	ck_assert_int_eq(ask_status(&one, one.bearer, "GET", "/lineItems/li-1", NULL), 200);
	ck_assert_int_eq(ask_status(&two, two.bearer, "GET", "/lineItems/li-1", NULL), 404);
	api(&answer, &server, "GET", "/lineItems/li-1", NULL);
	ck_assert_int_eq(answer.status, 404);
	answer_release(&answer);
	/* each its own tokens and clients */
	ck_assert_int_eq(ask_status(&two, one.bearer, "GET", "/orgs", NULL), 401);
	ck_assert_int_eq(ask_status(&one, two.bearer, "GET", "/orgs", NULL), 401);
	ck_assert_int_eq(ask_status(&one, server.bearer, "GET", "/orgs", NULL), 401);
	bearer_get(two.token, one.id, one.secret, one.bearer);
	ck_assert_str_eq(one.bearer, "");
	/* each its own snapshots */
	ck_assert_int_eq(admin_status(&server, "POST", "/sandboxes/one/snapshots", NULL), 201);
	ck_assert_int_eq(admin_status(&server, "POST", "/sandboxes/two/snapshots/1/restore", NULL),
			 404);
	/* and its own journal */
	admin(&answer, &server, "GET", "/sandboxes/two/journal?limit=1000", NULL);
	ck_assert_ptr_null(strstr(answer.body, "/sandboxes/one/"));
	ck_assert_ptr_nonnull(strstr(answer.body, "/sandboxes/two/"));
	answer_release(&answer);
	/* links lead back into the sandbox */
	ask(&answer, &two, two.bearer, "GET", "/classes?limit=1", NULL);
	ck_assert_ptr_nonnull(strstr(answer.body, "/sandboxes/two/ims/oneroster/v1p1/courses/"));
	answer_release(&answer);
	ck_assert_int_eq(server_stop(&server), 0);
}
END_TEST

/* A nonce is a repetition only where it was seen, though the client is the same. */
START_TEST(nonces_stand_apart)
{
	static const char *const names[] = { "one", "two", "one", "two" };
	static const int expected[] = { 200, 200, 401, 401 };
	struct server server;

	server_start(&server, NULL);
	for (size_t i = 0; i < 2; i++) {
		char *body = xformat("{\"name\":\"%s\",\"credentials\":[{\"id\":\"canvas\","
				     "\"secret\":\"s3cret\"}]}",
				     names[i]);

		ck_assert_int_eq(admin_status(&server, "POST", "/sandboxes", body), 201);
		free(body);
	}
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		char *url = xformat("%s/sandboxes/%s/ims/oneroster/v1p1/orgs", server.url,
				    names[i]);
		struct arena arena = ARENA_INIT;
		struct err err = ERR_INIT;
		struct answer answer;
		struct url parsed;

		ck_assert(url_parse(&arena, url, &parsed, &err));
		char *header = xformat("Authorization: %s",
				       oauth1_header(&arena, "GET", &parsed, "canvas", "s3cret",
						     HASH_SHA256, "the-same", time(NULL), &err));

		http(&answer, "GET", url, (const char *[]){ header, NULL }, NULL);
		ck_assert_msg(answer.status == expected[i], "%zu: %ld %s", i, answer.status,
			      answer.body);
		answer_release(&answer);
		arena_release(&arena);
		free(header);
		free(url);
	}
	ck_assert_int_eq(server_stop(&server), 0);
}
END_TEST

START_TEST(clocks_stand_apart)
{
	struct server server;
	struct made one, two;
	struct answer answer;

	server_start(&server, NULL);
	make(&one, &server, "one", "standard");
	make(&two, &server, "two", "standard");
	admin(&answer, &server, "PUT", "/sandboxes/one/clock",
	      "{\"now\":\"2030-01-01T00:00:00Z\",\"frozen\":true}");
	ck_assert_int_eq(answer.status, 200);
	ck_assert_str_eq(jsonx_text(answer.json, "now"), "2030-01-01T00:00:00.000Z");
	answer_release(&answer);
	/* its token has expired, the other's has not */
	ck_assert_int_eq(ask_status(&one, one.bearer, "GET", "/orgs", NULL), 401);
	ck_assert_int_eq(ask_status(&two, two.bearer, "GET", "/orgs", NULL), 200);
	bearer_get(one.token, one.id, one.secret, one.bearer);
	ck_assert_int_eq(ask_status(&one, one.bearer, "PUT", "/lineItems/li-1", ITEM), 201);
	ask(&answer, &one, one.bearer, "GET", "/lineItems/li-1", NULL);
	ck_assert_str_eq(jsonx_text(json_object_get(answer.json, "lineItem"), "dateLastModified"),
			 "2030-01-01T00:00:00.000Z");
	answer_release(&answer);
	ck_assert_int_eq(server_stop(&server), 0);
}
END_TEST

/* Data, profile, clients and clock survive; what was removed does not come back. */
START_TEST(survive_a_restart)
{
	char *folder = folder_make(), *db = xformat("%s/sis.db", folder);
	const char *args[] = { "--db", db, "--log-level", "error", NULL };
	struct server server;
	struct made one, two;
	struct answer answer;

	server_start_bare(&server, args);
	make(&one, &server, "one", "aspen");
	make(&two, &server, "two", "standard");
	ck_assert_int_eq(ask_status(&one, one.bearer, "PUT", "/lineItems/li-1", ITEM), 201);
	ck_assert_int_eq(admin_status(&server, "PATCH", "/sandboxes/one/profile",
				      "{\"quirks\":{\"title.max\":30}}"),
			 200);
	ck_assert_int_eq(admin_status(&server, "PUT", "/sandboxes/one/clock",
				      "{\"now\":\"2030-01-01T00:00:00Z\",\"frozen\":true}"),
			 200);
	ck_assert_int_eq(admin_status(&server, "DELETE", "/sandboxes/two", NULL), 204);
	ck_assert_int_eq(server_stop(&server), 0);

	server_start_bare(&server, args);
	snprintf(one.root, sizeof one.root, "%s/sandboxes/one/ims/oneroster/v1p1", server.url);
	snprintf(one.token, sizeof one.token, "%s/sandboxes/one/oauth2/token", server.url);
	bearer_get(one.token, one.id, one.secret, one.bearer);
	ck_assert(*one.bearer);
	ck_assert_int_eq(ask_status(&one, one.bearer, "GET", "/lineItems/li-1", NULL), 200);
	ck_assert_int_eq(ask_status(&one, one.bearer, "PUT", "/lineItems/li-2", ITEM), 400);
	admin(&answer, &server, "GET", "/sandboxes/one", NULL);
	ck_assert_str_eq(jsonx_text(answer.json, "profile"), "aspen");
	ck_assert_str_eq(jsonx_text(answer.json, "now"), "2030-01-01T00:00:00.000Z");
	answer_release(&answer);
	ck_assert_int_eq(admin_status(&server, "GET", "/sandboxes/two", NULL), 404);
	ck_assert_int_eq(server_stop(&server), 0);
	free(db);
	folder_remove(folder);
}
END_TEST

static size_t descriptors(const struct server *server)
{
	char *path = xformat("/proc/%d/fd", (int)server->pid);
	DIR *dir = opendir(path);
	size_t count = 0;

	ck_assert_ptr_nonnull(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	free(path);
	return count;
}

/* More than may be open at once: opened on demand, closed for others. */
#define MANY 70
#define ROUNDS 30 /* 2,100 times another one */

static size_t resident_kib(const struct server *server)
{
	char *path = xformat("/proc/%d/status", (int)server->pid), *text = file_get(path);
	const char *line = strstr(text, "VmRSS:");
	size_t kib = line ? strtoul(line + 6, NULL, 10) : 0;

	free(text);
	free(path);
	return kib;
}

START_TEST(come_by_the_hundred)
{
	static struct made all[MANY];
	struct server server;
	size_t files = 0, memory = 0;

	server_start(&server, (const char *[]){ "--log-level", "error", NULL });
	for (size_t i = 0; i < MANY; i++) {
		char *name = xformat("s%zu", i);

		make(&all[i], &server, name, "standard");
		free(name);
		ck_assert_int_eq(ask_status(&all[i], all[i].bearer, "PUT", "/lineItems/li-1", ITEM),
				 201);
	}
	for (size_t round = 0; round < ROUNDS; round++) {
		for (size_t i = 0; i < MANY; i++)
			ck_assert_int_eq(
				ask_status(&all[i], all[i].bearer, "GET", "/lineItems/li-1", NULL),
				200);
		if (round == 5) {
			files = descriptors(&server);
			memory = resident_kib(&server);
		}
	}
	ck_assert_uint_lt(files, 32 * 6 + 60);
	ck_assert_uint_le(descriptors(&server), files + 4);
	ck_assert_msg(resident_kib(&server) < memory + memory / 5, "%zu KiB, then %zu", memory,
		      resident_kib(&server));
	ck_assert_int_eq(server_stop(&server), 0);
}
END_TEST

static const struct {
	const char *body;
	int status;
	const char *pointer;
} refused[] = {
	{ "{\"name\":\"a/b\"}", 422, "/name" },
	{ "{\"name\":\"..\"}", 422, "/name" },
	{ "{\"name\":\"\"}", 422, "/name" },
	{ "{\"name\":\"Lab\"}", 422, "/name" },
	{ "{\"name\":\"-lab\"}", 422, "/name" },
	{ "{\"name\":7}", 422, "/name" },
	{ "{}", 422, "/name" },
	{ "{\"name\":\"default\"}", 409, "/name" },
	{ "{\"name\":\"lab\",\"profil\":\"aspen\"}", 422, "/profil" },
	{ "{\"name\":\"lab\",\"profile\":\"nobody\"}", 422, "/profile" },
	{ "{\"name\":\"lab\",\"profile\":\"../profiles/aspen\"}", 422, "/profile" },
	{ "{\"name\":\"lab\",\"profile\":7}", 422, "/profile" },
	{ "{\"name\":\"lab\",\"load\":\"nothing\"}", 422, "/load" },
	{ "{\"name\":\"lab\",\"load\":\"/etc\"}", 422, "/load" },
	{ "{\"name\":\"lab\",\"load\":\".\"}", 422, "/load" },
	{ "{\"name\":\"lab\",\"load\":\"..\"}", 422, "/load" },
	{ "{\"name\":\"lab\",\"credentials\":[]}", 422, "/credentials" },
	{ "{\"name\":\"lab\",\"credentials\":[{\"id\":\"a:b\",\"secret\":\"c\"}]}", 422,
	  "/credentials/0" },
	{ "{\"name\":\"lab\",\"credentials\":[{\"id\":\"a\"}]}", 422, "/credentials/0" },
	{ "{\"name\":\"lab\",\"credentials\":[{\"id\":\"a\",\"secret\":\"b\"},"
	  "{\"id\":\"a\",\"secret\":\"c\"}]}",
	  422, "/credentials/1" },
	{ "{\"name\":\"lab\"", 400, "" },
	{ "[\"lab\"]", 400, "" },
};

/* The process died while it made one: nobody was told of it, and its name is free. */
START_TEST(half_of_a_sandbox_is_none)
{
	char *folder = folder_make(), *db = xformat("%s/sis.db", folder);
	const char *args[] = { "--db", db, "--log-level", "error", NULL };
	char *inside = xformat("%s.d", db), *file = xformat("%s/one.db", inside);
	struct server server;
	struct made one;

	server_start_bare(&server, args);
	make(&one, &server, "one", "aspen");
	ck_assert_int_eq(server_stop(&server), 0);
	file_put(inside, "one.db.new", "");
	server_start_bare(&server, args);
	ck_assert_int_eq(admin_status(&server, "GET", "/sandboxes/one", NULL), 404);
	ck_assert_int_ne(access(file, F_OK), 0);
	make(&one, &server, "one", "standard");
	ck_assert_int_eq(server_stop(&server), 0);
	server_start_bare(&server, args);
	ck_assert_int_eq(admin_status(&server, "GET", "/sandboxes/one", NULL), 200);
	ck_assert_int_eq(server_stop(&server), 0);
	free(file);
	free(inside);
	free(db);
	folder_remove(folder);
}
END_TEST

/* What cannot be read may hold a secret all the same. */
START_TEST(secrets_stay_out_of_the_log)
{
	struct server server;

	server_start(&server, NULL);
	ck_assert_int_eq(admin_status(&server, "POST", "/sandboxes",
				      "{\"name\":\"lab\",\"credentials\":[{\"id\":\"a\","
				      "\"secret\":\"hunter2\n\"}]}"),
			 400);

	char *log = file_get(server.log);

	ck_assert_ptr_nonnull(strstr(log, "/admin/sandboxes"));
	ck_assert_ptr_null(strstr(log, "hunter2"));
	free(log);
	ck_assert_int_eq(server_stop(&server), 0);
}
END_TEST

START_TEST(bad_ones_are_refused)
{
	struct server server;
	struct answer answer;

	server_start(&server, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		admin(&answer, &server, "POST", "/sandboxes", refused[i].body);

		const json_t *error = json_object_get(answer.json, "error");

		ck_assert_msg(answer.status == refused[i].status, "%s: %ld %s", refused[i].body,
			      answer.status, answer.body);
		ck_assert_str_eq(jsonx_text(error, "pointer"), refused[i].pointer);
		ck_assert_uint_gt(strlen(jsonx_text(error, "message")), 10);
		answer_release(&answer);
	}
	char *name = xcalloc(1, 10001);

	memset(name, 'a', 10000);
	char *body = xformat("{\"name\":\"%s\"}", name),
	     *target = xformat("/sandboxes/%.7000s", name);

	ck_assert_int_eq(admin_status(&server, "POST", "/sandboxes", body), 422);
	ck_assert_int_eq(admin_status(&server, "GET", target, NULL), 404);
	ck_assert_int_eq(admin_status(&server, "GET", "/sandboxes/..%2f..", NULL), 404);
	admin(&answer, &server, "GET", "/sandboxes", NULL);
	ck_assert_uint_eq(json_array_size(json_object_get(answer.json, "items")), 1);
	answer_release(&answer);
	ck_assert_int_eq(admin_status(&server, "DELETE", "/sandboxes/default", NULL), 409);
	free(name);
	free(body);
	free(target);
	ck_assert_int_eq(server_stop(&server), 0);
}
END_TEST

/* Writers that know nothing of it: each is answered, with 201 or with 404. */
START_TEST(go_under_load)
{
	struct server server;
	struct made made;
	pid_t writers[4];

	server_start(&server, NULL);
	for (int round = 0; round < 5; round++) {
		make(&made, &server, "busy", "standard");
		for (size_t w = 0; w < ARRAY_SIZE(writers); w++) {
			writers[w] = fork();
			if (writers[w] != 0)
				continue;
			for (int i = 0, status = 0; status != 404; i++) {
				char *target = xformat("/lineItems/li-%zu-%d", w, i);

				status = ask_status(&made, made.bearer, "PUT", target, ITEM);
				free(target);
				if (status != 201 && status != 404)
					_exit(1);
			}
			_exit(0);
		}
		usleep(50000);
		ck_assert_int_eq(admin_status(&server, "DELETE", "/sandboxes/busy", NULL), 204);
		for (size_t w = 0; w < ARRAY_SIZE(writers); w++) {
			int status;

			waitpid(writers[w], &status, 0);
			ck_assert_int_eq(status, 0);
		}
	}
	ck_assert_int_eq(server_stop(&server), 0);
}
END_TEST

Suite *sandboxes_suite(void);
Suite *sandboxes_suite(void)
{
	Suite *suite = suite_create("sandboxes");
	TCase *tc = tcase_create("sandboxes");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, stand_apart);
	tcase_add_test(tc, nonces_stand_apart);
	tcase_add_test(tc, clocks_stand_apart);
	tcase_add_test(tc, survive_a_restart);
	tcase_add_test(tc, come_by_the_hundred);
	tcase_add_test(tc, bad_ones_are_refused);
	tcase_add_test(tc, half_of_a_sandbox_is_none);
	tcase_add_test(tc, secrets_stay_out_of_the_log);
	tcase_add_test(tc, go_under_load);
	suite_add_tcase(suite, tc);
	return suite;
}
