/*
 * consumer.h - the judge of clients: from a sandbox's journal, whatever the client is.
 *
 * Its report has the shape of judge_run() in checks/judge.h. Where a journal holds several
 * clients each is judged for itself, and the worst verdict of a rule counts.
 */
#ifndef CONSUMER_CONSUMER_H
#define CONSUMER_CONSUMER_H

#include <jansson.h>
#include "base/err.h"
#include "conformance/canvas/connection.h"

struct control;

struct consumer_options {
	struct control *control;
	const char *client;                  /* NULL: every client */
	const struct connection *connection; /* what the client promised; NULL: not known */
};

/* The rules, as [{"id","level","clause","title","writes":false}]. Returns (json_decref). */
json_t *consumer_list(void) MUST_USE;

/* Returns {"url","sandbox","clients","complete","incomplete","exchanges","version","summary",
 * "checks"} (json_decref); "incomplete" says why "complete" is false. NULL with ERR_INVALID when
 * the sandbox or the token is wrong or there is nothing to judge, ERR_UNREACHABLE when nobody
 * answers. */
json_t *consumer_judge(const struct consumer_options *options, struct err *err) MUST_USE;

/* The same from @items, exchanges as the control API lists them; @forgotten: how many the
 * server has dropped, -1 when it does not say. ERR_INVALID: nothing to judge. */
json_t *consumer_judge_items(const json_t *items, int64_t forgotten, const char *client,
			     const struct connection *connection, struct err *err) MUST_USE;

#endif
