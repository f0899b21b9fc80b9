/*
 * plan.c - from a course to what may be sent.
 */
#include "conformance/canvas/plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/when.h"
#include "conformance/canvas/rules.h"

#define SCORE_ODD 1e6 /* no grade book means a number like this */

/* clang-format off */
static const struct {
	const char *reason, *text;
} reasons[] = {
	{ "section_without_sis_id",      "sections without a SIS id" },
	{ "assignment_unpublished",      "assignments that are not published" },
	{ "assignment_not_marked",       "assignments not marked Sync to SIS" },
	{ "assignment_not_graded",       "assignments of the type not graded" },
	{ "assignment_not_selected",     "assignments that were not selected" },
	{ "assignment_without_grades",   "assignments without a grade yet" },
	{ "assignment_name_too_long",    "assignments whose name is too long (save rule)" },
	{ "assignment_name_missing",     "assignments without a name (save rule)" },
	{ "assignment_due_date_missing", "assignments without a due date (save rule)" },
	{ "assignment_to_individuals",   "assignments given to single students or groups, not to everyone or whole sections" },
	{ "submission_of_filtered_assignment", "submissions of those assignments" },
	{ "submission_without_section",  "submissions of students in no section with a SIS id" },
	{ "submission_not_assigned",     "submissions of students whom the assignment is not given to" },
	{ "submission_ungraded",         "submissions without a grade" },
	{ "submission_score_null",       "submissions that are graded, but without a score" },
	{ "submission_missing_without_score", "missing submissions without a score" },
	{ "submission_outside_window",   "grades older than the window of the connection" },
	{ "submission_of_unknown_object", "submissions of an unknown assignment or student" },
	{ "submission_repeated",         "submissions that came before (pages overlap)" },
	{ "submission_of_refused_assignment", "scores of assignments that the SIS refused" },
	{ "student_without_sis_id",      "submissions of students without a SIS id" },
	{ "student_is_test_student",     "submissions of the test student" },
	{ "student_inactive",            "submissions of students whose enrollment has ended" },
	{ "student_has_own_due_date",    "submissions of students with a due date of their own" },
};
/* clang-format on */

const char *reason_text(const char *reason)
{
	for (size_t i = 0; i < ARRAY_SIZE(reasons); i++)
		if (strcmp(reasons[i].reason, reason) == 0)
			return reasons[i].text;
	return reason;
}

void plan_filter(struct plan *plan, const char *reason, size_t count)
{
	json_int_t before = json_integer_value(json_object_get(plan->filtered, reason));

	if (count)
		json_object_set_new(plan->filtered, reason,
				    json_integer(before + (json_int_t)count));
}

void plan_warn(struct plan *plan, const char *code, const char *object, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	warning_add(plan->warnings, code, object, format, args);
	va_end(args);
}

/* What a submission's state in Canvas becomes; the first row that fits
 * (canvas-client.md 2d: exempt before not submitted before fully graded). */
static const char *score_state(const struct submission *submission,
			       const struct connection *connection, struct score *score)
{
	bool value = submission->has_score;

	score->has_value = value;
	score->value = submission->score;
	if (submission->excused) {
		score->status = "exempt";
		score->has_value = strcmp(connection->exempt_score, "0") == 0;
		score->value = 0;
		return NULL;
	}
	if (submission->missing) {
		score->status = "not submitted";
		return value || strcmp(connection->missing_null, "send") == 0
			       ? NULL
			       : "submission_missing_without_score";
	}
	if (!submission->graded)
		return "submission_ungraded";
	score->status = "fully graded";
	return value ? NULL : "submission_score_null";
}

static bool selected(const struct plan_options *options, const char *id)
{
	for (size_t i = 0; i < options->select_count; i++)
		if (strcmp(options->select[i], id) == 0)
			return true;
	return options->select == NULL;
}

struct ruling {
	struct plan *plan;
	const struct assignment *assignment;
	bool enforce;
	const char *reason; /* why the assignment is filtered, NULL: it is not */
};

