/*
 * generate.c - from a class of a provider to the files of its courses.
 */
#include "conformance/generate/generate.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crypto.h"
#include "base/file.h"
#include "base/jsonw.h"
#include "base/jsonx.h"
#include "conformance/generate/draft.h"

#define CLASS_DIGITS 8
#define FILE_MOST ((size_t)1 << 30)

enum { COURSE, SECTIONS, GROUPS, ASSIGNMENTS, ENROLLMENTS, SUBMISSIONS, FILES };

static const char *const file_names[FILES] = {
	"course.json",      "sections.json",    "assignment_groups.json",
	"assignments.json", "enrollments.json", "submissions.json",
};

int64_t draft_number(const char *text, int digits)
{
	unsigned char digest[HASH_MAX];
	uint64_t number = 0;
	int64_t least = 1;

	for (int i = 1; i < digits; i++)
		least *= 10;
	hash_bytes(HASH_SHA256, text, strlen(text), digest);
	for (int i = 0; i < 7; i++)
		number = number << 8 | digest[i];
	return least + (int64_t)(number % (uint64_t)(9 * least));
}

int64_t draft_section(const struct draft *draft, size_t section)
{
	return draft->id * 100 + (int64_t)section + 1;
}

int64_t draft_group(const struct draft *draft, size_t group)
{
	return draft->id * 1000 + (int64_t)group + 1;
}

int64_t draft_teacher(const struct draft *draft)
{
	return draft->id;
}

json_t *draft_link(const struct draft *draft, const char *format, ...)
{
	struct str text = STR_INIT;
	json_t *link;
	va_list args;

	str_format(&text, "%s/courses/%lld", draft->options->connection->canvas_url,
		   (long long)draft->id);
	va_start(args, format);
	str_vformat(&text, format, args);
	va_end(args);
	link = json_string(str_text(&text));
	str_release(&text);
	return link;
}

/* As Canvas writes it: without fractions of a second. */
json_t *draft_time(int64_t when)
{
	char text[WHEN_TEXT];

	if (!when)
		return json_null();
	when_format(when, text);
	return json_sprintf("%.19sZ", text);
}

json_t *draft_value(double value)
{
	return value == (double)(json_int_t)value ? json_integer((json_int_t)value)
						  : json_real(value);
}

json_t *draft_object(const char *text)
{
	char *quoted = xstrdup(text);
	json_t *object;

	for (char *c = quoted; *c; c++)
		*c = *c == '\'' ? '"' : *c;
	object = json_loads(quoted, 0, NULL);
	if (!object)
		BUG("not JSON: %s", text);
	free(quoted);
	return object;
}

void draft_case(struct draft *draft, const char *name, const char *object, const char *title,
		const char *what)
{
	json_t *row = json_object();

	json_object_set_new(row, "case", json_string(name));
	json_object_set_new(row, "object", json_string(object));
	json_object_set_new(row, "title", json_string(title));
	json_object_set_new(row, "what", json_string(what));
	json_array_append_new(draft->cases, row);
}

/* Follows from the classes: another run for them finds the same folder. */
static int64_t course_id(const struct generate_options *options, const struct course_case *course)
{
	struct str text = STR_INIT;
	const json_t *class;
	int64_t number;
	size_t i;

	json_array_foreach (options->classes, i, class)
		str_format(&text, "%s%s", i ? "\n" : "", json_string_value(class));
	number = draft_number(str_text(&text), CLASS_DIGITS);
	str_release(&text);
	return number * 10 + course->number;
}

static char *course_folder(const struct generate_options *options, const struct course_case *course)
{
	return xformat("%s%scanvas/%lld", options->out, ends_with(options->out, "/") ? "" : "/",
		       (long long)course_id(options, course));
}

static bool is_wanted(const struct generate_options *options, const struct course_case *course)
{
	return options->clean == course->is_clean;
}

static bool folder_is_free(const struct generate_options *options, const struct course_case *course,
			   struct err *err)
{
	char *folder = course_folder(options, course);
	bool is_free = true;

