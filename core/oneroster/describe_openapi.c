/*
 * describe_openapi.c - the operations of a version as an OpenAPI 3.0 document.
 */
#include "oneroster/describe_schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCHEME "OAuth2CC" /* as the documents of the standard call it */

/* clang-format off */
static const struct {
	const char *name, *description, *schema;
} parameters[] = {
	{ "limit",   "How many objects at most (page size)", "{\"type\": \"integer\", \"minimum\": 1, \"default\": 100}" },
	{ "offset",  "How many objects to pass over", "{\"type\": \"integer\", \"minimum\": 0, \"default\": 0}" },
	{ "sort",    "The field to sort by", "{\"type\": \"string\"}" },
	{ "orderBy", "The direction of the sort", "{\"type\": \"string\", \"enum\": [\"asc\", \"desc\"]}" },
	{ "filter",  "Predicates, like status='active' AND dateLastModified>='2026-01-01T00:00:00.000Z'", "{\"type\": \"string\"}" },
	{ "fields",  "The fields to answer, joined by commas", "{\"type\": \"array\", \"items\": {\"type\": \"string\"}}" },
};
#define FIELDS_PARAMETER 5

static const struct {
	const char *status, *description;
} refusals[] = {
	{ "400", "The request is malformed: the body, the filter, the fields or the page" },
	{ "401", "No credential, or one that is not good" },
	{ "403", "The credential is good, but not for this" },
	{ "404", "An id of the path names nothing" },
	{ "405", "The path does not know the method" },
	{ "422", "Well-formed JSON that means nothing sound" },
	{ "429", "Too many requests; later" },
	{ "500", "The provider failed" },
	{ "default", "Refused for another reason" },
};
/* clang-format on */

static bool is_selected(const struct schema *schema, const struct operation *operation)
{
	return operation_is_in(operation, schema->version) &&
	       service_has(schema->service, operation->service);
}

/* Whether paths begin with the root of their service, because the server cannot. */
static bool has_whole_paths(const struct schema *schema)
{
	return schema->service == EVERY_SERVICE && (schema->version & V12);
}

/* The next {…} of a path, its name to @out: `id` is what the standard calls sourcedId.
 * Returns what follows it; *@before is how much stands before it. NULL: none is left. */
static const char *next_parameter(const char *path, size_t *before, char out[static SCHEMA_NAME])
{
	const char *brace = strchr(path, '{'), *end = brace ? strchr(brace, '}') : NULL;

	if (!end)
		return NULL;
	*before = (size_t)(brace - path);
	snprintf(out, SCHEMA_NAME, "%.*s", (int)(end - brace - 1), brace + 1);
	if (strcmp(out, "id") == 0)
		snprintf(out, SCHEMA_NAME, "sourcedId");
	return end + 1;
}

static void key_path(const struct schema *schema, const struct operation *operation)
{
	struct str key = STR_INIT;
	const char *path = operation->path, *next;
	char name[SCHEMA_NAME];
	size_t before;

	if (has_whole_paths(schema))
		str_add(&key, service_root(operation->service, schema->version));
	for (; (next = next_parameter(path, &before, name)); path = next)
		str_format(&key, "%.*s{%s}", (int)before, path, name);
	str_add(&key, path);
	key_object(schema->w, str_text(&key));
	str_release(&key);
}

static void component(struct jsonw *w, const char *kind, const char *name)
{
	char *ref = xformat("#/components/%s/%s", kind, name);

	jsonw_object(w);
	jsonw_key_text(w, "$ref", ref);
	jsonw_object_end(w);
	free(ref);
}

static void key_flag(struct jsonw *w, const char *key)
{
	jsonw_key(w, key);
	jsonw_bool(w, true);
}

/* "schema": { "type": … }, as the last member of a parameter or header. */
static void key_schema(struct jsonw *w, const char *type)
{
	key_object(w, "schema");
	jsonw_key_text(w, "type", type);
	jsonw_object_end(w);
}

static void operation_parameters(const struct schema *schema, const struct operation *operation)
{
	struct jsonw *w = schema->w;
	const char *path = operation->path;
	char name[SCHEMA_NAME];
	size_t before;

	jsonw_key(w, "parameters");
	jsonw_array(w);
	while ((path = next_parameter(path, &before, name))) {
		jsonw_object(w);
		jsonw_key_text(w, "name", name);
		jsonw_key_text(w, "in", "path");
		key_flag(w, "required");
		key_schema(w, "string");
		jsonw_object_end(w);
	}
	for (size_t i = 0; i < ARRAY_SIZE(parameters); i++)
		if (operation->action == READ_MANY ||
		    (operation->action == READ_ONE && i == FIELDS_PARAMETER))
			component(w, "parameters", parameters[i].name);
	jsonw_array_end(w);
}

