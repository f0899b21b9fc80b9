/*
 * rate.c - how many requests each client made in its window of time.
 */
#include "server/rate.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define CLIENTS_MOST 1000

struct window {
	char *client;
	int64_t began, count;
};

struct rate {
	pthread_mutex_t mutex; /* guards everything below */
	struct window windows[CLIENTS_MOST];
	size_t count;
};

struct rate *rate_new(void)
{
	struct rate *rate = xcalloc(1, sizeof *rate);

	pthread_mutex_init(&rate->mutex, NULL);
	return rate;
}

void rate_free(struct rate *rate)
{
	if (!rate)
		return;
	for (size_t i = 0; i < rate->count; i++)
		free(rate->windows[i].client);
	pthread_mutex_destroy(&rate->mutex);
	free(rate);
}

/* The client's window, a new one where it has none; the oldest goes when there are too
 * many clients (without credentials each address is one). */
static struct window *find(struct rate *rate, const char *client, int64_t now)
{
	struct window *oldest = rate->windows;

	for (size_t i = 0; i < rate->count; i++) {
		struct window *window = &rate->windows[i];

		if (strcmp(window->client, client) == 0)
			return window;
		if (window->began < oldest->began)
			oldest = window;
	}
	if (rate->count < CLIENTS_MOST)
		oldest = &rate->windows[rate->count++];
	free(oldest->client);
	*oldest = (struct window){ .client = xstrdup(client), .began = now };
	return oldest;
}

bool rate_take(struct rate *rate, const char *client, int64_t limit, int64_t window_ms, int64_t now,
	       int64_t *wait_ms)
{
	pthread_mutex_lock(&rate->mutex);

	struct window *window = find(rate, client, now);

	if (now - window->began >= window_ms) {
		window->began = now;
		window->count = 0;
	}

	bool within = window->count < limit;

	window->count += within;
	*wait_ms = window->began + window_ms - now;
	pthread_mutex_unlock(&rate->mutex);
	return within;
}
