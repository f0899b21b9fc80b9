/*
 * writing.h - objects of every kind of the gradebook, as the checks write them.
 *
 * A kind is called by its plural: "lineItems". What a provider does not take at all is no fault of
 * its own here: the checks about it are skipped with what it said.
 */
#ifndef CHECKS_WRITING_H
#define CHECKS_WRITING_H

#include "conformance/checks/check.h"
#include "oneroster/entity.h"

/* The entity of a kind. */
const struct entity *kind_of(const char *plural);

/* The sourcedId of an object of this kind that the provider took; it is made when it is asked for
 * first. NULL with *@why (borrowed) where the provider takes none. Borrowed. */
const char *own_object(struct judge *judge, const char *plural, const char **why);
/* Likewise, but where there is none the check is skipped. */
const char *own_needed(struct judge *judge, const char *plural);
/* All that the schema demands of the kind, with @changes (see judge_wrap), wrapped. Returns
 * (free). */
char *own_body(struct judge *judge, const char *plural, const char *id,
	       const char *changes) MUST_USE;

/* PUTs an object of the kind with @changes under a new id, which it returns (free); what was sent
 * in *@sent (free), if that is not NULL. NULL, and the check is skipped, where the provider takes
 * none of the kind. */
char *own_put(struct judge *judge, const char *plural, const char *changes, char **sent) MUST_USE;
/* Notes that an object may be there, and has to be deleted at the end. */
void own_note(struct judge *judge, const char *plural, const char *id);
/* GET or DELETE of one. */
const struct call *own_call(struct judge *judge, const char *method, const char *plural,
			    const char *id);
/* Fails unless the members of @changes read back as they were @sent; NULL: all of them. */
void own_kept(struct judge *judge, const char *plural, const char *id, const char *sent,
	      const char *changes);
/* Whether @status says that the provider does not have this operation, or not for us. */
bool is_not_offered(long status);
/* Skips the check where the last answer says so. */
bool skip_not_offered(struct judge *judge);

/* The id of a class beside {class}, of a student of {class} beside {student}; NULL, and the check
 * is skipped, where there is none. Borrowed. */
const char *other_class(struct judge *judge);
const char *other_student(struct judge *judge);

/* A collection, or what @path filters of it, as an array; at most @LIST_READ objects. Fails and
 * returns NULL where it cannot be read. Returns (json_decref). */
#define LIST_READ 1000
json_t *list_read(struct judge *judge, const char *path, const char *plural) MUST_USE;
/* How often @id stands in a list. */
size_t list_count(const json_t *list, const char *id);
/* @pattern with the encoded id in place of its %s. Returns (free). */
char *path_filled(const char *pattern, const char *id) MUST_USE;

#endif
