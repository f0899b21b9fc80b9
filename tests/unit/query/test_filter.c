/*
 * test_filter.c - filter expressions: what they mean to the demo district, and
 * what is refused.
 */
#include <check.h>

#include "server/query/filter.h"
#include "tests/unit/helpers.h"

#define ORGS &ENTITY_ORGS
#define SESSIONS &ENTITY_ACADEMIC_SESSIONS
#define CLASSES &ENTITY_CLASSES
#define USERS &ENTITY_USERS
#define ENROLLED &ENTITY_ENROLLMENTS
#define CATEGORIES &ENTITY_CATEGORIES
#define ITEMS &ENTITY_LINE_ITEMS
#define RESULTS &ENTITY_RESULTS
#define ASSESSMENTS &ENTITY_ASSESSMENT_LINE_ITEMS

/* Beside the demo district. */
static const struct {
	const struct entity *entity;
	const char *json;
} more[] = {
	{ CATEGORIES, "{\"sourcedId\": \"cat-x\", \"title\": \"War AND Peace\", \"metadata\": "
		      "{\"weight\": 10, \"a b\": \"c\", \"d.e\": \"f\", \"half\": 0.5}}" },
	{ ITEMS, "{\"sourcedId\": \"li-1\", \"title\": \"Quiz 1\", \"class\": {\"sourcedId\": "
		 "\"class-bio-1\"},"
		 "\"dueDate\": \"2026-11-16T17:00:00Z\", \"resultValueMax\": 100}" },
	{ ITEMS, "{\"sourcedId\": \"li-2\", \"title\": \"quiz 2\", \"class\": {\"sourcedId\": "
		 "\"class-bio-2\"},"
		 "\"dueDate\": \"2026-11-17T17:00:00Z\", \"resultValueMax\": 9.5}" },
	{ ITEMS, "{\"sourcedId\": \"LI-3\", \"title\": \"It's a test\", \"class\": {\"sourcedId\": "
		 "\"class-bio-1\"}}" },
	{ RESULTS, "{\"sourcedId\": \"r-1\", \"lineItem\": {\"sourcedId\": \"li-1\"},"
		   "\"student\": {\"sourcedId\": \"student-005\"}, \"score\": 80, \"scoreDate\": "
		   "\"2026-11-16\"}" },
	{ RESULTS, "{\"sourcedId\": \"r-2\", \"lineItem\": {\"sourcedId\": \"li-1\"},"
		   "\"student\": {\"sourcedId\": \"student-006\"}, \"score\": 9, \"scoreDate\": "
		   "\"2026-12-01\"}" },
	{ CATEGORIES,
	  "{\"sourcedId\": \"cat-y\", \"title\": \"Tree\", \"metadata\": {\"a\": {\"b\": \"deep\", "
	  "\"n\": 3}, \"a.c\": \"flat\", \"tags\": [\"red\", \"Green\", 7, true], \"yes\": true, "
	  "\"no\": false, \"big\": 1234567890123456789, \"nothing\": null, \"text\": \"10\"}}" },
};

