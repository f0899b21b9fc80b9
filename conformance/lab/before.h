/*
 * before.h - what happened before a trainee is called: the steps of `before`.
 */
#ifndef LAB_BEFORE_H
#define LAB_BEFORE_H

#include "conformance/lab/lab.h"

/* The SIS state of the lab, then all steps in their order. */
bool before_play(struct lab *lab, struct err *err) MUST_USE;

/* The settings that a connection names, an object or a preset's name. Returns (json_decref). */
json_t *before_connection(const json_t *connection, struct err *err) MUST_USE;

#endif
