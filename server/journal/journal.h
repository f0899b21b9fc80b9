/*
 * journal.h - the exchanges of a sandbox, as they were (contract, section 2: `journal` of the
 * control API).
 *
 * Bounded three ways: so many exchanges, JOURNAL_BYTES in all, and a budget that all journals
 * share; the oldest go. An exchange is copied into one piece of memory, never changes and is
 * counted by references: what reads it holds no lock. Safe to use from several threads.
 */
#ifndef JOURNAL_JOURNAL_H
#define JOURNAL_JOURNAL_H

#include <stdatomic.h>
#include <jansson.h>
#include "base/err.h"
#include "base/jsonw.h"
#include "base/url.h"

#define JOURNAL_SIZE 10000          /* exchanges, unless somebody says otherwise */
#define JOURNAL_MOST 1000000        /* that anybody may ask for */
#define JOURNAL_BODY (64u << 10)    /* bytes that are kept of a body */
#define JOURNAL_BYTES (32u << 20)   /* of one journal */
#define JOURNAL_BUDGET (256u << 20) /* of all */
#define JOURNAL_PATTERN 500         /* characters of a path that is asked for */
#define JOURNAL_DIAGNOSTICS 100     /* of one exchange */
#define JOURNAL_ANSWER (32u << 20)  /* a list ends after the item that passes this */

/* What the journals of a server hold together. Once it is used up, who holds more than an
 * equal share gives way; so twice of it is the most that there is. All zero: nothing, and
 * JOURNAL_BUDGET. */
struct journal_budget {
	atomic_size_t used, journals;
	size_t most; /* 0: JOURNAL_BUDGET */
};

/* A request or a response. */
struct journal_message {
	const struct pair *headers;
	size_t header_count;
	const char *body; /* bytes, whatever they are; NULL: none */
	size_t length;    /* of what is kept */
	size_t size;      /* of what there was; larger: the body was cut */
};

struct journal_words {
	const char *const *items;
	size_t count;
};

/* An exchange. Texts may be NULL where there is nothing to say. */
struct journal_exchange {
	int64_t id;      /* given by the journal: 1, 2, ...; never used twice */
	int64_t at;      /* the sandbox's clock when it began */
	int64_t real_at; /* and the real time */
	int64_t us;      /* that it took */
	int status;
	const char *sandbox, *method;
	const char *base_url, *target; /* the URL in two parts */
	const char *operation;         /* of OneRoster, "token", or NULL */
	const char *client;            /* the credential's id, else an address */
	const char *refusal;           /* what was refused, and why */
	struct journal_message request, response;
	struct journal_words quirks, faults;
	struct journal_words diagnostics;    /* JSON objects */
	bool redacted_target, redacted_body; /* REDACTED stands there for a secret */
};

struct journal;

/* At most @most exchanges; @budget is borrowed, NULL for none. */
struct journal *journal_new(size_t most, struct journal_budget *budget) MUST_USE;
void journal_free(struct journal *journal); /* NULL is fine */

/* Copies @exchange, of its bodies the first JOURNAL_BODY bytes, and gives it an id. Secrets
 * must have been taken out of it (base/redact.h). A NULL journal keeps nothing. */
void journal_add(struct journal *journal, const struct journal_exchange *exchange);
/* Forgets all; ids go on. NULL is fine. */
void journal_clear(struct journal *journal);

/* Which exchanges are wanted. All zero: all. */
struct journal_query {
	const char *method, *operation, *client; /* NULL: any */
	/* The beginning of the path, or a pattern with * and ?; of the whole path or of that
	 * below the service root (/lineItems). */
	const char *path;
	int status_least, status_most; /* 0: any */
	int64_t since_id;              /* only what came after this one */
	int64_t since_at;              /* only what began then or later; used with has_since_at */
	bool has_since_at, has_since_id;
	/* The first so many after `since`; without `since` the last so many. 0: all. */
	size_t limit;
};

/* Reads `method`, `path`, `status` (404, 4xx), `since` (an id or a time), `limit`, `operation`
 * and `client`. Texts are borrowed from @parameters. */
bool journal_query_parse(struct journal_query *query, const struct pairs *parameters,
			 struct err *err) MUST_USE;
/* Whether exchanges may be of that operation: one of OneRoster's, or token. */
bool journal_operation_is_known(const char *name);
/* "404" or "4xx"; false when @text is neither. */
bool journal_status_parse(const char *text, int *least, int *most) MUST_USE;
bool journal_matches(const struct journal_query *query, const struct journal_exchange *exchange);
bool journal_path_matches(const char *pattern, const char *target);

/* Exchanges that were taken out for reading, oldest first; they stay readable until
 * journal_list_release(), whatever becomes of the journal. */
struct journal_list {
	const struct journal_exchange **items;
	size_t count;
	bool more;         /* the limit cut it; what follows came after the last item */
	int64_t forgotten; /* of the journal: exchanges that gave way since it was cleared; -1:
			      nothing is kept */
};

/* NULL gives an empty list. */
void journal_take(struct journal *journal, const struct journal_query *query,
		  struct journal_list *out);
void journal_list_release(struct journal_list *list);

/* {"items": [...]}, "next": ID where there is more after the last item: ask again with
 * since=ID, and "forgotten": N where anything is kept. It ends early rather than beyond what an
 * answer may hold. */
void journal_write(const struct journal_list *list, struct jsonw *w);
/* One item. */
void journal_write_exchange(const struct journal_exchange *exchange, struct jsonw *w);
/* The same as HTTP Archive 1.2, for the developer tools of a browser. */
void journal_write_har(const struct journal_list *list, struct jsonw *w);

/* Appends a line for a POSIX shell that repeats the request: secrets are $TOKEN and the
 * like. False, and nothing, where the request is not kept as a whole. */
bool journal_curl(const struct journal_exchange *exchange, struct str *out);

/* Judges expectations (docs/journal.md) and writes {"holds", "misses"}. ERR_INVALID with a JSON
 * pointer when @request is wrong; then nothing is written. */
bool journal_verify(struct journal *journal, const json_t *request, struct jsonw *w,
		    struct err *err) MUST_USE;

/* Text that is fit for JSON: bytes that are not UTF-8, and NUL, become '?'. */
void journal_write_bytes(struct jsonw *w, const char *bytes, size_t length);

#endif
