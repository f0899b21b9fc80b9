/*
 * test_quirks_rest.c - the switches that the other tests of quirks leave out, off and on,
 * and each fault that a profile can word: one server, and a PATCH of its profile between two
 * requests, as a tester does it.
 *
 * l-0 is a lineItem of class-bio-2 from 0 to 10 in cat-tests, due in November.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/oauth1.h"
#include "base/str.h"
#include "base/util.h"
#include "oneroster/vocab.h"
#include "server/quirk/fault.h"
#include "tests/http/harness.h"
#include "tests/http/wire.h"

#define SANDBOX "/sandboxes/default"
#define REF(name, id) ", \"" name "\": {\"sourcedId\": \"" id "\"}"
#define ITEM_OF(class_id, title, more) \
	"{\"lineItem\": {\"title\": \"" title "\"" REF("class", class_id) more "}}"
#define ITEM(title, more) ITEM_OF("class-bio-2", title, more)
#define DUE(time) ", \"dueDate\": \"" time "\""
#define RESULT_OF(line_item, student, more)                                          \
	"{\"result\": {\"scoreStatus\": \"fully graded\"" REF("lineItem", line_item) \
		REF("student", student) more "}}"
#define RESULT(more) RESULT_OF("l-0", "student-021", more)
#define COMMENT(text) ", \"score\": 1, \"comment\": \"" text "\""
#define FEW \
	"scope=https%3A%2F%2Fpurl.imsglobal.org%2Fspec%2For%2Fv1p1%2Fscope%2Froster-core.readonly"
#define TOKEN_OF(more) \
	"/oauth2/"     \
	"token?grant_type=client_credentials&client_id=test-client&client_secret=test-secret" more
#define V12_ROOT "/ims/oneroster/rostering/v1p2"

static struct server shared;
static char narrow[BEARER]; /* a token for FEW only */

static void put(const char *target, const char *body)
{
	struct answer answer;

	api(&answer, &shared, "PUT", target, body);
	ck_assert_msg(answer.status == 201, "%s: %ld %s", target, answer.status, answer.body);
	answer_release(&answer);
}

static void get_narrow_token(void)
{
	char *url = xformat("%s%s", shared.url, TOKEN_OF("&" FEW));
	struct answer answer;

	http(&answer, "POST", url, NULL, "");
	snprintf(narrow, sizeof narrow, "Authorization: Bearer %s\r\n",
		 json_string_value(json_object_get(answer.json, "access_token")));
	answer_release(&answer);
	free(url);
}

static void start_shared(void)
{
	server_start(&shared, (const char *[]){ "--log-level", "error", NULL });
	put("/lineItems/l-0",
	    ITEM("Quiz", REF("category", "cat-tests")
				 DUE("2026-11-20T12:00:00Z") ", \"resultValueMin\": 0, "
							     "\"resultValueMax\": 10"));
	put("/lineItems/early", ITEM("Early", DUE("2026-09-10T12:00:00Z")));
	put("/results/r-0", RESULT(", \"score\": 5"));
	get_narrow_token();
	ck_assert_int_eq(admin_status(&shared, "POST", SANDBOX "/snapshots", NULL), 201);
}

static void stop_shared(void)
{
	server_stop(&shared);
}

/* Everything as inherited, then @members of the profile. */
static void set_profile(const char *members)
{
	char *change = xformat("{%s}", members);
	int status;

	ck_assert_int_eq(admin_status(&shared, "PATCH", SANDBOX "/profile",
				      "{\"quirks\": null, \"errors\": null}"),
			 200);
	status = admin_status(&shared, "PATCH", SANDBOX "/profile", change);
	ck_assert_msg(status == 200, "%s: %d", change, status);
	free(change);
}

static void set_quirks(const char *quirks)
{
	char *members = xformat("\"quirks\": {%s}", quirks);

	set_profile(members);
	free(members);
}

/* What came, or what a GET of @read shows afterwards, must have the status and hold @says;
 * "!": must not. "NARROW" among the headers stands for the token of few scopes. */
