/*
 * big_course.c - a course of any size, and a district that has its students.
 */
#include "tests/http/big_course.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/util.h"

#define BIG ((size_t)1 << 30)

double big_course_score(int assignment, int student)
{
	return (assignment * 7 + student * 3) % 201 / 10.0;
}

static void put_small_files(const struct big_course *big)
{
	file_put(big->folder, "course.json",
		 "{\"id\": 900, \"name\": \"Big\", \"workflow_state\": \"available\"}");
	file_put(big->folder, "sections.json",
		 "[{\"id\": 901, \"name\": \"S\", \"sis_section_id\": \"class-bio-1\"}]");
	file_put(big->folder, "assignment_groups.json", "[{\"id\": 902, \"name\": \"Homework\"}]");
}

static void put_assignments(const struct big_course *big)
{
	struct str text;

	str_init(&text, BIG);
	for (int i = 0; i < big->assignments; i++)
		str_format(&text,
			   "%s{\"id\": %d, \"name\": \"Task %d\", \"published\": true, "
			   "\"due_at\": \"2026-10-23T03:59:00Z\", \"points_possible\": 20, "
			   "\"post_to_sis\": true, \"assignment_group_id\": 902}",
			   i ? ",\n" : "[", 1000 + i, i);
	str_add(&text, "]");
	file_put(big->folder, "assignments.json", str_text(&text));
	str_release(&text);
}

static void put_enrollments(const struct big_course *big)
{
	struct str text;

	str_init(&text, BIG);
	for (int i = 0; i < big->students; i++)
		str_format(&text,
			   "%s{\"user_id\": %d, \"course_section_id\": 901, \"type\": "
			   "\"StudentEnrollment\", \"enrollment_state\": \"active\", "
			   "\"sis_user_id\": \"big-%d\", \"user\": {\"name\": \"Big %d\"}}",
			   i ? ",\n" : "[", 50000 + i, i, i);
	str_add(&text, "]");
	file_put(big->folder, "enrollments.json", str_text(&text));
	str_release(&text);
}

static void add_submission(struct str *text, int assignment, int student)
{
	str_format(text,
		   "{\"id\": %d, \"assignment_id\": %d, \"user_id\": %d, \"score\": %.1f, "
		   "\"grade\": \"%.1f\", \"excused\": false, \"late\": false, \"missing\": false, "
		   "\"late_policy_status\": null, \"workflow_state\": \"graded\", "
		   "\"graded_at\": \"2026-10-24T%02d:%02d:00Z\", \"attempt\": 1}",
		   assignment * 100000 + student, 1000 + assignment, 50000 + student,
		   big_course_score(assignment, student), big_course_score(assignment, student),
		   assignment % 24, student % 60);
}

static void put_submissions(const struct big_course *big, bool grouped)
{
	struct str text;

	str_init(&text, BIG);
	for (int student = 0; grouped && student < big->students; student++) {
		str_format(&text, "%s{\"user_id\": %d, \"submissions\": [\n", student ? "," : "[",
			   50000 + student);
		for (int i = 0; i < big->assignments; i++) {
			str_add(&text, i ? ",\n" : "");
			add_submission(&text, i, student);
		}
		str_add(&text, "]}");
	}
	for (int i = 0; !grouped && i < big->assignments * big->students; i++) {
		str_add(&text, i ? ",\n" : "[");
		add_submission(&text, i / big->students, i % big->students);
	}
	str_add(&text, "]");
	file_put(big->folder, "submissions.json", str_text(&text));
	str_release(&text);
}

static void put_district(const struct big_course *big)
{
	char *demo = fixture("roster/demo"), *path = xformat("%s/users.csv", big->district), *users;
	struct str text;

	folder_copy(demo, big->district);
	users = file_get(path);
	str_init(&text, BIG);
	str_add(&text, users);
	for (int i = 0; i < big->students; i++)
		str_format(&text,
			   "big-%d,,,true,school-high,student,big.%d,{SIS:B%d},Big,Student,,B%d,"
			   ",,,,09,\n",
			   i, i, i, i);
	file_put(big->district, "users.csv", str_text(&text));
	str_release(&text);
	free(users);
	free(path);
	free(demo);
}

void big_course_make(struct big_course *big, int students, int assignments, bool grouped,
		     const char *connection)
{
	char *json = xformat("{%s}", connection);

	*big = (struct big_course){ students, assignments, folder_make(), folder_make() };
	put_small_files(big);
	put_assignments(big);
	put_enrollments(big);
	put_submissions(big, grouped);
	put_district(big);
	file_put(big->folder, "connection.json", json);
	free(json);
}

void big_course_remove(struct big_course *big)
{
	folder_remove(big->folder);
	folder_remove(big->district);
}

void big_course_serve(const struct big_course *big, struct server *server)
{
	server_start_bare(server,
			  (const char *[]){ "--db", ":memory:", "--credential", CREDENTIAL,
					    "--load", big->district, "--now", STORY_TIME, NULL });
}

/* Borrowed; NULL: absent. */
static const char *reference(const json_t *object, const char *field)
{
	return json_string_value(json_object_get(json_object_get(object, field), "sourcedId"));
}

/* lineItem -> number of the assignment */
static json_t *assignments_in(const struct big_course *big, const struct server *server)
{
	json_t *numbers = json_object();
	const json_t *item;
	struct answer answer;
	size_t i;

	api(&answer, server, "GET", "/classes/class-bio-1/lineItems?limit=10000", NULL);
	json_array_foreach (json_object_get(answer.json, "lineItems"), i, item) {
		const char *title = json_string_value(json_object_get(item, "title"));
		int number;

		if (sscanf(title, "Task %d", &number) == 1)
			json_object_set_new(numbers,
					    json_string_value(json_object_get(item, "sourcedId")),
					    json_integer(number));
	}
	ck_assert_uint_eq(json_object_size(numbers), (size_t)big->assignments);
	answer_release(&answer);
	return numbers;
}

void big_course_expect(const struct big_course *big, const struct server *server)
{
	json_t *numbers = assignments_in(big, server);
	size_t count = (size_t)big->students * (size_t)big->assignments, found = 0, i;
	bool *seen = xcalloc(count, sizeof *seen);
	const json_t *result;
	struct answer answer;

	api(&answer, server, "GET", "/classes/class-bio-1/results?limit=100000", NULL);
	json_array_foreach (json_object_get(answer.json, "results"), i, result) {
		const json_t *number = json_object_get(numbers, reference(result, "lineItem"));
		int student, assignment = (int)json_integer_value(number);
		double score = json_number_value(json_object_get(result, "score"));

		if (!number)
			continue;
		ck_assert(sscanf(reference(result, "student"), "big-%d", &student) == 1);
		ck_assert_msg(!seen[assignment * big->students + student],
			      "big-%d has two results for Task %d", student, assignment);
		seen[assignment * big->students + student] = true;
		ck_assert_msg(score == big_course_score(assignment, student),
			      "big-%d has %g for Task %d", student, score, assignment);
		found++;
	}
	ck_assert_uint_eq(found, count);
	answer_release(&answer);
	json_decref(numbers);
	free(seen);
}
