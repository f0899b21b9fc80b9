/*
 * relation.c - which rows a collection holds.
 *
 * A nested collection is one row here; `?1`, `?2` stand for the ids of the path, `@` for
 * what makes a user a student, a session a term, of the collection that is asked for, `#`
 * for what makes a category one of the class ?1.
 */
#include "server/query/relation.h"

#include <string.h>

#define ENROLLED(ROLE, CLASS)                                                                      \
	"sourcedId IN (SELECT \"user\" FROM enrollments WHERE class = " CLASS " AND role = '" ROLE \
	"')"
#define CLASSES_OF(ROLE) \
	"sourcedId IN (SELECT class FROM enrollments WHERE \"user\" = ?1 AND role = '" ROLE "')"
#define ITEM_OF_CLASS "lineItem IN (SELECT sourcedId FROM lineItems WHERE class = ?1)"
/* of the school, or enrolled there: the text leaves open which (fact sheet 1.2, 2.5) */
#define ENROLLED_AT_SCHOOL(ROLE)                                                       \
	"(@ AND sourcedId IN (SELECT \"user\" FROM enrollments WHERE school = ?1 AND " \
	"role = '" ROLE "'))"
#define AT_SCHOOL(ROLE)                                                                            \
	"(@ AND sourcedId IN (SELECT owner FROM ref WHERE entity = 'users' AND path = 'orgs' AND " \
	"target = ?1)) OR " ENROLLED_AT_SCHOOL(ROLE)
/* role and org of the same one of the roles: who teaches here may study elsewhere */
#define WITH_ROLE_AT_SCHOOL(ROLE)                                                        \
	"sourcedId IN (SELECT r.owner FROM ref r JOIN ref o ON o.entity = r.entity AND " \
	"o.owner = r.owner AND o.pos = r.pos WHERE r.entity = 'users' AND r.path = "     \
	"'roles.role' AND r.target = '" ROLE                                             \
	"' AND o.path = 'roles.org' AND o.target = ?1) OR " ENROLLED_AT_SCHOOL(ROLE)
#define RESOURCES_OF(ENTITY)                                                                   \
	"sourcedId IN (SELECT target FROM ref WHERE entity = '" ENTITY "' AND owner = ?1 AND " \
	"path = 'resources')"

static const struct {
	const char *operation, *condition;
	const char *condition_12; /* where it is another one in 1.2 */
} relations[] = {
	{ "getStudentsForClass", ENROLLED("student", "?1") },
	{ "getTeachersForClass", ENROLLED("teacher", "?1") },
	/* a class of another school is 404 before these run */
	{ "getStudentsForClassInSchool", ENROLLED("student", "?2") },
	{ "getTeachersForClassInSchool", ENROLLED("teacher", "?2") },
	{ "getEnrollmentsForClassInSchool", "class = ?2" },
	{ "getClassesForStudent", CLASSES_OF("student") },
	{ "getClassesForTeacher", CLASSES_OF("teacher") },
	{ "getClassesForUser", "sourcedId IN (SELECT class FROM enrollments WHERE \"user\" = ?1)" },
	{ "getClassesForSchool", "school = ?1" },
	{ "getClassesForCourse", "course = ?1" },
	{ "getClassesForTerm", "sourcedId IN (SELECT owner FROM ref WHERE entity = 'classes' AND "
			       "path = 'terms' AND target = ?1)" },
	{ "getCoursesForSchool", "org = ?1" },
	{ "getEnrollmentsForSchool", "school = ?1" },
	{ "getStudentsForSchool", AT_SCHOOL("student"), WITH_ROLE_AT_SCHOOL("student") },
	{ "getTeachersForSchool", AT_SCHOOL("teacher"), WITH_ROLE_AT_SCHOOL("teacher") },
	{ "getTermsForSchool",
	  "@ AND sourcedId IN (SELECT r.target FROM ref r JOIN classes c ON c.sourcedId = r.owner "
	  "WHERE r.entity = 'classes' AND r.path = 'terms' AND c.school = ?1)" },
	{ "getGradingPeriodsForTerm", "@ AND parent = ?1" },
	{ "getResourcesForCourse", RESOURCES_OF("courses") },
	{ "getResourcesForClass", RESOURCES_OF("classes") },
	{ "getResourcesForUser", RESOURCES_OF("users") },
	{ "getLineItemsForClass", "class = ?1" },
	{ "getResultsForClass", ITEM_OF_CLASS },
	/* a lineItem of another class is 404 before this runs */
	{ "getResultsForLineItemForClass", "lineItem = ?2 AND " ITEM_OF_CLASS },
	{ "getResultsForStudentForClass", "student = ?2 AND " ITEM_OF_CLASS },
	{ "getScoreScalesForClass", "class = ?1" },
	{ "getScoreScalesForSchool", "class IN (SELECT sourcedId FROM classes WHERE school = ?1)" },
	/* those that it can use, and those in use (traps A30) */
	{ "getCategoriesForClass",
	  "(# OR sourcedId IN (SELECT category FROM lineItems WHERE class = ?1))" },
};