static void see_violation(const struct violation *violation, void *payload)
{
	struct ruling *ruling = payload;
	static const char *const filters[] = {
		[RULE_NAME_MISSING] = "assignment_name_missing",
		[RULE_NAME_TOO_LONG] = "assignment_name_too_long",
		[RULE_DUE_DATE] = "assignment_due_date_missing",
		[RULE_UNIFORM] = NULL, /* only the students with a date of their own */
	};

	plan_warn(ruling->plan, violation->code ? violation->code : "save_rule",
		  ruling->assignment->name, "%s", str_text(&violation->text));
	if (ruling->enforce && !ruling->reason)
		ruling->reason = filters[violation->rule];
}

/* Why this assignment is not sent at all; NULL when it may be. */
static const char *assignment_filter(struct plan *plan, const struct assignment *a,
				     const struct plan_options *options)
{
	const struct connection *connection = options->connection;
	struct ruling ruling = { plan, a, connection->enforce_save_rules, NULL };
	const json_t *override;
	size_t i;
	bool sections = a->everyone;

	if (!a->marked)
		return "assignment_not_marked";
	if (!a->published)
		return "assignment_unpublished";
	if (!a->gradeable)
		return "assignment_not_graded";
	if (!selected(options, a->id))
		return "assignment_not_selected";
	rules_check(a, connection, see_violation, &ruling);
	json_array_foreach (a->overrides, i, override)
		sections = sections || has_section(override);
	if (!ruling.reason && strcmp(connection->assign_to, "sections") == 0 &&
	    (!sections || has_group_override(a)))
		return "assignment_to_individuals";
	return ruling.reason;
}

/* The due date of a lineItem: that of its section; an assignment that only single
 * students have takes theirs. */
static const char *item_due(const struct assignment *a, const struct section *section,
			    const struct student *student)
{
	const json_t *own = student_override(a, student->id);

	if (a->everyone || section_override(a, section->id) || !own)
		return section_due(a, section);
	return canvas_date(own, "due_at");
}

/* @place: of the assignment in its course. */
static struct item *item_of(struct plan *plan, size_t place, const struct assignment *a,
			    const struct section *section, const struct student *student)
{
	const char *due = item_due(a, section, student);

	for (size_t i = plan->first[place]; i; i = plan->items[i - 1].next) {
		struct item *item = &plan->items[i - 1];

		if (item->section != section)
			continue;
		if (!same_text(due, item->due_at))
			plan_warn(
				plan, "due_date_differs", a->name,
				"user %s has the due date %s, but the section's lineItem goes out "
				"with %s",
				student->id, due ? due : "none",
				item->due_at ? item->due_at : "none");
		return item;
	}
	GROW(plan->items, plan->count, plan->room);

	struct item *item = &plan->items[plan->count++];

	*item = (struct item){
		.assignment = a, .section = section, .due_at = due, .next = plan->first[place]
	};
	plan->first[place] = plan->count;
	return item;
}

static const char *student_filter(const struct student *student)
{
	if (student->is_test)
		return "student_is_test_student";
	if (!student->sis_id)
		return "student_without_sis_id";
	return NULL;
}

/* Why the assignment does not reach this student in this section; NULL if it does. */
static const char *target_filter(const struct assignment *a, const struct section *section,
				 const struct student *student, const struct connection *connection)
{
	const json_t *own = student_override(a, student->id);
	bool enforce = connection->enforce_save_rules;
	const char *uniform = connection->due_date_uniform;

	if (!own && !a->everyone && !section_override(a, section->id))
		return "submission_not_assigned";
	if (own && strcmp(connection->assign_to, "sections") == 0)
		return "student_has_own_due_date";
	if (!enforce || strcmp(uniform, "off") == 0)
		return NULL;
	if (own && json_object_get(own, "due_at") &&
	    !same_text(canvas_date(own, "due_at"), section_due(a, section)))
		return "student_has_own_due_date";
	if (strcmp(uniform, "course") == 0 && !same_text(section_due(a, section), a->due_at))
		return "student_has_own_due_date";
	return NULL;
}

