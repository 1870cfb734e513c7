/*
 * What people edit before a restore: paths, ports, connections, names, ids, limits, strings in memory. What the environment
 * asks for is there besides: PORT, UTS, SECCOMP, USER_ID.
 */
#include "target.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096 };
static alignas(PAGE) char greeting[PAGE] = "hello from before the dump";
static int log_file, listener = -1, client = -1, server = -1, talker = -1, hearer = -1, unix_listener, child_word, ghost = -1;

static void listen_on(int port)
{
	struct sockaddr_in place = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	listener = socket(AF_INET, SOCK_STREAM, 0);
	need(listener >= 0 && setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)) == 0);
	need(bind(listener, (struct sockaddr *)&place, sizeof place) == 0 && listen(listener, 3) == 0);
	client = socket(AF_INET, SOCK_STREAM, 0);
	need(client >= 0 && connect(client, (struct sockaddr *)&place, sizeof place) == 0);
	server = accept(listener, NULL, NULL);
	need(server >= 0 && write_all(client, "waiting", 7));
	hearer = socket(AF_INET, SOCK_DGRAM, 0);
	talker = socket(AF_INET, SOCK_DGRAM, 0);
	need(hearer >= 0 && bind(hearer, (struct sockaddr *)&place, sizeof place) == 0);
	need(talker >= 0 && connect(talker, (struct sockaddr *)&place, sizeof place) == 0);
}

static void listen_at(const char *name)
{
	struct sockaddr_un place = {.sun_family = AF_UNIX};
	int length = snprintf(place.sun_path, sizeof place.sun_path, "%s/%s", directory, name);
	need(length < (int)sizeof place.sun_path);
	unix_listener = socket(AF_UNIX, SOCK_STREAM, 0);
	need(unix_listener >= 0 && bind(unix_listener, (struct sockaddr *)&place, sizeof place) == 0 && listen(unix_listener, 3) == 0);
}

/* A child whose id nobody remembers: it ends when its parent closes the pipe. */
static void begin_child(void)
{
	int word[2];
	need(pipe2(word, O_CLOEXEC) == 0);
	pid_t pid = fork();
	need(pid >= 0);
	if (pid == 0) {
		char byte;
		close(word[1]);
		_exit(read(word[0], &byte, 1) == 0 ? 7 : 8);
	}
	close(word[0]);
	child_word = word[1];
}

/* A filter that forbids making directories. */
static void forbid(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mkdir, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {.len = sizeof code / sizeof *code, .filter = code};
	need(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
}

/* A group besides, and a file without a name that belongs to somebody else. */
static void own(unsigned id)
{
	ghost = open("ghost", O_RDWR | O_CREAT, 0600);
	need(ghost >= 0 && fchown(ghost, id, id) == 0 && unlink("ghost") == 0 && setgroups(1, &id) == 0);
}

static void write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	need(fd >= 0 && write_all(fd, text, strlen(text)));
	close(fd);
}

void setup(void)
{
	log_file = open("service.log", O_WRONLY | O_CREAT | O_APPEND, 0640);
	need(log_file >= 0 && write_all(log_file, "before\n", 7));
	if (getenv("PORT") != NULL)
		listen_on(atoi(getenv("PORT")));
	need(prctl(PR_SET_NAME, "service") == 0);
	need(setrlimit(RLIMIT_NOFILE, &(struct rlimit){1000, 2000}) == 0);
	memcpy(greeting + PAGE - 6, "last!", 6);
	listen_at("service.sock");
	need(setpriority(PRIO_PROCESS, 0, 3) == 0);
	write_file("/proc/self/oom_score_adj", "200");
	if (getenv("UTS") != NULL)
		need(unshare(CLONE_NEWUTS) == 0 && sethostname("before", 6) == 0 && setdomainname("domain", 6) == 0);
	begin_child();
	if (getenv("USER_ID") != NULL)
		own((unsigned)atoi(getenv("USER_ID")));
	if (getenv("SECCOMP") != NULL)
		forbid();
}

static void see_file(void)
{
	char link[64], path[512] = "";
	snprintf(link, sizeof link, "/proc/self/fd/%d", log_file);
	need(readlink(link, path, sizeof path - 1) > 0);
	saw("log", path);
	expect(write_all(log_file, "after\n", 6), "the log can be written");
}

static void see_address(const char *name, int fd)
{
	struct sockaddr_in place = {0};
	socklen_t length = sizeof place;
	char text[64], what[64];
	need(getsockname(fd, (struct sockaddr *)&place, &length) == 0);
	saw(name, inet_ntop(AF_INET, &place.sin_addr, text, sizeof text));
	snprintf(what, sizeof what, "%s port", name);
	saw_number(what, ntohs(place.sin_port));
}

