/*
 * district_internal.h - what the files of the district share: how many there are of each,
 * who belongs where, and what they are called.
 *
 * Students stand in cohorts of a class's size. A cohort has one class in each subject; five
 * cohorts share their teachers, forty are a school.
 */
#ifndef GENERATE_DISTRICT_INTERNAL_H
#define GENERATE_DISTRICT_INTERNAL_H

#include "base/csv.h"
#include "base/random.h"
#include "base/when.h"
#include "conformance/generate/district.h"
#include "oneroster/files.h"

#define SUBJECTS 5
#define TAUGHT 5   /* cohorts of one teacher */
#define COHORTS 40 /* of a school */
#define CATEGORIES 3
#define PERIODS 4

/* Objects that have a sourcedId. */
enum kind {
	KIND_ORG, /* 0: the district; then its schools */
	KIND_SESSION,
	KIND_COURSE,
	KIND_CLASS,
	KIND_TEACHER,
	KIND_STUDENT,
	KIND_ROLE,
	KIND_ENROLLMENT,
	KIND_CATEGORY,
	KIND_LINE_ITEM,
	KIND_RESULT,
};

enum session { YEAR, FALL, SPRING, PERIOD_1, SESSIONS = PERIOD_1 + PERIODS };

struct district {
	const struct district_options *options;
	int64_t cohorts, classes, schools, teachers;
	int64_t items; /* most lineItems of a class */
	int year;      /* in which the school year ends */
	int64_t from[SESSIONS], to[SESSIONS];
};

void district_init(struct district *district, const struct district_options *options);

void district_id(const struct district *district, enum kind kind, int64_t number,
		 char out[static UUID_TEXT]);
/* A number that follows from the same. */
uint64_t district_draw(const struct district *district, enum kind kind, int64_t number);

/* First student of a cohort, and the first of the next. */
int64_t cohort_begin(const struct district *district, int64_t cohort);
int64_t cohort_end(const struct district *district, int64_t cohort);
/* lineItems of a class; their due dates. */
int64_t class_items(const struct district *district, int64_t class);
int64_t item_due(const struct district *district, int64_t class, int64_t item);

struct person_name {
	const char *given, *family;
	char login[64]; /* unique in the district */
};

void district_name(const struct district *district, enum kind kind, int64_t number,
		   struct person_name *out);

struct subject {
	const char *title, *code;
	double points[CATEGORIES];
};

extern const struct subject subjects[SUBJECTS];
extern const char *const category_titles[CATEGORIES];
void class_title(const struct district *district, int64_t class, char out[static 64]);

/* A file while it is written. */
struct sheet {
	const struct district *district;
	struct csv_writer csv;
	int columns;
	int from[CSV_COLUMNS]; /* the cell that a column of the binding holds; -1: none */
	int64_t rows;
};

#define SHEET_CELLS 16

/* Cells in the order of district_file.columns; NULL is not one. */
void sheet_row(struct sheet *sheet, const char *const cells[static SHEET_CELLS]);

/* What a file has rows for, one call each. */
enum unit { PER_DISTRICT, PER_SCHOOL, PER_COHORT, PER_CLASS };

struct district_file {
	const char *file;
	const char *columns; /* those that have values, of both versions of the binding */
	enum unit unit;
	void (*write)(struct sheet *sheet, int64_t unit);
};

#define DISTRICT_FILES 10
extern const struct district_file district_files[DISTRICT_FILES];

/* Writes the CSV files into @folder; sets in @rows how many each got. */
bool district_write(const struct district *district, const char *folder, json_t *rows,
		    struct err *err) MUST_USE;

#endif
