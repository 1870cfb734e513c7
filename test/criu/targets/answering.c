/* A TCP service on all addresses that counts its answers, and memory that has to come along. */
#include "target.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SIZE = 48 << 20 };
static int listener;
static volatile int answers;
static unsigned char *memory;

static void *answer(void *nothing)
{
	for (;;) {
		int client = accept(listener, NULL, NULL);
		char text[32];
		int length = snprintf(text, sizeof text, "answer %d\n", ++answers);
		if (client >= 0) {
			write_all(client, text, (size_t)length);
			close(client);
		}
	}
	return nothing;
}

void setup(void)
{
	struct sockaddr_in place = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(getenv("PORT"))), .sin_addr.s_addr = htonl(INADDR_ANY)};
	pthread_t thread;
	listener = socket(AF_INET, SOCK_STREAM, 0);
	need(listener >= 0 && bind(listener, (struct sockaddr *)&place, sizeof place) == 0 && listen(listener, 7) == 0);
	memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	need(memory != MAP_FAILED);
	fill(memory, SIZE, 5);
	need(pthread_create(&thread, NULL, answer, NULL) == 0);
}

void check(void)
{
	expect(is_filled(memory, SIZE, 5), "its memory");
	saw_number("answers", answers);
}
