/* Ends the process with SIGKILL at the n-th call that changes a file: preloaded, for tests.
 *
 *   kill_arm(n, torn)   the n-th call from here on does not happen; torn: half of it, if a write
 *   kill_counted()      how many there were since
 *
 * What a call before it has done is in the kernel's hands, as after any kill -9. Output to a
 * terminal or a pipe does not count (descriptors up to 2), nor does writev: the tests talk by it.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static long at, counted;
static int torn;

void kill_arm(long n, int half) { at = n; torn = half; counted = 0; }
long kill_counted(void) { return counted; }

static void die(void) { kill(getpid(), SIGKILL); for (;;) pause(); }

/* Whether this call is the one; a write that is torn is told by 2. */
static int due(int is_write)
{
    if (!at || ++counted != at) return 0;
    if (is_write && torn) return 2;
    die();
    return 1;
}

#define REAL(name) static __typeof__(name) *real; if (!real) real = dlsym(RTLD_NEXT, #name)

ssize_t write(int fd, const void *data, size_t size)
{
    REAL(write);
    if (fd > 2 && due(1) == 2) { real(fd, data, size / 2); die(); }
    return real(fd, data, size);
}

ssize_t pwrite64(int fd, const void *data, size_t size, off64_t where)
{
    REAL(pwrite64);
    if (due(1) == 2) { real(fd, data, size / 2, where); die(); }
    return real(fd, data, size, where);
}

ssize_t pwrite(int fd, const void *data, size_t size, off_t where)
{
    REAL(pwrite);
    if (due(1) == 2) { real(fd, data, size / 2, where); die(); }
    return real(fd, data, size, where);
}

int fsync(int fd) { REAL(fsync); due(0); return real(fd); }
int fdatasync(int fd) { REAL(fdatasync); due(0); return real(fd); }
int ftruncate(int fd, off_t size) { REAL(ftruncate); due(0); return real(fd, size); }
int ftruncate64(int fd, off64_t size) { REAL(ftruncate64); due(0); return real(fd, size); }
int unlink(const char *path) { REAL(unlink); due(0); return real(path); }
int unlinkat(int folder, const char *path, int how) { REAL(unlinkat); due(0); return real(folder, path, how); }
int rename(const char *from, const char *to) { REAL(rename); due(0); return real(from, to); }
int fchmod(int fd, mode_t mode) { REAL(fchmod); due(0); return real(fd, mode); }
int chmod(const char *path, mode_t mode) { REAL(chmod); due(0); return real(path, mode); }
int posix_fallocate64(int fd, off64_t from, off64_t size)
{
    REAL(posix_fallocate64);
    due(0);
    return real(fd, from, size);
}
