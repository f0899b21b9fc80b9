/*
 * test_oauth1.c - signatures: the vectors of fact sheet 1.1, section 11.1.
 */
#include <check.h>

#include "base/oauth1.h"

#define FILTER                                                                                   \
	"filter=status%3D%27active%27%20AND%20dateLastModified%3E%3D%272024-01-01T00%3A00%3A00." \
	"000Z%27"

/* clang-format off */
static const struct {
	int number;
	const char *method, *url, *key, *secret, *token, *token_secret, *nonce, *timestamp;
	enum hash hash;
	const char *signature;
} vectors[] = {
	{ 1, "GET", "http://photos.example.net/photos?file=vacation.jpg&size=original",
	  "dpf43f3p2l4k3l03", "kd94hf93k423kf44", "nnch734d00sl2jdk", "pfkkdhi9sl3r4s00",
	  "kllo9940pd9333jh", "1191242096", HASH_SHA1, "tR3+Ty81lMeYAr/Fid0kMTYa/WM=" },
	{ 2, "GET", "https://www.somerandom123.com/noplace/",
	  "cons123key321", "conssecret123", "acc999token456", "toksec234234",
	  "s3fr5drk83kde3", "1696497844", HASH_SHA256, "mdmQ6T+MSgWnKaRfjms4U89iBG9tgDudg15Q7/MNGwk=" },
	{ 3, "GET", "https://sis.example.org/ims/oneroster/v1p1/lineItems?limit=2&offset=0&" FILTER,
	  "canvas-key", "canvas-secret", NULL, NULL, "nonce-0001", "1700000000",
	  HASH_SHA1, "4E0yw+ld1GtU5HbIhW4LeDUwTcM=" },
	{ 4, "GET", "https://sis.example.org:443/ims/oneroster/v1p1/lineItems?" FILTER "&offset=0&limit=2",
	  "canvas-key", "canvas-secret", NULL, NULL, "nonce-0001", "1700000000",
	  HASH_SHA256, "rAP+uylrkp0gcXJcox1QyO9JWEoAsgRW8qljOo5X5VQ=" },
	{ 5, "PUT", "http://LOCALHOST:8080/ims/oneroster/v1p1/lineItems/li-1",
	  "canvas-key", "canvas-secret", NULL, NULL, "nonce-0002", "1700000000",
	  HASH_SHA1, "azFGA2ux82r1GgtzzCguITR0PMc=" },
	{ 6, "PUT", "http://localhost:8080/ims/oneroster/v1p1/lineItems/li-1",
	  "canvas-key", "canvas-secret", NULL, NULL, "nonce-0002", "1700000000",
	  HASH_SHA256, "MBbT4xmmAT9Yw14rUaoSjVAXrG96a02blOgZ46zOeAg=" },
};

#define SOUND "oauth_consumer_key=\"k\", oauth_nonce=\"n\", oauth_signature=\"s%2B\", " \
	      "oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"1\""

static const struct {
	const char *name, *header;
	bool ok;
	const char *says;   /* in the error */
	size_t parameters;
} headers[] = {
	{ "sound",               "OAuth " SOUND,                              true,  "", 5 },
	{ "another case",        "oauth " SOUND,                              true,  "", 5 },
	{ "a tab behind OAuth",  "OAuth\t" SOUND,                             true,  "", 5 },
	{ "a version",           "OAuth " SOUND ",oauth_version=\"1.0\"",     true,  "", 6 },
	{ "a realm is left out", "OAuth realm=\"http://sis/a,b\", " SOUND,    true,  "", 5 },
	{ "a realm at the end",  "OAuth " SOUND ", realm=\"x\"",              true,  "", 5 },
	{ "an empty token",      "OAuth " SOUND ", oauth_token=\"\"",         true,  "", 6 },
	{ "commas and blanks",   "OAuth  ,, " SOUND " , ",                    true,  "", 5 },
	{ "Bearer",              "Bearer abc",                                false, "OAuth", 0 },
	{ "OAuth2",              "OAuth2 " SOUND,                             false, "OAuth", 0 },
	{ "nothing in it",       "OAuth ",                                    false, "oauth_consumer_key is missing", 0 },
	{ "only the word",       "OAuth",                                     false, "OAuth", 0 },
	{ "no nonce",            "OAuth oauth_consumer_key=\"k\",oauth_signature=\"s\",oauth_signature_method=\"HMAC-SHA1\",oauth_timestamp=\"1\"",
	                                                                      false, "oauth_nonce is missing", 0 },
	{ "no signature",        "OAuth oauth_consumer_key=\"k\",oauth_nonce=\"n\",oauth_signature_method=\"HMAC-SHA1\",oauth_timestamp=\"1\"",
	                                                                      false, "oauth_signature is missing", 0 },
	{ "no timestamp",        "OAuth oauth_consumer_key=\"k\",oauth_nonce=\"n\",oauth_signature=\"s\",oauth_signature_method=\"HMAC-SHA1\"",
	                                                                      false, "oauth_timestamp is missing", 0 },
	{ "a parameter twice",   "OAuth " SOUND ", oauth_nonce=\"m\"",        false, "oauth_nonce stands twice", 0 },
	{ "an unknown one twice", "OAuth " SOUND ", x=\"1\", x=\"1\"",        false, "x stands twice", 0 },
	{ "no quotes",           "OAuth oauth_consumer_key=k",                false, "broken", 0 },
	{ "an open quote",       "OAuth oauth_consumer_key=\"k",              false, "broken", 0 },
	{ "no name",             "OAuth =\"k\"",                              false, "broken", 0 },
	{ "a broken escape",     "OAuth oauth_consumer_key=\"%zz\"",          false, "%zz", 0 },
	{ "a NUL escape",        "OAuth oauth_consumer_key=\"%00\"",          false, "%00", 0 },
	{ "empty",               "",                                          false, "OAuth", 0 },
};

