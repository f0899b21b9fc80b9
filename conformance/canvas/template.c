/*
 * template.c - field templates.
 */
#include "conformance/canvas/template.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonw.h"
#include "base/jsonx.h"

/* Every name that a placeholder may hold. */
static const char *const names[] = {
	"course_id",
	"assignment_id",
	"section_id",
	"user_id",
	"class_id",
	"canvas_url",
	"sourcedId",
	"scoreStatus",
	"class",
	"category",
	"gradingPeriod",
	"lineItem",
	"student",
	"course.id",
	"course.name",
	"course.course_code",
	"course.sis_course_id",
	"section.id",
	"section.name",
	"section.sis_section_id",
	"assignment.id",
	"assignment.name",
	"assignment.description",
	"assignment.points_possible",
	"assignment.due_at",
	"assignment.unlock_at",
	"assignment.lock_at",
	"assignment.html_url",
	"assignment.position",
	"assignment.created_at",
	"assignment.grading_type",
	"submission.id",
	"submission.score",
	"submission.grade",
	"submission.entered_score",
	"submission.entered_grade",
	"submission.submitted_at",
	"submission.graded_at",
	"submission.graded_day",
	"submission.posted_at",
	"submission.late",
	"submission.missing",
	"submission.excused",
	"submission.comment",
};

static bool is_name(const char *text, size_t length)
{
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (strlen(names[i]) == length && strncmp(names[i], text, length) == 0)
			return true;
	return false;
}

bool template_check(const char *text, struct err *err)
{
	while ((text = strchr(text, '{'))) {
		size_t length = strcspn(++text, "}");

		if (text[length] != '}')
			return err_set(err, ERR_INVALID, "the placeholder {%.40s is not closed",
				       text);
		for (size_t at = 0; at <= length;) {
			size_t name = strcspn(text + at, "|}");

			if (!is_name(text + at, name))
				return err_set(err, ERR_INVALID,
					       "{%.*s}: there is no placeholder of that name",
					       (int)(name > 60 ? 60 : name), text + at);
			at += name + 1;
		}
		text += length;
	}
	return true;
}

static const json_t *member(const json_t *object, const char *name, size_t length)
{
	char key[64];

	if (length >= sizeof key)
		return NULL;
	memcpy(key, name, length);
	key[length] = '\0';
	return json_object_get(object, key);
}

/* Borrowed; NULL for null. */
static const json_t *look_up(const json_t *values, const char *name, size_t length)
{
	const char *dot = memchr(name, '.', length);

	if (dot) {
		values = member(values, name, (size_t)(dot - name));
		length -= (size_t)(dot + 1 - name);
		name = dot + 1;
	}

	const json_t *value = member(values, name, length);

	return json_is_null(value) ? NULL : value;
}

/* The first alternative of "a|b" that is not null. */
static const json_t *resolve(const json_t *values, const char *text, size_t length)
{
	const json_t *value = NULL;

	for (size_t at = 0; at < length && !value;) {
		size_t name = strcspn(text + at, "|}");

		value = look_up(values, text + at, name);
		at += name + 1;
	}
	return value;
}

static void add_as_text(struct str *out, const json_t *value)
{
	char number[NUMBER_TEXT];
	char *json;

	if (json_is_string(value)) {
		str_add(out, json_string_value(value));
	} else if (json_is_number(value)) {
		number_format(json_number_value(value), number);
		str_add(out, number);
	} else if (value) {
		json = jsonx_dump(value);
		str_add(out, json);
		free(json);
	}
}

static bool is_lone(const char *text)
{
	return *text == '{' && strcspn(text, "}") == strlen(text) - 1;
}

/* Text with placeholders in it. */
static void add_filled(struct str *out, const char *text, const json_t *values)
{
	while (*text) {
		size_t plain = strcspn(text, "{");

		str_add_bytes(out, text, plain);
		text += plain;
		if (!*text)
			break;
		size_t inside = strcspn(text, "}") - 1;

		add_as_text(out, resolve(values, text + 1, inside));
		text += inside + 2;
	}
}

json_t *template_fill(const char *text, const json_t *values)
{
	struct str out = STR_INIT;
	json_t *filled;

	if (is_lone(text)) {
		const json_t *value = resolve(values, text + 1, strlen(text) - 2);

		return value ? json_deep_copy(value) : json_null();
	}
	add_filled(&out, text, values);
	filled = json_string(str_text(&out));
	str_release(&out);
	return filled;
}

void template_write(struct jsonw *w, const char *text, const json_t *values)
{
	struct str out = STR_INIT;

	if (is_lone(text)) {
		jsonw_value(w, resolve(values, text + 1, strlen(text) - 2));
		return;
	}
	add_filled(&out, text, values);
	jsonw_text(w, str_text(&out));
	str_release(&out);
}

bool template_asks(const char *text, const char *object, const char *known)
{
	size_t length = strlen(object);

	for (; (text = strpbrk(text, "{|")); text++) {
		if (strncmp(text + 1, object, length) != 0 || text[1 + length] != '.')
			continue;

		const char *member = text + length + 2;
		char *name = xstrndup(member, strcspn(member, "|}"));
		bool is_known = has_word(known, name);

		free(name);
		if (!is_known)
			return true;
	}
	return false;
}
