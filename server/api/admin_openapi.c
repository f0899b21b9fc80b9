/*
 * admin_openapi.c - the control API described by its own table.
 */
#include "server/api/admin.h"

#include <string.h>

#define NEEDS(names, members) \
	"{\"type\":\"object\",\"required\":[" names "],\"properties\":{" members "}}"
#define MEMBER(name, schema) "\"" name "\":" schema
#define LIST(item) NEEDS("\"items\"", MEMBER("items", "{\"type\":\"array\",\"items\":" item "}"))
#define SCHEMA(name) "{\"$ref\":\"#/components/schemas/" name "\"}"
#define TEXT "{\"type\":\"string\"}"
#define WHEN "{\"type\":\"string\",\"format\":\"date-time\"}"
#define TRUTH "{\"type\":\"boolean\"}"
#define NUMBER "{\"type\":\"integer\"}"
#define OBJECT "{\"type\":\"object\"}"
#define ARRAY "{\"type\":\"array\"}"
#define MESSAGE NEEDS("\"headers\",\"body\"", MEMBER("headers", OBJECT))

/* clang-format off */
/* What is answered: the members that are always there. */
static const struct {
	const char *name, *schema;
} schemas[] = {
	{ "Error", NEEDS("\"error\"", MEMBER("error", NEEDS("\"message\",\"pointer\"", MEMBER("message", TEXT) "," MEMBER("pointer", TEXT)))) },
	{ "Description", NEEDS("\"openapi\",\"info\",\"paths\"", MEMBER("openapi", TEXT)) },
	{ "Sandbox", NEEDS("\"name\",\"profile\",\"urls\",\"credentials\"",
		MEMBER("name", TEXT) "," MEMBER("profile", TEXT) "," MEMBER("now", WHEN) "," MEMBER("frozen", TRUTH) ","
		MEMBER("urls", NEEDS("\"v1p1\",\"rostering\",\"gradebook\",\"resources\",\"token\"", "")) ","
		MEMBER("credentials", "{\"type\":\"array\",\"items\":" NEEDS("\"id\"", MEMBER("id", TEXT) "," MEMBER("secret", TEXT)) "}")) },
	{ "Sandboxes", LIST(SCHEMA("Sandbox")) },
	{ "Profile", NEEDS("\"name\",\"title\",\"quirks\",\"errors\",\"sources\"",
		MEMBER("name", TEXT) "," MEMBER("title", TEXT) "," MEMBER("timezone", TEXT) "," MEMBER("quirks", OBJECT) "," MEMBER("errors", OBJECT) ","
		MEMBER("routes", OBJECT) "," MEMBER("sources", OBJECT) "," MEMBER("notes", ARRAY)) },
	{ "Faults", NEEDS("\"items\"", MEMBER("seed", NUMBER) "," MEMBER("items", "{\"type\":\"array\",\"items\":"
		NEEDS("\"name\",\"when\",\"do\",\"matched\",\"fired\"", MEMBER("matched", NUMBER) "," MEMBER("fired", NUMBER)) "}")) },
	{ "State", OBJECT },
	{ "Clock", NEEDS("\"now\",\"frozen\"", MEMBER("now", WHEN) "," MEMBER("frozen", TRUTH)) },
	{ "Snapshot", NEEDS("\"id\"", MEMBER("id", TEXT)) },
	{ "Snapshots", LIST(NEEDS("\"id\",\"at\",\"bytes\"", MEMBER("id", TEXT) "," MEMBER("at", WHEN) "," MEMBER("bytes", NUMBER))) },
	{ "Exchange", NEEDS("\"id\",\"at\",\"method\",\"target\",\"operation\",\"status\",\"ms\",\"client\",\"request\",\"response\",\"quirks\",\"faults\",\"diagnostics\",\"refusal\"",
		MEMBER("id", NUMBER) "," MEMBER("at", WHEN) "," MEMBER("method", TEXT) "," MEMBER("target", TEXT) "," MEMBER("status", NUMBER) ","
		MEMBER("request", MESSAGE) "," MEMBER("response", MESSAGE) "," MEMBER("quirks", ARRAY) "," MEMBER("faults", ARRAY) ","
		MEMBER("diagnostics", "{\"type\":\"array\",\"items\":" SCHEMA("Diagnostic") "}")) },
	{ "Journal", LIST(SCHEMA("Exchange")) },
	{ "Har", NEEDS("\"log\"", MEMBER("log", NEEDS("\"version\",\"creator\",\"entries\"", MEMBER("entries", ARRAY)))) },
	{ "Verdict", NEEDS("\"holds\",\"misses\"", MEMBER("holds", TRUTH) "," MEMBER("misses", ARRAY)) },
	{ "Diagnostic", NEEDS("\"at\",\"object\",\"pointer\",\"rule\",\"severity\",\"source\",\"found\",\"expected\"",
		MEMBER("at", WHEN) "," MEMBER("object", TEXT) "," MEMBER("pointer", TEXT) "," MEMBER("rule", TEXT) ","
		MEMBER("severity", "{\"enum\":[\"error\",\"warning\"]}") "," MEMBER("source", TEXT) "," MEMBER("found", TEXT) "," MEMBER("expected", TEXT)) },
	{ "Diagnostics", LIST(SCHEMA("Diagnostic")) },
};
/* clang-format on */

static void write_schemas(struct jsonw *w)
{
	jsonw_object(w);
	for (size_t i = 0; i < ARRAY_SIZE(schemas); i++) {
		jsonw_key(w, schemas[i].name);
		jsonw_raw(w, schemas[i].schema, strlen(schemas[i].schema));
	}
	jsonw_object_end(w);
}