/* Objects that only 1.2 can say. */
static const struct {
	const struct entity *entity;
	const char *json;
} newer[] = {
	{ USERS, "{\"sourcedId\": \"two-hats\", \"givenName\": \"Ana\", \"familyName\": \"Ruiz\", "
		 "\"enabledUser\": \"true\", \"roles\": [{\"roleType\": \"primary\", \"role\": "
		 "\"principal\", \"org\": {\"sourcedId\": \"school-high\"}, \"beginDate\": "
		 "\"2026-08-01\"}, {\"roleType\": \"secondary\", \"role\": \"teacher\", \"org\": "
		 "{\"sourcedId\": \"school-middle\"}}], \"userIds\": [{\"type\": \"LDAP\", "
		 "\"identifier\": \"aruiz\"}, {\"type\": \"SIS\", \"identifier\": \"P7\"}], "
		 "\"userProfiles\": [{\"profileId\": \"https://p.example.org/1\", \"profileType\": "
		 "\"lms\", \"vendorId\": \"v1\", \"credentials\": [{\"type\": \"pin\", "
		 "\"username\": \"ana\", \"password\": \"hunter2\"}, {\"type\": \"sso\", "
		 "\"username\": \"ana@x\"}]}], \"primaryOrg\": {\"sourcedId\": \"school-high\"}}" },
	{ ITEMS, "{\"sourcedId\": \"li-case\", \"title\": \"Essay\", \"class\": {\"sourcedId\": "
		 "\"class-eng-1\"}, \"learningObjectiveSet\": [{\"source\": \"case\", "
		 "\"learningObjectiveIds\": [\"lo-1\", \"lo-2\"]}, {\"source\": \"unknown\", "
		 "\"learningObjectiveIds\": [\"lo-3\"]}]}" },
	{ RESULTS,
	  "{\"sourcedId\": \"r-case\", \"lineItem\": {\"sourcedId\": \"li-case\"}, "
	  "\"student\": {\"sourcedId\": \"student-001\"}, \"scoreStatus\": \"fully "
	  "graded\", \"late\": \"true\", \"textScore\": \"B+\", \"learningObjectiveSet\": "
	  "[{\"source\": \"case\", \"learningObjectiveResults\": [{\"learningObjectiveId\": "
	  "\"lo-1\", \"score\": 9.5}, {\"learningObjectiveId\": \"lo-2\", \"score\": "
	  "10, \"textScore\": \"A\"}]}]}" },
	{ ASSESSMENTS,
	  "{\"sourcedId\": \"ali-1\", \"title\": \"Spring\", \"class\": {\"sourcedId\": "
	  "\"class-bio-1\"}}" },
};

