/*
 * district.c - the data: a district with two schools, around today.
 *
 * Dates are days from today, so that a term and a grading period are always open.
 */
#include "tests/provider/internal.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/when.h"

#define OPEN_TERM "t-1"

/* clang-format off */
static const struct {
	const char *id, *title, *type, *parent, *children;
	int from, to; /* days from today; the last one is not included */
} sessions[] = {
	{ "y-1", "School year",      "schoolYear",    "",    "t-1 t-2", -120, 180 },
	{ "t-1", "First term",       "term",          "y-1", "g-1 g-2", -120, 40 },
	{ "t-2", "Second term",      "term",          "y-1", "g-3 g-4", 40, 180 },
	{ "g-1", "First quarter",    "gradingPeriod", "t-1", "",        -120, -40 },
	{ "g-2", "Second quarter",   "gradingPeriod", "t-1", "",        -40, 40 },
	{ "g-3", "Third quarter",    "gradingPeriod", "t-2", "",        40, 110 },
	{ "g-4", "Fourth quarter",   "gradingPeriod", "t-2", "",        110, 180 },
};

static const struct {
	const char *id, *name, *type, *identifier, *parent, *children;
} orgs[] = {
	{ "o-0", "Ada County",       "district", "4100001", "",    "o-1 o-2" },
	{ "o-1", "North High",       "school",   "4100101", "o-0", "" },
	{ "o-2", "South Middle",     "school",   "4100102", "o-0", "" },
};

static const struct {
	const char *id, *title, *code, *org, *subjects, *codes, *grades, *resources;
} courses[] = {
	{ "k-1", "Biology",  "BIO-1",  "o-1", "Biology,Science", "03051,03000", "09,10", "res-1" },
	{ "k-2", "Algebra",  "ALG-1",  "o-1", "Mathematics",     "02052",       "09",    "res-4" },
	{ "k-3", "English",  "ENG-7",  "o-2", "English",         "01007",       "07",    "" },
};

static const struct {
	const char *id, *title, *code, *type, *course, *school, *terms, *periods, *resources;
	const char *teachers, *students; /* the first teacher is the primary one */
} classes[] = {
	{ "c-1", "Biology",            "BIO-1-A", "scheduled", "k-1", "o-1", "t-1",     "1",   "res-1 res-2", "te-1",      "s-1 s-2 s-3 s-4 s-5 s-6" },
	{ "c-2", "Biology, section B", "BIO-1-B", "scheduled", "k-1", "o-1", "t-1 t-2", "2,3", "",            "te-2 te-1", "s-3 s-4 s-5 s-6 s-7 s-8" },
	{ "c-3", "Algebra",            "ALG-1-A", "scheduled", "k-2", "o-1", "t-1 t-2", "4",   "",            "te-3",      "s-1 s-2 s-5 s-7 s-8" },
	{ "c-4", "English",            "ENG-7-A", "homeroom",  "k-3", "o-2", "t-1",     "1",   "res-3",       "te-4",      "s-9 s-10 s-11 s-12 s-13" },
};

