/*
 * check.h - what the files of `mocksis check` share.
 */
#ifndef CLI_CHECK_H
#define CLI_CHECK_H

#include "cli/commands.h"

/* --list and --dry-run: prints checks, by suite where they have one. The exit status. */
int check_list(const struct options *options, const json_t *list);

/* What is to become of a report. */
struct check_output {
	bool fail_on_warnings;
	json_t *expect; /* of --expect; NULL: nothing is expected */
};

/* Reads --fail-on, --report and --expect, before anybody is asked; @known are the checks that
 * --expect may name. */
bool check_output_read(struct check_output *output, const struct options *options,
		       const json_t *known, struct err *err) MUST_USE;
void check_output_release(struct check_output *output);
/* Prints the report, writes those of --report, and gives the exit status; what cannot be written
 * is told behind the result. */
int check_finish(const struct options *options, json_t *report, const struct check_output *output);

/* error (the preset) or warning. */
bool check_fail_on(const struct options *options, bool *warnings, struct err *err) MUST_USE;

#endif
