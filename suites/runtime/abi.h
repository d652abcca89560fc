/* The contract between a workload and what it is linked into (a Linux process or a bare-metal guest).
 *
 * A workload's object code is the same in every runtime of an ISA: it calls nothing outside itself but
 * the few functions of common.c, sits at a fixed address (core/guest/layout.ts), and reaches its
 * surroundings only through the context it is handed. */
#ifndef HVBENCH_ABI_H
#define HVBENCH_ABI_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef int i32;
typedef long long i64;
typedef __SIZE_TYPE__ usize;
typedef __UINTPTR_TYPE__ uptr;

#define NULL ((void *)0)

struct arena {
    u8 *base;   /* virtual address, the same in every runtime */
    usize size; /* bytes; 0 where the machine has no such arena */
};

struct context {
    u32 seed;           /* the same for every machine of a run */
    u32 guest;          /* 0 in a native process, 1 inside a hypervisor: for the `faults` suite only */
    u64 argument;       /* the workload's parameter, usually a working-set size in bytes */
    struct arena small; /* memory mapped by 4 KiB pages */
    struct arena large; /* memory mapped by 2 MiB pages, where the machine can */

    /* Gives `bytes` from `base` (both multiples of 4096) back to the system, so that the next touch of
     * each page is a first touch and reads zero. Returns 0, or -1 where the machine cannot. */
    int (*discard)(struct context *context, void *base, usize bytes);

    /* Why prepare returned -1, if it says so: at most 95 characters. */
    const char *refusal;

    /* What prepare leaves to be undone when the machine turns to another workload; NULL if nothing. */
    void (*release)(struct context *context);

    /* A process that prepare has started, whose CPU time belongs to the batches; 0 if there is none. */
    i32 partner;

    /* What the last batch left to be read besides its checksum; NULL if nothing. */
    const u8 *record;
    usize record_bytes;
};

/* prepare: untimed, whenever a machine turns to another workload or argument, builds the working set; returns 0 or -1 (cannot).
 * before:  untimed, ahead of every batch; returns 0 or -1.
 * run:     timed; does `iterations` equal pieces of work and returns a checksum that depends on all of
 *          them and is a pure function of (seed, argument, iterations), whatever ran before.
 * prepare and before may be NULL. */
struct workload {
    char name[32]; /* "suite/entry" */
    int (*prepare)(struct context *context);
    int (*before)(struct context *context, u32 iterations);
    u64 (*run)(struct context *context, u32 iterations);
} __attribute__((aligned(64))); /* a stride that both ISAs and the linker agree on */

#define WORKLOAD(symbol, name, prepare, before, run)                                                       \
    __attribute__((used, section(".workload_table")))                                          \
    const struct workload symbol = {name, prepare, before, run}

/* One step of Marsaglia's xorshift32 ("Xorshift RNGs", J. Stat. Software 8(14), 2003); state is not 0. */
static inline u32 xorshift32(u32 *state) {
    u32 x = *state;
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    return *state = x;
}

/* A non-zero generator state from a seed and an index. */
static inline u32 mix_seed(u32 seed, u32 index) {
    u32 x = (seed + index * 0x9e3779b9u) ^ 0x85ebca6bu;
    x ^= x >> 16;
    x *= 0x7feb352du;
    x ^= x >> 15;
    return x | 1u;
}

#endif
