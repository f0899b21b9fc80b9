/*
 * test_import.c - bundles with the flaws that real ones have.
 *
 * Each case is a small clean bundle with one file replaced (the kinds of flaws are
 * those of published bundles, the data is our own). Every flaw is told with its
 * place, and what is sound is loaded.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/str.h"
#include "tests/http/harness.h"

#define ORGS "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\n"
#define SESSIONS                                                                          \
	"sourcedId,status,dateLastModified,title,type,startDate,endDate,parentSourcedId," \
	"schoolYear\n"
#define COURSES                                                                          \
	"sourcedId,status,dateLastModified,schoolYearSourcedId,title,courseCode,grades," \
	"orgSourcedId,"                                                                  \
	"subjects,subjectCodes\n"
#define CLASSES                                                                               \
	"sourcedId,status,dateLastModified,title,grades,courseSourcedId,classCode,classType," \
	"location,"                                                                           \
	"schoolSourcedId,termSourcedIds,subjects,subjectCodes,periods\n"
#define USERS                                                                                \
	"sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds," \
	"givenName,"                                                                         \
	"familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password\n"
#define ENROLLMENTS                                                                            \
	"sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role," \
	"primary,"                                                                             \
	"beginDate,endDate\n"
#define RESULTS                                                                                   \
	"sourcedId,status,dateLastModified,lineItemSourcedId,studentSourcedId,scoreStatus,score," \
	"scoreDate,comment\n"
#define MANIFEST                                                                               \
	"propertyName,value\nmanifest.version,1.0\noneroster.version,1.1\n"                    \
	"file.academicSessions,bulk\nfile.categories,absent\nfile.classes,bulk\nfile.courses," \
	"bulk\n"                                                                               \
	"file.enrollments,bulk\nfile.lineItems,absent\nfile.orgs,bulk\nfile.results,absent\n"  \
	"file.users,bulk\n"

#define ORG_1 "o1,,,North School,school,N1,\n"
#define USER(id) id ",,,true,o1,student," id ",,Ada,Night,,,,,,,,\n"

static const char *const clean[][2] = {
	{ "manifest.csv", MANIFEST },
	{ "orgs.csv", ORGS ORG_1 },
	{ "academicSessions.csv", SESSIONS "y1,,,Year,schoolYear,2026-08-01,2027-07-31,,2027\n"
					   "t1,,,Term,term,2026-08-01,2027-01-31,y1,2027\n" },
	{ "courses.csv", COURSES "c1,,,y1,Biology,BIO,09,o1,Science,\n" },
	{ "classes.csv", CLASSES "k1,,,Biology 1,09,c1,B1,scheduled,R1,o1,t1,Science,,1\n" },
	{ "users.csv", USERS USER("u1") USER("u2") },
	{ "enrollments.csv", ENROLLMENTS "e1,,,k1,o1,u1,student,,2026-08-01,2027-07-31\n" },
};

static char *make_bundle(const char *file, const char *text)
{
	char *folder = folder_make();
	char *path = file ? xformat("%s/%s", folder, file) : NULL;

	for (size_t i = 0; i < ARRAY_SIZE(clean); i++)
		file_put(folder, clean[i][0], clean[i][1]);
	if (text)
		file_put(folder, file, text);
	else if (file)
		unlink(path);
	free(path);
	return folder;
}

/* clang-format off */
static const struct bundle {
	const char *name, *file, *text; /* text NULL: the file is left out */
	const char *flaw;	       /* the beginning of a line of the report; NULL: none */
	const char *entity;	       /* of which so many are loaded and refused */
	int loaded, refused;
} bundles[] = {
	{ "clean", NULL, NULL, NULL, "users", 2, 0 },
	{ "BOM", "users.csv", "\xef\xbb\xbf" USERS USER("u1") USER("u2"), NULL, "users", 2, 0 },
	{ "CRLF", "orgs.csv", "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\r\no1,,,North School,school,N1,\r\n", NULL, "orgs", 1, 0 },
	{ "no line break at the end", "orgs.csv", ORGS "o1,,,North School,school,N1,", NULL, "orgs", 1, 0 },
	{ "empty lines", "orgs.csv", ORGS "\n" ORG_1 "\n\n", NULL, "orgs", 1, 0 },
	{ "line break in a cell", "orgs.csv", ORGS "o1,,,\"North\nSchool, \"\"old\"\"\",school,N1,\n", "orgs.csv:2:4: warning: CSV-LINE-BREAK", "orgs", 1, 0 },
	{ "a status in bulk", "orgs.csv", ORGS "o1,active,,North School,school,N1,\n", "orgs.csv:2:2: warning: CSV-BULK-FILLED", "orgs", 1, 0 },
	{ "a sound row behind one that is refused", "orgs.csv", ORGS "o1,,,North School,schoolx,N1,\no1,,,North School,school,N1,\n", "orgs.csv:2:5: error: CSV-VALUE-INVALID", "orgs", 1, 1 },
	{ "1.0's inactive", "orgs.csv", ORGS "o1,inactive,,North School,school,N1,\n", "orgs.csv:2:2: warning: CSV-VALUE-FORM", "orgs", 1, 0 },
	{ "a status that is none", "orgs.csv", ORGS "o1,gone,,North School,school,N1,\n", "orgs.csv:2:2: error: CSV-VALUE-INVALID", "orgs", 0, 1 },
	{ "metadata twice", "orgs.csv", "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId,metadata.x,metadata.x\no1,,,North,school,N1,,1,2\n", "orgs.csv:1:9: error: CSV-HEADER-TWICE", "orgs", 1, 0 },
	{ "a suffix in capitals", "ORGS.CSV", ORGS, "ORGS.CSV: error: CSV-FILE-UNKNOWN", "users", 2, 0 },
	{ "state is no object", "sis-state.json", "{\"academicSessions\":{\"year\":\"closed\"}}", "sis-state.json: error: SIS-STATE-VALUE", "users", 2, 0 },
	{ "columns in another order", "orgs.csv", "type,name,sourcedId,identifier,parentSourcedId,dateLastModified,status\nschool,North,o1,N1,,,\n", "orgs.csv:1:2: warning: CSV-HEADER-ORDER: name belongs before type", "orgs", 1, 0 },
	{ "metadata", "orgs.csv", "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId,metadata.classification\no1,,,North,school,N1,,public\n", NULL, "orgs", 1, 0 },

	{ "older header name", "users.csv", "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userId,givenName,familyName,middleName,identifier,email,sms,phone,agents,grade,password\nu1,,,true,o1,student,u1,,Ada,Night,,,,,,,,\nu2,,,true,o1,student,u2,,Ben,Noon,,,,,,,,\n", "users.csv:1:8: warning: CSV-HEADER-NAME: userId is taken for userIds", "users", 2, 0 },
	{ "second older name", "courses.csv", "sourcedId,status,dateLastModified,schoolYearId,title,courseCode,grade,orgSourcedId,subjects,subjectCodes\nc1,,,y1,Biology,BIO,09,o1,Science,\n", "courses.csv:1:7: warning: CSV-HEADER-NAME: grade", "courses", 1, 0 },
	{ "extension column", "orgs.csv", "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId,ext_vendor_id\no1,,,North,school,N1,,77\n", "orgs.csv:1:8: warning: CSV-HEADER-UNKNOWN: ext_vendor_id", "orgs", 1, 0 },
	{ "its values", "orgs.csv", "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId,ext_vendor_id\no1,,,North,school,N1,,77\n", "orgs.csv:1:8: warning: CSV-COLUMN-LOST: 1 values of ext_vendor_id", "orgs", 1, 0 },
	{ "header twice", "orgs.csv", "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId,name\no1,,,North,school,N1,,South\n", "orgs.csv:1:8: error: CSV-HEADER-TWICE", "orgs", 1, 0 },
	{ "header in other case", "orgs.csv", "SourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\no1,,,North,school,N1,\n", "orgs.csv:1", "orgs", 0, 0 },
	{ "required column missing", "orgs.csv", "sourcedId,status,dateLastModified,name,identifier,parentSourcedId\no1,,,North,N1,\n", "orgs.csv:1: error: CSV-HEADER-UNUSABLE", "orgs", 0, 0 },
	{ "column missing", "orgs.csv", "sourcedId,status,dateLastModified,name,type,parentSourcedId\no1,,,North,school,\n", "orgs.csv:1: warning: CSV-HEADER-MISSING: the column identifier", "orgs", 1, 0 },

	{ "zone-less time", "orgs.csv", ORGS "o1,active,2026-05-06 08:01:05,North,school,N1,\n", "orgs.csv:2:3: warning: CSV-VALUE-FORM: dateLastModified", "orgs", 1, 0 },
	{ "day for a time", "orgs.csv", ORGS "o1,active,2026-05-06,North,school,N1,\n", "orgs.csv:2:3: warning: CSV-VALUE-FORM: dateLastModified", "orgs", 1, 0 },
	{ "American date", "academicSessions.csv", SESSIONS "y1,,,Year,schoolYear,08/01/2026,2027-07-31,,2027\nt1,,,Term,term,2026-08-01,2027-01-31,y1,2027\n", "academicSessions.csv:2:6: error: CSV-VALUE-INVALID: startDate", "academicSessions", 1, 1 },
	{ "30 February", "enrollments.csv", ENROLLMENTS "e1,,,k1,o1,u1,student,,2026-02-30,\n", "enrollments.csv:2:9: error: CSV-VALUE-INVALID: beginDate", "enrollments", 1, 0 },
	{ "TRUE", "users.csv", USERS "u1,,,TRUE,o1,student,u1,,Ada,Night,,,,,,,,\n" USER("u2"), "users.csv:2:4: warning: CSV-VALUE-FORM: enabledUser: \"TRUE\"", "users", 2, 0 },
	{ "neither true nor false", "users.csv", USERS "u1,,,Y,o1,student,u1,,Ada,Night,,,,,,,,\n" USER("u2"), "users.csv:2:4: error: CSV-VALUE-INVALID: enabledUser", "users", 2, 0 },
	{ "word of no vocabulary", "users.csv", USERS "u1,,,true,o1,Student,u1,,Ada,Night,,,,,,,,\n" USER("u2"), "users.csv:2:6: error: CSV-VALUE-INVALID: role: \"Student\"", "users", 1, 1 },
	{ "blank in an id", "orgs.csv", ORGS "o1,,,North,school,N1,\no 2,,,South,school,S1,\n", "orgs.csv:3:1: warning: CSV-VALUE-FORM", "orgs", 2, 0 },
	{ "broken userIds", "users.csv", USERS "u1,,,true,o1,student,u1,LDAP:u1,Ada,Night,,,,,,,,\n" USER("u2"), "users.csv:2:8: error: CSV-VALUE-INVALID: userIds", "users", 2, 0 },

	{ "no id", "orgs.csv", ORGS ORG_1 ",,,South,school,S1,\n", "orgs.csv:3:1: error: CSV-VALUE-MISSING: sourcedId", "orgs", 1, 1 },
	{ "no name", "orgs.csv", ORGS ORG_1 "o2,,,,school,S1,\n", "orgs.csv:3:4: error: CSV-VALUE-MISSING: name", "orgs", 1, 1 },
	{ "no course", "classes.csv", CLASSES "k1,,,Biology 1,09,,B1,scheduled,R1,o1,t1,Science,,1\n", "classes.csv:2:6: warning: CSV-VALUE-MISSING: courseSourcedId", "classes", 1, 0 },
	{ "no role", "enrollments.csv", ENROLLMENTS "e1,,,k1,o1,u1,,,2026-08-01,\ne2,,,k1,o1,u2,student,,2026-08-01,\n", "enrollments.csv:2:7: error: CSV-VALUE-MISSING: role", "enrollments", 1, 1 },

	{ "unknown school", "classes.csv", CLASSES "k1,,,Biology 1,09,c1,B1,scheduled,R1,nowhere,t1,Science,,1\n", "classes.csv:2:10: warning: CSV-REF-UNKNOWN: schoolSourcedId: nowhere", "classes", 1, 0 },
	{ "unknown term in a list", "classes.csv", CLASSES "k1,,,Biology 1,09,c1,B1,scheduled,R1,o1,\"t1,t9\",Science,,1\n", "classes.csv:2:11: warning: CSV-REF-UNKNOWN: termSourcedIds: t9", "classes", 1, 0 },
	{ "unknown user", "enrollments.csv", ENROLLMENTS "e1,,,k1,o1,u1,student,,,\ne2,,,k1,o1,ghost,student,,,\n", "enrollments.csv:3:6: warning: CSV-REF-UNKNOWN: userSourcedId: ghost", "enrollments", 2, 0 },
	{ "unknown parent", "orgs.csv", ORGS "o1,,,North,school,N1,o9\n", "orgs.csv:2:7: warning: CSV-REF-UNKNOWN: parentSourcedId: o9", "orgs", 1, 0 },

	{ "id twice", "orgs.csv", ORGS ORG_1 "o2,,,South,school,S1,\no1,,,Other,school,X1,\n", "orgs.csv:4:1: error: CSV-ID-TWICE: sourcedId o1", "orgs", 2, 1 },
	{ "quote never closed", "orgs.csv", ORGS ORG_1 "o2,,,\"South,school,S1,\no3,,,East,school,E1,\n", "orgs.csv:3:4: error: CSV-SYNTAX: the quote that opens this cell is never closed", "orgs", 2, 1 },
	{ "quote inside", "orgs.csv", ORGS "o1,,,North \"old\" School,school,N1,\no2,,,South,school,S1,\n", "orgs.csv:2:4: error: CSV-SYNTAX", "orgs", 1, 1 },
	{ "text after a quote", "orgs.csv", ORGS "o1,,,\"North\"x,school,N1,\no2,,,South,school,S1,\n", "orgs.csv:2:4: error: CSV-SYNTAX", "orgs", 1, 1 },
	{ "too many cells", "orgs.csv", ORGS "o1,,,North,school,N1,,,extra\n", "orgs.csv:2: warning: CSV-CELL-COUNT: 9 cells, but the header has 7", "orgs", 1, 0 },
	{ "too few cells", "orgs.csv", ORGS "o1,,,North,school\n", "orgs.csv:2: warning: CSV-CELL-COUNT: 5 cells", "orgs", 1, 0 },
	{ "Latin-1", "users.csv", USERS "u1,,,true,o1,student,u1,,Andr\xe9,Night,,,,,,,,\n" USER("u2"), "users.csv:2:9: error: CSV-SYNTAX: the cell is not valid UTF-8", "users", 1, 1 },
	{ "semicolons", "orgs.csv", "sourcedId;status;dateLastModified;name;type;identifier;parentSourcedId\no1;;;North;school;N1;\n", "orgs.csv:1", "orgs", 0, 0 },

	{ "announced but missing", "courses.csv", NULL, "courses.csv: error: CSV-FILE-MISSING", "users", 2, 0 },
	{ "empty file", "courses.csv", "", "courses.csv:1: error: CSV-FILE-EMPTY", "users", 2, 0 },
	{ "only a header", "enrollments.csv", ENROLLMENTS, NULL, "users", 2, 0 },
	{ "announced as absent", "categories.csv", "sourcedId,status,dateLastModified,title\ng1,,,Tests\n", "categories.csv: warning: CSV-FILE-ANNOUNCED", "categories", 1, 0 },
	{ "unknown file", "pupils.csv", "sourcedId\np1\n", "pupils.csv: error: CSV-FILE-UNKNOWN", "users", 2, 0 },
	{ "no manifest", "manifest.csv", NULL, "manifest.csv: warning: CSV-MANIFEST-MISSING", "users", 2, 0 },
	{ "manifest of 1.2", "manifest.csv", "propertyName,value\nmanifest.version,1.0\noneroster.version,1.2\n", "users.csv:1:6: warning: CSV-HEADER-VERSION: role is a column of 1.1", "users", 2, 0 },
	{ "manifest of the future", "manifest.csv", "propertyName,value\nmanifest.version,1.0\noneroster.version,2.0\n", "manifest.csv: warning: CSV-VERSION: oneroster.version is \"2.0\"; the files are taken for those of 1.1", "users", 2, 0 },
	{ "delta without a status", "manifest.csv", "propertyName,value\noneroster.version,1.1\nfile.orgs,delta\n", "orgs.csv:2:2: warning: CSV-VALUE-MISSING: status", "orgs", 1, 0 },
	{ "score is no number", "results.csv", RESULTS "r1,,,l1,u1,fully graded,A-,2026-10-01,\n", "results.csv:2:7: error: CSV-VALUE-INVALID: score", "results", 1, 0 },
	{ "score is NaN", "results.csv", RESULTS "r1,,,l1,u1,fully graded,NaN,2026-10-01,\n", "results.csv:2:7: error: CSV-VALUE-INVALID: score", "results", 1, 0 },
	{ "score is infinite", "results.csv", RESULTS "r1,,,l1,u1,fully graded,1e999,2026-10-01,\n", "results.csv:2:7: error: CSV-VALUE-INVALID: score", "results", 1, 0 },
	{ "score in hexadecimal", "results.csv", RESULTS "r1,,,l1,u1,fully graded,0x1F,2026-10-01,\n", "results.csv:2:7: error: CSV-VALUE-INVALID: score", "results", 1, 0 },
	{ "state of nothing", "sis-state.json", "{\"categories\":{\"g9\":{\"defaultGradeScale\":null}}}", "sis-state.json: warning: SIS-STATE-ID: /categories/g9", "users", 2, 0 },
	{ "state of a lineItem that is gone", "sis-state.json", "{\"lineItems\":{\"g9\":{\"linked\":false}}}", NULL, "users", 2, 0 },
	{ "more than that", "sis-state.json", "{\"lineItems\":{\"g9\":{\"linked\":false,\"category\":\"g1\"}}}", "sis-state.json: warning: SIS-STATE-ID: /lineItems/g9", "users", 2, 0 },
	{ "state with a typo", "sis-state.json", "{\"academicSessions\":{\"t1\":{\"stat\":\"closed\"}}}", "sis-state.json: error: SIS-STATE-KEY: /academicSessions/t1/stat", "users", 2, 0 },
	{ "state of another word", "sis-state.json", "{\"academicSessions\":{\"t1\":{\"state\":\"shut\"}}}", "sis-state.json: error: SIS-STATE-VALUE: /academicSessions/t1/state", "users", 2, 0 },
	{ "part of a word", "sis-state.json", "{\"academicSessions\":{\"t1\":{\"state\":\"clos\"}}}", "sis-state.json: error: SIS-STATE-VALUE: /academicSessions/t1/state", "users", 2, 0 },
	{ "state is no JSON", "sis-state.json", "{\n\"academicSessions\": \n", "sis-state.json: error: SIS-STATE-JSON", "users", 2, 0 },
};
/* clang-format on */

