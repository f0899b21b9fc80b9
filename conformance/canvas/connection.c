/*
 * connection.c - the settings of one client connection.
 */
#include "conformance/canvas/connection.h"

#include <stddef.h>
#include <string.h>

#include "base/file.h"
#include "base/jsonx.h"
#include "conformance/canvas/template.h"

/* The reads that a sync can do without. */
static const char *const optional_endpoints[] = {
	"getLineItemsForClass",
	"getResultsForClass",
};

enum setting_type { TEXT, CHOICE, NUMBER, SWITCH, MAP, LIST, TEMPLATE, FIELDS };

/* clang-format off */
static const struct setting {
	const char *name;
	enum setting_type type;
	size_t offset;
	const char *preset;   /* TEXT, CHOICE */
	int64_t number;	      /* NUMBER: the default; SWITCH: 0 or 1 */
	int64_t most, least; /* NUMBER */
	const char *choices;  /* CHOICE: words; a word with a colon takes an id */
} settings[] = {
	{ "version",            CHOICE,   offsetof(struct connection, version), "1.1", .choices = "1.1" },
	{ "sis_name",           TEXT,     offsetof(struct connection, sis_name), "SIS" },
	{ "canvas_url",         TEXT,     offsetof(struct connection, canvas_url), "https://school.instructure.com" },
	{ "headers",            MAP,      offsetof(struct connection, headers) },
	{ "scopes",             TEXT,     offsetof(struct connection, scopes), "" },
	{ "page_size",          NUMBER,   offsetof(struct connection, page_size), .number = 100, .most = 10000, .least = 1 },
	{ "timeout",            NUMBER,   offsetof(struct connection, timeout), .number = 60, .most = 3600, .least = 1 },
	{ "concurrency",        NUMBER,   offsetof(struct connection, concurrency), .number = 8, .most = 256, .least = 1 },
	{ "retries",            NUMBER,   offsetof(struct connection, retries), .number = 3, .most = 20 },
	{ "exclude_endpoints",  LIST,     offsetof(struct connection, exclude_endpoints) },
	{ "category",           CHOICE,   offsetof(struct connection, category), "match", .choices = "match synced default: override: null omit" },
	{ "category_source",    CHOICE,   offsetof(struct connection, category_source), "all", .choices = "all filter class-endpoint" },
	{ "category_filter",    TEMPLATE, offsetof(struct connection, category_filter), "metadata.classId='{class_id}'" },
	{ "grading_period",     CHOICE,   offsetof(struct connection, grading_period), "null", .choices = "null omit fixed: match" },
	{ "id_mode",            CHOICE,   offsetof(struct connection, id_mode), "standard", .choices = "standard modified" },
	{ "line_item",          FIELDS,   offsetof(struct connection, line_item) },
	{ "result",             FIELDS,   offsetof(struct connection, result) },
	{ "exempt_score",       CHOICE,   offsetof(struct connection, exempt_score), "null", .choices = "null 0" },
	{ "missing_null",       CHOICE,   offsetof(struct connection, missing_null), "skip", .choices = "skip send" },
	{ "resend",             CHOICE,   offsetof(struct connection, resend), "value", .choices = "value event" },
	{ "window_days",        NUMBER,   offsetof(struct connection, window_days), .number = 0, .most = 36500 },
	{ "cascade",            CHOICE,   offsetof(struct connection, cascade), "skip_scores", .choices = "skip_scores post_anyway" },
	{ "name_limit",         NUMBER,   offsetof(struct connection, name_limit), .number = 0, .most = 255 },
	{ "require_due_date",   SWITCH,   offsetof(struct connection, require_due_date) },
	{ "due_date_uniform",   CHOICE,   offsetof(struct connection, due_date_uniform), "per_section", .choices = "per_section course off" },
	{ "assign_to",          CHOICE,   offsetof(struct connection, assign_to), "anyone", .choices = "anyone sections" },
	{ "enforce_save_rules", SWITCH,   offsetof(struct connection, enforce_save_rules) },
	{ "section_id",         CHOICE,   offsetof(struct connection, section_id), "sis_section_id", .choices = "sis_section_id integration_id" },
	{ "user_id",            CHOICE,   offsetof(struct connection, user_id), "sis_user_id", .choices = "sis_user_id integration_id" },
};
/* clang-format on */