/* "content" with one of the schemas. */
static void content(const struct schema *schema, const char *name)
{
	key_object(schema->w, "content");
	key_object(schema->w, "application/json");
	jsonw_key(schema->w, "schema");
	schema_ref(schema, "%s", name);
	jsonw_object_end(schema->w);
	jsonw_object_end(schema->w);
}

static void request_body(const struct schema *schema, const struct operation *operation)
{
	char name[SCHEMA_NAME];

	if (operation->action != WRITE_ONE && operation->action != POST_MANY)
		return;
	schema_body_name(operation->entity, operation->action == POST_MANY, name);
	key_object(schema->w, "requestBody");
	key_flag(schema->w, "required");
	content(schema, name);
	jsonw_object_end(schema->w);
}

static void response(const struct schema *schema, const char *status, const char *description,
		     const char *body, bool pages)
{
	struct jsonw *w = schema->w;

	key_object(w, status);
	jsonw_key_text(w, "description", description);
	if (pages) {
		key_object(w, "headers");
		jsonw_key(w, "X-Total-Count");
		component(w, "headers", "X-Total-Count");
		jsonw_key(w, "Link");
		component(w, "headers", "Link");
		jsonw_object_end(w);
	}
	if (body)
		content(schema, body);
	jsonw_object_end(w);
}

/* What it answers when all is well. PUT declares 201 alone in the 1.2 documents; that
 * a replacement is told by 200 is what providers and test suites agree on. */
static void success(const struct schema *schema, const struct operation *operation)
{
	char name[SCHEMA_NAME];

	schema_body_name(operation->entity, operation->action == READ_MANY, name);
	switch (operation->action) {
	case READ_MANY:
		response(schema, "200", "A page of the collection", name, true);
		break;
	case READ_ONE:
		response(schema, "200", "The object", name, false);
		break;
	case WRITE_ONE:
		response(schema, "200", "The object was replaced", NULL, false);
		response(schema, "201", "The object was created", NULL, false);
		break;
	case POST_MANY:
		response(schema, "201", "The objects were created; their sourcedIds", SCHEMA_PAIRS,
			 false);
		break;
	case DELETE_ONE:
		response(schema, "204", "The object was deleted", NULL, false);
		break;
	}
}

/* One requirement per scope: any of them will do. */
static void security(const struct schema *schema, const struct operation *operation)
{
	struct str uris = STR_INIT;
	struct jsonw *w = schema->w;
	const char *at;

	scope_format(operation->scope, schema->version, " ", &uris);
	jsonw_key(w, "security");
	jsonw_array(w);
	for (at = str_text(&uris); *at; at += strspn(at, " ")) {
		jsonw_object(w);
		jsonw_key(w, SCHEME);
		jsonw_array(w);
		jsonw_text_n(w, at, strcspn(at, " "));
		jsonw_array_end(w);
		jsonw_object_end(w);
		at += strcspn(at, " ");
	}
	jsonw_array_end(w);
	str_release(&uris);
}

static void describe(const struct schema *schema, const struct operation *operation)
{
	static const char *const keys[] = { "get", "put", "post", "delete" };
	struct jsonw *w = schema->w;

	key_object(w, keys[operation->method]);
	jsonw_key_text(w, "operationId", operation->name);
	jsonw_key(w, "tags");
	jsonw_array(w);
	jsonw_text(w, service_name(operation->service));
	jsonw_array_end(w);
	if (!(operation->in & schema->version))
		key_flag(w, "x-extension");
	operation_parameters(schema, operation);
	request_body(schema, operation);
	key_object(w, "responses");
	success(schema, operation);
	for (size_t i = 0; i < ARRAY_SIZE(refusals); i++) {
		jsonw_key(w, refusals[i].status);
		component(w, "responses", refusals[i].status);
	}
	jsonw_object_end(w);
	security(schema, operation);
	jsonw_object_end(w);
}

/* Whether both have the same path; those of two services have not, but in 1.1. */
static bool share_path(const struct operation *a, const struct operation *b, unsigned version)
{
	return strcmp(a->path, b->path) == 0 &&
	       strcmp(service_root(a->service, version), service_root(b->service, version)) == 0;
}

static void paths(const struct schema *schema)
{
	key_object(schema->w, "paths");
	for (size_t i = 0; i < operation_count; i++) {
		bool told = !is_selected(schema, &operations[i]);

		for (size_t k = 0; k < i && !told; k++)
			told = is_selected(schema, &operations[k]) &&
			       share_path(&operations[i], &operations[k], schema->version);
		if (told)
			continue;
		key_path(schema, &operations[i]);
		for (size_t k = i; k < operation_count; k++)
			if (is_selected(schema, &operations[k]) &&
			    share_path(&operations[i], &operations[k], schema->version))
				describe(schema, &operations[k]);
		jsonw_object_end(schema->w);
	}
	jsonw_object_end(schema->w);
}

