/*
 * progress.h - a progress bar on standard error, only where it is a terminal.
 */
#ifndef BASE_PROGRESS_H
#define BASE_PROGRESS_H

#include "base/util.h"

struct progress {
	const char *what;
	int64_t total, done, shown_at;
	bool on;
};

/* @total 0: unknown, a counter instead of a bar. */
void progress_start(struct progress *progress, const char *what, int64_t total);
void progress_step(struct progress *progress, int64_t done);
void progress_end(struct progress *progress);

/* Whether @fd may be coloured: a terminal, and NO_COLOR is not set. */
bool terminal_has_color(int fd);

#endif
