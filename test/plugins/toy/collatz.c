/* Steps of the Collatz sequence (L. Collatz, 1937) of one number after another: divisions by two, and branches that nobody
 * can predict. */
#include "abi.h"

static u64 run(struct context *context, u32 iterations) {
    u64 steps = 0;
    u32 first = mix_seed(context->seed, 0) >> 8;
    for (u32 i = 0; i < iterations; i++)
        for (u64 n = first + i; n > 1; steps++)
            n = n & 1 ? 3 * n + 1 : n >> 1;
    return steps;
}

WORKLOAD(numbers_collatz, "numbers/collatz", NULL, NULL, run);
