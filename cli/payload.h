/*
 * payload.h - what `mocksis check --payload` found in a file, and how it tells it.
 */
#ifndef CLI_PAYLOAD_H
#define CLI_PAYLOAD_H

#include <stdio.h>
#include "base/jsonfix.h"
#include "cli/options.h"
#include "oneroster/payload.h"

struct payload_run {
	const char *file; /* as the report calls it */
	unsigned version;
	const struct entity *type; /* asked for, else what the first wrapper told; may be NULL */
	bool status;               /* status bodies are asked for or were seen */
	bool several;              /* values behind one another: lines are told */
	bool repair;
	json_t *findings, *repaired; /* arrays of rows, FINDINGS_MOST at most */
	size_t errors, warnings, repairs;
	size_t repairable; /* places of a broken text that --repair would mend */
};

/* Takes over findings about the value that begins at @line. */
void run_add_findings(struct payload_run *run, const struct findings *findings, int line);
/* What payload_mend_object() changed. */
void run_add_mended(struct payload_run *run, const struct findings *mended, int line);
/* What json_repair() changed. */
void run_add_repairs(struct payload_run *run, const struct repairs *repairs);
/* That the text is no JSON: @why begins with line and column in its pointer. */
void run_add_broken(struct payload_run *run, const struct err *why);

void run_print(FILE *out, const struct payload_run *run);
void run_print_json(FILE *out, const struct payload_run *run);

#endif
