/*
 * admin_openapi.c - the control API described by its own table.
 */
#include "server/api/admin.h"

#include <stdio.h>
#include <string.h>

/* What is answered, by name: members, separated by blanks. `?` behind a name: it may be
 * absent. Behind a colon stands a type of JSON or the name of another schema, in brackets for
 * an array of such; without one it is a text. */
static const struct {
	const char *name, *members;
} schemas[] = {
	{ "Error", "error:Problem" },
	{ "Problem", "message pointer" },
	{ "Description", "openapi info:object paths:object" },
	{ "Sandbox", "name profile now? frozen?:boolean urls:Urls credentials:[Credential]" },
	{ "Urls", "v1p1 rostering gradebook resources token" },
	{ "Credential", "id secret?" },
	{ "Sandboxes", "items:[Sandbox]" },
	{ "Profile",
	  "name title timezone? quirks:object errors:object routes?:object sources:object "
	  "notes?:array" },
	{ "Faults", "seed?:integer items:[Rule]" },
	{ "Rule", "name when:object do:object matched:integer fired:integer" },
	{ "State", "" },
	{ "Objects", "items:[Object] next?:integer" },
	{ "Object", "sourcedId status dateLastModified" },
	{ "Wrapped", "" },
	{ "Clock", "now frozen:boolean" },
	{ "Snapshot", "id" },
	{ "Snapshots", "items:[Kept]" },
	{ "Kept", "id at bytes:integer" },
	{ "Exchange", "id:integer at method target operation:any status:integer ms:number client "
		      "request:Message response:Message quirks:array faults:array "
		      "diagnostics:[Diagnostic] refusal:any" },
	{ "Message", "headers:object body:any" },
	{ "Journal", "items:[Exchange] next?:integer forgotten?:integer" },
	{ "Har", "log:Log" },
	{ "Log", "version creator:object entries:array" },
	{ "Verdict", "holds:boolean misses:array" },
	{ "Diagnostic", "at object pointer rule severity source found expected" },
	{ "Diagnostics", "items:[Diagnostic]" },
};

/* @type has @length bytes: string, any, a type of JSON, or the name of a schema. */
static void write_type(struct jsonw *w, const char *type, size_t length)
{
	jsonw_object(w);
	if (*type >= 'A' && *type <= 'Z') {
		char ref[64];

		snprintf(ref, sizeof ref, "#/components/schemas/%.*s", (int)length, type);
		jsonw_key_text(w, "$ref", ref);
	} else if (*type == '[') {
		jsonw_key_text(w, "type", "array");
		jsonw_key(w, "items");
		write_type(w, type + 1, length - 2);
	} else if (strncmp(type, "any", length) != 0) {
		jsonw_key(w, "type");
		jsonw_text_n(w, type, length);
	}
	jsonw_object_end(w);
}

/* The members, or, with @required, the names of those that are always there. */
static void write_members(struct jsonw *w, const char *members, bool required)
{
	for (const char *at = members; *at; at += strspn(at, " ")) {
		size_t length = strcspn(at, " "), name = strcspn(at, "?: ");
		const char *colon = memchr(at, ':', length);

		if (required && at[name] != '?')
			jsonw_text_n(w, at, name);
		if (!required) {
			char key[32];

			snprintf(key, sizeof key, "%.*s", (int)name, at);
			jsonw_key(w, key);
			if (colon)
				write_type(w, colon + 1, length - (size_t)(colon + 1 - at));
			else
				write_type(w, "string", strlen("string"));
		}
		at += length;
	}
}

static void write_schemas(struct jsonw *w)
{
	jsonw_object(w);
	for (size_t i = 0; i < ARRAY_SIZE(schemas); i++) {
		jsonw_key(w, schemas[i].name);
		jsonw_object(w);
		jsonw_key_text(w, "type", "object");
		jsonw_key(w, "required");
		jsonw_array(w);
		write_members(w, schemas[i].members, true);
		jsonw_array_end(w);
		jsonw_key(w, "properties");
		jsonw_object(w);
		write_members(w, schemas[i].members, false);
		jsonw_object_end(w);
		jsonw_object_end(w);
	}
	jsonw_object_end(w);
}

#define SCHEMA_REF(name) "{\"$ref\":\"#/components/schemas/" name "\"}"

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
	const char *schema = row->gives ? arena_format(arena, SCHEMA_REF("%s"), row->gives) : NULL;

	write_response(w, arena_format(arena, "%d", row->status), row->summary, row->media, schema);
	if (row->creates)
		write_response(w, "201", row->creates, row->media, schema);
	for (size_t i = 0; i < ARRAY_SIZE(failures); i++)
		if ((!failures[i].only_sandbox || strchr(row->path, '{')) &&
		    (!failures[i].only_body || row->takes))
			write_response(w, failures[i].status, failures[i].description, NULL,
				       SCHEMA_REF("Error"));
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
