/*
 * Stands before the C library in one process (LD_PRELOAD), not in those that it starts, and lets one of its calls fail: those on
 * files below FAULT_ROOT, on standard input and on standard output, on connections that were taken there and on descriptors that
 * came over these, and no others, so that Node's own start is not hit.
 *
 * FAULT_CALL is the name of the call, or `any`; FAULT_AT its number, from 1; FAULT_DO what happens: `errno N`, `signal N`, or
 * `short`: one byte is read or written. Each call is a line of FAULT_LOG: its name, its file, and `!` where it was struck.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))real(#name))

enum { PASS, FAIL, SHORT };
enum { FILES = 1024 };

static atomic_int used;
/* Descriptors of connections that were taken, and those that came over them. */
static _Atomic(const char *) come[FILES];

__attribute__((constructor)) static void stay_here(void) { unsetenv("LD_PRELOAD"); }

static void *real(const char *name) {
  void *function = dlsym(RTLD_NEXT, name);
  if (function == NULL) abort();
  return function;
}

/* What happens to a call on a file of ours. */
static int strike(const char *call, const char *path) {
  const char *log = getenv("FAULT_LOG"), *wanted = getenv("FAULT_CALL"), *at = getenv("FAULT_AT"), *what = getenv("FAULT_DO");
  int hit = wanted != NULL && at != NULL && what != NULL && (strcmp(wanted, "any") == 0 || strcmp(wanted, call) == 0) &&
            atomic_fetch_add(&used, 1) + 1 == atoi(at);
  if (log != NULL) {
    char line[PATH_MAX + 64];
    int size = snprintf(line, sizeof line, "%s\t%s\t%s\n", call, path, hit ? "!" : "");
    int fd = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (size > 0) syscall(SYS_write, fd, line, (size_t)size);
    syscall(SYS_close, fd);
  }
  if (!hit) return PASS;
  if (strcmp(what, "short") == 0) return SHORT;
  if (strncmp(what, "signal ", 7) == 0) {
    kill(getpid(), atoi(what + 7));
    return PASS;
  }
  errno = atoi(what + 6);
  return FAIL;
}

static int is_below_root(const char *path) {
  const char *root = getenv("FAULT_ROOT");
  return root != NULL && strncmp(path, root, strlen(root)) == 0;
}

static int on_path(const char *call, const char *path) {
  if (path == NULL || getenv("FAULT_ROOT") == NULL) return PASS;
  int is_ours = path[0] != '/' || is_below_root(path) || strncmp(path, "/proc/self/fd/", 14) == 0;
  return is_ours ? strike(call, path) : PASS;
}

static int on_file(const char *call, int fd, int standard) {
  if (getenv("FAULT_ROOT") == NULL) return PASS;
  if (fd == 0 || fd == 1) return standard ? strike(call, fd == 0 ? "stdin" : "stdout") : PASS;
  if (fd >= 0 && fd < FILES && come[fd] != NULL) return strike(call, come[fd]);
  char name[64], path[PATH_MAX];
  snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
  ssize_t size = syscall(SYS_readlink, name, path, sizeof path - 1);
  if (size < 0) return PASS;
  path[size] = 0;
  return is_below_root(path) ? strike(call, path) : PASS;
}

