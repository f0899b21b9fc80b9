/*
 * assignments.c - the assignments of a course, one a row of the table.
 */
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "conformance/generate/draft.h"

#define CREATED_DAYS 15 /* before it is due */
#define UNLOCKED_DAYS 10
#define OWN_DUE_PERCENT 95 /* of students who have more time */
#define GROUP_ID 7001

static const char assignment_base[] =
	"{'id': 0, 'course_id': 0, 'name': '', 'description': '', 'due_at': null,"
	" 'unlock_at': null, 'lock_at': null, 'points_possible': null, 'grading_type': 'points',"
	" 'grading_standard_id': null, 'submission_types': [], 'assignment_group_id': 0,"
	" 'group_category_id': null, 'grade_group_students_individually': false, 'position': 0,"
	" 'published': true, 'workflow_state': 'published', 'post_to_sis': true,"
	" 'only_visible_to_overrides': false, 'omit_from_final_grade': false,"
	" 'has_overrides': false, 'has_submitted_submissions': true, 'needs_grading_count': 0,"
	" 'is_quiz_assignment': false, 'integration_id': null, 'integration_data': {},"
	" 'created_at': null, 'updated_at': null, 'html_url': '', 'overrides': []}";

/* What a flag changes in an assignment. */
static const struct {
	unsigned flag;
	const char *changes;
} flag_changes[] = {
	{ UNPUBLISHED, "{'published': false, 'workflow_state': 'unpublished'}" },
	{ UNMARKED, "{'post_to_sis': false}" },
	{ NOT_GRADED, "{'grading_type': 'not_graded'}" },
};

static bool is_of(const struct task *task, const struct submission_case *row)
{
	return strcmp(row->assignment, task->row->name) == 0;
}

static size_t case_total(const char *assignment)
{
	size_t count = 0;

	for (size_t i = 0; i < submission_case_count; i++)
		count += strcmp(submission_cases[i].assignment, assignment) == 0;
	return count;
}

const struct submission_case *task_case(const struct draft *draft, const struct task *task,
					size_t person)
{
	size_t wanted = task->part * draft->real_count + person, at = 0;

	if (!(task->row->flags & STUDENT_CASES) || person >= draft->real_count)
		return NULL;
	for (size_t i = 0; i < submission_case_count; i++)
		if (is_of(task, &submission_cases[i]) && at++ == wanted)
			return &submission_cases[i];
	return NULL;
}

static void add_escaped(struct str *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '<')
			str_add(out, "&lt;");
		else if (*text == '&')
			str_add(out, "&amp;");
		else
			str_add_char(out, *text);
	}
}

/* Names the edge case; where students have one each, theirs, too. */
static void describe(struct draft *draft, const struct task *task, const char *title)
{
	struct str text = STR_INIT;

	str_format(&text, "<p>%s %s: %s.</p>",
		   task->row->flags & CLEAN ? "Ordinary assignment" : "Edge case", task->row->name,
		   task->row->what);
	draft_case(draft, task->row->name, "assignment", title, task->row->what);
	if (task->row->flags & STUDENT_CASES)
		str_add(&text, "<ul>");
	for (size_t i = 0; i < draft->real_count; i++) {
		const struct submission_case *row = task_case(draft, task, i);

		if (!row)
			continue;
		str_format(&text, "<li>%s: ", row->name);
		add_escaped(&text, jsonx_text(draft->people[i].user, "name"));
		str_add(&text, " ("); /* two may have one name */
		add_escaped(&text, draft->people[i].sis_id);
		str_format(&text, "): %s</li>", row->what);
		draft_case(draft, row->name, "submission", title, row->what);
	}
	if (task->row->flags & STUDENT_CASES)
		str_add(&text, "</ul>");
	json_object_set_new(task->json, "description", json_string(str_text(&text)));
	str_release(&text);
}

static json_t *add_override(const struct task *task, const char *title, int64_t due)
{
	json_t *list = json_object_get(task->json, "overrides"), *override = json_object();

	json_object_set_new(override, "id",
			    json_integer(task->id * 10 + (json_int_t)json_array_size(list)));
	json_object_set_new(override, "assignment_id", json_integer(task->id));
	json_object_set_new(override, "title", json_string(title));
	json_object_set_new(override, "due_at", draft_time(due));
	json_array_append_new(list, override);
	json_object_set_new(task->json, "has_overrides", json_true());
	return override;
}

static void override_students(const struct draft *draft, const struct task *task, int64_t due)
{
	size_t count = draft->real_count < 2 ? draft->real_count : 2;
	char title[32];
	json_t *list = json_array();

	snprintf(title, sizeof title, "%zu student%s", count, count == 1 ? "" : "s");
	for (size_t i = 0; i < count; i++)
		json_array_append_new(list, json_integer(draft->people[i].id));
	json_object_set_new(add_override(task, title, due), "student_ids", list);
}

static void override_section(const struct draft *draft, const struct task *task, size_t section,
			     int64_t due)
{
	char title[32];

	snprintf(title, sizeof title, "Section %zu", section + 1);
	json_object_set_new(add_override(task, title, due), "course_section_id",
			    json_integer(draft_section(draft, section)));
}

