/*
 * test_versions.c - one stored object, as either version says it.
 *
 * Where a version has no word for a value, it leaves the value out; what the other
 * version calls otherwise, it calls so (fact sheet 1.2, section 10).
 */
#include <check.h>

#include "tests/quoted.h"
#include "tests/unit/api/client.h"
#include "tests/unit/helpers.h"

#define REF(id) "{'sourcedId': '" id "'}"
#define USER(more) "{'sourcedId': 'x', 'givenName': 'A', 'familyName': 'B', " more "}"
#define ROLE(type, role, org) "{'roleType': '" type "', 'role': '" role "', 'org': " REF(org) "}"
#define ORG(more) "{'sourcedId': 'x', 'name': 'N', " more "}"
#define ENROLLMENT(role)                                                                           \
	"{'sourcedId': 'x', 'user': " REF("u") ", 'class': " REF("class-1") ", 'role': '" role "'" \
									    "}"
#define SESSION(type)                                                      \
	"{'sourcedId': 'x', 'title': 'T', 'type': '" type "', 'startDate'" \
	": '2026-08-01', 'endDate': '2026-09-01'}"
#define ITEM(more) "{'title': 'T', 'class': " REF("class-1") more "}"
#define RESULT(more) "{'lineItem': " REF("item-1") ", 'student': " REF("u") more "}"

/* clang-format off */
/* What the objects of the cases refer to. */
static const struct {
	const struct entity *entity;
	const char *object;
} rows[] = {
	{ &ENTITY_ORGS,    "{'sourcedId': 'school-1', 'name': 'S', 'type': 'school'}" },
	{ &ENTITY_ACADEMIC_SESSIONS, "{'sourcedId': 'period-1', 'title': 'P', 'type': 'gradingPeriod', 'startDate': '2026-08-01', 'endDate': '2026-09-01'}" },
	{ &ENTITY_ACADEMIC_SESSIONS, "{'sourcedId': 'term-1', 'title': 'P', 'type': 'term', 'startDate': '2026-08-01', 'endDate': '2026-09-01'}" },
	{ &ENTITY_CLASSES, "{'sourcedId': 'class-1', 'title': 'C', 'school': " REF("school-1") "}" },
	{ &ENTITY_USERS,   "{'sourcedId': 'u', 'givenName': 'A', 'familyName': 'B', 'role': 'student', 'orgs': [" REF("school-1") "]}" },
	{ &ENTITY_LINE_ITEMS, "{'sourcedId': 'item-1', 'title': 'T', 'class': " REF("class-1") "}" },
};

