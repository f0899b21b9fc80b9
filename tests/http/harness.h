/*
 * harness.h - the whole program as a user meets it: processes, sockets, files.
 *
 * Every helper fails the running test (ck_abort) when the machine does not do its
 * part, so that a test reads as what it is about.
 */
#ifndef TESTS_HTTP_HARNESS_H
#define TESTS_HTTP_HARNESS_H

#include <check.h>
#include <jansson.h>
#include <stdbool.h>
#include <sys/types.h>

#define CREDENTIAL "test-client:test-secret"

#define ADMIN_TOKEN "test-admin"
#define BEARER 160

/* A finished program. */
struct outcome {
	int status; /* exit status; 128 + n: killed by signal n */
	char *out, *err;
};

/* Runs `mocksis ARGS...` (NULL-terminated) to its end, at most @seconds. */
void run_mocksis(struct outcome *outcome, int seconds, const char *const args[]);
void outcome_release(struct outcome *outcome);

/* One that goes on: what it prints goes to @out. mocksis_end() sends @signal (0: none) and
 * gives the exit status. */
pid_t mocksis_begin(int out, const char *const args[]);
int mocksis_end(pid_t pid, int signal);

/* `mocksis serve` on a free port, with a throw-away database, CREDENTIAL, the demo
 * district as it lies (not shifted), a clock that starts at 2026-11-16T17:00Z and
 * ADMIN_TOKEN;
 * @args (NULL-terminated, may be NULL) come behind. */
struct server {
	pid_t pid;
	char url[96];        /* http://127.0.0.1:PORT */
	char root[160];      /* URL/ims/oneroster/v1p1 */
	char bearer[BEARER]; /* a header with a fresh token, "" under --auth none */
	char log[64];        /* file with its standard error */
};

#define STORY_TIME "2026-11-16T17:00:00Z"

void server_start(struct server *server, const char *const args[]);
/* With nothing added to the command line but --listen. */
void server_start_bare(struct server *server, const char *const args[]);
int server_stop(struct server *server); /* SIGTERM; its exit status */

/* An answer; headers as raw lines. */
struct answer {
	long status; /* 0: none came */
	char *body, *headers;
	size_t length;
	json_t *json; /* NULL when the body is none */
};

/* @headers is NULL-terminated or NULL; @body NULL for none. */
void http(struct answer *answer, const char *method, const char *url, const char *const headers[],
	  const char *body);
void answer_release(struct answer *answer);

/* The same below server->root with the server's token. */
void api(struct answer *answer, const struct server *server, const char *method, const char *target,
	 const char *body);
/* The control API, below URL/admin. */
void admin(struct answer *answer, const struct server *server, const char *method,
	   const char *target, const char *body);
int admin_status(const struct server *server, const char *method, const char *target,
		 const char *body);
/* A header with a fresh token of the token endpoint @url; "" when it gives none. */
void bearer_get(const char *url, const char *id, const char *secret, char out[static BEARER]);
/* The value of a header; NULL when absent; free(). */
char *answer_header(const struct answer *answer, const char *name);
/* imsx_description of a 1.1 status body; "" when there is none. */
const char *answer_description(const struct answer *answer);

/* Sends raw bytes and returns what comes back until the peer closes or 2 s pass; free(). */
char *raw_exchange(const struct server *server, const char *bytes, size_t length);

/* A fresh folder, removed with everything in it by folder_remove(). Returns free(). */
char *folder_make(void);
void folder_remove(char *folder);                   /* frees it */
void folder_copy(const char *from, const char *to); /* like cp -r FROM/. TO */
void file_put(const char *folder, const char *name, const char *text);
char *file_get(const char *path); /* "" when it is not there; free() */

/* The fixtures of this source tree: "PATH/fixtures/NAME". Returns free(). */
char *fixture(const char *name);

#endif
