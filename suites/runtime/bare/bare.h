/* The bare runtime's way in for whoever has set up the CPU. */
#ifndef HVBENCH_BARE_H
#define HVBENCH_BARE_H

#include "../abi.h"

/* With paging on and a stack. `has_large_pages`: the large arena is mapped. `serial`: there are a debug console and a
 * serial line instead of our three ports. */
__attribute__((noreturn)) void bare_main(u32 has_large_pages, u32 serial);

#endif
