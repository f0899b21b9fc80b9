/*
 * rules.c - what Canvas itself refuses when an assignment is saved.
 */
#include "conformance/canvas/rules.h"

#include <string.h>

#include "base/jsonx.h"

const json_t *section_override(const struct assignment *assignment, const char *section_id)
{
	const json_t *override;
	char id[CANVAS_ID];
	size_t i;

	json_array_foreach (assignment->overrides, i, override)
		if (jsonx_id(override, "course_section_id", id) && strcmp(id, section_id) == 0)
			return override;
	return NULL;
}

bool has_section(const json_t *override)
{
	char id[CANVAS_ID];

	return jsonx_id(override, "course_section_id", id);
}

/* @number is the id if it is one, else -1. */
static bool names_student(const json_t *override, const char *student_id, json_int_t number)
{
	const json_t *list = json_object_get(override, "student_ids"), *item;
	size_t i;

	json_array_foreach (list, i, item)
		if (json_is_integer(item) ? json_integer_value(item) == number
					  : same_text(json_string_value(item), student_id))
			return true;
	return false;
}

const json_t *student_override(const struct assignment *assignment, const char *student_id)
{
	const json_t *override;
	int64_t number;
	size_t i;

	if (json_array_size(assignment->overrides) == 0)
		return NULL;
	if (!number_parse(student_id, 0, INT64_MAX, &number))
		number = -1;
	json_array_foreach (assignment->overrides, i, override)
		if (names_student(override, student_id, number))
			return override;
	return NULL;
}

bool has_group_override(const struct assignment *assignment)
{
	const json_t *override;
	size_t i;

	json_array_foreach (assignment->overrides, i, override)
		if (json_is_integer(json_object_get(override, "group_id")))
			return true;
	return false;
}

const char *section_due(const struct assignment *assignment, const struct section *section)
{
	const json_t *override = section_override(assignment, section->id);

	if (override && json_object_get(override, "due_at"))
		return canvas_date(override, "due_at");
	return assignment->due_at;
}

/* Whether an override breaks the rule of one due date per section or course. */
static bool breaks_uniformity(const struct assignment *assignment, const json_t *override,
			      const char *uniform)
{
	if (!json_object_get(override, "due_at") ||
	    same_text(canvas_date(override, "due_at"), assignment->due_at))
		return false;
	return strcmp(uniform, "course") == 0 || !has_section(override);
}

struct check {
	const struct assignment *assignment;
	void (*found)(const struct violation *violation, void *payload);
	void *payload;
};

static void report(const struct check *check, enum save_rule rule, const char *code,
		   const char *format, ...) PRINTF(4, 5);

static void report(const struct check *check, enum save_rule rule, const char *code,
		   const char *format, ...)
{
	struct violation violation = { .rule = rule, .code = code, .text = STR_INIT };
	va_list args;

	va_start(args, format);
	str_vformat(&violation.text, format, args);
	va_end(args);
	check->found(&violation, check->payload);
	str_release(&violation.text);
}

static void check_due_dates(const struct check *check)
{
	const struct assignment *assignment = check->assignment;
	const json_t *override;
	size_t i;

	if (!assignment->due_at)
		report(check, RULE_DUE_DATE, "CV-01",
		       "cannot be blank when Post to Sis is checked");
	json_array_foreach (assignment->overrides, i, override) {
		if (!json_object_get(override, "due_at") || canvas_date(override, "due_at"))
			continue;
		report(check, RULE_DUE_DATE, "CV-02",
		       "cannot be blank for any assignees when Post to Sis is checked");
		return;
	}
}

static void check_uniform(const struct check *check, const char *uniform)
{
	const json_t *override;
	size_t i;

	json_array_foreach (check->assignment->overrides, i, override) {
		if (!breaks_uniformity(check->assignment, override, uniform))
			continue;
		report(check, RULE_UNIFORM, NULL,
		       "due dates can only be given to %s; \"%s\" has one of its own",
		       strcmp(uniform, "course") == 0 ? "everyone" : "everyone or whole sections",
		       jsonx_text(override, "title") ? jsonx_text(override, "title")
						     : "an override");
		return;
	}
}

void rules_check(const struct assignment *assignment, const struct connection *connection,
		 void (*found)(const struct violation *violation, void *payload), void *payload)
{
	struct check check = { assignment, found, payload };

	if (!assignment->marked || !assignment->gradeable)
		return;
	if (!*assignment->name)
		report(&check, RULE_NAME_MISSING, "CV-04", "Name is required!");
	if (connection->name_limit &&
	    utf8_length(assignment->name) > (size_t)connection->name_limit)
		report(&check, RULE_NAME_TOO_LONG, "CV-05",
		       "Name is too long, must be under %lld characters",
		       (long long)connection->name_limit + 1);
	if (connection->require_due_date)
		check_due_dates(&check);
	if (strcmp(connection->due_date_uniform, "off") != 0)
		check_uniform(&check, connection->due_date_uniform);
}
