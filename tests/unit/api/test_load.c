/*
 * test_load.c - a SIS that is slow, and one that takes only so many requests.
 */
#include <check.h>

#include "base/file.h"
#include "server/api/load.h"
#include "server/http/limit.h"
#include "tests/unit/api/client.h"
#include "tests/unit/helpers.h"

#define LIMIT(more) "\"rate.limit\": 3, \"rate.window_s\": 10" more

static struct provider provider;

/* A request of @credential at a second of the monotonic clock. */
struct outcome {
	int status; /* 0: it may pass */
	char *retry_after, *text;
	bool fired;
};

static struct outcome pass(const char *credential, const char *address, double second)
{
	struct request request;
	struct response response = { 0 };
	struct context context = {
		.sandbox = provider.sandbox,
		.profile = sandbox_profile(provider.sandbox),
		.request = &request,
		.response = &response,
		.root = { V11, ROSTERING },
	};
	struct outcome out = { 0 };

	request_make(&request, "GET", V1 "/orgs");
	request.client = address;
	request.began = (int64_t)(second * 1e6);
	str_init(&response.body, STR_CAP);
	if (!load_permits(&context, credential)) {
		status_answer(&context);
		out.status = response.status;
		out.text = xstrdup(str_text(&response.body));
	}
	out.retry_after = xstrdup(pairs_get(&response.headers, "Retry-After"));
	out.fired = context.fired_count == 1 && strcmp(context.fired[0], "rate.limit") == 0;
	profile_put(context.profile);
	response_free(&response);
	request_free(&request);
	return out;
}

static void outcome_free(struct outcome *outcome)
{
	free(outcome->retry_after);
	free(outcome->text);
}

static void expect(const char *credential, const char *address, double second, int status,
		   const char *retry_after)
{
	struct outcome out = pass(credential, address, second);

	ck_assert_msg(out.status == status, "%s at %g s: %d", credential ? credential : address,
		      second, out.status);
	ck_assert_msg(same_text(out.retry_after, retry_after), "%s at %g s: Retry-After %s",
		      credential ? credential : address, second, out.retry_after);
	ck_assert_int_eq(out.fired, status != 0);
	outcome_free(&out);
}

START_TEST(a_window_takes_its_limit)
{
	provider_open(&provider, LIMIT(""), "");
	expect("canvas", "::1", 100, 0, NULL);
	expect("canvas", "::2", 101, 0, NULL);
	expect("canvas", "::1", 104, 0, NULL);
	expect("canvas", "::1", 104.2, 429, "6");
	expect("canvas", "::2", 109.999, 429, "1");
	expect("other", "::1", 109.999, 0, NULL);
	expect("canvas", "::1", 110, 0, NULL); /* a new window begins */
	expect("canvas", "::1", 111, 0, NULL);
	expect("canvas", "::1", 112, 0, NULL);
	expect("canvas", "::1", 112, 429, "8");
	expect("canvas", "::1", 500, 0, NULL);
	provider_close(&provider);
}
END_TEST

/* Where everybody may ask, an address is a client. */
START_TEST(without_credentials_addresses_count)
{
	provider_open(&provider, LIMIT(""), "");
	for (int i = 0; i < 3; i++)
		expect(NULL, "::1", 1, 0, NULL);
	expect(NULL, "::1", 1, 429, "10");
	expect(NULL, "::2", 1, 0, NULL);
	provider_close(&provider);
}
END_TEST

/* More clients than are remembered: the oldest window goes. */
START_TEST(clients_are_forgotten)
{
	provider_open(&provider, LIMIT(""), "");
	for (int i = 0; i < 3; i++)
		expect("canvas", "::1", 1, 0, NULL);
	for (int i = 0; i < 1500; i++) {
		char id[16];

		snprintf(id, sizeof id, "c-%d", i);
		expect(id, "::1", 2, 0, NULL);
	}
	expect("canvas", "::1", 3, 0, NULL);
	provider_close(&provider);
}
END_TEST

static const struct {
	const char *quirks, *rest;
	int status;
	const char *says;
} texts[] = {
	{ LIMIT(""), "", 429, "at most 3 in 10 s" },
	{ LIMIT(", \"rate.status\": 403"), "", 403, "at most 3 in 10 s" },
	{ LIMIT(", \"rate.status\": 403"),
	  "\"errors\": {\"rate_limited\": {\"status\": 503, \"text\": \"slow down: {reason}\"}}",
	  403, "slow down: at most 3 in 10 s" },
};

/* The status is the switch's, the text the profile's. */
START_TEST(the_profile_says_it)
{
	struct outcome out = { 0 };

	provider_open(&provider, texts[_i].quirks, texts[_i].rest);
	for (int i = 0; i < 4; i++) {
		outcome_free(&out);
		out = pass("canvas", "::1", 1);
	}
	ck_assert_int_eq(out.status, texts[_i].status);
	ck_assert_str_eq(out.retry_after, "10");
	ck_assert_msg(strstr(out.text, texts[_i].says) != NULL, "%s", out.text);
	outcome_free(&out);
	provider_close(&provider);
}
END_TEST

/* In the whole pipeline: who is not let in uses up nothing. */
START_TEST(only_known_clients_are_counted)
{
	struct answer answer;

	provider_open(&provider, LIMIT(""), "");
	provider.sandbox->auth.open = false;
	for (int i = 0; i < 5; i++)
		ck_assert_int_eq(ask_status(&provider, "GET", V1 "/orgs", NULL), 401);
	provider.sandbox->auth.open = true;
	for (int i = 0; i < 3; i++)
		ck_assert_int_eq(ask_status(&provider, "GET", V1 "/orgs", NULL), 200);
	answer = ask(&provider, "PUT", V1 "/lineItems/l-1", "{}");
	ck_assert_int_eq(answer.status, 429);
	ck_assert_str_eq(answer.minor, "server_busy");
	answer_free(&answer);
	provider_close(&provider);

	provider_open(&provider, "", ""); /* off */
	for (int i = 0; i < 50; i++)
		ck_assert_int_eq(ask_status(&provider, "GET", V1 "/orgs?limit=1", NULL), 200);
	provider_close(&provider);
}
END_TEST