static void expect(const char *name, const char *method, const char *pattern, const char *headers,
		   const char *body, const char *read, long status, const char *says)
{
	char *target = wire_target(V11, pattern);
	const char *sent = headers && strcmp(headers, "NARROW") == 0 ? narrow : headers;
	struct reply reply;
	bool absent = *says == '!';

	wire_send(&reply, &shared, method, target, sent ? sent : "", body);
	ck_assert_msg(reply.status == status, "%s: expected %ld: %s", name, status, reply.raw);
	if (read) {
		char *there = wire_target(V11, read);

		reply_release(&reply);
		wire_send(&reply, &shared, "GET", there, "", NULL);
		free(there);
	}
	ck_assert_msg((strstr(reply.raw, says + absent) != NULL) != absent, "%s: %s: %s", name,
		      says, reply.raw);
	reply_release(&reply);
	free(target);
}

/* clang-format off */
/* The same request twice: with the first switches, and with the second. */
static const struct {
	const char *before, *after;
	const char *method, *target, *headers, *body, *read;
	long off;
	const char *off_says;
	long on;
	const char *on_says;
} rows[] = {
	/* what a lineItem may be */
	{ "", "\"title.max\": 5", "PUT", "G/lineItems/t-1", NULL, ITEM("Essays", ""), NULL, 201, "", 400, "title has more than 5 characters: Essays" },
	{ "", "\"title.max\": 5", "PUT", "G/lineItems/t-2", NULL, ITEM("\xc3\x89ssai", ""), NULL, 201, "", 200, "" },
	{ "\"title.max\": 5", "\"title.max\": 5, \"title.overflow\": \"truncate\"", "PUT", "G/lineItems/t-3", NULL, ITEM("Essays", ""), "G/lineItems/t-3", 400, "404", 201, "\"title\":\"Essay\"" },
	{ "\"title.max\": 5", "\"title.max\": 5, \"title.overflow\": \"accept\"", "PUT", "G/lineItems/t-4", NULL, ITEM("Essays", ""), "G/lineItems/t-4", 400, "404", 201, "\"title\":\"Essays\"" },
	{ "", "\"due_date.required\": true", "PUT", "G/lineItems/d-1", NULL, ITEM("T", ""), NULL, 201, "", 400, "dueDate is required: T" },
	{ "", "\"due_date.required\": true", "PUT", "G/lineItems/d-2", NULL, ITEM("T", ", \"dueDate\": null"), NULL, 201, "", 400, "dueDate is required: T" },
	{ "", "\"due_date.in_open_period\": true", "PUT", "G/lineItems/d-3", NULL, ITEM("T", DUE("2026-12-25T12:00:00Z")), NULL, 201, "", 400, "is not in an open grading period: T" },
	{ "", "\"comment.max\": 5", "PUT", "G/results/c-1", NULL, RESULT(COMMENT("123456")), NULL, 201, "", 400, "comment has more than 5 characters" },
	{ "\"comment.max\": 5", "\"comment.max\": 5, \"comment.overflow\": \"truncate\"", "PUT", "G/results/c-2", NULL, RESULT(COMMENT("123456")), "G/results/c-2", 400, "404", 201, "\"comment\":\"12345\"" },
	{ "", "\"reference.check\": \"none\"", "PUT", "G/lineItems/r-1", NULL, ITEM_OF("x", "T", ""), NULL, 400, "class x is not known", 201, "" },
	{ "", "\"reference.check\": \"strict\"", "PUT", "G/lineItems/r-2", NULL, ITEM("T", REF("category", "x")), NULL, 201, "", 400, "category x is not known" },
	{ "", "\"validation.mode\": \"strict\"", "PUT", "G/lineItems/v-1", NULL, ITEM("T", ""), NULL, 201, "", 400, "/lineItem/sourcedId: expected a sourcedId, which is required" },
	/* what a PUT and a DELETE answer */
	{ "", "\"put.replace_status\": 201", "PUT", "G/lineItems/l-1", NULL, ITEM("T", ""), NULL, 201, "", 201, "" },
	{ "", "\"put.replace_status\": 201", "PUT", "G/lineItems/l-1", NULL, ITEM("T", ""), NULL, 200, "", 201, "" },
	{ "", "\"put.returns_object\": true", "PUT", "G/lineItems/l-1", NULL, ITEM("T", ""), NULL, 200, "!lineItem", 200, "{\"lineItem\":{\"sourcedId\":\"l-1\"" },
	{ "", "\"delete.mode\": \"unsupported\"", "DELETE", "G/lineItems/l-1", NULL, NULL, "G/lineItems/l-1", 204, "404", 405, "404" },
	{ "\"delete.mode\": \"unsupported\"", "\"delete.mode\": \"soft\"", "DELETE", "G/lineItems/t-1", NULL, NULL, "G/lineItems/t-1", 405, "\"active\"", 204, "\"tobedeleted\"" },
	/* how objects are written */
	{ "", "\"json.boolean\": \"json\"", "GET", "R/users/teacher-01", NULL, NULL, NULL, 200, "\"enabledUser\":\"true\"", 200, "\"enabledUser\":true" },
	{ "", "\"json.null_for_missing\": true", "GET", "G/lineItems/l-0", NULL, NULL, NULL, 200, "!\"description\"", 200, "\"description\":null" },
	{ "", "\"json.collection_key\": \"path\"", "GET", "R/terms?limit=1", NULL, NULL, NULL, 200, "{\"academicSessions\":[", 200, "{\"terms\":[" },
	{ "", "\"json.status_in_success\": true", "GET", "R/orgs/school-high", NULL, NULL, NULL, 200, "!statusInfoSet", 200, "\"statusInfoSet\":[{\"imsx_codeMajor\":\"success\"" },
	{ "", "\"href.form\": \"relative\"", "GET", "R/orgs/school-high", NULL, NULL, NULL, 200, "\"href\":\"http://", 200, "\"href\":\"/ims/oneroster/v1p1/orgs/district-lakeside\"" },
	{ "", "\"href.form\": \"none\"", "GET", "R/orgs/school-high", NULL, NULL, NULL, 200, "\"href\"", 200, "!\"href\"" },
	/* pages, filters, order, selection */
	{ "", "\"limit.default\": 2", "GET", "R/orgs?fields=sourcedId", NULL, NULL, NULL, 200, "school-middle", 200, "!\"school-middle\"" },
	{ "", "\"limit.max\": 2", "GET", "R/orgs?limit=3", NULL, NULL, NULL, 200, "limit=3", 200, "limit=2" },
	{ "\"limit.max\": 2", "\"limit.max\": 2, \"limit.over\": \"reject\"", "GET", "R/orgs?limit=3", NULL, NULL, NULL, 200, "limit=2", 400, "limit=3: at most 2 objects stand on a page" },
	{ "", "\"page.total_header\": false", "GET", "R/orgs", NULL, NULL, NULL, 200, "X-Total-Count: 3", 200, "!X-Total-Count" },
	{ "", "\"page.link_header\": false", "GET", "R/orgs?limit=1", NULL, NULL, NULL, 200, "rel=\"next\"", 200, "!Link:" },
	{ "", "\"page.offset_base\": 1", "GET", "R/orgs?limit=1&offset=1", NULL, NULL, NULL, 200, "{\"sourcedId\":\"school-high\"", 200, "{\"sourcedId\":\"district-lakeside\"" },
	{ "", "\"filter.supported\": false", "GET", "R/orgs?filter=type%3D'district'", NULL, NULL, NULL, 200, "X-Total-Count: 1", 200, "X-Total-Count: 3" },
	{ "", "\"filter.max_predicates\": 1", "GET", "R/orgs?filter=type%3D'school'%20AND%20name%3D'x'", NULL, NULL, NULL, 200, "X-Total-Count: 0", 400, "at most 1 predicate" },
	{ "", "\"filter.case_sensitive\": true", "GET", "R/orgs?filter=name%3D'lakeside%20high%20school'", NULL, NULL, NULL, 200, "X-Total-Count: 1", 200, "X-Total-Count: 0" },
	{ "", "\"sort.supported\": false", "GET", "R/orgs?sort=name&limit=1", NULL, NULL, NULL, 200, "[{\"sourcedId\":\"school-high\"", 200, "[{\"sourcedId\":\"district-lakeside\"" },
	{ "", "\"fields.supported\": false", "GET", "R/orgs?fields=name", NULL, NULL, NULL, 200, "!sourcedId", 200, "sourcedId" },
	{ "", "\"category.filter_supported\": false", "GET", "G/categories?filter=metadata.classId%3D'class-bio-1'", NULL, NULL, NULL, 200, "X-Total-Count: 1", 400, "categories cannot be filtered by metadata here" },
	{ "", "\"category.class_endpoint\": false", "GET", "G/classes/class-bio-1/categories", NULL, NULL, NULL, 200, "cat-bio1-labs", 404, "there is no such path" },
	/* who gets in */
	{ "", "\"auth.modes\": [\"oauth1\"]", "GET", "R/orgs", NULL, NULL, NULL, 200, "", 401, "bearer tokens are not accepted here" },
	{ "", "\"auth.scopes\": \"ignore\"", "GET", "G/lineItems", "NARROW", NULL, NULL, 403, "the access token lacks the scope", 200, "lineItems" },
	{ "", "\"auth.token_ttl_s\": 77", "POST", TOKEN_OF(""), NULL, "", NULL, 200, "3600", 200, "77" },
	/* how it refuses */
	{ "", "\"error.envelope\": \"v11\"", "GET", V12_ROOT "/orgs/x", NULL, NULL, NULL, 404, "!statusInfoSet", 404, "{\"statusInfoSet\":[{" },
	{ "", "\"error.envelope\": \"v10\"", "GET", "R/orgs/x", NULL, NULL, NULL, 404, "{\"statusInfoSet\":[{", 404, "{\"errors\":[{\"codeMajor\":\"failure\"" },
	{ "", "\"error.envelope\": \"v12\"", "GET", "R/orgs/x", NULL, NULL, NULL, 404, "\"imsx_codeMinor\":\"unknown object\"", 404, "\"imsx_codeMinorFieldValue\":\"unknownobject\"" },
	{ "", "\"error.envelope\": \"bare\"", "GET", "R/orgs/x", NULL, NULL, NULL, 404, "imsx_description", 404, "!imsx_description" },
	{ "", "\"error.envelope\": \"empty\"", "GET", "R/orgs/x", NULL, NULL, NULL, 404, "statusInfoSet", 404, "Content-Length: 0" },
	{ "", "\"error.prefix\": \"The SIS: \"", "GET", "R/orgs/x", NULL, NULL, NULL, 404, "\"imsx_description\":\"Unknown Object", 404, "\"imsx_description\":\"The SIS: Unknown Object" },
};

