/* What the workloads of this suite share. */
#ifndef HVBENCH_SYSTEM_H
#define HVBENCH_SYSTEM_H

#include "abi.h"

#define REPEAT(iterations) for (u32 left = (iterations); left > 0; left--)

/* A checksum that depends on every result and on their order. */
static inline u64 fold(u64 checksum, long result) { return checksum * 31 + (u64)(i64)result; }

static inline i32 refuse(struct context *context, const char *why) {
    context->refusal = why;
    return -1;
}

#endif
