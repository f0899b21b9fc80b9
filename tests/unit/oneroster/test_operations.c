/*
 * test_operations.c - the operation table against the standard's own lists,
 * tests/standard/operations-*.tsv, and the matching of paths.
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
	char *name, *method, *path, *query, *request_key, *response_key, *scopes;
};

static bool next_row(char **list, struct row *out)
{
	char *line = strsep(list, "\n");

	if (!line || !*line)
		return false;
	strsep(&line, "\t"); /* the service */
	out->name = strsep(&line, "\t");
	out->method = strsep(&line, "\t");
	out->path = strsep(&line, "\t");
	out->query = strsep(&line, "\t");
	out->request_key = strsep(&line, "\t");
	strsep(&line, "\t"); /* the status */
	out->response_key = strsep(&line, "\t");
	while (line)
		out->scopes = strsep(&line, "\t"); /* the last column of either list */
	return true;
}

/* Each scope of "a | b" will do, and a scope of something else will not. */
static void check_scopes(const struct operation *operation, unsigned version, char *scopes)
{
	const char *prefix = version == V11 ? "https://purl.imsglobal.org/spec/or/v1p1/scope/"
					    : "https://purl.imsglobal.org/spec/or/v1p2/scope/";
	uint64_t listed = 0;

	for (char *name; (name = strsep(&scopes, "|"));) {
		char *uri = xformat("%s%.*s", prefix, (int)strcspn(name + strspn(name, " "), " "),
				    name + strspn(name, " "));
		uint64_t scope = scopes_parse(uri);

		ck_assert_msg(scope && scopes_allow(scope, version, operation->scope), "%s: %s",
			      operation->name, uri);
		ck_assert_msg(!scopes_allow(scope, version == V11 ? V12 : V11, operation->scope),
			      "%s of the other version", uri);
		listed |= scope;
		free(uri);
	}
	for (int i = 0; i < SCOPE_COUNT; i++) {
		struct str uri = STR_INIT;

		scope_format((enum scope)i, version, " ", &uri);
		uint64_t other = scopes_parse(str_text(&uri)) & ~listed;

		/* 1.1 lists the core scope alone, yet any full one implies it */
		if (version == V12 && !(scopes_parse(str_text(&uri)) & listed))
			ck_assert_msg(!scopes_allow(other, version, operation->scope), "%s by %s",
				      operation->name, str_text(&uri));
		str_release(&uri);
	}
}

static void check_row(const struct operation *operation, unsigned version, struct row *row)
{
	char ours[256], theirs[256];

	ck_assert_msg(strcmp(method_name(operation->method), row->method) == 0, "%s: %s", row->name,
		      row->method);
	shape(operation->path, ours);
	shape(row->path, theirs);
	ck_assert_msg(strcmp(ours, theirs) == 0, "%s: %s", row->name, row->path);
	check_scopes(operation, version, row->scopes);
	switch (operation->action) {
	case READ_MANY:
		ck_assert_str_eq(operation->entity->plural, row->response_key);
		ck_assert_str_eq(row->query, "all6");
		break;
	case READ_ONE:
		ck_assert_str_eq(operation->entity->singular, row->response_key);
		ck_assert_str_eq(row->query, "fields");
		break;
	case WRITE_ONE:
		ck_assert_str_eq(operation->entity->singular, row->request_key);
		ck_assert_str_eq(row->response_key, "(empty body)");
		break;
	case POST_MANY:
		ck_assert_str_eq(operation->entity->plural, row->request_key);
		ck_assert_str_eq(row->response_key, "sourcedIdPairs");
		break;
	case DELETE_ONE:
		ck_assert_str_eq(row->response_key, "(empty body)");
	}
}

static const struct {
	unsigned version;
	const char *file;
	size_t count;
} lists[] = {
	{ V11, "tests/standard/operations-1.1.tsv", 61 },
	{ V12, "tests/standard/operations-1.2.tsv", 81 },
};

START_TEST(are_those_of_the_standard)
{
	struct err err = ERR_INIT;
	char *path = source_path(lists[_i].file);
	char *list = file_read(path, 1 << 20, NULL, &err), *at = list;
	size_t count = 0, ours = 0;
	struct row row = { NULL };

	ck_assert_msg(list != NULL, "%s", err.text);
	strsep(&at, "\n");
	for (; next_row(&at, &row); count++) {
		const struct operation *operation = operation_find(row.name);

		ck_assert_msg(operation && (operation->in & lists[_i].version), "%s is missing",
			      row.name);
		check_row(operation, lists[_i].version, &row);
	}
	for (size_t i = 0; i < operation_count; i++)
		ours += (operations[i].in & lists[_i].version) != 0;
	ck_assert_uint_eq(count, lists[_i].count);
	ck_assert_uint_eq(ours, count);
	free(list);
	free(path);
}
END_TEST

START_TEST(is_named_and_routed_once)
{
	const struct operation *operation = &operations[_i];
	enum method methods[] = { [READ_MANY] = GET,
				  [READ_ONE] = GET,
				  [WRITE_ONE] = PUT,
				  [POST_MANY] = POST,
				  [DELETE_ONE] = DELETE };

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
	relation_sql(&operations[_i], V12, ids, SCOPE_BOTH, &sql);
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
	route_find(&(struct root){ V11, ROSTERING }, routes[_i].method, segments, count, NULL, NULL,
		   &route);
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

	tcase_add_loop_test(tc, are_those_of_the_standard, 0, ARRAY_SIZE(lists));
	tcase_add_loop_test(tc, is_named_and_routed_once, 0, (int)operation_count);
	tcase_add_loop_test(tc, collections_have_a_relation, 0, (int)operation_count);
	tcase_add_loop_test(tc, ids_follow_a_collection, 0, (int)operation_count);
	tcase_add_loop_test(tc, finds_routes, 0, ARRAY_SIZE(routes));
	tcase_add_loop_test(tc, finds_collections, 0, ARRAY_SIZE(collections));
	suite_add_tcase(suite, tc);
	return suite;
}
