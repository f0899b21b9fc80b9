/*
 * transport.c - many requests in flight, retries, tokens.
 */
#include "conformance/canvas/transport_internal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/arena.h"
#include "base/jsonw.h"
#include "base/jsonx.h"
#include "base/oauth1.h"
#include "base/when.h"

#define BACKOFF_MS 250
#define BACKOFF_MOST_MS 30000
#define RETRY_AFTER_MOST_MS 30000 /* that a sync waits; its rest is for the next one */
#define RETRY_AFTER_READ_S 86400
#define ROOT "/ims/oneroster"
#define V1P1 "/ims/oneroster/v1p1"

/* What happens after an answer, or none. The first row that fits. */
enum again { AGAIN_NO, AGAIN_LATER, AGAIN_NEW_TOKEN };

static const struct {
	long least, most; /* HTTP status; 0 to 0: no answer */
	enum again again;
} retries[] = {
	{ 0, 0, AGAIN_LATER },     { 401, 401, AGAIN_NEW_TOKEN }, { 408, 408, AGAIN_LATER },
	{ 429, 429, AGAIN_LATER }, { 500, 599, AGAIN_LATER },
};

void call_release(struct call *call)
{
	free(call->target);
	free(call->body);
	str_release(&call->answer);
	str_release(&call->headers);
	*call = (struct call){ 0 };
}

char *call_header(const struct call *call, const char *name)
{
	size_t length = strlen(name);

	for (const char *line = str_text(&call->headers); *line;) {
		size_t size = strcspn(line, "\r\n");

		if (size > length && strncasecmp(line, name, length) == 0 && line[length] == ':') {
			const char *value = line + length + 1;

			value += strspn(value, " \t");
			return xstrndup(value, (size_t)(line + size - value));
		}
		line += size;
		line += strspn(line, "\r\n");
	}
	return NULL;
}

/* Whether the provider wants to be left alone for longer than anybody waits for. */
static bool must_give_up(const struct transport *transport)
{
	return transport->quiet_until - when_now() > RETRY_AFTER_MOST_MS;
}

static enum again again(const struct transport *transport, const struct slot *slot)
{
	const struct call *call = &slot->call;

	if (call->auth != CALL_AUTH || transport->dead || call->answer.full ||
	    must_give_up(transport))
		return AGAIN_NO;
	for (size_t i = 0; i < ARRAY_SIZE(retries); i++) {
		if (call->status < retries[i].least || call->status > retries[i].most)
			continue;
		if (retries[i].again == AGAIN_NEW_TOKEN)
			return transport->config.auth == TRANSPORT_OAUTH2 && !slot->refreshed
				       ? AGAIN_NEW_TOKEN
				       : AGAIN_NO;
		return call->attempts <= transport->config.retries ? AGAIN_LATER : AGAIN_NO;
	}
	return AGAIN_NO;
}

/* Milliseconds of Retry-After; -1: not said. */
static int64_t retry_after(const struct call *call)
{
	char *text = call_header(call, "Retry-After");
	int64_t seconds = -1;

	if (!text || !number_parse(text, 0, RETRY_AFTER_READ_S, &seconds))
		seconds = -1;
	free(text);
	return seconds < 0 ? -1 : seconds * 1000;
}

static int64_t back_off(const struct call *call)
{
	int64_t told = retry_after(call), wait = (int64_t)BACKOFF_MS << (call->attempts - 1);

	if (told >= 0)
		return told;
	return wait < BACKOFF_MOST_MS ? wait : BACKOFF_MOST_MS;
}

/* Who is told to wait waits with everything, not with this call alone (RFC 6585 section 4).
 * Without retries, as judges work, nobody waits: each call stands for itself. */
static void heed(struct transport *transport, const struct call *call)
{
	int64_t wait = call->status == 429 || call->status == 503 ? retry_after(call) : -1;

	if (transport->config.retries && wait >= 0 && when_now() + wait > transport->quiet_until)
		transport->quiet_until = when_now() + wait;
}

