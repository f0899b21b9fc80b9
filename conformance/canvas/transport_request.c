/*
 * transport_request.c - one request: its headers, its credentials, its answer.
 */
#include "conformance/canvas/transport_internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/jsonw.h"
#include "base/jsonx.h"
#include "base/oauth1.h"
#include "base/when.h"

#define ANSWER_CAP (64u << 20)
#define HEADERS_CAP (64u << 10)

void transport_limit(struct transport *transport, int64_t end, bool (*stopped)(void))
{
	transport->end = end;
	transport->stopped = stopped;
}

void transport_limit_answers(struct transport *transport, const struct answer_limits *limits)
{
	transport->answer_limits = *limits;
}

/* Why no call may go on; NULL: they may. */
static const char *is_over(const struct transport *transport)
{
	if (transport->stopped && transport->stopped())
		return "the run was interrupted";
	if (transport->end && when_now() >= transport->end)
		return "the time limit of the run is over";
	return NULL;
}

/* curl asks all the while; anything but 0 ends the call. */
static int go_on(void *payload, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
	(void)a, (void)b, (void)c, (void)d;
	return is_over(payload) != NULL;
}

static size_t answer_cap(const struct transport *transport)
{
	return transport->answer_limits.bytes ? transport->answer_limits.bytes : ANSWER_CAP;
}

/* Too many values take far more memory than their text does. */
static bool too_many(struct slot *slot, const char *data, size_t length)
{
	size_t most = slot->transport->answer_limits.values;

	for (size_t i = 0; most && i < length; i++)
		slot->values += data[i] == ',' || data[i] == '[' || data[i] == '{';
	return most && slot->values > most;
}

static size_t take_body(char *data, size_t size, size_t count, void *payload)
{
	struct slot *slot = payload;
	struct call *call = &slot->call;

	str_add_bytes(&call->answer, data, size * count);
	if (too_many(slot, data, size * count))
		call->answer.full = true;
	return call->answer.full ? 0 : size * count;
}

static size_t take_header(char *data, size_t size, size_t count, void *payload)
{
	struct call *call = payload;

	if (size * count > 5 && strncmp(data, "HTTP/", 5) == 0)
		str_clear(&call->headers); /* a 100 Continue came before */
	str_add_bytes(&call->headers, data, size * count);
	return call->headers.full ? 0 : size * count;
}

static bool add_header(struct slot *slot, const char *name, const char *value)
{
	char *line = xformat("%s: %s", name, value);
	struct curl_slist *list = curl_slist_append(slot->headers, line);

	free(line);
	if (list)
		slot->headers = list;
	return list != NULL;
}

static char *full_url(const struct transport *transport, const struct call *call)
{
	return *call->target == '/' ? xformat("%s%s", transport->root, call->target)
				    : xstrdup(call->target);
}

static void sign(struct transport *transport, struct slot *slot, const char *url)
{
	struct arena arena = ARENA_INIT;
	struct err err = ERR_INIT;
	char nonce[17];
	struct url parsed;

	random_token(&transport->random, nonce, 16);
	if (url_parse(&arena, url, &parsed, &err)) {
		const char *header = oauth1_header(&arena, slot->call.method, &parsed,
						   transport->id, transport->secret, HASH_SHA256,
						   nonce, when_now() / 1000, &err);

		if (header)
			add_header(slot, "Authorization", header);
	}
	arena_release(&arena);
}

static void add_credentials(struct transport *transport, struct slot *slot, const char *url)
{
	const struct call *call = &slot->call;

	if (call->auth == CALL_NO_AUTH)
		return;
	if (call->auth == CALL_OWN_AUTH) {
		add_header(slot, "Authorization", call->authorization);
	} else if (transport->config.auth == TRANSPORT_OAUTH1) {
		sign(transport, slot, url);
	} else if (transport->config.auth == TRANSPORT_OAUTH2 && transport->token) {
		char *value = xformat("Bearer %s", transport->token);

		add_header(slot, "Authorization", value);
		free(value);
	}
}

/* Milliseconds that an answer may take. */
static long patience(const struct transport *transport)
{
	int64_t most = transport->config.timeout_s * 1000LL;
	int64_t left = transport->end ? transport->end - when_now() : most;

	return (long)(left < 1 ? 1 : left < most ? left : most);
}

/* Whether the headers of the slot's last request are those of this one too. */
static bool headers_stand(const struct transport *transport, const struct slot *slot)
{
	const struct call *call = &slot->call;

	return slot->headers && slot->usual_headers && call->auth == CALL_AUTH &&
	       transport->config.auth != TRANSPORT_OAUTH1 && !call->content_type &&
	       slot->had_body == (call->body != NULL) &&
	       slot->token_number == transport->token_number;
}

static void set_headers(struct transport *transport, struct slot *slot, const char *url)
{
	const struct call *call = &slot->call;
	const char *name;
	json_t *value;

	curl_slist_free_all(slot->headers);
	slot->headers = NULL;
	add_header(slot, "Expect", "");
	add_header(slot, "Accept", "application/json");
	if (call->body)
		add_header(slot, "Content-Type",
			   call->content_type ? call->content_type : "application/json");
	json_object_foreach ((json_t *)(uintptr_t)transport->config.headers, name, value)
		add_header(slot, name, json_string_value(value));
	slot->token_number = transport->token_number;
	slot->usual_headers = call->auth == CALL_AUTH && !call->content_type;
	add_credentials(transport, slot, url);
	curl_easy_setopt(slot->easy, CURLOPT_HTTPHEADER, slot->headers);
}

