/*
 * behaviours.c - the names of FAULT_BEHAVES, and what each does.
 *
 * A name with "-" at its end goes on with a collection. With fault_row.request a behaviour
 * is only that request's; `text` is the argument where one is named.
 */
#include "tests/provider/internal.h"

#include <string.h>

/* clang-format off */
static const struct {
	const char *name, *does;
} behaviours[] = {
	/* credentials */
	{ "no-auth",           "needs no credentials" },
	{ "any-token",         "takes every token" },
	{ "any-signature",     "takes every signature" },
	{ "no-sha1",           "refuses HMAC-SHA1" },
	{ "no-sha256",         "refuses HMAC-SHA256" },
	{ "window-past",       "signatures are good for 5 minutes only" },
	{ "window-future",     "a clock may be ahead by 1 minute only" },
	{ "window-open",       "timestamps are not looked at" },
	{ "no-nonces",         "a nonce may be used again" },
	{ "oauth1-in-1.2",     "takes signatures in 1.2" },
	{ "route-first",       "an unknown path is 404 also without credentials" },
	/* tokens and scopes */
	{ "any-secret",        "any secret gives a token" },
	{ "any-grant",         "grant_type is not looked at" },
	{ "any-form",          "a token request may be of any type and say things twice" },
	{ "token-by-get",      "GET gives a token" },
	{ "revokes",           "a new token revokes those before" },
	{ "grants-everything", "a token gets all scopes, whatever was asked for" },
	{ "grants-unknown",    "a token gets scopes that do not exist" },
	{ "no-scopes",         "scopes are not looked at" },
	{ "scope-opens",       "the scope that ends with `text` opens everything" },
	{ "scope-closed",      "the scope that ends with `text` opens nothing" },
	/* pages */
	{ "no-limit",          "limit is not looked at" },
	{ "no-offset",         "offset is not looked at" },
	{ "any-limit",         "a bad limit is the default" },
	{ "any-offset",        "a bad offset is 0" },
	{ "repeats",           "of a repeated parameter the first counts" },
	{ "past-404",          "404 past the end" },
	{ "limit-400",         "limit=10000 is refused" },
	{ "offset-counts-pages", "offset is the number of a page" },
	{ "total-of-page",     "X-Total-Count is the page's" },
	{ "total-unfiltered",  "X-Total-Count is that before the filter" },
	{ "next-always",       "there is always a next page" },
	{ "no-first",          "no Link rel=first" },
	{ "no-prev",           "no Link rel=prev" },
	{ "no-next",           "no Link rel=next" },
	{ "no-last",           "no Link rel=last" },
	{ "last-is-end",       "rel=last leads behind the last object" },
	{ "link-forgets",      "links lose filter, sort and fields" },
	{ "link-relative",     "links are relative" },
	{ "shuffles",          "every second read of categories is in another order" },
	/* sort and fields */
	{ "no-sort",           "sort is not looked at" },
	{ "no-desc",           "orderBy=desc is ascending" },
	{ "sort-reversed",     "ascending is descending" },
	{ "unknown-sort-400",  "an unknown sort field is refused" },
	{ "any-order",         "orderBy may be anything" },
	{ "no-fields",         "fields is not looked at" },
	{ "fields-of-lists",   "fields works on collections only" },
	{ "unknown-fields-200", "1.2: an unknown field gives all fields" },
	{ "unknown-fields-400", "1.1: an unknown field is refused" },
	{ "blank-fields-200",  "a blank list gives all fields" },
	{ "no-warnings",       "1.1: no warning beside the data" },
	/* filters */
	{ "no-filter",         "filters are not looked at" },
	{ "filter-ignored",    "a predicate over the field `text` is always true" },
	{ "filter-refused",    "the field `text` is unknown to filters" },
	{ "op-ignored",        "a predicate with the operator `text` is always true" },
	{ "op-refused",        "the operator `text` is unknown" },
	{ "unknown-filter-ignored", "a predicate over an unknown field is always true" },
	{ "no-dotted-filter",  "dotted paths are unknown" },
	{ "no-metadata-filter", "members of metadata are unknown" },
	{ "quoted-and-splits", "AND inside quotes is taken for the operator" },
	{ "second-ignored",    "the second predicate is not looked at" },
	{ "and-is-or",         "AND is OR" },
	{ "or-is-and",         "OR is AND" },
	{ "dates-are-texts",   "dateTimes compare as texts" },
	{ "list-is-any",       "='a,b' holds with either" },
	{ "list-is-all",       "~'a,b' holds with both" },
	/* paths */
	{ "any-kind",          "/students lists all users, /schools all orgs, /terms all sessions" },
	{ "any-parent",        "an unknown parent has an empty collection" },
	{ "any-inner-parent",  "the second id of a path need not belong to the first" },
	{ "unfiltered",        "what lies below an object is the whole collection" },
	{ "all-line-items",    "every class has all lineItems" },
	{ "all-categories",    "every class has all categories" },
	{ "raw-ids",           "ids of a path are not decoded" },
	{ "slash-404",         "a slash at the end makes another path" },
	{ "get-body-400",      "a GET with a body is refused" },
	/* objects */
	{ "bare-objects",      "every object has only its id" },
	{ "flags-are-booleans", "true for \"true\"" },
	{ "href-relative",     "href is a path" },
	{ "href-own-service",  "1.2: href leads into the service that was asked" },
	/* writes */
	{ "any-id",            "the id of path and body may differ" },
	{ "any-type",          "texts may be of any type" },
	{ "any-number",        "numbers may be of any type" },
	{ "any-date",          "dateTimes may be any text" },
	{ "any-word",          "words of vocabularies may be any text" },
	{ "any-lack",          "what is required may be missing" },
	{ "any-text-score",    "a textScore need not be of the scoreScale" },
	{ "any-class",         "that reference may lead nowhere; so do the next ones" },
	{ "any-school",        "" },
	{ "any-category",      "" },
	{ "any-grading-period", "" },
	{ "any-academic-session", "" },
	{ "any-score-scale",   "" },
	{ "any-course",        "" },
	{ "any-line-item",     "" },
	{ "any-student",       "" },
	{ "any-assessment-line-item", "" },
	{ "any-parent-assessment-line-item", "" },
	{ "broken-json-500",   "a body that is no JSON is a server error" },
	{ "rounds",            "resultValueMax with decimals becomes 12" },
	{ "forgets-member",    "the member `text` is not stored" },
	{ "stale-time",        "dateLastModified of a write is long ago" },
	{ "merges",            "a second PUT keeps what it leaves out" },
	{ "duplicates-",       "a second PUT makes a second object" },
	{ "frozen-",           "a second PUT changes nothing" },
	{ "undeletable-",      "DELETE answers 204 and deletes nothing" },
	{ "deletes-nothing",   "DELETE of what is not there is 204" },
	{ "any-path",          "posted objects may lead elsewhere than the path" },
	{ "post-partial",      "of a refused POST what came before the culprit is stored" },
	{ "post-forgets",      "POST stores nothing" },
	{ "post-keeps-supplied", "POST stores under the supplied ids, and names others" },
};
/* clang-format on */

const char *provider_behaviour(size_t index)
{
	return index < ARRAY_SIZE(behaviours) ? behaviours[index].name : NULL;
}

bool vendor_has_behaviour(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(behaviours); i++)
		if (ends_with(behaviours[i].name, "-") ? starts_with(name, behaviours[i].name)
						       : strcmp(name, behaviours[i].name) == 0)
			return true;
	return false;
}
