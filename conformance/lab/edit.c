/*
 * edit.c - changes of the files of a Canvas course.
 */
#include "conformance/lab/edit.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "conformance/lab/fit.h"

static const char files[] = "course.json sections.json assignment_groups.json assignments.json "
			    "enrollments.json submissions.json";

static bool is_course_file(const char *name, struct err *err)
{
	return has_word(files, name) ||
	       err_set(err, ERR_INVALID, "a course has no file %s; there are: %s", name, files);
}

json_t *course_file(const struct lab *lab, const char *name, struct err *err)
{
	char *path = xformat(LAB_COURSE "/%s", name);
	json_t *file = is_course_file(name, err) ? lab_read(lab, path, err) : NULL;

	free(path);
	return file;
}

static void change(json_t *object, const json_t *edit)
{
	const char *key;
	const json_t *value, *name;
	size_t i;

	json_object_foreach (json_object_get(edit, "set"), key, value)
		member_set(object, key, value);
	json_array_foreach (json_object_get(edit, "remove"), i, name)
		member_remove(object, json_string_value(name));
}

/* Changes the elements that fit; how many did. */
static size_t change_list(json_t *list, const json_t *where, const json_t *edit)
{
	const json_t *added = json_object_get(edit, "add");
	size_t count = 0;

	for (size_t i = 0; i < json_array_size(list);) {
		json_t *object = json_array_get(list, i);

		if (!fits(object, where) || (added && !where)) {
			i++;
			continue;
		}
		count++;
		if (jsonx_true(edit, "delete")) {
			json_array_remove(list, i);
			continue;
		}
		change(object, edit);
		i++;
	}
	if (added && count == 0) {
		json_array_append_new(list, json_deep_copy(added));
		count++;
	}
	return count;
}

/* The list that `within` names, in each object that fits. */
static size_t change_within(json_t *list, const json_t *edit, const json_t *within)
{
	const char *name = jsonx_text(within, "list");
	json_t *object;
	size_t i, count = 0;

	json_array_foreach (list, i, object) {
		if (!fits(object, json_object_get(edit, "where")))
			continue;
		if (!json_is_array(json_object_get(object, name)))
			json_object_set_new(object, name, json_array());
		count += change_list(json_object_get(object, name),
				     json_object_get(within, "where"), edit);
	}
	return count;
}

bool edit_course(const struct lab *lab, const json_t *edit, struct err *err)
{
	const char *name = jsonx_text(edit, "file");
	const json_t *within = json_object_get(edit, "within");
	json_t *file = course_file(lab, name, err), *list;
	char *path = xformat(LAB_COURSE "/%s", name);
	bool good = file != NULL;

	if (good) {
		list = json_is_array(file) ? json_incref(file) : json_pack("[O]", file);
		if (!(within ? change_within(list, edit, within)
			     : change_list(list, json_object_get(edit, "where"), edit)))
			good = err_set(err, ERR_INVALID, "nothing in %s/%s fits", lab->folder,
				       path);
		json_decref(list);
	}
	good = good && lab_write(lab, path, file, err);
	json_decref(file);
	free(path);
	return good;
}

bool edit_course_all(const struct lab *lab, const json_t *edits, struct err *err)
{
	const json_t *edit;
	size_t i;

	json_array_foreach (edits, i, edit)
		if (!edit_course(lab, edit, err))
			return false;
	return true;
}
