/*
 * errors.c - suite errors: what is not there is 404, in every path of every service.
 *
 * That a row can pass because a provider lacks the whole operation cannot be told from outside;
 * where it lacks the collection the row is skipped.
 */
#include "conformance/checks/refusal.h"

#include <stdlib.h>

#include "conformance/checks/writing.h"

/* GET @target, with the credentials of the run. */
static void answers_404(struct judge *judge, const struct check *check)
{
	judge_call(judge, "GET", check->target, NULL);
	if (!skip_not_offered(judge))
		refusal_expect(judge, "404");
}

/* A path below the root of the service @key that no operation has. */
static void unknown_in_service(struct judge *judge, const struct check *check)
{
	enum service service;
	char *target;

	if (!service_find(check->key, &service))
		BUG("there is no service %s", check->key);
	target = xformat("%s%s%s", transport_base(judge->options->transport),
			 service_root(service, judge->subject->version), check->target);
	judge_call(judge, "GET", target, NULL);
	refusal_expect(judge, "404");
	free(target);
}

/* 4xx, whichever: what was asked for cannot be meant. */
static void is_refused(struct judge *judge, const struct check *check)
{
	judge_call(judge, "GET", check->target, NULL);
	judge_expect(judge, 0);
}

/* Answered as if what stands beside the question were not there. */
static void is_answered(struct judge *judge, const struct check *check)
{
	judge_call(judge, "GET", check->target, check->body);
	judge_expect(judge, 200);
}

/* DELETE of what is not there. */
static void deletes_nothing(struct judge *judge, const struct check *check)
{
	judge_call(judge, "DELETE", check->target, NULL);
	if (!skip_not_offered(judge))
		refusal_expect(judge, "404");
}

#define ID "mocksis-no-such-id"
#define LONG_4 "mocksis-mocksis-mocksis-mocksis-"
#define LONG_32 LONG_4 LONG_4 LONG_4 LONG_4 LONG_4 LONG_4 LONG_4 LONG_4
#define LONG_ID LONG_32 LONG_32 LONG_32 LONG_32 LONG_32 LONG_32 LONG_32 LONG_32

/* clang-format off */
#define CLAUSE "OneRoster 1.1 fact sheet 2.4 and 3; 1.2 fact sheet 4"
#define UNKNOWN(number, title, collection, versions) \
	{ "ERR-ID-" number, MUST, 0, CLAUSE, title, answers_404, collection "/" ID, .has = collection, .in = versions }
#define PARENT_IN(number, level, clause, title, target, collection, versions) \
	{ "ERR-PARENT-" number, level, 0, clause, title, answers_404, target, .has = collection, .in = versions }
#define PARENT(number, title, target, collection) \
	PARENT_IN(number, MUST, CLAUSE, title, target, collection, BOTH)
#define PARENT_12(number, title, target, collection) \
	PARENT_IN(number, MUST, "OneRoster 1.2 fact sheet 2 and 4", title, target, collection, V12)
/* 1.2 declares no 404 for these and asks for unknownobject in their text (traps A9) */
#define PARENT_ROSTER(number, title, target, collection) \
	PARENT_IN(number, MUST, "OneRoster 1.1 fact sheet 2.4 and 3", title, target, collection, V11), \
	PARENT_IN(number, SHOULD, "OneRoster 1.2 fact sheet 2.2; traps A9", title, target, collection, V12)

