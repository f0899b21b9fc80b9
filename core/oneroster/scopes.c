/*
 * scopes.c - the scope table.
 */
#include "oneroster/scopes.h"

#include <string.h>

#include "oneroster/vocab.h"

/* clang-format off */
/* @full, where there is one, implies the scope (switches.md: any full scope implies
 * its core in both versions; demographics apart). */
static const struct {
	const char *name;
	unsigned in;
	enum scope full; /* itself: none */
} scopes[SCOPE_COUNT] = {
	[SCOPE_ROSTER_CORE_READONLY]         = { "roster-core.readonly",         BOTH, SCOPE_ROSTER_READONLY },
	[SCOPE_ROSTER_READONLY]              = { "roster.readonly",              BOTH, SCOPE_ROSTER_READONLY },
	[SCOPE_ROSTER_DEMOGRAPHICS_READONLY] = { "roster-demographics.readonly", BOTH, SCOPE_ROSTER_DEMOGRAPHICS_READONLY },
	[SCOPE_RESOURCE_CORE_READONLY]       = { "resource-core.readonly",       V12,  SCOPE_RESOURCE_READONLY },
	[SCOPE_RESOURCE_READONLY]            = { "resource.readonly",            BOTH, SCOPE_RESOURCE_READONLY },
	[SCOPE_GRADEBOOK_CORE_READONLY]      = { "gradebook-core.readonly",      V12,  SCOPE_GRADEBOOK_READONLY },
	[SCOPE_GRADEBOOK_READONLY]           = { "gradebook.readonly",           BOTH, SCOPE_GRADEBOOK_READONLY },
	[SCOPE_GRADEBOOK_CREATEPUT]          = { "gradebook.createput",          BOTH, SCOPE_GRADEBOOK_CREATEPUT },
	[SCOPE_GRADEBOOK_CREATEPOST]         = { "gradebook.createpost",         V12,  SCOPE_GRADEBOOK_CREATEPOST },
	[SCOPE_GRADEBOOK_DELETE]             = { "gradebook.delete",             BOTH, SCOPE_GRADEBOOK_DELETE },
	[SCOPE_ASSESSMENT_READONLY]          = { "assessment.readonly",          V12,  SCOPE_ASSESSMENT_READONLY },
	[SCOPE_ASSESSMENT_CREATEPUT]         = { "assessment.createput",         V12,  SCOPE_ASSESSMENT_CREATEPUT },
	[SCOPE_ASSESSMENT_DELETE]            = { "assessment.delete",            V12,  SCOPE_ASSESSMENT_DELETE },
};

static const struct {
	unsigned version;
	const char *prefix;
	unsigned shift;
} families[] = {
	{ V11, "https://purl.imsglobal.org/spec/or/v1p1/scope/", 0 },
	{ V12, "https://purl.imsglobal.org/spec/or/v1p2/scope/", 32 },
};
/* clang-format on */

static uint64_t bit(size_t family, enum scope scope)
{
	return 1ull << (families[family].shift + (unsigned)scope);
}

static uint64_t parse_one(const char *text, size_t length)
{
	for (size_t f = 0; f < ARRAY_SIZE(families); f++) {
		size_t prefix = strlen(families[f].prefix);

		if (length <= prefix || strncmp(text, families[f].prefix, prefix) != 0)
			continue;
		for (int i = 0; i < SCOPE_COUNT; i++)
			if ((scopes[i].in & families[f].version) &&
			    strlen(scopes[i].name) == length - prefix &&
			    strncmp(scopes[i].name, text + prefix, length - prefix) == 0)
				return bit(f, (enum scope)i);
	}
	return 0;
}

uint64_t scopes_parse(const char *text)
{
	uint64_t out = 0;

	while (*(text += strspn(text, " "))) {
		size_t length = strcspn(text, " ");

		out |= parse_one(text, length);
		text += length;
	}
	return out;
}

bool scopes_allow(uint64_t granted, unsigned version, enum scope scope)
{
	for (size_t f = 0; f < ARRAY_SIZE(families); f++)
		if (families[f].version & version)
			return granted & (bit(f, scope) | bit(f, scopes[scope].full));
	return false;
}

static void add(struct str *out, const char *between, size_t family, enum scope scope)
{
	str_format(out, "%s%s%s", out->length ? between : "", families[family].prefix,
		   scopes[scope].name);
}

void scopes_format(uint64_t granted, struct str *out)
{
	for (size_t f = 0; f < ARRAY_SIZE(families); f++)
		for (int i = 0; i < SCOPE_COUNT; i++)
			if ((scopes[i].in & families[f].version) &&
			    (granted & bit(f, (enum scope)i)))
				add(out, " ", f, (enum scope)i);
}

void scope_format(enum scope scope, unsigned version, const char *between, struct str *out)
{
	for (size_t f = 0; f < ARRAY_SIZE(families); f++) {
		if (!(families[f].version & version))
			continue;
		if (scopes[scope].in & version)
			add(out, between, f, scope);
		if (scopes[scope].full != scope)
			add(out, between, f, scopes[scope].full);
	}
}
