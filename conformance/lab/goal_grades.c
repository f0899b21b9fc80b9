/*
 * goal_grades.c - whether the right grades stand in the SIS.
 *
 * What is right comes from the course as it is now: each graded student of an assignment that
 * may be sent, in each section, with value and status as the plan of the client has them. The
 * save rules of the connection do not excuse anybody, and no grade that was there at the
 * beginning may be missing.
 */
#include "conformance/lab/goal_internal.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/when.h"
#include "conformance/canvas/plan.h"
#include "conformance/lab/client.h"
#include "conformance/lab/fit.h"

struct grades {
	struct connection connection;
	struct course course;
	struct plan plan;
};

static bool grades_open(struct grades *grades, const struct lab *lab, struct err *err)
{
	char *folder = lab_path(lab, LAB_COURSE);
	bool good;

	*grades = (struct grades){ 0 };
	good = client_connection(lab, &grades->connection, err) &&
	       course_load(&grades->course, folder, &grades->connection, err);
	free(folder);
	if (good) {
		struct plan_options options = { .connection = &grades->connection,
						.remaster = true };

		grades->connection.assign_to = "anyone";
		grades->connection.enforce_save_rules = false;
		plan_make(&grades->plan, &grades->course, &options);
	}
	return good;
}

static void grades_close(struct grades *grades)
{
	plan_release(&grades->plan);
	course_release(&grades->course);
	connection_release(&grades->connection);
}

static void id_of(const json_t *id, char out[static CANVAS_ID])
{
	if (json_is_integer(id))
		snprintf(out, CANVAS_ID, "%lld", (long long)json_integer_value(id));
	else
		snprintf(out, CANVAS_ID, "%.23s", json_string_value(id));
}

/* one assignment */

struct tally {
	const char *title;
	size_t wanted, standing; /* scores */
	size_t items, doubled;   /* lineItems that are not there, and that are there twice */
	json_t *left;            /* students that had a grade and were not met; a set */
};

static bool has_text(const json_t *list, const char *text)
{
	const json_t *item;
	size_t i;

	json_array_foreach (list, i, item)
		if (same_text(json_string_value(item), text))
			return true;
	return false;
}

static bool same_due(const char *a, const char *b)
{
	int64_t x, y;

	if (!a || !b)
		return a == b;
	return when_parse(a, &x, NULL) && when_parse(b, &y, NULL) && x == y;
}

/* The lineItem of a class with this title and due date; @count: how many there are. */
static const json_t *find_line_item(const json_t *line_items, const struct item *item,
				    size_t *count)
{
	const json_t *line_item, *found = NULL;
	size_t i;

	*count = 0;
	json_array_foreach (line_items, i, line_item)
		if (same_text(fit_reference(line_item, "class"), item->section->class_id) &&
		    same_text(jsonx_text(line_item, "title"), item->assignment->name) &&
		    same_due(jsonx_text(line_item, "dueDate"), item->due_at)) {
			found = line_item;
			++*count;
		}
	return found;
}

/* Whether the SIS holds exactly this score, once. */
static bool stands(const json_t *results, const char *line_item, const struct score *score)
{
	const json_t *result;
	size_t i, right = 0, all = 0;
	double value;

	json_array_foreach (results, i, result) {
		if (!same_text(fit_reference(result, "lineItem"), line_item) ||
		    !same_text(fit_reference(result, "student"), score->student->sis_id))
			continue;
		bool has = jsonx_number(result, "score", &value);

		all++;
		right += has == score->has_value && (!has || fabs(value - score->value) < 1e-9) &&
			 same_text(jsonx_text(result, "scoreStatus"), score->status);
	}
	return right == 1 && all == 1;
}

static void count_item(struct tally *tally, const struct item *item, const json_t *line_items,
		       const json_t *results, const json_t *except)
{
	size_t count;
	const json_t *line_item = find_line_item(line_items, item, &count);

	tally->items += count == 0;
	tally->doubled += count > 1;
	for (size_t i = 0; i < item->count; i++) {
		const struct score *score = &item->scores[i];

		json_object_del(tally->left, score->student->sis_id);
		if (has_text(except, score->student->sis_id))
			continue;
		tally->wanted++;
		tally->standing += line_item &&
				   stands(results, jsonx_text(line_item, "sourcedId"), score);
	}
}

/* Who had a grade at the beginning and is not excepted. */
static json_t *expected(const struct lab *lab, const char *id, const json_t *except)
{
	const json_t *list = json_object_get(json_object_get(lab->state, "expected"), id), *item;
	json_t *set = json_object();
	size_t i;

	json_array_foreach (list, i, item)
		if (!has_text(except, json_string_value(item)))
			json_object_set_new(set, json_string_value(item), json_true());
	return set;
}

static void note(struct checking *checking, const struct tally *tally)
{
	size_t lost = json_object_size(tally->left), wanted = tally->wanted + lost;
	bool met = wanted > 0 && tally->standing == wanted && !tally->items && !tally->doubled;

	if (tally->doubled)
		checking_note(checking, false,
			      "%s stands in the SIS once a section (%zu sections have it more than "
			      "once)",
			      tally->title, tally->doubled);
	else if (wanted == 0)
		checking_note(checking, false, "a score of %s stands in the SIS", tally->title);
	else
		checking_note(checking, met, "%zu of %zu scores of %s stand in the SIS",
			      tally->standing, wanted, tally->title);
}

static void check_assignment(struct checking *checking, const struct grades *grades, const char *id,
			     const json_t *except, const json_t *line_items, const json_t *results)
{
	int place = course_assignment(&grades->course, id);
	struct tally tally = {
		.title = place < 0 ? "an assignment that is no longer in the course"
				   : grades->course.assignments[place].name,
		.left = expected(checking->lab, id, except),
	};

	for (size_t i = 0; i < grades->plan.count; i++)
		if (strcmp(grades->plan.items[i].assignment->id, id) == 0)
			count_item(&tally, &grades->plan.items[i], line_items, results, except);
	note(checking, &tally);
	json_decref(tally.left);
}

bool goal_grades(struct checking *checking, const json_t *goal, struct err *err)
{
	const json_t *except = json_object_get(json_object_get(goal, "except"), "students"), *one;
	const json_t *line_items = checking_list(checking, "lineItems", err);
	const json_t *results = line_items ? checking_list(checking, "results", err) : NULL;
	struct grades grades = { 0 };
	char id[CANVAS_ID];
	size_t i;

	if (results && grades_open(&grades, checking->lab, err))
		json_array_foreach (json_object_get(goal, "assignments"), i, one) {
			id_of(one, id);
			check_assignment(checking, &grades, id, except, line_items, results);
		}
	grades_close(&grades);
	return err->code == ERR_NONE;
}

json_t *goal_graded(struct lab *lab, const json_t *goal, struct err *err)
{
	json_t *graded = json_object();
	struct grades grades = { 0 };
	const json_t *one;
	char id[CANVAS_ID];
	size_t i;

	if (goal && grades_open(&grades, lab, err))
		json_array_foreach (json_object_get(goal, "assignments"), i, one) {
			json_t *students = json_array();

			id_of(one, id);
			for (size_t k = 0; k < grades.plan.count; k++) {
				const struct item *item = &grades.plan.items[k];

				if (strcmp(item->assignment->id, id) != 0)
					continue;
				for (size_t s = 0; s < item->count; s++)
					json_array_append_new(
						students,
						json_string(item->scores[s].student->sis_id));
			}
			json_object_set_new(graded, id, students);
		}
	grades_close(&grades);
	return graded;
}
