/* Pipes and fifos with data in them. */
#include "target.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const size_t LENGTHS[] = {0, 1, 4095, 4096, 4097, 70000};
enum { PIPES = sizeof LENGTHS / sizeof *LENGTHS };
static int ends[PIPES][2];
static int closed; /* the reading end of a pipe that nobody writes to any more */
static int to_child[2], from_child[2];
static int fifo, lonely_fifo;
static pid_t worker;

static void put(int fd, size_t length, unsigned seed)
{
	char bytes[70000];
	fill(bytes, length, seed);
	need(write_all(fd, bytes, length));
}

/* The child's two pipes are its parent's too: descriptors shared across processes. */
static void nothing(void) {}
static void pass_on(void)
{
	expect(reads_filled(to_child[0], 300, 40), "the child reads what its parent wrote before the dump");
	put(from_child[1], 500, 41);
}

void setup(void)
{
	for (int i = 0; i < PIPES; i++) {
		need(pipe2(ends[i], i % 2 ? O_NONBLOCK : 0) == 0);
		need(fcntl(ends[i][1], F_SETPIPE_SZ, 131072) == 131072);
		put(ends[i][1], LENGTHS[i], (unsigned)i);
	}
	int half[2];
	need(pipe(half) == 0);
	put(half[1], 7, 30);
	close(half[1]);
	closed = half[0];

	need(pipe(to_child) == 0 && pipe(from_child) == 0);
	put(to_child[1], 300, 40);
	worker = child(nothing, pass_on);

	need(mkfifo("fifo", 0640) == 0 && mkfifo("lonely \"fifo\"\n", 0600) == 0);
	fifo = open("fifo", O_RDWR);
	lonely_fifo = open("lonely \"fifo\"\n", O_RDWR | O_NONBLOCK);
	need(fifo >= 0 && lonely_fifo >= 0);
	put(fifo, 12345, 50);
}

void check(void)
{
	for (int i = 0; i < PIPES; i++) {
		expect(reads_filled(ends[i][0], LENGTHS[i], (unsigned)i) && is_drained(ends[i][0]), "a pipe holds its %zu bytes", LENGTHS[i]);
		expect_number(fcntl(ends[i][0], F_GETPIPE_SZ), 131072, "size of the pipe");
		expect_number(fcntl(ends[i][0], F_GETFL) & O_NONBLOCK, i % 2 ? O_NONBLOCK : 0, "O_NONBLOCK of the pipe");
		put(ends[i][1], 100, 60);
		expect(reads_filled(ends[i][0], 100, 60), "both ends are of one pipe");
	}
	expect(reads_filled(closed, 7, 30), "the pipe without a writer holds its bytes");
	expect_number(read(closed, &(char){0}, 1), 0, "the pipe without a writer then ends");

	judge_child(worker, "the child");
	expect(reads_filled(from_child[0], 500, 41), "the child's answer comes through their pipe");

	struct stat by_name, by_fd;
	expect(reads_filled(fifo, 12345, 50) && is_drained(fifo), "the fifo holds its bytes");
	expect(is_drained(lonely_fifo), "the empty fifo is empty");
	expect(stat("fifo", &by_name) == 0 && fstat(fifo, &by_fd) == 0 && by_name.st_ino == by_fd.st_ino, "the fifo has its name");
}
