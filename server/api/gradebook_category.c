/*
 * gradebook_category.c - the category of a lineItem: which ones can be used, and where a
 * lineItem goes that names none of them.
 */
#include "server/api/gradebook_internal.h"

#include <string.h>

#include "base/when.h"

#define LISTED_CAP 4096 /* bytes of {categories}; a text about them has room for twice that */

enum category_scope category_scope(const struct profile *profile)
{
	static const struct {
		const char *name;
		enum category_scope scope;
	} scopes[] = {
		{ "global", SCOPE_GLOBAL },
		{ "metadata", SCOPE_METADATA },
		{ "both", SCOPE_BOTH },
	};

	for (size_t i = 0; i < ARRAY_SIZE(scopes); i++)
		if (strcmp(scopes[i].name, profile->quirks.category_scope) == 0)
			return scopes[i].scope;
	BUG("category.scope is %s", profile->quirks.category_scope);
}

/* The categories of the lineItem's class. */
static void add_scope(struct write_check *check, struct sql *sql)
{
	category_scope_sql(category_scope(check->context->profile),
			   record_text(check->record, "class"), sql);
}

/* The SIS takes a new category in only later. When it was created is state of the SIS:
 * dateLastModified moves with every change, and an import sets it, too. */
bool category_dated(struct write_check *check)
{
	const char *id = check->record->values[FIELD_SOURCED_ID].text;
	char created[WHEN_TEXT];
	json_t *value;

	if (object_exists(check, &ENTITY_CATEGORIES, id) || check->err->code != ERR_NONE)
		return check->err->code == ERR_NONE;
	when_format(check->context->now, created);
	value = json_string(created);

	bool good = sis_state_put(check->conn, ENTITY_CATEGORIES.plural, id, "created", value,
				  check->err);

	json_decref(value);
	return good;
}

static bool is_new(struct write_check *check, const char *id)
{
	int64_t lag = quirks_of(check)->category_lag_s * 1000, created;
	json_t *value = NULL;

	if (lag == 0 || !sis_state_get(check->conn, ENTITY_CATEGORIES.plural, id, "created", &value,
				       check->err))
		return false;

	bool new = json_is_string(value) && when_parse(json_string_value(value), &created, NULL) &&
		   check->context->now < created + lag;

	json_decref(value);
	return new;
}

/* Why a category cannot be used. */
enum standing { USABLE, ABSENT, UNKNOWN, FOREIGN, NEW };

static const struct {
	enum fault fault;
	const char *quirk;
} standings[] = {
	[ABSENT] = { FAULT_CATEGORY_MISSING, "category.fallback" },
	[UNKNOWN] = { FAULT_CATEGORY_UNKNOWN, "category.fallback" },
	[FOREIGN] = { FAULT_CATEGORY_NOT_OF_CLASS, "category.scope" },
	[NEW] = { FAULT_CATEGORY_UNKNOWN, "category.lag_s" },
};

static bool judge(struct write_check *check, const char *id, enum standing *standing)
{
	struct sql sql;
	char *found = NULL;

	*standing = ABSENT;
	if (!id)
		return true;
	sql_init(&sql);
	sql_add(&sql, "SELECT CASE WHEN ");
	add_scope(check, &sql);
	sql_add(&sql, " THEN 'own' ELSE 'foreign' END FROM categories WHERE sourcedId = ");
	sql_text(&sql, id);

	bool good = conn_text(check->conn, &sql, &check->context->request->arena, &found,
			      check->err);

	sql_release(&sql);
	*standing = !found                          ? UNKNOWN
		    : strcmp(found, "foreign") == 0 ? FOREIGN
		    : is_new(check, id)             ? NEW
						    : USABLE;
	return good && check->err->code == ERR_NONE;
}

struct listing {
	struct write_check *check;
	struct str titles;
};

static bool add_title(const struct value *columns, int count, void *payload)
{
	struct listing *listing = payload;

	(void)count;
	if (!is_new(listing->check, columns[1].text))
		str_format(&listing->titles, "%s%s", listing->titles.length ? ", " : "",
			   columns[0].text);
	return !listing->titles.full;
}

/* The titles of what the client could have used, in the order of the provider. */
static void add_usable(struct write_check *check)
{
	struct listing listing = { .check = check };
	struct sql sql;

	str_init(&listing.titles, LISTED_CAP);
	sql_init(&sql);
	sql_add(&sql, "SELECT title, sourcedId FROM categories WHERE status IS NOT "
		      "'tobedeleted' AND sourcedId <> ");
	sql_text(&sql, quirks_of(check)->category_forbidden_id);
	sql_add(&sql, " AND ");
	add_scope(check, &sql);
	sql_add(&sql, " ORDER BY id");
	if (conn_query(check->conn, &sql, add_title, &listing, check->err))
		add_param(check, "categories",
			  arena_dup(&check->context->request->arena, str_text(&listing.titles)));
	sql_release(&sql);
	str_release(&listing.titles);
}

