/*
 * course.c - a Canvas course and the SIS that its grades go to.
 *
 *   course FOLDER DB STUDENTS ASSIGNMENTS
 *
 * FOLDER gets what Canvas answers, every student graded in every assignment; DB is the
 * database of a mocksis serve that has the class and the students, and no lineItem yet.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "server/store/store.h"
#include "tests/bench/data/course.h"
#include "tests/bench/data/rows.h"

struct size {
	long long students, assignments;
};

static const char course_text[] =
	"{\"id\":1,\"name\":\"Everything\",\"course_code\":\"ALL-1\",\"account_id\":1,"
	"\"root_account_id\":1,\"enrollment_term_id\":1,\"sis_course_id\":\"" COURSE "\","
	"\"time_zone\":\"America/New_York\",\"workflow_state\":\"available\"}";
static const char sections_text[] =
	"[{\"id\":11,\"course_id\":1,\"name\":\"Everything - Period 1\","
	"\"sis_section_id\":\"" COURSE_CLASS "\",\"sis_course_id\":\"" COURSE "\"}]";
static const char groups_text[] = "[{\"id\":21,\"name\":\"Category 1\",\"position\":1}]";

static void write_course(FILE *out, const struct size *size)
{
	(void)size;
	fputs(course_text, out);
}

static void write_sections(FILE *out, const struct size *size)
{
	(void)size;
	fputs(sections_text, out);
}

static void write_groups(FILE *out, const struct size *size)
{
	(void)size;
	fputs(groups_text, out);
}

static void write_assignments(FILE *out, const struct size *size)
{
	putc('[', out);
	for (long long i = 0; i < size->assignments; i++)
		fprintf(out,
			"%s{\"id\":%lld,\"course_id\":1,\"name\":\"Assignment %lld\","
			"\"description\":\"\",\"due_at\":\"2026-09-02T00:00:00Z\","
			"\"unlock_at\":\"2026-09-01T00:00:00Z\",\"lock_at\":null,"
			"\"points_possible\":100,\"grading_type\":\"points\","
			"\"submission_types\":[\"online_upload\"],\"assignment_group_id\":21,"
			"\"published\":true,\"workflow_state\":\"published\",\"post_to_sis\":true,"
			"\"only_visible_to_overrides\":false,\"overrides\":[]}\n",
			i ? "," : "", 100000 + i, i);
	putc(']', out);
}

static void write_enrollments(FILE *out, const struct size *size)
{
	putc('[', out);
	for (long long i = 0; i < size->students; i++)
		fprintf(out,
			"%s{\"id\":%lld,\"course_id\":1,\"course_section_id\":11,\"user_id\":%lld,"
			"\"type\":\"StudentEnrollment\",\"role\":\"StudentEnrollment\","
			"\"enrollment_state\":\"active\",\"sis_section_id\":\"" COURSE_CLASS "\","
			"\"sis_user_id\":\"" COURSE_STUDENT "%lld\",\"user\":{\"id\":%lld,"
			"\"name\":\"Student %lld\",\"sis_user_id\":\"" COURSE_STUDENT "%lld\"}}\n",
			i ? "," : "", 200000 + i, 300000 + i, i, 300000 + i, i, i);
	putc(']', out);
}

static void write_submissions(FILE *out, const struct size *size)
{
	putc('[', out);
	for (long long i = 0; i < size->students * size->assignments; i++)
		fprintf(out,
			"%s{\"id\":%lld,\"assignment_id\":%lld,\"user_id\":%lld,\"score\":%lld,"
			"\"grade\":\"%lld\",\"entered_score\":%lld,\"entered_grade\":\"%lld\","
			"\"excused\":false,\"late\":false,\"missing\":false,"
			"\"late_policy_status\":null,\"points_deducted\":null,"
			"\"workflow_state\":\"graded\",\"graded_at\":\"2026-09-03T12:00:00Z\","
			"\"posted_at\":\"2026-09-03T12:00:00Z\","
			"\"submitted_at\":\"2026-09-01T16:00:00Z\",\"attempt\":1,"
			"\"grade_matches_current_submission\":true,"
			"\"submission_type\":\"online_upload\"}\n",
			i ? "," : "", 1000000 + i, 100000 + i / size->students,
			300000 + i % size->students, i % 100, i % 100, i % 100, i % 100);
	putc(']', out);
}

/* clang-format off */
static const struct course_file {
	const char *name;
	void (*write)(FILE *out, const struct size *size);
} files[] = {
	{ "sections.json",          write_sections },
	{ "assignment_groups.json", write_groups },
	{ "assignments.json",       write_assignments },
	{ "enrollments.json",       write_enrollments },
	{ "submissions.json",       write_submissions },
	{ "course.json",            write_course }, /* last: a folder that has it is whole */
};
/* clang-format on */