static void say_why(const struct transport *transport, struct call *call)
{
	snprintf(call->error, sizeof call->error,
		 "not sent: the provider asks to be left alone for %lld s (Retry-After)",
		 (long long)(transport->quiet_until - when_now() + 999) / 1000);
}

static void launch(struct transport *transport, struct slot *slot)
{
	request_set_up(transport, slot);
	slot->call.attempts++;
	slot->began = when_now();
	slot->in_flight = curl_multi_add_handle(transport->multi, slot->easy) == CURLM_OK;
	if (!slot->in_flight)
		BUG("curl takes no more handles");
}

/* True when the call is over; false when it will be tried again. */
static bool finish(struct transport *transport, struct slot *slot, CURLcode code)
{
	struct err ignored = ERR_INIT;

	curl_multi_remove_handle(transport->multi, slot->easy);
	slot->in_flight = false;
	request_note(slot, code);
	request_trace(transport, &slot->call);
	heed(transport, &slot->call);
	switch (again(transport, slot)) {
	case AGAIN_LATER:
		slot->not_before = when_now() + back_off(&slot->call);
		return false;
	case AGAIN_NEW_TOKEN:
		/* another call may have got a new one since this one was sent */
		if (slot->token_number == transport->token_number) {
			slot->refreshed = true;
			free(transport->token);
			transport->token = NULL;
			if (!transport_connect(transport, &ignored))
				return true;
		}
		slot->not_before = 0;
		return false;
	case AGAIN_NO:
		break;
	}
	if (code == CURLE_COULDNT_CONNECT)
		transport->dead = true;
	return true;
}

static void start_waiting(struct transport *transport)
{
	int64_t now = when_now();

	for (int i = 0; i < transport->config.concurrency; i++) {
		struct slot *slot = &transport->slots[i];

		if (slot->busy && !slot->in_flight && slot->not_before <= now &&
		    transport->quiet_until <= now)
			launch(transport, slot);
	}
}

/* Gives calls that are over to @done; false when none was. */
static bool take_finished(struct transport *transport,
			  void (*done)(struct call *call, void *payload), void *payload, int *busy)
{
	bool any = false;
	int left;

	for (CURLMsg *message; (message = curl_multi_info_read(transport->multi, &left));) {
		CURLcode code = message->data.result;
		struct slot *slot;

		if (message->msg != CURLMSG_DONE)
			continue;
		any = true;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &slot);
		if (finish(transport, slot, code)) {
			if (transport->answered)
				transport->answered(&slot->call, transport->observer);
			done(&slot->call, payload);
			call_release(&slot->call);
			slot->busy = false;
			(*busy)--;
		}
	}
	return any;
}

/* Ends what waits, when the provider wants to be left alone for too long. */
static bool give_up(struct transport *transport, void (*done)(struct call *call, void *payload),
		    void *payload, int *busy)
{
	bool any = false;

	for (int i = 0; must_give_up(transport) && i < transport->config.concurrency; i++) {
		struct slot *slot = &transport->slots[i];

		if (!slot->busy || slot->in_flight)
			continue;
		any = true;
		slot->call.answered = false;
		say_why(transport, &slot->call);
		done(&slot->call, payload);
		call_release(&slot->call);
		slot->busy = false;
		(*busy)--;
	}
	return any;
}

static void tick(struct transport *transport, bool is_over)
{
	if (!transport->tick || (!is_over && when_now() - transport->ticked < transport->tick_ms))
		return;
	transport->tick(transport->ticker);
	transport->ticked = when_now();
}

/* Milliseconds until something is due that no answer brings. */
static int poll_ms(const struct transport *transport, int running)
{
	int most = running ? 1000 : 20;

	return transport->tick && transport->tick_ms < most ? transport->tick_ms : most;
}

