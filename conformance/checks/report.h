/*
 * report.h - the judge's report for a person and for build servers.
 */
#ifndef CHECKS_REPORT_H
#define CHECKS_REPORT_H

#include <stdbool.h>
#include <stdio.h>
#include <jansson.h>

/* What failed, with its last exchange and a curl line; then the numbers. */
void checks_print(FILE *out, const json_t *report, bool color);
/* How wide the longest id of some checks is, for a column of them. */
int checks_id_width(const json_t *checks);
/* JUnit XML as build servers read it; a warning is a passed case with its text in
 * system-out, an error an <error>. Returns the text (free). */
char *checks_junit(const json_t *report);

#endif
