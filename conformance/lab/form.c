/*
 * form.c - the forms as one table, and the one walk over them.
 */
#include "conformance/lab/form.h"

#include <string.h>

#include "base/jsonx.h"

enum kind {
	TEXT,
	TEXT_OR_NULL,
	TEXTS, /* an array of texts */
	IDS,   /* an array of ids: numbers or texts */
	COUNT, /* a whole number, not negative */
	BOOLEAN,
	ANY,
	OBJECT,  /* of the form `of`; NULL: any */
	LIST,    /* an array of such objects */
	MAP,     /* any names, each with such an object */
	ACTIONS, /* a list of actions, or one for each choice: {"on": [...], "off": [...]} */
};

/* clang-format off */
static const struct member {
	const char *form, *key;
	enum kind kind;
	bool needed;
	const char *of;
} members[] = {
	{ "lab", "id",         TEXT,    true },
	{ "lab", "title",      TEXT,    true },
	{ "lab", "goal",       TEXT,    true },
	{ "lab", "sis",        TEXT,    true },
	{ "lab", "case",       OBJECT,  true,  "case" },
	{ "lab", "scenario",   TEXT },
	{ "lab", "steps",      COUNT },
	{ "lab", "profile",    TEXT },
	{ "lab", "changes",    OBJECT },
	{ "lab", "load",       TEXT_OR_NULL },
	{ "lab", "sis_state",  MAP },
	{ "lab", "now",        TEXT },
	{ "lab", "course",     TEXT },
	{ "lab", "connection", ANY },
	{ "lab", "edit",       LIST,    false, "edit" },
	{ "lab", "before",     LIST,    false, "before" },
	{ "lab", "shows",      TEXTS },
	{ "lab", "verbs",      TEXTS },
	{ "lab", "hints",      TEXTS,   true },
	{ "lab", "done",       OBJECT,  true,  "done" },
	{ "lab", "vendor",     LIST,    false, "action" },
	{ "lab", "key",        OBJECT,  true,  "key" },
	{ "lab", "right",      LIST,    true,  "step" },
	{ "lab", "wrong",      LIST,    true,  "wrong" },
	{ "lab", "inferred",   TEXTS },

	{ "code", "lab",       TEXT },
	{ "code", "case",      OBJECT,  false, "case" },
	{ "code", "scenario",  TEXT },
	{ "code", "steps",     COUNT },
	{ "code", "profile",   TEXT },
	{ "code", "changes",   OBJECT },
	{ "code", "load",      TEXT_OR_NULL },
	{ "code", "sis_state", MAP },
	{ "code", "now",       TEXT },
	{ "code", "course",    TEXT },
	{ "code", "connection", ANY },
	{ "code", "edit",      LIST,    false, "edit" },
	{ "code", "before",    LIST,    false, "before" },
	{ "code", "shows",     TEXTS },
	{ "code", "verbs",     TEXTS },
	{ "code", "hints",     TEXTS },
	{ "code", "done",      OBJECT,  false, "done" },
	{ "code", "vendor",    LIST,    false, "action" },
	{ "code", "trap",      TEXT },
	{ "code", "right",     LIST,    false, "step" },
	{ "code", "wrong",     LIST,    false, "wrong" },

	{ "case", "requester",         TEXT, true },
	{ "case", "institution",       TEXT },
	{ "case", "provisioning_tool", TEXT_OR_NULL },
	{ "case", "complaint",         TEXT, true },
	{ "case", "details",           MAP },

	{ "key", "cause",  TEXT, true },
	{ "key", "actor",  TEXT, true },
	{ "key", "remedy", TEXT, true },
	{ "key", "trap",   TEXT },

	{ "wrong", "why",   TEXT, true },
	{ "wrong", "steps", LIST, true, "step" },

	{ "step", "sync",   TEXTS },
	{ "step", "fix",    TEXTS },
	{ "step", "answer", TEXTS },
	{ "step", "case",   TEXTS },
	{ "step", "edit",   LIST, false, "edit" },

	{ "before", "edit",       LIST,    false, "edit" },
	{ "before", "sis_state",  MAP },
	{ "before", "fresh",      BOOLEAN },
	{ "before", "changes",    OBJECT },
	{ "before", "requests",   LIST,    false, "request" },
	{ "before", "faults",     OBJECT },
	{ "before", "objects",    LIST,    false, "object" },
	{ "before", "do",         LIST,    false, "action" },
	{ "before", "fix",        TEXTS },
	{ "before", "connection", ANY },
	{ "before", "sync",       TEXTS },

	{ "request", "method", TEXT, true },
	{ "request", "target", TEXT, true },
	{ "request", "body",   OBJECT },

	{ "action", "if",         TEXT },
	{ "action", "unless",     TEXT },
	{ "action", "course",     OBJECT, false, "edit" },
	{ "action", "sis",        OBJECT, false, "state" },
	{ "action", "object",     OBJECT, false, "object" },
	{ "action", "profile",    OBJECT },
	{ "action", "faults",     OBJECT },
	{ "action", "clock",      OBJECT, false, "clock" },
	{ "action", "connection", OBJECT },
	{ "action", "client",     OBJECT },
	{ "action", "vendor",     BOOLEAN },

	{ "edit", "file",   TEXT, true },
	{ "edit", "where",  OBJECT },
	{ "edit", "within", OBJECT, false, "within" },
	{ "edit", "set",    OBJECT },
	{ "edit", "remove", TEXTS },
	{ "edit", "delete", BOOLEAN },
	{ "edit", "add",    OBJECT },

	{ "within", "list",   TEXT, true },
	{ "within", "where",  OBJECT },

	{ "state", "kind",  TEXT, true },
	{ "state", "id",    TEXT },
	{ "state", "where", OBJECT },
	{ "state", "set",   ANY, true },

	{ "object", "collection", TEXT, true },
	{ "object", "id",         TEXT },
	{ "object", "where",      OBJECT },
	{ "object", "set",        OBJECT },
	{ "object", "put",        OBJECT },
	{ "object", "delete",     BOOLEAN },

	{ "clock", "minutes", ANY },
	{ "clock", "now",     TEXT },

	{ "done", "grades",     OBJECT, false, "grades" },
	{ "done", "absent",     TEXTS },
	{ "done", "objects",    LIST,   false, "goal_object" },
	{ "done", "sis",        LIST,   false, "goal_state" },
	{ "done", "last_sync",  TEXT },
	{ "done", "course",     LIST,   false, "goal_course" },
	{ "done", "connection", OBJECT },
	{ "done", "answers",    OBJECT },
	{ "done", "case",       BOOLEAN },

	{ "grades", "assignments", IDS, true },
	{ "grades", "except",      OBJECT, false, "except" },
	{ "except", "students",    TEXTS, true },

	{ "goal_object", "collection", TEXT, true },
	{ "goal_object", "id",         TEXT },
	{ "goal_object", "where",      OBJECT },
	{ "goal_object", "count",      COUNT },
	{ "goal_object", "has",        OBJECT },
	{ "goal_object", "says",       TEXT, true },

	{ "goal_state", "kind", TEXT, true },
	{ "goal_state", "id",   TEXT, true },
	{ "goal_state", "has",  OBJECT, true },
	{ "goal_state", "says", TEXT, true },

	{ "goal_course", "file",  TEXT, true },
	{ "goal_course", "where", OBJECT },
	{ "goal_course", "has",   OBJECT, true },
	{ "goal_course", "says",  TEXT, true },

	{ "verbs", "verbs",     LIST, true, "verb" },
	{ "verbs", "questions", LIST, true, "question" },

	{ "verb", "verb",      TEXT, true },
	{ "verb", "where",     TEXT, true },
	{ "verb", "arguments", LIST, false, "argument" },
	{ "verb", "says",      TEXT, true },
	{ "verb", "do",        ACTIONS, true },

	{ "argument", "name",     TEXT, true },
	{ "argument", "kind",     TEXT, true },
	{ "argument", "optional", BOOLEAN },
	{ "argument", "values",   TEXTS },

	{ "question", "question", TEXT, true },
	{ "question", "asks",     TEXT, true },
	{ "question", "values",   TEXTS, true },

	{ "guides", "institution",        TEXT, true },
	{ "guides", "provisioning_tools", LIST, true, "tool" },
	{ "guides", "unknown",            TEXT, true },
	{ "guides", "channels",           LIST, true, "channel" },

	{ "tool", "value",      TEXT, true },
	{ "tool", "managed_by", TEXT, true },
	{ "tool", "guide",      TEXT_OR_NULL, true },
	{ "tool", "advice",     TEXT, true },

	{ "channel", "name", TEXT, true },
	{ "channel", "for",  TEXT, true },
};
/* clang-format on */

