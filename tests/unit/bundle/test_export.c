/*
 * test_export.c - a database as a bundle, and back.
 */
#include <check.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "tests/unit/bundle/bundles.h"

#define NOW 1800000000000

static const struct {
	const char *name;
	unsigned version;
	bool dropped;
	const char *out;
} forms[] = {
	{ "1.1", V11, false, "out" },           { "1.2", V12, true, "out" },
	{ "1.2.1", V12, false, "out" },         { "1.1 zip", V11, false, "out.zip" },
	{ "1.2.1 zip", V12, false, "out.ZIP" },
};

/* Everything comes back: each table, byte for byte, the order of creation too. */
START_TEST(an_import_gives_the_same_database)
{
	char *folder = scratch_new(), *path = path_join(folder, forms[_i].out);
	struct store *store = awkward_store(), *again = empty_store();
	struct export export = { .version = forms[_i].version,
				 .dropped = forms[_i].dropped,
				 .since = INT64_MIN };
	struct import import = { .now = NOW };
	struct str flaws = STR_INIT;
	char *found, *expected;

	bring_out(store, path, &export);
	take_in(again, path, &import, &flaws);
	ck_assert_msg(import.errors == 0, "%s: %s", forms[_i].name, str_text(&flaws));
	found = store_dump(again);
	expected = store_dump(store);
	expect_same(found, expected, forms[_i].name);
	free(found);
	free(expected);
	str_release(&flaws);
	store_close(store);
	store_close(again);
	remove_path(path);
	free(path);
	scratch_free(folder);
}
END_TEST

/* A second import of the same changes nothing, and takes back what was changed since. */
START_TEST(an_import_over_an_older_state_gives_the_same)
{
	char *folder = scratch_new(), *path = path_join(folder, "out");
	struct store *store = awkward_store(), *again = awkward_store();
	struct export export = { .version = V12, .since = INT64_MIN };
	struct import import = { .now = NOW };
	struct err err = ERR_INIT;
	char *found, *expected;

	ck_assert(conn_exec(store_conn(again),
			    "UPDATE users SET roles = NULL, email = 'x', resources = '[\"z\"]';"
			    "UPDATE orgs SET metadata = '{\"a\":\"b\"}', children = '[\"z\"]';"
			    "UPDATE lineItems SET school = 'other', learningObjectiveSet = NULL;"
			    "UPDATE results SET scoreScale = 'other', textScore = 'other'",
			    &err));
	bring_out(store, path, &export);
	take_in(again, path, &import, NULL);
	found = store_dump(again);
	expected = store_dump(store);
	expect_same(found, expected, "over an older state");
	free(found);
	free(expected);
	store_close(store);
	store_close(again);
	remove_path(path);
	free(path);
	scratch_free(folder);
}
END_TEST

START_TEST(since_takes_what_was_modified)
{
	char *folder = scratch_new(), *path = path_join(folder, "out");
	struct store *store = awkward_store();
	struct export export = { .version = V12, .since = 1794848400001 };

	bring_out(store, path, &export);
	for (size_t i = 0; i < CSV_FILES; i++)
		ck_assert_msg(export.written[i] == (csv_files[i].entity == &ENTITY_CATEGORIES),
			      "%s: %zu", csv_files[i].name, export.written[i]);
	store_close(store);
	remove_path(path);
	free(path);
	scratch_free(folder);
}
END_TEST

static void add_note(const struct export_note *note, void *payload)
{
	str_format(payload, "%s.%s: %zu %s: %s\n", note->file, note->field ? note->field : "*",
		   note->count, note->kept ? "kept" : "lost", note->why);
}