	for (size_t i = 0; i < FILES && !options->force; i++) {
		char *path = path_join(folder, file_names[i]);

		if (is_free && file_exists(path))
			is_free = err_set(err, ERR_INVALID,
					  "%s holds a course already; --force replaces it", folder);
		free(path);
	}
	free(folder);
	return is_free;
}

/* A folder that cannot be there is the caller's mistake, one that cannot be made is not. */
bool draft_folder(const char *path, struct err *err)
{
	char *parent = xstrdup(path), *slash = strrchr(parent, '/');
	bool good = true;

	if (slash)
		slash[slash == parent] = '\0';
	if (file_exists(path) && !file_is_folder(path))
		good = err_set(err, ERR_INVALID, "%s is a file; a folder belongs here", path);
	else if (slash && !file_is_folder(parent))
		good = err_set(err, ERR_INVALID, "%s cannot be made: there is no folder %s", path,
			       parent);
	free(parent);
	return good && folder_create(path, err);
}

/* OUT, OUT/canvas and the course's own. */
static bool make_folders(const struct generate_options *options, const char *folder,
			 struct err *err)
{
	char *out = xstrdup(options->out), *canvas;
	bool good;

	for (size_t length = strlen(out); length > 1 && out[length - 1] == '/';)
		out[--length] = '\0';
	canvas = path_join(out, "canvas");
	good = draft_folder(out, err) && draft_folder(canvas, err) && draft_folder(folder, err);
	free(canvas);
	free(out);
	return good;
}

static bool write_file(const char *folder, int file, const struct str *text, struct err *err)
{
	char *path = path_join(folder, file_names[file]);
	bool good = text->full ? err_set(err, ERR_INVALID,
					 "%s would pass 1 GiB; take a smaller class", path)
			       : file_write(path, text->text, text->length, err);

	free(path);
	return good;
}

static bool write_json(const char *folder, int file, const json_t *json, struct err *err)
{
	struct str text;
	struct jsonw w;
	bool good;

	str_init(&text, FILE_MOST);
	jsonw_init(&w, &text, 2);
	jsonw_value(&w, json);
	str_add_char(&text, '\n');
	good = write_file(folder, file, &text, err);
	str_release(&text);
	return good;
}

/* As they are made: a large class has a million. The name appears with the whole file. */
static bool write_submissions(struct draft *draft, const char *folder, struct err *err)
{
	char *path = path_join(folder, file_names[SUBMISSIONS]), *part = xformat("%s.part", path);
	FILE *file = fopen(part, "wb");
	bool good = file != NULL;

	if (good) {
		submissions_write(draft, file);
		good = !ferror(file);
		good = fclose(file) == 0 && good && rename(part, path) == 0;
	}
	if (!good)
		err_set(err, ERR_ENVIRONMENT, "%s: %s", path, strerror(errno));
	if (!good && file)
		remove(part);
	free(part);
	free(path);
	return good;
}

static void draft_release(struct draft *draft)
{
	for (size_t i = 0; i < draft->people_count; i++)
		json_decref(draft->people[i].user);
	free(draft->people);
	free(draft->tasks);
	json_decref(draft->groups);
	json_decref(draft->cases);
}

static json_t *course_report(const struct draft *draft, const char *folder, const char *name)
{
	json_t *report = json_object();

	json_object_set_new(report, "id", json_integer(draft->id));
	json_object_set_new(report, "name", json_string(name));
	json_object_set_new(report, "what", json_string(draft->course->what));
	json_object_set_new(report, "state", json_string(draft->course->state));
	json_object_set_new(report, "folder", json_string(folder));
	json_object_set_new(report, "assignments", json_integer((json_int_t)draft->task_count));
	json_object_set_new(report, "submissions",
			    json_integer((json_int_t)draft->submission_count));
	json_object_set(report, "cases", draft->cases);
	return report;
}

