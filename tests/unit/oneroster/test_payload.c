/*
 * test_payload.c - every rule of the payload checks, and every field of every object.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/jsonx.h"
#include "oneroster/payload.h"
#include "tests/unit/helpers.h"

static const unsigned versions[] = { V11, V12 };

/* JSON in which ' stands for ". Returns (json_decref). */
static json_t *json_of(const char *text)
{
	char *copy = xstrdup(text);
	json_error_t why;
	json_t *value;

	for (char *c = copy; *c; c++)
		*c = *c == '\'' ? '"' : *c;
	value = json_loads(copy, JSON_DECODE_ANY, &why);
	ck_assert_msg(value != NULL, "%s: %s", copy, why.text);
	free(copy);
	return value;
}

/* A sound value of a field, and a sound object with every field. Return (json_decref). */
static json_t *sound_object(const struct field *fields, unsigned version);

static json_t *sound_reference(const struct entity *target)
{
	return json_pack("{ss,ss,ss}", "href", "https://sis.example/ims/x/1", "sourcedId", "x-1",
			 "type", target->singular);
}

static const char *sound_text(const struct field *field, unsigned version)
{
	if (field->vocab)
		for (const struct term *term = field->vocab->terms; term->value; term++)
			if (term->in & version)
				return term->value;
	return strcmp(field->name, "schoolYear") == 0 ? "2027" : "text";
}

static json_t *sound_value(const struct field *field, unsigned version)
{
	switch (field->type) {
	case T_ID:
		return json_string("id-1");
	case T_TEXT:
	case T_ENUM:
		return json_string(sound_text(field, version));
	case T_URI:
		return json_string("urn:uuid:1");
	case T_NUMBER:
		return json_integer(1);
	case T_BOOL:
		return json_string("true");
	case T_DATE:
		return json_string("2026-11-16");
	case T_TIME:
		return json_string("2026-11-16T17:00:00.000Z");
	case T_REF:
		return sound_reference(field->target);
	case T_REFS:
		return json_pack("[o]", sound_reference(field->target));
	case T_TEXTS:
		if (strcmp(field->name, "learningObjectiveIds") == 0)
			return json_pack("[s]", "12345678-9abc-def0-1234-56789abcdef0");
		return json_pack("[s]", sound_text(field, version));
	case T_OBJECTS:
		return json_pack("[o]", sound_object(field->sub, version));
	case T_MAP:
		return json_object();
	}
	return NULL;
}

static json_t *sound_object(const struct field *fields, unsigned version)
{
	json_t *object = json_object();

	for (; fields->name; fields++)
		if ((fields->in & version) && !(fields->flags & F_INTERNAL))
			json_object_set_new(object, fields->name, sound_value(fields, version));
	if (json_object_get(object, "learningObjectiveId"))
		json_object_set_new(object, "learningObjectiveId",
				    json_string("12345678-9ABC-def0-1234-56789abcdef0"));
	return object;
}

/* clang-format off */
#define REF "'href': 'http://h/x', 'sourcedId': 'x-1'"
#define ROLE(type, org) "{'roleType': '" type "', 'role': 'teacher', 'org': {'href': 'http://h/x', 'sourcedId': '" org "', 'type': 'org'}}"
#define LONG32 "abcdefghijklmnopqrstuvwxyzabcdef"
#define LONG256 LONG32 LONG32 LONG32 LONG32 LONG32 LONG32 LONG32 LONG32

/* Changes to a sound object, '<absent>' takes a member away, and the one finding that
 * follows; rule NULL: none does. */
