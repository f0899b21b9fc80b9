/*
 * listen.h - one listening socket, bound once and shared by the loops.
 */
#ifndef HTTP_LISTEN_H
#define HTTP_LISTEN_H

#include "base/err.h"

/* Returns a descriptor that listens and does not block, or -1 with @err; *@port
 * is the port that was asked for and becomes the one that was bound. */
int listen_on(const char *address, int *port, struct err *err) MUST_USE;

#endif
