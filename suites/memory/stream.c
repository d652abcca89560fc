/* STREAM's copy and triad (J. D. McCalpin, "Memory Bandwidth and Machine Balance in Current High Performance
 * Computers", 1995) in pieces of 32 KiB of each array. The position is carried on from batch to batch, so
 * that short batches walk the whole arrays too; every piece holds the same numbers, so that the checksum
 * does not depend on the position. */
#include "abi.h"

#define PIECE 4096 /* doubles */
#define PAGE 512   /* doubles */
#define SCALAR 3.0

static struct {
    double *a, *b, *c;
    u32 pieces, next;
} arrays;

static int lay_out(struct context *context) {
    u32 bytes = (u32)context->argument;
    if (bytes < PIECE * sizeof(double) || context->small.size / 3 < bytes)
        return -1;
    arrays.a = (double *)context->small.base;
    arrays.b = (double *)(context->small.base + bytes);
    arrays.c = (double *)(context->small.base + 2 * (usize)bytes);
    arrays.pieces = bytes / (PIECE * sizeof(double));
    arrays.next = 0;
    return 0;
}

/* Integers below 2^24, other ones for each array: exact in all that is done with them. */
static void fill(double *array, u32 seed, u32 index) {
    for (u32 i = 0; i < PIECE; i++)
        array[i] = (double)(i32)(mix_seed(seed, index * PIECE + i) >> 8);
    for (u32 i = PIECE; i < arrays.pieces * PIECE; i++)
        array[i] = array[i - PIECE];
}

static void clear(double *array) {
    for (u32 i = 0; i < arrays.pieces * PIECE; i++)
        array[i] = 0;
}

static int prepare_copy(struct context *context) {
    if (lay_out(context) != 0)
        return -1;
    fill(arrays.a, context->seed, 0);
    clear(arrays.c);
    return 0;
}

static int prepare_triad(struct context *context) {
    if (lay_out(context) != 0)
        return -1;
    clear(arrays.a);
    fill(arrays.b, context->seed, 1);
    fill(arrays.c, context->seed, 2);
    return 0;
}

/* The place of the next piece, in doubles. */
static inline u32 advance(void) {
    u32 piece = arrays.next;
    arrays.next = piece + 1 == arrays.pieces ? 0 : piece + 1;
    return piece * PIECE;
}

/* Adds up one number of each page of a piece just written, and spoils it: the next pass over this piece
 * must write it again. */
static inline u64 sample(double *piece, u32 offset) {
    u64 sum = 0;
    for (u32 i = offset % PAGE; i < PIECE; i += PAGE) {
        sum += *(u64 *)&piece[i];
        piece[i] = 0;
    }
    return sum;
}

static __attribute__((noinline)) void copy(double *restrict c, const double *restrict a) {
    for (u32 i = 0; i < PIECE; i++)
        c[i] = a[i];
}

static __attribute__((noinline)) void triad(double *restrict a, const double *restrict b,
                                            const double *restrict c) {
    for (u32 i = 0; i < PIECE; i++)
        a[i] = b[i] + SCALAR * c[i];
}

static u64 run_copy(struct context *context, u32 iterations) {
    u64 checksum = context->seed;
    for (u32 i = 0; i < iterations; i++) {
        u32 at = advance();
        copy(arrays.c + at, arrays.a + at);
        checksum = checksum * 31 + sample(arrays.c + at, i);
    }
    return checksum;
}

static u64 run_triad(struct context *context, u32 iterations) {
    u64 checksum = context->seed;
    for (u32 i = 0; i < iterations; i++) {
        u32 at = advance();
        triad(arrays.a + at, arrays.b + at, arrays.c + at);
        checksum = checksum * 31 + sample(arrays.a + at, i);
    }
    return checksum;
}

WORKLOAD(memory_stream_copy, "memory/stream-copy", prepare_copy, NULL, run_copy);
WORKLOAD(memory_stream_triad, "memory/stream-triad", prepare_triad, NULL, run_triad);
