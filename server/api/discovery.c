/*
 * discovery.c - the service descriptions of 1.2, open to everybody.
 *
 * The REST binding and the conformance guide name the files differently: both names
 * are served (traps A21).
 */
#include "server/api/api.h"

#include <string.h>

#include "oneroster/describe.h"

static const struct {
	enum service service;
	const char *names[2];
} documents[] = {
	{ ROSTERING,
	  { "onerosterv1p2rostersservice_openapi3_v1p0.json",
	    "imsorv1p2_rostering_openapi3_v1p0.json" } },
	{ GRADEBOOK,
	  { "onerosterv1p2gradebookservice_openapi3_v1p0.json",
	    "imsorv1p2_gradebook_openapi3_v1p0.json" } },
	{ RESOURCES,
	  { "onerosterv1p2resourcesservice_openapi3_v1p0.json",
	    "imsorv1p2_resources_openapi3_v1p0.json" } },
};

static bool is_document(const struct root *root, const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(documents); i++)
		if (documents[i].service == root->service &&
		    (strcmp(documents[i].names[0], name) == 0 ||
		     strcmp(documents[i].names[1], name) == 0))
			return true;
	return false;
}

bool discovery_answer(struct context *context, const char *const *segments, size_t count)
{
	struct response *response = context->response;
	const char *method = context->request->method;

	if (!(context->root.version & V12) || count != 2 || strcmp(segments[0], "discovery") != 0 ||
	    !is_document(&context->root, segments[1]) ||
	    (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0))
		return false;
	response->status = 200;
	response->operation = "discovery";
	response->content_type = "application/json";
	describe_openapi(&response->body, context->root.version, context->root.service,
			 context->form.base);
	return true;
}
