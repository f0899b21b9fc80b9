/*
 * answer.h - what a provider said, in whichever of the many forms.
 *
 * Reads the status shapes A, B and C of fact sheet 1.1 section 9, plain text,
 * HTML and nothing at all; never fails.
 */
#ifndef CANVAS_ANSWER_H
#define CANVAS_ANSWER_H

#include "conformance/canvas/transport.h"

/* The sentence for a person: imsx_description, or the best there is. Returns (free). */
char *answer_text(const struct call *call) MUST_USE;
/* The minor code as it was sent, or NULL. Returns (free). */
char *answer_minor(const struct call *call) MUST_USE;

bool answer_is_success(const struct call *call); /* 2xx */

/* The body as JSON; NULL with a sentence that says what came instead.
 * Returns (json_decref). */
json_t *answer_json(const struct call *call, struct err *err) MUST_USE;

/* Reads all pages of a collection: follows Link rel=next where there is one, else
 * counts with X-Total-Count, else goes on until a page is short. @path may hold a
 * query. Returns the array of objects (json_decref), or NULL with @err and, when
 * the provider answered with a refusal, its text in *@refusal and status. */
struct page_reader {
	struct transport *transport;
	int page_size;
	size_t most; /* objects, and bytes of all pages: more is an error; 0: any number */
	size_t most_bytes;
	long status;   /* of the last answer */
	char *refusal; /* text of a refusal, NULL otherwise; free() */
};

/* The same, a page at a time: @see gets each object and keeps none. False with @err. */
bool read_objects(struct page_reader *reader, const char *path, const char *key,
		  void (*see)(const json_t *object, void *payload), void *payload,
		  struct err *err) MUST_USE;

json_t *read_collection(struct page_reader *reader, const char *path, const char *key,
			struct err *err) MUST_USE;

#endif
