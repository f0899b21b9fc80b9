/*
 * admin.c - the control API (contract, section 2).
 */
#include "server/api/api.h"

#include <string.h>
#include <strings.h>

#include "base/crypto.h"
#include "base/jsonw.h"

static void admin_error(struct response *response, int status, const char *message)
{
	struct jsonw w;

	response->status = status;
	jsonw_init(&w, &response->body, 0);
	jsonw_object(&w);
	jsonw_key(&w, "error");
	jsonw_object(&w);
	jsonw_key_text(&w, "message", message);
	jsonw_key_text(&w, "pointer", "");
	jsonw_object_end(&w);
	jsonw_object_end(&w);
}

static bool is_admin(const struct registry *registry, const struct request *request)
{
	const char *header = request_header(request, "Authorization");

	return registry->admin_token && header && strncasecmp(header, "Bearer ", 7) == 0 &&
	       same_secret(registry->admin_token, header + 7 + strspn(header + 7, " "));
}

static void get_diagnostics(struct sandbox *sandbox, struct response *response)
{
	struct jsonw w;

	response->status = 200;
	jsonw_init(&w, &response->body, 0);
	diagnostics_write(sandbox->diagnostics, &w);
}

/* What there is below /admin/sandboxes/NAME/. */
static const struct {
	const char *name, *method;
	void (*handle)(struct sandbox *sandbox, struct response *response);
} calls[] = {
	{ "diagnostics", "GET", get_diagnostics },
};

void admin_handle(struct registry *registry, struct request *request, struct response *response,
		  const char *const *segments, size_t count)
{
	struct sandbox *sandbox = NULL;

	response->content_type = "application/json";
	response->operation = "admin";
	if (!is_admin(registry, request)) {
		response_header(request, response, "WWW-Authenticate", "Bearer realm=\"admin\"");
		admin_error(response, 401, "Authorization: Bearer and the admin token belong here");
		return;
	}
	if (count >= 2 && strcmp(segments[0], "sandboxes") == 0)
		sandbox = registry_find(registry, segments[1], strlen(segments[1]));
	for (size_t i = 0; sandbox && count == 3 && i < ARRAY_SIZE(calls); i++) {
		if (strcmp(calls[i].name, segments[2]) != 0)
			continue;
		if (strcmp(calls[i].method, request->method) == 0) {
			calls[i].handle(sandbox, response);
			return;
		}
		response_header(request, response, "Allow", calls[i].method);
		admin_error(response, 405, "this method is not supported here");
		return;
	}
	admin_error(response, 404, "there is no such path");
}
