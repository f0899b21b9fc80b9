/*
 * fuzz_profile.c - profiles of a SIS, with what they extend.
 */
#include "server/quirk/profile.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = ERR_INIT;

	const char *path = fuzz_file(data, size);

	struct profile *profile = profile_load(path, &err);

	if (!profile) {
		FUZZ_HOLDS(err.code == ERR_INVALID && *err.text);
		return 0;
	}
	FUZZ_HOLDS(profile->name && profile->quirks.title_max >= 0);
	FUZZ_HOLDS(has_word("reject truncate accept", profile->quirks.title_overflow));
	FUZZ_HOLDS(has_word("client server either", profile->quirks.sourcedid_mode));
	for (int i = 0; i < FAULT_COUNT; i++)
		FUZZ_HOLDS(profile->answers[ANSWERS_V1P1][i].status >= 200 &&
			   profile->answers[ANSWERS_V1P1][i].status <= 599 &&
			   profile->answers[ANSWERS_V1P1][i].text &&
			   profile->answers[ANSWERS_V1P1][i].minor);
	profile_hides(profile, "putResult");
	profile_put(profile);
	return 0;
}
