/*
 * test_import.c - what a bundle does to a database that holds something already.
 */
#include <check.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "tests/unit/bundle/bundles.h"

#define NOW 1800000000000

/* clang-format off */
#define MANIFEST(version, rows) "propertyName,value\nmanifest.version,1.0\noneroster.version," version "\n" rows
#define ORGS "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId\n"
#define USERS_12 "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,preferredGivenName,preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns\n"
#define USERS_11 "sourcedId,status,dateLastModified,enabledUser,orgSourcedIds,role,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password\n"
#define ROLES "sourcedId,status,dateLastModified,userSourcedId,roleType,role,beginDate,endDate,orgSourcedId,userProfileSourcedId\n"
#define ITEMS_11 "sourcedId,status,dateLastModified,title,description,assignDate,dueDate,classSourcedId,categorySourcedId,gradingPeriodSourcedId,resultValueMin,resultValueMax\n"
#define USER_RESOURCES "sourcedId,status,dateLastModified,userSourcedId,orgSourcedId,classSourcedId,resourceSourcedId\n"
#define OBJECTIVES "sourcedId,status,dateLastModified,lineItemSourcedId,source,learningObjectiveId\n"
#define SCALES "sourcedId,status,dateLastModified,title,type,orgSourcedId,courseSourcedId,classSourcedId,scoreScaleValue\n"
#define LATER "2027-02-01T00:00:00.000Z"

