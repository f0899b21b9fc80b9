/*
 * test_sync.c - the life of a course: first sync, changes, remaster, history.
 *
 * Courses are copies of the fixtures, so that a ledger or a changed score stays here.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/util.h"
#include "tests/http/harness.h"

/* A provider and a copy of a course; what a teacher edits is `course`. */
struct lab {
	struct server server;
	char *course, *sis;
};

static void lab_start(struct lab *lab, const char *course, const char *profile)
{
	char *path = xformat("canvas/%s", course), *from = fixture(path);

	server_start(&lab->server, (const char *[]){ "--profile", profile, NULL });
	lab->course = folder_make();
	lab->sis = xformat("%s/ims/oneroster", lab->server.url);
	folder_copy(from, lab->course);
	free(from);
	free(path);
}

static void lab_stop(struct lab *lab)
{
	server_stop(&lab->server);
	folder_remove(lab->course);
	free(lab->sis);
}

/* Runs `mocksis sync` with @more behind; it must exit with @status. */
static void run_sync(struct outcome *outcome, const struct lab *lab, int status,
		     const char *const more[])
{
	const char *args[24] = { "sync",         lab->course, "--sis", lab->sis,
				 "--credential", CREDENTIAL,  "--now", STORY_TIME };
	size_t n = 8;

	for (size_t i = 0; more && more[i]; i++)
		args[n++] = more[i];
	run_mocksis(outcome, 60, args);
	ck_assert_msg(outcome->status == status, "exit status %d instead of %d:\n%s%s",
		      outcome->status, status, outcome->out, outcome->err);
}

/* The report of one sync; json_decref(). */
static json_t *sync_report(const struct lab *lab, int status, const char *a, const char *b,
			   const char *c)
{
	struct outcome outcome;
	json_t *report;

	run_sync(&outcome, lab, status, (const char *[]){ "--json", a, b, c, NULL });
	report = json_loads(outcome.out, 0, NULL);
	ck_assert_msg(report != NULL, "no JSON: %s%s", outcome.out, outcome.err);
	outcome_release(&outcome);
	return report;
}

static int sent(const json_t *report, const char *what)
{
	const json_t *counts = json_object_get(report, "counts");

	return (int)json_integer_value(json_object_get(json_object_get(counts, "sent"), what));
}

static int counted(const json_t *report, const char *what)
{
	return (int)json_integer_value(json_object_get(json_object_get(report, "counts"), what));
}

static int filtered(const json_t *report, const char *reason)
{
	const json_t *counts = json_object_get(report, "counts");

	return (int)json_integer_value(
		json_object_get(json_object_get(counts, "filtered"), reason));
}

/* One sync that ends well and sends so much. */
static void expect_sync(const struct lab *lab, const char *name, int line_items, int results,
			const char *a, const char *b)
{
	json_t *report = sync_report(lab, 0, a, b, NULL);

	ck_assert_msg(sent(report, "lineItems") == line_items && sent(report, "results") == results,
		      "%s: %d lineItems and %d results instead of %d and %d", name,
		      sent(report, "lineItems"), sent(report, "results"), line_items, results);
	ck_assert_str_eq(json_string_value(json_object_get(report, "status")), "completed");
	ck_assert_int_eq(json_integer_value(json_object_get(report, "stage")), 5);
	json_decref(report);
}

/* Everything in the gradebook: {"lineItems": {id: object}, "results": {id: object}}. */
static json_t *gradebook(const struct lab *lab)
{
	static const char *const kinds[] = { "lineItems", "results" };
	json_t *book = json_object();

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		char *target = xformat("/%s?limit=10000", kinds[i]);
		json_t *objects = json_object();
		const json_t *object;
		struct answer answer;
		size_t k;

		api(&answer, &lab->server, "GET", target, NULL);
		ck_assert_int_eq(answer.status, 200);
		json_array_foreach (json_object_get(answer.json, kinds[i]), k, object)
			json_object_set(objects,
					json_string_value(json_object_get(object, "sourcedId")),
					(json_t *)(uintptr_t)object);
		json_object_set_new(book, kinds[i], objects);
		answer_release(&answer);
		free(target);
	}
	return book;
}

