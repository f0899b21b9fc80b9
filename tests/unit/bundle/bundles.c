/*
 * bundles.c - databases with awkward values, and what they hold.
 */
#include "tests/unit/bundle/bundles.h"

#include <check.h>
#include <dirent.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/jsonw.h"
#include "base/jsonx.h"
#include "tests/quoted.h"

/* clang-format off */
/* In an order in which nothing is sorted. Dates have times, texts have what CSV quotes or
 * forbids, lists have commas and nothing, members are there that no column knows. */
static const struct {
	const struct entity *entity;
	const char *json;
} rows[] = {
	{ &ENTITY_ORGS, "{'sourcedId': 'z', 'name': 'Zoé, \\\"the\\\" School; 学校', 'type': 'school', 'identifier': '', 'parent': {'sourcedId': 'a'}, 'children': [{'sourcedId': 'q'}], 'metadata': {'color': 'blue', 'flat': 'a,b'}}" },
	{ &ENTITY_ORGS, "{'sourcedId': 'a', 'name': ' two\\nlines ', 'type': 'ext:campus', 'metadata': {'flat': 'x', 'color': 'red'}, 'status': 'tobedeleted'}" },
	{ &ENTITY_ORGS, "{'sourcedId': 'm', 'name': 'M', 'type': 'district', 'metadata': {'deep': {'a': [1, 2.5, null, true]}, 'empty': '', 'mocksis.x': 'y', '': 'z'}, 'children': []}" },
	{ &ENTITY_ORGS, "{'sourcedId': 'e', 'name': 'E', 'type': 'local', 'metadata': {}}" },
	{ &ENTITY_ACADEMIC_SESSIONS, "{'sourcedId': 't', 'title': 'Term', 'type': 'term', 'startDate': '2026-08-01', 'endDate': '2027-01-31', 'schoolYear': '2027'}" },
	{ &ENTITY_ACADEMIC_SESSIONS, "{'sourcedId': 'g', 'title': '', 'type': 'gradingPeriod', 'startDate': '2026-08-01', 'endDate': '2026-10-31', 'parent': {'sourcedId': 't'}, 'children': [{'sourcedId': 'x'}, {'sourcedId': 'x'}]}" },
	{ &ENTITY_RESOURCES, "{'sourcedId': 'r1', 'vendorResourceId': 'V:1', 'title': 'One', 'roles': ['student', 'teacher'], 'importance': 'primary'}" },
	{ &ENTITY_RESOURCES, "{'sourcedId': 'r,2', 'vendorResourceId': '', 'roles': ['ext:coach'], 'vendorId': 'v', 'applicationId': 'a'}" },
	{ &ENTITY_COURSES, "{'sourcedId': 'c', 'title': 'C', 'courseCode': 'C', 'schoolYear': {'sourcedId': 't'}, 'grades': ['09', '10'], 'subjects': ['Arts, fine', 'x'], 'org': {'sourcedId': 'z'}, 'subjectCodes': [], 'resources': [{'sourcedId': 'r,2'}, {'sourcedId': 'r1'}, {'sourcedId': 'r1'}]}" },
	{ &ENTITY_CLASSES, "{'sourcedId': 'k', 'title': 'K', 'classCode': '', 'classType': 'ext:club', 'grades': ['', '09'], 'course': {'sourcedId': 'c'}, 'school': {'sourcedId': 'z'}, 'terms': [{'sourcedId': 't'}, {'sourcedId': 'g'}], 'periods': [' 1', '2'], 'resources': [{'sourcedId': 'r,2'}]}" },
	{ &ENTITY_CLASSES, "{'sourcedId': 'k2', 'title': 'K2', 'classType': 'scheduled', 'terms': []}" },
	{ &ENTITY_USERS, "{'sourcedId': 'u-old', 'givenName': 'Ola', 'familyName': 'Old', 'username': 'ola', 'role': 'administrator', 'orgs': [{'sourcedId': 'z'}, {'sourcedId': 'm'}], 'enabledUser': 'false', 'password': 'se,cr\\\"et'}" },
	{ &ENTITY_USERS, "{'sourcedId': 'u-new', 'givenName': 'Nia', 'familyName': 'New', 'roles': [{'roleType': 'secondary', 'role': 'ext:coach', 'org': {'sourcedId': 'z'}}, {'roleType': 'primary', 'role': 'principal', 'org': {'sourcedId': 'm'}, 'userProfile': 'https://p/1', 'beginDate': '2026-08-01', 'endDate': '2027-01-01'}, {'role': 'teacher', 'org': {'sourcedId': 'z'}}],"
			  " 'userProfiles': [{'profileId': 'https://p/1', 'profileType': 'a,b', 'vendorId': 'v', 'description': 'line\\nbreak', 'credentials': [{'type': 't', 'username': 'n', 'password': 'p', 'extra': {'x': 1}}, {'type': 't2', 'username': 'n2'}]}, {'profileId': 'p2', 'profileType': 'b', 'vendorId': 'w', 'applicationId': 'x', 'credentials': []}],"
			  " 'userIds': [{'type': 'LDAP', 'identifier': 'a:b'}, {'identifier': 'no type'}, {'type': 'x}', 'identifier': 'y'}], 'preferredFirstName': 'N', 'preferredMiddleName': '', 'preferredLastName': 'W', 'pronouns': 'she, her', 'userMasterIdentifier': 'M', 'primaryOrg': {'sourcedId': 'z'}, 'middleName': 'Q', 'identifier': 'i', 'email': 'e@x', 'sms': '1', 'phone': '2', 'agents': [{'sourcedId': 'u-old'}], 'grades': ['12'], 'resources': [{'sourcedId': 'r1'}]}" },
	{ &ENTITY_USERS, "{'sourcedId': 'u-same', 'givenName': 'Sam', 'familyName': 'Same', 'roles': [{'roleType': 'primary', 'role': 'student', 'org': {'sourcedId': 'z'}}], 'userIds': [{'type': 'LDAP', 'identifier': 'sam'}, {'type': 'LTI', 'identifier': '7'}], 'userProfiles': [{'profileId': 'p2', 'profileType': 'b', 'vendorId': 'w', 'credentials': [{'type': 't', 'username': 'n'}]}]}" },
	{ &ENTITY_USERS, "{'sourcedId': 'u-bare', 'givenName': 'Bo', 'familyName': 'Bare', 'role': 'student'}" },
	{ &ENTITY_DEMOGRAPHICS, "{'sourcedId': 'u-new', 'birthDate': '2010-02-03', 'sex': 'other', 'asian': true, 'white': 'false', 'cityOfBirth': 'São Paulo'}" },
	{ &ENTITY_DEMOGRAPHICS, "{'sourcedId': 'u-same', 'sex': 'ext:undisclosed', 'countryOfBirthCode': '', 'publicSchoolResidenceStatus': 'x'}" },
	{ &ENTITY_ENROLLMENTS, "{'sourcedId': 'e2', 'user': {'sourcedId': 'u-same'}, 'class': {'sourcedId': 'k'}, 'school': {'sourcedId': 'z'}, 'role': 'student', 'beginDate': '2026-08-01', 'endDate': '2026-12-01'}" },
	{ &ENTITY_ENROLLMENTS, "{'sourcedId': 'e1', 'user': {'sourcedId': 'u-new'}, 'class': {'sourcedId': 'k'}, 'role': 'ext:coach', 'primary': false}" },
	{ &ENTITY_CATEGORIES, "{'sourcedId': 'cat', 'title': 'Homework', 'weight': 33.25}" },
	{ &ENTITY_SCORE_SCALES, "{'sourcedId': 'sc', 'title': 'S', 'type': 'ordinal', 'class': {'sourcedId': 'k'}, 'scoreScaleValue': [{'itemValueLHS': 'A', 'itemValueRHS': '90-100'}, {'itemValueLHS': '60:69', 'itemValueRHS': 'B}'}]}" },
	{ &ENTITY_SCORE_SCALES, "{'sourcedId': 'sc2', 'title': 'T', 'type': 't', 'course': {'sourcedId': 'c'}, 'class': {'sourcedId': 'k2'}, 'scoreScaleValue': [{'itemValueLHS': 'A', 'itemValueRHS': '1'}]}" },
	{ &ENTITY_LINE_ITEMS, "{'sourcedId': 'l1', 'title': 'Essay', 'description': '', 'assignDate': '2026-09-01', 'dueDate': '2026-09-08T23:59:59.999+02:00', 'class': {'sourcedId': 'k'}, 'category': {'sourcedId': 'cat'}, 'gradingPeriod': {'sourcedId': 'g'}, 'resultValueMin': 0, 'resultValueMax': 12.75, 'scoreScale': {'sourcedId': 'sc'}, 'learningObjectiveSet': [{'source': 'case', 'learningObjectiveIds': ['a', 'b,c']}, {'source': 'unknown', 'learningObjectiveIds': ['a']}]}" },
	{ &ENTITY_LINE_ITEMS, "{'sourcedId': 'l2', 'title': 'In a term', 'class': {'sourcedId': 'k2'}, 'school': {'sourcedId': 'm'}, 'academicSession': {'sourcedId': 't'}, 'learningObjectiveSet': [{'source': 'case', 'learningObjectiveIds': ['a', 'a']}, {'source': 'unknown', 'learningObjectiveIds': ['x']}, {'source': 'case', 'learningObjectiveIds': ['z']}]}" },
	{ &ENTITY_LINE_ITEMS, "{'sourcedId': 'l3', 'title': 'In both', 'class': {'sourcedId': 'k'}, 'academicSession': {'sourcedId': 't'}, 'gradingPeriod': {'sourcedId': 'g'}}" },
	{ &ENTITY_RESULTS, "{'sourcedId': 'q1', 'lineItem': {'sourcedId': 'l1'}, 'student': {'sourcedId': 'u-same'}, 'scoreStatus': 'fully graded', 'score': 91.1, 'textScore': 'A', 'scoreDate': '2026-09-09', 'comment': 'Well\\r\\ndone', 'scoreScale': {'sourcedId': 'sc'}, 'inProgress': true, 'late': false, 'learningObjectiveSet': [{'source': 'case', 'learningObjectiveResults': [{'learningObjectiveId': 'a', 'score': 1.5}, {'learningObjectiveId': 'b', 'textScore': 'B'}]}]}" },
	{ &ENTITY_RESULTS, "{'sourcedId': 'q2', 'lineItem': {'sourcedId': 'gone'}, 'student': {'sourcedId': 'u-same'}, 'scoreStatus': 'ext:late', 'class': {'sourcedId': 'k2'}, 'missing': true, 'incomplete': true, 'learningObjectiveSet': [{'source': 'ext:own', 'learningObjectiveResults': [{'learningObjectiveId': 'a'}, {'learningObjectiveId': 'a', 'score': 2}]}]}" },
	{ &ENTITY_ASSESSMENT_LINE_ITEMS, "{'sourcedId': 'al', 'title': 'State test', 'class': {'sourcedId': 'k'}, 'scoreScale': {'sourcedId': 'sc'}, 'resultValueMax': 800, 'learningObjectiveSet': [{'source': 'case', 'learningObjectiveIds': ['a']}]}" },
	{ &ENTITY_ASSESSMENT_RESULTS, "{'sourcedId': 'aq', 'assessmentLineItem': {'sourcedId': 'al'}, 'student': {'sourcedId': 'u-same'}, 'scoreDate': '2026-09-10', 'scoreStatus': 'submitted', 'scorePercentile': 97.5, 'learningObjectiveSet': [{'source': 'case', 'learningObjectiveResults': [{'learningObjectiveId': 'a', 'score': 3}]}]}" },
};

