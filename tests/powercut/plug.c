/*
 * plug.c - the whole program on a disk that can be told to fail.
 *
 * Linked to the objects of mocksis with -Wl,--wrap=sqlite3_open_v2,--wrap=rename,--wrap=fsync.
 * Where POWERCUT_SOCKET names a path, the first database that is opened installs the VFS, and a
 * thread takes orders there, a line each, answered by "ok":
 *
 *     cut SEED                                   the power fails; the answer never comes
 *     fail SUFFIX write|truncate|sync CODE NTH COUNT [short|forgiven]
 *     heal                                       no call fails any more
 */
#include <pthread.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/util.h"
#include "tests/powercut/image.h"
#include "tests/powercut/powercut.h"

/* clang-format off */
int __real_sqlite3_open_v2(const char *path, sqlite3 **out, int flags, const char *name);
int __wrap_sqlite3_open_v2(const char *path, sqlite3 **out, int flags, const char *name);
int __real_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to);
int __real_fsync(int fd);
int __wrap_fsync(int fd);
/* clang-format on */

#define RENAMES 256

/* What the program renamed since it synced the folder last. */
static struct {
	char *from, *to;
} renames[RENAMES];
static size_t rename_count;
static pthread_mutex_t rename_mutex = PTHREAD_MUTEX_INITIALIZER;

static struct powercut_fault fault;
static char suffix[32];

/* Some of them never were. */
static void undo_renames(uint64_t seed)
{
	pthread_mutex_lock(&rename_mutex); /* and never unlocked */
	while (rename_count-- > 0)
		if (draw(&seed) & 1)
			__real_rename(renames[rename_count].to, renames[rename_count].from);
}

static void forget_renames(const char *folder)
{
	size_t length = strlen(folder), kept = 0;

	for (size_t i = 0; i < rename_count; i++) {
		const char *to = renames[i].to;

		if (strncmp(to, folder, length) == 0 && to + length == strrchr(to, '/')) {
			free(renames[i].from);
			free(renames[i].to);
		} else {
			renames[kept++] = renames[i];
		}
	}
	rename_count = kept;
}

static bool read_fault(const char *line)
{
	char call[16], more[16] = "";
	struct powercut_fault read = { .suffix = suffix };

	if (sscanf(line, "fail %31s %15s %d %ld %ld %15s", suffix, call, &read.code, &read.nth,
		   &read.count, more) < 5)
		return false;
	read.call = strcmp(call, "sync") == 0    ? POWERCUT_SYNC
		    : strcmp(call, "write") == 0 ? POWERCUT_WRITE
						 : POWERCUT_TRUNCATE;
	read.is_short = strcmp(more, "short") == 0;
	read.is_forgiven = strcmp(more, "forgiven") == 0;
	fault = read;
	return true;
}

static const char *obey(const char *line)
{
	unsigned long long seed;

	if (sscanf(line, "cut %llu", &seed) == 1) {
		powercut_settle(seed);
		undo_renames(seed);
		kill(getpid(), SIGKILL);
	}
	powercut_fail(NULL);
	if (strncmp(line, "heal", 4) == 0)
		return "ok\n";
	if (!read_fault(line))
		return "what?\n";
	powercut_fail(&fault);
	return "ok\n";
}

static void *listen_to(void *payload)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof address.sun_path, "%s", (const char *)payload);
	unlink(address.sun_path);
	if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0 || listen(fd, 4) != 0)
		BUG("%s: no socket", address.sun_path);
	for (;;) {
		int peer = accept(fd, NULL, NULL);
		char line[256] = "";
		const char *said;

		if (peer < 0 || read(peer, line, sizeof line - 1) <= 0)
			continue;
		said = obey(line);
		if (write(peer, said, strlen(said)) < 0)
			perror("powercut");
		close(peer);
	}
	return NULL;
}

static void plug(void)
{
	char *path = getenv("POWERCUT_SOCKET");
	sigset_t all, before;
	pthread_t thread;

	if (!path)
		return;
	powercut_install();
	sigfillset(&all); /* the program's signals are not for this thread */
	pthread_sigmask(SIG_BLOCK, &all, &before);
	if (pthread_create(&thread, NULL, listen_to, path) != 0)
		BUG("no thread for the disk");
	pthread_detach(thread);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

int __wrap_sqlite3_open_v2(const char *path, sqlite3 **out, int flags, const char *name)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, plug);
	return __real_sqlite3_open_v2(path, out, flags, name);
}

int __wrap_rename(const char *from, const char *to)
{
	int code;

	pthread_mutex_lock(&rename_mutex);
	code = __real_rename(from, to);
	if (code == 0 && *to == '/' && rename_count < RENAMES) {
		renames[rename_count].from = xstrdup(from);
		renames[rename_count++].to = xstrdup(to);
	}
	pthread_mutex_unlock(&rename_mutex);
	return code;
}

int __wrap_fsync(int fd)
{
	char link[64], path[1024];
	int code = __real_fsync(fd);
	ssize_t length;

	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	length = readlink(link, path, sizeof path - 1);
	path[length > 0 ? length : 0] = '\0';
	pthread_mutex_lock(&rename_mutex);
	if (code == 0)
		forget_renames(path);
	pthread_mutex_unlock(&rename_mutex);
	return code;
}