static void query_parameters(struct jsonw *w)
{
	key_object(w, "parameters");
	for (size_t i = 0; i < ARRAY_SIZE(parameters); i++) {
		const char *name = parameters[i].name;

		key_object(w, name);
		jsonw_key_text(w, "name", name);
		jsonw_key_text(w, "in", "query");
		jsonw_key_text(w, "description", parameters[i].description);
		if (i == FIELDS_PARAMETER) {
			jsonw_key_text(w, "style", "form");
			jsonw_key(w, "explode");
			jsonw_bool(w, false);
		}
		jsonw_key(w, "schema");
		jsonw_raw(w, parameters[i].schema, strlen(parameters[i].schema));
		jsonw_object_end(w);
	}
	jsonw_object_end(w);
}

static void page_headers(struct jsonw *w)
{
	key_object(w, "headers");
	key_object(w, "X-Total-Count");
	jsonw_key_text(w, "description", "How many objects the whole collection has");
	key_schema(w, "integer");
	jsonw_object_end(w);
	key_object(w, "Link");
	jsonw_key_text(w, "description", "The pages first, prev, next, last (RFC 8288)");
	key_schema(w, "string");
	jsonw_object_end(w);
	jsonw_object_end(w);
}

/* How many of the operations a scope opens; the name of the first to *@first. */
static size_t opened_by(const struct schema *schema, const char *uri, const char **first)
{
	uint64_t granted = scopes_parse(uri);
	size_t count = 0;

	for (size_t i = operation_count; i-- > 0;)
		if (is_selected(schema, &operations[i]) &&
		    scopes_allow(granted, schema->version, operations[i].scope)) {
			*first = operations[i].name;
			count++;
		}
	return count;
}

static void scopes(const struct schema *schema)
{
	struct str uris = STR_INIT;
	const char *at, *first;

	scopes_format(SCOPES_ALL, &uris);
	key_object(schema->w, "scopes");
	for (at = str_text(&uris); *at; at += strspn(at, " ")) {
		char *uri = xstrndup(at, strcspn(at, " "));
		size_t count = opened_by(schema, uri, &first);

		if (count > 0) {
			char *text = xformat("Opens %zu operation%s, such as %s", count,
					     count == 1 ? "" : "s", first);

			jsonw_key_text(schema->w, uri, text);
			free(text);
		}
		at += strlen(uri);
		free(uri);
	}
	jsonw_object_end(schema->w);
	str_release(&uris);
}

static void security_scheme(const struct schema *schema, const char *base_url)
{
	struct jsonw *w = schema->w;
	char *token_url = xformat("%s/oauth2/token", base_url);

	key_object(w, "securitySchemes");
	key_object(w, SCHEME);
	jsonw_key_text(w, "type", "oauth2");
	if (schema->version & V11)
		jsonw_key_text(w, "description",
			       "OAuth 1.0a, for which OpenAPI has no word, will do as well");
	key_object(w, "flows");
	key_object(w, "clientCredentials");
	jsonw_key_text(w, "tokenUrl", token_url);
	scopes(schema);
	for (int i = 0; i < 4; i++)
		jsonw_object_end(w);
	free(token_url);
}

static void components(const struct schema *schema, const char *base_url)
{
	struct jsonw *w = schema->w;

	key_object(w, "components");
	security_scheme(schema, base_url);
	query_parameters(w);
	page_headers(w);
	key_object(w, "responses");
	for (size_t i = 0; i < ARRAY_SIZE(refusals); i++)
		response(schema, refusals[i].status, refusals[i].description, SCHEMA_STATUS, false);
	jsonw_object_end(w);
	key_object(w, "schemas");
	schema_definitions(schema);
	jsonw_object_end(w);
	jsonw_object_end(w);
}

static void head(const struct schema *schema, const char *base_url)
{
	struct jsonw *w = schema->w;
	const char *name = schema->service == EVERY_SERVICE ? NULL : service_name(schema->service);
	enum service any = schema->service == EVERY_SERVICE ? ROSTERING : schema->service;
	char *title = xformat("OneRoster %s%s%s", version_name(schema->version), name ? " " : "",
			      name ? name : "");
	char *url = xformat("%s%s", base_url,
			    has_whole_paths(schema) ? "" : service_root(any, schema->version));

	jsonw_key_text(w, "openapi", "3.0.3");
	key_object(w, "info");
	jsonw_key_text(w, "title", title);
	jsonw_key_text(w, "version", version_name(schema->version));
	jsonw_object_end(w);
	jsonw_key(w, "servers");
	jsonw_array(w);
	jsonw_object(w);
	jsonw_key_text(w, "url", url);
	jsonw_object_end(w);
	jsonw_array_end(w);
	free(title);
	free(url);
}

void describe_openapi(struct str *out, unsigned version, enum service service, const char *base_url)
{
	struct jsonw w;
	const struct schema schema = { &w, version, service, "#/components/schemas/" };

	jsonw_init(&w, out, 2);
	jsonw_object(&w);
	head(&schema, base_url);
	paths(&schema);
	components(&schema, base_url);
	jsonw_object_end(&w);
	str_add_char(out, '\n');
}
