/*
 * submissions.c - the submission of each student for each assignment.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonw.h"
#include "base/jsonx.h"
#include "base/random.h"
#include "conformance/generate/draft.h"

#define HOUR 3600000LL

static const char submission_base[] =
	"{'id': 0, 'assignment_id': 0, 'user_id': 0, 'score': null, 'grade': null,"
	" 'entered_score': null, 'entered_grade': null, 'excused': false, 'late': false,"
	" 'missing': false, 'late_policy_status': null, 'points_deducted': null,"
	" 'seconds_late': 0, 'workflow_state': 'graded', 'graded_at': null, 'posted_at': null,"
	" 'submitted_at': null, 'attempt': 1, 'grade_matches_current_submission': true,"
	" 'grader_id': null, 'submission_type': null}";

static const char on_paper[] = "{'submitted_at': null, 'attempt': null, 'submission_type': null}";
static const char ungraded[] = "{'workflow_state': 'submitted', 'score': null, 'graded_at': null}";

static void change(json_t *submission, const char *changes)
{
	json_t *members = draft_object(changes);

	json_object_update(submission, members);
	json_decref(members);
}

/* The same for the same student and row, whoever else is in the class. */
static double ordinary_score(const struct draft *draft, const struct task *task,
			     const struct person *person)
{
	uint64_t row = (uint64_t)(task->row - assignment_cases) + 1;
	double most = task->points > 0 ? task->points : 3, share;
	struct random random;

	row += (uint64_t)task->part * 1000;
	random_seed(&random, draft->options->seed * 1000003u + (uint64_t)person->id * 1009u + row);
	share = 0.82 + 0.1 * random_normal(&random);
	share = share < 0.4 ? 0.4 : share > 1 ? 1 : share;
	return floor(most * share);
}

/* Whole hours before and after the due date, but not after now. */
static void set_times(const struct draft *draft, const struct task *task, json_t *submission)
{
	int64_t due = task->due ? task->due : calendar_due(draft->calendar, DUE_DAY, 50);
	int64_t graded = due + 14 * HOUR;

	if (graded > draft->options->now)
		graded = draft->options->now / HOUR * HOUR;
	json_object_set_new(submission, "graded_at", draft_time(graded));
	json_object_set_new(submission, "submitted_at",
			    draft_time((graded < due ? graded : due) - 5 * HOUR));
}

/* What follows from a late or repeated submission. */
static void mend_times(const struct task *task, json_t *submission)
{
	int64_t late = jsonx_int(submission, "seconds_late") * 1000, graded;
	bool matches = jsonx_true(submission, "grade_matches_current_submission");

	if (late) {
		json_object_set_new(submission, "submitted_at", draft_time(task->due + late));
		json_object_set_new(submission, "graded_at",
				    draft_time(task->due + late + 2 * HOUR));
	}
	if (!matches && when_parse(jsonx_text(submission, "graded_at"), &graded, NULL))
		json_object_set_new(submission, "submitted_at", draft_time(graded + 3 * HOUR));
}

static void set_grade(json_t *submission, const char *score, const char *grade)
{
	char text[NUMBER_TEXT];
	double value;

	if (!jsonx_number(submission, score, &value))
		return;
	number_format(value, text);
	json_object_set_new(submission, grade, json_string(text));
}

/* The members that Canvas derives from others. */
static void derive(const struct draft *draft, const struct task *task, json_t *submission)
{
	bool graded;

	mend_times(task, submission);
	graded = jsonx_text(submission, "graded_at") != NULL;
	if (json_is_null(json_object_get(submission, "entered_score")))
		json_object_set(submission, "entered_score", json_object_get(submission, "score"));
	set_grade(submission, "score", "grade");
	set_grade(submission, "entered_score", "entered_grade");
	if (graded)
		json_object_set_new(submission, "grader_id", json_integer(draft_teacher(draft)));
	if (graded && !(task->row->flags & HIDDEN))
		json_object_set(submission, "posted_at", json_object_get(submission, "graded_at"));
}

static json_t *submission_json(struct draft *draft, const struct task *task, size_t place)
{
	const struct person *person = &draft->people[place];
	const struct submission_case *row = task_case(draft, task, place);
	json_t *submission = draft_object(submission_base);

	draft->submission_count++;
	json_object_set_new(
		submission, "id",
		json_integer(draft->id * 1000000 + (json_int_t)draft->submission_count));
	json_object_set_new(submission, "assignment_id", json_integer(task->id));
	json_object_set_new(submission, "user_id", json_integer(person->id));
	json_object_set_new(submission, "score", draft_value(ordinary_score(draft, task, person)));
	json_object_set_new(submission, "submission_type", json_string(task->row->type));
	set_times(draft, task, submission);
	if (strcmp(task->row->type, "on_paper") == 0)
		change(submission, on_paper);
	if (task->row->flags & UNGRADED)
		change(submission, ungraded);
	if (row)
		change(submission, row->changes);
	derive(draft, task, submission);
	return submission;
}

/* Whether the student has this assignment. */
static bool has_it(const struct task *task, size_t person)
{
	if (task->row->flags & (UNPUBLISHED | NOT_GRADED))
		return false;
	return task->row->overrides != OVERRIDES_ONLY || person < 2;
}

static void begin_student(const struct draft *draft, FILE *out, const struct person *person)
{
	const char *key = draft->options->connection->user_id;
	json_t *head = draft_object("{'user_id': 0, 'section_id': 0, 'sis_user_id': null,"
				    " 'integration_id': null}");
	size_t section = 0;
	char *text;

	while (!(person->sections >> section & 1u))
		section++;
	json_object_set_new(head, "user_id", json_integer(person->id));
	json_object_set_new(head, "section_id", json_integer(draft_section(draft, section)));
	if (person->sis_id)
		json_object_set_new(head, key, json_string(person->sis_id));
	text = jsonx_dump(head);
	fprintf(out, "%.*s,\"submissions\":[\n", (int)strlen(text) - 1, text);
	free(text);
	json_decref(head);
}

/* A line each: a course of thousands of students is too large to be held as a tree. */
void submissions_write(struct draft *draft, FILE *out)
{
	bool grouped = draft->course->is_grouped;
	const char *comma = "";

	fputs("[\n", out);
	for (size_t i = 0; i < draft->people_count; i++) {
		if (grouped) {
			fputs(comma, out);
			begin_student(draft, out, &draft->people[i]);
			comma = "";
		}
		for (size_t k = 0; k < draft->task_count; k++) {
			if (!has_it(&draft->tasks[k], i))
				continue;
			json_t *submission = submission_json(draft, &draft->tasks[k], i);
			char *line = jsonx_dump(submission);

			fprintf(out, "%s%s", comma, line);
			comma = ",\n";
			free(line);
			json_decref(submission);
		}
		if (grouped) {
			fputs("\n]}", out);
			comma = ",\n";
		}
	}
	fputs("\n]\n", out);
}