const struct check error_checks[] = {
	UNKNOWN("001", "an unknown academicSession is 404", "/academicSessions", BOTH),
	UNKNOWN("002", "an unknown class is 404", "/classes", BOTH),
	UNKNOWN("003", "an unknown course is 404", "/courses", BOTH),
	UNKNOWN("004", "an unknown grading period is 404", "/gradingPeriods", BOTH),
	UNKNOWN("005", "an unknown demographics record is 404", "/demographics", BOTH),
	UNKNOWN("006", "an unknown enrollment is 404", "/enrollments", BOTH),
	UNKNOWN("007", "an unknown org is 404", "/orgs", BOTH),
	UNKNOWN("008", "an unknown school is 404", "/schools", BOTH),
	UNKNOWN("009", "an unknown student is 404", "/students", BOTH),
	UNKNOWN("010", "an unknown teacher is 404", "/teachers", BOTH),
	UNKNOWN("011", "an unknown term is 404", "/terms", BOTH),
	UNKNOWN("012", "an unknown user is 404", "/users", BOTH),
	UNKNOWN("013", "an unknown resource is 404", "/resources", BOTH),
	UNKNOWN("014", "an unknown category is 404", "/categories", BOTH),
	UNKNOWN("015", "an unknown scoreScale is 404", "/scoreScales", V12),
	UNKNOWN("016", "an unknown assessmentLineItem is 404", "/assessmentLineItems", V12),
	UNKNOWN("017", "an unknown assessmentResult is 404", "/assessmentResults", V12),

	PARENT_ROSTER("001", "the students of an unknown class are 404", "/classes/" ID "/students", "/classes"),
	PARENT_ROSTER("002", "the teachers of an unknown class are 404", "/classes/" ID "/teachers", "/classes"),
	PARENT_ROSTER("003", "the classes of an unknown course are 404", "/courses/" ID "/classes", "/courses"),
	PARENT_ROSTER("004", "the classes of an unknown school are 404", "/schools/" ID "/classes", "/schools"),
	PARENT_ROSTER("005", "the courses of an unknown school are 404", "/schools/" ID "/courses", "/schools"),
	PARENT_ROSTER("006", "the enrollments of an unknown school are 404", "/schools/" ID "/enrollments", "/schools"),
	PARENT_ROSTER("007", "the students of an unknown school are 404", "/schools/" ID "/students", "/schools"),
	PARENT_ROSTER("008", "the teachers of an unknown school are 404", "/schools/" ID "/teachers", "/schools"),
	PARENT_ROSTER("009", "the terms of an unknown school are 404", "/schools/" ID "/terms", "/schools"),
	PARENT_ROSTER("010", "the enrollments of a class in an unknown school are 404", "/schools/" ID "/classes/{class}/enrollments", "/schools"),
	PARENT_ROSTER("011", "the enrollments of an unknown class in a school are 404", "/schools/{school}/classes/" ID "/enrollments", "/schools"),
	PARENT_ROSTER("012", "the students of a class in an unknown school are 404", "/schools/" ID "/classes/{class}/students", "/schools"),
	PARENT_ROSTER("013", "the students of an unknown class in a school are 404", "/schools/{school}/classes/" ID "/students", "/schools"),
	PARENT_ROSTER("014", "the teachers of a class in an unknown school are 404", "/schools/" ID "/classes/{class}/teachers", "/schools"),
	PARENT_ROSTER("015", "the teachers of an unknown class in a school are 404", "/schools/{school}/classes/" ID "/teachers", "/schools"),
	PARENT_ROSTER("016", "the classes of an unknown student are 404", "/students/" ID "/classes", "/students"),
	PARENT_ROSTER("017", "the classes of an unknown teacher are 404", "/teachers/" ID "/classes", "/teachers"),
	PARENT_ROSTER("018", "the classes of an unknown user are 404", "/users/" ID "/classes", "/users"),
	PARENT_ROSTER("019", "the classes of an unknown term are 404", "/terms/" ID "/classes", "/terms"),
	PARENT_ROSTER("020", "the grading periods of an unknown term are 404", "/terms/" ID "/gradingPeriods", "/terms"),
	PARENT("021", "the resources of an unknown class are 404", "/classes/" ID "/resources", "/resources"),
	PARENT("022", "the resources of an unknown course are 404", "/courses/" ID "/resources", "/resources"),
	PARENT_12("023", "the resources of an unknown user are 404", "/users/" ID "/resources", "/resources"),
	PARENT("024", "the results of a lineItem of an unknown class are 404", "/classes/" ID "/lineItems/" ID "/results", "/results"),
	PARENT("025", "the results of an unknown lineItem of a class are 404", "/classes/{class}/lineItems/" ID "/results", "/results"),
	PARENT("026", "the results of a student of an unknown class are 404", "/classes/" ID "/students/{student}/results", "/results"),
	PARENT_12("027", "the categories of an unknown class are 404", "/classes/" ID "/categories", "/categories"),
	PARENT_12("028", "the scoreScales of an unknown class are 404", "/classes/" ID "/scoreScales", "/scoreScales"),
	PARENT_12("029", "the scoreScales of an unknown school are 404", "/schools/" ID "/scoreScales", "/scoreScales"),

	{ "ERR-PATH-001", MUST,   0, "OneRoster 1.2 fact sheet 1 and 4", "an unknown path of the gradebook service is 404", unknown_in_service, "/noSuchCollection", "gradebook", .in = V12 },
	{ "ERR-PATH-002", MUST,   0, "OneRoster 1.2 fact sheet 1 and 4", "an unknown path of the resources service is 404", unknown_in_service, "/noSuchCollection", "resources", .has = "/resources", .in = V12 },
	{ "ERR-PATH-003", MUST,   0, CLAUSE, "an unknown path below an object is 404", answers_404, "/classes/{class}/noSuchCollection" },
	{ "ERR-PATH-004", SHOULD, 0, "OneRoster 1.1 fact sheet 1", "path elements are case-sensitive: /academicsessions is 404", answers_404, "/academicsessions" },
	{ "ERR-PATH-005", MUST,   0, "OneRoster 1.1 fact sheet 5.0; traps D3", "an unknown id that holds encoded slashes is 404", answers_404, "/users/no%2Fsuch%2Fid", .has = "/users" },
	{ "ERR-PATH-006", MUST,   0, "OneRoster 1.1 fact sheet 5.0", "an id that holds quotes is an unknown id like any other", answers_404, "/users/x'%20OR%20'1'%3D'1", .has = "/users" },
	{ "ERR-PATH-007", SHOULD, 0, CLAUSE, "a path with a blank id is refused", is_refused, "/classes//students" },
	{ "ERR-PATH-008", SHOULD, 0, "RFC 3986 section 2.1", "an escape that is none is refused", is_refused, "/users/%zz", .has = "/users" },
	{ "ERR-PATH-009", SHOULD, 0, "OneRoster 1.1 fact sheet 5.0", "an id of two thousand characters is refused like any unknown one", is_refused, "/users/" LONG_ID, .has = "/users" },
	{ "ERR-PATH-010", MAY,    0, "traps E1", "a trailing slash names the same collection", is_answered, "/orgs/?limit=1", .has = "/orgs" },
	{ "ERR-PATH-011", SHOULD, 0, "OneRoster 1.2 fact sheet 5.5", "an unknown query parameter is passed over", is_answered, "/orgs?limit=1&mocksisUnknown=1", .has = "/orgs" },
	{ "ERR-PATH-012", SHOULD, 0, "traps B3 and E1", "the body of a GET is passed over", is_answered, "/categories?limit=1", .body = "grant_type=client_credentials", .has = "/categories" },
	{ "ERR-DEL-001",  MUST,   C_WRITES, CLAUSE, "DELETE of an unknown category is 404", deletes_nothing, "/categories/" ID, .has = "/categories" },
	{ "ERR-DEL-002",  MUST,   C_WRITES, CLAUSE, "DELETE of an unknown lineItem is 404", deletes_nothing, "/lineItems/" ID, .has = "/lineItems" },
	{ "ERR-DEL-003",  MUST,   C_WRITES, CLAUSE, "DELETE of an unknown result is 404", deletes_nothing, "/results/" ID, .has = "/results" },
	{ "ERR-DEL-004",  MUST,   C_WRITES, CLAUSE, "DELETE of an unknown scoreScale is 404", deletes_nothing, "/scoreScales/" ID, .has = "/scoreScales", .in = V12 },
	{ "ERR-DEL-005",  MUST,   C_WRITES, CLAUSE, "DELETE of an unknown assessmentLineItem is 404", deletes_nothing, "/assessmentLineItems/" ID, .has = "/assessmentLineItems", .in = V12 },
	{ "ERR-DEL-006",  MUST,   C_WRITES, CLAUSE, "DELETE of an unknown assessmentResult is 404", deletes_nothing, "/assessmentResults/" ID, .has = "/assessmentResults", .in = V12 },
	{ NULL },
};
/* clang-format on */
