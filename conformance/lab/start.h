/*
 * start.h - making the world of a lab: sandbox, data, course folder, and what happened before.
 */
#ifndef LAB_START_H
#define LAB_START_H

#include "conformance/lab/lab.h"

struct lab_start {
	const char *name;   /* id, code or path */
	const char *mode;   /* "verbatim"; "bare": the SIS says nothing about its reasons */
	const char *folder; /* NULL: lab_default_folder() */
	const char *url, *token;
	const char *now; /* NULL: that of the lab */
};

/* Makes the lab and leaves it open in @lab; release it in any case. What was begun and fails
 * leaves nothing behind. ERR_INVALID when the folder holds a lab, or files that the lab would
 * overwrite. */
bool lab_start(struct lab *lab, const struct library *library, const struct lab_start *wish,
	       struct err *err) MUST_USE;

/* From the beginning: the same lab in the same folder, also when its sandbox is gone. @lab is
 * one that lab_open() opened. */
bool lab_reset(struct lab *lab, const char *token, struct err *err) MUST_USE;

/* Gives it up: the sandbox goes and so does what the lab has written, but for case files. */
bool lab_end(struct lab *lab, struct err *err) MUST_USE;

#endif
