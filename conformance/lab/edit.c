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

static json_t *read_file(const struct lab *lab, const char *name, struct err *err)
{
	char *path = xformat(LAB_COURSE "/%s", name);
	json_t *file = is_course_file(name, err) ? lab_read(lab, path, err) : NULL;

	free(path);
	return file;
}

/* Whether a file has the grouped form of submissions: a list below each student. */
static bool is_grouped(const json_t *file)
{
	return json_is_array(json_object_get(json_array_get(file, 0), "submissions"));
}

json_t *edit_read(const struct lab *lab, const char *name, struct err *err)
{
	json_t *file = read_file(lab, name, err), *flat, *row;
	size_t i;

	if (!is_grouped(file))
		return file;
	flat = json_array();
	json_array_foreach (file, i, row)
		json_array_extend(flat, json_object_get(row, "submissions"));
	json_decref(file);
	return flat;
}

static void change(json_t *object, const json_t *edit)
{
	const char *key;
	const json_t *value, *name;
	size_t i;

	json_object_foreach (json_object_get(edit, "set"), key, value)
		fit_set(object, key, value);
	json_array_foreach (json_object_get(edit, "remove"), i, name)
		fit_remove(object, json_string_value(name));
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

/* The submissions of each student; one that is added goes to its student, or becomes a row of
 * its own. */
static size_t change_grouped(json_t *rows, const json_t *edit)
{
	json_t *without = json_copy((json_t *)(uintptr_t)edit), *row, *added;
	const json_t *where = json_object_get(edit, "where"), *user;
	size_t i, count = 0;

	added = json_incref(json_object_get(edit, "add"));
	user = json_object_get(added, "user_id");
	json_object_del(without, "add");
	json_array_foreach (rows, i, row)
		count += change_list(json_object_get(row, "submissions"), where, without);
	if (added && (count == 0 || !where)) {
		json_array_foreach (rows, i, row)
			if (count == 0 && json_equal(json_object_get(row, "user_id"), user))
				count += json_array_append(json_object_get(row, "submissions"),
							   added) == 0;
		if (count == 0)
			count += json_array_append_new(rows,
						       json_pack("{sO?,s[O]}", "user_id", user,
								 "submissions", added)) == 0;
	}
	json_decref(added);
	json_decref(without);
	return count;
}

static size_t change_file(json_t *file, const json_t *edit)
{
	const json_t *within = json_object_get(edit, "within");
	const json_t *where = json_object_get(edit, "where");
	json_t *list;
	size_t count;

	if (is_grouped(file))
		return change_grouped(file, edit);
	list = json_is_array(file) ? json_incref(file) : json_pack("[O]", file);
	count = within ? change_within(list, edit, within) : change_list(list, where, edit);
	json_decref(list);
	return count;
}

bool edit_course(const struct lab *lab, const json_t *edit, struct err *err)
{
	const char *name = jsonx_text(edit, "file");
	json_t *file = read_file(lab, name, err);
	char *path = xformat(LAB_COURSE "/%s", name);
	bool good = file != NULL;

	if (good && !change_file(file, edit))
		good = err_set(err, ERR_INVALID, "nothing in %s/%s fits", lab->folder, path);
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
