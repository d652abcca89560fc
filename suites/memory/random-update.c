/* RandomAccess of the HPC Challenge (GUPS): words of a large table, picked at random, are xored with a random
 * number.
 *
 * The places come from a linear congruential generator modulo the number of words. Its period is full (Hull
 * and Dobell, SIAM Review 4(3), 1962), so each pass visits every word once; and a word is xored with the
 * same number in every pass. Hence all words read 0 in even passes and that number in odd ones, wherever a
 * batch begins: the places run on from batch to batch, and every load is checked all the same. */
#include "abi.h"

#define UPDATES 1024

struct table {
    u64 *words;
    u32 mask;  /* number of words, a power of two, less one */
    u32 place; /* the generator's state: the next word */
    u32 left;  /* iterations left in this pass */
    u32 odd;   /* 1 in odd passes */
};

static struct table small, large;

static int prepare(struct table *table, const struct arena *arena, u64 bytes) {
    if (bytes > arena->size || bytes < UPDATES * sizeof(u64) || (bytes & (bytes - 1)) != 0)
        return -1;
    u64 *words = (u64 *)arena->base;
    u32 count = (u32)bytes / sizeof(u64);
    for (u32 i = 0; i < count; i++)
        words[i] = 0;
    *table = (struct table){.words = words, .mask = count - 1, .left = count / UPDATES};
    return 0;
}

static inline u64 run(struct table *table, u32 seed, u32 iterations) {
    u32 factor = mix_seed(seed, 0);
    u64 checksum = factor;
    u64 *const words = table->words;
    const u32 mask = table->mask;
    u32 place = table->place;
    for (u32 i = 0; i < iterations; i++) {
        u64 found = 0;
        u64 numbers = 0;
        for (u32 k = 0; k < UPDATES; k++) {
            u64 number = (u64)factor * (place + 1);
            u64 word = words[place];
            words[place] = word ^ number;
            found ^= word;
            numbers ^= number;
            place = (place * 1664525 + 1013904223) & mask;
        }
        /* What was found differs from what must be found by 0. */
        checksum = checksum * 31 + (found ^ (table->odd ? numbers : 0));
        if (--table->left == 0) {
            table->left = (mask + 1) / UPDATES;
            table->odd ^= 1;
        }
    }
    table->place = place;
    return checksum;
}

static int prepare_small(struct context *context) {
    return prepare(&small, &context->small, context->argument);
}

static int prepare_large(struct context *context) {
    return prepare(&large, &context->large, context->argument);
}

static u64 run_small(struct context *context, u32 iterations) {
    return run(&small, context->seed, iterations);
}

static u64 run_large(struct context *context, u32 iterations) {
    return run(&large, context->seed, iterations);
}

WORKLOAD(memory_random_update, "memory/random-update", prepare_small, NULL, run_small);
WORKLOAD(memory_random_update_2m, "memory/random-update-2m", prepare_large, NULL, run_large);
