/* A pointer chase: one load after another, each naming the cache line of the next, around one random cycle
 * through the whole working set. The cycle is the lines in shuffled order (R. Durstenfeld, "Algorithm 235:
 * Random permutation", Communications of the ACM 7(7), 1964), first to last and back to the first: made so,
 * no store waits for another, and the set is ready in a fraction of the time of a walk.
 *
 * The walk goes on from batch to batch: begun anew, a short batch would stay among lines that the caches
 * still hold. Each line also knows its rank on the cycle, and the checksum is made of how far each iteration
 * came: the same from any start, and wrong if any one load was. */
#include "abi.h"

#define HOPS 1000

struct line {
    u32 next; /* byte offset of the next line */
    u32 rank; /* place on the cycle */
    u32 unused[14];
};

static u8 *base;
static u32 lines;
static u32 position; /* byte offset */

static inline struct line *line_at(u32 offset) { return (struct line *)(base + offset); }

static int prepare(struct context *context) {
    usize bytes = (usize)context->argument;
    if (context->argument < 2 * sizeof(struct line) || context->argument > context->small.size)
        return -1;
    lines = (u32)(bytes / sizeof(struct line));
    /* The order of the lines, behind them; needed only here. */
    if (lines * sizeof(u32) > context->small.size - bytes) return -1;
    base = context->small.base;
    u32 *order = (u32 *)(base + bytes);
    u32 state = mix_seed(context->seed, 0);
    for (u32 i = 0; i < lines; i++) {
        u32 other = (u32)((u64)xorshift32(&state) * (i + 1) >> 32);
        order[i] = order[other];
        order[other] = i;
    }
    for (u32 rank = 0; rank < lines; rank++) {
        struct line *line = line_at(order[rank] * (u32)sizeof(struct line));
        line->next = order[rank + 1 < lines ? rank + 1 : 0] * (u32)sizeof(struct line);
        line->rank = rank;
    }
    position = 0;
    return 0;
}

static u64 run(struct context *context, u32 iterations) {
    u64 checksum = mix_seed(context->seed, 0);
    u8 *const first = base;
    u32 at = position;
    u32 rank = line_at(at)->rank;
    for (u32 i = 0; i < iterations; i++) {
        for (u32 hop = 0; hop < HOPS; hop++)
            at = *(const u32 *)(first + at);
        u32 reached = line_at(at)->rank;
        checksum = checksum * 31 + (reached >= rank ? reached - rank : reached + lines - rank);
        rank = reached;
    }
    position = at;
    return checksum;
}

WORKLOAD(memory_chase, "memory/chase", prepare, NULL, run);
