/*
 * test_describe.c - the printed data model against the standard's own lists,
 * tests/standard/operations-*.tsv and fields-*.tsv.
 */
#include <check.h>
#include <jansson.h>

#include "base/file.h"
#include "base/jsonx.h"
#include "oneroster/describe.h"
#include "oneroster/operations.h"
#include "tests/unit/helpers.h"

/* clang-format off */
/* Every definition, and the object of the standard's list that it is. */
static const struct {
	unsigned version;
	const char *definition, *object;
} definitions[] = {
	{ V11, "org",                       "Org_Type_allOf" },
	{ V11, "academicSession",           "AcademicSession_Type_allOf" },
	{ V11, "course",                    "Course_Type_allOf" },
	{ V11, "class",                     "Class_Type_allOf" },
	{ V11, "user",                      "User_Type_allOf" },
	{ V11, "user.userIds",              "UserId.Type" },
	{ V11, "demographics",              "Demographic_Type_allOf" },
	{ V11, "enrollment",                "Enrollment_Type_allOf" },
	{ V11, "resource",                  "Resource_Type_allOf" },
	{ V11, "category",                  "Category_Type_allOf" },
	{ V11, "lineItem",                  "LineItem_Type_allOf" },
	{ V11, "result",                    "Result_Type_allOf" },
	{ V11, "GUIDRef",                   "GUIDRef.Type" },
	{ V11, "org-body",                  "SingleOrg.Type" },
	{ V11, "orgs-body",                 "Orgs.Type" },
	{ V11, "academicSession-body",      "SingleAcademicSession.Type" },
	{ V11, "academicSessions-body",     "MultipleAcademicSessions.Type" },
	{ V11, "course-body",               "SingleCourse.Type" },
	{ V11, "courses-body",              "Courses.Type" },
	{ V11, "class-body",                "SingleClass.Type" },
	{ V11, "classes-body",              "Classes.Type" },
	{ V11, "user-body",                 "SingleUser.Type" },
	{ V11, "users-body",                "Users.Type" },
	{ V11, "demographics-body",         "SingleDemographics.Type" },
	{ V11, "demographics-set-body",     "Demographics.Type" },
	{ V11, "enrollment-body",           "SingleEnrollment.Type" },
	{ V11, "enrollments-body",          "Enrollments.Type" },
	{ V11, "resource-body",             "SingleResource.Type" },
	{ V11, "resources-body",            "Resources.Type" },
	{ V11, "category-body",             "SingleCategory.Type" },
	{ V11, "categories-body",           "Categories.Type" },
	{ V11, "lineItem-body",             "SingleLineItem.Type" },
	{ V11, "lineItems-body",            "LineItems.Type" },
	{ V11, "result-body",               "SingleResult.Type" },
	{ V11, "results-body",              "Results.Type" },
	{ V11, "imsx_StatusInfo-body",      "imsx_StatusInfo.Type" },
	{ V11, "imsx_StatusInfo-body.imsx_CodeMinor", "imsx_CodeMinor.Type" },
	{ V11, "imsx_StatusInfo-body.imsx_CodeMinor.imsx_codeMinorField", "imsx_CodeMinorField.Type" },

	{ V12, "org",                       "OrgDType" },
	{ V12, "academicSession",           "AcademicSessionDType" },
	{ V12, "course",                    "CourseDType" },
	{ V12, "class",                     "ClassDType" },
	{ V12, "user",                      "UserDType" },
	{ V12, "user.userIds",              "UserIdDType" },
	{ V12, "user.roles",                "RoleDType" },
	{ V12, "user.userProfiles",         "UserProfileDType" },
	{ V12, "user.userProfiles.credentials", "CredentialDType" },
	{ V12, "demographics",              "DemographicsDType" },
	{ V12, "enrollment",                "EnrollmentDType" },
	{ V12, "resource",                  "ResourceDType" },
	{ V12, "category",                  "CategoryDType" },
	{ V12, "scoreScale",                "ScoreScaleDType" },
	{ V12, "scoreScale.scoreScaleValue", "ScoreScaleValueDType" },
	{ V12, "lineItem",                  "LineItemDType" },
	{ V12, "lineItem.learningObjectiveSet", "LearningObjectiveSetDType" },
	{ V12, "result",                    "ResultDType" },
	{ V12, "result.learningObjectiveSet", "LearningObjectiveScoreSetDType" },
	{ V12, "result.learningObjectiveSet.learningObjectiveResults", "LearningObjectiveResultsDType" },
	{ V12, "assessmentLineItem",        "AssessmentLineItemDType" },
	{ V12, "assessmentLineItem.learningObjectiveSet", "LearningObjectiveSetDType" },
	{ V12, "assessmentResult",          "AssessmentResultDType" },
	{ V12, "assessmentResult.learningObjectiveSet", "LearningObjectiveScoreSetDType" },
	{ V12, "assessmentResult.learningObjectiveSet.learningObjectiveResults", "LearningObjectiveResultsDType" },
	{ V12, "org-ref",                   "OrgGUIDRefDType" },
	{ V12, "academicSession-ref",       "AcadSessionGUIDRefDType" },
	{ V12, "course-ref",                "CourseGUIDRefDType" },
	{ V12, "class-ref",                 "ClassGUIDRefDType" },
	{ V12, "user-ref",                  "UserGUIDRefDType" },
	{ V12, "resource-ref",              "ResourceGUIDRefDType" },
	{ V12, "category-ref",              "CategoryGUIDRefDType" },
	{ V12, "scoreScale-ref",            "ScoreScaleGUIDRefDType" },
	{ V12, "lineItem-ref",              "LineItemGUIDRefDType" },
	{ V12, "assessmentLineItem-ref",    "AssessmentLineItemGUIDRefDType" },
	{ V12, "org-body",                  "SingleOrgDType" },
	{ V12, "orgs-body",                 "OrgSetDType" },
	{ V12, "academicSession-body",      "SingleAcademicSessionDType" },
	{ V12, "academicSessions-body",     "AcademicSessionSetDType" },
	{ V12, "course-body",               "SingleCourseDType" },
	{ V12, "courses-body",              "CourseSetDType" },
	{ V12, "class-body",                "SingleClassDType" },
	{ V12, "classes-body",              "ClassSetDType" },
	{ V12, "user-body",                 "SingleUserDType" },
	{ V12, "users-body",                "UserSetDType" },
	{ V12, "demographics-body",         "SingleDemographicsDType" },
	{ V12, "demographics-set-body",     "DemographicsSetDType" },
	{ V12, "enrollment-body",           "SingleEnrollmentDType" },
	{ V12, "enrollments-body",          "EnrollmentSetDType" },
	{ V12, "resource-body",             "SingleResourceDType" },
	{ V12, "resources-body",            "ResourceSetDType" },
	{ V12, "category-body",             "SingleCategoryDType" },
	{ V12, "categories-body",           "CategoriesSetDType" },
	{ V12, "scoreScale-body",           "SingleScoreScaleDType" },
	{ V12, "scoreScales-body",          "ScoreScaleSetDType" },
	{ V12, "lineItem-body",             "SingleLineItemDType" },
	{ V12, "lineItems-body",            "LineItemSetDType" },
	{ V12, "result-body",               "SingleResultDType" },
	{ V12, "results-body",              "ResultSetDType" },
	{ V12, "assessmentLineItem-body",   "SingleAssessmentLineItemDType" },
	{ V12, "assessmentLineItems-body",  "AssessmentLineItemSetDType" },
	{ V12, "assessmentResult-body",     "SingleAssessmentResultDType" },
	{ V12, "assessmentResults-body",    "AssessmentResultSetDType" },
	{ V12, "sourcedIdPair",             "GUIDPairDType" },
	{ V12, "sourcedIdPairs-body",       "GUIDPairSetDType" },
	{ V12, "status-body",               "imsx_StatusInfoDType" },
	{ V12, "status-body.imsx_CodeMinor", "imsx_CodeMinorDType" },
	{ V12, "status-body.imsx_CodeMinor.imsx_codeMinorField", "imsx_CodeMinorFieldDType" },
};

