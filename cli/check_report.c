/*
 * check_report.c - mocksis check: what becomes of a report.
 */
#include "cli/check.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/jsonx.h"
#include "base/progress.h"
#include "conformance/checks/expect.h"
#include "conformance/checks/report.h"

/* KIND=FILE */
static const struct {
	const char *kind;
	char *(*make)(const json_t *report);
} reports[] = {
	{ "json", jsonx_pretty },
	{ "junit", checks_junit },
	{ "tap", checks_tap },
	{ "html", checks_html },
};

/* The row of reports[] and the file that a --report names; -1 with @err. */
static int report_kind(const char *text, const char **file, struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(reports); i++) {
		size_t length = strlen(reports[i].kind);

		if (strncmp(text, reports[i].kind, length) == 0 && text[length] == '=' &&
		    text[length + 1]) {
			*file = text + length + 1;
			return (int)i;
		}
	}
	err_set(err, ERR_INVALID,
		"--report %s: json=FILE, junit=FILE, tap=FILE or html=FILE belongs here", text);
	return -1;
}

static bool check_kinds(const struct options *options, struct err *err)
{
	const json_t *item;
	const char *file;
	size_t i;

	json_array_foreach (option_list(options, "report"), i, item)
		if (report_kind(json_string_value(item), &file, err) < 0)
			return false;
	return true;
}

static bool write_report(const char *option, const json_t *report, struct err *err)
{
	const char *file = NULL;
	int kind = report_kind(option, &file, err);
	char *text = reports[kind].make(report);
	bool good = text ? file_write(file, text, strlen(text), err)
			 : err_set(err, ERR_ENVIRONMENT, "%s: the report is larger than 64 MiB",
				   file);

	free(text);
	return good;
}

/* One that cannot be written keeps none of the others from being written; the last failure is
 * the status, each is told. */
static int write_reports(const struct options *options, const json_t *report, int status)
{
	const json_t *item;
	size_t i;

	json_array_foreach (option_list(options, "report"), i, item) {
		struct err err = ERR_INIT;

		if (!write_report(json_string_value(item), report, &err))
			status = fail(options, &err);
	}
	return status;
}

bool check_fail_on(const struct options *options, bool *warnings, struct err *err)
{
	const char *level = option_text(options, "fail-on");

	*warnings = same_text(level, "warning");
	return !level || *warnings || strcmp(level, "error") == 0 ||
	       err_set(err, ERR_INVALID, "--fail-on %s: error or warning", level);
}

bool check_output_read(struct check_output *output, const struct options *options,
		       const json_t *known, struct err *err)
{
	const char *file = option_text(options, "expect");

	*output = (struct check_output){ false, NULL };
	if (!check_kinds(options, err) || !check_fail_on(options, &output->fail_on_warnings, err))
		return false;
	if (file)
		output->expect = expect_load(file, known, err);
	return !file || output->expect;
}

void check_output_release(struct check_output *output)
{
	json_decref(output->expect);
}

int check_finish(const struct options *options, json_t *report, const struct check_output *output)
{
	if (output->expect)
		expect_apply(report, output->expect);
	if (option_is_set(options, "json"))
		print_json(report);
	else
		checks_print(stdout, report, option_is_set(options, "all"),
			     terminal_has_color(STDOUT_FILENO));
	return write_reports(options, report, checks_bad(report, output->fail_on_warnings) ? 1 : 0);
}
