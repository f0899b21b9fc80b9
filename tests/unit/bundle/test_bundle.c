/*
 * test_bundle.c - zips that are no bundles, whole or in part.
 */
#include <check.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zip.h>

#include "base/file.h"
#include "tests/unit/bundle/bundles.h"

static void add(zip_t *zip, const char *name, const char *text, size_t length)
{
	zip_source_t *source = zip_source_buffer(zip, text, length, 0);

	ck_assert_msg(zip_file_add(zip, name, source, 0) >= 0, "%s: %s", name, zip_strerror(zip));
}

/* A zip with these entries, each with its name as content. */
static char *make_zip(const char *folder, const char *const names[])
{
	char *path = path_join(folder, "x.zip");
	zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, NULL);

	ck_assert_ptr_nonnull(zip);
	for (size_t i = 0; names[i]; i++)
		add(zip, names[i], names[i], strlen(names[i]));
	ck_assert_int_eq(zip_close(zip), 0);
	return path;
}

/* Replaces every @from in the file by @to, which is as long: libzip makes no bad zips. */
static void patch(const char *path, const char *from, const char *to, size_t length)
{
	struct err err = ERR_INIT;
	size_t size;
	char *bytes = file_read(path, 1u << 30, &size, &err);

	ck_assert_ptr_nonnull(bytes);
	for (size_t i = 0; i + length <= size; i++)
		if (memcmp(bytes + i, from, length) == 0)
			memcpy(bytes + i, to, length);
	ck_assert(file_write(path, bytes, size, &err));
	free(bytes);
}

static void expect_refused(const char *path, const char *sentence)
{
	struct err err = ERR_INIT;
	struct bundle *bundle = bundle_open(path, &err);

	ck_assert_msg(!bundle, "it was taken, not: %s", sentence);
	ck_assert_int_eq(err.code, ERR_INVALID);
	ck_assert_msg(strstr(err.text, sentence) && strstr(err.text, path), "%s: %s", sentence,
		      err.text);
}

#define BOTH_NAMES                           \
	{                                    \
		"orgs.csv", "user.csv", NULL \
	}

static const struct {
	const char *names[8];
	const char *from, *to; /* patched afterwards */
	const char *sentence;
} wrong[] = {
	{ BOTH_NAMES, "user.csv", "orgs.csv", "orgs.csv is there twice" },
	{ { "orgs.csv", "ORGS.csv", NULL }, NULL, NULL, "ORGS.csv is there twice" },
	{ BOTH_NAMES, "user.csv", "../r.csv", "../r.csv leads out of the bundle" },
	{ BOTH_NAMES, "user.csv", "/ser.csv", "/ser.csv leads out of the bundle" },
	{ BOTH_NAMES, "user.csv", "u\\er.csv", "u\\er.csv leads out of the bundle" },
	{ BOTH_NAMES, "user.csv", "C:er.csv", "C:er.csv leads out of the bundle" },
	{ BOTH_NAMES, "user.csv", "u/er.csv", "u/er.csv lies in a folder" },
	{ BOTH_NAMES, "user.csv",
	  "\xff\xfe"
	  "er.csv",
	  "not UTF-8" },
	{ { "my/orgs.csv", "my/users.csv", NULL },
	  NULL,
	  NULL,
	  "all its files lie in the folder my; zip the files" },
	{ { "__MACOSX/my/._orgs.csv", "my/orgs.csv", "my/users.csv", NULL },
	  NULL,
	  NULL,
	  "all its files lie in the folder my; zip the files" },
	{ { NULL }, NULL, NULL, "zip" },
};

START_TEST(names_that_are_refused)
{
	char *folder = scratch_new(), *path = make_zip(folder, wrong[_i].names);

	if (wrong[_i].from)
		patch(path, wrong[_i].from, wrong[_i].to, strlen(wrong[_i].to));
	expect_refused(path, wrong[_i].sentence);
	free(path);
	scratch_free(folder);
}
END_TEST