static const struct {
	const char *name;
	bool ok;
	enum hash hash;
} methods[] = {
	{ "HMAC-SHA1",   true,  HASH_SHA1 },
	{ "HMAC-SHA256", true,  HASH_SHA256 },
	{ "hmac-sha1",   false, HASH_SHA1 },
	{ "PLAINTEXT",   false, HASH_SHA1 },
	{ "RSA-SHA1",    false, HASH_SHA1 },
	{ "",            false, HASH_SHA1 },
};
/* clang-format on */

/* The oauth_* parameters of a vector, as a header would hold them. */
static void vector_parameters(struct arena *arena, int i, struct pairs *out)
{
	pairs_add(out, arena, "oauth_version", "1.0");
	pairs_add(out, arena, "oauth_signature", "ignored");
	pairs_add(out, arena, "oauth_timestamp", vectors[i].timestamp);
	pairs_add(out, arena, "oauth_consumer_key", vectors[i].key);
	pairs_add(out, arena, "oauth_nonce", vectors[i].nonce);
	pairs_add(out, arena, "oauth_signature_method", oauth1_method_name(vectors[i].hash));
	if (vectors[i].token)
		pairs_add(out, arena, "oauth_token", vectors[i].token);
}

static char *vector_base(struct arena *arena, int i)
{
	struct pairs header = { 0 }, query = { 0 };
	struct err err = ERR_INIT;
	struct url url;

	ck_assert_msg(url_parse(arena, vectors[i].url, &url, &err), "%s", err.text);
	ck_assert(!url.query || query_parse(arena, url.query, PLUS_IS_PLUS, &query, &err));
	vector_parameters(arena, i, &header);
	return oauth1_base_string(arena, vectors[i].method, &url, &header, &query);
}

START_TEST(signs_the_published_vectors)
{
	struct arena arena = ARENA_INIT;
	char *signature = oauth1_signature(&arena, vectors[_i].hash, vector_base(&arena, _i),
					   vectors[_i].secret, vectors[_i].token_secret);

	ck_assert_msg(strcmp(signature, vectors[_i].signature) == 0, "vector %d: %s",
		      vectors[_i].number, signature);
	arena_release(&arena);
}
END_TEST

START_TEST(builds_the_base_string_of_vector_3)
{
	struct arena arena = ARENA_INIT;

	ck_assert_str_eq(
		vector_base(&arena, 2),
		"GET&https%3A%2F%2Fsis.example.org%2Fims%2Foneroster%2Fv1p1%2FlineItems&"
		"filter%3Dstatus%253D%2527active%2527%2520AND%2520dateLastModified%253E%253D%2527"
		"2024-01-01T00%253A00%253A00.000Z%2527%26limit%3D2%26oauth_consumer_key%3Dcanvas-"
		"key"
		"%26oauth_nonce%3Dnonce-0001%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp"
		"%3D1700000000%26oauth_version%3D1.0%26offset%3D0");
	arena_release(&arena);
}
END_TEST

