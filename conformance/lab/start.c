/*
 * start.c - making the world of a lab.
 */
#include "conformance/lab/start.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/jsonx.h"
#include "base/random.h"
#include "base/when.h"
#include "conformance/lab/before.h"
#include "conformance/lab/client.h"
#include "conformance/lab/edit.h"
#include "conformance/lab/goal.h"
#include "conformance/lab/sis.h"

#define SANDBOX_TRIES 99
#define SECRET_LENGTH 32
#define FILE_MOST ((size_t)64 << 20)

static const char *const written[] = { LAB_STATE, LAB_CLIENT, LAB_CONNECTION };

/* the sandbox */

/* "lab-t01", "lab-t01-2". Returns (free). */
static char *sandbox_name(const char *id, int number)
{
	char *name = number == 1 ? xformat("lab-%s", id) : xformat("lab-%s-%d", id, number);

	for (char *c = name; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	return name;
}

/* The answer to POST /sandboxes; *@taken: the name is. */
static json_t *try_sandbox(struct lab *lab, const char *name, const json_t *credential, bool *taken,
			   struct err *err)
{
	struct err why = ERR_INIT;
	json_t *wish = json_object(), *answer;
	long status;

	json_object_set_new(wish, "name", json_string(name));
	json_object_set(wish, "profile", json_object_get(lab->document, "profile"));
	json_object_set(wish, "load", json_object_get(lab->document, "load"));
	json_object_set_new(wish, "credentials", json_pack("[O]", credential));
	answer = control_call(lab->control, "POST", "/sandboxes", wish, &status, &why);
	json_decref(wish);
	*taken = status == 409;
	if (!answer && !*taken)
		*err = why;
	return answer;
}

/* A sandbox of its own; its address and credential go into the state. */
static bool make_sandbox(struct lab *lab, const char *token, struct err *err)
{
	struct random random = RANDOM_KERNEL;
	char secret[SECRET_LENGTH + 1], *both, *base = xstrdup(control_base(lab->control));
	json_t *credential, *answer = NULL;
	bool taken = true;

	random_token(&random, secret, SECRET_LENGTH);
	credential = json_pack("{ss,ss}", "id", "canvas", "secret", secret);
	for (int i = 1; i <= SANDBOX_TRIES && taken && !answer; i++) {
		char *name = sandbox_name(lab_id(lab), i);

		answer = try_sandbox(lab, name, credential, &taken, err);
		free(name);
	}
	if (taken && !answer)
		err_set(err, ERR_INVALID, "%s takes no more sandboxes for %s: end some labs", base,
			lab_id(lab));
	if (answer) {
		both = xformat("canvas:%s", secret);
		json_object_set_new(lab->state, "credential", json_string(both));
		json_object_set(lab->state, "sandbox", json_object_get(answer, "name"));
		json_object_set(lab->state, "sis",
				json_object_get(json_object_get(answer, "urls"), "v1p1"));
		free(both);
		control_close(lab->control);
		lab->control = control_open(base, token, jsonx_text(answer, "name"), err);
	}
	json_decref(answer);
	json_decref(credential);
	free(base);
	return err->code == ERR_NONE;
}

/* What differs from the profile; a bare SIS says nothing about its reasons. */
static bool set_profile(struct lab *lab, struct err *err)
{
	const json_t *own = json_object_get(lab->document, "changes");
	json_t *changes = own ? json_deep_copy(own) : json_object(), *quirks;
	bool good = true;

	if (same_text(jsonx_text(lab->state, "mode"), "bare")) {
		quirks = json_object_get(changes, "quirks");
		if (!quirks)
			json_object_set_new(changes, "quirks", quirks = json_object());
		json_object_set_new(quirks, "error.envelope", json_string("bare"));
	}
	if (json_object_size(changes))
		good = sis_control(lab, "PATCH", "profile", changes, err);
	json_decref(changes);
	return good;
}

static bool set_clock(struct lab *lab, struct err *err)
{
	json_t *clock = json_pack("{sO,sb}", "now", json_object_get(lab->state, "now"), "frozen",
				  1);
	bool good = sis_control(lab, "PUT", "clock", clock, err);

	json_decref(clock);
	return good;
}

/* the folder */

static bool copy_file(const char *from, const char *to, const char *name, struct err *err)
{
	char *source = path_join(from, name), *target = path_join(to, name);
	size_t length;
	char *text = file_read(source, FILE_MOST, &length, err);
	bool good = text && file_write(target, text, length, err);

	free(text);
	free(source);
	free(target);
	return good;
}

static bool copy_course(const struct lab *lab, struct err *err)
{
	char *from = fixture_path("canvas", jsonx_text(lab->document, "course"), "", err);
	char *to = lab_path(lab, LAB_COURSE), **names = from ? folder_names(from, ".json") : NULL;
	bool good = names && folder_create(to, err);

	for (size_t i = 0; good && names[i]; i++) {
		char *name = xformat("%s.json", names[i]);

		good = copy_file(from, to, name, err);
		free(name);
	}
	names_free(names);
	free(from);
	free(to);
	return good && edit_course_all(lab, json_object_get(lab->document, "edit"), err);
}

/* An absolute path, so that the client may be started from anywhere. */
static bool write_client(const struct lab *lab, struct err *err)
{
	char *path = lab_path(lab, LAB_CONNECTION), *whole = realpath(path, NULL);
	json_t *file;
	bool good;

	file = json_pack("{s{sO,sO,ss,sO,sb}}", "sync", "sis", json_object_get(lab->state, "sis"),
			 "credential", json_object_get(lab->state, "credential"), "connection",
			 whole ? whole : path, "now", json_object_get(lab->state, "now"),
			 "no-explain", 1);
	good = lab_write(lab, LAB_CLIENT, file, err);
	json_decref(file);
	free(whole);
	free(path);
	return good;
}

static bool write_folder(const struct lab *lab, struct err *err)
{
	json_t *connection = before_connection(json_object_get(lab->document, "connection"), err);
	bool good = connection && lab_write(lab, LAB_CONNECTION, connection, err) &&
		    write_client(lab, err) && copy_course(lab, err);

	json_decref(connection);
	return good;
}

/* Nothing that somebody else wrote is overwritten. */
static bool folder_is_free(const struct lab *lab, struct err *err)
{
	char *state = lab_path(lab, LAB_STATE), *course = lab_path(lab, LAB_COURSE);
	bool good = true;

	if (file_exists(state))
		good = err_set(
			err, ERR_INVALID,
			"%s holds a lab that was started already: mocksis lab reset begins it "
			"again, mocksis lab end gives it up, --folder DIR takes another folder",
			lab->folder);
	for (size_t i = 0; good && i < ARRAY_SIZE(written); i++) {
		char *path = lab_path(lab, written[i]);

		if (file_exists(path) || file_exists(course))
			good = err_set(err, ERR_INVALID,
				       "%s holds %s, which the lab would overwrite: name another "
				       "folder with --folder DIR",
				       lab->folder, file_exists(path) ? written[i] : LAB_COURSE);
		free(path);
	}
	free(course);
	free(state);
	return good;
}

static void clear_folder(const struct lab *lab)
{
	char *course = lab_path(lab, LAB_COURSE);

	folder_delete(course);
	free(course);
	for (size_t i = 0; i < ARRAY_SIZE(written); i++) {
		char *path = lab_path(lab, written[i]);

		unlink(path);
		free(path);
	}
	rmdir(lab->folder); /* stays where a case file is in it */
}

/* all of it */

static bool delete_sandbox(struct lab *lab, struct err *err)
{
	struct err why = ERR_INIT;
	long status;
	json_t *answer = control_call(lab->control, "DELETE", "/sandboxes/{sandbox}", NULL, &status,
				      &why);

	json_decref(answer);
	if (answer || status == 404)
		return true;
	*err = why;
	return false;
}

static void begin_state(struct lab *lab, const char *name, const char *mode, const char *now)
{
	char started[WHEN_TEXT];

	when_format(when_now(), started);
	lab->state = json_pack("{ss,ss,ss,ss,ss,si,s{},s[]}", "lab", name, "url",
			       control_base(lab->control), "mode", mode, "now", now, "started",
			       started, "hints", 0, "answers", "log");
}

/* From an open control and a begun state to a lab that can be played. */
static bool make(struct lab *lab, const char *token, struct err *err)
{
	bool good;

	if (!folder_create(lab->folder, err) || !make_sandbox(lab, token, err)) {
		rmdir(lab->folder); /* if it was ours it is empty */
		return false;
	}
	good = set_profile(lab, err) && set_clock(lab, err) && write_folder(lab, err) &&
	       before_play(lab, err) && goal_expect(lab, err) && lab_save(lab, err);
	if (!good) {
		struct err ignored = ERR_INIT;

		if (!delete_sandbox(lab, &ignored))
			good = false;
		clear_folder(lab);
	}
	return good;
}

bool lab_start(struct lab *lab, const struct library *library, const struct lab_start *wish,
	       struct err *err)
{
	const char *now;
	char *path;
	int64_t when;

	*lab = (struct lab){ .library = library };
	lab->document = library_lab(library, wish->name, err);
	if (!lab->document)
		return false;
	lab->folder = wish->folder ? xstrdup(wish->folder) : lab_default_folder(lab_id(lab));
	now = wish->now ? wish->now : jsonx_text(lab->document, "now");
	if (!when_parse(now, &when, NULL))
		return err_set(err, ERR_INVALID, "--now %s: a time like " LAB_NOW " belongs here",
			       now);
	if (!has_word("verbatim bare", wish->mode))
		return err_set(err, ERR_INVALID, "--mode %s: verbatim or bare belongs here",
			       wish->mode);
	lab->control = folder_is_free(lab, err) ? control_open(wish->url, wish->token, NULL, err)
						: NULL;
	if (!lab->control)
		return false;
	path = strchr(wish->name, '/') ? realpath(wish->name, NULL) : NULL;
	begin_state(lab, path ? path : lab_id(lab), wish->mode, now);
	free(path);
	return make(lab, wish->token, err);
}

bool lab_reset(struct lab *lab, const char *token, struct err *err)
{
	json_t *old = lab->state;

	if (!delete_sandbox(lab, err))
		return false;
	clear_folder(lab);
	begin_state(lab, jsonx_text(old, "lab"), jsonx_text(old, "mode"), jsonx_text(old, "now"));
	json_decref(old);
	return make(lab, token, err);
}

bool lab_end(struct lab *lab, struct err *err)
{
	if (!delete_sandbox(lab, err))
		return false;
	clear_folder(lab);
	return true;
}
