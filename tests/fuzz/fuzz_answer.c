/*
 * fuzz_answer.c - whatever a provider answers.
 *
 * The input is raw header lines up to the first NUL, and the body behind it.
 */
#include "conformance/canvas/answer.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "Link", "Content-Type", "X-Total-Count",
					     "Retry-After" };
	const uint8_t *split = size ? memchr(data, '\0', size) : NULL;
	size_t head = split ? (size_t)(split - data) : 0, skip = split ? head + 1 : 0;
	struct call call = {
		.answered = true, .status = 400, .answer = STR_INIT, .headers = STR_INIT
	};
	struct err err = ERR_INIT;

	str_add_bytes(&call.headers, data, head);
	str_add_bytes(&call.answer, data + skip, size - skip);

	char *text = answer_text(&call), *minor = answer_minor(&call);
	json_t *body = answer_json(&call, &err);

	FUZZ_HOLDS(text && *text && utf8_valid(text, strlen(text), NULL));
	FUZZ_HOLDS(!minor || utf8_valid(minor, strlen(minor), NULL));
	FUZZ_HOLDS((body != NULL) == (err.code == ERR_NONE));
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		free(call_header(&call, names[i]));
	json_decref(body);
	free(text);
	free(minor);
	call_release(&call);
	return 0;
}
