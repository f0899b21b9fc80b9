/*
 * test_store.c - the file of a sandbox: its lock, its schema, its rows.
 */
#include <check.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "server/store/store.h"
#include "tests/unit/helpers.h"

static struct store *open_at(const char *path)
{
	struct err err = ERR_INIT;
	struct store *store = store_open(path, &err);

	ck_assert_msg(store != NULL, "%s", err.text);
	return store;
}

static int64_t integer(struct store *store, const char *text)
{
	struct err err = ERR_INIT;
	struct sql sql;
	int64_t value;

	sql_init(&sql);
	sql_add(&sql, text);
	ck_assert_msg(conn_integer(store_conn(store), &sql, &value, &err), "%s: %s", text,
		      err.text);
	sql_release(&sql);
	return value;
}

static bool put(struct store *store, const char *json)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct record record;
	bool created = false;
	json_t *object = json_loads(json, 0, NULL);

	ck_assert_msg(record_from_json(&record, &ENTITY_USERS, V11, object, "", &arena, &err), "%s",
		      err.text);
	ck_assert_msg(conn_begin(store_conn(store), true, &err) &&
			      rows_put(store_conn(store), &record, &created, &err) &&
			      conn_commit(store_conn(store), &err),
		      "%s", err.text);
	json_decref(object);
	arena_release(&arena);
	return created;
}

#define USER(more)                                                                       \
	"{\"sourcedId\": \"u\", \"givenName\": \"A\", \"familyName\": \"B\", \"role\": " \
	"\"student\"" more "}"

START_TEST(a_put_creates_and_replaces_whole)
{
	struct store *store = open_at(":memory:");
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct record record;
	bool found = false;

	ck_assert(put(store,
		      USER(", \"email\": \"a@b\", \"enabledUser\": true, \"grades\": [\"09\"]")));
	ck_assert(!put(store, USER(", \"phone\": \"1\"")));
	ck_assert_int_eq(integer(store, "SELECT count(*) FROM users"), 1);
	ck_assert(
		rows_get_id(store_conn(store), &ENTITY_USERS, "u", &record, &found, &arena, &err));
	ck_assert(found);
	ck_assert_str_eq(record_text(&record, "phone"), "1");
	ck_assert_ptr_null(record_text(&record, "email")); /* what is absent is cleared */
	ck_assert_ptr_null(record_text(&record, "grades"));
	ck_assert_int_eq(record_value(&record, "enabledUser")->kind, VALUE_NULL);
	arena_release(&arena);
	store_close(store);
}
END_TEST

/* Which school a class is of is known; who is enrolled in it is enrolled there. */
START_TEST(an_enrollment_is_at_the_school_of_its_class)
{
	struct store *store = open_at(":memory:");

	put_row(store, &ENTITY_CLASSES,
		"{\"sourcedId\": \"c\", \"title\": \"C\", \"school\": {\"sourcedId\": \"s\"}}");
	put_row(store, &ENTITY_ENROLLMENTS,
		"{\"sourcedId\": \"e\", \"user\": {\"sourcedId\": \"u\"}, \"class\": "
		"{\"sourcedId\": \"c\"}, \"role\": \"student\"}");
	ck_assert_int_eq(integer(store, "SELECT count(*) FROM enrollments WHERE school = 's'"), 1);
	store_close(store);
}
END_TEST

START_TEST(references_are_replaced)
{
	struct store *store = open_at(":memory:");

	put(store, USER(", \"orgs\": [{\"sourcedId\": \"a\"}, {\"sourcedId\": \"b\"}], "
			"\"agents\": [{\"sourcedId\": \"p\"}]"));
	ck_assert_int_eq(integer(store, "SELECT count(*) FROM ref WHERE path <> 'roles.role'"), 5);
	put(store, USER(", \"orgs\": [{\"sourcedId\": \"c\"}, {\"sourcedId\": \"c\"}]"));
	ck_assert_int_eq(integer(store, "SELECT count(*) FROM ref WHERE path = 'orgs'"), 2);
	ck_assert_int_eq(integer(store, "SELECT count(*) FROM ref WHERE target = 'a'"), 0);
	put(store, USER(", \"orgs\": []"));
	ck_assert_int_eq(integer(store, "SELECT count(*) FROM ref"), 0);
	store_close(store);
}
END_TEST

