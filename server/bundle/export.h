/*
 * export.h - a database as a OneRoster CSV bundle.
 *
 * Without `bulk` nothing is lost: what the binding has no form for is kept in columns
 * metadata.mocksis.FIELD and files of our own, and import_bundles() makes the same
 * database of it. With `bulk` it is what a district sends, and what is lost is told.
 */
#ifndef BUNDLE_EXPORT_H
#define BUNDLE_EXPORT_H

#include "oneroster/files.h"
#include "server/store/store.h"

/* Values that a bundle does not say as they are; field NULL: objects or entries that it
 * does not hold at all. */
struct export_note {
	const char *file, *field;
	size_t count;
	const char *why;
	bool kept; /* in a column of ours; else lost */
};

struct export
{
	/* set by the caller */
	unsigned version; /* V11 or V12 */
	bool dropped;     /* with the columns that 1.2 had and 1.2.1 dropped */
	bool bulk;        /* active objects only, and nothing beyond the binding */
	int64_t since;    /* only objects modified then or later; INT64_MIN: all */
	void (*note)(const struct export_note *note, void *payload);
	void *payload;

	/* filled; by place in csv_files */
	size_t written[CSV_FILES];
};

/* Writes a new zip, where @path ends in .zip, or a new or empty folder. ERR_INVALID when
 * there is something already; when it fails, nothing of it stays. */
bool export_bundle(struct export *export, struct store *store, const char *path,
		   struct err *err) MUST_USE;

#endif
