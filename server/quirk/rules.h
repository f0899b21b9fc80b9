/*
 * rules.h - fault rules: what goes wrong with which request (docs/faults.md).
 *
 * {"seed": 1, "items": [{"name": "...", "when": {...}, "do": {...}}]}. A set of rules is
 * immutable but for its counters and draws, and shared by counting references: a request
 * goes on with the set that it met. The same seed and the same requests in the same order
 * give the same run.
 */
#ifndef QUIRK_RULES_H
#define QUIRK_RULES_H

#include "base/arena.h"
#include "base/err.h"
#include "base/jsonw.h"
#include "base/url.h"
#include "server/quirk/fault.h"
#include "server/quirk/spread.h"

#define RULES_MOST 100

struct rules;

/* Reads @document (borrowed). @seed counts where the document names none; @now is the
 * monotonic clock in milliseconds, for rules that end after a time. ERR_INVALID with a JSON
 * pointer. Returns with one reference (rules_put). */
struct rules *rules_parse(const json_t *document, uint64_t seed, int64_t now,
			  struct err *err) MUST_USE;
struct rules *rules_take(struct rules *rules); /* NULL stays NULL */
void rules_put(struct rules *rules);           /* NULL is fine */

uint64_t rules_seed(const struct rules *rules);
/* The document again, with the seed and, in each rule, its name, `matched` (requests that
 * fitted `when` before anything was counted) and `fired`. */
void rules_write(struct rules *rules, struct jsonw *w);

/* What a rule can look at. */
struct rule_facts {
	const char *method;
	const char *operation;  /* NULL: none */
	const char *path;       /* raw, below the sandbox */
	unsigned version;       /* V11 or V12; 0: neither */
	const char *credential; /* that the client claims; NULL: none */
	const char *address;
	const struct pairs *headers;
	const char *query; /* raw; NULL: none */
	const struct str *body;
	int64_t now; /* monotonic, milliseconds */
};

/* The members of `do`. */
enum deed_key {
	DO_STATUS,
	DO_HEADERS,
	DO_BODY,
	DO_CONTENT_TYPE,
	DO_FAULT,
	DO_HTML,
	DO_EMPTY,
	DO_SET,
	DO_REMOVE,
	DO_RETYPE,
	DO_MALFORM,
	DO_TRUNCATE,
	DO_LENGTH_OFF,
	DO_DRIP,
	DO_CONNECTION,
	DO_DELAY,
	DO_EXPIRE_TOKEN,
	DO_REVOKE_TOKEN,
	DO_SKEW_S,
	DO_PAGE,
	DO_RUN,
	DO_COUNT,
};

#define DO(KEY) (1u << DO_##KEY)

enum deed_end { END_RESET, END_CLOSE, END_HALF, END_GARBAGE };
enum deed_page { PAGE_REPEAT, PAGE_SKIP };

/* What a rule does. Members that it does not say are 0; see `says`. */
struct deed {
	unsigned says; /* DO() bits */
	int64_t status;
	const json_t *headers; /* name -> text, or null: goes */
	const json_t *body;    /* a string as it is, anything else as JSON */
	const char *content_type;
	enum fault fault;
	const json_t *set;    /* pointer -> value */
	const json_t *remove; /* pointers */
	const json_t *retype; /* pointer -> one of RETYPE_CHOICES */
	int64_t truncate, length_off;
	int64_t drip_bytes, drip_ms;
	int connection; /* enum deed_end */
	int64_t delay_ms;
	enum spread delay_spread;
	int64_t skew_s;
	int page; /* enum deed_page */
	bool run;
};

#define RETYPE_CHOICES "string number boolean null object array"

/* What happens to one exchange: the deeds of the rules that fired, in their order. Where
 * two say the same, the first counts; headers and edits add up. */
struct effects {
	struct rules *rules; /* a reference: the deeds and names are its; NULL: none fired */
	const struct deed **deeds;
	const char **names; /* of the rules */
	size_t count;
	int64_t delay_us; /* as it was drawn */
};

/* Counts the request and fires what fits. @out is in @arena; effects_put(). */
void rules_match(struct rules *rules, const struct rule_facts *facts, struct arena *arena,
		 struct effects *out);
void effects_put(struct effects *effects);

/* The first deed that says @key; NULL when none does. */
const struct deed *effects_deed(const struct effects *effects, enum deed_key key);
/* Whether the request is carried out: unless a rule answers in its place, or says. */
bool effects_run(const struct effects *effects);

/* The keys of `when` and `do`, for documentation; NULL beyond the last. */
const char *rules_when_key(size_t i);
const char *rules_do_key(size_t i);

#endif
