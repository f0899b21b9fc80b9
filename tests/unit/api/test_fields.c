/*
 * test_fields.c - every field of every object, in every version: returned, filtered by,
 * sorted by, selected. test_puts.c writes them.
 *
 * The entity tables are the cases and values.h makes the values, so that a new field is
 * tested when its row is there. How many were tested is counted, and must not shrink.
 */
#include <check.h>

#include "base/url.h"
#include "tests/unit/api/subject.h"
#include "tests/unit/api/values.h"

/* Entity x field x version. */
static const struct aspect aspects[] = {
	{ "returned", 325 },
	{ "filtered", 325 },
	{ "sorted", 325 },
	{ "selected", 325 },
};
enum { RETURNED, FILTERED, SORTED, SELECTED };

static void start_counting(void)
{
	count_start(aspects, ARRAY_SIZE(aspects));
}

START_TEST(returns)
{
	if (!subject_open(_i, WITH_OBJECTS))
		return;
	for (unsigned in = V11; in <= V12; in <<= 1)
		for (int n = 0; n < OBJECTS; n++) {
			struct answer answer = ask(&provider, "GET", subject_path(in, n, ""), NULL);

			if (entity->in & in)
				expect_object(json_object_get(answer.json, entity->singular), in,
					      n);
			else
				ck_assert_int_eq(answer.status, 404);
			answer_free(&answer);
		}
	for (const struct field *field = entity->fields; field->name; field++)
		count(RETURNED, field->in & version);
	subject_close();
}
END_TEST

/* The sourcedIds of a list, blank-separated; in the arena. */
static const char *ids_in(const struct answer *answer)
{
	const json_t *list = json_object_get(answer->json, entity->plural), *item;
	struct str out = STR_INIT;
	const char *text;
	size_t i;

	json_array_foreach (list, i, item)
		str_format(&out, "%s%s", i ? " " : "",
			   json_string_value(json_object_get(item, "sourcedId")));
	text = arena_dup(&arena, str_text(&out));
	str_release(&out);
	return text;
}

/* path?filter=FIELD OP 'literal', encoded; in the arena. */
static const char *filter_target(const char *field, const char *op, const char *literal)
{
	struct str text = STR_INIT;
	const char *target;

	str_format(&text, "%s%s'", field, op);
	for (; *literal; literal++)
		str_format(&text, "%s%c", *literal == '\'' ? "'" : "", *literal);
	str_add(&text, "'");
	target = subject_path(
		version, -1,
		arena_format(&arena, "?filter=%s", pct_encoded(&arena, str_text(&text))));
	str_release(&text);
	return target;
}

static bool fits(const char *op, int order)
{
	return (strchr(op, '=') && op[0] != '!' && order == 0) || (op[0] == '!' && order != 0) ||
	       (op[0] == '<' && order < 0) || (op[0] == '>' && order > 0);
}

/* Whether the object @n must be found by @op and the value 1 of @field. */
static bool must_find(const struct field *field, const char *op, int n, bool bare_has_it)
{
	char *one = value_literal(field, 1), *own = value_literal(field, n == BARE ? 0 : n);
	bool missing = n == BARE && !bare_has_it;
	bool found = op[0] == '~' ? strstr(own, one) != NULL
				  : fits(op, value_rank(field, n == BARE ? 0 : n) -
						     value_rank(field, 1));

	free(one);
	free(own);
	/* what is missing differs from everything and is nothing else */
	return missing ? op[0] == '!' : found;
}

static void check_filter(const struct field *field, const char *path, const char *op,
			 bool bare_has_it)
{
	char *literal = value_literal(field, 1);
	struct answer answer = ask(&provider, "GET", filter_target(path, op, literal), NULL);

	if (op[0] == '~' && (field->type == T_TIME || field->type == T_BOOL)) {
		ck_assert_msg(answer.status == 400, "%s: ~: %d", subject_name(path), answer.status);
	} else {
		const char *ids = ids_in(&answer);

		ck_assert_msg(answer.status == 200, "%s: %s'%s': %d %s", subject_name(path), op,
			      literal, answer.status, answer.text);
		for (int n = 0; n <= BARE; n++) {
			const char *id = n == BARE ? BARE_ID : arena_format(&arena, "object-%d", n);

			ck_assert_msg(has_word(ids, id) == must_find(field, op, n, bare_has_it),
				      "%s: %s'%s': %s %s", subject_name(path), op, literal,
				      has_word(ids, id) ? "found" : "not found", id);
		}
	}
	answer_free(&answer);
	free(literal);
}

static void refuses_filter(const char *path)
{
	struct answer answer = ask(&provider, "GET", filter_target(path, "=", "x"), NULL);

	ck_assert_msg(answer.status == 400 && same_text(answer.minor, "invalid_filter_field"),
		      "%s: %d %s", subject_name(path), answer.status, answer.text);
	answer_free(&answer);
}

/* @path names @field from the object down. */
static void filter_field(const struct field *field, const char *path, bool bare_has_it)
{
	static const char *const operators[] = { "=", "!=", "<", "<=", ">", ">=", "~" };
	const char *full = path;

	if (!(field->in & version) || (field->flags & (F_SECRET | F_INTERNAL))) {
		refuses_filter(path);
		return;
	}
	if (field->type == T_OBJECTS || field->type == T_MAP)
		refuses_filter(path);
	for (const struct field *sub = field->sub; sub && sub->name; sub++)
		filter_field(sub, arena_format(&arena, "%s.%s", path, sub->name),
			     bare_has_it && (sub->in & version));
	if (field->type == T_OBJECTS)
		return;
	if (field->type == T_MAP)
		full = arena_format(&arena, "%s.%s", path, VALUE_KEY);
	for (size_t i = 0; i < ARRAY_SIZE(operators); i++) {
		check_filter(field, full, operators[i], bare_has_it);
		if (field->type == T_REF || field->type == T_REFS)
			check_filter(field, arena_format(&arena, "%s.sourcedId", path),
				     operators[i], bare_has_it);
	}
}

