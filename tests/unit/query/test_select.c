/*
 * test_select.c - fields, sort and orderBy: which names are known, and in which order
 * the rows come.
 */
#include <check.h>

#include "server/query/select.h"
#include "tests/unit/helpers.h"

#define USERS &ENTITY_USERS
#define CLASSES &ENTITY_CLASSES
#define ITEMS &ENTITY_LINE_ITEMS
#define RESULTS &ENTITY_RESULTS
#define CATEGORIES &ENTITY_CATEGORIES

/* clang-format off */
static const struct {
	const struct entity *entity;
	unsigned version;
	const char *text;
	enum selection selection;
	const char *names; /* selected, in the order of the table; or the wrong one */
} selections[] = {
	{ USERS,   V11, "givenName",                    SELECTION_GOOD, "givenName" },
	{ USERS,   V12, "givenName,familyName",         SELECTION_GOOD, "givenName familyName" },
	{ USERS,   V11, "familyName,sourcedId,givenName", SELECTION_GOOD, "sourcedId givenName familyName" },
	{ USERS,   V11, " givenName , familyName ",     SELECTION_GOOD, "givenName familyName" },
	{ USERS,   V11, "givenName,,familyName,",       SELECTION_GOOD, "givenName familyName" },
	{ USERS,   V11, "givenName,givenName",          SELECTION_GOOD, "givenName" },
	{ USERS,   V11, "GIVENNAME",                    SELECTION_GOOD, "givenName" },
	{ USERS,   V11, "metadata,orgs,grades",         SELECTION_GOOD, "metadata orgs grades" },
	{ USERS,   V12, "roles,userProfiles",           SELECTION_GOOD, "roles userProfiles" },
	{ RESULTS, V12, "late,learningObjectiveSet",    SELECTION_GOOD, "learningObjectiveSet late" },
	{ USERS,   V11, "",                             SELECTION_BLANK, NULL },
	{ USERS,   V12, " ",                            SELECTION_BLANK, NULL },
	{ USERS,   V12, ",",                            SELECTION_BLANK, NULL },
	{ USERS,   V11, " , , ",                        SELECTION_BLANK, NULL },
	{ USERS,   V11, "nickname",                     SELECTION_UNKNOWN, "nickname" },
	{ USERS,   V12, "givenName,nickname,other",     SELECTION_UNKNOWN, "nickname" },
	{ USERS,   V11, "password",                     SELECTION_UNKNOWN, "password" },
	{ USERS,   V11, "roles",                        SELECTION_UNKNOWN, "roles" }, /* of the other version */
	{ USERS,   V12, "role",                         SELECTION_UNKNOWN, "role" },
	{ USERS,   V12, "orgs",                         SELECTION_UNKNOWN, "orgs" },
	{ RESULTS, V11, "late",                         SELECTION_UNKNOWN, "late" },
	{ ITEMS,   V12, "class.sourcedId",              SELECTION_UNKNOWN, "class.sourcedId" }, /* top level only */
	{ USERS,   V11, "givenName;familyName",         SELECTION_UNKNOWN, "givenName;familyName" },
};

static const struct {
	const struct entity *entity;
	unsigned version;
	const char *text, *field; /* NULL: nothing can be sorted by it */
} sorts[] = {
	{ USERS,   BOTH, "familyName",      "familyName" },
	{ USERS,   BOTH, "FAMILYNAME",      "familyName" },
	{ USERS,   BOTH, "sourcedId",       "sourcedId" },
	{ USERS,   BOTH, "enabledUser",     "enabledUser" },
	{ USERS,   V11,  "role",            "role" },
	{ USERS,   V12,  "role",            NULL },
	{ USERS,   V12,  "pronouns",        "pronouns" },
	{ USERS,   V11,  "pronouns",        NULL },
	{ ITEMS,   BOTH, "class",           "class" },
	{ ITEMS,   BOTH, "class.sourcedId", "class" },
	{ ITEMS,   BOTH, "class.SourcedId", "class" },
	{ ITEMS,   BOTH, "class.title",     NULL },
	{ ITEMS,   BOTH, "dueDate",         "dueDate" },
	{ ITEMS,   BOTH, "title.x",         NULL },
	{ ITEMS,   BOTH, "title,dueDate",   NULL }, /* one field */
	{ USERS,   BOTH, "nickname",        NULL },
	{ USERS,   BOTH, "password",        NULL },
	{ USERS,   V11,  "orgs",            NULL }, /* lists have no order among them */
	{ USERS,   V12,  "roles",           NULL },
	{ USERS,   V12,  "roles.role",      NULL },
	{ USERS,   BOTH, "grades",          NULL },
	{ USERS,   BOTH, "metadata.a",      NULL },
	{ USERS,   BOTH, "",                NULL },
	{ USERS,   BOTH, " familyName",     NULL },
};

