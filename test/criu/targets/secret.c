/*
 * A secret, which the environment brings as SECRET, in every place where a program can have one. After the restore the target says
 * of each place what it finds there: "secret", "stars", or the bytes. With TCP in the environment a connection has it too.
 */
#include "target.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

enum { LONGEST = 64, PAGE = 4096, HIDE = 0x55, DEEP = 1 << 16 };
static unsigned char hidden[LONGEST]; /* the secret, so that only this program knows it */
static size_t length;
static char *stack, *heap, *two_areas, *private_file, *anonymous, *segment, *wide, *encoded;
static int memfd, queue, deleted, ends[2], unix_ends[2], tcp_client = -1, tcp_server, fifo, master, slave, named, feeds;
static pid_t cat;

static const char BASE64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* Two bytes for each, the low one first. */
static size_t as_utf16(const char *text, size_t size, char *out)
{
	for (size_t i = 0; i < size; i++) {
		out[2 * i] = text[i];
		out[2 * i + 1] = 0;
	}
	return 2 * size;
}

static size_t as_base64(const char *text, size_t size, char *out)
{
	size_t done = 0;
	for (size_t i = 0; i < size; i += 3) {
		unsigned bits = 0;
		for (size_t j = 0; j < 3; j++)
			bits = bits << 8 | (i + j < size ? (unsigned char)text[i + j] : 0);
		for (int shift = 18; shift >= 0; shift -= 6)
			out[done++] = BASE64[bits >> shift & 63];
	}
	return (size * 8 + 5) / 6; /* without what only fills the last group */
}

static char *mapped(size_t size, int flags, int fd)
{
	char *at = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, fd, 0);
	need(at != MAP_FAILED);
	return at;
}

static void connect_both(const char *secret)
{
	struct sockaddr_in place = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof place;
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	need(listener >= 0 && bind(listener, (struct sockaddr *)&place, size) == 0 && listen(listener, 1) == 0);
	need(getsockname(listener, (struct sockaddr *)&place, &size) == 0);
	tcp_client = socket(AF_INET, SOCK_STREAM, 0);
	need(tcp_client >= 0 && connect(tcp_client, (struct sockaddr *)&place, size) == 0);
	tcp_server = accept(listener, NULL, NULL);
	need(tcp_server >= 0 && write_all(tcp_client, secret, length));
	usleep(100000);
	close(listener);
}

/* Terminals before that of the secret; CRIU tries 32 times to get the right one. */
enum { SPARE = 8 };

static void open_terminal(const char *secret)
{
	struct termios modes;
	/* CRIU restores the number that it had: one of the first is soon taken by somebody else while the process is away. */
	int first[SPARE];
	for (int i = 0; i < SPARE; i++)
		need((first[i] = posix_openpt(O_RDWR | O_NOCTTY)) >= 0);
	master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK);
	for (int i = 0; i < SPARE; i++)
		close(first[i]);
	need(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
	slave = open(ptsname(master), O_RDWR | O_NOCTTY);
	need(slave >= 0 && tcgetattr(slave, &modes) == 0);
	modes.c_lflag &= ~(tcflag_t)(ECHO | ICANON);
	need(tcsetattr(slave, TCSANOW, &modes) == 0 && write_all(master, secret, length));
}

/* A program of its own that has the secret as its argument, and waits. */
static void start_cat(const char *secret)
{
	int input[2];
	need(pipe(input) == 0);
	feeds = input[1];
	cat = fork();
	need(cat >= 0);
	if (cat == 0) {
		close(input[1]);
		need(dup2(input[0], 0) == 0);
		need(syscall(SYS_close_range, 3u, ~0u, 0u) == 0);
		execlp("cat", "cat", "-", secret, NULL);
		_exit(1);
	}
	close(input[0]);
	char line[16] = "";
	char path[64];
	snprintf(path, sizeof path, "/proc/%d/comm", cat);
	for (int i = 0; i < 1000 && strcmp(line, "cat") != 0; i++, usleep(1000))
		read_line(path, line, sizeof line);
	need(strcmp(line, "cat") == 0, "cat does not start");
	usleep(50000);
}