static bool write_folder(const char *folder, const struct size *size, struct err *err)
{
	bool good = folder_create(folder, err);

	for (size_t i = 0; i < ARRAY_SIZE(files) && good; i++) {
		char *path = path_join(folder, files[i].name);
		FILE *out = fopen(path, "w");

		if (out)
			files[i].write(out, size);
		if (!out || fclose(out) != 0)
			good = err_set(err, ERR_ENVIRONMENT, "%s cannot be written", path);
		free(path);
	}
	return good;
}

static bool put_class(struct store *store, struct err *err)
{
	struct record record;

	row_blank(&record, &ENTITY_CLASSES, COURSE_CLASS);
	record_set_text(&record, "title", "Everything - Period 1");
	record_set_text(&record, "classType", "scheduled");
	record_set_text(&record, "course", COURSE);
	record_set_text(&record, "school", SCHOOL);
	record_set_text(&record, "terms", "[\"" YEAR "\"]");
	return row_put(store, &record, err);
}

static bool put_student(struct store *store, long long i, struct err *err)
{
	struct record record;
	char id[48], enrollment[64];

	snprintf(id, sizeof id, COURSE_STUDENT "%lld", i);
	snprintf(enrollment, sizeof enrollment, "enrollment-%lld", i);
	row_blank(&record, &ENTITY_USERS, id);
	record_set_text(&record, "username", id);
	record_set_int(&record, "enabledUser", 1);
	record_set_text(&record, "givenName", "Student");
	record_set_text(&record, "familyName", id);
	record_set_text(&record, "role", "student");
	record_set_text(&record, "orgs", "[\"" SCHOOL "\"]");
	if (!row_put(store, &record, err))
		return false;
	row_blank(&record, &ENTITY_ENROLLMENTS, enrollment);
	record_set_text(&record, "user", id);
	record_set_text(&record, "class", COURSE_CLASS);
	record_set_text(&record, "school", SCHOOL);
	record_set_text(&record, "role", "student");
	return row_put(store, &record, err);
}

static bool fill(struct store *store, const struct size *size, struct err *err)
{
	struct conn *conn = store_conn(store);
	bool good = rows_school(store, err) && conn_begin(conn, true, err) && put_class(store, err);

	for (long long i = 0; i < size->students && good; i++)
		good = put_student(store, i, err);
	return good && conn_commit(conn, err);
}

static bool make_db(const char *path, const struct size *size, struct err *err)
{
	struct store *store;

	store_remove(path);
	store = store_open(path, err);

	bool good = store && fill(store, size, err);

	store_close(store);
	return good;
}

int main(int argc, char **argv)
{
	struct err err = ERR_INIT;
	int64_t students, assignments;
	struct size size;

	if (argc != 5 || !number_parse(argv[3], 1, 100000, &students) ||
	    !number_parse(argv[4], 1, 100000, &assignments)) {
		fputs("usage: course FOLDER DB STUDENTS ASSIGNMENTS\n", stderr);
		return 2;
	}
	size = (struct size){ students, assignments };
	if (make_db(argv[2], &size, &err) && write_folder(argv[1], &size, &err))
		return 0;
	fprintf(stderr, "course: %s\n", err.text);
	return err_exit_status(&err);
}
