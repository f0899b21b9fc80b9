/*
 * payload.h - whether a payload is what the schema says, no more and no less.
 *
 * Where record.h reads leniently, these checks are as strict as the field lists of the
 * fact sheets 1.1 (sections 4 to 7, 9) and 1.2 (sections 4, 6 to 9). Nothing is changed
 * and nothing stops at the first fault: every deviation becomes a finding.
 */
#ifndef ONEROSTER_PAYLOAD_H
#define ONEROSTER_PAYLOAD_H

#include <jansson.h>
#include "base/arena.h"
#include "base/str.h"
#include "oneroster/entity.h"

/* A deviation from the schema or from what its text demands is an error; what is only
 * advised, or where the sources disagree, a warning. */
enum finding_severity { FINDING_WARNING, FINDING_ERROR };

struct finding {
	const char *rule; /* "OR-TIME-ZONE"; static */
	enum finding_severity severity;
	const char *pointer;  /* JSON pointer (RFC 6901) */
	const char *found;    /* the value as JSON, shortened; "nothing", "an object", ... */
	const char *expected; /* half a sentence that goes on after "expected" */
	const char *source;   /* "fields-1.2: LineItemDType.dueDate", "fact sheet 1.1, section 6" */
};

#define FINDINGS_MOST 1000 /* that are kept; all are counted */

struct findings {
	struct finding *items;
	size_t count, room;
	size_t errors, warnings; /* of all, kept or not */
	struct arena arena;      /* of the texts */
};

#define FINDINGS_INIT \
	{             \
		NULL  \
	}

void findings_release(struct findings *findings); /* empty and usable again */
const char *finding_severity_name(enum finding_severity severity);

/* The rules, for lists and documentation. */
struct payload_rule {
	const char *id;
	unsigned in;           /* versions that it can be broken in */
	unsigned error;        /* versions in which that is an error; elsewhere a warning */
	const char *expected;  /* '@' is what the field is to hold */
	const char *clause[2]; /* of 1.1 and 1.2; NULL: the row of the field list */
};

extern const struct payload_rule payload_rules[];
extern const size_t payload_rule_count;

/* Flags. */
#define PAYLOAD_PARTIAL 1u /* asked for with `fields`: a missing member is no fault */

/* Checks one object, without a wrapper; pointers begin with @prefix. @version is V11 or
 * V12. */
void payload_check_object(struct findings *findings, const struct entity *entity, unsigned version,
			  const json_t *object, const char *prefix, unsigned flags);

/* Checks a body with its wrapper: {"lineItem": {}} or, where @many, {"lineItems": []}.
 * A wrong wrapper is named, and what stands in it is checked all the same. */
void payload_check_body(struct findings *findings, const struct entity *entity, unsigned version,
			bool many, const json_t *body, unsigned flags);

/* Checks the body of a refusal: 1.1 in the shapes A, B or C (fact sheet 1.1, section 9),
 * 1.2 with the codes that @service knows (fact sheet 1.2, section 4; SERVICE_COUNT: those
 * of any service). */
void payload_check_status(struct findings *findings, unsigned version, enum service service,
			  const json_t *body);
/* Whether @body has the members of a status body of any version and shape. */
bool payload_is_status(const json_t *body);

/* Checks the answer to a POST, {"sourcedIdPairs": [...]} (fact sheet 1.2, section 7.8). */
void payload_check_pairs(struct findings *findings, const json_t *body);

/* Notes that a body is no JSON at all; @why is the parser's sentence. */
void payload_not_json(struct findings *findings, unsigned version, const char *why);

/* Makes @object what the schema wants where that takes no guess: a dateTime where a date
 * belongs is cut, a dateTime with a zone gets the exact UTC form, booleans the form of the
 * version, quoted numbers lose their quotes, references get their type, optional nulls go.
 * Each change is noted in @mended: `found` is the old value, `expected` the new one. */
void payload_mend_object(struct findings *mended, const struct entity *entity, unsigned version,
			 json_t *object, const char *prefix);

#endif
