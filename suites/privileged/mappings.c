/* Page tables and the registers that lead to them. */
#include "kernel/kernel.h"

#define PRESENT_WRITABLE_USER 7
/* Bits 9 to 11 of an entry are the kernel's own. */
#define KERNELS_BIT 0x200

static inline void flush(void *page) { __asm__ volatile("invlpg (%0)" : : "r"(page) : "memory"); }

/* Of a page that was used: its entry is live. */
static u64 ptemod(struct context *unused, u32 iterations) {
    volatile entry *live = window_table;
    entry value = (uptr)frames[0] | PRESENT_WRITABLE_USER;
    (void)unused;
    (void)*(volatile u8 *)WINDOW;
    REPEAT(iterations) *live = value ^= KERNELS_BIT;
    return 0;
}
OPERATION(ptemod, "ptemod");

static u64 remap(struct context *unused, u32 iterations) {
    volatile entry *live = window_table;
    (void)unused;
    REPEAT(iterations) {
        *live = (uptr)frames[left & 1] | PRESENT_WRITABLE_USER;
        flush((void *)WINDOW);
        (void)*(volatile u8 *)WINDOW;
    }
    return 0;
}
OPERATION(remap, "remap");

static u64 invlpg(struct context *unused, u32 iterations) {
    (void)unused;
    REPEAT(iterations) flush((void *)WINDOW);
    return 0;
}
OPERATION(invlpg, "invlpg");

static u64 cr3wr(struct context *unused, u32 iterations) {
    uptr value;
    (void)unused;
    __asm__ volatile("mov %%cr3, %0" : "=r"(value));
    REPEAT(iterations) __asm__ volatile("mov %0, %%cr3" : : "r"(value) : "memory");
    return 0;
}
OPERATION(cr3wr, "cr3wr");

#ifdef __x86_64__
static u64 cr8wr(struct context *unused, u32 iterations) {
    (void)unused;
    REPEAT(iterations) __asm__ volatile("mov %0, %%cr8" : : "r"(0ull) : "memory");
    return 0;
}
OPERATION(cr8wr, "cr8wr");
#endif
