/*
 * subject.c - an entity in a version, and a provider that has objects of it.
 */
#include "tests/unit/api/subject.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/when.h"
#include "tests/unit/api/values.h"
#include "tests/unit/helpers.h"

const struct entity *entity;
unsigned version;
struct provider provider;
struct arena arena;

json_t *object_sent(int n)
{
	json_t *object = json_object();

	for (const struct field *field = entity->fields; field->name; field++)
		if (field->in & version)
			json_object_set_new(object, field->name, value_sent(field, version, n));
	return object;
}

/* With the values of the object 0. */
static json_t *object_bare(void)
{
	json_t *object = json_object();

	for (const struct field *field = entity->fields; field->name; field++)
		if ((field->in & version) && (field->flags & F_NEEDED))
			json_object_set_new(object, field->name, value_sent(field, version, 0));
	json_object_set_new(object, "sourcedId", json_string(BARE_ID));
	return object;
}

static void store_object(struct store *store, json_t *object)
{
	const char *date = json_string_value(json_object_get(object, "dateLastModified"));
	struct err err = ERR_INIT;
	struct record record;
	int64_t modified;
	bool created;

	ck_assert_msg(record_from_json(&record, entity, version, object, "", &arena, &err), "%s",
		      err.text);
	if (date && when_parse(date, &modified, NULL)) /* no client may set it */
		record_set_int(&record, "dateLastModified", modified);
	ck_assert_msg(conn_begin(store_conn(store), true, &err) &&
			      rows_put(store_conn(store), &record, &created, &err) &&
			      conn_commit(store_conn(store), &err) && created,
		      "%s: %s", entity->singular, err.text);
	json_decref(object);
}

bool subject_open(int index, unsigned with)
{
	static const int order[OBJECTS] = { 1, 2, 0 };
	struct err err = ERR_INIT;
	struct store *store;

	entity = entities[index / 2];
	version = index % 2 ? V12 : V11;
	if (!(entity->in & version))
		return false;
	store = store_open(":memory:", &err);
	ck_assert_msg(store != NULL, "%s", err.text);
	for (int i = 0; (with & WITH_OBJECTS) && i < OBJECTS; i++)
		store_object(store, object_sent(order[i]));
	if (with & WITH_BARE)
		store_object(store, object_bare());
	provider_open_with(&provider, store, "\"reference.check\": \"none\"", "");
	return true;
}

void subject_close(void)
{
	provider_close(&provider);
	arena_release(&arena);
}

static const char *number_of(unsigned in)
{
	return in == V11 ? "1.1" : "1.2";
}

const char *subject_name(const char *path)
{
	return arena_format(&arena, "%s.%s of %s", entity->singular, path, number_of(version));
}

const char *subject_path(unsigned in, int n, const char *more)
{
	const char *root = service_root(entity->service, in);

	return n < 0 ? arena_format(&arena, "%s/%s%s", root, entity->plural, more)
		     : arena_format(&arena, "%s/%s/object-%d%s", root, entity->plural, n, more);
}

void expect_value(const json_t *object, const struct field *field, unsigned in, int n)
{
	const json_t *found = json_object_get(object, field->name);
	json_t *shown = value_shown(field, in, n);
	char *text = found ? json_dumps(found, JSON_ENCODE_ANY) : xstrdup("absent");
	char *wanted = json_dumps(shown, JSON_ENCODE_ANY);

	ck_assert_msg(json_equal(found, shown), "%s, read in %s: %s, not %s",
		      subject_name(field->name), number_of(in), text, wanted);
	free(wanted);
	free(text);
	json_decref(shown);
}

/* Follows from other fields: test_versions.c knows how. */
static bool is_derived(const struct field *field)
{
	return (entity == &ENTITY_USERS && has_word("role roles orgs", field->name)) ||
	       (entity == &ENTITY_LINE_ITEMS && strcmp(field->name, "academicSession") == 0);
}

void expect_object(const json_t *object, unsigned in, int n)
{
	size_t expected = 0;

	for (const struct field *field = entity->fields; field->name; field++) {
		bool there = (field->in & in) && (field->in & version) &&
			     !(field->flags & F_SECRET);

		if (in != version && is_derived(field)) {
			expected += json_object_get(object, field->name) != NULL;
			continue;
		}
		expected += there;
		if (there)
			expect_value(object, field, in, n);
		else
			ck_assert_msg(!json_object_get(object, field->name), "%s: is there in %s",
				      subject_name(field->name), number_of(in));
	}
	ck_assert_msg(json_object_size(object) == expected, "%s has more than its fields",
		      entity->singular);
}

static const struct aspect *aspects;
static size_t aspect_count;
static int *counts; /* shared with the processes of the tests */

void count_start(const struct aspect *these, size_t size)
{
	aspects = these;
	aspect_count = size;
	counts = mmap(NULL, size * sizeof *counts, PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert(counts != MAP_FAILED);
}

void count_stop(void)
{
	munmap(counts, aspect_count * sizeof *counts);
}

void count(size_t aspect, unsigned when)
{
	counts[aspect] += when != 0;
}

void count_check(void)
{
	printf(" fields x versions:");
	for (size_t i = 0; i < aspect_count; i++)
		printf("%s %d %s", i ? "," : "", counts[i], aspects[i].name);
	printf("\n");
	fflush(stdout);
	for (size_t i = 0; i < aspect_count; i++)
		ck_assert_msg(counts[i] >= aspects[i].least, "only %d were %s, not %d", counts[i],
			      aspects[i].name, aspects[i].least);
}
