/*
 * harness.c - processes, sockets and files for the tests.
 */
#include "tests/http/harness.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/str.h"

#define START_MS 20000
#define STOP_MS 20000

static const char *program(void)
{
	const char *path = getenv("MOCKSIS_BIN");

	return path ? path : "build/mocksis";
}

static long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

char *fixture(const char *name)
{
	const char *root = getenv("MOCKSIS_FIXTURES");

	return xformat("%s/%s", root ? root : "fixtures", name);
}

/* argv with the program in front of @first and @args. Free the array only. */
static const char **command(const char *const first[], const char *const args[])
{
	size_t n = 0, count = 1;
	const char **argv;

	for (size_t i = 0; first && first[i]; i++)
		count++;
	for (size_t i = 0; args && args[i]; i++)
		count++;
	argv = xcalloc(count + 1, sizeof *argv);
	argv[n++] = program();
	for (size_t i = 0; first && first[i]; i++)
		argv[n++] = first[i];
	for (size_t i = 0; args && args[i]; i++)
		argv[n++] = args[i];
	return argv;
}

static pid_t start(const char **argv, int out, int err)
{
	pid_t pid = fork();

	ck_assert_msg(pid >= 0, "fork: %s", strerror(errno));
	if (pid == 0) {
		int null = open("/dev/null", O_RDONLY);

		dup2(null, STDIN_FILENO);
		dup2(out, STDOUT_FILENO);
		dup2(err, STDERR_FILENO);
		for (int fd = 3; fd < 256; fd++)
			close(fd);
		execv(argv[0], (char *const *)(uintptr_t)argv);
		dprintf(STDERR_FILENO, "%s: %s\n", argv[0], strerror(errno));
		_exit(127);
	}
	return pid;
}

static int wait_for(pid_t pid, int ms)
{
	long until = now_ms() + ms;
	int status;

	for (;;) {
		pid_t done = waitpid(pid, &status, WNOHANG);

		if (done == pid)
			return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
		if (now_ms() > until) {
			kill(pid, SIGKILL);
			waitpid(pid, &status, 0);
			ck_abort_msg("process %d did not end within %d ms", (int)pid, ms);
		}
		usleep(2000);
	}
}

static char *read_all(FILE *file)
{
	struct str text = STR_INIT;
	char chunk[4096];
	size_t got;

	rewind(file);
	while ((got = fread(chunk, 1, sizeof chunk, file)) > 0)
		str_add_bytes(&text, chunk, got);
	fclose(file);
	return str_take(&text, NULL);
}

void run_mocksis(struct outcome *outcome, int seconds, const char *const args[])
{
	const char **argv = command(NULL, args);
	FILE *out = tmpfile(), *err = tmpfile();

	ck_assert(out && err);
	outcome->status = wait_for(start(argv, fileno(out), fileno(err)), seconds * 1000);
	outcome->out = read_all(out);
	outcome->err = read_all(err);
	free(argv);
}

pid_t mocksis_begin(int out, const char *const args[])
{
	const char **argv = command(NULL, args);
	pid_t pid = start(argv, out, out);

	free(argv);
	return pid;
}

int mocksis_end(pid_t pid, int signal)
{
	if (signal)
		kill(pid, signal);
	return wait_for(pid, STOP_MS);
}

void outcome_release(struct outcome *outcome)
{
	free(outcome->out);
	free(outcome->err);
	*outcome = (struct outcome){ 0 };
}

/* Reads "listening on URL" from the server's standard output. */
static void read_url(struct server *server, int fd)
{
	char text[1024];
	size_t length = 0;
	long until = now_ms() + START_MS;

	for (;;) {
		struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
		ssize_t got = 0;

		if (poll(&poll_fd, 1, 100) > 0)
			got = read(fd, text + length, sizeof text - 1 - length);
		length += got > 0 ? (size_t)got : 0;
		text[length] = '\0';
		if (strchr(text, '\n'))
			break;
		if (now_ms() > until || got < 0) {
			char *log = file_get(server->log);

			ck_abort_msg("the server does not start: %s", log);
		}
	}
	ck_assert_msg(sscanf(text, "listening on %95s", server->url) == 1, "it printed: %s", text);
	snprintf(server->root, sizeof server->root, "%s/ims/oneroster/v1p1", server->url);
}

void bearer_get(const char *url, const char *id, const char *secret, char out[static BEARER])
{
	struct answer answer;
	char *form = xformat("grant_type=client_credentials&client_id=%s&client_secret=%s", id,
			     secret);

	http(&answer, "POST", url,
	     (const char *[]){ "Content-Type: application/x-www-form-urlencoded", NULL }, form);
	const char *token = json_string_value(json_object_get(answer.json, "access_token"));

	out[0] = '\0';
	if (token)
		snprintf(out, BEARER, "Authorization: Bearer %s", token);
	answer_release(&answer);
	free(form);
}

static void get_token(struct server *server)
{
	char *url = xformat("%s/oauth2/token", server->url);

	bearer_get(url, "test-client", "test-secret", server->bearer);
	free(url);
}

static void start_server(struct server *server, const char *const first[], const char *const args[])
{
	const char **argv = command(first, args);
	int out[2], log;

	memset(server, 0, sizeof *server);
	snprintf(server->log, sizeof server->log, "/tmp/mocksis-test-log-XXXXXX");
	log = mkstemp(server->log);
	ck_assert(log >= 0 && pipe(out) == 0);
	server->pid = start(argv, out[1], log);
	close(out[1]);
	close(log);
	read_url(server, out[0]);
	close(out[0]);
	get_token(server);
	free(argv);
}

