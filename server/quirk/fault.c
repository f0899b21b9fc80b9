/*
 * fault.c - the ways a provider can refuse, by name.
 */
#include "server/quirk/fault.h"

#include <string.h>

static const char *const names[] = {
#define X(NAME, name) name,
	QUIRK_FAULTS(X)
#undef X
};

const char *fault_name(enum fault fault)
{
	return names[fault];
}

bool fault_parse(const char *name, enum fault *fault)
{
	for (size_t i = 0; i < FAULT_COUNT; i++) {
		if (strcmp(names[i], name) == 0) {
			*fault = (enum fault)i;
			return true;
		}
	}
	return false;
}

const char *minor_in_v1p2(const char *minor)
{
	static const struct {
		const char *v1p1, *v1p2;
	} spellings[] = {
		{ "full success", "fullsuccess" },
		{ "unknown object", "unknownobject" },
		{ "invalid data", "invaliddata" },
		{ "unauthorized", "unauthorisedrequest" },
		{ "invalid_blank_selection_field", "invalid_selection_field" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(spellings); i++)
		if (strcmp(spellings[i].v1p1, minor) == 0)
			return spellings[i].v1p2;
	return minor;
}

bool refuse(struct refusal *refusal, enum fault fault)
{
	if (!refusal->set)
		*refusal = (struct refusal){ .set = true, .fault = fault, .why = refusal->why };
	return false;
}

void refusal_param(struct refusal *refusal, const char *name, const char *value)
{
	if (refusal->param_count == REFUSAL_PARAMS)
		BUG("more than %d parameters", REFUSAL_PARAMS);
	refusal->params[refusal->param_count].name = name;
	refusal->params[refusal->param_count++].value = value;
}

static const char *find(const struct refusal *refusal, const char *name, size_t length)
{
	for (int i = 0; i < refusal->param_count; i++)
		if (strlen(refusal->params[i].name) == length &&
		    strncmp(refusal->params[i].name, name, length) == 0)
			return refusal->params[i].value;
	return NULL;
}

void refusal_text(const struct refusal *refusal, const char *text, struct str *out)
{
	while (*text) {
		size_t length = strcspn(text, "{");

		str_add_bytes(out, text, length);
		text += length;
		if (!*text)
			break;

		size_t name = strcspn(text + 1, "}");
		const char *value = find(refusal, text + 1, name);

		if (value && text[1 + name] == '}') {
			str_add(out, value);
			text += name + 2;
		} else {
			str_add_char(out, *text++);
		}
	}
}