static void expect_same_ids(const json_t *before, const json_t *after, const char *name)
{
	static const char *const kinds[] = { "lineItems", "results" };
	const char *id;
	const json_t *object;

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		json_t *old = json_object_get(before, kinds[i]);
		json_t *new = json_object_get(after, kinds[i]);

		ck_assert_msg(json_object_size(old) == json_object_size(new),
			      "%s: %zu %s, then %zu", name, json_object_size(old), kinds[i],
			      json_object_size(new));
		json_object_foreach (old, id, object)
			ck_assert_msg(json_object_get(new, id) != NULL, "%s: %s %s is gone", name,
				      kinds[i], id);
	}
}

static const char *ref_of(const json_t *object, const char *field)
{
	return json_string_value(json_object_get(json_object_get(object, field), "sourcedId"));
}

/* The result of a student for the lineItem of this title; NULL when there is none. */
static const json_t *find_result(const json_t *book, const char *student, const char *title)
{
	const json_t *line_items = json_object_get(book, "lineItems"), *result;
	const char *id;

	json_object_foreach (json_object_get(book, "results"), id, result) {
		const json_t *item = json_object_get(line_items, ref_of(result, "lineItem"));

		if (same_text(ref_of(result, "student"), student) &&
		    same_text(json_string_value(json_object_get(item, "title")), title))
			return result;
	}
	return NULL;
}

static json_t *load(const struct lab *lab, const char *file)
{
	char *path = xformat("%s/%s", lab->course, file);
	json_t *json = json_load_file(path, 0, NULL);

	ck_assert_msg(json != NULL, "%s", path);
	free(path);
	return json;
}

static void save(const struct lab *lab, const char *file, json_t *json)
{
	char *text = json_dumps(json, 0);

	file_put(lab->course, file, text);
	free(text);
	json_decref(json);
}

/* The first object of @list whose id, or assignment and user, are these. */
static json_t *pick(json_t *list, const char *key, json_int_t value, json_int_t user)
{
	json_t *object;
	size_t i;

	json_array_foreach (list, i, object)
		if (json_integer_value(json_object_get(object, key)) == value &&
		    (!user || json_integer_value(json_object_get(object, "user_id")) == user))
			return object;
	ck_abort_msg("no %s %lld", key, (long long)value);
	return NULL;
}

#define ESSAY 10202 /* Macbeth Character Essay; student 2001 has 91.5, 2002 has 91.1 */

static void grade(const struct lab *lab, json_int_t assignment, json_int_t user,
		  const char *changes)
{
	json_t *list = load(lab, "submissions.json"), *change = json_loads(changes, 0, NULL);

	ck_assert(change != NULL);
	json_object_update(pick(list, "assignment_id", assignment, user), change);
	json_decref(change);
	save(lab, "submissions.json", list);
}

/* Every graded submission of the course is in the gradebook with its score. */
static void compare_with_course(const struct lab *lab, const json_t *book, size_t expected)
{
	json_t *submissions = load(lab, "submissions.json"), *submission;
	json_t *assignments = load(lab, "assignments.json");
	size_t i, seen = 0;

	json_array_foreach (submissions, i, submission) {
		json_int_t user = json_integer_value(json_object_get(submission, "user_id"));
		const json_t *assignment = pick(
			assignments, "id",
			json_integer_value(json_object_get(submission, "assignment_id")), 0);
		const char *title = json_string_value(json_object_get(assignment, "name"));
		const json_t *score = json_object_get(submission, "score"), *result;
		char student[32];

		snprintf(student, sizeof student, "student-%03d", (int)(user - 2000));
		result = find_result(book, student, title);
		if (!json_is_number(score)) {
			ck_assert_msg(!result, "%s has a result for %s", student, title);
			continue;
		}
		ck_assert_msg(result != NULL, "%s has no result for %s", student, title);
		ck_assert_msg(json_number_value(json_object_get(result, "score")) ==
				      json_number_value(score),
			      "%s, %s: %.17g instead of %.17g", student, title,
			      json_number_value(json_object_get(result, "score")),
			      json_number_value(score));
		ck_assert_str_eq(json_string_value(json_object_get(result, "scoreStatus")),
				 "fully graded");
		seen++;
	}
	ck_assert_uint_eq(seen, expected);
	json_decref(assignments);
	json_decref(submissions);
}

