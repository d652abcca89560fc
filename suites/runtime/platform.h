/* What a runtime must give to serve.c. */
#ifndef HVBENCH_PLATFORM_H
#define HVBENCH_PLATFORM_H

#include "protocol.h"

/* Sends the reply and waits for the next command. Does not return when the other side is gone. */
void platform_exchange(const struct reply *reply, struct command *command);

/* The two ends of the timed stretch: nothing but the batch lies between them. */
void platform_begin(struct reply *reply);
void platform_end(struct reply *reply);

/* Answers commands for ever. */
__attribute__((noreturn)) void serve(struct context *context);

/* The pieces of serve.c that the Linux runtime's own loop uses as well. */
u32 prepare_workload(struct context *context, const struct command *command);
u32 run_batch(struct context *context, u32 iterations, struct reply *reply);

#endif
