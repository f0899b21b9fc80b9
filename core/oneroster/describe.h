/*
 * describe.h - the data model, printed from the tables that the program runs on.
 *
 * What is printed is the standard's truth: a member that it demands is required here,
 * although a lenient provider stores an object without it. The passwords of users are
 * described and never answered.
 */
#ifndef ONEROSTER_DESCRIBE_H
#define ONEROSTER_DESCRIBE_H

#include "base/str.h"
#include "oneroster/entity.h"

/* In place of a service: all of them, in one document. */
#define EVERY_SERVICE SERVICE_COUNT

/* Appends an OpenAPI 3.0 document of one version. @base_url is what the path of a
 * service follows: the server is @base_url and that path; with EVERY_SERVICE of 1.2,
 * which has a path per service, it is @base_url and the paths are whole. */
void describe_openapi(struct str *out, unsigned version, enum service service,
		      const char *base_url);

/* Appends a JSON Schema (2020-12) of one version: any body of the service. To hold an answer
 * against the one that it must be, refer to it: under $defs are each object as
 * `lineItem`, its envelopes as `lineItem-body` and `lineItems-body` (demographics, both
 * of whose keys are the same word: `demographics-body` and `demographics-set-body`),
 * its parts as `user.roles`, references as `class-ref` (1.1: `GUIDRef`), refusals as
 * `status-body`. */
void describe_json_schema(struct str *out, unsigned version, enum service service);

/* Appends tables for a reader: fields, and the operations per version. @versions:
 * V11, V12 or BOTH. */
void describe_markdown(struct str *out, unsigned versions, enum service service);

/* Appends the files of a CSV bundle of one version with their header rows. */
void describe_csv(struct str *out, unsigned version, enum service service);

/* "1.1" or "1.2". */
const char *version_name(unsigned version);

/* Whether an object or operation of @of belongs to @service. */
bool service_has(enum service service, enum service of);

#endif
