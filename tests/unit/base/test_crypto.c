/*
 * test_crypto.c - hashes, base64, comparison.
 */
#include <check.h>

#include "base/crypto.h"

/* clang-format off */
static const struct {
	const char *bytes;
	size_t length;
	const char *text;
} base64[] = { /* RFC 4648, section 10 */
	{ "",       0, "" },
	{ "f",      1, "Zg==" },
	{ "fo",     2, "Zm8=" },
	{ "foo",    3, "Zm9v" },
	{ "foob",   4, "Zm9vYg==" },
	{ "fooba",  5, "Zm9vYmE=" },
	{ "foobar", 6, "Zm9vYmFy" },
	{ "\0\xff\xfe", 3, "AP/+" },
};

static const char *const not_base64[] = { "", "!!!!", "Zm9vY", "Zm9v*A==", "\xc3\xa9" };

static const struct {
	enum hash hash;
	const char *text, *hex;
} digests[] = {
	{ HASH_SHA1,   "abc", "a9993e364706816aba3e25717850c26c9cd0d89d" },
	{ HASH_SHA1,   "",    "da39a3ee5e6b4b0d3255bfef95601890afd80709" },
	{ HASH_SHA256, "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
	{ HASH_SHA256, "",    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
};

static const struct {
	enum hash hash;
	const char *key, *text, *hex;
} macs[] = { /* RFC 2202 and RFC 4231, test case 2 */
	{ HASH_SHA1,   "Jefe", "what do ya want for nothing?", "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79" },
	{ HASH_SHA256, "Jefe", "what do ya want for nothing?",
	  "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843" },
};

static const struct {
	const char *a, *b;
	bool same;
} secrets[] = {
	{ "hunter2", "hunter2",  true },
	{ "hunter2", "hunter3",  false },
	{ "hunter2", "Hunter2",  false },
	{ "hunter2", "hunter22", false },
	{ "hunter2", "",         false },
	{ "",        "",         true },
};
/* clang-format on */

static const char *hex(const unsigned char *bytes, size_t length)
{
	static char text[2 * HASH_MAX + 1];

	for (size_t i = 0; i < length; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
	return text;
}

START_TEST(encodes)
{
	char *text = base64_encode(base64[_i].bytes, base64[_i].length);

	ck_assert_str_eq(text, base64[_i].text);
	free(text);
}
END_TEST

START_TEST(decodes)
{
	size_t length = 0;
	char *bytes = base64_decode(base64[_i].text, &length);

	if (base64[_i].length == 0) {
		ck_assert_ptr_null(bytes);
		return;
	}
	ck_assert_msg(bytes != NULL, "%s: refused", base64[_i].text);
	ck_assert_uint_eq(length, base64[_i].length);
	ck_assert_mem_eq(bytes, base64[_i].bytes, length);
	ck_assert_int_eq(bytes[length], '\0');
	free(bytes);
}
END_TEST

START_TEST(refuses_what_is_not_base64)
{
	char *bytes = base64_decode(not_base64[_i], NULL);

	ck_assert_msg(!bytes, "\"%s\": taken", not_base64[_i]);
}
END_TEST

START_TEST(hashes_texts)
{
	unsigned char out[HASH_MAX];

	hash_bytes(digests[_i].hash, digests[_i].text, strlen(digests[_i].text), out);
	ck_assert_str_eq(hex(out, hash_length(digests[_i].hash)), digests[_i].hex);
}
END_TEST

START_TEST(authenticates_texts)
{
	unsigned char out[HASH_MAX];

	hmac_bytes(macs[_i].hash, macs[_i].key, macs[_i].text, strlen(macs[_i].text), out);
	ck_assert_str_eq(hex(out, hash_length(macs[_i].hash)), macs[_i].hex);
}
END_TEST

START_TEST(compares_secrets)
{
	ck_assert_msg(same_secret(secrets[_i].a, secrets[_i].b) == secrets[_i].same, "%s, %s",
		      secrets[_i].a, secrets[_i].b);
}
END_TEST

Suite *crypto_suite(void);
Suite *crypto_suite(void)
{
	Suite *suite = suite_create("base/crypto");
	TCase *tc = tcase_create("crypto");

	tcase_add_loop_test(tc, encodes, 0, ARRAY_SIZE(base64));
	tcase_add_loop_test(tc, decodes, 0, ARRAY_SIZE(base64));
	tcase_add_loop_test(tc, refuses_what_is_not_base64, 0, ARRAY_SIZE(not_base64));
	tcase_add_loop_test(tc, hashes_texts, 0, ARRAY_SIZE(digests));
	tcase_add_loop_test(tc, authenticates_texts, 0, ARRAY_SIZE(macs));
	tcase_add_loop_test(tc, compares_secrets, 0, ARRAY_SIZE(secrets));
	suite_add_tcase(suite, tc);
	return suite;
}
