/*
 * test_lab_verbs.c - each verb of mocksis lab fix, by what is then to be seen; and with it each
 * kind of goal.
 */
#include <stdlib.h>
#include <string.h>

#include "base/jsonx.h"
#include "base/util.h"
#include "tests/http/desk.h"

static struct server server;

static void server_up(void)
{
	server_start(&server, NULL);
}

static void server_down(void)
{
	ck_assert_int_eq(server_stop(&server), 0);
}

/* clang-format off */
static const struct {
	const char *fix, *done;
} verbs[] = {
	{ "rename-assignment 10301 'Set A'", "{\"course\":[{\"file\":\"assignments.json\",\"where\":{\"id\":10301},\"has\":{\"name\":\"Set A\"},\"says\":\"\"}]}" },
	{ "change-due-date 10301 2026-11-20T04:59:00Z", "{\"course\":[{\"file\":\"assignments.json\",\"where\":{\"id\":10301},\"has\":{\"due_at\":\"2026-11-20T04:59:00Z\"},\"says\":\"\"}]}" },
	{ "change-due-date 10301 none", "{\"course\":[{\"file\":\"assignments.json\",\"where\":{\"id\":10301},\"has\":{\"due_at\":null},\"says\":\"\"}]}" },
	{ "change-due-date 10301 2026-11-20T04:59:00Z class-alg-1", "{\"course\":[{\"file\":\"assignments.json\",\"where\":{\"id\":10301},\"has\":{\"due_at\":\"2026-10-23T03:59:00Z\",\"/overrides/0/due_at\":\"2026-11-20T04:59:00Z\",\"/overrides/0/course_section_id\":1031},\"says\":\"\"}]}" },
	{ "remove-override 10302", "{\"course\":[{\"file\":\"assignments.json\",\"where\":{\"id\":10302},\"has\":{\"overrides\":[]},\"says\":\"\"}]}" },
	{ "unassign-students 10302", "{\"course\":[{\"file\":\"assignments.json\",\"where\":{\"id\":10302},\"has\":{\"overrides\":[],\"only_visible_to_overrides\":true},\"says\":\"\"}]}" },
	{ "assign-to-everyone 10302", "{\"course\":[{\"file\":\"assignments.json\",\"where\":{\"id\":10302},\"has\":{\"overrides\":[],\"only_visible_to_overrides\":false},\"says\":\"\"}]}" },
	{ "move-to-group 10301 Tests", "{\"course\":[{\"file\":\"assignments.json\",\"where\":{\"id\":10301},\"has\":{\"assignment_group_id\":41032},\"says\":\"\"}]}" },
	{ "rename-group Tests Exams", "{\"course\":[{\"file\":\"assignment_groups.json\",\"where\":{\"id\":41032},\"has\":{\"name\":\"Exams\"},\"says\":\"\"}]}" },
	{ "pick-category Tests class-alg-1 cat-tests", "{\"course\":[{\"file\":\"assignment_groups.json\",\"where\":{\"id\":41032},\"has\":{\"integration_data\":{\"class-alg-1\":\"cat-tests\"}},\"says\":\"\"}]}" },
	{ "set-sync 10301 off", "{\"course\":[{\"file\":\"assignments.json\",\"where\":{\"id\":10301},\"has\":{\"post_to_sis\":false},\"says\":\"\"}]}" },
	{ "publish-assignment 10304", "{\"course\":[{\"file\":\"assignments.json\",\"where\":{\"id\":10304},\"has\":{\"published\":true},\"says\":\"\"}]}" },
	{ "publish-course", "{\"course\":[{\"file\":\"course.json\",\"has\":{\"workflow_state\":\"available\"},\"says\":\"\"}]}" },
	{ "require-due-date on", "{\"connection\":{\"require_due_date\":true}}" },
	{ "require-due-date off", "{\"connection\":{\"require_due_date\":false}}" },
	{ "limit-name-length 30", "{\"connection\":{\"name_limit\":30}}" },
	{ "set-points 10301 12.5", "{\"course\":[{\"file\":\"assignments.json\",\"where\":{\"id\":10301},\"has\":{\"points_possible\":12.5},\"says\":\"\"}]}" },
	{ "change-score 10301 'Amélie Dubois' -5", "{\"course\":[{\"file\":\"submissions.json\",\"where\":{\"assignment_id\":10301,\"user_id\":2001},\"has\":{\"score\":-5,\"grade\":\"-5\",\"graded_at\":\"2026-11-16T17:00:00Z\"},\"says\":\"\"}]}" },
	{ "set-status 10301 student-001 excused", "{\"course\":[{\"file\":\"submissions.json\",\"where\":{\"assignment_id\":10301,\"user_id\":2001},\"has\":{\"excused\":true,\"score\":null},\"says\":\"\"}]}" },
	{ "set-status 10301 student-001 missing", "{\"course\":[{\"file\":\"submissions.json\",\"where\":{\"assignment_id\":10301,\"user_id\":2001},\"has\":{\"missing\":true,\"late_policy_status\":\"missing\"},\"says\":\"\"}]}" },
	{ "change-comment 10301 student-001 'Well done'", "{\"course\":[{\"file\":\"submissions.json\",\"where\":{\"assignment_id\":10301,\"user_id\":2001},\"has\":{\"/submission_comments/0/comment\":\"Well done\"},\"says\":\"\"}]}" },
	{ "set-sis-id 2001 student-099", "{\"course\":[{\"file\":\"enrollments.json\",\"where\":{\"user_id\":2001},\"has\":{\"sis_user_id\":\"student-099\",\"/user/sis_user_id\":\"student-099\"},\"says\":\"\"}]}" },
	{ "set-section-sis-id 1031 class-x", "{\"course\":[{\"file\":\"sections.json\",\"where\":{\"id\":1031},\"has\":{\"sis_section_id\":\"class-x\"},\"says\":\"\"}]}" },
	{ "set-enrolment 2001 concluded", "{\"course\":[{\"file\":\"enrollments.json\",\"where\":{\"user_id\":2001},\"has\":{\"enrollment_state\":\"completed\"},\"says\":\"\"}]}" },
	{ "set-grade-scale cat-tests Letter", "{\"sis\":[{\"kind\":\"categories\",\"id\":\"cat-tests\",\"has\":{\"defaultGradeScale\":\"Letter\"},\"says\":\"\"}]}" },
	{ "remove-grade-scale cat-homework", "{\"sis\":[{\"kind\":\"categories\",\"id\":\"cat-homework\",\"has\":{\"defaultGradeScale\":null},\"says\":\"\"}]}" },
	{ "set-class-grade-scale class-alg-1 Letter", "{\"sis\":[{\"kind\":\"classes\",\"id\":\"class-alg-1\",\"has\":{\"defaultGradeScale\":\"Letter\"},\"says\":\"\"}]}" },
	{ "add-category 'Exit tickets'", "{\"objects\":[{\"collection\":\"categories\",\"where\":{\"title\":\"Exit tickets\"},\"says\":\"\"}]}" },
	{ "add-category 'Exit tickets' class-alg-1", "{\"objects\":[{\"collection\":\"categories\",\"where\":{\"title\":\"Exit tickets\",\"/metadata/classId\":\"class-alg-1\"},\"says\":\"\"}]}" },
	{ "rename-category cat-tests Exams", "{\"objects\":[{\"collection\":\"categories\",\"id\":\"cat-tests\",\"has\":{\"title\":\"Exams\"},\"says\":\"\"}]}" },
	{ "open-period 'Quarter 1'", "{\"sis\":[{\"kind\":\"academicSessions\",\"id\":\"gp-q1\",\"has\":{\"state\":\"open\"},\"says\":\"\"}]}" },
	{ "close-period gp-q2", "{\"sis\":[{\"kind\":\"academicSessions\",\"id\":\"gp-q2\",\"has\":{\"state\":\"closed\"},\"says\":\"\"}]}" },
	{ "enrol-student student-099 class-alg-1", "{\"objects\":[{\"collection\":\"enrollments\",\"where\":{\"user\":\"student-099\",\"class\":\"class-alg-1\",\"school\":\"school-high\",\"role\":\"student\"},\"says\":\"\"}]}" },
	{ "drop-student student-001 class-alg-1", "{\"objects\":[{\"collection\":\"enrollments\",\"where\":{\"user\":\"student-001\",\"class\":\"class-alg-1\"},\"count\":0,\"says\":\"\"}]}" },
	{ "set-exit-date student-001 class-alg-1 2026-11-13", "{\"objects\":[{\"collection\":\"enrollments\",\"where\":{\"user\":\"student-001\",\"class\":\"class-alg-1\"},\"has\":{\"endDate\":\"2026-11-13\"},\"says\":\"\"}]}" },
	{ "add-student-to-roster student-new Ada Lovelace class-alg-1", "{\"objects\":[{\"collection\":\"users\",\"id\":\"student-new\",\"has\":{\"familyName\":\"Lovelace\"},\"says\":\"\"},{\"collection\":\"enrollments\",\"where\":{\"user\":\"student-new\"},\"says\":\"\"}]}" },
	{ "delete-line-item 'Systems of Equations Test'", "{\"absent\":[\"Systems of Equations Test\"]}" },
	{ "rename-line-item 'Systems of Equations Test' Exam", "{\"absent\":[\"Systems of Equations Test\"],\"objects\":[{\"collection\":\"lineItems\",\"where\":{\"title\":\"Exam\"},\"says\":\"\"}]}" },
	{ "move-line-item 'Systems of Equations Test' cat-projects", "{\"objects\":[{\"collection\":\"lineItems\",\"where\":{\"title\":\"Systems of Equations Test\"},\"has\":{\"category\":\"cat-projects\"},\"says\":\"\"}]}" },
	{ "type-score 'Systems of Equations Test' student-001 3", "{\"objects\":[{\"collection\":\"results\",\"where\":{\"student\":\"student-001\",\"score\":3},\"says\":\"\"}]}" },
	{ "clear-manual-score 'Systems of Equations Test' student-001", NULL },
	{ "link-gradebook class-bio-1", "{\"sis\":[{\"kind\":\"classes\",\"id\":\"class-bio-1\",\"has\":{\"linked\":true},\"says\":\"\"}]}" },
	{ "create-gradebook class-bio-1", "{\"sis\":[{\"kind\":\"classes\",\"id\":\"class-bio-1\",\"has\":{\"linked\":true},\"says\":\"\"}]}" },
	{ "assign-teacher class-alg-1 teacher-02", "{\"sis\":[{\"kind\":\"classes\",\"id\":\"class-alg-1\",\"has\":{\"teacher\":\"teacher-02\"},\"says\":\"\"}]}" },
	{ "set-score-policy above clip", NULL }, /* T22 shows what it does */
	{ "set-score-policy below reject", NULL },
	{ "set-connection exempt_score 0", "{\"connection\":{\"exempt_score\":0}}" },
	{ "set-connection category default:cat-tests", "{\"connection\":{\"category\":\"default:cat-tests\"}}" },
	{ "new-credential", NULL },
	{ "set-address", NULL },
	{ "add-header x-vendor-authorization", NULL },
	{ "ask-vendor", NULL },
	{ "clear-the-way", NULL },
	{ "wait-for-evening", NULL },
	{ "wait 5", NULL },
	{ "wait-an-hour", NULL },
};
/* clang-format on */

