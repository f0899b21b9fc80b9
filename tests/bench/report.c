/*
 * report.c - what the figures came to: one table, and bench.json.
 */
#include "tests/bench/bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/glob.h"
#include "base/jsonw.h"
#include "base/when.h"

#define FIGURES_MOST 128

static struct outcome {
	bool set, spoiled;
	double value;
	char text[240]; /* out of what; why it was skipped */
} outcomes[FIGURES_MOST];

static size_t index_of(const char *name)
{
	for (size_t i = 0; i < figure_count && i < FIGURES_MOST; i++)
		if (strcmp(figures[i].name, name) == 0)
			return i;
	BUG("there is no figure %s", name);
}

bool figure_wanted(const struct bench *bench, const char *name)
{
	return !bench->only || glob_fits(bench->only, name);
}

void figure_set(const char *name, double value, const char *format, ...)
{
	struct outcome *outcome = &outcomes[index_of(name)];
	va_list args;

	va_start(args, format);
	outcome->set = true;
	outcome->value = value;
	vsnprintf(outcome->text, sizeof outcome->text, format, args);
	va_end(args);
	fprintf(stderr, "%s: %.3g%s (%s)\n", name, value, figures[index_of(name)].unit,
		outcome->text);
}

void figure_skip(const char *name, const char *why)
{
	struct outcome *outcome = &outcomes[index_of(name)];

	if (outcome->set)
		return;
	snprintf(outcome->text, sizeof outcome->text, "%s", why);
	fprintf(stderr, "%s: not measured: %s\n", name, why);
}

void figure_spoil(const char *name, const char *why)
{
	struct outcome *outcome = &outcomes[index_of(name)];
	size_t length = strlen(outcome->text);

	outcome->spoiled = true;
	snprintf(outcome->text + length, sizeof outcome->text - length, "; %s", why);
	fprintf(stderr, "%s: %s\n", name, why);
}

static bool is_met(const struct figure *figure, const struct outcome *outcome)
{
	if (!outcome->set || outcome->spoiled)
		return false;
	return figure->sense == AT_LEAST ? outcome->value >= figure->goal
					 : outcome->value <= figure->goal;
}

/* "met", "NOT MET", "" where there is no goal. */
static const char *verdict(const struct figure *figure, const struct outcome *outcome)
{
	if (!outcome->set)
		return "not measured";
	if (figure->sense == STATED)
		return "";
	return is_met(figure, outcome) ? "met" : "NOT MET";
}

static void print_goal(const struct figure *figure, char out[static 32])
{
	static const char *const signs[] = { [AT_LEAST] = ">=", [AT_MOST] = "<=", [STATED] = "" };

	if (figure->sense == STATED)
		snprintf(out, 32, "-");
	else
		snprintf(out, 32, "%s %g%s%s", signs[figure->sense], figure->goal,
			 *figure->unit ? " " : "", figure->unit);
}

/* Three digits that count, never in powers of ten. */
static void print_value(double value, const char *unit, char out[static 32])
{
	int decimals = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3;

	snprintf(out, 32, "%.*f%s%s", decimals, value, *unit ? " " : "", unit);
}

static void print_table(const struct bench *bench)
{
	printf("\n%-21s %9s  %-9s %-13s %s\n", "figure", "ratio", "goal", "",
	       "what, and out of what");
	for (size_t i = 0; i < figure_count; i++) {
		const struct figure *figure = &figures[i];
		const struct outcome *outcome = &outcomes[i];
		char goal[32], value[32] = "-";

		if (!figure_wanted(bench, figure->name))
			continue;
		print_goal(figure, goal);
		if (outcome->set)
			print_value(outcome->value, figure->unit, value);
		printf("%-21s %9s  %-9s %-13s %s\n", figure->name, value, goal,
		       verdict(figure, outcome), figure->what);
		printf("%-55s  %s\n", "", outcome->text);
	}
}

static void write_figure(struct jsonw *w, const struct figure *figure,
			 const struct outcome *outcome)
{
	static const char *const senses[] = {
		[AT_LEAST] = "at least", [AT_MOST] = "at most", [STATED] = "stated"
	};

	jsonw_object(w);
	jsonw_key_text(w, "figure", figure->name);
	jsonw_key_int(w, "item", figure->item);
	jsonw_key_text(w, "what", figure->what);
	jsonw_key_text(w, "unit", *figure->unit ? figure->unit : "ratio");
	jsonw_key(w, "value");
	if (outcome->set)
		jsonw_number(w, outcome->value);
	else
		jsonw_null(w);
	jsonw_key_text(w, "sense", senses[figure->sense]);
	jsonw_key(w, "goal");
	if (figure->sense == STATED)
		jsonw_null(w);
	else
		jsonw_number(w, figure->goal);
	jsonw_key(w, "met");
	if (outcome->set && figure->sense != STATED)
		jsonw_bool(w, is_met(figure, outcome));
	else
		jsonw_null(w);
	jsonw_key_text(w, "text", outcome->text);
	jsonw_object_end(w);
}

static void write_json(const struct bench *bench, const char *load_before, const char *load_after)
{
	char *path = bench_path(bench, "bench.json"), at[WHEN_TEXT];
	struct str out = STR_INIT;
	struct err err = ERR_INIT;
	struct jsonw w;

	when_format(when_now(), at);
	jsonw_init(&w, &out, 2);
	jsonw_object(&w);
	jsonw_key_text(&w, "at", at);
	jsonw_key(&w, "quick");
	jsonw_bool(&w, bench->quick);
	jsonw_key_int(&w, "rows", bench->rows);
	jsonw_key_int(&w, "rounds", bench->rounds);
	jsonw_key_int(&w, "cpus", bench->cpus);
	jsonw_key(&w, "by_cpu_time");
	jsonw_bool(&w, bench->busy);
	jsonw_key(&w, "fsync_us");
	jsonw_number(&w, bench->fsync_us);
	jsonw_key_text(&w, "loadavg_before", load_before);
	jsonw_key_text(&w, "loadavg_after", load_after);
	jsonw_key(&w, "figures");
	jsonw_array(&w);
	for (size_t i = 0; i < figure_count; i++)
		if (figure_wanted(bench, figures[i].name))
			write_figure(&w, &figures[i], &outcomes[i]);
	jsonw_array_end(&w);
	jsonw_object_end(&w);
	str_add_char(&out, '\n');
	if (file_write(path, str_text(&out), out.length, &err))
		printf("written to %s\n", path);
	else
		fprintf(stderr, "bench: %s\n", err.text);
	str_release(&out);
	free(path);
}

int report(const struct bench *bench, const char *load_before, const char *load_after)
{
	int missing = 0, met = 0, goals = 0;

	print_table(bench);
	for (size_t i = 0; i < figure_count; i++) {
		if (!figure_wanted(bench, figures[i].name))
			continue;
		missing += !outcomes[i].set;
		goals += figures[i].sense != STATED;
		met += figures[i].sense != STATED && is_met(&figures[i], &outcomes[i]);
	}
	printf("\n%d of %d goals met, %d figures not measured; %lld rows, %d rounds of which the "
	       "first does not count; a durable block takes %.0f us here; load %s before, %s "
	       "after%s\n",
	       met, goals, missing, (long long)bench->rows, bench->rounds, bench->fsync_us,
	       load_before, load_after,
	       bench->busy ? ": too busy for rates, what the CPU limits is told by CPU time" : "");
	write_json(bench, load_before, load_after);
	return missing;
}
