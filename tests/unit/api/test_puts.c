/*
 * test_puts.c - every field of every object that can be PUT, in every version: taken,
 * missing, null, of a wrong type.
 *
 * The entity tables are the cases and values.h makes the values, as in test_fields.c.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "tests/unit/api/subject.h"
#include "tests/unit/api/values.h"

/* Entity x field x version. */
static const struct aspect aspects[] = {
	{ "taken", 99 },
	{ "left out", 99 },
	{ "refused", 99 },
};
enum { TAKEN, LEFT_OUT, REFUSED };

static void start_counting(void)
{
	count_start(aspects, ARRAY_SIZE(aspects));
}

/* An empty provider of what can be PUT. */
static bool open_writable(int index)
{
	if (!subject_open(index, 0))
		return false;
	for (size_t i = 0; i < operation_count; i++)
		if (operations[i].entity == entity && operations[i].action == WRITE_ONE &&
		    (operations[i].in & version))
			return true;
	subject_close();
	return false;
}

/* Puts the object 0; takes @object. */
static struct answer put(json_t *object)
{
	json_t *body = json_pack("{so}", entity->singular, object);
	char *text = jsonx_dump(body);
	struct answer answer = ask(&provider, "PUT", subject_path(version, 0, ""), text);

	free(text);
	json_decref(body);
	return answer;
}

/* The stored object 0. Returns (json_decref). */
static json_t *get(void)
{
	struct answer answer = ask(&provider, "GET", subject_path(version, 0, ""), NULL);
	json_t *object = json_incref(json_object_get(answer.json, entity->singular));

	ck_assert_msg(answer.status == 200 && object, "%s: %d", entity->singular, answer.status);
	answer_free(&answer);
	return object;
}

static void check_taken(struct answer answer, const char *name, const char *what)
{
	ck_assert_msg(answer.status == 200 || answer.status == 201, "%s, %s: %d %s", name, what,
		      answer.status, answer.text);
	answer_free(&answer);
}

/* The pointer of the culprit begins the description. */
static void check_refused(struct answer answer, const char *pointer, const char *what)
{
	int status = version == V12 ? 422 : 400;
	char *start = xformat("/%s/%s:", entity->singular, pointer);

	ck_assert_msg(
		answer.status == status &&
			same_text(answer.minor, version == V12 ? "invaliddata" : "invalid data"),
		"%s, %s: %d %s", start, what, answer.status, answer.text);
	ck_assert_msg(starts_with(answer.description, start), "not %s, %s: %s", start, what,
		      answer.description);
	free(start);
	answer_free(&answer);
}

static bool is_field(const struct field *field)
{
	return (field->in & version) && !(field->flags & F_SERVER);
}

START_TEST(takes)
{
	if (!open_writable(_i))
		return;
	for (int n = 0; n < OBJECTS; n++) {
		json_t *sent = object_sent(n), *stored;

		json_object_del(sent, "sourcedId"); /* that of the path */
		check_taken(put(sent), entity->singular, "all fields");
		stored = get();
		for (const struct field *field = entity->fields; field->name; field++)
			if (is_field(field) && field->type != T_ID)
				expect_value(stored, field, version, n);
		json_decref(stored);
	}
	for (const struct field *field = entity->fields; field->name; field++)
		count(TAKEN, is_field(field));
	subject_close();
}
END_TEST

/* What the provider sets itself when it is absent. */
static bool is_filled(const struct field *field)
{
	return has_word("sourcedId status scoreDate", field->name) ||
	       (entity == &ENTITY_LINE_ITEMS && same_text(field->name, "academicSession"));
}

/* @sent lacks the field. */
static void leave_out(const struct field *field, json_t *sent, const char *how)
{
	bool needed = (field->flags & F_NEEDED) && field->type != T_ID;
	const char *name = subject_name(field->name);
	json_t *stored;

	if (needed) {
		check_refused(put(sent), field->name, how);
		return;
	}
	check_taken(put(sent), name, how);
	stored = get();
	ck_assert_msg(is_filled(field) == (json_object_get(stored, field->name) != NULL),
		      "%s, %s: %s", name, how, is_filled(field) ? "not set" : "still there");
	json_decref(stored);
}