void transport_run(struct transport *transport, bool (*next)(struct call *call, void *payload),
		   void (*done)(struct call *call, void *payload), void *payload)
{
	bool more = true;
	int busy = 0, running;

	for (;;) {
		for (int i = 0; more && i < transport->config.concurrency; i++) {
			struct slot *slot = &transport->slots[i];

			if (slot->busy)
				continue;
			slot->call = (struct call){ 0 };
			slot->refreshed = false;
			slot->not_before = 0;
			more = next(&slot->call, payload);
			slot->busy = more;
			busy += more;
		}
		if (!busy)
			break;
		start_waiting(transport);
		curl_multi_perform(transport->multi, &running);
		if (!take_finished(transport, done, payload, &busy) &&
		    !give_up(transport, done, payload, &busy))
			curl_multi_poll(transport->multi, NULL, 0, poll_ms(transport, running),
					NULL);
		tick(transport, false);
	}
	tick(transport, true);
}

void transport_observe(struct transport *transport,
		       void (*answered)(const struct call *call, void *payload), void *payload)
{
	transport->answered = answered;
	transport->observer = payload;
}

void transport_tick(struct transport *transport, int ms, void (*every)(void *payload),
		    void *payload)
{
	transport->tick = every;
	transport->ticker = payload;
	transport->tick_ms = ms;
	transport->ticked = when_now();
}

struct single {
	struct call *call;
	bool given;
};

static bool give_single(struct call *call, void *payload)
{
	struct single *single = payload;

	if (single->given)
		return false;
	single->given = true;
	*call = *single->call;
	return true;
}

static void keep_single(struct call *call, void *payload)
{
	struct single *single = payload;

	*single->call = *call;
	*call = (struct call){ 0 };
}

void transport_call(struct transport *transport, struct call *call)
{
	struct single single = { call, false };

	transport_run(transport, give_single, keep_single, &single);
}

/* The body of a token request (RFC 6749, section 4.4.2). */
static char *token_body(const struct transport *transport)
{
	struct str body = STR_INIT;

	str_add(&body, "grant_type=client_credentials");
	if (transport->config.scopes && *transport->config.scopes) {
		str_add(&body, "&scope=");
		pct_encode(&body, transport->config.scopes);
	}
	return str_take(&body, NULL);
}

static bool read_token(struct transport *transport, const struct call *call, struct err *err)
{
	struct err why = ERR_INIT;
	json_t *answer = call->answer.length
				 ? jsonx_load(call->answer.text, call->answer.length, &why)
				 : NULL;
	const char *token = jsonx_text(answer, "access_token");
	const char *reason = jsonx_text(answer, "error_description");

	reason = reason ? reason : jsonx_text(answer, "error");
	if (call->status == 200 && token)
		transport->token = xstrdup(token), transport->token_number++;
	else
		err_set(err,
			call->status >= 400 && call->status < 500 ? ERR_INVALID : ERR_UNREACHABLE,
			"no token from %s: HTTP %ld%s%s", transport->token_url, call->status,
			reason ? ": " : "",
			reason                ? reason
			: call->status == 200 ? ": the answer holds no access_token"
					      : "");
	json_decref(answer);
	return transport->token != NULL;
}

/* Waits until the provider may be asked again; false with @err when that is too long. */
static bool keep_quiet(const struct transport *transport, struct err *err)
{
	int64_t wait = transport->quiet_until - when_now();
	struct call call = { 0 };

	if (must_give_up(transport)) {
		say_why(transport, &call);
		return err_set(err, ERR_UNREACHABLE, "%s: %s", transport->token_url, call.error);
	}
	for (; wait > 0; wait = transport->quiet_until - when_now()) {
		struct timespec time = { wait / 1000, wait % 1000 * 1000000 };

		nanosleep(&time, NULL);
	}
	return true;
}

static bool ask_token(struct transport *transport, struct slot *slot, struct err *err)
{
	request_set_up(transport, slot);
	slot->began = when_now();
	request_note(slot, curl_easy_perform(slot->easy));
	if (slot->call.answered)
		return read_token(transport, &slot->call, err);
	return err_set(err, ERR_UNREACHABLE, "%s: %s", transport->token_url, slot->call.error);
}

