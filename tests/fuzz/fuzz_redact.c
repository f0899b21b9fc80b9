/*
 * fuzz_redact.c - secrets taken out of anything: what is left has none to take out.
 */
#include "base/redact.h"

#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

static const char *const headers[] = { "Authorization", "Link", "Cookie" };

/* Ways to go over a text, by number; false beyond the last. */
static bool go_over(int way, struct str *out, const char *text, size_t length, bool *replaced)
{
	enum redact how = way % 2 ? REDACT_EXCHANGE : REDACT_NAMED;

	switch (way / 2) {
	case 0:
		*replaced = redact_pairs(out, text, how);
		return true;
	case 1:
		*replaced = redact_target(out, text, how);
		return true;
	case 2:
		*replaced = redact_body(out, text, length, how);
		return true;
	case 3:
	case 4:
		if ((size_t)way - 6 >= ARRAY_SIZE(headers))
			return false;
		*replaced = redact_header(out, headers[way - 6], text, NULL);
		return true;
	}
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	struct str once = STR_INIT, twice = STR_INIT;
	bool replaced;

	for (int way = 0; go_over(way, &once, text, size, &replaced); way++) {
		FUZZ_HOLDS(replaced || !once.length);
		if (replaced) {
			/* an OAuth header is put in order even where it holds no secret */
			FUZZ_HOLDS(way >= 6 || strstr(str_text(&once), REDACTED));
			go_over(way, &twice, str_text(&once), once.length, &replaced);
			FUZZ_HOLDS(!replaced || strcmp(str_text(&once), str_text(&twice)) == 0);
		}
		str_clear(&once);
		str_clear(&twice);
	}
	str_release(&once);
	str_release(&twice);
	free(text);
	return 0;
}
