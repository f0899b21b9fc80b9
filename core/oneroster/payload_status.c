/*
 * payload_status.c - what a refusal says, and the answer to a POST.
 */
#include "oneroster/payload_internal.h"

#include <string.h>

#include "base/jsonx.h"

/* clang-format off */
static const struct vocab major_flat = { "codeMajor", CLOSED, (const struct term[]){
	{ "success", V11 }, { "failure", V11 }, { NULL } } };
static const struct vocab major = { "imsx_codeMajor", CLOSED, (const struct term[]){
	{ "success", BOTH }, { "processing", BOTH }, { "failure", BOTH }, { "unsupported", BOTH },
	{ NULL } } };
static const struct vocab severity = { "imsx_severity", CLOSED, (const struct term[]){
	{ "status", BOTH }, { "warning", BOTH }, { "error", BOTH }, { NULL } } };
/* blanks and underscores mixed, as the text has them (traps A3) */
static const struct vocab minor_flat = { "codeMinor", CLOSED, (const struct term[]){
	{ "full success", V11 }, { "unknown object", V11 }, { "invalid data", V11 },
	{ "unauthorized", V11 }, { "invalid_sort_field", V11 }, { "invalid_filter_field", V11 },
	{ "invalid_selection_field", V11 }, { "forbidden", V11 }, { "server_busy", V11 },
	{ "invalid_blank_selection_field", V11 }, { NULL } } };

/* Codes of imsx_codeMinorFieldValue: whether 1.1 has them, and which services of 1.2. */
#define S(service) (1u << (service))
#define ALL (S(ROSTERING) | S(GRADEBOOK) | S(RESOURCES))
static const struct {
	const char *code;
	bool in_11;
	unsigned services;
} minor_codes[] = {
	{ "fullsuccess",             true,  ALL },
	{ "invalid_sort_field",      true,  S(RESOURCES) },
	{ "invalid_filter_field",    false, ALL },
	{ "invalid_selection_field", true,  ALL },
	{ "invaliddata",             true,  ALL },
	{ "unauthorisedrequest",     true,  ALL },
	{ "forbidden",               false, ALL },
	{ "server_busy",             false, ALL },
	{ "unknownobject",           true,  ALL },
	{ "internal_server_error",   false, ALL },
	{ "deletefailure",           true,  S(GRADEBOOK) },
	{ "unsupported",             false, S(RESOURCES) },
	{ "linkfailure",             true,  0 },
	{ "unsupportedoperation",    true,  0 },
	{ "targetreadfailure",       true,  0 },
};

/* Shape A: the elements of statusInfoSet. */
static const struct field set_fields[] = {
	{ "imsx_codeMajor",              T_ENUM, V11, V11, 0, &major_flat },
	{ "imsx_severity",               T_ENUM, V11, V11, 0, &severity },
	{ "imsx_codeMinor",              T_ENUM, V11, T11, 0, &minor_flat },
	{ "imsx_description",            T_TEXT, V11, T11, 0 },
	{ "imsx_messageRefIdentifier",   T_TEXT, V11, 0,   0 },
	{ "imsx_operationRefIdentifier", T_TEXT, V11, 0,   0 },
	{ NULL }
};

/* Shape B, left over from 1.0: the elements of errors. */
static const struct field error_fields[] = {
	{ "codeMajor",   T_ENUM, V11, V11, 0, &major_flat },
	{ "severity",    T_ENUM, V11, V11, 0, &severity },
	{ "codeMinor",   T_ENUM, V11, T11, 0, &minor_flat },
	{ "description", T_TEXT, V11, T11, 0 },
	{ NULL }
};

/* Shape C, and the only one of 1.2. */
static const struct field status_fields[] = {
	{ "imsx_codeMajor",              T_ENUM,  BOTH, BOTH, 0, &major },
	{ "imsx_severity",               T_ENUM,  BOTH, BOTH, 0, &severity },
	{ "imsx_messageRefIdentifier",   T_TEXT,  V11,  V11,  0 },
	{ "imsx_operationRefIdentifier", T_TEXTS, V11,  0,    0 },
	{ "imsx_description",            T_TEXT,  BOTH, 0,    0 },
	{ "imsx_CodeMinor",              T_MAP,   BOTH, 0,    0 },
	{ NULL }
};

static const struct field minor_field_fields[] = {
	{ "imsx_codeMinorFieldName",  T_TEXT, BOTH, BOTH, 0 },
	{ "imsx_codeMinorFieldValue", T_TEXT, BOTH, BOTH, 0 },
	{ NULL }
};

static const struct field minor_fields[] = {
	{ "imsx_codeMinorField", T_OBJECTS, BOTH, BOTH, F_SOME, .sub = minor_field_fields },
	{ NULL }
};

static const struct field pair_fields[] = {
	{ "suppliedSourcedId",  T_ID, V12, V12, 0 },
	{ "allocatedSourcedId", T_ID, V12, V12, 0 },
	{ NULL }
};

static const struct field pairs_fields[] = {
	{ "sourcedIdPairs", T_OBJECTS, V12, 0, 0, .sub = pair_fields },
	{ NULL }
};
/* clang-format on */

static bool is_allowed_code(size_t i, unsigned version, unsigned services)
{
	return version & V12 ? minor_codes[i].services & services : minor_codes[i].in_11;
}

