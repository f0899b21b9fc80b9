/*
 * lab_print.h - what mocksis lab shows, for a person.
 */
#ifndef CLI_LAB_PRINT_H
#define CLI_LAB_PRINT_H

#include "conformance/lab/lab.h"

void print_lab_list(const json_t *labs);
/* The case, and the commands that may be used. */
void print_lab_card(const struct lab *lab, const json_t *card);
void print_lab_status(const json_t *status);
void print_lab_check(const json_t *check);
void print_lab_hint(const json_t *hint);
/* The verbs of `lab fix`, and the questions of `lab answer`. */
void print_lab_verbs(const json_t *verbs);
void print_lab_questions(const json_t *questions);
/* The trainer's view. */
void print_lab_key(const json_t *document);

#endif