/* Each fault, told with a status and a text of the profile. @state is of the SIS, KIND/ID,
 * and @is what it is to be; "rule": @is is what a fault rule does, where no request brings
 * the fault about; "twice": the same was asked before. */
static const struct {
	const char *fault, *quirks, *state, *is;
	const char *method, *target, *headers, *body;
} faults[] = {
	{ "title_too_long", "\"title.max\": 5", NULL, NULL, "PUT", "G/lineItems/f", NULL, ITEM("Essays", "") },
	{ "title_not_unique", "\"title.unique\": \"class\"", NULL, NULL, "PUT", "G/lineItems/f", NULL, ITEM("Quiz", "") },
	{ "due_date_missing", "\"due_date.required\": true", NULL, NULL, "PUT", "G/lineItems/f", NULL, ITEM("T", "") },
	{ "due_date_out_of_term", "\"due_date.in_term\": true", NULL, NULL, "PUT", "G/lineItems/f", NULL, ITEM("T", DUE("2029-01-01T12:00:00Z")) },
	{ "due_date_not_in_open_period", "\"due_date.in_open_period\": true", NULL, NULL, "PUT", "G/lineItems/f", NULL, ITEM("T", DUE("2029-01-01T12:00:00Z")) },
	{ "due_date_past", "\"due_date.must_be_future\": true", NULL, NULL, "PUT", "G/lineItems/f", NULL, ITEM("T", DUE("2026-09-10T12:00:00Z")) },
	{ "assign_date_out_of_period", "\"assign_date.in_period\": true", NULL, NULL, "PUT", "G/lineItems/f", NULL, ITEM("T", ", \"assignDate\": \"2029-01-01T12:00:00Z\"") },
	{ "category_missing", "\"category.required\": true", NULL, NULL, "PUT", "G/lineItems/f", NULL, ITEM("T", "") },
	{ "category_unknown", "\"category.fallback\": \"error\"", NULL, NULL, "PUT", "G/lineItems/f", NULL, ITEM("T", REF("category", "x")) },
	{ "category_not_of_class", "", NULL, NULL, "PUT", "G/lineItems/f", NULL, ITEM("T", REF("category", "cat-bio1-labs")) },
	{ "category_forbidden", "\"category.forbidden_id\": \"cat-tests\"", NULL, NULL, "PUT", "G/lineItems/f", NULL, ITEM("T", REF("category", "cat-tests")) },
	{ "gradescale_missing", "\"gradescale.default_required\": true", "categories/cat-tests", "{\"defaultGradeScale\": null}", "PUT", "G/lineItems/f", NULL, ITEM("T", REF("category", "cat-tests")) },
	{ "result_scale_missing", "\"gradescale.result_required\": true", "categories/cat-tests", "{\"defaultGradeScale\": null}", "PUT", "G/results/f", NULL, RESULT(", \"score\": 1") },
	{ "letter_scale", "\"gradescale.letter_refuses\": true", "categories/cat-tests", "{\"defaultGradeScale\": \"Letter\"}", "PUT", "G/results/f", NULL, RESULT(", \"score\": 1") },
	{ "grading_period_missing", "\"grading_period.required\": true", NULL, NULL, "PUT", "G/lineItems/f", NULL, ITEM("T", "") },
	{ "grading_period_closed", "\"grading_period.lock\": true", "academicSessions/gp-q2", "{\"state\": \"closed\"}", "PUT", "G/lineItems/f", NULL, ITEM("T", DUE("2026-11-20T12:00:00Z")) },
	{ "max_not_integer", "\"max.integer_only\": true", NULL, NULL, "PUT", "G/lineItems/f", NULL, ITEM("T", ", \"resultValueMax\": 1.5") },
	{ "score_over", "\"score.over_policy\": \"reject\"", NULL, NULL, "PUT", "G/results/f", NULL, RESULT(", \"score\": 11") },
	{ "score_under", "\"score.under_policy\": \"reject\"", NULL, NULL, "PUT", "G/results/f", NULL, RESULT(", \"score\": -1") },
	{ "score_null", "\"score.null_policy\": \"reject\"", NULL, NULL, "PUT", "G/results/f", NULL, RESULT("") },
	{ "score_text", "", NULL, NULL, "PUT", "G/results/f", NULL, RESULT(", \"score\": \"A\"") },
	{ "status_not_allowed", "\"status.allowed\": [\"exempt\"]", NULL, NULL, "PUT", "G/results/f", NULL, RESULT(", \"score\": 1") },
	{ "comment_too_long", "\"comment.max\": 5", NULL, NULL, "PUT", "G/results/f", NULL, RESULT(COMMENT("123456")) },
	{ "student_unknown", "", NULL, NULL, "PUT", "G/results/f", NULL, RESULT_OF("l-0", "nobody", "") },
	{ "student_not_enrolled", "\"student.must_be_enrolled\": true", NULL, NULL, "PUT", "G/results/f", NULL, RESULT_OF("l-0", "student-005", "") },
	{ "teacher_not_owner", "\"teacher.must_own\": true", "classes/class-bio-2", "{\"teacher\": \"teacher-02\"}", "PUT", "G/lineItems/f", NULL, ITEM("T", "") },
	{ "gradebook_unlinked", "", "classes/class-bio-2", "{\"linked\": false}", "PUT", "G/lineItems/f", NULL, ITEM("T", "") },
	{ "line_item_unknown", "", NULL, NULL, "PUT", "G/results/f", NULL, RESULT_OF("x", "student-021", "") },
	{ "class_unknown", "", NULL, NULL, "PUT", "G/lineItems/f", NULL, ITEM_OF("x", "T", "") },
	{ "manual_score", "\"manual_score.wins\": true", "results/r-0", "{\"manualScore\": 8}", "PUT", "G/results/r-0", NULL, RESULT(", \"score\": 1") },
	{ "id_not_unique", "\"sourcedid.global_unique\": true", NULL, NULL, "PUT", "G/lineItems/class-bio-2", NULL, ITEM("T", "") },
	{ "reference_unknown", "\"reference.check\": \"strict\"", NULL, NULL, "PUT", "G/lineItems/f", NULL, ITEM("T", REF("gradingPeriod", "x")) },
	{ "validation_failed", "", NULL, NULL, "PUT", "G/lineItems/f", NULL, "{\"lineItem\": 1}" },
	{ "filter_invalid", "", NULL, NULL, "GET", "R/orgs?filter=x", NULL, NULL },
	{ "selection_invalid", "", NULL, NULL, "GET", V12_ROOT "/orgs?fields=x", NULL, NULL },
	{ "selection_blank", "", NULL, NULL, "GET", "R/orgs?fields=", NULL, NULL },
	{ "query_invalid", "", NULL, NULL, "GET", "R/orgs?limit=x", NULL, NULL },
	{ "json_invalid", "", NULL, NULL, "PUT", "G/lineItems/f", NULL, "{" },
	{ "unauthorized", "", NULL, NULL, "GET", "R/orgs", "Authorization: Bearer x\r\n", NULL },
	{ "forbidden_scope", "", NULL, NULL, "GET", "G/lineItems", "NARROW", NULL },
	{ "rate_limited", "\"rate.limit\": 1", "twice", NULL, "GET", "R/orgs", NULL, NULL },
	{ "not_found", "", NULL, NULL, "GET", "R/orgs/x", NULL, NULL },
	{ "route_unknown", "", NULL, NULL, "GET", "R/nowhere", NULL, NULL },
	{ "method_not_allowed", "", NULL, NULL, "POST", "R/orgs", NULL, "" },
	{ "too_large", "", NULL, NULL, "PUT", "G/lineItems/f", "Content-Length: 2000000\r\n", NULL },
	{ "server_busy", "", "rule", "{\"fault\": \"server_busy\"}", "GET", "R/orgs", NULL, NULL },
	{ "internal", "", "rule", "{\"fault\": \"internal\"}", "GET", "R/orgs", NULL, NULL },
	/* the last one: it ends the token of few scopes */
	{ "token_expired", "", "rule", "{\"expire_token\": true}", "GET", "R/orgs", "NARROW", NULL },
};
/* clang-format on */

