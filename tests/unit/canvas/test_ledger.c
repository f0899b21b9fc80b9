/*
 * test_ledger.c - what was sent where, kept between syncs.
 */
#include <check.h>
#include <unistd.h>

#include "base/file.h"
#include "base/jsonx.h"
#include "conformance/canvas/ledger.h"
#include "tests/unit/helpers.h"

static struct ledger *open_at(const char *path)
{
	struct err err = ERR_INIT;
	struct ledger *ledger = ledger_open(path, &err);

	ck_assert_msg(ledger != NULL, "%s", err.text);
	return ledger;
}

/* "id hash" of a lineItem; "-" where there is none. */
static void check_item(struct ledger *ledger, const char *class_id, const char *assignment,
		       const char *wanted)
{
	struct err err = ERR_INIT;
	char *id, *hash, *text;

	ck_assert_msg(ledger_line_item(ledger, class_id, assignment, &id, &hash, &err), "%s",
		      err.text);
	text = xformat("%s %s", id ? id : "-", hash ? hash : "-");
	ck_assert_msg(strcmp(text, wanted) == 0, "%s/%s: %s", class_id, assignment, text);
	free(text);
	free(id);
	free(hash);
}

struct wanted {
	const char *user;
	char *text; /* "id score graded_at" of this user */
};

static void see_result(const struct ledger_result *result, void *payload)
{
	struct wanted *wanted = payload;

	if (strcmp(result->user, wanted->user) != 0)
		return;
	ck_assert_ptr_null(wanted->text);
	wanted->text = xformat("%s %s %s", result->id ? result->id : "-",
			       result->score ? result->score : "-",
			       result->graded_at ? result->graded_at : "-");
}

static void check_result(struct ledger *ledger, const char *class_id, const char *user,
			 const char *expected)
{
	struct wanted wanted = { user, NULL };
	struct err err = ERR_INIT;
	const char *text;

	ck_assert_msg(ledger_results(ledger, class_id, "a1", see_result, &wanted, &err), "%s",
		      err.text);
	text = wanted.text ? wanted.text : "- - -";
	ck_assert_msg(strcmp(text, expected) == 0, "%s/%s: %s", class_id, user, text);
	free(wanted.text);
}

static bool put(struct ledger *ledger, const char *class_id, const char *user, const char *id,
		const char *score, const char *graded_at)
{
	const struct ledger_result result = { user, id, score, graded_at };
	struct err err = ERR_INIT;

	return ledger_put_result(ledger, class_id, "a1", &result, &err);
}

static void fill(struct ledger *ledger)
{
	struct err err = ERR_INIT;

	ledger_use(ledger, "http://one");
	ck_assert(ledger_put_line_item(ledger, "c1", "a1", "li-1", "h1", &err));
	ck_assert(ledger_put_line_item(ledger, "c2", "a1", "li-2", NULL, &err));
	ck_assert(put(ledger, "c1", "u1", "r-1", "8.5", "2026-11-16"));
	ck_assert(put(ledger, "c1", "u2", "r-2", "null", NULL));
	ck_assert(put(ledger, "c2", "u1", "r-3", "7", NULL));
}

START_TEST(is_keyed_by_sis_and_class)
{
	struct ledger *ledger = open_at(NULL);

	fill(ledger);
	check_item(ledger, "c1", "a1", "li-1 h1");
	check_item(ledger, "c2", "a1", "li-2 -");
	check_item(ledger, "c1", "a2", "- -");
	check_item(ledger, "c3", "a1", "- -");
	check_result(ledger, "c1", "u1", "r-1 8.5 2026-11-16");
	check_result(ledger, "c1", "u2", "r-2 null -"); /* null was sent */
	check_result(ledger, "c1", "u3", "- - -");      /* nothing was */
	check_result(ledger, "c2", "u1", "r-3 7 -");
	ledger_use(ledger, "http://two"); /* a fresh SIS gets everything */
	check_item(ledger, "c1", "a1", "- -");
	check_result(ledger, "c1", "u1", "- - -");
	ledger_use(ledger, "http://one");
	check_item(ledger, "c1", "a1", "li-1 h1");
	ledger_close(ledger);
	ledger_close(NULL);
}
END_TEST

START_TEST(a_later_note_replaces)
{
	struct ledger *ledger = open_at(NULL);
	struct err err = ERR_INIT;

	fill(ledger);
	ck_assert(ledger_put_line_item(ledger, "c1", "a1", "li-9", "h9", &err));
	ck_assert(put(ledger, "c1", "u1", "r-9", "9", NULL));
	check_item(ledger, "c1", "a1", "li-9 h9");
	check_result(ledger, "c1", "u1", "r-9 9 -");
	ledger_close(ledger);
}
END_TEST

/* "Clear integration data" forgets the links; what was sent stays known. */
START_TEST(clearing_keeps_the_scores)
{
	struct ledger *ledger = open_at(NULL);
	struct err err = ERR_INIT;
	int64_t items = 0, results = 0;

	fill(ledger);
	ck_assert(ledger_clear(ledger, "c1", &items, &results, &err));
	ck_assert_int_eq(items, 1);
	ck_assert_int_eq(results, 2);
	check_item(ledger, "c1", "a1", "- -");
	check_result(ledger, "c1", "u1", "- 8.5 2026-11-16");
	check_result(ledger, "c1", "u2", "- null -");
	check_item(ledger, "c2", "a1", "li-2 -"); /* another class */
	check_result(ledger, "c2", "u1", "r-3 7 -");
	ck_assert(ledger_clear(ledger, "c1", &items, &results, &err));
	ck_assert_int_eq(items, 1); /* nothing more to forget */
	ck_assert_int_eq(results, 2);
	ledger_use(ledger, "http://two");
	ck_assert(ledger_clear(ledger, "c2", &items, &results, &err));
	ledger_use(ledger, "http://one");
	check_item(ledger, "c2", "a1", "li-2 -"); /* another SIS */
	ledger_close(ledger);
}
END_TEST

