/*
 * serve.c - mocksis serve: the sandboxes, the threads, and signals.
 */
#include "cli/commands.h"

#include <arpa/inet.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/random.h"
#include "base/when.h"
#include "server/api/api.h"
#include "server/district.h"
#include "server/http/httpd.h"
#include "server/http/limit.h"

#define LOOPS 2
#define DRAIN_MS 5000
#define TICK_MS 5000
#define IDLE_MS 60000 /* the database of a sandbox that nobody asks is closed */

struct listen_address {
	char host[64];
	int port;
};

/* ADDR:PORT, with an IPv6 address in brackets. */
static bool parse_listen(const char *text, struct listen_address *out, struct err *err)
{
	const char *colon = strrchr(text, ':');
	size_t length = colon ? (size_t)(colon - text) : 0;
	int64_t port = 0;
	bool brackets = length >= 2 && text[0] == '[' && text[length - 1] == ']';

	if (!colon || length == 0 || length >= sizeof out->host ||
	    !number_parse(colon + 1, 0, 65535, &port) || (!brackets && memchr(text, ':', length)))
		return err_set(err, ERR_INVALID,
			       "--listen %s: ADDR:PORT belongs here, like "
			       "127.0.0.1:8080 or [::1]:0",
			       text);
	snprintf(out->host, sizeof out->host, "%.*s", (int)length - 2 * brackets, text + brackets);
	out->port = (int)port;
	return true;
}

static bool is_loopback(const char *host)
{
	struct in_addr v4;

	return strcmp(host, "::1") == 0 ||
	       (inet_pton(AF_INET, host, &v4) == 1 && (ntohl(v4.s_addr) >> 24) == 127);
}

static bool parse_auth(const struct options *options, const char *host, struct registry *registry,
		       struct err *err)
{
	const char *mode = option_text(options, "auth");

	mode = mode ? mode : "any";
	registry->auth_open = strcmp(mode, "none") == 0;
	registry->auth_only = strcmp(mode, "oauth1") == 0 || strcmp(mode, "oauth2") == 0 ? mode
											 : NULL;
	if (!registry->auth_open && !registry->auth_only && strcmp(mode, "any") != 0)
		return err_set(err, ERR_INVALID, "--auth %s: none, oauth1, oauth2 or any", mode);
	if (registry->auth_open && !is_loopback(host) && !option_is_set(options, "insecure"))
		return err_set(err, ERR_INVALID,
			       "--auth none on %s lets everybody who can reach it "
			       "write; add --insecure if that is meant",
			       host);
	return true;
}

static bool parse_validation(const struct options *options, struct registry *registry,
			     struct err *err)
{
	registry->validation = option_text(options, "validation");
	return !registry->validation || has_word("lenient strict report", registry->validation) ||
	       err_set(err, ERR_INVALID, "--validation %s: lenient, strict or report",
		       registry->validation);
}

static bool parse_durability(const struct options *options, struct registry *registry,
			     struct err *err)
{
	const char *mode = option_text(options, "durability");

	if (mode && !has_word("full normal", mode))
		return err_set(err, ERR_INVALID, "--durability %s: full or normal", mode);
	registry->durability = mode && strcmp(mode, "normal") == 0 ? DURABILITY_NORMAL
								   : DURABILITY_FULL;
	return true;
}

static bool parse_journal(const struct options *options, struct registry *registry, struct err *err)
{
	const char *text = option_text(options, "journal-size");
	int64_t size = JOURNAL_SIZE;

	if (text && !number_parse(text, 0, JOURNAL_MOST, &size))
		return err_set(err, ERR_INVALID, "--journal-size %s: a number from 0 to %d", text,
			       JOURNAL_MOST);
	registry->journal_size = (size_t)size;
	return true;
}

static bool parse_clock(const struct options *options, struct registry *registry, int64_t *now,
			struct err *err)
{
	if (!option_now(options, now, err))
		return false;
	registry->clock_set = option_is_set(options, "now");
	if (registry->clock_set)
		registry->clock.offset = *now - when_now();
	else
		*now = 0;
	return true;
}

