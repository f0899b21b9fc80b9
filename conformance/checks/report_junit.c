/*
 * report_junit.c - a judge's report as JUnit XML.
 *
 * The form that build servers agree on: testsuites > testsuite > properties, testcase >
 * failure | error | skipped, system-out.
 */
#include "conformance/checks/report_internal.h"

#include <stdlib.h>

#include "base/jsonx.h"
#include "conformance/canvas/deviations.h"

static void attribute(struct str *out, const char *name, const char *value)
{
	str_format(out, " %s=\"", name);
	markup_add(out, value);
	str_add_char(out, '"');
}

static void add_time(struct str *out, int64_t ms)
{
	str_format(out, " time=\"%lld.%03lld\"", (long long)ms / 1000, (long long)ms % 1000);
}

/* @stale: expectations, which count as failures. An expected failure counts as skipped. */
static void add_numbers(struct str *out, const json_t *checks, const struct group *group,
			size_t stale)
{
	size_t failures = stale, errors = 0, skipped = 0;

	for (size_t i = group->begin; i < group->end; i++) {
		const json_t *row = json_array_get(checks, i);
		enum verdict v = verdict_of(row);
		bool expected = row_is_forgiven(row);

		skipped += expected || v == SKIPPED;
		failures += !expected && v == FAIL;
		errors += !expected && v == ERROR;
	}
	str_format(out, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\"",
		   group->end - group->begin + stale, failures, errors, skipped);
	add_time(out, group->ms);
}

static void add_exchange(struct str *out, const json_t *exchange)
{
	const char *error = jsonx_text(exchange, "error");
	struct str note = STR_INIT;

	markup_add(out, jsonx_text(exchange, "method"));
	str_add_char(out, ' ');
	markup_add(out, jsonx_text(exchange, "target"));
	str_add_char(out, '\n');
	markup_add(out, jsonx_text(exchange, "request"));
	str_format(out, "\nHTTP %lld", (long long)jsonx_int(exchange, "status"));
	cut_note(exchange, "response", &note);
	str_add(out, str_text(&note));
	str_release(&note);
	str_add_char(out, '\n');
	markup_add(out, error ? error : jsonx_text(exchange, "response"));
	str_add(out, "\nrepeat: ");
	markup_add(out, jsonx_text(exchange, "curl"));
	str_add_char(out, '\n');
}

static void add_answers(struct str *out, const json_t *answers)
{
	const json_t *kind;
	size_t i;

	json_array_foreach (answers, i, kind) {
		struct str line = STR_INIT;

		deviation_format(kind, &line);
		markup_add(out, str_text(&line));
		str_add_char(out, '\n');
		str_release(&line);
	}
}

/* What was sent and came back, for a case that did not pass. */
static void add_output(struct str *out, const json_t *row)
{
	const json_t *exchange;
	size_t i;

	str_add(out, "\n      <system-out>");
	if (verdict_of(row) == WARNING) {
		str_add(out, jsonx_true(row, "expected") ? "expected warning: " : "warning: ");
		markup_add(out, jsonx_text(row, "message"));
		str_add(out, " [");
		markup_add(out, jsonx_text(row, "clause"));
		str_add(out, "]\n");
	}
	add_answers(out, json_object_get(row, "answers"));
	json_array_foreach (json_object_get(row, "exchanges"), i, exchange)
		add_exchange(out, exchange);
	str_add(out, "</system-out>");
}

static void add_body(struct str *out, const json_t *row)
{
	static const char *const elements[VERDICTS] = {
		[FAIL] = "failure", [ERROR] = "error", [SKIPPED] = "skipped"
	};
	enum verdict v = verdict_of(row);
	bool expected = row_is_forgiven(row);
	const char *element = expected ? "skipped" : elements[v];

	if (element) {
		str_format(out, "\n      <%s message=\"", element);
		if (expected) {
			str_format(out, "expected %s, because ", verdict_words[v].verdict);
			markup_add(out, jsonx_text(row, "reason"));
			str_add(out, ": ");
		}
		markup_add(out, jsonx_text(row, "message"));
		str_add(out, " [");
		markup_add(out, jsonx_text(row, "clause"));
		str_add(out, "]\"/>");
	}
	if (v != PASS && v != SKIPPED)
		add_output(out, row);
}

static void add_case(struct str *out, const json_t *row)
{
	const char *suite = jsonx_text(row, "suite"), *version = jsonx_text(row, "version");
	struct str class = STR_INIT;

	str_format(&class, "mocksis.%s%s%s.%s", suite ? suite : "checks", version ? "." : "",
		   version ? version : "", jsonx_text(row, "level"));
	str_add(out, "    <testcase");
	attribute(out, "classname", str_text(&class));
	str_add(out, " name=\"");
	markup_add(out, jsonx_text(row, "id"));
	str_add_char(out, ' ');
	markup_add(out, jsonx_text(row, "title"));
	str_add_char(out, '"');
	add_time(out, row_ms(row));
	str_add_char(out, '>');
	add_body(out, row);
	str_add(out, verdict_of(row) == PASS ? "</testcase>\n" : "\n    </testcase>\n");
	str_release(&class);
}

static void add_properties(struct str *out, const json_t *report)
{
	struct str value = STR_INIT;
	const char *key;
	size_t i = 0;

	str_add(out, "    <properties>\n");
	while (report_fact(report, &i, &key, &value)) {
		str_add(out, "      <property");
		attribute(out, "name", key);
		attribute(out, "value", str_text(&value));
		str_add(out, "/>\n");
	}
	str_add(out, "    </properties>\n");
	str_release(&value);
}

static void add_suite(struct str *out, const json_t *report, const struct group *group)
{
	const json_t *checks = json_object_get(report, "checks");
	struct str title = STR_INIT;

	group_title(checks, group, &title);
	str_add(out, "  <testsuite");
	attribute(out, "name", str_text(&title));
	add_numbers(out, checks, group, 0);
	if (jsonx_text(report, "at"))
		attribute(out, "timestamp", jsonx_text(report, "at"));
	str_add(out, ">\n");
	add_properties(out, report);
	for (size_t i = group->begin; i < group->end; i++)
		add_case(out, json_array_get(checks, i));
	str_add(out, "  </testsuite>\n");
	str_release(&title);
}

static void add_stale(struct str *out, const json_t *stale)
{
	const json_t *item;
	size_t i, count = json_array_size(stale);

	if (!count)
		return;
	str_format(out,
		   "  <testsuite name=\"stale expectations\" tests=\"%zu\" failures=\"%zu\" "
		   "errors=\"0\" skipped=\"0\" time=\"0.000\">\n",
		   count, count);
	json_array_foreach (stale, i, item) {
		str_add(out, "    <testcase classname=\"mocksis.expect\"");
		attribute(out, "name", jsonx_text(item, "id"));
		str_format(out, "><failure message=\"expected %s: ", jsonx_text(item, "verdict"));
		markup_add(out, jsonx_text(item, "found"));
		str_add(out, "\"/></testcase>\n");
	}
	str_add(out, "  </testsuite>\n");
}

char *checks_junit(const json_t *report)
{
	const json_t *checks = json_object_get(report, "checks");
	const json_t *stale = json_object_get(report, "stale");
	struct group group = { 0 }, whole = group_all(checks);
	struct str out = STR_INIT;

	str_add(&out,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"mocksis check\"");
	add_numbers(&out, checks, &whole, json_array_size(stale));
	str_add(&out, ">\n");
	while (group_next(checks, &group))
		add_suite(&out, report, &group);
	add_stale(&out, stale);
	str_add(&out, "</testsuites>\n");
	return report_take(&out);
}
