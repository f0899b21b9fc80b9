/*
 * dictionary.h - the error dictionary: who says a text, why, and who mends it.
 *
 * fixtures/dictionary.json holds an entry per code: what the SIS says (`text`, `texts`), whether
 * that wording was seen (`provenance`), at which call, why, who mends it and how. `inferred`
 * names the members that no source confirms.
 */
#ifndef CONFORMANCE_DICTIONARY_H
#define CONFORMANCE_DICTIONARY_H

#include <jansson.h>
#include "base/err.h"

struct dictionary;

/* Reads fixtures/dictionary.json. */
struct dictionary *dictionary_load(struct err *err) MUST_USE;
void dictionary_free(struct dictionary *dictionary);

/* A member of the file beside its entries: `phases`, `actors`, `support`, `gaps`. Borrowed; NULL
 * when it is not there. */
const json_t *dictionary_member(const struct dictionary *dictionary, const char *name);
const json_t *dictionary_entries(const struct dictionary *dictionary); /* an array; borrowed */

/* What is known of an error. */
struct question {
	const char *text;
	const char *sis;   /* who said it, as people or profiles call it; NULL: unknown */
	bool only_sis;     /* entries of other SISs are no answer; those of Canvas are */
	long http;         /* 0: unknown */
	const char *phase; /* NULL: unknown */
};

enum matched_by { MATCHED_TEXT, MATCHED_NAME, MATCHED_CODE };

struct match {
	const json_t *entry;    /* borrowed */
	enum matched_by by;     /* what of the entry fits */
	const char *text;       /* the wording that fits, with its {placeholders}; borrowed */
	const char *provenance; /* of that wording: verified or lab; borrowed */
	long http;              /* that goes with it; 0: none is known */
	json_t *fields;         /* what the placeholders stand for; owned */
	size_t score[7];        /* the first that differs decides */
};

#define MATCHES_MOST 8

/* The best first. */
struct matches {
	struct match items[MATCHES_MOST];
	size_t count;
};

void matches_release(struct matches *matches);

/* The entries that the question may mean: by code, else by a text that occurs in it, else by
 * name. Those of the SIS win, then those of which more is literal. False when there is none;
 * matches_release() all the same. */
bool dictionary_search(const struct dictionary *dictionary, const struct question *question,
		       struct matches *matches);
/* Only the best one. Release match->fields with json_decref(). */
bool dictionary_find(const struct dictionary *dictionary, const struct question *question,
		     struct match *match);

/* The entries that share most of their rarer words with the text, at most @most; for a text
 * that nothing fits. False when there is none. */
bool dictionary_nearest(const struct dictionary *dictionary, const struct question *question,
			size_t most, struct matches *matches);

/* Whether the dictionary has anything of this SIS; names are compared by letters and digits. */
bool dictionary_knows_sis(const struct dictionary *dictionary, const char *sis);
bool same_sis(const char *a, const char *b);

#endif