static const struct {
	const struct entity *entity;
	unsigned versions;
	const char *changes, *pointer, *rule;
	enum finding_severity severity;
} objects[] = {
	{ &ENTITY_LINE_ITEMS, BOTH, "{}", NULL, NULL },
	{ &ENTITY_LINE_ITEMS, BOTH, "{'title': '<absent>'}", "/title", "OR-REQUIRED", FINDING_ERROR },
	{ &ENTITY_LINE_ITEMS, BOTH, "{'title': null}", "/title", "OR-NULL", FINDING_ERROR },
	{ &ENTITY_LINE_ITEMS, BOTH, "{'description': '<absent>'}", NULL, NULL },
	{ &ENTITY_LINE_ITEMS, BOTH, "{'description': null}", "/description", "OR-NULL-OPTIONAL", FINDING_WARNING },
	{ &ENTITY_LINE_ITEMS, BOTH, "{'gradingPeriod': null}", "/gradingPeriod", "OR-NULL-OPTIONAL", FINDING_WARNING },
	{ &ENTITY_LINE_ITEMS, V11,  "{'dueDate': '<absent>'}", "/dueDate", "OR-REQUIRED-TEXT", FINDING_WARNING },
	{ &ENTITY_LINE_ITEMS, V12,  "{'dueDate': '<absent>'}", "/dueDate", "OR-REQUIRED", FINDING_ERROR },
	{ &ENTITY_LINE_ITEMS, V11,  "{'resultValueMin': '<absent>'}", "/resultValueMin", "OR-REQUIRED", FINDING_ERROR },
	{ &ENTITY_LINE_ITEMS, V12,  "{'resultValueMin': '<absent>'}", NULL, NULL },
	{ &ENTITY_LINE_ITEMS, BOTH, "{'title': 7}", "/title", "OR-TYPE", FINDING_ERROR },
	{ &ENTITY_LINE_ITEMS, BOTH, "{'title': ''}", NULL, NULL },
	{ &ENTITY_LINE_ITEMS, BOTH, "{'metadata': {'a': [1, null], 'b': {'c': true}}}", NULL, NULL },
	{ &ENTITY_LINE_ITEMS, BOTH, "{'metadata': []}", "/metadata", "OR-TYPE", FINDING_ERROR },
	{ &ENTITY_LINE_ITEMS, V11,  "{'surprise': 1}", "/surprise", "OR-MEMBER-UNKNOWN", FINDING_WARNING },
	{ &ENTITY_LINE_ITEMS, V12,  "{'surprise': 1}", "/surprise", "OR-MEMBER-UNKNOWN", FINDING_ERROR },
	{ &ENTITY_LINE_ITEMS, V11,  "{'school': {" REF ", 'type': 'org'}}", "/school", "OR-MEMBER-VERSION", FINDING_WARNING },
	{ &ENTITY_USERS,      V12,  "{'role': 'student'}", "/role", "OR-MEMBER-VERSION", FINDING_ERROR },

	{ &ENTITY_LINE_ITEMS, BOTH, "{'status': 'deleted'}", "/status", "OR-ENUM", FINDING_ERROR },
	{ &ENTITY_LINE_ITEMS, BOTH, "{'status': 'inactive'}", "/status", "OR-ENUM", FINDING_ERROR },
	{ &ENTITY_RESULTS,    V11,  "{'scoreStatus': 'ext:late'}", "/scoreStatus", "OR-ENUM", FINDING_ERROR },
	{ &ENTITY_RESULTS,    V12,  "{'scoreStatus': 'ext:late'}", NULL, NULL },
	{ &ENTITY_RESULTS,    BOTH, "{'scoreStatus': 'late'}", "/scoreStatus", "OR-ENUM", FINDING_ERROR },
	{ &ENTITY_RESOURCES,  BOTH, "{'roles': ['student', 'janitor']}", "/roles/1", "OR-ENUM", FINDING_ERROR },
	{ &ENTITY_RESOURCES,  V11,  "{'roles': '<absent>', 'role': 'student'}", NULL, NULL },
	{ &ENTITY_RESOURCES,  V11,  "{'role': 'janitor'}", "/role", "OR-ENUM", FINDING_ERROR },
	{ &ENTITY_RESOURCES,  V12,  "{'role': 'student'}", "/role", "OR-MEMBER-UNKNOWN", FINDING_ERROR },
	{ &ENTITY_CLASSES,    V11,  "{'periods': '1'}", NULL, NULL },
	{ &ENTITY_CLASSES,    V12,  "{'periods': '1'}", "/periods", "OR-TYPE", FINDING_ERROR },
	{ &ENTITY_CLASSES,    BOTH, "{'grades': '1'}", "/grades", "OR-TYPE", FINDING_ERROR },
	{ &ENTITY_CLASSES,    BOTH, "{'grades': ['9', null]}", "/grades/1", "OR-TYPE", FINDING_ERROR },
	{ &ENTITY_CLASSES,    BOTH, "{'grades': []}", NULL, NULL },

	{ &ENTITY_USERS,      V11,  "{'enabledUser': true}", NULL, NULL },
	{ &ENTITY_USERS,      V12,  "{'enabledUser': true}", "/enabledUser", "OR-BOOLEAN", FINDING_ERROR },
	{ &ENTITY_USERS,      BOTH, "{'enabledUser': 'True'}", "/enabledUser", "OR-BOOLEAN", FINDING_ERROR },
	{ &ENTITY_USERS,      BOTH, "{'enabledUser': 1}", "/enabledUser", "OR-BOOLEAN", FINDING_ERROR },
	{ &ENTITY_USERS,      BOTH, "{'password': 'secret'}", NULL, NULL },
	{ &ENTITY_RESULTS,    BOTH, "{'score': 91.5}", NULL, NULL },
	{ &ENTITY_RESULTS,    BOTH, "{'score': '91.5'}", "/score", "OR-NUMBER", FINDING_ERROR },
	{ &ENTITY_RESULTS,    BOTH, "{'score': 'A+'}", "/score", "OR-TYPE", FINDING_ERROR },
	{ &ENTITY_RESULTS,    V11,  "{'score': null}", "/score", "OR-NULL", FINDING_ERROR },
	{ &ENTITY_RESULTS,    V12,  "{'score': null}", "/score", "OR-NULL-OPTIONAL", FINDING_WARNING },

	{ &ENTITY_RESULTS,    BOTH, "{'scoreDate': '2026-11-16T00:00:00.000Z'}", "/scoreDate", "OR-DATE", FINDING_ERROR },
	{ &ENTITY_RESULTS,    BOTH, "{'scoreDate': '16.11.2026'}", "/scoreDate", "OR-DATE", FINDING_ERROR },
	{ &ENTITY_RESULTS,    BOTH, "{'scoreDate': '2026-02-30'}", "/scoreDate", "OR-DATE", FINDING_ERROR },
	{ &ENTITY_RESULTS,    BOTH, "{'scoreDate': ''}", "/scoreDate", "OR-DATE", FINDING_ERROR },
	{ &ENTITY_LINE_ITEMS, BOTH, "{'dueDate': '2026-11-16T17:00:00'}", "/dueDate", "OR-TIME-ZONE", FINDING_ERROR },
	{ &ENTITY_LINE_ITEMS, BOTH, "{'dueDate': '2026-11-16T17:00:00Z'}", "/dueDate", "OR-TIME-FORM", FINDING_WARNING },
	{ &ENTITY_LINE_ITEMS, BOTH, "{'dueDate': '2026-11-16T12:00:00.000-05:00'}", "/dueDate", "OR-TIME-FORM", FINDING_WARNING },
	{ &ENTITY_LINE_ITEMS, BOTH, "{'dueDate': '2026-11-16T17:00:00.000000Z'}", "/dueDate", "OR-TIME-FORM", FINDING_WARNING },
	{ &ENTITY_LINE_ITEMS, BOTH, "{'dueDate': '2026-11-16'}", "/dueDate", "OR-TIME", FINDING_ERROR },
	{ &ENTITY_LINE_ITEMS, BOTH, "{'dueDate': '2026-11-16 17:00:00Z'}", "/dueDate", "OR-TIME", FINDING_ERROR },
	{ &ENTITY_LINE_ITEMS, BOTH, "{'dueDate': '2026-11-16T17:00Z'}", "/dueDate", "OR-TIME", FINDING_ERROR },
	{ &ENTITY_LINE_ITEMS, BOTH, "{'dueDate': '2026-11-16T17:00:00+0100'}", "/dueDate", "OR-TIME", FINDING_ERROR },
	{ &ENTITY_LINE_ITEMS, BOTH, "{'dueDate': 'tomorrow'}", "/dueDate", "OR-TIME", FINDING_ERROR },
	{ &ENTITY_LINE_ITEMS, BOTH, "{'dateLastModified': ''}", "/dateLastModified", "OR-TIME", FINDING_ERROR },

	{ &ENTITY_LINE_ITEMS, BOTH, "{'sourcedId': ''}", "/sourcedId", "OR-ID", FINDING_ERROR },
	{ &ENTITY_LINE_ITEMS, BOTH, "{'sourcedId': '" LONG256 "'}", "/sourcedId", "OR-ID", FINDING_ERROR },
	{ &ENTITY_LINE_ITEMS, BOTH, "{'sourcedId': 'li 1'}", "/sourcedId", "OR-ID-CHARACTERS", FINDING_WARNING },
	{ &ENTITY_LINE_ITEMS, BOTH, "{'sourcedId': 'a.b-c_d/e@f'}", NULL, NULL },
	{ &ENTITY_LINE_ITEMS, BOTH, "{'class': 'x-1'}", "/class", "OR-REF", FINDING_ERROR },
	{ &ENTITY_LINE_ITEMS, BOTH, "{'class': {'href': 'http://h/x', 'type': 'class'}}", "/class/sourcedId", "OR-REF", FINDING_ERROR },
	{ &ENTITY_LINE_ITEMS, BOTH, "{'class': {'href': 'http://h/x', 'type': 'class', 'sourcedId': 7}}", "/class/sourcedId", "OR-REF", FINDING_ERROR },
	{ &ENTITY_LINE_ITEMS, BOTH, "{'class': {'href': 'http://h/x', 'type': 'class', 'sourcedId': ''}}", "/class/sourcedId", "OR-ID", FINDING_ERROR },
	{ &ENTITY_LINE_ITEMS, BOTH, "{'class': {'sourcedId': 'x-1', 'type': 'class'}}", "/class/href", "OR-REF-HREF", FINDING_ERROR },
	{ &ENTITY_LINE_ITEMS, BOTH, "{'class': {'href': '~/ims/x', 'sourcedId': 'x-1', 'type': 'class'}}", "/class/href", "OR-REF-HREF", FINDING_ERROR },
	{ &ENTITY_LINE_ITEMS, BOTH, "{'class': {'href': '/ims/x', 'sourcedId': 'x-1', 'type': 'class'}}", "/class/href", "OR-REF-HREF", FINDING_ERROR },
	{ &ENTITY_LINE_ITEMS, BOTH, "{'class': {" REF "}}", "/class/type", "OR-REF-TYPE", FINDING_ERROR },
	{ &ENTITY_LINE_ITEMS, BOTH, "{'class': {" REF ", 'type': 'section'}}", "/class/type", "OR-REF-TYPE", FINDING_ERROR },
	{ &ENTITY_LINE_ITEMS, V11,  "{'class': {" REF ", 'type': 'course'}}", "/class/type", "OR-REF-FAMILY", FINDING_WARNING },
	{ &ENTITY_LINE_ITEMS, V12,  "{'class': {" REF ", 'type': 'course'}}", "/class/type", "OR-REF-TYPE", FINDING_ERROR },
	{ &ENTITY_RESULTS,    V11,  "{'student': {" REF ", 'type': 'student'}}", NULL, NULL },
	{ &ENTITY_RESULTS,    V12,  "{'student': {" REF ", 'type': 'student'}}", "/student/type", "OR-REF-TYPE", FINDING_ERROR },
	{ &ENTITY_LINE_ITEMS, V11,  "{'gradingPeriod': {" REF ", 'type': 'gradingPeriod'}}", NULL, NULL },
	{ &ENTITY_CLASSES,    V11,  "{'terms': [{" REF ", 'type': 'term'}]}", NULL, NULL },
	{ &ENTITY_CLASSES,    BOTH, "{'terms': [{" REF ", 'type': 'academicSession'}, 'x-1']}", "/terms/1", "OR-REF", FINDING_ERROR },
	{ &ENTITY_CLASSES,    V12,  "{'terms': []}", "/terms", "OR-EMPTY", FINDING_ERROR },
	{ &ENTITY_CLASSES,    V11,  "{'terms': []}", "/terms", "OR-EMPTY-TEXT", FINDING_WARNING },
	{ &ENTITY_USERS,      V11,  "{'orgs': []}", "/orgs", "OR-EMPTY", FINDING_ERROR },
	{ &ENTITY_LINE_ITEMS, V11,  "{'class': {" REF ", 'type': 'class', 'name': 'x'}}", "/class/name", "OR-MEMBER-UNKNOWN", FINDING_WARNING },
	{ &ENTITY_LINE_ITEMS, V12,  "{'class': {" REF ", 'type': 'class', 'name': 'x'}}", "/class/name", "OR-MEMBER-UNKNOWN", FINDING_ERROR },

	{ &ENTITY_USERS,      V11,  "{'userIds': [{'identifier': 'x'}]}", "/userIds/0/type", "OR-REQUIRED-TEXT", FINDING_WARNING },
	{ &ENTITY_USERS,      V12,  "{'userIds': [{'identifier': 'x'}]}", "/userIds/0/type", "OR-REQUIRED", FINDING_ERROR },
	{ &ENTITY_USERS,      BOTH, "{'userIds': ['x']}", "/userIds/0", "OR-OBJECT", FINDING_ERROR },
	{ &ENTITY_USERS,      BOTH, "{'userIds': {}}", "/userIds", "OR-TYPE", FINDING_ERROR },
	{ &ENTITY_USERS,      V12,  "{'roles': [" ROLE("primary", "o-1") ", " ROLE("primary", "o-2") ", " ROLE("secondary", "o-2") "]}", NULL, NULL },
	{ &ENTITY_USERS,      V12,  "{'roles': [" ROLE("primary", "o-1") ", " ROLE("primary", "o-1") "]}", "/roles", "OR-PRIMARY-ROLE", FINDING_ERROR },
	{ &ENTITY_USERS,      V12,  "{'roles': [" ROLE("secondary", "o-1") "]}", "/roles", "OR-PRIMARY-ROLE", FINDING_ERROR },
	{ &ENTITY_USERS,      V12,  "{'userProfiles': [{'profileId': 'not a uri', 'profileType': 'x', 'vendorId': 'v'}]}", "/userProfiles/0/profileId", "OR-URI", FINDING_ERROR },
	{ &ENTITY_USERS,      V12,  "{'userProfiles': [{'profileId': 'urn:p', 'profileType': 'x', 'vendorId': 'v', 'credentials': [{'type': 't', 'username': 'u', 'extra': 1}]}]}", NULL, NULL },

	{ &ENTITY_ACADEMIC_SESSIONS, BOTH, "{'schoolYear': 2027}", "/schoolYear", "OR-TYPE", FINDING_ERROR },
	{ &ENTITY_ACADEMIC_SESSIONS, BOTH, "{'schoolYear': '2026-2027'}", "/schoolYear", "OR-YEAR", FINDING_ERROR },
	{ &ENTITY_ACADEMIC_SESSIONS, BOTH, "{'endDate': '2026-11-15'}", "/endDate", "OR-DATE-ORDER", FINDING_ERROR },
	{ &ENTITY_ENROLLMENTS, BOTH, "{'endDate': '2026-11-15'}", "/endDate", "OR-DATE-ORDER", FINDING_ERROR },
	{ &ENTITY_ENROLLMENTS, BOTH, "{'endDate': '2026-11-16'}", NULL, NULL },
	{ &ENTITY_COURSES,    BOTH, "{'subjectCodes': ['1', '2']}", "/subjectCodes", "OR-SUBJECT-CODES", FINDING_ERROR },
	{ &ENTITY_COURSES,    BOTH, "{'subjectCodes': '<absent>'}", NULL, NULL },
	{ &ENTITY_LINE_ITEMS, BOTH, "{'resultValueMin': 5, 'resultValueMax': 4}", "/resultValueMax", "OR-RESULT-VALUES", FINDING_ERROR },
	{ &ENTITY_ASSESSMENT_LINE_ITEMS, V12, "{'resultValueMin': 5, 'resultValueMax': 4}", "/resultValueMax", "OR-RESULT-VALUES", FINDING_ERROR },
	{ &ENTITY_LINE_ITEMS, V12,  "{'learningObjectiveSet': [{'source': 'case', 'learningObjectiveIds': ['x']}]}", "/learningObjectiveSet/0/learningObjectiveIds/0", "OR-OBJECTIVE", FINDING_WARNING },
	{ &ENTITY_LINE_ITEMS, V12,  "{'learningObjectiveSet': [{'source': 'unknown', 'learningObjectiveIds': ['x']}]}", NULL, NULL },
	{ &ENTITY_LINE_ITEMS, V12,  "{'learningObjectiveSet': [{'source': 'unknown', 'learningObjectiveIds': []}]}", "/learningObjectiveSet/0/learningObjectiveIds", "OR-EMPTY", FINDING_ERROR },
	{ &ENTITY_RESULTS,    V12,  "{'learningObjectiveSet': [{'source': 'case', 'learningObjectiveResults': [{'learningObjectiveId': 'x'}]}]}", "/learningObjectiveSet/0/learningObjectiveResults/0/learningObjectiveId", "OR-OBJECTIVE", FINDING_WARNING },
	{ &ENTITY_RESULTS,    V12,  "{'learningObjectiveSet': [{'source': 'No', 'learningObjectiveResults': [{'learningObjectiveId': 'x'}]}]}", "/learningObjectiveSet/0/source", "OR-ENUM", FINDING_ERROR },
};

