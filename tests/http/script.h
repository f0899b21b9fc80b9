/*
 * script.h - clients as data: plays the steps of tests/clients/clients.json, see its README.
 */
#ifndef TESTS_HTTP_SCRIPT_H
#define TESTS_HTTP_SCRIPT_H

#include "tests/http/harness.h"

/* A sandbox of @server, made for one client; delete it with box_free(). */
struct box {
	const struct server *server;
	char name[32], id[64], secret[64];
	char bearer[BEARER]; /* what the last token request gave */
};

void box_make(struct box *box, const struct server *server, const char *name);
void box_free(struct box *box);

/* Sets the quirks and faults of @script, then does its steps. */
void script_play(struct box *box, const json_t *script);

#endif