/* After tests/bundles/v1p2 was loaded, one more bundle; then the statement says 1. */
static const struct {
	const char *name, *manifest, *file, *text, *sql;
	const char *flaws; /* all of them */
} changes[] = {
	{ "a delta changes one role and keeps the other",
	  MANIFEST("1.2", "file.roles,delta\n"), "roles.csv", ROLES "r1,active," LATER ",u1,primary,teacher,,,s1,p1\n",
	  "SELECT role = 'teacher' AND orgs = '[\"s1\",\"s2\"]' AND json_array_length(roles) = 2 AND roles LIKE '%r2%' AND dateLastModified = 1801440000000 FROM users WHERE sourcedId = 'u1'", "" },
	{ "a delta takes a role away",
	  MANIFEST("1.2", "file.roles,delta\n"), "roles.csv", ROLES "r1,tobedeleted," LATER ",u1,primary,student,,,s1,\n",
	  "SELECT orgs = '[\"s2\"]' AND roles LIKE '[{\"sourcedId\":\"r2\"%' AND json_array_length(roles) = 1 FROM users WHERE sourcedId = 'u1'", "" },
	{ "bulk roles are all there are",
	  MANIFEST("1.2", "file.roles,bulk\n"), "roles.csv", ROLES "n1,,,u1,primary,aide,,,s2,\nn2,,,u1,secondary,aide,,,s1,\nr3,,,u2,primary,teacher,,,s1,\n",
	  "SELECT (SELECT orgs = '[\"s2\",\"s1\"]' AND role = 'aide' FROM users WHERE sourcedId = 'u1') AND (SELECT roles IS NULL AND role IS NULL FROM users WHERE sourcedId = 'u3')", "" },
	{ "a delta users.csv keeps what has a file of its own",
	  MANIFEST("1.2", "file.users,delta\n"), "users.csv", USERS_12 "u1,active," LATER ",true,ada2,,Ada,Night,,,,,,,,,,,,,,\n",
	  "SELECT username = 'ada2' AND userIds IS NULL AND role = 'student' AND json_array_length(roles) = 2 AND userProfiles IS NOT NULL AND resources = '[\"x1\"]' FROM users WHERE sourcedId = 'u1'", "" },
	{ "a users.csv of 1.1 keeps what only 1.2 knows, and the roles as long as they agree",
	  MANIFEST("1.1", "file.users,delta\n"), "users.csv", USERS_11 "u1,active," LATER ",true,\"s1,s2\",student,ada3,,Ada,Night,,,,,,,,\n",
	  "SELECT username = 'ada3' AND pronouns = 'she/her' AND roles LIKE '%r2%' FROM users WHERE sourcedId = 'u1'", "" },
	{ "roles follow a role of 1.1 that disagrees",
	  MANIFEST("1.1", "file.users,delta\n"), "users.csv", USERS_11 "u1,active," LATER ",true,s2,teacher,ada,,Ada,Night,,,,,,,,\n",
	  "SELECT roles = '[{\"roleType\":\"primary\",\"role\":\"teacher\",\"org\":\"s2\"}]' FROM users WHERE sourcedId = 'u1'", "" },
	{ "the text of 1.2 had resources in users.csv",
	  MANIFEST("1.2", "file.users,delta\n"), "users.csv", "sourcedId,status,dateLastModified,enabledUser,username,userIds,givenName,familyName,middleName,identifier,email,sms,phone,agentSourcedIds,grades,password,userMasterIdentifier,resourceSourcedIds,preferredGivenName,preferredMiddleName,preferredFamilyName,primaryOrgSourcedId,pronouns\nu1,active," LATER ",true,ada,,Ada,Night,,,,,,,,,,\"x2,x1\",,,,,\n",
	  "SELECT resources = '[\"x2\",\"x1\"]' FROM users WHERE sourcedId = 'u1'", "" },
	{ "a deleted row needs no more than its id",
	  MANIFEST("1.2", "file.users,delta\n"), "users.csv", USERS_12 "u1,tobedeleted," LATER ",,,,,,,,,,,,,,,,,,,\n",
	  "SELECT status = 'tobedeleted' AND givenName = 'Ada' AND username = 'ada' AND dateLastModified = 1801440000000 FROM users WHERE sourcedId = 'u1'", "" },
	{ "a delta without a date",
	  MANIFEST("1.2", "file.orgs,delta\n"), "orgs.csv", ORGS "s1,,,North,school,S1,d1\n",
	  "SELECT name = 'North' AND status = 'active' FROM orgs WHERE sourcedId = 's1'", "orgs.csv:2:2 CSV-VALUE-MISSING\norgs.csv:2:3 CSV-VALUE-MISSING\n" },
	{ "what follows from a class follows anew when the class changes",
	  MANIFEST("1.1", "file.lineItems,delta\n"), "lineItems.csv", ITEMS_11 "l1,active," LATER ",Leaf,,2026-09-01,2026-09-08,k2,cat1,g1,0,10\n",
	  "SELECT class = 'k2' AND school = 's2' AND academicSession = 'g1' AND scoreScale = 'sc1' FROM lineItems WHERE sourcedId = 'l1'", "" },
	{ "an object that bulk lacks is deleted, its parts stay",
	  MANIFEST("1.2", "file.users,bulk\nfile.roles,bulk\n"), "users.csv", USERS_12 "u2,,,true,ben,,Ben,Noon,,,,,,,,,,,,,,\n",
	  "SELECT group_concat(status) = 'tobedeleted,active,tobedeleted' AND sum(dateLastModified = 1800000000000) = 3 AND sum(roles IS NOT NULL) = 3 FROM users", "roles.csv:0:0 CSV-FILE-MISSING\nroles.csv:0:0 CSV-BULK-BROKEN\n" },
	{ "a row that is refused is there all the same",
	  MANIFEST("1.2", "file.orgs,bulk\n"), "orgs.csv", ORGS "s1,,,,school,S1,d1\nd1,,,D,district,,\n",
	  "SELECT group_concat(sourcedId) = 's2' FROM orgs WHERE status = 'tobedeleted'", "orgs.csv:2:4 CSV-VALUE-MISSING\n" },
	{ "a broken bulk file deletes nothing",
	  MANIFEST("1.2", "file.orgs,bulk\n"), "orgs.csv", ORGS "d1,,,\"D,district,,\n",
	  "SELECT count(*) = 3 FROM orgs WHERE status = 'active'", "orgs.csv:2:4 CSV-SYNTAX\norgs.csv:0:0 CSV-BULK-BROKEN\n" },
	{ "bulk parts of one object are gone",
	  MANIFEST("1.2", "file.userResources,bulk\n"), "userResources.csv", USER_RESOURCES "n,,,u1,,,x2\n",
	  "SELECT (SELECT resources = '[\"x2\"]' FROM users WHERE sourcedId = 'u1') AND (SELECT resources IS NULL FROM users WHERE sourcedId = 'u2')", "" },
	{ "a delta adds a part, once",
	  MANIFEST("1.2", "file.userResources,delta\n"), "userResources.csv", USER_RESOURCES "n,active," LATER ",u1,,,x2\nm,active," LATER ",u1,,,x2\n",
	  "SELECT resources = '[\"x1\",\"x2\"]' FROM users WHERE sourcedId = 'u1'", "" },
	{ "what the object has no place for",
	  MANIFEST("1.2", "file.userResources,delta\n"), "userResources.csv", USER_RESOURCES "n,active," LATER ",u1,s1,k1,x2\n",
	  "SELECT 1", "userResources.csv:1:5 CSV-VALUE-LOST\nuserResources.csv:1:6 CSV-VALUE-LOST\n" },
	{ "a part of nothing",
	  MANIFEST("1.2", "file.roles,delta\n"), "roles.csv", ROLES "r9,active," LATER ",ghost,primary,student,,,s1,\nr8,active," LATER ",u1,primary,student,,,ghost,ghost\n",
	  "SELECT json_array_length(roles) = 3 FROM users WHERE sourcedId = 'u1'", "roles.csv:2:4 CSV-OWNER-UNKNOWN\nroles.csv:3:10 CSV-REF-UNKNOWN\nroles.csv:3:9 CSV-REF-UNKNOWN\n" },
	{ "wrong cells of a part",
	  MANIFEST("1.2", "file.roles,delta\n"), "roles.csv", ROLES "r9,active," LATER ",u1,primary,Student,,,s1,\nr8,active," LATER ",u1,primary,student,soon,,s1,\nr7,active," LATER ",,primary,student,,,s1,\nr2,active," LATER ",u1,secondary,student,,,s1,\nr2,active," LATER ",u1,secondary,student,,,s1,\n",
	  "SELECT json_array_length(roles) = 2 FROM users WHERE sourcedId = 'u1'", "roles.csv:2:6 CSV-VALUE-FORM\nroles.csv:2:6 CSV-VALUE-INVALID\nroles.csv:3:7 CSV-VALUE-FORM\nroles.csv:3:7 CSV-VALUE-INVALID\nroles.csv:4:4 CSV-VALUE-MISSING\nroles.csv:6:1 CSV-ID-TWICE\n" },
	{ "a learning objective less",
	  MANIFEST("1.2", "file.lineItemLearningObjectiveIds,delta\n"), "lineItemLearningObjectiveIds.csv", OBJECTIVES "x,tobedeleted," LATER ",l1,case,5b5f9a5c\ny,tobedeleted," LATER ",l1,unknown,LO-7\nz,active," LATER ",l1,case,new\n",
	  "SELECT learningObjectiveSet = '[{\"source\":\"case\",\"learningObjectiveIds\":[\"0c22a14e\",\"new\"]}]' FROM lineItems WHERE sourcedId = 'l1'", "" },
	{ "another school than that of the class",
	  MANIFEST("1.2", "file.scoreScales,delta\n"), "scoreScales.csv", SCALES "sc1,active," LATER ",L,ordinal,s2,c2,k1,{A:1}\n",
	  "SELECT course = 'c2' FROM scoreScales WHERE sourcedId = 'sc1'", "scoreScales.csv:1:6 CSV-VALUE-LOST\n" },
	{ "a manifest with footnote marks, a file with a misprint",
	  MANIFEST("1.2", "file.courseResources*,delta\n"), "courseResourses.csv", "sourcedId,status,dateLastModified,title,courseSourcedId,resourceSourcedId\nn,active," LATER ",,c2,x1\n",
	  "SELECT resources = '[\"x1\"]' FROM courses WHERE sourcedId = 'c2'", "manifest.csv:4:1 CSV-MANIFEST-NAME\ncourseResourses.csv:0:0 CSV-FILE-NAME\n" },
	{ "a manifest that is wrong",
	  MANIFEST("2.0", "file.orgs,some\n"), "roles.csv", ROLES "r9,,,u3,primary,student,,,s2,\n",
	  "SELECT json_array_length(roles) = 2 FROM users WHERE sourcedId = 'u3'", "manifest.csv:4:2 CSV-MANIFEST-VALUE\nmanifest.csv:0:0 CSV-VERSION\norgs.csv:0:0 CSV-FILE-MISSING\n" },
	{ "a file of 1.2 in a bundle of 1.1",
	  MANIFEST("1.1", ""), "roles.csv", ROLES "r9,,,u3,primary,student,,,s2,\n",
	  "SELECT json_array_length(roles) = 2 FROM users WHERE sourcedId = 'u3'", "roles.csv:0:0 CSV-FILE-VERSION\n" },
	{ "no manifest, users without a role: 1.2",
	  NULL, "users.csv", USERS_12 "u9,,,true,new,,New,Er,,,,,,,,,,,,,,\n",
	  "SELECT count(*) = 4 FROM users WHERE status = 'active'", "manifest.csv:0:0 CSV-MANIFEST-MISSING\n" },
	{ "what we keep must be what it was",
	  MANIFEST("1.2", "file.orgs,delta\n"), "orgs.csv", "sourcedId,status,dateLastModified,name,type,identifier,parentSourcedId,metadata.mocksis.children,metadata.mocksis.nothing\ns1,active," LATER ",N,school,,,\"[1]\",x\ns2,active," LATER ",N,school,,,nonsense,\nd1,active," LATER ",N,school,,,\"[\"\"s1\"\"]\",\n",
	  "SELECT count(*) = 1 FROM orgs WHERE children = '[\"s1\"]'", "orgs.csv:2:8 CSV-VALUE-INVALID\norgs.csv:3:8 CSV-VALUE-INVALID\n" },
};
/* clang-format on */

