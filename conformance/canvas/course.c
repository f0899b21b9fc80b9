/*
 * course.c - a Canvas course as its REST API answers it.
 */
#include "conformance/canvas/course.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/jsonx.h"

#define FILE_CAP ((size_t)1 << 30)

enum { COURSE, SECTIONS, GROUPS, ASSIGNMENTS, ENROLLMENTS, SUBMISSIONS };

static const char *const file_names[] = {
	"course.json",      "sections.json",    "assignment_groups.json",
	"assignments.json", "enrollments.json", "submissions.json",
};

const char *canvas_date(const json_t *object, const char *key)
{
	const char *text = jsonx_text(object, key);

	return text && *text ? text : NULL;
}

void warning_add(json_t *list, const char *code, const char *object, const char *format,
		 va_list args)
{
	struct str text = STR_INIT;
	json_t *warning;

	if (json_array_size(list) > WARNINGS_MOST)
		return;
	warning = json_object();
	str_vformat(&text, format, args);
	if (json_array_size(list) == WARNINGS_MOST) {
		str_clear(&text);
		str_add(&text, "there are more warnings than these; they are left out");
		code = "more_warnings";
		object = "";
	}
	utf8_scrub(text.text);
	json_object_set_new(warning, "code", json_string(code));
	json_object_set_new(warning, "text", json_string(str_text(&text)));
	json_object_set_new(warning, "object", json_string(object));
	json_array_append_new(list, warning);
	str_release(&text);
}

void course_note(struct course *course, const char *code, const char *object, const char *format,
		 ...)
{
	va_list args;

	va_start(args, format);
	warning_add(course->odd, code, object, format, args);
	va_end(args);
}

/* Pages saved one after the other, `[...][...]`, are one list. */
static json_t *load_pages(const char *path, const char *text, size_t length, struct err *err)
{
	json_t *all = json_array();
	size_t at = strspn(text, " \t\r\n");

	while (err->code == ERR_NONE && at < length) {
		struct err why = ERR_INIT;
		json_t *page = jsonx_load_next(text, length, &at, &why);

		if (!page)
			err_set(err, ERR_INVALID, "%s: %s", path, why.text);
		else if (!json_is_array(page))
			err_set(err, ERR_INVALID, "%s: expected an array, found %s", path,
				jsonx_kind(page));
		else
			json_array_extend(all, page);
		json_decref(page);
	}
	if (err->code == ERR_NONE)
		return all;
	json_decref(all);
	return NULL;
}

/* All but the submissions, of which there may be too many. */
static bool load_file(struct course *course, const char *folder, int which, struct err *err)
{
	char *path = path_join(folder, file_names[which]);
	size_t length = 0;
	char *text = file_read(path, FILE_CAP, &length, err);

	if (text && text[strspn(text, " \t\r\n")] == '\0')
		err_set(err, ERR_INVALID, "%s: the file is empty", path);
	else if (text && which == COURSE)
		course->files[which] = jsonx_load_file(path, err);
	else if (text)
		course->files[which] = load_pages(path, text, length, err);
	if (which == COURSE && course->files[which] && !json_is_object(course->files[which]))
		err_set(err, ERR_INVALID, "%s: expected an object, found %s", path,
			jsonx_kind(course->files[which]));
	free(text);
	free(path);
	return err->code == ERR_NONE;
}

static bool load_submissions(struct course *course, const char *folder, struct err *err)
{
	char *path = path_join(folder, file_names[SUBMISSIONS]);
	bool good = submissions_load(course, path, err);

	free(path);
	return good;
}

static bool same_section(const void *owner, size_t place, const void *id)
{
	const struct course *course = owner;

	return strcmp(course->sections[place].id, id) == 0;
}

static bool same_student(const void *owner, size_t place, const void *id)
{
	const struct course *course = owner;

	return strcmp(course->students[place].id, id) == 0;
}

static bool same_assignment(const void *owner, size_t place, const void *id)
{
	const struct course *course = owner;

	return strcmp(course->assignments[place].id, id) == 0;
}