struct walk {
	const char *file;
	struct str pointer;
	struct err *err;
};

static bool check_object(struct walk *walk, const char *form, const json_t *value);

static bool wrong(struct walk *walk, const char *expected, const json_t *found)
{
	const char *pointer = str_text(&walk->pointer);

	return err_at(walk->err, ERR_INVALID, pointer, "%s: %s: expected %s, found %s", walk->file,
		      *pointer ? pointer : "/", expected, jsonx_kind(found));
}

/* Each element must be a text, or with @ids a text or a whole number. */
static bool check_texts(struct walk *walk, const json_t *list, bool ids)
{
	const json_t *item;
	size_t i;

	if (!json_is_array(list))
		return wrong(walk, ids ? "an array of ids" : "an array of texts", list);
	json_array_foreach (list, i, item)
		if (!json_is_string(item) && !(ids && json_is_integer(item)))
			return wrong(walk, ids ? "only ids in it" : "only texts in it", item);
	return true;
}

static bool check_form(struct walk *walk, const char *form, const json_t *value)
{
	if (form)
		return check_object(walk, form, value);
	return json_is_object(value) || wrong(walk, "an object", value);
}

static bool check_list(struct walk *walk, const char *form, const json_t *list)
{
	size_t length = walk->pointer.length, i;
	const json_t *item;
	char index[24];

	if (!json_is_array(list))
		return wrong(walk, "an array", list);
	json_array_foreach (list, i, item) {
		snprintf(index, sizeof index, "%zu", i);
		jsonx_pointer_add(&walk->pointer, index);
		if (!check_form(walk, form, item))
			return false;
		str_cut(&walk->pointer, length);
	}
	return true;
}