/* ID:SECRET of the command line as the database's own form; NULL when there are none. */
static bool parse_credentials(const struct options *options, json_t **out, struct err *err)
{
	const json_t *list = option_list(options, "credential"), *item;
	size_t i;

	*out = list ? json_array() : NULL;
	json_array_foreach (list, i, item) {
		const char *text = json_string_value(item), *colon = strchr(text, ':');

		if (!colon || colon == text || !colon[1])
			return err_set(err, ERR_INVALID, "--credential: ID:SECRET belongs here");
		json_array_append_new(*out, json_pack("{s:s%,s:s}", "id", text,
						      (size_t)(colon - text), "secret", colon + 1));
	}
	return true;
}

/* The sandbox `default` with all that the command line says of it. */
static struct sandbox *open_default(const struct options *options, struct registry *registry,
				    int64_t now, struct err *err)
{
	const char *db = option_text(options, "db");
	struct wish wish = {
		.profile = option_text(options, "profile"),
		.load = option_list(options, "load"),
		.empty = option_is_set(options, "empty"),
		.now = now,
		.clock = registry->clock_set ? &registry->clock : NULL,
	};
	json_t *credentials;
	bool good = parse_credentials(options, &credentials, err);
	struct store *store = good ? store_open_served(db ? db : "mocksis.db", registry->durability,
						       err)
				   : NULL;
	struct sandbox *sandbox = NULL;

	wish.credentials = credentials;
	if (store) {
		registry->folder = xformat("%s.d", store_path(store));
		registry->throw_away = db && strcmp(db, ":memory:") == 0;
		sandbox = sandbox_new(SANDBOX_DEFAULT, store, NULL);
		sandbox_set_path(sandbox, registry->folder, store_path(store));
		good = district_open(registry, sandbox, store, &wish, err) &&
		       registry_add(registry, sandbox) && district_find_all(registry, err);
	}
	json_decref(credentials);
	if (good)
		return sandbox;
	if (sandbox && !registry->count)
		sandbox_free(sandbox);
	return NULL;
}

struct reload {
	struct task task; /* first: a task is its reload */
	struct registry *registry;
};

static void reload_one(struct sandbox *sandbox)
{
	struct err err = ERR_INIT;
	struct profile *profile = profile_load_changed(sandbox->base, sandbox->changes, &err);

	if (profile) {
		sandbox_set_profile(sandbox, profile);
		log_event(LOG_INFO, "profile", "sandbox", sandbox->name, "name", profile->name,
			  NULL);
	} else {
		log_event(LOG_ERROR, "profile", "sandbox", sandbox->name, "text", err.text, "kept",
			  "the one in force", NULL);
	}
}

/* On the control thread, where profiles are changed. */
static void reload_profiles(struct task *task)
{
	struct registry *registry = ((struct reload *)task)->registry;
	size_t count;
	struct sandbox **list = registry_list(registry, &count);

	for (size_t i = 0; i < count; i++) {
		if (list[i]->loaded)
			reload_one(list[i]);
		registry_give(registry, list[i]);
	}
	free(list);
	free(task);
}

static void submit_reload(struct registry *registry)
{
	struct reload *reload = xcalloc(1, sizeof *reload);

	*reload = (struct reload){ .task = { .run = reload_profiles }, .registry = registry };
	control_submit(registry->control, &reload->task);
}

/* What a crowd has left behind goes back to the machine, once half of it is gone. On the
 * control thread. */
static void trim_memory(void)
{
	static struct {
		enum limit limit;
		int64_t least, most; /* worth a look; what there was since it was done last */
	} rows[] = { { LIMIT_CONNECTIONS, 500, 0 }, { LIMIT_HELD, 32 << 20, 0 } };
	bool gone = false;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		int64_t now = limit_used(rows[i].limit), peak = limit_peak(rows[i].limit);

		if (peak > rows[i].most)
			rows[i].most = peak;
		if (rows[i].most < rows[i].least || now > rows[i].most / 2)
			continue;
		rows[i].most = now;
		gone = true;
	}
	if (gone)
		malloc_trim(0);
}

static void tick(void *payload)
{
	registry_close_idle(payload, IDLE_MS);
	trim_memory();
}

static void print_start(const struct sandbox *sandbox, const char *host, int port,
			const char *admin_token)
{
	printf(strchr(host, ':') ? "listening on http://[%s]:%d\n" : "listening on http://%s:%d\n",
	       host, port);
	for (size_t i = 0; !sandbox->auth.open && i < sandbox->auth.count; i++)
		printf("credential %s:%s\n", sandbox->auth.credentials[i].id,
		       sandbox->auth.credentials[i].secret);
	printf("admin-token %s\n", admin_token);
	fflush(stdout);
}

