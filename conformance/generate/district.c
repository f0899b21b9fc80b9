/*
 * district.c - a synthetic district: checks, folders, Canvas courses.
 */
#include "conformance/generate/district.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/jsonx.h"
#include "conformance/generate/district_internal.h"
#include "conformance/generate/draft.h"

static json_t *student_json(const struct district *d, int64_t number)
{
	char id[UUID_TEXT];
	struct person_name name;

	district_id(d, KIND_STUDENT, number, id);
	district_name(d, KIND_STUDENT, number, &name);
	return json_pack("{s:s, s:o, s:o}", "id", id, "name",
			 json_sprintf("%s %s", name.given, name.family), "sortable",
			 json_sprintf("%s, %s", name.family, name.given));
}

static json_t *class_json(const struct district *d, int64_t class)
{
	int64_t course = class / SUBJECTS / COHORTS * SUBJECTS + class % SUBJECTS;
	char id[UUID_TEXT], of_course[UUID_TEXT], title[64];

	district_id(d, KIND_CLASS, class, id);
	district_id(d, KIND_COURSE, course, of_course);
	class_title(d, class, title);
	return json_pack("{s:s, s:s, s:o, s:{s:s}}", "sourcedId", id, "title", title, "classCode",
			 json_sprintf("%s-%lld", subjects[class % SUBJECTS].code,
				      (long long)(class / SUBJECTS + 1)),
			 "course", "sourcedId", of_course);
}

static json_t *categories_json(const struct district *d)
{
	json_t *list = json_array();
	char id[UUID_TEXT];

	for (int i = 0; i < CATEGORIES; i++) {
		district_id(d, KIND_CATEGORY, i, id);
		json_array_append_new(
			list, json_pack("{s:s, s:s}", "id", id, "title", category_titles[i]));
	}
	return list;
}

static json_t *period_json(const struct district *d)
{
	int period = PERIOD_1;
	char from[DATE_TEXT], to[DATE_TEXT];

	while (period + 1 < SESSIONS && d->options->now >= d->to[period])
		period++;
	date_format(d->from[period], from);
	date_format(d->to[period], to);
	return json_pack("{s:s, s:s}", "startDate", from, "endDate", to);
}

static struct generate_options course_options(const struct district *d, json_t *classes)
{
	const struct district_options *options = d->options;

	return (struct generate_options){ .out = options->out,
					  .connection = options->connection,
					  .version = options->version,
					  .classes = classes,
					  .zone = options->zone,
					  .now = options->now,
					  .seed = options->seed,
					  .assignments = options->assignments,
					  .clean = true,
					  .force = options->force };
}

/* [ID] of a class, as the options of a course want it. Returns (json_decref). */
static json_t *classes_json(const struct district *d, int64_t class)
{
	char id[UUID_TEXT];

	district_id(d, KIND_CLASS, class, id);
	return json_pack("[s]", id);
}

static bool write_course(const struct district *d, int64_t class, json_t *courses, struct err *err)
{
	json_t *classes = classes_json(d, class);
	struct generate_options options = course_options(d, classes);
	struct source source = { .count = 1, .period = period_json(d) };
	struct roster *roster = &source.rosters[0];
	int64_t end = cohort_end(d, class / SUBJECTS);
	bool good;

	roster->id = json_string_value(json_array_get(classes, 0));
	roster->json = class_json(d, class);
	roster->categories = categories_json(d);
	roster->students = json_array();
	for (int64_t i = cohort_begin(d, class / SUBJECTS); i < end; i++)
		json_array_append_new(roster->students, student_json(d, i));
	good = draft_courses(&options, &source, courses, err);
	json_decref(roster->students);
	json_decref(roster->categories);
	json_decref(roster->json);
	json_decref(source.period);
	json_decref(classes);
	return good;
}

/* Files of an earlier run: none, or they go. The manifest first, so that what is left after
 * an end in the middle is no district. */
static bool clear_folder(const struct district_options *options, const char *folder,
			 struct err *err)
{
	for (size_t i = 0; i <= CSV_FILES; i++) {
		char *path = xformat("%s/%s.csv", folder, i ? csv_files[i - 1].name : "manifest");

		if (file_exists(path) && !options->force)
			err_set(err, ERR_INVALID,
				"%s holds a district already; --force replaces it", folder);
		else
			remove(path);
		free(path);
		if (err->code != ERR_NONE)
			return false;
	}
	return true;
}

static bool courses_are_free(const struct district *d, struct err *err)
{
	bool good = true;

	for (int64_t i = 0; i < d->options->courses && good; i++) {
		json_t *classes = classes_json(d, i);
		struct generate_options options = course_options(d, classes);

		good = draft_free(&options, err);
		json_decref(classes);
	}
	return good;
}

static bool check(const struct district *d, struct err *err)
{
	const struct district_options *options = d->options;
	struct zone *zone;

	if (options->courses > d->classes)
		return err_set(err, ERR_INVALID,
			       "--canvas-courses %lld: the district has only %lld classes",
			       (long long)options->courses, (long long)d->classes);
	if (options->courses && options->class_size > GENERATE_STUDENTS)
		return err_set(err, ERR_INVALID,
			       "--class-size %lld: a Canvas course has at most %d students",
			       (long long)options->class_size, GENERATE_STUDENTS);
	zone = zone_new(options->zone, err);
	zone_free(zone);
	return zone != NULL;
}

static json_t *report_of(const struct district *d)
{
	return json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:{}, s:[]}", "out", d->options->out,
			 "version", d->options->version == V12 ? "1.2" : "1.1", "students",
			 (json_int_t)d->options->students, "teachers", (json_int_t)d->teachers,
			 "schools", (json_int_t)d->schools, "classes", (json_int_t)d->classes,
			 "files", "courses");
}

bool district_generate(const struct district_options *options, json_t **report, struct err *err)
{
	char *folder = path_join(options->out, "oneroster");
	struct district district;
	bool good;

	district_init(&district, options);
	*report = report_of(&district);
	good = check(&district, err) && courses_are_free(&district, err) &&
	       draft_folder(options->out, err) && draft_folder(folder, err) &&
	       clear_folder(options, folder, err) &&
	       district_write(&district, folder, json_object_get(*report, "files"), err);
	for (int64_t i = 0; i < options->courses && good; i++)
		good = write_course(&district, i, json_object_get(*report, "courses"), err);
	if (!good) {
		json_decref(*report);
		*report = NULL;
	}
	free(folder);
	return good;
}
