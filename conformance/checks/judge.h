/*
 * judge.h - conformance checks against any provider, ours or a vendor's.
 *
 * A check is a row: id, level, the clause it rests on, and how it is done. What it
 * expects comes from the standard and from what Canvas does, never from our server.
 */
#ifndef CHECKS_JUDGE_H
#define CHECKS_JUDGE_H

#include <jansson.h>
#include "base/err.h"
#include "conformance/canvas/transport.h"

struct judge_options {
	struct transport *transport;
	enum transport_auth auth;
	const char *credential; /* ID:SECRET; NULL with TRANSPORT_NONE */
	const json_t *suites;   /* names; NULL: all */
	const json_t *checks; /* patterns of ids, of which one must fit; NULL: all of the suites */
	unsigned version;     /* V11 or V12; 0: what the provider speaks, 1.1 where it is both */
	const char *class_id; /* NULL: the first class with two students */
	bool read_only;
	int64_t now;
	uint64_t seed;         /* 0: from the kernel */
	int64_t time_limit_ms; /* of the run; 0: none. What was not seen until then is an error */
	bool (*stopped)(void); /* ends the run where it is once it says so; NULL: never */
};

/* The checks that would run, in order, as [{"id","suite","version","level","clause","title",
 * "writes"}], and "left_out" with the reason where the options would skip one; nobody is asked.
 * ERR_INVALID as for judge_run(). Returns (json_decref). */
json_t *judge_list(const struct judge_options *options, struct err *err) MUST_USE;
/* All checks that there are, in all versions, in the same form. Returns (json_decref). */
json_t *judge_catalogue(void) MUST_USE;
/* "gpb-canvas, payloads, ..." Returns (free). */
char *judge_suites(void) MUST_USE;

/* Runs them. Returns {"url","seed","at","ended","class","summary","suites","capabilities","checks",
 * "answers","left_behind"} (json_decref), where "ended" says why the run was broken off, or is
 * null; "suites" sums up each suite, "capabilities" says what optional collections the provider
 * has, "answers" is how all answers of the run depart from the schema, see deviations.h; "class"
 * is null where there is none with two students. A check has "exchanges"; where it made too many,
 * "exchanges_left_out" counts those that are not kept; "left_out" is true where the options
 * skipped it.
 * NULL with ERR_UNREACHABLE when nobody answers, ERR_INVALID when the suite, the class or the
 * credential is wrong. What was written is removed again, within some seconds; what the provider
 * would not delete stands in "left_behind". Secrets and tokens do not stand in the report. */
json_t *judge_run(const struct judge_options *options, struct err *err) MUST_USE;

#endif
