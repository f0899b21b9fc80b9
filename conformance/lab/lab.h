/*
 * lab.h - a lab that somebody is in: its folder, its sandbox, and what was done so far.
 *
 * The folder holds the Canvas course (course/), the settings of the client (connection.json,
 * mocksis.json with the credential) and lab.json, the state: which lab, at which server, since
 * when, which hints were given, what was answered and done. The admin token is nowhere in it.
 */
#ifndef LAB_LAB_H
#define LAB_LAB_H

#include "conformance/control/control.h"
#include "conformance/lab/library.h"

struct lab {
	const struct library *library;
	char *folder;
	json_t *document; /* of the library */
	json_t *state;    /* lab.json */
	struct control *control;
};

/* Where the files of a lab are. */
#define LAB_COURSE "course"
#define LAB_CONNECTION "connection.json"
#define LAB_CLIENT "mocksis.json"
#define LAB_STATE "lab.json"
#define LAB_LEDGER ".mocksis-state.db" /* in the course */

/* "./lab-t01" for the id T01. Returns (free). */
char *lab_default_folder(const char *id) MUST_USE;

/* Whether more than one lab was started in this folder. */
bool lab_are_many(void);
/* The folder of a lab that was started: that of @id; NULL: the one that was started last among
 * the folders lab-* here. ERR_INVALID says how to name or start one. Returns (free). */
char *lab_find_folder(const char *id, struct err *err) MUST_USE;

/* Reads the lab in @folder, and reaches its server: at @url, NULL: where it was started. Release
 * it in any case. ERR_INVALID when the folder holds no lab, ERR_UNREACHABLE when nobody
 * answers. */
bool lab_open(struct lab *lab, const struct library *library, const char *folder, const char *url,
	      const char *token, struct err *err) MUST_USE;
void lab_release(struct lab *lab);

/* Whether its sandbox is still there. ERR_INVALID says that it is gone, and what to do. */
bool lab_has_sandbox(struct lab *lab, struct err *err) MUST_USE;

/* Writes lab.json. */
bool lab_save(const struct lab *lab, struct err *err) MUST_USE;

/* FOLDER/@name. Returns (free). */
char *lab_path(const struct lab *lab, const char *name) MUST_USE;
char *lab_course_path(const struct lab *lab, const char *name) MUST_USE;

/* A file of the folder as JSON, and back; only the owner may read what is written. */
json_t *lab_read(const struct lab *lab, const char *name, struct err *err) MUST_USE;
bool lab_write(const struct lab *lab, const char *name, const json_t *value,
	       struct err *err) MUST_USE;

const char *lab_id(const struct lab *lab);

#endif