static const struct {
	const char *kind, *id, *key, *json;
} state[] = {
	{ "categories", "cat", "defaultGradeScale", "null" },
	{ "academicSessions", "g", "state", "\"closed\"" },
	{ "results", "q1", "manualScore", "88.5" },
	{ "users", "u-new", "linked", "true" },
	{ "allocated:lineItems", "their id, \"x\"", "sourcedId", "\"l1\"" },
};
/* clang-format on */

struct store *empty_store(void)
{
	struct err err = ERR_INIT;
	struct store *store = store_open(":memory:", &err);

	ck_assert_msg(store != NULL, "%s", err.text);
	return store;
}

struct store *awkward_store(void)
{
	struct store *store = empty_store();
	struct err err = ERR_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		json_t *object = json_quoted(rows[i].json);

		put_object(store, rows[i].entity, BOTH, object);
		json_decref(object);
	}
	ck_assert(conn_exec(store_conn(store),
			    "UPDATE orgs SET dateLastModified = NULL WHERE sourcedId = 'e';"
			    "UPDATE users SET status = NULL WHERE sourcedId = 'u-bare';"
			    "UPDATE categories SET dateLastModified = dateLastModified + 1",
			    &err));
	for (size_t i = 0; i < ARRAY_SIZE(state); i++) {
		json_t *value = json_loads(state[i].json, JSON_DECODE_ANY, NULL);

		ck_assert(sis_state_put(store_conn(store), state[i].kind, state[i].id, state[i].key,
					value, &err));
		json_decref(value);
	}
	return store;
}