/* clang-format off */
static const struct {
	const struct entity *entity;
	const char *filter;
	int64_t count;
} counts[] = {
	/* the seven operators */
	{ USERS,      "role='teacher'",                      6 },
	{ USERS,      "role!='student'",                     8 },
	{ RESULTS,    "score>'9'",                           1 }, /* numbers, not texts */
	{ RESULTS,    "score>='9'",                          2 },
	{ RESULTS,    "score<'80'",                          1 },
	{ RESULTS,    "score<='80.0'",                       2 },
	{ USERS,      "familyName~'an'",                     14 },
	{ USERS,      "familyName>='W'",                     15 },
	{ USERS,      "familyName<'W'",                      93 },
	{ USERS,      "familyName>='z' AND familyName<='zz'", 0 }, /* by code point: Z comes before a */
	/* case: names and values without, ids exactly */
	{ USERS,      "ROLE='Teacher'",                      6 },
	{ USERS,      "familyname~'AN'",                     14 },
	{ ITEMS,      "title='QUIZ 2'",                      1 },
	{ ITEMS,      "sourcedId='li-1'",                    1 },
	{ ITEMS,      "sourcedId='LI-1'",                    0 },
	{ ITEMS,      "sourcedId!='li-1'",                   2 },
	{ USERS,      "role='wizard'",                       0 },
	/* two predicates, and blanks where people put them */
	{ USERS,      "role='student' AND grades='09'",      40 },
	{ USERS,      "role='teacher' OR role='administrator'", 8 },
	{ USERS,      "role='teacher' and orgs.sourcedId='school-middle'", 2 },
	{ USERS,      "  role = 'teacher'   or   role = 'administrator'  ", 8 },
	{ USERS,      "role='teacher' AND role='student'",   0 },
	{ SESSIONS,   "startDate<='2026-10-17' AND endDate>'2026-10-17'", 3 },
	/* quoting */
	{ USERS,      "familyName='O''Sullivan'",            1 },
	{ ITEMS,      "title~'''s'",                         1 },
	{ CATEGORIES, "title='War AND Peace'",               1 },
	{ CATEGORIES, "title='War AND Peace' OR title='Tests'", 2 },
	{ CATEGORIES, "title='x'' OR ''1''=''1'",            0 },
	{ USERS,      "email=''",                            0 },
	/* dates, instants, booleans */
	{ SESSIONS,   "type='gradingPeriod' AND startDate>='2027-01-01'", 2 },
	{ SESSIONS,   "startDate='2026-08-17T09:00:00Z'",    3 },
	{ ITEMS,      "dueDate>'2026-11-16'",                2 },
	{ ITEMS,      "dueDate>'2026-11-16T17:00:00.000Z'",  1 },
	{ ITEMS,      "dueDate='2026-11-16T12:00:00-05:00'", 1 },
	{ ITEMS,      "dateLastModified>='2026-11-16T17:00:00Z'", 3 },
	{ USERS,      "enabledUser='true'",                  108 },
	{ USERS,      "enabledUser='FALSE'",                 0 },
	{ ENROLLED,   "primary='true'",                      8 },
	/* what has no value differs from everything and fits nothing else */
	{ ITEMS,      "dueDate!='2026-11-16T17:00:00Z'",     2 },
	{ ITEMS,      "dueDate<'2999-01-01'",                2 },
	{ USERS,      "middleName!='Claire'",                107 },
	{ USERS,      "middleName~'a'",                      2 },
	/* references */
	{ ITEMS,      "class.sourcedId='class-bio-1'",       2 },
	{ ITEMS,      "class='class-bio-1'",                 2 },
	{ ITEMS,      "class.sourcedId!='class-bio-1'",      1 },
	{ ITEMS,      "class.SOURCEDID='Class-bio-1'",       0 },
	{ ENROLLED,   "user.sourcedId='teacher-01'",         2 },
	{ CLASSES,    "terms.sourcedId='term-fall'",         8 },
	{ CLASSES,    "terms.sourcedId='term-summer'",       0 },
	{ CLASSES,    "terms.sourcedId!='term-fall'",        0 },
	{ USERS,      "orgs.sourcedId='school-middle'",      42 },
	{ USERS,      "orgs.sourcedId!='school-high'",       43 },
	{ ORGS,       "parent.sourcedId='district-lakeside'", 2 },
	/* lists: = wants all of them, ~ any */
	{ CLASSES,    "grades='09'",                         6 },
	{ CLASSES,    "grades='09,10'",                      4 },
	{ CLASSES,    "grades='10, 09'",                     4 },
	{ CLASSES,    "grades~'07,12'",                      3 },
	{ CLASSES,    "grades!='09'",                        2 },
	{ CLASSES,    "subjects='social studies'",           1 },
	{ CLASSES,    "subjects~'English,Science'",          6 },
	/* typed ids */
	{ USERS,      "userIds.type='LDAP'",                 6 },
	{ USERS,      "userIds.identifier='T0001'",          1 },
	{ USERS,      "userIds.identifier~'t000'",           6 },
	/* metadata */
	{ CATEGORIES, "metadata.classId='class-bio-1'",      1 },
	{ CATEGORIES, "metadata.classId!='class-bio-1'",     10 },
	{ CATEGORIES, "metadata.classId~'bio'",              2 },
	{ CATEGORIES, "metadata.weight='10'",                1 },
	{ CATEGORIES, "metadata.half='0.5'",                 1 },
	{ CATEGORIES, "metadata.d.e='f'",                    1 },
	{ CATEGORIES, "metadata.none='x'",                   0 },
	{ CATEGORIES, "metadata.$='x'",                      0 },
	{ CATEGORIES, "metadata.[0]='x'",                    0 },
	{ CATEGORIES, "metadata.a\\='x'",                    0 },
	{ CATEGORIES, "metadata.?='x'",                      0 },
	{ CATEGORIES, "metadata.classId='class-bio-1' OR title='Labs'", 2 },
	{ CATEGORIES, "metadata.classId='class-alg-1' AND title='homework'", 1 },
	/* a key "a.c" and a member c of a */
	{ CATEGORIES, "metadata.a.b='deep'",                 1 },
	{ CATEGORIES, "metadata.a.n>='3'",                   1 },
	{ CATEGORIES, "metadata.a.n>'3'",                    0 },
	{ CATEGORIES, "metadata.a.c='flat'",                 1 },
	{ CATEGORIES, "metadata.a.z='deep'",                 0 },
	{ CATEGORIES, "metadata.a='deep'",                   0 }, /* an object is not its members */
	{ CATEGORIES, "metadata.a~'deep'",                   0 },
	{ CATEGORIES, "metadata.a!='deep'",                  11 },
	/* any element of an array, each by its own type */
	{ CATEGORIES, "metadata.big='1234567890123456789'",  1 },
	{ CATEGORIES, "metadata.big='1234567890123456788'",  0 },
	{ CATEGORIES, "metadata.tags='red'",                 1 },
	{ CATEGORIES, "metadata.tags='green'",               0 }, /* what may be an id is exact */
	{ CATEGORIES, "metadata.tags~'green'",               1 },
	{ CATEGORIES, "metadata.tags='7.0'",                 1 },
	{ CATEGORIES, "metadata.tags='true'",                1 },
	{ CATEGORIES, "metadata.tags!='red'",                10 },
	{ CATEGORIES, "metadata.tags='blue'",                0 },
	{ CATEGORIES, "metadata.yes='true'",                 1 },
	{ CATEGORIES, "metadata.yes='1'",                    0 },
	{ CATEGORIES, "metadata.no='false'",                 1 },
	{ CATEGORIES, "metadata.nothing=''",                 0 },
	{ CATEGORIES, "metadata.text='10'",                  1 },
	{ CATEGORIES, "metadata.weight>'9'",                 1 }, /* numbers, not texts */
	{ CATEGORIES, "metadata.weight<'9'",                 0 },
	/* quotes */
	{ CATEGORIES, "title='War AND Peace' AND metadata.weight='10'", 1 },
	{ CATEGORIES, "title='War OR Peace'",                0 },
	{ ITEMS,      "title='It''s a test' OR title='Quiz 1'", 2 },
	{ ITEMS,      "title=''''",                          0 },
	/* the opposite of = : not all of them */
	{ CLASSES,    "grades!='09,10'",                     4 },
	{ CLASSES,    "grades!='10,09' AND grades='09'",     2 },
	/* the same instant, said in other words */
	{ ITEMS,      "dueDate='2026-11-17T02:00:00+09:00'", 1 },
	{ ITEMS,      "dueDate<'2026-11-16T17:00:00.001Z'",  1 },
	{ ITEMS,      "dueDate>='2026-11-17'",               1 },
	{ ITEMS,      "dateLastModified='2026-11-16'",       0 }, /* midnight */
	{ RESULTS,    "scoreDate~'2026-11'",                 1 },
	{ RESULTS,    "scoreDate>'2026-11-16'",              1 },
	{ RESULTS,    "lineItem.sourcedId='li-1' AND student.sourcedId='student-006'", 1 },
};

