/*
 * verify.h - what is stored, compared with what was acknowledged.
 */
#ifndef TESTS_CRASH_VERIFY_H
#define TESTS_CRASH_VERIFY_H

#include "base/str.h"
#include "tests/crash/ledger.h"
#include "tests/http/harness.h"

/* The rows of the database @db against the ledger: nothing acknowledged is lost, nothing is half
 * written, integrity_check. False with the reasons in @why. What was found is acknowledged from
 * now on. */
bool verify_rows(const char *db, struct ledger *ledger, struct str *why);

/* The server's own view against the rows: X-Total-Count, with and without a filter, and, where
 * @walks, every id once on all pages in either order; some objects by id. */
bool verify_served(const struct server *server, const char *db, const struct ledger *ledger,
		   bool walks, struct str *why);

/* The first column of the first row; -1 when the database does not answer. */
long sql_number(const char *db, const char *sql);

#endif