START_TEST(a_bundle_over_another)
{
	char *first = source_path("tests/bundles/v1p2"), *folder = scratch_new();
	struct store *store = empty_store();
	struct import import = { .now = NOW - 1000 };
	struct str flaws = STR_INIT;

	take_in(store, first, &import, &flaws);
	ck_assert_str_eq(str_text(&flaws), "");
	if (changes[_i].manifest)
		free(scratch_write(folder, "manifest.csv", changes[_i].manifest));
	free(scratch_write(folder, changes[_i].file, changes[_i].text));
	import = (struct import){ .now = NOW };
	take_in(store, folder, &import, &flaws);
	ck_assert_msg(strcmp(str_text(&flaws), changes[_i].flaws) == 0, "%s: %s", changes[_i].name,
		      str_text(&flaws));
	ck_assert_msg(store_integer(store, changes[_i].sql) == 1, "%s\n%s", changes[_i].name,
		      changes[_i].sql);
	str_release(&flaws);
	store_close(store);
	free(first);
	scratch_free(folder);
}
END_TEST

/* With a flaw and --strict, or with --dry-run, the database is as it was. */
START_TEST(nothing_is_stored)
{
	static const struct {
		bool strict, dry_run, flawed, stored;
	} cases[] = {
		{ true, false, true, false },
		{ true, false, false, true },
		{ false, true, false, false },
		{ false, false, true, true },
	};
	char *folder = copy_v1p2();
	struct store *store = awkward_store();
	struct import import = { .now = NOW,
				 .strict = cases[_i].strict,
				 .dry_run = cases[_i].dry_run };
	char *before = store_dump(store), *after;

	if (cases[_i].flawed)
		free(scratch_write(
			folder, "categories.csv",
			"sourcedId,status,dateLastModified,title,weight\nc,,,T,heavy\n"));
	take_in(store, folder, &import, NULL);
	after = store_dump(store);
	ck_assert_int_eq(import.stored, cases[_i].stored);
	ck_assert_int_eq(strcmp(before, after) == 0, !cases[_i].stored);
	ck_assert_int_eq(import.errors > 0, cases[_i].flawed);
	ck_assert_uint_eq(import.loaded[csv_file_find("users") - csv_files], 3);
	free(before);
	free(after);
	store_close(store);
	scratch_free(folder);
}
END_TEST

