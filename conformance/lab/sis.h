/*
 * sis.h - the SIS of a lab as a person sees it on its own screens.
 *
 * What is read here comes past quirks, faults and journal, so that a broken provider does not
 * disturb the one who looks. Objects have the form of OneRoster 1.2.
 */
#ifndef LAB_SIS_H
#define LAB_SIS_H

#include "conformance/lab/lab.h"

/* All objects of a collection ("lineItems") but those that are tobedeleted, which fit @where
 * (fit.h; NULL: all). Returns an array (json_decref), NULL with @err. */
json_t *sis_list(struct lab *lab, const char *collection, const json_t *where,
		 struct err *err) MUST_USE;

bool sis_put(struct lab *lab, const char *collection, const char *id, const json_t *object,
	     struct err *err) MUST_USE;
bool sis_delete(struct lab *lab, const char *collection, const char *id, struct err *err) MUST_USE;

/* What only the SIS knows of an object: {"state": "closed"}. Returns (json_decref). */
json_t *sis_state(struct lab *lab, const char *kind, const char *id, struct err *err) MUST_USE;
/* @state null: the object is healthy again. */
bool sis_set_state(struct lab *lab, const char *kind, const char *id, const json_t *state,
		   struct err *err) MUST_USE;

/* A call of the control API below the sandbox: "profile". */
bool sis_control(struct lab *lab, const char *method, const char *what, const json_t *body,
		 struct err *err) MUST_USE;

/* How a person calls an object: its title, or given and family name. Returns (free). */
char *sis_name(const json_t *object) MUST_USE;

#endif