static const struct {
	const char *text;
	bool good, descending;
} orders[] = {
	{ "asc", true, false }, { "desc", true, true }, { "DESC", true, true }, { "Asc", true, false },
	{ "up", false, false }, { "", false, false }, { "descending", false, false }, { "asc,desc", false, false },
};

/* By code point: capitals, small letters, letters beyond ASCII, those beyond the BMP
 * (which UTF-16 would put before U+FF5E). In the order of creation, except g. */
static const struct {
	const char *id, *title, *class, *due;
	const char *max;
} items[] = {
	{ "c", "Zebra",            "class-bio-1", "2026-11-16T17:00:00Z",       "9" },
	{ "a", "apple",            "class-eng-1", "2026-11-16T17:00:00.500Z",   "10" },
	{ "e", "\xc3\x84pfel",     "class-alg-1", "2026-11-16T16:00:00-05:00",  "100" },
	{ "b", "apple",            "class-bio-1", "2026-11-16T18:00:00+01:00",  "9" },
	{ "f", "\xef\xbd\x9e",     "class-bio-1", NULL,                         NULL },
	{ "g", "\xf0\x9f\x8e\x93", "class-alg-1", NULL,                         "-1" },
	{ "d", "10",               "class-alg-1", NULL,                         "9.5" },
};

static const struct {
	const char *sort, *order;
	const char *ids;
} lists[] = {
	{ NULL,             "asc",  "caebfgd" }, /* of creation */
	{ "title",          "asc",  "dcabefg" },
	{ "title",          "desc", "gfeabcd" }, /* equals keep their order by sourcedId */
	{ "dueDate",        "asc",  "dfgbcae" }, /* instants; what has none comes first */
	{ "dueDate",        "desc", "eabcdfg" },
	{ "resultValueMax", "asc",  "fgbcdae" }, /* numbers */
	{ "resultValueMax", "desc", "eadbcgf" },
	{ "class",          "asc",  "degbcfa" },
	{ "class.sourcedId", "desc", "abcfdeg" },
	{ "sourcedId",      "asc",  "abcdefg" },
	{ "sourcedId",      "desc", "gfedcba" },
	{ "status",         "desc", "abcdefg" }, /* all are equal */
};
/* clang-format on */

START_TEST(selects)
{
	const struct entity *entity = selections[_i].entity;
	struct str names = STR_INIT;
	uint64_t bits = 0;
	char wrong[64] = "";
	enum selection selection = fields_parse(selections[_i].text, entity, selections[_i].version,
						&bits, wrong);

	ck_assert_msg(selection == selections[_i].selection, "\"%s\": %d", selections[_i].text,
		      (int)selection);
	if (selection == SELECTION_UNKNOWN) {
		ck_assert_str_eq(wrong, selections[_i].names);
	} else if (selection == SELECTION_GOOD) {
		for (int i = 0; entity->fields[i].name; i++)
			if (bits & (1ull << i))
				str_format(&names, "%s%s", names.length ? " " : "",
					   entity->fields[i].name);
		ck_assert_str_eq(str_text(&names), selections[_i].names);
	}
	str_release(&names);
}
END_TEST

/* What a client wrote goes into an answer: it stays short, and UTF-8. */
START_TEST(a_wrong_name_is_cut)
{
	struct str text = STR_INIT;
	uint64_t bits;
	char wrong[64];

	str_add(&text, "x");
	for (int i = 0; i < 100; i++)
		str_add(&text, "\xc3\xa9");
	ck_assert_int_eq(fields_parse(str_text(&text), USERS, V12, &bits, wrong),
			 SELECTION_UNKNOWN);
	ck_assert_uint_le(strlen(wrong), 63);
	ck_assert(utf8_valid(wrong, strlen(wrong), NULL));
	str_release(&text);
}
END_TEST

START_TEST(sorts_by_what_it_knows)
{
	static const unsigned versions[] = { V11, V12 };

	for (size_t v = 0; v < ARRAY_SIZE(versions); v++) {
		struct order order = { NULL };

		if (!(sorts[_i].version & versions[v]))
			continue;
		bool good = sort_parse(sorts[_i].text, sorts[_i].entity, versions[v], &order);

		ck_assert_msg(good == (sorts[_i].field != NULL), "\"%s\" in %u: %d", sorts[_i].text,
			      versions[v], good);
		ck_assert_msg(!good || strcmp(order.field->name, sorts[_i].field) == 0,
			      "\"%s\": %s", sorts[_i].text, good ? order.field->name : "");
	}
}
END_TEST

