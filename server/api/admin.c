/*
 * admin.c - the calls of the control API, and the way to them.
 */
#include "server/api/admin.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/crypto.h"
#include "base/jsonx.h"
#include "base/log.h"
#include "server/http/limit.h"

#define SANDBOX "/sandboxes/{name}"
#define JOURNAL_QUERY "method path status operation client since limit"
#define PROFILE_SCHEMA \
	"{\"type\": \"object\", \"description\": \"a profile; extends names a bundled one\"}"

/* clang-format off */
static const struct admin_row rows[] = {
	{ "GET", "/openapi.json", admin_openapi, "getDescription", NULL, NULL, 200,
	  "This description", "Description", NULL, NULL },
	{ "GET", "/sandboxes", admin_list, "getSandboxes", NULL, NULL, 200,
	  "All sandboxes, by name", "Sandboxes", NULL, NULL },
	{ "POST", "/sandboxes", admin_create, "postSandbox",
	  "{\"type\": \"object\", \"required\": [\"name\"], \"additionalProperties\": false, \"properties\": {"
	  "\"name\": {\"type\": \"string\", \"pattern\": \"^[a-z0-9][a-z0-9_-]{0,63}$\"}, "
	  "\"profile\": {\"type\": \"string\", \"description\": \"a bundled profile; standard\"}, "
	  "\"load\": {\"type\": [\"string\", \"null\"], \"description\": \"a bundled district; null leaves it empty\"}, "
	  "\"credentials\": {\"type\": \"array\", \"items\": {\"type\": \"object\", \"required\": [\"id\", \"secret\"]}}}}",
	  NULL, 201, "Make a sandbox; the only answer that tells its secrets", "Sandbox", NULL, NULL },
	{ "GET", SANDBOX, admin_show, "getSandbox", NULL, NULL, 200, "One sandbox", "Sandbox", NULL, NULL },
	{ "DELETE", SANDBOX, admin_delete, "deleteSandbox", NULL, NULL, 204,
	  "Remove a sandbox and its files, once its requests are answered", NULL, NULL, NULL },
	{ "GET", SANDBOX "/profile", admin_profile_show, "getProfile", NULL, NULL, 200,
	  "The effective profile, everything inherited filled in", "Profile", NULL, NULL },
	{ "PUT", SANDBOX "/profile", admin_profile_put, "putProfile", PROFILE_SCHEMA, NULL, 200,
	  "Another profile, from the next request", "Profile", NULL, NULL },
	{ "PATCH", SANDBOX "/profile", admin_profile_patch, "patchProfile", PROFILE_SCHEMA, NULL, 200,
	  "Change the profile (JSON merge patch); null returns to the inherited value", "Profile", NULL, "application/merge-patch+json" },
	{ "GET", SANDBOX "/faults", admin_faults_show, "getFaults", NULL, NULL, 200,
	  "The fault rules, and how often each fired", "Faults", NULL, NULL },
	{ "PUT", SANDBOX "/faults", admin_faults_put, "putFaults",
	  "{\"type\": \"object\", \"required\": [\"items\"], \"properties\": {\"seed\": {\"type\": \"integer\"}, "
	  "\"items\": {\"type\": \"array\", \"items\": {\"type\": \"object\", \"required\": [\"when\", \"do\"]}}}}",
	  NULL, 200, "Break things on purpose, from the next request", "Faults", NULL, NULL },
	{ "DELETE", SANDBOX "/faults", admin_faults_delete, "deleteFaults", NULL, NULL, 204,
	  "Break nothing any more", NULL, NULL, NULL },
	{ "GET", SANDBOX "/sis/{kind}/{id}", admin_state_show, "getState", NULL, NULL, 200,
	  "What only the SIS knows of an object", "State", NULL, NULL },
	{ "PATCH", SANDBOX "/sis/{kind}/{id}", admin_state_patch, "patchState",
	  "{\"type\": \"object\", \"properties\": {\"defaultGradeScale\": {\"type\": [\"string\", \"null\"]}, "
	  "\"state\": {\"enum\": [\"open\", \"closed\"]}, \"category\": {\"type\": \"string\"}, "
	  "\"manualScore\": {\"type\": [\"number\", \"null\"]}, \"linked\": {\"type\": \"boolean\", "
	  "\"description\": \"of a lineItem also once it is gone\"}, "
	  "\"teacher\": {\"type\": \"string\"}}}",
	  NULL, 200, "Do what a teacher or administrator does in the SIS", "State", NULL, NULL },
	{ "DELETE", SANDBOX "/sis/{kind}/{id}", admin_state_delete, "deleteState", NULL, NULL, 204,
	  "Forget it: the object is healthy again", NULL, NULL, NULL },
	{ "GET", SANDBOX "/objects/{collection}", admin_objects_list, "getObjects", NULL, "limit offset", 200,
	  "Objects as the SIS itself has them, in 1.2's form and in the order of their sourcedIds; next is the offset of what follows",
	  "Objects", NULL, NULL },
	{ "GET", SANDBOX "/objects/{collection}/{id}", admin_object_show, "getObject", NULL, NULL, 200,
	  "One object below its name, like {\"enrollment\": {...}}", "Wrapped", NULL, NULL },
	{ "PUT", SANDBOX "/objects/{collection}/{id}", admin_object_put, "putObject",
	  "{\"type\": \"object\", \"description\": \"1.2's form: {\\\"enrollment\\\": {...}}; what it refers to must be there\"}",
	  NULL, 200, "Replaced; no quirk, fault rule, scope or rate limit is asked and nothing recorded", "Wrapped", NULL, NULL,
	  "Created" },
	{ "DELETE", SANDBOX "/objects/{collection}/{id}", admin_object_delete, "deleteObject", NULL, NULL, 204,
	  "Gone, whatever delete.mode says; what refers to it stays", NULL, NULL, NULL },
	{ "GET", SANDBOX "/clock", admin_clock_show, "getClock", NULL, NULL, 200,
	  "The sandbox's time", "Clock", NULL, NULL },
	{ "PUT", SANDBOX "/clock", admin_clock_put, "putClock",
	  "{\"type\": \"object\", \"additionalProperties\": false, \"properties\": {"
	  "\"now\": {\"type\": [\"string\", \"null\"], \"format\": \"date-time\"}, \"frozen\": {\"type\": \"boolean\"}}}",
	  NULL, 200, "Set the clock, stop it, let it run on; null is real time", "Clock", NULL, NULL },
	{ "POST", SANDBOX "/reset", admin_reset, "postReset", NULL, NULL, 204,
	  "Back to the data that were loaded", NULL, NULL, NULL },
	{ "GET", SANDBOX "/snapshots", admin_snapshot_list, "getSnapshots", NULL, NULL, 200,
	  "The snapshots, the loaded data among them", "Snapshots", NULL, NULL },
	{ "POST", SANDBOX "/snapshots", admin_snapshot_take, "postSnapshot", NULL, NULL, 201,
	  "Save the data and the SIS state", "Snapshot", NULL, NULL },
	{ "POST", SANDBOX "/snapshots/{id}/restore", admin_snapshot_restore, "postRestore", NULL, NULL, 204,
	  "Go back to a snapshot", NULL, NULL, NULL },
	{ "DELETE", SANDBOX "/snapshots/{id}", admin_snapshot_delete, "deleteSnapshot", NULL, NULL, 204,
	  "Remove a snapshot", NULL, NULL, NULL },
	{ "GET", SANDBOX "/journal", admin_journal_show, "getJournal", NULL, JOURNAL_QUERY, 200,
	  "What was asked and answered, oldest first; as HAR for who accepts application/har+json", "Journal", NULL, NULL },
	{ "DELETE", SANDBOX "/journal", admin_journal_delete, "deleteJournal", NULL, NULL, 204,
	  "Forget what was recorded", NULL, NULL, NULL },
	{ "GET", SANDBOX "/journal.har", admin_journal_har, "getJournalHar", NULL, JOURNAL_QUERY, 200,
	  "The same as HAR 1.2, for a browser's developer tools", "Har", "application/har+json", NULL },
	{ "POST", SANDBOX "/journal/verify", admin_journal_verify, "postVerify",
	  "{\"type\": \"object\", \"properties\": {\"expect\": {\"type\": \"array\", \"items\": {\"type\": \"object\"}}, "
	  "\"order\": {\"enum\": [\"strict\", \"any\"]}}}",
	  NULL, 200, "Whether what was asked is what was expected; if not, what came nearest", "Verdict", NULL, NULL },
	{ "GET", SANDBOX "/diagnostics", admin_diagnostics, "getDiagnostics", NULL, NULL, 200,
	  "What strict validation would have said of what was taken", "Diagnostics", NULL, NULL },
};
/* clang-format on */

