/*
 * lab.c - mocksis lab.
 */
#include "cli/commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/jsonx.h"
#include "cli/lab_print.h"
#include "conformance/lab/answer.h"
#include "conformance/lab/escalation.h"
#include "conformance/lab/goal.h"
#include "conformance/lab/history.h"
#include "conformance/lab/start.h"
#include "conformance/lab/verb.h"
#include "conformance/lab/view.h"

/* What a subcommand works with. */
struct desk {
	const struct options *options;
	struct library library;
	struct lab lab;
	const char **words; /* the arguments behind the subcommand, without the id */
	size_t count;
	struct err err;
};

static bool wants_json(const struct desk *desk)
{
	return option_is_set(desk->options, "json");
}

/* Prints @value as JSON or by @print; takes it. */
static bool show(const struct desk *desk, json_t *value, void (*print)(const json_t *value))
{
	if (!value)
		return false;
	if (wants_json(desk))
		print_json(value);
	else
		print(value);
	json_decref(value);
	return true;
}

static int lab_list(struct desk *desk)
{
	static const char *const shown[] = { "id", "title", "goal", "sis" };
	char **ids = library_ids(&desk->err);
	json_t *labs = json_array();

	for (size_t i = 0; ids && ids[i]; i++) {
		json_t *lab = library_lab(&desk->library, ids[i], &desk->err), *row = json_object();

		for (size_t k = 0; lab && k < ARRAY_SIZE(shown); k++)
			json_object_set(row, shown[k], json_object_get(lab, shown[k]));
		json_array_append_new(labs, row);
		json_decref(lab);
	}
	names_free(ids);
	if (desk->err.code == ERR_NONE)
		show(desk, labs, print_lab_list);
	else
		json_decref(labs);
	return 0;
}

static int show_card(struct desk *desk)
{
	json_t *card = view_card(&desk->lab, &desk->err);

	if (card && wants_json(desk))
		print_json(card);
	else if (card)
		print_lab_card(&desk->lab, card);
	json_decref(card);
	return 0;
}

/* The value of an option, or what is taken without one. */
static const char *option_or(const struct options *options, const char *name, const char *preset)
{
	const char *text = option_text(options, name);

	return text ? text : preset;
}

static int lab_start_main(struct desk *desk)
{
	const struct options *options = desk->options;
	struct lab_start wish = {
		.name = desk->words[0],
		.mode = option_or(options, "mode", "verbatim"),
		.folder = option_text(options, "folder"),
		.url = option_or(options, "url", "http://127.0.0.1:8080"),
		.token = option_text(options, "admin-token"),
		.now = option_text(options, "now"),
	};

	return lab_start(&desk->lab, &desk->library, &wish, &desk->err) ? show_card(desk) : 2;
}

static int lab_status(struct desk *desk)
{
	show(desk, view_status(&desk->lab, &desk->err), print_lab_status);
	return 0;
}

static int lab_hint(struct desk *desk)
{
	show(desk, view_hint(&desk->lab, &desk->err), print_lab_hint);
	return 0;
}

static int lab_check(struct desk *desk)
{
	json_t *check = goal_check(&desk->lab, &desk->err);
	bool green = jsonx_true(check, "green");

	if (check && history_note(&desk->lab, "check", green ? "green" : "red", &desk->err))
		show(desk, json_incref(check), print_lab_check);
	json_decref(check);
	return green ? 0 : 1;
}

static int lab_reset_main(struct desk *desk)
{
	const char *token = option_text(desk->options, "admin-token");

	return lab_reset(&desk->lab, token, &desk->err) ? show_card(desk) : 2;
}

static int lab_end_main(struct desk *desk)
{
	if (lab_end(&desk->lab, &desk->err))
		printf("%s is over: its sandbox and what it had written into %s are gone\n",
		       lab_id(&desk->lab), desk->lab.folder);
	return 0;
}

/* "fix set-grade-scale cat-projects Letter" */
static char *words_text(const struct desk *desk)
{
	struct str text = STR_INIT;

	for (size_t i = 0; i < desk->count; i++)
		str_format(&text, "%s%s", i ? " " : "", desk->words[i]);
	return str_take(&text, NULL);
}

static void show_verbs(const struct desk *desk)
{
	json_t *verbs = verbs_of(&desk->lab);

	if (wants_json(desk))
		print_json(verbs);
	else
		print_lab_verbs(verbs);
	json_decref(verbs);
}

