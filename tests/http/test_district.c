/*
 * test_district.c - mocksis generate without --from: a synthetic district, which imports without
 * a flaw and whose Canvas courses sync.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/jsonx.h"
#include "base/util.h"
#include "tests/http/harness.h"

#define MOST_FLAGS 12

/* generate OUT and @flags; the report, which is that of a good end. Returns (json_decref). */
static json_t *district(const char *out, const char *const flags[])
{
	const char *args[MOST_FLAGS + 4] = { "generate", out, "--json" };
	struct outcome outcome;
	json_t *report;

	for (size_t i = 0; flags[i]; i++)
		args[3 + i] = flags[i];
	run_mocksis(&outcome, 60, args);
	ck_assert_msg(outcome.status == 0, "exit status %d: %s", outcome.status, outcome.err);
	report = json_loads(outcome.out, 0, NULL);
	ck_assert_ptr_nonnull(report);
	outcome_release(&outcome);
	return report;
}

/* import --strict of OUT/oneroster. Returns (json_decref). */
static json_t *imported(const char *out)
{
	char *folder = xformat("%s/oneroster", out), *db = xformat("%s/x.db", out);
	struct outcome outcome;
	json_t *report;

	run_mocksis(&outcome, 60,
		    (const char *[]){ "import", folder, "--db", db, "--strict", "--json", NULL });
	ck_assert_msg(outcome.status == 0, "exit status %d: %s%s", outcome.status, outcome.out,
		      outcome.err);
	report = json_loads(outcome.out, 0, NULL);
	outcome_release(&outcome);
	free(folder);
	free(db);
	return report;
}

static int64_t rows_of(const json_t *counts, const char *file)
{
	return jsonx_int(counts, file);
}

static const struct {
	const char *students, *results, *size, *version;
	int64_t classes, items, count, enrollments; /* items: lineItems; count: results */
} sizes[] = {
	{ "1", "1", "1", "1.1", 5, 1, 1, 10 },
	{ "37", "7", "10", "1.1", 20, 28, 259, 205 },
	{ "37", "7", "10", "1.2", 20, 28, 259, 205 },
	{ "30", "0", "25", "1.2", 10, 0, 0, 160 },
	{ "201", "12", "5", "1.1", 205, 492, 2412, 1210 },
};

/* Exactly what was asked for; the report counts what the import finds. */
START_TEST(it_imports_without_a_flaw)
{
	char *out = folder_make();
	json_t *report = district(out, (const char *[]){ "--students", sizes[_i].students,
							 "--results-per-student", sizes[_i].results,
							 "--class-size", sizes[_i].size,
							 "--version", sizes[_i].version, NULL });
	const json_t *files = json_object_get(report, "files");
	json_t *import = imported(out);
	const json_t *loaded = json_object_get(import, "loaded");
	const char *file;
	json_t *rows;

	ck_assert_int_eq(jsonx_int(import, "errors") + jsonx_int(import, "warnings"), 0);
	json_object_foreach ((json_t *)(uintptr_t)files, file, rows)
		ck_assert_msg(rows_of(loaded, file) == json_integer_value(rows), "%s: %lld", file,
			      (long long)rows_of(loaded, file));
	ck_assert_int_eq(rows_of(loaded, "classes"), sizes[_i].classes);
	ck_assert_int_eq(rows_of(loaded, "lineItems"), sizes[_i].items);
	ck_assert_int_eq(rows_of(loaded, "results"), sizes[_i].count);
	ck_assert_int_eq(rows_of(loaded, "enrollments"), sizes[_i].enrollments);
	ck_assert_int_eq(rows_of(loaded, "users"),
			 jsonx_int(report, "students") + jsonx_int(report, "teachers"));
	json_decref(import);
	json_decref(report);
	folder_remove(out);
}
END_TEST

static char *text_of(const char *out, const char *file)
{
	char *path = xformat("%s/oneroster/%s.csv", out, file), *text = file_get(path);

	free(path);
	return text;
}

