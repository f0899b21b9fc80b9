/*
 * vfs.c - the SQLite VFS that plays a power cut; see powercut.h.
 *
 * It has no xFetch, so that SQLite maps no file and every byte comes through here. The shared
 * memory of the log is the real one: it lives in no file that a power cut would keep.
 */
#include "tests/powercut/powercut.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/util.h"
#include "tests/powercut/image.h"

/* SQLite gives us room for this and, behind it, for the real VFS's own. */
struct file {
	sqlite3_file base;   /* first: SQLite's file is ours */
	struct image *image; /* NULL: a temporary file, which nobody needs after a cut */
	sqlite3_file *real;
};

#define TRACKED                                                             \
	(SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL | \
	 SQLITE_OPEN_SUPER_JOURNAL)

static sqlite3_vfs vfs, *real_vfs;
static pthread_mutex_t mutex; /* recursive; guards all that follows, and every change of a file */
static struct image *images;
static const struct powercut_fault *fault;
static long calls;
static powercut_hook *hook;
static void *hook_payload;
static uint64_t lost_state; /* of failed syncs */

static sqlite3_file *real(sqlite3_file *file)
{
	return ((struct file *)file)->real;
}

static struct image *image_of(sqlite3_file *file)
{
	return ((struct file *)file)->image;
}

static void lock(void)
{
	pthread_mutex_lock(&mutex);
}

static int unlock(int code)
{
	pthread_mutex_unlock(&mutex);
	return code;
}

static struct image *find(const char *path)
{
	struct image *image = images;

	while (image && strcmp(image->path, path) != 0)
		image = image->next;
	return image;
}

static void forget(struct image *image)
{
	struct image **at = &images;

	while (*at != image)
		at = &(*at)->next;
	*at = image->next;
	image_free(image);
}

static size_t folder_length(const struct image *image)
{
	return (size_t)(strrchr(image->path, '/') - image->path);
}

/* SQLite syncs the folder with the first sync of a log or journal that it made: what was made
 * in it is there from now on, what was deleted is gone. */
static void sync_folder_of(const struct image *image)
{
	size_t length = folder_length(image);

	for (struct image *other = images, *next; other; other = next) {
		next = other->next;
		if (folder_length(other) != length ||
		    strncmp(other->path, image->path, length) != 0)
			continue;
		other->is_entered = true;
		if (other->is_deleted)
			forget(other);
	}
}

/* Before a change of a file that is tracked: whoever watches is told; whether it fails. */
static bool fails(const struct image *image, enum powercut_call call)
{
	if (!image)
		return false;
	if (hook)
		hook(hook_payload);
	if (!fault || fault->call != call || !ends_with(image->path, fault->suffix) ||
	    (call == POWERCUT_SYNC && image->count == 0)) /* nothing to sync, nothing to fail */
		return false;
	calls++;
	return calls >= fault->nth && (fault->count < 0 || calls < fault->nth + fault->count);
}

static int file_write(sqlite3_file *file, const void *bytes, int size, sqlite3_int64 offset)
{
	struct image *image = image_of(file);

	lock();

	bool failing = fails(image, POWERCUT_WRITE);
	int done = !failing ? size : fault->is_short ? size / 2 : 0;
	int code = done ? real(file)->pMethods->xWrite(real(file), bytes, done, offset) : SQLITE_OK;

	if (code == SQLITE_OK && image && done)
		image_write(image, bytes, (size_t)done, offset);
	return unlock(code == SQLITE_OK && failing ? fault->code : code);
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
	struct image *image = image_of(file);
	int code;

	lock();
	if (fails(image, POWERCUT_TRUNCATE))
		return unlock(fault->code);
	code = real(file)->pMethods->xTruncate(real(file), size);
	if (code == SQLITE_OK && image)
		image_truncate(image, size);
	return unlock(code);
}

/* The real file is not synced: this machine's power stays on. */
static int file_sync(sqlite3_file *file, int flags)
{
	struct image *image = image_of(file);
	int code = SQLITE_OK;

	(void)flags;
	lock();
	if (fails(image, POWERCUT_SYNC)) {
		if (!fault->is_forgiven)
			image_lose(image, &lost_state);
		code = fault->code;
	} else if (image) {
		image_sync(image);
		if (!image->is_entered && !ends_with(image->path, ".db"))
			sync_folder_of(image);
	}
	return unlock(code);
}