static const struct {
	unsigned written;
	const struct entity *entity;
	const char *object;
	unsigned read;
	const char *field, *expected; /* in an array; NULL: absent */
} cases[] = {
	/* role and orgs of 1.1 are a primary role per organisation in 1.2 */
	{ V11, &ENTITY_USERS, USER("'role': 'teacher', 'orgs': [" REF("a") ", " REF("b") "]"), V12, "roles",
	  "[[" ROLE("primary", "teacher", "a") ", " ROLE("primary", "teacher", "b") "]]" },
	{ V11, &ENTITY_USERS, USER("'role': 'administrator', 'orgs': [" REF("a") "]"), V12, "roles", "[[" ROLE("primary", "siteAdministrator", "a") "]]" },
	{ V11, &ENTITY_USERS, USER("'role': 'teacher', 'orgs': [" REF("a") "]"), V12, "role", NULL },
	{ V11, &ENTITY_USERS, USER("'role': 'teacher', 'orgs': [" REF("a") "]"), V12, "orgs", NULL },
	{ V11, &ENTITY_USERS, USER("'role': 'administrator', 'orgs': [" REF("a") "]"), V11, "role", "['administrator']" },
	{ V11, &ENTITY_USERS, USER("'role': 'teacher'"), V12, "roles", NULL },
	/* and back: the first primary role, else the first; every organisation once */
	{ V12, &ENTITY_USERS, USER("'roles': [" ROLE("secondary", "student", "b") ", " ROLE("primary", "teacher", "a") ", " ROLE("primary", "aide", "b") "]"), V11, "role", "['teacher']" },
	{ V12, &ENTITY_USERS, USER("'roles': [" ROLE("secondary", "student", "b") ", " ROLE("primary", "teacher", "a") ", " ROLE("primary", "aide", "b") "]"), V11, "orgs", "[[" REF("b") ", " REF("a") "]]" },
	{ V12, &ENTITY_USERS, USER("'roles': [" ROLE("secondary", "student", "b") ", " ROLE("primary", "teacher", "a") "]"), V12, "roles", "[[" ROLE("secondary", "student", "b") ", " ROLE("primary", "teacher", "a") "]]" },
	{ V12, &ENTITY_USERS, USER("'roles': [" ROLE("secondary", "parent", "b") ", " ROLE("secondary", "aide", "a") "]"), V11, "role", "['parent']" },
	{ V12, &ENTITY_USERS, USER("'roles': [" ROLE("primary", "principal", "a") "]"), V11, "role", "['administrator']" },
	{ V12, &ENTITY_USERS, USER("'roles': [" ROLE("primary", "districtAdministrator", "a") "]"), V11, "role", "['administrator']" },
	{ V12, &ENTITY_USERS, USER("'roles': [" ROLE("primary", "systemAdministrator", "a") "]"), V11, "role", "['administrator']" },
	{ V12, &ENTITY_USERS, USER("'roles': [" ROLE("primary", "districtAdministrator", "a") "]"), V12, "roles", "[[" ROLE("primary", "districtAdministrator", "a") "]]" },
	{ V12, &ENTITY_USERS, USER("'roles': [" ROLE("primary", "counselor", "a") "]"), V11, "role", "['aide']" },
	{ V12, &ENTITY_USERS, USER("'roles': [" ROLE("primary", "ext:coach", "a") "]"), V11, "role", NULL },
	{ V12, &ENTITY_USERS, USER("'roles': [" ROLE("primary", "ext:coach", "a") "]"), V11, "orgs", "[[" REF("a") "]]" },
	{ V12, &ENTITY_USERS, USER("'roles': [" ROLE("primary", "ext:coach", "a") "]"), V11, "roles", NULL },
	{ V12, &ENTITY_USERS, USER("'pronouns': 'they'"), V11, "pronouns", NULL },
	/* vocabularies: closed in 1.1, most of them open in 1.2 */
	{ V12, &ENTITY_DEMOGRAPHICS, "{'sourcedId': 'x', 'sex': 'other'}", V11, "sex", NULL },
	{ V12, &ENTITY_DEMOGRAPHICS, "{'sourcedId': 'x', 'sex': 'other'}", V12, "sex", "['other']" },
	{ V12, &ENTITY_DEMOGRAPHICS, "{'sourcedId': 'x', 'sex': 'unspecified'}", V11, "sex", NULL },
	{ V12, &ENTITY_DEMOGRAPHICS, "{'sourcedId': 'x', 'sex': 'ext:x'}", V11, "sex", NULL },
	{ V12, &ENTITY_DEMOGRAPHICS, "{'sourcedId': 'x', 'sex': 'female'}", V11, "sex", "['female']" },
	{ V12, &ENTITY_ORGS, ORG("'type': 'ext:campus'"), V11, "type", NULL },
	{ V12, &ENTITY_ORGS, ORG("'type': 'ext:campus'"), V12, "type", "['ext:campus']" },
	{ V12, &ENTITY_ORGS, ORG("'type': 'ext:school'"), V11, "type", "['school']" },
	{ V12, &ENTITY_ACADEMIC_SESSIONS, SESSION("ext:trimester"), V11, "type", NULL },
	{ V12, &ENTITY_CLASSES, "{'sourcedId': 'x', 'title': 'T', 'classType': 'ext:lab'}", V11, "classType", NULL },
	{ V11, &ENTITY_ENROLLMENTS, ENROLLMENT("aide"), V12, "role", "['ext:aide']" },
	{ V11, &ENTITY_ENROLLMENTS, ENROLLMENT("aide"), V11, "role", "['aide']" },
	{ V12, &ENTITY_ENROLLMENTS, ENROLLMENT("ext:aide"), V11, "role", "['aide']" },
	{ V12, &ENTITY_ENROLLMENTS, ENROLLMENT("ext:aide"), V12, "role", "['ext:aide']" },
	{ V12, &ENTITY_ENROLLMENTS, ENROLLMENT("ext:coach"), V11, "role", NULL },
	{ V11, &ENTITY_ENROLLMENTS, ENROLLMENT("administrator"), V12, "role", "['administrator']" },
	{ V12, &ENTITY_RESOURCES, "{'sourcedId': 'x', 'roles': ['teacher', 'ext:coach']}", V11, "roles", "[['teacher']]" },
	{ V12, &ENTITY_RESOURCES, "{'sourcedId': 'x', 'roles': ['teacher', 'ext:coach']}", V12, "roles", "[['teacher', 'ext:coach']]" },
	{ V12, &ENTITY_RESULTS, RESULT(", 'scoreStatus': 'ext:late'"), V11, "scoreStatus", NULL },
	{ V12, &ENTITY_RESULTS, RESULT(", 'scoreStatus': 'ext:late'"), V12, "scoreStatus", "['ext:late']" },
	{ V11, &ENTITY_RESULTS, RESULT(", 'scoreStatus': 'fully graded'"), V12, "scoreStatus", "['fully graded']" },
	/* what follows from other objects */
	{ V11, &ENTITY_LINE_ITEMS, ITEM(", 'gradingPeriod': " REF("period-1")), V12, "school", "[" REF("school-1") "]" },
	{ V11, &ENTITY_LINE_ITEMS, ITEM(", 'gradingPeriod': " REF("period-1")), V12, "academicSession", "[" REF("period-1") "]" },
	{ V11, &ENTITY_LINE_ITEMS, ITEM(", 'gradingPeriod': " REF("period-1")), V11, "school", NULL },
	{ V11, &ENTITY_LINE_ITEMS, ITEM(", 'school': " REF("elsewhere")), V12, "school", "[" REF("school-1") "]" }, /* 1.1 has no school to say */
	{ V12, &ENTITY_LINE_ITEMS, ITEM(", 'school': " REF("elsewhere")), V12, "school", "[" REF("elsewhere") "]" },
	{ V12, &ENTITY_LINE_ITEMS, ITEM(", 'academicSession': " REF("period-1")), V11, "gradingPeriod", "[" REF("period-1") "]" },
	{ V12, &ENTITY_LINE_ITEMS, ITEM(", 'academicSession': " REF("term-1")), V11, "gradingPeriod", NULL },
	{ V12, &ENTITY_LINE_ITEMS, ITEM(", 'academicSession': " REF("term-1") ", 'gradingPeriod': " REF("period-1")), V12, "academicSession", "[" REF("term-1") "]" },
	{ V12, &ENTITY_LINE_ITEMS, ITEM(", 'academicSession': " REF("term-1")), V11, "academicSession", NULL },
	{ V12, &ENTITY_LINE_ITEMS, ITEM(", 'scoreScale': " REF("s")), V11, "scoreScale", NULL },
	{ V11, &ENTITY_RESULTS, RESULT(""), V12, "class", "[" REF("class-1") "]" },
	{ V11, &ENTITY_RESULTS, RESULT(""), V11, "class", NULL },
	{ V12, &ENTITY_RESULTS, RESULT(", 'late': 'true'"), V11, "late", NULL },
	{ V12, &ENTITY_RESULTS, RESULT(", 'late': 'true'"), V12, "late", "['true']" },
	{ V12, &ENTITY_CATEGORIES, "{'title': 'T', 'weight': 40.5}", V11, "weight", NULL },
	{ V12, &ENTITY_CATEGORIES, "{'title': 'T', 'weight': 40.5}", V12, "weight", "[40.5]" },
};

