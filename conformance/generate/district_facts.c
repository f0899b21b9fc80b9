/*
 * district_facts.c - who and what there is in a synthetic district.
 */
#include "conformance/generate/district_internal.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static const char *const given_names[] = {
	"Aaliyah", "Adrian",   "Amara",  "Andre",  "Anika", "Arjun",   "Ava",        "Beatriz",
	"Caleb",   "Camila",   "Chidi",  "Chloe",  "Dalia", "Daniel",  "Diego",      "Elena",
	"Eli",     "Emma",     "Fatima", "Felix",  "Grace", "Hana",    "Hassan",     "Ines",
	"Isaac",   "Isabel",   "Jamal",  "Jasper", "Kai",   "Keiko",   "Leila",      "Liam",
	"Lucia",   "Malik",    "Maya",   "Mei",    "Mia",   "Mohamed", "Nadia",      "Nia",
	"Noah",    "Olivia",   "Omar",   "Owen",   "Priya", "Quinn",   "Rafael",     "Rosa",
	"Samuel",  "Santiago", "Sofia",  "Tariq",  "Tessa", "Theo",    "Uma",        "Victor",
	"Wei",     "Willa",    "Xavier", "Yara",   "Yusuf", "Zara",    "Zo\xc3\xab", "Zuri",
};

static const char *const family_names[] = {
	"Abbott",   "Acosta",   "Adeyemi", "Ahmed",    "Alvarez",  "Andersen", "Bailey",
	"Banerjee", "Becker",   "Brooks",  "Campbell", "Castillo", "Chen",     "Cohen",
	"Cruz",     "Diallo",   "Dubois",  "Edwards",  "Evans",    "Fischer",  "Flores",
	"Foster",   "Garcia",   "Gomez",   "Gupta",    "Haddad",   "Hansen",   "Hughes",
	"Ibrahim",  "Ito",      "Jackson", "Jensen",   "Johnson",  "Kaplan",   "Khan",
	"Kim",      "Kowalski", "Lee",     "Lopez",    "Martin",   "Mensah",   "Morales",
	"Mueller",  "Nguyen",   "Novak",   "O'Brien",  "Okafor",   "Ortiz",    "Park",
	"Patel",    "Perez",    "Price",   "Ramirez",  "Reyes",    "Rossi",    "Sanchez",
	"Santos",   "Sato",     "Silva",   "Smith",    "Tanaka",   "Torres",   "Williams",
	"Young",
};

const struct subject subjects[SUBJECTS] = {
	{ "Mathematics", "MAT", { 10, 20, 100 } }, { "English", "ENG", { 10, 25, 100 } },
	{ "Science", "SCI", { 20, 20, 100 } },     { "History", "HIS", { 10, 15, 50 } },
	{ "Spanish", "SPA", { 5, 20, 50 } },
};

const char *const category_titles[CATEGORIES] = { "Homework", "Quizzes", "Tests" };

/* Every day of the year lies in a grading period, so that there is always an open one. */
static const struct {
	int from_year, from_month, from_day; /* years from that in which school begins */
	int to_year, to_month, to_day;       /* the first day that is none of it */
} sessions[SESSIONS] = {
	{ 0, 8, 1, 1, 8, 1 },   { 0, 8, 1, 1, 1, 5 },   { 1, 1, 5, 1, 8, 1 },
	{ 0, 8, 1, 0, 10, 15 }, { 0, 10, 15, 1, 1, 5 }, { 1, 1, 5, 1, 3, 20 },
	{ 1, 3, 20, 1, 8, 1 },
};

static int64_t day(int year, int month, int of_month)
{
	char text[40];
	int64_t out = 0;

	snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, of_month);
	if (!when_parse(text, &out, NULL))
		BUG("no day: %s", text);
	return out;
}

/* The year in which the school year of that instant begins. */
static int year_of(int64_t now)
{
	char text[WHEN_TEXT];
	int64_t year = 0;

	when_format(now, text);
	text[4] = '\0';
	if (!number_parse(text, 1, 9998, &year))
		year = 2026;
	return (int)year - (now < day((int)year, 8, 1));
}