START_TEST(off_and_on)
{
	const char *name = rows[_i].after;

	set_quirks(rows[_i].before);
	expect(name, rows[_i].method, rows[_i].target, rows[_i].headers, rows[_i].body,
	       rows[_i].read, rows[_i].off, rows[_i].off_says);
	set_quirks(name);
	expect(name, rows[_i].method, rows[_i].target, rows[_i].headers, rows[_i].body,
	       rows[_i].read, rows[_i].on, rows[_i].on_says);
}
END_TEST

/* What the SIS or a rule must be for the fault. */
static void prepare(size_t i)
{
	const char *state = faults[i].state, *is = faults[i].is;
	char *target, *text;

	if (strcmp(state, "twice") == 0) {
		struct answer answer;

		api(&answer, &shared, "GET", "/orgs", NULL);
		answer_release(&answer);
		return;
	}
	if (strcmp(state, "rule") == 0) {
		text = xformat("{\"items\": [{\"when\": {\"path\": \"*\"}, \"do\": %s}]}", is);
		ck_assert_int_eq(admin_status(&shared, "PUT", SANDBOX "/faults", text), 200);
		free(text);
		return;
	}
	target = xformat("%s/sis/%s", SANDBOX, state);
	ck_assert_int_eq(admin_status(&shared, "PATCH", target, is), 200);
	free(target);
}