/* A filter speaks the words of its version, whatever the stored one is. */
static const struct {
	unsigned written;
	const struct entity *entity;
	const char *object;
	unsigned read;
	const char *filter;
	bool found;
} filters[] = {
	{ V11, &ENTITY_USERS, USER("'role': 'administrator', 'orgs': [" REF("a") "]"), V12, "roles.role='siteAdministrator'", true },
	{ V11, &ENTITY_USERS, USER("'role': 'administrator', 'orgs': [" REF("a") "]"), V12, "roles.org.sourcedId='a'", true },
	{ V12, &ENTITY_USERS, USER("'roles': [" ROLE("primary", "principal", "a") "]"), V11, "role='administrator'", true },
	{ V12, &ENTITY_USERS, USER("'roles': [" ROLE("primary", "principal", "a") "]"), V11, "orgs.sourcedId='a'", true },
	{ V11, &ENTITY_ENROLLMENTS, ENROLLMENT("aide"), V12, "role='ext:aide'", true },
	{ V12, &ENTITY_ENROLLMENTS, ENROLLMENT("ext:aide"), V11, "role='aide'", true },
	{ V12, &ENTITY_ENROLLMENTS, ENROLLMENT("ext:aide"), V12, "role='ext:aide'", true },
	{ V12, &ENTITY_ENROLLMENTS, ENROLLMENT("ext:aide"), V12, "role!='ext:aide'", false },
	{ V12, &ENTITY_ENROLLMENTS, ENROLLMENT("ext:coach"), V12, "role='ext:coach'", true },
};
/* clang-format on */

