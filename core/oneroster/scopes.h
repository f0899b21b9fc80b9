/*
 * scopes.h - what a token may be good for (fact sheets 1.1, section 11.2, and 1.2,
 * section 3.1).
 */
#ifndef ONEROSTER_SCOPES_H
#define ONEROSTER_SCOPES_H

#include "base/str.h"

enum scope {
	SCOPE_ROSTER_CORE_READONLY,
	SCOPE_ROSTER_READONLY,
	SCOPE_ROSTER_DEMOGRAPHICS_READONLY,
	SCOPE_RESOURCE_CORE_READONLY,
	SCOPE_RESOURCE_READONLY,
	SCOPE_GRADEBOOK_CORE_READONLY,
	SCOPE_GRADEBOOK_READONLY,
	SCOPE_GRADEBOOK_CREATEPUT,
	SCOPE_GRADEBOOK_CREATEPOST,
	SCOPE_GRADEBOOK_DELETE,
	SCOPE_ASSESSMENT_READONLY,
	SCOPE_ASSESSMENT_CREATEPUT,
	SCOPE_ASSESSMENT_DELETE,
	SCOPE_COUNT
};

/* Scopes of both versions as bits: those of 1.1 first, those of 1.2 above them. */
#define SCOPES_ALL UINT64_MAX

/* The bits of a blank-separated list of scope URIs; what is none of ours is passed
 * over. 0 when nothing of it is. */
uint64_t scopes_parse(const char *text);

/* Whether @granted will do: @scope itself, or the full one that implies it. */
bool scopes_allow(uint64_t granted, unsigned version, enum scope scope);

/* Appends the URIs of @granted, blank-separated. */
void scopes_format(uint64_t granted, struct str *out);

/* Appends the URIs of @version that will do for @scope, joined by @between. */
void scope_format(enum scope scope, unsigned version, const char *between, struct str *out);

#endif