/* Two bulk bundles of one command are one. */
START_TEST(several_bundles_are_one)
{
	static const char *const texts[] = { ORGS "a,,,A,school,,\nboth,,,1,school,,\n",
					     ORGS "b,,,B,school,,\nboth,,,2,school,,\n" };
	char *folders[2];
	struct bundle *bundles[2];
	struct store *store = awkward_store();
	struct import import = { .now = NOW };
	struct err err = ERR_INIT;

	for (int i = 0; i < 2; i++) {
		folders[i] = scratch_new();
		free(scratch_write(folders[i], "manifest.csv",
				   MANIFEST("1.2", "file.orgs,bulk\n")));
		free(scratch_write(folders[i], "orgs.csv", texts[i]));
		bundles[i] = bundle_open(folders[i], &err);
		ck_assert_ptr_nonnull(bundles[i]);
	}
	ck_assert(import_bundles(&import, store, bundles, 2, &err));
	ck_assert_uint_eq(import.errors + import.warnings, 0);
	ck_assert_uint_eq(import.loaded[0], 4);
	ck_assert_uint_eq(import.deleted[0], 3);
	ck_assert_int_eq(store_integer(store, "SELECT group_concat(name) = 'A,2,B' FROM orgs WHERE "
					      "status = 'active'"),
			 1);
	for (int i = 0; i < 2; i++) {
		bundle_close(bundles[i]);
		scratch_free(folders[i]);
	}
	store_close(store);
}
END_TEST

