/*
 * test_operations.c - the operation table against the standard's own list,
 * tests/standard/operations-1.1.tsv, and the matching of paths.
 */
#include <check.h>

#include "base/file.h"
#include "oneroster/operations.h"
#include "server/query/relation.h"
#include "tests/unit/helpers.h"

/* clang-format off */
static const struct {
	enum method method;
	const char *path;
	const char *operation; /* NULL: none */
	unsigned allow;        /* when there is none */
	const char *ids;       /* joined by commas */
} routes[] = {
	{ GET,    "/categories",                  "getAllCategories",      0, "" },
	{ GET,    "/lineItems/li-1",              "getLineItem",           0, "li-1" },
	{ PUT,    "/lineItems/li%2F1",            "putLineItem",           0, "li%2F1" },
	{ DELETE, "/results/r",                   "deleteResult",          0, "r" },
	{ GET,    "/classes/c/students",          "getStudentsForClass",   0, "c" },
	{ GET,    "/classes/c/lineItems/l/results", "getResultsForLineItemForClass", 0, "c,l" },
	{ GET,    "/classes/c/students/s/results", "getResultsForStudentForClass", 0, "c,s" },
	{ GET,    "/classes/lineItems",           "getClass",              0, "lineItems" },
	{ POST,   "/lineItems/li-1",              NULL, 1u << GET | 1u << PUT | 1u << DELETE, "" },
	{ PUT,    "/lineItems",                   NULL, 1u << GET, "" },
	{ PUT,    "/users/u",                     NULL, 1u << GET, "" },
	{ METHOD_OTHER, "/orgs",                  NULL, 1u << GET, "" },
	{ GET,    "/lineitems",                   NULL, 0, "" },
	{ GET,    "/nothing",                     NULL, 0, "" },
	{ GET,    "/lineItems/a/b",               NULL, 0, "" },
	{ GET,    "/classes/c/lineItems/l",       NULL, 0, "" },
	{ GET,    "/lineItems/",                  NULL, 0, "" }, /* an empty id is none */
	{ GET,    "/classes//students",           NULL, 0, "" },
};

static const struct {
	const char *name;
	const struct entity *entity; /* NULL: no such collection */
	const char *field, *value;
} collections[] = {
	{ "users",          &ENTITY_USERS, NULL, NULL },
	{ "students",       &ENTITY_USERS, "role", "student" },
	{ "teachers",       &ENTITY_USERS, "role", "teacher" },
	{ "schools",        &ENTITY_ORGS, "type", "school" },
	{ "terms",          &ENTITY_ACADEMIC_SESSIONS, "type", "term" },
	{ "gradingPeriods", &ENTITY_ACADEMIC_SESSIONS, "type", "gradingPeriod" },
	{ "lineItems",      &ENTITY_LINE_ITEMS, NULL, NULL },
	{ "student",        NULL, NULL, NULL },
	{ "",               NULL, NULL, NULL },
};
/* clang-format on */

/* The path with every placeholder written {}. */
static void shape(const char *path, char *out)
{
	for (; *path; path++) {
		*out++ = *path;
		if (*path == '{') {
			path += strcspn(path, "}");
			*out++ = '}';
		}
	}
	*out = '\0';
}

struct row {
	char *name, *method, *path, *request_key, *response_key;
};

/* The row of the standard's list with this name. */
static bool find_row(char *list, const char *name, struct row *out)
{
	for (char *line; (line = strsep(&list, "\n"));) {
		strsep(&line, "\t"); /* the service */
		out->name = strsep(&line, "\t");
		if (!out->name || strcmp(out->name, name) != 0)
			continue;
		out->method = strsep(&line, "\t");
		out->path = strsep(&line, "\t");
		strsep(&line, "\t"); /* the query */
		out->request_key = strsep(&line, "\t");
		strsep(&line, "\t"); /* the status */
		out->response_key = strsep(&line, "\t");
		return true;
	}
	return false;
}

START_TEST(is_as_the_standard_lists_it)
{
	const struct operation *operation = &operations[_i];
	struct err err = ERR_INIT;
	char *path = source_path("tests/standard/operations-1.1.tsv");
	char *list = file_read(path, 1 << 20, NULL, &err), ours[256], theirs[256];
	struct row row;
	bool found = list && find_row(list, operation->name, &row);

	ck_assert_msg(found != (strcmp(operation->name, "getCategoriesForClass") == 0),
		      "%s: only getCategoriesForClass is ours", operation->name);
	if (found) {
		ck_assert_msg(strcmp(method_name(operation->method), row.method) == 0, "%s: %s",
			      row.name, row.method);
		shape(operation->path, ours);
		shape(row.path, theirs);
		ck_assert_msg(strcmp(ours, theirs) == 0, "%s: %s", row.name, row.path);
		if (operation->action == READ_MANY)
			ck_assert_str_eq(operation->entity->plural, row.response_key);
		if (operation->action == READ_ONE)
			ck_assert_str_eq(operation->entity->singular, row.response_key);
		if (operation->action == WRITE_ONE)
			ck_assert_str_eq(operation->entity->singular, row.request_key);
		if (operation->action == WRITE_ONE || operation->action == DELETE_ONE)
			ck_assert_str_eq(row.response_key, "(empty body)");
	}
	free(list);
	free(path);
}
END_TEST

