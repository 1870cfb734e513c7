/*
 * What every target shares: a target builds some state, is dumped and restored, and then judges its own state.
 *
 *   TARGET DIR      runs setup() in DIR as a daemon of its own session; returns when the state stands
 *   kill -USR1 PID  runs check(), which writes the verdict to DIR/verdict, and ends
 *
 * The verdict's lines: "ok WHAT", "bad WHAT: DETAIL", "saw NAME=VALUE", and "end" when check() got to its end.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

void setup(void);
void check(void);

/* The directory of the target: absolute, and its working directory at the start. */
extern const char *directory;

/* Ends the target with the message, and errno's, where the condition does not hold: for what setup cannot do without. */
#define need(condition, ...) ((condition) ? (void)0 : give_up(#condition, "" __VA_ARGS__))
void give_up(const char *condition, const char *note) __attribute__((noreturn));

/* Judgements, by any process of the target. */
void expect(bool holds, const char *what, ...) __attribute__((format(printf, 2, 3)));
void expect_number(long long got, long long wanted, const char *what);
void expect_text(const char *got, const char *wanted, const char *what);
void saw(const char *name, const char *value);
void saw_number(const char *name, long long value);

/* Bytes that only their seed foretells, and whether they are still there. */
void fill(void *bytes, size_t length, unsigned seed);
bool is_filled(const void *bytes, size_t length, unsigned seed);

/* Reads exactly `length` bytes; a shorter end of file, an error or a second without a byte is false. */
bool read_all(int fd, void *bytes, size_t length);
bool write_all(int fd, const void *bytes, size_t length);
/* Whether the next `length` bytes from the descriptor are those of the seed. */
bool reads_filled(int fd, size_t length, unsigned seed);
/* Whether nothing can be read now: the descriptor would block. */
bool is_drained(int fd);

/* Sleeps until SIGUSR1 comes. */
void await_check(void);
/* A child that runs `prepare`, waits for its parent's word, and runs `judge`. Returns when `prepare` is done. */
pid_t child(void (*prepare)(void), void (*judge)(void));
/* Lets a child judge, and expects it to end well. */
void judge_child(pid_t pid, const char *what);
/* First line of a file of /proc, without its newline. */
void read_line(const char *path, char *line, size_t size);