/* clang-format off */
#define RESULTS "sourcedId,status,dateLastModified,lineItemSourcedId,studentSourcedId,scoreStatus,score,scoreDate,comment,textScore,classSourcedId,inProgress,incomplete,late,missing\n"
#define RESULT(id, item, student) id ",active," LATER "," item "," student ",fully graded,1,2026-09-08,,,,,,,\n"

static const struct {
	const char *name, *file, *text;
	const char *flaws, *ids; /* in the order of creation */
} fresh_rows[] = {
	{ "a parent below its child, one that is nowhere", "orgs.csv",
	  ORGS "a,active," LATER ",A,school,,b\nb,active," LATER ",B,district,,\nc,active," LATER ",C,school,,ghost\n",
	  "orgs.csv:4:7 CSV-REF-UNKNOWN\n", "a,b,c" },
	{ "an id twice, the second time with less", "orgs.csv",
	  ORGS "a,active," LATER ",A,school,,\nb,active," LATER ",B,school,,\na,active,,A2,school,,\n",
	  "orgs.csv:4:1 CSV-ID-TWICE\n", "a,b" },
	{ "refused, then sound, then once more", "orgs.csv",
	  ORGS "a,never," LATER ",A,school,,\na,active," LATER ",A,school,,\na,active," LATER ",A,school,,\n",
	  "orgs.csv:2:2 CSV-VALUE-INVALID\norgs.csv:4:1 CSV-ID-TWICE\n", "a" },
	{ "what is needed is missing, then it comes", "orgs.csv",
	  ORGS "a,active," LATER ",,school,,\na,active," LATER ",A,school,,\nb,active," LATER ",B,school,,\n",
	  "orgs.csv:2:4 CSV-VALUE-MISSING\norgs.csv:3:1 CSV-ID-TWICE\n", "b" },
	{ "what should be there is not", "orgs.csv",
	  ORGS "a,active,,A,school,,\n", "orgs.csv:2:3 CSV-VALUE-MISSING\n", "a" },
	{ "references of results", "results.csv",
	  RESULTS RESULT("a", "l1", "u1") RESULT("b", "l1", "ghost") RESULT("c", "ghost", "u2") RESULT("d", "l1", "u2") RESULT("d", "l1", "ghost"),
	  "results.csv:6:1 CSV-ID-TWICE\nresults.csv:4:4 CSV-REF-UNKNOWN\nresults.csv:3:5 CSV-REF-UNKNOWN\n", "a,b,c,d" },
};
/* clang-format on */

