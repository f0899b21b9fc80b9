/*
 * fuzz_json.c - request bodies: into records of every entity, and out again.
 */
#include "base/jsonx.h"
#include "oneroster/record.h"
#include "tests/fuzz/fuzz.h"

/* A record that was taken is written as JSON that is taken again. */
static void check_emit(const struct record *record, unsigned version)
{
	struct str out = STR_INIT;
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct record again;
	struct jsonw w;

	jsonw_init(&w, &out, 0);
	struct form form = { .version = version, .base = "http://h", .fields = FORM_ALL };

	record_emit(&w, record, &form);

	json_t *object = jsonx_load(str_text(&out), out.length, &err);

	if (!object || !record_from_json(&again, record->entity, version, object, "", &arena, &err))
		BUG("%s: %s", str_text(&out), err.text);
	json_decref(object);
	arena_release(&arena);
	str_release(&out);
}

static void try_entity(const struct entity *entity, unsigned version, const json_t *object)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct record record;

	if (record_from_json(&record, entity, version, object, "/x", &arena, &err))
		check_emit(&record, version);
	else
		FUZZ_HOLDS(err.code == ERR_INVALID && starts_with(err.pointer, "/x") && *err.text);
	arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = ERR_INIT;
	char *text = fuzz_text(data, size), *dump;
	json_t *body = jsonx_load(text, size, &err);

	if (!body)
		FUZZ_HOLDS(err.code == ERR_INVALID && *err.text &&
			   utf8_valid(err.text, strlen(err.text), NULL));
	for (size_t i = 0; body && i < ENTITY_COUNT; i++) {
		const json_t *inner = json_object_get(body, entities[i]->singular);

		for (unsigned version = V11; version <= V12; version <<= 1)
			if (entities[i]->in & version)
				try_entity(entities[i], version, inner ? inner : body);
	}
	if (body) {
		dump = jsonx_dump(body);

		json_t *again = jsonx_load(dump, strlen(dump), &err);

		FUZZ_HOLDS(again != NULL);
		json_decref(again);
		free(dump);
	}
	json_decref(body);
	free(text);
	return 0;
}
