/*
 * report_html.c - a judge's report as one HTML page that stands alone.
 *
 * No script, nothing loaded from elsewhere: it can be mailed, kept for years, and printed.
 * Everything that a provider has said goes through markup_add(); ids of anchors are ours.
 */
#include "conformance/checks/report_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/reason.h"
#include "conformance/canvas/deviations.h"

#define EXCHANGES_SHOWN 20 /* of a check; the JSON report has them all */
#define ANSWERS_SHOWN 50

/* On paper everything is open and dark on white. */
static const char head[] =
	"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
	"style-src 'unsafe-inline'\">\n"
	"<style>\n"
	"body { font: 16px/1.45 system-ui, sans-serif; max-width: 62em; margin: 2em auto; "
	"padding: 0 1em; color: #222; background: #fff }\n"
	"h1 { font-size: 1.5em } h2 { font-size: 1.2em; margin-top: 2em; border-bottom: 1px solid "
	"#999 }\n"
	"table { border-collapse: collapse } th, td { padding: .2em .7em; border: 1px solid #bbb; "
	"text-align: left; vertical-align: top }\n"
	"td.n { text-align: right }\n"
	"details { border: 1px solid #ccc; border-left-width: 6px; margin: .4em 0; padding: .3em "
	".7em }\n"
	"summary { cursor: pointer } summary b { font-family: ui-monospace, monospace }\n"
	".fail, .error { border-left-color: #b00020 } .warning { border-left-color: #b26a00 }\n"
	".pass { border-left-color: #2e7d32 } .skipped, .expected { border-left-color: #777 }\n"
	".word { display: inline-block; min-width: 5.5em; font-weight: bold }\n"
	"dl { display: grid; grid-template-columns: 7em 1fr; margin: .5em 0 } dt { color: #555 } "
	"dd { margin: 0; overflow-wrap: anywhere }\n"
	"pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #f4f4f4; padding: .5em; "
	"margin: .2em 0 .8em; font: .85em/1.4 ui-monospace, monospace }\n"
	".note { color: #555; font-size: .9em }\n"
	"@media print {\n"
	"body { max-width: none; margin: 0; font-size: 10pt }\n"
	"pre { background: none; border: 1px solid #ccc } a { color: inherit; text-decoration: "
	"none }\n"
	"details::details-content { content-visibility: visible; block-size: auto; display: block "
	"}\n"
	"details:not([open]) > * { display: block }\n"
	"h2, summary { break-after: avoid } tr, dl { break-inside: avoid }\n"
	"}\n"
	"</style>\n";

static void cell(struct str *out, size_t number)
{
	if (number)
		str_format(out, "<td class=\"n\">%zu</td>", number);
	else
		str_add(out, "<td class=\"n\"></td>");
}

static void add_facts(struct str *out, const json_t *report)
{
	struct str value = STR_INIT;
	const char *key, *words;
	size_t i = 0;

	str_add(out, "<table>\n");
	while ((words = report_fact(report, &i, &key, &value)) != NULL) {
		str_format(out, "<tr><th>%s</th><td>", words);
		markup_add(out, str_text(&value));
		str_add(out, "</td></tr>\n");
	}
	str_add(out, "</table>\n");
	str_release(&value);
}

static void add_numbers(struct str *out, const struct group *group)
{
	for (enum verdict v = PASS; v < VERDICTS; v++)
		cell(out, group->of[v]);
	cell(out, group->expected);
	cell(out, group->end - group->begin);
	str_add(out, "</tr>\n");
}

static void add_summary(struct str *out, const json_t *checks)
{
	struct group group = { 0 }, whole = group_all(checks);
	size_t number = 0;

	str_add(out, "<h2>Summary</h2>\n<table>\n<tr><th>suite</th>");
	for (enum verdict v = PASS; v < VERDICTS; v++)
		str_format(out, "<th>%s</th>", verdict_words[v].many);
	str_add(out, "<th>as expected</th><th>checks</th></tr>\n");
	while (group_next(checks, &group)) {
		struct str title = STR_INIT;

		group_title(checks, &group, &title);
		str_format(out, "<tr><td><a href=\"#suite-%zu\">", ++number);
		markup_add(out, str_text(&title));
		str_add(out, "</a></td>");
		add_numbers(out, &group);
		str_release(&title);
	}
	str_add(out, "<tr><th>all</th>");
	add_numbers(out, &whole);
	str_add(out, "</table>\n");
}