/* The role of 1.1, that of 1.2, and who stands for whom. */
static const struct {
	const char *id, *role, *role12, *given, *family, *org, *grade, *agents, *resources;
} users[] = {
	{ "s-1",  "student",  "student", "Ada",     "Bee",        "o-1", "09", "gu-1 gu-2", "res-2" },
	{ "s-2",  "student",  "student", "Bo",      "O'Neill",    "o-1", "09", "gu-3",      "" },
	{ "s-3",  "student",  "student", "Chlo\u00e9", "Mart\u00ednez", "o-1", "09", "",      "" },
	{ "s-4",  "student",  "student", "Dan",     "Adams",      "o-1", "10", "",          "" },
	{ "s-5",  "student",  "student", "Eve",     "adair",      "o-1", "09,10", "",       "" },
	{ "s-6",  "student",  "student", "Finn",    "War AND Peace", "o-1", "10", "",       "" },
	{ "s-7",  "student",  "student", "Gia",     "Zimmer",     "o-1", "09", "",          "" },
	{ "s-8",  "student",  "student", "Hal",     "Bee",        "o-1", "09", "",          "" },
	{ "s-9",  "student",  "student", "Ida",     "Kohl",       "o-2", "07", "gu-3",      "" },
	{ "s-10", "student",  "student", "Jan",     "Lund",       "o-2", "07", "",          "" },
	{ "s-11", "student",  "student", "Kim",     "Moss",       "o-2", "07", "",          "" },
	{ "s-12", "student",  "student", "Lee",     "Nash",       "o-2", "07", "",          "" },
	{ "s-13", "student",  "student", "\u0141ukasz", "Nowak",  "o-2", "07", "",          "" },
	{ "te-1", "teacher",  "teacher", "Tess",    "Archer",     "o-1", "",   "",          "res-1" },
	{ "te-2", "teacher",  "teacher", "Theo",    "Baker",      "o-1", "",   "",          "" },
	{ "te-3", "teacher",  "teacher", "Tina",    "Cook",       "o-1", "",   "",          "" },
	{ "te-4", "teacher",  "teacher", "Tom",     "Draper",     "o-2", "",   "",          "" },
	{ "ad-1", "administrator", "districtAdministrator", "Amy", "Hall", "o-0", "", "",   "" },
	{ "gu-1", "guardian", "guardian", "Gus",    "Bee",        "o-1", "",   "s-1",       "" },
	{ "gu-2", "guardian", "guardian", "Gwen",   "Bee",        "o-1", "",   "s-1",       "" },
	{ "gu-3", "parent",   "parent",   "Gil",    "O'Neill",    "o-1", "",   "s-2 s-9",   "" },
};

