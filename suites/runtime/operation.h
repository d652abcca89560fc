/* An operation: a workload whose iterations are one thing each, done by whoever may do it. Its result is its time. */
#ifndef HVBENCH_OPERATION_H
#define HVBENCH_OPERATION_H

#include "abi.h"

typedef u64 (*operation)(struct context *context, u32 iterations);

/* Does it once. Returns 0, or -1 with the reason in context->refusal where this machine cannot. */
i32 attempt(struct context *context, operation run);

#define REPEAT(iterations) for (u32 left = (iterations); left > 0; left--)

#define OPERATION_WITH(how, symbol, name)                                                                  \
    static i32 symbol##_prepare(struct context *context) { return how(context, symbol); }                  \
    WORKLOAD(symbol##_workload, "privileged/" name, symbol##_prepare, NULL, symbol)
#define OPERATION(symbol, name) OPERATION_WITH(attempt, symbol, name)

/* Both leave in ebx where to go on: a handler need not know the instruction that failed. */
#define CAUSE_PAGE_FAULT(address)                                                                          \
    __asm__ volatile("mov $1f, %%ebx\n\tmovb (%0), %%cl\n1:" : : "a"((uptr)(address)) : "rbx", "rcx", "memory")
#define CAUSE_DIVIDE_ERROR()                                                                               \
    do {                                                                                                   \
        u32 low = 1, high = 0;                                                                             \
        __asm__ volatile("mov $1f, %%ebx\n\tdivl %2\n1:" : "+a"(low), "+d"(high) : "r"(0) : "rbx", "cc");  \
    } while (0)

#endif