START_TEST(filters)
{
	if (!subject_open(_i, WITH_OBJECTS | WITH_BARE))
		return;
	for (const struct field *field = entity->fields; field->name; field++) {
		filter_field(field, field->name, (field->flags & F_NEEDED) != 0);
		count(FILTERED, field->in & version);
	}
	subject_close();
}
END_TEST

static bool is_sortable(const struct field *field)
{
	return (field->in & version) && !(field->flags & F_SECRET) && field->type != T_REFS &&
	       field->type != T_TEXTS && field->type != T_OBJECTS && field->type != T_MAP;
}

/* The order of the objects by the values of @field; sourcedId decides between equals. */
static const char *sorted_ids(const struct field *field, bool descending)
{
	struct str out = STR_INIT;
	bool taken[OBJECTS] = { false };
	const char *text;

	for (int i = 0; i < OBJECTS; i++) {
		int best = -1;

		for (int n = 0; n < OBJECTS; n++) {
			int order = best < 0 ? -1 : value_rank(field, n) - value_rank(field, best);

			if (!taken[n] && (best < 0 || (descending ? order > 0 : order < 0)))
				best = n;
		}
		taken[best] = true;
		str_format(&out, "%sobject-%d", i ? " " : "", best);
	}
	text = arena_dup(&arena, str_text(&out));
	str_release(&out);
	return text;
}

static void check_sort(const struct field *field, const char *name, const char *order_by)
{
	const char *target = subject_path(version, -1,
					  arena_format(&arena, "?sort=%s%s", name, order_by));
	const char *expected = is_sortable(field)
				       ? sorted_ids(field, strstr(order_by, "desc") != NULL)
				       : CREATION_ORDER;
	const char *minor = is_sortable(field) || version == V12 ? NULL : "invalid_sort_field";
	struct answer answer = ask(&provider, "GET", target, NULL);

	ck_assert_msg(answer.status == 200 && strcmp(ids_in(&answer), expected) == 0,
		      "%s: %d, %s, not %s", target, answer.status, ids_in(&answer), expected);
	ck_assert_msg(same_text(answer.minor, minor), "%s: %s", target, answer.text);
	ck_assert_msg(minor || json_object_size(answer.json) == 1, "%s: %s", target, answer.text);
	answer_free(&answer);
}

START_TEST(sorts)
{
	if (!subject_open(_i, WITH_OBJECTS))
		return;
	for (const struct field *field = entity->fields; field->name; field++) {
		check_sort(field, field->name, "");
		check_sort(field, field->name, "&orderBy=asc");
		check_sort(field, field->name, "&orderBy=desc");
		if (field->type == T_REF)
			check_sort(field, arena_format(&arena, "%s.sourcedId", field->name),
				   "&orderBy=desc");
		count(SORTED, field->in & version);
	}
	subject_close();
}
END_TEST

/* What has no such field: in 1.1 all of them and a remark, in 1.2 a refusal. */
static void check_selection(const struct field *field, int n)
{
	bool visible = (field->in & version) && !(field->flags & F_SECRET);
	const char *target = subject_path(version, n,
					  arena_format(&arena, "?fields=%s", field->name));
	struct answer answer = ask(&provider, "GET", target, NULL);
	const json_t *object = n < 0 ? json_array_get(json_object_get(answer.json, entity->plural),
						      2)
				     : json_object_get(answer.json, entity->singular);

	if (n < 0)
		n = 0; /* the last of the list */
	ck_assert_msg(answer.status == (visible || version == V11 ? 200 : 400), "%s: %d", target,
		      answer.status);
	ck_assert_msg(same_text(answer.minor, visible ? NULL : "invalid_selection_field"), "%s: %s",
		      target, answer.text);
	if (visible) {
		ck_assert_msg(json_object_size(object) == 1, "%s: %s", target, answer.text);
		expect_value(object, field, version, n);
	} else if (version == V11) {
		expect_object(object, version, n);
	}
	answer_free(&answer);
}

START_TEST(selects)
{
	if (!subject_open(_i, WITH_OBJECTS))
		return;
	for (const struct field *field = entity->fields; field->name; field++) {
		check_selection(field, -1);
		check_selection(field, 1);
		count(SELECTED, field->in & version);
	}
	subject_close();
}
END_TEST

START_TEST(covers_all)
{
	count_check();
}
END_TEST

Suite *fields_suite(void);
Suite *fields_suite(void)
{
	Suite *suite = suite_create("api/fields");
	TCase *tc = tcase_create("fields");

	tcase_add_unchecked_fixture(tc, start_counting, count_stop);
	tcase_add_loop_test(tc, returns, 0, SUBJECTS);
	tcase_add_loop_test(tc, filters, 0, SUBJECTS);
	tcase_add_loop_test(tc, sorts, 0, SUBJECTS);
	tcase_add_loop_test(tc, selects, 0, SUBJECTS);
	tcase_add_test(tc, covers_all);
	suite_add_tcase(suite, tc);
	return suite;
}
