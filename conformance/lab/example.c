/*
 * example.c - what a case is about.
 */
#include "conformance/lab/example.h"

#include <string.h>

#include "base/jsonx.h"
#include "conformance/canvas/course.h"
#include "conformance/lab/edit.h"
#include "conformance/lab/fit.h"

json_t *example_first(const struct lab *lab, const char *file, const json_t *where, struct err *err)
{
	json_t *list = edit_read(lab, file, err), *found = list ? fit_list(list, where) : NULL;
	json_t *first = json_incref(json_array_get(found, 0));

	json_decref(found);
	json_decref(list);
	return first;
}

static json_t *find_assignment(const struct lab *lab, const char *named, struct err *err)
{
	json_t *list = edit_read(lab, "assignments.json", err), *assignment, *found = NULL;
	size_t i;

	json_array_foreach (list, i, assignment) {
		char id[CANVAS_ID] = "";

		jsonx_id(assignment, "id", id);
		if (!found &&
		    (strcmp(id, named) == 0 || same_text(jsonx_text(assignment, "name"), named)))
			found = json_incref(assignment);
	}
	json_decref(list);
	return found;
}

bool example_find(struct example *example, const struct lab *lab, const char *assignment,
		  const char *student, struct err *err)
{
	json_t *where;

	*example = (struct example){ 0 };
	if (assignment)
		example->assignment = find_assignment(lab, assignment, err);
	if (student) {
		where = json_pack("{ss,ss}", "type", "StudentEnrollment", "sis_user_id", student);
		example->enrollment = example_first(lab, "enrollments.json", where, err);
		json_decref(where);
	}
	where = json_object();
	if (example->enrollment)
		json_object_set(where, "id",
				json_object_get(example->enrollment, "course_section_id"));
	if (err->code == ERR_NONE)
		example->section = example_first(lab, "sections.json", where, err);
	json_decref(where);
	return err->code == ERR_NONE;
}

void example_release(struct example *example)
{
	json_decref(example->assignment);
	json_decref(example->enrollment);
	json_decref(example->section);
	*example = (struct example){ 0 };
}
