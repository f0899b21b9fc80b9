/*
 * scenario.h - plays the scenarios of conformance/suites through server and client.
 *
 * A scenario is data: profile, course, connection, and per step what is changed and
 * what must come of it. conformance/suites/README.md explains the members; nothing
 * here knows a SIS.
 */
#ifndef TESTS_HTTP_SCENARIO_H
#define TESTS_HTTP_SCENARIO_H

#include "tests/http/harness.h"

#define SCENARIO_FOLDER "conformance/suites"

/* The files, in the order of their names. */
size_t scenario_count(void);
const char *scenario_file(size_t i);
/* As JSON (json_decref). */
json_t *scenario_load(const char *file);

/* A scenario that is being played. */
struct play {
	const char *file;
	const json_t *scenario;
	char *folder; /* course/, roster/, connection.json, profile.json, state.db, trace */
	char *course;
	struct server server;
	bool up; /* the server runs */
	size_t step;
};

void scenario_play(const char *file);

/* What a run of the client left. */
struct run {
	int status;
	json_t *report; /* of a sync, or the list of a preflight; NULL when there is none */
	char *said;     /* on standard error */
};

/* Compares what came with `expect`; the first difference ends the test. */
void scenario_compare(const struct play *play, const json_t *expect, const struct run *run);

#endif
