/*
 * handle.c - the pipeline: which sandbox, its database, and what a request holds of it until
 * its response is complete.
 */
#include "server/api/api.h"

#include <string.h>

#include "base/jsonw.h"
#include "base/log.h"
#include "server/api/effects.h"
#include "server/http/limit.h"
#include "server/api/reading.h"

#define SEGMENTS 16

/* An answer outside OneRoster. */
void answer_plain(struct response *response, int status, const char *key, const char *text)
{
	struct jsonw w;

	response->status = status;
	if (status >= 400)
		response->refusal.why = text;
	response->content_type = "application/json";
	jsonw_init(&w, &response->body, 0);
	jsonw_object(&w);
	jsonw_key_text(&w, key, text);
	jsonw_object_end(&w);
}

/* The segments of a raw path; a trailing slash names the same resource. */
static bool split(struct arena *arena, const char *path, const char **segments, size_t *count)
{
	*count = 0;
	while (*path == '/') {
		size_t length = strcspn(++path, "/");

		if (length == 0 && !path[0] && *count > 0)
			break;
		if (*count == SEGMENTS)
			return false;
		segments[(*count)++] = arena_dup_n(arena, path, length);
		path += length;
	}
	return *path == '\0';
}

static bool at(const char *const *segments, size_t count, size_t i, const char *text)
{
	return i < count && strcmp(segments[i], text) == 0;
}

/* What a request holds of its sandbox. */
static void let_go(struct context *context)
{
	context->request->context = NULL;
	effects_drop(context);
	limit_give(LIMIT_WRITES, context->writes);
	profile_put(context->profile);
	if (context->pinned)
		registry_give_pinned(context->registry, context->sandbox);
	else
		registry_give(context->registry, context->sandbox);
}

/* The response is complete. */
static void finish(struct context *context)
{
	effects_after(context);
	exchange_end(context);
	let_go(context);
}

void api_abandon(struct request *request)
{
	if (request->context)
		let_go(request->context);
}

void context_resume(struct context *context)
{
	struct request *request = context->request;

	if (context->at_once) /* it was not parked */
		return;
	finish(context);
	request->resume(request);
}

bool context_write(struct context *context, struct job *job)
{
	context->at_once = context->request->alone && writer_try(context->registry->writer, job);
	if (context->at_once)
		job->done(job);
	else
		writer_submit(context->registry->writer, job);
	return context->at_once;
}

static void no_sandbox(struct response *response)
{
	answer_plain(response, 404, "error", "there is no such sandbox");
}

struct opening {
	struct task task; /* first: a task is its opening */
	struct context *context;
};

/* On the control thread. */
static void open_sandbox(struct task *task)
{
	struct context *context = ((struct opening *)task)->context;
	struct request *request = context->request;
	struct sandbox *sandbox = context->sandbox;
	struct err err = ERR_INIT;
	bool halted = atomic_load(&context->registry->halted);

	context->pinned = !halted && registry_open(context->registry, sandbox, &err);
	request->again = context->pinned;
	if (halted) { /* a pin would keep a later task waiting for ever */
		answer_plain(context->response, 503, "error", "the server is stopping");
		let_go(context);
	} else if (!context->pinned) {
		log_event(LOG_ERROR, "sandbox", "name", sandbox->name, "text", err.text, NULL);
		if (err.code == ERR_INVALID)
			no_sandbox(context->response);
		else
			answer_plain(context->response, 503, "error",
				     "the sandbox cannot be opened; the log says why");
		let_go(context);
	}
	request->resume(request);
}

/* The database is open and stays so until the response is complete. */
static bool pin(struct context *context, bool *complete)
{
	struct opening *opening;

	*complete = true;
	switch (context->pinned ? PINNED : registry_pin(context->registry, context->sandbox)) {
	case PINNED:
		context->pinned = true;
		return true;
	case PIN_GONE:
		no_sandbox(context->response);
		let_go(context);
		return false;
	case PIN_CLOSED:
		opening = arena_alloc(&context->request->arena, sizeof *opening);
		*opening = (struct opening){ .task = { .run = open_sandbox }, .context = context };
		control_submit(context->registry->control, &opening->task);
		*complete = false;
	}
	return false;
}

/* As far as it goes: to the end, or to where somebody else has to do something first. */
static bool proceed(struct context *context)
{
	bool complete;

	if (!pin(context, &complete))
		return complete;
	if (!context->profile) /* one that comes back goes on with the profile that it met */
		context->at = context->now = sandbox_begin(context->sandbox, &context->profile);
	else
		context->now = sandbox_now(context->sandbox) + effects_skew(context);
	complete = sandbox_answer(context);
	if (complete) {
		finish(context);
	} else if (context->waits) { /* its database may be closed meanwhile, or go */
		context->pinned = false;
		registry_unpin(context->registry, context->sandbox);
	}
	return complete;
}

/* Not before the first sandbox is there, not any more while the last requests are
 * answered. */
static void ready(struct registry *registry, struct response *response)
{
	bool stopping = atomic_load(&registry->stopping);

	answer_plain(response, stopping ? 503 : 200, "status", stopping ? "stopping" : "ready");
}

/* Outside of the sandboxes. True: answered, or *@complete says that it will be. */
static bool outside(struct registry *registry, struct request *request, struct response *response,
		    const char *const *segments, size_t count, bool *complete)
{
	*complete = true;
	if (count == 1 && at(segments, count, 0, "health"))
		answer_plain(response, 200, "status", "ok");
	else if (count == 1 && at(segments, count, 0, "ready"))
		ready(registry, response);
	else if (count == 1 && at(segments, count, 0, "metrics"))
		admin_metrics(registry, response);
	else if (at(segments, count, 0, "admin"))
		*complete = admin_handle(registry, request, response, segments + 1, count - 1);
	else
		return false;
	return true;
}

void api_pass_begin(void)
{
	reading_pass_begin();
}

void api_pass_end(void)
{
	reading_pass_end();
	log_release(true);
}

bool api_handle(struct registry *registry, struct request *request, struct response *response)
{
	const char **segments = arena_alloc(&request->arena, SEGMENTS * sizeof *segments);
	const char *path = request->path, *prefix = "", *name = SANDBOX_DEFAULT;
	size_t count, skip = 0;
	bool complete;

	if (request->context)
		return proceed(request->context);
	str_init(&response->body, STR_CAP);
	if (!split(&request->arena, path, segments, &count)) {
		answer_plain(response, 404, "error", "there is no such path");
		return true;
	}
	if (outside(registry, request, response, segments, count, &complete))
		return complete;
	if (count >= 2 && at(segments, count, 0, "sandboxes")) {
		name = segments[1];
		prefix = arena_format(&request->arena, "/sandboxes/%s", name);
		skip = 2;
	}

	struct context *context = arena_alloc(&request->arena, sizeof *context);

	*context = (struct context){
		.registry = registry,
		.prefix = prefix,
		.path = path + strlen(prefix),
		.segments = segments + skip,
		.segment_count = count - skip,
		.request = request,
		.response = response,
	};
	context->sandbox = registry_take_pinned(registry, name, &context->pinned);
	if (!context->sandbox) {
		no_sandbox(response);
		return true;
	}
	response->sandbox = arena_dup(&request->arena, context->sandbox->name);
	request->context = context;
	return proceed(context);
}
