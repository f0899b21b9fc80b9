/*
 * test_relation.c - which rows of the demo district a collection holds.
 */
#include <check.h>

#include "server/query/relation.h"
#include "tests/unit/helpers.h"

/* clang-format off */
static const struct {
	const char *operation, *ids[2];
	int64_t count;
	unsigned version; /* 0: 1.1 */
} cases[] = {
	{ "getAllOrgs",              { NULL }, 3 },
	{ "getAllSchools",           { NULL }, 2 },
	{ "getAllAcademicSessions",  { NULL }, 7 },
	{ "getAllTerms",             { NULL }, 2 },
	{ "getAllGradingPeriods",    { NULL }, 4 },
	{ "getAllUsers",             { NULL }, 109 },
	{ "getAllStudents",          { NULL }, 100 },
	{ "getAllTeachers",          { NULL }, 7 },
	{ "getStudentsForClass",     { "class-bio-1" }, 16 },
	{ "getTeachersForClass",     { "class-bio-1" }, 1 },
	{ "getStudentsForClass",     { "class-none" }, 0 },
	{ "getClassesForTeacher",    { "teacher-01" }, 2 },
	{ "getClassesForStudent",    { "teacher-01" }, 0 },
	{ "getClassesForStudent",    { "student-005" }, 4 },
	{ "getCategoriesForClass",   { "class-bio-1" }, 5 }, /* four global ones and its own */
	{ "getCategoriesForClass",   { "class-hist-1" }, 4 },
	{ "getLineItemsForClass",    { "class-bio-1" }, 2 },
	{ "getResultsForClass",      { "class-bio-1" }, 2 },
	{ "getResultsForClass",      { "class-bio-2" }, 1 },
	{ "getResultsForLineItemForClass", { "class-bio-1", "li-1" }, 2 },
	{ "getResultsForLineItemForClass", { "class-bio-1", "li-2" }, 0 },
	{ "getResultsForLineItemForClass", { "class-bio-2", "li-1" }, 0 }, /* of another class */
	{ "getResultsForStudentForClass",  { "class-bio-1", "student-005" }, 1 },
	{ "getResultsForStudentForClass",  { "class-bio-2", "student-005" }, 0 },
	/* teaches at one school and studies at the other: 1.1 has one role for both */
	{ "getTeachersForSchool",    { "trainee-a" }, 1 },
	{ "getTeachersForSchool",    { "trainee-b" }, 1 },
	{ "getStudentsForSchool",    { "trainee-b" }, 0 },
	{ "getTeachersForSchool",    { "trainee-a" }, 1, V12 },
	{ "getTeachersForSchool",    { "trainee-b" }, 0, V12 },
	{ "getStudentsForSchool",    { "trainee-a" }, 0, V12 },
	{ "getStudentsForSchool",    { "trainee-b" }, 1, V12 },
};

static const struct {
	const char *collection, *id;
	int64_t count;
} members[] = {
	{ "users",    "teacher-01",        1 },
	{ "teachers", "teacher-01",        1 },
	{ "students", "teacher-01",        0 },
	{ "schools",  "school-high",       1 },
	{ "schools",  "district-lakeside", 0 },
	{ "terms",    "gp-q1",             0 },
	{ "gradingPeriods", "gp-q1",       1 },
	{ "academicSessions", "gp-q1",     1 },
	{ "users",    "' OR '1'='1",       0 },
};
/* clang-format on */

static struct store *store;

static void open_store(void)
{
	static const char *const items[] = {
		"{\"sourcedId\": \"li-1\", \"title\": \"A\", \"class\": {\"sourcedId\": "
		"\"class-bio-1\"}}",
		"{\"sourcedId\": \"li-2\", \"title\": \"B\", \"class\": {\"sourcedId\": "
		"\"class-bio-2\"}}",
		"{\"sourcedId\": \"li-3\", \"title\": \"C\", \"class\": {\"sourcedId\": "
		"\"class-bio-1\"}}",
	};
	static const char *const results[][2] = { { "li-1", "student-005" },
						  { "li-1", "student-006" },
						  { "li-2", "student-021" } };

	store = demo_store();
	put_row(store, &ENTITY_USERS,
		"{\"sourcedId\": \"trainee\", \"givenName\": \"A\", \"familyName\": \"B\", "
		"\"roles\": [{\"roleType\": \"primary\", \"role\": \"teacher\", \"org\": "
		"{\"sourcedId\": \"trainee-a\"}}, {\"roleType\": \"secondary\", \"role\": "
		"\"student\", \"org\": {\"sourcedId\": \"trainee-b\"}}]}");
	for (size_t i = 0; i < ARRAY_SIZE(items); i++)
		put_row(store, &ENTITY_LINE_ITEMS, items[i]);
	for (size_t i = 0; i < ARRAY_SIZE(results); i++) {
		char *json = xformat(
			"{\"sourcedId\": \"r-%zu\", \"lineItem\": {\"sourcedId\": \"%s\"}, "
			"\"student\": {\"sourcedId\": \"%s\"}}",
			i, results[i][0], results[i][1]);

		put_row(store, &ENTITY_RESULTS, json);
		free(json);
	}
}

static void close_store(void)
{
	store_close(store);
}

static int64_t count_rows(const struct entity *entity, struct sql *sql)
{
	struct err err = ERR_INIT;
	int64_t count = -1;

	ck_assert_msg(rows_count(store_conn(store), entity, sql, &count, &err), "%s: %s",
		      str_text(&sql->text), err.text);
	sql_release(sql);
	return count;
}

START_TEST(holds_its_rows)
{
	const struct operation *operation = NULL;
	struct sql sql;

	for (size_t i = 0; i < operation_count; i++)
		if (strcmp(operations[i].name, cases[_i].operation) == 0)
			operation = &operations[i];
	ck_assert_msg(operation != NULL, "%s", cases[_i].operation);
	sql_init(&sql);
	relation_sql(operation, cases[_i].version ? cases[_i].version : V11, cases[_i].ids,
		     SCOPE_BOTH, &sql);

	int64_t count = count_rows(operation->entity, &sql);

	ck_assert_msg(count == cases[_i].count, "%s of %s: %lld rows", cases[_i].operation,
		      cases[_i].ids[0] ? cases[_i].ids[0] : "all", (long long)count);
}
END_TEST

START_TEST(knows_its_members)
{
	const struct collection *collection = collection_find(members[_i].collection,
							      strlen(members[_i].collection));
	struct sql sql;

	sql_init(&sql);
	member_sql(collection, V11, members[_i].id, &sql);

	int64_t count = count_rows(collection->entity, &sql);

	ck_assert_msg(count == members[_i].count, "%s/%s: %lld", members[_i].collection,
		      members[_i].id, (long long)count);
}
END_TEST

Suite *relation_suite(void);
Suite *relation_suite(void)
{
	Suite *suite = suite_create("query/relation");
	TCase *tc = tcase_create("relation");

	tcase_add_checked_fixture(tc, open_store, close_store);
	tcase_add_loop_test(tc, holds_its_rows, 0, ARRAY_SIZE(cases));
	tcase_add_loop_test(tc, knows_its_members, 0, ARRAY_SIZE(members));
	suite_add_tcase(suite, tc);
	return suite;
}
