/*
 * bare_curl.c - the yardstick of the client: a libcurl multi loop and nothing else.
 *
 *   bare_curl ROOT TOKEN STUDENTS LINE_ITEMS IN_FLIGHT
 *
 * PUTs LINE_ITEMS lineItems into the class that the program `course` made, below ROOT, then
 * a result of each of its STUDENTS for each of them. One thread, IN_FLIGHT requests at once.
 * Prints "COUNT SECONDS CPU_SECONDS".
 */
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/when.h"
#include "tests/bench/data/course.h"
#include "tests/bench/data/rows.h"

#define IN_FLIGHT_MOST 512

struct push {
	const char *root;
	struct curl_slist *headers;
	CURLM *multi;
	int64_t line_items, students;
	int64_t next, done; /* lineItems first, then results */
	int64_t barrier;    /* nothing beyond it begins yet */
	bool failed;
};

struct slot {
	CURL *easy;
	struct push *push;
	char url[512], body[1024];
};

static size_t drop(char *data, size_t size, size_t count, void *payload)
{
	(void)data;
	(void)payload;
	return size * count;
}

/* The members are those of the bodies that mocksis sync sends. */
static void describe_line_item(struct slot *slot, int64_t i)
{
	const struct push *push = slot->push;

	snprintf(slot->url, sizeof slot->url, "%s/lineItems/bare-%lld", push->root, (long long)i);
	snprintf(slot->body, sizeof slot->body,
		 "{\"lineItem\":{\"sourcedId\":\"bare-%lld\",\"status\":\"active\","
		 "\"title\":\"Assignment %lld\",\"description\":\"Imported from a bench\","
		 "\"resultValueMax\":100,\"resultValueMin\":0,"
		 "\"assignDate\":\"2026-09-01T00:00:00.000Z\","
		 "\"dueDate\":\"2026-09-02T00:00:00.000Z\","
		 "\"class\":{\"href\":\"%s/classes/" COURSE_CLASS "\",\"sourcedId\":\"" COURSE_CLASS
		 "\",\"type\":\"class\"},"
		 "\"category\":{\"href\":\"%s/categories/" CATEGORY "\",\"sourcedId\":\"" CATEGORY
		 "\",\"type\":\"category\"},\"gradingPeriod\":null}}",
		 (long long)i, (long long)i, push->root, push->root);
}

static void describe_result(struct slot *slot, int64_t i)
{
	const struct push *push = slot->push;
	long long line_item = i / push->students, student = i % push->students;

	snprintf(slot->url, sizeof slot->url, "%s/results/bare-%lld:%lld", push->root, line_item,
		 student);
	snprintf(slot->body, sizeof slot->body,
		 "{\"result\":{\"sourcedId\":\"bare-%lld:%lld\","
		 "\"lineItem\":{\"href\":\"%s/lineItems/bare-%lld\","
		 "\"sourcedId\":\"bare-%lld\",\"type\":\"lineItem\"},"
		 "\"student\":{\"href\":\"%s/users/" COURSE_STUDENT
		 "%lld\",\"sourcedId\":\"" COURSE_STUDENT "%lld\",\"type\":\"user\"},"
		 "\"scoreStatus\":\"fully graded\",\"score\":%lld}}",
		 line_item, student, push->root, line_item, line_item, push->root, student, student,
		 (long long)(i % 100));
}

/* False when there is nothing to begin now. */
static bool begin(struct slot *slot)
{
	struct push *push = slot->push;

	if (push->next >= push->barrier)
		return false;
	if (push->next < push->line_items)
		describe_line_item(slot, push->next);
	else
		describe_result(slot, push->next - push->line_items);
	push->next++;
	curl_easy_setopt(slot->easy, CURLOPT_URL, slot->url);
	curl_easy_setopt(slot->easy, CURLOPT_POSTFIELDS, slot->body);
	curl_easy_setopt(slot->easy, CURLOPT_POSTFIELDSIZE, (long)strlen(slot->body));
	curl_multi_add_handle(push->multi, slot->easy);
	return true;
}

