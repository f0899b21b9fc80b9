/*
 * relation.h - which rows a collection holds (fact sheet 1.1, section 2.4).
 */
#ifndef QUERY_RELATION_H
#define QUERY_RELATION_H

#include "oneroster/operations.h"
#include "server/query/sql.h"

/* Appends the condition that the path of a READ_MANY operation puts on its rows,
 * "1" where there is none. @ids are the decoded ids of the path. */
void relation_sql(const struct operation *operation, const char *const *ids, struct sql *sql);

/* The condition for one object of a collection, `students/{id}`: its id and, for
 * a part of an entity, what makes it one. */
void member_sql(const struct collection *collection, const char *id, struct sql *sql);

#endif
