/* Every second page of 200,000 touched: a pagemap of 100,000 entries. */
#include "target.h"

#include <string.h>
#include <sys/mman.h>

enum { PAGE = 4096, TOUCHED = 100000 };
static unsigned char *memory;

void setup(void)
{
	memory = mmap(NULL, 2L * TOUCHED * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	need(memory != MAP_FAILED && madvise(memory, 2L * TOUCHED * PAGE, MADV_NOHUGEPAGE) == 0);
	for (long i = 0; i < TOUCHED; i++)
		memcpy(memory + 2 * i * PAGE + i % (PAGE - 8), &i, sizeof i);
}

void check(void)
{
	long lost = 0, untouched = 0;
	for (long i = 0; i < TOUCHED; i++) {
		unsigned char resident[2];
		lost += memcmp(memory + 2 * i * PAGE + i % (PAGE - 8), &i, sizeof i) != 0;
		untouched += mincore(memory + 2 * i * PAGE, 2 * PAGE, resident) == 0 && resident[0] && !resident[1];
	}
	expect_number(lost, 0, "pages lost");
	expect_number(untouched, TOUCHED, "pages between them untouched");
}
