/*
 * reason.h - what an HTTP status is called.
 */
#ifndef BASE_REASON_H
#define BASE_REASON_H

/* The reason phrase of @status (RFC 9110, section 15); "" for one that is not in use here. */
const char *http_reason(int status);

#endif
