/*
 * relation.h - which rows a collection holds (fact sheets 1.1, section 2.4,
 * and 1.2, section 2.5).
 */
#ifndef QUERY_RELATION_H
#define QUERY_RELATION_H

#include "oneroster/operations.h"
#include "server/query/sql.h"

/* Which categories metadata.classId binds to a class: none, every one, or those that have
 * it. The standard has no field for it (traps A30). */
enum category_scope { SCOPE_GLOBAL, SCOPE_METADATA, SCOPE_BOTH };

/* Appends the condition that a category can be used in a class. */
void category_scope_sql(enum category_scope scope, const char *class, struct sql *sql);

/* Appends the condition that the path of a READ_MANY operation puts on its rows,
 * "1" where there is none. @ids are the decoded ids of the path. */
void relation_sql(const struct operation *operation, unsigned version, const char *const *ids,
		  enum category_scope scope, struct sql *sql);

/* The condition for one object of a collection, `students/{id}`: its id and, for
 * a part of an entity, what makes it one. */
void member_sql(const struct collection *collection, unsigned version, const char *id,
		struct sql *sql);

/* Appends " AND ..." where an object of @child must belong to one of @parent. */
void belonging_sql(const struct collection *parent, const char *parent_id,
		   const struct collection *child, struct sql *sql);

#endif
