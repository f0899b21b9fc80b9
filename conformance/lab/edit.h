/*
 * edit.h - changes of the files of a Canvas course, as data.
 *
 * {"file", "where", "set"}: objects of the file that fit `where` (fit.h) get the members of
 * `set`. `remove` takes members away, `delete` the objects themselves, `add` appends an object
 * where none fits. With `within` {"list", "where"} all that is about the elements of a list in
 * each of those objects: the overrides of an assignment.
 */
#ifndef LAB_EDIT_H
#define LAB_EDIT_H

#include "conformance/lab/lab.h"

/* ERR_INVALID when there is no such file, or nothing in it fits. */
bool edit_course(const struct lab *lab, const json_t *edit, struct err *err) MUST_USE;
bool edit_course_all(const struct lab *lab, const json_t *edits, struct err *err) MUST_USE;

/* A file of the course: "assignments.json". Of submissions.json the flat form, whichever it has.
 * Returns (json_decref). */
json_t *edit_read(const struct lab *lab, const char *name, struct err *err) MUST_USE;

#endif