/* Records as they are; ' stands for ", and a time is @days from today. */
static const struct {
	enum entity_id entity;
	const char *json;
} records[] = {
	{ DEMOGRAPHICS, "{'sourcedId':'s-1','birthDate':'2011-04-05','sex':'female','asian':'false','white':'true','hispanicOrLatinoEthnicity':'false','countryOfBirthCode':'US','stateOfBirthAbbreviation':'ID','cityOfBirth':'Boise'}" },
	{ DEMOGRAPHICS, "{'sourcedId':'s-2','birthDate':'2011-09-30','sex':'male','demographicRaceTwoOrMoreRaces':'true'}" },
	{ DEMOGRAPHICS, "{'sourcedId':'s-9','birthDate':'2013-01-31','americanIndianOrAlaskaNative':'true','blackOrAfricanAmerican':'false'}" },
	{ RESOURCE, "{'sourcedId':'res-1','title':'Biology for all','roles':['teacher','student'],'importance':'primary','vendorResourceId':'v-1','vendorId':'press','applicationId':'reader'}" },
	{ RESOURCE, "{'sourcedId':'res-2','title':'Lab notes','roles':['student'],'importance':'secondary','vendorResourceId':'v-2','vendorId':'press'}" },
	{ RESOURCE, "{'sourcedId':'res-3','title':'Reader 7','roles':['student','teacher','guardian'],'importance':'primary','vendorResourceId':'v-3'}" },
	{ RESOURCE, "{'sourcedId':'res-4','vendorResourceId':'v-4'}" },
	{ CATEGORY, "{'sourcedId':'cat-1','title':'Homework','weight':40}" },
	{ CATEGORY, "{'sourcedId':'cat-2','title':'Tests','weight':60}" },
	{ CATEGORY, "{'sourcedId':'cat-3','title':'Labs','metadata':{'classId':'c-1'}}" },
	{ CATEGORY, "{'sourcedId':'cat-4','title':'Labs','metadata':{'classId':'c-2'}}" },
	{ SCORE_SCALE, "{'sourcedId':'ss-1','title':'Letters','type':'letter','course':'k-1','class':'c-1','scoreScaleValue':[{'itemValueLHS':'90','itemValueRHS':'A'},{'itemValueLHS':'80','itemValueRHS':'B'},{'itemValueLHS':'0','itemValueRHS':'C'}]}" },
	{ SCORE_SCALE, "{'sourcedId':'ss-2','title':'Pass or fail','type':'pass','class':'c-2','scoreScaleValue':[{'itemValueLHS':'50-100','itemValueRHS':'Pass'},{'itemValueLHS':'0-49','itemValueRHS':'Fail'}]}" },
	{ SCORE_SCALE, "{'sourcedId':'ss-3','title':'Letters','type':'letter','class':'c-4','scoreScaleValue':[{'itemValueLHS':'0','itemValueRHS':'A'}]}" },
	{ LINE_ITEM, "{'sourcedId':'li-other','title':'Other','assignDate':'@-20','dueDate':'@-10','class':'c-2','school':'o-1','category':'cat-1','gradingPeriod':'g-2','resultValueMin':0,'resultValueMax':10}" },
	{ LINE_ITEM, "{'sourcedId':'li-1','title':'Cells','description':'Chapter 1','assignDate':'@-30','dueDate':'@-20','class':'c-1','school':'o-1','category':'cat-1','gradingPeriod':'g-2','academicSession':'t-1','scoreScale':'ss-1','resultValueMin':0,'resultValueMax':100,'learningObjectiveSet':[{'source':'case','learningObjectiveIds':['9f1a4c1e-5c4e-4d4b-9f55-3a3f5b0c1d2e']}]}" },
	{ LINE_ITEM, "{'sourcedId':'li-2','title':'Genes','assignDate':'@-10','dueDate':'@5','class':'c-1','school':'o-1','category':'cat-2','gradingPeriod':'g-2','resultValueMin':0,'resultValueMax':12.5,'metadata':{'vendorId':'lms','weight':3}}" },
	{ RESULT, "{'sourcedId':'r-1','lineItem':'li-1','student':'s-1','class':'c-1','scoreScale':'ss-1','scoreStatus':'fully graded','score':91.5,'textScore':'A','scoreDate':'#-19','comment':'Well done','late':'false','missing':'false','incomplete':'false','inProgress':'false'}" },
	{ RESULT, "{'sourcedId':'r-2','lineItem':'li-1','student':'s-2','class':'c-1','scoreStatus':'fully graded','score':9,'scoreDate':'#-19','late':'true'}" },
	{ RESULT, "{'sourcedId':'r-3','lineItem':'li-1','student':'s-3','class':'c-1','scoreStatus':'exempt','score':0,'scoreDate':'#-18'}" },
	{ RESULT, "{'sourcedId':'r-4','lineItem':'li-1','student':'s-4','scoreStatus':'not submitted','score':0,'scoreDate':'#-17','missing':'true'}" },
	{ RESULT, "{'sourcedId':'r-5','lineItem':'li-2','student':'s-1','scoreStatus':'partially graded','score':10.5,'scoreDate':'#-2'}" },
	{ RESULT, "{'sourcedId':'r-6','lineItem':'li-other','student':'s-3','scoreStatus':'submitted','score':7,'scoreDate':'#-9'}" },
	{ ASSESSMENT_ITEM, "{'sourcedId':'al-1','title':'State test','class':'c-1','resultValueMin':0,'resultValueMax':300}" },
	{ ASSESSMENT_ITEM, "{'sourcedId':'al-2','title':'State test, part 1','description':'Reading','class':'c-1','parentAssessmentLineItem':'al-1','scoreScale':'ss-1','resultValueMin':0,'resultValueMax':100}" },
	{ ASSESSMENT_RESULT, "{'sourcedId':'ar-1','assessmentLineItem':'al-1','student':'s-1','score':250,'scoreDate':'#-40','scorePercentile':88,'scoreStatus':'fully graded'}" },
	{ ASSESSMENT_RESULT, "{'sourcedId':'ar-2','assessmentLineItem':'al-2','student':'s-1','score':92,'textScore':'A','scoreScale':'ss-1','scoreDate':'#-40','scoreStatus':'fully graded','late':'false'}" },
	{ ASSESSMENT_RESULT, "{'sourcedId':'ar-3','assessmentLineItem':'al-1','student':'s-2','scoreDate':'#-39','scoreStatus':'exempt'}" },
};
/* clang-format on */

static json_t *day(int days)
{
	char text[DATE_TEXT];

	date_format(when_now() + days * WHEN_DAY, text);
	return json_string(text);
}

