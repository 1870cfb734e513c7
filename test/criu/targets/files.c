/* Open files: deleted ones, small, sparse and mapped; memfd; offsets and flags; a lost directory; locks of three kinds. */
#include "target.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SPARSE = 8 << 20, HOLE = 1 << 20, MAPPED = 12289 };
static int deleted, empty, sparse, mapped_fd, memory, sealed, log_file, duplicate, path_only, linked, odd;
static int locked, flocked, by_descriptor;
static unsigned char *mapped;

static int made(const char *name, size_t length, unsigned seed)
{
	char bytes[MAPPED];
	int fd = open(name, O_RDWR | O_CREAT | O_EXCL, 0640);
	fill(bytes, length, seed);
	need(fd >= 0 && write_all(fd, bytes, length));
	return fd;
}

static void write_at(int fd, off_t place, size_t length, unsigned seed)
{
	char bytes[MAPPED];
	fill(bytes, length, seed);
	need(pwrite(fd, bytes, length, place) == (ssize_t)length);
}

static bool holds_at(int fd, off_t place, size_t length, unsigned seed)
{
	char bytes[MAPPED];
	return pread(fd, bytes, length, place) == (ssize_t)length && is_filled(bytes, length, seed);
}

static void deleted_files(void)
{
	deleted = made("deleted", 1234, 1);
	need(lseek(deleted, 99, SEEK_SET) == 99 && fchmod(deleted, 0604) == 0 && fchown(deleted, 12, 34) == 0);
	empty = made("empty", 0, 0);
	sparse = made("sparse", 0, 0);
	write_at(sparse, HOLE, 5000, 2);
	write_at(sparse, 5 * HOLE + 8192, 1, 3);
	need(ftruncate(sparse, SPARSE) == 0);
	mapped_fd = made("mapped", MAPPED, 4);
	mapped = mmap(NULL, MAPPED, PROT_READ | PROT_WRITE, MAP_SHARED, mapped_fd, 0);
	need(mapped != MAP_FAILED);
	mapped[5] ^= 255;
	linked = made("name", 600, 5);
	need(link("name", "other name") == 0);
	need(unlink("deleted") == 0 && unlink("empty") == 0 && unlink("sparse") == 0 && unlink("mapped") == 0 && unlink("name") == 0);
}

static void locks(void)
{
	struct flock range = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 10, .l_len = 20};
	locked = made("locked", 100, 6);
	flocked = made("flocked", 1, 7);
	by_descriptor = made("by descriptor", 1, 8);
	need(fcntl(locked, F_SETLK, &range) == 0);
	need(flock(flocked, LOCK_EX) == 0);
	range.l_type = F_RDLCK;
	range.l_start = 1L << 40;
	range.l_len = 0;
	need(fcntl(by_descriptor, F_OFD_SETLK, &range) == 0);
}

void setup(void)
{
	deleted_files();
	locks();
	memory = memfd_create("memory", MFD_CLOEXEC);
	need(memory >= 0);
	write_at(memory, 3, 9000, 9);
	need(lseek(memory, 4567, SEEK_SET) == 4567);
	sealed = memfd_create("sealed \xe2\x82\xac", MFD_ALLOW_SEALING);
	need(sealed >= 0);
	write_at(sealed, 0, 100, 10);
	need(fcntl(sealed, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_WRITE) == 0);

	log_file = open("log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	need(write_all(log_file, "first\n", 6));
	odd = made("quote\" tab\t newline\n euro \xe2\x82\xac", 10, 11);
	duplicate = fcntl(odd, F_DUPFD, 700);
	path_only = open("log", O_PATH);
	need(duplicate == 700 && path_only >= 0 && fcntl(odd, F_SETOWN, getpid()) == 0);

	need(mkdir("lost", 0700) == 0 && chdir("lost") == 0 && rmdir("../lost") == 0);
}

/* What F_GETLK says to a process that holds no lock. */
static void judge_lock(int fd, int command, off_t start, short type, const char *what)
{
	struct flock probe = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = start, .l_len = 1};
	expect(fcntl(fd, command, &probe) == 0 && probe.l_type == type, "%s: lock of type %d", what, probe.l_type);
}