/* One course: everything is made before the first file is. */
static bool write_course(const struct generate_options *options, const struct source *source,
			 const struct calendar *calendar, const struct course_case *course,
			 json_t *reports, struct err *err)
{
	struct draft draft = { .options = options,
			       .source = source,
			       .course = course,
			       .calendar = calendar,
			       .id = course_id(options, course),
			       .groups = json_array(),
			       .cases = json_array() };
	char *folder = course_folder(options, course);
	json_t *files[SUBMISSIONS];
	bool good;

	draft_case(&draft, course->name, "course", "", course->what);
	people_gather(&draft);
	groups_gather(&draft);
	files[COURSE] = course_json(&draft);
	files[SECTIONS] = sections_json(&draft);
	files[GROUPS] = json_incref(draft.groups);
	files[ASSIGNMENTS] = assignments_make(&draft);
	files[ENROLLMENTS] = enrollments_json(&draft);
	good = make_folders(options, folder, err);
	for (int i = 0; i < SUBMISSIONS; i++)
		good = good && write_json(folder, i, files[i], err);
	good = good && write_submissions(&draft, folder, err);
	if (good)
		json_array_append_new(
			reports, course_report(&draft, folder, jsonx_text(files[COURSE], "name")));
	for (int i = 0; i < SUBMISSIONS; i++)
		json_decref(files[i]);
	free(folder);
	draft_release(&draft);
	return good;
}

static json_t *class_report(const struct roster *roster)
{
	const char *title = jsonx_text(roster->json, "title");
	json_t *report = json_object(), *titles = json_array();
	const json_t *category;
	size_t i;

	json_array_foreach (roster->categories, i, category)
		json_array_append(titles, json_object_get(category, "title"));
	json_object_set_new(report, "sourcedId", json_string(roster->id));
	json_object_set_new(report, "title", title ? json_string(title) : json_null());
	json_object_set_new(report, "students",
			    json_integer((json_int_t)json_array_size(roster->students)));
	json_object_set_new(report, "asked", json_string(roster->students_asked));
	json_object_set_new(report, "categories", titles);
	json_object_set_new(report, "categories_asked",
			    roster->categories_asked ? json_string(roster->categories_asked)
						     : json_null());
	return report;
}

static json_t *source_report(const struct source *source)
{
	static const char *const members[] = { "sourcedId", "title", "type", "startDate",
					       "endDate" };
	json_t *report = json_object(), *classes = json_array(), *period = json_null();

	for (size_t i = 0; i < source->count; i++)
		json_array_append_new(classes, class_report(&source->rosters[i]));
	if (source->period) {
		period = json_object();
		for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
			const char *text = jsonx_text(source->period, members[i]);

			json_object_set_new(period, members[i],
					    text ? json_string(text) : json_null());
		}
	}
	json_object_set_new(report, "classes", classes);
	json_object_set_new(report, "period", period);
	json_object_set(report, "notes", source->notes);
	json_object_set_new(report, "courses", json_array());
	return report;
}

bool draft_free(const struct generate_options *options, struct err *err)
{
	bool good = true;

	for (size_t i = 0; i < course_case_count && good; i++)
		good = !is_wanted(options, &course_cases[i]) ||
		       folder_is_free(options, &course_cases[i], err);
	return good;
}

bool draft_courses(const struct generate_options *options, const struct source *source,
		   json_t *courses, struct err *err)
{
	struct calendar calendar = { 0 };
	bool good = calendar_init(&calendar, options->zone, options->now,
				  jsonx_text(source->period, "startDate"),
				  jsonx_text(source->period, "endDate"), err);

	for (size_t i = 0; i < course_case_count && good; i++)
		if (is_wanted(options, &course_cases[i]))
			good = write_course(options, source, &calendar, &course_cases[i], courses,
					    err);
	calendar_release(&calendar);
	return good;
}

bool generate_run(const struct generate_options *options, json_t **report, struct err *err)
{
	struct source source = { 0 };
	bool good = draft_free(options, err) && source_read(&source, options, err);

	*report = NULL;
	if (good) {
		*report = source_report(&source);
		good = draft_courses(options, &source, json_object_get(*report, "courses"), err);
	}
	if (!good) {
		json_decref(*report);
		*report = NULL;
	}
	source_release(&source);
	return good;
}
