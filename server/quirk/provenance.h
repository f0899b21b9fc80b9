/*
 * provenance.h - what a profile has of its own, and who says so.
 *
 * A value that no source confirms is `lab`, whether the profile marks it so or is silent.
 */
#ifndef QUIRK_PROVENANCE_H
#define QUIRK_PROVENANCE_H

#include "server/quirk/profile.h"

struct provenance {
	const char *word;   /* verified, lab or conflict */
	const char *source; /* NULL: none is named */
	bool stated;        /* the profile says so; else nobody does */
};

/* Of a name of `sources`: "title.max", "errors.not_found.text", "timezone". Borrowed. */
struct provenance provenance_of(const struct profile *profile, const char *key);

/* The value of a switch, borrowed. */
const json_t *profile_value(const struct profile *profile, const struct quirk_switch *row);

/* Whether the switch is not as the standard has it. */
bool profile_deviates(const struct profile *profile, const struct quirk_switch *row);

/* Whether the profile says of the switch what it should be, be it what the standard says. */
bool profile_states(const struct profile *profile, const struct quirk_switch *row);

/* Whether the "status" or "text" of a fault is the profile's own and not that of @base, which
 * may be NULL: then all are. */
bool profile_answers_itself(const struct profile *profile, const struct profile *base,
			    enum fault fault, const char *member);

struct tally {
	size_t rules; /* switches that deviate */
	size_t verified, lab, conflict;
};

/* Counts the values of @profile that are not those of @base. */
struct tally profile_tally(const struct profile *profile, const struct profile *base);

#endif
