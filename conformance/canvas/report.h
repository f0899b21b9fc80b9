/*
 * report.h - a sync's report for a person, in the order of the Grade Sync page.
 */
#ifndef CANVAS_REPORT_H
#define CANVAS_REPORT_H

#include <stdio.h>
#include <jansson.h>
#include "base/util.h"

/* The whole report; @color as the terminal allows. */
void report_print(FILE *out, const json_t *report, bool color);
/* The report as the Grade Sync page has it: errors without what the dictionary knows of them.
 * Returns (json_decref). */
json_t *report_unexplained(const json_t *report) MUST_USE;
/* One line of the history. */
void report_line(FILE *out, const json_t *report);

#endif
