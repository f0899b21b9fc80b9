/*
 * people.c - who and what there is: course, sections, groups, enrollments.
 */
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "conformance/generate/draft.h"

#define USER_DIGITS 9
#define CREATED_DAYS 14 /* before the window begins */

static const char course_base[] =
	"{'id': 0, 'name': '', 'account_id': 1, 'root_account_id': 1, 'uuid': null,"
	" 'course_code': null, 'sis_course_id': null, 'integration_id': null,"
	" 'enrollment_term_id': 1, 'term': {'id': 1, 'name': 'Default Term', 'sis_term_id': null,"
	" 'start_at': null, 'end_at': null}, 'start_at': null, 'end_at': null,"
	" 'created_at': null, 'default_view': 'modules', 'grading_standard_id': null,"
	" 'is_public': false, 'hide_final_grades': false,"
	" 'apply_assignment_group_weights': false,"
	" 'restrict_enrollments_to_course_dates': false, 'public_description': '',"
	" 'time_zone': '', 'workflow_state': ''}";

static const char section_base[] =
	"{'id': 0, 'course_id': 0, 'name': '', 'start_at': null, 'end_at': null,"
	" 'created_at': null, 'restrict_enrollments_to_section_dates': null,"
	" 'nonxlist_course_id': null, 'sis_section_id': null, 'sis_course_id': null,"
	" 'integration_id': null, 'sis_import_id': null, 'total_students': 0}";

static const char group_base[] =
	"{'id': 0, 'name': '', 'position': 0, 'group_weight': 0.0, 'sis_source_id': null,"
	" 'integration_data': {}, 'rules': {}}";

static const char enrollment_base[] =
	"{'id': 0, 'course_id': 0, 'course_section_id': 0, 'user_id': 0, 'type': '', 'role': '',"
	" 'role_id': 3, 'enrollment_state': 'active', 'associated_user_id': null,"
	" 'limit_privileges_to_course_section': false, 'sis_account_id': null,"
	" 'sis_course_id': null, 'course_integration_id': null, 'sis_section_id': null,"
	" 'section_integration_id': null, 'sis_user_id': null, 'sis_import_id': null,"
	" 'root_account_id': 1, 'created_at': null, 'updated_at': null, 'start_at': null,"
	" 'end_at': null, 'last_activity_at': null, 'total_activity_time': 0, 'html_url': '',"
	" 'user': null}";

static json_t *text_or_null(const char *text)
{
	return text ? json_string(text) : json_null();
}

static json_t *created(const struct draft *draft)
{
	return draft_time(draft->calendar->from - CREATED_DAYS * WHEN_DAY);
}

/* Canvas ids have to differ; two hashes may not. */
static int64_t new_id(const struct draft *draft, const char *text)
{
	int64_t id = draft_number(text, USER_DIGITS);
	bool taken = true;

	while (taken) {
		taken = id == draft_teacher(draft);
		for (size_t i = 0; i < draft->people_count && !taken; i++)
			taken = draft->people[i].id == id;
		id += taken;
	}
	return id;
}

static json_t *user_json(int64_t id, const char *name, const char *sortable)
{
	json_t *user = draft_object("{'id': 0, 'name': '', 'sortable_name': '', 'short_name': '',"
				    " 'sis_user_id': null, 'integration_id': null}");

	json_object_set_new(user, "id", json_integer(id));
	json_object_set_new(user, "name", json_string(name));
	json_object_set_new(user, "sortable_name", json_string(sortable));
	json_object_set_new(user, "short_name", json_string(name));
	return user;
}

static void add_person(struct draft *draft, const struct person *person, const char *key,
		       const char *name, const char *sortable)
{
	GROW(draft->people, draft->people_count, draft->people_room);

	struct person *new = &draft->people[draft->people_count];

	*new = *person;
	new->id = new_id(draft, key);
	new->user = user_json(new->id, name, sortable);
	if (new->sis_id)
		json_object_set_new(new->user, draft->options->connection->user_id,
				    json_string(new->sis_id));
	draft->people_count++;
}