START_TEST(is_named_and_routed_once)
{
	const struct operation *operation = &operations[_i];
	enum method methods[] = {
		[READ_MANY] = GET, [READ_ONE] = GET, [WRITE_ONE] = PUT, [DELETE_ONE] = DELETE
	};

	ck_assert_msg(operation->method == methods[operation->action], "%s", operation->name);
	for (int i = 0; i < _i; i++) {
		ck_assert_str_ne(operations[i].name, operation->name);
		ck_assert_msg(operations[i].method != operation->method ||
				      strcmp(operations[i].path, operation->path) != 0,
			      "%s has the path of %s", operation->name, operations[i].name);
	}
}
END_TEST

/* relation_sql() aborts for a nested collection that it does not know. */
START_TEST(collections_have_a_relation)
{
	static const char *const ids[OPERATION_IDS] = { "one", "two", "three" };
	struct sql sql;

	if (operations[_i].action != READ_MANY)
		return;
	sql_init(&sql);
	relation_sql(&operations[_i], ids, &sql);
	ck_assert_msg(sql.text.length > 0, "%s", operations[_i].name);
	ck_assert_msg(sql.count > 0 || !strchr(operations[_i].path, '{'), "%s does not use its ids",
		      operations[_i].name);
	sql_release(&sql);
}
END_TEST

/* The id of an object is looked up in the collection that stands before it. */
START_TEST(ids_follow_a_collection)
{
	for (const char *at = operations[_i].path; (at = strchr(at, '{')); at++) {
		const char *start = at - 1;

		while (start[-1] != '/')
			start--;
		ck_assert_msg(collection_find(start, (size_t)(at - 1 - start)) != NULL, "%s",
			      operations[_i].path);
	}
}
END_TEST

START_TEST(finds_routes)
{
	char *path = xstrdup(routes[_i].path + 1), *at = path;
	const char *segments[8];
	size_t count = 0;
	struct str ids = STR_INIT;
	struct route route;

	while ((segments[count] = strsep(&at, "/")))
		count++;
	route_find(routes[_i].method, segments, count, NULL, NULL, &route);
	ck_assert_msg((route.operation != NULL) == (routes[_i].operation != NULL), "%s %s",
		      method_name(routes[_i].method), routes[_i].path);
	if (route.operation) {
		ck_assert_str_eq(route.operation->name, routes[_i].operation);
		ck_assert(route.allow & 1u << routes[_i].method);
	} else {
		ck_assert_msg(route.allow == routes[_i].allow, "%s: allows %x", routes[_i].path,
			      route.allow);
	}
	for (size_t i = 0; route.operation && i < route.id_count; i++)
		str_format(&ids, "%s%s", i ? "," : "", route.ids[i]);
	ck_assert_msg(strcmp(str_text(&ids), routes[_i].ids) == 0, "%s: %s", routes[_i].path,
		      str_text(&ids));
	str_release(&ids);
	free(path);
}
END_TEST

START_TEST(finds_collections)
{
	const struct collection *found = collection_find(collections[_i].name,
							 strlen(collections[_i].name));

	ck_assert_msg((found != NULL) == (collections[_i].entity != NULL), "%s",
		      collections[_i].name);
	if (found)
		ck_assert_msg(found->entity == collections[_i].entity &&
				      same_text(found->field, collections[_i].field) &&
				      same_text(found->value, collections[_i].value),
			      "%s", collections[_i].name);
}
END_TEST

Suite *operations_suite(void);
Suite *operations_suite(void)
{
	Suite *suite = suite_create("oneroster/operations");
	TCase *tc = tcase_create("operations");

	tcase_add_loop_test(tc, is_as_the_standard_lists_it, 0, (int)operation_count);
	tcase_add_loop_test(tc, is_named_and_routed_once, 0, (int)operation_count);
	tcase_add_loop_test(tc, collections_have_a_relation, 0, (int)operation_count);
	tcase_add_loop_test(tc, ids_follow_a_collection, 0, (int)operation_count);
	tcase_add_loop_test(tc, finds_routes, 0, ARRAY_SIZE(routes));
	tcase_add_loop_test(tc, finds_collections, 0, ARRAY_SIZE(collections));
	suite_add_tcase(suite, tc);
	return suite;
}