static void write_parameter(struct jsonw *w, const char *name, size_t length, bool in_path)
{
	jsonw_object(w);
	jsonw_key(w, "name");
	jsonw_text_n(w, name, length);
	jsonw_key_text(w, "in", in_path ? "path" : "query");
	jsonw_key(w, "required");
	jsonw_bool(w, in_path);
	jsonw_key(w, "schema");
	jsonw_raw(w, "{\"type\":\"string\"}", strlen("{\"type\":\"string\"}"));
	jsonw_object_end(w);
}

static void write_parameters(struct jsonw *w, const struct admin_row *row)
{
	jsonw_key(w, "parameters");
	jsonw_array(w);
	for (const char *at = row->path; (at = strchr(at, '{')); at++)
		write_parameter(w, at + 1, strcspn(at + 1, "}"), true);
	for (const char *at = row->query; at && *at; at += strspn(at, " ")) {
		size_t length = strcspn(at, " ");

		write_parameter(w, at, length, false);
		at += length;
	}
	jsonw_array_end(w);
}

/* @media and @more are two media types of the same; @more may be NULL. */
static void write_content(struct jsonw *w, const char *media, const char *more, const char *schema)
{
	const char *const types[] = { media, more };

	jsonw_key(w, "content");
	jsonw_object(w);
	for (size_t i = 0; i < ARRAY_SIZE(types) && types[i]; i++) {
		jsonw_key(w, types[i]);
		jsonw_object(w);
		jsonw_key(w, "schema");
		jsonw_raw(w, schema, strlen(schema));
		jsonw_object_end(w);
	}
	jsonw_object_end(w);
}

/* @schema NULL: no body. */
static void write_response(struct jsonw *w, const char *status, const char *description,
			   const char *media, const char *schema)
{
	jsonw_key(w, status);
	jsonw_object(w);
	jsonw_key_text(w, "description", description);
	if (schema)
		write_content(w, media ? media : "application/json", NULL, schema);
	jsonw_object_end(w);
}

static void write_responses(struct admin *admin, struct jsonw *w, const struct admin_row *row)
{
	struct arena *arena = &admin->request->arena;
	static const struct {
		const char *status, *description;
		bool only_sandbox, only_body;
	} failures[] = {
		{ "400", "the path, the query or the body cannot be read", false, false },
		{ "401", "the admin token is missing or wrong", false, false },
		{ "404", "no such sandbox, or nothing of that name in it", true, false },
		{ "409", "it contradicts what there is", false, false },
		{ "422", "the body says something that is wrong; pointer says where", false, true },
	};

	jsonw_key(w, "responses");
	jsonw_object(w);
	write_response(w, arena_format(arena, "%d", row->status), row->summary, row->media,
		       row->gives ? arena_format(arena, SCHEMA("%s"), row->gives) : NULL);
	for (size_t i = 0; i < ARRAY_SIZE(failures); i++)
		if ((!failures[i].only_sandbox || strchr(row->path, '{')) &&
		    (!failures[i].only_body || row->takes))
			write_response(w, failures[i].status, failures[i].description, NULL,
				       SCHEMA("Error"));
	jsonw_object_end(w);
}

static void write_call(struct admin *admin, struct jsonw *w, const struct admin_row *row)
{
	char method[16];
	size_t length = strlen(row->method);

	for (size_t i = 0; i <= length && i < sizeof method; i++)
		method[i] = (char)(row->method[i] | (row->method[i] ? 0x20 : 0));
	jsonw_key(w, method);
	jsonw_object(w);
	jsonw_key_text(w, "operationId", row->name);
	jsonw_key_text(w, "summary", row->summary);
	write_parameters(w, row);
	if (row->takes) {
		jsonw_key(w, "requestBody");
		jsonw_object(w);
		jsonw_key(w, "required");
		jsonw_bool(w, true);
		write_content(w, "application/json", row->takes_media, row->takes);
		jsonw_object_end(w);
	}
	write_responses(admin, w, row);
	jsonw_object_end(w);
}

/* The calls of a path stand together: rows of one path follow one another. */
void admin_openapi(struct admin *admin)
{
	static const char head[] =
		"\"3.1.0\",\"info\":{\"title\":\"mocksis control API\",\"version\":\"1\"},"
		"\"security\":[{\"admin\":[]}],\"servers\":[{\"url\":\"/admin\"}]";
	static const char schemes[] = "{\"admin\":{\"type\":\"http\",\"scheme\":\"bearer\"}}";
	const struct admin_row *row, *before = NULL;
	struct jsonw *w = &admin->w;

	jsonw_object(w);
	jsonw_key(w, "openapi");
	jsonw_raw(w, head, strlen(head)); /* the value, and the members that never change */
	jsonw_key(w, "components");
	jsonw_object(w);
	jsonw_key(w, "securitySchemes");
	jsonw_raw(w, schemes, strlen(schemes));
	jsonw_key(w, "schemas");
	write_schemas(w);
	jsonw_object_end(w);
	jsonw_key(w, "paths");
	jsonw_object(w);
	for (size_t i = 0; (row = admin_row(i)); i++) {
		if (!before || strcmp(before->path, row->path) != 0) {
			if (before)
				jsonw_object_end(w);
			jsonw_key(w, row->path);
			jsonw_object(w);
		}
		write_call(admin, w, row);
		before = row;
	}
	jsonw_object_end(w);
	jsonw_object_end(w);
	jsonw_object_end(w);
}