/* Bodies in which @ is a sound object; as above. */
static const struct {
	const struct entity *entity;
	unsigned versions;
	bool many;
	const char *body, *pointer, *rule;
	enum finding_severity severity;
} bodies[] = {
	{ &ENTITY_LINE_ITEMS,   BOTH, false, "{'lineItem': @}", NULL, NULL },
	{ &ENTITY_LINE_ITEMS,   BOTH, true,  "{'lineItems': [@, @]}", NULL, NULL },
	{ &ENTITY_LINE_ITEMS,   BOTH, true,  "{'lineItems': []}", NULL, NULL },
	{ &ENTITY_DEMOGRAPHICS, BOTH, false, "{'demographics': @}", NULL, NULL },
	{ &ENTITY_DEMOGRAPHICS, BOTH, true,  "{'demographics': [@]}", NULL, NULL },
	{ &ENTITY_DEMOGRAPHICS, BOTH, false, "{'demographic': @}", "/demographic", "OR-WRAPPER-KEY", FINDING_ERROR },
	{ &ENTITY_ACADEMIC_SESSIONS, BOTH, true, "{'terms': [@]}", "/terms", "OR-WRAPPER-KEY", FINDING_ERROR },
	{ &ENTITY_ACADEMIC_SESSIONS, BOTH, true, "{'terms': []}", "/terms", "OR-WRAPPER-KEY", FINDING_ERROR },
	{ &ENTITY_USERS,        BOTH, true,  "{'students': [@]}", "/students", "OR-WRAPPER-KEY", FINDING_ERROR },
	{ &ENTITY_LINE_ITEMS,   BOTH, true,  "{'data': [@]}", "/data", "OR-WRAPPER-KEY", FINDING_ERROR },
	{ &ENTITY_LINE_ITEMS,   BOTH, true,  "[@]", "", "OR-WRAPPER", FINDING_ERROR },
	{ &ENTITY_LINE_ITEMS,   BOTH, false, "@", "", "OR-WRAPPER", FINDING_ERROR },
	{ &ENTITY_USERS,        BOTH, false, "@", "", "OR-WRAPPER", FINDING_ERROR },
	{ &ENTITY_LINE_ITEMS,   BOTH, false, "{}", "", "OR-WRAPPER", FINDING_ERROR },
	{ &ENTITY_LINE_ITEMS,   BOTH, false, "'x'", "", "OR-WRAPPER", FINDING_ERROR },
	{ &ENTITY_LINE_ITEMS,   BOTH, true,  "{'statusInfoSet': []}", "", "OR-WRAPPER", FINDING_ERROR },
	{ &ENTITY_LINE_ITEMS,   BOTH, true,  "{}", "", "OR-WRAPPER-NONE", FINDING_WARNING },
	{ &ENTITY_LINE_ITEMS,   BOTH, true,  "{'lineItems': @}", "/lineItems", "OR-WRAPPER-KIND", FINDING_ERROR },
	{ &ENTITY_LINE_ITEMS,   BOTH, false, "{'lineItem': [@]}", "/lineItem", "OR-WRAPPER-KIND", FINDING_ERROR },
	{ &ENTITY_LINE_ITEMS,   BOTH, false, "{'lineItem': null}", "/lineItem", "OR-WRAPPER-KIND", FINDING_ERROR },
	{ &ENTITY_LINE_ITEMS,   BOTH, true,  "{'lineItems': [@, 7]}", "/lineItems/1", "OR-OBJECT", FINDING_ERROR },
	{ &ENTITY_LINE_ITEMS,   BOTH, true,  "{'lineItems': [@], 'results': []}", "/results", "OR-WRAPPER-TWO", FINDING_ERROR },
	{ &ENTITY_LINE_ITEMS,   V11,  true,  "{'lineItems': [@], 'totalCount': 1}", "/totalCount", "OR-WRAPPER-MEMBER", FINDING_WARNING },
	{ &ENTITY_LINE_ITEMS,   V12,  true,  "{'lineItems': [@], 'totalCount': 1}", "/totalCount", "OR-WRAPPER-MEMBER", FINDING_ERROR },
	{ &ENTITY_LINE_ITEMS,   BOTH, true,  "{'lineItems': [@], 'imsx_statusInfo': {}}", "/imsx_statusInfo", "OR-WRAPPER-STATUS", FINDING_WARNING },
	{ &ENTITY_LINE_ITEMS,   V12,  true,  "{'lineItems': [@], 'statusInfoSet': []}", "/statusInfoSet", "OR-WRAPPER-STATUS", FINDING_WARNING },
	{ &ENTITY_LINE_ITEMS,   V11,  true,  "{'lineItems': [@], 'statusInfoSet': [{'imsx_codeMajor': 'success', 'imsx_severity': 'warning', 'imsx_codeMinor': 'invalid_sort_field', 'imsx_description': 'x'}]}", NULL, NULL },
	{ &ENTITY_LINE_ITEMS,   V11,  true,  "{'lineItems': [@], 'statusInfoSet': [{'imsx_codeMajor': 'success', 'imsx_severity': 'warning', 'imsx_codeMinor': 'odd', 'imsx_description': 'x'}]}", "/statusInfoSet/0/imsx_codeMinor", "OR-STATUS-CODE", FINDING_WARNING },
};

