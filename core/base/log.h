/*
 * log.h - one line per event on standard error, logfmt.
 *
 *   time=2026-11-16T17:00:00.123Z level=info event=request method=PUT status=201
 *
 * A line is built from pairs and written with one write(2), so that lines of
 * several threads never mix. Secrets are never passed in.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/util.h"

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

void log_set_level(enum log_level level);
bool log_level_parse(const char *name, enum log_level *level) MUST_USE;

/* log_event(LOG_INFO, "stopped", "requests", "17", NULL): pairs of texts, the
 * last key is NULL; a pair whose value is NULL is left out. */
void log_event(enum log_level level, const char *event, ...) __attribute__((sentinel));
/* Whether such an event would be written at all. */
bool log_shows(enum log_level level);

/* Writes the lines of this thread that wait. @again: the thread will call once more, so that
 * where there were more than a few since the last call, the next ones but warnings and errors
 * may wait for it: under load one write takes many lines, a lone line leaves at once. */
void log_release(bool again);

#endif
