/*
 * payload_report.c - the report of `mocksis check --payload`, for people and machines.
 */
#include "cli/payload.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"

/* A row at the end of the list, borrowed; NULL when the list is full. */
static json_t *new_row(json_t *list, int line, int column)
{
	json_t *row;

	if (json_array_size(list) == FINDINGS_MOST)
		return NULL;
	row = json_object();
	if (line)
		json_object_set_new(row, "line", json_integer(line));
	if (column)
		json_object_set_new(row, "column", json_integer(column));
	json_array_append_new(list, row);
	return row;
}

static void set(json_t *row, const char *key, const char *text)
{
	json_object_set_new(row, key, json_string(text));
}

void run_add_findings(struct payload_run *run, const struct findings *findings, int line)
{
	run->errors += findings->errors;
	run->warnings += findings->warnings;
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *f = &findings->items[i];
		json_t *row = new_row(run->findings, run->several ? line : 0, 0);

		if (!row)
			return;
		set(row, "pointer", f->pointer);
		set(row, "rule", f->rule);
		set(row, "severity", finding_severity_name(f->severity));
		set(row, "source", f->source);
		set(row, "found", f->found);
		set(row, "expected", f->expected);
	}
}

void run_add_mended(struct payload_run *run, const struct findings *mended, int line)
{
	run->repairs += mended->errors + mended->warnings;
	for (size_t i = 0; i < mended->count; i++) {
		const struct finding *f = &mended->items[i];
		json_t *row = new_row(run->repaired, run->several ? line : 0, 0);

		if (!row)
			return;
		set(row, "pointer", f->pointer);
		set(row, "rule", f->rule);
		set(row, "found", f->found);
		set(row, "now", f->expected);
	}
}

void run_add_repairs(struct payload_run *run, const struct repairs *repairs)
{
	run->repairs += repairs->total;
	for (size_t i = 0; i < repairs->count; i++) {
		const struct repair *repair = &repairs->items[i];
		json_t *row = new_row(run->repaired, repair->line, repair->column);

		if (!row)
			return;
		set(row, "rule", "OR-JSON");
		set(row, "found", repair->what);
	}
}

/* The numbers in "line 3, column 7"; 0 where there are none. */
static int number_after(const char *text, const char *word)
{
	const char *at = strstr(text, word);

	return at ? (int)strtol(at + strlen(word), NULL, 10) : 0;
}

void run_add_broken(struct payload_run *run, const struct err *why)
{
	int line = number_after(why->pointer, "line "),
	    column = number_after(why->pointer, "column ");
	const char *text = why->text;
	json_t *row = new_row(run->findings, line, column);

	run->errors++;
	if (!row)
		return;
	if (starts_with(text, why->pointer) && starts_with(text + strlen(why->pointer), ": "))
		text += strlen(why->pointer) + 2;
	set(row, "pointer", "");
	set(row, "rule", "OR-JSON");
	set(row, "severity", "error");
	set(row, "source", "RFC 8259");
	set(row, "found", text);
	set(row, "expected", "sound JSON");
}

/* FILE, FILE:LINE or FILE:LINE:COLUMN, and the pointer where there is one. */
static void print_place(FILE *out, const struct payload_run *run, const json_t *row)
{
	const char *pointer = jsonx_text(row, "pointer");

	fputs(run->file, out);
	if (json_object_get(row, "line"))
		fprintf(out, ":%d", (int)jsonx_int(row, "line"));
	if (json_object_get(row, "column"))
		fprintf(out, ":%d", (int)jsonx_int(row, "column"));
	fputs(": ", out);
	if (pointer && *pointer)
		fprintf(out, "%s: ", pointer);
}

static void print_finding(FILE *out, const struct payload_run *run, const json_t *row)
{
	print_place(out, run, row);
	if (same_text(jsonx_text(row, "rule"), "OR-JSON"))
		fprintf(out, "error: %s\n", jsonx_text(row, "found"));
	else
		fprintf(out, "%s %s: found %s, expected %s [%s]\n", jsonx_text(row, "severity"),
			jsonx_text(row, "rule"), jsonx_text(row, "found"),
			jsonx_text(row, "expected"), jsonx_text(row, "source"));
}

static void print_repair(FILE *out, const struct payload_run *run, const json_t *row)
{
	const char *now = jsonx_text(row, "now");

	print_place(out, run, row);
	if (!now)
		fprintf(out, "repaired: %s\n", jsonx_text(row, "found"));
	else if (strcmp(now, "nothing") == 0)
		fprintf(out, "repaired %s: %s is gone\n", jsonx_text(row, "rule"),
			jsonx_text(row, "found"));
	else
		fprintf(out, "repaired %s: %s is now %s\n", jsonx_text(row, "rule"),
			jsonx_text(row, "found"), now);
}

void run_print(FILE *out, const struct payload_run *run)
{
	const json_t *row;
	size_t i;

	json_array_foreach (run->repaired, i, row)
		print_repair(out, run, row);
	json_array_foreach (run->findings, i, row)
		print_finding(out, run, row);
	if (run->errors + run->warnings > json_array_size(run->findings))
		fprintf(out, "and %zu more\n",
			run->errors + run->warnings - json_array_size(run->findings));
	fprintf(out, "%zu error%s, %zu warning%s", run->errors, run->errors == 1 ? "" : "s",
		run->warnings, run->warnings == 1 ? "" : "s");
	if (run->repair)
		fprintf(out, "; %zu repaired", run->repairs);
	else if (run->repairable)
		fprintf(out, "; --repair can make sound JSON of it (%zu repair%s)", run->repairable,
			run->repairable == 1 ? "" : "s");
	fputc('\n', out);
}

void run_print_json(FILE *out, const struct payload_run *run)
{
	json_t *report = json_object();
	char *text;

	set(report, "file", run->file);
	set(report, "version", run->version & V12 ? "1.2" : "1.1");
	json_object_set_new(report, "type",
			    run->type     ? json_string(run->type->singular)
			    : run->status ? json_string("status")
					  : json_null());
	json_object_set(report, "findings", run->findings);
	if (run->repair) {
		json_object_set(report, "repaired", run->repaired);
		json_object_set_new(report, "repairs", json_integer((json_int_t)run->repairs));
	}
	json_object_set_new(report, "errors", json_integer((json_int_t)run->errors));
	json_object_set_new(report, "warnings", json_integer((json_int_t)run->warnings));
	text = jsonx_pretty(report);
	fputs(text, out);
	free(text);
	json_decref(report);
}