START_TEST(its_own_headers_carry_the_published_signature)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct oauth1 oauth;
	struct url url;
	char *header;

	if (vectors[_i].token) /* we never send one */
		return;
	ck_assert(url_parse(&arena, vectors[_i].url, &url, &err));
	header = oauth1_header(&arena, vectors[_i].method, &url, vectors[_i].key,
			       vectors[_i].secret, vectors[_i].hash, vectors[_i].nonce, 1700000000,
			       &err);
	ck_assert_msg(header && oauth1_parse(&arena, header, &oauth, &err), "%s", err.text);
	ck_assert_str_eq(oauth.signature, vectors[_i].signature);
	ck_assert_str_eq(oauth.consumer_key, vectors[_i].key);
	ck_assert_str_eq(oauth.timestamp, vectors[_i].timestamp);
	ck_assert_ptr_null(strstr(header, vectors[_i].secret));
	arena_release(&arena);
}
END_TEST

START_TEST(reads_headers)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct oauth1 oauth;
	bool ok = oauth1_parse(&arena, headers[_i].header, &oauth, &err);

	ck_assert_msg(ok == headers[_i].ok, "%s: got %d, %s", headers[_i].name, ok, err.text);
	ck_assert_msg(strstr(err.text, headers[_i].says) != NULL, "%s: %s", headers[_i].name,
		      err.text);
	if (ok) {
		ck_assert_msg(oauth.parameters.count == headers[_i].parameters, "%s: %zu",
			      headers[_i].name, oauth.parameters.count);
		ck_assert_ptr_null(pairs_get(&oauth.parameters, "realm"));
		ck_assert_str_eq(oauth.signature, "s+");
	}
	arena_release(&arena);
}
END_TEST

START_TEST(knows_two_methods)
{
	enum hash hash = HASH_SHA1;
	bool ok = oauth1_method(methods[_i].name, &hash);

	ck_assert_msg(ok == methods[_i].ok && hash == methods[_i].hash, "%s", methods[_i].name);
	if (ok)
		ck_assert_str_eq(oauth1_method_name(hash), methods[_i].name);
}
END_TEST

/* RFC 5849, 3.4.1.3.2: sorted by encoded name, then by encoded value. */
START_TEST(sorts_by_encoded_name_and_value)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	struct pairs header = { 0 }, query = { 0 };
	struct url url;

	ck_assert(url_parse(&arena, "http://EXAMPLE.com:80", &url, &err));
	ck_assert(query_parse(&arena, "b5=%3D%253D&a3=a&c%40=&a2=r%20b&a3=2+q", PLUS_IS_BLANK,
			      &query, &err));
	pairs_add(&header, &arena, "oauth_nonce", "7d8f3e4a");
	ck_assert_str_eq(oauth1_base_string(&arena, "POST", &url, &header, &query),
			 "POST&http%3A%2F%2Fexample.com%2F&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26"
			 "b5%3D%253D%25253D%26c%2540%3D%26oauth_nonce%3D7d8f3e4a");
	arena_release(&arena);
}
END_TEST

START_TEST(secrets_are_encoded_in_the_key)
{
	struct arena arena = ARENA_INIT;
	char *a = oauth1_signature(&arena, HASH_SHA1, "base", "a&b", NULL);
	char *b = oauth1_signature(&arena, HASH_SHA1, "base", "a", "b&");

	ck_assert_str_ne(a, b);
	ck_assert_str_eq(oauth1_signature(&arena, HASH_SHA1, "base", "a", ""),
			 oauth1_signature(&arena, HASH_SHA1, "base", "a", NULL));
	arena_release(&arena);
}
END_TEST

Suite *oauth1_suite(void);
Suite *oauth1_suite(void)
{
	Suite *suite = suite_create("base/oauth1");
	TCase *tc = tcase_create("oauth1");

	tcase_add_loop_test(tc, signs_the_published_vectors, 0, ARRAY_SIZE(vectors));
	tcase_add_test(tc, builds_the_base_string_of_vector_3);
	tcase_add_loop_test(tc, its_own_headers_carry_the_published_signature, 0,
			    ARRAY_SIZE(vectors));
	tcase_add_loop_test(tc, reads_headers, 0, ARRAY_SIZE(headers));
	tcase_add_loop_test(tc, knows_two_methods, 0, ARRAY_SIZE(methods));
	tcase_add_test(tc, sorts_by_encoded_name_and_value);
	tcase_add_test(tc, secrets_are_encoded_in_the_key);
	suite_add_tcase(suite, tc);
	return suite;
}
