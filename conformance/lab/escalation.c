/*
 * escalation.c - the case file, out of what happened.
 */
#include "conformance/lab/escalation.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/jsonx.h"
#include "base/when.h"
#include "conformance/lab/edit.h"
#include "conformance/lab/evidence.h"
#include "conformance/lab/fit.h"
#include "conformance/lab/history.h"
#include "conformance/lab/private.h"
#include "conformance/lab/view.h"

struct building {
	struct lab *lab;
	const struct escalation_wish *wish;
	struct example example;
	json_t *course, *syncs; /* syncs: newest first */
	json_t *out, *missing;
};

static void set_text(json_t *object, const char *key, const char *text)
{
	json_object_set_new(object, key, text ? json_string(text) : json_null());
}

static void lacks(struct building *building, const char *format, ...) PRINTF(2, 3);
static void lacks(struct building *building, const char *format, ...)
{
	struct str text = STR_INIT;
	va_list args;

	va_start(args, format);
	str_vformat(&text, format, args);
	va_end(args);
	json_array_append_new(building->missing, json_string(str_text(&text)));
	str_release(&text);
}

/* At least one thing that somebody else can look at. */
static bool has_example(struct building *building)
{
	const struct escalation_wish *wish = building->wish;
	const struct example *example = &building->example;

	if (wish->assignment && !example->assignment)
		lacks(building,
		      "a concrete example: the course has no assignment \"%s\" "
		      "(--assignment NAME|ID)",
		      wish->assignment);
	if (wish->student && !example->enrollment)
		lacks(building,
		      "a concrete example: the course has no student with the SIS id "
		      "\"%s\" (--student SIS-ID)",
		      wish->student);
	if (!wish->assignment && !wish->student)
		lacks(building, "a concrete example: an assignment (--assignment NAME|ID), a "
				"student (--student SIS-ID), or both");
	return json_array_size(building->missing) == 0;
}

/* what support knows of the case */

static void add_head(struct building *building, struct err *err)
{
	const json_t *document = building->lab->document,
		     *given = json_object_get(document, "case");
	const char *requester = building->wish->requester;
	json_t *course = json_object(), *out = building->out;
	char *url = view_course_url(building->lab, building->course, err), now[WHEN_TEXT];

	when_format(when_now(), now);
	set_text(out, "lab", lab_id(building->lab));
	set_text(out, "written", now);
	set_text(out, "requester", requester ? requester : jsonx_text(given, "requester"));
	json_object_set(out, "institution", json_object_get(given, "institution"));
	json_object_set(out, "sis", json_object_get(document, "sis"));
	json_object_set(out, "profile", json_object_get(document, "profile"));
	json_object_set(out, "provisioning_tool", json_object_get(given, "provisioning_tool"));
	json_object_set(out, "complaint", json_object_get(given, "complaint"));
	set_text(course, "name", jsonx_text(building->course, "name"));
	set_text(course, "url", url);
	json_object_set(course, "sis_course_id",
			json_object_get(building->course, "sis_course_id"));
	json_object_set_new(out, "course", course);
	free(url);
}

/* The teacher who was named, else those of the course. */
static json_t *teachers(const struct building *building, struct err *err)
{
	json_t *names = json_array(), *enrollments, *enrollment;
	size_t i;

	if (building->wish->teacher) {
		json_array_append_new(names, json_string(building->wish->teacher));
		return names;
	}
	enrollments = edit_read(building->lab, "enrollments.json", err);
	json_array_foreach (enrollments, i, enrollment)
		if (same_text(jsonx_text(enrollment, "type"), "TeacherEnrollment"))
			json_array_append(
				names,
				json_object_get(json_object_get(enrollment, "user"), "name"));
	json_decref(enrollments);
	return names;
}

static void add_affected(struct building *building, struct err *err)
{
	const json_t *enrollment = building->example.enrollment;
	json_t *affected = json_object(), *student;

	json_object_set_new(affected, "teachers", teachers(building, err));
	if (enrollment) {
		student = json_object();
		set_text(student, "name", jsonx_text(json_object_get(enrollment, "user"), "name"));
		set_text(student, "sis_id", jsonx_text(enrollment, "sis_user_id"));
		json_object_set_new(affected, "student", student);
	}
	json_object_set_new(building->out, "affected", affected);
}

/* what was tried */

/* "sync 2 (remaster): Completed with errors" */
static void add_sync(json_t *done, const json_t *report)
{
	char *line = xformat("sync %lld (%s): %s", (long long)jsonx_int(report, "id"),
			     jsonx_text(report, "mode"), jsonx_text(report, "status"));

	json_array_append_new(done, json_string(line));
	free(line);
}