/* Definitions that no list of the standard has: what its prose says of refusals. */
static const char *const of_the_prose[] = {
	"status-body", "statusInfoSet-body", "statusInfoSet-body.statusInfoSet", "errors-body",
	"errors-body.errors",
};

/* Where the text of 1.1 and its OpenAPI copy differ, we follow the text. */
static const struct {
	const char *object, *theirs, *ours, *type;
} departures[] = {
	{ "Class_Type_allOf",    "periods", "periods", "array<string> min=0" },
	{ "Resource_Type_allOf", "role",    "roles",   "array<string> min=0" },
};

static const struct {
	const char *type, *is, *format; /* how the schema says it */
} plain_types[] = {
	{ "string",            "string", NULL },
	{ "string(date)",      "string", "date" },
	{ "string(date-time)", "string", "date-time" },
	{ "string(uri)",       "string", "uri" },
	{ "number(float)",     "number", NULL },
	{ "object",            "object", NULL },
	{ "MetadataDType",     "object", NULL },
};

/* Minor codes that one service of 1.2 has more than rostering. */
static const struct {
	enum service service;
	const char *code;
	bool has;
} codes[] = {
	{ ROSTERING,     "unknownobject",      true },
	{ ROSTERING,     "deletefailure",      false },
	{ ROSTERING,     "invalid_sort_field", false },
	{ GRADEBOOK,     "deletefailure",      true },
	{ GRADEBOOK,     "unsupported",        false },
	{ RESOURCES,     "invalid_sort_field", true },
	{ RESOURCES,     "unsupported",        true },
	{ RESOURCES,     "deletefailure",      false },
	{ EVERY_SERVICE, "deletefailure",      true },
	{ EVERY_SERVICE, "unsupported",        true },
};