static bool has_line(const char *text, const char *start)
{
	for (const char *at = text; *at; at += strcspn(at, "\n"), at += *at == '\n')
		if (starts_with(at, start))
			return true;
	return false;
}

static void import(struct outcome *outcome, const char *folder, const char *db, bool json)
{
	run_mocksis(outcome, 20,
		    (const char *[]){ "import", folder, "--db", db, json ? "--json" : NULL, NULL });
}

START_TEST(bundle)
{
	const struct bundle *row = &bundles[_i];
	char *folder = make_bundle(row->file, row->text);
	struct outcome text, json;
	json_t *report;
	int loaded, refused, flaws;

	import(&text, folder, ":memory:", false);
	import(&json, folder, ":memory:", true);
	report = json_loads(json.out, 0, NULL);
	flaws = (int)json_array_size(json_object_get(report, "flaws"));
	loaded = (int)json_integer_value(
		json_object_get(json_object_get(report, "loaded"), row->entity));
	refused = (int)json_integer_value(
		json_object_get(json_object_get(report, "refused"), row->entity));
	ck_assert_msg(text.status == (row->flaw ? 1 : 0), "%s: exit status %d: %s%s", row->name,
		      text.status, text.out, text.err);
	ck_assert_int_eq(json.status, text.status);
	ck_assert_msg(report != NULL, "%s: no JSON: %s", row->name, json.out);
	ck_assert_msg((flaws > 0) == (row->flaw != NULL), "%s: %d flaws: %s", row->name, flaws,
		      json.out);
	if (row->flaw)
		ck_assert_msg(has_line(text.out, row->flaw), "%s: no line \"%s\" in:\n%s",
			      row->name, row->flaw, text.out);
	ck_assert_msg(loaded == row->loaded && refused == row->refused,
		      "%s: %d %s loaded, %d refused:\n%s", row->name, loaded, row->entity, refused,
		      text.out);
	json_decref(report);
	outcome_release(&text);
	outcome_release(&json);
	folder_remove(folder);
}
END_TEST

