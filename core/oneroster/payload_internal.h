/*
 * payload_internal.h - what the files of the payload checks share.
 */
#ifndef ONEROSTER_PAYLOAD_INTERNAL_H
#define ONEROSTER_PAYLOAD_INTERNAL_H

#include "oneroster/payload.h"

/* In the order of payload_rules[]. */
enum rule {
	R_JSON,
	R_WRAPPER,
	R_WRAPPER_NONE,
	R_WRAPPER_KEY,
	R_WRAPPER_KIND,
	R_WRAPPER_TWO,
	R_WRAPPER_MEMBER,
	R_WRAPPER_STATUS,
	R_OBJECT,
	R_REQUIRED,
	R_REQUIRED_TEXT,
	R_NULL,
	R_NULL_OPTIONAL,
	R_TYPE,
	R_MEMBER_UNKNOWN,
	R_MEMBER_VERSION,
	R_EMPTY,
	R_EMPTY_TEXT,
	R_ENUM,
	R_BOOLEAN,
	R_NUMBER,
	R_DATE,
	R_TIME,
	R_TIME_ZONE,
	R_TIME_FORM,
	R_URI,
	R_ID,
	R_ID_CHARACTERS,
	R_REF,
	R_REF_HREF,
	R_REF_TYPE,
	R_REF_FAMILY,
	R_YEAR,
	R_DATE_ORDER,
	R_SUBJECT_CODES,
	R_RESULT_VALUES,
	R_PRIMARY_ROLE,
	R_OBJECTIVE,
	R_STATUS,
	R_STATUS_SHAPE,
	R_STATUS_CODE,
	RULE_COUNT
};

#define CLASS_NAME 64

struct checker {
	struct findings *findings;
	unsigned version;
	struct str path;        /* JSON pointer of what is being looked at */
	char class[CLASS_NAME]; /* the field list's name of the object around it */
	const char *member;     /* the member of it whose elements are being looked at */
	enum rule vocabulary;   /* the rule that a word outside its vocabulary breaks */
};

void checker_init(struct checker *c, struct findings *findings, unsigned version,
		  const char *prefix);
void checker_release(struct checker *c);

/* Goes down one member or element of the pointer, and up again to a mark. */
size_t checker_down(struct checker *c, const char *member);
size_t checker_down_index(struct checker *c, size_t index);
void checker_up(struct checker *c, size_t mark);

/* A finding about @member of the object at the pointer (NULL: about that value itself).
 * @found NULL: nothing. @what replaces the '@' of the rule's sentence. */
void note(struct checker *c, enum rule rule, const char *member, const json_t *found,
	  const char *what);
/* The same with a text in place of a value. */
void note_text(struct checker *c, enum rule rule, const char *member, const char *found,
	       const char *what);

#define SHOWN_SIZE 256
/* A value as a finding shows it. Returns @out. */
const char *shown(const json_t *value, char out[static SHOWN_SIZE]);

/* What a field is to hold, in words. */
#define WORDS_SIZE 400
const char *field_words(const struct field *field, unsigned version, char out[static WORDS_SIZE]);

/* Names of the field lists. */
void class_of_entity(const struct entity *entity, unsigned version, char out[static CLASS_NAME]);
void class_of_wrapper(const struct entity *entity, unsigned version, bool many,
		      char out[static CLASS_NAME]);
void class_of_reference(const struct entity *target, unsigned version, char out[static CLASS_NAME]);
/* Of the objects in an array of them; "" when the list has none. */
void class_of_parts(const struct field *field, unsigned version, char out[static CLASS_NAME]);

/* A member that stands for another one in some sources of a version (traps A24); NULL:
 * none. */
const struct field *alternative(const struct entity *entity, unsigned version, const char *member,
				const json_t *value);
/* The name under which the field list has a member of one of its classes. */
const char *listed_name(const char *class, const char *member);

/* Members of one object: each of @fields, and what is none of them unless @open. @entity
 * NULL: a part of an object. */
void check_members(struct checker *c, const struct entity *entity, const struct field *fields,
		   const json_t *object, bool open, unsigned flags);
/* One value, neither absent nor null, of the member @field->name; the pointer is at the
 * object around it. */
void check_value(struct checker *c, const struct field *field, const json_t *value);
/* What no single value shows: order of dates, sums of roles, ... */
void check_together(struct checker *c, const struct entity *entity, const json_t *object);

/* statusInfoSet of 1.1, with or without data beside it. */
void check_status_set(struct checker *c, const json_t *set);

bool is_uri(const char *text);

/* student and user are one family, so are term, gradingPeriod and academicSession. Returns
 * the entity that a reference type means, NULL when it is no type of 1.1. */
const struct entity *reference_family(const char *type);

#endif
