/*
 * rounds.c - the server dies while it is written to, and starts again; round after round on the
 * same database.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/random.h"
#include "tests/crash/site.h"
#include "tests/crash/suites.h"
#include "tests/crash/verify.h"
#include "tests/crash/writers.h"

#define FIRST_BULKS 4
#define FIRST_SIZE 600 /* rows at first: so many that deep pages need fences */
#define WALK_MOST 12000
#define WALK_EVERY 25 /* rounds, where there are more rows */

/* clang-format off */
static const struct how {
	const char *label;
	bool is_power;
	const char *durability;
	bool may_lose; /* and then it must: else the disk forgets nothing */
	int rounds;        /* in make test */
	int part;      /* of the rounds that are asked for: one in so many */
} hows[] = {
	{ "SIGKILL, durability normal",   false, "normal", false, 50, 1 },
	{ "power cut, durability full",   true,  "full",   false, 12, 4 },
	{ "power cut, durability normal", true,  "normal", true,  6,  8 },
};
/* clang-format on */

static void first_rows(struct site *site, struct ledger *ledger)
{
	struct answer answer;

	site_start(site);
	api(&answer, &site->server, "PUT", "/lineItems/" COMMON_ITEM,
	    "{\"lineItem\":{\"title\":\"common\",\"class\":{\"sourcedId\":\"class-bio-1\"},"
	    "\"resultValueMax\":100}}");
	ck_assert_int_eq(answer.status, 201);
	answer_release(&answer);
	for (int i = 0; i < FIRST_BULKS; i++) {
		int number = ledger_begin_bulk(ledger, FIRST_SIZE);

		ck_assert_int_eq(post_bulk(&site->server, number, FIRST_SIZE), 201);
		ledger_end_bulk(ledger, number);
	}
	site_stop(site); /* now it is on the disk, whatever the durability */
	site_start(site);
}

/* Now and then what starts is killed, too, before it has recovered. */
static void kill_a_start(struct site *site, struct random *random)
{
	FILE *out = tmpfile();
	pid_t pid;

	ck_assert(out != NULL);
	pid = mocksis_begin(fileno(out), (const char *[]){ "serve", "--db", site->db, "--listen",
							   "127.0.0.1:0", NULL });
	usleep((useconds_t)(random_unit(random) * 60000));
	mocksis_end(pid, SIGKILL);
	fclose(out);
}

static void verify(struct site *site, struct ledger *ledger)
{
	struct str why = STR_INIT;
	long rows;

	if (*ledger->trouble)
		site_fail(site, ledger->trouble);
	if (!verify_rows(site->db, ledger, &why))
		site_fail(site, str_text(&why));
	rows = sql_number(site->db, "SELECT count(*) FROM results");
	if (!verify_served(&site->server, site->db, ledger,
			   rows < WALK_MOST || site->round % WALK_EVERY == 0, &why))
		site_fail(site, str_text(&why));
	str_release(&why);
}

static void play_round(struct site *site, struct ledger *ledger, struct random *random)
{
	struct writers *writers = writers_start(
		&site->server, ledger, site->seed * 1000003 + (uint64_t)site->round, false);

	usleep((useconds_t)(30000 + random_unit(random) * random_unit(random) * 300000));
	site_kill(site, site->seed + (uint64_t)site->round);
	writers_join(writers, false);
	site_keep(site);
	if (site->round % 7 == 0 && !site->socket)
		kill_a_start(site, random);
	site_start(site);
	verify(site, ledger);
}

START_TEST(rounds)
{
	const struct how *how = &hows[_i];
	struct ledger *ledger = xmalloc(sizeof *ledger);
	int asked = crash_rounds(0), count = asked ? asked / how->part : how->rounds;
	struct random random;
	struct site site;

	ledger_init(ledger);
	ledger->may_lose = how->may_lose;
	site_init(&site, how->label, how->is_power, how->durability);
	random_seed(&random, site.seed);
	first_rows(&site, ledger);
	for (int i = 1; i <= count; i++) {
		site_round(&site, i);
		play_round(&site, ledger, &random);
		if (site.round % 10 == 0)
			crash_progress("%s: round %d of %d, %ld writes acknowledged, %ld lost, "
				       "%ld rows\n",
				       how->label, site.round, count, ledger->acknowledged,
				       ledger->lost,
				       sql_number(site.db, "SELECT count(*) FROM results"));
	}
	site_stop(&site);
	if (how->may_lose && ledger->lost == 0)
		site_fail(&site, "nothing was lost: this disk forgets nothing");
	if (ledger->acknowledged < count)
		site_fail(&site, "hardly a write was acknowledged");
	site_release(&site);
	ledger_release(ledger);
	free(ledger);
}
END_TEST

void rounds_add(Suite *suite)
{
	TCase *tc = tcase_create("rounds");

	tcase_set_timeout(tc, 24 * 3600);
	tcase_add_loop_test(tc, rounds, 0, (int)ARRAY_SIZE(hows));
	suite_add_tcase(suite, tc);
}
