/*
 * lab_print.c - what mocksis lab shows, for a person.
 */
#include "cli/lab_print.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/jsonx.h"
#include "base/progress.h"
#include "base/wrap.h"
#include "conformance/canvas/report.h"
#include "conformance/lab/verb.h"
#include "conformance/lab/view.h"

#define LABEL 14

void print_lab_list(const json_t *labs)
{
	const json_t *lab;
	size_t i;

	json_array_foreach (labs, i, lab)
		printf("%-5s %-16s %s\n%*s%s\n", jsonx_text(lab, "id"), jsonx_text(lab, "sis"),
		       jsonx_text(lab, "title"), 23, "", jsonx_text(lab, "goal"));
	puts("\nEvery code of the dictionary (mocksis explain --list) can be started, too:\n"
	     "  mocksis lab start T01\n  mocksis lab start ASP-02");
}

/* A label and a text beside it, broken at 76 columns. */
static void field(const char *label, const char *text)
{
	size_t column = 0;

	if (!text)
		return;
	if (*label)
		printf("  %-*s", LABEL, label);
	else
		printf("  ");
	for (const char *word = text; *word;) {
		size_t length = strcspn(word, " \n");

		if (column && column + length > 76) {
			printf("\n  %*s", *label ? LABEL : 0, "");
			column = 0;
		}
		printf("%s%.*s", column ? " " : "", (int)length, word);
		column += length + 1;
		word += length;
		word += strspn(word, " \n");
	}
	putchar('\n');
}

static void print_channels(const json_t *channels)
{
	struct str out = STR_INIT;
	const json_t *channel;
	size_t i;

	json_array_foreach (channels, i, channel)
		str_format(&out, "%s%s (%s)", i ? ", " : "", jsonx_text(channel, "name"),
			   jsonx_text(channel, "for"));
	field("Ask", str_text(&out));
	str_release(&out);
}

static void print_commands(const struct lab *lab)
{
	char *sync = view_sync_line(lab);

	puts("\nWhat you may do");
	printf("  %s\n"
	       "      one grade sync; --remaster sends everything again, --clear-integration\n"
	       "      forgets the links first, --select ID,... takes some assignments, "
	       "--preflight\n"
	       "      says what Canvas refuses to save, --history [ID] shows past syncs\n",
	       sync);
	printf("  edit %s/course/*.json\n      what a teacher or an administrator changes in "
	       "Canvas\n",
	       lab->folder);
	puts("  mocksis lab fix [VERB ARG...]\n"
	     "      what people do in Canvas, in the SIS and at the client; alone: the verbs\n"
	     "  mocksis lab status, mocksis lab hint, mocksis lab check\n"
	     "      what is to be seen; one more hint; whether it is mended\n"
	     "  mocksis lab answer QUESTION VALUE, mocksis lab case --help\n"
	     "      what you think of the case; the escalation file\n"
	     "  mocksis lab reset, mocksis lab end\n"
	     "      from the beginning; give it up");
	free(sync);
}

void print_lab_card(const struct lab *lab, const json_t *card)
{
	const json_t *sync = json_object_get(card, "grade_sync"), *item;
	const char *tool = jsonx_text(card, "provisioning_tool"), *key;
	size_t i;

	printf("%s  %s\n", jsonx_text(card, "id"), jsonx_text(card, "title"));
	field("Goal", jsonx_text(card, "goal"));
	puts("\nCase");
	field("Requester", jsonx_text(card, "requester"));
	field("Institution", jsonx_text(card, "institution"));
	field("SIS", jsonx_text(card, "sis"));
	printf("  Account SIS Provisioning Tool\n  %-*s%s\n", LABEL, "",
	       tool && *tool ? tool : "(blank)");
	field("Guide", jsonx_text(card, "guide"));
	print_channels(json_object_get(card, "channels"));
	field("Course", jsonx_text(card, "course_url"));
	field("Complaint", jsonx_text(card, "complaint"));
	json_object_foreach (json_object_get(card, "details"), key, item)
		field(key, json_string_value(item));
	puts("\nGrade Sync, last entry of the history");
	if (json_is_object(sync))
		report_print(stdout, sync, terminal_has_color(STDOUT_FILENO));
	else
		puts("  no sync of this course yet");
	if (json_array_size(json_object_get(card, "not_confirmed")))
		puts("\nNot from a vendor");
	json_array_foreach (json_object_get(card, "not_confirmed"), i, item)
		wrap_field(stdout, 2, "-", json_string_value(item));
	print_commands(lab);
}