static void add_overrides(const struct draft *draft, const struct task *task)
{
	int64_t later = calendar_due(draft->calendar, DUE_DAY, OWN_DUE_PERCENT);

	switch (task->row->overrides) {
	case OVERRIDES_NONE:
		break;
	case OVERRIDES_SECTIONS:
		for (size_t i = 0; i < draft->section_count; i++)
			override_section(draft, task, i,
					 calendar_due(draft->calendar, DUE_DAY, 40 + 6 * (int)i));
		break;
	case OVERRIDES_BLANK:
		override_section(draft, task, 0, 0);
		break;
	case OVERRIDES_STUDENTS:
		override_students(draft, task, later);
		break;
	case OVERRIDES_GROUP:
		json_object_set_new(task->json, "group_category_id", json_integer(GROUP_ID / 10));
		json_object_set_new(add_override(task, "Group A", later), "group_id",
				    json_integer(GROUP_ID));
		break;
	case OVERRIDES_ONLY:
		json_object_set_new(task->json, "due_at", json_null());
		json_object_set_new(task->json, "only_visible_to_overrides", json_true());
		override_students(draft, task, task->due);
		break;
	}
}

static void set_flags(struct draft *draft, const struct task *task)
{
	const struct assignment_case *row = task->row;

	for (size_t i = 0; i < ARRAY_SIZE(flag_changes); i++) {
		json_t *changes = draft_object(flag_changes[i].changes);

		if (row->flags & flag_changes[i].flag)
			json_object_update(task->json, changes);
		json_decref(changes);
	}
	if (row->flags & UNLOCKED)
		json_object_set_new(task->json, "unlock_at",
				    draft_time(task->due - UNLOCKED_DAYS * WHEN_DAY));
	if (row->flags & UNGRADED)
		json_object_set_new(task->json, "needs_grading_count",
				    json_integer((json_int_t)draft->people_count));
	if (strcmp(row->type, "on_paper") == 0 || row->flags & (UNPUBLISHED | NOT_GRADED))
		json_object_set_new(task->json, "has_submitted_submissions", json_false());
	if (strcmp(row->type, "online_quiz") == 0)
		json_object_set_new(task->json, "is_quiz_assignment", json_true());
}

static void fill(struct draft *draft, const struct task *task, const char *title)
{
	const struct assignment_case *row = task->row;
	size_t group = row->flags & NO_CATEGORY ? draft->category_count
						: (size_t)row->category % draft->category_count;
	int64_t around = task->due ? task->due : calendar_due(draft->calendar, DUE_DAY, 50);

	json_object_set_new(task->json, "id", json_integer(task->id));
	json_object_set_new(task->json, "course_id", json_integer(draft->id));
	json_object_set_new(task->json, "name", json_string(title));
	json_object_set_new(task->json, "due_at", draft_time(task->due));
	json_object_set_new(task->json, "points_possible",
			    row->points < 0 ? json_null() : draft_value(row->points));
	json_array_append_new(json_object_get(task->json, "submission_types"),
			      json_string(row->type));
	json_object_set_new(task->json, "assignment_group_id",
			    json_integer(draft_group(draft, group)));
	json_object_set_new(task->json, "position", json_integer((json_int_t)draft->task_count));
	json_object_set_new(task->json, "created_at", draft_time(around - CREATED_DAYS * WHEN_DAY));
	json_object_set_new(task->json, "updated_at", draft_time(around - CREATED_DAYS * WHEN_DAY));
	json_object_set_new(task->json, "html_url",
			    draft_link(draft, "/assignments/%lld", (long long)task->id));
	set_flags(draft, task);
	add_overrides(draft, task);
	describe(draft, task, title);
}

static void add_task(struct draft *draft, json_t *list, const struct assignment_case *row,
		     size_t part)
{
	char *title = part ? xformat("%s %zu", row->title, part + 1) : xstrdup(row->title);

	GROW(draft->tasks, draft->task_count, draft->task_room);

	struct task *task = &draft->tasks[draft->task_count++];

	*task = (struct task){
		.row = row,
		.id = draft->id * 1000 + (int64_t)draft->task_count,
		.due = calendar_due(draft->calendar, row->due, row->percent),
		.part = part,
		.points = row->points > 0 ? row->points : 0,
		.json = draft_object(assignment_base),
	};
	fill(draft, task, title);
	json_array_append_new(list, task->json);
	free(title);
}

/* The ordinary rows, again and again. */
static void add_ordinary(struct draft *draft, json_t *list)
{
	size_t ordinary = 0;

	for (size_t i = 0; i < assignment_case_count; i++)
		ordinary += (assignment_cases[i].flags & CLEAN) != 0;
	for (size_t part = 0; part * ordinary < (size_t)draft->options->assignments; part++)
		for (size_t i = 0; i < assignment_case_count; i++)
			if ((assignment_cases[i].flags & CLEAN) &&
			    (int64_t)draft->task_count < draft->options->assignments)
				add_task(draft, list, &assignment_cases[i], part);
}

json_t *assignments_make(struct draft *draft)
{
	json_t *list = json_array();

	if (draft->options->assignments) {
		add_ordinary(draft, list);
		return list;
	}
	for (size_t i = 0; i < assignment_case_count; i++) {
		const struct assignment_case *row = &assignment_cases[i];
		size_t shares = row->flags & STUDENT_CASES ? case_total(row->name) : 1;

		if (!(row->flags & CLEAN) && !draft->course->has_cases)
			continue;
		if (row->flags & OWN_CATEGORY && (size_t)row->category >= draft->category_count)
			continue;
		/* a class with few students needs several assignments to show them all */
		for (size_t part = 0; part == 0 || part * draft->real_count < shares; part++)
			add_task(draft, list, row, part);
	}
	return list;
}