/* Each member: an object of the form, or with @lists a list of them. */
static bool check_map(struct walk *walk, const char *form, const json_t *map, bool lists)
{
	size_t length = walk->pointer.length;
	const char *key;
	const json_t *item;

	if (!json_is_object(map))
		return wrong(walk, "an object", map);
	json_object_foreach ((json_t *)(uintptr_t)map, key, item) {
		jsonx_pointer_add(&walk->pointer, key);
		if (lists ? !check_list(walk, form, item) : form && !check_form(walk, form, item))
			return false;
		str_cut(&walk->pointer, length);
	}
	return true;
}

static bool check_value(struct walk *walk, const struct member *member, const json_t *value)
{
	switch (member->kind) {
	case TEXT:
		return json_is_string(value) || wrong(walk, "a text", value);
	case TEXT_OR_NULL:
		return json_is_string(value) || json_is_null(value) ||
		       wrong(walk, "a text or null", value);
	case TEXTS:
		return check_texts(walk, value, false);
	case IDS:
		return check_texts(walk, value, true);
	case COUNT:
		return (json_is_integer(value) && json_integer_value(value) >= 0) ||
		       wrong(walk, "a whole number", value);
	case BOOLEAN:
		return json_is_boolean(value) || wrong(walk, "true or false", value);
	case ANY:
		return true;
	case OBJECT:
		return check_form(walk, member->of, value);
	case LIST:
		return check_list(walk, member->of, value);
	case MAP:
		return check_map(walk, member->of, value, false);
	case ACTIONS:
		return json_is_array(value) ? check_list(walk, "action", value)
					    : check_map(walk, "action", value, true);
	}
	BUG("kind %d of a member", (int)member->kind);
}

static const struct member *find(const char *form, const char *key)
{
	for (size_t i = 0; i < ARRAY_SIZE(members); i++)
		if (strcmp(members[i].form, form) == 0 && strcmp(members[i].key, key) == 0)
			return &members[i];
	return NULL;
}

/* "id, title, goal" */
static void list_keys(const char *form, struct str *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(members); i++)
		if (strcmp(members[i].form, form) == 0)
			str_format(out, "%s%s", out->length ? ", " : "", members[i].key);
}

static bool unknown_key(struct walk *walk, const char *form)
{
	const char *pointer = str_text(&walk->pointer);
	struct str keys = STR_INIT;

	list_keys(form, &keys);
	err_at(walk->err, ERR_INVALID, pointer, "%s: %s: there is no such member; there are: %s",
	       walk->file, pointer, str_text(&keys));
	str_release(&keys);
	return false;
}

static bool check_object(struct walk *walk, const char *form, const json_t *value)
{
	size_t length = walk->pointer.length;
	const char *key;
	const json_t *item;

	if (!json_is_object(value))
		return wrong(walk, "an object", value);
	json_object_foreach ((json_t *)(uintptr_t)value, key, item) {
		const struct member *member = find(form, key);

		jsonx_pointer_add(&walk->pointer, key);
		if (!member)
			return unknown_key(walk, form);
		if (!check_value(walk, member, item))
			return false;
		str_cut(&walk->pointer, length);
	}
	for (size_t i = 0; i < ARRAY_SIZE(members); i++)
		if (members[i].needed && strcmp(members[i].form, form) == 0 &&
		    !json_object_get(value, members[i].key))
			return err_at(walk->err, ERR_INVALID, str_text(&walk->pointer),
				      "%s: %s/%s is missing", walk->file, str_text(&walk->pointer),
				      members[i].key);
	return true;
}

bool form_check(const char *name, const json_t *value, const char *file, struct err *err)
{
	struct walk walk = { .file = file, .pointer = STR_INIT, .err = err };
	bool good = check_object(&walk, name, value);

	str_release(&walk.pointer);
	return good;
}