#define NESTED(code) "{'imsx_codeMajor': 'failure', 'imsx_severity': 'error', 'imsx_description': 'x', 'imsx_CodeMinor': {'imsx_codeMinorField': [{'imsx_codeMinorFieldName': 'TargetEndSystem', 'imsx_codeMinorFieldValue': '" code "'}]}}"
#define FLAT "'imsx_codeMajor': 'failure', 'imsx_severity': 'error', 'imsx_description': 'x'"

static const struct {
	unsigned version;
	enum service service;
	const char *body, *pointer, *rule;
	enum finding_severity severity;
} statuses[] = {
	{ V11, SERVICE_COUNT, "{'statusInfoSet': [{" FLAT ", 'imsx_codeMinor': 'unknown object'}]}", NULL, NULL },
	{ V11, SERVICE_COUNT, "{'statusInfoSet': [{" FLAT ", 'imsx_codeMinor': 'unknownobject'}]}", "/statusInfoSet/0/imsx_codeMinor", "OR-STATUS-CODE", FINDING_WARNING },
	{ V11, SERVICE_COUNT, "{'statusInfoSet': [{" FLAT "}]}", "/statusInfoSet/0/imsx_codeMinor", "OR-REQUIRED-TEXT", FINDING_WARNING },
	{ V11, SERVICE_COUNT, "{'statusInfoSet': {" FLAT ", 'imsx_codeMinor': 'forbidden'}}", "/statusInfoSet", "OR-STATUS-SHAPE", FINDING_WARNING },
	{ V11, SERVICE_COUNT, "{'statusInfoSet': [7]}", "/statusInfoSet/0", "OR-STATUS-SHAPE", FINDING_WARNING },
	{ V11, SERVICE_COUNT, "{'errors': [{'codeMajor': 'failure', 'severity': 'error', 'codeMinor': 'invalid data', 'description': 'x'}]}", NULL, NULL },
	{ V11, SERVICE_COUNT, "{'errors': {'codeMajor': 'failure', 'severity': 'error', 'codeMinor': 'invalid data', 'description': 'x'}}", "/errors", "OR-STATUS-SHAPE", FINDING_WARNING },
	{ V11, SERVICE_COUNT, "{'errors': [{'codeMajor': 'failure', 'severity': 'erorr', 'codeMinor': 'invalid data', 'description': 'x'}]}", "/errors/0/severity", "OR-STATUS-CODE", FINDING_WARNING },
	{ V11, SERVICE_COUNT, NESTED("unknownobject"), "/imsx_messageRefIdentifier", "OR-REQUIRED", FINDING_ERROR },
	{ V11, SERVICE_COUNT, "{" FLAT ", 'imsx_messageRefIdentifier': 'm', 'imsx_operationRefIdentifier': ['getClass']}", NULL, NULL },
	{ V11, SERVICE_COUNT, "{'message': 'no'}", "", "OR-STATUS", FINDING_WARNING },
	{ V11, SERVICE_COUNT, "[]", "", "OR-STATUS", FINDING_WARNING },
	{ V12, ROSTERING,     NESTED("unknownobject"), NULL, NULL },
	{ V12, GRADEBOOK,     NESTED("deletefailure"), NULL, NULL },
	{ V12, ROSTERING,     NESTED("deletefailure"), "/imsx_CodeMinor/imsx_codeMinorField/0/imsx_codeMinorFieldValue", "OR-STATUS-CODE", FINDING_ERROR },
	{ V12, SERVICE_COUNT, NESTED("deletefailure"), NULL, NULL },
	{ V12, RESOURCES,     NESTED("invalid_sort_field"), NULL, NULL },
	{ V12, GRADEBOOK,     NESTED("invalid_sort_field"), "/imsx_CodeMinor/imsx_codeMinorField/0/imsx_codeMinorFieldValue", "OR-STATUS-CODE", FINDING_ERROR },
	{ V12, ROSTERING,     "{'imsx_StatusInfo': " NESTED("forbidden") "}", "/imsx_StatusInfo", "OR-STATUS-SHAPE", FINDING_ERROR },
	{ V12, ROSTERING,     "{'statusInfoSet': []}", "/statusInfoSet", "OR-STATUS-SHAPE", FINDING_ERROR },
	{ V12, ROSTERING,     "{" FLAT ", 'imsx_codeMinor': 'forbidden'}", "/imsx_codeMinor", "OR-MEMBER-UNKNOWN", FINDING_ERROR },
	{ V12, ROSTERING,     "{" FLAT ", 'imsx_messageRefIdentifier': 'm'}", "/imsx_messageRefIdentifier", "OR-MEMBER-VERSION", FINDING_ERROR },
	{ V12, ROSTERING,     "{" FLAT ", 'imsx_CodeMinor': {'imsx_codeMinorField': []}}", "/imsx_CodeMinor/imsx_codeMinorField", "OR-EMPTY", FINDING_ERROR },
	{ V12, ROSTERING,     "{'message': 'no'}", "", "OR-STATUS", FINDING_ERROR },
};