/* The id of a check; where an earlier row has it, that of the other version, with its version
 * behind it. Ids are unique in a version. */
static void add_anchor(struct str *out, const json_t *checks, size_t at)
{
	const json_t *row = json_array_get(checks, at);
	const char *id = jsonx_text(row, "id"), *version = jsonx_text(row, "version");

	markup_add(out, id);
	for (size_t i = 0; i < at; i++) {
		if (!same_text(jsonx_text(json_array_get(checks, i), "id"), id))
			continue;
		str_add_char(out, '-');
		markup_add(out, version);
		return;
	}
}

static bool is_bad(const json_t *row)
{
	enum verdict v = verdict_of(row);

	return v != PASS && v != SKIPPED && !jsonx_true(row, "expected");
}

static void add_findings(struct str *out, const json_t *checks)
{
	bool any = false;

	for (size_t i = 0; i < json_array_size(checks); i++) {
		const json_t *row = json_array_get(checks, i);

		if (!is_bad(row))
			continue;
		str_add(out, any ? "" : "<h2>What did not pass</h2>\n<table>\n");
		any = true;
		str_format(out, "<tr><td>%s</td><td><a href=\"#",
			   verdict_words[verdict_of(row)].verdict);
		add_anchor(out, checks, i);
		str_add(out, "\">");
		markup_add(out, jsonx_text(row, "id"));
		str_format(out, "</a></td><td>%s</td><td>", jsonx_text(row, "level"));
		markup_add(out, jsonx_text(row, "title"));
		str_add(out, "</td></tr>\n");
	}
	str_add(out, any ? "</table>\n" : "<p>Everything that was asked passed.</p>\n");
}

static void add_row(struct str *out, const char *name, const char *text)
{
	if (!text)
		return;
	str_format(out, "<dt>%s</dt><dd>", name);
	markup_add(out, text);
	str_add(out, "</dd>\n");
}

static void add_pre(struct str *out, const json_t *exchange, const char *which, const char *name)
{
	const char *text = jsonx_text(exchange, which);
	struct str note = STR_INIT;

	if (!text || !*text)
		return;
	cut_note(exchange, which, &note);
	str_format(out, "<div class=\"note\">%s%s</div><pre>", name, str_text(&note));
	markup_add(out, text);
	str_add(out, "</pre>\n");
	str_release(&note);
}

static void add_exchange(struct str *out, const json_t *exchange)
{
	int status = (int)jsonx_int(exchange, "status");
	struct str line = STR_INIT;

	str_format(&line, "%s %s", jsonx_text(exchange, "method"), jsonx_text(exchange, "target"));
	str_add(out, "<pre>");
	markup_add(out, str_text(&line));
	str_add(out, "</pre>\n");
	add_pre(out, exchange, "request", "sent");
	if (jsonx_text(exchange, "error"))
		add_pre(out, exchange, "error", "no answer");
	else
		str_format(out, "<div class=\"note\">answered HTTP %d %s, %lld ms</div>\n", status,
			   http_reason(status), (long long)jsonx_int(exchange, "ms"));
	add_pre(out, exchange, "headers", "headers");
	add_pre(out, exchange, "response", "body");
	add_pre(out, exchange, "curl", "repeat with");
	str_release(&line);
}

static void add_exchanges(struct str *out, const json_t *row)
{
	const json_t *exchanges = json_object_get(row, "exchanges");
	size_t count = json_array_size(exchanges);
	size_t first = count > EXCHANGES_SHOWN ? count - EXCHANGES_SHOWN : 0;

	if (first || jsonx_int(row, "exchanges_left_out"))
		str_format(out,
			   "<p class=\"note\">The last %zu of %lld exchanges; the JSON report "
			   "keeps more.</p>\n",
			   count - first, (long long)count + jsonx_int(row, "exchanges_left_out"));
	for (size_t i = first; i < count; i++)
		add_exchange(out, json_array_get(exchanges, i));
}

