/*
 * zip.h - zips in and out. The only user of libzip is zip.c.
 */
#ifndef BUNDLE_ZIP_H
#define BUNDLE_ZIP_H

#include <stdio.h>
#include "base/err.h"

/* What a bundle may be at most: 25 files are in the binding, and a large district's
 * enrollments are some hundred megabytes that shrink to a tenth. */
#define BUNDLE_ENTRIES 64
#define BUNDLE_ENTRY_CAP ((uint64_t)2 << 30)
#define BUNDLE_TOTAL_CAP ((uint64_t)4 << 30)
#define BUNDLE_RATIO 200                       /* uncompressed to compressed size ... */
#define BUNDLE_RATIO_FROM ((uint64_t)16 << 20) /* ... beyond that many bytes */

struct zip_reader;

/* Opens a zip and checks all its entries. @names gets theirs (free each and the list). */
struct zip_reader *zip_reader_open(const char *path, char ***names, size_t *count,
				   struct err *err) MUST_USE;
/* Unpacks one entry into a temporary file, at its beginning. Returns (fclose). */
FILE *zip_reader_file(struct zip_reader *zip, const char *name, struct err *err) MUST_USE;
void zip_reader_close(struct zip_reader *zip); /* NULL is fine */

struct zip_writer;

/* A new zip, which is there only once zip_writer_end() was well. */
struct zip_writer *zip_writer_open(const char *path, struct err *err) MUST_USE;
/* Takes @file, also when it fails. */
bool zip_writer_add(struct zip_writer *zip, const char *name, FILE *file, struct err *err) MUST_USE;
bool zip_writer_end(struct zip_writer *zip, struct err *err) MUST_USE; /* frees @zip */
void zip_writer_abort(struct zip_writer *zip);                         /* NULL is fine */

#endif