static const struct {
	const char *body, *pointer, *rule;
} pairs[] = {
	{ "{'sourcedIdPairs': [{'suppliedSourcedId': 'a', 'allocatedSourcedId': 'b'}]}", NULL, NULL },
	{ "{'sourcedIdPairs': [{'suppliedSourcedId': 'a'}]}", "/sourcedIdPairs/0/allocatedSourcedId", "OR-REQUIRED" },
	{ "{'sourcedIdPairs': {'suppliedSourcedId': 'a', 'allocatedSourcedId': 'b'}}", "/sourcedIdPairs", "OR-TYPE" },
	{ "{'results': []}", "", "OR-WRAPPER" },
};

/* What can be mended: the member before and after. */
static const struct {
	const struct entity *entity;
	unsigned versions;
	const char *before, *after;
} mended[] = {
	{ &ENTITY_RESULTS,    BOTH, "{'scoreDate': '2026-11-16T23:30:00-05:00'}", "{'scoreDate': '2026-11-16'}" },
	{ &ENTITY_RESULTS,    BOTH, "{'scoreDate': '16.11.2026'}", "{'scoreDate': '16.11.2026'}" },
	{ &ENTITY_LINE_ITEMS, BOTH, "{'dueDate': '2026-11-16T12:00:00-05:00'}", "{'dueDate': '2026-11-16T17:00:00.000Z'}" },
	{ &ENTITY_LINE_ITEMS, BOTH, "{'dueDate': '2026-11-16T12:00:00'}", "{'dueDate': '2026-11-16T12:00:00'}" },
	{ &ENTITY_LINE_ITEMS, BOTH, "{'dueDate': '2026-11-16'}", "{'dueDate': '2026-11-16'}" },
	{ &ENTITY_LINE_ITEMS, BOTH, "{'gradingPeriod': null, 'title': null}", "{'title': null}" },
	{ &ENTITY_RESULTS,    BOTH, "{'score': '91.5'}", "{'score': 91.5}" },
	{ &ENTITY_RESULTS,    BOTH, "{'score': 'A'}", "{'score': 'A'}" },
	{ &ENTITY_USERS,      V11,  "{'enabledUser': true}", "{'enabledUser': true}" },
	{ &ENTITY_USERS,      V12,  "{'enabledUser': true}", "{'enabledUser': 'true'}" },
	{ &ENTITY_USERS,      BOTH, "{'enabledUser': 'FALSE'}", "{'enabledUser': 'false'}" },
	{ &ENTITY_USERS,      BOTH, "{'enabledUser': 1}", "{'enabledUser': 1}" },
	{ &ENTITY_RESULTS,    BOTH, "{'student': {'sourcedId': 's'}}", "{'student': {'sourcedId': 's', 'type': 'user'}}" },
	{ &ENTITY_RESULTS,    V11,  "{'student': {'sourcedId': 's', 'type': 'student'}}", "{'student': {'sourcedId': 's', 'type': 'student'}}" },
	{ &ENTITY_RESULTS,    V12,  "{'student': {'sourcedId': 's', 'type': 'student'}}", "{'student': {'sourcedId': 's', 'type': 'user'}}" },
	{ &ENTITY_RESULTS,    V12,  "{'student': {'sourcedId': 's', 'type': 'org'}}", "{'student': {'sourcedId': 's', 'type': 'org'}}" },
	{ &ENTITY_CLASSES,    BOTH, "{'terms': [{'sourcedId': 't'}]}", "{'terms': [{'sourcedId': 't', 'type': 'academicSession'}]}" },
	{ &ENTITY_USERS,      V12,  "{'roles': [{'beginDate': '2026-11-16T00:00:00Z', 'org': {'type': null}}]}", "{'roles': [{'beginDate': '2026-11-16', 'org': {'type': 'org'}}]}" },
	{ &ENTITY_USERS,      BOTH, "{'metadata': {'enabledUser': null}}", "{'metadata': {'enabledUser': null}}" },
};
/* clang-format on */