static bool same_file(const char *a, const char *b, const char *file)
{
	char *one = text_of(a, file), *other = text_of(b, file);
	bool same = strcmp(one, other) == 0;

	ck_assert_msg(*one && *other, "%s is empty", file);
	free(one);
	free(other);
	return same;
}

static const char *course_of(const json_t *report, size_t i)
{
	return jsonx_text(json_array_get(json_object_get(report, "courses"), i), "folder");
}

static char *submissions_of(const json_t *report)
{
	char *path = xformat("%s/submissions.json", course_of(report, 0)), *text = file_get(path);

	free(path);
	return text;
}

/* The same flags: the same bytes, at any time. Another seed: nobody is the same. */
START_TEST(a_seed_is_a_district)
{
	const char *again[] = { "--students", "60", "--seed", "7", NULL };
	const char *other[] = { "--students", "60", "--seed", "8", NULL };
	char *folders[3] = { folder_make(), folder_make(), folder_make() }, *texts[3];
	json_t *reports[3] = { district(folders[0], again), district(folders[1], again),
			       district(folders[2], other) };
	const char *file;
	json_t *rows;

	json_object_foreach (json_object_get(reports[0], "files"), file, rows) {
		ck_assert_msg(same_file(folders[0], folders[1], file), "%s differs", file);
		ck_assert_msg(!same_file(folders[0], folders[2], file), "%s is the same", file);
	}
	ck_assert(same_file(folders[0], folders[1], "manifest"));
	for (int i = 0; i < 3; i++)
		texts[i] = submissions_of(reports[i]);
	ck_assert_str_eq(texts[0], texts[1]);
	ck_assert_str_ne(texts[0], texts[2]);
	for (int i = 0; i < 3; i++) {
		free(texts[i]);
		json_decref(reports[i]);
		folder_remove(folders[i]);
	}
}
END_TEST

static const struct {
	const char *version, *profile, *assignments;
	int64_t sent;
} synced[] = {
	{ "1.1", "standard", "3", 3 },
	{ "1.2", "strict", "7", 7 },
	{ "1.1", "infinite-campus", "4", 4 },
};

/* Each course of the district, against the district: all scores of all students arrive. */
START_TEST(its_courses_sync)
{
	char *out = folder_make(), *folder = xformat("%s/oneroster", out);
	json_t *report = district(out, (const char *[]){ "--students", "45", "--class-size", "15",
							 "--canvas-courses", "2", "--assignments",
							 synced[_i].assignments, "--version",
							 synced[_i].version, NULL });
	struct server server;

	server_start_bare(&server,
			  (const char *[]){ "--db", ":memory:", "--load", folder, "--credential",
					    CREDENTIAL, "--now", STORY_TIME, "--profile",
					    synced[_i].profile, NULL });
	ck_assert_uint_eq(json_array_size(json_object_get(report, "courses")), 2);
	for (size_t i = 0; i < 2; i++) {
		struct outcome outcome;
		const json_t *sent;
		json_t *sync;

		run_mocksis(&outcome, 60,
			    (const char *[]){ "sync", course_of(report, i), "--sis", server.url,
					      "--credential", CREDENTIAL, "--now", STORY_TIME,
					      "--connection", synced[_i].profile, "--json", NULL });
		ck_assert_msg(outcome.status == 0, "%s: exit status %d: %s%s", synced[_i].profile,
			      outcome.status, outcome.out, outcome.err);
		sync = json_loads(outcome.out, 0, NULL);
		sent = json_object_get(json_object_get(sync, "counts"), "sent");
		ck_assert_int_eq(jsonx_int(sent, "lineItems"), synced[_i].sent);
		ck_assert_int_eq(jsonx_int(sent, "results"), synced[_i].sent * 15);
		json_decref(sync);
		outcome_release(&outcome);
	}
	server_stop(&server);
	json_decref(report);
	free(folder);
	folder_remove(out);
}
END_TEST