/* 418 is nobody's status: what comes with it, the profile said. That of rate_limited is
 * rate.status. */
START_TEST(faults_are_worded)
{
	const char *fault = faults[_i].fault, *state = faults[_i].state;
	char *said = xformat("as %s is told here", fault);
	char *members = xformat("\"quirks\": {%s}, \"errors\": {\"%s\": {\"status\": 418, "
				"\"text\": \"%s\", \"v1p2\": {\"status\": 418}}}",
				faults[_i].quirks, fault, said);

	set_profile(members);
	if (state)
		prepare((size_t)_i);
	expect(fault, faults[_i].method, faults[_i].target, faults[_i].headers, faults[_i].body,
	       NULL, strcmp(fault, "rate_limited") == 0 ? 429 : 418, said);
	ck_assert_int_eq(admin_status(&shared, "DELETE", SANDBOX "/faults", NULL), 204);
	if (state && strchr(state, '/'))
		ck_assert_int_eq(
			admin_status(&shared, "POST", SANDBOX "/snapshots/1/restore", NULL), 204);
	free(members);
	free(said);
}
END_TEST

/* No fault is left out. */
START_TEST(every_fault_has_a_row)
{
	for (int fault = 0; fault < FAULT_COUNT; fault++) {
		bool found = false;

		for (size_t i = 0; i < ARRAY_SIZE(faults); i++)
			found |= strcmp(faults[i].fault, fault_name((enum fault)fault)) == 0;
		ck_assert_msg(found, "%s", fault_name((enum fault)fault));
	}
}
END_TEST

