/* What the programs of the Linux runtime have in common. */
#ifndef HVBENCH_LINUX_H
#define HVBENCH_LINUX_H

#include "../abi.h"

enum { CLOCK_MONOTONIC = 1 };

extern struct context context;

/* When a program that runs natively began, by the system's monotonic clock; 0 where nobody asks. */
extern u64 began;

/* A clock of the system, ns. */
u64 now(long clock);

/* Reads or writes all of it; ends the process where the other side is gone. */
void transfer(long call, long fd, void *buffer, usize length);

#endif