const struct admin_row *admin_row(size_t i)
{
	return i < ARRAY_SIZE(rows) ? &rows[i] : NULL;
}

static void write_error(struct response *response, int status, const char *pointer,
			const char *message)
{
	struct jsonw w;

	response->status = status;
	response->content_type = "application/json";
	str_clear(&response->body);
	jsonw_init(&w, &response->body, 0);
	jsonw_object(&w);
	jsonw_key(&w, "error");
	jsonw_object(&w);
	jsonw_key_text(&w, "message", message);
	jsonw_key_text(&w, "pointer", pointer);
	jsonw_object_end(&w);
	jsonw_object_end(&w);
}

void admin_fail(struct admin *admin, int status, const char *pointer, const char *format, ...)
{
	struct str text = STR_INIT;
	va_list args;

	va_start(args, format);
	str_vformat(&text, format, args);
	va_end(args);
	if (text.text) /* what was cut may end within a character */
		utf8_scrub(text.text);
	write_error(admin->response, status, pointer, str_text(&text));
	admin->response->refusal.why = arena_dup(&admin->request->arena, str_text(&text));
	str_release(&text);
}

void admin_fail_err(struct admin *admin, const struct err *err)
{
	admin_fail(admin, err->code == ERR_INVALID ? 422 : 500, err->pointer, "%s", err->text);
}

