/*
 * district.h - a synthetic district of any size: OneRoster CSV, and Canvas courses for some
 * of its classes.
 *
 * Everything follows from the seed, the flags and a row's place: ids are computed where they
 * are needed, so that nothing has to be held, and the same flags give the same bytes.
 */
#ifndef GENERATE_DISTRICT_H
#define GENERATE_DISTRICT_H

#include <jansson.h>
#include "base/err.h"

#define DISTRICT_STUDENTS 10000000 /* most */
#define DISTRICT_RESULTS 10000     /* most of one student */
#define DISTRICT_COURSES 1000      /* most Canvas courses */

struct connection;

struct district_options {
	const char *out;
	const struct connection *connection; /* what the Canvas courses are written for */
	const char *zone;                    /* of the courses */
	unsigned version;                    /* of the binding: V11 or V12 */
	int64_t now;                         /* its school year is that of the district */
	uint64_t seed;
	int64_t students;
	int64_t results;     /* of each student */
	int64_t class_size;  /* students of a class */
	int64_t courses;     /* Canvas courses: that many of the first classes */
	int64_t assignments; /* of each of them */
	bool force;          /* replace files that are there */
};

/* Writes OUT/oneroster/FILE.csv and OUT/canvas/ID/. Returns in *@report (json_decref)
 * {"out","version","students","teachers","schools","classes","files":{NAME:rows},
 * "courses":[as generate_run() has them]}. ERR_INVALID for a folder that holds a district
 * already and for sizes that do not fit. The manifest is written last: without it, the
 * district is not whole. */
bool district_generate(const struct district_options *options, json_t **report,
		       struct err *err) MUST_USE;

#endif
