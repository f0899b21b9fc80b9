/*
 * control.h - calls of the control API of a `mocksis serve` (contract, section 2).
 *
 * What leads a sandbox from outside stands on it: mocksis journal, the judge of consumers, the
 * labs. The control API is found from any URL of that server.
 */
#ifndef CONTROL_CONTROL_H
#define CONTROL_CONTROL_H

#include <jansson.h>
#include "base/err.h"

struct control;

/* @url: any URL of the server, at its root or below; where it lies in a sandbox, that is the
 * one of @sandbox NULL. @sandbox: a name, or NULL for that of the URL, else `default`. ERR_INVALID
 * when the URL is wrong or there is no @token. Nothing is sent yet. */
struct control *control_open(const char *url, const char *token, const char *sandbox,
			     struct err *err) MUST_USE;
void control_close(struct control *control); /* NULL is fine */

/* http://127.0.0.1:8080, and the sandbox's name; borrowed. */
const char *control_base(const struct control *control);
const char *control_sandbox(const struct control *control);

/* The answer to @method /admin@path, where {sandbox} in @path stands for the sandbox's name,
 * encoded: "/sandboxes/{sandbox}/journal?limit=5". @body may be NULL. An answer without a body
 * is json_null(). Returns (json_decref). NULL with @err: ERR_UNREACHABLE when nobody answers, or
 * somebody else; ERR_INVALID for a wrong token and for what the server refuses, in its words.
 * *@status (may be NULL) is the status that came, 0 for none. */
json_t *control_call(struct control *control, const char *method, const char *path,
		     const json_t *body, long *status, struct err *err) MUST_USE;

/* The exchanges of the sandbox's journal, @visit for each, oldest first; it returns false to end.
 * @query: "method=PUT&status=4xx", or NULL. False with @err as above. */
bool control_journal(struct control *control, const char *query,
		     bool (*visit)(const json_t *item, void *payload), void *payload,
		     struct err *err) MUST_USE;

#endif
