/*
 * A container of a user who is nobody outside: `userns ROOT COMMAND...` goes into namespaces of its own, makes ROOT, where a
 * copy of it lies as /userns, the root of its files, and runs the command there. It prints the process that is its init outside.
 */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FLAGS = CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC };

static void need(int holds, const char *what)
{
	if (holds)
		return;
	perror(what);
	exit(1);
}

/* Only who is outside may write a map of more than its own user. */
static void write_map(pid_t pid, const char *kind)
{
	char path[64];
	snprintf(path, sizeof path, "/proc/%d/%s_map", pid, kind);
	int fd = open(path, O_WRONLY);
	need(fd >= 0 && dprintf(fd, "0 100000 65536\n") > 0 && close(fd) == 0, path);
}

/* The first process inside: runs the command, and is the parent of all that lose theirs. */
static int init(char **command)
{
	need(setsid() > 0 || getsid(0) == getpid(), "setsid");
	int nothing = open("/dev/null", O_RDWR);
	pid_t pid = fork();
	if (pid == 0) {
		dup2(nothing, 1);
		execv(command[0], command);
		_exit(127);
	}
	int status = 0;
	need(waitpid(pid, &status, 0) == pid && status == 0, "the command");
	for (int fd = 0; fd < 3; fd++)
		need(dup2(nothing, fd) == fd, "dup2");
	syscall(SYS_close_range, 3u, ~0u, 0u);
	for (;;)
		if (waitpid(-1, NULL, 0) < 0)
			pause();
}

static void enter(const char *root)
{
	need(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0, "private mounts");
	need(mount(root, root, NULL, MS_BIND, NULL) == 0 && chdir(root) == 0, root);
	need(mount("proc", "proc", "proc", 0, NULL) == 0, "proc");
	need(syscall(SYS_pivot_root, ".", ".") == 0 && umount2(".", MNT_DETACH) == 0 && chdir("/") == 0, "pivot_root");
	/* Now that the way to the root, which may be root's alone, has been gone. */
	need(setresgid(0, 0, 0) == 0 && setresuid(0, 0, 0) == 0, "setresuid");
	need(sethostname("inside", 6) == 0, "sethostname");
}

int main(int argc, char **argv)
{
	if (getpid() == 1)
		return init(argv + 1);
	int go[2];
	char word;
	need(argc > 2 && pipe2(go, O_CLOEXEC) == 0, "usage: userns ROOT COMMAND...");
	pid_t pid = (pid_t)syscall(SYS_clone, FLAGS | SIGCHLD, 0, 0, 0, 0);
	need(pid >= 0, "clone");
	if (pid == 0) {
		need(read(go[0], &word, 1) == 1, "go");
		enter(argv[1]);
		argv[1] = "/userns";
		execv(argv[1], argv + 1);
		_exit(127);
	}
	write_map(pid, "uid");
	write_map(pid, "gid");
	need(write(go[1], "", 1) == 1, "go");
	printf("%d\n", pid);
	return 0;
}
