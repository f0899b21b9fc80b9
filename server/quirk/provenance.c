/*
 * provenance.c - what a profile has of its own, and who says so.
 */
#include "server/quirk/provenance.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"

static const json_t *source_of(const struct profile *profile, const char *key)
{
	return json_object_get(json_object_get(profile->effective, "sources"), key);
}

struct provenance provenance_of(const struct profile *profile, const char *key)
{
	const json_t *entry = source_of(profile, key);
	const char *word = jsonx_text(entry, "provenance");

	return (struct provenance){
		.word = word ? word : "lab",
		.source = jsonx_text(entry, "source"),
		.stated = word != NULL,
	};
}

const json_t *profile_value(const struct profile *profile, const struct quirk_switch *row)
{
	return json_object_get(json_object_get(profile->effective, "quirks"), row->name);
}

bool profile_deviates(const struct profile *profile, const struct quirk_switch *row)
{
	json_t *preset = switch_preset(row);
	bool same = json_equal(preset, profile_value(profile, row));

	json_decref(preset);
	return !same;
}

bool profile_states(const struct profile *profile, const struct quirk_switch *row)
{
	return source_of(profile, row->name) != NULL;
}

static const json_t *answer_member(const struct profile *profile, enum fault fault,
				   const char *member)
{
	const json_t *errors = json_object_get(profile->effective, "errors");

	return json_object_get(json_object_get(errors, fault_name(fault)), member);
}

static bool same_json(const json_t *a, const json_t *b)
{
	return (!a && !b) || json_equal(a, b);
}

bool profile_answers_itself(const struct profile *profile, const struct profile *base,
			    enum fault fault, const char *member)
{
	if (!base)
		return true;

	char *key = xformat("errors.%s.%s", fault_name(fault), member);
	bool same = same_json(answer_member(profile, fault, member),
			      answer_member(base, fault, member)) &&
		    same_json(source_of(profile, key), source_of(base, key));

	free(key);
	return !same;
}

static void count(struct tally *tally, const struct profile *profile, const char *key)
{
	const char *word = provenance_of(profile, key).word;

	tally->verified += strcmp(word, "verified") == 0;
	tally->lab += strcmp(word, "lab") == 0;
	tally->conflict += strcmp(word, "conflict") == 0;
}

static void count_answers(struct tally *tally, const struct profile *profile,
			  const struct profile *base)
{
	static const char *const members[] = { "status", "text" };

	for (int i = 0; i < FAULT_COUNT; i++)
		for (size_t k = 0; k < ARRAY_SIZE(members); k++) {
			char *key = xformat("errors.%s.%s", fault_name((enum fault)i), members[k]);

			if (profile_answers_itself(profile, base, (enum fault)i, members[k]))
				count(tally, profile, key);
			free(key);
		}
}

struct tally profile_tally(const struct profile *profile, const struct profile *base)
{
	struct tally tally = { 0 };
	const struct quirk_switch *row;

	for (size_t i = 0; (row = switch_at(i)); i++) {
		bool deviates = profile_deviates(profile, row);

		tally.rules += deviates;
		if (deviates || profile_states(profile, row))
			count(&tally, profile, row->name);
	}
	count_answers(&tally, profile, base);
	if (jsonx_text(profile->effective, "timezone"))
		count(&tally, profile, "timezone");
	return tally;
}
