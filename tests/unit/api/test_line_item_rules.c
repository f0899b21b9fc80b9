/*
 * test_line_item_rules.c - what a SIS demands of a lineItem, each switch on and off.
 *
 * The clock stands at 2026-11-16T17:00Z. gp-q1 (until 2026-10-17) is closed in the demo
 * district's sis-state.json; cat-projects has no default grade scale, cat-homework has one.
 */
#include <check.h>

#include "base/jsonx.h"
#include "base/when.h"
#include "server/api/gradebook.h"
#include "tests/unit/api/client.h"
#include "tests/unit/helpers.h"

#define STORY 1794848400000
#define NEW_YORK "\"timezone\": \"America/New_York\""

#define OF(class, title, more)                                                                     \
	"{\"lineItem\": {\"title\": \"" title "\", \"class\": {\"sourcedId\": \"" class "\"}" more \
											"}}"
#define ITEM(title, more) OF("class-bio-1", title, more)
#define DUE(time) ", \"dueDate\": \"" time "\""
#define ASSIGNED(time) ", \"assignDate\": \"" time "\""
#define MAX(number) ", \"resultValueMax\": " number
#define REF(name, id) ", \"" name "\": {\"sourcedId\": \"" id "\"}"
#define CAT(id) REF("category", id)
#define RESULT(item)                                          \
	"{\"result\": {\"lineItem\": {\"sourcedId\": \"" item \
	"\"}, \"student\": {\"sourcedId\": \"student-005\"}, \"score\": 1}}"

/* What the provider holds besides the district: SIS state, and rows by their plural. */
#define SIS(kind, id, member) "\"sis\": {\"" kind "\": {\"" id "\": {" member "}}}"
#define CATEGORY(id, title, more) \
	"\"categories\": [{\"sourcedId\": \"" id "\", \"title\": \"" title "\"" more "}]"
#define BOUND(class) ", \"metadata\": {\"classId\": \"" class "\"}"
#define CLASS(id, more) "\"classes\": [{\"sourcedId\": \"" id "\", \"title\": \"C\"" more "}]"
#define PERIOD(id, from, to)                                                        \
	"\"academicSessions\": [{\"sourcedId\": \"" id                              \
	"\", \"title\": \"P\", \"type\": \"gradingPeriod\", \"startDate\": \"" from \
	"\", \"endDate\": \"" to "\"}]"

static const char rows[] =
	"{\"lineItems\": ["
	"{\"sourcedId\": \"l-0\", \"title\": \"Old\", \"class\": {\"sourcedId\": \"class-bio-1\"}"
	", \"dueDate\": \"2026-11-20T04:59:00Z\"},"
	"{\"sourcedId\": \"l-gone\", \"title\": \"Gone\", \"status\": \"tobedeleted\""
	", \"class\": {\"sourcedId\": \"class-bio-1\"}},"
	"{\"sourcedId\": \"l-theirs\", \"title\": \"Theirs\""
	", \"class\": {\"sourcedId\": \"class-bio-2\"}},"
	"{\"sourcedId\": \"l-q1\", \"title\": \"First\", \"class\": {\"sourcedId\": "
	"\"class-bio-1\"}, \"gradingPeriod\": {\"sourcedId\": \"gp-q1\"}},"
	"{\"sourcedId\": \"l-q1-due\", \"title\": \"Due\", \"class\": {\"sourcedId\": "
	"\"class-bio-1\"}, \"dueDate\": \"2026-09-01T12:00:00Z\"}]}";

/* clang-format off */
#define U "\"title.unique\": \"class\""
#define UD "\"title.unique\": \"class_due\""
#define FOLDED ", \"title.case_sensitive\": false"
#define TERM "\"due_date.in_term\": true"
#define OPEN "\"due_date.in_open_period\": true"
#define UTC ", \"due_date.day_from\": \"utc\""
#define AHEAD "\"due_date.must_be_future\": true"
#define ASSIGN "\"assign_date.in_period\": true"
#define ZONE "\"date.zone_required\": true"
#define NEED "\"category.required\": true"
#define SCOPE(name) "\"category.scope\": \"" name "\""
#define FALL(where) "\"category.fallback\": \"" where "\""
#define LAG "\"category.lag_s\": 3600"
#define SCALE "\"gradescale.default_required\": true"
#define LOCK "\"grading_period.lock\": true"
#define L1 V1 "/lineItems/l-1"
#define BIO1 "Homework, Quizzes, Tests, Projects, Labs" /* what class-bio-1 can use */
#define SAYS(fault, text) "\"errors\": {\"" fault "\": {\"text\": \"" text "\"}}"