/* "a b" or "a,b" as an array. */
static json_t *words(const char *text, char between)
{
	json_t *list = json_array();

	while (*text) {
		const char *end = strchrnul(text, between);

		json_array_append_new(list, json_stringn(text, (size_t)(end - text)));
		text = end + (*end == between);
	}
	return list;
}

/* Sets what is not empty. */
static void set_text(json_t *record, const char *key, const char *text)
{
	if (*text)
		json_object_set_new(record, key, json_string(text));
}

static void set_words(json_t *record, const char *key, const char *text, char between)
{
	if (*text)
		json_object_set_new(record, key, words(text, between));
}

/* Each record is an hour younger than the one before. */
static json_t *add(struct provider *p, enum entity_id entity, json_t *record)
{
	char text[WHEN_TEXT];
	int64_t now = when_now();

	p->modified = p->modified ? p->modified + 3600001 : now - now % WHEN_DAY - 60 * WHEN_DAY;
	when_format(p->modified, text);
	set_text(record, "status", "active");
	set_text(record, "dateLastModified", text);
	json_array_append_new(p->rows[entity], record);
	return record;
}

static json_t *add_id(struct provider *p, enum entity_id entity, const char *id)
{
	return add(p, entity, json_pack("{ss}", "sourcedId", id));
}

static void add_sessions(struct provider *p)
{
	char year[8];

	snprintf(year, sizeof year, "%.4s", "");
	for (size_t i = 0; i < ARRAY_SIZE(sessions); i++) {
		json_t *s = add_id(p, SESSION, sessions[i].id);

		set_text(s, "title", sessions[i].title);
		set_text(s, "type", sessions[i].type);
		set_text(s, "parent", sessions[i].parent);
		set_words(s, "children", sessions[i].children, ' ');
		json_object_set_new(s, "startDate", day(sessions[i].from));
		json_object_set_new(s, "endDate", day(sessions[i].to));
		if (i == 0) /* the year in which the school year ends */
			snprintf(year, sizeof year, "%.4s", vendor_text_of(s, "endDate"));
		set_text(s, "schoolYear", year);
	}
}

static void add_orgs(struct provider *p)
{
	for (size_t i = 0; i < ARRAY_SIZE(orgs); i++) {
		json_t *o = add_id(p, ORG, orgs[i].id);

		set_text(o, "name", orgs[i].name);
		set_text(o, "type", orgs[i].type);
		set_text(o, "identifier", orgs[i].identifier);
		set_text(o, "parent", orgs[i].parent);
		set_words(o, "children", orgs[i].children, ' ');
	}
}

static void add_courses(struct provider *p)
{
	for (size_t i = 0; i < ARRAY_SIZE(courses); i++) {
		json_t *c = add_id(p, COURSE, courses[i].id);

		set_text(c, "title", courses[i].title);
		set_text(c, "courseCode", courses[i].code);
		set_text(c, "org", courses[i].org);
		set_text(c, "schoolYear", "y-1");
		set_words(c, "subjects", courses[i].subjects, ',');
		set_words(c, "subjectCodes", courses[i].codes, ',');
		set_words(c, "grades", courses[i].grades, ',');
		set_words(c, "resources", courses[i].resources, ' ');
	}
}

static void add_users(struct provider *p)
{
	for (size_t i = 0; i < ARRAY_SIZE(users); i++) {
		const char *org = users[i].org, *id = users[i].id;
		char *email = xformat("%s@ada.example", id), *number = xformat("10%02zu", i);
		json_t *u = add_id(p, USER, id);

		set_text(u, "username", id);
		set_text(u, "givenName", users[i].given);
		set_text(u, "familyName", users[i].family);
		set_text(u, "email", email);
		set_text(u, "identifier", number);
		set_text(u, "enabledUser", strcmp(id, "gu-2") == 0 ? "false" : "true");
		json_object_set_new(u, "userIds",
				    json_pack("[{ss,ss}]", "type", "LDAP", "identifier", id));
		set_text(u, "role", users[i].role);
		json_object_set_new(u, "orgs", words(org, ' '));
		json_object_set_new(u, "roles",
				    json_pack("[{ss,ss,ss}]", "roleType", "primary", "role",
					      users[i].role12, "org", org));
		set_text(u, "primaryOrg", org);
		set_words(u, "grades", users[i].grade, ',');
		set_words(u, "agents", users[i].agents, ' ');
		set_words(u, "resources", users[i].resources, ' ');
		free(email);
		free(number);
	}
}

