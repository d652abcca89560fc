/* The sieve of Eratosthenes over the odd numbers: one byte each, all primes below 32768 counted. (A byte for
 * every number would fill a first-level cache of 32 KiB to the brim, and time would be a matter of luck.) */
#include "abi.h"

#define LIMIT 32768

static u8 composite[LIMIT / 2] __attribute__((aligned(64))); /* of 2 i + 1 */

static u32 count_primes(void) {
    for (u32 i = 0; i < LIMIT / 2; i++)
        composite[i] = 0;
    for (u32 i = 1; (2 * i + 1) * (2 * i + 1) < LIMIT; i++) {
        if (composite[i])
            continue;
        u32 prime = 2 * i + 1;
        for (u32 multiple = prime * prime / 2; multiple < LIMIT / 2; multiple += prime)
            composite[multiple] = 1;
    }
    u32 primes = 1; /* 2 */
    for (u32 i = 1; i < LIMIT / 2; i++)
        primes += !composite[i];
    return primes;
}

static u64 run(struct context *context, u32 iterations) {
    u64 checksum = context->seed;
    for (u32 i = 0; i < iterations; i++)
        checksum = checksum * 31 + count_primes();
    return checksum;
}

WORKLOAD(cpu_sieve, "cpu/sieve", NULL, NULL, run);
