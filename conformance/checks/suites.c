/*
 * suites.c - which checks make a suite, and which of them are to be run.
 */
#include "conformance/checks/check.h"

#include <stdlib.h>
#include <string.h>

#include "base/glob.h"
#include "base/jsonx.h"
#include "oneroster/vocab.h"

static const char *const level_names[] = { "must", "should", "may" };

/* Tables may stand in several suites: each check runs once a version. */
static const struct suite {
	const char *name;
	unsigned in;  /* versions that it can judge */
	bool answers; /* ends with a look at all answers of the run */
	const struct check *tables[10];
} suites[] = {
	{ "auth",
	  BOTH,
	  true,
	  { gpb_auth_checks, auth_checks, auth_token_checks, auth_scope_checks, auth_oauth1_checks,
	    NULL } },
	{ "paging",
	  BOTH,
	  true,
	  { gpb_paging_checks, paging_checks, paging_link_checks, paging_walk_checks, NULL } },
	{ "query",
	  BOTH,
	  true,
	  { query_checks, query_filter_checks, query_sort_checks, query_fields_checks, NULL } },
	{ "errors",
	  BOTH,
	  true,
	  { gpb_error_checks, error_checks, error_method_checks, error_body_checks,
	    error_payload_checks, NULL } },
	{ "payloads", BOTH, false, { payload_checks, NULL } },
	{ "rostering-bulk",
	  BOTH,
	  true,
	  { rostering_read_checks, rostering_class_checks, rostering_ref_checks,
	    rostering_session_checks, rostering_time_checks, rostering_enrollment_checks,
	    rostering_user_checks, NULL } },
	{ "rostering-school",
	  BOTH,
	  true,
	  { rostering_school_checks, rostering_school_class_checks, NULL } },
	{ "resources", BOTH, true, { resource_checks, NULL } },
	{ "gradebook-1.1",
	  V11,
	  true,
	  { gpb_line_item_checks, gpb_result_checks, gradebook_checks, gradebook_delete_checks,
	    gradebook_field_checks, gradebook_wrong_checks, gradebook_list_checks,
	    gradebook_rule_checks, NULL } },
	{ "gradebook-1.2",
	  V12,
	  true,
	  { gradebook_checks, gradebook_12_checks, gradebook_delete_checks, gradebook_field_checks,
	    gradebook_wrong_checks, gradebook_list_checks, gradebook_rule_checks,
	    gradebook_post_checks, NULL } },
	{ "gpb-canvas",
	  BOTH,
	  true,
	  { gpb_auth_checks, gpb_read_checks, gpb_category_checks, gpb_category_class_checks,
	    gpb_paging_checks, gpb_line_item_checks, gpb_category_use_checks, gpb_result_checks,
	    gpb_error_checks, NULL } },
	{ "gpb-1.1", /* what gpb-canvas began as */
	  V11,
	  true,
	  { gpb_auth_checks, gpb_read_checks, gpb_paging_checks, gpb_line_item_checks,
	    gpb_result_checks, gpb_error_checks, NULL } },
};

static const struct suite *suite_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(suites); i++)
		if (same_text(suites[i].name, name))
			return &suites[i];
	return NULL;
}

char *judge_suites(void)
{
	struct str names = STR_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(suites); i++)
		str_format(&names, "%s%s", i ? ", " : "", suites[i].name);
	return str_take(&names, NULL);
}

static void add(struct agenda *agenda, const struct check *check, const char *suite,
		unsigned version)
{
	struct planned planned = { check, suite, version };

	if (check->in && !(check->in & version))
		return;
	for (size_t i = 0; i < agenda->count; i++)
		if (agenda->items[i].check == check && agenda->items[i].version == version)
			return;
	if (agenda->count == agenda->room) {
		agenda->room = agenda->room ? 2 * agenda->room : 256;
		agenda->items = xrealloc(agenda->items, agenda->room * sizeof *agenda->items);
	}
	agenda->items[agenda->count++] = planned;
}

static void add_table(struct agenda *agenda, const struct check *table, const char *suite,
		      unsigned version)
{
	for (const struct check *check = table; check->id; check++)
		add(agenda, check, suite, version);
}

static unsigned version_of(const struct suite *suite, unsigned wanted)
{
	return suite->in & wanted ? wanted : suite->in;
}

static void add_suite(struct agenda *agenda, const struct suite *suite, unsigned version)
{
	for (size_t t = 0; suite->tables[t]; t++)
		add_table(agenda, suite->tables[t], suite->name, version);
}

/* The last check looks at what all the others were told. */
static void add_answers(struct agenda *agenda, unsigned versions)
{
	if (versions & V11)
		add_table(agenda, answer_checks, "answers", V11);
	if (versions & V12)
		add_table(agenda, answer_checks, "answers", V12);
}

