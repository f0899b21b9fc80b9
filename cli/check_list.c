/*
 * check_list.c - mocksis check --list and --dry-run.
 */
#include "cli/check.h"

#include "base/jsonx.h"
#include "conformance/checks/report.h"

static const char *const levels[] = { "must", "should", "may" };

static bool same_suite(const json_t *a, const json_t *b)
{
	return same_text(jsonx_text(a, "suite"), jsonx_text(b, "suite")) &&
	       same_text(jsonx_text(a, "version"), jsonx_text(b, "version"));
}

static void print_title(const json_t *row)
{
	const char *version = jsonx_text(row, "version");

	if (jsonx_text(row, "suite"))
		printf("%s%s%s%s\n", jsonx_text(row, "suite"), version ? " (OneRoster " : "",
		       version ? version : "", version ? ")" : "");
}

/* What would be skipped is told where somebody asks what would be done. */
static void print_rows(const json_t *list, bool dry_run)
{
	const json_t *row;
	int width = checks_id_width(list);
	size_t i;

	json_array_foreach (list, i, row) {
		const char *why = dry_run ? jsonx_text(row, "left_out") : NULL;

		if (!i || !same_suite(row, json_array_get(list, i - 1))) {
			fputs(i ? "\n" : "", stdout);
			print_title(row);
		}
		printf("%-*s %-6s %-7s %s  [%s]\n", width, jsonx_text(row, "id"),
		       jsonx_text(row, "level"),
		       why                         ? "skipped"
		       : jsonx_true(row, "writes") ? "writes"
						   : "reads",
		       jsonx_text(row, "title"), jsonx_text(row, "clause"));
	}
}

static size_t count(const json_t *list, const json_t *suite, const char *level)
{
	const json_t *row;
	size_t i, number = 0;

	json_array_foreach (list, i, row)
		number += (!suite || same_suite(row, suite)) &&
			  (!level || same_text(jsonx_text(row, "level"), level));
	return number;
}

static void print_numbers(const json_t *list, const json_t *suite)
{
	for (size_t i = 0; i < ARRAY_SIZE(levels); i++)
		printf("%7zu", count(list, suite, levels[i]));
	printf("%8zu\n", count(list, suite, NULL));
}

/* Suites with their numbers by level. */
static void print_suites(const json_t *list)
{
	const json_t *row;
	size_t i;

	printf("\n%-36s", "suite");
	for (i = 0; i < ARRAY_SIZE(levels); i++)
		printf("%7s", levels[i]);
	printf("%8s\n", "checks");
	json_array_foreach (list, i, row) {
		if (!jsonx_text(row, "suite") ||
		    (i && same_suite(row, json_array_get(list, i - 1))))
			continue;
		printf("%-22s OneRoster %-3s", jsonx_text(row, "suite"),
		       jsonx_text(row, "version"));
		print_numbers(list, row);
	}
	printf("%-36s", "all");
	print_numbers(list, NULL);
}

/* How many rows have the reason of the row @at; 0 when an earlier row has told it. */
static size_t count_reason(const json_t *list, size_t at)
{
	const char *why = jsonx_text(json_array_get(list, at), "left_out");
	size_t number = 0;

	for (size_t i = 0; why && i < json_array_size(list); i++) {
		if (!same_text(jsonx_text(json_array_get(list, i), "left_out"), why))
			continue;
		if (i < at)
			return 0;
		number++;
	}
	return number;
}

static void print_plan(const json_t *list)
{
	size_t skipped = 0;

	for (size_t i = 0; i < json_array_size(list); i++) {
		size_t number = count_reason(list, i);

		skipped += number;
		if (number)
			printf("%zu would be skipped: %s\n", number,
			       jsonx_text(json_array_get(list, i), "left_out"));
	}
	printf("%zu would run; nobody was asked\n", json_array_size(list) - skipped);
}

int check_list(const struct options *options, const json_t *list)
{
	bool dry_run = option_is_set(options, "dry-run");

	if (option_is_set(options, "json")) {
		print_json(list);
		return 0;
	}
	print_rows(list, dry_run);
	print_suites(list);
	printf("\n%zu checks\n", json_array_size(list));
	if (dry_run)
		print_plan(list);
	return 0;
}