static const struct {
	unsigned versions;
	enum service service;
	const char *has, *has_not;
} markdown[] = {
	{ BOTH, EVERY_SERVICE, "| username | string | R | O |  | username |\n", NULL },
	{ BOTH, EVERY_SERVICE, "| roles | objects | - | R |  | roles.csv |\n", NULL },
	{ BOTH, EVERY_SERVICE, "| roles[].org | reference | - | R | org |  |\n", "roles[].sourcedId" },
	{ BOTH, EVERY_SERVICE, "| sex | word | O | O | male, female, unspecified (1.2), other (1.2), ext:... (1.2) | sex |\n", NULL },
	{ BOTH, EVERY_SERVICE, "| dueDate | dateTime | R in the text | R |  | dueDate |\n", NULL },
	{ BOTH, EVERY_SERVICE, "| terms | references | R in the text | R | academicSession | termSourcedIds |\n", NULL },
	{ BOTH, EVERY_SERVICE, "| putLineItem | PUT | /ims/oneroster/v1p1/lineItems/{id} | gradebook.createput |\n", NULL },
	{ BOTH, EVERY_SERVICE, "| getAllResults | GET | /ims/oneroster/gradebook/v1p2/results | gradebook-core.readonly or gradebook.readonly |\n", NULL },
	{ V11,  EVERY_SERVICE, "| username | string | R |  | username |\n", "scoreScale" },
	{ V11,  EVERY_SERVICE, "| getCategoriesForClass (extension) | GET |", "v1p2" },
	{ V12,  EVERY_SERVICE, "| getCategoriesForClass | GET |", "v1p1" },
	{ V12,  RESOURCES,     "\n## resource\n", "\n## user\n" },
	{ V12,  RESOURCES,     "getResourcesForUser", "getAllUsers" },
};

static const struct {
	unsigned version;
	enum service service;
	const char *has, *has_not;
} csv[] = {
	{ V11, EVERY_SERVICE, "oneroster.version,1.1\n", "file.roles" },
	{ V12, EVERY_SERVICE, "oneroster.version,1.2\n", "file.assessmentResults" },
	{ V12, EVERY_SERVICE, "  file.roles,bulk|delta|absent\n", NULL },
	{ V11, EVERY_SERVICE, "\ncategories.csv\n  sourcedId,status,dateLastModified,title\n  required: sourcedId, title\n", "roles.csv" },
	{ V12, EVERY_SERVICE, "\ncategories.csv\n  sourcedId,status,dateLastModified,title,weight\n", NULL },
	{ V12, EVERY_SERVICE, "\nroles.csv\n  sourcedId,status,dateLastModified,userSourcedId,roleType,role,", "*" },
	{ V11, EVERY_SERVICE, "required: sourcedId, lineItemSourcedId, studentSourcedId, scoreStatus, score, scoreDate\n", NULL },
	{ V12, EVERY_SERVICE, "required: sourcedId, lineItemSourcedId, studentSourcedId, scoreStatus, scoreDate\n", NULL },
	{ V12, EVERY_SERVICE, "\nassessmentResults.csv (of mocksis", NULL },
	{ V12, RESOURCES,     "\nresources.csv\n", "\nusers.csv\n" },
};
/* clang-format on */

static char *read_list(const char *name, unsigned version)
{
	struct err err = ERR_INIT;
	char *file = xformat("tests/standard/%s-%s.tsv", name, version_name(version));
	char *path = source_path(file), *text = file_read(path, 1 << 20, NULL, &err);

	ck_assert_msg(text != NULL, "%s", err.text);
	free(path);
	free(file);
	return text;
}

static json_t *parsed(struct str *text)
{
	struct err err = ERR_INIT;
	json_t *json = jsonx_load(str_text(text), text->length, &err);

	ck_assert_msg(json != NULL, "%s", err.text);
	str_release(text);
	return json;
}