static void apply(json_t *object, const char *changes)
{
	json_t *patch = json_of(changes), *value;
	const char *key;

	json_object_foreach (patch, key, value) {
		if (same_text(json_string_value(value), "<absent>"))
			json_object_del(object, key);
		else
			json_object_set(object, key, value);
	}
	json_decref(patch);
}

/* Exactly one finding, this one; or none. Releases the findings. */
static void expect(struct findings *findings, const char *case_text, unsigned version,
		   const char *pointer, const char *rule, enum finding_severity severity)
{
	const struct finding *f = findings->items;

	ck_assert_msg(findings->count == (rule != NULL), "%s in %s: %zu findings, first: %s %s",
		      case_text, version & V12 ? "1.2" : "1.1", findings->count,
		      f ? f->pointer : "", f ? f->rule : "");
	if (rule) {
		ck_assert_msg(strcmp(f->rule, rule) == 0, "%s: %s", case_text, f->rule);
		ck_assert_msg(strcmp(f->pointer, pointer) == 0, "%s: %s", case_text, f->pointer);
		ck_assert_msg(f->severity == severity, "%s: %s", case_text,
			      finding_severity_name(f->severity));
		ck_assert_uint_eq(findings->errors, severity == FINDING_ERROR);
		ck_assert_uint_eq(findings->warnings, severity == FINDING_WARNING);
		ck_assert_msg(*f->found && *f->expected && *f->source, "%s", case_text);
	}
	findings_release(findings);
}

