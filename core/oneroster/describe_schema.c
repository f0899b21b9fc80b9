/*
 * describe_schema.c - the objects as JSON schemas.
 *
 * 1.2 is closed: nothing besides the named members, but below metadata and in the
 * credentials of a user profile (fact sheet 1.2, section 6). 1.1 is open. Validators
 * need not check a format, so each has a pattern beside it.
 */
#include "oneroster/describe_schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* clang-format off */
static const struct {
	const char *type, *format, *pattern;
} plain_types[] = {
	[T_ID]     = { "string" },
	[T_TEXT]   = { "string" },
	[T_URI]    = { "string", "uri", "^[A-Za-z][A-Za-z0-9+.-]*:" },
	[T_NUMBER] = { "number" },
	[T_DATE]   = { "string", "date", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" },
	[T_TIME]   = { "string", "date-time",
		       "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?(Z|[+-]00:00)$" },
	[T_MAP]    = { "object" },
};

static const char *const extension_patterns[] = {
	[CLOSED] = NULL,
	[EXT]    = "^ext:[a-zA-Z0-9._-]+$",
	[WORDS]  = "^(ext:[a-zA-Z0-9._-]+|[a-z0-9]+)$",
};

/* What a reference of 1.1 may call its target (fact sheet 1.1, section 5.0). */
static const struct vocab reference_types = { "REFERENCE_TYPE", CLOSED, (const struct term[]){
	{ "academicSession", V11 }, { "category", V11 }, { "class", V11 }, { "course", V11 },
	{ "demographics", V11 }, { "enrollment", V11 }, { "gradingPeriod", V11 }, { "lineItem", V11 },
	{ "org", V11 }, { "resource", V11 }, { "result", V11 }, { "student", V11 }, { "teacher", V11 },
	{ "term", V11 }, { "user", V11 }, { NULL } } };

static const struct field reference_fields[] = {
	{ "href",      T_URI,  V11, V11 },
	{ "sourcedId", T_ID,   V11, V11 },
	{ "type",      T_ENUM, V11, V11, 0, &reference_types },
	{ NULL }
};

static const struct field pair_fields[] = {
	{ "suppliedSourcedId",  T_ID, V12, V12 },
	{ "allocatedSourcedId", T_ID, V12, V12 },
	{ NULL }
};

/* clang-format on */

void key_object(struct jsonw *w, const char *key)
{
	jsonw_key(w, key);
	jsonw_object(w);
}

void schema_ref(const struct schema *schema, const char *format, ...)
{
	struct str ref = STR_INIT;
	va_list args;

	str_add(&ref, schema->refs);
	va_start(args, format);
	str_vformat(&ref, format, args);
	va_end(args);
	jsonw_object(schema->w);
	jsonw_key_text(schema->w, "$ref", str_text(&ref));
	jsonw_object_end(schema->w);
	str_release(&ref);
}

void schema_body_name(const struct entity *entity, bool many, char out[static SCHEMA_NAME])
{
	bool alike = strcmp(entity->singular, entity->plural) == 0;

	snprintf(out, SCHEMA_NAME, "%s%s-body", many ? entity->plural : entity->singular,
		 many && alike ? "-set" : "");
}

/* The bits by which a term belongs to what is described. */
static unsigned words_of(const struct schema *schema)
{
	unsigned services = schema->service == EVERY_SERVICE ? IN_EACH : IN(schema->service);

	return schema->version | (schema->version & V12 ? services : 0);
}

static void words(const struct schema *schema, const struct vocab *vocab)
{
	jsonw_key_text(schema->w, "type", "string");
	jsonw_key(schema->w, "enum");
	jsonw_array(schema->w);
	for (const struct term *term = vocab->terms; term->value; term++)
		if (term->in & words_of(schema))
			jsonw_text(schema->w, term->value);
	jsonw_array_end(schema->w);
}

static void vocabulary(const struct schema *schema, const struct vocab *vocab)
{
	struct jsonw *w = schema->w;

	jsonw_object(w);
	if (!(schema->version & V12) || vocab->extension == CLOSED) {
		words(schema, vocab);
	} else {
		jsonw_key(w, "anyOf");
		jsonw_array(w);
		jsonw_object(w);
		words(schema, vocab);
		jsonw_object_end(w);
		jsonw_object(w);
		jsonw_key_text(w, "type", "string");
		jsonw_key_text(w, "pattern", extension_patterns[vocab->extension]);
		jsonw_object_end(w);
		jsonw_array_end(w);
	}
	jsonw_object_end(w);
}

/* Words in 1.2; 1.1 leaves open whether they are JSON booleans (fact sheet 1.1, section 6). */
static void boolean(const struct schema *schema)
{
	struct jsonw *w = schema->w;

	jsonw_object(w);
	if (schema->version & V12)
		jsonw_key_text(w, "type", "string");
	jsonw_key(w, "enum");
	jsonw_array(w);
	jsonw_text(w, "true");
	jsonw_text(w, "false");
	if (schema->version & V11) {
		jsonw_bool(w, true);
		jsonw_bool(w, false);
	}
	jsonw_array_end(w);
	jsonw_object_end(w);
}

static void plain(const struct schema *schema, const struct field *field)
{
	struct jsonw *w = schema->w;

	jsonw_object(w);
	jsonw_key_text(w, "type", plain_types[field->type].type);
	if (plain_types[field->type].format)
		jsonw_key_text(w, "format", plain_types[field->type].format);
	if (plain_types[field->type].pattern)
		jsonw_key_text(w, "pattern", plain_types[field->type].pattern);
	if (field->type == T_MAP) {
		jsonw_key(w, "additionalProperties");
		jsonw_bool(w, true);
	}
	if (field->flags & F_SECRET) {
		jsonw_key(w, "writeOnly");
		jsonw_bool(w, true);
	}
	jsonw_object_end(w);
}

static void reference(const struct schema *schema, const struct entity *target)
{
	if (schema->version & V11)
		schema_ref(schema, "GUIDRef");
	else
		schema_ref(schema, "%s-ref", target->singular);
}

/* One value of a field, or of a list one element. @path names the parts. */
static void element(const struct schema *schema, const char *path, const struct field *field)
{
	switch (field->type) {
	case T_ENUM:
		vocabulary(schema, field->vocab);
		break;
	case T_TEXTS:
		if (field->vocab)
			vocabulary(schema, field->vocab);
		else
			plain(schema, &(const struct field){ .type = T_TEXT });
		break;
	case T_BOOL:
		boolean(schema);
		break;
	case T_REF:
	case T_REFS:
		reference(schema, field->target);
		break;
	case T_OBJECTS:
		schema_ref(schema, "%s.%s", path, field->name);
		break;
	case T_ID:
	case T_TEXT:
	case T_URI:
	case T_NUMBER:
	case T_DATE:
	case T_TIME:
	case T_MAP:
		plain(schema, field);
		break;
	}
}

static bool is_list(const struct field *field)
{
	return field->type == T_TEXTS || field->type == T_REFS ||
	       (field->type == T_OBJECTS && !(field->flags & ONE_OBJECT));
}

static void property(const struct schema *schema, const char *path, const struct field *field)
{
	struct jsonw *w = schema->w;

	jsonw_key(w, field->name);
	if (!is_list(field)) {
		element(schema, path, field);
		return;
	}
	jsonw_object(w);
	jsonw_key_text(w, "type", "array");
	if ((field->flags & F_SOME) && (field->required & schema->version))
		jsonw_key_int(w, "minItems", 1);
	jsonw_key(w, "items");
	element(schema, path, field);
	jsonw_object_end(w);
}

static bool is_described(const struct schema *schema, const struct field *field)
{
	return (field->in & schema->version) && !(field->flags & F_INTERNAL);
}

static void close_object(const struct schema *schema, bool open)
{
	if (schema->version & V12) {
		jsonw_key(schema->w, "additionalProperties");
		jsonw_bool(schema->w, open);
	}
	jsonw_object_end(schema->w);
}

static void required(const struct schema *schema, const struct field *fields)
{
	bool any = false;

	for (const struct field *field = fields; field->name; field++) {
		if (!is_described(schema, field) || !(field->required & schema->version) ||
		    (field->flags & F_SECRET))
			continue;
		if (!any) {
			jsonw_key(schema->w, "required");
			jsonw_array(schema->w);
		}
		any = true;
		jsonw_text(schema->w, field->name);
	}
	if (any)
		jsonw_array_end(schema->w);
}

void schema_object(const struct schema *schema, const char *path, const struct field *fields,
		   bool open)
{
	struct jsonw *w = schema->w;

	key_object(w, path);
	jsonw_key_text(w, "type", "object");
	key_object(w, "properties");
	for (const struct field *field = fields; field->name; field++)
		if (is_described(schema, field))
			property(schema, path, field);
	jsonw_object_end(w);
	required(schema, fields);
	close_object(schema, open);

	for (const struct field *field = fields; field->name; field++)
		if (is_described(schema, field) && field->sub) {
			char *part = xformat("%s.%s", path, field->name);

			schema_object(schema, part, field->sub, field->flags & F_OPEN);
			free(part);
		}
}

/* An envelope around one or @many. The standard demands the key of a single one only. */
static void envelope(const struct schema *schema, const char *name, const char *key,
		     const char *what, bool many)
{
	struct jsonw *w = schema->w;

	key_object(w, name);
	jsonw_key_text(w, "type", "object");
	key_object(w, "properties");
	jsonw_key(w, key);
	if (many) {
		jsonw_object(w);
		jsonw_key_text(w, "type", "array");
		jsonw_key(w, "items");
	}
	schema_ref(schema, "%s", what);
	if (many)
		jsonw_object_end(w);
	jsonw_object_end(w);
	if (!many) {
		jsonw_key(w, "required");
		jsonw_array(w);
		jsonw_text(w, key);
		jsonw_array_end(w);
	}
	close_object(schema, false);
}

static void entity_definitions(const struct schema *schema, const struct entity *entity)
{
	char name[SCHEMA_NAME];

	schema_object(schema, entity->singular, entity->fields, false);
	for (int many = 0; many <= 1; many++) {
		schema_body_name(entity, many, name);
		envelope(schema, name, many ? entity->plural : entity->singular, entity->singular,
			 many);
	}
}

static bool points_at(const struct schema *schema, const struct field *fields,
		      const struct entity *target)
{
	for (const struct field *field = fields; field->name; field++)
		if (is_described(schema, field) &&
		    (field->target == target ||
		     (field->sub && points_at(schema, field->sub, target))))
			return true;
	return false;
}

static bool is_selected(const struct schema *schema, const struct entity *entity)
{
	return (entity->in & schema->version) && service_has(schema->service, entity->service);
}

/* 1.1 has one kind of reference, 1.2 one for each kind of target. */
static void reference_definitions(const struct schema *schema)
{
	char name[SCHEMA_NAME];

	if (schema->version & V11)
		schema_object(schema, "GUIDRef", reference_fields, true);
	for (size_t i = 0; i < ENTITY_COUNT && (schema->version & V12); i++) {
		const struct vocab type = { "TYPE", CLOSED,
					    (const struct term[]){ { entities[i]->singular, V12 },
								   { NULL } } };
		const struct field fields[] = { { "href", T_URI, V12, V12 },
						{ "sourcedId", T_ID, V12, V12 },
						{ "type", T_ENUM, V12, V12, 0, &type },
						{ NULL } };
		bool used = false;

		for (size_t k = 0; k < ENTITY_COUNT; k++)
			used = used || (is_selected(schema, entities[k]) &&
					points_at(schema, entities[k]->fields, entities[i]));
		snprintf(name, sizeof name, "%s-ref", entities[i]->singular);
		if (used)
			schema_object(schema, name, fields, false);
	}
}

static bool has_posts(const struct schema *schema)
{
	for (size_t i = 0; i < operation_count; i++)
		if (operations[i].action == POST_MANY &&
		    operation_is_in(&operations[i], schema->version) &&
		    service_has(schema->service, operations[i].service))
			return true;
	return false;
}

void schema_definitions(const struct schema *schema)
{
	for (size_t i = 0; i < ENTITY_COUNT; i++)
		if (is_selected(schema, entities[i]))
			entity_definitions(schema, entities[i]);
	reference_definitions(schema);
	if (has_posts(schema)) {
		schema_object(schema, "sourcedIdPair", pair_fields, false);
		envelope(schema, SCHEMA_PAIRS, "sourcedIdPairs", "sourcedIdPair", true);
	}
	schema_status(schema);
}

/* One body; its key must be there, or an empty object would be any of them. */
static void alternative(const struct schema *schema, const char *name, const char *key)
{
	struct jsonw *w = schema->w;
	char *ref = xformat("%s%s", schema->refs, name);

	jsonw_object(w);
	jsonw_key_text(w, "$ref", ref);
	jsonw_key(w, "required");
	jsonw_array(w);
	if (key)
		jsonw_text(w, key);
	jsonw_array_end(w);
	jsonw_object_end(w);
	free(ref);
}

/* What the document as a whole demands: any body of the service. */
static void any_body(const struct schema *schema)
{
	char name[SCHEMA_NAME];

	jsonw_key(schema->w, "anyOf");
	jsonw_array(schema->w);
	for (size_t i = 0; i < ENTITY_COUNT; i++)
		for (int many = 0; many <= 1 && is_selected(schema, entities[i]); many++) {
			schema_body_name(entities[i], many, name);
			alternative(schema, name,
				    many ? entities[i]->plural : entities[i]->singular);
		}
	if (has_posts(schema))
		alternative(schema, SCHEMA_PAIRS, "sourcedIdPairs");
	alternative(schema, SCHEMA_STATUS, NULL);
	jsonw_array_end(schema->w);
}

void describe_json_schema(struct str *out, unsigned version, enum service service)
{
	struct jsonw w;
	const struct schema schema = { &w, version, service, "#/$defs/" };
	const char *name = service == EVERY_SERVICE ? NULL : service_name(service);
	char *id = xformat("urn:mocksis:oneroster:%s%s%s", version_name(version), name ? ":" : "",
			   name ? name : "");
	char *title = xformat("OneRoster %s%s%s", version_name(version), name ? " " : "",
			      name ? name : "");

	jsonw_init(&w, out, 2);
	jsonw_object(&w);
	jsonw_key_text(&w, "$schema", "https://json-schema.org/draft/2020-12/schema");
	jsonw_key_text(&w, "$id", id);
	jsonw_key_text(&w, "title", title);
	any_body(&schema);
	key_object(&w, "$defs");
	schema_definitions(&schema);
	jsonw_object_end(&w);
	jsonw_object_end(&w);
	str_add_char(out, '\n');
	free(id);
	free(title);
}