static int lab_fix(struct desk *desk)
{
	json_t *words = json_array();
	char *said = NULL, *typed = words_text(desk), *note;

	for (size_t i = 0; i < desk->count; i++)
		json_array_append_new(words, json_string(desk->words[i]));
	if (desk->count == 0) {
		show_verbs(desk);
	} else if (verb_run(&desk->lab, words, &said, &desk->err)) {
		note = xformat("%s (lab fix %s)", said, typed);
		if (history_note(&desk->lab, "fix", note, &desk->err))
			puts(said);
		free(note);
	}
	free(said);
	free(typed);
	json_decref(words);
	return 0;
}

/* Without an answer: what is asked. */
static int lab_answer(struct desk *desk)
{
	if (desk->count == 0)
		print_lab_questions(desk->library.questions);
	else if (desk->count == 1)
		err_set(&desk->err, ERR_INVALID, "usage: mocksis lab answer QUESTION VALUE");
	else if (answer_note(&desk->lab, desk->words[0], desk->words[1], &desk->err))
		printf("noted: %s: %s\n", desk->words[0], desk->words[1]);
	return 0;
}

static void print_missing(const json_t *escalation)
{
	const json_t *item;
	size_t i;

	json_array_foreach (json_object_get(escalation, "missing"), i, item)
		fprintf(stderr, "  missing: %s\n", json_string_value(item));
}

static int lab_case(struct desk *desk)
{
	const struct options *options = desk->options;
	const struct escalation_wish wish = {
		.assignment = option_text(options, "assignment"),
		.student = option_text(options, "student"),
		.teacher = option_text(options, "teacher"),
		.requester = option_text(options, "requester"),
		.expected = option_text(options, "expected"),
		.actual = option_text(options, "actual"),
		.since = option_text(options, "since"),
		.scope = option_text(options, "scope"),
		.tried = option_list(options, "tried"),
		.screenshots = option_list(options, "screenshot"),
		.token = option_text(options, "admin-token"),
	};
	json_t *escalation = escalation_build(&desk->lab, &wish, &desk->err);
	bool refused = jsonx_true(escalation, "refused");
	char *text;

	if (refused)
		fputs("mocksis lab case: a case without an example is worth nothing to those who "
		      "get it\n",
		      stderr);
	print_missing(escalation);
	if (escalation && !refused && escalation_write(&desk->lab, escalation, &desk->err)) {
		text = wants_json(desk) ? jsonx_pretty(escalation)
					: escalation_markdown(escalation);
		fputs(text, stdout);
		free(text);
	}
	json_decref(escalation);
	return refused ? 1 : 0;
}

static int lab_key(struct desk *desk)
{
	show(desk, library_lab(&desk->library, desk->words[0], &desk->err), print_lab_key);
	return 0;
}

enum need {
	NEEDS_NOTHING,
	NEEDS_LAB,     /* one that was started */
	NEEDS_SANDBOX, /* and whose sandbox is still there */
};

/* clang-format off */
static const struct subcommand {
	const char *name;
	enum need need;
	size_t least, most;
	const char *usage;
	int (*run)(struct desk *desk); /* the exit status, where desk->err says nothing */
} subcommands[] = {
	{ "list",   NEEDS_NOTHING, 0, 0,  "list", lab_list },
	{ "start",  NEEDS_NOTHING, 1, 1,  "start ID|CODE", lab_start_main },
	{ "key",    NEEDS_NOTHING, 1, 1,  "key ID|CODE", lab_key },
	{ "status", NEEDS_SANDBOX, 0, 0,  "status [ID]", lab_status },
	{ "hint",   NEEDS_SANDBOX, 0, 0,  "hint [ID]", lab_hint },
	{ "check",  NEEDS_SANDBOX, 0, 0,  "check [ID]", lab_check },
	{ "fix",    NEEDS_SANDBOX, 0, 16, "fix [ID] [VERB ARG...]", lab_fix },
	{ "answer", NEEDS_SANDBOX, 0, 2,  "answer [ID] [QUESTION VALUE]", lab_answer },
	{ "case",   NEEDS_SANDBOX, 0, 0,  "case [ID] --assignment NAME|ID --student SIS-ID ...", lab_case },
	{ "reset",  NEEDS_LAB,     0, 0,  "reset [ID]", lab_reset_main },
	{ "end",    NEEDS_LAB,     0, 0,  "end [ID]", lab_end_main },
};
/* clang-format on */

static bool no_subcommand(const char *name, struct err *err)
{
	struct str names = STR_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(subcommands); i++)
		if (strcmp(subcommands[i].name, "key") != 0) /* the trainer knows it */
			str_format(&names, "%s%s", i ? ", " : "", subcommands[i].name);
	err_set(err, ERR_INVALID, "there is no mocksis lab %s; there are: %s", name,
		str_text(&names));
	str_release(&names);
	return false;
}