START_TEST(objects_are_judged)
{
	for (size_t i = 0; i < ARRAY_SIZE(versions); i++) {
		struct findings findings = FINDINGS_INIT;
		json_t *object;

		if (!(objects[_i].versions & versions[i]))
			continue;
		object = sound_object(objects[_i].entity->fields, versions[i]);
		apply(object, objects[_i].changes);
		payload_check_object(&findings, objects[_i].entity, versions[i], object, "", 0);
		expect(&findings, objects[_i].changes, versions[i], objects[_i].pointer,
		       objects[_i].rule, objects[_i].severity);
		json_decref(object);
	}
}
END_TEST

START_TEST(bodies_are_judged)
{
	for (size_t i = 0; i < ARRAY_SIZE(versions); i++) {
		struct findings findings = FINDINGS_INIT;
		struct str text = STR_INIT;
		json_t *object, *body;
		char *dump;

		if (!(bodies[_i].versions & versions[i]))
			continue;
		object = sound_object(bodies[_i].entity->fields, versions[i]);
		dump = jsonx_dump(object);
		for (const char *c = bodies[_i].body; *c; c++)
			str_add(&text, *c == '@' ? dump : (char[]){ *c, '\0' });
		body = json_of(str_text(&text));
		payload_check_body(&findings, bodies[_i].entity, versions[i], bodies[_i].many, body,
				   0);
		expect(&findings, bodies[_i].body, versions[i], bodies[_i].pointer, bodies[_i].rule,
		       bodies[_i].severity);
		json_decref(object);
		json_decref(body);
		str_release(&text);
		free(dump);
	}
}
END_TEST

START_TEST(refusals_are_judged)
{
	struct findings findings = FINDINGS_INIT;
	json_t *body = json_of(statuses[_i].body);

	payload_check_status(&findings, statuses[_i].version, statuses[_i].service, body);
	expect(&findings, statuses[_i].body, statuses[_i].version, statuses[_i].pointer,
	       statuses[_i].rule, statuses[_i].severity);
	json_decref(body);
}
END_TEST

START_TEST(pairs_are_judged)
{
	struct findings findings = FINDINGS_INIT;
	json_t *body = json_of(pairs[_i].body);

	payload_check_pairs(&findings, body);
	expect(&findings, pairs[_i].body, V12, pairs[_i].pointer, pairs[_i].rule, FINDING_ERROR);
	json_decref(body);
}
END_TEST

START_TEST(what_is_no_json_is_told)
{
	struct findings findings = FINDINGS_INIT;

	payload_not_json(&findings, V11, "line 1, column 1: '[' or '{' expected near '<'");
	expect(&findings, "html", V11, "", "OR-JSON", FINDING_ERROR);
}
END_TEST

/* The rule that a value of quite another type breaks. */
static const char *type_rule(const struct field *field)
{
	return field->type == T_BOOL ? "OR-BOOLEAN" : field->type == T_REF ? "OR-REF" : "OR-TYPE";
}

static void try_value(const struct entity *entity, const struct field *field, unsigned version,
		      json_t *value, const char *rule, enum finding_severity severity)
{
	struct findings findings = FINDINGS_INIT;
	json_t *object = sound_object(entity->fields, version);
	char *pointer = xformat("/%s", field->name), *name;

	if (value)
		json_object_set_new(object, field->name, value);
	else
		json_object_del(object, field->name);
	name = xformat("%s%s of %s", value ? "" : "absent ", field->name, entity->singular);
	payload_check_object(&findings, entity, version, object, "", 0);
	expect(&findings, name, version, pointer, rule, severity);
	free(name);
	free(pointer);
	json_decref(object);
}

START_TEST(every_field_is_judged)
{
	const struct entity *entity = entities[_i];

	for (size_t v = 0; v < ARRAY_SIZE(versions); v++)
		for (const struct field *field = entity->fields; field->name; field++) {
			bool required = field->required & versions[v];
			bool by_text = versions[v] == V11 && (field->required & T11);

			if (!(field->in & versions[v]) || !(entity->in & versions[v]))
				continue;

			json_t *sound = sound_value(field, versions[v]);

			/* nothing is to be a lone array, or where an array is, a number */
			try_value(entity, field, versions[v],
				  json_is_array(sound) ? json_integer(7) : json_array(),
				  type_rule(field), FINDING_ERROR);
			json_decref(sound);
			try_value(entity, field, versions[v], json_null(),
				  required ? "OR-NULL" : "OR-NULL-OPTIONAL",
				  required ? FINDING_ERROR : FINDING_WARNING);
			try_value(entity, field, versions[v], NULL,
				  required  ? "OR-REQUIRED"
				  : by_text ? "OR-REQUIRED-TEXT"
					    : NULL,
				  required ? FINDING_ERROR : FINDING_WARNING);
		}
}
END_TEST

START_TEST(a_selection_may_lack_members)
{
	struct findings findings = FINDINGS_INIT;
	json_t *body = json_of("{'results': [{'sourcedId': 'r-1'}, {'score': '7'}]}");

	payload_check_body(&findings, &ENTITY_RESULTS, V11, true, body, PAYLOAD_PARTIAL);
	expect(&findings, "partial", V11, "/results/1/score", "OR-NUMBER", FINDING_ERROR);
	json_decref(body);
}
END_TEST

