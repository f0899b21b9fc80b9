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
	const json_t *suites;   /* names; NULL: the default one */
	unsigned version;       /* V11 (0 too) or V12; suites that write know only 1.1 */
	const char *class_id;   /* NULL: the first class with two students */
	bool read_only;
	int64_t now;
	uint64_t seed; /* 0: from the kernel */
};

/* The checks of the suites in order, as [{"id","level","clause","title","writes"}].
 * ERR_INVALID for an unknown suite. Returns (json_decref). */
json_t *judge_list(const json_t *suites, struct err *err) MUST_USE;

/* Runs them. Returns {"url","version","seed","class","summary","checks","answers",
 * "left_behind"} (json_decref), where "answers" is how all answers of the run depart from
 * the schema, see deviations.h; "class" is null where no suite needs one. NULL
 * with ERR_UNREACHABLE when nobody answers, ERR_INVALID when the class or the
 * credential is wrong. What was written is removed again; what
 * the provider would not delete stands in "left_behind". */
json_t *judge_run(const struct judge_options *options, struct err *err) MUST_USE;

#endif