static bool dump_row(const struct value *columns, int count, void *payload)
{
	struct str *out = payload;
	char number[NUMBER_TEXT];

	for (int i = 0; i < count; i++) {
		str_add(out, i ? " | " : "");
		switch (columns[i].kind) {
		case VALUE_NULL:
			str_add(out, "NULL");
			break;
		case VALUE_INT:
			str_format(out, "%lld", (long long)columns[i].integer);
			break;
		case VALUE_REAL:
			number_format(columns[i].real, number);
			str_add(out, number);
			break;
		case VALUE_TEXT:
			str_format(out, "'%s'", columns[i].text);
			break;
		}
	}
	str_add_char(out, '\n');
	return true;
}

static void dump_table(struct store *store, struct str *out, const char *name, const char *columns,
		       const char *order)
{
	struct err err = ERR_INIT;
	struct sql sql;

	sql_init(&sql);
	sql_format(&sql, "SELECT '%s', %s FROM \"%s\" ORDER BY %s", name, columns, name, order);
	ck_assert_msg(conn_query(store_conn(store), &sql, dump_row, out, &err), "%s", err.text);
	sql_release(&sql);
}

char *store_dump(struct store *store)
{
	struct str out = STR_INIT;

	for (size_t i = 0; i < ENTITY_COUNT; i++) {
		struct str columns = STR_INIT;

		for (int k = 0; entities[i]->fields[k].name; k++)
			str_format(&columns, "%s\"%s\"", k ? ", " : "",
				   entities[i]->fields[k].name);
		dump_table(store, &out, entities[i]->plural, str_text(&columns), "id");
		str_release(&columns);
	}
	dump_table(store, &out, "ref", "entity, owner, path, pos, target", "1, 2, 3, 4, 5, 6");
	dump_table(store, &out, "sis_state", "kind, id, key, value", "1, 2, 3, 4");
	return str_take(&out, NULL);
}