/* The window of timestamps: how old or how far ahead a signature is, and who minds. */
static const struct {
	const char *quirk;
	long shift_s, status;
} windows[] = {
	{ "", -500, 200 }, { "\"oauth1.past_s\": 100", -500, 401 },
	{ "", -700, 401 }, { "\"oauth1.past_s\": 1000", -700, 200 },
	{ "", 200, 200 },  { "\"oauth1.future_s\": 100", 200, 401 },
	{ "", 400, 401 },  { "\"oauth1.future_s\": 1000", 400, 200 },
};

START_TEST(timestamps)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct url url;
	char *text = xformat("%s/orgs", shared.root), *nonce = xformat("nonce-%d", _i), *header;

	set_quirks(windows[_i].quirk);
	ck_assert_msg(url_parse(&arena, text, &url, &err), "%s", err.text);
	header = xformat("Authorization: %s\r\n",
			 oauth1_header(&arena, "GET", &url, "test-client", "test-secret",
				       HASH_SHA256, nonce,
				       (int64_t)time(NULL) + windows[_i].shift_s, &err));
	expect(windows[_i].quirk, "GET", "R/orgs", header, NULL, NULL, windows[_i].status,
	       windows[_i].status == 200 ? "district-lakeside" : "oauth_timestamp");
	free(header);
	free(nonce);
	free(text);
	arena_release(&arena);
}
END_TEST

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* How long the quickest of some requests takes. */
static double quickest(int count)
{
	double least = 1000;

	for (int i = 0; i < count; i++) {
		double began = seconds(), took;

		expect("latency", "GET", "R/orgs", NULL, NULL, NULL, 200, "");
		took = seconds() - began;
		least = took < least ? took : least;
	}
	return least;
}

