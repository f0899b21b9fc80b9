/*
 * sound.c - what the forms cannot say of a lab.
 */
#include "conformance/lab/sound.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/when.h"

static bool verbs_known(const struct library *library, const json_t *names, const char *file,
			struct err *err)
{
	const json_t *name;
	size_t i;

	json_array_foreach (names, i, name)
		if (!list_find(library->verbs, "verb", json_string_value(name)))
			return err_set(err, ERR_INVALID, "%s: /verbs/%zu: there is no verb %s",
				       file, i, json_string_value(name));
	return true;
}

static bool steps_sound(const struct library *library, const json_t *lab, const json_t *steps,
			const char *pointer, struct err *err)
{
	const char *file = jsonx_text(lab, "id");
	const json_t *step, *may = json_object_get(lab, "verbs"), *name;
	size_t i, k;

	json_array_foreach (steps, i, step) {
		const json_t *fix = json_object_get(step, "fix");
		const char *verb = json_string_value(json_array_get(fix, 0));
		bool allowed = !may;

		if (json_object_size(step) != 1)
			return err_set(err, ERR_INVALID,
				       "%s: %s/%zu: a step is one of sync, fix, answer, case, edit",
				       file, pointer, i);
		json_array_foreach (may, k, name)
			allowed = allowed || same_text(json_string_value(name), verb);
		if (fix && (!allowed || !list_find(library->verbs, "verb", verb)))
			return err_set(err, ERR_INVALID, "%s: %s/%zu/fix: this lab has no verb %s",
				       file, pointer, i, verb ? verb : "without a name");
	}
	return true;
}

bool sound_lab(const struct library *library, const json_t *lab, struct err *err)
{
	const char *id = jsonx_text(lab, "id");
	const json_t *wrong;
	int64_t now;
	size_t i;

	if (!*id || strlen(id) > LAB_ID_MOST ||
	    id[strspn(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			  "abcdefghijklmnopqrstuvwxyz"
			  "0123456789-")])
		return err_set(err, ERR_INVALID,
			       "%.40s: /id: 1 to %d letters, digits and hyphens belong here", id,
			       LAB_ID_MOST);
	if (!when_parse(jsonx_text(lab, "now"), &now, NULL))
		return err_set(err, ERR_INVALID, "%s: /now: a time like " LAB_NOW " belongs here",
			       id);
	if (!verbs_known(library, json_object_get(lab, "verbs"), id, err) ||
	    !steps_sound(library, lab, json_object_get(lab, "right"), "/right", err))
		return false;
	json_array_foreach (json_object_get(lab, "vendor"), i, wrong)
		if (json_object_get(wrong, "vendor"))
			return err_set(err, ERR_INVALID,
				       "%s: /vendor/%zu: what the vendor does cannot be to ask the "
				       "vendor",
				       id, i);
	json_array_foreach (json_object_get(lab, "wrong"), i, wrong) {
		char *pointer = xformat("/wrong/%zu/steps", i);
		bool good = steps_sound(library, lab, json_object_get(wrong, "steps"), pointer,
					err);

		free(pointer);
		if (!good)
			return false;
	}
	return true;
}