static const struct {
	const char *name, *quirks, *rest, *setup, *target, *body;
	int status;
	const char *says; /* in the refusal, or in the stored object; !: it is not there */
} cases[] = {
	/* title.unique, title.case_sensitive */
	{ "the same title",            "",        "", "", L1, ITEM("Old", ""), 201, "\"Old\"" },
	{ "unique in its class",       U,         "", "", L1, ITEM("Old", ""), 400, "a lineItem with the title Old is already in class class-bio-1" },
	{ "another one",               U,         "", "", L1, ITEM("Older", ""), 201, "Older" },
	{ "the item itself",           U,         "", "", V1 "/lineItems/l-0", ITEM("Old", ""), 200, "\"Old\"" },
	{ "that of another class",     U,         "", "", L1, ITEM("Theirs", ""), 201, "Theirs" },
	{ "that of a deleted one",     U,         "", "", L1, ITEM("Gone", ""), 201, "Gone" },
	{ "one that goes",             U,         "", "", L1, ITEM("Old", ", \"status\": \"tobedeleted\""), 201, "tobedeleted" },
	{ "in other letters",          U,         "", "", L1, ITEM("OLD", ""), 201, "OLD" },
	{ "letters do not count",      U FOLDED,  "", "", L1, ITEM("oLD", ""), 400, "oLD is already" },
	{ "case without unique",       "\"title.case_sensitive\": false", "", "", L1, ITEM("old", ""), 201, "old" },
	{ "case beyond ASCII",         U FOLDED,  "", "\"lineItems\": [{\"sourcedId\": \"l-9\", \"title\": \"\xc3\x89t\xc3\xa9\", \"class\": {\"sourcedId\": \"class-bio-1\"}}]",
	                                                  L1, ITEM("\xc3\xa9T\xc3\xa9", ""), 201, "\xc3\xa9T\xc3\xa9" },
	{ "after it was cut",          U ", \"title.max\": 3, \"title.overflow\": \"truncate\"", "", "", L1, ITEM("Older", ""), 400, "Old is already" },
	{ "the same title and date",   UD,        "", "", L1, ITEM("Old", DUE("2026-11-20T04:59:00Z")), 400, "Old is already" },
	{ "the date in another zone",  UD,        "", "", L1, ITEM("Old", DUE("2026-11-19T23:59:00-05:00")), 400, "Old is already" },
	{ "another date",              UD,        "", "", L1, ITEM("Old", DUE("2026-11-21T04:59:00Z")), 201, "2026-11-21" },
	{ "no date",                   UD,        "", "", L1, ITEM("Old", ""), 201, "!dueDate" },
	{ "neither has a date",        UD,        "", "", L1, ITEM("First", ""), 400, "First is already" },
	{ "date and other letters",    UD FOLDED, "", "", L1, ITEM("OLD", DUE("2026-11-20T04:59:00Z")), 400, "OLD is already" },
	{ "who has it",                U, SAYS("title_not_unique", "{lineItem} {reason} {field} {due}."), "", L1, ITEM("Old", DUE("2026-11-21T04:59:00Z")), 400, "l-1 l-0 title 2026-11-21T04:59:00.000Z." },
	{ "1.2 says 422",              U,         "", "", GRADEBOOK_V2 "/lineItems/l-1", ITEM("Old", ""), 422, "Old is already" },

	/* due_date.in_term: class-bio-1 has terms until 2026-12-19 and from 2027-01-04 */
	{ "out of term",               "",        "", "", L1, ITEM("T", DUE("2026-12-25T12:00:00Z")), 201, "2026-12-25" },
	{ "not in a term",             TERM,      "", "", L1, ITEM("T", DUE("2026-12-25T12:00:00Z")), 400, "dueDate 2026-12-25T12:00:00.000Z is not in a term of class class-bio-1: T" },
	{ "before all terms",          TERM,      "", "", L1, ITEM("T", DUE("2026-08-16T23:59:59Z")), 400, "2026-08-16" },
	{ "on the first day",          TERM,      "", "", L1, ITEM("T", DUE("2026-08-17T00:00:00Z")), 201, "2026-08-17" },
	{ "on the last day",           TERM,      "", "", L1, ITEM("T", DUE("2026-12-18T23:59:59Z")), 201, "2026-12-18" },
	{ "on the end date",           TERM,      "", "", L1, ITEM("T", DUE("2026-12-19T00:00:00Z")), 400, "2026-12-19" },
	{ "in the second term",        TERM,      "", "", L1, ITEM("T", DUE("2027-02-01T00:00:00Z")), 201, "2027-02-01" },
	{ "no date, no term",          TERM,      "", "", L1, ITEM("T", ""), 201, "!dueDate" },
	{ "a class without terms",     TERM,      "", CLASS("c-1", ""), L1, OF("c-1", "T", DUE("2030-01-01T00:00:00Z")), 201, "2030" },
	{ "terms that are not known",  TERM,      "", CLASS("c-1", ", \"terms\": [{\"sourcedId\": \"x\"}]"), L1, OF("c-1", "T", DUE("2030-01-01T00:00:00Z")), 201, "2030" },
	{ "a year is a term, too",     TERM,      "", CLASS("c-1", ", \"terms\": [{\"sourcedId\": \"year-2027\"}]"), L1, OF("c-1", "T", DUE("2026-12-25T12:00:00Z")), 201, "2026-12-25" },
	{ "out of that year",          TERM,      "", CLASS("c-1", ", \"terms\": [{\"sourcedId\": \"year-2027\"}]"), L1, OF("c-1", "T", DUE("2030-01-01T00:00:00Z")), 400, "2030" },

	/* due_date.day_from: 23:59 in New York is the next day in UTC */
	{ "in term, day local",        TERM,      NEW_YORK, "", L1, ITEM("T", DUE("2026-12-19T04:59:00Z")), 201, "2026-12-19T04:59" },
	{ "in term, day of UTC",       TERM UTC,  NEW_YORK, "", L1, ITEM("T", DUE("2026-12-19T04:59:00Z")), 400, "2026-12-19T04:59" },
	{ "open, day local",           OPEN,      NEW_YORK, "", L1, ITEM("T", DUE("2026-12-19T04:59:00Z")), 201, "2026-12-19T04:59" },
	{ "open, day of UTC",          OPEN UTC,  NEW_YORK, "", L1, ITEM("T", DUE("2026-12-19T04:59:00Z")), 400, "2026-12-19T04:59" },
	{ "derived, day local",        "",        NEW_YORK, "", L1, ITEM("T", DUE("2026-10-17T03:59:00Z")), 201, "gp-q1" },
	{ "derived, day of UTC",       "\"due_date.day_from\": \"utc\"", NEW_YORK, "", L1, ITEM("T", DUE("2026-10-17T03:59:00Z")), 201, "gp-q2" },
	{ "assigned, day local",       ASSIGN,     NEW_YORK, "", L1, ITEM("T", ASSIGNED("2026-12-19T04:59:00Z") REF("gradingPeriod", "gp-q2")), 201, "gp-q2" },
	{ "assigned, day of UTC",      ASSIGN UTC, NEW_YORK, "", L1, ITEM("T", ASSIGNED("2026-12-19T04:59:00Z") REF("gradingPeriod", "gp-q2")), 400, "assignDate 2026-12-19T04:59" },
	{ "scoreDate stays local",     "\"due_date.day_from\": \"utc\"", "\"timezone\": \"Pacific/Kiritimati\"", "", V1 "/results/r-1", RESULT("l-0"), 201, "2026-11-17" },

	/* due_date.must_be_future */
	{ "past",                      "",        "", "", L1, ITEM("T", DUE("2026-11-16T16:59:00Z")), 201, "2026-11-16" },
	{ "past is refused",           AHEAD,     "", "", L1, ITEM("T", DUE("2026-11-16T16:59:00Z")), 400, "dueDate 2026-11-16T16:59:00.000Z has passed: T" },
	{ "ahead",                     AHEAD,     "", "", L1, ITEM("T", DUE("2026-11-16T17:30:00Z")), 201, "2026-11-16T17:30" },
	{ "no date is not past",       AHEAD,     "", "", L1, ITEM("T", ""), 201, "!dueDate" },

	/* assign_date.in_period */
	{ "assigned any day",          "",        "", "", L1, ITEM("T", ASSIGNED("2026-09-01T12:00:00Z") REF("gradingPeriod", "gp-q2")), 201, "2026-09-01" },
	{ "assigned in its period",    ASSIGN,    "", "", L1, ITEM("T", ASSIGNED("2026-11-01T12:00:00Z") REF("gradingPeriod", "gp-q2")), 201, "2026-11-01" },
	{ "assigned in another",       ASSIGN,    "", "", L1, ITEM("T", ASSIGNED("2026-09-01T12:00:00Z") REF("gradingPeriod", "gp-q2")), 400, "assignDate 2026-09-01T12:00:00.000Z is not in the grading period of T" },
	{ "in that of the due date",   ASSIGN,    "", "", L1, ITEM("T", ASSIGNED("2026-11-01T12:00:00Z") DUE("2026-11-20T12:00:00Z")), 201, "gp-q2" },
	{ "due in the next period",    ASSIGN,    "", "", L1, ITEM("T", ASSIGNED("2026-11-01T12:00:00Z") DUE("2027-02-01T12:00:00Z")), 400, "assignDate 2026-11-01" },
	{ "its period is closed",      ASSIGN,    "", "", L1, ITEM("T", ASSIGNED("2026-09-01T12:00:00Z") DUE("2026-09-20T12:00:00Z")), 201, "gp-q1" },
	{ "no period, an open one",    ASSIGN,    "", "", L1, ITEM("T", ASSIGNED("2026-11-01T12:00:00Z")), 201, "2026-11-01" },
	{ "no period, a closed one",   ASSIGN,    "", "", L1, ITEM("T", ASSIGNED("2026-09-01T12:00:00Z")), 400, "assignDate 2026-09-01" },
	{ "no period, none at all",    ASSIGN,    "", "", L1, ITEM("T", ASSIGNED("2026-12-25T12:00:00Z")), 400, "assignDate 2026-12-25" },
	{ "an unknown period",         ASSIGN,    "", "", L1, ITEM("T", ASSIGNED("2026-11-01T12:00:00Z") REF("gradingPeriod", "x")), 201, "\"x\"" },
	{ "not assigned",              ASSIGN,    "", "", L1, ITEM("T", DUE("2026-11-20T12:00:00Z")), 201, "!assignDate" },

	/* date.zone_required */
	{ "no zone",                   "",        "", "", L1, ITEM("T", DUE("2026-11-20T23:59:59")), 201, "2026-11-20T23:59:59.000Z" },
	{ "no zone in dueDate",        ZONE,      "", "", L1, ITEM("T", DUE("2026-11-20T23:59:59")), 400, "/lineItem/dueDate: \"2026-11-20T23:59:59\" has no time zone" },
	{ "no zone, and its own id",   ZONE,      "", "", L1, ITEM("T", ", \"sourcedId\": \"l-1\"" DUE("2026-11-20T23:59:59")), 400, "/lineItem/dueDate: \"2026-11-20T23:59:59\" has no time zone" },
	{ "no zone in assignDate",     ZONE,      "", "", L1, ITEM("T", ASSIGNED("2026-11-20T23:59:59") DUE("2026-11-20T23:59:59Z")), 400, "/lineItem/assignDate: " },
	{ "a date is no dateTime",     ZONE,      "", "", L1, ITEM("T", DUE("2026-11-20")), 400, "/lineItem/dueDate: \"2026-11-20\" has no time zone" },
	{ "Z",                         ZONE,      "", "", L1, ITEM("T", DUE("2026-11-20T23:59:59Z")), 201, "2026-11-20T23:59:59" },
	{ "an offset",                 ZONE,      "", "", L1, ITEM("T", DUE("2026-11-20T23:59:59-05:00")), 201, "2026-11-21T04:59:59" },
	{ "what is not taken",         ZONE,      "", "", L1, ITEM("T", ", \"dateLastModified\": \"2026-11-20T23:59:59\""), 201, "\"T\"" },
	{ "null has none",             ZONE,      "", "", L1, ITEM("T", ", \"dueDate\": null"), 201, "!dueDate" },
	{ "no time at all",            ZONE,      "", "", L1, ITEM("T", DUE("soon")), 400, "/lineItem/dueDate: \"soon\" is not a dateTime" },
	{ "a number",                  ZONE,      "", "", L1, ITEM("T", ", \"dueDate\": 7"), 400, "/lineItem/dueDate: expected a string" },
	{ "a date of a result",        ZONE,      "", "", V1 "/results/r-1", "{\"result\": {\"lineItem\": {\"sourcedId\": \"l-0\"}, \"student\": {\"sourcedId\": \"student-005\"}, \"scoreDate\": \"2026-11-20\"}}", 201, "2026-11-20" },

	/* category.required */
	{ "no category",               "",        "", "", L1, ITEM("T", ""), 201, "!category" },
	{ "a category is required",    NEED,      "", "", L1, ITEM("T", ""), 400, "category is required: T" },
	{ "null is none",              NEED,      "", "", L1, ITEM("T", ", \"category\": null"), 400, "category is required: T" },
	{ "one is there",              NEED,      "", "", L1, ITEM("T", CAT("cat-tests")), 201, "cat-tests" },
	{ "the list of them",          NEED, SAYS("category_missing", "[{category}] {class}: {categories}."), "", L1, ITEM("T", ""), 400, "[] class-bio-1: " BIO1 "." },

	/* category.scope */
	{ "both: a global one",        "",                "", "", L1, ITEM("T", CAT("cat-tests")), 201, "cat-tests" },
	{ "both: one's own",           "",                "", "", L1, ITEM("T", CAT("cat-bio1-labs")), 201, "cat-bio1-labs" },
	{ "both: another's",           SCOPE("both"),     "", "", L1, ITEM("T", CAT("cat-bio2-labs")), 400, "category cat-bio2-labs does not belong to class class-bio-1" },
	{ "global: another's",         SCOPE("global"),   "", "", L1, ITEM("T", CAT("cat-bio2-labs")), 201, "cat-bio2-labs" },
	{ "metadata: one's own",       SCOPE("metadata"), "", "", L1, ITEM("T", CAT("cat-bio1-labs")), 201, "cat-bio1-labs" },
	{ "metadata: another's",       SCOPE("metadata"), "", "", L1, ITEM("T", CAT("cat-bio2-labs")), 400, "does not belong" },
	{ "metadata: a global one",    SCOPE("metadata"), "", "", L1, ITEM("T", CAT("cat-tests")), 400, "category cat-tests does not belong to class class-bio-1" },
	{ "metadata: other metadata",  SCOPE("metadata"), "", CATEGORY("c", "C", ", \"metadata\": {\"a\": \"class-bio-1\"}"), L1, ITEM("T", CAT("c")), 400, "does not belong" },
	{ "metadata: an unknown one",  SCOPE("metadata"), "", "", L1, ITEM("T", CAT("x")), 201, "\"x\"" },
	{ "nobody looks",              SCOPE("metadata") ", \"reference.check\": \"none\"", "", "", L1, ITEM("T", CAT("cat-tests")), 201, "cat-tests" },
	{ "what could be used",        SCOPE("metadata"), SAYS("category_not_of_class", "{category}: {categories}."), "", L1, ITEM("T", CAT("cat-tests")), 400, "cat-tests: Labs." },

	/* category.fallback */
	{ "null: an unknown one",      FALL("null"),      "", "", L1, ITEM("T", CAT("x")), 201, "\"x\"" },
	{ "null, references strict",   FALL("null") ", \"reference.check\": \"strict\"", SAYS("category_unknown", "{category} {field} {reason}: {categories}."), "", L1, ITEM("T", CAT("x")), 400, "x category x: " BIO1 "." },
	{ "error: an unknown one",     FALL("error"),     "", "", L1, ITEM("T", CAT("x")), 400, "category x is not known" },
	{ "error: none",               FALL("error"),     "", "", L1, ITEM("T", ""), 400, "category is required: T" },
	{ "error: another's",          FALL("error"),     "", "", L1, ITEM("T", CAT("cat-bio2-labs")), 400, "does not belong" },
	{ "error: one that fits",      FALL("error"),     "", "", L1, ITEM("T", CAT("cat-tests")), 201, "cat-tests" },
	{ "error beats no check",      FALL("error") ", \"reference.check\": \"none\"", "", "", L1, ITEM("T", CAT("x")), 400, "category x is not known" },
	{ "uncategorized: unknown",    FALL("uncategorized"), "", CATEGORY("u", "Uncategorized", ""), L1, ITEM("T", CAT("x")), 201, "\"u\"" },
	{ "uncategorized: none",       FALL("uncategorized"), "", CATEGORY("u", "Uncategorized", ""), L1, ITEM("T", ""), 201, "\"u\"" },
	{ "uncategorized: another's",  FALL("uncategorized"), "", CATEGORY("u", "Uncategorized", ""), L1, ITEM("T", CAT("cat-bio2-labs")), 201, "\"u\"" },
	{ "uncategorized: one fits",   FALL("uncategorized"), "", CATEGORY("u", "Uncategorized", ""), L1, ITEM("T", CAT("cat-tests")), 201, "cat-tests" },
	{ "it is not there",           FALL("uncategorized"), "", "", L1, ITEM("T", CAT("x")), 201, "!category" },
	{ "it is another class's",     FALL("uncategorized"), "", CATEGORY("u", "Uncategorized", BOUND("class-bio-2")), L1, ITEM("T", CAT("x")), 201, "!category" },
	{ "it is going",               FALL("uncategorized"), "", CATEGORY("u", "Uncategorized", ", \"status\": \"tobedeleted\""), L1, ITEM("T", CAT("x")), 201, "!category" },
	{ "not there, but required",   FALL("uncategorized") ", " NEED, "", "", L1, ITEM("T", CAT("x")), 400, "category is required: T" },
	{ "uncategorized and strict",  FALL("uncategorized") ", \"reference.check\": \"strict\"", "", CATEGORY("u", "Uncategorized", ""), L1, ITEM("T", CAT("x")), 201, "\"u\"" },
	{ "id: an unknown one",        FALL("id:cat-quizzes"), "", "", L1, ITEM("T", CAT("x")), 201, "cat-quizzes" },
	{ "id: none",                  FALL("id:cat-quizzes"), "", "", L1, ITEM("T", ""), 201, "cat-quizzes" },
	{ "id: another's",             FALL("id:cat-quizzes"), "", "", L1, ITEM("T", CAT("cat-bio2-labs")), 201, "cat-quizzes" },
	{ "id: one that fits",         FALL("id:cat-quizzes"), "", "", L1, ITEM("T", CAT("cat-tests")), 201, "cat-tests" },
	{ "id: one of no category",    FALL("id:zzz"),    "", "", L1, ITEM("T", CAT("x")), 201, "\"zzz\"" },
	{ "id, but required",          FALL("id:cat-quizzes") ", " NEED, "", "", L1, ITEM("T", ""), 400, "category is required: T" },
	{ "id, required and unknown",  FALL("id:cat-quizzes") ", " NEED, "", "", L1, ITEM("T", CAT("x")), 201, "cat-quizzes" },

	/* category.sticky */
	{ "moved by the teacher",      "", "", SIS("lineItems", "l-0", "\"category\": \"cat-tests\""), V1 "/lineItems/l-0", ITEM("Old", CAT("cat-quizzes")), 200, "cat-tests" },
	{ "moved, none is sent",       NEED, "", SIS("lineItems", "l-0", "\"category\": \"cat-tests\""), V1 "/lineItems/l-0", ITEM("Old", ""), 200, "cat-tests" },
	{ "moved, an unknown is sent", FALL("error"), "", SIS("lineItems", "l-0", "\"category\": \"cat-bio2-labs\""), V1 "/lineItems/l-0", ITEM("Old", CAT("x")), 200, "cat-bio2-labs" },
	{ "another one was moved",     "", "", SIS("lineItems", "l-9", "\"category\": \"cat-tests\""), V1 "/lineItems/l-0", ITEM("Old", CAT("cat-quizzes")), 200, "cat-quizzes" },
	{ "not sticky",                "\"category.sticky\": false", "", SIS("lineItems", "l-0", "\"category\": \"cat-tests\""), V1 "/lineItems/l-0", ITEM("Old", CAT("cat-quizzes")), 200, "cat-quizzes" },
	{ "not sticky, none is sent",  "\"category.sticky\": false, " NEED, "", SIS("lineItems", "l-0", "\"category\": \"cat-tests\""), V1 "/lineItems/l-0", ITEM("Old", ""), 400, "category is required" },

	/* category.forbidden_id, category.fixed_id */
	{ "nothing is forbidden",      "", "", "", L1, ITEM("T", CAT("cat-tests")), 201, "cat-tests" },
	{ "forbidden",                 "\"category.forbidden_id\": \"cat-tests\"", "", "", L1, ITEM("T", CAT("cat-tests")), 400, "category cat-tests cannot be used" },
	{ "forbidden and unknown",     "\"category.forbidden_id\": \"x\", \"reference.check\": \"none\", " FALL("id:cat-tests"), "", "", L1, ITEM("T", CAT("x")), 400, "category x cannot be used" },
	{ "others are not",            "\"category.forbidden_id\": \"cat-tests\"", "", "", L1, ITEM("T", CAT("cat-quizzes")), 201, "cat-quizzes" },
	{ "the others are listed",     "\"category.forbidden_id\": \"cat-tests\"", SAYS("category_forbidden", "{categories}."), "", L1, ITEM("T", CAT("cat-tests")), 400, "Homework, Quizzes, Projects, Labs." },
	{ "fixed, references strict",  "\"category.fixed_id\": \"x\", \"reference.check\": \"strict\"", "", "", L1, ITEM("T", CAT("x")), 201, "\"x\"" },
	{ "fixed, no fallback",        "\"category.fixed_id\": \"x\", " FALL("error"), "", "", L1, ITEM("T", CAT("x")), 201, "\"x\"" },
	{ "fixed, and required",       "\"category.fixed_id\": \"x\", " NEED, "", "", L1, ITEM("T", CAT("x")), 201, "\"x\"" },
	{ "one that is not fixed",     "\"category.fixed_id\": \"x\", \"reference.check\": \"strict\"", "", "", L1, ITEM("T", CAT("y")), 400, "category y is not known" },

	/* category.lag_s */
	{ "new",                       "",  "", CATEGORY("c", "New", "") ", " SIS("categories", "c", "\"created\": \"2026-11-16T16:30:00Z\""), L1, ITEM("T", CAT("c")), 201, "\"c\"" },
	{ "too new",                   LAG, "", CATEGORY("c", "New", "") ", " SIS("categories", "c", "\"created\": \"2026-11-16T16:30:00Z\""), L1, ITEM("T", CAT("c")), 400, "category c is not known" },
	{ "new an hour ago",           LAG, "", CATEGORY("c", "New", "") ", " SIS("categories", "c", "\"created\": \"2026-11-16T15:59:00Z\""), L1, ITEM("T", CAT("c")), 201, "\"c\"" },
	{ "loaded, not created",       LAG, "", CATEGORY("c", "New", ""), L1, ITEM("T", CAT("c")), 201, "\"c\"" },
	{ "too new, to the fallback",  LAG ", " FALL("id:cat-tests"), "", CATEGORY("c", "New", "") ", " SIS("categories", "c", "\"created\": \"2026-11-16T16:30:00Z\""), L1, ITEM("T", CAT("c")), 201, "cat-tests" },
	{ "too new to be listed",      LAG, SAYS("category_unknown", "{categories}."), CATEGORY("c", "New", "") ", " SIS("categories", "c", "\"created\": \"2026-11-16T16:30:00Z\""), L1, ITEM("T", CAT("c")), 400, BIO1 "." },
	{ "old enough to be listed",   LAG ", " NEED, SAYS("category_missing", "{categories}."), CATEGORY("c", "New", ""), L1, ITEM("T", ""), 400, BIO1 ", New." },

	/* gradescale.default_required: of the category, else of the class */
	{ "the class has none",        SCALE, "", SIS("classes", "class-bio-1", "\"defaultGradeScale\": null"), L1, ITEM("T", CAT("cat-tests")), 400, "class class-bio-1 has no default grade scale" },
	{ "nor without a category",    SCALE, "", SIS("classes", "class-bio-1", "\"defaultGradeScale\": null"), L1, ITEM("T", ""), 400, "class class-bio-1 has no default grade scale" },
	{ "no matter",                 "",    "", SIS("classes", "class-bio-1", "\"defaultGradeScale\": null"), L1, ITEM("T", ""), 201, "\"T\"" },
	{ "the category has one",      SCALE, "", SIS("classes", "class-bio-1", "\"defaultGradeScale\": null"), L1, ITEM("T", CAT("cat-homework")), 201, "cat-homework" },
	{ "the category has none",     SCALE, "", "", L1, ITEM("T", CAT("cat-projects")), 400, "category cat-projects has no default grade scale" },
	{ "but the class has",         SCALE, "", SIS("classes", "class-bio-1", "\"defaultGradeScale\": \"Letter\""), L1, ITEM("T", CAT("cat-projects")), 201, "cat-projects" },
	{ "the class has one",         SCALE, "", SIS("classes", "class-bio-1", "\"defaultGradeScale\": \"Letter\""), L1, ITEM("T", CAT("cat-tests")), 201, "cat-tests" },
	{ "another class has none",    SCALE, "", SIS("classes", "class-bio-2", "\"defaultGradeScale\": null"), L1, ITEM("T", CAT("cat-tests")), 201, "cat-tests" },
	{ "that of the fallback",      SCALE ", " FALL("id:cat-projects"), "", "", L1, ITEM("T", CAT("x")), 400, "category cat-projects has no default grade scale" },

	/* grading_period.required */
	{ "no period",                 "", "", "", L1, ITEM("T", ""), 201, "!gradingPeriod" },
	{ "a period is required",      "\"grading_period.required\": true", "", "", L1, ITEM("T", ""), 400, "gradingPeriod is required: T" },
	{ "none can be derived",       "\"grading_period.required\": true", "", "", L1, ITEM("T", DUE("2026-12-25T12:00:00Z")), 400, "gradingPeriod is required: T" },
	{ "derived",                   "\"grading_period.required\": true", "", "", L1, ITEM("T", DUE("2026-11-20T12:00:00Z")), 201, "gp-q2" },
	{ "given",                     "\"grading_period.required\": true", "", "", L1, ITEM("T", REF("gradingPeriod", "gp-q2")), 201, "gp-q2" },
	{ "not derived here",          "\"grading_period.required\": true, \"grading_period.derive\": false", "", "", L1, ITEM("T", DUE("2026-11-20T12:00:00Z")), 400, "gradingPeriod is required: T" },
	{ "given as the session",      "\"grading_period.required\": true", "", "", GRADEBOOK_V2 "/lineItems/l-1", ITEM("T", REF("academicSession", "gp-q2")), 201, "\"gradingPeriod\":{\"href\":\"http://sis.example.org" ROSTERING_V2 "/academicSessions/gp-q2\"" },
	{ "a term is no period",       "\"grading_period.required\": true", "", "", GRADEBOOK_V2 "/lineItems/l-1", ITEM("T", REF("academicSession", "term-fall")), 422, "gradingPeriod is required: T" },
	{ "the session before a date", "", "", "", GRADEBOOK_V2 "/lineItems/l-1", ITEM("T", REF("academicSession", "gp-q4") DUE("2026-11-20T12:00:00Z")), 201, "!gp-q2" },

	/* grading_period.lock */
	{ "into a closed period",      "",   "", "", L1, ITEM("T", REF("gradingPeriod", "gp-q1")), 201, "gp-q1" },
	{ "a closed one is given",     LOCK, "", "", L1, ITEM("T", REF("gradingPeriod", "gp-q1")), 400, "the grading period of l-1 is closed" },
	{ "a closed one is derived",   LOCK, "", "", L1, ITEM("T", DUE("2026-09-01T12:00:00Z")), 400, "the grading period of l-1 is closed" },
	{ "an open one is given",      LOCK, "", "", L1, ITEM("T", DUE("2026-09-01T12:00:00Z") REF("gradingPeriod", "gp-q2")), 201, "gp-q2" },
	{ "an open one is derived",    LOCK, "", "", L1, ITEM("T", DUE("2026-11-20T12:00:00Z")), 201, "gp-q2" },
	{ "one of two is open",        LOCK, "", PERIOD("gp-all", "2026-08-01", "2027-06-01"), L1, ITEM("T", DUE("2026-09-01T12:00:00Z")), 201, "gp-all" },
	{ "none",                      LOCK, "", "", L1, ITEM("T", ""), 201, "!gradingPeriod" },
	{ "closed by the office",      LOCK, "", SIS("academicSessions", "gp-q2", "\"state\": \"closed\""), L1, ITEM("T", DUE("2026-11-20T12:00:00Z")), 400, "is closed" },
	{ "opened by the office",      LOCK, "", SIS("academicSessions", "gp-q1", "\"state\": \"open\""), L1, ITEM("T", DUE("2026-09-01T12:00:00Z")), 201, "gp-q1" },
	{ "which one",                 LOCK, SAYS("grading_period_closed", "{title} {reason} {due}."), "", L1, ITEM("T", DUE("2026-09-01T12:00:00Z")), 400, "T gp-q1 2026-09-01T12:00:00.000Z." },
	{ "a result, no lock",         "",   "", "", V1 "/results/r-1", RESULT("l-q1"), 201, "l-q1" },
	{ "a result, locked",          LOCK, "", "", V1 "/results/r-1", RESULT("l-q1"), 400, "the grading period of l-q1 is closed" },
	{ "a result, by the due date", LOCK, "", "", V1 "/results/r-1", RESULT("l-q1-due"), 400, "the grading period of l-q1-due is closed" },
	{ "nothing is derived",        LOCK ", \"grading_period.derive\": false, \"grading_period.required\": true", "", "", V1 "/results/r-1", RESULT("l-q1-due"), 201, "l-q1-due" },
	{ "a result, open",            LOCK, "", "", V1 "/results/r-1", RESULT("l-0"), 201, "l-0" },
	{ "a result of no lineItem",   LOCK ", \"reference.check\": \"none\"", "", "", V1 "/results/r-1", RESULT("l-none"), 201, "l-none" },

	/* max.integer_only */
	{ "any maximum",               "", "", "", L1, ITEM("T", MAX("10.5")), 201, "10.5" },
	{ "not a whole one",           "\"max.integer_only\": true", "", "", L1, ITEM("T", MAX("10.5")), 400, "resultValueMax must be a whole number: 10.5" },
	{ "a whole one",               "\"max.integer_only\": true", "", "", L1, ITEM("T", MAX("10.0")), 201, "10" },
	{ "no maximum",                "\"max.integer_only\": true", "", "", L1, ITEM("T", ""), 201, "!resultValueMax" },
	{ "only the maximum",          "\"max.integer_only\": true", "", "", L1, ITEM("T", ", \"resultValueMin\": 0.5"), 201, "0.5" },
};

