#include "target.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

const char *directory;
static int starter = -1; /* where setup's failure is told, while the starter waits */

void give_up(const char *condition, const char *note)
{
	char message[512];
	int length = snprintf(message, sizeof message, "%s%s%s: %s\n", condition, *note ? ": " : "", note, strerror(errno));
	if (write(starter < 0 ? 2 : starter, message, (size_t)length) < 0)
		_exit(3);
	_exit(2);
}

/* One write of one line, so that the lines of several processes do not mix. */
static void verdict(const char *kind, const char *text)
{
	char line[1024], path[512];
	int length = snprintf(line, sizeof line - 1, "%s %s", kind, text);
	if (length > (int)sizeof line - 2)
		length = sizeof line - 2;
	line[length++] = '\n';
	snprintf(path, sizeof path, "%s/verdict", directory);
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	need(fd >= 0);
	need(write(fd, line, (size_t)length) == length);
	close(fd);
}

void expect(bool holds, const char *what, ...)
{
	char text[900];
	va_list arguments;
	va_start(arguments, what);
	vsnprintf(text, sizeof text, what, arguments);
	va_end(arguments);
	verdict(holds ? "ok" : "bad", text);
}

void expect_number(long long got, long long wanted, const char *what)
{
	expect(got == wanted, "%s: %lld, wanted %lld", what, got, wanted);
}

void expect_text(const char *got, const char *wanted, const char *what)
{
	expect(strcmp(got, wanted) == 0, "%s: %s, wanted %s", what, got, wanted);
}

void saw(const char *name, const char *value)
{
	char text[900];
	snprintf(text, sizeof text, "%s=%s", name, value);
	verdict("saw", text);
}

void saw_number(const char *name, long long value)
{
	char text[32];
	snprintf(text, sizeof text, "%lld", value);
	saw(name, text);
}

static uint32_t next(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

void fill(void *bytes, size_t length, unsigned seed)
{
	uint32_t state = seed * 2654435761u + 1;
	for (size_t i = 0; i < length; i++)
		((uint8_t *)bytes)[i] = (uint8_t)(next(&state) >> 11);
}

bool is_filled(const void *bytes, size_t length, unsigned seed)
{
	uint32_t state = seed * 2654435761u + 1;
	for (size_t i = 0; i < length; i++)
		if (((const uint8_t *)bytes)[i] != (uint8_t)(next(&state) >> 11))
			return false;
	return true;
}

bool read_all(int fd, void *bytes, size_t length)
{
	for (size_t done = 0; done < length;) {
		struct pollfd readable = {.fd = fd, .events = POLLIN};
		if (poll(&readable, 1, 1000) != 1)
			return false;
		ssize_t got = read(fd, (char *)bytes + done, length - done);
		if (got <= 0)
			return false;
		done += (size_t)got;
	}
	return true;
}

bool write_all(int fd, const void *bytes, size_t length)
{
	for (size_t done = 0; done < length;) {
		ssize_t put = write(fd, (const char *)bytes + done, length - done);
		if (put <= 0)
			return false;
		done += (size_t)put;
	}
	return true;
}

bool reads_filled(int fd, size_t length, unsigned seed)
{
	char *bytes = malloc(length);
	bool same = read_all(fd, bytes, length) && is_filled(bytes, length, seed);
	free(bytes);
	return same;
}

bool is_drained(int fd)
{
	struct pollfd readable = {.fd = fd, .events = POLLIN};
	return poll(&readable, 1, 0) == 0;
}

void await_check(void)
{
	sigset_t word;
	sigemptyset(&word);
	sigaddset(&word, SIGUSR1);
	while (sigwaitinfo(&word, NULL) != SIGUSR1)
		continue;
}

pid_t child(void (*prepare)(void), void (*judge)(void))
{
	int ready[2];
	need(pipe2(ready, O_CLOEXEC) == 0);
	pid_t pid = fork();
	need(pid >= 0);
	if (pid == 0) {
		close(ready[0]);
		prepare();
		need(write(ready[1], "", 1) == 1);
		close(ready[1]);
		await_check();
		judge();
		_exit(0);
	}
	close(ready[1]);
	need(read_all(ready[0], &(char){0}, 1), "a child failed");
	close(ready[0]);
	return pid;
}

void judge_child(pid_t pid, const char *what)
{
	int status = -1;
	expect(kill(pid, SIGUSR1) == 0 && waitpid(pid, &status, 0) == pid && status == 0, "%s ends with status %d", what, status);
}

void read_line(const char *path, char *line, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? 0 : read(fd, line, size - 1);
	line[length < 0 ? 0 : length] = '\0';
	line[strcspn(line, "\n")] = '\0';
	if (fd >= 0)
		close(fd);
}

/* The daemon: nothing of the starter's is left open, so that only the target's own state is dumped. */
static void serve(int ready)
{
	need(setsid() > 0);
	int nothing = open("/dev/null", O_RDWR);
	need(nothing >= 0 && dup2(nothing, 0) == 0 && dup2(nothing, 1) == 1 && dup2(nothing, 2) == 2);
	starter = dup2(ready, 3);
	need(starter == 3);
	need(syscall(SYS_close_range, 4u, ~0u, 0u) == 0);
	need(fcntl(starter, F_SETFD, FD_CLOEXEC) == 0);
	sigset_t word;
	sigemptyset(&word);
	sigaddset(&word, SIGUSR1);
	need(sigprocmask(SIG_SETMASK, &word, NULL) == 0);
	umask(0);
	setup();
	need(write(starter, "", 1) == 1);
	close(starter);
	starter = -1;
	await_check();
	check();
	verdict("end", "");
	_exit(0);
}

int main(int argc, char **argv)
{
	int ready[2];
	need(argc == 2 && chdir(argv[1]) == 0, "usage: TARGET DIR");
	directory = argv[1];
	need(pipe(ready) == 0);
	pid_t pid = fork();
	need(pid >= 0);
	if (pid == 0)
		serve(ready[1]);
	close(ready[1]);
	char message[512] = "";
	ssize_t length = read(ready[0], message, sizeof message - 1);
	if (length == 1 && message[0] == '\0') {
		printf("%d\n", pid);
		return 0;
	}
	fprintf(stderr, "%s", length > 0 ? message : "setup ended early\n");
	return 1;
}
