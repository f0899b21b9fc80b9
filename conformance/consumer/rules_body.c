/*
 * rules_body.c - payloads against the schema (core/oneroster/payload.h).
 *
 * What the documented defaults of Canvas leave out is no breach; what other clients in the
 * field leave out is tolerated, and told (traps B1).
 */
#include "conformance/consumer/rule.h"

#include <string.h>

#include "base/jsonx.h"
#include "oneroster/payload.h"

enum leniency { STRICT, TOLERATED, DOCUMENTED };

/* The first row that fits a finding. */
static const struct {
	const char *rule, *ends; /* end of the pointer; NULL: any */
	enum leniency leniency;
} leniencies[] = {
	{ "OR-REQUIRED", "/status", DOCUMENTED }, /* canvas-client 2d */
	{ "OR-REQUIRED", "/dateLastModified", DOCUMENTED },
	{ "OR-REQUIRED", "/sourcedId", DOCUMENTED }, /* canvas-client 2a: Modified mode */
	{ "OR-REQUIRED", "/gradingPeriod", DOCUMENTED },
	{ "OR-REQUIRED", "/category", DOCUMENTED },
	{ "OR-REQUIRED", "/score", DOCUMENTED },
	{ "OR-REQUIRED", "/scoreDate", DOCUMENTED },
	{ "OR-REQUIRED", "/comment", DOCUMENTED },
	{ "OR-REQUIRED", "/href", TOLERATED },
	{ "OR-REQUIRED", "/type", TOLERATED },
	{ "OR-REF", NULL, TOLERATED },
	{ "OR-REF-HREF", NULL, TOLERATED },
	{ "OR-REF-TYPE", "/student/type", DOCUMENTED }, /* traps A25 */
	{ "OR-REF-TYPE", NULL, TOLERATED },
	{ "OR-NULL", "/gradingPeriod", DOCUMENTED },
	{ "OR-NULL", "/category", DOCUMENTED },
	{ "OR-NULL", "/score", DOCUMENTED },
	{ "OR-NULL", "/dueDate", DOCUMENTED }, /* an assignment without a date */
	{ "OR-NULL", "/assignDate", DOCUMENTED },
	{ "OR-DATE", "/scoreDate", TOLERATED },
	{ "OR-TIME-ZONE", NULL, TOLERATED }, /* canvas-client 2c: the samples have none */
};

static enum leniency leniency_of(const struct finding *finding)
{
	if (finding->severity != FINDING_ERROR)
		return DOCUMENTED;
	for (size_t i = 0; i < ARRAY_SIZE(leniencies); i++)
		if (strcmp(leniencies[i].rule, finding->rule) == 0 &&
		    (!leniencies[i].ends || ends_with(finding->pointer, leniencies[i].ends)))
			return leniencies[i].leniency;
	return STRICT;
}

static void look_at_body(struct trial *trial, const struct exchange *exchange, enum leniency wanted)
{
	struct findings findings = FINDINGS_INIT;

	payload_check_body(&findings, exchange->row->entity, exchange->version, false,
			   exchange->body, 0);
	for (size_t i = 0; i < findings.count; i++) {
		const struct finding *finding = &findings.items[i];

		if (leniency_of(finding) != wanted)
			continue;
		trial_breach(trial, exchange, "%s: found %s, expected %s [%s %s]", finding->pointer,
			     finding->found, finding->expected, finding->rule, finding->source);
		break;
	}
	findings_release(&findings);
}

static void look_at_bodies(struct trial *trial, enum leniency wanted)
{
	for (size_t i = 0; i < trial->count; i++) {
		const struct exchange *exchange = trial->items[i];

		if (!exchange->row || exchange->row->action != WRITE_ONE || exchange->body_cut)
			continue;
		trial_saw(trial);
		if (exchange->body)
			look_at_body(trial, exchange, wanted);
		else if (wanted == STRICT)
			trial_breach(trial, exchange, "its body is no JSON object");
	}
}

static void fits_the_schema(struct trial *trial)
{
	look_at_bodies(trial, STRICT);
}

static void needs_no_leniency(struct trial *trial)
{
	look_at_bodies(trial, TOLERATED);
}

/* clang-format off */
const struct rule body_rules[] = {
	{ "CON-BODY-001", RULE_MUST,   0, "OneRoster fact sheets, section 5 of 1.1 and 7 of 1.2", "what is written fits the schema", "nothing was written", fits_the_schema },
	{ "CON-BODY-002", RULE_SHOULD, 0, "OneRoster fact sheets, as before; traps B1: real clients leave it out", "references carry href and type, dates their form and zone", "nothing was written", needs_no_leniency },
	{ NULL },
};
/* clang-format on */