void server_start(struct server *server, const char *const args[])
{
	char *demo = fixture("roster/demo");
	const char *first[] = { "serve",        "--listen",      "127.0.0.1:0", "--db", ":memory:",
				"--credential", CREDENTIAL,      "--load",      demo,   "--now",
				STORY_TIME,     "--admin-token", ADMIN_TOKEN,   NULL };

	start_server(server, first, args);
	free(demo);
}

void server_start_bare(struct server *server, const char *const args[])
{
	const char *first[] = { "serve",         "--listen",  "127.0.0.1:0",
				"--admin-token", ADMIN_TOKEN, NULL };

	start_server(server, first, args);
}

int server_stop(struct server *server)
{
	int status;

	kill(server->pid, SIGTERM);
	status = wait_for(server->pid, STOP_MS);
	unlink(server->log);
	return status;
}

static size_t take(char *data, size_t size, size_t count, void *payload)
{
	str_add_bytes(payload, data, size * count);
	return size * count;
}

void http(struct answer *answer, const char *method, const char *url, const char *const headers[],
	  const char *body)
{
	CURL *easy = curl_easy_init();
	struct curl_slist *list = curl_slist_append(NULL, "Expect:");
	struct str text = STR_INIT, head = STR_INIT;

	memset(answer, 0, sizeof *answer);
	for (size_t i = 0; headers && headers[i]; i++)
		list = curl_slist_append(list, headers[i]);
	curl_easy_setopt(easy, CURLOPT_URL, url);
	curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, list);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, &text);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, &head);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, 20000L);
	if (strcmp(method, "HEAD") == 0)
		curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
	if (body)
		curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body);
	if (curl_easy_perform(easy) == CURLE_OK)
		curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &answer->status);
	curl_slist_free_all(list);
	curl_easy_cleanup(easy);
	answer->headers = str_take(&head, NULL);
	answer->body = str_take(&text, &answer->length);
	answer->json = json_loadb(answer->body, answer->length, 0, NULL);
}

void answer_release(struct answer *answer)
{
	free(answer->body);
	free(answer->headers);
	json_decref(answer->json);
	memset(answer, 0, sizeof *answer);
}

void api(struct answer *answer, const struct server *server, const char *method, const char *target,
	 const char *body)
{
	char *url = xformat("%s%s", server->root, target);

	http(answer, method, url,
	     (const char *[]){ "Content-Type: application/json",
			       *server->bearer ? server->bearer : NULL, NULL },
	     body);
	free(url);
}

void admin(struct answer *answer, const struct server *server, const char *method,
	   const char *target, const char *body)
{
	char *url = xformat("%s/admin%s", server->url, target);

	http(answer, method, url,
	     (const char *[]){ "Content-Type: application/json",
			       "Authorization: Bearer " ADMIN_TOKEN, NULL },
	     body);
	free(url);
}

int admin_status(const struct server *server, const char *method, const char *target,
		 const char *body)
{
	struct answer answer;

	admin(&answer, server, method, target, body);

	int status = (int)answer.status;

	answer_release(&answer);
	return status;
}

char *answer_header(const struct answer *answer, const char *name)
{
	size_t length = strlen(name);

	for (const char *line = answer->headers; *line;) {
		size_t size = strcspn(line, "\r\n");

		if (size > length && strncasecmp(line, name, length) == 0 && line[length] == ':')
			return xstrndup(line + length + 2, size - length - 2);
		line += size;
		line += strspn(line, "\r\n");
	}
	return NULL;
}

const char *answer_description(const struct answer *answer)
{
	const json_t *set = json_array_get(json_object_get(answer->json, "statusInfoSet"), 0);
	const char *text = json_string_value(json_object_get(set, "imsx_description"));

	return text ? text : "";
}

char *raw_exchange(const struct server *server, const char *bytes, size_t length)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	struct str text = STR_INIT;
	int fd = socket(AF_INET, SOCK_STREAM, 0), port = 0;
	long until = now_ms() + 2000;

	ck_assert(sscanf(server->url, "http://127.0.0.1:%d", &port) == 1);
	address.sin_port = htons((uint16_t)port);
	inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
	ck_assert(connect(fd, (struct sockaddr *)&address, sizeof address) == 0);
	ck_assert(send(fd, bytes, length, MSG_NOSIGNAL) == (ssize_t)length);
	for (;;) {
		struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
		char chunk[4096];
		ssize_t got;

		if (poll(&poll_fd, 1, (int)(until - now_ms() > 0 ? until - now_ms() : 0)) <= 0)
			break;
		got = recv(fd, chunk, sizeof chunk, 0);
		if (got <= 0)
			break;
		str_add_bytes(&text, chunk, (size_t)got);
	}
	close(fd);
	return str_take(&text, NULL);
}

char *folder_make(void)
{
	char *folder = xstrdup("/tmp/mocksis-test-XXXXXX");

	ck_assert(mkdtemp(folder) != NULL);
	return folder;
}

static void shell(const char *format, const char *a, const char *b)
{
	char *line = xformat("%s '%s' '%s'", format, a, b);

	ck_assert_int_eq(system(line), 0);
	free(line);
}

void folder_remove(char *folder)
{
	shell("rm -rf", folder, folder);
	free(folder);
}

void folder_copy(const char *from, const char *to)
{
	char *all = xformat("%s/.", from);

	shell("cp -r", all, to);
	free(all);
}

void file_put(const char *folder, const char *name, const char *text)
{
	char *path = xformat("%s/%s", folder, name);
	FILE *file = fopen(path, "wb");

	ck_assert_msg(file != NULL, "%s: %s", path, strerror(errno));
	fputs(text, file);
	fclose(file);
	free(path);
}

char *file_get(const char *path)
{
	FILE *file = fopen(path, "rb");

	return file ? read_all(file) : xstrdup("");
}
