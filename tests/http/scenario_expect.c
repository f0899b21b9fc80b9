/*
 * scenario_expect.c - what must come of a step.
 */
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/util.h"
#include "conformance/wording.h"
#include "tests/http/scenario.h"

/* A text that is expected: as it is, or with {placeholders} for what differs each time. */
static bool is_said(const json_t *expected, const json_t *found)
{
	const char *text = json_string_value(expected), *said = json_string_value(found);
	struct pattern *pattern;
	struct wording *wording;
	bool fits;

	if (!text || !said || !strchr(text, '{'))
		return json_equal(expected, found);
	pattern = pattern_new(text, false);
	wording = wording_new(said);
	fits = pattern_is(pattern, wording);
	wording_free(wording);
	pattern_free(pattern);
	return fits;
}

/* Whether an error has all members of @wanted. */
static bool fits_error(const json_t *error, const json_t *wanted)
{
	const char *key;
	const json_t *value;

	json_object_foreach ((json_t *)(uintptr_t)wanted, key, value)
		if (!is_said(value, json_object_get(error, key)))
			return false;
	return true;
}

/* The PUTs of the trace as the scenario writes them: for a lineItem title, class
 * and status; for results how many of a lineItem had which status. Sorted. */
static json_t *read_puts(const struct play *play)
{
	char *path = xformat("%s/trace", play->folder), *text = file_get(path), *save = NULL;
	json_t *puts = json_object(), *titles = json_object();

	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		json_t *exchange = json_loads(line, 0, NULL);
		const json_t *request = json_object_get(exchange, "request");
		const json_t *item = json_object_get(request, "lineItem");
		const json_t *result = json_object_get(request, "result");
		long status = (long)jsonx_int(exchange, "status");
		char *key = NULL;

		if (item) {
			const char *class_id = jsonx_text(json_object_get(item, "class"),
							  "sourcedId");

			key = xformat("lineItem %s of %s: %ld", jsonx_text(item, "title"), class_id,
				      status);
			json_object_set(titles, jsonx_text(item, "sourcedId"),
					json_object_get(item, "title"));
		} else if (result) {
			const char *of = jsonx_text(json_object_get(result, "lineItem"),
						    "sourcedId");
			const char *title = jsonx_text(titles, of);

			key = xformat("results of %s: %ld", title ? title : "a known lineItem",
				      status);
		}
		if (key)
			json_object_set_new(puts, key, json_integer(jsonx_int(puts, key) + 1));
		free(key);
		json_decref(exchange);
	}
	json_decref(titles);
	free(text);
	free(path);
	return puts;
}

static void compare(const struct play *play, const char *what, const json_t *expected,
		    const json_t *found)
{
	char *a, *b;

	if (!expected || json_equal(expected, found))
		return;
	a = json_dumps(expected, JSON_SORT_KEYS | JSON_INDENT(1));
	b = json_dumps(found, JSON_SORT_KEYS | JSON_INDENT(1) | JSON_ENCODE_ANY);
	ck_abort_msg("%s step %zu: %s: expected %s, found %s", play->file, play->step, what, a,
		     b ? b : "nothing");
}

/* Each expected error or warning must be there: its members are compared, "count" says how often.
 */
static void compare_errors(const struct play *play, const json_t *expected, const json_t *found)
{
	const json_t *wanted, *error;
	size_t i, k, total = 0;

	json_array_foreach (expected, i, wanted) {
		size_t count = 0, expect = json_object_get(wanted, "count")
						   ? (size_t)jsonx_int(wanted, "count")
						   : 1;
		json_t *members = json_copy((json_t *)(uintptr_t)wanted);

		json_object_del(members, "count");
		json_array_foreach (found, k, error)
			count += fits_error(error, members);
		char *text = json_dumps(members, 0), *all = json_dumps(found, JSON_INDENT(1));

		ck_assert_msg(count == expect,
			      "%s step %zu: error %s: expected %zu times, found "
			      "%zu in %.1500s",
			      play->file, play->step, text, expect, count, all);
		total += count;
		free(text);
		free(all);
		json_decref(members);
	}
	ck_assert_msg(!expected || total == json_array_size(found),
		      "%s step %zu: %zu errors or warnings, expected %zu", play->file, play->step,
		      json_array_size(found), total);
}

/* As fits(), but a reference is told by its sourcedId. */
static bool fits_item(const json_t *item, const json_t *members)
{
	const char *key;
	const json_t *value;

	json_object_foreach ((json_t *)(uintptr_t)members, key, value) {
		const json_t *found = json_object_get(item, key);

		if (json_is_object(found) && json_is_string(value))
			found = json_object_get(found, "sourcedId");
		if (!json_equal(value, found))
			return false;
	}
	return true;
}