/* A flaw in JSON is what it is in words. */
START_TEST(flaw_as_json)
{
	char *folder = make_bundle("orgs.csv", ORGS ORG_1 "o1,,,Other,school,X1,\n");
	char *db = xformat("%s/x.db", folder);
	struct outcome outcome;
	json_t *report, *flaw;

	import(&outcome, folder, db, true);
	report = json_loads(outcome.out, 0, NULL);
	ck_assert_uint_eq(json_array_size(json_object_get(report, "flaws")), 1);
	flaw = json_array_get(json_object_get(report, "flaws"), 0);
	ck_assert_str_eq(json_string_value(json_object_get(flaw, "file")), "orgs.csv");
	ck_assert_int_eq(json_integer_value(json_object_get(flaw, "line")), 3);
	ck_assert_int_eq(json_integer_value(json_object_get(flaw, "column")), 1);
	ck_assert_str_eq(json_string_value(json_object_get(flaw, "rule")), "CSV-ID-TWICE");
	ck_assert_str_eq(json_string_value(json_object_get(flaw, "severity")), "error");
	ck_assert_int_eq(json_integer_value(json_object_get(report, "errors")), 1);
	ck_assert_int_eq(json_integer_value(json_object_get(report, "warnings")), 0);
	json_decref(report);
	outcome_release(&outcome);
	free(db);
	folder_remove(folder);
}
END_TEST