static bool is_admin(const struct registry *registry, const struct request *request)
{
	const char *header = request_header(request, "Authorization");

	return registry->admin_token && header && strncasecmp(header, "Bearer ", 7) == 0 &&
	       same_secret(registry->admin_token, header + 7 + strspn(header + 7, " "));
}

/* Whether the segments are those of @path; the ids in braces are noted. */
static bool fits(const char *path, const char *const *segments, size_t count, const char **ids)
{
	size_t at = 0, id = 0;

	for (; *path == '/'; at++) {
		size_t length = strcspn(++path, "/");

		if (at == count)
			return false;
		if (*path == '{')
			ids[id++] = segments[at];
		else if (strlen(segments[at]) != length || strncmp(segments[at], path, length) != 0)
			return false;
		path += length;
	}
	return at == count;
}

/* The row of a request; else NULL and the methods that there are instead. */
static const struct admin_row *find(const char *method, const char *const *segments, size_t count,
				    const char **ids, struct str *allow)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (!fits(rows[i].path, segments, count, ids))
			continue;
		if (strcmp(rows[i].method, method) == 0)
			return &rows[i];
		str_format(allow, "%s%s", allow->length ? ", " : "", rows[i].method);
	}
	return NULL;
}

struct admin_task {
	struct task task; /* first: a task is its call */
	struct admin admin;
	const struct admin_row *row;
};

static bool decode_ids(struct admin *admin)
{
	struct arena *arena = &admin->request->arena;
	struct err err = ERR_INIT;

	for (size_t i = 0; i < ADMIN_IDS && admin->ids[i]; i++) {
		admin->ids[i] = pct_decode(arena, admin->ids[i], strlen(admin->ids[i]),
					   PLUS_IS_PLUS, &err);
		if (!admin->ids[i]) {
			admin_fail(admin, 400, "", "the path: %s", err.text);
			return false;
		}
	}
	if (admin->request->query &&
	    !query_parse(arena, admin->request->query, PLUS_IS_BLANK, &admin->query, &err)) {
		admin_fail(admin, 400, "", "the query: %s", err.text);
		return false;
	}
	return true;
}

static bool check_query(struct admin *admin, const struct admin_row *row)
{
	for (size_t i = 0; i < admin->query.count; i++)
		if (!row->query || !has_word(row->query, admin->query.items[i].name)) {
			admin_fail(admin, 400, "", "there is no parameter %.40s; there %s %s",
				   admin->query.items[i].name, row->query ? "are" : "is",
				   row->query ? row->query : "none");
			return false;
		}
	return true;
}

