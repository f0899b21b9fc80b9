/*
 * serve.c - mocksis serve: a sandbox, a writer, event loops, and signals.
 */
#include "cli/commands.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/jsonx.h"
#include "base/log.h"
#include "base/random.h"
#include "base/when.h"
#include "server/api/api.h"
#include "server/bundle/import.h"
#include "server/http/httpd.h"

#define LOOPS 2
#define DRAIN_MS 5000
#define PROFILE_SETTING "profile"
#define CLOCK_SETTING "clock_offset" /* milliseconds */

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

static bool parse_auth(const struct options *options, const char *host, struct auth *auth,
		       struct err *err)
{
	const char *mode = option_text(options, "auth");

	mode = mode ? mode : "any";
	auth->open = strcmp(mode, "none") == 0;
	auth->only = strcmp(mode, "oauth1") == 0 || strcmp(mode, "oauth2") == 0 ? mode : NULL;
	if (!auth->open && !auth->only && strcmp(mode, "any") != 0)
		return err_set(err, ERR_INVALID, "--auth %s: none, oauth1, oauth2 or any", mode);
	if (auth->open && !is_loopback(host) && !option_is_set(options, "insecure"))
		return err_set(err, ERR_INVALID,
			       "--auth none on %s lets everybody who can reach it "
			       "write; add --insecure if that is meant",
			       host);
	return true;
}

static bool parse_validation(const struct options *options, struct sandbox *sandbox,
			     struct err *err)
{
	sandbox->validation = option_text(options, "validation");
	return !sandbox->validation || has_word("lenient strict report", sandbox->validation) ||
	       err_set(err, ERR_INVALID, "--validation %s: lenient, strict or report",
		       sandbox->validation);
}

static bool add_credential(const struct value *columns, int count, void *payload)
{
	(void)count;
	auth_add(payload, columns[0].text, columns[1].text);
	return true;
}

static bool store_credential(struct conn *conn, const char *id, const char *secret, struct err *err)
{
	struct sql sql;

	sql_init(&sql);
	sql_add(&sql, "INSERT INTO credential (id, secret) VALUES (");
	sql_text(&sql, id);
	sql_add(&sql, ", ");
	sql_text(&sql, secret);
	sql_add(&sql, ")");

	bool good = conn_query(conn, &sql, NULL, NULL, err);

	sql_release(&sql);
	return good;
}

/* Those of the command line, else the stored ones, else a new one. */
static bool load_credentials(const struct options *options, struct sandbox *sandbox,
			     struct err *err)
{
	const json_t *list = option_list(options, "credential"), *item;
	struct conn *conn = store_conn(sandbox->store);
	struct random kernel = RANDOM_KERNEL;
	char id[16], secret[33];
	struct sql sql;
	size_t i;

	json_array_foreach (list, i, item) {
		char *text = xstrdup(json_string_value(item)), *colon = strchr(text, ':');
		bool good = colon && colon != text && colon[1];

		if (good) {
			*colon = '\0';
			auth_add(&sandbox->auth, text, colon + 1);
		}
		free(text);
		if (!good)
			return err_set(err, ERR_INVALID, "--credential: ID:SECRET belongs here");
	}
	if (list)
		return true;
	sql_init(&sql);
	sql_add(&sql, "SELECT id, secret FROM credential ORDER BY id");

	bool good = conn_query(conn, &sql, add_credential, &sandbox->auth, err);

	sql_release(&sql);
	if (!good || sandbox->auth.count)
		return good;
	random_token(&kernel, secret, 32);
	random_token(&kernel, id, 8);
	char *name = xformat("client-%s", id);

	good = store_credential(conn, name, secret, err);
	auth_add(&sandbox->auth, name, secret);
	free(name);
	return good;
}

static void log_flaw(const struct flaw *flaw, void *payload)
{
	char line[16], column[16];

	(void)payload;
	snprintf(line, sizeof line, "%d", flaw->line);
	snprintf(column, sizeof column, "%d", flaw->column);
	log_event(flaw->severity == FLAW_ERROR ? LOG_ERROR : LOG_WARNING, "flaw", "file",
		  flaw->file, "line", line, "column", column, "rule", flaw->rule, "text",
		  flaw->text, NULL);
}