START_TEST(first_sync)
{
	struct lab lab;
	json_t *report, *book;
	struct answer answer;

	lab_start(&lab, "english", "standard");
	report = sync_report(&lab, 0, NULL, NULL, NULL);
	ck_assert_int_eq(sent(report, "lineItems"), 10);
	ck_assert_int_eq(sent(report, "results"), 199);
	ck_assert_int_eq(counted(report, "unchanged"), 0);
	ck_assert_int_eq(counted(report, "failed"), 0);
	ck_assert_int_eq(filtered(report, "submission_ungraded"), 1);
	ck_assert_int_eq(json_integer_value(json_object_get(report, "id")), 1);
	json_decref(report);

	book = gradebook(&lab);
	ck_assert_uint_eq(json_object_size(json_object_get(book, "lineItems")), 10);
	compare_with_course(&lab, book, 199);
	json_decref(book);

	/* the digits that the teacher typed, not those of a float */
	api(&answer, &lab.server, "GET", "/classes/class-eng-1/students/student-002/results", NULL);
	ck_assert_msg(strstr(answer.body, "\"score\":91.1,"), "%s", answer.body);
	answer_release(&answer);
	lab_stop(&lab);
}
END_TEST

START_TEST(line_item_of_an_assignment)
{
	struct lab lab;
	json_t *book;
	const json_t *item;
	const char *id;
	int found = 0;

	lab_start(&lab, "english", "standard");
	expect_sync(&lab, "first", 10, 199, NULL, NULL);
	book = gradebook(&lab);
	json_object_foreach (json_object_get(book, "lineItems"), id, item) {
		if (!same_text(json_string_value(json_object_get(item, "title")),
			       "Macbeth Character Essay") ||
		    !same_text(ref_of(item, "class"), "class-eng-2"))
			continue;
		found++;
		ck_assert_uint_eq(strlen(id), 36);
		ck_assert_str_eq(json_string_value(json_object_get(item, "status")), "active");
		ck_assert_str_eq(json_string_value(json_object_get(item, "description")),
				 "Imported from Canvas: "
				 "https://school.instructure.com/courses/102/assignments/10202");
		ck_assert_str_eq(json_string_value(json_object_get(item, "assignDate")),
				 "2026-10-19T12:00:00.000Z");
		ck_assert_str_eq(json_string_value(json_object_get(item, "dueDate")),
				 "2026-10-29T03:59:00.000Z");
		ck_assert_str_eq(ref_of(item, "category"), "cat-eng2-essays");
		ck_assert_str_eq(ref_of(item, "gradingPeriod"), "gp-q2");
		ck_assert(json_number_value(json_object_get(item, "resultValueMin")) == 0);
		ck_assert(json_number_value(json_object_get(item, "resultValueMax")) == 100);
		ck_assert_str_eq(json_string_value(json_object_get(
					 json_object_get(item, "metadata"), "vendorId")),
				 "");
	}
	ck_assert_int_eq(found, 1);
	json_decref(book);
	lab_stop(&lab);
}
END_TEST

START_TEST(nothing_changed)
{
	struct lab lab;
	json_t *report, *before, *after;
	struct outcome outcome;

	lab_start(&lab, "english", "standard");
	expect_sync(&lab, "first", 10, 199, NULL, NULL);
	before = gradebook(&lab);
	report = sync_report(&lab, 0, NULL, NULL, NULL);
	ck_assert_int_eq(sent(report, "lineItems") + sent(report, "results"), 0);
	ck_assert_int_eq(counted(report, "unchanged"), 199);
	json_decref(report);
	run_sync(&outcome, &lab, 0, NULL);
	ck_assert_msg(strstr(outcome.out, "nothing has changed since the last sync"), "%s",
		      outcome.out);
	outcome_release(&outcome);
	after = gradebook(&lab);
	ck_assert_msg(json_equal(before, after), "the gradebook was touched");
	json_decref(before);
	json_decref(after);
	lab_stop(&lab);
}
END_TEST

