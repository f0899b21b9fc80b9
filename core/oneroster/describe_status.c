/*
 * describe_status.c - the bodies of refusals as schemas (fact sheets 1.1, section 9,
 * and 1.2, section 4).
 */
#include "oneroster/describe_schema.h"

/* clang-format off */
static const struct vocab code_major = { "CODE_MAJOR", CLOSED, (const struct term[]){
	{ "success", BOTH }, { "processing", BOTH }, { "failure", BOTH }, { "unsupported", BOTH }, { NULL } } };
static const struct vocab prose_major = { "PROSE_MAJOR", CLOSED, (const struct term[]){
	{ "success", V11 }, { "failure", V11 }, { NULL } } };
static const struct vocab severity = { "SEVERITY", CLOSED, (const struct term[]){
	{ "status", BOTH }, { "warning", BOTH }, { "error", BOTH }, { NULL } } };
static const struct vocab code_minor = { "CODE_MINOR", CLOSED, (const struct term[]){
	{ "fullsuccess", V11 | IN_EACH }, { "invalid_sort_field", V11 | IN(RESOURCES) },
	{ "invalid_filter_field", IN_EACH }, { "invalid_selection_field", V11 | IN_EACH },
	{ "invaliddata", V11 | IN_EACH }, { "unauthorisedrequest", V11 | IN_EACH }, { "forbidden", IN_EACH },
	{ "server_busy", IN_EACH }, { "unknownobject", V11 | IN_EACH }, { "internal_server_error", IN_EACH },
	{ "deletefailure", V11 | IN(GRADEBOOK) }, { "linkfailure", V11 }, { "targetreadfailure", V11 },
	{ "unsupportedoperation", V11 }, { "unsupported", IN(RESOURCES) }, { NULL } } };
/* The prose of 1.1 has no word for a provider that fails: that of 1.2 is taken. */
static const struct vocab prose_minor = { "PROSE_MINOR", CLOSED, (const struct term[]){
	{ "full success", V11 }, { "unknown object", V11 }, { "invalid data", V11 }, { "unauthorized", V11 },
	{ "invalid_sort_field", V11 }, { "invalid_filter_field", V11 }, { "invalid_selection_field", V11 },
	{ "invalid_blank_selection_field", V11 }, { "forbidden", V11 }, { "server_busy", V11 },
	{ "internal_server_error", V11 }, { NULL } } };

static const struct field code_minor_field_fields[] = {
	{ "imsx_codeMinorFieldName",  T_TEXT, BOTH, BOTH },
	{ "imsx_codeMinorFieldValue", T_ENUM, BOTH, BOTH, 0, &code_minor },
	{ NULL }
};

static const struct field code_minor_fields[] = {
	{ "imsx_codeMinorField", T_OBJECTS, BOTH, BOTH, F_SOME, .sub = code_minor_field_fields },
	{ NULL }
};

static const struct field status_info_fields[] = {
	{ "imsx_codeMajor",              T_ENUM,    BOTH, BOTH, 0, &code_major },
	{ "imsx_severity",               T_ENUM,    BOTH, BOTH, 0, &severity },
	{ "imsx_messageRefIdentifier",   T_TEXT,    V11,  V11 },
	{ "imsx_operationRefIdentifier", T_TEXTS,   V11,  0 },
	{ "imsx_description",            T_TEXT,    BOTH, 0 },
	{ "imsx_CodeMinor",              T_OBJECTS, BOTH, 0, ONE_OBJECT, .sub = code_minor_fields },
	{ NULL }
};

static const struct field status_set_fields[] = {
	{ "imsx_codeMajor",              T_ENUM, V11, V11, 0, &prose_major },
	{ "imsx_severity",               T_ENUM, V11, V11, 0, &severity },
	{ "imsx_messageRefIdentifier",   T_TEXT, V11, 0 },
	{ "imsx_operationRefIdentifier", T_TEXT, V11, 0 },
	{ "imsx_description",            T_TEXT, V11, 0 },
	{ "imsx_codeMinor",              T_ENUM, V11, V11, 0, &prose_minor },
	{ NULL }
};

static const struct field error_fields[] = {
	{ "codeMajor",   T_ENUM, V11, V11, 0, &prose_major },
	{ "severity",    T_ENUM, V11, V11, 0, &severity },
	{ "codeMinor",   T_ENUM, V11, V11, 0, &prose_minor },
	{ "description", T_TEXT, V11, 0 },
	{ NULL }
};

static const struct field status_set_body[] = {
	{ "statusInfoSet", T_OBJECTS, V11, V11, F_SOME, .sub = status_set_fields },
	{ NULL }
};

static const struct field errors_body[] = {
	{ "errors", T_OBJECTS, V11, V11, F_SOME, .sub = error_fields },
	{ NULL }
};

/* The three shapes in which 1.1 says a refusal. */
static const struct {
	const char *name;
	const struct field *fields;
} shapes[] = {
	{ "statusInfoSet-body",    status_set_body },
	{ "errors-body",           errors_body },
	{ "imsx_StatusInfo-body",  status_info_fields },
};
/* clang-format on */

void schema_status(const struct schema *schema)
{
	struct jsonw *w = schema->w;

	if (schema->version & V12) {
		schema_object(schema, SCHEMA_STATUS, status_info_fields, false);
		return;
	}
	key_object(w, SCHEMA_STATUS);
	jsonw_key(w, "anyOf");
	jsonw_array(w);
	for (size_t i = 0; i < ARRAY_SIZE(shapes); i++)
		schema_ref(schema, "%s", shapes[i].name);
	jsonw_array_end(w);
	jsonw_object_end(w);
	for (size_t i = 0; i < ARRAY_SIZE(shapes); i++)
		schema_object(schema, shapes[i].name, shapes[i].fields, true);
}
