/* A tree of processes and threads: a zombie, a killed one, a stopped one, other sessions; limits, handlers, priorities. */
#include "target.h"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS = 4 };
static pid_t exited, killed, stopped, leader, follower, parent;
static pthread_t threads[THREADS];
static pid_t thread_ids[THREADS];
static pthread_barrier_t started, released;
static _Thread_local uint64_t own;
static volatile sig_atomic_t caught;

static void catch(int number, siginfo_t *info, void *context)
{
	(void)context;
	caught = number * 1000 + info->si_value.sival_int;
}

static void *work(void *argument)
{
	int number = (int)(intptr_t)argument;
	char name[16];
	snprintf(name, sizeof name, "worker %d \"\t", number);
	pthread_setname_np(pthread_self(), name);
	thread_ids[number] = (pid_t)syscall(SYS_gettid);
	own = 0xabcdef0000000000 + (uint64_t)number;
	sigset_t blocked;
	sigfillset(&blocked);
	sigdelset(&blocked, SIGRTMIN + number);
	pthread_sigmask(SIG_SETMASK, &blocked, NULL);
	double real = 1.0 / (number + 3);
	pthread_barrier_wait(&started);
	pthread_barrier_wait(&released);
	char now[16];
	pthread_getname_np(pthread_self(), now, sizeof now);
	sigset_t still;
	pthread_sigmask(SIG_SETMASK, NULL, &still);
	expect(strcmp(now, name) == 0 && own == 0xabcdef0000000000 + (uint64_t)number && real == 1.0 / (number + 3), "thread %d has its name and memory", number);
	expect(!sigismember(&still, SIGRTMIN + number) && sigismember(&still, SIGRTMIN + number + 1) && sigismember(&still, SIGUSR2), "thread %d has its signal mask", number);
	expect(thread_ids[number] == (pid_t)syscall(SYS_gettid), "thread %d has its id", number);
	return (void *)(intptr_t)(number + 100);
}

static void nothing(void) {}

static void lead(void)
{
	need(setsid() > 0 && setpriority(PRIO_PROCESS, 0, 7) == 0);
	need(prctl(PR_SET_NAME, "caf\xc3\xa9 \xff\\") == 0); /* not UTF-8 */
	need(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0 && prctl(PR_SET_PDEATHSIG, SIGRTMIN + 9) == 0);
}

static void judge_leader(void)
{
	char name[16] = "";
	int reaper = 0, signal = 0;
	expect(getsid(0) == getpid() && getpriority(PRIO_PROCESS, 0) == 7, "the leader's session and priority");
	expect(prctl(PR_GET_NAME, name) == 0 && strcmp(name, "caf\xc3\xa9 \xff\\") == 0, "the leader's name is not UTF-8");
	expect(prctl(PR_GET_CHILD_SUBREAPER, &reaper) == 0 && reaper == 1 && prctl(PR_GET_PDEATHSIG, &signal) == 0 && signal == SIGRTMIN + 9, "the leader reaps, and hears of its parent's death");
}

static void follow(void)
{
	need(setpgid(0, 0) == 0);
	umask(027);
	signal(SIGINT, SIG_IGN);
	need(chdir("/") == 0);
}

static void judge_follower(void)
{
	char place[64];
	struct sigaction action;
	expect(getpgrp() == getpid() && getsid(0) == parent && getppid() == parent, "the follower's group, session and parent");
	expect(umask(0) == 027 && getcwd(place, sizeof place) != NULL && strcmp(place, "/") == 0, "the follower's umask and directory");
	expect(sigaction(SIGINT, NULL, &action) == 0 && action.sa_handler == SIG_IGN, "the follower ignores SIGINT");
}

static void limits(void)
{
	need(setrlimit(RLIMIT_CORE, &(struct rlimit){4096, 1L << 40}) == 0);
	need(setrlimit(RLIMIT_NOFILE, &(struct rlimit){100, 200}) == 0);
	struct sigaction action = {.sa_sigaction = catch, .sa_flags = SA_SIGINFO | SA_RESTART};
	sigaddset(&action.sa_mask, SIGRTMIN + 8);
	need(sigaction(SIGUSR2, &action, NULL) == 0);
}

void setup(void)
{
	parent = getpid();
	limits();
	exited = fork();
	if (exited == 0)
		_exit(7);
	killed = fork();
	if (killed == 0)
		_exit(raise(SIGKILL));
	stopped = child(nothing, nothing);
	leader = child(lead, judge_leader);
	follower = child(follow, judge_follower);
	need(exited > 0 && killed > 0 && kill(stopped, SIGSTOP) == 0);
	need(waitid(P_PID, (id_t)exited, &(siginfo_t){0}, WEXITED | WNOWAIT) == 0);
	need(waitid(P_PID, (id_t)killed, &(siginfo_t){0}, WEXITED | WNOWAIT) == 0);
	need(waitid(P_PID, (id_t)stopped, &(siginfo_t){0}, WSTOPPED | WNOWAIT) == 0);
	need(pthread_barrier_init(&started, NULL, THREADS + 1) == 0 && pthread_barrier_init(&released, NULL, THREADS + 1) == 0);
	for (int i = 0; i < THREADS; i++)
		need(pthread_create(&threads[i], NULL, work, (void *)(intptr_t)i) == 0);
	pthread_barrier_wait(&started);
}

static char state_of(pid_t pid)
{
	char path[64], line[512], state = '?';
	snprintf(path, sizeof path, "/proc/%d/stat", pid);
	read_line(path, line, sizeof line);
	const char *after = strrchr(line, ')');
	if (after != NULL)
		sscanf(after, ") %c", &state);
	return state;
}

static void judge_dead(void)
{
	int status = 0;
	expect(state_of(exited) == 'Z' && waitpid(exited, &status, WNOHANG) == exited && WIFEXITED(status) && WEXITSTATUS(status) == 7, "the zombie's status is 7");
	expect(state_of(killed) == 'Z' && waitpid(killed, &status, WNOHANG) == killed && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "the killed one's signal is SIGKILL");
	expect(state_of(stopped) == 'T', "the stopped one is stopped: %c", state_of(stopped));
	need(kill(stopped, SIGCONT) == 0);
	judge_child(stopped, "the stopped one, continued,");
}

void check(void)
{
	judge_dead();
	judge_child(leader, "the leader");
	judge_child(follower, "the follower");
	pthread_barrier_wait(&released);
	for (int i = 0; i < THREADS; i++) {
		void *result = NULL;
		expect(pthread_join(threads[i], &result) == 0 && (intptr_t)result == i + 100, "thread %d ends well", i);
	}
	struct rlimit limit;
	expect(getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_cur == 4096 && limit.rlim_max == 1L << 40, "the limit of core files");
	expect(getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur == 100 && limit.rlim_max == 200, "the limit of open files");
	struct sigaction action;
	expect(sigaction(SIGUSR2, NULL, &action) == 0 && action.sa_flags & SA_RESTART && sigismember(&action.sa_mask, SIGRTMIN + 8), "the handler's flags and mask");
	need(sigqueue(getpid(), SIGUSR2, (union sigval){.sival_int = 5}) == 0);
	expect_number(caught, SIGUSR2 * 1000 + 5, "the handler's catch");
}