static bool parse_body(struct admin *admin, const struct admin_row *row)
{
	const struct str *body = &admin->request->body;
	struct err err = ERR_INIT;

	if (admin->request->body_too_large) {
		admin_fail(admin, 413, "", "the body is larger than %u bytes", BODY_CAP);
		return false;
	}
	if (!row->takes)
		return true;
	admin->body = jsonx_load(str_text(body), body->length, &err);
	if (admin->body && json_is_object(admin->body))
		return true;
	admin_fail(admin, 400, "", "the body must be a JSON object: %s",
		   admin->body ? jsonx_kind(admin->body) : err.text);
	/* the parser quotes the body, which may hold the secret of a credential */
	admin->response->refusal.why = "the body is no JSON object";
	return false;
}

/* The sandbox of the path, with its database open: but for one that is to be removed,
 * which must come to rest. */
static bool find_sandbox(struct admin *admin, const struct admin_row *row)
{
	struct err err = ERR_INIT;

	if (!strstr(row->path, "{name}"))
		return true;
	admin->sandbox = registry_take(admin->registry, admin->ids[0]);
	if (!admin->sandbox) {
		admin_fail(admin, 404, "", "there is no sandbox %.*s", SANDBOX_NAME_MOST,
			   admin->ids[0]);
		return false;
	}
	admin->response->sandbox = arena_dup(&admin->request->arena, admin->sandbox->name);
	if (row->call == admin_delete || registry_open(admin->registry, admin->sandbox, &err))
		return true;
	log_event(LOG_ERROR, "sandbox", "name", admin->sandbox->name, "text", err.text, NULL);
	registry_give(admin->registry, admin->sandbox);
	admin->sandbox = NULL;
	admin_fail_err(admin, &err);
	return false;
}

static void run(struct admin *admin, const struct admin_row *row)
{
	struct response *response = admin->response;

	response->status = row->status;
	response->content_type = "application/json";
	jsonw_init(&admin->w, &response->body, 0);
	if (decode_ids(admin) && check_query(admin, row) && parse_body(admin, row) &&
	    find_sandbox(admin, row))
		row->call(admin);
	json_decref(admin->body);
	if (!admin->sandbox)
		return;
	if (row->call != admin_delete)
		registry_unpin(admin->registry, admin->sandbox);
	registry_give(admin->registry, admin->sandbox);
}

static void run_task(struct task *task)
{
	struct admin_task *call = (struct admin_task *)task;

	if (atomic_load(&call->admin.registry->halted))
		admin_fail(&call->admin, 503, "", "the server is stopping");
	else
		run(&call->admin, call->row);
	limit_give(LIMIT_CONTROL, 1);
	call->admin.request->resume(call->admin.request);
}

bool admin_handle(struct registry *registry, struct request *request, struct response *response,
		  const char *const *segments, size_t count)
{
	struct admin_task *call = arena_alloc(&request->arena, sizeof *call);
	struct str allow = STR_INIT;

	*call = (struct admin_task){
		.task = { .run = run_task },
		.admin = { .registry = registry, .request = request, .response = response },
	};
	response->operation = "admin";
	if (!is_admin(registry, request)) {
		response_header(request, response, "WWW-Authenticate", "Bearer realm=\"admin\"");
		admin_fail(
			&call->admin, 401, "",
			request_header(request, "Authorization")
				? "the admin token is wrong: it is what serve printed at start, or "
				  "--admin-token"
				: "Authorization: Bearer and the admin token belong here");
		return true;
	}
	call->row = find(request->method, segments, count, call->admin.ids, &allow);
	if (call->row && registry->control && !limit_take(LIMIT_CONTROL, 1)) {
		response_header(request, response, "Retry-After", RETRY_AFTER);
		admin_fail(&call->admin, 503, "", "too many calls of the control API wait");
	} else if (call->row && registry->control) {
		control_submit(registry->control, &call->task);
		str_release(&allow);
		return false;
	}
	if (call->row) {
		run(&call->admin, call->row);
	} else if (allow.length) {
		response_header(request, response, "Allow", str_text(&allow));
		admin_fail(&call->admin, 405, "", "%s is not supported here; supported: %s",
			   request->method, str_text(&allow));
	} else {
		admin_fail(&call->admin, 404, "",
			   "there is no such path; /admin/openapi.json lists them");
	}
	str_release(&allow);
	return true;
}
