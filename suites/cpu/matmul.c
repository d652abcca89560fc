/* Product of two dense 48 x 48 matrices of doubles, rows of B streamed through rows of C (i-k-j order). */
#include "abi.h"

#define N 48

static double a[N][N] __attribute__((aligned(64)));
static double b[N][N] __attribute__((aligned(64)));
static double c[N][N] __attribute__((aligned(64)));

/* Multiples of 2^-31 in [-1, 1). */
static double entry(u32 *state) { return (double)(i32)xorshift32(state) * 0x1p-31; }

static int prepare(struct context *context) {
    u32 state = mix_seed(context->seed, 0);
    for (u32 i = 0; i < N; i++) {
        for (u32 j = 0; j < N; j++)
            a[i][j] = entry(&state);
    }
    for (u32 i = 0; i < N; i++) {
        for (u32 j = 0; j < N; j++)
            b[i][j] = entry(&state);
    }
    return 0;
}

static __attribute__((noinline)) void multiply(void) {
    for (u32 i = 0; i < N; i++) {
        for (u32 j = 0; j < N; j++)
            c[i][j] = 0;
        for (u32 k = 0; k < N; k++) {
            double factor = a[i][k];
            for (u32 j = 0; j < N; j++)
                c[i][j] += factor * b[k][j];
        }
    }
}

static u64 run(struct context *context, u32 iterations) {
    u64 checksum = context->seed;
    for (u32 i = 0; i < iterations; i++) {
        multiply();
        for (u32 row = 0; row < N; row++) {
            const u64 *bits = (const u64 *)c[row];
            u64 sum = 0;
            for (u32 j = 0; j < N; j++)
                sum += bits[j];
            checksum = checksum * 31 + sum;
        }
    }
    return checksum;
}

WORKLOAD(cpu_matmul, "cpu/matmul", prepare, NULL, run);