static const struct {
	const char *quirks;
	int64_t least, most; /* of each of 300, in milliseconds */
	double mean;
} latencies[] = {
	{ "", 0, 0, 0 },
	{ "\"latency.spread\": \"uniform\"", 0, 0, 0 },
	{ "\"latency.ms\": 30", 30, 30, 30 },
	{ "\"latency.ms\": 30, \"latency.spread\": \"uniform\"", 0, 60, 30 },
	{ "\"latency.ms\": 30, \"latency.spread\": \"lognormal\"", 5, 200, 34 },
};

static int64_t latency(void)
{
	struct context context = {
		.sandbox = provider.sandbox,
		.profile = sandbox_profile(provider.sandbox),
	};
	int64_t us = load_delay(&context);

	ck_assert_int_eq((int)context.fired_count, us != 0);
	profile_put(context.profile);
	return us;
}

START_TEST(answers_are_late)
{
	int64_t sum = 0, first[300];

	for (int run = 0; run < 2; run++) { /* the same sandbox waits the same */
		provider_open(&provider, latencies[_i].quirks, "");
		for (int i = 0; i < 300; i++) {
			int64_t us = latency();

			ck_assert_msg(us >= latencies[_i].least * 1000 &&
					      us <= latencies[_i].most * 1000,
				      "%s: %lld us", latencies[_i].quirks, (long long)us);
			if (run)
				ck_assert_int_eq(us, first[i]);
			first[i] = us;
			sum += us;
		}
		provider_close(&provider);
	}

	double mean = (double)sum / 600 / 1000;

	ck_assert_msg(mean >= latencies[_i].mean * 0.93 && mean <= latencies[_i].mean * 1.07,
		      "%s: %g ms", latencies[_i].quirks, mean);
}
END_TEST

/* Every way to write is refused in the form of the version while too many wait; reading is
 * not, and nothing is stored. */
START_TEST(too_many_writes_wait)
{
	static const struct {
		const char *method, *target, *body;
		int status, then; /* then: once there is room */
	} writes[] = {
		{ "PUT", V1 "/categories/w-1", "{\"category\": {\"title\": \"W\"}}", 429, 201 },
		{ "PUT", GRADEBOOK_V2 "/categories/w-2", "{\"category\": {\"title\": \"W\"}}", 429,
		  201 },
		{ "DELETE", V1 "/categories/cat-bio1-labs", NULL, 429, 204 },
		{ "GET", V1 "/categories/cat-bio1-labs", NULL, 200, 404 },
	};
	int64_t most = limit_most(LIMIT_WRITES);

	provider_open(&provider, "", "");
	for (size_t i = 0; i < 2 * ARRAY_SIZE(writes); i++) {
		size_t n = i % ARRAY_SIZE(writes);
		int status = i == n ? writes[n].status : writes[n].then;
		struct request request;
		struct response response = { 0 };

		limit_set(LIMIT_WRITES, i == n ? 0 : most);
		request_make(&request, writes[n].method, writes[n].target);
		if (writes[n].body)
			str_add(&request.body, writes[n].body);
		provider_handle(&provider, &request, &response);
		ck_assert_msg(response.status == status, "%s %s: %d", writes[n].method,
			      writes[n].target, response.status);
		ck_assert(same_text(pairs_get(&response.headers, "Retry-After"),
				    status == 429 ? "1" : NULL));
		ck_assert(status != 429 || strstr(str_text(&response.body), "server_busy"));
		ck_assert_int_eq(limit_used(LIMIT_WRITES), 0);
		response_free(&response);
		request_free(&request);
	}
	provider_close(&provider);
}
END_TEST

/* The table of the README is the table. */
START_TEST(the_readme_has_every_limit)
{
	static const char *const rows[] = {
#define X(NAME, name, most, what, answer) "| `" name "` | %lld | " what " | " answer " |\n",
		LIMITS(X)
#undef X
	};
	char *path = source_path("server/README.md"), *text;
	struct err err = ERR_INIT;
	size_t length;

	text = file_read(path, 1 << 20, &length, &err);
	ck_assert_msg(text != NULL, "%s", err.text);
	for (int i = 0; i < LIMIT_COUNT; i++) {
		const char *number = strstr(rows[i], "%lld");
		char *row = xformat("%.*s%lld%s", (int)(number - rows[i]), rows[i],
				    (long long)limit_most((enum limit)i), number + 4);

		ck_assert_msg(strstr(text, row) != NULL, "server/README.md lacks %s", row);
		free(row);
	}
	free(text);
	free(path);
}
END_TEST

Suite *load_suite(void);
Suite *load_suite(void)
{
	Suite *suite = suite_create("api/load");
	TCase *tc = tcase_create("load");

	tcase_add_test(tc, a_window_takes_its_limit);
	tcase_add_test(tc, without_credentials_addresses_count);
	tcase_add_test(tc, clients_are_forgotten);
	tcase_add_loop_test(tc, the_profile_says_it, 0, ARRAY_SIZE(texts));
	tcase_add_test(tc, only_known_clients_are_counted);
	tcase_add_test(tc, too_many_writes_wait);
	tcase_add_test(tc, the_readme_has_every_limit);
	tcase_add_loop_test(tc, answers_are_late, 0, ARRAY_SIZE(latencies));
	suite_add_tcase(suite, tc);
	return suite;
}