START_TEST(a_delete_takes_its_references_along)
{
	struct store *store = open_at(":memory:");
	struct err err = ERR_INIT;
	bool found = false;

	put(store, USER(", \"orgs\": [{\"sourcedId\": \"a\"}]"));
	ck_assert(rows_exist(store_conn(store), &ENTITY_USERS, "u", &found, &err) && found);
	ck_assert(rows_exist(store_conn(store), &ENTITY_ORGS, "u", &found, &err) && !found);
	ck_assert(rows_delete(store_conn(store), &ENTITY_USERS, "u", &found, &err) && found);
	ck_assert_int_eq(integer(store, "SELECT (SELECT count(*) FROM users) + "
					"(SELECT count(*) FROM ref)"),
			 0);
	ck_assert(rows_delete(store_conn(store), &ENTITY_USERS, "u", &found, &err) && !found);
	ck_assert(rows_exist(store_conn(store), &ENTITY_USERS, "u", &found, &err) && !found);
	store_close(store);
}
END_TEST

static bool join_id(const struct record *record, void *payload)
{
	str_format(payload, "%s ", record_text(record, "sourcedId"));
	return strcmp(record_text(record, "sourcedId"), "stop") != 0;
}

static const struct {
	int64_t limit, offset;
	const char *ids;
} pages[] = {
	{ 10, 0, "b a c " }, /* as they were put, replaced or not */
	{ 2, 0, "b a " },     { 2, 2, "c " },           { 2, 3, "" },
	{ 1, INT64_MAX, "" }, { INT64_MAX, 1, "a c " },
};

START_TEST(lists_in_a_stable_order)
{
	struct store *store = open_at(":memory:");
	struct err err = ERR_INIT;
	struct str ids = STR_INIT;
	struct sql all;

	put_row(store, &ENTITY_CATEGORIES, "{\"sourcedId\": \"b\", \"title\": \"1\"}");
	put_row(store, &ENTITY_CATEGORIES, "{\"sourcedId\": \"a\", \"title\": \"2\"}");
	put_row(store, &ENTITY_CATEGORIES, "{\"sourcedId\": \"c\", \"title\": \"3\"}");
	put_row(store, &ENTITY_CATEGORIES, "{\"sourcedId\": \"b\", \"title\": \"4\"}");
	sql_init(&all);
	sql_add(&all, "1");
	ck_assert(rows_list(store_conn(store), &ENTITY_CATEGORIES, &all, NULL, pages[_i].limit,
			    pages[_i].offset, join_id, &ids, &err));
	ck_assert_msg(strcmp(str_text(&ids), pages[_i].ids) == 0, "limit %lld, offset %lld: %s",
		      (long long)pages[_i].limit, (long long)pages[_i].offset, str_text(&ids));
	sql_release(&all);
	str_release(&ids);
	store_close(store);
}
END_TEST