/* What a handle keeps from one request to the next. */
static void set_lasting(struct transport *transport, struct slot *slot)
{
	CURL *easy = slot->easy;

	curl_easy_reset(easy);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, 10000L);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, slot->curl_error);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, slot);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, &slot->call);
	curl_easy_setopt(easy, CURLOPT_PRIVATE, slot);
	curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, go_on);
	curl_easy_setopt(easy, CURLOPT_XFERINFODATA, transport);
	if (slot->headers)
		curl_easy_setopt(easy, CURLOPT_HTTPHEADER, slot->headers);
}

void request_set_up(struct transport *transport, struct slot *slot)
{
	struct call *call = &slot->call;
	CURL *easy = slot->easy;
	char *url = full_url(transport, call);
	bool limited = transport->end || transport->stopped;
	bool is_head = strcmp(call->method, "HEAD") == 0;

	str_release(&call->answer);
	str_release(&call->headers);
	str_init(&call->answer, answer_cap(transport));
	str_init(&call->headers, HEADERS_CAP);
	slot->curl_error[0] = '\0';
	slot->transport = transport;
	slot->values = 0;

	if (!slot->reusable || !call->body)
		set_lasting(transport, slot);
	slot->reusable = call->body && !is_head;
	if (!headers_stand(transport, slot))
		set_headers(transport, slot, url);
	slot->had_body = call->body != NULL;

	curl_easy_setopt(easy, CURLOPT_URL, url);
	curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, call->method);
	if (call->body) {
		curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)strlen(call->body));
		curl_easy_setopt(easy, CURLOPT_POSTFIELDS, call->body);
	}
	if (is_head)
		curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, patience(transport));
	curl_easy_setopt(easy, CURLOPT_NOPROGRESS, limited ? 0L : 1L);
	free(url);
}

static void write_json_or_text(struct jsonw *w, const char *key, const char *text)
{
	struct err err = ERR_INIT;
	json_t *value = text && *text ? jsonx_load(text, strlen(text), &err) : NULL;
	char *clean = xstrdup(text ? text : "");

	utf8_scrub(clean);
	jsonw_key(w, key);
	if (value)
		jsonw_value(w, value);
	else
		jsonw_text(w, *clean ? clean : NULL);
	free(clean);
	json_decref(value);
}

void request_trace(struct transport *transport, const struct call *call)
{
	struct str line = STR_INIT;
	struct jsonw w;
	char now[WHEN_TEXT];

	if (!transport->config.trace || call->auth != CALL_AUTH)
		return;
	when_format(when_now(), now);
	jsonw_init(&w, &line, 0);
	jsonw_object(&w);
	jsonw_key_text(&w, "at", now);
	jsonw_key_text(&w, "method", call->method);
	jsonw_key_text(&w, "target", call->target);
	jsonw_key_int(&w, "status", call->status);
	jsonw_key_int(&w, "attempt", call->attempts);
	jsonw_key_int(&w, "ms", (int64_t)call->ms);
	write_json_or_text(&w, "request", call->body);
	if (call->answered)
		write_json_or_text(&w, "response", str_text(&call->answer));
	else
		jsonw_key_text(&w, "error", call->error);
	jsonw_object_end(&w);
	fprintf(transport->config.trace, "%s\n", str_text(&line));
	str_release(&line);
}

/* Why there is no answer, in our words where curl's say too little. */
static void explain(struct slot *slot, CURLcode code)
{
	struct call *call = &slot->call;
	const char *over = is_over(slot->transport);
	const char *words = *slot->curl_error ? slot->curl_error : curl_easy_strerror(code);

	if (over)
		snprintf(call->error, sizeof call->error, "%s", over);
	else if (call->headers.full)
		snprintf(call->error, sizeof call->error, "the headers are larger than %u KiB",
			 HEADERS_CAP >> 10);
	else if (call->answer.full && slot->values > slot->transport->answer_limits.values)
		snprintf(call->error, sizeof call->error, "the answer holds more than %zu values",
			 slot->transport->answer_limits.values);
	else if (call->answer.full)
		snprintf(call->error, sizeof call->error, "the answer is larger than %zu MiB",
			 answer_cap(slot->transport) >> 20);
	else if (code == CURLE_PEER_FAILED_VERIFICATION)
		snprintf(call->error, sizeof call->error, "the certificate is not trusted: %.200s",
			 words);
	else
		snprintf(call->error, sizeof call->error, "%s", words);
}

void request_note(struct slot *slot, CURLcode code)
{
	struct call *call = &slot->call;

	call->answered = code == CURLE_OK;
	call->status = 0;
	call->ms = (double)(when_now() - slot->began);
	if (call->answered) {
		curl_easy_getinfo(slot->easy, CURLINFO_RESPONSE_CODE, &call->status);
		return;
	}
	explain(slot, code);
}