static void print_history(const json_t *history)
{
	const json_t *report, *error;
	size_t i, k;

	puts("Grade Sync history");
	if (json_array_size(history) == 0)
		puts("  no sync of this course yet");
	json_array_foreach (history, i, report) {
		report_line(stdout, report);
		json_array_foreach (json_object_get(report, "errors"), k, error)
			if (k < 3 && i == 0)
				printf("         %s \"%s\": %.100s\n", jsonx_text(error, "phase"),
				       jsonx_text(error, "assignment")
					       ? jsonx_text(error, "assignment")
					       : "",
				       jsonx_text(error, "text"));
		if (i == 0 && k > 3)
			printf("         and %zu more errors (mocksis sync ... --history shows "
			       "all)\n",
			       k - 3);
	}
}

static void print_assignments(const json_t *rows)
{
	const json_t *row;
	size_t i;
	double points;

	puts("\nAssignments in Canvas");
	printf("  %-7s %-32s %-14s %-20s %6s  %-11s %s\n", "id", "name", "group", "due", "points",
	       "Sync to SIS", "graded");
	json_array_foreach (rows, i, row) {
		const char *due = jsonx_text(row, "due_at"), *name = jsonx_text(row, "name");
		const char *group = jsonx_text(row, "group");
		char id[24] = "?", number[32] = "";

		jsonx_id(row, "id", id);
		if (jsonx_number(row, "points_possible", &points))
			snprintf(number, sizeof number, "%g", points);
		printf("  %-7s %-32s %-14s %-20s %6s  %-11s %lld%s%s\n", id, name ? name : "",
		       group ? group : "", due ? due : "none", number,
		       jsonx_true(row, "post_to_sis") ? "on" : "off",
		       (long long)jsonx_int(row, "graded"),
		       jsonx_true(row, "published") ? "" : ", not published",
		       jsonx_int(row, "overrides") ? ", with Assign To entries" : "");
	}
}

static void print_gradebook(const json_t *classes)
{
	const json_t *class, *item;
	size_t i, k;

	puts("\nGradebook in the SIS");
	json_array_foreach (classes, i, class) {
		const json_t *items = json_object_get(class, "lineItems");
		const char *id = jsonx_text(class, "class");

		printf("  %s (%s)%s\n", jsonx_text(class, "name"), id ? id : "no SIS id",
		       json_array_size(items) ? "" : ": empty");
		json_array_foreach (items, k, item) {
			const char *category = jsonx_text(item, "category");
			const char *due = jsonx_text(item, "dueDate");

			printf("    %-32s %-14s %-20.19s %3lld scores\n", jsonx_text(item, "title"),
			       category ? category : "no category", due ? due : "no due date",
			       (long long)jsonx_int(item, "results"));
		}
	}
}

void print_lab_status(const json_t *status)
{
	const json_t *period, *answer;
	const char *question;
	size_t i;

	printf("%s  %s\n\n", jsonx_text(status, "lab"), jsonx_text(status, "title"));
	print_history(json_object_get(status, "history"));
	print_assignments(json_object_get(status, "assignments"));
	print_gradebook(json_object_get(status, "gradebook"));
	if (json_object_get(status, "periods"))
		puts("\nGrading periods in the SIS");
	json_array_foreach (json_object_get(status, "periods"), i, period)
		printf("  %-20s %s to %s  %s\n", jsonx_text(period, "title"),
		       jsonx_text(period, "startDate"), jsonx_text(period, "endDate"),
		       jsonx_text(period, "state"));
	putchar('\n');
	json_object_foreach (json_object_get(status, "answers"), question, answer)
		printf("Answered %s: %s\n", question, json_string_value(answer));
	printf("Hints used: %lld of %lld\n", (long long)jsonx_int(status, "hints_used"),
	       (long long)jsonx_int(status, "hints"));
}

