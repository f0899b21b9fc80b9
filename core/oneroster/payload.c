/*
 * payload.c - the rules, and the list of what breaks them.
 */
#include "oneroster/payload_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"

#define SHOWN_POINTS 60 /* characters of a value that a finding keeps */

#define ENVELOPE                                                         \
	{                                                                \
		"fact sheet 1.1, section 4", "fact sheet 1.2, section 9" \
	}
#define ENCODING                                                         \
	{                                                                \
		"fact sheet 1.1, section 6", "fact sheet 1.2, section 6" \
	}
#define STATUS                                                           \
	{                                                                \
		"fact sheet 1.1, section 9", "fact sheet 1.2, section 4" \
	}

/* clang-format off */
const struct payload_rule payload_rules[] = {
	[R_JSON]           = { "OR-JSON",           BOTH, BOTH, "a JSON object", { "fact sheet 1.1, section 1", "fact sheet 1.2, section 9" } },

	/* the wrapper */
	[R_WRAPPER]        = { "OR-WRAPPER",        BOTH, BOTH, "the one member @ around the data", ENVELOPE },
	[R_WRAPPER_NONE]   = { "OR-WRAPPER-NONE",   BOTH, 0,    "the member @, also where nothing is to be listed", ENVELOPE },
	[R_WRAPPER_KEY]    = { "OR-WRAPPER-KEY",    BOTH, BOTH, "the member to be called @", ENVELOPE },
	[R_WRAPPER_KIND]   = { "OR-WRAPPER-KIND",   BOTH, BOTH, "@", ENVELOPE },
	[R_WRAPPER_TWO]    = { "OR-WRAPPER-TWO",    BOTH, BOTH, "no second wrapper beside @", ENVELOPE },
	[R_WRAPPER_MEMBER] = { "OR-WRAPPER-MEMBER", BOTH, V12,  "nothing beside @", { NULL, NULL } },
	[R_WRAPPER_STATUS] = { "OR-WRAPPER-STATUS", BOTH, 0,    "no status beside the data", STATUS },

	/* the members */
	[R_OBJECT]         = { "OR-OBJECT",         BOTH, BOTH, "an object", { NULL, NULL } },
	[R_REQUIRED]       = { "OR-REQUIRED",       BOTH, BOTH, "@, which is required", { NULL, NULL } },
	[R_REQUIRED_TEXT]  = { "OR-REQUIRED-TEXT",  V11,  0,    "@: the text demands it, the OpenAPI copy does not", { "fact sheet 1.1, section 5" } },
	[R_NULL]           = { "OR-NULL",           BOTH, BOTH, "@, which is required", { NULL, NULL } },
	[R_NULL_OPTIONAL]  = { "OR-NULL-OPTIONAL",  BOTH, 0,    "@, or no such member", ENCODING },
	[R_TYPE]           = { "OR-TYPE",           BOTH, BOTH, "@", { NULL, NULL } },
	[R_MEMBER_UNKNOWN] = { "OR-MEMBER-UNKNOWN", BOTH, V12,  "no such member: extensions belong below metadata", { NULL, NULL } },
	[R_MEMBER_VERSION] = { "OR-MEMBER-VERSION", BOTH, V12,  "no such member: only OneRoster @ has it", { NULL, NULL } },
	[R_EMPTY]          = { "OR-EMPTY",          BOTH, BOTH, "at least one element", { NULL, NULL } },
	[R_EMPTY_TEXT]     = { "OR-EMPTY-TEXT",     V11,  0,    "at least one element: the text demands it, the OpenAPI copy does not", { "fact sheet 1.1, section 5" } },

	/* the values */
	[R_ENUM]           = { "OR-ENUM",           BOTH, BOTH, "@", { NULL, NULL } },
	[R_BOOLEAN]        = { "OR-BOOLEAN",        BOTH, BOTH, "@", ENCODING },
	[R_NUMBER]         = { "OR-NUMBER",         BOTH, BOTH, "a number without quotes", ENCODING },
	[R_DATE]           = { "OR-DATE",           BOTH, BOTH, "a date YYYY-MM-DD, without a time", { NULL, NULL } },
	[R_TIME]           = { "OR-TIME",           BOTH, BOTH, "a dateTime YYYY-MM-DDTHH:MM:SS.sssZ", { NULL, NULL } },
	[R_TIME_ZONE]      = { "OR-TIME-ZONE",      BOTH, BOTH, "a dateTime with its zone, best in UTC: YYYY-MM-DDTHH:MM:SS.sssZ", ENCODING },
	[R_TIME_FORM]      = { "OR-TIME-FORM",      BOTH, 0,    "exactly the form YYYY-MM-DDTHH:MM:SS.sssZ, in UTC", ENCODING },
	[R_URI]            = { "OR-URI",            V12,  V12,  "an absolute URI", { NULL, NULL } },
	[R_ID]             = { "OR-ID",             BOTH, BOTH, "a sourcedId of 1 to 255 bytes", { "fact sheet 1.1, section 5.0", "fact sheet 1.2, section 6" } },
	[R_ID_CHARACTERS]  = { "OR-ID-CHARACTERS",  BOTH, 0,    "a sourcedId of the characters 0-9 A-Z a-z . - _ / @@ only", { "fact sheet 1.1, section 5.0", "fact sheet 1.2, section 11" } },
	[R_REF]            = { "OR-REF",            BOTH, BOTH, "@", { NULL, NULL } },
	[R_REF_HREF]       = { "OR-REF-HREF",       BOTH, BOTH, "the absolute URI of the object that is meant", { NULL, NULL } },
	[R_REF_TYPE]       = { "OR-REF-TYPE",       BOTH, BOTH, "@", { NULL, NULL } },
	[R_REF_FAMILY]     = { "OR-REF-FAMILY",     V11,  0,    "@", { "fact sheet 1.1, section 5.0" } },

	/* what no single value shows */
	[R_YEAR]           = { "OR-YEAR",           BOTH, BOTH, "the year in which the school year ends, \"YYYY\"", { "fact sheet 1.1, section 5.1", "fact sheet 1.2, section 8" } },
	[R_DATE_ORDER]     = { "OR-DATE-ORDER",     BOTH, BOTH, "an end that is not before @", { "fact sheet 1.1, section 5", "fact sheet 1.2, section 6" } },
	[R_SUBJECT_CODES]  = { "OR-SUBJECT-CODES",  BOTH, BOTH, "as many as there are subjects: @", { "fact sheet 1.1, section 5.2", "fact sheet 1.2, section 8" } },
	[R_RESULT_VALUES]  = { "OR-RESULT-VALUES",  BOTH, BOTH, "a maximum that is not below resultValueMin, @", { "fact sheet 1.1, section 5.10", "fact sheet 1.2, section 7.2" } },
	[R_PRIMARY_ROLE]   = { "OR-PRIMARY-ROLE",   V12,  V12,  "exactly one primary role in each org", { NULL, "fact sheet 1.2, section 8" } },
	[R_OBJECTIVE]      = { "OR-OBJECTIVE",      V12,  0,    "a UUID, as the source is case", { NULL, "fact sheet 1.2, section 7.2" } },

	/* refusals */
	[R_STATUS]         = { "OR-STATUS",         BOTH, V12,  "a status body (imsx_codeMajor, imsx_severity, ...)", STATUS },
	[R_STATUS_SHAPE]   = { "OR-STATUS-SHAPE",   BOTH, V12,  "@", STATUS },
	[R_STATUS_CODE]    = { "OR-STATUS-CODE",    BOTH, V12,  "@", STATUS },
};
/* clang-format on */

