/*
 * fuzz_jsonscan.c - the scanner beside the parser: what it takes, both understand alike.
 */
#include <stdlib.h>
#include <string.h>

#include "base/jsonscan.h"
#include "base/jsonx.h"
#include "tests/fuzz/fuzz.h"

static void count(const struct jsonslice *key, const struct jsonslice *value, void *payload)
{
	(void)key, (void)value;
	++*(size_t *)payload;
}

/* The member that the parser found has this text. */
static void compare(const struct jsonslice *key, const struct jsonslice *value, void *payload)
{
	struct err err = ERR_INIT;
	char *name = xstrndup(key->text, key->length);
	char *text = xformat("[%.*s]", (int)value->length, value->text);
	json_t *list = jsonx_load(text, strlen(text), &err);

	FUZZ_HOLDS(list && json_array_size(list) == 1);
	FUZZ_HOLDS(json_equal(json_array_get(list, 0), json_object_get(payload, name)));
	json_decref(list);
	free(text);
	free(name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = ERR_INIT;
	char *text = fuzz_text(data, size);
	size_t used, members = 0, from = strspn(text, " \t\r\n");
	json_t *value;

	if (jsonscan_value(text, size, &used, count, &members) == JSONSCAN_DONE &&
	    (text[from] == '{' || text[from] == '[')) {
		value = jsonx_load(text, used, &err);
		FUZZ_HOLDS(value != NULL);
		FUZZ_HOLDS(json_object_size(value) == members);
		FUZZ_HOLDS(jsonscan_value(text, used, &used, compare, value) == JSONSCAN_DONE);
		json_decref(value);
	}
	free(text);
	return 0;
}
