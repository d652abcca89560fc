/* Takeuchi's function (R. P. Gabriel, "Performance and Evaluation of Lisp Systems", 1985, section 3.1):
 * nothing but calls, returns and comparisons of small integers. */
#include "abi.h"

static __attribute__((noinline)) i32 tak(i32 x, i32 y, i32 z) {
    if (y >= x)
        return z;
    i32 result = tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y));
    __asm__("" : "+r"(result)); /* keeps the last call a call: a compiler would make a jump of it */
    return result;
}

/* The same number added to all three arguments leaves the calls as they are and adds to the result. */
static u64 run(struct context *context, u32 iterations) {
    u64 checksum = 0;
    u32 shift = mix_seed(context->seed, 0) >> 2;
    for (u32 i = 0; i < iterations; i++) {
        i32 more = (i32)(shift + (i & 7));
        checksum = checksum * 31 + (u32)tak(more + 12, more + 8, more + 4);
    }
    return checksum;
}

WORKLOAD(cpu_tak, "cpu/tak", NULL, NULL, run);
