/*
 * cases.c - the edge cases, a row each.
 */
#include "conformance/generate/cases.h"

/* clang-format off */
const struct assignment_case assignment_cases[] = {
	{ "ordinary_homework", "Reading Check 1", "nothing special: whole points, due in the open grading period", 0, 10, "online_upload", DUE_DAY, 20, CLEAN },
	{ "ordinary_quiz",     "Vocabulary Quiz", "nothing special: whole points, in the second category", 1, 25, "on_paper", DUE_DAY, 35, CLEAN },
	{ "ordinary_test",     "Chapter Test",    "nothing special: a hundred points, in the third category", 2, 100, "on_paper", DUE_DAY, 50, CLEAN },

	{ "fourth_category",   "Project Outline", "the fourth category of the class; the SIS may need something set up for it", 3, 20, "online_upload", DUE_DAY, 45, OWN_CATEGORY },
	{ "fifth_category",    "Lab Notebook",    "the fifth category of the class; the SIS may need something set up for it", 4, 20, "online_upload", DUE_DAY, 45, OWN_CATEGORY },

	{ "submission_states", "Submission States", "each student's submission is in another state", 0, 10, "online_upload", DUE_DAY, 25, STUDENT_CASES },
	{ "score_values",      "Score Values",      "each student's score is of another kind", 0, 100, "on_paper", DUE_DAY, 30, STUDENT_CASES },

	{ "title_unicode",        "Poésie: Żółw & Piñón", "letters beyond ASCII and an ampersand in the title: they come back as they were sent", 0, 20, "online_text_entry", DUE_DAY, 40, 0 },
	{ "title_30_characters",  "Thirty Characters Are The Most", "a title of 30 characters, the most that some SISs take", 0, 20, "online_upload", DUE_DAY, 40, 0 },
	{ "title_31_characters",  "Thirty-one Characters: One More", "a title of 31 characters: one more than some SISs take; Canvas may refuse to save it", 0, 20, "online_upload", DUE_DAY, 42, 0 },
	{ "title_50_characters",  "A Title of Fifty Characters That Says What It Is!!", "a title of 50 characters", 0, 20, "online_upload", DUE_DAY, 44, 0 },
	{ "title_100_characters", "A Title of One Hundred Characters, Which Is as Long as Titles of Some Grade Books Can Be Stored Now.", "a title of 100 characters", 0, 20, "online_upload", DUE_DAY, 46, 0 },
	{ "same_name_first",      "Weekly Journal", "two assignments of this name with different due dates: two lineItems", 0, 5, "online_text_entry", DUE_DAY, 10, 0 },
	{ "same_name_second",     "Weekly Journal", "two assignments of this name with different due dates: two lineItems", 0, 5, "online_text_entry", DUE_DAY, 48, 0 },

	{ "unlock_date",            "Long Essay",      "it has an unlock date: that is the assignDate; without one the due date is", 0, 50, "online_upload", DUE_DAY, 52, UNLOCKED },
	{ "due_date_missing",       "Field Notes",     "no due date: some SISs refuse the lineItem, Canvas may refuse to save it", 0, 10, "online_text_entry", DUE_NONE, 0, 0 },
	{ "due_last_day_of_period", "Last Day Review", "due at 23:59 on the last day of the grading period, which is the next day in UTC", 0, 10, "online_upload", DUE_LAST_DAY, 0, 0 },
	{ "due_before_open_period", "Early Quiz",      "due before the open grading period begins: a SIS that closes periods refuses it", 0, 20, "on_paper", DUE_BEFORE, 0, 0 },
	{ "due_date_per_section",   "Section Lab",     "each section has a due date of its own: that is the dueDate of its lineItem", 0, 30, "online_upload", DUE_DAY, 54, 0, OVERRIDES_SECTIONS },
	{ "override_without_due_date", "Open-ended Lab", "the section's override has a blank due date: Canvas may refuse to save it", 0, 30, "online_upload", DUE_DAY, 54, 0, OVERRIDES_BLANK },
	{ "due_date_of_students",   "Problem Set",     "two students have a later due date: a lineItem has only one", 0, 15, "online_upload", DUE_DAY, 56, 0, OVERRIDES_STUDENTS },
	{ "due_date_of_group",      "Group Lab",       "a group of students has a later due date", 0, 25, "online_upload", DUE_DAY, 56, 0, OVERRIDES_GROUP },
	{ "only_some_students",     "Make-up Quiz",    "only two students have it: no result for the others", 0, 20, "on_paper", DUE_DAY, 58, 0, OVERRIDES_ONLY },

	{ "group_without_category", "Bonus Collection", "no category has the name of its assignment group: the sync says so and sends the others", 0, 5, "on_paper", DUE_DAY, 30, NO_CATEGORY },
	{ "points_zero",            "Extra Point",      "0 points possible, yet there are scores", 0, 0, "on_paper", DUE_DAY, 32, 0 },
	{ "points_blank",           "Participation",    "points possible are blank: Canvas sends 0", 0, -1, "on_paper", DUE_DAY, 34, 0 },
	{ "quiz",                   "Quiz: Basics",     "a Canvas quiz", 1, 25, "online_quiz", DUE_DAY, 36, 0 },
	{ "discussion",             "Discussion: News", "a Canvas discussion", 0, 10, "discussion_topic", DUE_DAY, 38, 0 },
	{ "grades_hidden",          "Hidden Grades",    "graded, but the grades are not posted to students yet: Canvas sends them", 0, 20, "online_upload", DUE_DAY, 38, HIDDEN },

	{ "not_published",  "Draft Review",     "not published: it is not sent", 0, 10, "online_upload", DUE_DAY, 90, UNPUBLISHED },
	{ "not_marked",     "Practice Only",    "not marked Sync to SIS: it is not sent", 0, 10, "online_upload", DUE_DAY, 28, UNMARKED },
	{ "not_graded",     "Safety Agreement", "of the type not graded: it is not sent", 0, -1, "not_graded", DUE_DAY, 15, NOT_GRADED },
	{ "no_grade_yet",   "Waiting Write-up", "handed in, no grade yet: it is not sent before there is one", 0, 40, "online_upload", DUE_DAY, 60, UNGRADED },
};
const size_t assignment_case_count = ARRAY_SIZE(assignment_cases);

