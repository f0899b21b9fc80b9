/*
 * source.h - what generate reads from a provider.
 */
#ifndef GENERATE_SOURCE_H
#define GENERATE_SOURCE_H

#include "base/when.h"
#include "conformance/generate/generate.h"

struct roster {
	const char *id;       /* of the class; borrowed from the options */
	json_t *json;         /* the class; without members where the provider does not give it */
	json_t *students;     /* [{"id","name","sortable"}], by id, each once */
	json_t *categories;   /* [{"id","title"}] in the provider's order, each title once */
	char *students_asked; /* the path that answered, NULL: none */
	char *categories_asked;
};

struct source {
	struct roster rosters[GENERATE_CLASSES];
	size_t count;
	json_t *sessions; /* owns `period` */
	json_t *period;   /* the academicSession that due dates lie in; NULL: none was found */
	json_t *notes;    /* sentences on what was not as it should be */
};

/* Reads all classes of @options. On failure, too, release it. */
bool source_read(struct source *source, const struct generate_options *options,
		 struct err *err) MUST_USE;
void source_release(struct source *source);

/* Appends a sentence to the notes. */
void source_note(struct source *source, const char *format, ...) PRINTF(2, 3);

#endif