static int file_close(sqlite3_file *file)
{
	return real(file)->pMethods->xClose(real(file));
}

/* Locked, so that nobody sees the files while they become what the disk holds. */
static int file_read(sqlite3_file *file, void *out, int size, sqlite3_int64 offset)
{
	lock();
	return unlock(real(file)->pMethods->xRead(real(file), out, size, offset));
}

static int file_size(sqlite3_file *file, sqlite3_int64 *out)
{
	lock();
	return unlock(real(file)->pMethods->xFileSize(real(file), out));
}

static int file_lock(sqlite3_file *file, int level)
{
	return real(file)->pMethods->xLock(real(file), level);
}

static int file_unlock(sqlite3_file *file, int level)
{
	return real(file)->pMethods->xUnlock(real(file), level);
}

static int file_reserved(sqlite3_file *file, int *out)
{
	return real(file)->pMethods->xCheckReservedLock(real(file), out);
}

static int file_control(sqlite3_file *file, int what, void *payload)
{
	return real(file)->pMethods->xFileControl(real(file), what, payload);
}

static int file_sector(sqlite3_file *file)
{
	return real(file)->pMethods->xSectorSize(real(file));
}

static int file_device(sqlite3_file *file)
{
	return real(file)->pMethods->xDeviceCharacteristics(real(file));
}

static int shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **out)
{
	return real(file)->pMethods->xShmMap(real(file), page, size, extend, out);
}

static int shm_lock(sqlite3_file *file, int offset, int n, int flags)
{
	return real(file)->pMethods->xShmLock(real(file), offset, n, flags);
}

static void shm_barrier(sqlite3_file *file)
{
	real(file)->pMethods->xShmBarrier(real(file));
}

static int shm_unmap(sqlite3_file *file, int and_delete)
{
	return real(file)->pMethods->xShmUnmap(real(file), and_delete);
}

static const sqlite3_io_methods methods = {
	.iVersion = 2,
	.xClose = file_close,
	.xRead = file_read,
	.xWrite = file_write,
	.xTruncate = file_truncate,
	.xSync = file_sync,
	.xFileSize = file_size,
	.xLock = file_lock,
	.xUnlock = file_unlock,
	.xCheckReservedLock = file_reserved,
	.xFileControl = file_control,
	.xSectorSize = file_sector,
	.xDeviceCharacteristics = file_device,
	.xShmMap = shm_map,
	.xShmLock = shm_lock,
	.xShmBarrier = shm_barrier,
	.xShmUnmap = shm_unmap,
};

/* The image of a file that is being opened; connections share it. Another file that lies there
 * by now is another image. A file that was there before is on the platter as it is: what made
 * it is not seen here. */
static struct image *track(const char *path, bool is_old)
{
	struct image *image = find(path);
	struct stat status = { 0 };

	if (stat(path, &status) != 0)
		return NULL;
	if (image && !image->is_deleted && image->inode == status.st_ino)
		return image;
	if (image)
		forget(image);
	image = image_new(path);
	image->inode = status.st_ino;
	image->is_entered = is_old;
	image->next = images;
	images = image;
	return image;
}

/* Through a descriptor that is closed before SQLite has any: closing one drops its locks. */
static bool read_old(const char *path, struct image *into)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return false;
	image_read(into, fd);
	close(fd);
	return true;
}

static int vfs_open(sqlite3_vfs *self, sqlite3_filename name, sqlite3_file *out, int flags,
		    int *out_flags)
{
	struct file *file = (struct file *)out;
	bool tracked = name && (flags & TRACKED);
	struct image *old = NULL;
	bool is_old = false;
	int code;

	(void)self;
	lock();
	memset(file, 0, sizeof *file);
	file->real = (sqlite3_file *)(file + 1);
	if (tracked && !find(name)) { /* nobody has it open */
		old = image_new(name);
		is_old = read_old(name, old);
	}
	code = real_vfs->xOpen(real_vfs, name, file->real, flags, out_flags);
	if (code == SQLITE_OK && tracked)
		file->image = track(name, is_old);
	if (file->image && is_old) {
		file->image->bytes = old->bytes;
		file->image->size = old->size;
		file->image->room = old->room;
		old->bytes = NULL;
	}
	if (old)
		image_free(old);
	if (code == SQLITE_OK)
		file->base.pMethods = &methods;
	return unlock(code);
}