/* Rows for an empty table take another way: the same flaws, the same objects. */
START_TEST(an_empty_table_is_no_other)
{
	char *first = source_path("tests/bundles/v1p2"), *folder = scratch_new();
	char *table = xstrndup(fresh_rows[_i].file, strlen(fresh_rows[_i].file) - 4);
	char *without = xformat("DELETE FROM \"%s\"", table);
	char *wanted = xformat("SELECT group_concat(sourcedId) = '%s' FROM \"%s\" WHERE "
			       "sourcedId IN ('a', 'b', 'c', 'd')",
			       fresh_rows[_i].ids, table);
	char *of_class = xformat("SELECT count(*) FROM results WHERE lineItem = 'l1' AND class "
				 "IS NOT (SELECT class FROM lineItems WHERE sourcedId = 'l1')");
	struct err err = ERR_INIT;

	free(scratch_write(folder, "manifest.csv",
			   MANIFEST("1.2", "file.orgs,delta\n"
					   "file.results,delta\n")));
	free(scratch_write(folder, fresh_rows[_i].file, fresh_rows[_i].text));
	for (int empty = 0; empty < 2; empty++) {
		struct store *store = empty_store();
		struct import import = { .now = NOW };
		struct str flaws = STR_INIT, found = STR_INIT;
		const char *line;

		take_in(store, first, &import, NULL);
		ck_assert(!empty || conn_exec(store_conn(store), without, &err));
		import = (struct import){ .now = NOW };
		take_in(store, folder, &import, &flaws);
		for (line = str_text(&flaws); *line; line = strchr(line, '\n') + 1)
			if (starts_with(line, fresh_rows[_i].file))
				str_add_bytes(&found, line, strcspn(line, "\n") + 1);
		ck_assert_msg(strcmp(str_text(&found), fresh_rows[_i].flaws) == 0, "%s, %d: %s",
			      fresh_rows[_i].name, empty, str_text(&found));
		ck_assert_msg(store_integer(store, wanted) == 1, "%s, %d", fresh_rows[_i].name,
			      empty);
		ck_assert_int_eq(store_integer(store, of_class), 0);
		str_release(&flaws);
		str_release(&found);
		store_close(store);
	}
	free(of_class);
	free(wanted);
	free(without);
	free(table);
	free(first);
	scratch_free(folder);
}
END_TEST

/* A large file takes no more memory than a small one. */
#define MANY 100000
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MEMORY_KIB (1024 * 1024) /* a sanitizer keeps what was freed */
#else
#define MEMORY_KIB (80 * 1024)
#endif