const size_t payload_rule_count = ARRAY_SIZE(payload_rules);

void findings_release(struct findings *findings)
{
	free(findings->items);
	arena_release(&findings->arena);
	*findings = (struct findings)FINDINGS_INIT;
}

const char *finding_severity_name(enum finding_severity severity)
{
	return severity == FINDING_ERROR ? "error" : "warning";
}

void checker_init(struct checker *c, struct findings *findings, unsigned version,
		  const char *prefix)
{
	*c = (struct checker){
		.findings = findings, .version = version, .path = STR_INIT, .vocabulary = R_ENUM
	};
	str_add(&c->path, prefix);
}

void checker_release(struct checker *c)
{
	str_release(&c->path);
}

size_t checker_down(struct checker *c, const char *member)
{
	size_t mark = c->path.length;

	jsonx_pointer_add(&c->path, member);
	return mark;
}

size_t checker_down_index(struct checker *c, size_t index)
{
	size_t mark = c->path.length;

	str_format(&c->path, "/%zu", index);
	return mark;
}

void checker_up(struct checker *c, size_t mark)
{
	c->path.length = mark;
	c->path.text[mark] = '\0';
}

const char *shown(const json_t *value, char out[static SHOWN_SIZE])
{
	char *text;
	size_t length;

	if (!value || json_is_object(value) || json_is_array(value)) {
		snprintf(out, SHOWN_SIZE, "%s", value ? jsonx_kind(value) : "nothing");
		return out;
	}
	text = jsonx_dump(value);
	length = utf8_prefix(text, SHOWN_POINTS);
	snprintf(out, SHOWN_SIZE, "%.*s%s", (int)length, text, text[length] ? "..." : "");
	free(text);
	return out;
}