/* The bundle of a district whose export follows nothing in particular. */
static const char *const messy[][2] = {
	{ "manifest.csv", "propertyName,value\nsource.systemName,Manual\nfile.results,bulk\n" },
	{ "orgs.csv", "\xef\xbb\xbfsourcedId,status,dateLastModified,name,type,identifier,"
		      "metadata.boarding,parentSourcedId,ext_lms_id\r\n"
		      "900,active,\"2026-05-06 08:01:05\",Hill School,school,H,FALSE,901,\r\n"
		      "902,,,Vale School,school,V,,,17\r\n" },
	{ "classes.csv", "sourcedId,status,dateLastModified,title,grade,courseSourcedId,classCode,"
			 "classType,location,schoolSourcedId,termSourcedIds,subjects\n"
			 "m1,active,2026-04-05,Maths,2,,,scheduled,Lab,900,1,0\n"
			 "m2,,,Music,,,,scheduled,,900,1,\n"
			 "m3,,,\"Broken,,,,scheduled,,900,1,\n" },
	{ "users.csv", "sourcedId,enabledUser,status,dateLastModified,orgSourcedIds,role,username,"
		       "userId,givenName,familyName\n"
		       "p1,TRUE,,,900,student,ivy,abc,Ivy,Stone\n"
		       "p2,TRUE,,,902,student,max,,Max,Vela\n"
		       "p2,TRUE,,,902,student,max2,,Max,Again\n"
		       "p3,TRUE,,,900,teacher,eve,,,Nameless\n" },
	{ "enrollments.csv", "sourcedId,classSourcedId,schoolSourcedId,userSourcedId,role,status,"
			     "dateLastModified,primary\n"
			     "r1,m1,900,p1,student,active,,\nr2,m2,900,p1,student,,,\n"
			     "r3,m9,900,p2,student,,,,,surplus\n" },
	{ "courses.csv", "" },
};