/* What makes an object one of a part of its entity. A user of 1.2 has several roles. */
static void part_sql(const struct collection *collection, unsigned version, struct sql *sql)
{
	if (!collection->field) {
		sql_add(sql, "1");
		return;
	}
	if (entity_field(collection->entity, collection->field)->in & version) {
		sql_format(sql, "\"%s\" = ", collection->field);
		sql_text(sql, collection->value);
		return;
	}
	sql_format(sql,
		   "sourcedId IN (SELECT owner FROM ref WHERE entity = '%s' AND path = '%ss.%s' "
		   "AND target = ",
		   collection->entity->plural, collection->field, collection->field);
	sql_text(sql, collection->value);
	sql_add(sql, ")");
}

void category_scope_sql(enum category_scope scope, const char *class, struct sql *sql)
{
	static const char bound[] = "json_extract(metadata, '$.classId')";

	switch (scope) {
	case SCOPE_GLOBAL:
		sql_add(sql, "1");
		return;
	case SCOPE_METADATA:
		sql_format(sql, "ifnull(%s = ", bound);
		sql_text(sql, class);
		sql_add(sql, ", 0)");
		return;
	case SCOPE_BOTH:
		sql_format(sql, "ifnull(%s = ", bound);
		sql_text(sql, class);
		sql_add(sql, ", 1)");
		return;
	}
	BUG("category scope %d", (int)scope);
}

static void expand(const char *condition, const struct operation *operation, unsigned version,
		   const char *const *ids, enum category_scope scope, struct sql *sql)
{
	for (const char *at = condition; *at; at++) {
		if (*at == '?')
			sql_text(sql, ids[*++at - '1']);
		else if (*at == '@')
			part_sql(collection_of(operation), version, sql);
		else if (*at == '#')
			category_scope_sql(scope, ids[0], sql);
		else
			str_add_char(&sql->text, *at);
	}
}

void relation_sql(const struct operation *operation, unsigned version, const char *const *ids,
		  enum category_scope scope, struct sql *sql)
{
	for (size_t i = 0; i < ARRAY_SIZE(relations); i++) {
		if (strcmp(relations[i].operation, operation->name) == 0) {
			const char *other = version & V12 ? relations[i].condition_12 : NULL;

			expand(other ? other : relations[i].condition, operation, version, ids,
			       scope, sql);
			return;
		}
	}
	if (strchr(operation->path, '{'))
		BUG("%s has no relation", operation->name);
	part_sql(collection_of(operation), version, sql);
}

void member_sql(const struct collection *collection, unsigned version, const char *id,
		struct sql *sql)
{
	sql_add(sql, "sourcedId = ");
	sql_text(sql, id);
	sql_add(sql, " AND ");
	part_sql(collection, version, sql);
}

/* Below a class, a lineItem must be one of that class; below a school, a class of that
 * school (fact sheet 1.1, section 2.4). */
static const struct {
	const char *parent, *child, *column;
} belongings[] = {
	{ "classes", "lineItems", "class" },
	{ "schools", "classes", "school" },
};

void belonging_sql(const struct collection *parent, const char *parent_id,
		   const struct collection *child, struct sql *sql)
{
	for (size_t i = 0; i < ARRAY_SIZE(belongings); i++) {
		if (strcmp(belongings[i].parent, parent->name) != 0 ||
		    strcmp(belongings[i].child, child->name) != 0)
			continue;
		sql_format(sql, " AND \"%s\" = ", belongings[i].column);
		sql_text(sql, parent_id);
	}
}