START_TEST(settings_and_state_are_kept)
{
	char *folder = scratch_new(), *path = path_join(folder, "s.db"), *text;
	struct store *store = open_at(path);
	struct err err = ERR_INIT;
	json_t *value = json_null();

	put(store, USER(""));
	ck_assert(setting_get(store_conn(store), "profile", &text, &err));
	ck_assert_ptr_null(text);
	ck_assert(setting_put(store_conn(store), "profile", "x", &err));
	ck_assert(setting_put(store_conn(store), "profile", "aspen", &err));
	ck_assert(sis_state_put(store_conn(store), "categories", "c", "scale", value, &err));
	store_close(store);

	store = open_at(path);
	ck_assert_int_eq(integer(store, "SELECT count(*) FROM users"), 1);
	ck_assert(setting_get(store_conn(store), "profile", &text, &err));
	ck_assert_str_eq(text, "aspen");
	free(text);
	ck_assert(sis_state_get(store_conn(store), "categories", "c", "scale", &value, &err));
	ck_assert(json_is_null(value)); /* null is not absent */
	ck_assert(sis_state_get(store_conn(store), "categories", "d", "scale", &value, &err));
	ck_assert_ptr_null(value);
	ck_assert(sis_state_delete(store_conn(store), "categories", "c", "other", &err));
	ck_assert_int_eq(integer(store, "SELECT count(*) FROM sis_state"), 1);
	ck_assert(sis_state_delete(store_conn(store), "categories", "c", "scale", &err));
	ck_assert_int_eq(integer(store, "SELECT count(*) FROM sis_state"), 0);
	store_close(store);
	free(path);
	scratch_free(folder);
}
END_TEST

START_TEST(one_at_a_time)
{
	char *folder = scratch_new(), *path = path_join(folder, "s.db");
	struct store *first = open_at(path);
	struct err err = ERR_INIT;

	ck_assert_ptr_null(store_open(path, &err));
	ck_assert_int_eq(err.code, ERR_ENVIRONMENT);
	ck_assert_msg(strstr(err.text, path) && strstr(err.text, "in use"), "%s", err.text);
	put(first, USER("")); /* the first goes on */
	store_close(first);
	store_close(open_at(path));
	free(path);
	scratch_free(folder);
}
END_TEST

START_TEST(a_newer_schema_is_left_alone)
{
	char *folder = scratch_new(), *path = path_join(folder, "s.db"), *before, *after;
	struct store *store = open_at(path);
	struct err err = ERR_INIT;
	size_t old, length;

	ck_assert(conn_exec(store_conn(store), "PRAGMA user_version = 99", &err));
	store_close(store);
	before = file_read(path, 1 << 24, &old, &err);
	ck_assert_ptr_null(store_open(path, &err));
	ck_assert_int_eq(err.code, ERR_ENVIRONMENT);
	ck_assert_msg(strstr(err.text, "newer") && strstr(err.text, "99"), "%s", err.text);
	err = (struct err)ERR_INIT;
	after = file_read(path, 1 << 24, &length, &err);
	ck_assert_uint_eq(length, old);
	ck_assert_mem_eq(before, after, length);
	ck_assert_ptr_null(store_open(path, &err)); /* and the lock is free again */
	ck_assert_msg(strstr(err.text, "newer") != NULL, "%s", err.text);
	free(before);
	free(after);
	free(path);
	scratch_free(folder);
}
END_TEST

/* A database of the version before has no table of what is unpublished. */
START_TEST(an_older_schema_is_completed)
{
	char *folder = scratch_new(), *path = path_join(folder, "s.db");
	struct store *store = open_at(path);
	struct err err = ERR_INIT;

	ck_assert(put(store, USER("")));
	ck_assert(conn_exec(store_conn(store),
			    "DROP TABLE unpublished; DROP TABLE tally;"
			    "PRAGMA user_version = 2",
			    &err));
	store_close(store);
	store = open_at(path);
	ck_assert_int_eq(integer(store, "SELECT count(*) FROM users"), 1);
	ck_assert_int_eq(integer(store, "SELECT count(*) FROM unpublished"), 0);
	store_close(store);
	free(path);
	scratch_free(folder);
}
END_TEST

static const char *const bad[] = { "/no/such/folder/s.db", "/dev/null/s.db", "" };