static json_t *openapi(unsigned version, enum service service)
{
	struct str text = STR_INIT;

	describe_openapi(&text, version, service, "https://sis.example.org");
	return parsed(&text);
}

static json_t *json_schema(unsigned version, enum service service)
{
	struct str text = STR_INIT;

	describe_json_schema(&text, version, service);
	return parsed(&text);
}

static bool lists(const json_t *array, const char *word)
{
	const json_t *item;
	size_t i;

	json_array_foreach (array, i, item)
		if (same_text(json_string_value(item), word))
			return true;
	return false;
}

static void check_words(const char *where, const json_t *words, const char *wanted)
{
	char *copy = xstrdup(wanted), *at = copy;
	size_t count = 0;

	at[strcspn(at, ";")] = '\0';
	for (char *word; (word = strsep(&at, ",")); count++)
		ck_assert_msg(lists(words, word), "%s: no %s", where, word);
	ck_assert_msg(json_array_size(words) == count, "%s: %zu words, the standard has %zu", where,
		      json_array_size(words), count);
	free(copy);
}

/* One value of @type of the standard's list, with its words if it has any. */
static void check_type(const char *where, const json_t *schema, const char *type, const char *words)
{
	const json_t *open = json_object_get(schema, "anyOf");

	if (strcmp(type, "string(extensible enum)") == 0) {
		ck_assert_msg(json_array_size(open) == 2, "%s: not extensible", where);
		check_words(where, json_object_get(json_array_get(open, 0), "enum"), words);
		ck_assert_msg(jsonx_text(json_array_get(open, 1), "pattern") != NULL,
			      "%s: no pattern", where);
		return;
	}
	ck_assert_msg(open == NULL, "%s: extensible", where);
	if (strcmp(type, "boolean") == 0) {
		ck_assert_msg(json_array_size(json_object_get(schema, "enum")) == 4,
			      "%s: no boolean", where);
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(plain_types); i++) {
		if (strcmp(plain_types[i].type, type) != 0)
			continue;
		ck_assert_msg(same_text(jsonx_text(schema, "type"), plain_types[i].is), "%s: %s",
			      where, type);
		ck_assert_msg(same_text(jsonx_text(schema, "format"), plain_types[i].format),
			      "%s: %s", where, type);
		ck_assert_msg(!plain_types[i].format || jsonx_text(schema, "pattern"),
			      "%s: a format that most validators pass over needs a pattern", where);
		if (*words)
			check_words(where, json_object_get(schema, "enum"), words);
		else
			ck_assert_msg(!json_object_get(schema, "enum"), "%s: has words", where);
		return;
	}
	/* an object: by reference, to a definition that is the standard's object */
	const char *ref = jsonx_text(schema, "$ref");

	ck_assert_msg(ref != NULL, "%s: no reference to %s", where, type);
	for (size_t i = 0; i < ARRAY_SIZE(definitions); i++)
		if (strcmp(definitions[i].definition, ref + strlen("#/$defs/")) == 0) {
			char *plain = xformat("%.*s_Type_allOf", (int)strcspn(type, "."), type);
			bool same = strcmp(definitions[i].object, type) == 0 ||
				    strcmp(definitions[i].object, plain) == 0;

			free(plain);
			if (same)
				return;
		}
	ck_abort_msg("%s: %s is not %s", where, ref, type);
}

static void check_property(const char *where, const json_t *schema, const char *type,
			   const char *words)
{
	char element[64];
	const char *end = strrchr(type, '>');

	if (!starts_with(type, "array<")) {
		check_type(where, schema, type, words);
		return;
	}
	snprintf(element, sizeof element, "%.*s", (int)(end - type) - 6, type + 6);
	ck_assert_msg(same_text(jsonx_text(schema, "type"), "array"), "%s: no array", where);
	ck_assert_msg(jsonx_int(schema, "minItems") == (ends_with(type, "min=1") ? 1 : 0), "%s: %s",
		      where, type);
	check_type(where, json_object_get(schema, "items"), element, words);
}

/* A line of the standard's list. */
struct row {
	char *service, *object, *field, *required, *type, *words;
};

static bool next_row(char **at, struct row *out)
{
	char *line = strsep(at, "\n");

	if (!line || !*line)
		return false;
	out->service = strsep(&line, "\t");
	out->object = strsep(&line, "\t");
	out->field = strsep(&line, "\t");
	out->required = strsep(&line, "\t");
	out->type = strsep(&line, "\t");
	out->words = strsep(&line, "\t");
	return true;
}

