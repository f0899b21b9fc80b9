/*
 * admin.c - the control API (contract, section 2).
 */
#include "server/api/admin.h"

#include <string.h>
#include <strings.h>

#include "base/crypto.h"
#include "base/jsonw.h"

void admin_error(struct response *response, int status, const char *message, const char *pointer)
{
	struct jsonw w;

	response->status = status;
	response->content_type = "application/json";
	jsonw_init(&w, &response->body, 0);
	jsonw_object(&w);
	jsonw_key(&w, "error");
	jsonw_object(&w);
	jsonw_key_text(&w, "message", message);
	jsonw_key_text(&w, "pointer", pointer);
	jsonw_object_end(&w);
	jsonw_object_end(&w);
}

static bool is_admin(const struct registry *registry, const struct request *request)
{
	const char *header = request_header(request, "Authorization");

	return registry->admin_token && header && strncasecmp(header, "Bearer ", 7) == 0 &&
	       same_secret(registry->admin_token, header + 7 + strspn(header + 7, " "));
}

static void get_diagnostics(struct sandbox *sandbox, struct request *request,
			    struct response *response)
{
	struct jsonw w;

	(void)request;
	response->status = 200;
	jsonw_init(&w, &response->body, 0);
	diagnostics_write(sandbox->diagnostics, &w);
}

/* What there is below /admin/sandboxes/NAME/; the rows of a path stand together. */
static const struct call {
	const char *path, *method;
	void (*handle)(struct sandbox *sandbox, struct request *request, struct response *response);
} calls[] = {
	{ "diagnostics", "GET", get_diagnostics },
	{ "journal", "GET", admin_journal_get },
	{ "journal", "DELETE", admin_journal_delete },
	{ "journal.har", "GET", admin_journal_har },
	{ "journal/verify", "POST", admin_journal_verify },
};

/* False when there is no such path. */
static bool call(struct sandbox *sandbox, struct request *request, struct response *response,
		 const char *path)
{
	const char *allow = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(calls); i++) {
		if (strcmp(calls[i].path, path) != 0)
			continue;
		if (strcmp(calls[i].method, request->method) == 0) {
			calls[i].handle(sandbox, request, response);
			return true;
		}
		allow = allow ? arena_format(&request->arena, "%s, %s", allow, calls[i].method)
			      : calls[i].method;
	}
	if (!allow)
		return false;
	response_header(request, response, "Allow", allow);
	admin_error(response, 405, "this method is not supported here", "");
	return true;
}

void admin_handle(struct registry *registry, struct request *request, struct response *response,
		  const char *const *segments, size_t count)
{
	struct sandbox *sandbox = NULL;
	const char *path = NULL;

	response->content_type = "application/json";
	response->operation = "admin";
	if (!is_admin(registry, request)) {
		response_header(request, response, "WWW-Authenticate", "Bearer realm=\"admin\"");
		admin_error(response, 401, "Authorization: Bearer and the admin token belong here",
			    "");
		return;
	}
	if (count >= 2 && strcmp(segments[0], "sandboxes") == 0)
		sandbox = registry_find(registry, segments[1], strlen(segments[1]));
	if (count >= 3)
		path = count == 4 ? arena_format(&request->arena, "%s/%s", segments[2], segments[3])
				  : segments[2];
	if (!sandbox || !path || count > 4 || !call(sandbox, request, response, path))
		admin_error(response, 404, "there is no such path", "");
}
