/* The first touch of a page to which its system has given no memory yet: the system finds a page, clears and maps it. */
#include "operation.h"

#define PAGE 4096

static i32 before(struct context *context, u32 iterations) {
    if (iterations > context->small.size / PAGE) return -1;
    return iterations ? context->discard(context, context->small.base, (usize)iterations * PAGE) : 0;
}

static u64 fresh_page(struct context *context, u32 iterations) {
    volatile u8 *page = context->small.base;
    REPEAT(iterations) {
        *page = 1;
        page += PAGE;
    }
    return 0;
}

static i32 prepare(struct context *context) {
    if (before(context, 1) == 0) return attempt(context, fresh_page);
    context->refusal = "its memory cannot be given back, to be touched for the first time again";
    return -1;
}

WORKLOAD(fresh_page_workload, "privileged/fresh-page", prepare, before, fresh_page);