static bool in_window(const struct submission *submission, const struct plan_options *options)
{
	const char *graded = submission->graded_at;
	int64_t when;

	if (options->connection->window_days == 0 || options->remaster || !graded ||
	    !when_parse(graded, &when, NULL))
		return true;
	return when >= options->now - options->connection->window_days * WHEN_DAY;
}

static void add_score(struct item *item, const struct score *score)
{
	GROW(item->scores, item->count, item->room);
	item->scores[item->count++] = *score;
}

/* Puts a submission into the items of its student's sections; the reason why it is
 * in none is counted. */
static void add_submission(struct plan *plan, const struct course *course,
			   const struct submission *submission, const struct plan_options *options)
{
	const struct assignment *a = &course->assignments[submission->assignment];
	const struct student *student = &course->students[submission->student];
	struct score score = { .submission = submission, .student = student };
	const char *reason = student_filter(student);
	bool placed = false;

	if (!reason)
		reason = score_state(submission, options->connection, &score);
	if (!reason && score.has_value && fabs(score.value) >= SCORE_ODD)
		plan_warn(plan, "score_odd", a->name,
			  "the score %.15g of user %s is hardly meant; it is sent as it is",
			  score.value, student->id);
	if (!reason && !in_window(submission, options))
		reason = "submission_outside_window";
	for (size_t i = 0; !reason && i < student->count; i++) {
		const struct membership *member = &student->memberships[i];
		const struct section *section = &course->sections[member->section];
		const char *why = target_filter(a, section, student, options->connection);

		if (!section->class_id)
			why = "submission_without_section";
		else if (!member->active)
			why = "student_inactive";
		if (why && !placed && i + 1 == student->count)
			reason = why;
		if (why)
			continue;
		add_score(item_of(plan, submission->assignment, a, section, student), &score);
		placed = true;
	}
	if (!reason && !placed)
		reason = "submission_without_section";
	if (reason && !placed)
		plan_filter(plan, reason, 1);
}

static void filter_sections(struct plan *plan, const struct course *course)
{
	for (size_t i = 0; i < course->section_count; i++)
		if (!course->sections[i].class_id)
			plan_filter(plan, "section_without_sis_id", 1);
}

void plan_make(struct plan *plan, const struct course *course, const struct plan_options *options)
{
	const char **reason = xcalloc(course->assignment_count + 1, sizeof *reason);
	const json_t *odd;
	size_t i;

	*plan = (struct plan){ .filtered = json_object(),
			       .warnings = json_array(),
			       .first = xcalloc(course->assignment_count + 1,
						sizeof *plan->first) };
	json_array_foreach (course->odd, i, odd)
		json_array_append(plan->warnings, (json_t *)(uintptr_t)odd);
	plan_filter(plan, "submission_of_unknown_object",
		    course->submissions_seen - course->submission_count -
			    course->submissions_repeated);
	plan_filter(plan, "submission_repeated", course->submissions_repeated);
	filter_sections(plan, course);
	for (i = 0; i < course->assignment_count; i++) {
		reason[i] = assignment_filter(plan, &course->assignments[i], options);
		if (reason[i])
			plan_filter(plan, reason[i], 1);
		else
			plan->candidates++;
	}
	for (i = 0; i < course->submission_count; i++) {
		if (reason[course->submissions[i].assignment])
			plan_filter(plan, "submission_of_filtered_assignment", 1);
		else
			add_submission(plan, course, &course->submissions[i], options);
	}
	for (i = 0; i < course->assignment_count; i++)
		if (!reason[i] && !plan->first[i])
			plan_filter(plan, "assignment_without_grades", 1);
	free(reason);
}

void plan_release(struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		struct item *item = &plan->items[i];

		for (size_t k = 0; k < item->count; k++)
			free(item->scores[k].id);
		free(item->scores);
		json_decref(item->category);
		json_decref(item->period);
		free(item->id);
		free(item->body);
		free(item->hash);
	}
	free(plan->items);
	free(plan->first);
	json_decref(plan->filtered);
	json_decref(plan->warnings);
	*plan = (struct plan){ 0 };
}
