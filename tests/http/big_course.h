/*
 * big_course.h - a course of any size, and a district that has its students.
 */
#ifndef TESTS_HTTP_BIG_COURSE_H
#define TESTS_HTTP_BIG_COURSE_H

#include "tests/http/harness.h"

/* Every student has a score for every assignment, all in class-bio-1 of the demo
 * district. */
struct big_course {
	int students, assignments;
	char *folder;   /* the course, with a connection.json */
	char *district; /* CSV files */
};

/* @connection: members of connection.json. Flat submissions, or @grouped by student. */
void big_course_make(struct big_course *big, int students, int assignments, bool grouped,
		     const char *connection);
void big_course_remove(struct big_course *big);

/* A provider that has the district. */
void big_course_serve(const struct big_course *big, struct server *server);

double big_course_score(int assignment, int student);

/* The scores of its lineItems stand in the SIS, each once, and no others. */
void big_course_expect(const struct big_course *big, const struct server *server);

#endif