static const struct {
	unsigned version;
	const char *line;
} losses[] = {
	{ V12, "lineItems.dueDate: 1 lost: the binding has dates, no times of day" },
	{ V12, "orgs.metadata: 2 lost: the binding has only flat texts that are not empty" },
	{ V12, "orgs.children: 2 lost: the binding has no column for it" },
	{ V12, "users.userProfiles: 1 lost: it holds more than the rows of its link file can say" },
	{ V12, "assessmentLineItems.*: 1 lost: the binding has no file for them" },
	{ V11, "scoreScales.*: 2 lost: 1.1 has no file for them" },
	{ V11, "enrollments.role: 1 lost: 1.1 has no such word" },
	{ V11, "users.pronouns: 1 lost: 1.1 has no column for it" },
};

START_TEST(bulk_tells_what_is_lost)
{
	char *folder = scratch_new(), *path = path_join(folder, "out"), *file, *text;
	struct store *store = awkward_store();
	struct str notes = STR_INIT;
	struct err err = ERR_INIT;
	struct export export = { .version = losses[_i].version,
				 .bulk = true,
				 .since = INT64_MIN,
				 .note = add_note,
				 .payload = &notes };

	bring_out(store, path, &export);
	ck_assert_msg(strstr(str_text(&notes), losses[_i].line) != NULL, "no \"%s\" in\n%s",
		      losses[_i].line, str_text(&notes));
	ck_assert_ptr_null(strstr(str_text(&notes), "kept"));
	file = path_join(path, "orgs.csv");
	text = file_read(file, 1u << 20, NULL, &err);
	ck_assert_ptr_nonnull(text);
	ck_assert_ptr_null(strstr(text, "mocksis"));
	ck_assert_ptr_null(strstr(text, "ext:campus")); /* of a deleted org */
	ck_assert_ptr_nonnull(strstr(text, "\r\nz,,,\"Zo"));
	free(text);
	free(file);
	str_release(&notes);
	store_close(store);
	remove_path(path);
	free(path);
	scratch_free(folder);
}
END_TEST

/* 1.1 -> 1.2 -> 1.1: what 1.1 can say survives the way through 1.2. */
START_TEST(bulk_through_the_other_version)
{
	char *folder = scratch_new();
	char *paths[] = { path_join(folder, "1"), path_join(folder, "2"), path_join(folder, "3") };
	struct store *store = _i ? demo_store() : awkward_store(), *again = empty_store();
	struct export old = { .version = V11, .bulk = true, .since = INT64_MIN };
	struct export new = { .version = V12, .bulk = true, .since = INT64_MIN };
	struct import import = { .now = NOW };
	struct err err = ERR_INIT;

	/* 1.2 has no role without an org */
	ck_assert(
		conn_exec(store_conn(store), "DELETE FROM users WHERE sourcedId = 'u-bare'", &err));
	bring_out(store, paths[0], &old);
	store_close(store);
	store = empty_store();
	take_in(store, paths[0], &import, NULL);
	remove_path(paths[0]);
	old = (struct export){ .version = V11, .bulk = true, .since = INT64_MIN };
	bring_out(store, paths[0], &old);
	bring_out(store, paths[1], &new);
	take_in(again, paths[1], &import, NULL);
	old = (struct export){ .version = V11, .bulk = true, .since = INT64_MIN };
	bring_out(again, paths[2], &old);
	for (size_t i = 0; i < CSV_FILES; i++) {
		char *one = xformat("%s/%s.csv", paths[0], csv_files[i].name);
		char *other = xformat("%s/%s.csv", paths[2], csv_files[i].name);
		char *first = file_exists(one) ? file_read(one, 1u << 20, NULL, &err) : NULL;
		char *last = file_exists(other) ? file_read(other, 1u << 20, NULL, &err) : NULL;

		expect_same(last ? last : "", first ? first : "", csv_files[i].name);
		free(first);
		free(last);
		free(one);
		free(other);
	}
	store_close(store);
	store_close(again);
	for (int i = 0; i < 3; i++) {
		remove_path(paths[i]);
		free(paths[i]);
	}
	scratch_free(folder);
}
END_TEST

