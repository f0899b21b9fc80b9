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
#define C_LENIENT 64  /* sends what Canvas sends though the schema does not allow it */
#define C_OBJECTS 128 /* writes, and says itself what it means where nothing is taken */
#define C_LOOKS 256   /* asks nobody: looks at what was answered so far */
#define C_WRITING (C_WRITES | C_LINE_ITEM | C_RESULT | C_OBJECTS)

struct check {
	const char *id;
	enum level level;
	unsigned needs;
	const char *clause; /* document and section */
	const char *title;  /* what is right, as a sentence */
	void (*run)(struct judge *judge, const struct check *check);

	/* arguments of run, where it is shared by several rows */
	const char *target; /* path below the service root, with {places}, see places[] */
	const char *key;    /* wrapper of a collection, or the member to compare */
	const char *body;   /* changes to the base object, or a body as it is; a member may
			     * be "{class}", "{student}", "{zoneless}", "{offset}", "{before}" or
			     * a reference, "&class" */
	long status;        /* what is expected; 0: any refusal (4xx) */
	const char *has;    /* optional collection that it is about, "/demographics": skipped
			     * where the provider has none; NULL: nothing optional */
	unsigned in;        /* versions that it is about; 0: those of its suite */
	const void *data;   /* what else run wants to know, of a type of its own; or NULL */
};

extern const struct check gpb_auth_checks[], gpb_read_checks[], gpb_line_item_checks[],
	gpb_result_checks[], gpb_paging_checks[], gpb_error_checks[], gpb_category_checks[],
	gpb_category_use_checks[], gpb_category_class_checks[], payload_checks[], answer_checks[],
	auth_checks[], auth_token_checks[], auth_scope_checks[], auth_oauth1_checks[],
	paging_checks[], paging_link_checks[], paging_walk_checks[], query_checks[],
	query_filter_checks[], query_sort_checks[], query_fields_checks[], error_checks[],
	error_method_checks[], error_body_checks[], error_payload_checks[], rostering_read_checks[],
	rostering_class_checks[], rostering_ref_checks[], rostering_time_checks[],
	rostering_enrollment_checks[], rostering_user_checks[], rostering_session_checks[],
	rostering_school_checks[], rostering_school_class_checks[], resource_checks[],
	gradebook_checks[], gradebook_delete_checks[], gradebook_field_checks[],
	gradebook_wrong_checks[], gradebook_list_checks[], gradebook_rule_checks[],
	gradebook_12_checks[], gradebook_post_checks[];

/* How the base objects are written. */
enum base_form {
	BASE_CANVAS, /* as Canvas does by default */
	BASE_PERIOD, /* and with the grading period, which Canvas can be told to send */
	BASE_EXACT   /* as the schema wants it */
};

/* What the judge found out about the provider's side of a version before the first check. */
struct subject {
	unsigned version;
	bool asked;               /* whether all this was looked for already */
	bool unseen;              /* nobody answered while it was looked for */
	char *why_not;            /* the provider does not speak the version; NULL: it does */
	char *why_no_class;       /* NULL: there is one */
	char *class_id, *student; /* a class with two students, and the first of them */
	json_t *class;            /* as the provider shows it; NULL: it does not */
	json_t *ids;              /* place -> id, as far as they were asked for */
	json_t *capabilities;     /* collection -> null, or why it is not there */
	json_t *categories;       /* as the provider lists them */
	json_t *category;         /* reference that the base lineItem carries, or null */
	json_t *period;           /* id of the grading period of `due`, or null */
	char *due;                /* dueDate of the base lineItem, in UTC with a Z */
	char *line_item, *result; /* ids of the base objects; NULL while there is none */
	char *why_no_line_item;   /* what the provider said to every attempt */
	char *strict;             /* why C_LENIENT is not asked; NULL: it is */
	enum base_form form;
	bool oauth1, oauth2;       /* work with the credential */
	struct deviations answers; /* of all answers so far */
	json_t *samples;           /* collection -> what it holds, see collect.h */
	json_t *lists;             /* see district.h; NULL until somebody asks */
};

#define UNANSWERED_MOST 3 /* calls in a row, until the provider may be gone */

struct judge {
	const struct judge_options *options;
	struct random random;
	struct subject subjects[2]; /* of 1.1 and of 1.2 */
	struct subject *subject;    /* of the version that is judged now */
	int64_t end;                /* real time at which the run is over; 0: none */
	unsigned needs;             /* of all checks that are to run */
	int unanswered;             /* calls in a row */
	bool gone;                  /* nobody answers any more */
	bool unheard;               /* a call of the current check got no answer */
	bool cleaning;              /* the checks are over, what was written is removed */
	const char *ended;          /* why checks were not asked any more; NULL: all were */
	json_t *exchanges;          /* of the current check */
	size_t left_out;            /* of them, because they were too many */
	json_t *written;            /* targets to delete, oldest first */
	json_t *left;               /* targets that the provider would not delete */
	json_t *refused;            /* set of the targets whose PUT was refused */
	json_t *ours;               /* set of the ids under which we have written */
	struct deviations current;  /* of the answers of the current check */
	json_t *secrets;            /* texts that must not be told */
	json_t *kinds;              /* of deviations, to be shown with the verdict; or NULL */
	char *verdict_text;         /* set by judge_fail, judge_warn, judge_skip, judge_blind */
	bool failed, warned, skipped, blind;
	struct call call; /* the last one */
};

/* A check, the suite that it came by and the version that it is to be run in. */
struct planned {
	const struct check *check;
	const char *suite;
	unsigned version;
};

struct agenda {
	struct planned *items;
	size_t count, room;
};