/* What only 1.2 has. */
static const struct {
	const struct entity *entity;
	const char *filter;
	int64_t count;
} counts_v1p2[] = {
	{ USERS,      "roles.role='teacher'",                7 },
	{ USERS,      "ROLES.Role='TEACHER'",                7 },
	{ USERS,      "roles.role!='student'",               9 },
	{ USERS,      "roles.role='principal'",              1 },
	{ USERS,      "roles.role~'admin'",                  2 },
	{ USERS,      "roles.role='principal' AND roles.role='teacher'", 1 }, /* in two roles */
	{ USERS,      "roles.roleType='secondary'",          1 },
	{ USERS,      "roles.beginDate>='2026-08-01'",       1 },
	{ USERS,      "roles.org.sourcedId='school-middle'", 43 },
	{ USERS,      "roles.org='school-middle'",           43 },
	{ USERS,      "roles.org.sourcedId='School-Middle'", 0 },
	{ USERS,      "roles.org.sourcedId!='school-high'",  43 },
	{ USERS,      "primaryOrg.sourcedId='school-high'",  1 },
	{ USERS,      "userIds.identifier='aruiz'",          1 },
	{ USERS,      "userIds.type='LDAP'",                 7 },
	{ USERS,      "userProfiles.vendorId='V1'",          1 },
	{ USERS,      "userProfiles.credentials.type='sso'", 1 },
	{ USERS,      "userProfiles.credentials.type!='sso'", 108 },
	{ USERS,      "userProfiles.credentials.username~'@'", 1 },
	{ ITEMS,      "learningObjectiveSet.source='case'",  1 },
	{ ITEMS,      "learningObjectiveSet.learningObjectiveIds='lo-3'", 1 },
	{ ITEMS,      "learningObjectiveSet.learningObjectiveIds='lo-1,lo-2'", 1 },
	{ ITEMS,      "learningObjectiveSet.learningObjectiveIds='lo-1,lo-9'", 0 },
	{ ITEMS,      "learningObjectiveSet.learningObjectiveIds~'lo-9,lo-2'", 1 },
	{ ITEMS,      "school.sourcedId='school-high'",      4 }, /* that of the class */
	{ RESULTS,    "learningObjectiveSet.learningObjectiveResults.learningObjectiveId='lo-2'", 1 },
	{ RESULTS,    "learningObjectiveSet.learningObjectiveResults.learningObjectiveId='lo-3'", 0 },
	{ RESULTS,    "learningObjectiveSet.learningObjectiveResults.score>'9.5'", 1 },
	{ RESULTS,    "learningObjectiveSet.learningObjectiveResults.score<'9.5'", 0 },
	{ RESULTS,    "late='true'",                         1 },
	{ RESULTS,    "textScore='b+'",                      1 },
	{ RESULTS,    "class.sourcedId='class-bio-1'",       2 }, /* that of the lineItem */
	{ ASSESSMENTS, "class.sourcedId='class-bio-1'",      1 },
	{ CATEGORIES, "metadata.a.b='deep' OR title='War AND Peace'", 2 },
	{ CLASSES,    "terms.sourcedId='term-fall' AND grades='09,10'", 4 },
};

