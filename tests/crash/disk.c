/* Stands between a program and its disk (LD_PRELOAD on Linux).
 *
 * It counts the calls that change files under one folder. At a chosen one it kills the process, before the call, after
 * it or half way through a write, or lets the call fail. It can keep a journal of everything that was asked of the
 * disk, from which power failures are made: what was not flushed may be lost.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum what { NOTHING, KILL_BEFORE, KILL_AFTER, KILL_TORN, FAIL_ONCE, FAIL_ON, FAIL_TORN, SHORT };
enum fate { GOES, FAILS, TEARS, FALLS_SHORT, DIES_TORN, DIES_AFTER };

static char folder[PATH_MAX];
static size_t folder_length;
static enum what what;
static long chosen, count;
static int error_number, journal = -1, said = -1;

/* Begins to count. `at` is the number of the call that is chosen, from 1. */
void disk_arm(const char *where, int what_then, long at, int error_then, int journal_fd, int said_fd)
{
    folder_length = strlen(strncpy(folder, where, sizeof folder - 1));
    what = what_then;
    chosen = at;
    count = 0;
    error_number = error_then;
    journal = journal_fd;
    said = said_fd;
}

long disk_count(void)
{
    return count;
}

static int inside(const char *path)
{
    return folder_length && path && !strncmp(path, folder, folder_length)
        && (path[folder_length] == '/' || !path[folder_length]);
}

static int inside_fd(int fd, char *path)
{
    char link[64];
    ssize_t length;
    if (!folder_length || fd == journal)
        return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    length = syscall(SYS_readlinkat, AT_FDCWD, link, path, PATH_MAX - 1);
    if (length < 0)
        return 0;
    path[length] = 0;
    return inside(path);
}

static _Noreturn void die(void)
{
    syscall(SYS_kill, getpid(), SIGKILL);
    for (;;)
        pause();
}

static enum fate next_call(void)
{
    count++;
    if (count < chosen || (count > chosen && what != FAIL_ON) || !chosen)
        return GOES;
    switch (what) {
    case KILL_BEFORE: die();
    case KILL_AFTER: return DIES_AFTER;
    case KILL_TORN: return DIES_TORN;
    case FAIL_ONCE:
    case FAIL_ON: return FAILS;
    case FAIL_TORN: return TEARS;
    case SHORT: return FALLS_SHORT;
    default: return GOES;
    }
}

static int is_folder(int fd)
{
    struct stat status;
    return !fstat(fd, &status) && S_ISDIR(status.st_mode);
}

static unsigned long long inode_of(int fd)
{
    struct stat status;
    return fstat(fd, &status) ? 0 : status.st_ino;
}

static void put(const void *bytes, size_t length)
{
    while (length) {
        ssize_t done = syscall(SYS_write, journal, bytes, length);
        if (done <= 0)
            abort();
        bytes = (const char *)bytes + done;
        length -= done;
    }
}

/* One record: a letter (small for a flushed folder), the call's number, inode, offset and three lengths, then path, second path and data. */
static void note(char letter, unsigned long long inode, long long offset, const char *path, const char *second,
                 const void *data, size_t length)
{
    char head[160];
    if (journal < 0)
        return;
    snprintf(head, sizeof head, "%c %ld %llu %lld %zu %zu %zu\n", letter, count, inode, offset, strlen(path),
             strlen(second), length);
    put(head, strlen(head));
    put(path, strlen(path));
    put(second, strlen(second));
    put(data, length);
}

static int ended(enum fate fate, int result)
{
    int kept = errno;
    if (fate == DIES_AFTER || fate == DIES_TORN)
        die();
    errno = kept;
    return result;
}

static int refused(enum fate fate)
{
    if (fate != FAILS && fate != TEARS)
        return 0;
    errno = error_number;
    return 1;
}

static ssize_t written(int fd, const void *bytes, size_t length, off_t offset, int placed)
{
    char path[PATH_MAX];
    enum fate fate;
    size_t asked = length;
    ssize_t done;
    if (fd == said && journal >= 0)
        note('A', 0, 0, "", "", bytes, length);
    if (!inside_fd(fd, path))
        return placed ? syscall(SYS_pwrite64, fd, bytes, length, offset) : syscall(SYS_write, fd, bytes, length);
    fate = next_call();
    if (fate == FAILS) {
        errno = error_number;
        return -1;
    }
    if (fate == TEARS || fate == FALLS_SHORT || fate == DIES_TORN)
        asked = fate == FALLS_SHORT && length < 2 ? length : length / 2;
    done = placed ? syscall(SYS_pwrite64, fd, bytes, asked, offset) : syscall(SYS_write, fd, bytes, asked);
    if (done > 0 && journal >= 0)
        note('W', inode_of(fd), placed ? offset : lseek(fd, 0, SEEK_CUR) - done, path, "", bytes, done);
    if (fate == TEARS) {
        errno = error_number;
        return -1;
    }
    if (fate == DIES_TORN || fate == DIES_AFTER)
        die();
    return done;
}