static void wait_for_end(struct registry *registry, const sigset_t *signals)
{
	for (int number = 0; sigwait(signals, &number) == 0;) {
		if (number != SIGHUP)
			return;
		submit_reload(registry);
	}
}

static bool handle(struct request *request, struct response *response, void *payload)
{
	return api_handle(payload, request, response);
}

static bool parse_url(const char *url, char **out, struct err *err)
{
	struct arena arena = ARENA_INIT;
	struct url parsed;
	bool good = !url || url_parse(&arena, url, &parsed, err);

	arena_release(&arena);
	*out = good && url ? xstrndup(url, strlen(url) - ends_with(url, "/")) : NULL;
	return good;
}

/* Blocked before any thread starts, so that sigwait() gets them all. */
static void block_signals(sigset_t *signals)
{
	sigemptyset(signals);
	sigaddset(signals, SIGINT);
	sigaddset(signals, SIGTERM);
	sigaddset(signals, SIGHUP);
	pthread_sigmask(SIG_BLOCK, signals, NULL);
}

/* From the first thread to the last. */
static void run(struct registry *registry, struct sandbox *sandbox,
		const struct httpd_config *config, const sigset_t *signals, struct err *err)
{
	struct httpd_handler handler = {
		.handle = handle,
		.abandon = api_abandon,
		.log = api_log,
		.pass_begin = api_pass_begin,
		.pass_end = api_pass_end,
		.payload = registry,
	};
	struct httpd *httpd;

	registry->writer = writer_start();
	registry->control = control_start(tick, registry, TICK_MS);
	registry->scans = scans_start();
	httpd = httpd_start(config, &handler, err);
	if (httpd) {
		struct profile *profile = sandbox_profile(
			sandbox); /* it may be changed from now on */

		print_start(sandbox, config->address, httpd_port(httpd), registry->admin_token);
		log_event(LOG_INFO, "started", "profile", profile->name, NULL);
		profile_put(profile);
		wait_for_end(registry, signals);
		atomic_store(&registry->stopping, true);
		scans_end(registry->scans); /* they may take longer than anybody wants to wait */
		httpd_drain(httpd, DRAIN_MS);
	}
	/* no loop may submit to a thread that has gone, the control thread waits for the
	 * writer, and what they still complete is answered by httpd_free() */
	atomic_store(&registry->halted, true);
	httpd_halt(httpd);
	control_stop(registry->control);
	writer_stop(registry->writer);
	scans_end(registry->scans);
	scans_free(registry->scans);
	httpd_free(httpd);
	log_release(false);
}

int serve_main(const struct options *options)
{
	const char *text = option_text(options, "listen");
	struct random kernel = RANDOM_KERNEL;
	char admin_token[33], *public_url = NULL;
	struct registry registry;
	struct listen_address address;
	struct err err = ERR_INIT;
	struct sandbox *sandbox = NULL;
	int64_t now = 0;
	sigset_t signals;

	registry_init(&registry);
	random_token(&kernel, admin_token, 32);
	registry.admin_token = option_text(options, "admin-token");
	if (!registry.admin_token)
		registry.admin_token = admin_token;
	block_signals(&signals);
	if (parse_listen(text ? text : "127.0.0.1:8080", &address, &err) &&
	    parse_url(option_text(options, "public-url"), &public_url, &err) &&
	    parse_auth(options, address.host, &registry, &err) &&
	    parse_validation(options, &registry, &err) &&
	    parse_durability(options, &registry, &err) && parse_journal(options, &registry, &err) &&
	    parse_clock(options, &registry, &now, &err))
		sandbox = open_default(options, &registry, now, &err);
	if (sandbox) {
		struct httpd_config config = { address.host, address.port, public_url,
					       option_is_set(options, "trust-proxy"), LOOPS };

		run(&registry, sandbox, &config, &signals, &err);
	}
	registry_release(&registry);
	free(public_url);
	if (err.code != ERR_NONE)
		return fail(options, &err);
	log_event(LOG_INFO, "stopped", NULL);
	return 0;
}
