/* Workloads that do a little honest work in a native process and misbehave inside a hypervisor, each in its
 * own way: they test that the tool sees it, names it and goes on. */
#include "abi.h"

#define STEPS 1000
#define UNUSED_PORT 0x99
#define UNMAPPED 0xdead0000u

static u64 work(const struct context *context, u32 iterations) {
    u32 state = mix_seed(context->seed, 0);
    u64 checksum = 0;
    for (u32 i = 0; i < iterations; i++) {
        for (u32 step = 0; step < STEPS; step++)
            xorshift32(&state);
        checksum = checksum * 31 + state;
    }
    return checksum;
}

static u64 run_plain(struct context *context, u32 iterations) { return work(context, iterations); }

static u64 run_hang(struct context *context, u32 iterations) {
    while (context->guest)
        __asm__ volatile("" ::: "memory");
    return work(context, iterations);
}

/* Undefined instruction: without an interrupt table, a triple fault. */
static u64 run_crash(struct context *context, u32 iterations) {
    if (context->guest)
        __asm__ volatile("ud2");
    return work(context, iterations);
}

static u64 run_wrong_checksum(struct context *context, u32 iterations) {
    return work(context, iterations) ^ context->guest;
}

static int prepare_refuse(struct context *context) { return context->guest ? -1 : 0; }

static u64 run_wild_exit(struct context *context, u32 iterations) {
    if (context->guest)
        __asm__ volatile("outb %0, %1" : : "a"((u8)0), "Nd"((u16)UNUSED_PORT));
    return work(context, iterations);
}

static u64 run_wild_store(struct context *context, u32 iterations) {
    if (context->guest)
        *(volatile u32 *)(uptr)UNMAPPED = 1;
    return work(context, iterations);
}

WORKLOAD(faults_hang, "faults/hang", NULL, NULL, run_hang);
WORKLOAD(faults_crash, "faults/crash", NULL, NULL, run_crash);
WORKLOAD(faults_wrong_checksum, "faults/wrong-checksum", NULL, NULL, run_wrong_checksum);
WORKLOAD(faults_refuse, "faults/refuse", prepare_refuse, NULL, run_plain);
WORKLOAD(faults_wild_exit, "faults/wild-exit", NULL, NULL, run_wild_exit);
WORKLOAD(faults_wild_store, "faults/wild-store", NULL, NULL, run_wild_store);
