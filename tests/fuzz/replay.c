/*
 * replay.c - runs a fuzz target over the files of its corpus, without libFuzzer.
 *
 *   build/debug/fuzz_url tests/fuzz/corpus/fuzz_url [FILE…]
 */
#include <dirent.h>
#include <errno.h>

#include "base/file.h"
#include "tests/fuzz/fuzz.h"

#define INPUT_CAP (64u << 20)

static bool replay_file(const char *path, size_t *count)
{
	struct err err = ERR_INIT;
	size_t length;
	char *text = file_read(path, INPUT_CAP, &length, &err);

	if (!text) {
		fprintf(stderr, "%s\n", err.text);
		return false;
	}
	LLVMFuzzerTestOneInput((const uint8_t *)text, length);
	free(text);
	++*count;
	return true;
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static bool replay_folder(const char *folder, size_t *count)
{
	struct dirent **entries = NULL;
	int found = scandir(folder, &entries, is_visible, alphasort);
	bool good = found > 0;

	if (found < 0)
		fprintf(stderr, "%s: %s\n", folder, strerror(errno));
	else if (found == 0)
		fprintf(stderr, "%s: there is no input in it\n", folder);
	for (int i = 0; i < found; i++) {
		char *path = path_join(folder, entries[i]->d_name);

		good = replay_file(path, count) && good;
		free(path);
		free(entries[i]);
	}
	free(entries);
	return good;
}

int main(int argc, char **argv)
{
	const char *slash = strrchr(argv[0], '/');
	size_t count = 0;
	bool good = argc > 1;

	if (!good)
		fprintf(stderr, "%s: name files or folders of inputs\n", argv[0]);
	for (int i = 1; i < argc; i++) {
		/* a missing file and a missing folder read the same */
		if (file_exists(argv[i]) && !file_is_folder(argv[i]))
			good = replay_file(argv[i], &count) && good;
		else
			good = replay_folder(argv[i], &count) && good;
	}
	printf("%s: %zu inputs\n", slash ? slash + 1 : argv[0], count);
	return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
