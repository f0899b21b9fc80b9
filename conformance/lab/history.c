/*
 * history.c - what happened in a lab.
 */
#include "conformance/lab/history.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/jsonx.h"
#include "base/when.h"
#include "conformance/canvas/course.h"
#include "conformance/canvas/ledger.h"

json_t *history_syncs(const struct lab *lab, struct err *err)
{
	char *path = lab_course_path(lab, LAB_LEDGER), id[CANVAS_ID];
	json_t *course = lab_read(lab, LAB_COURSE "/course.json", err), *syncs = NULL;
	struct ledger *ledger = NULL;

	if (course && !file_exists(path)) {
		syncs = json_array();
	} else if (course && jsonx_id(course, "id", id)) {
		ledger = ledger_open(path, err);
		syncs = ledger ? ledger_syncs(ledger, id, 0, err) : NULL;
	} else if (course) {
		err_set(err, ERR_INVALID, "%s/" LAB_COURSE "/course.json: the course has no id",
			lab->folder);
	}
	ledger_close(ledger);
	json_decref(course);
	free(path);
	return syncs;
}

bool history_note(struct lab *lab, const char *kind, const char *did, struct err *err)
{
	json_t *syncs = history_syncs(lab, err);
	char now[WHEN_TEXT];

	if (!syncs)
		return false;
	when_format(when_now(), now);
	json_array_append_new(json_object_get(lab->state, "log"),
			      json_pack("{ss,ss,ss,sI}", "at", now, "kind", kind, "did", did,
					"after_sync", (json_int_t)json_array_size(syncs)));
	json_decref(syncs);
	return lab_save(lab, err);
}