/* The object itself, and what all objects of 1.1 have in common. */
static bool is_about(const struct row *row, const char *object)
{
	return strcmp(row->object, object) == 0 ||
	       (ends_with(object, "_allOf") && strcmp(row->object, "Base.Type") == 0);
}

/* One row of the standard's list against its definition. */
static void check_row(const char *name, const json_t *schema, const struct row *row)
{
	const char *field = row->field, *type = row->type;

	for (size_t i = 0; i < ARRAY_SIZE(departures); i++)
		if (strcmp(departures[i].object, row->object) == 0 &&
		    strcmp(departures[i].theirs, row->field) == 0) {
			field = departures[i].ours;
			type = departures[i].type;
		}

	char *where = xformat("%s.%s", name, field);
	const json_t *property = json_object_get(json_object_get(schema, "properties"), field);

	ck_assert_msg(property != NULL, "%s is not there", where);
	ck_assert_msg(lists(json_object_get(schema, "required"), field) == (*row->required == 'R'),
		      "%s: required %s", where, row->required);
	check_property(where, property, type, row->words);
	free(where);
}

START_TEST(has_the_members_of_the_standard)
{
	const char *name = definitions[_i].definition, *object = definitions[_i].object;
	char *list = read_list("fields", definitions[_i].version), *at = list;
	size_t count = 0, demanded = 0;
	json_t *document = NULL;
	const json_t *schema = NULL;
	struct row row;

	while (next_row(&at, &row)) {
		enum service service = EVERY_SERVICE;

		if (!is_about(&row, object))
			continue;
		if (!document) { /* 1.2 has a list per service */
			ck_assert(definitions[_i].version == V11 ||
				  service_find(row.service, &service));
			document = json_schema(definitions[_i].version, service);
			schema = json_object_get(json_object_get(document, "$defs"), name);
		}
		check_row(name, schema, &row);
		count++;
		demanded += *row.required == 'R';
	}
	/* and none besides */
	ck_assert_msg(count > 0, "the standard's list has no %s", object);
	ck_assert_uint_eq(json_object_size(json_object_get(schema, "properties")), count);
	ck_assert_uint_eq(json_array_size(json_object_get(schema, "required")), demanded);
	json_decref(document);
	free(list);
}
END_TEST

START_TEST(has_the_objects_of_the_standard)
{
	unsigned version = _i ? V12 : V11;
	json_t *document = json_schema(version, EVERY_SERVICE);
	char *list = read_list("fields", version), *at = list;
	const char *name;
	const json_t *schema;
	struct row row;

	json_object_foreach (json_object_get(document, "$defs"), name, schema) {
		bool known = false;

		for (size_t i = 0; i < ARRAY_SIZE(definitions); i++)
			known = known || ((definitions[i].version & version) &&
					  strcmp(definitions[i].definition, name) == 0);
		for (size_t i = 0; i < ARRAY_SIZE(of_the_prose); i++)
			known = known || ((version & V11) && strcmp(of_the_prose[i], name) == 0);
		ck_assert_msg(known, "%s is in no list", name);
		/* 1.2 is closed, but for the credentials of a user profile; 1.1 is open */
		ck_assert_msg(json_is_false(json_object_get(schema, "additionalProperties")) ==
				      ((version & V12) &&
				       strcmp(name, "user.userProfiles.credentials") != 0),
			      "%s", name);
	}
	next_row(&at, &row); /* the heads of the columns */
	while (next_row(&at, &row)) {
		bool known = strcmp(row.object, "Base.Type") == 0;

		for (size_t i = 0; i < ARRAY_SIZE(definitions); i++)
			known = known || strcmp(definitions[i].object, row.object) == 0;
		ck_assert_msg(known, "%s is not described", row.object);
	}
	free(list);
	json_decref(document);
}
END_TEST

/* A document that anything fits would validate nothing. */
START_TEST(the_document_demands_a_body)
{
	static const struct {
		unsigned version;
		enum service service;
		size_t bodies; /* one and many of each object, the pairs of a POST, the refusal */
	} documents[] = {
		{ V11, EVERY_SERVICE, 23 },
		{ V12, EVERY_SERVICE, 30 },
		{ V12, GRADEBOOK, 14 },
		{ V12, RESOURCES, 3 },
	};
	struct str text = STR_INIT;

	describe_json_schema(&text, documents[_i].version, documents[_i].service);

	json_t *schema = json_loads(str_text(&text), 0, NULL);

	ck_assert_uint_eq(json_array_size(json_object_get(schema, "anyOf")), documents[_i].bodies);
	json_decref(schema);
	str_release(&text);
}
END_TEST

