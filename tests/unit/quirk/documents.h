/*
 * documents.h - documents of fault rules, in the quotes of tests.
 */
#ifndef UNIT_QUIRK_DOCUMENTS_H
#define UNIT_QUIRK_DOCUMENTS_H

#include "server/quirk/rules.h"

/* One rule; ' stands for ". */
#define ITEM(when, todo) "{'items': [{'when': {" when "}, 'do': {" todo "}}]}"
#define WHEN(when) ITEM(when, "'status': 500")
#define DOES(todo) ITEM("'nth': 1", todo)

/* Reads one at the instant 1,000 s. Returns (rules_put), or NULL with @err. */
struct rules *rules_read(const char *quoted, uint64_t seed, struct err *err);

#endif
