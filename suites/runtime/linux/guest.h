/* The Linux runtime as the first process of a guest. */
#ifndef HVBENCH_GUEST_H
#define HVBENCH_GUEST_H

#include "../protocol.h"

/* Makes a root file system of what an initramfs is, and opens the way to the hypervisor: "ports" (a debug console and
 * a serial line, by port I/O) or the path of a terminal. Dies where it cannot. */
void guest_enter(const char *way);

void guest_exchange(const struct reply *reply, struct command *command);

/* The hypervisor's process reads its clocks, and answers. */
void guest_mark(u8 which);

#endif
