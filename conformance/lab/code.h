/*
 * code.h - a lab for a code of the dictionary.
 *
 * Title, card, hints and key come from its entry. What a trainee has to mend comes from its row
 * in labs/codes; without one it is a reading lab: nothing fails, the trainee says who must act
 * and in which phase it happens.
 */
#ifndef LAB_CODE_H
#define LAB_CODE_H

#include "conformance/lab/library.h"

/* @row: of labs/codes, NULL: none. Returns a document like those of the files (json_decref);
 * NULL with @err when a fixture is not there. */
json_t *code_lab(const struct library *library, const json_t *entry, const json_t *row,
		 struct err *err) MUST_USE;

#endif