START_TEST(survives)
{
	char *folder = scratch_new(), *path = path_join(folder, "state.db");
	struct ledger *ledger = open_at(path);

	fill(ledger);
	ledger_close(ledger);
	ledger = open_at(path);
	ledger_use(ledger, "http://one");
	check_item(ledger, "c1", "a1", "li-1 h1");
	check_result(ledger, "c1", "u1", "r-1 8.5 2026-11-16");
	ledger_close(ledger);
	free(path);
	scratch_free(folder);
}
END_TEST

/* As a sync that is killed sees it: a process that never closed its ledger. */
START_TEST(what_was_committed_survives_a_kill)
{
	char *folder = scratch_new(), *path = path_join(folder, "state.db");
	struct ledger *ledger = open_at(path), *other = open_at(path);
	struct err err = ERR_INIT;

	fill(ledger);
	ck_assert(ledger_commit(ledger, &err));
	ck_assert(ledger_commit(ledger, &err)); /* nothing is left */
	ck_assert(put(ledger, "c1", "u3", "r-4", "1", NULL));
	ledger_use(other, "http://one");
	check_result(other, "c1", "u1", "r-1 8.5 2026-11-16");
	check_result(other, "c1", "u3", "- - -");
	ledger_close(other);
	ledger_close(ledger);
	free(path);
	scratch_free(folder);
}
END_TEST

START_TEST(a_dry_run_leaves_no_trace)
{
	char *folder = scratch_new(), *path = path_join(folder, "state.db");
	struct ledger *ledger = open_at(path);
	struct err err = ERR_INIT;

	ck_assert(ledger_begin(ledger, &err));
	fill(ledger);
	ck_assert(ledger_commit(ledger, &err));
	check_item(ledger, "c1", "a1", "li-1 h1");
	ledger_close(ledger);
	ledger = open_at(path);
	ledger_use(ledger, "http://one");
	check_item(ledger, "c1", "a1", "- -");
	ledger_close(ledger);
	free(path);
	scratch_free(folder);
}
END_TEST

START_TEST(past_syncs_come_newest_first)
{
	struct ledger *ledger = open_at(NULL);
	struct err err = ERR_INIT;
	int64_t ids[3];
	json_t *list;

	for (int i = 0; i < 3; i++) {
		json_t *report = json_pack("{s:i, s:s, s:s}", "number", i, "name", "\xc5\xbb'\"",
					   "course_id", "7");

		ck_assert(ledger_put_sync(ledger, report, &ids[i], &err));
		json_decref(report);
	}
	ck_assert(ids[0] < ids[1] && ids[1] < ids[2]);
	list = ledger_syncs(ledger, "7", 0, &err);
	ck_assert_uint_eq(json_array_size(list), 3);
	ck_assert_int_eq(jsonx_int(json_array_get(list, 0), "number"), 2);
	ck_assert_int_eq(jsonx_int(json_array_get(list, 0), "id"), ids[2]);
	ck_assert_str_eq(jsonx_text(json_array_get(list, 2), "name"), "\xc5\xbb'\"");
	json_decref(list);
	list = ledger_syncs(ledger, "7", ids[1], &err);
	ck_assert_uint_eq(json_array_size(list), 1);
	ck_assert_int_eq(jsonx_int(json_array_get(list, 0), "number"), 1);
	json_decref(list);
	list = ledger_syncs(ledger, "7", 99, &err);
	ck_assert_uint_eq(json_array_size(list), 0);
	json_decref(list);
	list = ledger_syncs(ledger, "8", 0, &err); /* another course */
	ck_assert_uint_eq(json_array_size(list), 0);
	json_decref(list);
	ledger_close(ledger);
}
END_TEST

static const char *const bad[] = { "/no/such/folder/state.db", "/proc/state.db", "" };

/* Contract, section 4: a folder that cannot be written is exit 2 naming --state. */
START_TEST(names_the_option_when_it_cannot_be)
{
	char *folder = scratch_new();
	char *path = *bad[_i] ? xstrdup(bad[_i])
			      : scratch_write(folder, "x",
					      "no database, but long enough to look "
					      "like the beginning of one, which it is not at all");
	struct err err = ERR_INIT;

	ck_assert_ptr_null(ledger_open(path, &err));
	ck_assert_int_eq(err_exit_status(&err), 2);
	ck_assert_msg(strstr(err.text, "--state") && strstr(err.text, path), "%s", err.text);
	free(path);
	scratch_free(folder);
}
END_TEST

Suite *ledger_suite(void);
Suite *ledger_suite(void)
{
	Suite *suite = suite_create("canvas/ledger");
	TCase *tc = tcase_create("ledger");

	tcase_add_test(tc, is_keyed_by_sis_and_class);
	tcase_add_test(tc, a_later_note_replaces);
	tcase_add_test(tc, clearing_keeps_the_scores);
	tcase_add_test(tc, survives);
	tcase_add_test(tc, what_was_committed_survives_a_kill);
	tcase_add_test(tc, a_dry_run_leaves_no_trace);
	tcase_add_test(tc, past_syncs_come_newest_first);
	tcase_add_loop_test(tc, names_the_option_when_it_cannot_be, 0, ARRAY_SIZE(bad));
	suite_add_tcase(suite, tc);
	return suite;
}
