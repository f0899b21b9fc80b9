/*
 * test_random.c - randomness that repeats where it must.
 */
#include <check.h>

#include "base/random.h"

START_TEST(a_seed_repeats)
{
	struct random a, b, c;
	unsigned char x[1000], y[1000], z[1000];

	random_seed(&a, 42);
	random_seed(&b, 42);
	random_seed(&c, 43);
	random_bytes(&a, x, sizeof x);
	random_bytes(&b, y, sizeof y);
	random_bytes(&c, z, sizeof z);
	ck_assert_mem_eq(x, y, sizeof x);
	ck_assert_mem_ne(x, z, sizeof x);
	random_bytes(&a, y, sizeof y);
	ck_assert_mem_ne(x, y, sizeof x); /* and goes on */
}
END_TEST

/* Runs that were recorded must repeat on every machine and in every version. */
START_TEST(a_seed_means_the_same_everywhere)
{
	struct random random;
	char uuid[UUID_TEXT];

	random_seed(&random, 1);
	random_uuid(&random, uuid);
	ck_assert_str_eq(uuid, "8965fbee-d190-4712-b574-01144b906fa5");
}
END_TEST

START_TEST(a_uuid_is_of_version_4)
{
	struct random random = RANDOM_KERNEL;
	char uuid[UUID_TEXT];

	if (_i)
		random_seed(&random, (uint64_t)_i);
	random_uuid(&random, uuid);
	ck_assert_uint_eq(strlen(uuid), 36);
	ck_assert_uint_eq(strspn(uuid, "0123456789abcdef-"), 36);
	for (size_t i = 0; i < 36; i++)
		ck_assert_msg((uuid[i] == '-') == (i == 8 || i == 13 || i == 18 || i == 23), "%s",
			      uuid);
	ck_assert_msg(uuid[14] == '4', "%s", uuid);
	ck_assert_msg(strchr("89ab", uuid[19]) != NULL, "%s", uuid);
}
END_TEST

START_TEST(the_kernel_does_not_repeat)
{
	struct random a = RANDOM_KERNEL, b = RANDOM_KERNEL;
	char x[UUID_TEXT], y[UUID_TEXT];

	random_uuid(&a, x);
	random_uuid(&b, y);
	ck_assert_str_ne(x, y);
}
END_TEST

START_TEST(the_kernel_fills_large_buffers)
{
	struct random random = RANDOM_KERNEL;
	unsigned char bytes[1000];
	int seen[256] = { 0 }, distinct = 0;

	random_bytes(&random, bytes, sizeof bytes);
	for (size_t i = 0; i < sizeof bytes; i++)
		distinct += seen[bytes[i]]++ == 0;
	ck_assert_int_gt(distinct, 150);
}
END_TEST

START_TEST(a_token_is_as_long_as_asked)
{
	struct random random;
	char token[70];

	random_seed(&random, 7);
	memset(token, '!', sizeof token);
	random_token(&random, token, (size_t)_i);
	ck_assert_uint_eq(strlen(token), (size_t)_i);
	ck_assert_uint_eq(strspn(token, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
					"0123456789-_"),
			  (size_t)_i);
	ck_assert_int_eq(token[_i + 1], '!');
}
END_TEST

Suite *random_suite(void);
Suite *random_suite(void)
{
	Suite *suite = suite_create("base/random");
	TCase *tc = tcase_create("random");

	tcase_add_test(tc, a_seed_repeats);
	tcase_add_test(tc, a_seed_means_the_same_everywhere);
	tcase_add_loop_test(tc, a_uuid_is_of_version_4, 0, 20);
	tcase_add_test(tc, the_kernel_does_not_repeat);
	tcase_add_test(tc, the_kernel_fills_large_buffers);
	tcase_add_loop_test(tc, a_token_is_as_long_as_asked, 0, 65);
	suite_add_tcase(suite, tc);
	return suite;
}