static void remember(struct map *map, const char *id, size_t place)
{
	map_add(map, map_hash(0, id, strlen(id)), place);
}

static int place_of(const struct course *course, const struct map *map, map_same_fn *same,
		    const char *id)
{
	size_t place = map_find(map, map_hash(0, id, strlen(id)), same, course, id);

	return place == MAP_NONE ? -1 : (int)place;
}

static int course_section(const struct course *course, const char *id)
{
	return place_of(course, &course->section_map, same_section, id);
}

int course_student(const struct course *course, const char *id)
{
	return place_of(course, &course->student_map, same_student, id);
}

int course_assignment(const struct course *course, const char *id)
{
	return place_of(course, &course->assignment_map, same_assignment, id);
}

/* A SIS id: a text that is not empty. */
static const char *sis_text(const json_t *object, const char *key)
{
	const char *text = jsonx_text(object, key);

	return text && *text ? text : NULL;
}

static void read_sections(struct course *course, const struct connection *connection)
{
	const json_t *json;
	size_t i;

	course->sections = xcalloc(json_array_size(course->files[SECTIONS]) + 1,
				   sizeof *course->sections);
	json_array_foreach (course->files[SECTIONS], i, json) {
		struct section *section = &course->sections[course->section_count];

		if (!jsonx_id(json, "id", section->id)) {
			course_note(course, "section_without_id", file_names[SECTIONS],
				    "element %zu has no id; it is passed over", i);
			continue;
		}
		section->name = jsonx_text(json, "name") ? jsonx_text(json, "name") : section->id;
		section->class_id = sis_text(json, connection->section_id);
		section->json = json;
		if (course_section(course, section->id) < 0)
			remember(&course->section_map, section->id, course->section_count);
		course->section_count++;
	}
}

static struct student *student_of(struct course *course, const char *id)
{
	int place = course_student(course, id);

	if (place >= 0)
		return &course->students[place];
	GROW(course->students, course->student_count, course->student_room);

	struct student *student = &course->students[course->student_count];

	*student = (struct student){ 0 };
	snprintf(student->id, sizeof student->id, "%s", id);
	student->name = "";
	remember(&course->student_map, id, course->student_count++);
	return student;
}

static void read_enrollment(struct course *course, const struct connection *connection,
			    const json_t *json)
{
	const char *type = jsonx_text(json, "type"), *state = jsonx_text(json, "enrollment_state");
	const json_t *user = json_object_get(json, "user");
	char user_id[CANVAS_ID], section_id[CANVAS_ID];
	bool test = same_text(type, "StudentViewEnrollment");

	if (!test && !same_text(type, "StudentEnrollment"))
		return;
	if (!jsonx_id(json, "user_id", user_id) ||
	    !jsonx_id(json, "course_section_id", section_id)) {
		course_note(
			course, "enrollment_without_ids", file_names[ENROLLMENTS],
			"an enrollment has no user_id or no course_section_id; it is passed over");
		return;
	}
	int section = course_section(course, section_id);
	struct student *student = student_of(course, user_id);

	student->is_test = student->is_test || test;
	if (jsonx_text(user, "name"))
		student->name = jsonx_text(user, "name");
	if (sis_text(json, connection->user_id))
		student->sis_id = sis_text(json, connection->user_id);
	else if (sis_text(user, connection->user_id))
		student->sis_id = sis_text(user, connection->user_id);
	if (section < 0) {
		course_note(course, "section_unknown", user_id,
			    "the enrollment of user %s is in section %s, which is not in %s",
			    user_id, section_id, file_names[SECTIONS]);
		return;
	}
	bool active = !state || strcmp(state, "active") == 0 || strcmp(state, "invited") == 0;

	for (size_t i = 0; i < student->count; i++) {
		if (student->memberships[i].section == (size_t)section) {
			student->memberships[i].active = student->memberships[i].active || active;
			return;
		}
	}
	GROW(student->memberships, student->count, student->room);
	student->memberships[student->count++] = (struct membership){
		.section = (size_t)section,
		.active = active,
	};
}