static void expect_total(const struct server *server, const char *target, const char *total)
{
	char *url = xformat("%s%s", server->root, target), *count;
	struct answer answer;

	http(&answer, "GET", url, NULL, NULL);
	count = answer_header(&answer, "X-Total-Count");
	ck_assert_msg(same_text(count, total), "%s: %s instead of %s: %s", target,
		      count ? count : "?", total, answer.body);
	free(count);
	free(url);
	answer_release(&answer);
}

START_TEST(what_is_sound_is_served)
{
	static const char *const flaws[] = {
		"orgs.csv:1:9: warning: CSV-HEADER-UNKNOWN",
		"orgs.csv:2:3: warning: CSV-VALUE-FORM",
		"orgs.csv:2:8: warning: CSV-REF-UNKNOWN",
		"classes.csv:1:5: warning: CSV-HEADER-NAME",
		"classes.csv:2:6: warning: CSV-VALUE-MISSING",
		"classes.csv:4:4: error: CSV-SYNTAX",
		"users.csv:2:2: warning: CSV-VALUE-FORM",
		"users.csv:2:8: error: CSV-VALUE-INVALID",
		"users.csv:4:1: error: CSV-ID-TWICE",
		"users.csv:5:9: error: CSV-VALUE-MISSING",
		"enrollments.csv:4:2: warning: CSV-REF-UNKNOWN",
		"enrollments.csv:4: warning: CSV-CELL-COUNT",
		"courses.csv:1: error: CSV-FILE-EMPTY",
		"results.csv: error: CSV-FILE-MISSING",
	};
	char *folder = folder_make(), *db = xformat("%s/x.db", folder), *url;
	struct outcome outcome;
	struct server server;
	struct answer answer;

	for (size_t i = 0; i < ARRAY_SIZE(messy); i++)
		file_put(folder, messy[i][0], messy[i][1]);
	import(&outcome, folder, db, false);
	ck_assert_int_eq(outcome.status, 1);
	for (size_t i = 0; i < ARRAY_SIZE(flaws); i++)
		ck_assert_msg(has_line(outcome.out, flaws[i]), "no line \"%s\" in:\n%s", flaws[i],
			      outcome.out);
	outcome_release(&outcome);

	server_start_bare(&server, (const char *[]){ "--db", db, "--auth", "none", NULL });
	expect_total(&server, "/orgs", "2");
	expect_total(&server, "/classes", "2");
	expect_total(&server, "/users", "2");
	expect_total(&server, "/enrollments", "3");
	expect_total(&server, "/classes/m1/students", "1");
	url = xformat("%s/orgs/900", server.root);
	http(&answer, "GET", url, NULL, NULL);
	ck_assert_msg(strstr(answer.body, "\"2026-05-06T08:01:05.000Z\"") &&
			      strstr(answer.body, "{\"boarding\":\"FALSE\"}"),
		      "%s", answer.body);
	answer_release(&answer);
	free(url);
	server_stop(&server);
	free(db);
	folder_remove(folder);
}
END_TEST

