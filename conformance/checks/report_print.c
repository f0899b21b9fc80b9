/*
 * report_print.c - a judge's report on a terminal.
 */
#include "conformance/checks/report_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/wrap.h"
#include "conformance/canvas/deviations.h"

#define ANSWERS_SHOWN 30
#define ANSWER_SHOWN 300 /* characters */
#define LINE_MOST 10000
#define INDENT 9 /* of what stands below a check */

struct printer {
	FILE *out;
	bool all, color;
	int width; /* of ids */
};

static void print_verdict(const struct printer *p, const json_t *row)
{
	const struct verdict_words *words = &verdict_words[verdict_of(row)];
	bool expected = jsonx_true(row, "expected"), color = p->color && !expected && *words->color;

	fprintf(p->out, "%s%-8s%s", color ? words->color : "", expected ? "expected" : words->word,
		color ? "\033[0m" : "");
}

/* What a provider says must not steer a terminal. */
static void put_plain(FILE *out, const char *text, size_t most)
{
	size_t length = utf8_prefix(text, most);

	for (size_t i = 0; i < length; i++)
		fputc((unsigned char)text[i] < ' ' || text[i] == 0x7f ? ' ' : text[i], out);
}

/* A line below a check; nothing where there is no text. */
static void print_line(const struct printer *p, const char *label, const char *text, size_t most)
{
	if (!text || !*text)
		return;
	fprintf(p->out, "%*s%-7s ", INDENT, "", label);
	put_plain(p->out, text, most);
	fputc('\n', p->out);
}

static void print_exchange(const struct printer *p, const json_t *row)
{
	const json_t *last = row_last_exchange(row);

	print_line(p, "answer", jsonx_text(last, "response"), ANSWER_SHOWN);
	print_line(p, "repeat", jsonx_text(last, "curl"), LINE_MOST);
}