#define NOT_HANDED_IN "'submitted_at': null, 'attempt': null, 'submission_type': null"
#define NO_GRADE "'score': null, 'graded_at': null"

const struct submission_case submission_cases[] = {
	{ "submission_states", "excused",                 "excused: exempt, without a score", "{'excused': true, 'score': null, " NOT_HANDED_IN "}" },
	{ "submission_states", "missing_with_score",      "missing, and the policy gave 0: not submitted, 0", "{'score': 0, 'missing': true, 'late_policy_status': 'missing', " NOT_HANDED_IN "}" },
	{ "submission_states", "missing_without_score",   "missing, without a score: nothing is sent", "{'workflow_state': 'unsubmitted', 'missing': true, " NO_GRADE ", " NOT_HANDED_IN "}" },
	{ "submission_states", "late_with_deduction",     "late, one point deducted: the score after the deduction is sent", "{'score': 8.5, 'entered_score': 9.5, 'late': true, 'points_deducted': 1, 'seconds_late': 86400}" },
	{ "submission_states", "late_without_deduction",  "late, nothing deducted", "{'score': 9, 'late': true, 'points_deducted': 0, 'seconds_late': 3600}" },
	{ "submission_states", "graded_without_score",    "graded, the score taken back: nothing is sent", "{'score': null, " NOT_HANDED_IN "}" },
	{ "submission_states", "never_submitted",         "never handed in, no grade: nothing is sent", "{'workflow_state': 'unsubmitted', " NO_GRADE ", " NOT_HANDED_IN "}" },
	{ "submission_states", "submitted_ungraded",      "handed in, no grade yet: nothing is sent", "{'workflow_state': 'submitted', " NO_GRADE "}" },
	{ "submission_states", "pending_review",          "a quiz score that waits for review: nothing is sent", "{'workflow_state': 'pending_review', 'score': 7, 'graded_at': null, 'submission_type': 'online_quiz'}" },
	{ "submission_states", "resubmitted",             "handed in again after the grade: nothing is sent before it is graded anew", "{'workflow_state': 'submitted', 'score': 8, 'attempt': 2, 'grade_matches_current_submission': false}" },
	{ "score_values",      "score_zero",              "0 points, handed in", "{'score': 0}" },
	{ "score_values",      "score_negative",          "a negative score is sent as it is", "{'score': -2}" },
	{ "score_values",      "score_above_maximum",     "a score above the maximum is sent as it is", "{'score': 104.5}" },
	{ "score_values",      "score_maximum",           "exactly the maximum", "{'score': 100}" },
	{ "score_values",      "score_one_decimal",       "one decimal", "{'score': 87.5}" },
	{ "score_values",      "score_two_decimals",      "two decimals: they come back as they were sent", "{'score': 66.67}" },
};
const size_t submission_case_count = ARRAY_SIZE(submission_cases);

const struct person_case person_cases[] = {
	{ "student_without_sis_id", "a student without a SIS id: nothing of theirs is sent", "Casey", "Lindholm", NULL, "StudentEnrollment", "active", false },
	{ "student_is_test_student", "the test student of Canvas: nothing of theirs is sent", "Test", "Student", NULL, "StudentViewEnrollment", "active", false },
	{ "student_inactive", "a student whose enrollment has ended: nothing of theirs is sent", "Paige", "Hollister", "mocksis-former-student", "StudentEnrollment", "inactive", false },
	{ "student_outside", "a student of the section without a SIS id: nothing of theirs is sent", "Caleb", "Winslow", "mocksis-club-student", "StudentEnrollment", "active", true },
};
const size_t person_case_count = ARRAY_SIZE(person_cases);

const struct course_case course_cases[] = {
	{ "clean_course",       "only ordinary assignments", "", 1, true, false, false, "available" },
	{ "edge_course",        "every edge case of a published course", "", 2, false, true, true, "available" },
	{ "course_unpublished", "the course is not published: nothing of it is sent", " (unpublished)", 3, false, false, false, "unpublished" },
};
const size_t course_case_count = ARRAY_SIZE(course_cases);
/* clang-format on */
