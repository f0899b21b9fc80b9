/*
 * district.h - a small district in which every entity has objects and every relation a
 * row that fits and one that does not.
 *
 * What ends in -a hangs together: school-a, class-a, term-a, student-a, item-a. What ends
 * in -b does too, and must not appear below an -a; -c lies in between.
 */
#ifndef TESTS_HTTP_DISTRICT_H
#define TESTS_HTTP_DISTRICT_H

#include "tests/http/harness.h"

/* Fills a database of its own and serves it, as server_start() does. */
void district_start(struct server *server);
void district_stop(struct server *server);

#endif