static const struct {
	const struct entity *entity;
	const char *filter, *pointer, *says;
} refused[] = {
	{ USERS,      "nickname='x'",                   "nickname",        "user has no field nickname" },
	{ USERS,      "score='1'",                      "score",           "score" },
	{ ITEMS,      "class.title='x'",                "class.title",     "class.title" },
	{ ITEMS,      "class.sourcedId.x='y'",          "class.sourcedId.x", "class" },
	{ ITEMS,      "title.x='y'",                    "title.x",         "title.x" },
	{ USERS,      "userIds='x'",                    "userIds",         "userIds" },
	{ USERS,      "userIds.name='x'",               "userIds.name",    "userIds.name" },
	{ CATEGORIES, "metadata='x'",                   "metadata",        "metadata" },
	{ CATEGORIES, "metadata.='x'",                  "metadata.",       "metadata" },
	{ CATEGORIES, "metadata.a\"b='x'",              "metadata.a\"b",   "metadata" },
	{ USERS,      "password='hunter2'",             "password",        "password" }, /* not even a hint */
	{ USERS,      "role='a' AND role='b' AND role='c'", "",            "at most 2" },
	{ USERS,      "role='a' OR role='b' AND role='c'", "",             "at most 2" },
	{ USERS,      "role='student",                  "",                "never closed" },
	{ USERS,      "role='student''",                "",                "never closed" },
	{ USERS,      "role=student",                   "",                "single quotes" },
	{ USERS,      "role=\"student\"",               "",                "single quotes" },
	{ USERS,      "role=\xe2\x80\x98student\xe2\x80\x99", "",          "single quotes" },
	{ USERS,      "role='a' XOR role='b'",          "",                "AND or OR" },
	{ USERS,      "role='a' ANDrole='b'",           "",                "AND or OR" },
	{ USERS,      "role='a' role='b'",              "",                "AND or OR" },
	{ USERS,      "role='a';",                      "",                "AND or OR" },
	{ USERS,      "role='a' AND",                   "",                "AND" },
	{ USERS,      "role='a' AND ",                  "",                "" },
	{ USERS,      "role='a' OR  ",                  "",                "" },
	{ USERS,      "role",                           "",                "operator" },
	{ USERS,      "role ==  'a'",                   "",                "single quotes" },
	{ USERS,      "role<>'a'",                      "",                "single quotes" },
	{ USERS,      "role LIKE 'a'",                  "",                "operator" },
	{ USERS,      "='a'",                           "",                "field name is missing" },
	{ USERS,      "'a'='a'",                        "",                "field name is missing" },
	{ USERS,      "(role='a')",                     "(role",           "(role" },
	{ USERS,      "",                               "",                "field name is missing" },
	{ USERS,      "   ",                            "",                "field name is missing" },
	{ RESULTS,    "score='high'",                   "",                "score" },
	{ ITEMS,      "dueDate>'tomorrow'",             "",                "dueDate" },
	{ SESSIONS,   "startDate>'2026-02-30'",         "",                "startDate" },
	{ USERS,      "enabledUser='1'",                "",                "enabledUser" },
	{ RESULTS,    "score='1e400'",                  "",                "score" },
	{ RESULTS,    "score='nan'",                    "",                "score" },
	{ RESULTS,    "score='0x10'",                   "",                "score" },
	{ ITEMS,      "dueDate~'2026'",                 "dueDate",         "no text" },
	{ USERS,      "enabledUser~'t'",                "enabledUser",     "no text" },
	{ USERS,      "role=!'a'",                      "",                "single quotes" },
	{ USERS,      "role=~'a'",                      "",                "single quotes" },
	{ USERS,      "orgs.='x'",                      "orgs.",           "orgs." },
	/* fields of 1.2 */
	{ USERS,      "roles.role='teacher'",           "roles.role",      "roles.role" },
	{ USERS,      "pronouns='they'",                "pronouns",        "pronouns" },
	{ ITEMS,      "school.sourcedId='x'",           "school.sourcedId", "school" },
	{ RESULTS,    "late='true'",                    "late",            "late" },
};

