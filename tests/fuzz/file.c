/*
 * file.c - an input as a file, for what reads files.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "tests/fuzz/fuzz.h"

static char path[64];

static void remove_file(void)
{
	unlink(path);
}

const char *fuzz_file(const uint8_t *data, size_t size)
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
	return path;
}