static const struct setting *find(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(settings); i++)
		if (strcmp(settings[i].name, name) == 0)
			return &settings[i];
	return NULL;
}

static bool is_choice(const char *choices, const char *text)
{
	for (const char *at = choices; *at;) {
		size_t length = strcspn(at, " ");
		bool prefix = at[length - 1] == ':';

		if (strncmp(at, text, length) == 0 && (prefix ? text[length] : !text[length]))
			return true;
		at += length;
		at += strspn(at, " ");
	}
	return false;
}

/* @pointer: below the file's root, already escaped. */
static bool wrong_at(struct err *err, const char *file, const char *pointer, const char *why)
{
	err_at(err, ERR_INVALID, pointer, "%s: %s: %s", file, pointer, why);
	return false;
}

static bool wrong(struct err *err, const char *file, const char *name, const char *why)
{
	struct str pointer = STR_INIT;

	jsonx_pointer_add(&pointer, name);
	wrong_at(err, file, str_text(&pointer), why);
	str_release(&pointer);
	return false;
}

/* Every text below @value is a template. */
static bool check_templates(const char *file, const char *pointer, const json_t *value,
			    struct err *err)
{
	const char *key;
	const json_t *member;
	struct err why = ERR_INIT;
	bool good = true;
	size_t i;

	if (json_is_string(value))
		return template_check(json_string_value(value), &why) ||
		       wrong_at(err, file, pointer, why.text);
	json_array_foreach (value, i, member)
		good = good && check_templates(file, pointer, member, err);
	json_object_foreach ((json_t *)(uintptr_t)value, key, member) {
		struct str below = STR_INIT;

		str_add(&below, pointer);
		jsonx_pointer_add(&below, key);
		good = good && check_templates(file, str_text(&below), member, err);
		str_release(&below);
	}
	return good;
}

static bool endpoints_known(const json_t *list)
{
	const json_t *item;
	size_t i;

	json_array_foreach (list, i, item) {
		bool known = false;

		for (size_t k = 0; k < ARRAY_SIZE(optional_endpoints); k++)
			known = known || same_text(optional_endpoints[k], json_string_value(item));
		if (!known)
			return false;
	}
	return true;
}

static bool all_texts(const json_t *value)
{
	const char *key;
	const json_t *member;
	size_t i;

	json_object_foreach ((json_t *)(uintptr_t)value, key, member)
		if (!json_is_string(member))
			return false;
	json_array_foreach (value, i, member)
		if (!json_is_string(member))
			return false;
	return true;
}

static bool set(struct connection *connection, const struct setting *row, const json_t *value,
		const char *file, struct err *err)
{
	void *slot = (char *)connection + row->offset;
	const char *text = json_string_value(value);
	char number[96], pointer[64];

	snprintf(pointer, sizeof pointer, "/%s", row->name);

	switch (row->type) {
	case TEMPLATE:
	case TEXT:
		if (!text)
			return wrong(err, file, row->name, "expected a string");
		*(const char **)slot = text;
		return row->type == TEXT || check_templates(file, pointer, value, err);
	case CHOICE:
		if (json_is_null(value)) /* null is a word of its own here */
			text = "null";
		if (json_is_integer(value) && json_integer_value(value) == 0)
			text = "0";
		if (!text || !is_choice(row->choices, text)) {
			char *why = xformat("expected one of: %s", row->choices);
			bool bad = wrong(err, file, row->name, why);

			free(why);
			return bad;
		}
		*(const char **)slot = text;
		return true;
	case NUMBER:
		if (!json_is_integer(value) || json_integer_value(value) < row->least ||
		    json_integer_value(value) > row->most) {
			snprintf(number, sizeof number, "expected a whole number from %lld to %lld",
				 (long long)row->least, (long long)row->most);
			return wrong(err, file, row->name, number);
		}
		*(int64_t *)slot = json_integer_value(value);
		return true;
	case SWITCH:
		if (!json_is_boolean(value))
			return wrong(err, file, row->name, "expected true or false");
		*(bool *)slot = json_is_true(value);
		return true;
	case MAP:
	case LIST:
		if (row->type == MAP ? !json_is_object(value) : !json_is_array(value))
			return wrong(err, file, row->name,
				     row->type == MAP ? "expected an object" : "expected an array");
		if (!all_texts(value))
			return wrong(err, file, row->name, "expected only strings in it");
		if (row->type == LIST && !endpoints_known(value))
			return wrong(
				err, file, row->name,
				"a sync can leave out only getLineItemsForClass and "
				"getResultsForClass; categories and grading periods are not "
				"read when \"category\" and \"grading_period\" do not need them");
		*(const json_t **)slot = value;
		return true;
	case FIELDS:
		if (!json_is_object(value))
			return wrong(err, file, row->name, "expected an object of field: template");
		*(const json_t **)slot = value;
		return check_templates(file, pointer, value, err);
	}
	BUG("setting type %d", (int)row->type);
}