/* Runs beside the calls in flight, in the slot behind theirs. */
bool transport_connect(struct transport *transport, struct err *err)
{
	struct slot *slot = &transport->slots[transport->config.concurrency];
	struct call *call = &slot->call;
	char *credential = xformat("%s:%s", transport->id ? transport->id : "",
				   transport->secret ? transport->secret : "");
	char *basic = base64_encode(credential, strlen(credential));
	char *header = xformat("Basic %s", basic);
	bool good = true;

	if (transport->config.auth == TRANSPORT_OAUTH2 && !transport->token) {
		*call = (struct call){ .method = "POST", .auth = CALL_OWN_AUTH };
		call->target = xstrdup(transport->token_url);
		call->body = token_body(transport);
		call->content_type = "application/x-www-form-urlencoded";
		call->authorization = header;
		good = keep_quiet(transport, err) && ask_token(transport, slot, err);
		call_release(call);
	}
	free(credential);
	free(basic);
	free(header);
	return good;
}

/* http://host/prefix of a URL at or below http://host/prefix/ims/oneroster. */
static bool read_urls(struct transport *transport, struct err *err)
{
	const char *sis = transport->config.sis;
	struct arena arena = ARENA_INIT;
	struct url url;
	bool good = url_parse(&arena, sis, &url, err);
	const char *root = good ? strstr(url.path, ROOT) : NULL;

	if (good) {
		size_t prefix = root ? (size_t)(root - url.path) : strlen(url.path);
		const char *port = url_port_is_default(&url)
					   ? ""
					   : arena_format(&arena, ":%d", url.port);

		while (prefix && url.path[prefix - 1] == '/')
			prefix--;
		transport->base = xformat("%s://%s%s%.*s", url.scheme, url.host, port, (int)prefix,
					  url.path);
		transport->root = xformat("%s" V1P1, transport->base);
		transport->token_url = transport->config.token_url
					       ? xstrdup(transport->config.token_url)
					       : xformat("%s/oauth2/token", transport->base);
		good = url_parse(&arena, transport->token_url, &url, err);
	}
	arena_release(&arena);
	return good;
}

static bool read_credential(struct transport *transport, struct err *err)
{
	const char *text = transport->config.credential;
	const char *colon = text ? strchr(text, ':') : NULL;

	if (transport->config.auth == TRANSPORT_NONE)
		return true;
	if (!text)
		return err_set(err, ERR_INVALID,
			       "--credential ID:SECRET is needed (or --auth none)");
	if (!colon || colon == text || !colon[1])
		return err_set(err, ERR_INVALID, "--credential: ID:SECRET belongs here");
	transport->id = xstrndup(text, (size_t)(colon - text));
	transport->secret = xstrdup(colon + 1);
	return true;
}

struct transport *transport_new(const struct transport_config *config, struct err *err)
{
	static bool ready;
	struct transport *transport = xcalloc(1, sizeof *transport);

	if (!ready)
		ready = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
	transport->config = *config;
	transport->multi = curl_multi_init();
	/* connections outlive the moment in which no call is in flight */
	curl_multi_setopt(transport->multi, CURLMOPT_MAXCONNECTS, (long)config->concurrency + 1);
	transport->slots = xcalloc((size_t)config->concurrency + 1, sizeof *transport->slots);
	for (int i = 0; i <= config->concurrency; i++)
		transport->slots[i].easy = curl_easy_init();
	if (read_urls(transport, err) && read_credential(transport, err))
		return transport;
	transport_free(transport);
	return NULL;
}

void transport_free(struct transport *transport)
{
	if (!transport)
		return;
	for (int i = 0; i <= transport->config.concurrency; i++) {
		curl_slist_free_all(transport->slots[i].headers);
		curl_easy_cleanup(transport->slots[i].easy);
		call_release(&transport->slots[i].call);
	}
	curl_multi_cleanup(transport->multi);
	free(transport->slots);
	free(transport->base);
	free(transport->root);
	free(transport->token_url);
	free(transport->id);
	free(transport->secret);
	free(transport->token);
	free(transport);
}

const char *transport_base(const struct transport *transport)
{
	return transport->base;
}

const char *transport_root(const struct transport *transport)
{
	return transport->root;
}

const char *transport_token_url(const struct transport *transport)
{
	return transport->token_url;
}

const char *transport_token(const struct transport *transport)
{
	return transport->token;
}
