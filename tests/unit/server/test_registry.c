/*
 * test_registry.c - who is open, who is closed for another, who waits for whom.
 */
#include <check.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "server/api/api.h"
#include "server/district.h"
#include "tests/unit/helpers.h"

#define MANY (SANDBOXES_OPEN + 8)

static void add_closed(struct registry *registry, const char *name)
{
	struct sandbox *sandbox = sandbox_new(name, NULL, NULL);

	sandbox_set_path(sandbox, registry->folder, NULL);
	ck_assert(registry_add(registry, sandbox));
}

/* A registry of MANY closed sandboxes "b0", "b1", ... whose files do not exist yet. */
static char *set_up(struct registry *registry)
{
	char *folder = scratch_new(), name[16];

	registry_init(registry);
	registry->folder = xstrdup(folder);
	for (int i = 0; i < MANY; i++) {
		snprintf(name, sizeof name, "b%d", i);
		add_closed(registry, name);
	}
	return folder;
}

static void tear_down(struct registry *registry, char *folder)
{
	registry_release(registry);
	scratch_free(folder);
}

static bool is_open(struct registry *registry, int i)
{
	char name[16];

	snprintf(name, sizeof name, "b%d", i);

	struct sandbox *sandbox = registry_take(registry, name);
	enum pinned pinned = registry_pin(registry, sandbox);

	if (pinned == PINNED)
		registry_unpin(registry, sandbox);
	registry_give(registry, sandbox);
	return pinned == PINNED;
}

static struct sandbox *open_it(struct registry *registry, int i)
{
	char name[16];
	struct err err = ERR_INIT;

	snprintf(name, sizeof name, "b%d", i);

	struct sandbox *sandbox = registry_take(registry, name);

	ck_assert_msg(registry_open(registry, sandbox, &err), "%s", err.text);
	return sandbox;
}

static void done_with(struct registry *registry, struct sandbox *sandbox)
{
	registry_unpin(registry, sandbox);
	registry_give(registry, sandbox);
}

START_TEST(the_one_unused_for_longest_is_closed)
{
	struct registry registry;
	char *folder = set_up(&registry);

	for (int i = 0; i < SANDBOXES_OPEN; i++) {
		done_with(&registry, open_it(&registry, i));
		usleep(2000); /* `used` counts milliseconds */
	}
	done_with(&registry, open_it(&registry, 0)); /* used again: b1 is the oldest now */
	usleep(2000);
	done_with(&registry, open_it(&registry, SANDBOXES_OPEN));
	ck_assert(is_open(&registry, 0) && !is_open(&registry, 1) && is_open(&registry, 2));
	ck_assert_uint_eq(registry.open, SANDBOXES_OPEN);
	tear_down(&registry, folder);
}
END_TEST

START_TEST(a_pinned_one_stays_open)
{
	struct registry registry;
	char *folder = set_up(&registry);
	struct sandbox *pinned = open_it(&registry, 0);

	for (int i = 1; i < MANY; i++)
		done_with(&registry, open_it(&registry, i));
	ck_assert(is_open(&registry, 0));
	registry_close_idle(&registry, 0);
	ck_assert(is_open(&registry, 0));
	ck_assert_uint_eq(registry.open, 1);
	done_with(&registry, pinned);
	registry_close_idle(&registry, 60000);
	ck_assert_uint_eq(registry.open, 1);
	registry_close_idle(&registry, 0);
	ck_assert_uint_eq(registry.open, 0);
	tear_down(&registry, folder);
}
END_TEST

/* What is closed comes back as it was: the clients of the file, not new ones. */
START_TEST(a_closed_one_comes_back)
{
	struct registry registry;
	char *folder = set_up(&registry);
	struct sandbox *sandbox = open_it(&registry, 3);
	char *secret = xstrdup(sandbox->auth.credentials[0].secret);

	done_with(&registry, sandbox);
	registry_close_idle(&registry, 0);
	sandbox = open_it(&registry, 3);
	ck_assert_uint_eq(sandbox->auth.count, 1);
	ck_assert_str_eq(sandbox->auth.credentials[0].secret, secret);
	done_with(&registry, sandbox);
	free(secret);
	tear_down(&registry, folder);
}
END_TEST

struct user {
	struct registry *registry;
	struct sandbox *sandbox;
	atomic_bool left;
};

static void *use_it(void *payload)
{
	struct user *user = payload;

	usleep(50000);
	atomic_store(&user->left, true);
	registry_unpin(user->registry, user->sandbox);
	return NULL;
}