START_TEST(one_score_changed)
{
	struct lab lab;
	json_t *before, *after;
	const json_t *old, *new;

	lab_start(&lab, "english", "standard");
	expect_sync(&lab, "first", 10, 199, NULL, NULL);
	before = gradebook(&lab);
	grade(&lab, ESSAY, 2001, "{\"score\":-3.25,\"grade\":\"-3.25\"}");
	expect_sync(&lab, "one score", 0, 1, NULL, NULL);
	after = gradebook(&lab);
	expect_same_ids(before, after, "one score");
	old = find_result(before, "student-001", "Macbeth Character Essay");
	new = find_result(after, "student-001", "Macbeth Character Essay");
	ck_assert_str_eq(json_string_value(json_object_get(old, "sourcedId")),
			 json_string_value(json_object_get(new, "sourcedId")));
	ck_assert(json_number_value(json_object_get(old, "score")) == 91.5);
	ck_assert(json_number_value(json_object_get(new, "score")) == -3.25);
	expect_sync(&lab, "and then nothing", 0, 0, NULL, NULL);
	json_decref(before);
	json_decref(after);
	lab_stop(&lab);
}
END_TEST

/* What does not re-arm a score (Canvas sends each score once). */
START_TEST(change_that_is_not_sent)
{
	static const char *const changes[] = {
		"{\"missing\":true}",
		"{\"late\":true,\"seconds_late\":3600}",
		"{\"excused\":true,\"score\":null,\"grade\":null}",
		"{\"graded_at\":\"2026-11-15T00:00:00Z\"}",
		"{\"workflow_state\":\"pending_review\"}",
		"{\"score\":91.50}",
		"{\"score\":null,\"grade\":null,\"workflow_state\":\"unsubmitted\"}",
	};
	struct lab lab;

	lab_start(&lab, "english", "standard");
	expect_sync(&lab, "first", 10, 199, NULL, NULL);
	grade(&lab, ESSAY, 2001, changes[_i]);
	expect_sync(&lab, changes[_i], 0, 0, NULL, NULL);
	lab_stop(&lab);
}
END_TEST

/* Edits of an assignment go out with its next changed score, section by section. */
START_TEST(renamed_assignment)
{
	struct lab lab;
	json_t *before, *after, *list;

	lab_start(&lab, "english", "standard");
	expect_sync(&lab, "first", 10, 199, NULL, NULL);
	before = gradebook(&lab);
	list = load(&lab, "assignments.json");
	json_object_set_new(pick(list, "id", ESSAY, 0), "name", json_string("Lady Macbeth"));
	save(&lab, "assignments.json", list);
	expect_sync(&lab, "renamed", 0, 0, NULL, NULL);
	grade(&lab, ESSAY, 2001, "{\"score\":92}");
	expect_sync(&lab, "renamed and graded", 1, 1, NULL, NULL);
	after = gradebook(&lab);
	expect_same_ids(before, after, "renamed");
	ck_assert_ptr_nonnull(find_result(after, "student-001", "Lady Macbeth"));
	ck_assert_ptr_nonnull(find_result(after, "student-021", "Macbeth Character Essay"));
	json_decref(before);
	json_decref(after);
	lab_stop(&lab);
}
END_TEST

