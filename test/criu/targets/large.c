/* As many MiB of memory as MIB says, none of which can be compressed. */
#include "target.h"

#include <stdlib.h>
#include <sys/mman.h>

static unsigned char *memory;
static size_t size;

void setup(void)
{
	size = (size_t)atoi(getenv("MIB")) << 20;
	memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	need(memory != MAP_FAILED);
	fill(memory, size, 9);
}

void check(void)
{
	expect(is_filled(memory, size, 9), "its memory");
}
