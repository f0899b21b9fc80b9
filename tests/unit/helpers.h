/*
 * helpers.h - what several suites need: folders that vanish, files of the source
 * tree, the demo district, requests without a socket.
 */
#ifndef UNIT_HELPERS_H
#define UNIT_HELPERS_H

#include "server/http/request.h"
#include "server/store/store.h"

/* A new empty folder. Returns (scratch_free, which removes it with its files). */
char *scratch_new(void) MUST_USE;
void scratch_free(char *folder);
/* Writes a file into it. Returns its path (free). */
char *scratch_write(const char *folder, const char *name, const char *text) MUST_USE;

/* A file of the source tree, "tests/standard/…". Returns (free). */
char *source_path(const char *name) MUST_USE;

/* Loads fixtures/roster/demo as it is, without any shift. */
void demo_load(struct store *store);
/* A throw-away store that holds the demo district. Returns (store_close). */
struct store *demo_store(void) MUST_USE;

/* Stores the object that @json describes; status and date are set when absent. */
void put_row(struct store *store, const struct entity *entity, const char *json);

/* The same, as a reader of @version takes it. */
void put_object(struct store *store, const struct entity *entity, unsigned version,
		const json_t *object);

/* A request as the HTTP layer would build it; @target is raw. */
void request_make(struct request *request, const char *method, const char *target);
void request_set(struct request *request, const char *header, const char *value);
void request_free(struct request *request);
void response_free(struct response *response);

/* "OAuth …" for a request that was made, signed as a client does. */
const char *oauth1_sign(struct request *request, const char *key, const char *secret,
			const char *nonce, int64_t timestamp);

/* The value of a refusal's parameter, NULL when it has none of that name. */
const char *refusal_value(const struct refusal *refusal, const char *name);

#endif
