/*
 * sync.h - one grade sync, in the steps and stages of Canvas (canvas-client.md 2).
 */
#ifndef CANVAS_SYNC_H
#define CANVAS_SYNC_H

#include "conformance/canvas/connection.h"
#include "conformance/canvas/course.h"
#include "conformance/canvas/ledger.h"
#include "conformance/canvas/transport.h"
#include "conformance/dictionary.h"

struct sync_options {
	const struct connection *connection;
	const struct course *course;
	const struct dictionary *dictionary;
	struct ledger *ledger; /* written, unless dry_run */
	struct transport *transport;
	const char *const *select;
	size_t select_count;
	bool remaster, clear_integration, dry_run;
	int64_t now;
	struct random *random; /* for ids */
};

/* The five stages; the names are ours, the number is Canvas's (UNVERIFIED). */
#define SYNC_STAGES 5
extern const char *const sync_stage_names[SYNC_STAGES];

/* Runs the sync. What it found stands in *@report, the object that --json prints
 * (json_decref). False only when the SIS never answered or the ledger failed. */
bool sync_run(const struct sync_options *options, json_t **report, struct err *err) MUST_USE;

#endif