/* The rule's sentence: '@' becomes @what, "@@" is a plain '@'. */
static void sentence(struct str *out, const char *pattern, const char *what)
{
	for (; *pattern; pattern++) {
		if (*pattern != '@')
			str_add_char(out, *pattern);
		else if (pattern[1] == '@')
			str_add_char(out, *pattern++);
		else
			str_add(out, what ? what : "");
	}
}

/* The members that every object of 1.1 has are listed once, under Base.Type. */
static bool is_base(const char *class, const char *member)
{
	return ends_with(class, "_Type_allOf") &&
	       has_word("sourcedId status dateLastModified metadata", member);
}

/* What the field lists do not have, they cannot name. */
static bool is_unlisted(enum rule rule)
{
	return rule == R_MEMBER_UNKNOWN || rule == R_MEMBER_VERSION || rule == R_WRAPPER_MEMBER;
}

static const char *source_of(struct checker *c, enum rule rule, const char *member)
{
	struct arena *arena = &c->findings->arena;
	bool is_12 = c->version & V12;
	const char *clause = payload_rules[rule].clause[is_12];

	if (clause)
		return clause;
	member = is_unlisted(rule) ? NULL : member ? member : c->member;
	if (!*c->class)
		return is_12 ? "fact sheet 1.2, section 4" : "fact sheet 1.1, section 9";
	if (!is_12 && member && is_base(c->class, member))
		return arena_format(arena, "fields-1.1: Base.Type.%s", member);
	return arena_format(arena, "fields-%s: %s%s%s", is_12 ? "1.2" : "1.1", c->class,
			    member ? "." : "", member ? listed_name(c->class, member) : "");
}

void note_text(struct checker *c, enum rule which, const char *member, const char *found,
	       const char *what)
{
	const struct payload_rule *rule = &payload_rules[which];
	struct findings *list = c->findings;
	bool is_error = rule->error & c->version;
	struct str text = STR_INIT;
	size_t mark = c->path.length;

	*(is_error ? &list->errors : &list->warnings) += 1;
	if (list->count == FINDINGS_MOST)
		return;
	if (member)
		checker_down(c, member);
	sentence(&text, rule->expected, what);
	GROW(list->items, list->count, list->room);
	list->items[list->count++] = (struct finding){
		.rule = rule->id,
		.severity = is_error ? FINDING_ERROR : FINDING_WARNING,
		.pointer = arena_dup(&list->arena, str_text(&c->path)),
		.found = arena_dup(&list->arena, found),
		.expected = arena_dup(&list->arena, str_text(&text)),
		.source = source_of(c, which, member),
	};
	str_release(&text);
	if (member)
		checker_up(c, mark);
}

void note(struct checker *c, enum rule rule, const char *member, const json_t *found,
	  const char *what)
{
	char value[SHOWN_SIZE];

	note_text(c, rule, member, shown(found, value), what);
}

void payload_not_json(struct findings *findings, unsigned version, const char *why)
{
	struct checker c;

	checker_init(&c, findings, version, "");
	note_text(&c, R_JSON, NULL, why, NULL);
	checker_release(&c);
}
