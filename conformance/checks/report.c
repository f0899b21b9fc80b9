/*
 * report.c - the judge's report.
 */
#include "conformance/checks/report.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "conformance/canvas/deviations.h"

#define ANSWERS_SHOWN 30

static const struct {
	const char *verdict, *word, *color;
} verdicts[] = {
	{ "pass", "pass", "\033[32m" },       { "fail", "FAIL", "\033[31m" },
	{ "warning", "warning", "\033[33m" }, { "skipped", "skipped", "" },
	{ "error", "ERROR", "\033[31m" },
};

static void print_verdict(FILE *out, const char *verdict, bool color)
{
	for (size_t i = 0; i < ARRAY_SIZE(verdicts); i++)
		if (same_text(verdicts[i].verdict, verdict))
			fprintf(out, "%s%-8s%s", color ? verdicts[i].color : "", verdicts[i].word,
				color && *verdicts[i].color ? "\033[0m" : "");
}

static void print_exchange(FILE *out, const json_t *check)
{
	const json_t *exchanges = json_object_get(check, "exchanges");
	const json_t *last = json_array_get(exchanges, json_array_size(exchanges) - 1);

	if (!last)
		return;
	if (jsonx_text(last, "response") && *jsonx_text(last, "response"))
		fprintf(out, "         answer  %.300s\n", jsonx_text(last, "response"));
	fprintf(out, "         repeat  %s\n", jsonx_text(last, "curl"));
}

static void print_left(FILE *out, const json_t *left)
{
	const json_t *target;
	size_t i;

	if (json_array_size(left))
		fprintf(out, "left behind, because the provider would not delete it:\n");
	json_array_foreach (left, i, target)
		fprintf(out, "  %s\n", json_string_value(target));
}

/* How answers depart from the schema, a line per kind. */
static void print_answers(FILE *out, const json_t *answers)
{
	const json_t *kind;
	size_t i;

	json_array_foreach (answers, i, kind) {
		struct str line = STR_INIT;

		if (i == ANSWERS_SHOWN) {
			fprintf(out, "         and %zu more kinds (--json lists them all)\n",
				json_array_size(answers) - i);
			return;
		}
		deviation_format(kind, &line);
		fprintf(out, "         answer  %s\n", str_text(&line));
		str_release(&line);
	}
}

int checks_id_width(const json_t *checks)
{
	const json_t *check;
	size_t i, width = 12;

	json_array_foreach (checks, i, check)
		if (strlen(jsonx_text(check, "id")) > width)
			width = strlen(jsonx_text(check, "id"));
	return (int)width;
}

/* Who was judged: a provider, or the clients of a journal (consumer/consumer.h). */
static void print_head(FILE *out, const json_t *report)
{
	const json_t *clients = json_object_get(report, "clients"), *client, *suite;
	const char *class_id = jsonx_text(report, "class");
	size_t i;

	if (!clients) {
		fprintf(out, "Checked %s%s%s (seed %lld)\n", jsonx_text(report, "url"),
			class_id ? " in class " : "", class_id ? class_id : "",
			(long long)jsonx_int(report, "seed"));
		json_array_foreach (json_object_get(report, "suites"), i, suite)
			fprintf(out, "%s%s (OneRoster %s)",
				i ? ", " : "suites: ", jsonx_text(suite, "suite"),
				jsonx_text(suite, "version"));
		fputs("\n\n", out);
		return;
	}
	fprintf(out, "Checked client ");
	json_array_foreach (clients, i, client)
		fprintf(out, "%s%s", i ? ", " : "", json_string_value(client));
	fprintf(out, " by %lld exchanges of sandbox %s at %s (OneRoster %s)\n",
		(long long)jsonx_int(report, "exchanges"), jsonx_text(report, "sandbox"),
		jsonx_text(report, "url"), jsonx_text(report, "version"));
	if (jsonx_text(report, "incomplete"))
		fprintf(out, "Not the whole story: %s\n", jsonx_text(report, "incomplete"));
	if (jsonx_int(report, "not_attributed"))
		fprintf(out, "%lld exchanges belong to none of them for certain\n",
			(long long)jsonx_int(report, "not_attributed"));
	fputc('\n', out);
}

