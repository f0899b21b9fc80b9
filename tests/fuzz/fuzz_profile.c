/*
 * fuzz_profile.c - profiles of a SIS, with what they extend.
 */
#include <unistd.h>

#include "base/file.h"
#include "server/quirk/profile.h"
#include "tests/fuzz/fuzz.h"

static char path[64];

static void remove_file(void)
{
	unlink(path);
}

/* The loader reads files: one in memory, overwritten for each input. */
static void write_input(const uint8_t *data, size_t size)
{
	FILE *file;

	if (!*path) {
		snprintf(path, sizeof path, "%s/mocksis-fuzz-%d.json",
			 file_is_folder("/dev/shm") ? "/dev/shm" : "/tmp", (int)getpid());
		atexit(remove_file);
	}
	file = fopen(path, "wb");
	if (!file || fwrite(data, 1, size, file) != size || fclose(file) != 0)
		BUG("%s cannot be written", path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = ERR_INIT;

	write_input(data, size);

	struct profile *profile = profile_load(path, &err);

	if (!profile) {
		FUZZ_HOLDS(err.code == ERR_INVALID && *err.text);
		return 0;
	}
	FUZZ_HOLDS(profile->name && profile->quirks.title_max >= 0);
	FUZZ_HOLDS(has_word("reject truncate accept", profile->quirks.title_overflow));
	FUZZ_HOLDS(has_word("client server either", profile->quirks.sourcedid_mode));
	for (int i = 0; i < FAULT_COUNT; i++)
		FUZZ_HOLDS(profile->answers[i].status >= 200 && profile->answers[i].status <= 599 &&
			   profile->answers[i].text && profile->answers[i].minor);
	profile_hides(profile, "putResult");
	profile_put(profile);
	return 0;
}