START_TEST(refusals_have_the_codes_of_their_service)
{
	json_t *document = json_schema(V12, codes[_i].service);
	const json_t *field = json_object_get(json_object_get(document, "$defs"),
					      "status-body.imsx_CodeMinor.imsx_codeMinorField");
	const json_t *value = json_object_get(json_object_get(field, "properties"),
					      "imsx_codeMinorFieldValue");

	ck_assert_msg(lists(json_object_get(value, "enum"), codes[_i].code) == codes[_i].has, "%s",
		      codes[_i].code);
	json_decref(document);
}
END_TEST

START_TEST(no_password_is_promised)
{
	json_t *document = json_schema(_i ? V12 : V11, EVERY_SERVICE);
	const json_t *user = json_object_get(json_object_get(document, "$defs"), "user");
	const json_t *password = json_object_get(json_object_get(user, "properties"), "password");

	ck_assert(json_is_true(json_object_get(password, "writeOnly")));
	ck_assert(!lists(json_object_get(user, "required"), "password"));
	json_decref(document);
}
END_TEST

/* Follows "#/a/b" from the top of the document. */
static const json_t *resolve(const json_t *document, const char *ref)
{
	char *copy = xstrdup(ref), *at = copy, *key = strsep(&at, "/");
	const json_t *json = strcmp(key, "#") == 0 ? document : NULL;

	while ((key = strsep(&at, "/")))
		json = json_object_get(json, key);
	free(copy);
	return json;
}

static size_t check_references(const json_t *document, const json_t *json)
{
	const char *key, *ref = json_is_object(json) ? jsonx_text(json, "$ref") : NULL;
	const json_t *member;
	size_t i, count = ref != NULL;

	ck_assert_msg(!ref || resolve(document, ref), "%s leads nowhere", ref);
	json_object_foreach ((json_t *)(uintptr_t)json, key, member)
		count += check_references(document, member);
	json_array_foreach (json, i, member)
		count += check_references(document, member);
	return count;
}

START_TEST(every_reference_leads_somewhere)
{
	unsigned version = _i < 4 ? V11 : V12;
	enum service service = (enum service)(_i % 4);
	json_t *schema = json_schema(version, service), *document = openapi(version, service);

	ck_assert_uint_gt(check_references(schema, schema), 3);
	ck_assert_uint_gt(check_references(document, document), 40);
	json_decref(schema);
	json_decref(document);
}
END_TEST

/* The path with every placeholder written {}. */
static char *shape(const char *path)
{
	struct str out = STR_INIT;

	for (; *path; path++) {
		str_add_char(&out, *path);
		if (*path == '{')
			path += strcspn(path, "}") - 1;
	}
	return str_take(&out, NULL);
}

/* The operation of that name; its path to *@path, its method to *@method. */
static const json_t *find_operation(const json_t *document, const char *name, const char **path,
				    const char **method)
{
	const json_t *item, *operation;

	json_object_foreach (json_object_get(document, "paths"), *path, item)
		json_object_foreach ((json_t *)(uintptr_t)item, *method, operation)
			if (strcmp(jsonx_text(operation, "operationId"), name) == 0)
				return operation;
	return NULL;
}

/* What the schema of a body is called, "" when there is none. */
static const char *body_of(const json_t *owner)
{
	const json_t *schema = json_object_get(
		json_object_get(json_object_get(owner, "content"), "application/json"), "schema");
	const char *ref = jsonx_text(schema, "$ref");

	return ref ? ref + strlen("#/components/schemas/") : "";
}

static void check_body(const char *name, const char *body, const char *key, bool many)
{
	char *wanted;

	if (*key == '-' || *key == '(')
		wanted = xstrdup("");
	else if (strcmp(key, "demographics") == 0 && many)
		wanted = xstrdup("demographics-set-body");
	else
		wanted = xformat("%s-body", key);
	ck_assert_msg(strcmp(body, wanted) == 0, "%s: %s is not %s", name, body, wanted);
	free(wanted);
}

static bool has_scope(const json_t *operation, const char *scope)
{
	const json_t *requirement;
	size_t i;

	json_array_foreach (json_object_get(operation, "security"), i, requirement) {
		const json_t *names = json_object_get(requirement, "OAuth2CC");

		/* any one will do: each stands in a requirement of its own */
		ck_assert_uint_eq(json_array_size(names), 1);
		if (ends_with(json_string_value(json_array_get(names, 0)), scope))
			return true;
	}
	return false;
}

