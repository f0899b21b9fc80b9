/*
 * control.c - the control API over HTTP.
 */
#include "conformance/control/control.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/str.h"
#include "base/url.h"
#include "conformance/canvas/transport.h"

#define TIMEOUT_S 60
#define PAGE 500 /* exchanges at once */
#define SANDBOX "{sandbox}"

struct control {
	struct transport *transport;
	char *sandbox, *encoded, *authorization;
};

/* Where a server begins below which all of our paths lie. */
static size_t base_length(const char *url)
{
	static const char *const roots[] = {
		"/ims/oneroster", "/sandboxes/", "/admin", "/oauth2/",
		"/console",       "/health",     "/ready", "/metrics"
	};
	const char *start = strstr(url, "://"), *best = url + strlen(url);

	for (size_t i = 0; start && i < ARRAY_SIZE(roots); i++) {
		const char *at = strstr(start + 3, roots[i]);

		best = at && at < best ? at : best;
	}
	return (size_t)(best - url);
}

/* The sandbox that the URL lies in, as it is written there; NULL: none. Returns (free). */
static char *sandbox_in(const char *url)
{
	const char *at = strstr(url, "/sandboxes/");

	if (!at)
		return NULL;
	at += strlen("/sandboxes/");
	return xstrndup(at, strcspn(at, "/?#"));
}

static void name_sandbox(struct control *control, const char *url, const char *sandbox)
{
	struct str encoded = STR_INIT;

	control->encoded = sandbox ? NULL : sandbox_in(url);
	control->sandbox = xstrdup(sandbox            ? sandbox
				   : control->encoded ? control->encoded
						      : "default");
	if (!control->encoded) { /* that of a URL is encoded already */
		pct_encode(&encoded, control->sandbox);
		control->encoded = str_take(&encoded, NULL);
	}
}

struct control *control_open(const char *url, const char *token, const char *sandbox,
			     struct err *err)
{
	struct transport_config config = { .auth = TRANSPORT_NONE,
					   .timeout_s = TIMEOUT_S,
					   .concurrency = 1 };
	struct control *control = NULL;
	struct transport *transport;
	char *base;

	if (!token) {
		err_set(err, ERR_INVALID,
			"--admin-token TOKEN or MOCKSIS_ADMIN_TOKEN is needed: mocksis serve "
			"prints it at start");
		return NULL;
	}
	base = xstrndup(url, base_length(url));
	config.sis = base;
	transport = transport_new(&config, err);
	if (transport) {
		control = xcalloc(1, sizeof *control);
		control->transport = transport;
		control->authorization = xformat("Bearer %s", token);
		name_sandbox(control, url, sandbox);
	}
	free(base);
	return control;
}

void control_close(struct control *control)
{
	if (!control)
		return;
	transport_free(control->transport);
	free(control->sandbox);
	free(control->encoded);
	free(control->authorization);
	free(control);
}

const char *control_base(const struct control *control)
{
	return transport_base(control->transport);
}

const char *control_sandbox(const struct control *control)
{
	return control->sandbox;
}

/* Why there is no answer to work with. */
static void explain(const struct control *control, const struct call *call, const json_t *answer,
		    struct err *err)
{
	const char *base = control_base(control);
	const json_t *error = json_object_get(answer, "error");
	const char *said = jsonx_text(error, "message"), *pointer = jsonx_text(error, "pointer");

	if (!call->answered)
		err_set(err, ERR_UNREACHABLE, "%s: %s", base, call->error);
	else if (call->status == 401)
		err_set(err, ERR_INVALID,
			"%s does not take this admin token; --admin-token or "
			"MOCKSIS_ADMIN_TOKEN must be what mocksis serve printed at start",
			base);
	else if (call->status == 404 && strstr(call->target, "/sandboxes/") && !said)
		err_set(err, ERR_INVALID, "%s has no sandbox %s (or is no mocksis serve): HTTP 404",
			base, control->sandbox);
	else if (call->status >= 400 && call->status < 500 && said)
		err_set(err, ERR_INVALID, "%s%s%s", said, pointer && *pointer ? ", at " : "",
			pointer ? pointer : "");
	else
		err_set(err, ERR_UNREACHABLE, "%s does not answer like mocksis serve: HTTP %ld",
			base, call->status);
}

/* The absolute URL of a path of the API. Returns (free). */
static char *target_of(const struct control *control, const char *path)
{
	const char *place = strstr(path, SANDBOX);

	if (!place)
		return xformat("%s/admin%s", control_base(control), path);
	return xformat("%s/admin%.*s%s%s", control_base(control), (int)(place - path), path,
		       control->encoded, place + strlen(SANDBOX));
}

json_t *control_call(struct control *control, const char *method, const char *path,
		     const json_t *body, long *status, struct err *err)
{
	struct call call = { .method = method,
			     .auth = CALL_OWN_AUTH,
			     .authorization = control->authorization };
	struct err why = ERR_INIT;
	json_t *answer = NULL;

	call.target = target_of(control, path);
	call.body = body ? jsonx_dump(body) : NULL;
	transport_call(control->transport, &call);
	if (call.answered && call.answer.length)
		answer = jsonx_load(call.answer.text, call.answer.length, &why);
	else if (call.answered)
		answer = json_null();
	if (status)
		*status = call.answered ? call.status : 0;
	if (call.status < 200 || call.status >= 300 || !answer) {
		explain(control, &call, answer, err);
		json_decref(answer);
		answer = NULL;
	}
	call_release(&call);
	return answer;
}

bool control_journal(struct control *control, const char *query,
		     bool (*visit)(const json_t *item, void *payload), void *payload,
		     struct err *err)
{
	int64_t since = 0, next;
	bool more = true;

	while (more) {
		char *path = xformat("/sandboxes/" SANDBOX "/journal?limit=%d&since=%lld%s%s", PAGE,
				     (long long)since, query ? "&" : "", query ? query : "");
		json_t *answer = control_call(control, "GET", path, NULL, NULL, err);
		const json_t *item;
		size_t i;

		free(path);
		if (!answer)
			return false;
		next = jsonx_int(answer, "next");
		more = next > since; /* else it would go on for ever */
		since = next;
		json_array_foreach (json_object_get(answer, "items"), i, item)
			more = visit(item, payload) && more;
		json_decref(answer);
	}
	return true;
}