/* The checks of the suites that @options name (NULL: all) in order, each once a version.
 * @speaks is the version in which suites of both are run where nobody chose. ERR_INVALID for an
 * unknown suite, one that does not judge the version that was chosen, or a pattern of
 * options->checks that fits nothing. */
bool agenda_make(struct agenda *agenda, const struct judge_options *options, unsigned speaks,
		 struct err *err) MUST_USE;
void agenda_release(struct agenda *agenda);
/* Why the options leave a check out, whatever the provider is like; NULL: they do not. */
const char *check_left_out(const struct judge_options *options, const struct check *check);
/* {"id", "suite", "version", "level", "clause", "title", "writes"}. Returns (json_decref). */
json_t *planned_describe(const struct planned *planned) MUST_USE;

/* subject.c */

/* Turns to @version. What the checks stand on is looked for when it is turned to for the first
 * time; subject->why_not says that the provider does not speak it. ERR_INVALID when --class is
 * wrong, ERR_UNREACHABLE when nobody answers. */
bool judge_turn(struct judge *judge, unsigned version, struct err *err) MUST_USE;
void subject_init(struct subject *subject, unsigned version, const json_t *ours);
void subject_release(struct subject *subject);
/* Looks for the class, unless that was done. */
void judge_need_class(struct judge *judge);
/* Makes the base objects, with a due date and a category that the provider takes. base.c */
void base_make(struct judge *judge);
/* The id that {place} stands for: "class", "student", "school", "term", ... NULL when the provider
 * shows none. Borrowed. */
const char *judge_id(struct judge *judge, const char *place);
/* Notes why the provider lacks @what, a name among the capabilities. */
void judge_lacks(struct judge *judge, const char *what, const char *format, ...) PRINTF(3, 4);
/* Whether the provider has the collection ("/demographics"); why not in *@why, borrowed. */
bool judge_has(struct judge *judge, const char *collection, const char **why);
/* The categories as the provider lists them; borrowed. */
const json_t *judge_categories(struct judge *judge);
/* Reads pages of a collection, as many as may be: what goes on without end is an error. */
struct page_reader judge_reader(const struct judge *judge) MUST_USE;
/* A whole collection below the service root, quietly. Returns (json_decref); NULL with @err. */
json_t *judge_list_of(struct judge *judge, const char *path, const char *key, struct err *err);

/* The absolute or relative URL of a path below the service root, in the service of the judged
 * version that has it. Returns (free). */
char *judge_target(const struct judge *judge, const char *path) MUST_USE;

/* Why nobody is to be asked any more: the run is over, or the provider is gone. NULL: go on. */
const char *judge_ended(struct judge *judge);
/* Likewise; where it is over the check is blind. */
bool judge_may_ask(struct judge *judge);

/* exchange.c */

/* Keeps the last call as an exchange of the check. */
void judge_keep(struct judge *judge);
/* Notes a text that no report may tell: a secret, a token. Short ones are words of everybody. */
void judge_secret(struct judge *judge, const char *text);
/* Puts asterisks in place of all of them, wherever they stand in @value. */
void judge_hide(const struct judge *judge, json_t *value);

/* judge.c */

/* Sends a request and keeps it as an exchange of the check; the answer is in
 * judge->call until the next one. {places} are filled in @target; where one is not to be had
 * nothing is sent and the check is blind. */
const struct call *judge_call(struct judge *judge, const char *method, const char *target,
			      const char *body);
const struct call *judge_call_as(struct judge *judge, const char *method, const char *target,
				 const char *body, enum call_auth auth, const char *authorization);
/* Likewise for a call that is made ready; takes it over. */
const struct call *judge_send(struct judge *judge, struct call *call);

/* Sends calls at the same time, as far as the connection lets it, and takes them over; each is an
 * exchange of the check, and each must be a success. judge->call is the last one. */
void judge_send_all(struct judge *judge, struct call *calls, size_t count);

/* The first failure counts. */
void judge_fail(struct judge *judge, const char *format, ...) PRINTF(2, 3);
/* A warning, whatever the level of the check. */
void judge_warn(struct judge *judge, const char *format, ...) PRINTF(2, 3);
void judge_skip(struct judge *judge, const char *format, ...) PRINTF(2, 3);
/* The verdict `error`: what is asked could not be seen. */
void judge_blind(struct judge *judge, const char *format, ...) PRINTF(2, 3);
/* What the check says where it passes; a verdict that comes later wins. */
void judge_note(struct judge *judge, const char *format, ...) PRINTF(2, 3);
/* No verdict, and no text of one. */
void judge_clear(struct judge *judge);

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
/* Members of @changes replace those of @object, which it takes over: "omit" removes one,
 * "&class" is a reference to what {class} stands for. The check is skipped where there is no
 * such thing. Returns the wrapped object (free). */
char *judge_wrap(struct judge *judge, const char *wrapper, json_t *object,
		 const char *changes) MUST_USE;
/* A reference as Canvas writes one, href and all. Returns (json_decref). */
json_t *judge_ref(const struct judge *judge, const char *collection, const char *id,
		  const char *type) MUST_USE;
/* A new id; what is PUT under it is deleted at the end. Returns (free). */
char *judge_new_id(struct judge *judge) MUST_USE;
/* PUTs a wrapped object; `collection` is lineItems or results. */
const struct call *judge_put(struct judge *judge, const char *collection, const char *id,
			     const char *body);

/* Notes a target that has to be deleted at the end, and the id that is ours. */
void judge_wrote(struct judge *judge, const char *target, const char *id);

/* Whether two JSON values mean the same: numbers by value, dateTimes by instant,
 * references by sourcedId, objects by the members of @wanted. */
bool judge_same(const json_t *wanted, const json_t *found);

#endif
