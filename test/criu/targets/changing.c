/*
 * Does one thing whenever SIGUSR2 comes, the one that CHANGE names, and then makes a directory `done`: what crit-diff then says of
 * a dump before and one after.
 */
#include "target.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <ucontext.h>
#include <unistd.h>

enum { PAGE = 4096 };
static int log_file, other_file, counter, ends[2], pair[2], memory, poller, timer, listener, unix_listener;
static char *own, *shared;

static void *sleeper(void *argument)
{
	for (;;)
		pause();
	return argument;
}

static void open_file(void) { need(open("opened", O_RDWR | O_CREAT, 0600) >= 0); }
static void close_file(void) { need(close(other_file) == 0); }
static void replace_file(void) { need(dup2(log_file, other_file) == other_file); }
static void move_on(void) { need(lseek(log_file, 5, SEEK_SET) == 5); }
static void append(void) { need(fcntl(log_file, F_SETFL, O_APPEND) == 0); }
static void inherit(void) { need(fcntl(log_file, F_SETFD, FD_CLOEXEC) == 0); }
static void delete(void) { need(unlink("other") == 0); }
static void lock(void) { need(flock(log_file, LOCK_EX) == 0); }
static void count(void) { need(eventfd_write(counter, 5) == 0); }
static void fill_pipe(void) { need(write_all(ends[1], "some more", 9)); }
static void fill_socket(void) { need(write_all(pair[0], "some more", 9)); }
static void write_memory_file(void) { need(pwrite(memory, "changed", 7, 5000) == 7); }
static void grow_memory_file(void) { need(ftruncate(memory, 7 * PAGE) == 0); }
static void watch(void) { need(epoll_ctl(poller, EPOLL_CTL_ADD, ends[0], &(struct epoll_event){.events = EPOLLIN}) == 0); }
static void arm(void) { need(timerfd_settime(timer, 0, &(struct itimerspec){{7, 0}, {5000, 0}}, NULL) == 0); }
static void alarm_clock(void) { need(setitimer(ITIMER_REAL, &(struct itimerval){{9, 0}, {5000, 0}}, NULL) == 0); }
static void clock_timer(void)
{
	timer_t made;
	struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
	need(timer_create(CLOCK_MONOTONIC, &event, &made) == 0);
	need(timer_settime(made, 0, &(struct itimerspec){{3, 0}, {5000, 0}}, NULL) == 0);
}

static void connect_to(int family, const struct sockaddr *place, socklen_t length, int at)
{
	int client = socket(family, SOCK_STREAM, 0);
	need(client >= 0 && connect(client, place, length) == 0 && accept(at, NULL, NULL) >= 0);
}
static void connect_internet(void)
{
	struct sockaddr_in place;
	socklen_t length = sizeof place;
	need(getsockname(listener, (struct sockaddr *)&place, &length) == 0);
	connect_to(AF_INET, (struct sockaddr *)&place, length, listener);
}
static void connect_unix(void)
{
	struct sockaddr_un place;
	socklen_t length = sizeof place;
	need(getsockname(unix_listener, (struct sockaddr *)&place, &length) == 0);
	connect_to(AF_UNIX, (struct sockaddr *)&place, length, unix_listener);
}
static void datagram(void)
{
	struct sockaddr_in place = {.sin_family = AF_INET, .sin_port = htons(7501), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	need(fd >= 0 && bind(fd, (struct sockaddr *)&place, sizeof place) == 0);
}

static void grow_heap(void)
{
	char *end = sbrk(16 * PAGE);
	need(end != (void *)-1);
	memset(end, 'h', 16 * PAGE);
}
/* Executable, since the kernel may join what is not with an area beside it. */
static void map(void)
{
	char *new = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	need(new != MAP_FAILED);
	memset(new, 'm', 3 * PAGE);
}
static void map_file(void) { need(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, log_file, 0) != MAP_FAILED); }
static void unmap(void) { need(munmap(own, 16 * PAGE) == 0); }
static void shrink(void) { need(munmap(own + 12 * PAGE, 4 * PAGE) == 0); }
static void protect(void) { need(mprotect(own, 16 * PAGE, PROT_READ) == 0); }
static void protect_part(void) { need(mprotect(own + 4 * PAGE, 4 * PAGE, PROT_READ) == 0); }
static void forget(void) { need(madvise(own, 2 * PAGE, MADV_DONTNEED) == 0); }
static void advise(void) { need(madvise(own, 16 * PAGE, MADV_DONTFORK) == 0); }
static void write_own(void) { memcpy(own + 3 * PAGE + 100, "a secret text", 13); }
static void write_shared(void) { memcpy(shared + 2 * PAGE + 10, "shared", 6); }