static void nothing(void) {}
static void judge_locks(void)
{
	char path[600];
	judge_lock(locked, F_GETLK, 15, F_WRLCK, "inside the range");
	judge_lock(locked, F_GETLK, 9, F_UNLCK, "before the range");
	judge_lock(locked, F_GETLK, 30, F_UNLCK, "behind the range");
	snprintf(path, sizeof path, "%s/by descriptor", directory);
	int other = open(path, O_RDWR);
	judge_lock(other, F_OFD_GETLK, 1L << 41, F_RDLCK, "the descriptor's lock");
	judge_lock(other, F_OFD_GETLK, 7, F_UNLCK, "before the descriptor's lock");
	snprintf(path, sizeof path, "%s/flocked", directory);
	other = open(path, O_RDWR);
	expect(other >= 0 && flock(other, LOCK_EX | LOCK_NB) == -1 && errno == EWOULDBLOCK, "flock is held");
}

void check(void)
{
	struct stat state;
	expect(fstat(deleted, &state) == 0 && state.st_nlink == 0 && state.st_size == 1234 && (state.st_mode & 07777) == 0604 && state.st_uid == 12 && state.st_gid == 34, "the deleted file's size, mode and owner");
	expect(holds_at(deleted, 0, 1234, 1), "the deleted file's bytes");
	expect_number(lseek(deleted, 0, SEEK_CUR), 99, "the deleted file's offset");
	expect(fstat(empty, &state) == 0 && state.st_nlink == 0 && state.st_size == 0, "the empty deleted file");

	expect(fstat(sparse, &state) == 0 && state.st_size == SPARSE && state.st_blocks * 512 < HOLE, "the sparse file is sparse: %lld blocks", (long long)state.st_blocks);
	expect(holds_at(sparse, HOLE, 5000, 2) && holds_at(sparse, 5 * HOLE + 8192, 1, 3), "the sparse file's bytes");
	char zero[MAPPED] = {0}, bytes[MAPPED];
	expect(pread(sparse, bytes, MAPPED, 3 * HOLE) == MAPPED && memcmp(bytes, zero, MAPPED) == 0, "the sparse file's holes");

	mapped[5] ^= 255;
	expect(is_filled(mapped, MAPPED, 4) && holds_at(mapped_fd, 0, MAPPED, 4), "the mapped deleted file");
	expect(holds_at(linked, 0, 600, 5) && fstat(linked, &state) == 0 && state.st_nlink == 1, "the file that lost one of two names");

	expect(holds_at(memory, 3, 9000, 9) && lseek(memory, 0, SEEK_CUR) == 4567, "the memfd");
	expect(holds_at(sealed, 0, 100, 10) && fcntl(sealed, F_GET_SEALS) == (F_SEAL_SHRINK | F_SEAL_WRITE), "the sealed memfd");

	expect(fcntl(log_file, F_GETFL) & O_APPEND && fcntl(log_file, F_GETFD) == FD_CLOEXEC, "the log's flags");
	expect(write_all(log_file, "second\n", 7) && fstat(log_file, &state) == 0 && state.st_size == 13, "the log grows");
	expect(lseek(odd, 3, SEEK_SET) == 3 && lseek(duplicate, 0, SEEK_CUR) == 3, "duplicates share an offset");
	expect_number(fcntl(odd, F_GETOWN), getpid(), "the owner for signals");
	expect(fcntl(path_only, F_GETFL) & O_PATH && read(path_only, bytes, 1) == -1, "O_PATH");
	expect(fstatat(AT_FDCWD, "", &state, AT_EMPTY_PATH) == 0 && state.st_nlink == 0, "the working directory is a lost one");

	pid_t other = child(nothing, judge_locks);
	judge_child(other, "who looks at the locks");
}