/* Ways to send everything again: the ids stay, nothing is doubled. */
START_TEST(everything_again)
{
	static const struct {
		const char *name, *a, *b;
		bool other_ledger;
	} cases[] = {
		{ "remaster", "--remaster", NULL, false },
		{ "clear and remaster", "--clear-integration", "--remaster", false },
		{ "fresh ledger", NULL, NULL, true },
		{ "fresh ledger and remaster", "--remaster", NULL, true },
	};
	struct lab lab;
	json_t *before, *after;
	char *state;

	lab_start(&lab, "english", "standard");
	state = xformat("--state=%s/other.db", lab.course);
	expect_sync(&lab, "first", 10, 199, NULL, NULL);
	before = gradebook(&lab);
	expect_sync(&lab, cases[_i].name, 10, 199, cases[_i].other_ledger ? state : cases[_i].a,
		    cases[_i].other_ledger ? cases[_i].a : cases[_i].b);
	after = gradebook(&lab);
	expect_same_ids(before, after, cases[_i].name);
	expect_sync(&lab, "afterwards", 0, 0, cases[_i].other_ledger ? state : NULL, NULL);
	json_decref(before);
	json_decref(after);
	free(state);
	lab_stop(&lab);
}
END_TEST

/* A remaster sends the status too, which an ordinary sync leaves alone. */
START_TEST(remaster_sends_the_status)
{
	struct lab lab;
	json_t *book;
	const json_t *result;

	lab_start(&lab, "english", "standard");
	expect_sync(&lab, "first", 10, 199, NULL, NULL);
	grade(&lab, ESSAY, 2001, "{\"excused\":true,\"score\":null}");
	grade(&lab, ESSAY, 2002, "{\"missing\":true}");
	expect_sync(&lab, "status", 0, 0, NULL, NULL);
	expect_sync(&lab, "remaster", 10, 199, "--remaster", NULL);
	book = gradebook(&lab);
	result = find_result(book, "student-001", "Macbeth Character Essay");
	ck_assert_str_eq(json_string_value(json_object_get(result, "scoreStatus")), "exempt");
	ck_assert(!json_is_number(json_object_get(result, "score")));
	result = find_result(book, "student-002", "Macbeth Character Essay");
	ck_assert_str_eq(json_string_value(json_object_get(result, "scoreStatus")),
			 "not submitted");
	ck_assert(json_number_value(json_object_get(result, "score")) == 91.1);
	json_decref(book);
	lab_stop(&lab);
}
END_TEST

/* The entries of the ledger are of one SIS: another one gets everything. */
START_TEST(another_sis)
{
	struct lab lab;
	struct server second;
	char *sis;

	lab_start(&lab, "english", "standard");
	server_start(&second, NULL);
	expect_sync(&lab, "first SIS", 10, 199, NULL, NULL);
	sis = lab.sis;
	lab.sis = second.root; /* deeper than /ims/oneroster: it is cut */
	expect_sync(&lab, "second SIS", 10, 199, NULL, NULL);
	expect_sync(&lab, "second SIS again", 0, 0, NULL, NULL);
	lab.sis = sis;
	expect_sync(&lab, "first SIS again", 0, 0, NULL, NULL);
	server_stop(&second);
	lab_stop(&lab);
}
END_TEST

START_TEST(selection)
{
	struct lab lab;
	json_t *report;

	lab_start(&lab, "english", "standard");
	report = sync_report(&lab, 0, "--select", "10201", NULL);
	ck_assert_int_eq(sent(report, "lineItems"), 2);
	ck_assert_int_eq(sent(report, "results"), 40);
	ck_assert_int_eq(filtered(report, "assignment_not_selected"), 4);
	json_decref(report);
	expect_sync(&lab, "two of them", 4, 80, "--select=10202,10203", NULL);
	expect_sync(&lab, "flag twice", 2, 40, "--select=10204", "--select=10201");
	expect_sync(&lab, "the rest", 2, 39, NULL, NULL);
	lab_stop(&lab);
}
END_TEST