static const struct {
	const struct entity *entity;
	const char *filter, *pointer;
} refused_v1p2[] = {
	{ USERS,      "role='teacher'",                 "role" }, /* of 1.1 */
	{ USERS,      "orgs.sourcedId='school-high'",   "orgs.sourcedId" },
	{ USERS,      "roles='teacher'",                "roles" },
	{ USERS,      "roles.='teacher'",               "roles." },
	{ USERS,      "roles.role.='teacher'",          "roles.role." },
	{ USERS,      "roles.rank='1'",                 "roles.rank" },
	{ USERS,      "roles.sourcedId='1'",            "roles.sourcedId" }, /* of the CSV binding */
	{ USERS,      "roles.org.name='x'",             "roles.org.name" },
	{ USERS,      "userProfiles.credentials='x'",   "userProfiles.credentials" },
	{ USERS,      "userProfiles.credentials.password='hunter2'", "userProfiles.credentials.password" },
	{ USERS,      "userProfiles.credentials.type.x='y'", "userProfiles.credentials.type.x" },
	{ RESULTS,    "learningObjectiveSet.learningObjectiveResults='x'", "learningObjectiveSet.learningObjectiveResults" },
	{ CATEGORIES, "metadata='x'",                   "metadata" },
};
/* clang-format on */

static const struct filter_rules rules = { V11, 2, false }, rules_v1p2 = { V12, 2, false };

static struct store *store;

static void open_store(void)
{
	store = demo_store();
	for (size_t i = 0; i < ARRAY_SIZE(more); i++)
		put_row(store, more[i].entity, more[i].json);
}

static void open_newer_store(void)
{
	open_store();
	for (size_t i = 0; i < ARRAY_SIZE(newer); i++)
		put_row(store, newer[i].entity, newer[i].json);
}

static void close_store(void)
{
	store_close(store);
}

static void check_count(const struct entity *entity, const char *text,
			const struct filter_rules *reading, int64_t expected)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct filter filter;
	struct sql sql;
	int64_t count = -1;

	ck_assert_msg(filter_parse(&filter, text, entity, reading, &arena, &err), "%s: %s", text,
		      err.text);
	sql_init(&sql);
	filter_sql(&filter, &sql);
	ck_assert_msg(rows_count(store_conn(store), entity, &sql, &count, &err), "%s: %s: %s", text,
		      str_text(&sql.text), err.text);
	ck_assert_msg(count == expected, "%s: %lld rows: %s", text, (long long)count,
		      str_text(&sql.text));
	sql_release(&sql);
	arena_release(&arena);
}