void checks_print(FILE *out, const json_t *report, bool color)
{
	const json_t *check, *summary = json_object_get(report, "summary");
	size_t i;

	int width = checks_id_width(json_object_get(report, "checks"));

	print_head(out, report);
	json_array_foreach (json_object_get(report, "checks"), i, check) {
		const char *verdict = jsonx_text(check, "verdict");
		bool bad = !same_text(verdict, "pass") && !same_text(verdict, "skipped");

		print_verdict(out, verdict, color);
		fprintf(out, " %-*s %-6s %s\n", width, jsonx_text(check, "id"),
			jsonx_text(check, "level"), jsonx_text(check, "title"));
		if (same_text(verdict, "skipped"))
			fprintf(out, "         because %s\n", jsonx_text(check, "message"));
		if (!bad)
			continue;
		fprintf(out, "         found   %s\n         clause  %s\n",
			jsonx_text(check, "message"), jsonx_text(check, "clause"));
		if (json_array_size(json_object_get(check, "answers")))
			print_answers(out, json_object_get(check, "answers"));
		else
			print_exchange(out, check);
	}
	fprintf(out,
		"\n%zu checks: %lld passed, %lld failed, %lld warnings, %lld skipped, %lld "
		"errors\n",
		json_array_size(json_object_get(report, "checks")),
		(long long)jsonx_int(summary, "pass"), (long long)jsonx_int(summary, "fail"),
		(long long)jsonx_int(summary, "warning"), (long long)jsonx_int(summary, "skipped"),
		(long long)jsonx_int(summary, "error"));
	print_left(out, json_object_get(report, "left_behind"));
}

static void xml(struct str *out, const char *text)
{
	static const struct {
		char c;
		const char *entity;
	} entities[] = { { '<', "&lt;" }, { '>', "&gt;" }, { '&', "&amp;" }, { '"', "&quot;" } };

	for (; text && *text; text++) {
		const char *entity = NULL;

		for (size_t i = 0; i < ARRAY_SIZE(entities); i++)
			if (entities[i].c == *text)
				entity = entities[i].entity;
		if (entity)
			str_add(out, entity);
		else if ((unsigned char)*text >= ' ' || *text == '\n' || *text == '\t')
			str_add_char(out, *text);
		else
			str_add_char(out, '?'); /* XML 1.0 has no other control characters */
	}
}

static void junit_case(struct str *out, const json_t *check)
{
	static const struct {
		const char *verdict, *open, *close;
	} bodies[] = {
		{ "fail", "<failure message=\"", "\"/>" },
		{ "error", "<error message=\"", "\"/>" },
		{ "skipped", "<skipped message=\"", "\"/>" },
		{ "warning", "<system-out>warning: ", "</system-out>" },
	};

	str_format(out, "    <testcase classname=\"mocksis.%s\" name=\"",
		   jsonx_text(check, "level"));
	xml(out, jsonx_text(check, "id"));
	str_add_char(out, ' ');
	xml(out, jsonx_text(check, "title"));
	str_add(out, "\">");
	for (size_t i = 0; i < ARRAY_SIZE(bodies); i++) {
		if (!same_text(bodies[i].verdict, jsonx_text(check, "verdict")))
			continue;
		str_add(out, bodies[i].open);
		xml(out, jsonx_text(check, "message"));
		str_add(out, " [");
		xml(out, jsonx_text(check, "clause"));
		str_add(out, "]");
		str_add(out, bodies[i].close);
	}
	str_add(out, "</testcase>\n");
}

char *checks_junit(const json_t *report)
{
	const json_t *summary = json_object_get(report, "summary"), *check;
	struct str out = STR_INIT;
	size_t i;

	str_add(&out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
	str_add(&out, "  <testsuite name=\"mocksis check ");
	xml(&out, jsonx_text(report, "url"));
	str_format(&out, "\" tests=\"%zu\" failures=\"%lld\" errors=\"%lld\" skipped=\"%lld\">\n",
		   json_array_size(json_object_get(report, "checks")),
		   (long long)jsonx_int(summary, "fail"), (long long)jsonx_int(summary, "error"),
		   (long long)jsonx_int(summary, "skipped"));
	json_array_foreach (json_object_get(report, "checks"), i, check)
		junit_case(&out, check);
	str_add(&out, "  </testsuite>\n</testsuites>\n");
	return str_take(&out, NULL);
}