START_TEST(entries_that_are_refused)
{
	static const char *const sentences[] = { "is a symbolic link", "is encrypted",
						 "lies in a folder", "65 entries; 64 are the most",
						 "unpacks to more than 200 times its size" };
	char *folder = scratch_new(), *path = path_join(folder, "x.zip");
	zip_t *zip = zip_open(path, ZIP_CREATE, NULL);
	size_t large = (size_t)32 << 20;
	char *zeros = xcalloc(1, large);

	add(zip, "orgs.csv", "/etc/passwd", 11);
	if (_i == 0)
		zip_file_set_external_attributes(zip, 0, 0, ZIP_OPSYS_UNIX,
						 (S_IFLNK | 0777u) << 16);
	if (_i == 2)
		ck_assert(zip_dir_add(zip, "folder", 0) >= 0);
	if (_i == 4)
		add(zip, "users.csv", zeros, large);
	for (int i = 0; _i == 3 && i < 64; i++) {
		char name[32];

		snprintf(name, sizeof name, "%d.csv", i);
		add(zip, name, "x", 1);
	}
	ck_assert_int_eq(zip_close(zip), 0);
	free(zeros);
	if (_i == 1) { /* the flag in both headers */
		patch(path, "PK\x03\x04\x14\x00\x00\x00", "PK\x03\x04\x14\x00\x01\x00", 8);
		patch(path, "PK\x03\x04\x0a\x00\x00\x00", "PK\x03\x04\x0a\x00\x01\x00", 8);
		patch(path, "\x14\x00\x00\x00\x00\x00", "\x14\x00\x01\x00\x00\x00", 6);
		patch(path, "\x0a\x00\x00\x00\x00\x00", "\x0a\x00\x01\x00\x00\x00", 6);
	}
	expect_refused(path, sentences[_i]);
	free(path);
	scratch_free(folder);
}
END_TEST

START_TEST(what_is_neither_folder_nor_zip)
{
	static const char *const texts[] = { "PK\x03\x04 and no more", "sourcedId,status\n", "" };
	char *folder = scratch_new(), *path = scratch_write(folder, "x.zip", texts[_i]);

	expect_refused(path, "");
	free(path);
	scratch_free(folder);
}
END_TEST

/* A zip that was cut, or whose bytes are not what they were: refused, and nothing of what
 * was read before stays. */
START_TEST(broken_zips)
{
	char *folder = scratch_new(), *path = path_join(folder, "x.zip");
	struct store *store = awkward_store(), *empty = empty_store();
	struct export export = { .version = V12, .since = INT64_MIN };
	struct import import = { .now = 0 };
	struct err err = ERR_INIT;
	struct bundle *bundle;
	size_t size;
	char *bytes;

	bring_out(store, path, &export);
	bytes = file_read(path, 1u << 30, &size, &err);
	ck_assert_ptr_nonnull(bytes);
	if (_i == 0)
		size /= 2;
	for (size_t i = size / 3; _i == 1 && i < size / 3 + 40; i++)
		bytes[i] = (char)~bytes[i];
	ck_assert(file_write(path, bytes, size, &err));
	bundle = bundle_open(path, &err);
	ck_assert(!bundle || !import_bundles(&import, empty, &bundle, 1, &err));
	ck_assert_int_eq(err.code, ERR_INVALID);
	ck_assert_msg(strstr(err.text, path) != NULL, "%s", err.text);
	ck_assert_int_eq(store_integer(empty, "SELECT count(*) FROM orgs"), 0);
	bundle_close(bundle);
	free(bytes);
	free(path);
	store_close(store);
	store_close(empty);
	scratch_free(folder);
}
END_TEST

Suite *bundle_suite(void);
Suite *bundle_suite(void)
{
	Suite *suite = suite_create("bundle/bundle");
	TCase *tc = tcase_create("bundle");

	tcase_set_timeout(tc, 30);
	tcase_add_loop_test(tc, names_that_are_refused, 0, ARRAY_SIZE(wrong));
	tcase_add_loop_test(tc, entries_that_are_refused, 0, 5);
	tcase_add_loop_test(tc, what_is_neither_folder_nor_zip, 0, 3);
	tcase_add_loop_test(tc, broken_zips, 0, 2);
	suite_add_tcase(suite, tc);
	return suite;
}
