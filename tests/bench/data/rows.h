/*
 * rows.h - the district that everything is measured with, as a function of row numbers.
 *
 * Row N of a kind has the same sourcedId in every process, so that a program can ask for a
 * random row without having looked. The sourcedIds are random version 4 UUIDs to look at,
 * and lie in no order; the rows themselves lie as a gradebook is filled: class by class,
 * lineItem by lineItem, student by student.
 */
#ifndef TESTS_BENCH_ROWS_H
#define TESTS_BENCH_ROWS_H

#include "base/err.h"
#include "base/random.h"
#include "server/store/store.h"

/* How many there are of each, beside so many results. */
struct shape {
	int64_t results, students, line_items, classes;
	int64_t per_line_item; /* results of one lineItem, 2,000 where there are students enough */
};

#define LINE_ITEMS_PER_CLASS 2
#define RESULTS_PER_STUDENT 50

void shape_of(struct shape *shape, int64_t results);

enum kind { RESULT, LINE_ITEM, STUDENT, CLASS, NEW_RESULT };

/* The sourcedId of row @number of @kind. NEW_RESULT is of rows that were not seeded. */
void row_id(enum kind kind, int64_t number, char out[static UUID_TEXT]);
/* A well-mixed number out of @number. */
uint64_t row_hash(uint64_t number);

/* One result. */
struct result_row {
	char id[UUID_TEXT], line_item[UUID_TEXT], student[UUID_TEXT], class_id[UUID_TEXT];
	bool deleted; /* one in 20: tobedeleted */
	int64_t modified;
	double score;
	const char *comment; /* of every third; else NULL */
};

#define MODIFIED_FIRST 1760000000000LL           /* 2025-10-09 */
#define MODIFIED_SPAN (200LL * 24 * 3600 * 1000) /* dateLastModified lies within so many ms */
#define SCORE_DATE "2026-03-02"
#define SCORE_STATUS "fully graded"

void row_result(const struct shape *shape, int64_t number, struct result_row *out);

/* Everything but the results, with what follows from it, through the product's own
 * functions, in transactions of their own. */
bool rows_people(struct store *store, const struct shape *shape, struct err *err) MUST_USE;

/* A school, its year, a course and 100 categories ("category-1" ...); part of the above. */
bool rows_school(struct store *store, struct err *err) MUST_USE;
/* Makes @record an active one without any other value, and stores it. */
void row_blank(struct record *record, const struct entity *entity, const char *id);
bool row_put(struct store *store, const struct record *record, struct err *err) MUST_USE;

#define SCHOOL "school-1"
#define YEAR "year-1" /* a grading period that is open whatever the day */
#define COURSE "course-1"
#define CATEGORY "category-1"

/* results as rows_insert() binds them. */
#define RESULT_INSERT                                                                          \
	"INSERT INTO results (sourcedId, status, dateLastModified, lineItem, student, class, " \
	"scoreStatus, score, scoreDate, comment) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

struct sqlite3;
/* Inserts results @from to @to (not included) of @kind in transactions of @batch. */
bool rows_insert(struct sqlite3 *db, const struct shape *shape, enum kind kind, int64_t from,
		 int64_t to, int64_t batch, struct err *err) MUST_USE;

#endif