/* Students in several of the classes are one person. */
static void gather_roster(struct draft *draft, size_t section, json_t *known)
{
	const json_t *student;
	size_t i;

	json_array_foreach (draft->source->rosters[section].students, i, student) {
		const char *id = jsonx_text(student, "id");
		const json_t *place = json_object_get(known, id);
		struct person person = { .sis_id = id,
					 .type = "StudentEnrollment",
					 .state = "active",
					 .sections = 1u << section,
					 .is_real = true };

		if (place) {
			draft->people[json_integer_value(place)].sections |= 1u << section;
			continue;
		}
		json_object_set_new(known, id, json_integer((json_int_t)draft->people_count));
		add_person(draft, &person, id, jsonx_text(student, "name"),
			   jsonx_text(student, "sortable"));
	}
}

static void gather_cases(struct draft *draft)
{
	for (size_t i = 0; i < person_case_count; i++) {
		const struct person_case *row = &person_cases[i];
		struct person person = { .sis_id = row->sis_id,
					 .type = row->type,
					 .state = row->state,
					 .sections = 1u << (row->is_outside ? draft->outside : 0) };
		char *name = xformat("%s %s", row->given, row->family);
		char *sortable = xformat("%s, %s", row->family, row->given);

		add_person(draft, &person, row->name, name, sortable);
		draft_case(draft, row->name, "student", name, row->what);
		free(name);
		free(sortable);
	}
}

void people_gather(struct draft *draft)
{
	json_t *known = json_object();

	draft->section_count = draft->source->count;
	draft->outside = -1;
	for (size_t i = 0; i < draft->source->count; i++)
		gather_roster(draft, i, known);
	draft->real_count = draft->people_count;
	if (draft->course->has_cases) {
		draft->outside = (int64_t)draft->section_count++;
		gather_cases(draft);
	}
	json_decref(known);
}

static const char *category_id(const struct roster *roster, const char *title)
{
	const json_t *category;
	size_t i;

	json_array_foreach (roster->categories, i, category)
		if (same_text(jsonx_text(category, "title"), title))
			return jsonx_text(category, "id");
	return NULL;
}

/* integration_data is where Canvas keeps a category that a teacher picked. */
static void add_group(struct draft *draft, const char *title)
{
	json_t *group = draft_object(group_base), *picked = json_object();
	size_t place = json_array_size(draft->groups);

	for (size_t i = 0; i < draft->source->count; i++) {
		const struct roster *roster = &draft->source->rosters[i];
		const char *id = category_id(roster, title);

		if (id)
			json_object_set_new(picked, roster->id, json_string(id));
	}
	json_object_set_new(group, "id", json_integer(draft_group(draft, place)));
	json_object_set_new(group, "name", json_string(title));
	json_object_set_new(group, "position", json_integer((json_int_t)place + 1));
	json_object_set_new(group, "integration_data", picked);
	json_array_append_new(draft->groups, group);
}

static bool any_has(const struct source *source, const char *title)
{
	for (size_t i = 0; i < source->count; i++)
		if (category_id(&source->rosters[i], title))
			return true;
	return false;
}

/* The categories that all classes have, else those of the first; and a group that has the
 * name of none. */
void groups_gather(struct draft *draft)
{
	const struct source *source = draft->source;
	const json_t *category;
	char *stranger = xstrdup("Extra Credit");
	size_t i;

	for (int common = 1; common >= 0 && json_array_size(draft->groups) == 0; common--) {
		json_array_foreach (source->rosters[0].categories, i, category) {
			const char *title = jsonx_text(category, "title");
			bool everywhere = true;

			for (size_t k = 1; k < source->count; k++)
				everywhere = everywhere && category_id(&source->rosters[k], title);
			if (everywhere || !common)
				add_group(draft, title);
		}
	}
	if (json_array_size(draft->groups) == 0)
		add_group(draft, "Assignments");
	draft->category_count = json_array_size(draft->groups);
	while (any_has(source, stranger)) {
		char *longer = xformat("%s, other", stranger);

		free(stranger);
		stranger = longer;
	}
	if (draft->course->has_cases)
		add_group(draft, stranger);
	free(stranger);
}

static const char *class_title(const struct roster *roster)
{
	const char *title = jsonx_text(roster->json, "title");

	return title && *title ? title : roster->id;
}

static const char *course_sis_id(const struct draft *draft)
{
	return jsonx_text(json_object_get(draft->source->rosters[0].json, "course"), "sourcedId");
}

