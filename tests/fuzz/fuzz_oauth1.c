/*
 * fuzz_oauth1.c - Authorization headers, up to the base string.
 */
#include "base/oauth1.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	char *text = fuzz_text(data, size);
	struct pairs none = { 0 };
	struct oauth1 oauth;
	struct url url;

	if (!url_parse(&arena, "http://h:8080/ims/oneroster/v1p1/lineItems", &url, &err))
		BUG("%s", err.text);
	if (oauth1_parse(&arena, text, &oauth, &err)) {
		FUZZ_HOLDS(oauth.consumer_key && oauth.nonce && oauth.signature &&
			   oauth.signature_method && oauth.timestamp);
		FUZZ_HOLDS(!pairs_get(&oauth.parameters, "realm"));

		const char *base = oauth1_base_string(&arena, "GET", &url, &oauth.parameters,
						      &none);

		FUZZ_HOLDS(starts_with(base, "GET&http%3A%2F%2Fh%3A8080%2Fims"));
		FUZZ_HOLDS(*oauth1_signature(&arena, HASH_SHA256, base, "secret", oauth.token));
	} else {
		FUZZ_HOLDS(err.code == ERR_INVALID && *err.text);
	}
	free(text);
	arena_release(&arena);
	return 0;
}