void expect_same(const char *found, const char *expected, const char *what)
{
	while (*found && *expected) {
		size_t a = strcspn(found, "\n"), b = strcspn(expected, "\n");

		ck_assert_msg(a == b && strncmp(found, expected, a) == 0,
			      "%s:\nfound    %.*s\nexpected %.*s", what, (int)a, found, (int)b,
			      expected);
		found += a + (found[a] == '\n');
		expected += b + (expected[b] == '\n');
	}
	ck_assert_msg(!*found && !*expected, "%s: too much: %.200s%.200s", what, found, expected);
}

int64_t store_integer(struct store *store, const char *text)
{
	struct err err = ERR_INIT;
	struct sql sql;
	int64_t value;

	sql_init(&sql);
	sql_add(&sql, text);
	ck_assert_msg(conn_integer(store_conn(store), &sql, &value, &err), "%s: %s", text,
		      err.text);
	sql_release(&sql);
	return value;
}

static void add_flaw(const struct flaw *flaw, void *payload)
{
	str_format(payload, "%s:%d:%d %s\n", flaw->file, flaw->line, flaw->column, flaw->rule);
}

void take_in(struct store *store, const char *path, struct import *import, struct str *flaws)
{
	struct err err = ERR_INIT;
	struct bundle *bundle = bundle_open(path, &err);

	if (flaws) {
		import->flaw = add_flaw;
		import->payload = flaws;
	}
	ck_assert_msg(bundle && import_bundles(import, store, &bundle, 1, &err), "%s: %s", path,
		      err.text);
	bundle_close(bundle);
}

void bring_out(struct store *store, const char *path, struct export *export)
{
	struct err err = ERR_INIT;

	ck_assert_msg(export_bundle(export, store, path, &err), "%s: %s", path, err.text);
}

void remove_path(const char *path)
{
	if (file_is_folder(path))
		scratch_free(xstrdup(path));
	else
		unlink(path);
}

char *copy_v1p2(void)
{
	char *folder = scratch_new(), *from = source_path("tests/bundles/v1p2");
	DIR *dir = opendir(from);
	struct err err = ERR_INIT;

	ck_assert_ptr_nonnull(dir);
	for (struct dirent *entry; (entry = readdir(dir));) {
		char *path = path_join(from, entry->d_name), *text;

		if (ends_with(path, ".csv")) {
			text = file_read(path, 1u << 20, NULL, &err);
			ck_assert_msg(text != NULL, "%s", err.text);
			free(scratch_write(folder, entry->d_name, text));
			free(text);
		}
		free(path);
	}
	closedir(dir);
	free(from);
	return folder;
}
