/*
 * dictionary_internal.h - what the two files of the dictionary share.
 */
#ifndef CONFORMANCE_DICTIONARY_INTERNAL_H
#define CONFORMANCE_DICTIONARY_INTERNAL_H

#include "conformance/dictionary.h"
#include "conformance/wording.h"

/* A wording of an entry. */
struct row {
	const json_t *entry;
	const char *text, *provenance;
	long http;
	bool is_name; /* what the dictionary calls it; nobody says it */
	struct pattern *pattern;
};

struct dictionary {
	json_t *file;
	struct row *rows;
	size_t count, room;
};

/* Whether its SIS is asked for. */
bool row_may_answer(const struct row *row, const struct question *question);
struct match match_of(const struct row *row, enum matched_by by);
/* Takes the match; of an entry only the best one stays. */
void matches_add(struct matches *matches, struct match *match);

#endif
