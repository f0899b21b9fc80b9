/*
 * documents.c - documents of fault rules, in the quotes of tests.
 */
#include "tests/unit/quirk/documents.h"

#include "tests/quoted.h"

struct rules *rules_read(const char *quoted, uint64_t seed, struct err *err)
{
	json_t *document = json_quoted(quoted);
	struct rules *rules = rules_parse(document, seed, 1000000, err);

	json_decref(document);
	return rules;
}