/* clang-format off */
static const struct {
	const char *args[5];
	const char *needle;
} wrong[] = {
	{ { "--students", "0" }, "--students 0" },
	{ { "--students", "many" }, "--students many" },
	{ { "--results-per-student", "-1" }, "--results-per-student -1" },
	{ { "--class-size", "0" }, "--class-size 0" },
	{ { "--students", "10", "--canvas-courses", "6" }, "only 5 classes" },
	{ { "--students", "9000", "--class-size", "6000" }, "at most 5000 students" },
	{ { "--assignments", "1000" }, "--assignments 1000" },
	{ { "--seed", "0" }, "--seed 0" },
	{ { "--version", "1.3" }, "--version 1.3" },
	{ { "--timezone", "Atlantis/Capital" }, "Atlantis/Capital" },
	{ { "--now", "soon" }, "--now soon" },
	{ { "--connection", "nonesuch" }, "nonesuch" },
	{ { "--class", "k" }, "--from URL is needed with --class" },
	{ { "--clean" }, "--from URL is needed with --clean" },
	{ { "--credential", "a:b" }, "--from URL is needed with --credential" },
	{ { "--from", "http://127.0.0.1:1", "--class-size", "5" }, "--class-size belongs to a synthetic district" },
};
/* clang-format on */

START_TEST(wrong_flags_write_nothing)
{
	char *out = folder_make(), *inner = xformat("%s/oneroster", out);
	const char *args[8] = { "generate", out };
	struct outcome outcome;

	for (int i = 0; wrong[_i].args[i]; i++)
		args[2 + i] = wrong[_i].args[i];
	run_mocksis(&outcome, 20, args);
	ck_assert_msg(outcome.status == 2 && strstr(outcome.err, wrong[_i].needle), "%d: %s",
		      outcome.status, outcome.err);
	ck_assert_msg(access(inner, F_OK) != 0, "something was written");
	outcome_release(&outcome);
	free(inner);
	folder_remove(out);
}
END_TEST

/* Another district does not mix with the one that is there: --force takes its files away. */
START_TEST(nothing_is_overwritten)
{
	char *out = folder_make(), *before, *after, *roles = xformat("%s/oneroster/roles.csv", out);
	json_t *report = district(out,
				  (const char *[]){ "--students", "10", "--version", "1.2", NULL });
	struct outcome outcome;

	json_decref(report);
	before = text_of(out, "users");
	run_mocksis(&outcome, 20, (const char *[]){ "generate", out, "--students", "20", NULL });
	ck_assert_int_eq(outcome.status, 2);
	ck_assert_msg(strstr(outcome.err, "--force"), "%s", outcome.err);
	outcome_release(&outcome);
	after = text_of(out, "users");
	ck_assert_str_eq(before, after);
	ck_assert_int_eq(access(roles, F_OK), 0);
	report = district(out, (const char *[]){ "--students", "20", "--force", NULL });
	ck_assert_int_ne(access(roles, F_OK), 0); /* 1.1 has no such file */
	json_decref(imported(out));
	json_decref(report);
	free(before);
	free(after);
	free(roles);
	folder_remove(out);
}
END_TEST

Suite *district_suite(void);
Suite *district_suite(void)
{
	Suite *suite = suite_create("district");
	TCase *tc = tcase_create("district");

	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, it_imports_without_a_flaw, 0, ARRAY_SIZE(sizes));
	tcase_add_test(tc, a_seed_is_a_district);
	tcase_add_loop_test(tc, its_courses_sync, 0, ARRAY_SIZE(synced));
	tcase_add_loop_test(tc, wrong_flags_write_nothing, 0, ARRAY_SIZE(wrong));
	tcase_add_test(tc, nothing_is_overwritten);
	suite_add_tcase(suite, tc);
	return suite;
}