START_TEST(finds_the_rows)
{
	check_count(counts[_i].entity, counts[_i].filter, &rules, counts[_i].count);
}
END_TEST

START_TEST(finds_the_rows_of_v1p2)
{
	check_count(counts_v1p2[_i].entity, counts_v1p2[_i].filter, &rules_v1p2,
		    counts_v1p2[_i].count);
}
END_TEST

/* What a client writes is bound, never part of the statement. */
START_TEST(values_are_bound)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct filter filter;
	struct sql sql;

	ck_assert(filter_parse(&filter, "metadata.evil;--='drop table' OR title='evil2'",
			       CATEGORIES, &rules, &arena, &err));
	sql_init(&sql);
	filter_sql(&filter, &sql);
	ck_assert_msg(!strstr(str_text(&sql.text), "evil") && !strstr(str_text(&sql.text), "drop"),
		      "%s", str_text(&sql.text));
	ck_assert_int_eq(sql.count, 5); /* the path and its value twice, the title */
	sql_release(&sql);
	arena_release(&arena);
}
END_TEST

START_TEST(a_long_list_is_refused)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct str text = STR_INIT;
	struct filter filter;

	str_add(&text, "grades~'");
	for (int i = 0; i < 500; i++)
		str_format(&text, "%d,", i);
	str_add_char(&text, '\'');
	ck_assert(!filter_parse(&filter, str_text(&text), CLASSES, &rules, &arena, &err));
	ck_assert_str_eq(err.pointer, "grades");
	ck_assert_ptr_nonnull(strstr(err.text, "16"));
	str_release(&text);
	arena_release(&arena);
}
END_TEST

START_TEST(refuses_what_it_does_not_know)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct filter filter;

	ck_assert_msg(!filter_parse(&filter, refused[_i].filter, refused[_i].entity, &rules, &arena,
				    &err),
		      "%s: taken", refused[_i].filter);
	ck_assert_msg(err.code == ERR_INVALID && strcmp(err.pointer, refused[_i].pointer) == 0,
		      "%s: pointer %s", refused[_i].filter, err.pointer);
	ck_assert_msg(*err.text && strstr(err.text, refused[_i].says), "%s: %s", refused[_i].filter,
		      err.text);
	arena_release(&arena);
}
END_TEST

START_TEST(refuses_the_names_of_v1p1)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct filter filter;

	ck_assert_msg(!filter_parse(&filter, refused_v1p2[_i].filter, refused_v1p2[_i].entity,
				    &rules_v1p2, &arena, &err),
		      "%s: taken", refused_v1p2[_i].filter);
	ck_assert_msg(strcmp(err.pointer, refused_v1p2[_i].pointer) == 0, "%s: pointer %s",
		      refused_v1p2[_i].filter, err.pointer);
	arena_release(&arena);
}
END_TEST

Suite *filter_suite(void);
Suite *filter_suite(void)
{
	Suite *suite = suite_create("query/filter");
	TCase *parsing = tcase_create("parsing"), *rows = tcase_create("rows"),
	      *newer_rows = tcase_create("rows of 1.2");

	tcase_add_loop_test(parsing, refuses_what_it_does_not_know, 0, ARRAY_SIZE(refused));
	tcase_add_loop_test(parsing, refuses_the_names_of_v1p1, 0, ARRAY_SIZE(refused_v1p2));
	tcase_add_test(parsing, values_are_bound);
	tcase_add_checked_fixture(rows, open_store, close_store);
	tcase_add_loop_test(rows, finds_the_rows, 0, ARRAY_SIZE(counts));
	tcase_add_test(rows, a_long_list_is_refused);
	suite_add_tcase(suite, parsing);
	tcase_add_checked_fixture(newer_rows, open_newer_store, close_store);
	tcase_add_loop_test(newer_rows, finds_the_rows_of_v1p2, 0, ARRAY_SIZE(counts_v1p2));
	suite_add_tcase(suite, rows);
	suite_add_tcase(suite, newer_rows);
	return suite;
}
