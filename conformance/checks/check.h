/*
 * check.h - a check, and what it may ask of the judge while it runs.
 */
#ifndef CHECKS_CHECK_H
#define CHECKS_CHECK_H

#include "base/random.h"
#include "conformance/canvas/answer.h"
#include "conformance/canvas/deviations.h"
#include "conformance/checks/judge.h"

struct judge;
struct check;

enum level { MUST, SHOULD, MAY };

#define C_WRITES 1    /* skipped with --read-only */
#define C_OAUTH1 2    /* only where OAuth 1.0a works with the credential */
#define C_OAUTH2 4    /* only where tokens work */
#define C_LINE_ITEM 8 /* needs a lineItem that the provider takes; implies writing */
#define C_RESULT 16   /* and a result of it */
#define C_AUTH 32     /* needs credentials at all */

struct check {
	const char *id;
	enum level level;
	unsigned needs;
	const char *clause; /* document and section */
	const char *title;  /* what is right, as a sentence */
	void (*run)(struct judge *judge, const struct check *check);

	/* arguments of run, where it is shared by several rows */
	const char *target; /* path with {class}, {student}, {lineItem}, {result} */
	const char *key;    /* wrapper of a collection, or the member to compare */
	const char *body;   /* changes to the base object, or a body as it is; a member may
			     * be "{class}", "{student}" or "{zoneless}" */
	long status;        /* what is expected; 0: any refusal (4xx) */
};

extern const struct check gpb_auth_checks[], gpb_read_checks[], gpb_line_item_checks[],
	gpb_result_checks[], gpb_paging_checks[], gpb_error_checks[], payload_checks[],
	answer_checks[];

/* What the judge found out about the provider before the first check. */
struct subject {
	char *class_id, *student;
	json_t *categories;       /* as the provider lists them */
	json_t *category;         /* reference that the base lineItem carries, or null */
	char *due;                /* dueDate of the base lineItem, in UTC with a Z */
	char *line_item, *result; /* ids of the base objects; NULL while there is none */
	char *why_no_line_item;   /* what the provider said to every attempt */
	bool oauth1, oauth2;      /* work with the credential */
};

struct judge {
	const struct judge_options *options;
	struct random random;
	struct subject subject;
	json_t *exchanges;         /* of the current check */
	json_t *written;           /* targets to delete, oldest first */
	json_t *left;              /* targets that the provider would not delete */
	json_t *ours;              /* set of the ids under which we have written */
	struct deviations answers; /* of all answers so far */
	struct deviations current; /* of those of the current check */
	json_t *kinds;             /* of deviations, to be shown with the verdict; or NULL */
	char *verdict_text;        /* set by judge_fail, judge_warn or judge_skip */
	bool failed, warned, skipped;
	struct call call; /* the last one */
};

/* Whether all @names (NULL: the default suite alone) are suites, and judge the version. */
bool suites_known(const json_t *names, struct err *err) MUST_USE;
bool suites_have_version(const struct judge_options *options, struct err *err) MUST_USE;
/* Whether one of them needs a class, and objects in it. */
bool suites_need_subject(const struct judge_options *options);
void suites_each_check(const json_t *names, void (*fn)(const struct check *check, void *payload),
		       void *payload);
/* {"id", "level", "clause", "title"}. Returns (json_decref). */
json_t *check_describe(const struct check *check) MUST_USE;

/* Sends a request and keeps it as an exchange of the check; the answer is in
 * judge->call until the next one. {class} and the like are filled in @target. */
const struct call *judge_call(struct judge *judge, const char *method, const char *target,
			      const char *body);
const struct call *judge_call_as(struct judge *judge, const char *method, const char *target,
				 const char *body, enum call_auth auth, const char *authorization);

/* Keeps judge->call as an exchange, for a call that was made otherwise. */
void judge_keep(struct judge *judge);

/* The first failure counts. */
void judge_fail(struct judge *judge, const char *format, ...) PRINTF(2, 3);
/* A warning, whatever the level of the check. */
void judge_warn(struct judge *judge, const char *format, ...) PRINTF(2, 3);
void judge_skip(struct judge *judge, const char *format, ...) PRINTF(2, 3);

/* Fails unless the last answer has this status (0: any refusal, 4xx). */
bool judge_expect(struct judge *judge, long status);
/* Fails unless it is a success (200, 201 or 204). */
bool judge_expect_success(struct judge *judge);
/* The last answer's array @key; fails and returns NULL when it is not there.
 * Returns (json_decref). */
json_t *judge_array(struct judge *judge, const char *key);
/* The last answer's object @key; likewise. */
json_t *judge_object(struct judge *judge, const char *key);

/* The base lineItem or result with @changes (JSON text, "omit" leaves a member out)
 * and this id, wrapped. Returns (free). */
char *judge_line_item(struct judge *judge, const char *id, const char *changes) MUST_USE;
char *judge_result(struct judge *judge, const char *id, const char *changes) MUST_USE;
/* A new id; what is PUT under it is deleted at the end. Returns (free). */
char *judge_new_id(struct judge *judge) MUST_USE;
/* PUTs a wrapped object; `collection` is lineItems or results. */
const struct call *judge_put(struct judge *judge, const char *collection, const char *id,
			     const char *body);

/* Whether two JSON values mean the same: numbers by value, dateTimes by instant,
 * references by sourcedId, objects by the members of @wanted. */
bool judge_same(const json_t *wanted, const json_t *found);

#endif
