/*
 * generated.h - courses that mocksis generate wrote, and the edge cases in them.
 */
#ifndef TESTS_HTTP_GENERATED_H
#define TESTS_HTTP_GENERATED_H

#include "tests/http/harness.h"

#define DEMO_CATEGORIES "Homework Quizzes Tests Projects Labs Essays"
#define DEMO_CLASS "class-alg-1"

/* Runs generate into @out at STORY_TIME; @more is NULL-terminated. */
void generate(struct outcome *outcome, const char *out, const char *url, const char *credential,
	      const char *const more[]);
/* The same with --json, which must end well. Returns json_decref(). */
json_t *generated(const char *out, const char *url, const char *credential,
		  const char *const more[]);
/* The folder of the report's course. */
const char *folder_of(const json_t *report, size_t course);

/* The assignment whose description names this row of cases.c; its first share. */
const json_t *assignment_of(const json_t *assignments, const char *name);
/* Each row of cases.c can be seen in the files of @folder; the class has so many categories. */
void expect_cases(const char *folder, size_t categories);

#endif
