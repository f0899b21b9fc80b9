/*
 * site.c - a server that is killed and started again on the same files.
 */
#include "tests/crash/site.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/util.h"

static int64_t environment(const char *name, int64_t usual)
{
	const char *text = getenv(name);
	int64_t number = usual;

	ck_assert_msg(!text || !*text || number_parse(text, 0, INT64_MAX, &number), "%s=%s", name,
		      text);
	return number;
}

int crash_rounds(int usual)
{
	return (int)environment("CRASH_ROUNDS", usual);
}

uint64_t crash_seed(void)
{
	return (uint64_t)environment("CRASH_SEED", 1);
}

void crash_progress(const char *format, ...)
{
	va_list list;

	if (!getenv("CRASH_PROGRESS"))
		return;
	va_start(list, format);
	vfprintf(stderr, format, list);
	va_end(list);
}

/* What is played now; the tests are forks, which may end in the middle of the harness. */
static struct {
	char text[8][256];
} * where;
static int slot;

void crash_begin(void)
{
	where = mmap(NULL, sizeof *where, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		     0);
	if (where == MAP_FAILED)
		BUG("no memory to share");
}

void crash_end(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(where->text); i++)
		if (*where->text[i])
			fprintf(stderr, "%s\n", where->text[i]);
}

void site_round(struct site *site, int round)
{
	site->round = round;
	snprintf(where->text[slot], sizeof where->text[slot],
		 "%s: it was seed %llu, round %d; the files are in %s, as the crash left them in "
		 "%s/before",
		 site->label, (unsigned long long)site->seed, round, site->folder, site->folder);
}

void site_init(struct site *site, const char *label, bool on_disk, const char *durability)
{
	const char *program = getenv("CRASH_DISK_BIN");

	memset(site, 0, sizeof *site);
	site->label = label;
	site->folder = folder_make();
	site->db = xformat("%s/sis.db", site->folder);
	site->seed = crash_seed();
	site->durability = durability;
	while (slot + 1 < (int)ARRAY_SIZE(where->text) && *where->text[slot])
		slot++;
	site_round(site, 0);
	if (on_disk) {
		site->socket = xformat("%s/disk", site->folder);
		setenv("POWERCUT_SOCKET", site->socket, 1);
		setenv("MOCKSIS_BIN", program ? program : "build/debug/mocksis-powercut", 1);
	}
}

void site_release(struct site *site)
{
	*where->text[slot] = '\0';
	folder_remove(site->folder);
	free(site->db);
	free(site->socket);
}

void site_start(struct site *site)
{
	const char *args[8] = { "--db", site->db, "--credential", CREDENTIAL };
	size_t count = 4;

	if (site->durability) {
		args[count++] = "--durability";
		args[count++] = site->durability;
	}
	server_start_bare(&site->server, args);
}

static int ask_disk(struct site *site, const char *order, char *answer, size_t room)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	ssize_t got = -1;

	snprintf(address.sun_path, sizeof address.sun_path, "%s", site->socket);
	if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0 &&
	    write(fd, order, strlen(order)) > 0)
		got = read(fd, answer, room - 1);
	close(fd);
	answer[got > 0 ? got : 0] = '\0';
	return (int)got;
}

void site_disk(struct site *site, const char *order)
{
	char answer[64];

	ask_disk(site, order, answer, sizeof answer);
	if (strcmp(answer, "ok\n") != 0)
		site_fail(site, order);
}

int site_cut(struct site *site, uint64_t seed)
{
	char order[64], answer[64];

	snprintf(order, sizeof order, "cut %llu", (unsigned long long)seed);
	if (site->socket)
		ask_disk(site, order, answer, sizeof answer);
	return mocksis_end(site->server.pid, SIGKILL);
}

void site_kill(struct site *site, uint64_t seed)
{
	if (site_cut(site, seed) != 128 + SIGKILL)
		site_fail(site, "the server had ended by itself");
	unlink(site->server.log);
}

void site_stop(struct site *site)
{
	if (server_stop(&site->server) != 0)
		site_fail(site, "the server does not end well");
}

void site_keep(struct site *site)
{
	char *line = xformat("mkdir -p '%s/before' && cp '%s'* '%s/before' 2>/dev/null; true",
			     site->folder, site->db, site->folder);

	ck_assert_int_eq(system(line), 0);
	free(line);
}

void site_fail(const struct site *site, const char *why)
{
	ck_abort_msg("%s, seed %llu, round %d: %s", site->label, (unsigned long long)site->seed,
		     site->round, why);
}