static int vfs_delete(sqlite3_vfs *self, const char *name, int sync_folder)
{
	struct image *image;
	int code;

	(void)self;
	lock();
	image = find(name);
	if (image && hook)
		hook(hook_payload);
	code = real_vfs->xDelete(real_vfs, name, sync_folder);
	if (code == SQLITE_OK && image)
		image->is_deleted = true;
	if (code == SQLITE_OK && image && sync_folder)
		sync_folder_of(image);
	return unlock(code);
}

void powercut_install(void)
{
	pthread_mutexattr_t recursive;

	pthread_mutexattr_init(&recursive);
	pthread_mutexattr_settype(&recursive, PTHREAD_MUTEX_RECURSIVE);
	pthread_mutex_init(&mutex, &recursive);
	real_vfs = sqlite3_vfs_find(NULL);
	vfs = *real_vfs;
	vfs.zName = "powercut";
	vfs.szOsFile = (int)sizeof(struct file) + real_vfs->szOsFile;
	vfs.xOpen = vfs_open;
	vfs.xDelete = vfs_delete;
	if (sqlite3_vfs_register(&vfs, 1) != SQLITE_OK)
		BUG("SQLite takes no VFS");
}

void powercut_remove(void)
{
	sqlite3_vfs_unregister(&vfs);
	sqlite3_vfs_register(real_vfs, 1);
	while (images)
		forget(images);
	hook = NULL;
	fault = NULL;
	pthread_mutex_destroy(&mutex);
}

void powercut_fail(const struct powercut_fault *wanted)
{
	lock();
	fault = wanted;
	calls = 0;
	lost_state = wanted ? wanted->seed : 0;
	unlock(0);
}

long powercut_calls(void)
{
	long count;

	lock();
	count = calls;
	unlock(0);
	return count;
}

void powercut_watch(powercut_hook *wanted, void *payload)
{
	lock();
	hook = wanted;
	hook_payload = payload;
	unlock(0);
}

static void put_file(const char *path, const struct image *image)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	size_t done = 0;

	if (fd < 0 && errno == ENOENT)
		return; /* nor is its folder there */

	while (fd >= 0 && done < image->size) {
		ssize_t wrote = write(fd, image->bytes + done, image->size - done);

		if (wrote <= 0)
			break;
		done += (size_t)wrote;
	}
	if (fd < 0 || done < image->size)
		BUG("%s cannot be written", path);
	close(fd);
}

/* A name that was never synced, or whose deletion was not, is there or is not. */
static struct image *settle(const struct image *image, uint64_t *state)
{
	bool may_be_gone = !image->is_entered || image->is_deleted;
	struct image *copy;

	if (may_be_gone && (draw(state) & 1))
		return NULL;
	copy = image_copy(image);
	image_lose(copy, state);
	return copy;
}

void powercut_save(const char *to, uint64_t seed)
{
	uint64_t state = seed;

	lock();
	for (const struct image *image = images; image; image = image->next) {
		struct image *settled = settle(image, &state);
		char *path = xformat("%s/%s", to, strrchr(image->path, '/') + 1);

		if (settled) {
			put_file(path, settled);
			image_free(settled);
		}
		free(path);
	}
	unlock(0);
}

/* Where the file is now; it may have been renamed from PATH.new to PATH. Returns (free), NULL
 * when it was removed without us. */
static char *found_at(const struct image *image)
{
	char *path = xstrdup(image->path);
	struct stat status;

	if (stat(path, &status) == 0 && status.st_ino == image->inode)
		return path;
	if (ends_with(path, ".new")) {
		path[strlen(path) - 4] = '\0';
		if (stat(path, &status) == 0 && status.st_ino == image->inode)
			return path;
	}
	free(path);
	return NULL;
}

static void settle_in_place(const struct image *image, uint64_t *state)
{
	struct image *settled = settle(image, state);
	char *path = image->is_deleted ? xstrdup(image->path) : found_at(image);

	if (path && settled)
		put_file(path, settled);
	else if (path)
		unlink(path);
	if (settled)
		image_free(settled);
	free(path);
}

void powercut_settle(uint64_t seed)
{
	uint64_t state = seed;

	lock(); /* and never unlocked: nobody writes any more */
	for (const struct image *image = images; image; image = image->next)
		settle_in_place(image, &state);
}
