/*
 * power.h - deviations of a provider as data, and what the judge makes of them.
 *
 * A row of tests/power/NAME.json says how our server is to be wrong, in switches, texts of refusals
 * or fault rules, and which checks have to see it; tests/power/README.md explains the members.
 */
#ifndef TESTS_POWER_POWER_H
#define TESTS_POWER_POWER_H

#include "tests/http/harness.h"

#define POWER_FOLDER "tests/power"

struct deviation {
	const char *file;
	const json_t *row; /* borrowed */
};

/* All rows, in the order of the files' names; loaded once. */
size_t power_count(void);
const struct deviation *power_row(size_t i);
const char *power_name(size_t i);
/* Why no client can see it; NULL: one can. */
const char *power_unseen(size_t i);

/* The report of the judge about a sandbox of @server that deviates so: of the checks that the row
 * names, or, @whole, of all in its suites. Returns (json_decref). */
json_t *power_play(const struct server *server, size_t i, bool whole);
/* A report without any deviation. */
json_t *power_clean(const struct server *server, const char *profile, const char *version);

/* The ids of the checks that saw something: fail, warning or error; as a set id -> verdict, of a
 * warning or failure in any version rather than an error. Returns (json_decref). */
json_t *power_caught(const json_t *report);

#endif
