/*
 * internal.h - what the files of bundle/ share.
 */
#ifndef BUNDLE_INTERNAL_H
#define BUNDLE_INTERNAL_H

#include "base/csv.h"
#include "server/bundle/import.h"
#include "server/bundle/link.h"
#include "server/store/bulk.h"

/* Columns of our own at the right end, which hold as JSON what the binding has no form
 * for: metadata.mocksis.FIELD (metadata.* is the binding's extension point). */
#define STORED_PREFIX "metadata.mocksis."

/* What an export says in source.systemCode of a bundle whose rows are whole objects: what
 * a row does not say, the object does not have. */
#define WHOLE_OBJECTS "mocksis-whole-objects"

#define STATE_FILE "sis-state.json"

/* clang-format off */
#define FLAW_RULES(X) \
	X(MANIFEST_MISSING, "CSV-MANIFEST-MISSING", "there is no manifest.csv; the version is guessed, every file is loaded, nothing is marked as deleted") \
	X(MANIFEST_NAME,    "CSV-MANIFEST-NAME",    "a property of the manifest is written in another way than in the binding") \
	X(MANIFEST_VALUE,   "CSV-MANIFEST-VALUE",   "a file is announced as something other than absent, bulk or delta") \
	X(VERSION,          "CSV-VERSION",          "oneroster.version is missing or neither 1.1 nor 1.2; it is guessed from the files") \
	X(FILE_MISSING,     "CSV-FILE-MISSING",     "a file that the manifest announces is not there") \
	X(FILE_ANNOUNCED,   "CSV-FILE-ANNOUNCED",   "a file that the manifest calls absent is there") \
	X(FILE_NAME,        "CSV-FILE-NAME",        "a file has a misprinted name (courseResourses.csv)") \
	X(FILE_UNKNOWN,     "CSV-FILE-UNKNOWN",     "the binding has no file of this name; it is not loaded") \
	X(FILE_VERSION,     "CSV-FILE-VERSION",     "the file belongs to the other version of the binding") \
	X(FILE_EMPTY,       "CSV-FILE-EMPTY",       "the file has not even a header") \
	X(FILE_UNREADABLE,  "CSV-FILE-UNREADABLE",  "reading the file failed") \
	X(SYNTAX,           "CSV-SYNTAX",           "a row is no CSV: quotes, UTF-8, NUL, size") \
	X(HEADER_UNKNOWN,   "CSV-HEADER-UNKNOWN",   "a column is none of the binding") \
	X(HEADER_NAME,      "CSV-HEADER-NAME",      "a column has a name from the field that means one of the binding") \
	X(HEADER_VERSION,   "CSV-HEADER-VERSION",   "a column belongs to the other version of the binding; it is loaded") \
	X(HEADER_TWICE,     "CSV-HEADER-TWICE",     "a column stands twice") \
	X(HEADER_MISSING,   "CSV-HEADER-MISSING",   "a column of the binding is missing") \
	X(HEADER_UNUSABLE,  "CSV-HEADER-UNUSABLE",  "a column is missing without which no row can be loaded") \
	X(HEADER_ORDER,     "CSV-HEADER-ORDER",     "the columns are not in the order of the binding, metadata.* last") \
	X(BULK_FILLED,      "CSV-BULK-FILLED",      "status or dateLastModified is filled in a bulk file") \
	X(LINE_BREAK,       "CSV-LINE-BREAK",       "a value holds a line break, which the binding forbids; it is kept") \
	X(CELL_COUNT,       "CSV-CELL-COUNT",       "a row has more or fewer cells than the header") \
	X(VALUE_MISSING,    "CSV-VALUE-MISSING",    "a required value is empty") \
	X(VALUE_INVALID,    "CSV-VALUE-INVALID",    "a value is not of its type or vocabulary") \
	X(VALUE_FORM,       "CSV-VALUE-FORM",       "a value is understood, but not written as the binding has it") \
	X(VALUE_LOST,       "CSV-VALUE-LOST",       "values for which the API has no place (title of a link) are not loaded") \
	X(COLUMN_LOST,      "CSV-COLUMN-LOST",      "values of an unknown column are not loaded") \
	X(ID_TWICE,         "CSV-ID-TWICE",         "a sourcedId stands in two rows of a file") \
	X(REF_UNKNOWN,      "CSV-REF-UNKNOWN",      "a reference leads to nothing; it is kept") \
	X(OWNER_UNKNOWN,    "CSV-OWNER-UNKNOWN",    "the row is a part of an object that does not exist") \
	X(BULK_BROKEN,      "CSV-BULK-BROKEN",      "rows of a bulk file could not be read, so what it lacks is not marked as deleted") \
	X(STATE_JSON,       "SIS-STATE-JSON",       "sis-state.json is no JSON object") \
	X(STATE_KIND,       "SIS-STATE-KIND",       "a kind of object that does not exist") \
	X(STATE_ID,         "SIS-STATE-ID",         "state of an object that does not exist; it is kept") \
	X(STATE_KEY,        "SIS-STATE-KEY",        "a key that does not exist") \
	X(STATE_VALUE,      "SIS-STATE-VALUE",      "a value of the wrong kind")
/* clang-format on */

enum flaw_rule {
#define X(rule, name, sentence) FLAW_##rule,
	FLAW_RULES(X)
#undef X
};

void flaw_report(struct import *import, const char *file, int line, int column, enum flaw_rule rule,
		 enum flaw_severity severity, const char *format, ...) PRINTF(7, 8);

/* A column that holds what the row's object does not say itself: on the way out it is
 * filled by @sql, over the entity's table. */
