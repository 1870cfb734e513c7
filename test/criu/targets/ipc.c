/* System V shared memory, semaphores and messages of odd sizes, in an IPC namespace of the target's own. */
#include "target.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

static const size_t SEGMENTS[] = {3, 5, 4097, 8192};
static const int SETS[] = {1, 3, 4, 5};
static const size_t MESSAGES[] = {0, 1, 7, 8, 13, 5001};
enum { COUNT = 4, QUEUED = 6 };
static int segments[COUNT], sets[COUNT], queue, empty_queue;
static unsigned char *attached; /* the third segment */
static const unsigned char *read_only; /* the last one */

static struct message {
	long type;
	unsigned char text[8000];
} message;

void setup(void)
{
	need(unshare(CLONE_NEWIPC) == 0);
	for (int i = 0; i < COUNT; i++) {
		segments[i] = shmget(0x5000 + i, SEGMENTS[i], IPC_CREAT | 0640);
		need(segments[i] >= 0);
		unsigned char *at = shmat(segments[i], NULL, 0);
		need(at != (void *)-1);
		fill(at, SEGMENTS[i], (unsigned)i);
		if (i == 2)
			attached = at;
		else
			need(shmdt(at) == 0);

		sets[i] = semget(0x6000 + i, SETS[i], IPC_CREAT | 0600);
		need(sets[i] >= 0);
		for (int j = 0; j < SETS[i]; j++)
			need(semctl(sets[i], j, SETVAL, 1000 * i + j * 31 + 1) == 0);
	}
	read_only = shmat(segments[3], NULL, SHM_RDONLY);
	need(read_only != (void *)-1);
	queue = msgget(0x7000, IPC_CREAT | 0600);
	empty_queue = msgget(0x7001, IPC_CREAT | 0600);
	need(queue >= 0 && empty_queue >= 0);
	for (int i = 0; i < QUEUED; i++) {
		message.type = i % 2 ? 1L << 40 : 5;
		fill(message.text, MESSAGES[i], 50u + (unsigned)i);
		need(msgsnd(queue, &message, MESSAGES[i], IPC_NOWAIT) == 0);
	}
}

void check(void)
{
	for (int i = 0; i < COUNT; i++) {
		struct shmid_ds segment;
		expect_number(shmget(0x5000 + i, 0, 0), segments[i], "id of the segment");
		expect(shmctl(segments[i], IPC_STAT, &segment) == 0 && segment.shm_segsz == SEGMENTS[i] && (segment.shm_perm.mode & 0777) == 0640, "segment %d has its size and mode", i);
		const unsigned char *at = shmat(segments[i], NULL, SHM_RDONLY);
		expect(at != (void *)-1 && is_filled(at, SEGMENTS[i], (unsigned)i), "a segment of %zu bytes", SEGMENTS[i]);
		shmdt(at);
		expect_number(semget(0x6000 + i, SETS[i], 0), sets[i], "id of the semaphores");
		for (int j = 0; j < SETS[i]; j++)
			expect_number(semctl(sets[i], j, GETVAL), 1000 * i + j * 31 + 1, "semaphore");
	}
	expect(is_filled(attached, SEGMENTS[2], 2) && is_filled(read_only, SEGMENTS[3], 3), "the attached segments");
	attached[9] ^= 255;
	const unsigned char *again = shmat(segments[2], NULL, SHM_RDONLY);
	expect(again != (void *)-1 && again[9] == attached[9], "an attached segment is shared");

	struct msqid_ds state;
	expect(msgctl(queue, IPC_STAT, &state) == 0 && state.msg_qnum == QUEUED, "the queue's length");
	for (int i = 0; i < QUEUED; i++) {
		ssize_t got = msgrcv(queue, &message, sizeof message.text, 0, IPC_NOWAIT);
		expect(got == (ssize_t)MESSAGES[i] && message.type == (i % 2 ? 1L << 40 : 5) && is_filled(message.text, MESSAGES[i], 50u + (unsigned)i), "message %d: %zd bytes of type %ld", i, got, message.type);
	}
	expect(msgrcv(empty_queue, &message, sizeof message.text, 0, IPC_NOWAIT) == -1 && errno == ENOMSG, "the empty queue is empty");
}
