/*
 * admin_openapi.c - the control API described by its own table.
 */
#include "server/api/admin.h"

#include <string.h>

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

static void write_content(struct jsonw *w, const char *schema)
{
	jsonw_key(w, "content");
	jsonw_object(w);
	jsonw_key(w, "application/json");
	jsonw_object(w);
	jsonw_key(w, "schema");
	jsonw_raw(w, schema, strlen(schema));
	jsonw_object_end(w);
	jsonw_object_end(w);
}

static void write_response(struct jsonw *w, const char *status, const char *description,
			   const char *schema)
{
	jsonw_key(w, status);
	jsonw_object(w);
	jsonw_key_text(w, "description", description);
	if (schema)
		write_content(w, schema);
	jsonw_object_end(w);
}

static void write_responses(struct admin *admin, struct jsonw *w, const struct admin_row *row)
{
	static const char error[] = "{\"$ref\":\"#/components/schemas/Error\"}";
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
	write_response(w, arena_format(&admin->request->arena, "%d", row->status), row->summary,
		       row->status == 204 ? NULL : "{\"type\":\"object\"}");
	for (size_t i = 0; i < ARRAY_SIZE(failures); i++)
		if ((!failures[i].only_sandbox || strchr(row->path, '{')) &&
		    (!failures[i].only_body || row->takes))
			write_response(w, failures[i].status, failures[i].description, error);
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
		write_content(w, row->takes);
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
		"\"security\":[{\"admin\":[]}],\"components\":{\"securitySchemes\":{\"admin\":{"
		"\"type\":\"http\",\"scheme\":\"bearer\"}},\"schemas\":{\"Error\":{\"type\":"
		"\"object\",\"properties\":{\"error\":{\"type\":\"object\",\"properties\":{"
		"\"message\":{\"type\":\"string\"},\"pointer\":{\"type\":\"string\"}}}}}}},"
		"\"servers\":[{\"url\":\"/admin\"}]";
	const struct admin_row *row, *before = NULL;
	struct jsonw *w = &admin->w;

	jsonw_object(w);
	jsonw_key(w, "openapi");
	jsonw_raw(w, head, strlen(head)); /* the value, and the members that never change */
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
