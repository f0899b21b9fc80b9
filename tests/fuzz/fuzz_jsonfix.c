/*
 * fuzz_jsonfix.c - repairs of any text: what comes out is sound JSON, and needs none again.
 */
#include "base/jsonfix.h"
#include "base/jsonx.h"
#include "tests/fuzz/fuzz.h"

static void check_sound(const char *text)
{
	struct repairs repairs = REPAIRS_INIT;
	struct err err = ERR_INIT;
	size_t length = strlen(text), at = strspn(text, " \t\r\n");
	char *again;

	while (at < length) {
		json_t *value = jsonx_load_next(text, length, &at, &err);

		if (!value)
			BUG("%s: %s", text, err.text);
		json_decref(value);
	}
	again = json_repair(text, length, &repairs, &err);
	FUZZ_HOLDS(again && strcmp(again, text) == 0 && repairs.total == 0);
	free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct repairs repairs = REPAIRS_INIT;
	struct err err = ERR_INIT;
	char *text = fuzz_text(data, size), *out = json_repair(text, size, &repairs, &err);

	if (out) {
		check_sound(out);
		FUZZ_HOLDS(repairs.total > 0 || strcmp(out, text) == 0);
	} else {
		FUZZ_HOLDS(err.code == ERR_INVALID && *err.text);
		FUZZ_HOLDS(utf8_valid(err.text, strlen(err.text), NULL));
	}
	for (size_t i = 0; i < repairs.count; i++)
		FUZZ_HOLDS(repairs.items[i].line > 0 && repairs.items[i].column > 0);
	repairs_release(&repairs);
	free(out);
	free(text);
	return 0;
}
