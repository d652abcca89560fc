/* What any level may do: the very same code in a native process and in our kernel. */
#include "operation.h"

static u64 loop(struct context *unused, u32 iterations) {
    (void)unused;
    REPEAT(iterations) __asm__ volatile("" : : : "memory");
    return 0;
}
OPERATION(loop, "loop");

/* Compilers without the attribute make no copies of a function that takes nothing. */
#if defined __has_attribute
#if __has_attribute(noclone)
#define NO_COPIES __attribute__((noclone))
#endif
#endif
#ifndef NO_COPIES
#define NO_COPIES
#endif

static __attribute__((noinline)) NO_COPIES void empty(void) { __asm__ volatile(""); }

static u64 callret(struct context *unused, u32 iterations) {
    (void)unused;
    REPEAT(iterations) empty();
    return 0;
}
OPERATION(callret, "callret");

static u64 rdtsc(struct context *unused, u32 iterations) {
    (void)unused;
    REPEAT(iterations) {
        u32 low, high;
        __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    }
    return 0;
}
OPERATION(rdtsc, "rdtsc");

static u64 cpuid(struct context *unused, u32 iterations) {
    (void)unused;
    REPEAT(iterations) {
        u32 a = 0, b, c = 0, d;
        __asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
    }
    return 0;
}
OPERATION(cpuid, "cpuid");