static void add_answers(struct str *out, const json_t *answers)
{
	const json_t *kind;
	size_t i;

	if (!json_array_size(answers))
		return;
	str_add(out, "<ul>\n");
	json_array_foreach (answers, i, kind) {
		struct str line = STR_INIT;

		if (i == ANSWERS_SHOWN)
			break;
		deviation_format(kind, &line);
		str_add(out, "<li>");
		markup_add(out, str_text(&line));
		str_add(out, "</li>\n");
		str_release(&line);
	}
	if (json_array_size(answers) > ANSWERS_SHOWN)
		str_format(out, "<li>and %zu more kinds, which the JSON report lists</li>\n",
			   json_array_size(answers) - ANSWERS_SHOWN);
	str_add(out, "</ul>\n");
}

static void add_check(struct str *out, const json_t *checks, size_t at)
{
	const json_t *row = json_array_get(checks, at);
	const char *verdict = verdict_words[verdict_of(row)].verdict;
	bool expected = jsonx_true(row, "expected");

	str_format(out, "<details class=\"%s\" id=\"", expected ? "expected" : verdict);
	add_anchor(out, checks, at);
	str_format(out, "\"%s><summary><span class=\"word\">%s</span> <b>",
		   is_bad(row) ? " open" : "", verdict);
	markup_add(out, jsonx_text(row, "id"));
	str_format(out, "</b> (%s) ", jsonx_text(row, "level"));
	markup_add(out, jsonx_text(row, "title"));
	str_add(out, "</summary>\n<dl>\n");
	add_row(out, "clause", jsonx_text(row, "clause"));
	add_row(out, "expected", jsonx_text(row, "title"));
	if (verdict_of(row) != PASS)
		add_row(out, verdict_of(row) == SKIPPED ? "skipped" : "found",
			jsonx_text(row, "message"));
	if (expected)
		add_row(out, "foreseen", jsonx_text(row, "reason"));
	str_add(out, "</dl>\n");
	add_answers(out, json_object_get(row, "answers"));
	add_exchanges(out, row);
	str_add(out, "</details>\n");
}

static void add_suites(struct str *out, const json_t *checks)
{
	struct group group = { 0 };
	size_t number = 0;

	while (group_next(checks, &group)) {
		struct str title = STR_INIT;

		group_title(checks, &group, &title);
		str_format(out, "<h2 id=\"suite-%zu\">", ++number);
		markup_add(out, str_text(&title));
		str_add(out, "</h2>\n");
		str_release(&title);
		for (size_t i = group.begin; i < group.end; i++)
			add_check(out, checks, i);
	}
}

static void add_expectations(struct str *out, const char *title, const json_t *list)
{
	const json_t *item;
	size_t i;

	if (json_array_size(list))
		str_format(out, "<h2>%s</h2>\n<ul>\n", title);
	json_array_foreach (list, i, item) {
		str_add(out, "<li><b>");
		markup_add(out, jsonx_text(item, "id"));
		str_add(out, "</b> ");
		markup_add(out, jsonx_text(item, "version"));
		str_format(out, " expected to be %s: ", jsonx_text(item, "verdict"));
		markup_add(out, jsonx_text(item, "found"));
		str_add(out, "</li>\n");
	}
	if (json_array_size(list))
		str_add(out, "</ul>\n");
}

static void add_left(struct str *out, const json_t *left)
{
	const json_t *target;
	size_t i;

	if (json_array_size(left))
		str_add(out,
			"<h2>Left behind, because the provider would not delete it</h2>\n<ul>\n");
	json_array_foreach (left, i, target) {
		str_add(out, "<li>");
		markup_add(out, json_string_value(target));
		str_add(out, "</li>\n");
	}
	if (json_array_size(left))
		str_add(out, "</ul>\n");
}

char *checks_html(const json_t *report)
{
	const json_t *checks = json_object_get(report, "checks");
	struct str out = STR_INIT;

	str_add(&out, head);
	str_add(&out, "<title>mocksis check ");
	markup_add(&out, jsonx_text(report, "url"));
	str_add(&out, "</title>\n</head>\n<body>\n<h1>mocksis check</h1>\n");
	add_facts(&out, report);
	add_summary(&out, checks);
	add_findings(&out, checks);
	add_expectations(&out, "Stale expectations, which did not come true",
			 json_object_get(report, "stale"));
	add_expectations(&out, "Expectations that this run did not look at, so not stale",
			 json_object_get(report, "unseen"));
	add_left(&out, json_object_get(report, "left_behind"));
	add_suites(&out, checks);
	str_add(&out, "</body>\n</html>\n");
	return report_take(&out);
}
