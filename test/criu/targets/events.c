/* Descriptors that tell of events, and timers: eventfd, epoll, inotify, signalfd, timerfd; interval and POSIX timers. */
#include "target.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

/* CRIU brings back 32 bits of an eventfd's counter, and none of its being a semaphore. */
static const uint64_t LARGE = UINT32_MAX - 1, COOKIE = 0xfedcba9876543210;
static int counter, ready, quiet[2], poller, watcher, watch, signals, ticker, oneshot, idle;
static timer_t timer, stopped_timer;

static void watch_events(void)
{
	poller = epoll_create1(0);
	need(poller >= 0 && pipe(quiet) == 0);
	struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.u64 = COOKIE};
	need(epoll_ctl(poller, EPOLL_CTL_ADD, quiet[0], &event) == 0);
	event = (struct epoll_event){.events = EPOLLIN | EPOLLONESHOT, .data.u64 = 7};
	need(epoll_ctl(poller, EPOLL_CTL_ADD, ready, &event) == 0);

	watcher = inotify_init1(IN_NONBLOCK);
	need(watcher >= 0);
	need(mkdir("watched", 0700) == 0);
	watch = inotify_add_watch(watcher, "watched", IN_CREATE | IN_DELETE);
	need(watch >= 0);
}

static void start_timers(void)
{
	struct itimerspec often = {.it_interval.tv_nsec = 50000000, .it_value.tv_nsec = 50000000}, late = {.it_value.tv_sec = 5000};
	ticker = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
	oneshot = timerfd_create(CLOCK_REALTIME, 0);
	idle = timerfd_create(CLOCK_BOOTTIME, 0);
	need(ticker >= 0 && oneshot >= 0 && idle >= 0);
	need(timerfd_settime(ticker, 0, &often, NULL) == 0 && timerfd_settime(oneshot, 0, &late, NULL) == 0);

	struct itimerval real = {.it_interval.tv_sec = 3, .it_interval.tv_usec = 500001, .it_value.tv_sec = 4000};
	struct itimerval virtual = {.it_value.tv_sec = 3000};
	need(setitimer(ITIMER_REAL, &real, NULL) == 0 && setitimer(ITIMER_VIRTUAL, &virtual, NULL) == 0);
	struct sigevent told = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGRTMIN + 4, .sigev_value.sival_ptr = (void *)0x7badcafe1234};
	need(timer_create(CLOCK_MONOTONIC, &told, &timer) == 0);
	told.sigev_notify = SIGEV_NONE;
	need(timer_create(CLOCK_REALTIME, &told, &stopped_timer) == 0);
	often = (struct itimerspec){.it_interval.tv_nsec = 30000000, .it_value.tv_nsec = 30000000};
	need(timer_settime(timer, 0, &often, NULL) == 0);
}

void setup(void)
{
	counter = eventfd(0, EFD_NONBLOCK);
	ready = eventfd(3, EFD_CLOEXEC);
	need(counter >= 0 && ready >= 0 && write_all(counter, &LARGE, sizeof LARGE));
	watch_events();

	sigset_t blocked;
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGUSR1);
	for (int number = SIGRTMIN; number < SIGRTMIN + 5; number++)
		sigaddset(&blocked, number);
	need(sigprocmask(SIG_SETMASK, &blocked, NULL) == 0);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGRTMIN + 1);
	signals = signalfd(-1, &blocked, SFD_NONBLOCK);
	need(signals >= 0);
	need(sigqueue(getpid(), SIGRTMIN + 1, (union sigval){.sival_ptr = (void *)0x123456789abcdef}) == 0);
	need(sigqueue(getpid(), SIGRTMIN + 2, (union sigval){.sival_int = 11}) == 0);
	need(sigqueue(getpid(), SIGRTMIN + 2, (union sigval){.sival_int = 22}) == 0);
	start_timers();
}