static void check_scopes(const char *name, const json_t *operation, unsigned version, char *scopes)
{
	size_t count = 0;

	for (char *scope; (scope = strsep(&scopes, " "));)
		if (strcmp(scope, "|") != 0) {
			char *end = xformat("v1p%c/scope/%s", version & V12 ? '2' : '1', scope);

			ck_assert_msg(has_scope(operation, end), "%s: no scope %s", name, end);
			free(end);
			count++;
		}
	/* the list of 1.1 names the least scope alone */
	if (version & V12)
		ck_assert_uint_eq(json_array_size(json_object_get(operation, "security")), count);
}

static void check_parameters(const char *name, const json_t *operation, const char *query)
{
	const json_t *parameters = json_object_get(operation, "parameters"), *parameter;
	size_t i, count = 0;

	json_array_foreach (parameters, i, parameter)
		count += jsonx_text(parameter, "$ref") != NULL;
	ck_assert_msg(count == (*query == 'a'   ? 6
				: *query == 'f' ? 1
						: 0),
		      "%s: %zu parameters", name, count);
}

/* Those of the list, and more: each with the status body. */
static void check_refusals(const char *name, const json_t *operation, char *statuses)
{
	for (char *status; (status = strsep(&statuses, " "));) {
		const json_t *response = json_object_get(json_object_get(operation, "responses"),
							 status);

		ck_assert_msg(starts_with(jsonx_text(response, "$ref"), "#/components/responses/"),
			      "%s: no %s", name, status);
	}
}

static void check_operation(const json_t *document, unsigned version, char *line)
{
	enum service service = ROSTERING;
	const char *named = strsep(&line, "\t"), *name = strsep(&line, "\t");
	const char *method = strsep(&line, "\t"), *path = strsep(&line, "\t");
	const char *query = strsep(&line, "\t"), *request = strsep(&line, "\t");
	char *success = strsep(&line, "\t");
	const char *answer = strsep(&line, "\t"), *our_path, *our_method;
	const json_t *operation = find_operation(document, name, &our_path, &our_method);

	ck_assert_msg(operation != NULL, "%s is not described", name);
	ck_assert(service_find(named, &service));

	char *whole = xformat("%s%s", version & V12 ? service_root(service, version) : "", path);
	char *theirs = shape(whole), *ours = shape(our_path);

	ck_assert_str_eq(ours, theirs);
	ck_assert_msg(strcasecmp(our_method, method) == 0, "%s: %s", name, our_method);
	ck_assert_msg(!json_object_get(operation, "x-extension"), "%s is no extension", name);
	check_parameters(name, operation, query);
	check_body(name, body_of(json_object_get(operation, "requestBody")), request, true);
	success[strcspn(success, " ")] = '\0';
	check_body(name, body_of(json_object_get(json_object_get(operation, "responses"), success)),
		   answer, *query == 'a');
	if (version & V12)
		check_refusals(name, operation, strsep(&line, "\t"));
	check_scopes(name, operation, version, line);
	free(whole);
	free(theirs);
	free(ours);
}

START_TEST(has_the_operations_of_the_standard)
{
	unsigned version = _i ? V12 : V11;
	json_t *document = openapi(version, EVERY_SERVICE);
	char *list = read_list("operations", version), *at = list, *line;
	const char *path, *method;
	const json_t *item, *operation;
	size_t theirs = 0, ours = 0;

	strsep(&at, "\n"); /* the heads of the columns */
	for (; (line = strsep(&at, "\n")) && *line; theirs++)
		check_operation(document, version, line);
	json_object_foreach (json_object_get(document, "paths"), path, item)
		json_object_foreach ((json_t *)(uintptr_t)item, method, operation)
			ours += !json_object_get(operation, "x-extension");
	ck_assert_uint_eq(theirs, ours);
	free(list);
	json_decref(document);
}
END_TEST

START_TEST(an_extension_is_marked)
{
	json_t *old = openapi(V11, EVERY_SERVICE), *new = openapi(V12, EVERY_SERVICE);
	const char *path, *method;
	const json_t *operation = find_operation(old, "getCategoriesForClass", &path, &method);

	ck_assert(json_is_true(json_object_get(operation, "x-extension")));
	ck_assert_str_eq(path, "/classes/{classSourcedId}/categories");
	operation = find_operation(new, "getCategoriesForClass", &path, &method);
	ck_assert_ptr_nonnull(operation);
	ck_assert_ptr_null(json_object_get(operation, "x-extension"));
	json_decref(old);
	json_decref(new);
}
END_TEST

