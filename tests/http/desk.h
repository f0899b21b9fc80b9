/*
 * desk.h - a trainee's desk: a lab in a folder of its own, and the command line that works on it.
 */
#ifndef TESTS_HTTP_DESK_H
#define TESTS_HTTP_DESK_H

#include "tests/http/harness.h"

struct desk {
	const struct server *server;
	const char *id; /* of the lab, or a path */
	char *folder, *course, *config;
};

struct desk desk_make(const struct server *server, const char *id);
void desk_release(struct desk *desk);

/* `mocksis lab ARGS` (NULL-terminated) at the desk's server, in the desk's folder. */
void desk_lab(struct outcome *outcome, const struct desk *desk, const char *const args[]);
/* The same where only the exit status counts. */
int desk_status(const struct desk *desk, const char *const args[]);

/* "fix rename-group Tests 'All exams'" as arguments; what stands in single quotes may hold blanks.
 * The texts live in @buffer. */
#define DESK_WORDS 12
void desk_split(char *buffer, const char *words[static DESK_WORDS]);

/* Starts the lab; it must work. @mode NULL: as it comes. */
void desk_start(const struct desk *desk, const char *mode);
/* `lab check` must end so: 0 is green, 1 is red. @when is for the message. */
void desk_check(const struct desk *desk, int expected, const char *when);
/* Does what a step of `right` or `wrong` says (fixtures/labs/README.md). */
void desk_play(const struct desk *desk, const json_t *steps);

/* What `lab key ID --json` tells (json_decref). */
json_t *desk_key(const struct desk *desk);

#endif
