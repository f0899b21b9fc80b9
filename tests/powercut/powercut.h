/*
 * powercut.h - a disk that loses what nobody synced.
 *
 * A SQLite VFS in front of the real one. The files themselves are always what a page cache
 * would show. Beside them it keeps, of each file, what is surely on the platter (as of the
 * last xSync) and the list of what was written since. Where the power is cut, each of those
 * writes is kept, dropped or torn at a sector of 512 bytes, as a seed says, in any order.
 *
 * It also lets the n-th write, truncation or sync fail, with what a failed sync leaves behind:
 * the kernel counts the pages as clean, part of them was never written, and the next sync says
 * that all is well.
 */
#ifndef TESTS_POWERCUT_POWERCUT_H
#define TESTS_POWERCUT_POWERCUT_H

#include <stdbool.h>
#include <stdint.h>

enum powercut_call { POWERCUT_WRITE, POWERCUT_TRUNCATE, POWERCUT_SYNC };

struct powercut_fault {
	const char *suffix; /* of the file: "-wal", ".db" */
	enum powercut_call call;
	int code;         /* what SQLite is told: SQLITE_FULL, ... */
	long nth, count;  /* the first that fails, from 1, and how many do; 0: none, -1: all */
	bool is_short;    /* of a write: half of it is done */
	bool is_forgiven; /* of a sync: the next one writes everything after all */
	uint64_t seed;    /* of what a sync that failed leaves behind */
};

/* From here on every database of the process is opened through it; powercut_remove() ends
 * that. All connections must be closed at either. */
void powercut_install(void);
void powercut_remove(void);

/* The faults that are played from now on, counted from now on; borrowed. NULL: none. */
void powercut_fail(const struct powercut_fault *fault);
/* How many calls of the fault's kind there were since powercut_fail(). */
long powercut_calls(void);

/* @hook is called before every write, truncation, sync and deletion, with everything else
 * standing still; it may call powercut_save() only. NULL: nobody. */
typedef void powercut_hook(void *payload);
void powercut_watch(powercut_hook *hook, void *payload);

/* What the disk would hold if the power failed now: each file under its own name into the
 * folder @to. */
void powercut_save(const char *to, uint64_t seed);
/* The power fails now: the files become what the disk holds, and whoever asks for one waits for
 * ever. The process should die at once. */
void powercut_settle(uint64_t seed);

#endif
