/*
 * fuzz_payload.c - payload checks of any JSON; what they let pass, the lenient reader
 * takes.
 */
#include "base/jsonx.h"
#include "oneroster/payload.h"
#include "oneroster/record.h"
#include "tests/fuzz/fuzz.h"

static void check_findings(const struct findings *findings)
{
	FUZZ_HOLDS(findings->count <= FINDINGS_MOST);
	FUZZ_HOLDS(findings->count <= findings->errors + findings->warnings);
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *f = &findings->items[i];

		FUZZ_HOLDS(*f->rule && *f->found && *f->expected && *f->source);
		FUZZ_HOLDS(!*f->pointer || *f->pointer == '/');
		FUZZ_HOLDS(utf8_valid(f->found, strlen(f->found), NULL));
	}
}

static void try_object(const struct entity *entity, unsigned version, json_t *object)
{
	struct findings findings = FINDINGS_INIT, mended = FINDINGS_INIT;
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct record record;
	size_t errors;

	payload_check_object(&findings, entity, version, object, "", 0);
	check_findings(&findings);
	errors = findings.errors;
	if (!errors && !record_from_json(&record, entity, version, object, "", &arena, &err))
		BUG("the checks find no error, the reader does: %s", err.text);
	findings_release(&findings);

	/* mending adds no error, and what it did it need not do again */
	payload_mend_object(&mended, entity, version, object, "");
	check_findings(&mended);
	payload_check_object(&findings, entity, version, object, "", 0);
	FUZZ_HOLDS(findings.errors <= errors);
	findings_release(&mended);
	payload_mend_object(&mended, entity, version, object, "");
	FUZZ_HOLDS(mended.count == 0);
	findings_release(&mended);
	findings_release(&findings);
	arena_release(&arena);
}

static void try_body(const struct entity *entity, unsigned version, const json_t *body)
{
	struct findings findings = FINDINGS_INIT;

	payload_check_body(&findings, entity, version, true, body, 0);
	payload_check_body(&findings, entity, version, false, body, PAYLOAD_PARTIAL);
	payload_check_status(&findings, version, entity->service, body);
	payload_check_pairs(&findings, body);
	check_findings(&findings);
	findings_release(&findings);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned versions[] = { V11, V12 };
	struct err err = ERR_INIT;
	char *text = fuzz_text(data, size);
	json_t *body = jsonx_load(text, size, &err);

	for (size_t i = 0; body && i < ENTITY_COUNT; i++)
		for (size_t v = 0; v < ARRAY_SIZE(versions); v++) {
			json_t *inner = json_object_get(body, entities[i]->singular);
			json_t *copy = json_deep_copy(inner ? inner : body);

			try_body(entities[i], versions[v], body);
			if (entities[i]->in & versions[v])
				try_object(entities[i], versions[v], copy);
			json_decref(copy);
		}
	json_decref(body);
	free(text);
	return 0;
}
