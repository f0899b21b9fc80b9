/*
 * library.h - the labs that there are: fixtures/labs, and a lab for each code of the dictionary.
 *
 * A lab is a document (fixtures/labs/README.md). What comes from here is checked and whole: the
 * world of its scenario is in it, and all that it left out.
 */
#ifndef LAB_LIBRARY_H
#define LAB_LIBRARY_H

#include <jansson.h>
#include "conformance/dictionary.h"

#define LAB_NOW "2026-11-16T17:00:00Z" /* of a lab that says nothing */
#define LAB_ID_MOST 40

struct library {
	struct dictionary *dictionary;
	json_t *verbs, *questions; /* arrays, of verbs.json */
	json_t *guides, *codes;
};

/* Reads verbs.json, the files of codes and @guides, a file (NULL: the bundled one). Release it in
 * any case. */
bool library_open(struct library *library, const char *guides, struct err *err) MUST_USE;
void library_release(struct library *library);

/* The lab of an id, of a code of the dictionary (without regard to case), or of a file by its
 * path. ERR_INVALID with the nearest names when there is none, with a JSON pointer when its
 * document is wrong. Returns (json_decref). */
json_t *library_lab(const struct library *library, const char *name, struct err *err) MUST_USE;

/* Whether @name is the id of a lab or a code; a path is not looked at. */
bool library_has(const struct library *library, const char *name);

/* The ids of the bundled labs, sorted; NULL stands behind the last. Returns (names_free). */
char **library_ids(struct err *err) MUST_USE;

/* An entry of the dictionary by its code, without regard to case. Borrowed; NULL: none. */
const json_t *library_code(const struct library *library, const char *code);

/* An element of an array by the text of one of its members. Borrowed; NULL: none. */
const json_t *list_find(const json_t *list, const char *key, const char *text);

#endif