/* GET /classes/{id}/categories lists what a write may use. */
static const struct {
	const char *quirks, *target;
	const char *total;
} lists[] = {
	{ "",                V1 "/classes/class-bio-1/categories", "5" },
	{ SCOPE("both"),     GRADEBOOK_V2 "/classes/class-bio-1/categories", "5" },
	{ SCOPE("global"),   V1 "/classes/class-bio-1/categories", "9" },
	{ SCOPE("global"),   GRADEBOOK_V2 "/classes/class-bio-1/categories", "9" },
	{ SCOPE("metadata"), V1 "/classes/class-bio-1/categories", "1" },
	{ SCOPE("metadata"), V1 "/classes/class-hist-1/categories", "0" },
	{ SCOPE("metadata"), V1 "/categories", "9" },
};

/* What the journal is told, joined by commas. */
static const struct {
	const char *quirks, *setup, *body;
	const char *fired;
} notes[] = {
	{ "",                       "", ITEM("T", ""), "" },
	{ "",                       "", ITEM("T", DUE("2026-11-20T12:00:00Z")), "" }, /* the standard does so */
	{ "",                       "", ITEM("T", DUE("2026-11-20T12:00:00Z") REF("gradingPeriod", "gp-q2")), "" },
	{ U,                        "", ITEM("Old", ""), "title.unique" },
	{ U FOLDED,                 "", ITEM("Old", ""), "title.unique" },
	{ U FOLDED,                 "", ITEM("OLD", ""), "title.case_sensitive,title.unique" },
	{ AHEAD,                    "", ITEM("T", DUE("2026-11-01T12:00:00Z")), "due_date.must_be_future" },
	{ TERM,                     "", ITEM("T", DUE("2026-12-25T12:00:00Z")), "due_date.in_term" },
	{ TERM UTC,                 "", ITEM("T", DUE("2026-12-25T12:00:00Z")), "due_date.in_term" },
	{ TERM UTC,                 "", ITEM("T", DUE("2026-12-19T04:59:00Z")), "due_date.day_from,due_date.in_term" },
	{ ASSIGN,                   "", ITEM("T", ASSIGNED("2026-09-01T12:00:00Z")), "assign_date.in_period" },
	{ NEED,                     "", ITEM("T", ""), "category.required" },
	{ "",                       "", ITEM("T", CAT("cat-bio2-labs")), "category.scope" },
	{ FALL("error"),            "", ITEM("T", CAT("x")), "category.fallback" },
	{ FALL("id:cat-tests"),     "", ITEM("T", CAT("x")), "category.fallback" },
	{ FALL("id:cat-tests"),     "", ITEM("T", CAT("cat-quizzes")), "" },
	{ "\"reference.check\": \"strict\"", "", ITEM("T", CAT("x")), "reference.check" },
	{ "",                       SIS("lineItems", "l-1", "\"category\": \"cat-tests\""), ITEM("T", CAT("cat-quizzes")), "category.sticky" },
	{ "",                       SIS("lineItems", "l-1", "\"category\": \"cat-tests\""), ITEM("T", CAT("cat-tests")), "" },
	{ "\"category.sticky\": false", SIS("lineItems", "l-1", "\"category\": \"cat-tests\""), ITEM("T", CAT("cat-quizzes")), "category.sticky" },
	{ "\"category.forbidden_id\": \"x\"", "", ITEM("T", CAT("x")), "category.forbidden_id" },
	{ "\"category.fixed_id\": \"x\"", "", ITEM("T", CAT("x")), "category.fixed_id" },
	{ LAG,                      CATEGORY("c", "New", "") ", " SIS("categories", "c", "\"created\": \"2026-11-16T16:30:00Z\""), ITEM("T", CAT("c")), "category.lag_s" },
	{ SCALE,                    "", ITEM("T", CAT("cat-projects")), "gradescale.default_required" },
	{ "\"grading_period.required\": true", "", ITEM("T", ""), "grading_period.required" },
	{ LOCK,                     "", ITEM("T", REF("gradingPeriod", "gp-q1")), "grading_period.lock" },
	{ "\"max.integer_only\": true", "", ITEM("T", MAX("1.5")), "max.integer_only" },
};
/* clang-format on */