/* clang-format off */
static const char world[] =
	"{\"id\": \"V1\", \"title\": \"\", \"goal\": \"\", \"sis\": \"\", \"hints\": [],"
	" \"case\": {\"requester\": \"\", \"complaint\": \"\"},"
	" \"key\": {\"cause\": \"\", \"actor\": \"\", \"remedy\": \"\"}, \"right\": [], \"wrong\": [],"
	" \"edit\": ["
	"  {\"file\": \"assignments.json\", \"where\": {\"id\": 10302},"
	"   \"set\": {\"only_visible_to_overrides\": true, \"overrides\": [{\"id\": 1, \"student_ids\": [2001]}]}},"
	"  {\"file\": \"assignments.json\", \"where\": {\"id\": 10304}, \"set\": {\"published\": false}}],"
	" \"before\": [{\"sync\": []},"
	"  {\"edit\": [{\"file\": \"course.json\", \"set\": {\"workflow_state\": \"unpublished\"}}]}],"
	" \"done\": ";
/* clang-format on */

/* A lab whose remedy is one verb, in a world in which each has something to do. */
static char *lab_of(const char *folder, const char *done)
{
	char *text = xformat("%s%s}", world, done ? done : "{\"last_sync\": \"failed\"}");
	char *path = xformat("%s/V1.json", folder);

	file_put(folder, "V1.json", text);
	free(text);
	return path;
}