static void begin_thread(void)
{
	pthread_t thread;
	need(pthread_create(&thread, NULL, sleeper, NULL) == 0);
}
static void begin_process(void)
{
	pid_t pid = fork();
	need(pid >= 0);
	if (pid == 0)
		sleeper(NULL);
}
static void die(void)
{
	pid_t pid = fork();
	need(pid >= 0);
	if (pid == 0)
		_exit(3);
}
static void rename_process(void) { need(prctl(PR_SET_NAME, "renamed") == 0); }
static void change_directory(void) { need(mkdir("below", 0700) == 0 && chdir("below") == 0); }
static void change_mask(void) { umask(0077); }
static void limit(void) { need(setrlimit(RLIMIT_NOFILE, &(struct rlimit){500, 600}) == 0); }
static void be_nice(void) { need(setpriority(PRIO_PROCESS, 0, 7) == 0); }
/* Of what was interrupted, which goes on with it. */
static ucontext_t *interrupted;
static void block(void) { need(sigaddset(&interrupted->uc_sigmask, SIGTERM) == 0); }
static void handle(void) { need(signal(SIGHUP, SIG_IGN) != SIG_ERR); }
static void signal_self(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	need(sigprocmask(SIG_BLOCK, &set, NULL) == 0 && kill(getpid(), SIGTERM) == 0);
	block();
}
static void change_groups(void) { need(setgroups(1, &(gid_t){7}) == 0); }
static void drop_capability(void) { need(prctl(PR_CAPBSET_DROP, 25) == 0); }
static void no_new_privileges(void) { need(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0); }
static void filter(void)
{
	struct sock_filter code[] = {BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
	struct sock_fprog program = {.len = 1, .filter = code};
	need(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0);
}
static void host(void) { need(sethostname("after", 5) == 0); }
static void nothing(void) {}

static const struct {
	const char *name;
	void (*make)(void);
} CHANGES[] = {
	{"nothing", nothing}, {"open", open_file}, {"close", close_file}, {"replace", replace_file}, {"move", move_on}, {"append", append},
	{"inherit", inherit}, {"delete", delete}, {"lock", lock}, {"count", count}, {"pipe", fill_pipe}, {"socket", fill_socket},
	{"memfd", write_memory_file}, {"memfd-size", grow_memory_file}, {"watch", watch}, {"timerfd", arm}, {"itimer", alarm_clock},
	{"timer", clock_timer}, {"tcp", connect_internet}, {"unix", connect_unix}, {"udp", datagram}, {"heap", grow_heap}, {"map", map},
	{"map-file", map_file}, {"unmap", unmap}, {"shrink", shrink}, {"protect", protect}, {"protect-part", protect_part},
	{"forget", forget}, {"advise", advise}, {"write", write_own}, {"shared", write_shared}, {"thread", begin_thread},
	{"process", begin_process}, {"zombie", die}, {"name", rename_process}, {"cwd", change_directory}, {"umask", change_mask},
	{"limit", limit}, {"nice", be_nice}, {"block", block}, {"handle", handle}, {"pending", signal_self}, {"groups", change_groups},
	{"capability", drop_capability}, {"no-new-privs", no_new_privileges}, {"seccomp", filter}, {"host", host},
};

static void change(int number, siginfo_t *info, void *context)
{
	const char *wanted = getenv("CHANGE");
	(void)number, (void)info;
	interrupted = context;
	for (size_t i = 0; i < sizeof CHANGES / sizeof *CHANGES; i++) {
		char done[600];
		if (strcmp(CHANGES[i].name, wanted) != 0)
			continue;
		CHANGES[i].make();
		snprintf(done, sizeof done, "%s/done", directory);
		need(mkdir(done, 0700) == 0);
		return;
	}
}

static void listen_here(void)
{
	struct sockaddr_in place = {.sin_family = AF_INET, .sin_port = htons(0), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_un name = {.sun_family = AF_UNIX};
	unix_listener = socket(AF_UNIX, SOCK_STREAM, 0);
	snprintf(name.sun_path, sizeof name.sun_path, "%s/here", directory);
	need(unix_listener >= 0 && bind(unix_listener, (struct sockaddr *)&name, sizeof name) == 0 && listen(unix_listener, 3) == 0);
	if (getenv("INTERNET") == NULL)
		return;
	listener = socket(AF_INET, SOCK_STREAM, 0);
	need(listener >= 0 && setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int)) == 0);
	need(bind(listener, (struct sockaddr *)&place, sizeof place) == 0 && listen(listener, 3) == 0);
}

void setup(void)
{
	log_file = open("log", O_RDWR | O_CREAT, 0640);
	other_file = open("other", O_RDWR | O_CREAT, 0640);
	need(log_file >= 0 && other_file >= 0 && write_all(log_file, "first line\n", 11));
	counter = eventfd(1, 0);
	memory = memfd_create("notes", 0);
	poller = epoll_create1(0);
	timer = timerfd_create(CLOCK_MONOTONIC, 0);
	need(counter >= 0 && memory >= 0 && poller >= 0 && timer >= 0);
	need(pwrite(memory, "first", 5, 0) == 5 && ftruncate(memory, 4 * PAGE) == 0);
	need(pipe(ends) == 0 && write_all(ends[1], "some", 4));
	need(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0 && write_all(pair[0], "some", 4));
	own = mmap(NULL, 16 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	shared = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	need(own != MAP_FAILED && shared != MAP_FAILED);
	for (int page = 0; page < 16; page++)
		fill(own + page * PAGE, PAGE, (unsigned)page + 1);
	fill(shared, 4 * PAGE, 99);
	listen_here();
	need(sigaction(SIGUSR2, &(struct sigaction){.sa_sigaction = change, .sa_flags = SA_SIGINFO}, NULL) == 0);
}

void check(void) {}