static struct provider provider;

static void set_state(const json_t *kinds)
{
	struct conn *conn = store_conn(provider.sandbox->store);
	struct err err = ERR_INIT;
	const char *kind, *id, *key;
	const json_t *objects, *members, *value;

	json_object_foreach ((json_t *)(uintptr_t)kinds, kind, objects)
		json_object_foreach ((json_t *)(uintptr_t)objects, id, members)
			json_object_foreach ((json_t *)(uintptr_t)members, key, value)
				ck_assert(sis_state_put(conn, kind, id, key, value, &err));
}

static void fill(const char *text)
{
	struct err err = ERR_INIT;
	json_t *setup = jsonx_load(text, strlen(text), &err);
	const char *plural;
	const json_t *list, *object;
	size_t i;

	ck_assert_msg(setup != NULL, "%s: %s", text, err.text);
	set_state(json_object_get(setup, "sis"));
	json_object_foreach (setup, plural, list)
		json_array_foreach (list, i, object)
			put_object(provider.sandbox->store, entity_by_plural(plural), BOTH, object);
	json_decref(setup);
}

static void open_provider(const char *quirks, const char *rest, const char *setup)
{
	char *more = xformat("{%s}", setup);

	provider_open(&provider, quirks, rest);
	provider.sandbox->clock.offset = STORY - when_now();
	fill(rows);
	fill(more);
	free(more);
}