static void prepare(struct slot *slot, struct push *push)
{
	slot->push = push;
	slot->easy = curl_easy_init();
	curl_easy_setopt(slot->easy, CURLOPT_CUSTOMREQUEST, "PUT");
	curl_easy_setopt(slot->easy, CURLOPT_HTTPHEADER, push->headers);
	curl_easy_setopt(slot->easy, CURLOPT_WRITEFUNCTION, drop);
	curl_easy_setopt(slot->easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(slot->easy, CURLOPT_TIMEOUT_MS, 60000L);
	curl_easy_setopt(slot->easy, CURLOPT_PRIVATE, slot);
}

static void finish(struct push *push, const CURLMsg *message)
{
	struct slot *slot;
	long status = 0;
	CURL *easy = message->easy_handle;
	CURLcode code = message->data.result;

	curl_easy_getinfo(easy, CURLINFO_PRIVATE, (char **)&slot);
	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	curl_multi_remove_handle(push->multi, easy);
	push->done++;
	if (code != CURLE_OK || status < 200 || status > 299) {
		fprintf(stderr, "bare_curl: PUT %s: %ld %s\n", slot->url, status,
			code ? curl_easy_strerror(code) : "");
		push->failed = true;
		return;
	}
	begin(slot);
}

/* Until everything before the barrier is answered. */
static void drive(struct push *push, struct slot *slots, int64_t count)
{
	for (int64_t i = 0; i < count; i++)
		if (!begin(&slots[i]))
			break;
	while (push->done < push->barrier && !push->failed) {
		int running, left;
		CURLMsg *message;

		curl_multi_perform(push->multi, &running);
		while ((message = curl_multi_info_read(push->multi, &left)))
			finish(push, message);
		if (push->done < push->barrier && !push->failed)
			curl_multi_poll(push->multi, NULL, 0, 1000, NULL);
	}
}

static double cpu_seconds(void)
{
	struct rusage use;

	getrusage(RUSAGE_SELF, &use);
	return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
	       (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec) / 1e6;
}

static void push_all(struct push *push, int64_t in_flight)
{
	struct slot *slots = xcalloc((size_t)in_flight, sizeof *slots);
	int64_t began = when_monotonic_us();

	for (int64_t i = 0; i < in_flight; i++)
		prepare(&slots[i], push);
	/* no result before its lineItem is there */
	push->barrier = push->line_items;
	drive(push, slots, in_flight);
	push->barrier += push->line_items * push->students;
	drive(push, slots, in_flight);
	if (!push->failed)
		printf("%lld %.6f %.6f\n", (long long)push->done,
		       (double)(when_monotonic_us() - began) / 1e6, cpu_seconds());
	for (int64_t i = 0; i < in_flight; i++) {
		curl_multi_remove_handle(push->multi, slots[i].easy);
		curl_easy_cleanup(slots[i].easy);
	}
	free(slots);
}

int main(int argc, char **argv)
{
	struct push push = { 0 };
	int64_t in_flight;
	char *bearer;

	if (argc != 6 || !number_parse(argv[3], 1, 100000, &push.students) ||
	    !number_parse(argv[4], 1, 100000, &push.line_items) ||
	    !number_parse(argv[5], 1, IN_FLIGHT_MOST, &in_flight)) {
		fputs("usage: bare_curl ROOT TOKEN STUDENTS LINE_ITEMS IN_FLIGHT\n", stderr);
		return 2;
	}
	push.root = argv[1];
	curl_global_init(CURL_GLOBAL_DEFAULT);
	bearer = xformat("Authorization: Bearer %s", argv[2]);
	push.headers = curl_slist_append(NULL, "Content-Type: application/json");
	push.headers = curl_slist_append(push.headers, "Expect:");
	push.headers = curl_slist_append(push.headers, bearer);
	push.multi = curl_multi_init();
	curl_multi_setopt(push.multi, CURLMOPT_MAXCONNECTS, (long)in_flight);
	push_all(&push, in_flight);
	curl_multi_cleanup(push.multi);
	curl_slist_free_all(push.headers);
	free(bearer);
	return push.failed ? 1 : 0;
}
