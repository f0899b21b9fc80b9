/*
 * goal.c - whether a lab is done.
 */
#include "conformance/lab/goal_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "conformance/lab/answer.h"
#include "conformance/lab/edit.h"
#include "conformance/lab/fit.h"
#include "conformance/lab/history.h"
#include "conformance/lab/sis.h"

const json_t *checking_list(struct checking *checking, const char *collection, struct err *err)
{
	json_t *list = json_object_get(checking->lists, collection);

	if (!list) {
		list = sis_list(checking->lab, collection, NULL, err);
		if (list)
			json_object_set_new(checking->lists, collection, list);
	}
	return list;
}

void checking_note(struct checking *checking, bool met, const char *format, ...)
{
	struct str text = STR_INIT;
	va_list args;

	va_start(args, format);
	str_vformat(&text, format, args);
	va_end(args);
	json_array_append_new(checking->goals,
			      json_pack("{sb,ss}", "met", met, "text", str_text(&text)));
	checking->green = checking->green && met;
	str_release(&text);
}

static bool check_absent(struct checking *checking, const json_t *titles, struct err *err)
{
	const json_t *line_items = checking_list(checking, "lineItems", err), *title;
	size_t i;

	json_array_foreach (titles, i, title)
		checking_note(checking, !list_find(line_items, "title", json_string_value(title)),
			      "no assignment %s is in the SIS", json_string_value(title));
	return line_items != NULL;
}

static bool check_objects(struct checking *checking, const json_t *goals, struct err *err)
{
	const json_t *goal;
	size_t i, k, right;

	json_array_foreach (goals, i, goal) {
		const json_t *all = checking_list(checking, jsonx_text(goal, "collection"), err);
		const json_t *id = json_object_get(goal, "id"), *object;
		const json_t *count = json_object_get(goal, "count");
		json_t *found;

		if (!all)
			return false;
		found = fit_list(all, json_object_get(goal, "where"));
		right = 0;
		json_array_foreach (found, k, object)
			right += (!id || json_equal(id, json_object_get(object, "sourcedId"))) &&
				 fits(object, json_object_get(goal, "has"));
		checking_note(checking,
			      count ? right == (size_t)json_integer_value(count) : right > 0, "%s",
			      jsonx_text(goal, "says"));
		json_decref(found);
	}
	return true;
}

static bool check_sis(struct checking *checking, const json_t *goals, struct err *err)
{
	const json_t *goal;
	size_t i;

	json_array_foreach (goals, i, goal) {
		json_t *state = sis_state(checking->lab, jsonx_text(goal, "kind"),
					  jsonx_text(goal, "id"), err);

		if (!state)
			return false;
		checking_note(checking, fits(state, json_object_get(goal, "has")), "%s",
			      jsonx_text(goal, "says"));
		json_decref(state);
	}
	return true;
}

static bool check_last_sync(struct checking *checking, const json_t *wanted, struct err *err)
{
	json_t *syncs = history_syncs(checking->lab, err);
	const char *status = jsonx_text(json_array_get(syncs, 0), "status");

	if (!syncs)
		return false;
	checking_note(checking, same_text(status, json_string_value(wanted)),
		      same_text(json_string_value(wanted), "completed")
			      ? "the last sync completed without an error"
			      : "the last sync ended as it should");
	json_decref(syncs);
	return true;
}

static bool check_course(struct checking *checking, const json_t *goals, struct err *err)
{
	const json_t *goal, *object;
	size_t i, k;

	json_array_foreach (goals, i, goal) {
		json_t *file = edit_read(checking->lab, jsonx_text(goal, "file"), err), *found;
		bool right;

		if (!file)
			return false;
		found = json_is_array(file) ? fit_list(file, json_object_get(goal, "where"))
					    : json_pack("[O]", file);
		right = json_array_size(found) > 0;
		json_array_foreach (found, k, object)
			right = right && fits(object, json_object_get(goal, "has"));
		checking_note(checking, right, "%s", jsonx_text(goal, "says"));
		json_decref(found);
		json_decref(file);
	}
	return true;
}

static bool check_connection(struct checking *checking, const json_t *wanted, struct err *err)
{
	json_t *connection = lab_read(checking->lab, LAB_CONNECTION, err);

	if (!connection)
		return false;
	checking_note(checking, fits(connection, wanted),
		      "the connection of the client is set as it should be");
	json_decref(connection);
	return true;
}

static bool check_answers(struct checking *checking, const json_t *wanted, struct err *err)
{
	const json_t *answers = json_object_get(checking->lab->state, "answers"), *value;
	const char *question;

	(void)err;
	json_object_foreach ((json_t *)(uintptr_t)wanted, question, value) {
		const char *answer = jsonx_text(answers, question);
		const char *asks = answer_asks(checking->lab->library, question);

		bool right = answer && answer_is(answer, value);

		checking_note(checking, right, "\"%s\" is answered right%s%s%s",
			      asks ? asks : question, right || !answer ? "" : " (not with \"",
			      right || !answer ? "" : answer, right || !answer ? "" : "\")");
	}
	return true;
}

static bool check_case(struct checking *checking, const json_t *wanted, struct err *err)
{
	(void)err;
	if (json_is_true(wanted))
		checking_note(checking,
			      jsonx_true(json_object_get(checking->lab->state, "case"), "complete"),
			      "a complete escalation case was written (mocksis lab case)");
	return true;
}

static const struct row {
	const char *name;
	bool (*check)(struct checking *checking, const json_t *goal, struct err *err);
} rows[] = {
	{ "grades", goal_grades },        { "absent", check_absent },
	{ "objects", check_objects },     { "sis", check_sis },
	{ "course", check_course },       { "connection", check_connection },
	{ "last_sync", check_last_sync }, { "answers", check_answers },
	{ "case", check_case },
};

bool goal_expect(struct lab *lab, struct err *err)
{
	json_t *graded = goal_graded(
		lab, json_object_get(json_object_get(lab->document, "done"), "grades"), err);

	json_object_set_new(lab->state, "expected", graded);
	return err->code == ERR_NONE;
}

json_t *goal_check(struct lab *lab, struct err *err)
{
	const json_t *done = json_object_get(lab->document, "done");
	struct checking checking = { lab, json_array(), json_object(), true };
	bool good = true;

	for (size_t i = 0; i < ARRAY_SIZE(rows) && good; i++) {
		const json_t *goal = json_object_get(done, rows[i].name);

		good = !goal || rows[i].check(&checking, goal, err);
	}
	json_decref(checking.lists);
	if (good)
		return json_pack("{ss,sb,so}", "lab", lab_id(lab), "green",
				 checking.green && json_array_size(checking.goals), "goals",
				 checking.goals);
	json_decref(checking.goals);
	return NULL;
}
