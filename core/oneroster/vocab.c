/*
 * vocab.c - the enumerations, one row per value.
 */
#include "oneroster/vocab.h"

#include <string.h>

#define VOCAB(NAME, EXTENSION, ...)                           \
	const struct vocab VOCAB_##NAME = { #NAME, EXTENSION, \
					    (const struct term[]){ __VA_ARGS__, { NULL } } }

/* clang-format off */
/* `inactive` existed in 1.0: it is read as tobedeleted (fact sheet 1.1, section 5.0) */
VOCAB(STATUS, CLOSED,
      { "active", BOTH }, { "tobedeleted", BOTH }, { "inactive", 0, "tobedeleted" });
VOCAB(SESSION_TYPE, EXT,
      { "gradingPeriod", BOTH }, { "semester", BOTH }, { "schoolYear", BOTH }, { "term", BOTH });
VOCAB(CLASS_TYPE, EXT, { "homeroom", BOTH }, { "scheduled", BOTH });
VOCAB(ORG_TYPE, EXT,
      { "department", BOTH }, { "district", BOTH }, { "local", BOTH }, { "national", BOTH },
      { "school", BOTH }, { "state", BOTH });
/* user.role of 1.1 */
VOCAB(USER_ROLE, CLOSED,
      { "administrator", V11 }, { "aide", V11 }, { "guardian", V11 }, { "parent", V11 },
      { "proctor", V11 }, { "relative", V11 }, { "student", V11 }, { "teacher", V11 });
/* roles[].role of 1.2. Which administrator a plain one of 1.1 is, no text says: that of
 * a site; and a counselor of 1.2 is nearest to an aide (our choice, UNVERIFIED). */
VOCAB(ROLE, EXT,
      { "aide", BOTH }, { "counselor", V12, "aide" },
      { "districtAdministrator", V12, "administrator" }, { "guardian", BOTH },
      { "parent", BOTH }, { "principal", V12, "administrator" }, { "proctor", BOTH },
      { "relative", BOTH }, { "siteAdministrator", V12, "administrator" },
      { "student", BOTH }, { "systemAdministrator", V12, "administrator" },
      { "teacher", BOTH }, { "administrator", V11, "siteAdministrator" });
/* 1.1 took eight roles before it named four (fact sheet 1.1, section 5.5) */
VOCAB(ENROLLMENT_ROLE, EXT,
      { "administrator", BOTH }, { "proctor", BOTH }, { "student", BOTH }, { "teacher", BOTH },
      { "aide", V11 }, { "guardian", V11 }, { "parent", V11 }, { "relative", V11 });
VOCAB(RESOURCE_ROLE, EXT,
      { "administrator", BOTH }, { "aide", BOTH }, { "guardian", BOTH }, { "parent", BOTH },
      { "proctor", BOTH }, { "relative", BOTH }, { "student", BOTH }, { "teacher", BOTH });
VOCAB(ROLE_TYPE, CLOSED, { "primary", BOTH }, { "secondary", BOTH });
VOCAB(IMPORTANCE, CLOSED, { "primary", BOTH }, { "secondary", BOTH });
VOCAB(SEX, EXT,
      { "male", BOTH }, { "female", BOTH }, { "unspecified", V12 }, { "other", V12 });
VOCAB(SCORE_STATUS, EXT,
      { "exempt", BOTH }, { "fully graded", BOTH }, { "not submitted", BOTH },
      { "partially graded", BOTH }, { "submitted", BOTH });
/* The pattern of the OpenAPI file begins with a stray slash (traps A14). */
VOCAB(SOURCE, WORDS, { "case", BOTH }, { "unknown", BOTH });
/* clang-format on */

static const struct term *term_find(const struct vocab *vocab, const char *value)
{
	for (const struct term *term = vocab->terms; term->value; term++)
		if (strcmp(term->value, value) == 0)
			return term;
	return NULL;
}

#define LETTERS "abcdefghijklmnopqrstuvwxyz"

static bool is_extension(const struct vocab *vocab, const char *value, unsigned version)
{
	static const char token[] = LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";

	if (!(version & V12) || vocab->extension == CLOSED)
		return false;
	if (starts_with(value, "ext:"))
		return value[4] && !value[4 + strspn(value + 4, token)];
	return vocab->extension == WORDS && *value && !value[strspn(value, LETTERS "0123456789")];
}

bool vocab_allows(const struct vocab *vocab, const char *value, unsigned version)
{
	const struct term *term = term_find(vocab, value);

	return (term && (term->in & version)) || is_extension(vocab, value, version);
}

const char *vocab_read(const struct vocab *vocab, const char *value, unsigned version)
{
	const struct term *term = term_find(vocab, value);

	if (term)
		return term->in ? term->value : term->means;
	if (!is_extension(vocab, value, version))
		return NULL;
	/* what vocab_say() had to spell out is stored under one name only */
	term = starts_with(value, "ext:") ? term_find(vocab, value + 4) : NULL;
	return term && term->in == V11 && !term->means ? term->value : value;
}

const char *vocab_say(const struct vocab *vocab, const char *value, unsigned version,
		      struct arena *arena)
{
	const struct term *term = term_find(vocab, value);

	if ((term && (term->in & version)) || is_extension(vocab, value, version))
		return value;
	if (term && term->means)
		return term->means;
	if ((version & V12) && vocab->extension != CLOSED)
		return arena_format(arena, "ext:%s", value);
	/* an extension that only spelled a word of 1.1 */
	if (starts_with(value, "ext:") && vocab_allows(vocab, value + 4, version))
		return value + 4;
	return NULL;
}

void vocab_list(const struct vocab *vocab, unsigned version, struct str *out)
{
	const char *between = "";

	for (const struct term *term = vocab->terms; term->value; term++) {
		if (!(term->in & version))
			continue;
		str_format(out, "%s%s", between, term->value);
		between = ", ";
	}
	if ((version & V12) && vocab->extension != CLOSED)
		str_format(out, "%sext:...", between);
}