#define ON_PATH(name, result, parameters, arguments, path) \
  result name parameters { return on_path(#name, path) == FAIL ? -1 : REAL(name) arguments; }
#define ON_FILE(name, parameters, arguments) \
  int name parameters { return on_file(#name, fd, 0) == FAIL ? -1 : REAL(name) arguments; }
#define BYTES(name, parameters, arguments) \
  ssize_t name parameters { \
    int struck = on_file(#name, fd, 1); \
    if (struck == FAIL) return -1; \
    if (struck == SHORT && size > 1) size = 1; \
    return REAL(name) arguments; \
  }
#define PIECES(name, parameters, arguments) \
  ssize_t name parameters { \
    int struck = on_file(#name, fd, 1); \
    if (struck == FAIL) return -1; \
    struct iovec first; \
    if (struck == SHORT && count > 0) { \
      first.iov_base = pieces[0].iov_base; \
      first.iov_len = pieces[0].iov_len > 1 ? 1 : pieces[0].iov_len; \
      pieces = &first; \
      count = 1; \
    } \
    return REAL(name) arguments; \
  }

int open64(const char *path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(rest, mode_t) : 0;
  va_end(rest);
  return on_path("open64", path) == FAIL ? -1 : REAL(open64)(path, flags, mode);
}

BYTES(read, (int fd, void *bytes, size_t size), (fd, bytes, size))
BYTES(write, (int fd, const void *bytes, size_t size), (fd, bytes, size))
BYTES(pread64, (int fd, void *bytes, size_t size, off64_t at), (fd, bytes, size, at))
BYTES(pwrite64, (int fd, const void *bytes, size_t size, off64_t at), (fd, bytes, size, at))
PIECES(readv, (int fd, const struct iovec *pieces, int count), (fd, pieces, count))
PIECES(writev, (int fd, const struct iovec *pieces, int count), (fd, pieces, count))
PIECES(preadv64, (int fd, const struct iovec *pieces, int count, off64_t at), (fd, pieces, count, at))
PIECES(pwritev64, (int fd, const struct iovec *pieces, int count, off64_t at), (fd, pieces, count, at))

ON_FILE(fsync, (int fd), (fd))
ON_FILE(fdatasync, (int fd), (fd))
ON_FILE(ftruncate64, (int fd, off64_t size), (fd, size))
ON_FILE(fchmod, (int fd, mode_t mode), (fd, mode))
ON_FILE(__fxstat64, (int version, int fd, struct stat64 *stats), (version, fd, stats))

ON_PATH(rename, int, (const char *path, const char *to), (path, to), to)
ON_PATH(link, int, (const char *path, const char *to), (path, to), to)
ON_PATH(symlink, int, (const char *to, const char *path), (to, path), path)
ON_PATH(unlink, int, (const char *path), (path), path)
ON_PATH(rmdir, int, (const char *path), (path), path)
ON_PATH(mkdir, int, (const char *path, mode_t mode), (path, mode), path)
ON_PATH(chmod, int, (const char *path, mode_t mode), (path, mode), path)
ON_PATH(access, int, (const char *path, int mode), (path, mode), path)
ON_PATH(readlink, ssize_t, (const char *path, char *to, size_t size), (path, to, size), path)
ON_PATH(__xstat64, int, (int version, const char *path, struct stat64 *stats), (version, path, stats), path)
ON_PATH(__lxstat64, int, (int version, const char *path, struct stat64 *stats), (version, path, stats), path)
ON_PATH(scandir64, int,
        (const char *path, struct dirent64 ***list, int (*choose)(const struct dirent64 *),
         int (*compare)(const struct dirent64 **, const struct dirent64 **)),
        (path, list, choose, compare), path)

static void note(int fd, const char *what) {
  if (fd >= 0 && fd < FILES) come[fd] = what;
}

static int on_address(const char *call, const struct sockaddr *address) {
  return address->sa_family == AF_UNIX ? on_path(call, ((const struct sockaddr_un *)address)->sun_path) : PASS;
}

int bind(int fd, const struct sockaddr *address, socklen_t size) {
  return on_address("bind", address) == FAIL ? -1 : REAL(bind)(fd, address, size);
}
int connect(int fd, const struct sockaddr *address, socklen_t size) {
  return on_address("connect", address) == FAIL ? -1 : REAL(connect)(fd, address, size);
}
int accept4(int fd, struct sockaddr *address, socklen_t *size, int flags) {
  if (getenv("FAULT_ROOT") == NULL) return REAL(accept4)(fd, address, size, flags);
  if (strike("accept4", "connection") == FAIL) return -1;
  int taken = REAL(accept4)(fd, address, size, flags);
  note(taken, "connection");
  return taken;
}
ssize_t recvmsg(int fd, struct msghdr *message, int flags) {
  if (on_file("recvmsg", fd, 0) == FAIL) return -1;
  ssize_t count = REAL(recvmsg)(fd, message, flags);
  if (count < 0) return count;
  for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part != NULL; part = CMSG_NXTHDR(message, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    const int *fds = (const int *)CMSG_DATA(part);
    for (size_t at = 0; at < (part->cmsg_len - CMSG_LEN(0)) / sizeof(int); at++) note(fds[at], "pipe of an image");
  }
  return count;
}

char *mkdtemp(char *path) { return on_path("mkdtemp", path) == FAIL ? NULL : REAL(mkdtemp)(path); }
char *realpath(const char *path, char *to) { return on_path("realpath", path) == FAIL ? NULL : REAL(realpath)(path, to); }
DIR *opendir(const char *path) { return on_path("opendir", path) == FAIL ? NULL : REAL(opendir)(path); }

ssize_t sendfile64(int to, int from, off64_t *at, size_t size) {
  ssize_t (*send)(int, int, off64_t *, size_t) = (ssize_t(*)(int, int, off64_t *, size_t))real("sendfile64");
  int struck = on_file("sendfile64", to, 1);
  if (struck == FAIL) return -1;
  return send(to, from, at, struck == SHORT && size > 1 ? 1 : size);
}

int close(int fd) {
  note(fd, NULL);
  return REAL(close)(fd);
}

/* How libuv gets to statx, copy_file_range and close; a close that fails has closed the file all the same. */
long syscall(long number, ...) {
  va_list rest;
  long a[6];
  va_start(rest, number);
  for (int index = 0; index < 6; index++) a[index] = va_arg(rest, long);
  va_end(rest);
  int struck = PASS;
  if (number == SYS_statx) {
    const char *path = (const char *)a[1];
    struck = path != NULL && path[0] == 0 ? on_file("statx", (int)a[0], 0) : on_path("statx", path);
  } else if (number == SYS_copy_file_range) struck = on_file("copy_file_range", (int)a[2], 1);
  else if (number == SYS_close) {
    struck = on_file("close", (int)a[0], 0);
    note((int)a[0], NULL);
    if (struck == FAIL) {
      int error = errno;
      ((long (*)(long, ...))real("syscall"))(number, a[0]);
      errno = error;
    }
  }
  if (struck == FAIL) return -1;
  return ((long (*)(long, ...))real("syscall"))(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