/* Syncs and repairs in the order in which they were done. */
static json_t *what_was_done(const struct building *building)
{
	const json_t *log = json_object_get(building->lab->state, "log"), *entry;
	size_t count = json_array_size(building->syncs), i;
	json_t *done = json_array();

	for (size_t sync = 0; sync <= count; sync++) {
		if (sync > 0)
			add_sync(done, json_array_get(building->syncs, count - sync));
		json_array_foreach (log, i, entry)
			if (same_text(jsonx_text(entry, "kind"), "fix") &&
			    (size_t)jsonx_int(entry, "after_sync") == sync)
				json_array_append(done, json_object_get(entry, "did"));
	}
	return done;
}

static bool add_screenshots(struct building *building, struct err *err)
{
	const json_t *shot;
	json_t *names = json_array();
	size_t i;

	json_array_foreach (building->wish->screenshots, i, shot) {
		const char *path = json_string_value(shot), *slash = strrchr(path, '/');

		if (!file_exists(path))
			err_set(err, ERR_INVALID, "--screenshot %s: there is no such file", path);
		json_array_append_new(names, json_string(slash ? slash + 1 : path));
	}
	json_object_set_new(building->out, "screenshots", names);
	return err->code == ERR_NONE;
}

static bool add_story(struct building *building, struct err *err)
{
	const struct escalation_wish *wish = building->wish;
	json_t *out = building->out;
	const struct {
		const char *key, *text, *flag;
	} needed[] = {
		{ "expected", wish->expected, "what was expected (--expected TEXT)" },
		{ "actual", wish->actual, "what happened in its place (--actual TEXT)" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(needed); i++) {
		set_text(out, needed[i].key, needed[i].text);
		if (!needed[i].text)
			lacks(building, "%s", needed[i].flag);
	}
	json_object_set(out, "tried", wish->tried ? (json_t *)(uintptr_t)wish->tried : NULL);
	if (!wish->tried) {
		json_object_set_new(out, "tried", json_array());
		lacks(building, "what was tried, and what came of it (--tried TEXT)");
	}
	json_object_set_new(out, "done", what_was_done(building));
	return add_screenshots(building, err);
}

static bool add_all(struct building *building, struct err *err)
{
	struct evidence evidence = { building->lab, &building->example, building->syncs,
				     building->wish->since, building->wish->scope };

	add_head(building, err);
	add_affected(building, err);
	return err->code == ERR_NONE && evidence_add(&evidence, building->out, err) &&
	       add_story(building, err);
}

/* The whole without what must not leave. Takes the building's out. */
static json_t *without_private(struct building *building, struct err *err)
{
	const char *student = building->example.enrollment ? building->wish->student : NULL;
	struct hidden *hidden = hidden_new(building->lab, building->wish->token, student, err);
	json_t *clean = hidden ? hidden_apply(hidden, building->out) : NULL;

	hidden_free(hidden);
	return clean;
}

json_t *escalation_build(struct lab *lab, const struct escalation_wish *wish, struct err *err)
{
	struct building building = {
		.lab = lab, .wish = wish, .out = json_object(), .missing = json_array()
	};
	json_t *clean = NULL;
	bool shown;

	building.course = edit_read(lab, "course.json", err);
	building.syncs = building.course ? history_syncs(lab, err) : NULL;
	if (building.syncs &&
	    example_find(&building.example, lab, wish->assignment, wish->student, err)) {
		shown = has_example(&building);
		if (!shown || add_all(&building, err)) {
			json_object_set_new(building.out, "refused", json_boolean(!shown));
			json_object_set_new(building.out, "complete",
					    json_boolean(json_array_size(building.missing) == 0));
			json_object_set(building.out, "missing", building.missing);
			clean = shown ? without_private(&building, err) : json_incref(building.out);
		}
	}
	example_release(&building.example);
	json_decref(building.course);
	json_decref(building.syncs);
	json_decref(building.missing);
	json_decref(building.out);
	return clean;
}

bool escalation_write(struct lab *lab, const json_t *escalation, struct err *err)
{
	char *path = lab_path(lab, "case.md"), *text = escalation_markdown(escalation);
	bool complete = jsonx_true(escalation, "complete"), good;

	good = lab_write(lab, "case.json", escalation, err) &&
	       file_write(path, text, strlen(text), err);
	free(path);
	free(text);
	if (!good)
		return false;
	json_object_set_new(lab->state, "case", json_pack("{sb}", "complete", complete));
	return history_note(lab, "case", complete ? "a complete case" : "a case with gaps", err);
}