/* A PUT replaces: what is not there is gone (fact sheet 1.1, section 6). */
START_TEST(may_lack_fields)
{
	if (!open_writable(_i))
		return;
	for (const struct field *field = entity->fields; field->name; field++) {
		if (!is_field(field))
			continue;

		json_t *sent = object_sent(0), *copy;

		check_taken(put(json_deep_copy(sent)), entity->singular, "all fields");
		json_object_del(sent, field->name);
		copy = json_deep_copy(sent);
		json_object_set_new(copy, field->name, json_null());
		leave_out(field, sent, "absent");
		leave_out(field, copy, "null");
		count(LEFT_OUT, is_field(field));
	}
	subject_close();
}
END_TEST

/* Puts @wrong for the field of what lies at @path, "" or "a/0/b/0/"; takes @wrong. */
static void put_wrong(const char *path, const struct field *field, json_t *wrong)
{
	json_t *sent = object_sent(0), *owner = sent;
	bool element = field->type == T_OBJECTS && json_array_size(wrong);
	const char *pointer = arena_format(&arena, "%s%s%s", path, field->name,
					   element ? "/0" : "");
	char *what = json_dumps(wrong, JSON_ENCODE_ANY);

	for (const char *at = path; *at; at = strchr(at, '/') + 3) {
		const char *key = arena_dup_n(&arena, at, strcspn(at, "/"));

		owner = json_array_get(json_object_get(owner, key), 0);
	}
	json_object_set_new(owner, field->name, wrong);
	check_refused(put(sent), pointer, what);
	free(what);
}

/* Each of @fields, which are members of what lies at @path, and those below it. */
static void refuse_below(const struct field *fields, const char *path)
{
	json_t *wrong;

	for (const struct field *field = fields; field->name; field++) {
		if (!is_field(field))
			continue;
		for (size_t k = 0; (wrong = value_wrong(field, k)); k++)
			put_wrong(path, field, wrong);
		if (*path && (field->flags & F_NEEDED))
			put_wrong(path, field, json_null());
		if (field->sub)
			refuse_below(field->sub,
				     arena_format(&arena, "%s%s/0/", path, field->name));
	}
}

START_TEST(refuses_wrong_types)
{
	if (!open_writable(_i))
		return;
	refuse_below(entity->fields, "");
	for (const struct field *field = entity->fields; field->name; field++)
		count(REFUSED, is_field(field));
	subject_close();
}
END_TEST

/* Fields of the other version and what only the provider sets are not even looked at. */
START_TEST(passes_over_what_is_not_its_own)
{
	if (!open_writable(_i))
		return;
	for (const struct field *field = entity->fields; field->name; field++) {
		json_t *sent = object_sent(0), *stored;

		if (is_field(field)) {
			json_decref(sent);
			continue;
		}
		json_object_set_new(sent, field->name, json_string("No such thing"));
		check_taken(put(sent), subject_name(field->name), "not its own");
		stored = get();
		ck_assert_msg(!same_text(jsonx_text(stored, field->name), "No such thing"),
			      "%s: taken", subject_name(field->name));
		json_decref(stored);
	}
	subject_close();
}
END_TEST

START_TEST(covers_all)
{
	count_check();
}
END_TEST

Suite *puts_suite(void);
Suite *puts_suite(void)
{
	Suite *suite = suite_create("api/puts");
	TCase *tc = tcase_create("puts");

	tcase_add_unchecked_fixture(tc, start_counting, count_stop);
	tcase_add_loop_test(tc, takes, 0, SUBJECTS);
	tcase_add_loop_test(tc, may_lack_fields, 0, SUBJECTS);
	tcase_add_loop_test(tc, refuses_wrong_types, 0, SUBJECTS);
	tcase_add_loop_test(tc, passes_over_what_is_not_its_own, 0, SUBJECTS);
	tcase_add_test(tc, covers_all);
	suite_add_tcase(suite, tc);
	return suite;
}