static void check_code(struct checker *c, unsigned services, const json_t *value)
{
	const char *code = json_string_value(value);
	struct str known = STR_INIT;
	bool good = false;

	for (size_t i = 0; i < ARRAY_SIZE(minor_codes); i++) {
		if (!is_allowed_code(i, c->version, services))
			continue;
		good = good || same_text(code, minor_codes[i].code);
		str_format(&known, "%s%s", known.length ? ", " : "", minor_codes[i].code);
	}
	if (code && !good)
		note(c, R_STATUS_CODE, "imsx_codeMinorFieldValue", value, str_text(&known));
	str_release(&known);
}

static void check_code_minor(struct checker *c, unsigned services, const json_t *minor)
{
	const json_t *item, *list = json_object_get(minor, "imsx_codeMinorField");
	size_t i, top, mark, element;

	if (!json_is_object(minor))
		return;
	top = checker_down(c, "imsx_CodeMinor");
	snprintf(c->class, sizeof c->class, "imsx_CodeMinor%s",
		 c->version & V12 ? "DType" : ".Type");
	check_members(c, NULL, minor_fields, minor, false, 0);
	class_of_parts(&minor_fields[0], c->version, c->class);
	mark = checker_down(c, "imsx_codeMinorField");
	json_array_foreach (list, i, item) {
		element = checker_down_index(c, i);
		check_code(c, services, json_object_get(item, "imsx_codeMinorFieldValue"));
		checker_up(c, element);
	}
	checker_up(c, mark);
	checker_up(c, top);
}

static void check_nested(struct checker *c, unsigned services, const json_t *status)
{
	snprintf(c->class, sizeof c->class, "imsx_StatusInfo%s",
		 c->version & V12 ? "DType" : ".Type");
	check_members(c, NULL, status_fields, status, false, 0);
	check_code_minor(c, services, json_object_get(status, "imsx_CodeMinor"));
}

/* Elements of an array that some send as one object. */
static void check_flat(struct checker *c, const struct field *fields, const char *key,
		       const json_t *list)
{
	const json_t *item;
	size_t i, element, mark;
	char outer[CLASS_NAME];
	enum rule vocabulary = c->vocabulary;

	memcpy(outer, c->class, sizeof outer);
	c->class[0] = '\0';
	c->vocabulary = R_STATUS_CODE;
	if (!json_is_array(list))
		note(c, R_STATUS_SHAPE, key, list, "an array of status objects");
	mark = checker_down(c, key);
	if (json_is_object(list))
		check_members(c, NULL, fields, list, false, 0);
	json_array_foreach (list, i, item) {
		element = checker_down_index(c, i);
		if (json_is_object(item))
			check_members(c, NULL, fields, item, false, 0);
		else
			note(c, R_STATUS_SHAPE, NULL, item, "a status object");
		checker_up(c, element);
	}
	checker_up(c, mark);
	c->vocabulary = vocabulary;
	memcpy(c->class, outer, sizeof outer);
}

void check_status_set(struct checker *c, const json_t *set)
{
	check_flat(c, set_fields, "statusInfoSet", set);
}

/* The members in a wrapper of their own (traps A5). */
static bool check_unwrapped(struct checker *c, unsigned services, const json_t *body)
{
	static const char *const wrappers[] = { "imsx_StatusInfo", "imsx_statusInfo" };

	for (size_t i = 0; i < ARRAY_SIZE(wrappers); i++) {
		const json_t *inner = json_object_get(body, wrappers[i]);

		if (!json_is_object(inner))
			continue;
		note(c, R_STATUS_SHAPE, wrappers[i], inner, "its members at the top, unwrapped");

		size_t mark = checker_down(c, wrappers[i]);

		check_nested(c, services, inner);
		checker_up(c, mark);
		return true;
	}
	return false;
}

/* The shapes A and B, which only 1.1 has. */
static void check_listed(struct checker *c, const json_t *body)
{
	const json_t *set = json_object_get(body, "statusInfoSet");
	const json_t *errors = json_object_get(body, "errors");
	const char *key = set ? "statusInfoSet" : "errors";

	if (!set && !errors)
		note(c, R_STATUS, NULL, body, NULL);
	else if (c->version & V12)
		note(c, R_STATUS_SHAPE, key, set ? set : errors,
		     "imsx_codeMajor, imsx_severity, ... at the top");
	else
		check_flat(c, set ? set_fields : error_fields, key, set ? set : errors);
}

void payload_check_status(struct findings *findings, unsigned version, enum service service,
			  const json_t *body)
{
	unsigned services = service < SERVICE_COUNT ? S(service) : ALL;
	struct checker c;

	checker_init(&c, findings, version, "");
	c.vocabulary = R_STATUS_CODE;
	if (json_object_get(body, "imsx_codeMajor"))
		check_nested(&c, services, body);
	else if (!check_unwrapped(&c, services, body))
		check_listed(&c, body);
	checker_release(&c);
}

bool payload_is_status(const json_t *body)
{
	static const char *const keys[] = { "statusInfoSet", "errors", "imsx_codeMajor",
					    "imsx_StatusInfo", "imsx_statusInfo" };

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (json_object_get(body, keys[i]))
			return true;
	return false;
}

void payload_check_pairs(struct findings *findings, const json_t *body)
{
	struct checker c;

	checker_init(&c, findings, V12, "");
	snprintf(c.class, sizeof c.class, "GUIDPairSetDType");
	if (json_object_get(body, "sourcedIdPairs"))
		check_members(&c, NULL, pairs_fields, body, false, 0);
	else
		note(&c, R_WRAPPER, NULL, body, "\"sourcedIdPairs\"");
	checker_release(&c);
}