/* The gradebook: lineItems by title with the members that are named, and how many
 * results each has. */
static void compare_gradebook(const struct play *play, const json_t *expected)
{
	struct answer items;
	const char *title;
	const json_t *wanted, *item;
	size_t i, seen = 0;

	api(&items, &play->server, "GET", "/lineItems?limit=1000", NULL);
	ck_assert_int_eq(items.status, 200);
	json_object_foreach ((json_t *)(uintptr_t)expected, title, wanted) {
		json_t *members = json_copy((json_t *)(uintptr_t)wanted);
		const char *of = strstr(title, " of class-");
		char *base = of ? xstrndup(title, (size_t)(of - title)) : xstrdup(title);
		bool found = false;

		json_object_del(members, "results");
		if (of)
			json_object_set_new(members, "class", json_string(of + 4));
		json_array_foreach (json_object_get(items.json, "lineItems"), i, item) {
			struct answer results;
			char *target;

			if (!same_text(jsonx_text(item, "title"), base) ||
			    !fits_item(item, members))
				continue;
			found = true;
			seen++;
			target = xformat("/classes/%s/lineItems/%s/results?limit=1000",
					 jsonx_text(json_object_get(item, "class"), "sourcedId"),
					 jsonx_text(item, "sourcedId"));
			api(&results, &play->server, "GET", target, NULL);
			ck_assert_msg(json_array_size(json_object_get(results.json, "results")) ==
					      (size_t)jsonx_int(wanted, "results"),
				      "%s step %zu: %s has %zu results", play->file, play->step,
				      title,
				      json_array_size(json_object_get(results.json, "results")));
			answer_release(&results);
			free(target);
		}
		ck_assert_msg(found,
			      "%s step %zu: the gradebook has no such lineItem: %s in %.1500s",
			      play->file, play->step, title, items.body);
		json_decref(members);
		free(base);
	}
	ck_assert_msg(seen == json_array_size(json_object_get(items.json, "lineItems")),
		      "%s step %zu: the gradebook has other lineItems, too: %.1500s", play->file,
		      play->step, items.body);
	answer_release(&items);
}

/* What is said on standard error, where there is no report. */
static void compare_said(const struct play *play, const json_t *expected, const char *said)
{
	const json_t *text;
	size_t i;

	json_array_foreach (expected, i, text) {
		struct pattern *pattern = pattern_new(jsonx_text(text, "text"), false);
		struct wording *wording = wording_new(said);

		ck_assert_msg(pattern_fits(pattern, wording, NULL),
			      "%s step %zu: \"%s\" is not said: %s", play->file, play->step,
			      jsonx_text(text, "text"), said);
		wording_free(wording);
		pattern_free(pattern);
	}
}

/* What a preflight lists is the list of errors of P0. */
static json_t *errors_of(const struct run *run)
{
	json_t *row;
	size_t i;

	if (!json_is_array(run->report))
		return json_object_get(run->report, "errors");
	json_array_foreach (run->report, i, row)
		json_object_set_new(row, "phase", json_string("P0"));
	return run->report;
}

void scenario_compare(const struct play *play, const json_t *expect, const struct run *run)
{
	static const char *const counted[] = { "sent", "unchanged", "filtered" };
	const json_t *said = json_object_get(expect, "said");
	const json_t *counts = json_object_get(run->report, "counts");
	json_t *puts;

	ck_assert_msg(run->status == (int)jsonx_int(expect, "exit"), "%s step %zu: exit %d: %s",
		      play->file, play->step, run->status, run->said);
	ck_assert_msg(said || run->report, "%s step %zu: %s", play->file, play->step, run->said);
	compare_said(play, said, run->said);
	compare(play, "status", json_object_get(expect, "status"),
		json_object_get(run->report, "status"));
	for (size_t i = 0; i < ARRAY_SIZE(counted); i++)
		compare(play, counted[i], json_object_get(expect, counted[i]),
			json_object_get(counts, counted[i]));
	compare_errors(play, json_object_get(expect, "errors"), errors_of(run));
	compare_errors(play, json_object_get(expect, "warnings"),
		       json_object_get(run->report, "warnings"));
	puts = read_puts(play);
	compare(play, "puts", json_object_get(expect, "puts"), puts);
	if (json_object_get(expect, "gradebook"))
		compare_gradebook(play, json_object_get(expect, "gradebook"));
	json_decref(puts);
}
