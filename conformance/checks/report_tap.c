/*
 * report_tap.c - a judge's report as TAP 14 (testanything.org).
 *
 * Diagnostics are YAML whose texts are in double quotes, as JSON writes them.
 */
#include "conformance/checks/report_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonw.h"
#include "base/jsonx.h"
#include "conformance/canvas/deviations.h"

/* One line of anybody's text; a # would begin a directive. */
static void add_words(struct str *out, const char *text)
{
	for (; text && *text; text++) {
		if (*text == '#' || *text == '\\')
			str_add_char(out, '\\');
		str_add_char(out, (unsigned char)*text < ' ' || *text == 0x7f ? ' ' : *text);
	}
}

static void add_text(struct str *out, const char *indent, const char *key, const char *text)
{
	struct jsonw w;

	if (!text)
		return;
	str_format(out, "%s%s: ", indent, key);
	jsonw_init(&w, out, 0);
	jsonw_text(&w, text);
	str_add_char(out, '\n');
}

static void add_exchange(struct str *out, const json_t *exchange)
{
	static const char *const members[] = { "target",   "request", "error",
					       "response", "headers", "curl" };
	struct str note = STR_INIT;

	add_text(out, "    - ", "method", jsonx_text(exchange, "method"));
	str_format(out, "      status: %lld\n", (long long)jsonx_int(exchange, "status"));
	for (size_t i = 0; i < ARRAY_SIZE(members); i++)
		add_text(out, "      ", members[i], jsonx_text(exchange, members[i]));
	cut_note(exchange, "response", &note);
	if (note.length)
		add_text(out, "      ", "note", str_text(&note) + strlen("; "));
	str_release(&note);
}

static void add_answers(struct str *out, const json_t *answers)
{
	const json_t *kind;
	size_t i;

	if (json_array_size(answers))
		str_add(out, "  answers:\n");
	json_array_foreach (answers, i, kind) {
		struct str line = STR_INIT;
		struct jsonw w;

		deviation_format(kind, &line);
		str_add(out, "    - ");
		jsonw_init(&w, out, 0);
		jsonw_text(&w, str_text(&line));
		str_add_char(out, '\n');
		str_release(&line);
	}
}

static void add_diagnostic(struct str *out, const json_t *row)
{
	const json_t *exchanges = json_object_get(row, "exchanges"), *exchange;
	size_t i;

	str_add(out, "  ---\n");
	add_text(out, "  ", "message", jsonx_text(row, "message"));
	add_text(out, "  ", "severity", verdict_words[verdict_of(row)].verdict);
	add_text(out, "  ", "clause", jsonx_text(row, "clause"));
	if (jsonx_true(row, "expected"))
		add_text(out, "  ", "expected", jsonx_text(row, "reason"));
	add_answers(out, json_object_get(row, "answers"));
	if (json_array_size(exchanges))
		str_add(out, "  exchanges:\n");
	json_array_foreach (exchanges, i, exchange)
		add_exchange(out, exchange);
	str_add(out, "  ...\n");
}

static void add_point(struct str *out, const json_t *row, size_t number)
{
	enum verdict v = verdict_of(row);

	str_format(out, "%sok %zu - %s %s: ", v == FAIL || v == ERROR ? "not " : "", number,
		   jsonx_text(row, "id"), jsonx_text(row, "level"));
	add_words(out, jsonx_text(row, "title"));
	if (v == SKIPPED) {
		str_add(out, " # SKIP ");
		add_words(out, jsonx_text(row, "message"));
	} else if (row_is_forgiven(row)) {
		str_add(out, " # TODO expected: ");
		add_words(out, jsonx_text(row, "reason"));
	}
	str_add_char(out, '\n');
	if (v != PASS && v != SKIPPED)
		add_diagnostic(out, row);
}

static void add_stale(struct str *out, const json_t *item, size_t number)
{
	str_format(out, "not ok %zu - stale expectation: %s is expected to be %s, ", number,
		   jsonx_text(item, "id"), jsonx_text(item, "verdict"));
	add_words(out, jsonx_text(item, "found"));
	str_add_char(out, '\n');
}

static void add_head(struct str *out, const json_t *report)
{
	struct str value = STR_INIT;
	const char *key, *words;
	size_t i = 0;

	while ((words = report_fact(report, &i, &key, &value)) != NULL) {
		str_format(out, "# %s: ", words);
		add_words(out, str_text(&value));
		str_add_char(out, '\n');
	}
	str_release(&value);
}

/* How many rows there are up to the last that was seen: behind it nobody was asked. */
static size_t seen(const json_t *report)
{
	const json_t *checks = json_object_get(report, "checks");
	size_t count = json_array_size(checks);

	if (!jsonx_text(report, "ended"))
		return count;
	for (; count; count--) {
		const json_t *row = json_array_get(checks, count - 1);

		if (json_array_size(json_object_get(row, "exchanges")))
			break;
	}
	return count;
}

char *checks_tap(const json_t *report)
{
	const json_t *checks = json_object_get(report, "checks"), *item;
	const json_t *stale = json_object_get(report, "stale");
	size_t count = json_array_size(checks), end = seen(report), i;
	struct group group = { 0 };
	struct str out = STR_INIT;

	str_format(&out, "TAP version 14\n1..%zu\n", count + json_array_size(stale));
	add_head(&out, report);
	while (group_next(checks, &group) && group.begin < end) {
		str_add(&out, "# ");
		group_title(checks, &group, &out);
		str_add_char(&out, '\n');
		for (i = group.begin; i < group.end && i < end; i++)
			add_point(&out, json_array_get(checks, i), i + 1);
	}
	if (jsonx_text(report, "ended")) {
		str_add(&out, "Bail out! ");
		add_words(&out, jsonx_text(report, "ended"));
		str_add_char(&out, '\n');
		return report_take(&out);
	}
	json_array_foreach (stale, i, item)
		add_stale(&out, item, count + i + 1);
	return report_take(&out);
}
