/*
 * rows.c - the district that everything is measured with.
 */
#include "tests/bench/data/rows.h"

#include <sqlite3.h>
#include <stdio.h>

#define PER_LINE_ITEM 2000
#define PEOPLE_BATCH 5000

void shape_of(struct shape *shape, int64_t results)
{
	int64_t students = results / RESULTS_PER_STUDENT, line_items;

	students = students > 0 ? students : 1;
	shape->per_line_item = students < PER_LINE_ITEM ? students : PER_LINE_ITEM;
	line_items = (results + shape->per_line_item - 1) / shape->per_line_item;
	shape->results = results;
	shape->students = students;
	shape->line_items = line_items > 0 ? line_items : 1;
	shape->classes = (shape->line_items + LINE_ITEMS_PER_CLASS - 1) / LINE_ITEMS_PER_CLASS;
}

/* splitmix64 */
uint64_t row_hash(uint64_t number)
{
	uint64_t z = number + 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

/* Not with printf: the yardsticks make millions of them. */
void row_id(enum kind kind, int64_t number, char out[static UUID_TEXT])
{
	static const char digits[] = "0123456789abcdef";
	uint64_t seed = ((uint64_t)kind << 56) + (uint64_t)number * 2;
	uint64_t half[2] = { row_hash(seed), row_hash(seed + 1) };
	int at = 0;

	for (int i = 0; i < 32; i++) {
		unsigned nibble = (unsigned)(half[i / 16] >> (4 * (i % 16))) & 15;

		if (i == 8 || i == 12 || i == 16 || i == 20)
			out[at++] = '-';
		if (i == 12)
			nibble = 4;
		if (i == 16)
			nibble = 8 | (nibble & 3);
		out[at++] = digits[nibble];
	}
	out[at] = '\0';
}

void row_result(const struct shape *shape, int64_t number, struct result_row *out)
{
	int64_t line_item = number / shape->per_line_item % shape->line_items;
	int64_t class_number = line_item / LINE_ITEMS_PER_CLASS;
	int64_t place = number % shape->per_line_item;
	uint64_t hash = row_hash((uint64_t)number ^ 0x5eed);

	row_id(RESULT, number, out->id);
	row_id(LINE_ITEM, line_item, out->line_item);
	row_id(CLASS, class_number, out->class_id);
	row_id(STUDENT, (class_number * shape->per_line_item + place) % shape->students,
	       out->student);
	out->deleted = hash % 20 == 0;
	out->modified = MODIFIED_FIRST + (int64_t)(hash >> 16) % MODIFIED_SPAN;
	out->score = (double)(hash >> 40 & 0xffff) / 655.36;
	out->score = (double)(int64_t)(out->score * 10) / 10;
	out->comment = hash % 3 == 0 ? "Well argued; look at step two once more." : NULL;
}

bool row_put(struct store *store, const struct record *record, struct err *err)
{
	bool created;

	return rows_put(store_conn(store), record, &created, err);
}

void row_blank(struct record *record, const struct entity *entity, const char *id)
{
	*record = (struct record){ .entity = entity };
	record_set_text(record, "sourcedId", id);
	record_set_text(record, "status", "active");
	record_set_int(record, "dateLastModified", MODIFIED_FIRST);
}

static bool put_school(struct store *store, struct err *err)
{
	struct record record;

	row_blank(&record, &ENTITY_ORGS, SCHOOL);
	record_set_text(&record, "name", "Lakeside High School");
	record_set_text(&record, "type", "school");
	if (!row_put(store, &record, err))
		return false;
	row_blank(&record, &ENTITY_ACADEMIC_SESSIONS, YEAR);
	record_set_text(&record, "title", "A year that never ends");
	record_set_text(&record, "type", "gradingPeriod");
	record_set_text(&record, "startDate", "2000-01-01");
	record_set_text(&record, "endDate", "2099-12-31");
	record_set_text(&record, "schoolYear", "2026");
	if (!row_put(store, &record, err))
		return false;
	row_blank(&record, &ENTITY_COURSES, COURSE);
	record_set_text(&record, "title", "Everything");
	record_set_text(&record, "org", SCHOOL);
	return row_put(store, &record, err);
}

/* As many as a page holds: the peers serve them too. */
static bool put_categories(struct store *store, struct err *err)
{
	struct record record;
	bool good = true;

	for (int i = 1; i <= 100 && good; i++) {
		char id[32], title[32];

		snprintf(id, sizeof id, "category-%d", i);
		snprintf(title, sizeof title, "Category %d", i);
		row_blank(&record, &ENTITY_CATEGORIES, id);
		record_set_text(&record, "title", title);
		good = row_put(store, &record, err);
	}
	return good;
}

static bool put_class(struct store *store, int64_t i, struct err *err)
{
	struct record record;
	char id[UUID_TEXT], title[48];

	row_id(CLASS, i, id);
	snprintf(title, sizeof title, "Class %lld", (long long)i);
	row_blank(&record, &ENTITY_CLASSES, id);
	record_set_text(&record, "title", title);
	record_set_text(&record, "classType", "scheduled");
	record_set_text(&record, "course", COURSE);
	record_set_text(&record, "school", SCHOOL);
	record_set_text(&record, "terms", "[\"" YEAR "\"]");
	return row_put(store, &record, err);
}

static bool put_student(struct store *store, int64_t i, struct err *err)
{
	struct record record;
	char id[UUID_TEXT], name[48];

	row_id(STUDENT, i, id);
	snprintf(name, sizeof name, "student%lld", (long long)i);
	row_blank(&record, &ENTITY_USERS, id);
	record_set_text(&record, "username", name);
	record_set_int(&record, "enabledUser", 1);
	record_set_text(&record, "givenName", "Student");
	record_set_text(&record, "familyName", name);
	record_set_text(&record, "role", "student");
	record_set_text(&record, "orgs", "[\"" SCHOOL "\"]");
	return row_put(store, &record, err);
}

static bool put_line_item(struct store *store, int64_t i, struct err *err)
{
	struct record record;
	char id[UUID_TEXT], class_id[UUID_TEXT], title[48];

	row_id(LINE_ITEM, i, id);
	row_id(CLASS, i / LINE_ITEMS_PER_CLASS, class_id);
	snprintf(title, sizeof title, "Assignment %lld", (long long)i);
	row_blank(&record, &ENTITY_LINE_ITEMS, id);
	record_set_text(&record, "title", title);
	record_set_int(&record, "assignDate", MODIFIED_FIRST);
	record_set_int(&record, "dueDate", MODIFIED_FIRST + MODIFIED_SPAN);
	record_set_text(&record, "class", class_id);
	record_set_text(&record, "category", CATEGORY);
	record_set_text(&record, "gradingPeriod", YEAR);
	record_set_number(&record, "resultValueMin", 0);
	record_set_number(&record, "resultValueMax", 100);
	return row_put(store, &record, err);
}

typedef bool put_fn(struct store *store, int64_t number, struct err *err);

static bool put_all(struct store *store, put_fn *one, int64_t count, struct err *err)
{
	struct conn *conn = store_conn(store);
	bool good = true;

	for (int64_t i = 0; i < count && good; i++) {
		good = (i % PEOPLE_BATCH || conn_begin(conn, true, err)) && one(store, i, err);
		if (good && (i % PEOPLE_BATCH == PEOPLE_BATCH - 1 || i == count - 1))
			good = conn_commit(conn, err);
	}
	return good;
}

bool rows_school(struct store *store, struct err *err)
{
	struct conn *conn = store_conn(store);

	return conn_begin(conn, true, err) && put_school(store, err) &&
	       put_categories(store, err) && conn_commit(conn, err);
}

bool rows_people(struct store *store, const struct shape *shape, struct err *err)
{
	return rows_school(store, err) && put_all(store, put_class, shape->classes, err) &&
	       put_all(store, put_student, shape->students, err) &&
	       put_all(store, put_line_item, shape->line_items, err);
}

static bool execute(sqlite3 *db, const char *sql, struct err *err)
{
	return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK ||
	       err_set(err, ERR_ENVIRONMENT, "%s: %s", sql, sqlite3_errmsg(db));
}

static bool insert_one(sqlite3_stmt *stmt, const struct result_row *row)
{
	sqlite3_bind_text(stmt, 1, row->id, UUID_TEXT - 1, SQLITE_STATIC);
	sqlite3_bind_text(stmt, 2, row->deleted ? "tobedeleted" : "active", -1, SQLITE_STATIC);
	sqlite3_bind_int64(stmt, 3, row->modified);
	sqlite3_bind_text(stmt, 4, row->line_item, UUID_TEXT - 1, SQLITE_STATIC);
	sqlite3_bind_text(stmt, 5, row->student, UUID_TEXT - 1, SQLITE_STATIC);
	sqlite3_bind_text(stmt, 6, row->class_id, UUID_TEXT - 1, SQLITE_STATIC);
	sqlite3_bind_text(stmt, 7, SCORE_STATUS, -1, SQLITE_STATIC);
	sqlite3_bind_double(stmt, 8, row->score);
	sqlite3_bind_text(stmt, 9, SCORE_DATE, -1, SQLITE_STATIC);
	sqlite3_bind_text(stmt, 10, row->comment, -1, SQLITE_STATIC);

	bool good = sqlite3_step(stmt) == SQLITE_DONE;

	sqlite3_reset(stmt);
	return good;
}

bool rows_insert(sqlite3 *db, const struct shape *shape, enum kind kind, int64_t from, int64_t to,
		 int64_t batch, struct err *err)
{
	sqlite3_stmt *stmt;
	bool good = true;

	if (sqlite3_prepare_v2(db, RESULT_INSERT, -1, &stmt, NULL) != SQLITE_OK)
		return err_set(err, ERR_ENVIRONMENT, "%s", sqlite3_errmsg(db));
	for (int64_t i = from; i < to && good; i++) {
		struct result_row row;

		row_result(shape, i, &row);
		if (kind != RESULT)
			row_id(kind, i, row.id);
		if ((i - from) % batch == 0)
			good = execute(db, "BEGIN IMMEDIATE", err);
		good = good && (insert_one(stmt, &row) ||
				err_set(err, ERR_ENVIRONMENT, "%s", sqlite3_errmsg(db)));
		if (good && ((i - from) % batch == batch - 1 || i == to - 1))
			good = execute(db, "COMMIT", err);
	}
	sqlite3_finalize(stmt);
	return good;
}