static void close_provider(void)
{
	provider_close(&provider);
}

/* "" when it is not there. */
static char *stored(const char *target)
{
	struct answer answer = ask(&provider, "GET", target, NULL);
	char *text = xstrdup(answer.status == 200 ? answer.text : "");

	answer_free(&answer);
	return text;
}

START_TEST(writes_obey_the_rules)
{
	const char *name = cases[_i].name, *says = cases[_i].says, *target = cases[_i].target;
	char *before, *after;
	struct answer answer;

	open_provider(cases[_i].quirks, cases[_i].rest, cases[_i].setup);
	before = stored(target);
	answer = ask(&provider, "PUT", target, cases[_i].body);
	after = stored(target);
	ck_assert_msg(answer.status == cases[_i].status, "%s: %d %s", name, answer.status,
		      answer.text);
	if (answer.status >= 400) {
		ck_assert_msg(strstr(answer.description, says) != NULL, "%s: %s", name,
			      answer.description);
		ck_assert_msg(strcmp(before, after) == 0, "%s: now it is %s", name, after);
	} else {
		ck_assert_msg((strstr(after, says + (*says == '!')) != NULL) == (*says != '!'),
			      "%s: stored is %s", name, after);
	}
	answer_free(&answer);
	free(before);
	free(after);
}
END_TEST