json_t *course_json(struct draft *draft)
{
	json_t *course = draft_object(course_base);
	char *name = xformat("%s%s", class_title(&draft->source->rosters[0]), draft->course->title);
	char *uuid = xformat("mocksis%lld", (long long)draft->id);
	const char *code = jsonx_text(draft->source->rosters[0].json, "classCode");

	json_object_set_new(course, "id", json_integer(draft->id));
	json_object_set_new(course, "name", json_string(name));
	json_object_set_new(course, "uuid", json_string(uuid));
	json_object_set_new(course, "course_code", json_string(code && *code ? code : name));
	json_object_set_new(course, "sis_course_id", text_or_null(course_sis_id(draft)));
	json_object_set_new(course, "created_at", created(draft));
	json_object_set_new(course, "public_description", json_string(draft->course->what));
	json_object_set_new(course, "time_zone", json_string(draft->options->zone));
	json_object_set_new(course, "workflow_state", json_string(draft->course->state));
	free(name);
	free(uuid);
	return course;
}

static const char *section_sis_id(const struct draft *draft, size_t section)
{
	return section < draft->source->count ? draft->source->rosters[section].id : NULL;
}

static size_t students_in(const struct draft *draft, size_t section)
{
	size_t count = 0;

	for (size_t i = 0; i < draft->people_count; i++)
		count += draft->people[i].sections >> section & 1u;
	return count;
}

json_t *sections_json(struct draft *draft)
{
	json_t *list = json_array();

	for (size_t i = 0; i < draft->section_count; i++) {
		const char *sis_id = section_sis_id(draft, i);
		json_t *section = draft_object(section_base);

		json_object_set_new(section, "id", json_integer(draft_section(draft, i)));
		json_object_set_new(section, "course_id", json_integer(draft->id));
		json_object_set_new(section, "name",
				    json_string(sis_id ? class_title(&draft->source->rosters[i])
						       : "Robotics Club"));
		json_object_set_new(section, "created_at", created(draft));
		json_object_set_new(section, "sis_course_id", text_or_null(course_sis_id(draft)));
		if (sis_id)
			json_object_set_new(section, draft->options->connection->section_id,
					    json_string(sis_id));
		else
			draft_case(draft, OUTSIDE_NAME, "section", "Robotics Club", OUTSIDE_WHAT);
		json_object_set_new(section, "total_students",
				    json_integer((json_int_t)students_in(draft, i)));
		json_array_append_new(list, section);
	}
	return list;
}

static void add_enrollment(const struct draft *draft, json_t *list, const struct person *person,
			   size_t section)
{
	json_t *row = draft_object(enrollment_base);
	const char *sis_id = section_sis_id(draft, section);
	bool student = !same_text(person->type, "TeacherEnrollment");

	json_object_set_new(
		row, "id",
		json_integer(draft->id * 100000 + (json_int_t)json_array_size(list) + 1));
	json_object_set_new(row, "course_id", json_integer(draft->id));
	json_object_set_new(row, "course_section_id", json_integer(draft_section(draft, section)));
	json_object_set_new(row, "user_id", json_integer(person->id));
	json_object_set_new(row, "type", json_string(person->type));
	json_object_set_new(row, "role",
			    json_string(student ? "StudentEnrollment" : "TeacherEnrollment"));
	json_object_set_new(row, "role_id", json_integer(student ? 3 : 4));
	json_object_set_new(row, "enrollment_state", json_string(person->state));
	json_object_set_new(row, "sis_course_id", text_or_null(course_sis_id(draft)));
	json_object_set_new(row, "sis_section_id", text_or_null(sis_id));
	if (person->sis_id)
		json_object_set_new(row, draft->options->connection->user_id,
				    json_string(person->sis_id));
	json_object_set_new(row, "created_at", created(draft));
	json_object_set_new(row, "updated_at", created(draft));
	json_object_set_new(row, "html_url",
			    draft_link(draft, "/users/%lld", (long long)person->id));
	json_object_set(row, "user", person->user);
	json_array_append_new(list, row);
}

json_t *enrollments_json(const struct draft *draft)
{
	json_t *list = json_array();
	struct person teacher = { .id = draft_teacher(draft),
				  .type = "TeacherEnrollment",
				  .state = "active" };

	teacher.user = user_json(teacher.id, "Course Teacher", "Teacher, Course");
	for (size_t section = 0; section < draft->section_count; section++) {
		if (section < draft->source->count)
			add_enrollment(draft, list, &teacher, section);
		for (size_t i = 0; i < draft->people_count; i++)
			if (draft->people[i].sections >> section & 1u)
				add_enrollment(draft, list, &draft->people[i], section);
	}
	json_decref(teacher.user);
	return list;
}