static int64_t shares(int64_t whole, int64_t part)
{
	return (whole + part - 1) / part;
}

void district_init(struct district *district, const struct district_options *options)
{
	int year = year_of(options->now);

	*district = (struct district){ .options = options, .year = year + 1 };
	district->cohorts = shares(options->students, options->class_size);
	district->classes = district->cohorts * SUBJECTS;
	district->schools = shares(district->cohorts, COHORTS);
	district->teachers = shares(district->cohorts, TAUGHT) * SUBJECTS;
	district->items = shares(options->results, SUBJECTS);
	for (int i = 0; i < SESSIONS; i++) {
		district->from[i] = day(year + sessions[i].from_year, sessions[i].from_month,
					sessions[i].from_day);
		district->to[i] = day(year + sessions[i].to_year, sessions[i].to_month,
				      sessions[i].to_day);
	}
}

/* The finisher of splitmix64: each number has one of its own. */
static uint64_t mix(uint64_t z)
{
	z += 0x9e3779b97f4a7c15u;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

uint64_t district_draw(const struct district *district, enum kind kind, int64_t number)
{
	return mix(mix(district->options->seed) ^ mix((uint64_t)kind << 56 | (uint64_t)number));
}

static char *put_hex(char *out, uint64_t bits, int digits)
{
	for (int i = digits; i-- > 0; bits >>= 4)
		out[i] = "0123456789abcdef"[bits & 15];
	return out + digits;
}

/* In the form of a UUID of version 4, as most SISs have them. */
void district_id(const struct district *district, enum kind kind, int64_t number,
		 char out[static UUID_TEXT])
{
	uint64_t high = district_draw(district, kind, number), low = mix(high);

	out = put_hex(out, high >> 32, 8);
	*out++ = '-';
	out = put_hex(out, high >> 16, 4);
	*out++ = '-';
	out = put_hex(out, (high & 0xfff) | 0x4000, 4);
	*out++ = '-';
	out = put_hex(out, (low >> 48 & 0x3fff) | 0x8000, 4);
	*out++ = '-';
	out = put_hex(out, low, 12);
	*out = '\0';
}

int64_t cohort_begin(const struct district *district, int64_t cohort)
{
	return cohort * district->options->class_size;
}

int64_t cohort_end(const struct district *district, int64_t cohort)
{
	int64_t end = (cohort + 1) * district->options->class_size;

	return end < district->options->students ? end : district->options->students;
}

/* Shared out so that each student has as many results as were asked for. */
int64_t class_items(const struct district *district, int64_t class)
{
	int64_t results = district->options->results;

	return results / SUBJECTS + (class % SUBJECTS < results % SUBJECTS);
}

/* From the second week on until now, one after the other. */
int64_t item_due(const struct district *district, int64_t class, int64_t item)
{
	int64_t first = district->from[YEAR] + 8 * WHEN_DAY;
	int64_t last = district->options->now / WHEN_DAY * WHEN_DAY - 2 * WHEN_DAY;

	if (last < first)
		last = first;
	return first + (last - first) / WHEN_DAY * item / class_items(district, class) * WHEN_DAY;
}

void district_name(const struct district *district, enum kind kind, int64_t number,
		   struct person_name *out)
{
	uint64_t draw = district_draw(district, kind, number);
	char *at = out->login;

	out->given = given_names[draw % ARRAY_SIZE(given_names)];
	out->family = family_names[draw / 64 % ARRAY_SIZE(family_names)];
	snprintf(out->login, sizeof out->login, "%s.%s%s%lld", out->given, out->family,
		 kind == KIND_TEACHER ? ".t" : "", (long long)number + 1);
	for (const char *from = out->login; *from; from++)
		if (isalnum((unsigned char)*from) || *from == '.')
			*at++ = (char)tolower((unsigned char)*from);
	*at = '\0';
}

void class_title(const struct district *district, int64_t class, char out[static 64])
{
	(void)district;
	snprintf(out, 64, "%s %lld", subjects[class % SUBJECTS].title,
		 (long long)(class / SUBJECTS + 1));
}