static bool add_named(struct agenda *agenda, const struct judge_options *options, unsigned speaks,
		      unsigned *answers, struct err *err)
{
	const json_t *name;
	size_t i;

	json_array_foreach (options->suites, i, name) {
		const struct suite *suite = suite_find(json_string_value(name));
		char *known;

		if (!suite) {
			known = judge_suites();
			err_set(err, ERR_INVALID,
				"--suite %s: there is no such suite; there are: %s",
				json_string_value(name), known);
			free(known);
			return false;
		}
		if (options->version && !(suite->in & options->version))
			return err_set(err, ERR_INVALID,
				       "--version %s: the suite %s judges only %s",
				       options->version & V12 ? "1.2" : "1.1", suite->name,
				       suite->in & V12 ? "1.2" : "1.1");
		add_suite(agenda, suite, version_of(suite, speaks));
		*answers |= suite->answers ? version_of(suite, speaks) : 0;
	}
	return true;
}

/* Only what a pattern of @patterns fits stays; each has to fit something. */
static bool choose(struct agenda *agenda, const json_t *patterns, struct err *err)
{
	const json_t *pattern;
	size_t i, k, left = 0;

	json_array_foreach (patterns, i, pattern) {
		for (k = 0; k < agenda->count; k++)
			if (glob_fits(json_string_value(pattern), agenda->items[k].check->id))
				break;
		if (k == agenda->count)
			return err_set(
				err, ERR_INVALID,
				"--check %s: no check of these suites fits; --list names them",
				json_string_value(pattern));
	}
	for (i = 0; i < agenda->count; i++) {
		bool fits = false;

		json_array_foreach (patterns, k, pattern)
			fits = fits ||
			       glob_fits(json_string_value(pattern), agenda->items[i].check->id);
		if (fits)
			agenda->items[left++] = agenda->items[i];
	}
	agenda->count = left;
	return true;
}

bool agenda_make(struct agenda *agenda, const struct judge_options *options, unsigned speaks,
		 struct err *err)
{
	unsigned version = options->version ? options->version : speaks, answers = 0;

	*agenda = (struct agenda){ NULL };
	if (options->suites && !add_named(agenda, options, version, &answers, err))
		return false;
	for (size_t i = 0; !options->suites && i < ARRAY_SIZE(suites); i++) {
		if (options->version && !(suites[i].in & options->version))
			continue;
		add_suite(agenda, &suites[i], version_of(&suites[i], version));
		answers |= version_of(&suites[i], version);
	}
	add_answers(agenda, answers);
	return !options->checks || choose(agenda, options->checks, err);
}

void agenda_release(struct agenda *agenda)
{
	free(agenda->items);
	*agenda = (struct agenda){ NULL };
}

const char *check_left_out(const struct judge_options *options, const struct check *check)
{
	if ((check->needs & C_WRITING) && options->read_only)
		return "it writes, and --read-only was given";
	if ((check->needs & (C_AUTH | C_OAUTH1 | C_OAUTH2)) && options->auth == TRANSPORT_NONE)
		return "no credentials are used (--auth none)";
	if ((check->needs & C_OAUTH2) && options->auth == TRANSPORT_OAUTH1)
		return "tokens are not used (--auth oauth1)";
	return NULL;
}

json_t *planned_describe(const struct planned *planned)
{
	const struct check *check = planned->check;
	json_t *row = json_object();

	json_object_set_new(row, "id", json_string(check->id));
	json_object_set_new(row, "suite", json_string(planned->suite));
	json_object_set_new(row, "version", json_string(planned->version & V12 ? "1.2" : "1.1"));
	json_object_set_new(row, "level", json_string(level_names[check->level]));
	json_object_set_new(row, "clause", json_string(check->clause));
	json_object_set_new(row, "title", json_string(check->title));
	json_object_set_new(row, "writes", json_boolean(check->needs & C_WRITING));
	return row;
}

json_t *judge_list(const struct judge_options *options, struct err *err)
{
	struct agenda agenda;
	json_t *list = json_array();

	if (!agenda_make(&agenda, options, V11, err)) {
		json_decref(list);
		list = NULL;
	}
	for (size_t i = 0; list && i < agenda.count; i++) {
		json_t *row = planned_describe(&agenda.items[i]);

		const char *why = check_left_out(options, agenda.items[i].check);

		if (why)
			json_object_set_new(row, "left_out", json_string(why));
		json_array_append_new(list, row);
	}
	agenda_release(&agenda);
	return list;
}

json_t *judge_catalogue(void)
{
	static const unsigned versions[] = { V11, V12 };
	json_t *all = json_array();

	for (size_t i = 0; i < ARRAY_SIZE(versions); i++) {
		struct err err = ERR_INIT;
		json_t *list = judge_list(&(struct judge_options){ .version = versions[i] }, &err);

		json_array_extend(all, list);
		json_decref(list);
	}
	return all;
}
