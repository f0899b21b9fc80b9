/*
 * fuzz_quick.c - an object from its text beside the same from a tree: what the first takes, both
 * understand alike.
 */
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "oneroster/record.h"
#include "tests/fuzz/fuzz.h"

static bool same_value(const struct value *a, const struct value *b)
{
	return a->kind == b->kind && a->integer == b->integer &&
	       memcmp(&a->real, &b->real, sizeof a->real) == 0 && same_text(a->text, b->text);
}

static void compare(const struct entity *entity, unsigned version, const char *text, size_t size,
		    const json_t *body)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct record quick, record;

	if (record_from_text(&quick, entity, version, text, size, &arena)) {
		FUZZ_HOLDS(json_object_size(body) == 1);
		if (!record_from_json(&record, entity, version,
				      json_object_get(body, entity->singular), "", &arena, &err))
			BUG("taken, but the tree says: %s", err.text);
		FUZZ_HOLDS(quick.entity == record.entity);
		for (size_t i = 0; i < ENTITY_FIELDS_MAX; i++)
			FUZZ_HOLDS(same_value(&quick.values[i], &record.values[i]));
	}
	arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = ERR_INIT;
	char *text = fuzz_text(data, size);
	json_t *body = jsonx_load(text, size, &err);

	for (size_t i = 0; i < ENTITY_COUNT; i++) {
		compare(entities[i], V11, text, size, body);
		compare(entities[i], V12, text, size, body);
	}
	json_decref(body);
	free(text);
	return 0;
}