START_TEST(demo_is_clean)
{
	char *folder = folder_make(), *db = xformat("%s/x.db", folder),
	     *demo = fixture("roster/demo");
	struct outcome outcome;
	struct server server;

	import(&outcome, demo, db, false);
	ck_assert_msg(outcome.status == 0 && strstr(outcome.out, "0 errors, 0 warnings"), "%d %s%s",
		      outcome.status, outcome.out, outcome.err);
	outcome_release(&outcome);
	server_start_bare(&server, (const char *[]){ "--db", db, "--auth", "none", NULL });
	expect_total(&server, "/users", "108");
	/* never shifted: a date of the bundle is served as it is */
	expect_total(&server, "/gradingPeriods?filter=startDate='2026-10-17'", "1");
	server_stop(&server);
	free(demo);
	free(db);
	folder_remove(folder);
}
END_TEST

/* A second import replaces what has the same id and keeps the rest. */
START_TEST(import_again)
{
	char *folder = make_bundle("orgs.csv", ORGS ORG_1 "o2,,,South,school,S1,\n");
	char *db = xformat("%s/x.db", folder), *url;
	struct outcome outcome;
	struct server server;
	struct answer answer;

	import(&outcome, folder, db, false);
	ck_assert_int_eq(outcome.status, 0);
	outcome_release(&outcome);
	file_put(folder, "orgs.csv", ORGS "o1,,,North Renamed,school,N1,\n");
	import(&outcome, folder, db, false);
	ck_assert_int_eq(outcome.status, 0);
	outcome_release(&outcome);
	server_start_bare(&server, (const char *[]){ "--db", db, "--auth", "none", NULL });
	expect_total(&server, "/orgs", "2");
	url = xformat("%s/orgs/o1", server.root);
	http(&answer, "GET", url, NULL, NULL);
	ck_assert_msg(strstr(answer.body, "North Renamed"), "%s", answer.body);
	answer_release(&answer);
	free(url);
	server_stop(&server);
	free(db);
	folder_remove(folder);
}
END_TEST