/* A path can be appended to the server as it is. */
START_TEST(a_service_has_its_own_server)
{
	static const struct {
		unsigned version;
		enum service service;
		const char *url, *path;
	} servers[] = {
		{ V11, EVERY_SERVICE, "/ims/oneroster/v1p1", "/orgs" },
		{ V11, GRADEBOOK, "/ims/oneroster/v1p1", "/results/{sourcedId}" },
		{ V12, EVERY_SERVICE, "", "/ims/oneroster/rostering/v1p2/orgs" },
		{ V12, GRADEBOOK, "/ims/oneroster/gradebook/v1p2", "/results/{sourcedId}" },
		{ V12, RESOURCES, "/ims/oneroster/resources/v1p2", "/resources" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(servers); i++) {
		json_t *document = openapi(servers[i].version, servers[i].service);
		const json_t *server = json_array_get(json_object_get(document, "servers"), 0);
		char *url = xformat("https://sis.example.org%s", servers[i].url);

		ck_assert_str_eq(jsonx_text(server, "url"), url);
		ck_assert_msg(json_object_get(json_object_get(document, "paths"), servers[i].path),
			      "%s has no %s", url, servers[i].path);
		free(url);
		json_decref(document);
	}
}
END_TEST

START_TEST(every_scope_is_declared)
{
	unsigned version = _i ? V12 : V11;
	json_t *document = openapi(version, GRADEBOOK);
	const json_t *flow = resolve(
		document, "#/components/securitySchemes/OAuth2CC/flows/clientCredentials");
	const json_t *scopes = json_object_get(flow, "scopes"), *item, *operation, *requirement;
	const char *path, *method;
	size_t i;

	ck_assert_str_eq(jsonx_text(flow, "tokenUrl"), "https://sis.example.org/oauth2/token");
	ck_assert_uint_eq(json_object_size(scopes), version & V12 ? 8 : 3);
	json_object_foreach (json_object_get(document, "paths"), path, item)
		json_object_foreach ((json_t *)(uintptr_t)item, method, operation)
			json_array_foreach (json_object_get(operation, "security"), i,
					    requirement) {
				const char *uri = json_string_value(json_array_get(
					json_object_get(requirement, "OAuth2CC"), 0));

				ck_assert_msg(json_object_get(scopes, uri), "%s", uri);
			}
	json_decref(document);
}
END_TEST

static void check_text(struct str *text, const char *has, const char *has_not)
{
	ck_assert_msg(strstr(str_text(text), has) != NULL, "there is no %s", has);
	ck_assert_msg(!has_not || !strstr(str_text(text), has_not), "there is %s", has_not);
	str_release(text);
}

START_TEST(markdown_says_it_to_a_reader)
{
	struct str text = STR_INIT;

	describe_markdown(&text, markdown[_i].versions, markdown[_i].service);
	check_text(&text, markdown[_i].has, markdown[_i].has_not);
}
END_TEST

START_TEST(csv_lists_files_and_columns)
{
	struct str text = STR_INIT;

	describe_csv(&text, csv[_i].version, csv[_i].service);
	check_text(&text, csv[_i].has, csv[_i].has_not);
}
END_TEST

Suite *describe_suite(void);
Suite *describe_suite(void)
{
	Suite *suite = suite_create("oneroster/describe");
	TCase *tc = tcase_create("describe");

	tcase_add_loop_test(tc, has_the_members_of_the_standard, 0, ARRAY_SIZE(definitions));
	tcase_add_loop_test(tc, has_the_objects_of_the_standard, 0, 2);
	tcase_add_loop_test(tc, the_document_demands_a_body, 0, 4);
	tcase_add_loop_test(tc, refusals_have_the_codes_of_their_service, 0, ARRAY_SIZE(codes));
	tcase_add_loop_test(tc, no_password_is_promised, 0, 2);
	tcase_add_loop_test(tc, every_reference_leads_somewhere, 0, 8);
	tcase_add_loop_test(tc, has_the_operations_of_the_standard, 0, 2);
	tcase_add_test(tc, an_extension_is_marked);
	tcase_add_test(tc, a_service_has_its_own_server);
	tcase_add_loop_test(tc, every_scope_is_declared, 0, 2);
	tcase_add_loop_test(tc, markdown_says_it_to_a_reader, 0, ARRAY_SIZE(markdown));
	tcase_add_loop_test(tc, csv_lists_files_and_columns, 0, ARRAY_SIZE(csv));
	suite_add_tcase(suite, tc);
	return suite;
}