START_TEST(what_cannot_be_opened_is_said)
{
	char *folder = scratch_new();
	char *path = *bad[_i] ? xstrdup(bad[_i])
			      : scratch_write(folder, "s.db",
					      "this is no database, but long "
					      "enough to be taken for one at first sight");
	struct err err = ERR_INIT;

	ck_assert_ptr_null(store_open(path, &err));
	ck_assert_msg(err.code == ERR_ENVIRONMENT && strstr(err.text, path), "%s", err.text);
	free(path);
	scratch_free(folder);
}
END_TEST

START_TEST(readers_do_not_write)
{
	struct store *store = open_at(":memory:");
	struct err err = ERR_INIT;
	struct conn *reader = store_take_reader(store, &err), *other;

	ck_assert_msg(reader != NULL, "%s", err.text);
	other = store_take_reader(store, &err);
	ck_assert_ptr_ne(reader, other);
	ck_assert(!conn_exec(reader, "DELETE FROM users", &err));
	store_put_reader(store, reader);
	store_put_reader(store, other);
	ck_assert_ptr_eq(store_take_reader(store, &err), other); /* kept, not opened anew */
	store_put_reader(store, other);
	store_close(store);
}
END_TEST

/* A count and a page that one transaction reads agree. */
START_TEST(a_reader_sees_one_moment)
{
	struct store *store = open_at(":memory:");
	struct err err = ERR_INIT;
	struct conn *reader = store_take_reader(store, &err);
	bool found = true;

	ck_assert(conn_begin(reader, false, &err));
	ck_assert(rows_exist(reader, &ENTITY_USERS, "u", &found, &err) && !found);
	put(store, USER(""));
	ck_assert(rows_exist(reader, &ENTITY_USERS, "u", &found, &err) && !found);
	ck_assert(conn_commit(reader, &err));
	ck_assert(rows_exist(reader, &ENTITY_USERS, "u", &found, &err) && found);
	store_put_reader(store, reader);
	store_close(store);
}
END_TEST

/* Fills the cache of prepared statements and more. */
static void prepare_many(struct store *store, int count)
{
	for (int i = 0; i < count; i++) {
		char *text = xformat("SELECT %d", i);

		ck_assert_int_eq(integer(store, text), i);
		free(text);
	}
}

START_TEST(statements_may_be_many)
{
	struct store *store = open_at(":memory:");

	prepare_many(store, 400);
	prepare_many(store, 400);
	ck_assert(put(store, USER("")));
	store_close(store);
}
END_TEST

static bool is_told(const struct value *columns, int count, void *payload)
{
	(void)count;
	ck_assert_msg(strstr(payload, columns[0].text) != NULL, "%s", columns[0].text);
	return true;
}

/* What `mocksis describe sql` prints is what a database has. */
START_TEST(the_schema_is_told_as_it_is)
{
	struct store *store = open_at(":memory:");
	struct str text = STR_INIT;
	struct err err = ERR_INIT;
	struct sql sql;

	schema_text(&text);
	sql_init(&sql);
	sql_add(&sql, "SELECT sql FROM sqlite_master WHERE type = 'table' UNION ALL "
		      "SELECT substr(sql, instr(sql, ' ON ')) FROM sqlite_master "
		      "WHERE type = 'index' AND sql IS NOT NULL");
	ck_assert_msg(conn_query(store_conn(store), &sql, is_told, text.text, &err), "%s",
		      err.text);

	/* and it is sound: tables, one for each object among them, and the version */
	ck_assert_int_eq(integer(store, "SELECT count(*) FROM sqlite_master WHERE type = 'table'"),
			 ENTITY_COUNT + 6);
	char *version = xformat("PRAGMA user_version = %lld;",
				(long long)integer(store, "PRAGMA user_version"));

	ck_assert_msg(strstr(text.text, version) != NULL, "%s", version);
	free(version);
	sql_release(&sql);
	str_release(&text);
	store_close(store);
}
END_TEST