START_TEST(lists_agree_with_writes)
{
	struct answer answer;

	open_provider(lists[_i].quirks, "", "");
	answer = ask(&provider, "GET", lists[_i].target, NULL);
	ck_assert_msg(same_text(answer.total, lists[_i].total), "%s %s: %s", lists[_i].quirks,
		      lists[_i].target, answer.text);
	answer_free(&answer);
}
END_TEST

/* Without a journal at hand the rules are run beside the pipeline. */
static char *names_of_fired(const char *body)
{
	struct request request;
	struct response response = { 0 };
	struct context context = { .registry = &provider.registry,
				   .sandbox = provider.sandbox,
				   .profile = provider.sandbox->profile,
				   .request = &request,
				   .response = &response,
				   .now = sandbox_now(provider.sandbox) };
	struct record record;
	struct err err = ERR_INIT;
	struct write_check check = { &context, store_conn(provider.sandbox->store), &record, &err };
	struct str names = STR_INIT;
	json_t *json = jsonx_load(body, strlen(body), &err);
	json_t *item = json_object_get(json, "lineItem");

	request_make(&request, "PUT", L1);
	json_object_set_new(item, "sourcedId", json_string("l-1"));
	ck_assert_msg(
		record_from_json(&record, &ENTITY_LINE_ITEMS, V11, item, "", &request.arena, &err),
		"%s", err.text);
	ck_assert(gradebook_check(&check) || response.refusal.set);
	for (size_t i = 0; i < context.fired_count; i++)
		str_format(&names, "%s%s", i ? "," : "", context.fired[i]);
	json_decref(json);
	request_free(&request);
	response_free(&response);
	return str_take(&names, NULL);
}