START_TEST(removal_waits_for_who_uses_it)
{
	struct registry registry;
	char *folder = set_up(&registry), *path;
	struct user user = { .registry = &registry, .sandbox = open_it(&registry, 5) };
	struct sandbox *sandbox = user.sandbox;
	pthread_t thread;

	path = xstrdup(sandbox->path);
	ck_assert(file_exists(path));
	ck_assert_int_eq(pthread_create(&thread, NULL, use_it, &user), 0);
	registry_delete(&registry, sandbox);
	ck_assert(atomic_load(&user.left));
	ck_assert(!file_exists(path));
	ck_assert_ptr_null(registry_take(&registry, "b5"));
	ck_assert_int_eq(registry_pin(&registry, sandbox), PIN_GONE);
	registry_give(&registry, sandbox);
	pthread_join(thread, NULL);
	free(path);
	tear_down(&registry, folder);
}
END_TEST

/* The demo district is the bundled one, whatever lies where the server was started. */
START_TEST(a_folder_called_demo_is_not_the_demo_district)
{
	struct registry registry;
	char *folder = set_up(&registry), *before = getcwd(NULL, 0);
	struct sandbox *sandbox = sandbox_new("new", NULL, NULL);
	struct wish nothing = { .empty = false };
	struct err err = ERR_INIT;
	struct store *store;
	int64_t users = 0;
	struct sql sql;

	sandbox_set_path(sandbox, registry.folder, NULL);
	store = store_open(sandbox->path, &err);
	ck_assert_int_eq(chdir(folder), 0);
	ck_assert(folder_create("demo", &err));
	ck_assert_msg(district_open(&registry, sandbox, store, &nothing, &err), "%s", err.text);
	sql_init(&sql);
	sql_add(&sql, "SELECT count(*) FROM users");
	ck_assert(conn_integer(store_conn(store), &sql, &users, &err));
	ck_assert_int_gt(users, 100);
	sql_release(&sql);
	ck_assert_int_eq(chdir(before), 0);
	store_close(store);
	sandbox_free(sandbox);
	free(before);
	tear_down(&registry, folder);
}
END_TEST

static const struct {
	const char *name;
	bool valid;
} names[] = {
	{ "a", true },         { "lab-1_x", true }, { "0", true },    { "", false },
	{ ".", false },        { "..", false },     { "a/b", false }, { "a.db", false },
	{ "-a", false },       { "_a", false },     { "A", false },   { "a b", false },
	{ "\xc3\xa4", false },
};

static void answered(struct request *request)
{
	sem_post(request->owner);
}

static const struct {
	const char *method, *target;
} late[] = {
	{ "GET", "/sandboxes/b0/ims/oneroster/v1p1/orgs" },
	{ "DELETE", "/admin/sandboxes/b0" },
};

/* Nobody would let go of a pin, and a removal waits for that. */
START_TEST(nothing_is_pinned_once_the_loops_end)
{
	struct registry registry;
	char *folder = set_up(&registry);
	struct request request;
	struct response response = { 0 };
	sem_t done;

	registry.admin_token = "admin";
	registry.control = control_start(NULL, NULL, 1000);
	atomic_store(&registry.halted, true);
	sem_init(&done, 0, 0);
	request_make(&request, late[_i].method, late[_i].target);
	request_set(&request, "Authorization", "Bearer admin");
	request.resume = answered;
	request.owner = &done;
	ck_assert(!api_handle(&registry, &request, &response));
	sem_wait(&done);
	ck_assert_int_eq(response.status, 503);
	ck_assert(!request.again && !request.context && !is_open(&registry, 0));
	response_free(&response);
	request_free(&request);
	sem_destroy(&done);
	control_stop(registry.control);
	tear_down(&registry, folder);
}
END_TEST

START_TEST(names_are_plain)
{
	char longest[SANDBOX_NAME_MOST + 2] = "";

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		ck_assert_msg(sandbox_name_is_valid(names[i].name) == names[i].valid, "%s",
			      names[i].name);
	memset(longest, 'a', SANDBOX_NAME_MOST);
	ck_assert(sandbox_name_is_valid(longest));
	longest[SANDBOX_NAME_MOST] = 'a';
	ck_assert(!sandbox_name_is_valid(longest));
}
END_TEST

Suite *registry_suite(void);
Suite *registry_suite(void)
{
	Suite *suite = suite_create("server/registry");
	TCase *tc = tcase_create("registry");

	tcase_add_test(tc, the_one_unused_for_longest_is_closed);
	tcase_add_test(tc, a_pinned_one_stays_open);
	tcase_add_test(tc, a_closed_one_comes_back);
	tcase_add_test(tc, removal_waits_for_who_uses_it);
	tcase_add_loop_test(tc, nothing_is_pinned_once_the_loops_end, 0, ARRAY_SIZE(late));
	tcase_add_test(tc, a_folder_called_demo_is_not_the_demo_district);
	tcase_add_test(tc, names_are_plain);
	suite_add_tcase(suite, tc);
	return suite;
}