START_TEST(reads_the_order)
{
	struct order order = { NULL };
	bool good = order_parse(orders[_i].text, &order);

	ck_assert_msg(good == orders[_i].good, "\"%s\": %d", orders[_i].text, good);
	ck_assert_msg(!good || order.descending == orders[_i].descending, "%s", orders[_i].text);
}
END_TEST

static struct store *store;

static void add_member(struct str *json, const char *key, const char *value, const char *quote)
{
	if (value)
		str_format(json, ", \"%s\": %s%s%s", key, quote, value, quote);
}

static void open_store(void)
{
	store = demo_store();
	for (size_t i = 0; i < ARRAY_SIZE(items); i++) {
		struct str json = STR_INIT;

		str_format(&json, "{\"sourcedId\": \"%s\", \"class\": {\"sourcedId\": \"%s\"}",
			   items[i].id, items[i].class);
		add_member(&json, "title", items[i].title, "\"");
		add_member(&json, "dueDate", items[i].due, "\"");
		add_member(&json, "resultValueMax", items[i].max, "");
		str_add(&json, "}");
		put_row(store, ITEMS, str_text(&json));
		str_release(&json);
	}
}

static void close_store(void)
{
	store_close(store);
}

static bool add_id(const struct record *record, void *payload)
{
	str_add(payload, record_text(record, "sourcedId"));
	return true;
}

/* The whole list, and the same page by page: each row once, in the same order. */
START_TEST(lists_in_order)
{
	struct order order = { NULL };
	struct str whole = STR_INIT, pages = STR_INIT;
	struct err err = ERR_INIT;
	struct sql all;

	if (lists[_i].sort)
		ck_assert(sort_parse(lists[_i].sort, ITEMS, V12, &order));
	ck_assert(order_parse(lists[_i].order, &order));
	sql_init(&all);
	sql_add(&all, "1");
	ck_assert_msg(
		rows_list(store_conn(store), ITEMS, &all, &order, 100, 0, add_id, &whole, &err),
		"%s", err.text);
	for (int64_t at = 0; at < 8; at += 2)
		ck_assert(rows_list(store_conn(store), ITEMS, &all, &order, 2, at, add_id, &pages,
				    &err));
	ck_assert_msg(strcmp(str_text(&whole), lists[_i].ids) == 0, "sort=%s %s: %s",
		      lists[_i].sort, lists[_i].order, str_text(&whole));
	ck_assert_str_eq(str_text(&pages), lists[_i].ids);
	sql_release(&all);
	str_release(&whole);
	str_release(&pages);
}
END_TEST

START_TEST(a_parameter_stands_once)
{
	static const struct {
		const char *query, *value;
		bool good;
	} cases[] = {
		{ "a=1&sort=x&b=2", "x", true },
		{ "a=1&a=2", NULL, true }, /* of others nobody asks */
		{ "sort=", "", true },
		{ "Sort=x", NULL, true },
		{ "sort=x&sort=x", NULL, false },
		{ "sort=x&a=1&sort=", NULL, false },
	};
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct pairs query = { 0 };
	const char *value;

	ck_assert(query_parse(&arena, cases[_i].query, PLUS_IS_BLANK, &query, &err));
	bool good = query_once(&query, "sort", &value, &err);

	ck_assert_msg(good == cases[_i].good, "%s: %d", cases[_i].query, good);
	if (good)
		ck_assert_msg(same_text(value, cases[_i].value), "%s: %s", cases[_i].query, value);
	else
		ck_assert_str_eq(err.pointer, "sort");
	arena_release(&arena);
}
END_TEST

Suite *select_suite(void);
Suite *select_suite(void)
{
	Suite *suite = suite_create("query/select");
	TCase *names = tcase_create("names"), *rows = tcase_create("rows");

	tcase_add_loop_test(names, selects, 0, ARRAY_SIZE(selections));
	tcase_add_test(names, a_wrong_name_is_cut);
	tcase_add_loop_test(names, sorts_by_what_it_knows, 0, ARRAY_SIZE(sorts));
	tcase_add_loop_test(names, reads_the_order, 0, ARRAY_SIZE(orders));
	tcase_add_loop_test(names, a_parameter_stands_once, 0, 6);
	tcase_add_checked_fixture(rows, open_store, close_store);
	tcase_add_loop_test(rows, lists_in_order, 0, ARRAY_SIZE(lists));
	suite_add_tcase(suite, names);
	suite_add_tcase(suite, rows);
	return suite;
}
