/*
 * progress.c - a progress bar on standard error, only where it is a terminal.
 */
#include "base/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/when.h"

#define REDRAW_MS 100
#define WIDTH 30

bool terminal_has_color(int fd)
{
	const char *no_color = getenv("NO_COLOR");

	return isatty(fd) && !(no_color && *no_color);
}

static void draw(struct progress *progress)
{
	if (progress->total <= 0) {
		fprintf(stderr, "\r%s %lld", progress->what, (long long)progress->done);
		return;
	}

	int filled = (int)(progress->done * WIDTH / progress->total);

	fprintf(stderr, "\r%s [", progress->what);
	for (int i = 0; i < WIDTH; i++)
		fputc(i < filled ? '#' : ' ', stderr);
	fprintf(stderr, "] %lld/%lld", (long long)progress->done, (long long)progress->total);
}

void progress_start(struct progress *progress, const char *what, int64_t total)
{
	*progress = (struct progress){ .what = what,
				       .total = total,
				       .on = isatty(STDERR_FILENO) == 1 };
}

void progress_step(struct progress *progress, int64_t done)
{
	progress->done = done;
	if (!progress->on)
		return;

	int64_t now = when_now();

	if (now - progress->shown_at >= REDRAW_MS) {
		progress->shown_at = now;
		draw(progress);
	}
}

void progress_end(struct progress *progress)
{
	if (progress->on && progress->shown_at)
		fputs("\r\033[K", stderr);
	progress->on = false;
}