START_TEST(nothing_to_import)
{
	static const char *const paths[] = { "/nonexistent/bundle", "/etc/hostname", "/dev/null" };
	char *folder = folder_make(), *db = xformat("%s/x.db", folder);
	struct outcome outcome;

	import(&outcome, paths[_i], db, false);
	ck_assert_msg(outcome.status == 2, "%s: %d %s", paths[_i], outcome.status, outcome.err);
	ck_assert_msg(strstr(outcome.err, paths[_i]), "%s", outcome.err);
	outcome_release(&outcome);
	free(db);
	folder_remove(folder);
}
END_TEST

/* Starts `mocksis serve` without any credential; its standard output in @out. */
static pid_t serve(const char *db, char *out, size_t size)
{
	const char *program = getenv("MOCKSIS_BIN") ? getenv("MOCKSIS_BIN") : "build/mocksis";
	size_t length = 0;
	int ends[2];
	pid_t pid;

	ck_assert(pipe(ends) == 0);
	pid = fork();
	ck_assert(pid >= 0);
	if (pid == 0) {
		dup2(ends[1], STDOUT_FILENO);
		execl(program, program, "serve", "--listen", "127.0.0.1:0", "--db", db,
		      "--log-level", "error", (char *)NULL);
		_exit(127);
	}
	close(ends[1]);
	memset(out, 0, size);
	while (!strstr(out, "credential ") || out[length - 1] != '\n') {
		ssize_t got = read(ends[0], out + length, size - 1 - length);

		ck_assert_msg(got > 0, "it printed only: %s", out);
		length += (size_t)got;
	}
	close(ends[0]);
	return pid;
}