START_TEST(the_journal_is_told)
{
	char *fired;

	open_provider(notes[_i].quirks, NEW_YORK, notes[_i].setup);
	fired = names_of_fired(notes[_i].body);
	ck_assert_msg(strcmp(fired, notes[_i].fired) == 0, "%s %s: %s", notes[_i].quirks,
		      notes[_i].body, fired);
	free(fired);
}
END_TEST

/* A category that came over the API can be used after its lag, and a change of it later
 * does not make it new again. */
START_TEST(a_category_takes_its_time)
{
	static const char category[] = "{\"category\": {\"title\": \"New\"}}";

	open_provider(LAG, "", "");
	ck_assert_int_eq(ask_status(&provider, "PUT", V1 "/categories/c", category), 201);
	ck_assert_int_eq(ask_status(&provider, "PUT", L1, ITEM("T", CAT("c"))), 400);
	provider.sandbox->clock.offset += 3500 * 1000;
	ck_assert_int_eq(ask_status(&provider, "PUT", L1, ITEM("T", CAT("c"))), 400);
	provider.sandbox->clock.offset += 200 * 1000;
	ck_assert_int_eq(ask_status(&provider, "PUT", L1, ITEM("T", CAT("c"))), 201);
	ck_assert_int_eq(ask_status(&provider, "PUT", V1 "/categories/c", category), 200);
	ck_assert_int_eq(ask_status(&provider, "PUT", L1, ITEM("T", CAT("c"))), 200);
	ck_assert_int_eq(ask_status(&provider, "DELETE", V1 "/categories/c", NULL), 204);
	ck_assert_int_eq(ask_status(&provider, "PUT", V1 "/categories/c", category), 201);
	ck_assert_int_eq(ask_status(&provider, "PUT", L1, ITEM("T", CAT("c"))), 400);
}
END_TEST

