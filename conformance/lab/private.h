/*
 * private.h - what must not leave a lab in a case file: secrets, and other people's children.
 */
#ifndef LAB_PRIVATE_H
#define LAB_PRIVATE_H

#include "conformance/lab/lab.h"

/* A list of texts, and what stands in their place. */
struct hidden;

/* Hides the credential of the lab, @token, and name and SIS id of every student of the course and
 * the SIS but the one with the SIS id @except (NULL: of all). */
struct hidden *hidden_new(struct lab *lab, const char *token, const char *except,
			  struct err *err) MUST_USE;
void hidden_free(struct hidden *hidden); /* NULL is fine */

/* Every text in @value without them, and without what looks like a token, a password or a
 * signature. Returns (json_decref). */
json_t *hidden_apply(const struct hidden *hidden, const json_t *value) MUST_USE;

#endif
