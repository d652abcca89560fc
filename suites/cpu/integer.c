/* Integer arithmetic in registers: Marsaglia's xorshift32, a chain of dependent shifts and xors. */
#include "abi.h"

#define STEPS 1000

static u64 run(struct context *context, u32 iterations) {
    u32 state = mix_seed(context->seed, 0);
    u64 checksum = 0;
    for (u32 i = 0; i < iterations; i++) {
        for (u32 step = 0; step < STEPS; step++)
            xorshift32(&state);
        checksum = checksum * 31 + state;
    }
    return checksum;
}

WORKLOAD(cpu_integer, "cpu/integer", NULL, NULL, run);