/* A folder or a zip, or the name of a bundled district. */
static bool load_bundle(struct store *store, const char *name, int64_t now, bool shifted,
			struct err *err)
{
	struct import import = { .now = now, .flaw = log_flaw };
	char *path = file_exists(name) ? xstrdup(name) : fixture_path("roster", name, "", err);
	struct bundle *bundle = path ? bundle_open(path, err) : NULL;
	bool good = bundle && (!shifted || import_shift(bundle, now, &import.shift, err)) &&
		    import_bundles(&import, store, &bundle, 1, err);

	if (good && import.shift) {
		char weeks[32];

		snprintf(weeks, sizeof weeks, "%lld", (long long)(import.shift / (7 * WHEN_DAY)));
		log_event(LOG_INFO, "shifted", "district", name, "weeks", weeks, NULL);
	}
	bundle_close(bundle);
	free(path);
	return good;
}

static bool is_empty(struct conn *conn, bool *empty, struct err *err)
{
	struct sql sql;
	int64_t count = 0;

	sql_init(&sql);
	sql_add(&sql, "SELECT (SELECT count(*) FROM orgs) + (SELECT count(*) FROM classes) + "
		      "(SELECT count(*) FROM users)");

	bool good = conn_integer(conn, &sql, &count, err);

	*empty = count == 0;
	sql_release(&sql);
	return good;
}

static bool load_data(const struct options *options, struct store *store, int64_t now,
		      struct err *err)
{
	const json_t *list = option_list(options, "load"), *item;
	bool empty;
	size_t i;

	if (!is_empty(store_conn(store), &empty, err))
		return false;
	if (!empty && list)
		log_event(LOG_WARNING, "load", "text",
			  "--load is passed over: the database holds a district already", NULL);
	if (!empty || (!list && option_is_set(options, "empty")))
		return true;
	if (!list)
		return load_bundle(store, "demo", now, true, err);
	json_array_foreach (list, i, item)
		if (!load_bundle(store, json_string_value(item), now, false, err))
			return false;
	return true;
}

/* --profile beats what the database remembers; what is in force is remembered. */
static struct profile *load_profile(const struct options *options, struct store *store,
				    struct err *err)
{
	char *remembered = NULL;
	const char *name = option_text(options, "profile");
	struct profile *profile = NULL;

	if (name || setting_get(store_conn(store), PROFILE_SETTING, &remembered, err)) {
		name = name ? name : remembered ? remembered : "standard";
		profile = profile_load(name, err);
	}
	if (profile && !setting_put(store_conn(store), PROFILE_SETTING, name, err)) {
		profile_put(profile);
		profile = NULL;
	}
	free(remembered);
	return profile;
}

/* --now sets the clock; without it a clock that was set before goes on. */
static bool load_clock(const struct options *options, struct sandbox *sandbox, int64_t *now,
		       struct err *err)
{
	struct conn *conn = store_conn(sandbox->store);
	char number[32], *stored = NULL;
	bool good;

	if (option_is_set(options, "now")) {
		sandbox->clock_offset = *now - when_now();
		snprintf(number, sizeof number, "%lld", (long long)sandbox->clock_offset);
		return setting_put(conn, CLOCK_SETTING, number, err);
	}
	good = setting_get(conn, CLOCK_SETTING, &stored, err);
	if (stored && !number_parse(stored, INT64_MIN, INT64_MAX, &sandbox->clock_offset))
		good = err_set(err, ERR_ENVIRONMENT, "the clock in the database is broken");
	*now = sandbox_now(sandbox);
	free(stored);
	return good;
}

/* The sandbox `default` with all that the command line says of it. */
static struct sandbox *open_default(const struct options *options, const char *host,
				    struct err *err)
{
	const char *db = option_text(options, "db");
	struct store *store;
	struct profile *profile;
	struct sandbox *sandbox;
	int64_t now;