/* How answers depart from the schema, a line per kind. */
static void print_answers(const struct printer *p, const json_t *answers)
{
	const json_t *kind;
	size_t i;

	json_array_foreach (answers, i, kind) {
		struct str line = STR_INIT;

		if (i == ANSWERS_SHOWN) {
			fprintf(p->out, "%*sand %zu more kinds (--json lists them all)\n", INDENT,
				"", json_array_size(answers) - i);
			return;
		}
		deviation_format(kind, &line);
		print_line(p, "answer", str_text(&line), LINE_MOST);
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

static void print_row(const struct printer *p, const json_t *row)
{
	enum verdict v = verdict_of(row);

	print_verdict(p, row);
	fprintf(p->out, " %-*s %-6s %s\n", p->width, jsonx_text(row, "id"),
		jsonx_text(row, "level"), jsonx_text(row, "title"));
	if (v == PASS)
		return;
	if (v == SKIPPED) {
		print_line(p, "because", jsonx_text(row, "message"), LINE_MOST);
		return;
	}
	print_line(p, "found", jsonx_text(row, "message"), LINE_MOST);
	if (jsonx_true(row, "expected")) {
		print_line(p, "because", jsonx_text(row, "reason"), LINE_MOST);
		return;
	}
	print_line(p, "clause", jsonx_text(row, "clause"), LINE_MOST);
	if (json_array_size(json_object_get(row, "answers")))
		print_answers(p, json_object_get(row, "answers"));
	else
		print_exchange(p, row);
}

/* What was never asked is told by its reason, not check by check. */
static bool is_unasked(const json_t *row)
{
	enum verdict v = verdict_of(row);

	return v == SKIPPED || (v == ERROR && !json_array_size(json_object_get(row, "exchanges")) &&
				!jsonx_true(row, "expected"));
}

static bool same_reason(const json_t *a, const json_t *b)
{
	return verdict_of(a) == verdict_of(b) &&
	       same_text(jsonx_text(a, "message"), jsonx_text(b, "message"));
}

/* The reason of the row @at with the ids of all rows that share it; nothing when an earlier row
 * has told it. */
static void print_reason(const struct printer *p, const json_t *checks, const struct group *group,
			 size_t at)
{
	const json_t *row = json_array_get(checks, at);
	struct str ids = STR_INIT;
	size_t count = 0;

	for (size_t i = group->begin; i < group->end; i++) {
		const json_t *other = json_array_get(checks, i);

		if (!is_unasked(other) || !same_reason(row, other))
			continue;
		if (i < at)
			return;
		str_format(&ids, "%s%s", count++ ? ", " : "", jsonx_text(other, "id"));
	}
	print_verdict(p, row);
	fprintf(p->out, " %zu: ", count);
	put_plain(p->out, jsonx_text(row, "message"), LINE_MOST);
	fputc('\n', p->out);
	wrap_field(p->out, INDENT - WRAP_LABEL, "", str_text(&ids));
	str_release(&ids);
}

static void print_group(const struct printer *p, const json_t *checks, const struct group *group)
{
	struct str line = STR_INIT;

	group_title(checks, group, &line);
	str_add(&line, ", ");
	group_counts(group, &line);
	fprintf(p->out, "\n%s\n", str_text(&line));
	str_release(&line);
	for (size_t i = group->begin; i < group->end; i++) {
		const json_t *row = json_array_get(checks, i);

		if (p->all || (verdict_of(row) != PASS && !is_unasked(row)))
			print_row(p, row);
	}
	for (size_t i = group->begin; !p->all && i < group->end; i++)
		if (is_unasked(json_array_get(checks, i)))
			print_reason(p, checks, group, i);
}

static void print_clients(FILE *out, const json_t *report)
{
	const json_t *client;
	size_t i;

	fprintf(out, "Checked client ");
	json_array_foreach (json_object_get(report, "clients"), i, client)
		fputs(i ? ", " : "", out), put_plain(out, json_string_value(client), LINE_MOST);
	fprintf(out, " by %lld exchanges of sandbox %s at %s",
		(long long)jsonx_int(report, "exchanges"), jsonx_text(report, "sandbox"),
		jsonx_text(report, "url"));
	if (jsonx_text(report, "version"))
		fprintf(out, " (OneRoster %s)", jsonx_text(report, "version"));
	fputc('\n', out);
	if (jsonx_text(report, "incomplete"))
		fprintf(out, "Not the whole story: %s\n", jsonx_text(report, "incomplete"));
	if (jsonx_int(report, "not_attributed"))
		fprintf(out, "%lld exchanges belong to none of them for certain\n",
			(long long)jsonx_int(report, "not_attributed"));
}

/* Who was judged: a provider, or the clients of a journal. */
static void print_head(FILE *out, const json_t *report)
{
	const char *class_id = jsonx_text(report, "class");

	if (json_object_get(report, "clients")) {
		print_clients(out, report);
		return;
	}
	fprintf(out, "Checked %s%s", jsonx_text(report, "url"), class_id ? " in class " : "");
	put_plain(out, class_id ? class_id : "", LINE_MOST);
	if (json_object_get(report, "seed"))
		fprintf(out, " (seed %lld)", (long long)jsonx_int(report, "seed"));
	fputc('\n', out);
}

static void print_texts(FILE *out, const char *title, const json_t *list)
{
	const json_t *item;
	size_t i;

	if (json_array_size(list))
		fprintf(out, "%s\n", title);
	json_array_foreach (list, i, item)
		fputs("  ", out), put_plain(out, json_string_value(item), LINE_MOST),
			fputc('\n', out);
}

/* Expectations that did not come true, or that nobody could see. */
static void print_expectations(FILE *out, const char *title, const json_t *list)
{
	const json_t *item;
	size_t i;

	if (json_array_size(list))
		fprintf(out, "%s\n", title);
	json_array_foreach (list, i, item) {
		const char *version = jsonx_text(item, "version");

		fprintf(out, "  %s%s%s: expected %s: ", jsonx_text(item, "id"),
			version ? " in " : "", version ? version : "", jsonx_text(item, "verdict"));
		put_plain(out, jsonx_text(item, "found"), LINE_MOST);
		fputc('\n', out);
	}
}

void checks_print(FILE *out, const json_t *report, bool all, bool color)
{
	const json_t *checks = json_object_get(report, "checks");
	struct printer printer = { out, all, color, checks_id_width(checks) };
	struct group group = { 0 }, whole = group_all(checks);

	print_head(out, report);
	while (group_next(checks, &group))
		print_group(&printer, checks, &group);
	fprintf(out, "\n%zu checks: %zu passed, %zu failed, %zu warnings, %zu skipped, %zu errors",
		whole.end, whole.of[PASS], whole.of[FAIL], whole.of[WARNING], whole.of[SKIPPED],
		whole.of[ERROR]);
	if (whole.expected)
		fprintf(out, "; %zu of them as expected", whole.expected);
	fputc('\n', out);
	if (jsonx_text(report, "ended"))
		fprintf(out, "broken off: %s\n", jsonx_text(report, "ended"));
	print_texts(out, "left behind, because the provider would not delete it:",
		    json_object_get(report, "left_behind"));
	print_expectations(out, "stale expectations, which did not come true:",
			   json_object_get(report, "stale"));
	print_expectations(out, "expectations that this run did not look at, so not stale:",
			   json_object_get(report, "unseen"));
}