static void see_port(void)
{
	char bytes[8] = "";
	struct sockaddr_in place = {0};
	socklen_t length = sizeof place;
	see_address("listener", listener);
	see_address("server", server);
	bool lives = read_all(server, bytes, 7) && memcmp(bytes, "waiting", 7) == 0 && write_all(server, "answer", 6) && read_all(client, bytes, 6) && memcmp(bytes, "answer", 6) == 0;
	saw("connection", lives ? "lives" : recv(client, bytes, 1, MSG_DONTWAIT) < 0 && errno == ENOTCONN ? "closed" : "dead");
	need(getpeername(client, (struct sockaddr *)&place, &length) == 0 || errno == ENOTCONN);
	saw_number("peer port", ntohs(place.sin_port));
	saw("datagrams", send(talker, "x", 1, MSG_NOSIGNAL) == 1 && read_all(hearer, bytes, 1) ? "arrive" : "do not");
	length = sizeof place;
	need(getsockname(listener, (struct sockaddr *)&place, &length) == 0);
	int late = socket(AF_INET, SOCK_STREAM, 0);
	expect(late >= 0 && connect(late, (struct sockaddr *)&place, sizeof place) == 0 && accept(listener, NULL, NULL) >= 0, "the port can be connected to");
}

static void see_socket(void)
{
	struct sockaddr_un place = {0};
	socklen_t length = sizeof place;
	need(getsockname(unix_listener, (struct sockaddr *)&place, &length) == 0);
	saw("socket", place.sun_path);
	int late = socket(AF_UNIX, SOCK_STREAM, 0);
	expect(late >= 0 && connect(late, (struct sockaddr *)&place, length) == 0 && accept(unix_listener, NULL, NULL) >= 0, "the socket can be connected to");
}

/* A line of /proc/self/status. */
static void see_status(const char *key)
{
	char line[512];
	size_t length = strlen(key);
	FILE *status = fopen("/proc/self/status", "r");
	need(status != NULL);
	while (fgets(line, sizeof line, status) != NULL) {
		if (strncmp(line, key, length) != 0 || line[length] != ':')
			continue;
		line[strcspn(line, "\n")] = '\0';
		for (char *tab = line; (tab = strchr(tab, '\t')) != NULL;)
			*tab = ' ';
		saw(key, line + length + 2);
	}
	fclose(status);
}

static void see_ids(void)
{
	int status = 0;
	saw_number("pid", getpid());
	saw_number("session", getsid(0));
	close(child_word);
	pid_t child_pid = waitpid(-1, &status, 0);
	expect(child_pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 7, "the child is its parent's");
	saw_number("child", child_pid);
	see_status("Groups");
	struct stat file;
	if (ghost < 0)
		return;
	need(fstat(ghost, &file) == 0);
	saw_number("owner", file.st_uid);
	saw_number("owning group", file.st_gid);
}

static void see_surroundings(void)
{
	struct utsname host;
	char text[256] = "";
	need(uname(&host) == 0);
	saw("host", host.nodename);
	saw("domain", host.domainname);
	need(getcwd(text, sizeof text) != NULL);
	saw("cwd", text);
	int fd = open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
	need(length > 0);
	saw("program", text);
	errno = 0;
	saw_number("nice", getpriority(PRIO_PROCESS, 0));
	read_line("/proc/self/oom_score_adj", text, sizeof text);
	saw("oom", text);
	see_status("Seccomp");
}

/* The group in the hierarchy of the suite, where there is one. */
static void see_cgroup(void)
{
	char line[512];
	FILE *cgroups = fopen("/proc/self/cgroup", "r");
	need(cgroups != NULL);
	while (fgets(line, sizeof line, cgroups) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		const char *place = strstr(line, ":name=crit-pipe:");
		if (place != NULL)
			saw("cgroup", place + strlen(":name=crit-pipe:"));
	}
	fclose(cgroups);
}

void check(void)
{
	char name[16] = "", line[256];
	see_file();
	if (listener >= 0)
		see_port();
	see_socket();
	see_ids();
	see_surroundings();
	see_cgroup();
	saw("FRUIT", getenv("FRUIT") == NULL ? "" : getenv("FRUIT"));
	saw("greeting", greeting);
	saw("last", greeting + PAGE - 6);
	need(prctl(PR_GET_NAME, name) == 0);
	saw("name", name);
	read_line("/proc/self/comm", line, sizeof line);
	expect_text(line, name, "the name in /proc");
	struct rlimit limit;
	need(getrlimit(RLIMIT_NOFILE, &limit) == 0);
	saw_number("files", (long long)limit.rlim_cur);
	saw_number("most files", (long long)limit.rlim_max);
}