void print_lab_check(const json_t *check)
{
	const json_t *goals = json_object_get(check, "goals"), *goal;
	size_t i, met = 0;

	json_array_foreach (goals, i, goal) {
		bool is_met = jsonx_true(goal, "met");

		met += is_met;
		wrap_field(stdout, 0, is_met ? "  [x]" : "  [ ]", jsonx_text(goal, "text"));
	}
	if (jsonx_true(check, "green"))
		printf("%s is mended: green\n", jsonx_text(check, "lab"));
	else
		printf("%s is not mended yet: red, %zu of %zu goals are met\n",
		       jsonx_text(check, "lab"), met, json_array_size(goals));
}

void print_lab_hint(const json_t *hint)
{
	long long given = (long long)jsonx_int(hint, "hint"), of = (long long)jsonx_int(hint, "of");
	const char *text = jsonx_text(hint, "text");

	if (text) {
		printf("Hint %lld of %lld\n", given, of);
		field("", text);
	} else {
		printf("There are no more hints; all %lld were given.\n", of);
	}
	if (text && given == of)
		puts("That was the last one.");
}

void print_lab_verbs(const json_t *verbs)
{
	static const char *const places[] = { "Canvas", "SIS", "client", "people" };
	const json_t *verb;
	size_t i;

	if (json_array_size(verbs) == 0)
		puts("Nothing is to be mended in this lab; mocksis lab answer takes what you "
		     "think.");
	for (size_t place = 0; place < ARRAY_SIZE(places); place++) {
		bool first = true;

		json_array_foreach (verbs, i, verb) {
			char *usage;

			if (!same_text(jsonx_text(verb, "where"), places[place]))
				continue;
			if (first)
				printf("%s\n", places[place]);
			first = false;
			usage = verb_usage(verb);
			printf("  mocksis lab fix %s\n", usage);
			free(usage);
		}
	}
}

void print_lab_questions(const json_t *questions)
{
	const json_t *question, *value;
	size_t i, k;

	json_array_foreach (questions, i, question) {
		printf("mocksis lab answer %s VALUE\n", jsonx_text(question, "question"));
		printf("  %s", jsonx_text(question, "asks"));
		json_array_foreach (json_object_get(question, "values"), k, value)
			printf("%s%s", k ? ", " : " ", json_string_value(value));
		putchar('\n');
	}
}

/* "sync --remaster", "fix set-sync 10304 off" */
static void print_steps(const json_t *steps)
{
	const json_t *step, *words, *word;
	const char *kind;
	size_t i, k;

	json_array_foreach (steps, i, step)
		json_object_foreach ((json_t *)(uintptr_t)step, kind, words) {
			printf("      %s", kind);
			json_array_foreach (words, k, word) {
				char *dumped = json_is_string(word) ? NULL : jsonx_dump(word);
				const char *text = dumped ? dumped : json_string_value(word);
				bool quoted = text[strcspn(text, " ")] || !*text;

				printf(quoted ? " \"%s\"" : " %s", text);
				free(dumped);
			}
			putchar('\n');
		}
}

void print_lab_key(const json_t *document)
{
	const json_t *key = json_object_get(document, "key"), *wrong;
	size_t i;

	printf("%s  %s  (for trainers)\n", jsonx_text(document, "id"),
	       jsonx_text(document, "title"));
	field("Cause", jsonx_text(key, "cause"));
	field("Who", jsonx_text(key, "actor"));
	field("Remedy", jsonx_text(key, "remedy"));
	field("Trap", jsonx_text(key, "trap"));
	puts("\n  The right remedy");
	print_steps(json_object_get(document, "right"));
	json_array_foreach (json_object_get(document, "wrong"), i, wrong) {
		printf("\n  Wrong: %s\n", jsonx_text(wrong, "why"));
		print_steps(json_object_get(wrong, "steps"));
	}
}