/* The teacher's choice holds for every PUT, or until the first. */
START_TEST(a_moved_category)
{
	static const struct {
		const char *quirks, *after;
	} modes[] = { { "", "cat-tests" }, { "\"category.sticky\": false", "cat-quizzes" } };
	json_t *left = NULL;
	struct err err = ERR_INIT;

	open_provider(modes[_i].quirks, "", SIS("lineItems", "l-0", "\"category\": \"cat-tests\""));
	for (int again = 0; again < 2; again++) {
		char *text;

		ck_assert_int_eq(ask_status(&provider, "PUT", V1 "/lineItems/l-0",
					    ITEM("Old", CAT("cat-quizzes"))),
				 200);
		text = stored(V1 "/lineItems/l-0");
		ck_assert_msg(strstr(text, modes[_i].after) != NULL, "%s", text);
		free(text);
	}
	ck_assert(sis_state_get(store_conn(provider.sandbox->store), "lineItems", "l-0", "category",
				&left, &err));
	ck_assert_int_eq(left == NULL, _i);
	json_decref(left);
}
END_TEST

/* Many at once: the second of one title is refused, with a pointer to it, and none stays. */
START_TEST(twins_in_one_post)
{
	struct answer answer;

	open_provider(U, "", "");
	answer = ask(&provider, "POST", GRADEBOOK_V2 "/classes/class-bio-1/lineItems",
		     "{\"lineItems\": [{\"sourcedId\": \"a\", \"title\": \"Twin\"}, "
		     "{\"sourcedId\": \"b\", \"title\": \"Twin\"}]}");
	ck_assert_int_eq(answer.status, 422);
	ck_assert_msg(strstr(answer.description, "Twin is already") &&
			      strstr(answer.description, "/lineItems/1"),
		      "%s", answer.description);
	answer_free(&answer);
	answer = ask(&provider, "GET", V1 "/lineItems?filter=title='Twin'", NULL);
	ck_assert_str_eq(answer.total, "0");
	answer_free(&answer);
}
END_TEST

/* A pointer leads to the one of many that has no zone. */
START_TEST(zones_in_one_post)
{
	struct answer answer;

	open_provider(ZONE, "", "");
	answer = ask(&provider, "POST", GRADEBOOK_V2 "/classes/class-bio-1/lineItems",
		     "{\"lineItems\": [{\"sourcedId\": \"a\", \"title\": \"A\"}, {\"sourcedId\": "
		     "\"b\", \"title\": \"B\", \"dueDate\": \"2026-11-20T23:59:59\"}]}");
	ck_assert_int_eq(answer.status, 422);
	ck_assert_msg(starts_with(answer.description, "/lineItems/1/dueDate: "), "%s",
		      answer.description);
	answer_free(&answer);
}
END_TEST

/* A class of very many categories: the list ends, the answer does not. */
START_TEST(a_long_list_of_categories)
{
	struct answer answer;

	open_provider(NEED, SAYS("category_missing", "{title}: {categories}"), "");
	for (int i = 0; i < 2000; i++) {
		char *row = xformat("{\"sourcedId\": \"c-%d\", \"title\": \"\xc5\xbb Category\"}",
				    i);

		put_row(provider.sandbox->store, &ENTITY_CATEGORIES, row);
		free(row);
	}
	answer = ask(&provider, "PUT", L1, ITEM("T", ""));
	ck_assert_int_eq(answer.status, 400);
	ck_assert_msg(starts_with(answer.description, "T: " BIO1 ", \xc5\xbb Category, ") &&
			      ends_with(answer.description, "Category"),
		      "%s", answer.description);
	ck_assert_uint_lt(strlen(answer.description), 5000);
	answer_free(&answer);
}
END_TEST

Suite *line_item_rules_suite(void);
Suite *line_item_rules_suite(void)
{
	Suite *suite = suite_create("api/line_item_rules");
	TCase *tc = tcase_create("line_item_rules");

	tcase_add_checked_fixture(tc, NULL, close_provider);
	tcase_add_loop_test(tc, writes_obey_the_rules, 0, ARRAY_SIZE(cases));
	tcase_add_loop_test(tc, lists_agree_with_writes, 0, ARRAY_SIZE(lists));
	tcase_add_loop_test(tc, the_journal_is_told, 0, ARRAY_SIZE(notes));
	tcase_add_test(tc, a_category_takes_its_time);
	tcase_add_loop_test(tc, a_moved_category, 0, 2);
	tcase_add_test(tc, twins_in_one_post);
	tcase_add_test(tc, zones_in_one_post);
	tcase_add_test(tc, a_long_list_of_categories);
	suite_add_tcase(suite, tc);
	return suite;
}