/* A bundle of 1.2 with every file comes out as it went in. */
START_TEST(every_file_of_1_2)
{
	char *folder = scratch_new(), *path = path_join(folder, "out");
	char *from = source_path("tests/bundles/v1p2");
	struct store *store = empty_store();
	struct import import = { .now = NOW };
	struct export export = { .version = V12, .bulk = true, .since = INT64_MIN };
	struct str notes = STR_INIT;
	struct err err = ERR_INIT;

	take_in(store, from, &import, &notes);
	ck_assert_msg(notes.length == 0, "%s", str_text(&notes));
	export.note = add_note;
	export.payload = &notes;
	bring_out(store, path, &export);
	ck_assert_msg(notes.length == 0, "%s", str_text(&notes));
	for (size_t i = 0; i < CSV_FILES; i++) {
		char *one = xformat("%s/%s.csv", from, csv_files[i].name);
		char *other = xformat("%s/%s.csv", path, csv_files[i].name);
		bool same_ids = !csv_files[i].field ||
				has_word("roles userProfiles", csv_files[i].name);
		char *first, *last, *at;

		ck_assert_uint_eq(import.loaded[i], export.written[i]);
		if (csv_files[i].in && same_ids) {
			first = file_read(one, 1u << 20, NULL, &err);
			last = file_read(other, 1u << 20, NULL, &err);
			ck_assert_msg(first && last, "%s", err.text);
			while ((at = strchr(last, '\r')))
				memmove(at, at + 1, strlen(at));
			expect_same(last, first, csv_files[i].name);
			free(first);
			free(last);
		}
		free(one);
		free(other);
	}
	str_release(&notes);
	store_close(store);
	remove_path(path);
	free(path);
	free(from);
	scratch_free(folder);
}
END_TEST

static const struct {
	const char *name, *there; /* a file that is there already; NULL: an empty folder */
	bool good;
} places[] = {
	{ "new", "", true },           { "empty", NULL, true }, { "file", "x", false },
	{ "full", "y", false },        { "x.zip", "x", false }, { "none/new", "", false },
	{ "none/new.zip", "", false },
};

/* Nothing is overwritten, and what fails leaves nothing. */
START_TEST(only_where_nothing_is)
{
	char *folder = scratch_new(), *path = path_join(folder, places[_i].name);
	const char *there = places[_i].there;
	struct store *store = awkward_store();
	struct export export = { .version = V12, .since = INT64_MIN };
	struct err err = ERR_INIT;

	if (!there || strcmp(there, "y") == 0)
		ck_assert(mkdir(path, 0700) == 0);
	if (there && strcmp(there, "y") == 0)
		free(scratch_write(path, "a", "b"));
	if (there && strcmp(there, "x") == 0)
		free(scratch_write(folder, places[_i].name, "b"));
	ck_assert_msg(export_bundle(&export, store, path, &err) == places[_i].good, "%s: %s",
		      places[_i].name, err.text);
	if (!places[_i].good)
		ck_assert_msg(err.code == ERR_INVALID && strstr(err.text, path), "%s", err.text);
	store_close(store);
	remove_path(path);
	free(path);
	ck_assert_msg(rmdir(folder) == 0, "something is left");
	free(folder);
}
END_TEST

Suite *export_suite(void);
Suite *export_suite(void)
{
	Suite *suite = suite_create("bundle/export");
	TCase *tc = tcase_create("export");

	tcase_add_loop_test(tc, an_import_gives_the_same_database, 0, ARRAY_SIZE(forms));
	tcase_add_test(tc, an_import_over_an_older_state_gives_the_same);
	tcase_add_test(tc, since_takes_what_was_modified);
	tcase_add_loop_test(tc, bulk_tells_what_is_lost, 0, ARRAY_SIZE(losses));
	tcase_add_loop_test(tc, bulk_through_the_other_version, 0, 2);
	tcase_add_test(tc, every_file_of_1_2);
	tcase_add_loop_test(tc, only_where_nothing_is, 0, ARRAY_SIZE(places));
	suite_add_tcase(suite, tc);
	return suite;
}
