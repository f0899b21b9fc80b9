/*
 * facts.h - what is remarkable about a Canvas course, as words.
 */
#ifndef TESTS_HTTP_FACTS_H
#define TESTS_HTTP_FACTS_H

#include <jansson.h>

/* Each adds the facts of one object to a set: {"fact": "where it was seen"}. */
void assignment_facts(const json_t *assignment, json_t *facts);
void submission_facts(const json_t *submission, const json_t *assignment, json_t *facts);
/* Those of a whole folder, its people, sections and groups included. A group whose name is not
 * among the blank-separated @categories is a fact. */
void course_facts(const char *folder, const char *categories, json_t *facts);

/* The submissions of a file in whichever form, each an object. Returns json_decref(). */
json_t *course_submissions(const char *folder);
/* A file of a course. Returns json_decref(). */
json_t *course_file(const char *folder, const char *name);

#endif