ssize_t write(int fd, const void *bytes, size_t length)
{
    return written(fd, bytes, length, 0, 0);
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset)
{
    return written(fd, bytes, length, offset, 1);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off_t offset)
{
    return written(fd, bytes, length, offset, 1);
}

static int flushed(int fd, long call)
{
    char path[PATH_MAX];
    enum fate fate;
    if (!inside_fd(fd, path))
        return syscall(call, fd);
    fate = next_call();
    if (refused(fate)) {
        note(is_folder(fd) ? 'f' : 'F', inode_of(fd), 0, path, "", "", 0);
        errno = error_number;
        return -1;
    }
    /* The disk itself is spared: a killed process loses nothing of it, and power fails in the journal only. */
    note(is_folder(fd) ? 's' : 'S', inode_of(fd), 0, path, "", "", 0);
    return ended(fate, 0);
}

int fsync(int fd)
{
    return flushed(fd, SYS_fsync);
}

int fdatasync(int fd)
{
    return flushed(fd, SYS_fdatasync);
}

static int cut(int fd, off_t length)
{
    char path[PATH_MAX];
    enum fate fate;
    int result;
    if (!inside_fd(fd, path))
        return syscall(SYS_ftruncate, fd, length);
    fate = next_call();
    if (refused(fate))
        return -1;
    result = syscall(SYS_ftruncate, fd, length);
    if (!result)
        note('T', inode_of(fd), length, path, "", "", 0);
    return ended(fate, result);
}

int ftruncate(int fd, off_t length)
{
    return cut(fd, length);
}

int ftruncate64(int fd, off_t length)
{
    return cut(fd, length);
}

/* A call on names, not on an open file; relative names are none of ours, the writer gives absolute ones. */
#define NAMED(letter, path, second, call)                                                                              \
    do {                                                                                                               \
        enum fate fate;                                                                                                \
        int result;                                                                                                    \
        if (!inside(path))                                                                                             \
            return call;                                                                                               \
        fate = next_call();                                                                                            \
        if (refused(fate))                                                                                             \
            return -1;                                                                                                 \
        result = call;                                                                                                 \
        if (!result)                                                                                                   \
            note(letter, 0, 0, path, second, "", 0);                                                                   \
        return ended(fate, result);                                                                                    \
    } while (0)

int rename(const char *old, const char *name)
{
    NAMED('R', old, name, (int)syscall(SYS_renameat, AT_FDCWD, old, AT_FDCWD, name));
}

int renameat(int old_fd, const char *old, int fd, const char *name)
{
    NAMED('R', old, name, (int)syscall(SYS_renameat, old_fd, old, fd, name));
}

int link(const char *old, const char *name)
{
    NAMED('L', old, name, (int)syscall(SYS_linkat, AT_FDCWD, old, AT_FDCWD, name, 0));
}

int unlink(const char *name)
{
    NAMED('U', name, "", (int)syscall(SYS_unlinkat, AT_FDCWD, name, 0));
}

int unlinkat(int fd, const char *name, int flags)
{
    NAMED('U', name, "", (int)syscall(SYS_unlinkat, fd, name, flags));
}

int mkdir(const char *name, mode_t mode)
{
    NAMED('M', name, "", (int)syscall(SYS_mkdirat, AT_FDCWD, name, mode));
}

static int opened(int at, const char *name, int flags, mode_t mode)
{
    enum fate fate;
    int fd, fresh;
    if (!(flags & O_CREAT) || !inside(name))
        return syscall(SYS_openat, at, name, flags, mode);
    fate = next_call();
    if (refused(fate))
        return -1;
    fresh = syscall(SYS_faccessat, at, name, F_OK) != 0;
    fd = syscall(SYS_openat, at, name, flags, mode);
    if (fd >= 0 && fresh)
        note('C', inode_of(fd), 0, name, "", "", 0);
    else if (fd >= 0 && flags & O_TRUNC)
        note('T', inode_of(fd), 0, name, "", "", 0);
    return ended(fate, fd);
}

static mode_t mode_in(int flags, va_list rest)
{
    return flags & O_CREAT ? va_arg(rest, mode_t) : 0;
}

#define OPENS(function, at, ...)                                                                                       \
    int function(__VA_ARGS__, ...)                                                                                     \
    {                                                                                                                  \
        mode_t mode;                                                                                                   \
        va_list rest;                                                                                                  \
        va_start(rest, flags);                                                                                         \
        mode = mode_in(flags, rest);                                                                                   \
        va_end(rest);                                                                                                  \
        return opened(at, name, flags, mode);                                                                          \
    }

OPENS(open, AT_FDCWD, const char *name, int flags)
OPENS(open64, AT_FDCWD, const char *name, int flags)
OPENS(openat, directory, int directory, const char *name, int flags)
OPENS(openat64, directory, int directory, const char *name, int flags)
