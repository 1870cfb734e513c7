/* Four threads that wait in known functions, a list on the heap, and text: what a debugger is to show of a core file. */
#include "target.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <unistd.h>

#pragma GCC optimize("O0")

struct parcel {
	int number;
	double weight;
	char name[24];
	struct parcel *next;
};

struct parcel *parcels;
char notice[] = "as the program was built";
static pthread_barrier_t ready;

int deliver(int house)
{
	pthread_barrier_wait(&ready);
	for (;;)
		pause();
	return house;
}

int sort(int street)
{
	return deliver(street + 1) - 1;
}

int collect(int town)
{
	return sort(town * 10) / 10;
}

static void *postman(void *argument)
{
	deliver(7);
	return argument;
}

static void *sorter(void *argument)
{
	sort(20);
	return argument;
}

static void *collector(void *argument)
{
	collect(3);
	return argument;
}

static void *driver(void *argument)
{
	collect(4);
	return argument;
}

static void add(int number, const char *name)
{
	struct parcel *parcel = malloc(sizeof *parcel);
	need(parcel);
	parcel->number = number;
	parcel->weight = number / 4.0;
	memset(parcel->name, 0, sizeof parcel->name);
	strcpy(parcel->name, name);
	parcel->next = parcels;
	parcels = parcel;
}

void setup(void)
{
	static void *(*const WORK[])(void *) = {postman, sorter, collector, driver};
	pthread_t thread;
	add(1, "book");
	add(2, "lamp");
	memcpy(notice, "AS", 2);
	need(pthread_barrier_init(&ready, NULL, 5) == 0);
	for (int i = 0; i < 4; i++)
		need(pthread_create(&thread, NULL, WORK[i], NULL) == 0);
	pthread_barrier_wait(&ready);
}

void check(void)
{
	expect(parcels->number == 2 && parcels->next->number == 1, "the list");
	expect_text(notice, "AS the program was built", "the text");
}
