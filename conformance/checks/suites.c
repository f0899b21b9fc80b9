/*
 * suites.c - which checks make a suite, and what a suite asks for.
 */
#include "conformance/checks/check.h"

#include <string.h>

#include "base/jsonx.h"
#include "oneroster/vocab.h"

static const char *const level_names[] = { "must", "should", "may" };

/* The first is the one that runs where none is named. */
static const struct suite {
	const char *name;
	unsigned in;  /* versions that it can judge */
	bool subject; /* it needs a class, and objects in it */
	const struct check *tables[8];
} suites[] = {
	{ "gpb-1.1",
	  V11,
	  true,
	  { gpb_auth_checks, gpb_read_checks, gpb_paging_checks, gpb_line_item_checks,
	    gpb_result_checks, gpb_error_checks, answer_checks, NULL } },
	{ "payloads", BOTH, false, { payload_checks, NULL } },
};

static bool is_wanted(const json_t *names, const struct suite *suite)
{
	const json_t *name;
	size_t i;

	json_array_foreach (names, i, name)
		if (same_text(json_string_value(name), suite->name))
			return true;
	return names == NULL && suite == suites;
}

bool suites_known(const json_t *names, struct err *err)
{
	const json_t *name;
	size_t i;

	json_array_foreach (names, i, name) {
		bool known = false;

		for (size_t k = 0; k < ARRAY_SIZE(suites); k++)
			known = known || same_text(suites[k].name, json_string_value(name));
		if (!known)
			return err_set(err, ERR_INVALID, "--suite %s: gpb-1.1 or payloads",
				       json_string_value(name));
	}
	return true;
}

bool suites_have_version(const struct judge_options *options, struct err *err)
{
	unsigned version = options->version ? options->version : V11;

	for (size_t i = 0; i < ARRAY_SIZE(suites); i++)
		if (is_wanted(options->suites, &suites[i]) && !(suites[i].in & version))
			return err_set(err, ERR_INVALID,
				       "--version %s: the suite %s judges only 1.1",
				       version & V12 ? "1.2" : "1.1", suites[i].name);
	return true;
}

bool suites_need_subject(const struct judge_options *options)
{
	for (size_t i = 0; i < ARRAY_SIZE(suites); i++)
		if (suites[i].subject && is_wanted(options->suites, &suites[i]))
			return true;
	return false;
}

void suites_each_check(const json_t *names, void (*fn)(const struct check *check, void *payload),
		       void *payload)
{
	for (size_t i = 0; i < ARRAY_SIZE(suites); i++)
		for (size_t t = 0; is_wanted(names, &suites[i]) && suites[i].tables[t]; t++)
			for (const struct check *check = suites[i].tables[t]; check->id; check++)
				fn(check, payload);
}

json_t *check_describe(const struct check *check)
{
	json_t *row = json_object();

	json_object_set_new(row, "id", json_string(check->id));
	json_object_set_new(row, "level", json_string(level_names[check->level]));
	json_object_set_new(row, "clause", json_string(check->clause));
	json_object_set_new(row, "title", json_string(check->title));
	return row;
}

static void add_row(const struct check *check, void *payload)
{
	json_t *row = check_describe(check);

	json_object_set_new(row, "writes",
			    json_boolean(check->needs & (C_WRITES | C_LINE_ITEM | C_RESULT)));
	json_array_append_new(payload, row);
}

json_t *judge_list(const json_t *names, struct err *err)
{
	json_t *list;

	if (!suites_known(names, err))
		return NULL;
	list = json_array();
	suites_each_check(names, add_row, list);
	return list;
}