	if (!option_now(options, &now, err))
		return NULL;
	store = store_open(db ? db : "mocksis.db", err);
	if (!store)
		return NULL;
	profile = load_profile(options, store, err);
	if (!profile) {
		store_close(store);
		return NULL;
	}
	sandbox = sandbox_new("default", store, profile);
	if (load_clock(options, sandbox, &now, err) &&
	    parse_auth(options, host, &sandbox->auth, err) &&
	    parse_validation(options, sandbox, err) && load_credentials(options, sandbox, err) &&
	    load_data(options, store, now, err))
		return sandbox;
	sandbox_free(sandbox);
	return NULL;
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

static void reload_profile(struct sandbox *sandbox, const char *name)
{
	struct err err = ERR_INIT;
	struct profile *profile = profile_load(name, &err);

	if (profile) {
		sandbox_set_profile(sandbox, profile);
		log_event(LOG_INFO, "profile", "name", profile->name, NULL);
	} else {
		log_event(LOG_ERROR, "profile", "text", err.text, "kept", "the one in force", NULL);
	}
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

static void wait_for_end(struct sandbox *sandbox, const sigset_t *signals, const char *profile)
{
	for (int number = 0; sigwait(signals, &number) == 0;) {
		if (number != SIGHUP)
			return;
		reload_profile(sandbox, profile);
	}
}

static bool handle(struct request *request, struct response *response, void *payload)
{
	return api_handle(payload, request, response);
}

int serve_main(const struct options *options)
{
	const char *text = option_text(options, "listen"),
		   *url = option_text(options, "public-url");
	struct random kernel = RANDOM_KERNEL;
	char admin_token[33];
	struct httpd_handler handler = { .handle = handle, .log = api_log };
	struct registry registry = { 0 };
	struct listen_address address;
	struct err err = ERR_INIT;
	struct sandbox *sandbox;
	struct httpd *httpd = NULL;
	char *public_url = NULL, *profile = NULL; /* profile: as it was named */
	sigset_t signals;

	if (!parse_listen(text ? text : "127.0.0.1:8080", &address, &err) ||
	    !parse_journal(options, &registry, &err))
		return fail(options, &err);
	if (url) {
		struct arena arena = ARENA_INIT;
		struct url parsed;
		bool good = url_parse(&arena, url, &parsed, &err);

		arena_release(&arena);
		if (!good)
			return fail(options, &err);
		public_url = xstrndup(url, strlen(url) - ends_with(url, "/"));
	}
	/* Blocked before any thread starts, so that sigwait() gets them all. */
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &signals, NULL);

	sandbox = open_default(options, address.host, &err);
	if (sandbox && !setting_get(store_conn(sandbox->store), PROFILE_SETTING, &profile, &err)) {
		sandbox_free(sandbox);
		sandbox = NULL;
	}
	if (sandbox) {
		struct httpd_config config = { address.host, address.port, public_url,
					       option_is_set(options, "trust-proxy"), LOOPS };

		registry_add(&registry, sandbox);
		registry.writer = writer_start();
		random_token(&kernel, admin_token, 32);
		registry.admin_token = option_text(options, "admin-token");
		if (!registry.admin_token)
			registry.admin_token = admin_token;
		handler.payload = &registry;
		httpd = httpd_start(&config, &handler, &err);
	}
	if (httpd) {
		print_start(sandbox, address.host, httpd_port(httpd), registry.admin_token);
		log_event(LOG_INFO, "started", "profile", sandbox->profile->name, NULL);
		wait_for_end(sandbox, &signals, profile);
		httpd_drain(httpd, DRAIN_MS);
	}
	/* no loop may submit to a writer that has gone, and what it still completes
	 * is answered by httpd_free() */
	httpd_halt(httpd);
	writer_stop(registry.writer);
	httpd_free(httpd);
	free(profile);
	registry_release(&registry);
	free(public_url);
	if (err.code != ERR_NONE)
		return fail(options, &err);
	log_event(LOG_INFO, "stopped", NULL);
	return 0;
}