struct fallback {
	const char *file, *column, *sql;
};

#define FALLBACKS 3
extern const struct fallback fallbacks[FALLBACKS];
const struct fallback *fallback_find(const struct csv_file *file, const char *column);

/* What a column of a file that is read holds. */
enum column_kind {
	COLUMN_UNKNOWN,
	COLUMN_FIELD,     /* a field of the object, or a cell of a link */
	COLUMN_PLACELESS, /* of the binding, but the object has no field for it */
	COLUMN_METADATA,
	COLUMN_STORED, /* metadata.mocksis.FIELD */
};

struct column {
	char *name; /* the header as it stands; owned */
	enum column_kind kind;
	const struct field *field; /* of an object */
	int index;                 /* of the field in its entity; of the cell in a link; or -1 */
	int order;                 /* its place in the binding, from 1; 0: it has none there */
	const char *metadata;      /* the key below metadata; owned by name */
	bool required, needed;     /* needed: no row without a value */
	size_t lost;               /* values that are not loaded */
};

struct table {
	const struct csv_file *file; /* NULL: not read */
	struct link link;            /* of a link file */
	char *name;                  /* for flaws; owned */
	unsigned version;
	struct column columns[CSV_CELLS];
	int count;
	int place[ENTITY_FIELDS_MAX]; /* column of a field or link's cell, from 1; 0: none */
	bool bulk, delta;
	bool bulk_told;                 /* that a bulk file has values where none belong */
	bool whole;                     /* a row is a whole object, see WHOLE_OBJECTS */
	bool stored[ENTITY_FIELDS_MAX]; /* fields with a column metadata.mocksis.FIELD */
	struct bulk *bulk_rows; /* where rows go while there was none before; NULL: rows_put() */
	bool refused;           /* of those, some were refused and noted */
};

struct manifest {
	bool there, whole;
	unsigned version;
	json_t *properties;
};

/* One bundle on its way into the database. */
struct loading {
	struct import *import;
	struct conn *conn;
	int64_t cache_size; /* of the connection, before and after */
	const struct bundle *bundle;
	size_t number; /* of several, from 0 */
	bool several;
	struct manifest manifest;
	struct table tables[CSV_FILES];
	/* over all bundles: said to be whole; not read as a whole */
	bool bulk[CSV_FILES], broken[CSV_FILES];
	bool was_empty[CSV_FILES]; /* all objects of the kind came with these bundles */
};

/* "users.csv" as flaws name it. Returns (free). */
char *flaw_file(const struct loading *loading, const char *name) MUST_USE;

/* Opens a file of the bundle. NULL when it is not there, or cannot be read and that was
 * reported as a flaw; with @err set only when all of the bundle is refused. */
FILE *loading_file(struct loading *loading, const char *name, struct err *err) MUST_USE;

/* Reads manifest.csv, or guesses what it would say. */
bool manifest_read(struct loading *loading, struct err *err) MUST_USE;
/* absent, bulk, delta, or NULL when it does not say. */
const char *manifest_mode(const struct manifest *manifest, const struct csv_file *file);
/* Files that are there and that nothing reads. */
void manifest_strangers(struct loading *loading);
/* The name under which a file is there, also misprinted. */
const char *manifest_file_name(const struct bundle *bundle, const struct csv_file *file,
			       char out[static 64]);

/* Reads the header row; false when the file cannot be used at all. */
bool header_read(struct import *import, struct table *table, const struct csv *csv);

/* All files of a bundle. */
bool load_files(struct loading *loading, struct err *err) MUST_USE;

/* One row. False only when the database failed; *@loaded tells whether it was stored. */
bool object_load(struct loading *loading, struct table *table, const struct csv *csv, bool *loaded,
		 struct err *err) MUST_USE;
bool part_load(struct loading *loading, struct table *table, const struct csv *csv, bool *loaded,
	       struct err *err) MUST_USE;

/* A value in a form that the binding does not have, or of the wrong type; how many cells
 * there are. Shared by objects and parts. */
void check_form(struct import *import, const struct table *table, const struct csv *csv, int at,
		const struct field *field);
void check_count(struct import *import, const struct table *table, const struct csv *csv);
/* A value that is required, but empty. True when the row needs it and is refused. */
bool check_missing(struct import *import, const struct table *table, const struct csv *csv, int at,
		   bool needed);

/* Rows are noted where something is to be asked of them later: whether they came at all,
 * on which line. A row that goes into an empty table says so itself; it is noted when it was
 * refused, or has a reference that may lead to nothing.
 *
 * Notes that @id came: *@fresh is false when it did so before, in this bundle or, with
 * @across, in any. */
bool row_note(struct loading *loading, const char *kind, const char *id, int line, bool across,
	      bool *fresh, struct err *err) MUST_USE;
bool row_noted(struct loading *loading, const char *kind, const char *id, bool *found,
	       struct err *err) MUST_USE;
bool notes_begin(struct loading *loading, struct err *err) MUST_USE; /* before the transaction */
bool notes_end(struct loading *loading, struct err *err) MUST_USE;   /* after it */

/* References that lead nowhere. */
bool references_check(struct loading *loading, struct err *err) MUST_USE;
/* Marks what the bulk files no longer have. */
bool bulk_sweep(struct loading *loading, struct err *err) MUST_USE;

/* sis-state.json beside the CSV; absent is fine. */
bool state_load(struct loading *loading, struct err *err) MUST_USE;
/* Whether sis-state.json has a place for it. */
bool state_is_known(const char *kind, const char *key);

#endif