static const struct subcommand *find_subcommand(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(subcommands); i++)
		if (strcmp(subcommands[i].name, name) == 0)
			return &subcommands[i];
	return NULL;
}

/* Whether the word is an id: of a lab in its folder, or one that could be started. */
static bool is_id(const struct desk *desk, const char *word)
{
	char *folder = lab_default_folder(word), *state = path_join(folder, LAB_STATE);
	bool started = file_exists(state);

	free(folder);
	free(state);
	return started || library_has(&desk->library, word);
}

/* The folder of an id; a code may stand for a lab of another id. Returns (free). */
static char *folder_of(struct desk *desk, const char *id)
{
	char *folder = lab_default_folder(id), *state = path_join(folder, LAB_STATE);
	bool started = file_exists(state);
	json_t *document;

	free(state);
	if (started)
		return folder;
	free(folder);
	document = library_lab(&desk->library, id, &desk->err);
	folder = document ? lab_default_folder(jsonx_text(document, "id")) : NULL;
	json_decref(document);
	return folder;
}

/* Both a folder and an id were named: they must mean the same lab. */
static bool is_meant(struct desk *desk, const char *id)
{
	json_t *document = library_lab(&desk->library, id, &desk->err);
	bool same = document && same_text(jsonx_text(document, "id"), lab_id(&desk->lab));

	json_decref(document);
	return same || err_set(&desk->err, ERR_INVALID, "%s holds the lab %s, not %s",
			       desk->lab.folder, lab_id(&desk->lab), id);
}

/* What gives up a lab must not take another one than the trainee means. */
static bool is_said(struct desk *desk, const char *id)
{
	return id || option_text(desk->options, "folder") || !lab_are_many() ||
	       !same_text(desk->options->arguments[0], "end") ||
	       err_set(&desk->err, ERR_INVALID,
		       "several labs were started here: mocksis lab end ID says which is over");
}

static bool open_lab(struct desk *desk, const char *id, enum need need)
{
	const struct options *options = desk->options;
	const char *named = option_text(options, "folder");
	char *folder = !is_said(desk, id) ? NULL
		       : named            ? xstrdup(named)
		       : id               ? folder_of(desk, id)
					  : lab_find_folder(NULL, &desk->err);
	bool good = folder &&
		    lab_open(&desk->lab, &desk->library, folder, option_text(options, "url"),
			     option_text(options, "admin-token"), &desk->err) &&
		    (!named || !id || is_meant(desk, id)) &&
		    (need != NEEDS_SANDBOX || lab_has_sandbox(&desk->lab, &desk->err));

	free(folder);
	return good;
}

/* Takes the id out of the words, where there is one. */
static bool read_words(struct desk *desk, const struct subcommand *subcommand, const char **id)
{
	const struct options *options = desk->options;
	bool may_name = subcommand->need != NEEDS_NOTHING;

	desk->words = options->arguments + 1;
	desk->count = options->argument_count - 1;
	*id = NULL;
	if (may_name && desk->count > subcommand->least &&
	    (subcommand->most == subcommand->least || is_id(desk, desk->words[0]))) {
		*id = desk->words[0];
		desk->words++;
		desk->count--;
	}
	return (desk->count >= subcommand->least && desk->count <= subcommand->most) ||
	       err_set(&desk->err, ERR_INVALID, "usage: mocksis lab %s", subcommand->usage);
}

static int run(struct desk *desk)
{
	const char *name = desk->options->arguments[0], *id;
	const struct subcommand *subcommand = find_subcommand(name);

	if ((!subcommand && !no_subcommand(name, &desk->err)) ||
	    !library_open(&desk->library, option_text(desk->options, "guides"), &desk->err) ||
	    !read_words(desk, subcommand, &id) ||
	    (subcommand->need != NEEDS_NOTHING && !open_lab(desk, id, subcommand->need)))
		return 2;
	return subcommand->run(desk);
}

int lab_main(const struct options *options)
{
	struct desk desk = { .options = options };
	int status = run(&desk);

	if (desk.err.code != ERR_NONE)
		status = fail(options, &desk.err);
	if (desk.err.code == ERR_UNREACHABLE)
		fputs("start one with: mocksis serve --db :memory: --admin-token TOKEN\n", stderr);
	lab_release(&desk.lab);
	library_release(&desk.library);
	return status;
}
