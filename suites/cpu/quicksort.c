/* Quicksort with Hoare's partition and the median of three as the pivot (C. A. R. Hoare, "Quicksort",
 * The Computer Journal 5(1), 1962; R. C. Singleton, "Algorithm 347", CACM 12(3), 1969). */
#include "abi.h"

#define COUNT 1024
/* Different fillings cost a few per cent more or less, so they come in a short cycle, which keeps the mean
 * cost of an iteration the same in batches of any size. Four fillings would be too short a cycle: branch
 * predictors learn them by heart. */
#define FILLINGS 32

static u32 numbers[COUNT] __attribute__((aligned(64)));

static inline u32 smaller(u32 a, u32 b) { return a < b ? a : b; }
static inline u32 larger(u32 a, u32 b) { return a < b ? b : a; }

static inline u32 median(u32 a, u32 b, u32 c) {
    return larger(smaller(a, b), smaller(larger(a, b), c));
}

/* Sorts numbers[first..last]. */
static __attribute__((noinline)) void quicksort(u32 first, u32 last) {
    while (first < last) {
        u32 pivot = median(numbers[first], numbers[(first + last) / 2], numbers[last]);
        u32 low = first - 1;
        u32 high = last + 1;
        for (;;) {
            do
                low++;
            while (numbers[low] < pivot);
            do
                high--;
            while (numbers[high] > pivot);
            if (low >= high)
                break;
            u32 held = numbers[low];
            numbers[low] = numbers[high];
            numbers[high] = held;
        }
        quicksort(first, high);
        first = high + 1;
    }
}

static u64 run(struct context *context, u32 iterations) {
    u64 checksum = 0;
    for (u32 i = 0; i < iterations; i++) {
        u32 state = mix_seed(context->seed, i % FILLINGS);
        for (u32 k = 0; k < COUNT; k++)
            numbers[k] = xorshift32(&state);
        quicksort(0, COUNT - 1);
        u32 sum = 0; /* weighted by place, so that order counts */
        for (u32 k = 0; k < COUNT; k++)
            sum += numbers[k] * (k + 1);
        checksum = checksum * 31 + sum;
    }
    return checksum;
}

WORKLOAD(cpu_quicksort, "cpu/quicksort", NULL, NULL, run);
