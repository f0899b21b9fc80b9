/*
 * redact.h - secrets out of what is logged or kept.
 *
 * What has the name of a secret loses its value: members, parameters, headers. Where
 * credentials and tokens are exchanged, only what is known to be harmless stays. Every
 * function appends to @out and returns true where something was taken out; else @out is
 * left alone and the caller goes on with what it has.
 */
#ifndef BASE_REDACT_H
#define BASE_REDACT_H

#include "base/str.h"

/* What stands in its place. */
#define REDACTED "REDACTED"

enum redact {
	REDACT_NAMED,    /* what is called a secret goes */
	REDACT_EXCHANGE, /* of a token exchange: what is not known to be harmless goes */
};

/* A raw query, a form body. */
bool redact_pairs(struct str *out, const char *text, enum redact how);
/* A raw path with its query. */
bool redact_target(struct str *out, const char *target, enum redact how);
/* JSON, a form, or something that nobody can read. */
bool redact_body(struct str *out, const char *text, size_t length, enum redact how);
/* The value of a header. @vendor is the name of one more that holds a secret, or NULL. */
bool redact_header(struct str *out, const char *name, const char *value, const char *vendor);

#endif