START_TEST(only_so_many_findings_are_kept)
{
	struct findings findings = FINDINGS_INIT;
	json_t *list = json_array(), *body;

	for (int i = 0; i < 2 * FINDINGS_MOST; i++)
		json_array_append_new(list, json_integer(i));
	body = json_pack("{so}", "results", list);
	payload_check_body(&findings, &ENTITY_RESULTS, V12, true, body, 0);
	ck_assert_uint_eq(findings.count, FINDINGS_MOST);
	ck_assert_uint_eq(findings.errors, 2 * FINDINGS_MOST);
	findings_release(&findings);
	ck_assert_uint_eq(findings.errors, 0);
	json_decref(body);
}
END_TEST

START_TEST(a_prefix_comes_first)
{
	struct findings findings = FINDINGS_INIT;
	json_t *value = json_integer(7);

	payload_check_object(&findings, &ENTITY_RESULTS, V11, value, "/results/3", 0);
	expect(&findings, "prefix", V11, "/results/3", "OR-OBJECT", FINDING_ERROR);
	json_decref(value);
}
END_TEST

START_TEST(some_case_breaks_every_rule)
{
	const struct payload_rule *rule = &payload_rules[_i];
	unsigned broken = strcmp(rule->id, "OR-JSON") == 0 ? BOTH : 0;

	for (size_t i = 0; i < ARRAY_SIZE(objects); i++)
		if (same_text(objects[i].rule, rule->id))
			broken |= objects[i].versions;
	for (size_t i = 0; i < ARRAY_SIZE(bodies); i++)
		if (same_text(bodies[i].rule, rule->id))
			broken |= bodies[i].versions;
	for (size_t i = 0; i < ARRAY_SIZE(statuses); i++)
		if (same_text(statuses[i].rule, rule->id))
			broken |= statuses[i].version;
	ck_assert_msg(broken == rule->in, "%s: broken in %x, can be in %x", rule->id, broken,
		      rule->in);
	for (size_t k = 0; k < (size_t)_i; k++)
		ck_assert_str_ne(payload_rules[k].id, rule->id);
}
END_TEST

/* "fields-1.2: LineItemDType.dueDate" must be a row of tests/standard/fields-1.2.tsv. */
static void check_source(const char *source)
{
	char *path, *text, row[256], class[100], member[100];
	struct err err = ERR_INIT;
	size_t length;
	const char *dot = strrchr(source, '.'), *begin = source + strlen("fields-1.x: ");

	if (!starts_with(source, "fields-1."))
		return;
	snprintf(class, sizeof class, "%.*s", (int)(dot - begin), begin);
	snprintf(member, sizeof member, "%s", dot + 1);
	path = source_path(starts_with(source, "fields-1.2") ? "tests/standard/fields-1.2.tsv"
							     : "tests/standard/fields-1.1.tsv");
	text = file_read(path, 1 << 20, &length, &err);
	ck_assert_msg(text != NULL, "%s", err.text);
	snprintf(row, sizeof row, "\t%s\t%s\t", class, member);
	ck_assert_msg(strstr(text, row) != NULL, "%s is no row of %s", source, path);
	free(text);
	free(path);
}

START_TEST(sources_are_rows_of_the_field_lists)
{
	const struct entity *entity = entities[_i];

	for (size_t v = 0; v < ARRAY_SIZE(versions); v++) {
		struct findings findings = FINDINGS_INIT;
		json_t *object = sound_object(entity->fields, versions[v]), *member;
		const char *name;
		void *next;

		if (!(entity->in & versions[v])) {
			json_decref(object);
			continue;
		}
		/* every array gets an element of the wrong type, all else becomes one */
		json_object_foreach_safe (object, next, name, member) {
			if (json_is_array(member))
				json_array_append_new(member, json_integer(7));
			else
				json_object_set_new(object, name, json_integer(7));
		}
		payload_check_object(&findings, entity, versions[v], object, "", 0);
		ck_assert_uint_ge(findings.count, 4);
		for (size_t i = 0; i < findings.count; i++)
			if (strcmp(findings.items[i].rule, "OR-OBJECT") != 0)
				check_source(findings.items[i].source);
		findings_release(&findings);
		json_decref(object);
	}
}
END_TEST

START_TEST(mends_without_a_guess)
{
	for (size_t i = 0; i < ARRAY_SIZE(versions); i++) {
		struct findings changes = FINDINGS_INIT;
		json_t *object = json_of(mended[_i].before), *after = json_of(mended[_i].after);
		bool same = json_equal(object, after);

		if (mended[_i].versions & versions[i]) {
			payload_mend_object(&changes, mended[_i].entity, versions[i], object, "");
			ck_assert_msg(json_equal(object, after), "%s", mended[_i].before);
			ck_assert_msg(same == (changes.count == 0), "%s", mended[_i].before);
			/* once is enough */
			findings_release(&changes);
			payload_mend_object(&changes, mended[_i].entity, versions[i], object, "");
			ck_assert_uint_eq(changes.count, 0);
		}
		findings_release(&changes);
		json_decref(object);
		json_decref(after);
	}
}
END_TEST

Suite *payload_suite(void);
Suite *payload_suite(void)
{
	Suite *suite = suite_create("oneroster/payload");
	TCase *tc = tcase_create("payload");

	tcase_add_loop_test(tc, objects_are_judged, 0, ARRAY_SIZE(objects));
	tcase_add_loop_test(tc, bodies_are_judged, 0, ARRAY_SIZE(bodies));
	tcase_add_loop_test(tc, refusals_are_judged, 0, ARRAY_SIZE(statuses));
	tcase_add_loop_test(tc, pairs_are_judged, 0, ARRAY_SIZE(pairs));
	tcase_add_test(tc, what_is_no_json_is_told);
	tcase_add_loop_test(tc, every_field_is_judged, 0, ENTITY_COUNT);
	tcase_add_test(tc, a_selection_may_lack_members);
	tcase_add_test(tc, only_so_many_findings_are_kept);
	tcase_add_test(tc, a_prefix_comes_first);
	tcase_add_loop_test(tc, some_case_breaks_every_rule, 0, (int)payload_rule_count);
	tcase_add_loop_test(tc, sources_are_rows_of_the_field_lists, 0, ENTITY_COUNT);
	tcase_add_loop_test(tc, mends_without_a_guess, 0, ARRAY_SIZE(mended));
	suite_add_tcase(suite, tc);
	return suite;
}