static void preset(struct connection *connection, const struct setting *row)
{
	void *slot = (char *)connection + row->offset;

	switch (row->type) {
	case TEXT:
	case CHOICE:
	case TEMPLATE:
		*(const char **)slot = row->preset;
		break;
	case NUMBER:
		*(int64_t *)slot = row->number;
		break;
	case SWITCH:
		*(bool *)slot = row->number != 0;
		break;
	case MAP:
	case LIST:
	case FIELDS:
		*(const json_t **)slot = NULL;
		break;
	}
}

static void read_modes(struct connection *c)
{
	static const struct {
		const char *word;
		enum category_mode mode;
	} modes[] = {
		{ "match", CATEGORY_MATCH },
		{ "synced", CATEGORY_SYNCED },
		{ "default:null", CATEGORY_DEFAULT_NULL },
		{ "default:omit", CATEGORY_DEFAULT_OMIT },
		{ "default:", CATEGORY_DEFAULT_ID },
		{ "override:", CATEGORY_OVERRIDE },
		{ "null", CATEGORY_NULL },
		{ "omit", CATEGORY_OMIT },
	};
	const char *colon = strchr(c->category, ':');

	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		bool prefix = ends_with(modes[i].word, ":");

		if (prefix ? starts_with(c->category, modes[i].word)
			   : strcmp(c->category, modes[i].word) == 0) {
			c->category_mode = modes[i].mode;
			break;
		}
	}
	c->category_id = colon ? colon + 1 : NULL;
	colon = strchr(c->grading_period, ':');
	c->period_id = colon ? colon + 1 : NULL;
	c->period_mode = colon                                     ? PERIOD_FIXED
			 : strcmp(c->grading_period, "match") == 0 ? PERIOD_MATCH
			 : strcmp(c->grading_period, "omit") == 0  ? PERIOD_OMIT
								   : PERIOD_NULL;
}

bool connection_load(struct connection *connection, const char *name, struct err *err)
{
	char *path = fixture_path("connections", name, ".json", err);
	const char *key;
	const json_t *value;
	bool good;

	*connection = (struct connection){ 0 };
	connection->file = path ? jsonx_load_file(path, err) : NULL;
	good = connection->file != NULL;
	if (good && !json_is_object(connection->file))
		good = err_set(err, ERR_INVALID, "%s: a connection is a JSON object", path);
	for (size_t i = 0; i < ARRAY_SIZE(settings); i++)
		preset(connection, &settings[i]);
	if (good)
		json_object_foreach (connection->file, key, value) {
			const struct setting *row = find(key);

			if (!row)
				good = wrong(err, path, key, "there is no such setting");
			else
				good = good && set(connection, row, value, path, err);
		}
	if (good)
		read_modes(connection);
	free(path);
	return good;
}

void connection_release(struct connection *connection)
{
	json_decref(connection->file);
	*connection = (struct connection){ 0 };
}

bool connection_excludes(const struct connection *connection, const char *operation)
{
	const json_t *item;
	size_t i;

	json_array_foreach (connection->exclude_endpoints, i, item)
		if (strcmp(json_string_value(item), operation) == 0)
			return true;
	return false;
}