START_TEST(verb_does_it)
{
	char *folder = folder_make(), *path = lab_of(folder, verbs[_i].done), *buffer;
	struct desk desk = desk_make(&server, path);
	const char *words[DESK_WORDS] = { "fix", "--" }, *rest[DESK_WORDS];
	struct outcome outcome;

	desk_start(&desk, NULL);
	if (verbs[_i].done)
		desk_check(&desk, 1, verbs[_i].fix);
	buffer = xstrdup(verbs[_i].fix);
	desk_split(buffer, rest);
	for (size_t i = 0; rest[i]; i++)
		words[2 + i] = rest[i];
	desk_lab(&outcome, &desk, words);
	ck_assert_msg(outcome.status == 0, "%s: %s", verbs[_i].fix, outcome.err);
	ck_assert_msg(!strchr(outcome.out, '{'), "%s: %s", verbs[_i].fix, outcome.out);
	outcome_release(&outcome);
	if (verbs[_i].done)
		desk_check(&desk, 0, verbs[_i].fix);
	ck_assert_int_eq(desk_status(&desk, (const char *[]){ "end", NULL }), 0);
	free(buffer);
	free(path);
	folder_remove(folder);
	desk_release(&desk);
}
END_TEST

START_TEST(every_verb_is_tried)
{
	char *path = fixture("labs/verbs.json");
	json_t *file = json_load_file(path, 0, NULL);
	const json_t *verb;
	size_t i;

	json_array_foreach (json_object_get(file, "verbs"), i, verb) {
		const char *name = jsonx_text(verb, "verb");
		bool tried = false;

		for (size_t k = 0; k < ARRAY_SIZE(verbs); k++)
			tried = tried || (starts_with(verbs[k].fix, name) &&
					  strchr(" ", verbs[k].fix[strlen(name)]));
		ck_assert_msg(tried, "%s is not tried", name);
	}
	ck_assert_uint_gt(i, 30);
	json_decref(file);
	free(path);
}
END_TEST

Suite *lab_verbs_suite(void);
Suite *lab_verbs_suite(void)
{
	Suite *suite = suite_create("lab_verbs");
	TCase *tc = tcase_create("lab_verbs");

	tcase_set_timeout(tc, 60);
	tcase_add_unchecked_fixture(tc, server_up, server_down);
	tcase_add_loop_test(tc, verb_does_it, 0, ARRAY_SIZE(verbs));
	tcase_add_test(tc, every_verb_is_tried);
	suite_add_tcase(suite, tc);
	return suite;
}
