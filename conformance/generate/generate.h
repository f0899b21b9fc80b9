/*
 * generate.h - a Canvas course that fits a class of any provider.
 *
 * Class, students, categories and grading period are read; everything else is made up:
 * assignments and grades with every edge case of the table in cases.c, in the shape of the
 * Canvas REST API. The same class, time and seed give the same files.
 */
#ifndef GENERATE_GENERATE_H
#define GENERATE_GENERATE_H

#include "conformance/canvas/connection.h"
#include "conformance/canvas/transport.h"

#define GENERATE_CLASSES 8     /* most classes of one course */
#define GENERATE_STUDENTS 5000 /* most students of one class */
#define GENERATE_SEED 1

struct generate_options {
	const char *out;
	const struct connection *connection; /* how sync will read categories, and which ids */
	struct transport *transport;
	unsigned version;      /* V11 or V12: where the provider is read */
	const json_t *classes; /* sourcedIds, a section each */
	const char *zone;      /* time zone of the course */
	int64_t now;
	uint64_t seed;
	int64_t assignments; /* with @clean: that many, round and round; 0: each ordinary one once
			      */
	bool clean;          /* only ordinary assignments */
	bool force;          /* replace files that are there */
};

/* Reads the provider and writes OUT/canvas/ID/. Returns in *@report (json_decref)
 * {"classes":[{"sourcedId","title","students","asked","categories":[titles],
 * "categories_asked"}],"period":{"sourcedId","title","startDate","endDate"} or null,
 * "notes":[texts],"courses":[{"id","name","folder","assignments","submissions",
 * "cases":[{"case","object","title","what"}]}]}.
 * ERR_INVALID for an unknown class (@err names some that there are), one without students,
 * a folder that holds a course already, and what the provider refuses; ERR_UNREACHABLE when
 * nobody answers or the provider fails. Nothing is written then. */
bool generate_run(const struct generate_options *options, json_t **report,
		  struct err *err) MUST_USE;

#endif