/* Data and credentials are there after a restart, without any flag. */
START_TEST(restart)
{
	char *folder = make_bundle(NULL, NULL), *db = xformat("%s/x.db", folder);
	char outs[2][1024], url[96], id[64], secret[64];
	struct outcome outcome;
	struct answer answer;

	import(&outcome, folder, db, false);
	ck_assert_int_eq(outcome.status, 0);
	outcome_release(&outcome);
	for (int i = 0; i < 2; i++) {
		pid_t pid = serve(db, outs[i], sizeof outs[i]);
		int status;

		ck_assert_msg(sscanf(outs[i], "listening on %95s credential %63[^:]:%63s", url, id,
				     secret) == 3,
			      "%s", outs[i]);
		char *target = xformat("%s/token?client_id=%s&client_secret=%s", url, id, secret);

		http(&answer, "POST", target, NULL, "");
		free(target);
		char *bearer = xformat(
			"Authorization: Bearer %s",
			json_string_value(json_object_get(answer.json, "access_token")));

		answer_release(&answer);
		target = xformat("%s/ims/oneroster/v1p1/users", url);
		http(&answer, "GET", target, (const char *[]){ bearer, NULL }, NULL);
		ck_assert_msg(json_array_size(json_object_get(answer.json, "users")) == 2,
			      "start %d: %s", i + 1, answer.body);
		answer_release(&answer);
		kill(pid, SIGTERM);
		ck_assert(waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
			  WEXITSTATUS(status) == 0);
		free(target);
		free(bearer);
	}
	/* the credential is kept, the admin token is not */
	for (int i = 0; i < 2; i++)
		*strstr(outs[i], "admin-token") = '\0';
	ck_assert_str_eq(strstr(outs[0], "credential"), strstr(outs[1], "credential"));
	free(db);
	folder_remove(folder);
}
END_TEST

Suite *import_suite(void);
Suite *import_suite(void)
{
	Suite *suite = suite_create("import");
	TCase *tc = tcase_create("import");

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, bundle, 0, ARRAY_SIZE(bundles));
	tcase_add_test(tc, flaw_as_json);
	tcase_add_test(tc, what_is_sound_is_served);
	tcase_add_test(tc, demo_is_clean);
	tcase_add_test(tc, import_again);
	tcase_add_loop_test(tc, nothing_to_import, 0, 3);
	tcase_add_test(tc, restart);
	suite_add_tcase(suite, tc);
	return suite;
}