static void import_many(const char *folder)
{
	struct store *store = empty_store();
	struct import import = { .now = NOW };
	struct rusage usage;

	take_in(store, folder, &import, NULL);
	ck_assert_uint_eq(import.loaded[csv_file_find("enrollments") - csv_files], MANY);
	ck_assert_int_eq(
		store_integer(store, "SELECT rows FROM tally WHERE entity = 'enrollments'"), MANY);
	getrusage(RUSAGE_SELF, &usage);
	ck_assert_msg(usage.ru_maxrss < MEMORY_KIB, "%ld KiB", usage.ru_maxrss);
	store_close(store);
}

START_TEST(memory_is_bounded)
{
	char *folder = copy_v1p2(), *path = path_join(folder, "enrollments.csv");
	FILE *file = fopen(path, "wb");
	pid_t pid;
	int status;

	ck_assert_ptr_nonnull(file);
	fputs("sourcedId,status,dateLastModified,classSourcedId,schoolSourcedId,userSourcedId,role,"
	      "primary,beginDate,endDate\n",
	      file);
	for (int i = 0; i < MANY; i++)
		fprintf(file, "enrollment-number-%d,,,k1,s1,u%d,student,,2026-08-01,\n", i,
			i % 3 + 1);
	ck_assert_int_eq(fclose(file), 0);
	pid = fork();
	ck_assert(pid >= 0);
	if (pid == 0) {
		import_many(folder);
		_exit(0);
	}
	ck_assert(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0);
	free(path);
	scratch_free(folder);
}
END_TEST

#define LARGE 40000 /* rows: more than a MiB */

static char *indexes_of(struct store *store)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct sql sql;
	char *text;

	sql_init(&sql);
	sql_add(&sql, "SELECT group_concat(name || coalesce(sql, ''), ';') FROM (SELECT * FROM "
		      "sqlite_schema WHERE type = 'index' ORDER BY name)");
	ck_assert(conn_text(store_conn(store), &sql, &arena, &text, &err));
	text = xstrdup(text);
	sql_release(&sql);
	arena_release(&arena);
	return text;
}

/* They are dropped for a large file, and built anew: also where nothing is stored. */
START_TEST(the_indexes_are_back)
{
	char *folder = copy_v1p2(), *path = path_join(folder, "results.csv"), *before, *after;
	struct store *store = empty_store();
	FILE *file = fopen(path, "wb");

	ck_assert_ptr_nonnull(file);
	fputs(RESULTS, file);
	for (int i = 0; i < LARGE; i++)
		fprintf(file, RESULT("result-%d", "l1", "u1"), i);
	ck_assert_int_eq(fclose(file), 0);
	before = indexes_of(store);
	for (int dry = 1; dry >= 0; dry--) {
		struct import import = { .now = NOW, .dry_run = dry };

		take_in(store, folder, &import, NULL);
		after = indexes_of(store);
		ck_assert_str_eq(after, before);
		ck_assert_int_eq(store_integer(store, "SELECT count(*) FROM results"),
				 dry ? 0 : LARGE);
		ck_assert_int_eq(store_integer(store, "SELECT rows FROM tally WHERE entity = "
						      "'results'"),
				 dry ? 0 : LARGE);
		free(after);
	}
	ck_assert_int_eq(store_integer(store, "SELECT count(*) FROM results INDEXED BY "
					      "results_student WHERE student = 'u1'"),
			 LARGE);
	free(before);
	free(path);
	store_close(store);
	scratch_free(folder);
}
END_TEST

Suite *bulk_suite(void);
Suite *bulk_suite(void)
{
	Suite *suite = suite_create("bundle/import");
	TCase *tc = tcase_create("import");

	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, a_bundle_over_another, 0, ARRAY_SIZE(changes));
	tcase_add_loop_test(tc, nothing_is_stored, 0, 4);
	tcase_add_test(tc, several_bundles_are_one);
	tcase_add_loop_test(tc, an_empty_table_is_no_other, 0, ARRAY_SIZE(fresh_rows));
	tcase_add_test(tc, the_indexes_are_back);
	tcase_add_test(tc, memory_is_bounded);
	suite_add_tcase(suite, tc);
	return suite;
}
