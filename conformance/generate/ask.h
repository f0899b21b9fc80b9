/*
 * ask.h - operations of a provider by name, in either version.
 */
#ifndef GENERATE_ASK_H
#define GENERATE_ASK_H

#include "conformance/generate/source.h"

struct operation;

struct way {
	const char *name;      /* the word of a connection's category_source, or NULL */
	const char *operation; /* of core/oneroster/operations.c */
	const char *filter;    /* template with {class_id}; NULL: none */
};

struct reading {
	const struct generate_options *options;
	struct source *source;
	struct roster *roster;
	long status;        /* of the last answer; 0: none */
	struct err failure; /* of the provider, 5xx: another way may still do */
};

/* What to ask for an operation: @path below its service root, absolute for 1.2, whose
 * services have roots of their own. Returns (free). */
char *ask_target(const struct reading *reading, const struct operation *operation,
		 const char *path) MUST_USE;

/* All objects of one way, and what was asked in *@asked (free). NULL when the provider
 * refuses or fails (`failure`), or with @err: it does not answer, takes the credentials for
 * wrong, or answers with something else. */
json_t *ask_list(struct reading *reading, const struct way *way, char **asked,
		 struct err *err) MUST_USE;

/* One object; likewise, but a provider that fails is an error. */
json_t *ask_one(struct reading *reading, const char *name, const char *id,
		struct err *err) MUST_USE;

#endif