static const json_t *group_of(const struct course *course, const json_t *assignment)
{
	char id[CANVAS_ID], group_id[CANVAS_ID];
	const json_t *group;
	size_t i;

	if (!jsonx_id(assignment, "assignment_group_id", group_id))
		return NULL;
	json_array_foreach (course->files[GROUPS], i, group)
		if (jsonx_id(group, "id", id) && strcmp(id, group_id) == 0)
			return group;
	return NULL;
}

static bool has_type(const json_t *assignment, const char *type)
{
	const json_t *item;
	size_t i;

	json_array_foreach (json_object_get(assignment, "submission_types"), i, item)
		if (same_text(json_string_value(item), type))
			return true;
	return false;
}

static void read_assignments(struct course *course)
{
	const json_t *json;
	size_t i;

	course->assignments = xcalloc(json_array_size(course->files[ASSIGNMENTS]) + 1,
				      sizeof *course->assignments);
	json_array_foreach (course->files[ASSIGNMENTS], i, json) {
		struct assignment *a = &course->assignments[course->assignment_count];

		if (!jsonx_id(json, "id", a->id)) {
			course_note(course, "assignment_without_id", file_names[ASSIGNMENTS],
				    "element %zu has no id; it is passed over", i);
			continue;
		}
		if (course_assignment(course, a->id) >= 0) {
			course_note(course, "assignment_twice", a->id,
				    "assignment %s stands twice; the second is passed over", a->id);
			continue;
		}
		a->name = jsonx_text(json, "name") ? jsonx_text(json, "name") : "";
		a->due_at = canvas_date(json, "due_at");
		a->group = group_of(course, json);
		a->group_name = jsonx_text(a->group, "name");
		a->json = json;
		a->overrides = json_object_get(json, "overrides");
		a->published = jsonx_true(json, "published");
		a->marked = jsonx_true(json, "post_to_sis");
		a->gradeable = !has_type(json, "not_graded") &&
			       !same_text(jsonx_text(json, "grading_type"), "not_graded");
		a->everyone = !jsonx_true(json, "only_visible_to_overrides");
		remember(&course->assignment_map, a->id, course->assignment_count++);
	}
}

bool course_load(struct course *course, const char *folder, const struct connection *connection,
		 struct err *err)
{
	const json_t *json;
	size_t i;

	*course = (struct course){ .odd = json_array(), .unusual = json_array() };
	if (!file_is_folder(folder))
		return err_set(err, ERR_INVALID,
			       "%s: there is no such folder; COURSE is a folder "
			       "with course.json and five more files",
			       folder);
	for (int which = COURSE; which < SUBMISSIONS; which++)
		if (!load_file(course, folder, which, err))
			return false;
	course->json = course->files[COURSE];
	if (!jsonx_id(course->json, "id", course->id))
		return err_set(err, ERR_INVALID, "%s/course.json: the course has no id", folder);
	read_sections(course, connection);
	json_array_foreach (course->files[ENROLLMENTS], i, json)
		read_enrollment(course, connection, json);
	read_assignments(course);
	return load_submissions(course, folder, err);
}

void course_release(struct course *course)
{
	for (size_t i = 0; i < ARRAY_SIZE(course->files); i++)
		json_decref(course->files[i]);
	for (size_t i = 0; i < course->student_count; i++)
		free(course->students[i].memberships);
	json_decref(course->odd);
	json_decref(course->unusual);
	map_release(&course->section_map);
	map_release(&course->student_map);
	map_release(&course->assignment_map);
	map_release(&course->submission_map);
	arena_release(&course->texts);
	if (course->submissions_file)
		fclose(course->submissions_file);
	free(course->sections);
	free(course->students);
	free(course->assignments);
	free(course->submissions);
	*course = (struct course){ 0 };
}

bool course_is_published(const struct course *course)
{
	return same_text(jsonx_text(course->json, "workflow_state"), "available") ||
	       same_text(jsonx_text(course->json, "workflow_state"), "completed");
}