START_TEST(dry_run)
{
	struct lab lab;
	json_t *report, *book;
	const json_t *put;
	size_t i, items = 0;
	struct outcome outcome;

	lab_start(&lab, "english", "standard");
	report = sync_report(&lab, 0, "--dry-run", NULL, NULL);
	ck_assert_int_eq(sent(report, "lineItems") + sent(report, "results"), 0);
	ck_assert_uint_eq(json_array_size(json_object_get(report, "puts")), 209);
	json_array_foreach (json_object_get(report, "puts"), i, put)
		items += json_object_get(json_object_get(put, "body"), "lineItem") != NULL;
	ck_assert_uint_eq(items, 10);
	json_decref(report);
	book = gradebook(&lab);
	ck_assert_uint_eq(json_object_size(json_object_get(book, "lineItems")), 0);
	json_decref(book);
	run_sync(&outcome, &lab, 0, (const char *[]){ "--history", NULL });
	ck_assert_msg(strstr(outcome.out, "no sync of this course yet"), "%s", outcome.out);
	outcome_release(&outcome);
	expect_sync(&lab, "in earnest", 10, 199, NULL, NULL);
	report = sync_report(&lab, 0, "--dry-run", "--remaster", "--clear-integration");
	ck_assert_uint_eq(json_array_size(json_object_get(report, "puts")), 209);
	json_decref(report);
	expect_sync(&lab, "ledger as before", 0, 0, NULL, NULL);
	lab_stop(&lab);
}
END_TEST

START_TEST(history)
{
	struct lab lab;
	struct outcome outcome;
	json_t *list;

	lab_start(&lab, "english", "standard");
	run_sync(&outcome, &lab, 0, (const char *[]){ "--history", NULL });
	ck_assert_str_eq(outcome.out, "no sync of this course yet\n");
	outcome_release(&outcome);
	expect_sync(&lab, "first", 10, 199, NULL, NULL);
	expect_sync(&lab, "second", 0, 0, NULL, NULL);
	expect_sync(&lab, "third", 10, 199, "--remaster", NULL);
	run_sync(&outcome, &lab, 0, (const char *[]){ "--history", NULL });
	ck_assert_msg(strstr(outcome.out, "2026-11-16T17:00:0") &&
			      strstr(outcome.out, "stage 5 of 5") &&
			      strstr(outcome.out, "199 scores  remaster") &&
			      strstr(outcome.out, "0 scores  changes"),
		      "%s", outcome.out);
	outcome_release(&outcome);
	run_sync(&outcome, &lab, 0, (const char *[]){ "--history", "1", NULL });
	ck_assert_msg(strstr(outcome.out, "English 9") &&
			      strstr(outcome.out, "Sent        10 assignments, 199 scores"),
		      "%s", outcome.out);
	outcome_release(&outcome);
	run_sync(&outcome, &lab, 0, (const char *[]){ "--history", "--json", NULL });
	list = json_loads(outcome.out, 0, NULL);
	ck_assert_uint_eq(json_array_size(list), 3);
	ck_assert_int_eq(json_integer_value(json_object_get(json_array_get(list, 0), "id")), 3);
	json_decref(list);
	outcome_release(&outcome);
	run_sync(&outcome, &lab, 2, (const char *[]){ "--history", "99", NULL });
	ck_assert_msg(strstr(outcome.err, "99"), "%s", outcome.err);
	outcome_release(&outcome);
	lab_stop(&lab);
}
END_TEST

Suite *sync_suite(void);
Suite *sync_suite(void)
{
	Suite *suite = suite_create("sync");
	TCase *tc = tcase_create("sync");

	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, first_sync);
	tcase_add_test(tc, line_item_of_an_assignment);
	tcase_add_test(tc, nothing_changed);
	tcase_add_test(tc, one_score_changed);
	tcase_add_loop_test(tc, change_that_is_not_sent, 0, 7);
	tcase_add_test(tc, renamed_assignment);
	tcase_add_loop_test(tc, everything_again, 0, 4);
	tcase_add_test(tc, remaster_sends_the_status);
	tcase_add_test(tc, another_sis);
	tcase_add_test(tc, selection);
	tcase_add_test(tc, dry_run);
	tcase_add_test(tc, history);
	suite_add_tcase(suite, tc);
	return suite;
}