/* From the first day of the class's first term to the last of its last one. */
static void enroll(struct provider *p, const json_t *class, const char *user, const char *role,
		   bool primary)
{
	const json_t *terms = json_object_get(class, "terms");
	const json_t *first = vendor_find(p->rows[SESSION],
					  json_string_value(json_array_get(terms, 0)));
	const json_t *last = vendor_find(
		p->rows[SESSION],
		json_string_value(json_array_get(terms, json_array_size(terms) - 1)));
	char *id = xformat("e-%s-%s", vendor_text_of(class, "sourcedId"), user);
	json_t *e = add_id(p, ENROLLMENT, id);

	set_text(e, "user", user);
	set_text(e, "class", vendor_text_of(class, "sourcedId"));
	set_text(e, "school", vendor_text_of(class, "school"));
	set_text(e, "role", role);
	if (strcmp(role, "teacher") == 0)
		set_text(e, "primary", primary ? "true" : "false");
	set_text(e, "beginDate", vendor_text_of(first, "startDate"));
	set_text(e, "endDate", vendor_text_of(last, "endDate"));
	free(id);
}

static void enroll_all(struct provider *p, const json_t *class, const char *who, const char *role)
{
	json_t *list = words(who, ' '), *user;
	size_t i;

	json_array_foreach (list, i, user)
		enroll(p, class, json_string_value(user), role, i == 0);
	json_decref(list);
}

static void add_classes(struct provider *p)
{
	for (size_t i = 0; i < ARRAY_SIZE(classes); i++) {
		json_t *c = add_id(p, CLASS, classes[i].id);
		const json_t *course = vendor_find(p->rows[COURSE], classes[i].course);

		set_text(c, "title", classes[i].title);
		set_text(c, "classCode", classes[i].code);
		set_text(c, "classType", classes[i].type);
		set_text(c, "course", classes[i].course);
		set_text(c, "school", classes[i].school);
		set_words(c, "terms", classes[i].terms, ' ');
		set_words(c, "periods", classes[i].periods, ',');
		set_words(c, "resources", classes[i].resources, ' ');
		json_object_set(c, "subjects", json_object_get(course, "subjects"));
		json_object_set(c, "subjectCodes", json_object_get(course, "subjectCodes"));
		json_object_set(c, "grades", json_object_get(course, "grades"));
		enroll_all(p, c, classes[i].teachers, "teacher");
		enroll_all(p, c, classes[i].students, "student");
	}
}

/* "@-3" is an instant three days ago, "#-3" that day. */
static void set_times(json_t *record)
{
	const char *key, *text;
	json_t *value;
	void *next;
	char whole[WHEN_TEXT];

	json_object_foreach_safe (record, next, key, value) {
		text = json_string_value(value);
		if (text && *text == '#') {
			json_object_set_new(record, key, day((int)strtol(text + 1, NULL, 10)));
		} else if (text && *text == '@') {
			int64_t now = when_now();

			when_format(now - now % WHEN_DAY + strtol(text + 1, NULL, 10) * WHEN_DAY,
				    whole);
			json_object_set_new(record, key, json_string(whole));
		}
	}
}

static void add_records(struct provider *p)
{
	for (size_t i = 0; i < ARRAY_SIZE(records); i++) {
		char *text = xstrdup(records[i].json);
		json_t *record;

		for (char *c = text; *c; c++)
			*c = *c == '\'' ? '"' : *c;
		record = json_loads(text, 0, NULL);
		if (!record)
			BUG("record %zu of the district is no JSON: %s", i, text);
		set_times(record);
		add(p, records[i].entity, record);
		free(text);
	}
}

void vendor_fill_district(struct provider *p)
{
	for (size_t i = 0; i < ENTITIES; i++)
		p->rows[i] = json_array();
	add_sessions(p);
	add_orgs(p);
	add_courses(p);
	add_users(p);
	add_classes(p);
	add_records(p);
}