static bool ask_again(const struct value *columns, int count, void *payload)
{
	int64_t *sum = ((int64_t **)payload)[1];

	(void)count;
	*sum += columns[0].integer * integer(((struct store **)payload)[0], "SELECT 10 + 0");
	return true;
}

/* due_date.in_open_period asks while it reads the periods. */
START_TEST(a_query_inside_a_query)
{
	struct store *store = open_at(":memory:");
	struct err err = ERR_INIT;
	int64_t sum = 0;
	void *payload[] = { store, &sum };
	struct sql sql;

	prepare_many(store, _i);
	sql_init(&sql);
	sql_add(&sql, "SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3");
	ck_assert_msg(conn_query(store_conn(store), &sql, ask_again, payload, &err), "%s",
		      err.text);
	ck_assert_msg(sum == 60, "%d statements before: %lld", _i, (long long)sum);
	sql_release(&sql);
	store_close(store);
}
END_TEST

/* A copy holds the clients' secrets, too. */
START_TEST(a_snapshot_is_private)
{
	struct store *source = demo_store();
	char *folder = scratch_new(), *path = path_join(folder, "copy.db");
	struct stat status;
	struct err err = ERR_INIT;
	mode_t mask = umask(0);

	ck_assert_msg(store_snapshot(source, path, &err), "%s", err.text);
	umask(mask);
	ck_assert_int_eq(stat(path, &status), 0);
	ck_assert_int_eq(status.st_mode & 0777, 0600);
	ck_assert_int_gt(status.st_size, 4096);
	store_close(source);
	free(path);
	scratch_free(folder);
}
END_TEST

/* 1: NORMAL, 2: FULL */
static const struct {
	enum durability durability;
	int64_t synchronous;
} durabilities[] = { { DURABILITY_FULL, 2 }, { DURABILITY_NORMAL, 1 } };

START_TEST(a_commit_waits_for_what_is_asked)
{
	struct err err = ERR_INIT;
	struct store *store = store_open_as(":memory:", durabilities[_i].durability, &err);
	int64_t synchronous = -1;
	struct sql sql;

	ck_assert_msg(store != NULL, "%s", err.text);
	sql_init(&sql);
	sql_add(&sql, "PRAGMA synchronous");
	ck_assert(conn_integer(store_conn(store), &sql, &synchronous, &err));
	ck_assert_int_eq(synchronous, durabilities[_i].synchronous);
	sql_release(&sql);
	store_close(store);
}
END_TEST

Suite *store_suite(void);
Suite *store_suite(void)
{
	Suite *suite = suite_create("store/store");
	TCase *tc = tcase_create("store");

	tcase_add_test(tc, a_put_creates_and_replaces_whole);
	tcase_add_test(tc, references_are_replaced);
	tcase_add_test(tc, an_enrollment_is_at_the_school_of_its_class);
	tcase_add_test(tc, a_delete_takes_its_references_along);
	tcase_add_loop_test(tc, lists_in_a_stable_order, 0, ARRAY_SIZE(pages));
	tcase_add_test(tc, settings_and_state_are_kept);
	tcase_add_test(tc, one_at_a_time);
	tcase_add_test(tc, a_newer_schema_is_left_alone);
	tcase_add_test(tc, an_older_schema_is_completed);
	tcase_add_loop_test(tc, what_cannot_be_opened_is_said, 0, ARRAY_SIZE(bad));
	tcase_add_test(tc, the_schema_is_told_as_it_is);
	tcase_add_test(tc, readers_do_not_write);
	tcase_add_test(tc, a_reader_sees_one_moment);
	tcase_add_test(tc, statements_may_be_many);
	tcase_add_loop_test(tc, a_query_inside_a_query, 120, 130);
	tcase_add_test(tc, a_snapshot_is_private);
	tcase_add_loop_test(tc, a_commit_waits_for_what_is_asked, 0, ARRAY_SIZE(durabilities));
	suite_add_tcase(suite, tc);
	return suite;
}