static bool refuse_category(struct write_check *check, enum fault fault, const char *quirk)
{
	const char *category = record_text(check->record, "category");

	quirk_fired(check->context, quirk);
	refuse_write(check, fault);
	add_param(check, "field", "category");
	add_param(check, "reason", category ? category : "");
	add_usable(check);
	return false;
}

/* What the teacher chose in the SIS goes before what a client sends; or it is forgotten. */
static bool stay_moved(struct write_check *check, bool *stays)
{
	const char *id = check->record->values[FIELD_SOURCED_ID].text, *moved;
	struct arena *arena = &check->context->request->arena;
	json_t *state = NULL;
	bool good = sis_state_get(check->conn, ENTITY_LINE_ITEMS.plural, id, "category", &state,
				  check->err);

	moved = json_is_string(state) ? arena_dup(arena, json_string_value(state)) : NULL;
	json_decref(state);
	*stays = moved && quirks_of(check)->category_sticky;
	if (!moved)
		return good;
	if (!same_text(record_text(check->record, "category"), moved))
		quirk_fired(check->context, "category.sticky");
	if (*stays)
		record_set_text(check->record, "category", moved);
	else
		good = sis_state_delete(check->conn, ENTITY_LINE_ITEMS.plural, id, "category",
					check->err);
	return good;
}

/* The first category of that title which the class can use; NULL: there is none. */
static bool find_uncategorized(struct write_check *check, char **id)
{
	struct sql sql;

	sql_init(&sql);
	sql_add(&sql, "SELECT sourcedId FROM categories WHERE title = 'Uncategorized' AND status "
		      "IS NOT 'tobedeleted' AND ");
	add_scope(check, &sql);
	sql_add(&sql, " ORDER BY id");

	bool good = conn_text(check->conn, &sql, &check->context->request->arena, id, check->err);

	sql_release(&sql);
	return good;
}

/* Without a fallback it keeps what it has, unless references are checked. */
static bool keep_category(struct write_check *check, enum standing standing)
{
	if (standing == ABSENT || (standing == FOREIGN && !references_are_checked(check)))
		return true;
	if (standing != UNKNOWN)
		return refuse_category(check, standings[standing].fault, standings[standing].quirk);
	if (reference_known(check, "category", FAULT_CATEGORY_UNKNOWN, true))
		return true;
	if (check->err->code != ERR_NONE)
		return false;
	quirk_fired(check->context, "reference.check");
	add_usable(check);
	return false;
}

/* A profile that names a fallback decides by it alone, whatever reference.check says. */
static bool fall_back(struct write_check *check, enum standing standing)
{
	const char *fallback = quirks_of(check)->category_fallback;
	char *uncategorized = NULL;

	if (strcmp(fallback, "null") == 0)
		return keep_category(check, standing);
	if (strcmp(fallback, "error") == 0)
		return refuse_category(check, standings[standing].fault, standings[standing].quirk);
	if (strcmp(fallback, "uncategorized") == 0) {
		if (!find_uncategorized(check, &uncategorized))
			return false;
		record_set_text(check->record, "category", uncategorized);
	} else {
		record_set_text(check->record, "category", fallback + strlen("id:"));
	}
	quirk_fired(check->context, "category.fallback");
	return true;
}

static bool is_there(struct write_check *check)
{
	return !quirks_of(check)->category_required || record_text(check->record, "category") ||
	       refuse_category(check, FAULT_CATEGORY_MISSING, "category.required");
}

/* Who sends no category where one is required is refused; one that cannot be used goes to
 * the fallback, and where that leads nowhere, is refused as well. */
bool category_settled(struct write_check *check)
{
	const struct quirks *quirks = quirks_of(check);
	const char *category;
	enum standing standing;
	bool stays;

	if (!stay_moved(check, &stays))
		return false;
	if (stays)
		return true;
	category = record_text(check->record, "category");
	if (category && strcmp(category, quirks->category_forbidden_id) == 0)
		return refuse_category(check, FAULT_CATEGORY_FORBIDDEN, "category.forbidden_id");
	if (!is_there(check) || !judge(check, category, &standing))
		return false;
	if (standing == USABLE)
		return true;
	if (category && strcmp(category, quirks->category_fixed_id) == 0) {
		quirk_fired(check->context, "category.fixed_id");
		return true;
	}
	return fall_back(check, standing) && is_there(check);
}