static struct provider provider;

static void open_provider(void)
{
	struct err err = ERR_INIT;
	struct store *store = store_open(":memory:", &err);

	ck_assert_msg(store != NULL, "%s", err.text);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		json_t *object = json_quoted(rows[i].object);

		put_object(store, rows[i].entity, BOTH, object);
		json_decref(object);
	}
	provider_open_with(&provider, store, "", "");
}

static void close_provider(void)
{
	provider_close(&provider);
}

/* "/ims/.../lineItems" and, with @id, the object below it. */
static char *path_of(const struct entity *entity, unsigned version, const char *id)
{
	return xformat("%s/%s%s%s", service_root(entity->service, version), entity->plural,
		       id ? "/" : "", id ? id : "");
}

/* Through PUT where there is one; else as the import does. */
static void write_object(const struct entity *entity, unsigned version, const char *text)
{
	json_t *object = json_quoted(text);

	if (entity->service != GRADEBOOK) {
		put_object(provider.sandbox->store, entity, version, object);
		json_decref(object);
		return;
	}

	json_t *body = json_pack("{so}", entity->singular, object);
	char *path = path_of(entity, version, "x"), *dump = jsonx_dump(body);
	struct answer answer = ask(&provider, "PUT", path, dump);

	ck_assert_msg(answer.status == 201, "%s: %d %s", dump, answer.status, answer.text);
	answer_free(&answer);
	free(dump);
	free(path);
	json_decref(body);
}

/* References are known by their sourcedId here. */
static void drop_links(json_t *json)
{
	const char *key;
	json_t *member;
	size_t i;

	if (json_object_get(json, "href")) {
		json_object_del(json, "href");
		json_object_del(json, "type");
	}
	json_object_foreach (json, key, member)
		drop_links(member);
	json_array_foreach (json, i, member)
		drop_links(member);
}

START_TEST(reads_in_the_other_version)
{
	const struct entity *entity = cases[_i].entity;
	char *path = path_of(entity, cases[_i].read, "x");
	json_t *expected = cases[_i].expected ? json_quoted(cases[_i].expected) : json_array();

	write_object(entity, cases[_i].written, cases[_i].object);

	struct answer answer = ask(&provider, "GET", path, NULL);
	json_t *object = json_object_get(answer.json, entity->singular);
	json_t *found = json_object_get(object, cases[_i].field);

	ck_assert_msg(answer.status == 200, "%s: %d", path, answer.status);
	drop_links(found);

	char *text = found ? json_dumps(found, JSON_ENCODE_ANY) : xstrdup("absent");

	ck_assert_msg(json_equal(found, json_array_get(expected, 0)) ||
			      (!found && !cases[_i].expected),
		      "%s reads %s as %s, not %s", cases[_i].object, cases[_i].field, text,
		      cases[_i].expected ? cases[_i].expected : "absent");
	free(text);
	answer_free(&answer);
	json_decref(expected);
	free(path);
}
END_TEST

START_TEST(filters_speak_their_version)
{
	const struct entity *entity = filters[_i].entity;
	char *path = path_of(entity, filters[_i].read, NULL);
	char *target = xformat("%s?filter=%s", path, filters[_i].filter);

	write_object(entity, filters[_i].written, filters[_i].object);

	struct answer answer = ask(&provider, "GET", target, NULL);
	bool found = strstr(answer.text, "\"sourcedId\":\"x\"") != NULL;

	ck_assert_msg(answer.status == 200 && found == filters[_i].found, "%s of %s: %d %s",
		      filters[_i].filter, filters[_i].object, answer.status, answer.text);
	answer_free(&answer);
	free(target);
	free(path);
}
END_TEST

Suite *versions_suite(void);
Suite *versions_suite(void)
{
	Suite *suite = suite_create("api/versions");
	TCase *tc = tcase_create("versions");

	tcase_add_checked_fixture(tc, open_provider, close_provider);
	tcase_add_loop_test(tc, reads_in_the_other_version, 0, ARRAY_SIZE(cases));
	tcase_add_loop_test(tc, filters_speak_their_version, 0, ARRAY_SIZE(filters));
	suite_add_tcase(suite, tc);
	return suite;
}