/* Fixed, none comes before its time; spread, some do. */
START_TEST(latency)
{
	static const char *const spreads[] = { "uniform", "lognormal" };

	set_quirks("\"latency.ms\": 200");
	ck_assert_double_ge(quickest(3), 0.19);
	for (size_t i = 0; i < ARRAY_SIZE(spreads); i++) {
		char *spread = xformat("\"latency.ms\": 200, \"latency.spread\": \"%s\"",
				       spreads[i]);

		set_quirks(spread);
		ck_assert_double_lt(quickest(10), 0.19);
		free(spread);
	}
	set_quirks("");
	ck_assert_double_lt(quickest(3), 0.19);
}
END_TEST

/* rate.limit, rate.status and rate.window_s: the third is over, and told to wait. */
START_TEST(rate)
{
	set_quirks("\"rate.limit\": 1, \"rate.status\": 403, \"rate.window_s\": 1");
	expect("rate", "GET", "R/orgs", NULL, NULL, NULL, 200, "");
	expect("rate", "GET", "R/orgs", NULL, NULL, NULL, 403, "Retry-After: 1");
	sleep(2);
	expect("rate", "GET", "R/orgs", NULL, NULL, NULL, 200, "");
	set_quirks("");
	expect("rate", "GET", "R/orgs", NULL, NULL, NULL, 200, "");
}
END_TEST

Suite *quirks_rest_suite(void);
Suite *quirks_rest_suite(void)
{
	Suite *suite = suite_create("quirks_rest");
	TCase *tc = tcase_create("quirks_rest");

	tcase_add_unchecked_fixture(tc, start_shared, stop_shared);
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, off_and_on, 0, ARRAY_SIZE(rows));
	tcase_add_loop_test(tc, timestamps, 0, ARRAY_SIZE(windows));
	tcase_add_test(tc, latency);
	tcase_add_test(tc, rate);
	tcase_add_test(tc, every_fault_has_a_row);
	tcase_add_loop_test(tc, faults_are_worded, 0, ARRAY_SIZE(faults));
	suite_add_tcase(suite, tc);
	return suite;
}
