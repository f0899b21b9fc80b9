/*
 * fuzz_url.c - URLs from the command line and from Host headers.
 */
#include "base/url.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	char *text = fuzz_text(data, size);
	struct url url;

	if (url_parse(&arena, text, &url, &err)) {
		FUZZ_HOLDS(strcmp(url.scheme, "http") == 0 || strcmp(url.scheme, "https") == 0);
		FUZZ_HOLDS(*url.host && url.port >= 1 && url.port <= 65535);
		FUZZ_HOLDS(!*url.path || *url.path == '/');
		FUZZ_HOLDS(!strpbrk(url.host, "/?#@"));
		url_port_is_default(&url);
	} else {
		FUZZ_HOLDS(err.code == ERR_INVALID && *err.text);
	}
	free(text);
	arena_release(&arena);
	return 0;
}