static void judge_signals(void)
{
	struct signalfd_siginfo queued;
	expect(read(signals, &queued, sizeof queued) == sizeof queued && queued.ssi_ptr == 0x123456789abcdef, "the signal for the signalfd");
	expect(read(signals, &queued, sizeof queued) == -1 && errno == EAGAIN, "and no other");
	sigset_t set;
	siginfo_t info;
	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN + 2);
	for (int value = 11; value <= 22; value += 11)
		expect(sigtimedwait(&set, &info, &(struct timespec){0}) == SIGRTMIN + 2 && info.si_value.sival_int == value && info.si_code == SI_QUEUE, "queued signal %d", value);
	expect(sigtimedwait(&set, &info, &(struct timespec){0}) == -1, "no third signal");
}

static void judge_timers(void)
{
	uint64_t expirations = 0;
	struct itimerspec spec;
	expect(read_all(ticker, &expirations, 8) && expirations > 0, "the timerfd ticks");
	expect(timerfd_gettime(ticker, &spec) == 0 && spec.it_interval.tv_nsec == 50000000, "the timerfd's interval");
	expect(timerfd_gettime(oneshot, &spec) == 0 && spec.it_value.tv_sec > 4000 && spec.it_value.tv_sec <= 5000, "the late timerfd: %ld s", spec.it_value.tv_sec);
	expect(timerfd_gettime(idle, &spec) == 0 && spec.it_value.tv_sec == 0 && spec.it_value.tv_nsec == 0, "the idle timerfd");
	struct itimerval value;
	expect(getitimer(ITIMER_REAL, &value) == 0 && value.it_interval.tv_sec == 3 && value.it_interval.tv_usec == 500001 && value.it_value.tv_sec > 3900, "the real timer: %ld s", value.it_value.tv_sec);
	expect(getitimer(ITIMER_VIRTUAL, &value) == 0 && value.it_value.tv_sec > 2900 && value.it_interval.tv_sec == 0, "the virtual timer: %ld s", value.it_value.tv_sec);
	expect(getitimer(ITIMER_PROF, &value) == 0 && value.it_value.tv_sec == 0, "no profiling timer");
	sigset_t set;
	siginfo_t info;
	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN + 4);
	expect(sigtimedwait(&set, &info, &(struct timespec){.tv_sec = 2}) == SIGRTMIN + 4 && info.si_value.sival_ptr == (void *)0x7badcafe1234, "the POSIX timer ticks");
	expect(timer_gettime(timer, &spec) == 0 && spec.it_interval.tv_nsec == 30000000, "the POSIX timer's interval: %ld", spec.it_interval.tv_nsec);
	expect(timer_gettime(stopped_timer, &spec) == 0 && spec.it_value.tv_sec == 0, "the POSIX timer that was never set");
}

void check(void)
{
	uint64_t value = 0;
	struct epoll_event events[4];
	expect(epoll_wait(poller, events, 4, 0) == 1 && events[0].data.u64 == 7, "epoll tells of the counter alone");
	expect(epoll_wait(poller, events, 4, 0) == 0, "and of it once");
	need(write(quiet[1], "x", 1) == 1);
	expect(epoll_wait(poller, events, 4, 0) == 1 && events[0].data.u64 == COOKIE, "epoll tells of the pipe, with its cookie");
	expect(epoll_wait(poller, events, 4, 0) == 0, "edge-triggered");

	expect(read_all(counter, &value, 8) && value == LARGE, "the counter");
	expect(read_all(ready, &value, 8) && value == 3 && fcntl(ready, F_GETFD) == FD_CLOEXEC, "the other counter");

	union {
		struct inotify_event event;
		char bytes[4096];
	} seen = {0};
	expect(read(watcher, &seen, sizeof seen) == -1 && errno == EAGAIN, "no events yet");
	close(open("watched/new", O_CREAT | O_WRONLY, 0600));
	expect(read(watcher, &seen, sizeof seen) > 0 && seen.event.wd == watch && seen.event.mask == IN_CREATE && strcmp(seen.event.name, "new") == 0, "inotify tells of a new file");
	judge_signals();
	judge_timers();
}
