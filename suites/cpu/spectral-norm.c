/* The spectral norm of the matrix A(i, j) = 1 / ((i + j)(i + j + 1) / 2 + i + 1), as in the Computer Language
 * Benchmarks Game (problem 3 of N. Trefethen, "A Hundred-dollar, Hundred-digit Challenge", SIAM News 35(1),
 * 2002): the power method with A'A, each element of A computed where it is used. */
#include "abi.h"

#define N 100

static double u[N] __attribute__((aligned(64)));
static double v[N] __attribute__((aligned(64)));
static double between[N] __attribute__((aligned(64)));
static double nudge; /* added to the first component of the start: the seed's part in the result */

static inline double element(u32 i, u32 j) {
    return 1.0 / (double)(i32)((i + j) * (i + j + 1) / 2 + i + 1);
}

static __attribute__((noinline)) void multiply(const double *x, double *product) {
    for (u32 i = 0; i < N; i++) {
        double sum = 0;
        for (u32 j = 0; j < N; j++)
            sum += element(i, j) * x[j];
        product[i] = sum;
    }
}

static __attribute__((noinline)) void multiply_transposed(const double *x, double *product) {
    for (u32 i = 0; i < N; i++) {
        double sum = 0;
        for (u32 j = 0; j < N; j++)
            sum += element(j, i) * x[j];
        product[i] = sum;
    }
}

static int prepare(struct context *context) {
    nudge = (double)(i32)(mix_seed(context->seed, 0) & 0xffff) * 0x1p-20;
    return 0;
}

static u64 run(struct context *context, u32 iterations) {
    u64 checksum = context->seed;
    for (u32 i = 0; i < iterations; i++) {
        for (u32 k = 0; k < N; k++)
            u[k] = 1;
        u[0] += nudge;
        multiply(u, between);
        multiply_transposed(between, v);
        multiply(v, between);
        multiply_transposed(between, u);
        double along = 0, squared = 0;
        for (u32 k = 0; k < N; k++) {
            along += u[k] * v[k];
            squared += v[k] * v[k];
        }
        double norm = __builtin_sqrt(along / squared);
        checksum = checksum * 31 + *(const u64 *)&norm;
        for (u32 k = 0; k < N; k++)
            checksum = checksum * 31 + *(const u64 *)&u[k];
    }
    return checksum;
}

WORKLOAD(cpu_spectral_norm, "cpu/spectral-norm", prepare, NULL, run);