void setup(void)
{
	const char *secret = getenv("SECRET");
	need(secret != NULL && strlen(secret) < LONGEST);
	length = strlen(secret);
	for (size_t i = 0; i < length; i++)
		hidden[i] = (unsigned char)secret[i] ^ HIDE;

	need(unshare(CLONE_NEWIPC) == 0);
	start_cat(secret);
	stack = (char *)__builtin_frame_address(0) - DEEP;
	memcpy(stack, secret, length);
	heap = (char *)aligned_alloc(PAGE, 2 * PAGE) + PAGE - 10;
	memcpy(heap, secret, length);
	two_areas = mapped(2 * PAGE, MAP_PRIVATE | MAP_ANONYMOUS, -1) + PAGE - 7;
	memcpy(two_areas, secret, length);
	need(mprotect(two_areas + 7, PAGE, PROT_READ) == 0);
	int file = open("mapped", O_RDWR | O_CREAT, 0600);
	need(file >= 0 && ftruncate(file, PAGE) == 0);
	private_file = mapped(PAGE, MAP_PRIVATE, file) + 100;
	memcpy(private_file, secret, length);
	close(file);
	memfd = memfd_create("memory", 0);
	need(memfd >= 0 && write_all(memfd, secret, length));
	anonymous = mapped(PAGE, MAP_SHARED | MAP_ANONYMOUS, -1) + 200;
	memcpy(anonymous, secret, length);
	wide = malloc(2 * LONGEST);
	as_utf16(secret, length, wide);
	encoded = malloc(2 * LONGEST);
	memset(encoded, 0, 2 * LONGEST);
	as_base64(secret, length, encoded);

	segment = shmat(shmget(0x5151, PAGE, IPC_CREAT | 0600), NULL, 0);
	need(segment != (void *)-1);
	memcpy(segment + 300, secret, length);
	struct { long type; char text[LONGEST]; } message = {.type = 1};
	memcpy(message.text, secret, length);
	queue = msgget(0x5151, IPC_CREAT | 0600);
	need(queue >= 0 && msgsnd(queue, &message, length, 0) == 0);

	deleted = open("deleted", O_RDWR | O_CREAT, 0600);
	need(deleted >= 0 && write_all(deleted, secret, length) && unlink("deleted") == 0);
	need(pipe(ends) == 0 && write_all(ends[1], secret, length));
	need(socketpair(AF_UNIX, SOCK_STREAM, 0, unix_ends) == 0 && write_all(unix_ends[0], secret, length));
	need(mkfifo("fifo", 0600) == 0);
	fifo = open("fifo", O_RDWR);
	need(fifo >= 0 && write_all(fifo, secret, length));
	open_terminal(secret);
	if (getenv("TCP") != NULL)
		connect_both(secret);
	char name[LONGEST + 8];
	snprintf(name, sizeof name, "of-%s", secret);
	named = open(name, O_RDWR | O_CREAT, 0600);
	need(named >= 0);
	memset(name, 0, sizeof name);
}

/* What is at a place, which should be the secret in some form. */
static void look(const char *place, const char *bytes, size_t size, const char *form)
{
	size_t stars = 0;
	for (size_t i = 0; i < size; i++)
		stars += bytes[i] == '*';
	if (memcmp(bytes, form, size) == 0)
		saw(place, "secret");
	else if (stars == size)
		saw(place, "stars");
	else {
		char text[4 * LONGEST + 1] = "";
		for (size_t i = 0; i < size; i++)
			snprintf(text + 2 * i, 3, "%02x", (unsigned char)bytes[i]);
		saw(place, text);
	}
}

static char plain[LONGEST];

static void look_here(const char *place, const char *bytes)
{
	look(place, bytes, length, plain);
}

static void look_through(const char *place, int fd)
{
	char bytes[LONGEST] = "";
	expect(read_all(fd, bytes, length), "%s gives its bytes", place);
	look_here(place, bytes);
}

/* The last of some words of a file of /proc, each of which ends with a zero. */
static void look_in_words(const char *place, const char *path, const char *name)
{
	char words[8192] = "", *found = NULL;
	int fd = open(path, O_RDONLY);
	ssize_t size = read(fd, words, sizeof words - 1);
	close(fd);
	for (char *word = words; word < words + size; word += strlen(word) + 1)
		if (strncmp(word, name, strlen(name)) == 0)
			found = word + strlen(name);
	expect(found != NULL && strlen(found) == length, "%s is there", place);
	if (found != NULL)
		look_here(place, found);
}

void check(void)
{
	char form[2 * LONGEST], path[512] = "", link[64];
	for (size_t i = 0; i < length; i++)
		plain[i] = (char)(hidden[i] ^ HIDE);
	look_here("stack", stack);
	look_here("heap", heap);
	look_here("two areas", two_areas);
	look_here("mapped file", private_file);
	look_here("anonymous", anonymous);
	look_here("segment", segment + 300);
	look("utf16", wide, as_utf16(plain, length, form), form);
	look("base64", encoded, as_base64(plain, length, form), form);
	need(lseek(memfd, 0, SEEK_SET) == 0 && lseek(deleted, 0, SEEK_SET) == 0);
	look_through("memfd", memfd);
	look_through("deleted file", deleted);
	look_through("pipe", ends[0]);
	look_through("unix socket", unix_ends[1]);
	look_through("fifo", fifo);
	look_through("terminal", slave);
	if (tcp_client >= 0)
		look_through("tcp", tcp_server);
	struct { long type; char text[LONGEST]; } message;
	expect(msgrcv(queue, &message, sizeof message.text, 0, IPC_NOWAIT) == (ssize_t)length, "the message has its length");
	look_here("message", message.text);

	look_in_words("environment", "/proc/self/environ", "SECRET=");
	snprintf(path, sizeof path, "/proc/%d/cmdline", cat);
	look_in_words("argument", path, "");
	snprintf(link, sizeof link, "/proc/self/fd/%d", named);
	ssize_t size = readlink(link, path, sizeof path - 1);
	expect(size > (ssize_t)length, "the file has a name");
	look_here("file name", path + size - length);
	kill(cat, SIGKILL);
	waitpid(cat, NULL, 0);
}
