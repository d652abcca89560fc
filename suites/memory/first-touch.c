/* The first touch of fresh pages: whatever a system does to back a page with memory, once a page. */
#include "abi.h"

#define PAGE 4096

static int prepare(struct context *context) {
    if (context->small.size < PAGE)
        return -1;
    return context->discard(context, context->small.base, PAGE);
}

static int before(struct context *context, u32 iterations) {
    if (iterations > context->small.size / PAGE)
        return -1;
    return context->discard(context, context->small.base, (usize)iterations * PAGE);
}

static u64 run(struct context *context, u32 iterations) {
    u64 checksum = mix_seed(context->seed, 0);
    for (u32 i = 0; i < iterations; i++) {
        /* Volatile: the store must come first, since a load might be given a shared page of zeros. */
        volatile u32 *page = (volatile u32 *)(context->small.base + (usize)i * PAGE);
        page[0] = i;
        checksum = checksum * 31 + page[1];
        page[1] = ~0u; /* read again if the page is not fresh the next time */
    }
    return checksum;
}

WORKLOAD(memory_first_touch, "memory/first-touch", prepare, before, run);
