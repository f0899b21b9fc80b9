/*
 * lab.c - a lab that somebody is in.
 */
#include "conformance/lab/lab.h"

#include <ctype.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/jsonx.h"

char *lab_default_folder(const char *id)
{
	char *folder = xformat("lab-%s", id);

	for (char *c = folder; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return folder;
}

/* Of all labs here the one that was started last. Returns (free); NULL: there is none. */
static char *last_started(void)
{
	glob_t found;
	char *best = NULL, *when = NULL;

	if (glob("lab-*/" LAB_STATE, 0, NULL, &found) != 0)
		return NULL;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		struct err err = ERR_INIT;
		json_t *state = jsonx_load_file(found.gl_pathv[i], &err);
		const char *started = jsonx_text(state, "started");

		if (started && (!when || strcmp(started, when) > 0)) {
			free(best);
			free(when);
			best = xstrndup(found.gl_pathv[i],
					strlen(found.gl_pathv[i]) - strlen("/" LAB_STATE));
			when = xstrdup(started);
		}
		json_decref(state);
	}
	globfree(&found);
	free(when);
	return best;
}

bool lab_are_many(void)
{
	glob_t found;
	bool many = glob("lab-*/" LAB_STATE, 0, NULL, &found) == 0 && found.gl_pathc > 1;

	globfree(&found);
	return many;
}

char *lab_find_folder(const char *id, struct err *err)
{
	char *folder = id ? lab_default_folder(id) : last_started();

	if (!folder)
		err_set(err, ERR_INVALID,
			"no lab was started here: mocksis lab start ID starts one (mocksis lab "
			"list "
			"tells them), --folder DIR names one that lies elsewhere");
	return folder;
}

char *lab_path(const struct lab *lab, const char *name)
{
	return path_join(lab->folder, name);
}

char *lab_course_path(const struct lab *lab, const char *name)
{
	return xformat("%s/" LAB_COURSE "/%s", lab->folder, name);
}

json_t *lab_read(const struct lab *lab, const char *name, struct err *err)
{
	char *path = lab_path(lab, name);
	json_t *value = jsonx_load_file(path, err);

	free(path);
	return value;
}

bool lab_write(const struct lab *lab, const char *name, const json_t *value, struct err *err)
{
	char *path = lab_path(lab, name), *text = jsonx_pretty(value);
	mode_t before = umask(077);
	bool good = file_write(path, text, strlen(text), err);

	umask(before);
	free(text);
	free(path);
	return good;
}

bool lab_save(const struct lab *lab, struct err *err)
{
	return lab_write(lab, LAB_STATE, lab->state, err);
}

const char *lab_id(const struct lab *lab)
{
	return jsonx_text(lab->document, "id");
}

/* What begins again stands on all of it, after the sandbox and the folder are gone. A sandbox that
 * no lab made is nobody's to delete. */
static bool is_sound(const json_t *state)
{
	static const char *const texts[] = { "lab", "url", "sandbox", "started", "mode", "now" };

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		if (!jsonx_text(state, texts[i]))
			return false;
	return starts_with(jsonx_text(state, "sandbox"), "lab-") &&
	       json_is_array(json_object_get(state, "log")) &&
	       json_is_object(json_object_get(state, "answers"));
}

static bool read_state(struct lab *lab, struct err *err)
{
	char *path = lab_path(lab, LAB_STATE);
	bool there = file_exists(path);

	free(path);
	if (!there)
		return err_set(err, ERR_INVALID,
			       "%s holds no lab: mocksis lab start ID starts one (mocksis lab list "
			       "tells them), --folder DIR names one that lies elsewhere",
			       lab->folder);
	lab->state = lab_read(lab, LAB_STATE, err);
	if (lab->state && !is_sound(lab->state))
		err_set(err, ERR_INVALID, "%s/" LAB_STATE " is not what mocksis lab start wrote",
			lab->folder);
	return err->code == ERR_NONE;
}

bool lab_open(struct lab *lab, const struct library *library, const char *folder, const char *url,
	      const char *token, struct err *err)
{
	*lab = (struct lab){ .library = library, .folder = xstrdup(folder) };
	if (!read_state(lab, err))
		return false;
	lab->document = library_lab(library, jsonx_text(lab->state, "lab"), err);
	if (lab->document)
		lab->control = control_open(url ? url : jsonx_text(lab->state, "url"), token,
					    jsonx_text(lab->state, "sandbox"), err);
	return lab->control != NULL;
}

void lab_release(struct lab *lab)
{
	control_close(lab->control);
	json_decref(lab->state);
	json_decref(lab->document);
	free(lab->folder);
	*lab = (struct lab){ 0 };
}

bool lab_has_sandbox(struct lab *lab, struct err *err)
{
	struct err why = ERR_INIT;
	long status;
	json_t *sandbox = control_call(lab->control, "GET", "/sandboxes/{sandbox}", NULL, &status,
				       &why);

	json_decref(sandbox);
	if (status == 404)
		return err_set(
			err, ERR_INVALID,
			"the sandbox %s of this lab is not at %s any more: mocksis lab reset "
			"%s makes it anew, mocksis lab end %s gives the lab up",
			control_sandbox(lab->control), control_base(lab->control), lab_id(lab),
			lab_id(lab));
	if (!sandbox)
		*err = why;
	return sandbox != NULL;
}
