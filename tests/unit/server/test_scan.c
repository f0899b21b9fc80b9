/*
 * test_scan.c - what takes long waits in a bounded queue, and comes to an end with the server.
 */
#include "server/scan.h"

#include <check.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <unistd.h>

struct task {
	struct scan scan; /* first: a scan is its task */
	struct scans *scans;
};

static sem_t began;
static atomic_int ran, told;

/* Runs until it is told to end. */
static void run_for_ever(struct scan *scan)
{
	struct task *task = (struct task *)scan;

	sem_post(&began);
	while (!scans_are_ending(task->scans))
		usleep(1000);
	atomic_fetch_add(&told, 1);
}

static void run_once(struct scan *scan)
{
	struct task *task = (struct task *)scan;

	atomic_fetch_add(&ran, 1);
	atomic_fetch_add(&told, scans_are_ending(task->scans));
}

START_TEST(the_queue_is_bounded_and_ends)
{
	static struct task busy[2], tasks[SCANS_WAITING + 1];
	struct scans *scans = scans_start();

	sem_init(&began, 0, 0);
	for (int i = 0; i < 2; i++) { /* one for each thread */
		busy[i] = (struct task){ { .run = run_for_ever }, scans };
		ck_assert(scans_submit(scans, &busy[i].scan));
		sem_wait(&began);
	}
	for (int i = 0; i <= SCANS_WAITING; i++) {
		tasks[i] = (struct task){ { .run = run_once }, scans };
		ck_assert_msg(scans_submit(scans, &tasks[i].scan) == (i < SCANS_WAITING), "%d", i);
	}
	scans_end(scans);
	ck_assert_int_eq(atomic_load(&ran), SCANS_WAITING);
	ck_assert_int_eq(atomic_load(&told), SCANS_WAITING + 2);
	ck_assert(!scans_submit(scans, &tasks[0].scan));
	scans_end(scans);
	scans_free(scans);
	sem_destroy(&began);
}
END_TEST

Suite *scan_suite(void);

Suite *scan_suite(void)
{
	Suite *suite = suite_create("server/scan");
	TCase *tcase = tcase_create("scan");

	tcase_add_test(tcase, the_queue_is_bounded_and_ends);
	suite_add_tcase(suite, tcase);
	return suite;
}
