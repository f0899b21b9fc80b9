/*
 * writers.c - clients that write until the server is gone.
 */
#include "tests/crash/writers.h"

#include <curl/curl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/random.h"
#include "base/str.h"

#define BULK_MOST 40

struct client {
	struct writers *writers;
	pthread_t thread;
	int number;
	struct random random;
	CURL *easy;
	struct curl_slist *headers;
};

struct writers {
	const struct server *server;
	struct ledger *ledger;
	bool may_refuse;
	atomic_bool stop;
	atomic_long refused;
	struct client clients[WRITERS];
};

static size_t drop(char *data, size_t size, size_t count, void *payload)
{
	(void)data;
	(void)payload;
	return size * count;
}

/* The status, 0 when no answer came. */
static long ask(struct client *client, const char *method, const char *url, const char *body)
{
	long status = 0;

	curl_easy_setopt(client->easy, CURLOPT_URL, url);
	curl_easy_setopt(client->easy, CURLOPT_CUSTOMREQUEST, method);
	curl_easy_setopt(client->easy, CURLOPT_POSTFIELDS, body ? body : "");
	if (curl_easy_perform(client->easy) == CURLE_OK)
		curl_easy_getinfo(client->easy, CURLINFO_RESPONSE_CODE, &status);
	return status;
}

static char *result_body(const struct key *key, int version)
{
	return xformat("{\"result\":{\"lineItem\":{\"sourcedId\":\"" COMMON_ITEM
		       "\"},\"student\":{\"sourcedId\":\"" STUDENT "\"},\"score\":%d,"
		       "\"scoreStatus\":\"fully graded\",\"scoreDate\":\"2026-11-16\","
		       "\"comment\":\"%s v%d\"}}",
		       version, key->id, version);
}

static char *item_body(const struct key *key, int version)
{
	return xformat("{\"lineItem\":{\"title\":\"%s v%d\",\"description\":\"%s v%d\","
		       "\"class\":{\"sourcedId\":\"class-bio-1\"},\"resultValueMax\":100}}",
		       key->id, version, key->id, version);
}

/* False when the server is gone. */
static bool took(struct client *client, long status, const char *what)
{
	struct writers *writers = client->writers;

	if (status == 0)
		return false;
	if (status >= 200 && status < 300)
		return true;
	if (writers->may_refuse && status >= 500) {
		atomic_fetch_add(&writers->refused, 1);
		return true;
	}
	ledger_trouble(writers->ledger, "%s was answered %ld", what, status);
	return false;
}

static bool write_key(struct client *client, struct key *key)
{
	struct writers *writers = client->writers;
	bool deletes = key->version != ABSENT && random_unit(&client->random) < 0.25;
	int version = deletes ? ABSENT : key->next++;
	char *body = deletes        ? NULL
		     : key->is_item ? item_body(key, version)
				    : result_body(key, version);
	char *url = xformat("%s/%s/%s", writers->server->root,
			    key->is_item ? "lineItems" : "results", key->id);
	long status;

	key_send(key, version);
	status = ask(client, deletes ? "DELETE" : "PUT", url, body);

	bool goes_on = took(client, status, url);

	if (status >= 200 && status < 300) {
		key_settle(key, version);
		pthread_mutex_lock(&writers->ledger->mutex);
		writers->ledger->acknowledged++;
		pthread_mutex_unlock(&writers->ledger->mutex);
	}
	free(body);
	free(url);
	return goes_on;
}

static char *bulk_body(int number, int size)
{
	struct str text = STR_INIT;

	str_add(&text, "{\"results\":[");
	for (int i = 0; i < size; i++)
		str_format(&text,
			   "%s{\"sourcedId\":\"n%d\",\"student\":{\"sourcedId\":\"" STUDENT
			   "\"},\"score\":%d,\"scoreStatus\":\"fully graded\","
			   "\"scoreDate\":\"2026-11-16\",\"comment\":\"bulk %d\"}",
			   i ? "," : "", i, i, number);
	str_add(&text, "]}");
	return str_take(&text, NULL);
}

static char *bulk_url(const struct server *server)
{
	return xformat("%s/ims/oneroster/gradebook/v1p2/lineItems/" COMMON_ITEM "/results",
		       server->url);
}

long post_bulk(const struct server *server, int number, int size)
{
	char *url = bulk_url(server), *body = bulk_body(number, size);
	struct answer answer;
	long status;

	http(&answer, "POST", url,
	     (const char *[]){ "Content-Type: application/json", server->bearer, NULL }, body);
	status = answer.status;
	answer_release(&answer);
	free(body);
	free(url);
	return status;
}

static bool write_bulk(struct client *client)
{
	struct writers *writers = client->writers;
	int size = 1 + (int)(random_unit(&client->random) * BULK_MOST);
	int number = ledger_begin_bulk(writers->ledger, size);
	char *url = bulk_url(writers->server), *body = bulk_body(number, size);
	long status = ask(client, "POST", url, body);
	bool goes_on = took(client, status, url);

	if (status == 201)
		ledger_end_bulk(writers->ledger, number);
	free(body);
	free(url);
	return goes_on;
}

static void *work(void *payload)
{
	struct client *client = payload;
	struct writers *writers = client->writers;
	struct key *keys = &writers->ledger->keys[client->number * KEYS_EACH];
	bool goes_on = true;

	while (goes_on && !atomic_load(&writers->stop)) {
		double draw = random_unit(&client->random);

		if (draw < 0.02)
			goes_on = write_bulk(client);
		else
			goes_on = write_key(client,
					    &keys[(int)(random_unit(&client->random) * KEYS_EACH)]);
	}
	return NULL;
}

static void begin(struct client *client)
{
	client->easy = curl_easy_init();
	client->headers = curl_slist_append(NULL, "Expect:");
	client->headers = curl_slist_append(client->headers, "Content-Type: application/json");
	if (*client->writers->server->bearer)
		client->headers = curl_slist_append(client->headers,
						    client->writers->server->bearer);
	curl_easy_setopt(client->easy, CURLOPT_HTTPHEADER, client->headers);
	curl_easy_setopt(client->easy, CURLOPT_WRITEFUNCTION, drop);
	curl_easy_setopt(client->easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(client->easy, CURLOPT_TIMEOUT_MS, 20000L);
	ck_assert_int_eq(pthread_create(&client->thread, NULL, work, client), 0);
}

struct writers *writers_start(const struct server *server, struct ledger *ledger, uint64_t seed,
			      bool may_refuse)
{
	struct writers *writers = xcalloc(1, sizeof *writers);

	writers->server = server;
	writers->ledger = ledger;
	writers->may_refuse = may_refuse;
	for (int i = 0; i < WRITERS; i++) {
		struct client *client = &writers->clients[i];

		client->writers = writers;
		client->number = i;
		random_seed(&client->random, seed * WRITERS + (uint64_t)i);
		begin(client);
	}
	return writers;
}

long writers_join(struct writers *writers, bool stop)
{
	if (stop)
		atomic_store(&writers->stop, true);
	for (int i = 0; i < WRITERS; i++) {
		struct client *client = &writers->clients[i];

		pthread_join(client->thread, NULL);
		curl_easy_cleanup(client->easy);
		curl_slist_free_all(client->headers);
	}

	long refused = atomic_load(&writers->refused);

	free(writers);
	return refused;
}
