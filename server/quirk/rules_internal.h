/*
 * rules_internal.h - a rule as it was read, between the file that reads it and the one
 * that counts.
 */
#ifndef QUIRK_RULES_INTERNAL_H
#define QUIRK_RULES_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "server/quirk/rules.h"

/* The members of `when`. */
enum when_key {
	IF_METHOD,
	IF_OPERATION,
	IF_PATH,
	IF_VERSION,
	IF_CLIENT,
	IF_HEADER,
	IF_QUERY,
	IF_FIELD,
	IF_NTH,
	IF_EVERY,
	IF_AFTER,
	IF_TIMES,
	IF_ODDS,
	IF_FOR_S,
	IF_COUNT,
};

#define IF(KEY) (1u << IF_##KEY)

/* Members that a rule does not say are 0; see `says`. */
struct condition {
	unsigned says;                    /* IF() bits */
	const json_t *method, *operation; /* a name, or an array of them */
	const char *path;                 /* glob */
	int version;                      /* index into VERSION_CHOICES */
	const char *client;               /* credential or address */
	const json_t *header, *query;     /* name -> glob */
	const json_t *field;              /* pointer -> value, a text being a glob */
	int64_t nth, every, after, times, for_s;
	double odds;
};

#define VERSION_CHOICES "1.1 1.2"

struct rule {
	const char *name;
	const json_t *when, *deeds; /* as they were written */
	struct condition condition;
	struct deed deed;

	/* guarded by the mutex of the set */
	int64_t matched, fired;
	struct random random; /* of its own, so that other rules do not change its draws */
};

struct rules {
	pthread_mutex_t mutex; /* guards the counters of the rules */
	json_t *document;      /* owned; what the rules point into */
	uint64_t seed;
	int64_t began;
	struct rule *rules;
	size_t count;
	atomic_int references;
};

/* What is being read: a section of a rule. */
struct reading {
	const char *at; /* its JSON pointer */
	struct err *err;
	bool said; /* a reader clears it for what is as good as not there */
};

struct key;
typedef bool value_reader(struct reading *r, const struct key *key, const json_t *value,
			  void *slot);

/* A row of the tables of `when` and `do`. */
struct key {
	const char *name;
	value_reader *read;
	size_t offset;       /* of the slot; of drip and delay the whole deed is the slot */
	int64_t least, most; /* of a number */
	const char *choices;
};

value_reader rule_int, rule_shift, rule_odds, rule_bool, rule_flag, rule_text, rule_path,
	rule_choice, rule_methods, rule_operations, rule_globs, rule_fields, rule_retype,
	rule_pointers, rule_headers, rule_content_type, rule_body, rule_fault, rule_drip,
	rule_delay;

/* Fails at @key of the section, and at the member @sub of that; NULL: at the whole. Always
 * false. */
bool rule_wrong(struct reading *r, const char *key, const char *sub, const char *format, ...)
	PRINTF(4, 5);
/* Whether @value is a text of a sensible length. */
bool rule_is_short(struct reading *r, const char *key, const char *sub,
		   const json_t *value) MUST_USE;

/* Reads one item of the document; @index is its place. */
bool rule_read(struct rule *rule, const json_t *item, size_t index, struct err *err) MUST_USE;

#endif
